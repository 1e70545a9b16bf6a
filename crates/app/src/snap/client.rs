//! The other side: the office asks a bank. A token is used until its time is nearly over; what was
//! sent without an answer is asked about before anything is sent again.
//!
//! What a bank says here moves no money: only its notices and its statements do.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::id::kind;
use base::{Month, Rupiah};
use domain::access::Operation;
use domain::billing::{BillState, bill_id};
use domain::snap::code::Said;
use domain::snap::resend::{Heard, Patience, Step, next, wait_ms};
use domain::snap::sign::{Signed, token_text};
use domain::snap::{Amount, Service, moment};
use serde_json::{Value, json};
use store::snap::RegistrationRecord;
use zeroize::Zeroizing;

use super::body::money;
use super::keys::{Secret, sign_own, sign_shared};
use super::terms::{Asking, Network, Scheme, Terms};
use super::{Partner, bank_in_use};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Target};

/// A token is not used in its last half minute: it might end on the way.
const TOKEN_SPARE_MS: i64 = 30_000;
/// What a bank said of a bill that it has been paid for.
pub(super) const PAID: &str = "PAID";

/// What is sent to a bank.
#[derive(Debug)]
pub struct Call<'a> {
    /// `https://` and the host, as two agreed.
    pub origin: &'a str,
    /// The method of HTTP.
    pub method: &'static str,
    /// The path.
    pub path: &'a str,
    /// Over which net.
    pub network: Network,
    /// The headers, the signature among them.
    pub headers: Vec<(&'static str, String)>,
    /// The document.
    pub body: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answered {
    /// The status of HTTP.
    pub status: u16,
    /// The document.
    pub body: Vec<u8>,
}

/// How something gets to a bank; none when no answer came in time, and nobody knows whether it
/// arrived. An error means that it was not even sent.
pub type Carry<'a> = &'a dyn Fn(&Call<'_>) -> Result<Option<Answered>, AppError>;

/// The tokens that banks have given, by the bank's code, with their end. In memory alone.
#[derive(Default)]
pub struct BankTokens(Mutex<HashMap<String, (Zeroizing<String>, i64)>>);

/// What a bank says of a payment or a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquired {
    /// `paid`, `open`, `missing` or `unsure`.
    pub says: &'static str,
    /// The code that it answered; empty when it answered none.
    pub code: String,
    /// How much was paid, when it says so.
    pub paid: Option<Amount>,
    /// What it asks for under the account, when it says so.
    pub asks: Option<Amount>,
}

/// What became of a bill that was made known to a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// `known`, `declined` or `unsure`.
    pub state: &'static str,
    /// How often it was sent in all.
    pub sends: u32,
    /// The code that the bank answered last; empty when it answered none.
    pub code: String,
}

/// A bill on its way to a bank.
struct Way<'a> {
    terms: &'a Terms,
    asking: &'a Asking,
    carry: Carry<'a>,
}

/// The bill that is asked about.
struct Subject {
    bill: base::Id<kind::Bill>,
    customer: Box<str>,
    name: Box<str>,
    total: Rupiah,
}

