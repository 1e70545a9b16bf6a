//! The rows of the practice lists meet the fate they were made for: once decided by `domain` alone,
//! once read back from the files that are written of them.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use std::sync::Arc;

use base::{
    Cell, CellAddress, CellKind, Field, Id, Month, Nik, PersonName, Problem, RawRow, RawValue,
};
use documents::read::{Event, Limits, ReadOptions};
use domain::enrolment::{Answers, Enrolment, ReturnedRows, RowDecision, Snapshot, decide};
use domain::intake::column::NikColumns;
use domain::intake::ditto::{DittoCarry, resolve_dittos};
use domain::intake::file_check::check_file;
use domain::intake::{Draft, DraftContext, Memo, TableFacts, draft};
use domain::occupation::{OccupationKey, Occupations};
use domain::programme::{Programme, Terms};
use domain::reference::{ReferenceEntry, ReferenceHit};
use domain::registry::KnownPerson;
use rules::{Rulebook, Schemes};

use super::super::cells::Value;
use super::super::layout::{Grid, Place, lay_out};
use super::super::people::Human;
use super::super::plan::{ReferencePlan, plan};
use super::super::style::Column;
use super::super::*;
use super::gazetteer;

#[test]
fn every_row_meets_its_fate() {
    let gazetteer = gazetteer();
    let planned = plan(DEMO_SEED, None, &gazetteer);
    let mut trial = Trial::new(&planned.references);
    for village in &planned.villages {
        let (grids, places) = lay_out(&mut Dice::new(DEMO_SEED, village.region.digits()), village);
        let rows = places.iter().map(|place| raw_row(village, &grids, *place)).collect();
        let truth: Vec<RowTruth> = places.into_iter().map(row_truth).collect();
        trial.hear(village, rows, Vec::new(), &truth, &gazetteer);
    }
    trial.end();
}

#[test]
fn every_file_is_read_to_the_same_decisions() {
    let gazetteer = gazetteer();
    let planned = plan(DEMO_SEED, None, &gazetteer);
    let options = PracticeOptions { seed: DEMO_SEED, scale: Scale::WholePaser };
    let made = practice(options, &gazetteer, &mut |_, _| {});
    let mut trial = Trial::new(&planned.references);
    let villages = made.villages.iter().zip(&made.truth.villages).zip(&planned.villages);
    for ((files, truth), village) in villages {
        let (rows, tables) = read_rows(&files.files[0]);
        trial.hear(village, rows, tables, &truth.rows, &gazetteer);
    }
    trial.end();
}

fn read_rows(file: &PracticeFile) -> (Vec<RawRow>, Vec<TableFacts>) {
    let options = ReadOptions {
        file_name: &file.name,
        limits: Limits::standard(),
        only_sheet: None,
        mappings: &[],
    };
    let (mut rows, mut tables) = (Vec::new(), Vec::new());
    let read =
        documents::read::read(Cursor::new(&file.bytes), &options, &mut |event| match event {
            Event::Row(row) => rows.push(row),
            Event::Table(table) => {
                let heading = |field: Field| {
                    let value = table.heading.iter().find(|value| value.field == field);
                    value.map(|value| value.cell.text.clone())
                };
                tables.push(TableFacts {
                    village: heading(Field::Village),
                    district: heading(Field::District),
                    ..TableFacts::default()
                });
            }
            _ => {}
        });
    assert!(read.is_ok(), "{}: {:?}", file.name, read.err());
    (rows, tables)
}

/// Every row of every village against its truth.
struct Trial {
    register: Register,
    accepted: u32,
    differing: Vec<String>,
}

impl Trial {
    fn new(references: &ReferencePlan) -> Trial {
        Trial { register: Register::new(references), accepted: 0, differing: Vec::new() }
    }

