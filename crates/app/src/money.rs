//! From accepted people to covered months: propose, approve, bill, issue, pay.
//!
//! Each use case loads, decides in `domain`, and applies in one transaction with its audit line.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::approval::{
    Approval, ApprovalInput, ListLine, Proposal, ProposalInput, ProposalRefusal, ProposalState,
    ProposedList, approve, propose,
};
use domain::billing::{Bill, BillInput, BillRefusal, BillState, bill_id, draft_bill, finalise};
use domain::ledger::{Transfer, TrialBalance, post_all, recomputed, trial_balance};
use domain::occupation::OccupationKey;
use domain::payment::{
    Break, BreakReason, Match, Matching, StatementLine, match_lines, settle, statement_lines,
};
use domain::programme::{Fund, GroupTerms, Programme, free_of};
use domain::task::{Task, TaskKind, Verdict};
use rules::{Segment, WorkSector};
use sha2::{Digest, Sha256};
use store::Tx;
use store::bills::BillHead;
use store::payments::Statement;

use crate::candidates::Screened;
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::tasks::Forward;

/// Posts a batch as a whole, or not at all.
pub(crate) fn post_batch(tx: &mut Tx<'_>, batch: &[Transfer]) -> Result<(), AppError> {
    let snapshot = store::ledger::snapshot(tx, batch)?;
    let posting = post_all(&snapshot, batch).map_err(|statuses| {
        let first = statuses.iter().find(|status| !status.holds());
        let name = first.map_or("", |status| status.name());
        AppError::refused("LEDGER_REFUSED", name)
    })?;
    Ok(store::ledger::apply(tx, &posting)?)
}

/// Adds every account up anew from its transfers and compares; the balance of every account.
pub(crate) fn prove_ledger(tx: &mut Tx<'_>) -> Result<TrialBalance, AppError> {
    let unbalanced = || AppError::new(ErrorKind::Integrity, "LEDGER_UNBALANCED", "");
    let mut transfers = Vec::new();
    store::ledger::each_transfer(tx, |transfer| transfers.push(transfer))?;
    let accounts = store::ledger::accounts(tx)?;
    let sums = recomputed(&transfers).map_err(|_| unbalanced())?;
    let same = accounts
        .iter()
        .all(|(account, balance)| sums.get(&account.id).copied().unwrap_or_default() == *balance);
    let trial = trial_balance(accounts).map_err(|_| unbalanced())?;
    if same && trial.is_balanced() { Ok(trial) } else { Err(unbalanced()) }
}

