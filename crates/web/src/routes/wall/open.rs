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
    basis: String,
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

/// What the map says of one region.
struct MapLine {
    region: RegionCode,
    name: String,
    within: String,
    href: Option<String>,
    class: usize,
    /// Covered, all, and the share, as written; empty where they are not told.
    numbers: [String; 3],
}

/// What a map shows.
struct Drawn {
    month: Month,
    months: Vec<Month>,
    /// The word of the level in an address.
    per: &'static str,
    level: MapLevel,
    within: RegionCode,
    lines: Vec<MapLine>,
    has_downloads: bool,
    /// What the shares are of.
    basis: String,
}

/// What the shares of a table are of; that there is no count when there is none.
fn basis_words(open: &OpenTable, writing: Writing) -> String {
    let Some(shown) = &open.basis else { return writing.w("wall-basis-none") };
    let basis = &shown.basis;
    let day = writing.day(basis.as_of);
    let values = [("source", &*basis.source), ("name", &*basis.name), ("day", &*day)];
    format!("{}: {}.", writing.w("wall-basis"), writing.with("wall-basis-value", &values))
}

fn map_page(web: &Web, asked: &Asked) -> Result<MapPage, AppError> {
    let writing = asked.writing();
    let drawn = match asked.value("per") {
        Some("kabupaten") => regencies(web, asked)?,
        _ => parts(web, asked)?,
    };
    let outlines = outlines(drawn.level, Some(drawn.within));
    let by = writing.w(&format!("web-by-{}", drawn.per)).to_lowercase();
    let title = writing.with("wall-map-title", &[("by", &by)]);
    let page = web.page(asked, Section::Coverage, title);
    let view = frame(&outlines);
    let word = |class: usize| match class {
        NONE => writing.w("wall-map-none"),
        UNTOLD => writing.w("wall-map-hidden"),
        step => writing.w(&format!("wall-step-{step}")),
    };
    let shape = |one: &app::wall::map::Outline| {
        let line = drawn.lines.iter().find(|line| line.region == one.region);
        let class = line.map_or(NONE, |line| line.class);
        let share = line.map(|line| line.numbers[2].clone()).filter(|text| !text.is_empty());
        let name = web.office().place_named(one.region);
        let said = share.unwrap_or_else(|| word(class));
        Shape {
            label: format!("{name}: {said}"),
            code: one.region.to_string(),
            class,
            path: one.path,
        }
    };
    let shapes: Vec<Shape> = outlines.iter().map(shape).collect();
    let mut rows: Vec<MapRow> =
        drawn.lines.iter().map(|line| row(line, word(line.class))).collect();
    for one in outlines.iter().filter(|one| drawn.lines.iter().all(|l| l.region != one.region)) {
        rows.push(MapRow {
            code: one.region.to_string(),
            name: web.office().place_named(one.region),
            href: None,
            within: String::new(),
            cells: [word(NONE), String::new(), String::new(), String::new()],
        });
    }
    rows.sort_by(|one, other| one.code.cmp(&other.code));
    let (month, place) = (writing.month(drawn.month), web.office().place_named(drawn.within));
    let fields = questions(&drawn, writing);
    let heads = ["wall-name", "wall-map-class", "wall-covered", "wall-all", "wall-share"];
    Ok(MapPage {
        lead: writing.with("wall-map-lead", &[("month", &month), ("by", &by)]),
        form: Form::search(&page, "/cakupan/peta", "wall-show", fields),
        basis: drawn.basis.clone(),
        described: writing.with("wall-map-described", &[("place", &place)]),
        tile: view.map_or(1, |view| (view[2].max(view[3]) / 60).max(1)),
        missing: view.is_none().then(|| writing.w("wall-map-no-villages")),
        view,
        shapes,
        legend: (0..=UNTOLD).map(|class| (class, word(class))).collect(),
        heads: heads.iter().enumerate().map(|(at, key)| (writing.w(key), at > 1)).collect(),
        rows,
        note: writing.w("wall-map-note"),
        downloads: if drawn.has_downloads { downloads(&drawn, writing) } else { Vec::new() },
        source: writing.w("wall-map-source"),
        page,
    })
}

fn row(line: &MapLine, class: String) -> MapRow {
    let [covered, all, share] = line.numbers.clone();
    MapRow {
        code: line.region.to_string(),
        name: line.name.clone(),
        href: line.href.clone(),
        within: line.within.clone(),
        cells: [class, covered, all, share],
    }
}

