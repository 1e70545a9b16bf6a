//! The dead among the members, and the lines of lists of the dead and of accidents that were held
//! against them.

use base::id::kind;
use base::{Day, Id, PersonName};
use domain::reference::ReferenceKind;

use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static DEAD: Sql = sql!("death_dead_list");
static INSERT: Sql = sql!("death_notice_insert");
static LIST: Sql = sql!("death_notice_list");
static GET: Sql = sql!("death_notice_get");
static ANSWER: Sql = sql!("death_notice_answer");
static ALIVE: Sql = sql!("life_proof_insert");
static ALIVE_ON: Sql = sql!("life_proof_latest");
static EVENTS: Sql = sql!("notice_event_list");

/// Somebody of the register whom a list calls dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dead {
    /// Who; the record that stands, where one stepped aside.
    pub person: Id<kind::Person>,
    /// The earliest day that any list names.
    pub died: Day,
    /// The day of the first list.
    pub listed: Day,
}

/// What a list tells of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// That they died.
    Death,
    /// That they had an accident.
    Accident,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [NoticeKind; 2] = [NoticeKind::Death, NoticeKind::Accident];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            NoticeKind::Death => "death",
            NoticeKind::Accident => "accident",
        }
    }

    /// As it is kept: a death has no name, because there was nothing else once.
    fn kept(self) -> Option<&'static str> {
        (self != NoticeKind::Death).then_some(self.name())
    }
}

/// What lists tell of a member for sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTold {
    /// Of whom; the record that stands, where one stepped aside.
    pub person: Id<kind::Person>,
    /// The day.
    pub event: Day,
    /// The day of the first list.
    pub listed: Day,
}

/// Where a line of a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeState {
    /// It is this member, by what the machine saw.
    Same,
    /// It may be; a human is asked.
    Ask,
    /// A human said that it is.
    Confirmed,
    /// A human said that it is not.
    Denied,
}

