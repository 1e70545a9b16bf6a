//! Agreements: what each version says, the signed paper, what was done, and the texts they are
//! written from.
//!
//! Who signs, by which power and where, the scanned paper and notes of what was done are sealed
//! under a key of the agreement.

use base::id::kind;
use base::{Day, Id};
use domain::agreement::{AgreementState, Article, Duty, DutyKind, Fulfilment, Party, Terms};

use crate::reasons::{self, Part};
use crate::seal::{self, Owner, Seal};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("agreement_insert");
static SET: Sql = sql!("agreement_set");
static GET: Sql = sql!("agreement_get");
static BY_CODE: Sql = sql!("agreement_by_code");
static LIST: Sql = sql!("agreement_list");
static OF_ORG: Sql = sql!("agreement_of_org");
static VERSION_INSERT: Sql = sql!("agreement_version_insert");
static VERSION_LIST: Sql = sql!("agreement_version_list");
static VERSION_SIGN: Sql = sql!("agreement_version_sign");
static VERSION_SCAN: Sql = sql!("agreement_version_scan");
static VERSION_DELETE: Sql = sql!("agreement_version_delete");
static PARTY_INSERT: Sql = sql!("agreement_party_insert");
static PARTY_LIST: Sql = sql!("agreement_party_list");
static PARTY_DELETE: Sql = sql!("agreement_party_delete");
static ARTICLE_INSERT: Sql = sql!("agreement_article_insert");
static ARTICLE_LIST: Sql = sql!("agreement_article_list");
static ARTICLE_DELETE: Sql = sql!("agreement_article_delete");
static DUTY_INSERT: Sql = sql!("agreement_duty_insert");
static DUTY_LIST: Sql = sql!("agreement_duty_list");
static DUTY_DELETE: Sql = sql!("agreement_duty_delete");
static SCAN_INSERT: Sql = sql!("agreement_scan_insert");
static SCAN_GET: Sql = sql!("agreement_scan_get");
static FULFILMENT_SET: Sql = sql!("agreement_fulfilment_set");
static FULFILMENT_LIST: Sql = sql!("agreement_fulfilment_list");
static PROGRAMME_INSERT: Sql = sql!("agreement_programme_insert");
static PROGRAMME_DELETE: Sql = sql!("agreement_programme_delete");
static PROGRAMME_LIST: Sql = sql!("agreement_programme_list");
static OF_PROGRAMME: Sql = sql!("agreement_of_programme");
static TEMPLATE_LIST: Sql = sql!("agreement_template_list");
static TEMPLATE_SET: Sql = sql!("agreement_template_set");

/// An agreement, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Which.
    pub id: Id<kind::Agreement>,
    /// Short code, such as `pks-dinkes-2025`.
    pub code: Box<str>,
    /// The text it was written from.
    pub template: Box<str>,
    /// The agreement it was copied from.
    pub copied_from: Option<Id<kind::Agreement>>,
    /// Where it stands.
    pub state: AgreementState,
    /// The version that holds; 0 while none is signed.
    pub version: u32,
    /// The last version that was written.
    pub newest: u32,
    /// The day it was ended.
    pub ended_on: Option<Day>,
    /// Who made it.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
}

/// One version of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, 1 for the first.
    pub version: u32,
    /// What it says.
    pub terms: Terms,
    /// Why it was written; empty for the first.
    pub reason: Box<str>,
    /// The digest over what it says.
    pub digest: [u8; 32],
    /// The day it was signed.
    pub signed_on: Option<Day>,
    /// The SHA-256 of the scanned paper.
    pub scan: Option<[u8; 32]>,
    /// Who wrote it.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
}

/// A tick with what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    /// The duty, whom for, and when; no day when it was taken back.
    pub duty: Box<str>,
    /// The facility; none for a duty that is done once.
    pub org: Option<Id<kind::Org>>,
    /// The day; none when it was taken back.
    pub on: Option<Day>,
    /// What shows it.
    pub note: Box<str>,
    /// Who ticked it.
    pub by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

impl Ticked {
    /// What counts on the board; nothing when it was taken back.
    pub fn fulfilment(&self) -> Option<Fulfilment> {
        self.on.map(|on| Fulfilment { duty: self.duty.clone(), org: self.org, on })
    }
}

/// Adds an agreement with its first version; a taken code is `agreement_code_unique`.
pub fn insert(tx: &mut Tx<'_>, agreement: &Agreement, version: &Version) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(
        &INSERT,
        &values![
            tenant,
            &agreement.id,
            &agreement.code,
            &agreement.template,
            agreement.copied_from.as_ref(),
            agreement.state.name(),
            agreement.version,
            agreement.newest,
            agreement.ended_on,
            &agreement.made_by,
            agreement.made_at_ms,
        ],
    )?;
    let owner = Owner::new(tenant, &agreement.id);
    let key = tx.keys()?.new_key(owner);
    seal::keep_keys(tx, [(agreement.id.as_bytes(), &key.wrapped)].into_iter())?;
    insert_version(tx, agreement.id, version)
}

