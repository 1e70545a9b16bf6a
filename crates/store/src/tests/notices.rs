//! What banks told: read back as they said it, found by the number of the payment, and nowhere in
//! the clear; what an older program kept is sealed and carried over. Everybody here is invented.

use base::id::kind;
use base::{Id, Rupiah};
use domain::payment::{Direction, StatementFacts, StatementLine};
use domain::snap::Amount;
use domain::snap::notice::Notice;
use domain::task::{Task, TaskKind, TaskState};

use super::journey::{approve_it, bill_october, put_forward};
use super::world::*;
use crate::access::{self, TaskRecord};
use crate::payments::{self, Statement, StatementSaid};
use crate::snap::{self, CreditRecord, NoticeRecord, PartnerRecord, RequestKey, RequestRecord};
use crate::sql::Sql;
use crate::twin::both;
use crate::{Store, StoreError, Tx};

/// What a bank may write where a number is expected.
const WORDS: &str = "Setoran Kenari Rekaan";
const BANK: &str = "bank-rekaan";

fn notice() -> Notice {
    let paid = Amount::whole(Rupiah(16_800));
    Notice {
        id: Notice::id_of(BANK, WORDS, "123456789012", paid),
        partner: BANK.into(),
        payment_request: WORDS.into(),
        customer: "123456789012".into(),
        paid,
        day: day("2022-10-24"),
        reference: WORDS.into(),
    }
}

fn agreed(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let task = Task {
        id: id(9, 90),
        kind: TaskKind::Bank,
        object: [9; 16],
        hash: [9; 32],
        effect: Rupiah(0),
        approvers: 1,
        maker: user(1).id,
        made_at_ms: 1,
        expires_at_ms: 2,
        state: TaskState::Approved,
    };
    let (client, ended_at_ms) = ("REKAAN".into(), None);
    let record = PartnerRecord { code: BANK.into(), task: task.id, client, ended_at_ms };
    access::insert_task(tx, &TaskRecord { task, content: "code=bank-rekaan".into() })?;
    snap::set_partner(tx, &record, 1)
}

fn key() -> RequestKey<'static> {
    RequestKey { partner: BANK, day: day("2022-10-24"), external_id: "1" }
}

fn answered() -> RequestRecord {
    RequestRecord { service: 25, body: [1; 32], status: 200, answer: WORDS.to_owned() }
}

fn statement(number: u8, account: &str) -> Statement {
    let (account, said) = (account.into(), StatementSaid::default());
    Statement { hash: [number; 32], account, received_at_ms: 1, said }
}

/// A line of the notice, and the bank's own.
fn lines(tx: &mut Tx<'_>) -> Result<[Id<kind::StatementLine>; 2], StoreError> {
    let line = |number: u32| StatementLine {
        id: id(17, number),
        facts: StatementFacts {
            day: day("2022-10-24"),
            amount: Rupiah(16_800),
            direction: Direction::Out,
            reference: format!("baris {number}").into(),
            balance: None,
            reversal: false,
        },
    };
    for (number, account) in [(1, "snap:bank-rekaan"), (2, "kas-daerah")] {
        let lines = [line(u32::from(number))];
        assert_eq!(payments::insert_statement(tx, &statement(number, account), &lines)?, 1);
    }
    Ok([line(1).id, line(2).id])
}

fn credit_of(
    notice: Id<kind::SnapNotice>,
    bill: Id<kind::Bill>,
    line: Id<kind::StatementLine>,
) -> CreditRecord {
    let (partner, released_at_ms) = (BANK.into(), None);
    CreditRecord { notice, partner, bill, line, own: false, released_at_ms }
}

fn insert_notice(tx: &mut Tx<'_>, notice: Notice) -> Result<(), StoreError> {
    let verdict = "CREDITED".into();
    snap::insert_notice(tx, &NoticeRecord { notice, verdict, told_at_ms: 5, explained: None })
}

/// The bank, what it told, what that has paid and what was answered.
pub(super) fn told(store: &Store) -> Id<kind::Bill> {
    approve_it(store, &put_forward(store));
    let bill = bill_october(store).id;
    let tell = |tx: &mut Tx<'_>| {
        agreed(tx)?;
        let [line, own] = lines(tx)?;
        insert_notice(tx, notice())?;
        snap::insert_credit(tx, &credit_of(notice().id, bill, line), WORDS)?;
        assert!(snap::is_waiting(tx, notice().id)?);
        snap::insert_echo(tx, own, notice().id)?;
        assert!(!snap::is_waiting(tx, notice().id)?);
        snap::insert_request(tx, key(), &answered())
    };
    store.write(tell).expect("writes");
    bill
}

/// Everything is heard as the bank said it.
pub(super) fn check_heard(store: &Store, bill: Id<kind::Bill>) {
    let read = |tx: &mut Tx<'_>| {
        assert_eq!(snap::notice(tx, notice().id)?.expect("told").notice, notice());
        assert_eq!(snap::notices_of(tx, BANK, WORDS)?.len(), 1);
        assert_eq!(snap::notices_of(tx, BANK, "lain")?.len(), 0);
        let credit = snap::credit(tx, BANK, WORDS)?.expect("paid");
        assert_eq!((credit.bill, credit.notice, credit.own), (bill, notice().id, false));
        assert_eq!(snap::credit_of_bill(tx, bill)?, Some(credit));
        let echoes = snap::echoes(tx)?;
        assert_eq!((echoes.len(), echoes[0].told), (1, id(17, 1)));
        assert_eq!(snap::own_line_of(tx, id(17, 1))?, Some(id(17, 2)));
        assert_eq!(snap::told_line_of(tx, id(17, 2))?, Some(id(17, 1)));
        assert_eq!(snap::request(tx, key())?, Some(answered()));
        Ok::<_, StoreError>(())
    };
    store.read(read).expect("reads");
    assert_eq!(store.read(crate::verify::verify).expect("reads").flaws, []);
}

