//! Steps of a claim: by the office, by a second person, by BPJS; each kept with who and when.

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::claim::{
    ClaimRefusal, ClaimState, ClaimStep, StepAsked, awaits, claim_hash, is_always_asked,
    is_sampled, pays_heirs, receivers, receivers_digest, step,
};
use domain::task::{Task, TaskKind, Verdict};
use store::Tx;
use store::benefit_claims::StepKept;

use super::{Claim, gap, refused};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};
use crate::tasks::Forward;

/// The setting that says that one claim in so many is looked at once more.
pub const REVIEW_EVERY: &str = "claim-review-every";
const REVIEW_EVERY_USUAL: u64 = 10;

/// A step that somebody wants to make.
#[derive(Debug, Clone)]
pub struct StepWanted<'a> {
    /// Which.
    pub step: ClaimStep,
    /// The day of it; today when absent.
    pub day: Option<Day>,
    /// The amount, where it has one.
    pub rupiah: Option<Rupiah>,
    /// Who was paid, by their place among the claim's people; 0 for the member.
    pub receiver: Option<u16>,
    /// The number of BPJS or of a transfer.
    pub reference: &'a str,
    /// Why.
    pub reason: &'a str,
}

impl StepWanted<'_> {
    /// A step today, without anything besides.
    pub fn of(step: ClaimStep) -> StepWanted<'static> {
        StepWanted { step, day: None, rupiah: None, receiver: None, reference: "", reason: "" }
    }
}

impl Office {
    /// Makes a step of a claim; the last step again is no change. What is put forward waits for a
    /// second person: approving and turning down are theirs, see [`Office::decide_task`].
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `USER_MAY_NOT`, the codes of [`ClaimRefusal`], `CLAIM_REFERENCE_UNFIT` for
    /// the number of a citizen.
    pub fn step_claim(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        wanted: &StepWanted<'_>,
    ) -> Result<Claim, AppError> {
        let is_task = wanted.step.is_of_task() && wanted.step != ClaimStep::Propose;
        if is_task {
            return Err(refused(ClaimRefusal::NotNow, wanted.step.name()));
        }
        if base::nik::stands_in(wanted.reference) || wanted.reference.chars().count() > 60 {
            return Err(AppError::usage("CLAIM_REFERENCE_UNFIT", ""));
        }
        let operation = match wanted.step.is_of_bpjs() {
            true => Operation::AnswerClaims,
            false => Operation::HandleClaims,
        };
        self.store.write(|tx| {
            let (claim, ..) = self.claim_for(tx, actor, id, operation)?;
            if is_repeat(tx, &claim, wanted)? {
                return Ok(claim);
            }
            let made = self.make(tx, &claim, wanted, (Some(actor.id), None))?;
            if wanted.step == ClaimStep::Propose {
                self.put_claim_forward(tx, actor, &made)?;
            }
            if wanted.step == ClaimStep::Withdraw {
                store::references::take_back(tx, super::death_list_of(id))?;
            }
            let act = format!("claim-step-{}", wanted.step.name());
            self.record(tx, actor, &act, "benefit-claim", id.as_bytes())?;
            Ok(made)
        })
    }

