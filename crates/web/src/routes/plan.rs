//! `/rencana`: a budget planned over the real list, up to four scenarios side by side, its sheet
//! for RKA and DPA; `/rencana/jalan`: the path to everybody. Read only: the form is the address.

mod path;

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::{Actor, Operation};
use app::planner::{
    self, Affords, BaseTyped, Counted, Plan, Planned, RkaAsked, SCENARIOS_MAX, ScenarioTyped,
    heirs_in_words, plan_document, rules_in_words, warning_in_words,
};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Month, Rupiah};

use crate::api::{Answer, Described, Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::chart::{Chart, RowCell, Rows};
use crate::parts::{Choice, Control, Field, Form, Mistakes, Notice, Posted};
use crate::routes::{Route, Web, answer, failure, html};

/// The whole register in place of a programme.
const EVERYBODY: &str = "semua";
/// Beyond so many months a chart shows years.
const MONTHS_SHOWN: usize = 24;

/// The names of a scenario's answers: kinds of work, schemes, first month, months, tranches, ages.
const SCENARIOS: [[&str; 6]; SCENARIOS_MAX] = [
    ["pekerjaan", "skema", "mulai", "bulan", "tahap", "usia"],
    ["pekerjaan2", "skema2", "mulai2", "bulan2", "tahap2", "usia2"],
    ["pekerjaan3", "skema3", "mulai3", "bulan3", "tahap3", "usia3"],
    ["pekerjaan4", "skema4", "mulai4", "bulan4", "tahap4", "usia4"],
];

const PARAMETERS: &[Parameter] = &[
    text("program", "The programme whose people are planned for, by code, or `semua`."),
    text("jumlah", "A bare number of people in place of a programme."),
    text("pekerjaan", "Kinds of work by key, with `+` between; all when absent."),
    text("skema", "Schemes, such as `jkk+jkm`."),
    text("mulai", "The first month, YYYY-MM."),
    text("bulan", "How many months."),
    text("tahap", "Tranches in place of both, such as `2026-01..2026-06,2026-09..2026-12`."),
    text("dana", "The purse, such as `apbd`."),
    text("usia", "Those who reach the age limit: `by-rule`, `leave`, `stay`."),
    text("anggaran", "A sum of money: how many people or months it pays for."),
    text("segmen", "As what people are insured: `bpu`, `pu`, or `by-rule` for each kind of work."),
    text(
        "penghasilan",
        "The declared income of those who earn no wage; the lowest tier when absent.",
    ),
    text("upah", "The monthly wage of those who earn one."),
    text("kelas", "The employer's class of risk, 1 to 5."),
];

const fn text(name: &'static str, meaning: &'static str) -> Parameter {
    Parameter { name, meaning, shape: Shape::Text }
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    page: Page,
    lead: String,
    form: Form,
    notices: Vec<Notice>,
    parts: Vec<Part>,
    exports: Vec<(String, String)>,
    links: Vec<(String, String)>,
}

/// A heading with what stands below it.
#[derive(Default)]
struct Part {
    heading: String,
    words: String,
    chart: Option<Chart>,
    rows: Option<Rows>,
    points: Vec<String>,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let described = |id: &str, summary: &str, parameters: &[Parameter]| Described {
        id: id.to_owned(),
        summary: summary.to_owned(),
        parameters: parameters.to_vec(),
        answer: Answer::Other("A plan, as `payung plan --json` prints it."),
        sends: None,
    };
    let read = Operation::ReadMoney;
    vec![
        Route::get("/rencana", read, show),
        Route::get("/rencana/rka/{kind}", read, sheet),
        Route::get("/rencana/jalan", read, path::show),
        Route::get("/api/rencana", read, data).for_programs().described(described(
            "plan",
            "A budget planned over the real list.",
            PARAMETERS,
        )),
        Route::get("/api/rencana/jalan", read, path::data).for_programs().described(described(
            "universal-path",
            "People and cost year by year up to universal coverage.",
            path::PARAMETERS,
        )),
    ]
}

/// What the address asks for.
struct Question {
    programme: String,
    count: Option<u64>,
    budget: Option<Rupiah>,
    base: BaseTyped,
    scenarios: Vec<ScenarioTyped>,
}

impl Question {
    fn of(asked: &Asked) -> Result<Question, AppError> {
        let value = |name: &str| asked.value(name).unwrap_or_default().trim().to_owned();
        let plain = |name: &str| value(name).replace(['.', ' '], "");
        let count = match plain("jumlah").as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| AppError::usage("NOT_A_COUNT", text))?),
        };
        let budget = match value("anggaran").as_str() {
            "" => None,
            text => {
                let amount = Rupiah::parse(text);
                Some(amount.ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", text))?)
            }
        };
        let typed = |names: &[&str; 6]| ScenarioTyped {
            occupations: value(names[0]),
            schemes: value(names[1]),
            from: value(names[2]),
            months: value(names[3]),
            spans: value(names[4]),
            ages: value(names[5]),
            ..ScenarioTyped::default()
        };
        let mut scenarios: Vec<ScenarioTyped> = SCENARIOS.iter().map(typed).collect();
        // The first is asked even when nothing is typed.
        let others = scenarios.split_off(1).into_iter().filter(|one| !one.is_empty());
        scenarios.extend(others.collect::<Vec<_>>());
        for scenario in &mut scenarios {
            scenario.payer = value("dana");
            if scenario.ages.is_empty() {
                scenario.ages = value("usia");
            }
        }
        let base = BaseTyped {
            segment: value("segmen"),
            income: value("penghasilan"),
            wage: value("upah"),
            class: value("kelas"),
        };
        Ok(Question { programme: value("program"), count, budget, base, scenarios })
    }
}