/// The income declared for those of a group; a wage is none.
fn income_of(programme: &Programme, group: Option<&GroupTerms>) -> Rupiah {
    let group = group.filter(|group| group.segment != Segment::Pu);
    group.map_or(programme.income, |group| group.base)
}

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
    /// Whether it was put forward just now.
    pub is_new: bool,
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
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Propose, &Target::in_region(programme.territory))?;
        let fund = self.fund_of(&programme)?;
        self.store.write(|tx| {
            let committed = store::proposals::committed(tx, fund.id)?;
            let screened = self.screened(tx, &programme)?;
            let last = newest(tx, programme.id)?;
            if screened.fit.is_empty()
                && let Some(proposal) = last
            {
                return self.put_forward_before(tx, proposal, &fund, committed);
            }
            let asked = propose(&ProposalInput {
                programme: &programme,
                fund: &fund,
                committed_so_far: committed,
                places_taken: self.places_taken(tx, &programme)?,
                candidates: &screened.fit,
                rulebook: &self.rulebook,
            });
            let list = match (asked, last) {
                (Ok(list), _) => list,
                (Err(refusal), Some(last))
                    if self.all_wait(tx, &refusal, &screened, last.id)? =>
                {
                    return self.put_forward_before(tx, last, &fund, committed);
                }
                (Err(refusal), _) => return Err(AppError::refused(refusal.name(), "")),
            };
            let id = self.environment.new_id();
            let proposal = list.put_forward(id, programme.id, actor.id, self.now_ms());
            store::proposals::insert(tx, &proposal, &list)?;
            store::proposals::insert_notes(tx, proposal.id, &screened.notes())?;
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
            let skipped = screened.skipped.len() as u64;
            let ProposedList { lines, waiting, free, .. } = list;
            Ok(PutForward { proposal, lines, waiting, skipped, free, is_new: true })
        })
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
        post_batch(tx, std::slice::from_ref(&approval.commitment))?;
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
    /// is approved, those put forward and everybody accepted. The sector of work, the declared
    /// income and the day of birth of each, and nothing that names anybody.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn planned_people(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<Vec<(WorkSector, Rupiah, Day)>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let lists = store::proposals::of_programme(tx, programme.id)?;
            let sector_of = |key: Option<&_>| self.sector_of(key);
            if lists.iter().any(|list| list.state == ProposalState::Approved) {
                let from = self.planned_from(&programme);
                let mut members = store::memberships::for_billing(tx, &programme, sector_of)?;
                members.retain(|one| one.membership.last >= from);
                let planned = members.iter().map(|one| {
                    let group = programme.group_at(one.group);
                    (one.sector, income_of(&programme, group), one.birth)
                });
                return Ok(planned.collect());
            }
            let income = |key: Option<&OccupationKey>| {
                income_of(&programme, programme.group_of(key).map(|(_, group)| group))
            };
            let mut planned: Vec<(WorkSector, Rupiah, Day)> = Vec::new();
            for list in lists.iter().filter(|list| list.state == ProposalState::Proposed) {
                let people = store::proposals::people(tx, list.id)?.into_iter();
                let births: HashMap<_, _> =
                    people.map(|person| (person.id, person.birth)).collect();
                for line in store::proposals::lines(tx, list.id)? {
                    if let Some(birth) = births.get(&line.person) {
                        planned.push((line.sector, income(line.occupation.as_ref()), *birth));
                    }
                }
            }
            let accepted = store::proposals::candidates(tx, programme.id, sector_of)?;
            planned.extend(
                accepted.iter().map(|person| {
                    (person.sector, income(person.occupation.as_ref()), person.birth)
                }),
            );
            Ok(planned)
        })
    }

    /// Computes a month's bill and keeps it as a draft.
    ///
    /// # Errors
    /// The codes of [`BillRefusal`]; `NOT_DRAFT` once it is issued.
    pub fn draft_bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        self.store.write(|tx| {
            let bill = self.computed_bill(tx, &programme, month)?;
            store::bills::save(tx, &bill)?;
            self.record(tx, actor, "bill-drafted", "bill", bill.id.as_bytes())?;
            Ok(bill)
        })
    }

    fn computed_bill(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        month: Month,
    ) -> Result<Bill, AppError> {
        let known = store::bills::by_month(tx, programme.id, month)?;
        if known.as_ref().is_some_and(|bill| bill.state != BillState::Draft) {
            return Err(AppError::refused("NOT_DRAFT", month.to_string()));
        }
        let fund = store::programmes::fund(tx, programme.fund)?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))?;
        let sector_of = |key: Option<&_>| self.sector_of(key);
        let members = store::memberships::for_billing(tx, programme, sector_of)?;
        let standing = store::covered::elsewhere(tx, programme.id, month)?;
        draft_bill(&BillInput {
            programme,
            fund: fund.kind,
            month,
            revision: known.map_or(0, |bill| bill.revision),
            members: &members,
            standing: &standing,
            rulebook: &self.rulebook,
        })
        .map_err(|refusal| bill_refused(&refusal, month))
    }

    /// Freezes a month's bill, computing it anew, and posts its pending transfers.
    ///
    /// Issuing an issued bill again is no change.
    ///
    /// # Errors
    /// The codes of [`BillRefusal`]; `LEDGER_REFUSED` above the approved amount.
    pub fn issue_bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        let today = self.environment.today();
        self.store.write(|tx| {
            let draft = match self.computed_bill(tx, &programme, month) {
                Err(error) if error.code == "NOT_DRAFT" => {
                    let bill = store::bills::get(tx, bill_id(programme.id, month))?;
                    return bill.ok_or(error);
                }
                other => other?,
            };
            let step = finalise(&draft, &programme, today)
                .map_err(|refusal| bill_refused(&refusal, month))?;
            post_batch(tx, &step.transfers)?;
            store::bills::save(tx, &step.bill)?;
            self.record(tx, actor, "bill-issued", "bill", step.bill.id.as_bytes())?;
            Ok(step.bill)
        })
    }

    /// A month's bill as it is kept.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`.
    pub fn bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store
            .read(|tx| store::bills::get(tx, bill_id(programme.id, month)))?
            .ok_or_else(|| AppError::not_found("BILL_UNKNOWN", format!("{code} {month}")))
    }

    /// Takes in the lines of a bank statement; lines known already are no change.
    ///
    /// `account` names the bank account the statement is about. Answers how many lines are new.
    ///
    /// # Errors
    /// `STATEMENT_UNREADABLE`, and those of the register.
    pub fn take_statement(
        &self,
        actor: &Actor,
        account: &str,
        content: &[u8],
    ) -> Result<u64, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let lines = statement_lines(account, crate::statement::facts(content)?);
        let hash: [u8; 32] = Sha256::digest(content).into();
        let statement = Statement { hash, account: account.into(), received_at_ms: self.now_ms() };
        self.store.write(|tx| {
            if store::payments::is_known(tx, &hash)? {
                return Ok(0);
            }
            let new = store::payments::insert_statement(tx, &statement, &lines)?;
            let object = first_half(&hash);
            self.record(tx, actor, "statement-taken", "statement", &object)?;
            Ok(new)
        })
    }

    /// Matches statement lines with issued bills and posts what matches.
    ///
    /// # Errors
    /// `LEDGER_REFUSED`, and those of the register.
    pub fn match_payments(&self, actor: &Actor) -> Result<Matched, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        self.store.write(|tx| {
            let lines = store::payments::lines(tx)?;
            let matching = match_lines(&lines, &store::bills::open(tx)?);
            let mut paid = Rupiah::ZERO;
            for found in &matching.matches {
                paid = Rupiah(paid.0 + settle_match(tx, found, &lines)?.0);
            }
            if !matching.matches.is_empty() {
                let bills = matching.matches.len() as u64;
                self.record_count(tx, actor, "bills-paid", "bill", bills)?;
            }
            Ok(Matched::of(matching, paid))
        })
    }

    /// What matching would do now, without doing it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn preview_payments(&self, actor: &Actor) -> Result<Matched, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let lines = store::payments::lines(tx)?;
            let matching = match_lines(&lines, &store::bills::open(tx)?);
            Ok(Matched::of(matching, Rupiah::ZERO))
        })
    }

    /// Every bill, without its lines.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bills(&self, actor: &Actor) -> Result<Vec<BillHead>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        Ok(self.store.read(store::bills::list)?)
    }

    /// The balance of every account.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn trial_balance(&self, actor: &Actor) -> Result<TrialBalance, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let accounts = self.store.read(store::ledger::accounts)?;
        trial_balance(accounts).map_err(|_| AppError::refused("TOO_MUCH_MONEY", ""))
    }

    /// Adds every account up anew from its transfers and compares.
    ///
    /// # Errors
    /// `LEDGER_UNBALANCED`.
    pub fn verify_ledger(&self, actor: &Actor) -> Result<(), AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(prove_ledger).map(|_| ())
    }
}

