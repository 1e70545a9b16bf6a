//! A year of a programme in every regency: bills, books, cover in sums; and the nation's table.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::path::Path;

use base::{Day, Id, Month, RegionCode, Rupiah, Sex};
use bulk::parquet_table::{self, Columnar};
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

use crate::measured::Measured;
use crate::regency::Kept;
use crate::{Law, Nation};

/// A ceiling that no regency reaches.
const CEILING: Rupiah = Rupiah(1_000_000_000_000_000); // not law: invented
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
pub fn bills(nation: &Nation, law: &Law, out: &Path, measured: &mut Measured) -> Paid {
    let ends = nation.regencies.iter().skip(1).map(|(_, first)| *first);
    let ends = ends.chain([nation.people.len()]);
    let regencies: Vec<(RegionCode, &[Kept])> = nation
        .regencies
        .iter()
        .zip(ends)
        .map(|((code, first), end)| (*code, &nation.people[*first..end]))
        .collect();
    const STAGE: &str = "a year of bills, books and cover";
    let months = nation.people.len() * 12;
    let years: Vec<(Paid, u64, Vec<u64>)> = measured.stage(STAGE, months, || {
        regencies.par_iter().map(|(code, people)| year(*code, people, law, out)).collect()
    });
    let mut paid = Paid::default();
    let mut numbers = HashSet::with_capacity(nation.people.len());
    for (one, bytes, billed) in years {
        // Within a regency a bill refuses a person who stands on it twice.
        paid.paid_twice +=
            billed.into_iter().filter(|number| !numbers.insert(*number)).count() as u64;
        paid.covered += one.covered;
        paid.person_months += one.person_months;
        paid.rupiah += one.rupiah;
        paid.transfers += one.transfers;
        paid.unbalanced += one.unbalanced;
        measured.wrote(STAGE, bytes);
    }
    paid
}

/// What is covered, by one thing alone: its kind, its key, and people in each month.
type Sums = HashMap<(SumBy, u64), [u32; 12]>;

/// A regency's year: what it came to, the bytes of its sums, and the numbers of whom bills covered.
fn year(code: RegionCode, people: &[Kept], law: &Law, out: &Path) -> (Paid, u64, Vec<u64>) {
    let (programme, fund) = programme_of(code);
    let sectors: Vec<WorkSector> = law.occupations.iter().map(|work| work.sector).collect();
    let billed: Vec<&Kept> = people.iter().filter(|person| !person.is_held_elsewhere).collect();
    let members: Vec<BillMember> = billed
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
    let (mut paid, mut sums) = (Paid::default(), Sums::new());
    let places: HashMap<_, usize> =
        billed.iter().enumerate().map(|(at, person)| (person.id, at)).collect();
    let mut ever = vec![false; billed.len()];
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
        let step = finalise(&bill, &programme, month.first_day()).expect("a draft");
        paid.transfers += books.promise_and_keep(&step.transfers, month.first_day());
        paid.rupiah += bill.total.0;
        for person in covered(&bill, &places) {
            ever[person] = true;
            paid.person_months += 1;
            add(&mut sums, billed[person], month, at);
        }
    }
    let numbers = billed.iter().zip(ever).filter(|(_, covered)| *covered);
    let numbers: Vec<u64> = numbers.map(|(person, _)| person.nik.as_u64()).collect();
    paid.covered = numbers.len() as u64;
    paid.unbalanced = u64::from(!books.is_balanced());
    (paid, leave(code, sums, out), numbers)
}

/// Whom a bill covers once it is paid, each once, by their place among the people.
fn covered<'a>(
    bill: &'a Bill,
    places: &'a HashMap<Id<base::id::kind::Person>, usize>,
) -> impl Iterator<Item = usize> + 'a {
    let lines = bill.lines.chunk_by(|one, next| one.person == next.person);
    lines.map(|lines| places[&lines[0].person])
}

fn add(sums: &mut Sums, person: &Kept, month: Month, at: usize) {
    let (band, _) = AgeBand::of(person.birth, month).years();
    for (by, key) in [
        (SumBy::Place, person.place.digits()),
        (SumBy::Occupation, u64::from(person.occupation)),
        (SumBy::Sex, u64::from(person.sex == Sex::Female)),
        (SumBy::Age, u64::from(band)),
    ] {
        sums.entry((by, key)).or_default()[at] += 1;
    }
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
fn leave(code: RegionCode, sums: Sums, out: &Path) -> u64 {
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_unstable_by_key(|(key, _)| *key);
    let mut columns: [Vec<Option<i64>>; 4] = Default::default();
    for ((by, key), months) in rows {
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
    std::fs::write(out.join(format!("{}.parquet", code.digits())), &bytes).expect("room on disk");
    bytes.len() as u64
}

/// The nation's table: of each province, each month and each thing the people covered.
pub fn roll_up(out: &Path, measured: &mut Measured) -> Rolled {
    let files: Vec<_> = std::fs::read_dir(out).expect("a folder").flatten().collect();
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
