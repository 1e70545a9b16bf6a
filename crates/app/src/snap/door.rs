//! The biller's side: a bank lets itself be known, asks, and tells; each request is answered with
//! one code of the published table, and a number of the day is answered once.

use base::Day;
use domain::snap::sign::{Signed, token_text};
use domain::snap::{Case, Service, moment};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::Tx;
use store::snap::{RequestKey, RequestRecord};

use super::body::{Fields, Wrong};
use super::keys::{Secret, is_shared, is_signed};
use super::{Partner, Scheme, Terms, partner};
use crate::bills::months::MONTHS_NOT_CONFIRMED;
use crate::error::{AppError, ErrorKind};
use crate::office::Office;

/// What was asked of us, as it came over the wire.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// The path as it came.
    pub path: &'a str,
    /// The query, without its sign.
    pub query: Option<&'a str>,
    /// `X-CLIENT-KEY`.
    pub client: &'a str,
    /// What stands behind `Bearer`.
    pub token: &'a str,
    /// `X-TIMESTAMP`.
    pub timestamp: &'a str,
    /// `X-SIGNATURE`.
    pub signature: &'a str,
    /// `X-PARTNER-ID`.
    pub partner_id: &'a str,
    /// `X-EXTERNAL-ID`.
    pub external_id: &'a str,
    /// `CHANNEL-ID`.
    pub channel: &'a str,
    /// The document.
    pub body: &'a [u8],
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What came of it.
    pub case: Case,
    /// The status of HTTP.
    pub status: u16,
    /// The document.
    pub body: String,
}

impl Reply {
    /// An answer with nothing but its code; `field` says which field is wrong when one is.
    pub fn bare(service: Service, case: Case, field: &str) -> Reply {
        Reply::with(service, case, field, Map::new())
    }

    pub(super) fn with(
        service: Service,
        case: Case,
        field: &str,
        mut said: Map<String, Value>,
    ) -> Reply {
        said.insert("responseCode".to_owned(), case.response_code(service).into());
        said.insert("responseMessage".to_owned(), case.message(field).into());
        Reply { case, status: case.http(), body: Value::Object(said).to_string() }
    }
}

impl From<(Service, Wrong)> for Reply {
    fn from((service, wrong): (Service, Wrong)) -> Reply {
        Reply::bare(service, wrong.case, wrong.field)
    }
}

/// A bank that has proved itself.
#[derive(Debug, Clone)]
pub struct Bank {
    pub(super) terms: Terms,
    /// When its request came, in milliseconds since 1970-01-01 UTC.
    pub(super) now_ms: i64,
}

impl Bank {
    /// Its code here.
    pub fn code(&self) -> &str {
        &self.terms.code
    }

    pub(super) fn today(&self) -> Day {
        moment::day_of(self.now_ms)
    }
}

/// How long numbers of the day are kept, in days: a bank's yesterday may still be asked about.
const REQUESTS_KEPT_DAYS: i32 = 2;

impl Office {
    /// Gives a bank its token.
    pub fn answer_token(&self, request: &Request<'_>) -> Reply {
        let service = Service::Token;
        let now = self.now_ms();
        let known =
            self.store.read(|tx| match store::snap::partner_of_client(tx, request.client)? {
                Some(record) if record.ended_at_ms.is_none() => partner(tx, &record).map(Some),
                _ => Ok(None),
            });
        let Ok(known) = known else { return Reply::bare(service, Case::Failed, "") };
        // Whether nobody is called so or the signature is another's is not told apart.
        let text = token_text(request.client, request.timestamp);
        let proves_itself = |partner: &Partner| {
            is_timely(&partner.terms, request.timestamp, now)
                && is_signed(&partner.terms.public_key, &text, request.signature)
        };
        let Some(partner) = known.filter(proves_itself) else {
            return Reply::bare(service, Case::Unauthorized, "");
        };
        match grant_type(request.body) {
            Err(wrong) => Reply::from((service, wrong)),
            Ok(()) => self.give_token(&partner.terms, now),
        }
    }

    fn give_token(&self, terms: &Terms, now_ms: i64) -> Reply {
        let token: String = self
            .environment
            .random_bytes::<32>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let ends_at_ms = now_ms + terms.token_seconds * 1_000;
        let kept = self.store.write(|tx| {
            store::snap::insert_token(tx, &hash, &terms.code, (now_ms, ends_at_ms))?;
            let before = moment::day_of(now_ms).plus_days(-REQUESTS_KEPT_DAYS);
            store::snap::forget_requests(tx, before)
        });
        if kept.is_err() {
            return Reply::bare(Service::Token, Case::Failed, "");
        }
        let Value::Object(said) = json!({
            "accessToken": token,
            "tokenType": "Bearer",
            "expiresIn": terms.token_seconds.to_string(),
        }) else {
            unreachable!("an object is one")
        };
        Reply::with(Service::Token, Case::Successful, "", said)
    }

    /// Lets a bank in that shows a token of ours and has signed what it asks.
    ///
    /// # Errors
    /// The answer to one that is not let in; nothing in it says who is known here.
    pub fn admit_bank(&self, service: Service, request: &Request<'_>) -> Result<Bank, Reply> {
        let refused = |case| Reply::bare(service, case, "");
        let now_ms = self.now_ms();
        let hash: [u8; 32] = Sha256::digest(request.token.as_bytes()).into();
        let known = self.store.read(|tx| match store::snap::token(tx, &hash)? {
            Some((code, ends_at_ms)) if now_ms < ends_at_ms => in_use(tx, &code),
            _ => Ok(None),
        });
        let known = known.map_err(|_: AppError| refused(Case::Failed))?;
        let Some(Partner { terms, .. }) = known else { return Err(refused(Case::TokenInvalid)) };
        let proved = self.has_signed(&terms, request).map_err(|_| refused(Case::Failed))?;
        let is_known = request.partner_id == terms.partner_id
            && (terms.channels.is_empty()
                || terms.channels.iter().any(|one| one == request.channel));
        match proved && is_known && is_timely(&terms, request.timestamp, now_ms) {
            true => Ok(Bank { terms, now_ms }),
            false => Err(refused(Case::Unauthorized)),
        }
    }

