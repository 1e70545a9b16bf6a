//! The bank: statements taken in, their lines matched with the bills they pay, and what is not sure
//! put forward by one person and approved by another.
//!
//! A line's money is used once; what finds no bill is a break with its reason, never dropped.

mod accounts;
mod moves;
mod receive;
mod reconcile;
mod world;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::payment::suspense::{Ages, by_age, days_since};
use domain::payment::{
    Break, BreakReason, Match, Matching, Part, Policy, Purpose, Stand, Suggestion, Taken,
    candidates, match_with, stand,
};
pub use domain::payment::{
    Candidate, Direction, LineState, OpenBill, StatementFacts, StatementLine, Why, bill_reference,
};
use domain::snap::echo::hold_back;

use crate::error::{AppError, typed};
use crate::events::Effect;
use crate::office::{Actor, Office, Operation, Target};
use crate::snap;

pub use accounts::{AccountShown, NewAccount};
pub use domain::payment::account::{DEFAULT_ACCOUNT, bank_name};
pub use domain::payment::reconcile::{Found, Obstacle, Of, Reconciliation};
pub use domain::payment::{MatchedBy, PartRefusal, Purpose as PartPurpose};
use moves::Hand;
pub(crate) use moves::pay;
pub use moves::{Give, Moves, MovesShown};
pub use receive::{Chain, Received, StatementReceipt};
pub use reconcile::{MonthReconciled, ReceiptRecorded};
use world::World;

/// The setting of the ages of suspense, as `7,30,90`.
pub const SUSPENSE_AGES: &str = "bank-suspense-ages";
/// The setting of what lies within reach of an amount alone: days before a month, days after it,
/// rupiah of difference, days until a bank undoes a line, as `45,75,10000,31`.
pub const MATCH_POLICY: &str = "bank-match-policy";

/// What matching did.
pub struct Matched {
    /// Lines that paid a bill just now.
    pub matches: Vec<Match>,
    /// Lines that found no bill, with the reason.
    pub breaks: Vec<Break>,
    /// What may be done with some of those lines.
    pub suggestions: Vec<Suggestion>,
    /// Issued bills that are not paid in full.
    pub unpaid: Vec<Id<kind::Bill>>,
    /// The money posted just now.
    pub paid: Rupiah,
}

impl Matched {
    /// A line that was worked before has found its partner: it is no break.
    fn of(matching: Matching, paid: Rupiah) -> Matched {
        let Matching { matches, mut breaks, suggestions, unpaid } = matching;
        breaks.retain(|found| {
            !matches!(found.reason, BreakReason::AlreadyUsed(_) | BreakReason::GivenOut)
        });
        Matched { matches, breaks, suggestions, unpaid, paid }
    }
}

/// A line with where it stands and why.
#[derive(Debug, Clone)]
pub struct LineShown {
    /// The line.
    pub line: StatementLine,
    /// The account, by code.
    pub account: Box<str>,
    /// Where it stands.
    pub state: LineState,
    /// What of it was not given out.
    pub left: Rupiah,
    /// Why it pays nothing by itself, when it does not.
    pub reason: Option<BreakReason>,
    /// What may be done with it.
    pub suggestion: Option<Suggestion>,
    /// Whether the reader may see what the bank says of it, which may name people.
    pub remark: Option<Box<str>>,
}

/// One line with everything that somebody needs who decides on it.
#[derive(Debug, Clone)]
pub struct LineFile {
    /// The line.
    pub shown: LineShown,
    /// Its parts, released ones too.
    pub parts: Vec<Part>,
    /// The line that undid it.
    pub undone_by: Option<Id<kind::StatementLine>>,
    /// What it may pay, best first.
    pub candidates: Vec<Candidate>,
    /// The bills that parts and candidates speak of.
    pub bills: HashMap<Id<kind::Bill>, OpenBill>,
    /// Moves of this line that wait for somebody's approval.
    pub waiting: Vec<MovesShown>,
    /// The fund in whose suspense its money may wait.
    pub fund: Option<Id<kind::Fund>>,
}

