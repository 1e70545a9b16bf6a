//! `/impor/{id}/ganda`: two records that may be one person, side by side; what agrees is quiet.

use std::collections::HashSet;
use std::sync::Arc;

use app::error::AppError;
use app::staging::{Answer, SideSight, Twins};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Id, ProblemCode};

use super::review::{reason_field, shown_value};
use super::{form_for, opened, row_place, said, saying, sheet_id, to};
use crate::forms::Fields;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{self, Form, Notice};
use crate::routes::{Web, answer, html};
use crate::signed::Signed;

#[derive(Template)]
#[template(path = "intake/twins.html")]
struct TwinsPage {
    page: Page,
    back: (String, String),
    notice: Option<Notice>,
    lead: String,
    pairs: Vec<PairView>,
}

/// Two records.
struct PairView {
    id: String,
    title: String,
    why: String,
    left: String,
    right: String,
    rows: Vec<(String, String, String, bool)>,
    /// Why the other side is not shown whole.
    covered: String,
    answered: String,
    forms: Vec<Form>,
    look: Option<Form>,
}

/// What was wrong with the last form, and in which pair when it asked to see somebody.
enum Mistake {
    None,
    Said(String),
    Looking((u16, u32), String),
}

/// Pairs shown on one page.
const PAIRS_SHOWN: usize = 20;

/// The pairs.
pub(super) async fn pairs(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| twins_page(web, asked, &signed, &id, Mistake::None)).await
}

fn twins_page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: &str,
    mistake: Mistake,
) -> Result<Response, AppError> {
    let (staged, examined) = match opened(web, asked, signed, id)? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let asking = asked.value("lihat").and_then(|asking| Id::parse(asking).ok());
    let found = web.office().twins(&signed.actor, &staged, &examined, asking)?;
    let writing = asked.writing();
    let page = web.page(asked, Section::Intake, writing.w("intake-twins"));
    let page = if matches!(mistake, Mistake::None) { page } else { page.with_mistakes() };
    let action = format!("/impor/{}/ganda", staged.sheet.id);
    let form = |button: &str, way: &str, twins: &Twins| {
        form_for(&page, &action, button, &staged)
            .with_hidden("jawab", way)
            .with_hidden("baris", &format!("{}-{}", twins.row.0, twins.row.1))
    };
    let found = once_each(found);
    let pairs = found.iter().take(PAIRS_SHOWN).map(|twins| {
        let mut forms = Vec::new();
        if twins.answered.is_none_or(|(answer, _)| answer == Answer::Ask) {
            if twins.right.row.is_some() {
                forms.push(form("intake-same-left", "sama-kiri", twins));
            }
            if twins.right.sight != SideSight::OutOfReach {
                forms.push(form("intake-same-right", "sama-kanan", twins));
            }
            if twins.code == ProblemCode::SamePersonOtherNik {
                let mut different = form("intake-different", "bukan", twins);
                different.fields = vec![reason_field(writing)];
                let scope = format!("p{}-{}", twins.row.0, twins.row.1);
                forms.push(different.scoped(&scope));
            }
            forms.push(form("intake-ask-village", "tanya", twins));
        }
        let look = look_form(&page, &staged.sheet.id.to_string(), (twins, &mistake), writing);
        PairView { forms, look, ..pair_view(twins, writing) }
    });
    let pairs: Vec<PairView> = pairs.collect();
    let back = format!("/impor/{}/periksa", staged.sheet.id);
    Ok(html(&TwinsPage {
        back: (writing.href(&back, &[]), writing.w("intake-back-to-rows")),
        notice: match mistake {
            Mistake::Said(text) => super::mistake_notice(writing, Some(text)),
            _ => None,
        },
        lead: match pairs.is_empty() {
            true => writing.w("intake-no-twins"),
            false => writing.w("intake-twins-lead"),
        },
        pairs,
        page,
    }))
}

/// The form that asks to see somebody of the register whole.
fn look_form(
    page: &Page,
    sheet: &str,
    (twins, mistake): (&Twins, &Mistake),
    writing: Writing,
) -> Option<Form> {
    if twins.right.sight != SideSight::Masked {
        return None;
    }
    let place = format!("{}-{}", twins.row.0, twins.row.1);
    let mut field = parts::Field::line(writing, "alasan", "people-reason");
    if let Mistake::Looking(row, text) = mistake
        && *row == twins.row
    {
        field.mistake.clone_from(text);
    }
    let action = format!("/impor/{sheet}/ganda/buka");
    let form = Form::new(page, &action, "intake-twin-look", vec![field]);
    Some(form.with_hidden("baris", &place).scoped(&format!("buka{place}")))
}

