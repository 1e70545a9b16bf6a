//! `/agen/lapangan`: what came from the field, masked; what was sent twice and differs; a record
//! whole for a reason; files of telephones that could not send.

use std::sync::Arc;

use app::error::AppError;
use app::field::{
    DraftRead, FieldFile, FieldFileRead, FieldFilter, FieldKey, FieldShown, FieldStanding,
    FieldVerdict, FieldWhole, SKEW_SHOWN_MS,
};
use app::office::Operation;
use axum::extract::{Multipart, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, html, is_said, sentence, to, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};
use crate::upload::{Received, receive};

const VIEW: View = View {
    path: "/agen/lapangan",
    operation: Operation::ReadOutreach,
    id: "field-records",
    section: Section::Agents,
    columns: &[
        Column::of_data("record", Kind::Text),
        Column::new("initials", "lead-initials", Kind::Text),
        Column::new("village", "claim-village", Kind::Text),
        Column::new("agent", "agent-code", Kind::Text),
        Column::new("state", "column-state", Kind::Text),
        Column::of_data("problems", Kind::Text),
        Column::new("conflicts", "field-conflicts", Kind::Count),
        Column::new("at", "field-at", Kind::Moment),
        Column::new("received_at", "field-received", Kind::Moment),
        Column::of_data("seen", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        Parameter { name: "agen", meaning: "Only of this agent, by code.", shape: Shape::Text },
        Parameter { name: "keadaan", meaning: "Only those that stand so.", shape: Shape::Text },
        Parameter {
            name: "perlu",
            meaning: "Only those that somebody at the office has to look at.",
            shape: Shape::OneOf(&["ya"]),
        },
    ],
    load,
};

pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Operation::ReadOutreach, Operation::HandleOutreach);
    let mut routes = VIEW.routes();
    routes.extend([
        Route::get("/agen/lapangan/berkas", handle, ask_file),
        Route::post("/agen/lapangan/berkas", handle, take_file).accepting(32 << 20),
        Route::get("/agen/lapangan/{id}", read, show),
        Route::post("/agen/lapangan/{id}/putusan", handle, decide),
        Route::post("/agen/lapangan/{id}/baca", Operation::Unmask, read_whole),
        Route::get("/agen/lapangan/{id}/foto", Operation::Unmask, photo),
    ]);
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let agent = asked.value("agen").filter(|code| !code.is_empty()).map(str::to_owned);
    let filter = FieldFilter {
        agent: agent.clone(),
        standing: asked.value("keadaan").and_then(FieldStanding::from_name),
        only_open: asked.value("perlu") == Some("ya"),
    };
    let after = window.after.as_deref().and_then(FieldKey::parse);
    let (found, more) = web.office().field_page(actor, &filter, after, window.rows)?;
    let every = || (String::new(), writing.w("web-all"), None);
    let choice = |one: &FieldStanding| (one.name().to_owned(), standing_words(*one, writing), None);
    let choices = [every()].into_iter().chain(FieldStanding::ALL.iter().map(choice)).collect();
    let needed = vec![every(), ("ya".to_owned(), writing.w("field-open"), None)];
    let rows = found.iter().map(|one| row(one, writing)).collect();
    let may = web.may_somewhere(actor, Operation::HandleOutreach);
    Ok(Listing {
        title: writing.w("field-records"),
        lead: writing.w("field-records-lead"),
        caption: writing.w("field-records"),
        empty: writing.w("field-records-empty"),
        beside: may.then(|| (writing.href("/agen/lapangan/berkas", &[]), writing.w("field-file"))),
        facets: vec![
            Facet { head: writing.w("column-state"), name: "keadaan", choices },
            Facet { head: writing.w("field-needs"), name: "perlu", choices: needed },
        ],
        state: agent.map(|code| vec![("agen".to_owned(), code)]).unwrap_or_default(),
        rows,
        more,
        links: vec![
            (writing.href("/agen", &[]), writing.w("web-agents")),
            (writing.href("/lapangan", &[]), writing.w("field-app-open")),
        ],
        ..Listing::default()
    })
}

fn standing_words(standing: FieldStanding, writing: Writing) -> String {
    writing.w(&format!("field-standing-{}", standing.name()))
}

