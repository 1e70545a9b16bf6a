//! A month reconciled: what was billed, what the bank says was paid, and what BPJS says it
//! received. A month closes when the three are one and nothing of it is unexplained.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};

use super::suspense::days_since;
use crate::billing::BillState;

/// A bill with what the bank and BPJS say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillFacts {
    /// Which.
    pub bill: Id<kind::Bill>,
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// Where it stands.
    pub state: BillState,
    /// What was billed.
    pub total: Rupiah,
    /// What lines have paid of it.
    pub paid: Rupiah,
    /// The day on which the books have it paid, or its last part.
    pub paid_on: Option<Day>,
    /// What BPJS says it received, and when; none when nothing was recorded.
    pub received: Option<(Rupiah, Day)>,
}

/// A line of the month that nobody has explained, or money of it that waits in suspense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenMoney {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// Its day.
    pub day: Day,
    /// How much is not explained.
    pub amount: Rupiah,
    /// Whether it waits in suspense.
    pub waits: bool,
}

/// An account whose statements do not cover the month, or do not follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// The account, by code.
    pub account: Box<str>,
    /// The last day its statements reach; none without one.
    pub until: Option<Day>,
    /// By how much a statement begins elsewhere than the one before ended.
    pub gap: Option<Rupiah>,
}

/// Why a month does not close; the order is the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obstacle {
    /// A bill is a draft.
    BillNotFinal,
    /// Nothing of a bill was paid.
    BillUnpaid,
    /// Some of a bill was paid.
    BillPartPaid,
    /// BPJS has received less or more than was billed.
    ReceiptDiffers,
    /// No receipt of BPJS was recorded.
    ReceiptMissing,
    /// BPJS says that it received what no line of the bank paid.
    ReceiptWithoutPayment,
    /// Nobody has said what a line is.
    LineOpen,
    /// Money waits in suspense.
    SuspenseOpen,
    /// The statements of an account do not reach the end of the month.
    StatementMissing,
    /// A statement of an account begins elsewhere than the one before ended.
    StatementGap,
}

impl Obstacle {
    /// Every obstacle, in order.
    pub const ALL: [Obstacle; 10] = [
        Obstacle::BillNotFinal,
        Obstacle::BillUnpaid,
        Obstacle::BillPartPaid,
        Obstacle::ReceiptDiffers,
        Obstacle::ReceiptMissing,
        Obstacle::ReceiptWithoutPayment,
        Obstacle::LineOpen,
        Obstacle::SuspenseOpen,
        Obstacle::StatementMissing,
        Obstacle::StatementGap,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Obstacle::BillNotFinal => "bill-not-final",
            Obstacle::BillUnpaid => "bill-unpaid",
            Obstacle::BillPartPaid => "bill-part-paid",
            Obstacle::ReceiptDiffers => "receipt-differs",
            Obstacle::ReceiptMissing => "receipt-missing",
            Obstacle::ReceiptWithoutPayment => "receipt-without-payment",
            Obstacle::LineOpen => "line-open",
            Obstacle::SuspenseOpen => "suspense-open",
            Obstacle::StatementMissing => "statement-missing",
            Obstacle::StatementGap => "statement-gap",
        }
    }
}

/// What an obstacle is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// A bill.
    Bill(Id<kind::Bill>, Id<kind::Programme>),
    /// A line of a statement.
    Line(Id<kind::StatementLine>),
    /// An account, by code.
    Account(Box<str>),
}

/// One thing that stands against closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub obstacle: Obstacle,
    /// About what.
    pub of: Of,
    /// How much is at stake.
    pub amount: Rupiah,
    /// How many days it has stood.
    pub days: u32,
}

/// A month's three totals, and what stands against closing it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// What was billed.
    pub billed: Rupiah,
    /// What the bank says was paid for those bills.
    pub paid: Rupiah,
    /// What BPJS says it received for them.
    pub received: Rupiah,
    /// Bills that are one in all three.
    pub agree: u64,
    /// What stands against closing, by obstacle and in the order given.
    pub found: Vec<Found>,
}

impl Reconciliation {
    /// Whether nothing stands against closing.
    pub fn is_clean(&self) -> bool {
        self.found.is_empty()
    }
}

/// Compares the three sides of a month.
pub fn reconcile(
    month: Month,
    today: Day,
    bills: &[BillFacts],
    money: &[OpenMoney],
    accounts: &[Uncovered],
) -> Reconciliation {
    let mut out = Reconciliation::default();
    let add = |sum: &mut Rupiah, more: Rupiah| *sum = Rupiah(sum.0.saturating_add(more.0));
    for bill in bills {
        if bill.state != BillState::Draft {
            add(&mut out.billed, bill.total);
        }
        add(&mut out.paid, bill.paid);
        add(&mut out.received, bill.received.map_or(Rupiah::ZERO, |(amount, _)| amount));
        let before = out.found.len();
        out.found.extend(of_bill(bill, month, today));
        out.agree += u64::from(out.found.len() == before);
    }
    out.found.extend(money.iter().map(|open| Found {
        obstacle: if open.waits { Obstacle::SuspenseOpen } else { Obstacle::LineOpen },
        of: Of::Line(open.line),
        amount: open.amount,
        days: days_since(open.day, today),
    }));
    out.found.extend(accounts.iter().flat_map(|account| of_account(account, month, today)));
    out.found.sort_by_key(|found| found.obstacle);
    out
}

