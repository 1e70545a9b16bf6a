//! An office at work: its register, its law, its map, its clock; and the people who act in it.

use std::path::PathBuf;

use base::id::kind;
use base::{Day, Gazetteer, Id, RegionCode};
use domain::access::{self, Grant};
pub use domain::access::{Operation, Role, Target};
use domain::ledger::chart;
use domain::occupation::Occupations;
use domain::organisation::Org;
use domain::programme::{Fund, Programme};
use rules::Rulebook;
pub use store::Location;
use store::audit::AuditLine;
use store::orgs::User;
use store::people::Known;
use store::sheets::Sheet;
use store::{Store, Tx};

use crate::api::Through;
use crate::elsewhere::Elsewhere;
use crate::environment::Environment;
use crate::error::{AppError, ErrorKind};
use crate::events::Effect;
use crate::keys::{self, KeySource};
use crate::ledger::closing::Proved;
use crate::login::Holders;
use crate::login::provider::Directory;
use crate::overview::Counted;
use crate::reading::Reader;
use crate::received::Received;
use crate::snap::BankTokens;
use crate::staging::Desk;

/// Everything a use case works with.
pub struct Office {
    /// The register.
    pub store: Store,
    /// Clock and randomness.
    pub environment: Environment,
    /// The law.
    pub rulebook: Rulebook,
    /// The occupations.
    pub occupations: Occupations,
    /// The map.
    pub gazetteer: &'static Gazetteer,
    /// How files from outside are read.
    pub reader: Reader,
    /// Files that are being looked at.
    pub desk: Desk,
    /// Who was found to be registered in another region too.
    pub(crate) elsewhere: Elsewhere,
    /// What is remembered of the identity provider.
    pub directory: Directory,
    /// Tokens that banks have given.
    pub(crate) bank_tokens: BankTokens,
    /// The folder of the key file, where other secrets of the office lie too.
    pub(crate) secrets: Option<PathBuf>,
    /// Whose logins the last requests belonged to.
    pub(crate) holders: Holders,
    /// What was counted of cover.
    pub(crate) counted: Counted,
    /// What is kept of received files.
    pub(crate) received: Received,
    /// Whether the books were proved.
    pub(crate) proved: Proved,
}

/// What an office is opened with.
pub struct OfficeOptions {
    /// Where the register is.
    pub location: Location,
    /// The regency.
    pub pemda: RegionCode,
    /// How files from outside are read.
    pub reader: Reader,
    /// Clock and randomness.
    pub environment: Environment,
    /// What identity is sealed by.
    pub keys: KeySource,
}

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: Id<kind::User>,
    /// The name of the account.
    pub name: Box<str>,
    /// What they hold, where and until when.
    pub grants: Vec<Grant>,
    /// The program that acts for them; none when they act themselves.
    pub through: Option<Through>,
}

impl Actor {
    /// An account that acts itself.
    pub(crate) fn of(user: &User, grants: Vec<Grant>) -> Actor {
        Actor { id: user.id, name: user.name.clone(), grants, through: None }
    }
}

/// What a received file is about.
pub(crate) fn target_of_sheet(sheet: &Sheet, sender: Option<&Org>) -> Target {
    Target {
        territory: sender.map(|org| org.territory),
        org: Some(sheet.org),
        owner: Some(sheet.received_by),
    }
}

/// Before any day that Payung counts.
fn first_day() -> Day {
    Day::new(1970, 1, 1).expect("the epoch is a day")
}

/// The user every new register begins with.
const FIRST_USER: &str = "operator";

impl Office {
    /// Opens a register with its keys and brings its schema up to date.
    ///
    /// # Errors
    /// When the register cannot be reached or belongs to a newer Payung; `KEYS_MISSING`,
    /// `KEYS_EXPOSED`, `KEYS_DIFFER`, and then nothing is written.
    pub fn open(options: OfficeOptions) -> Result<Office, AppError> {
        let today = options.environment.today();
        let secrets = options.keys.folder();
        let store = keys::open(options.location, options.pemda, options.keys, today)?;
        let office = Office {
            store,
            environment: options.environment,
            rulebook: Rulebook::builtin(),
            occupations: Occupations::builtin(),
            gazetteer: crate::regions::gazetteer(options.pemda),
            reader: options.reader,
            desk: Desk::default(),
            elsewhere: Elsewhere::default(),
            directory: Directory::default(),
            bank_tokens: BankTokens::default(),
            secrets,
            holders: Holders::default(),
            counted: Counted::default(),
            received: Received::default(),
            proved: Proved::default(),
        };
        if office.store.read(store::orgs::users)?.is_empty() {
            office.add_first_user()?;
        }
        // What somebody broke off from is finished by whoever comes next.
        office.settle_months();
        Ok(office)
    }

