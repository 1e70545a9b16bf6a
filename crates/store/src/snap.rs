//! Banks that speak SNAP, as they are kept: partners, tokens by their hash, requests by their
//! number of the day, numbers of virtual accounts, payments told, credits, and the banks' own
//! lines.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::billing::BillState;
use domain::payment::{Direction, StatementFacts, StatementLine};
use domain::snap::notice::answers_to;
use domain::snap::{Amount, Notice};
use domain::task::Task;

use crate::accounts::TokenHash;
use crate::keys::KeyRing;
use crate::payments::{record_of, remark_of};
use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

mod carry;

static PARTNER_INSERT: Sql = sql!("snap_partner_insert");
static PARTNER_SET: Sql = sql!("snap_partner_set");
static PARTNER_GET: Sql = sql!("snap_partner_get");
static PARTNER_OF_CLIENT: Sql = sql!("snap_partner_of_client");
static PARTNER_LIST: Sql = sql!("snap_partner_list");
static TOKEN_INSERT: Sql = sql!("snap_token_insert");
static TOKEN_GET: Sql = sql!("snap_token_get");
static TOKEN_FORGET: Sql = sql!("snap_token_forget");
static REQUEST_INSERT: Sql = sql!("snap_request_insert");
static REQUEST_GET: Sql = sql!("snap_request_get");
static REQUEST_FORGET: Sql = sql!("snap_request_forget");
static ACCOUNT_INSERT: Sql = sql!("snap_account_insert");
static ACCOUNT_OF_CUSTOMER: Sql = sql!("snap_account_of_customer");
static ACCOUNT_OF_BILL: Sql = sql!("snap_account_of_bill");
static ACCOUNT_LIST: Sql = sql!("snap_account_list");
static ACCOUNT_MISSING: Sql = sql!("snap_account_missing");
static NOTICE_INSERT: Sql = sql!("snap_notice_insert");
static NOTICE_GET: Sql = sql!("snap_notice_get");
static NOTICE_LIST: Sql = sql!("snap_notice_list");
static NOTICE_OF_REQUEST: Sql = sql!("snap_notice_of_request");
static NOTICE_JUDGE: Sql = sql!("snap_notice_judge");
static NOTICE_EXPLAIN: Sql = sql!("snap_notice_explain");
static NOTICE_UNSEALED: Sql = sql!("snap_notice_unsealed");
static NOTICE_SEAL: Sql = sql!("snap_notice_seal");
static REQUEST_UNSEALED: Sql = sql!("snap_request_unsealed");
static REQUEST_SEAL: Sql = sql!("snap_request_seal");
static CREDIT_INSERT: Sql = sql!("snap_payment_insert");
static CREDIT_GET: Sql = sql!("snap_payment_get");
static CREDIT_OF_BILL: Sql = sql!("snap_payment_of_bill");
static CREDIT_OF_LINE: Sql = sql!("snap_payment_of_line");
static CREDIT_LIST: Sql = sql!("snap_payment_list");
static CREDIT_RELEASE: Sql = sql!("snap_payment_release");
static CREDIT_WAITING: Sql = sql!("snap_payment_waiting");
static CREDIT_WAITS: Sql = sql!("snap_payment_waits");
static CREDIT_UNCARRIED: Sql = sql!("snap_credit_uncarried");
static CREDIT_DELETE: Sql = sql!("snap_credit_delete");
static ECHO_INSERT: Sql = sql!("snap_payment_echo_insert");
static ECHO_LIST: Sql = sql!("snap_payment_echo_list");
static LINE_OF_ECHO: Sql = sql!("snap_payment_of_echo");
static ECHO_OF_LINE: Sql = sql!("snap_payment_echo_of_line");
static ECHO_DELETE: Sql = sql!("snap_echo_delete");
static LINE_INSERT: Sql = sql!("statement_line_insert");
static LINE_OF_BILL: Sql = sql!("snap_line_of_bill");
static REGISTRATION_SET: Sql = sql!("snap_registration_set");
static REGISTRATION_GET: Sql = sql!("snap_registration_get");
static REGISTRATION_LIST: Sql = sql!("snap_registration_list");

