//! `/agen`: who reaches people where they live: territory, briefing, leads and what came of them;
//! `/agen/belum`: whom nobody insures yet in a territory, with nothing more than an agent needs.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::outreach::{AgentFile, AgentInput, AgentShown, LeadInput, OutreachKinds, OutreachOf};
use axum::extract::{Path, State};
use axum::response::Response;

use super::kind_words;
use super::one::{attendee, attendee_fields};
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::field::devices::device_pieces;
use crate::routes::{Route, Web, answer, html, sentence, to, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/agen",
    operation: Operation::ReadOutreach,
    id: "agents",
    section: Section::Agents,
    columns: &[
        Column::new("code", "agent-code", Kind::Text),
        Column::new("initials", "agent-initials", Kind::Text),
        Column::new("kind", "agent-kind", Kind::Text),
        Column::new("territory", "agent-territory", Kind::Text),
        Column::of_data("supervisor", Kind::Text),
        Column::new("briefed_on", "agent-briefed", Kind::Day),
        Column::of_data("briefed_by", Kind::Text),
        Column::new("leads", "event-leads", Kind::Count),
        Column::new("registered_within", "event-within", Kind::Count),
        Column::new("this_month", "agent-this-month", Kind::Count),
        Column::new("quota", "agent-quota", Kind::Count),
        Column::of_data("last_lead_on", Kind::Day),
    ],
    meta: &[],
    parameters: &[Parameter {
        name: "bekal",
        meaning: "Only those who were briefed, or were not yet.",
        shape: Shape::OneOf(&["sudah", "belum"]),
    }],
    load,
};

const UNCOVERED: View = View {
    path: "/agen/belum",
    operation: Operation::ReadOutreach,
    id: "uncovered-of-agent",
    section: Section::Agents,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("initials", "lead-initials", Kind::Text),
        Column::new("village", "claim-village", Kind::Text),
        Column::new("occupation", "attend-occupation", Kind::Indonesian),
        Column::new("why", "uncovered-why", Kind::Text),
    ],
    meta: &[Column::of_data("month", Kind::Month)],
    parameters: &[Parameter {
        name: "agen",
        meaning: "The agent, by code; the first that the reader sees when absent.",
        shape: Shape::Text,
    }],
    load: load_uncovered,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Operation::ReadOutreach, Operation::HandleOutreach);
    let mut routes = VIEW.routes();
    routes.extend(UNCOVERED.routes());
    routes.extend([
        Route::get("/agen/baru", handle, ask_new),
        Route::post("/agen/baru", handle, add),
        Route::get("/agen/{code}", read, show),
        Route::get("/agen/{code}/ubah", handle, ask_change),
        Route::post("/agen/{code}/ubah", handle, save),
        Route::post("/agen/{code}/peminat", handle, add_lead),
    ]);
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let kinds = web.office().outreach_kinds()?;
    let mut found = web.office().outreach_agents(actor)?;
    let briefed = found.iter().filter(|one| one.briefed.is_some()).count() as u64;
    let all = found.len() as u64;
    let choices = vec![
        (String::new(), writing.w("web-all"), Some(all)),
        ("sudah".to_owned(), writing.w("agent-briefed-yes"), Some(briefed)),
        ("belum".to_owned(), writing.w("agent-briefed-no"), Some(all - briefed)),
    ];
    match asked.value("bekal") {
        Some("sudah") => found.retain(|one| one.briefed.is_some()),
        Some("belum") => found.retain(|one| one.briefed.is_none()),
        _ => {}
    }
    let (rows, more) = window.cut(found.iter().map(|one| row(one, &kinds, writing)).collect());
    let may = web.may_somewhere(actor, Operation::HandleOutreach);
    let new = (writing.href("/agen/baru", &[]), writing.w("agent-new"));
    let values = [("briefed", &*writing.number(briefed)), ("count", &*writing.number(all))];
    Ok(Listing {
        title: writing.w("web-agents"),
        lead: writing.with("agent-lead", &values),
        caption: writing.w("agent-caption"),
        empty: writing.w("agent-empty"),
        action: may.then_some(new),
        beside: Some((writing.href("/agen/belum", &[]), writing.w("uncovered-title"))),
        facets: vec![Facet { head: writing.w("agent-briefed"), name: "bekal", choices }],
        rows,
        more,
        links: vec![
            (writing.href("/agen/lapangan", &[]), writing.w("field-records")),
            (writing.href("/sosialisasi", &[]), writing.w("web-outreach")),
            (writing.href("/sosialisasi/dampak", &[]), writing.w("outreach-effects")),
        ],
        ..Listing::default()
    })
}

