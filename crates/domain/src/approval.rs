//! From candidates to an approved list: ranked, kept under the fund's ceiling, frozen by a hash,
//! put forward by one person and approved by another.
//!
//! What does not fit the ceiling or the places waits in rank order: nobody is skipped for a cheaper
//! one behind.

use std::collections::HashSet;

use base::id::kind;
use base::{Day, Id, Nik, PersonName, ProblemCode, RegionCode, Rupiah};
use rules::{RuleGap, Rulebook, WorkSector};

use crate::digest::Feed;
use crate::ledger::{Transfer, chart};
use crate::membership::Membership;
use crate::occupation::OccupationKey;
use crate::programme::{Fund, Programme, free_of};
use crate::tariff::{Tariff, work_of};

/// Somebody the register accepts for a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: Id<kind::Person>,
    /// Name.
    pub name: PersonName,
    /// National identity number.
    pub nik: Nik,
    /// Village of residence.
    pub place: RegionCode,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// The sector of that work, as far as rules ask for it.
    pub sector: WorkSector,
    /// Date of birth.
    pub birth: Day,
    /// What is still open about the accepted row.
    pub problems: Vec<ProblemCode>,
    /// When the accepted row was received, in milliseconds since 1970-01-01 UTC.
    pub received_ms: i64,
    /// What dated lists say of the household and the person.
    pub welfare: Welfare,
    /// The facility at which they work, by the accepted row.
    pub facility: Option<Id<kind::Org>>,
}

/// What lists of other offices say of somebody's household and health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Welfare {
    /// The welfare decile, 1 for the poorest; none when no list names the person.
    pub decile: Option<u8>,
    /// Whether a list of people with a disability names the person; else it is not known.
    pub disabled: bool,
    /// The day on which the list of deciles was true.
    pub as_of: Option<Day>,
}

/// Where a list stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalState {
    /// Being made.
    Draft,
    /// Put forward: the list is frozen.
    Proposed,
    /// Approved by somebody else than its maker.
    Approved,
    /// Sent back, with the checker's words.
    Returned(Box<str>),
    /// Overtaken by time or by another list.
    Expired,
}

impl ProposalState {
    /// The stable name, without the checker's words.
    pub fn name(&self) -> &'static str {
        match self {
            ProposalState::Draft => "draft",
            ProposalState::Proposed => "proposed",
            ProposalState::Approved => "approved",
            ProposalState::Returned(_) => "returned",
            ProposalState::Expired => "expired",
        }
    }

    /// Reads back a name; `reason` is kept for a returned list.
    pub fn from_parts(name: &str, reason: Option<&str>) -> Option<ProposalState> {
        match name {
            "draft" => Some(ProposalState::Draft),
            "proposed" => Some(ProposalState::Proposed),
            "approved" => Some(ProposalState::Approved),
            "returned" => Some(ProposalState::Returned(reason.unwrap_or("").into())),
            "expired" => Some(ProposalState::Expired),
            _ => None,
        }
    }
}

/// A list put forward, without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Which.
    pub id: Id<kind::Proposal>,
    /// For what.
    pub programme: Id<kind::Programme>,
    /// Who made it.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// People on it.
    pub people: u32,
    /// What they cost in the programme's first month.
    pub monthly: Rupiah,
    /// What they cost in all months.
    pub committed: Rupiah,
    /// The frozen list, see [`list_hash`].
    pub list_hash: [u8; 32],
    /// Where it stands.
    pub state: ProposalState,
}

/// A person on a list: a line of the decree's annex, or of the waiting list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// The place in the order of taking, 1 for the first; waiting lines count on.
    pub rank: u32,
    /// Who.
    pub person: Id<kind::Person>,
    /// Name.
    pub name: PersonName,
    /// National identity number.
    pub nik: Nik,
    /// Village of residence.
    pub place: RegionCode,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// The sector of that work.
    pub sector: WorkSector,
    /// The cost of the first month.
    pub monthly: Rupiah,
    /// The cost of all months.
    pub committed: Rupiah,
}

