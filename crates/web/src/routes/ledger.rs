//! `/buku`: the trial balance of some months, the statement of an account, entries; each leads to
//! the document behind it. Entries by hand are under `ledger/entry.rs`, months under
//! `ledger/closing.rs`, the office's codes under `ledger/chart.rs`.

mod chart;
mod closing;
mod cover;
mod entry;
mod one;

use app::error::AppError;
use app::ledger::show::{
    AccountShown, AccountStatement, After, DocumentShown, EntryShown, Leads, PeriodRow,
};
use app::office::Operation;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Day, Id, Month, Rupiah};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Choice, Control, Field, Form};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const MONTH: Parameter = Parameter {
    name: "bulan",
    meaning: "The month, or the first of several.",
    shape: Shape::Month,
};

const TO: Parameter = Parameter {
    name: "sampai",
    meaning: "The last month; the first when absent.",
    shape: Shape::Month,
};

const ACCOUNT: Parameter = Parameter {
    name: "akun",
    meaning: "The account, by its own code; the first when absent.",
    shape: Shape::Text,
};

const TRIAL: View = View {
    path: "/buku",
    operation: Operation::ReadMoney,
    id: "ledger",
    section: Section::Ledger,
    columns: &[
        Column::of_data("account", Kind::Text),
        Column::new("code", "ledger-code", Kind::Text),
        Column::new("name", "ledger-account", Kind::Indonesian),
        Column::of_data("kind", Kind::Text),
        Column::of_data("role", Kind::Text),
        Column::new("owner", "ledger-owner", Kind::Text),
        Column::new("opening_rupiah", "ledger-opening", Kind::Rupiah),
        Column::new("debits_rupiah", "ledger-debits", Kind::Rupiah),
        Column::new("credits_rupiah", "ledger-credits", Kind::Rupiah),
        Column::new("closing_rupiah", "ledger-closing", Kind::Rupiah),
        Column::of_data("debits_pending_rupiah", Kind::Rupiah),
        Column::of_data("credits_pending_rupiah", Kind::Rupiah),
    ],
    meta: &[],
    parameters: &[MONTH, TO],
    load: load_trial,
};

const STATEMENT: View = View {
    path: "/buku/akun",
    operation: Operation::ReadMoney,
    id: "account-statement",
    section: Section::Ledger,
    columns: &[
        Column::of_data("transfer", Kind::Text),
        Column::new("day", "ledger-day", Kind::Day),
        Column::new("code", "ledger-why", Kind::Text),
        Column::new("document", "ledger-document", Kind::Text),
        Column::of_data("document_kind", Kind::Text),
        Column::new("contra", "ledger-contra", Kind::Indonesian),
        Column::new("debit_rupiah", "ledger-debits", Kind::Rupiah),
        Column::new("credit_rupiah", "ledger-credits", Kind::Rupiah),
        Column::new("balance_rupiah", "ledger-running", Kind::Rupiah),
        Column::of_data("maker", Kind::Text),
        Column::of_data("checker", Kind::Text),
    ],
    meta: &[
        Column::of_data("account", Kind::Text),
        Column::of_data("code", Kind::Text),
        Column::of_data("name", Kind::Text),
        Column::of_data("opening_rupiah", Kind::Rupiah),
        Column::of_data("closing_rupiah", Kind::Rupiah),
    ],
    parameters: &[ACCOUNT, MONTH, TO],
    load: load_statement,
};

