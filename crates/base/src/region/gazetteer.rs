//! The gazetteer: names of regions, their children, and what became of old codes.
//!
//! It is made from the texts under `regions/` and looks a typed name up inside one parent only,
//! because names repeat: there are two districts called Gedangan in East Java alone.

use super::RegionCode;
use super::key::{Key, Label, label_of, numerals_apart, slips};

/// The regions of Indonesia down to the district, and the villages of some provinces.
pub struct Gazetteer {
    /// All names and their comparison forms, one after the other.
    text: String,
    /// Provinces, regencies, districts, villages; each in the order of codes.
    levels: [Vec<Place>; 4],
    /// Earlier names of places that exist.
    former: Vec<Place>,
    /// Old codes in order, each with what replaced it.
    legacy: Vec<(RegionCode, Option<RegionCode>)>,
    /// Regency codes that stood empty before the first edition we hold, in order.
    vacated: Vec<RegionCode>,
}

/// The texts a gazetteer is made from, each a CSV with one line of headings, in order of codes.
///
/// # Shape
/// `regions` and each of `villages`: `code,name`. `legacy`:
/// `old_code,old_name,last_edition,successor_code`. `renamed`: `code,earlier_name,last_edition`.
/// `vacated`: `code,believed_name`.
#[derive(Clone, Copy)]
pub struct GazetteerSources<'a> {
    /// Provinces, regencies and districts.
    pub regions: &'a str,
    /// Villages, one text per province, in order.
    pub villages: &'a [&'a str],
    /// Codes of past editions.
    pub legacy: &'a str,
    /// Names of past editions.
    pub renamed: &'a str,
    /// Codes that were given up before the first edition we hold.
    pub vacated: &'a str,
}

/// A line that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GazetteerProblem {
    /// Which text: the name of the field of [`GazetteerSources`].
    pub file: &'static str,
    /// The line, 1 for the headings.
    pub line: usize,
}

/// What a typed name means inside its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceMatch {
    /// The name as listed, whatever its capitals and its label.
    Exact(RegionCode),
    /// One place is meant, in another spelling or with a slip of the hand.
    Spelling(RegionCode),
    /// A name the place had before.
    Former(RegionCode),
    /// Several places may be meant.
    Ambiguous(Vec<RegionCode>),
    /// No place of that name.
    Unknown,
}

/// What a region code taken from a NIK is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrefixStatus {
    /// In the current edition.
    Current,
    /// In a past edition; the successor may be the regency when the district has none known.
    Legacy {
        /// What replaced it, when that is known.
        successor: Option<RegionCode>,
    },
    /// In a regency whose code was given up before the first edition we hold.
    Vacated,
    /// In no list.
    Unknown,
}

/// One name of one place, its texts as ranges.
struct Place {
    code: RegionCode,
    name: Span,
    plain: Span,
    core: Span,
    loose: Span,
    loose_core: Span,
    marks: u64,
}

