//! One regency's list: read and decided as an office does it, and searched for people who stand on
//! it twice.

use std::path::{Path, PathBuf};

use base::region::GazetteerSources;
use base::{Cell, CellAddress, Field, Gazetteer, Id, Problem, RawRow, RawValue, RegionCode};
use bulk::linkage::{dedupe, prepare};
use domain::enrolment::{Answers, Enrolment, ReturnedRows, Snapshot, decide};
use domain::facility::FacilityBook;
use domain::intake::column::NikColumns;
use domain::intake::ditto::DittoCarry;
use domain::intake::file_check::FileCheck;
use domain::intake::{Draft, DraftContext, TableFacts};
use linkage::clusters::{Apart, clusters};
use linkage::decide::Thresholds;
use linkage::model::Model;
use linkage::record::{Cells, Record};

use crate::Law;
use crate::kept::Kept;
use crate::measured::Measured;
use crate::year::programme_of;

/// Rows that are read before they are looked at side by side.
const BATCH_ROWS: usize = 32_768; // not law: memory

/// What became of rows.
#[derive(Default)]
pub struct Tally {
    pub rows: u64,
    pub accepted: u64,
    pub sent_back: u64,
    pub refused: u64,
    pub twice: u64,
}

impl Tally {
    /// Adds another's numbers.
    pub fn add(&mut self, other: &Tally) {
        self.rows += other.rows;
        self.accepted += other.accepted;
        self.sent_back += other.sent_back;
        self.refused += other.refused;
        self.twice += other.twice;
    }
}

/// The people of a list.
pub struct List {
    pub people: Vec<Kept>,
    pub records: Vec<Record>,
    pub tally: Tally,
}

/// Reads lists one after the other; keeps the names of one province at a time.
pub struct Reading {
    regions: PathBuf,
    gazetteer: Option<(RegionCode, Gazetteer)>,
    /// People made so far, which number the next.
    made: u64,
}

/// The columns of a list after `id` and `sumber`.
const FIELDS: [Field; 14] = [
    Field::Nik,
    Field::NoKk,
    Field::Name,
    Field::BirthPlace,
    Field::BirthDate,
    Field::Sex,
    Field::Address,
    Field::Rt,
    Field::Rw,
    Field::Village,
    Field::District,
    Field::Occupation,
    Field::Phone,
    Field::MotherName,
];

type Drafts = Vec<(Draft, Vec<Problem>)>;

impl Reading {
    /// Nothing read yet.
    pub fn new(regions: &Path) -> Reading {
        Reading { regions: regions.to_owned(), gazetteer: None, made: 0 }
    }

    /// Reads, decides and searches a list.
    pub fn take_in(
        &mut self,
        code: RegionCode,
        path: &Path,
        law: &Law,
        measured: &mut Measured,
    ) -> List {
        let rows = rows_of(path);
        let count = rows.len();
        self.open(code.at_level(1));
        let drafts = measured.stage("intake", count, || self.drafts(code, &rows, law));
        let (mut list, from) =
            measured.stage("decide", count, || self.decide(code, drafts, &rows, law));
        list.tally.rows = count as u64;
        let records = measured.stage("link within a regency", from.len(), || {
            let records = from.iter().map(|at| record_of(&rows[*at])).collect();
            let mut prepared = prepare(records);
            let edges = dedupe(&mut prepared, Model::shipped(), &mut |_| ());
            let same = Thresholds::default().same;
            let groups = clusters(from.len(), &edges, same, &Apart::default());
            let mut stands = (0..).zip(groups).map(|(at, group): (u32, u32)| at == group);
            let stands: Vec<bool> = stands.by_ref().collect();
            list.tally.twice = stands.iter().filter(|stands| !**stands).count() as u64;
            let mut at = stands.iter();
            list.people.retain(|_| *at.next().expect("one for each"));
            let kept = prepared.records.into_iter().zip(&stands).filter(|(_, stands)| **stands);
            kept.map(|(record, _)| record).collect()
        });
        list.records = records;
        list
    }

    fn open(&mut self, province: RegionCode) {
        if self.gazetteer.as_ref().is_some_and(|(of, _)| *of == province) {
            return;
        }
        let text = |name: String| {
            std::fs::read_to_string(self.regions.join(name)).expect("a list of the program")
        };
        let villages = text(format!("villages/{}.csv", province.digits()));
        let gazetteer = Gazetteer::new(GazetteerSources {
            regions: &text("provinces_to_districts.csv".into()),
            villages: &[&villages],
            legacy: &text("legacy.csv".into()),
            renamed: &text("renamed.csv".into()),
            vacated: &text("vacated.csv".into()),
        });
        self.gazetteer = Some((province, gazetteer.expect("well formed")));
    }

