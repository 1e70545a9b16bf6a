//! `/buku/perlindungan`: who was covered on a day by what was known on a day, as a list with its
//! twins and a PDF; and `/peserta/{id}/perlindungan`: one person with everything that stands behind
//! the answer.

use app::cover::evidence::CoverEvidence;
use app::cover::known::{
    CoverAsked, CoverFile, CoverList, CoverMoment, CoverRow, CoverScope, CoverState, CoverWhy,
    SchemeCover,
};
use app::cover::{
    counts_words, death_words, evidence_facts, moment_words, scheme_facts, state_words, why_words,
};
use app::error::AppError;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::Response;
use base::{Day, Id};
use std::sync::Arc;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Fact, Facts, Field, Form, Notice, Piece, Plain};
use crate::routes::people::person_id;
use crate::routes::plan::attachment;
use crate::routes::{Route, Web, answer, html};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const ON: Parameter = Parameter {
    name: "hari",
    meaning: "The day asked about; today when absent.",
    shape: Shape::Day,
};

const KNOWN: Parameter = Parameter {
    name: "diketahui",
    meaning: "By what was known at the end of this day; now when absent.",
    shape: Shape::Day,
};

const LIST: View = View {
    path: "/buku/perlindungan",
    operation: Operation::ReadMoney,
    id: "cover-on-day",
    section: Section::Ledger,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "people-name", Kind::Text),
        Column::new("nik", "people-nik", Kind::Text),
        Column::new("village", "people-village", Kind::Text),
        Column::new("programmes", "cover-programmes", Kind::Text),
        Column::new("state", "cover-overall", Kind::Text),
        Column::new("why", "cover-why-head", Kind::Text),
        Column::of_data("jkk", Kind::Text),
        Column::of_data("jkm", Kind::Text),
        Column::of_data("jht", Kind::Text),
    ],
    meta: &[
        Column::of_data("on", Kind::Day),
        Column::of_data("known_at", Kind::Day),
        Column::of_data("people", Kind::Count),
        Column::of_data("active", Kind::Count),
        Column::of_data("grace", Kind::Count),
        Column::of_data("lapsed", Kind::Count),
        Column::of_data("not_covered", Kind::Count),
        Column::of_data("log_size", Kind::Count),
        Column::of_data("log_root", Kind::Text),
        Column::of_data("hash", Kind::Text),
    ],
    parameters: &[
        Parameter {
            name: "program",
            meaning: "Only people of this programme, by its code; of all when absent.",
            shape: Shape::Text,
        },
        ON,
        KNOWN,
        Parameter {
            name: "keadaan",
            meaning: "Only people whose worst scheme has this state.",
            shape: Shape::OneOf(&["active", "grace", "lapsed", "not-covered"]),
        },
    ],
    load: load_list,
};

const EVIDENCE: View = View {
    path: "/buku/perlindungan/bukti",
    operation: Operation::ReadMoney,
    id: "cover-evidence",
    section: Section::Ledger,
    columns: &[
        Column::new("scheme", "column-scheme", Kind::Text),
        Column::new("state", "cover-overall", Kind::Text),
        Column::new("why", "cover-why-head", Kind::Text),
        Column::new("paid_month", "cover-fact-month", Kind::Month),
        Column::new("known_since", "cover-fact-known-since", Kind::Moment),
        Column::of_data("programme", Kind::Text),
        Column::of_data("membership", Kind::Text),
        Column::new("annex", "cover-fact-annex", Kind::Text),
        Column::new("bill", "cover-fact-bill", Kind::Text),
        Column::of_data("bill_revision", Kind::Count),
        Column::new("rupiah", "cover-fact-amount", Kind::Rupiah),
        Column::new("transfer", "cover-fact-entry", Kind::Text),
        Column::of_data("maker", Kind::Text),
        Column::of_data("checker", Kind::Text),
        Column::of_data("rulebook", Kind::Text),
        Column::of_data("line", Kind::Text),
        Column::of_data("notice", Kind::Text),
        Column::of_data("receipt", Kind::Text),
        Column::of_data("audit_leaves", Kind::Text),
        Column::new("later", "cover-fact-later", Kind::Text),
    ],
    meta: &[
        Column::of_data("person", Kind::Text),
        Column::of_data("on", Kind::Day),
        Column::of_data("known_at", Kind::Day),
        Column::of_data("log_size", Kind::Count),
        Column::of_data("log_root", Kind::Text),
        Column::of_data("hash", Kind::Text),
    ],
    parameters: &[
        Parameter { name: "orang", meaning: "The person, by identifier.", shape: Shape::Text },
        ON,
        KNOWN,
    ],
    load: load_evidence,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let views = [LIST, EVIDENCE].into_iter().flat_map(View::routes);
    let mut routes: Vec<Route> = views.collect();
    let read = Operation::ReadMoney;
    routes.extend([
        Route::get("/buku/perlindungan.pdf", read, print_list),
        Route::get("/peserta/{id}/perlindungan", read, show),
        Route::get("/peserta/{id}/perlindungan.pdf", read, print),
    ]);
    routes
}

