//! `/program/{code}/lampiran` and `/program/{code}/perubahan`: annexes of a decree, and who leaves
//! and comes between; the same as data and acts under `/api`.

use std::sync::Arc;

use app::annexes::{Annex, Annexes, Decree, PageChecked, PageVerdict};
use app::error::{AppError, ErrorKind};
use app::movements::{
    FallenGroup, LeaveReason, MovementAsked, MovementHead, MovementShown, MovementState, Movements,
    Side,
};
use app::office::Operation;
use app::prints::hex;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Id, Month, Nik};

use super::plan::attachment;
use super::tasks::to_export;
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::api::{Answer, Described};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::chart::{RowCell, Rows};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, day_asked, day_of, failure, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Row, json_row};

const ANNEX: &[Column] = &[
    Column::of_data("number", Kind::Count),
    Column::of_data("kind", Kind::Text),
    Column::of_data("made_at", Kind::Moment),
    Column::of_data("added", Kind::Count),
    Column::of_data("removed", Kind::Count),
    Column::of_data("people_after", Kind::Count),
    Column::of_data("freed_rupiah", Kind::Rupiah),
    Column::of_data("bound_rupiah", Kind::Rupiah),
    Column::of_data("hash", Kind::Text),
    Column::of_data("decree", Kind::Text),
    Column::of_data("decree_day", Kind::Day),
];

const MOVEMENT: &[Column] = &[
    Column::of_data("id", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("reason", Kind::Text),
    Column::of_data("from", Kind::Month),
    Column::of_data("left", Kind::Count),
    Column::of_data("joined", Kind::Count),
    Column::of_data("freed_rupiah", Kind::Rupiah),
    Column::of_data("used_rupiah", Kind::Rupiah),
    Column::of_data("annex", Kind::Count),
    Column::of_data("hash", Kind::Text),
];

const AMEND: Act = Act {
    path: "/api/program/{code}/lampiran",
    operation: Operation::Propose,
    id: "amend-annex",
    summary: "Puts every approved change that is in no annex yet into the next annex.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: ANNEX,
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: amend,
    again: amend,
};

const PROPOSE: Act = Act {
    path: "/api/program/{code}/perubahan",
    operation: Operation::Propose,
    id: "propose-movement",
    summary: "Puts a change forward: who leaves from a month and why; those who wait come.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "mulai",
            meaning: "The first month of the change, YYYY-MM.",
            shape: Shape::Text { most: 7, may_be_empty: false },
        },
        Input { name: "sebab", meaning: "Why they leave.", shape: Shape::Word(reasons) },
        Input {
            name: "orang",
            meaning: "Who leaves, by record, with spaces between; nobody to fill free places.",
            shape: Shape::Text { most: 40_000, may_be_empty: true },
        },
        Input {
            name: "dasar",
            meaning: "The number of the decree that says so, where there is one.",
            shape: Shape::Text { most: 80, may_be_empty: true },
        },
        Input {
            name: "dasar_tanggal",
            meaning: "The day of that decree, YYYY-MM-DD.",
            shape: Shape::Text { most: 10, may_be_empty: true },
        },
    ]),
    keyed: true,
    answers: MOVEMENT,
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: propose_by_program,
    again: propose_by_program,
};

fn reasons() -> Vec<&'static str> {
    LeaveReason::ALL.iter().map(|reason| reason.name()).collect()
}

/// The page that tells whether a printed page is genuine.
const CHECK: &str = "/periksa-lampiran";