/// A piece of the gazetteer's text.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Gazetteer {
    /// Reads the texts.
    ///
    /// # Errors
    /// The first line that is malformed, out of order or without its parent.
    pub fn new(sources: GazetteerSources<'_>) -> Result<Gazetteer, GazetteerProblem> {
        let mut made = Gazetteer {
            text: String::with_capacity(sources.regions.len() * 4),
            levels: [const { Vec::new() }; 4],
            former: Vec::new(),
            legacy: Vec::new(),
            vacated: Vec::new(),
        };
        let mut key = Key::default();
        for_each_line("regions", sources.regions, 2, |fields| made.add(fields, 1..=3, &mut key))?;
        for villages in sources.villages {
            for_each_line("villages", villages, 2, |fields| made.add(fields, 4..=4, &mut key))?;
        }
        for_each_line("renamed", sources.renamed, 3, |fields| {
            let code = RegionCode::parse(fields[0])?;
            made.name(code)?;
            let place = made.place(code, fields[1], &mut key)?;
            made.former.push(place);
            Some(())
        })?;
        for_each_line("legacy", sources.legacy, 4, |fields| {
            let successor = match fields[3] {
                "" => None,
                code => Some(RegionCode::parse(code)?),
            };
            let old = RegionCode::parse(fields[0])?;
            let known = successor.is_none_or(|code| made.name(code).is_some());
            let in_order = made.legacy.last().is_none_or(|last| last.0 < old);
            (known && in_order).then(|| made.legacy.push((old, successor)))
        })?;
        for_each_line("vacated", sources.vacated, 2, |fields| {
            let code = RegionCode::parse(fields[0]).filter(|code| code.level() == 2)?;
            let in_order = made.vacated.last().is_none_or(|last| *last < code);
            in_order.then(|| made.vacated.push(code))
        })?;
        Ok(made)
    }

    /// The name as the Ministry lists it: "Tanah Grogot", "Kabupaten Paser".
    ///
    /// `None` for a code that is not current, and for a village of a province not loaded.
    pub fn name(&self, code: RegionCode) -> Option<&str> {
        let places = &self.levels[usize::from(code.level()) - 1];
        let at = places.binary_search_by_key(&code, |place| place.code).ok()?;
        Some(self.piece(places[at].name))
    }

    /// The regions one level below, in the order of codes.
    pub fn children(&self, parent: RegionCode) -> impl Iterator<Item = RegionCode> {
        self.inside(parent, parent.level() + 1).iter().map(|place| place.code)
    }

    /// The names that a place had in earlier editions.
    pub fn earlier_names(&self, code: RegionCode) -> impl Iterator<Item = &str> {
        let own = self.former.iter().filter(move |place| place.code == code);
        own.map(|place| self.piece(place.name))
    }

    /// The codes of earlier editions that a place took the place of, in their order.
    pub fn earlier_codes(&self, code: RegionCode) -> impl Iterator<Item = RegionCode> {
        let own = self.legacy.iter().filter(move |(_, successor)| *successor == Some(code));
        own.map(|(old, _)| *old)
    }

    /// The place of that level inside `within` which a typed name means.
    ///
    /// The first that applies: the listed name; a former name; the same in another spelling;
    /// the one listed name nearest to it by at most two slips of the hand.
    pub fn find(&self, within: RegionCode, level: u8, typed: &str) -> PlaceMatch {
        let key = Key::of(typed);
        let places = self.inside(within, level);
        if key.plain.is_empty() || places.is_empty() {
            return PlaceMatch::Unknown;
        }
        // The more of the label is kept, the closer: "Kampung Baru" before "Baru".
        for start in &key.starts {
            let typed = &key.plain[start.plain..];
            let listed = self.codes(places, |place| self.piece(place.plain) == typed);
            if let Some(found) = one_or_ask(listed, &key, PlaceMatch::Exact) {
                return found;
            }
        }
        if level <= 2 {
            let listed = self.codes(places, |place| self.piece(place.core) == key.core());
            if let Some(found) = self.without_label(listed, &key) {
                return found;
            }
        }
        let former: Vec<RegionCode> = self
            .former
            .iter()
            .filter(|place| place.code.level() == level && within.contains(place.code))
            .filter(|place| self.piece(place.core) == key.core())
            .map(|place| place.code)
            .collect();
        if let Some(found) = one_or_ask(former, &key, PlaceMatch::Former) {
            return found;
        }
        for start in &key.starts {
            let typed = &key.loose[start.loose..];
            let spelled = self.codes(places, |place| self.piece(place.loose) == typed);
            if let Some(found) = one_or_ask(spelled, &key, PlaceMatch::Spelling) {
                return found;
            }
        }
        let spelled = self.codes(places, |place| self.piece(place.loose_core) == key.loose_core());
        one_or_ask(spelled, &key, PlaceMatch::Spelling)
            .or_else(|| one_or_ask(self.numbered(places, typed), &key, PlaceMatch::Spelling))
            .or_else(|| one_or_ask(self.nearest(places, &key), &key, PlaceMatch::Spelling))
            .unwrap_or(PlaceMatch::Unknown)
    }

    /// What the district code in a NIK is today.
    pub fn prefix_status(&self, code: RegionCode) -> PrefixStatus {
        if self.name(code).is_some() {
            return PrefixStatus::Current;
        }
        // Districts that no edition lists still tell their regency.
        for code in [code, code.at_level(2)] {
            if let Ok(at) = self.legacy.binary_search_by_key(&code, |entry| entry.0) {
                return PrefixStatus::Legacy { successor: self.legacy[at].1 };
            }
        }
        match self.vacated.binary_search(&code.at_level(2)) {
            Ok(_) => PrefixStatus::Vacated,
            Err(_) => PrefixStatus::Unknown,
        }
    }

    /// The places that are meant when a Roman numeral was written without a space before it: of
    /// "BELITANGII" the second, never the first by two slips.
    fn numbered(&self, places: &[Place], typed: &str) -> Vec<RegionCode> {
        let mut found = numerals_apart(typed).map(|apart| {
            let key = Key::of(&apart);
            self.codes(places, |place| self.piece(place.loose_core) == key.loose_core())
        });
        found.find(|codes| !codes.is_empty()).unwrap_or_default()
    }

    /// The nearest names, all those at the same least number of slips.
    fn nearest(&self, places: &[Place], key: &Key) -> Vec<RegionCode> {
        let typed = key.loose_core().as_bytes();
        let mut most = match typed.len() {
            0..=4 => return Vec::new(),
            5..=7 => 1,
            _ => 2,
        };
        let mut nearest = Vec::new();
        for place in places {
            // "Kotabru" is nearest to "Kota Baru" read as a whole.
            let joined = key.starts.len() == 1 && place.code.level() > 2;
            let whole = joined.then_some(place.loose);
            for span in whole.into_iter().chain([place.loose_core]) {
                let listed = self.piece(span).as_bytes();
                // A first letter is seldom mistyped, and "utara" is never a slip for "selatan".
                if listed.first() != typed.first() || key.marks & !place.marks != 0 {
                    continue;
                }
                if !digits(listed).eq(digits(typed)) {
                    continue;
                }
                if let Some(count) = slips(typed, listed, most) {
                    most = count;
                    nearest.push((count, place.code));
                }
            }
        }
        nearest.retain(|(count, _)| *count == most);
        nearest.dedup();
        nearest.into_iter().map(|(_, code)| code).collect()
    }

    /// A province or regency named without its label, or with the wrong one of its two.
    fn without_label(&self, listed: Vec<RegionCode>, key: &Key) -> Option<PlaceMatch> {
        let kind = |label| matches!(label, Some(Label::Kabupaten | Label::Kota));
        let label = key.label();
        let contradicts = |code: RegionCode| {
            let listed = self.name(code).and_then(|name| label_of(&name.to_lowercase()));
            kind(label) && kind(listed) && listed != label
        };
        match listed.as_slice() {
            [code] if contradicts(*code) => Some(PlaceMatch::Spelling(*code)),
            _ => one_or_ask(listed, key, PlaceMatch::Exact),
        }
    }

    /// The places of one level inside a region, whose codes follow each other.
    fn inside(&self, within: RegionCode, level: u8) -> &[Place] {
        if level <= within.level() || level > 4 {
            return &[];
        }
        let places = &self.levels[usize::from(level) - 1];
        let start = places.partition_point(|place| place.code < within);
        let count = places[start..].partition_point(|place| within.contains(place.code));
        &places[start..start + count]
    }

    fn codes(&self, places: &[Place], wanted: impl Fn(&Place) -> bool) -> Vec<RegionCode> {
        places.iter().filter(|place| wanted(place)).map(|place| place.code).collect()
    }

    fn piece(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// Adds a current place; `None` when the line does not fit.
    fn add(
        &mut self,
        fields: &[&str],
        levels: std::ops::RangeInclusive<u8>,
        key: &mut Key,
    ) -> Option<()> {
        let code = RegionCode::parse(fields[0]).filter(|code| levels.contains(&code.level()))?;
        if let Some(parent) = code.parent() {
            self.name(parent)?;
        }
        let place = self.place(code, fields[1], key)?;
        let places = &mut self.levels[usize::from(code.level()) - 1];
        let in_order = places.last().is_none_or(|last| last.code < code);
        in_order.then(|| places.push(place))
    }

    fn place(&mut self, code: RegionCode, name: &str, key: &mut Key) -> Option<Place> {
        key.set(name);
        if key.plain.is_empty() {
            return None;
        }
        let (plain, loose) = (self.keep(&key.plain), self.keep(&key.loose));
        let core = key.core_start();
        Some(Place {
            code,
            name: self.keep(name),
            plain,
            core: Span { start: plain.start + core.plain as u32, ..plain },
            loose,
            loose_core: Span { start: loose.start + core.loose as u32, ..loose },
            marks: key.marks,
        })
    }

    fn keep(&mut self, piece: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(piece);
        Span { start, end: self.text.len() as u32 }
    }
}

