//! `/tagihan/orang`, `/tagihan/perubahan`, `/tagihan/tunggakan`, `/tagihan/perlindungan`,
//! `/tagihan/kredit`: who is billed and who otherwise than before, what is overdue, until when
//! people are covered, what BPJS owes back.

use std::sync::Arc;

use app::bills::{CreditFound, CreditOwed, Lapse, Overdue};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::people::PersonShown;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Month, Rupiah};

use super::{PROGRAMME, path};
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Form, Posted};
use crate::routes::{Route, Web, answer, programme_of};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const CHANGES: View = View {
    path: "/tagihan/perubahan",
    operation: Operation::ReadMoney,
    id: "bill-changes",
    section: Section::Money,
    columns: &[
        Column::of_data("membership", Kind::Text),
        Column::of_data("person", Kind::Text),
        Column::new("name", "column-name", Kind::Text),
        Column::new("place", "web-by-desa", Kind::Text),
        Column::new("side", "change-side", Kind::Text),
        Column::new("why", "change-why", Kind::Text),
        Column::new("before_rupiah", "change-before", Kind::Rupiah),
        Column::new("after_rupiah", "change-after", Kind::Rupiah),
    ],
    meta: &[],
    parameters: &[
        PROGRAMME,
        Parameter { name: "bulan", meaning: "The bill's month.", shape: Shape::Month },
    ],
    load: load_changes,
};

const PEOPLE: View = View {
    path: "/tagihan/orang",
    operation: Operation::ReadMoney,
    id: "bill-people",
    section: Section::Money,
    columns: &[
        Column::of_data("membership", Kind::Text),
        Column::of_data("person", Kind::Text),
        Column::new("name", "column-name", Kind::Text),
        Column::new("place", "web-by-desa", Kind::Text),
        Column::new("schemes", "column-scheme", Kind::Text),
        Column::new("amount_rupiah", "column-amount", Kind::Rupiah),
        Column::new("left_out", "bill-left-out", Kind::Text),
    ],
    meta: &[Column::of_data("billed", Kind::Count), Column::of_data("not_billed", Kind::Count)],
    parameters: &[
        PROGRAMME,
        Parameter { name: "bulan", meaning: "The bill's month.", shape: Shape::Month },
    ],
    load: load_people,
};

const OVERDUE: View = View {
    path: "/tagihan/tunggakan",
    operation: Operation::ReadMoney,
    id: "bill-arrears",
    section: Section::Money,
    columns: &[
        Column::of_data("programme", Kind::Text),
        Column::new("name", "web-programme", Kind::Text),
        Column::new("month", "web-bill-month", Kind::Month),
        Column::new("state", "web-state", Kind::Text),
        Column::new("due", "bill-due", Kind::Day),
        Column::new("days", "bill-late", Kind::Count),
        Column::new("total_rupiah", "web-bill-total", Kind::Rupiah),
        Column::new("penalty_rupiah", "bill-penalty", Kind::Rupiah),
    ],
    meta: &[Column::of_data("as_of", Kind::Day)],
    parameters: &[PROGRAMME],
    load: load_overdue,
};

const LAPSES: View = View {
    path: "/tagihan/perlindungan",
    operation: Operation::ReadMoney,
    id: "bill-lapses",
    section: Section::Money,
    columns: &[
        Column::of_data("programme", Kind::Text),
        Column::new("name", "web-programme", Kind::Text),
        Column::new("segment", "lapse-segment", Kind::Text),
        Column::new("people", "web-bill-people", Kind::Count),
        Column::new("paid_until", "lapse-paid-until", Kind::Month),
        Column::new("member_until", "lapse-member-until", Kind::Month),
        Column::new("state", "web-state", Kind::Text),
        Column::of_data("months", Kind::Count),
        Column::new("lapses_on", "lapse-on", Kind::Day),
        Column::of_data("doubted", Kind::Text),
    ],
    meta: &[Column::of_data("as_of", Kind::Day)],
    parameters: &[PROGRAMME],
    load: load_lapses,
};

const CREDITS: View = View {
    path: "/tagihan/kredit",
    operation: Operation::ReadMoney,
    id: "bill-credits",
    section: Section::Money,
    columns: &[
        Column::of_data("programme", Kind::Text),
        Column::of_data("person", Kind::Text),
        Column::new("name", "column-name", Kind::Text),
        Column::new("month", "credit-month", Kind::Month),
        Column::new("scheme", "column-scheme", Kind::Text),
        Column::new("died", "credit-died", Kind::Month),
        Column::new("rupiah", "column-amount", Kind::Rupiah),
        Column::new("state", "web-state", Kind::Text),
        Column::of_data("on_bill", Kind::Month),
    ],
    meta: &[],
    parameters: &[PROGRAMME],
    load: load_credits,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let views = [PEOPLE, CHANGES, OVERDUE, LAPSES, CREDITS].into_iter().flat_map(View::routes);
    let mut routes: Vec<Route> = views.collect();
    routes.push(Route::post("/tagihan/kredit", Operation::Pay, propose));
    routes
}

