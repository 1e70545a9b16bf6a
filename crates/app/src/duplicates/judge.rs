//! A word on a pair: one human, two humans, let the village say; taken back; and the second person.

use base::id::kind;
use base::{Id, ProblemCode, RegionCode, Rupiah};
use domain::duplicates::{PairRefusal, PairState, PairVerdict, Stake, after, pair_id};
use domain::enrolment::ToldApart;
use domain::merging::{MergePlan, plan, to_keep};
use domain::registry::Person;
use domain::task::{Task, TaskKind, TaskState, Verdict};
use sha2::{Digest, Sha256};
use store::audit::AuditLine;
use store::duplicates::{Pair, Question, Said, Two};
use store::people::Hold;
use store::staging::Answered;
use store::{StoreError, Tx};

use super::{Money, unknown};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::tasks::{Forward, line_of};

/// What somebody says of a pair.
#[derive(Debug, Clone)]
pub struct Judgement<'a> {
    /// Which.
    pub pair: Id<kind::Pair>,
    /// The revision that was seen; the pair as it stands when absent.
    pub revision: Option<u32>,
    /// What is said.
    pub verdict: PairVerdict,
    /// Whose record stays when they are one; the one with more months, then the older, when absent.
    pub keep: Option<Id<kind::Person>>,
    /// Why; taking a word back needs it.
    pub reason: &'a str,
}

impl Office {
    /// Says something of a pair; the state it then has. The same again is no change.
    ///
    /// # Errors
    /// `PAIR_UNKNOWN`, `USER_MAY_NOT`, `PAIR_CHANGED` when somebody was faster, `PAIR_NOT_NOW`,
    /// `PERSON_MERGED`, `REASON_MISSING`, `MERGE_LISTED` while a list with one of them waits.
    pub fn judge_pair(
        &self,
        actor: &Actor,
        judgement: &Judgement<'_>,
    ) -> Result<PairState, AppError> {
        self.end_late_proposal(judgement.pair)?;
        self.store.write(|tx| {
            let pair = store::duplicates::get(tx, judgement.pair)?;
            let pair = pair.ok_or_else(|| unknown(judgement.pair))?;
            let people = self.people_of(tx, &pair)?;
            self.authorize_word(tx, actor, &pair, &people, judgement.verdict)?;
            if judgement.revision.is_some_and(|seen| seen != pair.revision) {
                return Err(AppError::new(ErrorKind::Conflict, "PAIR_CHANGED", ""));
            }
            let next = match after(pair.state, judgement.verdict) {
                Ok(next) => next,
                Err(PairRefusal::Exists) => return Ok(pair.state),
                Err(refusal) => return Err(AppError::refused(refusal.name(), "")),
            };
            let needs_reason = judgement.verdict == PairVerdict::Undo;
            if needs_reason && judgement.reason.trim().chars().count() < 3 {
                return Err(AppError::usage("REASON_MISSING", ""));
            }
            match judgement.verdict {
                PairVerdict::Same => self.put_merging_forward(tx, actor, &pair, judgement.keep)?,
                // The pair itself is what intake and every search remember it by.
                PairVerdict::Different => {}
                PairVerdict::Ask => self.ask_villages(tx, actor, &pair, &people)?,
                PairVerdict::Undo => self.undo_word(tx, actor, &pair)?,
                _ => self.keep_answer(tx, actor, &pair, judgement.verdict)?,
            }
            self.say_of(tx, Some(actor.id), &pair, next, judgement.verdict, judgement.reason)?;
            if pair.state == PairState::Different {
                wake_neighbours(tx, &pair)?;
            }
            Ok(next)
        })
    }

    /// Whether the actor may say this of the pair: whoever may change both people, or, for an
    /// answer, whoever takes files in for a village that was asked.
    fn authorize_word(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        pair: &Pair,
        people: &[Person; 2],
        verdict: PairVerdict,
    ) -> Result<(), AppError> {
        if !verdict.is_answer() {
            return people.iter().try_for_each(|person| {
                let target = Target::in_region(person.place);
                self.authorize_or(actor, Operation::ChangePerson, &target, || unknown(pair.id))
            });
        }
        let asked = self.asked_here(tx, actor, pair)?;
        if asked.is_empty() { Err(unknown(pair.id)) } else { Ok(()) }
    }

    /// The villages asked about a pair for which the actor may answer.
    pub(super) fn asked_here(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        pair: &Pair,
    ) -> Result<Vec<Question>, AppError> {
        let mut questions = store::duplicates::questions(tx, pair.id)?;
        questions.retain(|question| {
            let target = Target::in_region(question.place);
            question.answer.is_none() && self.reaches(actor, Operation::TakeIn, &target)
        });
        Ok(questions)
    }

