//! What banks have told and what is missing: accounts, notices, breaks, and the banks' own lines
//! for money that is in the books already.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::access::Operation;
use domain::billing::BillState;
use domain::payment::{OpenBill, StatementLine, Taken};
use domain::snap::echo::{Echoing, echoes, names};
use domain::snap::{Amount, number};
use store::Tx;
use store::audit::AuditLine;
use store::snap::{NoticeRecord, RegistrationRecord, WaitingRecord};

use super::credit::is_credited;
use super::{Partner, all_banks};
use crate::error::AppError;
use crate::office::{Actor, Office, Target};

/// A bill's virtual account, as people need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The bill.
    pub bill: Id<kind::Bill>,
    /// The customer's number.
    pub customer: Box<str>,
    /// The programme, by its code.
    pub programme: Box<str>,
    /// The month.
    pub month: Month,
    /// Where the bill stands.
    pub state: BillState,
    /// What it costs.
    pub total: Rupiah,
    /// What each bank knows of it: the bank's code, and `none`, `unsure`, `known`, `declined`, or
    /// `outdated` when it knows another amount.
    pub known_to: Vec<(Box<str>, Box<str>)>,
}

/// A payment told, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub id: Id<kind::SnapNotice>,
    /// The bank, by its code.
    pub partner: Box<str>,
    /// The bank's number of the payment.
    pub payment_request: Box<str>,
    /// The customer's number.
    pub customer: Box<str>,
    /// How much.
    pub paid: Amount,
    /// On which day.
    pub day: Day,
    /// The bank's reference.
    pub reference: Box<str>,
    /// What it was judged to be.
    pub verdict: Box<str>,
    /// When it was first told, in milliseconds since 1970-01-01 UTC.
    pub told_at_ms: i64,
    /// Whether somebody explained it.
    pub is_explained: bool,
}

/// Something that does not fit, for somebody to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Why, by its stable code.
    pub code: &'static str,
    /// The bank, by its code.
    pub partner: Box<str>,
    /// The notice; none when a bank says that something was paid which it never told.
    pub notice: Option<Id<kind::SnapNotice>>,
    /// The bill that was never told of.
    pub bill: Option<Id<kind::Bill>>,
    /// The bank's number of the payment.
    pub payment_request: Box<str>,
    /// The customer's number.
    pub customer: Box<str>,
    /// How much.
    pub paid: Amount,
    /// On which day.
    pub day: Day,
}

/// Every code of a break, in the order of the guide.
const BREAKS: [&str; 8] = [
    "BILL_UNKNOWN",
    "BILL_WITHDRAWN",
    "BILL_PAID",
    "AMOUNT_DIFFERS",
    "DUPLICATE_REFERENCE",
    "NOT_POSTED",
    "NOT_ON_STATEMENT",
    "NEVER_TOLD",
];

