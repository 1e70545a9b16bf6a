//! Coming in through the provider: asked there with a question of this browser's own, believed only
//! as the answer to it, and holding for a day what one's groups stand for.
//!
//! Nothing is kept for the question: state, nonce and the verifier of the code follow from the
//! browser's token, so that an answer is good in the browser that asked, for ten minutes.

use base::RegionCode;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::access::{Grant, Operation, Role};
use domain::task::{TaskKind, TaskState};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::Tx;
use store::accounts::{self, Entry};
use store::factors;
use store::orgs::User;
use zeroize::Zeroizing;

use super::directory::{self, Fetch, Known};
use super::token::{Distrust, Expected, Keys, id_token, logout_token};
use super::{Provider, Terms};
use crate::error::{AppError, ErrorKind};
use crate::grants::is_account_name;
use crate::login::{Opened, Token, WHOLE_MS, hex};
use crate::office::{Actor, Office};
use crate::tasks::Forward;

/// How long somebody may take at the provider.
const ATTEMPT_MS: i64 = 600_000;
/// A role from a group lasts to the end of the day after the login: no login outlasts it.
const HELD_DAYS: i32 = 1;
/// Letters of an attempt and of its seal in the state.
const ATTEMPT_LETTERS: usize = 32;
const SEAL_LETTERS: usize = 32;
/// Groups beyond this are not looked at.
const GROUPS_MAX: usize = 1_000;

/// What the provider sent the browser back with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answer<'a> {
    /// What is exchanged for a token.
    pub code: &'a str,
    /// What the browser was sent away with.
    pub state: &'a str,
    /// Who answers, where the provider says it.
    pub issuer: Option<&'a str>,
    /// Why there is no code.
    pub error: Option<&'a str>,
}

/// A login that began, and where its holder was going.
pub struct Begun {
    /// The login.
    pub opened: Opened,
    /// The page, as it was given when the browser was sent away.
    pub next: String,
}

/// Somebody as the provider knows them.
struct Person<'a> {
    subject: &'a str,
    wished_name: &'a str,
    groups: Vec<&'a str>,
    two_factors: bool,
}

