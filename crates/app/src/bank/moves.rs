//! Money of bank lines given out and released: by matching when it is sure, else put forward by one
//! person and approved by another. What was posted is reversed, never changed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::billing::{Bill, BillState};
use domain::ledger::{Document, Origin, Transfer};
use domain::payment::part::{About, check_part, part_id};
use domain::payment::settling::{payment_ids, waiting, waiting_id};
use domain::payment::{
    BankAccount, Direction, Match, MatchedBy, Paid, Part, PartRefusal, Purpose, StatementLine,
    settle_parts, unsettle,
};
use domain::programme::Programme;
use domain::task::{Task, TaskKind, TaskState};
use sha2::{Digest, Sha256};
use store::Tx;
use store::payments::LineKept;

use super::world::World;
use super::{accounts, purpose_of_bill};
use crate::bills::months::refuse_disputed;
use crate::error::{AppError, ErrorKind};
use crate::events::Effect;
use crate::ledger::post_as;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::usable_reason;
use crate::tasks::{Forward, check_bound};

/// So much of a line for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Give {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// For what.
    pub purpose: Purpose,
    /// How much.
    pub amount: Rupiah,
    /// How it was recognised.
    by: MatchedBy,
}

/// What somebody puts forward.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moves {
    /// Parts to be released, before anything is given out.
    pub release: Vec<Id<Part>>,
    /// What is to be given out.
    pub give: Vec<Give>,
}

/// Moves as their approver sees them.
#[derive(Debug, Clone)]
pub struct MovesShown {
    /// The task by which they are decided.
    pub task: Id<Task>,
    /// Where it stands.
    pub state: TaskState,
    /// The digest that an approval binds.
    pub hash: [u8; 32],
    /// The moves.
    pub moves: Moves,
    /// Why.
    pub reason: String,
    /// How much they move.
    pub amount: Rupiah,
}

impl Give {
    /// What two people decide.
    pub fn new(line: Id<kind::StatementLine>, purpose: Purpose, amount: Rupiah) -> Give {
        Give { line, purpose, amount, by: MatchedBy::People }
    }

    pub(super) fn of_match(found: &Match) -> Give {
        let purpose = Purpose::Bill(found.bill);
        Give { line: found.line, purpose, amount: found.amount, by: found.by }
    }

    /// Money that is in the books by a bank's notice: its line is used up.
    pub(super) fn known(line: Id<kind::StatementLine>, amount: Rupiah) -> Give {
        Give { line, purpose: Purpose::Other, amount, by: MatchedBy::ReferenceAndAmount }
    }
}

impl Moves {
    /// In lines, as the task keeps them.
    fn written(&self, reason: &str) -> String {
        let mut text = format!("reason={reason}");
        for part in &self.release {
            text.push_str(&format!("\nrelease={part}"));
        }
        for give in &self.give {
            let about = give.purpose.about().map(Id::<()>::from_bytes);
            let about = about.map_or("-".to_owned(), |id| id.to_string());
            let (line, name, amount) = (give.line, give.purpose.name(), give.amount.0);
            text.push_str(&format!("\ngive={line} {name} {about} {amount}"));
        }
        text
    }

    /// Reads back what a task keeps, with its reason.
    pub fn read(content: &str) -> Option<(Moves, String)> {
        let (mut moves, mut reason) = (Moves::default(), String::new());
        for (name, value) in content.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "reason" => reason = value.to_owned(),
                "release" => moves.release.push(Id::parse(value).ok()?),
                "give" => moves.give.push(read_give(value)?),
                _ => return None,
            }
        }
        Some((moves, reason))
    }
}

fn read_give(text: &str) -> Option<Give> {
    let [line, name, about, amount]: [&str; 4] =
        text.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let about = match about {
        "-" => None,
        id => Some(*Id::<()>::parse(id).ok()?.as_bytes()),
    };
    let purpose = Purpose::from_parts(name, about)?;
    Some(Give::new(Id::parse(line).ok()?, purpose, Rupiah::parse(amount)?))
}

