//! Conflicts before money moves: somebody on a list or a bill whom another programme pays for in
//! the same months, or of whom a reference list says that nothing may be paid.
//!
//! Intake asks the same when a row comes in; here it is asked once more, because lists arrive and
//! other programmes grow between the day of the row and the day of the money.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, Nik};
use domain::approval::ProposalState;
use domain::membership::{Membership, PlannedCover, overlaps};
use domain::programme::Programme;
use domain::reference::ReferenceKind;
use domain::registry::Person;
use linkage::{NameAgreement, names_agree};
use store::Tx;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::PersonShown;

/// What stands against paying for somebody; the order is the order of showing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Against {
    /// A death list has the number.
    Dead(Day),
    /// Civil servants are insured by the state.
    CivilServant(Day),
    /// The insurer says that somebody else pays already.
    Insured(Day),
    /// Another programme pays for the same scheme in the same months: its name, the schemes, the
    /// months.
    OtherProgramme(Box<str>, String, Month, Month),
    /// Another regency has registered the number.
    OtherRegency,
}

impl Against {
    /// The stable name; the catalogue has the rule under `conflict-NAME.rule` and the next step
    /// under `conflict-NAME.next`.
    pub fn name(&self) -> &'static str {
        match self {
            Against::Dead(_) => "dead",
            Against::CivilServant(_) => "civil-servant",
            Against::Insured(_) => "insured",
            Against::OtherProgramme(..) => "other-programme",
            Against::OtherRegency => "other-regency",
        }
    }
}

/// Somebody for whom nothing should be paid before a human has looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Who, masked.
    pub person: PersonShown,
    /// What stands against it.
    pub against: Against,
    /// Whether the list gives another name: then the number is wrong on one side.
    pub other_name: bool,
}

/// Every conflict of a list that waits, or of a month's bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicts {
    /// The programme's code and name.
    pub programme: (Box<str>, Box<str>),
    /// The fund by its code and kind.
    pub fund: (Box<str>, &'static str),
    /// Whether the programme takes nobody who is insured already.
    pub refuses_insured: bool,
    /// The bill's month; none for a list.
    pub month: Option<Month>,
    /// People looked at.
    pub people: u64,
    /// The conflicts, by place and name.
    pub found: Vec<Conflict>,
}

impl Office {
    /// What stands against the list of a programme that waits for approval, or against paying its
    /// members for a month.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn conflicts(
        &self,
        actor: &Actor,
        code: &str,
        month: Option<Month>,
    ) -> Result<Conflicts, AppError> {
        let programme = self.programme(code)?;
        let target = Target::in_region(programme.territory);
        self.authorize(actor, Operation::ReadMoney, &target)?;
        let fund = self.fund_of(&programme)?;
        self.store.read(|tx| {
            let (people, asked) = match month {
                None => on_list(tx, &programme)?,
                Some(month) => on_bill(tx, &programme, month)?,
            };
            let mut found = self.against_programmes(tx, &programme, &people, &asked)?;
            found.extend(against_lists(tx, &people)?);
            let held_twice: HashSet<_> = store::claims::conflicts(tx)?.into_iter().collect();
            found.extend(
                people
                    .iter()
                    .filter(|one| held_twice.contains(&one.id))
                    .map(|one| (one.id, Against::OtherRegency, false)),
            );
            let place: HashMap<_, usize> =
                people.iter().enumerate().map(|(at, one)| (one.id, at)).collect();
            found.sort_by_key(|(person, against, _)| (place.get(person).copied(), against.clone()));
            let shown = |(person, against, other_name): (_, Against, bool)| {
                let at = *place.get(&person)?;
                let person = crate::people::masked_now(&people[at]);
                Some(Conflict { person, against, other_name })
            };
            Ok(Conflicts {
                programme: (programme.code.clone(), programme.name.clone()),
                fund: (fund.code.clone(), fund.kind.name()),
                refuses_insured: programme.refuse_insured,
                month,
                people: people.len() as u64,
                found: found.into_iter().filter_map(shown).collect(),
            })
        })
    }

    /// Where another programme plans to pay for the same schemes in the same months.
    fn against_programmes(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        people: &[Person],
        asked: &[PlannedCover],
    ) -> Result<Vec<Finding>, AppError> {
        let of: HashSet<_> = people.iter().map(|one| one.id).collect();
        let standing = store::memberships::elsewhere(tx, programme.id)?;
        let by_id: HashMap<_, _> =
            standing.iter().map(|cover| (cover.membership.id, cover.membership)).collect();
        let mut schemes: HashMap<(Id<kind::Person>, Id<kind::Membership>), Vec<&str>> =
            HashMap::new();
        let mut months = HashMap::new();
        for overlap in overlaps(asked, &standing) {
            if of.contains(&overlap.person) {
                let key = (overlap.person, overlap.theirs);
                schemes.entry(key).or_default().push(overlap.scheme.name());
                months.insert(key, (overlap.first, overlap.last));
            }
        }
        let mut found = Vec::new();
        for ((person, theirs), names) in schemes {
            let Some(membership) = by_id.get(&theirs) else { continue };
            let other = store::programmes::get(tx, membership.programme)?;
            let name = other.map_or_else(|| "".into(), |other| other.name);
            let (first, last) = months[&(person, theirs)];
            let names = names.join(", ").to_uppercase();
            found.push((person, Against::OtherProgramme(name, names, first, last), false));
        }
        Ok(found)
    }
}