impl Office {
    /// The address to which a browser is sent to prove who its holder is.
    ///
    /// # Errors
    /// `PROVIDER_UNKNOWN`, `PROVIDER_UNREACHABLE`, `PROVIDER_MISFIT`.
    pub fn begin_at_provider(
        &self,
        token: &Token,
        back: &str,
        next: &str,
        fetch: Fetch<'_>,
    ) -> Result<String, AppError> {
        let Provider { terms, .. } = self.provider()?.ok_or_else(unknown)?;
        let known = self.directory.of(&terms.issuer, self.now_ms(), fetch)?;
        let mut attempt = self.now_ms().to_be_bytes().to_vec();
        attempt.extend(self.environment.random_bytes::<8>());
        let attempt = hex(&attempt);
        let question = Question::new(token, &attempt);
        let scopes: Vec<&str> = ["openid", "profile"]
            .into_iter()
            .chain(terms.scopes.iter().map(String::as_str))
            .collect();
        let (scope, age) = (scopes.join(" "), (WHOLE_MS / 1000).to_string());
        let (state, acr) = (state_of(token, &attempt, next), terms.two_factors.join(" "));
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &terms.client),
            ("redirect_uri", back),
            ("scope", &scope),
            ("state", &state),
            ("nonce", &question.nonce),
            ("code_challenge", &question.challenge),
            ("code_challenge_method", "S256"),
            ("max_age", &age),
        ];
        if !acr.is_empty() {
            pairs.push(("acr_values", &acr));
        }
        Ok(with_query(&known.authorize, &pairs))
    }

    /// Where a browser goes to end its login at the provider too; none where there is no such
    /// place.
    ///
    /// # Errors
    /// `PROVIDER_UNREACHABLE`, `PROVIDER_MISFIT`.
    pub fn leave_provider(&self, back: &str, fetch: Fetch<'_>) -> Result<Option<String>, AppError> {
        let Some(Provider { terms, .. }) = self.provider()? else { return Ok(None) };
        let known = self.directory.of(&terms.issuer, self.now_ms(), fetch)?;
        let pairs = [("client_id", terms.client.as_str()), ("post_logout_redirect_uri", back)];
        Ok(known.end_session.map(|at| with_query(&at, &pairs)))
    }

    /// Lets somebody in by what the provider answered.
    ///
    /// # Errors
    /// `PROVIDER_STATE_LOST`, `PROVIDER_DECLINED`, `PROVIDER_DISBELIEVED` with the word for what is
    /// wrong, `PROVIDER_NO_ROLE`, `PROVIDER_WAITS` for the first entry, `PROVIDER_RETURNED`,
    /// `ROLES_INCOMPATIBLE`, and those of [`Office::begin_at_provider`].
    pub fn enter_by_provider(
        &self,
        token: &Token,
        answer: &Answer<'_>,
        back: &str,
        device: &str,
        fetch: Fetch<'_>,
    ) -> Result<Begun, AppError> {
        let provider = self.provider()?.ok_or_else(unknown)?;
        let now = self.now_ms();
        let (question, next) = Question::of_state(token, answer.state, now)
            .ok_or_else(|| AppError::refused("PROVIDER_STATE_LOST", ""))?;
        let known = self.directory.of(&provider.terms.issuer, now, fetch)?;
        let named = answer.issuer == Some(provider.terms.issuer.as_str());
        if !named && (answer.issuer.is_some() || known.names_itself) {
            return Err(Distrust::Issuer.into());
        }
        if answer.error.is_some() || answer.code.is_empty() {
            return Err(AppError::refused("PROVIDER_DECLINED", ""));
        }
        let signed = self.exchange(&provider.terms, &known, answer.code, &question, back, fetch)?;
        let judge = |keys: &Keys, expected: &Expected<'_>| {
            id_token(&signed, keys, expected, &question.nonce)
        };
        let claims = self.believed(&provider.terms, &known, &judge, fetch)?;
        let person = Person::of(&claims, &provider.terms, now / 1000);
        let opened = self.admit(&provider, &person, device)?;
        Ok(Begun { opened, next })
    }

    /// Exchanges the code, with the verifier that only this browser's token gives.
    fn exchange(
        &self,
        terms: &Terms,
        known: &Known,
        code: &str,
        question: &Question,
        back: &str,
        fetch: Fetch<'_>,
    ) -> Result<String, AppError> {
        let form = query(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", &question.verifier),
        ]);
        let secret = self.provider_secret()?;
        let pair = Zeroizing::new(format!("{}:{}", quoted(&terms.client), quoted(&secret)));
        let proof = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let answered = fetch(&directory::ask_of(&known.token, Some((&form, &proof)))?)?;
        match answered.status {
            200 => {}
            // The code is not the one it gave, or was used, or its time is over.
            400..=499 => return Err(AppError::refused("PROVIDER_DECLINED", "code")),
            _ => return Err(directory::unreachable()),
        }
        let said: Value =
            serde_json::from_slice(&answered.body).map_err(|_| Distrust::Malformed)?;
        Ok(said["id_token"].as_str().ok_or(Distrust::Malformed)?.to_owned())
    }

    /// What a token says; a key that is not known is asked for once.
    fn believed(
        &self,
        terms: &Terms,
        known: &Known,
        judge: &dyn Fn(&Keys, &Expected<'_>) -> Result<Value, Distrust>,
        fetch: Fetch<'_>,
    ) -> Result<Value, AppError> {
        let now = self.now_ms();
        let (issuer, client) = (terms.issuer.as_str(), terms.client.as_str());
        let expected = Expected { issuer, client, now_s: now / 1000 };
        match judge(&known.keys, &expected) {
            Err(Distrust::KeyUnknown) => {
                let fresh = self.directory.fresh_keys(&terms.issuer, now, fetch)?;
                Ok(judge(&fresh.ok_or(Distrust::KeyUnknown)?, &expected)?)
            }
            judged => Ok(judged?),
        }
    }

    /// Ends the logins through the provider of somebody whose login has ended there.
    ///
    /// # Errors
    /// `PROVIDER_UNKNOWN`, `PROVIDER_UNREACHABLE`, `PROVIDER_MISFIT`, `PROVIDER_DISBELIEVED`.
    pub fn end_by_provider(&self, token: &str, fetch: Fetch<'_>) -> Result<(), AppError> {
        let terms = self.provider()?.ok_or_else(unknown)?.terms;
        let known = self.directory.of(&terms.issuer, self.now_ms(), fetch)?;
        let judge = |keys: &Keys, expected: &Expected<'_>| logout_token(token, keys, expected);
        let claims = self.believed(&terms, &known, &judge, fetch)?;
        let subject = claims["sub"].as_str().unwrap_or_default();
        self.store.write(|tx| {
            let holder = factors::external_holder(tx, &terms.issuer, subject)?;
            let Some(holder) = holder else { return Ok(()) };
            match accounts::end_provided_sessions(tx, holder)? {
                0 => Ok(()),
                _ => self.record_by_itself(tx, "signed-out-by-provider", "user", holder.as_bytes()),
            }
        })
    }

    /// Ends what a person's groups no longer stand for, whatever else follows; then lets them in.
    fn admit(
        &self,
        provider: &Provider,
        person: &Person<'_>,
        device: &str,
    ) -> Result<Opened, AppError> {
        let wanted = person.roles(&provider.terms);
        let issuer = provider.terms.issuer.as_str();
        let holder = self.store.read(|tx| factors::external_holder(tx, issuer, person.subject))?;
        let Some(holder) = holder else {
            return match wanted.is_empty() {
                true => Err(no_role()),
                false => Err(self.welcome(provider, person, &wanted)?),
            };
        };
        self.store.write(|tx| {
            let user = store::orgs::user(tx, holder)?.ok_or_else(no_role)?;
            let ended = self.end_gone(tx, provider, &user, &wanted)?;
            match ended {
                true => {
                    let line = Actor::of(&user, Vec::new());
                    self.record(tx, &line, "provided-roles-ended", "user", holder.as_bytes())
                }
                false => Ok(()),
            }
        })?;
        self.store.write(|tx| {
            let user = store::orgs::user(tx, holder)?.ok_or_else(no_role)?;
            // A mapping that was replaced or ended in between gives nothing any more.
            if super::in_force(tx)?.as_ref() != Some(provider) {
                return Err(unknown());
            }
            if !self.is_confirmed(tx, &user)? {
                self.ask_who(tx, &user, provider, &wanted)?;
                return Ok(Err(waits(&user)));
            }
            self.give(tx, provider, &user, &wanted)?;
            let actor = self.actor_of(tx, &user)?;
            if !self.may_somewhere(&actor, Operation::OwnDesk) {
                return Err(no_role());
            }
            self.forget_old(tx)?;
            self.record(tx, &actor, "signed-in-by-provider", "user", holder.as_bytes())?;
            let entry = match person.two_factors {
                true => Entry::ProviderTwoFactors,
                false => Entry::Provider,
            };
            self.open_session(tx, &user, device, entry).map(Ok)
        })?
    }

    /// Makes an account that holds nothing, and asks two officers who this is; the refusal to say.
    fn welcome(
        &self,
        provider: &Provider,
        person: &Person<'_>,
        wanted: &[(Role, RegionCode)],
    ) -> Result<AppError, AppError> {
        self.store.write(|tx| {
            let name = free_name(tx, &provider.terms.issuer, person)?;
            let user = User::new(self.environment.new_id(), &name);
            store::orgs::insert_user(tx, &user)?;
            factors::insert_external(tx, &provider.terms.issuer, person.subject, user.id)?;
            self.ask_who(tx, &user, provider, wanted)?;
            Ok(waits(&user))
        })
    }

    /// Puts somebody's first entry forward: two officers say who it is.
    fn ask_who(
        &self,
        tx: &mut Tx<'_>,
        user: &User,
        provider: &Provider,
        wanted: &[(Role, RegionCode)],
    ) -> Result<(), AppError> {
        let mut content = format!("user={}\nissuer={}\n", user.name, provider.terms.issuer);
        for (role, territory) in wanted {
            content.push_str(&format!("role={}\nterritory={territory}\n", role.name()));
        }
        let hash = Sha256::digest(content.as_bytes()).into();
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Newcomer,
            object: *user.id.as_bytes(),
            hash,
            effect: base::Rupiah::ZERO,
            content: &content,
        };
        let actor = Actor::of(user, Vec::new());
        self.put_forward(tx, &actor, &forward)?;
        self.record(tx, &actor, "newcomer-asked", "user", user.id.as_bytes())
    }

    /// Whether the office has confirmed who this is; not when it has to be asked, or asked again
    /// because nobody answered in time.
    fn is_confirmed(&self, tx: &mut Tx<'_>, user: &User) -> Result<bool, AppError> {
        let tasks = store::access::tasks_of(tx, TaskKind::Newcomer, user.id.as_bytes())?;
        let now = self.now_ms();
        let has = |state: TaskState, by_ms: i64| {
            let mut of = tasks.iter().map(|record| &record.task);
            of.any(|task| task.state == state && by_ms < task.expires_at_ms)
        };
        match () {
            () if has(TaskState::Approved, i64::MIN) => Ok(true),
            () if has(TaskState::Open, now) => Err(waits(user)),
            () if has(TaskState::Returned, now) => Err(AppError::refused("PROVIDER_RETURNED", "")),
            () => Ok(false),
        }
    }

    /// Ends provided roles that no group stands for now, or that end before this login may.
    fn end_gone(
        &self,
        tx: &mut Tx<'_>,
        provider: &Provider,
        user: &User,
        wanted: &[(Role, RegionCode)],
    ) -> Result<bool, AppError> {
        let lasts = self.environment.today().plus_days(HELD_DAYS);
        let mut ended = false;
        for held in store::access::grants_of(tx, user.id)? {
            let still = wanted.contains(&(held.grant.role, held.grant.territory))
                && held.provided_by == Some(provider.task.id)
                && held.grant.until.is_some_and(|until| lasts <= until);
            if held.provided_by.is_some() && !still {
                store::access::end_grant(tx, held.id, user.id, self.now_ms())?;
                ended = true;
            }
        }
        Ok(ended)
    }

    /// Gives what the groups stand for and is not held yet, unless it does not go with what is.
    fn give(
        &self,
        tx: &mut Tx<'_>,
        provider: &Provider,
        user: &User,
        wanted: &[(Role, RegionCode)],
    ) -> Result<(), AppError> {
        let today = self.environment.today();
        for (role, territory) in wanted {
            let held = store::access::grants_of(tx, user.id)?;
            let is_held = held.iter().any(|held| {
                held.provided_by.is_some()
                    && (held.grant.role, held.grant.territory) == (*role, *territory)
            });
            if is_held {
                continue;
            }
            let until = Some(today.plus_days(HELD_DAYS));
            let grant = Grant { until, ..Grant::of(*role, *territory, today) };
            let mut record = self.granted(&Actor::of(user, Vec::new()), user.id, grant);
            record.granted_by = provider.task.maker;
            record.provided_by = Some(provider.task.id);
            self.check_compatible(tx, &record)?;
            store::access::insert_grant(tx, &record)?;
        }
        Ok(())
    }
}

