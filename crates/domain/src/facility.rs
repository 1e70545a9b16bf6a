//! Facility workers: at which facility somebody works, by what a list calls it or by who sends the
//! list, and for people of which facilities a programme is.
//!
//! What counts as a facility is data: the kinds of organisations that carry the trait.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id};

use crate::organisation::{Org, OrgKindKey, OrgKinds, OrgTrait, Tree};

/// People of these facilities: under an office, of some kinds or of every kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facilities {
    /// The office's code.
    pub under: Box<str>,
    /// Kinds of facilities; every kind when empty.
    pub kinds: Vec<OrgKindKey>,
}

impl Facilities {
    /// Reads `dinkes` or `dinkes:klinik+bidan`.
    pub fn parse(text: &str) -> Option<Facilities> {
        let (under, kinds) = text.split_once(':').unwrap_or((text, ""));
        let fits = |text: &str| {
            let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            !text.is_empty() && text.chars().all(sign)
        };
        let kinds: Vec<&str> = kinds.split('+').filter(|key| !key.is_empty()).collect();
        let whole = fits(under) && kinds.iter().all(|key| fits(key));
        whole.then(|| Facilities {
            under: under.into(),
            kinds: kinds.into_iter().map(OrgKindKey::new).collect(),
        })
    }

    /// Those of the register's facilities that are meant, open on a day.
    pub fn meant(&self, orgs: &[Org], kinds: &OrgKinds, on: Day) -> HashSet<Id<kind::Org>> {
        let Some(office) = orgs.iter().find(|org| org.code == self.under) else {
            return HashSet::new();
        };
        let found = Tree::new(orgs).facilities(kinds, office.id, on).into_iter();
        let of_kind = |org: &&Org| self.kinds.is_empty() || self.kinds.contains(&org.kind);
        found.filter(of_kind).map(|org| org.id).collect()
    }
}

impl std::fmt::Display for Facilities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.under)?;
        for (at, key) in self.kinds.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { ':' } else { '+' }, key.0)?;
        }
        Ok(())
    }
}

/// The facilities of a register, found by code or name, and the one that sends the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacilityBook {
    /// By name as compared; none where two are called the same.
    by_word: HashMap<String, Option<Id<kind::Org>>>,
    sender: Option<Id<kind::Org>>,
}

impl FacilityBook {
    /// Those of a register, for a list from this sender.
    pub fn new(orgs: &[Org], kinds: &OrgKinds, sender: Id<kind::Org>) -> FacilityBook {
        let mut book = FacilityBook::default();
        for org in orgs.iter().filter(|org| kinds.has(&org.kind, OrgTrait::Facility)) {
            if org.id == sender {
                book.sender = Some(sender);
            }
            for word in HashSet::from([compared(&org.code), compared(&org.name)]) {
                let same = |known: &mut Option<Id<kind::Org>>| *known = None;
                book.by_word.entry(word).and_modify(same).or_insert(Some(org.id));
            }
        }
        book
    }

    /// The facility of a row: the one it names, or else the one that sends the list.
    pub fn find(&self, typed: Option<&str>) -> Option<Id<kind::Org>> {
        let named = typed.and_then(|typed| self.by_word.get(&compared(typed)).copied().flatten());
        named.or(self.sender)
    }
}

/// Letters and digits in lower case: "Klinik  Sehat," is "klinik sehat".
fn compared(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{day, id, place};

    fn org(number: u128, code: &str, name: &str, kind: &str, parent: Option<u128>) -> Org {
        Org {
            kind: OrgKindKey::new(kind),
            parent: parent.map(id),
            ..Org::plain(id(number), code, name, place("11.73"))
        }
    }

    fn orgs() -> Vec<Org> {
        vec![
            org(1, "dinkes", "Dinas Kesehatan", "opd", None),
            org(2, "dindik", "Dinas Pendidikan", "opd", None),
            org(3, "kl-1", "Klinik Sehat", "klinik", Some(1)),
            org(4, "bd-1", "Bidan Rekaan", "bidan", Some(1)),
            org(5, "bd-2", "Bidan Rekaan", "bidan", Some(1)),
            org(6, "sd-1", "SD Rekaan 01", "sekolah", Some(2)),
        ]
    }

    #[test]
    fn a_rule_is_read_and_written() {
        for text in ["dinkes", "dinkes:klinik", "dinas.kes-1:klinik+bidan"] {
            assert_eq!(Facilities::parse(text).expect(text).to_string(), text);
        }
        for bad in ["", ":klinik", "dinas kes", "dinkes:kli nik", "dinkes:a:b"] {
            assert_eq!(Facilities::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn those_meant_stand_under_the_office_and_are_open() {
        let (mut orgs, kinds) = (orgs(), OrgKinds::builtin());
        let meant = |orgs: &[Org], text: &str| {
            let rule = Facilities::parse(text).expect("a rule");
            let mut found: Vec<_> =
                rule.meant(orgs, &kinds, day("2025-11-01")).into_iter().collect();
            found.sort();
            found
        };
        assert_eq!(meant(&orgs, "dinkes"), [id(3), id(4), id(5)]);
        assert_eq!(meant(&orgs, "dinkes:bidan"), [id(4), id(5)]);
        assert_eq!(meant(&orgs, "dindik"), [id(6)]);
        assert!(meant(&orgs, "kantor-lain").is_empty());
        orgs[4].closed_on = Some(day("2025-10-31"));
        assert_eq!(meant(&orgs, "dinkes:bidan"), [id(4)]);
    }

    #[test]
    fn a_facility_is_found_by_code_by_name_or_by_who_sends() {
        let (orgs, kinds) = (orgs(), OrgKinds::builtin());
        let book = FacilityBook::new(&orgs, &kinds, id(1));
        for (typed, expect) in [
            (Some("KL-1"), Some(id(3))),
            (Some("  klinik   SEHAT."), Some(id(3))),
            (Some("bd-2"), Some(id(5))),
            // Two are called so: their codes tell them apart.
            (Some("Bidan Rekaan"), None),
            // An office is no facility.
            (Some("Dinas Kesehatan"), None),
            (Some("Klinik Lain"), None),
            (None, None),
        ] {
            assert_eq!(book.find(typed), expect, "{typed:?}");
        }
        // A clinic that sends its own list says by that where its people work.
        let own = FacilityBook::new(&orgs, &kinds, id(3));
        assert_eq!((own.find(None), own.find(Some("poli umum"))), (Some(id(3)), Some(id(3))));
        assert_eq!(own.find(Some("bd-1")), Some(id(4)));
    }
}
