//! Where a row says its person lives: village and district words inside the sender's territory.
//!
//! A place is called outside only when the row names a district that lies elsewhere; a word that
//! nobody knows is a slip to mend, not an address in another regency.

use std::collections::HashMap;

use base::region::PlaceMatch;
use base::{Gazetteer, ProblemCode, RegionCode};

/// What a village cell and a district cell say together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceReading {
    /// The place, as fine as it could be read.
    pub place: Option<RegionCode>,
    /// What is wrong with it.
    pub problem: Option<ProblemCode>,
    /// Another place that may be meant.
    pub suggestion: Option<RegionCode>,
}

/// Where to look.
#[derive(Clone, Copy)]
pub struct PlaceOptions<'a> {
    /// Names.
    pub gazetteer: &'a Gazetteer,
    /// Where the people must live.
    pub territory: Option<RegionCode>,
    /// The sender's own village, district or regency.
    pub sender: Option<RegionCode>,
}

/// Places already read, by the words typed.
#[derive(Default)]
pub struct PlaceMemo {
    known: HashMap<Box<str>, PlaceReading>,
    question: String,
}

/// Distinct pairs of words kept; a column of free text must not fill the memory.
const MEMO_MAX: usize = 50_000; // not law: some megabytes

impl PlaceMemo {
    /// [`read_place`], remembering.
    pub fn read(
        &mut self,
        village: &str,
        district: &str,
        options: PlaceOptions<'_>,
    ) -> PlaceReading {
        self.question.clear();
        self.question.push_str(village);
        self.question.push('\0');
        self.question.push_str(district);
        if let Some(known) = self.known.get(self.question.as_str()) {
            return known.clone();
        }
        let reading = read_place(village, district, options);
        if self.known.len() < MEMO_MAX {
            self.known.insert(self.question.as_str().into(), reading.clone());
        }
        reading
    }
}

/// Reads a village and a district, either of which may be empty.
///
/// Without a territory nothing is known and nothing is wrong.
pub fn read_place(village: &str, district: &str, options: PlaceOptions<'_>) -> PlaceReading {
    let regency = options.sender.map(|sender| sender.at_level(2));
    let Some(territory) = options.territory.or(regency) else {
        return PlaceReading::default();
    };
    let look = Look { gazetteer: options.gazetteer, territory, sender: options.sender };
    if village.is_empty() && district.is_empty() {
        return look.unnamed();
    }
    let in_district = look.district(district);
    let strange = in_district.is_none() && !district.is_empty();
    if let Some(found) = strange.then(|| look.exchanged(village, district)).flatten() {
        return look.accept(found);
    }
    if let Some(outside) = strange.then(|| look.outside(village, district)).flatten() {
        return outside;
    }
    let found = look
        .village(village, in_district)
        .or_else(|| look.exchanged(village, district))
        .or_else(|| look.village(village, None).filter(|_| in_district.is_none()));
    match found {
        Some(found) => look.accept(found),
        None => look.unknown(village, in_district),
    }
}

/// One search, its territory settled.
struct Look<'a> {
    gazetteer: &'a Gazetteer,
    territory: RegionCode,
    sender: Option<RegionCode>,
}