/// What one attempt asks, all of it following from the browser's token.
struct Question {
    nonce: String,
    verifier: String,
    challenge: String,
}

impl Question {
    fn new(token: &Token, attempt: &str) -> Question {
        let of = |what: &str| hex(&token.keyed(format!("payung {what} {attempt}").as_bytes()));
        let verifier = of("verifier");
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Question { nonce: of("nonce"), verifier, challenge }
    }

    /// The question that a state belongs to; none for another browser, or after ten minutes.
    fn of_state(token: &Token, state: &str, now_ms: i64) -> Option<(Question, String)> {
        let (attempt, rest) = state.split_at_checked(ATTEMPT_LETTERS)?;
        let (sealed, next) = rest.split_at_checked(SEAL_LETTERS)?;
        let begun = i64::from_str_radix(&attempt[..16], 16).ok()?;
        let is_ours = sealed == seal(token, attempt, next);
        let is_new = (begun..=begun + ATTEMPT_MS).contains(&now_ms);
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
        (is_ours && is_new).then(|| (Question::new(token, attempt), next))
    }
}

impl<'a> Person<'a> {
    fn of(claims: &'a Value, terms: &Terms, now_s: i64) -> Person<'a> {
        let mut listed = claims;
        for name in terms.groups.split('.') {
            listed = &listed[name];
        }
        let groups = match listed {
            Value::Array(many) => many.iter().take(GROUPS_MAX).filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one.as_str()],
            _ => Vec::new(),
        };
        let acr = claims["acr"].as_str().unwrap_or_default();
        let proved = terms.two_factors.iter().any(|known| known == acr);
        let seen = claims["auth_time"].as_i64();
        Person {
            subject: claims["sub"].as_str().unwrap_or_default(),
            wished_name: claims["preferred_username"].as_str().unwrap_or_default(),
            groups,
            // Two factors of last week are none today.
            two_factors: proved && seen.is_some_and(|at| now_s - at <= WHOLE_MS / 1000),
        }
    }

