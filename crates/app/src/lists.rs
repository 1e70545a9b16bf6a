//! The list of a programme: who is put forward, by whom, and who approves it.
//!
//! Each use case loads, decides in `domain`, and applies in one transaction with its audit line.
//! What an approved list costs month by month is in [`crate::bills`].

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::approval::{
    Approval, ApprovalInput, ListLine, Proposal, ProposalInput, ProposalRefusal, ProposalState,
    ProposedList, approve, propose,
};
use domain::ledger::Origin;
use domain::occupation::OccupationKey;
use domain::programme::{Fund, Programme, free_of};
use domain::task::{Task, TaskKind, TaskRefusal, Verdict};
use rules::{Base, WorkSector};
use store::Tx;

use crate::candidates::Screened;
use crate::error::{AppError, ErrorKind};
use crate::ledger::post_as;
use crate::office::{Actor, Office, Operation, Target};
use crate::tasks::Forward;

/// A list put forward, with its record.
pub struct PutForward {
    /// The record.
    pub proposal: Proposal,
    /// On the list, in rank order.
    pub lines: Vec<ListLine>,
    /// Beyond the places or the ceiling, in rank order.
    pub waiting: Vec<ListLine>,
    /// Accepted people who were left out, each with a reason that is kept.
    pub skipped: u64,
    /// What the fund has left once this list is approved.
    pub free: Rupiah,
    /// Whether it is put forward just now.
    pub is_new: bool,
}

impl PutForward {
    fn now(proposal: Proposal, list: ProposedList, screened: &Screened) -> PutForward {
        let skipped = screened.skipped.len() as u64;
        let ProposedList { lines, waiting, free, .. } = list;
        PutForward { proposal, lines, waiting, skipped, free, is_new: true }
    }
}

/// What there is to put forward: the list put forward before, or one that is not kept yet.
enum ListNow {
    Before(PutForward),
    New(Proposal, ProposedList, Screened),
}

impl Office {
    /// Puts the accepted people of a programme forward in its order, up to its places and the
    /// fund's ceiling; who may not be put forward is left out with a reason that is kept.
    ///
    /// Asked again while nobody new was accepted, it answers the list put forward before.
    ///
    /// # Errors
    /// The codes of `domain::approval::ProposalRefusal`.
    pub fn propose(&self, actor: &Actor, code: &str) -> Result<PutForward, AppError> {
        self.propose_seen(actor, code, None)
    }

