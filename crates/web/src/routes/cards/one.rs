//! `/kartu/satu/{id}`: one card: printed, ended, or made anew with a cause and a reason; why it
//! ended and who took it.

use std::sync::Arc;

use app::cards::{CardCause, CardFile, CardLayout, CardState, Ending, card_id};
use app::error::AppError;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{layout_choice, layout_of};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::plan::attachment;
use crate::routes::{Route, Web, answer, html, is_said, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

/// What may be done to a card.
const STEPS: [&str; 2] = ["revoke", "reprint"];

const END: Act = Act {
    path: "/api/kartu/{id}/akhir",
    operation: Operation::Cards,
    id: "end-card",
    summary: "Ends a card, or makes it anew: then the old one ends in the same moment.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input { name: "langkah", meaning: "What is done.", shape: Shape::Word(|| STEPS.to_vec()) },
        Input { name: "sebab", meaning: "The cause.", shape: Shape::Word(causes) },
        Input {
            name: "alasan",
            meaning: "What happened, in a sentence; it stays in the office.",
            shape: Shape::Text { most: 300, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: &[Column::of_data("card", Kind::Text), Column::of_data("state", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: act_end,
    again: act_end,
};

fn causes() -> Vec<&'static str> {
    CardCause::by_hand().map(CardCause::name).collect()
}

pub(super) fn routes() -> Vec<Route> {
    let cards = Operation::Cards;
    vec![
        Route::get("/kartu/satu/{id}", cards, show),
        Route::post("/kartu/satu/{id}/cetak", cards, print),
        Route::post("/kartu/satu/{id}/akhir", cards, end),
        END.route(),
    ]
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&card_page(web, asked, &id, None)?))).await
}

fn card_page(web: &Web, asked: &Asked, id: &str, said: Option<Notice>) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let file = web.office().card_file(asked.actor()?, card_id(id)?)?;
    let page = web.page(asked, Section::Cards, writing.w("card-one"));
    let mut pieces: Vec<Piece> = said.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::dense(writing, facts(&file, writing))));
    if let Some(handover) = file.row.handover {
        let href = writing.href(&format!("/kartu/serah/{handover}"), &[]);
        pieces.push(Piece::Link(href, writing.w("handover-one")));
    }
    let person = writing.href(&format!("/peserta/{}", file.row.card.person), &[]);
    pieces.push(Piece::Link(person, writing.w("people-one")));
    pieces.extend(forms(&page, &file, writing));
    let back = Some((writing.href("/kartu", &[]), writing.w("cards-title")));
    Ok(Plain { page, back, lead: writing.w("lookup-not-official"), pieces })
}

fn facts(file: &CardFile, writing: Writing) -> Vec<Fact> {
    let card = &file.row.card;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut rows = vec![
        fact("card-number", card.number.to_string()),
        fact("card-holder", file.row.holder.clone()),
        fact("card-village", card.village.to_string()),
        fact("card-day-programme", file.programme.1.to_string()),
        fact("card-paid-until", writing.month(card.paid_until)),
        fact("card-issued", writing.day(card.issued)),
        fact("column-state", writing.w(&format!("card-state-{}", card.state.name()))),
    ];
    if let Some((end, by)) = &file.end {
        let cause = writing.w(&format!("card-cause-{}", end.cause.name()));
        let moment = writing.moment(end.ended_at_ms);
        rows.push(fact("card-ended", format!("{cause} · {moment} · {by}")));
    }
    if let Some(handover) = &file.handover {
        let to = writing.w(&format!("card-recipient-{}", handover.recipient.name()));
        let moment = writing.moment(handover.at_ms);
        rows.push(fact("card-handover-to", format!("{to} · {moment}")));
    }
    rows
}

