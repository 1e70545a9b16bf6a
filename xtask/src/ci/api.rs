//! The `api` step: schemathesis over the description that the program serves, in four roles.
//!
//! Starts `payung serve` with a practice register, gives a program of each role its token, and lets
//! every operation be asked with what fits its description and what does not. An answer that the
//! description does not tell, in status, kind or content, is a failure; so is any failure of ours.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::browser::Server;
use super::{Counts, exists, succeed, target_folder};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// As few villages as fill every table.
const VILLAGES: &str = "2";

/// What may never be: checks that hold for every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,\
                      missing_required_header,unsupported_method,ignored_auth,use_after_free";

/// A program of a role: the account, the role, and what its token may do.
struct Program {
    name: &'static str,
    role: &'static str,
    operations: &'static str,
}

const PROGRAMS: [Program; 4] = [
    Program {
        name: "program-desa",
        role: "village-operator",
        operations: "own-desk,read-sheets,take-in,undo-sheet,read-people,unmask,jobs",
    },
    Program {
        name: "program-verifikator",
        role: "verifier",
        operations: "own-desk,read-sheets,take-in,undo-sheet,read-people,unmask,change-person,jobs",
    },
    Program {
        name: "program-pengawas",
        role: "auditor",
        operations: "own-desk,read-sheets,read-people,unmask,read-money,read-users,read-audit",
    },
    Program {
        name: "program-admin",
        role: "administrator",
        operations: "own-desk,set-up,jobs,read-users,manage-users,read-audit,settings,operate",
    },
];

/// How much is asked.
#[derive(Debug, Clone, Copy)]
pub enum Amount {
    /// So many seconds for each role.
    Seconds(u32),
    /// So many cases for each operation and role.
    Cases(u32),
}

/// A slice that CI has time for.
const IN_CI: Amount = Amount::Seconds(18);

/// Whether Python can make a place of its own for a tool.
pub fn has_python() -> bool {
    let asks = Command::new("python3").args(["-c", "import ensurepip, venv"]).output();
    exists("python3") && asks.is_ok_and(|done| done.status.success())
}

/// Runs the step.
pub fn api(root: &Path, counts: &mut Counts) -> Result<()> {
    if !has_python() {
        println!("Python with venv is not here: the addresses for programs are not tried");
        return Ok(());
    }
    run(root, IN_CI, counts)
}

/// The long run: so many cases for each operation and role.
pub fn long(root: &Path, cases: &str) -> Result<bool> {
    let cases = cases.parse().with_context(|| format!("{cases} is no number of cases"))?;
    let mut counts = Counts::default();
    let done = run(root, Amount::Cases(cases), &mut counts);
    println!("{} passed, {} failed", counts.passed, counts.failed);
    done.map(|()| counts.failed == 0)
}

fn run(root: &Path, amount: Amount, counts: &mut Counts) -> Result<()> {
    let tool = tool(root)?;
    super::build(root)?;
    let target = target_folder(root)?;
    let payung = target.join("debug").join("payung");
    let data = std::env::temp_dir().join(format!("payung-api-{}", std::process::id()));
    let done = try_all(&payung, &tool, &data, &target.join("api"), (amount, counts));
    let _ = std::fs::remove_dir_all(&data);
    done
}

fn try_all(
    payung: &Path,
    tool: &Path,
    data: &Path,
    reports: &Path,
    (amount, counts): (Amount, &mut Counts),
) -> Result<()> {
    let mut demo = Command::new(payung);
    demo.args(["demo", "--villages", VILLAGES, "--data"]).arg(data).stdout(Stdio::null());
    succeed(&mut demo)?;
    let mut tokens = Vec::new();
    for program in &PROGRAMS {
        tokens.push(token(payung, data, program)?);
    }
    // The limit of a program has a test of its own; here it would hide everything else.
    let server = Server::start(payung, data, &["--api-per-minute", "1000000"])?;
    std::fs::create_dir_all(reports)?;
    let config = reports.join("schemathesis.toml");
    std::fs::write(&config, known_things(payung, data)?)?;
    let mut all_well = true;
    for (program, token) in PROGRAMS.iter().zip(&tokens) {
        let report = reports.join(format!("{}.json", program.role));
        let _ = std::fs::remove_file(&report);
        let mut command = Command::new(tool);
        command.current_dir(reports);
        command.arg("--config-file").arg(&config).arg("run");
        command.arg(format!("{}/api/openapi.json", server.base()));
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
        command.args(["--checks", CHECKS, "--no-color", "--seed", "20221024"]);
        command.args(["--suppress-health-check", "all", "--warnings", "off"]);
        command.args(["--report", "json", "--report-json-path"]).arg(&report);
        match amount {
            Amount::Seconds(seconds) => command.args(["--max-time", &seconds.to_string()]),
            Amount::Cases(cases) => {
                command.args(["--max-examples", &cases.to_string(), "--continue-on-failure"])
            }
        };
        let status = command.status().with_context(|| format!("{command:?} must start"))?;
        let text = std::fs::read_to_string(&report);
        let text = text.with_context(|| format!("{} left no report", tool.display()))?;
        let found = counts_in(&serde_json::from_str(&text)?)?;
        println!("{}: {} answers as described, {} not", program.role, found.passed, found.failed);
        all_well &= status.success() && found.failed == 0;
        counts.add(found);
    }
    match all_well {
        true => Ok(()),
        false => bail!("some answers are not as described; see {}", reports.display()),
    }
}

