//! `/bank`: the lines of the bank's statements and where each stands; what waits in suspense, the
//! accounts, a month reconciled; a statement sent, lines matched.

mod line;
mod send;

pub(super) use line::{line_id, purpose, read_parts};

use std::sync::Arc;

use app::bank::{LineShown, LineState, MonthReconciled, Of, Reconciliation, bill_reference};
use app::error::AppError;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::{Month, Rupiah};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Field, Form};
use crate::routes::{Route, Web, answer};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

/// Each state with its word in an address.
const STATES: [(LineState, &str); 12] = [
    (LineState::Ready, "siap"),
    (LineState::Suggested, "disarankan"),
    (LineState::Unmatched, "belum"),
    (LineState::Partial, "sebagian"),
    (LineState::Matched, "cocok"),
    (LineState::Split, "dibagi"),
    (LineState::Over, "lebih"),
    (LineState::Suspense, "titipan"),
    (LineState::Returned, "kembali"),
    (LineState::Reversed, "dibatalkan"),
    (LineState::Reversal, "pembatal"),
    (LineState::Other, "lain"),
];

const LINES: View = View {
    path: "/bank",
    operation: Operation::ReadMoney,
    id: "bank-lines",
    section: Section::Bank,
    columns: &[
        Column::of_data("line", Kind::Text),
        Column::new("day", "bank-day", Kind::Text),
        Column::of_data("account", Kind::Text),
        Column::new("remark", "bank-remark", Kind::Text),
        Column::of_data("direction", Kind::Text),
        Column::new("amount_rupiah", "bank-amount", Kind::Rupiah),
        Column::of_data("left_rupiah", Kind::Rupiah),
        Column::new("state", "bank-state", Kind::Text),
        Column::new("reason", "bank-reason", Kind::Text),
        Column::of_data("suggested", Kind::Text),
    ],
    meta: &[],
    parameters: &[Parameter {
        name: "keadaan",
        meaning: "Where the lines stand.",
        shape: Shape::OneOf(&[
            "siap",
            "disarankan",
            "belum",
            "sebagian",
            "cocok",
            "dibagi",
            "lebih",
            "titipan",
            "kembali",
            "dibatalkan",
            "pembatal",
            "lain",
        ]),
    }],
    load: load_lines,
};

const SUSPENSE: View = View {
    path: "/bank/titipan",
    operation: Operation::ReadMoney,
    id: "bank-suspense",
    section: Section::Bank,
    columns: &[
        Column::of_data("line", Kind::Text),
        Column::new("since", "bank-since", Kind::Text),
        Column::of_data("account", Kind::Text),
        Column::of_data("direction", Kind::Text),
        Column::new("days", "bank-age-days", Kind::Count),
        Column::new("age", "bank-age-head", Kind::Text),
        Column::new("amount_rupiah", "bank-amount", Kind::Rupiah),
    ],
    meta: &[],
    parameters: &[],
    load: load_suspense,
};

