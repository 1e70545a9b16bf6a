//! Accounts of old age savings (JHT): one member with every month behind the balance, what BPJS
//! states beside it, everybody of a programme, and what savings may come to.
//!
//! The balance follows from the covered months and from what claims were paid, each time it is
//! asked for. A claim asks with the same question.

mod list;
mod paper;
#[cfg(test)]
mod tests;

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::claim::ClaimStep;
pub use domain::jht::{
    Account, Payout, SIMULATED_MONTHS_MOST, SavedMonth, SimulatedPayout, SimulatedSpan,
    SimulatedYear, Simulation, SimulationAsked, StatedBalance, WorkerPart, years_of,
};
use domain::jht::{
    AccountAsked, account, newest_stated, simulate, stated_id, taken_by, worker_part,
};
use domain::registry::Person;
use rules::{Base, JhtTaken, Segment};
pub use rules::{JhtAccount, JhtMonth, JhtReason};
use store::Tx;
use store::merges::root_of;

use crate::claims::{Claim, ClaimKind, gap};
use crate::cover::known::{CoverAsked, CoverMoment, group_of};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now, usable_reason};
use crate::words::Words;

pub use list::{JhtList, JhtRow, JhtScope, JhtSums};

/// A month of an account with who paid it.
#[derive(Debug, Clone)]
pub struct SavedShown {
    /// The month.
    pub saved: SavedMonth,
    /// The programme: code and name.
    pub programme: (Box<str>, Box<str>),
    /// As what the member was insured.
    pub segment: Segment,
}

/// What BPJS states, with who wrote it down.
#[derive(Debug, Clone)]
pub struct StatedShown {
    /// The balance and its paper.
    pub stated: StatedBalance,
    /// Who wrote it down.
    pub by: Box<str>,
}

/// What BPJS states held against the account of the same day.
#[derive(Debug, Clone)]
pub struct Compared {
    /// What BPJS states.
    pub stated: StatedBalance,
    /// What the account has on that day.
    pub ours: Rupiah,
}

impl Compared {
    /// What BPJS has more; below nothing where it has less.
    pub fn difference(&self) -> Rupiah {
        Rupiah(self.stated.rupiah.0 - self.ours.0)
    }
}

/// Somebody's account with all that hangs on it.
#[derive(Debug, Clone)]
pub struct JhtFile {
    /// Who, masked.
    pub person: PersonShown,
    /// The day, and by whose knowledge.
    pub moment: CoverMoment,
    /// The account.
    pub account: Account,
    /// The months that count.
    pub paid: Vec<SavedShown>,
    /// The months that count no more.
    pub corrections: Vec<SavedShown>,
    /// What a wage earner bears, which this office does not see.
    pub worker: Option<WorkerPart>,
    /// Everything that BPJS stated and that stands, by day.
    pub stated: Vec<StatedShown>,
    /// The newest of it, compared.
    pub compared: Option<Compared>,
    /// The rulebook it was computed by.
    pub rulebook: String,
}

/// A balance that somebody writes down.
#[derive(Debug, Clone, Copy)]
pub struct StatedTyped<'a> {
    /// Whose.
    pub person: Id<kind::Person>,
    /// The day of which it is.
    pub as_of: Day,
    /// The balance.
    pub rupiah: Rupiah,
    /// The paper that states it.
    pub reference: &'a str,
}

impl Office {
    /// Somebody's account on a day by what was known on a day; asked of a record that stepped aside
    /// it is answered of the one that stands for it.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, also out of reach; `RULE_MISSING` where no rule is known for a month.
    pub fn jht_file(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        asked: CoverAsked,
    ) -> Result<JhtFile, AppError> {
        let moment = self.cover_moment(asked);
        self.store.read(|tx| {
            let person = self.saver(tx, actor, id, Operation::ReadClaims)?;
            self.jht_file_in(tx, &person, moment)
        })
    }