/// The programme and the month that the address asks for, or the newest bill's.
fn bill_asked(web: &Web, asked: &Asked) -> Result<Option<(String, Month)>, AppError> {
    let Some(code) = programme_of(web, asked)? else { return Ok(None) };
    let month = match asked.value("bulan").filter(|month| !month.is_empty()) {
        Some(text) => {
            Some(Month::parse(text).ok_or_else(|| AppError::not_found("NOT_A_MONTH", ""))?)
        }
        None => newest_month(web, asked, &code)?,
    };
    Ok(month.map(|month| (code, month)))
}

fn load_people(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let listing = |caption, meta| Listing {
        title: writing.w("bill-people"),
        lead: writing.w("bill-people-lead"),
        caption,
        empty: writing.w("bill-people-none"),
        meta,
        ..Listing::default()
    };
    let Some((code, month)) = bill_asked(web, asked)? else {
        return Ok(listing(writing.w("bill-people"), vec![Cell::Empty; PEOPLE.meta.len()]));
    };
    let found = web.office().bill_people(asked.actor()?, &code, month)?;
    let start = window.after.as_ref().map_or(0, |key| {
        let place = found.people.iter().position(|one| one.membership.to_string() == *key);
        place.map_or(0, |at| at + 1)
    });
    let end = found.people.len().min(start + window.rows);
    let named = web.office().on_bill_named(&found.people[start..end])?;
    let row = |(one, person): &(app::bills::OnBill, Option<PersonShown>)| {
        let id = one.person.to_string();
        let name = person.as_ref().map_or(Cell::Empty, |person| {
            Cell::Link(person.name.clone(), writing.href(&format!("/peserta/{id}"), &[]))
        });
        let place = person.as_ref().map(|person| web.office().place_words(person.place));
        let schemes: Vec<String> =
            one.schemes.iter().map(|scheme| scheme.name().to_uppercase()).collect();
        let reason = one.left_out.map_or(Cell::Empty, |reason| {
            let words = writing.w(&format!("excluded-{}", reason.name()));
            Cell::Named(reason.name().to_owned(), words)
        });
        let cells = vec![
            Cell::Text(one.membership.to_string()),
            Cell::Text(id),
            name,
            Cell::text(place.unwrap_or_default()),
            Cell::text(schemes.join(", ")),
            Cell::Rupiah(one.rupiah),
            reason,
        ];
        Row::new(one.membership.to_string(), cells)
    };
    let month_words = writing.month(month);
    let (billed, left_out) = (writing.number(found.billed), writing.number(found.left_out));
    let values = [
        ("programme", &*found.programme.name),
        ("month", &*month_words),
        ("billed", &*billed),
        ("left", &*left_out),
    ];
    let meta = vec![Cell::Count(found.billed), Cell::Count(found.left_out)];
    Ok(Listing {
        rows: named.iter().map(row).collect(),
        more: end < found.people.len(),
        state: vec![("program".to_owned(), code), ("bulan".to_owned(), month.to_string())],
        ..listing(writing.with("bill-people-caption", &values), meta)
    })
}

fn load_changes(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let listing = |rows, more, caption| Listing {
        title: writing.w("bill-changes"),
        lead: writing.w("bill-changes-lead"),
        caption,
        empty: writing.w("bill-changes-none"),
        rows,
        more,
        ..Listing::default()
    };
    let nothing = || listing(Vec::new(), false, writing.w("bill-changes-caption"));
    let Some((code, month)) = bill_asked(web, asked)? else { return Ok(nothing()) };
    let found = web.office().bill_changes(asked.actor()?, &code, month)?;
    let start = match &window.after {
        None => 0,
        Some(key) => {
            let place =
                |change: &app::bills::Change| change.differing.membership.to_string() == *key;
            found.changes.iter().position(place).map_or(0, |at| at + 1)
        }
    };
    let end = found.changes.len().min(start + window.rows);
    let more = end < found.changes.len();
    let people = web.office().change_people(&found.changes[start..end])?;
    let rows = people.iter().map(|one| change_row(web, one, writing)).collect();
    let caption = match found.against {
        Some(against) => {
            let (month, against) = (writing.month(month), writing.month(against));
            writing.with("bill-changes-between", &[("month", &month), ("against", &against)])
        }
        None => writing.w("bill-changes-first"),
    };
    Ok(listing(rows, more, caption))
}

fn newest_month(web: &Web, asked: &Asked, code: &str) -> Result<Option<Month>, AppError> {
    let programme = web.office().programme(code)?;
    let bills = web.office().bills(asked.actor()?)?.into_iter();
    Ok(bills.filter(|bill| bill.programme == programme.id).map(|bill| bill.month).max())
}

