//! What moves when two records become one: a plan of single moves, each of which can be taken back.
//!
//! Nothing is invented and nothing disappears: what has no room beside what the kept person has
//! already (a month paid for both, a second place on one programme) stays with the other record and
//! is named. Transfers and posted bills are never touched.

use std::collections::HashSet;

use base::id::kind;
use base::{Id, Month, Rupiah};
use rules::Scheme;

use crate::card::CardState;
use crate::claim::{Claim, ClaimState};
use crate::coverage::CoveredMonth;
use crate::digest::Feed;
use crate::membership::Membership;

/// A row of a received sheet: the sheet, its place in the file, the row.
pub type RowPlace = (Id<kind::Sheet>, u16, u32);

/// A card somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldCard {
    /// Which.
    pub id: Id<kind::Card>,
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// Which of the person's cards of the programme.
    pub copy: u32,
    /// Whether it is good.
    pub state: CardState,
}

/// Everything that hangs on one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Whose.
    pub person: Id<kind::Person>,
    /// Rows of sheets that were decided to be theirs.
    pub rows: Vec<RowPlace>,
    /// Programmes that accepted them, and by which row.
    pub enlisted: Vec<(Id<kind::Programme>, RowPlace)>,
    /// Memberships.
    pub memberships: Vec<Membership>,
    /// Covered months with what each cost.
    pub covered: Vec<(CoveredMonth, Rupiah)>,
    /// Cards.
    pub cards: Vec<HeldCard>,
    /// Claims.
    pub claims: Vec<Claim>,
    /// Their memberships on bills that nobody has paid yet.
    pub billed: Vec<(Id<kind::Bill>, Month, Id<kind::Membership>)>,
    /// Pairs they stand in that are not decided, each with the other of the two.
    pub waiting: Vec<(Id<kind::Pair>, Id<kind::Person>)>,
    /// People who were told from them, or from somebody for whom they stand.
    pub apart: Vec<Id<kind::Person>>,
}

/// One thing that goes to the kept person, or steps aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// A row names the kept person.
    Row(RowPlace),
    /// A programme has accepted the kept person.
    Enlistment(Id<kind::Programme>, RowPlace),
    /// The kept person is on the programme already: the second acceptance steps aside.
    Delist(Id<kind::Programme>, RowPlace),
    /// A membership is the kept person's.
    Membership(Id<kind::Membership>),
    /// An unpaid bill names the kept person.
    Line(Id<kind::Bill>, Month, Id<kind::Membership>),
    /// A covered month is the kept person's.
    Cover(Scheme, Month),
    /// A card is the kept person's.
    Card(Id<kind::Card>),
    /// The kept person has a card of the programme: the second one is withdrawn.
    StopCard(Id<kind::Card>, CardState),
    /// A claim is for the kept person.
    Claim(Id<kind::Claim>),
    /// Another pair rests: of the record, or of the kept person and somebody who was told from the
    /// record before.
    Rest(Id<kind::Pair>),
}

/// What merging two records does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergePlan {
    /// Who stays.
    pub kept: Id<kind::Person>,
    /// Whose record steps aside.
    pub away: Id<kind::Person>,
    /// What moves, in a fixed order.
    pub moves: Vec<Move>,
    /// Months paid for both: money to be claimed back.
    pub paid_twice: Vec<(CoveredMonth, Rupiah)>,
    /// Second memberships of one programme, which are billed no more.
    pub ended: Vec<Membership>,
}

/// Plans the merging of one record into another.
pub fn plan(kept: &History, away: &History) -> MergePlan {
    let mut plan = MergePlan {
        kept: kept.person,
        away: away.person,
        moves: Vec::new(),
        paid_twice: Vec::new(),
        ended: Vec::new(),
    };
    plan.moves.extend(away.rows.iter().copied().map(Move::Row));
    let listed: HashSet<_> = kept.enlisted.iter().map(|(programme, _)| *programme).collect();
    plan.moves.extend(away.enlisted.iter().map(
        |(programme, row)| match listed.contains(programme) {
            true => Move::Delist(*programme, *row),
            false => Move::Enlistment(*programme, *row),
        },
    ));
    plan_memberships(&mut plan, kept, away);
    plan_cover(&mut plan, kept, away);
    let held: HashSet<_> = kept.cards.iter().map(|card| card.programme).collect();
    for card in &away.cards {
        match (held.contains(&card.programme), card.state) {
            (false, _) => plan.moves.push(Move::Card(card.id)),
            (true, CardState::Active) => plan.moves.push(Move::StopCard(card.id, card.state)),
            // It is good for nothing and stays where it is.
            (true, _) => {}
        }
    }
    let claims = away.claims.iter().filter(|claim| has_room(claim, &kept.claims));
    plan.moves.extend(claims.map(|claim| Move::Claim(claim.id)));
    plan.moves.extend(away.waiting.iter().map(|(pair, _)| Move::Rest(*pair)));
    // Whoever is not the one is not the other either, once the two are one.
    let told = kept.waiting.iter().filter(|(_, other)| away.apart.contains(other));
    plan.moves.extend(told.map(|(pair, _)| Move::Rest(*pair)));
    plan
}

