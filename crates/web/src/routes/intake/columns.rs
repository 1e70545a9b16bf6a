//! What was found in a file: its tables and columns, shown as their sender sees them.

use std::collections::HashSet;
use std::sync::Arc;

use app::error::AppError;
use app::staging::{Confidence, Examined, Staged, TableFound, is_remembered};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use base::Field;
use base::cell::column_letters;

use super::{back, counters, file_facts, form_for, heading, opened, said, saying, sheet_id, to};
use crate::forms::Fields;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Facts, Form, Notice};
use crate::routes::{Web, answer, html};
use crate::signed::Signed;

#[derive(Template)]
#[template(path = "intake/found.html")]
struct FoundPage {
    page: Page,
    back: (String, String),
    heading: String,
    facts: Facts,
    notices: Vec<Notice>,
    counters: Facts,
    lead: String,
    form: Form,
    others: Vec<(String, String)>,
    tables: Vec<TableView>,
    take_back: Form,
}

#[derive(Template)]
#[template(path = "intake/tables.html")]
struct TablesPage {
    page: Page,
    back: (String, String),
    form: Form,
    tables: Vec<TableView>,
    sheets: Vec<SheetView>,
}

#[derive(Template)]
#[template(path = "intake/columns.html")]
struct ColumnsPage {
    page: Page,
    back: (String, String),
    mistake: Option<Notice>,
    form: Form,
    tables: Vec<TableView>,
}

/// A table that was found.
struct TableView {
    index: u16,
    name: String,
    place: String,
    taken: bool,
    columns: Vec<ColumnView>,
}

/// A column, and what it was taken for.
struct ColumnView {
    letters: String,
    column: u16,
    header: String,
    samples: Vec<String>,
    field: String,
    /// "pasti", "mungkin", "tidak tahu", or that it is remembered.
    sure: String,
    class: &'static str,
    choices: Vec<(&'static str, String, bool)>,
}

/// A sheet as its sender sees it.
struct SheetView {
    id: String,
    name: String,
    columns: Vec<String>,
    rows: Vec<(u32, &'static str, Vec<String>)>,
}

/// The first look: everything on one page, and one press when it is sure.
pub(super) fn found(
    web: &Web,
    asked: &Asked,
    staged: &Staged,
    examined: &Examined,
) -> Result<Response, AppError> {
    let writing = asked.writing();
    let id = staged.sheet.id;
    let page = web.page(asked, Section::Intake, heading(staged, writing));
    let sure = examined.is_sure() || staged.stage.columns_said;
    let path = |step: &str| format!("/impor/{id}/{step}");
    let counts = examined.counts();
    let open = counts.to_fix + counts.warned > 0;
    let (lead, form) = match sure {
        true => ("intake-sure", form_for(&page, &path("kolom"), "intake-go-on", staged)),
        false => {
            ("intake-unsure", Form::search(&page, &path("kolom"), "intake-see-columns", vec![]))
        }
    };
    let form = if sure { form.with_hidden("benar", "ya") } else { form };
    let mut others = vec![(path("tabel"), "intake-see-tables")];
    if sure {
        others.push((path("kolom"), "intake-see-columns"));
    }
    if open {
        others.push((path("periksa"), "intake-see-rows"));
    }
    let others = others.into_iter();
    let notices = examined
        .notices()
        .into_iter()
        .map(|notice| Notice::info(writing.w("intake-notice"), writing.words().notice(&notice)));
    Ok(html(&FoundPage {
        back: back(writing),
        heading: heading(staged, writing),
        facts: file_facts(staged, writing),
        notices: notices.collect(),
        counters: counters(examined, writing),
        lead: writing.w(lead),
        form,
        others: others.map(|(path, key)| (writing.href(&path, &[]), writing.w(key))).collect(),
        tables: tables_of(staged, examined, writing),
        take_back: Form::new(&page, &path("buang"), "intake-throw-away", Vec::new()),
        page,
    }))
}

/// The tables, to be ticked.
pub(super) async fn tables(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (staged, examined) = match opened(web, asked, &signed, &id)? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let writing = asked.writing();
        let page = web.page(asked, Section::Intake, writing.w("intake-tables"));
        let action = format!("/impor/{}/tabel", staged.sheet.id);
        Ok(html(&TablesPage {
            back: step_back(&staged, writing),
            form: form_for(&page, &action, "intake-keep-tables", &staged),
            tables: tables_of(&staged, &examined, writing),
            sheets: sheets_of(&examined, writing),
            page,
        }))
    })
    .await
}

/// Which tables are taken.
pub(super) async fn say_tables(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (staged, examined) = match opened(web, asked, &signed, &id)? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let taken: HashSet<u16> =
            fields.all("tabel").filter_map(|table| table.parse().ok()).collect();
        let all = examined.facts.tables.iter().map(|table| table.table);
        let left_out = all.filter(|table| !taken.contains(table)).collect();
        let saying = saying(&signed, staged.sheet.id, &fields);
        let outcome = web.office().leave_tables_out(&saying, left_out);
        said(web, asked, outcome, to(asked, staged.sheet.id, ""), |_| {
            Ok(to(asked, staged.sheet.id, "tabel"))
        })
    })
    .await
}

/// The columns, to be matched.
pub(super) async fn columns(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (staged, examined) = match opened(web, asked, &signed, &id)? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        Ok(html(&columns_page(web, asked, &staged, &examined, None, None)))
    })
    .await
}

