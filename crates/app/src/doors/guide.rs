//! What to do after an accident or a death: clocks, papers and amounts, each by the article that is
//! in force on the day and for the base of the tier.

use base::{Day, Month, Rupiah};
use rules::{
    Answer, Cause, Entry, IncapacityQuery, JkkQuery, JkmQuery, RuleGap, Scheme, ScholarshipQuery,
    SchoolStart, Segment,
};

use crate::claims::gap;
use crate::error::AppError;
use crate::office::Office;

/// The most months before a death that are asked for: two years say all.
pub const PAID_MONTHS_MOST: u32 = 36; // not law: what the form offers

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// An accident at work.
    Accident,
    /// A death that was no work accident.
    Death,
}

/// What is asked of the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuideAsked {
    /// What happened.
    pub event: EventKind,
    /// When; the rules of that day count.
    pub day: Day,
    /// The base of the tier; the lowest when none is said.
    pub base: Option<Rupiah>,
    /// How many whole months were paid before the month of the death.
    pub months: u32,
}

/// A day until which something must be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideClock {
    /// Which: `report`, `conclude`, `claim`.
    pub name: &'static str,
    /// The last day.
    pub until: Day,
    /// Instrument and article.
    pub article: String,
}

/// What to do, until when, with what, and what is paid.
#[derive(Debug, Clone)]
pub struct Guide {
    /// What was asked.
    pub asked: GuideAsked,
    /// The base that was reckoned with.
    pub base: Rupiah,
    /// The bases of the tiers of that month, from the lowest.
    pub bases: Vec<Rupiah>,
    /// What runs out when.
    pub clocks: Vec<GuideClock>,
    /// The papers: name, and whether they are always asked for.
    pub papers: Vec<(String, bool)>,
    /// The article behind them.
    pub papers_article: String,
    /// What is paid, each under its name: `death`, `accident-death`, `total`, `unfit`,
    /// `scholarship`.
    pub amounts: Vec<(&'static str, Answer)>,
}

impl Office {
    /// What to do after an event. It knows nobody and asks nothing of the register.
    ///
    /// # Errors
    /// `RULE_MISSING` where no rule is known for the day.
    pub fn guide(&self, asked: &GuideAsked) -> Result<Guide, AppError> {
        let bases = self.tier_bases(asked.day);
        let lowest = bases.first().copied().unwrap_or(Rupiah::ZERO);
        let base = asked.base.filter(|base| bases.contains(base)).unwrap_or(lowest);
        let scheme = match asked.event {
            EventKind::Accident => Scheme::Jkk,
            EventKind::Death => Scheme::Jkm,
        };
        let papers = self.rulebook.claim_papers(scheme, asked.day).map_err(gap)?;
        let named = papers.rows().iter();
        Ok(Guide {
            asked: *asked,
            base,
            bases,
            clocks: self.guide_clocks(asked),
            papers: named.map(|row| (row.name.to_string(), row.number() == Some(1))).collect(),
            papers_article: papers.citation.article.to_string(),
            amounts: self.guide_amounts(asked, base).map_err(gap)?,
        })
    }

    /// The bases of the tiers of a day, from the lowest.
    pub fn tier_bases(&self, day: Day) -> Vec<Rupiah> {
        let tiers = self.rulebook.parameter("jkk.iuran_bpu");
        let entry = tiers.and_then(|tiers| tiers.entry_on(day.month_of().first_day()));
        entry.map_or(Vec::new(), |entry| entry.brackets().iter().map(|one| one.base).collect())
    }

    fn guide_clocks(&self, asked: &GuideAsked) -> Vec<GuideClock> {
        let clock = |name, found: Result<(Day, &Entry), RuleGap>| {
            let (until, entry) = found.ok()?;
            Some(GuideClock { name, until, article: entry.citation.article.to_string() })
        };
        let claim = clock("claim", self.rulebook.claim_until(asked.day));
        let accident = || {
            let report = clock("report", self.rulebook.report_until(asked.day));
            [report, clock("conclude", self.rulebook.conclude_until(asked.day))]
        };
        match asked.event {
            EventKind::Accident => accident().into_iter().flatten().chain(claim).collect(),
            EventKind::Death => claim.into_iter().collect(),
        }
    }

    fn guide_amounts(
        &self,
        asked: &GuideAsked,
        base: Rupiah,
    ) -> Result<Vec<(&'static str, Answer)>, RuleGap> {
        let rules = &self.rulebook;
        if asked.event == EventKind::Death {
            let (months, last) = (asked.months.min(PAID_MONTHS_MOST), asked.day.month_of());
            let first = last.plus(-i32::try_from(months).unwrap_or(0));
            let paid: Vec<Month> = first.through(last).collect();
            let query = JkmQuery {
                segment: Segment::Bpu,
                death: asked.day,
                registered: first.first_day(),
                paid,
            };
            return Ok(vec![("death", rules.jkm(&query)?)]);
        }
        let query = JkkQuery { wage: base, accident: asked.day };
        let unfit = IncapacityQuery { wage: base, accident: asked.day, months: 1, days: 0 };
        // One child from the first year of primary school on.
        let children = SchoolStart::parse("sd1").into_iter().collect();
        let cause = Cause::WorkAccident;
        let scholarship = ScholarshipQuery { event: asked.day, cause, children };
        Ok(vec![
            ("unfit", rules.jkk_incapacity(&unfit)?),
            ("total", rules.jkk_total(&query)?),
            ("accident-death", rules.jkk_death(&query)?),
            ("scholarship", rules.scholarship(&scholarship)?),
        ])
    }
}