    fn hear(
        &mut self,
        village: &VillagePlan,
        rows: Vec<RawRow>,
        tables: Vec<TableFacts>,
        truth: &[RowTruth],
        gazetteer: &Gazetteer,
    ) {
        let about = format!("{} {:?}", village.region, village.style.format);
        let places: HashSet<(u16, u32)> = rows.iter().map(|row| (row.sheet, row.row)).collect();
        let meant: HashSet<(u16, u32)> = truth.iter().map(|row| (row.sheet, row.row)).collect();
        for place in places.symmetric_difference(&meant) {
            let which = if meant.contains(place) { "not read" } else { "no person" };
            self.differing.push(format!("{about} {place:?}: {which}"));
        }
        let drafts = drafted(village, rows, tables, gazetteer);
        let decisions = self.register.decide(village, drafts);
        let decisions: HashMap<(u16, u32), RowDecision> =
            decisions.into_iter().map(|one| ((one.sheet, one.row), one)).collect();
        for row in truth {
            let Some(decision) = decisions.get(&(row.sheet, row.row)) else { continue };
            self.accepted += u32::from(decision.outcome.is_accepted());
            if row.outcome != decision.outcome {
                let (outcome, problems) = (decision.outcome, &decision.problems);
                self.differing.push(format!("{about} {row:?}: {outcome:?} {problems:?}"));
            }
        }
    }

    fn end(self) {
        let some: Vec<&String> = self.differing.iter().take(12).collect();
        assert!(some.is_empty(), "{} rows, such as {some:#?}", self.differing.len());
        assert_eq!(self.accepted, 32_268);
    }
}

/// Reads the rows of a village's list as the application does.
fn drafted(
    village: &VillagePlan,
    mut rows: Vec<RawRow>,
    mut tables: Vec<TableFacts>,
    gazetteer: &Gazetteer,
) -> Vec<(Draft, Vec<Problem>)> {
    let mut columns = NikColumns::default();
    rows.iter().for_each(|row| columns.observe(row));
    let roundings = columns.roundings();
    tables.resize_with(roundings.len().max(tables.len()), TableFacts::default);
    for (table, nik_rounding) in tables.iter_mut().zip(roundings) {
        table.nik_rounding = nik_rounding;
    }
    resolve_dittos(&mut rows, &mut DittoCarry::default());
    let context = DraftContext {
        today: registration_day(),
        territory: Some(village.region.at_level(2)),
        sender: Some(village.region),
        gazetteer,
        occupations: &Occupations::builtin(),
        rulebook: &Rulebook::builtin(),
        epoch_1904: false,
        default_occupation: None,
        tables,
    };
    let mut memo = Memo::default();
    let mut drafts: Vec<_> = rows.iter().map(|row| draft(row, &context, &mut memo)).collect();
    check_file(&mut drafts);
    drafts
}

fn raw_row(village: &VillagePlan, grids: &[Grid], place: Place) -> RawRow {
    let values = &grids[usize::from(place.sheet)].rows[place.row as usize - 1];
    let cells = village.style.columns.iter().zip(values).zip(0u16..);
    let cells = cells.filter_map(|((column, value), at)| {
        let (field, cell) = (field_of(*column)?, cell_of(value)?);
        let at = CellAddress { sheet: place.sheet, row: place.row, column: at };
        Some(RawValue { field, at, cell })
    });
    RawRow {
        sheet: place.sheet,
        table: place.sheet,
        row: place.row,
        cells: cells.collect(),
        key: None,
    }
}

fn cell_of(value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Blank => return None,
        Value::Text(text) => Cell::text(text),
        Value::Number(number) => Cell::of(CellKind::Number, &number.to_string()),
        Value::Date(day) => Cell::of(CellKind::Date, &day.to_string()),
    })
}

fn field_of(column: Column) -> Option<Field> {
    Some(match column {
        Column::Number => return None,
        Column::Nik => Field::Nik,
        Column::NoKk => Field::NoKk,
        Column::Name => Field::Name,
        Column::BirthPlace => Field::BirthPlace,
        Column::BirthDate => Field::BirthDate,
        Column::BirthPlaceDate => Field::BirthPlaceDate,
        Column::Sex => Field::Sex,
        Column::Address => Field::Address,
        Column::Rt | Column::RtRw => Field::Rt,
        Column::Rw => Field::Rw,
        Column::Village => Field::Village,
        Column::District => Field::District,
        Column::Occupation => Field::Occupation,
        Column::Phone => Field::Phone,
        Column::Mother => Field::MotherName,
        Column::Income => Field::Income,
        Column::Note => Field::Note,
    })
}

