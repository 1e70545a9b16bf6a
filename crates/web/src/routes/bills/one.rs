//! `/tagihan/{code}/{month}`: one bill: what it asks for by rule, what changed, the budget, the due
//! day, its codes, and the steps that are open to whoever looks.

use std::sync::Arc;

use app::bills::{BillChanges, BillFile, ChangeGroup, Late, Paper, standing};
use app::error::AppError;
use app::office::Operation;
use app::prints::hex;
use axum::extract::{Path, State};
use axum::response::Response;
use base::Rupiah;

use super::{month_of, path};
use crate::page::{Asked, Section, Writing};
use crate::parts::chart::{RowCell, Rows};
use crate::parts::{Fact, Facts, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::plan::attachment;
use crate::routes::{Route, Web, answer, html, tasks, unfit};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let read = Operation::ReadMoney;
    vec![
        Route::get("/tagihan/{code}/{month}", read, show),
        Route::get("/tagihan/{code}/{month}/cetak/{paper}", read, print),
        Route::post("/tagihan/{code}/{month}/berkas", Operation::ExportPeople, export),
    ]
}

async fn show(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked, &code, &month)?))).await
}

fn page(web: &Web, asked: &Asked, code: &str, month: &str) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let month = month_of(month)?;
    let file = web.office().bill_file(actor, code, month)?;
    let changes = web.office().changes_of(&file)?;
    let shown = writing.month(month);
    let title = writing.with("bill-one", &[("month", &shown), ("name", &file.programme.name)]);
    let page = web.page(asked, Section::Money, title);
    let mut pieces = Vec::new();
    pieces.extend(done_notice(asked, writing));
    pieces.extend(state_notice(&file, writing));
    pieces.push(Piece::Facts(Facts::tally(writing, figures(&file, writing))));
    let words = file.head.total.in_words();
    pieces.push(Piece::Words(writing.with("bill-words", &[("words", &words)])));
    pieces.push(Piece::Heading(writing.w("bill-by-rule")));
    pieces.push(Piece::Rows(by_rule(&file, writing)));
    pieces.extend(left_out(&file, writing));
    pieces.extend(change_pieces(&file, &changes, writing));
    pieces.push(Piece::Heading(writing.w("bill-paying")));
    pieces.push(Piece::Facts(Facts::dense(writing, paying(&file, writing))));
    pieces.push(Piece::Heading(writing.w("bill-budget")));
    pieces.push(Piece::Facts(Facts::dense(writing, budget(&file, writing))));
    if standing(&file.head) == "draft" {
        pieces.extend(super::steps::against(web, asked, &file)?);
    }
    pieces.extend(steps(web, asked, &page, &file)?);
    pieces.extend(papers(web, asked, &page, &file)?);
    pieces.push(Piece::Heading(writing.w("bill-history")));
    pieces.push(Piece::Points(history(&file, writing)));
    pieces.push(Piece::Signatures(super::signers(writing)));
    let back = Some((writing.href("/tagihan", &[]), writing.w("bill-back")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

/// What was done a moment ago.
fn done_notice(asked: &Asked, writing: Writing) -> Option<Piece> {
    let done = asked.value("sudah")?;
    let known = ["rancang", "final", "terbit", "buka", "kode"];
    let key = known.contains(&done).then(|| format!("bill-done-{done}"))?;
    Some(Piece::Notice(Notice::done(writing.w(&key), writing.w(&format!("{key}.what")))))
}

/// What a reader must know before the figures: that it waits, that it is late.
fn state_notice(file: &BillFile, writing: Writing) -> Vec<Piece> {
    let mut notices = paid_elsewhere(file, writing);
    if let Some(waits) = &file.waiting {
        let until = writing.moment(waits.task.expires_at_ms);
        let values = [("maker", &*waits.maker), ("until", &until)];
        let text = writing.with("bill-waiting.what", &values);
        notices.push(Piece::Notice(Notice::info(writing.w("bill-waiting"), text)));
    } else if standing(&file.head) == "final" {
        let text = writing.w("bill-not-waiting.what");
        notices.push(Piece::Notice(Notice::warning(writing.w("bill-not-waiting"), text)));
    }
    // Of what was paid late only what it costs is news.
    let news = |late: &&Late| file.paid_on.is_none() || late.penalty.is_some();
    if let Some(late) = file.late.as_ref().filter(news) {
        let days = writing.number(u64::from(late.days));
        let text = match &late.penalty {
            Some((rupiah, article, status)) => {
                let amount = writing.spelled(*rupiah);
                let status = writing.w(&format!("status-{}", status.name()));
                let values = [("amount", &*amount), ("article", article), ("status", &status)];
                let paid = file.paid_on.is_some();
                let key = if paid { "bill-late-penalty-paid" } else { "bill-late-penalty" };
                writing.with(key, &values)
            }
            None if late.no_penalty => writing.w("bill-late-free"),
            None => String::new(),
        };
        let heading = writing.with("bill-late-days", &[("days", &days)]);
        notices.push(Piece::Notice(Notice::warning(heading, text)));
    }
    notices
}

/// That another regency pays for somebody on it, which stops it before it is paid; or that nobody
/// pays by now for somebody that it left out.
fn paid_elsewhere(file: &BillFile, writing: Writing) -> Vec<Piece> {
    let [paid, free] = match standing(&file.head) {
        "posted" => ["bill-paid-elsewhere-posted", "bill-free-again-posted"],
        _ => ["bill-paid-elsewhere", "bill-free-again"],
    };
    let said = [(file.paid_elsewhere, paid), (file.free_again, free)];
    let said = said.into_iter().filter(|(people, _)| *people > 0);
    let mut pieces: Vec<Piece> = said
        .map(|(people, key)| {
            let text = writing.with(key, &[("people", &writing.number(people))]);
            Piece::Notice(Notice::warning(writing.w("conflict-paid-in-other-region"), text))
        })
        .collect();
    if file.paid_elsewhere > 0 {
        let query = [
            ("program".to_owned(), file.programme.code.to_string()),
            ("bulan".to_owned(), file.head.month.to_string()),
        ];
        let href = writing.href("/benturan", &query);
        pieces.push(Piece::Link(href, writing.w("bill-paid-elsewhere-who")));
    }
    pieces
}

fn figures(file: &BillFile, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let head = &file.head;
    let mut facts = vec![
        fact("bill-state", writing.w(&format!("web-bill-{}", standing(head)))),
        fact("web-bill-people", writing.number(u64::from(head.people))),
        fact("bill-gross", writing.rupiah(Rupiah(head.total.0 + head.credit.0))),
    ];
    if head.credit > Rupiah::ZERO {
        facts.push(fact("bill-credit", format!("− {}", writing.rupiah(head.credit))));
    }
    facts.push(fact("web-bill-total", writing.rupiah(head.total)));
    facts.push(fact("bill-due", writing.day(file.due.day)));
    facts
}

fn by_rule(file: &BillFile, writing: Writing) -> Rows {
    let head = |key: &str, number| (writing.w(key), number);
    let mut rows: Vec<Vec<RowCell>> = file
        .sums
        .iter()
        .map(|sum| {
            let parameter = sum.rule.split('@').next().unwrap_or_default();
            let relief = sum
                .relief
                .as_deref()
                .map(|relief| writing.with("bill-relief", &[("rule", relief)]));
            vec![
                RowCell::text(sum.scheme.name().to_uppercase()),
                RowCell::number(writing.number(sum.people)),
                RowCell::number(writing.rupiah(sum.rupiah)),
                RowCell::text(&*sum.article)
                    .leading(writing.href(&format!("/aturan/{parameter}"), &[]))
                    .noted(relief.unwrap_or_default()),
                RowCell::text(writing.w(&format!("status-{}", sum.status.name()))),
            ]
        })
        .collect();
    for (credit, scheme) in &file.credits {
        let month = writing.month(credit.month);
        let scheme = match scheme {
            Some(scheme) => scheme.name().to_uppercase(),
            None => writing.w("credit-all-schemes"),
        };
        let values = [("scheme", scheme.as_str()), ("month", &month)];
        rows.push(vec![
            RowCell::text(writing.with("bill-credit-line", &values)),
            RowCell::number(writing.number(1)),
            RowCell::number(format!("− {}", writing.rupiah(credit.rupiah))),
            RowCell::text(writing.w("bill-credit-why")),
            RowCell::text(""),
        ]);
    }
    Rows {
        id: "tagihan-aturan".to_owned(),
        caption: writing.w("bill-by-rule-caption"),
        heads: vec![
            head("column-scheme", false),
            head("web-bill-people", true),
            head("column-amount", true),
            head("column-article", false),
            head("column-status", false),
        ],
        rows,
        total: vec![
            RowCell::text(writing.w("bill-paper-total")),
            RowCell::number(writing.number(u64::from(file.head.people))),
            RowCell::number(writing.rupiah(file.head.total)),
            RowCell::text(""),
            RowCell::text(""),
        ],
    }
}

fn left_out(file: &BillFile, writing: Writing) -> Vec<Piece> {
    let query = [
        ("program".to_owned(), file.programme.code.to_string()),
        ("bulan".to_owned(), file.head.month.to_string()),
    ];
    let by_name = Piece::Link(writing.href("/tagihan/orang", &query), writing.w("bill-people"));
    if file.left_out.is_empty() {
        return vec![by_name];
    }
    let line = |(why, people): &(&str, u64)| {
        format!("{}: {}", writing.w(&format!("excluded-{why}")), writing.number(*people))
    };
    vec![
        Piece::Heading(writing.w("bill-left-out")),
        Piece::Points(file.left_out.iter().map(line).collect()),
        by_name,
    ]
}

fn change_pieces(file: &BillFile, changes: &BillChanges, writing: Writing) -> Vec<Piece> {
    let mut pieces = vec![Piece::Heading(writing.w("bill-changes"))];
    let Some(against) = changes.against else {
        pieces.push(Piece::Words(writing.w("bill-changes-first")));
        return pieces;
    };
    let (month, before) = (writing.month(against), writing.rupiah(changes.totals.0));
    let after = writing.rupiah(changes.totals.1);
    let values = [("month", &*month), ("before", &before), ("after", &after)];
    pieces.push(Piece::Words(writing.with("bill-changes-against", &values)));
    let groups = changes.groups();
    if groups.is_empty() {
        pieces.push(Piece::Words(writing.w("bill-changes-none")));
        return pieces;
    }
    pieces.push(Piece::Rows(change_rows(&groups, writing)));
    let query = [
        ("program".to_owned(), file.programme.code.to_string()),
        ("bulan".to_owned(), file.head.month.to_string()),
    ];
    let href = writing.href("/tagihan/perubahan", &query);
    pieces.push(Piece::Link(href, writing.w("bill-changes-people")));
    pieces
}

fn change_rows(groups: &[ChangeGroup], writing: Writing) -> Rows {
    let head = |key: &str, number| (writing.w(key), number);
    let rows = groups.iter().map(|group| {
        vec![
            RowCell::text(writing.w(&format!("change-side-{}", group.side.name()))),
            RowCell::text(writing.w(&format!("change-why-{}", group.why.name()))),
            RowCell::number(writing.number(group.people)),
            RowCell::number(writing.rupiah(group.before)),
            RowCell::number(writing.rupiah(group.after)),
        ]
    });
    Rows {
        id: "tagihan-perubahan".to_owned(),
        caption: writing.w("bill-changes-caption"),
        heads: vec![
            head("change-side", false),
            head("change-why", false),
            head("web-bill-people", true),
            head("change-before", true),
            head("change-after", true),
        ],
        rows: rows.collect(),
        total: Vec::new(),
    }
}

/// What a payer and an auditor need: reference, due day, codes, the two people.
fn paying(file: &BillFile, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut facts = vec![fact("bill-reference", file.reference.clone())];
    if file.together.len() > 1 {
        let months: Vec<String> =
            file.together.iter().map(|one| writing.month(one.month)).collect();
        let total = Rupiah(file.together.iter().map(|one| one.total.0).sum());
        let value = format!("{}: {}", months.join(", "), writing.rupiah(total));
        facts.push(fact("bill-together", value));
    }
    let rules: Vec<String> = file
        .due
        .rules
        .iter()
        .map(|(article, status)| {
            format!("{article} ({})", writing.w(&format!("status-{}", status.name())))
        })
        .collect();
    let nominal = writing.day(file.due.nominal);
    let day = writing.day(file.due.day);
    let due = match file.due.day == file.due.nominal {
        true => day,
        false => writing.with("bill-due-moved", &[("day", &day), ("nominal", &nominal)]),
    };
    facts.push(fact("bill-due", due));
    facts.push(fact("bill-due-rule", rules.join("; ")));
    for code in &file.codes {
        let when = writing.moment(code.recorded_at_ms);
        let value = format!("{} – {}, {when}", code.code, code.recorded_by);
        facts.push(fact(&format!("bill-code-{}", code.kind.name()), value));
    }
    for issue in &file.issues {
        let (day, revision) = (writing.day(issue.issued_on), issue.revision.to_string());
        let values = [
            ("maker", &*issue.finalised_by),
            ("checker", &*issue.issued_by),
            ("day", &day),
            ("revision", &revision),
        ];
        facts.push(fact("bill-issued-word", writing.with("bill-issued-line", &values)));
        facts.push(fact("web-task-hash", hex(&issue.hash)[..16].to_owned()));
    }
    if let Some(day) = file.paid_on {
        facts.push(fact("bill-paid-on", writing.day(day)));
    }
    facts.push(fact("bill-rulebook", file.head.rulebook[..12].to_owned()));
    facts
}

fn budget(file: &BillFile, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, amount: Rupiah| Fact::new(writing.w(key), writing.spelled(amount));
    let [ceiling, committed, billed, paid, free] = file.budget;
    vec![
        Fact::new(writing.w("fund-code"), file.fund.to_string()),
        fact("fund-ceiling", ceiling),
        fact("fund-committed", committed),
        fact("fund-billed", billed),
        fact("fund-paid-out", paid),
        fact("fund-free", free),
        fact("bill-unbilled", file.unbilled),
    ]
}

/// The steps that are open now, to whoever looks.
fn steps(
    web: &Web,
    asked: &Asked,
    page: &crate::page::Page,
    file: &BillFile,
) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let here = path(&file.programme.code, file.head.month);
    let link = |step: &str, key: &str| {
        Piece::Link(writing.href(&format!("{here}/{step}"), &[]), writing.w(key))
    };
    let (pays, approves) =
        (web.may_somewhere(actor, Operation::Pay), web.may_somewhere(actor, Operation::Approve));
    let state = standing(&file.head);
    let mut pieces = Vec::new();
    if state == "draft" && pays {
        let action = format!("{here}/rancang");
        pieces.push(Piece::Form(Form::new(page, &action, "bill-draft-again", Vec::new())));
        pieces.push(link("finalisasi", "bill-finalise"));
    }
    if let (Some(waits), true) = (&file.waiting, approves) {
        if waits.task.maker != actor.id {
            pieces.push(link("terbit", "bill-issue"));
        }
        let task = writing.href(&format!("/tugas/{}", waits.task.id), &[]);
        pieces.push(Piece::Link(task, writing.w("bill-task")));
    }
    if state == "final" && file.waiting.is_none() && pays {
        pieces.push(link("finalisasi", "bill-forward-again"));
    }
    if matches!(state, "final" | "issued") && pays {
        pieces.push(link("buka", "bill-reopen"));
        pieces.push(Piece::Heading(writing.w("bill-code-new")));
        pieces.push(Piece::Form(super::steps::code_form(page, &here, writing)));
    }
    if !pieces.is_empty() {
        pieces.insert(0, Piece::Heading(writing.w("bill-steps")));
    }
    Ok(pieces)
}

fn papers(
    web: &Web,
    asked: &Asked,
    page: &crate::page::Page,
    file: &BillFile,
) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let here = path(&file.programme.code, file.head.month);
    let state = standing(&file.head);
    let mut pieces = vec![Piece::Heading(writing.w("bill-papers"))];
    for paper in Paper::ALL {
        let is_there = match paper {
            Paper::Bill => true,
            Paper::Request | Paper::Handover => matches!(state, "issued" | "posted"),
            Paper::Receipt => state == "posted",
        };
        if is_there {
            let href = writing.href(&format!("{here}/cetak/{}", paper.name()), &[]);
            let key = format!("bill-paper-{}", paper.name());
            pieces.push(Piece::Link(href, format!("{} (PDF)", writing.w(&key))));
        }
    }
    if web.may_somewhere(actor, Operation::ExportPeople) {
        let field = Field::line(writing, "alasan", "export-why");
        let action = format!("{here}/berkas");
        let form = Form::new(page, &action, "bill-export", vec![field]);
        pieces.push(Piece::Form(form.scoped("berkas")));
    }
    Ok(pieces)
}

