//! Records of the field: the devices, what they sent, what was sent twice and differs, and photos.
//!
//! Who a record is about is sealed under a key of the record, the photo under the same; a device's
//! label and the office's half of its key under a key of the device.

mod page;

use base::id::kind;
use base::{Id, ProblemCode};
use domain::enrolment::Outcome;
use domain::field::{
    DeviceDetails, FieldConflict, FieldDetails, FieldDevice, FieldRecord, RowStanding,
};
use domain::message::Agreement;

use crate::keys::KeyRing;
use crate::seal::{self, Owner, Wrapped, take_wrapped};
use crate::sheets::SheetState;
use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

pub use page::{FieldPage, RecordClosed, page};

static DEVICE_INSERT: Sql = sql!("field_device_insert");
static DEVICE_SET: Sql = sql!("field_device_set");
static DEVICE_GET: Sql = sql!("field_device_get");
static DEVICE_OF_TOKEN: Sql = sql!("field_device_of_token");
static DEVICE_LIST: Sql = sql!("field_device_list");
static RECORD_INSERT: Sql = sql!("field_record_insert");
static RECORD_SET: Sql = sql!("field_record_set");
static RECORD_CLOSE: Sql = sql!("field_record_close");
static RECORD_GET: Sql = sql!("field_record_get");
static RECORD_OF_AGENT: Sql = sql!("field_record_of_agent");
static RECORD_OF_PERSON: Sql = sql!("field_record_of_person");
static RECORD_COUNT: Sql = sql!("field_record_count");
static PROBLEM_OF_ROW: Sql = sql!("field_problem_of_row");
static CONFLICT_INSERT: Sql = sql!("field_conflict_insert");
static CONFLICT_AGAIN: Sql = sql!("field_conflict_again");
static CONFLICT_OF: Sql = sql!("field_conflict_of");
static CONFLICT_OPEN_OF: Sql = sql!("field_conflict_open_of");
static CONFLICT_SETTLE: Sql = sql!("field_conflict_settle");
static PHOTO_INSERT: Sql = sql!("field_photo_insert");
static PHOTO_REPLACE: Sql = sql!("field_photo_replace");
static PHOTO_GET: Sql = sql!("field_photo_get");

/// A record as it is kept, with the row that it became.
#[derive(Debug, Clone)]
pub struct RecordKept {
    /// It.
    pub record: FieldRecord,
    /// How its row stands.
    pub row: RowStanding,
    /// The person that the row was accepted for or recognised as.
    pub person: Option<Id<kind::Person>>,
    /// How many bytes its photo has; none without one.
    pub photo_bytes: Option<u32>,
    /// Who it is about; nothing once its key was dropped.
    pub details: Option<FieldDetails>,
}

/// A conflict and what it says; nothing once the key of its record was dropped.
pub type ConflictKept = (FieldConflict, Option<FieldDetails>);

/// Keeps a device that was prepared for the first time.
pub fn insert_device(
    tx: &mut Tx<'_>,
    device: &FieldDevice,
    details: &DeviceDetails,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &device.id);
    let key = keys.new_key(owner);
    let mut plain = details.secret.to_vec();
    plain.extend_from_slice(details.label.as_bytes());
    let details = keys.sealer(&key).seal(owner, "details", &plain);
    let values = [
        Value::from(tenant),
        Value::from(&device.id),
        Value::from(&device.agent),
        Value::from(&device.account),
        Value::from(&device.token),
        Value::from(&device.programme),
        Value::from(device.prepared_at_ms),
        Value::from(device.ends_at_ms),
        Value::from(device.ended_at_ms),
        Value::from(device.wipes),
        Value::from(details),
    ];
    tx.run(&DEVICE_INSERT, &values)?;
    seal::keep_keys(tx, [(device.id.as_bytes(), &key.wrapped)].into_iter())
}

/// Keeps a device as it now is: signed in anew, or ended.
pub fn set_device(tx: &mut Tx<'_>, device: &FieldDevice) -> Result<(), StoreError> {
    let values = values![
        &device.token,
        &device.programme,
        device.prepared_at_ms,
        device.ends_at_ms,
        device.ended_at_ms,
        device.wipes,
        tx.tenant(),
        &device.id,
    ];
    match tx.run(&DEVICE_SET, &values)? {
        0 => Err(StoreError::NotFound { what: "device" }),
        _ => Ok(()),
    }
}

/// The device with this number.
pub fn device(
    tx: &mut Tx<'_>,
    id: Id<kind::Device>,
) -> Result<Option<(FieldDevice, DeviceDetails)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&DEVICE_GET, &values![tenant, &id], |columns| read_device(keys, tenant, columns))
}

