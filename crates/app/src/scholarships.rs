//! Scholarships year by year: what each child of a granted claim may ask for, asked with the
//! school's letter by one person, approved by another, sent to BPJS, paid, or over for a cause.

mod list;
#[cfg(test)]
mod tests;

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::claim::ClaimPerson;
use domain::scholarship::{
    ChildOfClaim, PlanInput, SchoolLetter, YearAsked, YearRefusal, is_planned, plan, row_for,
    school_year_id, shared_of, year_hash, year_moved, year_step,
};
pub use domain::scholarship::{
    EndCause, Standing, YEAR_TABLE, YearKept, YearRow, YearState, YearStep, class_name,
    letter_part, read_letter_part,
};
use domain::task::{Task, TaskKind, Verdict};
use rules::{Heir, SchoolStart};
use store::Tx;
pub use store::scholarships::YearStepKept;

use crate::claims::{Claim, gap};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};
use crate::tasks::Forward;

pub use list::{ChildShown, Scholarship, YearDue, YearShown};

/// A step of a child's school year that somebody wants to make.
#[derive(Debug, Clone)]
pub struct YearWanted<'a> {
    /// The child, by their place among the claim's people.
    pub person_no: u16,
    /// The year in which the school year begins.
    pub year: i32,
    /// Which step.
    pub step: YearStep,
    /// The day of it, of the school's letter for what is asked; today when absent.
    pub day: Option<Day>,
    /// The class, such as `sd1`; the planned one when empty.
    pub class: &'a str,
    /// The amount, where it has one.
    pub rupiah: Option<Rupiah>,
    /// Why it ends, by the stable name; empty otherwise.
    pub cause: &'a str,
    /// The number of the school's letter, of BPJS's or of a transfer.
    pub reference: &'a str,
    /// Why, in words.
    pub reason: &'a str,
}

impl YearWanted<'_> {
    /// A step today, without anything besides.
    pub fn of(person_no: u16, year: i32, step: YearStep) -> YearWanted<'static> {
        YearWanted {
            person_no,
            year,
            step,
            day: None,
            class: "",
            rupiah: None,
            cause: "",
            reference: "",
            reason: "",
        }
    }
}

/// A claim with what a plan of its scholarships needs.
struct Planned {
    claim: Claim,
    people: Vec<ClaimPerson>,
    children: Vec<ChildOfClaim>,
    kept: Vec<YearKept>,
}

impl Planned {
    fn input(&self, today: Day) -> PlanInput<'_> {
        PlanInput { event: self.claim.event, today, children: &self.children, kept: &self.kept }
    }
}

