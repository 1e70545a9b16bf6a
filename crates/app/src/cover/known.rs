//! Who was covered on a day, by what was known at the end of a day: one person with what stands
//! behind the answer, or everybody of a programme or of the regency.
//!
//! What became known later is shown beside the answer and never changes it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, PersonName};
pub use domain::coverage::known::{CoverState, CoverWhy, EndedWhy, KnownMonth};
use domain::coverage::known::{KnownCover, answer_hash, cover_on, list_hash, membership_on};
use domain::membership::Membership;
use domain::occupation::OccupationKey;
use domain::programme::Programme;
use linkage::{NameAgreement, names_agree};
use rules::rule::Entry as Rule;
pub use rules::{RuleStatus, Scheme};
use rules::{Schemes, Segment};
use store::Tx;
use store::covered::{Between, DeathTold};
use store::memberships::MembershipKnown;
use store::merges::{Roots, root_of};

use super::evidence::{self, CoverEvidence, LogSeen, Names};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{AsOf, PersonShown, end_of};

/// The day asked about, and by whose knowledge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CoverAsked {
    /// The day; today when absent.
    pub on: Option<Day>,
    /// What was known at the end of this day; now when absent.
    pub known_at: Option<Day>,
}

/// The same, decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverMoment {
    /// The day asked about.
    pub on: Day,
    /// The day whose knowledge counts.
    pub known_at: Day,
    /// The last moment of that knowledge, in milliseconds since 1970-01-01 UTC.
    pub known_at_ms: i64,
}

/// A rule that decided, as people write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCited {
    /// Instrument and article.
    pub article: String,
    /// How well it is known.
    pub status: RuleStatus,
}

/// Whether somebody was covered for a scheme.
#[derive(Debug, Clone)]
pub struct SchemeCover {
    /// The scheme.
    pub scheme: Scheme,
    /// Why; the state follows from it.
    pub why: CoverWhy,
    /// The rule that bears it or not; none where no rule was asked.
    pub rule: Option<RuleCited>,
    /// The open rule whose other reading gives another state.
    pub doubted_by: Option<RuleCited>,
    /// What stands behind it: the payment of the month, or of the last month that was known to be
    /// paid for.
    pub evidence: Option<CoverEvidence>,
    /// What became known of the month afterwards, or was known and had ended, oldest first.
    pub others: Vec<KnownMonth>,
}

impl SchemeCover {
    /// The state.
    pub fn state(&self) -> CoverState {
        self.why.state()
    }
}

/// Somebody's cover on a day.
#[derive(Debug, Clone)]
pub struct CoverFile {
    /// Who, masked.
    pub person: PersonShown,
    /// When, and by whose knowledge.
    pub moment: CoverMoment,
    /// Scheme by scheme.
    pub schemes: Vec<SchemeCover>,
    /// The memberships that were known, each with its programme.
    pub memberships: Vec<(MembershipKnown, Programme)>,
    /// The day of death that was known.
    pub died: Option<Day>,
    /// Whether a list of the dead has this number with another name: then it is wrong on one side,
    /// and nobody counts as dead by it.
    pub other_name: bool,
    /// The audit log under which this is answered.
    pub log: LogSeen,
    /// A digest of the answer.
    pub hash: [u8; 32],
}

/// Whom a list is about, and which part of it.
#[derive(Debug, Clone, Copy)]
pub struct CoverScope<'a> {
    /// The programme's code; everybody on a programme when absent.
    pub programme: Option<&'a str>,
    /// When, and by whose knowledge.
    pub asked: CoverAsked,
    /// Only people whose worst scheme has this state.
    pub state: Option<CoverState>,
    /// Those after this person.
    pub after: Option<Id<kind::Person>>,
    /// At most so many.
    pub most: usize,
}

/// One line of a list.
#[derive(Debug, Clone)]
pub struct CoverRow {
    /// Who, masked.
    pub person: PersonShown,
    /// Codes of the programmes that were known.
    pub programmes: Vec<Box<str>>,
    /// Scheme by scheme.
    pub schemes: Vec<(Scheme, CoverWhy)>,
}

impl CoverRow {
    /// The worst of its schemes.
    pub fn worst(&self) -> CoverWhy {
        worst(&self.schemes)
    }
}

/// How many there are of everybody on a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverCounts {
    /// People.
    pub people: u64,
    /// By the worst of their schemes.
    pub by_state: BTreeMap<CoverState, u64>,
    /// By scheme and state.
    pub by_scheme: BTreeMap<(&'static str, CoverState), u64>,
}