/// The device that shows this token.
pub fn device_of_token(
    tx: &mut Tx<'_>,
    token: Id<kind::ApiToken>,
) -> Result<Option<(FieldDevice, DeviceDetails)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let read = |columns: &mut Columns<'_>| read_device(keys, tenant, columns);
    tx.one(&DEVICE_OF_TOKEN, &values![tenant, &token], read)
}

/// Every device, the newest first.
pub fn devices(tx: &mut Tx<'_>) -> Result<Vec<(FieldDevice, DeviceDetails)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&DEVICE_LIST, &values![tenant], |columns| read_device(keys, tenant, columns))
}

/// Keeps a record that came for the first time; the same number again is `field_record_pk`.
pub fn insert_record(
    tx: &mut Tx<'_>,
    record: &FieldRecord,
    details: &FieldDetails,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &record.id);
    let key = keys.new_key(owner);
    let details = keys.sealer(&key).seal(owner, "details", pack(details).as_bytes());
    let values = [
        Value::from(tenant),
        Value::from(&record.id),
        Value::from(&record.agent),
        Value::from(&record.device),
        Value::from(&record.content),
        Value::from(record.place),
        Value::from(record.consent.name()),
        Value::from(record.apart),
        Value::from(record.device_at_ms),
        Value::from(record.at_ms),
        Value::from(record.received_at_ms),
        Value::from(&record.sheet),
        Value::from(record.row),
        Value::from(details),
    ];
    tx.run(&RECORD_INSERT, &values)?;
    seal::keep_keys(tx, [(record.id.as_bytes(), &key.wrapped)].into_iter())
}

/// Keeps a record as it was corrected.
pub fn set_record(
    tx: &mut Tx<'_>,
    record: &FieldRecord,
    details: &FieldDetails,
) -> Result<(), StoreError> {
    let missing = || StoreError::NotFound { what: "field record" };
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &record.id);
    let wrapped = seal::key_of(tx, record.id.as_bytes())?.ok_or_else(missing)?;
    let details = keys.unwrap(owner, &wrapped)?.seal(owner, "details", pack(details).as_bytes());
    let values = [
        Value::from(&record.device),
        Value::from(&record.content),
        Value::from(record.place),
        Value::from(record.consent.name()),
        Value::from(record.apart),
        Value::from(record.device_at_ms),
        Value::from(record.at_ms),
        Value::from(record.received_at_ms),
        Value::from(&record.sheet),
        Value::from(record.row),
        Value::from(details),
        Value::from(tenant),
        Value::from(&record.id),
    ];
    match tx.run(&RECORD_SET, &values)? {
        0 => Err(missing()),
        _ => Ok(()),
    }
}

/// Puts a record aside; whether nobody had.
pub fn close_record(
    tx: &mut Tx<'_>,
    id: Id<kind::FieldRecord>,
    (by, at_ms): (Id<kind::User>, i64),
) -> Result<bool, StoreError> {
    Ok(tx.run(&RECORD_CLOSE, &values![&by, at_ms, tx.tenant(), &id])? > 0)
}

/// The record with this number.
pub fn record(
    tx: &mut Tx<'_>,
    id: Id<kind::FieldRecord>,
) -> Result<Option<RecordKept>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&RECORD_GET, &values![tenant, &id], |columns| read_record(keys, tenant, columns))
}

/// The records of an agent that came since a moment, the newest first.
pub fn records_of_agent(
    tx: &mut Tx<'_>,
    agent: Id<kind::Agent>,
    since_ms: i64,
) -> Result<Vec<RecordKept>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let read = |columns: &mut Columns<'_>| read_record(keys, tenant, columns);
    tx.all(&RECORD_OF_AGENT, &values![tenant, &agent, since_ms], read)
}

/// How many records of an agent came since a moment.
pub fn count_since(
    tx: &mut Tx<'_>,
    agent: Id<kind::Agent>,
    since_ms: i64,
) -> Result<u64, StoreError> {
    let count = tx.one(&RECORD_COUNT, &values![tx.tenant(), &agent, since_ms], |c| c.take())?;
    Ok(count.unwrap_or_default())
}

/// What was found in the row of a record.
pub fn problems(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
    row: u32,
) -> Result<Vec<ProblemCode>, StoreError> {
    let values = values![tx.tenant(), &sheet, row];
    tx.all(&PROBLEM_OF_ROW, &values, |c| c.take_with("a problem", ProblemCode::from_name))
}

