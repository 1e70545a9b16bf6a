//! What is laid down for a programme besides its months and schemes: segments and wages by group,
//! how many places there are, in which order they are given, and who is mandated to be in it.
//!
//! All of it is data of the office; what the law says of a group is asked of the rulebook.

use base::{Day, Month, Rupiah};
use rules::{RiskClass, Segment};

use crate::facility::Facilities;
use crate::occupation::OccupationKey;
use crate::priority::Priority;

/// The terms of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// The regulation or decree behind the programme.
    pub basis: Option<Box<str>>,
    /// By occupation; one that is not named is counted as the programme counts.
    pub groups: Vec<GroupTerms>,
    /// How many may be on it at a time; only the fund limits it when absent.
    pub quota: Option<u32>,
    /// Who must be in it, and since when.
    pub mandate: Option<Mandate>,
    /// In which order places are given.
    pub priority: Priority,
    /// Whom it is for by age; the law's limits hold besides.
    pub ages: AgeBand,
    /// The highest welfare decile it is for; people of unknown decile are not refused.
    pub decile: Option<u8>,
    /// People to be reached, by year.
    pub targets: Vec<(u16, u32)>,
    /// Whom it is for by the place of work; anybody when absent.
    pub facilities: Option<Facilities>,
}

/// How people of one occupation are insured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupTerms {
    /// The occupation.
    pub occupation: OccupationKey,
    /// As what.
    pub segment: Segment,
    /// A wage earner's wage, or the income declared for everybody else.
    ///
    /// # Units
    /// Whole rupiah in a month; nothing stands for the lowest tier.
    pub base: Rupiah,
    /// How dangerous the trade is, for wage earners.
    pub risk: RiskClass,
    /// Whether civil servants are taken too: for them it is a second and private job.
    pub second_job: bool,
}

/// Everybody of the programme's occupations and territory must be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// From which month.
    pub from: Month,
    /// By whose instruction.
    pub basis: Box<str>,
}

/// Ages in completed years on the programme's first day, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AgeBand {
    /// The youngest.
    pub from: Option<u8>,
    /// The oldest.
    pub to: Option<u8>,
}

/// Why terms are not taken; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsRefusal {
    /// An occupation is named twice.
    GroupTwice,
    /// Wage earners without a wage.
    WageMissing,
    /// A segment that no programme of these can be in.
    SegmentUnfit,
    /// The youngest age is above the oldest.
    AgesCrossed,
    /// Deciles go from 1 to 10.
    DecileUnfit,
    /// A mandate for everybody names nobody.
    MandateForNobody,
}

impl TermsRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            TermsRefusal::GroupTwice => "GROUP_TWICE",
            TermsRefusal::WageMissing => "WAGE_MISSING",
            TermsRefusal::SegmentUnfit => "SEGMENT_UNFIT",
            TermsRefusal::AgesCrossed => "AGES_CROSSED",
            TermsRefusal::DecileUnfit => "DECILE_UNFIT",
            TermsRefusal::MandateForNobody => "MANDATE_FOR_NOBODY",
        }
    }
}

/// The number of welfare deciles.
pub const DECILES: u8 = 10; // not law: what the word means

impl Terms {
    /// Whether they hold together; `occupations` are those of the programme.
    ///
    /// # Errors
    /// The first [`TermsRefusal`] in their order.
    pub fn check(&self, occupations: &[OccupationKey]) -> Result<(), TermsRefusal> {
        let named = |at: usize| self.groups[at + 1..].iter();
        let twice = |(at, group): (usize, &GroupTerms)| {
            named(at).any(|other| other.occupation == group.occupation)
        };
        if self.groups.iter().enumerate().any(twice) {
            return Err(TermsRefusal::GroupTwice);
        }
        for group in &self.groups {
            match group.segment {
                Segment::Pu if group.base <= Rupiah::ZERO => return Err(TermsRefusal::WageMissing),
                Segment::Pu | Segment::Bpu => {}
                Segment::Construction | Segment::Pmi => return Err(TermsRefusal::SegmentUnfit),
            }
        }
        if self.ages.from.zip(self.ages.to).is_some_and(|(from, to)| from > to) {
            return Err(TermsRefusal::AgesCrossed);
        }
        if self.decile.is_some_and(|decile| !(1..=DECILES).contains(&decile)) {
            return Err(TermsRefusal::DecileUnfit);
        }
        match self.mandate.is_some() && occupations.is_empty() {
            true => Err(TermsRefusal::MandateForNobody),
            false => Ok(()),
        }
    }
}

