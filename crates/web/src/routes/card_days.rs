//! `/kartu/hari`: days on which cards are handed over, how they stand, their seats and papers, and
//! what a person has to decide. The page on which cards are handed over is in `serah`.

mod one;
mod serah;

use app::card_days::{CardDayRow, HandoverRow, SeatRow, SeatStanding, Tally, card_day_number};
use app::error::AppError;
use app::office::Operation;
use base::Id;
use base::id::kind;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

/// Seconds after which the board asks for itself again.
const BOARD_SECONDS: u32 = 15;

const OF_DAY: Parameter = Parameter {
    name: "hari",
    meaning: "The card day, by its number; the newest when absent.",
    shape: Shape::Text,
};

const DAYS: View = View {
    path: "/kartu/hari",
    operation: Operation::ReadCardDays,
    id: "card-days",
    section: Section::Cards,
    columns: &[
        Column::of_data("card_day", Kind::Text),
        Column::new("name", "card-day-name", Kind::Indonesian),
        Column::new("on", "card-day-on", Kind::Day),
        Column::new("place", "card-day-place", Kind::Indonesian),
        Column::of_data("programme", Kind::Text),
        Column::new("seats", "card-day-seats", Kind::Count),
        Column::new("handed", "card-day-handed", Kind::Count),
        Column::new("waiting", "card-day-waiting", Kind::Count),
        Column::new("conflicts", "card-day-conflicts", Kind::Count),
        Column::new("state", "column-state", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_days,
};

const BOARD: View = View {
    path: "/kartu/hari/papan",
    operation: Operation::ReadCardDays,
    id: "card-day-board",
    section: Section::Cards,
    columns: &[
        Column::of_data("code", Kind::Text),
        Column::new("village", "card-village", Kind::Text),
        Column::new("seats", "card-day-seats", Kind::Count),
        Column::new("handed", "card-day-handed", Kind::Count),
        Column::new("elsewhere", "card-day-elsewhere", Kind::Count),
        Column::new("waiting", "card-day-waiting", Kind::Count),
        Column::new("conflicts", "card-day-conflicts", Kind::Count),
    ],
    meta: &[],
    parameters: &[OF_DAY],
    load: load_board,
};

const SEATS: View = View {
    path: "/kartu/hari/kursi",
    operation: Operation::ReadCardDays,
    id: "card-day-seats",
    section: Section::Cards,
    columns: &[
        Column::new("seat", "card-seat", Kind::Count),
        Column::new("initials", "card-holder", Kind::Text),
        Column::new("number_end", "card-number", Kind::Text),
        Column::new("village", "card-village", Kind::Text),
        Column::new("state", "column-state", Kind::Text),
        Column::new("at", "card-handover-at", Kind::Moment),
        Column::new("to", "card-handover-to", Kind::Text),
        Column::of_data("handover", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        OF_DAY,
        Parameter { name: "keadaan", meaning: "Only seats that stand so.", shape: Shape::Text },
        Parameter { name: "desa", meaning: "Only this village, by code.", shape: Shape::Text },
    ],
    load: load_seats,
};

const CONFLICTS: View = View {
    path: "/kartu/hari/benturan",
    operation: Operation::ReadCardDays,
    id: "card-day-conflicts",
    section: Section::Cards,
    columns: &[
        Column::of_data("handover", Kind::Text),
        Column::new("why", "card-day-why", Kind::Text),
        Column::new("seat", "card-seat", Kind::Count),
        Column::new("initials", "card-holder", Kind::Text),
        Column::new("village", "card-village", Kind::Text),
        Column::new("at", "card-handover-at", Kind::Moment),
        Column::new("received_at", "card-handover-received", Kind::Moment),
        Column::new("by", "card-handover-by", Kind::Text),
    ],
    meta: &[],
    parameters: &[OF_DAY],
    load: load_conflicts,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> =
        [DAYS, BOARD, SEATS, CONFLICTS].into_iter().flat_map(View::routes).collect();
    routes.extend(one::routes());
    routes.extend(serah::routes());
    routes
}

fn load_days(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().card_days(actor)?;
    let (rows, more) = window.cut(found.iter().map(|row| day_row(row, writing)).collect());
    let may_make = web.may_somewhere(actor, Operation::Cards);
    let make = || (writing.href("/kartu/hari/baru", &[]), writing.w("card-day-new"));
    Ok(Listing {
        title: writing.w("web-card-days"),
        lead: writing.w("card-day-lead"),
        action: may_make.then(make),
        beside: may_make.then(|| (writing.href("/kartu", &[]), writing.w("cards-title"))),
        caption: writing.w("card-day-caption"),
        empty: writing.w("card-day-empty"),
        rows,
        more,
        links: vec![(writing.href("/periksa-kartu", &[]), writing.w("card-check"))],
        ..Listing::default()
    })
}

fn day_row(row: &CardDayRow, writing: Writing) -> Row {
    let (day, tally) = (&row.day, &row.tally);
    let id = day.id.to_string();
    let href = writing.href(&format!("/kartu/hari/{id}"), &[]);
    let (state, class) = match day.closed_at_ms {
        None => ("open", ""),
        Some(_) => ("closed", "done"),
    };
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Link(day.name.to_string(), href),
        Cell::Day(day.day),
        Cell::Text(day.place.to_string()),
        Cell::Text(row.programme.0.to_string()),
        Cell::Count(tally.seats.into()),
        Cell::Count(tally.handed().into()),
        Cell::Count(tally.waiting().into()),
        Cell::Count(tally.conflicts.into()),
        Cell::State(state, class, writing.w(&format!("card-day-{state}"))),
    ];
    Row::new(id, cells)
}

/// The day that an address asks for, or the newest; none while there is none.
fn day_of(web: &Web, asked: &Asked) -> Result<Option<Id<kind::CardDay>>, AppError> {
    match asked.value("hari").filter(|text| !text.is_empty()) {
        Some(text) => card_day_number(text).map(Some),
        None => Ok(web.office().card_days(asked.actor()?)?.first().map(|row| row.day.id)),
    }
}

/// What lists of a day share: its name above them, and the way back to it.
fn of_day(
    web: &Web,
    asked: &Asked,
    title: &str,
) -> Result<(Option<CardDayRow>, Listing), AppError> {
    let writing = asked.writing();
    let mut listing = Listing {
        title: writing.w(title),
        caption: writing.w(title),
        empty: writing.w("card-day-empty"),
        ..Listing::default()
    };
    let Some(id) = day_of(web, asked)? else { return Ok((None, listing)) };
    let row = web.office().card_day(asked.actor()?, id)?.row;
    let day = &row.day;
    let values = [("name", &*day.name), ("on", &*writing.day(day.day)), ("place", &*day.place)];
    listing.lead = writing.with("card-day-of", &values);
    listing.state = vec![("hari".to_owned(), id.to_string())];
    let back = writing.href(&format!("/kartu/hari/{id}"), &[]);
    listing.links = vec![(back, writing.w("card-day-back"))];
    Ok((Some(row), listing))
}

fn load_board(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let (row, mut listing) = of_day(web, asked, "card-day-board")?;
    let Some(row) = row else { return Ok(listing) };
    let file = web.office().card_day(asked.actor()?, row.day.id)?;
    let line = |(code, name, tally): &(Option<base::RegionCode>, String, Tally)| {
        let code = code.map(|code| code.to_string()).unwrap_or_default();
        let name = if code.is_empty() { writing.w("card-day-no-seat") } else { name.clone() };
        Row::new(code.clone(), tally_cells(Cell::text(code), Cell::Text(name), tally))
    };
    (listing.rows, listing.more) = window.cut(file.villages.iter().map(line).collect());
    let all = Cell::Text(writing.w("card-day-all"));
    listing.total = tally_cells(Cell::Empty, all, &file.row.tally);
    // Nobody's page moves unless they ask for it.
    let wished = asked.value("segar") == Some("ya");
    listing.refresh = wished.then_some(BOARD_SECONDS);
    let mut query = vec![("hari".to_owned(), row.day.id.to_string())];
    let words = if wished { "card-day-still" } else { "card-day-renewed" };
    if !wished {
        query.push(("segar".to_owned(), "ya".to_owned()));
    }
    listing.links.push((writing.href("/kartu/hari/papan", &query), writing.w(words)));
    Ok(listing)
}

fn tally_cells(code: Cell, name: Cell, tally: &Tally) -> Vec<Cell> {
    let count = |number: u32| Cell::Count(number.into());
    vec![
        code,
        name,
        count(tally.seats),
        count(tally.handed()),
        count(tally.elsewhere),
        count(tally.waiting()),
        count(tally.conflicts),
    ]
}

fn load_seats(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let (row, mut listing) = of_day(web, asked, "card-day-seat-list")?;
    let Some(row) = row else { return Ok(listing) };
    let seats = web.office().card_seats(asked.actor()?, row.day.id)?;
    let standing = asked.value("keadaan").and_then(SeatStanding::from_name);
    let village = asked.value("desa").filter(|code| !code.is_empty());
    let fits = |seat: &&SeatRow| {
        standing.is_none_or(|standing| standing == seat.standing)
            && village.is_none_or(|code| seat.seat.village.to_string() == code)
    };
    let all = seats.iter().filter(fits).map(|seat| seat_row(seat, writing));
    let all: Vec<Row> = all.collect();
    listing.empty = writing.w("card-day-no-seats");
    let choice = |one: SeatStanding| {
        let count = seats.iter().filter(|seat| seat.standing == one).count() as u64;
        (one.name().to_owned(), writing.w(&format!("card-seat-{}", one.name())), Some(count))
    };
    let every = (String::new(), writing.w("message-all"), Some(seats.len() as u64));
    let choices = [every].into_iter().chain(SeatStanding::ALL.map(choice)).collect();
    listing.facets = vec![Facet { head: writing.w("column-state"), name: "keadaan", choices }];
    (listing.rows, listing.more) = window.cut(all);
    Ok(listing)
}

fn seat_row(row: &SeatRow, writing: Writing) -> Row {
    let name = row.standing.name();
    let class = match row.standing {
        SeatStanding::Given | SeatStanding::Elsewhere => "done",
        SeatStanding::Waiting => "",
        SeatStanding::Absent => "warning",
    };
    let state = Cell::State(name, class, writing.w(&format!("card-seat-{name}")));
    let state = match row.is_good {
        true => state,
        false => Cell::Noted(Box::new(state), writing.w("card-day-ended")),
    };
    let initials = match (&*row.initials, &row.handover) {
        ("", _) => Cell::Text(writing.w("message-erased")),
        (initials, Some(one)) => {
            Cell::Link(initials.to_owned(), writing.href(&format!("/kartu/serah/{}", one.id), &[]))
        }
        (initials, None) => Cell::Text(initials.to_owned()),
    };
    let to = |one: &app::card_days::Handover| {
        let name = one.recipient.name();
        Cell::Named(name.to_owned(), writing.w(&format!("card-recipient-{name}")))
    };
    let handover = row.handover.as_ref();
    let cells = vec![
        Cell::Count(row.seat.no.into()),
        initials,
        Cell::Text(row.number_end.clone()),
        Cell::Text(row.village.clone()),
        state,
        handover.map_or(Cell::Empty, |one| Cell::Moment(one.at_ms)),
        handover.map_or(Cell::Empty, to),
        handover.map_or(Cell::Empty, |one| Cell::Text(one.id.to_string())),
    ];
    Row::new(row.seat.no.to_string(), cells)
}

fn load_conflicts(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let (row, mut listing) = of_day(web, asked, "card-day-conflict-list")?;
    let Some(row) = row else { return Ok(listing) };
    let found = web.office().handover_conflicts(asked.actor()?, row.day.id)?;
    listing.empty = writing.w("card-day-no-conflicts");
    let rows = found.iter().map(|one| conflict_row(one, writing)).collect();
    (listing.rows, listing.more) = window.cut(rows);
    Ok(listing)
}

fn conflict_row(row: &HandoverRow, writing: Writing) -> Row {
    let one = &row.handover;
    let id = one.id.to_string();
    let why = one.conflict().map(|why| why.name()).unwrap_or_default();
    let href = writing.href(&format!("/kartu/serah/{id}"), &[]);
    let seat = row.seat.as_ref();
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Link(writing.w(&format!("card-trouble-{why}")), href),
        seat.map_or(Cell::Empty, |(seat, _)| Cell::Count(seat.no.into())),
        Cell::text(row.initials.clone()),
        seat.map_or(Cell::Empty, |(_, village)| Cell::Text(village.clone())),
        Cell::Moment(one.at_ms),
        Cell::Moment(one.received_at_ms),
        Cell::Text(row.handed_by.to_string()),
    ];
    Row::new(id, cells)
}
