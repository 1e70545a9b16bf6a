//! Records that stepped aside for another: what hung on them, how it is moved, how it is put back.
//!
//! A merging keeps every single move it made; taking it back runs them in reverse and refuses when
//! one of them is no longer where it was put.

mod moved;

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Month, Rupiah};
use domain::card::CardState;
use domain::coverage::CoveredMonth;
use domain::duplicates::PairState;
use domain::membership::Membership;
use domain::merging::{HeldCard, History, MergePlan, Move, RowPlace};
use rules::Scheme;

use crate::cover_sums::Kept;
use crate::seal::{self, Owner};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{
    StoreError, Tx, benefit_claims, bills, cards, cover_once, covered, duplicates, memberships,
    people, sipp, staging,
};

use moved::Moved;

static INSERT: Sql = sql!("person_merge_insert");
static DELETE: Sql = sql!("person_merge_delete");
static GET: Sql = sql!("person_merge_get");
static LIST: Sql = sql!("person_merge_list");
static OF_ROOT: Sql = sql!("person_merge_of_root");
static SET_ROOT: Sql = sql!("person_merge_set_root");
static ROWS: Sql = sql!("merge_row_list");
static COVERS: Sql = sql!("merge_cover_list");
static CARDS: Sql = sql!("merge_card_list");
static LINES: Sql = sql!("merge_line_list");
static ROW: Sql = sql!("merge_row");
static ENLISTMENT: Sql = sql!("merge_enlistment");
static DELIST: Sql = sql!("enlistment_delete_row");
static RELIST: Sql = sql!("merge_relist");
static MEMBERSHIP: Sql = sql!("merge_membership");
static OWNERS: Sql = sql!("cover_owner_list");
static LATER_LINES: Sql = sql!("unmerge_line_list");
static PAST: Sql = sql!("covered_month_past_give");
static RECOVERY: Sql = sql!("contribution_recovery_give");
static COVER_DELETE: Sql = sql!("covered_month_delete");
static CLAIM: Sql = sql!("merge_claim");
static CARD: Sql = sql!("merge_card");
static CARD_NAME: Sql = sql!("merge_card_name");

/// A record that stepped aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// The record.
    pub away: Id<kind::Person>,
    /// Into whom it was merged.
    pub kept: Id<kind::Person>,
    /// Who stands for it now: that one, or whoever that one was merged into.
    pub root: Id<kind::Person>,
}

