//! What a treasurer sends: a statement, the wish to match, an account, a receipt of BPJS.

use std::sync::Arc;

use app::bank::{
    Chain, DEFAULT_ACCOUNT, NewAccount, ReceiptRecorded, Received as Statement, bill_reference,
};
use app::error::AppError;
use app::office::Operation;
use app::staging::UPLOAD_BYTES_MAX;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Day, Rupiah};

use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::intake::sentence;
use crate::routes::{Route, Web, amount_of, answer, html, is_sure, once_more, unfit};
use crate::signed::Signed;
use crate::upload::{Received, receive};

const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;

/// Where a receipt is withdrawn.
const WITHDRAW: &str = "/bank/kuitansi/tarik";

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let pay = Operation::Pay;
    vec![
        Route::get("/bank/impor", pay, ask),
        Route::post("/bank/impor", pay, send).accepting(FORM_BYTES),
        Route::get("/bank/cocokkan", pay, ask_match),
        Route::post("/bank/cocokkan", pay, match_now),
        Route::get("/bank/rekening/baru", pay, ask_account),
        Route::post("/bank/rekening/baru", pay, add_account),
        Route::get("/bank/kuitansi", pay, ask_receipt),
        Route::post("/bank/kuitansi", pay, record_receipt),
        Route::get(WITHDRAW, pay, ask_withdrawal),
        Route::post(WITHDRAW, pay, withdraw_receipt),
    ]
}

async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&upload_page(web, asked, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

fn upload_page(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Bank, writing.w("bank-import"));
    let accounts = web.office().bank_accounts(asked.actor()?)?;
    let choices = accounts.iter().map(|account| {
        let text = format!("{} {} {}", account.name, account.bank, account.number);
        Choice::new(&*account.code, text.trim())
    });
    let fields = vec![
        Field::new(writing, "rekening", "bank-account-code", Control::Select(choices.collect()))
            .answered(DEFAULT_ACCOUNT),
        Field::new(
            writing,
            "berkas",
            "bank-file",
            Control::File { accept: ".csv,.xlsx,.xls,.ods,.sta,.940,.mt940,.txt,.xml" },
        ),
        Field::line(writing, "kolom", "bank-layout").optional(writing),
    ];
    let form = Form::new(&page, "/bank/impor", "bank-import-send", fields).filled(posted, mistakes);
    let mut shown =
        FormPage::new(page, writing.w("bank-import"), form).with_back("/bank", "bank-back");
    shown.lead = vec![writing.w("bank-import-lead")];
    Ok(shown)
}

/// Takes a statement in.
async fn send(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let Received { posted, file, problem } = received;
        let again = |error: AppError| {
            let mut mistakes = Mistakes::none();
            let about_columns = error.code == "LAYOUT_UNREADABLE";
            mistakes.add(if about_columns { "kolom" } else { "berkas" }, sentence(asked, &error));
            let page = upload_page(web, asked, &posted, &mistakes)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
        };
        if let Some(problem) = problem {
            return again(problem);
        }
        let Some(file) = file.filter(|file| !file.name.is_empty()) else {
            return again(AppError::usage("UPLOAD_MISSING", ""));
        };
        let content =
            std::fs::read(&file.path).map_err(|_| AppError::usage("UPLOAD_BROKEN", ""))?;
        let account = posted.get("rekening");
        let statement = Statement { account, content: &content, layout: Some(posted.get("kolom")) };
        match web.office().receive_statement(&signed.actor, &statement) {
            Ok(receipt) => Ok(html(&receipt_page(web, asked, &receipt))),
            Err(error) => again(error),
        }
    })
    .await
}

/// What became of a statement.
fn receipt_page(web: &Web, asked: &Asked, receipt: &app::bank::StatementReceipt) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::Bank, writing.w("bank-import-done"));
    let mut pieces = Vec::new();
    let gap = match receipt.chain {
        Chain::Gap(gap) => writing.rupiah(gap),
        _ => String::new(),
    };
    let chain = writing.with(&format!("bank-chain-{}", receipt.chain.name()), &[("gap", &gap)]);
    let count = writing.number(receipt.new);
    let new = writing.with("bank-new-lines", &[("count", &count)]);
    pieces.push(Piece::Notice(match receipt.is_new {
        true if matches!(receipt.chain, Chain::Gap(_)) => Notice::warning(chain.clone(), new),
        true => Notice::done(new, chain.clone()),
        false => Notice::info(writing.w("bank-import-known"), String::new()),
    }));
    let amount = |amount: Option<Rupiah>| match amount {
        Some(amount) => format!("{} ({})", writing.rupiah(amount), amount.in_words()),
        None => "–".to_owned(),
    };
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let facts = vec![
        fact("bank-account-code", receipt.account.to_string()),
        fact("bank-format", writing.w(&format!("bank-format-{}", receipt.format))),
        fact("bank-lines-count", writing.number(receipt.lines)),
        fact("bank-opening", amount(receipt.opening)),
        fact("bank-closing", amount(receipt.closing)),
    ];
    pieces.push(Piece::Facts(Facts::dense(writing, facts)));
    if receipt.remembered {
        let account = [("account", &*receipt.account)];
        pieces.push(Piece::Words(writing.with("bank-columns-kept", &account)));
    }
    pieces.push(Piece::Link(writing.href("/bank/cocokkan", &[]), writing.w("bank-match")));
    let back = Some((writing.href("/bank", &[]), writing.w("bank-back")));
    Plain { page, back, lead: String::new(), pieces }
}