impl Office {
    /// Asks a bank whether the bill of a month was paid to its virtual account.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SNAP_UNKNOWN`, `SNAP_NOT_ASKED` when nothing was agreed about asking,
    /// `BILL_UNKNOWN`, `SNAP_SECRET_UNUSABLE`, `SNAP_SILENT` when no token came.
    pub fn inquire_bank(
        &self,
        actor: &Actor,
        code: &str,
        (programme, month): (&str, Month),
        carry: Carry<'_>,
    ) -> Result<Inquired, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let (Partner { terms, .. }, subject) = self.subject(actor, code, programme, month)?;
        let asking = terms.asking.as_ref().ok_or_else(|| not_asked(code))?;
        let found = self.ask_status(&Way { terms: &terms, asking, carry }, &subject)?;
        self.store.write(|tx| {
            let known = store::snap::registration(tx, code, subject.bill)?;
            let said = if found.says == "paid" { PAID } else { &found.code };
            let state = known.as_ref().map_or("none", |known| &*known.state);
            let record = RegistrationRecord {
                partner: code.into(),
                bill: subject.bill,
                state: state.into(),
                sends: known.as_ref().map_or(0, |known| known.sends),
                said: said.into(),
                changed_at_ms: self.now_ms(),
                total: known.as_ref().and_then(|known| known.total),
            };
            store::snap::set_registration(tx, &record)?;
            self.record(tx, actor, "bank-asked", "bill", subject.bill.as_bytes())
        })?;
        Ok(found)
    }

    /// Asks a bank what became of a transfer, by the reference under which it was ordered.
    ///
    /// # Errors
    /// As for [`Office::inquire_bank`].
    pub fn inquire_transfer(
        &self,
        actor: &Actor,
        code: &str,
        reference: &str,
        carry: Carry<'_>,
    ) -> Result<Inquired, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let Partner { terms, .. } = self.store.read(|tx| bank_in_use(tx, code))?;
        let asking = terms.asking.as_ref().ok_or_else(|| not_asked(code))?;
        let way = Way { terms: &terms, asking, carry };
        let body = json!({
            "originalPartnerReferenceNo": reference,
            "serviceCode": format!("{:02}", Service::TransferStatus.code()),
        });
        let answer = self.signed_call(&way, ("POST", &asking.transfer_path), &body)?;
        Ok(transfer_said(answer.as_ref()))
    }

    /// Makes the bill of a month known to a bank as a virtual account, where a bank wants that; a
    /// bill issued anew is changed there when it costs something else than the bank has heard.
    ///
    /// What was sent without an answer is asked about first, in this call or the next. `wait` lets
    /// time pass between tries.
    ///
    /// # Errors
    /// As for [`Office::inquire_bank`]; `BILL_NOT_OPEN` when the bill is not to be paid.
    pub fn register_account(
        &self,
        actor: &Actor,
        code: &str,
        (programme, month): (&str, Month),
        (carry, wait): (Carry<'_>, &dyn Fn(u64)),
    ) -> Result<Delivery, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let (Partner { terms, .. }, subject) = self.subject(actor, code, programme, month)?;
        let asking = terms.asking.as_ref().ok_or_else(|| not_asked(code))?;
        let way = Way { terms: &terms, asking, carry };
        let known = self.store.read(|tx| store::snap::registration(tx, code, subject.bill))?;
        let mut sends = known.as_ref().map_or(0, |known| known.sends);
        let heard_of_it = known.as_ref().and_then(|known| known.total);
        let is_of_now = heard_of_it == Some(subject.total);
        let mut heard = match known.as_ref().map(|known| &*known.state) {
            Some("known") if is_of_now => {
                return Ok(Delivery { state: "known", sends, code: String::new() });
            }
            Some("known") => {
                return self.change_account(actor, &way, &subject, (sends, heard_of_it, wait));
            }
            Some("unsure") => vec![Heard::Unsure],
            _ => Vec::new(),
        };
        let (mut said, mut has_it) = (String::new(), false);
        let state = loop {
            let step = next(&heard, Patience::USUAL);
            if matches!(step, Step::Send | Step::Ask) {
                wait(wait_ms(&heard, Patience::USUAL));
            }
            let (now, code) = match step {
                Step::Send => {
                    sends += 1;
                    self.send_account(actor, &way, &subject, sends)?
                }
                Step::Ask => {
                    let found = self.ask_status(&way, &subject)?;
                    has_it = changed(&found, subject.total) == Heard::Found;
                    (heard_of(found.says), found.code)
                }
                Step::Settled => break "known",
                Step::Declined => break "declined",
                Step::GiveUp => break "unsure",
            };
            heard.push(now);
            said = code;
        };
        // Found is what was sent in an earlier run, for an amount of then.
        if known.is_some() && !is_of_now && !has_it && heard.last() == Some(&Heard::Found) {
            return self.change_account(actor, &way, &subject, (sends, None, wait));
        }
        let kept = (state, sends, said.as_str(), Some(subject.total));
        self.keep_registration(actor, &way, &subject, kept)?;
        Ok(Delivery { state, sends, code: said })
    }

    /// Sends a virtual account. That it is on its way is kept before it goes: whoever comes after a
    /// crash asks first.
    fn send_account(
        &self,
        actor: &Actor,
        way: &Way<'_>,
        subject: &Subject,
        sends: u32,
    ) -> Result<(Heard, String), AppError> {
        let kept = ("unsure", sends, "", Some(subject.total));
        self.keep_registration(actor, way, subject, kept)?;
        let path = ("POST", way.asking.register_path.as_str());
        let answer = self.signed_call(way, path, &described(way.terms, subject))?;
        // A conflict may be what is there from a try whose answer was lost.
        Ok(sent(answer.as_ref()))
    }

    /// Changes what a virtual account costs that the bank has. What was not answered is asked
    /// about, and sent again only where the bank asks for another amount; `before` is what it last
    /// heard.
    fn change_account(
        &self,
        actor: &Actor,
        way: &Way<'_>,
        subject: &Subject,
        (mut sends, before, wait): (u32, Option<Rupiah>, &dyn Fn(u64)),
    ) -> Result<Delivery, AppError> {
        let (body, patience) = (described(way.terms, subject), Patience::USUAL);
        let (mut heard, mut said) = (Vec::new(), String::new());
        let (state, kept, total) = loop {
            let step = next(&heard, patience);
            if matches!(step, Step::Send | Step::Ask) {
                wait(wait_ms(&heard, patience));
            }
            let (now, code) = match step {
                Step::Send => {
                    sends += 1;
                    // Until the bank has said so, nobody knows for which amount it has the account.
                    self.keep_registration(actor, way, subject, ("unsure", sends, "", None))?;
                    let answer = self.signed_call(way, ("PUT", &way.asking.update_path), &body)?;
                    sent(answer.as_ref())
                }
                Step::Ask => {
                    let found = self.ask_status(way, subject)?;
                    (changed(&found, subject.total), found.code)
                }
                Step::Settled => break ("known", "known", Some(subject.total)),
                // It has the account as before.
                Step::Declined => break ("declined", "known", before),
                Step::GiveUp => break ("unsure", "unsure", None),
            };
            heard.push(now);
            said = code;
        };
        self.keep_registration(actor, way, subject, (kept, sends, &said, total))?;
        Ok(Delivery { state, sends, code: said })
    }

    /// Keeps what a bank knows of a bill: where it stands, how often it was sent, what was
    /// answered, and for which amount.
    fn keep_registration(
        &self,
        actor: &Actor,
        way: &Way<'_>,
        subject: &Subject,
        (state, sends, said, total): (&str, u32, &str, Option<Rupiah>),
    ) -> Result<(), AppError> {
        let record = RegistrationRecord {
            partner: way.terms.code.as_str().into(),
            bill: subject.bill,
            state: state.into(),
            sends,
            said: said.into(),
            changed_at_ms: self.now_ms(),
            total,
        };
        self.store.write(|tx| {
            store::snap::set_registration(tx, &record)?;
            self.record(tx, actor, "account-sent", "bill", subject.bill.as_bytes())
        })
    }

    fn ask_status(&self, way: &Way<'_>, subject: &Subject) -> Result<Inquired, AppError> {
        let service_id = way.terms.padding.fill(&way.terms.service_id);
        let body = json!({
            "partnerServiceId": service_id,
            "customerNo": &*subject.customer,
            "virtualAccountNo": format!("{service_id}{}", subject.customer),
            "inquiryRequestId": self.environment.new_id::<Call<'_>>().to_string(),
        });
        let answer = self.signed_call(way, ("POST", &way.asking.status_path), &body)?;
        Ok(account_said(answer.as_ref()))
    }

    /// The bank, and the final or paid bill of a month with its number.
    fn subject(
        &self,
        actor: &Actor,
        code: &str,
        programme: &str,
        month: Month,
    ) -> Result<(Partner, Subject), AppError> {
        let partner = self.store.read(|tx| bank_in_use(tx, code))?;
        let programme = self.programme(programme)?;
        let bill = bill_id(programme.id, month);
        // A bill of before banks were spoken with gets its number here.
        self.open_accounts()?;
        let accounts = self.virtual_accounts(actor)?;
        let account = accounts
            .into_iter()
            .find(|one| one.programme == programme.code && one.month == month)
            .ok_or_else(|| {
                AppError::not_found("BILL_UNKNOWN", format!("{} {month}", programme.code))
            })?;
        if account.state == BillState::Draft {
            return Err(AppError::refused("BILL_NOT_OPEN", month.to_string()));
        }
        let (customer, name) = (account.customer, programme.name.clone());
        Ok((partner, Subject { bill, customer, name, total: account.total }))
    }

    /// Sends a document under a token and a signature. A token that the bank does not know any more
    /// is asked for anew, once: what it refused for that, it did not do.
    fn signed_call(
        &self,
        way: &Way<'_>,
        place: (&'static str, &str),
        body: &Value,
    ) -> Result<Option<Answered>, AppError> {
        let body = body.to_string();
        for is_last in [false, true] {
            let token = self.token_of_bank(way)?;
            let call = self.call(way, place, &body, &token)?;
            let answer = (way.carry)(&call)?;
            let (_, said) = code_of(answer.as_ref());
            let is_stale = matches!(said, Some(Said { http: 401, case: 1, .. }));
            if !is_stale || is_last {
                return Ok(answer);
            }
            self.bank_tokens.forget(&way.terms.code);
        }
        unreachable!("the last try returns")
    }

    fn call<'a>(
        &self,
        way: &Way<'a>,
        (method, path): (&'static str, &'a str),
        body: &str,
        token: &str,
    ) -> Result<Call<'a>, AppError> {
        let (terms, asking) = (way.terms, way.asking);
        let timestamp = moment::print(self.now_ms());
        let signed = Signed { method, path, body: body.as_bytes(), timestamp: &timestamp };
        let signature = match terms.scheme {
            Scheme::Symmetric => {
                let secret = self.bank_secret(&terms.code, Secret::Out)?;
                sign_shared(&secret, &signed.symmetric(token))
            }
            Scheme::Asymmetric => {
                sign_own(&self.bank_secret(&terms.code, Secret::Key)?, &signed.asymmetric())?
            }
        };
        let headers = vec![
            ("authorization", format!("Bearer {token}")),
            ("x-timestamp", timestamp),
            ("x-signature", signature),
            ("x-partner-id", asking.partner_id.clone()),
            ("x-external-id", self.external_id()),
            ("channel-id", asking.channel.clone()),
        ];
        let (origin, network) = (asking.origin.as_str(), asking.network);
        Ok(Call { origin, method, path, network, headers, body: body.to_owned() })
    }

    /// A number of the day: the moment, and digits that nobody else draws.
    fn external_id(&self) -> String {
        let random = u64::from_be_bytes(self.environment.random_bytes::<8>());
        format!("{}{:010}", self.now_ms(), random % 10_000_000_000)
    }

    fn token_of_bank(&self, way: &Way<'_>) -> Result<Zeroizing<String>, AppError> {
        let (terms, asking) = (way.terms, way.asking);
        let now = self.now_ms();
        if let Some(token) = self.bank_tokens.of(&terms.code, now) {
            return Ok(token);
        }
        let timestamp = moment::print(now);
        let key = self.bank_secret(&terms.code, Secret::Key)?;
        let signature = sign_own(&key, &token_text(&asking.client, &timestamp))?;
        let call = Call {
            origin: &asking.origin,
            method: "POST",
            path: &asking.token_path,
            network: asking.network,
            headers: vec![
                ("x-client-key", asking.client.clone()),
                ("x-timestamp", timestamp),
                ("x-signature", signature),
            ],
            body: json!({ "grantType": "client_credentials" }).to_string(),
        };
        let silent = || AppError::new(ErrorKind::External, "SNAP_SILENT", &*terms.code);
        let answer = (way.carry)(&call)?.ok_or_else(silent)?;
        let said: Value = serde_json::from_slice(&answer.body).map_err(|_| silent())?;
        let token = said["accessToken"].as_str().filter(|_| answer.status == 200);
        let token = Zeroizing::new(token.ok_or_else(silent)?.to_owned());
        let lasts = match &said["expiresIn"] {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_i64(),
            _ => None,
        };
        let lasts_ms = lasts.unwrap_or(0).clamp(0, 86_400) * 1_000;
        self.bank_tokens.keep(&terms.code, &token, now + lasts_ms);
        Ok(token)
    }
}

