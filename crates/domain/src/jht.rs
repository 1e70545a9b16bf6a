//! Old age savings of members (JHT): the account that follows from the months that were paid, what
//! it was by the knowledge of a moment, and what it may come to.
//!
//! There is no other truth than the covered months and the payments of claims: nothing here is
//! kept. What BPJS itself states stands beside, as a [`StatedBalance`].

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use rules::{
    Answer, Base, Bearer, FundKind, JhtAccount, JhtAccountQuery, JhtDeposit, JhtQuery, JhtReason,
    JhtTaken, Payer, RuleGap, RuleStatus, Rulebook, Scheme, Schemes,
};

use crate::claim::PaidMonth;
use crate::coverage::known::EndedWhy;
use crate::digest::Feed;

/// A month that was paid for somebody's savings, and since and until when it was believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedMonth {
    /// The month, by whom and how much.
    pub paid: PaidMonth,
    /// When the payment became known here, in milliseconds since 1970-01-01 UTC.
    pub from_ms: i64,
    /// Since when it counts no more; none while it stands.
    pub ended: Option<SavingEnded>,
}

/// Since when and why a month counts no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavingEnded {
    /// When that became known, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// The day in the books; none where an older program kept none.
    pub on: Option<Day>,
    /// Why.
    pub why: EndedWhy,
}

/// Savings that BPJS paid out, as a claim has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payout {
    /// The claim.
    pub claim: Id<kind::Claim>,
    /// The day of payment.
    pub day: Day,
    /// How much reached the member.
    pub rupiah: Rupiah,
    /// Whether all of the balance was claimed.
    pub whole: bool,
    /// When it was written down, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// An account as a question.
#[derive(Debug, Clone, Copy)]
pub struct AccountAsked<'a> {
    /// Every month that was ever paid; where records of one human were merged, those of the record
    /// that stands come first.
    pub months: &'a [SavedMonth],
    /// Every payment to the member.
    pub payouts: &'a [Payout],
    /// The day at which the balance is asked for.
    pub on: Day,
    /// By what was known at this moment, in milliseconds since 1970-01-01 UTC.
    pub known_at_ms: i64,
}

/// Somebody's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The balance, month by month, with its articles.
    pub counted: JhtAccount,
    /// The months that count, oldest first.
    pub standing: Vec<SavedMonth>,
    /// The months that were believed and count no more, and those that stand and were paid for two
    /// records of one human: a month counts once. Oldest first.
    pub corrections: Vec<SavedMonth>,
    /// What was paid to the member.
    pub payouts: Vec<Payout>,
}

impl SavedMonth {
    /// Whether it was believed at a moment.
    pub fn is_known_at(&self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && self.ended.is_none_or(|ended| at_ms < ended.at_ms)
    }
}

/// What an account is counted from: the months that were paid by a day. A claim asks with the same
/// question as an account, so that both come to the same balance.
pub fn account_query<'a>(
    paid: impl Iterator<Item = &'a PaidMonth>,
    taken: impl Iterator<Item = JhtTaken>,
    on: Day,
) -> JhtAccountQuery {
    let saved = paid.filter(|one| one.scheme == Scheme::Jht && one.paid_on <= on);
    let deposit = |one: &PaidMonth| JhtDeposit {
        month: one.month,
        paid: one.paid_on.month_of(),
        rupiah: one.rupiah,
    };
    JhtAccountQuery {
        paid_in: saved.map(deposit).collect(),
        taken: taken.collect(),
        until: on.month_of(),
    }
}

/// What was taken out by a day. A claim for all of the balance took all of it when its first part
/// was paid, in however many parts it came.
pub fn taken_by(payouts: &[Payout], on: Day) -> Vec<JhtTaken> {
    let mut taken = Vec::new();
    let mut whole: BTreeMap<Id<kind::Claim>, JhtTaken> = BTreeMap::new();
    for one in payouts.iter().filter(|one| one.day <= on) {
        let (month, rupiah) = (one.day.month_of(), one.rupiah);
        let part = JhtTaken { month, rupiah, whole: one.whole };
        if !one.whole {
            taken.push(part);
            continue;
        }
        let of_claim = whole.entry(one.claim).or_insert(JhtTaken { rupiah: Rupiah::ZERO, ..part });
        of_claim.month = of_claim.month.min(month);
        of_claim.rupiah = Rupiah(of_claim.rupiah.0.saturating_add(rupiah.0));
    }
    taken.extend(whole.into_values());
    taken
}

