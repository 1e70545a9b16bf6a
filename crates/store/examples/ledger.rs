//! How many durable transfers a second the register takes, beside the engine's own bulk way into
//! the same tables. A line of JSON a measurement; PostgreSQL when `PAYUNG_TEST_PG` names a server.
//! See `cargo xtask bench money ledger`.

use std::io::Write as _;
use std::time::Instant;

use base::{Day, Id, Rupiah};
use domain::ledger::{
    Account, AccountKind, BalanceLimit, Document, Origin, Transfer, TransferCode, TransferKind,
    post_all,
};
use store::orgs::User;
use store::twin::{FreshDatabase, FreshDirectory, server_url, tenant};
use store::{Location, Store};

const BATCH: u64 = 10_000;
const BATCHES: u64 = 20;
const ROWS: u64 = BATCH * BATCHES;

fn main() {
    match server_url() {
        None => {
            let place = FreshDirectory::new();
            measure(&opened(place.location()));
            let raw = FreshDirectory::new();
            drop(opened(raw.location()));
            raw_sqlite(&raw.location());
        }
        Some(url) => {
            let place = FreshDatabase::new(&url);
            measure(&opened(place.location()));
            let raw = FreshDatabase::new(&url);
            drop(opened(raw.location()));
            raw_postgres(&raw.superuser());
        }
    }
}

fn measure(store: &Store) {
    let promises: Vec<Transfer> = (0..ROWS).map(promise).collect();
    let kept: Vec<Transfer> = promises.iter().map(|one| one.kept(today()).by(origin())).collect();
    let at_once: Vec<Transfer> = (ROWS..2 * ROWS).map(posted).collect();
    batches(store, "posted at once, batches of 10,000", &at_once);
    batches(store, "promised, batches of 10,000", &promises);
    batches(store, "promises kept, batches of 10,000", &kept);
    batches(store, "the same again: nothing to do", &kept);
}

/// Each batch in a transaction of its own, whose commit is on the disk.
fn batches(store: &Store, what: &str, all: &[Transfer]) {
    told(what, true, || {
        for batch in all.chunks(BATCH as usize) {
            let done = store.write(|tx| {
                let snapshot = store::ledger::snapshot(tx, batch)?;
                let posting = post_all(&snapshot, batch).expect("the ledger accepts");
                store::ledger::apply(tx, &posting)
            });
            done.expect("works");
        }
    });
}

fn told(what: &str, ours: bool, work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{{\"what\": \"{what}\", \"seconds\": {seconds:.4}, \"rows\": {ROWS}, \"ours\": {ours}}}"
    );
}

/// Prepared inserts into the same table of a register's file, a commit each 10,000.
fn raw_sqlite(location: &Location) {
    let Location::Directory(path) = location else { unreachable!("a directory") };
    let connection = rusqlite::Connection::open(path.join("register.db")).expect("opens");
    connection
        .execute_batch("pragma synchronous = full; pragma cache_size = -131072")
        .expect("settings");
    told("raw inserts into transfer, commits of 10,000", false, || {
        let text = "insert into transfer (tenant, id, debit, credit, amount, code, kind, \
                    document_kind, document, month, day, origin) values \
                    (6401, ?1, ?2, ?3, ?4, 'contribution', 'posted', 'membership', ?5, 202210, \
                    20221015, ?6)";
        for batch in 0..BATCHES {
            connection.execute_batch("begin").expect("begins");
            let mut statement = connection.prepare_cached(text).expect("prepares");
            for number in sorted(batch) {
                let one = posted(number);
                let (_, document) = one.document.parts();
                let origin = one.origin.id().expect("known");
                statement
                    .execute(rusqlite::params![
                        one.id.as_bytes(),
                        one.debit.as_bytes(),
                        one.credit.as_bytes(),
                        one.amount.0,
                        document,
                        origin.as_bytes(),
                    ])
                    .expect("inserts");
            }
            connection.execute_batch("commit").expect("commits");
        }
    });
}

/// COPY into the same table, past every policy, a commit each 10,000.
fn raw_postgres(location: &Location) {
    let Location::Url(url) = location else { unreachable!("a server") };
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("connects");
    told("COPY into transfer, commits of 10,000", false, || {
        for batch in 0..BATCHES {
            let mut writer = client
                .copy_in(
                    "copy transfer (tenant, id, debit, credit, amount, code, kind, document_kind, \
                     document, month, day, origin) from stdin",
                )
                .expect("copies");
            for number in sorted(batch) {
                let one = posted(number);
                let (_, document) = one.document.parts();
                let hex = |bytes: &[u8; 16]| format!("{:032x}", u128::from_be_bytes(*bytes));
                let origin = one.origin.id().expect("known");
                writeln!(
                    writer,
                    "6401\t\\\\x{}\t\\\\x{}\t\\\\x{}\t{}\tcontribution\tposted\tmembership\t\
                     \\\\x{}\t202210\t20221015\t\\\\x{}",
                    hex(one.id.as_bytes()),
                    hex(one.debit.as_bytes()),
                    hex(one.credit.as_bytes()),
                    one.amount.0,
                    hex(&document),
                    hex(origin.as_bytes()),
                )
                .expect("writes");
            }
            writer.finish().expect("commits");
        }
    });
}

/// The numbers of a batch in the order of their keys, as ours are written.
fn sorted(batch: u64) -> Vec<u64> {
    let mut numbers: Vec<u64> = (batch * BATCH..(batch + 1) * BATCH).collect();
    numbers.sort_by_key(|number| *posted(*number).id.as_bytes());
    numbers
}

/// A register with two accounts and two people.
fn opened(location: Location) -> Store {
    let store = Store::open(location, tenant()).expect("opens");
    store.unlock(store::twin::keys()).expect("a fresh register takes any keys");
    store.faults().forgive_silence(true);
    store.migrate().expect("migrates");
    let account = |number: u64| Account {
        id: id(1, number),
        code: format!("akun-{number}").into(),
        kind: AccountKind::Liability,
        limit: BalanceLimit::None,
    };
    store
        .write(|tx| {
            for number in [1, 2] {
                store::orgs::insert_user(tx, &User::new(id(3, number), &format!("p-{number}")))?;
            }
            store::ledger::open_accounts(tx, &[account(1), account(2)])
        })
        .expect("settles in");
    store
}

fn origin() -> Origin {
    Origin { rulebook: Some([7; 32]), maker: Some(id(3, 1)), checker: Some(id(3, 2)) }
}

fn posted(number: u64) -> Transfer {
    Transfer {
        id: scattered(7, number),
        debit: id(1, 1),
        credit: id(1, 2),
        amount: Rupiah(10_000),
        code: TransferCode::Contribution,
        kind: TransferKind::Posted,
        document: Document::Membership(scattered(8, number / 2)),
        month: Some(today().month_of()),
        day: today(),
        origin: origin(),
    }
}

fn promise(number: u64) -> Transfer {
    Transfer { kind: TransferKind::Pending, ..posted(number) }
}

fn id<K>(kind: u8, number: u64) -> Id<K> {
    let mut bytes = [kind; 16];
    bytes[1..9].copy_from_slice(&number.to_be_bytes());
    Id::from_bytes(bytes)
}

/// An identifier that sorts like a digest.
fn scattered<K>(kind: u8, number: u64) -> Id<K> {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bytes = [kind; 16];
    bytes[..8].copy_from_slice(&mixed.to_be_bytes());
    Id::from_bytes(bytes)
}

fn today() -> Day {
    Day::parse_iso("2022-10-15").expect("a day")
}