/// The plan of an address; none while there is nobody to plan for.
fn planned(web: &Web, asked: &Asked) -> Result<Option<Plan>, AppError> {
    let question = Question::of(asked)?;
    let Some(counted) = counted(web, asked, &question)? else { return Ok(None) };
    let office = web.office();
    let usual = counted.usual(&office.occupations);
    let scenarios = question.scenarios.iter().enumerate();
    let scenarios = scenarios.map(|(number, one)| one.read(usual, number));
    let scenarios = scenarios.collect::<Result<Vec<_>, AppError>>()?;
    planner::plan(&office.rulebook, counted, scenarios, question.budget).map(Some)
}

fn counted(web: &Web, asked: &Asked, question: &Question) -> Result<Option<Counted>, AppError> {
    let (office, actor, base) = (web.office(), asked.actor()?, &question.base);
    let now = office.environment.today().month_of();
    // Where neither a programme nor anybody says which months: a year from now.
    let a_year = |counted: Counted| Some(Counted { months: Some((now, now.plus(11))), ..counted });
    if let Some(count) = question.count {
        let month = Month::parse(question.scenarios[0].from.as_str()).unwrap_or(now);
        let counted = planner::of_count(&office.rulebook, &office.occupations, count, base, month);
        return counted.map(a_year);
    }
    match question.programme.as_str() {
        "" => usual(web, actor, base),
        EVERYBODY => office.plan_of_register(actor, base).map(a_year),
        code => office.plan_of_programme(actor, code, base).map(Some),
    }
}

/// Where nobody says whom: the last programme with people, of those whose money may be read.
fn usual(web: &Web, actor: &Actor, base: &BaseTyped) -> Result<Option<Counted>, AppError> {
    for programme in web.office().programmes()?.iter().rev() {
        match web.office().plan_of_programme(actor, &programme.code, base) {
            Ok(counted) if counted.people.people() > 0 => return Ok(Some(counted)),
            Ok(_) => {}
            Err(error) if error.code == "USER_MAY_NOT" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let page = web.page(asked, Section::Plan, writing.w("plan-heading"));
        let mut mistakes = Mistakes::none();
        let (plan, notice) = match planned(web, asked) {
            Ok(plan) => (plan, None),
            // What was typed is the asker's to mend: it stays in the form, with a sentence.
            Err(error) if matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused) => {
                let said = |end: &str| {
                    let key = format!("error-{}{end}", error.code);
                    writing.with(&key, &[("detail", error.detail.as_str())])
                };
                let field = field_of(&error, asked);
                let (what, remedy) = match field {
                    "upah" if error.code == "FLAG_MISSING" => {
                        (writing.w("plan-wage-missing"), writing.w("plan-wage-missing.remedy"))
                    }
                    _ => (said(""), said(".remedy")),
                };
                mistakes.add(field, what.clone());
                (None, Some(Notice::warning(what, remedy)))
            }
            Err(error) => return Err(error),
        };
        let chosen = plan.as_ref().and_then(|plan| plan.counted.programme.as_ref());
        let chosen = chosen.map(|(code, _)| ("program".to_owned(), code.to_string()));
        let posted = Posted::from_pairs(chosen.into_iter().chain(asked.query.clone()).collect());
        let form = form(web, writing, &page)?.filled(&posted, &mistakes);
        let mut notices: Vec<Notice> = notice.into_iter().collect();
        if plan.is_none() && notices.is_empty() {
            notices.push(Notice::info(writing.w("plan-nobody"), writing.w("plan-nobody.remedy")));
        }
        let status =
            if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let exports = plan.as_ref().map(|_| exports(asked, writing)).unwrap_or_default();
        let page = PlanPage {
            lead: writing.w("plan-lead"),
            parts: plan.as_ref().map(|plan| parts(web, plan, writing)).unwrap_or_default(),
            exports,
            links: vec![(writing.href("/rencana/jalan", &[]), writing.w("plan-path-heading"))],
            form,
            notices,
            page,
        };
        Ok((status, html(&page)).into_response())
    })
    .await
}

