//! `/program/{code}/papan`: the candidate board; `/papan`, `/urutan` and `/wajib`: its tables by
//! village, by person in order, and of those who must be in and are not.

use std::sync::Arc;

use app::board::{Board, Found, Ranking, Standing, VillageProgress};
use app::error::AppError;
use app::mandates::Mandated;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, html, programme_field, programme_of};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const PROGRAMME: Parameter = Parameter {
    name: "program",
    meaning: "The programme, by its code; the first when absent.",
    shape: Shape::Text,
};

const VILLAGES: View = View {
    path: "/papan",
    operation: Operation::ReadMoney,
    id: "board-villages",
    section: Section::Money,
    columns: &[
        Column::of_data("place", Kind::Text),
        Column::new("name", "board-village", Kind::Text),
        Column::new("received", "web-received", Kind::Count),
        Column::of_data("valid", Kind::Count),
        Column::new("to_fix", "web-to-fix", Kind::Count),
        Column::new("refused", "web-refused", Kind::Count),
        Column::of_data("repeated", Kind::Count),
        Column::new("coming", "board-coming", Kind::Count),
        Column::new("waiting", "board-waiting", Kind::Count),
        Column::new("approved", "web-approved", Kind::Count),
        Column::of_data("reminder", Kind::Text),
    ],
    meta: &[],
    parameters: &[PROGRAMME],
    load: load_villages,
};

const RANKING: View = View {
    path: "/urutan",
    operation: Operation::ReadMoney,
    id: "ranking",
    section: Section::Money,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "ranking-name", Kind::Text),
        Column::of_data("rank", Kind::Count),
        Column::new("stands", "ranking-stands", Kind::Text),
        Column::of_data("reason", Kind::Text),
        Column::new("place", "ranking-place", Kind::Text),
        Column::new("why", "ranking-why", Kind::Text),
        Column::of_data("after_by", Kind::Text),
        Column::new("cost_rupiah", "ranking-cost", Kind::Rupiah),
        Column::of_data("age_limit_on", Kind::Day),
    ],
    meta: &[],
    parameters: &[PROGRAMME],
    load: load_ranking,
};

const MISSING: View = View {
    path: "/wajib",
    operation: Operation::ReadMoney,
    id: "mandated-missing",
    section: Section::Money,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "ranking-name", Kind::Text),
        Column::new("place", "ranking-place", Kind::Text),
        Column::new("known_from", "mandate-known", Kind::Text),
        Column::new("enlisted", "mandate-enlisted", Kind::Text),
    ],
    meta: &[],
    parameters: &[PROGRAMME],
    load: load_missing,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let views = [VILLAGES, RANKING, MISSING].into_iter().flat_map(View::routes);
    let page = Route::get("/program/{code}/papan", Operation::ReadMoney, show);
    views.chain([page]).collect()
}

/// A table of a programme, with the form that chooses another one.
fn listing(web: &Web, asked: &Asked, path: &str, code: &str) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let field = programme_field(web, writing, "web-programme", code)?;
    let page = web.page(asked, Section::Money, String::new());
    Ok(Listing {
        form: Some(Form::search(&page, path, "web-show", vec![field])),
        state: vec![("program".to_owned(), code.to_owned())],
        ..Listing::default()
    })
}

fn nothing(writing: Writing, title: &str) -> Listing {
    Listing {
        title: writing.w(title),
        caption: writing.w(title),
        empty: writing.w("web-programmes-empty"),
        ..Listing::default()
    }
}

fn load_villages(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let Some(code) = programme_of(web, asked)? else {
        return Ok(nothing(writing, "board-villages"));
    };
    let board = web.office().board(actor, &code)?;
    let rows = board.villages.iter().map(|place| village_row(web, &board, place, writing));
    let (rows, more) = window.cut(rows.collect());
    Ok(Listing {
        title: writing.w("board-villages"),
        caption: writing.with("board-villages-caption", &[("programme", &board.programme.name)]),
        empty: writing.w("board-villages-none"),
        rows,
        more,
        ..listing(web, asked, "/papan", &code)?
    })
}

