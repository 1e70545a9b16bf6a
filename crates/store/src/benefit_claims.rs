//! Claims of members and heirs: their steps, papers, people and review, and the paid months behind
//! them. Another thing than `claims`, which are numbers held by two regions.
//!
//! Whoever a claim names besides the member is sealed under a key of the claim, as is what the
//! benefit depends on; reasons are sealed as all reasons are.

mod details;

use base::id::kind;
use base::{Day, Id, RegionCode, Rupiah};
use domain::claim::{
    Claim, ClaimFacts, ClaimKind, ClaimPerson, ClaimState, ClaimStep, PaidMonth, Told,
};
use rules::{Heir, Scheme};

use crate::reasons::{self, Part};
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

pub use details::Reporter;

static INSERT: Sql = sql!("benefit_claim_insert");
static GET: Sql = sql!("benefit_claim_get");
static LIST: Sql = sql!("benefit_claim_list");
static OF_PERSON: Sql = sql!("benefit_claim_of_person");
static NEAR: Sql = sql!("benefit_claim_near");
static SET_STATE: Sql = sql!("benefit_claim_set_state");
static SET_DETAILS: Sql = sql!("benefit_claim_set_details");
static STEP_INSERT: Sql = sql!("benefit_claim_step_insert");
static STEP_LIST: Sql = sql!("benefit_claim_step_list");
static PAPER_SET: Sql = sql!("benefit_claim_paper_set");
static PAPER_DELETE: Sql = sql!("benefit_claim_paper_delete");
static PAPER_LIST: Sql = sql!("benefit_claim_paper_list");
static PERSON_SET: Sql = sql!("benefit_claim_person_set");
static PERSON_DELETE: Sql = sql!("benefit_claim_person_delete");
static PERSON_LIST: Sql = sql!("benefit_claim_person_list");
static WAITING: Sql = sql!("benefit_claim_waiting");
static TO_REVIEW: Sql = sql!("benefit_claim_to_review");
static REVIEW_INSERT: Sql = sql!("benefit_claim_review_insert");
static REVIEW_SET: Sql = sql!("benefit_claim_review_set");
static REVIEW_LIST: Sql = sql!("benefit_claim_review_list");
static MONTHS: Sql = sql!("benefit_claim_months");

/// A step that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepKept {
    /// Which of the claim, from 1.
    pub no: u32,
    /// What.
    pub step: ClaimStep,
    /// Where the claim stood before, and after.
    pub states: (ClaimState, ClaimState),
    /// The day of it.
    pub day: Day,
    /// The amount, where it has one.
    pub rupiah: Option<Rupiah>,
    /// Who was paid, by their place among the claim's people; 0 for the member.
    pub receiver: Option<u16>,
    /// The number of BPJS or of a transfer; empty without one.
    pub reference: Box<str>,
    /// Why, in somebody's words; empty without.
    pub reason: Box<str>,
    /// Who made it; none when it happened by itself.
    pub made_by: Option<Id<kind::User>>,
    /// Who put forward what was approved.
    pub maker: Option<Id<kind::User>>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// A claim that is looked at once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Which.
    pub claim: Id<kind::Claim>,
    /// Since when, in milliseconds since 1970-01-01 UTC.
    pub selected_at_ms: i64,
    /// By whom and when; none while it waits.
    pub reviewed: Option<(Id<kind::User>, i64)>,
    /// What was found; empty when nothing was said.
    pub finding: Box<str>,
}

/// Keeps a new claim under a key of its own; the same again is `benefit_claim_event_unique`.
pub fn insert(
    tx: &mut Tx<'_>,
    claim: &Claim,
    reporter: &Reporter,
    facts: &ClaimFacts,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &claim.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(claim.id.as_bytes(), &key.wrapped)].into_iter())?;
    let details = details::pack(reporter, facts);
    let details = keys.sealer(&key).seal(owner, "details", details.as_bytes());
    tx.run(
        &INSERT,
        &values![
            tenant,
            &claim.id,
            &claim.person,
            claim.kind.name(),
            claim.event,
            claim.reported,
            claim.told.name(),
            claim.occupation.as_ref(),
            details,
            &claim.opened_by,
            claim.opened_at_ms,
            claim.state.name(),
            claim.steps,
            claim.granted,
            claim.paid,
        ],
    )
    .map(|_| ())
}

