//! What a legal officer has to look at: what is open, what nobody confirmed within a year, and
//! where the law says nothing.

use base::Day;

use crate::rule::{Entry, Parameter, RuleId, RuleStatus, Value};
use crate::rulebook::Rulebook;

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFinding<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The entry; absent when it is about the parameter as a whole.
    pub rule: Option<&'a RuleId>,
    /// What.
    pub kind: CheckKind,
}

/// What there is to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckKind {
    /// Somebody has to decide.
    Open,
    /// Nobody has compared it with the regulation's own text.
    NeverConfirmed,
    /// Somebody has, but long ago.
    ConfirmedLongAgo {
        /// When.
        on: Day,
    },
    /// No formula reads it: people obey it, the program only shows it.
    NotComputed,
    /// Nothing applies from this day on.
    Gap {
        /// The first day.
        from: Day,
        /// The last day; absent while it lasts.
        until: Option<Day>,
    },
}

impl CheckKind {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            CheckKind::Open => "OPEN",
            CheckKind::NeverConfirmed => "NEVER_CONFIRMED",
            CheckKind::ConfirmedLongAgo { .. } => "CONFIRMED_LONG_AGO",
            CheckKind::NotComputed => "NOT_COMPUTED",
            CheckKind::Gap { .. } => "GAP",
        }
    }
}

/// Months after which a confirmation has to be repeated; a habit of this house, no law.
const MONTHS_KEPT: i32 = 12;

impl Rulebook {
    /// Everything to look at on a day, in the order of the parameters and entries.
    pub fn check(&self, today: Day) -> Vec<CheckFinding<'_>> {
        let mut findings = Vec::new();
        for parameter in self.parameters() {
            if parameter.open.is_some() {
                findings.push(CheckFinding { parameter, rule: None, kind: CheckKind::Open });
            }
            if !self.is_computed(parameter) {
                findings.push(CheckFinding { parameter, rule: None, kind: CheckKind::NotComputed });
            }
            for entry in &parameter.entries {
                let mut push = |kind| {
                    findings.push(CheckFinding { parameter, rule: Some(&entry.rule), kind });
                };
                if entry.value == Value::Nothing {
                    push(CheckKind::Gap { from: entry.from, until: entry.until });
                }
                confirmation(entry, today).into_iter().for_each(&mut push);
            }
        }
        findings
    }

    /// Whether a formula reads a parameter; what none reads is there for people.
    pub fn is_computed(&self, parameter: &Parameter) -> bool {
        self.known.names(&parameter.id) || parameter.scope.is_some()
    }

    /// Every open parameter, in the order of the references: P1, P2, ... and the house's own.
    pub fn open_parameters(&self) -> Vec<&Parameter> {
        let mut open: Vec<&Parameter> =
            self.parameters().iter().filter(|parameter| parameter.open.is_some()).collect();
        let number = |parameter: &Parameter| {
            let reference = parameter.open.as_ref().map_or("", |open| &open.reference);
            let digits = reference.strip_prefix('P').and_then(|digits| digits.parse::<u32>().ok());
            (digits.unwrap_or(u32::MAX), reference.to_owned())
        };
        open.sort_by_key(|parameter| number(parameter));
        open
    }
}

/// How an entry's confirmation stands; what is open is listed as such already.
fn confirmation(entry: &Entry, today: Day) -> Option<CheckKind> {
    if entry.citation.status == RuleStatus::Open {
        return None;
    }
    let Some(on) = entry.citation.confirmed_on else { return Some(CheckKind::NeverConfirmed) };
    let months = on.month_of().months_until(today.month_of());
    let old = months > MONTHS_KEPT || (months == MONTHS_KEPT && on.day() <= today.day());
    old.then_some(CheckKind::ConfirmedLongAgo { on })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse_iso(text).expect("a day")
    }

    #[test]
    fn all_sixteen_questions_of_the_law_are_open_parameters() {
        let rulebook = Rulebook::builtin();
        let mut references: Vec<String> = rulebook
            .open_parameters()
            .iter()
            .filter_map(|parameter| parameter.open.as_ref())
            .map(|open| open.reference.to_string())
            .filter(|reference| reference.starts_with('P'))
            .collect();
        references.dedup();
        let expected: Vec<String> = (1..=16).map(|number| format!("P{number}")).collect();
        assert_eq!(references, expected);
    }

    #[test]
    fn nothing_is_confirmed_and_gaps_are_listed() {
        let rulebook = Rulebook::builtin();
        let findings = rulebook.check(day("2026-11-23"));
        let of = |kind: &str| findings.iter().filter(|f| f.kind.name() == kind).count();
        assert_eq!(of("CONFIRMED_LONG_AGO"), 0);
        let entries: usize = rulebook.parameters().iter().map(|p| p.entries.len()).sum();
        let open = rulebook.parameters().iter().flat_map(|p| &p.entries);
        let open = open.filter(|entry| entry.citation.status == RuleStatus::Open).count();
        assert_eq!(of("NEVER_CONFIRMED") + open, entries);
        let gap = CheckKind::Gap { from: day("2027-01-01"), until: None };
        assert!(
            findings.iter().any(|finding| finding.kind == gap
                && *finding.parameter.id == *"relief.pp_50_2025_lainnya")
        );
    }

    #[test]
    fn what_no_formula_reads_is_said() {
        let rulebook = Rulebook::builtin();
        let findings = rulebook.check(day("2026-11-23"));
        let unread = findings.iter().filter(|finding| finding.kind == CheckKind::NotComputed);
        let unread: Vec<&str> = unread.map(|finding| &*finding.parameter.id).collect();
        let expected =
            ["eligibility.identitas", "eligibility.pekerjaan_maksimum", "sipp.kolom_mendaftar"];
        assert_eq!(unread, expected);
    }

    #[test]
    fn a_confirmation_lasts_a_year() {
        let file = |text: &'static str| crate::RegulationFile { path: "jht/iuran_bpu.toml", text };
        let original = Rulebook::builtin_files().iter().find(|f| f.path == "jht/iuran_bpu.toml");
        let confirmed = original.expect("carried").text.replace(
            "status = \"secondary\"",
            "status = \"confirmed\"\nconfirmed_on = 2026-01-15\nconfirmed_by = \"Bagian Hukum\"",
        );
        let rulebook = Rulebook::load_over_builtin(&[file(confirmed.leak())]).expect("loads");
        let long_ago = |today: &str| {
            let findings = rulebook.check(day(today));
            let on = day("2026-01-15");
            findings.iter().any(|f| f.kind == CheckKind::ConfirmedLongAgo { on })
        };
        assert!(!long_ago("2027-01-14"));
        assert!(long_ago("2027-01-15"));
    }
}
