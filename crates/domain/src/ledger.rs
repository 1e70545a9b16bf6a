//! The double-entry ledger: accounts as data, immutable transfers, and one function that decides.
//!
//! [`post`] is the only way to an [`Entry`]. A transfer is never changed: a pending one is posted
//! or voided by another transfer, a mistake is reversed by another. What a batch answers is one
//! ordered enum; see [`crate::ledger::chart`] for the accounts and the entries of the journey.

pub mod chart;
pub mod mapping;
pub mod period;
mod posting;
pub mod voucher;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, Rupiah};

pub use posting::{Posting, post, post_all};

use crate::digest::Feed;
use crate::ledger::voucher::Voucher;

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// What the office has: grows by debit.
    Asset,
    /// What the office owes: grows by credit.
    Liability,
    /// What the office spends: grows by debit.
    Expense,
    /// What the office earns, such as interest: grows by credit.
    Income,
    /// What the office had when its books began: grows by credit.
    Equity,
    /// What the office may spend, kept apart from money.
    Budget,
}

impl AccountKind {
    /// Every kind, in the order of a trial balance.
    pub const ALL: [AccountKind; 6] = [
        AccountKind::Asset,
        AccountKind::Liability,
        AccountKind::Equity,
        AccountKind::Income,
        AccountKind::Expense,
        AccountKind::Budget,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            AccountKind::Asset => "asset",
            AccountKind::Liability => "liability",
            AccountKind::Expense => "expense",
            AccountKind::Income => "income",
            AccountKind::Equity => "equity",
            AccountKind::Budget => "budget",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<AccountKind> {
        AccountKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What an account's balance may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BalanceLimit {
    /// Anything goes.
    None,
    /// Debits, pending ones included, never exceed posted credits: a budget's ceiling.
    DebitsWithinCredits,
    /// Credits, pending ones included, never exceed posted debits: a cash box.
    CreditsWithinDebits,
}

impl BalanceLimit {
    /// Every limit, in order.
    pub const ALL: [BalanceLimit; 3] =
        [BalanceLimit::None, BalanceLimit::DebitsWithinCredits, BalanceLimit::CreditsWithinDebits];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            BalanceLimit::None => "none",
            BalanceLimit::DebitsWithinCredits => "debits-within-credits",
            BalanceLimit::CreditsWithinDebits => "credits-within-debits",
        }
    }

    /// The limit with this stable name.
    pub fn from_name(name: &str) -> Option<BalanceLimit> {
        BalanceLimit::ALL.into_iter().find(|limit| limit.name() == name)
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Which; derived from its owner and role.
    pub id: Id<kind::Account>,
    /// The code people use; unique in the chart.
    pub code: Box<str>,
    /// What it holds.
    pub kind: AccountKind,
    /// What its balance may not do.
    pub limit: BalanceLimit,
}

/// The four running sums of an account.
///
/// # Units
/// Whole rupiah, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Balance {
    /// Debits promised and not yet posted or voided.
    pub debits_pending: Rupiah,
    /// Credits promised and not yet posted or voided.
    pub credits_pending: Rupiah,
    /// Debits that happened.
    pub debits_posted: Rupiah,
    /// Credits that happened.
    pub credits_posted: Rupiah,
}

impl Balance {
    /// Posted debits less posted credits.
    pub fn net_debit(&self) -> Rupiah {
        Rupiah(self.debits_posted.0 - self.credits_posted.0)
    }

