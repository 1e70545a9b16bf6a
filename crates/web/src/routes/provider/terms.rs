//! `/penyedia-identitas`: the identity provider in force, another one put forward, and its end.
//!
//! Answers are shown once more before a task is made of them; another person decides on the task.

use std::sync::Arc;

use app::access::Role;
use app::error::AppError;
use app::login::provider::{GroupRole, Terms};
use app::office::Operation;
use app::tasks::Kind as TaskKind;
use app::words::{Language, Words};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base::RegionCode;

use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, html, sentence, to, unfit};
use crate::signed::Signed;

pub(crate) const PATH: &str = "/penyedia-identitas";
const PROPOSE: &str = "/penyedia-identitas/usul";
const END: &str = "/penyedia-identitas/akhiri";

/// The questions: name in the form, key of the catalogue, and what is answered when nothing is.
const QUESTIONS: [(&str, &str, &str); 7] = [
    ("alamat", "provider-issuer", ""),
    ("klien", "provider-client", ""),
    ("tombol", "provider-label", ""),
    ("daftar", "provider-groups", "groups"),
    ("cakupan", "provider-scopes", ""),
    ("pengaman", "provider-two-factors", ""),
    (ROLES, "provider-roles", ""),
];
/// What may stay open.
const OPTIONAL: [&str; 2] = ["cakupan", "pengaman"];
const ROLES: &str = "peran";

/// The addresses.
pub(super) fn routes() -> [Route; 5] {
    let manage = Operation::ManageUsers;
    [
        Route::get(PATH, manage, show),
        Route::get(PROPOSE, manage, ask),
        Route::post(PROPOSE, manage, take),
        Route::get(END, manage, ask_end),
        Route::post(END, manage, end),
    ]
}

/// What is in force, and what waits.
async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let (writing, actor) = (asked.writing(), asked.actor()?);
        let page = web.page(asked, Section::Users, writing.w("provider-heading"));
        let mut pieces: Vec<Piece> = done(asked).into_iter().collect();
        let waiting = web.office().open_tasks(actor)?.into_iter();
        let waiting = waiting.map(|found| found.record.task);
        for task in waiting.filter(|task| task.kind == TaskKind::Provider) {
            let href = writing.href(&format!("/tugas/{}", task.id), &[]);
            let text = writing.w("provider-waits.what");
            let notice = Notice::info(writing.w("provider-waits"), text);
            let link = Some((href, writing.w("provider-waits-link")));
            pieces.push(Piece::Notice(Notice { link, ..notice }));
        }
        let propose = Piece::Link(writing.href(PROPOSE, &[]), writing.w("provider-propose"));
        match web.office().provider()? {
            None => pieces.extend([Piece::Words(writing.w("provider-none")), propose]),
            Some(provider) => {
                pieces.push(Piece::Heading(writing.w("provider-in-force")));
                pieces.push(Piece::Facts(Facts::dense(writing, facts(&provider.terms, writing))));
                pieces.push(propose);
                pieces.push(Piece::Link(writing.href(END, &[]), writing.w("provider-end")));
            }
        }
        let is_usable = web.office().has_provider_secret();
        let secret = if is_usable { "provider-secret-there" } else { "provider-secret-missing" };
        pieces.push(Piece::Words(writing.w(secret)));
        let back = Some((writing.href("/pengguna", &[]), writing.w("web-users")));
        Ok(html(&Plain { page, back, lead: writing.w("provider-lead"), pieces }))
    })
    .await
}

/// The questions, answered with what is in force.
async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let now = web.office().provider()?.map(|provider| provider.terms);
        let posted = answers(now.as_ref(), asked.writing());
        Ok(html(&questions(web, asked, &posted, &Mistakes::none())))
    })
    .await
}

