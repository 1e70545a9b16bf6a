//! `/tagihan`: bills by month, one of them with everything that hangs on it, its steps, arrears and
//! what BPJS owes back.

mod lists;
mod one;
mod steps;

use app::bills::{payment_reference, standing};
use app::error::AppError;
use app::office::Operation;
use app::tasks::{Kind as TaskKind, TaskRecord};
use base::Month;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

/// Who signs the papers of a bill.
fn signers(writing: Writing) -> Vec<String> {
    super::ledger::signers(writing)
}

/// Where a bill may stand, as pages and data name it.
const STANDINGS: [&str; 4] = ["draft", "final", "issued", "posted"];

const PROGRAMME: Parameter =
    Parameter { name: "program", meaning: "Only this programme, by its code.", shape: Shape::Text };

const VIEW: View = View {
    path: "/tagihan",
    operation: Operation::ReadMoney,
    id: "bills",
    section: Section::Money,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::of_data("programme_code", Kind::Text),
        Column::new("programme", "web-programme", Kind::Text),
        Column::new("month", "web-bill-month", Kind::Month),
        Column::new("reference", "bill-reference", Kind::Text),
        Column::new("people", "web-bill-people", Kind::Count),
        Column::of_data("credit_rupiah", Kind::Rupiah),
        Column::new("total_rupiah", "web-bill-total", Kind::Rupiah),
        Column::new("state", "web-state", Kind::Text),
        Column::of_data("revision", Kind::Count),
        Column::new("due", "bill-due", Kind::Day),
        Column::new("conflicts", "conflict-what", Kind::Text),
        Column::of_data("rulebook", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        PROGRAMME,
        Parameter {
            name: "keadaan",
            meaning: "Only bills that stand so.",
            shape: Shape::OneOf(&STANDINGS),
        },
    ],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = VIEW.routes();
    routes.extend(lists::routes());
    routes.extend(steps::routes());
    routes.extend(one::routes());
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let programmes = web.office().programmes()?;
    let code_of = |id| programmes.iter().find(|found| found.id == id);
    let mut bills = web.office().bills(asked.actor()?)?;
    let chosen = asked.value("program").filter(|code| !code.is_empty());
    if let Some(code) = chosen {
        bills.retain(|bill| code_of(bill.programme).is_some_and(|one| &*one.code == code));
    }
    let count = |name: &str| bills.iter().filter(|bill| standing(bill) == name).count() as u64;
    let choice = |name: &&str| {
        ((*name).to_owned(), writing.w(&format!("web-bill-{name}")), Some(count(name)))
    };
    let all = (String::new(), writing.w("bill-all"), Some(bills.len() as u64));
    let choices = std::iter::once(all).chain(STANDINGS.iter().map(choice)).collect();
    let state = asked.value("keadaan").filter(|state| !state.is_empty());
    if let Some(state) = state {
        bills.retain(|bill| standing(bill) == state);
    }
    bills.sort_by_key(|bill| std::cmp::Reverse((bill.month, bill.id)));
    let rows = bills.iter().map(|bill| {
        let programme = code_of(bill.programme);
        let code = programme.map(|found| found.code.to_string()).unwrap_or_default();
        let month = bill.month.to_string();
        let href = writing.href(&path(&code, bill.month), &[]);
        let asked = [("program".to_owned(), code.clone()), ("bulan".to_owned(), month)];
        let conflicts = writing.href("/benturan", &asked);
        let name = programme.map(|found| found.name.to_string()).unwrap_or_default();
        let cells = vec![
            Cell::Text(bill.id.to_string()),
            Cell::Text(code),
            Cell::Link(name, href),
            Cell::Month(bill.month),
            Cell::Text(payment_reference(bill)),
            Cell::Count(u64::from(bill.people)),
            Cell::Rupiah(bill.credit),
            Cell::Rupiah(bill.total),
            state_cell(standing(bill), writing),
            Cell::Count(u64::from(bill.revision)),
            bill.issued.map_or(Cell::Empty, |(_, due)| Cell::Day(due)),
            Cell::Link(conflicts, writing.w("conflict-of-bill")),
            Cell::text(bill.rulebook.to_string()),
        ];
        Row::new(bill.id.to_string(), cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let may_draft = web.may_somewhere(asked.actor()?, Operation::Pay) && !programmes.is_empty();
    Ok(Listing {
        title: writing.w("web-bills"),
        lead: writing.w("bill-lead"),
        action: may_draft.then(|| (writing.href("/tagihan/baru", &[]), writing.w("bill-new"))),
        caption: writing.w("web-bills-caption"),
        empty: writing.w("web-bills-empty"),
        facets: vec![Facet { head: writing.w("web-state"), name: "keadaan", choices }],
        rows,
        more,
        links: [
            ("/tagihan/tunggakan", "overdue-heading"),
            ("/tagihan/perlindungan", "lapse-heading"),
            ("/tagihan/kredit", "credit-heading"),
        ]
        .map(|(path, key)| (writing.href(path, &[]), writing.w(key)))
        .to_vec(),
        ..Listing::default()
    })
}

/// Where a bill stands, in a coloured word.
fn state_cell(name: &'static str, writing: Writing) -> Cell {
    let class = match name {
        "posted" => "confirmed",
        "final" => "warning",
        _ => "",
    };
    Cell::State(name, class, writing.w(&format!("web-bill-{name}")))
}

/// The address of a bill.
fn path(code: &str, month: Month) -> String {
    format!("/tagihan/{code}/{month}")
}

/// The page that a task about bills or credits is looked at from.
pub(super) fn path_of_task(record: &TaskRecord) -> Option<String> {
    let value = |name: &str| {
        let lines = record.content.lines().filter_map(|line| line.split_once('='));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
    };
    let programme = value("programme")?;
    match record.task.kind {
        TaskKind::Bill => Some(path(programme, Month::parse(value("from")?)?)),
        TaskKind::Credit => Some(format!("/tagihan/kredit?program={programme}")),
        _ => None,
    }
}

/// The month of an address.
pub(super) fn month_of(text: &str) -> Result<Month, AppError> {
    Month::parse(text).ok_or_else(|| AppError::not_found("BILL_UNKNOWN", ""))
}
