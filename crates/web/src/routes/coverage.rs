//! `/cakupan`: covered people against stated denominators.

use app::error::AppError;
use app::office::{Operation, Target};
use app::overview::{CoverageBy, CoverageLine, CoverageQuery, CoverageTable, DenominatorSource};
use base::Month;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Choice, Control, Field, Form};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

/// Each way of counting with its word in an address.
const BY: [(CoverageBy, &str); 5] = [
    (CoverageBy::Kecamatan, "kecamatan"),
    (CoverageBy::Desa, "desa"),
    (CoverageBy::Occupation, "pekerjaan"),
    (CoverageBy::Sex, "jenis-kelamin"),
    (CoverageBy::Programme, "program"),
];

const VIEW: View = View {
    path: "/cakupan",
    operation: Operation::ReadPublic,
    id: "coverage",
    section: Section::Coverage,
    columns: &[
        Column::of_data("key", Kind::Text),
        Column::new("name", "web-name", Kind::Text),
        Column::new("within", "web-within", Kind::Text),
        Column::new("covered", "web-covered", Kind::Count),
        Column::new("listed", "web-listed", Kind::Count),
        Column::new("denominator", "web-denominator", Kind::Count),
        Column::new("denominator_source", "web-denominator-source", Kind::Text),
        Column::of_data("denominator_as_of", Kind::Day),
        Column::new("share_ppm", "web-share", Kind::Share),
    ],
    meta: &[
        Column::of_data("by", Kind::Text),
        Column::of_data("month", Kind::Month),
        Column::of_data("covered", Kind::Count),
        Column::of_data("listed", Kind::Count),
    ],
    parameters: &[
        Parameter {
            name: "per",
            meaning: "By what people are counted.",
            shape: Shape::OneOf(&["kecamatan", "desa", "pekerjaan", "jenis-kelamin", "program"]),
        },
        Parameter {
            name: "bulan",
            meaning: "The month whose cover is shown; the newest paid one when absent.",
            shape: Shape::Month,
        },
    ],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    VIEW.routes()
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let table = web.office().coverage(&query(asked)?)?;
    // Who reads the people of one village reads no few of another.
    let whole = Target::default();
    let reads_all = |actor| web.office().authorize(actor, Operation::ReadPeople, &whole).is_ok();
    let table = match asked.actor().is_ok_and(reads_all) {
        true => table,
        false => table.for_everybody(),
    };
    Ok(listing(web, asked, &table, window))
}

/// Reads the state of the address; one that says something else than a table is no page.
fn query(asked: &Asked) -> Result<CoverageQuery, AppError> {
    let by = match asked.value("per") {
        None => CoverageBy::Kecamatan,
        Some(asked) => BY
            .into_iter()
            .find(|(_, word)| *word == asked)
            .map(|(by, _)| by)
            .ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?,
    };
    let month = match asked.value("bulan") {
        None | Some("") => None,
        Some(text) => Some(Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?),
    };
    Ok(CoverageQuery { by, month, programme: None })
}

