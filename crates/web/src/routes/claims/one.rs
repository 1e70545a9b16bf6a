//! `/klaim/{id}`: one claim: what is owed by which article, the cover behind it, papers, people,
//! clocks, what is odd, the steps made and the forms for those that may follow.

use std::sync::Arc;

use app::attachments::FileOf;
use app::claims::{
    Answer, ClaimFile, ClaimKind, ClaimPaper, ClaimState, ClaimStep, StepWanted, claim_number,
    flag_in_words,
};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Rupiah;

use super::{StepTyped, amount_asked, facts, people, scholarship};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::chart::{RowCell, Rows};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::plan::attachment;
use crate::routes::{Route, Web, answer, day_of, files, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

const CLAIM: &[Column] = &[
    Column::of_data("claim", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("granted_rupiah", Kind::Rupiah),
    Column::of_data("paid_rupiah", Kind::Rupiah),
];

const STEP: Act = Act {
    path: "/api/klaim/{id}/langkah",
    operation: Operation::AnswerClaims,
    id: "step-claim",
    summary: "Writes down what BPJS decided of a claim, or paid.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input { name: "langkah", meaning: "What BPJS did.", shape: Shape::Word(of_bpjs) },
        Input {
            name: "hari",
            meaning: "The day of it, YYYY-MM-DD.",
            shape: Shape::Text { most: 10, may_be_empty: false },
        },
        Input {
            name: "jumlah_rupiah",
            meaning: "The amount granted or paid; empty where there is none.",
            shape: Shape::Text { most: 20, may_be_empty: true },
        },
        Input {
            name: "penerima",
            meaning: "Who was paid, by the number in the claim; 0 for the member.",
            shape: Shape::Whole { most: 999 },
        },
        Input {
            name: "nomor",
            meaning: "The number of the letter; never the number of a citizen.",
            shape: Shape::Text { most: 60, may_be_empty: true },
        },
        Input {
            name: "alasan",
            meaning: "Why, where it is refused or sent back.",
            shape: Shape::Text { most: 300, may_be_empty: true },
        },
    ]),
    keyed: true,
    answers: CLAIM,
    statuses: &[StatusCode::OK],
    act: act_step,
    again: act_step,
};

fn of_bpjs() -> Vec<&'static str> {
    ClaimStep::ALL.iter().filter(|step| step.is_of_bpjs()).map(|step| step.name()).collect()
}

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let handle = Operation::HandleClaims;
    vec![
        Route::get("/klaim/{id}", Operation::ReadClaims, show),
        Route::post("/klaim/{id}/langkah", Operation::ReadClaims, step),
        Route::post("/klaim/{id}/berkas", handle, papers),
        Route::post("/klaim/{id}/telaah", handle, review),
        Route::post("/klaim/{id}/lampiran", handle, add_file).accepting(files::FORM_BYTES),
        Route::post("/klaim/{id}/cetak", handle, print),
        STEP.route(),
    ]
}

fn act_step(call: &Call<'_>) -> Result<Said, AppError> {
    let id = claim_number(call.part("id"))?;
    let text = |name: &str| call.given.text(name);
    let step = ClaimStep::from_name(text("langkah"));
    let day = day_of(text("hari")).ok_or_else(|| AppError::usage("NOT_A_DAY", text("hari")))?;
    let wanted = StepWanted {
        day: Some(day),
        rupiah: amount_asked(text("jumlah_rupiah"))?,
        receiver: Some(call.given.whole("penerima") as u16),
        reference: text("nomor"),
        reason: text("alasan"),
        ..StepWanted::of(step.unwrap_or(ClaimStep::Grant))
    };
    let claim = call.web.office().step_claim(call.actor, id, &wanted)?;
    Ok(Said {
        status: StatusCode::OK,
        cells: vec![
            Cell::Text(claim.id.to_string()),
            Cell::Text(claim.state.name().to_owned()),
            claim.granted.map_or(Cell::Empty, Cell::Rupiah),
            Cell::Rupiah(claim.paid),
        ],
    })
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked, &id, None)?))).await
}

