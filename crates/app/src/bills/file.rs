//! One bill with all that hangs on it: what it asks for by rule, the due day, what paying late
//! costs, its codes, who locked and who issued it, and what is different from the month before.

use std::collections::{BTreeMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::billing::change::{Change, ChangeSide, ChangeWhy, differing, explained};
use domain::billing::credit::BillCredit;
use domain::billing::{Bill, BillState, Excluded, ExclusionReason, bill_id, due};
use domain::ledger::{Document, TransferCode, TransferKind};
use domain::programme::Programme;
use domain::task::{Task, TaskKind, TaskState};
use rules::{RuleStatus, Scheme, Segment};
use store::Tx;
pub use store::bills::{BillCode, BillHead};
use store::bills::{IssueShown, RuleSum};

use super::credits::scheme_taken_off;
use super::heads_paid_with;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::PersonShown;
use crate::tasks::waiting;

/// Acts shown of one bill.
const HISTORY_LINES: u32 = 50;

/// One bill with all that hangs on it; the lines of a bill that is locked are kept elsewhere.
#[derive(Debug, Clone)]
pub struct BillFile {
    /// Of what.
    pub programme: Programme,
    /// The fund that pays, by code.
    pub fund: Box<str>,
    /// The fund: its ceiling, and what is committed, billed, paid, and free.
    pub budget: [Rupiah; 5],
    /// What the programme has bound and not billed: the most that a further bill may ask for.
    pub unbilled: Rupiah,
    /// The bill.
    pub head: BillHead,
    /// The same with its lines as it would be now, while it is a draft.
    pub draft: Option<Bill>,
    /// What a payer writes.
    pub reference: String,
    /// The bills that it is paid with, itself among them, by month.
    pub together: Vec<BillHead>,
    /// What it asks for, by scheme and rule.
    pub sums: Vec<RuleSum>,
    /// Those left out, counted by reason.
    pub left_out: Vec<(&'static str, u64)>,
    /// People on it, locked or paid, for whose month another regency pays: while it is not paid
    /// they stop it.
    pub paid_elsewhere: u64,
    /// People that it left out when it was locked, for whose month nobody pays by now.
    pub free_again: u64,
    /// What it takes off.
    pub credits: Vec<(BillCredit, Option<Scheme>)>,
    /// By when it must be paid, and by which rules.
    pub due: Due,
    /// What being late means; none in time, and none once it is paid.
    pub late: Option<Late>,
    /// The codes it is paid under.
    pub codes: Vec<BillCode>,
    /// Every revision that was issued.
    pub issues: Vec<IssueShown>,
    /// What waits for a second person.
    pub waiting: Option<Waiting>,
    /// The day it was paid.
    pub paid_on: Option<Day>,
    /// What was done to it, oldest first.
    pub history: Vec<Done>,
}

/// By when a bill must be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The last day to pay.
    pub day: Day,
    /// The day as the law names it, before weekends and holidays move it.
    pub nominal: Day,
    /// Instrument and article of each rule that decided, and how well it is known.
    pub rules: Vec<(String, RuleStatus)>,
}

/// What being late means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// Days after the last day to pay.
    pub days: u32,
    /// What the law adds by today, or by the day of payment, for those who earn a wage:
    /// amount, article, status.
    pub penalty: Option<(Rupiah, String, RuleStatus)>,
    /// Whether nobody on the bill earns a wage, so that the law knows no penalty.
    pub no_penalty: bool,
}

/// A final bill that waits for a second person.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The task.
    pub task: Task,
    /// Who locked it.
    pub maker: Box<str>,
}

/// Something that was done to a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Who; the program by itself when empty.
    pub by: Box<str>,
    /// The act, as the audit log names it.
    pub act: Box<str>,
    /// Why, for those that need a reason.
    pub reason: Option<String>,
}

/// What is different from the bill of the month before.
#[derive(Debug, Clone)]
pub struct BillChanges {
    /// The month compared with; none for a first bill.
    pub against: Option<Month>,
    /// What the two bills ask for.
    pub totals: (Rupiah, Rupiah),
    /// Every difference, by side and reason.
    pub changes: Vec<Change>,
}

