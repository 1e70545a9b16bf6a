//! Conflicts before money moves: somebody on a list or a bill whom another programme pays for in
//! the same months, of whom a reference list says that nothing may be paid, or who may stand in the
//! register twice.
//!
//! Intake asks the same when a row comes in; here it is asked once more, because lists arrive and
//! other programmes grow between the day of the row and the day of the money.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, Nik, Rupiah};
use domain::approval::{ListLine, ProposalState};
use domain::billing::{BillState, bill_id};
use domain::membership::{Membership, PlannedCover, overlaps};
use domain::occupation::OccupationKey;
use domain::programme::Programme;
use domain::reference::ReferenceKind;
use domain::registry::Person;
use domain::screening::OverlapRule;
use linkage::{NameAgreement, names_agree};
use store::Tx;
pub use store::duplicates::Waiting;

mod works;

use crate::bills::months::lost_on;
use crate::candidates::overlap_rule;
use crate::duplicates::certainty_ppm;
use crate::error::AppError;
use crate::lists::PutForward;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::PersonShown;
use crate::words::Words;

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
    /// Lists insure more kinds of work at once than the law of the month allows.
    TooManyKinds {
        /// The first month in which it is so.
        month: Month,
        /// The kinds, by name.
        kinds: Vec<Box<str>>,
        /// How many the law allows.
        most: i64,
        /// Instrument and article.
        article: Box<str>,
        /// How well that is known.
        status: &'static str,
    },
    /// Another regency pays for this month.
    PaidInOtherRegion,
    /// Another regency has registered the number.
    OtherRegency,
    /// Another record may be the same human: the pair that waits, and how likely it is, in parts
    /// per million.
    MaybeTwice(Id<kind::Pair>, i64),
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
            Against::TooManyKinds { .. } => "too-many-kinds",
            Against::PaidInOtherRegion => "paid-in-other-region",
            Against::OtherRegency => "other-regency",
            Against::MaybeTwice(..) => "maybe-twice",
        }
    }

    /// Every stable name, in the order of showing.
    pub const NAMES: [&str; 8] = [
        "dead",
        "civil-servant",
        "insured",
        "other-programme",
        "too-many-kinds",
        "paid-in-other-region",
        "other-regency",
        "maybe-twice",
    ];
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
    /// The office's rule for who is wanted by two programmes; while it has written one, a list on
    /// which somebody is paid for elsewhere is not approved.
    pub rule: Option<OverlapRule>,
    /// The bill's month; none for a list.
    pub month: Option<Month>,
    /// People looked at.
    pub people: u64,
    /// The conflicts, by place and name.
    pub found: Vec<Conflict>,
    /// The pairs of records in which somebody of them stands, those that cost most first.
    pub pairs: Vec<Waiting>,
}

