//! A year of a programme in every regency: bills, books, cover in sums; and the nation's table.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base::{Day, Id, Month, RegionCode, Rupiah, Sex};
use bulk::parquet_table::{self, Columnar};
use bulk::spill::Parts;
use domain::billing::{Bill, BillInput, BillMember, draft_bill, finalise};
use domain::coverage::sums::{AgeBand, SumBy};
use domain::fund::Fund;
use domain::ledger::chart::{appropriate, commit, fund_accounts, programme_accounts};
use domain::ledger::{Balance, LedgerSnapshot, Resolution, Transfer, post_all, trial_balance};
use domain::membership::Membership;
use domain::programme::{Programme, Terms};
use parquet::column::reader::ColumnReader;
use parquet::file::reader::{FileReader, SerializedFileReader};
use rayon::prelude::*;
use rules::{FundKind, Schemes, WorkSector};

use crate::Law;
use crate::kept::{self, Kept};
use crate::measured::Measured;
use crate::national::Known;

/// A ceiling that no regency reaches.
const CEILING: Rupiah = Rupiah(1_000_000_000_000_000); // not law: invented
/// Promises that are posted at once: with what they change they stay near the processor.
const BATCH: usize = 512; // not law: speed
/// Parts in which numbers lie on the disk.
const PARTS: usize = 64; // not law: memory
/// One in so many dies within the year.
const DEATHS: u64 = 200; // not law: invented

/// What the bills of the nation come to.
#[derive(Default)]
pub struct Paid {
    pub covered: u64,
    pub person_months: u64,
    pub rupiah: i64,
    pub transfers: u64,
    /// Numbers that two programmes pay for.
    pub paid_twice: u64,
    /// Regencies whose books are not balanced.
    pub unbalanced: u64,
}

/// What the roll-up comes to.
pub struct Rolled {
    /// Sums of the table.
    pub sums: usize,
    /// Covered people of all months together.
    pub months: u64,
}

/// The programme of a regency for 2026, for everybody's work, and its fund.
pub fn programme_of(code: RegionCode) -> (Programme, Fund) {
    let id = |kind: u8| {
        let mut bytes = [kind; 16];
        bytes[8..].copy_from_slice(&code.digits().to_be_bytes());
        bytes
    };
    let fund = Fund::new(Id::derived(id(1)), "apbd-2026", FundKind::Apbd, CEILING);
    let month = |month| Month::new(2026, month).expect("a month");
    let programme = Programme {
        id: Id::derived(id(2)),
        code: "rentan-2026".into(),
        name: "Pekerja rentan (rekaan)".into(),
        territory: code,
        fund: fund.id,
        schemes: Schemes::JKK_JKM,
        first: month(1),
        last: month(12),
        occupations: Vec::new(),
        default_occupation: None,
        income: Rupiah::ZERO,
        refuse_insured: false,
        target: None,
        terms: Terms::default(),
    };
    (programme, fund)
}

/// Bills every regency for its year, and leaves what is covered in sums, a file for each regency.
pub fn bills(nation: &Known, law: &Law, out: &Path, measured: &mut Measured) -> io::Result<Paid> {
    let regencies = &nation.regencies;
    const STAGE: &str = "a year of bills, books and cover";
    let (paid, bytes) = measured.stage(STAGE, regencies.people * 12, || {
        let numbers = Mutex::new(Parts::<1>::create(&nation.folder, "paid", PARTS)?);
        let years = regencies.firsts.par_iter().map(|(code, first)| {
            let people = kept::take(&nation.folder, *code)?.into_iter().zip(*first..);
            let billed = people.filter(|(_, at)| !nation.is_held_elsewhere(*at));
            let billed: Vec<Kept> = billed.map(|(person, _)| person).collect();
            let (paid, sums, covered) = year(*code, &billed, law);
            let mut parts = numbers.lock().unwrap_or_else(PoisonError::into_inner);
            for (person, _) in billed.iter().zip(covered).filter(|(_, covered)| *covered) {
                let number = person.nik.as_u64();
                parts.put((number % PARTS as u64) as usize, [number])?;
            }
            drop(parts);
            Ok((paid, leave(*code, sums, out)?))
        });
        let years: Vec<(Paid, u64)> = years.collect::<io::Result<_>>()?;
        let (mut paid, mut bytes) = (Paid::default(), 0);
        for (one, written) in years {
            paid.covered += one.covered;
            paid.person_months += one.person_months;
            paid.rupiah += one.rupiah;
            paid.transfers += one.transfers;
            paid.unbalanced += one.unbalanced;
            bytes += written;
        }
        // Within a regency a bill refuses a person who stands on it twice.
        paid.paid_twice = repeated(numbers.into_inner().unwrap_or_else(PoisonError::into_inner))?;
        io::Result::Ok((paid, bytes))
    })?;
    measured.wrote(STAGE, bytes);
    Ok(paid)
}

