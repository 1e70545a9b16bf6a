//! `payung demo`: a practice regency of invented people goes the whole way.
//!
//! Nothing here is special to the demonstration but the people: every step is the use case that an
//! office would call. Run again it changes nothing.

mod field;
mod partners;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use base::{Day, Rupiah};
use domain::enrolment::{Changes, Outcome, RowDecision};
use domain::occupation::OccupationKey;
use domain::organisation::Org;
use domain::payment::bill_reference;
use domain::programme::{Programme, Terms};
use domain::registry::Person;
use domain::task::{Task, Verdict};
use rules::{FundKind, Schemes};
use store::sheets::{Sheet, SheetState};

use crate::environment::Environment;
use crate::error::{AppError, ErrorKind};
use crate::events::NewSubscriber;
use crate::intake::{Receipt, Received};
use crate::office::{Actor, Office, Operation, Role};
use crate::overview::{CoverageBy, CoverageQuery};
use crate::practice::bulk::registered;
use crate::practice::{
    FUND_CEILING, PROGRAMME_OCCUPATIONS, Practice, PracticeOptions, Scale, practice,
    registration_day,
};
use crate::prints::Printed;
use crate::references::ReferenceReceived;
use crate::words::Words;

/// The programme's code.
pub const PROGRAMME: &str = "rentan-2022";
/// The code of its fund.
pub const FUND: &str = "apbdp-2022";
const MAKER: &str = "ani";
const CHECKER: &str = "budi";
const TREASURER: &str = "citra";
/// A fund and a time in which the contributions of a million people have room.
const BENCH_CEILING: Rupiah = Rupiah(1_000_000_000_000);
const BENCH_MONTHS: i32 = 24;

/// The steps a progress bar may name, as keys of the catalogue (`demo-step-…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Village files are being made.
    Making,
    /// Reference lists are being taken in.
    References,
    /// Village files are being taken in.
    Importing,
    /// Return workbooks are being written.
    Returning,
    /// The list, its approval and its annex.
    Deciding,
    /// Bills, payment, covered months.
    Paying,
    /// Cards.
    Cards,
}

impl Step {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Step::Making => "making",
            Step::References => "references",
            Step::Importing => "importing",
            Step::Returning => "returning",
            Step::Deciding => "deciding",
            Step::Paying => "paying",
            Step::Cards => "cards",
        }
    }
}

/// What to demonstrate, and where.
pub struct DemoOptions<'a> {
    /// The seed of the regency.
    pub seed: u64,
    /// Only so many villages.
    pub villages: Option<u16>,
    /// The folder for practice files and prints.
    pub folder: &'a Path,
    /// The language of the prints.
    pub words: &'a Words,
}

