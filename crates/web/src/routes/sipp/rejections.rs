//! `/sipp/penolakan`: rejections that stand, by village and by person, and one marked as mended.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::id::kind;
use base::{Id, RegionCode};

use crate::acts::{Act, Call, Input, Said, Shape as InputShape, Takes};
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section};
use crate::parts::{Field, Form, FormPage, Mistakes, Posted};
use crate::routes::people::person_id;
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const VILLAGES: View = View {
    path: "/sipp/penolakan",
    operation: Operation::ReadPeople,
    id: "sipp-rejections",
    section: Section::Sipp,
    columns: &[
        Column::of_data("place", Kind::Text),
        Column::new("village", "sipp-place", Kind::Text),
        Column::new("open", "sipp-rejections-open", Kind::Count),
        Column::new("mended", "sipp-rejections-mended", Kind::Count),
        Column::new("for_village", "sipp-rejections-for-village", Kind::Count),
        Column::new("days", "sipp-rejections-days", Kind::Count),
        Column::new("reasons", "sipp-rejections-reasons", Kind::Text),
        Column::new("text", "sipp-rejections-text", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_villages,
};

const PEOPLE: View = View {
    path: "/sipp/penolakan/orang",
    operation: Operation::ReadPeople,
    id: "sipp-rejected",
    section: Section::Sipp,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "sipp-person", Kind::Text),
        Column::of_data("programme", Kind::Text),
        Column::new("reason", "sipp-reply-reason", Kind::Text),
        Column::new("mender", "sipp-mender", Kind::Text),
        Column::new("days", "sipp-rejected-days", Kind::Count),
        Column::of_data("since", Kind::Day),
        Column::of_data("state", Kind::Text),
        Column::new("state_text", "sipp-rejected-state", Kind::Text),
    ],
    meta: &[],
    parameters: &[Parameter {
        name: "desa",
        meaning: "Only people of this region, by its code.",
        shape: Shape::Text,
    }],
    load: load_people,
};

