//! `/impor/{id}/periksa`: the rows of a file, what is wrong in each, and one row to be mended;
//! `/impor/{id}/sumber/{row}`: where the values of a row come from.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::staging::{
    Answer, CellSource, Examined, RowSource, Staged, can_be_settled, is_about_identity, mask_cell,
    mask_digits,
};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Day, Field, Id, Nik, NoKk, Problem, ProblemCode, Severity};

use super::{
    counters, form_for, heading, opened, read, row_place, said, saying, sheet_id, takes_in, to,
};
use crate::forms::Fields;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts;
use crate::parts::{Fact, Facts, Form, Notice};
use crate::routes::failure::{self, Conflict};
use crate::routes::{Web, answer, html};
use crate::signed::Signed;

/// Rows of a page.
const PAGE_ROWS: usize = 50;

#[derive(Template)]
#[template(path = "intake/review.html")]
struct ReviewPage {
    page: Page,
    back: (String, String),
    counters: Facts,
    lead: String,
    filters: Vec<(String, String, String, bool)>,
    rows: Vec<RowView>,
    caption: String,
    pages: Vec<(String, String)>,
    links: Vec<(String, String)>,
    on: (String, String),
}

/// A row of the list.
struct RowView {
    number: String,
    href: String,
    name: String,
    nik: String,
    outcome: String,
    class: &'static str,
    problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "intake/row.html")]
struct RowPage {
    page: Page,
    back: (String, String),
    heading: String,
    notice: Option<Notice>,
    problems: Vec<ProblemView>,
    form: Form,
    look: Option<Form>,
    skip: (String, String),
}

/// Something wrong in a row, and how it may be let stand.
struct ProblemView {
    class: &'static str,
    what: String,
    remedy: String,
    suggestion: String,
    settled: String,
    form: Option<Form>,
}

#[derive(Template)]
#[template(path = "intake/source.html")]
struct SourcePage {
    page: Page,
    back: (String, String),
    notice: Option<Notice>,
    facts: Facts,
    forgotten: Option<Notice>,
    cells: Vec<(String, String, String, String)>,
    look: Option<Form>,
}

/// Whether the numbers of a row are shown whole, and the form that asks for it.
struct Sight {
    open: bool,
    /// Whether what is not a number is shown: to whoever takes the file in.
    own: bool,
    form: Option<Form>,
}

/// The rows.
pub(super) async fn rows(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (staged, examined) = match read(web, asked, &signed, &id)? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let own = takes_in(web, &signed, &staged);
        Ok(html(&review_page(web, asked, (&staged, own), &examined)))
    })
    .await
}

fn review_page(
    web: &Web,
    asked: &Asked,
    (staged, own): (&Staged, bool),
    examined: &Examined,
) -> ReviewPage {
    let writing = asked.writing();
    let path = format!("/impor/{}/periksa", staged.sheet.id);
    let only = asked.value("sebab").and_then(ProblemCode::from_name);
    let every = asked.value("semua").is_some();
    let wanted: Vec<(u16, u32)> = examined
        .people()
        .filter(|decision| {
            let place = (decision.sheet, decision.row);
            let mut open = decision.problems.iter().filter(|one| examined.is_open(place, one));
            every || open.any(|problem| only.is_none_or(|code| problem.code == code))
        })
        .map(|decision| (decision.sheet, decision.row))
        .collect();
    let at: usize = asked.value("hal").and_then(|text| text.parse().ok()).unwrap_or(1);
    let at = at.clamp(1, wanted.len().div_ceil(PAGE_ROWS).max(1));
    let shown = wanted.iter().skip((at - 1) * PAGE_ROWS).take(PAGE_ROWS);
    let rows: Vec<RowView> =
        shown.filter_map(|place| row_view((staged, own), examined, *place, writing)).collect();
    let state = |number: usize| {
        let mut state: Vec<(String, String)> = asked.query.clone();
        state.retain(|(key, _)| key != "hal");
        state.push(("hal".to_owned(), number.to_string()));
        writing.href(&path, &state)
    };
    let mut pages = Vec::new();
    if at > 1 {
        pages.push((state(at - 1), writing.w("intake-page-before")));
    }
    if at * PAGE_ROWS < wanted.len() {
        pages.push((state(at + 1), writing.w("intake-page-next")));
    }
    let (from, all) = (writing.number(rows.len() as u64), writing.number(wanted.len() as u64));
    let values = [("count", from.as_str()), ("total", all.as_str())];
    let step = |step: &str| writing.href(&format!("/impor/{}/{step}", staged.sheet.id), &[]);
    let mut links = Vec::new();
    if own {
        links.push((step("perbaiki"), writing.w("intake-fix-many")));
        if examined.has_twins() {
            links.push((step("ganda"), writing.w("intake-see-twins")));
        }
        links.push((step("berkas-perbaikan.xlsx"), writing.w("intake-workbook")));
    }
    ReviewPage {
        page: web.page(asked, Section::Intake, writing.w("intake-review")),
        back: super::columns::step_back(staged, writing),
        counters: counters(examined, writing),
        lead: match rows.is_empty() {
            true => writing.w("intake-all-ready"),
            false => writing.w("intake-review-lead"),
        },
        filters: filters(examined, &path, (only, every), writing),
        caption: writing.with("intake-review-caption", &values),
        rows,
        pages,
        links,
        on: match own {
            true => (step("akibat"), writing.w("intake-to-consequence")),
            false => (String::new(), String::new()),
        },
    }
}