    fn add_first_user(&self) -> Result<(), AppError> {
        let id = self.environment.new_id();
        let user = User::new(id, FIRST_USER);
        let actor = Actor::of(&user, Vec::new());
        let held =
            self.granted(&actor, id, Grant::of(Role::Operator, self.store.tenant(), first_day()));
        self.store.write(|tx| {
            store::orgs::insert_user(tx, &user)?;
            store::access::insert_grant(tx, &held)?;
            self.record(tx, &actor, "register-opened", "user", id.as_bytes())
        })
    }

    /// The user of this name, if some grant allows the operation somewhere.
    ///
    /// # Errors
    /// `USER_UNKNOWN`, `USER_MAY_NOT`.
    pub fn actor(&self, name: &str, operation: Operation) -> Result<Actor, AppError> {
        let actor = self.store.read(|tx| {
            let user = store::orgs::user_by_name(tx, name)?;
            let user = user.ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?;
            self.actor_of(tx, &user)
        })?;
        match self.may_somewhere(&actor, operation) {
            true => Ok(actor),
            false if operation == Operation::Approve => {
                Err(AppError::new(ErrorKind::NeedsAnother, "USER_MAY_NOT", name))
            }
            false => Err(AppError::refused("USER_MAY_NOT", name)),
        }
    }

    /// Whether the actor's grants of today allow the operation to something, somewhere.
    pub fn may_somewhere(&self, actor: &Actor, operation: Operation) -> bool {
        access::may_somewhere(&actor.grants, self.environment.today(), operation)
    }

