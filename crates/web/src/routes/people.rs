//! `/peserta`: people, masked; and one of them, whole for a reason that is kept.

mod change;
mod erase;

use std::sync::{Arc, Mutex, PoisonError};

use app::error::AppError;
use app::login::Looked;
use app::office::Operation;
use app::people::{PersonFile, PersonRow, PersonShown};
use axum::Extension;
use axum::extract::{MatchedPath, Path, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};
use base::id::kind;
use base::{Id, RegionCode};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

/// People found by a name at once; more ask for more words.
const FOUND_MOST: usize = 50;

/// The state of the address that shows who is registered in another region too.
const ELSEWHERE: &str = "daerah-lain";

const VIEW: View = View {
    path: "/peserta",
    operation: Operation::ReadPeople,
    id: "people",
    section: Section::People,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("name", "people-name", Kind::Text),
        Column::new("nik", "people-nik", Kind::Text),
        Column::new("village", "people-village", Kind::Text),
        Column::new("occupation", "people-occupation", Kind::Text),
        Column::new("birth_year", "people-birth-year", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        Parameter {
            name: "desa",
            meaning: "Only people of this village, by its code.",
            shape: Shape::Text,
        },
        Parameter {
            name: "juga",
            meaning: "Only people whose number another region has registered too.",
            shape: Shape::OneOf(&[ELSEWHERE]),
        },
    ],
    load,
};

/// The page of one person.
const ONE: &str = "/peserta/{id}";

/// Somebody who was read together with the login of whoever asks, for the page to take.
#[derive(Clone)]
pub(crate) struct Seen(Arc<Mutex<Option<Looked>>>);

impl Seen {
    pub(crate) fn new(looked: Looked) -> Seen {
        Seen(Arc::new(Mutex::new(Some(looked))))
    }

    fn take(&self) -> Option<Looked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Whom a request asks to see masked: so much is known before it is known who asks.
pub(crate) fn looked_at(request: &Request) -> Option<Id<kind::Person>> {
    let route = request.extensions().get::<MatchedPath>()?;
    let uri = request.uri();
    let opens = uri.query().is_some_and(|query| query.contains("lihat"));
    let is_look = request.method() == Method::GET && route.as_str() == ONE && !opens;
    Id::parse(uri.path().rsplit('/').next().filter(|_| is_look)?).ok()
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = VIEW.routes();
    routes.extend([
        Route::get("/cari", Operation::ReadPeople, ask_for_a_name),
        Route::post("/cari", Operation::ReadPeople, find),
        Route::get(ONE, Operation::ReadPeople, show),
        Route::post("/peserta/{id}/buka", Operation::Unmask, look),
    ]);
    routes.extend(change::routes());
    routes.extend(erase::routes());
    routes
}

/// The list.
fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let signed = asked.signed.as_ref().ok_or_else(|| AppError::refused("USER_MAY_NOT", ""))?;
    if asked.value("juga") == Some(ELSEWHERE) {
        return held_elsewhere(web, asked, signed, window);
    }
    let place = asked.value("desa").filter(|code| !code.is_empty());
    let known = |code| RegionCode::parse(code).ok_or(AppError::usage("NOT_A_REGION", ""));
    let place = place.map(known).transpose()?;
    let after = window.after.as_deref().and_then(|key| Id::parse(key).ok());
    let most = window.rows + 1;
    let found = web.office().people_page(&signed.actor, place, after, most as u32)?;
    let rows = found.iter().take(window.rows).map(|person| row(web, person, writing));
    Ok(Listing {
        title: writing.w("people-heading"),
        lead: writing.w("people-lead"),
        action: Some((writing.href("/cari", &[]), writing.w("people-search"))),
        caption: writing.w("people-caption"),
        facets: vec![narrowing(writing)],
        empty: writing.w("people-empty"),
        rows: rows.collect(),
        more: found.len() == most,
        ..Listing::default()
    })
}

