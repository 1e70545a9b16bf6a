//! `/rencana/jalan`: people and cost year by year up to universal coverage.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::planner::{self, BaseTyped, PathAsked, PathTyped, UniversalPath, path_document};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{Part, PlanPage, text};
use crate::api::Parameter;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::chart::{Chart, RowCell, Rows};
use crate::parts::{Field, Form, Mistakes, Notice, Posted};
use crate::routes::{Web, answer, failure, html};

/// What a path asks, with the keys of the questions.
const QUESTIONS: [(&str, &str); 11] = [
    ("mulai", "plan-first"),
    ("program", "plan-path-programme"),
    ("orang", "plan-path-people"),
    ("sasaran", "plan-path-goal"),
    ("sumber", "plan-goal-source"),
    ("tahun", "plan-path-years"),
    ("tangga", "plan-path-steps"),
    ("skema", "plan-schemes"),
    ("dana", "plan-payer"),
    ("apbd", "plan-path-apbd"),
    ("sumber-apbd", "plan-path-apbd-source"),
];

pub(super) const PARAMETERS: &[Parameter] = &[
    text("mulai", "The first paid month, YYYY-MM."),
    text(
        "program",
        "The programme whose people are known already, by code: priced as it lays down.",
    ),
    text("orang", "People in the first year."),
    text("sasaran", "People in the last year."),
    text("sumber", "Where the goal is from."),
    text("tahun", "How many budget years; five when absent."),
    text("tangga", "People of each year with `+` between, where they do not rise in equal steps."),
    text("skema", "Schemes, such as `jkk+jkm`."),
    text("dana", "The purse, such as `apbd`."),
    text("apbd", "The whole budget of the region in a year."),
    text("sumber-apbd", "Which document says so."),
];

fn typed(asked: &Asked) -> PathTyped {
    let value = |name: &str| asked.value(name).unwrap_or_default().trim().to_owned();
    PathTyped {
        from: value("mulai"),
        years: value("tahun"),
        people: value("orang"),
        goal: value("sasaran"),
        goal_source: value("sumber"),
        steps: value("tangga"),
        schemes: value("skema"),
        payer: value("dana"),
        apbd: value("apbd"),
        apbd_source: value("sumber-apbd"),
        ..PathTyped::default()
    }
}

fn planned(web: &Web, asked: &Asked) -> Result<(PathAsked, UniversalPath), AppError> {
    let office = web.office();
    let known = match asked.value("program").unwrap_or_default().trim() {
        "" => None,
        code => Some(office.plan_of_programme(asked.actor()?, code, &BaseTyped::default())?),
    };
    let typed = typed(asked);
    let question = typed.read(&office.rulebook, &office.occupations, known.as_ref())?;
    let found = planner::path(&office.rulebook, &question.query)?;
    Ok((question, found))
}

pub(super) async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let page = web.page(asked, Section::Plan, writing.w("plan-path-heading"));
        let mut mistakes = Mistakes::none();
        let mut notices = Vec::new();
        let mut parts = Vec::new();
        // An address without a question is the empty form.
        if !asked.query.is_empty() {
            match planned(web, asked) {
                Ok((question, found)) => parts = shown(web, &question, &found, writing),
                Err(error) if is_about_the_question(&error) => {
                    let said = |end: &str| {
                        let key = format!("error-{}{end}", error.code);
                        writing.with(&key, &[("detail", error.detail.as_str())])
                    };
                    mistakes.add(field_of(&error, asked), said(""));
                    notices.push(Notice::warning(said(""), said(".remedy")));
                }
                Err(error) => return Err(error),
            }
        }
        let good = mistakes.is_empty();
        let exports = match parts.is_empty() {
            true => Vec::new(),
            false => {
                let href = writing.href("/api/rencana/jalan", &asked.query);
                vec![(href, "JSON".to_owned())]
            }
        };
        let page = PlanPage {
            lead: writing.w("plan-path-lead"),
            form: form(asked, &page, &mistakes),
            notices,
            parts,
            exports,
            links: vec![(writing.href("/rencana", &[]), writing.w("plan-heading"))],
            page,
        };
        let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok((status, html(&page)).into_response())
    })
    .await
}

pub(super) async fn data(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let (question, found) = planned(web, asked)?;
        let document = path_document(&question, &found, &web.office().rulebook);
        Ok(failure::data(asked, StatusCode::OK, document.to_string()))
    })
    .await
}

