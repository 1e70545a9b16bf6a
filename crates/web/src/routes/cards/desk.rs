//! `/kartu`: the cards of a programme as the office sees them, found by number; drawn for whoever
//! has none, and printed.

use std::sync::Arc;

use app::cards::{CardLayout, CardRow, CardState, CardsPer};
use app::error::{AppError, ErrorKind};
use app::office::{Actor, Operation};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::acts::{Act, Call, Input, Said, Shape as InputShape, Takes};
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::plan::attachment;
use crate::routes::{Route, Web, answer, html, programme_field, programme_of, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const CARDS: View = View {
    path: "/kartu",
    operation: Operation::Cards,
    id: "cards",
    section: Section::Cards,
    columns: &[
        Column::of_data("card", Kind::Text),
        Column::new("number", "card-number", Kind::Text),
        Column::new("initials", "card-holder", Kind::Text),
        Column::new("village", "card-village", Kind::Text),
        Column::new("paid_until", "card-paid-until", Kind::Month),
        Column::new("state", "column-state", Kind::Text),
        Column::new("handed", "card-day-handed", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        Parameter { name: "program", meaning: "The programme, by code.", shape: Shape::Text },
        Parameter {
            name: "keadaan",
            meaning: "Only cards that stand so.",
            shape: Shape::OneOf(&["active", "revoked", "replaced"]),
        },
    ],
    load,
};

const ISSUE: Act = Act {
    path: "/api/kartu/terbit",
    operation: Operation::Cards,
    id: "issue-cards",
    summary: "Draws a card for every covered member of a programme who has none.",
    parameters: &[],
    takes: Takes::Fields(&[Input {
        name: "program",
        meaning: "The programme, by code.",
        shape: InputShape::Text { most: 60, may_be_empty: false },
    }]),
    keyed: true,
    answers: &[Column::of_data("new", Kind::Count)],
    statuses: &[StatusCode::OK],
    act: act_issue,
    again: act_issue,
};

const RENEW: Act = Act {
    path: "/api/kartu/perpanjang",
    id: "renew-cards",
    summary: "Replaces cards whose months are over, where later months are paid.",
    answers: &[Column::of_data("renewed", Kind::Count)],
    act: act_renew,
    again: act_renew,
    ..ISSUE
};

pub(super) fn routes() -> Vec<Route> {
    let cards = Operation::Cards;
    let mut routes = CARDS.routes();
    routes.extend([
        Route::post("/kartu/cari", cards, find),
        Route::get("/kartu/cetak", cards, print_form),
        Route::post("/kartu/cetak", cards, print),
        Route::post("/kartu/terbit", cards, issue),
        Route::post("/kartu/perpanjang", cards, renew),
        ISSUE.route(),
        RENEW.route(),
    ]);
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let mut listing = Listing {
        title: writing.w("cards-title"),
        lead: writing.w("cards-lead"),
        action: Some((writing.href("/kartu/cetak", &[]), writing.w("cards-print"))),
        beside: Some((writing.href("/kartu/hari", &[]), writing.w("web-card-days"))),
        caption: writing.w("cards-caption"),
        empty: writing.w("cards-empty"),
        links: vec![(writing.href("/periksa-kartu", &[]), writing.w("card-check"))],
        ..Listing::default()
    };
    listing.form =
        Some(find_form(&web.page(asked, Section::Cards, listing.title.clone()), writing));
    let Some(code) = programme_of(web, asked)? else { return Ok(listing) };
    let mut found = web.office().card_rows(actor, &code)?;
    if let Some(state) = asked.value("keadaan").filter(|state| !state.is_empty()) {
        found.retain(|row| row.card.state.name() == state);
    }
    let rows = found.iter().map(|row| card_row(row, writing)).collect();
    (listing.rows, listing.more) = window.cut(rows);
    listing.facets = facets(web, writing)?;
    listing.state = vec![("program".to_owned(), code)];
    Ok(listing)
}

fn facets(web: &Web, writing: Writing) -> Result<Vec<Facet>, AppError> {
    let programmes = web.office().programmes()?;
    let programmes =
        programmes.iter().map(|one| (one.code.to_string(), one.name.to_string(), None)).collect();
    let states = [CardState::Active, CardState::Revoked, CardState::Replaced].map(|state| {
        (state.name().to_owned(), writing.w(&format!("card-state-{}", state.name())), None)
    });
    let all = (String::new(), writing.w("web-all"), None);
    let states = std::iter::once(all).chain(states).collect();
    Ok(vec![
        Facet { head: writing.w("card-day-programme"), name: "program", choices: programmes },
        Facet { head: writing.w("column-state"), name: "keadaan", choices: states },
    ])
}

fn card_row(row: &CardRow, writing: Writing) -> Row {
    let card = &row.card;
    let id = card.id.to_string();
    let href = writing.href(&format!("/kartu/satu/{id}"), &[]);
    let state = card.state.name();
    let class = if card.state == CardState::Active { "confirmed" } else { "" };
    let handed = match row.handover {
        Some(handover) => Cell::Link(
            writing.w("cards-handed"),
            writing.href(&format!("/kartu/serah/{handover}"), &[]),
        ),
        None => Cell::Empty,
    };
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Link(card.number.to_string(), href),
        Cell::text(&*row.holder),
        Cell::text(&*card.village),
        Cell::Month(card.paid_until),
        Cell::State(state, class, writing.w(&format!("card-state-{state}"))),
        handed,
    ];
    Row::new(id, cells)
}

fn find_form(page: &Page, writing: Writing) -> Form {
    let number = Field::line(writing, "nomor", "card-number");
    Form::new(page, "/kartu/cari", "cards-find", vec![number])
}

/// Leads from a number to its card: the number itself stands in no address.
async fn find(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        match web.office().card_with(&signed.actor, posted.get("nomor")) {
            Ok(id) => {
                let place = writing.href(&format!("/kartu/satu/{id}"), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::NotFound) => {
                let page = web.page(asked, Section::Cards, writing.w("cards-title"));
                let form = find_form(&page, writing);
                let said = Notice::warning(sentence(&error, writing), String::new());
                let pieces = vec![Piece::Notice(said), Piece::Form(form)];
                let back = Some((writing.href("/kartu", &[]), writing.w("cards-title")));
                Ok(unfit(html(&Plain { page, back, lead: String::new(), pieces })))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

async fn print_form(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(html(&print_page(web, asked, None)?))).await
}

fn print_page(web: &Web, asked: &Asked, said: Option<Notice>) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Cards, writing.w("cards-print"));
    let code = asked.value("program").unwrap_or_default();
    let programme = || programme_field(web, writing, "card-day-programme", code);
    let layouts = CardLayout::ALL.map(|layout| layout_choice(layout, writing));
    let per =
        ["village", "district"].map(|per| Choice::new(per, writing.w(&format!("cards-per-{per}"))));
    let fields = vec![
        programme()?,
        Field::new(writing, "bentuk", "cards-layout", Control::Select(layouts.into())),
        Field::new(writing, "per", "cards-per", Control::Select(per.into())),
    ];
    let print = Form::new(&page, "/kartu/cetak", "cards-print", fields);
    let mut pieces: Vec<Piece> = said.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Form(print.scoped("cetak")));
    for (end, key) in [("terbit", "cards-issue"), ("perpanjang", "cards-renew")] {
        let form = Form::new(&page, &format!("/kartu/{end}"), key, vec![programme()?]);
        pieces.push(Piece::Heading(writing.w(key)));
        pieces.push(Piece::Words(writing.w(&format!("{key}.what"))));
        pieces.push(Piece::Form(form.scoped(end)));
    }
    let back = Some((writing.href("/kartu", &[]), writing.w("cards-title")));
    Ok(Plain { page, back, lead: writing.w("cards-print.lead"), pieces })
}

/// A layout by its word.
pub(super) fn layout_choice(layout: CardLayout, writing: Writing) -> Choice {
    let name = layout_name(layout);
    Choice::new(name, writing.w(&format!("cards-layout-{name}")))
}

fn layout_name(layout: CardLayout) -> &'static str {
    match layout {
        CardLayout::Sheet => "sheet",
        CardLayout::Single => "single",
        CardLayout::Card => "card",
        CardLayout::Letter => "letter",
    }
}