/// Districts or villages of the regency, or of one district of it.
fn parts(web: &Web, asked: &Asked) -> Result<Drawn, AppError> {
    let (writing, query) = (asked.writing(), asked_of(asked)?);
    let open = web.office().open_coverage(&query)?;
    let pemda = web.office().pemda();
    let within = asked.value("wilayah").and_then(RegionCode::parse);
    let within = within.filter(|one| pemda.contains(*one)).unwrap_or(pemda);
    let is_district = query.by == CoverageBy::Kecamatan;
    let line = |at: usize| {
        let (line, (all, share)) = (&open.table.lines[at], open.measured[at]);
        let region = RegionCode::parse(&line.key).filter(|region| within.contains(*region))?;
        let share = share.filter(|_| !line.untold);
        let told = |count: u64| if line.untold { String::new() } else { writing.number(count) };
        // What is on lists is no count of workers: without a count there is no share.
        let all = all.map(|all| writing.number(all)).unwrap_or_default();
        let query =
            [("per".to_owned(), "desa".to_owned()), ("wilayah".to_owned(), line.key.clone())];
        Some(MapLine {
            region,
            name: line.name.clone(),
            within: line.within.clone(),
            href: is_district.then(|| writing.href("/cakupan/peta", &query)),
            class: if line.untold { UNTOLD } else { class_of(share).unwrap_or(NONE) },
            numbers: [
                told(line.covered),
                all,
                share.map(|share| writing.percent(share)).unwrap_or_default(),
            ],
        })
    };
    Ok(Drawn {
        month: open.table.month,
        months: open.table.months.clone(),
        per: if is_district { "kecamatan" } else { "desa" },
        level: level_of(query.by),
        within,
        lines: (0..open.table.lines.len()).filter_map(line).collect(),
        has_downloads: true,
        basis: basis_words(&open, writing),
    })
}

/// Regencies of the province that this place keeps.
fn regencies(web: &Web, asked: &Asked) -> Result<Drawn, AppError> {
    let writing = asked.writing();
    let month = asked.value("bulan").filter(|text| !text.is_empty());
    let month =
        month.map(|text| Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", "")));
    let province = web.office().pemda().at_level(1);
    let found = web.office().roll_up(Some(province), month.transpose()?)?;
    let line = |one: &app::wall::RegencyLine| {
        let number = |count: Option<u64>| count.map(|one| writing.number(one)).unwrap_or_default();
        let is_kept = one.covered != Some(0);
        let class = match (is_kept, one.covered) {
            (true, None) => UNTOLD,
            (true, _) => class_of(one.share).unwrap_or(NONE),
            (false, _) => NONE,
        };
        MapLine {
            region: one.region,
            name: one.name.clone(),
            within: String::new(),
            href: (one.region == web.office().pemda()).then(|| writing.href("/cakupan/peta", &[])),
            class,
            numbers: [
                number(one.covered.filter(|_| is_kept)),
                number(one.all),
                one.share.map(|share| writing.percent(share)).unwrap_or_default(),
            ],
        }
    };
    Ok(Drawn {
        month: found.month,
        months: vec![found.month],
        per: "kabupaten",
        level: MapLevel::Regency,
        within: province,
        lines: found.regencies.iter().map(line).collect(),
        has_downloads: false,
        basis: String::new(),
    })
}

fn questions(drawn: &Drawn, writing: Writing) -> Vec<Field> {
    let by = |value: &str| Choice::new(value, writing.w(&format!("web-by-{value}")));
    let levels = vec![by("kabupaten"), by("kecamatan"), by("desa")];
    let mut months = drawn.months.clone();
    if !months.contains(&drawn.month) {
        months.insert(0, drawn.month);
    }
    let months = months.into_iter().map(|one| Choice::new(one.to_string(), writing.month(one)));
    vec![
        Field::new(writing, "per", "wall-map-level", Control::Select(levels)).answered(drawn.per),
        Field::new(writing, "bulan", "wall-month", Control::Select(months.collect()))
            .answered(drawn.month.to_string()),
    ]
}

fn downloads(drawn: &Drawn, writing: Writing) -> Vec<(String, String)> {
    let query =
        [("per".to_owned(), drawn.per.to_owned()), ("bulan".to_owned(), drawn.month.to_string())];
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
