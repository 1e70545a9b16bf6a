//! Months of an office's life from a seed: lists, deaths known late, bills, statements with every
//! fault, notices of a bank, people made one, months closed, and a register that fails in between.
//!
//! After every step all invariants are looked at (`invariants`); a failure names the seed, the
//! step and the invariant. The same seed gives the same trace, to the byte.

mod acts;
mod books;
mod invariants;
mod payments;
mod people;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use app::environment::Environment;
use app::error::{AppError, ErrorKind};
use app::office::{Actor, Office, Operation};
use base::{Day, Id, Month};
use sha2::{Digest, Sha256};

use crate::bank::Bank;
use crate::dice::Dice;
use crate::state::State;

use acts::ACTS;
use invariants::Memory;

/// How long a simulation is.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What everything follows from.
    pub seed: u64,
    /// How many months pass.
    pub months: u32,
    /// How many steps are taken in them.
    pub steps: u32,
    /// Whether the register fails now and then, and the program is started anew.
    pub faults: bool,
    /// Who is told of every step.
    pub tell: Option<fn(&str)>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// A digest of every step and of the register at the end.
    pub trace: String,
    /// Acts that were done, by name.
    pub done: BTreeMap<&'static str, u64>,
    /// Refusals, by act and code.
    pub refused: BTreeMap<String, u64>,
    /// Storage faults that broke an act off.
    pub faults: u64,
    /// How often the program was started anew.
    pub restarts: u64,
    /// Transfers, covered months, lines of the audit log at the end.
    pub counts: [u64; 3],
}

/// Opens the office of a simulation with a clock and randomness: first when it is fresh, then each
/// time it is started anew.
pub type Opener<'a> = &'a dyn Fn(Environment) -> Result<Office>;

/// The first month.
const FIRST: &str = "2022-10";
/// A twelfth of a year.
const MONTH_MS: u64 = 2_629_746_000;
/// The last statement at which a fault is made.
const STATEMENTS: u64 = 70;
/// Steps in a hundred at which the register fails.
const FAULTS_PERCENT: u64 = 15;
/// Steps in a hundred before which the program is started anew.
const RESTARTS_PERCENT: u64 = 2;

/// Something that somebody will do, with everything chosen.
pub(crate) struct Deed {
    /// What, with its choices: a line of the trace.
    pub(crate) words: String,
    /// Whether it is one transaction, of which a fault leaves nothing.
    pub(crate) is_whole: bool,
    /// Does it; what came of it.
    pub(crate) run: Run,
}

/// What a deed does; it may be done again after a fault.
pub(crate) type Run = Box<dyn Fn(&Office) -> Result<String, AppError>>;

impl Deed {
    pub(crate) fn new(
        words: impl Into<String>,
        run: impl Fn(&Office) -> Result<String, AppError> + 'static,
    ) -> Deed {
        Deed { words: words.into(), is_whole: true, run: Box::new(run) }
    }

    /// One that is several transactions.
    pub(crate) fn in_parts(self) -> Deed {
        Deed { is_whole: false, ..self }
    }
}

/// The office and what is remembered of it.
pub(crate) struct World<'a> {
    open: Opener<'a>,
    office: Office,
    folder: &'a Path,
    options: Options,
    dice: Dice,
    bank: Rc<Bank>,
    memory: Memory,
    trace: Sha256,
    outcome: Outcome,
}

/// Runs a simulation in a register that nobody has written to; files are written into `folder`.
///
/// # Errors
/// The first broken invariant, as "seed, step, act: invariant: what is".
pub fn simulate(open: Opener<'_>, folder: &Path, options: Options) -> Result<Outcome> {
    let environment = Environment::fixed(first_month().first_day(), options.seed);
    let office = open(environment).context("a fresh place opens")?;
    let mut world = World {
        open,
        office,
        folder,
        options,
        dice: Dice::new(options.seed),
        bank: Rc::default(),
        memory: Memory::default(),
        trace: Sha256::new(),
        outcome: Outcome::default(),
    };
    people::settle_in(&world.office, options.months)
        .with_context(|| format!("seed {}: the office is set up", options.seed))?;
    world.look().with_context(|| format!("seed {} before the first step", options.seed))?;
    for step in 0..options.steps {
        world.step(step)?;
    }
    world.finish()
}

/// The first month of every programme.
pub(crate) fn first_month() -> Month {
    Month::parse(FIRST).expect("a month")
}

