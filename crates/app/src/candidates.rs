//! Who of the accepted people of a programme may be put forward: the register, the newest lists of
//! other offices and the other programmes, brought together for `domain::screening` to judge.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Month, Nik};
use domain::approval::{Candidate, ListLine, Proposal, ProposalState, Welfare};
use domain::billing::BillState;
use domain::fund::purse_rank;
use domain::membership::{Membership, PlannedCover, overlaps};
use domain::programme::Programme;
use domain::reference::{ReferenceHit, ReferenceKind};
use domain::screening::{Bid, Facts, Heard, OverlapRule, Screen, SkipReason, Won};
use linkage::{NameAgreement, names_agree};
use rules::Payer;
use store::Tx;
use store::programmes::Rival;
use store::proposals::{ProposalNote, WON};

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

/// The setting that says which of two programmes gets a person: `first-listed`, `earlier-start` or
/// `government-first`; empty while the office has written no rule.
pub const OVERLAP_RULE: &str = "overlap-rule";

/// The accepted people whom no list has yet, judged.
#[derive(Debug, Default)]
pub(crate) struct Screened {
    /// Who may be put forward.
    pub fit: Vec<Candidate>,
    /// Who may not, each with the first reason.
    pub skipped: Vec<(Candidate, SkipReason)>,
    /// Who stays although another programme wants them too.
    pub won: Vec<(Id<kind::Person>, Won)>,
}

impl Screened {
    /// What is kept of it with a list.
    pub(crate) fn notes(&self) -> Vec<ProposalNote> {
        let skipped = self.skipped.iter().map(|(candidate, reason)| ProposalNote {
            person: candidate.person,
            reason: reason.name().into(),
            as_of: reason.as_of(),
            other: match reason {
                SkipReason::OtherProgramme(other, rule) => Some((*other, *rule)),
                _ => None,
            },
        });
        let won = self.won.iter().map(|(person, won)| ProposalNote {
            person: *person,
            reason: WON.into(),
            as_of: None,
            other: Some((won.against, won.rule)),
        });
        skipped.chain(won).collect()
    }
}

impl Office {
    /// Judges the accepted people of a programme whom no list has yet.
    pub(crate) fn screened(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
    ) -> Result<Screened, AppError> {
        let sector_of = |key: Option<&_>| self.sector_of(key);
        let mut candidates = store::proposals::candidates(tx, programme.id, sector_of)?;
        let mut facts = heard_of(tx, &mut candidates)?;
        let (ours, rivals) = self.bids(tx, programme)?;
        for (person, bid) in rivals {
            facts.entry(person).or_default().rivals.push(bid);
        }
        let rule = overlap_rule(tx)?;
        let meant = match &programme.terms.facilities {
            None => None,
            Some(facilities) => {
                let (orgs, kinds) = (store::orgs::list(tx)?, crate::organisations::kinds_of(tx)?);
                Some(facilities.meant(&orgs, &kinds, self.environment.today()))
            }
        };
        let screen = Screen {
            programme,
            ours: &ours,
            rule,
            rulebook: &self.rulebook,
            facilities: meant.as_ref(),
        };
        let (mut screened, nothing) = (Screened::default(), Facts::default());
        for candidate in candidates {
            match screen.judge(&candidate, facts.get(&candidate.person).unwrap_or(&nothing)) {
                Err(reason) => screened.skipped.push((candidate, reason)),
                Ok(won) => {
                    screened.won.extend(won.into_iter().map(|won| (candidate.person, won)));
                    screened.fit.push(candidate);
                }
            }
        }
        Ok(screened)
    }