impl Break {
    /// Every code, in the order of the guide.
    pub const CODES: [&'static str; 8] = BREAKS;
}

impl Office {
    /// Every virtual account.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn virtual_accounts(&self, actor: &Actor) -> Result<Vec<Account>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let programmes = store::programmes::list(tx)?;
            let known = store::snap::registrations(tx)?;
            let accounts = store::snap::accounts(tx)?.into_iter().map(|one| {
                let programme = programmes.iter().find(|other| other.id == one.programme);
                let known = known.iter().filter(|known| known.bill == one.bill);
                let total = one.total;
                Account {
                    bill: one.bill,
                    customer: one.customer,
                    programme: programme.map(|found| found.code.clone()).unwrap_or_default(),
                    month: one.month,
                    state: one.state,
                    total: one.total,
                    known_to: known
                        .map(|one| (one.partner.clone(), known_as(one, total)))
                        .collect(),
                }
            });
            Ok(accounts.collect())
        })
    }

    /// Gives issued bills without a virtual account theirs: those of before banks were spoken with.
    pub(super) fn open_accounts(&self) -> Result<(), AppError> {
        if self.store.read(store::snap::bills_without_account)?.is_empty() {
            return Ok(());
        }
        self.store.write(|tx| match open_accounts(tx)? {
            0 => Ok(()),
            opened => say_opened(self, tx, opened),
        })
    }

    /// What banks have told, newest first; of one bank when it is named.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bank_notices(
        &self,
        actor: &Actor,
        partner: Option<&str>,
    ) -> Result<Vec<Standing>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let mut told = self.store.read(store::snap::notices)?;
        told.retain(|one| partner.is_none_or(|code| *one.notice.partner == *code));
        Ok(told.into_iter().rev().map(standing).collect())
    }

    /// What does not fit and nobody has explained: payments refused, payments credited that no
    /// statement shows, payments that a bank has but never told.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bank_breaks(&self, actor: &Actor) -> Result<Vec<Break>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let today = self.environment.today();
        self.store.read(|tx| breaks(tx, today))
    }

    /// Says that nothing is missing in a payment that was refused, or that no statement shows, and
    /// why; the reason is kept beside the log.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SNAP_NOTICE_UNKNOWN`, `SNAP_NOTICE_FITS`, `REASON_MISSING`.
    pub fn explain_notice(
        &self,
        actor: &Actor,
        id: Id<kind::SnapNotice>,
        reason: &str,
    ) -> Result<(), AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        if reason.trim().is_empty() {
            return Err(AppError::refused("REASON_MISSING", ""));
        }
        let today = self.environment.today();
        self.store.write(|tx| {
            let unknown = || AppError::not_found("SNAP_NOTICE_UNKNOWN", id.to_string());
            let known = store::snap::notice(tx, id)?.ok_or_else(unknown)?;
            if known.explained.is_some() {
                return Ok(());
            }
            // Nobody explains beforehand what is not missing yet.
            if !is_break(tx, &known, today)? {
                return Err(AppError::refused("SNAP_NOTICE_FITS", ""));
            }
            store::snap::explain_notice(tx, id, actor.id, self.now_ms())?;
            let object = ("snap-notice", id.as_bytes());
            self.record_reason(tx, actor, "notice-explained", object, reason.trim())
        })
    }
}

/// What a bank knows of a bill of that amount.
fn known_as(known: &RegistrationRecord, total: Rupiah) -> Box<str> {
    let is_other = known.total.is_some_and(|then| then != total);
    if is_other && *known.state == *"known" { "outdated".into() } else { known.state.clone() }
}

/// Gives issued bills without a number theirs; how many.
pub(crate) fn open_accounts(tx: &mut Tx<'_>) -> Result<usize, AppError> {
    let missing = store::snap::bills_without_account(tx)?;
    for bill in &missing {
        number_bill(tx, *bill)?;
    }
    Ok(missing.len())
}

fn number_bill(tx: &mut Tx<'_>, bill: Id<kind::Bill>) -> Result<(), AppError> {
    let mut attempt = 0;
    let customer = loop {
        let customer = number::customer_of(bill, attempt);
        if store::snap::account(tx, &customer)?.is_none() {
            break customer;
        }
        attempt = attempt.checked_add(1).ok_or_else(super::damaged)?;
    };
    Ok(store::snap::insert_account(tx, &customer, bill)?)
}

/// Says that bills got their numbers: the one line of the act.
pub(super) fn say_opened(office: &Office, tx: &mut Tx<'_>, opened: usize) -> Result<(), AppError> {
    let line = office.audit_line(None, "accounts-opened", "bill");
    let count = i64::try_from(opened).ok();
    Ok(store::audit::append(tx, &AuditLine { count, ..line })?)
}

/// What a statement's lines are, as far as notices have told of the money.
#[derive(Debug, Default)]
pub struct Told {
    /// Lines that are money in the books already, by now or from before.
    known: HashSet<Id<kind::StatementLine>>,
    /// Lines found just now, each with the notice.
    found: Vec<(Id<kind::StatementLine>, Id<kind::SnapNotice>)>,
    /// Lines that notices stand for, each with the bank's own for the same money.
    own: HashMap<Id<kind::StatementLine>, Id<kind::StatementLine>>,
    /// Lines that name nothing and may be such money.
    pub(crate) maybe: Vec<Id<kind::StatementLine>>,
}

