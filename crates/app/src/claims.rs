//! Claims of members and heirs: opened, completed with papers and people, put forward by one and
//! approved by another, sent to BPJS, answered, paid, closed.
//!
//! The office decides nothing about the benefit: it computes what is owed, says what is odd, and
//! keeps what BPJS answered. A death that is claimed for is a death to every later bill.

mod facts;
mod file;
mod print;
mod steps;
#[cfg(test)]
pub(crate) mod tests;

use base::id::kind;
use base::person::fold_spaces;
use base::{Day, Id, Nik, PersonName, Rupiah};
pub use domain::claim::{
    Claim, ClaimFacts, ClaimKind, ClaimPerson, ClaimRefusal, ClaimState, ClaimStep, Flag,
    PaidMonth, Receiver, ReceiverPart, TABLE, Told,
};
use domain::claim::{claim_id, pays_heirs};
use domain::reference::{ReferenceKind, ReferenceList};
use domain::registry::Person;
pub use rules::Answer;
use rules::{Heir, RuleGap, SchoolStart};
use sha2::{Digest, Sha256};
use store::Tx;
pub use store::benefit_claims::{Reporter, StepKept};

use crate::deaths::{derived, entry_of};
use crate::error::{AppError, typed};
use crate::office::{Actor, Office, Operation, Target};

pub use facts::FactsTyped;
pub use file::{
    ClaimFile, ClaimFilter, ClaimRow, Clock, PaperShown, PersonOfClaim, ReviewShown, StepShown,
};
pub use print::ClaimPaper;
pub use steps::StepWanted;

/// A claim that somebody opens.
#[derive(Debug, Clone)]
pub struct ClaimOpening<'a> {
    /// For whom.
    pub person: Id<kind::Person>,
    /// What is claimed.
    pub kind: ClaimKind,
    /// The day it happened.
    pub event: Day,
    /// The day the office was told; today when absent.
    pub reported: Option<Day>,
    /// Who told of it.
    pub told: Told,
    /// The work at which it happened; the registered one when absent.
    pub occupation: Option<&'a str>,
    /// Name, telephone and account of whoever told.
    pub reporter: Reporter,
    /// What the benefit depends on.
    pub facts: ClaimFacts,
}

/// Somebody to be written down in a claim, as typed.
#[derive(Debug, Clone, Default)]
pub struct PersonTyped<'a> {
    /// Who is mended: what is empty stays as it is; a new one when absent.
    pub no: Option<u16>,
    /// Who they were to the member, by the stable name.
    pub relation: &'a str,
    /// Name.
    pub name: &'a str,
    /// Number; empty when not known.
    pub nik: &'a str,
    /// Day of birth; empty when not known.
    pub birth: &'a str,
    /// Telephone.
    pub phone: &'a str,
    /// Bank and account.
    pub account: &'a str,
    /// The guardian's name.
    pub guardian: &'a str,
    /// The year of school that a child is about to enter, such as `sd1`.
    pub school: &'a str,
    /// Whether they paid for the burial.
    pub paid_burial: bool,
    /// Whether they object.
    pub disagrees: bool,
}

impl Office {
    /// Opens a claim; the same person, kind and day again is the first one. Whoever died is on a
    /// list of the dead from now on, so that no bill pays for them any more.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `CLAIM_DAY_UNFIT` for a day to come.
    pub fn open_claim(
        &self,
        actor: &Actor,
        opening: &ClaimOpening<'_>,
    ) -> Result<(Claim, bool), AppError> {
        self.store.write(|tx| {
            let person = self.member(tx, opening.person)?;
            let target = Target::in_region(person.place);
            let unknown = || AppError::not_found("PERSON_UNKNOWN", opening.person.to_string());
            self.authorize_or(actor, Operation::HandleClaims, &target, unknown)?;
            let (claim, is_new) = self.open_in(tx, actor, &person, opening)?;
            if is_new {
                if claim.kind.is_death() {
                    note_death(tx, &person, &claim, self.now_ms())?;
                }
                self.record(tx, actor, "claim-opened", "benefit-claim", claim.id.as_bytes())?;
            }
            Ok((claim, is_new))
        })
    }

