//! `/api/impor`: a file on its way in, as a program sends it, looks at it, mends it and takes it
//! in.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::{Actor, Operation};
use app::staging::{Answer, Committed, Saying, SheetId, Standing, Upload, Uploaded};
use app::tasks::ImportStanding;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Field, Id, ProblemCode};

use super::{data_route, object, rows_of};
use crate::acts::{Act, Call, Given, Input, Said, Shape, Takes};
use crate::api::{self, Parameter};
use crate::page::Asked;
use crate::routes::{Route, Web, answer};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Row};

/// What is said of a file after every act.
const SHEET: &[Column] = &[
    Column::of_data("id", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("revision", Kind::Count),
    Column::of_data("rows", Kind::Count),
    Column::of_data("ready", Kind::Count),
    Column::of_data("to_fix", Kind::Count),
    Column::of_data("warned", Kind::Count),
    Column::of_data("repeated", Kind::Count),
    Column::of_data("refused", Kind::Count),
    Column::of_data("task", Kind::Text),
    Column::of_data("job", Kind::Text),
];

/// One open problem of one row, or a row without any; never what stands in it.
const ROW: &[Column] = &[
    Column::of_data("sheet", Kind::Count),
    Column::of_data("row", Kind::Count),
    Column::of_data("outcome", Kind::Text),
    Column::of_data("problem", Kind::Text),
    Column::of_data("severity", Kind::Text),
    Column::of_data("field", Kind::Text),
];

const ENDINGS: [&str; 6] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "csv"];
/// As many cells or rows as one request may speak of.
const ROWS_MOST: usize = 5_000;

const REVISION: Input = Input {
    name: "revisi",
    meaning: "The revision that was seen; another one since is a conflict.",
    shape: Shape::Whole { most: u32::MAX },
};
const SHEET_NO: Input = Input {
    name: "lembar",
    meaning: "The sheet's place in the file, 0 for the first.",
    shape: Shape::Whole { most: u16::MAX as u32 },
};
const ROW_NO: Input = Input {
    name: "baris",
    meaning: "The row, 1 for the first.",
    shape: Shape::Whole { most: u32::MAX },
};
const PLACES: &[Input] = &[SHEET_NO, ROW_NO];
const CELLS: &[Input] = &[
    SHEET_NO,
    ROW_NO,
    Input {
        name: "isian",
        meaning: "The field.",
        shape: Shape::Word(|| Field::ALL.iter().map(|field| field.name()).collect()),
    },
    Input {
        name: "teks",
        meaning: "What stands there from now on.",
        shape: Shape::Text { most: 500, may_be_empty: true },
    },
];

const UPLOAD: Act = Act {
    path: "/api/impor",
    operation: Operation::TakeIn,
    id: "send-file",
    summary: "Sends a file; it is kept and nothing is decided. The same bytes again are the same \
              file.",
    parameters: &[
        Parameter { name: "program", meaning: "The programme's code.", shape: api::Shape::Text },
        Parameter { name: "pengirim", meaning: "The sender's code.", shape: api::Shape::Text },
        Parameter {
            name: "jenis",
            meaning: "The ending of the file's name.",
            shape: api::Shape::OneOf(&ENDINGS),
        },
    ],
    takes: Takes::File,
    keyed: true,
    answers: SHEET,
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: send,
    again: send,
};

const EXAMINE: Act = Act {
    path: "/api/impor/{id}/pemeriksaan",
    operation: Operation::TakeIn,
    id: "examine-file",
    summary: "Looks at a waiting file and counts its rows by what is to be done; a large one by a \
              job.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: SHEET,
    statuses: &[StatusCode::OK, StatusCode::ACCEPTED],
    act: examine,
    again: examine,
};

const MEND: Act = Act {
    path: "/api/impor/{id}/perbaikan",
    operation: Operation::TakeIn,
    id: "mend-rows",
    summary: "Corrects cells of a waiting file.",
    parameters: &[],
    takes: Takes::Fields(&[
        REVISION,
        Input {
            name: "sel",
            meaning: "The cells.",
            shape: Shape::List { of: CELLS, most: ROWS_MOST },
        },
    ]),
    keyed: true,
    answers: SHEET,
    statuses: &[StatusCode::OK],
    act: mend,
    again: show_again,
};