/// Money that waits in suspense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// The line that brought it.
    pub line: Id<kind::StatementLine>,
    /// The account, by code.
    pub account: Box<str>,
    /// Since when.
    pub since: Day,
    /// How many days.
    pub days: u32,
    /// Which age that is, 0 for the first.
    pub age: usize,
    /// Which way the money went.
    pub direction: Direction,
    /// How much waits.
    pub amount: Rupiah,
}

/// Everything that waits in suspense, and its ages.
#[derive(Debug, Clone)]
pub struct Suspense {
    /// The money, oldest first.
    pub waits: Vec<Waits>,
    /// Each age: its first and last day, how many wait, how much.
    pub ages: Vec<(u32, Option<u32>, u64, Rupiah)>,
}

impl Office {
    /// Matches statement lines with issued bills and posts what is sure.
    ///
    /// # Errors
    /// `LEDGER_REFUSED`, and those of the register.
    pub fn match_payments(&self, actor: &Actor) -> Result<Matched, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let now = self.now_ms();
        self.settle_months();
        self.store.write(|tx| {
            let world = World::load(tx)?;
            let matching = world.matching();
            let same = world.told.keep(tx)?;
            let echoes = world.told.found().filter_map(|line| world.echo(line));
            let hand = Hand { task: None, now_ms: now, origin: self.origin(actor) };
            moves::give_out(tx, &echoes.collect::<Vec<Give>>(), &hand)?;
            let gives: Vec<Give> = matching.matches.iter().map(Give::of_match).collect();
            let mut paid = Rupiah::ZERO;
            for found in &matching.matches {
                paid = paid.plus(found.amount).map_err(|_| too_much())?;
            }
            if !gives.is_empty() {
                let posted = moves::give_out(tx, &gives, &hand)?;
                let effects = Effect::on_bills("bills-paid", posted);
                self.record_effects(tx, Some(actor), ("bills-paid", "bill", None), &effects)?;
            } else if same > 0 {
                self.record_count(tx, actor, "lines-recognised", "statement", same)?;
            }
            Ok(Matched::of(matching, paid))
        })
    }

    /// What matching would do now, without doing it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn preview_payments(&self, actor: &Actor) -> Result<Matched, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| Ok(Matched::of(World::load(tx)?.matching(), Rupiah::ZERO)))
    }

    /// Every line with where it stands, the newest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bank_lines(&self, actor: &Actor) -> Result<Vec<LineShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let sees = self.sees_remarks(actor);
        self.store.read(|tx| {
            let world = World::load(tx)?;
            let mut shown = world.shown(sees);
            shown.reverse();
            Ok(shown)
        })
    }

    /// One line with its parts and what it may pay.
    ///
    /// # Errors
    /// `BANK_LINE_UNKNOWN`, `USER_MAY_NOT`.
    pub fn bank_line(
        &self,
        actor: &Actor,
        id: Id<kind::StatementLine>,
    ) -> Result<LineFile, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let sees = self.sees_remarks(actor);
        self.store.read(|tx| {
            let world = World::load(tx)?;
            let unknown = || AppError::not_found("BANK_LINE_UNKNOWN", id.to_string());
            let at = world.place(id).ok_or_else(unknown)?;
            let mut shown = world.shown(sees);
            let shown = shown.swap_remove(at);
            let taken = &world.taken[at];
            let candidates = candidates(taken, &world.bills, &world.policy);
            let parts: Vec<Part> =
                world.parts.iter().filter(|part| part.line == id).cloned().collect();
            let bills = world.bills.iter().map(|bill| (bill.id, bill.clone())).collect();
            let waiting = self.waiting_moves(tx, id)?;
            let fund = taken.fund.or_else(|| world.only_fund());
            let undone_by = world.undone_by(id);
            Ok(LineFile { shown, parts, undone_by, candidates, bills, waiting, fund })
        })
    }

    /// What waits in suspense, the oldest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bank_suspense(&self, actor: &Actor) -> Result<Suspense, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let today = self.environment.today();
        self.store.read(|tx| {
            let world = World::load(tx)?;
            let ages = suspense_ages(tx)?;
            let waits = world.waiting(today, &ages);
            let money = waits.iter().map(|one| (one.since, one.amount));
            let sums = by_age(money, today, &ages);
            let spans = ages.spans().into_iter().zip(sums);
            let ages = spans.map(|((from, to), (count, sum))| (from, to, count, sum)).collect();
            Ok(Suspense { waits, ages })
        })
    }

    /// The settings of the bank: which ages suspense has, and what lies within reach of an amount.
    ///
    /// # Errors
    /// Those of the register.
    pub fn bank_settings(&self) -> Result<(String, String), AppError> {
        self.store.read(|tx| {
            let ages = store::settings::get(tx, SUSPENSE_AGES)?;
            let policy = store::settings::get(tx, MATCH_POLICY)?;
            let usual = Policy::default();
            let written = format!(
                "{},{},{},{}",
                usual.days_before, usual.days_after, usual.near.0, usual.reversal_days
            );
            Ok((ages.unwrap_or_else(|| "7,30,90".to_owned()), policy.unwrap_or(written)))
        })
    }

    /// Changes one of them; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SETTING_UNKNOWN`, `SETTING_UNREADABLE`.
    pub fn set_bank_setting(&self, actor: &Actor, name: &str, value: &str) -> Result<(), AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        let fits = match name {
            SUSPENSE_AGES => Ages::parse(value).is_some(),
            MATCH_POLICY => parse_policy(value).is_some(),
            _ => return Err(AppError::usage("SETTING_UNKNOWN", name)),
        };
        if !fits {
            return Err(AppError::usage("SETTING_UNREADABLE", typed(value)));
        }
        self.store.write(|tx| {
            if store::settings::get(tx, name)?.as_deref() == Some(value) {
                return Ok(());
            }
            store::settings::set(tx, name, value)?;
            self.record(tx, actor, "bank-setting-set", "settings", &[0; 16])
        })
    }

    /// A bank's remark may name people: whoever decides on money sees it, and whoever audits.
    fn sees_remarks(&self, actor: &Actor) -> bool {
        let decides = [Operation::Pay, Operation::Approve, Operation::ReadAudit];
        decides.iter().any(|operation| self.may_somewhere(actor, *operation))
    }
}