/// An account on a day by what was known at a moment.
///
/// # Errors
/// [`RuleGap`] when no rule is known for a month.
pub fn account(rulebook: &Rulebook, asked: &AccountAsked<'_>) -> Result<Account, RuleGap> {
    let known = asked.months.iter().filter(|one| one.from_ms <= asked.known_at_ms);
    let (mut standing, mut corrections) = (Vec::new(), Vec::new());
    for one in known.filter(|one| one.paid.paid_on <= asked.on) {
        match one.is_known_at(asked.known_at_ms) {
            true => standing.push(one.clone()),
            false => corrections.push(one.clone()),
        }
    }
    // Stable: of two payments for one month the one of the record that stands counts.
    standing.sort_by_key(|one| one.paid.month);
    let mut last = None;
    let (standing, twice): (Vec<SavedMonth>, Vec<SavedMonth>) =
        standing.into_iter().partition(|one| last.replace(one.paid.month) != Some(one.paid.month));
    corrections.extend(twice);
    corrections.sort_by_key(|one| (one.paid.month, one.ended.map(|ended| ended.at_ms)));
    let by_then = asked.payouts.iter().filter(|one| one.at_ms <= asked.known_at_ms);
    let mut payouts: Vec<Payout> = by_then.filter(|one| one.day <= asked.on).copied().collect();
    payouts.sort_by_key(|one| (one.day, one.at_ms));
    let paid = standing.iter().map(|one| &one.paid);
    let query = account_query(paid, taken_by(&payouts, asked.on).into_iter(), asked.on);
    let counted = rulebook.jht_account(&query)?;
    Ok(Account { counted, standing, corrections, payouts })
}

/// What BPJS states of somebody's savings, from a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedBalance {
    /// Which.
    pub id: Id<kind::JhtStated>,
    /// Whose.
    pub person: Id<kind::Person>,
    /// The day of which the balance is.
    pub as_of: Day,
    /// The balance.
    pub rupiah: Rupiah,
    /// The paper that states it.
    pub reference: Box<str>,
    /// Who wrote it down.
    pub recorded_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub recorded_at_ms: i64,
    /// Who took it back, and when.
    pub withdrawn: Option<(Id<kind::User>, i64)>,
}

/// The identifier of what a paper states: the same again is the same.
pub fn stated_id(
    (person, as_of): (Id<kind::Person>, Day),
    (rupiah, reference): (Rupiah, &str),
    withdrawn: u32,
) -> Id<kind::JhtStated> {
    let feed = Feed::new("balance as stated").part(person.as_bytes()).number(as_of.as_number());
    feed.number(rupiah.0).part(reference.as_bytes()).number(withdrawn.into()).id()
}

/// The newest of what BPJS states, as of the latest day: what the account is compared with.
pub fn newest_stated(stated: &[StatedBalance], on: Day) -> Option<&StatedBalance> {
    let stands = stated.iter().filter(|one| one.withdrawn.is_none() && one.as_of <= on);
    stands.max_by_key(|one| (one.as_of, one.recorded_at_ms))
}

/// What a wage earner bears of the contributions of some months, which no fund pays and this
/// office does not see: the wage of each month decides.
///
/// # Errors
/// [`RuleGap`] when no rule is known for a month.
pub fn worker_part(
    rulebook: &Rulebook,
    months: impl Iterator<Item = (Month, Base)>,
) -> Result<Option<WorkerPart>, RuleGap> {
    let mut found: Option<WorkerPart> = None;
    for (month, base) in months.filter(|(_, base)| matches!(base, Base::Pu { .. })) {
        let asked = (Schemes::EMPTY.with(Scheme::Jht), PAYER);
        let contribution = rulebook.contribution(&base.query(asked, month))?;
        let own = contribution.lines.iter().filter(|line| line.borne_by == Bearer::Worker);
        for line in own {
            let part = found.get_or_insert_with(|| WorkerPart {
                months: 0,
                rupiah: Rupiah::ZERO,
                article: line.article.into(),
                status: line.status,
            });
            part.months += 1;
            part.rupiah = part.rupiah.plus(line.rupiah)?;
            part.status = part.status.weaker(line.status);
        }
    }
    Ok(found)
}

/// Who pays does not change what is saved for old age: there is no relief of it.
const PAYER: Payer = Payer::Fund(FundKind::Apbd);

/// What a wage earner bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerPart {
    /// For how many months.
    pub months: u32,
    /// How much.
    pub rupiah: Rupiah,
    /// Instrument and article.
    pub article: Box<str>,
    /// How well it is known.
    pub status: RuleStatus,
}

/// The most months that are looked ahead.
pub const SIMULATED_MONTHS_MOST: u32 = 600; // not law: fifty years of work

/// What somebody might save, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulationAsked {
    /// The income or the wage.
    pub base: Base,
    /// The first month that is paid.
    pub first: Month,
    /// How many months are paid.
    pub months: u32,
    /// What there is at the start.
    pub start: Rupiah,
}

/// Months in a row that cost the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedSpan {
    /// The first of them.
    pub first: Month,
    /// The last.
    pub last: Month,
    /// What a month costs.
    pub monthly: Rupiah,
    /// What of it a wage earner bears.
    pub own: Rupiah,
    /// The base of the tier, or the wage.
    pub base: Rupiah,
    /// Instrument and article.
    pub article: Box<str>,
    /// How well it is known.
    pub status: RuleStatus,
}

