//! `/dana`: funds in figures, one of them with its programmes and ceilings, a new one, and another
//! ceiling put forward.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::funds::{
    FundFile, FundKind, FundShown, GovernmentPaid, NewFund, Programme, ProgrammeMoney, Revised,
    RevisionShown, RuleStatus, is_code,
};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::Rupiah;

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{
    Route, Web, amount_of, answer, day_of, html, is_sure, once_more, sentence, unfit,
};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

pub(in crate::routes) mod ceiling;

const VIEW: View = View {
    path: "/dana",
    operation: Operation::ReadMoney,
    id: "funds",
    section: Section::Money,
    columns: &[
        Column::new("code", "fund-code", Kind::Text),
        Column::new("kind", "fund-kind", Kind::Indonesian),
        Column::of_data("year", Kind::Count),
        Column::of_data("account", Kind::Text),
        Column::of_data("earmark", Kind::Text),
        Column::new("government_paid", "fund-paid", Kind::Text),
        Column::of_data("newcomers_only", Kind::Text),
        Column::new("ceiling_rupiah", "fund-ceiling", Kind::Rupiah),
        Column::new("committed_rupiah", "fund-committed", Kind::Rupiah),
        Column::of_data("proposed_rupiah", Kind::Rupiah),
        Column::new("billed_rupiah", "fund-billed", Kind::Rupiah),
        Column::new("paid_rupiah", "fund-paid-out", Kind::Rupiah),
        Column::new("free_rupiah", "fund-free", Kind::Rupiah),
        Column::of_data("first_ceiling", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let set_up = Operation::SetUp;
    let mut routes = VIEW.routes();
    routes.push(Route::get("/dana/baru", set_up, ask_new));
    routes.push(Route::post("/dana/baru", set_up, add));
    routes.push(Route::get("/dana/{code}", Operation::ReadMoney, show));
    routes.push(Route::get("/dana/{code}/revisi", set_up, ask_revision));
    routes.push(Route::post("/dana/{code}/revisi", set_up, revise));
    routes.extend(ceiling::routes());
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().fund_overview(actor)?;
    let (rows, more) = window.cut(found.iter().map(|shown| row(shown, writing)).collect());
    let may_add = web.may_somewhere(actor, Operation::SetUp);
    Ok(Listing {
        title: writing.w("fund-heading"),
        lead: writing.w("fund-lead"),
        action: may_add.then(|| (writing.href("/dana/baru", &[]), writing.w("fund-new"))),
        caption: writing.w("fund-caption"),
        empty: writing.w("fund-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn row(shown: &FundShown, writing: Writing) -> Row {
    let (fund, figures) = (&shown.fund, &shown.figures);
    let href = writing.href(&format!("/dana/{}", fund.code), &[]);
    let year = fund.year.map(|year| year.to_string()).unwrap_or_default();
    let code = Cell::Noted(Box::new(Cell::Link(fund.code.to_string(), href)), year);
    let (paid, words) = paid_words(shown, writing);
    let text = |text: &Option<Box<str>>| Cell::text(text.as_deref().unwrap_or_default());
    let only = shown.rules.newcomers_only.as_ref().map(|(article, _)| article.clone());
    let cells = vec![
        code,
        Cell::Named(fund.kind.name().to_owned(), shown.rules.name.clone()),
        fund.year.map_or(Cell::Empty, |year| Cell::Count(year.into())),
        text(&fund.account),
        text(&fund.earmark),
        Cell::Named(paid.to_owned(), words),
        Cell::text(only.unwrap_or_default()),
        match shown.ceiling.state.is_ones_own() {
            true => {
                let note = writing.w("fund-first-cell");
                Cell::Noted(Box::new(Cell::Rupiah(figures.ceiling)), note)
            }
            false => Cell::Rupiah(figures.ceiling),
        },
        Cell::Rupiah(figures.committed),
        Cell::Rupiah(figures.proposed),
        Cell::Rupiah(figures.billed),
        Cell::Rupiah(figures.paid),
        Cell::Rupiah(figures.free()),
        Cell::text(shown.ceiling.state.name()),
    ];
    Row::new(fund.code.to_string(), cells)
}

/// Whether a fund is the government's money: its stable name, and words for people.
fn paid_words(shown: &FundShown, writing: Writing) -> (&'static str, String) {
    let name = match shown.rules.paid {
        GovernmentPaid::Yes => "yes",
        GovernmentPaid::No => "no",
        GovernmentPaid::Open { .. } => "open",
    };
    (name, writing.w(&format!("fund-paid-{name}")))
}

/// One fund.
async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&fund_page(web, asked, &code)?))).await
}

fn fund_page(web: &Web, asked: &Asked, code: &str) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().fund_file(actor, code)?;
    let shown = &file.shown;
    let title = writing.with("fund-one", &[("code", &shown.fund.code)]);
    let page = web.page(asked, Section::Money, title);
    let mut pieces = Vec::new();
    if asked.value("usul").is_some() {
        let text = writing.w("fund-revision-sent.what");
        pieces.push(Piece::Notice(Notice::done(writing.w("fund-revision-sent"), text)));
    }
    if asked.value("pagu").is_some() {
        let text = writing.w("fund-first-sent.what");
        pieces.push(Piece::Notice(Notice::done(writing.w("fund-first-sent"), text)));
    }
    let may_set_up = web.may_somewhere(actor, Operation::SetUp);
    pieces.extend(ceiling::pieces(&page, &shown.ceiling, code, (may_set_up, writing)));
    pieces.push(Piece::Facts(Facts::tally(writing, figures(&file, writing))));
    let spelled = |key: &str, amount: Rupiah| {
        Piece::Words(format!("{}: {}", writing.w(key), amount.in_words()))
    };
    pieces.push(spelled("fund-ceiling", file.shown.figures.ceiling));
    pieces.push(spelled("fund-free", file.shown.figures.free()));
    pieces.push(Piece::Words(forecast(&file, writing)));
    pieces.push(Piece::Heading(writing.w("fund-source")));
    pieces.push(Piece::Facts(Facts::dense(writing, source(shown, writing))));
    pieces.push(Piece::Heading(writing.w("fund-programmes")));
    pieces.push(Piece::Points(programmes(&file, writing)));
    pieces.push(Piece::Heading(writing.w("fund-revisions")));
    pieces.extend(revisions(&file, writing));
    let waits = file.revisions.iter().any(|one| one.state.name() == "open");
    if !waits && may_set_up {
        let href = writing.href(&format!("/dana/{code}/revisi"), &[]);
        pieces.push(Piece::Link(href, writing.w("fund-revise")));
    }
    let back = Some((writing.href("/dana", &[]), writing.w("fund-back")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn figures(file: &FundFile, writing: Writing) -> Vec<Fact> {
    let figures = &file.shown.figures;
    let fact = |key: &str, amount: Rupiah| Fact::new(writing.w(key), writing.rupiah(amount));
    vec![
        fact("fund-ceiling", figures.ceiling),
        fact("fund-committed", figures.committed),
        fact("fund-billed", figures.billed),
        fact("fund-paid-out", figures.paid),
        fact("fund-free", figures.free()),
        fact("fund-unspent", figures.unspent()),
    ]
}

/// What will be left at the end of the year, in a sentence with its parts.
fn forecast(file: &FundFile, writing: Writing) -> String {
    let figures = &file.shown.figures;
    let until = file.until.map(|day| writing.day(day)).unwrap_or_default();
    let (billed, expected) = (writing.rupiah(figures.billed), writing.rupiah(figures.expected));
    let (unspent, vain) =
        (writing.rupiah(figures.unspent()), writing.rupiah(figures.bound_in_vain()));
    let (free, proposed) = (writing.rupiah(figures.free()), writing.rupiah(figures.proposed));
    let values = [
        ("until", until.as_str()),
        ("billed", &billed),
        ("expected", &expected),
        ("unspent", &unspent),
        ("vain", &vain),
        ("free", &free),
        ("proposed", &proposed),
    ];
    let key = if until.is_empty() { "fund-forecast-none" } else { "fund-forecast" };
    writing.with(key, &values)
}

fn source(shown: &FundShown, writing: Writing) -> Vec<Fact> {
    let status = |status: RuleStatus| writing.w(&format!("status-{}", status.name()));
    let (article, known) = &shown.rules.paid_by;
    let paid = format!("{} – {article} ({})", paid_words(shown, writing).1, status(*known));
    let only = match &shown.rules.newcomers_only {
        Some((article, known)) => format!("{article} ({})", status(*known)),
        None => writing.w("fund-newcomers-no"),
    };
    let fund = &shown.fund;
    let text = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    vec![
        fact("fund-kind", shown.rules.name.clone()),
        fact("fund-paid", paid),
        fact("fund-newcomers", only),
        fact("fund-year", text(fund.year.map(|year| year.to_string()))),
        fact("fund-account", text(fund.account.as_deref().map(str::to_owned))),
        fact("fund-earmark", text(fund.earmark.as_deref().map(str::to_owned))),
        ceiling::fact(&shown.ceiling, writing),
    ]
}

fn programmes(file: &FundFile, writing: Writing) -> Vec<String> {
    let amount =
        |key: &str, amount: Rupiah| format!("{} {}", writing.w(key), writing.rupiah(amount));
    let line = |(programme, money, expected): &(Programme, ProgrammeMoney, Rupiah)| {
        let parts = [
            amount("fund-proposed", money.proposed),
            amount("fund-committed", money.approved),
            amount("fund-billed", money.billed),
            amount("fund-paid-out", money.paid),
            amount("fund-expected", *expected),
        ];
        format!("{} ({}): {}", programme.name, programme.code, parts.join(", "))
    };
    file.programmes.iter().map(line).collect()
}

fn revisions(file: &FundFile, writing: Writing) -> Vec<Piece> {
    if file.revisions.is_empty() {
        return vec![Piece::Words(writing.w("fund-revisions-none"))];
    }
    let waits = file.revisions.iter().find(|one| one.state.name() == "open");
    let mut pieces =
        vec![Piece::Points(file.revisions.iter().map(|one| revision(one, writing)).collect())];
    if let Some(waits) = waits {
        let href = writing.href(&format!("/tugas/{}", waits.task()), &[]);
        pieces.push(Piece::Link(href, writing.w("fund-revision-task")));
    }
    pieces
}

fn revision(shown: &RevisionShown, writing: Writing) -> String {
    let revision = &shown.revision;
    let (day, made) = (writing.day(revision.effective), writing.moment(revision.made_at_ms));
    let (before, after) = (writing.spelled(revision.before), writing.spelled(revision.after));
    let state = writing.w(&format!("task-state-{}", shown.state.name()));
    let values = [
        ("day", day.as_str()),
        ("before", &before),
        ("after", &after),
        ("basis", &revision.basis),
        ("reason", &revision.reason),
        ("maker", &shown.maker),
        ("made", &made),
        ("state", &state),
    ];
    writing.with("fund-revision-line", &values)
}

/// The form of a new fund.
async fn ask_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&new_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn new_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let title = writing.w("fund-new");
    let page = web.page(asked, Section::Money, title.clone());
    let today = web.office().today();
    let kinds = FundKind::ALL
        .into_iter()
        .map(|kind| Choice::new(kind.name(), web.office().fund_rules(kind, today).name));
    let fields = vec![
        Field::line(writing, "kode", "fund-code"),
        Field::new(writing, "jenis", "fund-kind", Control::Select(kinds.collect())),
        Field::line(writing, "pagu", "fund-ceiling"),
        Field::line(writing, "tahun", "fund-year").optional(writing),
        Field::line(writing, "rekening", "fund-account").optional(writing),
        Field::line(writing, "peruntukan", "fund-earmark").optional(writing),
    ];
    let form = Form::new(&page, "/dana/baru", "web-save", fields).filled(posted, mistakes);
    FormPage::new(page, title, form).with_back("/dana", "fund-back")
}

/// What is asked of a new fund.
const NEW_FIELDS: [&str; 6] = ["kode", "jenis", "pagu", "tahun", "rekening", "peruntukan"];

/// The new fund as it will be, the ceiling in words.
fn new_check(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    (kind, ceiling): (FundKind, Rupiah),
) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::Money, writing.w("fund-new-check"));
    let text = |name: &str| match posted.get(name) {
        "" => "–".to_owned(),
        text => text.to_owned(),
    };
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let facts = vec![
        fact("fund-code", text("kode")),
        fact("fund-kind", web.office().fund_rules(kind, web.office().today()).name),
        fact("fund-ceiling", writing.spelled(ceiling)),
        fact("fund-year", text("tahun")),
        fact("fund-account", text("rekening")),
        fact("fund-earmark", text("peruntukan")),
    ];
    let form = once_more(&page, ("/dana/baru", "fund-new-send"), posted, &NEW_FIELDS);
    let pieces = vec![
        Piece::Facts(Facts::new(writing, facts)),
        Piece::Words(writing.w("fund-new-means")),
        Piece::Form(form),
        Piece::Signatures(super::ledger::signers(writing)),
    ];
    let back = Some((writing.href("/dana/baru", &[]), writing.w("check-anew")));
    Plain { page, back, lead: writing.w("check-lead"), pieces }
}

