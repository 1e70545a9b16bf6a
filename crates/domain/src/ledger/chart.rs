//! The accounts of a fund and of a programme, and the entries of the journey.
//!
//! | step | debit | credit | kind | code |
//! |---|---|---|---|---|
//! | fund granted (ceiling) | budget source | appropriation | posted | appropriate |
//! | ceiling raised | budget source | appropriation | posted | appropriate |
//! | ceiling cut | appropriation | budget source | posted | reduce |
//! | list approved | appropriation | commitment | posted | commit |
//! | bill final, in all | commitment | realised | pending | realise |
//! | bill final, per member and scheme | contribution expense | payable | pending | contribution |
//! | bill paid: the promises are kept | as above | as above | post-of | as above |
//! | bill paid: the money leaves | payable | cash | posted | payment |
//! | bill reopened | as above | as above | void-of | as above |
//! | paid for a month after a death | receivable | contribution expense | posted | recover |
//! | bill paid, what it takes off | payable | receivable | posted | offset |
//! | what is bound and not needed | commitment | appropriation | posted | release |
//! | voucher approved | as written | as written | posted | adjustment |
//! | mistake undone | swapped | swapped | posted | reversal |
//!
//! Appropriation, commitment and payable carry [`BalanceLimit::DebitsWithinCredits`]: a list above
//! the ceiling, a bill above the list and a bill paid twice are refused by the ledger itself.

use base::id::kind;
use base::{Day, Id, Rupiah};

use super::{
    Account, AccountKind, BalanceLimit, Document, Origin, Transfer, TransferCode, TransferKind,
};
use crate::digest::Feed;
use crate::fund::FundRevision;
use crate::programme::{Fund, Programme};

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountRole {
    /// The other side of every budget: net debit is what was granted less what was realised.
    BudgetSource,
    /// What a fund may still commit.
    Appropriation,
    /// Where the office's money is ("kas daerah", a bank account).
    Cash,
    /// Money whose purpose is not known yet.
    Suspense,
    /// What a programme has bound and not yet billed.
    Commitment,
    /// What a programme has billed, out of what it bound.
    Realised,
    /// Contributions spent.
    ContributionExpense,
    /// Contributions owed to BPJS.
    ContributionPayable,
    /// Contributions that BPJS owes back: opened with the first of them.
    ContributionReceivable,
    /// An account that the office has added: what it has besides.
    OtherAsset,
    /// What it owes besides.
    OtherLiability,
    /// What it had when its books began.
    Equity,
    /// What it earns, such as interest on an account.
    OtherIncome,
    /// What it spends besides contributions, such as a bank's fee or a penalty.
    OtherExpense,
}

impl AccountRole {
    /// The accounts of a fund.
    pub const OF_FUND: [AccountRole; 4] = [
        AccountRole::BudgetSource,
        AccountRole::Appropriation,
        AccountRole::Cash,
        AccountRole::Suspense,
    ];

    /// The accounts of a programme.
    pub const OF_PROGRAMME: [AccountRole; 4] = [
        AccountRole::Commitment,
        AccountRole::Realised,
        AccountRole::ContributionExpense,
        AccountRole::ContributionPayable,
    ];

    /// The accounts that an office adds by its chart, each with a short code of its own.
    pub const OF_OFFICE: [AccountRole; 5] = [
        AccountRole::OtherAsset,
        AccountRole::OtherLiability,
        AccountRole::Equity,
        AccountRole::OtherIncome,
        AccountRole::OtherExpense,
    ];

    /// Whether an office adds accounts of this role itself.
    pub fn is_added(self) -> bool {
        AccountRole::OF_OFFICE.contains(&self)
    }

