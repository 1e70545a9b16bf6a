//! `/api/lapangan`: what devices and programs do with records of the field besides sending them.

use app::error::{AppError, ErrorKind};
use app::field::{FieldVerdict, PHOTO_MOST, PhotoKept, field_device_number};
use app::office::Operation;
use axum::http::StatusCode;

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::routes::Route;
use crate::table::{Cell, Column, Kind};

const PHOTO: Act = Act {
    path: "/api/lapangan/foto/{id}",
    operation: Operation::RegisterInField,
    id: "send-field-photo",
    summary: "Sends the photo (JPEG) of a record that is known; a second one changes nothing.",
    parameters: &[],
    takes: Takes::File,
    keyed: false,
    answers: &[Column::of_data("record", Kind::Text), Column::of_data("photo", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: photo,
    again: photo,
};

const END: Act = Act {
    path: "/api/lapangan/gawai/{id}/akhir",
    operation: Operation::HandleOutreach,
    id: "end-field-device",
    summary: "Ends a device of the field; with `hapus` it forgets everything when it is heard of.",
    parameters: &[],
    takes: Takes::Fields(&[Input {
        name: "hapus",
        meaning: "Whether it forgets everything.",
        shape: Shape::Word(|| vec!["ya", "tidak"]),
    }]),
    keyed: true,
    answers: &[Column::of_data("device", Kind::Text), Column::of_data("state", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: end,
    again: end,
};

const DECIDE: Act = Act {
    path: "/api/lapangan/rekaman/{id}/putusan",
    operation: Operation::HandleOutreach,
    id: "decide-field-record",
    summary: "Says what the office says about a record: two people, put aside, the first or the \
              last sent is right.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "putusan",
            meaning: "What.",
            shape: Shape::Word(|| FieldVerdict::ALL.iter().map(|one| one.name()).collect()),
        },
        Input {
            name: "alasan",
            meaning: "Why, in a sentence; it is kept sealed.",
            shape: Shape::Text { most: 300, may_be_empty: false },
        },
        Input {
            name: "dilihat",
            meaning: "What was seen: the field `seen` of the record's list.",
            shape: Shape::Text { most: 16, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: &[
        Column::of_data("record", Kind::Text),
        Column::of_data("standing", Kind::Text),
        Column::of_data("conflicts", Kind::Count),
        Column::of_data("seen", Kind::Text),
    ],
    statuses: &[StatusCode::OK],
    act: decide,
    again: told,
};

pub(super) fn routes() -> Vec<Route> {
    vec![PHOTO.route(), END.route(), DECIDE.route()]
}

fn photo(call: &Call<'_>) -> Result<Said, AppError> {
    let unread = |_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", "");
    let file = call.file.ok_or_else(|| AppError::refused("FIELD_PHOTO_UNFIT", ""))?;
    let size = std::fs::metadata(&file.path).map_err(unread)?.len();
    if size > PHOTO_MOST as u64 {
        return Err(AppError::refused("FIELD_PHOTO_LARGE", (PHOTO_MOST / 1024).to_string()));
    }
    let bytes = std::fs::read(&file.path).map_err(unread)?;
    let kept = call.web.office().keep_field_photo(call.actor, call.part("id"), &bytes)?;
    let kept = match kept {
        PhotoKept::Now => "kept",
        PhotoKept::Before => "exists",
    };
    let cells = vec![Cell::text(call.part("id")), Cell::text(kept)];
    Ok(Said { status: StatusCode::OK, cells })
}

fn end(call: &Call<'_>) -> Result<Said, AppError> {
    let id = field_device_number(call.part("id"))?;
    call.web.office().end_device(call.actor, id, call.given.text("hapus") == "ya")?;
    let state = call.web.office().device_state(id)?;
    let cells = vec![Cell::Text(id.to_string()), Cell::text(state.name())];
    Ok(Said { status: StatusCode::OK, cells })
}

fn decide(call: &Call<'_>) -> Result<Said, AppError> {
    let verdict = FieldVerdict::from_name(call.given.text("putusan"));
    let verdict = verdict.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?;
    let said = (verdict, call.given.text("alasan"));
    call.web.office().decide_field_record(
        call.actor,
        call.part("id"),
        said,
        call.given.text("dilihat"),
    )?;
    told(call)
}

fn told(call: &Call<'_>) -> Result<Said, AppError> {
    let shown = call.web.office().field_record(call.actor, call.part("id"))?.shown;
    let cells = vec![
        Cell::Text(shown.record.id.to_string()),
        Cell::text(shown.standing.name()),
        Cell::Count(shown.conflicts.into()),
        Cell::text(&*shown.seen),
    ];
    Ok(Said { status: StatusCode::OK, cells })
}
