//! `payung quote`: what people cost over months, and how many people or months a sum pays for.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::office::{Actor, Office, Operation};
use app::planner::{gap_error as gap, warning_in_words};
use base::money::grouped;
use base::{Day, Month, Ppm, Rupiah};
use documents::pdf::TreeLine;
use rules::{
    Base, FundKind, Payer, Quote, QuoteGroup, QuoteMonth, QuoteQuery, QuoteWarning, Rulebook,
    Schemes, WorkSector,
};
use serde_json::{Value, json};

use super::law::pages::{self, Pages};
use super::law::{known, rulebook, schemes, span};
use crate::cli::{Global, QuoteArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Everybody leaves within a year.
const LEAST_GROWTH: Ppm = Ppm(-1_000_000);

/// Who is asked about, and the months as far as they are named.
struct Plan {
    groups: Vec<QuoteGroup>,
    /// Spans of first and last month; empty while only the first month is known.
    spans: Vec<(Month, Month)>,
    first: Month,
    /// Whether the number of people is known.
    peopled: bool,
    growth: Ppm,
}

/// What a sum pays for.
struct Affordable {
    /// Of people or of months: the field of the document, and the label.
    field: &'static str,
    label: &'static str,
    most: u64,
    by_group: Option<Vec<u64>>,
    total: Rupiah,
    leftover: Rupiah,
    warnings: Vec<QuoteWarning>,
}

/// Answers forward or, with a budget, the other way round.
pub fn quote(global: &Global, say: &Say, args: &QuoteArgs) -> Done {
    let rulebook = rulebook(say, &args.rulebook)?;
    let budget = args.budget.as_deref().map(commands::rupiah).transpose()?;
    let plan = match &args.programme {
        Some(code) => {
            let office = commands::open(global)?;
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            of_programme(&office, &actor, args, code)?
        }
        None => of_flags(&rulebook, args)?,
    };
    match budget {
        Some(budget) if plan.spans.is_empty() => {
            affordable(&rulebook, say, &months(&rulebook, &plan, budget)?);
        }
        Some(budget) if !plan.peopled || args.groups.is_some() => {
            affordable(&rulebook, say, &people(&rulebook, &plan, budget)?);
        }
        budget => forward(&rulebook, say, args, &plan, budget)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn of_flags(rulebook: &Rulebook, args: &QuoteArgs) -> Result<Plan, AppError> {
    let (first, spans) = months_of_flags(args)?;
    let income = match &args.income {
        Some(text) => commands::rupiah(text)?,
        None => rulebook.lowest_tier_income(first).unwrap_or(Rupiah::ZERO),
    };
    let sector = sector(args)?.unwrap_or(WorkSector::Other);
    let usual = QuoteGroup {
        // Without a number the most there are: a budget decides.
        people: args.workers.unwrap_or(u64::MAX),
        base: Base::Bpu { income, sector },
        schemes: args.schemes.as_deref().map_or(Ok(Schemes::JKK_JKM), schemes)?,
        payer: args.payer.as_deref().map_or(Ok(Payer::Fund(FundKind::Apbd)), payer)?,
        births: Vec::new(),
    };
    let groups = match &args.groups {
        Some(file) => read_groups(file, &usual)?,
        None => vec![usual],
    };
    let peopled = args.workers.is_some() || args.groups.is_some();
    if !peopled && (args.budget.is_none() || spans.is_empty()) {
        return Err(AppError::usage("FLAG_MISSING", "--workers"));
    }
    if spans.is_empty() && args.budget.is_none() {
        return Err(AppError::usage("FLAG_MISSING", "--months"));
    }
    Ok(Plan { groups, spans, first, peopled, growth: growth(&args.growth)? })
}

fn of_programme(
    office: &Office,
    actor: &Actor,
    args: &QuoteArgs,
    code: &str,
) -> Result<Plan, AppError> {
    let programme = office.programme(code)?;
    let fund = office.fund_of(&programme)?;
    let income = args.income.as_deref().map(commands::rupiah).transpose()?;
    let schemes = args.schemes.as_deref().map_or(Ok(programme.schemes), schemes)?;
    let payer = args.payer.as_deref().map_or(Ok(Payer::Fund(fund.kind)), payer)?;
    let named = sector(args)?;
    let planned = office.planned_people(actor, code)?;
    // What is typed stands for incomes that are declared; a wage is what the programme lays down.
    let mut alike: BTreeMap<Base, Vec<Day>> = BTreeMap::new();
    for (base, birth) in planned {
        alike.entry(with(base, income, named)).or_default().push(birth);
    }
    let group = |(base, births): (Base, Vec<Day>)| QuoteGroup {
        people: births.len() as u64,
        base,
        schemes,
        payer,
        births,
    };
    let groups: Vec<QuoteGroup> = alike.into_iter().map(group).collect();
    let (first, spans) = match (&args.from, &args.spans[..], args.months) {
        (None, [], None) => (programme.first, vec![(programme.first, programme.last)]),
        (None, [], Some(months)) => (programme.first, from_first(programme.first, months)?),
        _ => months_of_flags(args)?,
    };
    Ok(Plan { groups, spans, first, peopled: true, growth: growth(&args.growth)? })
}

fn sector(args: &QuoteArgs) -> Result<Option<WorkSector>, AppError> {
    args.sector.as_deref().map(|text| known(text, WorkSector::from_name)).transpose()
}

/// A growth as typed: `2.5`, `2,5` or `2,5 %`, exact to a ten-thousandth of a per cent.
fn growth(text: &str) -> Result<Ppm, AppError> {
    let bad = || AppError::usage("NOT_A_PERCENTAGE", text);
    let plain = text.trim().trim_end_matches('%').trim();
    let (sign, digits) = plain.strip_prefix('-').map_or((1, plain), |rest| (-1, rest));
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || whole.len() > 3 || part.len() > 4 {
        return Err(bad());
    }
    let ppm: i64 = format!("{whole}{part:0<4}").parse().map_err(|_| bad())?;
    let ppm = Ppm(sign * ppm);
    // A group cannot lose more people than it has.
    if ppm < LEAST_GROWTH { Err(bad()) } else { Ok(ppm) }
}

fn payer(text: &str) -> Result<Payer, AppError> {
    known(text, Payer::from_name)
}

fn months_of_flags(args: &QuoteArgs) -> Result<(Month, Vec<(Month, Month)>), AppError> {
    if !args.spans.is_empty() {
        let spans: Result<Vec<_>, AppError> = args.spans.iter().map(|text| span(text)).collect();
        let mut spans = spans?;
        spans.sort_unstable();
        return Ok((spans[0].0, spans));
    }
    let from = args.from.as_deref().ok_or_else(|| AppError::usage("FLAG_MISSING", "--from"))?;
    let first = commands::month(from)?;
    let spans = args.months.map_or(Ok(Vec::new()), |months| from_first(first, months))?;
    Ok((first, spans))
}

fn from_first(first: Month, months: u32) -> Result<Vec<(Month, Month)>, AppError> {
    /// Nobody plans beyond a century.
    const MONTHS_MAX: u32 = 1_200;
    match i32::try_from(months) {
        Ok(months @ 1..) if months.unsigned_abs() <= MONTHS_MAX => {
            Ok(vec![(first, first.plus(months - 1))])
        }
        _ => Err(AppError::usage("NOT_A_COUNT", months.to_string())),
    }
}

fn forward(
    rulebook: &Rulebook,
    say: &Say,
    args: &QuoteArgs,
    plan: &Plan,
    budget: Option<Rupiah>,
) -> Result<(), AppError> {
    let (groups, spans) = (plan.groups.clone(), plan.spans.clone());
    let query = QuoteQuery { groups, spans, growth: plan.growth };
    let quote = rulebook.quote(&query).map_err(gap)?;
    let mut warnings = quote.warnings.clone();
    warnings.extend(budget.and_then(|budget| quote.budget_warning(budget)));
    if say.json {
        say.document(&forward_document(rulebook, say, &quote, &warnings));
    } else {
        let label = |key: &str| say.words.get(key);
        say.pairs(&[
            (label("quote-people"), grouped(quote.people)),
            (label("quote-months"), quote.months.to_string()),
            (label("quote-monthly"), quote.monthly.to_string()),
            (label("quote-total"), quote.total.to_string()),
            (label("quote-status"), label(&format!("status-{}", quote.status.name()))),
        ]);
        say_warnings(rulebook, say, &warnings);
    }
    match &args.pdf {
        Some(file) => pages::print(rulebook, say, file, pages_of(say, &quote, &warnings)),
        None => Ok(()),
    }
}

fn pages_of(say: &Say, quote: &Quote, warnings: &[QuoteWarning]) -> Pages {
    let line = |month: &QuoteMonth| TreeLine {
        depth: 0,
        text: month.month.in_words(),
        amount: month.rupiah.to_string(),
        details: vec![say.words.with("quote-page-people", &[("people", &grouped(month.people))])],
    };
    let label = |key: &str| say.words.get(key);
    Pages {
        title: "quote-page-title",
        facts: vec![
            (label("quote-people"), grouped(quote.people)),
            (label("quote-months"), quote.months.to_string()),
            (label("quote-monthly"), quote.monthly.to_string()),
        ],
        lines: quote.by_month.iter().map(line).collect(),
        total: Some((quote.total, quote.status)),
        notes: warnings.iter().map(|warning| warning_in_words(say.words, warning)).collect(),
    }
}

fn forward_document(
    rulebook: &Rulebook,
    say: &Say,
    quote: &Quote,
    warnings: &[QuoteWarning],
) -> Value {
    let by_month = quote.by_month.iter().map(|month| {
        let (people, rupiah) = (month.people, month.rupiah.0);
        json!({"month": month.month.to_string(), "people": people, "rupiah": rupiah})
    });
    json!({
        "people": quote.people,
        "months": quote.months,
        "monthly_rupiah": quote.monthly.0,
        "total_rupiah": quote.total.0,
        "by_month": by_month.collect::<Vec<_>>(),
        "warnings": warning_documents(say, warnings),
        "rulebook": rulebook.version().to_string(),
        "status": quote.status.name(),
    })
}

fn people(rulebook: &Rulebook, plan: &Plan, budget: Rupiah) -> Result<Affordable, AppError> {
    let found = rulebook.people_for_budget(budget, &plan.groups, &plan.spans, plan.growth);
    let found = found.map_err(gap)?;
    Ok(Affordable {
        field: "people_max",
        label: "quote-people-max",
        most: found.people_max,
        by_group: Some(found.by_group),
        total: found.total,
        leftover: found.leftover,
        warnings: found.warnings,
    })
}

fn months(rulebook: &Rulebook, plan: &Plan, budget: Rupiah) -> Result<Affordable, AppError> {
    let found = rulebook.months_for_budget(budget, &plan.groups, plan.first, plan.growth);
    let found = found.map_err(gap)?;
    Ok(Affordable {
        field: "months_max",
        label: "quote-months-max",
        most: u64::from(found.months_max),
        by_group: None,
        total: found.total,
        leftover: found.leftover,
        warnings: found.warnings,
    })
}

fn affordable(rulebook: &Rulebook, say: &Say, found: &Affordable) {
    if say.json {
        let mut document = json!({
            "total_rupiah": found.total.0,
            "leftover_rupiah": found.leftover.0,
            "warnings": warning_documents(say, &found.warnings),
            "rulebook": rulebook.version().to_string(),
        });
        document[found.field] = json!(found.most);
        if let Some(by_group) = &found.by_group {
            document["by_group"] = json!(by_group);
        }
        say.document(&document);
        return;
    }
    let label = |key: &str| say.words.get(key);
    say.pairs(&[
        (label(found.label), grouped(found.most)),
        (label("quote-total"), found.total.to_string()),
        (label("quote-leftover"), found.leftover.to_string()),
    ]);
    say_warnings(rulebook, say, &found.warnings);
}

fn say_warnings(rulebook: &Rulebook, say: &Say, warnings: &[QuoteWarning]) {
    for warning in warnings {
        say.line(&format!("! {}", warning_in_words(say.words, warning)));
    }
    let version = rulebook.version().to_string();
    say.line(&say.words.with("rulebook-note", &[("version", &version)]));
}

fn warning_documents(say: &Say, warnings: &[QuoteWarning]) -> Vec<Value> {
    let document = |warning: &QuoteWarning| {
        let text = warning_in_words(say.words, warning);
        json!({"code": warning.name(), "text": text})
    };
    warnings.iter().map(document).collect()
}

/// Reads groups: a head line, then a line a group; what a group does not say is as for all.
fn read_groups(file: &Path, usual: &QuoteGroup) -> Result<Vec<QuoteGroup>, AppError> {
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|_| AppError::new(ErrorKind::NotFound, "FILE_UNREADABLE", shown.as_str()))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let bad = |at: usize| AppError::usage("GROUPS_UNREADABLE", format!("{shown}:{}", at + 1));
    let Some((_, head)) = lines.next() else { return Err(bad(0)) };
    let mark = if head.contains(';') { ';' } else { ',' };
    let heads: Vec<String> =
        cells(head, mark).into_iter().map(|head| head.to_lowercase()).collect();
    let names = ["people", "income", "schemes", "payer", "sector", "births"];
    let unknown = heads.iter().any(|head| !names.contains(&&**head));
    if unknown || !heads.iter().any(|head| head == "people") {
        return Err(bad(0));
    }
    let groups: Result<Vec<QuoteGroup>, AppError> = lines
        .map(|(at, line)| {
            let cells = cells(line, mark);
            if cells.len() != heads.len() {
                return Err(bad(at));
            }
            group(&heads, &cells, usual).map_err(|_| bad(at))
        })
        .collect();
    groups.and_then(|groups| if groups.is_empty() { Err(bad(0)) } else { Ok(groups) })
}

fn group(heads: &[String], cells: &[String], usual: &QuoteGroup) -> Result<QuoteGroup, AppError> {
    let mut group = usual.clone();
    for (head, cell) in heads.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        match head.as_str() {
            "people" => {
                let digits = cell.replace(['.', ' '], "");
                group.people =
                    digits.parse().map_err(|_| AppError::usage("NOT_A_COUNT", &**cell))?;
            }
            "income" => group.base = with(group.base, Some(commands::rupiah(cell)?), None),
            "schemes" => group.schemes = schemes(cell)?,
            "payer" => group.payer = payer(cell)?,
            "sector" => {
                let sector = known(cell, WorkSector::from_name)?;
                group.base = with(group.base, None, Some(sector));
            }
            _ => {
                let days = cell.split([' ', '|']).filter(|day| !day.is_empty());
                group.births = days.map(commands::day).collect::<Result<Vec<Day>, AppError>>()?;
            }
        }
    }
    if group.people == u64::MAX {
        return Err(AppError::usage("NOT_A_COUNT", ""));
    }
    Ok(group)
}

/// A base with another declared income or sector, where they are named; a wage stays as it is.
fn with(base: Base, income: Option<Rupiah>, sector: Option<WorkSector>) -> Base {
    match base {
        Base::Bpu { income: ours, sector: own } => {
            Base::Bpu { income: income.unwrap_or(ours), sector: sector.unwrap_or(own) }
        }
        wage @ Base::Pu { .. } => wage,
    }
}

/// The cells of a line; a cell in quotes may hold the mark.
fn cells(line: &str, mark: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            letter if letter == mark && !quoted => cells.push(String::new()),
            letter => cells.last_mut().expect("there is always a cell").push(letter),
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}
