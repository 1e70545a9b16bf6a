//! A month reconciled: bill = bank = BPJS receipt, and by name and reason what stands against it.

use std::collections::{BTreeSet, HashMap};

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::billing::BillState;
use domain::payment::bill_reference;
use domain::payment::part::LineState;
use domain::payment::reconcile::{BillFacts, OpenMoney, Reconciliation, Uncovered, reconcile};
use domain::payment::settling::payment_ids;
use domain::payment::suspense::by_age;
use store::Tx;
use store::bills::BillHead;
use store::payments::{ReceiptKept, Statement};

use super::receive::gap_in;
use super::world::World;
use super::{purpose_of_bill, suspense_ages};
use crate::error::{AppError, ErrorKind, typed};
use crate::ledger::show::beginning;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{usable_reason, without_nik};

/// A month's comparison, with the names of what it speaks of.
#[derive(Debug, Clone)]
pub struct MonthReconciled {
    /// The month.
    pub month: Month,
    /// The three totals and what stands against closing.
    pub outcome: Reconciliation,
    /// Each programme's code and name.
    pub programmes: HashMap<Id<kind::Programme>, (Box<str>, Box<str>)>,
    /// How much stands in each age: its first and last day, how many, how much.
    pub ages: Vec<(u32, Option<u32>, u64, Rupiah)>,
    /// What BPJS says it received, without what was withdrawn.
    pub receipts: Vec<ReceiptKept>,
}

/// What stands against closing a month of the books.
pub(crate) struct ClosingOutcome {
    /// All of it.
    pub(crate) outcome: Reconciliation,
    /// The bills that were paid since the last closing: what was said of a bill with a closing
    /// before was said of another payment.
    pub(crate) paid_since: BTreeSet<Id<kind::Bill>>,
}

/// What BPJS says it received.
#[derive(Debug, Clone, Copy)]
pub struct ReceiptRecorded<'a> {
    /// The bill, by the reference printed on it.
    pub bill: &'a str,
    /// The number of the receipt.
    pub number: &'a str,
    /// How much.
    pub amount: Rupiah,
    /// When.
    pub day: Day,
}

/// Characters of a receipt's number.
const NUMBER_CHARS: usize = 60;

