//! The same results by the office's own functions, without the query engine: for linkage the engine
//! of `bulk`, for bills `domain`'s bill over a whole programme, for figures a table in memory.
//!
//! It is what the plans are held against, and what this process uses where it is cheaper.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use base::id::kind;
use base::{Id, Month};
use datafusion::arrow::array::{
    Array, ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, StringViewArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use domain::billing::{BillInput, BillMember, draft_bill};
use domain::coverage::CoveredMonth;
use domain::membership::Membership;
use linkage::engine::Prepared;
use linkage::keys::Keys;
use linkage::model::Model;
use linkage::record::Record;
use rayon::prelude::*;
use rules::{Scheme, WorkSector};

use crate::kernels::cover::months;
use crate::kernels::money::{Laid, day_of, rulebook};
use crate::kernels::people::read;
use crate::layout::{CELLS, Table};
use crate::plans::{
    ByRules, Figures, billing_schema, figures_schema, linkage_schema, whatif_schema,
};

/// Goes through the columns of a table, file after file in the order of their names.
fn walk(
    table: Table,
    input: &Path,
    columns: &[&str],
    mut each: impl FnMut(&Columns) -> Result<()>,
) -> Result<()> {
    for path in table.files(input)? {
        let builder = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&path)?)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        for batch in builder.with_projection(mask).with_batch_size(32_768).build()? {
            each(&Columns(batch?))?;
        }
    }
    Ok(())
}

/// Columns by name.
struct Columns(RecordBatch);

impl Columns {
    fn of(&self, name: &str, kind: &DataType) -> Result<ArrayRef> {
        let column = self.0.column_by_name(name).with_context(|| format!("no column {name}"))?;
        Ok(cast(column, kind)?)
    }

    fn texts(&self, name: &str) -> Result<StringViewArray> {
        let column = self.of(name, &DataType::Utf8View)?;
        Ok(datafusion::common::cast::as_string_view_array(&column)?.clone())
    }

    fn numbers(&self, name: &str) -> Result<Int64Array> {
        let column = self.of(name, &DataType::Int64)?;
        Ok(datafusion::common::cast::as_int64_array(&column)?.clone())
    }

    fn days(&self, name: &str) -> Result<Date32Array> {
        let column = self.of(name, &DataType::Date32)?;
        Ok(datafusion::common::cast::as_date32_array(&column)?.clone())
    }
}

fn text(column: &StringViewArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}

/// The likely pairs of all people, by the engine of `bulk`.
///
/// # Errors
/// What cannot be read.
pub fn linkage(input: &Path) -> Result<RecordBatch> {
    let mut who: Vec<(i64, String)> = Vec::new();
    let mut all = Prepared::default();
    let columns: Vec<&str> = ["tenant", "row", "id"].into_iter().chain(CELLS).collect();
    walk(Table::People, input, &columns, |batch| {
        let (tenant, id) = (batch.numbers("tenant")?, batch.texts("id")?);
        let cells = CELLS.iter().map(|cell| batch.texts(cell)).collect::<Result<Vec<_>>>()?;
        let read: Vec<(Record, Keys)> = (0..tenant.len())
            .into_par_iter()
            .map(|row| {
                let record = read(|column| text(&cells[column], row));
                (record, Keys::of(&record))
            })
            .collect();
        for (row, (record, keys)) in read.into_iter().enumerate() {
            who.push((tenant.value(row), text(&id, row).to_owned()));
            all.records.push(record);
            all.keys.push(keys);
        }
        Ok(())
    })?;
    let edges = bulk::linkage::dedupe(&mut all, Model::shipped(), &mut |_| ());
    drop(all);
    let side = |of: fn(&linkage::engine::Edge) -> u32| -> (ArrayRef, ArrayRef) {
        let tenants = edges.iter().map(|edge| who[of(edge) as usize].0);
        let ids = edges.iter().map(|edge| who[of(edge) as usize].1.as_str());
        (
            Arc::new(Int64Array::from_iter_values(tenants)),
            Arc::new(StringArray::from_iter_values(ids)),
        )
    };
    let (left, right) = (side(|edge| edge.left), side(|edge| edge.right));
    let scores = Int64Array::from_iter_values(edges.iter().map(|edge| i64::from(edge.score)));
    let columns = vec![left.0, left.1, right.0, right.1, Arc::new(scores) as ArrayRef];
    Ok(RecordBatch::try_new(linkage_schema(), columns)?)
}

