//! The bills as they are looked up, and which of them are paid by now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::id::kind;
use base::{Day, Id, Month, Rupiah};

use super::{BreakReason, MatchedBy, OpenBill, Policy, Taken, Why, folded, words};
use crate::payment::account::BankAccount;
use crate::payment::line::Direction;
use crate::payment::part::Purpose;

/// The fewest letters and digits a reference needs to name a bill: shorter ones occur by chance.
const REFERENCE_LENGTH_MIN: usize = 6;
/// A word that more bills share tells nothing.
const WORD_BILLS_MAX: usize = 32;
/// Bills near an amount that are looked at.
const NEAR_BILLS_MAX: usize = 8;

/// Parts that may be given out, and why.
pub(super) type Suggested = (Vec<(Purpose, Rupiah)>, Vec<Why>);

/// What becomes of a line.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// It pays these bills, by their places, so much of each.
    Pays(Vec<(usize, Rupiah)>, MatchedBy),
    /// It pays nothing by itself.
    Breaks(BreakReason, Option<Suggested>),
}

/// The bills, and which of them are paid by now.
pub(super) struct Board<'a> {
    bills: &'a [OpenBill],
    policy: &'a Policy,
    /// What is still to be paid, by place.
    left: Vec<Rupiah>,
    /// The places of the bills by reference, folded to letters and digits.
    names: HashMap<String, Vec<usize>>,
    name_lengths: BTreeSet<usize>,
    used: HashMap<Id<kind::StatementLine>, Id<kind::Bill>>,
}

/// The open bills that are left for lines which name none.
struct Open {
    amounts: BTreeMap<Rupiah, Vec<usize>>,
    months: HashMap<Rupiah, Vec<Month>>,
    words: HashMap<String, Vec<usize>>,
}

/// The money that goes one way and may be undone: by account, amount and way.
type Undone<'l> = HashMap<(Option<Id<BankAccount>>, Rupiah, Direction), Vec<&'l Taken>>;