impl BankTokens {
    fn of(&self, code: &str, now_ms: i64) -> Option<Zeroizing<String>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (token, ends_at_ms) = kept.get(code)?;
        (now_ms + TOKEN_SPARE_MS < *ends_at_ms).then(|| token.clone())
    }

    fn keep(&self, code: &str, token: &Zeroizing<String>, ends_at_ms: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(code.to_owned(), (token.clone(), ends_at_ms));
    }

    fn forget(&self, code: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(code);
    }
}

/// The code of an answer, as text and taken apart; a code that contradicts its status is none.
fn code_of(answer: Option<&Answered>) -> (String, Option<Said>) {
    let Some(answer) = answer else { return (String::new(), None) };
    let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = document["responseCode"].as_str().unwrap_or_default();
    let said = Said::parse(code).filter(|said| said.http == answer.status);
    (said.map_or(String::new(), |_| code.to_owned()), said)
}

/// A virtual account as a bank is told of it.
fn described(terms: &Terms, subject: &Subject) -> Value {
    let service_id = terms.padding.fill(&terms.service_id);
    json!({
        "partnerServiceId": service_id,
        "customerNo": &*subject.customer,
        "virtualAccountNo": format!("{service_id}{}", subject.customer),
        "virtualAccountName": &*subject.name,
        "trxId": &*subject.customer,
        "totalAmount": money(Amount::whole(subject.total)),
        "virtualAccountTrxType": "C",
    })
}