/// A bank, by what the register keeps of it; its terms are the content of the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRecord {
    /// Its code here.
    pub code: Box<str>,
    /// The approved task with its terms.
    pub task: Id<Task>,
    /// What it calls itself when it asks for a token.
    pub client: Box<str>,
    /// When somebody ended it, in milliseconds since 1970-01-01 UTC.
    pub ended_at_ms: Option<i64>,
}

/// A request under a number of the day, and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The service that was asked.
    pub service: u8,
    /// The SHA-256 of the document.
    pub body: [u8; 32],
    /// The status of HTTP that was answered.
    pub status: u16,
    /// The document that was answered.
    pub answer: String,
}

/// Which number of the day: whose, when, and the number.
#[derive(Debug, Clone, Copy)]
pub struct RequestKey<'a> {
    /// The bank.
    pub partner: &'a str,
    /// The day in Western Indonesian Time.
    pub day: Day,
    /// The number, digits.
    pub external_id: &'a str,
}

/// A bill's number with what the bill says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// The customer's number.
    pub customer: Box<str>,
    /// The bill.
    pub bill: Id<kind::Bill>,
    /// Of which programme.
    pub programme: Id<kind::Programme>,
    /// Of which month.
    pub month: Month,
    /// Where it stands.
    pub state: BillState,
    /// What it costs.
    pub total: Rupiah,
}

/// A payment that a bank told, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRecord {
    /// What was told.
    pub notice: Notice,
    /// What it was judged to be, by the name of its case.
    pub verdict: Box<str>,
    /// When it was first told, in milliseconds since 1970-01-01 UTC.
    pub told_at_ms: i64,
    /// Who has explained why nothing is missing, and when.
    pub explained: Option<(Id<kind::User>, i64)>,
}

/// A payment credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRecord {
    /// By which notice.
    pub notice: Id<kind::SnapNotice>,
    /// The bank.
    pub partner: Box<str>,
    /// Of which bill.
    pub bill: Id<kind::Bill>,
    /// The line that paid the bill.
    pub line: Id<kind::StatementLine>,
    /// Whether the line is the bank's own, which came first.
    pub own: bool,
    /// When the bill was freed of it again, in milliseconds since 1970-01-01 UTC.
    pub released_at_ms: Option<i64>,
}

/// A credit whose own line the bank's statement has not brought yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRecord {
    /// The bank.
    pub partner: Box<str>,
    /// Its number of the payment.
    pub payment_request: Box<str>,
    /// The customer's number.
    pub customer: Box<str>,
    /// How much.
    pub amount: Rupiah,
    /// The day of the payment.
    pub day: Day,
    /// The bank's reference.
    pub reference: Box<str>,
    /// The notice.
    pub notice: Id<kind::SnapNotice>,
}

/// What a bank knows of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationRecord {
    /// The bank.
    pub partner: Box<str>,
    /// The bill.
    pub bill: Id<kind::Bill>,
    /// `none`, `unsure`, `known` or `declined`.
    pub state: Box<str>,
    /// How often it was sent.
    pub sends: u32,
    /// What the bank last said of it: a code, or nothing.
    pub said: Box<str>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub changed_at_ms: i64,
    /// For which amount it was made known; of before nobody knows.
    pub total: Option<Rupiah>,
}

/// Keeps a bank, or gives it other terms; a client that is another bank's is
/// `snap_partner_client_unique`.
pub fn set_partner(
    tx: &mut Tx<'_>,
    record: &PartnerRecord,
    made_at_ms: i64,
) -> Result<(), StoreError> {
    let (tenant, code, client) = (tx.tenant(), &record.code, &record.client);
    let changed =
        tx.run(&PARTNER_SET, &values![&record.task, client, record.ended_at_ms, tenant, code])?;
    if changed == 0 {
        tx.run(&PARTNER_INSERT, &values![tenant, code, &record.task, client, made_at_ms])?;
    }
    ensure_key(tx, &requests_of(code)).map(|_| ())
}

