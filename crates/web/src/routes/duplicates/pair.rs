//! `/ganda/{id}`: two records side by side; what agrees is quiet, what differs is loud; and a word.

use std::sync::Arc;

use app::duplicates::{
    Agreement, FieldShown, Judgement, MergeFacts, PairFile, PairState, PairVerdict, Reason,
};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::id::kind;
use base::{Id, Ppm};

use crate::assets;
use crate::guard::Scripted;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Fact, Facts, Field, Form, Mistakes, Notice, Posted};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

#[derive(Template)]
#[template(path = "duplicates/pair.html")]
struct PairPage {
    page: Page,
    back: (String, String),
    notices: Vec<Notice>,
    state: String,
    calm: bool,
    certainty: String,
    /// Where a word is sent, and what with it.
    decide: Option<Form>,
    /// What may be said: its value, its key, its words.
    choices: Vec<(&'static str, &'static str, String)>,
    /// Whether keys press the buttons.
    keys: bool,
    rows: Vec<RowView>,
    parts: Vec<(String, Vec<String>)>,
    merge_heading: String,
    merge: Option<Facts>,
    twice: Vec<String>,
    links: Vec<(String, String)>,
    undo: Option<Form>,
    look: Option<Form>,
}

/// A field of both.
struct RowView {
    class: &'static str,
    name: String,
    stands: String,
    left: String,
    right: String,
}

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/ganda/{id}", Operation::ReadPeople, show),
        Route::post("/ganda/{id}/putusan", Operation::ChangePerson, decide),
        Route::post("/ganda/{id}/jawaban", Operation::TakeIn, decide),
        Route::post("/ganda/{id}/pencabutan", Operation::ChangePerson, undo),
        Route::post("/ganda/{id}/buka", Operation::Unmask, look),
    ]
}

async fn show(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = pair_id(&id)?;
        pair_page(web, asked, &signed, id, &Mistakes::none(), None)
    })
    .await
}

/// A word on the pair: of the office, or of a village.
async fn decide(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = pair_id(&id)?;
        let verdict = PairVerdict::from_name(posted.get("putusan"));
        let is_answer = asked.path.ends_with("/jawaban");
        let fits = |verdict: &PairVerdict| match is_answer {
            true => verdict.is_answer(),
            false => OFFICE.iter().any(|(known, ..)| known == verdict),
        };
        let verdict = verdict.filter(fits);
        let verdict = verdict.ok_or_else(|| AppError::usage("VERDICT_UNKNOWN", ""))?;
        say(web, asked, &signed, (id, verdict, ""), &posted)
    })
    .await
}

/// Takes the last word back, for a reason.
async fn undo(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = pair_id(&id)?;
        say(web, asked, &signed, (id, PairVerdict::Undo, posted.get("alasan")), &posted)
    })
    .await
}

