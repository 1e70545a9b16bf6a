//! Programs that act for people: the tokens they show, and what they asked for under keys of their
//! own, so that nothing is done twice for one key.
//!
//! What a program holds is never kept here, only its hash; so with the keys of its requests.

use base::Id;
use base::id::kind;
use domain::access::{Grant, Operation, Operations};

use crate::accounts::TokenHash;
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static TOKEN_INSERT: Sql = sql!("api_token_insert");
static TOKEN_OF_HASH: Sql = sql!("api_token_of_hash");
static TOKEN_GET: Sql = sql!("api_token_get");
static TOKEN_OF_HOLDER: Sql = sql!("api_token_of_holder");
static TOKEN_END: Sql = sql!("api_token_end");
static TOKEN_END_ALL: Sql = sql!("api_token_end_all");
static TOKEN_USE: Sql = sql!("api_token_use");
static REQUEST_INSERT: Sql = sql!("api_request_insert");
static REQUEST_GET: Sql = sql!("api_request_get");
static REQUEST_CLAIM: Sql = sql!("api_request_claim");
static REQUEST_ACT: Sql = sql!("api_request_act");
static REQUEST_ANSWER: Sql = sql!("api_request_answer");
static REQUEST_DROP: Sql = sql!("api_request_drop");
static REQUEST_FORGET: Sql = sql!("api_request_forget");

/// What lets a program act for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Which.
    pub id: Id<kind::ApiToken>,
    /// For whom it acts.
    pub holder: Id<kind::User>,
    /// By which of their roles.
    pub grant: Id<Grant>,
    /// What its holder calls it.
    pub name: Box<str>,
    /// What it is narrowed to.
    pub operations: Operations,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// When it ends by itself.
    pub ends_at_ms: i64,
    /// When somebody ended it.
    pub ended_at_ms: Option<i64>,
    /// When it was last used, within a minute.
    pub used_at_ms: Option<i64>,
}

/// One request of a program: whose it is, under which key, and who works on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    /// For whom the program acts.
    pub holder: Id<kind::User>,
    /// The SHA-256 of its key.
    pub key: [u8; 32],
    /// A number of whoever works on it now; nobody else may act or answer.
    pub claim: [u8; 16],
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The SHA-256 of everything that was sent.
    pub payload: [u8; 32],
    /// When somebody last began to work on it, in milliseconds since 1970-01-01 UTC.
    pub claimed_at_ms: i64,
    /// When its act was committed.
    pub acted_at_ms: Option<i64>,
    /// What was answered: status and document.
    pub answer: Option<(u16, String)>,
}

/// Keeps a token by its hash.
pub fn insert_token(tx: &mut Tx<'_>, hash: &TokenHash, token: &ApiToken) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &token.id,
        hash,
        &token.holder,
        &token.grant,
        &token.name,
        write_operations(token.operations),
        token.made_at_ms,
        token.ends_at_ms,
    ];
    tx.run(&TOKEN_INSERT, &values).map(|_| ())
}