    pub(super) fn people_of(&self, tx: &mut Tx<'_>, pair: &Pair) -> Result<[Person; 2], AppError> {
        let missing = || AppError::not_found("PERSON_UNKNOWN", pair.id.to_string());
        let left = store::people::get(tx, pair.left)?.ok_or_else(missing)?;
        let right = store::people::get(tx, pair.right)?.ok_or_else(missing)?;
        Ok([left, right])
    }

    /// Keeps a word with its one audit line.
    fn say_of(
        &self,
        tx: &mut Tx<'_>,
        by: Option<Id<kind::User>>,
        pair: &Pair,
        next: PairState,
        verdict: PairVerdict,
        reason: &str,
    ) -> Result<(), AppError> {
        let line = self.audit_line(by, &format!("pair-{}", verdict.name()), "pair");
        let mut line = AuditLine { object: Some(*pair.id.as_bytes()), ..line };
        if !reason.trim().is_empty() {
            line.reason = Some(domain::audit::reason_commitment(&line.salt, reason));
            store::audit::keep_reason(tx, &line, reason)?;
        }
        store::audit::append(tx, &line)?;
        let said = self.word(pair, verdict, by, line.id);
        Ok(store::duplicates::say(tx, pair, next, &said)?)
    }

    /// A word on a pair, kept with the line of the act by which it was said.
    pub(super) fn word(
        &self,
        pair: &Pair,
        verdict: PairVerdict,
        by: Option<Id<kind::User>>,
        line: [u8; 16],
    ) -> Said {
        let (revision, score, at_ms) = (pair.revision + 1, pair.score, self.now_ms());
        Said { revision, verdict, score, by, at_ms, line }
    }