    fn jht_file_in(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        moment: CoverMoment,
    ) -> Result<JhtFile, AppError> {
        let group = self.records_of(tx, person.id)?;
        let behind = self.behind_account(tx, &group)?;
        let account = self.account_on(&behind, moment.on, moment.known_at_ms)?;
        let programmes = store::programmes::list(tx)?;
        let shown = |saved: &SavedMonth| {
            let programme = programmes.iter().find(|one| one.id == saved.paid.programme);
            let base = programme.map(|one| self.saved_from(one, person));
            SavedShown {
                saved: saved.clone(),
                programme: programme
                    .map_or_else(Default::default, |one| (one.code.clone(), one.name.clone())),
                segment: base.map_or(Segment::Bpu, segment_of),
            }
        };
        let bases = account.standing.iter().filter_map(|saved| {
            let programme = programmes.iter().find(|one| one.id == saved.paid.programme)?;
            Some((saved.paid.month, self.saved_from(programme, person)))
        });
        let worker = worker_part(&self.rulebook, bases).map_err(gap)?;
        let stated = stated_known(tx, &group, &moment)?;
        let compared = match newest_stated(&stated, moment.on) {
            None => None,
            Some(newest) => {
                let then = self.account_on(&behind, newest.as_of, moment.known_at_ms)?;
                let ours = then.counted.answer.total;
                Some(Compared { stated: newest.clone(), ours })
            }
        };
        let stated = stated.into_iter().map(|stated| {
            let by = store::orgs::user(tx, stated.recorded_by)?.map(|user| user.name);
            Ok::<_, AppError>(StatedShown { stated, by: by.unwrap_or_default() })
        });
        Ok(JhtFile {
            person: masked_now(person),
            moment,
            paid: account.standing.iter().map(shown).collect(),
            corrections: account.corrections.iter().map(shown).collect(),
            account,
            worker,
            stated: stated.collect::<Result<_, _>>()?,
            compared,
            rulebook: self.rulebook.version().to_string(),
        })
    }

    /// Writes down what BPJS states of somebody's savings; the same again is no change.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `JHT_DAY_UNFIT` for a day to come, `JHT_REFERENCE_MISSING`
    /// without a paper, `CLAIM_REFERENCE_UNFIT` for the number of a citizen.
    pub fn state_jht(
        &self,
        actor: &Actor,
        typed: &StatedTyped<'_>,
    ) -> Result<(StatedBalance, bool), AppError> {
        let reference = typed.reference.trim();
        if typed.as_of > self.environment.today() {
            return Err(AppError::refused("JHT_DAY_UNFIT", typed.as_of.to_string()));
        }
        if reference.chars().count() < 3 {
            return Err(AppError::usage("JHT_REFERENCE_MISSING", ""));
        }
        if base::nik::stands_in(reference) || reference.chars().count() > 60 {
            return Err(AppError::usage("CLAIM_REFERENCE_UNFIT", ""));
        }
        self.store.write(|tx| {
            let person = self.saver(tx, actor, typed.person, Operation::AnswerClaims)?;
            let about = (person.id, typed.as_of);
            let mut withdrawn = 0;
            let id = loop {
                let id = stated_id(about, (typed.rupiah, reference), withdrawn);
                match store::jht::stated(tx, id)? {
                    None => break id,
                    Some(known) if known.withdrawn.is_none() => return Ok((known, false)),
                    Some(_) => withdrawn += 1,
                }
            };
            let stated = StatedBalance {
                id,
                person: person.id,
                as_of: typed.as_of,
                rupiah: typed.rupiah,
                reference: reference.into(),
                recorded_by: actor.id,
                recorded_at_ms: self.now_ms(),
                withdrawn: None,
            };
            store::jht::state(tx, &stated)?;
            self.record(tx, actor, "jht-stated", "jht-stated", id.as_bytes())?;
            Ok((stated, true))
        })
    }

