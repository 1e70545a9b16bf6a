//! `/musibah/lapor` and `/keberatan`: anybody tells of an event, or asks something of their own
//! data, for themselves or for somebody else. The answers are read back before they are sent, and
//! the receipt is an answer to the form: its code stands in no address.

use std::sync::Arc;

use app::doors::{Agreement, HelperKind, MessageKind, MessageTyped, Sender, Sent, Unsent};
use app::office::Operation;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{number_field, open_form, place_of};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, FormPage, Mistakes, Notice, Piece, Plain, Posted,
    once_name,
};
use crate::routes::{Route, Web, answer, day_of, html, unfit};
use crate::session::Visitor;

/// One of the two doors.
struct Door {
    path: &'static str,
    /// The beginning of its words.
    words: &'static str,
    kinds: fn() -> Vec<MessageKind>,
    senders: &'static [Sender],
}

static EVENT: Door =
    Door { path: "/musibah/lapor", words: "tell", kinds: || kinds(true), senders: Sender::ALL };

static RIGHTS: Door = Door {
    path: "/keberatan",
    words: "rights",
    kinds: || kinds(false),
    senders: &[Sender::Oneself, Sender::Family],
};

/// The fields of the forms: what the domain calls them, what the forms do.
const NAMES: [(&str, &str); 16] = [
    ("kind", "jenis"),
    ("event", "hari"),
    ("subject", "nama"),
    ("birth", "lahir"),
    ("card", "kartu"),
    ("district", "kecamatan"),
    ("village", "desa"),
    ("account", "uraian"),
    ("relation", "hubungan"),
    ("sender", "pelapor"),
    ("phone", "telepon"),
    ("helped", "untuk"),
    ("helper", "penolong"),
    ("helper_kind", "sebagai"),
    ("helper_phone", "telepon_penolong"),
    ("agreement", "persetujuan"),
];

/// What the address and the form say when somebody fills it in for another.
const OTHER: &str = "orang-lain";

fn kinds(events: bool) -> Vec<MessageKind> {
    MessageKind::ALL.iter().copied().filter(|kind| kind.is_event() == events).collect()
}

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let public = Operation::ReadPublic;
    vec![
        Route::get(EVENT.path, public, |web, asked| show(web, asked, &EVENT)),
        Route::post(EVENT.path, Operation::UseDoors, |web, visitor, asked, posted| {
            take(web, visitor, asked, posted, &EVENT)
        })
        .for_anybody(),
        Route::get(RIGHTS.path, public, |web, asked| show(web, asked, &RIGHTS)),
        Route::post(RIGHTS.path, Operation::UseDoors, |web, visitor, asked, posted| {
            take(web, visitor, asked, posted, &RIGHTS)
        })
        .for_anybody(),
    ]
}

async fn show(State(web): State<Arc<Web>>, asked: Asked, door: &'static Door) -> Response {
    answer(web, asked, move |web, asked| {
        let said = |name: &str| asked.value(name).unwrap_or_default().to_owned();
        let pairs = ["jenis", "untuk"].map(|name| (name.to_owned(), said(name)));
        let posted = Posted::from_pairs(pairs.to_vec());
        Ok(html(&form_page(web, asked, door, (&posted, &Mistakes::none()))))
    })
    .await
}

fn form_page(
    web: &Web,
    asked: &Asked,
    door: &Door,
    (posted, mistakes): (&Posted, &Mistakes),
) -> FormPage {
    let writing = asked.writing();
    let title = writing.w(&format!("{}-title", door.words));
    let page = web.page(asked, Section::None, title.clone());
    let helped = posted.get("untuk") == OTHER;
    let mut fields = about(web, door, writing);
    fields.extend(sender(door, helped, writing));
    if helped {
        fields.extend(helper(writing));
    }
    let mut form = open_form(&page, door.path, "tell-check", fields).filled(posted, mistakes);
    form = form.with_hidden("langkah", "periksa");
    if helped {
        form = form.with_hidden("untuk", OTHER);
    }
    let query = [("untuk".to_owned(), OTHER.to_owned())];
    let other = (writing.href(door.path, &query), writing.w("tell-for-other"));
    let own = (writing.href(door.path, &[]), writing.w("tell-for-oneself"));
    form.other = Some(if helped { own } else { other });
    let mut found = FormPage::new(page, title, form).with_back("/", "web-home");
    let suffix = if helped { "-other" } else { "" };
    found.lead =
        vec![writing.w(&format!("{}-lead", door.words)), writing.w(&format!("tell-who{suffix}"))];
    found
}

