//! `/klaim`: claims with what waits, opened by a form; beside them the dead and the injured who
//! were covered and never claimed for.

mod alive;
mod api;
mod events;
mod facts;
mod lists;
pub(super) mod one;
mod people;
mod scholarship;

use std::sync::Arc;

use app::claims::{
    ClaimFacts, ClaimFilter, ClaimKind, ClaimOpening, ClaimRow, ClaimState, Reporter, Told,
};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Day, Id, Rupiah};

use crate::page::{Asked, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, amount_of, answer, day_asked, day_of, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const CLAIMS: View = View {
    path: "/klaim",
    operation: Operation::ReadClaims,
    id: "claims",
    section: Section::Claims,
    columns: &[
        Column::of_data("claim", Kind::Text),
        Column::new("name", "claim-member", Kind::Text),
        Column::new("kind", "claim-kind", Kind::Text),
        Column::new("event", "claim-event", Kind::Day),
        Column::new("state", "claim-state", Kind::Text),
        Column::new("until", "claim-clock", Kind::Day),
        Column::new("granted_rupiah", "claim-granted", Kind::Rupiah),
        Column::new("paid_rupiah", "claim-paid", Kind::Rupiah),
    ],
    meta: &[],
    parameters: &[],
    load: load_claims,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let handle = Operation::HandleClaims;
    let mut routes = CLAIMS.routes();
    routes.extend(events::routes());
    routes.extend(one::routes());
    routes.extend(facts::routes());
    routes.extend(lists::routes());
    routes.extend(people::routes());
    routes.extend(alive::routes());
    routes.extend(api::routes());
    routes.extend(scholarship::routes());
    routes.push(Route::get("/klaim/baru", handle, new_form));
    routes.push(Route::post("/klaim/baru", handle, open));
    routes
}

fn load_claims(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let filter = ClaimFilter {
        state: asked.value("keadaan").and_then(ClaimState::from_name),
        kind: asked.value("jenis").and_then(ClaimKind::from_name),
        to_review: asked.value("telaah") == Some("ya"),
        waits_here: false,
    };
    let found = web.office().claims(actor, &filter)?;
    let (rows, more) = window.cut(found.iter().map(|row| claim_row(row, writing)).collect());
    let all = ("".to_owned(), writing.w("claim-all"), None);
    let word = |key: &str, name: &str| (name.to_owned(), writing.w(&format!("{key}-{name}")), None);
    let states = ClaimState::ALL.iter().map(|state| word("claim-state", state.name()));
    let kinds = ClaimKind::ALL.iter().map(|kind| word("claim-kind", kind.name()));
    let facet = |head: &str, name, choices: Vec<_>| Facet { head: writing.w(head), name, choices };
    let may = web.may_somewhere(actor, Operation::HandleClaims);
    let new = (writing.href("/klaim/baru", &[]), writing.w("claim-new"));
    Ok(Listing {
        title: writing.w("web-claims"),
        lead: writing.w("claim-lead"),
        action: may.then_some(new),
        beside: Some((writing.href("/kematian", &[]), writing.w("unclaimed-title"))),
        links: vec![
            (writing.href("/kecelakaan", &[]), writing.w("injured-title")),
            (writing.href("/jht", &[]), writing.w("jht-title")),
            (writing.href("/klaim/beasiswa", &[]), writing.w("scholarship-due")),
        ],
        caption: writing.w("claim-caption"),
        facets: vec![
            facet("claim-state", "keadaan", [all.clone()].into_iter().chain(states).collect()),
            facet("claim-kind", "jenis", [all.clone()].into_iter().chain(kinds).collect()),
            facet("claim-review", "telaah", vec![all, word("claim-review", "ya")]),
        ],
        empty: writing.w("claim-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn claim_row(row: &ClaimRow, writing: Writing) -> Row {
    let claim = &row.claim;
    let id = claim.id.to_string();
    let class = match claim.state {
        ClaimState::Closed | ClaimState::Paid => "done",
        ClaimState::Refused | ClaimState::Incomplete => "warning",
        _ => "",
    };
    let named = |key: &str, name: &str| writing.w(&format!("{key}-{name}"));
    let kind = claim.kind.name();
    let state = claim.state.name();
    let rupiah = |rupiah: Option<Rupiah>| rupiah.map_or(Cell::Empty, Cell::Rupiah);
    let paid = Some(claim.paid).filter(|paid| *paid > Rupiah::ZERO);
    Row::new(
        id.clone(),
        vec![
            Cell::Text(id.clone()),
            Cell::Link(row.person.name.clone(), writing.href(&format!("/klaim/{id}"), &[])),
            Cell::Named(kind.to_owned(), named("claim-kind", kind)),
            Cell::Day(claim.event),
            Cell::State(state, class, named("claim-state", state)),
            row.clock.map_or(Cell::Empty, |(_, until)| Cell::Day(until)),
            rupiah(claim.granted),
            rupiah(paid),
        ],
    )
}

async fn new_form(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&form_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn form_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Claims, writing.w("claim-new"));
    let choice = |key: &str, name: &str| Choice::new(name, writing.w(&format!("{key}-{name}")));
    let kinds = ClaimKind::ALL.iter().map(|kind| choice("claim-kind", kind.name()));
    let told = Told::ALL.iter().map(|told| choice("claim-told", told.name()));
    let person = asked.value("orang").unwrap_or_default().to_owned();
    let fields = vec![
        Field::line(writing, "orang", "claim-person").answered(person),
        Field::new(writing, "jenis", "claim-kind", Control::Select(kinds.collect())),
        Field::line(writing, "hari", "claim-event"),
        Field::line(writing, "lapor", "claim-reported").optional(writing),
        Field::new(writing, "dari", "claim-told", Control::Select(told.collect())),
        Field::line(writing, "pelapor", "claim-reporter").optional(writing),
        Field::line(writing, "telepon", "claim-phone").optional(writing),
        Field::new(writing, "uraian", "claim-account", Control::Lines(3)).optional(writing),
    ];
    let form = Form::new(&page, "/klaim/baru", "claim-open", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    FormPage::new(page, writing.w("claim-new"), form).with_back("/klaim", "web-claims")
}

async fn open(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let person = Id::parse(posted.get("orang")).ok();
        if person.is_none() {
            mistakes.add("orang", writing.w("claim-person.wrong"));
        }
        let event = day_of(posted.get("hari"));
        let reported = Some(posted.get("lapor")).filter(|text| !text.is_empty()).map(day_of);
        if event.is_none() {
            mistakes.add("hari", writing.w("claim-event.wrong"));
        }
        if reported == Some(None) {
            mistakes.add("lapor", writing.w("claim-event.wrong"));
        }
        if let (Some(person), Some(event), true) = (person, event, mistakes.is_empty()) {
            let kind = ClaimKind::from_name(posted.get("jenis")).unwrap_or(ClaimKind::Jkm);
            let opening = ClaimOpening {
                person,
                kind,
                event,
                reported: reported.flatten(),
                told: Told::from_name(posted.get("dari")).unwrap_or(Told::Family),
                occupation: None,
                reporter: Reporter {
                    name: posted.get("pelapor").into(),
                    phone: posted.get("telepon").into(),
                    account: posted.get("uraian").into(),
                },
                facts: ClaimFacts::default(),
            };
            match web.office().open_claim(&signed.actor, &opening) {
                Ok((claim, is_new)) => {
                    // What the benefit depends on is asked next, where it depends on more.
                    let asks = is_new && facts::is_asked_of(claim.kind);
                    let end = if asks { "/uraian" } else { "" };
                    let place = writing.href(&format!("/klaim/{}{end}", claim.id), &[]);
                    return Ok(Redirect::to(&place).into_response());
                }
                Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::NotFound) => {
                    let about = if error.code == "PERSON_UNKNOWN" { "orang" } else { "hari" };
                    mistakes.add(about, sentence(&error, writing));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(unfit(html(&form_page(web, asked, &posted, &mistakes))))
    })
    .await
}

/// What is typed with every step of a claim and of a school year.
struct StepTyped<'p> {
    day: Option<Day>,
    rupiah: Option<Rupiah>,
    reference: &'p str,
    reason: &'p str,
}

impl<'p> StepTyped<'p> {
    /// Reads the form of a step.
    fn read(posted: &'p Posted) -> Result<StepTyped<'p>, AppError> {
        Ok(StepTyped {
            day: day_asked(posted.get("hari"))?,
            rupiah: amount_asked(posted.get("jumlah"))?,
            reference: posted.get("nomor"),
            reason: posted.get("alasan"),
        })
    }
}

/// An amount, or nothing where nothing was typed.
fn amount_asked(text: &str) -> Result<Option<Rupiah>, AppError> {
    match text.trim() {
        "" => Ok(None),
        text => amount_of(text).map(Some).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", text)),
    }
}