    /// A programme among the others that have accepted some of its people, and theirs, as far as
    /// both would pay the same scheme in the same month.
    fn bids(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
    ) -> Result<(Bid, Vec<(Id<kind::Person>, Bid)>), AppError> {
        let rivals = store::programmes::rivals(tx, programme.id)?;
        let others: HashMap<_, Programme> = match rivals.is_empty() {
            true => HashMap::new(),
            false => store::programmes::list(tx)?.into_iter().map(|one| (one.id, one)).collect(),
        };
        let mut purses = HashMap::new();
        for fund in store::programmes::funds(tx)? {
            let paid = self.rulebook.government_paid(Payer::Fund(fund.kind), programme.first);
            purses.insert(fund.id, purse_rank(paid));
        }
        let bid = |of: &Programme, is_listed| Bid {
            programme: of.id,
            code: of.code.clone(),
            first: of.first,
            purse: purses.get(&of.fund).copied().unwrap_or(u8::MAX),
            is_listed,
        };
        let wants = |rival: &Rival| {
            let other = others.get(&rival.programme)?;
            let is_listed = rival.member.is_some() || rival.is_proposed;
            // Who waits there without a place has nothing there to be paid twice.
            let bids = (is_listed || !rival.is_waiting) && meets(programme, other, rival.member);
            bids.then(|| (rival.person, bid(other, is_listed)))
        };
        Ok((bid(programme, false), rivals.iter().filter_map(wants).collect()))
    }

    /// Places of a programme that somebody holds from the month on that is billed next.
    pub(crate) fn places_taken(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
    ) -> Result<u32, AppError> {
        let next = next_month(tx, programme)?;
        self.places_held(tx, programme, next)
    }

    /// Places that somebody holds from a month on: on lists that wait, and the members of the month
    /// with most of them, as one who leaves and one who comes after have one place between them.
    pub(crate) fn places_held(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        from: Month,
    ) -> Result<u32, AppError> {
        let lists = store::proposals::of_programme(tx, programme.id)?.into_iter();
        let waits =
            |state: &ProposalState| matches!(state, ProposalState::Draft | ProposalState::Proposed);
        let proposed = lists.filter(|list| waits(&list.state)).map(|list| list.people);
        Ok(members_holding(tx, programme, from)? + proposed.sum::<u32>())
    }

    /// Refuses a list that no longer fits beside the members, because places were taken away since.
    pub(crate) fn refuse_beyond_places(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        proposal: &Proposal,
    ) -> Result<(), AppError> {
        let Some(places) = programme.terms.quota else { return Ok(()) };
        let next = next_month(tx, programme)?;
        match members_holding(tx, programme, next)? + proposal.people > places {
            true => Err(AppError::refused("LIST_BEYOND_PLACES", places.to_string())),
            false => Ok(()),
        }
    }

    /// Refuses a list on which somebody stands whom another programme has paid for since, where the
    /// office has written a rule for that.
    pub(crate) fn refuse_overlaps(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        lines: &[ListLine],
    ) -> Result<(), AppError> {
        if overlap_rule(tx)?.is_none() {
            return Ok(());
        }
        let asked: Vec<PlannedCover> = lines
            .iter()
            .map(|line| PlannedCover {
                membership: Membership::of(programme, line.person),
                schemes: programme.schemes,
            })
            .collect();
        let standing = store::memberships::elsewhere(tx, programme.id)?;
        let people: HashSet<_> =
            overlaps(&asked, &standing).iter().map(|overlap| overlap.person).collect();
        match people.len() {
            0 => Ok(()),
            count => Err(AppError::refused("LIST_OVERLAPS", count.to_string())),
        }
    }

    /// Which of two programmes gets a person; none while the office has written no rule.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn overlap_rule(&self) -> Result<Option<OverlapRule>, AppError> {
        self.store.read(overlap_rule)
    }

    /// Writes that rule; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `OVERLAP_RULE_UNKNOWN`.
    pub fn set_overlap_rule(&self, actor: &Actor, text: &str) -> Result<(), AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        let rule = OverlapRule::from_name(text.trim());
        let rule = rule.ok_or_else(|| AppError::usage("OVERLAP_RULE_UNKNOWN", text))?;
        self.store.write(|tx| {
            if overlap_rule(tx)? == Some(rule) {
                return Ok(());
            }
            store::settings::set(tx, OVERLAP_RULE, rule.name())?;
            self.record(tx, actor, "overlap-rule-set", "settings", &[0; 16])
        })
    }
}

