//! What one line may pay, best first: for somebody who looks at it.

use std::collections::{BTreeSet, HashMap};

use base::Rupiah;

use super::{OpenBill, Policy, Taken, Why, folded, words};
use crate::payment::line::Direction;
use crate::payment::part::Purpose;

/// Candidates that are shown.
const CANDIDATES_MAX: usize = 12;

/// Bills that a line may pay, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What the line's money would be given out for.
    pub parts: Vec<(Purpose, Rupiah)>,
    /// What speaks for it.
    pub whys: Vec<Why>,
    /// How much speaks for it; only the order means something.
    pub weight: u32,
}

/// The bills that a line may pay, best first; none for money that comes in.
pub fn candidates(taken: &Taken, bills: &[OpenBill], policy: &Policy) -> Vec<Candidate> {
    let facts = &taken.line.facts;
    let amount = taken.left();
    if facts.direction == Direction::In || amount <= Rupiah::ZERO || taken.reversed {
        return Vec::new();
    }
    let text = folded(&facts.reference);
    let said: BTreeSet<String> = words(&facts.reference).collect();
    let own = |bill: &&OpenBill| {
        bill.left() > Rupiah::ZERO
            && bill.fund.zip(taken.fund).is_none_or(|(bill, account)| bill == account)
    };
    let open: Vec<&OpenBill> = bills.iter().filter(own).collect();
    let mut found: Vec<Candidate> = open
        .iter()
        .filter_map(|bill| candidate(bill, amount, &text, &said, taken, policy))
        .collect();
    found.extend(pair(&open, amount));
    found.sort_by_key(|one| std::cmp::Reverse(one.weight));
    found.truncate(CANDIDATES_MAX);
    found
}

fn candidate(
    bill: &OpenBill,
    amount: Rupiah,
    text: &str,
    said: &BTreeSet<String>,
    taken: &Taken,
    policy: &Policy,
) -> Option<Candidate> {
    let left = bill.left();
    let difference = Rupiah(amount.0 - left.0);
    let near = difference.0.abs() <= policy.near.0;
    let named = bill
        .references
        .iter()
        .map(|name| folded(name))
        .any(|name| name.len() >= 6 && text.contains(&name));
    let common = words(&bill.words).collect::<BTreeSet<_>>().intersection(said).count() as u32;
    let in_time = bill.month.is_some_and(|month| policy.reaches(month, taken.line.facts.day));
    let strong = [
        (named, Why::Named, 100), // not law: a weight
        (difference == Rupiah::ZERO, Why::SameAmount, 60),
        (near && difference != Rupiah::ZERO, Why::Near, 30),
        (common > 0, Why::Words, 8 * common.min(4)),
    ];
    if strong.iter().all(|(holds, ..)| !holds) {
        return None;
    }
    let more = [
        (in_time, Why::NearMonth, 10),
        (difference < Rupiah::ZERO, Why::Under, 0),
        (difference > Rupiah::ZERO, Why::Over, 0),
    ];
    let holding = || strong.iter().chain(&more).filter(|(holds, ..)| *holds);
    let whys = holding().map(|(_, why, _)| *why).collect();
    let weight = holding().map(|(.., weight)| weight).sum();
    let given = left.min(amount);
    let mut parts = vec![(Purpose::Bill(bill.id), given)];
    if let (true, Some(fund)) = (amount > given, bill.fund) {
        parts.push((Purpose::Suspense(fund), Rupiah(amount.0 - given.0)));
    }
    Some(Candidate { parts, whys, weight })
}

/// Two open bills that lack the amount together.
fn pair(open: &[&OpenBill], amount: Rupiah) -> Option<Candidate> {
    let mut seen: HashMap<Rupiah, &OpenBill> = HashMap::new();
    for bill in open {
        let wanted = Rupiah(amount.0 - bill.left().0);
        if let Some(other) = seen.get(&wanted) {
            let part = |bill: &OpenBill| (Purpose::Bill(bill.id), bill.left());
            let parts = vec![part(other), part(bill)];
            return Some(Candidate { parts, whys: vec![Why::TwoTogether], weight: 40 });
        }
        seen.insert(bill.left(), bill);
    }
    None
}