fn is_about_the_question(error: &AppError) -> bool {
    let of_form = matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused);
    error.code == "PROGRAMME_UNKNOWN" || (of_form && error.code != "USER_MAY_NOT")
}

/// The question that an error is about.
fn field_of(error: &AppError, asked: &Asked) -> &'static str {
    let missing = |name: &str| asked.value(name).unwrap_or_default().trim().is_empty();
    match error.code.as_str() {
        "SOURCE_MISSING" if missing("sumber") => "sumber",
        "SOURCE_MISSING" => "sumber-apbd",
        "PROGRAMME_UNKNOWN" => "program",
        "NOT_AN_AMOUNT" => "apbd",
        "NOT_SCHEMES" => "skema",
        "KIND_UNKNOWN" => "dana",
        "PATH_NOT_RISING" => "tangga",
        "TOO_MANY_MONTHS" => "tahun",
        "NOT_A_COUNT" if missing("sasaran") => "sasaran",
        "NOT_A_COUNT" => "orang",
        _ => "mulai",
    }
}

fn form(asked: &Asked, page: &Page, mistakes: &Mistakes) -> Form {
    let writing = asked.writing();
    let fields = QUESTIONS.map(|(name, key)| {
        let field = Field::line(writing, name, key);
        let needed = matches!(name, "mulai" | "sasaran" | "sumber");
        if needed { field } else { field.optional(writing) }
    });
    let form = Form::search(page, "/rencana/jalan", "web-show", fields.into());
    form.filled(&Posted::from_pairs(asked.query.clone()), mistakes)
}

fn shown(web: &Web, question: &PathAsked, found: &UniversalPath, writing: Writing) -> Vec<Part> {
    let year_of = |first: base::Month| first.year().to_string();
    let rows = found.years.iter().map(|year| {
        vec![
            RowCell::text(year_of(year.first)),
            RowCell::number(writing.number(year.people)),
            RowCell::number(writing.number(year.added)),
            RowCell::number(writing.rupiah(year.rupiah)),
            RowCell::number(year.share.map_or_else(|| "–".to_owned(), |share| writing.rate(share))),
        ]
    });
    let bars = |amount: &dyn Fn(&planner::PathYear) -> (u64, String)| {
        let years = found.years.iter();
        years.map(|year| (year_of(year.first), vec![amount(year)])).collect::<Vec<_>>()
    };
    let people = bars(&|year| (year.people, writing.number(year.people)));
    let cost = bars(&|year| (year.rupiah.0.unsigned_abs(), writing.rupiah(year.rupiah)));
    let head = |key: &str, number| (writing.w(key), number);
    let mut total = vec![RowCell::default(); 5];
    total[0] = RowCell::text(writing.w("web-total"));
    total[3] = RowCell::number(writing.rupiah(found.total));
    let mut points = vec![
        format!("{}: {}", writing.w("plan-goal-source"), question.goal_source),
        found.total.in_words(),
    ];
    points.extend(question.priced_in_words(writing.words()));
    points.push(writing.w("plan-path-ages"));
    if let Some(apbd) = &question.query.apbd {
        let (sum, source) = (writing.rupiah(apbd.total), apbd.source.to_string());
        points.push(writing.with("plan-apbd", &[("total", &sum), ("source", &source)]));
    }
    let mut articles: Vec<String> = Vec::new();
    for line in found.years.iter().flat_map(|year| &year.lines) {
        let text =
            format!("{} · {} · {}", line.scheme.name().to_uppercase(), line.article, line.rule);
        if !articles.contains(&text) {
            articles.push(text);
        }
    }
    points.extend(articles);
    let version = web.office().rulebook.version().to_string();
    points.push(writing.with("rulebook-note", &[("version", &version)]));
    let (by_people, by_cost) = (writing.w("plan-path-by-people"), writing.w("plan-path-by-cost"));
    vec![
        Part {
            heading: by_people.clone(),
            chart: Some(Chart::new(by_people, writing.w("plan-chart"), &people)),
            ..Part::default()
        },
        Part {
            heading: by_cost.clone(),
            chart: Some(Chart::new(by_cost.clone(), writing.w("plan-chart"), &cost)),
            rows: Some(Rows {
                id: "jalan".to_owned(),
                caption: by_cost,
                heads: vec![
                    head("plan-year", false),
                    head("quote-people", true),
                    head("plan-added", true),
                    head("quote-total", true),
                    head("plan-share", true),
                ],
                rows: rows.collect(),
                total,
            }),
            points,
            ..Part::default()
        },
    ]
}