/// Opens both identities for a reason: each asking is kept, then the page shows them for minutes.
async fn look(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = pair_id(&id)?;
        // Who may not even see the pair learns nothing by trying.
        web.office().duplicate(&signed.actor, id, [None, None])?;
        match web.office().ask_to_look_at_pair(&signed.actor, id, posted.get("alasan")) {
            Ok([left, right]) => {
                let query = [("lihat", left), ("lihat2", right)];
                let query = query.map(|(name, asking)| (name.to_owned(), asking.to_string()));
                let place = asked.writing().href(&format!("/ganda/{id}"), &query);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if error.code == "REASON_MISSING" => {
                let mut mistakes = Mistakes::none();
                mistakes.add("alasan", asked.writing().w("people-reason.wrong"));
                pair_page(web, asked, &signed, id, &mistakes, None)
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Says it, and goes on to the next pair that waits.
fn say(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    (pair, verdict, reason): (Id<kind::Pair>, PairVerdict, &str),
    posted: &Posted,
) -> Result<Response, AppError> {
    let office = web.office();
    // Who may not even see it learns nothing by trying.
    office.duplicate(&signed.actor, pair, [None, None])?;
    let revision = posted.get("revisi").parse().ok();
    let judgement = Judgement { pair, revision, verdict, keep: None, reason };
    match office.judge_pair(&signed.actor, &judgement) {
        Ok(_) => {
            let next = match verdict {
                PairVerdict::Undo => None,
                _ => office.duplicates(&signed.actor, PairState::Open, Some(pair), 1)?.pop(),
            };
            let path = match (next, verdict) {
                (Some(next), _) => format!("/ganda/{}", next.id),
                (None, PairVerdict::Undo) => format!("/ganda/{pair}"),
                (None, _) => "/ganda".to_owned(),
            };
            let query = [("sudah".to_owned(), pair.to_string())];
            Ok(Redirect::to(&asked.writing().href(&path, &query)).into_response())
        }
        Err(error) if error.code == "REASON_MISSING" => {
            let mut mistakes = Mistakes::none();
            mistakes.add("alasan", asked.writing().w("pair-reason-missing"));
            pair_page(web, asked, signed, pair, &mistakes, Some(posted))
        }
        Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Conflict) => {
            let writing = asked.writing();
            let said = |end: &str| writing.w(&format!("error-{}{end}", error.code));
            let notice = Notice::warning(said(""), said(".remedy"));
            let file = office.duplicate(&signed.actor, pair, [None, None])?;
            let mut page = view(web, asked, &file, &Mistakes::none(), None);
            page.notices.insert(0, notice);
            Ok((StatusCode::CONFLICT, scripted(page)).into_response())
        }
        Err(error) => Err(error),
    }
}

fn pair_page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: Id<kind::Pair>,
    mistakes: &Mistakes,
    posted: Option<&Posted>,
) -> Result<Response, AppError> {
    let asking = |name| asked.value(name).and_then(|asking| Id::parse(asking).ok());
    let askings = [asking("lihat"), asking("lihat2")];
    let file = web.office().duplicate(&signed.actor, id, askings)?;
    let page = view(web, asked, &file, mistakes, posted);
    match mistakes.is_empty() {
        true => Ok(scripted(page)),
        false => Ok((StatusCode::UNPROCESSABLE_ENTITY, scripted(page)).into_response()),
    }
}

fn scripted(mut page: PairPage) -> Response {
    if !page.keys {
        return html(&page);
    }
    page.page.script = Some(assets::pair_script());
    let mut response = html(&page);
    response.extensions_mut().insert(Scripted);
    response
}

/// What the office may say, with the key that says it.
const OFFICE: [(PairVerdict, &str, &str); 3] = [
    (PairVerdict::Same, "1", "pair-same"),
    (PairVerdict::Different, "2", "pair-different"),
    (PairVerdict::Ask, "3", "pair-ask"),
];

/// What a village may answer.
const VILLAGE: [(PairVerdict, &str, &str); 3] = [
    (PairVerdict::AnsweredSame, "1", "pair-answer-same"),
    (PairVerdict::AnsweredDifferent, "2", "pair-answer-different"),
    (PairVerdict::AnsweredUnknown, "3", "pair-answer-unknown"),
];

fn view(
    web: &Web,
    asked: &Asked,
    file: &PairFile,
    mistakes: &Mistakes,
    posted: Option<&Posted>,
) -> PairPage {
    let writing = asked.writing();
    let shown = &file.shown;
    let title = writing.w("pair-one");
    let mut page = web.page(asked, Section::Duplicates, title);
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let waits = matches!(shown.state, PairState::Open | PairState::Asked);
    let (path, words) = match (file.may_judge && waits, file.may_answer) {
        (true, _) => ("putusan", Some(OFFICE)),
        (_, true) => ("jawaban", Some(VILLAGE)),
        _ => ("", None),
    };
    let choice = |(verdict, key, word): (PairVerdict, &'static str, &str)| {
        (verdict.name(), key, writing.w(word))
    };
    let asks = |(verdict, ..): &(PairVerdict, &str, &str)| {
        *verdict != PairVerdict::Ask || shown.state == PairState::Open
    };
    let choices: Vec<_> = words.iter().flatten().copied().filter(asks).map(choice).collect();
    let revision = shown.revision.to_string();
    let form = |end: &str, button: &str, fields| {
        Form::new(&page, &format!("/ganda/{}/{end}", shown.id), button, fields)
            .with_hidden("revisi", &revision)
    };
    let taken_back =
        !matches!(shown.state, PairState::Open | PairState::Resting | PairState::Parting);
    let undo = (file.may_judge && taken_back).then(|| {
        let reason = Field::line(writing, "alasan", "pair-reason");
        let form = form("pencabutan", "pair-undo", vec![reason]).scoped("cabut");
        match posted {
            Some(posted) => form.filled(posted, mistakes),
            None => form,
        }
    });
    let whole = file.people.iter().all(|one| one.shown.unmasked);
    let look = (file.may_unmask && !whole).then(|| {
        let reason = Field::line(writing, "alasan", "pair-look-reason");
        let form = form("buka", "pair-look", vec![reason]).scoped("buka");
        if posted.is_none() { form.filled(&Posted::default(), mistakes) } else { form }
    });
    PairPage {
        back: (writing.href("/ganda", &[]), writing.w("pair-back")),
        notices: notices(asked, file, writing, whole),
        state: writing.w(&format!("pair-state-{}", shown.state.name())),
        calm: !waits,
        certainty: certainty(file, writing),
        decide: (!choices.is_empty()).then(|| form(path, "pair-decide", Vec::new())),
        keys: !choices.is_empty(),
        choices,
        rows: file.fields.iter().map(|field| row(field, writing)).collect(),
        parts: parts(web, file, writing),
        merge_heading: writing.w(match shown.state {
            PairState::Same | PairState::Parting => "pair-merged",
            _ => "pair-merge",
        }),
        merge: file.merge.as_ref().map(|merge| merge_facts(file, merge, writing)),
        twice: file.merge.as_ref().map(|merge| twice(merge, writing)).unwrap_or_default(),
        links: links(file, writing),
        undo,
        look,
        page,
    }
}

fn certainty(file: &PairFile, writing: Writing) -> String {
    let percent = writing.percent(Ppm(file.shown.certainty_ppm));
    format!("{}: {percent}", writing.w("pair-certainty"))
}

fn notices(asked: &Asked, file: &PairFile, writing: Writing, whole: bool) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(before) = asked.value("sudah").and_then(|id| Id::<kind::Pair>::parse(id).ok()) {
        let link = (writing.href(&format!("/ganda/{before}"), &[]), writing.w("pair-undo"));
        let done = Notice::done(writing.w("pair-said"), String::new());
        let is_here = before == file.shown.id;
        notices.push(Notice { link: (!is_here).then_some(link), ..done });
    }
    if whole {
        let text = writing.w("pair-opened-text");
        notices.push(Notice::warning(writing.w("pair-opened"), text));
    }
    if file.may_answer && !file.may_judge {
        let lead = writing.w("pair-answer-lead");
        notices.push(Notice::info(writing.w("pair-answer"), lead));
    }
    if let Some(code) = &file.hindrance {
        let text = writing.w(&format!("error-{code}"));
        notices.push(Notice::info(writing.w("pair-merge-hindered"), text));
    }
    notices
}

fn row(field: &FieldShown, writing: Writing) -> RowView {
    let (class, stands) = match field.agreement {
        Agreement::Same => ("agrees", "pair-agrees"),
        Agreement::Differs => ("differs", "pair-differs"),
        Agreement::Missing => ("agrees", "pair-missing"),
    };
    let mark = if class == "differs" { "≠ " } else { "" };
    let shown = |text: &String| match text.is_empty() {
        true => "–".to_owned(),
        false => text.clone(),
    };
    RowView {
        class,
        name: writing.w(&format!("field-{}", field.name)),
        stands: format!("{mark}{}", writing.w(stands)),
        left: shown(&field.values[0]),
        right: shown(&field.values[1]),
    }
}

const SIDES: [&str; 2] = ["A", "B"];

/// Reasons, money, sources, questions and what was said, each under its heading.
fn parts(web: &Web, file: &PairFile, writing: Writing) -> Vec<(String, Vec<String>)> {
    let reasons = |is_for: bool| {
        let some = file.shown.reasons.iter().filter(|one| (one.millibits > 0) == is_for);
        let mut some: Vec<String> = some.map(|one: &Reason| writing.words().reason(one)).collect();
        if some.is_empty() {
            some.push(writing.w("pair-for-none"));
        }
        some
    };
    let money = SIDES.iter().zip(&file.stakes).map(|(side, stake)| {
        let (monthly, paid) = (writing.rupiah(stake.monthly), writing.rupiah(stake.paid));
        let values = [("side", *side), ("monthly", monthly.as_str()), ("paid", paid.as_str())];
        writing.with("pair-money-line", &values)
    });
    let mut parts = vec![
        (writing.w("pair-for"), reasons(true)),
        (writing.w("pair-against"), reasons(false)),
        (writing.w("pair-money"), money.collect()),
        (writing.w("pair-sources"), sources(file, writing)),
    ];
    if !file.questions.is_empty() {
        let lines = file.questions.iter().map(|one| {
            let (place, when) = (web.office().place_words(one.place), writing.moment(one.at_ms));
            match one.answer {
                None => writing.with("pair-question-waits", &[("place", &place), ("when", &when)]),
                Some(answer) => {
                    let answer = writing.w(&format!("pair-said-{}", answer.name()));
                    let values = [("place", place.as_str()), ("answer", answer.as_str())];
                    writing.with("pair-question-answered", &values)
                }
            }
        });
        parts.push((writing.w("pair-questions"), lines.collect()));
    }
    parts.push((writing.w("pair-history"), history(file, writing)));
    parts
}

fn sources(file: &PairFile, writing: Writing) -> Vec<String> {
    let mut lines = Vec::new();
    for (side, sources) in SIDES.iter().zip(&file.sources) {
        if sources.is_empty() {
            lines.push(writing.with("pair-source-none", &[("side", side)]));
        }
        for source in sources {
            let (sheet, row) = (source.place.0.to_string(), source.place.1.to_string());
            let values = [
                ("side", *side),
                ("file", &*source.file_name),
                ("sheet", sheet.as_str()),
                ("row", row.as_str()),
                ("sender", &*source.sender),
            ];
            lines.push(writing.with("pair-source", &values));
        }
    }
    lines
}

fn history(file: &PairFile, writing: Writing) -> Vec<String> {
    if file.said.is_empty() {
        return vec![writing.w("pair-history-none")];
    }
    let lines = file.said.iter().map(|said| {
        let when = writing.moment(said.at_ms);
        let what = writing.w(&format!("pair-said-{}", said.verdict.name()));
        let who = match said.by.is_empty() {
            true => writing.w("pair-history-program"),
            false => said.by.to_string(),
        };
        let values = [
            ("when", when.as_str()),
            ("what", what.as_str()),
            ("who", who.as_str()),
            ("reason", said.reason.as_str()),
        ];
        let key = if said.reason.is_empty() { "pair-history-line" } else { "pair-history-reason" };
        writing.with(key, &values)
    });
    lines.collect()
}

fn merge_facts(file: &PairFile, merge: &MergeFacts, writing: Writing) -> Facts {
    let is_left = file.people[0].shown.id == merge.kept;
    let side = if is_left { "A" } else { "B" };
    let fact = |key: &str, count: usize| Fact::new(writing.w(key), writing.number(count as u64));
    let who = file.people[usize::from(!is_left)].shown.name.clone();
    let recoverable = writing.rupiah(merge.recoverable);
    let mut rows = vec![Fact::new(writing.with("pair-merge-kept", &[("side", side)]), who)];
    if !matches!(file.shown.state, PairState::Same | PairState::Parting) {
        rows.push(fact("pair-merge-rows", merge.rows));
        rows.push(fact("pair-merge-memberships", merge.memberships));
        rows.push(fact("pair-merge-months", merge.months));
        rows.push(fact("pair-merge-cards", merge.cards));
    }
    if !merge.ended.is_empty() {
        rows.push(Fact::new(writing.w("pair-merge-ended"), merge.ended.join(", ")));
    }
    rows.push(Fact::new(writing.w("pair-merge-recoverable"), recoverable));
    Facts::new(writing, rows)
}

fn twice(merge: &MergeFacts, writing: Writing) -> Vec<String> {
    let lines = merge.twice.iter().map(|(month, scheme, programme, rupiah)| {
        let (month, sum) = (writing.month(*month), writing.rupiah(*rupiah));
        let scheme = scheme.to_uppercase();
        let values = [
            ("month", month.as_str()),
            ("scheme", scheme.as_str()),
            ("programme", &**programme),
            ("sum", sum.as_str()),
        ];
        writing.with("pair-merge-twice", &values)
    });
    lines.collect()
}

fn links(file: &PairFile, writing: Writing) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = SIDES
        .iter()
        .zip(&file.people)
        .map(|(side, person)| {
            let href = writing.href(&format!("/peserta/{}", person.shown.id), &[]);
            (href, writing.with("pair-person", &[("side", side)]))
        })
        .collect();
    if let Some(task) = file.task {
        links.push((writing.href(&format!("/tugas/{task}"), &[]), writing.w("pair-task")));
    }
    links
}

fn pair_id(text: &str) -> Result<Id<kind::Pair>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("PAIR_UNKNOWN", ""))
}