#[derive(Template)]
#[template(path = "annexes.html")]
struct AnnexPage {
    page: Page,
    back: (String, String),
    lead: String,
    notices: Vec<Notice>,
    tables: Vec<Rows>,
    forms: Vec<(String, Form)>,
    links: Vec<(String, String)>,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let rows_of = |id: &str, summary: &str, columns| Described {
        id: id.to_owned(),
        summary: summary.to_owned(),
        parameters: Vec::new(),
        answer: Answer::Table { columns, meta: &[] },
        sends: None,
    };
    let (read, propose) = (Operation::ReadMoney, Operation::Propose);
    vec![
        Route::get(CHECK, Operation::ReadPublic, check),
        Route::get("/program/{code}/lampiran", read, annexes),
        Route::post("/program/{code}/lampiran", propose, amend_by_form),
        Route::post("/program/{code}/lampiran/keputusan", propose, say_decree),
        Route::post("/program/{code}/lampiran/cetak", Operation::ExportPeople, print),
        Route::get("/program/{code}/perubahan", read, movements),
        Route::post("/program/{code}/perubahan", propose, propose_by_form),
        Route::get("/perubahan/{id}", read, movement),
        Route::get("/api/program/{code}/lampiran", read, annex_data)
            .for_programs()
            .described(rows_of("annexes", "The annexes of a programme, by number.", ANNEX)),
        Route::get("/api/program/{code}/perubahan", read, movement_data)
            .for_programs()
            .described(rows_of("movements", "The changes of a programme, newest first.", MOVEMENT)),
        AMEND.route(),
        PROPOSE.route(),
    ]
}

async fn annexes(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| annex_page(web, asked, &code)).await
}

fn annex_page(web: &Web, asked: &Asked, code: &str) -> Result<Response, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().annexes(actor, code)?;
    let page = web.page(asked, Section::Money, writing.w("annex-heading"));
    let mut forms = Vec::new();
    if found.open > 0 && web.may_somewhere(actor, Operation::Propose) {
        let action = format!("/program/{code}/lampiran");
        let form = Form::new(&page, &action, "annex-amend", Vec::new());
        forms.push((writing.w("annex-amend-heading"), form));
    }
    if !found.annexes.is_empty() && web.may_somewhere(actor, Operation::ExportPeople) {
        let numbers = found.annexes.iter().rev().map(|(annex, ..)| annex.number.to_string());
        let numbers = numbers.map(|number| Choice::new(number.clone(), number)).collect();
        let kinds = ["pdf", "xlsx"].map(|kind| Choice::new(kind, kind.to_uppercase()));
        let fields = vec![
            Field::new(writing, "nomor", "annex-number", Control::Select(numbers)),
            Field::new(writing, "bentuk", "annex-shape", Control::Select(kinds.into())),
        ];
        let action = format!("/program/{code}/lampiran/cetak");
        let form = Form::new(&page, &action, "annex-print", fields);
        forms.push((writing.w("annex-print-heading"), form));
    }
    if !found.annexes.is_empty() && web.may_somewhere(actor, Operation::Propose) {
        forms.push((writing.w("annex-decree-heading"), decree_form(&page, code, &found, writing)));
    }
    let open = writing.number(found.open);
    let mut notices = Vec::new();
    match asked.value("sudah") {
        Some("keputusan") => {
            notices.push(Notice::done(writing.w("annex-decree-set"), String::new()));
        }
        Some("lampiran") => {
            notices.push(Notice::done(writing.w("annex-made-short"), String::new()));
        }
        _ if found.open > 0 => {
            let text = writing.with("annex-open-changes", &[("count", &open)]);
            notices.push(Notice::info(writing.w("annex-open"), text));
        }
        _ => {}
    }
    Ok(html(&AnnexPage {
        back: (writing.href("/program", &[]), writing.w("web-programmes")),
        lead: writing.with("annex-lead", &[("name", &found.programme.1)]),
        notices,
        tables: vec![annex_rows(&found, writing)],
        forms,
        links: vec![
            (
                writing.href(&format!("/program/{code}/perubahan"), &[]),
                writing.w("movement-heading"),
            ),
            (writing.href(CHECK, &[]), writing.w("annex-check")),
        ],
        page,
    }))
}

/// Whether a printed page is of an annex of this office; for everybody, as it names nobody.
async fn check(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let said = asked.value("kode").unwrap_or_default().trim().to_owned();
        let page = web.page(asked, Section::None, writing.w("annex-check"));
        let mut pieces = Vec::new();
        let mut field = Field::line(writing, "kode", "annex-check-code").answered(said.clone());
        if !said.is_empty() {
            match web.office().check_annex_page(&said) {
                Ok(found) => pieces.extend(checked(&found, writing)),
                Err(error) if error.code == "ANNEX_CODE" => {
                    field.mistake = sentence(&error, writing);
                }
                Err(error) => return Err(error),
            }
        }
        let wrong = !field.mistake.is_empty();
        let page = if wrong { page.with_mistakes() } else { page };
        let form = Form::search(&page, CHECK, "annex-check-send", vec![field]);
        pieces.push(Piece::Form(form));
        let lead = writing.w("annex-check-lead");
        let shown = html(&Plain { page, back: None, lead, pieces });
        Ok(if wrong { unfit(shown) } else { shown })
    })
    .await
}

