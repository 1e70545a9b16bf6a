//! `/impor/{id}/ganda`: two records that may be one person, side by side; what agrees is quiet.

use std::collections::HashSet;
use std::sync::Arc;

use app::error::AppError;
use app::staging::{Answer, Twins};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use base::ProblemCode;

use super::review::{reason_field, shown_value};
use super::{form_for, opened, row_place, said, saying, to};
use crate::forms::Fields;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Form, Notice};
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
    answered: String,
    forms: Vec<Form>,
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
    answer(web, asked, move |web, asked| twins_page(web, asked, &signed, &id, None)).await
}

fn twins_page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: &str,
    mistake: Option<String>,
) -> Result<Response, AppError> {
    let (staged, examined) = match opened(web, asked, signed, id)? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let writing = asked.writing();
    let page = web.page(asked, Section::Intake, writing.w("intake-twins"));
    let page = super::titled(page, mistake.as_ref());
    let action = format!("/impor/{}/ganda", staged.sheet.id);
    let form = |button: &str, way: &str, twins: &Twins| {
        form_for(&page, &action, button, &staged)
            .with_hidden("jawab", way)
            .with_hidden("baris", &format!("{}-{}", twins.row.0, twins.row.1))
    };
    let found = once_each(examined.twins());
    let pairs = found.iter().take(PAIRS_SHOWN).map(|twins| {
        let mut forms = Vec::new();
        if twins.answered.is_none_or(|(answer, _)| answer == Answer::Ask) {
            if twins.right.row.is_some() {
                forms.push(form("intake-same-left", "sama-kiri", twins));
            }
            forms.push(form("intake-same-right", "sama-kanan", twins));
            if twins.code == ProblemCode::SamePersonOtherNik {
                let mut different = form("intake-different", "bukan", twins);
                different.fields = vec![reason_field(writing)];
                let scope = format!("p{}-{}", twins.row.0, twins.row.1);
                forms.push(different.scoped(&scope));
            }
            forms.push(form("intake-ask-village", "tanya", twins));
        }
        pair_view(twins, forms, writing)
    });
    let pairs: Vec<PairView> = pairs.collect();
    let back = format!("/impor/{}/periksa", staged.sheet.id);
    Ok(html(&TwinsPage {
        back: (writing.href(&back, &[]), writing.w("intake-back-to-rows")),
        notice: super::mistake_notice(writing, mistake),
        lead: match pairs.is_empty() {
            true => writing.w("intake-no-twins"),
            false => writing.w("intake-twins-lead"),
        },
        pairs,
        page,
    }))
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

fn pair_view(twins: &Twins, forms: Vec<Form>, writing: Writing) -> PairView {
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
        let differs = !right.is_empty() && right.to_lowercase() != left.to_lowercase();
        rows.push((
            writing.w(&format!("field-{}", field.name())),
            shown(left, differs, writing),
            shown(&right, differs, writing),
            differs,
        ));
    }
    let code = writing.words().problem_by_code(twins.code);
    PairView {
        id: format!("pasangan-{}-{}", twins.row.0, twins.row.1),
        title: code.what.replace("….", "…"),
        why: writing.with("intake-alike", &values),
        left: row_name(twins.row.1),
        right: match twins.right.row {
            Some((_, row)) => row_name(row),
            None => writing.w("intake-in-register"),
        },
        rows,
        answered: match twins.answered {
            Some((answer, _)) => writing.w(&format!("intake-answered-{}", answer.name())),
            None => String::new(),
        },
        forms,
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
            twins_page(web, asked, &signed, &id, Some(mistake))
        })
    })
    .await
}
