//! The double-entry ledger as it is kept: accounts with their sums, transfers that never change.
//!
//! `domain::ledger::post` decides; here its snapshot is loaded and its posting applied.

use std::collections::HashMap;
use std::fmt::Write as _;

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::ledger::period::{Sums, SumsByAccount};
use domain::ledger::{
    Account, AccountKind, Balance, BalanceLimit, Document, LedgerSnapshot, Origin, Posting,
    Resolution, Transfer, TransferCode, TransferKind,
};

pub mod mapping;
pub mod period;
pub mod voucher;

use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

static ACCOUNT_INSERT: Sql = sql!("account_insert");
static ACCOUNT_LIST: Sql = sql!("account_list");
static ACCOUNT_SET_SUMS: Sql = sql!("account_set_sums");
static INSERT: Sql = sql!("transfer_insert");
static LIST: Sql = sql!("transfer_list");
static BY_DOCUMENT: Sql = sql!("transfer_by_document");
static RESOLUTION_INSERT: Sql = sql!("transfer_resolution_insert");
static ORIGIN_INSERT: Sql = sql!("transfer_origin_insert");
static OF_DAYS: Sql = sql!("transfer_of_days");
static PAGE: Sql = sql!("transfer_page");
static PAGE_OF_ACCOUNT: Sql = sql!("transfer_page_of_account");
static SUMS: Sql = sql!("transfer_sums");
static SUMS_TO: Sql = sql!("transfer_sums_to");
static FIRST_AFTER: Sql = sql!("transfer_first_after");
static DUE: Sql = sql!("transfer_due");
static KNOWN: Sql = sql_twin!("transfer_known");

/// Transfers asked about in one statement; more would only make the question longer.
const ASKED_MAX: usize = 50_000;

/// Opens accounts with nothing on them; a taken code is `account_code_unique`.
pub fn open_accounts(tx: &mut Tx<'_>, accounts: &[Account]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = accounts.iter().map(|account| {
        let (kind, limit) = (account.kind.name(), account.limit.name());
        values![tenant, &account.id, &account.code, kind, limit, 0_i64, 0_i64, 0_i64, 0_i64]
    });
    tx.insert(&ACCOUNT_INSERT, rows).map(|_| ())
}

/// All accounts with their sums, by code.
pub fn accounts(tx: &mut Tx<'_>) -> Result<Vec<(Account, Balance)>, StoreError> {
    tx.all(&ACCOUNT_LIST, &values![tx.tenant()], read_account)
}

/// What the ledger holds of a batch: every account, the transfers it names, and up to which day the
/// books are closed.
pub fn snapshot(tx: &mut Tx<'_>, batch: &[Transfer]) -> Result<LedgerSnapshot, StoreError> {
    let accounts = accounts(tx)?;
    let mut snapshot = LedgerSnapshot {
        accounts: accounts.into_iter().map(|entry| (entry.0.id, entry)).collect(),
        transfers: HashMap::new(),
        closed_until: period::closed_until(tx)?,
    };
    let named = batch.iter().map(|transfer| Some(transfer.id));
    let spoken_of = batch.iter().map(|transfer| transfer.kind.pending());
    let undone = batch.iter().map(Transfer::undoes);
    let ids = named.chain(spoken_of).chain(undone).flatten();
    each_known(tx, ids.collect(), |transfer, resolution| {
        snapshot.transfers.insert(transfer.id, (transfer, resolution));
    })?;
    Ok(snapshot)
}

/// Which of these transfers there are, and what became of them; who stands behind them is left out.
pub fn known(
    tx: &mut Tx<'_>,
    ids: Vec<Id<kind::Transfer>>,
) -> Result<Vec<(Transfer, Resolution)>, StoreError> {
    let mut found = Vec::new();
    each_known(tx, ids, |transfer, resolution| found.push((transfer, resolution)))?;
    Ok(found)
}

fn each_known(
    tx: &mut Tx<'_>,
    mut ids: Vec<Id<kind::Transfer>>,
    mut each: impl FnMut(Transfer, Resolution),
) -> Result<(), StoreError> {
    ids.sort_unstable();
    ids.dedup();
    for asked in ids.chunks(ASKED_MAX) {
        tx.each(&KNOWN, &values![hex_array(asked), tx.tenant()], |columns| {
            let transfer = read_plain(columns)?;
            let resolution: Option<String> = columns.take()?;
            each(transfer, read_resolution(resolution.as_deref())?);
            Ok(())
        })?;
    }
    Ok(())
}