/// Differences alike in side, reason and amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeGroup {
    /// Came, went, or costs another amount.
    pub side: ChangeSide,
    /// Why.
    pub why: ChangeWhy,
    /// What each cost before.
    pub before: Rupiah,
    /// What each costs now.
    pub after: Rupiah,
    /// How many.
    pub people: u64,
}

/// One difference with the person, masked.
#[derive(Debug, Clone)]
pub struct Movement {
    /// The difference.
    pub change: Change,
    /// Who; none when the record is gone.
    pub person: Option<PersonShown>,
}

impl BillChanges {
    /// The differences counted.
    pub fn groups(&self) -> Vec<ChangeGroup> {
        let mut groups: BTreeMap<(ChangeSide, ChangeWhy, Rupiah, Rupiah), u64> = BTreeMap::new();
        for change in &self.changes {
            let (before, after) = (change.differing.before, change.differing.after);
            *groups.entry((change.side, change.why, before, after)).or_default() += 1;
        }
        let group =
            |((side, why, before, after), people)| ChangeGroup { side, why, before, after, people };
        groups.into_iter().map(group).collect()
    }

    /// How many are on a side.
    pub fn count(&self, side: ChangeSide) -> u64 {
        self.changes.iter().filter(|change| change.side == side).count() as u64
    }
}

