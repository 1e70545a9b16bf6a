//! What a claim says of people and of the event, as lines of text before they are sealed: a name
//! and a value a line, so that a later program adds lines and an older one passes over them.

use base::{Day, Nik, PersonName, Rupiah};
use domain::claim::{ClaimFacts, ClaimPerson};
use rules::{Heir, JhtReason, Loss, SchoolStart};

/// Who told of a claim.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reporter {
    /// Name, as told.
    pub name: Box<str>,
    /// Telephone, as told.
    pub phone: Box<str>,
    /// What happened, in a sentence.
    pub account: Box<str>,
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // All of it may say who somebody is.
        f.write_str("Reporter")
    }
}

pub(super) fn pack(reporter: &Reporter, facts: &ClaimFacts) -> String {
    let mut out = String::new();
    put(&mut out, "name", &reporter.name);
    put(&mut out, "phone", &reporter.phone);
    put(&mut out, "account", &reporter.account);
    for loss in &facts.losses {
        let degree = loss.degree.map_or(String::new(), |degree| format!(":{degree}"));
        put(&mut out, "loss", &format!("{}{degree}", loss.code));
    }
    if facts.left_handed {
        put(&mut out, "left-handed", "1");
    }
    put(&mut out, "why", facts.why.map_or("", JhtReason::name));
    let numbers = [
        ("unfit-months", facts.unfit.0),
        ("unfit-days", facts.unfit.1),
        ("land", facts.transport[0].0),
        ("sea", facts.transport[1].0),
        ("air", facts.transport[2].0),
        ("dentures", facts.aids[0].0),
        ("hearing-aid", facts.aids[1].0),
        ("glasses", facts.aids[2].0),
        ("home-care", facts.aids[3].0),
        ("balance", facts.balance.0),
    ];
    for (name, number) in numbers.into_iter().filter(|(_, number)| *number != 0) {
        put(&mut out, name, &number.to_string());
    }
    out
}

pub(super) fn unpack(text: &str) -> (Reporter, ClaimFacts) {
    let (mut reporter, mut facts) = (Reporter::default(), ClaimFacts::default());
    for (name, value) in pairs(text) {
        let number = || value.parse::<i64>().unwrap_or(0);
        match name {
            "name" => reporter.name = value.into(),
            "phone" => reporter.phone = value.into(),
            "account" => reporter.account = value.into(),
            "loss" => facts.losses.extend(Loss::parse(value)),
            "left-handed" => facts.left_handed = true,
            "why" => facts.why = JhtReason::from_name(value),
            "unfit-months" => facts.unfit.0 = number(),
            "unfit-days" => facts.unfit.1 = number(),
            "land" => facts.transport[0] = Rupiah(number()),
            "sea" => facts.transport[1] = Rupiah(number()),
            "air" => facts.transport[2] = Rupiah(number()),
            "dentures" => facts.aids[0] = Rupiah(number()),
            "hearing-aid" => facts.aids[1] = Rupiah(number()),
            "glasses" => facts.aids[2] = Rupiah(number()),
            "home-care" => facts.aids[3] = Rupiah(number()),
            "balance" => facts.balance = Rupiah(number()),
            _ => {}
        }
    }
    (reporter, facts)
}

pub(super) fn pack_person(person: &ClaimPerson) -> String {
    let mut out = String::new();
    put(&mut out, "name", person.name.as_str());
    if let Some(nik) = person.nik {
        put(&mut out, "nik", &nik.reveal());
    }
    if let Some(birth) = person.birth {
        put(&mut out, "birth", &birth.to_string());
    }
    put(&mut out, "phone", &person.phone);
    put(&mut out, "account", &person.account);
    put(&mut out, "guardian", &person.guardian);
    if let Some(school) = person.school {
        put(&mut out, "school", &format!("{}{}", school.level.name(), school.year));
    }
    out
}

/// The person; number, relation and marks stand beside the sealed text and are the caller's.
pub(super) fn unpack_person(text: &str) -> Option<ClaimPerson> {
    let mut name = None;
    let mut person = ClaimPerson {
        no: 0,
        relation: Heir::Spouse,
        name: PersonName::erased(),
        nik: None,
        birth: None,
        phone: "".into(),
        account: "".into(),
        guardian: "".into(),
        school: None,
        paid_burial: false,
        disagrees: false,
    };
    for (key, value) in pairs(text) {
        match key {
            "name" => name = PersonName::parse(value).ok(),
            "nik" => person.nik = Nik::parse(value).ok(),
            "birth" => person.birth = Day::parse_iso(value),
            "phone" => person.phone = value.into(),
            "account" => person.account = value.into(),
            "guardian" => person.guardian = value.into(),
            "school" => person.school = SchoolStart::parse(value),
            _ => {}
        }
    }
    // A child's day of birth decides until when a scholarship runs.
    if let (Some(school), birth) = (person.school.as_mut(), person.birth) {
        school.birth = birth;
    }
    person.name = name?;
    Some(person)
}

fn put(out: &mut String, name: &str, value: &str) {
    let value = base::person::fold_spaces(value);
    if !value.is_empty() {
        out.push_str(&format!("{name}={value}\n"));
    }
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| line.split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let reporter = Reporter {
            name: "Rekaan  Pelapor".into(),
            phone: "0812".into(),
            account: "Jatuh dari\nperahu".into(),
        };
        let facts = ClaimFacts {
            losses: vec![Loss::parse("D05").expect("a loss"), Loss::parse("D06:50").expect("one")],
            left_handed: true,
            unfit: (2, 3),
            transport: [Rupiah(1), Rupiah(0), Rupiah(3)],
            aids: [Rupiah(4), Rupiah(5), Rupiah(6), Rupiah(7)],
            balance: Rupiah(8),
            why: Some(JhtReason::Housing),
        };
        let (who, what) = unpack(&pack(&reporter, &facts));
        assert_eq!((&*who.name, &*who.account), ("Rekaan Pelapor", "Jatuh dari perahu"));
        assert_eq!(what, facts);
        let person = ClaimPerson {
            no: 0,
            relation: Heir::Spouse,
            name: PersonName::parse("Rekaan Janda").expect("a name"),
            nik: Nik::parse("6401051708620099").ok(),
            birth: Day::parse_iso("1980-01-02"),
            phone: "0812".into(),
            account: "BRI 0123".into(),
            guardian: "Rekaan Wali".into(),
            school: None,
            paid_burial: false,
            disagrees: false,
        };
        assert!(unpack_person(&pack_person(&person)) == Some(person.clone()));
        let child = ClaimPerson { school: SchoolStart::parse("sd1"), ..person };
        let found = unpack_person(&pack_person(&child)).expect("a person");
        assert_eq!(found.school.expect("a year").birth, child.birth);
        assert!(unpack_person("birth=1980-01-02\n").is_none());
    }
}
