//! `/organisasi`: offices, villages, facilities and partners as a tree; one of them with its
//! facilities and agreements; kept one by one or from a spreadsheet.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::organisations::{
    Contact, Defaults, Org, OrgChange, OrgFile, OrgImport, OrgInput, OrgKindKey, OrgKinds,
    OrgOutcome, OrgShown, OrgTrait,
};
use app::staging::UPLOAD_BYTES_MAX;
use app::words::Language;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Day, RegionCode};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
    Tag, Task, Tasks,
};
use crate::routes::{Route, Web, answer, html, sentence};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};
use crate::upload::{Received, receive};

/// What a form with a file may weigh: the file and its few fields.
const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;
/// Rows of a list that are told one by one.
const TOLD_ROWS: usize = 200;

const VIEW: View = View {
    path: "/organisasi",
    operation: Operation::OwnDesk,
    id: "organisations",
    section: Section::Organisations,
    columns: &[
        Column::of_data("code", Kind::Text),
        Column::new("name", "org-name", Kind::Text),
        Column::new("kind", "org-kind", Kind::Text),
        Column::new("parent", "org-parent", Kind::Text),
        Column::new("territory", "org-territory", Kind::Text),
        Column::new("facilities", "org-facilities", Kind::Count),
        Column::of_data("depth", Kind::Count),
        Column::of_data("closed_on", Kind::Day),
    ],
    meta: &[],
    parameters: &[
        Parameter { name: "jenis", meaning: "Only this kind, by its key.", shape: Shape::Text },
        Parameter { name: "induk", meaning: "Only those under this one.", shape: Shape::Text },
    ],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let (read, change) = (Operation::OwnDesk, Operation::SetUp);
    let mut routes = VIEW.routes();
    routes.extend([
        Route::get("/organisasi/baru", change, ask_new),
        Route::post("/organisasi/baru", change, add),
        Route::get("/organisasi/impor", change, ask_file),
        Route::post("/organisasi/impor", change, send).accepting(FORM_BYTES),
        Route::get("/organisasi/{code}", read, show),
        Route::get("/organisasi/{code}/ubah", change, ask_change),
        Route::post("/organisasi/{code}/ubah", change, save),
    ]);
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let kinds = web.office().org_kinds()?;
    let mut found = web.office().org_tree(actor)?;
    if let Some(code) = asked.value("induk").filter(|code| !code.is_empty()) {
        let at = found.iter().position(|shown| &*shown.org.code == code);
        let at = at.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))?;
        let depth = found[at].depth;
        let below = found[at + 1..].iter().take_while(|shown| shown.depth > depth);
        found = below.cloned().collect();
    }
    let count = |key: &OrgKindKey| found.iter().filter(|shown| shown.org.kind == *key).count();
    let all = (String::new(), writing.w("web-all"), Some(found.len() as u64));
    let choices = kinds.iter().filter(|kind| count(&kind.key) > 0).map(|kind| {
        let name = kind_name(&kinds, &kind.key, writing);
        (kind.key.0.to_string(), name, Some(count(&kind.key) as u64))
    });
    let choices: Vec<_> = [all].into_iter().chain(choices).collect();
    if let Some(only) = asked.value("jenis").filter(|key| !key.is_empty()) {
        found.retain(|shown| *shown.org.kind.0 == *only);
    }
    let rows = found.iter().map(|shown| row(web, shown, &kinds, writing)).collect();
    let (rows, more) = window.cut(rows);
    let may_change = web.may_somewhere(actor, Operation::SetUp);
    let action = (writing.href("/organisasi/baru", &[]), writing.w("org-add"));
    Ok(Listing {
        title: writing.w("web-organisations"),
        lead: writing.w("org-lead"),
        caption: writing.w("org-caption"),
        empty: writing.w("org-empty"),
        action: may_change.then_some(action),
        facets: vec![Facet { head: writing.w("org-kind"), name: "jenis", choices }],
        rows,
        more,
        ..Listing::default()
    })
}

