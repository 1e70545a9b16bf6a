//! `/dasbor`: the wall for those who may read what is paid; below it counts and targets, reports,
//! and what everybody may see: the map and the downloads.

mod acts;
mod basis;
mod open;
mod report;

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::wall::{Money, Scheme, Wall, WallAsked, WallBy, WallLine, document, text_of, years_of};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base::Month;

use crate::api::{Answer, Described, Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::chart::{Chart, RowCell, Rows};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, day_of, html};

/// Months that the chart shows at most; the table below it has them all.
const CHART_MONTHS: usize = 24;

const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "bulan",
        meaning: "The month; the newest paid one when absent.",
        shape: Shape::Month,
    },
    text("diketahui", "The day whose knowledge counts, YYYY-MM-DD; today when absent."),
    Parameter {
        name: "jaminan",
        meaning: "The scheme; work accidents when absent.",
        shape: Shape::OneOf(&["jkk", "jkm", "jht", "jp"]),
    },
    text("wilayah", "A region of the regency, by code or name."),
    text("pembanding", "The count to measure against, by its code; the newest when absent."),
    text("program", "Only this programme, by code."),
    text("dana", "Only this fund, by code."),
];

const fn text(name: &'static str, meaning: &'static str) -> Parameter {
    Parameter { name, meaning, shape: Shape::Text }
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let read = Operation::ReadMoney;
    let described = Described {
        id: "dashboard".to_owned(),
        summary: "Coverage of a month with its money, by every part.".to_owned(),
        parameters: PARAMETERS.to_vec(),
        answer: Answer::Other("The wall as a document, as a report keeps it."),
        sends: None,
    };
    let mut routes = vec![
        Route::get("/dasbor", read, dashboard),
        Route::get("/dasbor.json", read, data).described(described),
    ];
    routes.extend(basis::routes());
    routes.extend(report::routes());
    routes.extend(open::routes());
    routes.extend(acts::routes());
    routes
}

/// What the address asks for.
fn asked_of(asked: &Asked) -> WallAsked {
    let said = |name: &str| asked.value(name).unwrap_or_default().trim().to_owned();
    WallAsked {
        month: asked.value("bulan").and_then(Month::parse),
        known: day_of(&said("diketahui")),
        scheme: Scheme::from_name(&said("jaminan")),
        place: said("wilayah"),
        basis: said("pembanding"),
        programme: said("program"),
        fund: said("dana"),
    }
}

async fn dashboard(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked)?))).await
}

async fn data(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let actor = asked.actor()?;
        let wall = web.office().wall(actor, &asked_of(asked))?;
        let money = web.office().wall_money(actor)?;
        Ok(Json(document(&wall, Some(&money))).into_response())
    })
    .await
}

fn page(web: &Web, asked: &Asked) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let office = web.office();
    let wall = office.wall(actor, &asked_of(asked))?;
    let money = office.wall_money(actor)?;
    let page = web.page(asked, Section::Dashboard, writing.w("wall-dashboard"));
    let form = Form::search(&page, "/dasbor", "wall-show", questions(&wall, asked, writing));
    let mut pieces = vec![Piece::Form(form), Piece::Facts(head(&wall, writing))];
    if wall.basis.is_none() {
        pieces.push(Piece::Notice(Notice::info(String::new(), writing.w("wall-basis-none"))));
    }
    pieces.push(Piece::Facts(aim(&wall, writing)));
    pieces.extend(path(&wall, writing));
    pieces.extend(trend(&wall, writing));
    if wall.ladder.iter().any(|step| step.villages > 0) {
        pieces.push(Piece::Heading(writing.w("wall-ladder")));
        pieces.push(Piece::Facts(ladder(&wall, writing)));
    }
    let may_read = web.may_somewhere(actor, Operation::ReadPeople);
    for by in WallBy::ALL {
        pieces.extend(part(&wall, by, asked, (writing, may_read)));
    }
    pieces.extend(money_pieces(&money, writing));
    pieces.push(Piece::Heading(writing.w("wall-text")));
    pieces.push(Piece::Copy(text_of(&wall, writing.words())));
    let mut links = vec![("/cakupan/peta", "wall-map"), ("/dasbor/laporan", "report-title")];
    links.push(("/dasbor/pembanding", "wall-bases-caption"));
    if web.may_somewhere(actor, Operation::SetUp) {
        links.push(("/dasbor/sasaran", "wall-new-target"));
    }
    let links =
        links.into_iter().map(|(path, key)| Piece::Link(writing.href(path, &[]), writing.w(key)));
    pieces.extend(links);
    let lead = writing.with("wall-dashboard-lead", &[("day", &writing.day(wall.known))]);
    Ok(Plain { page, back: None, lead, pieces })
}