impl Told {
    /// Whether a line is money in the books already.
    pub(crate) fn is_known(&self, line: Id<kind::StatementLine>) -> bool {
        self.known.contains(&line)
    }

    /// The bank's own line for the money that a notice's line stands for, once it has come.
    pub(crate) fn own_line(
        &self,
        told: Id<kind::StatementLine>,
    ) -> Option<Id<kind::StatementLine>> {
        self.own.get(&told).copied()
    }

    /// The lines found just now.
    pub(crate) fn found(&self) -> impl Iterator<Item = Id<kind::StatementLine>> {
        self.found.iter().map(|(line, _)| *line)
    }

    /// Keeps what was found; how many lines.
    pub(crate) fn keep(&self, tx: &mut Tx<'_>) -> Result<u64, AppError> {
        for (line, notice) in &self.found {
            store::snap::insert_echo(tx, *line, *notice)?;
        }
        Ok(self.found.len() as u64)
    }
}

/// Lets a line name a bill by its virtual account, at any bank.
pub(crate) fn name_accounts(tx: &mut Tx<'_>, open: &mut [OpenBill]) -> Result<(), AppError> {
    let banks = all_banks(tx)?;
    if banks.is_empty() {
        return Ok(());
    }
    let accounts: HashMap<Id<kind::Bill>, Box<str>> =
        store::snap::accounts(tx)?.into_iter().map(|one| (one.bill, one.customer)).collect();
    for bill in open {
        let Some(customer) = accounts.get(&bill.id) else { continue };
        let numbers = banks.iter().map(|bank| bank.terms.account(customer).into());
        bill.references.extend(numbers);
        bill.references.sort_unstable();
        bill.references.dedup();
    }
    Ok(())
}

/// Finds the lines that are money of which banks have told.
pub(crate) fn told(tx: &mut Tx<'_>, lines: &[Taken]) -> Result<Told, AppError> {
    let kept = store::snap::echoes(tx)?;
    let before: HashSet<_> = kept.iter().map(|echo| echo.line).collect();
    let own = kept.into_iter().map(|echo| (echo.told, echo.line)).collect();
    let waiting = store::snap::waiting(tx)?;
    if waiting.is_empty() {
        return Ok(Told { known: before, own, ..Told::default() });
    }
    let is_open = |taken: &&Taken| {
        !before.contains(&taken.line.id) && taken.used == Rupiah::ZERO && !taken.reversed
    };
    let open = lines.iter().filter(is_open).map(|taken| taken.line.clone());
    let open: Vec<StatementLine> = open.collect();
    let banks = all_banks(tx)?;
    let credits: Vec<Echoing> = waiting.iter().map(|one| echoing(one, &banks)).collect();
    let heard = echoes(&open, &credits);
    let mut told = Told { known: before, own, found: Vec::new(), maybe: heard.maybe };
    for (line, at) in heard.named {
        told.known.insert(line);
        told.found.push((line, waiting[at].notice));
    }
    Ok(told)
}

fn echoing(waiting: &WaitingRecord, banks: &[Partner]) -> Echoing {
    let bank = banks.iter().find(|bank| *bank.terms.code == *waiting.partner);
    let account = bank.map(|bank| bank.terms.account(&waiting.customer)).unwrap_or_default();
    Echoing {
        amount: waiting.amount,
        day: waiting.day,
        names: names([&*account, &*waiting.payment_request, &*waiting.reference]),
        settles_days: settles_days(&waiting.partner, banks),
    }
}

fn settles_days(partner: &str, banks: &[Partner]) -> i32 {
    let bank = banks.iter().find(|bank| *bank.terms.code == *partner);
    bank.map_or(0, |bank| bank.terms.settles_days)
}

fn standing(record: NoticeRecord) -> Standing {
    let notice = record.notice;
    Standing {
        id: notice.id,
        partner: notice.partner,
        payment_request: notice.payment_request,
        customer: notice.customer,
        paid: notice.paid,
        day: notice.day,
        reference: notice.reference,
        verdict: record.verdict,
        told_at_ms: record.told_at_ms,
        is_explained: record.explained.is_some(),
    }
}

