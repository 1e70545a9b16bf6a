//! Occupations: the list that programmes name, with the words villages use for them.
//!
//! The list is data (`data/occupations.csv`); a word that is in it under no form is a question for
//! the sender, never a guess made silently.

use std::collections::HashMap;
use std::sync::Arc;

use linkage::jaro_winkler_ppm;
use rules::WorkSector;

/// A key of the occupation list, such as `nelayan`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OccupationKey(pub Arc<str>);

/// One occupation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupation {
    /// Which.
    pub key: OccupationKey,
    /// Name for people to read, in Indonesian.
    pub label: Box<str>,
    /// Segment it usually belongs to: `BPU`, `PU`, `PU/BPU`, `ASN`, or `-` for no work.
    pub segment: Box<str>,
    /// Line of work, by which reliefs are told apart.
    pub sector: WorkSector,
}

/// What a typed word means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OccupationMatch {
    /// The name or key of the list.
    Exact(OccupationKey),
    /// A word the list gives for it, perhaps with more words around it.
    Synonym(OccupationKey),
    /// Probably this one: mistyped, or one of several words.
    Near(OccupationKey),
    /// In no list.
    Unknown,
}

/// A line of the occupation list that cannot be read, 1 for the headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OccupationLineProblem(pub usize);

/// The list.
#[derive(Debug, Clone)]
pub struct Occupations {
    all: Vec<Occupation>,
    /// Every phrase in plain form, with the occupation it names.
    phrases: HashMap<Box<str>, Phrase>,
}

/// How alike a mistyped phrase must be.
const LIKENESS_PPM: u32 = 920_000; // not law: measured on typed lists

#[derive(Debug, Clone, Copy)]
struct Phrase {
    occupation: usize,
    is_label: bool,
}

impl Occupations {
    /// The list that comes with Payung.
    pub fn builtin() -> Occupations {
        Occupations::parse(include_str!("../data/occupations.csv"))
            .expect("a test reads the list that comes with Payung")
    }

    /// Reads a list.
    ///
    /// # Shape
    /// CSV without quotes, one line of headings: `key,label,segment,sector,synonyms`, the
    /// synonyms separated by `|`; sector as [`WorkSector::name`].
    ///
    /// # Errors
    /// The first line that has not five fields, an unknown sector, or a phrase that another
    /// occupation already has.
    pub fn parse(csv: &str) -> Result<Occupations, OccupationLineProblem> {
        let mut list = Occupations { all: Vec::new(), phrases: HashMap::new() };
        for (at, line) in csv.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
            list.add_line(line).ok_or(OccupationLineProblem(at + 1))?;
        }
        Ok(list)
    }

    fn add_line(&mut self, line: &str) -> Option<()> {
        let fields: [&str; 5] = line.split(',').collect::<Vec<_>>().try_into().ok()?;
        let [key, label, segment, sector, synonyms] = fields;
        let occupation = self.all.len();
        let sector = WorkSector::from_name(sector)?;
        self.all.push(Occupation {
            key: OccupationKey(key.into()),
            label: label.into(),
            segment: segment.into(),
            sector,
        });
        let labels = [key, label].into_iter().map(|phrase| (phrase, true));
        let synonyms = synonyms.split('|').map(|phrase| (phrase, false));
        for (phrase, is_label) in labels.chain(synonyms) {
            let plain = plain(phrase);
            let known = self.phrases.get(plain.as_str());
            if plain.is_empty() || known.is_some_and(|known| known.occupation != occupation) {
                return None;
            }
            if known.is_none() {
                self.phrases.insert(plain.into(), Phrase { occupation, is_label });
            }
        }
        Some(())
    }

    /// Every occupation, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &Occupation> {
        self.all.iter()
    }

    /// The occupation with this key.
    pub fn get(&self, key: &OccupationKey) -> Option<&Occupation> {
        self.all.iter().find(|occupation| occupation.key == *key)
    }

    /// What a typed word means: the first that applies of the whole phrase, its beginning, one of
    /// its parts between strokes, a phrase inside it, and a phrase mistyped.
    pub fn find(&self, typed: &str) -> OccupationMatch {
        let whole = plain(typed);
        if let Some(phrase) = self.phrases.get(whole.as_str()) {
            let key = self.all[phrase.occupation].key.clone();
            let exact = phrase.is_label;
            return if exact { OccupationMatch::Exact(key) } else { OccupationMatch::Synonym(key) };
        }
        let words: Vec<&str> =
            whole.split(' ').filter(|w| !w.bytes().any(|b| b.is_ascii_digit())).collect();
        if let Some(key) = self.longest(&words, 0) {
            return OccupationMatch::Synonym(key);
        }
        let by_part = typed.split(['/', ',', '&', '+', '(', ')']).find_map(|part| {
            self.phrases.get(plain(part).as_str()).map(|phrase| phrase.occupation)
        });
        if let Some(occupation) = by_part {
            return OccupationMatch::Synonym(self.all[occupation].key.clone());
        }
        let inside = (1..words.len()).find_map(|start| self.longest(&words, start));
        inside
            .or_else(|| self.mistyped(&words.join(" ")))
            .map_or(OccupationMatch::Unknown, OccupationMatch::Near)
    }

    /// The longest phrase that begins at this word, of at least three letters.
    fn longest(&self, words: &[&str], start: usize) -> Option<OccupationKey> {
        (start + 1..=words.len()).rev().find_map(|end| {
            let phrase = words[start..end].join(" ");
            let long_enough = phrase.len() >= 3 || (start == 0 && end == words.len());
            let found = self.phrases.get(phrase.as_str()).filter(|_| long_enough)?;
            Some(self.all[found.occupation].key.clone())
        })
    }

    /// The phrase most like a mistyped one; none when two occupations are equally like it.
    fn mistyped(&self, typed: &str) -> Option<OccupationKey> {
        if typed.len() < 5 {
            return None;
        }
        let mut best: Option<(u32, usize)> = None;
        let mut tied = false;
        for (phrase, found) in self.phrases.iter().filter(|(phrase, _)| phrase.len() >= 5) {
            let this = (jaro_winkler_ppm(typed, phrase), found.occupation);
            match best {
                Some(known) if this.0 < known.0 => {}
                Some(known) if this.0 == known.0 => tied |= this.1 != known.1,
                _ => (best, tied) = (Some(this), false),
            }
        }
        let (_, occupation) = best.filter(|best| best.0 >= LIKENESS_PPM && !tied)?;
        Some(self.all[occupation].key.clone())
    }
}