/// The bank with this code, ended or not.
pub fn partner(tx: &mut Tx<'_>, code: &str) -> Result<Option<PartnerRecord>, StoreError> {
    tx.one(&PARTNER_GET, &values![tx.tenant(), code], read_partner)
}

/// The bank that calls itself so, ended or not.
pub fn partner_of_client(
    tx: &mut Tx<'_>,
    client: &str,
) -> Result<Option<PartnerRecord>, StoreError> {
    tx.one(&PARTNER_OF_CLIENT, &values![tx.tenant(), client], read_partner)
}

/// Every bank, by code.
pub fn partners(tx: &mut Tx<'_>) -> Result<Vec<PartnerRecord>, StoreError> {
    tx.all(&PARTNER_LIST, &values![tx.tenant()], read_partner)
}

/// Keeps a token by its hash, and forgets those whose time is over.
pub fn insert_token(
    tx: &mut Tx<'_>,
    hash: &TokenHash,
    partner: &str,
    (now_ms, ends_at_ms): (i64, i64),
) -> Result<(), StoreError> {
    tx.run(&TOKEN_FORGET, &values![tx.tenant(), now_ms])?;
    tx.run(&TOKEN_INSERT, &values![tx.tenant(), hash, partner, ends_at_ms]).map(|_| ())
}