impl Conflicts {
    /// How many there are of each kind that occurs, in the order of showing.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let count = |name: &'static str| {
            let of_kind = self.found.iter().filter(|one| one.against.name() == name);
            (name, of_kind.count() as u64)
        };
        Against::NAMES.map(count).into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// The rule against which something stands, in words.
    pub fn rule_words(&self, against: &Against, words: &Words) -> String {
        let key = format!("conflict-{}.rule", against.name());
        match against {
            Against::TooManyKinds { most, article, status, .. } => {
                let (most, status) = (most.to_string(), words.get(&format!("status-{status}")));
                let values = [("most", &*most), ("article", article), ("status", &status)];
                words.with(&key, &values)
            }
            _ => words.get(&key),
        }
    }

    /// What to do about it, in words; the office's own rule for who is wanted by two programmes
    /// stands there where it decides.
    pub fn next_words(&self, against: &Against, words: &Words) -> String {
        let key = format!("conflict-{}.next", against.name());
        match against {
            Against::TooManyKinds { .. } => {
                let rule = self.rule.map_or("none", |rule| rule.name());
                words.with(&key, &[("rule", &words.get(&format!("overlap-rule-{rule}")))])
            }
            _ => words.get(&key),
        }
    }

    /// Those that speak of a payer, a list or another regency, without pairs that wait.
    pub fn certain(&self) -> u64 {
        let is_pair = |one: &&Conflict| matches!(one.against, Against::MaybeTwice(..));
        (self.found.len() - self.found.iter().filter(is_pair).count()) as u64
    }

    /// What the records of the pairs cost together: each month from now on.
    pub fn monthly_at_stake(&self) -> Rupiah {
        Rupiah(self.pairs.iter().map(|pair| pair.stake.monthly.0).sum())
    }
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
        self.against(actor, code, month, |tx, programme| match month {
            None => on_list(tx, programme),
            Some(month) => on_bill(tx, programme, month),
        })
    }

    /// What stands against a list as it would be put forward, or was.
    ///
    /// # Errors
    /// Those of [`Office::conflicts`].
    pub fn conflicts_of_list(
        &self,
        actor: &Actor,
        code: &str,
        list: &PutForward,
    ) -> Result<Conflicts, AppError> {
        self.against(actor, code, None, |_, programme| Ok(Asked::of_lines(programme, &list.lines)))
    }

    fn against(
        &self,
        actor: &Actor,
        code: &str,
        month: Option<Month>,
        of: impl FnOnce(&mut Tx<'_>, &Programme) -> Result<Asked, AppError>,
    ) -> Result<Conflicts, AppError> {
        let programme = self.programme(code)?;
        let target = Target::in_region(programme.territory);
        self.authorize(actor, Operation::ReadMoney, &target)?;
        let fund = self.fund_of(&programme)?;
        self.store.read(|tx| {
            let asked = of(tx, &programme)?;
            let covers = asked.covers.iter();
            let people: HashSet<_> = covers.map(|cover| cover.membership.person).collect();
            let mut found = self.against_programmes(tx, &programme, &asked.covers)?;
            found.extend(self.against_law_of_work(tx, &programme, &asked)?);
            found.extend(against_lists(tx, &people)?);
            if let Some(month) = month {
                found.extend(self.against_regencies(tx, &programme, month)?);
            }
            let held_twice = store::claims::conflicts(tx)?.into_iter();
            let held_twice = held_twice.filter(|person| people.contains(person));
            found.extend(held_twice.map(|person| (person, Against::OtherRegency, false)));
            let pairs = waiting_pairs(tx, &people)?;
            let maybe_twice = maybe_twice(&pairs);
            found.extend(maybe_twice.filter(|(person, ..)| people.contains(person)));
            Ok(Conflicts {
                programme: (programme.code.clone(), programme.name.clone()),
                fund: (fund.code.clone(), fund.kind.name()),
                refuses_insured: programme.refuse_insured,
                rule: overlap_rule(tx)?,
                month,
                people: people.len() as u64,
                found: shown(tx, found)?,
                pairs,
            })
        })
    }

    /// For whose month another regency pays: it leaves them off a bill that is not locked yet, and
    /// stops one that is.
    fn against_regencies(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        month: Month,
    ) -> Result<Vec<Finding>, AppError> {
        let head = store::bills::head(tx, bill_id(programme.id, month))?;
        let people: Vec<_> = match head.filter(|head| head.state != BillState::Draft) {
            Some(head) => lost_on(tx, (head.id, month))?,
            None => self.paid_in_other_region(tx, programme, month)?.into_iter().collect(),
        };
        let finding = |person| (person, Against::PaidInOtherRegion, false);
        Ok(people.into_iter().map(finding).collect())
    }

    /// Where another programme plans to pay for the same schemes in the same months.
    fn against_programmes(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        asked: &[PlannedCover],
    ) -> Result<Vec<Finding>, AppError> {
        let standing = store::memberships::elsewhere(tx, programme.id)?;
        let by_id: HashMap<_, _> =
            standing.iter().map(|cover| (cover.membership.id, cover.membership)).collect();
        let mut schemes: HashMap<(Id<kind::Person>, Id<kind::Membership>), Vec<&str>> =
            HashMap::new();
        let mut months = HashMap::new();
        for overlap in overlaps(asked, &standing) {
            let key = (overlap.person, overlap.theirs);
            schemes.entry(key).or_default().push(overlap.scheme.name());
            months.insert(key, (overlap.first, overlap.last));
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

/// What is asked about.
struct Asked {
    /// The memberships, or those that a list would make.
    covers: Vec<PlannedCover>,
    /// The work of each person by the register, for a list; a bill's members are asked about.
    works: Option<HashMap<Id<kind::Person>, OccupationKey>>,
}

impl Asked {
    /// The memberships that a list would make.
    fn of_lines(programme: &Programme, lines: &[ListLine]) -> Asked {
        let schemes = programme.schemes;
        let cover = |line: &ListLine| PlannedCover {
            membership: Membership::of(programme, line.person),
            schemes,
        };
        let work = |line: &ListLine| Some((line.person, line.occupation.clone()?));
        Asked {
            covers: lines.iter().map(cover).collect(),
            works: Some(lines.iter().filter_map(work).collect()),
        }
    }
}

/// What was found, by place and name; nobody else's record is opened.
fn shown(tx: &mut Tx<'_>, found: Vec<Finding>) -> Result<Vec<Conflict>, AppError> {
    let who: HashSet<_> = found.iter().map(|(person, ..)| *person).collect();
    let people = store::people::several(tx, who.into_iter())?;
    let people: HashMap<_, Person> = people.into_iter().map(|one| (one.id, one)).collect();
    let mut found: Vec<_> = found
        .into_iter()
        .filter_map(|(person, against, other)| Some((people.get(&person)?, against, other)))
        .collect();
    found.sort_by(|(one, one_against, _), (two, two_against, _)| {
        let order = |person: &Person| (person.place, person.name.clone(), person.id);
        order(one).cmp(&order(two)).then_with(|| one_against.cmp(two_against))
    });
    let conflict = |(person, against, other_name): (&Person, Against, bool)| Conflict {
        person: crate::people::masked_now(person),
        against,
        other_name,
    };
    Ok(found.into_iter().map(conflict).collect())
}

/// The pairs that wait and in which one of these people stands, those that cost most first.
fn waiting_pairs(
    tx: &mut Tx<'_>,
    of: &HashSet<Id<kind::Person>>,
) -> Result<Vec<Waiting>, AppError> {
    let mut found = Vec::new();
    store::duplicates::waiting(tx, |pair| {
        if of.contains(&pair.people.0) || of.contains(&pair.people.1) {
            found.push(pair);
        }
    })?;
    found.sort_unstable_by_key(|pair| std::cmp::Reverse((pair.stake, pair.score, pair.id)));
    Ok(found)
}

fn maybe_twice(pairs: &[Waiting]) -> impl Iterator<Item = Finding> {
    pairs.iter().flat_map(|pair| {
        let against = Against::MaybeTwice(pair.id, certainty_ppm(pair.score));
        [pair.people.0, pair.people.1].map(|person| (person, against.clone(), false))
    })
}

/// What the newest list that waits would make.
fn on_list(tx: &mut Tx<'_>, programme: &Programme) -> Result<Asked, AppError> {
    let lists = store::proposals::of_programme(tx, programme.id)?;
    let waits = lists.into_iter().find(|list| list.state == ProposalState::Proposed);
    let Some(list) = waits else { return Ok(Asked::of_lines(programme, &[])) };
    Ok(Asked::of_lines(programme, &store::proposals::lines(tx, list.id)?))
}

/// The memberships of a programme in a month, of those who stand for themselves.
fn on_bill(tx: &mut Tx<'_>, programme: &Programme, month: Month) -> Result<Asked, AppError> {
    let merged = store::merges::roots(tx)?;
    let members = store::memberships::of_programme(tx, programme.id)?.into_iter();
    let of_month = members.filter(|one| one.holds(month) && !merged.contains_key(&one.person));
    let cover = |one| PlannedCover {
        membership: Membership { first: month, last: month, ..one },
        schemes: programme.schemes,
    };
    Ok(Asked { covers: of_month.map(cover).collect(), works: None })
}

/// Those of some people whom a list of another office names, for which nothing may be paid; no
/// other record is opened.
pub(crate) fn people_on_lists(
    tx: &mut Tx<'_>,
    of: &HashSet<Id<kind::Person>>,
) -> Result<Vec<Person>, AppError> {
    let named = store::references::people_named(tx)?;
    Ok(store::people::several(tx, named.into_iter().filter(|person| of.contains(person)))?)
}

/// What the newest lists of other offices say of people.
fn against_lists(
    tx: &mut Tx<'_>,
    of: &HashSet<Id<kind::Person>>,
) -> Result<Vec<Finding>, AppError> {
    let people = people_on_lists(tx, of)?;
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