/// Keeps what a batch does: its entries, what became of promises, the accounts' new sums.
///
/// A limit exceeded by writers that did not see each other is `account_debits_within_credits` or
/// `account_credits_within_debits`; a day of a closed month is `transfer_period_open`.
pub fn apply(tx: &mut Tx<'_>, posting: &Posting) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let closed = period::closed_until(tx)?;
    let is_late = |day: Day| closed.is_some_and(|closed| day <= closed);
    if posting.entries.iter().any(|entry| is_late(entry.transfer().day)) {
        return Err(StoreError::ConstraintViolated { name: "transfer_period_open".into() });
    }
    // Promises before those who speak of them; else in the order of the key, so that the tree
    // grows at its end.
    let mut transfers: Vec<&Transfer> =
        posting.entries.iter().map(|entry| entry.transfer()).collect();
    transfers.sort_by_key(|transfer| (transfer.kind.pending().is_some(), transfer.id));
    let origins = keep_origins(tx, &transfers)?;
    let keys: Vec<_> = transfers
        .iter()
        .map(|transfer| {
            let origin = origins.get(&transfer.origin);
            (*transfer, transfer.kind.pending(), transfer.document.parts(), origin)
        })
        .collect();
    tx.insert(
        &INSERT,
        keys.iter().map(|(transfer, pending, document, origin)| {
            insert_values(tenant, transfer, pending.as_ref(), (document.0, &document.1), *origin)
        }),
    )?;
    let mut resolved = posting.resolved.clone();
    resolved.sort_by_key(|(pending, _)| *pending);
    tx.insert(
        &RESOLUTION_INSERT,
        resolved
            .iter()
            .map(|(pending, resolution)| values![tenant, pending, resolution_name(*resolution)]),
    )?;
    for (account, balance) in &posting.balances {
        set_sums(tx, account, balance)?;
    }
    Ok(())
}

/// Keeps who and what stands behind transfers, each mixture once.
fn keep_origins(
    tx: &mut Tx<'_>,
    transfers: &[&Transfer],
) -> Result<HashMap<Origin, Id<Origin>>, StoreError> {
    let tenant = tx.tenant();
    let mut kept = HashMap::new();
    for origin in transfers.iter().map(|transfer| transfer.origin) {
        let Some(id) = origin.id().filter(|_| !kept.contains_key(&origin)) else { continue };
        let (maker, checker) = (origin.maker.as_ref(), origin.checker.as_ref());
        let values = values![tenant, &id, origin.rulebook.as_ref(), maker, checker];
        tx.run(&ORIGIN_INSERT, &values)?;
        kept.insert(origin, id);
    }
    Ok(kept)
}

/// The transfer with this id, what became of it, and who stands behind it.
pub fn get(
    tx: &mut Tx<'_>,
    id: Id<kind::Transfer>,
) -> Result<Option<(Transfer, Resolution)>, StoreError> {
    let Some((plain, resolution)) = known(tx, vec![id])?.pop() else { return Ok(None) };
    let mut found = by_document(tx, plain.document)?;
    found.retain(|transfer| transfer.id == id);
    Ok(found.pop().map(|transfer| (transfer, resolution)))
}

/// The transfers of some days, by day.
pub fn of_days(tx: &mut Tx<'_>, days: (Day, Day)) -> Result<Vec<Transfer>, StoreError> {
    tx.all(&OF_DAYS, &values![tx.tenant(), days.0, days.1], read)
}

/// At most so many transfers of some days, by day, after the one with this id on the first day;
/// those of an account that have moved, where one is named.
pub fn page(
    tx: &mut Tx<'_>,
    days: (Day, Day),
    after: Id<kind::Transfer>,
    account: Option<Id<kind::Account>>,
    most: u32,
) -> Result<Vec<Transfer>, StoreError> {
    let tenant = tx.tenant();
    match account {
        None => tx.all(&PAGE, &values![tenant, days.0, days.1, &after, most], read),
        Some(account) => {
            let values = values![tenant, days.0, days.1, &after, &account, most];
            tx.all(&PAGE_OF_ACCOUNT, &values, read)
        }
    }
}

/// What moved on every account in some days.
pub fn sums(tx: &mut Tx<'_>, days: (Day, Day)) -> Result<SumsByAccount, StoreError> {
    let mut found = SumsByAccount::new();
    tx.each(&SUMS, &values![tx.tenant(), days.0, days.1], |columns| {
        let account = columns.take()?;
        found.insert(account, Sums { debits: columns.take()?, credits: columns.take()? });
        Ok(())
    })?;
    Ok(found)
}

/// What moved on an account from a day up to a transfer of another day, that one included.
pub fn sums_to(
    tx: &mut Tx<'_>,
    account: Id<kind::Account>,
    days: (Day, Day),
    last: Id<kind::Transfer>,
) -> Result<Sums, StoreError> {
    let values = values![&account, tx.tenant(), days.0, days.1, &last];
    let found = tx.one(&SUMS_TO, &values, |columns| {
        Ok(Sums { debits: columns.take()?, credits: columns.take()? })
    })?;
    Ok(found.unwrap_or_default())
}

/// The first day after another that has transfers.
pub fn first_day_after(tx: &mut Tx<'_>, day: Day) -> Result<Option<Day>, StoreError> {
    tx.one(&FIRST_AFTER, &values![tx.tenant(), day], |columns| columns.take())
}

