//! Invented tables of the layout, for tests and measurements; nobody in them is a person.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use bulk::parquet_table::{self, Columnar};
use rayon::prelude::*;
use std::io::Write;

use crate::bills::Laid;
use crate::disk::{private_file, private_folder};
use crate::layout::{CELLS, Table};

/// Regencies of one province, as far as an invented nation has any.
const OF_PROVINCE: u64 = 14; // not law: 514 regencies in 38 provinces

/// Occupations of an invented nation.
const WORKS: [&str; 8] =
    ["petani", "nelayan", "ojek", "pedagang", "buruh-harian", "guru-ngaji", "marbot", "perajin"];

/// What a month costs, invented.
const INVENTED_RUPIAH: [i64; 2] = [10_000, 16_800]; // not law: invented

/// The code of an invented regency.
pub fn tenant(at: u64) -> u64 {
    (11 + at / OF_PROVINCE) * 100 + at % OF_PROVINCE + 1
}

/// Spreads the bits, so that a seed gives the same nation everywhere.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A die for each thing of a person.
struct Dice(u64);

impl Dice {
    fn throw(&self, thing: u64, sides: u64) -> u64 {
        mixed(self.0 ^ mixed(thing)) % sides
    }
}

fn identifier(kind: u64, number: u64) -> String {
    let (high, low) = (mixed(kind << 32 | number), mixed(number ^ kind.rotate_left(40)));
    format!("{high:016x}{low:016x}")
}

fn leave(output: &Path, table: Table, tenant: u64, columns: Vec<(&str, Columnar)>) -> Result<()> {
    let folder = output.join(table.name());
    private_folder(&folder)?;
    let bytes = parquet_table::write(&columns).map_err(anyhow::Error::msg)?;
    private_file(&folder.join(format!("{tenant}.parquet")))?.write_all(&bytes)?;
    Ok(())
}

fn texts<T>(rows: &[T], of: impl Fn(&T) -> String) -> Columnar {
    Columnar::Text(rows.iter().map(|row| Some(of(row))).collect())
}

fn numbers<T>(rows: &[T], of: impl Fn(&T) -> i64) -> Columnar {
    Columnar::Number(rows.iter().map(|row| Some(of(row))).collect())
}

/// How large an invented nation is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Regencies.
    pub tenants: u64,
    /// People of all regencies together.
    pub people: u64,
    /// The seed.
    pub seed: u64,
}

/// Makes members, programmes, what stands already, and a year of cover.
///
/// # Errors
/// What the disk says.
pub fn money(output: &Path, size: Size) -> Result<()> {
    ensure!(size.tenants > 0 && size.tenants <= 514, "1 to 514 regencies");
    private_folder(output)?;
    let people = |at: u64| -> Vec<(u64, Dice)> {
        let share = |at: u64| size.people * at / size.tenants;
        let numbers = share(at)..share(at + 1);
        numbers.map(|number| (number, Dice(mixed(size.seed ^ number)))).collect()
    };
    (0..size.tenants)
        .into_par_iter()
        .try_for_each(|at| regency(output, at, &people(at), &people((at + 1) % size.tenants)))
}

/// A programme's number, in the usual spelling.
fn programme(number: u64) -> String {
    let id = identifier(2, number);
    [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-")
}

/// The programme of a regency that somebody is on: one in five is on the second.
fn programme_of(tenant: u64, dice: &Dice) -> String {
    programme(tenant * 2 + u64::from(dice.throw(1, 5) == 0))
}

/// Writes the tables of a regency; `next` are the people of another.
fn regency(output: &Path, at: u64, people: &[(u64, Dice)], next: &[(u64, Dice)]) -> Result<()> {
    let tenant = tenant(at);
    let month = |number: u64| 202_601 + number as i64;
    let birth = |dice: &Dice| {
        // From 1950 to 2014 in days since 1970: some are too young, some too old.
        dice.throw(2, 23_376) as i32 - 7_305
    };
    let died = |dice: &Dice| (dice.throw(3, 200) == 0).then(|| 20_454 + dice.throw(4, 365) as i32);
    let group = |dice: &Dice| (dice.throw(5, 10) == 0).then_some(0);
    let number = |_: &(u64, Dice)| tenant as i64;
    let members = vec![
        ("tenant", numbers(people, number)),
        ("programme", texts(people, |(_, dice)| programme_of(tenant, dice))),
        ("person", texts(people, |(number, _)| identifier(1, *number))),
        ("first", numbers(people, |(_, dice)| month(dice.throw(6, 24).saturating_sub(18)))),
        ("last", numbers(people, |(_, dice)| month(11 - dice.throw(7, 24).saturating_sub(20)))),
        ("sector", texts(people, |(_, dice)| sector(dice).into())),
        ("group", Columnar::Number(people.iter().map(|(_, dice)| group(dice)).collect())),
        ("birth", Columnar::Day(people.iter().map(|(_, dice)| Some(birth(dice))).collect())),
        ("died", Columnar::Day(people.iter().map(|(_, dice)| died(dice)).collect())),
    ];
    leave(output, Table::Members, tenant, members)?;
    let laid: Vec<Laid> = (0..2).map(|which| laid(tenant, which)).collect();
    let programmes = vec![
        ("tenant", numbers(&laid, |_| tenant as i64)),
        ("programme", texts(&laid, |laid| laid.id.clone())),
        ("terms", texts(&laid, |laid| serde_json::to_string(laid).expect("texts and numbers"))),
    ];
    leave(output, Table::Programmes, tenant, programmes)?;
    leave(output, Table::Standing, tenant, standing(tenant, people, next))?;
    leave(output, Table::Cover, tenant, cover(tenant, people))
}

/// Months that stand already by a third programme: for one in fifty of the regency, and for one in
/// fifty of the next.
fn standing(
    tenant: u64,
    people: &[(u64, Dice)],
    next: &[(u64, Dice)],
) -> Vec<(&'static str, Columnar)> {
    let paid = |(number, dice): &(u64, Dice)| {
        let (number, month) = (*number, dice.throw(9, 12));
        let schemes = ["jkk", "jkm"].into_iter().take(1 + (month % 2) as usize);
        schemes.map(move |scheme| (number, month, scheme))
    };
    let ours = people.iter().filter(|(_, dice)| dice.throw(8, 50) == 0);
    let theirs = next.iter().filter(|(_, dice)| dice.throw(18, 50) == 0);
    let all: Vec<(u64, u64, &str)> = ours.chain(theirs).flat_map(paid).collect();
    vec![
        ("tenant", numbers(&all, |_| tenant as i64)),
        ("person", texts(&all, |(number, ..)| identifier(1, *number))),
        ("programme", texts(&all, |_| programme(999_999))),
        ("month", numbers(&all, |(_, at, _)| 202_601 + *at as i64)),
        ("scheme", texts(&all, |(.., scheme)| (*scheme).into())),
    ]
}

fn sector(dice: &Dice) -> &'static str {
    if dice.throw(10, WORKS.len() as u64) == 2 { "transport" } else { "other" }
}

