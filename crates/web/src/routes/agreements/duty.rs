//! `/perjanjian/{code}/kewajiban/{duty}`: one duty with its facilities, ticked one by one, and what
//! shows that it was done.

use std::collections::HashMap;
use std::sync::Arc;

use app::agreements::{AgreementFile, AgreementState, DutyShown, Ticked, Ticking};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{field_of, refusal, tag};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, day_asked, html, sentence, to, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/perjanjian/{code}/kewajiban/{duty}", Operation::ReadMoney, show),
        Route::post("/perjanjian/{code}/kewajiban/{duty}", Operation::FollowUp, tick),
        Route::post("/perjanjian/{code}/kewajiban/{duty}/pembukaan", Operation::FollowUp, reopen),
    ]
}

async fn show(
    State(web): State<Arc<Web>>,
    Path((code, duty)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let said = (&Posted::default(), &Mistakes::none());
        Ok(html(&page(web, asked, (&code, &duty), said, None)?))
    })
    .await
}

async fn tick(
    State(web): State<Arc<Web>>,
    Path((code, duty)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| act(web, asked, &signed, (&code, &duty), &posted, false))
        .await
}

async fn reopen(
    State(web): State<Arc<Web>>,
    Path((code, duty)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| act(web, asked, &signed, (&code, &duty), &posted, true))
        .await
}

fn act(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    (code, duty): (&str, &str),
    posted: &Posted,
    undo: bool,
) -> Result<Response, AppError> {
    // Who may not even see it learns nothing by trying.
    known(&web.office().agreement(&signed.actor, code)?, duty)?;
    let orgs: Vec<String> = posted.all("fasilitas").map(str::to_owned).collect();
    let done = day_asked(posted.get("tanggal")).and_then(|on| {
        let note = posted.get("catatan");
        let ticking = Ticking { duty, orgs: &orgs, all: false, on, note, undo };
        web.office().fulfil(&signed.actor, code, &ticking)
    });
    let error = match done {
        Ok(_) => {
            let path = format!("/perjanjian/{code}/kewajiban/{duty}");
            return Ok(to(asked, &path, if undo { "buka" } else { "centang" }));
        }
        Err(error) if matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused) => error,
        Err(error) => return Err(error),
    };
    let mut mistakes = Mistakes::none();
    let mut notice = Some(refusal(asked, &error));
    if let Some(field @ ("tanggal" | "catatan" | "fasilitas")) = field_of(&error)
        && !undo
    {
        mistakes.add(field, sentence(&error, asked.writing()));
        notice = None;
    }
    let nothing = Posted::default();
    let shown = if undo { &nothing } else { posted };
    Ok(unfit(html(&page(web, asked, (code, duty), (shown, &mistakes), notice)?)))
}

fn known<'f>(file: &'f AgreementFile, duty: &str) -> Result<&'f DutyShown, AppError> {
    file.duty(duty).ok_or_else(|| AppError::not_found("DUTY_UNKNOWN", duty))
}

fn page(
    web: &Web,
    asked: &Asked,
    (code, duty): (&str, &str),
    (posted, mistakes): (&Posted, &Mistakes),
    refused: Option<Notice>,
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let file = web.office().agreement(asked.actor()?, code)?;
    let shown = known(&file, duty)?;
    let title = writing.with("agreement-duty-title", &[("duty", duty), ("agreement", code)]);
    let mut page = web.page(asked, Section::Agreements, title);
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let mut pieces: Vec<Piece> = refused.into_iter().map(Piece::Notice).collect();
    if asked.value("selesai").is_some() {
        pieces.push(Piece::Notice(Notice::done(writing.w("agreement-saved"), String::new())));
    }
    pieces.push(Piece::Facts(facts(shown, writing)));
    let ticks: HashMap<_, &Ticked> = file
        .ticks
        .iter()
        .filter(|tick| tick.duty == shown.duty.code)
        .map(|tick| (tick.org, tick))
        .collect();
    let may =
        file.may_tick.contains(&shown.duty.code) && file.agreement.state == AgreementState::Signed;
    let action = format!("/perjanjian/{code}/kewajiban/{duty}");
    if may {
        let form = tick_form(&page, &file, shown, &ticks, (&action, writing));
        pieces.extend(form.map(|form| Piece::Form(form.filled(posted, mistakes))));
    }
    pieces.extend(done(&page, &file, &ticks, may, (&action, writing)));
    let back = (writing.href(&format!("/perjanjian/{code}"), &[]), writing.w("org-back"));
    Ok(Plain { page, back: Some(back), lead: shown.text.clone(), pieces })
}

