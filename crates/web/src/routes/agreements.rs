//! `/perjanjian`: agreements in a line each; `/perjanjian/papan`: what every party owes by when;
//! one of them, its duties, and what changes it.

mod duty;
mod one;
pub(crate) mod ties;
mod write;

use app::agreements::{AgreementShown, DutyShown, DutyState, Renewal};
use app::error::AppError;
use app::office::Operation;
use base::Day;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Notice, Tag};
use crate::routes::{Route, Web, sentence};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/perjanjian",
    operation: Operation::ReadMoney,
    id: "agreements",
    section: Section::Agreements,
    columns: &[
        Column::of_data("code", Kind::Text),
        Column::new("subject", "agreement-about", Kind::Indonesian),
        Column::of_data("number", Kind::Text),
        Column::new("parties", "agreement-parties", Kind::Text),
        Column::of_data("from", Kind::Day),
        Column::new("to", "agreement-until", Kind::Day),
        Column::new("state", "agreement-state", Kind::Text),
        Column::of_data("version", Kind::Count),
        Column::of_data("renewal", Kind::Text),
        Column::new("late", "duty-state-late", Kind::Count),
        Column::new("soon", "duty-state-soon", Kind::Count),
        Column::new("done", "duty-state-done", Kind::Count),
        Column::new("duties", "agreement-duties", Kind::Count),
    ],
    meta: &[],
    parameters: &[],
    load,
};

const BOARD: View = View {
    path: "/perjanjian/papan",
    operation: Operation::ReadMoney,
    id: "agreement-duties",
    section: Section::Agreements,
    columns: &[
        Column::new("duty", "agreement-duty", Kind::Indonesian),
        Column::of_data("code", Kind::Text),
        Column::of_data("agreement", Kind::Text),
        Column::new("owner", "agreement-owner", Kind::Text),
        Column::of_data("owner_code", Kind::Text),
        Column::new("due", "agreement-due", Kind::Day),
        Column::new("done", "agreement-done", Kind::Count),
        Column::new("of", "agreement-of", Kind::Count),
        Column::of_data("after_due", Kind::Count),
        Column::of_data("last", Kind::Day),
        Column::new("state", "agreement-state", Kind::Text),
    ],
    meta: &[Column::of_data("as_of", Kind::Day)],
    parameters: &[
        Parameter {
            name: "keadaan",
            meaning: "Where the duties stand.",
            shape: Shape::OneOf(&["terlambat", "dekat", "terbuka", "terus", "selesai"]),
        },
        Parameter { name: "per", meaning: "As of this day; today when absent.", shape: Shape::Day },
    ],
    load: load_board,
};

/// Each state with its word in an address.
const STATES: [(DutyState, &str); 5] = [
    (DutyState::Late, "terlambat"),
    (DutyState::Soon, "dekat"),
    (DutyState::Open, "terbuka"),
    (DutyState::Standing, "terus"),
    (DutyState::Done, "selesai"),
];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let views = VIEW.routes().into_iter().chain(BOARD.routes());
    let pages = write::routes().into_iter().chain(one::routes()).chain(duty::routes());
    views.chain(pages).chain(ties::routes()).collect()
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().agreements(actor)?;
    let rows = found.iter().map(|shown| row(shown, writing)).collect();
    let (rows, more) = window.cut(rows);
    let may_write = web.may_somewhere(actor, Operation::SetUp);
    let new = (writing.href("/perjanjian/baru", &[]), writing.w("agreement-new"));
    let board = (writing.href("/perjanjian/papan", &[]), writing.w("agreement-board"));
    Ok(Listing {
        title: writing.w("web-agreements"),
        lead: writing.w("agreement-lead"),
        caption: writing.w("agreement-caption"),
        empty: writing.w("agreement-empty"),
        action: Some(if may_write { new } else { board }),
        rows,
        more,
        ..Listing::default()
    })
}

fn row(shown: &AgreementShown, writing: Writing) -> Row {
    let (agreement, terms) = (&shown.agreement, &shown.terms);
    let href = writing.href(&format!("/perjanjian/{}", agreement.code), &[]);
    let parties: Vec<&str> = terms.parties.iter().map(|party| &*party.name).collect();
    let count = |state| Cell::Count(u64::from(shown.duties.get(&state).copied().unwrap_or(0)));
    let (renewal, note) = match shown.renewal {
        Renewal::Far => ("far", String::new()),
        Renewal::Due { days_left } => {
            let days = writing.number(u64::from(days_left.unsigned_abs()));
            ("due", writing.with("agreement-renewal-due", &[("days", &days)]))
        }
        Renewal::Over => ("over", writing.w("agreement-renewal-over")),
    };
    let subject = Cell::Link(terms.subject.to_string(), href);
    let number = if terms.number.is_empty() { &agreement.code } else { &terms.number };
    let state = agreement.state.name();
    let class = if state == "signed" { "confirmed" } else { "" };
    let sum = shown.duties.values().sum::<u32>();
    let cells = vec![
        Cell::text(&*agreement.code),
        Cell::Noted(Box::new(subject), number.to_string()),
        Cell::text(&*terms.number),
        Cell::text(parties.join(" – ")),
        Cell::Day(terms.from),
        Cell::Noted(Box::new(Cell::Day(terms.to)), note),
        Cell::State(state, class, writing.w(&format!("agreement-state-{state}"))),
        Cell::Count(u64::from(agreement.version)),
        Cell::text(renewal),
        count(DutyState::Late),
        count(DutyState::Soon),
        count(DutyState::Done),
        Cell::Count(u64::from(sum)),
    ];
    Row::new(&*agreement.code, cells)
}

