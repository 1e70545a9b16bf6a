//! `/jht`: everybody's old age savings with their sums; `/jht/rekening`: one account month by
//! month, as a table with its twins; `/peserta/{id}/jht`: one member's account with everything
//! behind it.

mod one;

use app::cover::known::CoverAsked;
use app::cover::moment_words;
use app::error::AppError;
use app::jht::{Compared, JhtAccount, JhtMonth, JhtRow, JhtScope};
use app::office::Operation;
use base::{Day, Id};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Field, Form};
use crate::routes::people::person_id;
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const ON: Parameter = Parameter {
    name: "hari",
    meaning: "The day asked about; today when absent.",
    shape: Shape::Day,
};

const KNOWN: Parameter = Parameter {
    name: "diketahui",
    meaning: "By what was known at the end of this day; now when absent.",
    shape: Shape::Day,
};

const LIST: View = View {
    path: "/jht",
    operation: Operation::ReadClaims,
    id: "jht-accounts",
    section: Section::Claims,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "people-name", Kind::Text),
        Column::new("village", "people-village", Kind::Text),
        Column::new("months", "jht-months", Kind::Count),
        Column::new("last_month", "jht-last-month", Kind::Month),
        Column::new("paid_in_rupiah", "jht-paid-in", Kind::Rupiah),
        Column::new("growth_rupiah", "jht-growth", Kind::Rupiah),
        Column::of_data("taken_rupiah", Kind::Rupiah),
        Column::new("balance_rupiah", "jht-balance", Kind::Rupiah),
        Column::new("stated", "jht-stated-column", Kind::Text),
        Column::of_data("stated_rupiah", Kind::Rupiah),
        Column::of_data("stated_on", Kind::Day),
        Column::of_data("difference_rupiah", Kind::Rupiah),
    ],
    meta: &[
        Column::of_data("on", Kind::Day),
        Column::of_data("people", Kind::Count),
        Column::of_data("paid_in_rupiah", Kind::Rupiah),
        Column::of_data("growth_rupiah", Kind::Rupiah),
        Column::of_data("taken_rupiah", Kind::Rupiah),
        Column::of_data("balance_rupiah", Kind::Rupiah),
        Column::of_data("stated", Kind::Count),
        Column::of_data("differ", Kind::Count),
    ],
    parameters: &[Parameter {
        name: "program",
        meaning: "Only members for whom this programme paid, by its code; all when absent.",
        shape: Shape::Text,
    }],
    load: load_list,
};

const ACCOUNT: View = View {
    path: "/jht/rekening",
    operation: Operation::ReadClaims,
    id: "jht-account",
    section: Section::Claims,
    columns: &[
        Column::new("month", "jht-month", Kind::Month),
        Column::new("paid_in_rupiah", "jht-paid-in", Kind::Rupiah),
        Column::new("growth_rupiah", "jht-growth", Kind::Rupiah),
        Column::new("rate", "jht-rate", Kind::Share),
        Column::new("article", "column-article", Kind::Text),
        Column::of_data("rule", Kind::Text),
        Column::new("taken_rupiah", "jht-taken", Kind::Rupiah),
        Column::new("balance_rupiah", "jht-balance", Kind::Rupiah),
    ],
    meta: &[
        Column::of_data("person", Kind::Text),
        Column::of_data("on", Kind::Day),
        Column::of_data("known_at", Kind::Day),
        Column::of_data("paid_in_rupiah", Kind::Rupiah),
        Column::of_data("growth_rupiah", Kind::Rupiah),
        Column::of_data("taken_rupiah", Kind::Rupiah),
        Column::of_data("balance_rupiah", Kind::Rupiah),
        Column::of_data("difference_rupiah", Kind::Rupiah),
        Column::of_data("rulebook", Kind::Text),
    ],
    parameters: &[
        Parameter { name: "orang", meaning: "The person, by identifier.", shape: Shape::Text },
        ON,
        KNOWN,
    ],
    load: load_account,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let views = [LIST, ACCOUNT].into_iter().flat_map(View::routes);
    views.chain(one::routes()).collect()
}

/// The days that an address asks for.
///
/// # Errors
/// `NOT_A_DAY`.
fn asked_days(asked: &Asked) -> Result<CoverAsked, AppError> {
    let read = |name: &str| {
        let text = asked.value(name).filter(|text| !text.is_empty());
        text.map(|text| Day::parse_iso(text).ok_or_else(|| AppError::usage("NOT_A_DAY", text)))
            .transpose()
    };
    Ok(CoverAsked { on: read("hari")?, known_at: read("diketahui")? })
}