/// The days that an address asks for.
///
/// # Errors
/// `NOT_A_DAY`.
fn asked_days(asked: &Asked) -> Result<CoverAsked, AppError> {
    let read = |name: &str| {
        let text = asked.value(name).filter(|text| !text.is_empty());
        text.map(|text| Day::parse_iso(text).ok_or_else(|| AppError::usage("NOT_A_DAY", text)))
            .transpose()
    };
    Ok(CoverAsked { on: read("hari")?, known_at: read("diketahui")? })
}

/// The questions for which days.
fn day_fields(asked: &Asked) -> Vec<Field> {
    let writing = asked.writing();
    let field = |name: &'static str, key: &str| {
        let value = asked.value(name).unwrap_or_default();
        Field::line(writing, name, key).answered(value).optional(writing)
    };
    vec![field("hari", "cover-day"), field("diketahui", "cover-known-at")]
}

/// The state of the address in full.
fn state_of(moment: &CoverMoment) -> Vec<(String, String)> {
    vec![
        ("hari".to_owned(), moment.on.to_string()),
        ("diketahui".to_owned(), moment.known_at.to_string()),
    ]
}

fn scope_of<'a>(asked: &'a Asked, window: Option<&Window>) -> Result<CoverScope<'a>, AppError> {
    let after = window.and_then(|window| window.after.as_deref());
    Ok(CoverScope {
        programme: asked.value("program").filter(|code| !code.is_empty()),
        asked: asked_days(asked)?,
        state: asked.value("keadaan").and_then(CoverState::from_name),
        after: after.and_then(|key| Id::parse(key).ok()),
        most: window.map_or(usize::MAX, |window| window.rows),
    })
}

fn load_list(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let scope = scope_of(asked, Some(window))?;
    let list = web.office().cover_list(actor, &scope)?;
    let rows = list.rows.iter().map(|row| list_row(web, row, &list.moment, writing));
    let page = web.page(asked, Section::Ledger, String::new());
    let value = asked.value("program").unwrap_or_default();
    let programme = Field::line(writing, "program", "cover-programme");
    let mut fields = vec![programme.answered(value).optional(writing)];
    fields.extend(day_fields(asked));
    let words = writing.words();
    let mut state = state_of(&list.moment);
    for name in ["program", "keadaan"] {
        state.extend(asked.value(name).map(|value| (name.to_owned(), value.to_owned())));
    }
    Ok(Listing {
        title: writing.w("cover-known-heading"),
        lead: format!("{} {}.", writing.w("cover-known-lead"), moment_words(&list.moment, words)),
        action: Some((writing.href("/buku/perlindungan.pdf", &state), writing.w("cover-download"))),
        form: Some(Form::search(&page, LIST.path, "cover-show", fields)),
        caption: counts_words(&list, words),
        facets: vec![states(writing)],
        empty: writing.w("cover-known-empty"),
        rows: rows.collect(),
        more: list.more,
        meta: list_meta(&list),
        links: vec![(writing.href("/buku", &[]), writing.w("ledger-heading"))],
        state,
        ..Listing::default()
    })
}

/// All of them, or those of one state.
fn states(writing: Writing) -> Facet {
    let mut choices = vec![(String::new(), writing.w("web-all"), None)];
    for state in CoverState::ALL {
        let words = state_words(state, writing.words());
        choices.push((state.name().to_owned(), words, None));
    }
    Facet { head: writing.w("cover-overall"), name: "keadaan", choices }
}

fn list_meta(list: &CoverList) -> Vec<Cell> {
    let count = |state: CoverState| {
        Cell::Count(list.counts.by_state.get(&state).copied().unwrap_or_default())
    };
    let mut meta = vec![
        Cell::Day(list.moment.on),
        Cell::Day(list.moment.known_at),
        Cell::Count(list.counts.people),
    ];
    meta.extend(CoverState::ALL.map(count));
    meta.push(Cell::Count(list.log.size));
    meta.push(Cell::Text(app::prints::hex(&list.log.root)));
    meta.push(Cell::Text(app::prints::hex(&list.hash)));
    meta
}

fn state_cell(why: &CoverWhy, writing: Writing) -> Cell {
    let state = why.state();
    let class = match state {
        CoverState::Active => "confirmed",
        CoverState::Grace => "",
        CoverState::Lapsed | CoverState::NotCovered => "warning",
    };
    Cell::State(state.name(), class, state_words(state, writing.words()))
}

