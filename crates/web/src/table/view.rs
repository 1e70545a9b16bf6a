//! The four addresses of a table, and the page among them.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Cell, Column, Facet, Form, Kind, Pages, Row, Window, to_cursor, twins};
use crate::api::{Described, Parameter};
use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, html};

/// A table and its addresses.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// The page; the twins are `.json`, `.csv` and `.xlsx`.
    pub path: &'static str,
    pub operation: Operation,
    /// Its name in the description of the API: English, forever.
    pub id: &'static str,
    pub section: Section,
    pub columns: &'static [Column],
    /// What the JSON says besides the rows.
    pub meta: &'static [Column],
    /// What may stand in the address, besides the page.
    pub parameters: &'static [Parameter],
    /// The part of the table that is asked for, by the state of the address.
    pub load: fn(&Web, &Asked, &Window) -> Result<Listing, AppError>,
}

/// A table that was asked for.
#[derive(Default)]
pub(crate) struct Listing {
    /// What the page is called.
    pub title: String,
    /// Its heading; the title when empty.
    pub heading: String,
    pub lead: String,
    /// A button above the table.
    pub action: Option<(String, String)>,
    /// Another way on, beside it.
    pub beside: Option<(String, String)>,
    /// A form above the table that chooses what it shows.
    pub form: Option<Form>,
    pub caption: String,
    /// Heads that differ from those of the columns, by key.
    pub heads: Vec<(&'static str, String)>,
    /// Columns that this state of the address leaves out of the page.
    pub hidden: Vec<&'static str>,
    pub facets: Vec<Facet>,
    pub rows: Vec<Row>,
    /// Whether rows follow after the last one.
    pub more: bool,
    pub total: Vec<Cell>,
    /// What stands there instead of a table without rows.
    pub empty: String,
    /// The values of [`View::meta`].
    pub meta: Vec<Cell>,
    pub notes_heading: String,
    pub notes: Vec<String>,
    /// Where to go from here.
    pub links: Vec<(String, String)>,
    /// Who signs the page on paper.
    pub signers: Vec<String>,
    /// Seconds after which the page asks for itself again; none when it stands still.
    pub refresh: Option<u32>,
    /// The state of the address in full, where the page chose for the reader.
    pub state: Vec<(String, String)>,
}

/// A table as a piece of a page.
#[derive(Template)]
#[template(path = "parts/table.html")]
pub(crate) struct TableView {
    id: String,
    caption: String,
    empty: String,
    facets: Vec<FacetView>,
    heads: Vec<Head>,
    groups: Vec<Group>,
    total: Vec<Shown>,
    pages: Pages,
    download: String,
    twins: Vec<(String, &'static str)>,
    here: String,
    here_text: String,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    page: Page,
    heading: String,
    lead: String,
    action: Option<(String, String)>,
    beside: Option<(String, String)>,
    form: Option<Form>,
    table: TableView,
    notes_heading: String,
    notes: Vec<String>,
    links: Vec<(String, String)>,
    signers: Vec<String>,
}

struct FacetView {
    head: String,
    links: Vec<FacetLink>,
}

struct FacetLink {
    text: String,
    count: String,
    href: String,
    chosen: bool,
}

struct Head {
    text: String,
    class: &'static str,
}

struct Group {
    name: String,
    rows: Vec<Vec<Shown>>,
}

/// A cell as it is written on a page.
#[derive(Default)]
struct Shown {
    text: String,
    note: String,
    class: &'static str,
    lang: Option<&'static str>,
    href: Option<String>,
    tag: Option<&'static str>,
    bar: Option<u64>,
}

/// Rows that are fetched at once for a twin.
const TWIN_ROWS: usize = 5_000;
/// What a sheet of a workbook holds.
const WORKBOOK_ROWS: usize = 1_000_000;

impl View {
    /// The four addresses.
    pub(crate) fn routes(self) -> Vec<Route> {
        let page = move |State(web): State<Arc<Web>>, asked: Asked| {
            answer(web, asked, move |web, asked| self.page(web, asked))
        };
        let data = move |State(web): State<Arc<Web>>, asked: Asked| {
            answer(web, asked, move |web, asked| self.json(web, asked))
        };
        let csv = move |State(web): State<Arc<Web>>, asked: Asked| {
            answer(web, asked, move |web, asked| self.csv(web, asked))
        };
        let xlsx = move |State(web): State<Arc<Web>>, asked: Asked| {
            answer(web, asked, move |web, asked| self.xlsx(web, asked))
        };
        let (json_path, csv_path, xlsx_path) =
            (self.twin("json"), self.twin("csv"), self.twin("xlsx"));
        vec![
            Route::get(self.path, self.operation, page),
            Route::get(json_path, self.operation, data).described(Described::of_view(&self)),
            Route::get(csv_path, self.operation, csv).for_programs(),
            Route::get(xlsx_path, self.operation, xlsx).for_programs(),
        ]
    }