    /// The same, if the list is the one whose hash the actor has seen.
    ///
    /// # Errors
    /// Those of [`Office::propose`], `HASH_DIFFERS`.
    pub fn propose_seen(
        &self,
        actor: &Actor,
        code: &str,
        seen: Option<[u8; 32]>,
    ) -> Result<PutForward, AppError> {
        let (programme, fund) = self.proposes(actor, code)?;
        self.store.write(|tx| {
            let (proposal, list, screened) = match self.list_now(tx, actor, &programme, &fund)? {
                ListNow::Before(before) => return Ok(before),
                ListNow::New(proposal, list, screened) => (proposal, list, screened),
            };
            if seen.is_some_and(|seen| seen != proposal.list_hash) {
                return Err(AppError::refused(TaskRefusal::HashDiffers.name(), ""));
            }
            let id = proposal.id;
            store::proposals::insert(tx, &proposal, &list)?;
            store::proposals::insert_notes(tx, id, &screened.notes())?;
            let forward = Forward {
                id: Id::from_bytes(*id.as_bytes()),
                kind: TaskKind::List,
                object: *id.as_bytes(),
                hash: proposal.list_hash,
                effect: proposal.committed,
                content: &programme.code,
            };
            self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "list-proposed", "proposal", id.as_bytes())?;
            Ok(PutForward::now(proposal, list, &screened))
        })
    }

    /// What [`Office::propose`] would put forward now; nothing of it is kept.
    ///
    /// # Errors
    /// Those of [`Office::propose`].
    pub fn list_draft(&self, actor: &Actor, code: &str) -> Result<PutForward, AppError> {
        let (programme, fund) = self.proposes(actor, code)?;
        self.store.read(|tx| match self.list_now(tx, actor, &programme, &fund)? {
            ListNow::Before(before) => Ok(before),
            ListNow::New(proposal, list, screened) => {
                Ok(PutForward::now(proposal, list, &screened))
            }
        })
    }

    /// A programme whose list the actor may put forward, and its fund.
    fn proposes(&self, actor: &Actor, code: &str) -> Result<(Programme, Fund), AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Propose, &Target::in_region(programme.territory))?;
        let fund = self.fund_of(&programme)?;
        Ok((programme, fund))
    }

    fn list_now(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        programme: &Programme,
        fund: &Fund,
    ) -> Result<ListNow, AppError> {
        let committed = store::proposals::committed(tx, fund.id)?;
        let screened = self.screened(tx, programme)?;
        let last = newest(tx, programme.id)?;
        if screened.fit.is_empty()
            && let Some(proposal) = last
        {
            return self.put_forward_before(tx, proposal, fund, committed).map(ListNow::Before);
        }
        let asked = propose(&ProposalInput {
            programme,
            fund,
            committed_so_far: committed,
            places_taken: self.places_taken(tx, programme)?,
            candidates: &screened.fit,
            rulebook: &self.rulebook,
        });
        let list = match (asked, last) {
            (Ok(list), _) => list,
            (Err(refusal), Some(last)) if self.all_wait(tx, &refusal, &screened, last.id)? => {
                return self.put_forward_before(tx, last, fund, committed).map(ListNow::Before);
            }
            (Err(refusal), _) => return Err(AppError::refused(refusal.name(), "")),
        };
        let id = self.environment.new_id();
        let proposal = list.put_forward(id, programme.id, actor.id, self.now_ms());
        Ok(ListNow::New(proposal, list, screened))
    }

    fn put_forward_before(
        &self,
        tx: &mut Tx<'_>,
        proposal: Proposal,
        fund: &Fund,
        committed: Rupiah,
    ) -> Result<PutForward, AppError> {
        let lines = store::proposals::lines(tx, proposal.id)?;
        let waiting = store::proposals::waiting(tx, proposal.id)?;
        let ours = match proposal.state {
            ProposalState::Approved => Rupiah::ZERO,
            _ => proposal.committed,
        };
        let free = Rupiah(free_of(fund, committed).0 - ours.0);
        let notes = store::proposals::notes(tx, proposal.id)?;
        let skipped = notes.iter().filter(|note| &*note.reason != store::proposals::WON);
        let skipped = skipped.count() as u64;
        Ok(PutForward { proposal, lines, waiting, skipped, free, is_new: false })
    }

    /// Whether nobody fits, and everybody who might waits behind the last list already.
    fn all_wait(
        &self,
        tx: &mut Tx<'_>,
        refusal: &ProposalRefusal,
        screened: &Screened,
        last: Id<kind::Proposal>,
    ) -> Result<bool, AppError> {
        let full = ProposalRefusal::NoPlaceLeft;
        if *refusal != full && !matches!(refusal, ProposalRefusal::NothingFits { .. }) {
            return Ok(false);
        }
        let waiting = store::proposals::waiting(tx, last)?;
        let waiting: HashSet<_> = waiting.iter().map(|line| line.person).collect();
        Ok(screened.fit.iter().all(|one| waiting.contains(&one.person)))
    }

    /// The sector of an occupation, as far as rules ask for it.
    pub(crate) fn sector_of(&self, key: Option<&OccupationKey>) -> WorkSector {
        let known = key.and_then(|key| self.occupations.get(key));
        known.map_or(WorkSector::Other, |occupation| occupation.sector)
    }

    /// Approves the newest list of a programme, bound to the hash that the checker has seen.
    ///
    /// Without a hash the checker approves what is put forward now. Approving twice is no change.
    ///
    /// # Errors
    /// `PROPOSAL_UNKNOWN`, those of [`Office::decide_task`] and of the list itself.
    pub fn approve(
        &self,
        actor: &Actor,
        code: &str,
        hash_seen: Option<[u8; 32]>,
    ) -> Result<Proposal, AppError> {
        let programme = self.programme(code)?;
        if !self.may_decide(actor, TaskKind::List) {
            return Err(AppError::new(ErrorKind::NeedsAnother, "USER_MAY_NOT", &*actor.name));
        }
        let decided = self.store.write(|tx| {
            let proposal = newest(tx, programme.id)?
                .ok_or_else(|| AppError::not_found("PROPOSAL_UNKNOWN", code))?;
            if proposal.state == ProposalState::Approved && proposal.made_by != actor.id {
                return Ok(Some(proposal));
            }
            let verdict = Verdict::Approve(hash_seen.unwrap_or(proposal.list_hash));
            let task = Id::from_bytes(*proposal.id.as_bytes());
            let decided = self.decide_in(tx, actor, task, &verdict)?;
            let after = store::proposals::get(tx, proposal.id)?;
            Ok::<_, AppError>(decided.and(after))
        })?;
        decided.ok_or_else(|| AppError::refused("TASK_EXPIRED", code))
    }

    /// Sends the newest list of a programme back to its maker, with a reason.
    ///
    /// # Errors
    /// `PROPOSAL_UNKNOWN`, and those of [`Office::decide_task`].
    pub fn return_list(&self, actor: &Actor, code: &str, reason: &str) -> Result<(), AppError> {
        let programme = self.programme(code)?;
        let proposal = self.store.read(|tx| newest(tx, programme.id))?;
        let proposal = proposal.ok_or_else(|| AppError::not_found("PROPOSAL_UNKNOWN", code))?;
        let task = Id::from_bytes(*proposal.id.as_bytes());
        self.decide_task(actor, task, &Verdict::Return(reason.into())).map(|_| ())
    }

    /// What the last approval of a list brings about: commitment and memberships.
    pub(crate) fn approve_list(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
    ) -> Result<(), AppError> {
        let id: Id<kind::Proposal> = Id::from_bytes(task.object);
        let unknown = || AppError::not_found("PROPOSAL_UNKNOWN", id.to_string());
        let proposal = store::proposals::get(tx, id)?.ok_or_else(unknown)?;
        let programme = store::programmes::get(tx, proposal.programme)?.ok_or_else(unknown)?;
        let fund = store::programmes::fund(tx, programme.fund)?.ok_or_else(unknown)?;
        let lines = store::proposals::lines(tx, id)?;
        if task.effect != proposal.committed || task.maker != proposal.made_by {
            return Err(AppError::refused("LIST_CHANGED", ""));
        }
        self.refuse_overlaps(tx, &programme, &lines)?;
        self.refuse_beyond_places(tx, &programme, &proposal)?;
        let approval = approve(&ApprovalInput {
            proposal: &proposal,
            lines: &lines,
            programme: &programme,
            fund: &fund,
            committed_so_far: store::proposals::committed(tx, fund.id)?,
            checker: actor.id,
            hash_seen: task.hash,
            day: self.environment.today(),
        })
        .map_err(|refusal| AppError::refused(refusal.name(), ""))?;
        self.apply_approval(tx, actor, &programme, &approval)
    }

    fn apply_approval(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        programme: &Programme,
        approval: &Approval,
    ) -> Result<(), AppError> {
        let origin = Origin {
            maker: Some(approval.proposal.made_by),
            checker: Some(actor.id),
            ..self.origin(actor)
        };
        post_as(tx, origin, std::slice::from_ref(&approval.commitment))?;
        store::proposals::approve(tx, approval, self.now_ms())?;
        crate::annexes::keep_numbers(tx, programme)?;
        self.record(tx, actor, "list-approved", "proposal", approval.proposal.id.as_bytes())
    }

    /// The newest list of a programme with its lines, as put forward.
    ///
    /// # Errors
    /// `PROPOSAL_UNKNOWN`.
    pub fn newest_list(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<(Proposal, Vec<ListLine>), AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let proposal = newest(tx, programme.id)?
                .ok_or_else(|| AppError::not_found("PROPOSAL_UNKNOWN", code))?;
            let lines = store::proposals::lines(tx, proposal.id)?;
            Ok((proposal, lines))
        })
    }

    /// Whom a programme pays for: its members who are not gone by the next month or, before a list
    /// is approved, those put forward and everybody accepted. What the contribution of each is
    /// computed from, and the day of birth, and nothing that names anybody.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn planned_people(&self, actor: &Actor, code: &str) -> Result<Vec<(Base, Day)>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let lists = store::proposals::of_programme(tx, programme.id)?;
            let sector_of = |key: Option<&_>| self.sector_of(key);
            if lists.iter().any(|list| list.state == ProposalState::Approved) {
                let from = self.planned_from(&programme);
                let mut members = store::memberships::for_billing(tx, &programme, sector_of)?;
                members.retain(|one| one.membership.last >= from);
                let planned =
                    members.iter().map(|one| (programme.base_at(one.group, one.sector), one.birth));
                return Ok(planned.collect());
            }
            let mut planned: Vec<(Base, Day)> = Vec::new();
            for list in lists.iter().filter(|list| list.state == ProposalState::Proposed) {
                let people = store::proposals::people(tx, list.id)?.into_iter();
                let births: HashMap<_, _> =
                    people.map(|person| (person.id, person.birth)).collect();
                for line in store::proposals::lines(tx, list.id)? {
                    if let Some(birth) = births.get(&line.person) {
                        let base = programme.base_of(line.occupation.as_ref(), line.sector);
                        planned.push((base, *birth));
                    }
                }
            }
            let accepted = store::proposals::candidates(tx, programme.id, sector_of)?;
            planned.extend(accepted.iter().map(|person| {
                (programme.base_of(person.occupation.as_ref(), person.sector), person.birth)
            }));
            Ok(planned)
        })
    }
}

/// The list put forward last.
pub(crate) fn newest(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Option<Proposal>, AppError> {
    let mut proposals = store::proposals::of_programme(tx, programme)?;
    proposals.sort_by_key(|proposal| (proposal.made_at, proposal.id));
    Ok(proposals.pop())
}