/// Everybody, or only those whom another region has too.
fn narrowing(writing: Writing) -> Facet {
    let choices = vec![
        (String::new(), writing.w("web-all"), None),
        (ELSEWHERE.to_owned(), writing.w("people-elsewhere"), None),
    ];
    Facet { head: writing.w("people-shown"), name: "juga", choices }
}

/// Those whom another region has registered too; which one, nobody here learns.
fn held_elsewhere(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    window: &Window,
) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let found = web.office().held_elsewhere(&signed.actor)?;
    let rows = found.into_iter().map(|person| row(web, &person.into(), writing));
    let (rows, more) = window.cut(rows.collect());
    Ok(Listing {
        title: writing.w("people-elsewhere"),
        lead: writing.w("people-elsewhere-lead"),
        caption: writing.w("people-elsewhere-caption"),
        empty: writing.w("people-elsewhere-empty"),
        facets: vec![narrowing(writing)],
        rows,
        more,
        notes_heading: writing.w("people-elsewhere-act"),
        notes: ["one", "two", "three"]
            .map(|step| writing.w(&format!("people-elsewhere-act-{step}")))
            .to_vec(),
        ..Listing::default()
    })
}

fn row(web: &Web, person: &PersonRow, writing: Writing) -> Row {
    let href = writing.href(&format!("/peserta/{}", person.id), &[]);
    let cells = vec![
        Cell::Text(person.id.to_string()),
        Cell::Link(person.name.clone(), href),
        Cell::text(person.nik.clone()),
        Cell::text(web.office().place_words(person.place)),
        Cell::text(person.occupation.clone().unwrap_or_default()),
        Cell::text(person.birth.clone()),
    ];
    Row::new(person.id.to_string(), cells)
}

/// The question for a name. Its answer is sent and not put into the address: addresses are written
/// down in many places.
async fn ask_for_a_name(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&name_form(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn name_form(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::People, writing.w("people-search"));
    let fields = vec![
        Field::line(writing, "kata", "people-words"),
        Field::line(writing, "desa", "people-village-code").optional(writing),
    ];
    let form = Form::new(&page, "/cari", "people-search", fields);
    let heading = writing.w("people-search");
    FormPage::new(page, heading, form.filled(posted, mistakes)).with_back("/peserta", "people-back")
}

/// Those who have the name.
async fn find(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let place = RegionCode::parse(posted.get("desa"));
        if !posted.get("desa").is_empty() && place.is_none() {
            mistakes.add("desa", writing.w("people-village-code.wrong"));
        }
        let (office, places) = (web.office(), place.as_slice());
        let found = office.find_anyone(&signed.actor, posted.get("kata"), places, FOUND_MOST)?;
        if found.is_empty() {
            mistakes.add("kata", writing.w("people-words.nobody"));
        }
        if !mistakes.is_empty() {
            return Ok(html(&name_form(web, asked, &posted, &mistakes)));
        }
        let page = web.page(asked, Section::People, writing.w("people-found"));
        let links = found.iter().map(|person| {
            let words = [&person.name, &person.nik, &office.place_words(person.place)];
            let words = words.map(String::as_str).join(" · ");
            Piece::Link(page.href(&format!("/peserta/{}", person.id)), words)
        });
        let pieces = links.collect();
        let lead = writing.with("people-found-lead", &[("count", &found.len().to_string())]);
        let back = Some((page.href("/cari"), writing.w("people-search-again")));
        Ok(html(&Plain { page, back, lead, pieces }))
    })
    .await
}