impl Office {
    /// Puts moves of bank lines forward; the same again while they wait is no change.
    ///
    /// # Errors
    /// `MOVES_EMPTY`, `BANK_LINE_UNKNOWN`, `REASON_MISSING`, `MATCH_FIRST` for a line that is money
    /// of which a bank has told and that nobody has matched yet, and the codes of [`PartRefusal`].
    pub fn propose_moves(
        &self,
        actor: &Actor,
        moves: &Moves,
        reason: &str,
    ) -> Result<MovesShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let moves = &whole(tx, moves)?;
            let content = moves.written(&reason);
            let hash: [u8; 32] = Sha256::digest(content.as_bytes()).into();
            let line = line_of(tx, moves)?;
            let object = *line.as_bytes();
            for known in store::access::tasks_of(tx, TaskKind::Allocation, &object)? {
                let waits = known.task.waits_at(self.now_ms());
                if waits && known.task.hash == hash {
                    return shown(&known.task, &known.content);
                }
                if waits {
                    return Err(AppError::new(ErrorKind::Conflict, "MOVES_WAIT", ""));
                }
            }
            let plan = Plan::of(tx, moves)?;
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Allocation,
                object,
                hash,
                effect: amount_of(moves, &plan),
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "bank-moves-proposed", "statement-line", &object)?;
            shown(&task, &content)
        })
    }

    /// What the last approval brings about.
    pub(crate) fn moves_approved(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        check_bound(task, content)?;
        let (now, today) = (self.now_ms(), self.environment.today());
        let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "task");
        let (moves, _) = Moves::read(content).ok_or_else(damaged)?;
        let plan = Plan::of(tx, &moves)?;
        // What was given out since is in no text that anybody has approved.
        if implied(tx, &moves)?.iter().any(|part| !moves.release.contains(&part.id)) {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        let origin =
            Origin { maker: Some(task.maker), checker: Some(actor.id), ..self.origin(actor) };
        let hand = Hand { task: Some(task.id), now_ms: now, origin };
        let opened = release_all(tx, &plan.releases, &hand, today)?;
        let posted = give_out(tx, &moves.give, &hand)?;
        let mut effects = Effect::on_bills("bill-payment-undone", opened);
        effects.extend(Effect::on_bills("bills-paid", posted));
        let act = ("bank-moves-approved", "statement-line", Some(&task.object));
        self.record_effects(tx, Some(actor), act, &effects)
    }

    /// The moves of a line that wait for somebody's approval.
    pub(super) fn waiting_moves(
        &self,
        tx: &mut Tx<'_>,
        line: Id<kind::StatementLine>,
    ) -> Result<Vec<MovesShown>, AppError> {
        let now = self.now_ms();
        let tasks = store::access::tasks_of(tx, TaskKind::Allocation, line.as_bytes())?;
        let open = tasks.iter().filter(|record| record.task.waits_at(now));
        open.map(|record| shown(&record.task, &record.content)).collect()
    }
}

fn shown(task: &Task, content: &str) -> Result<MovesShown, AppError> {
    let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "task");
    let (moves, reason) = Moves::read(content).ok_or_else(damaged)?;
    let (task_id, state, hash, amount) = (task.id, task.state, task.hash, task.effect);
    Ok(MovesShown { task: task_id, state, hash, moves, reason, amount })
}

/// What moves move: what they give out or what they release, whichever is more. How many must
/// approve goes by it, and a paid bill may come apart by a release alone.
fn amount_of(moves: &Moves, plan: &Plan) -> Rupiah {
    let given = moves.give.iter().fold(0_i64, |sum, give| sum.saturating_add(give.amount.0));
    let released = plan.releases.iter().fold(0_i64, |sum, part| sum.saturating_add(part.amount.0));
    Rupiah(given.max(released))
}

/// Moves with every part that they release by undoing a line: all of it is what is approved.
fn whole(tx: &mut Tx<'_>, moves: &Moves) -> Result<Moves, AppError> {
    let undone: Vec<_> = undoing(moves).collect();
    if !undone.is_empty() {
        // Until matching has kept whose money the line is, half of it would be undone.
        let world = World::load(tx)?;
        if world.told.found().any(|line| undone.contains(&line)) {
            return Err(AppError::refused("MATCH_FIRST", ""));
        }
    }
    let mut moves = moves.clone();
    for part in implied(tx, &moves)? {
        if !moves.release.contains(&part.id) {
            moves.release.push(part.id);
        }
    }
    Ok(moves)
}

