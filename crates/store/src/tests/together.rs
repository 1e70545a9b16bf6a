//! Several at once: writers see each other's work or are told to try again; readers never wait.

use base::Rupiah;

use super::world::*;
use crate::twin::both;
use crate::{Store, StoreError, audit, covered, ledger, memberships, people, settings, sheets};

/// Tries until the register is not busy.
fn persist<T>(mut attempt: impl FnMut() -> Result<T, StoreError>) -> T {
    for _ in 0..10_000 {
        match attempt() {
            Err(StoreError::Busy) => std::thread::yield_now(),
            done => return done.expect("busy is the only refusal"),
        }
    }
    panic!("busy without end");
}

fn count_up(store: &Store) -> Result<(), StoreError> {
    store.write(|tx| {
        let seen: u32 = settings::get(tx, "count")?.map_or(0, |text| text.parse().expect("digits"));
        settings::set(tx, "count", &(seen + 1).to_string())
    })
}

#[test]
fn no_update_is_lost() {
    both(|store| {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        persist(|| count_up(store));
                    }
                });
            }
        });
        let count = store.read(|tx| settings::get(tx, "count")).expect("reads");
        assert_eq!(count.as_deref(), Some("100"));
    });
}

/// Sixty-four at once, in eight programs as it were: none is refused, each counts exactly once.
#[test]
fn sixty_four_writers_are_all_served() {
    let Some(url) = crate::twin::server_url() else { return };
    let database = crate::twin::FreshDatabase::new(&url);
    let stores: Vec<Store> = (0..8)
        .map(|_| Store::open(database.location(), crate::twin::tenant()).expect("opens"))
        .collect();
    stores[0].migrate().expect("is migrated");
    std::thread::scope(|scope| {
        for writer in 0..64 {
            let store = &stores[writer % 8];
            scope.spawn(move || {
                for _ in 0..5 {
                    count_up(store).expect("nobody is refused");
                }
            });
        }
    });
    let count = stores[1].read(|tx| settings::get(tx, "count")).expect("reads");
    assert_eq!(count.as_deref(), Some("320"));
}

/// The server ends every connection while nobody uses it, as when it starts anew.
#[test]
fn connections_that_died_on_the_shelf_are_replaced() {
    use crate::engine::{Access, Capacity, Link};
    let Some(url) = crate::twin::server_url() else { return };
    let database = crate::twin::FreshDatabase::new(&url);
    let store = Store::open(database.location(), crate::twin::tenant()).expect("opens");
    store.migrate().expect("is migrated");
    count_up(&store).expect("writes");
    let mut server =
        Link::open(&database.superuser(), Access::Write, Capacity::Migrator).expect("opens");
    let end = "do $$ begin perform pg_terminate_backend(pid) from pg_stat_activity \
               where usename = 'payung_app' and datname = current_database(); end $$";
    server.batch(end).expect("ends them");
    count_up(&store).expect("writes over a new connection");
    assert_eq!(store.read(|tx| settings::get(tx, "count")), Ok(Some("2".into())));
}

#[test]
fn commitments_never_exceed_the_ceiling_however_many_ask() {
    both(|store| {
        settle_in(store);
        // Ten million granted; eight writers ask for three million each: three fit.
        let granted: u32 = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..8u32)
                .map(|number| {
                    scope.spawn(move || {
                        persist(|| {
                            store.write(|tx| {
                                let amount = Rupiah(3_000_000);
                                let day = day("2022-10-01");
                                let ask = domain::ledger::chart::commit(
                                    &programme(1),
                                    id(8, number),
                                    amount,
                                    day,
                                );
                                let snapshot = ledger::snapshot(tx, &[ask])?;
                                let posting = domain::ledger::post(&snapshot, &[ask]);
                                ledger::apply(tx, &posting)?;
                                Ok::<_, StoreError>(posting.entries.len() as u32)
                            })
                        })
                    })
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().expect("no panic")).sum()
        });
        assert_eq!(granted, 3);
    });
}

#[test]
fn a_reader_sees_one_state_while_others_write() {
    both(|store| {
        count_up(store).expect("writes");
        store
            .read(|tx| {
                let before = settings::get(tx, "count")?;
                std::thread::scope(|scope| {
                    scope.spawn(|| persist(|| count_up(store)));
                });
                assert_eq!(settings::get(tx, "count")?, before);
                Ok::<_, StoreError>(())
            })
            .expect("reads");
        let after = store.read(|tx| settings::get(tx, "count")).expect("reads");
        assert_eq!(after.as_deref(), Some("2"));
    });
}

/// With rows and without, with nulls, numbers, texts and bytes; somebody there and nobody.
#[test]
fn what_is_foreseen_is_answered_as_if_it_were_asked_alone() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..4)).expect("imports");
        let moved = domain::registry::Person { address: Some("RT 5".into()), ..person(2) };
        store.write(|tx| people::update_all(tx, &[moved], known())).expect("writes");
        let ask = |number, foresees: bool| {
            let whom = person(number).id;
            store.read(|tx| {
                if foresees {
                    people::foresee_file(tx, whom);
                }
                Ok::<_, StoreError>((
                    people::versions(tx, whom)?,
                    memberships::of_person(tx, whom)?,
                    covered::of_person(tx, whom)?,
                    audit::of_object(tx, whom.as_bytes(), audit::LINES_OF_ONE)?,
                    sheets::naming(tx, whom)?,
                ))
            })
        };
        for (number, versions) in [(1, 1), (2, 2), (99, 0)] {
            let foreseen = ask(number, true).expect("reads");
            assert_eq!(foreseen.0.len(), versions);
            assert_eq!(ask(number, false), Ok(foreseen));
        }
    });
}
