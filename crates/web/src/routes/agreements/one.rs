//! `/perjanjian/{code}`: one agreement as a list of duties to tick off, its articles, its versions
//! and papers; and that it was signed or ended.

use std::sync::Arc;

use app::agreements::{
    AgreementFile, AgreementState, DutyShown, Party, Renewal, Signing, Terms, Version,
};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::prints::hex;
use app::staging::UPLOAD_BYTES_MAX;
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::{field_of, refusal, tag, ties};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted, Task, Tasks,
};
use crate::routes::{Route, Web, answer, day_asked, html, sentence, to, unfit};
use crate::signed::Signed;
use crate::upload::{Received, receive};

const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let (read, change) = (Operation::ReadMoney, Operation::SetUp);
    vec![
        Route::get("/perjanjian/{code}", read, show),
        Route::get("/perjanjian/{code}/cetak", read, print),
        Route::get("/perjanjian/{code}/pindaian", read, scan),
        Route::get("/perjanjian/{code}/naskah", read, script),
        Route::post("/perjanjian/{code}/penandatanganan", change, sign).accepting(FORM_BYTES),
        Route::post("/perjanjian/{code}/pengakhiran", change, end),
    ]
}

async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().agreement(asked.actor()?, &code)?;
        let said = (&Posted::default(), &Mistakes::none());
        Ok(html(&page(web, asked, &file, said, None)?))
    })
    .await
}

fn page(
    web: &Web,
    asked: &Asked,
    file: &AgreementFile,
    (posted, mistakes): (&Posted, &Mistakes),
    refused: Option<Notice>,
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let terms = &file.current().terms;
    let title = match terms.number.is_empty() {
        true => file.agreement.code.to_string(),
        false => terms.number.to_string(),
    };
    let title = writing.with("agreement-title", &[("number", &title)]);
    let mut page = web.page(asked, Section::Agreements, title);
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let mut pieces: Vec<Piece> = refused.into_iter().map(Piece::Notice).collect();
    pieces.extend(notices(asked, file, writing).into_iter().map(Piece::Notice));
    pieces.push(Piece::Facts(facts(file, writing)));
    pieces.push(Piece::Heading(writing.w("agreement-duties")));
    pieces.extend(duties(file, writing));
    pieces.extend(ties::pieces(web, &page, file, writing)?);
    pieces.push(Piece::Heading(writing.w("agreement-papers")));
    pieces.extend(papers(file, writing));
    pieces.push(Piece::Heading(writing.w("agreement-articles")));
    pieces.push(Piece::Steps(articles(terms)));
    if file.may_change {
        pieces.extend(changes(&page, file, writing, (posted, mistakes)));
    }
    let back = Some((writing.href("/perjanjian", &[]), writing.w("web-agreements")));
    Ok(Plain { page, back, lead: terms.subject.to_string(), pieces })
}

fn notices(asked: &Asked, file: &AgreementFile, writing: Writing) -> Vec<Notice> {
    let mut notices = Vec::new();
    if asked.value("selesai").is_some() {
        notices.push(Notice::done(writing.w("agreement-saved"), String::new()));
    }
    let note = |key: &str| Notice::info(writing.w(key), writing.w(&format!("{key}.what")));
    match (file.agreement.state, file.draft()) {
        (AgreementState::Draft, _) => notices.push(note("agreement-is-draft")),
        (AgreementState::Signed, Some(_)) => notices.push(note("agreement-draft-waits")),
        _ => {}
    }
    match file.renewal {
        Renewal::Far => {}
        Renewal::Due { days_left } => {
            let days = writing.number(u64::from(days_left.unsigned_abs()));
            let heading = writing.with("agreement-renewal-due", &[("days", &days)]);
            notices.push(Notice::warning(heading, writing.w("agreement-renewal-due.what")));
        }
        Renewal::Over => {
            let what = writing.w("agreement-renewal-over.what");
            notices.push(Notice::warning(writing.w("agreement-renewal-over"), what));
        }
    }
    notices
}

fn facts(file: &AgreementFile, writing: Writing) -> Facts {
    let (agreement, current) = (&file.agreement, file.current());
    let terms = &current.terms;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let valid = format!("{} – {}", writing.day(terms.from), writing.day(terms.to));
    let state = agreement.state.name();
    let mut facts = vec![
        fact("agreement-code", agreement.code.to_string()),
        fact("agreement-state", writing.w(&format!("agreement-state-{state}"))),
        fact("agreement-valid", valid),
        fact("agreement-notice-days", writing.number(u64::from(terms.notice_days))),
    ];
    for party in &terms.parties {
        let org = file.orgs.get(&party.org);
        let href = org.map(|org| writing.href(&format!("/organisasi/{}", org.code), &[]));
        let signs = match (party.signatory.is_empty(), party.office.is_empty()) {
            (true, _) => writing.w("agreement-signatory-missing"),
            (false, true) => party.signatory.to_string(),
            (false, false) => format!("{}, {}", party.signatory, party.office),
        };
        let value = format!("{} ({signs})", party.name);
        facts.push(Fact { name: party.called.to_string(), value, change: href });
    }
    if let Some(code) = &file.copied_from {
        let href = Some(writing.href(&format!("/perjanjian/{code}"), &[]));
        facts.push(Fact { change: href, ..fact("agreement-copied-from", code.to_string()) });
    }
    facts.extend(agreement.ended_on.map(|day| fact("agreement-ended-on", writing.day(day))));
    Facts { change: writing.w("org-open"), ..Facts::new(writing, facts) }
}

