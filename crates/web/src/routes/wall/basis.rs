//! `/dasbor/pembanding` and `/dasbor/sasaran`: counts from outside and targets, typed and kept.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::wall::{BasisInput, TargetInput};
use axum::extract::State;
use axum::response::Response;

use crate::page::{Asked, Section};
use crate::parts::chart::{RowCell, Rows};
use crate::parts::{Control, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, is_said, sentence, to, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let set = Operation::SetUp;
    vec![
        Route::get("/dasbor/pembanding", Operation::ReadMoney, bases),
        Route::get("/dasbor/pembanding/baru", set, ask_basis),
        Route::post("/dasbor/pembanding/baru", set, keep_basis),
        Route::get("/dasbor/sasaran", set, ask_target),
        Route::post("/dasbor/sasaran", set, keep_target),
    ]
}

async fn bases(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let (writing, actor) = (asked.writing(), asked.actor()?);
        let found = web.office().coverage_bases(actor)?;
        let page = web.page(asked, Section::Dashboard, writing.w("wall-bases-caption"));
        let row = |basis: &app::wall::Basis| {
            vec![
                RowCell::text(&*basis.code),
                RowCell::text(&*basis.name).noted(&*basis.definition),
                RowCell::text(&*basis.source),
                RowCell::text(writing.day(basis.as_of)),
            ]
        };
        let keys = ["wall-basis-code", "wall-basis-name", "wall-basis-source", "wall-basis-as-of"];
        let mut pieces = Vec::new();
        if asked.value("selesai").is_some() {
            pieces.push(Piece::Notice(Notice::done(writing.w("wall-basis-kept"), String::new())));
        }
        pieces.push(match found.is_empty() {
            true => Piece::Words(writing.w("wall-basis-none")),
            false => Piece::Rows(Rows {
                id: "pembanding".to_owned(),
                caption: writing.w("wall-bases-caption"),
                heads: keys.map(|key| (writing.w(key), false)).to_vec(),
                rows: found.iter().rev().map(row).collect(),
                total: Vec::new(),
            }),
        });
        if web.may_somewhere(actor, Operation::SetUp) {
            let href = writing.href("/dasbor/pembanding/baru", &[]);
            pieces.push(Piece::Link(href, writing.w("wall-new-basis")));
        }
        let back = Some((writing.href("/dasbor", &[]), writing.w("wall-dashboard")));
        Ok(html(&Plain { page, back, lead: writing.w("wall-bases-lead"), pieces }))
    })
    .await
}

fn basis_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Dashboard, writing.w("wall-new-basis"));
    let line = |name, key: &str| Field::line(writing, name, key).answered(posted.get(name));
    let lines = Field::new(writing, "baris", "wall-basis-lines", Control::Lines(6));
    let fields = vec![
        line("kode", "wall-basis-code"),
        line("nama", "wall-basis-name"),
        line("sumber", "wall-basis-source"),
        line("arti", "wall-basis-definition"),
        line("tanggal", "wall-basis-as-of"),
        line("jumlah", "wall-basis-people").optional(writing),
        lines.answered(posted.get("baris")).optional(writing),
    ];
    let form = Form::new(&page, "/dasbor/pembanding/baru", "wall-basis-keep", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    FormPage::new(page, writing.w("wall-new-basis"), form).with_back("/dasbor", "wall-dashboard")
}

async fn ask_basis(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&basis_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

async fn keep_basis(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let text = |name: &str| posted.get(name).to_owned();
        let day = posted.get("tanggal");
        let day = crate::routes::day_of(day).map_or_else(|| day.to_owned(), |day| day.to_string());
        let input = BasisInput {
            code: text("kode"),
            name: text("nama"),
            source: text("sumber"),
            definition: text("arti"),
            as_of: day,
            people: text("jumlah"),
            lines: text("baris"),
        };
        let error = match web.office().set_basis(&signed.actor, &input) {
            Ok(_) => return Ok(to(asked, "/dasbor/pembanding", "simpan")),
            Err(error) => error,
        };
        let field = match (error.code.as_str(), error.detail.as_str()) {
            ("COVERAGE_WORDS", "code") => "kode",
            ("COVERAGE_WORDS", "name") => "nama",
            ("COVERAGE_WORDS", "source") => "sumber",
            ("COVERAGE_WORDS", "definition") => "arti",
            ("NOT_A_DAY", _) => "tanggal",
            ("BASIS_LINE_BAD", _) => "baris",
            _ => "jumlah",
        };
        mistaken(&error, field, |mistakes| basis_page(web, asked, &posted, mistakes), asked)
    })
    .await
}

fn target_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Dashboard, writing.w("wall-new-target"));
    let line = |name, key: &str| Field::line(writing, name, key).answered(posted.get(name));
    let fields = vec![
        line("wilayah", "wall-target-place").optional(writing),
        line("sasaran", "wall-target-aim"),
        line("tanggal", "wall-target-due"),
        line("dasar", "wall-target-source"),
    ];
    let form = Form::new(&page, "/dasbor/sasaran", "wall-target-keep", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    FormPage::new(page, writing.w("wall-new-target"), form).with_back("/dasbor", "wall-dashboard")
}

async fn ask_target(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&target_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

async fn keep_target(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let text = |name: &str| posted.get(name).to_owned();
        let day = posted.get("tanggal");
        let day = crate::routes::day_of(day).map_or_else(|| day.to_owned(), |day| day.to_string());
        let input = TargetInput {
            place: text("wilayah"),
            due: day,
            aim: text("sasaran"),
            source: text("dasar"),
        };
        let error = match web.office().set_coverage_target(&signed.actor, &input) {
            Ok(_) => return Ok(to(asked, "/dasbor", "simpan")),
            Err(error) => error,
        };
        let field = match error.code.as_str() {
            "NOT_A_REGION" => "wilayah",
            "NOT_A_DAY" => "tanggal",
            "COVERAGE_WORDS" => "dasar",
            _ => "sasaran",
        };
        mistaken(&error, field, |mistakes| target_page(web, asked, &posted, mistakes), asked)
    })
    .await
}

/// The form again with what was wrong; an error that is no mistake of the form goes on.
fn mistaken(
    error: &AppError,
    field: &'static str,
    page: impl FnOnce(&Mistakes) -> FormPage,
    asked: &Asked,
) -> Result<Response, AppError> {
    if !is_said(error) {
        return Err(error.clone());
    }
    let mut mistakes = Mistakes::none();
    mistakes.add(field, sentence(error, asked.writing()));
    Ok(unfit(html(&page(&mistakes))))
}
