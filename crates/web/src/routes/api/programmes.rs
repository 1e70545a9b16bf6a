//! `/api/program`: a programme laid down by a program, its terms laid down anew, and what is laid
//! down now.

use std::sync::Arc;

use app::error::AppError;
use app::funds::Programme;
use app::office::Operation;
use app::terms::{ProgrammeTyped, TermsTyped};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::{data_route, object};
use crate::acts::{Act, Call, Given, Input, Said, Shape, Takes};
use crate::page::Asked;
use crate::routes::{Route, Web, answer};
use crate::table::{Cell, Column, Kind};

const PROGRAMME: &[Column] = &[
    Column::of_data("programme", Kind::Text),
    Column::of_data("name", Kind::Text),
    Column::of_data("territory", Kind::Text),
    Column::of_data("schemes", Kind::Text),
    Column::of_data("first_month", Kind::Month),
    Column::of_data("last_month", Kind::Month),
    Column::of_data("occupations", Kind::Text),
    Column::of_data("income_rupiah", Kind::Rupiah),
    Column::of_data("target", Kind::Count),
    Column::of_data("basis", Kind::Text),
    Column::of_data("segments", Kind::Text),
    Column::of_data("quota", Kind::Count),
    Column::of_data("mandate_from", Kind::Month),
    Column::of_data("mandate_basis", Kind::Text),
    Column::of_data("priority", Kind::Text),
    Column::of_data("age_from", Kind::Count),
    Column::of_data("age_to", Kind::Count),
    Column::of_data("decile", Kind::Count),
    Column::of_data("year_targets", Kind::Text),
    Column::of_data("facilities", Kind::Text),
];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 2_000, may_be_empty } }
}

const BASIS: Input = text("dasar", "The regulation or decree behind it.", true);
const SEGMENTS: Input = text(
    "segmen",
    "As what occupations are insured, with commas between: `bidan:bpu,honorer:pu:2000000`.",
    true,
);
const QUOTA: Input = text("tempat", "How many may be on it at a time, as digits.", true);
const MANDATE_FROM: Input = text("wajib_mulai", "Since when it is mandated, as YYYY-MM.", true);
const MANDATE_BASIS: Input = text("wajib_dasar", "By whose instruction.", true);
const PRIORITY: Input = text(
    "urutan",
    "In which order places are given: `elderly:60,decile,received,village,name`.",
    true,
);
const AGE_FROM: Input = text("usia_dari", "The youngest age on its first day.", true);
const AGE_TO: Input = text("usia_sampai", "The oldest age on its first day.", true);
const DECILE: Input = text("desil", "The highest welfare decile, 1 to 10.", true);
const YEARS: Input =
    text("sasaran_tahun", "People to be reached in years: `2024=12633,2025=14000`.", true);
const FACILITIES: Input = text(
    "fasilitas",
    "People of which facilities: an office's code, or `dinkes:klinik+bidan` for some kinds.",
    true,
);

const ADD: Act = Act {
    path: "/api/program",
    operation: Operation::SetUp,
    id: "add-programme",
    summary: "Records a programme; the same again is no change.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("kode", "Small letters, digits and strokes.", false),
        text("nama", "What people call it.", false),
        text("wilayah", "The territory's code.", false),
        text("dana", "The fund's code.", false),
        text("skema", "`jkk,jkm` or `jkk,jkm,jht`.", false),
        text("mulai", "The first covered month, as YYYY-MM.", false),
        text("sampai", "The last covered month, as YYYY-MM.", false),
        text("penghasilan_rupiah", "The income declared for everybody, as digits.", true),
        text("pekerjaan", "Occupations it is for, by key with commas between.", true),
        text("pekerjaan_biasa", "The occupation of rows that name none, by key.", true),
        Input {
            name: "sudah_terdaftar",
            meaning: "Whether people insured elsewhere may be in it.",
            shape: Shape::Word(|| vec!["ya", "tidak"]),
        },
        text("sasaran", "People to be reached, as digits.", true),
        BASIS,
        SEGMENTS,
        QUOTA,
        MANDATE_FROM,
        MANDATE_BASIS,
        PRIORITY,
        AGE_FROM,
        AGE_TO,
        DECILE,
        YEARS,
        FACILITIES,
    ]),
    keyed: true,
    answers: PROGRAMME,
    statuses: &[StatusCode::OK],
    act: add,
    again: add,
};