/// The lines that moves undo.
fn undoing(moves: &Moves) -> impl Iterator<Item = Id<kind::StatementLine>> {
    moves.give.iter().filter_map(|give| match give.purpose {
        Purpose::Reversal(line) => Some(line),
        _ => None,
    })
}

/// The standing parts of the lines that moves undo. Where a notice has told of a line's money, it
/// is the notice's line that has paid.
fn implied(tx: &mut Tx<'_>, moves: &Moves) -> Result<Vec<Part>, AppError> {
    let mut parts = Vec::new();
    for line in undoing(moves) {
        parts.extend(store::payments::parts_of(tx, line)?);
        if let Some(told) = store::snap::told_line_of(tx, line)? {
            parts.extend(store::payments::parts_of(tx, told)?);
        }
    }
    parts.retain(Part::stands);
    Ok(parts)
}

/// The line that moves are about: they concern one, and the lines it speaks of.
fn line_of(tx: &mut Tx<'_>, moves: &Moves) -> Result<Id<kind::StatementLine>, AppError> {
    if let Some(give) = moves.give.first() {
        return Ok(give.line);
    }
    let Some(first) = moves.release.first() else {
        return Err(AppError::refused("MOVES_EMPTY", ""));
    };
    Ok(part_of(tx, *first)?.line)
}

fn part_of(tx: &mut Tx<'_>, id: Id<Part>) -> Result<Part, AppError> {
    let parts = store::payments::all_parts(tx)?;
    let found = parts.into_iter().find(|part| part.id == id && part.stands());
    found.ok_or_else(|| refused(PartRefusal::PartUnknown))
}

fn refused(refusal: PartRefusal) -> AppError {
    AppError::refused(refusal.name(), "")
}

/// How much of a line's money waits in suspense.
fn waits_now(tx: &mut Tx<'_>, id: Id<kind::StatementLine>) -> Result<Rupiah, AppError> {
    let own = store::payments::parts_of(tx, id)?;
    let about = store::payments::parts_about(tx, id.as_bytes())?;
    let standing = |part: &&Part| part.stands();
    let sum = own.iter().chain(&about).filter(standing).map(|part| match part.purpose {
        Purpose::Suspense(_) if part.line == id => part.amount.0,
        Purpose::Returned(line) if line == id => -part.amount.0,
        _ => 0,
    });
    Ok(Rupiah(sum.sum()))
}

