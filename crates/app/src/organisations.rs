//! The register of organisations: kept one by one or from a spreadsheet, shown as a tree, and the
//! facilities under an office.

use std::collections::HashMap;
use std::path::Path;

use base::id::kind;
use base::{Day, Id, PlaceMatch, RegionCode};
pub use domain::organisation::import::{Defaults, OrgImport, OrgOutcome, OrgRow};
pub use domain::organisation::{
    Contact, Org, OrgInput, OrgKind, OrgKindKey, OrgKinds, OrgTrait, OrgTraits, Tree,
};
use domain::organisation::{OrgRefusal, check_place, import};
use store::Tx;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::reading::FileRefusal;

/// An organisation as the tree shows it.
#[derive(Debug, Clone)]
pub struct OrgShown {
    /// It.
    pub org: Org,
    /// How deep it stands, 0 at the top.
    pub depth: usize,
    /// The name of the one it stands under.
    pub parent: Option<Box<str>>,
    /// How many facilities are open under it.
    pub facilities: u64,
}

/// All that is known of one organisation.
pub struct OrgFile {
    /// It.
    pub org: Org,
    /// How it is reached; masked for those who may not set it up.
    pub contact: Contact,
    /// The one it stands under.
    pub parent: Option<Org>,
    /// Those right under it.
    pub children: Vec<Org>,
    /// The facilities open under it, however deep, by code.
    pub facilities: Vec<Org>,
    /// The agreements it is a party of, by code.
    pub agreements: Vec<Box<str>>,
    /// Whether the reader may change it.
    pub may_change: bool,
}

/// A change of one organisation; what is not said stays.
#[derive(Default, Clone)]
pub struct OrgChange {
    /// Its name.
    pub name: Option<String>,
    /// What it is, by key.
    pub kind: Option<String>,
    /// The code of the one it stands under; empty for none.
    pub parent: Option<String>,
    /// The territory.
    pub territory: Option<RegionCode>,
    /// Since when it is no more; an empty answer opens it again.
    pub closed_on: Option<Option<Day>>,
    /// Street and number.
    pub address: Option<String>,
    /// Who holds the office.
    pub officer: Option<String>,
    /// What the office is called.
    pub office: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

impl Office {
    /// The kinds there are: those that come with Payung, then those of the office.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn org_kinds(&self) -> Result<OrgKinds, AppError> {
        self.store.read(kinds_of)
    }