/// Shows the answers, and when they were shown puts them forward.
async fn take(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let terms = match read(&posted, web.office().pemda(), writing) {
            Ok(terms) => terms,
            Err(mistakes) => return Ok(unfit(html(&questions(web, asked, &posted, &mistakes)))),
        };
        if posted.has("kembali") {
            return Ok(html(&questions(web, asked, &posted, &Mistakes::none())));
        }
        if !posted.has("yakin") {
            return Ok(html(&check(web, asked, &posted, &terms)?));
        }
        match web.office().propose_provider_terms(&signed.actor, terms) {
            Ok(_) => Ok(to(asked, PATH, "usul")),
            Err(error) if ["PROVIDER_PENDING", "PROVIDER_OWN"].contains(&error.code.as_str()) => {
                let mut mistakes = Mistakes::none();
                mistakes.add("alamat", sentence(&error, writing));
                Ok(unfit(html(&questions(web, asked, &posted, &mistakes))))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn questions(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let title = writing.w("provider-propose");
    let page = web.page(asked, Section::Users, title.clone());
    let fields = QUESTIONS.map(|(name, key, _)| {
        let field = match name {
            ROLES => Field::new(writing, name, key, Control::Lines(8)),
            _ => Field::line(writing, name, key),
        };
        if OPTIONAL.contains(&name) { field.optional(writing) } else { field }
    });
    let form = Form::new(&page, PROPOSE, "provider-check", fields.into()).filled(posted, mistakes);
    let mut page = FormPage::new(page, title, form).with_back(PATH, "provider-heading");
    page.lead.push(writing.w("provider-propose-lead"));
    page.lead.push(writing.with("provider-roles-known", &[("roles", &known_roles(writing))]));
    page
}

/// "Check your answers".
fn check(web: &Web, asked: &Asked, posted: &Posted, terms: &Terms) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Users, writing.w("provider-check-heading"));
    let form = |button| {
        let form = Form::new(&page, PROPOSE, button, Vec::new());
        let hidden = QUESTIONS.iter().map(|(name, ..)| (*name, posted.get(name)));
        hidden.fold(form, |form, (name, value)| form.with_hidden(name, value))
    };
    let count = writing.number(terms.roles.len() as u64);
    let mut pieces = vec![
        Piece::Facts(Facts::new(writing, facts(terms, writing))),
        Piece::Words(writing.with("provider-check-effect", &[("count", &count)])),
    ];
    if let Some(now) = web.office().provider()? {
        let text = writing.with("provider-check-replaces", &[("name", &now.terms.label)]);
        let heading = writing.w("provider-check-replaces-heading");
        pieces.push(Piece::Notice(Notice::warning(heading, text)));
    }
    pieces.push(Piece::Form(form("provider-send").with_hidden("yakin", "1")));
    pieces.push(Piece::Form(form("provider-mend").with_hidden("kembali", "1")));
    Ok(Plain { page, back: None, lead: writing.w("provider-check-lead"), pieces })
}

/// Whether it should really end.
async fn ask_end(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let Some(provider) = web.office().provider()? else {
            return Ok(Redirect::to(&writing.href(PATH, &[])).into_response());
        };
        let terms = provider.terms;
        let page = web.page(asked, Section::Users, writing.w("provider-end"));
        let mut form = Form::new(&page, END, "provider-end-sure", Vec::new());
        form.grave = true;
        let pieces =
            vec![Piece::Facts(Facts::new(writing, facts(&terms, writing))), Piece::Form(form)];
        let back = Some((writing.href(PATH, &[]), writing.w("provider-heading")));
        Ok(html(&Plain { page, back, lead: writing.w("provider-end-lead"), pieces }))
    })
    .await
}

async fn end(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().end_provider(&signed.actor)?;
        Ok(to(asked, PATH, "akhir"))
    })
    .await
}

/// What was done just now, by the word in the address.
fn done(asked: &Asked) -> Option<Piece> {
    let what = asked.value("selesai").filter(|what| ["usul", "akhir"].contains(what))?;
    let said = asked.writing().w(&format!("provider-done-{what}"));
    Some(Piece::Notice(Notice::done(said, String::new())))
}

/// What was agreed, or is about to be, in the words of whoever decides on it.
fn facts(terms: &Terms, writing: Writing) -> Vec<Fact> {
    let lists = [&terms.scopes, &terms.two_factors].map(|values| match values.as_slice() {
        [] => "–".to_owned(),
        values => values.join(" "),
    });
    let [scopes, two_factors] = lists;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut facts = vec![
        fact("grant-issuer", terms.issuer.clone()),
        fact("grant-client", terms.client.clone()),
        fact("grant-label", terms.label.clone()),
        fact("grant-groups", terms.groups.clone()),
        fact("grant-scope", scopes),
        fact("grant-two-factors", two_factors),
    ];
    facts.extend(terms.roles.iter().map(|given| {
        let role = writing.w(&format!("role-{}", given.role.name()));
        let place = given.territory.to_string();
        let values = [("group", given.group.as_str()), ("role", &role), ("place", &place)];
        fact("grant-group", writing.with("grant-group-role", &values))
    }));
    facts
}

