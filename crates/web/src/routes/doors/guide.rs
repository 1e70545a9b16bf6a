//! `/musibah`: what to do after an accident or a death, until when, with what papers, and what is
//! paid: reckoned by the rules of the day, for the tier, each with its article. Ready to print.

use std::sync::Arc;

use app::doors::{EventKind, Guide, GuideAsked, PAID_MONTHS_MOST};
use app::office::Operation;
use axum::extract::State;
use axum::response::Response;
use base::Rupiah;

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, day_of, html};

/// The months that the form begins with: more than any rule asks for.
const MONTHS: u32 = 12; // not law: a year is what programmes pay for

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/musibah", Operation::ReadPublic, show)]
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(html(&page(web, asked)))).await
}

fn page(web: &Web, asked: &Asked) -> Plain {
    let writing = asked.writing();
    let today = web.office().today();
    let day = asked.value("hari").filter(|text| !text.is_empty());
    let read = day.map(day_of);
    let event = match asked.value("kejadian") {
        Some("kecelakaan") => Some(EventKind::Accident),
        Some("kematian") => Some(EventKind::Death),
        _ => None,
    };
    let wanted = GuideAsked {
        event: event.unwrap_or(EventKind::Accident),
        day: read.flatten().filter(|day| *day <= today).unwrap_or(today),
        base: asked.value("dasar").and_then(|text| text.parse().ok()).map(Rupiah),
        months: asked.value("bulan").and_then(|text| text.parse().ok()).unwrap_or(MONTHS),
    };
    let page = web.page(asked, Section::None, writing.w("guide-title"));
    let mut pieces = Vec::new();
    if event.is_none() {
        pieces.extend(doors(writing));
    } else {
        if read.is_some_and(|day| day.is_none_or(|day| day > today)) {
            let words = (writing.w("guide-day-unfit"), String::new());
            pieces.push(Piece::Notice(Notice::warning(words.0, words.1)));
        }
        match web.office().guide(&wanted) {
            Ok(guide) => pieces.extend(steps(&page, &guide, writing)),
            Err(_) => {
                let words = (writing.w("guide-unknown"), String::new());
                pieces.push(Piece::Notice(Notice::info(words.0, words.1)));
            }
        }
    }
    let back = match event {
        None => (writing.href("/", &[]), writing.w("web-home")),
        Some(_) => (writing.href("/musibah", &[]), writing.w("guide-title")),
    };
    Plain { page, back: Some(back), lead: writing.w("guide-lead"), pieces }
}

/// Which of the two it was, and whom to tell.
fn doors(writing: Writing) -> Vec<Piece> {
    let to = |event: &str, key: &str| {
        let query = [("kejadian".to_owned(), event.to_owned())];
        Piece::Link(writing.href("/musibah", &query), writing.w(key))
    };
    vec![
        to("kecelakaan", "guide-to-accident"),
        to("kematian", "guide-to-death"),
        Piece::Link(writing.href("/musibah/lapor", &[]), writing.w("guide-to-report")),
        Piece::Link(writing.href("/lacak", &[]), writing.w("web-door-track")),
    ]
}