/// Says where an agreement stands.
pub fn set(tx: &mut Tx<'_>, agreement: &Agreement) -> Result<(), StoreError> {
    let (state, ended) = (agreement.state.name(), agreement.ended_on);
    let (version, newest) = (agreement.version, agreement.newest);
    let values = values![state, version, newest, ended, tx.tenant(), &agreement.id];
    match tx.run(&SET, &values)? {
        0 => Err(StoreError::NotFound { what: "agreement" }),
        _ => Ok(()),
    }
}

/// The agreement with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Agreement>) -> Result<Option<Agreement>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// The agreement with this code.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Agreement>, StoreError> {
    tx.one(&BY_CODE, &values![tx.tenant(), code], read)
}

/// All agreements, by code; a regency has a few dozen.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Agreement>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// The codes of the agreements whose last version names an organisation, in order.
pub fn of_org(tx: &mut Tx<'_>, org: Id<kind::Org>) -> Result<Vec<Box<str>>, StoreError> {
    tx.all(&OF_ORG, &values![tx.tenant(), &org], |columns| columns.take())
}

/// Writes a version anew that nobody has signed, or adds the next.
pub fn write_draft(
    tx: &mut Tx<'_>,
    id: Id<kind::Agreement>,
    version: &Version,
) -> Result<(), StoreError> {
    let number = version.version;
    for sql in [&PARTY_DELETE, &ARTICLE_DELETE, &DUTY_DELETE, &VERSION_DELETE] {
        let values = values![tx.tenant(), &id, number];
        tx.run(sql, &values)?;
    }
    insert_version(tx, id, version)
}

/// Says that a version was signed; one that was signed already is [`StoreError::Busy`].
pub fn sign(
    tx: &mut Tx<'_>,
    id: Id<kind::Agreement>,
    version: u32,
    on: Day,
    scan: Option<&[u8; 32]>,
) -> Result<(), StoreError> {
    let values = values![on, scan, tx.tenant(), &id, version];
    match tx.run(&VERSION_SIGN, &values)? {
        0 => Err(StoreError::Busy),
        _ => Ok(()),
    }
}

/// Keeps the scanned paper of a version; the same bytes are kept once.
pub fn keep_scan(
    tx: &mut Tx<'_>,
    id: Id<kind::Agreement>,
    scan: &Scan<'_>,
) -> Result<(), StoreError> {
    let (seal, owner) = seal_of(tx, &id)?;
    let content = seal.seal(owner, &scan_field(scan.hash), scan.content);
    let values = values![
        tx.tenant(),
        &id,
        scan.hash,
        scan.content.len() as i64,
        content,
        scan.by,
        scan.at_ms,
    ];
    tx.run(&SCAN_INSERT, &values).map(|_| ())
}

/// A scanned paper on its way in.
pub struct Scan<'a> {
    /// Its SHA-256.
    pub hash: &'a [u8; 32],
    /// Its bytes.
    pub content: &'a [u8],
    /// Who keeps it.
    pub by: &'a Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// Says which scanned paper a version has.
pub fn set_scan(
    tx: &mut Tx<'_>,
    id: Id<kind::Agreement>,
    version: u32,
    hash: &[u8; 32],
) -> Result<(), StoreError> {
    tx.run(&VERSION_SCAN, &values![hash, tx.tenant(), &id, version]).map(|_| ())
}

/// The bytes of a scanned paper.
pub fn scan(
    tx: &mut Tx<'_>,
    id: Id<kind::Agreement>,
    hash: &[u8; 32],
) -> Result<Option<Vec<u8>>, StoreError> {
    let (seal, owner) = seal_of(tx, &id)?;
    let sealed: Option<Vec<u8>> =
        tx.one(&SCAN_GET, &values![owner.tenant, &id, hash], |columns| columns.take())?;
    sealed.map(|sealed| seal.open(owner, &scan_field(hash), &sealed)).transpose()
}

/// Every version, the first before the others.
pub fn versions(tx: &mut Tx<'_>, id: Id<kind::Agreement>) -> Result<Vec<Version>, StoreError> {
    let mut versions = tx.all(&VERSION_LIST, &values![tx.tenant(), &id], read_version)?;
    for version in &mut versions {
        read_parts(tx, id, version)?;
        if version.reason.is_empty() {
            let words = reasons::get(tx, id.as_bytes(), Part::Version(version.version))?;
            version.reason = words.unwrap_or_default().into();
        }
    }
    Ok(versions)
}

