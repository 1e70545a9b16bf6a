//! `/program/baru` and `/program/{code}/ketentuan`: a programme laid down, or laid down anew, one
//! group of questions to a page; then a page to check it all, and only then it is recorded.
//!
//! What was answered so far is carried in the address, and nothing is kept before the end.

mod answers;
mod questions;

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::funds::Programme;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use self::answers::{Answers, Of};
use self::questions::{PARTS, Part};
use super::one::group_pieces;
use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted, Tag, Task,
    Tasks,
};
use crate::routes::{Route, Web, answer, html, to, unfit};
use crate::signed::Signed;

/// The last page of all, in the address.
const CHECK: &str = "periksa";

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let set_up = Operation::SetUp;
    vec![
        Route::get("/program/baru", set_up, list_new),
        Route::post("/program/baru", set_up, add),
        Route::get("/program/baru/{part}", set_up, ask_new),
        Route::get("/program/{code}/ketentuan", set_up, list_known),
        Route::post("/program/{code}/ketentuan", set_up, change),
        Route::get("/program/{code}/ketentuan/{part}", set_up, ask_known),
    ]
}

async fn list_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(html(&list(web, asked, &Of::New)?))).await
}

async fn list_known(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let of = Of::Known(Box::new(web.office().programme(&code)?));
        Ok(html(&list(web, asked, &of)?))
    })
    .await
}

/// Every group of questions with what was answered, and the way to the last page.
fn list(web: &Web, asked: &Asked, of: &Of) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let answers = Answers::of(asked, of);
    let page = web.page(asked, Section::Money, of.title(writing));
    let task = |part: &&Part| {
        let hint = part.summary(web, &answers, writing);
        let (class, word) = match (hint.is_empty(), part.is_needed()) {
            (false, _) => ("confirmed", "terms-answered"),
            (true, true) => ("warning", "terms-missing"),
            (true, false) => ("", "terms-usual"),
        };
        Task {
            name: writing.w(part.key),
            hint: if hint.is_empty() { writing.w(&format!("{}.usual", part.key)) } else { hint },
            href: Some(answers.href(writing, &of.path(part.name))),
            tag: Tag::new(class, writing.w(word)),
        }
    };
    let parts: Vec<&Part> = PARTS.iter().filter(|part| part.is_asked(of)).collect();
    let missing = parts.iter().any(|part| part.is_needed() && part.is_open(&answers));
    let mut pieces = vec![Piece::Tasks(Tasks { tasks: parts.iter().map(task).collect() })];
    pieces.push(match missing {
        true => Piece::Words(writing.w("terms-not-yet")),
        false => Piece::Link(answers.href(writing, &of.path(CHECK)), writing.w("terms-to-check")),
    });
    let back = match of {
        Of::New => (writing.href("/program", &[]), writing.w("programme-back")),
        Of::Known(known) => {
            (writing.href(&format!("/program/{}", known.code), &[]), writing.w("board-back"))
        }
    };
    Ok(Plain { page, back: Some(back), lead: writing.w(of.lead()), pieces })
}

async fn ask_new(State(web): State<Arc<Web>>, Path(part): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| ask(web, asked, &Of::New, &part)).await
}

async fn ask_known(
    State(web): State<Arc<Web>>,
    Path((code, part)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let of = Of::Known(Box::new(web.office().programme(&code)?));
        ask(web, asked, &of, &part)
    })
    .await
}

/// One group of questions: asked, or answered and then back to the list; the last page of all.
fn ask(web: &Web, asked: &Asked, of: &Of, name: &str) -> Result<Response, AppError> {
    let writing = asked.writing();
    if name == CHECK {
        let page = check(web, asked, of, (&Answers::of(asked, of), ""), None)?;
        return Ok(html(&page));
    }
    let part = PARTS.iter().find(|part| part.name == name && part.is_asked(of));
    let part = part.ok_or_else(|| AppError::not_found("NOT_FOUND", ""))?;
    let mut answers = Answers::of(asked, of);
    if asked.value("simpan").is_none() {
        let page = question_page(web, asked, of, (part, &answers), &Mistakes::none())?;
        return Ok(html(&page));
    }
    part.take(&mut answers, &Posted::from_pairs(asked.query.clone()));
    let mistakes = part.mistakes(web, &answers, writing);
    if !mistakes.is_empty() {
        return Ok(unfit(html(&question_page(web, asked, of, (part, &answers), &mistakes)?)));
    }
    // Where there may be several, the next may follow at once.
    let again = part.name == questions::SEGMENTS && !answers.all("segmen").is_empty();
    let path = if again && asked.value("lagi").is_some() { of.path(part.name) } else { of.base() };
    Ok(Redirect::to(&answers.href(writing, &path)).into_response())
}

fn question_page(
    web: &Web,
    asked: &Asked,
    of: &Of,
    (part, answers): (&Part, &Answers),
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let title = writing.w(part.key);
    let page = web.page(asked, Section::Money, title.clone());
    let fields = part.fields(web, asked.actor()?, of, answers, writing)?;
    let mut form = Form::search(&page, &of.path(part.name), "terms-keep", fields);
    for (name, value) in answers.carried(part.owns) {
        form = form.with_hidden(&name, &value);
    }
    let form = form.with_hidden("simpan", "ya").filled(&part.shown(answers), mistakes);
    let mut page = FormPage::new(page, title, form);
    let lead = writing.w(&format!("{}.lead", part.key));
    page.lead.push(lead);
    page.back = Some((answers.href(writing, &of.base()), writing.w("terms-back")));
    Ok(page)
}

