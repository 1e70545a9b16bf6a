//! From an address to a page: ask one use case off the runtime's threads, render one template.

mod agreements;
mod annexes;
mod api;
mod audit;
mod bank;
mod bills;
mod card_days;
mod cards;
mod claims;
mod coverage;
mod desk;
mod doors;
mod duplicates;
pub(crate) mod failure;
pub(crate) mod field;
mod files;
mod funds;
mod health;
mod home;
mod info;
mod intake;
mod integrations;
mod jht;
mod jobs;
mod ledger;
mod letters;
pub(crate) mod login;
mod messages;
mod organisations;
mod outreach;
mod passkey;
pub(crate) mod people;
mod plan;
mod profile;
mod programmes;
mod provider;
mod regions;
mod rules;
pub(crate) mod second;
mod settings;
mod sipp;
pub(crate) mod snap;
mod tasks;
mod tokens;
mod users;
mod wall;

use std::collections::HashMap;
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use app::access::{self, Role};
use app::error::{AppError, ErrorKind, typed};
use app::office::{Actor, Office, Operation};
use app::settings::Settings;
use app::steps::StepNamed;
use app::theme::Theme;
use app::words::Language;
use askama::Template;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Query};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{self, MethodRouter};
use axum::{Router, extract::State};
use base::{Day, Rupiah, Zone};
use tokio::sync::Semaphore;

use crate::acts::Running;
use crate::api::Described;
use crate::frame::Frame;
use crate::guard::{Acts, Policies, RequestId};
use crate::limits::{Asks, Limits};
use crate::metrics::Metrics;
use crate::once::{self, Once};
use crate::page::{Asked, Page, SECTIONS, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, Posted};
use crate::signed::{Gate, Readers, Signed};
use crate::{assets, forms, guard, session, signed, squeeze};

/// What every request shares.
pub struct Web {
    pub(crate) office: Arc<Office>,
    pub(crate) options: WebOptions,
    pub(crate) metrics: Metrics,
    pub(crate) once: Once,
    /// How many requests are answered at a time.
    pub(crate) turns: Semaphore,
    request_ids: (RandomState, AtomicU64),
    /// The clock on the office's wall.
    pub(crate) zone: Zone,
    frame: RwLock<(Instant, Arc<Frame>)>,
    /// The addresses that exist, so that no page links to one that does not.
    paths: HashMap<String, Operation>,
    pub(crate) limits: Limits,
    /// Who fails at the doors of banks: one address may be a bank's and an office's.
    pub(crate) bank_limits: Limits,
    /// How much programs ask.
    pub(crate) asks: Asks,
    /// How much banks ask.
    pub(crate) banks: Asks<String>,
    /// What programs have asked for and is being done.
    pub(crate) running: Running,
    pub(crate) policies: Policies,
}

/// How the pages are served, as far as they care.
pub(crate) struct WebOptions {
    /// Names under which the program answers, besides those of this machine.
    pub(crate) hosts: Vec<String>,
    /// Whether it listens to this machine alone.
    pub(crate) is_local: bool,
    /// Whether readers come over TLS, so that cookies need it too.
    pub(crate) is_secure: bool,
    /// The looks of the office.
    pub(crate) theme: Theme,
    /// How often a program may ask in a minute.
    pub(crate) api_per_minute: u32,
    /// How long an answer may take.
    pub(crate) answered_within: Duration,
}

/// How often a program may ask in a minute where nothing else is said.
pub const API_PER_MINUTE: u32 = 600;

/// Requests that are answered at a time; the others wait for their turn.
const TURNS: usize = 256;
/// What the office says of itself may have been changed by another program so long ago.
const FRAME_KEPT: Duration = Duration::from_secs(30);
/// What a form may weigh where its route does not say otherwise.
const FORM_BYTES: usize = 1 << 20;

/// One address: how it is asked, what it does, and the operation that the policy table judges.
///
/// There is no other way to make an address, so none is without a row in the policy.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) operation: Operation,
    pub(crate) readers: Readers,
    /// Whether what is sent proves by itself who sends it, and no form of ours does.
    pub(crate) proves_itself: bool,
    /// Whether anybody may send a form to it without a key: it acts in nobody's name.
    pub(crate) for_anybody: bool,
    /// What it answers to a program; none when it is for people only.
    pub(crate) described: Option<Described>,
    handler: MethodRouter<Arc<Web>>,
}