fn columns_page(
    web: &Web,
    asked: &Asked,
    staged: &Staged,
    examined: &Examined,
    mistake: Option<String>,
    posted: Option<&Fields>,
) -> ColumnsPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Intake, writing.w("intake-columns"));
    let page = super::titled(page, mistake.as_ref());
    let action = format!("/impor/{}/kolom", staged.sheet.id);
    let mut tables = tables_of(staged, examined, writing);
    if let Some(posted) = posted {
        for table in &mut tables {
            for column in &mut table.columns {
                let name = format!("k-{}-{}", table.index, column.column);
                let chosen = posted.text(&name);
                column.choices.iter_mut().for_each(|choice| choice.2 = choice.0 == chosen);
            }
        }
    }
    ColumnsPage {
        back: step_back(staged, writing),
        mistake: super::mistake_notice(writing, mistake),
        form: form_for(&page, &action, "intake-keep-columns", staged),
        tables,
        page,
    }
}

/// What the columns hold.
pub(super) async fn say_columns(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = sheet_id(&id)?;
        let staged = web.office().staged(&signed.actor, id)?;
        let (_, examined) = match opened(web, asked, &signed, &id.to_string())? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let counts = examined.counts();
        let next = match counts.to_fix + counts.warned {
            0 => "akibat",
            _ => "periksa",
        };
        if fields.text("benar") == "ya" && examined.is_sure() {
            // One press: what was found is right, and nothing new is said.
            return Ok(to(asked, id, next));
        }
        let mappings: Vec<_> = examined
            .facts
            .tables
            .iter()
            .filter(|table| !staged.stage.tables_left_out.contains(&table.table))
            .map(|table| (table.fingerprint, mapping(table, &fields)))
            .collect();
        let outcome = web.office().say_columns(&saying(&signed, id, &fields), &mappings);
        said(web, asked, outcome, to(asked, id, "periksa"), |mistake| {
            let page = columns_page(web, asked, &staged, &examined, Some(mistake), Some(&fields));
            Ok(html(&page))
        })
    })
    .await
}

fn mapping(table: &TableFound, fields: &Fields) -> Vec<(u16, Option<Field>)> {
    let columns = table.columns.iter();
    columns
        .map(|column| {
            let name = format!("k-{}-{}", table.table, column.column);
            let field = match fields.get(&name) {
                Some(chosen) => Field::from_name(chosen),
                None => column.field,
            };
            (column.column, field)
        })
        .collect()
}

fn tables_of(staged: &Staged, examined: &Examined, writing: Writing) -> Vec<TableView> {
    let tables = examined.facts.tables.iter();
    tables
        .map(|table| {
            let rows = examined.facts.table_rows.get(&table.table).copied().unwrap_or(0);
            let name = examined.sheet_name(table.sheet);
            let (from, rows) = (writing.number(u64::from(table.first_row)), writing.number(rows));
            let values = [("rows", rows.as_str()), ("row", from.as_str())];
            TableView {
                index: table.table,
                name,
                place: writing.with("intake-table-place", &values),
                taken: !staged.stage.tables_left_out.contains(&table.table),
                columns: table
                    .columns
                    .iter()
                    .map(|column| {
                        let samples = examined.preview.samples.get(&(table.sheet, column.column));
                        let (sure, class) = match column.confidence {
                            _ if column.field.is_none() => ("intake-ignored", ""),
                            _ if is_remembered(column.basis) => ("intake-remembered", "confirmed"),
                            Confidence::Certain => ("intake-certain", "confirmed"),
                            Confidence::Likely => ("intake-likely", ""),
                            Confidence::Guess => ("intake-guess", "open"),
                        };
                        let field = column.field.map_or("none", Field::name);
                        ColumnView {
                            letters: column_letters(column.column),
                            column: column.column,
                            header: app::staging::mask_digits(&column.header),
                            samples: samples.cloned().unwrap_or_default(),
                            field: writing.w(&format!("field-{field}")),
                            sure: writing.w(sure),
                            class,
                            choices: choices(column.field, writing),
                        }
                    })
                    .collect(),
            }
        })
        .collect()
}

fn choices(chosen: Option<Field>, writing: Writing) -> Vec<(&'static str, String, bool)> {
    let nothing = ("-", writing.w("field-none"), chosen.is_none());
    let fields = Field::ALL.iter().map(|field| {
        (field.name(), writing.w(&format!("field-{}", field.name())), chosen == Some(*field))
    });
    [nothing].into_iter().chain(fields).collect()
}

fn sheets_of(examined: &Examined, writing: Writing) -> Vec<SheetView> {
    let sheets = examined.preview.sheets.iter();
    sheets
        .map(|sheet| {
            let last = sheet.rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.0)).max();
            let last = last.unwrap_or(0).min(30);
            let rows = sheet.rows.iter().map(|row| {
                let of = |column: u16| {
                    let cell = row.cells.iter().find(|cell| cell.0 == column);
                    cell.map(|cell| cell.1.clone()).unwrap_or_default()
                };
                let is_person = examined.draft((sheet.sheet, row.row)).is_some();
                let class = if is_person { "" } else { "quiet" };
                (row.row, class, (0..=last).map(of).collect())
            });
            let hidden = if sheet.hidden { writing.w("intake-hidden") } else { String::new() };
            SheetView {
                id: format!("lembar-{}", sheet.sheet),
                name: format!("{} {hidden}", sheet.name).trim().to_owned(),
                columns: (0..=last).map(column_letters).collect(),
                rows: rows.collect(),
            }
        })
        .collect()
}

pub(super) fn step_back(staged: &Staged, writing: Writing) -> (String, String) {
    (writing.href(&format!("/impor/{}", staged.sheet.id), &[]), writing.w("intake-back-to-file"))
}