/// Sums of bills: tenant, programme, month, line; people and rupiah.
type Sums = BTreeMap<(i64, String, i64, &'static str), (i64, i64)>;

/// The memberships of a programme, with what other programmes pay for the same people.
#[derive(Default)]
struct Billed {
    terms: String,
    members: Vec<BillMember>,
}

fn sums(input: &Path, by: &ByRules) -> Result<Sums> {
    let mut programmes: BTreeMap<(i64, String), Billed> = BTreeMap::new();
    walk(Table::Programmes, input, &Table::Programmes.columns(), |batch| {
        let (tenant, programme) = (batch.numbers("tenant")?, batch.texts("programme")?);
        let terms = batch.texts("terms")?;
        for row in 0..tenant.len() {
            let key = (tenant.value(row), text(&programme, row).to_owned());
            programmes.entry(key).or_default().terms = text(&terms, row).to_owned();
        }
        Ok(())
    })?;
    walk(Table::Members, input, &Table::Members.columns(), |batch| {
        members(batch, &mut programmes)
    })?;
    let mut standing: Vec<CoveredMonth> = Vec::new();
    walk(Table::Standing, input, &Table::Standing.columns(), |batch| stands(batch, &mut standing))?;
    let mut of_person: HashMap<Id<kind::Person>, Vec<CoveredMonth>> = HashMap::new();
    for cover in standing {
        of_person.entry(cover.person).or_default().push(cover);
    }
    let book = rulebook(&by.rules)?;
    let programmes: Vec<_> = programmes.into_iter().collect();
    let summed: Vec<Sums> = programmes
        .par_iter()
        .map(|((tenant, programme), billed)| {
            let asked = Laid::read(&billed.terms, by.income)?;
            let people = billed.members.iter().map(|member| member.membership.person);
            let paid: Vec<CoveredMonth> =
                people.filter_map(|person| of_person.get(&person)).flatten().copied().collect();
            let mut sums = Sums::new();
            for month in asked.programme.months() {
                let bill = draft_bill(&BillInput {
                    programme: &asked.programme,
                    fund: asked.fund,
                    month,
                    revision: 0,
                    members: &billed.members,
                    standing: &paid,
                    rulebook: &book,
                });
                let bill = bill.map_err(|why| anyhow::anyhow!("{month}: {}", why.name()))?;
                let lines = bill.lines.iter().map(|line| (line.scheme.name(), line.rupiah.0));
                let left_out = bill.excluded.iter().map(|left_out| (left_out.reason.name(), 0));
                for (line, rupiah) in lines.chain(left_out) {
                    let key = (*tenant, programme.clone(), month.as_number(), line);
                    let sum = sums.entry(key).or_default();
                    *sum = (sum.0 + 1, sum.1 + rupiah);
                }
            }
            Ok(sums)
        })
        .collect::<Result<_>>()?;
    Ok(summed.into_iter().flatten().collect())
}

fn members(batch: &Columns, programmes: &mut BTreeMap<(i64, String), Billed>) -> Result<()> {
    let (tenant, programme) = (batch.numbers("tenant")?, batch.texts("programme")?);
    let (person, sector) = (batch.texts("person")?, batch.texts("sector")?);
    let (first, last) = (batch.numbers("first")?, batch.numbers("last")?);
    let (group, birth) = (batch.numbers("group")?, batch.days("birth")?);
    let died = batch.days("died")?;
    for row in 0..tenant.len() {
        let key = (tenant.value(row), text(&programme, row).to_owned());
        let Some(billed) = programmes.get_mut(&key) else { continue };
        let id = Id::parse(text(&programme, row)).ok().context("a programme")?;
        let person: Id<kind::Person> = Id::parse(text(&person, row)).ok().context("a person")?;
        let month = |column: &Int64Array| Month::from_number(column.value(row)).context("a month");
        billed.members.push(BillMember {
            membership: Membership {
                id: Id::from_bytes(*person.as_bytes()),
                person,
                programme: id,
                first: month(&first)?,
                last: month(&last)?,
            },
            sector: WorkSector::from_name(text(&sector, row)).context("a sector")?,
            group: group.is_valid(row).then(|| group.value(row) as u16),
            birth: day_of(birth.value(row)).context("a birth")?,
            died: died.is_valid(row).then(|| day_of(died.value(row))).flatten(),
        });
    }
    Ok(())
}

fn stands(batch: &Columns, into: &mut Vec<CoveredMonth>) -> Result<()> {
    let (person, programme) = (batch.texts("person")?, batch.texts("programme")?);
    let (month, scheme) = (batch.numbers("month")?, batch.texts("scheme")?);
    for row in 0..month.len() {
        into.push(CoveredMonth {
            person: Id::parse(text(&person, row)).ok().context("a person")?,
            programme: Id::parse(text(&programme, row)).ok().context("a programme")?,
            month: Month::from_number(month.value(row)).context("a month")?,
            scheme: Scheme::from_name(text(&scheme, row)).context("a scheme")?,
            transfer: Id::from_bytes([0; 16]),
        });
    }
    Ok(())
}

fn numbers<T>(rows: &[T], of: impl Fn(&T) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(of)))
}