/// What became of what was sent, with the code that was answered.
fn sent(answer: Option<&Answered>) -> (Heard, String) {
    let (code, said) = code_of(answer);
    let heard = match said {
        Some(Said { http: 200, .. }) => Heard::Taken,
        Some(Said { http: 408 | 409 | 429, .. }) => Heard::Unsure,
        Some(Said { http: 400..=499, .. }) => Heard::Refused,
        _ => Heard::Unsure,
    };
    (heard, code)
}

fn heard_of(says: &str) -> Heard {
    match says {
        "paid" | "open" => Heard::Found,
        "missing" => Heard::Missing,
        _ => Heard::Silent,
    }
}

fn account_said(answer: Option<&Answered>) -> Inquired {
    let (code, said) = code_of(answer);
    let document = document_of(answer);
    let data = &document["virtualAccountData"];
    let is_paid = data["paymentFlagStatus"] == "00";
    let amount = data["paidAmount"]["value"].as_str().and_then(Amount::parse);
    let asks = data["totalAmount"]["value"].as_str().and_then(Amount::parse);
    match said {
        Some(Said { http: 200, .. }) if is_paid => {
            Inquired { says: "paid", code, paid: amount, asks }
        }
        Some(Said { http: 200, .. }) => Inquired { says: "open", code, paid: None, asks },
        Some(Said { http: 404, case: 1 | 12, .. }) => {
            Inquired { says: "missing", code, paid: None, asks: None }
        }
        _ => Inquired { says: "unsure", code, paid: None, asks: None },
    }
}