/// What a proposal is made from.
#[derive(Debug, Clone, Copy)]
pub struct ProposalInput<'a> {
    /// For what.
    pub programme: &'a Programme,
    /// Who pays.
    pub fund: &'a Fund,
    /// What the fund has committed so far, to this and other programmes.
    pub committed_so_far: Rupiah,
    /// Places that members and lists put forward hold already.
    pub places_taken: u32,
    /// Whom the register accepts and no list has yet.
    pub candidates: &'a [Candidate],
    /// The law.
    pub rulebook: &'a Rulebook,
}

/// A list computed: who is on it, who waits, what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedList {
    /// On the list, in rank order.
    pub lines: Vec<ListLine>,
    /// Beyond the places or the ceiling, in rank order.
    pub waiting: Vec<ListLine>,
    /// What those who wait wait for; none when nobody waits.
    pub limit: Option<Limit>,
    /// Months paid for.
    pub months: u32,
    /// The cost of the first month.
    pub monthly: Rupiah,
    /// The cost of all months.
    pub committed: Rupiah,
    /// What the fund has left afterwards.
    pub free: Rupiah,
    /// The list, frozen.
    pub list_hash: [u8; 32],
}

/// What closes a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Every place is taken.
    Places,
    /// The fund has less left than the next one costs.
    Ceiling,
}

impl Limit {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Limit::Places => "places",
            Limit::Ceiling => "ceiling",
        }
    }
}

/// Why no list can be made; the order is the order of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalRefusal {
    /// The programme has no month.
    NoMonths,
    /// The programme pays from another fund.
    OtherFund,
    /// Nobody to propose.
    NoCandidates,
    /// The same person stands among the candidates twice.
    CandidateTwice(Id<kind::Person>),
    /// The rulebook has no answer for a month.
    RuleMissing(RuleGap),
    /// The amounts do not fit.
    TooMuchMoney,
    /// Every place of the programme is taken.
    NoPlaceLeft,
    /// The fund has less left than the first person costs.
    NothingFits {
        /// What the fund has left.
        free: Rupiah,
        /// What the first person costs.
        needed: Rupiah,
    },
}

impl ProposalRefusal {
    /// The stable code.
    pub fn name(&self) -> &'static str {
        match self {
            ProposalRefusal::NoMonths => "NO_MONTHS",
            ProposalRefusal::OtherFund => "OTHER_FUND",
            ProposalRefusal::NoCandidates => "NO_CANDIDATES",
            ProposalRefusal::CandidateTwice(_) => "CANDIDATE_TWICE",
            ProposalRefusal::RuleMissing(_) => "RULE_MISSING",
            ProposalRefusal::TooMuchMoney => "TOO_MUCH_MONEY",
            ProposalRefusal::NoPlaceLeft => "NO_PLACE_LEFT",
            ProposalRefusal::NothingFits { .. } => "NOTHING_FITS",
        }
    }
}

/// Ranks the candidates by the programme's own order, counts what each costs by the law, and takes
/// them up to its places and the fund's ceiling.
///
/// # Errors
/// The first [`ProposalRefusal`] in their order.
pub fn propose(input: &ProposalInput<'_>) -> Result<ProposedList, ProposalRefusal> {
    check_input(input)?;
    let list = divided(input)?;
    if let (true, Some(first)) = (list.lines.is_empty(), list.waiting.first()) {
        return Err(match list.limit {
            Some(Limit::Places) => ProposalRefusal::NoPlaceLeft,
            _ => ProposalRefusal::NothingFits { free: list.free, needed: first.committed },
        });
    }
    Ok(list)
}