fn change_row(web: &Web, one: &app::bills::Movement, writing: Writing) -> Row {
    let differing = &one.change.differing;
    let (side, why) = (one.change.side.name(), one.change.why.name());
    let name = one.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let place = one.person.as_ref().map(|person| web.office().place_words(person.place));
    let cells = vec![
        Cell::Text(differing.membership.to_string()),
        Cell::Text(differing.person.to_string()),
        Cell::text(name),
        Cell::text(place.unwrap_or_default()),
        Cell::Named(side.to_owned(), writing.w(&format!("change-side-{side}"))),
        Cell::Named(why.to_owned(), writing.w(&format!("change-why-{why}"))),
        Cell::Rupiah(differing.before),
        Cell::Rupiah(differing.after),
    ];
    Row::new(differing.membership.to_string(), cells)
}

fn load_overdue(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let chosen = asked.value("program").filter(|code| !code.is_empty());
    let arrears = web.office().arrears(asked.actor()?, chosen)?;
    let rows = arrears.overdue.iter().map(|one| overdue_row(one, writing)).collect();
    let (rows, more) = window.cut(rows);
    let day = writing.day(arrears.on);
    let totals = arrears.overdue.iter().filter_map(|one| one.total);
    let total = Rupiah(totals.fold(0_i64, |sum, one| sum.saturating_add(one.0)));
    let total = format!("{}: {}", writing.w("bill-paper-total"), writing.spelled(total));
    Ok(Listing {
        notes_heading: writing.w("web-bill-total"),
        notes: if arrears.overdue.is_empty() { Vec::new() } else { vec![total] },
        title: writing.w("overdue-heading"),
        lead: writing.w("overdue-lead"),
        caption: writing.with("overdue-caption", &[("day", &day)]),
        empty: writing.w("overdue-none"),
        meta: vec![Cell::Day(arrears.on)],
        rows,
        more,
        ..Listing::default()
    })
}

fn overdue_row(one: &Overdue, writing: Writing) -> Row {
    let state = one.state.name();
    let words = writing.w(&format!("overdue-{state}"));
    let name = match one.total {
        Some(_) => {
            let href = writing.href(&path(&one.programme.0, one.month), &[]);
            Cell::Link(one.programme.1.to_string(), href)
        }
        None => Cell::text(&*one.programme.1),
    };
    let cells = vec![
        Cell::text(&*one.programme.0),
        name,
        Cell::Month(one.month),
        Cell::State(state, "warning", words),
        Cell::Day(one.due.day),
        Cell::Count(u64::from(one.days)),
        one.total.map_or(Cell::Empty, Cell::Rupiah),
        one.penalty.map_or(Cell::Empty, Cell::Rupiah),
    ];
    Row::new(format!("{} {}", one.programme.0, one.month), cells)
}

fn load_lapses(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let chosen = asked.value("program").filter(|code| !code.is_empty());
    let arrears = web.office().arrears(asked.actor()?, chosen)?;
    let rows = arrears.lapses.iter().map(|one| lapse_row(one, writing)).collect();
    let (rows, more) = window.cut(rows);
    let day = writing.day(arrears.on);
    let notes = ["active", "grace", "inactive", "unpaid"]
        .map(|state| {
            let name = writing.w(&format!("cover-{state}"));
            format!("{name}: {}", writing.w(&format!("cover-{state}.heirs")))
        })
        .to_vec();
    Ok(Listing {
        title: writing.w("lapse-heading"),
        lead: writing.w("lapse-lead"),
        caption: writing.with("lapse-caption", &[("day", &day)]),
        empty: writing.w("lapse-none"),
        meta: vec![Cell::Day(arrears.on)],
        notes_heading: writing.w("lapse-heirs"),
        notes,
        rows,
        more,
        ..Listing::default()
    })
}

fn lapse_row(one: &Lapse, writing: Writing) -> Row {
    let words = match one.months {
        0 => writing.w(&format!("cover-{}", one.state)),
        months => {
            let months = months.to_string();
            writing.with("cover-grace-months", &[("months", &months)])
        }
    };
    let class = match one.state {
        "active" => "confirmed",
        "not-started" => "",
        _ => "warning",
    };
    let state = Cell::State(one.state, class, words);
    let doubted = if one.doubted { "yes" } else { "no" };
    let cells = vec![
        Cell::text(&*one.programme.0),
        Cell::text(&*one.programme.1),
        Cell::Named(
            one.segment.name().to_owned(),
            writing.w(&format!("segment-{}", one.segment.name())),
        ),
        Cell::Count(one.people),
        one.paid_until.map_or(Cell::Empty, Cell::Month),
        Cell::Month(one.last),
        match one.doubted {
            true => Cell::Noted(Box::new(state), writing.w("lapse-doubted")),
            false => state,
        },
        Cell::Count(u64::from(one.months)),
        one.lapses_on.map_or(Cell::Empty, Cell::Day),
        Cell::text(doubted),
    ];
    let until = one.paid_until.map(|month| month.to_string()).unwrap_or_default();
    let segment = one.segment.name();
    Row::new(format!("{} {segment} {} {until}", one.programme.0, one.last), cells)
}