/// Whether a later line undid this one, or the bank's own line for the money that it told of.
fn undone(tx: &mut Tx<'_>, line: Id<kind::StatementLine>) -> Result<bool, AppError> {
    let own = store::snap::own_line_of(tx, line)?;
    for line in [Some(line), own].into_iter().flatten() {
        let about = store::payments::parts_about(tx, line.as_bytes())?;
        let is = |part: &Part| part.purpose == Purpose::Reversal(line) && part.stands();
        if about.iter().any(is) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Moves that may be done, as things stand.
struct Plan {
    /// The parts to be released.
    releases: Vec<Part>,
}

/// What is left of lines, bills and suspense while moves are checked one after the other.
#[derive(Default)]
struct Left {
    lines: HashMap<Id<kind::StatementLine>, (LineKept, Rupiah)>,
    bills: HashMap<Id<kind::Bill>, Option<(Rupiah, Id<kind::Fund>)>>,
    suspense: HashMap<Id<kind::StatementLine>, Rupiah>,
}

impl Plan {
    fn of(tx: &mut Tx<'_>, moves: &Moves) -> Result<Plan, AppError> {
        if moves.give.is_empty() && moves.release.is_empty() {
            return Err(AppError::refused("MOVES_EMPTY", ""));
        }
        let accounts = accounts::all(tx)?;
        let mut left = Left::default();
        let mut releases: Vec<Part> = Vec::new();
        for id in &moves.release {
            let part = part_of(tx, *id)?;
            if releases.iter().all(|known| known.id != part.id) {
                releases.push(part);
            }
        }
        for part in &releases {
            left.released(tx, part)?;
        }
        for give in &moves.give {
            left.given(tx, &accounts, give)?;
        }
        if left.suspense.values().any(|waits| *waits < Rupiah::ZERO) {
            return Err(refused(PartRefusal::SuspenseExceeded));
        }
        Ok(Plan { releases })
    }
}

impl Left {
    fn line(
        &mut self,
        tx: &mut Tx<'_>,
        id: Id<kind::StatementLine>,
    ) -> Result<&mut (LineKept, Rupiah), AppError> {
        match self.lines.entry(id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let unknown = || AppError::not_found("BANK_LINE_UNKNOWN", id.to_string());
                let kept = store::payments::line(tx, id)?.ok_or_else(unknown)?;
                let left = Rupiah(kept.line.facts.amount.0 - kept.given.0);
                Ok(place.insert((kept, left)))
            }
        }
    }

    fn bill(
        &mut self,
        tx: &mut Tx<'_>,
        id: Id<kind::Bill>,
    ) -> Result<&mut Option<(Rupiah, Id<kind::Fund>)>, AppError> {
        match self.bills.entry(id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let open = store::bills::open(tx)?.into_iter().find(|bill| bill.id == id);
                Ok(place.insert(open.and_then(|bill| Some((bill.left(), bill.fund?)))))
            }
        }
    }

    fn waits(
        &mut self,
        tx: &mut Tx<'_>,
        id: Id<kind::StatementLine>,
    ) -> Result<&mut Rupiah, AppError> {
        match self.suspense.entry(id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(waits_now(tx, id)?)),
        }
    }

    fn released(&mut self, tx: &mut Tx<'_>, part: &Part) -> Result<(), AppError> {
        let (_, left) = self.line(tx, part.line)?;
        *left = Rupiah(left.0 + part.amount.0);
        match part.purpose {
            Purpose::Bill(bill) => {
                if let Some((lacks, _)) = self.bill(tx, bill)? {
                    *lacks = Rupiah(lacks.0 + part.amount.0);
                }
            }
            Purpose::Suspense(_) => {
                let waits = self.waits(tx, part.line)?;
                *waits = Rupiah(waits.0 - part.amount.0);
            }
            Purpose::Returned(line) => {
                let waits = self.waits(tx, line)?;
                *waits = Rupiah(waits.0 + part.amount.0);
            }
            Purpose::Reversal(_) | Purpose::Other => {}
        }
        Ok(())
    }

    fn given(
        &mut self,
        tx: &mut Tx<'_>,
        accounts: &[BankAccount],
        give: &Give,
    ) -> Result<(), AppError> {
        let (kept, left) = self.line(tx, give.line)?.clone();
        // What the bank took back is nobody's any more.
        if undone(tx, give.line)? {
            return Err(refused(PartRefusal::LineExceeded));
        }
        let account = accounts.iter().find(|account| account.code == kept.account);
        let fund = account.and_then(|account| account.fund);
        let (about, counter, waits);
        let found = match give.purpose {
            Purpose::Bill(bill) => {
                about = *self.bill(tx, bill)?;
                About::Bill(about)
            }
            Purpose::Returned(line) | Purpose::Reversal(line) => {
                if undone(tx, line)? {
                    return Err(refused(PartRefusal::CounterUnfit));
                }
                counter = self.line(tx, line)?.0.clone();
                waits = *self.waits(tx, line)?;
                let same = counter.account == kept.account;
                About::Line(Some((&counter.line, same, waits)))
            }
            Purpose::Suspense(_) | Purpose::Other => About::Nothing,
        };
        let asked = (give.purpose, give.amount);
        check_part(&kept.line, left, fund, asked, &found).map_err(refused)?;
        let (_, left) = self.line(tx, give.line)?;
        *left = Rupiah(left.0 - give.amount.0);
        match give.purpose {
            Purpose::Bill(bill) => {
                if let Some((lacks, _)) = self.bill(tx, bill)? {
                    *lacks = Rupiah(lacks.0 - give.amount.0);
                }
            }
            Purpose::Suspense(_) => {
                let waits = self.waits(tx, give.line)?;
                *waits = Rupiah(waits.0 + give.amount.0);
            }
            Purpose::Returned(line) => {
                let waits = self.waits(tx, line)?;
                *waits = Rupiah(waits.0 - give.amount.0);
            }
            Purpose::Reversal(_) | Purpose::Other => {}
        }
        Ok(())
    }
}