const ENTRIES: View = View {
    path: "/buku/transaksi",
    operation: Operation::ReadMoney,
    id: "ledger-entries",
    section: Section::Ledger,
    columns: &[
        Column::of_data("transfer", Kind::Text),
        Column::new("day", "ledger-day", Kind::Day),
        Column::of_data("month", Kind::Month),
        Column::new("code", "ledger-why", Kind::Text),
        Column::new("kind", "ledger-kind", Kind::Text),
        Column::of_data("debit_account", Kind::Text),
        Column::new("debit", "ledger-debit", Kind::Indonesian),
        Column::of_data("credit_account", Kind::Text),
        Column::new("credit", "ledger-credit", Kind::Indonesian),
        Column::new("amount_rupiah", "ledger-amount", Kind::Rupiah),
        Column::new("document", "ledger-document", Kind::Text),
        Column::of_data("document_kind", Kind::Text),
        Column::new("maker", "ledger-maker", Kind::Text),
        Column::new("checker", "ledger-checker", Kind::Text),
        Column::of_data("rulebook", Kind::Text),
    ],
    meta: &[],
    parameters: &[MONTH, TO],
    load: load_entries,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let views = [TRIAL, STATEMENT, ENTRIES].into_iter().flat_map(View::routes);
    let mut routes: Vec<Route> = views.collect();
    routes.push(Route::get("/buku/akun/{code}", Operation::ReadMoney, to_statement));
    routes.extend(one::routes());
    routes.extend(entry::routes());
    routes.extend(closing::routes());
    routes.extend(chart::routes());
    routes.extend(cover::routes());
    routes
}

/// The address of an account leads to its statement.
async fn to_statement(Path(code): Path<String>, asked: Asked) -> Response {
    let query = [("akun".to_owned(), code)];
    Redirect::to(&asked.writing().href("/buku/akun", &query)).into_response()
}

/// The months that an address asks for; none when it names none, or nothing that is one.
fn asked_months(asked: &Asked) -> Option<(Month, Month)> {
    let read = |name: &str| asked.value(name).and_then(Month::parse);
    let first = read("bulan")?;
    Some((first, read("sampai").filter(|last| *last >= first).unwrap_or(first)))
}

/// The same, or the present month.
fn months_or_now(web: &Web, asked: &Asked) -> (Month, Month) {
    let this = web.office().today().month_of();
    asked_months(asked).unwrap_or((this, this))
}

/// The questions for which months.
fn month_fields(asked: &Asked) -> Vec<Field> {
    let writing = asked.writing();
    let field = |name: &'static str, key: &str| {
        let value = asked.value(name).unwrap_or_default();
        Field::line(writing, name, key).answered(value).optional(writing)
    };
    vec![field("bulan", "ledger-from-month"), field("sampai", "ledger-to-month")]
}

/// "Oktober 2022", "Oktober 2022 – Desember 2022", or everything.
fn months_words(months: Option<(Month, Month)>, writing: Writing) -> String {
    match months {
        None => writing.w("ledger-all-months"),
        Some((first, last)) if first == last => writing.month(first),
        Some((first, last)) => format!("{} – {}", writing.month(first), writing.month(last)),
    }
}

fn load_trial(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let months = asked_months(asked);
    let balance = web.office().period_balance(actor, months)?;
    let rows = balance.rows.iter().map(|row| trial_row(row, asked, writing)).collect();
    let (rows, more) = window.cut(rows);
    let page = web.page(asked, Section::Ledger, String::new());
    let words = months_words(months, writing);
    let (opening, moved, pending) = balance.total;
    let even = opening.net_debit() == Rupiah::ZERO && moved.net_debit() == Rupiah::ZERO;
    let proof = writing.w(if even { "ledger-balanced" } else { "ledger-uneven" });
    let mut total = vec![Cell::Empty; TRIAL.columns.len()];
    total[2] = Cell::text(writing.w("ledger-total"));
    total[6] = Cell::Rupiah(opening.net_debit());
    total[7] = Cell::Rupiah(moved.debits);
    total[8] = Cell::Rupiah(moved.credits);
    total[9] = Cell::Rupiah(Rupiah(opening.net_debit().0 + moved.net_debit().0));
    total[10] = Cell::Rupiah(pending.debits);
    total[11] = Cell::Rupiah(pending.credits);
    let heading = writing.w("ledger-heading");
    let title = months.map_or_else(|| heading.clone(), |_| format!("{heading} – {words}"));
    Ok(Listing {
        title,
        lead: format!("{} {proof}", writing.w("ledger-lead")),
        form: Some(Form::search(&page, TRIAL.path, "web-show", month_fields(asked))),
        caption: writing.with("ledger-caption", &[("months", &words)]),
        empty: writing.w("ledger-empty"),
        rows,
        more,
        total,
        notes_heading: writing.w("ledger-more"),
        notes: notes(web, asked, moved.debits, writing),
        links: places(asked, writing),
        signers: signers(writing),
        ..Listing::default()
    })
}

