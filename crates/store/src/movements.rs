//! Changes of who is on a programme: put forward with everybody they name, approved, put into an
//! annex. Names and numbers are sealed under each person's own key.

use base::id::kind;
use base::{Day, Id, Month, Nik, PersonName, RegionCode, Rupiah};
use domain::annex::Decree;
use domain::approval::ListLine;
use domain::movement::{
    Joined, LeaveReason, Left, Movement, MovementState, Room, SkipReason, Waiting,
};
use domain::occupation::OccupationKey;
use domain::reference::ReferenceKind;
use domain::registry::Person;
use rules::WorkSector;

use crate::proposals::take_identity;
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, values};
use crate::{StoreError, Tx, memberships, people};

static NAMING: Sql = sql!("movement_of_person");
static INSERT: Sql = sql!("movement_insert");
static GET: Sql = sql!("movement_get");
static LIST: Sql = sql!("movement_list");
static SET_STATE: Sql = sql!("movement_set_state");
static SET_ANNEX: Sql = sql!("movement_set_annex");
static ITEM_INSERT: Sql = sql!("movement_item_insert");
static ITEM_LIST: Sql = sql!("movement_item_list");
static PEOPLE: Sql = sql!("movement_people");
static WAITING: Sql = sql!("movement_waiting_list");

/// A change, without the people it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementHead {
    /// Which.
    pub id: Id<Movement>,
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// Why people leave.
    pub reason: LeaveReason,
    /// The first month of the change.
    pub from: Month,
    /// Who put it forward.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// How many leave.
    pub left: u32,
    /// How many come.
    pub joined: u32,
    /// What those who leave free.
    pub freed: Rupiah,
    /// What those who come need.
    pub used: Rupiah,
    /// The change, frozen.
    pub hash: [u8; 32],
    /// Where it stands.
    pub state: MovementState,
    /// The annex it went into.
    pub annex: Option<u32>,
    /// The decree that says so, where there is one.
    pub basis: Option<Decree>,
}

/// On which side of a change somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Leaves.
    Left,
    /// Comes.
    Joined,
    /// Was passed over.
    Skipped,
}

impl Side {
    /// Every side, in order.
    pub const ALL: [Side; 3] = [Side::Left, Side::Joined, Side::Skipped];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Side::Left => "left",
            Side::Joined => "joined",
            Side::Skipped => "skipped",
        }
    }

    /// The side with this stable name.
    pub fn from_name(name: &str) -> Option<Side> {
        Side::ALL.into_iter().find(|side| side.name() == name)
    }
}

/// Somebody whom a change names, as frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementItem {
    /// On which side.
    pub side: Side,
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
    /// The first month it is about.
    pub first: Month,
    /// The last one.
    pub last: Month,
    /// What those months cost.
    pub rupiah: Rupiah,
    /// The list behind which they waited.
    pub proposal: Option<Id<kind::Proposal>>,
    /// Their rank behind it; 0 for those who leave.
    pub rank: u32,
    /// Why they were passed over.
    pub why: Option<SkipReason>,
}

/// Keeps a change put forward, with everybody it names.
pub fn insert(
    tx: &mut Tx<'_>,
    head: &MovementHead,
    change: &Movement,
    last: Month,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.run(
        &INSERT,
        &values![
            tenant,
            &head.id,
            &head.programme,
            head.reason.name(),
            head.from,
            &head.made_by,
            head.made_at_ms,
            head.left,
            head.joined,
            head.freed,
            head.used,
            &head.hash,
            head.state.name(),
            head.basis.as_ref().map(|decree| &*decree.number),
            head.basis.as_ref().map(|decree| decree.day),
        ],
    )?;
    let items = items_of(change, last);
    let wrapped = seal::keys_of(tx, items.iter().map(|item| item.person.as_bytes()))?;
    let seals = items.iter().map(|item| {
        people::seal_of(keys, tenant, item.person, wrapped.get(item.person.as_bytes()))
    });
    let seals: Vec<Seal<'_>> = seals.collect::<Result<_, _>>()?;
    let owner = Owner::new(tenant, &head.id);
    let mut line_no = 0u32;
    let rows = items.iter().zip(&seals).map(|(item, seal)| {
        line_no += 1;
        item_values(owner, seal, &head.id, line_no, item)
    });
    tx.insert(&ITEM_INSERT, rows).map(|_| ())
}

