//! `/integrasi`: other programs that are told what happens here; `/integrasi/kiriman`: what they
//! were sent; `/integrasi/jenis`: what there is to be told.

mod delivery;
mod one;
mod write;

use app::error::AppError;
use app::events::{
    Delivery, DeliveryState, Event, SubscriberShown, SubscriberState, TOLD, Told, Wanted, facts_of,
};
use app::office::Operation;
use base::Id;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/integrasi",
    operation: Operation::ReadAudit,
    id: "subscribers",
    section: Section::Integrations,
    columns: &[
        Column::of_data("code", Kind::Text),
        Column::new("name", "subscriber-name", Kind::Indonesian),
        Column::new("url", "subscriber-url", Kind::Text),
        Column::new("state", "subscriber-state", Kind::Text),
        Column::new("types", "subscriber-types", Kind::Count),
        Column::new("waiting", "delivery-state-waiting", Kind::Count),
        Column::new("delivered", "delivery-state-delivered", Kind::Count),
        Column::new("failed", "delivery-state-failed", Kind::Count),
        Column::new("failing_since", "subscriber-failing-since", Kind::Moment),
    ],
    meta: &[],
    parameters: &[],
    load,
};

const DELIVERIES: View = View {
    path: "/integrasi/kiriman",
    operation: Operation::ReadAudit,
    id: "deliveries",
    section: Section::Integrations,
    columns: &[
        Column::of_data("event", Kind::Text),
        Column::of_data("sequence", Kind::Count),
        Column::new("type", "event-type", Kind::Text),
        Column::new("at", "event-at", Kind::Moment),
        Column::new("subscriber", "subscriber-one", Kind::Text),
        Column::of_data("subject", Kind::Text),
        Column::new("state", "subscriber-state", Kind::Text),
        Column::new("attempts", "delivery-attempts", Kind::Count),
        Column::new("next_at", "delivery-next", Kind::Moment),
        Column::of_data("ended_at", Kind::Moment),
    ],
    meta: &[],
    parameters: &[
        Parameter {
            name: "pelanggan",
            meaning: "Only what goes to this subscriber, by its code.",
            shape: Shape::Text,
        },
        Parameter {
            name: "keadaan",
            meaning: "Where the messages stand.",
            shape: Shape::OneOf(&["menunggu", "terkirim", "gagal"]),
        },
        Parameter { name: "jenis", meaning: "Only events of this type.", shape: Shape::Text },
    ],
    load: load_deliveries,
};

const TYPES: View = View {
    path: "/integrasi/jenis",
    operation: Operation::ReadAudit,
    id: "event-types",
    section: Section::Integrations,
    columns: &[
        Column::new("type", "event-type", Kind::Text),
        Column::new("meaning", "event-meaning", Kind::Text),
        Column::new("subject_kind", "event-subject", Kind::Text),
        Column::new("data", "event-data", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_types,
};

/// Where messages stand, each with its word in an address.
const STATES: [(DeliveryState, &str); 3] = [
    (DeliveryState::Waiting, "menunggu"),
    (DeliveryState::Delivered, "terkirim"),
    (DeliveryState::Failed, "gagal"),
];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let views = [VIEW, DELIVERIES, TYPES].into_iter().flat_map(View::routes);
    views.chain(write::routes()).chain(delivery::routes()).chain(one::routes()).collect()
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().subscribers(actor)?;
    let rows = found.iter().map(|shown| row(shown, writing)).collect();
    let (rows, more) = window.cut(rows);
    let new = (writing.href("/integrasi/baru", &[]), writing.w("subscriber-new"));
    let sent = (writing.href("/integrasi/kiriman", &[]), writing.w("delivery-heading"));
    let may_write = web.may_somewhere(actor, Operation::Settings);
    Ok(Listing {
        title: writing.w("web-integrations"),
        lead: writing.w("subscriber-lead"),
        caption: writing.w("subscriber-caption"),
        empty: writing.w("subscriber-empty"),
        action: Some(if may_write { new } else { sent }),
        rows,
        more,
        notes_heading: writing.w("subscriber-notes"),
        notes: vec![writing.w("subscriber-note-two"), writing.w("subscriber-note-nobody")],
        ..Listing::default()
    })
}

fn row(shown: &SubscriberShown, writing: Writing) -> Row {
    let subscriber = &shown.subscriber;
    let href = writing.href(&format!("/integrasi/{}", subscriber.code), &[]);
    let name = Cell::Link(subscriber.name.to_string(), href);
    let cells = vec![
        Cell::text(&*subscriber.code),
        Cell::Noted(Box::new(name), subscriber.code.to_string()),
        Cell::text(&*subscriber.url),
        state_cell(subscriber.state, writing),
        Cell::Count(subscriber.kinds.len() as u64),
        Cell::Count(shown.count(DeliveryState::Waiting)),
        Cell::Count(shown.count(DeliveryState::Delivered)),
        Cell::Count(shown.count(DeliveryState::Failed)),
        shown.health.failing_since_ms.map_or(Cell::Empty, Cell::Moment),
    ];
    Row::new(&*subscriber.code, cells)
}

fn state_cell(state: SubscriberState, writing: Writing) -> Cell {
    let name = state.name();
    Cell::State(name, class(state), writing.w(&format!("subscriber-state-{name}")))
}

fn class(state: SubscriberState) -> &'static str {
    match state {
        SubscriberState::Active => "confirmed",
        SubscriberState::Disabled => "warning",
        _ => "",
    }
}