impl World<'_> {
    /// Lets time pass, chooses who does what, does it, and looks at every invariant.
    fn step(&mut self, step: u32) -> Result<()> {
        self.pass();
        let (name, deed) = self.choose()?;
        let at = |what: &str| {
            let (seed, words) = (self.options.seed, &deed.words);
            format!("seed {seed}, step {step}, {name} {words}{what}")
        };
        let place = at("");
        if self.options.faults && self.dice.percent(RESTARTS_PERCENT) {
            self.start_anew().with_context(|| format!("{place}: started anew"))?;
        }
        if self.options.faults && self.dice.percent(FAULTS_PERCENT) {
            self.disturb(name, &deed).with_context(|| format!("{place}: disturbed"))?;
            self.look().with_context(|| format!("{place}: after a fault"))?;
        }
        let said = match (deed.run)(&self.office) {
            Ok(said) => {
                *self.outcome.done.entry(name).or_default() += 1;
                said
            }
            Err(error) => {
                self.is_refusal(&error).with_context(|| place.clone())?;
                *self.outcome.refused.entry(format!("{name} {}", error.code)).or_default() += 1;
                error.code
            }
        };
        self.trace.update(format!("{step} {name} {} = {said}\n", deed.words));
        if let Some(tell) = self.options.tell {
            tell(&format!("{step} {} {name} {} = {said}", self.office.today(), deed.words));
        }
        self.memory.after(name);
        self.look().with_context(|| place)
    }

    /// Some hours to some days; the whole comes to the months asked for.
    fn pass(&mut self) {
        let whole_ms = u64::from(self.options.months) * MONTH_MS;
        let most = 2 * whole_ms / u64::from(self.options.steps.max(1));
        let ms = self.dice.below(most.max(1));
        self.office.environment.pass(ms);
    }

    /// An act that somebody can do now: some have nothing to choose from.
    fn choose(&mut self) -> Result<(&'static str, Deed)> {
        let all: u64 = ACTS.iter().map(|act| act.weight).sum();
        for _ in 0..1_000 {
            let mut at = self.dice.below(all);
            let act = ACTS.iter().find(|act| match at.checked_sub(act.weight) {
                Some(left) => {
                    at = left;
                    false
                }
                None => true,
            });
            let act = act.context("the weights come to their sum")?;
            if let Some(deed) = (act.choose)(self).with_context(|| act.name)? {
                return Ok((act.name, deed));
            }
        }
        bail!("nobody has anything to do")
    }

    /// Does it while the register fails at some statement or at the commit.
    fn disturb(&mut self, name: &str, deed: &Deed) -> Result<()> {
        let before = State::of(&self.office)?;
        let faults = self.office.store.faults();
        match self.dice.percent(20) {
            true => faults.fail_before_commit(),
            false => faults.fail_at(1 + self.dice.below(STATEMENTS)),
        }
        let done = (deed.run)(&self.office);
        self.office.store.faults().clear();
        let Err(error) = done else {
            // It was over before the fault.
            self.memory.after(name);
            return Ok(());
        };
        if error.kind != ErrorKind::Unexpected {
            // The fault was not reached: that was a refusal, which a task's end may come with.
            return self.is_refusal(&error);
        }
        self.outcome.faults += 1;
        let after = State::of(&self.office)?;
        if deed.is_whole
            && let Some(difference) = before.difference(&after)
        {
            bail!("{error}: half done:\n{difference}");
        }
        Ok(())
    }

    /// Another process opens the same register at the same moment.
    fn start_anew(&mut self) -> Result<()> {
        let now = self.office.environment.now_ms();
        self.outcome.restarts += 1;
        let seed = self.options.seed.wrapping_add(self.outcome.restarts << 32);
        let environment = Environment::fixed(Day::new(1970, 1, 1).expect("a day"), seed);
        environment.pass(now - 43_200_000);
        self.office = (self.open)(environment)?;
        Ok(())
    }

    /// What is no answer of a sound office to somebody's wish.
    fn is_refusal(&self, error: &AppError) -> Result<()> {
        let fails = [ErrorKind::Unexpected, ErrorKind::Integrity, ErrorKind::External];
        ensure!(!fails.contains(&error.kind), "{:?} {error}", error.kind);
        Ok(())
    }

    fn look(&mut self) -> Result<()> {
        let operator = self.user("operator", Operation::ReadMoney)?;
        self.memory.look(&self.office, &operator)
    }

    fn finish(mut self) -> Result<Outcome> {
        self.trace.update(format!("{:?}", State::of(&self.office)?));
        let counts = self.office.store.read(|tx| {
            let mut transfers = 0;
            store::ledger::each_transfer(tx, |_| transfers += 1)?;
            let mut covered = 0;
            for programme in store::programmes::list(tx)? {
                covered += store::covered::of_programme(tx, programme.id)?.len() as u64;
            }
            Ok::<_, store::StoreError>([transfers, covered, store::audit::size(tx)?])
        })?;
        self.outcome.counts = counts;
        let digest = self.trace.finalize();
        self.outcome.trace = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(self.outcome)
    }

    pub(crate) fn user(&self, name: &str, operation: Operation) -> Result<Actor, AppError> {
        self.office.actor(name, operation)
    }
}

/// The first letters of an identifier, which are enough for a trace.
pub(crate) fn short<K>(id: Id<K>) -> String {
    let bytes = id.as_bytes();
    bytes[12..].iter().map(|byte| format!("{byte:02x}")).collect()
}