/// Whose token has this hash, and when it ends.
pub fn token(tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<(Box<str>, i64)>, StoreError> {
    tx.one(&TOKEN_GET, &values![tx.tenant(), hash], |columns| {
        Ok((columns.take()?, columns.take()?))
    })
}

/// What is known of a number of the day.
pub fn request(tx: &mut Tx<'_>, key: RequestKey<'_>) -> Result<Option<RequestRecord>, StoreError> {
    let (keys, tenant, record) = (tx.keys()?, tx.tenant(), requests_of(key.partner));
    let owner = Owner { tenant, record: &record };
    let values = values![&record, tenant, key.partner, key.day, key.external_id];
    tx.one(&REQUEST_GET, &values, |columns| {
        let (service, body, status) = (columns.take()?, columns.take()?, columns.take()?);
        let sealed: Option<Vec<u8>> = columns.take()?;
        let (Some(sealed), Some(wrapped)) = (sealed, take_wrapped(columns)?) else {
            return Err(corrupt("a bank's key"));
        };
        let seal = keys.unwrap(owner, &wrapped)?;
        let answer = seal.open_text(owner, &answer_to(key), &sealed)?;
        Ok(RequestRecord { service, body, status, answer })
    })
}

/// Keeps what was answered to a number of the day.
pub fn insert_request(
    tx: &mut Tx<'_>,
    key: RequestKey<'_>,
    record: &RequestRecord,
) -> Result<(), StoreError> {
    let said = sealed_answer(tx, key, &record.answer)?;
    let values = values![
        tx.tenant(),
        key.partner,
        key.day,
        key.external_id,
        record.service,
        &record.body,
        i64::from(record.status),
        said,
    ];
    tx.run(&REQUEST_INSERT, &values).map(|_| ())
}

/// Answers repeat what a bank has written, so they are sealed under the bank's key.
fn sealed_answer(
    tx: &mut Tx<'_>,
    key: RequestKey<'_>,
    answer: &str,
) -> Result<Vec<u8>, StoreError> {
    let (keys, tenant, record) = (tx.keys()?, tx.tenant(), requests_of(key.partner));
    let owner = Owner { tenant, record: &record };
    let wrapped = seal::key_of(tx, &record)?.ok_or_else(|| corrupt("a bank's key"))?;
    Ok(keys.unwrap(owner, &wrapped)?.seal(owner, &answer_to(key), answer.as_bytes()))
}

/// The record whose key seals what was answered to a bank.
fn requests_of(partner: &str) -> [u8; 16] {
    *answers_to(partner).as_bytes()
}

fn answer_to(key: RequestKey<'_>) -> String {
    format!("answer {} {}", key.day, key.external_id)
}

/// The key of a record, made where there is none.
fn ensure_key(tx: &mut Tx<'_>, record: &[u8; 16]) -> Result<seal::Wrapped, StoreError> {
    if let Some(wrapped) = seal::key_of(tx, record)? {
        return Ok(wrapped);
    }
    let key = tx.keys()?.new_key(Owner { tenant: tx.tenant(), record });
    seal::keep_keys(tx, [(record, &key.wrapped)].into_iter())?;
    Ok(key.wrapped)
}

/// Forgets the numbers of days before this one.
pub fn forget_requests(tx: &mut Tx<'_>, before: Day) -> Result<(), StoreError> {
    tx.run(&REQUEST_FORGET, &values![tx.tenant(), before]).map(|_| ())
}

/// Gives a bill its number.
pub fn insert_account(
    tx: &mut Tx<'_>,
    customer: &str,
    bill: Id<kind::Bill>,
) -> Result<(), StoreError> {
    tx.run(&ACCOUNT_INSERT, &values![tx.tenant(), customer, &bill]).map(|_| ())
}

/// The bill behind a number.
pub fn account(tx: &mut Tx<'_>, customer: &str) -> Result<Option<AccountRecord>, StoreError> {
    tx.one(&ACCOUNT_OF_CUSTOMER, &values![tx.tenant(), customer], |columns| {
        read_account(customer.into(), columns)
    })
}

/// The number of a bill.
pub fn customer_of(tx: &mut Tx<'_>, bill: Id<kind::Bill>) -> Result<Option<Box<str>>, StoreError> {
    tx.one(&ACCOUNT_OF_BILL, &values![tx.tenant(), &bill], |columns| columns.take())
}

/// Every number with its bill, by month.
pub fn accounts(tx: &mut Tx<'_>) -> Result<Vec<AccountRecord>, StoreError> {
    tx.all(&ACCOUNT_LIST, &values![tx.tenant()], |columns| {
        let customer = columns.take()?;
        read_account(customer, columns)
    })
}

/// Final bills without a number.
pub fn bills_without_account(tx: &mut Tx<'_>) -> Result<Vec<Id<kind::Bill>>, StoreError> {
    tx.all(&ACCOUNT_MISSING, &values![tx.tenant()], |columns| columns.take())
}

/// Keeps a payment that was told for the first time.
pub fn insert_notice(tx: &mut Tx<'_>, record: &NoticeRecord) -> Result<(), StoreError> {
    let notice = &record.notice;
    let (request, said) = sealed_notice(
        tx,
        notice.id,
        &notice.partner,
        [&notice.customer, &notice.payment_request, &notice.reference],
    )?;
    let values = values![
        tx.tenant(),
        &notice.id,
        &notice.partner,
        notice.paid.rupiah,
        notice.paid.sen,
        notice.day,
        &record.verdict,
        record.told_at_ms,
        &request,
        said,
    ];
    tx.run(&NOTICE_INSERT, &values).map(|_| ())
}

/// Where a notice's number of the payment stands in the index, and its words sealed: customer,
/// number of the payment, reference. A bank may write anything into them.
fn sealed_notice(
    tx: &mut Tx<'_>,
    id: Id<kind::SnapNotice>,
    partner: &str,
    words: [&str; 3],
) -> Result<([u8; 16], Vec<u8>), StoreError> {
    let wrapped = ensure_key(tx, id.as_bytes())?;
    let (keys, owner) = (tx.keys()?, Owner::new(tx.tenant(), &id));
    let request = keys.payment_index(partner, words[1]);
    let said = keys.unwrap(owner, &wrapped)?.seal(owner, SAID, words.join("\n").as_bytes());
    Ok((request, said))
}

/// The field of what a notice says; no line of it is broken, since it is printable.
const SAID: &str = "said";

/// Opens what a notice says: customer, number of the payment, reference.
fn open_notice(
    columns: &mut Columns<'_>,
    tenant: i64,
    keys: &KeyRing,
    id: Id<kind::SnapNotice>,
) -> Result<[Box<str>; 3], StoreError> {
    let sealed: Option<Vec<u8>> = columns.take()?;
    let (Some(sealed), Some(wrapped)) = (sealed, take_wrapped(columns)?) else {
        return Err(corrupt("a notice's key"));
    };
    let owner = Owner::new(tenant, &id);
    let words = keys.unwrap(owner, &wrapped)?.open_text(owner, SAID, &sealed)?;
    let words: Vec<Box<str>> = words.split('\n').map(Into::into).collect();
    words.try_into().map_err(|_| corrupt("a notice"))
}

/// The payment with this id.
pub fn notice(
    tx: &mut Tx<'_>,
    id: Id<kind::SnapNotice>,
) -> Result<Option<NoticeRecord>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&NOTICE_GET, &values![tenant, &id], |columns| read_notice(columns, tenant, keys))
}