fn steps(page: &Page, guide: &Guide, writing: Writing) -> Vec<Piece> {
    let (name, count) = match guide.asked.event {
        EventKind::Accident => ("accident", 5),
        EventKind::Death => ("death", 5),
    };
    let lines = (1..=count).map(|line| writing.w(&format!("guide-{name}.line{line}")));
    let kind = if name == "accident" { "accident" } else { "death" };
    let tell = writing.href("/musibah/lapor", &[("jenis".to_owned(), kind.to_owned())]);
    let mut pieces = vec![
        Piece::Heading(writing.w(&format!("guide-{name}"))),
        Piece::Steps(lines.collect()),
        Piece::Link(tell, writing.w("guide-to-report")),
        Piece::Heading(writing.w("guide-clocks")),
        Piece::Points(clocks(guide, writing)),
        Piece::Heading(writing.w("guide-papers")),
        Piece::Words(writing.w("guide-papers.lead")),
    ];
    let paper = |(paper, always): &(String, bool)| match always {
        true => paper.clone(),
        false => format!("{paper} {}", writing.w("guide-paper-if")),
    };
    pieces.push(Piece::Points(guide.papers.iter().map(paper).collect()));
    pieces.push(Piece::Words(writing.with("guide-basis", &[("article", &guide.papers_article)])));
    pieces.push(Piece::Heading(writing.w("guide-amounts")));
    let (base, day) = (writing.rupiah(guide.base), writing.day(guide.asked.day));
    let months = writing.number(guide.asked.months.min(PAID_MONTHS_MOST).into());
    let values = [("base", &*base), ("day", &*day), ("months", &*months)];
    pieces.push(Piece::Words(writing.with(&format!("guide-amounts-{name}"), &values)));
    pieces.push(Piece::Facts(amounts(guide, writing)));
    pieces.push(Piece::Link(writing.href("/aturan", &[]), writing.w("web-rules")));
    for (_, answer) in &guide.amounts {
        let notes = answer.notes.iter().map(|note| writing.words().note(*note));
        pieces.extend(notes.map(Piece::Words));
    }
    pieces.push(Piece::Words(writing.w("guide-promise")));
    pieces.push(Piece::Form(question(page, guide, writing)));
    pieces
}

fn clocks(guide: &Guide, writing: Writing) -> Vec<String> {
    let line = |clock: &app::doors::GuideClock| {
        let until = writing.day(clock.until);
        let values = [("until", &*until), ("article", &*clock.article)];
        writing.with(&format!("guide-clock-{}", clock.name), &values)
    };
    guide.clocks.iter().map(line).collect()
}

/// What is paid, line by line, each with its article and how well the rule is known; as a list,
/// because a table of three columns does not fit a phone.
fn amounts(guide: &Guide, writing: Writing) -> Facts {
    let mut rows = Vec::new();
    for (name, answer) in &guide.amounts {
        let total = format!("{} ({})", writing.rupiah(answer.total), answer.total.in_words());
        rows.push(Fact::new(writing.w(&format!("guide-amount-{name}")), total));
        for line in &answer.lines {
            let status = writing.w(&format!("status-{}", line.status.name()));
            let rupiah = writing.rupiah(line.rupiah);
            rows.push(Fact::new(
                format!("– {}", writing.w(&format!("law-line-{}", line.key.name()))),
                format!("{rupiah}. {}, {status}.", line.article),
            ));
        }
    }
    Facts::new(writing, rows)
}

/// The day, the tier and, after a death, the months: nothing that says who somebody is.
fn question(page: &Page, guide: &Guide, writing: Writing) -> Form {
    let is_death = guide.asked.event == EventKind::Death;
    let bases =
        guide.bases.iter().map(|base| Choice::new(base.0.to_string(), writing.rupiah(*base)));
    let day = guide.asked.day;
    let day = format!("{:02}-{:02}-{}", day.day(), day.month(), day.year());
    let mut fields = vec![Field::line(writing, "hari", "guide-day").answered(day)];
    match is_death {
        true => {
            let line = Control::Line { width: 4, keyboard: "numeric", filled_by: "off" };
            let months = guide.asked.months.min(PAID_MONTHS_MOST).to_string();
            fields.push(Field::new(writing, "bulan", "guide-months", line).answered(months));
        }
        false => {
            let tiers =
                Field::new(writing, "dasar", "guide-base", Control::Select(bases.collect()));
            fields.push(tiers.answered(guide.base.0.to_string()));
        }
    }
    let event = if is_death { "kematian" } else { "kecelakaan" };
    Form::search(page, "/musibah", "guide-reckon", fields).with_hidden("kejadian", event)
}