/// The token of a program, made as its office would make it.
fn token(payung: &Path, data: &Path, program: &Program) -> Result<String> {
    let user = |args: &[&str]| -> Result<Value> {
        let mut command = Command::new(payung);
        command.arg("user").args(args).arg("--json").arg("--data").arg(data);
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!("payung user {} ended with {}", args[0], output.status);
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    user(&["add", program.name, "--role", program.role])?;
    let operations = program.operations;
    let made = ["--as", program.name, "token", "new", "percobaan", "--operations", operations];
    let made = user(&made)?;
    Ok(made["token"].as_str().context("the token is told this once")?.to_owned())
}

/// What there is in the practice register, so that some requests are about something: a
/// configuration that mixes it with what is made up.
fn known_things(payung: &Path, data: &Path) -> Result<String> {
    let mut command = Command::new(payung);
    command.args(["sheet", "list", "--json", "--data"]).arg(data);
    let output = command.stderr(Stdio::inherit()).output()?;
    let sheets: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    let sheets: Vec<String> =
        sheets.iter().filter_map(|sheet| Some(sheet["id"].as_str()?.to_owned())).collect();
    if sheets.is_empty() {
        bail!("the practice register has no files");
    }
    let list = |values: &[String]| serde_json::to_string(values).map_err(anyhow::Error::from);
    let words =
        |values: &[&str]| list(&values.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
    let mut config = String::new();
    for (name, values) in [
        ("ids", list(&sheets)?),
        ("programmes", words(&["rentan-2022"])?),
        ("endings", words(&["xlsx", "csv"])?),
    ] {
        config += &format!("[dictionaries.{name}]\nvalues = {values}\n\n");
    }
    config += "[parameters]\n";
    for (parameter, name) in [
        ("path.id", "ids"),
        ("path.code", "programmes"),
        ("query.program", "programmes"),
        ("query.jenis", "endings"),
    ] {
        config += &format!("\"{parameter}\" = {{ dictionary = \"{name}\", probability = 0.5 }}\n");
    }
    Ok(config)
}

/// A place of its own with the tool in it; made once.
fn tool(root: &Path) -> Result<PathBuf> {
    let folder = target_folder(root)?.join("schemathesis");
    let python = folder.join("bin").join("python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS];
    succeed(Command::new(&python).args(install))?;
    Ok(folder.join("bin").join("schemathesis"))
}

/// What a report says: cases that went well, and those that did not or could not be asked.
fn counts_in(report: &Value) -> Result<Counts> {
    let cases = &report["test_cases"];
    let number = |key: &str| cases[key].as_u64().with_context(|| format!("no {key} in the report"));
    let failed = number("with_failures")? + number("errored")?;
    let errors = report["errors"].as_array().map_or(0, |errors| errors.len() as u64);
    let asked = number("generated")?;
    Ok(Counts { passed: asked.saturating_sub(failed), failed: failed + errors })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_is_counted_by_cases() {
        let report = |failed: u64, errors: Value| {
            json!({
                "test_cases": { "generated": 40, "with_failures": failed, "errored": 1 },
                "errors": errors,
            })
        };
        let counts = counts_in(&report(2, json!([]))).expect("a report");
        assert_eq!(counts, Counts { passed: 37, failed: 3 });
        let counts = counts_in(&report(0, json!([{ "title": "Network Error", "count": 9 }])));
        assert_eq!(counts.expect("a report"), Counts { passed: 39, failed: 2 });
        assert!(counts_in(&json!({})).is_err());
    }
}
