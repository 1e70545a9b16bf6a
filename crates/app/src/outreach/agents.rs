//! Agents: kept under a code, their territory, by which event they were briefed, what came of them,
//! and whom in their territory nobody insures yet, with nothing more than they need.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, PersonName, Phone};
use domain::billing::BillState;
use domain::occupation::OccupationKey;
use domain::outreach::{LeadState, OutreachOf};
use domain::reference::ReferenceKind;
use domain::registry::Person;
use store::Tx;

use super::{Agent, AgentDetails, Effect, LeadShown, kinds_of, terms_of};
use crate::agreements::Done;
use crate::error::{AppError, ErrorKind, typed};
use crate::office::{Actor, Office, Operation, Target, names_a_file};
use crate::outreach::LeadFilter;
use crate::people::{initials_of, is_erased};

/// An agent as typed; what is not said is empty.
#[derive(Clone, Default)]
pub struct AgentInput {
    /// The code.
    pub code: String,
    /// The kind, by key or word.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// The territory, by code or name.
    pub territory: String,
    /// The office above, by code.
    pub supervisor: String,
    /// The account by which they sign in, by name.
    pub account: String,
    /// Registrations that are expected in a month.
    pub quota: String,
    /// The first day, as `2023-03-21`; today when empty.
    pub since: String,
    /// The first day on which they are none any more.
    pub until: String,
}

impl std::fmt::Debug for AgentInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AgentInput({})", self.code)
    }
}

/// By which event an agent was briefed, and when.
pub type Briefing = (Box<str>, Day);

/// An agent in a list, masked.
#[derive(Debug, Clone)]
pub struct AgentShown {
    /// It.
    pub agent: Agent,
    /// Initials.
    pub initials: String,
    /// The name of the territory.
    pub place: String,
    /// The office above, by name.
    pub supervisor: Option<Box<str>>,
    /// By which event they were briefed; none when by none.
    pub briefed: Option<Briefing>,
    /// What came of their leads.
    pub effect: Effect,
    /// Leads of theirs that were registered this month.
    pub this_month: u32,
    /// The day of their newest lead.
    pub last_lead: Option<Day>,
}

/// Why somebody of the register is not covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UncoveredWhy {
    /// On no approved list.
    NotListed,
    /// The membership is over, or has not begun.
    NotNow,
    /// A member for whom the month is not paid.
    Unpaid,
}

impl UncoveredWhy {
    /// Every one, in order.
    pub const ALL: [UncoveredWhy; 3] =
        [UncoveredWhy::NotListed, UncoveredWhy::NotNow, UncoveredWhy::Unpaid];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            UncoveredWhy::NotListed => "not-listed",
            UncoveredWhy::NotNow => "not-now",
            UncoveredWhy::Unpaid => "unpaid",
        }
    }
}

/// Somebody in a territory whom nobody insures yet, with nothing more than an agent needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// The record.
    pub person: Id<kind::Person>,
    /// Initials.
    pub initials: String,
    /// The village, by name.
    pub village: String,
    /// Work, by key.
    pub occupation: Option<OccupationKey>,
    /// Why.
    pub why: UncoveredWhy,
}

/// An agent with all that hangs on it.
#[derive(Debug, Clone)]
pub struct AgentFile {
    /// As in a list.
    pub shown: AgentShown,
    /// Name and telephone, for those who keep agents.
    pub details: Option<AgentDetails>,
    /// The account by which they sign in, by name, for those who keep agents.
    pub account: Option<Box<str>>,
    /// Leads of theirs, masked.
    pub leads: Vec<LeadShown>,
    /// How many in the territory are not covered, by work, the most first.
    pub gaps: Vec<(Option<OccupationKey>, u32)>,
    /// The month by which cover is judged.
    pub month: Month,
    /// Whether whoever looks may change it.
    pub may_change: bool,
}

/// More are not shown to one agent at a time.
const UNCOVERED_MOST: u32 = 2_000;