/// Contributions of months before this one that are promised by a day and neither kept nor taken
/// back: how many, and what they come to.
pub fn due(tx: &mut Tx<'_>, by: Day, before: base::Month) -> Result<(u64, Rupiah), StoreError> {
    let found = tx.one(&DUE, &values![tx.tenant(), by, before], |columns| {
        Ok((columns.take()?, columns.take()?))
    })?;
    Ok(found.unwrap_or_default())
}

/// Every transfer, by day: for an export or a recount.
pub fn each_transfer(tx: &mut Tx<'_>, mut each: impl FnMut(Transfer)) -> Result<(), StoreError> {
    tx.each(&LIST, &values![tx.tenant()], |columns| {
        each(read(columns)?);
        Ok(())
    })
}

/// The transfers behind a record, by day.
pub fn by_document(tx: &mut Tx<'_>, document: Document) -> Result<Vec<Transfer>, StoreError> {
    let (name, id) = document.parts();
    tx.all(&BY_DOCUMENT, &values![tx.tenant(), &id, name], read)
}

fn set_sums(
    tx: &mut Tx<'_>,
    account: &Id<kind::Account>,
    balance: &Balance,
) -> Result<(), StoreError> {
    let values = values![
        balance.debits_pending,
        balance.credits_pending,
        balance.debits_posted,
        balance.credits_posted,
        tx.tenant(),
        account,
    ];
    match tx.run(&ACCOUNT_SET_SUMS, &values)? {
        0 => Err(StoreError::NotFound { what: "account" }),
        _ => Ok(()),
    }
}

fn insert_values<'a>(
    tenant: i64,
    transfer: &'a Transfer,
    pending: Option<&'a Id<kind::Transfer>>,
    document: (&'static str, &'a [u8; 16]),
    origin: Option<&'a Id<Origin>>,
) -> [Value<'a>; 13] {
    values![
        tenant,
        &transfer.id,
        &transfer.debit,
        &transfer.credit,
        transfer.amount,
        transfer.code.name(),
        transfer.kind.name(),
        pending,
        document.0,
        document.1,
        transfer.month,
        transfer.day,
        origin,
    ]
}

fn hex_array(ids: &[Id<kind::Transfer>]) -> String {
    let mut text = String::with_capacity(ids.len() * 35 + 2);
    text.push('[');
    for (at, id) in ids.iter().enumerate() {
        text.push_str(if at == 0 { "\"" } else { ",\"" });
        let number = u128::from_be_bytes(*id.as_bytes());
        write!(text, "{number:032x}\"").expect("a String takes any text");
    }
    text.push(']');
    text
}

fn resolution_name(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Posted => "posted",
        Resolution::Voided => "voided",
        Resolution::Open => unreachable!("an open promise is not resolved"),
    }
}

fn read_resolution(name: Option<&str>) -> Result<Resolution, StoreError> {
    match name {
        None => Ok(Resolution::Open),
        Some("posted") => Ok(Resolution::Posted),
        Some("voided") => Ok(Resolution::Voided),
        Some(_) => Err(corrupt("a resolution")),
    }
}

fn read_account(columns: &mut Columns<'_>) -> Result<(Account, Balance), StoreError> {
    let account = Account {
        id: columns.take()?,
        code: columns.take()?,
        kind: columns.take_with("a kind of account", AccountKind::from_name)?,
        limit: columns.take_with("a limit", BalanceLimit::from_name)?,
    };
    let balance = Balance {
        debits_pending: columns.take()?,
        credits_pending: columns.take()?,
        debits_posted: columns.take()?,
        credits_posted: columns.take()?,
    };
    Ok((account, balance))
}

/// A transfer with who and what stands behind it.
fn read(columns: &mut Columns<'_>) -> Result<Transfer, StoreError> {
    let plain = read_plain(columns)?;
    let origin =
        Origin { rulebook: columns.take()?, maker: columns.take()?, checker: columns.take()? };
    Ok(plain.by(origin))
}

fn read_plain(columns: &mut Columns<'_>) -> Result<Transfer, StoreError> {
    let (id, debit, credit, amount) =
        (columns.take()?, columns.take()?, columns.take()?, columns.take()?);
    let code = columns.take_with("a transfer's reason", TransferCode::from_name)?;
    let (kind, pending): (String, Option<Id<kind::Transfer>>) = (columns.take()?, columns.take()?);
    let (document_kind, document): (String, [u8; 16]) = (columns.take()?, columns.take()?);
    Ok(Transfer {
        id,
        debit,
        credit,
        amount,
        code,
        kind: TransferKind::from_parts(&kind, pending)
            .ok_or_else(|| corrupt("a kind of transfer"))?,
        document: Document::from_parts(&document_kind, document)
            .ok_or_else(|| corrupt("a kind of record"))?,
        month: columns.take()?,
        day: columns.take()?,
        origin: Origin::default(),
    })
}