    /// The stable name; the account's code is this, a dot, and the code of fund or programme.
    pub fn name(self) -> &'static str {
        match self {
            AccountRole::BudgetSource => "budget-source",
            AccountRole::Appropriation => "appropriation",
            AccountRole::Cash => "cash",
            AccountRole::Suspense => "suspense",
            AccountRole::Commitment => "commitment",
            AccountRole::Realised => "realised",
            AccountRole::ContributionExpense => "contribution-expense",
            AccountRole::ContributionPayable => "contribution-payable",
            AccountRole::ContributionReceivable => "contribution-receivable",
            AccountRole::OtherAsset => "other-asset",
            AccountRole::OtherLiability => "other-liability",
            AccountRole::Equity => "equity",
            AccountRole::OtherIncome => "other-income",
            AccountRole::OtherExpense => "other-expense",
        }
    }

    /// Every role that funds and programmes have, those of a fund first.
    pub fn all() -> impl Iterator<Item = AccountRole> {
        let opened = AccountRole::OF_FUND.into_iter().chain(AccountRole::OF_PROGRAMME);
        // Opened with the first that BPJS owes back.
        opened.chain([AccountRole::ContributionReceivable])
    }

    /// The role with this stable name.
    pub fn from_name(name: &str) -> Option<AccountRole> {
        let mut every = AccountRole::all().chain(AccountRole::OF_OFFICE);
        every.find(|role| role.name() == name)
    }

    /// The role of an account, and the code of the fund or programme whose it is, by its own code.
    pub fn of_account(code: &str) -> Option<(AccountRole, &str)> {
        let (role, owner) = code.split_once('.')?;
        Some((AccountRole::from_name(role)?, owner))
    }

    /// Whether what it holds follows from bills alone, and is proved against them.
    pub fn follows_bills(self) -> bool {
        use AccountRole::*;
        matches!(self, ContributionExpense | ContributionPayable | ContributionReceivable)
    }

    /// What an account of the role holds.
    pub fn kind(self) -> AccountKind {
        self.kind_and_limit().0
    }

    fn kind_and_limit(self) -> (AccountKind, BalanceLimit) {
        match self {
            AccountRole::BudgetSource | AccountRole::Realised => {
                (AccountKind::Budget, BalanceLimit::None)
            }
            AccountRole::Appropriation | AccountRole::Commitment => {
                (AccountKind::Budget, BalanceLimit::DebitsWithinCredits)
            }
            AccountRole::Cash => (AccountKind::Asset, BalanceLimit::None),
            AccountRole::Suspense => (AccountKind::Liability, BalanceLimit::None),
            AccountRole::ContributionPayable => {
                (AccountKind::Liability, BalanceLimit::DebitsWithinCredits)
            }
            AccountRole::ContributionExpense => (AccountKind::Expense, BalanceLimit::None),
            // No more is taken off bills than BPJS owes back.
            AccountRole::ContributionReceivable => {
                (AccountKind::Asset, BalanceLimit::CreditsWithinDebits)
            }
            AccountRole::OtherAsset => (AccountKind::Asset, BalanceLimit::None),
            AccountRole::OtherLiability => (AccountKind::Liability, BalanceLimit::None),
            AccountRole::Equity => (AccountKind::Equity, BalanceLimit::None),
            AccountRole::OtherIncome => (AccountKind::Income, BalanceLimit::None),
            AccountRole::OtherExpense => (AccountKind::Expense, BalanceLimit::None),
        }
    }
}

/// The identifiers of the accounts of one programme and its fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Books {
    /// The other side of every budget.
    pub budget_source: Id<kind::Account>,
    /// What the fund may still commit.
    pub appropriation: Id<kind::Account>,
    /// Where the money is.
    pub cash: Id<kind::Account>,
    /// Money whose purpose is not known yet.
    pub suspense: Id<kind::Account>,
    /// What the programme has bound.
    pub commitment: Id<kind::Account>,
    /// What the programme has billed.
    pub realised: Id<kind::Account>,
    /// Contributions spent.
    pub expense: Id<kind::Account>,
    /// Contributions owed to BPJS.
    pub payable: Id<kind::Account>,
}

impl Books {
    /// The accounts of a programme and of the fund that pays for it.
    pub fn of(programme: &Programme) -> Books {
        let (fund, own) = (programme.fund.as_bytes(), programme.id.as_bytes());
        Books {
            budget_source: account_id(fund, AccountRole::BudgetSource),
            appropriation: account_id(fund, AccountRole::Appropriation),
            cash: account_id(fund, AccountRole::Cash),
            suspense: account_id(fund, AccountRole::Suspense),
            commitment: account_id(own, AccountRole::Commitment),
            realised: account_id(own, AccountRole::Realised),
            expense: account_id(own, AccountRole::ContributionExpense),
            payable: account_id(own, AccountRole::ContributionPayable),
        }
    }
}