/// A list of people and their cover on a day.
#[derive(Debug, Clone)]
pub struct CoverList {
    /// The programme: code and name; none for the regency.
    pub programme: Option<(Box<str>, Box<str>)>,
    /// When, and by whose knowledge.
    pub moment: CoverMoment,
    /// All of them.
    pub counts: CoverCounts,
    /// The part that was asked for, by identifier.
    pub rows: Vec<CoverRow>,
    /// Whether more follow.
    pub more: bool,
    /// The audit log under which this is answered.
    pub log: LogSeen,
    /// A digest of the whole list.
    pub hash: [u8; 32],
}

impl Office {
    pub(crate) fn cover_moment(&self, asked: CoverAsked) -> CoverMoment {
        let today = self.environment.today();
        let known_at = asked.known_at.map_or(today, |day| day.min(today));
        let known_at_ms = end_of(known_at).min(self.now_ms());
        CoverMoment { on: asked.on.unwrap_or(today), known_at, known_at_ms }
    }

    /// Whether somebody was covered on a day by what was known on a day, and what stands behind it;
    /// asked of a record that stepped aside it is answered of the one that stands for it.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `RULE_MISSING`.
    pub fn cover_on(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        asked: CoverAsked,
    ) -> Result<CoverFile, AppError> {
        let moment = self.cover_moment(asked);
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let roots = store::merges::roots(tx)?;
            let root = root_of(&roots, id);
            let as_of = AsOf { on: Some(moment.on), known_at: Some(moment.known_at) };
            let person = self.shown_as_known(tx, actor, root, as_of)?;
            let group = group_of(&roots, root);
            let known = self.known_of(tx, &group, &moment, person.occupation.as_deref())?;
            let names = Names::load(tx)?;
            let mut schemes = Vec::new();
            for scheme in known.schemes().iter() {
                let mut cover = self.scheme_cover(&known, scheme, &moment)?;
                let behind = known.behind(scheme, moment.on.month_of(), moment.known_at_ms);
                if let Some(month) = behind {
                    let seen = evidence::of(tx, &names, &month, &moment)?;
                    cover.evidence = Some(seen);
                }
                schemes.push(cover);
            }
            let log = LogSeen::load(tx)?;
            let found: Vec<_> = schemes
                .iter()
                .map(|one| {
                    let behind = one.evidence.as_ref().map(|seen| seen.known.cover.transfer);
                    (one.scheme, one.why, behind)
                })
                .collect();
            let (size, root_hash) = (log.size, &log.root);
            let hash = answer_hash(root, (moment.on, moment.known_at), &found, (size, root_hash));
            let KnownOf { memberships, died, other_name, .. } = known;
            Ok(CoverFile { person, moment, schemes, memberships, died, other_name, log, hash })
        })
    }

    /// Everything that was known of somebody's memberships, payments and death.
    fn known_of(
        &self,
        tx: &mut Tx<'_>,
        group: &[Id<kind::Person>],
        moment: &CoverMoment,
        occupation: Option<&str>,
    ) -> Result<KnownOf, AppError> {
        let programmes = store::programmes::list(tx)?;
        let mut known = KnownOf {
            memberships: Vec::new(),
            months: Vec::new(),
            died: None,
            other_name: false,
            occupation: occupation.map(|key| OccupationKey(key.into())),
        };
        for person in group {
            let found = store::memberships::known_of_person(tx, *person, moment.known_at_ms)?;
            for membership in found {
                let of = |one: &&Programme| one.id == membership.membership.programme;
                let programme = programmes.iter().find(of).cloned();
                known.memberships.extend(programme.map(|programme| (membership, programme)));
            }
            known.months.extend(store::covered::known_of_person(tx, *person)?);
            let told = store::covered::deaths_known_of(tx, *person, moment.known_at_ms)?;
            let named = store::people::get(tx, *person)?.map(|person| person.name);
            for death in told {
                match is_named(&death, named.as_ref()) {
                    true => known.died = known.died.into_iter().chain([death.day]).min(),
                    false => known.other_name = true,
                }
            }
        }
        Ok(known)
    }

    fn scheme_cover(
        &self,
        known: &KnownOf,
        scheme: Scheme,
        moment: &CoverMoment,
    ) -> Result<SchemeCover, AppError> {
        let month = moment.on.month_of();
        let of_scheme = known.months.iter().filter(|one| one.cover.scheme == scheme);
        let (believed, not): (Vec<&KnownMonth>, Vec<&KnownMonth>) =
            of_scheme.partition(|one| one.is_known_at(moment.known_at_ms));
        let paid: Vec<Month> = believed.iter().map(|one| one.cover.month).collect();
        let own: Vec<&(MembershipKnown, Programme)> = known
            .memberships
            .iter()
            .filter(|(_, programme)| programme.schemes.contains(scheme))
            .collect();
        let months: Vec<(Month, Month)> =
            own.iter().map(|(one, _)| (one.membership.first, one.membership.last)).collect();
        let membership = membership_on(&months, month);
        let holds = own
            .iter()
            .find(|(one, _)| Some((one.membership.first, one.membership.last)) == membership);
        let segment = holds.map_or(Segment::Bpu, |(_, programme)| {
            segment_of(programme, known.occupation.as_ref())
        });
        let asked =
            KnownCover { on: moment.on, segment, membership, paid: &paid, died: known.died };
        let found = cover_on(&self.rulebook, &asked).map_err(|_| missing(moment.on))?;
        let mut others: Vec<KnownMonth> =
            not.into_iter().filter(|one| one.cover.month == month).copied().collect();
        others.sort_by_key(|one| one.from_ms);
        Ok(SchemeCover {
            scheme,
            why: found.why,
            rule: found.rule.map(|rule| self.rule_cited(rule)),
            doubted_by: found.doubted_by.map(|rule| self.rule_cited(rule)),
            evidence: None,
            others,
        })
    }

    fn rule_cited(&self, rule: &Rule) -> RuleCited {
        let (article, status) = self.cited(&rule.citation);
        RuleCited { article, status }
    }

    /// Everybody on a programme in the month of a day, or on any, with their cover on that day by
    /// what was known on a day: all of them counted, and a part of them by identifier.
    ///
    /// What somebody works as is read as the register has it now.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`, `RULE_MISSING`.
    pub fn cover_list(&self, actor: &Actor, scope: &CoverScope<'_>) -> Result<CoverList, AppError> {
        let moment = self.cover_moment(scope.asked);
        let programmes = match scope.programme {
            Some(code) => vec![self.programme(code)?],
            None => self.programmes()?,
        };
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let found = self.all_found(tx, &programmes, scope.programme.is_none(), &moment)?;
            let counts = counted(&found);
            let log = LogSeen::load(tx)?;
            let flat: Vec<_> = found
                .iter()
                .flat_map(|(person, one)| {
                    one.schemes.iter().map(|(scheme, why)| (*person, *scheme, *why))
                })
                .collect();
            let asked = (moment.on, moment.known_at);
            let hash = list_hash(asked, &flat, (log.size, &log.root));
            let wanted = found.iter().filter(|(person, one)| {
                scope.after.is_none_or(|after| **person > after)
                    && scope.state.is_none_or(|state| worst(&one.schemes).state() == state)
            });
            let mut rows = Vec::new();
            let mut more = false;
            for (person, one) in wanted {
                if rows.len() == scope.most {
                    more = true;
                    break;
                }
                let Some(person) = store::people::get(tx, *person)? else { continue };
                rows.push(CoverRow {
                    person: crate::people::masked_now(&person),
                    programmes: one.programmes.clone(),
                    schemes: one.schemes.clone(),
                });
            }
            let named = scope.programme.map(|_| &programmes[0]);
            let programme = named.map(|one| (one.code.clone(), one.name.clone()));
            Ok(CoverList { programme, moment, counts, rows, more, log, hash })
        })
    }

    /// Everybody of some programmes with what was found, by identifier.
    fn all_found(
        &self,
        tx: &mut Tx<'_>,
        programmes: &[Programme],
        with_others: bool,
        moment: &CoverMoment,
    ) -> Result<BTreeMap<Id<kind::Person>, FoundOf>, AppError> {
        let (month, known_at_ms) = (moment.on.month_of(), moment.known_at_ms);
        let roots = store::merges::roots(tx)?;
        let mut found: BTreeMap<Id<kind::Person>, FoundOf> = BTreeMap::new();
        for programme in programmes {
            let segments = self.segments_of(tx, programme)?;
            for one in store::memberships::as_of(tx, programme.id, month, known_at_ms)? {
                let person = found.entry(root_of(&roots, one.person)).or_default();
                person.programmes.push(programme.code.clone());
                let segment = segments.get(&one.id).copied().unwrap_or(Segment::Bpu);
                person.memberships.push((one, programme.schemes, segment));
            }
        }
        let paid = paid_of_all(tx, &found, &roots, month, known_at_ms)?;
        if with_others {
            // Whoever is paid for is covered, whatever list they stand on.
            for ((person, _), last) in &paid {
                if *last == month {
                    found.entry(*person).or_default();
                }
            }
        }
        let deaths = deaths_of_all(tx, &found, &roots, known_at_ms)?;
        let mut answers = Answers { office: self, on: moment.on, known: HashMap::new() };
        for (person, one) in &mut found {
            let died = deaths.get(person).copied();
            for scheme in Scheme::ALL {
                let last = paid.get(&(*person, scheme)).copied();
                if let Some(why) = answers.of(one, scheme, last, died)? {
                    one.schemes.push((scheme, why));
                }
            }
        }
        found.retain(|_, one| !one.schemes.is_empty());
        Ok(found)
    }

    /// In which segment the members of a programme work, where it has several.
    fn segments_of(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
    ) -> Result<HashMap<Id<kind::Membership>, Segment>, AppError> {
        if programme.terms.groups.is_empty() {
            return Ok(HashMap::new());
        }
        let members = store::memberships::for_billing(tx, programme, |key| self.sector_of(key))?;
        let segment = |group| programme.group_at(group).map_or(Segment::Bpu, |one| one.segment);
        Ok(members.iter().map(|one| (one.membership.id, segment(one.group))).collect())
    }

    fn shown_as_known(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Person>,
        as_of: AsOf,
    ) -> Result<PersonShown, AppError> {
        let told = store::people::versions(tx, id)?;
        let unknown = || AppError::not_found("PERSON_UNKNOWN", id.to_string());
        let on = as_of.on.unwrap_or_else(|| self.environment.today());
        let known_at_ms = as_of.known_at.map_or(i64::MAX, end_of);
        // Somebody who was not known yet is shown as they are now: the answer says so.
        let version = store::people::latest(&told, on, known_at_ms).or(told.last());
        let version = version.ok_or_else(unknown)?;
        let target = Target::in_region(version.person.place);
        self.authorize(actor, Operation::ReadPeople, &target)?;
        Ok(crate::people::masked(version))
    }
}