async fn data(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let nobody = || AppError::refused("NO_PEOPLE", "");
        let plan = planned(web, asked)?.ok_or_else(nobody)?;
        let document = plan_document(&plan, &web.office().rulebook, asked.writing().words());
        Ok(failure::data(asked, StatusCode::OK, document.to_string()))
    })
    .await
}

/// The sheet for RKA and DPA of the first scenario.
async fn sheet(State(web): State<Arc<Web>>, Path(kind): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let unknown = || AppError::not_found("NOT_FOUND", "");
        let (name, kind) = match kind.as_str() {
            "xlsx" => {
                ("rka.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            }
            "pdf" => ("rka.pdf", "application/pdf"),
            _ => return Err(unknown()),
        };
        let plan = planned(web, asked)?.ok_or_else(unknown)?;
        let first = plan.planned.first().ok_or_else(unknown)?;
        let rka = RkaAsked {
            title: plan.counted.programme.as_ref().map_or("", |(_, name)| name),
            account: asked.value("rekening").unwrap_or_default(),
            today: Some(web.office().environment.today()),
        };
        let files = rka.files(first, &web.office().rulebook, asked.writing().words())?;
        let file = files.into_iter().find(|file| file.name == name).ok_or_else(unknown)?;
        Ok(attachment(name, kind, file.bytes))
    })
    .await
}

/// A file to keep.
pub(crate) fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, named)];
    (headers, bytes).into_response()
}

/// The question that an error is about.
fn field_of(error: &AppError, asked: &Asked) -> &'static str {
    let is_of = |name: &&str| asked.value(name).is_some_and(|typed| typed.trim() == error.detail);
    match error.code.as_str() {
        "NOT_AN_AMOUNT" => ["upah", "penghasilan"].into_iter().find(is_of).unwrap_or("anggaran"),
        "FLAG_MISSING" if error.detail == "--wage" => "upah",
        "KIND_UNKNOWN" => ["segmen", "kelas"].into_iter().find(is_of).unwrap_or("pekerjaan"),
        "NOT_A_COUNT" => "jumlah",
        "NOT_A_MONTH" | "FLAG_MISSING" | "RULE_MISSING" => "mulai",
        "NOT_SCHEMES" => "skema",
        "MONTHS_BACKWARDS" | "NO_MONTHS" | "TOO_MANY_MONTHS" => "tahap",
        "PROGRAMME_UNKNOWN" | "NO_PEOPLE" => "program",
        _ => "pekerjaan",
    }
}