impl Route {
    /// An address that is read.
    pub(crate) fn get<H, T>(path: impl Into<String>, operation: Operation, handler: H) -> Route
    where
        H: Handler<T, Arc<Web>>,
        T: 'static,
    {
        Route::new(Method::GET, path.into(), operation, routing::get(handler))
    }

    /// An address that something is sent to.
    pub(crate) fn post<H, T>(path: impl Into<String>, operation: Operation, handler: H) -> Route
    where
        H: Handler<T, Arc<Web>>,
        T: 'static,
    {
        Route::new(Method::POST, path.into(), operation, routing::post(handler))
    }
}

impl Route {
    fn new(
        method: Method,
        path: String,
        operation: Operation,
        handler: MethodRouter<Arc<Web>>,
    ) -> Route {
        Route {
            method,
            path,
            operation,
            readers: Readers::People,
            proves_itself: false,
            for_anybody: false,
            described: None,
            handler,
        }
    }

    /// The same address for what is signed by its sender, and comes from no page of ours.
    pub(crate) fn proving_itself(mut self) -> Route {
        self.proves_itself = true;
        self
    }

    /// The same address for a form that anybody sends, from a page of ours and without a key.
    pub(crate) fn for_anybody(mut self) -> Route {
        self.for_anybody = true;
        self
    }

    /// The same address for answers as large as this, such as files.
    pub(crate) fn accepting(mut self, bytes: usize) -> Route {
        self.handler = self.handler.layer(DefaultBodyLimit::max(bytes));
        self
    }

    /// The same address for programs too.
    pub(crate) fn for_programs(mut self) -> Route {
        self.readers = Readers::Both;
        self
    }

    /// The same address for programs and nobody else.
    pub(crate) fn for_programs_alone(mut self) -> Route {
        self.readers = Readers::Programs;
        self
    }

    /// The same address with what it answers to a program.
    pub(crate) fn described(mut self, described: Described) -> Route {
        if self.readers == Readers::People {
            self.readers = Readers::Both;
        }
        self.described = Some(described);
        self
    }
}

/// Every address of the application: each part of it lists its own.
pub(crate) fn table() -> Vec<Route> {
    let parts = [
        home::routes(),
        agreements::routes(),
        organisations::routes(),
        outreach::routes(),
        audit::routes(),
        coverage::routes(),
        wall::routes(),
        rules::routes(),
        regions::routes(),
        health::routes(),
        letters::routes(),
        login::routes(),
        passkey::routes(),
        provider::routes(),
        people::routes(),
        second::routes(),
        profile::routes(),
        intake::routes(),
        integrations::routes(),
        jobs::routes(),
        desk::routes(),
        doors::routes(),
        files::routes(),
        messages::routes(),
        duplicates::routes(),
        programmes::routes(),
        bills::routes(),
        card_days::routes(),
        cards::routes(),
        claims::routes(),
        jht::routes(),
        field::routes(),
        funds::routes(),
        bank::routes(),
        ledger::routes(),
        annexes::routes(),
        plan::routes(),
        settings::routes(),
        sipp::routes(),
        snap::routes(),
        info::routes(),
        api::routes(),
        tasks::routes(),
        tokens::routes(),
        users::routes(),
    ];
    parts.into_iter().flatten().collect()
}

/// The pages of an office, for this machine alone.
pub fn router(office: Arc<Office>) -> Router {
    let options = WebOptions {
        hosts: Vec::new(),
        is_local: true,
        is_secure: false,
        theme: Theme::default(),
        api_per_minute: API_PER_MINUTE,
        answered_within: guard::ANSWERED_WITHIN,
    };
    router_with(office, options)
}

