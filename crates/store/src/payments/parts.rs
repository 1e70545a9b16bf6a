//! Parts of lines given out and released, and what BPJS says it received.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::payment::part::part_id;
use domain::payment::{MatchedBy, Part, Purpose};
use domain::task::Task;

use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{Store, StoreError, Tx, log};

static INSERT: Sql = sql!("allocation_insert");
static RELEASE: Sql = sql!("allocation_release");
static LIST: Sql = sql!("allocation_list");
static OF_LINE: Sql = sql!("allocation_of_line");
static ABOUT: Sql = sql!("allocation_about");
static LINE_GIVE: Sql = sql!("statement_line_give");
static BILL_PAY: Sql = sql!("bill_pay");
static UNCARRIED: Sql = sql!("payment_match_uncarried");
static RECEIPT_INSERT: Sql = sql!("bpjs_receipt_insert");
static RECEIPT_AGAIN: Sql = sql!("bpjs_receipt_again");
static RECEIPT_WITHDRAW: Sql = sql!("bpjs_receipt_withdraw");
static RECEIPTS: Sql = sql!("bpjs_receipt_of_month");

/// Gives out a part. More of a line than it has is `statement_line_given_within`, more of a bill
/// than it lacks `bill_paid_within`.
pub fn give(
    tx: &mut Tx<'_>,
    part: &Part,
    nth: u32,
    task: Option<Id<Task>>,
) -> Result<(), StoreError> {
    let about = part.purpose.about();
    let values = values![
        tx.tenant(),
        &part.id,
        &part.line,
        nth,
        part.purpose.name(),
        about.as_ref(),
        part.amount,
        part.by.name(),
        part.day,
        task.as_ref(),
        part.given_at_ms,
    ];
    tx.run(&INSERT, &values)?;
    moved(tx, part, part.amount)
}

/// Releases a part that stands; whether it did.
pub fn release(
    tx: &mut Tx<'_>,
    part: &Part,
    task: Option<Id<Task>>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let values = values![task.as_ref(), at_ms, tx.tenant(), &part.id];
    if tx.run(&RELEASE, &values)? == 0 {
        return Ok(false);
    }
    moved(tx, part, Rupiah(-part.amount.0))?;
    Ok(true)
}

/// Keeps what was given out with the line, and what was paid with the bill.
fn moved(tx: &mut Tx<'_>, part: &Part, amount: Rupiah) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    if tx.run(&LINE_GIVE, &values![amount, tenant, &part.line])? == 0 {
        return Err(StoreError::NotFound { what: "statement line" });
    }
    if let Purpose::Bill(bill) = part.purpose
        && tx.run(&BILL_PAY, &values![amount, tenant, &bill])? == 0
    {
        return Err(StoreError::NotFound { what: "bill" });
    }
    Ok(())
}

/// Every part, released ones too, by line and in the order of giving.
pub fn all_parts(tx: &mut Tx<'_>) -> Result<Vec<Part>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// The parts of a line, released ones too, in the order of giving.
pub fn parts_of(tx: &mut Tx<'_>, line: Id<kind::StatementLine>) -> Result<Vec<Part>, StoreError> {
    tx.all(&OF_LINE, &values![tx.tenant(), &line], read)
}

/// The parts that speak of a record, released ones too: a bill's payments, what undid a line.
pub fn parts_about(tx: &mut Tx<'_>, about: &[u8; 16]) -> Result<Vec<Part>, StoreError> {
    tx.all(&ABOUT, &values![tx.tenant(), about], read)
}

impl Store {
    /// Carries over what an older program kept of which line paid which bill; how many.
    ///
    /// # Errors
    /// Those of the register.
    pub fn carry_matches(&self) -> Result<u64, StoreError> {
        if self.read(uncarried)?.is_empty() {
            return Ok(0);
        }
        self.write(|tx| {
            let found = uncarried(tx)?;
            for part in &found {
                give(tx, part, 0, None)?;
            }
            if !found.is_empty() {
                log::say_itself(tx, "matches-carried")?;
            }
            Ok(found.len() as u64)
        })
    }
}

fn uncarried(tx: &mut Tx<'_>) -> Result<Vec<Part>, StoreError> {
    tx.all(&UNCARRIED, &values![tx.tenant()], |columns| {
        let (line, bill) = (columns.take()?, columns.take()?);
        Ok(Part {
            id: part_id(line, 0),
            line,
            purpose: Purpose::Bill(bill),
            by: columns.take_with("a way of matching", MatchedBy::from_name)?,
            amount: columns.take()?,
            day: columns.take()?,
            given_at_ms: columns.take()?,
            released_at_ms: None,
        })
    })
}

fn read(columns: &mut Columns<'_>) -> Result<Part, StoreError> {
    let (id, line) = (columns.take()?, columns.take()?);
    let (purpose, about): (String, Option<[u8; 16]>) = (columns.take()?, columns.take()?);
    let purpose = Purpose::from_parts(&purpose, about).ok_or_else(|| corrupt("a purpose"))?;
    Ok(Part {
        id,
        line,
        purpose,
        amount: columns.take()?,
        by: columns.take_with("a way of matching", MatchedBy::from_name)?,
        day: columns.take()?,
        given_at_ms: columns.take()?,
        released_at_ms: columns.take()?,
    })
}

/// What BPJS says it received for a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptKept {
    /// The bill.
    pub bill: Id<kind::Bill>,
    /// The number of the receipt.
    pub number: Box<str>,
    /// How much.
    pub amount: Rupiah,
    /// When.
    pub day: Day,
    /// When it was withdrawn, in milliseconds since 1970-01-01 UTC.
    pub withdrawn_at_ms: Option<i64>,
}

impl ReceiptKept {
    /// Whether it was not withdrawn.
    pub fn stands(&self) -> bool {
        self.withdrawn_at_ms.is_none()
    }
}

/// Keeps a receipt, in the place of one of this number that was withdrawn; a number that stands
/// again is `bpjs_receipt_pk`.
pub fn insert_receipt(
    tx: &mut Tx<'_>,
    receipt: &ReceiptKept,
    by: Id<kind::User>,
    at_ms: i64,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let ReceiptKept { bill, number, amount, day, .. } = receipt;
    let again = values![*amount, *day, &by, at_ms, tenant, bill, number];
    if tx.run(&RECEIPT_AGAIN, &again)? > 0 {
        return Ok(());
    }
    let values = values![tenant, bill, number, *amount, *day, &by, at_ms];
    tx.run(&RECEIPT_INSERT, &values).map(|_| ())
}

/// Withdraws a receipt; whether one of this number stood.
pub fn withdraw_receipt(
    tx: &mut Tx<'_>,
    (bill, number): (Id<kind::Bill>, &str),
    by: Id<kind::User>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let values = values![&by, at_ms, tx.tenant(), &bill, number];
    Ok(tx.run(&RECEIPT_WITHDRAW, &values)? > 0)
}

/// The receipts of a month's bills, by bill and day; withdrawn ones too.
pub fn receipts_of(tx: &mut Tx<'_>, month: Month) -> Result<Vec<ReceiptKept>, StoreError> {
    tx.all(&RECEIPTS, &values![tx.tenant(), month], |columns| {
        Ok(ReceiptKept {
            bill: columns.take()?,
            number: columns.take()?,
            amount: columns.take()?,
            day: columns.take()?,
            withdrawn_at_ms: columns.take()?,
        })
    })
}
