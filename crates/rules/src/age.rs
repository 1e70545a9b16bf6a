//! Whether somebody may be registered at their age; the day of registration decides.

use base::Day;

use crate::rule::Entry;
use crate::rulebook::{Key, RuleGap, Rulebook};

#[cfg(test)]
mod tests;

/// What a person's age means for registering them.
///
/// # Units
/// Ages in completed years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeVerdict {
    /// Nothing to say.
    Eligible,
    /// May be registered, and reaches the limit soon; a lapse would then be final.
    NearLimit {
        /// The age at which nobody is registered any more.
        limit: i32,
        /// The day this person reaches it.
        reached_on: Day,
    },
    /// May be registered, but is young enough to ask whether the work is lawful.
    Young {
        /// The age from which nobody asks.
        adult: i32,
    },
    /// Too old to be registered.
    OverLimit {
        /// The age at which nobody is registered any more.
        limit: i32,
    },
    /// Too young to work.
    UnderMinimum {
        /// The least age.
        min: i32,
    },
    /// No rule is known for the day of registration.
    NoRule,
}

impl AgeVerdict {
    /// Whether the person may be registered.
    pub fn may_register(self) -> bool {
        matches!(
            self,
            AgeVerdict::Eligible | AgeVerdict::NearLimit { .. } | AgeVerdict::Young { .. }
        )
    }

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            AgeVerdict::Eligible => "eligible",
            AgeVerdict::NearLimit { .. } => "near-limit",
            AgeVerdict::Young { .. } => "young",
            AgeVerdict::OverLimit { .. } => "over-limit",
            AgeVerdict::UnderMinimum { .. } => "under-minimum",
            AgeVerdict::NoRule => "no-rule",
        }
    }
}

impl Rulebook {
    /// What the age of somebody born on `birth` means for registering them on `registered`.
    ///
    /// # Source
    /// Permenaker 5/2021 (not yet 65) and UU 13/2003 (child labour); the files name the articles.
    pub fn age_verdict(&self, birth: Day, registered: Day) -> AgeVerdict {
        let number = |parameter: Key| {
            let number = self.entry(parameter, registered)?.number()?;
            i32::try_from(number).ok()
        };
        let known = &self.known;
        let numbers = (
            number(known.age_limit),
            number(known.age_minimum),
            number(known.age_young),
            number(known.age_near),
        );
        let (Some(limit), Some(min), Some(adult), Some(near_months)) = numbers else {
            return AgeVerdict::NoRule;
        };
        let age = birth.age_on(registered);
        if age >= limit {
            return AgeVerdict::OverLimit { limit };
        }
        if age < min {
            return AgeVerdict::UnderMinimum { min };
        }
        if age < adult {
            return AgeVerdict::Young { adult };
        }
        match birthday(birth, limit) {
            Some(reached_on) if reached_on <= months_later(registered, near_months) => {
                AgeVerdict::NearLimit { limit, reached_on }
            }
            _ => AgeVerdict::Eligible,
        }
    }

    /// The rule behind a verdict on a day of registration: its id, article and status.
    pub fn age_rule(&self, verdict: AgeVerdict, registered: Day) -> Option<&Entry> {
        let known = &self.known;
        let parameter = match verdict {
            AgeVerdict::Eligible | AgeVerdict::OverLimit { .. } => known.age_limit,
            AgeVerdict::NearLimit { .. } => known.age_limit,
            AgeVerdict::Young { .. } => known.age_young,
            AgeVerdict::UnderMinimum { .. } => known.age_minimum,
            AgeVerdict::NoRule => return None,
        };
        self.entry(parameter, registered)
    }
}

/// What a plan asks of the law about the age of those it pays for.
///
/// # Units
/// The limit in completed years, the bearable gap in months.
#[derive(Debug, Clone, Copy)]
pub struct AgeTerms<'a> {
    /// The age at which nobody is registered any more, and its rule.
    pub limit: (i64, &'a Entry),
    /// Whether members go on past the limit while nothing lapses, and the rule that says so.
    pub stays: (bool, &'a Entry),
    /// How many unpaid months in a row cover bears before it lapses, and its rule.
    pub bearable: (i64, &'a Entry),
}

impl Rulebook {
    /// What the law says on a day of the age of those who are registered on it.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// Permenaker 5/2021 (not yet 65); whether members stay is an open parameter (P4).
    pub fn age_terms(&self, day: Day) -> Result<AgeTerms<'_>, RuleGap> {
        let (word, stays) = self.choice(self.known.stay_past_limit, day)?;
        Ok(AgeTerms {
            limit: self.number(self.known.age_limit, day)?,
            stays: (word != "leave-at-limit", stays),
            bearable: self.number(self.known.grace, day)?,
        })
    }

    /// How many paid months in a row a full death benefit asks for on a day, and the rule.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn months_for_full_death_benefit(&self, day: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.jkm_months, day)
    }
}

/// The day on which somebody completes so many years.
fn birthday(birth: Day, years: i32) -> Option<Day> {
    let year = i16::try_from(i32::from(birth.year()) + years).ok()?;
    // Somebody born on 29 February completes a year on 1 March of a common year.
    Day::new(year, birth.month(), birth.day()).or_else(|| Day::new(year, 3, 1))
}

/// The same day of the month so many months later, or that month's last day.
fn months_later(day: Day, months: i32) -> Day {
    let month = day.month_of().plus(months);
    let last = month.last_day();
    Day::new(last.year(), last.month(), day.day()).unwrap_or(last)
}