    /// The same inside a transaction, without its audit line.
    pub(crate) fn open_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        person: &Person,
        opening: &ClaimOpening<'_>,
    ) -> Result<(Claim, bool), AppError> {
        let today = self.environment.today();
        let reported = opening.reported.unwrap_or(today);
        if opening.event > today || reported > today || reported < opening.event {
            return Err(refused(ClaimRefusal::DayUnfit, opening.event));
        }
        let about = (person.id, opening.kind, opening.event);
        // What was withdrawn stays so, and may be asked for anew.
        let is_same = |one: &Claim| {
            (one.person, one.kind, one.event) == about && one.state != ClaimState::Withdrawn
        };
        let mut known = store::benefit_claims::of_person(tx, person.id)?.into_iter();
        if let Some(known) = known.find(is_same) {
            return Ok((known, false));
        }
        let mut withdrawn = 0;
        let id = loop {
            let id = claim_id(about, withdrawn);
            match store::benefit_claims::get(tx, id)? {
                None => break id,
                Some(_) => withdrawn += 1,
            }
        };
        let claim = Claim {
            id,
            person: person.id,
            kind: opening.kind,
            event: opening.event,
            reported,
            told: opening.told,
            occupation: self.known_work(opening.occupation)?,
            opened_by: actor.id,
            opened_at_ms: self.now_ms(),
            state: ClaimState::Open,
            steps: 0,
            granted: None,
            paid: Rupiah::ZERO,
        };
        store::benefit_claims::insert(tx, &claim, &opening.reporter, &opening.facts)?;
        // A day of which the rules say nothing is refused now, while it can still be corrected.
        self.missing_papers(tx, &claim, pays_heirs(claim.kind, &opening.facts))?;
        self.assessed(tx, &claim)?;
        Ok((claim, true))
    }

    /// Says anew what the benefit of a claim depends on, and at which work it happened; the same
    /// again is no change.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `CLAIM_WORK_UNKNOWN`, `CLAIM_NOT_NOW` once it was put forward,
    /// `RULE_LOSS_UNKNOWN` for a loss that the table of the day does not have.
    pub fn describe_claim(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        (facts, occupation): (&ClaimFacts, Option<&str>),
    ) -> Result<Claim, AppError> {
        let occupation = self.known_work(occupation)?;
        self.store.write(|tx| {
            let (known, _, reporter, before) =
                self.claim_for(tx, actor, id, Operation::HandleClaims)?;
            refuse_late(&known)?;
            let claim = Claim { occupation, ..known.clone() };
            if claim == known && *facts == before {
                return Ok(claim);
            }
            store::benefit_claims::set_details(tx, &claim, &reporter, facts)?;
            // What the rules cannot answer is refused now, while it can still be corrected.
            self.assessed(tx, &claim)?;
            self.record(tx, actor, "claim-described", "benefit-claim", id.as_bytes())?;
            Ok(claim)
        })
    }

    /// Notes that a paper is at hand since a day, or that it is not; the same again is no change.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `CLAIM_PAPER_UNKNOWN`, `CLAIM_NOT_NOW` once it was put forward.
    pub fn claim_paper(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        paper: &str,
        on: Option<Day>,
    ) -> Result<(), AppError> {
        self.store.write(|tx| {
            let (claim, ..) = self.claim_for(tx, actor, id, Operation::HandleClaims)?;
            refuse_late(&claim)?;
            let entry =
                self.rulebook.claim_papers(claim.kind.scheme(), claim.event).map_err(gap)?;
            if entry.row(paper).is_none() {
                return Err(AppError::not_found("CLAIM_PAPER_UNKNOWN", typed(paper)));
            }
            let known = store::benefit_claims::papers(tx, id)?;
            let known = known.iter().find(|(key, _)| &**key == paper).map(|(_, day)| *day);
            match on {
                Some(day) if known == Some(day) => return Ok(()),
                None if known.is_none() => return Ok(()),
                Some(day) if day > self.environment.today() => {
                    return Err(refused(ClaimRefusal::DayUnfit, day));
                }
                Some(day) => {
                    let by = (actor.id, self.now_ms());
                    store::benefit_claims::set_paper(tx, id, (paper, day), by)?;
                }
                None => drop(store::benefit_claims::drop_paper(tx, id, paper)?),
            }
            self.record(tx, actor, "claim-paper-noted", "benefit-claim", id.as_bytes())
        })
    }

    /// Writes somebody down in a claim; their number in it. The same again is no change.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `CLAIM_NOT_NOW`, `CLAIM_PERSON_UNFIT` with what cannot be read.
    pub fn claim_person(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        typed: &PersonTyped<'_>,
    ) -> Result<u16, AppError> {
        self.store.write(|tx| {
            let (claim, ..) = self.claim_for(tx, actor, id, Operation::HandleClaims)?;
            let known = store::benefit_claims::people(tx, id)?;
            let before = typed.no.and_then(|no| known.iter().find(|one| one.no == no));
            let read = read_person(typed, before)?;
            let says_birth = before.is_some_and(|one| is_birth_alone(one, &read));
            if !(says_birth && domain::scholarship::is_planned(&claim)) {
                refuse_late(&claim)?;
            }
            let same = |one: &&ClaimPerson| ClaimPerson { no: read.no, ..(*one).clone() } == read;
            if let Some(same) = known.iter().find(same)
                && typed.no.is_none_or(|no| no == same.no)
            {
                return Ok(same.no);
            }
            let next = known.iter().map(|one| one.no).max().unwrap_or(0) + 1;
            let no = before.map_or(next, |before| before.no);
            store::benefit_claims::set_person(tx, id, &ClaimPerson { no, ..read })?;
            self.record(tx, actor, "claim-person-kept", "benefit-claim", id.as_bytes())?;
            Ok(no)
        })
    }

    /// Takes somebody off a claim.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `CLAIM_NOT_NOW` once it was put forward.
    pub fn drop_claim_person(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        no: u16,
    ) -> Result<(), AppError> {
        self.store.write(|tx| {
            let (claim, ..) = self.claim_for(tx, actor, id, Operation::HandleClaims)?;
            refuse_late(&claim)?;
            match store::benefit_claims::drop_person(tx, id, no)? {
                true => {
                    self.record(tx, actor, "claim-person-dropped", "benefit-claim", id.as_bytes())
                }
                false => Ok(()),
            }
        })
    }

    /// The member; the record that stands where one stepped aside.
    pub(crate) fn member(&self, tx: &mut Tx<'_>, id: Id<kind::Person>) -> Result<Person, AppError> {
        let roots = store::merges::roots(tx)?;
        let id = store::merges::root_of(&roots, id);
        let person = store::people::get(tx, id)?;
        person.ok_or_else(|| AppError::not_found("PERSON_UNKNOWN", id.to_string()))
    }

    /// A claim with its member, for whoever may do this to it; out of reach it does not exist.
    pub(crate) fn claim_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Claim>,
        operation: Operation,
    ) -> Result<(Claim, Person, Reporter, ClaimFacts), AppError> {
        let unknown = || AppError::not_found("CLAIM_UNKNOWN", id.to_string());
        let (claim, reporter, facts) = store::benefit_claims::get(tx, id)?.ok_or_else(unknown)?;
        let person = store::people::get(tx, claim.person)?.ok_or_else(unknown)?;
        let target = Target::in_region(person.place);
        self.authorize_or(actor, Operation::ReadClaims, &target, unknown)?;
        self.authorize(actor, operation, &target)?;
        Ok((claim, person, reporter, facts))
    }

    fn known_work(&self, occupation: Option<&str>) -> Result<Option<Box<str>>, AppError> {
        let Some(key) = occupation.map(str::trim).filter(|key| !key.is_empty()) else {
            return Ok(None);
        };
        let known = domain::occupation::OccupationKey(key.into());
        match self.occupations.get(&known) {
            Some(_) => Ok(Some(key.into())),
            None => Err(AppError::usage("CLAIM_WORK_UNKNOWN", typed(key))),
        }
    }
}