/// Everything that hangs on somebody's record.
pub fn history(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<History, StoreError> {
    let tenant = tx.tenant();
    let rows = rows(tx, person)?;
    let enlisted = staging::enlisted_as(tx, person)?.into_iter();
    let enlisted = enlisted.map(|(programme, at)| (programme, (at.sheet, at.sheet_index, at.row)));
    let memberships = memberships::of_person(tx, person)?;
    let mut billed = Vec::new();
    for membership in &memberships {
        let values = values![tenant, &membership.programme, &membership.id];
        tx.each(&LINES, &values, |columns| {
            billed.push((columns.take()?, columns.take()?, membership.id));
            Ok(())
        })?;
    }
    let waits = |state| matches!(state, PairState::Open | PairState::Asked);
    let waiting = duplicates::of_person(tx, person)?.into_iter().filter(|one| waits(one.state));
    let waiting = waiting.map(|pair| (pair.id, pair.other(person))).collect();
    Ok(History {
        person,
        rows,
        enlisted: enlisted.collect(),
        memberships,
        covered: tx.all(&COVERS, &values![tenant, &person], read_cover)?,
        cards: tx.all(&CARDS, &values![&person, tenant], read_card)?,
        claims: benefit_claims::of_person(tx, person)?,
        billed,
        waiting,
        apart: told_from(tx, person)?,
    })
}

/// Who was told from somebody, or from anybody for whom they stand.
fn told_from(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<Id<kind::Person>>, StoreError> {
    let roots = roots(tx)?;
    let mut found = Vec::new();
    for one in of_root(tx, person)?.into_iter().chain([person]) {
        let pairs = duplicates::of_person(tx, one)?.into_iter();
        let told = pairs.filter(|pair| pair.state == PairState::Different);
        found.extend(told.map(|pair| root_of(&roots, pair.other(one))));
    }
    Ok(found)
}

/// The rows of sheets that were decided to be somebody's.
pub fn rows(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<RowPlace>, StoreError> {
    tx.all(&ROWS, &values![tx.tenant(), &person], |columns| {
        Ok((columns.take()?, columns.take()?, columns.take()?))
    })
}

/// Does what a plan says, and keeps it.
pub fn merge(
    tx: &mut Tx<'_>,
    plan: &MergePlan,
    pair: Id<kind::Pair>,
    at_ms: i64,
) -> Result<(), StoreError> {
    let mut done = Vec::with_capacity(plan.moves.len());
    for one in &plan.moves {
        if let Some(moved) = move_over(tx, plan, pair, one)? {
            done.push(moved);
        }
    }
    let (tenant, moves) = (tx.tenant(), moved::pack(&done));
    let (away, kept) = (&plan.away, &plan.kept);
    tx.run(&INSERT, &values![tenant, away, kept, kept, &pair, at_ms, moves])?;
    // Whoever stepped aside for this record is now stood for by the one it steps aside for.
    for earlier in of_root(tx, plan.away)? {
        tx.run(&SET_ROOT, &values![kept, tenant, &earlier])?;
    }
    cover_once::settle(tx, [plan.kept, plan.away], at_ms)
}

/// Puts everything back that a merging moved; at this moment two became two again.
///
/// # Errors
/// [`StoreError::NotFound`] when nobody is merged so; [`StoreError::Busy`] when something that was
/// moved is no longer where it was put, or the kept record has itself stepped aside.
pub fn unmerge(tx: &mut Tx<'_>, away: Id<kind::Person>, at_ms: i64) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let found = tx.one(&GET, &values![tenant, &away], |columns| {
        let (kept, root): (Id<kind::Person>, Id<kind::Person>) = (columns.take()?, columns.take()?);
        let (_pair, _at_ms) = (columns.take::<Vec<u8>>()?, columns.take::<i64>()?);
        Ok((kept, root, columns.take::<Vec<u8>>()?))
    })?;
    let (kept, root, moves) = found.ok_or(StoreError::NotFound { what: "merging" })?;
    if kept != root {
        return Err(StoreError::Busy);
    }
    let moves = moved::unpack(&moves)?;
    for moved in moves.iter().rev() {
        move_back(tx, kept, away, moved)?;
    }
    for own in memberships::of_person(tx, away)? {
        give_what_came_since(tx, &own, (kept, away))?;
        if moves.iter().any(|moved| matches!(moved.what, Move::Membership(id) if id == own.id)) {
            sipp::follow(tx, own.programme, (kept, away))?;
        }
    }
    tx.run(&DELETE, &values![tenant, &away])?;
    sipp::give_back(tx, kept, away)?;
    // Those who stepped aside for this record before are stood for by it again.
    let merges = all(tx)?;
    for one in &merges {
        let root = end_of(&merges, one.kept);
        if root != one.root {
            tx.run(&SET_ROOT, &values![&root, tenant, &one.away])?;
        }
    }
    part_covers(tx, kept, away)?;
    cover_once::settle(tx, [kept, away], at_ms)
}

/// Gives what was billed and owed back for a membership since the merging to whose it is again.
fn give_what_came_since(
    tx: &mut Tx<'_>,
    own: &Membership,
    (kept, away): (Id<kind::Person>, Id<kind::Person>),
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let asked = values![tenant, &own.programme, &own.id, &kept];
    let lines: Vec<(Id<kind::Bill>, Month)> =
        tx.all(&LATER_LINES, &asked, |columns| Ok((columns.take()?, columns.take()?)))?;
    for (bill, month) in lines {
        bills::give_lines(tx, (bill, month, own.id), (kept, away))?;
    }
    tx.run(&PAST, &values![&away, tenant, &kept, tenant, &own.id])?;
    tx.run(&RECOVERY, &values![&away, tenant, &own.programme, &own.id, &kept]).map(|_| ())
}

/// Gives every month that one of two people is covered for to the one whose membership paid for it:
/// what was paid since they were merged went to whoever had room.
fn part_covers(
    tx: &mut Tx<'_>,
    kept: Id<kind::Person>,
    away: Id<kind::Person>,
) -> Result<(), StoreError> {
    let (tenant, roots) = (tx.tenant(), roots(tx)?);
    let aside = roots.iter().filter(|(_, root)| **root == kept || **root == away);
    let mut people: Vec<Id<kind::Person>> = aside.map(|(person, _)| *person).collect();
    people.extend([kept, away]);
    people.sort_unstable();
    let mut misplaced: Vec<Kept> = Vec::new();
    for holder in people {
        let held = tx.all(&OWNERS, &values![tenant, &holder], covered::read_kept)?;
        for kept in held {
            let cover = &kept.cover;
            if root_of(&roots, cover.person) == root_of(&roots, holder) {
                continue;
            }
            let (scheme, transfer) = (cover.scheme.name(), &cover.transfer);
            tx.run(&COVER_DELETE, &values![tenant, &holder, scheme, cover.month, transfer])?;
            misplaced.push(kept);
        }
    }
    let mut covers: Vec<CoveredMonth> = misplaced.iter().map(|kept| kept.cover).collect();
    redirect(tx, &mut covers)?;
    let given = covers.into_iter().zip(misplaced);
    covered::insert_kept(tx, given.map(|(cover, kept)| Kept { cover, ..kept }).collect())
}

/// Every record that stepped aside.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Merged>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], |columns| {
        Ok(Merged { away: columns.take()?, kept: columns.take()?, root: columns.take()? })
    })
}