/// The pages of an office.
pub(crate) fn router_with(office: Arc<Office>, options: WebOptions) -> Router {
    let table = table();
    let web = Arc::new(Web::new(office, options, &table));
    let layer = |web: &Arc<Web>| Arc::clone(web);
    let mut router = Router::new();
    for route in table {
        let gate = Gate { web: layer(&web), operation: route.operation, readers: route.readers };
        let mut guarded = route
            .handler
            .layer(middleware::from_fn_with_state(layer(&web), once::once))
            .layer(middleware::from_fn_with_state(gate, signed::admit));
        // A program shows its token with every request, and no browser does so by itself.
        let has_key = route.readers != Readers::Programs && !route.proves_itself;
        if route.for_anybody {
            guarded = guarded.layer(middleware::from_fn_with_state(layer(&web), forms::from_here));
            guarded = guarded.layer(middleware::from_fn(squeeze::squeeze_form));
        } else if route.method != Method::GET && has_key {
            guarded = guarded.layer(middleware::from_fn_with_state(layer(&web), forms::check));
        }
        if route.method == Method::GET && route.operation == Operation::ReadPublic {
            guarded = guarded.layer(middleware::from_fn(squeeze::squeeze));
        }
        router = router.route(&route.path, guarded);
    }
    router
        .merge(assets::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_way)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn_with_state(layer(&web), guard::in_words))
        .layer(middleware::from_fn_with_state(layer(&web), session::read))
        .layer(middleware::from_fn_with_state(layer(&web), guard::bounded))
        .layer(middleware::from_fn_with_state(layer(&web), guard::only_known_names))
        .layer(middleware::from_fn_with_state(layer(&web), guard::logged))
        .layer(middleware::from_fn_with_state(layer(&web), guard::with_headers))
        .with_state(web)
}

async fn not_found(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    failure::page(&web, &asked, StatusCode::NOT_FOUND)
}

async fn wrong_way(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    failure::page(&web, &asked, StatusCode::METHOD_NOT_ALLOWED)
}

