//! The way to a PostgreSQL server breaks while a file is taken in and while a list is approved, at
//! any byte there or back: nothing is half done, what was acknowledged stays, and whoever tries
//! again ends where an undisturbed run ends.
//!
//! Where money moves the way breaks before every message, and within it.
//!
//! Two dozen moments by default; `RUN_SLOW_TESTS` says how many, 200 when it is no number.

use std::path::PathBuf;

use app::environment::Environment;
use app::error::AppError;
use app::intake::{Receipt, Received};
use app::office::{Actor, Location, Office, OfficeOptions, Operation, Role};
use app::practice::bulk::big_csv;
use app::reading::Reader;
use base::{Day, RegionCode, Rupiah};
use domain::payment::bill_reference;
use domain::programme::{Programme, Terms};
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, server_url};
use testkit::proxy::{Proxy, Toward};
use testkit::state::State;

const SEED: u64 = 6401;
const PEOPLE: u64 = 300;
/// Whoever tries again needs no more tries than there are connections on the shelf.
const TRIES: usize = 40;

/// A register on a server, behind a way that may break.
struct Behind {
    office: Office,
    proxy: Proxy,
    /// Dropped last: the database goes with it.
    database: FreshDatabase,
}

impl Behind {
    fn new(server: &str) -> Behind {
        let database = FreshDatabase::new(server);
        let Location::Url(url) = database.location() else { unreachable!("a server") };
        let (_, rest) = url.split_once('@').expect("a user");
        let (host, name) = rest.rsplit_once('/').expect("a database");
        let socket = PathBuf::from(host.replace("%2F", "/")).join(".s.PGSQL.5432");
        let proxy = Proxy::to(&socket).expect("a port is free");
        let url = format!("postgresql://payung_app@127.0.0.1:{}/{name}", proxy.port());
        let office = open(Location::Url(url));
        Behind { office, proxy, database }
    }

    /// Breaks the way after so many bytes, does the work, mends the way, and does it again until it
    /// is acknowledged; what was acknowledged before the way was mended.
    fn disturbed<T>(
        &self,
        (toward, bytes): (Toward, i64),
        mut work: impl FnMut(&Office) -> Result<T, AppError>,
    ) -> (Option<T>, T) {
        self.proxy.break_after(toward, bytes);
        let first = work(&self.office).ok();
        self.proxy.mend();
        let mut again = work(&self.office);
        for _ in 0..TRIES {
            if again.is_ok() {
                break;
            }
            again = work(&self.office);
        }
        let again = again.unwrap_or_else(|error| panic!("cut {toward:?} after {bytes}: {error}"));
        (first, again)
    }
}

fn open(location: Location) -> Office {
    Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), 1),
        keys: app::keys::KeySource::Ring(Box::new(store::twin::keys())),
    })
    .expect("the register opens")
}

fn set_up(office: &Office) {
    let keeper = office.actor("operator", Operation::SetUp).expect("the first user");
    let village = RegionCode::parse("64.01.04.2011").expect("a village");
    office.add_org(&keeper, "desa", "Rekaan", village).expect("added");
    let fund = office.add_fund(&keeper, "dana", FundKind::ApbdP, Rupiah(100_000_000));
    let first = base::Month::parse("2022-10").expect("a month");
    let programme = Programme {
        id: office.environment.new_id(),
        code: "coba".into(),
        name: "Percobaan".into(),
        territory: office.store.tenant(),
        fund: fund.expect("added").id,
        schemes: Schemes::parse("jkk,jkm").expect("two that exist"),
        first,
        last: first,
        occupations: Vec::new(),
        default_occupation: None,
        income: Rupiah::ZERO,
        refuse_insured: true,
        target: None,
        terms: Terms::default(),
    };
    office.add_programme(&keeper, &programme).expect("added");
    office.add_user(&keeper, "budi", Role::Approver).expect("added");
}

fn actor(office: &Office, name: &str, operation: Operation) -> Result<Actor, AppError> {
    office.actor(name, operation)
}

