//! What a sheet's decisions need of the register, and what they change in it.

use std::collections::{BTreeSet, HashSet};

use base::id::kind;
use base::{Day, Id, Nik, PersonName};
use domain::enrolment::{Changes, Outcome, RowDecision, Snapshot};
use domain::registry::KnownPerson;

use crate::keys::{self, KeyRing};
use crate::people::Known;
use crate::seal::{self, Owner, take_wrapped};
use crate::sheets::SheetState;
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, corrupt, json_array, json_texts, values};
use crate::{StoreError, Tx, claims, merges, people, references, reports, sheets, staging};

static KNOWN_BY_NIK: Sql = sql_twin!("known_by_nik");
static KNOWN_BY_MATCH: Sql = sql_twin!("known_by_match");
static ROW_INSERT: Sql = sql!("intake_row_insert");
static ROW_DELETE: Sql = sql!("intake_row_delete");
static ROW_SUPERSEDE: Sql = sql!("intake_row_supersede");
static ROW_REINSTATE: Sql = sql!("intake_row_reinstate");
static OUTCOME_INSERT: Sql = sql!("sheet_outcome_insert");
static OUTCOME_DELETE: Sql = sql!("sheet_outcome_delete");
static PROBLEM_INSERT: Sql = sql!("intake_problem_insert");
static PROBLEM_DELETE: Sql = sql!("intake_problem_delete");
static ENLIST: Sql = sql!("enlistment_insert");
static DELIST_ROW: Sql = sql!("enlistment_delete_row");
static DELIST_SHEET: Sql = sql!("enlistment_delete_sheet");
static SUPERSEDED_BY: Sql = sql!("sheet_superseded_by");
static RESTORE: Sql = sql!("enlistment_restore");

/// Everything the register knows about people of these numbers, or of these names and birth dates.
///
/// Four statements, however many rows there are. Names that sound alike count as the same here:
/// the caller compares.
pub fn snapshot(
    tx: &mut Tx<'_>,
    niks: &[Nik],
    name_births: &[(&PersonName, Day)],
    programme: Id<kind::Programme>,
) -> Result<Snapshot, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let numbers = json_texts(niks.iter().map(|nik| keys::hex(&keys.nik_index(*nik))));
    let matches = json_array(
        name_births
            .iter()
            .map(|(name, birth)| keys.match_key(&linkage::normalise_name(name.as_str()), *birth)),
    );
    let mut known = tx.all(&KNOWN_BY_NIK, &values![&numbers, tenant, &programme], |columns| {
        read_known(keys, tenant, columns)
    })?;
    let mut seen: HashSet<_> = known.iter().map(|person| person.id).collect();
    tx.each(&KNOWN_BY_MATCH, &values![&matches, tenant, &programme], |columns| {
        let person = read_known(keys, tenant, columns)?;
        if seen.insert(person.id) {
            known.push(person);
        }
        Ok(())
    })?;
    stand_for_merged(tx, &mut known, programme)?;
    let hits = references::hits(tx, niks)?;
    Ok(Snapshot { known, hits, elsewhere: claims::elsewhere(tx, niks)? })
}

/// Keeps what was decided for a sheet: people, rows, problems, who is enlisted; the sheet is then
/// decided. Rows kept before for the same sheet are replaced.
///
/// Somebody enlisted meanwhile by another sheet is `enlistment_pk`.
pub fn apply(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
    changes: &Changes,
    known: Known,
) -> Result<(), StoreError> {
    let found = sheets::get(tx, sheet)?.ok_or(StoreError::NotFound { what: "sheet" })?;
    let tenant = tx.tenant();
    let mut touched = superseded_by(tx, sheet)?;
    take_back_rows(tx, sheet)?;
    people::insert_all(tx, &changes.new_people, known)?;
    people::update_all(tx, &changes.changed_people, known)?;
    insert_rows(tx, &sheet, &changes.decisions)?;
    for (old, index, row) in changes.decisions.iter().filter_map(|decision| decision.corrects) {
        tx.run(&ROW_SUPERSEDE, &values![&sheet, tenant, &old, index, row])?;
        tx.run(&DELIST_ROW, &values![tenant, &old, index, row])?;
        touched.insert(old);
    }
    touched.insert(sheet);
    count_anew(tx, &touched)?;
    let accepted = changes.decisions.iter().filter(|decision| decision.outcome.is_accepted());
    tx.insert(
        &ENLIST,
        accepted.map(|decision| {
            let person = decision.person.as_ref().expect("an accepted row names its person");
            values![tenant, &found.programme, person, &sheet, decision.sheet, decision.row]
        }),
    )?;
    sheets::set_state(tx, sheet, SheetState::Decided)
}

