//! What cover is summed by: where somebody lives, what they do, their sex and their age.

use base::{Day, Month};

/// The first year of each age band: minors, then the bands in which the statistics office counts
/// who works, those who may draw a pension last.
const BANDS: [u8; 7] = [0, 18, 25, 35, 45, 55, 65]; // not law: bands of a table

/// An age band, by its first year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand(u8);

impl AgeBand {
    /// Every band, the youngest first.
    pub fn all() -> impl Iterator<Item = AgeBand> {
        BANDS.into_iter().map(AgeBand)
    }

    /// The band of somebody on the first day of a month.
    pub fn of(birth: Day, month: Month) -> AgeBand {
        let years = birth.age_on(month.first_day());
        let band = BANDS.into_iter().rev().find(|from| i32::from(*from) <= years);
        AgeBand(band.unwrap_or_default())
    }

    /// The band that begins with this year.
    pub fn from_years(from: u8) -> Option<AgeBand> {
        BANDS.contains(&from).then_some(AgeBand(from))
    }

    /// Its first year, and its last; none for the oldest.
    pub fn years(self) -> (u8, Option<u8>) {
        let next = BANDS.into_iter().find(|from| *from > self.0);
        (self.0, next.map(|from| from - 1))
    }
}

/// By what alone sums are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SumBy {
    /// Desa or kelurahan.
    Place,
    /// Occupation.
    Occupation,
    /// Sex.
    Sex,
    /// Age band.
    Age,
}

impl SumBy {
    /// Every one.
    pub const ALL: [SumBy; 4] = [SumBy::Place, SumBy::Occupation, SumBy::Sex, SumBy::Age];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SumBy::Place => "place",
            SumBy::Occupation => "occupation",
            SumBy::Sex => "sex",
            SumBy::Age => "age",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<SumBy> {
        SumBy::ALL.into_iter().find(|by| by.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_band_is_that_of_the_months_first_day() {
        let day = |text| Day::parse_iso(text).expect("a day");
        let month = |text| Month::parse(text).expect("a month");
        let from = |birth, at| AgeBand::of(day(birth), month(at)).years();
        // Eighteen on the first of October, and a day later not yet.
        assert_eq!(from("2004-10-01", "2022-10"), (18, Some(24)));
        assert_eq!(from("2004-10-02", "2022-10"), (0, Some(17)));
        assert_eq!(from("1957-10-01", "2022-10"), (65, None));
        assert_eq!(from("1957-10-02", "2022-10"), (55, Some(64)));
        // Somebody not born yet is in a wrong record, and counted all the same.
        assert_eq!(from("2030-01-01", "2022-10"), (0, Some(17)));
    }
}
