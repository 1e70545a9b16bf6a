//! Covered people summed by month, place, occupation, sex, age, programme and scheme, and by the
//! day on which each came to be known; kept where months of cover come and go, and drawn up anew
//! from the months themselves. One human counts once (`cover_once`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use base::id::kind;
use base::{Day, Id, Month, RegionCode};
use domain::coverage::CoveredMonth;
use domain::coverage::sums::{AgeBand, SumBy};
use domain::occupation::OccupationKey;
use rules::Scheme;

use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, Value, corrupt, read_region, values};
use crate::{StoreError, Tx, cover_once};

static CELLS: Sql = sql_twin!("cover_cell_list");
static ADD: Sql = sql!("cover_sum_add");
static ADD_TOTAL: Sql = sql!("cover_total_add");
static LIST: Sql = sql!("cover_sum_list");
static LIST_TOTAL: Sql = sql!("cover_total_list");
static DELETE: Sql = sql!("cover_sum_delete");
static DELETE_TOTAL: Sql = sql!("cover_total_delete");
static SWEEP: Sql = sql!("cover_sum_sweep");
static SWEEP_TOTAL: Sql = sql!("cover_total_sweep");
static SCRATCH: Sql = sql!("cover_sum_scratch");
static OF_MONTHS: Sql = sql!("cover_total_of_months");
static OF_PLACE: Sql = sql!("cover_total_of_place");
static OF_MONTH: Sql = sql!("cover_total_of_month");
static CELLS_OF_MONTH: Sql = sql!("cover_sum_of_month");

/// At most so many people are asked for at once.
const ASKED_MAX: usize = 10_000;
const DAY_MS: i64 = 86_400_000;
const WIB_MS: i64 = 7 * 3_600_000;

/// What a covered month is counted under, as it is kept beside the month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Cell {
    pub(crate) place: i64,
    pub(crate) occupation: String,
    pub(crate) sex: String,
    pub(crate) age_from: i64,
}

/// A covered month as a row: with the moment at which it became known, where that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) cover: CoveredMonth,
    pub(crate) known_at_ms: Option<i64>,
    pub(crate) cell: Cell,
}

/// What a sum is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SumKey {
    month: Month,
    cell: Cell,
    programme: Id<kind::Programme>,
    scheme: Scheme,
    known_day: i64,
}

/// Sums: people more or fewer, by what they are of.
pub(crate) type Sums = BTreeMap<SumKey, i64>;

/// Covered people of a programme and a scheme in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthSum {
    /// The month.
    pub month: Month,
    /// Who paid.
    pub programme: Id<kind::Programme>,
    /// For what.
    pub scheme: Scheme,
    /// How many.
    pub people: u64,
}

/// Covered people of one place, occupation, sex or age band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartSum {
    /// The region code's digits, the occupation, the sex's letter, or the first year of the band.
    pub part: String,
    /// Who paid.
    pub programme: Id<kind::Programme>,
    /// For what.
    pub scheme: Scheme,
    /// How many.
    pub people: u64,
}

/// Covered people alike in everything that is summed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellSum {
    /// Where they lived.
    pub place: Option<RegionCode>,
    /// What they did.
    pub occupation: Option<OccupationKey>,
    /// The letter of their sex.
    pub sex: String,
    /// How old they were.
    pub age: Option<AgeBand>,
    /// Who paid.
    pub programme: Id<kind::Programme>,
    /// For what.
    pub scheme: Scheme,
    /// How many.
    pub people: u64,
}

/// The day of a moment, as sums are kept by.
pub(crate) fn day_of(at_ms: i64) -> i64 {
    (at_ms + WIB_MS) / DAY_MS
}

/// The last of the days that were known at the end of a day.
fn known_by(day: Day) -> Result<i64, StoreError> {
    let epoch = Day::new(1970, 1, 1).ok_or_else(|| corrupt("a day"))?;
    Ok(i64::from(epoch.days_until(day)))
}

