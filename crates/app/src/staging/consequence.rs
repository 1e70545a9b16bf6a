//! What taking a waiting file in would change, and what it costs; then the taking in itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Id, Rupiah};
use domain::approval::{Candidate, ProposalInput, ProposedList, Welfare, propose};
use domain::enrolment::{Changes, Outcome};
use domain::organisation::Org;
use domain::programme::{Fund, Programme, free_of};
use domain::registry::Person;
use domain::task::Task;
use store::Tx;
use store::sheets::SheetState;
use store::staging::Enlisted;

use super::{Examined, StageCounts, Staged};
use crate::error::{AppError, ErrorKind};
use crate::intake::{Decided, SheetReport, report_of};
use crate::jobs::{Job, JobKind, Tell};
use crate::office::{Actor, Office, Operation};
use crate::tasks::Unseen;

/// What a waiting file would come to.
#[derive(Debug, Clone)]
pub struct Consequence {
    /// Rows by what is to be done with them, as they were last counted.
    pub counts: StageCounts,
    /// Rows by outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// People new to the register.
    pub new: u64,
    /// People whom the register knows and who are new on this programme's list.
    pub joining: u64,
    /// People whose record a correction changes.
    pub changed: u64,
    /// Rows that change nothing: back as they were, or on the list already.
    pub unchanged: u64,
    /// People of this sender's earlier files who are not in this one.
    pub leaving: Vec<Leaving>,
    /// Rows that a rule refuses.
    pub refused: Vec<Refused>,
    /// What those accepted by this file cost; none when nobody is.
    pub money: Option<Money>,
}

/// Somebody of an earlier file who is not in this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Who.
    pub person: Id<kind::Person>,
    /// The earlier file.
    pub sheet: Id<kind::Sheet>,
    /// The sheet's place in it, and the row.
    pub row: (u16, u32),
}

/// Rows refused for one reason, and the law behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The reason.
    pub outcome: Outcome,
    /// How many.
    pub rows: u64,
    /// The rule's parameter, its instrument and its article; none where the programme decides.
    pub rule: Option<(String, String, String)>,
}

/// What people cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// How many.
    pub people: u64,
    /// The cost of the first month.
    pub monthly: Rupiah,
    /// Months paid for.
    pub months: u32,
    /// The cost of all months.
    pub committed: Rupiah,
    /// The fund's code.
    pub fund: String,
    /// What the fund has left of its ceiling after all approved lists.
    pub free: Rupiah,
    /// What people accepted earlier cost, who are on no approved list yet.
    pub waiting: Rupiah,
    /// How many those are.
    pub waiting_people: u64,
    /// What is left afterwards; negative when the ceiling does not hold everybody.
    pub left: Rupiah,
    /// The rules behind the amounts: parameter, instrument, article.
    pub rules: Vec<(String, String, String)>,
}

/// What became of a waiting file that somebody wants taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// It is.
    TakenIn,
    /// A job does it.
    Asked(Job),
    /// It was put forward, and waits for others to approve.
    Waits(Box<Task>),
}

impl Office {
    /// What a waiting file would come to.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, and those of the rulebook.
    pub fn consequence(
        &self,
        staged: &Staged,
        examined: &Examined,
    ) -> Result<Consequence, AppError> {
        self.store.read(|tx| {
            let (programme, changes) = (&staged.programme, &examined.changes);
            let money = self.money_of(tx, programme, changes)?;
            let weighed = self.weighed(tx, (programme, &staged.org), changes)?;
            Ok(Consequence { money, ..weighed })
        })
    }

    /// What changes come to, but for the money.
    pub(crate) fn weighed(
        &self,
        tx: &mut Tx<'_>,
        (programme, org): (&Programme, &Org),
        changes: &Changes,
    ) -> Result<Consequence, AppError> {
        let mut outcomes = BTreeMap::new();
        for decision in &changes.decisions {
            *outcomes.entry(decision.outcome).or_default() += 1;
        }
        let count = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or(0);
        let accepted: u64 =
            outcomes.iter().filter(|(one, _)| one.is_accepted()).map(|(_, rows)| rows).sum();
        let new = changes.new_people.len() as u64;
        let earlier = store::staging::enlisted_by(tx, programme.id, org.id)?;
        let refused = outcomes.iter().filter(|(outcome, _)| outcome.is_refused());
        Ok(Consequence {
            counts: super::examine::count(changes),
            new,
            joining: accepted - new.min(accepted),
            changed: changes.changed_people.len() as u64,
            unchanged: count(Outcome::Unchanged) + count(Outcome::AlreadyOnProgramme),
            leaving: leaving(&earlier, changes),
            refused: refused
                .map(|(outcome, rows)| Refused {
                    outcome: *outcome,
                    rows: *rows,
                    rule: self.rule_behind(*outcome, programme),
                })
                .collect(),
            money: None,
            outcomes,
        })
    }

