//! `/bank/baris/{id}`: a line of the bank beside what it may pay; what is sure is put forward here,
//! and somebody else approves it.

use std::sync::Arc;

use app::bank::{Direction, Give, LineFile, Moves, PartPurpose, Why, bill_reference};
use app::error::AppError;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::id::kind;
use base::{Id, Rupiah};

use super::state_word;
use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::intake::sentence;
use crate::routes::{Route, Web, amount_of, answer, html};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/bank/baris/{id}", Operation::ReadMoney, show),
        Route::post("/bank/baris/{id}/usul", Operation::Pay, propose),
        Route::post("/bank/baris/{id}/lepas", Operation::Pay, release),
        Route::post("/bank/baris/{id}/lain", Operation::Pay, explain),
    ]
}

/// The number of a line as an address carries it.
pub(in crate::routes) fn line_id(text: &str) -> Result<Id<kind::StatementLine>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("BANK_LINE_UNKNOWN", ""))
}

/// One line.
async fn show(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().bank_line(&signed.actor, line_id(&id)?)?;
        Ok(html(&page(web, asked, &file, &Posted::default(), None)?))
    })
    .await
}

fn page(
    web: &Web,
    asked: &Asked,
    file: &LineFile,
    posted: &Posted,
    refused: Option<&AppError>,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let shown = &file.shown;
    let day = writing.day(shown.line.facts.day);
    let amount = writing.rupiah(shown.line.facts.amount);
    let title = writing.with("bank-line-one", &[("day", &day), ("amount", &amount)]);
    let page = web.page(asked, Section::Bank, title);
    let mut pieces = Vec::new();
    if let Some(error) = refused {
        let text = sentence(asked, error);
        pieces.push(Piece::Notice(Notice::warning(text, String::new())));
    }
    if asked.value("usul").is_some() {
        let text = writing.w("bank-proposed.what");
        pieces.push(Piece::Notice(Notice::done(writing.w("bank-proposed"), text)));
    }
    pieces.push(Piece::Facts(Facts::dense(writing, facts(file, writing))));
    if let Some(reason) = shown.reason.as_ref().filter(|_| shown.state.is_open()) {
        pieces.push(Piece::Words(writing.w(&format!("break-{}", reason.name()))));
    }
    if !shown.state.is_open() {
        pieces.push(Piece::Words(writing.w("bank-line-used")));
    }
    pieces.extend(parts(file, writing));
    for waiting in &file.waiting {
        let href = writing.href(&format!("/tugas/{}", waiting.task), &[]);
        pieces.push(Piece::Link(href, writing.w("bank-line-waits")));
    }
    let may_pay = web.may_somewhere(actor, Operation::Pay) && file.waiting.is_empty();
    if may_pay && shown.left > Rupiah::ZERO {
        pieces.push(Piece::Heading(writing.w("bank-candidates")));
        pieces.extend(choose(&page, file, writing, posted));
    }
    let standing = file.parts.iter().any(|part| part.stands());
    if may_pay && standing {
        pieces.push(Piece::Heading(writing.w("bank-release")));
        let fields = vec![Field::line(writing, "alasan", "bank-why")];
        let action = format!("/bank/baris/{}/lepas", shown.line.id);
        pieces.push(Piece::Form(
            Form::new(&page, &action, "bank-release-send", fields).scoped("lepas-"),
        ));
    }
    let back = Some((writing.href("/bank", &[]), writing.w("bank-back")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

/// The left side: what the bank says.
fn facts(file: &LineFile, writing: Writing) -> Vec<Fact> {
    let shown = &file.shown;
    let said = &shown.line.facts;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let way = match said.direction {
        Direction::In => "bank-in",
        Direction::Out => "bank-out",
    };
    let amount = format!("{} ({})", writing.rupiah(said.amount), said.amount.in_words());
    let mut facts = vec![
        fact("bank-day", writing.day(said.day)),
        fact("bank-account-code", shown.account.to_string()),
        fact("bank-direction", writing.w(way)),
        fact("bank-amount", amount),
        fact("bank-state", state_word(shown.state, writing)),
        fact("bank-left", writing.rupiah(shown.left)),
    ];
    if let Some(remark) = &shown.remark {
        facts.push(fact("bank-remark", remark.to_string()));
    }
    facts
}

/// What was done with it so far.
fn parts(file: &LineFile, writing: Writing) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if !file.parts.is_empty() {
        let lines = file.parts.iter().map(|part| {
            let what = purpose(part.purpose, writing);
            let amount = writing.rupiah(part.amount);
            let when = writing.moment(part.given_at_ms);
            let values = [("what", what.as_str()), ("amount", &amount), ("when", &when)];
            let key = if part.stands() { "bank-part" } else { "bank-part-gone" };
            writing.with(key, &values)
        });
        pieces.push(Piece::Heading(writing.w("bank-parts")));
        pieces.push(Piece::Points(lines.collect()));
    }
    if let Some(line) = file.undone_by {
        let href = writing.href(&format!("/bank/baris/{line}"), &[]);
        pieces.push(Piece::Link(href, writing.w("bank-undone-by")));
    }
    pieces
}

/// What a part is for, in words.
pub(in crate::routes) fn purpose(purpose: PartPurpose, writing: Writing) -> String {
    match purpose {
        PartPurpose::Bill(bill) => {
            writing.with("bank-for-bill", &[("bill", &bill_reference(bill))])
        }
        PartPurpose::Suspense(_) => writing.w("bank-for-suspense"),
        PartPurpose::Returned(_) => writing.w("bank-for-returned"),
        PartPurpose::Reversal(_) => writing.w("bank-for-reversal"),
        PartPurpose::Other => writing.w("bank-for-other"),
    }
}

/// The right side: what is suggested and what else it may be.
fn choose(
    page: &crate::page::Page,
    file: &LineFile,
    writing: Writing,
    posted: &Posted,
) -> Vec<Piece> {
    let id = file.shown.line.id;
    let choices: Vec<Choice> = ways(file)
        .iter()
        .map(|(value, parts, whys)| {
            let parts: Vec<String> = parts
                .iter()
                .map(|(what, much)| {
                    format!("{} {}", purpose(*what, writing), writing.rupiah(*much))
                })
                .collect();
            let mut choice = Choice::new(value.clone(), parts.join(" + "));
            let whys = whys.iter().map(|why| writing.w(&format!("why-{}", why.name())));
            choice.hint = whys.collect::<Vec<_>>().join("; ");
            choice
        })
        .collect();
    let mut pieces = Vec::new();
    if choices.is_empty() {
        pieces.push(Piece::Words(writing.w("bank-candidates-none")));
    }
    let mut own = vec![Choice::new("sendiri", writing.w("bank-own-parts"))];
    let mut all = choices;
    all.append(&mut own);
    let fields = vec![
        Field::new(writing, "pilihan", "bank-choice", Control::Select(all)),
        Field::new(writing, "bagian", "bank-own", Control::Lines(3)).optional(writing),
        Field::line(writing, "alasan", "bank-why"),
    ];
    let action = format!("/bank/baris/{id}/usul");
    let form = Form::new(page, &action, "bank-propose", fields);
    pieces.push(Piece::Form(form.filled(posted, &Mistakes::none())));
    pieces.push(Piece::Heading(writing.w("bank-other")));
    pieces.push(Piece::Words(writing.w("bank-other-lead")));
    let fields = vec![Field::line(writing, "alasan", "bank-why")];
    let action = format!("/bank/baris/{id}/lain");
    pieces.push(Piece::Form(Form::new(page, &action, "bank-other-send", fields).scoped("lain-")));
    pieces
}

/// A way to give a line out: its value in the form, the parts, and what speaks for it.
type Way = (String, Vec<(PartPurpose, Rupiah)>, Vec<Why>);

/// What is suggested, then the candidates, then all of it to suspense.
fn ways(file: &LineFile) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    if let Some(found) = &file.shown.suggestion {
        ways.push(("saran".to_owned(), found.parts.clone(), found.whys.clone()));
    }
    for (candidate, at) in file.candidates.iter().zip(1..) {
        if ways.iter().all(|(_, parts, _)| *parts != candidate.parts) {
            ways.push((format!("calon-{at}"), candidate.parts.clone(), candidate.whys.clone()));
        }
    }
    if let Some(fund) = file.fund {
        let whole = vec![(PartPurpose::Suspense(fund), file.shown.left)];
        ways.push(("titipan".to_owned(), whole, Vec::new()));
    }
    ways
}

/// Puts forward what a line's money is for.
async fn propose(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = line_id(&id)?;
        let file = web.office().bank_line(&signed.actor, id)?;
        let done = chosen(&file, &posted).and_then(|give| {
            let moves = Moves { release: Vec::new(), give };
            web.office().propose_moves(&signed.actor, &moves, posted.get("alasan"))
        });
        finished(web, asked, &file, &posted, done.map(|_| ()))
    })
    .await
}