/// The token of a hash, ended or not: whoever asks looks at its times.
pub fn token_of_hash(tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<ApiToken>, StoreError> {
    tx.one(&TOKEN_OF_HASH, &values![tx.tenant(), hash], read_token)
}

/// The token with this id, ended or not.
pub fn token(tx: &mut Tx<'_>, id: Id<kind::ApiToken>) -> Result<Option<ApiToken>, StoreError> {
    tx.one(&TOKEN_GET, &values![tx.tenant(), &id], read_token)
}

/// Somebody's tokens, the newest first, ended ones among them.
pub fn tokens_of(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<Vec<ApiToken>, StoreError> {
    tx.all(&TOKEN_OF_HOLDER, &values![tx.tenant(), &holder], read_token)
}

/// Ends a token; whether it was not ended before.
pub fn end_token(tx: &mut Tx<'_>, id: Id<kind::ApiToken>, now_ms: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&TOKEN_END, &values![now_ms, tx.tenant(), &id])? > 0)
}

/// Ends all tokens of somebody.
pub fn end_tokens(tx: &mut Tx<'_>, holder: Id<kind::User>, now_ms: i64) -> Result<(), StoreError> {
    tx.run(&TOKEN_END_ALL, &values![now_ms, tx.tenant(), &holder]).map(|_| ())
}

/// Notes that a token was used.
pub fn see_token(tx: &mut Tx<'_>, id: Id<kind::ApiToken>, now_ms: i64) -> Result<(), StoreError> {
    tx.run(&TOKEN_USE, &values![tx.tenant(), &id, now_ms]).map(|_| ())
}

/// Notes a request that nobody has made before.
pub fn insert_request(
    tx: &mut Tx<'_>,
    id: &RequestId,
    payload: &[u8; 32],
    now_ms: i64,
) -> Result<(), StoreError> {
    let values = values![tx.tenant(), &id.holder, &id.key, payload, &id.claim, now_ms];
    tx.run(&REQUEST_INSERT, &values).map(|_| ())
}

/// What is known of a request.
pub fn request(tx: &mut Tx<'_>, id: &RequestId) -> Result<Option<RequestRecord>, StoreError> {
    tx.one(&REQUEST_GET, &values![tx.tenant(), &id.holder, &id.key], |columns| {
        let (payload, claimed_at_ms) = (columns.take()?, columns.take()?);
        let acted_at_ms = columns.take()?;
        let (status, answer): (Option<i64>, Option<String>) = (columns.take()?, columns.take()?);
        let answer = match (status.map(u16::try_from), answer) {
            (None, None) => None,
            (Some(Ok(status)), Some(answer)) => Some((status, answer)),
            _ => return Err(corrupt("an answer to a program")),
        };
        Ok(RequestRecord { payload, claimed_at_ms, acted_at_ms, answer })
    })
}

/// Takes up a request whose worker is gone; whether it still waits for its answer.
pub fn claim_request(tx: &mut Tx<'_>, id: &RequestId, now_ms: i64) -> Result<bool, StoreError> {
    let values = values![&id.claim, now_ms, tx.tenant(), &id.holder, &id.key];
    Ok(tx.run(&REQUEST_CLAIM, &values)? > 0)
}

/// Notes, in the transaction of its act, that a request has acted; false when another works on it.
pub fn act_request(tx: &mut Tx<'_>, id: &RequestId, now_ms: i64) -> Result<bool, StoreError> {
    let values = values![now_ms, tx.tenant(), &id.holder, &id.key, &id.claim];
    Ok(tx.run(&REQUEST_ACT, &values)? > 0)
}

/// Keeps what a request was answered; false when another works on it.
pub fn answer_request(
    tx: &mut Tx<'_>,
    id: &RequestId,
    status: u16,
    answer: &str,
) -> Result<bool, StoreError> {
    let values = values![i64::from(status), answer, tx.tenant(), &id.holder, &id.key, &id.claim];
    Ok(tx.run(&REQUEST_ANSWER, &values)? > 0)
}

/// Forgets a request that did nothing, so that it may be made again.
pub fn drop_request(tx: &mut Tx<'_>, id: &RequestId) -> Result<(), StoreError> {
    tx.run(&REQUEST_DROP, &values![tx.tenant(), &id.holder, &id.key, &id.claim]).map(|_| ())
}

/// Forgets requests that were begun before a moment.
pub fn forget_requests(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64, StoreError> {
    tx.run(&REQUEST_FORGET, &values![tx.tenant(), before_ms])
}

fn write_operations(operations: Operations) -> String {
    operations.iter().map(Operation::name).collect::<Vec<_>>().join(" ")
}

fn read_token(columns: &mut Columns<'_>) -> Result<ApiToken, StoreError> {
    // An operation that this program no longer knows gives nothing.
    let read = |text: &str| Some(Operations::of(text.split(' ').filter_map(Operation::from_name)));
    Ok(ApiToken {
        id: columns.take()?,
        holder: columns.take()?,
        grant: columns.take()?,
        name: columns.take()?,
        operations: columns.take_with("a token's operations", read)?,
        made_at_ms: columns.take()?,
        ends_at_ms: columns.take()?,
        ended_at_ms: columns.take()?,
        used_at_ms: columns.take()?,
    })
}