fn form(web: &Web, writing: Writing, page: &Page) -> Result<Form, AppError> {
    let programmes = web.office().programmes()?;
    let choices = programmes.iter().rev();
    let choices = choices.map(|one| Choice::new(one.code.to_string(), one.name.to_string()));
    let everybody = Choice::new(EVERYBODY, writing.w("plan-everybody"));
    let ages = ["by-rule", "leave", "stay"];
    let ages = ages.map(|way| Choice::new(way, writing.w(&format!("plan-ages-{way}")))).into();
    let ages: Vec<Choice> = ages;
    let as_first = Choice::new("", writing.w("plan-ages-as-first"));
    let others: Vec<Choice> = [as_first].into_iter().chain(ages.clone()).collect();
    let segments = ["bpu", "pu", "by-rule"];
    let segments =
        segments.map(|word| Choice::new(word, writing.w(&format!("plan-segment-{word}"))));
    let segments = segments.into();
    let select = |name, key, choices| Field::new(writing, name, key, Control::Select(choices));
    let line = |name, key| Field::line(writing, name, key).optional(writing);
    let mut fields = vec![
        select("program", "plan-programme", choices.chain([everybody]).collect()),
        line("jumlah", "plan-count"),
        line("skema", "plan-schemes"),
        line("mulai", "plan-first"),
        line("bulan", "plan-how-many"),
        line("tahap", "plan-spans"),
        line("pekerjaan", "plan-occupations"),
        line("dana", "plan-payer"),
        select("usia", "plan-ages", ages),
        line("anggaran", "plan-budget"),
        select("segmen", "plan-segment", segments),
        line("penghasilan", "plan-income"),
        line("upah", "plan-wage"),
        line("kelas", "plan-class"),
        line("rekening", "plan-account"),
    ];
    for (names, letter) in SCENARIOS[1..].iter().zip(["B", "C", "D"]) {
        let keys = [
            "plan-occupations",
            "plan-schemes",
            "plan-first",
            "plan-how-many",
            "plan-spans",
            "plan-ages",
        ];
        fields.extend(names.iter().zip(keys).map(|(name, key)| {
            let mut field = match key {
                "plan-ages" => select(name, key, others.clone()),
                _ => line(name, key),
            };
            field.label = format!("{letter}: {}", field.label);
            field.hint = String::new();
            field
        }));
    }
    Ok(Form::search(page, "/rencana", "web-show", fields))
}

fn exports(asked: &Asked, writing: Writing) -> Vec<(String, String)> {
    let file = |kind: &str, text: &str| {
        (writing.href(&format!("/rencana/rka/{kind}"), &asked.query), text.to_owned())
    };
    let json = (writing.href("/api/rencana", &asked.query), "JSON".to_owned());
    vec![file("xlsx", "RKA XLSX"), file("pdf", "RKA PDF"), json]
}

fn parts(web: &Web, plan: &Plan, writing: Writing) -> Vec<Part> {
    let mut parts = vec![compared(plan, writing), by_month(plan, writing)];
    parts.extend(plan.affords.as_ref().map(|affords| afforded(affords, writing)));
    for (number, planned) in plan.planned.iter().enumerate() {
        parts.push(by_article(planned, number + 1, writing));
        parts.extend(warned(planned, writing));
    }
    if let Some(first) = plan.planned.first() {
        parts.push(by_occupation(web, first, writing));
        parts.push(by_village(web, first, writing));
    }
    let version = web.office().rulebook.version().to_string();
    if let Some(last) = parts.last_mut() {
        last.points.push(writing.with("rulebook-note", &[("version", &version)]));
    }
    parts
}

/// The scenarios side by side.
fn compared(plan: &Plan, writing: Writing) -> Part {
    let head = |key: &str, number| (writing.w(key), number);
    let first = plan.planned.first().map_or(Rupiah::ZERO, |planned| planned.forecast.total);
    let rows = plan.planned.iter().map(|planned| {
        let (asked, found) = (&planned.scenario, &planned.forecast);
        let difference = Rupiah(found.total.0 - first.0);
        let schemes = asked.schemes.iter().map(|scheme| scheme.name().to_uppercase());
        let schemes = schemes.collect::<Vec<_>>().join("+");
        let refused = match found.refused {
            0 => String::new(),
            refused => writing.with("plan-refused", &[("people", &writing.number(refused))]),
        };
        vec![
            RowCell::text(asked.name.to_string()).noted(schemes),
            RowCell::text(months(&asked.spans, writing)),
            RowCell::number(writing.number(found.people)).noted(refused),
            RowCell::number(writing.rupiah(found.monthly)),
            RowCell::number(writing.rupiah(found.total)),
            RowCell::number(writing.rupiah(difference)),
            RowCell::number(writing.rupiah(found.self_paid)),
        ]
    });
    let from = writing.w(&format!("plan-from-{}", plan.counted.from.name()));
    let people = writing.number(plan.counted.people.people());
    Part {
        heading: writing.w("plan-compared"),
        words: writing.with("plan-people", &[("people", &people), ("from", &from)]),
        rows: Some(Rows {
            id: "skenario".to_owned(),
            caption: writing.w("plan-compared"),
            heads: vec![
                head("plan-scenario", false),
                head("plan-months", false),
                head("quote-people", true),
                head("quote-monthly", true),
                head("quote-total", true),
                head("plan-difference", true),
                head("plan-self-paid", true),
            ],
            rows: rows.collect(),
            total: Vec::new(),
        }),
        ..Part::default()
    }
}

