//! `payung check FILE...`: read and verify, touch nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::check::{Counts, FileReport, Keep, check_file};
use app::drafting::DraftOptions;
use app::error::{AppError, ErrorKind};
use app::files::{FileView, field_values};
use app::reading::{FileRefusal, ReadRequest, Reader};
use app::returns::{ReturnInput, ReturnRow, write_return};
use base::{Day, Problem};
use domain::intake::Draft;
use domain::occupation::Occupations;
use serde_json::{Map, Value, json};

use crate::cli::CheckArgs;
use crate::commands::{self, Done};
use crate::say::{REFUSED, ROWS_NEED_FIXING, Say};

/// Checks every file and prints one report over all.
pub fn check(say: &Say, args: &CheckArgs) -> Done {
    if args.return_to.is_some() && args.files.len() > 1 {
        return Err(AppError::usage("ONE_FILE_ONLY", "").into());
    }
    let checker = Checker::new(args)?;
    let mut files = Vec::new();
    let mut total = Counts::default();
    let mut refused = false;
    for path in &args.files {
        match checker.file(path, say) {
            Ok(report) => {
                total.add(&report.counts);
                if let Some(out) = &args.return_to {
                    checker.write_return(path, out, &report, say)?;
                }
                files.push((path.clone(), Ok(report)));
            }
            Err(refusal) => {
                refused = true;
                files.push((path.clone(), Err(refusal)));
            }
        }
    }
    if args.rows {
        // The rows have been printed as NDJSON; a summary would not be one of them.
    } else if say.json {
        say.document(&document(&files, &total, say));
    } else {
        print_words(&files, &total, say);
    }
    Ok(ExitCode::from(match (refused, total.rows_error > 0) {
        (true, _) => REFUSED,
        (false, true) => ROWS_NEED_FIXING,
        (false, false) => 0,
    }))
}

struct Checker<'a> {
    args: &'a CheckArgs,
    reader: Reader,
    rulebook: rules::Rulebook,
    occupations: Occupations,
    gazetteer: &'static base::Gazetteer,
    territory: Option<base::RegionCode>,
    on: Day,
}