fn village_row(_web: &Web, board: &Board, place: &VillageProgress, writing: Writing) -> Row {
    let reminder = board.reminder_text(writing.words(), place);
    let note = match place.sheets {
        0 => writing.w("board-silent"),
        _ => String::new(),
    };
    let name = Cell::text(place.name.clone());
    let name = if note.is_empty() { name } else { Cell::Noted(Box::new(name), note) };
    let cells = vec![
        Cell::Text(place.place.to_string()),
        name,
        Cell::Count(place.rows.received()),
        Cell::Count(place.rows.accepted),
        Cell::Count(place.rows.to_fix),
        Cell::Count(place.rows.refused),
        Cell::Count(place.rows.repeated),
        Cell::Count(place.coming),
        Cell::Count(place.waiting),
        Cell::Count(place.approved),
        Cell::text(reminder.unwrap_or_default()),
    ];
    Row::new(place.place.to_string(), cells)
}

fn load_ranking(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let Some(code) = programme_of(web, asked)? else {
        return Ok(nothing(writing, "ranking-heading"));
    };
    let Ranking { programme, priority, all } = web.office().ranking(actor, &code)?;
    let rows = all.iter().map(|one| standing_row(web, &code, one, writing)).collect();
    let (rows, more) = window.cut(rows);
    let order: Vec<String> =
        priority.0.iter().map(|one| criterion(&one.to_string(), writing)).collect();
    Ok(Listing {
        title: writing.w("ranking-heading"),
        lead: writing.with("ranking-lead", &[("order", &order.join(" → "))]),
        caption: writing.with("ranking-caption", &[("programme", &programme.1)]),
        empty: writing.w("ranking-none"),
        rows,
        more,
        ..listing(web, asked, "/urutan", &code)?
    })
}

fn standing_row(web: &Web, code: &str, one: &Standing, writing: Writing) -> Row {
    let href = writing.href(&format!("/program/{code}/orang/{}", one.person.id), &[]);
    let rank = one.rank.map(|rank| writing.number(u64::from(rank))).unwrap_or_default();
    let name = Cell::Noted(Box::new(Cell::Link(one.person.name.clone(), href)), rank);
    let cells = vec![
        Cell::Text(one.person.id.to_string()),
        name,
        one.rank.map_or(Cell::Empty, |rank| Cell::Count(u64::from(rank))),
        Cell::Named(one.stands.name().to_owned(), stands_words(one, writing)),
        Cell::text(one.stands.reason().unwrap_or_default()),
        Cell::text(web.office().place_words(one.person.place)),
        Cell::text(why(one, writing)),
        Cell::text(one.after.unwrap_or_default()),
        Cell::Rupiah(one.cost),
        one.limit_on.map_or(Cell::Empty, Cell::Day),
    ];
    Row::new(one.person.id.to_string(), cells)
}

/// Why somebody stands after the one before, and in the first criteria how.
fn why(one: &Standing, writing: Writing) -> String {
    let by = one.after.map(|by| {
        let words = writing.w(&format!("criterion-{by}"));
        writing.with("board-after", &[("criterion", &words)])
    });
    let unknown = one.found.iter().filter(|(_, found)| *found == Some(Found::Unknown));
    let unknown: Vec<String> =
        unknown.map(|(name, _)| writing.w(&format!("criterion-{name}"))).collect();
    let unknown = (!unknown.is_empty())
        .then(|| writing.with("ranking-not-known", &[("criteria", &unknown.join(", "))]));
    [by, unknown].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Where somebody stands, with the reason.
pub(super) fn stands_words(one: &Standing, writing: Writing) -> String {
    let stands = writing.w(&format!("stands-{}", one.stands.name()));
    match one.stands.reason() {
        None => stands,
        Some(reason) => format!("{stands}: {}", writing.w(&format!("stands-reason-{reason}"))),
    }
}

/// A criterion as it is written, in words.
pub(super) fn criterion(text: &str, writing: Writing) -> String {
    let (name, about) = text.split_once(':').unwrap_or((text, ""));
    let words = writing.w(&format!("criterion-{name}"));
    if about.is_empty() { words } else { format!("{words} ({})", about.replace('+', ", ")) }
}

fn load_missing(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let Some(code) = programme_of(web, asked)? else {
        return Ok(nothing(writing, "mandate-heading"));
    };
    let found = web.office().mandated(actor, &code)?;
    let lead = match &found.mandate {
        None => writing.w("mandate-none"),
        Some(mandate) => {
            let from = writing.month(mandate.from);
            writing.with("mandate-lead", &[("from", &from), ("basis", &mandate.basis)])
        }
    };
    let (rows, more) = window.cut(missing_rows(&found, writing));
    Ok(Listing {
        title: writing.w("mandate-heading"),
        lead,
        caption: writing.with("mandate-caption", &[("programme", &found.programme.name)]),
        empty: writing.w("mandate-nobody"),
        rows,
        more,
        ..listing(web, asked, "/wajib", &code)?
    })
}

fn missing_rows(found: &Mandated, writing: Writing) -> Vec<Row> {
    let enlisted = |is: bool| {
        let name = if is { "yes" } else { "no" };
        Cell::Named(name.to_owned(), writing.w(&format!("mandate-enlisted-{name}")))
    };
    let people = found.people.iter().map(|one| {
        let href = writing.href(&format!("/peserta/{}", one.person.id), &[]);
        let cells = vec![
            Cell::Text(one.person.id.to_string()),
            Cell::Link(one.person.name.clone(), href),
            Cell::text(one.place.clone()),
            Cell::Named("register".to_owned(), writing.w("mandate-from-register")),
            enlisted(one.is_enlisted),
        ];
        Row::new(one.person.id.to_string(), cells)
    });
    let lines = found.lines.iter().map(|one| {
        let (day, line) = (writing.day(one.as_of), writing.number(u64::from(one.line)));
        let from = writing.with("mandate-from-list", &[("day", &day), ("line", &line)]);
        let year = one.birth_year.map(|year| year.to_string()).unwrap_or_default();
        let cells = vec![
            Cell::Empty,
            Cell::Noted(Box::new(Cell::text(one.name.clone())), year),
            Cell::Empty,
            Cell::Named("list".to_owned(), from),
            enlisted(one.is_enlisted),
        ];
        Row::new(format!("{} {}", one.as_of, one.line), cells)
    });
    people.chain(lines).collect()
}

/// The board.
async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&board_page(web, asked, &code)?))).await
}

