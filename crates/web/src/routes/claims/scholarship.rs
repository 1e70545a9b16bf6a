//! Scholarships year by year: on the page of a claim the plan of each child with the form for a
//! step, at `/klaim/beasiswa` what waits in all claims, and the same for programs.

use std::sync::Arc;

use app::claims::{ClaimFile, claim_number};
use app::error::AppError;
use app::office::Operation;
use app::scholarships::{
    EndCause, Scholarship, Standing, YearDue, YearRow, YearShown, YearState, YearStep, YearWanted,
    class_name, letter_part,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Id, Rupiah};

use super::one::done;
use super::{StepTyped, amount_asked};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::chart::{RowCell, Rows};
use crate::parts::{Choice, Control, Field, Form, Piece, Posted};
use crate::routes::{Route, Web, answer, day_asked, files};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const DUE: View = View {
    path: "/klaim/beasiswa",
    operation: Operation::ReadClaims,
    id: "scholarships-due",
    section: Section::Claims,
    columns: &[
        Column::of_data("claim", Kind::Text),
        Column::new("name", "claim-member", Kind::Text),
        Column::new("child", "scholarship-child", Kind::Count),
        Column::new("school_year", "scholarship-year", Kind::Text),
        Column::new("class", "scholarship-class", Kind::Text),
        Column::new("rupiah", "scholarship-amount", Kind::Rupiah),
        Column::new("until", "scholarship-until", Kind::Day),
        Column::new("state", "scholarship-standing", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_due,
};

const YEARS: &[Column] = &[
    Column::of_data("claim", Kind::Text),
    Column::of_data("child", Kind::Count),
    Column::of_data("school_year", Kind::Text),
    Column::of_data("class", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("computed_rupiah", Kind::Rupiah),
    Column::of_data("paid_rupiah", Kind::Rupiah),
];

const fn text(name: &'static str, meaning: &'static str, most: usize) -> Input {
    Input { name, meaning, shape: Shape::Text { most, may_be_empty: true } }
}

const STEP: Act = Act {
    path: "/api/klaim/{id}/beasiswa",
    operation: Operation::ReadClaims,
    id: "step-scholarship",
    summary: "Makes a step of a child's school year: its class said, asked for with the school's \
              letter, sent, paid, sent back, ended, opened again.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "anak",
            meaning: "The child, by the number in the claim.",
            shape: Shape::Whole { most: 999 },
        },
        Input {
            name: "tahun",
            meaning: "The year in which the school year begins.",
            shape: Shape::Whole { most: 2_200 },
        },
        Input { name: "langkah", meaning: "The step.", shape: Shape::Word(step_words) },
        text("kelas", "The class as the letter says, such as sd1; empty for the planned one.", 10),
        text(
            "hari",
            "The day of it, YYYY-MM-DD; empty for today; of the letter when asked for.",
            10,
        ),
        text("jumlah_rupiah", "The amount paid; empty where there is none.", 20),
        text("sebab", "Why it ends, such as married; empty otherwise.", 20),
        text("nomor", "The number of the letter or transfer; never the number of a citizen.", 60),
        text("alasan", "Why, where it is sent back or opened again; kept sealed.", 300),
    ]),
    keyed: true,
    answers: YEARS,
    statuses: &[StatusCode::OK],
    act: act_step,
    again: act_step,
};

fn step_words() -> Vec<&'static str> {
    let all = YearStep::ALL.iter().filter(|step| !step.is_of_task());
    all.map(|step| step.name()).collect()
}

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = DUE.routes();
    routes.push(Route::post("/klaim/{id}/beasiswa", Operation::ReadClaims, step));
    routes.push(STEP.route());
    routes
}