fn laid(tenant: u64, which: u64) -> Laid {
    Laid {
        id: programme(tenant * 2 + which),
        schemes: if which == 0 { "jkk,jkm" } else { "jkk,jkm,jht" }.into(),
        first: 202_601,
        last: 202_612,
        income: if which == 0 { 0 } else { 2_500_000 }, // not law: invented
        fund: if which == 0 { "apbd" } else { "csr" }.into(),
        groups: vec!["guru-ngaji:bpu:1500000".into()],
    }
}

fn cover(tenant: u64, people: &[(u64, Dice)]) -> Vec<(&'static str, Columnar)> {
    let of = |thing, sides| move |(_, dice): &(u64, Dice)| dice.throw(thing, sides) as i64;
    let bands = [18, 25, 35, 45, 55, 65];
    vec![
        (
            "place",
            numbers(people, |(_, dice)| {
                let (district, village) = (dice.throw(11, 18) + 1, dice.throw(12, 12) + 2_001);
                (tenant * 1_000_000 + district * 10_000 + village) as i64
            }),
        ),
        ("work", texts(people, |person| WORKS[of(10, WORKS.len() as u64)(person) as usize].into())),
        ("sex", numbers(people, |person| of(13, 2)(person) + 1)),
        ("age", numbers(people, |person| bands[of(14, bands.len() as u64)(person) as usize])),
        ("scheme", texts(people, |_| "jkk".into())),
        ("year", numbers(people, |_| 2026)),
        (
            "months",
            numbers(people, |(_, dice)| {
                let (first, last) = (dice.throw(15, 6), 12 - dice.throw(16, 4));
                ((1 << last) - (1 << first)) as i64
            }),
        ),
        ("rupiah", numbers(people, |person| INVENTED_RUPIAH[of(17, 2)(person) as usize])),
    ]
}

/// Makes people of a list of `cargo xtask linkage-data`, divided among regencies in the order of
/// its rows.
///
/// # Errors
/// What is wrong with the list.
pub fn people(list: &Path, output: &Path, tenants: u64) -> Result<()> {
    ensure!(tenants > 0 && tenants <= 514, "1 to 514 regencies");
    private_folder(output)?;
    let mut reader = csv::Reader::from_path(list).with_context(|| {
        format!("{} tidak dapat dibaca (the list cannot be read)", list.display())
    })?;
    let headers = reader.headers()?.clone();
    let place = |name: &str| headers.iter().position(|header| header == name);
    let id = place("id").context("a list without the column id")?;
    let places = CELLS.map(place);
    let rows = reader.records().collect::<std::result::Result<Vec<_>, _>>()?;
    (0..tenants).into_par_iter().try_for_each(|at| {
        let share = |at: u64| (rows.len() as u64 * at / tenants) as usize;
        let (rows, tenant) = (&rows[share(at)..share(at + 1)], tenant(at));
        let all: Vec<i64> = (0..rows.len() as i64).collect();
        let mut columns = vec![
            ("tenant", numbers(rows, |_| tenant as i64)),
            ("row", numbers(&all, |row| *row)),
            ("id", texts(rows, |row| row[id].to_owned())),
        ];
        for (name, place) in CELLS.iter().zip(places) {
            let cells = rows.iter().map(|row| {
                let cell = place.and_then(|at| row.get(at)).unwrap_or_default();
                (!cell.is_empty()).then(|| cell.to_owned())
            });
            columns.push((name, Columnar::Text(cells.collect())));
        }
        leave(output, Table::People, tenant, columns)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_hundred_and_fourteen_regencies_have_codes_of_their_own() {
        let codes: std::collections::BTreeSet<u64> = (0..514).map(tenant).collect();
        assert_eq!(codes.len(), 514);
        assert_eq!((tenant(0), tenant(14)), (1101, 1201));
    }
}