    /// Posted credits less all debits, pending ones included: what a limited account has left.
    pub fn free_credit(&self) -> Rupiah {
        Rupiah(self.credits_posted.0 - self.debits_posted.0 - self.debits_pending.0)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Why money or budget moves.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TransferCode { $($(#[$doc])* $variant),* }

        impl TransferCode {
            /// Every reason, in the order of the journey.
            pub const ALL: &'static [TransferCode] = &[$(TransferCode::$variant),*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(TransferCode::$variant => $name),* }
            }

            /// The reason with this stable name.
            pub fn from_name(name: &str) -> Option<TransferCode> {
                match name { $($name => Some(TransferCode::$variant),)* _ => None }
            }
        }
    };
}

codes! {
    /// A budget is granted, or raised.
    Appropriate = "appropriate",
    /// A budget is cut.
    Reduce = "reduce",
    /// An approved list binds part of a budget.
    Commit = "commit",
    /// What was bound and is not needed goes back.
    Release = "release",
    /// A bill uses what was bound.
    Realise = "realise",
    /// A month's contribution of one membership falls due.
    Contribution = "contribution",
    /// A bill is paid from the bank.
    Payment = "payment",
    /// Money came or went and nobody knows yet what for.
    Suspense = "suspense",
    /// An entry written by hand, with a voucher behind it.
    Adjustment = "adjustment",
    /// A mistake is undone.
    Reversal = "reversal",
    /// A contribution was paid for a month after a death: the insurer owes it back.
    Recover = "recover",
    /// What the insurer owes back is taken off a bill.
    Offset = "offset",
}

/// What a transfer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferKind {
    /// Moves at once.
    Posted,
    /// Promises to move.
    Pending,
    /// Keeps the promise of another transfer, in full or in part; the rest is let go.
    PostOf(Id<kind::Transfer>),
    /// Takes the promise of another transfer back.
    VoidOf(Id<kind::Transfer>),
}

impl TransferKind {
    /// The stable name, without the transfer it speaks of.
    pub fn name(self) -> &'static str {
        match self {
            TransferKind::Posted => "posted",
            TransferKind::Pending => "pending",
            TransferKind::PostOf(_) => "post-of",
            TransferKind::VoidOf(_) => "void-of",
        }
    }

    /// The pending transfer it speaks of.
    pub fn pending(self) -> Option<Id<kind::Transfer>> {
        match self {
            TransferKind::PostOf(id) | TransferKind::VoidOf(id) => Some(id),
            TransferKind::Posted | TransferKind::Pending => None,
        }
    }

    /// Reads back what [`TransferKind::name`] and [`TransferKind::pending`] gave out.
    pub fn from_parts(name: &str, pending: Option<Id<kind::Transfer>>) -> Option<TransferKind> {
        match (name, pending) {
            ("posted", None) => Some(TransferKind::Posted),
            ("pending", None) => Some(TransferKind::Pending),
            ("post-of", Some(id)) => Some(TransferKind::PostOf(id)),
            ("void-of", Some(id)) => Some(TransferKind::VoidOf(id)),
            _ => None,
        }
    }
}

/// The business record behind a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Document {
    /// A fund's budget.
    Fund(Id<kind::Fund>),
    /// An approved list.
    Proposal(Id<kind::Proposal>),
    /// A month's bill.
    Bill(Id<kind::Bill>),
    /// A membership, for the month the transfer is about.
    Membership(Id<kind::Membership>),
    /// A line of a bank statement.
    StatementLine(Id<kind::StatementLine>),
    /// Another transfer, reversed by this one.
    Transfer(Id<kind::Transfer>),
    /// A voucher, written by one and approved by another.
    Voucher(Id<Voucher>),
}

impl Document {
    /// The kind of record and its identifier, for keeping.
    pub fn parts(self) -> (&'static str, [u8; 16]) {
        match self {
            Document::Fund(id) => ("fund", *id.as_bytes()),
            Document::Proposal(id) => ("proposal", *id.as_bytes()),
            Document::Bill(id) => ("bill", *id.as_bytes()),
            Document::Membership(id) => ("membership", *id.as_bytes()),
            Document::StatementLine(id) => ("statement-line", *id.as_bytes()),
            Document::Transfer(id) => ("transfer", *id.as_bytes()),
            Document::Voucher(id) => ("voucher", *id.as_bytes()),
        }
    }

    /// Reads back what [`Document::parts`] gave out.
    pub fn from_parts(name: &str, id: [u8; 16]) -> Option<Document> {
        match name {
            "fund" => Some(Document::Fund(Id::from_bytes(id))),
            "proposal" => Some(Document::Proposal(Id::from_bytes(id))),
            "bill" => Some(Document::Bill(Id::from_bytes(id))),
            "membership" => Some(Document::Membership(Id::from_bytes(id))),
            "statement-line" => Some(Document::StatementLine(Id::from_bytes(id))),
            "transfer" => Some(Document::Transfer(Id::from_bytes(id))),
            "voucher" => Some(Document::Voucher(Id::from_bytes(id))),
            _ => None,
        }
    }
}

/// What stands behind a transfer besides its record: the version of the rules, who made it and who
/// approved it.
///
/// It is no part of what a transfer says: somebody else's retry is a repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Origin {
    /// The version of the rules by which the amount was computed.
    pub rulebook: Option<[u8; 32]>,
    /// Who made it.
    pub maker: Option<Id<kind::User>>,
    /// Who approved it, or the list that it follows from; never the maker.
    pub checker: Option<Id<kind::User>>,
}