/// Posts a batch, when there is anything to post.
fn post(tx: &mut Tx<'_>, origin: Origin, transfers: &[Transfer]) -> Result<(), AppError> {
    match transfers.is_empty() {
        true => Ok(()),
        false => post_open(tx, origin, transfers),
    }
}

/// Posts what a line brings about on its day, or on the first open one when its month is closed:
/// the line keeps its own day.
fn post_open(tx: &mut Tx<'_>, origin: Origin, transfers: &[Transfer]) -> Result<(), AppError> {
    let open = store::ledger::period::closed_until(tx)?.map(|closed| closed.plus_days(1));
    let on = |day: Day| open.map_or(day, |open| day.max(open));
    let transfers: Vec<Transfer> =
        transfers.iter().map(|one| Transfer { day: on(one.day), ..*one }).collect();
    post_as(tx, origin, &transfers)
}

/// By whose hand money is given out or released, when, and by which decision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hand {
    pub(super) task: Option<Id<Task>>,
    pub(super) now_ms: i64,
    pub(super) origin: Origin,
}

impl Hand {
    /// What stands behind the transfers of a bill: the rules by which it was computed, who did this
    /// and who approved it; where nobody did, as when a bank tells a payment, those who locked and
    /// issued the bill.
    fn of_bill(self, tx: &mut Tx<'_>, bill: &Bill) -> Result<Origin, AppError> {
        let Origin { maker, checker, .. } = self.origin;
        let issue = store::bills::issue_people(tx, bill.id, bill.revision)?;
        let maker = maker.or(issue.map(|(locked, _)| locked));
        let checker = checker.or(issue.map(|(_, issued)| issued));
        let checker = checker.filter(|checker| Some(*checker) != maker);
        Ok(Origin { rulebook: Origin::version_of(&bill.rulebook), maker, checker })
    }
}

impl Office {
    /// Says of lines that they are nothing that Payung keeps books of: no money moves, so one
    /// person says it, with a reason that is kept. Lines that are given out already are passed
    /// over.
    ///
    /// # Errors
    /// `BANK_LINE_UNKNOWN`, `REASON_MISSING`.
    pub fn explain_lines(
        &self,
        actor: &Actor,
        lines: &[Id<kind::StatementLine>],
        reason: &str,
    ) -> Result<u64, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let reason = usable_reason(reason)?;
        let now = self.now_ms();
        self.store.write(|tx| {
            let mut gives: Vec<Give> = Vec::new();
            for line in lines.iter().collect::<BTreeSet<_>>() {
                let unknown = || AppError::not_found("BANK_LINE_UNKNOWN", line.to_string());
                let kept = store::payments::line(tx, *line)?.ok_or_else(unknown)?;
                let left = Rupiah(kept.line.facts.amount.0 - kept.given.0);
                if left > Rupiah::ZERO && !undone(tx, *line)? {
                    gives.push(Give::new(*line, Purpose::Other, left));
                }
            }
            if let Some(first) = gives.first() {
                let hand = Hand { task: None, now_ms: now, origin: self.origin(actor) };
                give_out(tx, &gives, &hand)?;
                let object = ("statement-line", first.line.as_bytes());
                self.record_reason(tx, actor, "lines-explained", object, &reason)?;
            }
            Ok(gives.len() as u64)
        })
    }
}

/// Pays a bill with all of a line that is kept, and posts what follows.
pub(crate) fn pay(
    tx: &mut Tx<'_>,
    line: &StatementLine,
    bill: Id<kind::Bill>,
    now_ms: i64,
) -> Result<(), AppError> {
    let (purpose, amount) = (Purpose::Bill(bill), line.facts.amount);
    let by = MatchedBy::ReferenceAndAmount;
    let hand = Hand { task: None, now_ms, origin: Origin::default() };
    give_out(tx, &[Give { line: line.id, purpose, amount, by }], &hand).map(|_| ())
}

