//! Organisations: offices, villages, facilities under an office, police, banks, donors, branches.
//!
//! What kinds there are, and what each may be, is data (`data/org_kinds.tsv`), and an office adds
//! its own. An organisation may stand under another; the tree never closes into a circle.

pub mod import;
mod kinds;

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, RegionCode};

pub use kinds::{KindLineProblem, OrgKind, OrgKindKey, OrgKinds, OrgTrait, OrgTraits};

/// An office, village, facility or partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Which.
    pub id: Id<kind::Org>,
    /// Short code used on the command line, such as `desa-6401052001` or `disnaker`.
    pub code: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// The territory it may speak for, or lies in.
    pub territory: RegionCode,
    /// What it is.
    pub kind: OrgKindKey,
    /// The one it stands under.
    pub parent: Option<Id<kind::Org>>,
    /// Since when it is no more.
    pub closed_on: Option<Day>,
}

/// How an organisation is reached, and who signs for it; empty texts are not known.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// Street and number.
    pub address: Box<str>,
    /// Who holds the office.
    pub officer: Box<str>,
    /// What the office is called, such as "Kepala Dinas Kesehatan".
    pub office: Box<str>,
    /// Telephone.
    pub phone: Box<str>,
    /// E-mail.
    pub email: Box<str>,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Names and numbers of people stay out of logs.
        f.write_str("Contact(…)")
    }
}

/// What is said of an organisation, by code; nothing is looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgInput {
    /// Its code.
    pub code: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// What it is.
    pub kind: OrgKindKey,
    /// The code of the one it stands under.
    pub parent: Option<Box<str>>,
    /// The territory.
    pub territory: RegionCode,
    /// Since when it is no more.
    pub closed_on: Option<Day>,
    /// How it is reached.
    pub contact: Contact,
}

/// Why an organisation cannot stand in the register as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrgRefusal {
    /// No code, or one with other signs than letters, digits, point, hyphen and underscore.
    CodeUnfit,
    /// No name, or one that is too long.
    NameUnfit,
    /// No kind of this name.
    KindUnknown,
    /// The territory is not known, or lies in another regency.
    TerritoryOutside,
    /// No organisation has the code of the one above.
    ParentUnknown,
    /// The kind above has nothing under it.
    ParentUnfit,
    /// It would stand under itself.
    ParentLoop,
    /// A facility stands under an office.
    FacilityAlone,
    /// A telephone number or an address of mail that is none.
    ContactUnfit,
    /// Another row of the file has this code.
    CodeTwice,
}

impl OrgRefusal {
    /// Every one, in the order in which they are looked for.
    pub const ALL: [OrgRefusal; 10] = [
        OrgRefusal::CodeUnfit,
        OrgRefusal::NameUnfit,
        OrgRefusal::KindUnknown,
        OrgRefusal::TerritoryOutside,
        OrgRefusal::ContactUnfit,
        OrgRefusal::CodeTwice,
        OrgRefusal::ParentUnknown,
        OrgRefusal::ParentUnfit,
        OrgRefusal::ParentLoop,
        OrgRefusal::FacilityAlone,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            OrgRefusal::CodeUnfit => "ORG_CODE_UNFIT",
            OrgRefusal::NameUnfit => "ORG_NAME_UNFIT",
            OrgRefusal::KindUnknown => "ORG_KIND_UNKNOWN",
            OrgRefusal::TerritoryOutside => "ORG_TERRITORY_OUTSIDE",
            OrgRefusal::ParentUnknown => "ORG_PARENT_UNKNOWN",
            OrgRefusal::ParentUnfit => "ORG_PARENT_UNFIT",
            OrgRefusal::ParentLoop => "ORG_PARENT_LOOP",
            OrgRefusal::FacilityAlone => "ORG_FACILITY_ALONE",
            OrgRefusal::ContactUnfit => "ORG_CONTACT_UNFIT",
            OrgRefusal::CodeTwice => "ORG_CODE_TWICE",
        }
    }
}

/// The longest code and the longest name.
const CODE_CHARS: usize = 60; // not law: what fits a line
const TEXT_CHARS: usize = 200; // not law: what fits a letter's head

impl OrgInput {
    /// The first thing that does not fit, by itself and without its place in the tree.
    pub fn check(&self, kinds: &OrgKinds, regency: RegionCode) -> Result<(), OrgRefusal> {
        let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let code_fits = !self.code.is_empty() && self.code.len() <= CODE_CHARS;
        if !code_fits || !self.code.chars().all(is_code) {
            return Err(OrgRefusal::CodeUnfit);
        }
        let length = self.name.chars().count();
        if self.name.trim().is_empty() || length > TEXT_CHARS || has_control(&self.name) {
            return Err(OrgRefusal::NameUnfit);
        }
        if kinds.get(&self.kind).is_none() {
            return Err(OrgRefusal::KindUnknown);
        }
        let inside = regency.contains(self.territory) || self.territory.contains(regency);
        if !inside {
            return Err(OrgRefusal::TerritoryOutside);
        }
        if self.contact.fits() { Ok(()) } else { Err(OrgRefusal::ContactUnfit) }
    }
}