    /// Takes back a balance that was written down wrongly; the same again is no change.
    ///
    /// # Errors
    /// `JHT_STATED_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`.
    pub fn withdraw_jht_stated(
        &self,
        actor: &Actor,
        id: Id<kind::JhtStated>,
        reason: &str,
    ) -> Result<StatedBalance, AppError> {
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let unknown = || AppError::not_found("JHT_STATED_UNKNOWN", id.to_string());
            let stated = store::jht::stated(tx, id)?.ok_or_else(unknown)?;
            let person = store::people::get(tx, stated.person)?.ok_or_else(unknown)?;
            let target = Target::in_region(person.place);
            self.authorize_or(actor, Operation::ReadClaims, &target, unknown)?;
            self.authorize(actor, Operation::AnswerClaims, &target)?;
            if store::jht::withdraw(tx, id, (actor.id, self.now_ms()))? {
                let object = ("jht-stated", id.as_bytes());
                self.record_reason(tx, actor, "jht-stated-withdrawn", object, &reason)?;
            }
            Ok(stated)
        })
    }

    /// What savings may come to by the rules that are known now. It knows nobody and asks nothing
    /// of the register.
    ///
    /// # Errors
    /// `RULE_MISSING` where no rule is known for a month.
    pub fn simulate_jht(&self, asked: &SimulationAsked) -> Result<Simulation, AppError> {
        simulate(&self.rulebook, asked).map_err(gap)
    }

    /// The age at which all of the balance is paid, with its article.
    ///
    /// # Errors
    /// `RULE_MISSING`.
    pub fn jht_age(&self, on: Day) -> Result<(i64, String), AppError> {
        let (age, entry) = self.rulebook.jht_age(on).map_err(gap)?;
        Ok((age, self.cited(&entry.citation).0))
    }

    /// The member whose savings are asked for; the record that stands where one stepped aside.
    fn saver(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Person>,
        operation: Operation,
    ) -> Result<Person, AppError> {
        let person = self.member(tx, id)?;
        let target = Target::in_region(person.place);
        let unknown = || AppError::not_found("PERSON_UNKNOWN", id.to_string());
        self.authorize_or(actor, Operation::ReadClaims, &target, unknown)?;
        self.authorize(actor, operation, &target)?;
        Ok(person)
    }

    /// The record that stands, then those that stepped aside for it.
    fn records_of(
        &self,
        tx: &mut Tx<'_>,
        person: Id<kind::Person>,
    ) -> Result<Vec<Id<kind::Person>>, AppError> {
        let roots = store::merges::roots(tx)?;
        let root = root_of(&roots, person);
        let mut group = group_of(&roots, root);
        group.sort_by_key(|record| (*record != root, *record));
        Ok(group)
    }

    /// Everything that an account follows from, of all records of one human.
    fn behind_account(
        &self,
        tx: &mut Tx<'_>,
        group: &[Id<kind::Person>],
    ) -> Result<Behind, AppError> {
        let mut behind = Behind { months: Vec::new(), payouts: Vec::new() };
        for person in group {
            behind.months.extend(store::jht::months(tx, *person)?);
            for claim in store::benefit_claims::of_person(tx, *person)? {
                behind.payouts.extend(payouts_of(tx, &claim)?);
            }
        }
        Ok(behind)
    }

    fn account_on(&self, behind: &Behind, on: Day, known_at_ms: i64) -> Result<Account, AppError> {
        let (months, payouts) = (&behind.months, &behind.payouts);
        account(&self.rulebook, &AccountAsked { months, payouts, on, known_at_ms }).map_err(gap)
    }

    /// What a contribution of somebody in a programme is computed from.
    fn saved_from(&self, programme: &domain::programme::Programme, person: &Person) -> Base {
        let sector = self.sector_of(person.occupation.as_ref());
        programme.base_of(person.occupation.as_ref(), sector)
    }

    /// What other claims have taken out of somebody's savings before the day of a claim.
    pub(crate) fn taken_before(
        &self,
        tx: &mut Tx<'_>,
        claim: &Claim,
    ) -> Result<Vec<JhtTaken>, AppError> {
        let mut payouts = Vec::new();
        for person in self.records_of(tx, claim.person)? {
            for other in store::benefit_claims::of_person(tx, person)? {
                if other.id != claim.id {
                    payouts.extend(payouts_of(tx, &other)?);
                }
            }
        }
        Ok(taken_by(&payouts, claim.event))
    }
}

/// What an account follows from.
struct Behind {
    months: Vec<SavedMonth>,
    payouts: Vec<Payout>,
}

