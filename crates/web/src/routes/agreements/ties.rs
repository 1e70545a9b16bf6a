//! The programmes that run under an agreement, on its page and on that of a programme.

use std::sync::Arc;

use app::agreements::{AgreementFile, AgreementState, Tied};
use app::error::AppError;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::page::{Asked, Page, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Posted};
use crate::routes::{Route, Web, answer, to};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/perjanjian/{code}/program", Operation::SetUp, tie)]
}

/// The programmes under an agreement, and the forms that change them.
pub(super) fn pieces(
    web: &Web,
    page: &Page,
    file: &AgreementFile,
    writing: Writing,
) -> Result<Vec<Piece>, AppError> {
    let mut pieces = vec![Piece::Heading(writing.w("agreement-programmes"))];
    let choice = |code: &str, name: &str| Choice::new(code, format!("{name} ({code})"));
    let tied: Vec<Choice> = file.programmes.iter().map(|(code, name)| choice(code, name)).collect();
    if tied.is_empty() {
        pieces.push(Piece::Words(writing.w("agreement-programmes-none")));
    } else {
        let fact = |(code, name): &(Box<str>, Box<str>)| {
            let href = writing.href(&format!("/program/{code}"), &[]);
            Fact { change: Some(href), ..Fact::new(code.to_string(), name.to_string()) }
        };
        let facts = file.programmes.iter().map(fact).collect();
        let facts = Facts { change: writing.w("org-open"), ..Facts::new(writing, facts) };
        pieces.push(Piece::Facts(facts));
    }
    if !file.may_change {
        return Ok(pieces);
    }
    let is_tied = |code: &str| file.programmes.iter().any(|(known, _)| **known == *code);
    let programmes = web.office().programmes()?;
    let others = programmes.iter().filter(|one| !is_tied(&one.code));
    let others: Vec<Choice> = others.map(|one| choice(&one.code, &one.name)).collect();
    let action = format!("/perjanjian/{}/program", file.agreement.code);
    let form = |choices: Vec<Choice>, key: &str, scope: &str| {
        let select = Control::Select(choices);
        let field = Field::new(writing, "program", "agreement-programme", select);
        Form::new(page, &action, key, vec![field]).scoped(scope)
    };
    if !others.is_empty() {
        pieces.push(Piece::Form(form(others, "agreement-tie", "kait")));
    }
    if !tied.is_empty() {
        let form = form(tied, "agreement-untie", "lepas").with_hidden("lepas", "ya");
        pieces.push(Piece::Form(form));
    }
    Ok(pieces)
}

async fn tie(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let tie = (posted.get("program"), posted.has("lepas"));
        web.office().tie_agreement(&signed.actor, &code, tie)?;
        Ok(to(asked, &format!("/perjanjian/{code}"), "program"))
    })
    .await
}

/// What a programme runs under, for its own page: a fact for each agreement, and a warning where
/// months are without one.
pub(crate) fn of_programme(
    web: &Web,
    asked: &Asked,
    code: &str,
) -> Result<(Vec<Fact>, Option<Notice>), AppError> {
    let writing = asked.writing();
    let found = web.office().agreements_of_programme(asked.actor()?, code)?;
    let name = writing.w("programme-agreement");
    if found.agreements.is_empty() {
        return Ok((vec![Fact::new(name, writing.w("programme-agreement-none"))], None));
    }
    let fact = |tied: &Tied| {
        let (from, to) = (writing.day(tied.from), writing.day(tied.to));
        let values = [("number", &*tied.number), ("from", &from), ("to", &to)];
        let line = match tied.state {
            AgreementState::Draft => "programme-agreement-draft",
            _ => "programme-agreement-line",
        };
        let href = writing.href(&format!("/perjanjian/{}", tied.code), &[]);
        Fact { change: Some(href), ..Fact::new(name.clone(), writing.with(line, &values)) }
    };
    let facts = found.agreements.iter().map(fact).collect();
    let months = found.without.iter().map(|(first, last)| match first == last {
        true => writing.month(*first),
        false => format!("{} – {}", writing.month(*first), writing.month(*last)),
    });
    let months = months.collect::<Vec<_>>().join("; ");
    let notice = (!months.is_empty()).then(|| {
        let heading = writing.with("programme-without-agreement", &[("months", &months)]);
        Notice::warning(heading, writing.w("programme-without-agreement.what"))
    });
    Ok((facts, notice))
}