/// Ticks that a duty was done, or takes the tick back.
pub fn tick(tx: &mut Tx<'_>, id: Id<kind::Agreement>, ticked: &[Ticked]) -> Result<(), StoreError> {
    let (seal, owner) = seal_of(tx, &id)?;
    for one in ticked {
        let subject = one.org.map_or(*id.as_bytes(), |org| *org.as_bytes());
        let note = seal.seal(owner, &note_field(&one.duty, &subject), one.note.as_bytes());
        let values =
            values![owner.tenant, &id, &one.duty, &subject, one.on, note, &one.by, one.at_ms,];
        tx.run(&FULFILMENT_SET, &values)?;
    }
    Ok(())
}

/// Every tick of an agreement, by duty and time, those taken back among them.
pub fn ticks(tx: &mut Tx<'_>, id: Id<kind::Agreement>) -> Result<Vec<Ticked>, StoreError> {
    let (seal, owner) = seal_of(tx, &id)?;
    tx.all(&FULFILMENT_LIST, &values![owner.tenant, &id], |columns| {
        let duty: Box<str> = columns.take()?;
        let subject: [u8; 16] = columns.take()?;
        let on = columns.take()?;
        let sealed: Vec<u8> = columns.take()?;
        let note = seal.open_text(owner, &note_field(&duty, &subject), &sealed)?.into();
        let org = (subject != *id.as_bytes()).then(|| Id::from_bytes(subject));
        Ok(Ticked { duty, org, on, note, by: columns.take()?, at_ms: columns.take()? })
    })
}

/// The texts that the office keeps, by name.
pub fn templates(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, StoreError> {
    tx.all(&TEMPLATE_LIST, &values![tx.tenant()], |columns| Ok((columns.take()?, columns.take()?)))
}

/// Keeps a text under its name, in place of the one before.
pub fn set_template(
    tx: &mut Tx<'_>,
    name: &str,
    content: &str,
    by: Id<kind::User>,
    at_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&TEMPLATE_SET, &values![tx.tenant(), name, content, &by, at_ms]).map(|_| ())
}

fn insert_version(
    tx: &mut Tx<'_>,
    id: Id<kind::Agreement>,
    version: &Version,
) -> Result<(), StoreError> {
    let (seal, owner) = seal_of(tx, &id)?;
    let (tenant, number, terms) = (owner.tenant, version.version, &version.terms);
    tx.run(
        &VERSION_INSERT,
        &values![
            tenant,
            &id,
            number,
            &terms.number,
            &terms.subject,
            &terms.place,
            terms.from,
            terms.to,
            terms.notice_days,
            "",
            &version.digest,
            version.signed_on,
            version.scan.as_ref(),
            &version.made_by,
            version.made_at_ms,
        ],
    )?;
    reasons::keep(tx, id.as_bytes(), Part::Version(number), &version.reason)?;
    let parties = terms.parties.iter().zip(0u32..).map(|(party, at)| {
        let sealed = |field: &str, text: &str| {
            seal.seal(owner, &party_field(number, at, field), text.as_bytes())
        };
        values![
            tenant,
            &id,
            number,
            at,
            &party.org,
            &party.name,
            &party.called,
            &party.office,
            sealed("signatory", &party.signatory),
            sealed("basis", &party.basis),
            sealed("address", &party.address),
        ]
    });
    tx.insert(&PARTY_INSERT, parties)?;
    let articles = terms.articles.iter().zip(0u32..).map(|(article, at)| {
        let (party, kind) = article.duties_of.unzip();
        let kind = kind.map(DutyKind::name);
        let body = article.paragraphs.join("\n");
        values![tenant, &id, number, at, &article.heading, body, party, kind]
    });
    tx.insert(&ARTICLE_INSERT, articles)?;
    let duties = terms.duties.iter().zip(0u32..).map(|(duty, at)| {
        values![
            tenant,
            &id,
            number,
            at,
            &duty.code,
            duty.party,
            duty.kind.name(),
            &duty.text,
            duty.due,
            duty.each_under.as_ref(),
        ]
    });
    tx.insert(&DUTY_INSERT, duties).map(|_| ())
}