const ANSWER: Act = Act {
    path: "/api/impor/{id}/jawaban",
    operation: Operation::TakeIn,
    id: "answer-rows",
    summary: "Lets rows stand as they are in spite of one problem, for a reason.",
    parameters: &[],
    takes: Takes::Fields(&[
        REVISION,
        Input {
            name: "baris",
            meaning: "The rows.",
            shape: Shape::List { of: PLACES, most: ROWS_MOST },
        },
        Input {
            name: "sebab",
            meaning: "The problem's code.",
            shape: Shape::Word(|| ProblemCode::ALL.iter().map(|code| code.name()).collect()),
        },
        Input {
            name: "alasan",
            meaning: "Why, in a sentence; without anybody's identity.",
            shape: Shape::Text { most: 300, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: SHEET,
    statuses: &[StatusCode::OK],
    act: settle,
    again: show_again,
};

const COMMIT: Act = Act {
    path: "/api/impor/{id}/simpan",
    operation: Operation::TakeIn,
    id: "take-file-in",
    summary: "Takes a file in as it was last examined; a large one by a job, or it is put forward \
              as a task for others to approve.",
    parameters: &[],
    takes: Takes::Fields(&[REVISION]),
    keyed: true,
    answers: SHEET,
    statuses: &[StatusCode::OK, StatusCode::ACCEPTED],
    act: commit,
    again: show_again,
};

const UNDO: Act = Act {
    path: "/api/impor/{id}/pembatalan",
    operation: Operation::UndoSheet,
    id: "take-file-back",
    summary: "Takes a file back, or away while it waits.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: SHEET,
    statuses: &[StatusCode::OK],
    act: undo,
    again: show_again,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let read = Operation::ReadSheets;
    let acts = [UPLOAD, EXAMINE, MEND, ANSWER, COMMIT, UNDO].into_iter().map(Act::route);
    let summary = "One file on its way in; counts are of its last examination.";
    let one = data_route("/api/impor/{id}", read, show).described(object("file", summary, SHEET));
    let summary = "The rows of an examined file with their open problems.";
    let rows = data_route("/api/impor/{id}/baris", read, rows).described(rows_of(
        "file-rows",
        summary,
        ROW,
    ));
    acts.chain([one, rows]).collect()
}

async fn show(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let cells = sheet_cells(web, &signed.actor, sheet_id(&id)?, None)?;
        Ok(super::one(asked, SHEET, &cells))
    })
    .await
}

async fn rows(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let unexamined = || AppError::new(ErrorKind::Conflict, "SHEET_UNEXAMINED", "");
        let examined = match web.office().examine(&signed.actor, sheet_id(&id)?)? {
            Standing::Ready(examined) => examined,
            Standing::Working(_) => return Err(unexamined()),
        };
        let mut found = Vec::new();
        for decision in examined.people() {
            let place = (decision.sheet, decision.row);
            let head = || {
                let (sheet, row) = (u64::from(place.0), u64::from(place.1));
                vec![Cell::Count(sheet), Cell::Count(row), Cell::text(decision.outcome.name())]
            };
            let before = found.len();
            for problem in decision.problems.iter().filter(|one| examined.is_open(place, one)) {
                let mut cells = head();
                cells.push(Cell::text(problem.code.name()));
                cells.push(Cell::text(problem.severity().name()));
                cells.push(Cell::text(problem.field.map_or("", |field| field.name())));
                found.push(Row::new("", cells));
            }
            if found.len() == before {
                let mut cells = head();
                cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
                found.push(Row::new("", cells));
            }
        }
        Ok(super::many(asked, ROW, &found))
    })
    .await
}

fn send(call: &Call<'_>) -> Result<Said, AppError> {
    let missing = || AppError::usage("UPLOAD_MISSING", "");
    let file = call.file.ok_or_else(missing)?;
    let word = |name: &str| call.asked.value(name).unwrap_or_default();
    if !ENDINGS.contains(&word("jenis")) {
        return Err(AppError::usage("KIND_UNKNOWN", ""));
    }
    let upload = Upload {
        path: file.path.clone(),
        file_name: file.name.clone(),
        programme: word("program").to_owned(),
        org: word("pengirim").to_owned(),
    };
    let (id, status) = match call.web.office().stage(call.actor, &upload)? {
        Uploaded::Staged(id) => (id, StatusCode::CREATED),
        Uploaded::Known(id) => (id, StatusCode::OK),
        Uploaded::Refused(refusal) => return Err(AppError::refused(&refusal.code, "")),
    };
    said(call, id, status, None)
}

