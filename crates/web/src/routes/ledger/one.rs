//! `/buku/transaksi/{id}`: one transfer with what stands behind it, what became of it, and its
//! reversal put forward.

use std::sync::Arc;

use app::error::AppError;
use app::ledger::show::{EntryFile, EntryShown};
use app::ledger::vouchers::VoucherShown;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;
use base::id::kind;

use super::{document_href, document_words, figures_and_words, named};
use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, day_of, html, sentence, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let pay = Operation::Pay;
    vec![
        Route::get("/buku/transaksi/{id}", Operation::ReadMoney, show),
        Route::get("/buku/transaksi/{id}/balik", pay, ask),
        Route::post("/buku/transaksi/{id}/balik", pay, reverse),
    ]
}

fn transfer_id(text: &str) -> Result<Id<kind::Transfer>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("TRANSFER_UNKNOWN", ""))
}

/// One transfer.
async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&entry_page(web, asked, &id)?))).await
}

fn entry_page(web: &Web, asked: &Asked, id: &str) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().ledger_entry(actor, transfer_id(id)?)?;
    let page = web.page(asked, Section::Ledger, writing.w("ledger-entry"));
    let mut pieces = Vec::new();
    if asked.value("usul").is_some() {
        let text = writing.w("voucher-sent.what");
        pieces.push(Piece::Notice(Notice::done(writing.w("voucher-sent"), text)));
    }
    pieces.push(Piece::Facts(Facts::new(writing, facts(&file, writing))));
    if let Some(href) = document_href(web, &file.entry.document, writing) {
        pieces.push(Piece::Link(href, writing.w("ledger-open-document")));
    }
    if !file.vouchers.is_empty() {
        pieces.push(Piece::Heading(writing.w("ledger-vouchers")));
        pieces.push(Piece::Points(vouchers(&file, writing)));
    }
    if !file.related.is_empty() {
        pieces.push(Piece::Heading(writing.w("ledger-related")));
        for one in &file.related {
            let href = writing.href(&format!("/buku/transaksi/{}", one.transfer.id), &[]);
            pieces.push(Piece::Link(href, related(one, writing)));
        }
    }
    match file.keeps {
        Some(code) => pieces.push(Piece::Words(writing.w(&format!("ledger-keeps-{code}")))),
        None if web.may_somewhere(actor, Operation::Pay) => {
            let href = writing.href(&format!("/buku/transaksi/{id}/balik"), &[]);
            pieces.push(Piece::Link(href, writing.w("ledger-reverse")));
        }
        None => {}
    }
    let back = Some((writing.href("/buku/transaksi", &[]), writing.w("ledger-entries-back")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn facts(file: &EntryFile, writing: Writing) -> Vec<Fact> {
    let (entry, transfer) = (&file.entry, &file.entry.transfer);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let scheme = file.scheme.map(|scheme| scheme.name().to_uppercase()).unwrap_or_default();
    let why = writing.w(&format!("transfer-{}", transfer.code.name()));
    let kind = writing.w(&format!("transfer-kind-{}", transfer.kind.name()));
    let month = transfer.month.map(|month| writing.month(month)).unwrap_or_default();
    let rulebook: String = entry.rulebook.chars().take(12).collect();
    let mut facts = vec![
        fact("ledger-transfer", transfer.id.to_string()),
        fact("ledger-day", writing.day(transfer.day)),
        fact("ledger-debit", named(&entry.debit)),
        fact("ledger-credit", named(&entry.credit)),
        fact("ledger-amount", figures_and_words(transfer.amount, writing)),
        fact("ledger-why", format!("{why} {scheme}").trim().to_owned()),
        fact("ledger-kind", kind),
        fact("ledger-document", document_words(&entry.document, writing)),
        fact("ledger-month", month),
        fact("ledger-maker", entry.maker.to_string()),
        fact("ledger-checker", entry.checker.to_string()),
        fact("ledger-rulebook", rulebook),
    ];
    for fact in &mut facts {
        if fact.value.is_empty() {
            fact.value = "–".to_owned();
        }
    }
    facts
}

fn related(one: &EntryShown, writing: Writing) -> String {
    let why = writing.w(&format!("transfer-{}", one.transfer.code.name()));
    let kind = writing.w(&format!("transfer-kind-{}", one.transfer.kind.name()));
    let (day, amount) = (writing.day(one.transfer.day), writing.rupiah(one.transfer.amount));
    format!("{day}: {why}, {kind}, {amount}")
}

fn vouchers(file: &EntryFile, writing: Writing) -> Vec<String> {
    let line = |(record, maker, checker): &(_, Box<str>, Box<str>)| {
        let record: &app::ledger::show::VoucherRecord = record;
        let state = writing.w(&format!("step-{}", record.state.name()));
        let made = writing.moment(record.voucher.made_at_ms);
        let values = [
            ("number", record.voucher.number.as_ref()),
            ("reason", &record.voucher.reason),
            ("maker", maker),
            ("made", &made),
            ("checker", checker),
            ("state", &state),
        ];
        let key = match record.voucher.undoes {
            Some(_) => "voucher-line-reversal",
            None => "voucher-line",
        };
        writing.with(key, &values)
    };
    file.vouchers.iter().map(line).collect()
}

/// The page on which a reversal is looked at and reasoned.
async fn ask(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let page = reversal_page(web, asked, &id, &Posted::default(), &Mistakes::none())?;
        Ok(html(&page))
    })
    .await
}