fn state_of(one: &FieldShown, writing: Writing) -> Cell {
    let class = match one.standing {
        FieldStanding::Accepted => "done",
        FieldStanding::Waiting | FieldStanding::Duplicate | FieldStanding::Returned => "warning",
        FieldStanding::Refused | FieldStanding::Withdrawn => "",
    };
    Cell::State(one.standing.name(), class, standing_words(one.standing, writing))
}

fn row(one: &FieldShown, writing: Writing) -> Row {
    let id = one.record.id.to_string();
    let href = writing.href(&format!("/agen/lapangan/{id}"), &[]);
    let name = match one.initials.is_empty() {
        true => writing.w("message-erased"),
        false => one.initials.clone(),
    };
    let codes: Vec<&str> = one.found.iter().map(|code| code.name()).collect();
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Link(name, href),
        Cell::text(one.village.clone()),
        Cell::text(&*one.agent),
        state_of(one, writing),
        Cell::text(codes.join(" ")),
        Cell::Count(one.conflicts.into()),
        Cell::Moment(one.record.at_ms),
        Cell::Moment(one.record.received_at_ms),
        Cell::text(&*one.seen),
    ];
    let key = FieldKey { received_at_ms: one.record.received_at_ms, record: one.record.id };
    Row::new(key.written(), cells)
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let saved = asked.value("selesai").is_some();
        let notice = saved.then(|| Notice::done(asked.writing().w("event-saved"), String::new()));
        Ok(html(&page(web, asked, &id, (notice, None))?))
    })
    .await
}

