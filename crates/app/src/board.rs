//! The candidate board of a programme: who stands where and why, what became free and who would
//! take it, who reaches the age limit, and how far each village is.
//!
//! Names are masked; counts, texts to copy and everything by village name nobody.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::money::grouped;
use base::{Day, Id, Month, Nik, RegionCode, Rupiah};
use domain::approval::{Candidate, Limit, ProposalInput, ProposalState, divided};
pub use domain::board::{AgeMonth, Rescue};
use domain::board::{Fallen, Next, RescueInput, age_calendar, rescue};
use domain::enrolment::Outcome;
use domain::fund::free_of;
use domain::movement::Room;
use domain::occupation::OccupationKey;
pub use domain::priority::Found;
use domain::priority::{Criterion, Priority};
use domain::programme::{Fund, Programme};
use domain::reference::ReferenceKind;
use domain::registry::Person;
use domain::screening::{Heard, OverlapRule, SkipReason};
pub use domain::segment::CostLine;
use domain::segment::{Prices, SaidBy, Worker, month_cost, own_part, segment_of};
use rules::{RuleGap, RuleStatus, Segment};
use store::Tx;

use crate::candidates::{Screened, means_another, next_month, note};
use crate::conflicts::people_on_lists;
use crate::error::AppError;
use crate::funds::CeilingCheck;
use crate::movements::room_beside;
use crate::office::{Actor, Office, Operation, Target};
use crate::overview::RowCounts;
use crate::people::{PersonShown, masked_now};
use crate::words::Words;

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// On an approved list.
    Member,
    /// On an approved list, and nothing may be paid any more.
    Fallen(SkipReason),
    /// On a list that waits for approval.
    Listed,
    /// On no list yet, and would be on the next one.
    Next,
    /// Accepted, and without a place or money.
    Waiting(Limit),
    /// Accepted, and left out.
    Skipped(SkipReason),
}

impl Stands {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Stands::Member => "member",
            Stands::Fallen(_) => "fallen",
            Stands::Listed => "listed",
            Stands::Next => "next",
            Stands::Waiting(_) => "waiting",
            Stands::Skipped(_) => "skipped",
        }
    }

    /// Every name, in the order of the board.
    pub const NAMES: [&'static str; 6] =
        ["member", "fallen", "listed", "next", "waiting", "skipped"];

    /// The reason of somebody who fell out or was left out, and what those who wait wait for.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Stands::Fallen(reason) | Stands::Skipped(reason) => Some(reason.name()),
            Stands::Waiting(limit) => Some(limit.name()),
            Stands::Member | Stands::Listed | Stands::Next => None,
        }
    }
}

/// Somebody of a programme, and why they stand where they do.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Who, masked.
    pub person: PersonShown,
    /// Where they stand.
    pub stands: Stands,
    /// The place in the order of taking; none for whoever is on a list or left out.
    pub rank: Option<u32>,
    /// What each criterion of the programme found; what would name somebody is left empty.
    pub found: Vec<(&'static str, Option<Found>)>,
    /// The criterion by which the one before comes before.
    pub after: Option<&'static str>,
    /// The other programme, by its code, for whoever it gets.
    pub other: Option<Box<str>>,
    /// What the months to come would cost.
    pub cost: Rupiah,
    /// The day on which they reach the age limit.
    pub limit_on: Option<Day>,
    /// The facility at which they work, by the accepted row; of candidates alone.
    pub facility: Option<Id<kind::Org>>,
}

/// Everybody of a programme who stands on its board.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// The programme's code and name.
    pub programme: (Box<str>, Box<str>),
    /// In which order places are given.
    pub priority: Priority,
    /// On lists first, then in the order of taking, then those left out.
    pub all: Vec<Standing>,
}