    /// The rule that a refusal follows.
    fn rule_behind(
        &self,
        outcome: Outcome,
        programme: &Programme,
    ) -> Option<(String, String, String)> {
        let parameter = match outcome {
            Outcome::RefusedAgeOver => "eligibility.usia_maksimum",
            Outcome::RefusedAgeUnder => "eligibility.usia_minimum",
            Outcome::RefusedInsured => "apbd.hanya_belum_terdaftar",
            _ => return None,
        };
        self.cite(parameter, programme)
    }

    fn cite(&self, parameter: &str, programme: &Programme) -> Option<(String, String, String)> {
        let rule = self.rule_on(parameter, programme.first.first_day()).ok()?;
        Some((rule.id, rule.source, rule.article))
    }

    fn money_of(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        changes: &Changes,
    ) -> Result<Option<Money>, AppError> {
        let Some((fund, list)) = self.cost_of(tx, programme, changes)? else { return Ok(None) };
        let waiting = store::proposals::candidates(tx, programme.id, |key| self.sector_of(key))?;
        let committed = store::proposals::committed(tx, fund.id)?;
        let mine: HashSet<_> = list.lines.iter().map(|line| line.person).collect();
        let before: Vec<Candidate> =
            waiting.into_iter().filter(|one| !mine.contains(&one.person)).collect();
        let waiting = match before.is_empty() {
            true => Rupiah::ZERO,
            false => self.cost(programme, &fund, &before)?.committed,
        };
        let free = free_of(&fund, committed);
        let too_much = |_| AppError::refused("TOO_MUCH_MONEY", "");
        let left = free.minus(waiting).and_then(|left| left.minus(list.committed));
        Ok(Some(Money {
            people: list.lines.len() as u64,
            monthly: list.monthly,
            months: list.months,
            committed: list.committed,
            fund: fund.code.to_string(),
            free,
            waiting,
            waiting_people: before.len() as u64,
            left: left.map_err(too_much)?,
            rules: self.rules_behind_cost(programme),
        }))
    }

    /// The rules behind what people of a programme cost: parameter, instrument, article.
    pub(crate) fn rules_behind_cost(&self, programme: &Programme) -> Vec<(String, String, String)> {
        let schemes = programme.schemes.iter();
        let cited =
            schemes.map(|scheme| self.cite(&format!("{}.iuran_bpu", scheme.name()), programme));
        cited.flatten().collect()
    }

