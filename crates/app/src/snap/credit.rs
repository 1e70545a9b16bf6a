//! A payment told becomes money in one transaction: the notice, the line that it stands for, the
//! posted bill, the covered months and the answer, or none of them.

use base::Rupiah;
use base::id::kind;
use domain::billing::BillState;
use domain::programme::Programme;
use domain::snap::notice::{Credit, Payable, Snapshot, judge};
use domain::snap::{Amount, Case, Notice, Service, Verdict};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::Tx;
use store::payments::{Statement, StatementSaid};
use store::snap::{AccountRecord, CreditRecord, NoticeRecord};

use super::NOTICES;
use super::body::{Account, Fields, both, money, reason};
use super::door::{Bank, Reply, Request};
use crate::bills::months::MONTHS_NOT_CONFIRMED;
use crate::error::{AppError, ErrorKind};
use crate::events::Effect;
use crate::office::Office;

/// The longest name that a bank shows.
const NAME_MOST: usize = 128;
/// What a notice is called that could not be put into the books.
pub(super) const NOT_POSTED: &str = "NOT_POSTED";
/// What a notice is called that is credited, and one whose money a statement had brought before.
const CREDITED: &str = "CREDITED";
const RECOGNISED: &str = "RECOGNISED";

impl Office {
    /// What a virtual account owes: the whole bill, or nothing.
    pub(super) fn answer_inquiry(
        &self,
        tx: &mut Tx<'_>,
        fields: Fields<'_>,
    ) -> Result<Reply, AppError> {
        let service = Service::Inquiry;
        let asked = fields
            .account()
            .and_then(|account| Ok((account, fields.must("inquiryRequestId", 128)?)));
        let (account, request) = match asked {
            Ok(asked) => asked,
            Err(wrong) => return Ok(Reply::from((service, wrong))),
        };
        let found = payable_account(tx, &account)?.recorded(self, tx)?;
        let found = found.map(|found| as_payable(tx, found)).transpose()?;
        let case = match found.as_ref().map(|found| found.state) {
            None => Case::BillUnknown,
            Some(BillState::Draft) => Case::BillWithdrawn,
            Some(BillState::Posted) => Case::BillPaid,
            Some(BillState::Final) => Case::Successful,
        };
        let mut data = self.bank_shown(tx, &account, found.as_ref())?;
        data.insert("inquiryRequestId".to_owned(), request.into());
        let status = if case == Case::Successful { "00" } else { "01" };
        data.insert("inquiryStatus".to_owned(), status.into());
        data.insert("inquiryReason".to_owned(), reason(case));
        // Closed: the amount of the bill and no other.
        data.insert("virtualAccountTrxType".to_owned(), "C".into());
        Ok(replied(service, case, data))
    }

    /// Takes a payment in.
    pub(super) fn answer_payment(
        &self,
        tx: &mut Tx<'_>,
        bank: &Bank,
        fields: Fields<'_>,
    ) -> Result<Reply, AppError> {
        let service = Service::Payment;
        let (account, notice) = match fields.notice(bank.today()) {
            Ok(told) => told,
            Err(wrong) => return Ok(Reply::from((service, wrong))),
        };
        let found = payable_account(tx, &account)?;
        let known = snapshot(tx, bank, &notice, found.account.as_ref())?;
        let verdict = judge(&notice, &known);
        let found = match self.carry_out_notice(tx, bank, &notice, verdict, &found)? {
            // One transaction is one act, and that one says more.
            true => found.account,
            false => found.recorded(self, tx)?,
        };
        let case = verdict.case();
        let mut data = self.bank_shown(tx, &account, found.as_ref())?;
        data.insert("paymentRequestId".to_owned(), (*notice.payment_request).into());
        data.insert("paidAmount".to_owned(), money(notice.paid));
        data.insert("referenceNo".to_owned(), (*notice.reference).into());
        for field in ["trxDateTime", "trxId", "flagAdvise"] {
            match fields.echoed(field) {
                Value::String(text) if text.len() <= 64 => {
                    data.insert(field.to_owned(), text.into());
                }
                _ => {}
            }
        }
        let flag = if case == Case::Successful { "00" } else { "01" };
        data.insert("paymentFlagStatus".to_owned(), flag.into());
        data.insert("paymentFlagReason".to_owned(), reason(case));
        Ok(replied(service, case, data))
    }