fn missing(on: Day) -> AppError {
    AppError::refused("RULE_MISSING", on.month_of().to_string())
}

/// A record that stands, and those that stepped aside for it.
/// The record that stands and those that stepped aside for it.
pub(crate) fn group_of(roots: &Roots, root: Id<kind::Person>) -> Vec<Id<kind::Person>> {
    let mut group = vec![root];
    group.extend(roots.iter().filter(|(_, of)| **of == root).map(|(away, _)| *away));
    group.sort_unstable();
    group
}

fn segment_of(programme: &Programme, occupation: Option<&OccupationKey>) -> Segment {
    let key = occupation.or(programme.default_occupation.as_ref());
    programme.group_of(key).map_or(Segment::Bpu, |(_, group)| group.segment)
}

fn worst(schemes: &[(Scheme, CoverWhy)]) -> CoverWhy {
    let worst = schemes.iter().map(|(_, why)| *why).max_by_key(|why| why.state());
    worst.unwrap_or(CoverWhy::NoMembership)
}

fn counted(found: &BTreeMap<Id<kind::Person>, FoundOf>) -> CoverCounts {
    let mut counts = CoverCounts { people: found.len() as u64, ..CoverCounts::default() };
    for one in found.values() {
        *counts.by_state.entry(worst(&one.schemes).state()).or_default() += 1;
        for (scheme, why) in &one.schemes {
            *counts.by_scheme.entry((scheme.name(), why.state())).or_default() += 1;
        }
    }
    counts
}

