//! `/api/organisasi`, `/api/perjanjian`: what programs keep of organisations and agreements, and
//! which duties they tick.

use std::sync::Arc;

use app::agreements::{Amendment, Copying, Done, DutyState, NewAgreement, Signing, Ticking};
use app::error::AppError;
use app::office::{Actor, Operation};
use app::organisations::{Contact, Defaults, OrgInput, OrgKindKey};
use app::prints::hex;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Day, RegionCode};

use super::{data_route, object, rows_of};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::api::{self, Parameter};
use crate::page::Asked;
use crate::routes::{Route, Web, answer, day_asked};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Row};

const ORG: &[Column] = &[
    Column::of_data("code", Kind::Text),
    Column::of_data("name", Kind::Text),
    Column::of_data("kind", Kind::Text),
    Column::of_data("parent", Kind::Text),
    Column::of_data("territory", Kind::Text),
    Column::of_data("closed_on", Kind::Day),
    Column::of_data("address", Kind::Text),
    Column::of_data("officer", Kind::Text),
    Column::of_data("office", Kind::Text),
    Column::of_data("phone", Kind::Text),
    Column::of_data("email", Kind::Text),
    Column::of_data("facilities", Kind::Count),
];

const IMPORTED: &[Column] = &[
    Column::of_data("added", Kind::Count),
    Column::of_data("changed", Kind::Count),
    Column::of_data("same", Kind::Count),
    Column::of_data("refused", Kind::Count),
    Column::of_data("not_a_row", Kind::Count),
    Column::of_data("first_refused_row", Kind::Count),
    Column::of_data("first_refusal", Kind::Text),
];

const AGREEMENT: &[Column] = &[
    Column::of_data("code", Kind::Text),
    Column::of_data("number", Kind::Text),
    Column::of_data("subject", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("version", Kind::Count),
    Column::of_data("newest", Kind::Count),
    Column::of_data("from", Kind::Day),
    Column::of_data("to", Kind::Day),
    Column::of_data("digest", Kind::Text),
    Column::of_data("scan_sha256", Kind::Text),
    Column::of_data("duties", Kind::Count),
    Column::of_data("late", Kind::Count),
    Column::of_data("done", Kind::Count),
];

const DUTY: &[Column] = &[
    Column::of_data("duty", Kind::Text),
    Column::of_data("owner", Kind::Text),
    Column::of_data("kind", Kind::Text),
    Column::of_data("text", Kind::Text),
    Column::of_data("due", Kind::Day),
    Column::of_data("state", Kind::Text),
    Column::of_data("done", Kind::Count),
    Column::of_data("of", Kind::Count),
];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 300, may_be_empty } }
}

const CODE: Input = text("kode", "Its code.", false);
const DAY: Input = text("tanggal", "The day, as 2025-10-07; empty for the usual one.", true);
const REASON: Input = text("alasan", "Why, in a sentence; it is kept.", false);
const ENDINGS: [&str; 6] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "csv"];
const PAPERS: [&str; 3] = ["pdf", "png", "jpg"];

const KEEP: Act = Act {
    path: "/api/organisasi",
    operation: Operation::SetUp,
    id: "keep-organisation",
    summary: "Keeps an organisation under its code, new or changed to what is said.",
    parameters: &[],
    takes: Takes::Fields(&[
        CODE,
        text("nama", "Its name.", false),
        text("jenis", "Its kind, by key.", false),
        text("induk", "The code of the one it stands under; may be empty.", true),
        text("wilayah", "The territory's code.", false),
        text("alamat", "Street and number.", true),
        text("pejabat", "Who holds the office.", true),
        text("jabatan", "What the office is called.", true),
        text("telepon", "Telephone.", true),
        text("surel", "E-mail.", true),
    ]),
    keyed: true,
    answers: ORG,
    statuses: &[StatusCode::OK],
    act: keep,
    again: keep,
};

const IMPORT: Act = Act {
    path: "/api/organisasi/impor",
    operation: Operation::SetUp,
    id: "import-organisations",
    summary: "Takes a list of organisations in; every row has an outcome, and the same list again \
              changes nothing.",
    parameters: &[Parameter {
        name: "jenis",
        meaning: "The ending of the file's name.",
        shape: api::Shape::OneOf(&ENDINGS),
    }],
    takes: Takes::File,
    keyed: true,
    answers: IMPORTED,
    statuses: &[StatusCode::OK],
    act: import,
    again: import,
};

const PARTY: &[Input] = &[CODE];

