//! `/benturan`: who on a list that waits, or on a month's bill, is paid for elsewhere, insured
//! elsewhere, dead, or perhaps in the register twice; with the rule, the fund's policy and the next
//! step. The pages that move money show the same in figures.

use app::conflicts::{Against, Conflict, Conflicts};
use app::error::AppError;
use app::office::Operation;
use base::Month;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Field, Form, Notice, Piece};
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
    let href = writing.href(&format!("/peserta/{}", one.person.id), &[]);
    let person = Cell::Link(one.person.name.clone(), href);
    let cells = vec![
        Cell::Text(one.person.id.to_string()),
        Cell::Noted(Box::new(person), one.person.nik.clone()),
        Cell::text(one.person.nik.clone()),
        Cell::Text(name.to_owned()),
        match one.against {
            Against::MaybeTwice(pair, _) => {
                let href = writing.href(&format!("/ganda/{pair}"), &[]);
                Cell::Link(against(one, writing), href)
            }
            _ => Cell::text(against(one, writing)),
        },
        Cell::text(found.rule_words(&one.against, writing.words())),
        Cell::text(policy(found, writing)),
        Cell::text(found.next_words(&one.against, writing.words())),
    ];
    let which = match one.against {
        Against::MaybeTwice(pair, _) => pair.to_string(),
        _ => name.to_owned(),
    };
    Row::new(format!("{} {which}", one.person.id), cells)
}

/// What stands against paying, in figures, for a page that moves money: each kind with its rule,
/// the fund's policy, what the office's own rule does, and where to look and decide.
pub(crate) fn pieces(found: &Conflicts, writing: Writing) -> Vec<Piece> {
    let people = writing.number(found.people);
    let mut pieces = vec![Piece::Heading(writing.w("conflict-heading"))];
    if found.found.is_empty() {
        pieces.push(Piece::Words(writing.with("conflict-none", &[("people", &people)])));
        return pieces;
    }
    let (count, pairs) =
        (writing.number(found.certain()), writing.number(found.pairs.len() as u64));
    let values = [("people", &*people), ("count", &count), ("pairs", &pairs)];
    let heading = writing.with("conflict-before", &values);
    pieces.push(Piece::Notice(Notice::warning(heading, effect(found, writing))));
    let kind = |(name, count): (&str, u64)| {
        let values = [("count", writing.number(count))];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let first = found.found.iter().find(|one| one.against.name() == name);
        let rule = first.map(|one| found.rule_words(&one.against, writing.words()));
        let counted = writing.with(&format!("conflict-{name}.count"), &values);
        format!("{counted} {}", rule.unwrap_or_default())
    };
    let mut points: Vec<String> = found.counts().into_iter().map(kind).collect();
    let over = found.found.iter().find(|one| matches!(one.against, Against::TooManyKinds { .. }));
    points.extend(over.map(|one| found.next_words(&one.against, writing.words())));
    points.push(policy(found, writing));
    if !found.pairs.is_empty() {
        let sum = writing.rupiah(found.monthly_at_stake());
        points.push(writing.with("conflict-at-stake", &[("sum", &sum)]));
    }
    pieces.push(Piece::Points(points));
    let mut query = vec![("program".to_owned(), found.programme.0.to_string())];
    query.extend(found.month.map(|month| ("bulan".to_owned(), month.to_string())));
    pieces.push(Piece::Link(writing.href("/benturan", &query), writing.w("conflict-by-name")));
    for (at, pair) in found.pairs.iter().take(DEAREST).enumerate() {
        let (number, sum) = ((at + 1).to_string(), writing.rupiah(pair.stake.monthly));
        let values = [("number", number.as_str()), ("sum", &sum)];
        let href = writing.href(&format!("/ganda/{}", pair.id), &[]);
        pieces.push(Piece::Link(href, writing.with("conflict-pair", &values)));
    }
    if found.pairs.len() > DEAREST {
        pieces.push(Piece::Link(writing.href("/ganda", &[]), writing.w("conflict-court")));
    }
    pieces
}

/// Pairs that a page names itself.
const DEAREST: usize = 3;

/// What becomes of the list or the bill for it: nothing by itself, unless the office has written
/// so.
fn effect(found: &Conflicts, writing: Writing) -> String {
    match (found.month, found.rule) {
        (None, Some(rule)) => {
            let rule = writing.w(&format!("overlap-rule-{}", rule.name()));
            writing.with("conflict-stops", &[("rule", &rule)])
        }
        _ => writing.w("conflict-stops-nothing"),
    }
}

fn policy(found: &Conflicts, writing: Writing) -> String {
    let policy = if found.refuses_insured { "conflict-refuses" } else { "conflict-takes" };
    writing.with(policy, &[("fund", &found.fund.0)])
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
        Against::TooManyKinds { month, kinds, .. } => {
            let (count, month) = (writing.number(kinds.len() as u64), writing.month(*month));
            let kinds = kinds.join(", ");
            let values = [("count", count.as_str()), ("month", &month), ("kinds", &kinds)];
            writing.with(&key, &values)
        }
        Against::PaidInOtherRegion | Against::OtherRegency => writing.w(&key),
        Against::MaybeTwice(_, likely) => {
            writing.with(&key, &[("share", &writing.percent(base::Ppm(*likely)))])
        }
    };
    match one.other_name {
        true => format!("{text}. {}", writing.w("conflict-other-name")),
        false => text,
    }
}
