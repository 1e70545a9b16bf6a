//! `/lacak`: what became of a report or a request, for whoever has its code, and taking it back.
//! Nothing of what it says is shown; a code that nobody was given has one answer.

use std::sync::Arc;

use app::doors::{MessageCode, MessageState, Tracked};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::{Multipart, State};
use axum::response::Response;
use tokio::time::Instant;

use super::{held, number_field, open_form, place_of};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Control, Fact, Facts, Field, FormPage, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, files, html, sentence, unfit};
use crate::session::Visitor;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/lacak", Operation::ReadPublic, show),
        Route::post("/lacak", Operation::UseDoors, ask).for_anybody(),
        Route::post("/lacak/tarik", Operation::UseDoors, withdraw).for_anybody(),
        Route::post("/lacak/berkas", Operation::UseDoors, add_file)
            .for_anybody()
            .accepting(files::FORM_BYTES),
    ]
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&form_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn form_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("track-title"));
    let fields = vec![number_field(writing, "nomor", "track-code")];
    let form = open_form(&page, "/lacak", "track-ask", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    let mut page = FormPage::new(page, writing.w("track-title"), form).with_back("/", "web-home");
    page.lead = vec![writing.w("track-lead")];
    page
}

/// Looks a code up by `look`, or says what is wrong with it.
async fn with_code(
    (web, visitor, asked): (Arc<Web>, Visitor, Asked),
    posted: Posted,
    look: impl FnOnce(&Web, &Asked, MessageCode, &str) -> Result<Option<Plain>, AppError>
    + Send
    + 'static,
) -> Response {
    let begun = Instant::now();
    let response = answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let Ok(code) = MessageCode::parse(posted.get("nomor")) else {
            let mut mistakes = Mistakes::none();
            mistakes.add("nomor", writing.w("track-code.wrong"));
            return Ok(unfit(html(&form_page(web, asked, &posted, &mistakes))));
        };
        let found = look(web, asked, code, &place_of(visitor.address))?;
        Ok(html(&found.unwrap_or_else(|| no_match(web, asked))))
    })
    .await;
    held(begun, response).await
}

async fn ask(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    posted: Posted,
) -> Response {
    with_code((web, visitor, asked), posted, |web, asked, code, from| {
        let found = web.office().track_message(code, from)?;
        Ok(found.map(|tracked| tracked_page(web, asked, (code, &tracked), None)))
    })
    .await
}

/// Takes a message back, once it is ticked that this is meant.
async fn withdraw(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    posted: Posted,
) -> Response {
    let sure = posted.has("yakin");
    with_code((web, visitor, asked), posted, move |web, asked, code, from| {
        let writing = asked.writing();
        let office = web.office();
        let (found, said) = match sure {
            false => (office.track_message(code, from)?, Some(writing.w("track-sure.wrong"))),
            true => match office.withdraw_message(code, from) {
                Ok(found) => (found, None),
                Err(error) if error.kind == ErrorKind::Refused => {
                    (office.track_message(code, from)?, Some(sentence(&error, writing)))
                }
                Err(error) => return Err(error),
            },
        };
        let said = said.map(|said| Notice::warning(said, String::new()));
        Ok(found.map(|tracked| tracked_page(web, asked, (code, &tracked), said)))
    })
    .await
}

