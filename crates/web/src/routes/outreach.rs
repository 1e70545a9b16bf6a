//! `/sosialisasi`: events in a line each, their calendar by month, free days, what came of them;
//! below it one event, leads and agents, each in a part of its own.

mod acts;
mod agents;
mod leads;
mod one;
mod write;

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::outreach::{
    ClashShown, EventFilter, EventShown, EventState, FreeAsked, OutreachKind, OutreachKinds,
    OutreachOf,
};
use app::words::{Language, Words};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base::{Day, Month};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Control, Field, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, day_of, html, sentence};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const COLUMNS: &[Column] = &[
    Column::of_data("code", Kind::Text),
    Column::new("title", "event-title", Kind::Indonesian),
    Column::new("kind", "event-kind", Kind::Text),
    Column::new("day", "event-day", Kind::Day),
    Column::new("hours", "event-hours", Kind::Text),
    Column::new("place", "event-place", Kind::Text),
    Column::new("org", "event-org", Kind::Text),
    Column::new("state", "event-state", Kind::Text),
    Column::new("clashes", "event-clashes", Kind::Count),
    Column::new("attended", "event-attended", Kind::Count),
    Column::new("leads", "event-leads", Kind::Count),
    Column::new("registered_within", "event-within", Kind::Count),
];

const STATE: Parameter = Parameter {
    name: "keadaan",
    meaning: "Where the events stand.",
    shape: Shape::OneOf(&["planned", "held", "cancelled"]),
};
const KIND: Parameter =
    Parameter { name: "jenis", meaning: "Only this kind, by its key.", shape: Shape::Text };
const MONTH: Parameter =
    Parameter { name: "bulan", meaning: "Only this month.", shape: Shape::Month };

const VIEW: View = View {
    path: "/sosialisasi",
    operation: Operation::ReadOutreach,
    id: "outreach-events",
    section: Section::Outreach,
    columns: COLUMNS,
    meta: &[],
    parameters: &[STATE, KIND, MONTH],
    load,
};

const CALENDAR: View = View {
    path: "/sosialisasi/kalender",
    operation: Operation::ReadOutreach,
    id: "outreach-calendar",
    section: Section::Outreach,
    columns: COLUMNS,
    meta: &[Column::of_data("month", Kind::Month)],
    parameters: &[MONTH],
    load: load_calendar,
};

const EFFECTS: View = View {
    path: "/sosialisasi/dampak",
    operation: Operation::ReadOutreach,
    id: "outreach-effects",
    section: Section::Outreach,
    columns: &[
        Column::of_data("code", Kind::Text),
        Column::new("title", "effect-source", Kind::Indonesian),
        Column::new("day", "event-day", Kind::Day),
        Column::new("attended", "event-attended", Kind::Count),
        Column::new("leads", "event-leads", Kind::Count),
        Column::new("new", "lead-state-new", Kind::Count),
        Column::new("registered", "lead-state-registered", Kind::Count),
        Column::new("registered_within", "event-within", Kind::Count),
    ],
    meta: &[Column::of_data("effect_days", Kind::Count)],
    parameters: &[],
    load: load_effects,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let read = Operation::ReadOutreach;
    let views = [VIEW, CALENDAR, EFFECTS].into_iter().flat_map(View::routes);
    let mut routes: Vec<Route> = views.collect();
    routes.extend([
        Route::get("/sosialisasi/kalender.ics", read, feed).for_programs(),
        Route::get("/sosialisasi/bebas", read, free),
        Route::get("/sosialisasi/bahan", read, pack),
    ]);
    routes.extend(write::routes());
    routes.extend(one::routes());
    routes.extend(leads::routes());
    routes.extend(agents::routes());
    routes.extend(acts::routes());
    routes
}

/// The name of a kind in the reader's language.
fn kind_words(kind: Option<&OutreachKind>, writing: Writing) -> String {
    let is_english = std::ptr::eq(writing.words(), Words::of(Language::English));
    let name = kind.map(|kind| if is_english { &kind.name_en } else { &kind.name });
    name.map(|name| name.to_string()).unwrap_or_default()
}