/// What an answer about an account says of a change of its amount: what was paid needs none, and a
/// bank that asks for another amount, or says none, has not had it.
fn changed(found: &Inquired, total: Rupiah) -> Heard {
    match found.says {
        "paid" => Heard::Found,
        "open" if found.asks == Some(Amount::whole(total)) => Heard::Found,
        "open" | "missing" => Heard::Missing,
        _ => Heard::Silent,
    }
}

fn transfer_said(answer: Option<&Answered>) -> Inquired {
    let (code, said) = code_of(answer);
    let document = document_of(answer);
    let amount = document["amount"]["value"].as_str().and_then(Amount::parse);
    let status = document["latestTransactionStatus"].as_str().unwrap_or_default();
    let says = match (said, status) {
        (Some(Said { http: 200, .. }), "00") => "paid",
        // Refused, cancelled, failed, or never found: no money moved.
        (Some(Said { http: 200, .. }), "04" | "05" | "06" | "07") => "missing",
        (Some(Said { http: 200, .. }), "01" | "02" | "03") => "open",
        (Some(Said { http: 404, case: 1, .. }), _) => "missing",
        _ => "unsure",
    };
    Inquired { says, code, paid: amount.filter(|_| says == "paid"), asks: None }
}

fn document_of(answer: Option<&Answered>) -> Value {
    answer.and_then(|answer| serde_json::from_slice(&answer.body).ok()).unwrap_or_default()
}

fn not_asked(code: &str) -> AppError {
    AppError::refused("SNAP_NOT_ASKED", code)
}