impl<'a> Board<'a> {
    pub(super) fn of(bills: &'a [OpenBill], policy: &'a Policy) -> Board<'a> {
        let mut board = Board {
            bills,
            policy,
            left: bills.iter().map(OpenBill::left).collect(),
            names: HashMap::new(),
            name_lengths: BTreeSet::new(),
            used: bills.iter().filter_map(|bill| Some((bill.paid_by?, bill.id))).collect(),
        };
        for (place, bill) in bills.iter().enumerate() {
            for name in bill.references.iter().map(|name| folded(name)) {
                if name.len() >= REFERENCE_LENGTH_MIN {
                    board.name_lengths.insert(name.len());
                    board.names.entry(name).or_default().push(place);
                }
            }
        }
        board
    }

    pub(super) fn is_paid(&self, place: usize) -> bool {
        self.left[place] <= Rupiah::ZERO
    }

    /// One answer per line, whatever their order.
    pub(super) fn answers(&mut self, lines: &[Taken]) -> Vec<Answer> {
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_unstable_by_key(|&at| (lines[at].line.facts.day, lines[at].line.id));
        let undone = undone(lines, &order);
        let mut answers: Vec<Option<Answer>> = vec![None; lines.len()];
        let mut of_one: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let (mut of_many, mut nameless) = (Vec::new(), Vec::new());
        for &at in &order {
            let taken = &lines[at];
            if let Some(answer) = self.worked_before(taken).or_else(|| self.undoes(taken, &undone))
            {
                answers[at] = Some(answer);
                continue;
            }
            let named = self.named_in(&taken.line.facts.reference);
            match named[..] {
                [] => nameless.push(at),
                [place] => of_one.entry(place).or_default().push(at),
                _ => of_many.push((at, named)),
            }
        }
        for (place, asking) in of_one {
            self.pay_named(place, &asking, lines, &mut answers);
        }
        for (at, named) in of_many {
            answers[at] = Some(self.pay_many(&lines[at], &named));
        }
        self.pay_nameless(&nameless, lines, &mut answers);
        answers.into_iter().map(|answer| answer.expect("every line was answered")).collect()
    }

    fn worked_before(&self, taken: &Taken) -> Option<Answer> {
        if let Some(bill) = self.used.get(&taken.line.id) {
            return Some(Answer::Breaks(BreakReason::AlreadyUsed(*bill), None));
        }
        let given = taken.used > Rupiah::ZERO || taken.reversed;
        given.then_some(Answer::Breaks(BreakReason::GivenOut, None))
    }

    /// A line that undoes an earlier one, or brings money in.
    fn undoes(&self, taken: &Taken, undone: &Undone<'_>) -> Option<Answer> {
        let facts = &taken.line.facts;
        let comes_in = facts.direction == Direction::In;
        if !facts.reversal && !comes_in {
            return None;
        }
        let other = if comes_in { Direction::Out } else { Direction::In };
        let key = (taken.account, facts.amount, other);
        let days = i32::from(self.policy.reversal_days);
        let may_be = |earlier: &&&Taken| {
            let since = earlier.line.facts.day.days_until(facts.day);
            let worked = earlier.used > Rupiah::ZERO || facts.reversal;
            (0..=days).contains(&since) && !earlier.reversed && worked
        };
        let found = undone.get(&key).and_then(|all| all.iter().rev().find(may_be));
        let suggested = found.map(|earlier| {
            let part = (Purpose::Reversal(earlier.line.id), facts.amount);
            (vec![part], vec![Why::Reverses, Why::SameAmount])
        });
        match found {
            Some(earlier) if facts.reversal => {
                Some(Answer::Breaks(BreakReason::Reverses(earlier.line.id), suggested))
            }
            _ if comes_in => Some(Answer::Breaks(BreakReason::MoneyIn, suggested)),
            _ => None,
        }
    }

    /// The lines that name one bill alone: one that is all of it, or several that are it together.
    fn pay_named(
        &mut self,
        place: usize,
        asking: &[usize],
        lines: &[Taken],
        answers: &mut [Option<Answer>],
    ) {
        let left = self.left[place];
        let fits = |at: &&usize| !self.is_of_other_fund(place, &lines[**at]);
        let asking_here: Vec<usize> = asking.iter().filter(fits).copied().collect();
        let exact = asking_here.iter().find(|&&at| lines[at].line.facts.amount == left);
        let sum = asking_here
            .iter()
            .try_fold(Rupiah::ZERO, |sum, &at| sum.plus(lines[at].line.facts.amount).ok());
        let together = asking_here.len() > 1 && sum == Some(left);
        if left > Rupiah::ZERO
            && let Some(&at) = exact
        {
            self.left[place] = Rupiah::ZERO;
            answers[at] = Some(Answer::Pays(vec![(place, left)], MatchedBy::ReferenceAndAmount));
        } else if left > Rupiah::ZERO && together {
            self.left[place] = Rupiah::ZERO;
            for &at in &asking_here {
                let amount = lines[at].line.facts.amount;
                answers[at] = Some(Answer::Pays(vec![(place, amount)], MatchedBy::Together));
            }
        }
        for &at in asking {
            if answers[at].is_none() {
                answers[at] = Some(self.named_in_vain(place, &lines[at]));
            }
        }
    }

    fn is_of_other_fund(&self, place: usize, taken: &Taken) -> bool {
        let bill = self.bills[place].fund;
        bill.zip(taken.fund).is_some_and(|(bill, account)| bill != account)
    }

    fn named_in_vain(&self, place: usize, taken: &Taken) -> Answer {
        let (bill, left) = (&self.bills[place], self.left[place]);
        let amount = taken.line.facts.amount;
        let rest = |amount| bill.fund.map(|fund| (Purpose::Suspense(fund), amount));
        if self.is_of_other_fund(place, taken) {
            return Answer::Breaks(BreakReason::OtherFund(bill.id), None);
        }
        if left <= Rupiah::ZERO {
            let suggested = rest(amount).map(|part| (vec![part], vec![Why::Named, Why::PaidTwice]));
            return Answer::Breaks(BreakReason::AlreadyPaid(bill.id), suggested);
        }
        let difference = Rupiah(amount.0 - left.0);
        let given = if difference > Rupiah::ZERO { left } else { amount };
        let mut parts = vec![(Purpose::Bill(bill.id), given)];
        let why = if difference > Rupiah::ZERO { Why::Over } else { Why::Under };
        if difference > Rupiah::ZERO {
            parts.extend(rest(difference));
        }
        let reason = BreakReason::AmountDiffers { bill: bill.id, difference };
        Answer::Breaks(reason, Some((parts, vec![Why::Named, why])))
    }

    /// A line that names several bills pays them when it is what they lack together.
    fn pay_many(&mut self, taken: &Taken, named: &[usize]) -> Answer {
        let amount = taken.line.facts.amount;
        // One that is paid already makes it a question for somebody.
        let open: Vec<usize> = named.iter().filter(|&&at| !self.is_paid(at)).copied().collect();
        let all_open = open.len() == named.len();
        let sum = open.iter().try_fold(Rupiah::ZERO, |sum, &at| sum.plus(self.left[at]).ok());
        let own_fund = open.iter().all(|&at| !self.is_of_other_fund(at, taken));
        if all_open && sum == Some(amount) && own_fund {
            let pays = open.iter().map(|&at| (at, self.left[at])).collect();
            for at in open {
                self.left[at] = Rupiah::ZERO;
            }
            return Answer::Pays(pays, MatchedBy::OneForMany);
        }
        let ids = named.iter().map(|&place| self.bills[place].id).collect();
        Answer::Breaks(BreakReason::Ambiguous(ids), None)
    }

    /// The lines that name no bill: a lone amount pays, and for the rest something may be likely.
    fn pay_nameless(
        &mut self,
        nameless: &[usize],
        lines: &[Taken],
        answers: &mut [Option<Answer>],
    ) {
        let mut rivals: HashMap<Rupiah, u32> = HashMap::new();
        for &at in nameless {
            *rivals.entry(lines[at].line.facts.amount).or_default() += 1;
        }
        let open = self.open();
        for &at in nameless {
            let (taken, amount) = (&lines[at], lines[at].line.facts.amount);
            let places = open.amounts.get(&amount).map(Vec::as_slice).unwrap_or_default();
            if let [place] = *places
                && rivals[&amount] == 1
                && !self.is_of_other_fund(place, taken)
                && self.is_near_month(place, taken.line.facts.day)
            {
                answers[at] = Some(self.pay_alone(place, taken));
            }
        }
        // What is paid now is suggested to nobody.
        let open = self.open();
        for &at in nameless.iter().filter(|at| answers[**at].is_none()).collect::<Vec<_>>() {
            let taken = &lines[at];
            let amount = taken.line.facts.amount;
            let places = open.amounts.get(&amount).map(Vec::as_slice).unwrap_or_default();
            let ids = || places.iter().map(|&place| self.bills[place].id).collect();
            answers[at] = Some(match places {
                [] => Answer::Breaks(BreakReason::NoBill, self.likely(taken, &open)),
                [place] if self.is_of_other_fund(*place, taken) => {
                    Answer::Breaks(BreakReason::OtherFund(self.bills[*place].id), None)
                }
                [place] if rivals[&amount] == 1 => self.pay_alone(*place, taken),
                _ => Answer::Breaks(
                    BreakReason::Ambiguous(ids()),
                    self.nearest(places, taken).map(|place| self.whole(place, taken)),
                ),
            });
        }
    }

    fn pay_alone(&mut self, place: usize, taken: &Taken) -> Answer {
        let left = self.left[place];
        match self.is_near_month(place, taken.line.facts.day) {
            true => {
                self.left[place] = Rupiah::ZERO;
                Answer::Pays(vec![(place, left)], MatchedBy::AmountOnly)
            }
            false => {
                let reason = BreakReason::OutsideWindow(self.bills[place].id);
                Answer::Breaks(reason, Some(self.whole(place, taken)))
            }
        }
    }

    /// Whether a day is near the bill's month, as far as the month matters.
    fn is_near_month(&self, place: usize, day: Day) -> bool {
        let policy = self.policy;
        self.bills[place].month.is_none_or(|month| policy.reaches(month, day))
    }

    /// The bill whose month is nearest to the day, the first of equals.
    fn nearest(&self, places: &[usize], taken: &Taken) -> Option<usize> {
        let far = |place: usize| {
            let month = self.bills[place].month;
            month.map_or(0, |month| month.first_day().days_until(taken.line.facts.day).abs())
        };
        let own = places.iter().copied().filter(|&at| !self.is_of_other_fund(at, taken));
        own.min_by_key(|&place| (far(place), place))
    }

    fn whole(&self, place: usize, taken: &Taken) -> Suggested {
        let mut whys = vec![Why::SameAmount];
        if self.is_near_month(place, taken.line.facts.day) {
            whys.push(Why::NearMonth);
        }
        (vec![(Purpose::Bill(self.bills[place].id), self.left[place])], whys)
    }

    fn open(&self) -> Open {
        let mut open =
            Open { amounts: BTreeMap::new(), months: HashMap::new(), words: HashMap::new() };
        let mut months: BTreeMap<Month, (Rupiah, u32)> = BTreeMap::new();
        for (place, bill) in self.bills.iter().enumerate().filter(|(at, _)| !self.is_paid(*at)) {
            open.amounts.entry(self.left[place]).or_default().push(place);
            if let Some(month) = bill.month {
                let (sum, count) = months.entry(month).or_default();
                *sum = sum.plus(self.left[place]).unwrap_or(Rupiah(i64::MAX));
                *count += 1;
            }
            let mut own: Vec<String> = words(&bill.words).collect();
            own.sort_unstable();
            own.dedup();
            for word in own {
                open.words.entry(word).or_default().push(place);
            }
        }
        for (month, (sum, _)) in months.into_iter().filter(|(_, (_, count))| *count > 1) {
            open.months.entry(sum).or_default().push(month);
        }
        open.words.retain(|_, places| places.len() <= WORD_BILLS_MAX);
        open
    }

    /// What a line that names nothing and has no bill's amount may be.
    fn likely(&self, taken: &Taken, open: &Open) -> Option<Suggested> {
        self.month_together(taken, open)
            .or_else(|| self.near_amount(taken, open))
            .or_else(|| self.by_words(taken, open))
    }

    fn month_together(&self, taken: &Taken, open: &Open) -> Option<Suggested> {
        let facts = &taken.line.facts;
        let months = open.months.get(&facts.amount)?;
        let month = months.iter().find(|month| self.policy.reaches(**month, facts.day))?;
        let ours = self
            .bills
            .iter()
            .enumerate()
            .filter(|(place, bill)| bill.month == Some(*month) && !self.is_paid(*place));
        let places: Vec<usize> = ours.map(|(place, _)| place).collect();
        if places.iter().any(|&place| self.is_of_other_fund(place, taken)) {
            return None;
        }
        let part = |place: usize| (Purpose::Bill(self.bills[place].id), self.left[place]);
        Some((places.into_iter().map(part).collect(), vec![Why::MonthTogether, Why::NearMonth]))
    }

    fn near_amount(&self, taken: &Taken, open: &Open) -> Option<Suggested> {
        let amount = taken.line.facts.amount;
        let near = self.policy.near;
        let (from, to) = (Rupiah(amount.0 - near.0), amount.plus(near).ok()?);
        let around = open.amounts.range(from..=to).flat_map(|(_, places)| places);
        let places: Vec<usize> = around.take(NEAR_BILLS_MAX).copied().collect();
        let day = taken.line.facts.day;
        let own = places.into_iter().filter(|&place| {
            self.is_near_month(place, day) && !self.is_of_other_fund(place, taken)
        });
        let gap = |place: &usize| (self.left[*place].0 - amount.0).abs();
        let place = own.min_by_key(|place| (gap(place), *place))?;
        let given = self.left[place].min(amount);
        let over = Rupiah(amount.0 - given.0);
        let mut parts = vec![(Purpose::Bill(self.bills[place].id), given)];
        if over > Rupiah::ZERO {
            parts.push((Purpose::Suspense(self.bills[place].fund?), over));
        }
        let why = if over > Rupiah::ZERO { Why::Over } else { Why::Under };
        Some((parts, vec![Why::Near, why, Why::NearMonth]))
    }

    /// The bill with most of its words in the text: two at least, and more than any other.
    fn by_words(&self, taken: &Taken, open: &Open) -> Option<Suggested> {
        let facts = &taken.line.facts;
        let mut hits: BTreeMap<usize, u32> = BTreeMap::new();
        let mut said: Vec<String> = words(&facts.reference).collect();
        said.sort_unstable();
        said.dedup();
        for place in said.iter().filter_map(|word| open.words.get(word)).flatten() {
            *hits.entry(*place).or_default() += 1;
        }
        let day = facts.day;
        hits.retain(|&place, _| {
            self.is_near_month(place, day) && !self.is_of_other_fund(place, taken)
        });
        let (&place, &most) =
            hits.iter().max_by_key(|&(place, hits)| (*hits, usize::MAX - place))?;
        if most < 2 {
            return None;
        }
        let (amount, left) = (facts.amount, self.left[place]);
        let given = left.min(amount);
        let mut parts = vec![(Purpose::Bill(self.bills[place].id), given)];
        if amount > given {
            parts.push((Purpose::Suspense(self.bills[place].fund?), Rupiah(amount.0 - given.0)));
        }
        let why = if amount > given { Why::Over } else { Why::Under };
        Some((parts, vec![Why::Words, why, Why::NearMonth]))
    }

    /// The bills whose references the text holds, each once, in their order.
    fn named_in(&self, text: &str) -> Vec<usize> {
        let text = folded(text);
        // Every stretch of the text as long as some reference is looked up: the work does not grow
        // with the bills.
        let stretches = self.name_lengths.iter().flat_map(|&length| {
            let starts = 0..(text.len() + 1).saturating_sub(length);
            starts.map(move |start| start..start + length)
        });
        let mut places: Vec<usize> =
            stretches.filter_map(|at| self.names.get(&text[at])).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

fn undone<'l>(lines: &'l [Taken], order: &[usize]) -> Undone<'l> {
    let mut undone: Undone<'l> = HashMap::new();
    for &at in order {
        let (taken, facts) = (&lines[at], &lines[at].line.facts);
        if !facts.reversal {
            let key = (taken.account, facts.amount, facts.direction);
            undone.entry(key).or_default().push(taken);
        }
    }
    undone
}

impl Policy {
    /// Whether a bill of the month may be paid on the day by its amount alone.
    pub(super) fn reaches(&self, month: Month, day: Day) -> bool {
        let from = month.first_day().plus_days(-i32::from(self.days_before));
        let to = month.last_day().plus_days(i32::from(self.days_after));
        from <= day && day <= to
    }
}