    /// The address of a twin.
    pub(crate) fn twin(&self, ending: &str) -> String {
        format!("{}.{ending}", self.path)
    }

    fn page(self, web: &Web, asked: &Asked) -> Result<Response, AppError> {
        let mut listing = (self.load)(web, asked, &Window::of_page(asked))?;
        let mut page = web.page(asked, self.section, std::mem::take(&mut listing.title));
        page.refresh = listing.refresh;
        let heading = std::mem::take(&mut listing.heading);
        Ok(html(&ListPage {
            heading: if heading.is_empty() { page.title.clone() } else { heading },
            lead: std::mem::take(&mut listing.lead),
            action: listing.action.take(),
            beside: listing.beside.take(),
            form: listing.form.take(),
            notes_heading: std::mem::take(&mut listing.notes_heading),
            notes: std::mem::take(&mut listing.notes),
            links: std::mem::take(&mut listing.links),
            signers: std::mem::take(&mut listing.signers),
            table: self.table(asked, listing),
            page,
        }))
    }

    /// The table as a piece of a page.
    pub(crate) fn table(self, asked: &Asked, listing: Listing) -> TableView {
        let writing = asked.writing();
        let shown =
            |column: &Column| !column.head.is_empty() && !listing.hidden.contains(&column.key);
        let columns: Vec<Column> = self.columns.iter().filter(|c| shown(c)).copied().collect();
        let state = state(asked, &listing.state);
        let line = |cells: &[Cell]| -> Vec<Shown> {
            let pairs = self.columns.iter().zip(cells).filter(|(column, _)| shown(column));
            pairs.map(|(column, cell)| shown_cell(column, cell, writing)).collect()
        };
        let groups = listing.rows.chunk_by(|one, other| one.group == other.group);
        let groups = groups.map(|rows| Group {
            name: rows[0].group.clone(),
            rows: rows.iter().map(|row| line(&row.cells)).collect(),
        });
        let next = listing.rows.last().filter(|_| listing.more).map(|row| to_cursor(&row.key));
        let twins = [("json", "JSON"), ("csv", "CSV"), ("xlsx", "XLSX")];
        TableView {
            id: format!("tabel-{}", self.id),
            groups: groups.collect(),
            heads: columns.iter().map(|column| head(column, &listing.heads, writing)).collect(),
            total: if listing.total.is_empty() { Vec::new() } else { line(&listing.total) },
            facets: listing
                .facets
                .iter()
                .map(|facet| facet_view(facet, self.path, &state, writing))
                .collect(),
            pages: pages(self.path, asked, &state, next, writing),
            download: writing.w("web-download"),
            twins: twins
                .map(|(ending, text)| (writing.href(&self.twin(ending), &state), text))
                .to_vec(),
            here: writing.href(self.path, &state),
            here_text: writing.w("web-link-here"),
            caption: listing.caption,
            empty: listing.empty,
        }
    }

    /// Every row, fetched in parts.
    fn rows(
        self,
        web: &Web,
        asked: &Asked,
        most: usize,
        each: &mut dyn FnMut(Row),
    ) -> Result<Listing, AppError> {
        let mut window = Window { after: None, rows: TWIN_ROWS };
        let mut fetched = 0;
        loop {
            let mut listing = (self.load)(web, asked, &window)?;
            let rows = std::mem::take(&mut listing.rows);
            fetched += rows.len();
            window.after = rows.last().map(|row| row.key.clone());
            rows.into_iter().for_each(&mut *each);
            if !listing.more || window.after.is_none() || fetched >= most {
                return Ok(listing);
            }
        }
    }

    fn json(self, web: &Web, asked: &Asked) -> Result<Response, AppError> {
        let mut rows = Vec::new();
        let mut add = |row: Row| rows.push(twins::json_row(self.columns, &row));
        let listing = self.rows(web, asked, usize::MAX, &mut add)?;
        let mut document = twins::json_meta(self.meta, &listing.meta);
        document.insert("rows".to_owned(), json!(rows));
        Ok(Json(document).into_response())
    }

    fn csv(self, web: &Web, asked: &Asked) -> Result<Response, AppError> {
        // The mark tells spreadsheets that the text is UTF-8.
        let mut out = String::from("\u{feff}");
        twins::csv_heads(self.columns, &mut out);
        let listing =
            self.rows(web, asked, usize::MAX, &mut |row| twins::csv_row(&row, &mut out))?;
        Ok(self.file("csv", "text/csv; charset=utf-8", &listing, out.into_bytes()))
    }