    /// Adds a kind of organisation; the same again is no change.
    ///
    /// # Errors
    /// `CODE_TAKEN` when the key or a name stands for something else.
    pub fn add_org_kind(&self, actor: &Actor, kind: &OrgKind) -> Result<(), AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        self.store.write(|tx| {
            let mut kinds = kinds_of(tx)?;
            if kinds.get(&kind.key) == Some(kind) {
                return Ok(());
            }
            let taken = || AppError::new(ErrorKind::Conflict, "CODE_TAKEN", &*kind.key.0);
            kinds.add(kind.clone(), std::iter::empty()).ok_or_else(taken)?;
            store::orgs::insert_kind(tx, kind)?;
            self.record_count(tx, actor, "org-kind-added", "org-kind", 1)
        })
    }

    /// Adds an organisation with all that is known of it; the same again is no change.
    ///
    /// # Errors
    /// `CODE_TAKEN` when the code stands for something else, and the code of an [`OrgRefusal`].
    pub fn add_org_whole(&self, actor: &Actor, input: &OrgInput) -> Result<Org, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::in_region(input.territory))?;
        match self.org_input(&input.code) {
            Ok(known) if known != *input => {
                Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", &*input.code))
            }
            _ => self.keep_org(actor, input).map(|(org, _)| org),
        }
    }

    /// Adds an organisation, or changes the one with its code to what is said.
    ///
    /// # Errors
    /// The code of an [`OrgRefusal`].
    pub fn keep_org(&self, actor: &Actor, input: &OrgInput) -> Result<(Org, OrgOutcome), AppError> {
        self.authorize(actor, Operation::SetUp, &Target::in_region(input.territory))?;
        self.store.write(|tx| {
            let register = Register::load(tx)?;
            input.check(&register.kinds, self.store.tenant()).map_err(refused(&input.code))?;
            check_place(input, &register.kinds, &register.above()).map_err(refused(&input.code))?;
            let outcome = match register.input(&input.code) {
                None => OrgOutcome::Added,
                Some(known) if known == *input => OrgOutcome::Same,
                Some(_) => OrgOutcome::Changed,
            };
            let org = self.put(tx, &register, input, &outcome, &HashMap::new())?;
            let act = match outcome {
                OrgOutcome::Added => "org-added",
                OrgOutcome::Changed => "org-changed",
                _ => return Ok((org, outcome)),
            };
            self.record(tx, actor, act, "org", org.id.as_bytes())?;
            Ok((org, outcome))
        })
    }

    /// Changes some of what is said of an organisation.
    ///
    /// # Errors
    /// `ORG_UNKNOWN`, and the code of an [`OrgRefusal`].
    pub fn change_org(
        &self,
        actor: &Actor,
        code: &str,
        change: &OrgChange,
    ) -> Result<(Org, OrgOutcome), AppError> {
        let input = self.org_input(code)?;
        let text = |new: &Option<String>, old: Box<str>| {
            new.as_deref().map_or(old, |text| text.trim().into())
        };
        let contact = input.contact;
        let kind = change.kind.as_deref().map_or(input.kind, OrgKindKey::new);
        let parent = match change.parent.as_deref().map(str::trim) {
            None => input.parent,
            Some("") => None,
            Some(code) => Some(code.into()),
        };
        let changed = OrgInput {
            code: input.code,
            name: text(&change.name, input.name),
            kind,
            parent,
            territory: change.territory.unwrap_or(input.territory),
            closed_on: change.closed_on.unwrap_or(input.closed_on),
            contact: Contact {
                address: text(&change.address, contact.address),
                officer: text(&change.officer, contact.officer),
                office: text(&change.office, contact.office),
                phone: text(&change.phone, contact.phone),
                email: text(&change.email, contact.email),
            },
        };
        self.keep_org(actor, &changed)
    }

    /// Takes a list of organisations in from a spreadsheet of any layout; every row has an outcome,
    /// and the same list again changes nothing.
    ///
    /// # Errors
    /// `ORG_LIST_WITHOUT_HEAD`; a file that cannot be read is a [`FileRefusal`] inside.
    pub fn import_orgs(
        &self,
        actor: &Actor,
        path: &Path,
        defaults: &Defaults,
    ) -> Result<Result<OrgImport, FileRefusal>, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let rows = match self.reader.rows(path) {
            Ok(rows) => rows,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let regency = self.store.tenant();
        let region = |typed: &str| self.region_typed(typed);
        self.store.write(|tx| {
            let register = Register::load(tx)?;
            let context = import::ImportContext {
                kinds: &register.kinds,
                known: &register.known,
                regency,
                region: &region,
                defaults,
            };
            let headless = || AppError::refused("ORG_LIST_WITHOUT_HEAD", "");
            let decided = import::decide(&rows, &context).ok_or_else(headless)?;
            let mut made = HashMap::new();
            for input in &decided.keep {
                let outcome = match register.input(&input.code) {
                    None => OrgOutcome::Added,
                    Some(_) => OrgOutcome::Changed,
                };
                let org = self.put(tx, &register, input, &outcome, &made)?;
                made.insert(org.code.clone(), org.id);
            }
            if !decided.keep.is_empty() {
                let count = decided.keep.len() as u64;
                self.record_count(tx, actor, "orgs-imported", "org", count)?;
            }
            Ok(Ok(decided))
        })
    }

    /// Every organisation in the order of the tree.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn org_tree(&self, actor: &Actor) -> Result<Vec<OrgShown>, AppError> {
        self.authorize(actor, Operation::OwnDesk, &Target::default())?;
        let (orgs, kinds) =
            self.store.read(|tx| Ok::<_, AppError>((store::orgs::list(tx)?, kinds_of(tx)?)))?;
        let (tree, today) = (Tree::new(&orgs), self.environment.today());
        let shown = |(depth, org): (usize, &Org)| OrgShown {
            org: org.clone(),
            depth,
            parent: org.parent.and_then(|id| tree.get(id)).map(|parent| parent.name.clone()),
            facilities: tree.facilities(&kinds, org.id, today).len() as u64,
        };
        Ok(tree.in_order().into_iter().map(shown).collect())
    }

    /// All that is known of one organisation.
    ///
    /// # Errors
    /// `ORG_UNKNOWN`.
    pub fn org_file(&self, actor: &Actor, code: &str) -> Result<OrgFile, AppError> {
        self.authorize(actor, Operation::OwnDesk, &Target::default())?;
        let may_change = self.may_somewhere(actor, Operation::SetUp);
        let may_read = self.may_somewhere(actor, Operation::ReadMoney);
        self.store.read(|tx| {
            let orgs = store::orgs::list(tx)?;
            let org = orgs.iter().find(|org| &*org.code == code).cloned();
            let org = org.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))?;
            let kinds = kinds_of(tx)?;
            let tree = Tree::new(&orgs);
            let contact = store::orgs::contact(tx, org.id)?;
            let facilities = tree.facilities(&kinds, org.id, self.environment.today());
            Ok(OrgFile {
                contact: if may_change { contact } else { contact.masked() },
                parent: org.parent.and_then(|id| tree.get(id)).cloned(),
                children: tree.children(org.id).cloned().collect(),
                facilities: facilities.into_iter().cloned().collect(),
                agreements: match may_read {
                    true => store::agreements::of_org(tx, org.id)?,
                    false => Vec::new(),
                },
                may_change,
                org,
            })
        })
    }

    /// What is said of an organisation, as it would be said anew.
    fn org_input(&self, code: &str) -> Result<OrgInput, AppError> {
        let found = self.store.read(|tx| Ok::<_, AppError>(Register::load(tx)?.input(code)))?;
        found.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))
    }

    /// The region of a code, or of a name of this regency.
    pub fn region_typed(&self, typed: &str) -> Option<RegionCode> {
        if typed.bytes().any(|byte| byte.is_ascii_digit()) {
            return RegionCode::parse(typed);
        }
        let regency = self.store.tenant();
        let district = sure(self.gazetteer.find(regency, 3, typed));
        let in_district = |district| sure(self.gazetteer.find(district, 4, typed));
        district.or_else(|| {
            let mut villages = self.gazetteer.children(regency).filter_map(in_district);
            // One village of this name in the regency, or nobody knows which.
            villages.next().filter(|_| villages.next().is_none())
        })
    }

    fn put(
        &self,
        tx: &mut Tx<'_>,
        register: &Register,
        input: &OrgInput,
        outcome: &OrgOutcome,
        made: &HashMap<Box<str>, Id<kind::Org>>,
    ) -> Result<Org, AppError> {
        let id_of = |code: &str| {
            let known = register.known.iter().find(|(org, _)| &*org.code == code);
            made.get(code).copied().or_else(|| known.map(|(org, _)| org.id))
        };
        let org = Org {
            id: id_of(&input.code).unwrap_or_else(|| self.environment.new_id()),
            code: input.code.clone(),
            name: input.name.clone(),
            territory: input.territory,
            kind: input.kind.clone(),
            parent: input.parent.as_deref().and_then(id_of),
            closed_on: input.closed_on,
        };
        if *outcome != OrgOutcome::Same {
            let is_new = *outcome == OrgOutcome::Added;
            store::orgs::keep(tx, &org, &input.contact, is_new)?;
        }
        Ok(org)
    }
}