/// What a page is, and of which annex.
fn checked(found: &PageChecked, writing: Writing) -> Vec<Piece> {
    let key = format!("annex-page-{}", found.verdict.name());
    let (heading, text) = (writing.w(&key), writing.w(&format!("{key}.todo")));
    let mut pieces = vec![Piece::Notice(match found.verdict {
        PageVerdict::Genuine => Notice::done(heading, text),
        PageVerdict::Amended => Notice::info(heading, text),
        PageVerdict::Differs | PageVerdict::Unknown => Notice::warning(heading, text),
    })];
    if let Some(annex) = &found.annex {
        let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
        let mut facts = vec![
            fact("card-programme", annex.programme.1.to_string()),
            fact("annex-number", writing.number(annex.number.into())),
            fact("annex-made-on", writing.day(annex.made_on)),
        ];
        let decree = annex.decree.as_ref().map(|decree| decree_words(decree, writing));
        facts.extend(decree.map(|text| fact("annex-decree", text)));
        let (newest, day) = annex.newest;
        if newest != annex.number {
            let newest = format!("{}, {}", writing.number(newest.into()), writing.day(day));
            facts.push(fact("annex-newest", newest));
        }
        pieces.push(Piece::Facts(Facts::dense(writing, facts)));
    }
    pieces
}

fn decree_form(page: &Page, code: &str, found: &Annexes, writing: Writing) -> Form {
    let numbers = found.annexes.iter().rev().map(|(annex, ..)| annex.number.to_string());
    let numbers = numbers.map(|number| Choice::new(number.clone(), number)).collect();
    let fields = vec![
        Field::new(writing, "lampiran", "annex-number", Control::Select(numbers)),
        Field::line(writing, "sk", "annex-decree"),
        Field::line(writing, "tanggal", "annex-decree-day"),
    ];
    let action = format!("/program/{code}/lampiran/keputusan");
    Form::new(page, &action, "annex-decree-send", fields)
}

/// Says of which decree an annex is.
async fn say_decree(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let day = day_of(posted.get("tanggal"));
        let day = day.ok_or_else(|| AppError::refused("DECREE_UNFIT", ""))?;
        let annex = posted.get("lampiran").parse().unwrap_or_default();
        let decree = (posted.get("sk"), day);
        web.office().set_decree(&signed.actor, (&code, annex), decree)?;
        let query = [("sudah".to_owned(), "keputusan".to_owned())];
        let place = asked.writing().href(&format!("/program/{code}/lampiran"), &query);
        Ok(Redirect::to(&place).into_response())
    })
    .await
}

fn annex_rows(found: &Annexes, writing: Writing) -> Rows {
    let head = |key: &str, number| (writing.w(key), number);
    let rows = found.annexes.iter().map(|(annex, maker, people)| {
        vec![
            RowCell::number(annex.number.to_string()),
            RowCell::text(writing.w(&format!("annex-kind-{}", annex.kind.name())))
                .noted(made(found, annex, maker, writing)),
            RowCell::number(writing.number(annex.added.into())),
            RowCell::number(writing.number(annex.removed.into())),
            RowCell::number(writing.number(*people)),
            RowCell::number(writing.rupiah(annex.bound)).noted(match annex.freed.0 {
                0 => String::new(),
                _ => format!("− {}", writing.rupiah(annex.freed)),
            }),
            RowCell::text(&hex(&annex.hash)[..16]),
        ]
    });
    Rows {
        id: "lampiran-tabel".to_owned(),
        caption: writing.w("annex-caption"),
        heads: vec![
            head("annex-number", true),
            head("annex-kind", false),
            head("annex-added", true),
            head("annex-removed", true),
            head("annex-people", true),
            head("annex-bound", true),
            head("annex-digest", false),
        ],
        rows: rows.collect(),
        total: Vec::new(),
    }
}