    /// What became of a payment: by its number, or else the one of the virtual account.
    pub(super) fn answer_status(
        &self,
        tx: &mut Tx<'_>,
        bank: &Bank,
        fields: Fields<'_>,
    ) -> Result<Reply, AppError> {
        let service = Service::Status;
        let asked = fields
            .account()
            .and_then(|account| Ok((account, fields.may("paymentRequestId", 128)?)));
        let (account, request) = match asked {
            Ok(asked) => asked,
            Err(wrong) => return Ok(Reply::from((service, wrong))),
        };
        let found = payable_account(tx, &account)?.recorded(self, tx)?;
        let told = told_under(tx, bank, request, found.as_ref())?;
        let Some(told) = told.filter(|told| *told.notice.customer == *account.customer) else {
            return Ok(Reply::bare(service, Case::TransactionUnknown, ""));
        };
        let is_paid = is_credited(&told.verdict);
        let mut data = self.bank_shown(tx, &account, found.as_ref())?;
        let said = Case::from_name(&told.verdict).unwrap_or(Case::Failed);
        let said = if is_paid { Case::Successful } else { said };
        data.insert("paymentRequestId".to_owned(), (*told.notice.payment_request).into());
        data.insert("paidAmount".to_owned(), money(told.notice.paid));
        data.insert("referenceNo".to_owned(), (*told.notice.reference).into());
        data.insert("paymentFlagStatus".to_owned(), if is_paid { "00" } else { "01" }.into());
        data.insert("paymentFlagReason".to_owned(), reason(said));
        Ok(replied(service, Case::Successful, data))
    }

