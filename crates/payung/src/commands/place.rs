//! `payung migrate | move`: the place of a register made ready, and left for a server.

use std::process::ExitCode;

use app::error::ErrorKind;
use app::office::Location;
use app::places::nodes::{self, LaidOut};
use app::places::{Carried, CarriedTable, Move, Provision, Provisioned, move_register, prepare};
use base::money::grouped;
use serde_json::json;

use crate::cli::{Global, MigrateArgs, MoveArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Brings the schema up to date and, on PostgreSQL, closes it between regions.
pub fn migrate(global: &Global, say: &Say, args: &MigrateArgs) -> Done {
    let wanted = Provision {
        app_role: args.app_role.as_deref(),
        read_role: args.read_role.as_deref(),
        bi_role: args.bi_role.as_deref(),
        plan_only: args.plan,
    };
    let location = commands::location(global);
    let done = prepare(&location, &wanted)?;
    let laid = match (&args.nodes, &args.node) {
        (Some(file), Some(node)) => Some(nodes::spread(&location, file, node)?),
        _ => None,
    };
    match say.json {
        true => say.document(&document(&done, laid, args.plan)),
        false => print(&done, laid, args.plan, say),
    }
    Ok(ExitCode::SUCCESS)
}

fn document(done: &Provisioned, laid: Option<LaidOut>, plan: bool) -> serde_json::Value {
    let laid = laid.map(|laid| {
        let (waiting, twice) = (laid.waiting, laid.twice);
        json!({"silent": laid.silent, "rows_waiting": waiting, "rows_twice": twice})
    });
    let taken = done.taken.iter().map(|(name, step)| json!({"name": name, "step": step}));
    json!({
        "known": done.schema,
        "planned_only": plan,
        "migrations": taken.collect::<Vec<_>>(),
        "tables_secured": done.tables_secured,
        "app_roles": done.app_roles,
        "nodes": laid,
    })
}

fn print(done: &Provisioned, laid: Option<LaidOut>, plan: bool, say: &Say) {
    let key = if plan { "migrate-planned" } else { "migrate-taken" };
    for (name, step) in &done.taken {
        say.line(&say.words.with(key, &[("name", name), ("step", step)]));
    }
    if done.taken.is_empty() {
        say.line(&say.words.get("migrate-nothing"));
    }
    if done.tables_secured > 0 {
        let roles = match done.app_roles.as_slice() {
            [] => "–".to_owned(),
            roles => roles.join(", "),
        };
        let count = done.tables_secured.to_string();
        say.line(&say.words.with("migrate-secured", &[("count", &count), ("roles", &roles)]));
    }
    let Some(laid) = laid else { return };
    say.line(&say.words.get("migrate-spread"));
    if !laid.silent.is_empty() {
        say.line(&say.words.with("migrate-silent", &[("names", &laid.silent)]));
    }
    for (key, rows) in [("migrate-waiting", laid.waiting), ("migrate-twice", laid.twice)] {
        if rows > 0 {
            say.line(&say.words.with(key, &[("count", &grouped(rows))]));
        }
    }
}

/// Carries the register into a server, and prints the proof.
pub fn relocate(global: &Global, say: &Say, args: &MoveArgs) -> Done {
    let wanted = Move {
        from: &commands::location(global),
        to: &Location::Url(args.to.clone()),
        pemda: commands::region(&global.pemda)?,
        app_role: args.app_role.as_deref(),
    };
    let carried = move_register(&wanted, &mut |_, _| ())?;
    match say.json {
        true => say.document(&proof(&carried)),
        false => print_proof(&carried, say),
    }
    Ok(match carried.is_equal() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(ErrorKind::Integrity.exit_code()),
    })
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn proof(carried: &Carried) -> serde_json::Value {
    let tables = carried.tables.iter().map(|table| {
        json!({
            "table": table.name,
            "rows_here": table.rows[0],
            "rows_there": table.rows[1],
            "sha256_here": hex(&table.digests[0]),
            "sha256_there": hex(&table.digests[1]),
        })
    });
    let [here, there] = carried.ledger.map(|side| {
        json!({
            "accounts": side.accounts,
            "debits_rupiah": side.debits.0,
            "credits_rupiah": side.credits.0,
            "adds_up": side.adds_up,
        })
    });
    let [log_here, log_there] = carried
        .log
        .map(|side| json!({"size": side.size, "root": hex(&side.root), "flaws": side.flaws}));
    json!({
        "equal": carried.is_equal(),
        "tables": tables.collect::<Vec<_>>(),
        "ledger_here": here,
        "ledger_there": there,
        "log_here": log_here,
        "log_there": log_there,
    })
}

fn print_proof(carried: &Carried, say: &Say) {
    let words = say.words;
    let heads = ["move-table", "move-here", "move-there", "move-proof"].map(|key| words.get(key));
    let row = |table: &CarriedTable| {
        let same = table.rows[0] == table.rows[1] && table.digests[0] == table.digests[1];
        let verdict = words.get(if same { "move-equal" } else { "move-differs" });
        let digest = hex(&table.digests[1][..8]);
        let [here, there] = table.rows.map(grouped);
        vec![table.name.clone(), here, there, format!("{digest}…  {verdict}")]
    };
    let rows: Vec<_> = carried.tables.iter().map(row).collect();
    say.table(&heads.each_ref().map(String::as_str), &rows, &[1, 2]);
    let ledger = carried.ledger[1];
    let (accounts, debits) = (grouped(ledger.accounts), ledger.debits.to_string());
    let credits = ledger.credits.to_string();
    let facts = [("accounts", &*accounts), ("debits", &*debits), ("credits", &*credits)];
    say.line("");
    say.line(&words.with("move-ledger", &facts));
    let log = carried.log[1];
    let (size, root) = (grouped(log.size), hex(&log.root[..8]));
    say.line(&words.with("move-log", &[("size", &*size), ("root", &*root)]));
    let moved = grouped(carried.tables.iter().map(|table| table.rows[1]).sum::<u64>());
    say.line(&match carried.is_equal() {
        true => words.with("move-done", &[("rows", &*moved)]),
        false => words.get("move-kept-nothing"),
    });
}