fn filter_of(asked: &Asked) -> EventFilter {
    EventFilter {
        month: asked.value("bulan").and_then(Month::parse),
        state: asked.value("keadaan").and_then(EventState::from_name),
        kind: asked
            .value("jenis")
            .filter(|key| !key.is_empty())
            .map(app::outreach::OutreachKindKey::new),
    }
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let kinds = web.office().outreach_kinds()?;
    let found = web.office().outreach_events(actor, &filter_of(asked))?;
    let (rows, more) =
        window.cut(found.iter().map(|shown| event_row(shown, &kinds, writing)).collect());
    let all = (String::new(), writing.w("web-all"), None);
    let states = EventState::ALL.iter().map(|state| {
        (state.name().to_owned(), writing.w(&format!("event-state-{}", state.name())), None)
    });
    let sorts = kinds
        .iter(OutreachOf::Event)
        .map(|kind| (kind.key.0.to_string(), kind_words(Some(kind), writing), None));
    let facet = |head: &str, name, choices: Vec<_>| Facet { head: writing.w(head), name, choices };
    let may = web.may_somewhere(actor, Operation::HandleOutreach);
    let new = (writing.href("/sosialisasi/baru", &[]), writing.w("event-new"));
    let link = |path: &str, key: &str| (writing.href(path, &[]), writing.w(key));
    Ok(Listing {
        title: writing.w("web-outreach"),
        lead: writing.w("outreach-lead"),
        caption: writing.w("outreach-caption"),
        empty: writing.w("outreach-empty"),
        action: may.then_some(new),
        beside: Some(link("/sosialisasi/kalender", "outreach-calendar")),
        facets: vec![
            facet("event-state", "keadaan", [all.clone()].into_iter().chain(states).collect()),
            facet("event-kind", "jenis", [all].into_iter().chain(sorts).collect()),
        ],
        rows,
        more,
        links: vec![
            link("/sosialisasi/bebas", "outreach-free"),
            link("/sosialisasi/dampak", "outreach-effects"),
            link("/sosialisasi/peminat", "outreach-leads"),
            link("/sosialisasi/bahan", "outreach-pack"),
            link("/sosialisasi/kalender.ics", "outreach-feed"),
        ],
        ..Listing::default()
    })
}

fn event_row(shown: &EventShown, kinds: &OutreachKinds, writing: Writing) -> Row {
    let event = &shown.event;
    let href = writing.href(&format!("/sosialisasi/acara/{}", event.code), &[]);
    let kind = kinds.get(OutreachOf::Event, &event.kind);
    let state = event.state.name();
    let class = match event.state {
        EventState::Held => "done",
        EventState::Planned if !shown.clashes.is_empty() => "warning",
        _ => "",
    };
    let count = |count: u32| Cell::Count(u64::from(count));
    let clashes = count(u32::try_from(shown.clashes.len()).unwrap_or(u32::MAX));
    let clashes = match shown.clashes.first() {
        Some(first) => Cell::Noted(Box::new(clashes), clash_words(first, writing)),
        None => clashes,
    };
    let place = Cell::Named(event.place.to_string(), shown.place.clone());
    let cells = vec![
        Cell::text(&*event.code),
        Cell::Link(event.title.to_string(), href),
        Cell::Named(event.kind.0.to_string(), kind_words(kind, writing)),
        Cell::Day(event.day),
        Cell::Text(event.hours.to_string()),
        Cell::Noted(Box::new(place), event.venue.to_string()),
        Cell::Named(shown.org.0.to_string(), shown.org.1.to_string()),
        Cell::State(state, class, writing.w(&format!("event-state-{state}"))),
        clashes,
        count(shown.effect.attended),
        count(shown.effect.leads),
        count(shown.effect.within),
    ];
    Row::new(&*event.code, cells)
}

/// What stands in the way, and why.
fn clash_words(clash: &ClashShown, writing: Writing) -> String {
    let day = writing.day(clash.day);
    let values = [("title", &*clash.title), ("org", &*clash.org), ("day", &*day)];
    writing.with(&format!("event-clash-{}", clash.why.name()), &values)
}

fn load_calendar(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let kinds = web.office().outreach_kinds()?;
    let said = asked.value("bulan").and_then(Month::parse);
    let month = said.unwrap_or_else(|| web.office().today().month_of());
    let filter = EventFilter { month: Some(month), ..EventFilter::default() };
    let found = web.office().outreach_events(actor, &filter)?;
    let rows = found.iter().map(|shown| Row {
        group: writing.day(shown.event.day),
        ..event_row(shown, &kinds, writing)
    });
    let (rows, more) = window.cut(rows.collect());
    let beside = |months: i32| {
        let month = month.plus(months);
        let query = [("bulan".to_owned(), month.to_string())];
        (writing.href("/sosialisasi/kalender", &query), writing.month(month))
    };
    let met = found.iter().filter(|shown| !shown.clashes.is_empty()).count() as u64;
    let values = [("month", &*writing.month(month)), ("count", &*writing.number(met))];
    Ok(Listing {
        title: writing.w("outreach-calendar"),
        heading: writing.month(month),
        lead: writing.with("outreach-calendar-lead", &values),
        caption: writing.with("outreach-calendar-caption", &values),
        empty: writing.w("outreach-calendar-empty"),
        meta: vec![Cell::Month(month)],
        state: vec![("bulan".to_owned(), month.to_string())],
        rows,
        more,
        links: vec![
            beside(-1),
            beside(1),
            (writing.href("/sosialisasi", &[]), writing.w("web-outreach")),
            (writing.href("/sosialisasi/bebas", &[]), writing.w("outreach-free")),
        ],
        ..Listing::default()
    })
}