/// Keeps something else that came under a record's number; whether it was not kept yet. Nothing is
/// kept of a record whose key was dropped.
pub fn insert_conflict(
    tx: &mut Tx<'_>,
    conflict: &FieldConflict,
    details: &FieldDetails,
) -> Result<bool, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &conflict.record);
    let Some(wrapped) = seal::key_of(tx, conflict.record.as_bytes())? else { return Ok(false) };
    let details = keys.unwrap(owner, &wrapped)?.seal(owner, "conflict", pack(details).as_bytes());
    let values = values![
        tenant,
        &conflict.record,
        &conflict.content,
        &conflict.device,
        conflict.place,
        conflict.at_ms,
        conflict.received_at_ms,
        details,
        conflict.consent.map(Agreement::name),
        conflict.apart.map(i64::from),
    ];
    if tx.run(&CONFLICT_INSERT, &values)? > 0 {
        return Ok(true);
    }
    // What somebody settled and comes once more is asked about once more, and what was not known of
    // it before is known now.
    let values = values![
        conflict.received_at_ms,
        conflict.consent.map(Agreement::name),
        conflict.apart.map(i64::from),
        tenant,
        &conflict.record,
        &conflict.content,
    ];
    Ok(tx.run(&CONFLICT_AGAIN, &values)? > 0)
}

/// What else came under a record's number, in the order in which it came.
pub fn conflicts_of(
    tx: &mut Tx<'_>,
    record: Id<kind::FieldRecord>,
) -> Result<Vec<ConflictKept>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&CONFLICT_OF, &values![tenant, &record], |columns| {
        let conflict = FieldConflict {
            record: columns.take()?,
            content: columns.take()?,
            device: columns.take()?,
            place: columns.take()?,
            at_ms: columns.take()?,
            received_at_ms: columns.take()?,
            consent: consent_of(columns.take()?)?,
            apart: columns.take()?,
            settled_at_ms: columns.take()?,
        };
        let sealed: Vec<u8> = columns.take()?;
        let owner = Owner::new(tenant, &conflict.record);
        let details = match take_wrapped(columns)? {
            Some(wrapped) => {
                let seal = keys.unwrap(owner, &wrapped)?;
                Some(unpack(&seal.open_text(owner, "conflict", &sealed)?))
            }
            None => None,
        };
        Ok((conflict, details))
    })
}

/// What nobody has settled yet of what else came under a record's number.
pub fn open_contents(
    tx: &mut Tx<'_>,
    record: Id<kind::FieldRecord>,
) -> Result<Vec<[u8; 16]>, StoreError> {
    tx.all(&CONFLICT_OPEN_OF, &values![tx.tenant(), &record], |columns| columns.take())
}

/// Settles what else came under a record's number, as far as it was seen; how much it was.
pub fn settle_conflicts(
    tx: &mut Tx<'_>,
    (record, seen): (Id<kind::FieldRecord>, &[[u8; 16]]),
    (by, at_ms): (Id<kind::User>, i64),
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let mut settled = 0;
    for content in seen {
        settled += tx.run(&CONFLICT_SETTLE, &values![&by, at_ms, tenant, &record, content])?;
    }
    Ok(settled)
}

fn consent_of(text: Option<Box<str>>) -> Result<Option<Agreement>, StoreError> {
    let read = |text: Box<str>| Agreement::from_name(&text).ok_or_else(|| corrupt("a consent"));
    text.map(read).transpose()
}

/// Keeps the photo of a record; whether there was none. Of a record whose key was dropped nothing
/// is kept.
pub fn insert_photo(
    tx: &mut Tx<'_>,
    record: Id<kind::FieldRecord>,
    (content, at_ms): (&[u8], i64),
) -> Result<bool, StoreError> {
    let Some((size, sealed)) = sealed_photo(tx, record, content)? else { return Ok(false) };
    Ok(tx.run(&PHOTO_INSERT, &values![tx.tenant(), &record, size, at_ms, sealed])? > 0)
}

/// Puts another photo in the place of one that came before what stands in the record now; whether
/// there was such a one.
pub fn replace_photo(
    tx: &mut Tx<'_>,
    record: Id<kind::FieldRecord>,
    (content, at_ms): (&[u8], i64),
    stands_since_ms: i64,
) -> Result<bool, StoreError> {
    let Some((size, sealed)) = sealed_photo(tx, record, content)? else { return Ok(false) };
    let values = values![size, at_ms, sealed, tx.tenant(), &record, stands_since_ms];
    Ok(tx.run(&PHOTO_REPLACE, &values)? > 0)
}

/// A photo under its record's key, with its size; none once the key was dropped.
fn sealed_photo(
    tx: &mut Tx<'_>,
    record: Id<kind::FieldRecord>,
    content: &[u8],
) -> Result<Option<(u32, Vec<u8>)>, StoreError> {
    crate::attachments::sealed(tx, record.as_bytes(), "photo", content)
}

