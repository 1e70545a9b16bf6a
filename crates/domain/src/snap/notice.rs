//! A payment that a bank tells: what it is in the books, decided once, whatever comes twice, late
//! or out of order.

use base::id::kind;
use base::{Day, Id, Rupiah};

use super::amount::Amount;
use super::code::Case;
use super::echo::{Echoing, names};
use crate::billing::BillState;
use crate::digest::Feed;
use crate::payment::{Direction, StatementFacts, StatementLine};

/// A payment as a bank tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which; the same payment told again with the same facts is the same.
    pub id: Id<kind::SnapNotice>,
    /// The bank, by its code here.
    pub partner: Box<str>,
    /// The bank's own number of the payment.
    pub payment_request: Box<str>,
    /// Whose virtual account was paid.
    pub customer: Box<str>,
    /// How much was paid.
    pub paid: Amount,
    /// The day on which it was paid.
    pub day: Day,
    /// The reference that the bank's statement will show.
    pub reference: Box<str>,
}

impl Notice {
    /// Names a payment by what it says; neither the day nor the reference tells payments apart,
    /// because a bank that tells again may write both anew.
    pub fn id_of(
        partner: &str,
        payment_request: &str,
        customer: &str,
        paid: Amount,
    ) -> Id<kind::SnapNotice> {
        Feed::new("snap notice")
            .part(partner.as_bytes())
            .part(payment_request.as_bytes())
            .part(customer.as_bytes())
            .number(paid.rupiah.0)
            .number(i64::from(paid.sen))
            .id()
    }

    /// The line that the notice stands for in the books, until and after the bank's own comes.
    pub fn line(&self) -> StatementLine {
        let (partner, request) = (&self.partner, &self.payment_request);
        let id = Feed::new("snap line").part(partner.as_bytes()).part(request.as_bytes()).id();
        let facts = StatementFacts {
            day: self.day,
            amount: self.paid.rupiah,
            direction: Direction::Out,
            reference: format!("SNAP {partner} {request} {}", self.reference).trim().into(),
            balance: None,
            reversal: false,
        };
        StatementLine { id, facts }
    }
}

/// What is answered to a bank, as one record.
pub fn answers_to(partner: &str) -> Id<kind::SnapNotice> {
    Feed::new("snap answers").part(partner.as_bytes()).id()
}

/// The credit that a payment of this number has already brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// By which notice.
    pub notice: Id<kind::SnapNotice>,
    /// Of which bill.
    pub bill: Id<kind::Bill>,
}

/// The bill behind a virtual account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payable {
    /// Which.
    pub bill: Id<kind::Bill>,
    /// Where it stands.
    pub state: BillState,
    /// What it costs.
    pub total: Rupiah,
    /// The line of a statement that has paid it and that no notice stands behind.
    pub paid_by: Option<StatementLine>,
}

/// What is known about a notice.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The credit under the same number of the same bank.
    pub credit: Option<Credit>,
    /// The bill behind the virtual account.
    pub payable: Option<Payable>,
    /// What a statement calls the virtual account.
    pub account: Box<str>,
    /// Within how many days the bank's own line is expected.
    pub settles_days: i32,
}

/// What a notice is; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was credited before: the same answer again, and nothing else.
    Repeated,
    /// The payment was told before, with other facts.
    DuplicateReference,
    /// The virtual account stands for no bill.
    BillUnknown,
    /// The bill was taken back.
    BillWithdrawn,
    /// The bank's own line came first and has paid the bill: the same money.
    Recognised(Id<kind::StatementLine>),
    /// Something else has paid the bill.
    BillPaid,
    /// Another amount was paid.
    AmountDiffers,
    /// It pays the bill.
    Credited,
}

impl Verdict {
    /// What is answered to the bank.
    pub fn case(self) -> Case {
        match self {
            Verdict::Repeated | Verdict::Recognised(_) | Verdict::Credited => Case::Successful,
            Verdict::DuplicateReference => Case::DuplicateReference,
            Verdict::BillUnknown => Case::BillUnknown,
            Verdict::BillWithdrawn => Case::BillWithdrawn,
            Verdict::BillPaid => Case::BillPaid,
            Verdict::AmountDiffers => Case::AmountDiffers,
        }
    }
}

/// Says what a notice is.
pub fn judge(notice: &Notice, known: &Snapshot) -> Verdict {
    if let Some(credit) = &known.credit {
        return match credit.notice == notice.id {
            true => Verdict::Repeated,
            false => Verdict::DuplicateReference,
        };
    }
    let Some(payable) = &known.payable else { return Verdict::BillUnknown };
    match payable.state {
        BillState::Draft => Verdict::BillWithdrawn,
        BillState::Posted => {
            match payable.paid_by.as_ref().filter(|line| is_same(notice, known, line)) {
                Some(line) => Verdict::Recognised(line.id),
                None => Verdict::BillPaid,
            }
        }
        BillState::Final if !notice.paid.is(payable.total) => Verdict::AmountDiffers,
        BillState::Final => Verdict::Credited,
    }
}

/// Whether a line of the bank's own statement is the money that the notice tells of.
fn is_same(notice: &Notice, known: &Snapshot, line: &StatementLine) -> bool {
    let echoing = Echoing {
        amount: notice.paid.rupiah,
        day: notice.day,
        names: names([&*known.account, &*notice.payment_request, &*notice.reference]),
        settles_days: known.settles_days,
    };
    notice.paid.sen == 0 && echoing.is_named_in(line)
}