impl<'a> Checker<'a> {
    fn new(args: &'a CheckArgs) -> anyhow::Result<Checker<'a>> {
        let territory = args.territory.as_deref().map(commands::region).transpose()?;
        let on = match &args.on {
            Some(text) => commands::day(text)?,
            None => commands::environment()?.today(),
        };
        // Without a territory only districts matter, and those are in every province's gazetteer.
        let anywhere = territory.unwrap_or(base::RegionCode::from_digits(64, 1));
        Ok(Checker {
            args,
            reader: commands::reader(),
            rulebook: rules::Rulebook::builtin(),
            occupations: Occupations::builtin(),
            gazetteer: app::regions::gazetteer(anywhere),
            territory,
            on,
        })
    }

    fn file(&self, path: &Path, say: &Say) -> Result<FileReport, FileRefusal> {
        let request = ReadRequest {
            path: path.to_owned(),
            only_sheet: self.args.sheet.clone(),
            ..ReadRequest::default()
        };
        let options = DraftOptions {
            registration: self.on,
            territory: self.territory,
            sender: self.territory,
            default_occupation: None,
            gazetteer: self.gazetteer,
            occupations: &self.occupations,
            rulebook: &self.rulebook,
            said: None,
        };
        let wants_rows = self.args.rows || self.args.return_to.is_some();
        let keep = if wants_rows { Keep::Rows } else { Keep::Counts };
        let report = check_file(&self.reader, &request, &options, keep)?;
        if self.args.rows {
            let view = FileView { facts: &report.facts };
            for (draft, problems) in &report.rows {
                say.document(&row_document(path, &view, draft, problems));
            }
        }
        Ok(report)
    }

    fn write_return(
        &self,
        path: &Path,
        out: &Path,
        report: &FileReport,
        say: &Say,
    ) -> anyhow::Result<()> {
        let rows: Vec<ReturnRow<'_>> = report
            .rows
            .iter()
            .map(|(draft, problems)| ReturnRow {
                sheet: draft.sheet,
                row: draft.row,
                key: String::new(),
                decision: String::new(),
                problems,
            })
            .collect();
        let unreadable =
            |path: &Path| AppError::new(ErrorKind::External, "FILE_UNREADABLE", shown(path));
        let original = std::fs::File::open(path).map_err(|_| unreadable(path))?;
        let input = ReturnInput {
            edits: &[],
            file_name: &shown(path),
            only_sheet: self.args.sheet.as_deref(),
            tables: &report.facts.tables,
            rows: &rows,
            words: say.words,
            day: self.on,
        };
        let bytes = write_return(std::io::BufReader::new(original), &input)?;
        commands::write_file(out, &bytes)?;
        Ok(())
    }
}

type Checked = (PathBuf, Result<FileReport, FileRefusal>);

fn document(files: &[Checked], total: &Counts, say: &Say) -> Value {
    let files: Vec<Value> = files.iter().map(|file| file_document(file, say)).collect();
    json!({
        "files": files,
        "rows": total.rows,
        "rows_ok": total.rows_ok,
        "rows_warning": total.rows_warning,
        "rows_error": total.rows_error,
        "problems": problem_counts(total),
    })
}

fn problem_counts(counts: &Counts) -> Map<String, Value> {
    let problems = counts.problems.iter();
    problems.map(|(code, count)| (code.name().to_owned(), json!(count))).collect()
}

fn file_document((path, result): &Checked, say: &Say) -> Value {
    let report = match result {
        Ok(report) => report,
        Err(refusal) => {
            let sentence = say.words.file_refusal(refusal);
            return json!({
                "path": path.to_string_lossy(),
                "verdict": "refused",
                "reason": format!("{} {}", sentence.what, sentence.remedy),
                "reason_code": refusal.code,
                "tables": [],
            });
        }
    };
    let view = FileView { facts: &report.facts };
    let tables: Vec<Value> = report
        .facts
        .tables
        .iter()
        .map(|table| {
            let columns = table.columns.iter().map(|column| {
                json!({
                    "column": base::cell::column_letters(column.column),
                    "header": column.header,
                    "field": column.field.map(|field| field.name()),
                    "confidence": column.confidence.name(),
                    "basis": column.basis.name(),
                })
            });
            json!({
                "sheet": view.sheet_name(table.sheet),
                "first_row": table.first_row,
                "rows": report.facts.table_rows.get(&table.table).copied().unwrap_or(0),
                "columns": columns.collect::<Vec<_>>(),
            })
        })
        .collect();
    let notices: Vec<Value> = view
        .notices()
        .into_iter()
        .map(|notice| json!({"code": notice.code, "text": say.words.notice(&notice)}))
        .collect();
    json!({
        "path": path.to_string_lossy(),
        "verdict": "read",
        "tables": tables,
        "notices": notices,
        "rows": report.counts.rows,
        "rows_ok": report.counts.rows_ok,
        "rows_warning": report.counts.rows_warning,
        "rows_error": report.counts.rows_error,
        "rows_skipped": report.summary.skipped,
        "problems": problem_counts(&report.counts),
    })
}

fn row_document(path: &Path, view: &FileView<'_>, draft: &Draft, problems: &[Problem]) -> Value {
    let values: Map<String, Value> = field_values(draft)
        .into_iter()
        .map(|(field, value)| {
            let value = match field {
                base::Field::Income => json!(draft.income.map(|income| income.0)),
                _ => json!(value),
            };
            (field.name().to_owned(), value)
        })
        .collect();
    let problems: Vec<Value> = problems
        .iter()
        .map(|problem| {
            json!({
                "code": problem.code.name(),
                "severity": problem.severity().name(),
                "field": problem.field.map(|field| field.name()),
                "cell": problem.cell.map(|cell| cell.a1()),
                "suggestion": problem.suggestion.as_deref(),
            })
        })
        .collect();
    json!({
        "file": path.to_string_lossy(),
        "sheet": view.sheet_name(draft.sheet),
        "row": draft.row,
        "values": values,
        "problems": problems,
    })
}

fn print_words(files: &[Checked], total: &Counts, say: &Say) {
    for (path, result) in files {
        say.line(&shown(path));
        match result {
            Err(refusal) => {
                let sentence = say.words.file_refusal(refusal);
                say.line(&format!("  {} {}", sentence.what, sentence.remedy));
            }
            Ok(report) => print_file(report, say),
        }
        say.line("");
    }
    let count = |number: u64| base::money::grouped(number);
    let pair = |key: &str, number: u64| (say.words.get(key), count(number));
    say.pairs(&[
        pair("check-rows", total.rows),
        pair("check-rows-ok", total.rows_ok),
        pair("check-rows-warning", total.rows_warning),
        pair("check-rows-error", total.rows_error),
    ]);
    if !total.problems.is_empty() {
        say.line("");
    }
    for (code, number) in &total.problems {
        let sentence = say.words.problem_by_code(*code);
        say.line(&format!("{:>9}  {}  {}", count(*number), code.name(), sentence.what));
        say.line(&format!("           → {}", sentence.remedy));
    }
}

fn print_file(report: &FileReport, say: &Say) {
    let view = FileView { facts: &report.facts };
    for table in &report.facts.tables {
        let rows = report.facts.table_rows.get(&table.table).copied().unwrap_or(0);
        let values = [
            ("sheet", view.sheet_name(table.sheet).to_owned()),
            ("first", table.first_row.to_string()),
            ("rows", base::money::grouped(rows)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        say.line(&format!("  {}", say.words.with("check-table", &values)));
        for column in &table.columns {
            let field = column.field.map_or_else(
                || say.words.get("field-none"),
                |field| say.words.get(&format!("field-{}", field.name())),
            );
            let sure = say.words.get(&format!("confidence-{}", column.confidence.name()));
            let letters = base::cell::column_letters(column.column);
            let sure = if column.field.is_some() { format!(" ({sure})") } else { String::new() };
            say.line(&format!("    {letters:>2}  {}  →  {field}{sure}", column.header));
        }
    }
    for notice in view.notices() {
        say.line(&format!("  {}", say.words.notice(&notice)));
    }
}

fn shown(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
