//! `/buku/jurnal`: an entry written by hand: the form, the page on which it is looked at once more,
//! and its way to a second person.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::ledger::show::{AccountKind, AccountShown};
use app::ledger::vouchers::{EntryTyped, VoucherShown};
use app::office::Operation;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Day, Month, Rupiah};

use super::{figures_and_words, named};
use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, amount_of, answer, day_of, html, sentence, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let pay = Operation::Pay;
    vec![
        Route::get("/buku/jurnal", pay, ask),
        Route::post("/buku/jurnal", pay, check),
        Route::post("/buku/jurnal/kirim", pay, send),
    ]
}

/// The questions, in the order of the form.
const FIELDS: [&str; 7] = ["debet", "kredit", "jumlah", "hari", "bulan", "nomor", "alasan"];

/// The form.
async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&form_page(web, asked, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

fn form_page(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let accounts = web.office().ledger_accounts(actor)?;
    // A budget is moved by its own acts alone.
    let free = |one: &&AccountShown| one.account.kind != AccountKind::Budget;
    let choices = || -> Vec<Choice> {
        let ours = accounts.iter().filter(free);
        ours.map(|one| Choice::new(&*one.account.code, named(one))).collect()
    };
    let fields = vec![
        Field::new(writing, "debet", "ledger-debit", Control::Select(choices())),
        Field::new(writing, "kredit", "ledger-credit", Control::Select(choices())),
        Field::line(writing, "jumlah", "ledger-amount"),
        Field::line(writing, "hari", "voucher-day").answered(web.office().today().to_string()),
        Field::line(writing, "bulan", "ledger-month").optional(writing),
        Field::line(writing, "nomor", "voucher-number").optional(writing),
        Field::new(writing, "alasan", "voucher-reason", Control::Lines(3)),
    ];
    let title = writing.w("voucher-new");
    let page = web.page(asked, Section::Ledger, title.clone());
    let mut form = Form::new(&page, "/buku/jurnal", "voucher-look", fields);
    if posted.has("debet") {
        form = form.filled(posted, mistakes);
    }
    let mut page =
        FormPage::new(page, title, form).with_back("/buku/transaksi", "ledger-entries-back");
    page.lead.push(writing.w("voucher-new-lead"));
    Ok(page)
}

/// What was typed, as far as it can be read.
struct Typed {
    amount: Rupiah,
    day: Day,
    month: Option<Month>,
}

fn read(posted: &Posted, mistakes: &mut Mistakes, writing: Writing) -> Option<Typed> {
    let amount = amount_of(posted.get("jumlah")).filter(|amount| *amount > Rupiah::ZERO);
    if amount.is_none() {
        mistakes.add("jumlah", writing.w("voucher-amount-wrong"));
    }
    let day = day_of(posted.get("hari"));
    if day.is_none() {
        mistakes.add("hari", writing.w("voucher-day-wrong"));
    }
    let (month, text) = (Month::parse(posted.get("bulan")), posted.get("bulan"));
    if month.is_none() && !text.is_empty() {
        mistakes.add("bulan", writing.w("voucher-month-wrong"));
    }
    if posted.get("alasan").is_empty() {
        mistakes.add("alasan", writing.w("voucher-reason-missing"));
    }
    match mistakes.is_empty() {
        true => Some(Typed { amount: amount?, day: day?, month }),
        false => None,
    }
}

fn entry_of<'p>(posted: &'p Posted, typed: &Typed) -> EntryTyped<'p> {
    EntryTyped {
        debit: posted.get("debet"),
        credit: posted.get("kredit"),
        amount: typed.amount,
        day: typed.day,
        month: typed.month,
        number: posted.get("nomor"),
        reason: posted.get("alasan"),
    }
}

/// Shows what would be put forward, in figures and in words.
async fn check(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let Some(typed) = read(&posted, &mut mistakes, writing) else {
            return Ok(unfit(html(&form_page(web, asked, &posted, &mistakes)?)));
        };
        match web.office().check_entry(&signed.actor, &entry_of(&posted, &typed)) {
            Ok(shown) => Ok(html(&check_page(web, asked, &posted, &shown))),
            Err(error) => refused(web, asked, &posted, mistakes, error),
        }
    })
    .await
}

/// The form once more with what a use case has against it.
fn refused(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    mut mistakes: Mistakes,
    error: AppError,
) -> Result<Response, AppError> {
    match field_of(&error) {
        Some(field) => {
            mistakes.add(field, sentence(&error, asked.writing()));
            Ok(unfit(html(&form_page(web, asked, posted, &mistakes)?)))
        }
        None => Err(error),
    }
}

fn check_page(web: &Web, asked: &Asked, posted: &Posted, shown: &VoucherShown) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::Ledger, writing.w("voucher-check"));
    let voucher = &shown.record.voucher;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let text = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    let month = voucher.month.map(|month| writing.month(month)).unwrap_or_default();
    let facts = vec![
        fact("ledger-debit", named(&shown.debit)),
        fact("ledger-credit", named(&shown.credit)),
        fact("ledger-amount", figures_and_words(voucher.amount, writing)),
        fact("voucher-day", writing.day(voucher.day)),
        fact("ledger-month", text(&month)),
        fact("voucher-number", text(&voucher.number)),
        fact("voucher-reason", text(&voucher.reason)),
    ];
    let mut form = Form::new(&page, "/buku/jurnal/kirim", "voucher-send", Vec::new());
    for name in FIELDS {
        form = form.with_hidden(name, posted.get(name));
    }
    form.other = Some((writing.href("/buku/jurnal", &[]), writing.w("voucher-anew")));
    let pieces = vec![
        Piece::Facts(Facts::new(writing, facts)),
        Piece::Words(writing.w("voucher-two-people")),
        Piece::Form(form),
        Piece::Signatures(super::signers(writing)),
    ];
    let back = Some((writing.href("/buku/transaksi", &[]), writing.w("ledger-entries-back")));
    Plain { page, back, lead: String::new(), pieces }
}

/// Puts it forward.
async fn send(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let Some(typed) = read(&posted, &mut mistakes, writing) else {
            return Ok(unfit(html(&form_page(web, asked, &posted, &mistakes)?)));
        };
        match web.office().propose_entry(&signed.actor, &entry_of(&posted, &typed)) {
            Ok(shown) => {
                let href = writing.href(&format!("/tugas/{}", shown.task()), &[]);
                Ok(Redirect::to(&href).into_response())
            }
            Err(error) => refused(web, asked, &posted, mistakes, error),
        }
    })
    .await
}

/// The question that a refusal is about.
pub(super) fn field_of(error: &AppError) -> Option<&'static str> {
    let known = matches!(
        error.kind,
        ErrorKind::Refused | ErrorKind::Conflict | ErrorKind::Usage | ErrorKind::NotFound
    );
    match error.code.as_str() {
        _ if !known => None,
        "ACCOUNT_UNKNOWN"
        | "VOUCHER_ONE_ACCOUNT"
        | "VOUCHER_ON_BUDGET"
        | "VOUCHER_ON_CONTRIBUTION" => Some("debet"),
        "VOUCHER_AMOUNT" | "LEDGER_REFUSED" => Some("jumlah"),
        "PERIOD_CLOSED" => Some("hari"),
        "TEXT_TOO_LONG" => Some("nomor"),
        "REASON_MISSING" | "TEXT_HOLDS_NIK" | "ALREADY_REVERSED" => Some("alasan"),
        _ => None,
    }
}