/// Records that stepped aside, each with the one that stands for it.
pub type Roots = HashMap<Id<kind::Person>, Id<kind::Person>>;

/// Who stands for each record that stepped aside.
pub fn roots(tx: &mut Tx<'_>) -> Result<Roots, StoreError> {
    Ok(all(tx)?.into_iter().map(|one| (one.away, one.root)).collect())
}

/// Whose record stands for somebody's: their own, unless it stepped aside.
pub fn root_of(roots: &Roots, person: Id<kind::Person>) -> Id<kind::Person> {
    roots.get(&person).copied().unwrap_or(person)
}

/// Into whom somebody's record was merged; none when it stands for itself.
pub fn of(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Option<Merged>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &person], |columns| {
        Ok(Merged { away: person, kept: columns.take()?, root: columns.take()? })
    })
}

pub(crate) fn foresee_of(tx: &mut Tx<'_>, person: Id<kind::Person>) {
    let tenant = tx.tenant();
    tx.foresee(&GET, &values![tenant, &person]);
}

/// Months about to be covered, each for whoever stands for its person now; where that one is
/// covered already, the month goes to a record that stepped aside: there it shows as paid twice.
pub fn redirect(tx: &mut Tx<'_>, covers: &mut [CoveredMonth]) -> Result<(), StoreError> {
    let roots = roots(tx)?;
    let mut groups: HashMap<Id<kind::Person>, Vec<Id<kind::Person>>> = HashMap::new();
    for (away, root) in &roots {
        groups.entry(*root).or_default().push(*away);
    }
    let mut taken: HashSet<_> = HashSet::new();
    for cover in covers {
        let root = root_of(&roots, cover.person);
        let Some(aside) = groups.get_mut(&root) else { continue };
        aside.sort_unstable();
        for person in std::iter::once(root).chain(aside.iter().copied()) {
            let meant = CoveredMonth { person, ..*cover };
            let standing = covered::of_person(tx, person)?;
            if !standing.iter().any(|one| one.key() == meant.key()) && taken.insert(meant.key()) {
                *cover = meant;
                break;
            }
        }
    }
    Ok(())
}

fn of_root(tx: &mut Tx<'_>, root: Id<kind::Person>) -> Result<Vec<Id<kind::Person>>, StoreError> {
    tx.all(&OF_ROOT, &values![tx.tenant(), &root], |columns| columns.take())
}

fn end_of(merges: &[Merged], person: Id<kind::Person>) -> Id<kind::Person> {
    let mut end = person;
    while let Some(next) = merges.iter().find(|one| one.away == end) {
        end = next.kept;
    }
    end
}

/// Makes one move; what it takes to undo it.
fn move_over(
    tx: &mut Tx<'_>,
    plan: &MergePlan,
    own_pair: Id<kind::Pair>,
    one: &Move,
) -> Result<Option<Moved>, StoreError> {
    let (tenant, kept, away) = (tx.tenant(), &plan.kept, &plan.away);
    let moved = Moved { what: one.clone(), sealed: Vec::new(), was: None };
    match one {
        Move::Delist(_, (sheet, index, row)) => {
            tx.run(&DELIST, &values![tenant, sheet, *index, *row])?;
        }
        Move::Card(id) => {
            let sealed = card_name(tx, *id)?;
            let name = resealed(tx, *id, (plan.away, plan.kept), &sealed)?;
            tx.run(&CARD, &values![kept, name, tenant, id, away])?;
            return Ok(Some(Moved { sealed, ..moved }));
        }
        Move::StopCard(id, _) => cards::set_state(tx, *id, CardState::Replaced)?,
        Move::Rest(id) => {
            let pair = duplicates::get(tx, *id)?.filter(|pair| pair.id != own_pair);
            let Some(pair) = pair else { return Ok(None) };
            duplicates::rest(tx, *id, pair.state, PairState::Resting)?;
            return Ok(Some(Moved { was: Some(pair.state), ..moved }));
        }
        _ => give(tx, one, plan.away, plan.kept)?,
    }
    Ok(Some(moved))
}