/// Gives parts out and posts what follows: a bill that is full is settled, the rest waits. The
/// bills that were settled.
pub(super) fn give_out(
    tx: &mut Tx<'_>,
    gives: &[Give],
    hand: &Hand,
) -> Result<Vec<Id<kind::Bill>>, AppError> {
    // In the order in which they are paid, each once.
    let mut bills: Vec<Id<kind::Bill>> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut transfers = Vec::new();
    for give in gives {
        let unknown = || AppError::not_found("BANK_LINE_UNKNOWN", give.line.to_string());
        let kept = store::payments::line(tx, give.line)?.ok_or_else(unknown)?;
        let nth = store::payments::parts_of(tx, give.line)?.len();
        let nth = u32::try_from(nth).expect("a line has few parts");
        let part = Part {
            id: part_id(give.line, nth),
            line: give.line,
            purpose: give.purpose,
            amount: give.amount,
            by: give.by,
            day: kept.line.facts.day,
            given_at_ms: hand.now_ms,
            released_at_ms: None,
        };
        store::payments::give(tx, &part, nth, hand.task)?;
        let fund = match give.purpose {
            Purpose::Bill(bill) => {
                if seen.insert(bill) {
                    bills.push(bill);
                }
                None
            }
            Purpose::Suspense(fund) => Some(fund),
            Purpose::Returned(line) => Some(suspense_fund(tx, line)?),
            Purpose::Reversal(_) | Purpose::Other => None,
        };
        transfers.extend(fund.and_then(|fund| waiting(&part, fund, kept.line.facts.direction)));
    }
    post(tx, hand.origin, &transfers)?;
    let mut settled = Vec::new();
    for bill in bills {
        if settle_or_wait(tx, bill, hand)? {
            settled.push(bill);
        }
    }
    Ok(settled)
}

/// The fund in whose suspense a line's money waits.
fn suspense_fund(
    tx: &mut Tx<'_>,
    line: Id<kind::StatementLine>,
) -> Result<Id<kind::Fund>, AppError> {
    let parts = store::payments::parts_of(tx, line)?;
    let found = parts.iter().find_map(|part| match part.purpose {
        Purpose::Suspense(fund) if part.stands() => Some(fund),
        _ => None,
    });
    found.ok_or_else(|| refused(PartRefusal::SuspenseExceeded))
}

/// The standing parts that pay a bill.
fn paying(tx: &mut Tx<'_>, bill: Id<kind::Bill>) -> Result<Vec<Part>, AppError> {
    let parts = store::payments::parts_about(tx, bill.as_bytes())?;
    let stands = |part: &Part| part.stands() && purpose_of_bill(part).is_some();
    Ok(parts.into_iter().filter(stands).collect())
}

fn bill_of(tx: &mut Tx<'_>, id: Id<kind::Bill>) -> Result<(Bill, Programme), AppError> {
    let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "bill");
    let bill = store::bills::get(tx, id)?.ok_or_else(damaged)?;
    let programme = store::programmes::get(tx, bill.programme)?.ok_or_else(damaged)?;
    Ok((bill, programme))
}

/// Settles a bill whose parts are all of it; else its parts wait. Whether it was settled.
fn settle_or_wait(tx: &mut Tx<'_>, id: Id<kind::Bill>, hand: &Hand) -> Result<bool, AppError> {
    let (bill, programme) = bill_of(tx, id)?;
    if bill.state != BillState::Final {
        return Err(refused(PartRefusal::BillNotFinal));
    }
    let parts = paying(tx, id)?;
    let mut waited = Vec::with_capacity(parts.len());
    for part in &parts {
        waited.push(standing(tx, part, waiting_id(part))?.is_some());
    }
    let sum: i64 = parts.iter().map(|part| part.amount.0).sum();
    if sum < bill.total.0 {
        let new = parts.iter().zip(&waited).filter(|(_, waited)| !**waited);
        let transfers: Vec<Transfer> =
            new.filter_map(|(part, _)| waiting(part, programme.fund, Direction::Out)).collect();
        return post(tx, hand.origin, &transfers).map(|()| false);
    }
    refuse_disputed(tx, &bill)?;
    let paid: Vec<Paid<'_>> =
        parts.iter().zip(waited).map(|(part, waited)| Paid { part, waited }).collect();
    let settlement = settle_parts(&bill, &programme, &paid)
        .map_err(|refusal| AppError::refused("LEDGER_REFUSED", refusal.name()))?;
    let origin = hand.of_bill(tx, &bill)?;
    post_open(tx, origin, &settlement.transfers)?;
    store::bills::set_state(tx, settlement.bill.id, settlement.bill.state)?;
    let mut covered = settlement.covered;
    store::merges::redirect(tx, &mut covered)?;
    store::covered::insert_all(tx, &covered, hand.now_ms)?;
    Ok(true)
}