impl Look<'_> {
    /// Neither village nor district: the sender speaks for its own people.
    fn unnamed(&self) -> PlaceReading {
        let place = self.sender.filter(|sender| self.territory.contains(*sender));
        let fine = place.is_some_and(|place| place.level() == 4);
        PlaceReading {
            place: place.or(Some(self.territory)),
            problem: (!fine).then_some(ProblemCode::PlaceUnknown),
            suggestion: None,
        }
    }

    /// The one place of that level a word means inside `within`.
    fn one(&self, within: RegionCode, level: u8, typed: &str) -> Option<RegionCode> {
        if typed.is_empty() || within.level() > level {
            return None;
        }
        match self.gazetteer.find(within, level, typed) {
            PlaceMatch::Exact(code) | PlaceMatch::Spelling(code) | PlaceMatch::Former(code) => {
                Some(code)
            }
            PlaceMatch::Ambiguous(codes) => {
                self.sender.and_then(|sender| codes.into_iter().find(|code| sender == *code))
            }
            PlaceMatch::Unknown => self.abbreviated(within, level, typed),
        }
    }

    /// "Suli.", "Kasu.": the one place just below `within` whose name begins so.
    fn abbreviated(&self, within: RegionCode, level: u8, typed: &str) -> Option<RegionCode> {
        let stem = typed.strip_suffix('.')?.trim_end();
        if within.level() + 1 != level || stem.len() < 3 {
            return None;
        }
        let begins = |code: &RegionCode| {
            let name = self.gazetteer.name(*code).unwrap_or("");
            name.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem))
        };
        let mut found = self.gazetteer.children(within).filter(begins);
        found.next().filter(|_| found.next().is_none())
    }

    fn district(&self, typed: &str) -> Option<RegionCode> {
        // A programme of one district still reads that district's name.
        self.one(self.territory.at_level(2), 3, typed)
            .filter(|code| self.territory.contains(*code) || code.contains(self.territory))
    }

    /// A village in its district, or near the sender when no district is named.
    fn village(&self, typed: &str, district: Option<RegionCode>) -> Option<RegionCode> {
        let near = self.sender.filter(|sender| sender.level() >= 3).map(|s| s.at_level(3));
        match district {
            Some(district) => self.one(district, 4, typed),
            None => near
                .filter(|near| self.territory.contains(*near))
                .and_then(|near| self.one(near, 4, typed))
                .or_else(|| self.one(self.territory, 4, typed)),
        }
    }

    /// Village and district written in each other's column.
    fn exchanged(&self, village: &str, district: &str) -> Option<RegionCode> {
        let in_district = self.district(village)?;
        match district {
            "" => None,
            _ => self.one(in_district, 4, district),
        }
    }

    /// A district or regency that is clearly somewhere else.
    fn outside(&self, village: &str, district: &str) -> Option<PlaceReading> {
        let home = self.territory.at_level(2);
        let regencies = self.elsewhere(2, district);
        if regencies.contains(&home) {
            return None;
        }
        let districts = self.elsewhere(3, district);
        if regencies.is_empty() && districts.is_empty() {
            return None;
        }
        let villages: Vec<RegionCode> =
            districts.iter().filter_map(|district| self.one(*district, 4, village)).collect();
        let known_here = self.village(village, None).is_some();
        if known_here && villages.is_empty() {
            return None;
        }
        let places =
            [villages, districts, regencies].into_iter().find(|found| !found.is_empty())?;
        Some(PlaceReading {
            place: (places.len() == 1).then(|| places[0]),
            problem: Some(ProblemCode::PlaceOutside),
            suggestion: None,
        })
    }

    /// Places all over the country that are listed under exactly this name.
    fn elsewhere(&self, level: u8, typed: &str) -> Vec<RegionCode> {
        let provinces = (11..=99).map(|digits| RegionCode::from_digits(digits, 1));
        let matches =
            provinces.flat_map(|province| match self.gazetteer.find(province, level, typed) {
                PlaceMatch::Exact(code) => vec![code],
                PlaceMatch::Ambiguous(codes) => codes,
                _ => Vec::new(),
            });
        matches.collect()
    }

    fn accept(&self, found: RegionCode) -> PlaceReading {
        let own = self.sender.filter(|sender| sender.level() >= 3);
        let other = own.is_some_and(|own| !own.contains(found));
        PlaceReading {
            place: Some(found),
            problem: other.then_some(ProblemCode::PlaceOtherVillage),
            suggestion: None,
        }
    }

    /// The village is missing or in no list: the coarsest thing that is known, and a proposal.
    fn unknown(&self, village: &str, district: Option<RegionCode>) -> PlaceReading {
        let own = self.sender.filter(|sender| self.territory.contains(*sender));
        let within = |area: RegionCode| own.filter(|own| area.contains(*own));
        let at_home = district.map_or(own, within);
        if village.is_empty() && at_home.is_some_and(|own| own.level() == 4) {
            return PlaceReading { place: at_home, ..PlaceReading::default() };
        }
        PlaceReading {
            place: district.or(own.map(|own| own.at_level(3))).or(Some(self.territory)),
            problem: Some(ProblemCode::PlaceUnknown),
            // A village of that name in another district than the one typed.
            suggestion: district.and_then(|_| self.village(village, None)),
        }
    }
}