/// A programme on the board, in figures.
#[derive(Debug, Clone)]
pub struct Board {
    /// The day it was looked at.
    pub as_of: Day,
    /// The programme.
    pub programme: Programme,
    /// The fund that pays.
    pub fund: Fund,
    /// Whether somebody else has looked at the fund's first ceiling.
    pub ceiling: CeilingCheck,
    /// What the fund may still commit.
    pub free: Rupiah,
    /// Rows received, and what became of them.
    pub rows: RowCounts,
    /// Refused rows by outcome.
    pub refused: Vec<(Outcome, u64)>,
    /// How many people stand where, and for which reason, in the order of the board.
    pub standing: Vec<(&'static str, Option<&'static str>, u64)>,
    /// Places and rupiah that became free, and how many would take them.
    pub rescue: Rescue,
    /// From which month on that is counted.
    pub from: Month,
    /// Who reaches the age limit, month by month, until a year after the programme.
    pub ages: Vec<AgeMonth>,
    /// The article behind the age limit, and how well it is known.
    pub age_rule: Option<(String, RuleStatus)>,
    /// By village or sender, in the order of their codes.
    pub villages: Vec<VillageProgress>,
    /// By which rule one of two programmes gets a person; none while no rule is written.
    pub overlap_rule: Option<OverlapRule>,
    /// Who asks the villages: the office, or the place while no office is named.
    pub sender: String,
}

impl Board {
    /// A text to copy for a village that has something to do; it names nobody.
    pub fn reminder_text(&self, words: &Words, place: &VillageProgress) -> Option<String> {
        let reminder = place.reminder()?;
        let values = [
            ("village", place.name.as_str()),
            ("programme", &self.programme.name),
            ("office", &self.sender),
        ];
        Some(match reminder {
            Reminder::Send => words.with("reminder-send", &values),
            Reminder::Fix(rows) => {
                let (rows, received) = (grouped(rows), grouped(place.rows.received()));
                let more = [("rows", rows.as_str()), ("received", received.as_str())];
                let all: Vec<(&str, &str)> = values.into_iter().chain(more).collect();
                words.with("reminder-fix", &all)
            }
        })
    }
}

/// How far a village, or an office that sends lists, is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VillageProgress {
    /// The village, or the territory of the sender.
    pub place: RegionCode,
    /// Its name, with the district's.
    pub name: String,
    /// Files sent.
    pub sheets: u64,
    /// Rows sent, and what became of them.
    pub rows: RowCounts,
    /// People of the place on approved lists, the fallen not among them.
    pub approved: u64,
    /// On a list that waits, or on none yet and would fit.
    pub coming: u64,
    /// Waiting for a place or for money.
    pub waiting: u64,
}

impl VillageProgress {
    /// What the place should be reminded of; none when it has done everything.
    pub fn reminder(&self) -> Option<Reminder> {
        match (self.sheets, self.rows.to_fix) {
            (0, _) => Some(Reminder::Send),
            (_, 0) => None,
            (_, rows) => Some(Reminder::Fix(rows)),
        }
    }
}

/// What a village is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// It has sent nothing yet.
    Send,
    /// So many rows wait to be mended.
    Fix(u64),
}

/// As what a group of a programme is insured, and what one person of it costs.
#[derive(Debug, Clone)]
pub struct GroupShown {
    /// The occupation's key and name.
    pub occupation: (Box<str>, Box<str>),
    /// As what.
    pub segment: Segment,
    /// The wage, or the income declared; nothing stands for the lowest tier.
    pub base: Rupiah,
    /// Who says so.
    pub by: SaidBy,
    /// What the list of groups says, by its article and how well it is known.
    pub rule: Option<(Segment, String, RuleStatus)>,
    /// Whether it says something else.
    pub differs: bool,
    /// Whether civil servants are taken, for a second and private job.
    pub second_job: bool,
    /// How many occupations one person may be registered with.
    pub jobs_most: Option<i64>,
    /// What one person costs in the first month.
    pub cost: Vec<CostLine>,
    /// What a wage earner bears besides, out of the wage.
    pub own_part: Rupiah,
}