/// The layout with this word.
pub(super) fn layout_of(name: &str) -> Result<CardLayout, AppError> {
    let found = CardLayout::ALL.into_iter().find(|layout| layout_name(*layout) == name);
    found.ok_or_else(|| AppError::usage("KIND_UNKNOWN", app::error::typed(name)))
}

/// One file as it is, several in one archive; on the page again what was wrong.
async fn print(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let layout = layout_of(posted.get("bentuk"))?;
        let per = match posted.get("per") {
            "district" => CardsPer::District,
            _ => CardsPer::Village,
        };
        let (code, words) = (posted.get("program"), asked.writing().words());
        let mut files = Vec::new();
        web.office().print_cards(&signed.actor, code, (layout, per, words), &mut |file| {
            files.push(file);
            Ok(())
        })?;
        match files.len() {
            0 => {
                let said = Notice::warning(asked.writing().w("cards-empty"), String::new());
                Ok(unfit(html(&print_page(web, asked, Some(said))?)))
            }
            1 => {
                let file = files.remove(0);
                Ok(attachment(&file.name, "application/pdf", file.bytes))
            }
            _ => {
                let archive = app::prints::archive(&files)?;
                Ok(attachment("kartu.zip", "application/zip", archive))
            }
        }
    })
    .await
}

async fn issue(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let drawn = web.office().issue_cards(&signed.actor, posted.get("program"));
        drawn_page(web, asked, (drawn, "cards-new"))
    })
    .await
}

async fn renew(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let drawn = renewed(web, &signed.actor, posted.get("program"));
        drawn_page(web, asked, (drawn, "cards-renewed"))
    })
    .await
}

fn renewed(web: &Web, actor: &Actor, programme: &str) -> Result<u64, AppError> {
    let this_month = web.office().today().month_of();
    web.office().renew_cards(actor, programme, this_month)
}

/// The page again, with how many cards were drawn or why none is.
fn drawn_page(
    web: &Web,
    asked: &Asked,
    (drawn, key): (Result<u64, AppError>, &str),
) -> Result<Response, AppError> {
    let writing = asked.writing();
    match drawn {
        Ok(count) => {
            let count = writing.number(count);
            let said = Notice::done(writing.with(key, &[("count", &count)]), String::new());
            Ok(html(&print_page(web, asked, Some(said))?))
        }
        Err(error) if error.kind == ErrorKind::Refused => {
            let said = Notice::warning(sentence(&error, writing), String::new());
            Ok(unfit(html(&print_page(web, asked, Some(said))?)))
        }
        Err(error) => Err(error),
    }
}

fn act_issue(call: &Call<'_>) -> Result<Said, AppError> {
    let count = call.web.office().issue_cards(call.actor, call.given.text("program"))?;
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::Count(count)] })
}

fn act_renew(call: &Call<'_>) -> Result<Said, AppError> {
    let count = renewed(call.web, call.actor, call.given.text("program"))?;
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::Count(count)] })
}
