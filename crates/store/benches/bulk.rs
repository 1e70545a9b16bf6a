//! How fast the register takes a regency's sheet, a quarter's payments and a million people,
//! beside the engine's own rate on the same machine in the same run. On PostgreSQL when
//! `PAYUNG_TEST_PG` is set, else on SQLite. `cargo bench -p store --bench bulk`

use std::time::Instant;

use base::{Day, Id, Month, Nik, PersonName, Problem, ProblemCode, RegionCode, Rupiah, Sex};
use domain::coverage::CoveredMonth;
use domain::enrolment::{Changes, Outcome, RowDecision};
use domain::ledger::{Transfer, TransferCode, TransferKind, chart, post_all};
use domain::occupation::OccupationKey;
use domain::organisation::Org;
use domain::programme::{Fund, Programme};
use domain::registry::Person;
use rules::{FundKind, Scheme, Schemes};
use store::people::Known;
use store::sheets::{Sheet, SheetState};
use store::twin::{FreshDatabase, FreshDirectory, server_url, tenant};
use store::{Location, Store, StoreError};

const SHEET_PEOPLE: u64 = 32_268;
const SHEET_ROWS: u32 = 36_000;
const PAYMENTS: u64 = 193_608;
const REGISTER: u64 = 1_000_000;
const DRAFTS: u64 = 100_000;

fn main() {
    match server_url() {
        None => {
            let place = FreshDirectory::new();
            raw_sqlite();
            measure(&opened(place.location()));
        }
        Some(url) => {
            let place = FreshDatabase::new(&url);
            raw_postgres(&place);
            measure(&opened(place.location()));
        }
    }
}

fn measure(store: &Store) {
    settle_in(store);
    let changes = changes();
    let sheet = sheet();
    timed("apply one sheet", u64::from(SHEET_ROWS), || {
        store.write(|tx| {
            store::sheets::insert(tx, &sheet, &[0; 4096])?;
            store::enrolment::apply(tx, sheet.id, &changes, known())
        })
    });
    let pending: Vec<Transfer> = (0..PAYMENTS).map(promise).collect();
    let kept: Vec<Transfer> = pending.iter().map(|promise| promise.kept(today())).collect();
    let covered: Vec<CoveredMonth> = (0..PAYMENTS).map(|n| cover(n, kept[n as usize].id)).collect();
    timed("post pending transfers", PAYMENTS, || store.write(|tx| posted(tx, &pending)));
    timed("keep them", PAYMENTS, || store.write(|tx| posted(tx, &kept)));
    timed("covered months", PAYMENTS, || {
        store.write(|tx| store::covered::insert_all(tx, &covered, 0))
    });
    timed("transfers known", 2 * PAYMENTS, || {
        store.read(|tx| store::ledger::snapshot(tx, &kept)).map(|_| ())
    });
    let people = (SHEET_PEOPLE..REGISTER).map(person).collect::<Vec<_>>();
    timed("people to a million", people.len() as u64, || {
        store.write(|tx| store::people::insert_all(tx, &people, known()).map(|_| ()))
    });
    let drafts: Vec<Person> = (0..DRAFTS).map(|n| person(n * 19)).collect();
    let niks: Vec<Nik> = drafts.iter().map(|person| person.nik).collect();
    let names: Vec<_> = drafts.iter().map(|person| (&person.name, person.birth)).collect();
    timed("snapshot for drafts", DRAFTS, || {
        store.read(|tx| {
            let found = store::enrolment::snapshot(tx, &niks, &names, id(5, 1))?;
            println!("  {} known", found.known.len());
            Ok(())
        })
    });
    timed("point reads, each a transaction", 10_000, || {
        (0..10_000).try_for_each(|n| {
            let found = store.read(|tx| store::people::by_nik(tx, nik(n * 97)))?;
            assert!(found.is_some());
            Ok(())
        })
    });
}

/// The engine's own rate for rows like a person's, with a key and a unique number.
fn raw_sqlite() {
    let path = std::env::temp_dir().join(format!("payung-raw-{}.db", std::process::id()));
    let connection = rusqlite::Connection::open(&path).expect("opens");
    connection
        .execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -131072;
             create table person (tenant integer not null, id blob not null, nik integer not null,
             name text not null, birth integer not null, sex text not null, address text,
             place integer not null, occupation text, primary key (tenant, id),
             unique (tenant, nik)) strict;
             begin",
        )
        .expect("makes");
    let people: Vec<Person> = (0..200_000).map(person).collect();
    timed("raw inserts of 9 columns", people.len() as u64, || {
        let text = "insert into person values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let mut statement = connection.prepare(text).expect("prepares");
        for person in &people {
            statement
                .execute(rusqlite::params![
                    6401,
                    person.id.as_bytes(),
                    person.nik.as_u64() as i64,
                    person.name.as_str(),
                    person.birth.as_number(),
                    person.sex.letter(),
                    person.address,
                    person.place.digits() as i64,
                    "nelayan",
                ])
                .expect("inserts");
        }
        connection.execute_batch("commit").expect("commits");
        Ok(())
    });
    drop(connection);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
}