/// Takes a sheet back: nobody is enlisted by it any more, and the rows it replaced count again.
///
/// Its rows stay as they were decided, and the people it brought stay registered.
pub fn undo(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<(), StoreError> {
    sheets::set_state(tx, sheet, SheetState::Undone)?;
    let touched = superseded_by(tx, sheet)?;
    release_rows(tx, sheet)?;
    count_anew(tx, &touched)
}

/// The sheets of which this one replaces rows.
fn superseded_by(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
) -> Result<BTreeSet<Id<kind::Sheet>>, StoreError> {
    let found = tx.all(&SUPERSEDED_BY, &values![tx.tenant(), &sheet], |columns| columns.take())?;
    Ok(found.into_iter().collect())
}

/// Counts the rows of sheets once more, after something was decided about them.
fn count_anew(tx: &mut Tx<'_>, sheets: &BTreeSet<Id<kind::Sheet>>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for sheet in sheets {
        tx.pending().touch(*sheet);
        tx.run(&OUTCOME_DELETE, &values![tenant, sheet])?;
        let counts = reports::sheet_outcomes(tx, *sheet)?;
        let rows = counts.iter().map(|(outcome, superseded, found)| {
            values![tenant, sheet, outcome.name(), *superseded, found.cast_signed()]
        });
        tx.insert(&OUTCOME_INSERT, rows)?;
    }
    Ok(())
}

/// Removes what an earlier decision of the same sheet left.
fn take_back_rows(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<(), StoreError> {
    release_rows(tx, sheet)?;
    tx.run(&PROBLEM_DELETE, &values![tx.tenant(), &sheet])?;
    tx.run(&ROW_DELETE, &values![tx.tenant(), &sheet])?;
    Ok(())
}

fn release_rows(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<(), StoreError> {
    let (tenant, accepted) = (tx.tenant(), Outcome::Accepted.name());
    let to_confirm = Outcome::AcceptedToConfirm.name();
    tx.run(&DELIST_SHEET, &values![tenant, &sheet])?;
    tx.run(&RESTORE, &values![tenant, &sheet, accepted, to_confirm])?;
    tx.run(&ROW_REINSTATE, &values![tenant, &sheet])?;
    Ok(())
}

fn insert_rows(
    tx: &mut Tx<'_>,
    sheet: &Id<kind::Sheet>,
    decisions: &[RowDecision],
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, sheet);
    let wrapped = seal::key_of(tx, sheet.as_bytes())?.ok_or_else(|| corrupt("a sheet's key"))?;
    let seal = keys.unwrap(owner, &wrapped)?;
    let rows = decisions.iter().map(|decision| {
        let (index, row) = (decision.sheet, decision.row);
        let content = keys.hide(sheet.as_bytes(), index, row, decision.content);
        let corrects = decision.corrects.as_ref();
        values![
            tenant,
            sheet,
            decision.sheet,
            decision.row,
            decision.outcome.name(),
            decision.person.as_ref(),
            content.cast_signed(),
            corrects.map(|(sheet, _, _)| sheet),
            corrects.map(|(_, index, _)| *index),
            corrects.map(|(_, _, row)| *row),
            decision.facility.as_ref(),
            decision.occupation.as_ref().map(|key| &*key.0),
        ]
    });
    tx.insert(&ROW_INSERT, rows)?;
    let found = decisions.iter().flat_map(|decision| {
        let seal = &seal;
        decision.problems.iter().zip(0_i64..).map(move |(problem, ordinal)| {
            let cell = problem.cell;
            // A suggestion may be somebody's number or name, mended.
            let suggestion = problem.suggestion.as_ref().map(|text| {
                let field = sheets::suggestion_of(decision.sheet, decision.row, ordinal);
                seal.seal(owner, &field, text.as_bytes())
            });
            values![
                tenant,
                sheet,
                decision.sheet,
                decision.row,
                ordinal,
                problem.code.name(),
                problem.field.map(|field| field.name()),
                cell.map(|cell| cell.sheet),
                cell.map(|cell| cell.row),
                cell.map(|cell| cell.column),
                problem.detail.as_ref(),
                suggestion,
            ]
        })
    });
    tx.insert(&PROBLEM_INSERT, found).map(|_| ())
}

/// Whoever is known by a record that was merged is the person it was merged into.
fn stand_for_merged(
    tx: &mut Tx<'_>,
    known: &mut [KnownPerson],
    programme: Id<kind::Programme>,
) -> Result<(), StoreError> {
    let roots = merges::roots(tx)?;
    for person in known {
        let Some(root) = roots.get(&person.id) else { continue };
        let enlisted = staging::enlisted_as(tx, *root)?.into_iter();
        let here = enlisted.map(|(of, at)| (of, (at.sheet, at.sheet_index, at.row)));
        person.id = *root;
        person.on_programme = here.filter(|(of, _)| *of == programme).map(|(_, at)| at).next();
        person.by_merged = true;
    }
    Ok(())
}

fn read_known(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<KnownPerson, StoreError> {
    let id = columns.take()?;
    let owner = Owner::new(tenant, &id);
    let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("a person's key"))?;
    let seal = keys.unwrap(owner, &wrapped)?;
    let (nik, name): (Vec<u8>, Vec<u8>) = (columns.take()?, columns.take()?);
    let (birth, mother): (_, Option<Vec<u8>>) = (columns.take()?, columns.take()?);
    Ok(KnownPerson {
        nik: seal.open_nik(owner, "nik", &nik)?,
        name: seal.open_name(owner, "name", &name)?,
        birth,
        mother: mother.map(|mother| seal.open_name(owner, "mother", &mother)).transpose()?,
        place: columns.take()?,
        on_programme: columns.take_place()?,
        by_merged: false,
        id,
    })
}