/// The claim with this id, who told of it, and what the benefit depends on.
pub fn get(
    tx: &mut Tx<'_>,
    id: Id<kind::Claim>,
) -> Result<Option<(Claim, Reporter, ClaimFacts)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &id);
    tx.one(&GET, &values![tenant, &id], |columns| {
        let claim = read(columns)?;
        let sealed: Option<Vec<u8>> = columns.take()?;
        let wrapped = take_wrapped(columns)?;
        let (reporter, facts) = match (sealed, wrapped) {
            (Some(sealed), Some(wrapped)) => {
                let text = keys.unwrap(owner, &wrapped)?.open_text(owner, "details", &sealed)?;
                details::unpack(&text)
            }
            _ => Default::default(),
        };
        Ok((claim, reporter, facts))
    })
}

/// Says anew who told of a claim and what its benefit depends on.
pub fn set_details(
    tx: &mut Tx<'_>,
    claim: &Claim,
    reporter: &Reporter,
    facts: &ClaimFacts,
) -> Result<(), StoreError> {
    let (seal, owner) = seal_of(tx, &claim.id)?;
    let details = details::pack(reporter, facts);
    let details = seal.seal(owner, "details", details.as_bytes());
    let occupation = claim.occupation.as_ref();
    tx.run(&SET_DETAILS, &values![details, occupation, owner.tenant, &claim.id]).map(|_| ())
}

/// Every claim, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Claim>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// Of each claim in a state: the day on which it was reported, and where its member lives.
pub fn waiting(tx: &mut Tx<'_>, state: ClaimState) -> Result<Vec<(Day, RegionCode)>, StoreError> {
    tx.all(&WAITING, &values![tx.tenant(), state.name()], |columns| {
        Ok((columns.take()?, columns.take()?))
    })
}

/// The same of each claim that waits for a second look.
pub fn to_review(tx: &mut Tx<'_>) -> Result<Vec<(Day, RegionCode)>, StoreError> {
    tx.all(&TO_REVIEW, &values![tx.tenant()], |columns| Ok((columns.take()?, columns.take()?)))
}

/// Somebody's claims, oldest first.
pub fn of_person(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<Claim>, StoreError> {
    tx.all(&OF_PERSON, &values![tx.tenant(), &person], read)
}

/// People of a village with claims that were not taken back.
pub fn claimants_in(
    tx: &mut Tx<'_>,
    place: RegionCode,
) -> Result<Vec<Id<kind::Person>>, StoreError> {
    tx.all(&NEAR, &values![tx.tenant(), place], |columns| columns.take())
}

/// Makes a step: keeps it with its reason and says where the claim now stands. A step of the same
/// number, which somebody else made meanwhile, is `benefit_claim_step_pk`; one that the table does
/// not have is `benefit_claim_step_known`.
pub fn make_step(tx: &mut Tx<'_>, claim: &Claim, step: &StepKept) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(
        &STEP_INSERT,
        &values![
            tenant,
            &claim.id,
            step.no,
            step.step.name(),
            step.states.0.name(),
            step.states.1.name(),
            step.day,
            step.rupiah,
            step.receiver,
            &step.reference,
            step.made_by.as_ref(),
            step.maker.as_ref(),
            step.at_ms,
        ],
    )?;
    reasons::keep(tx, claim.id.as_bytes(), Part::Step(step.no), &step.reason)?;
    let (state, steps) = (claim.state.name(), claim.steps);
    tx.run(&SET_STATE, &values![state, steps, claim.granted, claim.paid, tenant, &claim.id])
        .map(|_| ())
}

