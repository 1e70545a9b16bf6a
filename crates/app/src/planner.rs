//! The budget planner: the real list, or files, or a bare number, reduced once; then forward, the
//! other way round, side by side, and as a path to universal coverage.
//!
//! Nothing is written and nobody is named: a plan knows months of birth, work, villages and counts.

mod document;
mod path;
mod people;
mod rka;
mod sentences;
mod typed;

use base::{Month, Rupiah};
pub use domain::plan::{
    Affordable, Ages, Apbd, Base, Forecast, HeirsLoss, PathQuery, PathYear, PlanLine, PlanMonth,
    PlanPeople, SCENARIOS_MAX, Scenario, Share, UniversalPath,
};
use domain::plan::{
    PlanRefusal, affordable_months, affordable_people, compare, heirs_losses, universal_path,
};
use rules::{QuoteGroup, QuoteQuery, QuoteWarning, Rulebook, Scheme, Segment};

use crate::error::AppError;

pub use document::{path_document, plan_document};
pub use path::{PathAsked, PathTyped};
pub use people::{Counted, CountedFrom, FilePeople, of_count, of_files};
pub use rka::RkaAsked;
pub use sentences::{gap_error, heirs_in_words, rules_in_words, warning_in_words};
pub use typed::{BaseTyped, ScenarioTyped, WordsOf};

/// One scenario with all that is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What was asked.
    pub scenario: Scenario,
    /// What it comes to.
    pub forecast: Forecast,
    /// What may go wrong.
    pub warnings: Vec<QuoteWarning>,
    /// What gaps cost the heirs of one member.
    pub heirs: Vec<HeirsLoss>,
}

/// What a budget pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affords {
    /// The budget.
    pub budget: Rupiah,
    /// Over all months of the scenario: how many people.
    pub people: Affordable,
    /// For all its people: how many months.
    pub months: Affordable,
}

/// Scenarios side by side over one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many people the list has, and where they are from.
    pub counted: Counted,
    /// The scenarios, in the order they were asked.
    pub planned: Vec<Planned>,
    /// What a budget pays for in the first of them.
    pub affords: Option<Affords>,
}

/// Plans up to four scenarios over one list.
///
/// # Errors
/// The codes of `domain::plan::PlanRefusal`.
pub fn plan(
    rulebook: &Rulebook,
    counted: Counted,
    scenarios: Vec<Scenario>,
    budget: Option<Rupiah>,
) -> Result<Plan, AppError> {
    let people = &counted.people;
    let forecasts = compare(people, &scenarios, rulebook).map_err(refused)?;
    let affords =
        budget.map(|budget| afford(rulebook, people, &scenarios[0], budget)).transpose()?;
    let planned = scenarios.into_iter().zip(forecasts).map(|(scenario, forecast)| {
        Ok(Planned {
            warnings: warnings(rulebook, people, &scenario, &forecast, budget)?,
            heirs: heirs(rulebook, people, &scenario)?,
            scenario,
            forecast,
        })
    });
    let planned = planned.collect::<Result<_, AppError>>()?;
    Ok(Plan { counted, planned, affords })
}

fn afford(
    rulebook: &Rulebook,
    people: &PlanPeople,
    scenario: &Scenario,
    budget: Rupiah,
) -> Result<Affords, AppError> {
    if budget < Rupiah::ZERO {
        return Err(AppError::usage("NOT_AN_AMOUNT", budget.0.to_string()));
    }
    Ok(Affords {
        budget,
        people: affordable_people(people, scenario, budget, rulebook).map_err(refused)?,
        months: affordable_months(people, scenario, budget, rulebook).map_err(refused)?,
    })
}

/// The warnings of a quote over the same people, with what only the list itself can tell.
fn warnings(
    rulebook: &Rulebook,
    people: &PlanPeople,
    scenario: &Scenario,
    forecast: &Forecast,
    budget: Option<Rupiah>,
) -> Result<Vec<QuoteWarning>, AppError> {
    let groups = people.by_base(scenario).into_iter().map(|(base, people)| {
        let (schemes, payer) = (scenario.schemes, scenario.payer);
        QuoteGroup { people, base, schemes, payer, births: Vec::new() }
    });
    let groups: Vec<QuoteGroup> = groups.collect();
    let mut warnings = Vec::new();
    if !groups.is_empty() {
        let query = QuoteQuery { groups, spans: scenario.spans.clone(), growth: base::Ppm(0) };
        let quote = rulebook.quote(&query).map_err(gap_error)?;
        warnings.extend(quote.warnings.iter().cloned());
        warnings.extend(budget.and_then(|budget| quote.budget_warning(budget)));
    }
    let reaching: u64 = forecast.by_month.iter().map(|month| month.reaching).sum();
    if reaching + forecast.refused > 0 {
        let (people, refused) = (reaching + forecast.refused, forecast.refused);
        warnings.push(QuoteWarning::AgeLimit { people, refused });
    }
    if forecast.other_reading != forecast.total && scenario.ages == Ages::ByRule {
        let first = forecast.by_month[0].month.first_day();
        let rule = rulebook.age_terms(first).map_err(gap_error)?.stays.1.rule.clone();
        warnings.push(QuoteWarning::RuleOpen { rule });
    }
    Ok(warnings)
}

fn heirs(
    rulebook: &Rulebook,
    people: &PlanPeople,
    scenario: &Scenario,
) -> Result<Vec<HeirsLoss>, AppError> {
    if !scenario.schemes.contains(Scheme::Jkm) {
        return Ok(Vec::new());
    }
    let bases = people.by_base(scenario);
    let bpu = bases.iter().any(|(base, _)| matches!(base, Base::Bpu { .. }));
    let segment = if bpu { Segment::Bpu } else { Segment::Pu };
    heirs_losses(rulebook, segment, &scenario.spans).map_err(gap_error)
}

/// A path to universal coverage.
///
/// # Errors
/// The codes of `domain::plan::PlanRefusal`.
pub fn path(rulebook: &Rulebook, query: &PathQuery) -> Result<UniversalPath, AppError> {
    universal_path(query, rulebook).map_err(refused)
}

pub(crate) fn refused(refusal: PlanRefusal) -> AppError {
    match refusal {
        PlanRefusal::RuleMissing(gap) => gap_error(gap),
        refusal => AppError::refused(refusal.name(), ""),
    }
}

/// The months of a scenario in words: "Oktober 2022 – Desember 2022; …".
pub fn months_in_words(spans: &[(Month, Month)]) -> String {
    let span = |(first, last): &(Month, Month)| match first == last {
        true => first.in_words(),
        false => format!("{} – {}", first.in_words(), last.in_words()),
    };
    spans.iter().map(span).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