    /// What those accepted cost, and the fund that pays; none when nobody is.
    pub(crate) fn cost_of(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        changes: &Changes,
    ) -> Result<Option<(Fund, ProposedList)>, AppError> {
        let mine = self.accepted(tx, changes)?;
        if mine.is_empty() {
            return Ok(None);
        }
        let fund = store::programmes::fund(tx, programme.fund)?;
        let fund = fund.ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))?;
        let list = self.cost(programme, &fund, &mine)?;
        Ok(Some((fund, list)))
    }

    /// What candidates cost, whatever the fund's ceiling.
    fn cost(
        &self,
        programme: &Programme,
        fund: &Fund,
        candidates: &[Candidate],
    ) -> Result<ProposedList, AppError> {
        let boundless = Fund { ceiling: Rupiah(i64::MAX), ..fund.clone() };
        let mut programme = programme.clone();
        programme.terms.quota = None;
        propose(&ProposalInput {
            programme: &programme,
            fund: &boundless,
            committed_so_far: Rupiah::ZERO,
            candidates,
            places_taken: 0,
            rulebook: &self.rulebook,
        })
        .map_err(|refusal| AppError::refused(refusal.name(), ""))
    }

    /// Everybody whom the file puts on the list, as candidates.
    fn accepted(&self, tx: &mut Tx<'_>, changes: &Changes) -> Result<Vec<Candidate>, AppError> {
        let new: HashMap<Id<kind::Person>, &Person> =
            changes.new_people.iter().map(|person| (person.id, person)).collect();
        let mut found = Vec::new();
        for decision in changes.decisions.iter().filter(|one| one.outcome.is_accepted()) {
            let Some(id) = decision.person else { continue };
            let known = match new.get(&id) {
                Some(person) => Some((*person).clone()),
                None => store::people::get(tx, id)?,
            };
            let Some(person) = known else { continue };
            found.push(Candidate {
                person: id,
                sector: self.sector_of(person.occupation.as_ref()),
                name: person.name,
                nik: person.nik,
                place: person.place,
                occupation: person.occupation,
                birth: person.birth,
                problems: Vec::new(),
                received_ms: 0,
                welfare: Welfare::default(),
                facility: decision.facility,
            });
        }
        Ok(found)
    }

    /// Takes a waiting file in, with what was seen of it: at once, or by a job when it is large.
    /// One that needs other eyes is put forward instead, and waits.
    ///
    /// A file that is taken in already is left as it is: doing it twice is doing it once.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`, `SHEET_CHANGED` when something was said since it was seen,
    /// `FIGURES_CHANGED` when the register has changed what it comes to.
    pub fn commit(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        revision: i64,
    ) -> Result<Committed, AppError> {
        let staged = self.staged(actor, id)?;
        self.may_take_in(actor, &staged)?;
        match staged.sheet.state {
            SheetState::Decided => return Ok(Committed::TakenIn),
            SheetState::Undone => return Err(AppError::refused("SHEET_UNDONE", "")),
            SheetState::Received => {}
        }
        if staged.stage.revision != revision {
            return Err(AppError::new(ErrorKind::Conflict, "SHEET_CHANGED", ""));
        }
        if staged.is_large() {
            return self.ask_job(actor, JobKind::Decide, id).map(Committed::Asked);
        }
        let decided = self.decide_staged(actor, id, &mut Tell::nobody(), Unseen::PutForward)?;
        Ok(match decided {
            Decided::TakenIn(_) => Committed::TakenIn,
            Decided::Waits(_, task) => Committed::Waits(task),
        })
    }

    /// Takes an approved file in; refused when it is not what was approved.
    pub(crate) fn decide_seen(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        tell: &mut Tell<'_>,
    ) -> Result<SheetReport, AppError> {
        match self.decide_staged(actor, id, tell, Unseen::Refuse)? {
            Decided::TakenIn(report) => Ok(*report),
            Decided::Waits(_, task) => {
                Err(AppError::new(ErrorKind::NeedsAnother, "IMPORT_WAITS", task.id.to_string()))
            }
        }
    }

    /// Decides a waiting file as it was last counted.
    pub(crate) fn decide_staged(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        tell: &mut Tell<'_>,
        unseen: Unseen,
    ) -> Result<Decided, AppError> {
        let staged = self.staged(actor, id)?;
        self.authorize(actor, Operation::TakeIn, &staged.target())?;
        match staged.sheet.state {
            SheetState::Decided => {
                let report = self.store.read(|tx| report_of(tx, &staged.sheet))?;
                return Ok(Decided::TakenIn(Box::new(report)));
            }
            SheetState::Undone => return Err(AppError::refused("SHEET_UNDONE", "")),
            SheetState::Received => {}
        }
        let content = self.store.read(|tx| store::sheets::blob(tx, id))?;
        let content = content.ok_or_else(|| super::forgotten(id))?;
        let rows = self.draft_staged(&staged, &content, tell)?;
        tell.step("decide", 0, staged.stage.rows_read)?;
        let sheet = (&staged.sheet, &staged.programme);
        let decided = self.decide_sheet(actor, sheet, rows, unseen, |tx, new| {
            tell.is_wanted(tx)?;
            let now = store::staging::get(tx, id)?;
            // A file that came in by a command was never staged, and never counted.
            let now = now.unwrap_or_else(|| super::never_staged(&staged.sheet));
            if now.revision != staged.stage.revision {
                return Err(AppError::new(ErrorKind::Conflict, "SHEET_CHANGED", ""));
            }
            match now.counts.is_none_or(|counts| counts == super::examine::count(new)) {
                true => Ok(()),
                false => Err(AppError::new(ErrorKind::Conflict, "FIGURES_CHANGED", "")),
            }
        });
        // Whatever happened, what was believed of any file may no longer hold.
        self.desk.forget_all();
        decided
    }
}

/// Who stood in the sender's earlier files and is in no row of this one.
fn leaving(earlier: &[Enlisted], changes: &Changes) -> Vec<Leaving> {
    let here: HashSet<Id<kind::Person>> =
        changes.decisions.iter().filter_map(|one| one.person).collect();
    let gone = earlier.iter().filter(|one| !here.contains(&one.person));
    gone.map(|one| Leaving {
        person: one.person,
        sheet: one.sheet,
        row: (one.sheet_index, one.row),
    })
    .collect()
}