/// The parts that a form asks for.
fn chosen(file: &LineFile, posted: &Posted) -> Result<Vec<Give>, AppError> {
    let line = file.shown.line.id;
    let wanted = posted.get("pilihan");
    if wanted != "sendiri" {
        let ways = ways(file);
        let way = ways.iter().find(|(value, ..)| value == wanted);
        let (_, parts, _) = way.ok_or_else(|| AppError::usage("MOVES_EMPTY", ""))?;
        return Ok(parts.iter().map(|(what, much)| Give::new(line, *what, *much)).collect());
    }
    read_parts(file, posted.get("bagian"))
}

/// Reads `PYG-XXXXXXXX 1.000.000` in lines, `titipan 500`, `kembali BARIS`, `batal BARIS`.
pub(in crate::routes) fn read_parts(file: &LineFile, text: &str) -> Result<Vec<Give>, AppError> {
    let line = file.shown.line.id;
    let mut gives = Vec::new();
    for row in text.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let wrong = || AppError::usage("BILL_PART_UNREADABLE", row);
        let (what, rest) = row.split_once(' ').ok_or_else(wrong)?;
        let rest = rest.trim();
        let amount = || amount_of(rest).ok_or_else(wrong);
        gives.push(match what.to_lowercase().as_str() {
            "titipan" => {
                let fund = file.fund.ok_or_else(|| AppError::usage("FUND_NEEDED", ""))?;
                Give::new(line, PartPurpose::Suspense(fund), amount()?)
            }
            "kembali" => Give::new(line, PartPurpose::Returned(line_id(rest)?), file.shown.left),
            "batal" => {
                let whole = file.shown.line.facts.amount;
                Give::new(line, PartPurpose::Reversal(line_id(rest)?), whole)
            }
            _ => {
                let wanted = what.to_uppercase();
                let bill = file.bills.keys().find(|bill| bill_reference(**bill) == wanted);
                let bill = bill.ok_or_else(|| AppError::not_found("BILL_UNKNOWN", what))?;
                Give::new(line, PartPurpose::Bill(*bill), amount()?)
            }
        });
    }
    Ok(gives)
}