fn reversal_page(
    web: &Web,
    asked: &Asked,
    id: &str,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().ledger_entry(actor, transfer_id(id)?)?;
    if let Some(code) = file.keeps {
        return Err(AppError::refused(code, ""));
    }
    let title = writing.w("ledger-reverse");
    let page = web.page(asked, Section::Ledger, title.clone());
    let today = web.office().today().to_string();
    let fields = vec![
        Field::line(writing, "hari", "voucher-day").answered(today),
        Field::new(writing, "alasan", "voucher-reason", Control::Lines(3)),
    ];
    let action = format!("/buku/transaksi/{id}/balik");
    let mut form = Form::new(&page, &action, "voucher-send", fields);
    if posted.has("hari") {
        form = form.filled(posted, mistakes);
    }
    let transfer = &file.entry.transfer;
    let mut page = FormPage::new(page, title, form)
        .with_back(&format!("/buku/transaksi/{id}"), "ledger-entry-back");
    let amount = figures_and_words(transfer.amount, writing);
    let (debit, credit) = (named(&file.entry.credit), named(&file.entry.debit));
    let values = [("amount", &*amount), ("debit", &*debit), ("credit", &*credit)];
    page.lead.push(writing.with("voucher-reverse-lead", &values));
    page.lead.push(writing.w("voucher-two-people"));
    Ok(page)
}

/// Puts the reversal forward.
async fn reverse(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let day = day_of(posted.get("hari"));
        if day.is_none() {
            mistakes.add("hari", writing.w("voucher-day-wrong"));
        }
        if posted.get("alasan").is_empty() {
            mistakes.add("alasan", writing.w("voucher-reason-missing"));
        }
        let Some(day) = day.filter(|_| mistakes.is_empty()) else {
            return Ok(unfit(html(&reversal_page(web, asked, &id, &posted, &mistakes)?)));
        };
        let (id, reason) = (transfer_id(&id)?, posted.get("alasan"));
        match web.office().propose_reversal(&signed.actor, id, day, reason) {
            Ok(made) => Ok(sent(&made, id, writing)),
            Err(error) => match super::entry::field_of(&error) {
                Some(field) => {
                    let field = if field == "hari" { field } else { "alasan" };
                    mistakes.add(field, sentence(&error, writing));
                    let page = reversal_page(web, asked, &id.to_string(), &posted, &mistakes)?;
                    Ok(unfit(html(&page)))
                }
                None => Err(error),
            },
        }
    })
    .await
}

/// On to the entry, which says that its reversal waits.
fn sent(_: &VoucherShown, id: Id<kind::Transfer>, writing: Writing) -> Response {
    let done = [("usul".to_owned(), "ya".to_owned())];
    Redirect::to(&writing.href(&format!("/buku/transaksi/{id}"), &done)).into_response()
}
