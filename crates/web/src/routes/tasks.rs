//! `/tugas`: what waits for other eyes, and one of them with all that an approver looks at.

use std::sync::Arc;

use app::bank::Moves;
use app::error::{AppError, ErrorKind};
use app::login::provider::GroupRole;
use app::office::Operation;
use app::prints::hex;
use app::tasks::{
    ImportFacts, Kind as TaskKind, ListFacts, State as TaskState, Task, TaskOverview, Verdict,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Id, Rupiah};

use crate::page::{Asked, Section, Writing};
use crate::parts::{Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::duplicates::conflicts;
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/tugas",
    operation: Operation::OwnDesk,
    id: "tasks",
    section: Section::Desk,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("kind", "task-what", Kind::Text),
        Column::of_data("programme", Kind::Text),
        Column::of_data("fund", Kind::Text),
        Column::new("maker", "task-maker", Kind::Text),
        Column::new("made_at", "web-date", Kind::Moment),
        Column::new("effect_rupiah", "task-effect", Kind::Rupiah),
        Column::new("approvals", "task-approvals", Kind::Text),
        Column::new("mine_to_decide", "task-mine", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let own = Operation::OwnDesk;
    let mut routes = VIEW.routes();
    routes.push(Route::get("/tugas/{id}", own, show));
    routes.push(Route::post("/tugas/{id}/setujui", own, approve));
    routes.push(Route::post("/tugas/{id}/kembalikan", own, send_back));
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let found = web.office().open_tasks(asked.actor()?)?;
    let lead = match asked.value("selesai") {
        Some("setuju") => writing.w("web-task-approved"),
        Some("simpan") => writing.w("web-task-taking-in"),
        Some("belum") => writing.w("web-task-not-taken-in"),
        Some("kembali") => writing.w("web-task-returned"),
        _ => String::new(),
    };
    let (rows, more) = window.cut(found.iter().map(|task| row(task, writing)).collect());
    Ok(Listing {
        title: writing.w("web-tasks"),
        lead,
        caption: writing.w("web-tasks-caption"),
        empty: writing.w("web-tasks-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn row(found: &TaskOverview, writing: Writing) -> Row {
    let task = &found.record.task;
    let id = task.id.to_string();
    let link = Cell::Link(kind(found, writing), writing.href(&format!("/tugas/{id}"), &[]));
    let (class, mine) = match found.mine_to_decide {
        true => ("warning", "yes"),
        false => ("", "no"),
    };
    Row::new(
        id.clone(),
        vec![
            Cell::Text(id.clone()),
            match found.programme.as_ref().map(|(_, name)| name).or(found.fund.as_ref()) {
                Some(name) => Cell::Noted(Box::new(link), name.to_string()),
                None => link,
            },
            Cell::text(found.programme.as_ref().map(|(code, _)| &**code).unwrap_or_default()),
            Cell::text(found.fund.as_deref().unwrap_or_default()),
            Cell::text(&*found.maker),
            Cell::Moment(task.made_at_ms),
            Cell::Rupiah(task.effect),
            Cell::Text(approvals(found)),
            Cell::State(mine, class, writing.w(&format!("task-mine-{mine}"))),
        ],
    )
}

/// One task.
async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let page = task_page(web, asked, task_id(&id)?, &Posted::default(), &Mistakes::none())?;
        Ok(html(&page))
    })
    .await
}

/// Approves what the page showed.
async fn approve(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = task_id(&id)?;
        let hash = hash_of(posted.get("sidik")).unwrap_or_default();
        decide(web, asked, &signed, id, &Verdict::Approve(hash), "setuju")
    })
    .await
}

/// Sends it back with a reason.
async fn send_back(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = task_id(&id)?;
        let reason = posted.get("alasan");
        if reason.is_empty() {
            let mut mistakes = Mistakes::none();
            mistakes.add("alasan", asked.writing().w("web-task-reason-missing"));
            let page = task_page(web, asked, id, &posted, &mistakes)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
        }
        decide(web, asked, &signed, id, &Verdict::Return(reason.into()), "kembali")
    })
    .await
}