/// What a regent would ask.
#[derive(Debug, Clone)]
pub struct DemoReport {
    /// Villages that sent a list.
    pub villages: u64,
    /// Rows of people received.
    pub rows: u64,
    /// Rows by outcome, without titles, totals and signatures.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Titles, heads, totals and signatures.
    pub rows_not_people: u64,
    /// People in the register.
    pub people: u64,
    /// People on the approved list.
    pub approved: u64,
    /// Bound for them.
    pub committed: Rupiah,
    /// What refused and repeated rows would have cost.
    pub not_wasted: Rupiah,
    /// People covered in the last month.
    pub covered: u64,
    /// Cards printed.
    pub cards: u64,
    /// Where things are: a word and a path.
    pub paths: Vec<(&'static str, PathBuf)>,
    /// Whether anything was new; a second run changes nothing.
    pub changed: bool,
}

/// The clock and the randomness of the demonstration: the day the cards were handed over.
pub fn environment(seed: u64) -> Environment {
    let day = Day::new(2022, 10, 24).expect("a day of the calendar");
    Environment::fixed(day, seed)
}

/// Makes the regency and runs the whole journey.
///
/// # Errors
/// Those of the use cases it calls; `FILE_UNWRITABLE` when the folder is full or closed.
pub fn run(
    office: &Office,
    options: &DemoOptions<'_>,
    progress: &mut dyn FnMut(Step, u64, u64),
) -> Result<DemoReport, AppError> {
    let scale = options.villages.map_or(Scale::WholePaser, Scale::Villages);
    let practice = practice(
        PracticeOptions { seed: options.seed, scale },
        office.gazetteer,
        &mut |done, all| progress(Step::Making, done as u64, all as u64),
    );
    let programme = set_up(office, &practice)?;
    office.mark_as_practice(&office.actor("operator", Operation::Settings)?)?;
    let operator = office.actor("operator", Operation::ReadMoney)?;
    let before = fingerprint(office, &operator)?;
    let demo = Demo { office, options, programme, practice: &practice };
    demo.take_references(progress)?;
    demo.take_villages(progress)?;
    demo.return_lists(progress)?;
    demo.decide(progress)?;
    demo.pay(progress)?;
    let cards = demo.cards(progress)?;
    demo.report(cards, before)
}

/// What tells one state of the register from another, well enough for "nothing changed".
fn fingerprint(office: &Office, actor: &Actor) -> Result<(usize, u64, usize), AppError> {
    let overview = office.overview()?;
    Ok((office.sheets(actor)?.len(), overview.approved, office.bills(actor)?.len()))
}

fn set_up(office: &Office, practice: &Practice) -> Result<Programme, AppError> {
    let operator = office.actor("operator", Operation::SetUp)?;
    office.add_user(&operator, MAKER, Role::Officer)?;
    office.add_user(&operator, CHECKER, Role::Approver)?;
    office.add_user(&operator, TREASURER, Role::Treasurer)?;
    let fund = office.add_fund(&operator, FUND, FundKind::ApbdP, FUND_CEILING)?;
    if let Some(task) = office.first_ceiling(&operator, FUND)?.task {
        let checker = office.actor(CHECKER, Operation::Approve)?;
        office.decide_task(&checker, task.id, &Verdict::Approve(task.hash))?;
    }
    let first = registration_day().month_of();
    let occupation = |key: &&str| OccupationKey((*key).into());
    let programme = Programme {
        id: office.environment.new_id(),
        code: PROGRAMME.into(),
        name: "Pekerja rentan Paser 2022 (LATIHAN)".into(),
        territory: office.store.tenant(),
        fund: fund.id,
        schemes: Schemes::parse("jkk,jkm").expect("two schemes that exist"),
        first,
        last: first.plus(2),
        occupations: PROGRAMME_OCCUPATIONS.iter().map(occupation).collect(),
        default_occupation: None,
        income: Rupiah::ZERO,
        refuse_insured: true,
        target: None,
        terms: Terms::default(),
    };
    for village in &practice.villages {
        office.add_org(&operator, &village.org_code, &village.org_name, village.region)?;
    }
    partners::set_up(office, &operator)?;
    if let Some(village) = practice.villages.first() {
        field::set_up(office, village.region, registration_day())?;
    }
    set_up_subscriber(office)?;
    office.add_programme(&operator, &programme)
}

/// Another program that would be told; it is paused, for there is none.
fn set_up_subscriber(office: &Office) -> Result<(), AppError> {
    let keeper = office.actor("operator", Operation::Settings)?;
    let new = NewSubscriber {
        code: "simda-latihan",
        name: "Sistem keuangan daerah (LATIHAN)",
        url: "https://simda.example/kait",
        kinds: &[],
    };
    let proposed = office.propose_subscriber(&keeper, &new)?;
    if let Some(task) = proposed.task {
        let checker = office.actor(CHECKER, Operation::Approve)?;
        office.decide_task(&checker, task.id, &Verdict::Approve(task.hash))?;
        office.pause_subscriber(&keeper, new.code)?;
    }
    Ok(())
}

struct Demo<'a> {
    office: &'a Office,
    options: &'a DemoOptions<'a>,
    programme: Programme,
    practice: &'a Practice,
}