/// A year of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulatedYear {
    /// Which.
    pub year: i32,
    /// What comes in.
    pub paid_in: Rupiah,
    /// What it grows by.
    pub growth: Rupiah,
    /// What there is at its end.
    pub balance: Rupiah,
}

/// What would be paid for a reason at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedPayout {
    /// Why.
    pub reason: JhtReason,
    /// Years of membership that are needed first, and whether the simulated months are so many.
    pub needs_years: Option<(i64, bool)>,
    /// What is paid, after tax, with its articles.
    pub answer: Answer,
}

/// What somebody might save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulation {
    /// What the months cost.
    pub spans: Vec<SimulatedSpan>,
    /// Year by year.
    pub years: Vec<SimulatedYear>,
    /// The account at the end.
    pub account: JhtAccount,
    /// The day at which it is paid out.
    pub on: Day,
    /// What is paid, by reason.
    pub payouts: Vec<SimulatedPayout>,
}

/// What savings would come to by the rules that are known now.
///
/// # Errors
/// [`RuleGap`] when no rule is known for a month, or an amount is below nothing.
pub fn simulate(rulebook: &Rulebook, asked: &SimulationAsked) -> Result<Simulation, RuleGap> {
    let count = asked.months.clamp(1, SIMULATED_MONTHS_MOST);
    let last = asked.first.plus(i32::try_from(count).unwrap_or(1) - 1);
    let mut spans: Vec<SimulatedSpan> = Vec::new();
    let mut paid_in = Vec::new();
    if asked.start > Rupiah::ZERO {
        paid_in.push(JhtDeposit::on_time(asked.first.plus(-1), asked.start));
    }
    for month in asked.first.through(last) {
        let one = span_of(rulebook, asked.base, month)?;
        paid_in.push(JhtDeposit::on_time(month, one.monthly));
        match spans.last_mut() {
            Some(before) if is_same(before, &one) => before.last = month,
            _ => spans.push(one),
        }
    }
    let account =
        rulebook.jht_account(&JhtAccountQuery { paid_in, taken: Vec::new(), until: last })?;
    let on = last.last_day();
    let payouts = JhtReason::ALL.into_iter();
    let payouts = payouts.map(|reason| payout(rulebook, (reason, on), &account, count));
    Ok(Simulation {
        spans,
        years: years_of(&account),
        on,
        payouts: payouts.collect::<Result<_, _>>()?,
        account,
    })
}

fn span_of(rulebook: &Rulebook, base: Base, month: Month) -> Result<SimulatedSpan, RuleGap> {
    let asked = (Schemes::EMPTY.with(Scheme::Jht), PAYER);
    let paid = rulebook.contribution(&base.query(asked, month))?;
    let own = paid.lines.iter().filter(|line| line.borne_by == Bearer::Worker);
    let own = Rupiah::sum(own.map(|line| line.rupiah))?;
    let article = paid.lines.first().map_or("", |line| line.article);
    Ok(SimulatedSpan {
        first: month,
        last: month,
        monthly: paid.total,
        own,
        base: paid.base,
        article: article.into(),
        status: paid.status,
    })
}

fn is_same(before: &SimulatedSpan, one: &SimulatedSpan) -> bool {
    (before.monthly, before.own, before.base) == (one.monthly, one.own, one.base)
        && before.article == one.article
}

fn payout(
    rulebook: &Rulebook,
    (reason, on): (JhtReason, Day),
    account: &JhtAccount,
    months: u32,
) -> Result<SimulatedPayout, RuleGap> {
    let answer = rulebook.jht(&JhtQuery { gross: account.answer.total, on, reason })?;
    let needs_years = match reason.is_partial() {
        true => {
            let (years, _) = rulebook.jht_partial_years(on)?;
            let reached = i64::from(months) >= years * 12; // not law: the calendar
            Some((years, reached))
        }
        false => None,
    };
    Ok(SimulatedPayout { reason, needs_years, answer })
}

/// Year by year.
pub fn years_of(account: &JhtAccount) -> Vec<SimulatedYear> {
    let mut years: Vec<SimulatedYear> = Vec::new();
    for month in &account.months {
        let year = month.month.year();
        if years.last().is_none_or(|one| one.year != year) {
            let (paid_in, growth) = (Rupiah::ZERO, Rupiah::ZERO);
            years.push(SimulatedYear { year, paid_in, growth, balance: Rupiah::ZERO });
        }
        if let Some(one) = years.last_mut() {
            one.paid_in = Rupiah(one.paid_in.0 + month.paid_in.0);
            one.growth = Rupiah(one.growth.0 + month.growth.0);
            one.balance = month.balance;
        }
    }
    years
}
