//! A bank for tests: it signs what it asks and tells as SNAP wants it, listens for what it is
//! asked, and makes faults on request. The bank and everybody behind its payments are invented.

mod listener;
mod simulator;

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use app::office::{Office, Operation, Role};
use app::snap::keys::sign_shared;
use app::snap::{Request, Service};
use app::tasks::Verdict;
use base::Rupiah;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::snap::moment;
use domain::snap::sign::{Signed, token_text};
use ring::rand::SystemRandom;
use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use store::snap::RegistrationRecord;

use crate::provider::RSA_KEY;

pub use listener::{Behaviour, Listener};
pub use simulator::{OneBill, Options, Outcome, one_bill, simulate};

/// The bank's code in the office.
pub const CODE: &str = "bank-rekaan";
/// What it calls itself when it asks for a token.
pub const CLIENT: &str = "REKAAN-KLIEN-1";
/// What it calls itself in every request.
pub const PARTNER: &str = "REKAAN";
/// Its channel.
pub const CHANNEL: &str = "95231";
/// The office's number at the bank.
pub const SERVICE_ID: &str = "88899";
/// The secret by which it signs.
pub const SECRET_IN: &str = "rahasia rekaan dari bank";
/// The secret by which the office signs.
pub const SECRET_OUT: &str = "rahasia rekaan ke bank";
/// Who approves the bank.
const APPROVER: &str = "pengesah-bank";

/// The terms of the bank; `origin` is where it listens, when it does.
pub fn terms(origin: Option<&str>) -> String {
    let ask = origin.map_or(String::new(), |origin| {
        format!(
            "[ask]\norigin = \"{origin}\"\nclient_key = \"PEMKAB-REKAAN\"\n\
             partner_id = \"PEMKAB\"\nchannel_id = \"95051\"\n"
        )
    });
    format!(
        "code = \"{CODE}\"\nname = \"Bank Rekaan\"\nclient_key = \"{CLIENT}\"\n\
         partner_id = \"{PARTNER}\"\nchannel_ids = [\"{CHANNEL}\"]\n\
         partner_service_id = \"{SERVICE_ID}\"\npublic_key = \"\"\"\n{}\n\"\"\"\n{ask}",
        public_pem()
    )
}

/// Lays the secrets beside the key file, for their owner alone.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_secrets(folder: &Path) -> Result<()> {
    let files = [("in", SECRET_IN.to_owned()), ("out", SECRET_OUT.to_owned()), ("key", own_pem())];
    for (ending, text) in files {
        let path = folder.join(format!("snap-{CODE}-{ending}"));
        fs::write(&path, format!("{text}\n"))?;
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    }
    Ok(())
}

/// Lets two people agree on the bank.
///
/// # Errors
/// When one of them may not.
pub fn agree(office: &Office, terms: &str) -> Result<()> {
    let operator = office.actor("operator", Operation::Pay)?;
    if office.actor(APPROVER, Operation::Approve).is_err() {
        office.add_user(&operator, APPROVER, Role::Approver)?;
    }
    let approver = office.actor(APPROVER, Operation::Approve)?;
    let task = office.propose_bank(&operator, terms)?;
    office.decide_task(&approver, task.id, &Verdict::Approve(task.hash))?;
    Ok(())
}

/// As if a bill that the bank knows had been issued anew, for another amount than it has heard.
///
/// # Errors
/// When no bill was made known.
pub fn told_of_another_amount(office: &Office) -> Result<()> {
    let known = office.store.read(store::snap::registrations)?.into_iter().next();
    let known = known.context("a bill was made known")?;
    let total = known.total.map(|total| Rupiah(total.0 - 1));
    let changed = RegistrationRecord { total, ..known };
    // Only a test changes what a bank was told, and says nothing of it.
    office.store.faults().forgive_silence(true);
    let done = office.store.write(|tx| store::snap::set_registration(tx, &changed));
    office.store.faults().forgive_silence(false);
    Ok(done?)
}

/// How many acts the office's log holds.
///
/// # Errors
/// Those of the register.
pub fn acts(office: &Office) -> Result<usize> {
    Ok(office.store.read(store::audit::list)?.len())
}

/// A request as the bank makes it.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it asks for.
    pub service: Service,
    /// Its path.
    pub path: String,
    /// `X-CLIENT-KEY`.
    pub client: String,
    /// The token that it shows.
    pub token: String,
    /// `X-TIMESTAMP`.
    pub timestamp: String,
    /// `X-SIGNATURE`.
    pub signature: String,
    /// `X-PARTNER-ID`.
    pub partner_id: String,
    /// `X-EXTERNAL-ID`.
    pub external_id: String,
    /// `CHANNEL-ID`.
    pub channel: String,
    /// The document.
    pub body: Vec<u8>,
}

impl Made {
    /// As the office sees it.
    pub fn request(&self) -> Request<'_> {
        Request {
            path: &self.path,
            query: None,
            client: &self.client,
            token: &self.token,
            timestamp: &self.timestamp,
            signature: &self.signature,
            partner_id: &self.partner_id,
            external_id: &self.external_id,
            channel: &self.channel,
            body: &self.body,
        }
    }

    /// Signs it anew, at another moment.
    pub fn signed_at(mut self, now_ms: i64) -> Made {
        self.timestamp = moment::print(now_ms);
        let signed = Signed {
            method: "POST",
            path: &self.path,
            body: &self.body,
            timestamp: &self.timestamp,
        };
        self.signature = sign_shared(SECRET_IN, &signed.symmetric(&self.token));
        self
    }
}