/// One person of a programme, explained.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Where they stand, and why.
    pub standing: Standing,
    /// As what they would be insured.
    pub group: GroupShown,
    /// The facility at which they work, by its name; none where none is known.
    pub facility: Option<Box<str>>,
    /// For people of which facilities the programme is, as it is written; anybody when none.
    pub of_facilities: Option<String>,
}

/// What a board is counted from, loaded once.
struct Scene {
    programme: Programme,
    fund: Fund,
    committed: Rupiah,
    from: Month,
    taken: u32,
    /// What changes freed and gave to nobody.
    room: Room,
    screened: Screened,
    /// Members who hold a place, and those of them who fell out.
    members: Vec<Person>,
    fallen: HashMap<Id<kind::Person>, SkipReason>,
    listed: Vec<Person>,
}

impl Office {
    /// Everybody of a programme, where they stand and why.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn ranking(&self, actor: &Actor, code: &str) -> Result<Ranking, AppError> {
        let scene = self.scene(actor, code)?;
        let programme = (scene.programme.code.clone(), scene.programme.name.clone());
        let priority = scene.programme.terms.priority.clone();
        Ok(Ranking { programme, priority, all: self.standings(&scene)? })
    }

    /// One person of a programme, explained.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `PERSON_UNKNOWN` for somebody who is not on its board.
    pub fn explain(
        &self,
        actor: &Actor,
        code: &str,
        person: Id<kind::Person>,
    ) -> Result<Explained, AppError> {
        let scene = self.scene(actor, code)?;
        let standing = self.standings(&scene)?.into_iter().find(|one| one.person.id == person);
        let unknown = || AppError::not_found("PERSON_UNKNOWN", person.to_string());
        let standing = standing.ok_or_else(unknown)?;
        let key = standing.person.occupation.as_deref();
        let key = key.map(|key| OccupationKey(key.into()));
        let group = self.group_shown(&scene.programme, &scene.fund, key.as_ref())?;
        let facility = match standing.facility {
            Some(id) => self.store.read(|tx| store::orgs::get(tx, id))?.map(|org| org.name),
            None => None,
        };
        let of_facilities = scene.programme.terms.facilities.as_ref().map(ToString::to_string);
        Ok(Explained { standing, group, facility, of_facilities })
    }

    /// The board of a programme.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn board(&self, actor: &Actor, code: &str) -> Result<Board, AppError> {
        let scene = self.scene(actor, code)?;
        let standings = self.standings(&scene)?;
        let (rows, refused, mut villages) = self.rows_by_place(&scene.programme)?;
        for one in &standings {
            count_person(&mut villages, one);
        }
        let villages = villages
            .into_values()
            .map(|progress| VillageProgress { name: self.heading(progress.place), ..progress });
        let first = scene.programme.first.first_day();
        let age_rule = self.rulebook.age_rule(rules::AgeVerdict::Eligible, first);
        let age_rule = age_rule.map(|entry| self.cited(&entry.citation));
        let office = self.settings().map(|settings| settings.office).unwrap_or_default();
        let ceiling = self.store.read(|tx| self.ceiling_check(tx, &scene.fund))?;
        Ok(Board {
            as_of: self.today(),
            ceiling,
            sender: if office.is_empty() { self.place_name() } else { office },
            free: free_of(&scene.fund, scene.committed),
            rows,
            refused,
            rescue: self.rescue_of(&scene, &standings),
            from: scene.from,
            ages: self.ages_of(&scene, &standings)?,
            age_rule,
            villages: villages.collect(),
            overlap_rule: self.overlap_rule()?,
            standing: counted(&standings),
            programme: scene.programme,
            fund: scene.fund,
        })
    }

    /// As what each group of a programme is insured: the occupations it names, or those it is for.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn groups(&self, actor: &Actor, code: &str) -> Result<Vec<GroupShown>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.groups_of(&programme)
    }

    /// The same of a programme that may not be recorded yet.
    pub(crate) fn groups_of(&self, programme: &Programme) -> Result<Vec<GroupShown>, AppError> {
        let fund = self.fund_of(programme)?;
        let named = programme.terms.groups.iter().map(|group| &group.occupation);
        let mut keys: Vec<_> = named.chain(&programme.occupations).cloned().collect();
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        let shown = keys.iter().map(|key| self.group_shown(programme, &fund, Some(key)));
        match keys.is_empty() {
            true => Ok(vec![self.group_shown(programme, &fund, None)?]),
            false => shown.collect(),
        }
    }

    fn group_shown(
        &self,
        programme: &Programme,
        fund: &Fund,
        key: Option<&OccupationKey>,
    ) -> Result<GroupShown, AppError> {
        let said = segment_of(programme, key, &self.rulebook);
        let worker = Worker { occupation: key, sector: self.sector_of(key) };
        let month = programme.first;
        let cost = month_cost(programme, fund.kind, month, worker, &self.rulebook);
        let own = own_part(programme, fund.kind, month, worker, &self.rulebook);
        let label = key.and_then(|key| self.occupations.get(key)).map(|one| one.label.clone());
        let rule = said.rule.map(|(segment, row)| {
            let (article, status) = self.cited(&row.citation);
            (segment, article, status)
        });
        Ok(GroupShown {
            occupation: (
                key.map(|key| (*key.0).into()).unwrap_or_default(),
                label.unwrap_or_default(),
            ),
            segment: said.segment,
            base: said.base,
            by: said.by,
            differs: said.differs_from_rule(),
            rule,
            second_job: said.second_job,
            jobs_most: said.jobs_most,
            cost: cost.map_err(gap)?,
            own_part: own.map_err(gap)?,
        })
    }

    /// Instrument and article in short, and how well they are known.
    pub(crate) fn cited(&self, citation: &rules::rule::Citation) -> (String, RuleStatus) {
        (citation.article.to_string(), citation.status)
    }

    fn scene(&self, actor: &Actor, code: &str) -> Result<Scene, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        let fund = self.fund_of(&programme)?;
        self.store.read(|tx| {
            let committed = store::funds::committed(tx, fund.id)?;
            let from = next_month(tx, &programme)?;
            let taken = self.places_held(tx, &programme, from)?;
            let room = room_beside(tx, &programme, taken)?;
            let screened = self.screened(tx, &programme)?;
            let memberships = store::memberships::of_programme(tx, programme.id)?;
            let holding: HashSet<_> =
                memberships.iter().filter(|one| one.last >= from).map(|one| one.person).collect();
            let mut members = store::memberships::people(tx, programme.id)?;
            members.retain(|person| holding.contains(&person.id));
            let named = people_on_lists(tx, &holding)?;
            let mut fallen = fallen_of(tx, &programme, &named)?;
            // Whom a change takes out later has given the place back: it is in the room already.
            let leaving: HashSet<_> = memberships
                .iter()
                .filter(|one| one.last < programme.last)
                .map(|one| one.person)
                .collect();
            fallen.retain(|person, _| !leaving.contains(person));
            let mut listed = Vec::new();
            for list in store::proposals::of_programme(tx, programme.id)? {
                if list.state == ProposalState::Proposed {
                    let lines = store::proposals::lines(tx, list.id)?;
                    let on_it: HashSet<_> = lines.iter().map(|line| line.person).collect();
                    let people = store::proposals::people(tx, list.id)?.into_iter();
                    listed.extend(people.filter(|person| on_it.contains(&person.id)));
                }
            }
            let (programme, fund) = (programme.clone(), fund.clone());
            Ok(Scene {
                programme,
                fund,
                committed,
                from,
                taken,
                room,
                screened,
                members,
                fallen,
                listed,
            })
        })
    }

    /// Everybody in the order of the board.
    fn standings(&self, scene: &Scene) -> Result<Vec<Standing>, AppError> {
        let programme = &scene.programme;
        let mut prices = Prices::new(programme, scene.fund.kind, &self.rulebook);
        let mut cost = |key: Option<&_>| {
            let worker = Worker { occupation: key, sector: self.sector_of(key) };
            prices.between(worker, scene.from, programme.last).map_err(gap)
        };
        let mut all = Vec::new();
        for person in &scene.members {
            let fallen = scene.fallen.get(&person.id);
            let stands = fallen.map_or(Stands::Member, |reason| Stands::Fallen(*reason));
            all.push(self.of_person(programme, person, stands, cost(person.occupation.as_ref())?));
        }
        for person in &scene.listed {
            let cost = cost(person.occupation.as_ref())?;
            all.push(self.of_person(programme, person, Stands::Listed, cost));
        }
        all.extend(self.in_turn(scene, &mut cost)?);
        let codes: HashMap<_, Box<str>> =
            self.programmes()?.into_iter().map(|one| (one.id, one.code)).collect();
        for (candidate, reason) in &scene.screened.skipped {
            let cost = cost(candidate.occupation.as_ref())?;
            let mut one = self.of_candidate(programme, candidate, Stands::Skipped(*reason), cost);
            if let SkipReason::OtherProgramme(other, _) = reason {
                one.other = codes.get(other).cloned();
            }
            all.push(one);
        }
        Ok(all)
    }

    /// Those who may be put forward, in the order of taking.
    fn in_turn(
        &self,
        scene: &Scene,
        cost: &mut impl FnMut(Option<&OccupationKey>) -> Result<Rupiah, AppError>,
    ) -> Result<Vec<Standing>, AppError> {
        let (programme, fit) = (&scene.programme, &scene.screened.fit);
        let list = divided(&ProposalInput {
            programme,
            fund: &scene.fund,
            committed_so_far: scene.committed,
            places_taken: scene.taken,
            candidates: fit,
            rulebook: &self.rulebook,
        })
        .map_err(|refusal| AppError::refused(refusal.name(), ""))?;
        let taken = list.lines.len();
        let limit = list.limit.unwrap_or(Limit::Ceiling);
        let ranked = programme.terms.priority.ranked(fit, programme);
        let mut found = Vec::with_capacity(ranked.len());
        for (at, candidate) in ranked.iter().enumerate() {
            let stands = if at < taken { Stands::Next } else { Stands::Waiting(limit) };
            let cost = cost(candidate.occupation.as_ref())?;
            let mut one = self.of_candidate(programme, candidate, stands, cost);
            one.rank = u32::try_from(at + 1).ok();
            if let Some(before) = at.checked_sub(1).map(|before| ranked[before]) {
                let by = programme.terms.priority.deciding(before, candidate, programme);
                one.after = by.map(Criterion::name);
            }
            found.push(one);
        }
        Ok(found)
    }

    fn of_person(
        &self,
        programme: &Programme,
        person: &Person,
        stands: Stands,
        cost: Rupiah,
    ) -> Standing {
        Standing {
            person: masked_now(person),
            stands,
            rank: None,
            found: Vec::new(),
            after: None,
            other: None,
            cost,
            limit_on: self.rulebook.age_limit_day(person.birth, programme.first.first_day()),
            facility: None,
        }
    }

    fn of_candidate(
        &self,
        programme: &Programme,
        candidate: &Candidate,
        stands: Stands,
        cost: Rupiah,
    ) -> Standing {
        let criteria = programme.terms.priority.0.iter();
        let found = criteria.map(|criterion| {
            let found = criterion.find(candidate, programme);
            // A name is nobody's business here.
            let shown = (*criterion != Criterion::Name).then_some(found);
            (criterion.name(), shown)
        });
        let found = found.collect();
        let facility = candidate.facility;
        Standing {
            found,
            facility,
            ..self.of_person(programme, &person_of(candidate), stands, cost)
        }
    }

    fn rescue_of(&self, scene: &Scene, standings: &[Standing]) -> Rescue {
        let fallen: Vec<Fallen> = standings
            .iter()
            .filter_map(|one| match one.stands {
                Stands::Fallen(reason) => Some(Fallen {
                    person: one.person.id,
                    place: one.person.place,
                    reason,
                    freed: one.cost,
                }),
                _ => None,
            })
            .collect();
        let next = |one: &Standing| {
            let (rank, person) = (one.rank?, one.person.id);
            Some(Next { rank, person, place: one.person.place, cost: one.cost })
        };
        let waiting: Vec<Next> = standings.iter().filter_map(next).collect();
        let free = free_of(&scene.fund, scene.committed);
        rescue(&RescueInput {
            places: scene.programme.places(),
            holding: scene.taken,
            fallen: &fallen,
            waiting: &waiting,
            room: scene.room.places,
            // What a change freed and gave to nobody stays bound until it is given.
            free: Rupiah(free.0.saturating_add(scene.room.rupiah.0)),
        })
    }

    fn ages_of(&self, scene: &Scene, standings: &[Standing]) -> Result<Vec<AgeMonth>, AppError> {
        let programme = &scene.programme;
        let mut prices = Prices::new(programme, scene.fund.kind, &self.rulebook);
        let births: HashMap<_, Day> = scene
            .members
            .iter()
            .chain(&scene.listed)
            .map(|person| (person.id, person.birth))
            .chain(scene.screened.fit.iter().map(|one| (one.person, one.birth)))
            .collect();
        let mut people = Vec::new();
        for one in standings.iter().filter(|one| counts_for_age(one.stands)) {
            let Some(birth) = births.get(&one.person.id) else { continue };
            let key = one.person.occupation.as_deref();
            let key = key.map(|key| OccupationKey(key.into()));
            let worker = Worker { occupation: key.as_ref(), sector: self.sector_of(key.as_ref()) };
            let monthly = prices.between(worker, scene.from, scene.from).map_err(gap)?;
            people.push((*birth, monthly));
        }
        const AFTERWARDS: i32 = 12; // not law: the next budget is made in these months
        let span = (programme.first, programme.last.plus(AFTERWARDS));
        Ok(age_calendar(people, span, programme.first.first_day(), &self.rulebook))
    }

    /// Rows of a programme in all, refused ones by outcome, and all by the place of their sender.
    fn rows_by_place(
        &self,
        programme: &Programme,
    ) -> Result<(RowCounts, Vec<(Outcome, u64)>, BTreeMap<RegionCode, VillageProgress>), AppError>
    {
        let (outcomes, orgs) = self.store.read(|tx| {
            Ok::<_, AppError>((store::reports::outcomes(tx)?, store::orgs::list(tx)?))
        })?;
        let territory: HashMap<_, RegionCode> =
            orgs.iter().map(|org| (org.id, org.territory)).collect();
        let mut places: BTreeMap<RegionCode, VillageProgress> = BTreeMap::new();
        // A village that may send and has sent nothing stands there too.
        for org in orgs.iter().filter(|org| org.territory.level() == 4) {
            if programme.territory.contains(org.territory) {
                places.entry(org.territory).or_insert_with(|| empty(org.territory));
            }
        }
        let (mut rows, mut refused) = (RowCounts::default(), BTreeMap::new());
        let mut sheets = HashSet::new();
        for count in outcomes.iter().filter(|count| count.programme == programme.id) {
            rows.add(count.outcome, count.superseded, count.rows);
            if count.outcome.is_refused() && !count.superseded {
                *refused.entry(count.outcome).or_default() += count.rows;
            }
            let place = territory.get(&count.org).copied().unwrap_or(programme.territory);
            let progress = places.entry(place).or_insert_with(|| empty(place));
            progress.rows.add(count.outcome, count.superseded, count.rows);
            progress.sheets += u64::from(sheets.insert(count.sheet));
        }
        Ok((rows, refused.into_iter().collect(), places))
    }
}