/// Who made an annex and when, and the decree that it belongs to.
fn made(found: &Annexes, annex: &Annex, maker: &str, writing: Writing) -> String {
    let made = format!("{maker}, {}", writing.moment(annex.made_at_ms));
    match found.decrees.get(&annex.number) {
        Some(decree) => format!("{made}; {}", decree_words(decree, writing)),
        None => made,
    }
}

fn decree_words(decree: &Decree, writing: Writing) -> String {
    let day = writing.day(decree.day);
    writing.with("annex-decree-line", &[("number", &decree.number), ("day", &day)])
}

async fn amend_by_form(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().amend_annex(&signed.actor, &code)?;
        let query = [("sudah".to_owned(), "lampiran".to_owned())];
        let place = asked.writing().href(&format!("/program/{code}/lampiran"), &query);
        Ok(Redirect::to(&place).into_response())
    })
    .await
}

/// An annex as a file; the asking is kept.
async fn print(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = posted.get("nomor").parse().ok();
        let words = asked.writing().words();
        let (reason, about) = (posted.get("alasan"), (code.as_str(), number));
        let files = match web.office().print_annex(&signed.actor, about, reason, words) {
            Ok(files) => files,
            Err(error) => return to_export(asked, error),
        };
        let (ending, kind) = match posted.get("bentuk") {
            "xlsx" => {
                (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            }
            _ => (".pdf", "application/pdf"),
        };
        let file = files.into_iter().find(|file| file.name.ends_with(ending));
        let file = file.ok_or_else(|| AppError::not_found("ANNEX_UNKNOWN", ""))?;
        Ok(attachment(&file.name, kind, file.bytes))
    })
    .await
}

async fn movements(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let page = movements_page(web, asked, &code, &Mistakes::none(), None)?;
        Ok(html(&page))
    })
    .await
}

