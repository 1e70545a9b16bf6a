//! What the schema keeps of the books, broken on purpose: two people, closed months, origins once.

use base::Rupiah;
use domain::ledger::chart::Books;
use domain::ledger::mapping::ChartMap;
use domain::ledger::period::{PeriodAct, PeriodStep, StepState, SumsByAccount, totals};
use domain::ledger::voucher::Voucher;
use domain::ledger::{Origin, Transfer, TransferCode};

use super::world::*;
use crate::ledger::mapping::{self, ChartRecord};
use crate::ledger::{period, voucher};
use crate::twin::both;
use crate::{Store, StoreError, Tx, ledger, orgs};

fn refused(store: &Store, name: &str, work: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>) {
    let answer = store.write(work);
    assert_eq!(answer, Err(StoreError::ConstraintViolated { name: name.into() }));
}

fn entry(number: u32, on: &str) -> Transfer {
    let books = Books::of(&programme(1));
    Transfer {
        id: id(9, number),
        debit: books.cash,
        credit: books.suspense,
        amount: Rupiah(100),
        code: TransferCode::Adjustment,
        day: day(on),
        ..domain::ledger::chart::appropriate(&fund(), day(on))
    }
}

fn closing(number: u32, tx: &mut Tx<'_>) -> Result<(PeriodStep, SumsByAccount), StoreError> {
    let month = month("2022-10");
    let transfers = ledger::of_days(tx, (month.first_day(), month.last_day()))?;
    let sums = totals(month, &SumsByAccount::new(), transfers).expect("fits");
    let step = PeriodStep {
        id: id(10, number),
        month,
        act: PeriodAct::Close,
        reason: "".into(),
        hash: sums.hash,
        transfers: sums.transfers,
        moved: sums.moved,
        made_by: user(1).id,
        made_at_ms: 1,
        checked_by: None,
        second_by: None,
        state: StepState::Proposed,
    };
    Ok((step, sums.closing))
}

fn approved(step: &PeriodStep) -> PeriodStep {
    PeriodStep { checked_by: Some(user(2).id), state: StepState::Approved, ..step.clone() }
}

fn close(store: &Store) -> PeriodStep {
    store
        .write(|tx| {
            let (step, sums) = closing(1, tx)?;
            period::insert_step(tx, &step)?;
            let step = approved(&step);
            period::set_state(tx, &step)?;
            period::close(tx, &step, &sums)?;
            Ok::<_, StoreError>(step)
        })
        .expect("closes")
}

#[test]
fn an_origin_is_kept_once_and_never_of_one_person() {
    both(|store| {
        settle_in(store);
        let origin =
            Origin { rulebook: Some([7; 32]), maker: Some(user(1).id), checker: Some(user(2).id) };
        let (one, two) = (entry(1, "2022-10-05").by(origin), entry(2, "2022-10-06").by(origin));
        store.write(|tx| post(tx, &[one])).expect("kept");
        store.write(|tx| post(tx, &[two])).expect("kept");
        let found = store.read(|tx| ledger::get(tx, one.id)).expect("read").expect("is there");
        assert_eq!(found.0, one);
        let days = (day("2022-10-05"), day("2022-10-06"));
        assert_eq!(store.read(|tx| ledger::of_days(tx, days)), Ok(vec![one, two]));
        refused(store, "transfer_origin_four_eyes", |tx| {
            let own = Origin { checker: origin.maker, ..origin };
            let twin = domain::ledger::LedgerSnapshot {
                accounts: ledger::snapshot(tx, &[])?.accounts,
                ..Default::default()
            };
            // The domain refuses it; whoever goes past the domain is refused all the same.
            let asked = [entry(3, "2022-10-07").by(own)];
            assert!(domain::ledger::post(&twin, &asked).entries.is_empty());
            let text = "insert into transfer_origin (tenant, id, rulebook, maker, checker) \
                        values ($1, $2, $3, $4, $5)";
            let sql = crate::sql::Sql::new("raw", text, text);
            let (maker, checker) = (own.maker, own.checker);
            let values = crate::value::values![
                6401_i64,
                &[9_u8; 16],
                None::<&[u8; 16]>,
                maker.as_ref(),
                checker.as_ref(),
            ];
            tx.run(&sql, &values).map(|_| ())
        });
    });
}

#[test]
fn nothing_comes_into_a_closed_month_whoever_writes() {
    both(|store| {
        settle_in(store);
        // Decided before the month was closed, written after it.
        let late = entry(1, "2022-10-31");
        let early = store
            .read(|tx| {
                let snapshot = ledger::snapshot(tx, &[late])?;
                Ok::<_, StoreError>(domain::ledger::post(&snapshot, &[late]))
            })
            .expect("decided");
        assert_eq!(early.entries.len(), 1);
        let step = close(store);
        refused(store, "transfer_period_open", |tx| ledger::apply(tx, &early));
        let again = store.read(|tx| ledger::snapshot(tx, &[late])).expect("read");
        assert_eq!(again.closed_until, Some(day("2022-10-31")));
        store.write(|tx| post(tx, &[entry(2, "2022-11-01")])).expect("the next month is open");
        assert_eq!(store.read(period::closed), Ok(vec![(step.month, step.id)]));
        let kept = store.read(|tx| period::step(tx, step.id)).expect("read");
        assert_eq!(kept, Some(step.clone()));
        store.write(|tx| period::reopen(tx, &step)).expect("opens");
        store.write(|tx| ledger::apply(tx, &early)).expect("open again");
    });
}