impl Office {
    /// Compares bills, bank and receipts of a month.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn reconcile_month(
        &self,
        actor: &Actor,
        month: Month,
    ) -> Result<MonthReconciled, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let today = self.environment.today();
        self.store.read(|tx| {
            let outcome = self.month_outcome(tx, month)?;
            let ages = suspense_ages(tx)?;
            // As if each had begun so many days ago.
            let found = outcome.found.iter();
            let money = found.map(|one| {
                let days = i32::try_from(one.days).unwrap_or(i32::MAX);
                (today.plus_days(-days), Rupiah(one.amount.0.saturating_abs()))
            });
            let sums = by_age(money, today, &ages);
            let spans = ages.spans().into_iter().zip(sums);
            let programmes = store::programmes::list(tx)?;
            let mut receipts = store::payments::receipts_of(tx, month)?;
            receipts.retain(ReceiptKept::stands);
            Ok(MonthReconciled {
                receipts,
                month,
                outcome,
                programmes: programmes
                    .into_iter()
                    .map(|one| (one.id, (one.code, one.name)))
                    .collect(),
                ages: spans.map(|((from, to), (count, sum))| (from, to, count, sum)).collect(),
            })
        })
    }

    /// What stands against closing a month; empty when bill, bank and receipts are one.
    fn month_outcome(&self, tx: &mut Tx<'_>, month: Month) -> Result<Reconciliation, AppError> {
        let world = World::load(tx)?;
        let mut bills = store::bills::list(tx)?;
        bills.retain(|bill| bill.month == month);
        let facts: Vec<BillFacts> =
            bill_facts(tx, &world, bills)?.into_iter().map(|said| said.facts).collect();
        let money = open_money(&world, (month.first_day(), month.last_day()));
        let accounts = uncovered(tx, &world, month)?;
        Ok(reconcile(month, self.environment.today(), &facts, &money, &accounts))
    }

    /// What the closing of a month of the books asks: of the bills of the month, of those of any
    /// month that the books have paid since the last closing, and of what came to be known since of
    /// months that are closed: what BPJS says of their bills, and lines that nobody has explained.
    ///
    /// # Errors
    /// Those of the register.
    pub(crate) fn closing_outcome(
        &self,
        tx: &mut Tx<'_>,
        month: Month,
        closed: Option<Day>,
    ) -> Result<ClosingOutcome, AppError> {
        let world = World::load(tx)?;
        let last = month.last_day();
        let (mut facts, mut paid_since) = (Vec::new(), BTreeSet::new());
        let bills = store::bills::list(tx)?;
        for said in bill_facts(tx, &world, bills)? {
            let paid = said.facts.paid_on.filter(|day| *day <= last);
            let is_new = paid.is_some_and(|day| closed.is_none_or(|closed| day > closed));
            let is_new = is_new && said.facts.state == BillState::Posted;
            if is_new {
                paid_since.insert(said.facts.bill);
            }
            let told = said.told && (said.month < month || paid.is_some());
            if is_new || told || said.month == month {
                facts.push(said.facts);
            }
        }
        // No line is too old: of a month that is closed it came after the closing.
        let money = open_money(&world, (beginning(), last));
        let accounts = uncovered(tx, &world, month)?;
        let outcome = reconcile(month, self.environment.today(), &facts, &money, &accounts);
        Ok(ClosingOutcome { outcome, paid_since })
    }

    /// Records what BPJS says it received for a bill; the same again is no change.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `RECEIPT_UNFIT`, `TEXT_HOLDS_NIK`, `RECEIPT_DIFFERS` for the same number
    /// with another amount or day.
    pub fn record_receipt(
        &self,
        actor: &Actor,
        receipt: &ReceiptRecorded<'_>,
    ) -> Result<bool, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let number = receipt.number.trim();
        let fits = (1..=NUMBER_CHARS).contains(&number.chars().count());
        let ahead = receipt.day > self.environment.today();
        if !fits || receipt.amount <= Rupiah::ZERO || ahead {
            return Err(AppError::refused("RECEIPT_UNFIT", ""));
        }
        without_nik(number)?;
        let now = self.now_ms();
        self.store.write(|tx| {
            let bill = bill_of(tx, receipt.bill)?;
            let kept = ReceiptKept {
                bill: bill.id,
                number: number.into(),
                amount: receipt.amount,
                day: receipt.day,
                withdrawn_at_ms: None,
            };
            let known = store::payments::receipts_of(tx, bill.month)?;
            let same = |one: &&ReceiptKept| {
                one.stands() && one.bill == kept.bill && one.number == kept.number
            };
            match known.iter().find(same) {
                Some(one) if *one == kept => return Ok(false),
                Some(_) => {
                    return Err(AppError::new(
                        ErrorKind::Conflict,
                        "RECEIPT_DIFFERS",
                        typed(number),
                    ));
                }
                None => {}
            }
            store::payments::insert_receipt(tx, &kept, actor.id, now)?;
            self.record(tx, actor, "receipt-recorded", "bill", bill.id.as_bytes())?;
            Ok(true)
        })
    }

    /// Withdraws a receipt that was recorded wrongly; withdrawn already is no change. It stays to
    /// be seen, and its number may be recorded anew.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `RECEIPT_UNKNOWN`, `REASON_MISSING`, `TEXT_HOLDS_NIK`.
    pub fn withdraw_receipt(
        &self,
        actor: &Actor,
        (bill, number): (&str, &str),
        reason: &str,
    ) -> Result<bool, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let (reason, number) = (usable_reason(reason)?, number.trim());
        without_nik(&reason)?;
        let now = self.now_ms();
        self.store.write(|tx| {
            let bill = bill_of(tx, bill)?;
            let known = store::payments::receipts_of(tx, bill.month)?;
            if !known.iter().any(|one| one.bill == bill.id && *one.number == *number) {
                return Err(AppError::not_found("RECEIPT_UNKNOWN", ""));
            }
            if !store::payments::withdraw_receipt(tx, (bill.id, number), actor.id, now)? {
                return Ok(false);
            }
            let object = ("bill", bill.id.as_bytes());
            self.record_reason(tx, actor, "receipt-withdrawn", object, &reason)?;
            Ok(true)
        })
    }
}

/// Lines of some days that nobody has explained, and money of them that waits in suspense.
fn open_money(world: &World, (first, last): (Day, Day)) -> Vec<OpenMoney> {
    let mut money = Vec::new();
    for shown in world.shown(false) {
        let (line, day) = (shown.line.id, shown.line.facts.day);
        if day < first || last < day {
            continue;
        }
        if shown.state.is_open() {
            money.push(OpenMoney { line, day, amount: shown.left, waits: false });
        }
        let waits = world.in_suspense(line);
        if waits > Rupiah::ZERO && shown.state != LineState::Reversed {
            money.push(OpenMoney { line, day, amount: waits, waits: true });
        }
    }
    money
}

