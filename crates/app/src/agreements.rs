//! Agreements between organisations: written from a text, signed, amended, ended, copied for
//! another office; what each party owes is ticked, and the board says what is late.

mod change;
mod print;
mod script;
pub(crate) mod ties;

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id};
pub use change::{Amendment, Copying, Done, NewDuty, Signing, Ticking};
pub use domain::agreement::{
    AgreementState, Article, Duty, DutyKind, DutyStanding, DutyState, Party, Renewal, Terms,
    Values, fill as filled,
};
use domain::agreement::{Fulfilment, board, renewal};
use domain::organisation::{Org, OrgKinds, OrgTrait, Tree};
pub use script::Script;
use script::{Found, Lookup};
use store::Tx;
pub use store::agreements::{Agreement, Ticked, Version};

pub use ties::{Held, ProgrammeAgreements, Tied};

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::organisations::kinds_of;

/// The texts that come with Payung, by name.
const SHIPPED: &[(&str, &str)] =
    &[("pks-dinas-bpjs", include_str!("../../../agreements/pks-dinas-bpjs.toml"))];

/// Which organisation.
pub type OrgId = Id<kind::Org>;

/// The largest scanned paper.
pub const SCAN_BYTES_MAX: usize = 20 << 20;

/// A new agreement, from a text.
pub struct NewAgreement<'a> {
    /// Its code.
    pub code: &'a str,
    /// The text's name.
    pub template: &'a str,
    /// The codes of the parties, in order.
    pub parties: &'a [String],
    /// The number on the paper; may be empty until it is signed.
    pub number: &'a str,
    /// Where it is signed; the seat of the regency when empty.
    pub place: &'a str,
    /// The first day.
    pub from: Day,
    /// The last day; by the months of the text when none.
    pub to: Option<Day>,
}

/// A duty and how much of it is done, as the board shows it.
#[derive(Debug, Clone)]
pub struct DutyShown {
    /// The agreement's code.
    pub agreement: Box<str>,
    /// The duty.
    pub duty: Duty,
    /// Its words with everything put in.
    pub text: String,
    /// Whose it is.
    pub party: Box<str>,
    /// The owner's code.
    pub owner: Box<str>,
    /// Where it stands.
    pub standing: DutyStanding,
}

/// An agreement in a line.
#[derive(Debug, Clone)]
pub struct AgreementShown {
    /// It.
    pub agreement: Agreement,
    /// What it says: the version that holds, or the draft.
    pub terms: Terms,
    /// Where its end stands; far while it does not hold.
    pub renewal: Renewal,
    /// Duties by state.
    pub duties: HashMap<DutyState, u32>,
    /// Whether a later version waits for its signature.
    pub draft_waits: bool,
}

/// All of one agreement.
pub struct AgreementFile {
    /// It.
    pub agreement: Agreement,
    /// Every version, the first before the others.
    pub versions: Vec<Version>,
    /// The duties of the version shown, in its order.
    pub duties: Vec<DutyShown>,
    /// Code and name of the programmes that run under it.
    pub programmes: Vec<(Box<str>, Box<str>)>,
    /// Who ticked what, those taken back left out.
    pub ticks: Vec<Ticked>,
    /// The organisations named, by id.
    pub orgs: HashMap<Id<kind::Org>, Org>,
    /// The facilities each duty is owed to, by the duty's code.
    pub facilities: HashMap<Box<str>, Vec<Org>>,
    /// Where its end stands.
    pub renewal: Renewal,
    /// The code of the agreement it was copied from.
    pub copied_from: Option<Box<str>>,
    /// Names of users, by id.
    pub users: HashMap<Id<kind::User>, Box<str>>,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// The codes of the duties that the reader may tick.
    pub may_tick: HashSet<Box<str>>,
}

impl AgreementFile {
    /// The version that holds, or the draft while none does.
    pub fn current(&self) -> &Version {
        current(&self.agreement, &self.versions)
    }