fn act_step(call: &Call<'_>) -> Result<Said, AppError> {
    let text = |name: &str| call.given.text(name);
    let rupiah = amount_asked(text("jumlah_rupiah"))?;
    let step = YearStep::from_name(text("langkah"));
    let wanted = YearWanted {
        person_no: call.given.whole("anak") as u16,
        year: call.given.whole("tahun") as i32,
        step: step.ok_or_else(|| AppError::usage("KIND_UNKNOWN", text("langkah")))?,
        day: day_asked(text("hari"))?,
        class: text("kelas"),
        rupiah,
        cause: text("sebab"),
        reference: text("nomor"),
        reason: text("alasan"),
    };
    let id = claim_number(call.part("id"))?;
    let kept = call.web.office().step_scholarship(call.actor, id, &wanted)?;
    Ok(Said {
        status: StatusCode::OK,
        cells: vec![
            Cell::Text(id.to_string()),
            Cell::Count(kept.person_no.into()),
            Cell::Text(year_name(kept.year)),
            kept.class.map_or(Cell::Empty, |class| Cell::Text(class_name(class))),
            Cell::text(kept.state.name()),
            kept.computed.map_or(Cell::Empty, Cell::Rupiah),
            Cell::Rupiah(kept.paid),
        ],
    })
}

fn year_name(year: i32) -> String {
    format!("{year}/{}", year + 1)
}

fn load_due(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().scholarships_due(actor)?;
    let (rows, more) = window.cut(found.iter().map(|due| due_row(due, writing)).collect());
    Ok(Listing {
        title: writing.w("scholarship-due"),
        lead: writing.w("scholarship-due-lead"),
        caption: writing.w("scholarship-due"),
        empty: writing.w("scholarship-due-empty"),
        rows,
        more,
        links: vec![(writing.href("/klaim", &[]), writing.w("web-claims"))],
        ..Listing::default()
    })
}

fn due_row(due: &YearDue, writing: Writing) -> Row {
    let (claim, row) = (due.claim.to_string(), &due.row);
    let key = format!("{claim}-{}-{}", row.person_no, row.year);
    let href = writing.href(&format!("/klaim/{claim}"), &[]);
    let state = row.standing.name();
    let words = writing.w(&format!("scholarship-standing-{state}"));
    Row::new(
        key,
        vec![
            Cell::Text(claim),
            Cell::Link(due.person.name.clone(), href),
            Cell::Count(row.person_no.into()),
            Cell::Text(year_name(row.year)),
            Cell::Named(class_name(row.class), class_name(row.class).to_uppercase()),
            Cell::Rupiah(row.rupiah),
            Cell::Day(row.until),
            Cell::State(state, class_of(row.standing), words),
        ],
    )
}

fn class_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Kept(YearState::Paid) => "done",
        Standing::Kept(YearState::Returned) | Standing::Lapsed => "warning",
        _ => "",
    }
}

/// The plan of a claim's children with reminders, what was done, and the form for a step.
pub(super) fn pieces(
    web: &Web,
    asked: &Asked,
    page: &Page,
    id: Id<base::id::kind::Claim>,
) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let Some(found) = web.office().scholarship(actor, id)? else { return Ok(Vec::new()) };
    let mut pieces = vec![Piece::Heading(writing.w("scholarship"))];
    pieces.extend(notes(&found, writing).into_iter().map(Piece::Words));
    if !found.years.is_empty() {
        pieces.push(Piece::Rows(table(&found, writing)));
    }
    let done = history(&found, writing);
    if !done.is_empty() {
        pieces.push(Piece::Heading(writing.w("scholarship-history")));
        pieces.push(Piece::Points(done));
    }
    let reminders = found.reminders(writing.words());
    if found.is_open && !reminders.is_empty() {
        pieces.push(Piece::Heading(writing.w("scholarship-reminders")));
        pieces.push(Piece::Words(writing.w("scholarship-reminders-lead")));
        pieces.push(Piece::Points(reminders));
    }
    let handles = web.may_somewhere(actor, Operation::HandleClaims);
    let answers = web.may_somewhere(actor, Operation::AnswerClaims);
    if found.is_open && found.short.is_none() && !found.children.is_empty() && handles | answers {
        let may = |step: YearStep| if step.is_of_bpjs() { answers } else { handles };
        let action = format!("/klaim/{id}/beasiswa");
        pieces.push(Piece::Heading(writing.w("scholarship-step")));
        pieces.push(Piece::Form(form(page, &action, &found, may, writing)));
    }
    Ok(pieces)
}