/// What was known of one person.
struct KnownOf {
    memberships: Vec<(MembershipKnown, Programme)>,
    months: Vec<KnownMonth>,
    died: Option<Day>,
    other_name: bool,
    occupation: Option<OccupationKey>,
}

impl KnownOf {
    /// The schemes that are asked about: those of the programmes, and those that were ever paid.
    fn schemes(&self) -> Schemes {
        let of_programmes = self.memberships.iter().flat_map(|(_, one)| one.schemes.iter());
        let paid = self.months.iter().map(|one| one.cover.scheme);
        let found = of_programmes.chain(paid).fold(Schemes::EMPTY, Schemes::with);
        if found == Schemes::EMPTY { Schemes::JKK_JKM } else { found }
    }

    /// The payment of a month as it was known, or of the last month before it.
    fn behind(&self, scheme: Scheme, month: Month, at_ms: i64) -> Option<KnownMonth> {
        let known = self.months.iter().filter(|one| {
            one.cover.scheme == scheme && one.cover.month <= month && one.is_known_at(at_ms)
        });
        known.max_by_key(|one| (one.cover.month, one.from_ms)).copied()
    }
}

/// What was found of one person on a list.
#[derive(Default)]
struct FoundOf {
    programmes: Vec<Box<str>>,
    memberships: Vec<(Membership, Schemes, Segment)>,
    schemes: Vec<(Scheme, CoverWhy)>,
}

