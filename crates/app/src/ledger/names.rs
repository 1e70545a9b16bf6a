//! What records of the books are called by people: accounts by the office's codes, documents by
//! what they are about, and who made them.

use std::collections::HashMap;

use base::id::kind;
use base::{Day, Id};
use domain::ledger::chart::AccountRole;
use domain::ledger::mapping::{AccountTitle, ChartMap};
use domain::ledger::{Account, Document};
use domain::payment::bill_reference;
use domain::programme::Programme;
use store::Tx;
use store::bills::BillHead;

use super::show::{AccountShown, DocumentShown, Leads};
use crate::error::{AppError, ErrorKind, typed};

/// Everything by which records are called, loaded once for an answer.
pub(super) struct Names {
    chart: ChartMap,
    accounts: HashMap<Id<kind::Account>, Account>,
    funds: HashMap<Id<kind::Fund>, Box<str>>,
    programmes: HashMap<Id<kind::Programme>, Programme>,
    bills: HashMap<Id<kind::Bill>, BillHead>,
    users: HashMap<Id<kind::User>, Box<str>>,
}

impl Names {
    /// As the chart of a day has them.
    pub(super) fn load(tx: &mut Tx<'_>, on: Day) -> Result<Names, AppError> {
        let accounts = store::ledger::accounts(tx)?;
        let funds = store::funds::funds(tx)?;
        let programmes = store::programmes::list(tx)?;
        let bills = store::bills::list(tx)?;
        let users = store::orgs::users(tx)?;
        Ok(Names {
            chart: store::ledger::mapping::on(tx, on)?,
            accounts: accounts.into_iter().map(|(account, _)| (account.id, account)).collect(),
            funds: funds.into_iter().map(|fund| (fund.id, fund.code)).collect(),
            programmes: programmes.into_iter().map(|one| (one.id, one)).collect(),
            bills: bills.into_iter().map(|bill| (bill.id, bill)).collect(),
            users: users.into_iter().map(|user| (user.id, user.name)).collect(),
        })
    }

    /// An account by its id.
    pub(super) fn account(&self, id: Id<kind::Account>) -> Result<AccountShown, AppError> {
        let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "account");
        Ok(self.shown(self.accounts.get(&id).ok_or_else(damaged)?))
    }

    /// An account by its own code.
    pub(super) fn by_code(&self, code: &str) -> Result<AccountShown, AppError> {
        let found = self.accounts.values().find(|account| account.code.as_ref() == code);
        let unknown = || AppError::not_found("ACCOUNT_UNKNOWN", typed(code));
        Ok(self.shown(found.ok_or_else(unknown)?))
    }

    pub(super) fn shown(&self, account: &Account) -> AccountShown {
        let (role, owner) = match AccountRole::of_account(&account.code) {
            Some((role, owner)) => (role.name(), owner.into()),
            None => ("", "".into()),
        };
        let title: AccountTitle = self.chart.title_of(&account.code);
        AccountShown { account: account.clone(), title, role, owner }
    }

    /// Somebody's account name; empty for nobody.
    pub(super) fn user(&self, id: Option<Id<kind::User>>) -> Box<str> {
        id.and_then(|id| self.users.get(&id).cloned()).unwrap_or_default()
    }

    /// What a document is called, and where it is to be seen.
    pub(super) fn document(
        &self,
        tx: &mut Tx<'_>,
        document: Document,
    ) -> Result<DocumentShown, AppError> {
        let (text, leads) = match document {
            Document::Fund(id) => {
                let code = self.funds.get(&id).cloned().unwrap_or_default();
                (code.to_string(), Leads::Fund(code))
            }
            Document::Proposal(id) => {
                let list = store::proposals::get(tx, id)?;
                let code = list.and_then(|list| self.programme(list.programme));
                let code = code.unwrap_or_default();
                (code.to_string(), Leads::Programme(code))
            }
            Document::Bill(id) => {
                let bill = self.bills.get(&id);
                let month = bill.map(|bill| bill.month.to_string()).unwrap_or_default();
                let code = bill.and_then(|bill| self.programme(bill.programme));
                let text = format!("{} {month}", bill_reference(id));
                (text.trim().to_owned(), Leads::Bill(id, code.unwrap_or_default()))
            }
            Document::Membership(id) => {
                let found = store::memberships::get(tx, id)?;
                let code = found.and_then(|found| self.programme(found.programme));
                let code = code.unwrap_or_default();
                let person = found.map(|found| found.person);
                (code.to_string(), Leads::Member(code, person))
            }
            Document::StatementLine(id) => (short(&id.to_string()), Leads::Bank(id)),
            Document::Transfer(id) => (short(&id.to_string()), Leads::Transfer(id)),
            Document::Voucher(id) => {
                let found = store::ledger::voucher::get(tx, id)?;
                let text = found.map(|found| match found.voucher.number.as_ref() {
                    "" => found.voucher.reason.to_string(),
                    number => number.to_owned(),
                });
                (text.unwrap_or_default(), Leads::Nowhere)
            }
        };
        Ok(DocumentShown { kind: document.parts().0, text, leads })
    }

    fn programme(&self, id: Id<kind::Programme>) -> Option<Box<str>> {
        self.programmes.get(&id).map(|programme| programme.code.clone())
    }
}

/// The first part of an identifier, as people compare it.
fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
