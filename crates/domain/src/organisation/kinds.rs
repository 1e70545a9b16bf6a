//! What organisations there are: a list with names in two languages, what each kind may be, and the
//! words by which people write it.

use std::collections::HashMap;
use std::sync::Arc;

/// A key of the list of kinds, such as `klinik`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgKindKey(pub Arc<str>);

impl OrgKindKey {
    /// The key of this name.
    pub fn new(key: &str) -> OrgKindKey {
        OrgKindKey(key.into())
    }
}

/// What a kind of organisation may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrgTrait {
    /// Others stand under it.
    Parent,
    /// It is a place where people work, under an office.
    Facility,
    /// It signs agreements.
    Party,
    /// It sends lists.
    Sender,
}

impl OrgTrait {
    /// Every one, in order.
    pub const ALL: [OrgTrait; 4] =
        [OrgTrait::Parent, OrgTrait::Facility, OrgTrait::Party, OrgTrait::Sender];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            OrgTrait::Parent => "parent",
            OrgTrait::Facility => "facility",
            OrgTrait::Party => "party",
            OrgTrait::Sender => "sender",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<OrgTrait> {
        OrgTrait::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Some of what a kind may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrgTraits(u8);

impl OrgTraits {
    /// Reads names between commas; none when one is unknown.
    pub fn parse(text: &str) -> Option<OrgTraits> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let mut bits = 0;
        for name in names {
            bits |= 1 << OrgTrait::from_name(name)? as u8;
        }
        Some(OrgTraits(bits))
    }

    /// Whether it is one of them.
    pub fn has(self, one: OrgTrait) -> bool {
        self.0 >> one as u8 & 1 == 1
    }

    /// Their names between commas.
    pub fn names(self) -> String {
        let held = OrgTrait::ALL.into_iter().filter(|one| self.has(*one));
        held.map(OrgTrait::name).collect::<Vec<_>>().join(",")
    }
}

/// One kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgKind {
    /// Which.
    pub key: OrgKindKey,
    /// Name in Indonesian.
    pub name: Box<str>,
    /// Name in English.
    pub name_en: Box<str>,
    /// What it may be.
    pub traits: OrgTraits,
}

/// A line of the list that cannot be read, 1 for the headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindLineProblem(pub usize);

/// The list.
#[derive(Debug, Clone, Default)]
pub struct OrgKinds {
    all: Vec<OrgKind>,
    /// Every word in plain form, with the kind it names.
    words: HashMap<Box<str>, usize>,
}

impl OrgKinds {
    /// The list that comes with Payung.
    pub fn builtin() -> OrgKinds {
        OrgKinds::parse(include_str!("../../data/org_kinds.tsv"))
            .expect("a test reads the list that comes with Payung")
    }

    /// Reads a list.
    ///
    /// # Shape
    /// Fields between tabs, one line of headings: `key, name, name_en, traits, words`; traits
    /// between commas, words between `|`.
    ///
    /// # Errors
    /// The first line that has not five fields, an unknown trait, no key, or a key or word that
    /// another kind has.
    pub fn parse(tsv: &str) -> Result<OrgKinds, KindLineProblem> {
        let mut list = OrgKinds::default();
        for (at, line) in tsv.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
            list.add_line(line).ok_or(KindLineProblem(at + 1))?;
        }
        Ok(list)
    }

    fn add_line(&mut self, line: &str) -> Option<()> {
        let fields: [&str; 5] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        let [key, name, name_en, traits, words] = fields;
        let kind = OrgKind {
            key: OrgKindKey::new(key),
            name: name.into(),
            name_en: name_en.into(),
            traits: OrgTraits::parse(traits)?,
        };
        self.add(kind, words.split('|'))
    }

    /// Adds a kind with words for it; none when its key, name or word is another's.
    pub fn add<'w>(&mut self, kind: OrgKind, words: impl Iterator<Item = &'w str>) -> Option<()> {
        let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let fits = !kind.key.0.is_empty() && kind.key.0.chars().all(is_key);
        if !fits || kind.name.is_empty() || self.get(&kind.key).is_some() {
            return None;
        }
        let at = self.all.len();
        let own = [kind.key.0.replace('_', " "), kind.name.to_string(), kind.name_en.to_string()];
        let words = words.map(str::to_owned);
        for word in own.into_iter().chain(words) {
            let plain = plain(&word);
            if plain.is_empty() {
                continue;
            }
            if *self.words.entry(plain.into()).or_insert(at) != at {
                return None;
            }
        }
        self.all.push(kind);
        Some(())
    }

    /// Every kind, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &OrgKind> {
        self.all.iter()
    }

    /// The kind with this key.
    pub fn get(&self, key: &OrgKindKey) -> Option<&OrgKind> {
        self.all.iter().find(|kind| kind.key == *key)
    }

    /// Whether a kind may be that.
    pub fn has(&self, key: &OrgKindKey, one: OrgTrait) -> bool {
        self.get(key).is_some_and(|kind| kind.traits.has(one))
    }

    /// What a typed word means: the whole of it, or the longest known words at its beginning.
    pub fn find(&self, typed: &str) -> Option<&OrgKind> {
        let plain = plain(typed);
        let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
        let known = (1..=words.len())
            .rev()
            .find_map(|count| self.words.get(words[..count].join(" ").as_str()));
        known.map(|at| &self.all[*at])
    }
}

/// Lower-case letters and digits, with one space where there was anything else.
pub(super) fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