fn row(web: &Web, shown: &OrgShown, kinds: &OrgKinds, writing: Writing) -> Row {
    let org = &shown.org;
    let href = writing.href(&format!("/organisasi/{}", org.code), &[]);
    let name = Cell::Link(org.name.to_string(), href);
    let note = match org.closed_on {
        None => org.code.to_string(),
        Some(day) => writing.with("org-closed-since", &[("day", &writing.day(day))]),
    };
    let cells = vec![
        Cell::text(&*org.code),
        Cell::Noted(Box::new(name), note),
        Cell::Named(org.kind.0.to_string(), kind_name(kinds, &org.kind, writing)),
        Cell::text(shown.parent.as_deref().unwrap_or_default()),
        Cell::Named(org.territory.to_string(), web.office().place_words(org.territory)),
        if shown.facilities > 0 { Cell::Count(shown.facilities) } else { Cell::Empty },
        Cell::Count(shown.depth as u64),
        org.closed_on.map_or(Cell::Empty, Cell::Day),
    ];
    Row::new(&*org.code, cells)
}

fn kind_name(kinds: &OrgKinds, key: &OrgKindKey, writing: Writing) -> String {
    let is_english = std::ptr::eq(writing.words(), app::words::Words::of(Language::English));
    kinds.get(key).map_or_else(
        || key.0.to_string(),
        |kind| if is_english { kind.name_en.to_string() } else { kind.name.to_string() },
    )
}

async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().org_file(asked.actor()?, &code)?;
        Ok(html(&org_page(web, asked, &file)?))
    })
    .await
}

fn org_page(web: &Web, asked: &Asked, file: &OrgFile) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let kinds = web.office().org_kinds()?;
    let page = web.page(asked, Section::Organisations, file.org.name.to_string());
    let mut pieces = Vec::new();
    if asked.value("selesai").is_some() {
        pieces.push(Piece::Notice(Notice::done(writing.w("org-saved"), String::new())));
    }
    pieces.push(Piece::Facts(org_facts(web, file, &kinds, writing)));
    if file.may_change {
        let href = writing.href(&format!("/organisasi/{}/ubah", file.org.code), &[]);
        pieces.push(Piece::Link(href, writing.w("org-change")));
    }
    if !file.agreements.is_empty() {
        pieces.push(Piece::Heading(writing.w("org-agreements")));
        for code in &file.agreements {
            let href = writing.href(&format!("/perjanjian/{code}"), &[]);
            pieces.push(Piece::Link(href, code.to_string()));
        }
    }
    let is_facility = |org: &Org| kinds.has(&org.kind, OrgTrait::Facility);
    let others: Vec<Org> = file.children.iter().filter(|org| !is_facility(org)).cloned().collect();
    if !others.is_empty() {
        pieces.push(Piece::Heading(writing.w("org-children")));
        pieces.push(Piece::Tasks(listed(&others, &kinds, writing)));
    }
    if !file.facilities.is_empty() {
        let count = writing.number(file.facilities.len() as u64);
        pieces.push(Piece::Heading(writing.with("org-facilities-of", &[("count", &count)])));
        pieces.push(Piece::Tasks(listed(&file.facilities, &kinds, writing)));
        let query = [("induk".to_owned(), file.org.code.to_string())];
        pieces.push(Piece::Link(writing.href("/organisasi", &query), writing.w("org-as-table")));
    }
    let back = Some((writing.href("/organisasi", &[]), writing.w("web-organisations")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn org_facts(web: &Web, file: &OrgFile, kinds: &OrgKinds, writing: Writing) -> Facts {
    let (org, contact) = (&file.org, &file.contact);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut facts = vec![
        fact("org-code", org.code.to_string()),
        fact("org-kind", kind_name(kinds, &org.kind, writing)),
        fact("org-territory", web.office().place_words(org.territory)),
    ];
    if let Some(parent) = &file.parent {
        let href = writing.href(&format!("/organisasi/{}", parent.code), &[]);
        let name = parent.name.to_string();
        facts.push(Fact { change: Some(href), ..fact("org-parent", name) });
    }
    facts.extend(org.closed_on.map(|day| fact("org-closed-on", writing.day(day))));
    let told = [
        ("org-address", &contact.address),
        ("org-officer", &contact.officer),
        ("org-office", &contact.office),
        ("org-phone", &contact.phone),
        ("org-email", &contact.email),
    ];
    let told = told.into_iter().filter(|(_, text)| !text.is_empty());
    facts.extend(told.map(|(key, text)| fact(key, text.to_string())));
    Facts { change: writing.w("org-open"), ..Facts::new(writing, facts) }
}

fn listed(orgs: &[Org], kinds: &OrgKinds, writing: Writing) -> Tasks {
    let task = |org: &Org| Task {
        name: org.name.to_string(),
        hint: org.code.to_string(),
        href: Some(writing.href(&format!("/organisasi/{}", org.code), &[])),
        tag: Tag::new("", kind_name(kinds, &org.kind, writing)),
    };
    Tasks { tasks: orgs.iter().map(task).collect() }
}

async fn ask_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let posted = Posted::from_pairs(
            asked.query.iter().filter(|(name, _)| name == "induk").cloned().collect(),
        );
        Ok(html(&org_form(web, asked, None, &posted, &Mistakes::none())?))
    })
    .await
}