/// All that was answered, what it comes to for one person of each group, and the button.
fn check(
    web: &Web,
    asked: &Asked,
    of: &Of,
    (answers, reason): (&Answers, &str),
    refused: Option<Notice>,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let title = match of {
        Of::New => "terms-check-new",
        Of::Known(_) => "terms-check",
    };
    let page = web.page(asked, Section::Money, writing.w(title));
    let mut pieces: Vec<Piece> = refused.into_iter().map(Piece::Notice).collect();
    let fact = |part: &Part| {
        let summary = part.summary(web, answers, writing);
        let usual = writing.w(&format!("{}.usual", part.key));
        let value = if summary.is_empty() { usual } else { summary };
        let change = Some(answers.href(writing, &of.path(part.name)));
        Fact { name: writing.w(part.key), value, change }
    };
    let parts = PARTS.iter().filter(|part| part.is_asked(of));
    pieces.push(Piece::Facts(Facts::new(writing, parts.map(fact).collect())));
    let back = Some((answers.href(writing, &of.base()), writing.w("terms-back")));
    let previewed = read(web, of, answers)
        .and_then(|programme| web.office().preview_programme(actor, &programme));
    match previewed {
        Err(error) if is_about_answers(&error) => {
            if pieces.len() == 1 {
                pieces.insert(0, Piece::Notice(refusal(&error, writing)));
            }
            return Ok(Plain { page, back, lead: String::new(), pieces });
        }
        Err(error) => return Err(error),
        Ok(groups) => {
            pieces.push(Piece::Heading(writing.w("programme-groups")));
            pieces.extend(groups.iter().flat_map(|group| group_pieces(group, writing)));
        }
    }
    pieces.push(Piece::Words(writing.w(of.consequence())));
    let fields = match of {
        Of::New => Vec::new(),
        Of::Known(_) => {
            vec![Field::new(writing, "alasan", "terms-reason", Control::Lines(3)).answered(reason)]
        }
    };
    let mut form = Form::new(&page, &of.base(), of.button(), fields);
    for (name, value) in answers.carried(&[]) {
        form = form.with_hidden(&name, &value);
    }
    pieces.push(Piece::Form(form));
    Ok(Plain { page, back, lead: writing.w("terms-check-lead"), pieces })
}

/// The programme as it would be recorded.
fn read(web: &Web, of: &Of, answers: &Answers) -> Result<Programme, AppError> {
    match of {
        Of::New => answers.programme().read(web.office()),
        Of::Known(known) => {
            Ok(Programme { terms: answers.terms().read(web.office())?, ..(**known).clone() })
        }
    }
}

async fn add(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let answers = Answers::sent(&posted, &Of::New);
        let added = read(web, &Of::New, &answers)
            .and_then(|programme| web.office().add_programme(&signed.actor, &programme));
        match added {
            Ok(programme) => Ok(recorded(web, asked, &programme.code)),
            Err(error) => again(web, asked, &Of::New, (&answers, ""), error),
        }
    })
    .await
}

async fn change(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let of = Of::Known(Box::new(web.office().programme(&code)?));
        let answers = Answers::sent(&posted, &of);
        let reason = posted.get("alasan");
        let changed = read(web, &of, &answers).and_then(|programme| {
            web.office().change_terms(&signed.actor, &code, &programme.terms, reason)
        });
        match changed {
            Ok(programme) => Ok(recorded(web, asked, &programme.code)),
            Err(error) => again(web, asked, &of, (&answers, reason), error),
        }
    })
    .await
}

/// On to the programme; whoever sets up and may not read about money stays with its terms.
fn recorded(web: &Web, asked: &Asked, code: &str) -> Response {
    let reads = asked.actor().is_ok_and(|actor| web.may_somewhere(actor, Operation::ReadMoney));
    let end = if reads { "" } else { "/ketentuan" };
    to(asked, &format!("/program/{code}{end}"), "ketentuan")
}

/// The last page once more, with what is wrong.
fn again(
    web: &Web,
    asked: &Asked,
    of: &Of,
    said: (&Answers, &str),
    error: AppError,
) -> Result<Response, AppError> {
    if !is_about_answers(&error) {
        return Err(error);
    }
    let notice = refusal(&error, asked.writing());
    Ok(unfit(html(&check(web, asked, of, said, Some(notice))?)))
}

fn is_about_answers(error: &AppError) -> bool {
    let kind = matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused | ErrorKind::Conflict);
    let unknown = ["FUND_UNKNOWN", "ORG_UNKNOWN"].contains(&error.code.as_str());
    (kind && error.code != "USER_MAY_NOT") || unknown
}

fn refusal(error: &AppError, writing: Writing) -> Notice {
    let key = format!("error-{}", error.code);
    let values = [("detail", error.detail.as_str())];
    Notice::warning(writing.with(&key, &values), writing.with(&format!("{key}.remedy"), &values))
}