/// Whom it is about, and what.
fn about(web: &Web, door: &Door, writing: Writing) -> Vec<Field> {
    let is_event = door.path == EVENT.path;
    let choice = |kind: &MessageKind| {
        Choice::new(kind.name(), writing.w(&format!("message-kind-{}", kind.name())))
    };
    let kinds = (door.kinds)().iter().map(choice).collect();
    let key = format!("{}-kind", door.words);
    let mut fields = vec![Field::new(writing, "jenis", &key, Control::Select(kinds))];
    if is_event {
        fields.push(Field::line(writing, "hari", "tell-event"));
    }
    let key = |field: &str| format!("{}-{field}", door.words);
    fields.push(Field::line(writing, "nama", &key("subject")));
    fields.push(Field::line(writing, "lahir", "tell-birth").optional(writing));
    fields.push(number_field(writing, "kartu", "tell-card").optional(writing));
    if is_event {
        let none = Choice::new("", writing.w("tell-district-unknown"));
        let districts = web.office().districts().into_iter();
        let districts = districts.map(|(code, name)| Choice::new(code.to_string(), name));
        let districts = Control::Select([none].into_iter().chain(districts).collect());
        fields.push(Field::new(writing, "kecamatan", "tell-district", districts).optional(writing));
        fields.push(Field::line(writing, "desa", "tell-village").optional(writing));
    }
    let account = Field::new(writing, "uraian", &key("account"), Control::Lines(4));
    fields.push(if is_event { account.optional(writing) } else { account });
    fields
}

/// Who tells; said in other words when somebody else fills it in.
fn sender(door: &Door, helped: bool, writing: Writing) -> Vec<Field> {
    let suffix = if helped { "-other" } else { "" };
    let key = |field: &str| format!("tell-{field}{suffix}");
    let choice = |sender: &Sender| {
        Choice::new(sender.name(), writing.w(&format!("message-sender-{}{suffix}", sender.name())))
    };
    let senders = Control::Select(door.senders.iter().map(choice).collect());
    let tel = Control::Line { width: 20, keyboard: "tel", filled_by: "off" };
    vec![
        Field::new(writing, "hubungan", &key("relation"), senders),
        Field::line(writing, "pelapor", &key("sender")).optional(writing),
        Field::new(writing, "telepon", &key("phone"), tel).optional(writing),
    ]
}

/// Who fills it in, and how the other agreed.
fn helper(writing: Writing) -> Vec<Field> {
    let kinds = HelperKind::ALL.iter().map(|kind| {
        Choice::new(kind.name(), writing.w(&format!("message-helper-{}", kind.name())))
    });
    let none = Choice::new("", writing.w("tell-agreement-none"));
    let ways = Agreement::ALL.iter().map(|way| {
        Choice::new(way.name(), writing.w(&format!("message-agreement-{}", way.name())))
    });
    let ways = [none].into_iter().chain(ways).collect();
    let tel = Control::Line { width: 20, keyboard: "tel", filled_by: "tel" };
    let name = Control::Line { width: 30, keyboard: "text", filled_by: "name" };
    vec![
        Field::new(writing, "penolong", "tell-helper", name),
        Field::new(writing, "sebagai", "tell-helper-kind", Control::Select(kinds.collect())),
        Field::new(writing, "telepon_penolong", "tell-helper-phone", tel).optional(writing),
        Field::new(writing, "persetujuan", "tell-agreement", Control::Select(ways)),
    ]
}

/// Reads back, changes, or sends.
async fn take(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    posted: Posted,
    door: &'static Door,
) -> Response {
    answer(web, asked, move |web, asked| {
        if posted.get("langkah") == "ubah" {
            return Ok(html(&form_page(web, asked, door, (&posted, &Mistakes::none()))));
        }
        let days = ["hari", "lahir"].map(|name| iso(posted.get(name)));
        let typed = typed(&posted, &days);
        let fits = (door.kinds)().iter().any(|kind| kind.name() == typed.kind);
        let wrong = match web.office().check_message(&typed) {
            Err(wrong) => wrong,
            Ok(()) if !fits => vec![("kind", app::doors::MessageProblem::Unfit)],
            Ok(()) => Vec::new(),
        };
        if !wrong.is_empty() {
            let mistakes = mistakes(&wrong, asked.writing());
            return Ok(unfit(html(&form_page(web, asked, door, (&posted, &mistakes)))));
        }
        if posted.get("langkah") != "kirim" {
            return Ok(html(&check_page(web, asked, door, &posted)));
        }
        let from = place_of(visitor.address);
        match web.office().send_message(&typed, posted.get("kunci"), &from) {
            Ok(sent) => Ok(html(&receipt(web, asked, door, (&posted, &sent)))),
            Err(Unsent::TooMany) => Ok(too_many(web, asked)),
            Err(Unsent::Failed(error)) => Err(error),
            Err(Unsent::Wrong(wrong)) => {
                let mistakes = mistakes(&wrong, asked.writing());
                Ok(unfit(html(&form_page(web, asked, door, (&posted, &mistakes)))))
            }
        }
    })
    .await
}

/// A day as the domain reads it; what is no day stays as it was typed.
fn iso(text: &str) -> String {
    day_of(text).map_or_else(|| text.to_owned(), |day| day.to_string())
}