/// Every payment told, oldest first.
pub fn notices(tx: &mut Tx<'_>) -> Result<Vec<NoticeRecord>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&NOTICE_LIST, &values![tenant], |columns| read_notice(columns, tenant, keys))
}

/// What a bank told under one number of a payment, oldest first.
pub fn notices_of(
    tx: &mut Tx<'_>,
    partner: &str,
    payment_request: &str,
) -> Result<Vec<NoticeRecord>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let request = keys.payment_index(partner, payment_request);
    tx.all(&NOTICE_OF_REQUEST, &values![tenant, partner, &request], |columns| {
        read_notice(columns, tenant, keys)
    })
}

/// Says anew what a payment is.
pub fn judge_notice(
    tx: &mut Tx<'_>,
    id: Id<kind::SnapNotice>,
    verdict: &str,
) -> Result<(), StoreError> {
    tx.run(&NOTICE_JUDGE, &values![verdict, tx.tenant(), &id]).map(|_| ())
}

/// Says who has explained a payment.
pub fn explain_notice(
    tx: &mut Tx<'_>,
    id: Id<kind::SnapNotice>,
    by: Id<kind::User>,
    at_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&NOTICE_EXPLAIN, &values![&by, at_ms, tx.tenant(), &id]).map(|_| ())
}

/// Keeps a credit by the bank's number of the payment; a second one is
/// `snap_payment_request_unique` or `snap_payment_bill_unique`.
pub fn insert_credit(
    tx: &mut Tx<'_>,
    record: &CreditRecord,
    payment_request: &str,
) -> Result<(), StoreError> {
    let request = tx.keys()?.payment_index(&record.partner, payment_request);
    let values = values![
        tx.tenant(),
        &record.notice,
        &record.partner,
        &request,
        &record.bill,
        &record.line,
        record.own,
        record.released_at_ms,
    ];
    tx.run(&CREDIT_INSERT, &values).map(|_| ())
}

/// The credit of a payment, released or not.
pub fn credit(
    tx: &mut Tx<'_>,
    partner: &str,
    payment_request: &str,
) -> Result<Option<CreditRecord>, StoreError> {
    let request = tx.keys()?.payment_index(partner, payment_request);
    tx.one(&CREDIT_GET, &values![tx.tenant(), partner, &request], read_credit)
}

/// The credit of a bill, unless it was released.
pub fn credit_of_bill(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
) -> Result<Option<CreditRecord>, StoreError> {
    tx.one(&CREDIT_OF_BILL, &values![tx.tenant(), &bill], read_credit)
}

/// The credits that a line stands for, released ones too.
pub fn credits_of_line(
    tx: &mut Tx<'_>,
    line: Id<kind::StatementLine>,
) -> Result<Vec<CreditRecord>, StoreError> {
    tx.all(&CREDIT_OF_LINE, &values![tx.tenant(), &line], read_credit)
}

/// Every credit, released ones too.
pub fn credits(tx: &mut Tx<'_>) -> Result<Vec<CreditRecord>, StoreError> {
    tx.all(&CREDIT_LIST, &values![tx.tenant()], read_credit)
}

/// Says that a bill is paid no more by the credit that a line stands for, if one does.
pub fn release_credit(
    tx: &mut Tx<'_>,
    line: Id<kind::StatementLine>,
    bill: Id<kind::Bill>,
    at_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&CREDIT_RELEASE, &values![at_ms, tx.tenant(), &line, &bill]).map(|_| ())
}