const CHANGE: Act = Act {
    path: "/api/program/{code}/ketentuan",
    operation: Operation::SetUp,
    id: "change-programme-terms",
    summary: "Lays down all terms of a programme anew: what is empty is laid down no more.",
    parameters: &[],
    takes: Takes::Fields(&[
        BASIS,
        SEGMENTS,
        QUOTA,
        MANDATE_FROM,
        MANDATE_BASIS,
        PRIORITY,
        AGE_FROM,
        AGE_TO,
        DECILE,
        YEARS,
        FACILITIES,
        text("alasan", "Why, in a sentence; it is kept.", false),
    ]),
    keyed: true,
    answers: PROGRAMME,
    statuses: &[StatusCode::OK],
    act: change,
    again: change,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let one = data_route("/api/program/{code}", Operation::SetUp, show).described(object(
        "programme",
        "What is laid down for a programme.",
        PROGRAMME,
    ));
    vec![ADD.route(), CHANGE.route(), one]
}

async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let programme = web.office().programme(&code)?;
        Ok(super::one(asked, PROGRAMME, &cells(&programme)))
    })
    .await
}

fn add(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let text = |name: &str| given.text(name).to_owned();
    let typed = ProgrammeTyped {
        code: text("kode"),
        name: text("nama"),
        fund: text("dana"),
        territory: text("wilayah"),
        schemes: text("skema"),
        first: text("mulai"),
        last: text("sampai"),
        income: text("penghasilan_rupiah"),
        occupations: parts(given, "pekerjaan"),
        default_occupation: text("pekerjaan_biasa"),
        allow_insured: given.text("sudah_terdaftar") == "ya",
        target: text("sasaran"),
        terms: terms(given),
    };
    let office = call.web.office();
    let programme = office.add_programme(call.actor, &typed.read(office)?)?;
    Ok(Said { status: StatusCode::OK, cells: cells(&programme) })
}

fn change(call: &Call<'_>) -> Result<Said, AppError> {
    let office = call.web.office();
    let terms = terms(call.given).read(office)?;
    let reason = call.given.text("alasan");
    let programme = office.change_terms(call.actor, call.part("code"), &terms, reason)?;
    Ok(Said { status: StatusCode::OK, cells: cells(&programme) })
}

fn terms(given: &Given) -> TermsTyped {
    let text = |name: &str| given.text(name).to_owned();
    TermsTyped {
        basis: text("dasar"),
        groups: parts(given, "segmen"),
        quota: text("tempat"),
        mandate_from: text("wajib_mulai"),
        mandate_basis: text("wajib_dasar"),
        priority: text("urutan"),
        age_from: text("usia_dari"),
        age_to: text("usia_sampai"),
        decile: text("desil"),
        targets: parts(given, "sasaran_tahun"),
        facilities: text("fasilitas"),
    }
}

/// The parts of a text between commas.
fn parts(given: &Given, name: &str) -> Vec<String> {
    let parts = given.text(name).split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn cells(programme: &Programme) -> Vec<Cell> {
    let typed = TermsTyped::of(&programme.terms);
    let terms = &programme.terms;
    let count = |number: Option<u32>| number.map_or(Cell::Empty, |n| Cell::Count(n.into()));
    let works: Vec<&str> = programme.occupations.iter().map(|key| &*key.0).collect();
    vec![
        Cell::text(&*programme.code),
        Cell::text(&*programme.name),
        Cell::Text(programme.territory.to_string()),
        Cell::Text(programme.schemes.to_string()),
        Cell::Month(programme.first),
        Cell::Month(programme.last),
        Cell::Text(works.join(",")),
        Cell::Rupiah(programme.income),
        count(programme.target),
        Cell::Text(typed.basis),
        Cell::Text(typed.groups.join(",")),
        count(terms.quota),
        terms.mandate.as_ref().map_or(Cell::Empty, |mandate| Cell::Month(mandate.from)),
        Cell::Text(typed.mandate_basis),
        Cell::Text(terms.priority.to_string()),
        count(terms.ages.from.map(u32::from)),
        count(terms.ages.to.map(u32::from)),
        count(terms.decile.map(u32::from)),
        Cell::Text(typed.targets.join(",")),
        Cell::Text(typed.facilities),
    ]
}
