//! The office's bank accounts, each number sealed under a key of its account.

use base::Id;
use domain::payment::BankAccount;

use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("bank_account_insert");
static SET_LAYOUT: Sql = sql!("bank_account_set_layout");
static LIST: Sql = sql!("bank_account_list");

const NUMBER: &str = "number";

/// Adds an account; a taken code is `bank_account_code_unique`.
pub fn insert_account(tx: &mut Tx<'_>, account: &BankAccount) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &account.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(account.id.as_bytes(), &key.wrapped)].into_iter())?;
    let sealer = keys.sealer(&key);
    let number =
        account.number.as_ref().map(|number| sealer.seal(owner, NUMBER, number.as_bytes()));
    let values = values![
        tenant,
        &account.id,
        &account.code,
        &account.name,
        account.bank.as_ref(),
        number,
        account.fund.as_ref(),
        account.layout.as_ref(),
    ];
    tx.run(&INSERT, &values).map(|_| ())
}

/// Remembers which column of the account's tables holds what.
pub fn set_layout(
    tx: &mut Tx<'_>,
    id: Id<BankAccount>,
    layout: Option<&str>,
) -> Result<(), StoreError> {
    match tx.run(&SET_LAYOUT, &values![layout, tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "bank account" }),
        _ => Ok(()),
    }
}

/// All accounts, by code.
pub fn accounts(tx: &mut Tx<'_>) -> Result<Vec<BankAccount>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&LIST, &values![tenant], |columns| {
        let (id, code, name) = (columns.take()?, columns.take()?, columns.take()?);
        let (bank, fund, layout) = (columns.take()?, columns.take()?, columns.take()?);
        let sealed: Option<Vec<u8>> = columns.take()?;
        let owner = Owner::new(tenant, &id);
        let number = match (sealed, take_wrapped(columns)?) {
            (None, _) => None,
            (Some(_), None) => return Err(corrupt("a bank account's key")),
            (Some(sealed), Some(wrapped)) => {
                let seal = keys.unwrap(owner, &wrapped)?;
                Some(seal.open_text(owner, NUMBER, &sealed)?.into())
            }
        };
        Ok(BankAccount { id, code, name, bank, number, fund, layout })
    })
}