fn questions(wall: &Wall, asked: &Asked, writing: Writing) -> Vec<Field> {
    let said = |name: &str| asked.value(name).unwrap_or_default().to_owned();
    let mut months: Vec<Month> = wall.trend.iter().rev().map(|(month, _)| *month).collect();
    if !months.contains(&wall.month) {
        months.insert(0, wall.month);
    }
    let months = months.into_iter().map(|one| Choice::new(one.to_string(), writing.month(one)));
    let schemes = Scheme::ALL
        .into_iter()
        .map(|one| Choice::new(one.name(), writing.w(&format!("scheme-{}", one.name()))));
    let bases = wall.bases.iter().map(|(code, name)| Choice::new(&**code, &**name));
    let used = wall.basis.as_ref().map(|shown| shown.basis.code.to_string()).unwrap_or_default();
    let select = |name, key: &str, choices: Vec<Choice>| {
        Field::new(writing, name, key, Control::Select(choices))
    };
    let line = |name, key: &str| Field::line(writing, name, key).answered(said(name));
    let mut fields = vec![
        select("bulan", "wall-month", months.collect()).answered(wall.month.to_string()),
        select("jaminan", "wall-scheme", schemes.collect()).answered(wall.scheme.name()),
        line("wilayah", "wall-place").optional(writing),
        line("program", "wall-programme").optional(writing),
        line("dana", "wall-fund").optional(writing),
        line("diketahui", "wall-known").optional(writing),
    ];
    if wall.bases.len() > 1 {
        fields.push(select("pembanding", "wall-basis", bases.collect()).answered(used));
    }
    fields
}

fn fact(name: String, value: String) -> Fact {
    Fact { name, value, change: None }
}

fn head(wall: &Wall, writing: Writing) -> Facts {
    let number = |count: u64| writing.number(count);
    let mut rows = vec![
        fact(writing.w("wall-place"), wall.place_name.clone()),
        fact(writing.w("wall-month"), writing.month(wall.month)),
        fact(writing.w("wall-covered"), number(wall.covered)),
    ];
    if let Some(share) = wall.share {
        rows.push(fact(writing.w("wall-share"), writing.percent(share)));
    }
    Facts { rows, class: "facts", ..Facts::default() }
}

fn aim(wall: &Wall, writing: Writing) -> Facts {
    let mut rows = Vec::new();
    if let Some(shown) = &wall.basis {
        let basis = &shown.basis;
        let day = writing.day(basis.as_of);
        let values = [("source", &*basis.source), ("name", &*basis.name), ("day", &*day)];
        let people = shown.people.map(|people| writing.number(people)).unwrap_or_default();
        rows.push(fact(writing.w("wall-all"), people));
        rows.push(fact(writing.w("wall-basis"), writing.with("wall-basis-value", &values)));
        rows.push(fact(writing.w("wall-basis-definition"), basis.definition.to_string()));
    }
    if let Some(target) = &wall.target {
        let number = |count: u64| writing.number(count);
        let people = target.people.map_or_else(|| writing.w("wall-no-number"), number);
        let day = writing.day(target.target.due);
        let (key, share) = match target.target.aim {
            app::wall::Aim::People(_) => ("wall-target-people", String::new()),
            app::wall::Aim::Share(share) => ("wall-target-share", writing.percent(share)),
        };
        let values = [("people", &*people), ("share", &*share), ("day", &*day)];
        rows.push(fact(writing.w("wall-target"), writing.with(key, &values)));
        rows.push(fact(writing.w("wall-target-source"), target.target.source.to_string()));
        let set = format!("{}, {}", target.set_by, writing.day(target.set_on));
        rows.push(fact(writing.w("wall-set-by"), set));
        if let Some(needed) = target.needed_monthly {
            let value = writing.with("wall-needed-value", &[("count", &number(needed))]);
            rows.push(fact(writing.w("wall-needed"), value));
        }
        if let Some(told) = target.forecast {
            let (count, month) = (number(told.people), writing.month(told.month));
            let changes = number(told.changes as u64);
            let values = [("count", &*count), ("month", &*month), ("changes", &*changes)];
            let value = writing.with("wall-forecast-value", &values);
            rows.push(fact(writing.w("wall-forecast"), value));
        }
    }
    Facts { rows, class: "facts", ..Facts::default() }
}