/// The photo of a record; none without one, or once its key was dropped.
pub fn photo(
    tx: &mut Tx<'_>,
    record: Id<kind::FieldRecord>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &record);
    tx.one(&PHOTO_GET, &values![tenant, &record], |columns| {
        let sealed: Vec<u8> = columns.take()?;
        let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("a photo's key"))?;
        keys.unwrap(owner, &wrapped)?.open(owner, "photo", &sealed)
    })
}

/// Forgets who the records were about that became somebody's row, with their photos: the keys are
/// dropped, and that the records came stays.
pub fn forget_of(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<u64, StoreError> {
    let found: Vec<Id<kind::FieldRecord>> =
        tx.all(&RECORD_OF_PERSON, &values![tx.tenant(), &person], |columns| columns.take())?;
    let mut forgotten = 0;
    for id in &found {
        forgotten += u64::from(seal::drop_key(tx, id.as_bytes())?);
    }
    Ok(forgotten)
}

/// A line for each part that says something, so that a later program adds parts and an older one
/// passes over them.
fn pack(details: &FieldDetails) -> String {
    let parts = details.parts().into_iter().filter(|(_, value)| !value.is_empty());
    // A part is one line: whoever takes records in refuses control characters.
    parts.map(|(name, value)| format!("{name} {value}\n")).collect()
}

fn unpack(text: &str) -> FieldDetails {
    FieldDetails::of_parts(text.lines().filter_map(|line| line.split_once(' ')))
}

fn read_device(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<(FieldDevice, DeviceDetails), StoreError> {
    let device = FieldDevice {
        id: columns.take()?,
        agent: columns.take()?,
        account: columns.take()?,
        token: columns.take()?,
        programme: columns.take()?,
        prepared_at_ms: columns.take()?,
        ends_at_ms: columns.take()?,
        ended_at_ms: columns.take()?,
        wipes: columns.take()?,
    };
    let sealed: Vec<u8> = columns.take()?;
    let owner = Owner::new(tenant, &device.id);
    let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("a device's key"))?;
    let plain = keys.unwrap(owner, &wrapped)?.open(owner, "details", &sealed)?;
    let (secret, label) = plain.split_first_chunk().ok_or_else(|| corrupt("a device"))?;
    let label = std::str::from_utf8(label).map_err(|_| corrupt("a device's label"))?;
    Ok((device, DeviceDetails { label: label.into(), secret: *secret }))
}

fn read_record(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<RecordKept, StoreError> {
    let (record, row, person) = read_plain(columns)?;
    let photo_bytes = columns.take()?;
    let sealed: Vec<u8> = columns.take()?;
    let details = opened(keys, (tenant, &record), &sealed, take_wrapped(columns)?)?;
    Ok(RecordKept { record, row, person, photo_bytes, details })
}

/// Who a record is about; nothing once its key was dropped.
fn opened(
    keys: &KeyRing,
    (tenant, record): (i64, &FieldRecord),
    sealed: &[u8],
    wrapped: Option<Wrapped>,
) -> Result<Option<FieldDetails>, StoreError> {
    let owner = Owner::new(tenant, &record.id);
    let Some(wrapped) = wrapped else { return Ok(None) };
    let text = keys.unwrap(owner, &wrapped)?.open_text(owner, "details", sealed)?;
    Ok(Some(unpack(&text)))
}

/// The columns that are not sealed: a record, how its row stands, and the person of it.
fn read_plain(
    columns: &mut Columns<'_>,
) -> Result<(FieldRecord, RowStanding, Option<Id<kind::Person>>), StoreError> {
    let record = FieldRecord {
        id: columns.take()?,
        agent: columns.take()?,
        device: columns.take()?,
        content: columns.take()?,
        place: columns.take()?,
        consent: columns.take_with("a record's consent", Agreement::from_name)?,
        apart: columns.take()?,
        device_at_ms: columns.take()?,
        at_ms: columns.take()?,
        received_at_ms: columns.take()?,
        sheet: columns.take()?,
        row: columns.take()?,
        closed_at_ms: columns.take()?,
    };
    let state = columns.take_with("a sheet's state", SheetState::from_name)?;
    let outcome: Option<String> = columns.take()?;
    let outcome = match outcome {
        Some(name) => Some(Outcome::from_name(&name).ok_or_else(|| corrupt("an outcome"))?),
        None => None,
    };
    let row = match (state, outcome) {
        (SheetState::Undone, _) => RowStanding::Undone,
        (SheetState::Decided, Some(outcome)) => RowStanding::Decided(outcome),
        _ => RowStanding::Undecided,
    };
    Ok((record, row, columns.take()?))
}