fn page(
    web: &Web,
    asked: &Asked,
    id: &str,
    (notice, whole): (Option<Notice>, Option<FieldWhole>),
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let file = web.office().field_record(asked.actor()?, id)?;
    let page = web.page(asked, Section::Agents, writing.w("field-record"));
    let mut pieces: Vec<Piece> = notice.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::new(writing, facts(&file, writing))));
    let skew = file.shown.record.device_at_ms - file.shown.record.at_ms;
    if skew.abs() > SKEW_SHOWN_MS {
        let minutes = (skew.abs() / 60_000).to_string();
        pieces.push(Piece::Words(writing.with("field-skew", &[("minutes", &minutes)])));
    }
    if !file.shown.found.is_empty() {
        let said = file.shown.found.iter().map(|code| writing.words().problem_by_code(*code));
        pieces.push(Piece::Heading(writing.w("field-found")));
        pieces
            .push(Piece::Points(said.map(|one| format!("{} {}", one.what, one.remedy)).collect()));
    }
    if !file.conflicts.is_empty() {
        pieces.push(Piece::Heading(writing.w("field-conflicts")));
        pieces.push(Piece::Words(writing.w("field-conflicts-what")));
        pieces.push(Piece::Points(conflicts(&file, writing)));
    }
    match &whole {
        Some(whole) => pieces.extend(read_pieces(whole, &file, writing)),
        None if file.may_read => {
            pieces.push(Piece::Heading(writing.w("field-read")));
            let path = path_of(&file, "baca");
            let form = reason_form((&page, writing), &path, "field-read", Vec::new());
            pieces.push(Piece::Form(form.scoped("baca")));
        }
        None => {}
    }
    if !file.next.is_empty() {
        let choice = |one: &FieldVerdict| {
            Choice::new(one.name(), writing.w(&format!("field-verdict-{}", one.name())))
        };
        let control = Control::Select(file.next.iter().map(choice).collect());
        let fields = vec![Field::new(writing, "putusan", "field-verdict", control)];
        let path = path_of(&file, "putusan");
        let form = reason_form((&page, writing), &path, "field-decide", fields);
        let form = form.with_hidden("dilihat", &file.shown.seen);
        pieces.push(Piece::Heading(writing.w("field-decide")));
        pieces.push(Piece::Form(form.scoped("putusan")));
    }
    let back = Some((writing.href("/agen/lapangan", &[]), writing.w("field-records")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn path_of(file: &FieldFile, end: &str) -> String {
    format!("/agen/lapangan/{}/{end}", file.shown.record.id)
}

fn reason_form(
    (page, writing): (&Page, Writing),
    path: &str,
    key: &str,
    mut fields: Vec<Field>,
) -> Form {
    fields.push(Field::new(writing, "alasan", "field-reason", Control::Lines(2)));
    Form::new(page, path, key, fields)
}

fn facts(file: &FieldFile, writing: Writing) -> Vec<Fact> {
    let shown = &file.shown;
    let record = &shown.record;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let name = match shown.initials.is_empty() {
        true => writing.w("message-erased"),
        false => shown.initials.clone(),
    };
    let consent = writing.w(&format!("message-agreement-{}", record.consent.name()));
    let helper = match &file.helper {
        Some((relation, name)) => {
            format!("{name} ({})", writing.w(&format!("field-app.helper-{relation}")))
        }
        None => writing.w("field-app.helper-none"),
    };
    let mut rows = vec![
        fact("lead-initials", name),
        fact("claim-village", shown.village.clone()),
        fact("agent-code", shown.agent.to_string()),
        fact("column-state", standing_words(shown.standing, writing)),
        fact("field-at", writing.moment(record.at_ms)),
        fact("field-device-at", writing.moment(record.device_at_ms)),
        fact("field-received", writing.moment(record.received_at_ms)),
        fact("field-consent", format!("{consent} · {}", file.wording)),
        fact("field-helper", helper),
        fact(
            "field-photo",
            writing.w(if shown.has_photo {
                "field-app.photo-there"
            } else {
                "field-app.photo-none"
            }),
        ),
    ];
    rows.push(Fact {
        name: writing.w("field-sheet"),
        value: writing.w("field-sheet-row"),
        change: Some(writing.href(&format!("/impor/{}", record.sheet), &[])),
    });
    rows
}

fn conflicts(file: &FieldFile, writing: Writing) -> Vec<String> {
    let line = |one: &app::field::ConflictShown| {
        let differs: Vec<String> =
            one.differs.iter().map(|part| writing.w(&format!("field-part-{part}"))).collect();
        let state = writing.w(if one.is_settled { "field-settled" } else { "field-unsettled" });
        let values = [
            ("at", &*writing.moment(one.at_ms)),
            ("parts", &*differs.join(", ")),
            ("state", &*state),
        ];
        writing.with("field-conflict-line", &values)
    };
    file.conflicts.iter().map(line).collect()
}

/// Who a record is about, whole, with what else was sent under its number.
fn read_pieces(whole: &FieldWhole, file: &FieldFile, writing: Writing) -> Vec<Piece> {
    let facts = |details: &app::field::FieldDetails| {
        let parts = details.parts().into_iter().filter(|(_, value)| !value.is_empty());
        let rows = parts.map(|(part, value)| {
            Fact::new(writing.w(&format!("field-part-{part}")), value.to_owned())
        });
        Piece::Facts(Facts::dense(writing, rows.collect()))
    };
    let mut pieces = vec![Piece::Heading(writing.w("field-read")), facts(&whole.details)];
    for other in &whole.others {
        pieces.push(Piece::Heading(writing.w("field-other")));
        pieces.push(facts(other));
    }
    if file.shown.has_photo {
        let href = writing.href(&path_of(file, "foto"), &[]);
        pieces.push(Piece::Link(href, writing.w("field-photo-open")));
    }
    pieces
}

async fn decide(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let verdict = FieldVerdict::from_name(posted.get("putusan"));
        let verdict = verdict.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""));
        let done = verdict.and_then(|verdict| {
            let said = (verdict, posted.get("alasan"));
            web.office().decide_field_record(&signed.actor, &id, said, posted.get("dilihat"))
        });
        match done {
            Ok(()) => Ok(to(asked, &format!("/agen/lapangan/{id}"), "putusan")),
            Err(error) => said_on_page(web, asked, &id, error),
        }
    })
    .await
}

async fn read_whole(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        match web.office().read_field_record(&signed.actor, &id, posted.get("alasan")) {
            Ok(whole) => Ok(html(&page(web, asked, &id, (None, Some(whole)))?)),
            Err(error) => said_on_page(web, asked, &id, error),
        }
    })
    .await
}