fn row(one: &AgentShown, kinds: &OutreachKinds, writing: Writing) -> Row {
    let agent = &one.agent;
    let kind = kinds.get(OutreachOf::Agent, &agent.kind);
    let count = |count: u32| Cell::Count(u64::from(count));
    let (by, on) = match &one.briefed {
        Some((by, on)) => (by.to_string(), Cell::Day(*on)),
        None => (String::new(), Cell::Empty),
    };
    let href = writing.href(&format!("/agen/{}", agent.code), &[]);
    let cells = vec![
        Cell::Link(agent.code.to_string(), href),
        Cell::text(one.initials.clone()),
        Cell::Named(agent.kind.0.to_string(), kind_words(kind, writing)),
        Cell::Named(agent.territory.to_string(), one.place.clone()),
        Cell::text(one.supervisor.as_deref().unwrap_or_default()),
        on,
        Cell::text(by),
        count(one.effect.leads),
        count(one.effect.within),
        count(one.this_month),
        agent.quota.map_or(Cell::Empty, count),
        one.last_lead.map_or(Cell::Empty, Cell::Day),
    ];
    Row::new(&*agent.code, cells)
}

fn load_uncovered(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let agents = web.office().outreach_agents(actor)?;
    let said = asked.value("agen").filter(|code| !code.is_empty()).map(str::to_owned);
    let code = said.or_else(|| agents.first().map(|one| one.agent.code.to_string()));
    let today = web.office().today();
    let (month, found) = match &code {
        Some(code) => web.office().uncovered(actor, code)?,
        None => (today.month_of(), Vec::new()),
    };
    let row = |one: &app::outreach::Uncovered| {
        let key = one.occupation.as_ref();
        let label = key.and_then(|key| web.office().occupations.get(key));
        let occupation = match (key, label) {
            (Some(key), Some(label)) => Cell::Named(key.0.to_string(), label.label.to_string()),
            (Some(key), None) => Cell::Text(key.0.to_string()),
            (None, _) => Cell::Empty,
        };
        let why = one.why.name();
        let cells = vec![
            Cell::Text(one.person.to_string()),
            Cell::text(one.initials.clone()),
            Cell::text(one.village.clone()),
            occupation,
            Cell::Named(why.to_owned(), writing.w(&format!("uncovered-why-{why}"))),
        ];
        Row::new(one.person.to_string(), cells)
    };
    let (rows, more) = window.cut(found.iter().map(row).collect());
    let page = web.page(asked, Section::Agents, String::new());
    let choices = agents.iter().map(|one| {
        let code = one.agent.code.to_string();
        Choice::new(code.clone(), format!("{code} · {}", one.place))
    });
    let choice = Control::Select(choices.collect());
    let field = Field::new(writing, "agen", "uncovered-agent", choice);
    let field = field.answered(code.clone().unwrap_or_default());
    let form = Form::search(&page, "/agen/belum", "uncovered-show", vec![field]);
    let values =
        [("month", &*writing.month(month)), ("count", &*writing.number(found.len() as u64))];
    Ok(Listing {
        title: writing.w("uncovered-title"),
        lead: writing.with("uncovered-lead", &values),
        form: (!agents.is_empty()).then_some(form),
        caption: writing.w("uncovered-caption"),
        empty: writing.w("uncovered-empty"),
        meta: vec![Cell::Month(month)],
        state: code.map(|code| vec![("agen".to_owned(), code)]).unwrap_or_default(),
        rows,
        more,
        links: vec![(writing.href("/agen", &[]), writing.w("web-agents"))],
        ..Listing::default()
    })
}

async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let saved = asked.value("selesai").is_some();
        let notice = saved.then(|| Notice::done(asked.writing().w("event-saved"), String::new()));
        Ok(html(&page(web, asked, &code, notice)?))
    })
    .await
}

