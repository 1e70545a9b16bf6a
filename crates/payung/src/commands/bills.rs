//! `payung bill`: what is owed for a month.

use std::process::ExitCode;

use app::error::AppError;
use app::office::{Actor, Office, Operation};
use base::Month;
use base::money::grouped;
use domain::billing::Bill;
use domain::payment::bill_reference;
use serde_json::json;

use crate::cli::{BillCommand, BillMonthArgs, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Drafts, issues, exports or lists bills.
pub fn bill(global: &Global, say: &Say, command: &BillCommand) -> Done {
    let office = commands::open(global)?;
    let asked = |args: &BillMonthArgs| -> Result<(String, Month), AppError> {
        Ok((args.programme.clone(), commands::month(&args.month)?))
    };
    match command {
        BillCommand::Draft(args) => {
            let actor = office.actor(&global.actor, Operation::Pay)?;
            let (code, month) = asked(args)?;
            let bill = office.draft_bill(&actor, &code, month)?;
            say_bill(&bill, conflicts(&office, &actor, &code, month)?, say);
        }
        BillCommand::Issue(args) => {
            let actor = office.actor(&global.actor, Operation::Pay)?;
            let (code, month) = asked(args)?;
            // Counted first: an issued bill is not taken back.
            let against = conflicts(&office, &actor, &code, month)?;
            say_bill(&office.issue_bill(&actor, &code, month)?, against, say);
        }
        BillCommand::Export { month, out } => {
            let actor = office.actor(&global.actor, Operation::ExportPeople)?;
            let (code, month) = asked(month)?;
            let bytes = office.bill_workbook(&actor, &code, month, say.words)?;
            commands::write_file(out, &bytes)?;
            match say.json {
                true => say.document(&json!({"out": out.to_string_lossy()})),
                false => say.line(&out.display().to_string()),
            }
        }
        BillCommand::List => {
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            list(&office, &actor, say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How much stands against paying for the members of a month.
fn conflicts(office: &Office, actor: &Actor, code: &str, month: Month) -> Result<u64, AppError> {
    Ok(office.conflicts(actor, code, Some(month))?.found.len() as u64)
}

fn say_bill(bill: &Bill, conflicts: u64, say: &Say) {
    let words = say.words;
    if say.json {
        say.document(&json!({
            "bill": bill.id.to_string(),
            "reference": bill_reference(bill.id),
            "month": bill.month.to_string(),
            "state": bill.state.name(),
            "people": bill.people,
            "lines": bill.lines.len(),
            "excluded": bill.excluded.len(),
            "conflicts": conflicts,
            "total_rupiah": bill.total.0,
            "rulebook": &*bill.rulebook,
        }));
        return;
    }
    say.pairs(&[
        (words.get("bill-month"), bill.month.in_words()),
        (words.get("bill-state"), words.get(&format!("bill-{}", bill.state.name()))),
        (words.get("bill-reference"), bill_reference(bill.id)),
        (words.get("list-people"), grouped(u64::from(bill.people))),
        (words.get("bill-excluded"), grouped(bill.excluded.len() as u64)),
        (words.get("bill-conflicts"), grouped(conflicts)),
        (words.get("bill-total"), bill.total.to_string()),
    ]);
    if conflicts > 0 {
        say.line(&words.get("bill-conflicts-see"));
    }
}

fn list(office: &Office, actor: &Actor, say: &Say) -> Result<(), AppError> {
    let bills = office.bills(actor)?;
    if say.json {
        let bills = bills.iter().map(|bill| {
            json!({
                "bill": bill.id.to_string(),
                "reference": bill_reference(bill.id),
                "month": bill.month.to_string(),
                "state": bill.state.name(),
                "people": bill.people,
                "total_rupiah": bill.total.0,
            })
        });
        say.document(&json!(bills.collect::<Vec<_>>()));
        return Ok(());
    }
    for bill in bills {
        let state = say.words.get(&format!("bill-{}", bill.state.name()));
        let total = bill.total.to_string();
        let reference = bill_reference(bill.id);
        say.line(&format!("{}  {reference}  {total:>18}  {state}", bill.month));
    }
    Ok(())
}