/// What matching did.
pub struct Matched {
    /// Lines that paid a bill just now.
    pub matches: Vec<Match>,
    /// Lines that found no bill, with the reason.
    pub breaks: Vec<Break>,
    /// Issued bills nobody has paid.
    pub unpaid: Vec<Id<kind::Bill>>,
    /// The money posted just now.
    pub paid: Rupiah,
}

impl Matched {
    /// A line that paid its bill before has found its partner: it is no break.
    fn of(matching: Matching, paid: Rupiah) -> Matched {
        let Matching { matches, mut breaks, unpaid } = matching;
        breaks.retain(|found| !matches!(found.reason, BreakReason::AlreadyUsed(_)));
        Matched { matches, breaks, unpaid, paid }
    }
}

/// The list put forward last.
fn settle_match(
    tx: &mut Tx<'_>,
    found: &Match,
    lines: &[StatementLine],
) -> Result<Rupiah, AppError> {
    let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "bill");
    let line = lines.iter().find(|line| line.id == found.line).ok_or_else(damaged)?;
    let bill = store::bills::get(tx, found.bill)?.ok_or_else(damaged)?;
    let programme = store::programmes::get(tx, bill.programme)?.ok_or_else(damaged)?;
    let settlement = settle(&bill, &programme, line)
        .map_err(|refusal| AppError::refused("LEDGER_REFUSED", refusal.name()))?;
    post_batch(tx, &settlement.transfers)?;
    store::bills::set_state(tx, settlement.bill.id, settlement.bill.state)?;
    store::payments::insert_match(tx, found)?;
    let mut covered = settlement.covered;
    store::merges::redirect(tx, &mut covered)?;
    store::covered::insert_all(tx, &covered)?;
    Ok(line.facts.amount)
}

pub(crate) fn newest(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Option<Proposal>, AppError> {
    let mut proposals = store::proposals::of_programme(tx, programme)?;
    proposals.sort_by_key(|proposal| (proposal.made_at, proposal.id));
    Ok(proposals.pop())
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

fn bill_refused(refusal: &BillRefusal, month: Month) -> AppError {
    let detail = match refusal {
        BillRefusal::RuleMissing(_) | BillRefusal::MonthOutside => month.to_string(),
        _ => String::new(),
    };
    AppError::refused(refusal.name(), detail)
}