fn board_page(web: &Web, asked: &Asked, code: &str) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let board = web.office().board(actor, code)?;
    let title = writing.with("board-heading", &[("programme", &board.programme.name)]);
    let page = web.page(asked, Section::Money, title);
    let own = crate::routes::funds::ceiling::warning(&board.ceiling, &board.fund.code, writing);
    let mut pieces = Vec::from_iter(own);
    pieces.extend([
        Piece::Facts(Facts::tally(writing, tally(&board, writing))),
        Piece::Heading(writing.w("board-standing")),
        Piece::Facts(Facts::dense(writing, standing(&board, writing))),
    ]);
    let ranking = [("program".to_owned(), code.to_owned())];
    pieces.push(Piece::Link(writing.href("/urutan", &ranking), writing.w("ranking-link")));
    if board.overlap_rule.is_none() {
        let text = writing.w("board-no-rule.what");
        pieces.push(Piece::Notice(Notice::info(writing.w("board-no-rule"), text)));
    }
    pieces.extend(rescue_pieces(&board, writing));
    pieces.extend(age_pieces(&board, writing));
    pieces.push(Piece::Heading(writing.w("board-villages")));
    pieces.push(Piece::Table(Box::new(village_table(web, asked, &board, code)?)));
    pieces.extend(reminder_pieces(web, &board, writing));
    let back = writing.href(&format!("/program/{code}"), &[]);
    let day = writing.day(board.as_of);
    Ok(Plain {
        page,
        back: Some((back, writing.w("board-back"))),
        lead: writing.with("board-lead", &[("day", &day)]),
        pieces,
    })
}

fn tally(board: &Board, writing: Writing) -> Vec<Fact> {
    let count = |key: &str, number: u64| Fact::new(writing.w(key), writing.number(number));
    let people = |names: &[&str]| {
        let ours = board.standing.iter().filter(|(stands, ..)| names.contains(stands));
        ours.map(|(.., people)| people).sum::<u64>()
    };
    let some = |n: Option<u32>| n.map_or("–".to_owned(), |n| writing.number(n.into()));
    let programme = &board.programme;
    vec![
        Fact::new(writing.w("programme-target"), some(programme.target_in(board.from.year()))),
        Fact::new(writing.w("board-places"), some(programme.places())),
        count("web-received", board.rows.received()),
        count("board-valid", board.rows.accepted),
        count("web-refused", board.rows.refused),
        count("board-waiting", people(&["waiting"])),
        count("web-approved", people(&["member"])),
    ]
}