fn forms(page: &Page, file: &CardFile, writing: Writing) -> Vec<Piece> {
    let path = |end: &str| format!("/kartu/satu/{}/{end}", file.row.card.id);
    let is_good = file.row.card.state == CardState::Active;
    let mut pieces = Vec::new();
    if is_good {
        let layouts = [CardLayout::Single, CardLayout::Card, CardLayout::Letter];
        let layouts = layouts.map(|layout| layout_choice(layout, writing));
        let layout = Field::new(writing, "bentuk", "cards-layout", Control::Select(layouts.into()));
        let form = Form::new(page, &path("cetak"), "cards-print", vec![layout]);
        pieces.push(Piece::Heading(writing.w("cards-print")));
        pieces.push(Piece::Form(form.scoped("cetak")));
    }
    let steps = STEPS.iter().filter(|step| match **step {
        "revoke" => is_good,
        _ => file.may_reprint,
    });
    let steps: Vec<Choice> =
        steps.map(|step| Choice::new(*step, writing.w(&format!("card-do-{step}")))).collect();
    if !steps.is_empty() {
        let causes = CardCause::by_hand().map(|cause| {
            Choice::new(cause.name(), writing.w(&format!("card-cause-{}", cause.name())))
        });
        let fields = vec![
            Field::new(writing, "langkah", "card-end-step", Control::Select(steps)),
            Field::new(writing, "sebab", "card-end-cause", Control::Select(causes.collect())),
            Field::new(writing, "alasan", "card-end-reason", Control::Lines(2)),
        ];
        let mut form = Form::new(page, &path("akhir"), "card-end-send", fields);
        form.grave = true;
        pieces.push(Piece::Heading(writing.w("card-end")));
        pieces.push(Piece::Words(writing.w("card-end.what")));
        pieces.push(Piece::Form(form.scoped("akhir")));
    }
    pieces
}

async fn print(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let layout = layout_of(posted.get("bentuk"))?;
        let file = web.office().card_file(&signed.actor, card_id(&id)?)?;
        let number = file.row.card.number.to_string();
        let words = asked.writing().words();
        match web.office().print_card(&signed.actor, &number, (layout, words)) {
            Ok(file) => Ok(attachment(&file.name, "application/pdf", file.bytes)),
            Err(error) => said_on_page(web, asked, &id, error),
        }
    })
    .await
}

/// The page with what is wrong above it; what is no answer to somebody stays an error.
fn said_on_page(web: &Web, asked: &Asked, id: &str, error: AppError) -> Result<Response, AppError> {
    if !is_said(&error) {
        return Err(error);
    }
    let said = Notice::warning(sentence(&error, asked.writing()), String::new());
    Ok(unfit(html(&card_page(web, asked, id, Some(said))?)))
}

async fn end(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().card_file(&signed.actor, card_id(&id)?)?;
        let said = [posted.get("langkah"), posted.get("sebab"), posted.get("alasan")];
        match ended(web, &signed.actor, &file, said) {
            Ok(next) => {
                let place = asked.writing().href(&format!("/kartu/satu/{next}"), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) => said_on_page(web, asked, &id, error),
        }
    })
    .await
}

/// Ends a card or makes it anew; which card to look at then.
fn ended(
    web: &Web,
    actor: &app::office::Actor,
    file: &CardFile,
    [step, cause, reason]: [&str; 3],
) -> Result<String, AppError> {
    let unknown = |word| AppError::usage("KIND_UNKNOWN", app::error::typed(word));
    let known = CardCause::by_hand().find(|known| known.name() == cause);
    let cause = known.ok_or_else(|| unknown(cause))?;
    let (number, ending) = (file.row.card.number.to_string(), Ending { cause, reason });
    match step {
        "revoke" => {
            web.office().revoke_card(actor, &number, ending)?;
            Ok(file.row.card.id.to_string())
        }
        "reprint" => Ok(web.office().reprint_card(actor, &number, ending)?.id.to_string()),
        step => Err(unknown(step)),
    }
}

fn act_end(call: &Call<'_>) -> Result<Said, AppError> {
    let file = call.web.office().card_file(call.actor, card_id(call.part("id"))?)?;
    let given = [call.given.text("langkah"), call.given.text("sebab"), call.given.text("alasan")];
    let next = ended(call.web, call.actor, &file, given)?;
    let file = call.web.office().card_file(call.actor, card_id(&next)?)?;
    let state = file.row.card.state.name().to_owned();
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::Text(next), Cell::Text(state)] })
}