impl World {
    /// What matching says of every line now, past those that are money of which a bank has told.
    fn matching(&self) -> Matching {
        // A notice pays its bill when it comes. The bank's own line for it is used up, and may be
        // undone by a later one.
        let rest = self.taken.iter().zip(&self.accounts_of);
        let rest = rest.filter(|(_, account)| !is_notice(account)).map(|(taken, _)| {
            let mut taken = taken.clone();
            if self.told.is_known(taken.line.id) {
                taken.used = taken.line.facts.amount;
            }
            taken
        });
        let rest: Vec<Taken> = rest.collect();
        let mut matching = match_with(&rest, &self.bills, &self.policy);
        matching.breaks.retain(|found| !self.told.is_known(found.line));
        hold_back(&mut matching, &self.told.maybe);
        matching.leave_disputed(&self.disputed);
        matching
    }

    /// All of a line of whose money a bank has told before it came: it is in the books.
    fn echo(&self, line: Id<kind::StatementLine>) -> Option<Give> {
        let taken = &self.taken[self.place(line)?];
        Some(Give::known(line, taken.left()))
    }

    /// Every line with where it stands, in the order of the lines.
    fn shown(&self, sees_remarks: bool) -> Vec<LineShown> {
        let matching = self.matching();
        let mut reasons: HashMap<_, _> =
            matching.breaks.into_iter().map(|found| (found.line, found.reason)).collect();
        let mut suggestions: HashMap<_, _> =
            matching.suggestions.into_iter().map(|found| (found.line, found)).collect();
        let mut standing: HashMap<Id<kind::StatementLine>, Vec<&Part>> = HashMap::new();
        for part in self.parts.iter().filter(|part| part.stands()) {
            standing.entry(part.line).or_default().push(part);
        }
        let shown = self.taken.iter().zip(&self.accounts_of);
        let shown = shown.map(|(taken, account)| {
            let id = taken.line.id;
            let reason = reasons.remove(&id);
            let suggestion = suggestions.remove(&id);
            let found = match (&reason, &suggestion) {
                // What a notice told and no bill is paid by is for somebody to look at.
                (None, _) if is_notice(account) => Stand::Breaks,
                (None, _) => Stand::Pays,
                (Some(_), Some(_)) => Stand::Suggested,
                (Some(_), None) => Stand::Breaks,
            };
            let parts = standing.get(&id).map(Vec::as_slice).unwrap_or_default();
            let remark = sees_remarks.then(|| taken.line.facts.reference.clone());
            LineShown {
                line: taken.line.clone(),
                account: account.clone(),
                state: stand(&taken.line, parts, taken.reversed, found),
                left: taken.left(),
                reason,
                suggestion,
                remark,
            }
        });
        shown.collect()
    }