impl Office {
    /// One bill with all that hangs on it.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `USER_MAY_NOT`.
    pub fn bill_file(&self, actor: &Actor, code: &str, month: Month) -> Result<BillFile, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        let fund = self.fund_of(&programme)?;
        let shown = self.fund_overview(actor)?.into_iter().find(|one| one.fund.id == fund.id);
        let figures = shown.map(|shown| shown.figures).unwrap_or_default();
        let budget =
            [figures.ceiling, figures.committed, figures.billed, figures.paid, figures.free()];
        let (file, left_to_others) = self.store.read(|tx| {
            self.bill_file_in(tx, (programme.clone(), fund.code.clone(), budget), month)
        })?;
        // Asked by itself, because another server of the register may not answer.
        let free_again = self.free_again(&programme, month, &left_to_others);
        Ok(BillFile { free_again, ..file })
    }

    /// The same in a transaction, and whom a locked one left to other regions.
    fn bill_file_in(
        &self,
        tx: &mut Tx<'_>,
        (programme, fund, budget): (Programme, Box<str>, [Rupiah; 5]),
        month: Month,
    ) -> Result<(BillFile, HashSet<Id<kind::Person>>), AppError> {
        let mut left_to_others = HashSet::new();
        let head = store::bills::head(tx, bill_id(programme.id, month))?;
        let unknown = || AppError::not_found("BILL_UNKNOWN", format!("{} {month}", programme.code));
        let mut head = head.ok_or_else(unknown)?;
        let draft = self.draft_behind(tx, &programme, &head)?;
        if let Some(draft) = &draft {
            head = head.as_computed(draft);
        }
        let together = heads_paid_with(tx, &head)?;
        let (sums, left_out, credits) = match &draft {
            Some(draft) => {
                (RuleSum::of(&draft.lines), left_out(&draft.excluded), draft.credits.clone())
            }
            None => {
                let excluded = store::bills::excluded(tx, head.id)?;
                left_to_others = left_to_other_regions(&excluded);
                let credits = store::bills::credits(tx, head.id)?;
                (store::bills::sums(tx, &head)?, left_out(&excluded), credits)
            }
        };
        let paid_elsewhere = match &draft {
            Some(_) => 0,
            None => super::months::lost_on(tx, (head.id, month))?.len() as u64,
        };
        let paid_on = match head.state {
            BillState::Posted => paid_on(tx, head.id)?,
            _ => None,
        };
        let due = self.due_of(&programme, &together)?;
        let late = match paid_on {
            None if head.state == BillState::Final => {
                self.late(&head, &due, &sums, self.environment.today())?
            }
            // What a payment that came late costs besides stays to be seen.
            Some(paid_on) => self.late(&head, &due, &sums, paid_on)?,
            None => None,
        };
        let file = BillFile {
            unbilled: unbilled(tx, &programme)?,
            reference: super::payment_reference(&head),
            left_out,
            paid_elsewhere,
            free_again: 0,
            credits: with_schemes(tx, &head, credits)?,
            codes: store::bills::codes(tx, head.id, head.revision)?,
            issues: store::bills::issues(tx, head.id)?,
            waiting: self.bill_waits(tx, &together[0])?,
            history: self.history(tx, &together[0])?,
            fund,
            programme,
            budget,
            head,
            draft,
            together,
            sums,
            due,
            late,
            paid_on,
        };
        Ok((file, left_to_others))
    }

    /// The due day of bills that are paid at once: that of the first; one that was issued keeps its
    /// day.
    pub(super) fn due_of(
        &self,
        programme: &Programme,
        together: &[BillHead],
    ) -> Result<Due, AppError> {
        let first = &together[0];
        let due = due::due_day(&self.rulebook, programme, first.month)
            .map_err(|_| AppError::refused("RULE_MISSING", first.month.to_string()))?;
        Ok(Due {
            day: first.issued.map_or(due.day, |(_, day)| day),
            nominal: due.nominal,
            rules: due.rules.iter().map(|rule| self.cited(&rule.citation)).collect(),
        })
    }

    pub(super) fn late(
        &self,
        head: &BillHead,
        due: &Due,
        sums: &[RuleSum],
        on: Day,
    ) -> Result<Option<Late>, AppError> {
        let days = due.day.days_until(on);
        let Some(days) = u32::try_from(days).ok().filter(|days| *days > 0) else {
            return Ok(None);
        };
        let waged = sums.iter().filter(|sum| due::is_waged(&sum.rule));
        let waged = Rupiah(waged.map(|sum| sum.rupiah.0).sum());
        let answer = due::penalty(&self.rulebook, head.month, waged, on)
            .map_err(|_| AppError::refused("RULE_MISSING", head.month.to_string()))?;
        let penalty = answer.map(|answer| {
            let article = answer.lines.first().map(|line| line.article.to_string());
            (answer.total, article.unwrap_or_default(), answer.status)
        });
        Ok(Some(Late { days, penalty, no_penalty: waged == Rupiah::ZERO }))
    }

    fn bill_waits(&self, tx: &mut Tx<'_>, first: &BillHead) -> Result<Option<Waiting>, AppError> {
        let Some(task) = waiting(tx, self.now_ms(), TaskKind::Bill, first.id.as_bytes())? else {
            return Ok(None);
        };
        let maker = store::orgs::user(tx, task.maker)?;
        Ok(Some(Waiting { task, maker: maker.map_or("".into(), |user| user.name) }))
    }

    /// What was done to bills, by the audit log.
    fn history(&self, tx: &mut Tx<'_>, first: &BillHead) -> Result<Vec<Done>, AppError> {
        let mut history = Vec::new();
        for entry in store::audit::of_object(tx, first.id.as_bytes(), HISTORY_LINES)? {
            let by = match entry.line.actor {
                Some(user) => store::orgs::user(tx, user)?.map(|user| user.name),
                None => None,
            };
            history.push(Done {
                at_ms: entry.line.at_ms,
                by: by.unwrap_or_default(),
                act: (*entry.line.act).into(),
                reason: store::audit::reason(tx, &entry.line)?,
            });
        }
        history.reverse();
        Ok(history)
    }

    /// What is different from the bill of the month before.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `USER_MAY_NOT`.
    pub fn bill_changes(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
    ) -> Result<BillChanges, AppError> {
        self.changes_of(&self.bill_file(actor, code, month)?)
    }

    /// The same of a bill that is at hand.
    ///
    /// # Errors
    /// Those of the register.
    pub fn changes_of(&self, file: &BillFile) -> Result<BillChanges, AppError> {
        let unknown = || AppError::not_found("BILL_UNKNOWN", file.head.month.to_string());
        self.store.read(|tx| {
            let kept = match &file.draft {
                Some(_) => None,
                None => Some(store::bills::get(tx, file.head.id)?.ok_or_else(unknown)?),
            };
            let after = file.draft.as_ref().or(kept.as_ref()).ok_or_else(unknown)?;
            let earlier = self.whole_bill(tx, &file.programme, file.head.month.plus(-1))?;
            let Some(before) = earlier else {
                let totals = (Rupiah::ZERO, after.total);
                return Ok(BillChanges { against: None, totals, changes: Vec::new() });
            };
            let differing = differing(&before.lines, &after.lines);
            let mut changes = explained(&differing, &before.excluded, &after.excluded);
            changes.sort_by_key(|change| (change.side, change.why, change.differing.membership));
            Ok(BillChanges {
                against: Some(before.month),
                totals: (before.total, after.total),
                changes,
            })
        })
    }

    /// Some of the differences with the people, masked.
    ///
    /// # Errors
    /// Those of the register.
    pub fn change_people(&self, changes: &[Change]) -> Result<Vec<Movement>, AppError> {
        self.store.read(|tx| {
            let mut found = Vec::with_capacity(changes.len());
            for change in changes {
                let person = store::people::get(tx, change.differing.person)?;
                let person = person.as_ref().map(crate::people::masked_now);
                found.push(Movement { change: *change, person });
            }
            Ok(found)
        })
    }

    /// Whether everybody of a programme earns no wage, so that months may be paid ahead.
    pub fn prepayable_months(&self, programme: &Programme, month: Month) -> Vec<u32> {
        let mut months = due::prepayable(&self.rulebook, programme, month);
        months.retain(|count| programme.holds(month.plus(*count as i32 - 1)));
        months
    }
}