impl Origin {
    /// The identifier under which an origin is kept once; none while nothing is known.
    pub fn id(&self) -> Option<Id<Origin>> {
        if *self == Origin::default() {
            return None;
        }
        let part = |id: &Option<Id<kind::User>>| id.map(|id| *id.as_bytes()).unwrap_or_default();
        let feed = Feed::new("origin").part(&self.rulebook.unwrap_or_default());
        Some(feed.part(&part(&self.maker)).part(&part(&self.checker)).id())
    }

    /// The bytes of a rulebook's version, which is written as 64 hexadecimal digits.
    pub fn version_of(hex: &str) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        if hex.len() != 2 * bytes.len() || !hex.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(bytes)
    }

    /// Whether one person stands on both sides.
    pub fn is_of_one(&self) -> bool {
        self.maker.is_some() && self.maker == self.checker
    }
}

/// A movement asked for: what a batch is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Which; made or derived by whoever asks, so that a retry is a no-op.
    pub id: Id<kind::Transfer>,
    /// The account debited.
    pub debit: Id<kind::Account>,
    /// The account credited.
    pub credit: Id<kind::Account>,
    /// How much, more than nothing.
    pub amount: Rupiah,
    /// Why.
    pub code: TransferCode,
    /// At once, promised, kept or taken back.
    pub kind: TransferKind,
    /// The record behind it.
    pub document: Document,
    /// The contribution month it is about, when it is about one.
    pub month: Option<Month>,
    /// The day it counts for.
    pub day: Day,
    /// Who and which rules stand behind it.
    pub origin: Origin,
}

impl Transfer {
    /// The same transfer with who and what stands behind it.
    pub fn by(self, origin: Origin) -> Transfer {
        Transfer { origin, ..self }
    }

    /// The transfer that undoes this one: sides swapped, id derived, so that undoing twice is once.
    ///
    /// Only a transfer that moved at once, or the posting of a pending one, can be undone so; a
    /// pending one is voided instead.
    pub fn reversed(&self, day: Day) -> Transfer {
        Transfer {
            id: Transfer::reversal_id(self.id),
            debit: self.credit,
            credit: self.debit,
            code: TransferCode::Reversal,
            kind: TransferKind::Posted,
            document: Document::Transfer(self.id),
            day,
            origin: Origin::default(),
            ..*self
        }
    }

    /// The identifier of the transfer that undoes another.
    pub fn reversal_id(undone: Id<kind::Transfer>) -> Id<kind::Transfer> {
        Feed::new("reversal").part(undone.as_bytes()).id()
    }

    /// The transfer that this one undoes, when it is a reversal.
    pub fn undoes(&self) -> Option<Id<kind::Transfer>> {
        match (self.code, self.document) {
            (TransferCode::Reversal, Document::Transfer(id)) => Some(id),
            _ => None,
        }
    }

    /// Whether it moves money or budget: a promise does not, nor does taking it back.
    pub fn moves(&self) -> bool {
        matches!(self.kind, TransferKind::Posted | TransferKind::PostOf(_))
    }

    /// The transfer that keeps this pending one in full.
    pub fn kept(&self, day: Day) -> Transfer {
        let (id, origin) = (Transfer::kept_id(self.id), Origin::default());
        Transfer { id, kind: TransferKind::PostOf(self.id), day, origin, ..*self }
    }

    /// The identifier of the transfer that keeps a pending one in full.
    pub fn kept_id(pending: Id<kind::Transfer>) -> Id<kind::Transfer> {
        Feed::new("kept").part(pending.as_bytes()).id()
    }

    /// The transfer that takes this pending one back.
    pub fn taken_back(&self, day: Day) -> Transfer {
        let id = Feed::new("taken back").part(self.id.as_bytes()).id();
        let origin = Origin::default();
        Transfer { id, kind: TransferKind::VoidOf(self.id), day, origin, ..*self }
    }
}

/// What became of a pending transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// Nothing yet, or the transfer is not pending.
    Open,
    /// Posted.
    Posted,
    /// Voided.
    Voided,
}

macro_rules! statuses {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// What is answered to a transfer, in the order in which conditions are tried.
        ///
        /// The first condition that holds is the answer; `Created` is what is left when none does.
        /// The same order is published in `docs/formats/buku-besar.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TransferStatus { $($(#[$doc])* $variant),* }

        impl TransferStatus {
            /// Every status, in order.
            pub const ALL: &'static [TransferStatus] = &[$(TransferStatus::$variant),*];

            /// The stable code.
            pub fn name(self) -> &'static str {
                match self { $(TransferStatus::$variant => $name),* }
            }

            /// The status with this stable code.
            pub fn from_name(name: &str) -> Option<TransferStatus> {
                match name { $($name => Some(TransferStatus::$variant),)* _ => None }
            }
        }
    };
}