/// Puts forward that a line's money is released.
async fn release(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().bank_line(&signed.actor, line_id(&id)?)?;
        let standing = file.parts.iter().filter(|part| part.stands());
        let release = standing.map(|part| part.id).collect();
        let moves = Moves { release, give: Vec::new() };
        let done = web.office().propose_moves(&signed.actor, &moves, posted.get("alasan"));
        finished(web, asked, &file, &posted, done.map(|_| ()))
    })
    .await
}

/// Says that a line is nothing that Payung keeps books of.
async fn explain(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().bank_line(&signed.actor, line_id(&id)?)?;
        let line = [file.shown.line.id];
        let done = web.office().explain_lines(&signed.actor, &line, posted.get("alasan"));
        match done {
            Ok(_) => {
                let place = asked.writing().href(&format!("/bank/baris/{}", line[0]), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) => finished(web, asked, &file, &posted, Err(error)),
        }
    })
    .await
}

/// Back to the line: with what was put forward, or with what stands against it.
fn finished(
    web: &Web,
    asked: &Asked,
    file: &LineFile,
    posted: &Posted,
    done: Result<(), AppError>,
) -> Result<Response, AppError> {
    match done {
        Ok(()) => {
            let done = [("usul".to_owned(), "ya".to_owned())];
            let path = format!("/bank/baris/{}", file.shown.line.id);
            Ok(Redirect::to(&asked.writing().href(&path, &done)).into_response())
        }
        Err(error) => {
            let shown = page(web, asked, file, posted, Some(&error))?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&shown)).into_response())
        }
    }
}