/// Ways to narrow the list: address, words, count, and whether it is the one shown.
fn filters(
    examined: &Examined,
    path: &str,
    (only, every): (Option<ProblemCode>, bool),
    writing: Writing,
) -> Vec<(String, String, String, bool)> {
    let pair = |key: &str, value: &str| vec![(key.to_owned(), value.to_owned())];
    let all = examined.people().count() as u64;
    let mut found = vec![
        (
            writing.href(path, &pair("semua", "ya")),
            writing.w("intake-every-row"),
            writing.number(all),
            every,
        ),
        (
            writing.href(path, &[]),
            writing.w("intake-rows-with-problems"),
            String::new(),
            !every && only.is_none(),
        ),
    ];
    for (code, count) in examined.causes() {
        let name = writing.words().problem_by_code(code).what;
        let href = writing.href(path, &pair("sebab", code.name()));
        let chosen = !every && only == Some(code);
        found.push((href, name.replace("….", "…"), writing.number(count), chosen));
    }
    found
}

fn row_view(
    (staged, own): (&Staged, bool),
    examined: &Examined,
    place: (u16, u32),
    writing: Writing,
) -> Option<RowView> {
    let decision = examined.decision(place)?;
    let raw = examined.raw(place);
    let text = |field: Field| {
        let value = raw.and_then(|raw| raw.value(field));
        let shown = |text: &str| if own { mask_digits(text) } else { mask_cell(field, text) };
        value.map(|value| shown(value.cell.text.trim())).unwrap_or_default()
    };
    let open: Vec<&Problem> =
        decision.problems.iter().filter(|one| examined.is_open(place, one)).collect();
    let class = match open.iter().map(|problem| problem.severity()).max() {
        Some(Severity::Error) => "error",
        Some(Severity::Warning) => "warning",
        _ => "",
    };
    // Whoever only reads the file sees where a row comes from, and mends nothing.
    let step = if own { "periksa" } else { "sumber" };
    let href = format!("/impor/{}/{step}/{}-{}", staged.sheet.id, place.0, place.1);
    Some(RowView {
        number: place.1.to_string(),
        href: writing.href(&href, &[]),
        name: text(Field::Name),
        nik: text(Field::Nik),
        outcome: writing.words().outcome(decision.outcome),
        class,
        problems: open.iter().map(|problem| writing.words().problem(problem).what).collect(),
    })
}

/// One row.
pub(super) async fn row(
    State(web): State<Arc<Web>>,
    Path((id, row)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let place = row_place(&row)?;
        let (staged, examined) = match opened(web, asked, &signed, &id)? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        row_page(web, asked, &signed, (&staged, &examined), place, None)
    })
    .await
}

fn row_page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    (staged, examined): (&Staged, &Examined),
    place: (u16, u32),
    mistake: Option<String>,
) -> Result<Response, AppError> {
    let writing = asked.writing();
    let unknown = || AppError::not_found("ROW_UNKNOWN", "");
    let decision = examined.decision(place).ok_or_else(unknown)?;
    let number = place.1.to_string();
    let title = writing.with("intake-row", &[("row", number.as_str())]);
    let page = web.page(asked, Section::Intake, title.clone());
    let page = super::titled(page, mistake.as_ref());
    let path = format!("/impor/{}/periksa/{}-{}", staged.sheet.id, place.0, place.1);
    let sight = sight(web, asked, signed, staged, (place, "periksa"), "")?;
    let mut form = form_for(&page, &path, "intake-keep-row", staged);
    form.fields = fields_of(examined, place, &decision.problems, sight.open, writing);
    let may_decide =
        web.office().authorize(&signed.actor, Operation::ChangePerson, &staged.target()).is_ok();
    let problems = decision.problems.iter().map(|problem| {
        problem_view(&page, (staged, examined), place, problem, may_decide, writing)
    });
    let list = format!("/impor/{}/periksa", staged.sheet.id);
    Ok(html(&RowPage {
        back: (writing.href(&list, &[]), writing.w("intake-back-to-rows")),
        heading: title,
        notice: super::mistake_notice(writing, mistake).or_else(|| opened_notice(&sight, writing)),
        problems: problems.collect(),
        form,
        look: sight.form,
        skip: (
            writing
                .href(&format!("/impor/{}/sumber/{}-{}", staged.sheet.id, place.0, place.1), &[]),
            writing.w("intake-see-source"),
        ),
        page,
    }))
}

