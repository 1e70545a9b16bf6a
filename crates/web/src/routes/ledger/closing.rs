//! `/buku/tutup`: the months of the books, the page on which a month is looked at before it is
//! closed, and the opening of a closed one.

use std::sync::Arc;

use app::bank::{Direction, Of};
use app::error::AppError;
use app::ledger::closing::{CloseCheck, FoundShown, MissingShown, PeriodShown, StepShown};
use app::office::Operation;
use app::prints::hex;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::{Month, Rupiah};

use super::figures_and_words;
use crate::page::{Asked, Section, Writing};
use crate::parts::{Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const PERIODS: View = View {
    path: "/buku/tutup",
    operation: Operation::ReadMoney,
    id: "ledger-periods",
    section: Section::Ledger,
    columns: &[
        Column::new("month", "period-month", Kind::Text),
        Column::new("state", "period-state", Kind::Text),
        Column::new("act", "period-act", Kind::Text),
        Column::new("maker", "ledger-maker", Kind::Text),
        Column::new("checkers", "ledger-checker", Kind::Text),
        Column::new("transfers", "period-transfers", Kind::Count),
        Column::new("moved_rupiah", "period-moved", Kind::Rupiah),
        Column::of_data("hash", Kind::Text),
        Column::of_data("reason", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = PERIODS.routes();
    let pay = Operation::Pay;
    routes.push(Route::get("/buku/tutup/{month}", Operation::ReadMoney, show));
    routes.push(Route::post("/buku/tutup/{month}", pay, close));
    routes.push(Route::post("/buku/tutup/{month}/buka", pay, reopen));
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let found = web.office().periods(asked.actor()?)?;
    let (rows, more) = window.cut(found.iter().map(|one| row(one, writing)).collect());
    Ok(Listing {
        title: writing.w("period-heading"),
        lead: writing.w("period-lead"),
        caption: writing.w("period-caption"),
        empty: writing.w("ledger-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn row(period: &PeriodShown, writing: Writing) -> Row {
    let (state, class) = if period.closed { ("closed", "ok") } else { ("open", "") };
    let href = writing.href(&format!("/buku/tutup/{}", period.month), &[]);
    let last = period.steps.last();
    let act = last.map_or(Cell::Empty, |last| {
        let words = writing.w(&format!("period-{}", last.step.act.name()));
        let state = writing.w(&format!("step-{}", last.step.state.name()));
        Cell::Named(last.step.act.name().to_owned(), format!("{words}: {state}"))
    });
    let text = |of: fn(&StepShown) -> String| last.map_or(Cell::Empty, |last| Cell::text(of(last)));
    let cells = vec![
        Cell::Link(writing.month(period.month), href),
        Cell::State(state, class, writing.w(&format!("period-{state}"))),
        act,
        text(|last| last.maker.to_string()),
        text(|last| last.checkers.join(", ")),
        last.map_or(Cell::Empty, |last| Cell::Count(last.step.transfers)),
        last.map_or(Cell::Empty, |last| Cell::Rupiah(last.step.moved)),
        text(|last| hex(&last.hash())),
        text(|last| last.step.reason.to_string()),
    ];
    Row::new(period.month.to_string(), cells)
}

fn month_of(text: &str) -> Result<Month, AppError> {
    Month::parse(text).ok_or_else(|| AppError::not_found("MONTH_UNKNOWN", ""))
}

/// One month before it is closed, or after.
async fn show(State(web): State<Arc<Web>>, Path(month): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let month = month_of(&month)?;
        let page = month_page(web, asked, month, &Posted::default(), &Mistakes::none())?;
        Ok(html(&page))
    })
    .await
}

fn month_page(
    web: &Web,
    asked: &Asked,
    month: Month,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let check = web.office().show_close(actor, month)?;
    let title = writing.with("period-one", &[("month", &writing.month(month))]);
    let mut page = web.page(asked, Section::Ledger, title);
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let mut pieces = Vec::new();
    if asked.value("usul").is_some() {
        let text = writing.w("period-sent.what");
        pieces.push(Piece::Notice(Notice::done(writing.w("period-sent"), text)));
    }
    pieces.push(Piece::Facts(Facts::new(writing, facts(&check, writing))));
    if let Some(waits) = &check.waits {
        let href = writing.href(&format!("/tugas/{}", waits.task()), &[]);
        pieces.push(Piece::Link(href, writing.w("period-task")));
    }
    let may = web.may_somewhere(actor, Operation::Pay);
    pieces.extend(standing(&check, writing));
    let free = check.waits.is_none() && may;
    let action = format!("/buku/tutup/{month}");
    if free && check.may_be_closed() {
        let (mut lead, mut fields) = ("period-close-lead", Vec::new());
        if !check.missing.is_empty() {
            lead = "period-waive-lead";
            fields.push(Field::new(writing, "alasan", "period-waive", Control::Lines(3)));
        }
        pieces.push(Piece::Words(writing.w(lead)));
        let mut form = Form::new(&page, &action, "period-close-send", fields);
        form.grave = true;
        let form = form.with_hidden("sidik", &hex(&check.hash));
        pieces.push(Piece::Form(form.filled(posted, mistakes)));
    }
    // Months are opened in the reverse order of their closing.
    let newest = web.office().closed_until(actor)? == Some(month.last_day());
    if free && check.closed && newest {
        pieces.push(Piece::Heading(writing.w("period-reopen")));
        pieces.push(Piece::Words(writing.w("period-reopen-lead")));
        let reason = Field::new(writing, "alasan", "period-reason", Control::Lines(3));
        let form = Form::new(&page, &format!("{action}/buka"), "period-reopen-send", vec![reason]);
        pieces.push(Piece::Form(form.filled(posted, mistakes)));
    }
    pieces.push(Piece::Signatures(super::signers(writing)));
    let back = Some((writing.href("/buku/tutup", &[]), writing.w("period-back")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

/// Where the month stands: closed, free, or what is in the way and what is missing by name.
fn standing(check: &CloseCheck, writing: Writing) -> Vec<Piece> {
    if check.closed || check.obstacles.is_empty() {
        let key = if check.closed { "period-is-closed" } else { "period-free" };
        return vec![Piece::Words(writing.w(key))];
    }
    let mut pieces = vec![
        Piece::Heading(writing.w("period-obstacles")),
        Piece::Points(obstacles(check, writing)),
    ];
    if !check.found.is_empty() {
        pieces.push(Piece::Heading(writing.w("period-found")));
        pieces.extend(check.found.iter().map(|one| found(one, writing)));
    }
    if !check.missing.is_empty() {
        let name = |one: &MissingShown| {
            let what = writing.w(&format!("period-{}", one.what.kind.name()));
            match one.what.rupiah {
                Rupiah::ZERO => format!("{what}: {}", one.name),
                rupiah => format!("{what}: {}, {}", one.name, figures_and_words(rupiah, writing)),
            }
        };
        pieces.push(Piece::Heading(writing.w("period-missing")));
        pieces.push(Piece::Points(check.missing.iter().map(name).collect()));
    }
    pieces
}

/// What contradicts or is not explained, with the page on which that is mended.
fn found(one: &FoundShown, writing: Writing) -> Piece {
    let what = writing.w(&format!("obstacle-{}", one.obstacle.name()));
    let way = one.direction.map(|direction| match direction {
        Direction::In => writing.w("bank-in"),
        Direction::Out => writing.w("bank-out"),
    });
    let name = [Some(one.name.clone()), way].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let text = format!("{what}: {name}, {}", writing.rupiah(one.amount));
    let month = one.month.map(|month| ("bulan".to_owned(), month.to_string()));
    let href = match &one.of {
        Of::Line(line) => writing.href(&format!("/bank/baris/{line}"), &[]),
        Of::Bill(..) | Of::Account(_) => {
            writing.href("/bank/rekonsiliasi", &month.into_iter().collect::<Vec<_>>())
        }
    };
    Piece::Link(href, text)
}

fn facts(check: &CloseCheck, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let state = if check.closed { "closed" } else { "open" };
    let mut facts = vec![
        fact("period-state", writing.w(&format!("period-{state}"))),
        fact("period-transfers", writing.number(check.transfers)),
        fact("period-moved", figures_and_words(check.moved, writing)),
        fact("period-hash", hex(&check.hash)),
    ];
    if !check.closed {
        let proved = if check.proved { "period-proved-now" } else { "period-proved-later" };
        facts.push(fact("period-proved", writing.w(proved)));
    }
    facts
}

fn obstacles(check: &CloseCheck, writing: Writing) -> Vec<String> {
    let line = |one: &app::ledger::closing::Obstacle| {
        let key = format!("obstacle-{}", one.kind.name());
        let (count, rupiah) = (writing.number(one.count), writing.rupiah(one.rupiah));
        let month = check.earlier.map(|month| writing.month(month)).unwrap_or_default();
        let values = [("count", &*count), ("rupiah", &*rupiah), ("month", &*month)];
        format!("{} {}", writing.with(&key, &values), writing.w(&format!("{key}.remedy")))
    };
    check.obstacles.iter().map(line).collect()
}

/// Puts the closing forward, of the month as the page showed it.
async fn close(
    State(web): State<Arc<Web>>,
    Path(month): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let month = month_of(&month)?;
        let check = web.office().show_close(&signed.actor, month)?;
        if posted.get("sidik") != hex(&check.hash) {
            return Err(AppError::refused("PERIOD_MOVED_ON", month.in_words()));
        }
        match web.office().propose_close(&signed.actor, month, posted.get("alasan")) {
            Ok(_) => Ok(sent(asked, month)),
            Err(error) if unexplained(&error) => {
                let mut mistakes = Mistakes::none();
                mistakes.add("alasan", sentence(&error, asked.writing()));
                Ok(unfit(html(&month_page(web, asked, month, &posted, &mistakes)?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Whether the reason is what is wrong.
fn unexplained(error: &AppError) -> bool {
    ["PERIOD_PAPERS_MISSING", "REASON_MISSING", "TEXT_HOLDS_NIK"].contains(&error.code.as_str())
}

/// Puts the opening forward, for a reason.
async fn reopen(
    State(web): State<Arc<Web>>,
    Path(month): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let month = month_of(&month)?;
        let reason = posted.get("alasan");
        match web.office().propose_reopen(&signed.actor, month, reason) {
            Ok(_) => Ok(sent(asked, month)),
            Err(error) if error.code == "REASON_MISSING" => {
                let mut mistakes = Mistakes::none();
                mistakes.add("alasan", asked.writing().w("voucher-reason-missing"));
                Ok(unfit(html(&month_page(web, asked, month, &posted, &mistakes)?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// On to the month, which says that it waits.
fn sent(asked: &Asked, month: Month) -> Response {
    let done = [("usul".to_owned(), "ya".to_owned())];
    Redirect::to(&asked.writing().href(&format!("/buku/tutup/{month}"), &done)).into_response()
}