/// How many numbers stand there a second time.
fn repeated(mut numbers: Parts<1>) -> io::Result<u64> {
    let mut repeated = 0;
    for part in 0..numbers.len() {
        let mut rows = numbers.take(part)?;
        rows.sort_unstable();
        repeated += rows.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
    }
    Ok(repeated)
}

/// What is covered, by one thing alone: its kind, its key, and people in each month.
type Sums = BTreeMap<(SumBy, u64), [u32; 12]>;

/// A regency's year: what it came to, its sums, and whom of the people a bill covered.
fn year(code: RegionCode, people: &[Kept], law: &Law) -> (Paid, Sums, Vec<bool>) {
    let (programme, fund) = programme_of(code);
    let sectors: Vec<WorkSector> = law.occupations.iter().map(|work| work.sector).collect();
    let members: Vec<BillMember> = people
        .iter()
        .map(|person| BillMember {
            membership: Membership::of(&programme, person.id),
            sector: *sectors.get(usize::from(person.occupation)).unwrap_or(&WorkSector::Other),
            group: None,
            birth: person.birth,
            died: died(person),
        })
        .collect();
    let mut books = Books::open(&programme, &fund);
    let mut paid = Paid::default();
    // The months in which each is covered, a bit each.
    let mut cover = vec![0_u16; people.len()];
    for (at, month) in programme.months().enumerate() {
        let bill = draft_bill(&BillInput {
            programme: &programme,
            fund: fund.kind,
            month,
            revision: 0,
            members: &members,
            standing: &[],
            rulebook: &law.rulebook,
        });
        let bill = bill.expect("the law has an answer");
        if bill.people == 0 {
            continue;
        }
        paid.rupiah += bill.total.0;
        mark(&bill, people, at, &mut cover);
        let step = finalise(&bill, &programme, month.first_day()).expect("a draft");
        drop(bill);
        for promises in step.transfers.chunks(BATCH) {
            paid.transfers += books.promise_and_keep(promises, month.first_day());
        }
    }
    let months = cover.iter().map(|months| u64::from(months.count_ones()));
    paid.person_months = months.sum();
    let covered: Vec<bool> = cover.iter().map(|months| *months > 0).collect();
    paid.covered = covered.iter().filter(|covered| **covered).count() as u64;
    paid.unbalanced = u64::from(!books.is_balanced());
    let months: Vec<Month> = programme.months().collect();
    (paid, sums_of(people, &cover, &months), covered)
}

/// Marks whom a bill covers once it is paid; its lines stand in the order of the people.
fn mark(bill: &Bill, people: &[Kept], month: usize, cover: &mut [u16]) {
    let mut places = people.iter().zip(cover);
    for lines in bill.lines.chunk_by(|one, next| one.person == next.person) {
        let place = places.find(|(person, _)| person.id == lines[0].person);
        *place.expect("a line is of one of the people").1 |= 1 << month;
    }
}

/// The people of each month by one thing at a time.
fn sums_of(people: &[Kept], cover: &[u16], months: &[Month]) -> Sums {
    let mut sums = Sums::new();
    for (person, cover) in people.iter().zip(cover) {
        let mut add = |by: SumBy, key: u64, cover: u16| {
            let sum = sums.entry((by, key)).or_default();
            let covered = sum.iter_mut().enumerate().filter(|(at, _)| cover >> at & 1 == 1);
            covered.for_each(|(_, people)| *people += 1);
        };
        add(SumBy::Place, person.place.digits(), *cover);
        add(SumBy::Occupation, u64::from(person.occupation), *cover);
        add(SumBy::Sex, u64::from(person.sex == Sex::Female), *cover);
        for (at, month) in months.iter().enumerate().filter(|(at, _)| cover >> at & 1 == 1) {
            let (band, _) = AgeBand::of(person.birth, *month).years();
            add(SumBy::Age, u64::from(band), 1 << at);
        }
    }
    sums
}

/// One in [`DEATHS`], on the fifteenth of a month by chance.
fn died(person: &Kept) -> Option<Day> {
    let dice = person.truth.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let month = i8::try_from(1 + dice / DEATHS % 12).ok()?;
    dice.is_multiple_of(DEATHS).then(|| Day::new(2026, month, 15)).flatten()
}

/// The accounts of a programme and its fund.
struct Books(LedgerSnapshot);