/// One person.
async fn show(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    seen: Option<Extension<Seen>>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = match seen.and_then(|seen| seen.take()) {
            Some(looked) => looked?,
            None => {
                let asking = asked.value("lihat").and_then(|asking| Id::parse(asking).ok());
                web.office().person_looked_at(&signed.actor, person_id(&id)?, asking)?
            }
        };
        let may = |operation| web.may_somewhere(&signed.actor, operation);
        let mut page = person_page(web, asked, &file, may(Operation::Unmask), &Mistakes::none());
        if may(Operation::ReadMoney) {
            let href = page.page.href(&format!("/peserta/{}/perlindungan", file.shown.id));
            page.pieces.push(Piece::Link(href, asked.writing().w("cover-to-person")));
        }
        if may(Operation::ReadClaims) && !file.shown.erased {
            let href = page.page.href(&format!("/peserta/{}/jht", file.shown.id));
            page.pieces.push(Piece::Link(href, asked.writing().w("jht-to-person")));
        }
        if may(Operation::ChangePerson) && !file.shown.erased {
            let href = page.page.href(&format!("/peserta/{}/ubah", file.shown.id));
            page.pieces.push(Piece::Link(href, asked.writing().w("people-change")));
        }
        if may(Operation::ErasePerson) && !file.shown.erased {
            let href = page.page.href(&format!("/peserta/{}/hapus", file.shown.id));
            page.pieces.push(Piece::Link(href, asked.writing().w("erase-title")));
        }
        Ok(html(&page))
    })
    .await
}