fn trend(wall: &Wall, writing: Writing) -> Vec<Piece> {
    let heading = Piece::Heading(writing.w("wall-trend"));
    if wall.trend.is_empty() {
        return vec![heading, Piece::Words(writing.w("wall-empty"))];
    }
    let shown = wall.trend.len().saturating_sub(CHART_MONTHS);
    let bar = |(month, people): &(Month, u64)| {
        (writing.month(*month), vec![(*people, writing.number(*people))])
    };
    let bars: Vec<_> = wall.trend[shown..].iter().map(bar).collect();
    let chart = Chart::new(writing.w("wall-trend"), writing.w("wall-trend-described"), &bars);
    let row = |(month, people): &(Month, u64)| {
        vec![RowCell::text(writing.month(*month)), RowCell::number(writing.number(*people))]
    };
    let rows = Rows {
        id: "bulan-demi-bulan".to_owned(),
        caption: writing.w("wall-trend"),
        heads: vec![(writing.w("wall-month"), false), (writing.w("wall-covered"), true)],
        rows: wall.trend.iter().rev().map(row).collect(),
        total: Vec::new(),
    };
    vec![heading, Piece::Chart(chart), Piece::Rows(rows)]
}

/// The path that was set: every target ahead, when there are several.
fn path(wall: &Wall, writing: Writing) -> Option<Piece> {
    if wall.path.len() < 2 {
        return None;
    }
    let number = |count: Option<u64>| {
        RowCell::number(count.map(|one| writing.number(one)).unwrap_or_default())
    };
    let row = |one: &app::wall::TargetShown| {
        let day = RowCell::text(writing.day(one.target.due)).noted(&*one.target.source);
        let told = one.forecast.map(|told| told.people);
        vec![day, number(one.people), number(one.needed_monthly), number(told)]
    };
    let keys = ["wall-target", "wall-needed", "wall-forecast"];
    let mut heads = vec![(writing.w("wall-target-due"), false)];
    heads.extend(keys.map(|key| (writing.w(key), true)));
    Some(Piece::Rows(Rows {
        id: "jalan-sasaran".to_owned(),
        caption: writing.w("wall-path"),
        heads,
        rows: wall.path.iter().map(row).collect(),
        total: Vec::new(),
    }))
}

fn ladder(wall: &Wall, writing: Writing) -> Facts {
    let row = |(at, step): (usize, &app::wall::Step)| {
        let villages = writing.number(step.villages);
        let value = writing.with("wall-villages", &[("count", &villages)]);
        fact(writing.w(&format!("wall-step-{at}")), value)
    };
    Facts {
        rows: wall.ladder.iter().enumerate().map(row).collect(),
        class: "facts",
        ..Facts::default()
    }
}

/// What a line is called.
fn name_of(line: &WallLine, by: WallBy, writing: Writing) -> String {
    match (by, line.key.as_str()) {
        (WallBy::Sex, "L" | "P") => writing.w(&format!("web-sex-{}", line.key)),
        (WallBy::Age, key) => match years_of(key) {
            Some((from, Some(to))) => {
                let (from, to) = (from.to_string(), to.to_string());
                writing.with("wall-age-span", &[("from", &from), ("to", &to)])
            }
            Some((from, None)) => writing.with("wall-age-up", &[("from", &from.to_string())]),
            None => writing.w("wall-unknown"),
        },
        (_, "") => writing.w("wall-unknown"),
        _ if line.name.is_empty() => line.key.clone(),
        _ => line.name.clone(),
    }
}

fn part(
    wall: &Wall,
    by: WallBy,
    asked: &Asked,
    (writing, may_read): (Writing, bool),
) -> Option<Piece> {
    let lines = wall.parts.get(&by).filter(|lines| !lines.is_empty())?;
    // Villages of a whole regency are many: those of a district are shown when it is asked for.
    if by == WallBy::Desa && wall.place.level() < 3 {
        return None;
    }
    let is_measured = lines.iter().any(|line| line.all.is_some());
    let number = |count: Option<u64>| {
        RowCell::number(count.map(|one| writing.number(one)).unwrap_or_default())
    };
    let row = |line: &WallLine| {
        let name = name_of(line, by, writing);
        let mut cell = RowCell::text(name).noted(line.within.clone());
        if let Some(href) = leads(line, by, asked, (writing, may_read)) {
            cell = cell.leading(href);
        }
        let mut cells = vec![cell, number(Some(line.covered))];
        if is_measured {
            cells.push(number(line.all));
            cells.push(RowCell::number(
                line.share.map(|one| writing.percent(one)).unwrap_or_default(),
            ));
            cells.push(number(line.gap));
        }
        cells
    };
    let mut heads = vec![(writing.w("wall-name"), false), (writing.w("wall-covered"), true)];
    if is_measured {
        heads.extend(["wall-all", "wall-share", "wall-gap"].map(|key| (writing.w(key), true)));
    }
    let mut shown: Vec<&WallLine> = lines.iter().collect();
    if matches!(by, WallBy::Occupation) {
        // The widest gap first.
        shown.sort_by_key(|line| (std::cmp::Reverse(line.gap), std::cmp::Reverse(line.covered)));
    }
    Some(Piece::Rows(Rows {
        id: format!("menurut-{}", by.name()),
        caption: writing.w(&format!("wall-by-{}", by.name())),
        heads,
        rows: shown.into_iter().map(row).collect(),
        total: Vec::new(),
    }))
}