const ACCOUNTS: View = View {
    path: "/bank/rekening",
    operation: Operation::ReadMoney,
    id: "bank-accounts",
    section: Section::Bank,
    columns: &[
        Column::new("account", "bank-account-code", Kind::Text),
        Column::new("name", "bank-account-name", Kind::Text),
        Column::new("bank", "bank-account-bank", Kind::Text),
        Column::new("number_masked", "bank-account-number", Kind::Text),
        Column::new("fund", "bank-account-fund", Kind::Text),
        Column::of_data("layout", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_accounts,
};

const MONTH: View = View {
    path: "/bank/rekonsiliasi",
    operation: Operation::ReadMoney,
    id: "bank-reconciliation",
    section: Section::Bank,
    columns: &[
        Column::new("obstacle", "bank-obstacle", Kind::Text),
        Column::new("of", "bank-obstacle-of", Kind::Text),
        Column::of_data("programme", Kind::Text),
        Column::new("amount_rupiah", "bank-amount", Kind::Rupiah),
        Column::new("days", "bank-age-days", Kind::Count),
    ],
    meta: &[
        Column::of_data("month", Kind::Month),
        Column::of_data("billed_rupiah", Kind::Rupiah),
        Column::of_data("paid_rupiah", Kind::Rupiah),
        Column::of_data("received_rupiah", Kind::Rupiah),
        Column::of_data("agree", Kind::Count),
    ],
    parameters: &[Parameter {
        name: "bulan",
        meaning: "The month; the present one when absent.",
        shape: Shape::Month,
    }],
    load: load_month,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = LINES.routes();
    routes.extend(SUSPENSE.routes());
    routes.extend(ACCOUNTS.routes());
    routes.extend(MONTH.routes());
    routes.push(Route::get("/bank/rekonsiliasi/{month}", Operation::ReadMoney, of_month));
    routes.extend(send::routes());
    routes.extend(line::routes());
    routes
}

fn load_lines(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let mut found = web.office().bank_lines(actor)?;
    let count = |state| found.iter().filter(|shown| shown.state == state).count() as u64;
    let all = (String::new(), writing.w("web-all"), Some(found.len() as u64));
    let states = STATES.iter().filter(|(state, _)| count(*state) > 0);
    let choices = states
        .map(|(state, word)| (word.to_string(), state_word(*state, writing), Some(count(*state))));
    let choices: Vec<_> = [all].into_iter().chain(choices).collect();
    if let Some(word) = asked.value("keadaan").filter(|word| !word.is_empty()) {
        let known = STATES.iter().find(|(_, known)| *known == word);
        let (state, _) = known.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?;
        found.retain(|shown| shown.state == *state);
    }
    let (rows, more) = window.cut(found.iter().map(|shown| row(shown, writing)).collect());
    let may_pay = web.may_somewhere(actor, Operation::Pay);
    let import = (writing.href("/bank/impor", &[]), writing.w("bank-import"));
    Ok(Listing {
        title: writing.w("bank-heading"),
        lead: writing.w("bank-lead"),
        action: may_pay.then_some(import),
        caption: writing.w("bank-caption"),
        empty: writing.w("bank-empty"),
        facets: vec![Facet { head: writing.w("bank-state"), name: "keadaan", choices }],
        notes_heading: writing.w("web-meaning"),
        notes: ["bank-note-match", "bank-note-open", "bank-note-month"]
            .map(|key| writing.w(key))
            .into(),
        rows,
        more,
        links: ways(writing, may_pay),
        ..Listing::default()
    })
}

/// Where to go on from the lines.
fn ways(writing: Writing, may_pay: bool) -> Vec<(String, String)> {
    let ways = [
        ("/bank/cocokkan", "bank-match", may_pay),
        ("/bank/titipan", "bank-suspense-heading", true),
        ("/bank/rekonsiliasi", "bank-month-heading", true),
        ("/bank/rekening", "bank-accounts-heading", true),
        ("/bank/snap", "snap-heading", true),
    ];
    let open = ways.into_iter().filter(|(.., open)| *open);
    open.map(|(path, key, _)| (writing.href(path, &[]), writing.w(key))).collect()
}

fn row(shown: &LineShown, writing: Writing) -> Row {
    let facts = &shown.line.facts;
    let id = shown.line.id.to_string();
    let href = writing.href(&format!("/bank/baris/{id}"), &[]);
    let day = Cell::Link(writing.day(facts.day), href);
    let open = shown.state.is_open();
    let reason = shown.reason.as_ref().filter(|_| open);
    let reason = reason.map_or(Cell::Empty, |reason| {
        Cell::Named(reason.name().to_owned(), writing.w(&format!("break-{}", reason.name())))
    });
    let whys = shown.suggestion.as_ref().filter(|_| open).map(|suggestion| {
        suggestion.whys.iter().map(|why| why.name()).collect::<Vec<_>>().join(" ")
    });
    let remark = shown.remark.as_deref().map_or("•••".to_owned(), str::to_owned);
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Noted(Box::new(day), shown.account.to_string()),
        Cell::text(&*shown.account),
        Cell::text(remark),
        Cell::text(facts.direction.name()),
        Cell::Rupiah(facts.signed()),
        Cell::Rupiah(shown.left),
        state_cell(shown.state, writing),
        reason,
        Cell::text(whys.unwrap_or_default()),
    ];
    Row::new(id, cells)
}

fn state_word(state: LineState, writing: Writing) -> String {
    writing.w(&format!("line-state-{}", state.name()))
}

/// A state in a coloured word.
fn state_cell(state: LineState, writing: Writing) -> Cell {
    Cell::State(state.name(), class(state), state_word(state, writing))
}

fn class(state: LineState) -> &'static str {
    match state {
        LineState::Unmatched | LineState::Partial | LineState::Suspense => "warning",
        LineState::Matched | LineState::Split | LineState::Returned => "confirmed",
        _ => "",
    }
}