    /// Asks whether the actor may do this to that.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn authorize(
        &self,
        actor: &Actor,
        operation: Operation,
        target: &Target,
    ) -> Result<(), AppError> {
        self.authorize_or(actor, operation, target, || {
            AppError::refused("USER_MAY_NOT", &*actor.name)
        })
    }

    /// Asks whether the actor may do this to that, and knows nothing of what they may not: a record
    /// out of reach answers like one that does not exist.
    ///
    /// # Errors
    /// The given refusal.
    pub(crate) fn authorize_or(
        &self,
        actor: &Actor,
        operation: Operation,
        target: &Target,
        unknown: impl FnOnce() -> AppError,
    ) -> Result<(), AppError> {
        match self.reaches(actor, operation, target) {
            true => Ok(()),
            false => Err(unknown()),
        }
    }

    /// Asks about a received file: what matters is its sender's territory and who took it in.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN` when it is out of reach.
    pub(crate) fn authorize_sheet(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        operation: Operation,
        sheet: &Sheet,
    ) -> Result<(), AppError> {
        let sender = store::orgs::get(tx, sheet.org)?;
        let target = target_of_sheet(sheet, sender.as_ref());
        let unknown = || AppError::not_found("SHEET_UNKNOWN", sheet.id.to_string());
        self.authorize_or(actor, operation, &target, unknown)
    }

    /// Whether the actor may do this to that.
    pub fn reaches(&self, actor: &Actor, operation: Operation, target: &Target) -> bool {
        access::may(actor.id, &actor.grants, self.environment.today(), operation, target)
    }

    /// Says what the transaction does: one act, one line, one leaf of the audit log.
    pub(crate) fn record(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        act: &str,
        object_kind: &str,
        object: &[u8; 16],
    ) -> Result<(), AppError> {
        self.note_request(tx, actor)?;
        let line = self.audit_line(Some(actor.id), act, object_kind);
        self.told(tx, &AuditLine { object: Some(*object), ..line }, &[])
    }

    /// The same for a line that was made before, because what is kept refers to it.
    pub(crate) fn record_line(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        line: &AuditLine,
    ) -> Result<(), AppError> {
        self.note_request(tx, actor)?;
        self.told(tx, line, &[])
    }

    /// Keeps the line of an act, and tells other programs of it where they are told of such: of
    /// each of its effects, and of the act itself unless an effect is called like it.
    fn told(&self, tx: &mut Tx<'_>, line: &AuditLine, effects: &[Effect]) -> Result<(), AppError> {
        self.announce(tx, line, effects)?;
        Ok(store::audit::append(tx, line)?)
    }

    /// The same for an act whose effects on several records are told of each; an act on one record
    /// alone is kept under that record, one on many with how many there were.
    pub(crate) fn record_effects(
        &self,
        tx: &mut Tx<'_>,
        actor: Option<&Actor>,
        (act, object_kind, object): (&str, &str, Option<&[u8; 16]>),
        effects: &[Effect],
    ) -> Result<(), AppError> {
        if let Some(actor) = actor {
            self.note_request(tx, actor)?;
        }
        let line = self.audit_line(actor.map(|actor| actor.id), act, object_kind);
        let (object, count) = match (object, effects) {
            (Some(object), _) => (Some(*object), None),
            (None, [only]) => (Some(only.object), None),
            (None, many) => (None, i64::try_from(many.len()).ok()),
        };
        self.told(tx, &AuditLine { object, count, ..line }, effects)
    }

    /// The same for what the program does by itself, such as letting a task expire.
    pub(crate) fn record_by_itself(
        &self,
        tx: &mut Tx<'_>,
        act: &str,
        object_kind: &str,
        object: &[u8; 16],
    ) -> Result<(), AppError> {
        let line = self.audit_line(None, act, object_kind);
        self.told(tx, &AuditLine { object: Some(*object), ..line }, &[])
    }

    /// Whose register it is.
    pub fn pemda(&self) -> RegionCode {
        self.store.tenant()
    }

    /// The same for an act on many records at once.
    pub(crate) fn record_count(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        act: &str,
        object_kind: &str,
        count: u64,
    ) -> Result<(), AppError> {
        self.note_request(tx, actor)?;
        let line = self.audit_line(Some(actor.id), act, object_kind);
        let count = i64::try_from(count).ok();
        self.told(tx, &AuditLine { count, ..line }, &[])
    }

    /// The same for an act that needs a reason, whose words are kept apart.
    pub fn record_reason(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        act: &str,
        object: (&str, &[u8; 16]),
        reason: &str,
    ) -> Result<(), AppError> {
        self.record_reason_of(tx, actor, act, object, (reason, &[]))
    }

    /// The same for an act whose effects on several records are told of each.
    pub(crate) fn record_reason_of(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        act: &str,
        (object_kind, object): (&str, &[u8; 16]),
        (reason, effects): (&str, &[Effect]),
    ) -> Result<(), AppError> {
        self.note_request(tx, actor)?;
        let line = self.audit_line(Some(actor.id), act, object_kind);
        let bound = domain::audit::reason_commitment(&line.salt, reason);
        let line = AuditLine { object: Some(*object), reason: Some(bound), ..line };
        store::audit::keep_reason(tx, &line, reason)?;
        self.told(tx, &line, effects)
    }

    pub(crate) fn audit_line(
        &self,
        actor: Option<Id<kind::User>>,
        act: &str,
        object_kind: &str,
    ) -> AuditLine {
        debug_assert!(crate::audit::acts::has_words(act), "{act} is to be said in words: ACTS");
        AuditLine {
            id: *self.environment.new_id::<AuditLine>().as_bytes(),
            salt: self.environment.random_bytes(),
            at_ms: self.now_ms(),
            actor,
            act: act.into(),
            object_kind: object_kind.into(),
            object: None,
            count: None,
            reason: None,
        }
    }

    /// Now, of something that is so from today.
    pub(crate) fn known_now(&self) -> Known {
        Known { at_ms: self.now_ms(), valid_from: self.environment.today() }
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> i64 {
        i64::try_from(self.environment.now_ms()).unwrap_or(i64::MAX)
    }

    /// Adds an office or village; the same again is no change.
    ///
    /// # Errors
    /// `CODE_TAKEN` when the code stands for something else.
    pub fn add_org(
        &self,
        actor: &Actor,
        code: &str,
        name: &str,
        territory: RegionCode,
    ) -> Result<Org, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::in_region(territory))?;
        let id = self.environment.new_id();
        let org = Org::plain(id, code, name, territory);
        self.store.write(|tx| match store::orgs::by_code(tx, code)? {
            Some(known) if known.name == org.name && known.territory == territory => Ok(known),
            Some(_) => Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", code)),
            None => {
                store::orgs::insert(tx, &org)?;
                self.record(tx, actor, "org-added", "org", org.id.as_bytes())?;
                Ok(org)
            }
        })
    }

    /// Adds a programme with its accounts; the same again is no change.
    ///
    /// # Errors
    /// `CODE_UNFIT`, `CODE_TAKEN` when the code stands for something else, the codes of
    /// [`domain::terms::TermsRefusal`], `FUND_FOR_NEWCOMERS` when the fund's source pays for nobody
    /// who is insured already and the programme takes such people.
    pub fn add_programme(
        &self,
        actor: &Actor,
        programme: &Programme,
    ) -> Result<Programme, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::in_region(programme.territory))?;
        if !names_a_file(&programme.code) {
            return Err(AppError::usage("CODE_UNFIT", ""));
        }
        let mut programme = programme.clone();
        // A set, whatever the order in which it was typed.
        programme.occupations.sort();
        programme.occupations.dedup();
        self.check_terms(&programme)?;
        self.store.write(|tx| match store::programmes::by_code(tx, &programme.code)? {
            Some(known) if known == (Programme { id: known.id, ..programme.clone() }) => Ok(known),
            Some(_) => Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", &*programme.code)),
            None => {
                store::programmes::insert(tx, &programme)?;
                store::ledger::open_accounts(tx, &chart::programme_accounts(&programme))?;
                self.record(tx, actor, "programme-added", "programme", programme.id.as_bytes())?;
                Ok(programme)
            }
        })
    }

    /// The programme with this code.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn programme(&self, code: &str) -> Result<Programme, AppError> {
        self.store
            .read(|tx| store::programmes::by_code(tx, code))?
            .ok_or_else(|| AppError::not_found("PROGRAMME_UNKNOWN", code))
    }

    /// The fund a programme pays from.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`.
    pub fn fund_of(&self, programme: &Programme) -> Result<Fund, AppError> {
        self.store
            .read(|tx| store::programmes::fund(tx, programme.fund))?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))
    }

    /// The office or village with this code.
    ///
    /// # Errors
    /// `ORG_UNKNOWN`.
    pub fn org(&self, code: &str) -> Result<Org, AppError> {
        self.store
            .read(|tx| store::orgs::by_code(tx, code))?
            .ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))
    }

    /// The fund with this code.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`.
    pub fn fund(&self, code: &str) -> Result<Fund, AppError> {
        self.store
            .read(|tx| store::programmes::fund_by_code(tx, code))?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", code))
    }

    /// Every office, by code.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn orgs(&self) -> Result<Vec<Org>, AppError> {
        Ok(self.store.read(store::orgs::list)?)
    }

    /// Every fund, by code.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn funds(&self) -> Result<Vec<Fund>, AppError> {
        Ok(self.store.read(store::programmes::funds)?)
    }

    /// Every programme, by code.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn programmes(&self) -> Result<Vec<Programme>, AppError> {
        Ok(self.store.read(store::programmes::list)?)
    }
}

#[cfg(test)]
impl Office {
    /// A register of Paser for tests, whose people are invented: its clock stands on a day, what is
    /// drawn follows from a seed, and its keys are those of every test.
    pub(crate) fn invented(location: Location, day: base::Day, seed: u64) -> Office {
        Office::open(OfficeOptions {
            location,
            pemda: RegionCode::from_digits(6401, 2),
            reader: Reader::InProcess,
            environment: Environment::fixed(day, seed),
            keys: KeySource::Ring(Box::new(store::twin::keys())),
        })
        .expect("a fresh place opens")
    }
}

/// Whether a code may stand in the name of a file: it leads into no other folder.
pub(crate) fn names_a_file(code: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=60).contains(&code.len()) && !code.starts_with('.') && code.chars().all(fits)
}