fn load_credits(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let nothing = || Listing {
        title: writing.w("credit-heading"),
        lead: writing.w("credit-lead"),
        empty: writing.w("credit-none"),
        ..Listing::default()
    };
    let Some(code) = programme_of(web, asked)? else { return Ok(nothing()) };
    let credits = web.office().credits(actor, &code)?;
    let found = credits.found.iter().map(|one| found_row(&code, one, writing));
    let owed = credits.owed.iter().map(|one| owed_row(&code, one, writing));
    let (rows, more) = window.cut(found.chain(owed).collect());
    let sure = credits.found.iter().any(|one| !one.other_name)
        || credits.owed.iter().any(|one| one.is_wrong);
    let may = web.may_somewhere(actor, Operation::Pay);
    let title = writing.w("credit-heading");
    let form = (sure && credits.task.is_none() && may).then(|| {
        let page = web.page(asked, Section::Money, title.clone());
        let form = Form::new(&page, "/tagihan/kredit", "credit-propose", Vec::new());
        form.with_hidden("program", &code)
    });
    let (found, owed) = (credits.found_rupiah(), credits.outstanding());
    let (found, owed) = (writing.spelled(found), writing.spelled(owed));
    let values =
        [("name", &*credits.programme.1), ("found", found.as_str()), ("owed", owed.as_str())];
    let task = credits.task.as_ref();
    Ok(Listing {
        title,
        lead: writing.with("credit-lead-of", &values),
        action: task.map(|task| {
            (writing.href(&format!("/tugas/{}", task.id), &[]), writing.w("credit-task"))
        }),
        form,
        caption: writing.w("credit-caption"),
        empty: writing.w("credit-none"),
        rows,
        more,
        ..Listing::default()
    })
}

fn found_row(code: &str, one: &CreditFound, writing: Writing) -> Row {
    let state = if one.other_name { "other-name" } else { "found" };
    let cells = vec![
        Cell::text(code),
        Cell::Text(one.paid.person.to_string()),
        Cell::text(&*one.person.name),
        Cell::Month(one.paid.month),
        scheme_cell(one.scheme.map(|scheme| scheme.name()), writing),
        Cell::Month(one.paid.died),
        Cell::Rupiah(one.paid.rupiah),
        Cell::State(state, "warning", writing.w(&format!("credit-state-{state}"))),
        Cell::Empty,
    ];
    Row::new(one.paid.contribution.to_string(), cells)
}

/// "JKK", or that it was for all schemes.
fn scheme_cell(scheme: Option<&str>, writing: Writing) -> Cell {
    match scheme {
        Some(scheme) => Cell::Named(scheme.to_owned(), scheme.to_uppercase()),
        None => Cell::Named(String::new(), writing.w("credit-all-schemes")),
    }
}

fn owed_row(code: &str, one: &CreditOwed, writing: Writing) -> Row {
    let recovery = &one.recovery;
    let (state, class) = match recovery.on_bill.map(|(_, state)| state.name()) {
        _ if one.is_wrong => ("wrong", "warning"),
        None => ("open", ""),
        Some("posted") => ("taken-off", "confirmed"),
        Some(_) => ("on-bill", ""),
    };
    let name = one.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let cells = vec![
        Cell::text(code),
        Cell::Text(recovery.paid.person.to_string()),
        Cell::text(name),
        Cell::Month(recovery.paid.month),
        scheme_cell(one.scheme.map(|scheme| scheme.name()), writing),
        Cell::Month(recovery.paid.died),
        Cell::Rupiah(recovery.paid.rupiah),
        Cell::State(state, class, writing.w(&format!("credit-state-{state}"))),
        recovery.on_bill.map_or(Cell::Empty, |(month, _)| Cell::Month(month)),
    ];
    Row::new(recovery.transfer.to_string(), cells)
}

/// Puts forward that what was found is owed back.
async fn propose(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let code = posted.get("program");
        match web.office().propose_credits(&signed.actor, code) {
            Ok(_) => {}
            // Somebody was faster, or a list was corrected since the page was read.
            Err(error) if error.kind == ErrorKind::Refused && error.code == "NO_CREDITS" => {}
            Err(error) => return Err(error),
        }
        let query = [("program".to_owned(), code.to_owned())];
        let place = asked.writing().href("/tagihan/kredit", &query);
        Ok(Redirect::to(&place).into_response())
    })
    .await
}
