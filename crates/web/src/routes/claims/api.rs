//! `/api/klaim`: what programs do to a claim: open it, say what its benefit depends on, note
//! papers, write heirs down.

use app::claims::{
    ClaimKind, ClaimOpening, FactsTyped, PersonTyped, Reporter, Told, claim_number, relations,
};
use app::error::AppError;
use app::office::Operation;
use axum::http::StatusCode;
use base::Id;

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::routes::{Route, day_asked};
use crate::table::{Cell, Column, Kind};

const OPENED: &[Column] = &[
    Column::of_data("claim", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("benefit_rupiah", Kind::Rupiah),
    Column::of_data("papers_missing", Kind::Count),
    Column::of_data("person_no", Kind::Count),
];

const fn text(name: &'static str, meaning: &'static str, most: usize) -> Input {
    Input { name, meaning, shape: Shape::Text { most, may_be_empty: true } }
}

const FACTS: [Input; 13] = [
    text(
        "kehilangan",
        "What was lost, by codes of the table with spaces between: D05 D12:50.",
        300,
    ),
    Input { name: "kidal", meaning: "ya for a left-handed member.", shape: Shape::Word(yes_no) },
    text("bulan_tidak_bekerja", "Full months without work.", 4),
    text("hari_tidak_bekerja", "Days without work beyond them.", 4),
    text("darat_rupiah", "What carrying by land cost.", 20),
    text("laut_rupiah", "What carrying by sea cost.", 20),
    text("udara_rupiah", "What carrying by air cost.", 20),
    text("gigi_rupiah", "What dentures cost.", 20),
    text("alat_dengar_rupiah", "What a hearing aid cost.", 20),
    text("kacamata_rupiah", "What glasses cost.", 20),
    text("rawat_rumah_rupiah", "What care at home cost.", 20),
    text("saldo_rupiah", "The balance of old age savings as BPJS states it.", 20),
    text("sebab_jht", "Why savings are claimed, such as pension-age; empty otherwise.", 30),
];

const OPENING: [Input; 8] = [
    Input {
        name: "peserta",
        meaning: "The member, by record number.",
        shape: Shape::Text { most: 36, may_be_empty: false },
    },
    Input { name: "jenis", meaning: "What is claimed.", shape: Shape::Word(kinds) },
    Input {
        name: "kejadian",
        meaning: "The day it happened, YYYY-MM-DD.",
        shape: Shape::Text { most: 10, may_be_empty: false },
    },
    text("diketahui", "The day the office was told; empty for today.", 10),
    Input { name: "kabar_dari", meaning: "Who told.", shape: Shape::Word(tellers) },
    text("pelapor", "The name of whoever told; kept sealed.", 100),
    text("telepon", "Their telephone; kept sealed.", 30),
    text("uraian", "What happened, in a sentence; kept sealed.", 1_000),
];

const WORK: Input =
    text("pekerjaan", "The work at which it happened, by key; empty for the registered one.", 60);

const OPEN: Act = Act {
    path: "/api/klaim",
    operation: Operation::HandleClaims,
    id: "open-claim",
    summary: "Opens a claim for a member; the same person, kind and day again is the first one.",
    parameters: &[],
    takes: Takes::Fields(&[
        OPENING[0], OPENING[1], OPENING[2], OPENING[3], OPENING[4], OPENING[5], OPENING[6],
        OPENING[7], WORK, FACTS[0], FACTS[1], FACTS[2], FACTS[3], FACTS[4], FACTS[5], FACTS[6],
        FACTS[7], FACTS[8], FACTS[9], FACTS[10], FACTS[11], FACTS[12],
    ]),
    keyed: true,
    answers: OPENED,
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: open,
    again: open,
};

const DESCRIBE: Act = Act {
    path: "/api/klaim/{id}/uraian",
    operation: Operation::HandleClaims,
    id: "describe-claim",
    summary: "Says anew what a claim's benefit depends on; what is empty counts as nothing.",
    parameters: &[],
    takes: Takes::Fields(&[
        WORK, FACTS[0], FACTS[1], FACTS[2], FACTS[3], FACTS[4], FACTS[5], FACTS[6], FACTS[7],
        FACTS[8], FACTS[9], FACTS[10], FACTS[11], FACTS[12],
    ]),
    keyed: true,
    answers: OPENED,
    statuses: &[StatusCode::OK],
    act: describe,
    again: describe,
};

const PAPER: Act = Act {
    path: "/api/klaim/{id}/berkas",
    operation: Operation::HandleClaims,
    id: "note-claim-paper",
    summary: "Notes that a paper is at hand since a day, or that it is not.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "berkas",
            meaning: "The paper, by its key.",
            shape: Shape::Text { most: 60, may_be_empty: false },
        },
        text("sejak", "Since which day, YYYY-MM-DD; empty when it is not at hand after all.", 10),
    ]),
    keyed: true,
    answers: OPENED,
    statuses: &[StatusCode::OK],
    act: paper,
    again: paper,
};