const MEND: Act = Act {
    path: "/api/peserta/{id}/penolakan",
    operation: Operation::ChangePerson,
    id: "mend-rejection",
    summary: "Says that a rejection of BPJS is mended although the record did not change.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "program",
            meaning: "The programme, by its code.",
            shape: InputShape::Text { most: 100, may_be_empty: false },
        },
        Input {
            name: "alasan",
            meaning: "What was mended, in a sentence; it is kept.",
            shape: InputShape::Text { most: 300, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: &[Column::of_data("state", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: mend_by_program,
    again: mend_by_program,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = VILLAGES.routes();
    routes.extend(PEOPLE.routes());
    routes.push(Route::get("/sipp/perbaikan/{id}", Operation::ChangePerson, ask));
    routes.push(Route::post("/sipp/perbaikan/{id}", Operation::ChangePerson, mend));
    routes.push(MEND.route());
    routes
}

fn load_villages(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let villages = web.office().sipp_rejections(asked.actor()?, None)?;
    let rows = villages.iter().map(|village| {
        let place = village.place.to_string();
        let query = [("desa".to_owned(), place.clone())];
        let href = writing.href("/sipp/penolakan/orang", &query);
        let reasons: Vec<String> = village
            .reasons
            .iter()
            .map(|(code, count)| {
                format!("{}: {count}", writing.w(&format!("sipp-reason-{}", code.name())))
            })
            .collect();
        let cells = vec![
            Cell::Text(place.clone()),
            Cell::Link(village.name.clone(), href),
            Cell::Count(village.open),
            Cell::Count(village.mended),
            Cell::Count(village.for_village),
            Cell::Count(u64::from(village.days)),
            Cell::text(reasons.join("; ")),
            Cell::text(village.text(writing.words())),
        ];
        Row::new(place, cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let day = writing.day(web.office().today());
    Ok(Listing {
        title: writing.w("sipp-rejections-heading"),
        lead: writing.w("sipp-rejections-lead"),
        caption: writing.with("sipp-rejections-caption", &[("day", &day)]),
        empty: writing.w("sipp-rejections-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn load_people(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let place = match asked.value("desa").filter(|place| !place.is_empty()) {
        None => None,
        Some(code) => {
            let unknown = || AppError::usage("NOT_A_REGION", "");
            Some(RegionCode::parse(code).ok_or_else(unknown)?)
        }
    };
    let may_mend = web.may_somewhere(actor, Operation::ChangePerson);
    let rows = web.office().sipp_rejected(actor, None, place)?.into_iter().map(|one| {
        let id = one.person.id.to_string();
        let href = writing.href(&format!("/peserta/{id}"), &[]);
        let reason = one.reason.name();
        let (mender, state) = (one.mender.name(), one.state.name());
        let words = writing.w(&format!("sipp-standing-{state}"));
        let waits = one.state == app::sipp::StandingState::Rejected;
        let query = [("program".to_owned(), one.programme.to_string())];
        let mark = writing.href(&format!("/sipp/perbaikan/{id}"), &query);
        let shown = match waits && may_mend {
            true => Cell::Link(format!("{words} – {}", writing.w("sipp-mend-link")), mark),
            false => Cell::Text(words),
        };
        let cells = vec![
            Cell::Text(id.clone()),
            Cell::Noted(
                Box::new(Cell::Link(one.person.name.clone(), href)),
                web.office().place_words(one.person.place),
            ),
            Cell::Text(one.programme.to_string()),
            Cell::Named(reason.to_owned(), writing.w(&format!("sipp-reason-{reason}"))),
            Cell::Named(mender.to_owned(), writing.w(&format!("sipp-mender-{mender}"))),
            Cell::Count(u64::from(one.days)),
            Cell::Day(one.since),
            Cell::text(state),
            shown,
        ];
        Row::new(format!("{id} {}", one.programme), cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let place_name = match place {
        Some(place) => web.office().place_words(place),
        None => web.office().place_name(),
    };
    Ok(Listing {
        title: writing.w("sipp-rejected-heading"),
        caption: writing.with("sipp-rejected-caption", &[("place", &place_name)]),
        empty: writing.w("sipp-rejections-empty"),
        state: vec![("desa".to_owned(), place.map(|place| place.to_string()).unwrap_or_default())],
        rows,
        more,
        ..Listing::default()
    })
}

/// The question what was mended.
async fn ask(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = person_id(&id)?;
        let code = asked.value("program").unwrap_or_default().to_owned();
        is_rejected(web, &signed, id, &code)?;
        Ok(html(&mend_page(web, asked, id, &code, &Posted::default(), Mistakes::none())))
    })
    .await
}

/// Whether the reader may see a rejection of the person: nobody learns of others by asking.
fn is_rejected(
    web: &Web,
    signed: &Signed,
    id: Id<kind::Person>,
    code: &str,
) -> Result<(), AppError> {
    let unknown = || AppError::not_found("PERSON_UNKNOWN", "");
    let code = Some(code).filter(|code| !code.is_empty());
    let all = web.office().sipp_rejected(&signed.actor, code, None)?;
    all.iter().any(|one| one.person.id == id).then_some(()).ok_or_else(unknown)
}

fn mend_page(
    web: &Web,
    asked: &Asked,
    id: Id<kind::Person>,
    code: &str,
    posted: &Posted,
    mistakes: Mistakes,
) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Sipp, writing.w("sipp-mend-heading"));
    let fields = vec![Field::line(writing, "alasan", "sipp-mend-reason")];
    let form = Form::new(&page, &format!("/sipp/perbaikan/{id}"), "sipp-mend-button", fields)
        .with_hidden("program", code)
        .filled(posted, &mistakes);
    let mut shown = FormPage::new(page, writing.w("sipp-mend-heading"), form)
        .with_back("/sipp/penolakan/orang", "sipp-mend-back");
    shown.lead = vec![writing.w("sipp-mend-lead")];
    shown
}

async fn mend(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = person_id(&id)?;
        let (code, reason) = (posted.get("program"), posted.get("alasan"));
        is_rejected(web, &signed, id, code)?;
        match web.office().mend_rejection(&signed.actor, code, id, reason) {
            Ok(_) => {
                let place = asked.writing().href("/sipp/penolakan/orang", &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if error.code == "REASON_MISSING" => {
                let mut mistakes = Mistakes::none();
                mistakes.add("alasan", asked.writing().w("error-REASON_MISSING"));
                let page = mend_page(web, asked, id, code, &posted, mistakes);
                Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn mend_by_program(call: &Call<'_>) -> Result<Said, AppError> {
    let id = person_id(call.part("id"))?;
    let (code, reason) = (call.given.text("program"), call.given.text("alasan"));
    let state = call.web.office().mend_rejection(call.actor, code, id, reason)?;
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::text(state.name())] })
}