impl std::fmt::Debug for Gazetteer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gazetteer({:?} places)", self.levels.each_ref().map(Vec::len))
    }
}

/// One code is the answer, several are a question, none is `None`.
///
/// Where a desa and a kelurahan of one name lie side by side, the typed label decides.
fn one_or_ask(
    mut codes: Vec<RegionCode>,
    key: &Key,
    answer: fn(RegionCode) -> PlaceMatch,
) -> Option<PlaceMatch> {
    if codes.len() > 1 && matches!(key.label(), Some(Label::Desa | Label::Kelurahan)) {
        let labelled =
            |code: &&RegionCode| is_kelurahan(**code) == (key.label() == Some(Label::Kelurahan));
        if codes.iter().filter(labelled).count() == 1 {
            codes.retain(|code| labelled(&code));
        }
    }
    match codes.as_slice() {
        [] => None,
        [code] => Some(answer(*code)),
        _ => Some(PlaceMatch::Ambiguous(codes)),
    }
}

/// Whether the last four digits of a village are those of a kelurahan, which begin with 1.
fn is_kelurahan(code: RegionCode) -> bool {
    code.level() == 4 && code.digits() % 10_000 / 1_000 == 1
}

fn digits(text: &[u8]) -> impl Iterator<Item = u8> {
    text.iter().copied().filter(u8::is_ascii_digit)
}

/// Hands each line after the headings to `read`, cut into exactly `count` fields.
fn for_each_line(
    file: &'static str,
    text: &str,
    count: usize,
    mut read: impl FnMut(&[&str]) -> Option<()>,
) -> Result<(), GazetteerProblem> {
    for (index, line) in text.lines().enumerate().skip(1) {
        let problem = GazetteerProblem { file, line: index + 1 };
        let fields = cut(line, count).ok_or(problem)?;
        read(&fields[..count]).ok_or(problem)?;
    }
    Ok(())
}

/// Cuts a line at its commas. A field in quotation marks may hold a comma but no quotation mark.
fn cut(line: &str, count: usize) -> Option<[&str; 4]> {
    let mut fields = [""; 4];
    let mut rest = line;
    for (index, field) in fields.iter_mut().take(count).enumerate() {
        let after;
        (*field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
        };
        rest = match (after.strip_prefix(','), index + 1 == count) {
            (Some(more), false) => more,
            (None, true) if after.is_empty() => "",
            _ => return None,
        };
    }
    Some(fields)
}

#[cfg(test)]
mod tests;