/// Who signs papers of the books.
pub(super) fn signers(writing: Writing) -> Vec<String> {
    ["ledger-maker", "ledger-checker"].map(|key| writing.w(key)).to_vec()
}

/// What else there is, each a sentence; the amount in words.
fn notes(web: &Web, asked: &Asked, moved: Rupiah, writing: Writing) -> Vec<String> {
    let words = moved.in_words();
    let mut notes = vec![writing.with("ledger-moved-words", &[("words", &words)])];
    let closed = asked.actor().and_then(|actor| web.office().closed_until(actor));
    notes.push(match closed.ok().flatten() {
        Some(day) => writing.with("ledger-closed-until", &[("day", &writing.day(day))]),
        None => writing.w("ledger-closed-none"),
    });
    notes
}

/// The other pages of the books, in the months of this one.
fn places(asked: &Asked, writing: Writing) -> Vec<(String, String)> {
    let months = asked.query.iter().filter(|(name, _)| ["bulan", "sampai"].contains(&&**name));
    let months: Vec<(String, String)> = months.cloned().collect();
    vec![
        (writing.href("/buku/transaksi", &months), writing.w("ledger-entries")),
        (writing.href("/buku/tutup", &[]), writing.w("period-heading")),
        (writing.href("/buku/bagan", &[]), writing.w("chart-heading")),
        (writing.href("/buku/perlindungan", &[]), writing.w("cover-to-list")),
    ]
}

fn trial_row(row: &PeriodRow, asked: &Asked, writing: Writing) -> Row {
    let shown = &row.account;
    let href = statement_href(shown, asked, writing);
    let closing = Rupiah(row.opening.net_debit().0 + row.moved.net_debit().0);
    let cells = vec![
        Cell::text(&*shown.account.code),
        Cell::Link(shown.title.code.to_string(), href),
        Cell::text(&*shown.title.name),
        Cell::text(shown.account.kind.name()),
        Cell::text(shown.role),
        Cell::text(&*shown.owner),
        Cell::Rupiah(row.opening.net_debit()),
        Cell::Rupiah(row.moved.debits),
        Cell::Rupiah(row.moved.credits),
        Cell::Rupiah(closing),
        Cell::Rupiah(row.pending.debits),
        Cell::Rupiah(row.pending.credits),
    ];
    let group = writing.w(&format!("account-kind-{}", shown.account.kind.name()));
    Row { group, ..Row::new(shown.account.code.to_string(), cells) }
}

/// The statement of an account over the months of the page.
fn statement_href(shown: &AccountShown, asked: &Asked, writing: Writing) -> String {
    let mut query = vec![("akun".to_owned(), shown.account.code.to_string())];
    for name in ["bulan", "sampai"] {
        query.extend(asked.value(name).map(|value| (name.to_owned(), value.to_owned())));
    }
    writing.href(STATEMENT.path, &query)
}