/// The steps of a claim, in order, with their reasons.
pub fn steps(tx: &mut Tx<'_>, claim: Id<kind::Claim>) -> Result<Vec<StepKept>, StoreError> {
    let mut found = tx.all(&STEP_LIST, &values![tx.tenant(), &claim], |columns| {
        let state =
            |columns: &mut Columns<'_>| columns.take_with("a claim's state", ClaimState::from_name);
        Ok(StepKept {
            no: columns.take()?,
            step: columns.take_with("a claim's step", ClaimStep::from_name)?,
            states: (state(columns)?, state(columns)?),
            day: columns.take()?,
            rupiah: columns.take()?,
            receiver: columns.take()?,
            reference: columns.take()?,
            reason: "".into(),
            made_by: columns.take()?,
            maker: columns.take()?,
            at_ms: columns.take()?,
        })
    })?;
    for step in &mut found {
        let words = reasons::get(tx, claim.as_bytes(), Part::Step(step.no))?;
        step.reason = words.unwrap_or_default().into();
    }
    Ok(found)
}

/// Notes that a paper is at hand since a day.
pub fn set_paper(
    tx: &mut Tx<'_>,
    claim: Id<kind::Claim>,
    (paper, on): (&str, Day),
    (by, at_ms): (Id<kind::User>, i64),
) -> Result<(), StoreError> {
    tx.run(&PAPER_SET, &values![tx.tenant(), &claim, paper, on, &by, at_ms]).map(|_| ())
}

/// Notes that a paper is not at hand after all; whether it was.
pub fn drop_paper(
    tx: &mut Tx<'_>,
    claim: Id<kind::Claim>,
    paper: &str,
) -> Result<bool, StoreError> {
    Ok(tx.run(&PAPER_DELETE, &values![tx.tenant(), &claim, paper])? > 0)
}

/// The papers at hand, by key, each with its day.
pub fn papers(tx: &mut Tx<'_>, claim: Id<kind::Claim>) -> Result<Vec<(Box<str>, Day)>, StoreError> {
    tx.all(&PAPER_LIST, &values![tx.tenant(), &claim], |columns| {
        Ok((columns.take()?, columns.take()?))
    })
}

/// Keeps somebody whom a claim names, in place of whoever had the number.
pub fn set_person(
    tx: &mut Tx<'_>,
    claim: Id<kind::Claim>,
    person: &ClaimPerson,
) -> Result<(), StoreError> {
    let (seal, owner) = seal_of(tx, &claim)?;
    let packed = details::pack_person(person);
    let sealed = seal.seal(owner, &format!("person {}", person.no), packed.as_bytes());
    let (paid, disagrees) = (person.paid_burial, person.disagrees);
    let relation = person.relation.name();
    let tenant = owner.tenant;
    tx.run(&PERSON_SET, &values![tenant, &claim, person.no, relation, paid, disagrees, sealed])
        .map(|_| ())
}

/// Takes somebody off a claim; whether they were there.
pub fn drop_person(tx: &mut Tx<'_>, claim: Id<kind::Claim>, no: u16) -> Result<bool, StoreError> {
    Ok(tx.run(&PERSON_DELETE, &values![tx.tenant(), &claim, no])? > 0)
}

/// Whom a claim names, in order; nobody once its key was dropped.
pub fn people(tx: &mut Tx<'_>, claim: Id<kind::Claim>) -> Result<Vec<ClaimPerson>, StoreError> {
    if seal::key_of(tx, claim.as_bytes())?.is_none() {
        return Ok(Vec::new());
    }
    let (seal, owner) = seal_of(tx, &claim)?;
    tx.all(&PERSON_LIST, &values![owner.tenant, &claim], |columns| {
        let no: u16 = columns.take()?;
        let relation = columns.take_with("a relation", Heir::from_name)?;
        let (paid_burial, disagrees) = (columns.take()?, columns.take()?);
        let sealed: Vec<u8> = columns.take()?;
        let text = seal.open_text(owner, &format!("person {no}"), &sealed)?;
        let person = details::unpack_person(&text).ok_or_else(|| corrupt("a claim's person"))?;
        Ok(ClaimPerson { no, relation, paid_burial, disagrees, ..person })
    })
}