/// Answers on a thread that may wait for the register; a bug of ours becomes a page, not a crash.
pub(crate) async fn answer(
    web: Arc<Web>,
    asked: Asked,
    work: impl FnOnce(&Web, &Asked) -> Result<Response, AppError> + Send + 'static,
) -> Response {
    let (web_inside, asked_inside) = (Arc::clone(&web), asked.clone());
    let work = move || {
        web_inside.refresh_frame();
        work(&web_inside, &asked_inside)
    };
    let done = tokio::task::spawn_blocking(work).await;
    match done {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => failure::answer(&web, &asked, &error),
        // It broke off: what it had begun to write is undone, what it had written is not.
        Err(_) if asked.acts => failure::not_known(&web, &asked),
        Err(_) => failure::page(&web, &asked, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

impl Web {
    /// The office whose pages these are; to be asked where one may wait (see [`answer`]), because
    /// a thread that drives the others cannot wait for a server.
    pub(crate) fn office(&self) -> &Office {
        #[cfg(debug_assertions)]
        if let Ok(driver) = tokio::runtime::Handle::try_current() {
            // Refuses on such a thread, on either engine.
            driver.block_on(async {});
        }
        &self.office
    }

    /// Whether somebody's grants of today allow the operation somewhere.
    pub(crate) fn may_somewhere(&self, actor: &Actor, operation: Operation) -> bool {
        self.office.may_somewhere(actor, operation)
    }

    /// The frame of the page that was asked for: links to what the reader may do, and exists.
    pub(crate) fn page(&self, asked: &Asked, section: Section, title: String) -> Page {
        let signed = asked.signed.as_ref();
        let may = |section: Section, path: &str| match (section, self.paths.get(path)) {
            (_, None) => false,
            // Help stands at the foot of every page.
            (Section::Home | Section::SignIn | Section::Help, _) => signed.is_none(),
            (_, Some(operation)) => match signed {
                Some(signed) => self.may_somewhere(&signed.actor, *operation),
                None => is_public(*operation),
            },
        };
        let sections = SECTIONS.into_iter().filter(|(section, path, _)| may(*section, path));
        Page::new(asked, self.frame(), sections, section, title)
    }

    /// Whether there is such an address.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.paths.contains_key(path)
    }

    /// What every page says of the office.
    pub(crate) fn frame(&self) -> Arc<Frame> {
        Arc::clone(&self.frame.read().expect("no holder of the frame panics").1)
    }

    /// Asks the register again what the office says of itself, now and then.
    fn refresh_frame(&self) {
        let looked_at = self.frame.read().expect("no holder of the frame panics").0;
        if looked_at.elapsed() > FRAME_KEPT {
            self.reload_frame();
        }
    }

    /// Asks the register again what the office says of itself.
    pub(crate) fn reload_frame(&self) {
        if let Ok(settings) = self.office.settings() {
            let frame = Frame::of(&self.options.theme, self.office.place_name(), settings);
            let fresh = (Instant::now(), Arc::new(frame));
            *self.frame.write().expect("no holder of the frame panics") = fresh;
        }
    }

    /// A number for a request, which says nothing about it.
    pub(crate) fn new_request_id(&self) -> String {
        let (keys, count) = &self.request_ids;
        format!("{:016x}", keys.hash_one(count.fetch_add(1, Ordering::Relaxed)))
    }

    fn new(office: Arc<Office>, options: WebOptions, table: &[Route]) -> Web {
        let paths = table.iter().map(|route| (route.path.clone(), route.operation)).collect();
        let frame = Frame::of(&options.theme, office.place_name(), Settings::default());
        let (asks, banks) = (Asks::new(options.api_per_minute), Asks::new(options.api_per_minute));
        let policies = Policies::of(&options.theme);
        let web = Web {
            zone: office.zone(),
            office,
            options,
            metrics: Metrics::new(),
            once: Once::default(),
            turns: Semaphore::new(TURNS),
            request_ids: (RandomState::new(), AtomicU64::new(0)),
            frame: RwLock::new((Instant::now(), Arc::new(frame))),
            paths,
            limits: Limits::default(),
            bank_limits: Limits::default(),
            asks,
            banks,
            running: Running::default(),
            policies,
        };
        web.reload_frame();
        web
    }
}

/// Whether anybody may, without a login.
pub(crate) fn is_public(operation: Operation) -> bool {
    access::policy(operation).iter().any(|(role, _)| *role == Role::Public)
}

impl Asked {
    /// What a request asks for.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap, extensions: &Extensions) -> Asked {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
        // A query that cannot be read asks for nothing.
        let mut query = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
        let english = query.iter().any(|(key, value)| key == "bahasa" && value == "en");
        // No text of ours has the sign that databases end texts with.
        query.retain(|(key, value)| key != "bahasa" && !value.contains('\0'));
        Asked {
            language: if english { Language::English } else { Language::Indonesian },
            path: uri.path().to_owned(),
            query,
            signed: extensions.get::<Signed>().cloned(),
            large: cookie(headers, LETTERS) == Some("besar"),
            by_program: asks_for_data(uri, headers),
            zone: extensions.get::<Zone>().copied().unwrap_or_default(),
            acts: extensions.get::<Acts>().is_some(),
            request: extensions.get::<RequestId>().map(|id| Arc::clone(&id.0)).unwrap_or_default(),
        }
    }

    pub(crate) fn writing(&self) -> Writing {
        Writing::of(self.language).in_zone(self.zone)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked, Infallible> {
        Ok(Asked::of(&parts.uri, &parts.headers, &parts.extensions))
    }
}

/// The cookie of readers who want large letters.
pub(crate) const LETTERS: &str = "huruf";

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| *key == name)
        .map(|(_, v)| v)
}

/// Whether a program asks: by the address, or by what it accepts.
fn asks_for_data(uri: &Uri, headers: &HeaderMap) -> bool {
    let path = uri.path();
    let accepts = headers.get(header::ACCEPT).and_then(|found| found.to_str().ok());
    let accepts = accepts.unwrap_or_default();
    path.starts_with("/api/")
        || path.ends_with(".json")
        || (accepts.contains("json") && !accepts.contains("text/html"))
}