    fn drafts(&self, code: RegionCode, rows: &[csv::StringRecord], law: &Law) -> Drafts {
        let mut ctx = DraftContext {
            today: law.today,
            territory: Some(code),
            sender: Some(code),
            gazetteer: &self.gazetteer.as_ref().expect("opened").1,
            occupations: &law.occupations,
            rulebook: &law.rulebook,
            epoch_1904: false,
            default_occupation: None,
            tables: vec![TableFacts::default()],
        };
        let (mut columns, mut carry) = (NikColumns::default(), DittoCarry::default());
        let (mut across, mut all) = (FileCheck::default(), Drafts::with_capacity(rows.len()));
        for (batch, lines) in rows.chunks(BATCH_ROWS).enumerate() {
            let first = batch * BATCH_ROWS + 2;
            let mut raw: Vec<RawRow> =
                (first as u32..).zip(lines).map(|(row, line)| raw_row(row, line)).collect();
            raw.iter().for_each(|row| columns.observe(row));
            if let Some(rounding) = columns.roundings().first() {
                ctx.tables[0].nik_rounding = *rounding;
            }
            let mut drafts = bulk::drafts_of_batch(&mut raw, &mut carry, &ctx);
            for (draft, problems) in &mut drafts {
                problems.extend(across.add(draft));
            }
            all.append(&mut drafts);
        }
        for ((_, row), problem) in across.finish() {
            all[row as usize - 2].1.push(problem);
        }
        all.iter_mut().for_each(|(_, problems)| problems.sort_by_key(|problem| problem.code));
        all
    }

    /// The people accepted, and the row of each.
    fn decide(
        &mut self,
        code: RegionCode,
        rows: Drafts,
        lines: &[csv::StringRecord],
        law: &Law,
    ) -> (List, Vec<usize>) {
        let (programme, _) = programme_of(code);
        let enrolment = Enrolment {
            rows,
            skipped: &[],
            snapshot: &Snapshot::default(),
            dukcapil_complete: false,
            programme: &programme,
            rulebook: &law.rulebook,
            returned: &ReturnedRows::default(),
            answers: &Answers::default(),
            facilities: &FacilityBook::default(),
        };
        let made = &mut self.made;
        let changes = decide(enrolment, &mut || {
            *made += 1;
            let mut random = [0; 10];
            random[2..].copy_from_slice(&made.to_be_bytes());
            Id::new(0, random)
        });
        let (mut tally, mut from) = (Tally::default(), Vec::new());
        for decision in &changes.decisions {
            let outcome = decision.outcome;
            tally.accepted += u64::from(outcome.is_accepted());
            tally.sent_back += u64::from(outcome.goes_back());
            tally.refused += u64::from(outcome.is_refused());
            if outcome.is_accepted() {
                from.push(decision.row as usize - 2);
            }
        }
        let works: Vec<_> = law.occupations.iter().map(|work| &work.key).collect();
        let people: Vec<Kept> = changes
            .new_people
            .iter()
            .zip(&from)
            .map(|(person, at)| Kept {
                id: person.id,
                nik: person.nik,
                birth: person.birth,
                sex: person.sex,
                place: person.place,
                occupation: works
                    .iter()
                    .position(|key| Some(*key) == person.occupation.as_ref())
                    .unwrap_or(works.len()) as u16,
                truth: truth_of(&lines[*at]),
            })
            .collect();
        assert_eq!(people.len(), from.len(), "everybody accepted is new to an empty register");
        (List { people, records: Vec::new(), tally }, from)
    }
}

fn rows_of(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(path).expect("a list");
    reader.records().map(|row| row.expect("a row")).collect()
}

fn raw_row(row: u32, line: &csv::StringRecord) -> RawRow {
    let cells = FIELDS.iter().zip(2_u16..).filter_map(|(field, column)| {
        let text = line.get(usize::from(column)).unwrap_or_default();
        let at = CellAddress { sheet: 0, row, column };
        (!text.is_empty()).then(|| RawValue { field: *field, at, cell: Cell::text(text) })
    });
    RawRow { sheet: 0, table: 0, row, cells: cells.collect(), key: None }
}

fn record_of(line: &csv::StringRecord) -> Record {
    let text = |column: usize| line.get(column).unwrap_or_default();
    Record::read(&Cells {
        nik: text(2),
        no_kk: text(3),
        name: text(4),
        birth_place: text(5),
        birth_date: text(6),
        sex: text(7),
        address: text(8),
        rt: text(9),
        rw: text(10),
        village: text(11),
        district: text(12),
        phone: text(14),
        mother: text(15),
    })
}

/// The number of the person behind the id of a row, such as `7:P00c0ffee0001`.
fn truth_of(line: &csv::StringRecord) -> u64 {
    let (_, person) = line[0].split_once(":P").expect("an id with its person");
    u64::from_str_radix(person, 16).expect("hexadecimal digits")
}