fn load_statement(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let accounts = web.office().ledger_accounts(actor)?;
    let asked_for = asked.value("akun").filter(|code| !code.is_empty());
    let code = asked_for.map(str::to_owned);
    let code = code.or_else(|| accounts.first().map(|one| one.account.code.to_string()));
    let Some(code) = code else {
        return Ok(Listing {
            title: writing.w("ledger-statement"),
            empty: writing.w("ledger-empty"),
            ..Listing::default()
        });
    };
    let months = months_or_now(web, asked);
    let most = u32::try_from(window.rows).unwrap_or(u32::MAX - 1);
    let found = web.office().account_statement(actor, &code, months, after(window), most)?;
    let choice = |one: &AccountShown| {
        let text = format!("{} {} · {}", one.title.code, one.title.name, one.owner);
        Choice::new(&*one.account.code, text)
    };
    let choices = accounts.iter().map(choice).collect();
    let account = Field::new(writing, "akun", "ledger-account", Control::Select(choices));
    let mut fields = vec![account.answered(code.clone())];
    fields.extend(month_fields(asked));
    let page = web.page(asked, Section::Ledger, String::new());
    let rows = found
        .entries
        .iter()
        .map(|(one, running)| statement_row(web, &found.account, one, *running, writing));
    let (opening, closing) = (found.opening.net_debit(), found.closing.net_debit());
    Ok(Listing {
        title: writing.w("ledger-statement"),
        heading: format!("{} {}", found.account.title.code, found.account.title.name),
        lead: statement_lead(&found, writing),
        form: Some(Form::search(&page, STATEMENT.path, "web-show", fields)),
        caption: writing.with(
            "ledger-statement-caption",
            &[("months", &months_words(Some(months), writing)), ("owner", &found.account.owner)],
        ),
        empty: writing.w("ledger-statement-empty"),
        rows: rows.collect(),
        more: found.more,
        meta: vec![
            Cell::text(&*found.account.account.code),
            Cell::text(&*found.account.title.code),
            Cell::text(&*found.account.title.name),
            Cell::Rupiah(opening),
            Cell::Rupiah(closing),
        ],
        state: vec![
            ("akun".to_owned(), code),
            ("bulan".to_owned(), months.0.to_string()),
            ("sampai".to_owned(), months.1.to_string()),
        ],
        signers: signers(writing),
        ..Listing::default()
    })
}

/// What the account had before and what it has after, in figures and in words.
fn statement_lead(found: &AccountStatement, writing: Writing) -> String {
    let (opening, closing) = (found.opening.net_debit(), found.closing.net_debit());
    let words = Rupiah(closing.0.saturating_abs()).in_words();
    let values = [
        ("opening", writing.rupiah(opening)),
        ("closing", writing.rupiah(closing)),
        ("words", words),
    ];
    let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
    writing.with("ledger-statement-lead", &values)
}

/// Where a page of entries begins: after the transfer that its key names.
fn after(window: &Window) -> Option<After> {
    let (day, id) = window.after.as_deref()?.split_once(' ')?;
    Some((Day::parse_iso(day)?, Id::parse(id).ok()?))
}

/// The key of an entry, by which the next page begins.
fn key(shown: &EntryShown) -> String {
    format!("{} {}", shown.transfer.day, shown.transfer.id)
}

fn statement_row(
    web: &Web,
    account: &AccountShown,
    shown: &EntryShown,
    running: Rupiah,
    writing: Writing,
) -> Row {
    let transfer = &shown.transfer;
    let ours = transfer.debit == account.account.id;
    let contra = if ours { &shown.credit } else { &shown.debit };
    let amount = Cell::Rupiah(transfer.amount);
    let (debit, credit) = if ours { (amount, Cell::Empty) } else { (Cell::Empty, amount) };
    let cells = vec![
        Cell::Text(transfer.id.to_string()),
        Cell::Day(transfer.day),
        why(shown, writing),
        document_cell(web, &shown.document, writing),
        Cell::text(shown.document.kind),
        Cell::text(named(contra)),
        debit,
        credit,
        Cell::Rupiah(running),
        Cell::text(&*shown.maker),
        Cell::text(&*shown.checker),
    ];
    Row::new(key(shown), cells)
}