/// A form once more, with what is wrong in it.
pub(crate) fn unfit(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// What the form of a check page says, so that the same address does what was looked at.
const SURE: (&str, &str) = ("yakin", "ya");

/// Whether what was typed was looked at once more.
pub(crate) fn is_sure(posted: &Posted) -> bool {
    posted.get(SURE.0) == SURE.1
}

/// The form of a check page: everything that was typed, to be sent to the same address.
pub(crate) fn once_more(
    page: &Page,
    (action, send): (&str, &'static str),
    posted: &Posted,
    names: &[&str],
) -> Form {
    let mut form = Form::new(page, action, send, Vec::new()).with_hidden(SURE.0, SURE.1);
    for name in names {
        form = form.with_hidden(name, posted.get(name));
    }
    form.grave = true;
    form
}

/// What is wrong and what to do, in one line.
pub(crate) fn sentence(error: &AppError, writing: Writing) -> String {
    let (key, values) = (format!("error-{}", error.code), [("detail", error.detail.as_str())]);
    format!("{} {}", writing.with(&key, &values), writing.with(&format!("{key}.remedy"), &values))
}

/// A day as `2022-09-30` or `30-09-2022`.
pub(crate) fn day_of(text: &str) -> Option<Day> {
    let turned = || {
        let [day, month, year]: [&str; 3] =
            text.split(['-', '/']).collect::<Vec<_>>().try_into().ok()?;
        Day::parse_iso(&format!("{year}-{month:0>2}-{day:0>2}"))
    };
    Day::parse_iso(text).or_else(turned)
}

/// The same, or nothing where nothing was typed.
///
/// # Errors
/// `NOT_A_DAY`.
pub(crate) fn day_asked(text: &str) -> Result<Option<Day>, AppError> {
    match text.trim() {
        "" => Ok(None),
        text => day_of(text).map(Some).ok_or_else(|| AppError::usage("NOT_A_DAY", typed(text))),
    }
}

/// An amount as offices write it: `1650000000`, `1.650.000.000`, `Rp1.650.000.000`.
pub(crate) fn amount_of(text: &str) -> Option<Rupiah> {
    Rupiah::parse(&text.trim_start_matches("Rp").trim().replace('.', ""))
}

/// On to a page that says what was done.
pub(crate) fn to(asked: &Asked, path: &str, done: &str) -> Response {
    let query = [("selesai".to_owned(), done.to_owned())];
    Redirect::to(&asked.writing().href(path, &query)).into_response()
}

/// Whether a page says above itself what was wrong, rather than giving way to a page of its own.
pub(crate) fn is_said(error: &AppError) -> bool {
    let kinds = [ErrorKind::Refused, ErrorKind::Usage, ErrorKind::Conflict];
    kinds.contains(&error.kind) && error.code != "USER_MAY_NOT"
}

/// Steps that were made, one a line: what `line` says of a step and its moment, what was said with
/// it, and who made it.
pub(crate) fn steps_said<Step: Copy, State>(
    steps: &[StepNamed<Step, State>],
    writing: Writing,
    line: impl Fn(Step, &str) -> String,
) -> Vec<String> {
    let said = |(step, by): &StepNamed<Step, State>| {
        let mut text = line(step.step, &writing.moment(step.at_ms));
        for more in [&*step.words, by.as_deref().unwrap_or_default()] {
            if !more.is_empty() {
                text.push_str(&format!(" · {more}"));
            }
        }
        text
    };
    steps.iter().map(said).collect()
}

/// The programme that an address asks for, or the first; none while there is none.
pub(crate) fn programme_of(web: &Web, asked: &Asked) -> Result<Option<String>, AppError> {
    let said = asked.value("program").filter(|code| !code.is_empty()).map(str::to_owned);
    let first = || -> Result<Option<String>, AppError> {
        Ok(web.office().programmes()?.first().map(|found| found.code.to_string()))
    };
    said.map_or_else(first, |code| Ok(Some(code)))
}

/// The question which programme, under a word of the catalogue.
pub(crate) fn programme_field(
    web: &Web,
    writing: Writing,
    words: &'static str,
    code: &str,
) -> Result<Field, AppError> {
    let programmes = web.office().programmes()?;
    let choices = programmes.iter().map(|one| Choice::new(&*one.code, &*one.name)).collect();
    Ok(Field::new(writing, "program", words, Control::Select(choices)).answered(code))
}

/// Renders a template; ours write into memory and cannot fail.
pub(crate) fn html(template: &impl Template) -> Response {
    let text = template.render().expect("a template writes into a string");
    Html(text).into_response()
}