/// The server's own rates for the same rows: the way that knows of no regencies, and the ways that
/// keep them apart.
fn raw_postgres(place: &FreshDatabase) {
    let connect = |location| {
        let Location::Url(url) = location else { unreachable!("a server") };
        postgres::Client::connect(&url, postgres::NoTls).expect("connects")
    };
    let (mut owner, mut app) = (connect(place.owner()), connect(place.location()));
    let columns = "tenant bigint not null, id bytea not null, nik bigint not null,
        name text not null, birth bigint not null, sex text not null, address text,
        place bigint not null, occupation text, primary key (tenant, id), unique (tenant, nik)";
    owner
        .batch_execute(&format!(
            "create table raw_open ({columns}); create table raw_closed ({columns});
             create table raw_staged ({columns});
             select payung_secure('raw_closed'), payung_secure('raw_staged');
             grant select, insert on raw_open, raw_closed, raw_staged to payung_app"
        ))
        .expect("makes");
    let people: Vec<Person> = (0..200_000).map(person).collect();
    let begin = "begin; select set_config('payung.tenant', '6401', true)";
    timed("raw COPY, no policy", people.len() as u64, || {
        copied(&mut app, "raw_open", &people);
        Ok(())
    });
    timed("arrays, policy", people.len() as u64, || {
        app.batch_execute(begin).expect("begins");
        by_arrays(&mut app, &people);
        app.batch_execute("commit").expect("commits");
        Ok(())
    });
    timed("COPY beside and insert from there, policy", people.len() as u64, || {
        app.batch_execute(begin).expect("begins");
        app.batch_execute("create temp table beside (like raw_staged) on commit drop")
            .expect("makes");
        copied(&mut app, "beside", &people);
        app.batch_execute("insert into raw_staged select * from beside; commit").expect("inserts");
        Ok(())
    });
    owner.batch_execute("drop table raw_open, raw_closed, raw_staged").expect("drops");
}

fn copied(client: &mut postgres::Client, table: &str, people: &[Person]) {
    use postgres::types::Type;
    let types = [
        Type::INT8,
        Type::BYTEA,
        Type::INT8,
        Type::TEXT,
        Type::INT8,
        Type::TEXT,
        Type::TEXT,
        Type::INT8,
        Type::TEXT,
    ];
    let writer =
        client.copy_in(&format!("copy {table} from stdin (format binary)")).expect("copies");
    let mut writer = postgres::binary_copy::BinaryCopyInWriter::new(writer, &types);
    for person in people {
        writer
            .write(&[
                &6401_i64,
                &&person.id.as_bytes()[..],
                &(person.nik.as_u64() as i64),
                &person.name.as_str(),
                &person.birth.as_number(),
                &person.sex.letter(),
                &person.address.as_deref(),
                &(person.place.digits() as i64),
                &"nelayan",
            ])
            .expect("writes");
    }
    writer.finish().expect("finishes");
}

fn by_arrays(client: &mut postgres::Client, people: &[Person]) {
    let text = "insert into raw_closed select * from unnest($1::int8[], $2::bytea[], $3::int8[],
        $4::text[], $5::int8[], $6::text[], $7::text[], $8::int8[], $9::text[])";
    let statement = client.prepare(text).expect("prepares");
    for batch in people.chunks(4_096) {
        let numbers = |read: &dyn Fn(&Person) -> i64| batch.iter().map(read).collect::<Vec<i64>>();
        let ids: Vec<&[u8]> = batch.iter().map(|person| &person.id.as_bytes()[..]).collect();
        let names: Vec<&str> = batch.iter().map(|person| person.name.as_str()).collect();
        let sexes: Vec<&str> = batch.iter().map(|person| person.sex.letter()).collect();
        let addresses: Vec<_> = batch.iter().map(|person| person.address.as_deref()).collect();
        let work = vec!["nelayan"; batch.len()];
        client
            .execute(
                &statement,
                &[
                    &numbers(&|_| 6401),
                    &ids,
                    &numbers(&|person| person.nik.as_u64() as i64),
                    &names,
                    &numbers(&|person| person.birth.as_number()),
                    &sexes,
                    &addresses,
                    &numbers(&|person| person.place.digits() as i64),
                    &work,
                ],
            )
            .expect("inserts");
    }
}

fn timed(what: &str, count: u64, work: impl FnOnce() -> Result<(), StoreError>) {
    let (start, busy) = (Instant::now(), busy_seconds());
    work().expect("works");
    let (seconds, busy) = (start.elapsed().as_secs_f64(), busy_seconds() - busy);
    let rate = count as f64 / seconds;
    println!("{what}: {count} in {seconds:.2} s ({busy:.2} CPU-s of ours), {rate:.0}/s");
}

/// Seconds this thread has run: what a loaded machine does not change.
fn busy_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|text| text.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}

fn opened(location: Location) -> Store {
    let store = Store::open(location, tenant()).expect("opens");
    store.unlock(store::twin::keys()).expect("a fresh register takes any keys");
    store.faults().forgive_silence(true);
    store.migrate().expect("migrates");
    store
}