const NEW: Act = Act {
    path: "/api/perjanjian",
    operation: Operation::SetUp,
    id: "write-agreement",
    summary: "Writes an agreement from a text with the parties' data.",
    parameters: &[],
    takes: Takes::Fields(&[
        CODE,
        text("naskah", "The text's name.", false),
        Input {
            name: "pihak",
            meaning: "The parties, in order.",
            shape: Shape::List { of: PARTY, most: 20 },
        },
        text("nomor", "The number on the paper; may be empty.", true),
        text("tempat", "Where it is signed; may be empty.", true),
        text("mulai", "The first day.", false),
        text("berakhir", "The last day; by the text when empty.", true),
    ]),
    keyed: true,
    answers: AGREEMENT,
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: write,
    again: written_again,
};

const SIGN: Act = Act {
    path: "/api/perjanjian/{code}/penandatanganan",
    operation: Operation::SetUp,
    id: "sign-agreement",
    summary: "Says that the draft was signed; from then on it holds and is never changed.",
    parameters: &[],
    takes: Takes::Fields(&[DAY, text("nomor", "The number on the paper; may be empty.", true)]),
    keyed: true,
    answers: AGREEMENT,
    statuses: &[StatusCode::OK],
    act: sign,
    again: agreement_again,
};

const SCAN: Act = Act {
    path: "/api/perjanjian/{code}/pindaian",
    operation: Operation::SetUp,
    id: "keep-scanned-agreement",
    summary: "Keeps the scanned paper of what was signed last, known by its SHA-256.",
    parameters: &[Parameter {
        name: "jenis",
        meaning: "The ending of the file's name.",
        shape: api::Shape::OneOf(&PAPERS),
    }],
    takes: Takes::File,
    keyed: true,
    answers: AGREEMENT,
    statuses: &[StatusCode::OK],
    act: scan,
    again: agreement_again,
};

const AMEND: Act = Act {
    path: "/api/perjanjian/{code}/perubahan",
    operation: Operation::SetUp,
    id: "amend-agreement",
    summary: "Changes a draft, or writes the next version of what was signed, from whole terms.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "naskah",
            meaning: "The terms as a file, as the page gives them.",
            shape: Shape::Text { most: 200_000, may_be_empty: false },
        },
        REASON,
    ]),
    keyed: true,
    answers: AGREEMENT,
    statuses: &[StatusCode::OK],
    act: amend,
    again: agreement_again,
};

const FULFIL: Act = Act {
    path: "/api/perjanjian/{code}/pemenuhan",
    operation: Operation::FollowUp,
    id: "fulfil-duty",
    summary: "Ticks that a duty was done, for facilities or once.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("kewajiban", "The duty's code.", false),
        Input {
            name: "fasilitas",
            meaning: "Codes of facilities between commas; empty for a duty that is done once.",
            shape: Shape::Text { most: 20_000, may_be_empty: true },
        },
        DAY,
        text("catatan", "What shows it; without anybody's identity.", true),
    ]),
    keyed: true,
    answers: AGREEMENT,
    statuses: &[StatusCode::OK],
    act: fulfil,
    again: agreement_again,
};

const COPY: Act = Act {
    path: "/api/perjanjian/{code}/salinan",
    operation: Operation::SetUp,
    id: "copy-agreement",
    summary: "Copies an agreement for another office, in the place of its first party.",
    parameters: &[],
    takes: Takes::Fields(&[
        CODE,
        text("organisasi", "The office it is for.", false),
        text("mulai", "The first day.", false),
    ]),
    keyed: true,
    answers: AGREEMENT,
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: copy,
    again: written_again,
};

const END: Act = Act {
    path: "/api/perjanjian/{code}/pengakhiran",
    operation: Operation::SetUp,
    id: "end-agreement",
    summary: "Ends an agreement on a day, for a reason.",
    parameters: &[],
    takes: Takes::Fields(&[DAY, REASON]),
    keyed: true,
    answers: AGREEMENT,
    statuses: &[StatusCode::OK],
    act: end,
    again: agreement_again,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let acts = [KEEP, IMPORT, NEW, SIGN, SCAN, AMEND, FULFIL, COPY, END];
    let read = Operation::ReadMoney;
    let org = data_route("/api/organisasi/{code}", Operation::OwnDesk, show_org).described(object(
        "organisation",
        "One organisation; number and mail masked for those who may not set it up.",
        ORG,
    ));
    let one = data_route("/api/perjanjian/{code}", read, show_agreement).described(object(
        "agreement",
        "One agreement: the version that holds, or the draft.",
        AGREEMENT,
    ));
    let duties = data_route("/api/perjanjian/{code}/kewajiban", read, show_duties);
    let summary = "What each party of an agreement owes, and how much is done.";
    let duties = duties.described(rows_of("agreement-duties-of", summary, DUTY));
    acts.into_iter().map(Act::route).chain([org, one, duties]).collect()
}