fn load_entries(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let months = months_or_now(web, asked);
    let most = u32::try_from(window.rows).unwrap_or(u32::MAX - 1);
    let found = web.office().ledger_entries(actor, months, after(window), most)?;
    let page = web.page(asked, Section::Ledger, String::new());
    let may_write = web.may_somewhere(actor, Operation::Pay);
    let write = || (writing.href("/buku/jurnal", &[]), writing.w("voucher-new"));
    let rows = found.entries.iter().map(|shown| entry_row(web, shown, writing));
    Ok(Listing {
        title: writing.w("ledger-entries"),
        lead: writing.w("ledger-entries-lead"),
        action: may_write.then(write),
        form: Some(Form::search(&page, ENTRIES.path, "web-show", month_fields(asked))),
        caption: writing
            .with("ledger-caption", &[("months", &months_words(Some(months), writing))]),
        empty: writing.w("ledger-statement-empty"),
        rows: rows.collect(),
        more: found.more,
        links: vec![(writing.href("/buku", &[]), writing.w("ledger-heading"))],
        state: vec![
            ("bulan".to_owned(), months.0.to_string()),
            ("sampai".to_owned(), months.1.to_string()),
        ],
        ..Listing::default()
    })
}

fn entry_row(web: &Web, shown: &EntryShown, writing: Writing) -> Row {
    let transfer = &shown.transfer;
    let kind = writing.w(&format!("transfer-kind-{}", transfer.kind.name()));
    let cells = vec![
        Cell::Text(transfer.id.to_string()),
        Cell::Day(transfer.day),
        transfer.month.map_or(Cell::Empty, Cell::Month),
        why(shown, writing),
        Cell::Named(transfer.kind.name().to_owned(), kind),
        Cell::text(&*shown.debit.account.code),
        Cell::text(named(&shown.debit)),
        Cell::text(&*shown.credit.account.code),
        Cell::text(named(&shown.credit)),
        Cell::Rupiah(transfer.amount),
        document_cell(web, &shown.document, writing),
        Cell::text(shown.document.kind),
        Cell::text(&*shown.maker),
        Cell::text(&*shown.checker),
        Cell::text(shown.rulebook.clone()),
    ];
    Row::new(key(shown), cells)
}

/// Why it moved, leading to the entry.
fn why(shown: &EntryShown, writing: Writing) -> Cell {
    let words = writing.w(&format!("transfer-{}", shown.transfer.code.name()));
    let href = writing.href(&format!("/buku/transaksi/{}", shown.transfer.id), &[]);
    Cell::Link(words, href)
}

/// "5.1.02.02.02 Belanja iuran · rentan-2022".
fn named(shown: &AccountShown) -> String {
    format!("{} {} · {}", shown.title.code, shown.title.name, shown.owner)
}

/// Where a document is to be seen, by the addresses that exist.
fn document_href(web: &Web, shown: &DocumentShown, writing: Writing) -> Option<String> {
    let programme = |code: &str| format!("/program/{code}");
    let path = match &shown.leads {
        Leads::Fund(code) => format!("/dana/{code}"),
        Leads::Programme(code) => programme(code),
        Leads::Bill(id, _) if web.has("/tagihan/{id}") => format!("/tagihan/{id}"),
        Leads::Bill(_, code) => programme(code),
        Leads::Member(code, Some(person)) => format!("/program/{code}/orang/{person}"),
        Leads::Member(code, None) => programme(code),
        Leads::Bank(_) if web.has("/bank") => "/bank".to_owned(),
        Leads::Transfer(id) => format!("/buku/transaksi/{id}"),
        Leads::Bank(_) | Leads::Nowhere => return None,
    };
    Some(writing.href(&path, &[])).filter(|_| !shown.text.is_empty())
}

fn document_cell(web: &Web, shown: &DocumentShown, writing: Writing) -> Cell {
    let words = document_words(shown, writing);
    match document_href(web, shown, writing) {
        Some(href) => Cell::Link(words, href),
        None => Cell::text(words),
    }
}

/// "Tagihan PYG… 2022-10".
fn document_words(shown: &DocumentShown, writing: Writing) -> String {
    format!("{} {}", writing.w(&format!("document-{}", shown.kind)), shown.text)
}

/// An amount in figures and in words.
fn figures_and_words(amount: Rupiah, writing: Writing) -> String {
    writing.spelled(amount)
}
