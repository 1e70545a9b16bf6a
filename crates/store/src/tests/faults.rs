//! Faults at every statement of a use case: whatever fails, nothing is half done, and trying again
//! ends as if nothing had failed.

use super::world::*;
use crate::twin::both;
use crate::{Store, StoreError, audit, ledger, people, reports, sheets};

/// All that a failed import could have left behind.
fn traces(store: &Store) -> (u64, usize, usize, usize) {
    store
        .read(|tx| {
            let rows = reports::outcomes(tx)?.iter().map(|count| count.rows as usize).sum();
            let is_import = |line: &&audit::AuditLine| &*line.act == "sheet-decided";
            let lines = audit::list(tx)?.iter().filter(is_import).count();
            Ok::<_, StoreError>((people::count(tx)?, sheets::list(tx)?.len(), rows, lines))
        })
        .expect("reads")
}

fn import_and_record(store: &Store) -> Result<(), StoreError> {
    store.write(|tx| {
        sheets::insert(tx, &sheet(1), b"xyz")?;
        crate::enrolment::apply(tx, sheet(1).id, &changes(1..50), known())?;
        audit::append(tx, &line(1, "sheet-decided"))
    })
}

#[test]
fn an_import_that_fails_anywhere_leaves_nothing() {
    both(|store| {
        settle_in(store);
        let mut statement = 0;
        loop {
            statement += 1;
            store.faults().fail_at(statement);
            let answer = import_and_record(store);
            let seen = store.faults().statements();
            store.faults().clear();
            if answer.is_ok() {
                assert!(seen < statement, "the fault was beyond the last statement");
                break;
            }
            assert_eq!(answer, Err(StoreError::Fault));
            assert_eq!(traces(store), (0, 0, 0, 0), "after a fault at statement {statement}");
        }
        assert!(statement > 12, "only {statement} statements were tried");
        assert_eq!(traces(store), (49, 1, 50, 1));
    });
}

#[test]
fn a_commit_that_fails_leaves_nothing() {
    both(|store| {
        settle_in(store);
        store.faults().fail_before_commit();
        assert_eq!(import_and_record(store), Err(StoreError::Fault));
        store.faults().clear();
        assert_eq!(traces(store), (0, 0, 0, 0));
        assert_eq!(import_and_record(store), Ok(()));
        assert_eq!(traces(store), (49, 1, 50, 1));
    });
}

#[test]
fn a_posting_that_fails_anywhere_moves_no_money() {
    both(|store| {
        settle_in(store);
        let before = store.read(ledger::accounts).expect("reads");
        let commit = domain::ledger::chart::commit(
            &programme(1),
            id(8, 1),
            base::Rupiah(7),
            day("2022-10-01"),
        );
        for statement in 1.. {
            store.faults().fail_at(statement);
            let answer = store.write(|tx| post(tx, &[commit]));
            store.faults().clear();
            if answer.is_ok() {
                assert!(statement > 6);
                break;
            }
            assert_eq!(store.read(ledger::accounts).expect("reads"), before);
        }
        assert_ne!(store.read(ledger::accounts).expect("reads"), before);
    });
}

#[test]
fn a_panic_in_a_transaction_leaves_the_store_usable() {
    both(|store| {
        settle_in(store);
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.write(|tx| -> Result<(), StoreError> {
                sheets::insert(tx, &sheet(1), b"xyz")?;
                panic!("a bug above the store");
            })
        }));
        assert!(unwound.is_err());
        assert_eq!(traces(store), (0, 0, 0, 0));
        assert_eq!(import_and_record(store), Ok(()));
    });
}