impl Demo<'_> {
    fn actor(&self, name: &str, act: Operation) -> Result<Actor, AppError> {
        self.office.actor(name, act)
    }

    fn path(&self, parts: &[&str]) -> PathBuf {
        parts.iter().fold(self.options.folder.to_owned(), |path, part| path.join(part))
    }

    fn take_references(&self, progress: &mut dyn FnMut(Step, u64, u64)) -> Result<(), AppError> {
        let actor = self.actor("operator", Operation::SetUp)?;
        let all = self.practice.references.len() as u64;
        for (done, reference) in (1..).zip(&self.practice.references) {
            let path = self.path(&["rujukan", &reference.file.name]);
            write_new(&path, &reference.file.bytes)?;
            let received = ReferenceReceived {
                path: &path,
                kind: reference.kind,
                as_of: reference.as_of,
                complete: true,
            };
            self.office.take_reference(&actor, &received)?.map_err(|refusal| {
                AppError::new(ErrorKind::Unexpected, "UNEXPECTED", refusal.code)
            })?;
            progress(Step::References, done, all);
        }
        Ok(())
    }

    fn take_villages(&self, progress: &mut dyn FnMut(Step, u64, u64)) -> Result<(), AppError> {
        let actor = self.actor(MAKER, Operation::TakeIn)?;
        let all = self.practice.villages.len() as u64;
        for (done, village) in (1..).zip(&self.practice.villages) {
            for file in &village.files {
                let path = self.path(&["berkas-desa", &file.name]);
                write_new(&path, &file.bytes)?;
                let received = Received {
                    path,
                    programme: PROGRAMME.to_owned(),
                    org: village.org_code.clone(),
                    only_sheet: None,
                    confirmed: Vec::new(),
                    dry_run: false,
                };
                match self.office.receive(&actor, &received)? {
                    Receipt::Decided(_) | Receipt::AlreadyReceived(_) => {}
                    Receipt::Waits(_, task) => self.approve_import(&task)?,
                    Receipt::Refused(refusal) => {
                        let code = refusal.code;
                        return Err(AppError::new(ErrorKind::Unexpected, "UNEXPECTED", code));
                    }
                }
            }
            progress(Step::Importing, done, all);
        }
        Ok(())
    }

    /// What the practice office's own limits keep back, its checker looks at and approves.
    fn approve_import(&self, task: &Task) -> Result<(), AppError> {
        let checker = self.actor(CHECKER, Operation::Approve)?;
        self.office.decide_task(&checker, task.id, &Verdict::Approve(task.hash))?;
        self.office.finish_import(&self.office.task(&checker, task.id)?).map(|_| ())
    }

    /// Writes the workbooks of files with rows that go back, unless they are there already.
    fn return_lists(&self, progress: &mut dyn FnMut(Step, u64, u64)) -> Result<(), AppError> {
        let actor = self.actor(MAKER, Operation::TakeIn)?;
        let sheets = self.office.sheets(&actor)?;
        let all = sheets.len() as u64;
        for (done, sheet) in (1..).zip(&sheets) {
            let stem = Path::new(&*sheet.file_name).file_stem().unwrap_or_default();
            let name = format!("{}-perbaiki.xlsx", stem.to_string_lossy());
            let path = self.path(&["kembali-ke-desa", &name]);
            if !path.exists() {
                let report = self.office.sheet_report(&actor, sheet.id)?;
                if report.outcomes.keys().any(|outcome| outcome.goes_back()) {
                    write_new(
                        &path,
                        &self.office.return_sheet(&actor, sheet.id, self.options.words)?,
                    )?;
                }
            }
            progress(Step::Returning, done, all);
        }
        Ok(())
    }

    fn decide(&self, progress: &mut dyn FnMut(Step, u64, u64)) -> Result<(), AppError> {
        let maker = self.actor(MAKER, Operation::Propose)?;
        let forward = self.office.propose(&maker, PROGRAMME)?;
        progress(Step::Deciding, 1, 3);
        let checker = self.actor(CHECKER, Operation::Approve)?;
        self.office.approve(&checker, PROGRAMME, Some(forward.proposal.list_hash))?;
        progress(Step::Deciding, 2, 3);
        let names = [format!("lampiran-{PROGRAMME}.xlsx"), format!("lampiran-{PROGRAMME}.pdf")];
        if names.iter().any(|name| !self.path(&["lampiran", name]).exists()) {
            for printed in
                self.office.print_annex(&maker, (PROGRAMME, None), "", self.options.words)?
            {
                write_new(&self.path(&["lampiran", &printed.name]), &printed.bytes)?;
            }
        }
        progress(Step::Deciding, 3, 3);
        Ok(())
    }

    fn pay(&self, progress: &mut dyn FnMut(Step, u64, u64)) -> Result<(), AppError> {
        let actor = self.actor(TREASURER, Operation::Pay)?;
        let checker = self.actor(CHECKER, Operation::Approve)?;
        let months: Vec<_> = self.programme.months().collect();
        let all = months.len() as u64 + 1;
        let mut payments = Vec::new();
        for (done, month) in (1..).zip(&months) {
            // Locked by one, issued by another.
            self.office.finalise_bill(&actor, PROGRAMME, *month, 1)?;
            let bill = self.office.issue_bill(&checker, PROGRAMME, *month)?;
            let day = self.office.environment.today();
            let words = format!("IURAN BPJSTK {} (LATIHAN)", bill_reference(bill.id));
            payments.push((day, words, bill.total));
            progress(Step::Paying, done, all);
        }
        let statement = crate::statement::of_payments(&payments);
        let path = self.path(&["rekening-koran.csv"]);
        write_new(&path, statement.as_bytes())?;
        self.office.take_statement(&actor, "kas-daerah", statement.as_bytes())?;
        self.office.match_payments(&actor)?;
        progress(Step::Paying, all, all);
        Ok(())
    }

    fn cards(&self, progress: &mut dyn FnMut(Step, u64, u64)) -> Result<u64, AppError> {
        let actor = self.actor(MAKER, Operation::Cards)?;
        let new = self.office.issue_cards(&actor, PROGRAMME)?;
        let all = self.practice.villages.len() as u64;
        let folder = self.path(&["kartu"]);
        if new == 0 && folder.exists() {
            return self.office.cards_count(&actor, PROGRAMME);
        }
        let mut done = 0;
        self.office.card_sheets(&actor, PROGRAMME, self.options.words, &mut |printed: Printed| {
            write_new(&folder.join(&printed.name), &printed.bytes)?;
            done += 1;
            progress(Step::Cards, done, all);
            Ok(())
        })
    }

    fn report(&self, cards: u64, before: (usize, u64, usize)) -> Result<DemoReport, AppError> {
        let mut outcomes: BTreeMap<Outcome, u64> = BTreeMap::new();
        for count in self.office.outcomes()? {
            *outcomes.entry(count.outcome).or_default() += count.rows;
        }
        let rows_not_people = outcomes.remove(&Outcome::NotAPerson).unwrap_or(0);
        let operator = self.actor("operator", Operation::ReadMoney)?;
        let overview = self.office.overview()?;
        let per_person = match overview.approved {
            0 => 0,
            people => overview.committed.0 / i64::try_from(people).unwrap_or(i64::MAX),
        };
        let saved = outcomes.iter().filter(|(outcome, _)| saves(**outcome));
        let saved: u64 = saved.map(|(_, count)| count).sum();
        let coverage = self.office.coverage(&CoverageQuery {
            by: CoverageBy::Programme,
            month: Some(self.programme.last),
            programme: Some(PROGRAMME.to_owned()),
        })?;
        Ok(DemoReport {
            villages: self.practice.villages.len() as u64,
            rows: outcomes.values().sum(),
            outcomes,
            rows_not_people,
            people: self.office.people_count()?,
            approved: overview.approved,
            committed: overview.committed,
            not_wasted: Rupiah(per_person * i64::try_from(saved).unwrap_or(0)),
            covered: coverage.covered,
            cards,
            paths: self.paths(),
            changed: fingerprint(self.office, &operator)? != before,
        })
    }

    fn paths(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("register", self.path(&["register.db"])),
            ("village_files", self.path(&["berkas-desa"])),
            ("return_workbooks", self.path(&["kembali-ke-desa"])),
            ("annex", self.path(&["lampiran"])),
            ("cards", self.path(&["kartu"])),
            ("statement", self.path(&["rekening-koran.csv"])),
        ]
    }
}