fn posted(tx: &mut store::Tx<'_>, batch: &[Transfer]) -> Result<(), StoreError> {
    let snapshot = store::ledger::snapshot(tx, batch)?;
    let posting = post_all(&snapshot, batch).expect("the ledger accepts");
    store::ledger::apply(tx, &posting)
}

/// An identifier whose bytes sort by number, as those made in order of time do.
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

fn known() -> Known {
    Known { at_ms: 1_664_000_000_000, valid_from: today() }
}

fn today() -> Day {
    Day::parse_iso("2022-10-15").expect("a day")
}

fn nik(number: u64) -> Nik {
    let (day, month) = (number % 28 + 1, number / 28 % 12 + 1);
    let (year, serial) = (number / 336 % 50 + 50, number / 16_800 + 1);
    let region = 640_101 + number * 7919 % 10;
    let digits = format!("{region}{day:02}{month:02}{year:02}{serial:04}");
    Nik::parse(&digits).expect("a number")
}

fn person(number: u64) -> Person {
    let syllable = |n: u64| ["sa", "ri", "mu", "to", "wan", "di", "ni", "lah"][(n % 8) as usize];
    let word = |n: u64| format!("{}{}{}", syllable(n), syllable(n / 8), syllable(n / 64));
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let name = format!("{} {}", word(mixed), word(mixed / 512));
    Person {
        id: id(1, number),
        nik: nik(number),
        no_kk: None,
        name: PersonName::parse(&name).expect("a name"),
        birth: nik(number).birth(today()).expect("a day").day,
        birth_place: Some("Tanah Grogot".into()),
        sex: Sex::Male,
        address: Some("Jl. Contoh RT 003 RW 002".into()),
        place: RegionCode::from_digits(6_401_052_001 + number % 9, 4),
        occupation: Some(OccupationKey("nelayan".into())),
        phone: None,
        mother: None,
    }
}

fn sheet() -> Sheet {
    Sheet {
        id: id(6, 1),
        hash: [1; 32],
        file_name: "besar.xlsx".into(),
        size_bytes: 4096,
        org: id(2, 1),
        programme: id(5, 1),
        received_at_ms: 1,
        received_by: id(3, 1),
        state: SheetState::Received,
        corrects: None,
    }
}

fn changes() -> Changes {
    let decision = |row: u32| {
        let accepted = u64::from(row) <= SHEET_PEOPLE;
        let outcome = if accepted { Outcome::Accepted } else { Outcome::NeedsFix };
        let code = ProblemCode::NikBirthDiffers;
        let problem = row.is_multiple_of(3).then(|| Problem::of_row(code));
        RowDecision {
            sheet: 0,
            row,
            outcome,
            person: accepted.then(|| id(1, u64::from(row) - 1)),
            problems: problem.into_iter().collect(),
            content: u64::from(row),
            corrects: None,
            facility: None,
            occupation: None,
        }
    };
    Changes {
        decisions: (1..=SHEET_ROWS).map(decision).collect(),
        new_people: (0..SHEET_PEOPLE).map(person).collect(),
        ..Changes::default()
    }
}

fn programme() -> Programme {
    Programme {
        id: id(5, 1),
        code: "rentan-2022".into(),
        name: "Pekerja rentan".into(),
        territory: tenant(),
        fund: id(4, 1),
        schemes: Schemes::JKK_JKM,
        first: Month::new(2022, 10).expect("a month"),
        last: Month::new(2022, 12).expect("a month"),
        occupations: Vec::new(),
        default_occupation: None,
        income: Rupiah(1_000_000),
        refuse_insured: true,
        target: None,
        terms: domain::programme::Terms::default(),
    }
}

fn settle_in(store: &Store) {
    let fund = Fund::new(id(4, 1), "apbdp", FundKind::ApbdP, Rupiah(1_650_000_000));
    let org = Org::plain(id(2, 1), "d", "D", tenant());
    let user = store::orgs::User::new(id(3, 1), "p");
    store
        .write(|tx| {
            store::orgs::insert(tx, &org)?;
            store::orgs::insert_user(tx, &user)?;
            store::programmes::insert_fund(tx, &fund)?;
            store::programmes::insert(tx, &programme())?;
            store::ledger::open_accounts(tx, &chart::programme_accounts(&programme()))
        })
        .expect("settles in");
}

fn promise(number: u64) -> Transfer {
    let books = chart::Books::of(&programme());
    Transfer {
        id: scattered(7, number),
        debit: books.expense,
        credit: books.payable,
        amount: Rupiah(16_800),
        code: TransferCode::Contribution,
        kind: TransferKind::Pending,
        document: domain::ledger::Document::Membership(scattered(8, number / 3)),
        month: Some(programme().first),
        day: today(),
        origin: domain::ledger::Origin::default(),
    }
}

fn cover(number: u64, transfer: Id<base::id::kind::Transfer>) -> CoveredMonth {
    let scheme = if number.is_multiple_of(2) { Scheme::Jkk } else { Scheme::Jkm };
    CoveredMonth {
        person: id(1, number / 6),
        scheme,
        month: programme().first.plus((number / 2 % 3) as i32),
        programme: id(5, 1),
        transfer,
    }
}
