//! `/pengguna`: who works here and holds which role; `/peran`: one's own roles, lent and ended;
//! `/akses-darurat`: reading beyond them, for a reason and some hours.

use std::sync::Arc;

use app::access::Role;
use app::error::AppError;
use app::grants::{GrantRecord, GrantRequest, UserOverview};
use app::login::{Recovery, RecoveryStand};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::Response;
use base::{Day, Id, RegionCode};

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Choice, Control, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, html, to, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/pengguna",
    operation: Operation::ReadUsers,
    id: "users",
    section: Section::Users,
    columns: &[
        Column::new("name", "user-name", Kind::Text),
        Column::new("roles", "user-roles", Kind::Text),
        Column::new("state", "web-state", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load,
};

/// The hours for which the glass may be broken.
const HOURS: [u8; 4] = [1, 2, 4, 8];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let (read, manage) = (Operation::ReadUsers, Operation::ManageUsers);
    let (own, glass) = (Operation::OwnDesk, Operation::BreakGlass);
    let mut routes = VIEW.routes();
    routes.extend([
        Route::get("/pengguna/baru", manage, ask_new),
        Route::post("/pengguna/baru", manage, add),
        Route::get("/pengguna/{name}", read, show),
        Route::post("/pengguna/{name}/peran", manage, propose),
        Route::post("/pengguna/{name}/tutup", manage, shut),
        Route::post("/pengguna/{name}/buka", manage, reopen),
        Route::post("/pengguna/{name}/undang", manage, invite),
        Route::get("/pengguna/{name}/pemulihan", manage, show_recovery),
        Route::post("/pengguna/{name}/pemulihan", manage, recover),
        Route::get("/peran", own, own_roles),
        Route::post("/peran", own, lend),
        Route::post("/peran/{id}/akhiri", own, end),
        Route::get("/akses-darurat", glass, ask_glass),
        Route::post("/akses-darurat", glass, break_glass),
    ]);
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().users(actor)?;
    let row = |user: &UserOverview| {
        let name = user.user.name.to_string();
        let href = writing.href(&format!("/pengguna/{name}"), &[]);
        let roles: Vec<String> =
            user.grants.iter().map(|held| role_line(web, held, writing)).collect();
        let (state, class) = match user.user.suspended_at_ms {
            None => ("open", "confirmed"),
            Some(_) => ("shut", "warning"),
        };
        let shown = Cell::State(state, class, writing.w(&format!("user-state-{state}")));
        Row::new(name.clone(), vec![Cell::Link(name, href), Cell::text(roles.join("; ")), shown])
    };
    let (rows, more) = window.cut(found.iter().map(row).collect());
    let may_add = web.may_somewhere(actor, Operation::ManageUsers);
    let action = (writing.href("/pengguna/baru", &[]), writing.w("user-add"));
    Ok(Listing {
        title: writing.w("web-users"),
        caption: writing.w("user-caption"),
        action: may_add.then_some(action),
        rows,
        more,
        ..Listing::default()
    })
}

async fn ask_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&new_page(web, asked, &Posted::default(), &Mistakes::none())))
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
        let name = posted.get("nama");
        match web.office().add_account(&signed.actor, name) {
            Ok(()) => Ok(to(asked, &format!("/pengguna/{name}"), "akun")),
            Err(error) if ["NAME_UNFIT", "CODE_TAKEN"].contains(&error.code.as_str()) => {
                let mut mistakes = Mistakes::none();
                let values = [("detail", error.detail.as_str())];
                let key = format!("error-{}", error.code);
                mistakes.add("nama", asked.writing().with(&key, &values));
                Ok(unfit(html(&new_page(web, asked, &posted, &mistakes))))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn new_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Users, writing.w("user-add"));
    let fields = vec![Field::line(writing, "nama", "user-new-name")];
    let form = Form::new(&page, "/pengguna/baru", "user-add", fields).filled(posted, mistakes);
    FormPage::new(page, writing.w("user-add"), form).with_back("/pengguna", "web-users")
}