/// Places that members hold from a month on: those of the month with most of them.
fn members_holding(tx: &mut Tx<'_>, programme: &Programme, from: Month) -> Result<u32, AppError> {
    let roots = store::merges::roots(tx)?;
    let mut members = store::memberships::of_programme(tx, programme.id)?;
    // Two records of one person are one person, in one place.
    members.retain(|one| !roots.contains_key(&one.person));
    let of_month = |month: Month| members.iter().filter(|one| one.holds(month)).count() as u32;
    let months = programme.months().filter(|month| *month >= from);
    Ok(months.map(of_month).max().unwrap_or(0))
}

/// The first month of a programme without a final bill; its last one when all have one.
pub(crate) fn next_month(tx: &mut Tx<'_>, programme: &Programme) -> Result<Month, AppError> {
    let billed = billed_months(tx, programme.id)?;
    Ok(programme.months().find(|month| !billed.contains(month)).unwrap_or(programme.last))
}

/// The months of a programme that have a final bill.
pub(crate) fn billed_months(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Month>, AppError> {
    let bills = store::bills::list(tx)?.into_iter();
    let ours = bills.filter(|bill| bill.programme == programme && bill.state != BillState::Draft);
    Ok(ours.map(|bill| bill.month).collect())
}

/// What the newest lists say of candidates; what they say of their households is put with them.
fn heard_of(
    tx: &mut Tx<'_>,
    candidates: &mut [Candidate],
) -> Result<HashMap<Id<kind::Person>, Facts>, AppError> {
    let place: HashMap<Nik, usize> =
        candidates.iter().enumerate().map(|(at, one)| (one.nik, at)).collect();
    let niks: Vec<Nik> = place.keys().copied().collect();
    let mut facts: HashMap<Id<kind::Person>, Facts> = HashMap::new();
    for hit in store::references::hits(tx, &niks)? {
        let Some(candidate) = place.get(&hit.entry.nik).map(|at| &mut candidates[*at]) else {
            continue;
        };
        if means_another(&hit, &candidate.name) {
            continue;
        }
        match hit.kind {
            ReferenceKind::Kesejahteraan => {
                let (decile, as_of) = (hit.entry.decile, Some(hit.as_of));
                candidate.welfare = Welfare { decile, as_of, ..candidate.welfare };
            }
            ReferenceKind::Disabilitas => candidate.welfare.disabled = true,
            _ => note(&mut facts.entry(candidate.person).or_default().heard, &hit),
        }
    }
    Ok(facts)
}

/// Keeps what a list says of somebody.
pub(crate) fn note(heard: &mut Heard, hit: &ReferenceHit) {
    match hit.kind {
        ReferenceKind::Meninggal => heard.dead = Some(hit.as_of),
        ReferenceKind::Asn => heard.civil_servant = Some(hit.as_of),
        ReferenceKind::BpjsAktif => heard.insured = Some(hit.as_of),
        _ => {}
    }
}

/// Whether a list gives clearly another name: then it or the register has a wrong number, a human
/// decides, and nobody is left out for it.
pub(crate) fn means_another(hit: &ReferenceHit, ours: &base::PersonName) -> bool {
    let other = |name: &base::PersonName| {
        names_agree(name.as_str(), ours.as_str()) == NameAgreement::Different
    };
    hit.entry.name.as_ref().is_some_and(other)
}

/// Whether two programmes would pay the same scheme in the same month.
fn meets(ours: &Programme, theirs: &Programme, member: Option<(Month, Month)>) -> bool {
    let (first, last) = member.unwrap_or((theirs.first, theirs.last));
    let shared = ours.schemes.iter().any(|scheme| theirs.schemes.contains(scheme));
    shared && ours.first <= last && first <= ours.last
}

pub(crate) fn overlap_rule(tx: &mut Tx<'_>) -> Result<Option<OverlapRule>, AppError> {
    let kept = store::settings::get(tx, OVERLAP_RULE)?;
    Ok(kept.as_deref().and_then(OverlapRule::from_name))
}