/// Reads parties, articles and duties of a version.
fn read_parts(
    tx: &mut Tx<'_>,
    id: Id<kind::Agreement>,
    version: &mut Version,
) -> Result<(), StoreError> {
    let (seal, owner) = seal_of(tx, &id)?;
    let number = version.version;
    let of = || values![owner.tenant, &id, number];
    version.terms.parties = tx.all(&PARTY_LIST, &of(), |columns| {
        let at: u32 = columns.take()?;
        let (org, name) = (columns.take()?, columns.take()?);
        let (called, office) = (columns.take()?, columns.take()?);
        let mut opened = |field: &str| -> Result<Box<str>, StoreError> {
            let sealed: Vec<u8> = columns.take()?;
            Ok(seal.open_text(owner, &party_field(number, at, field), &sealed)?.into())
        };
        let (signatory, basis, address) =
            (opened("signatory")?, opened("basis")?, opened("address")?);
        Ok(Party { org, name, called, signatory, office, basis, address })
    })?;
    version.terms.articles = tx.all(&ARTICLE_LIST, &of(), |columns| {
        let (heading, body): (Box<str>, String) = (columns.take()?, columns.take()?);
        let paragraphs = match body.is_empty() {
            true => Vec::new(),
            false => body.split('\n').map(Box::from).collect(),
        };
        let (party, kind): (Option<u8>, Option<String>) = (columns.take()?, columns.take()?);
        let kind = kind.and_then(|kind| DutyKind::from_name(&kind));
        Ok(Article { heading, paragraphs, duties_of: party.zip(kind) })
    })?;
    version.terms.duties = tx.all(&DUTY_LIST, &of(), |columns| {
        Ok(Duty {
            code: columns.take()?,
            party: columns.take()?,
            kind: columns.take_with("a sort of duty", DutyKind::from_name)?,
            text: columns.take()?,
            due: columns.take()?,
            each_under: columns.take()?,
        })
    })?;
    Ok(())
}

/// Says that a programme runs under an agreement; whether it did not before.
pub fn tie(
    tx: &mut Tx<'_>,
    agreement: Id<kind::Agreement>,
    programme: Id<kind::Programme>,
    (by, at_ms): (Id<kind::User>, i64),
) -> Result<bool, StoreError> {
    let values = values![tx.tenant(), &programme, &agreement, &by, at_ms];
    Ok(tx.run(&PROGRAMME_INSERT, &values)? > 0)
}

/// Takes back that a programme runs under an agreement; whether it did.
pub fn untie(
    tx: &mut Tx<'_>,
    agreement: Id<kind::Agreement>,
    programme: Id<kind::Programme>,
) -> Result<bool, StoreError> {
    Ok(tx.run(&PROGRAMME_DELETE, &values![tx.tenant(), &programme, &agreement])? > 0)
}

/// Code and name of the programmes that run under an agreement, by code.
pub fn programmes(
    tx: &mut Tx<'_>,
    agreement: Id<kind::Agreement>,
) -> Result<Vec<(Box<str>, Box<str>)>, StoreError> {
    let values = values![tx.tenant(), &agreement];
    tx.all(&PROGRAMME_LIST, &values, |columns| Ok((columns.take()?, columns.take()?)))
}

/// The agreements that a programme runs under, by code.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Agreement>, StoreError> {
    tx.all(&OF_PROGRAMME, &values![tx.tenant(), &programme], read)
}

/// What seals and opens the fields of an agreement.
fn seal_of<'k, 'i>(
    tx: &mut Tx<'k>,
    id: &'i Id<kind::Agreement>,
) -> Result<(Seal<'k>, Owner<'i>), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, id);
    let wrapped = seal::key_of(tx, id.as_bytes())?;
    let wrapped = wrapped.ok_or_else(|| corrupt("an agreement's key"))?;
    Ok((keys.unwrap(owner, &wrapped)?, owner))
}

fn party_field(version: u32, at: u32, field: &str) -> String {
    format!("party {version}:{at} {field}")
}

fn scan_field(hash: &[u8; 32]) -> String {
    format!("scan {}", crate::keys::hex(hash))
}

fn note_field(duty: &str, subject: &[u8; 16]) -> String {
    format!("note {duty} {}", crate::keys::hex(subject))
}

fn read(columns: &mut Columns<'_>) -> Result<Agreement, StoreError> {
    Ok(Agreement {
        id: columns.take()?,
        code: columns.take()?,
        template: columns.take()?,
        copied_from: columns.take()?,
        state: columns.take_with("an agreement's state", AgreementState::from_name)?,
        version: columns.take()?,
        newest: columns.take()?,
        ended_on: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
    })
}

fn read_version(columns: &mut Columns<'_>) -> Result<Version, StoreError> {
    let version = columns.take()?;
    let terms = Terms {
        number: columns.take()?,
        subject: columns.take()?,
        place: columns.take()?,
        from: columns.take()?,
        to: columns.take()?,
        notice_days: columns.take()?,
        parties: Vec::new(),
        articles: Vec::new(),
        duties: Vec::new(),
    };
    Ok(Version {
        version,
        terms,
        reason: columns.take()?,
        digest: columns.take()?,
        signed_on: columns.take()?,
        scan: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
    })
}