/// The duties of each party, as things to do.
fn duties(file: &AgreementFile, writing: Writing) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let is_of = |shown: &DutyShown, party: &Party| {
        file.orgs.get(&party.org).is_some_and(|org| org.code == shown.owner)
    };
    for party in &file.current().terms.parties {
        let own: Vec<&DutyShown> = file.duties.iter().filter(|shown| is_of(shown, party)).collect();
        if own.is_empty() {
            continue;
        }
        pieces.push(Piece::Words(format!("{}: {}", party.called, party.name)));
        let task = |shown: &&DutyShown| {
            let path = format!("/perjanjian/{}/kewajiban/{}", shown.agreement, shown.duty.code);
            let due = shown
                .duty
                .due
                .map(|due| writing.with("agreement-due-on", &[("day", &writing.day(due))]));
            Task {
                name: shown.text.clone(),
                hint: due.unwrap_or_default(),
                href: Some(writing.href(&path, &[])),
                tag: tag(shown, writing),
            }
        };
        pieces.push(Piece::Tasks(Tasks { tasks: own.iter().map(task).collect() }));
    }
    pieces
}

/// Every version with its papers.
fn papers(file: &AgreementFile, writing: Writing) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let path = |end: &str| format!("/perjanjian/{}/{end}", file.agreement.code);
    for version in file.versions.iter().rev() {
        pieces.push(Piece::Words(version_line(version, writing)));
        let query = [("versi".to_owned(), version.version.to_string())];
        let print = writing.href(&path("cetak"), &query);
        let values = [("version", version.version.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        pieces.push(Piece::Link(print, writing.with("agreement-print", &values)));
        if let Some(hash) = version.scan {
            let scan = writing.href(&path("pindaian"), &query);
            pieces.push(Piece::Link(scan, writing.with("agreement-scan", &values)));
            pieces.push(Piece::Words(format!("SHA-256 {}", hex(&hash))));
        }
    }
    let script = writing.href(&path("naskah"), &[]);
    pieces.push(Piece::Link(script, writing.w("agreement-script")));
    pieces
}

fn version_line(version: &Version, writing: Writing) -> String {
    let number = version.version.to_string();
    let signed = match version.signed_on {
        Some(day) => writing.with("agreement-signed-on", &[("day", &writing.day(day))]),
        None => writing.w("agreement-unsigned"),
    };
    let values = [("version", number.as_str()), ("signed", &signed), ("why", &version.reason)];
    let key =
        if version.reason.is_empty() { "agreement-version-line" } else { "agreement-version-why" };
    writing.with(key, &values)
}

fn articles(terms: &Terms) -> Vec<String> {
    let values = app::agreements::Values { terms, signed_on: terms.from };
    let filled = |text: &str| app::agreements::filled(text, &values);
    let one = |article: &app::agreements::Article| {
        let texts: Vec<String> = article.paragraphs.iter().map(|text| filled(text)).collect();
        format!("{}: {}", filled(&article.heading), texts.join(" "))
    };
    terms.articles.iter().map(one).collect()
}

/// What may be done with it now.
fn changes(
    page: &Page,
    file: &AgreementFile,
    writing: Writing,
    (posted, mistakes): (&Posted, &Mistakes),
) -> Vec<Piece> {
    let path = |end: &str| format!("/perjanjian/{}/{end}", file.agreement.code);
    let link = |end: &str, key: &str| Piece::Link(writing.href(&path(end), &[]), writing.w(key));
    let mut pieces = vec![Piece::Heading(writing.w("agreement-change"))];
    if file.agreement.state != AgreementState::Ended {
        pieces.push(link("perubahan", "agreement-amend"));
    }
    pieces.push(link("salinan", "agreement-copy"));
    let scan = Control::File { accept: ".pdf,.png,.jpg,.jpeg" };
    let scan = Field::new(writing, "berkas", "agreement-scan-file", scan).optional(writing);
    if let Some(draft) = file.draft().filter(|_| file.agreement.state != AgreementState::Ended) {
        let fields = vec![
            Field::line(writing, "nomor", "agreement-number").answered(&*draft.terms.number),
            Field::line(writing, "tanggal", "agreement-signed-day")
                .answered(draft.terms.from.to_string()),
            scan,
        ];
        let form = Form::new(page, &path("penandatanganan"), "agreement-sign", fields);
        pieces.push(Piece::Heading(writing.w("agreement-sign-heading")));
        pieces.push(Piece::Form(filled_if(form, "tanggal", posted, mistakes).scoped("tanda")));
    } else if file.current().scan.is_none() && file.agreement.state == AgreementState::Signed {
        let form = Form::new(page, &path("penandatanganan"), "agreement-attach", vec![scan]);
        pieces.push(Piece::Form(filled_if(form, "berkas", posted, mistakes).scoped("tanda")));
    }
    if file.agreement.state == AgreementState::Signed {
        let fields = vec![
            Field::line(writing, "tanggal", "agreement-end-day").optional(writing),
            Field::line(writing, "alasan", "agreement-end-reason"),
        ];
        let mut form = Form::new(page, &path("pengakhiran"), "agreement-end", fields);
        form.grave = true;
        pieces.push(Piece::Heading(writing.w("agreement-end-heading")));
        pieces.push(Piece::Form(filled_if(form, "alasan", posted, mistakes).scoped("akhir")));
    }
    pieces
}

/// Fills the form that was sent; another one of the page stays as it is.
fn filled_if(form: Form, own: &str, posted: &Posted, mistakes: &Mistakes) -> Form {
    let is_sent = posted.has(own) || (own == "berkas" && !mistakes.is_empty());
    if is_sent { form.filled(posted, mistakes) } else { form }
}

/// The paper of a version as a PDF.
async fn print(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let version = asked.value("versi").and_then(|text| text.parse().ok());
        let words = app::words::Words::of(app::words::Language::Indonesian);
        let printed = web.office().print_agreement(asked.actor()?, &code, version, words)?;
        Ok(file(&printed.name, "application/pdf", printed.bytes))
    })
    .await
}