fn strings<'a, T>(rows: &'a [T], of: impl Fn(&'a T) -> &'a str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(of)))
}

/// The sums of every programme's bills, by `domain`'s bill.
///
/// # Errors
/// What cannot be read, or why there is no bill.
pub fn billing(input: &Path, by: &ByRules) -> Result<RecordBatch> {
    let rows: Vec<_> = sums(input, by)?.into_iter().collect();
    let columns = vec![
        numbers(&rows, |(key, _)| key.0),
        strings(&rows, |(key, _)| &key.1),
        numbers(&rows, |(key, _)| key.2),
        strings(&rows, |(key, _)| key.3),
        numbers(&rows, |(_, sum)| sum.0),
        numbers(&rows, |(_, sum)| sum.1),
    ];
    Ok(RecordBatch::try_new(billing_schema(), columns)?)
}

/// The same by other rules beside those that stand.
///
/// # Errors
/// As [`billing`].
pub fn whatif(input: &Path, other: &ByRules) -> Result<RecordBatch> {
    let (ours, other) = (sums(input, &ByRules::default())?, sums(input, other)?);
    let keys: std::collections::BTreeSet<_> = ours.keys().chain(other.keys()).cloned().collect();
    let rows: Vec<_> = keys
        .into_iter()
        .map(|key| {
            let of = |sums: &Sums| sums.get(&key).copied().unwrap_or_default();
            let (ours, other) = (of(&ours), of(&other));
            (key, ours, other)
        })
        .collect();
    let columns = vec![
        numbers(&rows, |(key, ..)| key.0),
        strings(&rows, |(key, ..)| &key.1),
        numbers(&rows, |(key, ..)| key.2),
        strings(&rows, |(key, ..)| key.3),
        numbers(&rows, |(_, ours, _)| ours.0),
        numbers(&rows, |(_, _, other)| other.0),
        numbers(&rows, |(_, ours, _)| ours.1),
        numbers(&rows, |(_, _, other)| other.1),
        numbers(&rows, |(_, ours, other)| other.1 - ours.1),
    ];
    Ok(RecordBatch::try_new(whatif_schema(), columns)?)
}

/// Covered people and rupiah of every month, by region, work, sex and age band.
///
/// # Errors
/// What cannot be read.
pub fn figures(input: &Path, asked: &Figures) -> Result<RecordBatch> {
    let mut sums: BTreeMap<(i64, String, i64, i64, i64), (i64, i64)> = BTreeMap::new();
    walk(Table::Cover, input, &Table::Cover.columns(), |batch| {
        let (place, work) = (batch.numbers("place")?, batch.texts("work")?);
        let (sex, age) = (batch.numbers("sex")?, batch.numbers("age")?);
        let (year, bits) = (batch.numbers("year")?, batch.numbers("months")?);
        let (scheme, rupiah) = (batch.texts("scheme")?, batch.numbers("rupiah")?);
        for row in 0..place.len() {
            if year.value(row) != asked.year || text(&scheme, row) != asked.scheme {
                continue;
            }
            ensure!(work.is_valid(row), "a row of cover without work");
            let region = place.value(row) / asked.divisor();
            for month in months(bits.value(row)) {
                let work = text(&work, row).to_owned();
                let key = (region, work, sex.value(row), age.value(row), month);
                let sum = sums.entry(key).or_default();
                *sum = (sum.0 + 1, sum.1 + rupiah.value(row));
            }
        }
        Ok(())
    })?;
    let rows: Vec<_> = sums.into_iter().collect();
    let columns = vec![
        numbers(&rows, |(key, _)| key.0),
        strings(&rows, |(key, _)| &key.1),
        numbers(&rows, |(key, _)| key.2),
        numbers(&rows, |(key, _)| key.3),
        numbers(&rows, |(key, _)| key.4),
        numbers(&rows, |(_, sum)| sum.0),
        numbers(&rows, |(_, sum)| sum.1),
    ];
    Ok(RecordBatch::try_new(figures_schema(), columns)?)
}