/// The letters that may be added to a claim: one for each school year that may be asked for now.
pub(super) fn letters(web: &Web, asked: &Asked, file: &ClaimFile) -> Result<Vec<Choice>, AppError> {
    let Some((key, name)) = &file.school_paper else { return Ok(Vec::new()) };
    let found = web.office().scholarship(asked.actor()?, file.claim.id)?;
    let years = found.map_or_else(Vec::new, |found| found.years);
    let due = years.iter().map(|year| &year.row).filter(|row| row.standing.calls());
    let choice = |row: &YearRow| {
        let words = files::of_year(name, (row.person_no, row.year), asked.writing());
        Choice::new(letter_part(key, row.person_no, row.year), words)
    };
    Ok(due.map(choice).collect())
}

fn notes(found: &Scholarship, writing: Writing) -> Vec<String> {
    let most = found.children_most.to_string();
    let mut notes = vec![writing.with("scholarship-lead", &[("children", &most)])];
    if let Some((counted, required)) = found.short {
        let values = [("counted", &*counted.to_string()), ("required", &*required.to_string())];
        notes.push(writing.with("scholarship-short", &values));
        return notes;
    }
    if found.children.is_empty() {
        notes.push(writing.w("scholarship-no-children"));
        return notes;
    }
    notes.push(writing.with("scholarship-papers", &[("papers", &found.papers.join("; "))]));
    if let Some(year) = found.years.first() {
        notes.push(writing.with("scholarship-by", &[("article", &year.row.rule.1)]));
    }
    if !found.is_open {
        notes.push(writing.w("scholarship-not-open"));
    }
    for child in &found.children {
        let no = child.no.to_string();
        let values = [("no", &*no), ("name", &*child.name)];
        if !child.is_placed {
            notes.push(writing.with("scholarship-not-placed", &values));
        } else if !child.has_birth {
            notes.push(writing.with("scholarship-no-birth", &values));
        }
    }
    notes
}

fn table(found: &Scholarship, writing: Writing) -> Rows {
    let name = |no: u16| {
        let child = found.children.iter().find(|child| child.no == no);
        format!("{no}. {}", child.map_or("", |child| &child.name))
    };
    let row = |year: &YearShown| {
        let row = &year.row;
        let parameter = row.rule.0.as_str().split('@').next().unwrap_or_default();
        let amount = RowCell::number(writing.rupiah(row.rupiah));
        let standing = writing.w(&format!("scholarship-standing-{}", row.standing.name()));
        let cause = row.kept.as_ref().and_then(|kept| kept.cause);
        let standing = RowCell::text(standing);
        let standing = match cause {
            Some(cause) => {
                standing.noted(writing.w(&format!("scholarship-cause-{}", cause.name())))
            }
            None => standing,
        };
        let paid = row.kept.as_ref().map_or(Rupiah::ZERO, |kept| kept.paid);
        let paid = RowCell::number(match paid {
            Rupiah::ZERO => "–".to_owned(),
            paid => writing.rupiah(paid),
        });
        let paid = match row.difference() {
            Some(rupiah) => {
                let values = [("rupiah", &*writing.rupiah(rupiah))];
                paid.noted(writing.with("scholarship-differs", &values))
            }
            None => paid,
        };
        vec![
            RowCell::text(name(row.person_no)),
            RowCell::text(year_name(row.year)),
            RowCell::text(class_name(row.class).to_uppercase()),
            amount.leading(writing.href(&format!("/aturan/{parameter}"), &[])),
            RowCell::text(writing.day(row.until)),
            standing,
            paid,
        ]
    };
    let head = |key: &str, is_number: bool| (writing.w(key), is_number);
    Rows {
        id: "klaim-beasiswa".to_owned(),
        caption: writing.w("scholarship-caption"),
        heads: vec![
            head("scholarship-child", false),
            head("scholarship-year", false),
            head("scholarship-class", false),
            head("scholarship-amount", true),
            head("scholarship-until", false),
            head("scholarship-standing", false),
            head("scholarship-paid", true),
        ],
        rows: found.years.iter().map(row).collect(),
        total: vec![
            RowCell::text(writing.w("scholarship")),
            RowCell::text(""),
            RowCell::text(""),
            RowCell::number(writing.rupiah(found.total)),
            RowCell::text(""),
            RowCell::text(""),
            RowCell::number(writing.rupiah(found.paid)),
        ],
    }
}