fn move_back(
    tx: &mut Tx<'_>,
    kept: Id<kind::Person>,
    away: Id<kind::Person>,
    moved: &Moved,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    match &moved.what {
        Move::Delist(_, (sheet, index, row)) => {
            tx.run(&RELIST, &values![&away, tenant, sheet, *index, *row])?;
        }
        Move::Card(id) => {
            let values = values![&away, &*moved.sealed, tenant, id, &kept];
            moved_one(tx.run(&CARD, &values)?)?;
        }
        Move::StopCard(id, state) => cards::set_state(tx, *id, *state)?,
        // Its payment may have been undone since, or have gone to whoever had room.
        Move::Cover(scheme, month) => {
            let key = |person| (person, *scheme, *month);
            let is_room = covered::of_person(tx, away)?.iter().all(|one| one.key() != key(away));
            if is_room {
                covered::give(tx, (*scheme, *month), (kept, away))?;
            }
        }
        Move::Rest(id) => {
            let was = moved.was.unwrap_or(PairState::Open);
            let now = duplicates::get(tx, *id)?;
            // What was said meanwhile may have woken it.
            if now.is_some_and(|now| now.state == PairState::Resting) {
                duplicates::rest(tx, *id, PairState::Resting, was)?;
            }
        }
        one => give(tx, one, kept, away)?,
    }
    Ok(())
}

/// Gives one thing from one record to another; what can never go away must be there.
fn give(
    tx: &mut Tx<'_>,
    one: &Move,
    from: Id<kind::Person>,
    to: Id<kind::Person>,
) -> Result<(), StoreError> {
    let people = (from, to);
    let (tenant, from, to) = (tx.tenant(), &from, &to);
    let count = match one {
        // A sheet may be taken back and a draft bill drawn up anew since: then there is nothing to
        // move any more.
        Move::Row((sheet, index, row)) => {
            tx.run(&ROW, &values![to, tenant, sheet, *index, *row, from])?;
            return Ok(());
        }
        Move::Enlistment(programme, (sheet, index, row)) => {
            tx.run(&ENLISTMENT, &values![to, tenant, programme, from, sheet, *index, *row])?;
            return Ok(());
        }
        Move::Line(bill, month, member) => {
            bills::give_lines(tx, (*bill, *month, *member), people)?;
            return Ok(());
        }
        Move::Membership(id) => tx.run(&MEMBERSHIP, &values![to, tenant, id, from])?,
        Move::Claim(id) => tx.run(&CLAIM, &values![to, tenant, id, from])?,
        Move::Cover(scheme, month) => covered::give(tx, (*scheme, *month), people)?,
        Move::Delist(..) | Move::Card(_) | Move::StopCard(..) | Move::Rest(_) => {
            unreachable!("these are no plain gifts")
        }
    };
    moved_one(count)
}

fn moved_one(count: u64) -> Result<(), StoreError> {
    if count == 1 { Ok(()) } else { Err(StoreError::Busy) }
}

fn card_name(tx: &mut Tx<'_>, id: Id<kind::Card>) -> Result<Vec<u8>, StoreError> {
    let name = tx.one(&CARD_NAME, &values![tx.tenant(), &id], |columns| columns.take())?;
    name.ok_or(StoreError::NotFound { what: "card" })
}

/// The name on a card, opened with one person's key and sealed with another's.
fn resealed(
    tx: &mut Tx<'_>,
    card: Id<kind::Card>,
    (from, to): (Id<kind::Person>, Id<kind::Person>),
    sealed: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &card);
    let wrapped = seal::keys_of(tx, [from.as_bytes(), to.as_bytes()].into_iter())?;
    let own = people::seal_of(keys, tenant, from, wrapped.get(from.as_bytes()))?;
    let theirs = people::seal_of(keys, tenant, to, wrapped.get(to.as_bytes()))?;
    let plain = own.open(owner, "name", sealed)?;
    Ok(theirs.seal(owner, "name", &plain))
}

fn read_cover(columns: &mut Columns<'_>) -> Result<(CoveredMonth, Rupiah), StoreError> {
    let cover = CoveredMonth {
        person: columns.take()?,
        scheme: columns.take_with("a scheme", Scheme::from_name)?,
        month: columns.take()?,
        programme: columns.take()?,
        transfer: columns.take()?,
    };
    Ok((cover, columns.take()?))
}

fn read_card(columns: &mut Columns<'_>) -> Result<HeldCard, StoreError> {
    Ok(HeldCard {
        id: columns.take()?,
        programme: columns.take()?,
        copy: columns.take()?,
        state: columns.take_with("a card's state", CardState::from_name)?,
    })
}