fn said_on_page(web: &Web, asked: &Asked, id: &str, error: AppError) -> Result<Response, AppError> {
    if !is_said(&error) {
        return Err(error);
    }
    let said = Notice::warning(sentence(&error, asked.writing()), String::new());
    Ok(unfit(html(&page(web, asked, id, (Some(said), None))?)))
}

async fn photo(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, _| {
        let photo = web.office().read_field_photo(&signed.actor, &id)?;
        Ok(([(CONTENT_TYPE, "image/jpeg")], photo).into_response())
    })
    .await
}

async fn ask_file(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&file_page(web, asked, (&Posted::default(), &Mistakes::none()))))
    })
    .await
}

fn file_page(web: &Web, asked: &Asked, (posted, mistakes): (&Posted, &Mistakes)) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Agents, writing.w("field-file"));
    let file = Control::File { accept: ".json" };
    let field = Field::new(writing, "berkas", "field-file-upload", file);
    let form = Form::new(&page, "/agen/lapangan/berkas", "field-file-send", vec![field]);
    let form = form.filled(posted, mistakes);
    let mut shown = FormPage::new(page, writing.w("field-file"), form)
        .with_back("/agen/lapangan", "field-records");
    shown.lead = vec![writing.w("field-file-lead")];
    shown
}

async fn take_file(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let Received { posted, file, problem } = received;
        let writing = asked.writing();
        let again = |error: &AppError| {
            let mut mistakes = Mistakes::none();
            mistakes.add("berkas", sentence(error, writing));
            Ok(unfit(html(&file_page(web, asked, (&posted, &mistakes)))))
        };
        if let Some(problem) = problem {
            return again(&problem);
        }
        let Some(file) = file.filter(|file| !file.name.is_empty()) else {
            return again(&AppError::usage("UPLOAD_MISSING", ""));
        };
        let Ok(bytes) = std::fs::read(&file.path) else {
            return again(&AppError::usage("UPLOAD_BROKEN", ""));
        };
        match web.office().take_field_file(&signed.actor, &bytes) {
            Ok(read) => {
                let number = |count: usize| writing.number(count as u64);
                let of = |said: &str| read.answers.iter().filter(|one| one.said == said).count();
                let known = of("accepted") + of("exists");
                let values = [
                    ("count", &*number(read.answers.len())),
                    ("other", &*number(read.answers.len() - known)),
                    ("accepted", &*number(of("accepted"))),
                    ("exists", &*number(of("exists"))),
                    ("photos", &*number(read.photos as usize)),
                    ("unreadable", &*number(read.unreadable as usize)),
                ];
                let page = web.page(asked, Section::Agents, writing.w("field-file"));
                let told = Notice::done(writing.w("field-file-read"), String::new());
                Ok(html(&Plain {
                    back: Some((page.href("/agen/lapangan"), writing.w("field-records"))),
                    page,
                    lead: String::new(),
                    pieces: vec![
                        Piece::Notice(told),
                        Piece::Words(writing.with("field-file-came", &values)),
                    ]
                    .into_iter()
                    .chain(unfinished(&read, writing))
                    .collect(),
                }))
            }
            Err(error) if is_said(&error) => again(&error),
            Err(error) => Err(error),
        }
    })
    .await
}

/// When the file was written, and whom nobody has finished writing down.
fn unfinished(read: &FieldFileRead, writing: Writing) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(at_ms) = read.exported_at_ms {
        let at = writing.moment(at_ms);
        pieces.push(Piece::Words(writing.with("field-file-written", &[("at", &at)])));
    }
    if read.drafts.is_empty() {
        return pieces;
    }
    let line = |draft: &DraftRead| {
        let part = |name: &&str| writing.w(&format!("field-part-{name}"));
        let missing: Vec<String> = draft.missing.iter().map(part).collect();
        let initials = if draft.initials.is_empty() { "…" } else { &draft.initials };
        let village = if draft.village.is_empty() { "…" } else { &draft.village };
        let values = [("initials", initials), ("village", village), ("parts", &missing.join(", "))];
        writing.with("field-draft-line", &values)
    };
    pieces.push(Piece::Heading(writing.w("field-drafts")));
    pieces.push(Piece::Words(writing.w("field-drafts.what")));
    pieces.push(Piece::Points(read.drafts.iter().map(line).collect()));
    pieces
}
