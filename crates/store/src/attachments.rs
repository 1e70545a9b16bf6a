//! Files of records, sealed under one key for all files of a record: where that key is dropped they
//! can be opened no more, whatever else stays of the record. One way to keep a file, for every kind
//! of record.

use base::Id;
use base::id::kind;
use domain::attachment::{AttachedTo, Media};
use sha2::{Digest, Sha256};

use crate::seal::{self, Owner};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("attachment_insert");
static LIST: Sql = sql!("attachment_list");
static GET: Sql = sql!("attachment_get");
static OPEN: Sql = sql!("attachment_open");
static RECORD_OF_PERSON: Sql = sql!("attachment_record_of_person");
static HANDOVER_OF_PERSON: Sql = sql!("attachment_handover_of_person");

/// A file of a record, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Which.
    pub id: Id<kind::Attachment>,
    /// To what kind of record it belongs.
    pub of: AttachedTo,
    /// To which.
    pub record: [u8; 16],
    /// What it is of the record, such as a paper's key; empty without.
    pub part: Box<str>,
    /// What it is.
    pub media: Media,
    /// How many bytes it has.
    pub size_bytes: u32,
    /// Who of the office kept it; none where its sender did.
    pub made_by: Option<Id<kind::User>>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// Keeps a file; whether it is new. None once the files of the record were forgotten: nothing is
/// kept behind that again.
pub fn insert(
    tx: &mut Tx<'_>,
    file: &Attachment,
    content: &[u8],
) -> Result<Option<bool>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let of_files = key_id(&file.record);
    if seal::key_of(tx, &of_files)?.is_none() {
        if !of_record(tx, &file.record)?.is_empty() {
            return Ok(None);
        }
        let key = keys.new_key(Owner { tenant, record: &of_files });
        seal::keep_keys(tx, [(&of_files, &key.wrapped)].into_iter())?;
    }
    let sealed = sealed(tx, &of_files, &field_of(file.id), content)?;
    let (_, sealed) = sealed.ok_or_else(|| corrupt("a file's key"))?;
    let values = values![
        tenant,
        &file.id,
        file.of.name(),
        &file.record,
        &file.part,
        file.media.name(),
        file.size_bytes,
        file.made_by.as_ref(),
        file.at_ms,
        sealed,
    ];
    Ok(Some(tx.run(&INSERT, &values)? > 0))
}

/// Forgets the files of a record; whether there were any that could be opened.
pub fn forget(tx: &mut Tx<'_>, record: &[u8; 16]) -> Result<bool, StoreError> {
    seal::drop_key(tx, &key_id(record))
}

/// Under what the key of all files of a record is kept.
fn key_id(record: &[u8; 16]) -> [u8; 16] {
    let digest = Sha256::new().chain_update(b"files of a record").chain_update(record).finalize();
    std::array::from_fn(|at| digest[at])
}

/// The files of a record, oldest first.
pub fn of_record(tx: &mut Tx<'_>, record: &[u8; 16]) -> Result<Vec<Attachment>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), record], read)
}

/// One file.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Attachment>) -> Result<Option<Attachment>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// The bytes of a file; none once the files of its record were forgotten.
pub fn open(tx: &mut Tx<'_>, id: Id<kind::Attachment>) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<([u8; 16], Vec<u8>)> =
        tx.one(&OPEN, &values![tx.tenant(), &id], |columns| {
            Ok((record_of(columns)?, columns.take()?))
        })?;
    let Some((record, sealed)) = found else { return Ok(None) };
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let of_files = key_id(&record);
    let Some(wrapped) = seal::key_of(tx, &of_files)? else { return Ok(None) };
    let owner = Owner { tenant, record: &of_files };
    keys.unwrap(owner, &wrapped)?.open(owner, &field_of(id), &sealed).map(Some)
}

/// Forgets the receipts of somebody's cards with photos and words, and the files of their claims
/// and of the messages for which these were opened: the keys are dropped, and that there were any
/// stays.
pub fn forget_of(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<u64, StoreError> {
    let (tenant, mut forgotten) = (tx.tenant(), 0);
    let records = tx.all(&RECORD_OF_PERSON, &values![tenant, &person], record_of)?;
    for record in &records {
        forgotten += u64::from(forget(tx, record)?);
    }
    let handovers: Vec<Id<kind::Handover>> =
        tx.all(&HANDOVER_OF_PERSON, &values![tenant, &person], |columns| columns.take())?;
    for id in &handovers {
        forgotten += u64::from(seal::drop_key(tx, id.as_bytes())?);
    }
    Ok(forgotten)
}

/// A file under its record's key, with its size; none once the key was dropped.
pub(crate) fn sealed(
    tx: &mut Tx<'_>,
    record: &[u8; 16],
    field: &str,
    content: &[u8],
) -> Result<Option<(u32, Vec<u8>)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner { tenant, record };
    let Some(wrapped) = seal::key_of(tx, record)? else { return Ok(None) };
    let sealed = keys.unwrap(owner, &wrapped)?.seal(owner, field, content);
    let size = u32::try_from(content.len()).map_err(|_| corrupt("a file"))?;
    Ok(Some((size, sealed)))
}

fn record_of(columns: &mut Columns<'_>) -> Result<[u8; 16], StoreError> {
    let bytes: Vec<u8> = columns.take()?;
    bytes.try_into().map_err(|_| corrupt("a file's record"))
}

fn field_of(id: Id<kind::Attachment>) -> String {
    format!("file {id}")
}

fn read(columns: &mut Columns<'_>) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: columns.take()?,
        of: columns.take_with("what a file belongs to", AttachedTo::from_name)?,
        record: record_of(columns)?,
        part: columns.take()?,
        media: columns.take_with("what a file is", Media::from_name)?,
        size_bytes: columns.take()?,
        made_by: columns.take()?,
        at_ms: columns.take()?,
    })
}
