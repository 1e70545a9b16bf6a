//! The documents of SNAP: fields read strictly, by their path, and the answers written.

use base::Day;
use domain::snap::{Amount, Case, Notice, moment, number};
use serde_json::{Value, json};

use super::Terms;

/// A field that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Missing, or written wrongly.
    pub case: Case,
    /// Which.
    pub field: &'static str,
}

/// The only currency there is.
const CURRENCY: &str = "IDR";
/// The longest number of a payment or of a question.
const REQUEST_MOST: usize = 128;
/// The longest reference.
const REFERENCE_MOST: usize = 64;
/// A payment is told within a year of its day, and not before it.
const DAYS_BACK: i32 = 366;

/// A document that a bank sent.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    document: &'a Value,
    terms: &'a Terms,
}

/// Whose virtual account it is.
pub(super) struct Account<'a> {
    /// The partner's number as it was sent.
    pub service_id: &'a str,
    /// The customer's number.
    pub customer: &'a str,
    /// Both together as they were sent.
    pub number: &'a str,
    /// Whether the partner's number is the office's.
    pub is_ours: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn of(document: &'a Value, terms: &'a Terms) -> Fields<'a> {
        Fields { document, terms }
    }

    /// A text that must be there.
    pub(super) fn must(self, field: &'static str, most: usize) -> Result<&'a str, Wrong> {
        match self.may(field, most)? {
            "" => Err(Wrong { case: Case::FieldMissing, field }),
            text => Ok(text),
        }
    }

    /// A text of printable signs that may be missing; empty then.
    pub(super) fn may(self, field: &'static str, most: usize) -> Result<&'a str, Wrong> {
        let mut value = self.document;
        for part in field.split('.') {
            value = &value[part];
        }
        let is_printable = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        match value {
            Value::Null => Ok(""),
            Value::String(text) if text.len() <= most && is_printable(text) => Ok(text),
            _ => Err(Wrong { case: Case::FieldFormat, field }),
        }
    }

    /// The number of the virtual account, whose parts must fit together.
    pub(super) fn account(self) -> Result<Account<'a>, Wrong> {
        let service_id = self.must("partnerServiceId", 8)?;
        let customer = self.must("customerNo", 20)?;
        let number = self.must("virtualAccountNo", 28)?;
        if !number::is_customer(customer) {
            return Err(Wrong { case: Case::FieldFormat, field: "customerNo" });
        }
        let bare = service_id.trim_start_matches(' ');
        if number.trim_start_matches(' ').strip_prefix(bare) != Some(customer) {
            return Err(Wrong { case: Case::FieldFormat, field: "virtualAccountNo" });
        }
        let is_ours = self.terms.padding.is(service_id, &self.terms.service_id);
        Ok(Account { service_id, customer, number, is_ours })
    }

    /// A payment as it is told.
    pub(super) fn notice(self, today: Day) -> Result<(Account<'a>, Notice), Wrong> {
        let account = self.account()?;
        let payment_request = self.must("paymentRequestId", REQUEST_MOST)?;
        let paid = self.amount()?;
        let day = self.day(today)?;
        let reference = self.may("referenceNo", REFERENCE_MOST)?;
        let partner = &*self.terms.code;
        let notice = Notice {
            id: Notice::id_of(partner, payment_request, account.customer, paid),
            partner: partner.into(),
            payment_request: payment_request.into(),
            customer: account.customer.into(),
            paid,
            day,
            reference: reference.into(),
        };
        Ok((account, notice))
    }

    fn amount(self) -> Result<Amount, Wrong> {
        let wrong = |field| Wrong { case: Case::FieldFormat, field };
        let value = self.must("paidAmount.value", 19)?;
        if self.must("paidAmount.currency", 3)? != CURRENCY {
            return Err(wrong("paidAmount.currency"));
        }
        Amount::parse(value).ok_or(wrong("paidAmount.value"))
    }

    fn day(self, today: Day) -> Result<Day, Wrong> {
        let field = "trxDateTime";
        let text = self.may(field, 35)?;
        if text.is_empty() {
            return Ok(today);
        }
        let day = moment::parse(text).map(moment::day_of);
        let is_near = |day: &Day| (-DAYS_BACK..=1).contains(&today.days_until(*day));
        day.filter(is_near).ok_or(Wrong { case: Case::FieldFormat, field })
    }

    /// What came beside and is sent back as it came.
    pub(super) fn echoed(self, field: &str) -> Value {
        self.document[field].clone()
    }
}

/// An amount as it is written.
pub(super) fn money(amount: Amount) -> Value {
    json!({ "value": amount.write(), "currency": CURRENCY })
}

/// A sentence in both languages.
pub(super) fn both(english: &str, indonesia: &str) -> Value {
    json!({ "english": english, "indonesia": indonesia })
}

/// The words of a case in both languages.
pub(super) fn reason(case: Case) -> Value {
    let indonesia = match case {
        Case::Successful => "Berhasil",
        Case::BillUnknown => "Tagihan tidak ditemukan",
        Case::BillWithdrawn => "Tagihan ditarik kembali",
        Case::BillPaid => "Tagihan sudah dibayar",
        Case::AmountDiffers => "Jumlah tidak sama dengan tagihan",
        Case::DuplicateReference => "Nomor pembayaran sudah dipakai untuk hal lain",
        _ => "Tidak dapat diproses",
    };
    both(case.words(), indonesia)
}
