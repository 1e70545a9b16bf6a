//! A programme's bills: the head, a line per membership and scheme, and who was left out and why.

use std::collections::HashSet;
use std::sync::Arc;

use base::id::kind;
use base::{Id, Month, Rupiah};
use domain::billing::{Bill, BillLine, BillState, Excluded, ExclusionReason};
use domain::payment::{OpenBill, bill_reference};
use rules::{AgeVerdict, RuleStatus, Scheme};

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
static PAID: Sql = sql!("bill_paid_list");

/// How the verdicts on age that leave somebody out are kept.
const OVER_LIMIT: &str = "over-limit";
const UNDER_MINIMUM: &str = "under-minimum";
const NO_RULE: &str = "no-rule";

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
    tx.run(&LINE_DELETE, &values![tenant, &bill.id, bill.month])?;
    tx.open_month("bill_line", bill.month)?;
    tx.run(&EXCLUSION_DELETE, &values![tenant, &bill.id])?;
    let lines = bill.lines.iter().zip(0_i64..).map(|(line, number)| {
        values![
            tenant,
            &bill.id,
            bill.month,
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
        let total = columns.take()?;
        let (paid, month, fund) = (columns.take()?, columns.take()?, columns.take()?);
        let (code, name): (String, String) = (columns.take()?, columns.take()?);
        Ok(OpenBill {
            paid,
            month: Some(month),
            fund: Some(fund),
            words: format!("{code} {name}").into(),
            paid_by: columns.take()?,
            ..OpenBill::new(id, vec![bill_reference(id).into()], total)
        })
    })
}

/// What lines have paid of a month's bills so far.
pub fn paid_of_month(
    tx: &mut Tx<'_>,
    month: Month,
) -> Result<Vec<(Id<kind::Bill>, Rupiah)>, StoreError> {
    tx.all(&PAID, &values![tx.tenant(), month], |columns| Ok((columns.take()?, columns.take()?)))
}

fn with_lines(tx: &mut Tx<'_>, head: BillHead) -> Result<Bill, StoreError> {
    // A month's bill names few rules in many lines: each text is kept once.
    let mut texts: HashSet<Arc<str>> = HashSet::new();
    let lines = tx.all(&LINE_LIST, &values![tx.tenant(), &head.id, head.month], |columns| {
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

/// The columns that only some reasons of exclusion fill.
#[derive(Default)]
struct ReasonColumns<'a> {
    month: Option<Month>,
    scheme: Option<&'static str>,
    programme: Option<&'a Id<kind::Programme>>,
    transfer: Option<&'a Id<kind::Transfer>>,
    age_verdict: Option<&'static str>,
    age_years: Option<i64>,
}

fn reason_columns(reason: &ExclusionReason) -> ReasonColumns<'_> {
    let nothing = ReasonColumns::default();
    match reason {
        ExclusionReason::NotInMonths | ExclusionReason::NothingDue => nothing,
        ExclusionReason::Died { month } => ReasonColumns { month: Some(*month), ..nothing },
        ExclusionReason::PaidElsewhere { scheme, programme, transfer } => ReasonColumns {
            scheme: Some(scheme.name()),
            programme: Some(programme),
            transfer: Some(transfer),
            ..nothing
        },
        ExclusionReason::MayNotRegister(verdict) => {
            let (age_verdict, age_years) = match verdict {
                AgeVerdict::OverLimit { limit } => (OVER_LIMIT, Some(i64::from(*limit))),
                AgeVerdict::UnderMinimum { min } => (UNDER_MINIMUM, Some(i64::from(*min))),
                AgeVerdict::NoRule => (NO_RULE, None),
                AgeVerdict::Eligible | AgeVerdict::NearLimit { .. } | AgeVerdict::Young { .. } => {
                    unreachable!("who may register is not left out for age")
                }
            };
            ReasonColumns { age_verdict: Some(age_verdict), age_years, ..nothing }
        }
    }
}

fn exclusion_values<'a>(
    tenant: i64,
    bill: &'a Id<kind::Bill>,
    number: i64,
    excluded: &'a Excluded,
) -> [Value<'a>; 12] {
    let columns = reason_columns(&excluded.reason);
    values![
        tenant,
        bill,
        number,
        &excluded.membership,
        &excluded.person,
        excluded.reason.name(),
        columns.month,
        columns.scheme,
        columns.programme,
        columns.transfer,
        columns.age_verdict,
        columns.age_years,
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
    let scheme = scheme.and_then(|name| Scheme::from_name(&name));
    let (programme, transfer) = (columns.take()?, columns.take()?);
    let (verdict, years): (Option<String>, Option<i32>) = (columns.take()?, columns.take()?);
    let reason = match (&*reason, month, scheme, programme, transfer) {
        ("NOT_IN_MONTHS", ..) => ExclusionReason::NotInMonths,
        ("NOTHING_DUE", ..) => ExclusionReason::NothingDue,
        ("DIED", Some(month), ..) => ExclusionReason::Died { month },
        ("PAID_ELSEWHERE", _, Some(scheme), Some(programme), Some(transfer)) => {
            ExclusionReason::PaidElsewhere { scheme, programme, transfer }
        }
        ("MAY_NOT_REGISTER", ..) => ExclusionReason::MayNotRegister(
            read_age_verdict(verdict.as_deref(), years)
                .ok_or_else(|| corrupt("a verdict on age"))?,
        ),
        _ => return Err(corrupt("a reason of exclusion")),
    };
    Ok(Excluded { membership, person, reason })
}

fn read_age_verdict(name: Option<&str>, years: Option<i32>) -> Option<AgeVerdict> {
    match (name?, years) {
        (OVER_LIMIT, Some(limit)) => Some(AgeVerdict::OverLimit { limit }),
        (UNDER_MINIMUM, Some(min)) => Some(AgeVerdict::UnderMinimum { min }),
        (NO_RULE, None) => Some(AgeVerdict::NoRule),
        _ => None,
    }
}