#[test]
fn a_month_is_closed_by_two_and_opened_by_three() {
    both(|store| {
        settle_in(store);
        let mine = user(1).id;
        refused(store, "period_step_four_eyes", |tx| {
            let (step, _) = closing(1, tx)?;
            period::insert_step(tx, &step)?;
            period::set_state(tx, &PeriodStep { checked_by: Some(mine), ..approved(&step) })
        });
        refused(store, "period_step_checked", |tx| {
            let (step, _) = closing(1, tx)?;
            period::insert_step(tx, &step)?;
            period::set_state(tx, &PeriodStep { checked_by: None, ..approved(&step) })
        });
        for second in [None, Some(mine), Some(user(2).id)] {
            refused(store, "period_step_two_others", |tx| {
                let (step, _) = closing(1, tx)?;
                let step = PeriodStep { act: PeriodAct::Reopen, ..step };
                period::insert_step(tx, &step)?;
                period::set_state(tx, &PeriodStep { second_by: second, ..approved(&step) })
            });
        }
        store
            .write(|tx| {
                orgs::insert_user(tx, &user(3))?;
                let (step, _) = closing(1, tx)?;
                let step = PeriodStep { act: PeriodAct::Reopen, ..step };
                period::insert_step(tx, &step)?;
                let second_by = Some(user(3).id);
                period::set_state(tx, &PeriodStep { second_by, ..approved(&step) })
            })
            .expect("two others");
    });
}

#[test]
fn what_stood_at_the_end_of_a_month_stays_said() {
    both(|store| {
        settle_in(store);
        store.write(|tx| post(tx, &[entry(1, "2022-10-05")])).expect("kept");
        let step = close(store);
        let sums = store.read(|tx| period::closing(tx, step.id)).expect("read");
        let cash = Books::of(&programme(1)).cash;
        assert_eq!(sums[&cash].net_debit(), Rupiah(100));
        let text = "update period_total set debits = 1 where tenant = $1";
        let sql = crate::sql::Sql::new("raw", text, text);
        let answer = store.write(|tx| tx.run(&sql, &crate::value::values![6401_i64]).map(|_| ()));
        let named = StoreError::ConstraintViolated { name: "period_total_immutable".into() };
        assert!(answer == Err(named) || answer == Err(StoreError::Forbidden), "{answer:?}");
    });
}

#[test]
fn a_copy_closes_months_after_their_transfers_have_come() {
    both(|store| {
        let tables = store.read(crate::copies::tables).expect("read");
        let place = |name: &str| tables.iter().position(|table| table.name == name);
        assert!(place("transfer") < place("period"));
    });
}

#[test]
fn vouchers_and_charts_are_read_back_and_never_approved_by_their_maker() {
    both(|store| {
        settle_in(store);
        let books = Books::of(&programme(1));
        let plain = Voucher {
            id: id(11, 1),
            undoes: None,
            debit: books.cash,
            credit: books.suspense,
            amount: Rupiah(5),
            month: Some(month("2022-10")),
            day: day("2022-10-05"),
            number: "BKU-1".into(),
            reason: "Saldo awal".into(),
            made_by: user(1).id,
            made_at_ms: 5,
        };
        store.write(|tx| voucher::insert(tx, &plain)).expect("kept");
        let found = store.read(|tx| voucher::get(tx, plain.id)).expect("read").expect("there");
        assert_eq!((&found.voucher, found.state), (&plain, StepState::Proposed));
        refused(store, "voucher_four_eyes", |tx| {
            voucher::set_state(tx, plain.id, StepState::Approved, Some(user(1).id))
        });
        refused(store, "voucher_checked", |tx| {
            voucher::set_state(tx, plain.id, StepState::Approved, None)
        });
        let map = ChartMap::shipped();
        let record = ChartRecord {
            id: id(12, 1),
            from: day("2022-10-05"),
            hash: map.hash(),
            reason: "DPA".into(),
            made_by: user(1).id,
            made_at_ms: 5,
            checked_by: None,
            state: StepState::Proposed,
        };
        store.write(|tx| mapping::insert(tx, &record, &map)).expect("kept");
        assert_eq!(store.read(mapping::list), Ok(vec![record.clone()]));
        assert_eq!(store.read(|tx| mapping::lines(tx, record.id)), Ok(map));
        refused(store, "ledger_chart_four_eyes", |tx| {
            mapping::set_state(tx, record.id, StepState::Approved, Some(user(1).id))
        });
    });
}