impl Office {
    /// Keeps an agent under a code, new or changed to what is said; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `CODE_UNFIT`, `AGENT_KIND_UNKNOWN`, `ATTENDEE_UNREADABLE`, `NOT_A_REGION`,
    /// `ORG_UNKNOWN`, `USER_UNKNOWN`, `QUOTA_UNFIT`, `NOT_A_DAY`.
    pub fn keep_agent(&self, actor: &Actor, input: &AgentInput) -> Result<(Agent, Done), AppError> {
        self.authorize(actor, Operation::HandleOutreach, &Target::default())?;
        if !names_a_file(input.code.trim()) {
            return Err(AppError::usage("CODE_UNFIT", ""));
        }
        self.store.write(|tx| {
            let known = store::outreach::agent_by_code(tx, input.code.trim())?;
            let (agent, details) = self.agent_typed(tx, input, known.as_ref().map(|one| &one.0))?;
            let act = match known {
                Some((old, said)) if old == agent && said == details => {
                    return Ok((agent, Done::Before));
                }
                Some(_) => {
                    store::outreach::set_agent(tx, &agent, &details)?;
                    "agent-changed"
                }
                None => {
                    store::outreach::insert_agent(tx, &agent, &details)?;
                    "agent-added"
                }
            };
            self.record(tx, actor, act, "agent", agent.id.as_bytes())?;
            Ok((agent, Done::Now))
        })
    }