impl Office {
    /// Makes a step of a child's school year; the last step again is no change. What is asked for
    /// waits for a second person, see [`Office::decide_task`].
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `USER_MAY_NOT`, the codes of [`YearRefusal`], `SCHOLARSHIP_CHILD_UNKNOWN`,
    /// `SCHOLARSHIP_MONTHS_SHORT`, `CLAIM_REFERENCE_UNFIT` for the number of a citizen.
    pub fn step_scholarship(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        wanted: &YearWanted<'_>,
    ) -> Result<YearKept, AppError> {
        if wanted.step.is_of_task() {
            return Err(refused(YearRefusal::NotNow, wanted.step.name()));
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
            let year = school_year_id(id, wanted.person_no, wanted.year);
            if let Some(kept) = repeated(tx, year, wanted, self.environment.today())? {
                return Ok(kept);
            }
            let planned = self.planned(tx, claim)?;
            let made = self.make_year_step(tx, &planned, wanted, (Some(actor.id), None))?;
            if wanted.step == YearStep::Ask {
                self.put_year_forward(tx, actor, (&planned, &made))?;
            }
            let act = format!("scholarship-{}", wanted.step.name());
            self.record(tx, actor, &act, "school-year", made.id.as_bytes())?;
            Ok(made)
        })
    }

    fn planned(&self, tx: &mut Tx<'_>, claim: Claim) -> Result<Planned, AppError> {
        let people = store::benefit_claims::people(tx, claim.id)?;
        let is_child = |one: &&ClaimPerson| one.relation == Heir::Child || one.school.is_some();
        let child = |one: &ClaimPerson| ChildOfClaim {
            no: one.no,
            birth: one.birth.or(one.school.and_then(|start| start.birth)),
            start: one.school,
        };
        let children = people.iter().filter(is_child).map(child).collect();
        let kept = store::scholarships::of_claim(tx, claim.id)?;
        Ok(Planned { claim, people, children, kept })
    }

    /// Decides about a step and keeps it: by the claim, its months and limits where it goes
    /// forward, by the table alone where it does not.
    fn make_year_step(
        &self,
        tx: &mut Tx<'_>,
        planned: &Planned,
        wanted: &YearWanted<'_>,
        (made_by, maker): (Option<Id<kind::User>>, Option<Id<kind::User>>),
    ) -> Result<YearKept, AppError> {
        let today = self.environment.today();
        let cause = match wanted.cause {
            "" => None,
            word => EndCause::from_name(word),
        };
        let asked = YearAsked {
            step: wanted.step,
            day: wanted.day.unwrap_or(today),
            day_said: wanted.day.is_some(),
            reference: wanted.reference,
            today,
            class: None,
            rupiah: wanted.rupiah,
            cause,
            reason: wanted.reason,
        };
        let own = |one: &&YearKept| (one.person_no, one.year) == (wanted.person_no, wanted.year);
        let kept = planned.kept.iter().find(own);
        let before = kept.map_or(YearState::Due, |kept| kept.state);
        let (made, class) = match kept.filter(|_| !wanted.step.goes_forward()) {
            Some(kept) => {
                let made = year_moved(&planned.claim, kept, &asked);
                (made.map_err(|refusal| refused(refusal, kept.state.name()))?, None)
            }
            None => self.forward(tx, planned, wanted, asked)?,
        };
        let step = YearStepKept {
            no: made.steps,
            step: wanted.step,
            states: (before, made.state),
            day: asked.day,
            class,
            rupiah: match wanted.step {
                YearStep::Ask => made.computed,
                YearStep::Pay => wanted.rupiah,
                _ => None,
            },
            cause: cause.filter(|_| wanted.step == YearStep::End),
            reference: wanted.reference.trim().into(),
            reason: wanted.reason.trim().into(),
            made_by,
            maker,
            at_ms: self.now_ms(),
        };
        store::scholarships::make_step(tx, &made, &step)?;
        Ok(made)
    }

    /// The school year after a step of one that is in the plan, and the class that it names.
    fn forward(
        &self,
        tx: &mut Tx<'_>,
        planned: &Planned,
        wanted: &YearWanted<'_>,
        asked: YearAsked<'_>,
    ) -> Result<(YearKept, Option<SchoolStart>), AppError> {
        let unknown = || AppError::not_found("SCHOLARSHIP_CHILD_UNKNOWN", "");
        let child = planned.children.iter().find(|child| child.no == wanted.person_no);
        let child = child.ok_or_else(unknown)?;
        if wanted.step.goes_forward() {
            self.refuse_short(tx, &planned.claim)?;
            let first = self.rulebook.first_school_year(planned.claim.event).map_err(gap)?.0;
            if wanted.year < first {
                return Err(refused(YearRefusal::BeforeEvent, first));
            }
        }
        let typed = match wanted.class.trim() {
            "" => None,
            text => Some(
                SchoolStart::parse(text).ok_or_else(|| refused(YearRefusal::ClassMissing, ""))?,
            ),
        };
        let typed = typed.filter(|_| wanted.step.needs_class());
        let input = planned.input(asked.today);
        let row = row_for(&self.rulebook, &input, (child, wanted.year), typed).map_err(gap)?;
        let row = row.ok_or_else(|| refused(YearRefusal::ClassMissing, ""))?;
        let class = wanted.step.needs_class().then_some(row.class);
        let shared = shared_of(&self.rulebook, &input, (child.no, wanted.year)).map_err(gap)?;
        let made = year_step(&planned.claim, &row, shared, &YearAsked { class, ..asked });
        let made = made.map_err(|refusal| refused(refusal, detail_of(refusal, &row)))?;
        Ok((made, class))
    }

    fn refuse_short(&self, tx: &mut Tx<'_>, claim: &Claim) -> Result<(), AppError> {
        match self.assessed(tx, claim)?.0.scholarship_short {
            Some((counted, required)) => {
                let detail = format!("{counted}/{required}");
                Err(AppError::refused("SCHOLARSHIP_MONTHS_SHORT", detail))
            }
            None => Ok(()),
        }
    }

    fn put_year_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (planned, made): (&Planned, &YearKept),
    ) -> Result<Task, AppError> {
        let computed = made.computed.unwrap_or(Rupiah::ZERO);
        let letter = letter_of(tx, made)?;
        let files: Vec<String> = letter.files.iter().map(Id::to_string).collect();
        let content = format!(
            "kind={}\nchild={}\nschool_year={}/{}\nclass={}\nbenefit_rupiah={}\nletter={}\n\
             letter_day={}\nletter_files={}",
            planned.claim.kind.name(),
            made.person_no,
            made.year,
            made.year + 1,
            made.class.map_or(String::new(), class_name),
            computed.0,
            letter.number,
            letter.day,
            files.join(" "),
        );
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Scholarship,
            object: *made.id.as_bytes(),
            hash: year_hash(made, &letter),
            effect: computed,
            content: &content,
        };
        self.put_forward(tx, actor, &forward)
    }

    /// What a verdict on a school year brings about, with its one audit line.
    pub(crate) fn scholarship_decided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        verdict: &Verdict,
    ) -> Result<(), AppError> {
        let (planned, year) = self.year_of(tx, task)?;
        let by = (Some(actor.id), Some(task.maker));
        let step = |step| YearWanted::of(year.person_no, year.year, step);
        if let Verdict::Return(reason) = verdict {
            let wanted = YearWanted { reason, ..step(YearStep::TurnDown) };
            self.make_year_step(tx, &planned, &wanted, by)?;
            return self.record(tx, actor, "scholarship-turn-down", "school-year", &task.object);
        }
        let letter = letter_of(tx, &year)?;
        if year_hash(&year, &letter) != task.hash {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        self.make_year_step(tx, &planned, &step(YearStep::Approve), by)?;
        self.record(tx, actor, "scholarship-approve", "school-year", &task.object)
    }

    /// Nobody decided in time: it can be asked for again.
    pub(crate) fn scholarship_expired(&self, tx: &mut Tx<'_>, task: &Task) -> Result<(), AppError> {
        let (planned, year) = self.year_of(tx, task)?;
        if year.state == YearState::Asked {
            let wanted = YearWanted::of(year.person_no, year.year, YearStep::Lapse);
            self.make_year_step(tx, &planned, &wanted, (None, Some(task.maker)))?;
        }
        Ok(())
    }

    fn year_of(&self, tx: &mut Tx<'_>, task: &Task) -> Result<(Planned, YearKept), AppError> {
        let id: Id<kind::SchoolYear> = Id::from_bytes(task.object);
        let unknown = || AppError::not_found("CLAIM_UNKNOWN", id.to_string());
        let year = store::scholarships::get(tx, id)?.ok_or_else(unknown)?;
        let claim = store::benefit_claims::get(tx, year.claim)?.ok_or_else(unknown)?.0;
        Ok((self.planned(tx, claim)?, year))
    }
}