/// Credits that wait for the bank's own line, by day; released ones too: the money has left all the
/// same, until the bank says otherwise.
pub fn waiting(tx: &mut Tx<'_>) -> Result<Vec<WaitingRecord>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&CREDIT_WAITING, &values![tenant], |columns| {
        let (partner, notice) = (columns.take()?, columns.take()?);
        let [customer, payment_request, reference] = open_notice(columns, tenant, keys, notice)?;
        let (amount, day) = (columns.take()?, columns.take()?);
        Ok(WaitingRecord { partner, payment_request, customer, amount, day, reference, notice })
    })
}

/// Whether the credit of a notice waits for the bank's own line.
pub fn is_waiting(tx: &mut Tx<'_>, notice: Id<kind::SnapNotice>) -> Result<bool, StoreError> {
    let found: Option<i64> =
        tx.one(&CREDIT_WAITS, &values![tx.tenant(), &notice], |columns| columns.take())?;
    Ok(found.unwrap_or_default() > 0)
}

/// Keeps that a line is the money of a credit; a line used before is `snap_payment_echo_pk`.
pub fn insert_echo(
    tx: &mut Tx<'_>,
    line: Id<kind::StatementLine>,
    notice: Id<kind::SnapNotice>,
) -> Result<(), StoreError> {
    tx.run(&ECHO_INSERT, &values![tx.tenant(), &line, &notice]).map(|_| ())
}

/// A bank's own line for money that was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EchoRecord {
    /// The bank's own line.
    pub line: Id<kind::StatementLine>,
    /// The notice that told.
    pub notice: Id<kind::SnapNotice>,
    /// The line that the notice stands for in the books.
    pub told: Id<kind::StatementLine>,
}

/// Every line that is the money of a credit.
pub fn echoes(tx: &mut Tx<'_>) -> Result<Vec<EchoRecord>, StoreError> {
    tx.all(&ECHO_LIST, &values![tx.tenant()], |columns| {
        Ok(EchoRecord { line: columns.take()?, notice: columns.take()?, told: columns.take()? })
    })
}

/// The line that stands in the books for the money of a bank's own line, when a notice told of it.
pub fn told_line_of(
    tx: &mut Tx<'_>,
    own: Id<kind::StatementLine>,
) -> Result<Option<Id<kind::StatementLine>>, StoreError> {
    tx.one(&LINE_OF_ECHO, &values![tx.tenant(), &own], |columns| columns.take())
}

/// The bank's own line for money that a notice's line stands for, once it has come.
pub fn own_line_of(
    tx: &mut Tx<'_>,
    told: Id<kind::StatementLine>,
) -> Result<Option<Id<kind::StatementLine>>, StoreError> {
    tx.one(&ECHO_OF_LINE, &values![tx.tenant(), &told], |columns| columns.take())
}

/// Keeps the line that a notice stands for, among those of a statement that is there already.
pub fn insert_line(
    tx: &mut Tx<'_>,
    statement: &[u8; 32],
    line: &StatementLine,
) -> Result<(), StoreError> {
    let (keys, tenant, record) = (tx.keys()?, tx.tenant(), record_of(statement));
    let owner = Owner { tenant, record: &record };
    let wrapped = seal::key_of(tx, &record)?.ok_or_else(|| corrupt("a statement's key"))?;
    let facts = &line.facts;
    let remark =
        keys.unwrap(owner, &wrapped)?.seal(owner, &remark_of(&line.id), facts.reference.as_bytes());
    let values = values![
        tenant,
        &line.id,
        statement,
        0_i64,
        facts.day,
        facts.amount,
        facts.direction.name(),
        remark,
        facts.balance,
        facts.reversal,
    ];
    tx.run(&LINE_INSERT, &values).map(|_| ())
}