    fn agent_typed(
        &self,
        tx: &mut Tx<'_>,
        input: &AgentInput,
        known: Option<&Agent>,
    ) -> Result<(Agent, AgentDetails), AppError> {
        let kinds = kinds_of(tx)?;
        let kind = kinds.find(OutreachOf::Agent, &input.kind);
        let kind = kind.ok_or_else(|| AppError::usage("AGENT_KIND_UNKNOWN", ""))?;
        let unreadable = |field: &str| AppError::usage("ATTENDEE_UNREADABLE", field);
        let name = PersonName::parse(&input.name).map_err(|_| unreadable("name"))?;
        let phone = match input.phone.trim() {
            "" => None,
            text => Some(Phone::parse(text).ok_or_else(|| unreadable("phone"))?),
        };
        let supervisor = match input.supervisor.trim() {
            "" => None,
            code => {
                let found = store::orgs::by_code(tx, code)?;
                Some(found.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))?.id)
            }
        };
        let account = match input.account.trim() {
            "" => None,
            name => {
                let found = store::orgs::user_by_name(tx, name)?;
                Some(found.ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?.id)
            }
        };
        let quota = match input.quota.trim() {
            "" => None,
            text => {
                let number = text.parse::<u32>().ok().filter(|number| *number > 0);
                Some(number.ok_or_else(|| AppError::usage("QUOTA_UNFIT", typed(text)))?)
            }
        };
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => {
                let day = Day::parse_iso(text);
                day.map(Some).ok_or_else(|| AppError::usage("NOT_A_DAY", typed(text)))
            }
        };
        let today = self.environment.today();
        let since = day(&input.since)?.or(known.map(|known| known.since)).unwrap_or(today);
        let agent = Agent {
            id: known.map_or_else(|| self.environment.new_id(), |known| known.id),
            code: input.code.trim().into(),
            kind: kind.key.clone(),
            territory: self.place_typed(&input.territory)?,
            supervisor,
            account,
            quota,
            since,
            until: day(&input.until)?,
        };
        Ok((agent, AgentDetails { name, phone }))
    }

    /// Takes a list of agents in from a table with columns for code, kind, name, telephone and
    /// territory; every row has an outcome: the row, and the code of why it was refused.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `AGENT_LIST_WITHOUT_HEAD`; a file that cannot be read is a
    /// [`crate::reading::FileRefusal`] inside.
    pub fn import_agents(
        &self,
        actor: &Actor,
        path: &std::path::Path,
        defaults: &AgentInput,
    ) -> Result<Result<AgentsTaken, crate::reading::FileRefusal>, AppError> {
        self.authorize(actor, Operation::HandleOutreach, &Target::default())?;
        let rows = match self.reader.rows(path) {
            Ok(rows) => rows,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut taken = AgentsTaken::default();
        let mut heads: Option<Heads> = None;
        for row in &rows {
            let Some(known) = &heads else {
                heads = Heads::read(&row.cells);
                continue;
            };
            let input = known.input(&row.cells, defaults);
            if input.name.trim().is_empty() {
                continue;
            }
            match self.keep_agent(actor, &input) {
                Ok((_, Done::Now)) => taken.kept += 1,
                Ok((_, Done::Before)) => taken.same += 1,
                Err(error) if is_of_row(&error) => taken.refused.push((row.row, error.code)),
                Err(error) => return Err(error),
            }
        }
        match heads {
            Some(_) => Ok(Ok(taken)),
            None => Err(AppError::refused("AGENT_LIST_WITHOUT_HEAD", "")),
        }
    }

    /// Agents by code, masked: those whose territory the actor may see.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn outreach_agents(&self, actor: &Actor) -> Result<Vec<AgentShown>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.read(|tx| {
            let found = self.agents_shown(tx)?.into_iter();
            let seen = found.filter(|(shown, _)| {
                let target = Target::in_region(shown.agent.territory);
                self.reaches(actor, Operation::ReadOutreach, &target)
            });
            Ok(seen.map(|(shown, _)| shown).collect())
        })
    }

    fn agents_shown(&self, tx: &mut Tx<'_>) -> Result<Vec<(AgentShown, AgentDetails)>, AppError> {
        let terms = terms_of(tx)?;
        let briefed = self.briefed(tx)?;
        let orgs: HashMap<_, _> =
            store::orgs::list(tx)?.into_iter().map(|org| (org.id, org.name)).collect();
        let month = self.environment.today().month_of();
        let mut effects: HashMap<Id<kind::Agent>, (Effect, u32, Option<Day>)> = HashMap::new();
        for (lead, _) in store::outreach::leads(tx)? {
            let Some(agent) = lead.agent else { continue };
            let (effect, this_month, last) = effects.entry(agent).or_default();
            effect.count(&lead, lead.told_on, terms.effect_days);
            let now = lead.registered_on.is_some_and(|day| day.month_of() == month);
            *this_month += u32::from(now && lead.state == LeadState::Registered);
            *last = (*last).max(Some(lead.told_on));
        }
        let found = store::outreach::agents(tx)?.into_iter().map(|(agent, details)| {
            let (effect, this_month, last_lead) =
                effects.get(&agent.id).copied().unwrap_or_default();
            let shown = AgentShown {
                initials: initials_of(&details.name),
                place: self.name_of(agent.territory),
                supervisor: agent.supervisor.and_then(|id| orgs.get(&id).cloned()),
                briefed: briefed.get(&agent.id).cloned(),
                effect,
                this_month,
                last_lead,
                agent,
            };
            (shown, details)
        });
        Ok(found.collect())
    }

    /// One agent with all that hangs on it.
    ///
    /// # Errors
    /// `AGENT_UNKNOWN`.
    pub fn outreach_agent(&self, actor: &Actor, code: &str) -> Result<AgentFile, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        let filter = LeadFilter { agent: Some(code.to_owned()), ..LeadFilter::default() };
        let leads = self.leads(actor, &filter)?;
        self.store.read(|tx| {
            let (shown, details) = self.agent_for(tx, actor, code)?;
            let month = newest_month(tx, self.environment.today())?;
            let mut gaps: BTreeMap<Option<OccupationKey>, u32> = BTreeMap::new();
            for one in self.uncovered_in(tx, &shown.agent, month)? {
                *gaps.entry(one.occupation).or_default() += 1;
            }
            let mut gaps: Vec<_> = gaps.into_iter().collect();
            gaps.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let target = Target::default();
            let may_change = self.reaches(actor, Operation::HandleOutreach, &target);
            let details = Some(details).filter(|_| may_change);
            let account = match shown.agent.account.filter(|_| may_change) {
                Some(id) => store::orgs::user(tx, id)?.map(|user| user.name),
                None => None,
            };
            Ok(AgentFile { shown, details, account, leads, gaps, month, may_change })
        })
    }

    /// Whom in an agent's territory nobody insures yet, with nothing more than the agent needs; the
    /// dead and those who are insured elsewhere are left out. The month by which it is judged.
    ///
    /// # Errors
    /// `AGENT_UNKNOWN`, `USER_MAY_NOT`.
    pub fn uncovered(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<(Month, Vec<Uncovered>), AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.read(|tx| {
            let (shown, _) = self.agent_for(tx, actor, code)?;
            let target = Target::in_region(shown.agent.territory);
            self.authorize(actor, Operation::ReadPeople, &target)?;
            let month = newest_month(tx, self.environment.today())?;
            Ok((month, self.uncovered_in(tx, &shown.agent, month)?))
        })
    }

    /// An agent for whoever may see the territory; out of reach there is none.
    fn agent_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        code: &str,
    ) -> Result<(AgentShown, AgentDetails), AppError> {
        let unknown = || AppError::not_found("AGENT_UNKNOWN", code);
        let mut found = self.agents_shown(tx)?.into_iter();
        let found = found.find(|(shown, _)| &*shown.agent.code == code).ok_or_else(unknown)?;
        let target = Target::in_region(found.0.agent.territory);
        self.authorize_or(actor, Operation::ReadOutreach, &target, unknown)?;
        Ok(found)
    }

    fn uncovered_in(
        &self,
        tx: &mut Tx<'_>,
        agent: &Agent,
        month: Month,
    ) -> Result<Vec<Uncovered>, AppError> {
        let roots = store::merges::roots(tx)?;
        let dead: HashSet<_> =
            store::deaths::dead(tx)?.into_iter().map(|dead| dead.person).collect();
        let people = store::people::page(tx, Some(agent.territory), None, UNCOVERED_MOST)?;
        let mut found = Vec::new();
        for person in people {
            if roots.contains_key(&person.id) || dead.contains(&person.id) || is_erased(&person) {
                continue;
            }
            let Some(why) = why_uncovered(tx, &person, month)? else { continue };
            found.push(Uncovered {
                person: person.id,
                initials: initials_of(&person.name),
                village: self.name_of(person.place),
                occupation: person.occupation.clone(),
                why,
            });
        }
        Ok(found)
    }
}

