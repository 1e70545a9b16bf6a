//! `/cakupan/peta` and `/cakupan/unduh.*`: what everybody may see of coverage, as a map with its
//! table, and as files with their descriptor.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::overview::CoverageBy;
use app::wall::map::{MapLevel, frame, geojson, outlines};
use app::wall::{OpenAsked, OpenTable, class_of, descriptor};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base::{Month, RegionCode};

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Field, Form};
use crate::routes::{Route, Web, answer, html};

/// The map and the table that is its twin.
#[derive(Template)]
#[template(path = "map.html")]
struct MapPage {
    page: Page,
    lead: String,
    form: Form,
    described: String,
    /// Left, top, width and height of the picture; none without outlines.
    view: Option<[i64; 4]>,
    /// The size of a tile of a pattern, in units of the picture.
    tile: i64,
    shapes: Vec<Shape>,
    legend: Vec<(usize, String)>,
    heads: Vec<(String, bool)>,
    rows: Vec<MapRow>,
    note: String,
    missing: Option<String>,
    downloads: Vec<(String, String)>,
    source: String,
}

struct Shape {
    code: String,
    label: String,
    class: usize,
    path: &'static str,
}

struct MapRow {
    code: String,
    name: String,
    href: Option<String>,
    within: String,
    cells: [String; 4],
}

/// The classes after those of the ladder: no number, and a number that is not told.
const NONE: usize = 6;
const UNTOLD: usize = 7;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let public = Operation::ReadPublic;
    vec![
        Route::get("/cakupan/peta", public, map),
        Route::get("/cakupan/unduh.csv", public, csv).for_programs(),
        Route::get("/cakupan/unduh.xlsx", public, xlsx).for_programs(),
        Route::get("/cakupan/unduh.geojson", public, geo).for_programs(),
        Route::get("/cakupan/unduh.parquet", public, parquet).for_programs(),
        Route::get("/cakupan/datapackage.json", public, package).for_programs(),
    ]
}

/// What the address asks for: districts, or villages.
fn asked_of(asked: &Asked) -> Result<OpenAsked, AppError> {
    let by = match asked.value("per") {
        None | Some("") | Some("kecamatan") => CoverageBy::Kecamatan,
        Some("desa") => CoverageBy::Desa,
        Some(_) => return Err(AppError::usage("KIND_UNKNOWN", "")),
    };
    let month = match asked.value("bulan") {
        None | Some("") => None,
        Some(text) => Some(Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?),
    };
    let basis = asked.value("pembanding").unwrap_or_default().to_owned();
    Ok(OpenAsked { by, month, basis })
}

fn level_of(by: CoverageBy) -> MapLevel {
    if by == CoverageBy::Desa { MapLevel::Village } else { MapLevel::District }
}

async fn map(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&map_page(web, asked)?))).await
}

fn map_page(web: &Web, asked: &Asked) -> Result<MapPage, AppError> {
    let writing = asked.writing();
    let query = asked_of(asked)?;
    let open = web.office().open_coverage(&query)?;
    let within = asked.value("wilayah").and_then(RegionCode::parse);
    let within = within.filter(|one| web.office().pemda().contains(*one));
    let within = within.unwrap_or_else(|| web.office().pemda());
    let drawn = outlines(level_of(query.by), Some(within));
    let page = web.page(asked, Section::Coverage, writing.w("wall-map"));
    let view = frame(&drawn);
    let line_of = |code: &str| open.table.lines.iter().position(|line| line.key == code);
    let shapes = drawn.iter().map(|one| {
        let code = one.region.to_string();
        let at = line_of(&code);
        let name = web.office().place_named(one.region);
        let said = at.map_or_else(|| writing.w("wall-map-none"), |at| said_of(&open, at, writing));
        let class = at.map_or(NONE, |at| class(&open, at));
        Shape { label: format!("{name}: {said}"), code, class, path: one.path }
    });
    let shapes: Vec<Shape> = shapes.collect();
    let rows = rows(web, &open, (within, query.by), &shapes, writing);
    let steps = (0..6).map(|at| (at, writing.w(&format!("wall-step-{at}"))));
    let rest = [(NONE, writing.w("wall-map-none")), (UNTOLD, writing.w("wall-map-hidden"))];
    let by = writing.w(if query.by == CoverageBy::Desa { "web-by-desa" } else { "web-by-kecamatan" });
    let month = writing.month(open.table.month);
    let place = web.office().place_named(within);
    Ok(MapPage {
        lead: writing.with("wall-map-lead", &[("month", &month), ("by", &by.to_lowercase())]),
        form: Form::search(&page, "/cakupan/peta", "wall-show", questions(&open, writing)),
        described: writing.with("wall-map-described", &[("place", &place)]),
        tile: view.map_or(1, |view| (view[2].max(view[3]) / 60).max(1)),
        missing: view.is_none().then(|| writing.w("wall-map-no-villages")),
        view,
        shapes,
        legend: steps.chain(rest).collect(),
        heads: ["wall-name", "wall-map-class", "wall-covered", "wall-all", "wall-share"]
            .iter()
            .enumerate()
            .map(|(at, key)| (writing.w(key), at > 1))
            .collect(),
        rows,
        note: writing.w("wall-map-note"),
        downloads: downloads(&open, writing),
        source: writing.w("wall-map-source"),
        page,
    })
}

fn class(open: &OpenTable, at: usize) -> usize {
    let (line, (_, share)) = (&open.table.lines[at], open.measured[at]);
    match line.untold {
        true => UNTOLD,
        false => class_of(share.or(line.share)).unwrap_or(NONE),
    }
}