/// The scanned paper of a version.
async fn scan(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let version = asked.value("versi").and_then(|text| text.parse().ok()).unwrap_or(1);
        let bytes = web.office().agreement_scan(asked.actor()?, &code, version)?;
        let (ending, kind) = match bytes.first() {
            Some(b'%') => ("pdf", "application/pdf"),
            Some(0x89) => ("png", "image/png"),
            _ => ("jpg", "image/jpeg"),
        };
        Ok(file(&format!("pindaian-{version}.{ending}"), kind, bytes))
    })
    .await
}

/// The terms as a file that can be changed and handed back.
async fn script(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let text = web.office().agreement_script(asked.actor()?, &code)?;
        Ok(file("naskah.toml", "application/toml", text.into_bytes()))
    })
    .await
}

fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response()
}

async fn sign(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let Received { posted, file, problem } = received;
        // Who may not even see it learns nothing by trying.
        web.office().agreement(&signed.actor, &code)?;
        let scan = match file.filter(|file| !file.name.is_empty()) {
            None => None,
            Some(file) => Some(
                std::fs::read(&file.path)
                    .map_err(|_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", "temp"))?,
            ),
        };
        let done = problem.map_or(Ok(()), Err).and_then(|()| {
            let signing = Signing {
                on: day_asked(posted.get("tanggal"))?,
                number: Some(posted.get("nomor")),
                scan: scan.as_deref().filter(|bytes| !bytes.is_empty()),
            };
            web.office().sign_agreement(&signed.actor, &code, &signing)
        });
        again(web, asked, &code, &posted, done.map(|_| "tanda"))
    })
    .await
}

async fn end(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().agreement(&signed.actor, &code)?;
        let done = day_asked(posted.get("tanggal")).and_then(|on| {
            web.office().end_agreement(&signed.actor, &code, on, posted.get("alasan"))
        });
        again(web, asked, &code, &posted, done.map(|_| "akhir"))
    })
    .await
}

/// On to the agreement, or its page again with what was refused.
fn again(
    web: &Web,
    asked: &Asked,
    code: &str,
    posted: &Posted,
    done: Result<&str, AppError>,
) -> Result<Response, AppError> {
    let error = match done {
        Ok(done) => return Ok(to(asked, &format!("/perjanjian/{code}"), done)),
        Err(error) => error,
    };
    if !matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused | ErrorKind::Conflict) {
        return Err(error);
    }
    let file = web.office().agreement(asked.actor()?, code)?;
    let mut mistakes = Mistakes::none();
    let mut notice = Some(refusal(asked, &error));
    if let Some(field @ ("tanggal" | "nomor" | "alasan" | "berkas")) = field_of(&error) {
        mistakes.add(field, sentence(&error, asked.writing()));
        notice = None;
    }
    Ok(unfit(html(&page(web, asked, &file, (posted, &mistakes), notice)?)))
}