impl AgeBand {
    /// Whether somebody born on `birth` is of these ages on a day.
    pub fn holds(self, birth: Day, on: Day) -> bool {
        let age = birth.age_on(on);
        self.from.is_none_or(|from| age >= i32::from(from))
            && self.to.is_none_or(|to| age <= i32::from(to))
    }
}

impl GroupTerms {
    /// Reads `bidan:bpu`, `honorer:pu:2000000`, `bidan:bpu:1000000:second-job` or
    /// `linmas:pu:1500000:risk-2`.
    pub fn parse(text: &str) -> Option<GroupTerms> {
        let mut parts = text.split(':').map(str::trim);
        let occupation = parts.next().filter(|key| !key.is_empty())?;
        let mut group = GroupTerms {
            occupation: OccupationKey(occupation.into()),
            segment: Segment::from_name(parts.next()?)?,
            base: Rupiah::ZERO,
            risk: RiskClass::ALL[0],
            second_job: false,
        };
        for part in parts {
            match part.strip_prefix("risk-") {
                Some(class) => group.risk = RiskClass::new(class.parse().ok()?)?,
                None if part == "second-job" => group.second_job = true,
                None => group.base = Rupiah::parse(part)?,
            }
        }
        Some(group)
    }
}

impl std::fmt::Display for GroupTerms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.occupation.0, self.segment.name(), self.base.0)?;
        if self.risk != RiskClass::ALL[0] {
            write!(f, ":risk-{}", self.risk.number())?;
        }
        if self.second_job {
            f.write_str(":second-job")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{day, month};

    fn group(text: &str) -> GroupTerms {
        GroupTerms::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn groups_are_read_and_written() {
        for (text, expect) in [
            ("bidan:bpu", "bidan:bpu:0"),
            ("honorer:pu:2000000", "honorer:pu:2000000"),
            ("bidan:bpu:1000000:second-job", "bidan:bpu:1000000:second-job"),
            ("linmas: pu :1500000:risk-2", "linmas:pu:1500000:risk-2"),
        ] {
            assert_eq!(group(text).to_string(), expect);
            assert_eq!(group(expect), group(text));
        }
        for bad in ["", "bidan", ":bpu", "bidan:asn", "bidan:bpu:x", "bidan:pu:1:risk-6"] {
            assert_eq!(GroupTerms::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn terms_are_refused_for_the_first_thing_that_is_wrong() {
        let kader = [OccupationKey("kader_kesehatan".into())];
        let check = |terms: Terms, expect| assert_eq!(terms.check(&kader), expect, "{terms:?}");
        let with = |groups: &[&str]| Terms {
            groups: groups.iter().map(|text| group(text)).collect(),
            ..Terms::default()
        };
        check(with(&["bidan:bpu", "honorer:pu:2000000"]), Ok(()));
        check(with(&["bidan:bpu", "bidan:pu:1"]), Err(TermsRefusal::GroupTwice));
        check(with(&["honorer:pu"]), Err(TermsRefusal::WageMissing));
        check(with(&["honorer:pmi"]), Err(TermsRefusal::SegmentUnfit));
        let ages = AgeBand { from: Some(60), to: Some(59) };
        check(Terms { ages, ..Terms::default() }, Err(TermsRefusal::AgesCrossed));
        check(Terms { decile: Some(11), ..Terms::default() }, Err(TermsRefusal::DecileUnfit));
        let mandate = Some(Mandate { from: month("2024-01"), basis: "Instruksi".into() });
        let mandated = Terms { mandate, ..Terms::default() };
        check(mandated.clone(), Ok(()));
        assert_eq!(mandated.check(&[]), Err(TermsRefusal::MandateForNobody));
    }

    #[test]
    fn ages_count_on_the_first_day() {
        let band = AgeBand { from: Some(18), to: Some(64) };
        let on = day("2024-01-01");
        // 64 until 31 December 2024; 65 on 1 January 2024; 18 on that day.
        assert!(band.holds(day("1959-01-02"), on));
        assert!(!band.holds(day("1959-01-01"), on));
        assert!(band.holds(day("2006-01-01"), on));
        assert!(!band.holds(day("2006-01-02"), on));
        assert!(AgeBand::default().holds(day("1900-01-01"), on));
    }
}
