//! A bank statement taken in: its sums meet, it is about the account it is said to be about, it
//! goes on from the one before, and a line that an earlier one brought is not brought again.

use std::collections::{HashMap, HashSet};

use base::{Day, Rupiah};
use documents::statement::{Layout, Statement as Read, StatementFormat};
use domain::payment::{BankAccount, StatementLine, statement_lines};
use sha2::{Digest, Sha256};
use store::Tx;
use store::payments::{Statement, StatementSaid};

use super::accounts;
use crate::error::{AppError, typed};
use crate::events::Effect;
use crate::office::{Actor, Office, Operation, Target};
use crate::statement;

/// A statement to be taken in.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The account it is about, by code.
    pub account: &'a str,
    /// The file.
    pub content: &'a [u8],
    /// Which column holds what, when the file does not say so; it is remembered for the account.
    pub layout: Option<&'a str>,
}

/// How a statement goes on from the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// It is the account's first.
    First,
    /// It begins with the balance that the one before ended with.
    Follows,
    /// It begins with so much more or less: one between them is missing.
    Gap(Rupiah),
    /// It has days that another one has too.
    Overlaps,
    /// One of the two states no balance.
    Unknown,
}

impl Chain {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Chain::First => "first",
            Chain::Follows => "follows",
            Chain::Gap(_) => "gap",
            Chain::Overlaps => "overlaps",
            Chain::Unknown => "unknown",
        }
    }
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementReceipt {
    /// Whether it was taken in just now; the same bytes again are one statement.
    pub is_new: bool,
    /// The account, by code.
    pub account: Box<str>,
    /// In which form it came.
    pub format: &'static str,
    /// How many lines it has.
    pub lines: u64,
    /// How many of them no earlier statement brought.
    pub new: u64,
    /// The balance before its first line.
    pub opening: Option<Rupiah>,
    /// The balance after its last line.
    pub closing: Option<Rupiah>,
    /// How it goes on from the ones before.
    pub chain: Chain,
    /// Whether its columns are remembered of the account from now on.
    pub remembered: bool,
}

impl Office {
    /// Takes in the lines of a bank statement; lines known already are no change.
    ///
    /// `account` names the bank account the statement is about. Answers how many lines are new.
    ///
    /// # Errors
    /// Those of [`Office::receive_statement`].
    pub fn take_statement(
        &self,
        actor: &Actor,
        account: &str,
        content: &[u8],
    ) -> Result<u64, AppError> {
        let received = Received { account, content, layout: None };
        Ok(self.receive_statement(actor, &received)?.new)
    }

    /// Takes in a bank statement in any of its forms.
    ///
    /// # Errors
    /// `BANK_ACCOUNT_UNKNOWN`, `LAYOUT_UNREADABLE`, `STATEMENT_UNREADABLE`, the code of what is
    /// wrong in the statement with its line, `STATEMENT_OTHER_ACCOUNT`, and those of the register.
    pub fn receive_statement(
        &self,
        actor: &Actor,
        received: &Received<'_>,
    ) -> Result<StatementReceipt, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let account = self.store.read(|tx| accounts::of_code(tx, received.account))?;
        let said = received.layout.filter(|text| !text.trim().is_empty());
        let remembered = said.or(account.layout.as_deref());
        let unreadable = |text: &str| AppError::refused("LAYOUT_UNREADABLE", typed(text));
        let layout = match remembered {
            None => None,
            Some(text) => Some(Layout::parse(text).map_err(|_| unreadable(text))?),
        };
        let read = statement::read(received.content, layout.as_ref())?;
        check_account(&account, &read)?;
        let facts = statement::facts_of(&read);
        let lines = statement_lines(&account.code, facts);
        let hash: [u8; 32] = Sha256::digest(received.content).into();
        self.store.write(|tx| {
            let mut receipt = receipt_of(&account, &read, lines.len());
            let others: Vec<Statement> = store::payments::statements(tx)?
                .into_iter()
                .filter(|other| other.account == account.code && other.hash != hash)
                .collect();
            receipt.chain = chain(&said_of(&read, &lines), &others);
            if store::payments::is_known(tx, &hash)? {
                return Ok(receipt);
            }
            let statement = Statement {
                hash,
                account: account.code.clone(),
                received_at_ms: self.now_ms(),
                said: said_of(&read, &lines),
            };
            let fresh = not_told_before(tx, &account, read.format, lines.clone())?;
            receipt.new = store::payments::insert_statement(tx, &statement, &fresh)?;
            receipt.is_new = true;
            let object = first_half(&hash);
            if said.is_none() || said == account.layout.as_deref() {
                self.record(tx, actor, "statement-taken", "statement", &object)?;
                return Ok(receipt);
            }
            self.remember_layout(tx, &account, said)?;
            receipt.remembered = true;
            // The log says that the account changed with it; others are told of the statement.
            let line = ("statement-columns-kept", "statement", Some(&object));
            self.record_effects(
                tx,
                Some(actor),
                line,
                &[Effect { act: "statement-taken", object }],
            )?;
            Ok(receipt)
        })
    }
}

impl Office {
    /// Remembers the columns of an account's tables. The account of the first day stands in no
    /// table until there is something to remember of it.
    fn remember_layout(
        &self,
        tx: &mut Tx<'_>,
        account: &BankAccount,
        layout: Option<&str>,
    ) -> Result<(), AppError> {
        if account.id.as_bytes() != &[0; 16] {
            return Ok(store::payments::set_layout(tx, account.id, layout)?);
        }
        let (id, layout) = (self.environment.new_id(), layout.map(Box::from));
        Ok(store::payments::insert_account(tx, &BankAccount { id, layout, ..account.clone() })?)
    }
}

