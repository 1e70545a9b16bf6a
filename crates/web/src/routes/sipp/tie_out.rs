//! `/sipp/cocokkan`, also under `/program/{code}/cocokkan`: annex, list, reply, bill and cards of a
//! programme and month, with everybody whose papers differ.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::sipp::{Charge, TieLine, TieOutShown};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Section, Writing};
use crate::parts::Form;
use crate::routes::{Route, Web, answer, programme_field, programme_of};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/sipp/cocokkan",
    operation: Operation::ReadMoney,
    id: "tie-out",
    section: Section::Sipp,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "sipp-person", Kind::Text),
        Column::new("annex", "tieout-annex", Kind::Text),
        Column::new("list", "tieout-list", Kind::Text),
        Column::new("reply", "tieout-reply", Kind::Text),
        Column::new("bill", "tieout-bill", Kind::Text),
        Column::new("due_rupiah", "tieout-due-rupiah", Kind::Rupiah),
        Column::new("bill_rupiah", "tieout-bill-rupiah", Kind::Rupiah),
        Column::new("card", "tieout-cards", Kind::Text),
        Column::new("differences", "tieout-differences", Kind::Text),
    ],
    meta: &[
        Column::of_data("month", Kind::Month),
        Column::of_data("people", Kind::Count),
        Column::of_data("annex", Kind::Count),
        Column::of_data("list", Kind::Count),
        Column::of_data("accepted", Kind::Count),
        Column::of_data("bill", Kind::Count),
        Column::of_data("cards", Kind::Count),
        Column::of_data("agree", Kind::Count),
        Column::of_data("annex_rupiah", Kind::Rupiah),
        Column::of_data("due_rupiah", Kind::Rupiah),
        Column::of_data("bill_rupiah", Kind::Rupiah),
    ],
    parameters: &[super::PROGRAMME, super::MONTH],
    load,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = VIEW.routes();
    routes.push(Route::get("/program/{code}/cocokkan", Operation::ReadMoney, of_programme));
    routes
}

/// A programme's own address of its comparison.
async fn of_programme(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let programme = web.office().programme(&code)?;
        let mut query = vec![("program".to_owned(), programme.code.to_string())];
        query.extend(asked.value("bulan").map(|month| ("bulan".to_owned(), month.to_owned())));
        let place = asked.writing().href("/sipp/cocokkan", &query);
        Ok(Redirect::to(&place).into_response())
    })
    .await
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let Some(code) = programme_of(web, asked)? else {
        return Ok(Listing {
            title: writing.w("tieout-heading"),
            caption: writing.w("tieout-heading"),
            empty: writing.w("web-programmes-empty"),
            meta: vec![Cell::Empty; VIEW.meta.len()],
            ..Listing::default()
        });
    };
    let month = super::month_of(web, asked)?;
    let shown = web.office().tie_out(asked.actor()?, &code, month)?;
    let rows = shown.out.lines.iter().map(|line| row(&shown, line, writing)).collect();
    let (rows, more) = window.cut(rows);
    let page = web.page(asked, Section::Sipp, String::new());
    let fields = vec![
        programme_field(web, writing, "sipp-program", &code)?,
        super::month_field(writing, month),
    ];
    let out = &shown.out;
    let (agree, people) = (writing.number(out.agree), writing.number(out.people));
    let month_words = writing.month(month);
    let values = [("programme", &*shown.programme.name), ("month", &*month_words)];
    let optional = |count: Option<u64>| count.map_or(Cell::Empty, Cell::Count);
    Ok(Listing {
        title: writing.w("tieout-heading"),
        lead: writing.with("tieout-lead", &[("agree", &agree), ("people", &people)]),
        form: Some(Form::search(&page, "/sipp/cocokkan", "sipp-show", fields)),
        caption: writing.with("tieout-caption", &values),
        empty: writing.w("tieout-empty"),
        meta: vec![
            Cell::Month(month),
            Cell::Count(out.people),
            Cell::Count(out.annex),
            Cell::Count(out.list),
            Cell::Count(out.accepted),
            optional(out.bill),
            optional(out.cards),
            Cell::Count(out.agree),
            Cell::Rupiah(out.annexed),
            Cell::Rupiah(out.due),
            out.billed.map_or(Cell::Empty, Cell::Rupiah),
        ],
        notes_heading: writing.w("web-meaning"),
        notes: sums(&shown, writing),
        signers: crate::routes::ledger::signers(writing),
        state: vec![("program".to_owned(), code), ("bulan".to_owned(), month.to_string())],
        rows,
        more,
        ..Listing::default()
    })
}