    /// What waits in suspense, the oldest first.
    fn waiting(&self, today: Day, ages: &Ages) -> Vec<Waits> {
        let mut waits = Vec::new();
        for (taken, account) in self.taken.iter().zip(&self.accounts_of) {
            let amount = self.in_suspense(taken.line.id);
            if amount <= Rupiah::ZERO {
                continue;
            }
            let facts = &taken.line.facts;
            let days = days_since(facts.day, today);
            waits.push(Waits {
                line: taken.line.id,
                account: account.clone(),
                since: facts.day,
                days,
                age: ages.of(days),
                direction: facts.direction,
                amount,
            });
        }
        waits.sort_by_key(|one| (one.since, one.line));
        waits
    }
}

/// The ages of suspense; what cannot be read is as if nothing was said.
fn suspense_ages(tx: &mut store::Tx<'_>) -> Result<Ages, AppError> {
    let text = store::settings::get(tx, SUSPENSE_AGES)?.unwrap_or_default();
    Ok(Ages::parse(&text).unwrap_or_default())
}

/// What lies within reach of an amount alone.
fn match_policy(tx: &mut store::Tx<'_>) -> Result<Policy, AppError> {
    let text = store::settings::get(tx, MATCH_POLICY)?.unwrap_or_default();
    Ok(parse_policy(&text).unwrap_or_default())
}

/// Reads `45,75,10000,31`.
pub fn parse_policy(text: &str) -> Option<Policy> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [before, after, near, reversal] = parts[..] else { return None };
    Some(Policy {
        days_before: before.parse().ok().filter(|days| *days <= 3_660)?,
        days_after: after.parse().ok().filter(|days| *days <= 3_660)?,
        near: Rupiah::parse(near).filter(|near| (0..=1_000_000_000).contains(&near.0))?,
        reversal_days: reversal.parse().ok().filter(|days| *days <= 3_660)?,
    })
}

/// Whether an account is none of a bank's own statements: its lines are what a bank has told.
fn is_notice(account: &str) -> bool {
    account.starts_with(snap::NOTICES)
}

fn too_much() -> AppError {
    AppError::refused("TOO_MUCH_MONEY", "")
}

fn purpose_of_bill(part: &Part) -> Option<Id<kind::Bill>> {
    match part.purpose {
        Purpose::Bill(bill) => Some(bill),
        _ => None,
    }
}
