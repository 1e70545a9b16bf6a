//! The office's bank accounts: added with their numbers, shown with them masked.

use base::Id;
use documents::statement::Layout;
use domain::payment::BankAccount;
use domain::payment::account::{DEFAULT_ACCOUNT, bank_name};
use store::Tx;

use crate::error::{AppError, ErrorKind, typed};
use crate::office::{Actor, Office, Operation, Target};

/// A bank account to be added.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// Short code.
    pub code: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// The bank's code; empty when it is not known.
    pub bank: &'a str,
    /// The number, with or without spaces and dots; empty when it is not known.
    pub number: &'a str,
    /// The code of the fund whose cash it holds; empty when it serves all of them.
    pub fund: &'a str,
    /// Which column of its tables holds what; empty when they say so themselves.
    pub layout: &'a str,
}

/// A bank account as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountShown {
    /// Its code.
    pub code: Box<str>,
    /// What people call it.
    pub name: Box<str>,
    /// The bank's name.
    pub bank: &'static str,
    /// Its number with all but the last digits hidden; empty when it is not known.
    pub number: String,
    /// The code of its fund; empty when it serves all of them.
    pub fund: Box<str>,
    /// Which column of its tables holds what.
    pub layout: Box<str>,
}

impl Office {
    /// Adds a bank account; the same again is no change.
    ///
    /// # Errors
    /// `CODE_TAKEN`, `FUND_UNKNOWN`, `LAYOUT_UNREADABLE` and the codes of
    /// [`domain::payment::AccountRefusal`].
    pub fn add_bank_account(
        &self,
        actor: &Actor,
        new: &NewAccount<'_>,
    ) -> Result<AccountShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into);
        let digits: String =
            new.number.chars().filter(|c| !c.is_whitespace() && !".-".contains(*c)).collect();
        if Layout::parse(new.layout).is_err() && !new.layout.trim().is_empty() {
            return Err(AppError::refused("LAYOUT_UNREADABLE", typed(new.layout)));
        }
        self.store.write(|tx| {
            let fund = match new.fund.trim() {
                "" => None,
                code => Some(
                    store::funds::fund_by_code(tx, code)?
                        .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", typed(code)))?
                        .id,
                ),
            };
            let account = BankAccount {
                id: self.environment.new_id(),
                code: new.code.trim().into(),
                name: new.name.trim().into(),
                bank: text(new.bank),
                number: text(&digits),
                fund,
                layout: text(new.layout),
            };
            account.check().map_err(|refusal| AppError::refused(refusal.name(), ""))?;
            let known = store::payments::accounts(tx)?;
            if let Some(known) = known.into_iter().find(|known| known.code == account.code) {
                let same = BankAccount { id: known.id, ..account };
                return match same == known {
                    true => shown(tx, &known),
                    false => Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", new.code)),
                };
            }
            store::payments::insert_account(tx, &account)?;
            self.record(tx, actor, "bank-account-added", "bank-account", account.id.as_bytes())?;
            shown(tx, &account)
        })
    }

    /// The bank accounts, by code.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bank_accounts(&self, actor: &Actor) -> Result<Vec<AccountShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let accounts = all(tx)?;
            accounts.iter().map(|account| shown(tx, account)).collect()
        })
    }
}

/// Every account; the one that a register has from its first day is among them.
pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<BankAccount>, AppError> {
    let mut accounts = store::payments::accounts(tx)?;
    if accounts.iter().all(|account| &*account.code != DEFAULT_ACCOUNT) {
        accounts.push(BankAccount {
            id: Id::from_bytes([0; 16]),
            code: DEFAULT_ACCOUNT.into(),
            name: "Kas Daerah".into(),
            bank: None,
            number: None,
            fund: None,
            layout: None,
        });
        accounts.sort_by(|one, other| one.code.cmp(&other.code));
    }
    Ok(accounts)
}

/// The account with this code.
pub(super) fn of_code(tx: &mut Tx<'_>, code: &str) -> Result<BankAccount, AppError> {
    let found = all(tx)?.into_iter().find(|account| &*account.code == code);
    found.ok_or_else(|| AppError::not_found("BANK_ACCOUNT_UNKNOWN", typed(code)))
}

fn shown(tx: &mut Tx<'_>, account: &BankAccount) -> Result<AccountShown, AppError> {
    let fund = match account.fund {
        None => "".into(),
        Some(id) => store::funds::fund(tx, id)?.map(|fund| fund.code).unwrap_or_default(),
    };
    Ok(AccountShown {
        code: account.code.clone(),
        name: account.name.clone(),
        bank: account.bank.as_deref().and_then(bank_name).unwrap_or_default(),
        number: account.masked().unwrap_or_default(),
        fund,
        layout: account.layout.clone().unwrap_or_default(),
    })
}
