//! `payung ledger`: what the books say, and their proof.

use std::process::ExitCode;

use app::office::Operation;
use serde_json::{Value, json};

use crate::cli::{Global, LedgerCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// The trial balance, and its proof.
pub fn ledger(global: &Global, say: &Say, command: &LedgerCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::ReadMoney)?;
    let trial = office.trial_balance(&actor)?;
    if say.json {
        let accounts = trial.rows.iter().map(|row| {
            json!({
                "account": &*row.account.code,
                "kind": row.account.kind.name(),
                "debits_pending_rupiah": row.balance.debits_pending.0,
                "credits_pending_rupiah": row.balance.credits_pending.0,
                "debits_posted_rupiah": row.balance.debits_posted.0,
                "credits_posted_rupiah": row.balance.credits_posted.0,
            })
        });
        let accounts: Vec<Value> = accounts.collect();
        say.document(&json!({"balanced": trial.is_balanced(), "accounts": accounts}));
    } else {
        let rows: Vec<Vec<String>> = trial
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.account.code.to_string(),
                    row.balance.debits_posted.to_string(),
                    row.balance.credits_posted.to_string(),
                ]
            })
            .collect();
        let words = ["ledger-account", "ledger-debits", "ledger-credits"];
        let heads: Vec<String> = words.iter().map(|key| say.words.get(key)).collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        say.table(&heads, &rows, &[1, 2]);
    }
    if matches!(command, LedgerCommand::Verify) {
        office.verify_ledger(&actor)?;
        if !say.json {
            say.line(&say.words.get("ledger-balanced"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