    /// Remembers who was told from whom while a file was checked: the same word as in the queue, of
    /// whoever answered there, by the act that takes the file in. The reason stays with the answer.
    pub(crate) fn told_apart(
        &self,
        tx: &mut Tx<'_>,
        (actor, line): (Id<kind::User>, [u8; 16]),
        sheet: Id<kind::Sheet>,
        told: &[ToldApart],
    ) -> Result<(), AppError> {
        if told.is_empty() {
            return Ok(());
        }
        let answers = store::staging::answers(tx, sheet)?;
        let (mut money, verdict) = (Money::new(self), PairVerdict::Different);
        for one in told {
            let answer = answers.iter().find(|answer| answers_twins(answer, one.row));
            let by = Some(answer.map_or(actor, |answer| answer.by));
            let pair = self.untouched(tx, one.people, &mut money)?;
            match store::duplicates::get(tx, pair.id)? {
                None => {
                    let said = self.word(&pair, verdict, by, line);
                    let pair = Pair { state: PairState::Different, revision: 1, ..pair };
                    store::duplicates::insert_said(tx, &pair, &said)?;
                }
                // What two people are at, or have done, a file does not undo.
                Some(pair) => {
                    if let Ok(next) = after(pair.state, verdict) {
                        let said = self.word(&pair, verdict, by, line);
                        store::duplicates::say(tx, &pair, next, &said)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Two people of whom nobody has said anything and whom nobody has compared.
    fn untouched(
        &self,
        tx: &mut Tx<'_>,
        (left, right): Two,
        money: &mut Money,
    ) -> Result<Pair, AppError> {
        Ok(Pair {
            id: pair_id(left, right),
            left,
            right,
            state: PairState::Open,
            score: 0,
            levels: Box::default(),
            stake: money.of_pair(tx, left, right)?,
            revision: 0,
            found_at_ms: self.now_ms(),
        })
    }

    /// Puts the merging of two people forward for a second person.
    fn put_merging_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        pair: &Pair,
        keep: Option<Id<kind::Person>>,
    ) -> Result<(), AppError> {
        let plan = self.merge_plan(tx, pair, keep)?;
        let money = Money::new(self).of(tx, plan.away)?;
        let content = content_of(pair, &plan, money);
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Merge,
            object: *pair.id.as_bytes(),
            hash: self.merge_hash(tx, pair, &plan)?,
            effect: Rupiah(money.monthly.0 + money.paid.0),
            content: &content,
        };
        self.put_forward(tx, actor, &forward).map(|_| ())
    }

    /// What merging a pair would do now.
    ///
    /// Two records are merged as two: neither stands for a third, unless that was merged into the
    /// one that stays.
    pub(super) fn merge_plan(
        &self,
        tx: &mut Tx<'_>,
        pair: &Pair,
        keep: Option<Id<kind::Person>>,
    ) -> Result<MergePlan, AppError> {
        let month = self.environment.today().month_of();
        for person in [pair.left, pair.right] {
            if store::merges::of(tx, person)?.is_some() {
                return Err(AppError::refused("PERSON_MERGED", ""));
            }
            if store::people::hold(tx, person, month)? == Some(Hold::Listed) {
                return Err(AppError::refused("MERGE_LISTED", ""));
            }
        }
        let left = store::merges::history(tx, pair.left)?;
        let right = store::merges::history(tx, pair.right)?;
        let keep = keep.unwrap_or_else(|| to_keep(&left, &right));
        match keep {
            keep if keep == pair.left => Ok(plan(&left, &right)),
            keep if keep == pair.right => Ok(plan(&right, &left)),
            _ => Err(AppError::usage("KEEP_UNKNOWN", "")),
        }
    }

    /// A digest of what a second person is shown: the two records as they stand, and every move.
    fn merge_hash(
        &self,
        tx: &mut Tx<'_>,
        pair: &Pair,
        plan: &MergePlan,
    ) -> Result<[u8; 32], AppError> {
        let mut digest = Sha256::new();
        digest.update(plan.hash());
        for person in [pair.left, pair.right] {
            let versions = store::people::versions(tx, person)?;
            digest.update(versions.last().map_or(0, |last| last.version).to_be_bytes());
        }
        Ok(digest.finalize().into())
    }

    fn ask_villages(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        pair: &Pair,
        people: &[Person; 2],
    ) -> Result<(), AppError> {
        let mut places: Vec<RegionCode> = people.iter().map(|person| person.place).collect();
        places.dedup();
        for place in places {
            let at_ms = self.now_ms();
            let question = Question { place, by: actor.id, at_ms, answer: None };
            store::duplicates::set_question(tx, pair.id, &question)?;
        }
        Ok(())
    }

    fn keep_answer(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        pair: &Pair,
        answer: PairVerdict,
    ) -> Result<(), AppError> {
        for question in self.asked_here(tx, actor, pair)? {
            let question = Question { answer: Some(answer), ..question };
            store::duplicates::set_question(tx, pair.id, &question)?;
        }
        Ok(())
    }

    /// What taking back the last word on a pair takes.
    fn undo_word(&self, tx: &mut Tx<'_>, actor: &Actor, pair: &Pair) -> Result<(), AppError> {
        match pair.state {
            PairState::Proposed => match open_task(tx, pair.id)? {
                Some(task) => Ok(store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?),
                None => Ok(()),
            },
            PairState::Same => {
                let away = away_of(tx, pair)?;
                let money = Money::new(self).of_pair(tx, pair.left, pair.right)?;
                let content = format!("act=unmerge\npair={}\naway={away}\n", pair.id);
                let forward = Forward {
                    id: self.environment.new_id(),
                    kind: TaskKind::Merge,
                    object: *pair.id.as_bytes(),
                    hash: Sha256::digest(content.as_bytes()).into(),
                    effect: Rupiah(money.monthly.0 + money.paid.0),
                    content: &content,
                };
                self.put_forward(tx, actor, &forward).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// What follows from the second person's verdict on a merging, or from nobody's in time.
    pub(crate) fn merge_decided(
        &self,
        tx: &mut Tx<'_>,
        checker: Option<&Actor>,
        task: &Task,
        content: &str,
        verdict: &Verdict,
    ) -> Result<(), AppError> {
        let id = Id::from_bytes(task.object);
        let pair = store::duplicates::get(tx, id)?.ok_or_else(|| unknown(id))?;
        let (said, reason) = match verdict {
            Verdict::Approve(_) => {
                self.carry_out_merging(tx, &pair, task, content)?;
                (PairVerdict::Approved, "")
            }
            Verdict::Return(reason) => (PairVerdict::Returned, &**reason),
        };
        // The merging itself may have let the pair's neighbours rest, never the pair.
        let next = after(pair.state, said).map_err(|no| AppError::refused(no.name(), ""))?;
        self.say_of(tx, checker.map(|actor| actor.id), &pair, next, said, reason)?;
        match said == PairVerdict::Approved && next == PairState::Open {
            true => wake_neighbours(tx, &pair),
            false => Ok(()),
        }
    }

    fn carry_out_merging(
        &self,
        tx: &mut Tx<'_>,
        pair: &Pair,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        let changed = || AppError::refused("MERGE_CHANGED", "");
        if line_of(content, "act") == Some("unmerge") {
            let away = away_of(tx, pair)?;
            return store::merges::unmerge(tx, away, self.now_ms()).map_err(|error| match error {
                StoreError::Busy => AppError::refused("MERGE_OVERTAKEN", ""),
                error => error.into(),
            });
        }
        let keep = line_of(content, "kept").and_then(|kept| Id::parse(kept).ok());
        let plan = self.merge_plan(tx, pair, Some(keep.ok_or_else(changed)?))?;
        if self.merge_hash(tx, pair, &plan)? != task.hash {
            return Err(changed());
        }
        Ok(store::merges::merge(tx, &plan, pair.id, self.now_ms())?)
    }

    /// Lets a proposal expire that nobody decided in time, so that the pair can be decided anew.
    fn end_late_proposal(&self, pair: Id<kind::Pair>) -> Result<(), AppError> {
        self.store.write(|tx| {
            let late = store::access::tasks_of(tx, TaskKind::Merge, pair.as_bytes())?
                .into_iter()
                .find(|record| {
                    let task = &record.task;
                    task.state == TaskState::Open && self.now_ms() >= task.expires_at_ms
                });
            late.map_or(Ok(()), |record| self.expire(tx, &record))
        })
    }
}

/// Whether it answers the question whether this row is one person with another.
pub(super) fn answers_twins(answer: &Answered, row: (u16, u32)) -> bool {
    let is_of = answer.code == ProblemCode::SamePersonOtherNik;
    is_of && (answer.sheet_index, answer.row) == row
}

/// The open task about a pair.
pub(super) fn open_task(tx: &mut Tx<'_>, pair: Id<kind::Pair>) -> Result<Option<Task>, AppError> {
    let tasks = store::access::tasks_of(tx, TaskKind::Merge, pair.as_bytes())?;
    let mut open = tasks.into_iter().map(|record| record.task);
    Ok(open.rfind(|task| task.state == TaskState::Open))
}

/// Whose record stepped aside when a pair was merged.
pub(super) fn away_of(tx: &mut Tx<'_>, pair: &Pair) -> Result<Id<kind::Person>, AppError> {
    for person in [pair.left, pair.right] {
        let merged = store::merges::of(tx, person)?;
        if merged.is_some_and(|merged| merged.kept == pair.other(person)) {
            return Ok(person);
        }
    }
    Err(AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "pair"))
}

/// After two were parted, or are no longer said to be two: wakes the pairs of both that nothing
/// keeps at rest any more, and lets the pair itself rest while one of them stands aside.
fn wake_neighbours(tx: &mut Tx<'_>, pair: &Pair) -> Result<(), AppError> {
    let roots = store::merges::roots(tx)?;
    let apart = store::duplicates::told_apart(tx)?;
    let root = |person| store::merges::root_of(&roots, person);
    for person in [root(pair.left), root(pair.right)] {
        for found in store::duplicates::of_person(tx, person)? {
            let stand = !roots.contains_key(&found.left) && !roots.contains_key(&found.right);
            let is_free = stand && !apart.contains(&(found.left, found.right));
            if found.state == PairState::Resting && is_free {
                store::duplicates::rest(tx, found.id, found.state, PairState::Open)?;
            }
        }
    }
    let now = store::duplicates::get(tx, pair.id)?.map(|now| now.state);
    let aside = roots.contains_key(&pair.left) || roots.contains_key(&pair.right);
    if now == Some(PairState::Open) && aside {
        store::duplicates::rest(tx, pair.id, PairState::Open, PairState::Resting)?;
    }
    Ok(())
}

/// What a second person is told of a merging, line by line; nothing that names anybody.
fn content_of(pair: &Pair, plan: &MergePlan, money: Stake) -> String {
    use domain::merging::Move;
    let count = |is: fn(&Move) -> bool| plan.moves.iter().filter(|one| is(one)).count();
    let lines = [
        ("act", "merge".to_owned()),
        ("pair", pair.id.to_string()),
        ("kept", plan.kept.to_string()),
        ("away", plan.away.to_string()),
        ("rows", count(|one| matches!(one, Move::Row(_))).to_string()),
        ("memberships", count(|one| matches!(one, Move::Membership(_))).to_string()),
        ("ended", plan.ended.len().to_string()),
        ("months", plan.covers_moved().to_string()),
        ("cards", count(|one| matches!(one, Move::Card(_) | Move::StopCard(..))).to_string()),
        ("twice", plan.paid_twice.len().to_string()),
        ("twice_rupiah", plan.recoverable().0.to_string()),
        ("monthly_rupiah", money.monthly.0.to_string()),
        ("paid_rupiah", money.paid.0.to_string()),
    ];
    lines.map(|(name, value)| format!("{name}={value}\n")).concat()
}