/// Takes the list in; whether it was this try that decided it.
fn import(office: &Office, path: PathBuf) -> Result<bool, AppError> {
    let operator = actor(office, "operator", Operation::TakeIn)?;
    let received = Received {
        path,
        programme: "coba".into(),
        org: "desa".into(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    match office.receive(&operator, &received)? {
        Receipt::Decided(_) => Ok(true),
        Receipt::AlreadyReceived(_) => Ok(false),
        Receipt::Refused(refusal) => panic!("a sound list is refused: {}", refusal.code),
        Receipt::Waits(..) => panic!("a short list needs nobody else"),
    }
}

fn moments() -> i64 {
    match std::env::var("RUN_SLOW_TESTS") {
        Ok(text) => text.parse().ok().filter(|count| *count > 1).unwrap_or(200),
        Err(_) => 24,
    }
}

#[test]
fn whoever_loses_the_server_while_importing_is_taken_up() {
    let Some(server) = server_url() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("daftar.csv");
    let mut text = Vec::new();
    big_csv(SEED, 0..PEOPLE, &mut text).expect("memory takes everything");
    std::fs::write(&path, text).expect("the folder is ours");
    let undisturbed = Behind::new(&server);
    set_up(&undisturbed.office);
    let begun = [Toward::Server, Toward::Program].map(|toward| undisturbed.proxy.passed(toward));
    assert_eq!(import(&undisturbed.office, path.clone()), Ok(true));
    let expected = State::of_intake(&undisturbed.office).expect("reads");
    let size = |toward: Toward| undisturbed.proxy.passed(toward) - begun[toward as usize];
    let (mut broken, mut unheard) = (0, 0);
    for moment in 0..moments() {
        // Twice as often among the questions, where most of the bytes are.
        let toward = if moment % 3 == 2 { Toward::Program } else { Toward::Server };
        let place = Behind::new(&server);
        set_up(&place.office);
        let bytes = size(toward) * (moment + 1) / (moments() + 1);
        let (first, again) =
            place.disturbed((toward, bytes), |office| import(office, path.clone()));
        broken += u32::from(first.is_none());
        // Nobody heard of it, and yet it was done: the commit's answer was lost.
        unheard += u32::from(first.is_none() && !again);
        if first.is_some() {
            assert!(!again, "moment {moment}: what was acknowledged is there");
        }
        let found = State::of_intake(&place.office).expect("reads");
        let differs = expected.difference(&found);
        assert_eq!(differs, None, "moment {moment}: cut {toward:?} after {bytes} bytes");
        let whole = place.office.store.read(store::verify::verify).expect("reads");
        assert_eq!(whole.flaws, [], "moment {moment}");
        drop(place.database);
    }
    assert!(broken > 10.min(moments() / 2) as u32, "only {broken} tries were broken off");
    println!("{broken} imports broken off, {unheard} of them done without a word");
}

#[test]
fn whoever_loses_the_server_while_approving_commits_once() {
    let Some(server) = server_url() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("daftar.csv");
    let mut text = Vec::new();
    big_csv(SEED, 0..20, &mut text).expect("memory takes everything");
    std::fs::write(&path, text).expect("the folder is ours");
    let prepared = || {
        let place = Behind::new(&server);
        set_up(&place.office);
        assert_eq!(import(&place.office, path.clone()), Ok(true));
        let operator = actor(&place.office, "operator", Operation::Propose).expect("may");
        place.office.propose(&operator, "coba").expect("a list");
        place
    };
    let approve = |office: &Office| -> Result<(), AppError> {
        let budi = actor(office, "budi", Operation::Approve)?;
        office.approve(&budi, "coba", None).map(|_| ())
    };
    let committed = |office: &Office| {
        let accounts = office.store.read(store::ledger::accounts).expect("reads");
        accounts.iter().map(|(_, balance)| balance.debits_posted.0).sum::<i64>()
    };
    let undisturbed = prepared();
    let before = committed(&undisturbed.office);
    let begun = [Toward::Server, Toward::Program].map(|toward| undisturbed.proxy.passed(toward));
    approve(&undisturbed.office).expect("approves");
    let expected = committed(&undisturbed.office);
    assert!(expected > before, "money was committed");
    let size = |toward: Toward| undisturbed.proxy.passed(toward) - begun[toward as usize];
    for moment in 0..moments() / 2 {
        let toward = if moment % 2 == 1 { Toward::Program } else { Toward::Server };
        let place = prepared();
        let bytes = size(toward) * (moment + 1) / (moments() / 2 + 1);
        place.disturbed((toward, bytes), approve);
        assert_eq!(committed(&place.office), expected, "cut {toward:?} after {bytes} bytes");
        let whole = place.office.store.read(store::verify::verify).expect("reads");
        assert_eq!(whole.flaws, [], "cut {toward:?} after {bytes} bytes");
        drop(place.database);
    }
}

/// A name and an act: whoever pays, or approves.
type Money = (&'static str, fn(&Office) -> Result<(), AppError>);

/// A month's bill locked, issued and paid, act by act.
const MONEY: [Money; 4] = [
    ("finalise", |office| {
        let citra = actor(office, "citra", Operation::Pay)?;
        office.finalise_bill(&citra, "coba", october(), 1).map(|_| ())
    }),
    ("issue", |office| {
        let budi = actor(office, "budi", Operation::Approve)?;
        office.issue_bill(&budi, "coba", october()).map(|_| ())
    }),
    ("statement", |office| {
        let citra = actor(office, "citra", Operation::Pay)?;
        let bill = office.bill(&citra, "coba", october())?;
        let words = format!("IURAN {}", bill_reference(bill.id));
        let paid = Day::new(2022, 10, 24).expect("a day");
        let text = app::statement::of_payments(&[(paid, words, bill.total)]);
        office.take_statement(&citra, "kas-daerah", text.as_bytes()).map(|_| ())
    }),
    ("match", |office| {
        let citra = actor(office, "citra", Operation::Pay)?;
        office.match_payments(&citra).map(|_| ())
    }),
];

fn october() -> base::Month {
    base::Month::parse("2022-10").expect("a month")
}

/// An approved list, and the first acts on it.
fn with_bill(server: &str, path: &std::path::Path, acts: usize) -> Behind {
    let place = Behind::new(server);
    let office = &place.office;
    set_up(office);
    let keeper = actor(office, "operator", Operation::SetUp).expect("the first user");
    office.add_user(&keeper, "citra", Role::Treasurer).expect("added");
    assert_eq!(import(office, path.to_owned()), Ok(true));
    office.propose(&keeper, "coba").expect("a list");
    let budi = actor(office, "budi", Operation::Approve).expect("may");
    office.approve(&budi, "coba", None).expect("approved");
    for (name, act) in &MONEY[..acts] {
        act(office).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    place
}

/// What money has done, without identifiers.
fn money_of(office: &Office) -> Vec<String> {
    let found = office.store.read(|tx| {
        let mut transfers = 0;
        store::ledger::each_transfer(tx, |_| transfers += 1)?;
        let mut told = vec![format!("{transfers} transfers")];
        for head in store::bills::list(tx)? {
            told.push(format!("{:?} {} {:?}", head.state, head.total, head.issued));
        }
        told.push(format!("{} lines", store::payments::lines(tx)?.len()));
        told.push(format!("{} parts", store::payments::all_parts(tx)?.len()));
        told.extend(store::audit::list(tx)?.into_iter().map(|line| line.act.to_string()));
        assert_eq!(store::verify::verify(tx)?.flaws, []);
        Ok::<_, store::StoreError>(told)
    });
    let keeper = actor(office, "operator", Operation::ReadMoney).expect("may");
    office.verify_ledger(&keeper).expect("the books balance");
    found.expect("reads")
}

#[test]
fn whoever_loses_the_server_while_money_moves_pays_once() {
    let Some(server) = server_url() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("daftar.csv");
    let mut text = Vec::new();
    big_csv(SEED, 0..10, &mut text).expect("memory takes everything");
    std::fs::write(&path, text).expect("the folder is ours");
    let (mut cuts, mut late) = (0, 0);
    for (at, (name, act)) in MONEY.iter().enumerate() {
        let place = with_bill(&server, &path, at);
        let (begun, before) = (place.proxy.passed(Toward::Server), money_of(&place.office));
        act(&place.office).unwrap_or_else(|error| panic!("{name}: {error}"));
        let messages = place.proxy.messages();
        let after = money_of(&place.office);
        assert_ne!(before, after, "{name}");
        // Before every message, and after its first byte.
        let places = messages.iter().filter(|at| **at >= begun).map(|at| at - begun);
        let places: Vec<i64> = places.flat_map(|bytes| [bytes, bytes + 1]).collect();
        let stride = places.len().div_ceil((moments() / 6).max(1) as usize).max(1);
        for bytes in places.into_iter().step_by(stride) {
            let place = with_bill(&server, &path, at);
            let (first, ()) = place.disturbed((Toward::Server, bytes), act);
            let found = money_of(&place.office);
            assert_eq!(found, after, "{name} cut after {bytes} bytes");
            cuts += 1;
            late += u32::from(first.is_some());
        }
    }
    println!("{cuts} ways broken while money moved, {late} of them too late to matter");
}
