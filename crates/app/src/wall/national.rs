//! Coverage of many regencies side by side: what each of them may tell everybody, by province.

use std::collections::BTreeMap;

use base::{Month, Ppm, RegionCode};
use domain::coverage::TOLD_FROM;
use domain::coverage::sums::SumBy;
use domain::coverage::wall::share;
use rules::Scheme;

use crate::error::AppError;
use crate::office::Office;

/// A regency in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegencyLine {
    /// Which.
    pub region: RegionCode,
    /// Its name.
    pub name: String,
    /// People covered for work accidents; none where so few are that they are not told.
    pub covered: Option<u64>,
    /// How many there are by its newest count of the whole regency.
    pub all: Option<u64>,
    /// Covered of all, rounded down.
    pub share: Option<Ppm>,
}

/// A province: what its regencies tell, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvinceLine {
    /// Which.
    pub region: RegionCode,
    /// Its name.
    pub name: String,
    /// Regencies in which somebody is covered.
    pub regencies: u64,
    /// People covered where it is told.
    pub covered: u64,
}

/// Regencies and provinces in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct National {
    /// The month.
    pub month: Month,
    /// Every regency, by code.
    pub regencies: Vec<RegencyLine>,
    /// Every province, by code.
    pub provinces: Vec<ProvinceLine>,
    /// People covered in all of them, where it is told.
    pub covered: u64,
}

impl Office {
    /// Every regency of a province, or of the country, that this place keeps: a file keeps one, a
    /// server many. Nothing is told that everybody may not see.
    ///
    /// # Errors
    /// Those of the register.
    pub fn roll_up(
        &self,
        province: Option<RegionCode>,
        month: Option<Month>,
    ) -> Result<National, AppError> {
        let today = self.environment.today();
        let month = match month {
            Some(month) => month,
            None => {
                let sums = self.store.read(|tx| store::cover_sums::of_months(tx, today))?;
                let newest = sums.iter().filter(|sum| sum.people > 0).map(|sum| sum.month).max();
                newest.unwrap_or_else(|| today.month_of())
            }
        };
        let provinces = crate::regions::provinces();
        let provinces = provinces.filter(|one| province.is_none_or(|only| only == *one));
        let mut regencies = Vec::new();
        for region in provinces.flat_map(|one| self.gazetteer.children(one)) {
            regencies.push(self.regency_line(region, month)?);
        }
        let mut sums: BTreeMap<RegionCode, (u64, u64)> = BTreeMap::new();
        for line in &regencies {
            let sum = sums.entry(line.region.at_level(1)).or_default();
            sum.0 += u64::from(line.covered.is_some_and(|covered| covered > 0));
            sum.1 += line.covered.unwrap_or_default();
        }
        let line = |(region, (regencies, covered))| ProvinceLine {
            name: self.name_of(region),
            region,
            regencies,
            covered,
        };
        let covered = regencies.iter().filter_map(|line| line.covered).sum();
        let provinces = sums.into_iter().map(line).collect();
        Ok(National { month, provinces, covered, regencies })
    }

    fn regency_line(&self, region: RegionCode, month: Month) -> Result<RegencyLine, AppError> {
        let store = self.store.of_regency(region);
        let today = self.environment.today();
        let (covered, all) = store.read(|tx| {
            let sums = store::cover_sums::of_month(tx, SumBy::Sex, month, today)?;
            let own = sums.iter().filter(|sum| sum.scheme == Scheme::Jkk);
            let covered: u64 = own.map(|sum| sum.people).sum();
            if covered == 0 {
                return Ok::<_, AppError>((0, None));
            }
            let bases = store::coverage::bases(tx)?;
            let newest = bases.iter().max_by_key(|one| one.set_at_ms).map(|one| one.id);
            let lines = newest.map(|id| store::coverage::lines(tx, id)).transpose()?;
            let part = region.digits().to_string();
            let mut lines = lines.unwrap_or_default().into_iter();
            let whole = lines.find(|line| line.by == SumBy::Place && *line.part == *part);
            Ok((covered, whole.map(|line| line.people)))
        })?;
        let is_few = (1..TOLD_FROM).contains(&covered);
        let covered = (!is_few).then_some(covered);
        Ok(RegencyLine {
            name: self.name_of(region),
            region,
            share: covered.zip(all).and_then(|(covered, all)| share(covered, all)),
            covered,
            all,
        })
    }
}