impl NoticeState {
    /// Every state, in order.
    pub const ALL: [NoticeState; 4] =
        [NoticeState::Same, NoticeState::Ask, NoticeState::Confirmed, NoticeState::Denied];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            NoticeState::Same => "same",
            NoticeState::Ask => "ask",
            NoticeState::Confirmed => "confirmed",
            NoticeState::Denied => "denied",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<NoticeState> {
        NoticeState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A line of a list that met a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which.
    pub id: Id<kind::DeathNotice>,
    /// What it tells.
    pub kind: NoticeKind,
    /// From where the list came, by its stable name.
    pub source: Box<str>,
    /// The day on which the list was true.
    pub as_of: Day,
    /// The day it happened; that of the list when it names none.
    pub event: Day,
    /// Which member.
    pub person: Id<kind::Person>,
    /// How sure, in thousandths of a bit.
    pub score: i32,
    /// What was found in each field; empty when a number alone said it.
    pub levels: Vec<u8>,
    /// Where it stands.
    pub state: NoticeState,
    /// The name on the list.
    pub name: Option<PersonName>,
    /// The day of birth on the list.
    pub birth: Option<Day>,
}

/// Everybody of the register whom a list calls dead, by record.
pub fn dead(tx: &mut Tx<'_>) -> Result<Vec<Dead>, StoreError> {
    let death = ReferenceKind::Meninggal.name();
    tx.all(&DEAD, &values![death, tx.tenant()], |columns| {
        Ok(Dead { person: columns.take()?, died: columns.take()?, listed: columns.take()? })
    })
}

/// Keeps that somebody lives on a day, under every number that led to them: lists of the dead of
/// that day and before are wrong about them. Whether it was new.
pub fn note_alive(
    tx: &mut Tx<'_>,
    (person, as_of): (Id<kind::Person>, Day),
    (by, at_ms): (Id<kind::User>, i64),
) -> Result<bool, StoreError> {
    let values = values![as_of, at_ms, &by, tx.tenant(), &person];
    Ok(tx.run(&ALIVE, &values)? > 0)
}

/// The latest day on which somebody was known to live.
pub fn alive_on(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Option<Day>, StoreError> {
    tx.one(&ALIVE_ON, &values![tx.tenant(), &person], |columns| columns.take())
}

/// Keeps a line, its name under a key of its own; the same again is `death_notice_pk`.
pub fn insert(tx: &mut Tx<'_>, notice: &Notice, at_ms: i64) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &notice.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(notice.id.as_bytes(), &key.wrapped)].into_iter())?;
    let name = notice.name.as_ref().map_or("", |name| name.as_str());
    let birth = notice.birth.map_or(String::new(), |birth| birth.to_string());
    let details = format!("{birth}\n{name}");
    let details = keys.sealer(&key).seal(owner, "details", details.as_bytes());
    let answered = None::<i64>;
    let by = None::<&Id<kind::User>>;
    tx.run(
        &INSERT,
        &values![
            tenant,
            &notice.id,
            &notice.source,
            notice.as_of,
            notice.event,
            &notice.person,
            i64::from(notice.score),
            notice.levels.clone(),
            notice.state.name(),
            details,
            at_ms,
            by,
            answered,
            notice.kind.kept(),
        ],
    )
    .map(|_| ())
}

/// The lines of a kind in a state, oldest first.
pub fn in_state(
    tx: &mut Tx<'_>,
    kind: NoticeKind,
    state: NoticeState,
) -> Result<Vec<Notice>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let found =
        tx.all(&LIST, &values![tenant, state.name()], |columns| read(keys, tenant, columns))?;
    Ok(found.into_iter().filter(|notice| notice.kind == kind).collect())
}

/// What lists of accidents tell of members for sure, by record and day. The dead are [`dead`]:
/// lists of theirs are kept whole, because bills ask them too.
pub fn accidents(tx: &mut Tx<'_>) -> Result<Vec<EventTold>, StoreError> {
    let kind = NoticeKind::Accident.name();
    tx.all(&EVENTS, &values![tx.tenant(), kind], |columns| {
        Ok(EventTold { person: columns.take()?, event: columns.take()?, listed: columns.take()? })
    })
}

/// The line with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::DeathNotice>) -> Result<Option<Notice>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&GET, &values![tenant, &id], |columns| read(keys, tenant, columns))
}

/// Keeps what somebody said of a line.
pub fn answer(
    tx: &mut Tx<'_>,
    id: Id<kind::DeathNotice>,
    state: NoticeState,
    (by, at_ms): (Id<kind::User>, i64),
) -> Result<(), StoreError> {
    match tx.run(&ANSWER, &values![state.name(), &by, at_ms, tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "death notice" }),
        _ => Ok(()),
    }
}

fn read(
    keys: &crate::keys::KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<Notice, StoreError> {
    let id = columns.take()?;
    let kind: Option<String> = columns.take()?;
    let kind = NoticeKind::ALL.into_iter().find(|one| one.kept() == kind.as_deref());
    let kind = kind.ok_or_else(|| corrupt("a kind of notice"))?;
    let (source, as_of, event) = (columns.take()?, columns.take()?, columns.take()?);
    let person = columns.take()?;
    let score: i64 = columns.take()?;
    let levels: Option<Vec<u8>> = columns.take()?;
    let state = columns.take_with("a state of a notice", NoticeState::from_name)?;
    let sealed: Vec<u8> = columns.take()?;
    let owner = Owner::new(tenant, &id);
    let (name, birth) = match take_wrapped(columns)? {
        Some(wrapped) => {
            let text = keys.unwrap(owner, &wrapped)?.open_text(owner, "details", &sealed)?;
            let (birth, name) = text.split_once('\n').ok_or_else(|| corrupt("a notice"))?;
            (PersonName::parse(name).ok(), Day::parse_iso(birth))
        }
        None => (None, None),
    };
    let score = i32::try_from(score).map_err(|_| corrupt("a score"))?;
    let levels = levels.unwrap_or_default();
    Ok(Notice { id, kind, source, as_of, event, person, score, levels, state, name, birth })
}