/// A transfer behind a part's line, when it was posted and not reversed since.
fn standing(
    tx: &mut Tx<'_>,
    part: &Part,
    id: Id<kind::Transfer>,
) -> Result<Option<Transfer>, AppError> {
    let of_line = store::ledger::by_document(tx, Document::StatementLine(part.line))?;
    let Some(found) = of_line.into_iter().find(|transfer| transfer.id == id) else {
        return Ok(None);
    };
    let undone = store::ledger::by_document(tx, Document::Transfer(id))?;
    Ok(undone.is_empty().then_some(found))
}

/// Releases parts: bills they paid are opened again, and what was posted is reversed. The bills
/// that were opened.
fn release_all(
    tx: &mut Tx<'_>,
    parts: &[Part],
    hand: &Hand,
    today: Day,
) -> Result<Vec<Id<kind::Bill>>, AppError> {
    let bills: BTreeSet<_> = parts.iter().filter_map(purpose_of_bill).collect();
    let mut opened = Vec::new();
    for bill in bills {
        if open_again(tx, bill, parts, (hand, today))? {
            opened.push(bill);
        }
    }
    for part in parts {
        if let Some(transfer) = standing(tx, part, waiting_id(part))? {
            post_as(tx, hand.origin, &[transfer.reversed(today)])?;
        }
        if !store::payments::release(tx, part, hand.task, hand.now_ms)? {
            return Err(refused(PartRefusal::PartUnknown));
        }
        if let Some(bill) = purpose_of_bill(part) {
            // The bank may be paid through once more.
            store::snap::release_credit(tx, part.line, bill, hand.now_ms)?;
        }
    }
    Ok(opened)
}

/// Takes back the posting of a bill of which a part is released; its other parts wait again.
/// Whether it was posted.
fn open_again(
    tx: &mut Tx<'_>,
    id: Id<kind::Bill>,
    released: &[Part],
    (hand, today): (&Hand, Day),
) -> Result<bool, AppError> {
    let (bill, programme) = bill_of(tx, id)?;
    if bill.state != BillState::Posted {
        return Ok(false);
    }
    undo_recoveries(tx, &bill, (hand, today))?;
    let parts = paying(tx, id)?;
    let mut payments = Vec::with_capacity(parts.len());
    for part in &parts {
        for payment in payment_ids(part, bill.revision) {
            payments.extend(standing(tx, part, payment)?);
        }
    }
    let undone = unsettle(&bill, &programme, &payments, today)
        .map_err(|refusal| AppError::refused("LEDGER_REFUSED", refusal.name()))?;
    let origin = hand.of_bill(tx, &bill)?;
    post_as(tx, origin, &undone.transfers)?;
    store::covered::remove(tx, bill.programme, bill.month, (today, hand.now_ms))?;
    store::bills::save(tx, &undone.bill)?;
    store::bills::carry_issue(tx, bill.id, bill.revision)?;
    let mut transfers = Vec::new();
    for part in parts.iter().filter(|part| released.iter().all(|gone| gone.id != part.id)) {
        if standing(tx, part, waiting_id(part))?.is_none() {
            let waits = waiting(part, programme.fund, Direction::Out);
            transfers.extend(waits.map(|one| Transfer { day: today, ..one }));
        }
    }
    post(tx, hand.origin, &transfers).map(|()| true)
}

/// Undoes what BPJS owes back for months of a bill whose payment is undone: it rests on what was
/// paid. A draft that would take it off asks for the whole again; a bill that is locked or paid
/// with it comes first.
fn undo_recoveries(
    tx: &mut Tx<'_>,
    bill: &Bill,
    (hand, today): (&Hand, Day),
) -> Result<(), AppError> {
    let mut recovered = store::recoveries::of_programme(tx, bill.programme)?;
    recovered.retain(|recovery| recovery.paid.month == bill.month);
    crate::bills::undo_recoveries(tx, &recovered, (hand.origin, today, hand.now_ms))
}
