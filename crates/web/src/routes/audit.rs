//! `/audit`: who did what to which record, newest first; identifiers and names of accounts alone.

use app::audit::{Entry, Filter};
use app::error::AppError;
use app::office::Operation;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::routes::{Route, Web};
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
    let is_unknown = by == Some(None) || object.is_some_and(|id| id.is_err());
    let most = u32::try_from(window.rows).unwrap_or(u32::MAX).saturating_add(1);
    let filter = Filter {
        before: window.after.as_deref().and_then(|key| key.parse().ok()),
        act: given("perbuatan").map(str::to_owned),
        actor: by.flatten().map(|(id, _)| *id),
        object: object.and_then(Result::ok).map(|id| *id.as_bytes()),
        from_ms: None,
        until_ms: None,
        lines_max: if is_unknown { 0 } else { most },
    };
    let found = web.office().audit_lines(actor, &filter)?;
    let (size, root) = web.office().audit_head(actor)?;
    let name = |entry: &Entry| {
        let found = names.iter().find(|(id, _)| Some(*id) == entry.line.actor);
        found.map(|(_, name)| name.to_string()).unwrap_or_default()
    };
    let rows = found.iter().take(window.rows).map(|entry| row(entry, name(entry)));
    let (lines, root) = (writing.number(size), app::prints::hex(&root));
    Ok(Listing {
        title: writing.w("web-audit"),
        lead: lead(writing, &lines, &root),
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

fn row(entry: &Entry, name: String) -> Row {
    let line = &entry.line;
    let count = line.count.and_then(|count| u64::try_from(count).ok());
    let id = |bytes: &[u8; 16]| base::Id::<Entry>::from_bytes(*bytes).to_string();
    let cells = vec![
        Cell::Count(entry.sequence),
        Cell::Text(id(&line.id)),
        Cell::Moment(line.at_ms),
        line.actor.map_or(Cell::Empty, |actor| Cell::Text(actor.to_string())),
        Cell::text(name),
        Cell::text(&*line.act),
        Cell::text(&*line.object_kind),
        line.object.as_ref().map_or(Cell::Empty, |object| Cell::Text(id(object))),
        count.map_or(Cell::Empty, Cell::Count),
        Cell::Text(app::prints::hex(&entry.leaf)),
    ];
    Row::new(entry.sequence.to_string(), cells)
}