/// What matching would do, before it is done.
async fn ask_match(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let matched = web.office().preview_payments(&signed.actor)?;
        let page = web.page(asked, Section::Bank, writing.w("bank-match"));
        let sum = matched.matches.iter().try_fold(Rupiah::ZERO, |sum, one| sum.plus(one.amount));
        let sum = sum.map_err(|_| AppError::refused("TOO_MUCH_MONEY", ""))?;
        let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
        let facts = vec![
            fact("bank-matched", writing.number(matched.matches.len() as u64)),
            fact("bank-to-post", format!("{} ({})", writing.rupiah(sum), sum.in_words())),
            fact("bank-suggested", writing.number(matched.suggestions.len() as u64)),
            fact("bank-breaks", writing.number(matched.breaks.len() as u64)),
            fact("bank-unpaid", writing.number(matched.unpaid.len() as u64)),
        ];
        let mut pieces = vec![Piece::Facts(Facts::new(writing, facts))];
        match matched.matches.is_empty() {
            true => pieces.push(Piece::Words(writing.w("bank-match-nothing"))),
            false => {
                let form = Form::new(&page, "/bank/cocokkan", "bank-match-send", Vec::new());
                pieces.push(Piece::Form(form));
            }
        }
        let back = Some((writing.href("/bank", &[]), writing.w("bank-back")));
        Ok(html(&Plain { page, back, lead: writing.w("bank-match-lead"), pieces }))
    })
    .await
}

/// Matches, and posts what is sure.
async fn match_now(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    _posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().match_payments(&signed.actor)?;
        Ok(Redirect::to(&asked.writing().href("/bank", &[])).into_response())
    })
    .await
}

async fn ask_account(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&account_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn account_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Bank, writing.w("bank-account-new"));
    let fields = vec![
        Field::line(writing, "kode", "bank-account-code"),
        Field::line(writing, "nama", "bank-account-name"),
        Field::line(writing, "bank", "bank-account-bank").optional(writing),
        Field::line(writing, "nomor", "bank-account-number").optional(writing),
        Field::line(writing, "dana", "bank-account-fund").optional(writing),
        Field::line(writing, "kolom", "bank-layout").optional(writing),
    ];
    let form = Form::new(&page, "/bank/rekening/baru", "web-save", fields).filled(posted, mistakes);
    FormPage::new(page, writing.w("bank-account-new"), form)
        .with_back("/bank/rekening", "bank-accounts-back")
}

/// Adds an account.
async fn add_account(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let new = NewAccount {
            code: posted.get("kode"),
            name: posted.get("nama"),
            bank: posted.get("bank"),
            number: posted.get("nomor"),
            fund: posted.get("dana"),
            layout: posted.get("kolom"),
        };
        match web.office().add_bank_account(&signed.actor, &new) {
            Ok(_) => {
                let place = asked.writing().href("/bank/rekening", &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) => {
                let field = match error.code.as_str() {
                    "CODE_TAKEN" | "BANK_ACCOUNT_CODE_UNFIT" => "kode",
                    "BANK_ACCOUNT_NAME_UNFIT" => "nama",
                    "BANK_UNKNOWN" => "bank",
                    "BANK_NUMBER_UNFIT" => "nomor",
                    "FUND_UNKNOWN" => "dana",
                    "LAYOUT_UNREADABLE" => "kolom",
                    _ => return Err(error),
                };
                let mut mistakes = Mistakes::none();
                mistakes.add(field, sentence(asked, &error));
                Ok(unfit(html(&account_page(web, asked, &posted, &mistakes))))
            }
        }
    })
    .await
}

async fn ask_receipt(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&ask_receipt_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn ask_receipt_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Bank, writing.w("bank-receipt-new"));
    let fields = vec![
        Field::line(writing, "tagihan", "bank-receipt-bill"),
        Field::line(writing, "nomor", "bank-receipt-number"),
        Field::line(writing, "jumlah", "bank-receipt-amount"),
        Field::line(writing, "tanggal", "bank-receipt-day"),
    ];
    let form = Form::new(&page, "/bank/kuitansi", "web-save", fields).filled(posted, mistakes);
    FormPage::new(page, writing.w("bank-receipt-new"), form)
        .with_back("/bank/rekonsiliasi", "bank-month-back")
}