/// Adds a photo or a paper to a message.
async fn add_file(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    // Who tries too often, or has no code, costs no more than the few bytes before the file.
    let (inside, from) = (Arc::clone(&web), place_of(visitor.address));
    let may = move |posted: Posted| async move {
        let ask = move || {
            let code = MessageCode::parse(posted.get("nomor"));
            let code = code.map_err(|_| AppError::usage("UPLOAD_BROKEN", ""))?;
            let may = inside.office().file_may_come(code, &from)?;
            may.ok_or_else(|| AppError::not_found("FILE_UNKNOWN", ""))
        };
        let broken = |_| AppError::usage("UPLOAD_BROKEN", "");
        tokio::task::spawn_blocking(ask).await.map_err(broken)?
    };
    let received = files::received_if(multipart, may).await;
    if received.problem.is_some() && received.posted.get("nomor").is_empty() {
        // Refused by its size before anything of it was read: the number is not known either.
        return answer(web, asked, move |web, asked| {
            let mut mistakes = Mistakes::none();
            if let Err(problem) = files::bytes_of(&received) {
                mistakes.add("nomor", sentence(&problem, asked.writing()));
            }
            Ok(unfit(html(&form_page(web, asked, &received.posted, &mistakes))))
        })
        .await;
    }
    let content = files::bytes_of(&received);
    with_code((web, visitor, asked), received.posted.clone(), move |web, asked, code, from| {
        let (office, writing) = (web.office(), asked.writing());
        let came = content.and_then(|content| office.attach_to_message(code, &content, from));
        let (found, said) = match came {
            Ok(found) => (found, Notice::done(writing.w("file-came"), String::new())),
            Err(error) if error.code == "FILE_UNKNOWN" => return Ok(None),
            Err(error) => match files::said(&error, writing) {
                Some(said) => {
                    let found = office.track_message(code, from)?;
                    (found, Notice::warning(said, String::new()))
                }
                None => return Err(error),
            },
        };
        Ok(found.map(|tracked| tracked_page(web, asked, (code, &tracked), Some(said))))
    })
    .await
}

/// The one answer to a code that nobody was given.
fn no_match(web: &Web, asked: &Asked) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("track-no-match"));
    let again = Piece::Link(writing.href("/lacak", &[]), writing.w("track-again"));
    let back = Some((writing.href("/", &[]), writing.w("web-home")));
    Plain { page, back, lead: writing.w("track-no-match.lead"), pieces: vec![again] }
}

fn tracked_page(
    web: &Web,
    asked: &Asked,
    (code, tracked): (MessageCode, &Tracked),
    said: Option<Notice>,
) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("track-found"));
    let mut pieces = Vec::new();
    pieces.extend(said.map(Piece::Notice));
    pieces.push(Piece::Facts(Facts::new(writing, facts(tracked, writing))));
    pieces.push(Piece::Heading(writing.w("track-steps")));
    pieces.push(Piece::Points(steps(tracked, writing)));
    if tracked.state != MessageState::Withdrawn {
        pieces.push(Piece::Heading(writing.w("file-add")));
        pieces.push(Piece::Words(writing.w("file-add.what")));
        pieces.push(Piece::Form(files::public_form(&page, code, writing)));
    }
    if tracked.may_withdraw {
        let sure = Field::new(writing, "yakin", "track-sure", Control::Tick);
        let form = open_form(&page, "/lacak/tarik", "track-withdraw", vec![sure]);
        let mut form = form.with_hidden("nomor", &code.to_string());
        form.grave = true;
        pieces.push(Piece::Heading(writing.w("track-back")));
        pieces.push(Piece::Words(writing.w("track-back.what")));
        pieces.push(Piece::Form(form));
    }
    let back = Some((writing.href("/lacak", &[]), writing.w("track-title")));
    Plain { page, back, lead: String::new(), pieces }
}

fn facts(tracked: &Tracked, writing: Writing) -> Vec<Fact> {
    let state = tracked.state.name();
    let mut rows = vec![
        Fact::new(
            writing.w("message-kind"),
            writing.w(&format!("message-kind-{}", tracked.kind.name())),
        ),
        Fact::new(writing.w("message-state"), writing.w(&format!("track-state-{state}"))),
    ];
    if let Some(claim) = tracked.claim {
        rows.push(Fact::new(writing.w("track-claim"), writing.w(&format!("claim-state-{claim}"))));
    }
    if let Some(clock) = &tracked.clock {
        let name = writing.w(&format!("message-clock-{}", clock.name));
        rows.push(Fact::new(name, format!("{} ({})", writing.day(clock.until), clock.article)));
    }
    rows
}

fn steps(tracked: &Tracked, writing: Writing) -> Vec<String> {
    let came = writing.moment(tracked.received_at_ms);
    let mut found = vec![writing.with("track-step-received", &[("moment", &came)])];
    for (step, at_ms) in &tracked.steps {
        let moment = writing.moment(*at_ms);
        let key = format!("track-step-{}", step.name());
        found.push(writing.with(&key, &[("moment", &moment)]));
    }
    found
}