statuses! {
    /// The id is taken by a transfer of another kind, or about another pending one.
    ExistsWithDifferentKind = "EXISTS_WITH_DIFFERENT_KIND",
    /// The id is taken, with another account debited.
    ExistsWithDifferentDebitAccount = "EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT",
    /// The id is taken, with another account credited.
    ExistsWithDifferentCreditAccount = "EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT",
    /// The id is taken, with another amount.
    ExistsWithDifferentAmount = "EXISTS_WITH_DIFFERENT_AMOUNT",
    /// The id is taken, for another reason.
    ExistsWithDifferentCode = "EXISTS_WITH_DIFFERENT_CODE",
    /// The id is taken, with another record behind it.
    ExistsWithDifferentDocument = "EXISTS_WITH_DIFFERENT_DOCUMENT",
    /// The id is taken, for another month.
    ExistsWithDifferentMonth = "EXISTS_WITH_DIFFERENT_MONTH",
    /// The id is taken, on another day.
    ExistsWithDifferentDay = "EXISTS_WITH_DIFFERENT_DAY",
    /// The same transfer was accepted before: a repeat, nothing to do.
    Exists = "EXISTS",
    /// The amount is not more than nothing.
    AmountNotPositive = "AMOUNT_NOT_POSITIVE",
    /// Both sides are one account.
    SameAccounts = "SAME_ACCOUNTS",
    /// Whoever made it has approved it.
    MakerIsChecker = "MAKER_IS_CHECKER",
    /// The day lies in a period that is closed.
    PeriodClosed = "PERIOD_CLOSED",
    /// The account to debit is in no chart.
    UnknownDebitAccount = "UNKNOWN_DEBIT_ACCOUNT",
    /// The account to credit is in no chart.
    UnknownCreditAccount = "UNKNOWN_CREDIT_ACCOUNT",
    /// A reversal that promises, instead of moving at once.
    ReversalNotAtOnce = "REVERSAL_NOT_AT_ONCE",
    /// A reversal that names no transfer.
    ReversalWithoutTransfer = "REVERSAL_WITHOUT_TRANSFER",
    /// The transfer to undo is unknown.
    ReversedNotFound = "REVERSED_NOT_FOUND",
    /// The transfer to undo is a reversal itself.
    ReversedIsReversal = "REVERSED_IS_REVERSAL",
    /// The transfer to undo has moved nothing: a promise is taken back instead.
    ReversedNotMoved = "REVERSED_NOT_MOVED",
    /// The reversal has other sides, another amount or another month than what it undoes.
    ReversedDifferently = "REVERSED_DIFFERENTLY",
    /// The reversal does not have the id that follows from what it undoes.
    ReversalIdDiffers = "REVERSAL_ID_DIFFERS",
    /// The pending transfer is unknown.
    PendingNotFound = "PENDING_NOT_FOUND",
    /// The transfer spoken of is not a pending one.
    PendingNotPending = "PENDING_NOT_PENDING",
    /// The pending transfer debits another account.
    PendingHasDifferentDebitAccount = "PENDING_HAS_DIFFERENT_DEBIT_ACCOUNT",
    /// The pending transfer credits another account.
    PendingHasDifferentCreditAccount = "PENDING_HAS_DIFFERENT_CREDIT_ACCOUNT",
    /// The pending transfer was made for another reason.
    PendingHasDifferentCode = "PENDING_HAS_DIFFERENT_CODE",
    /// More is posted than was promised.
    ExceedsPendingAmount = "EXCEEDS_PENDING_AMOUNT",
    /// Another amount is voided than was promised.
    PendingHasDifferentAmount = "PENDING_HAS_DIFFERENT_AMOUNT",
    /// The pending transfer was posted before.
    PendingAlreadyPosted = "PENDING_ALREADY_POSTED",
    /// The pending transfer was voided before.
    PendingAlreadyVoided = "PENDING_ALREADY_VOIDED",
    /// The sums of the debited account would not fit.
    OverflowsDebitAccount = "OVERFLOWS_DEBIT_ACCOUNT",
    /// The sums of the credited account would not fit.
    OverflowsCreditAccount = "OVERFLOWS_CREDIT_ACCOUNT",
    /// The debited account would exceed its credits: a budget's ceiling.
    WouldExceedCredits = "WOULD_EXCEED_CREDITS",
    /// The credited account would exceed its debits.
    WouldExceedDebits = "WOULD_EXCEED_DEBITS",
    /// Accepted.
    Created = "CREATED",
}

