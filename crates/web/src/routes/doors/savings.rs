//! `/simulasi-jht`: what savings for old age may come to: by the tier or the wage, for so many
//! months, and what is paid when. It knows nobody, needs no login and no script.

use std::sync::Arc;

use app::error::AppError;
use app::jht::{Simulation, SimulationAsked, simulated_base, simulation_months};
use app::office::Operation;
use axum::extract::State;
use axum::response::Response;
use base::{Month, Rupiah};

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, amount_of, answer, html, sentence};

/// The months that the form begins with.
const MONTHS: &str = "120"; // not law: a number to begin with

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/simulasi-jht", Operation::ReadPublic, show)]
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(html(&page(web, asked)))).await
}

fn page(web: &Web, asked: &Asked) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("jht-simulate"));
    let mut pieces = Vec::new();
    match question(web, asked).and_then(|question| {
        let found = web.office().simulate_jht(&question)?;
        Ok((question, found))
    }) {
        Ok((question, found)) => pieces.extend(result(web, (&question, &found), writing)),
        Err(error) => {
            let text = sentence(&error, writing);
            pieces.push(Piece::Notice(Notice::warning(text, String::new())));
        }
    }
    pieces.push(Piece::Heading(writing.w("jht-simulate-again")));
    pieces.push(Piece::Form(form(&page, web, asked)));
    pieces.push(Piece::Link(writing.href("/aturan", &[]), writing.w("web-rules")));
    let back = Some((writing.href("/", &[]), writing.w("web-home")));
    Plain { page, back, lead: writing.w("jht-simulate-lead"), pieces }
}

/// What the address asks for; the lowest tier for ten years when it says nothing.
///
/// # Errors
/// `NOT_AN_AMOUNT`, `NOT_A_MONTH`, `JHT_MONTHS_UNFIT`.
fn question(web: &Web, asked: &Asked) -> Result<SimulationAsked, AppError> {
    let office = web.office();
    let filled = |name: &str| asked.value(name).map(str::trim).filter(|text| !text.is_empty());
    let amount = |name: &str| match filled(name) {
        None => Ok(None),
        Some(text) => {
            amount_of(text).map(Some).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", text))
        }
    };
    let today = office.today();
    let first = match filled("mulai") {
        None => today.month_of(),
        Some(text) => Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", text))?,
    };
    let base = match (amount("upah")?, amount("dasar")?) {
        (Some(wage), _) if wage > Rupiah::ZERO => simulated_base(true, wage),
        (_, Some(income)) => simulated_base(false, income),
        _ => {
            let lowest = office.tier_bases(first.first_day()).first().copied();
            simulated_base(false, lowest.unwrap_or_default())
        }
    };
    let months = filled("bulan").unwrap_or(MONTHS).parse().unwrap_or(0);
    Ok(SimulationAsked {
        base,
        first,
        months: simulation_months(months)?,
        start: amount("awal")?.unwrap_or_default(),
    })
}

fn in_full(rupiah: Rupiah, writing: Writing) -> String {
    format!("{} ({})", writing.rupiah(rupiah), rupiah.in_words())
}

