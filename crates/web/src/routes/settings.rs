//! `/setelan`: what the office says of itself on every page; when four eyes are needed.

pub(super) mod eyes;

use std::sync::Arc;

use app::office::Operation;
use app::settings::{Settings, TEXT_CHARS};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};

use crate::page::{Asked, Section, Writing};
use crate::parts::{Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::failure::Conflict;
use crate::routes::{Route, Web, answer, failure, html, provider};
use crate::signed::Signed;

const PATH: &str = "/setelan";
/// The questions, with the keys of their words.
const QUESTIONS: [(&str, &str); 5] = [
    ("kantor", "web-setting-office"),
    ("telepon", "web-setting-phone"),
    ("whatsapp", "web-setting-whatsapp"),
    ("jam", "web-setting-hours"),
    ("alamat", "web-setting-address"),
];
const PRACTICE: &str = "latihan";

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(PATH, Operation::Settings, show),
        Route::post(PATH, Operation::Settings, change),
    ];
    routes.extend(eyes::routes());
    routes
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let now = web.office().settings()?;
        Ok(html(&form(web, asked, &now, &as_posted(&now), &Mistakes::none())))
    })
    .await
}

async fn change(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let now = web.office().settings()?;
        let to = from_posted(&posted, "");
        let mistakes = mistakes(&to, writing);
        if !mistakes.is_empty() {
            let page = html(&form(web, asked, &now, &posted, &mistakes));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        let from = from_posted(&posted, "dari-");
        match web.office().change_settings(&signed.actor, &from, &to) {
            Ok(()) => {
                web.reload_frame();
                let done = [("tersimpan".to_owned(), "ya".to_owned())];
                let place = writing.href(PATH, &done);
                Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
            }
            Err(error) if error.code == "CHANGED_SINCE" => {
                Ok(failure::conflict(web, asked, both(&now, &to, writing)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn form(
    web: &Web,
    asked: &Asked,
    now: &Settings,
    posted: &Posted,
    mistakes: &Mistakes,
) -> FormPage {
    let writing = asked.writing();
    let title = writing.w("web-settings-heading");
    let page = web.page(asked, Section::Settings, title.clone());
    let mut fields: Vec<Field> = QUESTIONS
        .into_iter()
        .map(|(name, key)| Field::line(writing, name, key).optional(writing))
        .collect();
    fields.push(Field::new(writing, PRACTICE, "web-setting-practice", Control::Tick));
    let mut form = Form::new(&page, PATH, "web-save", fields).filled(posted, mistakes);
    // What the change was made from, so that two people do not undo each other unseen.
    for (name, value) in pairs(now) {
        form = form.with_hidden(&format!("dari-{name}"), &value);
    }
    let mut page = FormPage::new(page, title, form);
    page.lead.push(writing.w("web-settings-lead"));
    let manages = asked
        .signed
        .as_ref()
        .is_some_and(|signed| web.may_somewhere(&signed.actor, Operation::ManageUsers));
    page.instead =
        manages.then(|| (writing.href(provider::PATH, &[]), writing.w("provider-heading")));
    page.further = vec![(writing.href(eyes::PATH, &[]), writing.w("eyes-title"))];
    if asked.value("tersimpan").is_some() {
        page.lead.insert(0, writing.w("web-settings-saved"));
    }
    page
}

fn mistakes(to: &Settings, writing: Writing) -> Mistakes {
    let mut mistakes = Mistakes::none();
    for ((name, _), (_, value)) in QUESTIONS.into_iter().zip(pairs(to)) {
        let most = writing.number(TEXT_CHARS as u64);
        if value.chars().count() > TEXT_CHARS {
            mistakes.add(name, writing.with("web-setting-long", &[("most", &most)]));
        }
    }
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    if !is_number(&to.phone) {
        mistakes.add("telepon", writing.w("web-setting-phone-wrong"));
    }
    if !is_number(&to.whatsapp) {
        mistakes.add("whatsapp", writing.w("web-setting-phone-wrong"));
    }
    mistakes
}

fn pairs(settings: &Settings) -> [(&'static str, String); 6] {
    let practice = if settings.practice { "ya" } else { "" };
    [
        ("kantor", settings.office.clone()),
        ("telepon", settings.phone.clone()),
        ("whatsapp", settings.whatsapp.clone()),
        ("jam", settings.hours.clone()),
        ("alamat", settings.address.clone()),
        (PRACTICE, practice.to_owned()),
    ]
}

fn as_posted(settings: &Settings) -> Posted {
    Posted::from_pairs(pairs(settings).map(|(name, value)| (name.to_owned(), value)).to_vec())
}

fn from_posted(posted: &Posted, before: &str) -> Settings {
    let get = |name: &str| posted.get(&format!("{before}{name}")).to_owned();
    Settings {
        office: get("kantor"),
        phone: get("telepon"),
        whatsapp: get("whatsapp"),
        hours: get("jam"),
        address: get("alamat"),
        practice: !get(PRACTICE).is_empty(),
    }
}

fn both(now: &Settings, typed: &Settings, writing: Writing) -> Conflict {
    let rows = QUESTIONS.into_iter().zip(pairs(now)).zip(pairs(typed));
    Conflict {
        title: writing.w("web-settings-heading"),
        rows: rows.map(|(((_, key), (_, now)), (_, typed))| (writing.w(key), now, typed)).collect(),
        href: writing.href(PATH, &[]),
    }
}