const PERSON: Act = Act {
    path: "/api/klaim/{id}/orang",
    operation: Operation::HandleClaims,
    id: "keep-claim-person",
    summary: "Writes an heir, or whoever paid the burial, down in a claim; the same again is no \
              change.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "nomor",
            meaning: "Who is mended, by number; 0 for somebody new. What is empty then stays.",
            shape: Shape::Whole { most: 999 },
        },
        Input { name: "hubungan", meaning: "Who they were.", shape: Shape::Word(relation_words) },
        text("nama", "Name.", 100),
        text("nik", "National identity number, where it is known.", 16),
        text("lahir", "Day of birth, YYYY-MM-DD, where it is known.", 10),
        text("telepon", "Telephone.", 30),
        text("rekening", "Bank and account.", 60),
        text("wali", "The guardian's name of somebody under age.", 100),
        text("sekolah", "The year of school a child is about to enter, such as sd1.", 10),
        Input {
            name: "biaya_makam",
            meaning: "ya for whoever paid the burial.",
            shape: Shape::Word(yes_no),
        },
        Input {
            name: "keberatan",
            meaning: "ya for whoever objects to how it is shared.",
            shape: Shape::Word(yes_no),
        },
    ]),
    keyed: true,
    answers: OPENED,
    statuses: &[StatusCode::OK],
    act: person,
    again: person,
};

const DROP: Act = Act {
    path: "/api/klaim/{id}/orang/{no}/hapus",
    operation: Operation::HandleClaims,
    id: "drop-claim-person",
    summary: "Takes somebody off a claim.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: OPENED,
    statuses: &[StatusCode::OK],
    act: drop_person,
    again: drop_person,
};

fn yes_no() -> Vec<&'static str> {
    vec!["ya", "tidak"]
}

fn kinds() -> Vec<&'static str> {
    ClaimKind::ALL.iter().map(|kind| kind.name()).collect()
}

fn tellers() -> Vec<&'static str> {
    Told::ALL.iter().map(|told| told.name()).collect()
}

fn relation_words() -> Vec<&'static str> {
    relations().collect()
}

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    [OPEN, DESCRIBE, PAPER, PERSON, DROP].into_iter().map(Act::route).collect()
}

fn facts<'a>(call: &'a Call<'_>) -> FactsTyped<'a> {
    let text = |name| call.given.text(name);
    FactsTyped {
        losses: text("kehilangan"),
        left_handed: text("kidal") == "ya",
        months: text("bulan_tidak_bekerja"),
        days: text("hari_tidak_bekerja"),
        transport: [text("darat_rupiah"), text("laut_rupiah"), text("udara_rupiah")],
        aids: ["gigi_rupiah", "alat_dengar_rupiah", "kacamata_rupiah", "rawat_rumah_rupiah"]
            .map(text),
        balance: text("saldo_rupiah"),
        why: text("sebab_jht"),
    }
}