fn raw(tx: &mut Tx<'_>, text: &'static str) {
    tx.run(&Sql::new("raw", text, text), &[]).expect(text);
}

/// As an older program left it: in the clear, and in its own tables.
fn as_before(store: &Store) {
    let everything = |tx: &mut Tx<'_>| {
        let texts = [
            "insert into snap_credit (tenant, partner, payment_request, notice, bill, line, own)
             select tenant, partner, 'Setoran Kenari Rekaan', notice, bill, line, own
             from snap_payment where tenant = 6401",
            "insert into snap_echo (tenant, line, partner, payment_request)
             select tenant, line, 'bank-rekaan', 'Setoran Kenari Rekaan'
             from snap_payment_echo where tenant = 6401",
            "delete from snap_payment_echo where tenant = 6401",
            "delete from snap_payment where tenant = 6401",
            "update snap_notice set payment_request = 'Setoran Kenari Rekaan',
             customer = '123456789012', reference = 'Setoran Kenari Rekaan', request = null,
             said = null where tenant = 6401",
            "update snap_request set answer = 'Setoran Kenari Rekaan', said = null
             where tenant = 6401",
        ];
        for text in texts {
            raw(tx, text);
        }
        crate::seal::drop_key(tx, notice().id.as_bytes())?;
        crate::seal::drop_key(tx, domain::snap::notice::answers_to(BANK).as_bytes())
    };
    store.write(everything).expect("writes");
}

fn counted(store: &Store, texts: &[&'static str]) -> i64 {
    let count = |tx: &mut Tx<'_>| {
        let mut sum = 0;
        for text in texts {
            let found = tx.one(&Sql::new("raw", text, text), &[], |columns| columns.take())?;
            sum += found.unwrap_or(0_i64);
        }
        Ok::<_, StoreError>(sum)
    };
    store.read(count).expect("reads")
}

fn named_in_clear(store: &Store) -> i64 {
    let texts = [
        "select count(*) from snap_notice
         where payment_request || customer || reference like '%Kenari%'",
        "select count(*) from snap_request where answer like '%Kenari%'",
        "select count(*) from snap_credit",
        "select count(*) from snap_echo",
    ];
    counted(store, &texts)
}

#[test]
fn what_a_bank_told_is_sealed_and_what_was_kept_before_is_carried_over() {
    both(|store| {
        let bill = told(store);
        check_heard(store, bill);
        assert_eq!((named_in_clear(store), store.seal_notices()), (0, Ok(0)));
        as_before(store);
        assert_eq!(named_in_clear(store), 4);
        // The notice, what it has paid, the bank's key and the answer.
        assert_eq!(store.seal_notices(), Ok(4));
        assert_eq!((named_in_clear(store), store.seal_notices()), (0, Ok(0)));
        check_heard(store, bill);
    });
}

#[test]
fn a_released_payment_leaves_its_bill_to_another_of_the_same_bank() {
    both(|store| {
        let bill = told(store);
        let again = |tx: &mut Tx<'_>| {
            let told = Notice { id: Id::from_bytes([3; 16]), ..notice() };
            insert_notice(tx, told)?;
            snap::insert_credit(tx, &credit_of(Id::from_bytes([3; 16]), bill, id(17, 2)), "lain")
        };
        // While the first stands, no second one pays.
        assert!(store.write(again).is_err());
        let release = |tx: &mut Tx<'_>| snap::release_credit(tx, id(17, 1), bill, 7);
        store.write(release).expect("released");
        assert_eq!(store.read(|tx| snap::credit_of_bill(tx, bill)), Ok(None));
        let kept = store.read(|tx| snap::credit(tx, BANK, WORDS)).expect("reads");
        assert_eq!(kept.expect("it is known all the same").released_at_ms, Some(7));
        store.write(again).expect("the bill is paid anew");
        assert_eq!(store.read(snap::credits).expect("reads").len(), 2);
    });
}

#[test]
fn many_lines_go_in_at_once_and_those_of_before_are_left_out() {
    both(|store| {
        settle_in(store);
        let line = |number: u32| StatementLine {
            id: id(18, number),
            facts: StatementFacts {
                day: day("2022-10-24"),
                amount: Rupiah(i64::from(number) + 1),
                direction: if number.is_multiple_of(2) { Direction::Out } else { Direction::In },
                reference: format!("baris {number}").into(),
                balance: number.is_multiple_of(3).then_some(Rupiah(5)),
                reversal: number.is_multiple_of(7),
            },
        };
        let take = |number: u8, from: u32, to: u32| {
            let lines: Vec<_> = (from..to).map(line).collect();
            let statement = statement(number, "kas-daerah");
            store.write(|tx| payments::insert_statement(tx, &statement, &lines)).expect("is taken")
        };
        assert_eq!((take(1, 0, 2_500), take(2, 2_000, 3_000)), (2_500, 500));
        let kept = store.read(payments::kept_lines).expect("reads");
        assert_eq!(kept.len(), 3_000);
        let one = kept.iter().find(|kept| kept.line.id == id(18, 2_499)).expect("kept");
        assert_eq!((&one.line, one.statement), (&line(2_499), [1; 32]));
        let clear = ["select count(*) from statement_line where reference <> ''"];
        assert_eq!(counted(store, &clear), 0);
        assert_eq!(store.read(crate::verify::verify).expect("reads").flaws, []);
    });
}
