//! What acts changed since one, on both engines: whoever follows it has what is read from nothing,
//! also of rows that a later file replaced. Everybody is invented.

use std::collections::BTreeMap;

use base::Id;
use base::id::kind;
use domain::enrolment::Changes;
use domain::organisation::{Contact, Org};

use super::world::*;
use crate::reports::OutcomeCount;
use crate::sheets::{Sheet, SheetState};
use crate::twin::both;
use crate::{Store, StoreError, audit, enrolment, marks, orgs, reports, sheets};

type Told = BTreeMap<Id<kind::Sheet>, (Sheet, Vec<OutcomeCount>)>;

fn told(sheets: Vec<Sheet>, outcomes: Vec<OutcomeCount>) -> Told {
    let of = |id| outcomes.iter().filter(|one| one.sheet == id).copied().collect();
    sheets.into_iter().map(|sheet| (sheet.id, (sheet.clone(), of(sheet.id)))).collect()
}

/// Follows the register from a size of the log to the present one.
fn follow(store: &Store, known: &mut Told, at: &mut u64) {
    let read = store.read(|tx| {
        let size = audit::size(tx)?;
        let changed = sheets::changed_since(tx, *at)?;
        let outcomes = reports::outcomes_changed_since(tx, *at)?;
        let anew = told(sheets::list(tx)?, reports::outcomes(tx)?);
        Ok::<_, StoreError>((size, told(changed, outcomes), anew))
    });
    let (size, changed, anew) = read.expect("reads");
    known.extend(changed);
    assert_eq!(*known, anew);
    *at = size;
}

#[test]
fn whoever_follows_the_marks_has_what_is_read_from_nothing() {
    both(|store| {
        settle_in(store);
        let (mut known, mut at) = (Told::new(), 0);
        follow(store, &mut known, &mut at);
        import(store, 1, &changes(1..4)).expect("imports");
        import(store, 2, &changes(4..6)).expect("imports");
        follow(store, &mut known, &mut at);
        assert_eq!(known.len(), 2);
        // A later file replaces a row of the first one: both are marked.
        let replaced = changes(1..2).decisions.remove(1);
        let replaces = domain::enrolment::RowDecision {
            corrects: Some((sheet(1).id, 0, replaced.row)),
            ..replaced
        };
        let third = Changes { decisions: vec![replaces], ..Changes::default() };
        let since = at;
        import(store, 3, &third).expect("imports");
        follow(store, &mut known, &mut at);
        let marked = store.read(|tx| sheets::changed_since(tx, since)).expect("reads");
        let marked: Vec<_> = marked.iter().map(|one| one.id).collect();
        assert_eq!(marked, [sheet(1).id, sheet(3).id], "and not the second");
        assert!(known[&sheet(1).id].1.iter().any(|one| one.superseded));
        // Taken back: the row counts again.
        store.write(|tx| enrolment::undo(tx, sheet(3).id)).expect("is taken back");
        follow(store, &mut known, &mut at);
        assert!(known[&sheet(1).id].1.iter().all(|one| !one.superseded));
        assert_eq!(known[&sheet(3).id].0.state, SheetState::Undone);
        // An act that changes no file marks none.
        let since = at;
        store.write(|tx| orgs::insert_user(tx, &user(9))).expect("a user");
        follow(store, &mut known, &mut at);
        assert_eq!(store.read(|tx| sheets::changed_since(tx, since)), Ok(Vec::new()));
        assert_eq!(store.read(|tx| marks::names_changed_since(tx, since)), Ok(true));
        assert_eq!(store.read(|tx| marks::names_changed_since(tx, at)), Ok(false));
        // An office that is closed keeps its name: what else it is lies beside it.
        let since = at;
        let closed = Org { closed_on: Some(day("2022-09-30")), ..org() };
        store.write(|tx| orgs::keep(tx, &closed, &Contact::default(), false)).expect("is closed");
        follow(store, &mut known, &mut at);
        assert_eq!(store.read(|tx| marks::names_changed_since(tx, since)), Ok(true));
    });
}

/// What nobody noted marks every file: a change by whatever hand is never passed over.
#[test]
fn a_change_that_nobody_noted_marks_all() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..4)).expect("imports");
        import(store, 2, &changes(4..6)).expect("imports");
        let (mut known, mut at) = (Told::new(), 0);
        follow(store, &mut known, &mut at);
        let since = at;
        let spoil = crate::sql::Sql::new(
            "spoil",
            "update sheet_outcome set found = 7 where tenant = 6401",
            "update sheet_outcome set found = 7 where tenant = 6401",
        );
        store.write(|tx| tx.run(&spoil, &[])).expect("spoils");
        follow(store, &mut known, &mut at);
        let marked = store.read(|tx| sheets::changed_since(tx, since)).expect("reads");
        assert_eq!(marked.len(), 2);
    });
}