fn movements_page(
    web: &Web,
    asked: &Asked,
    code: &str,
    mistakes: &Mistakes,
    posted: Option<&Posted>,
) -> Result<AnnexPage, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().movements(actor, code)?;
    let mut page = web.page(asked, Section::Money, writing.w("movement-heading"));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let may = web.may_somewhere(actor, Operation::Propose);
    let form = found.first_open.filter(|_| may).map(|first| {
        let form = movement_form(&page, code, first, writing);
        let form = match posted {
            Some(posted) if !posted.has("gugur") => form.filled(posted, mistakes),
            _ => form,
        };
        (writing.w("movement-new"), form)
    });
    let fallen = if may { web.office().fallen(actor, code)? } else { Vec::new() };
    let fallen = fallen.iter().map(|group| fallen_form(&page, code, group, writing));
    let values = [
        ("places", writing.number(found.room.places.into())),
        ("rupiah", writing.rupiah(found.room.rupiah)),
        ("waiting", writing.number(found.waiting)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    let text = writing.with("movement-room", &values);
    Ok(AnnexPage {
        back: (writing.href("/program", &[]), writing.w("web-programmes")),
        lead: writing.with("movement-lead", &[("name", &found.programme.1)]),
        notices: vec![Notice::info(writing.w("movement-free"), text)],
        tables: vec![movement_rows(&found, writing)],
        forms: fallen.chain(form).collect(),
        links: vec![(
            writing.href(&format!("/program/{code}/lampiran"), &[]),
            writing.w("annex-heading"),
        )],
        page,
    })
}

fn movement_form(page: &Page, code: &str, first: Month, writing: Writing) -> Form {
    let reasons = LeaveReason::ALL.iter();
    let reasons = reasons
        .map(|reason| Choice::new(reason.name(), writing.w(&format!("leave-{}", reason.name()))));
    let reasons = Control::Select(reasons.collect());
    let mut fields = vec![
        Field::line(writing, "mulai", "movement-from").answered(first.to_string()),
        Field::new(writing, "sebab", "movement-reason", reasons),
        Field::new(writing, "orang", "movement-people", Control::Lines(6)).optional(writing),
    ];
    fields.extend(basis_fields(writing));
    Form::new(page, &format!("/program/{code}/perubahan"), "movement-propose", fields)
}

/// Which decree a change rests on.
fn basis_fields(writing: Writing) -> [Field; 2] {
    [("dasar", "movement-basis"), ("dasar-tanggal", "movement-basis-day")]
        .map(|(name, key)| Field::line(writing, name, key).optional(writing))
}

/// Those who fell out for one reason, to be put forward together with whoever is next.
fn fallen_form(page: &Page, code: &str, group: &FallenGroup, writing: Writing) -> (String, Form) {
    let reason = group.reason.name();
    let people = writing.number(group.people.len() as u64);
    let why = writing.w(&format!("leave-{reason}"));
    let month = writing.month(group.from);
    let values = [("people", &*people), ("reason", &*why), ("month", &*month)];
    let (path, fields) = (format!("/program/{code}/perubahan"), basis_fields(writing).into());
    let form = Form::new(page, &path, "fallen-propose", fields)
        .with_hidden("gugur", reason)
        .scoped(reason);
    (writing.with("fallen-heading", &values), form)
}

fn movement_rows(found: &Movements, writing: Writing) -> Rows {
    let head = |key: &str, number| (writing.w(key), number);
    let rows = found.heads.iter().map(|one| {
        let annex = match (one.annex, one.state) {
            (Some(number), _) => {
                writing.with("movement-in-annex", &[("number", &number.to_string())])
            }
            (None, MovementState::Approved) => writing.w("movement-in-no-annex"),
            _ => String::new(),
        };
        vec![
            RowCell::text(writing.month(one.from))
                .leading(writing.href(&format!("/perubahan/{}", one.id), &[])),
            RowCell::text(writing.w(&format!("leave-{}", one.reason.name()))),
            RowCell::text(writing.w(&format!("movement-{}", one.state.name()))).noted(annex),
            RowCell::number(writing.number(one.left.into())),
            RowCell::number(writing.number(one.joined.into())),
            RowCell::number(writing.rupiah(one.freed)),
            RowCell::number(writing.rupiah(one.used)),
        ]
    });
    Rows {
        id: "perubahan-tabel".to_owned(),
        caption: writing.w("movement-caption"),
        heads: vec![
            head("movement-from", false),
            head("movement-reason", false),
            head("web-state", false),
            head("movement-left", true),
            head("movement-joined", true),
            head("movement-freed", true),
            head("movement-used", true),
        ],
        rows: rows.collect(),
        total: Vec::new(),
    }
}

async fn propose_by_form(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        if posted.has("gugur") {
            return propose_fallen(web, asked, &signed, &code, &posted);
        }
        let Some(from) = Month::parse(posted.get("mulai")) else {
            let values = [("detail", posted.get("mulai"))];
            mistakes.add("mulai", writing.with("error-NOT_A_MONTH", &values));
            let page = movements_page(web, asked, &code, &mistakes, Some(&posted))?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
        };
        let reason = LeaveReason::from_name(posted.get("sebab")).unwrap_or(LeaveReason::Resigned);
        let (mut people, mut numbers) = (Vec::new(), Vec::new());
        for word in posted.get("orang").split_whitespace() {
            match (Nik::parse(word), Id::parse(word)) {
                (Ok(nik), _) => numbers.push(nik),
                (_, Ok(id)) => people.push(id),
                _ => mistakes.add("orang", writing.w("movement-people.wrong")),
            }
        }
        if mistakes.is_empty() {
            let basis = basis(web, posted.get("dasar"), posted.get("dasar-tanggal"));
            let proposed = basis.and_then(|basis| {
                let programme = &code;
                let change = MovementAsked { programme, from, reason, people, numbers, basis };
                web.office().propose_movement(&signed.actor, &change)
            });
            match proposed {
                Ok(shown) => {
                    let place = writing.href(&format!("/perubahan/{}", shown.head.id), &[]);
                    return Ok(Redirect::to(&place).into_response());
                }
                Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::NotFound) => {
                    let about = match error.code.as_str() {
                        "PROGRAMME_UNKNOWN" => return Err(error),
                        "MONTH_OUTSIDE" | "MONTH_BILLED" | "NEVER_BEGAN" => "mulai",
                        "NOT_PAST_LIMIT" => "sebab",
                        "DECREE_UNFIT" | "TEXT_HOLDS_NIK" => "dasar",
                        _ => "orang",
                    };
                    let values = [("detail", error.detail.as_str())];
                    mistakes.add(about, writing.with(&format!("error-{}", error.code), &values));
                }
                Err(error) => return Err(error),
            }
        }
        let page = movements_page(web, asked, &code, &mistakes, Some(&posted))?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
    })
    .await
}