    fn xlsx(self, web: &Web, asked: &Asked) -> Result<Response, AppError> {
        let writing = asked.writing();
        let mut rows = Vec::new();
        let listing = self.rows(web, asked, WORKBOOK_ROWS, &mut |row| rows.push(row))?;
        let heads: Vec<String> =
            self.columns.iter().map(|column| head(column, &listing.heads, writing).text).collect();
        let bytes = twins::workbook(
            writing,
            &listing.title,
            &heads,
            self.columns,
            &mut rows.into_iter().take(WORKBOOK_ROWS),
        );
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        Ok(self.file("xlsx", kind, &listing, bytes))
    }

    /// A file to keep, named after the address and its state.
    fn file(self, ending: &str, kind: &'static str, listing: &Listing, bytes: Vec<u8>) -> Response {
        let mut name = self.path.trim_start_matches('/').replace('/', "-");
        for (_, value) in &listing.state {
            name.push('-');
            name.extend(value.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-'));
        }
        let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\""))
            .expect("the name is letters, digits and hyphens");
        let headers = [(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, name)];
        (headers, bytes).into_response()
    }
}

/// The state of the address: what the listing says of it, else what was asked, without the page.
fn state(asked: &Asked, known: &[(String, String)]) -> Vec<(String, String)> {
    let asked = asked.query.iter().filter(|(key, value)| key != "sesudah" && !value.is_empty());
    let asked = asked.filter(|(key, _)| known.iter().all(|(known, _)| known != key));
    known.iter().chain(asked).cloned().collect()
}

fn head(column: &Column, heads: &[(&'static str, String)], writing: Writing) -> Head {
    let other = heads.iter().find(|(key, _)| *key == column.key).map(|(_, head)| head.clone());
    let text = match column.head {
        "" => String::new(),
        key => writing.w(key),
    };
    Head { text: other.unwrap_or(text), class: class(column.kind) }
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Count | Kind::Rupiah | Kind::Share => "n",
        Kind::Day | Kind::Month | Kind::Moment => "date",
        Kind::Text | Kind::Indonesian => "",
    }
}

fn shown_cell(column: &Column, cell: &Cell, writing: Writing) -> Shown {
    let lang = (column.kind == Kind::Indonesian).then_some("id");
    let plain = |text: String| Shown { text, class: class(column.kind), lang, ..Shown::default() };
    match cell {
        Cell::Empty => plain("–".to_owned()),
        Cell::Text(text) => plain(text.clone()),
        Cell::Count(count) => plain(writing.number(*count)),
        Cell::Rupiah(amount) => plain(writing.rupiah(*amount)),
        Cell::Day(day) => plain(writing.day(*day)),
        Cell::Month(month) => plain(writing.month(*month)),
        Cell::Moment(moment) => plain(writing.moment(*moment)),
        Cell::Share(share) => Shown {
            bar: Some((share.0.unsigned_abs() / 10_000).min(100)),
            ..plain(writing.percent(*share))
        },
        Cell::Named(_, words) => plain(words.clone()),
        Cell::State(_, class, words) => Shown { tag: Some(class), ..plain(words.clone()) },
        Cell::Link(text, href) => Shown { href: Some(href.clone()), ..plain(text.clone()) },
        Cell::Noted(cell, note) => {
            Shown { note: note.clone(), ..shown_cell(column, cell, writing) }
        }
    }
}

fn facet_view(
    facet: &Facet,
    path: &str,
    state: &[(String, String)],
    writing: Writing,
) -> FacetView {
    let current = state.iter().find(|(key, _)| key == facet.name).map_or("", |(_, value)| value);
    let link = |(value, text, count): &(String, String, Option<u64>)| {
        let mut there: Vec<(String, String)> =
            state.iter().filter(|(key, _)| key != facet.name).cloned().collect();
        if !value.is_empty() {
            there.push((facet.name.to_owned(), value.clone()));
        }
        FacetLink {
            text: text.clone(),
            count: count.map(|count| writing.number(count)).unwrap_or_default(),
            href: writing.href(path, &there),
            chosen: current == value,
        }
    };
    FacetView { head: facet.head.clone(), links: facet.choices.iter().map(link).collect() }
}

fn pages(
    path: &str,
    asked: &Asked,
    state: &[(String, String)],
    next: Option<String>,
    writing: Writing,
) -> Pages {
    let started = asked.value("sesudah").is_some();
    let next = next.map(|cursor| {
        let mut there = state.to_vec();
        there.push(("sesudah".to_owned(), cursor));
        (writing.href(path, &there), writing.w("web-pages-next"))
    });
    Pages {
        label: writing.w("web-pages"),
        text: writing.with("web-pages-text", &[("count", &super::PAGE_ROWS.to_string())]),
        first: started.then(|| (writing.href(path, state), writing.w("web-pages-first"))),
        next,
    }
}