/// What BPJS paid for a claim of savings.
fn payouts_of(tx: &mut Tx<'_>, claim: &Claim) -> Result<Vec<Payout>, AppError> {
    if claim.kind != ClaimKind::Jht || claim.paid == Rupiah::ZERO {
        return Ok(Vec::new());
    }
    let facts = store::benefit_claims::get(tx, claim.id)?.map(|found| found.2);
    let why = facts.and_then(|facts| facts.why);
    let whole = why.is_none_or(|why| !why.is_partial());
    let steps = store::benefit_claims::steps(tx, claim.id)?;
    let paid = steps.iter().filter(|step| step.step == ClaimStep::Pay).map(|step| Payout {
        claim: claim.id,
        day: step.day,
        rupiah: step.rupiah.unwrap_or_default(),
        whole,
        at_ms: step.at_ms,
    });
    Ok(paid.collect())
}

/// What BPJS stated of somebody, as it was known at a moment.
fn stated_known(
    tx: &mut Tx<'_>,
    group: &[Id<kind::Person>],
    moment: &CoverMoment,
) -> Result<Vec<StatedBalance>, AppError> {
    let mut found = Vec::new();
    for person in group {
        found.extend(store::jht::stated_of(tx, *person)?);
    }
    let known_at_ms = moment.known_at_ms;
    found.retain(|one| {
        let withdrawn = one.withdrawn.is_some_and(|(_, at_ms)| at_ms <= known_at_ms);
        one.recorded_at_ms <= known_at_ms && !withdrawn
    });
    for one in &mut found {
        // Taken back later: at that moment it stood.
        one.withdrawn = None;
    }
    found.sort_by_key(|one| (one.as_of, one.recorded_at_ms));
    Ok(found)
}

fn segment_of(base: Base) -> Segment {
    match base {
        Base::Bpu { .. } => Segment::Bpu,
        Base::Pu { .. } => Segment::Pu,
    }
}

/// A stated balance's number as typed.
///
/// # Errors
/// `JHT_STATED_UNKNOWN`.
pub fn stated_number(text: &str) -> Result<Id<kind::JhtStated>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("JHT_STATED_UNKNOWN", ""))
}

/// What is known as the base of a simulation: an income, which a tier follows from, or a wage.
pub fn simulated_base(is_wage: bool, rupiah: Rupiah) -> Base {
    match is_wage {
        true => Base::Pu { wage: rupiah, class: rules::RiskClass::ALL[0] },
        false => Base::Bpu { income: rupiah, sector: rules::WorkSector::Other },
    }
}

/// What a difference means, in a sentence.
pub fn difference_in_words(compared: &Compared, words: &Words) -> String {
    let difference = compared.difference();
    let absolute = Rupiah(difference.0.abs());
    let key = match difference.0 {
        0 => "jht-difference-none",
        more if more > 0 => "jht-difference-more",
        _ => "jht-difference-less",
    };
    let values = [
        ("day", compared.stated.as_of.in_words()),
        ("stated", compared.stated.rupiah.to_string()),
        ("ours", compared.ours.to_string()),
        ("rupiah", absolute.to_string()),
        ("words", absolute.in_words()),
        ("reference", compared.stated.reference.to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    words.with(key, &values)
}

/// Why a month counts no more, in a sentence.
pub fn correction_in_words(saved: &SavedMonth, words: &Words) -> String {
    let why = saved.ended.map_or("paid-twice", |ended| ended.why.name());
    let day = saved.ended.and_then(|ended| ended.on).map_or("–".to_owned(), Day::in_words);
    let (month, rupiah) = (saved.paid.month.in_words(), saved.paid.rupiah.to_string());
    let values = [("month", &*month), ("rupiah", &*rupiah), ("day", &*day)];
    words.with(&format!("jht-correction-{why}"), &values)
}

/// The question about a simulation, kept within what is looked ahead.
///
/// # Errors
/// `JHT_MONTHS_UNFIT` for no months or more than are looked ahead.
pub fn simulation_months(months: i64) -> Result<u32, AppError> {
    let months = u32::try_from(months).ok().filter(|months| *months > 0);
    let months = months.filter(|months| *months <= SIMULATED_MONTHS_MOST);
    months.ok_or_else(|| AppError::usage("JHT_MONTHS_UNFIT", SIMULATED_MONTHS_MOST.to_string()))
}