/// What became of a list of agents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentsTaken {
    /// New ones, and those that were changed.
    pub kept: u32,
    /// Those who stood so already.
    pub same: u32,
    /// Rows that were refused: the row, and the code of why.
    pub refused: Vec<(u32, String)>,
}

/// What is wrong with one row, and not with the register.
fn is_of_row(error: &AppError) -> bool {
    matches!(error.kind, ErrorKind::Usage | ErrorKind::NotFound | ErrorKind::Refused)
}

/// Where the columns of a list of agents stand.
struct Heads {
    columns: [Option<u16>; 7],
}

/// Words by which offices write the columns, in the order of [`Heads::input`].
const HEADS: [&[&str]; 7] = [
    &["kode", "code"],
    &["jenis", "kind"],
    &["nama", "name"],
    &["telepon", "hp", "no hp", "phone"],
    &["wilayah", "kelurahan", "desa", "territory"],
    &["atasan", "kantor", "supervisor"],
    &["target", "kuota", "quota"],
];

impl Heads {
    /// Reads a line as heads; none unless it names a code and a name.
    fn read(cells: &[(u16, Box<str>)]) -> Option<Heads> {
        let column = |words: &[&str]| {
            let is_head = |text: &str| words.contains(&&*text.trim().to_lowercase());
            cells.iter().find(|(_, text)| is_head(text)).map(|(column, _)| *column)
        };
        let columns = HEADS.map(column);
        (columns[0].is_some() && columns[2].is_some()).then_some(Heads { columns })
    }

    fn input(&self, cells: &[(u16, Box<str>)], defaults: &AgentInput) -> AgentInput {
        let cell = |at: usize, usual: &str| {
            let found = cells.iter().find(|(column, _)| self.columns[at] == Some(*column));
            let text = found.map(|(_, text)| text.trim()).filter(|text| !text.is_empty());
            text.unwrap_or(usual).to_owned()
        };
        AgentInput {
            code: cell(0, ""),
            kind: cell(1, &defaults.kind),
            name: cell(2, ""),
            phone: cell(3, ""),
            territory: cell(4, &defaults.territory),
            supervisor: cell(5, &defaults.supervisor),
            quota: cell(6, &defaults.quota),
            since: defaults.since.clone(),
            ..AgentInput::default()
        }
    }
}

/// Why somebody is not covered in a month; nothing when they are, or are insured elsewhere.
fn why_uncovered(
    tx: &mut Tx<'_>,
    person: &Person,
    month: Month,
) -> Result<Option<UncoveredWhy>, AppError> {
    if store::covered::of_person(tx, person.id)?.iter().any(|one| one.month == month) {
        return Ok(None);
    }
    let elsewhere = |kind| matches!(kind, ReferenceKind::BpjsAktif | ReferenceKind::Asn);
    let lists = store::references::naming_person(tx, person.id)?;
    if lists.iter().any(|list| elsewhere(list.kind)) {
        return Ok(None);
    }
    let memberships = store::memberships::of_person(tx, person.id)?;
    let now = memberships.iter().any(|one| one.first <= month && month <= one.last);
    Ok(Some(match (memberships.is_empty(), now) {
        (true, _) => UncoveredWhy::NotListed,
        (false, true) => UncoveredWhy::Unpaid,
        (false, false) => UncoveredWhy::NotNow,
    }))
}

/// The newest month for which anything was paid; the month of today before that.
fn newest_month(tx: &mut Tx<'_>, today: Day) -> Result<Month, AppError> {
    let bills = store::bills::list(tx)?.into_iter();
    let posted = bills.filter(|bill| bill.state == BillState::Posted).map(|bill| bill.month);
    Ok(posted.max().unwrap_or_else(|| today.month_of()))
}