/// A claim as it stands now.
fn said(call: &Call<'_>, id: &str, status: StatusCode, no: u16) -> Result<Said, AppError> {
    let file = call.web.office().claim(call.actor, claim_number(id)?)?;
    let missing =
        file.papers.iter().filter(|paper| paper.always && paper.received.is_none()).count();
    Ok(Said {
        status,
        cells: vec![
            Cell::Text(file.claim.id.to_string()),
            Cell::text(file.claim.state.name()),
            Cell::Rupiah(file.assessment.answer.total),
            Cell::Count(missing as u64),
            if no == 0 { Cell::Empty } else { Cell::Count(no.into()) },
        ],
    })
}

fn open(call: &Call<'_>) -> Result<Said, AppError> {
    let text = |name| call.given.text(name);
    let unknown = |_| AppError::not_found("PERSON_UNKNOWN", "");
    let word = |name| AppError::usage("KIND_UNKNOWN", text(name));
    let opening = ClaimOpening {
        person: Id::parse(text("peserta")).map_err(unknown)?,
        kind: ClaimKind::from_name(text("jenis")).ok_or_else(|| word("jenis"))?,
        event: day_asked(text("kejadian"))?.ok_or_else(|| AppError::usage("NOT_A_DAY", ""))?,
        reported: day_asked(text("diketahui"))?,
        told: Told::from_name(text("kabar_dari")).ok_or_else(|| word("kabar_dari"))?,
        occupation: Some(text("pekerjaan")).filter(|key| !key.is_empty()),
        reporter: Reporter {
            name: text("pelapor").into(),
            phone: text("telepon").into(),
            account: text("uraian").into(),
        },
        facts: facts(call).read().map_err(|(_, error)| error)?,
    };
    let (claim, is_new) = call.web.office().open_claim(call.actor, &opening)?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    said(call, &claim.id.to_string(), status, 0)
}

fn describe(call: &Call<'_>) -> Result<Said, AppError> {
    let id = claim_number(call.part("id"))?;
    let facts = facts(call).read().map_err(|(_, error)| error)?;
    let work = Some(call.given.text("pekerjaan")).filter(|key| !key.is_empty());
    call.web.office().describe_claim(call.actor, id, (&facts, work))?;
    said(call, call.part("id"), StatusCode::OK, 0)
}

fn paper(call: &Call<'_>) -> Result<Said, AppError> {
    let id = claim_number(call.part("id"))?;
    let since = day_asked(call.given.text("sejak"))?;
    call.web.office().claim_paper(call.actor, id, call.given.text("berkas"), since)?;
    said(call, call.part("id"), StatusCode::OK, 0)
}

fn person(call: &Call<'_>) -> Result<Said, AppError> {
    let id = claim_number(call.part("id"))?;
    let text = |name| call.given.text(name);
    let no = u16::try_from(call.given.whole("nomor")).ok().filter(|no| *no > 0);
    let typed = PersonTyped {
        no,
        relation: text("hubungan"),
        name: text("nama"),
        nik: text("nik"),
        birth: text("lahir"),
        phone: text("telepon"),
        account: text("rekening"),
        guardian: text("wali"),
        school: text("sekolah"),
        paid_burial: text("biaya_makam") == "ya",
        disagrees: text("keberatan") == "ya",
    };
    let no = call.web.office().claim_person(call.actor, id, &typed)?;
    said(call, call.part("id"), StatusCode::OK, no)
}

fn drop_person(call: &Call<'_>) -> Result<Said, AppError> {
    let id = claim_number(call.part("id"))?;
    let unknown = |_| AppError::not_found("NOT_FOUND", "");
    let no = call.part("no").parse::<u16>().map_err(unknown)?;
    call.web.office().drop_claim_person(call.actor, id, no)?;
    said(call, call.part("id"), StatusCode::OK, 0)
}