/// Fills a register with invented people and a programme `bench`, for benchmarks.
///
/// # Errors
/// Those of the register.
pub fn fill_register(office: &Office, seed: u64, people: Range<u64>) -> Result<(), AppError> {
    let (actor, _, _) = set_up_bench(office)?;
    let people: Vec<Person> = registered(seed, people, office.gazetteer).collect();
    office.store.write(|tx| {
        let count = store::people::insert_all(tx, &people, office.known_now())?;
        office.record_count(tx, &actor, "people-registered", "person", count)
    })
}

/// Fills a register with invented people who came on lists of a thousand, all of them accepted, for
/// benchmarks.
///
/// # Errors
/// Those of the register.
pub fn fill_lists(office: &Office, seed: u64, people: Range<u64>) -> Result<(), AppError> {
    const LIST: usize = 1_000;
    let (actor, programme, sender) = set_up_bench(office)?;
    let mut people = registered(seed, people, office.gazetteer);
    loop {
        let listed: Vec<Person> = people.by_ref().take(LIST).collect();
        if listed.is_empty() {
            return Ok(());
        }
        let sheet = Sheet {
            id: office.environment.new_id(),
            hash: office.environment.random_bytes(),
            file_name: "bench (LATIHAN).csv".into(),
            size_bytes: 0,
            org: sender.id,
            programme: programme.id,
            received_at_ms: office.now_ms(),
            received_by: actor.id,
            state: SheetState::Received,
            corrects: None,
        };
        let decisions = (2..).zip(&listed).map(|(row, person)| RowDecision {
            sheet: 0,
            row,
            outcome: Outcome::Accepted,
            person: Some(person.id),
            content: u64::from(row),
            corrects: None,
            facility: None,
            occupation: None,
            problems: Vec::new(),
        });
        let changes = Changes {
            decisions: decisions.collect(),
            new_people: listed.clone(),
            ..Changes::default()
        };
        office.store.write(|tx| {
            store::sheets::insert(tx, &sheet, &[])?;
            store::enrolment::apply(tx, sheet.id, &changes, office.known_now())?;
            office.record(tx, &actor, "sheet-decided", "sheet", sheet.id.as_bytes())
        })?;
    }
}