    fn has_signed(&self, terms: &Terms, request: &Request<'_>) -> Result<bool, AppError> {
        let mut path = format!("{}{}", terms.prefix, request.path);
        if let Some(query) = request.query.filter(|_| terms.signs_query) {
            path.push('?');
            path.push_str(query);
        }
        let signed = Signed {
            method: "POST",
            path: &path,
            body: request.body,
            timestamp: request.timestamp,
        };
        Ok(match terms.scheme {
            Scheme::Asymmetric => {
                is_signed(&terms.public_key, &signed.asymmetric(), request.signature)
            }
            Scheme::Symmetric => {
                let secret = self.bank_secret(&terms.code, Secret::In)?;
                is_shared(&secret, &signed.symmetric(request.token), request.signature)
            }
        })
    }

    /// Answers a bank that was let in: a number of the day that was answered before gets the same
    /// answer again, or a conflict when something else was asked under it.
    pub fn answer_bank(&self, bank: &Bank, service: Service, request: &Request<'_>) -> Reply {
        match request.external_id {
            "" => return Reply::bare(service, Case::FieldMissing, "X-EXTERNAL-ID"),
            id if !domain::snap::number::is_external_id(id) => {
                return Reply::bare(service, Case::FieldFormat, "X-EXTERNAL-ID");
            }
            _ => {}
        }
        let key = RequestKey {
            partner: &bank.terms.code,
            day: bank.today(),
            external_id: request.external_id,
        };
        let body: [u8; 32] = Sha256::digest(domain::snap::sign::minified(request.body)).into();
        let done = self.store.write(|tx| {
            if let Some(known) = store::snap::request(tx, key)? {
                return Ok(again(service, &body, known));
            }
            let reply = self.answer_new(tx, bank, service, request)?;
            let kept = RequestRecord {
                service: service.code(),
                body,
                status: reply.status,
                answer: reply.body.clone(),
            };
            store::snap::insert_request(tx, key, &kept)?;
            Ok::<_, AppError>(reply)
        });
        match done {
            Ok(reply) => reply,
            Err(error) => {
                // Nothing was kept, so a repetition finds the way free.
                if service == Service::Payment && !passes(&error) {
                    self.note_failed(bank, request);
                }
                if error.code == MONTHS_NOT_CONFIRMED {
                    self.settle_months();
                }
                Reply::bare(service, Case::Failed, "")
            }
        }
    }

    fn answer_new(
        &self,
        tx: &mut Tx<'_>,
        bank: &Bank,
        service: Service,
        request: &Request<'_>,
    ) -> Result<Reply, AppError> {
        let Ok(document) = serde_json::from_slice::<Value>(request.body) else {
            return Ok(Reply::bare(service, Case::Unreadable, ""));
        };
        let fields = Fields::of(&document, &bank.terms);
        match service {
            Service::Inquiry => self.answer_inquiry(tx, fields),
            Service::Payment => self.answer_payment(tx, bank, fields),
            Service::Status => self.answer_status(tx, bank, fields),
            Service::Register | Service::Update | Service::TransferStatus | Service::Token => {
                unreachable!("a bank does not ask this of us")
            }
        }
    }
}

fn in_use(tx: &mut Tx<'_>, code: &str) -> Result<Option<Partner>, AppError> {
    match store::snap::partner(tx, code)?.filter(|record| record.ended_at_ms.is_none()) {
        Some(record) => partner(tx, &record).map(Some),
        None => Ok(None),
    }
}

/// Whether a moment is near enough to ours: what is older is a replay.
fn is_timely(terms: &Terms, timestamp: &str, now_ms: i64) -> bool {
    let near = |ms: i64| (ms - now_ms).abs() <= terms.skew_seconds * 1_000;
    moment::parse(timestamp).is_some_and(near)
}

fn grant_type(body: &[u8]) -> Result<(), Wrong> {
    let wrong = |case, field| Wrong { case, field };
    let document: Value = serde_json::from_slice(body).map_err(|_| wrong(Case::Unreadable, ""))?;
    match document["grantType"].as_str() {
        Some("client_credentials") => Ok(()),
        None => Err(wrong(Case::FieldMissing, "grantType")),
        Some(_) => Err(wrong(Case::FieldFormat, "grantType")),
    }
}

/// The answer to a number of the day that was answered before.
fn again(service: Service, body: &[u8; 32], known: RequestRecord) -> Reply {
    let is_same = known.service == service.code() && known.body == *body;
    let said: Value = serde_json::from_str(&known.answer).unwrap_or_default();
    let is_it = |case: &&Case| said["responseCode"] == case.response_code(service);
    let case = Case::ALL.iter().find(is_it);
    match case.filter(|_| is_same) {
        Some(case) => Reply { case: *case, status: known.status, body: known.answer },
        None => Reply::bare(service, Case::Conflict, ""),
    }
}

/// What may be otherwise at the next try.
fn passes(error: &AppError) -> bool {
    matches!(error.kind, ErrorKind::Busy | ErrorKind::External)
}