fn listing(web: &Web, asked: &Asked, table: &CoverageTable, window: &Window) -> Listing {
    let writing = asked.writing();
    let page = web.page(asked, Section::Coverage, String::new());
    let month = writing.month(table.month);
    let (covered, listed) = (writing.number(table.covered), writing.number(table.listed));
    let place = web.frame().place.clone();
    let values = [
        ("covered", covered.as_str()),
        ("listed", listed.as_str()),
        ("month", month.as_str()),
        ("place", place.as_str()),
    ];
    let rows = table.lines.iter().map(|line| row(line, table.by, writing)).collect();
    let (rows, more) = window.cut(rows);
    let word = word(table.by);
    let head = writing.w(&format!("web-by-{word}"));
    let of_all = |count| Cell::Count(count);
    Listing {
        title: writing.w(&format!("web-coverage-{word}")),
        lead: writing.with("web-coverage-lead", &values),
        caption: writing.with("web-coverage-caption", &values),
        form: Some(Form::search(&page, "/cakupan", "web-show", questions(table, writing))),
        heads: vec![("name", head)],
        hidden: if table.by == CoverageBy::Desa { vec![] } else { vec!["within"] },
        total: vec![
            Cell::Empty,
            Cell::Text(writing.w("web-total")),
            Cell::Empty,
            of_all(table.covered),
            of_all(table.listed),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ],
        empty: writing.w("web-coverage-empty"),
        meta: vec![
            Cell::Text(table.by.name().to_owned()),
            Cell::Month(table.month),
            Cell::Count(table.covered),
            Cell::Count(table.listed),
        ],
        notes_heading: writing.w("web-denominator"),
        notes: notes(table, writing),
        state: vec![
            ("per".to_owned(), word.to_owned()),
            ("bulan".to_owned(), table.month.to_string()),
        ],
        links: vec![(writing.href("/cakupan/peta", &[]), writing.w("wall-map"))],
        rows,
        more,
        ..Listing::default()
    }
}

fn questions(table: &CoverageTable, writing: Writing) -> Vec<Field> {
    let ways =
        BY.into_iter().map(|(_, value)| Choice::new(value, writing.w(&format!("web-by-{value}"))));
    let mut months = table.months.clone();
    if !months.contains(&table.month) {
        months.push(table.month);
        months.sort_by(|one, other| other.cmp(one));
    }
    let months =
        months.into_iter().map(|month| Choice::new(month.to_string(), writing.month(month)));
    vec![
        Field::new(writing, "per", "web-per", Control::Select(ways.collect()))
            .answered(word(table.by)),
        Field::new(writing, "bulan", "web-month", Control::Select(months.collect()))
            .answered(table.month.to_string()),
    ]
}

/// Every denominator the table uses, in a sentence with its day.
fn notes(table: &CoverageTable, writing: Writing) -> Vec<String> {
    let mut used: Vec<(DenominatorSource, base::Day)> =
        table.lines.iter().map(|line| (line.source, line.as_of)).collect();
    used.sort();
    used.dedup();
    let sentence = |(source, day): (DenominatorSource, base::Day)| {
        let key = format!("web-denominator-{}.meaning", source.name());
        writing.with(&key, &[("day", writing.day(day).as_str())])
    };
    let share = writing.w("web-share-note");
    let few = [("most", &*writing.number(app::overview::TOLD_FROM - 1))];
    let untold = table.lines.iter().any(|line| line.untold);
    let untold = untold.then(|| writing.with("web-untold-note", &few));
    used.into_iter().map(sentence).chain([share]).chain(untold).collect()
}

fn row(line: &CoverageLine, by: CoverageBy, writing: Writing) -> Row {
    let source = writing.w(&format!("web-denominator-{}", line.source.name()));
    let count = |count: u64| if line.untold { Cell::Empty } else { Cell::Count(count) };
    let named = name(line, by, writing);
    let is_own = line.source == DenominatorSource::List;
    let cells = vec![
        Cell::Text(line.key.clone()),
        Cell::Text(if line.untold {
            writing.with("web-untold", &[("name", &named)])
        } else {
            named
        }),
        Cell::text(line.within.clone()),
        count(line.covered),
        count(line.listed),
        if is_own { count(line.denominator) } else { Cell::Count(line.denominator) },
        Cell::Named(line.source.name().to_owned(), source),
        Cell::Day(line.as_of),
        line.share.map_or(Cell::Empty, Cell::Share),
    ];
    Row::new(line.key.clone(), cells)
}

fn name(line: &CoverageLine, by: CoverageBy, writing: Writing) -> String {
    match (by, line.key.as_str()) {
        (_, "") => writing.w("web-unknown"),
        (CoverageBy::Sex, letter) => writing.w(&format!("web-sex-{letter}")),
        _ => line.name.clone(),
    }
}

fn word(by: CoverageBy) -> &'static str {
    BY.into_iter().find(|(known, _)| *known == by).map_or("", |(_, word)| word)
}