/// The programme and the sender of benchmarks.
fn set_up_bench(office: &Office) -> Result<(Actor, Programme, Org), AppError> {
    let actor = office.actor("operator", Operation::SetUp)?;
    let fund = office.add_fund(&actor, "bench", FundKind::ApbdP, BENCH_CEILING)?;
    let first = registration_day().month_of();
    let programme = office.add_programme(
        &actor,
        &Programme {
            id: office.environment.new_id(),
            code: "bench".into(),
            name: "Bench (LATIHAN)".into(),
            territory: office.store.tenant(),
            fund: fund.id,
            schemes: Schemes::parse("jkk,jkm").expect("two schemes that exist"),
            first,
            last: first.plus(BENCH_MONTHS - 1),
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah::ZERO,
            refuse_insured: true,
            target: None,
            terms: Terms::default(),
        },
    )?;
    let sender = office.add_org(&actor, "bench", "Bench (LATIHAN)", office.store.tenant())?;
    Ok((actor, programme, sender))
}

/// Whether such a row would have been paid for, had nobody looked.
fn saves(outcome: Outcome) -> bool {
    outcome.is_refused()
        || matches!(outcome, Outcome::DuplicateInFile | Outcome::AlreadyOnProgramme)
}

/// Writes a file unless it is there with the same content.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unwritable = |_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", name());
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    fs::write(path, bytes).map_err(unwritable)
}