fn page(web: &Web, asked: &Asked, id: &str, wrong: Option<Notice>) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().claim(actor, claim_number(id)?)?;
    let kind = writing.w(&format!("claim-kind-{}", file.claim.kind.name()));
    let title = format!("{kind}: {}", file.person.name);
    let page = web.page(asked, Section::Claims, title);
    let mut pieces: Vec<Piece> = wrong.into_iter().map(Piece::Notice).collect();
    if file.task.is_some() {
        let text = writing.w("claim-waits.what");
        pieces.push(Piece::Notice(Notice::info(writing.w("claim-waits"), text)));
    }
    pieces.push(Piece::Facts(Facts::tally(writing, figures(&file, writing))));
    let total = file.assessment.answer.total.in_words();
    pieces.push(Piece::Words(writing.with("claim-words", &[("words", &total)])));
    if !file.flags.is_empty() {
        pieces.push(Piece::Heading(writing.w("claim-flags")));
        let flags = file.flags.iter().map(|flag| flag_in_words(*flag, writing.words()));
        pieces.push(Piece::Points(flags.collect()));
    }
    pieces.push(Piece::Heading(writing.w("claim-by-article")));
    let names = ["klaim-manfaat", "claim-by-article-caption", "claim-benefit"];
    pieces.push(Piece::Rows(by_article(&file.assessment.answer, names, writing)));
    if file.claim.kind == ClaimKind::Jht {
        let href = writing.href(&format!("/peserta/{}/jht", file.person.id), &[]);
        pieces.push(Piece::Link(href, writing.w("jht-to-person")));
    }
    if let Some(scholarship) = &file.assessment.scholarship {
        let rupiah = writing.rupiah(scholarship.total);
        pieces.push(Piece::Words(writing.with("claim-scholarship", &[("rupiah", &rupiah)])));
    }
    pieces.push(Piece::Heading(writing.w("claim-timeline")));
    pieces.push(Piece::Rows(timeline(&file, writing)));
    pieces.push(Piece::Heading(writing.w("claim-clocks")));
    pieces.push(Piece::Points(clocks(&file, writing)));
    pieces.push(Piece::Heading(writing.w("claim-papers")));
    pieces.push(Piece::Points(checklist(&file, writing)));
    pieces.push(Piece::Heading(writing.w("claim-people")));
    pieces.extend(people::list(&file, is_early(&file), writing));
    pieces.extend(forms(web, asked, &page, &file)?);
    pieces.push(Piece::Heading(writing.w("claim-steps")));
    pieces.push(Piece::Points(steps(&file, writing)));
    pieces.extend(scholarship::pieces(web, asked, &page, file.claim.id)?);
    pieces.extend(evidence(web, asked, &page, &file)?);
    let back = Some((writing.href("/klaim", &[]), writing.w("web-claims")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

/// Photos and scanned papers of the claim, and the form for one more.
fn evidence(
    web: &Web,
    asked: &Asked,
    page: &Page,
    file: &ClaimFile,
) -> Result<Vec<Piece>, AppError> {
    let of = FileOf::Claim(file.claim.id);
    let path = format!("/klaim/{}/lampiran", file.claim.id);
    let handles = web.may_somewhere(asked.actor()?, Operation::HandleClaims);
    let papers = file.papers.iter().map(|paper| (paper.key.clone(), paper.name.clone()));
    let of_claim: Vec<_> = papers.map(|(key, name)| Choice::new(key, name)).collect();
    let may_add = handles && file.claim.state != ClaimState::Withdrawn;
    let adding = match may_add {
        true => {
            let letters = scholarship::letters(web, asked, file)?;
            Some((&*path, of_claim.iter().cloned().chain(letters).collect()))
        }
        false => None,
    };
    let school = file.school_paper.iter().cloned();
    let school = school.map(|(key, name)| Choice::new(key, name));
    let named: Vec<_> = of_claim.iter().cloned().chain(school).collect();
    files::pieces(web, asked, page, (of, &named), adding)
}

async fn add_file(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = files::received(multipart).await;
    answer(web, asked, move |web, asked| {
        let of = FileOf::Claim(claim_number(&id)?);
        let came = files::add(web, &signed, of, &received);
        done(web, asked, &id, came)
    })
    .await
}

fn figures(file: &ClaimFile, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let claim = &file.claim;
    let rupiah = |one: Option<Rupiah>| one.map_or("–".to_owned(), |one| writing.rupiah(one));
    vec![
        fact("claim-state", writing.w(&format!("claim-state-{}", claim.state.name()))),
        fact("claim-event", writing.day(claim.event)),
        fact("claim-cover", writing.w(&format!("claim-cover-{}", file.assessment.cover.name()))),
        fact("claim-benefit", writing.rupiah(file.assessment.answer.total)),
        fact("claim-granted", rupiah(claim.granted)),
        fact("claim-paid", rupiah(Some(claim.paid))),
    ]
}

/// Each line of an answer, its arithmetic, article and how well the rule is known; the table's name
/// in the page, its caption, and what the sum is called.
pub(in crate::routes) fn by_article(
    answer: &Answer,
    [id, caption, total]: [&str; 3],
    writing: Writing,
) -> Rows {
    let mut rows = Vec::new();
    for (depth, line) in app::claims::tree(answer) {
        let name = writing.w(&format!("law-line-{}", line.key.name()));
        let about = line.about.as_deref().map_or(String::new(), |about| format!(": {about}"));
        let parameter = line.rule.as_str().split('@').next().unwrap_or_default();
        let status = writing.w(&format!("status-{}", line.status.name()));
        rows.push(vec![
            RowCell::text(format!("{}{name}{about}", "– ".repeat(depth))),
            RowCell::number(writing.rupiah(line.rupiah)).noted(line.arithmetic()),
            RowCell::text(&*line.article)
                .leading(writing.href(&format!("/aturan/{parameter}"), &[]))
                .noted(status),
        ]);
    }
    Rows {
        id: id.to_owned(),
        caption: writing.w(caption),
        heads: vec![
            (writing.w("claim-line"), false),
            (writing.w("column-amount"), true),
            (writing.w("column-article"), false),
        ],
        rows,
        total: vec![
            RowCell::text(writing.w(total)),
            RowCell::number(writing.rupiah(answer.total)),
            RowCell::text(""),
        ],
    }
}

/// Month by month: the bill it stood on and the day it was paid; or that nobody paid it.
fn timeline(file: &ClaimFile, writing: Writing) -> Rows {
    let scheme = |name: &str| RowCell::text(name.to_uppercase());
    let unpaid = file.unpaid.iter().map(|month| {
        let is_of_event = *month == file.claim.event.month_of();
        let key = if is_of_event { "claim-unpaid-event" } else { "claim-unpaid" };
        let cells = vec![
            RowCell::text(writing.month(*month)),
            scheme(file.claim.kind.scheme().name()),
            RowCell::number("–".to_owned()),
            RowCell::text(""),
            RowCell::text(writing.w(key)),
        ];
        (*month, cells)
    });
    let paid = file.months.iter().map(|(one, code)| {
        let late = one.paid_on > file.claim.event && one.month <= file.claim.event.month_of();
        let bill = RowCell::text(&**code)
            .leading(writing.href(&format!("/tagihan/{code}/{}", one.month), &[]));
        let day = RowCell::text(writing.day(one.paid_on))
            .leading(writing.href(&format!("/buku/transaksi/{}", one.transfer), &[]));
        let cells = vec![
            RowCell::text(writing.month(one.month)),
            scheme(one.scheme.name()),
            RowCell::number(writing.rupiah(one.rupiah)),
            bill,
            if late { day.noted(writing.w("claim-paid-later")) } else { day },
        ];
        (one.month, cells)
    });
    let mut rows: Vec<_> = paid.chain(unpaid).collect();
    rows.sort_by_key(|(month, _)| *month);
    Rows {
        id: "klaim-bulan".to_owned(),
        caption: writing.w("claim-timeline-caption"),
        heads: vec![
            (writing.w("claim-month"), false),
            (writing.w("column-scheme"), false),
            (writing.w("column-amount"), true),
            (writing.w("claim-bill"), false),
            (writing.w("claim-paid-on"), false),
        ],
        rows: rows.into_iter().map(|(_, cells)| cells).collect(),
        total: Vec::new(),
    }
}

fn clocks(file: &ClaimFile, writing: Writing) -> Vec<String> {
    let line = |clock: &app::claims::Clock| {
        let until = writing.day(clock.until);
        let values = [("until", &*until), ("article", &*clock.article)];
        let text = writing.with(&format!("claim-clock-{}", clock.name), &values);
        match clock.met {
            Some(day) => {
                format!("{text} {}", writing.with("claim-clock-met", &[("day", &writing.day(day))]))
            }
            None => text,
        }
    };
    file.clocks.iter().map(line).collect()
}

fn checklist(file: &ClaimFile, writing: Writing) -> Vec<String> {
    let line = |paper: &app::claims::PaperShown| {
        let state = match (paper.received, paper.always) {
            (Some(day), _) => writing.with("claim-paper-there", &[("day", &writing.day(day))]),
            (None, true) => writing.w("claim-paper-missing"),
            (None, false) => writing.w("claim-paper-if"),
        };
        format!("{}: {state}", paper.name)
    };
    let mut found: Vec<String> = file.papers.iter().map(line).collect();
    found.push(file.papers_article.clone());
    found
}

fn steps(file: &ClaimFile, writing: Writing) -> Vec<String> {
    let opened = writing.moment(file.claim.opened_at_ms);
    let mut found = vec![writing.with("claim-opened-at", &[("moment", &opened)])];
    for step in &file.steps {
        let kept = &step.kept;
        let mut text = format!(
            "{}: {}",
            writing.day(kept.day),
            writing.w(&format!("claim-step-{}", kept.step.name()))
        );
        if let Some(rupiah) = kept.rupiah {
            text.push_str(&format!(" {} ({})", writing.rupiah(rupiah), rupiah.in_words()));
        }
        for more in [&*kept.reference, &*kept.reason, step.by.as_deref().unwrap_or_default()] {
            if !more.is_empty() {
                text.push_str(&format!(" · {more}"));
            }
        }
        found.push(text);
    }
    found
}

/// The forms that whoever looks may send now.
fn forms(web: &Web, asked: &Asked, page: &Page, file: &ClaimFile) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let handles = web.may_somewhere(actor, Operation::HandleClaims);
    let answers = web.may_somewhere(actor, Operation::AnswerClaims);
    let path = |end: &str| format!("/klaim/{}/{end}", file.claim.id);
    let mut pieces = Vec::new();
    let may = |step: &ClaimStep| match (step.is_of_bpjs(), step.is_of_task()) {
        (true, _) => answers,
        (_, true) => handles && *step == ClaimStep::Propose,
        _ => handles,
    };
    let open: Vec<Choice> = file
        .next
        .iter()
        .filter(|step| may(step))
        .map(|step| Choice::new(step.name(), writing.w(&format!("claim-step-{}", step.name()))))
        .collect();
    if !open.is_empty() {
        let fields = vec![
            Field::new(writing, "langkah", "claim-step", Control::Select(open)),
            Field::line(writing, "hari", "claim-step-day").optional(writing),
            Field::line(writing, "jumlah", "claim-step-amount").optional(writing),
            Field::line(writing, "penerima", "claim-step-receiver").optional(writing),
            Field::line(writing, "nomor", "claim-step-reference").optional(writing),
            Field::line(writing, "alasan", "claim-step-reason").optional(writing),
        ];
        pieces.push(Piece::Heading(writing.w("claim-next")));
        let form = Form::new(page, &path("langkah"), "claim-step-keep", fields);
        pieces.push(Piece::Form(form.scoped("langkah")));
    }
    if !handles {
        return Ok(pieces);
    }
    if is_early(file) {
        if facts::is_asked_of(file.claim.kind) {
            let href = writing.href(&path("uraian"), &[]);
            pieces.push(Piece::Link(href, writing.w("claim-describe")));
        }
        pieces.push(Piece::Form(paper_form(page, &path("berkas"), file, writing)));
        pieces.push(Piece::Form(people::form(page, &path("ahli-waris"), None, writing)));
    }
    if file.review.as_ref().is_some_and(|review| review.by.is_none()) {
        let field = Field::new(writing, "temuan", "claim-review-finding", Control::Lines(3));
        let form = Form::new(page, &path("telaah"), "claim-review-send", vec![field]);
        pieces.push(Piece::Heading(writing.w("claim-review")));
        pieces.push(Piece::Words(writing.w("claim-review.what")));
        pieces.push(Piece::Form(form.scoped("telaah")));
    }
    let kinds = ClaimPaper::ALL.iter().filter(|paper| paper.is_of(file.claim.kind));
    let kinds =
        kinds.map(|one| Choice::new(one.name(), writing.w(&format!("claim-print-{}", one.name()))));
    let field = Field::new(writing, "surat", "claim-print", Control::Select(kinds.collect()));
    let form = Form::new(page, &path("cetak"), "claim-print-send", vec![field]);
    pieces.push(Piece::Form(form.scoped("cetak")));
    Ok(pieces)
}

/// Whether nobody has put the claim forward yet.
fn is_early(file: &ClaimFile) -> bool {
    file.next.contains(&ClaimStep::Complete) || file.next.contains(&ClaimStep::Propose)
}

fn paper_form(page: &Page, action: &str, file: &ClaimFile, writing: Writing) -> Form {
    let choices = file.papers.iter().map(|paper| {
        let mut choice = Choice::new(paper.key.clone(), paper.name.clone());
        choice.chosen = paper.received.is_some();
        choice
    });
    let field = Field::new(writing, "ada", "claim-papers-there", Control::Many(choices.collect()));
    Form::new(page, action, "claim-papers-send", vec![field]).scoped("berkas")
}

/// Back to the claim, or the claim with what is wrong above it.
pub(super) fn done(
    web: &Web,
    asked: &Asked,
    id: &str,
    came: Result<(), AppError>,
) -> Result<Response, AppError> {
    match came {
        Ok(()) => {
            let place = asked.writing().href(&format!("/klaim/{id}"), &[]);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage) => {
            let said = Notice::warning(sentence(&error, asked.writing()), String::new());
            Ok(unfit(html(&page(web, asked, id, Some(said))?)))
        }
        Err(error) => Err(error),
    }
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
    let step = ClaimStep::from_name(word).ok_or_else(|| AppError::usage("KIND_UNKNOWN", word))?;
    let StepTyped { day, rupiah, reference, reason } = StepTyped::read(posted)?;
    let receiver = posted.get("penerima").parse().unwrap_or(0);
    let wanted = StepWanted {
        day,
        rupiah,
        receiver: Some(receiver),
        reference,
        reason,
        ..StepWanted::of(step)
    };
    web.office().step_claim(&signed.actor, number, &wanted).map(|_| ())
}

async fn papers(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = claim_number(&id)?;
        let file = web.office().claim(&signed.actor, number)?;
        let today = web.office().environment.today();
        let mut came = Ok(());
        for paper in &file.papers {
            let there = posted.all("ada").any(|key| key == paper.key);
            let on = there.then(|| paper.received.unwrap_or(today));
            if came.is_ok() {
                came = web.office().claim_paper(&signed.actor, number, &paper.key, on);
            }
        }
        done(web, asked, &id, came)
    })
    .await
}

async fn review(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let finding = posted.get("temuan");
        let came = web.office().review_claim(&signed.actor, claim_number(&id)?, finding);
        done(web, asked, &id, came)
    })
    .await
}

async fn print(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let paper = ClaimPaper::from_name(posted.get("surat")).unwrap_or(ClaimPaper::Form);
        let words = asked.writing().words();
        match web.office().print_claim(&signed.actor, claim_number(&id)?, paper, words) {
            Ok(printed) => Ok(attachment(&printed.name, "application/pdf", printed.bytes)),
            Err(error) => done(web, asked, &id, Err(error)),
        }
    })
    .await
}