/// The same without a refusal when nobody fits: who would be taken now, and who would wait.
///
/// # Errors
/// [`ProposalRefusal::RuleMissing`] and [`ProposalRefusal::TooMuchMoney`].
pub fn divided(input: &ProposalInput<'_>) -> Result<ProposedList, ProposalRefusal> {
    let ranked = input.programme.terms.priority.ranked(input.candidates, input.programme);
    let mut tariff = Tariff::new(input.rulebook, input.programme, input.fund.kind);
    let mut places = input.programme.terms.quota.map(|all| all.saturating_sub(input.places_taken));
    let mut list = ProposedList {
        lines: Vec::with_capacity(ranked.len()),
        waiting: Vec::new(),
        limit: None,
        months: input.programme.months_count(),
        monthly: Rupiah::ZERO,
        committed: Rupiah::ZERO,
        free: free_of(input.fund, input.committed_so_far),
        list_hash: [0; 32],
    };
    for (candidate, rank) in ranked.into_iter().zip(1u32..) {
        let line = costed(candidate, rank, input.programme, &mut tariff)?;
        // The first who does not fit closes the list: no cheaper one behind overtakes.
        list.limit = list.limit.or_else(|| limit_of(places, line.committed, list.free));
        if list.limit.is_some() {
            list.waiting.push(line);
            continue;
        }
        places = places.map(|left| left - 1);
        list.monthly = plus(list.monthly, line.monthly)?;
        list.committed = plus(list.committed, line.committed)?;
        list.free = list.free.minus(line.committed).map_err(|_| ProposalRefusal::TooMuchMoney)?;
        list.lines.push(line);
    }
    list.list_hash = list_hash(input.programme, &list.lines);
    Ok(list)
}

fn limit_of(places: Option<u32>, needed: Rupiah, free: Rupiah) -> Option<Limit> {
    match places {
        Some(0) => Some(Limit::Places),
        _ => (needed > free).then_some(Limit::Ceiling),
    }
}

impl ProposedList {
    /// The record of this list once somebody puts it forward.
    pub fn put_forward(
        &self,
        id: Id<kind::Proposal>,
        programme: Id<kind::Programme>,
        made_by: Id<kind::User>,
        made_at: i64,
    ) -> Proposal {
        Proposal {
            id,
            programme,
            made_by,
            made_at,
            people: self.lines.len() as u32,
            monthly: self.monthly,
            committed: self.committed,
            list_hash: self.list_hash,
            state: ProposalState::Proposed,
        }
    }
}

/// The digest that freezes a list: programme, months, schemes, and each line in rank order.
///
/// # Shape
/// SHA-256 over length-prefixed parts: `"list"`, programme id, first and last month, schemes, then
/// per line person id, NIK, name, village code, cost of the first month, cost of all months.
pub fn list_hash(programme: &Programme, lines: &[ListLine]) -> [u8; 32] {
    let mut feed = Feed::new("list")
        .part(programme.id.as_bytes())
        .number(programme.first.as_number())
        .number(programme.last.as_number())
        .number(i64::from(programme.schemes.bits()));
    for line in lines {
        feed = feed
            .part(line.person.as_bytes())
            .part(line.nik.reveal().as_bytes())
            .part(line.name.as_str().as_bytes())
            .part(line.place.to_string().as_bytes())
            .number(line.monthly.0)
            .number(line.committed.0);
    }
    feed.finish()
}

/// What an approval is decided from.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalInput<'a> {
    /// The list put forward.
    pub proposal: &'a Proposal,
    /// Its lines as they are kept now, in rank order.
    pub lines: &'a [ListLine],
    /// For what.
    pub programme: &'a Programme,
    /// Who pays.
    pub fund: &'a Fund,
    /// What the fund has committed so far, this list not counted.
    pub committed_so_far: Rupiah,
    /// Who approves.
    pub checker: Id<kind::User>,
    /// The hash of the list that the checker has seen.
    pub hash_seen: [u8; 32],
    /// The day of the approval.
    pub day: Day,
}

/// A list approved: what comes to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The list, now approved.
    pub proposal: Proposal,
    /// Who approved.
    pub checker: Id<kind::User>,
    /// One per line, in rank order.
    pub memberships: Vec<Membership>,
    /// The transfer that binds the money; the ledger refuses it above the ceiling.
    pub commitment: Transfer,
}

/// Why a list is not approved; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalRefusal {
    /// The checker made the list.
    SamePerson,
    /// The checker has seen another list than the one put forward.
    HashDiffers,
    /// The lines kept are not the ones put forward.
    ListChanged,
    /// The list is approved already: a repeat, nothing to do.
    Exists,
    /// The list is a draft, returned or expired.
    NotProposed,
    /// The programme pays from another fund, or the list is for another programme.
    OtherProgramme,
    /// The fund has less left than the list needs.
    CeilingExceeded {
        /// What the fund has left.
        free: Rupiah,
        /// What the list needs.
        needed: Rupiah,
    },
}