fn empty(place: RegionCode) -> VillageProgress {
    VillageProgress {
        place,
        name: String::new(),
        sheets: 0,
        rows: RowCounts::default(),
        approved: 0,
        coming: 0,
        waiting: 0,
    }
}

fn count_person(places: &mut BTreeMap<RegionCode, VillageProgress>, one: &Standing) {
    let place = one.person.place;
    let progress = places.entry(place).or_insert_with(|| VillageProgress {
        // Its people came on the list of an office, so that nothing is asked of the village.
        sheets: 1,
        ..empty(place)
    });
    match one.stands {
        Stands::Member => progress.approved += 1,
        Stands::Listed | Stands::Next => progress.coming += 1,
        Stands::Waiting(_) => progress.waiting += 1,
        Stands::Fallen(_) | Stands::Skipped(_) => {}
    }
}

fn counts_for_age(stands: Stands) -> bool {
    !matches!(stands, Stands::Fallen(_) | Stands::Skipped(_))
}

/// How many stand where and for which reason, in the order of the board.
fn counted(standings: &[Standing]) -> Vec<(&'static str, Option<&'static str>, u64)> {
    let mut counts: BTreeMap<(usize, Option<&'static str>), u64> = BTreeMap::new();
    for one in standings {
        let at = Stands::NAMES.iter().position(|name| *name == one.stands.name());
        *counts.entry((at.unwrap_or_default(), one.stands.reason())).or_default() += 1;
    }
    let line = |((at, reason), count)| (Stands::NAMES[at], reason, count);
    counts.into_iter().map(line).collect()
}

/// Members for whom nothing may be paid any more, by the newest lists of other offices.
pub(crate) fn fallen_of(
    tx: &mut Tx<'_>,
    programme: &Programme,
    members: &[Person],
) -> Result<HashMap<Id<kind::Person>, SkipReason>, AppError> {
    let by_nik: HashMap<Nik, &Person> = members.iter().map(|one| (one.nik, one)).collect();
    let niks: Vec<Nik> = by_nik.keys().copied().collect();
    let mut heard: HashMap<Id<kind::Person>, Heard> = HashMap::new();
    let first = programme.first.first_day();
    for hit in store::references::hits(tx, &niks)? {
        let Some(person) = by_nik.get(&hit.entry.nik) else { continue };
        // A reply that names our own members says no more than that they are ours.
        let ours = hit.kind == ReferenceKind::BpjsAktif
            && hit.entry.event.is_none_or(|since| since >= first);
        if !means_another(&hit, &person.name) && !ours {
            note(heard.entry(person.id).or_default(), &hit);
        }
    }
    let takes = |person: &Person| programme.takes_civil_servants(person.occupation.as_ref());
    let reason = |person: &Person| {
        let heard = heard.get(&person.id)?;
        let civil = heard.civil_servant.filter(|_| !takes(person)).map(SkipReason::CivilServant);
        let insured = heard.insured.filter(|_| programme.refuse_insured).map(SkipReason::Insured);
        heard.dead.map(SkipReason::Dead).or(civil).or(insured)
    };
    let fallen = members.iter().filter_map(|person| Some((person.id, reason(person)?)));
    Ok(fallen.collect())
}

/// A candidate as a person, as far as a masked view asks.
fn person_of(candidate: &Candidate) -> Person {
    Person {
        id: candidate.person,
        nik: candidate.nik,
        no_kk: None,
        name: candidate.name.clone(),
        birth: candidate.birth,
        birth_place: None,
        sex: candidate.nik.sex(),
        address: None,
        place: candidate.place,
        occupation: candidate.occupation.clone(),
        phone: None,
        mother: None,
    }
}

fn gap(gap: RuleGap) -> AppError {
    AppError::refused("RULE_MISSING", gap.name())
}