/// What became of everybody: rows that are no candidates by outcome, candidates by standing.
fn standing(board: &Board, writing: Writing) -> Vec<Fact> {
    let count = |name: String, number: u64| Fact::new(name, writing.number(number));
    let mut facts = vec![
        count(writing.w("web-to-fix"), board.rows.to_fix),
        count(writing.w("web-repeated"), board.rows.repeated),
    ];
    for (outcome, rows) in &board.refused {
        facts.push(count(writing.words().outcome(*outcome), *rows));
    }
    for (stands, reason, people) in &board.standing {
        let stands = writing.w(&format!("stands-{stands}"));
        let name = match reason {
            None => stands,
            Some(reason) => format!("{stands}: {}", writing.w(&format!("stands-reason-{reason}"))),
        };
        facts.push(count(name, *people));
    }
    facts
}

fn rescue_pieces(board: &Board, writing: Writing) -> Vec<Piece> {
    let rescue = &board.rescue;
    let number = |number: u32| writing.number(u64::from(number));
    let next = writing.number(rescue.next.len() as u64);
    let (open, fallen, unfilled) =
        (number(rescue.open), number(rescue.fallen), number(rescue.unfilled));
    let (freed, cost, free) =
        (writing.rupiah(rescue.freed), writing.rupiah(rescue.cost), writing.rupiah(rescue.free));
    let from = writing.month(board.from);
    let values = [
        ("open", open.as_str()),
        ("fallen", &fallen),
        ("freed", &freed),
        ("next", &next),
        ("cost", &cost),
        ("unfilled", &unfilled),
        ("free", &free),
        ("from", &from),
    ];
    let mut pieces = vec![Piece::Heading(writing.w("board-rescue"))];
    let key = if rescue.open == 0 { "board-rescue-full" } else { "board-rescue-open" };
    pieces.push(Piece::Words(writing.with(key, &values)));
    if rescue.unfilled > 0 {
        let key = if rescue.lacks_money { "board-rescue-money" } else { "board-rescue-people" };
        pieces.push(Piece::Words(writing.with(key, &values)));
    }
    if rescue.fallen > 0 {
        let path = format!("/program/{}/perubahan", board.programme.code);
        pieces.push(Piece::Link(writing.href(&path, &[]), writing.w("fallen-link")));
    }
    pieces
}

fn age_pieces(board: &Board, writing: Writing) -> Vec<Piece> {
    let mut pieces = vec![Piece::Heading(writing.w("board-ages"))];
    if let Some((article, status)) = &board.age_rule {
        let status = writing.w(&format!("status-{}", status.name()));
        let values = [("article", article.as_str()), ("status", &status)];
        pieces.push(Piece::Words(writing.with("board-ages-rule", &values)));
    }
    let line = |month: &app::board::AgeMonth| {
        let (name, people) = (writing.month(month.month), writing.number(month.people.into()));
        let monthly = writing.rupiah(month.monthly);
        let values = [("month", name.as_str()), ("people", &people), ("monthly", &monthly)];
        writing.with("board-age-line", &values)
    };
    match board.ages.is_empty() {
        true => pieces.push(Piece::Words(writing.w("board-ages-none"))),
        false => pieces.push(Piece::Points(board.ages.iter().map(line).collect())),
    }
    pieces
}

fn village_table(
    web: &Web,
    asked: &Asked,
    board: &Board,
    code: &str,
) -> Result<crate::table::TableView, AppError> {
    let writing = asked.writing();
    let rows = board.villages.iter().map(|place| village_row(web, board, place, writing));
    let window = Window { after: None, rows: crate::table::PAGE_ROWS };
    let (rows, more) = window.cut(rows.collect());
    let caption = writing.with("board-villages-caption", &[("programme", &board.programme.name)]);
    let listing = Listing {
        caption,
        empty: writing.w("board-villages-none"),
        rows,
        more,
        state: vec![("program".to_owned(), code.to_owned())],
        ..Listing::default()
    };
    Ok(VILLAGES.table(asked, listing))
}

/// Texts to copy, for villages that have something to do; nobody is named in them.
fn reminder_pieces(_web: &Web, board: &Board, writing: Writing) -> Vec<Piece> {
    const MOST: usize = 50; // the others are in the table's data
    let texts = board.villages.iter();
    let texts = texts.filter_map(|place| board.reminder_text(writing.words(), place));
    let texts: Vec<String> = texts.take(MOST).collect();
    let mut pieces = vec![Piece::Heading(writing.w("board-reminders"))];
    match texts.is_empty() {
        true => pieces.push(Piece::Words(writing.w("board-reminders-none"))),
        false => {
            pieces.push(Piece::Words(writing.w("board-reminders-lead")));
            pieces.push(Piece::Points(texts));
        }
    }
    pieces
}
