//! A programme's bills: the head, a line per membership and scheme, and who was left out and why.

use std::collections::HashSet;
use std::sync::Arc;

use base::id::kind;
use base::{Id, Month, Rupiah};
use domain::billing::{Bill, BillLine, BillState, Excluded, ExclusionReason};
use domain::payment::{OpenBill, bill_reference};
use rules::{RuleStatus, Scheme};

use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

static SAVE: Sql = sql!("bill_save");
static GET: Sql = sql!("bill_get");
static BY_MONTH: Sql = sql!("bill_by_month");
static LIST: Sql = sql!("bill_list");
static SET_STATE: Sql = sql!("bill_set_state");
static LINE_DELETE: Sql = sql!("bill_line_delete");
static LINE_INSERT: Sql = sql!("bill_line_insert");
static LINE_LIST: Sql = sql!("bill_line_list");
static EXCLUSION_DELETE: Sql = sql!("bill_exclusion_delete");
static EXCLUSION_INSERT: Sql = sql!("bill_exclusion_insert");
static EXCLUSION_LIST: Sql = sql!("bill_exclusion_list");
static OPEN: Sql = sql!("bill_open_list");

/// A bill without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillHead {
    /// Which.
    pub id: Id<kind::Bill>,
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// The contribution month.
    pub month: Month,
    /// Where it stands.
    pub state: BillState,
    /// How often it was reopened.
    pub revision: u32,
    /// The version of the rules it was computed by.
    pub rulebook: Box<str>,
    /// People billed.
    pub people: u32,
    /// The sum of the lines.
    pub total: Rupiah,
}

/// Keeps a bill with all its lines, in place of what was kept under its id.
pub fn save(tx: &mut Tx<'_>, bill: &Bill) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(
        &SAVE,
        &values![
            tenant,
            &bill.id,
            &bill.programme,
            bill.month,
            bill.state.name(),
            bill.revision,
            &bill.rulebook,
            bill.people,
            bill.total,
        ],
    )?;
    tx.run(&LINE_DELETE, &values![tenant, &bill.id])?;
    tx.run(&EXCLUSION_DELETE, &values![tenant, &bill.id])?;
    let lines = bill.lines.iter().zip(0_i64..).map(|(line, number)| {
        values![
            tenant,
            &bill.id,
            number,
            &line.membership,
            &line.person,
            line.scheme.name(),
            line.rupiah,
            &*line.rule,
            &*line.article,
            line.status.name(),
            line.relief.as_deref(),
        ]
    });
    tx.insert(&LINE_INSERT, lines)?;
    let excluded = bill.excluded.iter().zip(0_i64..);
    tx.insert(
        &EXCLUSION_INSERT,
        excluded.map(|(excluded, number)| exclusion_values(tenant, &bill.id, number, excluded)),
    )?;
    Ok(())
}

/// Says where a bill stands, its lines untouched.
pub fn set_state(tx: &mut Tx<'_>, id: Id<kind::Bill>, state: BillState) -> Result<(), StoreError> {
    match tx.run(&SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "bill" }),
        _ => Ok(()),
    }
}

/// The bill with this id, with its lines.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Bill>) -> Result<Option<Bill>, StoreError> {
    let head = tx.one(&GET, &values![tx.tenant(), &id], read)?;
    head.map(|head| with_lines(tx, head)).transpose()
}

/// A programme's bill of a month, with its lines.
pub fn by_month(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    month: Month,
) -> Result<Option<Bill>, StoreError> {
    let head = tx.one(&BY_MONTH, &values![tx.tenant(), &programme, month], read)?;
    head.map(|head| with_lines(tx, head)).transpose()
}

/// All bills without their lines, by month.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<BillHead>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// Final and posted bills, as matching sees them.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<OpenBill>, StoreError> {
    tx.all(&OPEN, &values![tx.tenant()], |columns| {
        let id = columns.take()?;
        Ok(OpenBill {
            id,
            references: vec![bill_reference(id).into()],
            total: columns.take()?,
            paid_by: columns.take()?,
        })
    })
}