fn result(
    web: &Web,
    (asked, found): (&SimulationAsked, &Simulation),
    writing: Writing,
) -> Vec<Piece> {
    let counted = &found.account;
    let (first, last) = (writing.month(asked.first), writing.day(found.on));
    let months = writing.number(asked.months.into());
    let values = [("months", &*months), ("first", &*first), ("last", &*last)];
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut sums = Vec::new();
    for span in &found.spans {
        let (first, last) = (writing.month(span.first), writing.month(span.last));
        let (rupiah, base) = (writing.rupiah(span.monthly), writing.rupiah(span.base));
        let own = writing.rupiah(span.own);
        let status = writing.w(&format!("status-{}", span.status.name()));
        let values = [
            ("rupiah", &*rupiah),
            ("base", &*base),
            ("own", &*own),
            ("first", &*first),
            ("last", &*last),
            ("article", &*span.article),
            ("status", &*status),
        ];
        let key = if span.own > Rupiah::ZERO { "jht-span-wage" } else { "jht-span-tier" };
        sums.push(fact("jht-monthly", writing.with(key, &values)));
    }
    sums.push(fact("jht-paid-in", writing.rupiah(counted.paid_in)));
    sums.push(fact("jht-growth", writing.rupiah(counted.growth)));
    sums.push(fact("jht-balance", in_full(counted.answer.total, writing)));
    let year = |year: &app::jht::SimulatedYear| {
        let (paid, growth) = (writing.rupiah(year.paid_in), writing.rupiah(year.growth));
        let balance = writing.rupiah(year.balance);
        let values = [("paid", &*paid), ("growth", &*growth), ("balance", &*balance)];
        Fact::new(year.year.to_string(), writing.with("jht-simulated-year", &values))
    };
    vec![
        Piece::Heading(writing.with("jht-simulated", &values)),
        Piece::Facts(Facts::new(writing, sums)),
        Piece::Notice(Notice::info(writing.w("jht-estimate"), String::new())),
        Piece::Heading(writing.w("jht-when")),
        Piece::Words(when(web, found, writing)),
        Piece::Facts(payouts(found, writing)),
        Piece::Heading(writing.w("jht-by-year")),
        Piece::Facts(Facts::new(writing, found.years.iter().map(year).collect())),
    ]
}

/// At what age all of it is paid, with its article.
fn when(web: &Web, found: &Simulation, writing: Writing) -> String {
    match web.office().jht_age(found.on) {
        Ok((age, article)) => {
            let age = age.to_string();
            writing.with("jht-when-age", &[("age", &*age), ("article", &*article)])
        }
        Err(_) => writing.w("guide-unknown"),
    }
}

/// What is paid for each reason, after tax, each with its article and how well it is known.
fn payouts(found: &Simulation, writing: Writing) -> Facts {
    let mut rows = Vec::new();
    for one in &found.payouts {
        let mut text = in_full(one.answer.total, writing);
        for line in &one.answer.lines {
            let name = writing.w(&format!("law-line-{}", line.key.name()));
            let (rupiah, status) =
                (writing.rupiah(line.rupiah), writing.w(&format!("status-{}", line.status.name())));
            text.push_str(&format!(" · {name}: {rupiah}, {}, {status}", line.article));
        }
        if let Some((years, reached)) = one.needs_years {
            let years = writing.number(years.unsigned_abs());
            let key = if reached { "jht-years-reached" } else { "jht-years-missing" };
            text.push_str(&format!(" · {}", writing.with(key, &[("years", &*years)])));
        }
        rows.push(Fact::new(writing.w(&format!("jht-reason-{}", one.reason.name())), text));
    }
    Facts::new(writing, rows)
}

/// Tier or wage, from when, how long, what there is: nothing that says who somebody is.
fn form(page: &Page, web: &Web, asked: &Asked) -> Form {
    let writing = asked.writing();
    let value = |name: &str| asked.value(name).unwrap_or_default().to_owned();
    let bases = web.office().tier_bases(web.office().today());
    let bases = bases.iter().map(|base| Choice::new(base.0.to_string(), writing.rupiah(*base)));
    let number = |width| Control::Line { width, keyboard: "numeric", filled_by: "off" };
    let months = Some(value("bulan")).filter(|text| !text.is_empty());
    let fields = vec![
        Field::new(writing, "dasar", "jht-base", Control::Select(bases.collect()))
            .answered(value("dasar")),
        Field::new(writing, "upah", "jht-wage", number(14))
            .answered(value("upah"))
            .optional(writing),
        Field::new(writing, "bulan", "jht-simulated-months", number(4))
            .answered(months.unwrap_or_else(|| MONTHS.to_owned())),
        Field::new(writing, "awal", "jht-start", number(14))
            .answered(value("awal"))
            .optional(writing),
        Field::line(writing, "mulai", "jht-first").answered(value("mulai")).optional(writing),
    ];
    Form::search(page, "/simulasi-jht", "jht-reckon", fields)
}