fn list_row(web: &Web, row: &CoverRow, moment: &CoverMoment, writing: Writing) -> Row {
    let id = row.person.id;
    let href = writing.href(&format!("/peserta/{id}/perlindungan"), &state_of(moment));
    let of = |name: &str| {
        let found = row.schemes.iter().find(|(scheme, _)| scheme.name() == name);
        found.map_or(Cell::Empty, |(_, why)| Cell::text(why.state().name()))
    };
    let worst = row.worst();
    let cells = vec![
        Cell::Text(id.to_string()),
        Cell::Link(row.person.name.clone(), href),
        Cell::text(row.person.nik.clone()),
        Cell::text(web.office().place_words(row.person.place)),
        Cell::text(row.programmes.join(", ")),
        state_cell(&worst, writing),
        Cell::Named(worst.name().to_owned(), why_words(&worst, writing.words())),
        of("jkk"),
        of("jkm"),
        of("jht"),
    ];
    Row::new(id.to_string(), cells)
}

fn load_evidence(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let Some(person) = asked.value("orang").filter(|id| !id.is_empty()) else {
        return Ok(Listing {
            title: writing.w("cover-evidence-heading"),
            lead: writing.w("cover-known-lead"),
            empty: writing.w("cover-nothing-paid"),
            meta: vec![Cell::Empty; EVIDENCE.meta.len()],
            links: vec![(writing.href(LIST.path, &[]), writing.w("cover-to-list"))],
            ..Listing::default()
        });
    };
    let file = web.office().cover_on(actor, person_id(person)?, asked_days(asked)?)?;
    let rows = file.schemes.iter().map(|one| evidence_row(one, &file.moment, writing));
    let (rows, more) = window.cut(rows.collect());
    let id = file.person.id;
    let mut state = state_of(&file.moment);
    let back = writing.href(&format!("/peserta/{id}/perlindungan"), &state);
    state.push(("orang".to_owned(), id.to_string()));
    Ok(Listing {
        title: writing.w("cover-evidence-heading"),
        lead: moment_words(&file.moment, writing.words()),
        caption: format!("{} · {}", file.person.name, file.person.nik),
        empty: writing.w("cover-nothing-paid"),
        rows,
        more,
        meta: vec![
            Cell::Text(id.to_string()),
            Cell::Day(file.moment.on),
            Cell::Day(file.moment.known_at),
            Cell::Count(file.log.size),
            Cell::Text(app::prints::hex(&file.log.root)),
            Cell::Text(app::prints::hex(&file.hash)),
        ],
        links: vec![(back, writing.w("cover-to-person"))],
        state,
        ..Listing::default()
    })
}

/// Texts beside each other, or an empty cell.
fn joined(texts: impl Iterator<Item = String>) -> Cell {
    Cell::text(texts.collect::<Vec<_>>().join("; "))
}

fn evidence_row(one: &SchemeCover, moment: &CoverMoment, writing: Writing) -> Row {
    let words = writing.words();
    let mut cells = vec![
        Cell::Named(one.scheme.name().to_owned(), one.scheme.name().to_uppercase()),
        state_cell(&one.why, writing),
        Cell::Named(one.why.name().to_owned(), why_words(&one.why, words)),
    ];
    match &one.evidence {
        Some(seen) => cells.extend(evidence_cells(seen, writing)),
        None => cells.extend((0..16).map(|_| Cell::Empty)),
    }
    cells.push(joined(app::cover::other_words(one, moment, words).into_iter()));
    Row::new(one.scheme.name(), cells)
}

fn evidence_cells(seen: &CoverEvidence, writing: Writing) -> Vec<Cell> {
    let (cover, entry, bill) = (&seen.known.cover, &seen.entry, &seen.bill);
    let code = &seen.programme.0;
    let bill_href = writing.href(&format!("/tagihan/{code}/{}", bill.month), &[]);
    let entry_href = writing.href(&format!("/buku/transaksi/{}", entry.transfer), &[]);
    let annexes = seen.annexes.iter().map(|step| {
        let number = step.number.map_or("–".to_owned(), |number| number.to_string());
        format!("{} {number}", step.kind)
    });
    let notices = seen.payments.iter().filter_map(|payment| payment.notice.as_ref());
    vec![
        Cell::Month(cover.month),
        Cell::Moment(seen.known.from_ms),
        Cell::text(&**code),
        Cell::Text(seen.membership.to_string()),
        joined(annexes),
        Cell::Link(bill.reference.clone(), bill_href),
        Cell::Count(bill.revision.into()),
        Cell::Rupiah(entry.rupiah),
        Cell::Link(entry.transfer.to_string(), entry_href),
        Cell::text(&*entry.maker),
        Cell::text(&*entry.checker),
        Cell::text(entry.rulebook.clone()),
        joined(seen.payments.iter().map(|payment| payment.line.to_string())),
        joined(notices.map(|notice| notice.id.to_string())),
        joined(seen.receipts.iter().map(|(number, ..)| number.to_string())),
        joined(seen.audit.iter().map(|line| line.leaf.to_string())),
    ]
}

