//! What kinds of events and of agents there are: names in two languages, what a kind does, and the
//! words by which people write it.

use std::collections::HashMap;
use std::sync::Arc;

crate::words::words! {
    /// What a kind is of.
    OutreachOf {
        /// Of an event.
        Event = "event",
        /// Of an agent.
        Agent = "agent",
    }
}

crate::words::words! {
    /// What a kind of event does.
    OutreachTrait {
        /// Agents who are there are briefed.
        Briefs = "briefs",
        /// It is about one facility.
        Visits = "visits",
    }
}

/// A key of the list, such as `pembekalan`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutreachKindKey(pub Arc<str>);

impl OutreachKindKey {
    /// The key of this name.
    pub fn new(key: &str) -> OutreachKindKey {
        OutreachKindKey(key.into())
    }
}

/// One kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutreachKind {
    /// Of what.
    pub of: OutreachOf,
    /// Which.
    pub key: OutreachKindKey,
    /// Name in Indonesian.
    pub name: Box<str>,
    /// Name in English.
    pub name_en: Box<str>,
    /// What it does.
    pub traits: Vec<OutreachTrait>,
}

/// A line of the list that cannot be read, 1 for the headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutreachKindProblem(pub usize);

/// The list.
#[derive(Debug, Clone, Default)]
pub struct OutreachKinds {
    all: Vec<OutreachKind>,
    /// Every word in plain form, with the kind it names.
    words: HashMap<(OutreachOf, Box<str>), usize>,
}

impl OutreachKind {
    /// Whether it does that.
    pub fn has(&self, one: OutreachTrait) -> bool {
        self.traits.contains(&one)
    }

    /// The names of what it does, between commas; `-` for nothing.
    pub fn trait_names(&self) -> String {
        let names: Vec<&str> = self.traits.iter().map(|one| one.name()).collect();
        if names.is_empty() { "-".to_owned() } else { names.join(",") }
    }

    /// Reads what a kind does; none when a name is unknown.
    pub fn read_traits(text: &str) -> Option<Vec<OutreachTrait>> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "-");
        names.map(OutreachTrait::from_name).collect()
    }
}

impl OutreachKinds {
    /// The list that comes with Payung.
    pub fn builtin() -> OutreachKinds {
        OutreachKinds::parse(include_str!("../../data/outreach_kinds.tsv"))
            .expect("a test reads the list that comes with Payung")
    }

    /// Reads a list.
    ///
    /// # Shape
    /// Fields between tabs, one line of headings: `of, key, name, name_en, traits, words`; traits
    /// between commas or `-`, words between `|`.
    ///
    /// # Errors
    /// The first line that cannot be read, or whose key or word another kind has.
    pub fn parse(tsv: &str) -> Result<OutreachKinds, OutreachKindProblem> {
        let mut list = OutreachKinds::default();
        for (at, line) in tsv.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
            list.add_line(line).ok_or(OutreachKindProblem(at + 1))?;
        }
        Ok(list)
    }

    fn add_line(&mut self, line: &str) -> Option<()> {
        let fields: [&str; 6] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        let [of, key, name, name_en, traits, words] = fields;
        let kind = OutreachKind {
            of: OutreachOf::from_name(of)?,
            key: OutreachKindKey::new(key),
            name: name.into(),
            name_en: name_en.into(),
            traits: OutreachKind::read_traits(traits)?,
        };
        self.add(kind, words.split('|'))
    }

    /// Adds a kind with words for it; none when its key, name or word is another's.
    pub fn add<'w>(
        &mut self,
        kind: OutreachKind,
        words: impl Iterator<Item = &'w str>,
    ) -> Option<()> {
        let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let fits = !kind.key.0.is_empty() && kind.key.0.chars().all(is_key);
        if !fits || kind.name.is_empty() || self.get(kind.of, &kind.key).is_some() {
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
            if *self.words.entry((kind.of, plain.into())).or_insert(at) != at {
                return None;
            }
        }
        self.all.push(kind);
        Some(())
    }

    /// Every kind of events or of agents, in the order of the list.
    pub fn iter(&self, of: OutreachOf) -> impl Iterator<Item = &OutreachKind> {
        self.all.iter().filter(move |kind| kind.of == of)
    }

    /// The kind with this key.
    pub fn get(&self, of: OutreachOf, key: &OutreachKindKey) -> Option<&OutreachKind> {
        self.all.iter().find(|kind| kind.of == of && kind.key == *key)
    }

    /// The kind that a typed word means: its key, its name, or a word for it.
    pub fn find(&self, of: OutreachOf, typed: &str) -> Option<&OutreachKind> {
        let at = self.words.get(&(of, plain(typed).into()))?;
        self.all.get(*at)
    }

    /// Whether a kind of events does that.
    pub fn has(&self, key: &OutreachKindKey, one: OutreachTrait) -> bool {
        self.get(OutreachOf::Event, key).is_some_and(|kind| kind.has(one))
    }
}

/// Lower-case words of letters and digits, separated by single spaces.
fn plain(typed: &str) -> String {
    let letters = typed.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' });
    let text: String = letters.flat_map(char::to_lowercase).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