fn history(found: &Scholarship, writing: Writing) -> Vec<String> {
    let mut lines = Vec::new();
    for year in &found.years {
        for step in &year.steps {
            let name = writing.w(&format!("scholarship-step-{}", step.step.name()));
            let values = [
                ("no", &*year.row.person_no.to_string()),
                ("year", &*year_name(year.row.year)),
                ("step", &*name),
                ("day", &*writing.day(step.day)),
            ];
            let mut text = writing.with("scholarship-history-line", &values);
            if let Some(rupiah) = step.rupiah {
                text.push_str(&format!(" · {} ({})", writing.rupiah(rupiah), rupiah.in_words()));
            }
            let more = [&*step.reference, &*step.reason];
            more.iter().filter(|text| !text.is_empty()).for_each(|one| {
                text.push_str(&format!(" · {one}"));
            });
            lines.push(text);
        }
    }
    lines
}

fn form(
    page: &Page,
    action: &str,
    found: &Scholarship,
    may: impl Fn(YearStep) -> bool,
    writing: Writing,
) -> Form {
    let steps = YearStep::ALL.iter().filter(|step| !step.is_of_task() && may(**step));
    let named =
        |key: &str, name: &str| Choice::new(name, writing.w(&format!("scholarship-{key}-{name}")));
    let steps = steps.map(|step| named("step", step.name())).collect();
    let none = Choice::new("", writing.w("scholarship-cause-none"));
    let causes = EndCause::ALL.iter().map(|cause| named("cause", cause.name()));
    let causes = [none].into_iter().chain(causes).collect();
    let first = found.years.iter().find(|year| year.row.standing.calls());
    let (no, year) = first.map_or_else(Default::default, |year| {
        (year.row.person_no.to_string(), year.row.year.to_string())
    });
    let optional = |name, key| Field::line(writing, name, key).optional(writing);
    let fields = vec![
        Field::new(writing, "langkah", "scholarship-step", Control::Select(steps)).answered("ask"),
        Field::line(writing, "anak", "scholarship-step-child").answered(no),
        Field::line(writing, "tahun", "scholarship-step-year").answered(year),
        optional("kelas", "scholarship-step-class"),
        optional("hari", "scholarship-step-day"),
        optional("jumlah", "scholarship-step-amount"),
        Field::new(writing, "sebab", "scholarship-step-cause", Control::Select(causes))
            .optional(writing),
        optional("nomor", "scholarship-step-reference"),
        optional("alasan", "claim-step-reason"),
    ];
    Form::new(page, action, "scholarship-step-keep", fields).scoped("beasiswa")
}

async fn step(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let came = step_posted(web, &signed, &id, &posted);
        done(web, asked, &id, came)
    })
    .await
}

fn step_posted(web: &Web, signed: &Signed, id: &str, posted: &Posted) -> Result<(), AppError> {
    let number = claim_number(id)?;
    let word = posted.get("langkah");
    let StepTyped { day, rupiah, reference, reason } = StepTyped::read(posted)?;
    // "2026/2027" is what the page itself shows.
    let year = posted.get("tahun").split('/').next().unwrap_or_default().trim().to_owned();
    let wanted = YearWanted {
        person_no: posted.get("anak").trim().parse().unwrap_or(0),
        year: year.parse().map_err(|_| AppError::refused("SCHOLARSHIP_CLASS_MISSING", ""))?,
        step: YearStep::from_name(word).ok_or_else(|| AppError::usage("KIND_UNKNOWN", word))?,
        day,
        class: posted.get("kelas"),
        rupiah,
        cause: posted.get("sebab"),
        reference,
        reason,
    };
    if wanted.person_no == 0 {
        return Err(AppError::refused("SCHOLARSHIP_CHILD_UNKNOWN", ""));
    }
    web.office().step_scholarship(&signed.actor, number, &wanted).map(|_| ())
}