fn page(web: &Web, asked: &Asked, code: &str, notice: Option<Notice>) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().outreach_agent(actor, code)?;
    let (shown, agent) = (&file.shown, &file.shown.agent);
    let title = format!("{} · {}", agent.code, shown.place);
    let page = web.page(asked, Section::Agents, title);
    let mut pieces: Vec<Piece> = notice.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::new(writing, facts(web, &file, writing)?)));
    pieces.push(Piece::Facts(Facts::tally(writing, tally(shown, writing))));
    if file.may_change {
        let href = writing.href(&format!("/agen/{code}/ubah"), &[]);
        pieces.push(Piece::Link(href, writing.w("agent-change")));
    }
    pieces.push(Piece::Heading(writing.w("uncovered-title")));
    let month = writing.month(file.month);
    pieces.push(Piece::Words(writing.with("uncovered-month", &[("month", &month)])));
    pieces.push(Piece::Points(gaps(web, &file, writing)));
    let query = [("agen".to_owned(), code.to_owned())];
    let list = writing.href("/agen/belum", &query);
    pieces.push(Piece::Link(list, writing.w("uncovered-list")));
    pieces.push(Piece::Heading(writing.w("outreach-leads")));
    let leads = writing.href("/sosialisasi/peminat", &query);
    let count = writing.number(file.leads.len() as u64);
    pieces.push(Piece::Link(leads, writing.with("event-leads-all", &[("count", &count)])));
    pieces.extend(device_pieces(web, asked, &page, code)?);
    if web.may_somewhere(actor, Operation::HandleOutreach) {
        pieces.push(Piece::Heading(writing.w("lead-new")));
        let mut fields = attendee_fields(writing);
        fields.retain(|field| !matches!(field.name, "kartu" | "agen"));
        let path = format!("/agen/{code}/peminat");
        let form = Form::new(&page, &path, "lead-keep", fields);
        pieces.push(Piece::Form(form.scoped("peminat")));
    }
    let back = Some((writing.href("/agen", &[]), writing.w("web-agents")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn facts(web: &Web, file: &AgentFile, writing: Writing) -> Result<Vec<Fact>, AppError> {
    let (shown, agent) = (&file.shown, &file.shown.agent);
    let kinds = web.office().outreach_kinds()?;
    let kind = kind_words(kinds.get(OutreachOf::Agent, &agent.kind), writing);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let name = match &file.details {
        Some(details) => details.name.as_str().to_owned(),
        None => shown.initials.clone(),
    };
    let briefed = match &shown.briefed {
        Some((by, on)) => {
            let day = writing.day(*on);
            writing.with("agent-briefed-by", &[("event", by), ("day", &day)])
        }
        None => writing.w("agent-briefed-no"),
    };
    let mut rows = vec![
        fact("attend-name", name),
        fact("agent-kind", kind),
        fact("agent-territory", shown.place.clone()),
        fact("agent-briefed", briefed),
        fact("agent-since", writing.day(agent.since)),
    ];
    rows.extend(agent.until.map(|day| fact("agent-until", writing.day(day))));
    let above = shown.supervisor.as_deref();
    rows.extend(above.map(|name| fact("agent-supervisor", name.to_owned())));
    rows.extend(file.account.as_ref().map(|name| fact("agent-account", name.to_string())));
    let phone = file.details.as_ref().and_then(|details| details.phone);
    rows.extend(phone.map(|phone| fact("attend-phone", phone.international())));
    Ok(rows)
}

fn tally(shown: &AgentShown, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, count: u32| Fact::new(writing.w(key), writing.number(u64::from(count)));
    let mut rows = vec![
        fact("event-leads", shown.effect.leads),
        fact("lead-state-new", shown.effect.new),
        fact("lead-state-registered", shown.effect.registered),
        fact("event-within", shown.effect.within),
        fact("agent-this-month", shown.this_month),
    ];
    rows.extend(shown.agent.quota.map(|quota| fact("agent-quota", quota)));
    rows
}

/// How many are not covered, work by work.
fn gaps(web: &Web, file: &AgentFile, writing: Writing) -> Vec<String> {
    let line = |(key, count): &(Option<_>, u32)| {
        let label = key.as_ref().and_then(|key| web.office().occupations.get(key));
        let work =
            label.map_or_else(|| writing.w("uncovered-work-unknown"), |one| one.label.to_string());
        format!("{work}: {}", writing.number(u64::from(*count)))
    };
    match file.gaps.is_empty() {
        true => vec![writing.w("uncovered-empty")],
        false => file.gaps.iter().map(line).collect(),
    }
}

async fn ask_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let said = AgentInput::default();
        let nothing = (&Posted::default(), &Mistakes::none());
        Ok(html(&form_page(web, asked, (None, &said), nothing)?))
    })
    .await
}

async fn ask_change(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().outreach_agent(asked.actor()?, &code)?;
        let said = input_of(web, &file)?;
        let nothing = (&Posted::default(), &Mistakes::none());
        Ok(html(&form_page(web, asked, (Some(&code), &said), nothing)?))
    })
    .await
}

/// An agent as it would be typed.
fn input_of(web: &Web, file: &AgentFile) -> Result<AgentInput, AppError> {
    let agent = &file.shown.agent;
    let details = file.details.as_ref();
    let orgs = web.office().orgs()?;
    let above = orgs.iter().find(|org| Some(org.id) == agent.supervisor);
    let phone = details.and_then(|details| details.phone);
    Ok(AgentInput {
        code: agent.code.to_string(),
        kind: agent.kind.0.to_string(),
        name: details.map(|details| details.name.as_str().to_owned()).unwrap_or_default(),
        phone: phone.map(|phone| phone.international()).unwrap_or_default(),
        territory: agent.territory.to_string(),
        supervisor: above.map(|org| org.code.to_string()).unwrap_or_default(),
        account: file.account.as_deref().unwrap_or_default().to_owned(),
        quota: agent.quota.map(|quota| quota.to_string()).unwrap_or_default(),
        since: agent.since.to_string(),
        until: agent.until.map(|day| day.to_string()).unwrap_or_default(),
    })
}