/// Two rows that ask about each other are one pair.
fn once_each(mut found: Vec<Twins>) -> Vec<Twins> {
    let mut seen = HashSet::new();
    found.retain(|twins| {
        let asks_back =
            twins.right.row.is_some_and(|right| seen.contains(&(right, Some(twins.row))));
        seen.insert((twins.row, twins.right.row));
        !asks_back
    });
    found
}

fn pair_view(twins: &Twins, writing: Writing) -> PairView {
    let (alike, all) = (twins.alike.0.to_string(), twins.alike.1.to_string());
    let values = [("alike", alike.as_str()), ("all", all.as_str())];
    let row_name = |row: u32| {
        let row = row.to_string();
        writing.with("intake-row", &[("row", row.as_str())])
    };
    let mut rows = Vec::new();
    for (field, left) in &twins.left.values {
        let right = twins.right.values.iter().find(|(other, _)| other == field);
        let right = right.map(|(_, value)| value.clone()).unwrap_or_default();
        let differs = twins.differing.contains(field);
        let right = match twins.right.sight {
            // What is masked already is shown as it is.
            SideSight::Masked => right,
            SideSight::Whole if twins.right.person.is_some() => shown_value(&right, true, writing),
            _ => shown(&right, differs, writing),
        };
        rows.push((
            writing.w(&format!("field-{}", field.name())),
            shown(left, differs && twins.right.row.is_some(), writing),
            right,
            differs,
        ));
    }
    let code = writing.words().problem_by_code(twins.code);
    PairView {
        id: format!("pasangan-{}-{}", twins.row.0, twins.row.1),
        title: code.what.replace("….", "…"),
        why: match twins.right.sight {
            SideSight::OutOfReach => String::new(),
            _ => writing.with("intake-alike", &values),
        },
        left: row_name(twins.row.1),
        right: match twins.right.row {
            Some((_, row)) => row_name(row),
            None => writing.w("intake-in-register"),
        },
        rows,
        covered: match twins.right.sight {
            SideSight::Whole => String::new(),
            SideSight::Masked => writing.w("intake-twin-masked"),
            SideSight::OutOfReach => writing.w("intake-twin-elsewhere"),
        },
        answered: match twins.answered {
            Some((answer, _)) => writing.w(&format!("intake-answered-{}", answer.name())),
            None => String::new(),
        },
        forms: Vec::new(),
        look: None,
    }
}

/// Numbers are masked, but for the last four digits where the two differ: those are to be compared.
fn shown(text: &str, differs: bool, writing: Writing) -> String {
    let masked = shown_value(text, false, writing);
    if !differs || masked == text {
        return masked;
    }
    if masked.chars().count() != text.chars().count() {
        return masked;
    }
    let keep = text.chars().count().saturating_sub(4);
    masked.chars().take(keep).chain(text.chars().skip(keep)).collect()
}

/// An answer.
pub(super) async fn say(
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
        let row = row_place(fields.text("baris"))?;
        let saying = saying(&signed, staged.sheet.id, &fields);
        let office = web.office();
        let code = ProblemCode::SamePersonOtherNik;
        let outcome = match fields.text("jawab") {
            "sama-kiri" => office.say_same(&saying, &examined, row, true),
            "sama-kanan" => office.say_same(&saying, &examined, row, false),
            "bukan" => office.say_different(&saying, &examined, row, fields.text("alasan")),
            _ => office.answer_rows(&saying, &[row], code, (Answer::Ask, "")),
        };
        let next = to(asked, staged.sheet.id, "ganda");
        said(web, asked, outcome, next, |mistake| {
            twins_page(web, asked, &signed, &id, Mistake::Said(mistake))
        })
    })
    .await
}

/// Opens somebody of the register for a reason: the asking is kept in their history, then the page
/// shows them beside the row for some minutes.
pub(super) async fn look(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (sheet, row) = (sheet_id(&id)?, row_place(fields.text("baris"))?);
        let (staged, examined) = match opened(web, asked, &signed, &id)? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let found = web.office().twins(&signed.actor, &staged, &examined, None)?;
        let person = found.iter().find(|twins| twins.row == row).and_then(|it| it.right.person);
        let person = person.ok_or_else(|| AppError::not_found("ROW_UNKNOWN", ""))?;
        match web.office().ask_to_look(&signed.actor, person, fields.text("alasan")) {
            Ok(asking) => {
                let query = [("lihat".to_owned(), asking.to_string())];
                let place = format!("/impor/{sheet}/ganda");
                Ok(Redirect::to(&asked.writing().href(&place, &query)).into_response())
            }
            Err(error) if error.code == "REASON_MISSING" => {
                let mistake = Mistake::Looking(row, asked.writing().w("people-reason.wrong"));
                let mut shown = twins_page(web, asked, &signed, &id, mistake)?;
                *shown.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(shown)
            }
            Err(error) => Err(error),
        }
    })
    .await
}
