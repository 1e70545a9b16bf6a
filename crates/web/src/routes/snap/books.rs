//! `/bank/snap`: payments as banks told them, what does not fit, virtual accounts, and the banks.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::snap::{Account, Break, Partner, Standing};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;
use base::id::kind;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const TOLD: View = View {
    path: "/bank/snap",
    operation: Operation::ReadMoney,
    id: "bank-notices",
    section: Section::Money,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("told_at", "snap-told", Kind::Moment),
        Column::new("bank", "snap-bank", Kind::Text),
        Column::new("customer", "snap-customer", Kind::Text),
        Column::new("paid_rupiah", "snap-paid", Kind::Rupiah),
        Column::new("day", "snap-day", Kind::Day),
        Column::new("payment_request", "snap-request", Kind::Text),
        Column::of_data("reference", Kind::Text),
        Column::new("state", "snap-state", Kind::Text),
    ],
    meta: &[],
    parameters: &[BANK],
    load: load_told,
};

const BREAKS: View = View {
    path: "/bank/snap/selisih",
    operation: Operation::ReadMoney,
    id: "bank-breaks",
    section: Section::Money,
    columns: &[
        Column::of_data("notice", Kind::Text),
        Column::new("code", "snap-break", Kind::Text),
        Column::new("next", "snap-next", Kind::Text),
        Column::new("bank", "snap-bank", Kind::Text),
        Column::new("customer", "snap-customer", Kind::Text),
        Column::new("paid_rupiah", "snap-paid", Kind::Rupiah),
        Column::new("day", "snap-day", Kind::Day),
        Column::new("payment_request", "snap-request", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_breaks,
};

const ACCOUNTS: View = View {
    path: "/bank/snap/rekening",
    operation: Operation::ReadMoney,
    id: "virtual-accounts",
    section: Section::Money,
    columns: &[
        Column::new("customer", "snap-customer", Kind::Text),
        Column::new("programme", "web-programme", Kind::Text),
        Column::new("month", "web-bill-month", Kind::Month),
        Column::new("total_rupiah", "snap-total", Kind::Rupiah),
        Column::new("state", "snap-bill-state", Kind::Text),
        Column::new("known_to", "snap-known", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_accounts,
};

const BANK: Parameter = Parameter {
    name: "bank",
    meaning: "The bank, by its code; every bank when absent.",
    shape: Shape::Text,
};

/// Where the banks are.
const BANKS: &str = "/bank/snap/mitra";
/// Where one is put forward.
const NEW: &str = "/bank/snap/mitra/baru";

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let (read, pay) = (Operation::ReadMoney, Operation::Pay);
    let mut routes = TOLD.routes();
    routes.extend(BREAKS.routes());
    routes.extend(ACCOUNTS.routes());
    routes.extend([
        Route::get(BANKS, read, banks),
        Route::get(NEW, pay, ask),
        Route::post(NEW, pay, propose),
        Route::get("/bank/snap/selisih/{id}", pay, one),
        Route::post("/bank/snap/selisih/{id}", pay, explain),
    ]);
    routes
}

fn load_told(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let bank = asked.value("bank").filter(|code| !code.is_empty());
    let told = web.office().bank_notices(actor, bank)?;
    let banks = web.office().banks(actor)?;
    let (rows, more) = window.cut(told.iter().map(|one| told_row(one, writing)).collect());
    let mut choices = vec![(String::new(), writing.w("snap-every-bank"), None)];
    choices
        .extend(banks.iter().map(|bank| (bank.terms.code.clone(), bank.terms.name.clone(), None)));
    let facet = Facet { head: writing.w("snap-bank"), name: "bank", choices };
    let breaks = web.office().bank_breaks(actor)?.len() as u64;
    Ok(Listing {
        title: writing.w("snap-heading"),
        lead: writing.with("snap-lead", &[("breaks", &writing.number(breaks))]),
        action: Some((writing.href(BREAKS.path, &[]), writing.w("snap-to-breaks"))),
        caption: writing.w("snap-caption"),
        empty: writing.w("snap-empty"),
        facets: if banks.is_empty() { Vec::new() } else { vec![facet] },
        state: vec![("bank".to_owned(), bank.unwrap_or_default().to_owned())],
        rows,
        more,
        notes_heading: writing.w("snap-more"),
        notes: vec![writing.w("snap-note-accounts"), writing.w("snap-note-banks")],
        ..Listing::default()
    })
}

fn told_row(one: &Standing, writing: Writing) -> Row {
    let verdict = &*one.verdict;
    let (name, class) = match verdict {
        "CREDITED" => ("credited", "done"),
        "RECOGNISED" => ("recognised", "done"),
        _ if one.is_explained => ("explained", ""),
        _ => ("refused", "warning"),
    };
    let words = writing.w(&format!("snap-verdict-{verdict}"));
    let cells = vec![
        Cell::Text(one.id.to_string()),
        Cell::Moment(one.told_at_ms),
        Cell::text(&*one.partner),
        Cell::text(&*one.customer),
        Cell::Rupiah(one.paid.rupiah),
        Cell::Day(one.day),
        Cell::text(&*one.payment_request),
        Cell::text(&*one.reference),
        Cell::State(name, class, words),
    ];
    Row::new(one.id.to_string(), cells)
}

fn load_breaks(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().bank_breaks(actor)?;
    let (rows, more) = window.cut(found.iter().map(|one| break_row(one, writing)).collect());
    Ok(Listing {
        title: writing.w("snap-breaks-heading"),
        lead: writing.w("snap-breaks-lead"),
        action: Some((writing.href(TOLD.path, &[]), writing.w("snap-heading"))),
        caption: writing.w("snap-breaks-caption"),
        empty: writing.w("snap-breaks-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn break_row(one: &Break, writing: Writing) -> Row {
    let id = one.notice.map(|id| id.to_string()).unwrap_or_default();
    let words = writing.w(&format!("snap-verdict-{}", one.code));
    let what = match id.as_str() {
        "" => Cell::Named(one.code.to_owned(), words),
        id => Cell::Link(words, writing.href(&format!("{}/{id}", BREAKS.path), &[])),
    };
    // No number of a customer stands in an address.
    let bill = one.bill.map(|bill| bill.to_string()).unwrap_or_default();
    let key = format!("{} {id}{bill} {}", one.code, one.partner);
    let cells = vec![
        Cell::text(id),
        what,
        Cell::text(writing.w(&format!("snap-verdict-{}.next", one.code))),
        Cell::text(&*one.partner),
        Cell::text(&*one.customer),
        Cell::Rupiah(one.paid.rupiah),
        Cell::Day(one.day),
        Cell::text(&*one.payment_request),
    ];
    Row::new(key, cells)
}

fn load_accounts(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().virtual_accounts(actor)?;
    let (rows, more) = window.cut(found.iter().map(|one| account_row(one, writing)).collect());
    Ok(Listing {
        title: writing.w("snap-accounts-heading"),
        lead: writing.w("snap-accounts-lead"),
        action: Some((writing.href(TOLD.path, &[]), writing.w("snap-heading"))),
        caption: writing.w("snap-accounts-caption"),
        empty: writing.w("snap-accounts-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn account_row(one: &Account, writing: Writing) -> Row {
    let state = one.state.name();
    let known = one.known_to.iter().map(|(bank, state)| {
        let state = writing.w(&format!("snap-known-{state}"));
        format!("{bank}: {state}")
    });
    let cells = vec![
        Cell::text(&*one.customer),
        Cell::text(&*one.programme),
        Cell::Month(one.month),
        Cell::Rupiah(one.total),
        Cell::Named(state.to_owned(), writing.w(&format!("snap-bill-{state}"))),
        Cell::text(known.collect::<Vec<_>>().join("; ")),
    ];
    Row::new(one.bill.to_string(), cells)
}

/// The banks, each with what was agreed.
async fn banks(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut pieces = Vec::new();
        if asked.value("selesai") == Some("ajukan") {
            let what = writing.w("snap-proposed.what");
            pieces.push(Piece::Notice(Notice::done(writing.w("snap-proposed"), what)));
        }
        for bank in web.office().banks(&signed.actor)? {
            let ended = if bank.is_ended { writing.w("snap-ended-mark") } else { String::new() };
            pieces.push(Piece::Heading(format!("{} {ended}", bank.terms.name).trim().to_owned()));
            pieces.push(Piece::Facts(Facts::new(writing, bank_facts(&bank, writing))));
        }
        if pieces.is_empty() {
            pieces.push(Piece::Words(writing.w("snap-banks-empty")));
        }
        if web.may_somewhere(&signed.actor, Operation::Pay) {
            pieces.push(Piece::Link(writing.href(NEW, &[]), writing.w("snap-bank-new")));
        }
        let page = web.page(asked, Section::Money, writing.w("snap-banks-heading"));
        let back = Some((writing.href(TOLD.path, &[]), writing.w("snap-heading")));
        Ok(html(&Plain { page, back, lead: writing.w("snap-banks-lead"), pieces }))
    })
    .await
}

fn bank_facts(bank: &Partner, writing: Writing) -> Vec<Fact> {
    let terms = &bank.terms;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let number = |number: i64| writing.number(number.unsigned_abs());
    let mut facts = vec![
        fact("snap-term-code", terms.code.clone()),
        fact("snap-term-client", terms.client.clone()),
        fact("snap-term-partner-id", terms.partner_id.clone()),
        fact("snap-term-service-id", terms.service_id.clone()),
        fact(
            "snap-term-padding",
            writing.w(&format!("snap-term-padding-{}", terms.padding.name())),
        ),
        fact("snap-term-scheme", writing.w(&format!("snap-term-scheme-{}", terms.scheme.name()))),
        fact("snap-term-skew-seconds", number(terms.skew_seconds)),
        fact("snap-term-token-seconds", number(terms.token_seconds)),
        fact("snap-term-settles-days", number(i64::from(terms.settles_days))),
    ];
    if let Some(asking) = &terms.asking {
        facts.push(fact("snap-term-ask-origin", asking.origin.clone()));
    }
    facts
}

async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&new_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn new_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> Plain {
    let writing = asked.writing();
    let mut page = web.page(asked, Section::Money, writing.w("snap-bank-new"));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let field = Field::new(writing, "syarat", "snap-terms", Control::Lines(20));
    let form = Form::new(&page, NEW, "snap-bank-send", vec![field]).filled(posted, mistakes);
    Plain {
        page,
        back: Some((writing.href(BANKS, &[]), writing.w("snap-banks-heading"))),
        lead: writing.w("snap-bank-new-lead"),
        pieces: vec![Piece::Form(form)],
    }
}

/// Puts a bank forward; somebody else decides.
async fn propose(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let again = |text: String, status: StatusCode| {
            let mut mistakes = Mistakes::none();
            mistakes.add("syarat", text);
            let page = new_page(web, asked, &posted, &mistakes);
            Ok((status, html(&page)).into_response())
        };
        match web.office().propose_bank(&signed.actor, posted.exact("syarat")) {
            Ok(_) => {
                let query = [("selesai".to_owned(), "ajukan".to_owned())];
                Ok(Redirect::to(&writing.href(BANKS, &query)).into_response())
            }
            Err(error) if error.code == "SNAP_UNREADABLE" => {
                let what = writing.with("snap-terms-wrong", &[("what", &error.detail)]);
                again(what, StatusCode::UNPROCESSABLE_ENTITY)
            }
            Err(error) if matches!(error.code.as_str(), "SNAP_PENDING" | "SNAP_TAKEN") => {
                let key = format!("error-{}", error.code);
                again(writing.w(&format!("{key}.page")), StatusCode::CONFLICT)
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// One break, to be explained.
async fn one(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&break_page(web, asked, notice_id(&id)?, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

fn break_page(
    web: &Web,
    asked: &Asked,
    id: Id<kind::SnapNotice>,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().bank_breaks(actor)?.into_iter().find(|one| one.notice == Some(id));
    let found = found.ok_or_else(|| AppError::not_found("SNAP_NOTICE_UNKNOWN", ""))?;
    let words = writing.w(&format!("snap-verdict-{}", found.code));
    let mut page = web.page(asked, Section::Money, words);
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let paid = found.paid.rupiah;
    let facts = vec![
        fact("snap-bank", found.partner.to_string()),
        fact("snap-customer", found.customer.to_string()),
        fact("snap-paid", format!("{} ({})", writing.rupiah(paid), paid.in_words())),
        fact("snap-day", writing.day(found.day)),
        fact("snap-request", found.payment_request.to_string()),
    ];
    let reason = Field::new(writing, "alasan", "snap-reason", Control::Lines(3));
    let action = format!("{}/{id}", BREAKS.path);
    let form = Form::new(&page, &action, "snap-explain", vec![reason]).filled(posted, mistakes);
    Ok(Plain {
        page,
        back: Some((writing.href(BREAKS.path, &[]), writing.w("snap-breaks-heading"))),
        lead: writing.w(&format!("snap-verdict-{}.next", found.code)),
        pieces: vec![Piece::Facts(Facts::new(writing, facts)), Piece::Form(form)],
    })
}

/// Says why nothing is missing.
async fn explain(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = notice_id(&id)?;
        if posted.get("alasan").is_empty() {
            let mut mistakes = Mistakes::none();
            mistakes.add("alasan", asked.writing().w("web-task-reason-missing"));
            let page = break_page(web, asked, id, &posted, &mistakes)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
        }
        web.office().explain_notice(&signed.actor, id, posted.get("alasan"))?;
        Ok(Redirect::to(&asked.writing().href(BREAKS.path, &[])).into_response())
    })
    .await
}

fn notice_id(text: &str) -> Result<Id<kind::SnapNotice>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("SNAP_NOTICE_UNKNOWN", ""))
}