/// The whole register of organisations.
struct Register {
    kinds: OrgKinds,
    known: Vec<(Org, Contact)>,
}

impl Register {
    fn load(tx: &mut Tx<'_>) -> Result<Register, AppError> {
        let mut contacts: HashMap<_, _> = store::orgs::contacts(tx)?.into_iter().collect();
        let orgs = store::orgs::list(tx)?.into_iter();
        let known = orgs.map(|org| {
            let contact = contacts.remove(&org.id).unwrap_or_default();
            (org, contact)
        });
        Ok(Register { known: known.collect(), kinds: kinds_of(tx)? })
    }

    fn code_of(&self, id: Id<kind::Org>) -> Option<Box<str>> {
        self.known.iter().find(|(org, _)| org.id == id).map(|(org, _)| org.code.clone())
    }

    /// Kind and parent's code of each, by code.
    fn above(&self) -> HashMap<Box<str>, (OrgKindKey, Option<Box<str>>)> {
        let codes: HashMap<_, _> =
            self.known.iter().map(|(org, _)| (org.id, org.code.clone())).collect();
        let one = |(org, _): &(Org, Contact)| {
            let parent = org.parent.and_then(|id| codes.get(&id).cloned());
            (org.code.clone(), (org.kind.clone(), parent))
        };
        self.known.iter().map(one).collect()
    }

    /// What is said of the one with this code.
    fn input(&self, code: &str) -> Option<OrgInput> {
        let (org, contact) = self.known.iter().find(|(org, _)| &*org.code == code)?;
        Some(OrgInput {
            code: org.code.clone(),
            name: org.name.clone(),
            kind: org.kind.clone(),
            parent: org.parent.and_then(|id| self.code_of(id)),
            territory: org.territory,
            closed_on: org.closed_on,
            contact: contact.clone(),
        })
    }
}

pub(crate) fn kinds_of(tx: &mut Tx<'_>) -> Result<OrgKinds, AppError> {
    let mut kinds = OrgKinds::builtin();
    for kind in store::orgs::kinds(tx)? {
        // A later program may have come to bring the same key; its own stands.
        let _ = kinds.add(kind, std::iter::empty());
    }
    Ok(kinds)
}

fn refused(code: &str) -> impl Fn(OrgRefusal) -> AppError + '_ {
    move |refusal| AppError::refused(refusal.name(), code)
}

fn sure(found: PlaceMatch) -> Option<RegionCode> {
    match found {
        PlaceMatch::Exact(code) | PlaceMatch::Former(code) | PlaceMatch::Spelling(code) => {
            Some(code)
        }
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