/// What people's months are counted under, by person and month.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    covered: &[CoveredMonth],
    known_at_ms: i64,
) -> Result<Vec<Kept>, StoreError> {
    let mut ids: Vec<Id<kind::Person>> = covered.iter().map(|cover| cover.person).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut people: HashMap<Id<kind::Person>, (Cell, Day)> = HashMap::with_capacity(ids.len());
    for asked in ids.chunks(ASKED_MAX) {
        let mut list = String::with_capacity(asked.len() * 35 + 2);
        for id in asked {
            list.push(if list.is_empty() { '[' } else { ',' });
            let number = u128::from_be_bytes(*id.as_bytes());
            write!(list, "\"{number:032x}\"").expect("a String takes any text");
        }
        list.push(']');
        tx.each(&CELLS, &values![list, tx.tenant()], |columns| {
            let (id, place) = (columns.take()?, columns.take()?);
            let occupation: Option<String> = columns.take()?;
            let (sex, birth) = (columns.take()?, columns.take()?);
            let occupation = occupation.unwrap_or_default();
            people.insert(id, (Cell { place, occupation, sex, age_from: 0 }, birth));
            Ok(())
        })?;
    }
    let kept = |cover: &CoveredMonth| {
        let found = people.get(&cover.person);
        // Who is not there is refused by the reference of the month.
        let cell = found.map_or_else(Cell::default, |(cell, birth)| Cell {
            age_from: i64::from(AgeBand::of(*birth, cover.month).years().0),
            ..cell.clone()
        });
        Kept { cover: *cover, known_at_ms: Some(known_at_ms), cell }
    };
    Ok(covered.iter().map(kept).collect())
}

/// Counts months in (`people` 1) or out (-1), as known from a moment on.
pub(crate) fn count(
    tx: &mut Tx<'_>,
    kept: &[Kept],
    at_ms: i64,
    people: i64,
) -> Result<(), StoreError> {
    count_each(tx, kept.iter().map(|one| (one, at_ms, people)))
}

/// The same of months that became known at moments of their own.
pub(crate) fn count_each<'a>(
    tx: &mut Tx<'_>,
    counted: impl Iterator<Item = (&'a Kept, i64, i64)>,
) -> Result<(), StoreError> {
    let mut sums = Sums::new();
    for (one, at_ms, people) in counted {
        let key = SumKey {
            month: one.cover.month,
            cell: one.cell.clone(),
            programme: one.cover.programme,
            scheme: one.cover.scheme,
            known_day: day_of(at_ms),
        };
        *sums.entry(key).or_default() += people;
    }
    sums.retain(|_, people| *people != 0);
    add(tx, &sums)
}

/// Forgets the sums of months that came to nothing.
pub(crate) fn sweep(tx: &mut Tx<'_>, months: &BTreeSet<Month>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for month in months {
        tx.run(&SWEEP, &values![tenant, *month])?;
        tx.run(&SWEEP_TOTAL, &values![tenant, *month])?;
    }
    Ok(())
}

fn add(tx: &mut Tx<'_>, sums: &Sums) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = sums.iter().map(|(key, people)| {
        values![
            tenant,
            key.month,
            key.cell.place,
            &*key.cell.occupation,
            &*key.cell.sex,
            key.cell.age_from,
            &key.programme,
            key.scheme.name(),
            key.known_day,
            *people,
        ]
    });
    tx.insert(&ADD, rows)?;
    let totals = totals(sums);
    let rows = totals.iter().map(|(key, people)| {
        let (of_what, month, part, programme, scheme, known_day) = key;
        let scheme = scheme.name();
        values![tenant, *of_what, *month, &**part, programme, scheme, *known_day, *people]
    });
    tx.insert(&ADD_TOTAL, rows).map(|_| ())
}