    /// Decides about a step by all that the claim has, and keeps it.
    fn make(
        &self,
        tx: &mut Tx<'_>,
        claim: &Claim,
        wanted: &StepWanted<'_>,
        (made_by, maker): (Option<Id<kind::User>>, Option<Id<kind::User>>),
    ) -> Result<Claim, AppError> {
        let today = self.environment.today();
        let day = wanted.day.unwrap_or(today);
        let people = store::benefit_claims::people(tx, claim.id)?;
        let receive = receivers(&people, claim.event, &self.rulebook).map_err(gap)?;
        let facts = store::benefit_claims::get(tx, claim.id)?.map(|found| found.2);
        let heirs_receive = pays_heirs(claim.kind, &facts.unwrap_or_default());
        let missing = self.missing_papers(tx, claim, heirs_receive)?;
        let asked = StepAsked {
            step: wanted.step,
            day,
            today,
            rupiah: wanted.rupiah,
            reason: wanted.reason,
            papers_missing: !missing.is_empty(),
            people: awaits(heirs_receive, &people, &receive),
        };
        let state = step(claim, &asked).map_err(|refusal| match refusal {
            ClaimRefusal::PapersMissing => refused(refusal, missing.join(", ")),
            ClaimRefusal::NotNow => refused(refusal, claim.state.name()),
            ClaimRefusal::DayUnfit => refused(refusal, day),
            _ => refused(refusal, ""),
        })?;
        let rupiah = wanted.rupiah.filter(|_| wanted.step.needs_amount());
        let mut next = Claim { state, steps: claim.steps + 1, ..claim.clone() };
        match (wanted.step, rupiah) {
            (ClaimStep::Grant, Some(rupiah)) => next.granted = Some(rupiah),
            (ClaimStep::Refuse, _) => next.granted = None,
            (ClaimStep::Pay, Some(rupiah)) => {
                let sum = claim.paid.plus(rupiah);
                next.paid = sum.map_err(|_| refused(ClaimRefusal::AmountMissing, ""))?;
            }
            _ => {}
        }
        let kept = StepKept {
            no: next.steps,
            step: wanted.step,
            states: (claim.state, state),
            day,
            rupiah,
            receiver: wanted.receiver.filter(|_| wanted.step == ClaimStep::Pay),
            reference: wanted.reference.trim().into(),
            reason: wanted.reason.trim().into(),
            made_by,
            maker,
            at_ms: self.now_ms(),
        };
        store::benefit_claims::make_step(tx, &next, &kept)?;
        Ok(next)
    }

    /// Papers that are always asked for and not at hand, by the names of the rules.
    pub(super) fn missing_papers(
        &self,
        tx: &mut Tx<'_>,
        claim: &Claim,
        heirs_receive: bool,
    ) -> Result<Vec<String>, AppError> {
        let entry = self.rulebook.claim_papers(claim.kind.scheme(), claim.event).map_err(gap)?;
        let known = store::benefit_claims::papers(tx, claim.id)?;
        let always = entry.rows().iter().filter(|row| is_always_asked(row, heirs_receive));
        let missing = always.filter(|row| known.iter().all(|(key, _)| **key != *row.key));
        Ok(missing.map(|row| row.name.to_string()).collect())
    }

    /// What is shown to whoever approves: the benefit, who receives it, the papers.
    fn claim_seen(
        &self,
        tx: &mut Tx<'_>,
        claim: &Claim,
    ) -> Result<([u8; 32], Rupiah, String), AppError> {
        let (found, person, _) = self.assessed(tx, claim)?;
        let people = store::benefit_claims::people(tx, claim.id)?;
        let receive = receivers(&people, claim.event, &self.rulebook).map_err(gap)?;
        let papers = store::benefit_claims::papers(tx, claim.id)?;
        let keys: Vec<&str> = papers.iter().map(|(key, _)| &**key).collect();
        let total = found.answer.total;
        let digest = receivers_digest(&people, &receive);
        let hash = claim_hash(claim, total, &digest, &keys);
        let content = format!(
            "kind={}\nevent={}\nvillage={}\ncover={}\nbenefit_rupiah={}\nreceivers={}\npapers={}",
            claim.kind.name(),
            claim.event,
            self.name_of(person.place),
            found.cover.name(),
            total.0,
            receive.len(),
            keys.len(),
        );
        Ok((hash, total, content))
    }