/// The change with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<Movement>) -> Result<Option<MovementHead>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// A programme's changes, oldest first.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<MovementHead>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), &programme], read)
}

/// Everybody a change names: who comes, who leaves, who was passed over, each in their order.
pub fn items(tx: &mut Tx<'_>, id: Id<Movement>) -> Result<Vec<MovementItem>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &id);
    tx.all(&ITEM_LIST, &values![tenant, &id], |columns| {
        let person = columns.take()?;
        let own = Owner::new(tenant, &person);
        let seal = take_wrapped(columns)?.map(|key| keys.unwrap(own, &key)).transpose()?;
        let side = columns.take_with("a side", Side::from_name)?;
        let (name, nik) = take_identity(columns, seal.as_ref(), owner)?;
        Ok(MovementItem {
            side,
            person,
            name,
            nik,
            place: columns.take()?,
            occupation: columns.take()?,
            sector: columns.take_with("a sector", WorkSector::from_name)?,
            first: columns.take()?,
            last: columns.take()?,
            rupiah: columns.take()?,
            proposal: columns.take()?,
            rank: columns.take()?,
            why: {
                let why: Option<String> = columns.take()?;
                why.as_deref().and_then(SkipReason::from_name)
            },
        })
    })
}

/// An approved change that names somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovementNaming {
    /// Which.
    pub id: Id<Movement>,
    /// Whether they came or left by it.
    pub side: Side,
    /// The annex that it went into; none while it waits for one.
    pub annex: Option<u32>,
    /// The first month it is about.
    pub from: Month,
    /// Who put it forward.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// The digest that was approved.
    pub hash: [u8; 32],
}

/// The approved changes of a programme by which somebody came or left, oldest first.
pub fn naming(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    programme: Id<kind::Programme>,
) -> Result<Vec<MovementNaming>, StoreError> {
    tx.all(&NAMING, &values![tx.tenant(), &person, &programme], |columns| {
        Ok(MovementNaming {
            id: columns.take()?,
            side: columns.take_with("a side of a change", Side::from_name)?,
            annex: columns.take()?,
            from: columns.take()?,
            made_by: columns.take()?,
            made_at_ms: columns.take()?,
            hash: columns.take()?,
        })
    })
}

/// The people of a change as the register has them now.
pub fn people(tx: &mut Tx<'_>, id: Id<Movement>) -> Result<Vec<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&PEOPLE, &values![tenant, &id], |columns| people::read(keys, tenant, columns))
}

/// Says where a change stands.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<Movement>,
    state: MovementState,
) -> Result<(), StoreError> {
    match tx.run(&SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "movement" }),
        _ => Ok(()),
    }
}

/// Puts an approved change into an annex.
pub fn set_annex(tx: &mut Tx<'_>, id: Id<Movement>, number: u32) -> Result<(), StoreError> {
    match tx.run(&SET_ANNEX, &values![number, tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "movement" }),
        _ => Ok(()),
    }
}

/// Does what an approved change says: memberships end, and others begin.
pub fn carry_out(
    tx: &mut Tx<'_>,
    id: Id<Movement>,
    change: &Movement,
    at_ms: i64,
) -> Result<(), StoreError> {
    for Left { member, .. } in &change.left {
        let membership = &member.membership;
        memberships::change(tx, membership.id, membership.first, change.from.plus(-1), at_ms)?;
    }
    for Joined { waiting, membership, .. } in &change.joined {
        memberships::insert_all(tx, waiting.proposal, &[*membership], at_ms)?;
    }
    set_state(tx, id, MovementState::Approved)
}

/// Those who wait behind the approved lists of a programme, in the order of the lists and their
/// ranks, each with what keeps them from a place whatever the month.
pub fn waiting(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Waiting>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let death = ReferenceKind::Meninggal.name();
    tx.all(&WAITING, &values![tenant, death, &programme], |columns| {
        let person = columns.take()?;
        let own = Owner::new(tenant, &person);
        let seal = take_wrapped(columns)?.map(|key| keys.unwrap(own, &key)).transpose()?;
        let (proposal, rank): (Id<kind::Proposal>, u32) = (columns.take()?, columns.take()?);
        let owner = Owner::new(tenant, &proposal);
        let (name, nik) = take_identity(columns, seal.as_ref(), owner)?;
        let line = ListLine {
            rank,
            person,
            name,
            nik,
            place: columns.take()?,
            occupation: columns.take()?,
            sector: columns.take_with("a sector", WorkSector::from_name)?,
            monthly: columns.take()?,
            committed: columns.take()?,
        };
        let birth = columns.take()?;
        let (is_member, is_accepted, is_dead): (bool, bool, bool) =
            (columns.take()?, columns.take()?, columns.take()?);
        let hindrance = match (is_member, is_accepted, is_dead) {
            (true, ..) => Some(SkipReason::Member),
            (_, false, _) => Some(SkipReason::NotAccepted),
            (.., true) => Some(SkipReason::Died),
            _ => None,
        };
        Ok(Waiting { proposal, line, birth, hindrance })
    })
}