    /// The version that waits for its signature.
    pub fn draft(&self) -> Option<&Version> {
        self.versions.last().filter(|version| version.signed_on.is_none())
    }

    /// The version of this number.
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.version == number)
    }

    /// The duty of this code.
    pub fn duty(&self, code: &str) -> Option<&DutyShown> {
        self.duties.iter().find(|shown| &*shown.duty.code == code)
    }
}

/// What is read once to look at agreements.
struct World {
    orgs: Vec<Org>,
    kinds: OrgKinds,
    today: Day,
}

impl World {
    fn load(office: &Office, tx: &mut Tx<'_>, on: Option<Day>) -> Result<World, AppError> {
        let today = on.unwrap_or_else(|| office.environment.today());
        Ok(World { orgs: store::orgs::list(tx)?, kinds: kinds_of(tx)?, today })
    }

    fn code_of(&self, id: Id<kind::Org>) -> Box<str> {
        let found = self.orgs.iter().find(|org| org.id == id);
        found.map(|org| org.code.clone()).unwrap_or_default()
    }

    fn facilities(&self, tree: &Tree<'_>, id: Id<kind::Org>) -> Vec<Org> {
        tree.facilities(&self.kinds, id, self.today).into_iter().cloned().collect()
    }

    fn duties(&self, agreement: &Agreement, version: &Version, ticks: &[Ticked]) -> Vec<DutyShown> {
        let terms = &version.terms;
        let tree = Tree::new(&self.orgs);
        let done: Vec<Fulfilment> = ticks.iter().filter_map(Ticked::fulfilment).collect();
        let facilities =
            |id| self.facilities(&tree, id).into_iter().map(|org| org.id).collect::<Vec<_>>();
        let values = print::values(version);
        let shown = |one: domain::agreement::Standing<'_>| {
            let party = &terms.parties[usize::from(one.duty.party)];
            DutyShown {
                agreement: agreement.code.clone(),
                text: domain::agreement::fill(&one.duty.text, &values),
                party: party.name.clone(),
                owner: self.code_of(party.org),
                standing: one.standing,
                duty: one.duty.clone(),
            }
        };
        board(terms, &done, facilities, self.today).into_iter().map(shown).collect()
    }
}

fn current<'v>(agreement: &Agreement, versions: &'v [Version]) -> &'v Version {
    let holds = versions.iter().find(|version| version.version == agreement.version);
    holds.or(versions.last()).expect("an agreement has a version")
}

fn renewal_of(agreement: &Agreement, terms: &Terms, today: Day) -> Renewal {
    match agreement.state {
        AgreementState::Signed => renewal(terms, today),
        _ => Renewal::Far,
    }
}

impl Office {
    /// The texts agreements are written from: those of the office, and those that come with Payung
    /// and were not replaced; by name.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn agreement_templates(&self, actor: &Actor) -> Result<Vec<(String, Script)>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let mut found: Vec<(String, Script)> = Vec::new();
        for (name, text) in self.store.read(store::agreements::templates)? {
            found.push((name, Script::parse(&text)?));
        }
        for (name, text) in SHIPPED {
            if found.iter().all(|(known, _)| known != name) {
                found.push(((*name).to_owned(), Script::parse(text)?));
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(found)
    }

    /// A text as a file, its remarks kept.
    ///
    /// # Errors
    /// `TEMPLATE_UNKNOWN`.
    pub fn agreement_template(&self, actor: &Actor, name: &str) -> Result<String, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.template_text(name)
    }

    fn template_text(&self, name: &str) -> Result<String, AppError> {
        let own = self.store.read(store::agreements::templates)?;
        let own = own.into_iter().find(|(known, _)| known == name).map(|(_, text)| text);
        let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
        own.or_else(|| shipped.map(|(_, text)| (*text).to_owned()))
            .ok_or_else(|| AppError::not_found("TEMPLATE_UNKNOWN", name))
    }

