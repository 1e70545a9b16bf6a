//! What a plan warns of, in sentences; the same for `payung quote` and for the pages.

use base::money::grouped;
use domain::plan::HeirsLoss;
use rules::{Payer, QuoteWarning, RuleGap};

use crate::error::AppError;
use crate::words::Words;

/// A warning in words.
pub fn warning_in_words(words: &Words, warning: &QuoteWarning) -> String {
    let payer_words = |payer: &Payer| words.get(&format!("law-bearer-{}", payer.name()));
    let values = match warning {
        QuoteWarning::SponsorTrap { first, months, required, full, reduced } => vec![
            ("first", first.in_words()),
            ("months", months.to_string()),
            ("required", required.to_string()),
            ("full", full.to_string()),
            ("reduced", reduced.to_string()),
        ],
        QuoteWarning::CoverGap { from, to, lapses, .. } => {
            let lapses = if *lapses { "quote-gap-lapses" } else { "quote-gap-bearable" };
            let lapses = words.get(lapses);
            vec![("from", from.in_words()), ("to", to.in_words()), ("lapses", lapses)]
        }
        QuoteWarning::NotYetRegisteredOnly { payer } => vec![("payer", payer_words(payer))],
        QuoteWarning::ReliefNotForPayer { payer, first, last } => vec![
            ("payer", payer_words(payer)),
            ("first", first.in_words()),
            ("last", last.in_words()),
        ],
        QuoteWarning::BudgetHalved { budget, needed } => {
            vec![("budget", budget.to_string()), ("needed", needed.to_string())]
        }
        QuoteWarning::AgeLimit { people, refused } => {
            vec![("people", grouped(*people)), ("refused", grouped(*refused))]
        }
        QuoteWarning::CostChange { month, before, after } => vec![
            ("month", month.in_words()),
            ("before", before.to_string()),
            ("after", after.to_string()),
        ],
        QuoteWarning::RuleOpen { rule } => vec![("rule", rule.to_string())],
    };
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    words.with(&format!("quote-{}", warning.name()), &values)
}

/// What a gap costs the heirs of one member, in a sentence that says what was computed.
pub fn heirs_in_words(words: &Words, loss: &HeirsLoss) -> String {
    let values = [
        ("first", loss.first.in_words()),
        ("last", loss.last.in_words()),
        ("pays", loss.pays.to_string()),
        ("unbroken", loss.unbroken.to_string()),
        ("loss", loss.loss().to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    let key = if loss.after_settling { "plan-heirs-settle" } else { "plan-heirs" };
    words.with(key, &values)
}

/// The rules behind an amount: "rule (article); …".
pub fn rules_in_words(loss: &HeirsLoss) -> String {
    let rules = loss.rules.iter().map(|(rule, article)| format!("{rule} ({article})"));
    rules.collect::<Vec<String>>().join("; ")
}

/// Why a question has no answer, as an error: words that are off are the asker's to mend, a missing
/// rule is not.
pub fn gap_error(gap: RuleGap) -> AppError {
    match gap {
        RuleGap::NoRule { parameter, month } => {
            AppError::refused("RULE_MISSING", format!("{parameter}, {}", month.in_words()))
        }
        RuleGap::SchemeNotInSegment | RuleGap::RuleUnknown => AppError::refused(gap.name(), ""),
        RuleGap::IncomeNegative
        | RuleGap::AmountTooLarge
        | RuleGap::AmountNegative
        | RuleGap::LossUnknown
        | RuleGap::SchoolYearUnknown => AppError::usage(gap.name(), ""),
    }
}