async fn show(State(web): State<Arc<Web>>, Path(name): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let none = Mistakes::none();
        Ok(html(&user_page(web, asked, &name, &Posted::default(), &none)?))
    })
    .await
}

fn user_page(
    web: &Web,
    asked: &Asked,
    name: &str,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let user = user_of(web, asked, name)?;
    let mut page = web.page(asked, Section::Users, name.to_owned());
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let mut pieces: Vec<Piece> = done(asked).into_iter().collect();
    pieces.push(Piece::Heading(writing.w("user-roles")));
    if user.grants.is_empty() {
        pieces.push(Piece::Words(writing.w("user-no-roles")));
    }
    let manages = web.may_somewhere(actor, Operation::ManageUsers);
    for held in &user.grants {
        pieces.push(Piece::Words(role_line(web, held, writing)));
        if manages {
            pieces.push(Piece::Form(ending(&page, held)));
        }
    }
    if manages {
        let at = |end: &str| format!("/pengguna/{name}/{end}");
        let form = Form::new(&page, &at("peran"), "user-propose", grant_fields(writing));
        pieces.push(Piece::Heading(writing.w("user-propose-heading")));
        pieces.push(Piece::Words(writing.w("user-propose-lead")));
        pieces.push(Piece::Form(form.filled(posted, mistakes)));
        pieces.push(Piece::Heading(writing.w("user-account")));
        let (end, key) = match user.user.suspended_at_ms {
            None => ("tutup", "user-shut"),
            Some(_) => ("buka", "user-reopen"),
        };
        pieces.push(Piece::Form(Form::new(&page, &at("undang"), "user-invite", Vec::new())));
        if *name != *actor.name {
            let href = writing.href(&at("pemulihan"), &[]);
            pieces.push(Piece::Link(href, writing.w("user-recover")));
        }
        let mut state = Form::new(&page, &at(end), key, Vec::new());
        state.grave = end == "tutup";
        pieces.push(Piece::Form(state));
    }
    let back = Some((writing.href("/pengguna", &[]), writing.w("web-users")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

/// Puts a role forward, or gives it at once while nobody else could decide.
async fn propose(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        user_of(web, asked, &name)?;
        let request = match request_of(&name, &posted, asked.writing()) {
            Ok(request) => request,
            Err(mistakes) => {
                return Ok(unfit(html(&user_page(web, asked, &name, &posted, &mistakes)?)));
            }
        };
        match web.office().propose_grant(&signed.actor, &request) {
            Ok(None) => Ok(to(asked, &format!("/pengguna/{name}"), "peran")),
            Ok(Some(_)) => Ok(to(asked, &format!("/pengguna/{name}"), "usul")),
            Err(error) => {
                let mistakes = grant_mistake(&error, asked.writing()).ok_or(error)?;
                Ok(unfit(html(&user_page(web, asked, &name, &posted, &mistakes)?)))
            }
        }
    })
    .await
}

async fn shut(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().suspend_user(&signed.actor, &name, true)?;
        Ok(to(asked, &format!("/pengguna/{name}"), "tutup"))
    })
    .await
}

async fn reopen(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().suspend_user(&signed.actor, &name, false)?;
        Ok(to(asked, &format!("/pengguna/{name}"), "buka"))
    })
    .await
}

/// Shows a link with which somebody sets the first password, once.
async fn invite(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let link = web.office().invite(&signed.actor, &name)?;
        let writing = asked.writing();
        let page = web.page(asked, Section::Users, writing.w("user-invite"));
        let said = writing.with("user-invite-link", &[("name", name.as_str())]);
        let pieces = vec![
            Piece::Notice(Notice::done(said, String::new())),
            Piece::Words(format!("/mulai/{}", link.as_str())),
        ];
        let back = Some((writing.href(&format!("/pengguna/{name}"), &[]), name.clone()));
        Ok(html(&Plain { page, back, lead: String::new(), pieces }))
    })
    .await
}

