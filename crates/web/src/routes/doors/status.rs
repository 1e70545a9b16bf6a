//! `/cek`: whether a card is paid for. A slip of the pen is told from the number alone; everything
//! else that does not fit has one answer, byte for byte.

use std::sync::Arc;

use app::doors::{CardNumber, CardState, StatusShown, StatusState};
use app::office::Operation;
use axum::extract::State;
use axum::response::Response;

use tokio::time::Instant;

use super::{held, number_field, open_form, place_of};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Field, FormPage, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, day_of, html, unfit};
use crate::session::Visitor;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/cek", Operation::ReadPublic, show),
        Route::post("/cek", Operation::UseDoors, ask).for_anybody(),
    ]
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&form_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn form_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("lookup-title"));
    let fields = vec![
        number_field(writing, "kartu", "lookup-card"),
        Field::line(writing, "lahir", "lookup-birth"),
    ];
    let form = open_form(&page, "/cek", "lookup-ask", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    let mut page = FormPage::new(page, writing.w("lookup-title"), form).with_back("/", "web-home");
    page.lead = vec![writing.w("lookup-lead")];
    page
}

async fn ask(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    posted: Posted,
) -> Response {
    let begun = Instant::now();
    let response = answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        // Numbers are read in this one place.
        let number = CardNumber::parse(posted.get("kartu"));
        if number.is_err() {
            mistakes.add("kartu", writing.w("lookup-card.wrong"));
        }
        let birth = day_of(posted.get("lahir"));
        if birth.is_none() {
            mistakes.add("lahir", writing.w("lookup-birth.wrong"));
        }
        let (Ok(number), Some(birth)) = (number, birth) else {
            return Ok(unfit(html(&form_page(web, asked, &posted, &mistakes))));
        };
        let from = place_of(visitor.address);
        Ok(match web.office().card_status(number, birth, &from)? {
            Some(shown) => html(&found(web, asked, &shown)),
            None => html(&no_match(web, asked)),
        })
    })
    .await;
    held(begun, response).await
}

/// The one answer to whatever does not fit.
fn no_match(web: &Web, asked: &Asked) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("lookup-no-match"));
    let points = (1..=3).map(|line| writing.w(&format!("lookup-no-match.line{line}")));
    let again = Piece::Link(writing.href("/cek", &[]), writing.w("lookup-again"));
    let pieces = vec![Piece::Points(points.collect()), again];
    let back = Some((writing.href("/", &[]), writing.w("web-home")));
    Plain { page, back, lead: writing.w("lookup-no-match.lead"), pieces }
}

fn found(web: &Web, asked: &Asked, shown: &StatusShown) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("lookup-found"));
    let state = shown.state.name();
    let (heading, text) =
        (writing.w(&format!("lookup-{state}")), writing.w(&format!("lookup-{state}.what")));
    let mut pieces = vec![Piece::Notice(match shown.state {
        StatusState::Active => Notice::done(heading, text),
        StatusState::Later => Notice::info(heading, text),
        StatusState::Ended | StatusState::Unpaid => Notice::warning(heading, text),
    })];
    if shown.card != CardState::Active {
        let key = format!("lookup-card-{}", shown.card.name());
        pieces.push(Piece::Notice(Notice::info(writing.w(&key), String::new())));
    }
    pieces.push(Piece::Facts(Facts::new(writing, facts(shown, writing))));
    pieces.push(Piece::Words(writing.w("lookup-not-official")));
    pieces.push(Piece::Link(writing.href("/musibah", &[]), writing.w("web-door-event")));
    let back = Some((writing.href("/cek", &[]), writing.w("lookup-again")));
    Plain { page, back, lead: String::new(), pieces }
}

fn facts(shown: &StatusShown, writing: Writing) -> Vec<Fact> {
    let month = |month: Option<base::Month>| month.map(|month| writing.month(month));
    let schemes = Some(shown.schemes_in_words()).filter(|words| !words.is_empty());
    let rows = [
        ("lookup-schemes", schemes),
        ("lookup-since", month(shown.since)),
        ("lookup-until", month(shown.paid_until)),
        ("lookup-last", month(shown.last)),
        ("lookup-programme", Some(shown.programme.to_string()).filter(|name| !name.is_empty())),
        ("lookup-payer", Some(writing.w(&format!("lookup-payer.{}", shown.payer)))),
    ];
    let known = rows.into_iter().filter_map(|(key, value)| value.map(|value| (key, value)));
    known.map(|(key, value)| Fact::new(writing.w(key), value)).collect()
}