/// An age in words.
fn age(from: u32, to: Option<u32>, writing: Writing) -> String {
    let (from, end) = (from.to_string(), to.map(|to| to.to_string()).unwrap_or_default());
    match to {
        Some(_) => writing.with("bank-age", &[("from", &from), ("to", &end)]),
        None => writing.with("bank-age-more", &[("from", &from)]),
    }
}

fn load_suspense(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let suspense = web.office().bank_suspense(actor)?;
    let rows = suspense.waits.iter().map(|waits| {
        let id = waits.line.to_string();
        let href = writing.href(&format!("/bank/baris/{id}"), &[]);
        let (from, to, ..) = suspense.ages[waits.age];
        let since = Cell::Link(writing.day(waits.since), href);
        let cells = vec![
            Cell::Text(id.clone()),
            Cell::Noted(Box::new(since), waits.account.to_string()),
            Cell::text(&*waits.account),
            Cell::text(waits.direction.name()),
            Cell::Count(u64::from(waits.days)),
            Cell::Text(age(from, to, writing)),
            Cell::Rupiah(waits.amount),
        ];
        Row::new(id, cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let all = suspense.waits.iter().fold(0_i64, |sum, one| sum.saturating_add(one.amount.0));
    let total = format!("{}: {}", writing.w("bill-paper-total"), writing.spelled(Rupiah(all)));
    let notes = suspense.ages.iter().map(|(from, to, count, sum)| {
        let (count, sum) = (writing.number(*count), writing.rupiah(*sum));
        let age = age(*from, *to, writing);
        let values = [("age", age.as_str()), ("count", &count), ("sum", &sum)];
        writing.with("bank-age-line", &values)
    });
    Ok(Listing {
        title: writing.w("bank-suspense-heading"),
        lead: writing.w("bank-suspense-lead"),
        action: Some((writing.href("/bank", &[]), writing.w("bank-back"))),
        caption: writing.w("bank-suspense-caption"),
        empty: writing.w("bank-suspense-none"),
        notes_heading: writing.w("bank-ages"),
        notes: notes.chain([total]).collect(),
        rows,
        more,
        ..Listing::default()
    })
}

fn load_accounts(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let rows = web.office().bank_accounts(actor)?.into_iter().map(|account| {
        let cells = vec![
            Cell::text(&*account.code),
            Cell::text(&*account.name),
            Cell::text(account.bank),
            Cell::text(account.number),
            Cell::text(&*account.fund),
            Cell::text(&*account.layout),
        ];
        Row::new(account.code.to_string(), cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let may_pay = web.may_somewhere(actor, Operation::Pay);
    let new = (writing.href("/bank/rekening/baru", &[]), writing.w("bank-account-new"));
    let back = (writing.href("/bank", &[]), writing.w("bank-back"));
    Ok(Listing {
        title: writing.w("bank-accounts-heading"),
        lead: writing.w("bank-accounts-lead"),
        action: Some(if may_pay { new } else { back }),
        caption: writing.w("bank-accounts-caption"),
        empty: writing.w("bank-accounts-caption"),
        rows,
        more,
        ..Listing::default()
    })
}

/// A month's own address of its reconciliation.
async fn of_month(
    State(web): State<Arc<Web>>,
    Path(month): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |_, asked| {
        let month = Month::parse(&month).ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?;
        let query = [("bulan".to_owned(), month.to_string())];
        Ok(Redirect::to(&asked.writing().href("/bank/rekonsiliasi", &query)).into_response())
    })
    .await
}

fn load_month(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let month = match asked.value("bulan").filter(|month| !month.is_empty()) {
        None => web.office().today().month_of(),
        Some(text) => Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?,
    };
    let shown = web.office().reconcile_month(actor, month)?;
    let outcome = &shown.outcome;
    let rows = outcome.found.iter().enumerate().map(|(at, found)| {
        let words = writing.w(&format!("obstacle-{}", found.obstacle.name()));
        let (of, programme) = match &found.of {
            Of::Bill(bill, programme) => {
                let programme = shown.programmes.get(programme);
                let code = programme.map(|(code, _)| code.to_string()).unwrap_or_default();
                let name = programme.map(|(_, name)| name.to_string()).unwrap_or_default();
                (Cell::Noted(Box::new(Cell::Text(bill_reference(*bill))), name), code)
            }
            Of::Line(line) => {
                let href = writing.href(&format!("/bank/baris/{line}"), &[]);
                (Cell::Link(writing.w("bank-line"), href), String::new())
            }
            Of::Account(code) => (Cell::text(&**code), String::new()),
        };
        let cells = vec![
            Cell::Named(found.obstacle.name().to_owned(), words),
            of,
            Cell::text(programme),
            Cell::Rupiah(found.amount),
            Cell::Count(u64::from(found.days)),
        ];
        Row::new(format!("{at:06}"), cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let page = web.page(asked, Section::Bank, String::new());
    let fields = vec![Field::line(writing, "bulan", "sipp-month").answered(month.to_string())];
    let receipt = (writing.href("/bank/kuitansi", &[]), writing.w("bank-receipt-new"));
    let may_pay = web.may_somewhere(actor, Operation::Pay);
    let notes = month_notes(&shown, writing);
    let withdraw = (writing.href("/bank/kuitansi/tarik", &[]), writing.w("bank-receipt-withdraw"));
    let words = writing.month(month);
    Ok(Listing {
        title: writing.w("bank-month-heading"),
        lead: if outcome.is_clean() { String::new() } else { writing.w("bank-month-open") },
        action: may_pay.then_some(receipt),
        form: Some(Form::search(&page, "/bank/rekonsiliasi", "sipp-show", fields)),
        caption: writing.with("bank-month-caption", &[("month", &words)]),
        empty: writing.w("bank-month-clean"),
        meta: vec![
            Cell::Month(month),
            Cell::Rupiah(outcome.billed),
            Cell::Rupiah(outcome.paid),
            Cell::Rupiah(outcome.received),
            Cell::Count(outcome.agree),
        ],
        notes_heading: writing.w("bank-month-totals"),
        notes,
        signers: super::ledger::signers(writing),
        state: vec![("bulan".to_owned(), month.to_string())],
        rows,
        more,
        links: if may_pay && !shown.receipts.is_empty() { vec![withdraw] } else { Vec::new() },
        ..Listing::default()
    })
}

/// What stands under a month: the totals, the ages of what is open, the receipts.
fn month_notes(shown: &MonthReconciled, writing: Writing) -> Vec<String> {
    let mut notes = totals(&shown.outcome, writing);
    notes.extend(shown.ages.iter().filter(|(_, _, count, _)| *count > 0).map(
        |(from, to, count, sum)| {
            let (count, sum) = (writing.number(*count), writing.rupiah(*sum));
            let age = age(*from, *to, writing);
            let values = [("age", age.as_str()), ("count", &count), ("sum", &sum)];
            writing.with("bank-age-line", &values)
        },
    ));
    notes.extend(shown.receipts.iter().take(RECEIPTS_SHOWN).map(|one| {
        let (bill, sum) = (bill_reference(one.bill), writing.rupiah(one.amount));
        let day = writing.day(one.day);
        let values = [("number", &*one.number), ("bill", &bill), ("sum", &sum), ("day", &day)];
        writing.with("bank-receipt-line", &values)
    }));
    notes
}

/// Receipts named under a month; a regency has a handful of bills in it.
const RECEIPTS_SHOWN: usize = 100;

/// The three totals, in figures and in words.
fn totals(outcome: &Reconciliation, writing: Writing) -> Vec<String> {
    let line =
        |key: &str, amount: Rupiah| format!("{}: {}", writing.w(key), writing.spelled(amount));
    vec![
        line("bank-billed", outcome.billed),
        line("bank-paid-by-bank", outcome.paid),
        line("bank-received", outcome.received),
    ]
}