fn history(file: &BillFile, writing: Writing) -> Vec<String> {
    let line = |done: &app::bills::Done| {
        let key = format!("act-{}", done.act);
        let act = match writing.w(&key) {
            same if same == key => done.act.to_string(),
            words => words,
        };
        let reason = done.reason.as_ref().map(|why| format!(" – {why}")).unwrap_or_default();
        format!("{}: {act}, {}{reason}", writing.moment(done.at_ms), done.by)
    };
    file.history.iter().map(line).collect()
}

async fn print(
    State(web): State<Arc<Web>>,
    Path((code, month, paper)): Path<(String, String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let unknown = || AppError::not_found("BILL_UNKNOWN", "");
        let paper = Paper::from_name(&paper).ok_or_else(unknown)?;
        let (actor, words) = (asked.actor()?, asked.writing().words());
        let month = month_of(&month)?;
        let printed = web.office().bill_paper(actor, &code, month, (paper, words))?;
        Ok(attachment(&printed.name, "application/pdf", printed.bytes))
    })
    .await
}

/// Every line by name; the asking is a form, as it is a file with the identity of many.
async fn export(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (actor, words) = (asked.actor()?, asked.writing().words());
        let of = month_of(&month)?;
        let reason = posted.get("alasan");
        match web.office().bill_workbook(actor, (&code, of), reason, words) {
            Ok(bytes) => {
                let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                Ok(attachment(&format!("tagihan-{code}-{of}.xlsx"), kind, bytes))
            }
            Err(error) if error.code == "REASON_MISSING" => {
                let words = asked.writing().w("people-reason.wrong");
                let mut shown = page(web, asked, &code, &month)?;
                shown.pieces.insert(0, Piece::Notice(Notice::warning(words, String::new())));
                Ok(unfit(html(&shown)))
            }
            Err(error) => tasks::to_export(asked, error),
        }
    })
    .await
}