/// Puts whoever died on a list of the dead that the claim makes.
pub(crate) fn note_death(
    tx: &mut Tx<'_>,
    person: &Person,
    claim: &Claim,
    now_ms: i64,
) -> Result<(), AppError> {
    let id = death_list_of(claim.id);
    let list = ReferenceList { id, kind: ReferenceKind::Meninggal, as_of: claim.reported };
    if store::references::lists(tx)?.iter().any(|known| known.id == id) {
        return Ok(());
    }
    let entry = entry_of(person, claim.event);
    Ok(store::references::insert(tx, &list, now_ms, &[entry])?)
}

/// The list that a claim puts its member on.
pub(crate) fn death_list_of(claim: Id<kind::Claim>) -> Id<kind::ReferenceList> {
    derived(Sha256::new().chain_update(b"death of a claim").chain_update(claim.as_bytes()))
}

/// Whether nothing but the day of birth is said of somebody, which nobody had said: no scholarship
/// is asked for without it.
fn is_birth_alone(before: &ClaimPerson, read: &ClaimPerson) -> bool {
    let school = before.school;
    let school = school.map(|start| SchoolStart { birth: read.birth.or(start.birth), ..start });
    let with_birth = ClaimPerson { birth: read.birth, school, ..before.clone() };
    before.birth.is_none() && with_birth == ClaimPerson { no: before.no, ..read.clone() }
}

/// Papers and people are those of a claim that nobody has put forward yet.
fn refuse_late(claim: &Claim) -> Result<(), AppError> {
    use ClaimState::{Complete, Incomplete, Open};
    match matches!(claim.state, Open | Incomplete | Complete) {
        true => Ok(()),
        false => Err(refused(ClaimRefusal::NotNow, claim.state.name())),
    }
}