/// Puts everybody forward who fell out for the reason of the form that was sent.
fn propose_fallen(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    code: &str,
    posted: &Posted,
) -> Result<Response, AppError> {
    let reason = LeaveReason::from_name(posted.get("gugur"));
    let groups = web.office().fallen(&signed.actor, code)?;
    let group = groups.into_iter().find(|group| Some(group.reason) == reason);
    // Nobody of them is left: somebody was quicker.
    let group = group.ok_or_else(|| AppError::refused("NOTHING_TO_MOVE", ""))?;
    let shown = web.office().propose_movement(
        &signed.actor,
        &MovementAsked {
            programme: code,
            from: group.from,
            reason: group.reason,
            people: group.people,
            numbers: Vec::new(),
            basis: basis(web, posted.get("dasar"), posted.get("dasar-tanggal"))?,
        },
    )?;
    let place = asked.writing().href(&format!("/perubahan/{}", shown.head.id), &[]);
    Ok(Redirect::to(&place).into_response())
}

async fn movement(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let unknown = |_| AppError::not_found("MOVEMENT_UNKNOWN", "");
        let (writing, actor) = (asked.writing(), asked.actor()?);
        let shown = web.office().movement(actor, Id::parse(&id).map_err(unknown)?)?;
        let programmes = web.office().programmes()?.into_iter();
        let code = programmes.filter(|one| one.id == shown.head.programme).map(|one| one.code);
        let code = code.last().unwrap_or_default();
        let page = web.page(asked, Section::Money, writing.w("movement-one"));
        let back = writing.href(&format!("/program/{code}/perubahan"), &[]);
        let state = writing.w(&format!("movement-{}", shown.head.state.name()));
        let reason = writing.w(&format!("leave-{}", shown.head.reason.name()));
        let from = writing.month(shown.head.from);
        let values = [("state", &*state), ("reason", &*reason), ("month", &*from)];
        let basis = shown.head.basis.as_ref().map(|decree| {
            Notice::info(writing.w("movement-basis-heading"), decree_words(decree, writing))
        });
        let waits = shown.head.state == MovementState::Proposed;
        let task = writing.href(&format!("/tugas/{}", shown.head.id), &[]);
        let links = waits.then(|| (task, writing.w("movement-task")));
        Ok(html(&AnnexPage {
            back: (back, writing.w("movement-heading")),
            lead: writing.with("movement-one-lead", &values),
            notices: basis.into_iter().collect(),
            tables: vec![people_rows(web, &shown, writing)],
            forms: Vec::new(),
            links: links.into_iter().collect(),
            page,
        }))
    })
    .await
}

fn people_rows(web: &Web, shown: &MovementShown, writing: Writing) -> Rows {
    let head = |key: &str, number| (writing.w(key), number);
    let side = |side: Side| shown.people.iter().filter(move |person| person.side == side);
    let ordered = [Side::Left, Side::Joined, Side::Skipped].into_iter().flat_map(side);
    let rows = ordered.map(|person| {
        let why = person.why.map(|why| writing.w(&format!("skip-{}", why.name())));
        let rank = match person.rank {
            0 => String::new(),
            rank => writing.with("movement-rank", &[("rank", &rank.to_string())]),
        };
        vec![
            RowCell::text(writing.w(&format!("side-{}", person.side.name())))
                .noted(why.unwrap_or(rank)),
            RowCell::text(person.name.clone()).noted(person.nik.clone()),
            RowCell::text(web.office().place_words(person.place)),
            RowCell::number(writing.rupiah(person.rupiah)),
        ]
    });
    Rows {
        id: "orang-tabel".to_owned(),
        caption: writing.w("movement-named"),
        heads: vec![
            head("movement-side", false),
            head("column-name", false),
            head("web-by-desa", false),
            head("column-amount", true),
        ],
        rows: rows.collect(),
        total: Vec::new(),
    }
}