/// Who, what stands against it, and whether a list gives another name.
type Finding = (Id<kind::Person>, Against, bool);

/// The people of the newest list that waits, with the memberships it would make.
fn on_list(
    tx: &mut Tx<'_>,
    programme: &Programme,
) -> Result<(Vec<Person>, Vec<PlannedCover>), AppError> {
    let lists = store::proposals::of_programme(tx, programme.id)?;
    let waits = lists.into_iter().find(|list| list.state == ProposalState::Proposed);
    let Some(list) = waits else { return Ok((Vec::new(), Vec::new())) };
    let on_it: HashSet<_> =
        store::proposals::lines(tx, list.id)?.iter().map(|line| line.person).collect();
    let mut people = store::proposals::people(tx, list.id)?;
    people.retain(|person| on_it.contains(&person.id));
    let schemes = programme.schemes;
    let cover = |person: &Person| PlannedCover {
        membership: Membership::of(programme, person.id),
        schemes,
    };
    let asked = people.iter().map(cover).collect();
    Ok((people, asked))
}

/// The members of a programme in a month.
fn on_bill(
    tx: &mut Tx<'_>,
    programme: &Programme,
    month: Month,
) -> Result<(Vec<Person>, Vec<PlannedCover>), AppError> {
    let members = store::memberships::of_programme(tx, programme.id)?;
    let holding = members.into_iter().filter(|one| one.holds(month));
    let schemes = programme.schemes;
    let asked: Vec<PlannedCover> = holding
        .map(|one| PlannedCover {
            membership: Membership { first: month, last: month, ..one },
            schemes,
        })
        .collect();
    let on_it: HashSet<_> = asked.iter().map(|cover| cover.membership.person).collect();
    let mut people = store::memberships::people(tx, programme.id)?;
    people.retain(|person| on_it.contains(&person.id));
    Ok((people, asked))
}

/// What the newest lists of other offices say of people.
fn against_lists(tx: &mut Tx<'_>, people: &[Person]) -> Result<Vec<Finding>, AppError> {
    let by_nik: HashMap<Nik, &Person> = people.iter().map(|one| (one.nik, one)).collect();
    let niks: Vec<Nik> = by_nik.keys().copied().collect();
    let mut found = Vec::new();
    for hit in store::references::hits(tx, &niks)? {
        let Some(person) = by_nik.get(&hit.entry.nik) else { continue };
        let against = match hit.kind {
            ReferenceKind::Dukcapil
            | ReferenceKind::Kesejahteraan
            | ReferenceKind::Disabilitas
            | ReferenceKind::Wajib => continue,
            ReferenceKind::Meninggal => Against::Dead(hit.as_of),
            ReferenceKind::Asn => Against::CivilServant(hit.as_of),
            ReferenceKind::BpjsAktif => Against::Insured(hit.as_of),
        };
        let other_name = hit.entry.name.as_ref().is_some_and(|name| {
            names_agree(name.as_str(), person.name.as_str()) == NameAgreement::Different
        });
        found.push((person.id, against, other_name));
    }
    Ok(found)
}