fn load_list(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let after = window.after.as_deref().and_then(|key| Id::parse(key).ok());
    let programme = asked.value("program").filter(|code| !code.is_empty());
    let scope = JhtScope { programme, after, most: window.rows };
    let list = web.office().jht_list(actor, &scope)?;
    let page = web.page(asked, Section::Claims, String::new());
    let field = Field::line(writing, "program", "cover-programme");
    let fields = vec![field.answered(programme.unwrap_or_default()).optional(writing)];
    let (people, rupiah) = (writing.number(list.people), writing.rupiah(list.sums.balance));
    let (stated, differ) = (writing.number(list.stated.0), writing.number(list.stated.1));
    let words = list.sums.balance.in_words();
    let (paid, growth) = (writing.rupiah(list.sums.paid_in), writing.rupiah(list.sums.growth));
    let values = [
        ("people", &*people),
        ("rupiah", &*rupiah),
        ("words", &*words),
        ("paid", &*paid),
        ("growth", &*growth),
        ("stated", &*stated),
        ("differ", &*differ),
    ];
    Ok(Listing {
        title: writing.w("jht-title"),
        lead: writing.with("jht-lead", &values),
        beside: Some((writing.href("/simulasi-jht", &[]), writing.w("jht-simulate"))),
        form: Some(Form::search(&page, LIST.path, "cover-show", fields)),
        caption: writing.w("jht-caption"),
        empty: writing.w("jht-empty"),
        rows: list.rows.iter().map(|row| list_row(web, row, writing)).collect(),
        more: list.more,
        meta: vec![
            Cell::Day(list.on),
            Cell::Count(list.people),
            Cell::Rupiah(list.sums.paid_in),
            Cell::Rupiah(list.sums.growth),
            Cell::Rupiah(list.sums.taken),
            Cell::Rupiah(list.sums.balance),
            Cell::Count(list.stated.0),
            Cell::Count(list.stated.1),
        ],
        notes_heading: writing.w("jht-notes"),
        notes: vec![writing.with("jht-sums", &values), writing.w("jht-estimate")],
        state: programme.map(|code| ("program".to_owned(), code.to_owned())).into_iter().collect(),
        ..Listing::default()
    })
}

fn list_row(web: &Web, row: &JhtRow, writing: Writing) -> Row {
    let id = row.person.id.to_string();
    let href = writing.href(&format!("/peserta/{id}/jht"), &[]);
    let of = |read: fn(&Compared) -> Cell| row.compared.as_ref().map_or(Cell::Empty, read);
    let stated = match row.compared.as_ref().map(|one| one.difference().0) {
        None => Cell::Empty,
        Some(0) => Cell::State("same", "done", writing.w("jht-stated-same")),
        Some(_) => Cell::State("differs", "warning", writing.w("jht-stated-differs")),
    };
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Link(row.person.name.clone(), href),
        Cell::text(web.office().place_words(row.person.place)),
        Cell::Count(row.months.into()),
        Cell::Month(row.last),
        Cell::Rupiah(row.sums.paid_in),
        Cell::Rupiah(row.sums.growth),
        Cell::Rupiah(row.sums.taken),
        Cell::Rupiah(row.sums.balance),
        stated,
        of(|one| Cell::Rupiah(one.stated.rupiah)),
        of(|one| Cell::Day(one.stated.as_of)),
        of(|one| Cell::Rupiah(one.difference())),
    ];
    Row::new(id, cells)
}

fn load_account(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let to_list = (writing.href(LIST.path, &[]), writing.w("jht-title"));
    let Some(person) = asked.value("orang").filter(|id| !id.is_empty()) else {
        return Ok(Listing {
            title: writing.w("jht-months-title"),
            lead: writing.w("jht-account-lead"),
            empty: writing.w("jht-account-empty"),
            meta: vec![Cell::Empty; ACCOUNT.meta.len()],
            links: vec![to_list],
            ..Listing::default()
        });
    };
    let file = web.office().jht_file(actor, person_id(person)?, asked_days(asked)?)?;
    let counted = &file.account.counted;
    let rows = counted.months.iter().map(|month| month_row(month, counted, writing));
    let (rows, more) = window.cut(rows.collect());
    let id = file.person.id;
    let back = writing.href(&format!("/peserta/{id}/jht"), &[]);
    let difference = file.compared.as_ref().map(Compared::difference);
    let moment = &file.moment;
    Ok(Listing {
        title: writing.w("jht-months-title"),
        lead: moment_words(moment, writing.words()),
        caption: format!("{} · {}", file.person.name, file.person.nik),
        empty: writing.w("jht-account-empty"),
        rows,
        more,
        meta: vec![
            Cell::Text(id.to_string()),
            Cell::Day(moment.on),
            Cell::Day(moment.known_at),
            Cell::Rupiah(counted.paid_in),
            Cell::Rupiah(counted.growth),
            Cell::Rupiah(counted.taken),
            Cell::Rupiah(counted.answer.total),
            difference.map_or(Cell::Empty, Cell::Rupiah),
            Cell::text(file.rulebook.clone()),
        ],
        links: vec![(back, writing.w("jht-to-person")), to_list],
        state: vec![
            ("orang".to_owned(), id.to_string()),
            ("hari".to_owned(), moment.on.to_string()),
            ("diketahui".to_owned(), moment.known_at.to_string()),
        ],
        ..Listing::default()
    })
}

fn month_row(month: &JhtMonth, counted: &JhtAccount, writing: Writing) -> Row {
    let parameter = month.rule.as_str().split('@').next().unwrap_or_default();
    let href = writing.href(&format!("/aturan/{parameter}"), &[]);
    let line = counted.answer.lines.iter().find(|line| line.rule == month.rule);
    // A month whose rate added nothing to any month has no line.
    let article = line.map_or(month.rule.as_str(), |line| &*line.article);
    let cells = vec![
        Cell::Month(month.month),
        Cell::Rupiah(month.paid_in),
        Cell::Rupiah(month.growth),
        Cell::Share(month.rate),
        Cell::Link(article.to_string(), href),
        Cell::Text(month.rule.to_string()),
        Cell::Rupiah(month.taken),
        Cell::Rupiah(month.balance),
    ];
    Row::new(month.month.to_string(), cells)
}