/// The law's answers, each question once: many people are alike in what is asked.
struct Answers<'a> {
    office: &'a Office,
    on: Day,
    known: HashMap<Question, CoverWhy>,
}

/// Segment, membership and the last month paid.
type Question = (Segment, Option<(Month, Month)>, Option<Month>);

impl Answers<'_> {
    fn of(
        &mut self,
        one: &FoundOf,
        scheme: Scheme,
        last: Option<Month>,
        died: Option<Day>,
    ) -> Result<Option<CoverWhy>, AppError> {
        let own = one.memberships.iter().filter(|(_, schemes, _)| schemes.contains(scheme));
        let own: Vec<_> = own.collect();
        if own.is_empty() && last != Some(self.on.month_of()) {
            return Ok(None);
        }
        let months: Vec<(Month, Month)> =
            own.iter().map(|(one, ..)| (one.first, one.last)).collect();
        let membership = membership_on(&months, self.on.month_of());
        let holds = own.iter().find(|(one, ..)| Some((one.first, one.last)) == membership);
        let segment = holds.map_or(Segment::Bpu, |(.., segment)| *segment);
        if let Some(on) = died.filter(|died| *died < self.on) {
            return Ok(Some(CoverWhy::Died { on }));
        }
        let question = (segment, membership, last);
        if let Some(why) = self.known.get(&question) {
            return Ok(Some(*why));
        }
        let paid: Vec<Month> = last.into_iter().collect();
        let asked = KnownCover { on: self.on, segment, membership, paid: &paid, died: None };
        let found = cover_on(&self.office.rulebook, &asked).map_err(|_| missing(self.on))?;
        self.known.insert(question, found.why);
        Ok(Some(found.why))
    }
}

/// Whether a line on a list of the dead means somebody: it gives no name, or theirs. Contributions
/// after a death are owed back by the same rule.
fn is_named(death: &DeathTold, name: Option<&PersonName>) -> bool {
    let Some((told, name)) = death.name.as_ref().zip(name) else { return true };
    names_agree(told.as_str(), name.as_str()) != NameAgreement::Different
}

/// The day of death that was known, by person who stands; of the people of a list.
fn deaths_of_all(
    tx: &mut Tx<'_>,
    found: &BTreeMap<Id<kind::Person>, FoundOf>,
    roots: &Roots,
    known_at_ms: i64,
) -> Result<HashMap<Id<kind::Person>, Day>, AppError> {
    let mut deaths: HashMap<Id<kind::Person>, Day> = HashMap::new();
    let mut names: HashMap<Id<kind::Person>, Option<PersonName>> = HashMap::new();
    for death in store::covered::deaths_known(tx, known_at_ms)? {
        let root = root_of(roots, death.person);
        if !found.contains_key(&root) {
            continue;
        }
        let name = match names.entry(death.person) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(store::people::get(tx, death.person)?.map(|person| person.name))
            }
        };
        if is_named(&death, name.as_ref()) {
            let known = deaths.entry(root).or_insert(death.day);
            *known = death.day.min(*known);
        }
    }
    Ok(deaths)
}

/// The last month that was known to be paid for, by person who stands and scheme.
fn paid_of_all(
    tx: &mut Tx<'_>,
    found: &BTreeMap<Id<kind::Person>, FoundOf>,
    roots: &Roots,
    month: Month,
    known_at_ms: i64,
) -> Result<HashMap<(Id<kind::Person>, Scheme), Month>, AppError> {
    let all = Between { after: Id::from_bytes([0; 16]), up_to: Id::from_bytes([0xff; 16]) };
    let members: HashSet<Id<kind::Person>> = found.keys().copied().collect();
    let mut paid: HashMap<(Id<kind::Person>, Scheme), Month> =
        HashMap::with_capacity(members.len() * 2);
    for (person, scheme, last) in store::covered::paid_known(tx, all, month, known_at_ms)? {
        let person = root_of(roots, person);
        if last == month || members.contains(&person) {
            let known = paid.entry((person, scheme)).or_insert(last);
            *known = last.max(*known);
        }
    }
    Ok(paid)
}