fn with_lines(tx: &mut Tx<'_>, head: BillHead) -> Result<Bill, StoreError> {
    // A month's bill names few rules in many lines: each text is kept once.
    let mut texts: HashSet<Arc<str>> = HashSet::new();
    let lines = tx.all(&LINE_LIST, &values![tx.tenant(), &head.id], |columns| {
        Ok(BillLine {
            membership: columns.take()?,
            person: columns.take()?,
            scheme: columns.take_with("a scheme", Scheme::from_name)?,
            rupiah: columns.take()?,
            rule: columns.take_with("a rule", |text| Some(shared(&mut texts, text)))?,
            article: columns.take_with("an article", |text| Some(shared(&mut texts, text)))?,
            status: columns.take_with("a rule's status", RuleStatus::from_name)?,
            relief: {
                let relief: Option<String> = columns.take()?;
                relief.map(|text| shared(&mut texts, &text))
            },
        })
    })?;
    let excluded = tx.all(&EXCLUSION_LIST, &values![tx.tenant(), &head.id], read_excluded)?;
    Ok(Bill {
        id: head.id,
        programme: head.programme,
        month: head.month,
        state: head.state,
        revision: head.revision,
        rulebook: head.rulebook,
        people: head.people,
        total: head.total,
        lines,
        excluded,
    })
}

fn shared(texts: &mut HashSet<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(known) = texts.get(text) {
        return Arc::clone(known);
    }
    let text: Arc<str> = text.into();
    texts.insert(Arc::clone(&text));
    text
}

fn exclusion_values<'a>(
    tenant: i64,
    bill: &'a Id<kind::Bill>,
    number: i64,
    excluded: &'a Excluded,
) -> [Value<'a>; 10] {
    let (month, scheme, programme, transfer) = match &excluded.reason {
        ExclusionReason::Died { month } => (Some(*month), None, None, None),
        ExclusionReason::PaidElsewhere { scheme, programme, transfer } => {
            (None, Some(scheme.name()), Some(programme), Some(transfer))
        }
        ExclusionReason::NotInMonths | ExclusionReason::NothingDue => (None, None, None, None),
    };
    values![
        tenant,
        bill,
        number,
        &excluded.membership,
        &excluded.person,
        excluded.reason.name(),
        month,
        scheme,
        programme,
        transfer,
    ]
}

fn read(columns: &mut Columns<'_>) -> Result<BillHead, StoreError> {
    Ok(BillHead {
        id: columns.take()?,
        programme: columns.take()?,
        month: columns.take()?,
        state: columns.take_with("a bill's state", BillState::from_name)?,
        revision: columns.take()?,
        rulebook: columns.take()?,
        people: columns.take()?,
        total: columns.take()?,
    })
}

fn read_excluded(columns: &mut Columns<'_>) -> Result<Excluded, StoreError> {
    let (membership, person) = (columns.take()?, columns.take()?);
    let reason: String = columns.take()?;
    let month: Option<Month> = columns.take()?;
    let scheme: Option<String> = columns.take()?;
    let (programme, transfer) = (columns.take()?, columns.take()?);
    let scheme = scheme.and_then(|name| Scheme::from_name(&name));
    let reason = match (&*reason, month, scheme, programme, transfer) {
        ("NOT_IN_MONTHS", ..) => ExclusionReason::NotInMonths,
        ("NOTHING_DUE", ..) => ExclusionReason::NothingDue,
        ("DIED", Some(month), ..) => ExclusionReason::Died { month },
        ("PAID_ELSEWHERE", _, Some(scheme), Some(programme), Some(transfer)) => {
            ExclusionReason::PaidElsewhere { scheme, programme, transfer }
        }
        _ => return Err(corrupt("a reason of exclusion")),
    };
    Ok(Excluded { membership, person, reason })
}
