//! `/impor/{id}/perbaiki`: causes, the most grave first, each with what mends all its rows at once;
//! and the file that goes back to the village.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::staging::{BulkFix, CauseGroup, Examined, Staged, is_about_identity, mask_digits};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base::{Field, ProblemCode};

use super::review::{reason_field, shown_value};
use super::{form_for, opened, said, saying, sheet_id, to};
use crate::forms::Fields;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{self, Choice, Control, Form, Notice};
use crate::routes::{Web, answer, html};
use crate::signed::Signed;

/// Different words of one cause that are shown.
const WORDS_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "intake/fix.html")]
struct FixPage {
    page: Page,
    back: (String, String),
    notice: Option<Notice>,
    lead: String,
    causes: Vec<CauseView>,
    /// Those that can only be mended row by row.
    singles: Vec<CauseView>,
    strip: Option<Form>,
    on: (String, String),
}

/// A cause and its remedies.
struct CauseView {
    class: &'static str,
    count: String,
    what: String,
    remedy: String,
    example: String,
    rows: (String, String),
    forms: Vec<Form>,
}

/// The causes.
pub(super) async fn causes(
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
        Ok(html(&fix_page(web, asked, &signed, &staged, &examined, None)))
    })
    .await
}

fn fix_page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    staged: &Staged,
    examined: &Examined,
    mistake: Option<String>,
) -> FixPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Intake, writing.w("intake-fix-many"));
    let page = super::titled(page, mistake.as_ref());
    let action = format!("/impor/{}/perbaiki", staged.sheet.id);
    let may_decide =
        web.office().authorize(&signed.actor, Operation::ChangePerson, &staged.target()).is_ok();
    let groups = examined.cause_groups();
    let causes = groups.iter().map(|group| {
        let may_settle = group.can_be_settled && (may_decide || !is_about_identity(group.code));
        cause_view(web, &page, staged, group, may_settle, writing)
    });
    let (causes, singles): (Vec<CauseView>, Vec<CauseView>) =
        causes.partition(|cause| !cause.forms.is_empty());
    let quoted = examined.quoted_cells();
    let strip = (quoted > 0).then(|| {
        let count = writing.number(quoted);
        let mut form =
            form_for(&page, &action, "intake-strip", staged).with_hidden("cara", "kutip");
        form.button = writing.with("intake-strip", &[("count", count.as_str())]);
        form
    });
    let step = |step: &str| writing.href(&format!("/impor/{}/{step}", staged.sheet.id), &[]);
    FixPage {
        back: (step("periksa"), writing.w("intake-back-to-rows")),
        notice: super::mistake_notice(writing, mistake),
        lead: match (groups.is_empty(), causes.is_empty() && strip.is_none()) {
            (true, _) => writing.w("intake-all-ready"),
            (false, true) => String::new(),
            (false, false) => writing.w("intake-fix-lead"),
        },
        causes,
        singles,
        strip,
        on: (step("akibat"), writing.w("intake-to-consequence")),
        page,
    }
}