/// Adds a fund.
async fn add(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let (code, year) = (posted.get("kode"), posted.get("tahun"));
        if !is_code(code) {
            mistakes.add("kode", writing.w("fund-code-wrong"));
        }
        let kind = FundKind::from_name(posted.get("jenis"));
        if kind.is_none() {
            mistakes.add("jenis", writing.w("fund-kind-wrong"));
        }
        let ceiling = amount(&posted, "pagu", &mut mistakes, writing);
        let read_year = year.parse::<u16>().ok().filter(|year| (2000..=2100).contains(year));
        if !year.is_empty() && read_year.is_none() {
            mistakes.add("tahun", writing.w("fund-year-wrong"));
        }
        let (Some(kind), Some(ceiling), true) = (kind, ceiling, mistakes.is_empty()) else {
            return Ok(unfit(html(&new_page(web, asked, &posted, &mistakes))));
        };
        // A ceiling is looked at, in figures and in words, before it is granted.
        if !is_sure(&posted) {
            return Ok(html(&new_check(web, asked, &posted, (kind, ceiling))));
        }
        let new = NewFund {
            code,
            kind,
            ceiling,
            year: read_year,
            account: posted.get("rekening"),
            earmark: posted.get("peruntukan"),
        };
        match web.office().add_fund_with(&signed.actor, &new) {
            Ok(fund) => {
                let href = writing.href(&format!("/dana/{}", fund.code), &[]);
                Ok(Redirect::to(&href).into_response())
            }
            Err(error) if error.code == "CODE_TAKEN" => {
                mistakes.add("kode", writing.w("fund-code-taken"));
                Ok(unfit(html(&new_page(web, asked, &posted, &mistakes))))
            }
            Err(error) if error.code == "TEXT_TOO_LONG" => {
                mistakes.add("rekening", writing.w("fund-text-long"));
                Ok(unfit(html(&new_page(web, asked, &posted, &mistakes))))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// The form of another ceiling.
async fn ask_revision(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let page = revision_page(web, asked, &code, &Posted::default(), &Mistakes::none())?;
        Ok(html(&page))
    })
    .await
}

fn revision_page(
    web: &Web,
    asked: &Asked,
    code: &str,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let fund = web.office().fund(code)?;
    let title = writing.with("fund-revise-one", &[("code", &fund.code)]);
    let page: Page = web.page(asked, Section::Money, title.clone());
    let fields = vec![
        Field::line(writing, "pagu", "fund-ceiling-new"),
        Field::line(writing, "dasar", "fund-basis"),
        Field::line(writing, "berlaku", "fund-effective"),
        Field::new(writing, "alasan", "fund-reason", Control::Lines(3)),
    ];
    let action = format!("/dana/{}/revisi", fund.code);
    let form = Form::new(&page, &action, "fund-revise-send", fields).filled(posted, mistakes);
    let mut page = FormPage::new(page, title, form)
        .with_back(&format!("/dana/{}", fund.code), "fund-back-one");
    let now = writing.spelled(fund.ceiling);
    page.lead.push(writing.with("fund-revise-lead", &[("now", &now)]));
    Ok(page)
}

/// Puts another ceiling forward.
async fn revise(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let ceiling = amount(&posted, "pagu", &mut mistakes, writing);
        let effective = day_of(posted.get("berlaku"));
        if effective.is_none() {
            mistakes.add("berlaku", writing.w("fund-effective-wrong"));
        }
        let (Some(ceiling), Some(effective)) = (ceiling, effective) else {
            return Ok(unfit(html(&revision_page(web, asked, &code, &posted, &mistakes)?)));
        };
        let (basis, reason) = (posted.get("dasar"), posted.get("alasan"));
        let revised = Revised { ceiling, basis, effective, reason };
        match web.office().propose_revision(&signed.actor, &code, &revised) {
            Ok(_) => {
                let done = [("usul".to_owned(), "ya".to_owned())];
                let href = writing.href(&format!("/dana/{code}"), &done);
                Ok(Redirect::to(&href).into_response())
            }
            Err(error) => match field_of(&error) {
                Some(field) => {
                    mistakes.add(field, sentence(&error, writing));
                    Ok(unfit(html(&revision_page(web, asked, &code, &posted, &mistakes)?)))
                }
                None => Err(error),
            },
        }
    })
    .await
}

/// The question that a refusal of a ceiling is about.
fn field_of(error: &AppError) -> Option<&'static str> {
    let known = matches!(error.kind, ErrorKind::Refused | ErrorKind::Conflict | ErrorKind::Usage);
    match error.code.as_str() {
        _ if !known => None,
        "BASIS_MISSING" | "TEXT_TOO_LONG" => Some("dasar"),
        "REASON_MISSING" => Some("alasan"),
        "CEILING_NEGATIVE" | "CEILING_UNCHANGED" | "BELOW_COMMITTED" | "REVISION_OVERTAKEN"
        | "REVISION_WAITS" => Some("pagu"),
        _ => None,
    }
}

/// An amount as offices write it: `1650000000`, `1.650.000.000`, `Rp1.650.000.000`.
fn amount(
    posted: &Posted,
    name: &'static str,
    mistakes: &mut Mistakes,
    writing: Writing,
) -> Option<Rupiah> {
    let read = amount_of(posted.get(name)).filter(|amount| *amount >= Rupiah::ZERO);
    if read.is_none() {
        mistakes.add(name, writing.w("fund-ceiling-wrong"));
    }
    read
}