/// Opens the identity for a reason: the asking is kept, then the page shows it for some minutes.
async fn look(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = person_id(&id)?;
        match web.office().ask_to_look(&signed.actor, id, posted.get("alasan")) {
            Ok(asking) => {
                let query = [("lihat".to_owned(), asking.to_string())];
                let place = asked.writing().href(&format!("/peserta/{id}"), &query);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if error.code == "REASON_MISSING" => {
                let file = web.office().person_looked_at(&signed.actor, id, None)?;
                let mut mistakes = Mistakes::none();
                mistakes.add("alasan", asked.writing().w("people-reason.wrong"));
                Ok(html(&person_page(web, asked, &file, true, &mistakes)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn person_page(
    web: &Web,
    asked: &Asked,
    file: &PersonFile,
    may_look: bool,
    mistakes: &Mistakes,
) -> Plain {
    let writing = asked.writing();
    let shown = &file.shown;
    let page = web.page(asked, Section::People, writing.w("people-one"));
    let mut pieces = vec![status(web, file, writing), facts(web, shown, writing)];
    if file.elsewhere {
        let notice = Notice::warning(
            writing.w("people-elsewhere-one"),
            writing.w("people-elsewhere-one-text"),
        );
        pieces.push(Piece::Notice(notice));
    }
    if file.is_called_dead() {
        let text = writing.w("people-called-dead-text");
        let href = page.href(&format!("/kematian/hidup?orang={}", shown.id));
        let link = Some((href, writing.w("alive-title")));
        let notice = Notice::warning(writing.w("people-called-dead"), text);
        pieces.push(Piece::Notice(Notice { link, ..notice }));
    }
    if let Some(other) = file.merged_into {
        let text = writing.w("people-merged-text");
        let link = (page.href(&format!("/peserta/{other}")), writing.w("people-merged-link"));
        let notice = Notice::info(writing.w("people-merged"), text);
        pieces.insert(0, Piece::Notice(Notice { link: Some(link), ..notice }));
    }
    if shown.unmasked {
        let words = writing.w("people-opened-text");
        pieces.push(Piece::Notice(Notice::warning(writing.w("people-opened"), words)));
    } else if may_look && !shown.erased {
        pieces.push(Piece::Form(look_form(&page, shown.id, writing, mistakes)));
    }
    pieces.extend(cover(file, writing));
    pieces.extend(history(file, writing));
    let back = Some((page.href("/peserta"), writing.w("people-back")));
    Plain { page, back, lead: String::new(), pieces }
}

/// The first thing to know: is this month covered?
fn status(web: &Web, file: &PersonFile, writing: Writing) -> Piece {
    let month = web.office().environment.today().month_of();
    let key = match (file.shown.erased, file.is_covered_in(month), file.is_member_in(month)) {
        (true, _, _) => "people-status-erased",
        (_, true, _) => "people-status-covered",
        (_, _, true) => "people-status-member",
        (_, _, false) => "people-status-none",
    };
    let text = writing.with(&format!("{key}.text"), &[("month", &writing.month(month))]);
    let heading = writing.w(key);
    Piece::Notice(match key {
        "people-status-covered" => Notice::done(heading, text),
        "people-status-member" => Notice::warning(heading, text),
        _ => Notice::info(heading, text),
    })
}

fn facts(web: &Web, shown: &PersonShown, writing: Writing) -> Piece {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let rows = [
        ("people-name", shown.name.clone()),
        ("people-nik", shown.nik.clone()),
        ("people-no-kk", text(&shown.no_kk)),
        ("people-birth", shown.birth.clone()),
        ("people-birth-place", text(&shown.birth_place)),
        ("people-sex", shown.sex.letter().to_owned()),
        ("people-village", web.office().place_words(shown.place)),
        ("people-address", text(&shown.address)),
        ("people-occupation", text(&shown.occupation)),
        ("people-phone", text(&shown.phone)),
        ("people-mother", text(&shown.mother)),
    ];
    let rows = rows.into_iter().map(|(key, value)| Fact::new(writing.w(key), value));
    Piece::Facts(Facts::new(writing, rows.collect()))
}

fn look_form(page: &Page, id: Id<kind::Person>, writing: Writing, mistakes: &Mistakes) -> Form {
    let fields = vec![Field::line(writing, "alasan", "people-reason")];
    let action = format!("/peserta/{id}/buka");
    Form::new(page, &action, "people-look", fields).filled(&Posted::default(), mistakes)
}

/// Programmes with their months, and the months that are covered.
fn cover(file: &PersonFile, writing: Writing) -> Vec<Piece> {
    let mut pieces = vec![Piece::Heading(writing.w("people-cover"))];
    if file.memberships.is_empty() {
        pieces.push(Piece::Words(writing.w("people-cover-empty")));
    }
    for (membership, programme) in &file.memberships {
        let (first, last) = (writing.month(membership.first), writing.month(membership.last));
        let values =
            [("programme", &*programme.name), ("first", first.as_str()), ("last", last.as_str())];
        pieces.push(Piece::Words(writing.with("people-membership", &values)));
        let mut months: Vec<(String, Vec<&str>)> = Vec::new();
        for covered in file.covered.iter().filter(|covered| covered.programme == programme.id) {
            let month = writing.month(covered.month);
            match months.last_mut().filter(|(known, _)| *known == month) {
                Some((_, schemes)) => schemes.push(covered.scheme.name()),
                None => months.push((month, vec![covered.scheme.name()])),
            }
        }
        let line = |(month, schemes): (String, Vec<&str>)| {
            format!("{month}: {}", schemes.join(", ").to_uppercase())
        };
        pieces.push(Piece::Points(months.into_iter().map(line).collect()));
    }
    pieces
}

/// Versions of the record, and who saw it whole.
fn history(file: &PersonFile, writing: Writing) -> Vec<Piece> {
    let versions = file.versions.iter().map(|(version, known)| {
        let (version, moment) = (version.to_string(), writing.moment(known.at_ms));
        let from = writing.day(known.valid_from);
        let values = [("version", &*version), ("known", &*moment), ("from", &*from)];
        writing.with("people-version", &values)
    });
    let looks = file.looks.iter().map(|look| {
        let moment = writing.moment(look.at_ms);
        let key = if look.erased { "people-act-erase" } else { "people-act-reveal" };
        writing.with(key, &[("moment", &moment), ("reason", &look.reason)])
    });
    let points = versions.chain(looks).collect();
    vec![Piece::Heading(writing.w("people-history")), Piece::Points(points)]
}

pub(crate) fn person_id(text: &str) -> Result<Id<kind::Person>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("PERSON_UNKNOWN", ""))
}
