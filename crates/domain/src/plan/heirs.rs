//! What months without a payer mean for those left behind: the death benefit of one death, with the
//! plan as it is and with months paid in a row.
//!
//! No regulation gives a mortality, so nothing here says how many will die; one death is computed.

use std::sync::Arc;

use base::{Month, Rupiah};
use rules::{Answer, JkmQuery, Note, RuleGap, Rulebook, Segment};

use super::merged;

/// Months in which a death pays less than it would have without the gap before or around it, or
/// pays only once somebody has settled what nobody plans to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeirsLoss {
    /// The first month of death.
    pub first: Month,
    /// The last one.
    pub last: Month,
    /// What the heirs of one member get who dies on the last day of such a month.
    pub pays: Rupiah,
    /// What they would get if every month from the first on were paid.
    pub unbroken: Rupiah,
    /// Whether even that is paid only after the unpaid months are settled.
    pub after_settling: bool,
    /// The rules that decide, each with its article.
    pub rules: Vec<(Arc<str>, Arc<str>)>,
}

impl HeirsLoss {
    /// What the gap costs the heirs of one member.
    pub fn loss(&self) -> Rupiah {
        Rupiah(self.unbroken.0 - self.pays.0)
    }
}

/// The months in or after a gap in which a death pays less, in order; empty without a gap.
///
/// # Errors
/// [`RuleGap`] when the law of death benefits has no answer for a month.
///
/// # Source
/// The rules that [`rules::Rulebook::jkm`] goes through; edges are open parameters (P1 to P3).
pub fn heirs_losses(
    rulebook: &Rulebook,
    segment: Segment,
    spans: &[(Month, Month)],
) -> Result<Vec<HeirsLoss>, RuleGap> {
    let spans = merged(spans);
    let mut losses: Vec<HeirsLoss> = Vec::new();
    let Some(&(start, _)) = spans.first() else { return Ok(losses) };
    for pair in spans.windows(2) {
        let (gap, again) = (pair[0].1.plus(1), pair[1]);
        for month in gap.through(again.1) {
            let paid = |unbroken: bool| -> Vec<Month> {
                let planned = |month: Month| spans.iter().any(|(a, b)| *a <= month && month <= *b);
                start.through(month).filter(|month| unbroken || planned(*month)).collect()
            };
            let ask = |paid: Vec<Month>| {
                let (registered, death) = (start.first_day(), month.last_day());
                rulebook.jkm(&JkmQuery { segment, death, registered, paid })
            };
            let (now, unbroken) = (ask(paid(false))?, ask(paid(true))?);
            if now.total < unbroken.total || waits_for_arrears(&now) {
                add(rulebook, &mut losses, month, &now, &unbroken);
            } else if month >= again.0 {
                // Months in a row count up again: what was lost comes back once and stays.
                break;
            }
        }
    }
    Ok(losses)
}

fn add(
    rulebook: &Rulebook,
    losses: &mut Vec<HeirsLoss>,
    month: Month,
    now: &Answer,
    unbroken: &Answer,
) {
    let after_settling = waits_for_arrears(now);
    if let Some(last) = losses.last_mut()
        && last.last.plus(1) == month
        && (last.pays, last.unbroken) == (now.total, unbroken.total)
        && last.after_settling == after_settling
    {
        last.last = month;
        return;
    }
    let mut names = now.rules();
    names.extend(unbroken.rules());
    let mut rules: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    for name in names {
        let known = rules.iter().any(|(rule, _)| **rule == *name.as_str());
        if let Some((_, entry)) = rulebook.rule(name.as_str()).filter(|_| !known) {
            rules.push((name.as_str().into(), (&*entry.citation.article).into()));
        }
    }
    let (pays, unbroken) = (now.total, unbroken.total);
    losses.push(HeirsLoss { first: month, last: month, pays, unbroken, after_settling, rules });
}

fn waits_for_arrears(answer: &Answer) -> bool {
    answer.notes.iter().any(|note| matches!(note, Note::SettleArrears { .. }))
}