fn load_deliveries(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let given = |name: &str| asked.value(name).filter(|value| !value.is_empty());
    let state = match given("keadaan") {
        None => None,
        Some(word) => {
            let known = STATES.iter().find(|(_, known)| *known == word);
            Some(known.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?.0)
        }
    };
    let before = window.after.as_deref().and_then(|key| {
        let (sequence, subscriber) = key.split_once('/')?;
        Some((sequence.parse().ok()?, Id::parse(subscriber).ok()?))
    });
    let most = u32::try_from(window.rows).unwrap_or(u32::MAX).saturating_add(1);
    let subscriber = given("pelanggan");
    let wanted = Wanted { subscriber, state, kind: given("jenis"), before, most };
    let found = web.office().deliveries(actor, &wanted)?;
    let subscribers = web.office().subscribers(actor)?;
    let rows = found.iter().take(window.rows);
    let rows = rows.map(|delivery| delivery_row(delivery, &subscribers, writing));
    Ok(Listing {
        title: writing.w("delivery-heading"),
        lead: writing.w("delivery-lead"),
        caption: writing.w("delivery-caption"),
        empty: writing.w("delivery-empty"),
        action: Some((writing.href("/integrasi", &[]), writing.w("web-integrations"))),
        facets: facets(&subscribers, subscriber, writing),
        rows: rows.collect(),
        more: found.len() > window.rows,
        ..Listing::default()
    })
}

/// Where messages stand, with how many; and to whom they go.
fn facets(all: &[SubscriberShown], chosen: Option<&str>, writing: Writing) -> Vec<Facet> {
    let counted = all.iter().filter(|one| chosen.is_none_or(|code| code == &*one.subscriber.code));
    let counted: Vec<&SubscriberShown> = counted.collect();
    let count = |state| counted.iter().map(|one| one.count(state)).sum::<u64>();
    let none = (String::new(), writing.w("web-all"), None);
    let states = STATES.map(|(state, word)| {
        let name = writing.w(&format!("delivery-state-{}", state.name()));
        (word.to_owned(), name, Some(count(state)))
    });
    let subscribers = all.iter().map(|one| {
        let sum = one.counts.values().sum();
        (one.subscriber.code.to_string(), one.subscriber.name.to_string(), Some(sum))
    });
    vec![
        Facet {
            head: writing.w("subscriber-state"),
            name: "keadaan",
            choices: [none.clone()].into_iter().chain(states).collect(),
        },
        Facet {
            head: writing.w("subscriber-one"),
            name: "pelanggan",
            choices: [none].into_iter().chain(subscribers).collect(),
        },
    ]
}

fn delivery_row(delivery: &Delivery, all: &[SubscriberShown], writing: Writing) -> Row {
    let known = all.iter().find(|one| one.subscriber.id == delivery.subscriber);
    let code = known.map(|one| one.subscriber.code.to_string()).unwrap_or_default();
    let event = event_id(&delivery.id);
    let href = writing.href(&format!("/integrasi/{code}/kiriman/{event}"), &[]);
    let waits = delivery.state == DeliveryState::Waiting;
    let cells = vec![
        Cell::Text(event),
        Cell::Count(delivery.sequence),
        Cell::Link(type_name(&delivery.kind), href),
        Cell::Moment(delivery.at_ms),
        Cell::text(code),
        delivery.subject.map_or(Cell::Empty, |subject| Cell::Text(event_id(&subject))),
        delivery_state(delivery.state, writing),
        Cell::Count(u64::from(delivery.attempts)),
        if waits { Cell::Moment(delivery.next_at_ms) } else { Cell::Empty },
        delivery.ended_at_ms.map_or(Cell::Empty, Cell::Moment),
    ];
    Row::new(format!("{}/{}", delivery.sequence, delivery.subscriber), cells)
}

fn delivery_state(state: DeliveryState, writing: Writing) -> Cell {
    let (name, class) = match state {
        DeliveryState::Waiting => ("waiting", ""),
        DeliveryState::Delivered => ("delivered", "confirmed"),
        DeliveryState::Failed => ("failed", "warning"),
    };
    Cell::State(name, class, writing.w(&format!("delivery-state-{name}")))
}

fn load_types(_: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let rows = TOLD.iter().map(|told| {
        let data = facts_of(told.subject).join(", ");
        let cells = vec![
            Cell::Text(told.type_name()),
            Cell::Text(meaning(told, writing)),
            Cell::text(told.subject),
            Cell::text(data),
        ];
        Row::new(told.kind, cells)
    });
    let (rows, more) = window.cut(rows.collect());
    Ok(Listing {
        title: writing.w("event-types"),
        lead: writing.w("event-types-lead"),
        caption: writing.w("event-types"),
        action: Some((writing.href("/integrasi", &[]), writing.w("web-integrations"))),
        rows,
        more,
        ..Listing::default()
    })
}

/// What a type stands for, in a few words.
fn meaning(told: &Told, writing: Writing) -> String {
    writing.w(&format!("event-{}", told.kind.replace('.', "-")))
}

/// The type as it stands in a message.
fn type_name(kind: &str) -> String {
    Told::of_type(kind).map_or_else(|| kind.to_owned(), Told::type_name)
}

fn event_id(bytes: &[u8; 16]) -> String {
    Id::<Event>::from_bytes(*bytes).to_string()
}