async fn add(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let code = posted.get("kode");
        let kept = input_of(web, code, &posted)
            .and_then(|input| web.office().add_org_whole(&signed.actor, &input));
        match kept {
            Ok(org) => Ok(to(asked, &org.code)),
            Err(error) => form_again(web, asked, None, &posted, error),
        }
    })
    .await
}

async fn ask_change(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().org_file(asked.actor()?, &code)?;
        let posted = posted_of(&file);
        Ok(html(&org_form(web, asked, Some(&file.org), &posted, &Mistakes::none())?))
    })
    .await
}

async fn save(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let org = web.office().org_file(&signed.actor, &code)?.org;
        let changed = change_of(web, &posted)
            .and_then(|change| web.office().change_org(&signed.actor, &code, &change));
        match changed {
            Ok(_) => Ok(to(asked, &code)),
            Err(error) => form_again(web, asked, Some(&org), &posted, error),
        }
    })
    .await
}

/// The field that a refusal is about.
fn field_of(error: &AppError) -> Option<&'static str> {
    Some(match error.code.as_str() {
        "ORG_CODE_UNFIT" | "CODE_TAKEN" => "kode",
        "ORG_NAME_UNFIT" => "nama",
        "ORG_KIND_UNKNOWN" => "jenis",
        "ORG_TERRITORY_OUTSIDE" | "NOT_A_REGION" => "wilayah",
        "ORG_PARENT_UNKNOWN" | "ORG_PARENT_UNFIT" | "ORG_PARENT_LOOP" | "ORG_FACILITY_ALONE" => {
            "induk"
        }
        "ORG_CONTACT_UNFIT" => "telepon",
        "NOT_A_DAY" => "tutup",
        _ => return None,
    })
}