/// The answers that say what is in force; the usual ones while nothing is.
fn answers(now: Option<&Terms>, writing: Writing) -> Posted {
    let answers = match now {
        None => QUESTIONS.map(|(_, _, usual)| usual.to_owned()),
        Some(terms) => {
            let line = |given: &GroupRole| {
                let role = writing.w(&format!("role-{}", given.role.name()));
                format!("{} = {role}, {}", given.group, given.territory)
            };
            let roles: Vec<String> = terms.roles.iter().map(line).collect();
            [
                terms.issuer.clone(),
                terms.client.clone(),
                terms.label.clone(),
                terms.groups.clone(),
                terms.scopes.join(" "),
                terms.two_factors.join(" "),
                roles.join("\n"),
            ]
        }
    };
    let names = QUESTIONS.map(|(name, ..)| name.to_owned());
    Posted::from_pairs(names.into_iter().zip(answers).collect())
}

/// Reads the answers, or says what is wrong with them.
fn read(posted: &Posted, tenant: RegionCode, writing: Writing) -> Result<Terms, Mistakes> {
    let mut mistakes = Mistakes::none();
    for (name, _, _) in QUESTIONS {
        if posted.get(name).is_empty() && !OPTIONAL.contains(&name) {
            mistakes.add(name, writing.w("provider-answer-missing"));
        }
    }
    let mut roles = Vec::new();
    for line in posted.get(ROLES).lines().map(str::trim).filter(|line| !line.is_empty()) {
        match read_role(line, tenant) {
            Some(role) => roles.push(role),
            None => mistakes.add(ROLES, writing.with("provider-role-wrong", &[("line", line)])),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let text = |name: &str| posted.get(name).to_owned();
    let words = |name: &str| posted.get(name).split_whitespace().map(str::to_owned).collect();
    let terms = Terms {
        issuer: text("alamat"),
        client: text("klien"),
        label: text("tombol"),
        groups: text("daftar"),
        scopes: words("cakupan"),
        two_factors: words("pengaman"),
        roles,
    };
    terms.checked(tenant).map_err(|error| {
        let (field, key) = match error.detail.as_str() {
            "issuer" => ("alamat", "provider-issuer.wrong"),
            _ => (ROLES, "provider-roles.wrong"),
        };
        mistakes.add(field, writing.w(key));
        mistakes
    })
}

/// Reads `group = role` or `group = role, territory`; a role by its name or in words of a language.
fn read_role(line: &str, tenant: RegionCode) -> Option<GroupRole> {
    let (group, given) = line.rsplit_once('=')?;
    let (role, territory) = match given.rsplit_once(',') {
        Some((role, code)) => (role, RegionCode::parse(code.trim())?),
        None => (given, tenant),
    };
    let role = role.trim().to_lowercase();
    let is_meant = |known: &Role| {
        let key = format!("role-{}", known.name());
        let words = [Language::Indonesian, Language::English].map(|one| Words::of(one).get(&key));
        role == known.name() || words.iter().any(|words| words.to_lowercase() == role)
    };
    let role = Role::ALL.iter().find(|known| is_meant(known)).copied()?;
    let fits = tenant.contains(territory) && role != Role::Public;
    fits.then(|| GroupRole { group: group.trim().to_owned(), role, territory })
}

fn known_roles(writing: Writing) -> String {
    let roles = Role::ALL.iter().filter(|role| **role != Role::Public);
    roles.map(|role| writing.w(&format!("role-{}", role.name()))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_a_group_its_role_and_where() {
        let tenant = RegionCode::parse("64.01").expect("a regency");
        let check = |line: &str, expect: Option<(&str, Role, &str)>| {
            let found = read_role(line, tenant);
            let found = found
                .as_ref()
                .map(|given| (given.group.as_str(), given.role, given.territory.to_string()));
            let expect = expect.map(|(group, role, place)| (group, role, place.to_owned()));
            assert_eq!(found, expect, "{line}");
        };
        check("Petugas = Petugas program", Some(("Petugas", Role::Officer, "64.01")));
        check("a=b = programme officer", Some(("a=b", Role::Officer, "64.01")));
        check(
            "desa-2001 = OPERATOR DESA, 64.01.05.2001",
            Some(("desa-2001", Role::VillageOperator, "64.01.05.2001")),
        );
        check(
            "x = village-operator,64.01.05.2001",
            Some(("x", Role::VillageOperator, "64.01.05.2001")),
        );
        for wrong in ["", "Petugas program", "x = raja", "x = public", "x = Siapa saja"] {
            check(wrong, None);
        }
        check("x = officer, 64.02", None);
        check("x = officer, di sana", None);
    }
}