/// Chooses a claim for a second look; once.
pub fn select(tx: &mut Tx<'_>, claim: Id<kind::Claim>, at_ms: i64) -> Result<(), StoreError> {
    tx.run(&REVIEW_INSERT, &values![tx.tenant(), &claim, at_ms]).map(|_| ())
}

/// Keeps what a second look found.
pub fn reviewed(
    tx: &mut Tx<'_>,
    claim: Id<kind::Claim>,
    (by, at_ms): (Id<kind::User>, i64),
    finding: &str,
) -> Result<bool, StoreError> {
    let known = tx.run(&REVIEW_SET, &values![&by, at_ms, tx.tenant(), &claim])? > 0;
    if known {
        reasons::keep(tx, claim.as_bytes(), Part::Review, finding)?;
    }
    Ok(known)
}

/// Claims that are or were looked at once more, oldest first.
pub fn reviews(tx: &mut Tx<'_>) -> Result<Vec<Review>, StoreError> {
    let mut found = tx.all(&REVIEW_LIST, &values![tx.tenant()], |columns| {
        let (claim, selected_at_ms) = (columns.take()?, columns.take()?);
        let (by, at): (Option<Id<kind::User>>, Option<i64>) = (columns.take()?, columns.take()?);
        Ok(Review { claim, selected_at_ms, reviewed: by.zip(at), finding: "".into() })
    })?;
    for review in &mut found {
        let words = reasons::get(tx, review.claim.as_bytes(), Part::Review)?;
        review.finding = words.unwrap_or_default().into();
    }
    Ok(found)
}

/// Every month that was paid for somebody, with the bill and the payment behind it.
pub fn months(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<PaidMonth>, StoreError> {
    tx.all(&MONTHS, &values![tx.tenant(), &person], |columns| {
        Ok(PaidMonth {
            month: columns.take()?,
            scheme: columns.take_with("a scheme", Scheme::from_name)?,
            programme: columns.take()?,
            bill: columns.take()?,
            transfer: columns.take()?,
            paid_on: columns.take()?,
            rupiah: columns.take()?,
        })
    })
}

fn seal_of<'k, 'i>(
    tx: &mut Tx<'k>,
    id: &'i Id<kind::Claim>,
) -> Result<(Seal<'k>, Owner<'i>), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, id);
    let wrapped = seal::key_of(tx, id.as_bytes())?;
    let wrapped = wrapped.ok_or_else(|| corrupt("a claim's key"))?;
    Ok((keys.unwrap(owner, &wrapped)?, owner))
}

fn read(columns: &mut Columns<'_>) -> Result<Claim, StoreError> {
    Ok(Claim {
        id: columns.take()?,
        person: columns.take()?,
        kind: columns.take_with("a kind of claim", ClaimKind::from_name)?,
        event: columns.take()?,
        reported: columns.take()?,
        told: columns.take_with("who told", Told::from_name)?,
        occupation: columns.take()?,
        opened_by: columns.take()?,
        opened_at_ms: columns.take()?,
        state: columns.take_with("a claim's state", ClaimState::from_name)?,
        steps: columns.take()?,
        granted: columns.take()?,
        paid: columns.take()?,
    })
}

#[cfg(test)]
mod tests {
    use domain::claim::TABLE;

    #[test]
    fn the_database_has_the_table_of_the_domain_row_by_row() {
        let text = include_str!("../migrations/0028_claims.sql");
        let (_, rows) = text.split_once("benefit_claim_step_known check").expect("the constraint");
        let rows = rows.lines().next().expect("one line");
        for (from, by, to) in TABLE {
            let row = format!("'{} {} {}'", from.name(), by.name(), to.name());
            assert!(rows.contains(&row), "{row}");
        }
        // Each row is between two marks; two more are around the blanks that join it.
        assert_eq!(rows.matches('\'').count(), 2 * TABLE.len() + 4);
    }
}