fn check_account(account: &BankAccount, read: &Read) -> Result<(), AppError> {
    match read.account.as_deref() {
        Some(stated) if !account.is_of(stated) => {
            // Only the end of a number is shown, as everywhere.
            let tail = &stated[stated.len().saturating_sub(4)..];
            Err(AppError::refused("STATEMENT_OTHER_ACCOUNT", format!("••••{tail}")))
        }
        _ => Ok(()),
    }
}

fn receipt_of(account: &BankAccount, read: &Read, lines: usize) -> StatementReceipt {
    StatementReceipt {
        is_new: false,
        account: account.code.clone(),
        format: read.format.name(),
        lines: lines as u64,
        new: 0,
        opening: read.opening,
        closing: read.closing,
        chain: Chain::First,
        remembered: false,
    }
}

fn said_of(read: &Read, lines: &[StatementLine]) -> StatementSaid {
    let days = lines.iter().map(|line| line.facts.day);
    StatementSaid {
        format: Some(read.format.name().into()),
        opening: read.opening,
        closing: read.closing,
        first: days.clone().chain(read.period.map(|(from, _)| from)).min(),
        last: days.chain(read.period.map(|(_, to)| to)).max(),
        lines: u32::try_from(lines.len()).ok(),
    }
}

/// How a statement goes on from others of its account.
fn chain(said: &StatementSaid, others: &[Statement]) -> Chain {
    let Some((first, last)) = said.first.zip(said.last) else { return Chain::Unknown };
    let known: Vec<(Day, Day, Option<Rupiah>)> = others
        .iter()
        .filter_map(|other| Some((other.said.first?, other.said.last?, other.said.closing)))
        .collect();
    let before = known.iter().filter(|(_, until, _)| *until <= first);
    let before = before.max_by_key(|(from, until, _)| (*until, *from));
    let touches = |(from, until, _): &(Day, Day, Option<Rupiah>)| *from <= last && first <= *until;
    let follows =
        before.is_some_and(|(_, _, closing)| closing.is_some() && *closing == said.opening);
    // A statement that ends on the day the next one begins with is followed by it.
    let overlaps =
        |one: &&(Day, Day, Option<Rupiah>)| touches(one) && !(follows && before == Some(*one));
    if known.iter().any(|one| overlaps(&one)) {
        return Chain::Overlaps;
    }
    match before {
        None => Chain::First,
        Some(_) if follows => Chain::Follows,
        Some((_, _, closing)) => match closing.zip(said.opening) {
            Some((closing, opening)) => opening.minus(closing).map_or(Chain::Unknown, Chain::Gap),
            None => Chain::Unknown,
        },
    }
}

/// By how much statements of an account begin elsewhere than those before ended, in all.
pub(super) fn gap_in(statements: &[&Statement], from: Day, to: Day) -> Option<Rupiah> {
    let mut gap: Option<Rupiah> = None;
    let mut closed: Option<(Day, Rupiah)> = None;
    for statement in statements {
        let said = &statement.said;
        let (Some(first), Some(last)) = (said.first, said.last) else { continue };
        if let (Some((until, closing)), Some(opening)) = (closed, said.opening)
            && until < first
            && closing != opening
            && from <= first
            && first <= to
        {
            let more = opening.minus(closing).unwrap_or(Rupiah::ZERO);
            gap = Some(Rupiah(gap.unwrap_or(Rupiah::ZERO).0.saturating_add(more.0)));
        }
        if let Some(closing) = said.closing
            && closed.is_none_or(|(until, _)| until <= last)
        {
            closed = Some((last, closing));
        }
    }
    gap
}

/// The lines that no earlier statement brought in other words: banks say one movement differently
/// in a table and in a message. Of equal movements of a day as many are new as there are more.
fn not_told_before(
    tx: &mut Tx<'_>,
    account: &BankAccount,
    format: StatementFormat,
    lines: Vec<StatementLine>,
) -> Result<Vec<StatementLine>, AppError> {
    let days = lines.iter().map(|line| line.facts.day);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(lines) };
    let known = store::payments::between(tx, &account.code, first, last)?;
    let own: HashSet<_> = lines.iter().map(|line| line.id).collect();
    let mut told: HashMap<_, Vec<(Option<Rupiah>, bool)>> = HashMap::new();
    for known in known.iter().filter(|known| !own.contains(&known.id)) {
        let key = (known.day, known.amount, known.direction);
        let elsewhere = known.format.as_deref() != Some(format.name());
        told.entry(key).or_default().push((known.balance, elsewhere));
    }
    let known: HashSet<_> = known.iter().map(|known| known.id).collect();
    let mut is_new = |line: &StatementLine| {
        if known.contains(&line.id) {
            return true;
        }
        let facts = &line.facts;
        let Some(told) = told.get_mut(&(facts.day, facts.amount, facts.direction)) else {
            return true;
        };
        // In the same form an equal balance says that it is the same movement, and so does one that
        // could not be read when the line was first told.
        let at = told.iter().position(|(balance, elsewhere)| match balance {
            _ if *elsewhere => true,
            Some(_) => *balance == facts.balance,
            None => facts.balance.is_some(),
        });
        match at {
            Some(at) => {
                told.swap_remove(at);
                false
            }
            None => true,
        }
    };
    Ok(lines.into_iter().filter(|line| is_new(line)).collect())
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}