impl Contact {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.texts().iter().all(|text| text.is_empty())
    }

    fn texts(&self) -> [&str; 5] {
        [&self.address, &self.officer, &self.office, &self.phone, &self.email]
    }

    fn fits(&self) -> bool {
        let short = |text: &&str| text.chars().count() <= TEXT_CHARS && !has_control(text);
        let digits = self.phone.bytes().filter(u8::is_ascii_digit).count();
        let signs = |c: char| c.is_ascii_digit() || " +-().,/".contains(c);
        let phone =
            self.phone.is_empty() || ((5..=30).contains(&digits) && self.phone.chars().all(signs));
        let mail = self.email.is_empty()
            || self.email.split_once('@').is_some_and(|(who, place)| {
                !who.is_empty() && place.contains('.') && !self.email.contains(char::is_whitespace)
            });
        self.texts().iter().all(short) && phone && mail
    }

    /// The same with the number and the mail of the office-holder hidden but for their ends.
    pub fn masked(&self) -> Contact {
        let phone: String = match self.phone.len() {
            0 => String::new(),
            length => {
                let end = self.phone.chars().rev().take(2).collect::<Vec<_>>();
                let hidden = "•".repeat(length.saturating_sub(2).min(8));
                format!("{hidden}{}", end.into_iter().rev().collect::<String>())
            }
        };
        let email = self.email.split_once('@').map(|(_, place)| format!("•••@{place}"));
        Contact { phone: phone.into(), email: email.unwrap_or_default().into(), ..self.clone() }
    }
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// The organisations of a register, and how they stand under one another.
pub struct Tree<'a> {
    all: &'a [Org],
    at: HashMap<Id<kind::Org>, usize>,
    below: HashMap<Id<kind::Org>, Vec<usize>>,
}

impl<'a> Tree<'a> {
    /// The tree of these.
    pub fn new(all: &'a [Org]) -> Tree<'a> {
        let at: HashMap<_, _> = all.iter().enumerate().map(|(at, org)| (org.id, at)).collect();
        let mut below: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, org) in all.iter().enumerate() {
            if let Some(parent) = org.parent {
                below.entry(parent).or_default().push(place);
            }
        }
        Tree { all, at, below }
    }

    /// The one with this identifier.
    pub fn get(&self, id: Id<kind::Org>) -> Option<&'a Org> {
        self.at.get(&id).map(|at| &self.all[*at])
    }

    /// Those that stand right under one, in the order of the list.
    pub fn children(&self, id: Id<kind::Org>) -> impl Iterator<Item = &'a Org> + '_ {
        self.below.get(&id).into_iter().flatten().map(|at| &self.all[*at])
    }

    /// Every organisation with how deep it stands, each before those under it; one whose place is
    /// not in the list begins a tree of its own.
    pub fn in_order(&self) -> Vec<(usize, &'a Org)> {
        let mut order = Vec::with_capacity(self.all.len());
        let is_top = |org: &&Org| org.parent.is_none_or(|parent| !self.at.contains_key(&parent));
        for top in self.all.iter().filter(is_top) {
            self.walk(top, &mut order);
        }
        order
    }

    /// Everything under one, however deep; without itself.
    pub fn under(&self, id: Id<kind::Org>) -> Vec<&'a Org> {
        let mut order = Vec::new();
        if let Some(top) = self.get(id) {
            self.walk(top, &mut order);
        }
        order.into_iter().skip(1).map(|(_, org)| org).collect()
    }

    /// The facilities under one that are open on a day, by code.
    pub fn facilities(&self, kinds: &OrgKinds, id: Id<kind::Org>, on: Day) -> Vec<&'a Org> {
        let mut found: Vec<&Org> = self
            .under(id)
            .into_iter()
            .filter(|org| kinds.has(&org.kind, OrgTrait::Facility))
            .filter(|org| org.is_open_on(on))
            .collect();
        found.sort_by(|one, other| one.code.cmp(&other.code));
        found
    }

    fn walk(&self, top: &'a Org, order: &mut Vec<(usize, &'a Org)>) {
        let mut seen = HashSet::new();
        let mut stack = vec![(0, top)];
        while let Some((depth, org)) = stack.pop() {
            if !seen.insert(org.id) {
                continue;
            }
            order.push((depth, org));
            let below = self.below.get(&org.id).into_iter().flatten().rev();
            stack.extend(below.map(|at| (depth + 1, &self.all[*at])));
        }
    }
}

impl Org {
    /// What an organisation of a territory is when nobody said: a village, a district, an office.
    pub fn kind_of_territory(territory: RegionCode) -> OrgKindKey {
        OrgKindKey::new(match territory.level() {
            4 => "desa",
            3 => "kecamatan",
            _ => "opd",
        })
    }

    /// An office or village of which no more is said.
    pub fn plain(id: Id<kind::Org>, code: &str, name: &str, territory: RegionCode) -> Org {
        Org {
            id,
            code: code.into(),
            name: name.into(),
            territory,
            kind: Org::kind_of_territory(territory),
            parent: None,
            closed_on: None,
        }
    }

    /// Whether it is there on a day.
    pub fn is_open_on(&self, day: Day) -> bool {
        self.closed_on.is_none_or(|closed| day < closed)
    }
}

/// Finds out whether an organisation may stand where it is said, among those known.
///
/// `above` leads from each known code to its kind and its parent's code.
///
/// # Errors
/// The first refusal that holds.
pub fn check_place(
    input: &OrgInput,
    kinds: &OrgKinds,
    above: &HashMap<Box<str>, (OrgKindKey, Option<Box<str>>)>,
) -> Result<(), OrgRefusal> {
    let Some(parent) = &input.parent else {
        return match kinds.has(&input.kind, OrgTrait::Facility) {
            true => Err(OrgRefusal::FacilityAlone),
            false => Ok(()),
        };
    };
    let Some((kind, _)) = above.get(parent) else { return Err(OrgRefusal::ParentUnknown) };
    if !kinds.has(kind, OrgTrait::Parent) {
        return Err(OrgRefusal::ParentUnfit);
    }
    let mut at = Some(parent);
    let mut steps = 0;
    while let Some(code) = at {
        steps += 1;
        if *code == input.code || steps > above.len() + 1 {
            return Err(OrgRefusal::ParentLoop);
        }
        at = above.get(code).and_then(|(_, parent)| parent.as_ref());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