/// The accounts to open with a fund.
pub fn fund_accounts(fund: &Fund) -> Vec<Account> {
    open(&AccountRole::OF_FUND, fund.id.as_bytes(), &fund.code)
}

/// The accounts to open with a programme.
pub fn programme_accounts(programme: &Programme) -> Vec<Account> {
    open(&AccountRole::OF_PROGRAMME, programme.id.as_bytes(), &programme.code)
}

/// The account of what BPJS owes a programme back, to open with the first of it.
pub fn receivable_account(programme: &Programme) -> Account {
    let role = [AccountRole::ContributionReceivable];
    let mut opened = open(&role, programme.id.as_bytes(), &programme.code);
    opened.remove(0)
}

/// An account that the office adds under a short code of its own.
pub fn office_account(role: AccountRole, own: &str) -> Account {
    let (kind, limit) = role.kind_and_limit();
    let name = role.name();
    let id = Feed::new("office account").part(name.as_bytes()).part(own.as_bytes()).id();
    Account { id, code: format!("{name}.{own}").into(), kind, limit }
}

/// The identifier of the account that a fund or programme has for a role.
pub fn account_id(owner: &[u8; 16], role: AccountRole) -> Id<kind::Account> {
    Feed::new("account").part(owner).part(role.name().as_bytes()).id()
}

/// The transfer that grants a fund its ceiling; asked again it is a repeat.
pub fn appropriate(fund: &Fund, day: Day) -> Transfer {
    let owner = fund.id.as_bytes();
    Transfer {
        id: Feed::new("appropriate").part(owner).id(),
        debit: account_id(owner, AccountRole::BudgetSource),
        credit: account_id(owner, AccountRole::Appropriation),
        amount: fund.ceiling,
        code: TransferCode::Appropriate,
        kind: TransferKind::Posted,
        document: Document::Fund(fund.id),
        month: None,
        day,
        origin: Origin::default(),
    }
}

/// The transfer that moves a fund's ceiling; asked again it is a repeat. A cut below what lists
/// have bound is refused by the appropriation account itself.
pub fn revise(revision: &FundRevision, day: Day) -> Transfer {
    let owner = revision.fund.as_bytes();
    let source = account_id(owner, AccountRole::BudgetSource);
    let appropriation = account_id(owner, AccountRole::Appropriation);
    let (debit, credit, code) = match revision.after > revision.before {
        true => (source, appropriation, TransferCode::Appropriate),
        false => (appropriation, source, TransferCode::Reduce),
    };
    Transfer {
        id: Feed::new("revise").part(revision.id.as_bytes()).id(),
        debit,
        credit,
        amount: revision.difference(),
        code,
        kind: TransferKind::Posted,
        document: Document::Fund(revision.fund),
        month: None,
        day,
        origin: Origin::default(),
    }
}

/// The transfer that binds part of a fund for an approved list; asked again it is a repeat.
pub fn commit(
    programme: &Programme,
    proposal: Id<kind::Proposal>,
    amount: Rupiah,
    day: Day,
) -> Transfer {
    let books = Books::of(programme);
    Transfer {
        id: Feed::new("commit").part(proposal.as_bytes()).id(),
        debit: books.appropriation,
        credit: books.commitment,
        amount,
        code: TransferCode::Commit,
        kind: TransferKind::Posted,
        document: Document::Proposal(proposal),
        month: None,
        day,
        origin: Origin::default(),
    }
}

/// The transfer that gives back what was bound for a month and its final bill does not need, such
/// as the contributions of the dead; asked again it is a repeat.
pub fn release(programme: &Programme, bill: Id<kind::Bill>, amount: Rupiah, day: Day) -> Transfer {
    let books = Books::of(programme);
    Transfer {
        id: Feed::new("release").part(bill.as_bytes()).id(),
        debit: books.commitment,
        credit: books.appropriation,
        amount,
        code: TransferCode::Release,
        kind: TransferKind::Posted,
        document: Document::Bill(bill),
        month: None,
        day,
        origin: Origin::default(),
    }
}

fn open(roles: &[AccountRole], owner: &[u8; 16], code: &str) -> Vec<Account> {
    let account = |role: &AccountRole| {
        let (kind, limit) = role.kind_and_limit();
        let code = format!("{}.{code}", role.name()).into();
        Account { id: account_id(owner, *role), code, kind, limit }
    };
    roles.iter().map(account).collect()
}