fn form_again(
    web: &Web,
    asked: &Asked,
    org: Option<&Org>,
    posted: &Posted,
    error: AppError,
) -> Result<Response, AppError> {
    let Some(field) = field_of(&error) else { return Err(error) };
    let field = if field == "kode" && org.is_some() { "nama" } else { field };
    let mut mistakes = Mistakes::none();
    mistakes.add(field, sentence(&error, asked.writing()));
    let page = org_form(web, asked, org, posted, &mistakes)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

fn org_form(
    web: &Web,
    asked: &Asked,
    org: Option<&Org>,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let kinds = web.office().org_kinds()?;
    let title = match org {
        None => writing.w("org-add"),
        Some(org) => writing.with("org-change-of", &[("name", &org.name)]),
    };
    let page = web.page(asked, Section::Organisations, title.clone());
    let kind = |kind: &app::organisations::OrgKind| {
        Choice::new(&*kind.key.0, kind_name(&kinds, &kind.key, writing))
    };
    let none = Choice::new("", writing.w("org-parent-none"));
    let above = web.office().org_tree(asked.actor()?)?.into_iter();
    let above = above.filter(|shown| kinds.has(&shown.org.kind, OrgTrait::Parent));
    let above = above.filter(|shown| org.is_none_or(|org| org.id != shown.org.id));
    let above = above.map(|shown| Choice::new(&*shown.org.code, &*shown.org.name));
    let line = |name: &'static str, key: &str| Field::line(writing, name, key);
    let mut fields = Vec::new();
    if org.is_none() {
        fields.push(line("kode", "org-code"));
    }
    fields.extend([
        line("nama", "org-name"),
        Field::new(writing, "jenis", "org-kind", Control::Select(kinds.iter().map(kind).collect())),
        Field::new(
            writing,
            "induk",
            "org-parent",
            Control::Select([none].into_iter().chain(above).collect()),
        ),
        line("wilayah", "org-territory"),
        line("alamat", "org-address").optional(writing),
        line("pejabat", "org-officer").optional(writing),
        line("jabatan", "org-office").optional(writing),
        line("telepon", "org-phone").optional(writing),
        line("surel", "org-email").optional(writing),
    ]);
    if org.is_some() {
        fields.push(line("tutup", "org-closed-on").optional(writing));
    }
    let (action, back) = match org {
        None => ("/organisasi/baru".to_owned(), "/organisasi".to_owned()),
        Some(org) => {
            (format!("/organisasi/{}/ubah", org.code), format!("/organisasi/{}", org.code))
        }
    };
    let form = Form::new(&page, &action, "org-save", fields).filled(posted, mistakes);
    let mut page = FormPage::new(page, title, form).with_back(&back, "org-back");
    if org.is_none() {
        let many = (writing.href("/organisasi/impor", &[]), writing.w("org-import"));
        page.instead = Some(many);
    }
    Ok(page)
}

fn posted_of(file: &OrgFile) -> Posted {
    let (org, contact) = (&file.org, &file.contact);
    let parent = file.parent.as_ref().map(|parent| parent.code.to_string());
    let pairs = [
        ("nama", org.name.to_string()),
        ("jenis", org.kind.0.to_string()),
        ("induk", parent.unwrap_or_default()),
        ("wilayah", org.territory.to_string()),
        ("alamat", contact.address.to_string()),
        ("pejabat", contact.officer.to_string()),
        ("jabatan", contact.office.to_string()),
        ("telepon", contact.phone.to_string()),
        ("surel", contact.email.to_string()),
        ("tutup", org.closed_on.map(|day| day.to_string()).unwrap_or_default()),
    ];
    Posted::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

fn region_of(web: &Web, posted: &Posted) -> Result<RegionCode, AppError> {
    let typed = posted.get("wilayah");
    let unknown = || AppError::usage("NOT_A_REGION", typed);
    web.office().region_typed(typed).ok_or_else(unknown)
}

fn input_of(web: &Web, code: &str, posted: &Posted) -> Result<OrgInput, AppError> {
    let parent = posted.get("induk");
    Ok(OrgInput {
        code: code.into(),
        name: posted.get("nama").into(),
        kind: OrgKindKey::new(posted.get("jenis")),
        parent: (!parent.is_empty()).then(|| parent.into()),
        territory: region_of(web, posted)?,
        closed_on: None,
        contact: Contact {
            address: posted.get("alamat").into(),
            officer: posted.get("pejabat").into(),
            office: posted.get("jabatan").into(),
            phone: posted.get("telepon").into(),
            email: posted.get("surel").into(),
        },
    })
}

fn change_of(web: &Web, posted: &Posted) -> Result<OrgChange, AppError> {
    let text = |name: &str| Some(posted.get(name).to_owned());
    let closed_on = match posted.get("tutup") {
        "" => None,
        typed => Some(Day::parse_iso(typed).ok_or_else(|| AppError::usage("NOT_A_DAY", typed))?),
    };
    Ok(OrgChange {
        name: text("nama"),
        kind: text("jenis"),
        parent: text("induk"),
        territory: Some(region_of(web, posted)?),
        closed_on: Some(closed_on),
        address: text("alamat"),
        officer: text("pejabat"),
        office: text("jabatan"),
        phone: text("telepon"),
        email: text("surel"),
    })
}

fn to(asked: &Asked, code: &str) -> Response {
    let query = [("selesai".to_owned(), "ya".to_owned())];
    let place = asked.writing().href(&format!("/organisasi/{code}"), &query);
    Redirect::to(&place).into_response()
}

async fn ask_file(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&file_form(web, asked, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

fn file_form(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let kinds = web.office().org_kinds()?;
    let page = web.page(asked, Section::Organisations, writing.w("org-import"));
    let none = || Choice::new("", writing.w("org-import-as-listed"));
    let kind = |kind: &app::organisations::OrgKind| {
        Choice::new(&*kind.key.0, kind_name(&kinds, &kind.key, writing))
    };
    let above = web.office().org_tree(asked.actor()?)?.into_iter();
    let above = above.filter(|shown| kinds.has(&shown.org.kind, OrgTrait::Parent));
    let above = above.map(|shown| Choice::new(&*shown.org.code, &*shown.org.name));
    let select = |first: Choice, rest: Vec<Choice>| {
        Control::Select([first].into_iter().chain(rest).collect())
    };
    let accept = ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv";
    let fields = vec![
        Field::new(writing, "berkas", "org-import-file", Control::File { accept }),
        Field::new(writing, "jenis", "org-kind", select(none(), kinds.iter().map(kind).collect())),
        Field::new(writing, "induk", "org-parent", select(none(), above.collect())),
    ];
    let form = Form::new(&page, "/organisasi/impor", "org-import-send", fields);
    let form = form.filled(posted, mistakes);
    let mut page = FormPage::new(page, writing.w("org-import"), form);
    page.lead = vec![writing.w("org-import-lead")];
    Ok(page.with_back("/organisasi", "web-organisations"))
}

async fn send(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let Received { posted, file, problem } = received;
        let again = |text: String| {
            let mut mistakes = Mistakes::none();
            mistakes.add("berkas", text);
            let page = file_form(web, asked, &posted, &mistakes)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
        };
        if let Some(problem) = problem {
            return again(sentence(&problem, asked.writing()));
        }
        let Some(file) = file.filter(|file| !file.name.is_empty()) else {
            return again(sentence(&AppError::usage("UPLOAD_MISSING", ""), asked.writing()));
        };
        let chosen = |name: &str| Some(posted.get(name)).filter(|text| !text.is_empty());
        let defaults = Defaults {
            kind: chosen("jenis").map(OrgKindKey::new),
            parent: chosen("induk").map(Into::into),
            territory: None,
        };
        match web.office().import_orgs(&signed.actor, &file.path, &defaults) {
            Ok(Ok(import)) => Ok(html(&imported(web, asked, &import))),
            Ok(Err(refusal)) => {
                let said = writing.words().file_refusal(&refusal);
                again(format!("{} {}", said.what, said.remedy))
            }
            Err(error) if error.kind == ErrorKind::Refused && error.code.starts_with("ORG_") => {
                again(sentence(&error, asked.writing()))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// What became of every row.
fn imported(web: &Web, asked: &Asked, import: &OrgImport) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::Organisations, writing.w("org-imported"));
    let count = |name: &str| import.rows.iter().filter(|row| row.outcome.name() == name).count();
    let names = ["added", "changed", "same", "refused", "not-a-row"];
    let facts = names.map(|name| {
        let count = writing.number(count(name) as u64);
        Fact::new(writing.w(&format!("org-outcome-{name}")), count)
    });
    let mut pieces = vec![Piece::Facts(Facts::tally(writing, facts.into()))];
    let refused = import.rows.iter().filter_map(|row| match row.outcome {
        OrgOutcome::Refused(refusal) => {
            let values = [("detail", &*row.code)];
            let what = writing.with(&format!("error-{}", refusal.name()), &values);
            let values = [("row", row.row.to_string()), ("what", what)];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            Some(writing.with("org-import-row", &values))
        }
        _ => None,
    });
    let refused: Vec<String> = refused.take(TOLD_ROWS).collect();
    if !refused.is_empty() {
        pieces.push(Piece::Heading(writing.w("org-import-refused")));
        pieces.push(Piece::Points(refused));
    }
    let link = (writing.href("/organisasi", &[]), writing.w("web-organisations"));
    pieces.push(Piece::Link(link.0.clone(), link.1.clone()));
    Plain { page, back: Some(link), lead: writing.w("org-imported-lead"), pieces }
}