/// One person with what stands behind the answer.
async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().cover_on(asked.actor()?, person_id(&id)?, asked_days(asked)?)?;
        Ok(html(&person_page(web, asked, &file)))
    })
    .await
}

fn person_page(web: &Web, asked: &Asked, file: &CoverFile) -> Plain {
    let writing = asked.writing();
    let words = writing.words();
    let id = file.person.id;
    let page = web.page(asked, Section::Ledger, writing.w("cover-one-heading"));
    let lead = format!("{}.", moment_words(&file.moment, words));
    let mut pieces = vec![who(web, file, writing), Piece::Form(days_form(&page, asked, file))];
    for text in death_words(file, words) {
        pieces.push(Piece::Notice(Notice::warning(writing.w("cover-death-head"), text)));
    }
    for one in &file.schemes {
        let (scheme, state) = (one.scheme.name().to_uppercase(), one.state());
        let values = [("scheme", scheme.as_str()), ("state", &state_words(state, words))];
        pieces.push(Piece::Heading(words.with("cover-paper-scheme", &values)));
        let facts = scheme_facts(one, &file.moment, words).into_iter();
        let behind = one.evidence.iter().flat_map(|seen| evidence_facts(seen, words));
        let facts = facts.chain(behind).map(|(name, value)| Fact::new(name, value));
        pieces.push(Piece::Facts(Facts::new(writing, facts.collect())));
        if let Some(seen) = &one.evidence {
            pieces.extend(ways_on(seen, writing));
        }
    }
    pieces.push(Piece::Words(writing.w("cover-paper-meaning")));
    let mut state = state_of(&file.moment);
    let pdf = writing.href(&format!("/peserta/{id}/perlindungan.pdf"), &state);
    pieces.push(Piece::Link(pdf, writing.w("cover-download")));
    state.push(("orang".to_owned(), id.to_string()));
    pieces.push(Piece::Link(writing.href(EVIDENCE.path, &state), writing.w("cover-as-table")));
    pieces.push(Piece::Signatures(
        ["auditor", "office"].map(|who| writing.w(&format!("cover-signed-{who}"))).to_vec(),
    ));
    let back = Some((page.href(&format!("/peserta/{id}")), writing.w("cover-back-person")));
    Plain { page, back, lead, pieces }
}

fn who(web: &Web, file: &CoverFile, writing: Writing) -> Piece {
    let person = &file.person;
    let facts = [
        ("people-name", person.name.clone()),
        ("people-nik", person.nik.clone()),
        ("people-village", web.office().place_words(person.place)),
    ];
    let facts = facts.into_iter().map(|(key, value)| Fact::new(writing.w(key), value));
    Piece::Facts(Facts::new(writing, facts.collect()))
}

fn days_form(page: &Page, asked: &Asked, file: &CoverFile) -> Form {
    let action = format!("/peserta/{}/perlindungan", file.person.id);
    Form::search(page, &action, "cover-show", day_fields(asked))
}

/// Where the bill and the entry are to be seen.
fn ways_on(seen: &CoverEvidence, writing: Writing) -> Vec<Piece> {
    let (code, bill) = (&seen.programme.0, &seen.bill);
    let entry = format!("/buku/transaksi/{}", seen.entry.transfer);
    vec![
        Piece::Link(
            writing.href(&format!("/tagihan/{code}/{}", bill.month), &[]),
            format!("{} {}", writing.w("cover-fact-bill"), bill.reference),
        ),
        Piece::Link(
            writing.href(&entry, &[]),
            format!("{} {}", writing.w("cover-fact-entry"), seen.entry.day),
        ),
    ]
}

async fn print(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let (actor, words) = (asked.actor()?, asked.writing().words());
        let days = asked_days(asked)?;
        let printed = web.office().cover_paper(actor, person_id(&id)?, days, words)?;
        Ok(attachment(&printed.name, "application/pdf", printed.bytes))
    })
    .await
}

async fn print_list(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let (actor, words) = (asked.actor()?, asked.writing().words());
        let scope = scope_of(asked, None)?;
        let printed = web.office().cover_list_paper(actor, &scope, words)?;
        Ok(attachment(&printed.name, "application/pdf", printed.bytes))
    })
    .await
}