/// What does not fit and nobody has explained.
fn breaks(tx: &mut Tx<'_>, today: Day) -> Result<Vec<Break>, AppError> {
    let mut breaks = refused(tx)?;
    breaks.extend(not_on_statement(tx, today)?);
    breaks.extend(never_told(tx, today)?);
    Ok(breaks)
}

/// Whether a payment that nobody has explained does not fit: the same that the lists below say,
/// asked of one alone.
fn is_break(tx: &mut Tx<'_>, told: &NoticeRecord, today: Day) -> Result<bool, AppError> {
    let NoticeRecord { notice, verdict, .. } = told;
    if is_credited(verdict) {
        let is_late = notice.day.days_until(today) > settles_days(&notice.partner, &all_banks(tx)?);
        return Ok(is_late && store::snap::is_waiting(tx, notice.id)?);
    }
    let credit = store::snap::credit(tx, &notice.partner, &notice.payment_request)?;
    Ok(credit.is_none() || **verdict == *"DUPLICATE_REFERENCE")
}

/// Payments that were refused. When the bank has since told the same payment rightly, only what
/// contradicts it is left.
fn refused(tx: &mut Tx<'_>) -> Result<Vec<Break>, AppError> {
    let told = store::snap::notices(tx)?;
    let credits: HashSet<_> =
        store::snap::credits(tx)?.into_iter().map(|credit| credit.notice).collect();
    let credited: HashSet<(Box<str>, Box<str>)> = told
        .iter()
        .filter(|one| credits.contains(&one.notice.id))
        .map(|one| (one.notice.partner.clone(), one.notice.payment_request.clone()))
        .collect();
    let mut breaks = Vec::new();
    for NoticeRecord { notice, verdict, explained, .. } in told {
        let key = (notice.partner, notice.payment_request);
        let is_mended = credited.contains(&key) && *verdict != *"DUPLICATE_REFERENCE";
        if is_credited(&verdict) || explained.is_some() || is_mended {
            continue;
        }
        let code = BREAKS.into_iter().find(|code| **code == *verdict);
        breaks.push(Break {
            code: code.ok_or_else(super::damaged)?,
            partner: key.0,
            notice: Some(notice.id),
            bill: None,
            payment_request: key.1,
            customer: notice.customer,
            paid: notice.paid,
            day: notice.day,
        });
    }
    Ok(breaks)
}

/// Payments credited of which no statement has brought the line in time.
fn not_on_statement(tx: &mut Tx<'_>, today: Day) -> Result<Vec<Break>, AppError> {
    let banks = all_banks(tx)?;
    let mut breaks = Vec::new();
    for one in store::snap::waiting(tx)? {
        let is_late = one.day.days_until(today) > settles_days(&one.partner, &banks);
        if !is_late {
            continue;
        }
        let record = store::snap::notice(tx, one.notice)?.ok_or_else(super::damaged)?;
        if record.explained.is_none() {
            breaks.push(Break {
                code: "NOT_ON_STATEMENT",
                partner: one.partner,
                notice: Some(one.notice),
                bill: None,
                payment_request: one.payment_request,
                customer: one.customer,
                paid: Amount::whole(one.amount),
                day: one.day,
            });
        }
    }
    Ok(breaks)
}

/// Bills that a bank says are paid, and that no notice and no line has paid.
fn never_told(tx: &mut Tx<'_>, today: Day) -> Result<Vec<Break>, AppError> {
    let mut breaks = Vec::new();
    for known in store::snap::registrations(tx)? {
        if *known.said != *super::client::PAID {
            continue;
        }
        let Some(customer) = store::snap::customer_of(tx, known.bill)? else { continue };
        let account = store::snap::account(tx, &customer)?.ok_or_else(super::damaged)?;
        if account.state == BillState::Posted {
            continue;
        }
        breaks.push(Break {
            code: "NEVER_TOLD",
            partner: known.partner,
            notice: None,
            bill: Some(known.bill),
            payment_request: "".into(),
            customer,
            paid: Amount::whole(account.total),
            day: today,
        });
    }
    Ok(breaks)
}