/// Where somebody's way back stands; looking at it asks for nothing.
async fn show_recovery(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let stand = web.office().recovery(asked.actor()?, &name)?;
        Ok(html(&recovery_page(web, asked, &name, &stand)))
    })
    .await
}

/// Puts it forward, or makes the link once another has approved.
async fn recover(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let token = match web.office().recover(&signed.actor, &name)? {
            Recovery::Link(token) => token,
            Recovery::Asked(task) => {
                let page = recovery_page(web, asked, &name, &RecoveryStand::Waits(task.id));
                return Ok(html(&page));
            }
        };
        let heading = writing.with("user-recovery-heading", &[("name", name.as_str())]);
        let page = web.page(asked, Section::Users, heading);
        let said = writing.with("user-recovery-link", &[("name", name.as_str())]);
        let pieces = vec![
            Piece::Notice(Notice::done(said, String::new())),
            Piece::Words(format!("/pulih/{}", token.as_str())),
            Piece::Words(writing.w("user-recovery-hand")),
        ];
        let back = Some((writing.href(&format!("/pengguna/{name}"), &[]), name.clone()));
        Ok(html(&Plain { page, back, lead: String::new(), pieces }))
    })
    .await
}

fn recovery_page(web: &Web, asked: &Asked, name: &str, stand: &RecoveryStand) -> Plain {
    let writing = asked.writing();
    let page =
        web.page(asked, Section::Users, writing.with("user-recovery-heading", &[("name", name)]));
    let info =
        |key: &str| Piece::Notice(Notice::info(writing.w(key), writing.w(&format!("{key}.what"))));
    let mut pieces = match stand {
        RecoveryStand::Nothing => vec![Piece::Words(writing.w("user-recovery-first"))],
        RecoveryStand::Waits(task) => vec![
            info("user-recovery-waits"),
            Piece::Link(
                writing.href(&format!("/tugas/{task}"), &[]),
                writing.w("user-recovery-task"),
            ),
        ],
        RecoveryStand::Approved => vec![info("user-recovery-ready")],
    };
    let action = format!("/pengguna/{name}/pemulihan");
    pieces.push(Piece::Form(Form::new(&page, &action, "user-recovery-submit", Vec::new())));
    let back = Some((writing.href(&format!("/pengguna/{name}"), &[]), name.to_owned()));
    Plain { page, back, lead: writing.w("user-recovery-lead"), pieces }
}

/// What the reader holds and has lent.
async fn own_roles(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&own_page(web, asked, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

fn own_page(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let own = web.office().own_roles(asked.actor()?)?;
    let mut page = web.page(asked, Section::Profile, writing.w("role-own"));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let mut pieces: Vec<Piece> = done(asked).into_iter().collect();
    let held = own.held.iter().map(|held| role_line(web, held, writing)).collect();
    pieces.push(Piece::Points(held));
    if !own.lent.is_empty() {
        pieces.push(Piece::Heading(writing.w("role-lent-out")));
    }
    for (name, lent) in &own.lent {
        pieces.push(Piece::Words(format!("{name}: {}", role_line(web, lent, writing))));
        pieces.push(Piece::Form(ending(&page, lent)));
    }
    let mut fields = vec![Field::line(writing, "nama", "role-lend-to")];
    fields.extend(grant_fields(writing));
    pieces.push(Piece::Heading(writing.w("role-lend")));
    pieces.push(Piece::Words(writing.w("role-lend-lead")));
    let form = Form::new(&page, "/peran", "role-lend", fields);
    pieces.push(Piece::Form(form.filled(posted, mistakes)));
    pieces.push(Piece::Link(writing.href("/akses-darurat", &[]), writing.w("glass-title")));
    Ok(Plain { page, back: None, lead: writing.w("role-own-lead"), pieces })
}

async fn lend(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let lent = match request_of(posted.get("nama"), &posted, writing) {
            Ok(request) => web.office().lend_role(&signed.actor, &request),
            Err(mistakes) => return Ok(unfit(html(&own_page(web, asked, &posted, &mistakes)?))),
        };
        match lent {
            Ok(()) => Ok(to(asked, "/peran", "pinjam")),
            Err(error) => {
                let mistakes = grant_mistake(&error, writing).ok_or(error)?;
                Ok(unfit(html(&own_page(web, asked, &posted, &mistakes)?)))
            }
        }
    })
    .await
}

