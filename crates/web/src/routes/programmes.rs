//! `/program`: programmes in one line each; below them one programme, its board and its next list.
//! Their bills by month are in [`super::bills`].

mod board;
mod one;
mod propose;
mod terms;

use app::error::AppError;
use app::office::Operation;
use app::overview::{NextStep, ProgrammeOverview};

use crate::page::{Asked, Section, Writing};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const PROGRAMMES: View = View {
    path: "/program",
    operation: Operation::ReadMoney,
    id: "programmes",
    section: Section::Money,
    columns: &[
        Column::of_data("code", Kind::Text),
        Column::new("name", "web-programme", Kind::Text),
        Column::of_data("first_month", Kind::Month),
        Column::of_data("last_month", Kind::Month),
        Column::new("received", "web-received", Kind::Count),
        Column::new("to_fix", "web-to-fix", Kind::Count),
        Column::new("refused", "web-refused", Kind::Count),
        Column::new("repeated", "web-repeated", Kind::Count),
        Column::new("approved", "web-approved", Kind::Count),
        Column::of_data("ceiling_rupiah", Kind::Rupiah),
        Column::new("committed_rupiah", "web-committed", Kind::Rupiah),
        Column::new("covered", "web-covered", Kind::Count),
        Column::of_data("covered_month", Kind::Month),
        Column::new("next", "web-next", Kind::Text),
    ],
    meta: &[Column::of_data("as_of", Kind::Day)],
    parameters: &[],
    load: load_programmes,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let views = PROGRAMMES.routes().into_iter();
    let more = board::routes().into_iter().chain(propose::routes()).chain(terms::routes());
    views.chain(one::routes()).chain(more).collect()
}

fn load_programmes(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let overview = web.office().overview()?;
    let writing = asked.writing();
    let received = writing.number(overview.rows.received());
    let approved = writing.number(overview.approved);
    let committed = writing.rupiah(overview.committed);
    let values = [("received", &*received), ("approved", &approved), ("committed", &committed)];
    let (day, place) = (writing.day(overview.as_of), web.frame().place.clone());
    let rows = overview.programmes.iter().map(|found| programme(found, writing)).collect();
    let (rows, more) = window.cut(rows);
    let meaning = |key: &str| {
        let name = writing.w(&format!("web-{key}"));
        format!("{name}: {}", writing.w(&format!("web-{key}.meaning")))
    };
    let words = ["received", "to-fix", "refused", "repeated", "approved", "committed", "covered"];
    let is_empty = rows.is_empty();
    Ok(Listing {
        title: writing.w("web-programmes"),
        action: web
            .has("/tagihan")
            .then(|| (writing.href("/tagihan", &[]), writing.w("web-bills"))),
        beside: web
            .may_somewhere(asked.actor()?, Operation::SetUp)
            .then(|| (writing.href("/program/baru", &[]), writing.w("terms-new"))),
        lead: if is_empty { String::new() } else { writing.with("web-programmes-lead", &values) },
        caption: writing.with("web-programmes-caption", &[("place", &place), ("day", &day)]),
        empty: writing.w("web-programmes-empty"),
        meta: vec![Cell::Day(overview.as_of)],
        notes_heading: writing.w("web-meaning"),
        notes: if is_empty { Vec::new() } else { words.map(meaning).to_vec() },
        rows,
        more,
        ..Listing::default()
    })
}

fn programme(found: &ProgrammeOverview, writing: Writing) -> Row {
    let months = match (found.first, found.last) {
        (first, last) if first == last => writing.month(first),
        (first, last) => format!("{} – {}", writing.month(first), writing.month(last)),
    };
    let noted = |cell: Cell, note: String| Cell::Noted(Box::new(cell), note);
    let covered = match found.covered {
        None => Cell::Count(0),
        Some((month, people)) => noted(Cell::Count(people), writing.month(month)),
    };
    let href = writing.href(&format!("/program/{}", found.code), &[]);
    let cells = vec![
        Cell::Text(found.code.clone()),
        noted(Cell::Link(found.name.clone(), href), months),
        Cell::Month(found.first),
        Cell::Month(found.last),
        Cell::Count(found.rows.received()),
        Cell::Count(found.rows.to_fix),
        Cell::Count(found.rows.refused),
        Cell::Count(found.rows.repeated),
        Cell::Count(found.approved),
        Cell::Rupiah(found.ceiling),
        Cell::Rupiah(found.committed),
        covered,
        found.covered.map_or(Cell::Empty, |(month, _)| Cell::Month(month)),
        Cell::Named(found.next.name().to_owned(), next_step(found, writing)),
    ];
    Row::new(found.code.clone(), cells)
}

fn next_step(programme: &ProgrammeOverview, writing: Writing) -> String {
    let key = format!("web-next-{}", programme.next.name());
    let month = programme.next.month().map(|month| writing.month(month)).unwrap_or_default();
    let count = writing.number(match programme.next {
        NextStep::Propose => programme.rows.accepted,
        _ => programme.rows.to_fix,
    });
    writing.with(&key, &[("month", month.as_str()), ("count", count.as_str())])
}