/// Months, or years of a long plan, each with every scenario's people and cost.
fn by_month(plan: &Plan, writing: Writing) -> Part {
    let mut all: Vec<Month> = Vec::new();
    for planned in &plan.planned {
        all.extend(planned.forecast.by_month.iter().map(|month| month.month));
    }
    all.sort_unstable();
    all.dedup();
    let by_year = all.len() > MONTHS_SHOWN;
    let key = |month: Month| if by_year { i64::from(month.year()) } else { month.as_number() };
    let mut keys: Vec<(i64, Month)> = all.into_iter().map(|month| (key(month), month)).collect();
    keys.dedup_by_key(|(key, _)| *key);
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for (wanted, month) in keys {
        let label = match by_year {
            true => month.year().to_string(),
            false => writing.month(month),
        };
        let mut cells = vec![RowCell::text(label.clone())];
        let mut series = Vec::new();
        for planned in &plan.planned {
            let months = planned.forecast.by_month.iter().filter(|one| key(one.month) == wanted);
            let (mut people, mut sum, mut reaching) = (0, 0, 0);
            for month in months {
                people = people.max(month.people);
                sum += month.rupiah.0;
                reaching += month.reaching;
            }
            let note = match reaching {
                0 => String::new(),
                some => writing.with("plan-reaching", &[("people", &writing.number(some))]),
            };
            cells.push(RowCell::number(writing.number(people)).noted(note));
            cells.push(RowCell::number(writing.rupiah(Rupiah(sum))));
            series.push((sum.unsigned_abs(), writing.rupiah(Rupiah(sum))));
        }
        bars.push((label, series));
        rows.push(cells);
    }
    let mut heads = vec![(writing.w(if by_year { "plan-year" } else { "web-month" }), false)];
    for planned in &plan.planned {
        let name = &planned.scenario.name;
        heads.push((format!("{name}: {}", writing.w("quote-people")), true));
        heads.push((format!("{name}: {}", writing.w("web-bill-total")), true));
    }
    let caption = writing.w("plan-by-month");
    Part {
        heading: caption.clone(),
        chart: Some(Chart::new(caption.clone(), writing.w("plan-chart"), &bars)),
        rows: Some(Rows {
            id: "menurut-bulan".to_owned(),
            caption,
            heads,
            rows,
            total: Vec::new(),
        }),
        ..Part::default()
    }
}

fn afforded(affords: &Affords, writing: Writing) -> Part {
    let (people, months) = (&affords.people, &affords.months);
    let line = |key: &str, values: &[(&str, String)]| {
        let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
        writing.with(key, &values)
    };
    let mut points = vec![
        line(
            "plan-affords-people",
            &[
                ("people", writing.number(people.people)),
                ("months", people.months.to_string()),
                ("total", writing.rupiah(people.total)),
                ("leftover", writing.rupiah(people.leftover)),
            ],
        ),
        line(
            "plan-affords-months",
            &[
                ("people", writing.number(months.people)),
                ("months", months.months.to_string()),
                ("total", writing.rupiah(months.total)),
                ("leftover", writing.rupiah(months.leftover)),
            ],
        ),
    ];
    points.extend(people.next.map(|next| line("plan-next", &[("amount", writing.rupiah(next))])));
    let budget = writing.rupiah(affords.budget);
    Part {
        heading: writing.with("plan-affords", &[("budget", &budget)]),
        points,
        ..Part::default()
    }
}

