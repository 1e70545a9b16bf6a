//! `/benturan`: who on a list that waits, or on a month's bill, is paid for elsewhere, insured
//! elsewhere or dead; with the rule, the fund's policy and the next step.

use app::conflicts::{Against, Conflict, Conflicts};
use app::error::AppError;
use app::office::Operation;
use base::Month;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Field, Form};
use crate::routes::{Route, Web, programme_field, programme_of};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/benturan",
    operation: Operation::ReadMoney,
    id: "conflicts",
    section: Section::Money,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "conflict-person", Kind::Text),
        Column::of_data("nik", Kind::Text),
        Column::of_data("conflict", Kind::Text),
        Column::new("text", "conflict-what", Kind::Text),
        Column::new("rule", "conflict-rule", Kind::Text),
        Column::new("policy", "conflict-policy", Kind::Text),
        Column::new("next", "conflict-next", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        Parameter {
            name: "program",
            meaning: "The programme, by its code; the first when absent.",
            shape: Shape::Text,
        },
        Parameter {
            name: "bulan",
            meaning: "The month of a bill; the list that waits for approval when absent.",
            shape: Shape::Month,
        },
    ],
    load,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    VIEW.routes()
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let Some(code) = programme_of(web, asked)? else {
        return Ok(Listing {
            title: writing.w("conflict-heading"),
            caption: writing.w("conflict-heading"),
            empty: writing.w("web-programmes-empty"),
            ..Listing::default()
        });
    };
    let month = match asked.value("bulan").filter(|month| !month.is_empty()) {
        None => None,
        Some(text) => Some(Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?),
    };
    let found = web.office().conflicts(actor, &code, month)?;
    let page = web.page(asked, Section::Money, String::new());
    let fields = vec![
        programme_field(web, writing, "web-programme", &code)?,
        Field::line(writing, "bulan", "web-bill-month")
            .answered(month.map(|month| month.to_string()).unwrap_or_default())
            .optional(writing),
    ];
    let (rows, more) =
        window.cut(found.found.iter().map(|one| row(&found, one, writing)).collect());
    let people = writing.number(found.people);
    let count = writing.number(found.found.len() as u64);
    Ok(Listing {
        title: writing.w("conflict-heading"),
        lead: lead(&found, writing),
        caption: match found.found.is_empty() {
            true => writing.with("conflict-caption", &[("programme", &found.programme.1)]),
            false => writing.with("conflict-some", &[("people", &people), ("count", &count)]),
        },
        form: Some(Form::search(&page, "/benturan", "web-show", fields)),
        empty: writing.with("conflict-none", &[("people", &people)]),
        state: vec![
            ("program".to_owned(), code),
            ("bulan".to_owned(), month.map(|month| month.to_string()).unwrap_or_default()),
        ],
        rows,
        more,
        ..Listing::default()
    })
}

fn lead(found: &Conflicts, writing: Writing) -> String {
    let programme = &*found.programme.1;
    match found.month {
        None => writing.with("conflict-lead-list", &[("programme", programme)]),
        Some(month) => {
            let month = writing.month(month);
            writing.with("conflict-lead-bill", &[("programme", programme), ("month", &month)])
        }
    }
}

fn row(found: &Conflicts, one: &Conflict, writing: Writing) -> Row {
    let name = one.against.name();
    let policy = if found.refuses_insured { "conflict-refuses" } else { "conflict-takes" };
    let href = writing.href(&format!("/peserta/{}", one.person.id), &[]);
    let person = Cell::Link(one.person.name.clone(), href);
    let cells = vec![
        Cell::Text(one.person.id.to_string()),
        Cell::Noted(Box::new(person), one.person.nik.clone()),
        Cell::text(one.person.nik.clone()),
        Cell::Text(name.to_owned()),
        Cell::text(against(one, writing)),
        Cell::text(writing.w(&format!("conflict-{name}.rule"))),
        Cell::text(writing.with(policy, &[("fund", &found.fund.0)])),
        Cell::text(writing.w(&format!("conflict-{name}.next"))),
    ];
    Row::new(format!("{} {name}", one.person.id), cells)
}

fn against(one: &Conflict, writing: Writing) -> String {
    let key = format!("conflict-{}", one.against.name());
    let text = match &one.against {
        Against::Dead(day) | Against::CivilServant(day) | Against::Insured(day) => {
            writing.with(&key, &[("day", &writing.day(*day))])
        }
        Against::OtherProgramme(programme, schemes, first, last) => {
            let (first, last) = (writing.month(*first), writing.month(*last));
            let values = [
                ("programme", &**programme),
                ("schemes", schemes.as_str()),
                ("first", first.as_str()),
                ("last", last.as_str()),
            ];
            writing.with(&key, &values)
        }
        Against::OtherRegency => writing.w(&key),
    };
    match one.other_name {
        true => format!("{text}. {}", writing.w("conflict-other-name")),
        false => text,
    }
}