    /// Keeps a text of the office under a name; the same again is no change.
    ///
    /// # Errors
    /// `AGREEMENT_TEXT_UNREADABLE`, and the code of a refusal when nothing could ever be written
    /// from it.
    pub fn keep_agreement_template(
        &self,
        actor: &Actor,
        name: &str,
        text: &str,
    ) -> Result<(), AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 60 || !name.chars().all(fits) {
            return Err(AppError::usage("ORG_CODE_UNFIT", name));
        }
        check_script(&Script::parse(text)?)?;
        let now = self.now_ms();
        self.store.write(|tx| {
            let known = store::agreements::templates(tx)?;
            if known.iter().any(|(known, content)| known == name && content == text) {
                return Ok(());
            }
            store::agreements::set_template(tx, name, text, actor.id, now)?;
            self.record_count(tx, actor, "agreement-template-kept", "agreement-template", 1)
        })
    }

    /// Every agreement in a line, by code.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn agreements(&self, actor: &Actor) -> Result<Vec<AgreementShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let world = World::load(self, tx, None)?;
            let mut found = Vec::new();
            for agreement in store::agreements::list(tx)? {
                let versions = store::agreements::versions(tx, agreement.id)?;
                let ticks = store::agreements::ticks(tx, agreement.id)?;
                let version = current(&agreement, &versions);
                let mut duties = HashMap::new();
                for shown in world.duties(&agreement, version, &ticks) {
                    *duties.entry(shown.standing.state).or_default() += 1;
                }
                found.push(AgreementShown {
                    renewal: renewal_of(&agreement, &version.terms, world.today),
                    terms: version.terms.clone(),
                    duties,
                    draft_waits: agreement.newest > agreement.version && agreement.version > 0,
                    agreement,
                });
            }
            Ok(found)
        })
    }

    /// What every party of every agreement that holds owes, the most urgent first; as of today, or
    /// of another day.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn agreement_board(
        &self,
        actor: &Actor,
        on: Option<Day>,
    ) -> Result<Vec<DutyShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let world = World::load(self, tx, on)?;
            let mut found = Vec::new();
            for agreement in store::agreements::list(tx)? {
                if agreement.state != AgreementState::Signed {
                    continue;
                }
                let versions = store::agreements::versions(tx, agreement.id)?;
                let ticks = store::agreements::ticks(tx, agreement.id)?;
                let version = current(&agreement, &versions);
                found.extend(world.duties(&agreement, version, &ticks));
            }
            found.sort_by(|one, other| {
                let key = |shown: &DutyShown| (shown.standing.state, shown.duty.due);
                key(one).cmp(&key(other)).then(one.agreement.cmp(&other.agreement))
            });
            Ok(found)
        })
    }

    /// All of one agreement.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`.
    pub fn agreement(&self, actor: &Actor, code: &str) -> Result<AgreementFile, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let agreement = found(tx, code)?;
            let world = World::load(self, tx, None)?;
            let versions = store::agreements::versions(tx, agreement.id)?;
            let ticks = store::agreements::ticks(tx, agreement.id)?;
            let version = current(&agreement, &versions);
            let duties = world.duties(&agreement, version, &ticks);
            let tree = Tree::new(&world.orgs);
            let facilities = version.terms.duties.iter().filter_map(|duty| {
                let under = duty.each_under?;
                Some((duty.code.clone(), world.facilities(&tree, under)))
            });
            let facilities = facilities.collect();
            let may_tick = version.terms.duties.iter().filter(|duty| {
                let owner = change::owner_of(&version.terms, duty);
                self.reaches(actor, Operation::FollowUp, &owner)
            });
            let may_tick = may_tick.map(|duty| duty.code.clone()).collect();
            let copied_from = match agreement.copied_from {
                Some(id) => store::agreements::get(tx, id)?.map(|agreement| agreement.code),
                None => None,
            };
            let users = store::orgs::users(tx)?.into_iter().map(|user| (user.id, user.name));
            let users = users.collect();
            Ok(AgreementFile {
                renewal: renewal_of(&agreement, &version.terms, world.today),
                duties,
                ticks: ticks.into_iter().filter(|tick| tick.on.is_some()).collect(),
                facilities,
                programmes: store::agreements::programmes(tx, agreement.id)?,
                copied_from,
                users,
                may_change: self.may_somewhere(actor, Operation::SetUp),
                may_tick,
                orgs: world.orgs.into_iter().map(|org| (org.id, org)).collect(),
                versions,
                agreement,
            })
        })
    }

    /// The terms of an agreement as a file that can be changed and handed back: the draft, or the
    /// version that holds.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`.
    pub fn agreement_script(&self, actor: &Actor, code: &str) -> Result<String, AppError> {
        let file = self.agreement(actor, code)?;
        let terms = &file.draft().unwrap_or_else(|| file.current()).terms;
        let code_of = |id| file.orgs.get(&id).map(|org| org.code.to_string()).unwrap_or_default();
        Ok(Script::of_terms(terms, &code_of).write())
    }

    /// The scanned paper of a version.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `SCAN_MISSING`.
    pub fn agreement_scan(
        &self,
        actor: &Actor,
        code: &str,
        version: u32,
    ) -> Result<Vec<u8>, AppError> {
        let file = self.agreement(actor, code)?;
        let missing = || AppError::not_found("SCAN_MISSING", code);
        let hash = file.version(version).and_then(|version| version.scan).ok_or_else(missing)?;
        let found = self.store.read(|tx| store::agreements::scan(tx, file.agreement.id, &hash))?;
        found.ok_or_else(missing)
    }

    /// Terms out of a text, with parties looked up among the organisations.
    fn terms_of(&self, tx: &mut Tx<'_>, script: &Script) -> Result<Terms, AppError> {
        let kinds = kinds_of(tx)?;
        let orgs = store::orgs::list(tx)?;
        let contacts: HashMap<_, _> = store::orgs::contacts(tx)?.into_iter().collect();
        let org = |code: &str| {
            let org = orgs.iter().find(|org| &*org.code == code)?;
            Some(Found {
                id: org.id,
                name: org.name.clone(),
                kind: org.kind.clone(),
                signs: kinds.has(&org.kind, OrgTrait::Party),
                contact: contacts.get(&org.id).cloned().unwrap_or_default(),
            })
        };
        let terms = script.terms(&Lookup { org: &org })?;
        terms.check().map_err(|refusal| AppError::refused(refusal.name(), ""))?;
        Ok(terms)
    }
}

