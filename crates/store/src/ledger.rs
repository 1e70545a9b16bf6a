//! The double-entry ledger as it is kept: accounts with their sums, transfers that never change.
//!
//! `domain::ledger::post` decides; here its snapshot is loaded and its posting applied.

use std::collections::HashMap;
use std::fmt::Write as _;

use base::Id;
use base::id::kind;
use domain::ledger::{
    Account, AccountKind, Balance, BalanceLimit, Document, LedgerSnapshot, Posting, Resolution,
    Transfer, TransferCode, TransferKind,
};

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

/// What the ledger holds of a batch: every account, and the transfers it names.
pub fn snapshot(tx: &mut Tx<'_>, batch: &[Transfer]) -> Result<LedgerSnapshot, StoreError> {
    let accounts = accounts(tx)?;
    let mut snapshot = LedgerSnapshot {
        accounts: accounts.into_iter().map(|entry| (entry.0.id, entry)).collect(),
        transfers: HashMap::new(),
    };
    let named = batch.iter().map(|transfer| Some(transfer.id));
    let spoken_of = batch.iter().map(|transfer| transfer.kind.pending());
    let mut ids: Vec<Id<kind::Transfer>> = named.chain(spoken_of).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    for asked in ids.chunks(ASKED_MAX) {
        tx.each(&KNOWN, &values![hex_array(asked), tx.tenant()], |columns| {
            let transfer = read(columns)?;
            let resolution: Option<String> = columns.take()?;
            let resolution = read_resolution(resolution.as_deref())?;
            snapshot.transfers.insert(transfer.id, (transfer, resolution));
            Ok(())
        })?;
    }
    Ok(snapshot)
}

/// Keeps what a batch does: its entries, what became of promises, the accounts' new sums.
///
/// A limit exceeded by writers that did not see each other is `account_debits_within_credits` or
/// `account_credits_within_debits`.
pub fn apply(tx: &mut Tx<'_>, posting: &Posting) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    // Promises before those who speak of them; else in the order of the key, so that the tree
    // grows at its end.
    let mut transfers: Vec<&Transfer> =
        posting.entries.iter().map(|entry| entry.transfer()).collect();
    transfers.sort_by_key(|transfer| (transfer.kind.pending().is_some(), transfer.id));
    let keys: Vec<_> = transfers
        .iter()
        .map(|transfer| (*transfer, transfer.kind.pending(), transfer.document.parts()))
        .collect();
    tx.insert(
        &INSERT,
        keys.iter().map(|(transfer, pending, document)| {
            insert_values(tenant, transfer, pending.as_ref(), (document.0, &document.1))
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
    tx.all(&BY_DOCUMENT, &values![tx.tenant(), name, &id], read)
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
) -> [Value<'a>; 12] {
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

fn read(columns: &mut Columns<'_>) -> Result<Transfer, StoreError> {
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
    })
}