async fn annex_data(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let found = web.office().annexes(asked.actor()?, &code)?;
        let rows =
            found.annexes.iter().map(|(annex, _, people)| annex_cells(&found, annex, *people));
        Ok(many(asked, ANNEX, rows.collect()))
    })
    .await
}

async fn movement_data(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let found = web.office().movements(asked.actor()?, &code)?;
        Ok(many(asked, MOVEMENT, found.heads.iter().map(movement_cells).collect()))
    })
    .await
}

fn many(asked: &Asked, columns: &[Column], cells: Vec<Vec<Cell>>) -> Response {
    let rows = cells.into_iter().map(|cells| json_row(columns, &Row::new("", cells)));
    let document = serde_json::json!({ "rows": rows.collect::<Vec<_>>() });
    failure::data(asked, StatusCode::OK, document.to_string())
}

fn annex_cells(found: &Annexes, annex: &Annex, people: u64) -> Vec<Cell> {
    let decree = found.decrees.get(&annex.number);
    vec![
        Cell::Count(annex.number.into()),
        Cell::text(annex.kind.name()),
        Cell::Moment(annex.made_at_ms),
        Cell::Count(annex.added.into()),
        Cell::Count(annex.removed.into()),
        Cell::Count(people),
        Cell::Rupiah(annex.freed),
        Cell::Rupiah(annex.bound),
        Cell::Text(hex(&annex.hash)),
        decree.map_or(Cell::Empty, |decree| Cell::text(&*decree.number)),
        decree.map_or(Cell::Empty, |decree| Cell::Day(decree.day)),
    ]
}

fn movement_cells(head: &MovementHead) -> Vec<Cell> {
    vec![
        Cell::Text(head.id.to_string()),
        Cell::text(head.state.name()),
        Cell::text(head.reason.name()),
        Cell::Month(head.from),
        Cell::Count(head.left.into()),
        Cell::Count(head.joined.into()),
        Cell::Rupiah(head.freed),
        Cell::Rupiah(head.used),
        head.annex.map_or(Cell::Empty, |annex| Cell::Count(annex.into())),
        Cell::Text(hex(&head.hash)),
    ]
}

fn amend(call: &Call<'_>) -> Result<Said, AppError> {
    let (annex, is_new) = call.web.office().amend_annex(call.actor, call.part("code"))?;
    let found = call.web.office().annexes(call.actor, call.part("code"))?;
    let people = found.annexes.last().map_or(0, |(.., people)| *people);
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Said { status, cells: annex_cells(&found, &annex, people) })
}

/// The decree of a change as typed: its number and its day, or neither.
fn basis(web: &Web, number: &str, typed: &str) -> Result<Option<Decree>, AppError> {
    let day = day_asked(typed).map_err(|_| AppError::refused("DECREE_UNFIT", ""))?;
    web.office().basis(number, day)
}

fn propose_by_program(call: &Call<'_>) -> Result<Said, AppError> {
    let from = call.given.text("mulai");
    let from = Month::parse(from).ok_or_else(|| AppError::usage("NOT_A_MONTH", from))?;
    let reason = LeaveReason::from_name(call.given.text("sebab"));
    let reason = reason.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?;
    let unknown = |_| AppError::not_found("NOT_A_MEMBER", "");
    let people = call.given.text("orang").split_whitespace();
    let people = people.map(|word| Id::parse(word).map_err(unknown));
    let asked = MovementAsked {
        programme: call.part("code"),
        from,
        reason,
        people: people.collect::<Result<_, _>>()?,
        numbers: Vec::new(),
        basis: basis(call.web, call.given.text("dasar"), call.given.text("dasar_tanggal"))?,
    };
    let shown = call.web.office().propose_movement(call.actor, &asked)?;
    let status = if shown.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Said { status, cells: movement_cells(&shown.head) })
}