/// The agreement with this code.
fn found(tx: &mut Tx<'_>, code: &str) -> Result<Agreement, AppError> {
    let found = store::agreements::by_code(tx, code)?;
    found.ok_or_else(|| AppError::not_found("AGREEMENT_UNKNOWN", code))
}

/// Tries a text with parties of no name: whatever is wrong then is wrong with the text.
fn check_script(script: &Script) -> Result<(), AppError> {
    let mut tried = script.clone();
    if tried.from.is_empty() {
        tried.from = "2024-01-01".to_owned();
    }
    if tried.to.is_empty() && tried.months.is_none() {
        tried.months = Some(12);
    }
    for (party, number) in tried.party.iter_mut().zip(1u8..) {
        party.org = number.to_string();
        party.kinds.clear();
    }
    for duty in tried.duty.iter_mut().filter(|duty| duty.each != "facilities") {
        duty.each.clear();
    }
    let org = |code: &str| {
        let number: u8 = code.parse().ok()?;
        Some(Found {
            id: Id::from_bytes([number; 16]),
            name: code.into(),
            kind: domain::organisation::OrgKindKey::new("lain"),
            signs: true,
            contact: domain::organisation::Contact::default(),
        })
    };
    let terms = tried.terms(&Lookup { org: &org })?;
    terms.check().map_err(|refusal| AppError::refused(refusal.name(), ""))
}

#[cfg(test)]
mod tests;