fn decide(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: TaskId,
    verdict: &Verdict,
    done: &str,
) -> Result<Response, AppError> {
    // Who may not even see it learns nothing by trying.
    web.office().task(&signed.actor, id)?;
    match web.office().decide_task(&signed.actor, id, verdict) {
        Ok(state) => {
            let done = match state {
                TaskState::Approved => followed(web, signed, id)?.unwrap_or(done),
                _ => done,
            };
            let query = [("selesai".to_owned(), done.to_owned())];
            Ok(Redirect::to(&asked.writing().href("/tugas", &query)).into_response())
        }
        Err(error) if is_said_on_the_page(&error) => {
            let writing = asked.writing();
            let said = |end: &str| {
                let key = format!("error-{}{end}", error.code);
                writing.with(&key, &[("detail", &error.detail)])
            };
            let mut page = task_page(web, asked, id, &Posted::default(), &Mistakes::none())?;
            page.pieces.insert(0, Piece::Notice(Notice::warning(said(""), said(".remedy"))));
            let status = match error.kind {
                ErrorKind::NeedsAnother => StatusCode::FORBIDDEN,
                _ => StatusCode::CONFLICT,
            };
            Ok((status, html(&page)).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What the last approval of a file has brought about; none for what takes effect by itself.
fn followed(web: &Web, signed: &Signed, id: TaskId) -> Result<Option<&'static str>, AppError> {
    let task = web.office().task(&signed.actor, id)?;
    if ImportFacts::read(&task.record).is_none() {
        return Ok(None);
    }
    match web.office().finish_import_or_ask(&task) {
        Ok(_) => Ok(Some("simpan")),
        // The approval stands; whoever put it forward sees why, and puts it forward anew.
        Err(error) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Refused) => {
            Ok(Some("belum"))
        }
        Err(error) => Err(error),
    }
}

/// What the approver can understand with the task before them.
fn is_said_on_the_page(error: &AppError) -> bool {
    let known = [
        "SAME_PERSON",
        "NOT_PROPOSED",
        "TASK_EXPIRED",
        "HASH_DIFFERS",
        "LIST_CHANGED",
        "MERGE_CHANGED",
        "MERGE_LISTED",
        "MERGE_OVERTAKEN",
        "PERSON_MERGED",
        "ROLES_INCOMPATIBLE",
        "PROVIDER_OWN",
        "LIST_OVERLAPS",
        "BELOW_COMMITTED",
        "REVISION_OVERTAKEN",
        "CEILING_OWN",
        "CEILING_EXCEEDED",
        "SNAP_TAKEN",
        "CLAIM_NOT_NOW",
        "PERSON_HELD",
        "CHANGED_SINCE",
    ];
    known.contains(&error.code.as_str()) && !error.detail.contains('{')
}

fn task_page(
    web: &Web,
    asked: &Asked,
    id: TaskId,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().task(actor, id)?;
    let list = web.office().list_facts(actor, id)?;
    let mut page = web.page(asked, Section::Desk, kind(&found, writing));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let task = &found.record.task;
    let mut pieces = Vec::new();
    if task.maker == actor.id && task.state == TaskState::Open {
        let heading = writing.w("web-task-needs-another");
        pieces.push(Piece::Notice(Notice::info(heading, writing.w("web-task-needs-another.what"))));
    }
    pieces.push(Piece::Facts(Facts::new(writing, facts(&found, writing))));
    match (&list, ImportFacts::read(&found.record)) {
        (Some(list), _) => {
            pieces.extend(list_pieces(list, writing));
            if task.state == TaskState::Open {
                let against = web.office().conflicts(actor, &list.programme.0, None)?;
                pieces.extend(conflicts::pieces(&against, writing));
            }
        }
        (None, Some(facts)) => pieces.extend(import_pieces(&facts, writing)),
        (None, None) => {
            pieces.push(Piece::Heading(writing.w("web-task-content")));
            pieces.push(Piece::Facts(Facts::new(writing, content(&found, writing))));
            if task.kind == TaskKind::Merge {
                let pair = base::Id::<base::id::kind::Pair>::from_bytes(task.object);
                let href = writing.href(&format!("/ganda/{pair}"), &[]);
                pieces.push(Piece::Link(href, writing.w("pair-one")));
            }
            if let Some(path) = super::bills::path_of_task(&found.record) {
                pieces.push(Piece::Link(writing.href(&path, &[]), writing.w("bill-see-task")));
            }
            if task.kind == TaskKind::Erasure {
                let person = base::Id::<base::id::kind::Person>::from_bytes(task.object);
                let href = writing.href(&format!("/peserta/{person}"), &[]);
                pieces.push(Piece::Link(href, writing.w("people-one")));
                pieces.extend(forgotten_files(&found.record.content, writing));
            }
            pieces.extend(claim_link(web, asked, task)?);
            if web.may_somewhere(asked.actor()?, Operation::OpenClaimFiles) {
                pieces.extend(letter_links(&found.record.content, writing));
            }
            if task.kind == TaskKind::Allocation {
                let line = base::Id::<base::id::kind::StatementLine>::from_bytes(task.object);
                let href = writing.href(&format!("/bank/baris/{line}"), &[]);
                pieces.push(Piece::Link(href, writing.w("bank-line")));
            }
        }
    }
    if !found.verdicts.is_empty() {
        pieces.push(Piece::Heading(writing.w("web-task-said")));
        pieces.push(Piece::Points(said(&found, writing)));
    }
    if found.mine_to_decide {
        let action = format!("/tugas/{id}");
        let yes = Form::new(&page, &format!("{action}/setujui"), "web-task-approve", Vec::new());
        let reason = Field::new(writing, "alasan", "web-task-reason", Control::Lines(3));
        let back = format!("{action}/kembalikan");
        let no = Form::new(&page, &back, "web-task-return", vec![reason]).filled(posted, mistakes);
        pieces.push(Piece::Heading(writing.w("web-task-decide")));
        pieces.push(Piece::Form(yes.with_hidden("sidik", &hex(&task.hash))));
        pieces.push(Piece::Form(no));
    }
    let back = Some((writing.href("/tugas", &[]), writing.w("web-tasks-back")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn facts(found: &TaskOverview, writing: Writing) -> Vec<Fact> {
    let task = &found.record.task;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let effect = format!("{} ({})", writing.rupiah(task.effect), task.effect.in_words());
    vec![
        fact("task-state", writing.w(&format!("task-state-{}", task.state.name()))),
        fact("task-maker", format!("{}, {}", found.maker, writing.moment(task.made_at_ms))),
        fact("task-effect", effect),
        fact("task-approvals", approvals(found)),
        fact("web-task-until", writing.moment(task.expires_at_ms)),
        fact("web-task-hash", hex(&task.hash)),
    ]
}

/// What a fund's money is for, and that somebody must look whether these people are of it.
pub(super) fn earmarked(earmark: &str, writing: Writing) -> Fact {
    Fact::new(writing.w("fund-earmark"), writing.with("fund-earmark-fits", &[("what", earmark)]))
}

fn list_pieces(list: &ListFacts, writing: Writing) -> Vec<Piece> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let months = match list.months {
        (first, last) if first == last => writing.month(first),
        (first, last) => format!("{} – {}", writing.month(first), writing.month(last)),
    };
    let mut facts = vec![
        fact("web-programme", format!("{} ({})", list.programme.1, list.programme.0)),
        fact("web-task-months", months),
        fact("web-task-people", writing.number(u64::from(list.people.0))),
        fact("web-task-monthly", writing.rupiah(list.people.1)),
        fact("web-task-fund", list.fund.0.to_string()),
        fact("web-task-free", writing.rupiah(list.fund.1)),
    ];
    facts.extend(list.earmark.as_deref().map(|earmark| earmarked(earmark, writing)));
    let village = |(name, people, sum): &(String, u64, base::Rupiah)| {
        let (people, sum) = (writing.number(*people), writing.rupiah(*sum));
        writing.with("web-task-village", &[("name", name), ("count", &people), ("sum", &sum)])
    };
    let rule = |(scheme, sum, article): &(String, base::Rupiah, String)| {
        format!("{scheme}: {} – {article}", writing.rupiah(*sum))
    };
    let own = super::funds::ceiling::warning(&list.ceiling, &list.fund.0, writing);
    let pieces = vec![
        Piece::Heading(writing.w("web-task-changes")),
        Piece::Facts(Facts::new(writing, facts)),
        Piece::Points(list.villages.iter().map(village).collect()),
        Piece::Heading(writing.w("web-task-rules")),
        Piece::Points(list.rules.iter().map(rule).collect()),
        Piece::Words(writing.with("web-task-rulebook", &[("version", &list.rulebook[..12])])),
        Piece::Link(writing.href("/impor", &[]), writing.w("web-task-evidence")),
    ];
    own.into_iter().chain(pieces).collect()
}

/// What a large file changes and costs, by which rules, and where its rows are.
fn import_pieces(import: &ImportFacts, writing: Writing) -> Vec<Piece> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let counts = import.counts();
    let changes = counts.iter().map(|(key, count)| fact(key, writing.number(*count)));
    let money = vec![
        fact("intake-monthly", writing.rupiah(Rupiah(import.monthly_rupiah))),
        fact("intake-months", writing.number(u64::from(import.months))),
        fact("intake-committed", writing.rupiah(import.committed())),
    ];
    let evidence = vec![
        fact("web-sender", import.org.clone()),
        fact("web-programme", import.programme.clone()),
        fact("web-task-bytes", import.bytes_sha256.clone()),
    ];
    let rule = |(parameter, source, article): &(String, String, String)| {
        let href = writing.href(&format!("/aturan/{parameter}"), &[]);
        Piece::Link(href, format!("{source} {article}"))
    };
    let mut pieces = vec![
        Piece::Heading(writing.w("web-task-changes")),
        Piece::Facts(Facts::new(writing, changes.collect())),
        Piece::Heading(writing.w("intake-money")),
        Piece::Facts(Facts::new(writing, money)),
        Piece::Heading(writing.w("web-task-rules")),
    ];
    pieces.extend(import.rules.iter().map(rule));
    let version = import.rulebook.get(..12).unwrap_or_default();
    pieces.push(Piece::Words(writing.with("web-task-rulebook", &[("version", version)])));
    pieces.push(Piece::Heading(writing.w("web-task-proof")));
    pieces.push(Piece::Facts(Facts::new(writing, evidence)));
    let file = writing.href(&format!("/impor/{}", import.sheet), &[]);
    pieces.push(Piece::Link(file, writing.w("web-task-evidence")));
    pieces
}

/// Where the claim is that something put forward is about.
fn claim_link(web: &Web, asked: &Asked, task: &Task) -> Result<Option<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let link = |claim: base::Id<base::id::kind::Claim>, key: &str| {
        Piece::Link(writing.href(&format!("/klaim/{claim}"), &[]), writing.w(key))
    };
    Ok(match task.kind {
        TaskKind::Claim => Some(link(base::Id::from_bytes(task.object), "claim-see-task")),
        TaskKind::Scholarship => {
            let claim = web.office().claim_of_school_year(actor, task.object)?;
            claim.map(|claim| link(claim, "scholarship-see-task"))
        }
        _ => None,
    })
}

/// The photos and scans of a school's letter that is put forward.
fn letter_links(content: &str, writing: Writing) -> Vec<Piece> {
    let files = content.lines().find_map(|line| line.strip_prefix("letter_files="));
    let links = files.unwrap_or_default().split_whitespace().zip(1u64..).map(|(id, no)| {
        let href = writing.href(&format!("/lampiran/{id}"), &[]);
        let no = writing.number(no);
        Piece::Link(href, writing.with("scholarship-task-open", &[("no", &no)]))
    });
    links.collect()
}

/// What is put forward, line by line, with the words of the catalogue where it has some.
fn content(found: &TaskOverview, writing: Writing) -> Vec<Fact> {
    let pairs = found.record.content.lines().filter_map(|line| line.split_once('='));
    let prefix = match found.record.task.kind {
        TaskKind::Merge => "merge",
        TaskKind::Thresholds => "limits",
        TaskKind::Ceiling => "ceiling",
        TaskKind::Revision => "revision",
        TaskKind::Movement => "change",
        TaskKind::Bill | TaskKind::Credit => "billing",
        TaskKind::Subscriber => "subscriber",
        TaskKind::Bank => "snap-term",
        TaskKind::Allocation => "moves",
        TaskKind::Voucher => "voucher",
        TaskKind::Chart => "chart",
        TaskKind::Closing | TaskKind::Reopening => "period",
        TaskKind::Claim => "claim-task",
        TaskKind::Scholarship => "scholarship-task",
        TaskKind::Erasure => "erasure",
        TaskKind::Export => "export",
        TaskKind::Setting => "eyes",
        _ => "grant",
    };
    let mut lines = found.record.content.lines();
    let setting = lines.find_map(|line| line.strip_prefix("setting=")).unwrap_or_default();
    let fact = |(name, value): (&str, &str)| {
        let money = value.parse().ok().filter(|_| name.ends_with("_rupiah")).map(base::Rupiah);
        let value = match (name, GroupRole::parse(value), money) {
            ("group", Some(given), _) => {
                let role = writing.w(&format!("role-{}", given.role.name()));
                let place = given.territory.to_string();
                let values = [("group", &*given.group), ("role", &role), ("place", &place)];
                writing.with("grant-group-role", &values)
            }
            ("role", ..) => writing.w(&format!("role-{value}")),
            ("kind" | "cover", ..) if matches!(prefix, "claim-task" | "scholarship-task") => {
                writing.w(&format!("claim-{name}-{value}"))
            }
            ("letter_files", ..) => match value.split_whitespace().count() {
                0 => writing.w("scholarship-task-no-file"),
                count => writing.number(count as u64),
            },
            ("letter_day", ..) => in_words(value, writing),
            ("padding" | "scheme", ..) if prefix == "snap-term" => {
                writing.w(&format!("snap-term-{name}-{value}"))
            }
            ("act", ..) => writing.w(&format!("merge-act-{value}")),
            ("files" | "lists", ..) if prefix == "erasure" => {
                writing.w(&format!("erasure-{value}"))
            }
            ("what", ..) if prefix == "export" => writing.w(&format!("export-what-{value}")),
            ("setting", ..) => writing.w(&format!("eyes-name-{value}")),
            ("before" | "after", ..) if prefix == "eyes" => {
                super::settings::eyes::in_words(setting, value, writing)
            }
            ("give", ..) => given(value, writing),
            ("reason", ..) if prefix == "change" => writing.w(&format!("leave-{value}")),
            (.., Some(money)) => writing.rupiah(money),
            _ => value.to_owned(),
        };
        Fact::new(writing.w(&format!("{prefix}-{name}")), value)
    };
    pairs.map(fact).collect()
}

fn in_words(value: &str, writing: Writing) -> String {
    let day = base::Day::parse_iso(value);
    day.map_or_else(|| value.to_owned(), |day| writing.day(day))
}

/// The ways to the received files that an erasure forgets.
fn forgotten_files(content: &str, writing: Writing) -> Vec<Piece> {
    let files = content.lines().filter_map(|line| line.strip_prefix("forgotten="));
    let links = files.map(|id| {
        let href = writing.href(&format!("/impor/{id}"), &[]);
        Piece::Link(href, writing.w("erasure-forgotten"))
    });
    links.collect()
}

/// What a part of a bank line is to be for, in words.
fn given(value: &str, writing: Writing) -> String {
    let content = format!("give={value}");
    let Some((moves, _)) = Moves::read(&content) else { return value.to_owned() };
    let parts = moves.give.iter().map(|give| {
        let what = super::bank::purpose(give.purpose, writing);
        format!("{what}: {} ({})", writing.rupiah(give.amount), give.amount.in_words())
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn said(found: &TaskOverview, writing: Writing) -> Vec<String> {
    let verdicts = found.verdicts.iter();
    let verdicts = verdicts.map(|(name, given)| {
        let when = writing.moment(given.given_at_ms);
        match &given.verdict {
            Verdict::Approve(_) => {
                writing.with("web-task-said-yes", &[("name", name), ("when", &when)])
            }
            Verdict::Return(reason) => {
                let values = [("name", &**name), ("when", &when), ("reason", reason)];
                writing.with("web-task-said-no", &values)
            }
        }
    });
    verdicts.collect()
}

fn kind(found: &TaskOverview, writing: Writing) -> String {
    writing.w(&format!("task-kind-{}", found.record.task.kind.name()))
}

fn approvals(found: &TaskOverview) -> String {
    let given = found.verdicts.iter();
    let given = given.filter(|(_, given)| matches!(given.verdict, Verdict::Approve(_)));
    format!("{}/{}", given.count(), found.record.task.approvers)
}

/// On to the task for which a file waits; any other error stays one.
pub(super) fn to_export(asked: &Asked, error: AppError) -> Result<Response, AppError> {
    match app::exports::waits_for(&error) {
        Some(task) => {
            let place = asked.writing().href(&format!("/tugas/{task}"), &[]);
            Ok(Redirect::to(&place).into_response())
        }
        None => Err(error),
    }
}

type TaskId = Id<Task>;

fn task_id(text: &str) -> Result<TaskId, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("TASK_UNKNOWN", ""))
}

pub(crate) fn hash_of(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}