fn load_board(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let on = match asked.value("per").filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(Day::parse_iso(text).ok_or_else(|| AppError::usage("NOT_A_DAY", text))?),
    };
    let mut found = web.office().agreement_board(actor, on)?;
    let count = |wanted| found.iter().filter(|shown| shown.standing.state == wanted).count();
    let all = (String::new(), writing.w("web-all"), Some(found.len() as u64));
    let choices = STATES.map(|(state, word)| {
        let name = writing.w(&format!("duty-state-{}", state.name()));
        (word.to_owned(), name, Some(count(state) as u64))
    });
    let choices: Vec<_> = [all].into_iter().chain(choices).collect();
    if let Some(word) = asked.value("keadaan").filter(|word| !word.is_empty()) {
        let known = STATES.iter().find(|(_, known)| *known == word);
        let (state, _) = known.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?;
        found.retain(|shown| shown.standing.state == *state);
    }
    let rows = found.iter().map(|shown| board_row(shown, writing)).collect();
    let (rows, more) = window.cut(rows);
    let as_of = on.unwrap_or_else(|| web.office().today());
    Ok(Listing {
        title: writing.w("agreement-board"),
        lead: writing.w("agreement-board-lead"),
        caption: writing.with("agreement-board-caption", &[("day", &writing.day(as_of))]),
        empty: writing.w("agreement-board-empty"),
        action: Some((writing.href("/perjanjian", &[]), writing.w("web-agreements"))),
        facets: vec![Facet { head: writing.w("agreement-state"), name: "keadaan", choices }],
        meta: vec![Cell::Day(as_of)],
        rows,
        more,
        ..Listing::default()
    })
}

fn board_row(shown: &DutyShown, writing: Writing) -> Row {
    let path = format!("/perjanjian/{}/kewajiban/{}", shown.agreement, shown.duty.code);
    let standing = shown.standing;
    let state = standing.state.name();
    let words = writing.w(&format!("duty-state-{state}"));
    let duty = Cell::Link(shown.text.clone(), writing.href(&path, &[]));
    let cells = vec![
        Cell::Noted(Box::new(duty), shown.agreement.to_string()),
        Cell::text(&*shown.duty.code),
        Cell::text(&*shown.agreement),
        Cell::text(&*shown.party),
        Cell::text(&*shown.owner),
        shown.duty.due.map_or(Cell::Empty, Cell::Day),
        Cell::Count(u64::from(standing.done)),
        Cell::Count(u64::from(standing.of)),
        Cell::Count(u64::from(standing.after_due)),
        standing.last.map_or(Cell::Empty, Cell::Day),
        Cell::State(state, class(standing.state), words),
    ];
    Row::new(format!("{}/{}", shown.agreement, shown.duty.code), cells)
}

fn class(state: DutyState) -> &'static str {
    match state {
        DutyState::Late => "warning",
        DutyState::Done => "confirmed",
        DutyState::Soon | DutyState::Open | DutyState::Standing => "",
    }
}

/// How much of a duty is done, in a word or as a count.
fn tag(shown: &DutyShown, writing: Writing) -> Tag {
    let standing = shown.standing;
    let state = writing.w(&format!("duty-state-{}", standing.state.name()));
    let text = match shown.duty.each_under {
        None => state,
        Some(_) => format!("{state} {}/{}", standing.done, standing.of),
    };
    Tag::new(class(standing.state), text)
}

/// The field that a refusal is about, where the forms of agreements have one.
fn field_of(error: &AppError) -> Option<&'static str> {
    Some(match error.code.as_str() {
        "ORG_CODE_UNFIT" | "CODE_TAKEN" => "kode",
        "AGREEMENT_PARTIES_TOO_FEW"
        | "AGREEMENT_PARTY_TWICE"
        | "AGREEMENT_PARTY_UNFIT"
        | "ORG_UNKNOWN" => "pihak",
        "AGREEMENT_DAYS_IN_DISORDER" | "AGREEMENT_NOTICE_TOO_LONG" => "berakhir",
        "NOT_A_DAY" | "DAY_AHEAD" | "AGREEMENT_SIGNED_IN_FUTURE" => "tanggal",
        "AGREEMENT_NUMBER_MISSING" => "nomor",
        "AGREEMENT_SIGNATORY_MISSING" => "tanggal",
        "AGREEMENT_TEXT_UNREADABLE"
        | "AGREEMENT_PLACEHOLDER_UNKNOWN"
        | "AGREEMENT_ARTICLE_EMPTY"
        | "AGREEMENT_TEXT_UNFIT" => "naskah",
        "AGREEMENT_DUTY_UNFIT" | "AGREEMENT_DUTY_TWICE" | "AGREEMENT_DUTY_OF_NOBODY" => "kewajiban",
        "AGREEMENT_DUE_OUTSIDE" => "batas",
        "REASON_MISSING" => "alasan",
        "NOTE_UNFIT" => "catatan",
        "FACILITIES_MISSING" => "fasilitas",
        "SCAN_UNFIT" | "UPLOAD_MISSING" | "UPLOAD_TOO_LARGE" | "UPLOAD_BROKEN" => "berkas",
        _ => return None,
    })
}

/// A notice of what was refused, for pages of several forms.
fn refusal(asked: &Asked, error: &AppError) -> Notice {
    Notice::warning(sentence(error, asked.writing()), String::new())
}