/// Whether nobody asks the same for the kept person: a second claim for one event stays where it
/// is, as it may have been paid.
fn has_room(claim: &Claim, known: &[Claim]) -> bool {
    let event = |one: &Claim| (one.kind, one.event);
    let mut standing = known.iter().filter(|one| one.state != ClaimState::Withdrawn);
    claim.state == ClaimState::Withdrawn || standing.all(|one| event(one) != event(claim))
}

fn plan_memberships(plan: &mut MergePlan, kept: &History, away: &History) {
    // A month that the kept person is covered for or billed in has no room for a second payer: the
    // line stays, and once paid it shows as money paid twice.
    let covered = kept.covered.iter().map(|(cover, _)| cover.month);
    let taken: HashSet<Month> =
        kept.billed.iter().map(|(_, month, _)| *month).chain(covered).collect();
    let member_of: HashSet<_> = kept.memberships.iter().map(|member| member.programme).collect();
    for membership in &away.memberships {
        if member_of.contains(&membership.programme) {
            plan.ended.push(*membership);
            continue;
        }
        plan.moves.push(Move::Membership(membership.id));
        let billed = away.billed.iter().filter(|(_, _, member)| *member == membership.id);
        let billed = billed.filter(|(_, month, _)| !taken.contains(month));
        plan.moves.extend(billed.map(|(bill, month, member)| Move::Line(*bill, *month, *member)));
    }
}

fn plan_cover(plan: &mut MergePlan, kept: &History, away: &History) {
    let covered: HashSet<_> =
        kept.covered.iter().map(|(cover, _)| (cover.scheme, cover.month)).collect();
    for (cover, rupiah) in &away.covered {
        match covered.contains(&(cover.scheme, cover.month)) {
            true => plan.paid_twice.push((*cover, *rupiah)),
            false => plan.moves.push(Move::Cover(cover.scheme, cover.month)),
        }
    }
}

/// Which of two records stays when nobody says: the one with more covered months, then the older.
pub fn to_keep(one: &History, other: &History) -> Id<kind::Person> {
    let rank = |history: &History| (history.covered.len(), std::cmp::Reverse(history.person));
    if rank(one) >= rank(other) { one.person } else { other.person }
}

impl MergePlan {
    /// The money that was paid twice.
    pub fn recoverable(&self) -> Rupiah {
        Rupiah(self.paid_twice.iter().map(|(_, rupiah)| rupiah.0).sum())
    }

    /// Covered months that move.
    pub fn covers_moved(&self) -> usize {
        self.moves.iter().filter(|one| matches!(one, Move::Cover(..))).count()
    }

    /// A digest of everything the plan does: an approval binds it.
    pub fn hash(&self) -> [u8; 32] {
        let mut feed = Feed::new("merge").part(self.kept.as_bytes()).part(self.away.as_bytes());
        for one in &self.moves {
            feed = fed(feed, one);
        }
        for (cover, rupiah) in &self.paid_twice {
            let scheme = cover.scheme.name().as_bytes();
            feed = feed.part(scheme).number(cover.month.as_number()).number(rupiah.0);
        }
        for membership in &self.ended {
            feed = feed.part(membership.id.as_bytes());
        }
        feed.finish()
    }
}

fn fed(feed: Feed, one: &Move) -> Feed {
    let row = |feed: Feed, (sheet, index, row): &RowPlace| {
        feed.part(sheet.as_bytes()).number(i64::from(*index)).number(i64::from(*row))
    };
    match one {
        Move::Row(place) => row(feed.part(b"row"), place),
        Move::Enlistment(programme, place) => {
            row(feed.part(b"enlistment").part(programme.as_bytes()), place)
        }
        Move::Delist(programme, place) => {
            row(feed.part(b"delist").part(programme.as_bytes()), place)
        }
        Move::Membership(id) => feed.part(b"membership").part(id.as_bytes()),
        Move::Line(bill, month, member) => {
            let feed = feed.part(b"line").part(bill.as_bytes()).number(month.as_number());
            feed.part(member.as_bytes())
        }
        Move::Cover(scheme, month) => {
            feed.part(b"cover").part(scheme.name().as_bytes()).number(month.as_number())
        }
        Move::Card(id) => feed.part(b"card").part(id.as_bytes()),
        Move::StopCard(id, state) => {
            feed.part(b"stop-card").part(id.as_bytes()).part(state.name().as_bytes())
        }
        Move::Claim(id) => feed.part(b"claim").part(id.as_bytes()),
        // A pair found meanwhile is no reason to ask the second person again.
        Move::Rest(_) => feed,
    }
}

#[cfg(test)]
mod tests;
