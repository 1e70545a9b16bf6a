//! What stands behind doors without a login: messages under a code, how often a door was tried, and
//! the card that lies nearest to a number.

use base::Id;
use base::id::kind;
use domain::card::{Card, CardNumber};
use domain::message::{
    Message, MessageCode, MessageDetails, MessageKind, MessageState, MessageStep,
};

use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::steps::{self, StepKept};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

mod details;

static INSERT: Sql = sql!("message_insert");
static GET: Sql = sql!("message_get");
static BY_CODE: Sql = sql!("message_by_code");
static LIST: Sql = sql!("message_list");
static WAITING: Sql = sql!("message_waiting");
static SET_STATE: Sql = sql!("message_set_state");
static STEP_INSERT: Sql = sql!("message_step_insert");
static STEP_LIST: Sql = sql!("message_step_list");
static TRY_INSERT: Sql = sql!("door_try_insert");
static TRY_COUNT: Sql = sql!("door_try_count");
static TRY_FORGET: Sql = sql!("door_try_forget");

/// What a door is tried with, or from where, by a keyed digest.
pub type Subject = [u8; 16];

/// A step of a message that was made; nobody made it where it was the sender.
pub type MessageStepKept = StepKept<MessageStep, MessageState>;

/// Keeps a new message under a key of its own; the same again is `message_pk`.
pub fn insert(
    tx: &mut Tx<'_>,
    message: &Message,
    details: &MessageDetails,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &message.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(message.id.as_bytes(), &key.wrapped)].into_iter())?;
    let sealed = keys.sealer(&key).seal(owner, "details", details::pack(details).as_bytes());
    let code = keys.door_subject("message", details.code.plain().as_bytes());
    tx.run(
        &INSERT,
        &values![
            tenant,
            &message.id,
            &code,
            message.kind.name(),
            message.event,
            message.place,
            message.received_at_ms,
            i64::from(message.helped),
            message.state.name(),
            message.steps,
            message.claim.as_ref(),
            sealed,
        ],
    )
    .map(|_| ())
}

/// The message with this id, and what it says; nothing once its key was dropped.
pub fn get(
    tx: &mut Tx<'_>,
    id: Id<kind::Message>,
) -> Result<Option<(Message, Option<MessageDetails>)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&GET, &values![tenant, &id], |columns| read_whole(keys, tenant, columns))
}

/// The message with this code.
pub fn by_code(tx: &mut Tx<'_>, code: MessageCode) -> Result<Option<Message>, StoreError> {
    let code = tx.keys()?.door_subject("message", code.plain().as_bytes());
    tx.one(&BY_CODE, &values![tx.tenant(), &code], read)
}

/// Every message with what it says, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<(Message, Option<MessageDetails>)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&LIST, &values![tenant], |columns| read_whole(keys, tenant, columns))
}

/// Messages that nobody has answered yet, oldest first.
pub fn waiting(tx: &mut Tx<'_>) -> Result<Vec<Message>, StoreError> {
    tx.all(&WAITING, &values![tx.tenant(), MessageState::Received.name()], read)
}

/// Makes a step: keeps it with its words and says where the message now stands. A step of the same
/// number, which somebody else made meanwhile, is `message_step_pk`; one that the table does not
/// have is `message_step_known`.
pub fn make_step(
    tx: &mut Tx<'_>,
    message: &Message,
    step: &MessageStepKept,
) -> Result<(), StoreError> {
    let (before, after) = step.states;
    let names = [step.step.name(), before.name(), after.name()];
    steps::keep(tx, &STEP_INSERT, message.id.as_bytes(), step, names)?;
    let tenant = tx.tenant();
    let (state, claim) = (message.state.name(), message.claim.as_ref());
    tx.run(&SET_STATE, &values![state, message.steps, claim, tenant, &message.id]).map(|_| ())
}

/// The steps of a message, in order, with their words.
pub fn steps(
    tx: &mut Tx<'_>,
    message: Id<kind::Message>,
) -> Result<Vec<MessageStepKept>, StoreError> {
    let step = ("a message's step", MessageStep::from_name as fn(&str) -> _);
    let state = ("a message's state", MessageState::from_name as fn(&str) -> _);
    steps::of(tx, &STEP_LIST, message.as_bytes(), (step, state))
}

/// What stands for something that a door is tried with: nobody without the key can tell what.
pub fn subject(tx: &Tx<'_>, door: &str, tried: &[u8]) -> Result<Subject, StoreError> {
    Ok(tx.keys()?.door_subject(door, tried))
}

/// Keeps a try.
pub fn insert_try(
    tx: &mut Tx<'_>,
    subject: &Subject,
    id: &[u8; 16],
    at_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&TRY_INSERT, &values![tx.tenant(), subject, at_ms, id]).map(|_| ())
}

/// How often something was tried since a moment.
pub fn tries_since(tx: &mut Tx<'_>, subject: &Subject, since_ms: i64) -> Result<u32, StoreError> {
    let count: Option<i64> =
        tx.one(&TRY_COUNT, &values![tx.tenant(), subject, since_ms], |columns| columns.take())?;
    Ok(u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX))
}

/// Drops tries up to a moment.
pub fn forget_tries(tx: &mut Tx<'_>, until_ms: i64) -> Result<u64, StoreError> {
    tx.run(&TRY_FORGET, &values![tx.tenant(), until_ms])
}

/// The card with this number, or else the one that comes next, or else the first: as much is read
/// for a number that nobody has as for one that somebody has. None while there is no card.
pub fn nearest_card(tx: &mut Tx<'_>, number: CardNumber) -> Result<Option<Card>, StoreError> {
    let after = crate::cards::from(tx, &number.plain())?;
    let first = crate::cards::from(tx, "")?;
    Ok(after.or(first))
}

fn read(columns: &mut Columns<'_>) -> Result<Message, StoreError> {
    Ok(Message {
        id: columns.take()?,
        kind: columns.take_with("a message's kind", MessageKind::from_name)?,
        event: columns.take()?,
        place: columns.take()?,
        received_at_ms: columns.take()?,
        helped: columns.take::<i64>()? != 0,
        state: columns.take_with("a message's state", MessageState::from_name)?,
        steps: columns.take()?,
        claim: columns.take()?,
    })
}

fn read_whole(
    keys: &crate::keys::KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<(Message, Option<MessageDetails>), StoreError> {
    let message = read(columns)?;
    let sealed: Vec<u8> = columns.take()?;
    let owner = Owner::new(tenant, &message.id);
    let details = match take_wrapped(columns)? {
        Some(wrapped) => {
            let text = keys.unwrap(owner, &wrapped)?.open_text(owner, "details", &sealed)?;
            Some(details::unpack(&text)?)
        }
        None => None,
    };
    Ok((message, details))
}