    fn put_claim_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        claim: &Claim,
    ) -> Result<Task, AppError> {
        let (hash, effect, content) = self.claim_seen(tx, claim)?;
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Claim,
            object: *claim.id.as_bytes(),
            hash,
            effect,
            content: &content,
        };
        self.put_forward(tx, actor, &forward)
    }

    /// What a verdict on a claim brings about, with its one audit line.
    pub(crate) fn claim_decided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        verdict: &Verdict,
    ) -> Result<(), AppError> {
        let claim = claim_of(tx, task)?;
        if claim.state != ClaimState::Proposed {
            return Err(refused(ClaimRefusal::NotNow, claim.state.name()));
        }
        if let Verdict::Return(reason) = verdict {
            let wanted = StepWanted { reason, ..StepWanted::of(ClaimStep::TurnDown) };
            self.make(tx, &claim, &wanted, (Some(actor.id), Some(task.maker)))?;
            return self.record(tx, actor, "claim-returned", "benefit-claim", &task.object);
        }
        let (hash, ..) = self.claim_seen(tx, &claim)?;
        if hash != task.hash {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        let by = (Some(actor.id), Some(task.maker));
        self.make(tx, &claim, &StepWanted::of(ClaimStep::Approve), by)?;
        let every = store::settings::get(tx, REVIEW_EVERY)?;
        let every = every.and_then(|text| text.parse().ok()).unwrap_or(REVIEW_EVERY_USUAL);
        if is_sampled(claim.id, every) {
            store::benefit_claims::select(tx, claim.id, self.now_ms())?;
        }
        self.record(tx, actor, "claim-approved", "benefit-claim", &task.object)
    }

    /// Nobody decided in time: it can be put forward again.
    pub(crate) fn claim_expired(&self, tx: &mut Tx<'_>, task: &Task) -> Result<(), AppError> {
        let claim = claim_of(tx, task)?;
        if claim.state == ClaimState::Proposed {
            self.make(tx, &claim, &StepWanted::of(ClaimStep::Lapse), (None, Some(task.maker)))?;
        }
        Ok(())
    }

    /// Keeps what a second look at a claim found. It stops nothing: the claim goes its way.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `CLAIM_NOT_SELECTED`, `REASON_MISSING`, `SAME_PERSON` when whoever put it
    /// forward or approved it looks at it again.
    pub fn review_claim(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        finding: &str,
    ) -> Result<(), AppError> {
        let finding = crate::people::usable_reason(finding)?;
        self.store.write(|tx| {
            self.claim_for(tx, actor, id, Operation::HandleClaims)?;
            let steps = store::benefit_claims::steps(tx, id)?;
            let approved = steps.iter().filter(|one| one.step == ClaimStep::Approve);
            let mut known = approved.flat_map(|one| [one.made_by, one.maker]);
            if known.any(|by| by == Some(actor.id)) {
                return Err(AppError::refused("SAME_PERSON", ""));
            }
            let by = (actor.id, self.now_ms());
            if !store::benefit_claims::reviewed(tx, id, by, &finding)? {
                return Err(AppError::refused("CLAIM_NOT_SELECTED", ""));
            }
            self.record(tx, actor, "claim-reviewed", "benefit-claim", id.as_bytes())
        })
    }
}

fn claim_of(tx: &mut Tx<'_>, task: &Task) -> Result<Claim, AppError> {
    let id: Id<kind::Claim> = Id::from_bytes(task.object);
    let found = store::benefit_claims::get(tx, id)?;
    let found = found.ok_or_else(|| AppError::not_found("CLAIM_UNKNOWN", id.to_string()))?;
    Ok(found.0)
}

/// Whether the last step is the one that is wanted.
fn is_repeat(tx: &mut Tx<'_>, claim: &Claim, wanted: &StepWanted<'_>) -> Result<bool, AppError> {
    let steps = store::benefit_claims::steps(tx, claim.id)?;
    let Some(last) = steps.last() else { return Ok(false) };
    let same = last.step == wanted.step
        && wanted.day.is_none_or(|day| day == last.day)
        && *last.reference == *wanted.reference.trim()
        && *last.reason == *wanted.reason.trim();
    let amount = wanted.rupiah.filter(|_| wanted.step.needs_amount());
    let receiver = wanted.receiver.filter(|_| wanted.step == ClaimStep::Pay);
    Ok(same && amount == last.rupiah && receiver == last.receiver)
}
