//! `payung batch-export`.

use std::process::ExitCode;

use app::exports::{BatchAsked, BatchTable};
use app::office::Operation;
use base::money::grouped;
use serde_json::json;

use crate::cli::{BatchExportArgs, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Writes the tables that `payung-batch` reads.
pub fn export(global: &Global, say: &Say, args: &BatchExportArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::ExportPeople)?;
    let asked = BatchAsked {
        folder: &args.out,
        secret: &args.pseudonyms,
        with_people: args.people,
        reason: &args.reason,
    };
    let tables = office.export_batch(&actor, &asked)?;
    if say.json {
        let told = |table: &BatchTable| {
            let path = table.path.display().to_string();
            json!({ "table": table.name, "rows": table.rows, "path": path })
        };
        let tables: Vec<_> = tables.iter().map(told).collect();
        say.document(&json!({ "tables": tables }));
        return Ok(ExitCode::SUCCESS);
    }
    let row = |table: &BatchTable| {
        vec![table.name.to_owned(), grouped(table.rows), table.path.display().to_string()]
    };
    let heads = ["batch-table", "batch-rows", "batch-file"].map(|key| say.words.get(key));
    let heads = heads.each_ref().map(String::as_str);
    say.table(&heads, &tables.iter().map(row).collect::<Vec<_>>(), &[1]);
    say.line(&say.words.get("batch-kept-by"));
    Ok(ExitCode::SUCCESS)
}