    /// Keeps what a notice is, and does what follows from it, as one act; whether there was one.
    fn carry_out_notice(
        &self,
        tx: &mut Tx<'_>,
        bank: &Bank,
        notice: &Notice,
        verdict: Verdict,
        found: &Found,
    ) -> Result<bool, AppError> {
        let name = match verdict {
            Verdict::Repeated => return Ok(false),
            Verdict::Credited => CREDITED,
            Verdict::Recognised(_) => RECOGNISED,
            refused => refused.case().name(),
        };
        let before = store::snap::notice(tx, notice.id)?;
        let is_new = before.as_ref().is_none_or(|before| *before.verdict != *name);
        match before {
            None => {
                let told_at_ms = bank.now_ms;
                let (notice, verdict) = (notice.clone(), name.into());
                let record = NoticeRecord { notice, verdict, told_at_ms, explained: None };
                store::snap::insert_notice(tx, &record)?;
            }
            Some(_) if is_new => store::snap::judge_notice(tx, notice.id, name)?,
            Some(_) => {}
        }
        let bill = found.account.as_ref().map(|found| found.bill);
        match (verdict, bill) {
            (Verdict::Credited, Some(bill)) => {
                let line = notice.line();
                keep_line(tx, notice, bank.now_ms)?;
                crate::bank::pay(tx, &line, bill, bank.now_ms)?;
                keep_credit(tx, notice, bill, (line.id, false))?;
                let effects = Effect::on_bills("bills-paid", [bill]);
                let act = ("snap-paid", "bill", Some(bill.as_bytes()));
                self.record_effects(tx, None, act, &effects)
            }
            (Verdict::Recognised(line), Some(bill)) => {
                keep_credit(tx, notice, bill, (line, true))?;
                self.record_by_itself(tx, "snap-recognised", "bill", bill.as_bytes())
            }
            _ if is_new => {
                self.record_by_itself(tx, "snap-refused", "snap-notice", notice.id.as_bytes())
            }
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    /// Keeps that a payment could not be put into the books: somebody has to look.
    pub(super) fn note_failed(&self, bank: &Bank, request: &Request<'_>) {
        let Ok(document) = serde_json::from_slice::<Value>(request.body) else { return };
        let Ok((_, notice)) = Fields::of(&document, &bank.terms).notice(bank.today()) else {
            return;
        };
        let noted = self.store.write(|tx| {
            if store::snap::notice(tx, notice.id)?.is_some() {
                return Ok(());
            }
            let (id, told_at_ms, verdict) = (notice.id, bank.now_ms, NOT_POSTED.into());
            let record = NoticeRecord { notice, verdict, told_at_ms, explained: None };
            store::snap::insert_notice(tx, &record)?;
            self.record_by_itself(tx, "snap-refused", "snap-notice", id.as_bytes())
        });
        // The bank is told that nothing was done either way, and asks again.
        let _: Result<(), AppError> = noted;
    }

    /// What every answer says of a virtual account: the programme is the customer, and no person.
    fn bank_shown(
        &self,
        tx: &mut Tx<'_>,
        account: &Account<'_>,
        found: Option<&AccountRecord>,
    ) -> Result<Map<String, Value>, AppError> {
        let mut data = Map::new();
        data.insert("partnerServiceId".to_owned(), account.service_id.into());
        data.insert("customerNo".to_owned(), account.customer.into());
        data.insert("virtualAccountNo".to_owned(), account.number.into());
        let Some(found) = found else { return Ok(data) };
        let programme = store::programmes::get(tx, found.programme)?;
        let programme = programme.ok_or_else(super::damaged)?;
        let total = money(Amount::whole(found.total));
        data.insert("virtualAccountName".to_owned(), name_of(&programme).into());
        data.insert("totalAmount".to_owned(), total.clone());
        let (month, spelled) = (found.month.to_string(), found.month.in_words());
        let detail = json!({
            "billCode": "01",
            "billNo": format!("{}-{month}", programme.code),
            "billName": name_of(&programme),
            "billShortName": month,
            "billDescription": both(
                &format!("Contributions of {month}"),
                &format!("Iuran {spelled}"),
            ),
            "billSubCompany": "00000",
            "billAmount": total,
        });
        data.insert("billDetails".to_owned(), Value::Array(vec![detail]));
        Ok(data)
    }
}

/// What stands behind a virtual account, and how many bills got their number just now.
struct Found {
    account: Option<AccountRecord>,
    opened: usize,
}

impl Found {
    /// The account, with the act of opening said, where no other act says more.
    fn recorded(self, office: &Office, tx: &mut Tx<'_>) -> Result<Option<AccountRecord>, AppError> {
        if self.opened > 0 {
            super::books::say_opened(office, tx, self.opened)?;
        }
        Ok(self.account)
    }
}

/// The bill behind a virtual account of ours; a bill issued a moment ago gets its number now.
fn payable_account(tx: &mut Tx<'_>, account: &Account<'_>) -> Result<Found, AppError> {
    if !account.is_ours {
        return Ok(Found { account: None, opened: 0 });
    }
    let known = store::snap::account(tx, account.customer)?;
    if known.is_some() {
        return Ok(Found { account: known, opened: 0 });
    }
    let opened = super::books::open_accounts(tx)?;
    let account = match opened {
        0 => None,
        _ => store::snap::account(tx, account.customer)?,
    };
    Ok(Found { account, opened })
}

/// An account as a bank may pay into it: see [`state_of`].
fn as_payable(tx: &mut Tx<'_>, found: AccountRecord) -> Result<AccountRecord, AppError> {
    Ok(AccountRecord { state: state_of(tx, &found)?, ..found })
}

/// How a bill stands for a bank: one with somebody for whom another regency pays is as one that was
/// withdrawn.
///
/// # Errors
/// `MONTHS_NOT_CONFIRMED` while it is not known whether there is somebody: the bank asks again.
pub(crate) fn state_of(tx: &mut Tx<'_>, found: &AccountRecord) -> Result<BillState, AppError> {
    if found.state != BillState::Final {
        return Ok(found.state);
    }
    match store::months::disputed(tx)?.get(&found.bill) {
        None => Ok(found.state),
        Some(disputed) if disputed.lost > 0 => Ok(BillState::Draft),
        Some(_) => {
            Err(AppError::new(ErrorKind::Busy, MONTHS_NOT_CONFIRMED, found.month.to_string()))
        }
    }
}

/// Whether a notice of this name brought money into the books.
pub(super) fn is_credited(verdict: &str) -> bool {
    verdict == CREDITED || verdict == RECOGNISED
}

fn replied(service: Service, case: Case, data: Map<String, Value>) -> Reply {
    let mut said = Map::new();
    said.insert("virtualAccountData".to_owned(), Value::Object(data));
    Reply::with(service, case, "", said)
}

/// The programme's name as far as a bank shows it: letters, digits and blanks.
fn name_of(programme: &Programme) -> String {
    let plain =
        |sign: char| if sign.is_ascii_alphanumeric() || " .-".contains(sign) { sign } else { ' ' };
    programme.name.chars().map(plain).take(NAME_MOST).collect::<String>().trim().to_owned()
}

/// What is known of a notice.
fn snapshot(
    tx: &mut Tx<'_>,
    bank: &Bank,
    notice: &Notice,
    found: Option<&AccountRecord>,
) -> Result<Snapshot, AppError> {
    let credit = store::snap::credit(tx, &notice.partner, &notice.payment_request)?;
    let credit = credit.map(|credit| Credit { notice: credit.notice, bill: credit.bill });
    let payable = match found {
        None => None,
        Some(found) => Some(Payable {
            bill: found.bill,
            state: state_of(tx, found)?,
            total: found.total,
            paid_by: match found.state {
                BillState::Posted if store::snap::credit_of_bill(tx, found.bill)?.is_none() => {
                    store::snap::line_of_bill(tx, found.bill)?
                }
                _ => None,
            },
        }),
    };
    let account = bank.terms.account(&notice.customer).into();
    Ok(Snapshot { credit, payable, account, settles_days: bank.terms.settles_days })
}

/// The notice that a bank asks about.
fn told_under(
    tx: &mut Tx<'_>,
    bank: &Bank,
    request: &str,
    found: Option<&AccountRecord>,
) -> Result<Option<NoticeRecord>, AppError> {
    let code = &*bank.terms.code;
    if !request.is_empty() {
        let mut told = store::snap::notices_of(tx, code, request)?;
        let credited = told.iter().position(|one| is_credited(&one.verdict));
        let at = credited.or(told.len().checked_sub(1));
        return Ok(at.map(|at| told.swap_remove(at)));
    }
    let Some(found) = found else { return Ok(None) };
    match store::snap::credit_of_bill(tx, found.bill)? {
        Some(credit) if *credit.partner == *code => Ok(store::snap::notice(tx, credit.notice)?),
        _ => Ok(None),
    }
}

/// Keeps the line that a notice stands for: a bank's notices of a day are a statement of their own.
fn keep_line(tx: &mut Tx<'_>, notice: &Notice, now_ms: i64) -> Result<(), AppError> {
    let (partner, line) = (&notice.partner, notice.line());
    let hash = Sha256::digest(format!("snap {partner} {}", notice.day).as_bytes()).into();
    if store::payments::is_known(tx, &hash)? {
        return Ok(store::snap::insert_line(tx, &hash, &line)?);
    }
    let account = format!("{NOTICES}{partner}").into();
    let said = StatementSaid::default();
    let statement = Statement { hash, account, received_at_ms: now_ms, said };
    store::payments::insert_statement(tx, &statement, &[line])?;
    Ok(())
}

fn keep_credit(
    tx: &mut Tx<'_>,
    notice: &Notice,
    bill: base::Id<kind::Bill>,
    (line, own): (base::Id<kind::StatementLine>, bool),
) -> Result<(), AppError> {
    debug_assert!(notice.paid.rupiah > Rupiah::ZERO, "a bill costs something");
    let record = CreditRecord {
        notice: notice.id,
        partner: notice.partner.clone(),
        bill,
        line,
        own,
        released_at_ms: None,
    };
    Ok(store::snap::insert_credit(tx, &record, &notice.payment_request)?)
}