/// Places and money that a programme's approved changes freed and nobody has taken.
pub fn room(tx: &mut Tx<'_>, programme: Id<kind::Programme>) -> Result<Room, StoreError> {
    let heads = of_programme(tx, programme)?;
    let mut room = (0i64, 0i64);
    for head in heads.iter().filter(|head| head.state == MovementState::Approved) {
        room.0 += i64::from(head.left) - i64::from(head.joined);
        room.1 += head.freed.0 - head.used.0;
    }
    let places = u32::try_from(room.0).unwrap_or(0);
    Ok(Room { places, rupiah: Rupiah(room.1.max(0)) })
}

fn items_of(change: &Movement, last: Month) -> Vec<MovementItem> {
    let left = change.left.iter().map(|Left { member, freed }| MovementItem {
        side: Side::Left,
        person: member.membership.person,
        name: member.name.clone(),
        nik: member.nik,
        place: member.place,
        occupation: member.occupation.clone(),
        sector: member.sector,
        first: change.from,
        last: member.membership.last,
        rupiah: *freed,
        proposal: None,
        rank: 0,
        why: None,
    });
    let joined = change.joined.iter().map(|one| {
        let (first, last) = (one.membership.first, one.membership.last);
        item_of_waiting(&one.waiting, Side::Joined, (first, last), one.rupiah, None)
    });
    let skipped = change.skipped.iter().map(|(waiting, why)| {
        item_of_waiting(waiting, Side::Skipped, (change.from, last), Rupiah::ZERO, Some(*why))
    });
    left.chain(joined).chain(skipped).collect()
}

fn item_of_waiting(
    waiting: &Waiting,
    side: Side,
    (first, last): (Month, Month),
    rupiah: Rupiah,
    why: Option<SkipReason>,
) -> MovementItem {
    let line = &waiting.line;
    MovementItem {
        side,
        person: line.person,
        name: line.name.clone(),
        nik: line.nik,
        place: line.place,
        occupation: line.occupation.clone(),
        sector: line.sector,
        first,
        last,
        rupiah,
        proposal: Some(waiting.proposal),
        rank: line.rank,
        why,
    }
}

fn item_values<'a>(
    owner: Owner<'_>,
    seal: &Seal<'_>,
    movement: &'a Id<Movement>,
    line_no: u32,
    item: &'a MovementItem,
) -> [Value<'a>; 16] {
    values![
        owner.tenant,
        movement,
        item.side.name(),
        line_no,
        &item.person,
        seal.seal(owner, "name", item.name.as_str().as_bytes()),
        seal.seal(owner, "nik", &item.nik.as_u64().to_be_bytes()),
        item.place,
        item.occupation.as_ref().map(|key| &*key.0),
        item.sector.name(),
        item.first,
        item.last,
        item.rupiah,
        item.proposal.as_ref(),
        item.rank,
        item.why.map(SkipReason::name),
    ]
}

fn read(columns: &mut Columns<'_>) -> Result<MovementHead, StoreError> {
    Ok(MovementHead {
        id: columns.take()?,
        programme: columns.take()?,
        reason: columns.take_with("a reason", LeaveReason::from_name)?,
        from: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
        left: columns.take()?,
        joined: columns.take()?,
        freed: columns.take()?,
        used: columns.take()?,
        hash: columns.take()?,
        state: columns.take_with("a state", MovementState::from_name)?,
        annex: columns.take()?,
        basis: {
            let (number, day): (Option<Box<str>>, Option<Day>) = (columns.take()?, columns.take()?);
            number.zip(day).map(|(number, day)| Decree { number, day })
        },
    })
}