/// What the office answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The status of HTTP.
    pub status: u16,
    /// The seven digits.
    pub code: String,
    /// The document.
    pub document: Value,
}

/// A bank at work.
pub struct Bank {
    key: RsaKeyPair,
    token: RefCell<Option<(String, i64)>>,
    next_id: Cell<u64>,
}

impl Default for Bank {
    fn default() -> Bank {
        let der = STANDARD.decode(RSA_KEY).expect("the key is base64");
        let key = RsaKeyPair::from_pkcs8(&der).expect("the key is one");
        Bank { key, token: RefCell::default(), next_id: Cell::new(1_000_000) }
    }
}

impl Bank {
    /// A request for a token.
    pub fn token_request(&self, now_ms: i64) -> Made {
        let timestamp = moment::print(now_ms);
        let text = token_text(CLIENT, &timestamp);
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("the key signs");
        Made {
            service: Service::Token,
            path: Service::Token.path().to_owned(),
            client: CLIENT.to_owned(),
            token: String::new(),
            timestamp,
            signature: STANDARD.encode(signature),
            partner_id: String::new(),
            external_id: String::new(),
            channel: String::new(),
            body: br#"{"grantType": "client_credentials"}"#.to_vec(),
        }
    }

    /// A signed request under a number of the day that was never used.
    pub fn request(&self, service: Service, body: &Value, token: &str, now_ms: i64) -> Made {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        Made {
            service,
            path: service.path().to_owned(),
            client: String::new(),
            token: token.to_owned(),
            timestamp: String::new(),
            signature: String::new(),
            partner_id: PARTNER.to_owned(),
            external_id: id.to_string(),
            channel: CHANNEL.to_owned(),
            body: body.to_string().into_bytes(),
        }
        .signed_at(now_ms)
    }

    /// A token of the office, asked for when the last one is nearly over.
    ///
    /// # Errors
    /// When the office gives none.
    pub fn token(&self, office: &Office) -> Result<String> {
        let now_ms = office.now_ms();
        if let Some((token, ends_at_ms)) = &*self.token.borrow()
            && now_ms + 60_000 < *ends_at_ms
        {
            return Ok(token.clone());
        }
        let heard = tell(office, &self.token_request(now_ms))?;
        ensure!(heard.code == "2007300", "no token: {heard:?}");
        let token = heard.document["accessToken"].as_str().context("a token")?.to_owned();
        let lasts: i64 = heard.document["expiresIn"].as_str().context("an end")?.parse()?;
        *self.token.borrow_mut() = Some((token.clone(), now_ms + lasts * 1_000));
        Ok(token)
    }

    /// Asks or tells the office something.
    ///
    /// # Errors
    /// When what it answers is no answer.
    pub fn say(&self, office: &Office, service: Service, body: &Value) -> Result<(Made, Heard)> {
        let token = self.token(office)?;
        let made = self.request(service, body, &token, office.now_ms());
        let heard = tell(office, &made)?;
        Ok((made, heard))
    }
}

/// Brings a request to the office, past the wire.
///
/// # Errors
/// When what it answers is no answer.
pub fn tell(office: &Office, made: &Made) -> Result<Heard> {
    let request = made.request();
    let reply = match made.service {
        Service::Token => office.answer_token(&request),
        service => match office.admit_bank(service, &request) {
            Ok(bank) => office.answer_bank(&bank, service, &request),
            Err(reply) => reply,
        },
    };
    heard(reply.status, reply.body.as_bytes())
}

/// Reads an answer; its code says the same as its status.
///
/// # Errors
/// When it is none.
pub fn heard(status: u16, body: &[u8]) -> Result<Heard> {
    let document: Value = serde_json::from_slice(body).context("an answer is JSON")?;
    let code = document["responseCode"].as_str().context("an answer has a code")?.to_owned();
    ensure!(code.starts_with(&status.to_string()), "{status} says {code}");
    Ok(Heard { status, code, document })
}

/// The fields that say whose virtual account it is.
fn account(customer: &str) -> Value {
    json!({
        "partnerServiceId": format!("{SERVICE_ID:>8}"),
        "customerNo": customer,
        "virtualAccountNo": format!("{SERVICE_ID:>8}{customer}"),
    })
}

/// A question what a virtual account owes.
pub fn inquiry(customer: &str, request: &str) -> Value {
    let mut body = account(customer);
    body["inquiryRequestId"] = request.into();
    body
}

/// A payment told: its number, the amount as it is written, and the moment.
pub fn payment(customer: &str, request: &str, amount: &str, at_ms: i64) -> Value {
    let mut body = account(customer);
    body["paymentRequestId"] = request.into();
    body["paidAmount"] = json!({"value": amount, "currency": "IDR"});
    body["trxDateTime"] = moment::print(at_ms).into();
    body["referenceNo"] = format!("REF{request}").into();
    body["flagAdvise"] = "N".into();
    body
}

/// A question what became of a payment.
pub fn status(customer: &str, request: &str) -> Value {
    let mut body = account(customer);
    body["inquiryRequestId"] = format!("S{request}").into();
    body["paymentRequestId"] = request.into();
    body
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("base64 is plain"))
        .collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"))
}

fn own_pem() -> String {
    pem("PRIVATE KEY", &STANDARD.decode(RSA_KEY).expect("the key is base64"))
}

/// The public key with the words that say of which kind it is.
fn public_pem() -> String {
    let key = Bank::default().key;
    let bare = key.public_key().as_ref();
    let kind =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = element(0x03, &[&[0], bare].concat());
    pem("PUBLIC KEY", &element(0x30, &[&kind[..], &bits].concat()))
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a key is short").to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}