/// A refusal of the domain with the word its sentence needs.
fn refused(refusal: YearRefusal, detail: impl ToString) -> AppError {
    AppError::refused(refusal.name(), detail.to_string())
}

fn detail_of(refusal: YearRefusal, row: &YearRow) -> String {
    match refusal {
        YearRefusal::NotYet => row.begins.to_string(),
        YearRefusal::TooLate => row.until.to_string(),
        YearRefusal::NotNow => row.standing.name().to_owned(),
        YearRefusal::LetterUnfit => format!("{} – {}", row.letter.0, row.letter.1),
        _ => String::new(),
    }
}

/// The school's letter of a year that was put forward: as it was said when it was last asked for,
/// with its photos and scans.
fn letter_of(tx: &mut Tx<'_>, year: &YearKept) -> Result<SchoolLetter, AppError> {
    let steps = store::scholarships::steps(tx, year.id)?;
    let asked = steps.iter().rfind(|one| one.step == YearStep::Ask);
    let asked = asked.ok_or_else(|| refused(YearRefusal::LetterMissing, ""))?;
    let mut files = Vec::new();
    for file in store::attachments::of_record(tx, year.claim.as_bytes())? {
        let of = read_letter_part(&file.part).map(|(_, no, of_year)| (no, of_year));
        if of == Some((year.person_no, year.year)) {
            files.push(file.id);
        }
    }
    Ok(SchoolLetter { number: asked.reference.clone(), day: asked.day, files })
}

/// The school year as it is, when the step that is wanted was made already: the last one, or of
/// payments any with the same number, day and amount.
fn repeated(
    tx: &mut Tx<'_>,
    id: Id<kind::SchoolYear>,
    wanted: &YearWanted<'_>,
    today: Day,
) -> Result<Option<YearKept>, AppError> {
    let steps = store::scholarships::steps(tx, id)?;
    let class = SchoolStart::parse(wanted.class).map(|class| SchoolStart { birth: None, ..class });
    let is_paid = |one: &YearStepKept| {
        one.step == YearStep::Pay
            && *one.reference == *wanted.reference.trim()
            && one.day == wanted.day.unwrap_or(today)
            && one.rupiah == wanted.rupiah
    };
    let is_same = |last: &YearStepKept| {
        last.step == wanted.step
            && wanted.day.is_none_or(|day| day == last.day)
            && (wanted.class.trim().is_empty() || class == last.class)
            && (wanted.cause.is_empty() || EndCause::from_name(wanted.cause) == last.cause)
            && *last.reference == *wanted.reference.trim()
            && *last.reason == *wanted.reason.trim()
    };
    let same = match wanted.step {
        YearStep::Pay => steps.iter().any(is_paid),
        _ => steps.last().is_some_and(is_same),
    };
    Ok(if same { store::scholarships::get(tx, id)? } else { None })
}
