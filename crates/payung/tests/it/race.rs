//! 64 clients at once want the same approval, the same bank line, the same person's month: one of
//! them gets it, whatever engine, and the books say so too.
//!
//! Some rounds of each by default; `PAYUNG_RACES` says how many.

use std::sync::Barrier;
use std::time::Instant;

use app::environment::Environment;
use app::error::{AppError, ErrorKind};
use app::funds::Revised;
use app::intake::Received;
use app::office::{Actor, Location, Office, OfficeOptions, Operation, Role};
use app::reading::Reader;
use app::tasks::{Kind, State, Verdict};
use base::id::kind;
use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::programme::{Programme, Terms};
use domain::task::TaskState;
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

const CLIENTS: usize = 64;
/// Programs that reach the register, each with connections of its own and a share of the clients.
const PROGRAMS: usize = 8;
/// Rounds of each kind in one register: what is loaded grows with them.
const ROUNDS_OF_A_REGISTER: u32 = 60;
/// Who wants the same person: each has them on its own programme.
const RIVALS: [&str; 2] = ["satu", "dua"];

/// The programs at one register, with whoever acts in each.
struct Racers {
    offices: Vec<Office>,
    /// By client.
    approvers: Vec<Actor>,
    treasurer: Actor,
    officer: Actor,
    fund: Id<kind::Fund>,
    first: Month,
}

fn open(location: &Location, seed: u64) -> Office {
    Office::open(OfficeOptions {
        location: location.clone(),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), seed),
        keys: app::keys::KeySource::Ring(Box::new(store::twin::keys())),
    })
    .expect("the register opens")
}

impl Racers {
    fn new(location: &Location) -> Racers {
        let office = open(location, 1);
        let keeper = office.actor("operator", Operation::SetUp).expect("the first user");
        let village = RegionCode::parse("64.01.04.2011").expect("a village");
        office.add_org(&keeper, "desa", "Rekaan", village).expect("added");
        let fund = office.add_fund(&keeper, "dana", FundKind::Apbd, Rupiah(1_000_000_000));
        let fund = fund.expect("added").id;
        for (name, role) in [("ani", Role::Officer), ("citra", Role::Treasurer)] {
            office.add_user(&keeper, name, role).expect("added");
        }
        let names: Vec<String> = (0..CLIENTS).map(|number| format!("budi-{number}")).collect();
        for name in &names {
            office.add_user(&keeper, name, Role::Approver).expect("added");
        }
        let actor = |name: &str, operation| office.actor(name, operation).expect("may");
        let approvers: Vec<_> = names.iter().map(|name| actor(name, Operation::Approve)).collect();
        let first = Month::parse("2022-10").expect("a month");
        for code in RIVALS {
            programme(&office, &keeper, code, fund, first);
            office.propose(&keeper, code).expect("a list");
            office.approve(&approvers[0], code, None).expect("approved");
        }
        let (treasurer, officer) = (actor("citra", Operation::Pay), actor("ani", Operation::SetUp));
        let others = (1..PROGRAMS).map(|number| open(location, 1 + number as u64));
        let offices = std::iter::once(office).chain(others.collect::<Vec<_>>()).collect();
        Racers { offices, approvers, treasurer, officer, fund, first }
    }

    /// Lets every client do the same at once; what each got.
    fn all_at_once<T: Send>(
        &self,
        act: impl Fn(&Office, usize) -> Result<T, AppError> + Sync,
    ) -> Vec<Result<T, AppError>> {
        let gate = Barrier::new(CLIENTS);
        std::thread::scope(|scope| {
            let run = |client: usize| {
                let (gate, act) = (&gate, &act);
                let office = &self.offices[client % PROGRAMS];
                scope.spawn(move || {
                    gate.wait();
                    act(office, client)
                })
            };
            let clients: Vec<_> = (0..CLIENTS).map(run).collect();
            clients.into_iter().map(|client| client.join().expect("nobody panics")).collect()
        })
    }

    /// One fund's ceiling is put forward; everybody approves.
    fn approval(&self, round: u32) {
        let office = &self.offices[0];
        let ceiling = Rupiah(1_000_000_000 + i64::from(round) + 1);
        let asked = Revised {
            ceiling,
            basis: "Perda rekaan",
            effective: self.first.first_day(),
            reason: "Perubahan anggaran",
        };
        let put = office.propose_revision(&self.officer, "dana", &asked).expect("put forward");
        let (task, hash) = (put.task(), put.revision.hash());
        let told = self.all_at_once(|office, client| {
            office.decide_task(&self.approvers[client], task, &Verdict::Approve(hash))
        });
        let losers = one_winner("approval", round, &told, |state| *state == State::Approved);
        assert!(losers.iter().all(|code| code == "NOT_PROPOSED" || is_busy(code)), "{losers:?}");
        office
            .store
            .read(|tx| {
                assert_eq!(store::access::verdicts(tx, task)?.len(), 1, "round {round}");
                let fund = store::funds::fund(tx, self.fund)?.expect("it is there");
                assert_eq!(fund.ceiling, ceiling, "round {round}");
                let record = store::access::task(tx, task)?.expect("it is there");
                assert_eq!(
                    (record.task.kind, record.task.state),
                    (Kind::Revision, TaskState::Approved)
                );
                Ok::<_, store::StoreError>(())
            })
            .expect("readable");
    }