/// The cells of a row as questions; a number that is somebody's is shown masked and kept when its
/// line stays empty.
fn fields_of(
    examined: &Examined,
    place: (u16, u32),
    problems: &[Problem],
    open: bool,
    writing: Writing,
) -> Vec<parts::Field> {
    let raw = examined.raw(place);
    let table = raw.and_then(|raw| examined.table(raw.table));
    let in_table = |field: Field| {
        table.is_some_and(|table| table.columns.iter().any(|one| one.field == Some(field)))
    };
    let wrong = |field: Field| problems.iter().any(|one| one.field == Some(field));
    let mut found = Vec::new();
    for field in Field::ALL {
        let needed = [Field::Nik, Field::Name, Field::BirthDate, Field::Sex].contains(field);
        if !in_table(*field) && !needed && !wrong(*field) {
            continue;
        }
        let text = raw.and_then(|raw| raw.value(*field)).map(|value| value.cell.text.to_string());
        let text = text.unwrap_or_default();
        let key = format!("field-{}", field.name());
        let mut asked = parts::Field::line(writing, field.name(), &key);
        let upper: String = asked.label.chars().take(1).flat_map(char::to_uppercase).collect();
        asked.label = upper + &asked.label.chars().skip(1).collect::<String>();
        if !open && is_hidden(*field, &text) {
            let masked = mask_digits(&text);
            asked.hint = writing.with("intake-kept-when-empty", &[("masked", masked.as_str())]);
        } else {
            asked.value = text;
        }
        if let Some(problem) = problems.iter().find(|one| {
            one.field == Some(*field)
                && one.severity() == Severity::Error
                && examined.is_open(place, one)
        }) {
            let said = writing.words().problem(problem);
            asked.mistake = format!("{} {}", said.what, said.remedy);
        }
        found.push(asked);
    }
    found
}

/// Whether a cell holds a number by which somebody is found.
fn is_hidden(field: Field, text: &str) -> bool {
    match field {
        Field::Nik => Nik::parse(text.trim()).is_ok(),
        Field::NoKk => NoKk::parse(text.trim()).is_ok(),
        Field::Phone => mask_digits(text) != text,
        _ => false,
    }
}

fn problem_view(
    page: &Page,
    (staged, examined): (&Staged, &Examined),
    place: (u16, u32),
    problem: &Problem,
    may_decide: bool,
    writing: Writing,
) -> ProblemView {
    let said = writing.words().problem(problem);
    let answered = examined.answer(place, problem.code);
    let settled = answered.filter(|one| one.answer == Answer::Settled);
    let possible = can_be_settled(problem.code)
        && settled.is_none()
        && problem.code != ProblemCode::SamePersonOtherNik
        && (may_decide || !is_about_identity(problem.code));
    let action = format!("/impor/{}/periksa/{}-{}/jawab", staged.sheet.id, place.0, place.1);
    let form = possible.then(|| {
        let mut form = form_for(page, &action, "intake-accept", staged)
            .with_hidden("sebab", problem.code.name());
        form.fields = vec![reason_field(writing)];
        form.scoped(problem.code.name())
    });
    let suggestion = problem.suggestion.as_deref().map(|text| {
        let masked = shown_value(text, false, writing);
        writing.with("intake-suggestion", &[("suggestion", masked.as_str())])
    });
    ProblemView {
        class: problem.severity().name(),
        what: said.what,
        remedy: said.remedy,
        suggestion: suggestion.unwrap_or_default(),
        settled: settled
            .map(|one| writing.with("intake-accepted", &[("reason", &one.reason)]))
            .unwrap_or_default(),
        form,
    }
}

/// Why something is let stand: chosen, so that nobody has to type.
pub(super) fn reason_field(writing: Writing) -> parts::Field {
    let choices = ["ktp", "kk", "desa", "benar"].map(|key| {
        let words = writing.w(&format!("intake-reason-{key}"));
        parts::Choice::new(words.clone(), words)
    });
    let control = parts::Control::Select(choices.into_iter().collect());
    parts::Field::new(writing, "alasan", "intake-reason", control)
}

