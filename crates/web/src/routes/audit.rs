//! `/audit`: who did what to which record, when and why, newest first; identifiers and names of
//! accounts alone, and the reason that an officer typed.

use app::audit::acts::ACTS;
use app::audit::{Entry, Filter};
use app::error::AppError;
use app::office::Operation;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Field, Form};
use crate::routes::{Route, Web, day_of};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/audit",
    operation: Operation::ReadAudit,
    id: "audit",
    section: Section::Audit,
    columns: &[
        Column::new("sequence", "audit-head-line", Kind::Count),
        Column::of_data("id", Kind::Text),
        Column::new("at", "audit-head-moment", Kind::Moment),
        Column::of_data("actor", Kind::Text),
        Column::new("actor_name", "audit-head-who", Kind::Text),
        Column::new("act", "audit-head-act", Kind::Text),
        Column::new("object_kind", "audit-head-record", Kind::Text),
        Column::of_data("object", Kind::Text),
        Column::new("count", "audit-head-count", Kind::Count),
        Column::of_data("leaf", Kind::Text),
        Column::new("reason", "audit-head-why", Kind::Text),
    ],
    meta: &[Column::of_data("size", Kind::Count), Column::of_data("root", Kind::Text)],
    parameters: &[
        Parameter {
            name: "perbuatan",
            meaning: "Only this act, by its stable name.",
            shape: Shape::Text,
        },
        Parameter {
            name: "oleh",
            meaning: "Only what this account did, by its name.",
            shape: Shape::Text,
        },
        Parameter {
            name: "catatan",
            meaning: "Only what was done to this record, by its identifier.",
            shape: Shape::Text,
        },
        Parameter { name: "dari", meaning: "Only from this day on.", shape: Shape::Text },
        Parameter { name: "sampai", meaning: "Only until this day.", shape: Shape::Text },
    ],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    VIEW.routes()
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let names = web.office().audit_names(actor)?;
    let given = |name: &str| asked.value(name).filter(|value| !value.is_empty());
    let by = given("oleh").map(|name| names.iter().find(|(_, known)| &**known == name));
    let object = given("catatan").map(base::Id::<Entry>::parse);
    // Who or what nobody knows has done nothing: an empty page, no error.
    let day = |name: &str| given(name).map(day_of);
    let (from, until) = (day("dari"), day("sampai"));
    let is_unknown = by == Some(None)
        || object.is_some_and(|id| id.is_err())
        || from == Some(None)
        || until == Some(None);
    let zone = web.office().zone();
    let most = u32::try_from(window.rows).unwrap_or(u32::MAX).saturating_add(1);
    let filter = Filter {
        before: window.after.as_deref().and_then(|key| key.parse().ok()),
        act: given("perbuatan").map(str::to_owned),
        actor: by.flatten().map(|(id, _)| *id),
        object: object.and_then(Result::ok).map(|id| *id.as_bytes()),
        from_ms: from.flatten().map(|day| zone.begin_ms(day)),
        until_ms: until.flatten().map(|day| zone.begin_ms(day.plus_days(1))),
        lines_max: if is_unknown { 0 } else { most },
    };
    let found = web.office().audit_lines(actor, &filter)?;
    let (size, root) = web.office().audit_head(actor)?;
    let name = |entry: &Entry| {
        let found = names.iter().find(|(id, _)| Some(*id) == entry.line.actor);
        found.map(|(_, name)| name.to_string()).unwrap_or_default()
    };
    let reasons = web.office().audit_reasons(actor, &found)?;
    let rows = found.iter().zip(reasons).take(window.rows);
    let rows = rows.map(|(entry, why)| row(entry, name(entry), why, writing));
    let page = web.page(asked, Section::Audit, String::new());
    let (lines, root) = (writing.number(size), app::prints::hex(&root));
    Ok(Listing {
        title: writing.w("web-audit"),
        lead: lead(writing, &lines, &root),
        form: Some(chooser(&page, asked, writing)),
        caption: writing.w("audit-caption"),
        empty: writing.w("audit-empty"),
        rows: rows.collect(),
        more: found.len() > window.rows,
        meta: vec![Cell::Count(size), Cell::Text(root)],
        ..Listing::default()
    })
}

fn lead(writing: Writing, lines: &str, root: &str) -> String {
    writing.with("audit-lead", &[("lines", lines), ("root", root)])
}

/// The form that narrows the page.
fn chooser(page: &Page, asked: &Asked, writing: Writing) -> Form {
    let all = Choice::new("", writing.w("audit-any"));
    let mut acts: Vec<Choice> =
        ACTS.iter().map(|act| Choice::new(*act, writing.w(&format!("act-{act}")))).collect();
    acts.sort_by(|one, other| one.text.cmp(&other.text));
    acts.insert(0, all);
    let field = |name: &'static str, key: &'static str, control| {
        let field = Field::new(writing, name, key, control).optional(writing);
        field.answered(asked.value(name).unwrap_or_default())
    };
    let fields = vec![
        field("perbuatan", "audit-head-act", Control::Select(acts)),
        Field::line(writing, "oleh", "audit-by")
            .optional(writing)
            .answered(asked.value("oleh").unwrap_or_default()),
        Field::line(writing, "dari", "audit-from")
            .optional(writing)
            .answered(asked.value("dari").unwrap_or_default()),
        Field::line(writing, "sampai", "audit-until")
            .optional(writing)
            .answered(asked.value("sampai").unwrap_or_default()),
    ];
    Form::search(page, VIEW.path, "web-show", fields)
}

/// Where a record of a kind is shown; none where no page shows one by its identifier.
fn place_of(kind: &str, id: &str) -> Option<String> {
    let path = match kind {
        "person" => "/peserta",
        "sheet" => "/impor",
        "task" => "/tugas",
        "benefit-claim" => "/klaim",
        "card-day" => "/kartu/hari",
        _ => return None,
    };
    Some(format!("{path}/{id}"))
}

/// An act in words; one without words by its name.
fn act_words(act: &str, writing: Writing) -> String {
    let key = format!("act-{act}");
    match writing.w(&key) {
        same if same == key => act.to_owned(),
        words => words,
    }
}

fn row(entry: &Entry, name: String, why: Option<String>, writing: Writing) -> Row {
    let line = &entry.line;
    let count = line.count.and_then(|count| u64::try_from(count).ok());
    let id = |bytes: &[u8; 16]| base::Id::<Entry>::from_bytes(*bytes).to_string();
    let cells = vec![
        Cell::Count(entry.sequence),
        Cell::Text(id(&line.id)),
        Cell::Moment(line.at_ms),
        line.actor.map_or(Cell::Empty, |actor| Cell::Text(actor.to_string())),
        Cell::text(name),
        Cell::Named(line.act.to_string(), act_words(&line.act, writing)),
        record_cell(entry, writing),
        line.object.as_ref().map_or(Cell::Empty, |object| Cell::Text(id(object))),
        count.map_or(Cell::Empty, Cell::Count),
        Cell::Text(app::prints::hex(&entry.leaf)),
        Cell::text(why.unwrap_or_default()),
    ];
    Row::new(entry.sequence.to_string(), cells)
}

fn record_cell(entry: &Entry, writing: Writing) -> Cell {
    let line = &entry.line;
    let id = line.object.map(|bytes| base::Id::<Entry>::from_bytes(bytes).to_string());
    match id.and_then(|id| place_of(&line.object_kind, &id)) {
        Some(path) => Cell::Link(line.object_kind.to_string(), writing.href(&path, &[])),
        None => Cell::text(&*line.object_kind),
    }
}