impl ApprovalRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            ApprovalRefusal::SamePerson => "SAME_PERSON",
            ApprovalRefusal::HashDiffers => "HASH_DIFFERS",
            ApprovalRefusal::ListChanged => "LIST_CHANGED",
            ApprovalRefusal::Exists => "EXISTS",
            ApprovalRefusal::NotProposed => "NOT_PROPOSED",
            ApprovalRefusal::OtherProgramme => "OTHER_PROGRAMME",
            ApprovalRefusal::CeilingExceeded { .. } => "CEILING_EXCEEDED",
        }
    }
}

/// Approves a list as another person than its maker, bound to the hash that was seen.
///
/// # Errors
/// The first [`ApprovalRefusal`] in their order.
pub fn approve(input: &ApprovalInput<'_>) -> Result<Approval, ApprovalRefusal> {
    let proposal = input.proposal;
    let free = free_of(input.fund, input.committed_so_far);
    if input.checker == proposal.made_by {
        Err(ApprovalRefusal::SamePerson)
    } else if input.hash_seen != proposal.list_hash {
        Err(ApprovalRefusal::HashDiffers)
    } else if list_hash(input.programme, input.lines) != proposal.list_hash
        || Rupiah::sum(input.lines.iter().map(|line| line.committed)) != Ok(proposal.committed)
    {
        Err(ApprovalRefusal::ListChanged)
    } else if proposal.state == ProposalState::Approved {
        Err(ApprovalRefusal::Exists)
    } else if proposal.state != ProposalState::Proposed {
        Err(ApprovalRefusal::NotProposed)
    } else if proposal.programme != input.programme.id || input.programme.fund != input.fund.id {
        Err(ApprovalRefusal::OtherProgramme)
    } else if proposal.committed > free {
        Err(ApprovalRefusal::CeilingExceeded { free, needed: proposal.committed })
    } else {
        Ok(approval_of(input))
    }
}

fn approval_of(input: &ApprovalInput<'_>) -> Approval {
    let (programme, proposal) = (input.programme, input.proposal);
    let lines = input.lines.iter();
    Approval {
        proposal: Proposal { state: ProposalState::Approved, ..proposal.clone() },
        checker: input.checker,
        memberships: lines.map(|line| Membership::of(programme, line.person)).collect(),
        commitment: chart::commit(programme, proposal.id, proposal.committed, input.day),
    }
}

fn check_input(input: &ProposalInput<'_>) -> Result<(), ProposalRefusal> {
    if input.programme.months_count() == 0 {
        return Err(ProposalRefusal::NoMonths);
    }
    if input.programme.fund != input.fund.id {
        return Err(ProposalRefusal::OtherFund);
    }
    if input.candidates.is_empty() {
        return Err(ProposalRefusal::NoCandidates);
    }
    let mut seen = HashSet::with_capacity(input.candidates.len());
    match input.candidates.iter().find(|candidate| !seen.insert(candidate.person)) {
        Some(twice) => Err(ProposalRefusal::CandidateTwice(twice.person)),
        None => Ok(()),
    }
}

fn costed(
    candidate: &Candidate,
    rank: u32,
    programme: &Programme,
    tariff: &mut Tariff<'_>,
) -> Result<ListLine, ProposalRefusal> {
    let work = work_of(programme, candidate.occupation.as_ref(), candidate.sector);
    let mut committed = Rupiah::ZERO;
    let mut monthly = Rupiah::ZERO;
    for month in programme.months() {
        let lines = tariff.lines(month, work).map_err(ProposalRefusal::RuleMissing)?;
        let due = Rupiah::sum(lines.iter().map(|line| line.rupiah))
            .map_err(|_| ProposalRefusal::TooMuchMoney)?;
        committed = plus(committed, due)?;
        if month == programme.first {
            monthly = due;
        }
    }
    Ok(ListLine {
        rank,
        person: candidate.person,
        name: candidate.name.clone(),
        nik: candidate.nik,
        place: candidate.place,
        occupation: candidate.occupation.clone(),
        sector: candidate.sector,
        monthly,
        committed,
    })
}

fn plus(a: Rupiah, b: Rupiah) -> Result<Rupiah, ProposalRefusal> {
    a.plus(b).map_err(|_| ProposalRefusal::TooMuchMoney)
}

#[cfg(test)]
mod tests;