/// Keeps a row as it was mended.
pub(super) async fn edit(
    State(web): State<Arc<Web>>,
    Path((id, row)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let place = row_place(&row)?;
        let (staged, examined) = match opened(web, asked, &signed, &id)? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let cells = changed_cells(&examined, place, &fields);
        let id = staged.sheet.id;
        if cells.is_empty() {
            return Ok(to(asked, id, "periksa"));
        }
        let saying = saying(&signed, id, &fields);
        let outcome = web.office().edit_cells(&saying, &cells);
        if let Err(error) = &outcome
            && error.kind == ErrorKind::Conflict
            && error.code == "SHEET_CHANGED"
        {
            return Ok(both_versions(web, asked, &staged, place, &cells, &examined));
        }
        said(web, asked, outcome, to(asked, id, "periksa"), |mistake| {
            row_page(web, asked, &signed, (&staged, &examined), place, Some(mistake))
        })
    })
    .await
}

/// The cells whose text is another than the file's.
fn changed_cells(
    examined: &Examined,
    place: (u16, u32),
    fields: &Fields,
) -> Vec<((u16, u32), Field, String)> {
    let raw = examined.raw(place);
    let sent = Field::ALL.iter().filter_map(|field| Some((*field, fields.get(field.name())?)));
    sent.filter_map(|(field, text)| {
        let old = raw.and_then(|raw| raw.value(field)).map(|value| &*value.cell.text);
        let old = old.unwrap_or_default();
        let kept = text.trim().is_empty() && is_hidden(field, old);
        (text.trim() != old.trim() && !kept).then(|| (place, field, text.trim().to_owned()))
    })
    .collect()
}

/// Somebody else said something of the file meanwhile: what stands now beside what was typed.
fn both_versions(
    web: &Web,
    asked: &Asked,
    staged: &Staged,
    place: (u16, u32),
    cells: &[((u16, u32), Field, String)],
    examined: &Examined,
) -> Response {
    let writing = asked.writing();
    let raw = examined.raw(place);
    let rows = cells.iter().map(|(_, field, typed)| {
        let stored = raw.and_then(|raw| raw.value(*field)).map(|value| &*value.cell.text);
        (
            writing.w(&format!("field-{}", field.name())),
            mask_digits(stored.unwrap_or_default()),
            typed.clone(),
        )
    });
    let number = place.1.to_string();
    let href = format!("/impor/{}/periksa/{}-{}", staged.sheet.id, place.0, place.1);
    let conflict = Conflict {
        title: writing.with("intake-row", &[("row", number.as_str())]),
        rows: rows.collect(),
        href: writing.href(&href, &[]),
    };
    failure::conflict(web, asked, conflict)
}

/// Lets a row stand as it is, for a reason.
pub(super) async fn settle(
    State(web): State<Arc<Web>>,
    Path((id, row)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (id, place) = (sheet_id(&id)?, row_place(&row)?);
        let code = ProblemCode::from_name(fields.text("sebab"));
        let code = code.ok_or_else(|| AppError::not_found("ROW_UNKNOWN", ""))?;
        let said_so = (Answer::Settled, fields.text("alasan"));
        let outcome =
            web.office().answer_rows(&saying(&signed, id, &fields), &[place], code, said_so);
        let next = to(asked, id, &format!("periksa/{row}"));
        said(web, asked, outcome, next, |mistake| {
            let (staged, examined) = match opened(web, asked, &signed, &id.to_string())? {
                Ok(found) => found,
                Err(elsewhere) => return Ok(elsewhere),
            };
            row_page(web, asked, &signed, (&staged, &examined), place, Some(mistake))
        })
    })
    .await
}

/// Where the values of a row come from.
pub(super) async fn source(
    State(web): State<Arc<Web>>,
    Path((id, row)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| source_page(web, asked, &signed, (&id, &row), "")).await
}

fn source_page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    (id, row): (&str, &str),
    mistake: &str,
) -> Result<Response, AppError> {
    let (id, place) = (sheet_id(id)?, row_place(row)?);
    let (staged, source) = web.office().row_source(&signed.actor, id, place)?;
    let sight = sight(web, asked, signed, &staged, (place, "sumber"), mistake)?;
    let writing = asked.writing();
    let number = source.row.1.to_string();
    let title = writing.with("intake-source", &[("row", number.as_str())]);
    let page = web.page(asked, Section::Intake, title);
    let page = if mistake.is_empty() { page } else { page.with_mistakes() };
    let back = writing.href(&format!("/impor/{id}"), &[]);
    Ok(html(&SourcePage {
        page,
        back: (back, heading(&staged, writing)),
        notice: opened_notice(&sight, writing),
        facts: source_facts(&staged, &source, writing),
        forgotten: source.forgotten.then(|| {
            Notice::info(writing.w("intake-forgotten"), writing.w("intake-forgotten.what"))
        }),
        cells: source.cells.iter().map(|cell| cell_view(cell, &sight, writing)).collect(),
        look: sight.form.filter(|_| !source.forgotten),
    }))
}