/// Where a line leads: a district to its villages, a village to its people for those who may.
fn leads(
    line: &WallLine,
    by: WallBy,
    asked: &Asked,
    (writing, may_read): (Writing, bool),
) -> Option<String> {
    match by {
        WallBy::Kecamatan if !line.key.is_empty() => {
            let kept = ["bulan", "jaminan", "diketahui", "pembanding", "program", "dana"];
            let own = kept.into_iter().filter_map(|name| {
                let value = asked.value(name).filter(|value| !value.is_empty())?;
                Some((name.to_owned(), value.to_owned()))
            });
            let place = ("wilayah".to_owned(), line.key.clone());
            Some(writing.href("/dasbor", &own.chain([place]).collect::<Vec<_>>()))
        }
        WallBy::Desa if may_read && !line.key.is_empty() => {
            Some(writing.href("/peserta", &[("desa".to_owned(), line.key.clone())]))
        }
        _ => None,
    }
}

fn money_pieces(money: &Money, writing: Writing) -> Vec<Piece> {
    let rupiah = |amount| writing.rupiah(amount);
    let mut facts = vec![
        fact(writing.w("wall-paid"), rupiah(money.paid)),
        fact(writing.w("wall-received"), rupiah(money.received)),
    ];
    if let Some(ratio) = money.ratio {
        facts.push(fact(writing.w("wall-ratio"), writing.percent(ratio)));
    }
    facts.push(fact(writing.w("wall-not-wasted"), rupiah(money.not_wasted_rupiah)));
    let mut pieces = vec![
        Piece::Heading(writing.w("wall-money")),
        Piece::Facts(Facts { rows: facts, class: "facts", ..Facts::default() }),
    ];
    if !money.not_wasted.is_empty() {
        let row = |one: &app::wall::NotWasted| {
            vec![
                RowCell::text(writing.w(&format!("outcome-{}", one.outcome.name()))),
                RowCell::number(writing.number(one.rows)),
                RowCell::number(rupiah(one.rupiah)),
            ]
        };
        pieces.push(Piece::Rows(Rows {
            id: "tidak-terbuang".to_owned(),
            caption: writing.w("wall-not-wasted"),
            heads: vec![
                (writing.w("wall-reason"), false),
                (writing.w("wall-rows"), true),
                (writing.w("wall-rupiah"), true),
            ],
            rows: money.not_wasted.iter().map(row).collect(),
            total: Vec::new(),
        }));
        pieces.push(Piece::Words(writing.w("wall-not-wasted-note")));
    }
    if !money.funds.is_empty() {
        pieces.push(Piece::Rows(funds(money, writing)));
    }
    pieces
}

fn funds(money: &Money, writing: Writing) -> Rows {
    let row = |fund: &app::wall::FundLeft| {
        let amount = |amount| RowCell::number(writing.rupiah(amount));
        let until = fund.until.map(|month| writing.month(month)).unwrap_or_default();
        let href = writing.href(&format!("/dana/{}", fund.code), &[]);
        vec![
            RowCell::text(fund.code.clone()).leading(href),
            amount(fund.ceiling),
            amount(fund.paid),
            amount(fund.bound),
            amount(fund.at_risk),
            RowCell::text(until),
        ]
    };
    let keys = ["wall-fund-ceiling", "wall-fund-paid", "wall-fund-bound", "wall-at-risk"];
    let mut heads = vec![(writing.w("wall-fund"), false)];
    heads.extend(keys.map(|key| (writing.w(key), true)));
    heads.push((writing.w("wall-fund-until"), false));
    Rows {
        id: "anggaran".to_owned(),
        caption: writing.w("wall-at-risk"),
        heads,
        rows: money.funds.iter().map(row).collect(),
        total: Vec::new(),
    }
}