fn of_bill(bill: &BillFacts, month: Month, today: Day) -> Vec<Found> {
    let mut found = Vec::new();
    let mut say = |obstacle, amount: i64, since: Day| {
        let of = Of::Bill(bill.bill, bill.programme);
        let days = days_since(since, today);
        found.push(Found { obstacle, of, amount: Rupiah(amount), days });
    };
    let due = month.first_day();
    let (total, paid) = (bill.total.0, bill.paid.0);
    if bill.state == BillState::Draft {
        say(Obstacle::BillNotFinal, total, due);
    } else if paid == 0 {
        say(Obstacle::BillUnpaid, total, due);
    } else if paid < total {
        say(Obstacle::BillPartPaid, total - paid, bill.paid_on.unwrap_or(due));
    }
    let is_paid = bill.state == BillState::Posted || (paid > 0 && paid == total);
    match bill.received {
        Some((amount, on)) if !is_paid => {
            say(Obstacle::ReceiptWithoutPayment, amount.0 - paid, on);
        }
        Some((amount, on)) if amount.0 != total => {
            say(Obstacle::ReceiptDiffers, amount.0 - total, on);
        }
        Some(_) => {}
        None if is_paid => {
            say(Obstacle::ReceiptMissing, total, bill.paid_on.unwrap_or(due));
        }
        None => {}
    }
    found
}

fn of_account(account: &Uncovered, month: Month, today: Day) -> Vec<Found> {
    let found = |obstacle, amount, since| Found {
        obstacle,
        of: Of::Account(account.account.clone()),
        amount,
        days: days_since(since, today),
    };
    let mut all = Vec::new();
    let since = account.until.unwrap_or(month.first_day());
    if account.until.is_none_or(|until| until < month.last_day()) {
        all.push(found(Obstacle::StatementMissing, Rupiah::ZERO, since));
    }
    if let Some(gap) = account.gap {
        all.push(found(Obstacle::StatementGap, gap, month.first_day()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse_iso(text).expect("a day")
    }

    fn october() -> Month {
        Month::parse("2022-10").expect("a month")
    }

    fn bill() -> BillFacts {
        BillFacts {
            bill: Id::from_bytes([1; 16]),
            programme: Id::from_bytes([2; 16]),
            state: BillState::Posted,
            total: Rupiah(33_600),
            paid: Rupiah(33_600),
            paid_on: Some(day("2022-10-14")),
            received: Some((Rupiah(33_600), day("2022-10-15"))),
        }
    }

    fn check(edit: fn(&mut BillFacts), expect: &[(Obstacle, i64, u32)]) {
        let mut bill = bill();
        edit(&mut bill);
        let out = reconcile(october(), day("2022-11-01"), &[bill], &[], &[]);
        let found: Vec<_> =
            out.found.iter().map(|one| (one.obstacle, one.amount.0, one.days)).collect();
        assert_eq!(found, expect);
        assert_eq!((out.agree, out.is_clean()), (u64::from(expect.is_empty()), expect.is_empty()));
    }

    #[test]
    fn a_bill_agrees_or_says_where_it_does_not() {
        use Obstacle::*;
        check(|_| (), &[]);
        let draft = |bill: &mut BillFacts| {
            (bill.state, bill.paid, bill.received) = (BillState::Draft, Rupiah(0), None);
        };
        // From 1 October to 1 November are 31 days, from the 14th 18, from the 15th 17.
        check(draft, &[(BillNotFinal, 33_600, 31)]);
        let unpaid = |bill: &mut BillFacts| {
            (bill.state, bill.paid, bill.received) = (BillState::Final, Rupiah(0), None);
        };
        check(unpaid, &[(BillUnpaid, 33_600, 31)]);
        let partly = |bill: &mut BillFacts| {
            (bill.state, bill.paid, bill.received) = (BillState::Final, Rupiah(10_000), None);
        };
        check(partly, &[(BillPartPaid, 23_600, 18)]);
        check(|bill| bill.received = None, &[(ReceiptMissing, 33_600, 18)]);
        let less = |bill: &mut BillFacts| {
            bill.received = Some((Rupiah(16_800), Day::parse_iso("2022-10-15").expect("a day")));
        };
        check(less, &[(ReceiptDiffers, -16_800, 17)]);
        let early = |bill: &mut BillFacts| {
            (bill.state, bill.paid) = (BillState::Final, Rupiah(0));
        };
        check(early, &[(BillUnpaid, 33_600, 31), (ReceiptWithoutPayment, 33_600, 17)]);
    }

    #[test]
    fn open_lines_suspense_and_missing_statements_stand_against_closing() {
        let line = |waits| OpenMoney {
            line: Id::from_bytes([9; 16]),
            day: day("2022-10-20"),
            amount: Rupiah(500),
            waits,
        };
        let account = |until: &str, gap| Uncovered {
            account: "kas-daerah".into(),
            until: Some(day(until)),
            gap,
        };
        let money = [line(true), line(false)];
        let accounts = [account("2022-10-30", None), account("2022-10-31", Some(Rupiah(-7)))];
        let out = reconcile(october(), day("2022-11-01"), &[bill()], &money, &accounts);
        let found: Vec<_> = out.found.iter().map(|one| (one.obstacle.name(), one.days)).collect();
        let expect = [
            ("line-open", 12),
            ("suspense-open", 12),
            ("statement-missing", 2),
            ("statement-gap", 31),
        ];
        assert_eq!(found, expect);
        assert_eq!(
            (out.billed, out.paid, out.received),
            (Rupiah(33_600), Rupiah(33_600), Rupiah(33_600))
        );
        assert_eq!(Obstacle::ALL.len(), 10);
    }
}