fn load_effects(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let days = u64::from(web.office().outreach_terms()?.effect_days);
    let found = web.office().outreach_effects(actor)?;
    let count = |count: u32| Cell::Count(u64::from(count));
    let row = |one: &app::outreach::EffectRow| {
        let path = match one.day {
            Some(_) => format!("/sosialisasi/acara/{}", one.code),
            None => format!("/agen/{}", one.code),
        };
        let source = Cell::Link(one.title.clone(), writing.href(&path, &[]));
        let cells = vec![
            Cell::text(&*one.code),
            Cell::Noted(Box::new(source), one.code.to_string()),
            one.day.map_or(Cell::Empty, Cell::Day),
            count(one.effect.attended),
            count(one.effect.leads),
            count(one.effect.new),
            count(one.effect.registered),
            count(one.effect.within),
        ];
        let sort = if one.day.is_some() { "acara" } else { "agen" };
        let group = writing.w(&format!("effect-of-{sort}"));
        Row { group, ..Row::new(format!("{sort}/{}", one.code), cells) }
    };
    let (rows, more) = window.cut(found.iter().map(row).collect());
    let days_words = writing.number(days);
    Ok(Listing {
        title: writing.w("outreach-effects"),
        lead: writing.with("outreach-effects-lead", &[("days", &days_words)]),
        caption: writing.w("outreach-effects-caption"),
        empty: writing.w("outreach-empty"),
        meta: vec![Cell::Count(days)],
        rows,
        more,
        links: vec![(writing.href("/sosialisasi", &[]), writing.w("web-outreach"))],
        ..Listing::default()
    })
}

/// The calendar as other programs read it, of a month or of all.
async fn feed(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let words = asked.writing().words();
        let text = web.office().outreach_feed(asked.actor()?, &filter_of(asked), words)?;
        let name = "attachment; filename=\"sosialisasi.ics\"";
        let kind = "text/calendar; charset=utf-8";
        Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], text).into_response())
    })
    .await
}

/// The briefing pack as a PDF.
async fn pack(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let base = asked.value("dasar").and_then(crate::routes::amount_of);
        let printed = web.office().briefing_pack(asked.actor()?, base)?;
        let name = format!("attachment; filename=\"{}\"", printed.name);
        let headers = [(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)];
        Ok((headers, printed.bytes).into_response())
    })
    .await
}

/// Free days: the question is the address.
async fn free(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&free_page(web, asked)?))).await
}

fn free_page(web: &Web, asked: &Asked) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let page = web.page(asked, Section::Outreach, writing.w("outreach-free"));
    let said = |name: &str| asked.value(name).unwrap_or_default().to_owned();
    let wanted = FreeAsked {
        event: said("acara"),
        place: said("wilayah"),
        org: said("kantor"),
        audience: said("sasaran"),
        facility: said("fasilitas"),
        facilitators: said("pembicara"),
        from: day_of(&said("mulai")),
        most: None,
    };
    let line = |name, key: &str| Field::line(writing, name, key).answered(said(name));
    let fields = vec![
        line("acara", "free-event").optional(writing),
        line("wilayah", "event-place").optional(writing),
        line("kantor", "event-org-code").optional(writing),
        line("sasaran", "event-audience").optional(writing),
        line("fasilitas", "event-facility").optional(writing),
        line("pembicara", "event-facilitators").optional(writing),
        line("mulai", "free-from").optional(writing),
    ];
    let form = Form::search(&page, "/sosialisasi/bebas", "free-ask", fields);
    let mut pieces = vec![Piece::Form(form)];
    match web.office().free_event_days(actor, &wanted) {
        Ok(days) => {
            pieces.push(Piece::Heading(writing.w("free-days")));
            let spoken = |day: &Day| match asked.writing().tag() {
                "id" => format!("{}, {}", day.weekday(), day.in_words()),
                _ => writing.day(*day),
            };
            pieces.push(match days.is_empty() {
                true => Piece::Words(writing.w("free-none")),
                false => Piece::Points(days.iter().map(spoken).collect()),
            });
        }
        Err(error) if error.kind == app::error::ErrorKind::Refused => return Err(error),
        Err(error) => {
            let said = Notice::warning(sentence(&error, writing), String::new());
            pieces.insert(0, Piece::Notice(said));
        }
    }
    let back = Some((writing.href("/sosialisasi", &[]), writing.w("web-outreach")));
    Ok(Plain { page, back, lead: writing.w("free-lead"), pieces })
}

/// Some lines of text.
fn lines(writing: Writing, name: &'static str, key: &str, count: u8) -> Field {
    Field::new(writing, name, key, Control::Lines(count))
}
