//! The bank: statements taken in, and their lines matched with the bills they pay.
//!
//! A line is used once; what finds no bill is a break with its reason, never dropped.

use base::id::kind;
use base::{Id, Rupiah};
use domain::payment::{
    Break, BreakReason, Match, Matching, StatementLine, match_lines, settle, statement_lines,
};
use sha2::{Digest, Sha256};
use store::Tx;
use store::payments::Statement;

use crate::error::{AppError, ErrorKind};
use crate::ledger::post_as;
use crate::office::{Actor, Office, Operation, Target};

impl Office {
    /// Takes in the lines of a bank statement; lines known already are no change.
    ///
    /// `account` names the bank account the statement is about. Answers how many lines are new.
    ///
    /// # Errors
    /// `STATEMENT_UNREADABLE`, and those of the register.
    pub fn take_statement(
        &self,
        actor: &Actor,
        account: &str,
        content: &[u8],
    ) -> Result<u64, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let lines = statement_lines(account, crate::statement::facts(content)?);
        let hash: [u8; 32] = Sha256::digest(content).into();
        let statement = Statement { hash, account: account.into(), received_at_ms: self.now_ms() };
        self.store.write(|tx| {
            if store::payments::is_known(tx, &hash)? {
                return Ok(0);
            }
            let new = store::payments::insert_statement(tx, &statement, &lines)?;
            let object = first_half(&hash);
            self.record(tx, actor, "statement-taken", "statement", &object)?;
            Ok(new)
        })
    }

    /// Matches statement lines with issued bills and posts what matches.
    ///
    /// # Errors
    /// `LEDGER_REFUSED`, and those of the register.
    pub fn match_payments(&self, actor: &Actor) -> Result<Matched, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        self.store.write(|tx| {
            let lines = store::payments::lines(tx)?;
            let matching = match_lines(&lines, &store::bills::open(tx)?);
            let mut paid = Rupiah::ZERO;
            for found in &matching.matches {
                paid = Rupiah(paid.0 + self.settle_match(tx, actor, found, &lines)?.0);
            }
            if !matching.matches.is_empty() {
                let bills = matching.matches.len() as u64;
                self.record_count(tx, actor, "bills-paid", "bill", bills)?;
            }
            Ok(Matched::of(matching, paid))
        })
    }

    /// What matching would do now, without doing it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn preview_payments(&self, actor: &Actor) -> Result<Matched, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let lines = store::payments::lines(tx)?;
            let matching = match_lines(&lines, &store::bills::open(tx)?);
            Ok(Matched::of(matching, Rupiah::ZERO))
        })
    }

    fn settle_match(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        found: &Match,
        lines: &[StatementLine],
    ) -> Result<Rupiah, AppError> {
        let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "bill");
        let line = lines.iter().find(|line| line.id == found.line).ok_or_else(damaged)?;
        let bill = store::bills::get(tx, found.bill)?.ok_or_else(damaged)?;
        let programme = store::programmes::get(tx, bill.programme)?.ok_or_else(damaged)?;
        let settlement = settle(&bill, &programme, line)
            .map_err(|refusal| AppError::refused("LEDGER_REFUSED", refusal.name()))?;
        let origin = self.origin_of_bill(tx, actor, &settlement.bill)?;
        post_as(tx, origin, &settlement.transfers)?;
        store::bills::set_state(tx, settlement.bill.id, settlement.bill.state)?;
        store::payments::insert_match(tx, found)?;
        let mut covered = settlement.covered;
        store::merges::redirect(tx, &mut covered)?;
        store::covered::insert_all(tx, &covered)?;
        Ok(line.facts.amount)
    }
}

/// What matching did.
pub struct Matched {
    /// Lines that paid a bill just now.
    pub matches: Vec<Match>,
    /// Lines that found no bill, with the reason.
    pub breaks: Vec<Break>,
    /// Issued bills nobody has paid.
    pub unpaid: Vec<Id<kind::Bill>>,
    /// The money posted just now.
    pub paid: Rupiah,
}

impl Matched {
    /// A line that paid its bill before has found its partner: it is no break.
    fn of(matching: Matching, paid: Rupiah) -> Matched {
        let Matching { matches, mut breaks, unpaid } = matching;
        breaks.retain(|found| !matches!(found.reason, BreakReason::AlreadyUsed(_)));
        Matched { matches, breaks, unpaid, paid }
    }
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}