impl TransferStatus {
    /// Whether the ledger now holds the transfer as asked: made, or there already.
    pub fn holds(self) -> bool {
        matches!(self, TransferStatus::Created | TransferStatus::Exists)
    }
}

/// A transfer that the ledger has accepted; only [`post`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    transfer: Transfer,
}

impl Entry {
    /// The accepted transfer.
    pub fn transfer(&self) -> &Transfer {
        &self.transfer
    }
}

/// What the ledger holds of the accounts and transfers a batch touches.
///
/// # Shape
/// `accounts` holds every account the batch debits or credits, with its balance; `transfers` every
/// transfer whose id occurs in the batch, as its own, as a pending one spoken of or as one that is
/// undone. What is not in it does not exist.
#[derive(Debug, Clone, Default)]
pub struct LedgerSnapshot {
    /// Accounts with their balances.
    pub accounts: HashMap<Id<kind::Account>, (Account, Balance)>,
    /// Transfers with what became of the pending ones.
    pub transfers: HashMap<Id<kind::Transfer>, (Transfer, Resolution)>,
    /// The last day of the closed periods: nothing may be posted on it or before.
    pub closed_until: Option<Day>,
}

/// One line of a trial balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    /// The account.
    pub account: Account,
    /// Its sums.
    pub balance: Balance,
}

/// All accounts with their sums; the two totals of each pair are equal or something is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance {
    /// One row per account, by kind and code.
    pub rows: Vec<TrialRow>,
    /// The sums over all accounts.
    pub total: Balance,
}

impl TrialBalance {
    /// Whether debits equal credits, posted and pending.
    pub fn is_balanced(&self) -> bool {
        self.total.debits_posted == self.total.credits_posted
            && self.total.debits_pending == self.total.credits_pending
    }
}

/// Adds up all accounts.
///
/// # Errors
/// [`base::money::MoneyOverflow`] when a total does not fit.
pub fn trial_balance(
    accounts: impl IntoIterator<Item = (Account, Balance)>,
) -> Result<TrialBalance, base::money::MoneyOverflow> {
    let mut rows: Vec<TrialRow> =
        accounts.into_iter().map(|(account, balance)| TrialRow { account, balance }).collect();
    rows.sort_by(|a, b| (a.account.kind, &a.account.code).cmp(&(b.account.kind, &b.account.code)));
    let sum = |part: fn(&Balance) -> Rupiah| Rupiah::sum(rows.iter().map(|row| part(&row.balance)));
    let total = Balance {
        debits_pending: sum(|balance| balance.debits_pending)?,
        credits_pending: sum(|balance| balance.credits_pending)?,
        debits_posted: sum(|balance| balance.debits_posted)?,
        credits_posted: sum(|balance| balance.credits_posted)?,
    };
    Ok(TrialBalance { rows, total })
}

/// Adds every account's sums up anew from the transfers the ledger holds, in any order.
///
/// # Errors
/// [`base::money::MoneyOverflow`] when a sum does not fit.
pub fn recomputed<'a>(
    transfers: impl IntoIterator<Item = &'a Transfer>,
) -> Result<HashMap<Id<kind::Account>, Balance>, base::money::MoneyOverflow> {
    let transfers: Vec<&Transfer> = transfers.into_iter().collect();
    let resolved: HashSet<_> =
        transfers.iter().filter_map(|transfer| transfer.kind.pending()).collect();
    let mut balances: HashMap<Id<kind::Account>, Balance> = HashMap::new();
    for transfer in transfers {
        let open = match transfer.kind {
            TransferKind::Posted | TransferKind::PostOf(_) => false,
            TransferKind::Pending if !resolved.contains(&transfer.id) => true,
            TransferKind::Pending | TransferKind::VoidOf(_) => continue,
        };
        let debit = balances.entry(transfer.debit).or_default();
        let sum = if open { &mut debit.debits_pending } else { &mut debit.debits_posted };
        *sum = sum.plus(transfer.amount)?;
        let credit = balances.entry(transfer.credit).or_default();
        let sum = if open { &mut credit.credits_pending } else { &mut credit.credits_posted };
        *sum = sum.plus(transfer.amount)?;
    }
    Ok(balances)
}