async fn show_org(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(super::one(asked, ORG, &org_cells(web, &signed.actor, &code)?))
    })
    .await
}

async fn show_agreement(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(super::one(asked, AGREEMENT, &agreement_cells(web, &signed.actor, &code)?))
    })
    .await
}

async fn show_duties(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().agreement(&signed.actor, &code)?;
        let row = |shown: &app::agreements::DutyShown| {
            let cells = vec![
                Cell::text(&*shown.duty.code),
                Cell::text(&*shown.owner),
                Cell::text(shown.duty.kind.name()),
                Cell::text(&*shown.text),
                shown.duty.due.map_or(Cell::Empty, Cell::Day),
                Cell::text(shown.standing.state.name()),
                Cell::Count(u64::from(shown.standing.done)),
                Cell::Count(u64::from(shown.standing.of)),
            ];
            Row::new("", cells)
        };
        let rows: Vec<Row> = file.duties.iter().map(row).collect();
        Ok(super::many(asked, DUTY, &rows))
    })
    .await
}

fn org_cells(web: &Web, actor: &Actor, code: &str) -> Result<Vec<Cell>, AppError> {
    let file = web.office().org_file(actor, code)?;
    let (org, contact) = (&file.org, file.contact.masked());
    Ok(vec![
        Cell::text(&*org.code),
        Cell::text(&*org.name),
        Cell::text(&*org.kind.0),
        Cell::text(file.parent.as_ref().map(|parent| &*parent.code).unwrap_or_default()),
        Cell::text(org.territory.to_string()),
        org.closed_on.map_or(Cell::Empty, Cell::Day),
        Cell::text(&*contact.address),
        Cell::text(&*contact.officer),
        Cell::text(&*contact.office),
        Cell::text(&*contact.phone),
        Cell::text(&*contact.email),
        Cell::Count(file.facilities.len() as u64),
    ])
}

fn agreement_cells(web: &Web, actor: &Actor, code: &str) -> Result<Vec<Cell>, AppError> {
    let file = web.office().agreement(actor, code)?;
    let current = file.current();
    let terms = &current.terms;
    let count = |state: DutyState| {
        Cell::Count(file.duties.iter().filter(|one| one.standing.state == state).count() as u64)
    };
    Ok(vec![
        Cell::text(&*file.agreement.code),
        Cell::text(&*terms.number),
        Cell::text(&*terms.subject),
        Cell::text(file.agreement.state.name()),
        Cell::Count(u64::from(file.agreement.version)),
        Cell::Count(u64::from(file.agreement.newest)),
        Cell::Day(terms.from),
        Cell::Day(terms.to),
        Cell::Text(hex(&current.digest)),
        current.scan.map_or(Cell::Empty, |hash| Cell::Text(hex(&hash))),
        Cell::Count(file.duties.len() as u64),
        count(DutyState::Late),
        count(DutyState::Done),
    ])
}

fn keep(call: &Call<'_>) -> Result<Said, AppError> {
    let given = |name: &str| call.given.text(name).trim();
    let typed = given("wilayah");
    let territory = RegionCode::parse(typed);
    let territory = territory.ok_or_else(|| AppError::usage("NOT_A_REGION", typed))?;
    let input = OrgInput {
        code: given("kode").into(),
        name: given("nama").into(),
        kind: OrgKindKey::new(given("jenis")),
        parent: Some(given("induk")).filter(|code| !code.is_empty()).map(Into::into),
        territory,
        closed_on: None,
        contact: Contact {
            address: given("alamat").into(),
            officer: given("pejabat").into(),
            office: given("jabatan").into(),
            phone: given("telepon").into(),
            email: given("surel").into(),
        },
    };
    call.web.office().keep_org(call.actor, &input)?;
    let cells = org_cells(call.web, call.actor, given("kode"))?;
    Ok(Said { status: StatusCode::OK, cells })
}

