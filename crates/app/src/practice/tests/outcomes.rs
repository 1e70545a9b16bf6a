//! The rows of the practice lists, read and decided by `domain` alone, meet the fate they were
//! made for: the truth is checked against the decisions, not against files.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{
    Cell, CellAddress, CellKind, Field, Id, Month, Nik, PersonName, Problem, RawRow, RawValue,
};
use domain::enrolment::{Enrolment, ReturnedRows, RowDecision, Snapshot, decide};
use domain::intake::column::NikColumns;
use domain::intake::ditto::{DittoCarry, resolve_dittos};
use domain::intake::file_check::check_file;
use domain::intake::{Draft, DraftContext, Memo, TableFacts, draft};
use domain::occupation::{OccupationKey, Occupations};
use domain::programme::Programme;
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
    let mut register = Register::new(&planned.references);
    let (mut differing, mut accepted) = (Vec::new(), 0);
    for village in &planned.villages {
        let (grids, places) = lay_out(&mut Dice::new(DEMO_SEED, village.region.digits()), village);
        let rows = drafted(village, &grids, &places, &gazetteer);
        for (place, decision) in places.into_iter().zip(register.decide(village, rows)) {
            let truth = row_truth(place);
            assert_eq!((truth.sheet, truth.row), (decision.sheet, decision.row));
            accepted += u32::from(decision.outcome.is_accepted());
            let as_meant = truth.outcome == decision.outcome
                || truth.outcome.is_accepted() && decision.outcome.is_accepted();
            if !as_meant {
                let problems = format!("{:?}", decision.problems);
                differing.push((village.region, truth, decision.outcome, problems));
            }
        }
    }
    assert!(
        differing.is_empty(),
        "{} rows, such as {:#?}",
        differing.len(),
        differing.iter().take(5).collect::<Vec<_>>()
    );
    assert_eq!(accepted, 32_268);
}

/// Reads the rows of a village's grids as the reader of files would hand them on.
fn drafted(
    village: &VillagePlan,
    grids: &[Grid],
    places: &[Place],
    gazetteer: &Gazetteer,
) -> Vec<(Draft, Vec<Problem>)> {
    let mut rows: Vec<RawRow> =
        places.iter().map(|place| raw_row(village, grids, *place)).collect();
    let mut columns = NikColumns::default();
    rows.iter().for_each(|row| columns.observe(row));
    let facts = |nik_rounding| TableFacts { nik_rounding, ..TableFacts::default() };
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
        tables: columns.roundings().into_iter().map(facts).collect(),
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
    }
}
