//! Scholarships year by year: when a school year begins, until when it may be asked for, and what
//! one year pays.

use base::{Day, Month, Rupiah};

use super::scholarship::SchoolLevel;
use crate::rule::{Entry, Row};
use crate::rulebook::{RuleGap, Rulebook};

impl Rulebook {
    /// Whether scholarships after this event are asked for year by year, not paid at once.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn scholarship_is_yearly(&self, event: Day) -> Result<bool, RuleGap> {
        Ok(self.choice(self.known.scholarship_form, event)?.0 == "per-level")
    }

    /// The first day of a school year, which is called by the year it begins in.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    pub fn school_year_begins(&self, year: i32, event: Day) -> Result<(Day, &Entry), RuleGap> {
        let (month, entry) = self.number(self.known.school_year, event)?;
        let month = i32::try_from(month).ok().and_then(|month| Month::new(year, month));
        let month = month.ok_or(RuleGap::SchoolYearUnknown)?;
        Ok((month.first_day(), entry))
    }

    /// The first school year that counts after an event: that which begins on the day or after it.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn first_school_year(&self, event: Day) -> Result<(i32, &Entry), RuleGap> {
        let year = i32::from(event.year());
        let (begins, entry) = self.school_year_begins(year, event)?;
        Ok((if begins >= event { year } else { year + 1 }, entry))
    }

    /// The last day to ask for a school year's scholarship.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    ///
    /// # Source
    /// Permenaker 5/2021: what was not asked for in time, for at most three school years.
    pub fn scholarship_until(&self, year: i32, event: Day) -> Result<(Day, &Entry), RuleGap> {
        let (late, entry) = self.number(self.known.scholarship_late, event)?;
        let late = i32::try_from(late).map_err(|_| RuleGap::AmountTooLarge)?;
        let (next, _) = self.school_year_begins(year + late + 1, event)?;
        Ok((next.plus_days(-1), entry))
    }

    /// From when until when the letter of a school may be written for a school year.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    pub fn school_letter_days(&self, year: i32, event: Day) -> Result<(Day, Day), RuleGap> {
        let days = |key: &str| {
            let (row, _) = self.row(self.known.school_letter, key, event)?;
            let days = i32::try_from(row.number().unwrap_or(0));
            days.map_err(|_| RuleGap::AmountTooLarge)
        };
        let (begins, _) = self.school_year_begins(year, event)?;
        let (next, _) = self.school_year_begins(year + 1, event)?;
        Ok((begins.plus_days(-days("before")?), next.plus_days(days("after")? - 1)))
    }

    /// What one year at a level of school pays.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    pub fn scholarship_yearly(
        &self,
        level: SchoolLevel,
        event: Day,
    ) -> Result<(Rupiah, &Row, &Entry), RuleGap> {
        let (row, entry) = self.row(self.known.scholarship_year, level.name(), event)?;
        Ok((Rupiah(row.number().unwrap_or(0)), row, entry))
    }

    /// For how many years a level of school is paid.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    pub fn scholarship_years(
        &self,
        level: SchoolLevel,
        event: Day,
    ) -> Result<(i64, &Entry), RuleGap> {
        let (row, entry) = self.row(self.known.scholarship_years, level.name(), event)?;
        Ok((row.number().unwrap_or(0), entry))
    }

    /// For how many children of one member scholarships are paid.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    pub fn scholarship_children(&self, event: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.scholarship_children, event)
    }

    /// What all scholarships after one event come to at most.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    pub fn scholarship_most(&self, event: Day) -> Result<(Rupiah, &Entry), RuleGap> {
        let (most, entry) = self.number(self.known.scholarship_most, event)?;
        Ok((Rupiah(most), entry))
    }

    /// The papers that a school year's scholarship asks for.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day of the event.
    pub fn scholarship_papers(&self, event: Day) -> Result<&Entry, RuleGap> {
        self.need(self.known.scholarship_papers, event)
    }
}