/// The register and the lists, kept in memory.
struct Register {
    programme: Programme,
    hits: HashMap<Nik, Vec<ReferenceHit>>,
    known: Vec<KnownPerson>,
    ids: u64,
}

impl Register {
    fn new(references: &ReferencePlan) -> Register {
        let mut hits: HashMap<Nik, Vec<ReferenceHit>> = HashMap::new();
        for (kind, people) in [
            (ReferenceKind::Dukcapil, &references.dukcapil),
            (ReferenceKind::BpjsAktif, &references.insured),
            (ReferenceKind::Asn, &references.asn),
            (ReferenceKind::Meninggal, &references.dead),
        ] {
            for human in people {
                let hit = ReferenceHit { kind, as_of: registration_day(), entry: entry(human) };
                hits.entry(hit.entry.nik).or_default().push(hit);
            }
        }
        let key = |key: &&str| OccupationKey(Arc::from(*key));
        let programme = Programme {
            id: Id::derived([1; 16]),
            code: "rentan-2022".into(),
            name: "Pekerja rentan".into(),
            territory: RegionCode::from_digits(6401, 2),
            fund: Id::derived([2; 16]),
            schemes: Schemes::JKK_JKM,
            first: Month::new(2022, 10).expect("a month"),
            last: Month::new(2022, 12).expect("a month"),
            occupations: PROGRAMME_OCCUPATIONS.iter().map(key).collect(),
            default_occupation: None,
            income: Rupiah(1_000_000),
            refuse_insured: true,
            target: None,
            terms: Terms::default(),
        };
        Register { programme, hits, known: Vec::new(), ids: 0 }
    }

    fn decide(
        &mut self,
        village: &VillagePlan,
        rows: Vec<(Draft, Vec<Problem>)>,
    ) -> Vec<RowDecision> {
        let niks = rows.iter().filter_map(|(draft, _)| draft.nik).collect::<HashSet<Nik>>();
        let births = rows.iter().filter_map(|(draft, _)| draft.birth).collect::<HashSet<Day>>();
        let concerns =
            |known: &&KnownPerson| niks.contains(&known.nik) || births.contains(&known.birth);
        let snapshot = Snapshot {
            known: self.known.iter().filter(concerns).cloned().collect(),
            hits: niks.iter().filter_map(|nik| self.hits.get(nik)).flatten().cloned().collect(),
            ..Snapshot::default()
        };
        let sheet = Id::derived([village.region.digits() as u8; 16]);
        let ids = &mut self.ids;
        let changes = decide(
            Enrolment {
                rows,
                skipped: &[],
                snapshot: &snapshot,
                dukcapil_complete: true,
                programme: &self.programme,
                rulebook: &Rulebook::builtin(),
                returned: &ReturnedRows::new(),
                answers: &Answers::default(),
                facilities: &domain::facility::FacilityBook::default(),
            },
            &mut || {
                *ids += 1;
                Id::derived(u128::from(*ids).to_be_bytes())
            },
        );
        let mut row = 0;
        self.known.extend(changes.new_people.into_iter().map(|person| {
            row += 1;
            KnownPerson {
                id: person.id,
                nik: person.nik,
                name: person.name,
                birth: person.birth,
                mother: person.mother,
                place: person.place,
                on_programme: Some((sheet, 0, row)),
                by_merged: false,
            }
        }));
        changes.decisions
    }
}

fn entry(human: &Human) -> ReferenceEntry {
    ReferenceEntry {
        nik: Nik::parse(&format!("{:016}", human.nik)).expect("well formed"),
        name: PersonName::parse(&human.name.to_uppercase()).ok(),
        birth: Some(human.birth),
        event: Some(registration_day()),
        decile: None,
    }
}