/// Lower-case words of letters and digits, separated by single spaces.
fn plain(typed: &str) -> String {
    let mut plain = String::with_capacity(typed.len());
    for c in typed.chars() {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(typed: &str, expect: &str) {
        let found = match Occupations::builtin().find(typed) {
            OccupationMatch::Exact(key) => format!("exact {}", key.0),
            OccupationMatch::Synonym(key) => format!("synonym {}", key.0),
            OccupationMatch::Near(key) => format!("near {}", key.0),
            OccupationMatch::Unknown => "unknown".to_owned(),
        };
        assert_eq!(found, expect, "{typed}");
    }

    #[test]
    fn listed_words_are_found_whatever_their_case_and_marks() {
        check("NELAYAN", "exact nelayan");
        check("Petani", "exact petani");
        check("petani pangan", "exact petani");
        check("Petani/Pekebun", "synonym petani");
        check("PETANI / PEKEBUN", "synonym petani");
        check("Kader Posyandu", "synonym kader_kesehatan");
        check("wiraswasta.", "synonym umkm");
        check("Ket. RT", "synonym rt_rw");
        check("USTADZ/MUBALIGH", "synonym guru_ngaji");
        check("Mengurus Rumah Tangga", "exact rumah_tangga");
    }

    #[test]
    fn words_around_the_phrase_do_not_hide_it() {
        check("NELAYAN KECIL / PERIKANAN", "synonym nelayan");
        check("Ketua RT 03", "synonym rt_rw");
        check("Ketua RT.03 / RW.02", "synonym rt_rw");
        check("Kader Posyandu Melati 2", "synonym kader_kesehatan");
        check("RT 03", "synonym rt_rw");
        check("Usaha warung", "near pedagang_makanan");
    }

    #[test]
    fn mistyped_words_are_near_and_others_unknown() {
        check("Nlayan", "near nelayan");
        check("pedgang", "near pedagang_pasar");
        check("astronot", "unknown");
        check("", "unknown");
        check("-", "unknown");
        check("Tanah Grogot", "unknown");
    }

    #[test]
    fn every_occupation_on_an_identity_card_is_known() {
        let list = Occupations::builtin();
        for typed in [
            "BELUM/TIDAK BEKERJA",
            "PELAJAR/MAHASISWA",
            "PEGAWAI NEGERI SIPIL (PNS)",
            "TENTARA NASIONAL INDONESIA (TNI)",
            "KEPOLISIAN RI (POLRI)",
            "NELAYAN/PERIKANAN",
            "BURUH TANI/PERKEBUNAN",
            "BURUH NELAYAN/PERIKANAN",
            "PEMBANTU RUMAH TANGGA",
            "TUKANG LAS/PANDAI BESI",
            "KARYAWAN HONORER",
            "TRANSPORTASI",
            "KONSTRUKSI",
        ] {
            let found = list.find(typed);
            assert!(
                matches!(found, OccupationMatch::Exact(_) | OccupationMatch::Synonym(_)),
                "{typed}: {found:?}"
            );
        }
    }

    #[test]
    fn keys_lead_back_to_their_line() {
        let list = Occupations::builtin();
        let ojek = list.get(&OccupationKey("ojek".into())).expect("listed");
        assert_eq!((&*ojek.label, ojek.sector), ("Tukang ojek / ojol", WorkSector::Transport));
        assert_eq!(list.iter().count(), list.all.len());
    }

    #[test]
    fn a_broken_line_is_named() {
        let parse = |csv| Occupations::parse(csv).map(|_| ());
        assert_eq!(parse("key\na,A,BPU,other,x\nb,B,BPU,other"), Err(OccupationLineProblem(3)));
        assert_eq!(parse("key\na,A,BPU,other,x\nb,B,BPU,other,x"), Err(OccupationLineProblem(3)));
        assert_eq!(parse("key\na,A,BPU,sea,x"), Err(OccupationLineProblem(2)));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(typed in "\\PC{0,40}") {
            let list = Occupations::parse("key\nnelayan,Nelayan,BPU,other,pencari ikan");
            let _ = list.expect("well formed").find(&typed);
        }
    }
}