/// Every rupiah with the article that orders it.
fn by_article(planned: &Planned, number: usize, writing: Writing) -> Part {
    let head = |key: &str, number| (writing.w(key), number);
    let rows = planned.forecast.lines.iter().map(|line| {
        let parameter = line.rule.split('@').next().unwrap_or_default();
        let relief = line.relief.as_deref().unwrap_or_default().to_owned();
        vec![
            RowCell::text(line.scheme.name().to_uppercase()),
            RowCell::text(months(&[(line.first, line.last)], writing)),
            RowCell::number(writing.number(line.person_months)),
            RowCell::number(writing.rupiah(line.each)),
            RowCell::number(writing.rupiah(line.rupiah)),
            RowCell::text(line.article.to_string())
                .noted(writing.w(&format!("status-{}", line.status.name()))),
            RowCell::text(line.rule.to_string())
                .leading(writing.href(&format!("/aturan/{parameter}"), &[]))
                .noted(relief),
        ]
    });
    let mut total = vec![RowCell::default(); 7];
    total[0] = RowCell::text(writing.w("web-total"));
    total[4] = RowCell::number(writing.rupiah(planned.forecast.total));
    let name = planned.scenario.name.to_string();
    Part {
        heading: writing.with("plan-by-article", &[("name", &name)]),
        words: planned.forecast.total.in_words(),
        rows: Some(Rows {
            id: format!("pasal-{number}"),
            caption: writing.with("plan-by-article", &[("name", &name)]),
            heads: vec![
                head("column-scheme", false),
                head("plan-months", false),
                head("column-volume", true),
                head("column-rate", true),
                head("column-amount", true),
                head("column-article", false),
                head("column-rule", false),
            ],
            rows: rows.collect(),
            total,
        }),
        ..Part::default()
    }
}

/// What may go wrong with a scenario, and what a gap costs the heirs.
fn warned(planned: &Planned, writing: Writing) -> Option<Part> {
    let words = writing.words();
    let warnings = planned.warnings.iter().map(|warning| warning_in_words(words, warning));
    let heirs = planned
        .heirs
        .iter()
        .map(|loss| format!("{} {}", heirs_in_words(words, loss), rules_in_words(loss)));
    let points: Vec<String> = warnings.chain(heirs).collect();
    let name = planned.scenario.name.to_string();
    (!points.is_empty()).then(|| Part {
        heading: writing.with("plan-warnings", &[("name", &name)]),
        words: if planned.heirs.is_empty() { String::new() } else { writing.w("plan-heirs-note") },
        points,
        ..Part::default()
    })
}

fn by_occupation(web: &Web, planned: &Planned, writing: Writing) -> Part {
    let rows = planned.forecast.by_occupation.iter().map(|share| {
        let name = share.key.as_ref().and_then(|key| web.office().occupations.get(key));
        let name = name.map_or_else(|| writing.w("web-unknown"), |known| known.label.to_string());
        (name, share.people, share.rupiah)
    });
    shares(("plan-by-occupation", "pekerjaan-dihitung", "column-occupation"), rows, writing)
}

fn by_village(web: &Web, planned: &Planned, writing: Writing) -> Part {
    let rows = planned.forecast.by_village.iter().map(|share| {
        let name = share.key.map(|place| web.office().place_words(place));
        (name.unwrap_or_else(|| writing.w("web-unknown")), share.people, share.rupiah)
    });
    shares(("plan-by-village", "desa-dihitung", "web-by-desa"), rows, writing)
}

fn shares(
    (heading, id, head): (&str, &str, &str),
    rows: impl Iterator<Item = (String, u64, Rupiah)>,
    writing: Writing,
) -> Part {
    let rows = rows.map(|(name, people, rupiah)| {
        vec![
            RowCell::text(name),
            RowCell::number(writing.number(people)),
            RowCell::number(writing.rupiah(rupiah)),
        ]
    });
    let heads = vec![
        (writing.w(head), false),
        (writing.w("quote-people"), true),
        (writing.w("quote-total"), true),
    ];
    let caption = writing.w(heading);
    Part {
        heading: caption.clone(),
        rows: Some(Rows {
            id: id.to_owned(),
            caption,
            heads,
            rows: rows.collect(),
            total: Vec::new(),
        }),
        ..Part::default()
    }
}

/// Months as in a letter, in the language of the page.
fn months(spans: &[(Month, Month)], writing: Writing) -> String {
    let span = |(first, last): &(Month, Month)| match first == last {
        true => writing.month(*first),
        false => format!("{} – {}", writing.month(*first), writing.month(*last)),
    };
    spans.iter().map(span).collect::<Vec<_>>().join("; ")
}
