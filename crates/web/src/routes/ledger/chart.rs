//! `/buku/bagan`: what the office calls its accounts, and another table put forward.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Section};
use crate::parts::{Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, answer, day_of, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const CHART: View = View {
    path: "/buku/bagan",
    operation: Operation::ReadMoney,
    id: "chart-of-accounts",
    section: Section::Ledger,
    columns: &[
        Column::new("role", "chart-role", Kind::Text),
        Column::new("owner", "chart-owner", Kind::Text),
        Column::new("code", "ledger-code", Kind::Text),
        Column::new("name", "ledger-account", Kind::Indonesian),
        Column::new("note", "chart-note", Kind::Indonesian),
    ],
    meta: &[Column::of_data("since", Kind::Day)],
    parameters: &[],
    load,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = CHART.routes();
    routes.push(Route::get("/buku/bagan/usul", Operation::SetUp, ask));
    routes.push(Route::post("/buku/bagan/usul", Operation::SetUp, send));
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let chart = web.office().chart_on(actor, web.office().today())?;
    let rows = chart.lines().iter().map(|line| {
        let role = line.role.name();
        let cells = vec![
            Cell::Named(role.to_owned(), writing.w(&format!("chart-role-{role}"))),
            Cell::text(&*line.owner),
            Cell::text(&*line.title.code),
            Cell::text(&*line.title.name),
            Cell::text(&*line.note),
        ];
        Row::new(format!("{role} {}", line.owner), cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let since = match chart.since {
        Some(day) => writing.with("chart-since", &[("day", &writing.day(day))]),
        None => writing.w("chart-shipped"),
    };
    let may_set = web.may_somewhere(actor, Operation::SetUp);
    let history = chart.records.iter().map(|(record, maker, checker)| {
        let (from, state) = (writing.day(record.from), format!("step-{}", record.state.name()));
        let values = [
            ("from", &*from),
            ("state", &*writing.w(&state)),
            ("maker", maker),
            ("checker", checker),
            ("reason", &record.reason),
        ];
        writing.with("chart-line", &values)
    });
    Ok(Listing {
        title: writing.w("chart-heading"),
        lead: format!("{} {since}", writing.w("chart-lead")),
        action: may_set.then(|| (writing.href("/buku/bagan/usul", &[]), writing.w("chart-new"))),
        caption: writing.w("chart-heading"),
        rows,
        more,
        meta: vec![chart.since.map_or(Cell::Empty, Cell::Day)],
        notes_heading: writing.w("chart-history"),
        notes: history.collect(),
        ..Listing::default()
    })
}

/// The form, with the table that holds now.
async fn ask(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        // Whoever sets accounts up may not read about money, and begins with what ships.
        let today = web.office().today();
        let now = match web.office().chart_on(&signed.actor, today) {
            Ok(chart) => chart.map.to_text(),
            Err(error) if error.code == "USER_MAY_NOT" => web.office().shipped_chart(),
            Err(error) => return Err(error),
        };
        Ok(html(&form_page(web, asked, &now, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn form_page(
    web: &Web,
    asked: &Asked,
    table: &str,
    posted: &Posted,
    mistakes: &Mistakes,
) -> FormPage {
    let writing = asked.writing();
    let title = writing.w("chart-new");
    let page = web.page(asked, Section::Ledger, title.clone());
    let fields = vec![
        Field::new(writing, "tabel", "chart-table", Control::Lines(12)).answered(table),
        Field::line(writing, "berlaku", "chart-from").answered(web.office().today().to_string()),
        Field::new(writing, "alasan", "voucher-reason", Control::Lines(3)),
    ];
    let mut form = Form::new(&page, "/buku/bagan/usul", "voucher-send", fields);
    if posted.has("tabel") {
        form = form.filled(posted, mistakes);
    }
    let mut page = FormPage::new(page, title, form).with_back("/buku/bagan", "chart-back");
    page.lead.push(writing.w("chart-new-lead"));
    page.lead.push(writing.w("voucher-two-people"));
    page
}

fn is_about_the_form(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Refused | ErrorKind::Conflict | ErrorKind::Usage)
}

/// Puts another table forward.
async fn send(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let from = day_of(posted.get("berlaku"));
        if from.is_none() {
            mistakes.add("berlaku", writing.w("voucher-day-wrong"));
        }
        let Some(from) = from else {
            return Ok(unfit(html(&form_page(web, asked, "", &posted, &mistakes))));
        };
        let (table, reason) = (posted.get("tabel"), posted.get("alasan"));
        match web.office().propose_chart(&signed.actor, table, from, reason) {
            Ok(record) => {
                let task = app::ledger::chart::task_of(record.id);
                let href = writing.href(&format!("/tugas/{task}"), &[]);
                Ok(Redirect::to(&href).into_response())
            }
            Err(error) if is_about_the_form(error.kind) => {
                let field = match error.code.as_str() {
                    "USER_MAY_NOT" => return Err(error),
                    "REASON_MISSING" => "alasan",
                    _ => "tabel",
                };
                mistakes.add(field, sentence(&error, writing));
                Ok(unfit(html(&form_page(web, asked, "", &posted, &mistakes))))
            }
            Err(error) => Err(error),
        }
    })
    .await
}