/// How many stand on each paper.
fn sums(shown: &TieOutShown, writing: Writing) -> Vec<String> {
    let out = &shown.out;
    let papers = [
        ("tieout-annex", Some(out.annex)),
        ("tieout-list", Some(out.list)),
        ("tieout-accepted", Some(out.accepted)),
        ("tieout-bill", out.bill),
        ("tieout-cards", out.cards),
    ];
    let there = papers.into_iter().filter_map(|(key, count)| Some((key, count?)));
    let mut notes: Vec<String> = there
        .map(|(key, count)| {
            let (paper, count) = (writing.w(key), writing.number(count));
            writing.with("tieout-sums", &[("paper", &paper), ("count", &count)])
        })
        .collect();
    let money = [("tieout-due-rupiah", Some(out.due)), ("tieout-bill-rupiah", out.billed)];
    notes.extend(money.into_iter().filter_map(|(key, rupiah)| {
        let rupiah = rupiah?;
        Some(format!("{}: {}", writing.w(key), writing.spelled(rupiah)))
    }));
    notes.extend(shown.schemes.iter().map(|(scheme, sum)| {
        let scheme = writing.w(&format!("scheme-{}", scheme.name()));
        let (people, due) = (writing.number(sum.due.0), writing.rupiah(sum.due.1));
        let (of, billed) = (writing.number(sum.billed.0), writing.rupiah(sum.billed.1));
        let values = [
            ("scheme", &*scheme),
            ("people", &*people),
            ("due", &*due),
            ("of", &*of),
            ("billed", &*billed),
        ];
        let key = if out.billed.is_some() { "tieout-scheme" } else { "tieout-scheme-due" };
        writing.with(key, &values)
    }));
    notes
}

fn row(shown: &TieOutShown, line: &TieLine, writing: Writing) -> Row {
    let facts = &line.facts;
    let id = facts.person.to_string();
    let name = match shown.people.get(&facts.person) {
        None => Cell::Empty,
        Some(person) => {
            Cell::Link(person.name.clone(), writing.href(&format!("/peserta/{id}"), &[]))
        }
    };
    let yes = |holds: bool| {
        let (code, key) = if holds { ("yes", "tieout-yes") } else { ("no", "tieout-no") };
        Cell::Named(code.to_owned(), writing.w(key))
    };
    let maybe = |holds: Option<bool>| holds.map_or(Cell::Empty, yes);
    let charge =
        |charge: Option<Charge>| charge.map_or(Cell::Empty, |charge| Cell::Rupiah(charge.rupiah));
    let reply = facts.reply.map_or("none", |state| state.name());
    let differences: Vec<String> = line
        .differences
        .iter()
        .map(|one| writing.w(&format!("tieout-differs-{}", one.name())))
        .collect();
    let codes: Vec<&str> = line.differences.iter().map(|one| one.name()).collect();
    let cells = vec![
        Cell::Text(id.clone()),
        name,
        yes(facts.annex),
        yes(facts.list),
        Cell::Named(reply.to_owned(), writing.w(&format!("sipp-standing-{reply}"))),
        maybe(facts.bill),
        charge(facts.due),
        charge(facts.billed),
        maybe(facts.card),
        Cell::Named(codes.join(" "), differences.join("; ")),
    ];
    Row::new(id, cells)
}