fn import(call: &Call<'_>) -> Result<Said, AppError> {
    let missing = || AppError::usage("UPLOAD_MISSING", "");
    let file = call.file.ok_or_else(missing)?;
    if !ENDINGS.contains(&call.asked.value("jenis").unwrap_or_default()) {
        return Err(AppError::usage("KIND_UNKNOWN", ""));
    }
    let read = call.web.office().import_orgs(call.actor, &file.path, &Defaults::default())?;
    let import = read.map_err(|refusal| AppError::refused("FILE_REFUSED", refusal.code))?;
    let count = |name: &str| {
        let rows = import.rows.iter().filter(|row| row.outcome.name() == name);
        Cell::Count(rows.count() as u64)
    };
    let first = import.rows.iter().find_map(|row| match row.outcome {
        app::organisations::OrgOutcome::Refused(refusal) => Some((row.row, refusal.name())),
        _ => None,
    });
    let cells = vec![
        count("added"),
        count("changed"),
        count("same"),
        count("refused"),
        count("not-a-row"),
        first.map_or(Cell::Empty, |(row, _)| Cell::Count(u64::from(row))),
        first.map_or(Cell::Empty, |(_, code)| Cell::text(code)),
    ];
    Ok(Said { status: StatusCode::OK, cells })
}

fn first_day(text: &str) -> Result<Day, AppError> {
    day_asked(text)?.ok_or_else(|| AppError::usage("NOT_A_DAY", text))
}

fn write(call: &Call<'_>) -> Result<Said, AppError> {
    let given = |name: &str| call.given.text(name).trim();
    let parties = call.given.list("pihak");
    let parties: Vec<String> = parties.iter().map(|one| one.text("kode").to_owned()).collect();
    let new = NewAgreement {
        code: given("kode"),
        template: given("naskah"),
        parties: &parties,
        number: given("nomor"),
        place: given("tempat"),
        from: first_day(given("mulai"))?,
        to: day_asked(given("berakhir"))?,
    };
    let done = call.web.office().add_agreement(call.actor, &new)?;
    made(call, done)
}

fn copy(call: &Call<'_>) -> Result<Said, AppError> {
    let given = |name: &str| call.given.text(name).trim();
    let copying = Copying {
        from: call.part("code"),
        code: given("kode"),
        instead_of: None,
        to: given("organisasi"),
        first: first_day(given("mulai"))?,
        last: None,
    };
    let done = call.web.office().copy_agreement(call.actor, &copying)?;
    made(call, done)
}

fn made(call: &Call<'_>, done: Done) -> Result<Said, AppError> {
    let status = match done {
        Done::Now => StatusCode::CREATED,
        Done::Before => StatusCode::OK,
    };
    let said = written_again(call)?;
    Ok(Said { status, ..said })
}

fn written_again(call: &Call<'_>) -> Result<Said, AppError> {
    let cells = agreement_cells(call.web, call.actor, call.given.text("kode").trim())?;
    Ok(Said { status: StatusCode::OK, cells })
}

fn agreement_again(call: &Call<'_>) -> Result<Said, AppError> {
    let cells = agreement_cells(call.web, call.actor, call.part("code"))?;
    Ok(Said { status: StatusCode::OK, cells })
}

fn sign(call: &Call<'_>) -> Result<Said, AppError> {
    let signing = Signing {
        on: day_asked(call.given.text("tanggal"))?,
        number: Some(call.given.text("nomor")),
        scan: None,
    };
    call.web.office().sign_agreement(call.actor, call.part("code"), &signing)?;
    agreement_again(call)
}

fn scan(call: &Call<'_>) -> Result<Said, AppError> {
    let missing = || AppError::usage("UPLOAD_MISSING", "");
    let file = call.file.ok_or_else(missing)?;
    let bytes = std::fs::read(&file.path).map_err(|_| missing())?;
    call.web.office().attach_scan(call.actor, call.part("code"), &bytes)?;
    agreement_again(call)
}

fn amend(call: &Call<'_>) -> Result<Said, AppError> {
    let amendment = Amendment {
        terms: Some(call.given.text("naskah")),
        reason: call.given.text("alasan"),
        ..Amendment::default()
    };
    call.web.office().amend_agreement(call.actor, call.part("code"), &amendment)?;
    agreement_again(call)
}

fn fulfil(call: &Call<'_>) -> Result<Said, AppError> {
    let codes = call.given.text("fasilitas").split(',').map(str::trim);
    let codes: Vec<String> = codes.filter(|code| !code.is_empty()).map(str::to_owned).collect();
    let ticking = Ticking {
        duty: call.given.text("kewajiban"),
        orgs: &codes,
        all: false,
        on: day_asked(call.given.text("tanggal"))?,
        note: call.given.text("catatan"),
        undo: false,
    };
    call.web.office().fulfil(call.actor, call.part("code"), &ticking)?;
    agreement_again(call)
}

fn end(call: &Call<'_>) -> Result<Said, AppError> {
    let on = day_asked(call.given.text("tanggal"))?;
    let reason = call.given.text("alasan");
    call.web.office().end_agreement(call.actor, call.part("code"), on, reason)?;
    agreement_again(call)
}