fn form_page(
    web: &Web,
    asked: &Asked,
    (known, said): (Option<&str>, &AgentInput),
    (posted, mistakes): (&Posted, &Mistakes),
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let title = match known {
        None => writing.w("agent-new"),
        Some(code) => writing.with("agent-change-one", &[("code", code)]),
    };
    let page = web.page(asked, Section::Agents, title.clone());
    let kinds = web.office().outreach_kinds()?;
    let kinds = kinds
        .iter(OutreachOf::Agent)
        .map(|kind| Choice::new(&*kind.key.0, kind_words(Some(kind), writing)));
    let kinds = Control::Select(kinds.collect());
    let line = |name, key: &str, text: &str| Field::line(writing, name, key).answered(text);
    let open = |name, key: &str, text: &str| line(name, key, text).optional(writing);
    let mut fields = vec![
        line("kode", "agent-code", &said.code),
        Field::new(writing, "jenis", "agent-kind", kinds).answered(&*said.kind),
        line("nama", "attend-name", &said.name),
        open("telepon", "attend-phone", &said.phone),
        open("wilayah", "agent-territory", &said.territory),
        open("atasan", "agent-supervisor-code", &said.supervisor),
        open("akun", "agent-account", &said.account),
        open("target", "agent-quota", &said.quota),
        open("mulai", "agent-since", &said.since),
        open("sampai", "agent-until", &said.until),
    ];
    let action = match known {
        None => "/agen/baru".to_owned(),
        Some(code) => {
            fields.retain(|field| field.name != "kode");
            format!("/agen/{code}/ubah")
        }
    };
    let form = Form::new(&page, &action, "agent-keep", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    Ok(FormPage::new(page, title, form).with_back("/agen", "web-agents"))
}

fn typed(posted: &Posted, code: &str) -> AgentInput {
    let text = |name: &str| posted.get(name).to_owned();
    AgentInput {
        code: code.to_owned(),
        kind: text("jenis"),
        name: text("nama"),
        phone: text("telepon"),
        territory: text("wilayah"),
        supervisor: text("atasan"),
        account: text("akun"),
        quota: text("target"),
        since: text("mulai"),
        until: text("sampai"),
    }
}

/// The field that a refusal is about.
fn field_of(error: &AppError) -> Option<&'static str> {
    Some(match (error.code.as_str(), error.detail.as_str()) {
        ("CODE_UNFIT", _) => "kode",
        ("AGENT_KIND_UNKNOWN", _) => "jenis",
        ("ATTENDEE_UNREADABLE", "phone") => "telepon",
        ("ATTENDEE_UNREADABLE", _) => "nama",
        ("NOT_A_REGION", _) => "wilayah",
        ("ORG_UNKNOWN", _) => "atasan",
        ("USER_UNKNOWN", _) => "akun",
        ("QUOTA_UNFIT", _) => "target",
        ("NOT_A_DAY", _) => "mulai",
        _ => return None,
    })
}

async fn add(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let input = typed(&posted, posted.get("kode"));
        keep(web, asked, &signed, (None, &input), &posted)
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
        web.office().outreach_agent(&signed.actor, &code)?;
        let input = typed(&posted, &code);
        keep(web, asked, &signed, (Some(&code), &input), &posted)
    })
    .await
}

fn keep(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    known: (Option<&str>, &AgentInput),
    posted: &Posted,
) -> Result<Response, AppError> {
    let error = match web.office().keep_agent(&signed.actor, known.1) {
        Ok((agent, _)) => return Ok(to(asked, &format!("/agen/{}", agent.code), "simpan")),
        Err(error) => error,
    };
    let Some(field) = field_of(&error) else { return Err(error) };
    let mut mistakes = Mistakes::none();
    mistakes.add(field, sentence(&error, asked.writing()));
    Ok(unfit(html(&form_page(web, asked, known, (posted, &mistakes))?)))
}

async fn add_lead(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().outreach_agent(&signed.actor, &code)?;
        let input =
            LeadInput { who: attendee(&posted), agent: code.clone(), ..LeadInput::default() };
        match web.office().add_lead(&signed.actor, &input) {
            Ok(_) => Ok(to(asked, &format!("/agen/{code}"), "simpan")),
            Err(error) if matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused) => {
                let notice = Notice::warning(sentence(&error, asked.writing()), String::new());
                Ok(unfit(html(&page(web, asked, &code, Some(notice))?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}