/// The receipt as it will be recorded: the bill that it is for, and the amount in words.
fn receipt_check(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    receipt: &ReceiptRecorded<'_>,
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Bank, writing.w("bank-receipt-check"));
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut facts = vec![fact("bank-receipt-bill", receipt.bill.to_owned())];
    let wanted = receipt.bill.trim().to_uppercase();
    let mut bills = web.office().bills(asked.actor()?)?.into_iter();
    if let Some(bill) = bills.find(|bill| bill_reference(bill.id) == wanted) {
        facts.push(fact("web-bill-month", writing.month(bill.month)));
        facts.push(fact("web-bill-total", writing.spelled(bill.total)));
    }
    facts.extend([
        fact("bank-receipt-number", receipt.number.to_owned()),
        fact("bank-receipt-amount", writing.spelled(receipt.amount)),
        fact("bank-receipt-day", writing.day(receipt.day)),
    ]);
    let fields = ["tagihan", "nomor", "jumlah", "tanggal"];
    let form = once_more(&page, ("/bank/kuitansi", "bank-receipt-send"), posted, &fields);
    let pieces = vec![Piece::Facts(Facts::new(writing, facts)), Piece::Form(form)];
    let back = Some((writing.href("/bank/kuitansi", &[]), writing.w("check-anew")));
    Ok(Plain { page, back, lead: writing.w("check-lead"), pieces })
}

/// Records what BPJS says it received.
async fn record_receipt(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let amount = amount_of(posted.get("jumlah"));
        if amount.is_none() {
            mistakes.add("jumlah", writing.w("bank-amount-wrong"));
        }
        let day = Day::parse_iso(posted.get("tanggal"));
        if day.is_none() {
            mistakes.add("tanggal", writing.w("bank-day-wrong"));
        }
        let (Some(amount), Some(day)) = (amount, day) else {
            return Ok(unfit(html(&ask_receipt_page(web, asked, &posted, &mistakes))));
        };
        let (bill, number) = (posted.get("tagihan"), posted.get("nomor"));
        let receipt = ReceiptRecorded { bill, number, amount, day };
        if !is_sure(&posted) {
            return Ok(html(&receipt_check(web, asked, &posted, &receipt)?));
        }
        match web.office().record_receipt(&signed.actor, &receipt) {
            Ok(_) => {
                let place = back_to_month(writing, day);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) => {
                let field = match error.code.as_str() {
                    "BILL_UNKNOWN" => "tagihan",
                    "RECEIPT_UNFIT" | "RECEIPT_DIFFERS" | "TEXT_HOLDS_NIK" => "nomor",
                    _ => return Err(error),
                };
                mistakes.add(field, sentence(asked, &error));
                Ok(unfit(html(&ask_receipt_page(web, asked, &posted, &mistakes))))
            }
        }
    })
    .await
}

async fn ask_withdrawal(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&withdrawal_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn withdrawal_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Bank, writing.w("bank-receipt-withdraw"));
    let fields = vec![
        Field::line(writing, "tagihan", "bank-receipt-bill"),
        Field::line(writing, "nomor", "bank-receipt-number"),
        Field::line(writing, "alasan", "bank-receipt-why"),
    ];
    let form = Form::new(&page, WITHDRAW, "bank-receipt-withdraw", fields).filled(posted, mistakes);
    FormPage::new(page, writing.w("bank-receipt-withdraw"), form)
        .with_back("/bank/rekonsiliasi", "bank-month-back")
}

/// Withdraws a receipt that was recorded wrongly.
async fn withdraw_receipt(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let which = (posted.get("tagihan"), posted.get("nomor"));
        match web.office().withdraw_receipt(&signed.actor, which, posted.get("alasan")) {
            Ok(_) => {
                let place = asked.writing().href("/bank/rekonsiliasi", &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) => {
                let field = match error.code.as_str() {
                    "BILL_UNKNOWN" => "tagihan",
                    "RECEIPT_UNKNOWN" => "nomor",
                    "REASON_MISSING" | "TEXT_HOLDS_NIK" => "alasan",
                    _ => return Err(error),
                };
                let mut mistakes = Mistakes::none();
                mistakes.add(field, sentence(asked, &error));
                Ok(unfit(html(&withdrawal_page(web, asked, &posted, &mistakes))))
            }
        }
    })
    .await
}

fn back_to_month(writing: Writing, day: Day) -> String {
    let query = [("bulan".to_owned(), day.month_of().to_string())];
    writing.href("/bank/rekonsiliasi", &query)
}