/// Reads somebody as typed; what is empty is as it was `before`.
fn read_person(
    typed: &PersonTyped<'_>,
    before: Option<&ClaimPerson>,
) -> Result<ClaimPerson, AppError> {
    let unfit = |what: &str| AppError::usage("CLAIM_PERSON_UNFIT", what);
    let filled = |text: &str, was: fn(&ClaimPerson) -> &str| -> Box<str> {
        let text = fold_spaces(text);
        if text.is_empty() { before.map_or("", was).into() } else { text.into() }
    };
    let relation = match (typed.relation.trim(), before) {
        ("", Some(before)) => before.relation,
        (word, _) => Heir::from_name(word).ok_or_else(|| unfit("relation"))?,
    };
    let name = match (typed.name.trim(), before) {
        ("", Some(before)) => before.name.clone(),
        (text, _) => PersonName::parse(text).map_err(|_| unfit("name"))?,
    };
    let nik = match typed.nik.trim() {
        "" => before.and_then(|one| one.nik),
        text => Some(Nik::parse(text).map_err(|_| unfit("nik"))?),
    };
    let birth = match typed.birth.trim() {
        "" => before.and_then(|one| one.birth),
        text => Some(Day::parse_iso(text).ok_or_else(|| unfit("birth"))?),
    };
    let school = match typed.school.trim() {
        "" => before.and_then(|one| one.school),
        text => Some(SchoolStart::parse(text).ok_or_else(|| unfit("school"))?),
    };
    let school = school.map(|start| SchoolStart { birth: birth.or(start.birth), ..start });
    Ok(ClaimPerson {
        no: 0,
        relation,
        name,
        nik,
        birth,
        phone: filled(typed.phone, |one| &one.phone),
        account: filled(typed.account, |one| &one.account),
        guardian: filled(typed.guardian, |one| &one.guardian),
        school,
        paid_burial: typed.paid_burial,
        disagrees: typed.disagrees,
    })
}

/// A refusal of the domain with the word its sentence needs.
pub(crate) fn refused(refusal: ClaimRefusal, detail: impl ToString) -> AppError {
    AppError::refused(refusal.name(), detail.to_string())
}

/// A question that the rulebook has no answer to.
pub(crate) fn gap(gap: RuleGap) -> AppError {
    match gap {
        RuleGap::LossUnknown => AppError::refused(gap.name(), ""),
        _ => AppError::refused("RULE_MISSING", gap.name()),
    }
}

/// A claim's number as typed.
///
/// # Errors
/// `CLAIM_UNKNOWN`.
pub fn claim_number(text: &str) -> Result<Id<kind::Claim>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("CLAIM_UNKNOWN", ""))
}

/// A flag in a sentence.
pub fn flag_in_words(flag: Flag, words: &crate::words::Words) -> String {
    let values = match flag {
        Flag::MonthsPaidLater { months, rupiah } => {
            let rupiah = rupiah.map_or("–".to_owned(), |rupiah| rupiah.to_string());
            vec![("months", months.to_string()), ("rupiah", rupiah)]
        }
        Flag::RegisteredShortly { days } => vec![("days", days.to_string())],
        Flag::SameAddress { claims } => vec![("claims", claims.to_string())],
        Flag::ReportedLate { until }
        | Flag::ConcludedLate { until }
        | Flag::RightLapsed { until } => vec![("until", until.in_words())],
        Flag::GrantDiffers { rupiah } | Flag::PaymentDiffers { rupiah } => {
            vec![("rupiah", rupiah.to_string())]
        }
        _ => Vec::new(),
    };
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    words.with(&format!("claim-flag-{}", flag.name()), &values)
}

/// Every line of an answer with how deep it stands, each before those that it is made of.
pub fn tree(answer: &Answer) -> Vec<(usize, &rules::Line)> {
    fn walk<'a>(line: &'a rules::Line, depth: usize, out: &mut Vec<(usize, &'a rules::Line)>) {
        out.push((depth, line));
        line.lines.iter().for_each(|below| walk(below, depth + 1, out));
    }
    let mut out = Vec::new();
    answer.lines.iter().for_each(|line| walk(line, 0, &mut out));
    out
}

/// Who somebody may have been to the member, by the stable names.
pub fn relations() -> impl Iterator<Item = &'static str> {
    Heir::ALL.into_iter().map(Heir::name)
}

/// A loss as typed, `D05` or `D05:50`.
pub fn loss(text: &str) -> Option<rules::Loss> {
    rules::Loss::parse(text)
}