fn cause_view(
    web: &Web,
    page: &Page,
    staged: &Staged,
    group: &CauseGroup,
    may_settle: bool,
    writing: Writing,
) -> CauseView {
    let said = writing.words().problem_by_code(group.code);
    let count = writing.number(group.rows);
    let action = format!("/impor/{}/perbaiki", staged.sheet.id);
    let form = |button: &str, way: &str| {
        form_for(page, &action, button, staged)
            .with_hidden("cara", way)
            .with_hidden("sebab", group.code.name())
    };
    let is_date = group.code == ProblemCode::BirthDateAmbiguous;
    let mut forms = Vec::new();
    if group.suggested > 0 {
        let button = if is_date { "intake-month-first" } else { "intake-take-suggestions" };
        forms.push(form(button, "usulan"));
    }
    for words in group.typed.iter().take(WORDS_SHOWN) {
        let rows = writing.number(words.rows);
        let choices = replacements(web, staged, words.field, words.suggestion.as_deref(), writing);
        if choices.is_empty() {
            continue;
        }
        let mut replace = form("intake-replace", "ganti")
            .with_hidden("kolom", words.field.name())
            .with_hidden("tertulis", &words.typed);
        let mut field =
            parts::Field::new(writing, "menjadi", "intake-becomes", Control::Select(choices));
        let typed = mask_digits(&words.typed);
        let values = [("typed", typed.as_str()), ("rows", rows.as_str())];
        field.label = writing.with("intake-becomes", &values);
        replace.fields = vec![field];
        forms.push(replace);
    }
    if may_settle && group.code != ProblemCode::SamePersonOtherNik {
        let button = if is_date { "intake-day-first" } else { "intake-accept-all" };
        let mut accept = form(button, "terima");
        accept.fields = vec![reason_field(writing)];
        forms.push(accept);
    }
    let example = group.example.as_ref().map(|(_, text)| {
        let masked = shown_value(text, false, writing);
        writing.with("intake-suggestion", &[("suggestion", masked.as_str())])
    });
    let list = format!("/impor/{}/periksa", staged.sheet.id);
    let only = [("sebab".to_owned(), group.code.name().to_owned())];
    CauseView {
        class: group.code.severity().name(),
        count: writing.with("web-problem-count", &[("count", count.as_str())]),
        what: said.what.replace("….", "…"),
        remedy: said.remedy,
        example: example.unwrap_or_default(),
        rows: (writing.href(&list, &only), writing.w("intake-see-these")),
        forms: apart(forms, group.code.name()),
    }
}

/// Forms whose questions are set apart from each other.
fn apart(forms: Vec<Form>, name: &str) -> Vec<Form> {
    let forms = forms.into_iter().enumerate();
    forms.map(|(at, form)| form.scoped(&format!("{name}-{at}"))).collect()
}

/// What may stand for words that were typed: villages of the sender's district, occupations.
fn replacements(
    web: &Web,
    staged: &Staged,
    field: Field,
    suggestion: Option<&str>,
    writing: Writing,
) -> Vec<Choice> {
    let names = match field {
        Field::Village => web.office().villages_near(staged.org.territory),
        Field::District => web.office().districts_near(staged.org.territory),
        Field::Occupation => web.office().occupation_names(),
        _ => Vec::new(),
    };
    if names.is_empty() {
        return Vec::new();
    }
    let first = suggestion.map(str::to_owned);
    let rest = names.into_iter().filter(|name| Some(name.as_str()) != suggestion);
    let names = first.into_iter().chain(rest);
    let mut choices: Vec<Choice> = names.map(|name| Choice::new(name.clone(), name)).collect();
    if suggestion.is_none() {
        choices.insert(0, Choice::new("", writing.w("intake-choose")));
    }
    choices
}

/// Mends many rows.
pub(super) async fn fix(
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
        let code = ProblemCode::from_name(fields.text("sebab"));
        let wrong = || AppError::usage("ANSWER_NOT_POSSIBLE", "");
        let asked_for = match fields.text("cara") {
            "kutip" => Ok(BulkFix::StripQuotes),
            "usulan" => code.map(BulkFix::TakeSuggestions).ok_or_else(wrong),
            "terima" => code
                .map(|code| BulkFix::Accept(code, fields.text("alasan").to_owned()))
                .ok_or_else(wrong),
            "ganti" if !fields.text("menjadi").is_empty() => Field::from_name(fields.text("kolom"))
                .map(|field| BulkFix::Replace {
                    field,
                    typed: fields.text("tertulis").to_owned(),
                    with: fields.text("menjadi").to_owned(),
                })
                .ok_or_else(wrong),
            _ => Err(wrong()),
        };
        let saying = saying(&signed, staged.sheet.id, &fields);
        let outcome =
            asked_for.and_then(|fix| web.office().fix_all(&saying, &examined, &fix)).map(|_| ());
        let next = to(asked, staged.sheet.id, "perbaiki");
        said(web, asked, outcome, next, |mistake| {
            Ok(html(&fix_page(web, asked, &signed, &staged, &examined, Some(mistake))))
        })
    })
    .await
}

/// The sender's own file with what is to be mended marked.
pub(super) async fn workbook(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = sheet_id(&id)?;
        let words = asked.writing().words();
        let bytes = web.office().return_staged(&signed.actor, id, words)?;
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let named = "attachment; filename=\"perbaikan.xlsx\"";
        Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, named)], bytes).into_response())
    })
    .await
}