    /// The same statement arrives everywhere; then everybody wants its line.
    fn bank_line(&self, round: u32) {
        let day = Day::new(2022, 10, 24).expect("a day");
        let spent = (day, format!("BELANJA {round}"), Rupiah(i64::from(1_000 + round)));
        let text = app::statement::of_payments(&[spent]);
        let told = self.all_at_once(|office, _| {
            office.take_statement(&self.treasurer, "kas-daerah", text.as_bytes())
        });
        one_winner("statement", round, &told, |new| *new == 1);
        let office = &self.offices[0];
        let named = format!("BELANJA {round}");
        let lines = office.store.read(store::payments::lines).expect("readable");
        let mut lines = lines.into_iter().filter(|line| *line.facts.reference == *named);
        let line = lines.next().expect("it was taken in");
        assert!(lines.next().is_none(), "round {round}: the line is there twice");
        let told = self.all_at_once(|office, client| {
            let reason = format!("Belanja kantor lain {client}");
            office.explain_lines(&self.treasurer, &[line.id], &reason)
        });
        one_winner("line", round, &told, |count| *count == 1);
        let kept = office.store.read(|tx| {
            let parts = store::payments::parts_of(tx, line.id)?;
            Ok::<_, store::StoreError>((parts, store::payments::line(tx, line.id)?))
        });
        let (parts, kept) = kept.expect("readable");
        assert_eq!(parts.len(), 1, "round {round}");
        assert_eq!(kept.expect("it is there").given, line.facts.amount, "round {round}");
    }

    /// Two programmes have the same person: half the clients bill the month for the one, half for
    /// the other.
    fn person_month(&self, round: u32) {
        let month = self.first.plus(round.cast_signed());
        let told = self.all_at_once(|office, client| {
            let code = RIVALS[client / (CLIENTS / 2)];
            office.finalise_bill(&self.treasurer, code, month, 1).map(|done| done.is_new)
        });
        one_winner("month", round, &told, |is_new| *is_new);
        let bills = self.offices[0].store.read(store::bills::list).expect("readable");
        let billed: Vec<_> = bills
            .iter()
            .filter(|head| head.month == month && head.state != domain::billing::BillState::Draft)
            .map(|head| head.people)
            .collect();
        assert_eq!(billed, [1], "round {round}");
    }

    /// The books and the log are sound at the end.
    fn judge(&self) {
        self.offices[0].verify_ledger(&self.treasurer).expect("the books balance");
        let whole = self.offices[0].store.read(store::verify::verify).expect("readable");
        assert_eq!(whole.flaws, []);
    }
}

/// A programme with the one person everybody wants.
fn programme(office: &Office, keeper: &Actor, code: &str, fund: Id<kind::Fund>, first: Month) {
    let programme = Programme {
        id: office.environment.new_id(),
        code: code.into(),
        name: format!("Program {code} (rekaan)").into(),
        territory: office.store.tenant(),
        fund,
        schemes: Schemes::JKK_JKM,
        first,
        last: first.plus(ROUNDS_OF_A_REGISTER.cast_signed()),
        occupations: Vec::new(),
        default_occupation: None,
        income: Rupiah(1_000_000),
        refuse_insured: false,
        target: None,
        terms: Terms::default(),
    };
    office.add_programme(keeper, &programme).expect("added");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("{code}.csv"));
    let row = format!(
        "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n6401041708870001,Rekaan \
         Sumarno,Paser,17-08-1987,L,RT {},nelayan\n",
        code.len()
    );
    std::fs::write(&path, row).expect("the folder is ours");
    let (programme, org, confirmed) = (code.to_owned(), "desa".to_owned(), Vec::new());
    let received = Received { path, programme, org, only_sheet: None, confirmed, dry_run: false };
    office.receive(keeper, &received).expect("a sound list");
}

/// Whoever waited in vain for a turn: no winner, and no fault of anybody.
fn is_busy(code: &str) -> bool {
    code == "STORE_BUSY"
}

/// There is one; the codes of those who were refused. Nobody fails.
fn one_winner<T>(
    what: &str,
    round: u32,
    told: &[Result<T, AppError>],
    is_win: impl Fn(&T) -> bool,
) -> Vec<String> {
    let wins = told.iter().filter(|one| one.as_ref().is_ok_and(&is_win)).count();
    let refused: Vec<&AppError> = told.iter().filter_map(|one| one.as_ref().err()).collect();
    for error in &refused {
        let is_fault = [ErrorKind::Unexpected, ErrorKind::Integrity, ErrorKind::External];
        assert!(!is_fault.contains(&error.kind), "{what}, round {round}: {error}");
    }
    let codes: Vec<String> = refused.iter().map(|error| error.code.clone()).collect();
    assert_eq!(wins, 1, "{what}, round {round}: {wins} winners, {codes:?}");
    codes
}

/// So many rounds of each kind.
fn rounds() -> u32 {
    let asked = std::env::var("PAYUNG_RACES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(4)
}

fn run(engine: &str, fresh: impl Fn(&mut dyn FnMut(&Location))) {
    let (begun, rounds) = (Instant::now(), rounds());
    let mut done = 0;
    while done < rounds {
        fresh(&mut |location| {
            let racers = Racers::new(location);
            for round in 0..ROUNDS_OF_A_REGISTER.min(rounds - done) {
                racers.approval(round);
                racers.bank_line(round);
                racers.person_month(round);
            }
            racers.judge();
        });
        done += ROUNDS_OF_A_REGISTER.min(rounds - done);
        println!("{engine}: {done} rounds of each, {CLIENTS} clients, {:.0?}", begun.elapsed());
    }
}

#[test]
fn one_of_many_gets_it() {
    run("SQLite", |race| race(&FreshDirectory::new().location()));
    if let Some(server) = server_url() {
        run("PostgreSQL", |race| race(&FreshDatabase::new(&server).location()));
    }
}