fn said_of(open: &OpenTable, at: usize, writing: Writing) -> String {
    let (line, (_, share)) = (&open.table.lines[at], open.measured[at]);
    match (line.untold, share.or(line.share)) {
        (true, _) => writing.w("wall-map-hidden"),
        (false, Some(share)) => writing.percent(share),
        (false, None) => writing.w("wall-map-none"),
    }
}

fn rows(
    web: &Web,
    open: &OpenTable,
    (within, by): (RegionCode, CoverageBy),
    shapes: &[Shape],
    writing: Writing,
) -> Vec<MapRow> {
    let word = |class: usize| match class {
        NONE => writing.w("wall-map-none"),
        UNTOLD => writing.w("wall-map-hidden"),
        step => writing.w(&format!("wall-step-{step}")),
    };
    let row = |at: usize| {
        let (line, (all, _)) = (&open.table.lines[at], open.measured[at]);
        let number = |count: u64| if line.untold { String::new() } else { writing.number(count) };
        let all = all.map_or_else(|| number(line.denominator), |all| writing.number(all));
        let share = if line.untold { String::new() } else { said_of(open, at, writing) };
        MapRow {
            code: line.key.clone(),
            name: line.name.clone(),
            href: (by == CoverageBy::Kecamatan && !line.key.is_empty()).then(|| {
                let query = [
                    ("per".to_owned(), "desa".to_owned()),
                    ("wilayah".to_owned(), line.key.clone()),
                ];
                writing.href("/cakupan/peta", &query)
            }),
            within: line.within.clone(),
            cells: [word(class(open, at)), number(line.covered), all, share],
        }
    };
    let lines = open.table.lines.iter().enumerate();
    let own = lines.filter(|(_, line)| {
        RegionCode::parse(&line.key).is_some_and(|region| within.contains(region))
    });
    let mut rows: Vec<MapRow> = own.map(|(at, _)| row(at)).collect();
    let known: std::collections::BTreeSet<String> = rows.iter().map(|row| row.code.clone()).collect();
    for shape in shapes.iter().filter(|shape| !known.contains(&shape.code)) {
        let region = RegionCode::parse(&shape.code);
        rows.push(MapRow {
            code: shape.code.clone(),
            name: region.map(|one| web.office().place_named(one)).unwrap_or_default(),
            href: None,
            within: String::new(),
            cells: [word(NONE), String::new(), String::new(), String::new()],
        });
    }
    rows.sort_by(|one, other| one.code.cmp(&other.code));
    rows
}

fn questions(open: &OpenTable, writing: Writing) -> Vec<Field> {
    let by = |value: &str| Choice::new(value, writing.w(&format!("web-by-{value}")));
    let levels = vec![by("kecamatan"), by("desa")];
    let chosen = if open.table.by == CoverageBy::Desa { "desa" } else { "kecamatan" };
    let mut months = open.table.months.clone();
    if !months.contains(&open.table.month) {
        months.insert(0, open.table.month);
    }
    let months = months.into_iter().map(|one| Choice::new(one.to_string(), writing.month(one)));
    vec![
        Field::new(writing, "per", "wall-map-level", Control::Select(levels)).answered(chosen),
        Field::new(writing, "bulan", "wall-month", Control::Select(months.collect()))
            .answered(open.table.month.to_string()),
    ]
}

fn downloads(open: &OpenTable, writing: Writing) -> Vec<(String, String)> {
    let per = if open.table.by == CoverageBy::Desa { "desa" } else { "kecamatan" };
    let query =
        [("per".to_owned(), per.to_owned()), ("bulan".to_owned(), open.table.month.to_string())];
    let file = |(end, name): (&str, &str)| {
        (writing.href(&format!("/cakupan/unduh.{end}"), &query), name.to_owned())
    };
    let ends = [("csv", "CSV"), ("xlsx", "XLSX"), ("geojson", "GeoJSON"), ("parquet", "Parquet")];
    let package = (writing.href("/cakupan/datapackage.json", &[]), "datapackage.json".to_owned());
    ends.into_iter().map(file).chain([package]).collect()
}

/// A file to keep.
fn file(open: &OpenTable, end: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let month = open.table.month;
    let name = format!("attachment; filename=\"cakupan-{}-{month}.{end}\"", open.table.by.name());
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response()
}

async fn csv(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let open = web.office().open_coverage(&asked_of(asked)?)?;
        Ok(file(&open, "csv", "text/csv; charset=utf-8", open.csv().into_bytes()))
    })
    .await
}

async fn xlsx(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let open = web.office().open_coverage(&asked_of(asked)?)?;
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        Ok(file(&open, "xlsx", kind, open.workbook(asked.writing().words())))
    })
    .await
}

async fn parquet(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let open = web.office().open_coverage(&asked_of(asked)?)?;
        let bytes = open.parquet()?;
        Ok(file(&open, "parquet", "application/vnd.apache.parquet", bytes))
    })
    .await
}

async fn geo(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let query = asked_of(asked)?;
        let open = web.office().open_coverage(&query)?;
        let note = asked.writing().w("wall-map-note");
        let drawn = geojson(&open, level_of(query.by), web.office().pemda(), &note);
        let bytes = serde_json::to_vec(&drawn)
            .map_err(|_| AppError::new(ErrorKind::Integrity, "KIND_UNKNOWN", "geojson"))?;
        Ok(file(&open, "geojson", "application/geo+json", bytes))
    })
    .await
}

async fn package(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let open = web.office().open_coverage(&asked_of(asked)?)?;
        let place = web.office().place_name();
        Ok(Json(descriptor(&open, &place, asked.writing().words())).into_response())
    })
    .await
}
