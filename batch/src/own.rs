//! The same results by the office's own functions, without the query engine: for linkage the engine
//! of `bulk`, for bills `domain`'s bill over a whole programme, for figures a table in memory.
//!
//! It is what the plans are held against, and what this process uses where it is cheaper.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use base::Id;
use base::id::kind;
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use domain::billing::BillMember;
use linkage::engine::Prepared;
use linkage::keys::Keys;
use linkage::model::Model;
use linkage::record::Record;
use rayon::prelude::*;

use crate::bills::{self, Laid, Members, Paid, Standing, rulebook};
use crate::cells::{self, Columns, cell, required};
use crate::kernels::cover::months;
use crate::kernels::people::read;
use crate::layout::{CELLS, Table};
use crate::plans::{
    ByRules, Figures, billing_schema, figures_schema, linkage_schema, whatif_schema,
};

/// Goes through a table, file after file in the order of their tenants.
fn walk(
    table: Table,
    input: &Path,
    mut each: impl FnMut(&Columns<'_>) -> Result<()>,
) -> Result<()> {
    for file in table.files(input)? {
        cells::walk(&file.path, &table.names(), &mut each)?;
    }
    Ok(())
}

/// The likely pairs of all people, by the engine of `bulk`.
///
/// # Errors
/// What cannot be read.
pub fn linkage(input: &Path) -> Result<RecordBatch> {
    let mut who: Vec<(i64, String)> = Vec::new();
    let mut all = Prepared::default();
    walk(Table::People, input, |batch| {
        let (tenant, id) = (batch.numbers("tenant")?, batch.texts("id")?);
        let cells = CELLS.iter().map(|cell| batch.texts(cell)).collect::<Result<Vec<_>>>()?;
        let read: Vec<(Record, Keys)> = (0..batch.len())
            .into_par_iter()
            .map(|row| {
                let record = read(|column| cell(&cells[column], row));
                (record, Keys::of(&record))
            })
            .collect();
        for (record, keys) in read {
            all.records.push(record);
            all.keys.push(keys);
        }
        batch.each(|row| {
            let id = required(&id, row, "id")?.to_owned();
            who.push((required(&tenant, row, "tenant")?, id));
            Ok(())
        })
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
type Sums = BTreeMap<(i64, Id<kind::Programme>, i64, &'static str), (i64, i64)>;

/// A programme with its memberships.
struct Billed {
    terms: String,
    members: Vec<BillMember>,
}

/// Programmes with their memberships, by tenant and number.
type Programmes = BTreeMap<(i64, Id<kind::Programme>), Billed>;

fn sums(input: &Path, by: &ByRules) -> Result<Sums> {
    let mut programmes = Programmes::new();
    walk(Table::Programmes, input, |batch| {
        let (tenant, programme) = (batch.numbers("tenant")?, batch.texts("programme")?);
        let terms = batch.texts("terms")?;
        batch.each(|row| {
            let tenant = required(&tenant, row, "tenant")?;
            let programme = cells::programme(&programme, row, "programme")?;
            let terms = required(&terms, row, "terms")?.to_owned();
            programmes.insert((tenant, programme), Billed { terms, members: Vec::new() });
            Ok(())
        })
    })?;
    walk(Table::Members, input, |batch| members(batch, &mut programmes))?;
    let mut standing: HashMap<Id<kind::Person>, Vec<Standing>> = HashMap::new();
    walk(Table::Standing, input, |batch| {
        let (person, read) = (batch.texts("person")?, Standing::of(batch)?);
        batch.each(|row| {
            let person = cells::person(&person, row, "person")?;
            standing.entry(person).or_default().push(read(row)?);
            Ok(())
        })
    })?;
    let book = rulebook(&by.rules)?;
    let programmes: Vec<_> = programmes.into_iter().collect();
    let summed: Vec<Sums> = programmes
        .par_iter()
        .map(|((tenant, programme), billed)| {
            let asked = Laid::read(&billed.terms, by.income)?;
            let mut paid = Paid::default();
            for person in billed.members.iter().map(|member| member.membership.person) {
                let standing = standing.get(&person).into_iter().flatten();
                standing.for_each(|standing| paid.add(*tenant, person, *standing));
            }
            let mut sums = Sums::new();
            bills::lines(&asked, &billed.members, &paid, &book, |line| {
                let key = (*tenant, *programme, line.month, line.name);
                let sum = sums.entry(key).or_default();
                *sum = (sum.0 + 1, sum.1 + line.rupiah);
            })?;
            Ok(sums)
        })
        .collect::<Result<_>>()?;
    Ok(summed.into_iter().flatten().collect())
}

fn members(batch: &Columns<'_>, programmes: &mut Programmes) -> Result<()> {
    let (tenant, programme) = (batch.numbers("tenant")?, batch.texts("programme")?);
    let (person, columns) = (batch.texts("person")?, Members::of(batch)?);
    batch.each(|row| {
        let programme = cells::programme(&programme, row, "programme")?;
        let person = cells::person(&person, row, "person")?;
        let key = (required(&tenant, row, "tenant")?, programme);
        let billed = programmes.get_mut(&key).ok_or(bills::ORPHAN)?;
        billed.members.push(columns.read(row, person, programme)?);
        Ok(())
    })
}

fn numbers<T>(rows: &[T], of: impl Fn(&T) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(of)))
}

fn strings<'a, T, S: AsRef<str>>(rows: &'a [T], of: impl Fn(&'a T) -> S) -> ArrayRef {
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
        strings(&rows, |(key, _)| key.1.to_string()),
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
    let keys: BTreeSet<_> = ours.keys().chain(other.keys()).copied().collect();
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
        strings(&rows, |(key, ..)| key.1.to_string()),
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
    walk(Table::Cover, input, |batch| {
        let (place, work) = (batch.numbers("place")?, batch.texts("work")?);
        let (sex, age) = (batch.numbers("sex")?, batch.numbers("age")?);
        let (year, bits) = (batch.numbers("year")?, batch.numbers("months")?);
        let (scheme, rupiah) = (batch.texts("scheme")?, batch.numbers("rupiah")?);
        batch.each(|row| {
            if required(&year, row, "year")? != asked.year
                || required(&scheme, row, "scheme")? != asked.scheme
            {
                return Ok(());
            }
            let region = required(&place, row, "place")? / asked.divisor();
            let work = required(&work, row, "work")?;
            let (sex, age) = (required(&sex, row, "sex")?, required(&age, row, "age")?);
            let rupiah = required(&rupiah, row, "rupiah")?;
            for month in months(required(&bits, row, "months")?) {
                let sum = sums.entry((region, work.to_owned(), sex, age, month)).or_default();
                *sum = (sum.0 + 1, sum.1 + rupiah);
            }
            Ok(())
        })
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