fn facts(shown: &DutyShown, writing: Writing) -> Facts {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let standing = shown.standing;
    let due = shown.duty.due.map_or_else(|| writing.w("agreement-no-due"), |due| writing.day(due));
    let mut facts = vec![
        fact("agreement-owner", shown.party.to_string()),
        fact("agreement-duty-kind", writing.w(&format!("duty-kind-{}", shown.duty.kind.name()))),
        fact("agreement-due", due),
        fact("agreement-state", tag(shown, writing).text),
    ];
    if standing.after_due > 0 {
        let count = writing.number(u64::from(standing.after_due));
        facts.push(fact("agreement-after-due", count));
    }
    Facts::new(writing, facts)
}

/// What is still to be ticked; none when all is.
fn tick_form(
    page: &Page,
    file: &AgreementFile,
    shown: &DutyShown,
    ticks: &HashMap<Option<app::agreements::OrgId>, &Ticked>,
    (action, writing): (&str, Writing),
) -> Option<Form> {
    let mut fields = Vec::new();
    match file.facilities.get(&shown.duty.code) {
        Some(facilities) => {
            let open = facilities.iter().filter(|org| !ticks.contains_key(&Some(org.id)));
            let choices: Vec<Choice> =
                open.map(|org| Choice::new(&*org.code, &*org.name)).collect();
            if choices.is_empty() {
                return None;
            }
            let key = "agreement-tick-facilities";
            fields.push(Field::new(writing, "fasilitas", key, Control::Many(choices)));
        }
        None if ticks.contains_key(&None) => return None,
        None => {}
    }
    fields.push(Field::line(writing, "tanggal", "agreement-tick-day").optional(writing));
    let note = Field::new(writing, "catatan", "agreement-tick-note", Control::Lines(3));
    fields.push(note.optional(writing));
    Some(Form::new(page, action, "agreement-tick", fields))
}

/// What is ticked, each with who and what shows it, and a way back.
fn done(
    page: &Page,
    file: &AgreementFile,
    ticks: &HashMap<Option<app::agreements::OrgId>, &Ticked>,
    may: bool,
    (action, writing): (&str, Writing),
) -> Vec<Piece> {
    let mut ticked: Vec<&&Ticked> = ticks.values().collect();
    if ticked.is_empty() {
        return Vec::new();
    }
    let name = |tick: &Ticked| {
        let org = tick.org.and_then(|id| file.orgs.get(&id));
        org.map(|org| org.name.to_string()).unwrap_or_default()
    };
    ticked.sort_by_key(|tick| (tick.on, name(tick)));
    let line = |tick: &&&Ticked| {
        let day = tick.on.map(|day| writing.day(day)).unwrap_or_default();
        let by = file.users.get(&tick.by).map(|name| name.to_string()).unwrap_or_default();
        let name = match name(tick) {
            name if name.is_empty() => writing.w("agreement-whole"),
            name => name,
        };
        let values = [("name", &*name), ("day", &day), ("by", &by), ("note", &tick.note)];
        let key = if tick.note.is_empty() { "agreement-ticked" } else { "agreement-ticked-note" };
        writing.with(key, &values)
    };
    let mut pieces = vec![
        Piece::Heading(writing.w("agreement-ticked-heading")),
        Piece::Points(ticked.iter().map(line).collect()),
    ];
    if may {
        let choices = ticked.iter().filter_map(|tick| {
            let org = file.orgs.get(&tick.org?)?;
            Some(Choice::new(&*org.code, &*org.name))
        });
        let choices: Vec<Choice> = choices.collect();
        let fields = match choices.is_empty() {
            true => Vec::new(),
            false => {
                let key = "agreement-untick-facilities";
                vec![Field::new(writing, "fasilitas", key, Control::Many(choices))]
            }
        };
        let mut form = Form::new(page, &format!("{action}/pembukaan"), "agreement-untick", fields);
        form.grave = true;
        pieces.push(Piece::Heading(writing.w("agreement-untick-heading")));
        pieces.push(Piece::Form(form.scoped("buka")));
    }
    pieces
}
