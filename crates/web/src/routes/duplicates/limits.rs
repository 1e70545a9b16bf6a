//! `/ganda/batas`: how decided pairs fell by their evidence, and from which evidence on pairs are
//! asked about or taken for one human; to put other limits forward.

use std::sync::Arc;

use app::duplicates::LimitsReport;
use app::error::AppError;
use app::office::Operation;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::chart::{RowCell, Rows};
use crate::parts::{Choice, Control, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

const PATH: &str = "/ganda/batas";

/// The errors that an office may choose to bear, in parts per million, the usual one first.
const ERRORS: [(u32, &str); 4] = [(10_000, "1"), (1_000, "0,1"), (20_000, "2"), (50_000, "5")];

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let decide = Operation::ChangePerson;
    vec![Route::get(PATH, decide, show), Route::post(PATH, decide, propose)]
}

/// The link that stands beside the list of pairs.
pub(super) fn link(writing: Writing) -> (String, String) {
    (writing.href(PATH, &[]), writing.w("limits-heading"))
}

/// The error that was chosen; the usual one when it is none of those offered.
fn error_of(typed: &str) -> (u32, &'static str) {
    ERRORS.into_iter().find(|(_, word)| *word == typed).unwrap_or(ERRORS[0])
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let error = error_of(asked.value("galat").unwrap_or_default());
        let report = web.office().duplicate_limits(asked.actor()?, error.0)?;
        Ok(html(&page(web, asked, &report, error.1)))
    })
    .await
}

fn page(web: &Web, asked: &Asked, report: &LimitsReport, error: &str) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::Duplicates, writing.w("limits-heading"));
    let limits = |key: &str, same: i32, ask: i32| {
        let (same, ask) = (writing.bits(same), writing.bits(ask));
        writing.with(key, &[("same", &*same), ("ask", &*ask)])
    };
    let mut pieces = vec![
        Piece::Words(limits("duplicates-limits-now", report.now.same, report.now.ask)),
        Piece::Form(choice(&page, error, writing)),
    ];
    match report.then {
        None => {
            let text = writing.w("limits-none-what");
            let heading = writing.w("duplicates-limits-none");
            pieces.push(Piece::Notice(Notice::info(heading, text)));
        }
        Some(then) => {
            let sentence = limits("duplicates-limits-then", then.same, then.ask);
            pieces.push(Piece::Words(sentence));
            let counts = [report.dropped, report.missed, report.mistaken];
            let [dropped, missed, mistaken] = counts.map(|count| writing.number(count));
            let values = [("dropped", &*dropped), ("missed", &missed), ("mistaken", &mistaken)];
            pieces.push(Piece::Words(writing.with("duplicates-limits-effect", &values)));
            let form = Form::new(&page, PATH, "limits-propose", Vec::new());
            pieces.push(Piece::Form(form.with_hidden("galat", error).scoped("usul")));
        }
    }
    pieces.push(Piece::Heading(writing.w("limits-bands")));
    match report.bands.is_empty() {
        true => pieces.push(Piece::Words(writing.w("limits-bands-none"))),
        false => pieces.push(Piece::Rows(bands(report, writing))),
    }
    let back = Some((writing.href("/ganda", &[]), writing.w("pair-back")));
    Plain { page, back, lead: writing.w("limits-lead"), pieces }
}

fn choice(page: &Page, error: &str, writing: Writing) -> Form {
    let choices = ERRORS.map(|(_, word)| Choice::new(word, format!("{word} %")));
    let choices = Control::Select(choices.into());
    let field = Field::new(writing, "galat", "limits-error", choices).answered(error);
    Form::search(page, PATH, "web-show", vec![field])
}

fn bands(report: &LimitsReport, writing: Writing) -> Rows {
    let number = |count: u64| RowCell::number(writing.number(count));
    let rows = report.bands.iter().map(|band| {
        vec![
            RowCell::number(writing.bits(band.from)),
            number(band.same),
            number(band.different),
            number(band.open),
        ]
    });
    let head = |key: &str| (writing.w(key), true);
    Rows {
        id: "bukti".to_owned(),
        caption: writing.w("limits-bands"),
        heads: vec![
            head("limits-from"),
            head("limits-same"),
            head("limits-different"),
            head("limits-open"),
        ],
        rows: rows.collect(),
        total: Vec::new(),
    }
}

/// Puts the limits forward that decided pairs ask for.
async fn propose(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (error, _) = error_of(posted.get("galat"));
        let (_, task) = web.office().propose_limits(&signed.actor, error)?;
        let place = asked.writing().href(&format!("/tugas/{task}"), &[]);
        Ok::<_, AppError>(Redirect::to(&place).into_response())
    })
    .await
}