type TotalKey = (&'static str, Month, String, Id<kind::Programme>, Scheme, i64);

/// The same sums by each of the four alone.
fn totals(sums: &Sums) -> BTreeMap<TotalKey, i64> {
    let mut totals = BTreeMap::new();
    for (key, people) in sums {
        for by in SumBy::ALL {
            let part = match by {
                SumBy::Place => key.cell.place.to_string(),
                SumBy::Occupation => key.cell.occupation.clone(),
                SumBy::Sex => key.cell.sex.clone(),
                SumBy::Age => key.cell.age_from.to_string(),
            };
            let of = (by.name(), key.month, part, key.programme, key.scheme, key.known_day);
            *totals.entry(of).or_insert(0) += people;
        }
    }
    totals.retain(|_, people| *people != 0);
    totals
}

/// Whether the sums that are kept are those of the months themselves; how many differ.
pub fn differing(tx: &mut Tx<'_>) -> Result<usize, StoreError> {
    let scratch = scratch(tx)?;
    let kept: Sums = tx.all(&LIST, &values![tx.tenant()], read_sum)?.into_iter().collect();
    let unlike = |one: &Sums, other: &Sums| {
        one.iter().filter(|(key, people)| other.get(key) != Some(people)).count()
    };
    let mut count = unlike(&scratch, &kept) + unlike(&kept, &scratch);
    let wanted = totals(&scratch);
    let mut found = 0;
    tx.each(&LIST_TOTAL, &values![tx.tenant()], |columns| {
        let by = columns.take_with("what a sum is by", SumBy::from_name)?;
        let (month, part, programme) = (columns.take()?, columns.take()?, columns.take()?);
        let scheme = columns.take_with("a scheme", Scheme::from_name)?;
        let (known_day, people): (i64, i64) = (columns.take()?, columns.take()?);
        found += 1;
        let key = (by.name(), month, part, programme, scheme, known_day);
        count += usize::from(wanted.get(&key) != Some(&people));
        Ok(())
    })?;
    Ok(count + wanted.len().saturating_sub(found) + cover_once::unlike(tx)?)
}

/// Draws the sums up anew from the months themselves; how many there are. What was wrong with the
/// marks of months that were paid for twice is known from this moment on.
pub fn rebuild(tx: &mut Tx<'_>, at_ms: i64) -> Result<usize, StoreError> {
    cover_once::settle_all(tx, at_ms)?;
    let sums = scratch(tx)?;
    forget(tx)?;
    add(tx, &sums)?;
    Ok(sums.len())
}

/// The sums as they were before one human counted once, while nothing is marked.
#[cfg(test)]
pub(crate) fn rebuild_without_marks(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let sums = scratch(tx)?;
    forget(tx)?;
    add(tx, &sums)
}

/// Forgets every sum: they follow from the months.
pub fn forget(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(&DELETE, &values![tenant])?;
    tx.run(&DELETE_TOTAL, &values![tenant]).map(|_| ())
}

fn scratch(tx: &mut Tx<'_>) -> Result<Sums, StoreError> {
    let mut sums: Sums = tx.all(&SCRATCH, &values![tx.tenant()], read_sum)?.into_iter().collect();
    sums.retain(|_, people| *people != 0);
    Ok(sums)
}

/// Covered people month by month, by what was known at the end of a day.
pub fn of_months(tx: &mut Tx<'_>, known: Day) -> Result<Vec<MonthSum>, StoreError> {
    tx.all(&OF_MONTHS, &values![tx.tenant(), known_by(known)?], read_month)
}

/// The same of a region.
pub fn of_months_in(
    tx: &mut Tx<'_>,
    within: RegionCode,
    known: Day,
) -> Result<Vec<MonthSum>, StoreError> {
    let (first, next) = (within.digits().to_string(), (within.digits() + 1).to_string());
    let values = values![tx.tenant(), first, next, known_by(known)?];
    tx.all(&OF_PLACE, &values, read_month)
}

fn read_month(columns: &mut Columns<'_>) -> Result<MonthSum, StoreError> {
    Ok(MonthSum {
        month: columns.take()?,
        programme: columns.take()?,
        scheme: columns.take_with("a scheme", Scheme::from_name)?,
        people: read_people(columns)?,
    })
}

/// Covered people of a month, by one of the four, by what was known at the end of a day.
pub fn of_month(
    tx: &mut Tx<'_>,
    by: SumBy,
    month: Month,
    known: Day,
) -> Result<Vec<PartSum>, StoreError> {
    let values = values![tx.tenant(), by.name(), month, known_by(known)?];
    tx.all(&OF_MONTH, &values, |columns| {
        Ok(PartSum {
            part: columns.take()?,
            programme: columns.take()?,
            scheme: columns.take_with("a scheme", Scheme::from_name)?,
            people: read_people(columns)?,
        })
    })
}

/// Covered people of a month in a region, by all that is summed by, by what was known at the end of
/// a day.
pub fn cells_of_month(
    tx: &mut Tx<'_>,
    within: RegionCode,
    month: Month,
    known: Day,
) -> Result<Vec<CellSum>, StoreError> {
    let villages = codes(within, 4)?;
    let districts = codes(within, 3)?;
    let itself = codes(within, within.level())?.0;
    let values = values![
        tx.tenant(),
        month,
        villages.0,
        villages.1,
        districts.0,
        districts.1,
        itself,
        known_by(known)?
    ];
    tx.all(&CELLS_OF_MONTH, &values, |columns| {
        let (place, occupation): (i64, String) = (columns.take()?, columns.take()?);
        let (sex, age): (String, i64) = (columns.take()?, columns.take()?);
        Ok(CellSum {
            place: read_region(place),
            occupation: (!occupation.is_empty()).then(|| OccupationKey(occupation.into())),
            sex,
            age: u8::try_from(age).ok().and_then(AgeBand::from_years),
            programme: columns.take()?,
            scheme: columns.take_with("a scheme", Scheme::from_name)?,
            people: read_people(columns)?,
        })
    })
}

/// The first and the last code of a level in a region; of none above it.
fn codes(within: RegionCode, level: u8) -> Result<(i64, i64), StoreError> {
    const DIGITS: [u32; 5] = [0, 2, 4, 6, 10];
    let digits = |level: u8| DIGITS.get(usize::from(level)).copied().unwrap_or_default();
    let Some(more) = digits(level).checked_sub(digits(within.level())) else { return Ok((1, 0)) };
    let wide = 10_i64.pow(more);
    let first = i64::try_from(within.digits()).map_err(|_| corrupt("a region"))? * wide;
    Ok((first, first + wide - 1))
}

fn read_people(columns: &mut Columns<'_>) -> Result<u64, StoreError> {
    let people: i64 = columns.take()?;
    u64::try_from(people).map_err(|_| corrupt("a sum of covered people"))
}

fn read_sum(columns: &mut Columns<'_>) -> Result<(SumKey, i64), StoreError> {
    let month = columns.take()?;
    let cell = read_cell(columns)?;
    let key = SumKey {
        month,
        cell,
        programme: columns.take()?,
        scheme: columns.take_with("a scheme", Scheme::from_name)?,
        known_day: columns.take()?,
    };
    Ok((key, columns.take()?))
}

/// The cell of a row; a month that an older copy brings has none.
pub(crate) fn read_cell(columns: &mut Columns<'_>) -> Result<Cell, StoreError> {
    let place: Option<i64> = columns.take()?;
    let (occupation, sex): (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
    let age_from: Option<i64> = columns.take()?;
    Ok(Cell {
        place: place.unwrap_or_default(),
        occupation: occupation.unwrap_or_default(),
        sex: sex.unwrap_or_default(),
        age_from: age_from.unwrap_or_default(),
    })
}

impl Cell {
    /// As the last columns of a row.
    pub(crate) fn values(&self) -> [Value<'_>; 4] {
        values![self.place, &*self.occupation, &*self.sex, self.age_from]
    }
}

/// A month of a regency as a bench invents it.
#[derive(Debug, Clone, Copy)]
pub struct Invented {
    /// The month.
    pub month: Month,
    /// How many people are covered.
    pub people: u64,
    /// In how many villages.
    pub villages: u64,
    /// In how many occupations.
    pub works: u64,
}

/// Writes the sums of a month for two schemes as if people were spread evenly; how many cells there
/// are. Only for benches: no month stands behind them.
pub fn invent(tx: &mut Tx<'_>, invented: &Invented) -> Result<u64, StoreError> {
    let regency = tx.tenant();
    let mut sums = Sums::new();
    for number in 0..invented.people {
        let village = number % invented.villages;
        // Districts of six villages, from the fifth on, as in Paser.
        let place = (regency * 100 + 5 + i64::try_from(village / 6).unwrap_or_default()) * 10_000
            + 2_001
            + i64::try_from(village % 6).unwrap_or_default();
        let work = number / invented.villages % invented.works;
        let age = BENCH_AGES[usize::try_from(number / 7 % 6).unwrap_or_default()];
        let cell = Cell {
            place,
            occupation: format!("kerja-{work}"),
            sex: if number / 3 % 2 == 0 { "L" } else { "P" }.to_owned(),
            age_from: age,
        };
        for scheme in [Scheme::Jkk, Scheme::Jkm] {
            let key = SumKey {
                month: invented.month,
                cell: cell.clone(),
                programme: Id::from_bytes([number.to_be_bytes()[7] % 3; 16]),
                scheme,
                known_day: 18_262 + i64::from(invented.month.month()),
            };
            *sums.entry(key).or_default() += 1;
        }
    }
    add(tx, &sums)?;
    Ok(sums.len() as u64)
}

/// The bands that a bench spreads people over.
const BENCH_AGES: [i64; 6] = [18, 25, 35, 45, 55, 65]; // not law: bands of a table