/// Ends a role: its lender's loan, or any by those who keep the accounts.
async fn end(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = Id::parse(&id).map_err(|_| AppError::not_found("GRANT_UNKNOWN", ""))?;
        web.office().end_grant(&signed.actor, id)?;
        let back = match web.may_somewhere(&signed.actor, Operation::ReadUsers) {
            true => "/pengguna",
            false => "/peran",
        };
        Ok(to(asked, back, "akhir"))
    })
    .await
}

async fn ask_glass(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&glass_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

async fn break_glass(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let hours = posted.get("jam").parse().unwrap_or(0);
        match web.office().break_glass(&signed.actor, posted.get("alasan"), hours) {
            Ok(()) => Ok(to(asked, "/peran", "darurat")),
            Err(error) if ["REASON_MISSING", "GLASS_TOO_LONG"].contains(&error.code.as_str()) => {
                let mut mistakes = Mistakes::none();
                let field = if error.code == "REASON_MISSING" { "alasan" } else { "jam" };
                let values = [("detail", error.detail.as_str())];
                let text = asked.writing().with(&format!("error-{}", error.code), &values);
                mistakes.add(field, text);
                Ok(unfit(html(&glass_page(web, asked, &posted, &mistakes))))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn glass_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Profile, writing.w("glass-title"));
    let hour = |hours: &u8| {
        let count = hours.to_string();
        Choice::new(count.clone(), writing.with("glass-hours-of", &[("count", &count)]))
    };
    let fields = vec![
        Field::new(writing, "alasan", "glass-reason", Control::Lines(3)),
        Field::new(
            writing,
            "jam",
            "glass-hours",
            Control::Select(HOURS.iter().map(hour).collect()),
        ),
    ];
    let mut form = Form::new(&page, "/akses-darurat", "glass-open", fields);
    form.grave = true;
    let form = form.filled(posted, mistakes);
    let mut page = FormPage::new(page, writing.w("glass-title"), form);
    page.lead.push(writing.w("glass-lead"));
    page
}

fn user_of(web: &Web, asked: &Asked, name: &str) -> Result<UserOverview, AppError> {
    let found = web.office().users(asked.actor()?)?.into_iter();
    let mut named = found.filter(|user| &*user.user.name == name);
    named.next().ok_or_else(|| AppError::not_found("USER_UNKNOWN", ""))
}

fn ending(page: &Page, held: &GrantRecord) -> Form {
    Form::new(page, &format!("/peran/{}/akhiri", held.id), "role-end", Vec::new())
}

/// "Petugas program, Kab. Paser, sampai 7 Oktober 2022 (dipinjamkan)".
fn role_line(web: &Web, held: &GrantRecord, writing: Writing) -> String {
    let grant = &held.grant;
    let role = writing.w(&format!("role-{}", grant.role.name()));
    let mut line = format!("{role}, {}", web.office().place_named(grant.territory));
    if let Some(org) = grant.org {
        let name = web.office().orgs().ok().into_iter().flatten().find(|one| one.id == org);
        line.push_str(&name.map(|org| format!(", {}", org.name)).unwrap_or_default());
    }
    if grant.from > web.office().today() {
        line.push_str(&format!(", {} {}", writing.w("user-from"), writing.day(grant.from)));
    }
    if let Some(until) = grant.until {
        line.push_str(&format!(", {} {}", writing.w("user-until"), writing.day(until)));
    }
    if let Some(until) = held.glass_until_ms {
        line.push_str(&format!(", {} {}", writing.w("user-until"), writing.moment(until)));
    }
    let marks = [
        (grant.lent_by.is_some(), "user-lent"),
        (grant.glass, "user-glass"),
        (held.provided_by.is_some(), "user-provided"),
    ];
    for (_, key) in marks.iter().filter(|(is, _)| *is) {
        line.push_str(&format!(" ({})", writing.w(key)));
    }
    if let Some(reason) = &held.reason {
        line.push_str(&format!(", {}", writing.with("user-reason", &[("reason", reason)])));
    }
    line
}

fn grant_fields(writing: Writing) -> Vec<Field> {
    let roles = Role::ALL.iter().filter(|role| **role != Role::Public);
    let roles =
        roles.map(|role| Choice::new(role.name(), writing.w(&format!("role-{}", role.name()))));
    vec![
        Field::new(writing, "peran", "grant-role", Control::Select(roles.collect())),
        Field::line(writing, "wilayah", "grant-territory").optional(writing),
        Field::line(writing, "kantor", "grant-org").optional(writing),
        Field::line(writing, "mulai", "grant-from").optional(writing),
        Field::line(writing, "sampai", "grant-until").optional(writing),
    ]
}

/// What the form asks for.
fn request_of(user: &str, posted: &Posted, writing: Writing) -> Result<GrantRequest, Mistakes> {
    let mut mistakes = Mistakes::none();
    let role = Role::from_name(posted.get("peran"));
    if role.is_none() {
        mistakes.add("peran", writing.w("grant-role-missing"));
    }
    let mut day = |name: &'static str| match posted.get(name) {
        "" => None,
        text => {
            let day = Day::parse_iso(text);
            if day.is_none() {
                mistakes.add(name, writing.w("grant-day-wrong"));
            }
            day
        }
    };
    let (from, until) = (day("mulai"), day("sampai"));
    let territory = match posted.get("wilayah") {
        "" => None,
        text => {
            let region = RegionCode::parse(text);
            if region.is_none() {
                mistakes.add("wilayah", writing.w("grant-territory-wrong"));
            }
            region
        }
    };
    let org = Some(posted.get("kantor").trim().to_owned()).filter(|code| !code.is_empty());
    match role.filter(|_| mistakes.is_empty()) {
        Some(role) => Ok(GrantRequest { user: user.to_owned(), role, territory, org, from, until }),
        None => Err(mistakes),
    }
}

/// What a refused role says at its field; none when it is no matter of the form.
fn grant_mistake(error: &AppError, writing: Writing) -> Option<Mistakes> {
    let field = match error.code.as_str() {
        "ROLES_INCOMPATIBLE" | "ROLE_NOT_HELD" => "peran",
        "OUTSIDE_TERRITORY" => "wilayah",
        "ORG_UNKNOWN" => "kantor",
        "LEND_TOO_LONG" | "DAYS_OUT_OF_ORDER" => "sampai",
        "USER_UNKNOWN" | "SAME_PERSON" => "nama",
        _ => return None,
    };
    let mut mistakes = Mistakes::none();
    let key = match error.code.as_str() {
        // Whether somebody has an account is not told to those who may not read the accounts.
        "USER_UNKNOWN" | "SAME_PERSON" => "role-lend-to-wrong".to_owned(),
        code => format!("error-{code}"),
    };
    mistakes.add(field, writing.with(&key, &[("detail", error.detail.as_str())]));
    Some(mistakes)
}

/// What was done just now, by the word in the address.
fn done(asked: &Asked) -> Option<Piece> {
    const KNOWN: [&str; 8] =
        ["akun", "peran", "usul", "tutup", "buka", "pinjam", "akhir", "darurat"];
    let what = asked.value("selesai").filter(|what| KNOWN.contains(what))?;
    let said = asked.writing().w(&format!("user-done-{what}"));
    Some(Piece::Notice(Notice::done(said, String::new())))
}