/// The bill with this reference.
fn bill_of(tx: &mut Tx<'_>, reference: &str) -> Result<BillHead, AppError> {
    let wanted = reference.trim().to_uppercase();
    let mut bills = store::bills::list(tx)?.into_iter();
    let found = bills.find(|bill| bill_reference(bill.id) == wanted);
    found.ok_or_else(|| AppError::not_found("BILL_UNKNOWN", typed(reference)))
}

/// A bill with what bank and BPJS say of it.
struct BillSaid {
    /// The contribution month.
    month: Month,
    /// Whether BPJS has ever said anything of it, what was withdrawn since too.
    told: bool,
    facts: BillFacts,
}

/// What bank and BPJS say of some bills.
fn bill_facts(
    tx: &mut Tx<'_>,
    world: &World,
    bills: Vec<BillHead>,
) -> Result<Vec<BillSaid>, AppError> {
    let paid_on = paid_on(tx, world, &bills)?;
    let mut paid: HashMap<Id<kind::Bill>, Rupiah> = HashMap::new();
    let mut received: HashMap<Id<kind::Bill>, (Rupiah, Day)> = HashMap::new();
    let mut told = BTreeSet::new();
    for month in bills.iter().map(|bill| bill.month).collect::<BTreeSet<_>>() {
        paid.extend(store::bills::paid_of_month(tx, month)?);
        for receipt in store::payments::receipts_of(tx, month)? {
            told.insert(receipt.bill);
            if receipt.stands() {
                let (sum, day) =
                    received.entry(receipt.bill).or_insert((Rupiah::ZERO, receipt.day));
                *sum = Rupiah(sum.0.saturating_add(receipt.amount.0));
                *day = receipt.day.max(*day);
            }
        }
    }
    let said = bills.into_iter().map(|bill| BillSaid {
        month: bill.month,
        told: told.contains(&bill.id),
        facts: BillFacts {
            bill: bill.id,
            programme: bill.programme,
            state: bill.state,
            total: bill.total,
            paid: paid.get(&bill.id).copied().unwrap_or(Rupiah::ZERO),
            paid_on: paid_on.get(&bill.id).copied(),
            received: received.get(&bill.id).copied(),
        },
    });
    Ok(said.collect())
}

/// On which day the books have each bill paid: a line of a closed month pays on the first open day.
/// Of a bill that is paid in part, the day of its last line.
fn paid_on(
    tx: &mut Tx<'_>,
    world: &World,
    bills: &[BillHead],
) -> Result<HashMap<Id<kind::Bill>, Day>, AppError> {
    let revisions: HashMap<Id<kind::Bill>, u32> =
        bills.iter().map(|bill| (bill.id, bill.revision)).collect();
    let mut days: HashMap<Id<kind::Bill>, Day> = HashMap::new();
    let mut payments: HashMap<Id<kind::Transfer>, Id<kind::Bill>> = HashMap::new();
    let mut later = |bill: Id<kind::Bill>, day: Day| {
        let known = days.entry(bill).or_insert(day);
        *known = day.max(*known);
    };
    for part in world.parts.iter().filter(|part| part.stands()) {
        let Some(bill) = purpose_of_bill(part) else { continue };
        let Some(revision) = revisions.get(&bill) else { continue };
        later(bill, part.day);
        payments.extend(payment_ids(part, *revision).map(|payment| (payment, bill)));
    }
    for (payment, _) in store::ledger::known(tx, payments.keys().copied().collect())? {
        later(payments[&payment.id], payment.day);
    }
    Ok(days)
}

/// The accounts whose statements do not cover the month, or do not follow each other in it.
fn uncovered(tx: &mut Tx<'_>, world: &World, month: Month) -> Result<Vec<Uncovered>, AppError> {
    let statements = store::payments::statements(tx)?;
    let several = world.accounts.len() > 1;
    let mut found = Vec::new();
    for account in &world.accounts {
        let own: Vec<&Statement> =
            statements.iter().filter(|one| one.account == account.code).collect();
        // The account of the first day need not be used where others are.
        if own.is_empty() && several && account.id == Id::from_bytes([0; 16]) {
            continue;
        }
        let until = own.iter().filter_map(|one| one.said.last).max();
        let gap = gap_in(&own, month.first_day(), month.last_day());
        found.push(Uncovered { account: account.code.clone(), until, gap });
    }
    Ok(found)
}