/// The line that paid a bill.
pub fn line_of_bill(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
) -> Result<Option<StatementLine>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&LINE_OF_BILL, &values![tenant, &bill], |columns| {
        let (id, day, amount) = (columns.take()?, columns.take()?, columns.take()?);
        let direction = columns.take_with("a direction", Direction::from_name)?;
        let (balance, statement): (_, [u8; 32]) = (columns.take()?, columns.take()?);
        let sealed: Option<Vec<u8>> = columns.take()?;
        let record = record_of(&statement);
        let reference = match (sealed, take_wrapped(columns)?) {
            (None, _) => String::new(),
            (Some(_), None) => return Err(corrupt("a statement's key")),
            (Some(sealed), Some(wrapped)) => {
                let owner = Owner { tenant, record: &record };
                keys.unwrap(owner, &wrapped)?.open_text(owner, &remark_of(&id), &sealed)?
            }
        };
        let (reference, reversal) = (reference.into(), false);
        let facts = StatementFacts { day, amount, direction, reference, balance, reversal };
        Ok(StatementLine { id, facts })
    })
}

/// Says what a bank knows of a bill.
pub fn set_registration(tx: &mut Tx<'_>, record: &RegistrationRecord) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &record.partner,
        &record.bill,
        &record.state,
        record.sends,
        &record.said,
        record.changed_at_ms,
        record.total,
    ];
    tx.run(&REGISTRATION_SET, &values).map(|_| ())
}

/// What a bank knows of a bill.
pub fn registration(
    tx: &mut Tx<'_>,
    partner: &str,
    bill: Id<kind::Bill>,
) -> Result<Option<RegistrationRecord>, StoreError> {
    tx.one(&REGISTRATION_GET, &values![tx.tenant(), partner, &bill], read_registration)
}

/// What every bank knows of every bill.
pub fn registrations(tx: &mut Tx<'_>) -> Result<Vec<RegistrationRecord>, StoreError> {
    tx.all(&REGISTRATION_LIST, &values![tx.tenant()], read_registration)
}

fn read_partner(columns: &mut Columns<'_>) -> Result<PartnerRecord, StoreError> {
    Ok(PartnerRecord {
        code: columns.take()?,
        task: columns.take()?,
        client: columns.take()?,
        ended_at_ms: columns.take()?,
    })
}

fn read_account(
    customer: Box<str>,
    columns: &mut Columns<'_>,
) -> Result<AccountRecord, StoreError> {
    Ok(AccountRecord {
        customer,
        bill: columns.take()?,
        programme: columns.take()?,
        month: columns.take()?,
        state: columns.take_with("a bill's state", BillState::from_name)?,
        total: columns.take()?,
    })
}

fn read_notice(
    columns: &mut Columns<'_>,
    tenant: i64,
    keys: &KeyRing,
) -> Result<NoticeRecord, StoreError> {
    let (id, partner) = (columns.take()?, columns.take()?);
    let [customer, payment_request, reference] = open_notice(columns, tenant, keys, id)?;
    let paid = Amount { rupiah: columns.take()?, sen: columns.take()? };
    let day = columns.take()?;
    let notice = Notice { id, partner, payment_request, customer, paid, day, reference };
    let (verdict, told_at_ms) = (columns.take()?, columns.take()?);
    let (by, at): (Option<Id<kind::User>>, Option<i64>) = (columns.take()?, columns.take()?);
    Ok(NoticeRecord { notice, verdict, told_at_ms, explained: by.zip(at) })
}

fn read_credit(columns: &mut Columns<'_>) -> Result<CreditRecord, StoreError> {
    Ok(CreditRecord {
        notice: columns.take()?,
        partner: columns.take()?,
        bill: columns.take()?,
        line: columns.take()?,
        own: columns.take()?,
        released_at_ms: columns.take()?,
    })
}

fn read_registration(columns: &mut Columns<'_>) -> Result<RegistrationRecord, StoreError> {
    Ok(RegistrationRecord {
        partner: columns.take()?,
        bill: columns.take()?,
        state: columns.take()?,
        sends: columns.take()?,
        said: columns.take()?,
        changed_at_ms: columns.take()?,
        total: columns.take()?,
    })
}