impl Books {
    fn open(programme: &Programme, fund: &Fund) -> Books {
        let accounts = fund_accounts(fund).into_iter().chain(programme_accounts(programme));
        let accounts = accounts.map(|account| (account.id, (account, Balance::default())));
        let mut books =
            Books(LedgerSnapshot { accounts: accounts.collect(), ..LedgerSnapshot::default() });
        let day = programme.first.first_day();
        let granted = appropriate(fund, day);
        let bound = commit(programme, Id::derived([3; 16]), fund.ceiling, day);
        books.post(&[granted, bound]);
        books
    }

    /// Posts a month's promises, then keeps them; how many transfers that is.
    fn promise_and_keep(&mut self, promises: &[Transfer], day: Day) -> u64 {
        self.post(promises);
        let open = promises.iter().map(|promise| (promise.id, (*promise, Resolution::Open)));
        self.0.transfers = open.collect();
        let kept: Vec<Transfer> = promises.iter().map(|promise| promise.kept(day)).collect();
        self.post(&kept);
        self.0.transfers.clear();
        (promises.len() + kept.len()) as u64
    }

    fn post(&mut self, batch: &[Transfer]) {
        let posting = post_all(&self.0, batch).expect("every transfer is new and may be posted");
        for (id, balance) in posting.balances {
            self.0.accounts.get_mut(&id).expect("opened").1 = balance;
        }
    }

    fn is_balanced(&self) -> bool {
        let accounts = self.0.accounts.values().cloned();
        trial_balance(accounts).expect("sums that fit").is_balanced()
    }
}

/// Writes a regency's sums; how many bytes that is.
fn leave(code: RegionCode, sums: Sums, out: &Path) -> io::Result<u64> {
    let mut columns: [Vec<Option<i64>>; 4] = Default::default();
    for ((by, key), months) in sums {
        for (month, people) in (1..).zip(months).filter(|(_, people)| *people > 0) {
            for (column, value) in
                columns.iter_mut().zip([by as i64, key as i64, month, i64::from(people)])
            {
                column.push(Some(value));
            }
        }
    }
    let names = ["by", "key", "month", "people"];
    let columns: Vec<(&str, Columnar)> =
        names.into_iter().zip(columns.map(Columnar::Number)).collect();
    let bytes = parquet_table::write(&columns).expect("columns of one table");
    std::fs::write(out.join(format!("{}.parquet", code.digits())), &bytes)?;
    Ok(bytes.len() as u64)
}

/// The nation's table: of each province, each month and each thing the people covered.
pub fn roll_up(out: &Path, measured: &mut Measured) -> Rolled {
    let files = std::fs::read_dir(out).expect("a folder").flatten();
    let is_table = |path: &Path| path.extension().is_some_and(|end| end == "parquet");
    let files: Vec<_> = files.filter(|file| is_table(&file.path())).collect();
    const STAGE: &str = "roll-up of the nation";
    let (rolled, cells) = measured.stage(STAGE, 0, || {
        let tables: Vec<(usize, BTreeMap<[i64; 4], u64>)> = files
            .par_iter()
            .map(|file| {
                let name = file.file_name();
                let code: i64 =
                    name.to_str().and_then(|name| name.get(..2)?.parse().ok()).expect("a code");
                let [by, key, month, people] = read(&file.path());
                let mut table = BTreeMap::new();
                for at in 0..by.len() {
                    // A village is counted for its province.
                    let key = if by[at] == SumBy::Place as i64 { 0 } else { key[at] };
                    *table.entry([code, month[at], by[at], key]).or_default() += people[at] as u64;
                }
                (by.len(), table)
            })
            .collect();
        let mut all: BTreeMap<[i64; 4], u64> = BTreeMap::new();
        let mut cells = 0;
        for (read, table) in tables {
            cells += read;
            for (key, people) in table {
                *all.entry(key).or_default() += people;
            }
        }
        let places = all.iter().filter(|(key, _)| key[2] == SumBy::Place as i64);
        let months = places.map(|(_, people)| people).sum();
        (Rolled { sums: all.len(), months }, cells)
    });
    measured.stage(STAGE, cells, || ());
    rolled
}

fn read(path: &Path) -> [Vec<i64>; 4] {
    let reader = SerializedFileReader::new(File::open(path).expect("written above"));
    let reader = reader.expect("Parquet");
    let mut columns: [Vec<i64>; 4] = Default::default();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).expect("a group of rows");
        let rows = group.metadata().num_rows() as usize;
        for (at, column) in columns.iter_mut().enumerate() {
            let reader = group.get_column_reader(at).expect("a column");
            let ColumnReader::Int64ColumnReader(mut reader) = reader else { panic!("numbers") };
            let mut levels = Vec::new();
            reader.read_records(rows, Some(&mut levels), None, column).expect("values");
        }
    }
    columns
}