    /// The roles that the groups stand for, each once.
    fn roles(&self, terms: &Terms) -> Vec<(Role, RegionCode)> {
        let mut found = Vec::new();
        for given in terms.roles.iter().filter(|given| self.groups.contains(&given.group.as_str()))
        {
            if !found.contains(&(given.role, given.territory)) {
                found.push((given.role, given.territory));
            }
        }
        found
    }
}

/// The name of a new account: as the provider has it when it is a name and free, else made up from
/// the number there. It is for reading only; the number alone says who comes.
fn free_name(tx: &mut Tx<'_>, issuer: &str, person: &Person<'_>) -> Result<String, AppError> {
    let wished = person.wished_name.to_ascii_lowercase();
    if is_account_name(&wished) && store::orgs::user_by_name(tx, &wished)?.is_none() {
        return Ok(wished);
    }
    let digest = Sha256::new().chain_update(issuer).chain_update([0]).chain_update(person.subject);
    Ok(format!("luar-{}", &hex(&digest.finalize())[..12]))
}

/// The attempt, its seal, and the page that somebody was going to.
fn state_of(token: &Token, attempt: &str, next: &str) -> String {
    let next = URL_SAFE_NO_PAD.encode(next);
    format!("{attempt}{}{next}", seal(token, attempt, &next))
}

fn seal(token: &Token, attempt: &str, next: &str) -> String {
    let whole = hex(&token.keyed(format!("payung state {attempt} {next}").as_bytes()));
    whole[..SEAL_LETTERS].to_owned()
}

fn with_query(at: &str, pairs: &[(&str, &str)]) -> String {
    let mark = if at.contains('?') { '&' } else { '?' };
    format!("{at}{mark}{}", query(pairs))
}

fn query(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", quoted(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// As a form has it: only letters that mean nothing else stay as they are.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn unknown() -> AppError {
    AppError::not_found("PROVIDER_UNKNOWN", "")
}

/// Two officers still have to say who this is.
fn waits(user: &User) -> AppError {
    AppError::new(ErrorKind::NeedsAnother, "PROVIDER_WAITS", &*user.name)
}

fn no_role() -> AppError {
    AppError::refused("PROVIDER_NO_ROLE", "")
}