fn source_facts(staged: &Staged, source: &RowSource, writing: Writing) -> Facts {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut facts = super::file_facts(staged, writing).rows;
    if !source.forgotten {
        facts.push(fact("intake-sheet", mask_digits(&source.sheet_name)));
    }
    facts.push(fact("intake-row-number", source.row.1.to_string()));
    if let Some(outcome) = source.outcome {
        facts.push(fact("web-outcome", writing.words().outcome(outcome)));
    }
    if let Some((_, at_ms)) = staged.stage.decided {
        facts.push(fact("intake-decided-at", writing.moment(at_ms)));
    }
    Facts::dense(writing, facts)
}

/// Field, cell, value and origin.
fn cell_view(
    cell: &CellSource,
    sight: &Sight,
    writing: Writing,
) -> (String, String, String, String) {
    let corrected = cell.corrected.as_ref().map(|(by, day)| {
        let day = writing.day(*day);
        writing.with("intake-corrected-by", &[("user", by), ("day", day.as_str())])
    });
    (
        writing.w(&format!("field-{}", cell.field.name())),
        cell.cell.clone(),
        match sight.own || sight.open {
            true => shown_value(&cell.value, sight.open, writing),
            false => mask_cell(cell.field, &cell.value),
        },
        corrected.unwrap_or_else(|| writing.w("intake-from-file")),
    )
}

/// A value as it is shown: a day in words, a number covered unless it was asked for.
pub(super) fn shown_value(value: &str, open: bool, writing: Writing) -> String {
    match Day::parse_iso(value) {
        Some(day) => writing.day(day),
        None if open => value.to_owned(),
        None => mask_digits(value),
    }
}

/// Opens the numbers of a row for a reason: the asking is kept, then the page that asked shows them
/// for some minutes.
pub(super) async fn look(
    State(web): State<Arc<Web>>,
    Path((id, row)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (sheet, place) = (sheet_id(&id)?, row_place(&row)?);
        // A row that is not there is not asked about.
        web.office().row_source(&signed.actor, sheet, place)?;
        let reason = fields.text("alasan");
        match web.office().ask_to_look_at_row(&signed.actor, sheet, place, reason) {
            Ok(asking) => {
                let step = match fields.text("dari") {
                    "periksa" => "periksa",
                    _ => "sumber",
                };
                let path = format!("/impor/{sheet}/{step}/{}-{}", place.0, place.1);
                let query = [("lihat".to_owned(), asking.to_string())];
                Ok(Redirect::to(&asked.writing().href(&path, &query)).into_response())
            }
            Err(error) if error.code == "REASON_MISSING" => {
                let mistake = asked.writing().w("people-reason.wrong");
                let mut shown = source_page(web, asked, &signed, (&id, &row), &mistake)?;
                *shown.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(shown)
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Whether the reader asked to see this row a few minutes ago, and else the form that asks.
fn sight(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    staged: &Staged,
    (place, step): ((u16, u32), &str),
    mistake: &str,
) -> Result<Sight, AppError> {
    let asking = asked.value("lihat").and_then(|asking| Id::parse(asking).ok());
    let open = web.office().row_is_open(&signed.actor, staged, place, asking)?;
    let may = web.office().authorize(&signed.actor, Operation::Unmask, &staged.target()).is_ok();
    let form = (may && !open).then(|| {
        let writing = asked.writing();
        let page = web.page(asked, Section::Intake, String::new());
        let action = format!("/impor/{}/sumber/{}-{}/buka", staged.sheet.id, place.0, place.1);
        let mut field = parts::Field::line(writing, "alasan", "people-reason");
        field.mistake = mistake.to_owned();
        Form::new(&page, &action, "intake-look", vec![field])
            .with_hidden("dari", step)
            .scoped("buka")
    });
    Ok(Sight { open, own: takes_in(web, signed, staged), form })
}

fn opened_notice(sight: &Sight, writing: Writing) -> Option<Notice> {
    let notice = || Notice::warning(writing.w("people-opened"), writing.w("people-opened-text"));
    sight.open.then(notice)
}