fn examine(call: &Call<'_>) -> Result<Said, AppError> {
    let id = id_of(call)?;
    match call.web.office().examine(call.actor, id)? {
        Standing::Ready(_) => said(call, id, StatusCode::OK, None),
        Standing::Working(job) => said(call, id, StatusCode::ACCEPTED, Some(job.to_string())),
    }
}

fn mend(call: &Call<'_>) -> Result<Said, AppError> {
    let id = id_of(call)?;
    let cell = |given: &Given| {
        let field = Field::from_name(given.text("isian"))?;
        Some((place(given), field, given.text("teks").to_owned()))
    };
    let cells: Vec<_> = call.given.list("sel").iter().filter_map(cell).collect();
    call.web.office().edit_cells(&saying(call, id), &cells)?;
    said(call, id, StatusCode::OK, None)
}

fn settle(call: &Call<'_>) -> Result<Said, AppError> {
    let id = id_of(call)?;
    let rows: Vec<(u16, u32)> = call.given.list("baris").iter().map(place).collect();
    let code = ProblemCode::from_name(call.given.text("sebab"));
    let code = code.ok_or_else(|| AppError::not_found("ROW_UNKNOWN", ""))?;
    let settled = (Answer::Settled, call.given.text("alasan"));
    call.web.office().answer_rows(&saying(call, id), &rows, code, settled)?;
    said(call, id, StatusCode::OK, None)
}

fn commit(call: &Call<'_>) -> Result<Said, AppError> {
    let id = id_of(call)?;
    let revision = i64::from(call.given.whole("revisi"));
    match call.web.office().commit(call.actor, id, revision)? {
        Committed::TakenIn => said(call, id, StatusCode::OK, None),
        Committed::Asked(job) => said(call, id, StatusCode::ACCEPTED, Some(job.id.to_string())),
        Committed::Waits(_) => said(call, id, StatusCode::ACCEPTED, None),
    }
}

fn undo(call: &Call<'_>) -> Result<Said, AppError> {
    let id = id_of(call)?;
    call.web.office().undo(call.actor, id)?;
    said(call, id, StatusCode::OK, None)
}

fn show_again(call: &Call<'_>) -> Result<Said, AppError> {
    said(call, id_of(call)?, StatusCode::OK, None)
}

fn said(
    call: &Call<'_>,
    id: SheetId,
    status: StatusCode,
    job: Option<String>,
) -> Result<Said, AppError> {
    Ok(Said { status, cells: sheet_cells(call.web, call.actor, id, job)? })
}

fn sheet_cells(
    web: &Web,
    actor: &Actor,
    id: SheetId,
    job: Option<String>,
) -> Result<Vec<Cell>, AppError> {
    let staged = web.office().staged(actor, id)?;
    let task = match web.office().import_standing(&staged)? {
        ImportStanding::Waits(task) => Cell::Text(task.id.to_string()),
        _ => Cell::Empty,
    };
    let counts = staged.stage.counts;
    let of = |count: Option<u64>| count.map_or(Cell::Empty, Cell::Count);
    Ok(vec![
        Cell::Text(id.to_string()),
        Cell::text(staged.sheet.state.name()),
        Cell::Count(staged.stage.revision.unsigned_abs()),
        Cell::Count(staged.stage.rows_read),
        of(counts.map(|counts| counts.ready)),
        of(counts.map(|counts| counts.to_fix)),
        of(counts.map(|counts| counts.warned)),
        of(counts.map(|counts| counts.repeated)),
        of(counts.map(|counts| counts.refused)),
        task,
        job.map_or(Cell::Empty, Cell::Text),
    ])
}

fn saying<'a>(call: &Call<'a>, id: SheetId) -> Saying<'a> {
    let revision = i64::from(call.given.whole("revisi"));
    Saying { actor: call.actor, sheet: id, revision }
}

fn place(given: &Given) -> (u16, u32) {
    let sheet = u16::try_from(given.whole("lembar")).expect("the field's shape says so");
    (sheet, given.whole("baris"))
}

fn id_of(call: &Call<'_>) -> Result<SheetId, AppError> {
    sheet_id(call.part("id"))
}

fn sheet_id(text: &str) -> Result<SheetId, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("SHEET_UNKNOWN", ""))
}