fn typed<'a>(posted: &'a Posted, [event, birth]: &'a [String; 2]) -> MessageTyped<'a> {
    MessageTyped {
        kind: posted.get("jenis"),
        event,
        subject: posted.get("nama"),
        birth,
        card: posted.get("kartu"),
        district: posted.get("kecamatan"),
        village: posted.get("desa"),
        account: posted.get("uraian"),
        sender: posted.get("pelapor"),
        relation: posted.get("hubungan"),
        phone: posted.get("telepon"),
        helped: posted.get("untuk") == OTHER,
        helper: posted.get("penolong"),
        helper_kind: posted.get("sebagai"),
        helper_phone: posted.get("telepon_penolong"),
        agreement: posted.get("persetujuan"),
    }
}

fn mistakes(wrong: &[(&'static str, app::doors::MessageProblem)], writing: Writing) -> Mistakes {
    let mut mistakes = Mistakes::none();
    for (field, problem) in wrong {
        let name =
            NAMES.iter().find(|(known, _)| known == field).map_or("jenis", |(_, name)| *name);
        let key = format!("message-wrong-{}", field.replace('_', "-"));
        let own = format!("{key}.{}", problem.name());
        let text = writing.w(&own);
        mistakes.add(name, if text == own { writing.w(&key) } else { text });
    }
    mistakes
}

/// The answers once more, before they are sent.
fn check_page(web: &Web, asked: &Asked, door: &Door, posted: &Posted) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::None, writing.w("tell-check-title"));
    let filled = form_page(web, asked, door, (posted, &Mistakes::none())).form;
    let row = |field: &Field| {
        let value = field.answer().unwrap_or_else(|| writing.w("tell-not-said"));
        Fact::new(field.label.clone(), value)
    };
    let rows = filled.fields.iter().map(row).collect();
    let mut send = open_form(&page, door.path, &format!("{}-send", door.words), Vec::new());
    let mut change = open_form(&page, door.path, "tell-change", Vec::new());
    for (_, name) in NAMES {
        send = send.with_hidden(name, posted.get(name));
        change = change.with_hidden(name, posted.get(name));
    }
    send = send.with_hidden("langkah", "kirim").with_hidden("kunci", &once_name());
    change = change.with_hidden("langkah", "ubah");
    let pieces = vec![
        Piece::Facts(Facts::new(writing, rows)),
        Piece::Words(writing.w("tell-kept")),
        Piece::Form(send),
        Piece::Form(change),
    ];
    Plain { page, back: None, lead: writing.w("tell-check-lead"), pieces }
}

/// The code, what happens next and until when; once more for whoever helped.
fn receipt(web: &Web, asked: &Asked, door: &Door, (posted, sent): (&Posted, &Sent)) -> Plain {
    let writing = asked.writing();
    let helped = posted.get("untuk") == OTHER;
    let page = web.page(asked, Section::None, writing.w("receipt-title"));
    let mut pieces = vec![Piece::Notice(Notice::done(
        writing.with("receipt-code", &[("code", &sent.code.to_string())]),
        writing.w("receipt-keep"),
    ))];
    let copies: &[&str] = if helped { &["receipt-for-other", "receipt-for-helper"] } else { &[] };
    match copies {
        [] => pieces.push(facts_of(door, posted, sent, writing)),
        copies => {
            for copy in copies {
                pieces.push(Piece::Heading(writing.w(copy)));
                pieces.push(facts_of(door, posted, sent, writing));
            }
            pieces.push(Piece::Words(writing.w("receipt-revoke")));
        }
    }
    pieces.push(Piece::Heading(writing.w("receipt-next")));
    let lines = (1..=3).map(|line| writing.w(&format!("{}-next.line{line}", door.words)));
    pieces.push(Piece::Steps(lines.collect()));
    pieces.push(Piece::Link(writing.href("/lacak", &[]), writing.w("web-door-track")));
    if door.path == EVENT.path {
        pieces.push(Piece::Link(writing.href("/musibah", &[]), writing.w("guide-title")));
    }
    Plain { page, back: None, lead: String::new(), pieces }
}

fn facts_of(door: &Door, posted: &Posted, sent: &Sent, writing: Writing) -> Piece {
    let kind = posted.get("jenis");
    let mut rows = vec![
        Fact::new(writing.w("receipt-number"), sent.code.to_string()),
        Fact::new(
            writing.w(&format!("{}-kind", door.words)),
            writing.w(&format!("message-kind-{kind}")),
        ),
        Fact::new(writing.w("receipt-received"), writing.moment(sent.received_at_ms)),
    ];
    if let Some(clock) = &sent.clock {
        let name = writing.w(&format!("message-clock-{}", clock.name));
        rows.push(Fact::new(name, format!("{} ({})", writing.day(clock.until), clock.article)));
    }
    Piece::Facts(Facts::new(writing, rows))
}

/// Nothing was kept; when to come again, and the other ways to tell.
fn too_many(web: &Web, asked: &Asked) -> Response {
    let writing = asked.writing();
    let page: Page = web.page(asked, Section::None, writing.w("tell-too-many"));
    let pieces = vec![Piece::Words(writing.w("tell-too-many.what"))];
    let plain = Plain { page, back: None, lead: String::new(), pieces };
    (StatusCode::TOO_MANY_REQUESTS, html(&plain)).into_response()
}