/// Whether somebody of a programme earns a wage.
pub(super) fn has_wages(programme: &Programme) -> bool {
    due::segments(programme).contains(&Segment::Pu)
}

/// The day on which a posted bill was paid: its use of the budget was kept then.
pub(super) fn paid_on(tx: &mut Tx<'_>, bill: Id<kind::Bill>) -> Result<Option<Day>, AppError> {
    let transfers = store::ledger::by_document(tx, Document::Bill(bill))?;
    let kept = transfers.iter().find(|one| {
        one.code == TransferCode::Realise && matches!(one.kind, TransferKind::PostOf(_))
    });
    Ok(kept.map(|one| one.day))
}

/// What lists have bound for a programme and no final bill asks for.
fn unbilled(tx: &mut Tx<'_>, programme: &Programme) -> Result<Rupiah, AppError> {
    let money = store::funds::money(tx, programme.fund)?;
    let own = money.iter().find(|one| one.programme == programme.id);
    Ok(own.map_or(Rupiah::ZERO, |own| Rupiah(own.approved.0 - own.billed.0)))
}

fn left_out(all: &[Excluded]) -> Vec<(&'static str, u64)> {
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for excluded in all {
        *counts.entry(excluded.reason.name()).or_default() += 1;
    }
    // Those whose months these are not are no news.
    counts.remove(ExclusionReason::NotInMonths.name());
    counts.into_iter().collect()
}

fn left_to_other_regions(all: &[Excluded]) -> HashSet<Id<kind::Person>> {
    let is_left = |one: &&Excluded| one.reason == ExclusionReason::PaidInOtherRegion;
    all.iter().filter(is_left).map(|one| one.person).collect()
}

/// Whether a task still waits, for those who show it.
impl Waiting {
    /// Whether it does.
    pub fn is_open(&self) -> bool {
        self.task.state == TaskState::Open
    }
}

/// What a bill takes off, each with the scheme it was paid for.
fn with_schemes(
    tx: &mut Tx<'_>,
    head: &BillHead,
    credits: Vec<BillCredit>,
) -> Result<Vec<(BillCredit, Option<Scheme>)>, AppError> {
    if credits.is_empty() {
        return Ok(Vec::new());
    }
    let heads = store::bills::of_programme(tx, head.programme)?;
    let named = |credit: BillCredit| (credit, scheme_taken_off(&heads, &credit));
    Ok(credits.into_iter().map(named).collect())
}
