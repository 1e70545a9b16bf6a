//! What coverage is measured against: counts that others made, targets that somebody set, and
//! reports as they were made.

use base::id::kind;
use base::{Day, Id, Ppm, Rupiah};
use domain::coverage::sums::SumBy;
use domain::coverage::wall::Aim;

use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static BASIS_INSERT: Sql = sql!("coverage_basis_insert");
static BASIS_LIST: Sql = sql!("coverage_basis_list");
static LINE_INSERT: Sql = sql!("coverage_basis_line_insert");
static LINE_LIST: Sql = sql!("coverage_basis_line_list");
static TARGET_INSERT: Sql = sql!("coverage_target_insert");
static TARGET_LIST: Sql = sql!("coverage_target_list");
static REPORT_INSERT: Sql = sql!("coverage_report_insert");
static REPORT_GET: Sql = sql!("coverage_report_get");
static REPORT_LIST: Sql = sql!("coverage_report_list");
static PAID: Sql = sql!("benefit_paid_list");

/// A count of those to be covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Which.
    pub id: Id<kind::CoverageBasis>,
    /// Its short code: a newer count of the same code takes the place of an older one.
    pub code: Box<str>,
    /// What it is called.
    pub name: Box<str>,
    /// Who counted.
    pub source: Box<str>,
    /// What is counted.
    pub definition: Box<str>,
    /// When the count was true.
    pub as_of: Day,
    /// Who set it.
    pub set_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub set_at_ms: i64,
}

/// How many of one place, occupation, sex or age band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasisLine {
    /// By what.
    pub by: SumBy,
    /// As [`crate::cover_sums::PartSum::part`].
    pub part: Box<str>,
    /// How many.
    pub people: u64,
}

/// A target as it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Which.
    pub id: Id<kind::CoverageTarget>,
    /// Of a place or an occupation.
    pub by: SumBy,
    /// As [`crate::cover_sums::PartSum::part`].
    pub part: Box<str>,
    /// Until when.
    pub due: Day,
    /// How much.
    pub aim: Aim,
    /// Where it is written.
    pub source: Box<str>,
    /// Who set it.
    pub set_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub set_at_ms: i64,
}

/// A report as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub id: Id<kind::CoverageReport>,
    /// What was asked.
    pub asked: String,
    /// What it said.
    pub figures: String,
    /// The digest of both.
    pub digest: [u8; 32],
    /// Who made it.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
}

/// What became of claims of one kind in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenefitSum {
    /// The kind of claim, by its stable name.
    pub kind: String,
    /// Where they stand, by its stable name.
    pub state: String,
    /// What BPJS granted.
    pub granted: Rupiah,
    /// What families received.
    pub paid: Rupiah,
    /// How many claims.
    pub claims: u64,
}

/// Keeps a count with its lines.
pub fn add_basis(tx: &mut Tx<'_>, basis: &Basis, lines: &[BasisLine]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let row = values![
        tenant,
        &basis.id,
        &*basis.code,
        &*basis.name,
        &*basis.source,
        &*basis.definition,
        basis.as_of,
        &basis.set_by,
        basis.set_at_ms,
    ];
    tx.run(&BASIS_INSERT, &row)?;
    let rows = lines.iter().map(|line| {
        let people = i64::try_from(line.people).unwrap_or(i64::MAX);
        values![tenant, &basis.id, line.by.name(), &*line.part, people]
    });
    tx.insert(&LINE_INSERT, rows).map(|_| ())
}

/// Every count, by code, the oldest first.
pub fn bases(tx: &mut Tx<'_>) -> Result<Vec<Basis>, StoreError> {
    tx.all(&BASIS_LIST, &values![tx.tenant()], |columns| {
        Ok(Basis {
            id: columns.take()?,
            code: columns.take::<String>()?.into(),
            name: columns.take::<String>()?.into(),
            source: columns.take::<String>()?.into(),
            definition: columns.take::<String>()?.into(),
            as_of: columns.take()?,
            set_by: columns.take()?,
            set_at_ms: columns.take()?,
        })
    })
}

/// The lines of a count.
pub fn lines(
    tx: &mut Tx<'_>,
    basis: Id<kind::CoverageBasis>,
) -> Result<Vec<BasisLine>, StoreError> {
    tx.all(&LINE_LIST, &values![tx.tenant(), &basis], |columns| {
        Ok(BasisLine {
            by: columns.take_with("what a count is by", SumBy::from_name)?,
            part: columns.take::<String>()?.into(),
            people: columns.take()?,
        })
    })
}

/// Keeps a target.
pub fn add_target(tx: &mut Tx<'_>, target: &Target) -> Result<(), StoreError> {
    let (people, share) = match target.aim {
        Aim::People(people) => (Some(i64::try_from(people).unwrap_or(i64::MAX)), None),
        Aim::Share(share) => (None, Some(share.0)),
    };
    let row = values![
        tx.tenant(),
        &target.id,
        target.by.name(),
        &*target.part,
        target.due,
        people,
        share,
        &*target.source,
        &target.set_by,
        target.set_at_ms,
    ];
    tx.run(&TARGET_INSERT, &row).map(|_| ())
}

/// Every target, by what it is of and its day, the oldest first.
pub fn targets(tx: &mut Tx<'_>) -> Result<Vec<Target>, StoreError> {
    tx.all(&TARGET_LIST, &values![tx.tenant()], |columns| {
        let (id, by) = (columns.take()?, columns.take_with("a target", SumBy::from_name)?);
        let (part, due): (String, Day) = (columns.take()?, columns.take()?);
        let (people, share): (Option<u64>, Option<i64>) = (columns.take()?, columns.take()?);
        let aim = match (people, share) {
            (Some(people), None) => Aim::People(people),
            (None, Some(share)) => Aim::Share(Ppm(share)),
            _ => return Err(corrupt("a target")),
        };
        Ok(Target {
            id,
            by,
            part: part.into(),
            due,
            aim,
            source: columns.take::<String>()?.into(),
            set_by: columns.take()?,
            set_at_ms: columns.take()?,
        })
    })
}

/// Keeps a report.
pub fn add_report(tx: &mut Tx<'_>, report: &Report) -> Result<(), StoreError> {
    let row = values![
        tx.tenant(),
        &report.id,
        &*report.asked,
        &*report.figures,
        report.digest.as_slice(),
        &report.made_by,
        report.made_at_ms,
    ];
    tx.run(&REPORT_INSERT, &row).map(|_| ())
}

/// One report.
pub fn report(tx: &mut Tx<'_>, id: Id<kind::CoverageReport>) -> Result<Option<Report>, StoreError> {
    tx.one(&REPORT_GET, &values![tx.tenant(), &id], read_report)
}

/// Every report, the newest first.
pub fn reports(tx: &mut Tx<'_>) -> Result<Vec<Report>, StoreError> {
    tx.all(&REPORT_LIST, &values![tx.tenant()], read_report)
}

/// What became of claims, by kind and state.
pub fn benefits(tx: &mut Tx<'_>) -> Result<Vec<BenefitSum>, StoreError> {
    tx.all(&PAID, &values![tx.tenant()], |columns| {
        Ok(BenefitSum {
            kind: columns.take()?,
            state: columns.take()?,
            granted: columns.take()?,
            paid: columns.take()?,
            claims: columns.take()?,
        })
    })
}

fn read_report(columns: &mut Columns<'_>) -> Result<Report, StoreError> {
    Ok(Report {
        id: columns.take()?,
        asked: columns.take()?,
        figures: columns.take()?,
        digest: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
    })
}
