//! What an office agrees with a bank that speaks SNAP: read from a file, kept as lines that an
//! approver is shown, read back. No secret is in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::snap::number::is_partner;
use domain::snap::{Padding, Service};
use serde::Deserialize;

use super::keys::{der_of, is_public_key};
use crate::error::AppError;

/// What was agreed with a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Its code here.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it calls itself when it asks for a token.
    pub client: String,
    /// What it calls itself in every request.
    pub partner_id: String,
    /// The channels it may ask through; any when there is none.
    pub channels: Vec<String>,
    /// The office's number at the bank, with which every virtual account begins.
    pub service_id: String,
    /// How that number is filled up.
    pub padding: Padding,
    /// How it signs its requests.
    pub scheme: Scheme,
    /// The key by which it signs, as SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
    /// What stands before the path in what it signs, where a proxy takes it away.
    pub prefix: String,
    /// Whether the query is part of the path that is signed.
    pub signs_query: bool,
    /// How far its clock may be from ours, in seconds.
    pub skew_seconds: i64,
    /// How long its token lasts, in seconds.
    pub token_seconds: i64,
    /// Within how many days its own statement brings the line of a payment.
    pub settles_days: i32,
    /// How the office asks the bank; none when it does not.
    pub asking: Option<Asking>,
}

/// How requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC-SHA512 with a secret that both hold, over a token too.
    Symmetric,
    /// SHA256withRSA with the sender's own key.
    Asymmetric,
}

/// How the office asks a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// `https://` and the host.
    pub origin: String,
    /// What the office calls itself when it asks for a token.
    pub client: String,
    /// What it calls itself in every request.
    pub partner_id: String,
    /// Its channel.
    pub channel: String,
    /// Whether the bank is reached over the open net, or over a line of its own.
    pub network: Network,
    /// Where tokens are given.
    pub token_path: String,
    /// Where one asks what became of a payment.
    pub status_path: String,
    /// Where virtual accounts are made known.
    pub register_path: String,
    /// Where virtual accounts are changed.
    pub update_path: String,
    /// Where one asks what became of a transfer.
    pub transfer_path: String,
}

/// Over which net a bank is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// The open net: no address of a private one is asked.
    Public,
    /// A line of its own: private addresses may be asked, this machine never.
    Closed,
}

impl Scheme {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Symmetric => "symmetric",
            Scheme::Asymmetric => "asymmetric",
        }
    }

    fn from_name(name: &str) -> Option<Scheme> {
        [Scheme::Symmetric, Scheme::Asymmetric].into_iter().find(|one| one.name() == name)
    }
}

impl Network {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Network::Public => "public",
            Network::Closed => "closed",
        }
    }

    fn from_name(name: &str) -> Option<Network> {
        [Network::Public, Network::Closed].into_iter().find(|one| one.name() == name)
    }
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    code: String,
    name: String,
    client_key: String,
    partner_id: String,
    #[serde(default)]
    channel_ids: Vec<String>,
    partner_service_id: String,
    #[serde(default = "usual_padding")]
    padding: String,
    #[serde(default = "usual_scheme")]
    scheme: String,
    public_key: String,
    #[serde(default)]
    path_prefix: String,
    #[serde(default)]
    sign_query: bool,
    #[serde(default = "usual_skew")]
    skew_seconds: i64,
    #[serde(default = "usual_token")]
    token_seconds: i64,
    #[serde(default = "usual_days")]
    settles_days: i32,
    ask: Option<WrittenAsking>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAsking {
    origin: String,
    client_key: String,
    partner_id: String,
    channel_id: String,
    #[serde(default = "usual_network")]
    network: String,
    token_path: Option<String>,
    status_path: Option<String>,
    register_path: Option<String>,
    update_path: Option<String>,
    transfer_path: Option<String>,
}

fn usual_padding() -> String {
    Padding::Blanks.name().to_owned()
}

fn usual_scheme() -> String {
    Scheme::Symmetric.name().to_owned()
}

fn usual_update() -> String {
    Service::Update.path().to_owned()
}

fn usual_network() -> String {
    Network::Public.name().to_owned()
}

/// Banks refuse what is older than five minutes, and so does Payung.
fn usual_skew() -> i64 {
    300
}

fn usual_token() -> i64 {
    900
}

fn usual_days() -> i32 {
    3
}

impl Terms {
    /// Reads a file of TOML.
    ///
    /// # Errors
    /// `SNAP_UNREADABLE` with what is wrong.
    pub fn read(text: &str) -> Result<Terms, AppError> {
        let wrong = |what: &str| AppError::usage("SNAP_UNREADABLE", what);
        let written: Written =
            toml::from_str(text).map_err(|error| wrong(error.message().trim()))?;
        let terms = Terms {
            padding: Padding::from_name(&written.padding).ok_or_else(|| wrong("padding"))?,
            scheme: Scheme::from_name(&written.scheme).ok_or_else(|| wrong("scheme"))?,
            public_key: der_of(&written.public_key, "PUBLIC KEY")
                .ok_or_else(|| wrong("public_key"))?,
            asking: written.ask.map(Asking::of).transpose()?,
            code: written.code,
            name: written.name,
            client: written.client_key,
            partner_id: written.partner_id,
            channels: written.channel_ids,
            service_id: written.partner_service_id,
            prefix: written.path_prefix,
            signs_query: written.sign_query,
            skew_seconds: written.skew_seconds,
            token_seconds: written.token_seconds,
            settles_days: written.settles_days,
        };
        match terms.flaw() {
            Some(what) => Err(wrong(what)),
            None => Ok(terms),
        }
    }

    /// As lines of `name=value`: what an approver is shown and the hash binds.
    pub fn write(&self) -> String {
        let mut lines = vec![
            ("code", self.code.clone()),
            ("name", self.name.clone()),
            ("client", self.client.clone()),
            ("partner-id", self.partner_id.clone()),
            ("service-id", self.service_id.clone()),
            ("padding", self.padding.name().to_owned()),
            ("scheme", self.scheme.name().to_owned()),
            ("public-key", STANDARD.encode(&self.public_key)),
            ("prefix", self.prefix.clone()),
            ("signs-query", self.signs_query.to_string()),
            ("skew-seconds", self.skew_seconds.to_string()),
            ("token-seconds", self.token_seconds.to_string()),
            ("settles-days", self.settles_days.to_string()),
        ];
        lines.extend(self.channels.iter().map(|channel| ("channel", channel.clone())));
        if let Some(asking) = &self.asking {
            lines.extend([
                ("ask-origin", asking.origin.clone()),
                ("ask-client", asking.client.clone()),
                ("ask-partner-id", asking.partner_id.clone()),
                ("ask-channel", asking.channel.clone()),
                ("ask-network", asking.network.name().to_owned()),
                ("ask-token-path", asking.token_path.clone()),
                ("ask-status-path", asking.status_path.clone()),
                ("ask-register-path", asking.register_path.clone()),
                ("ask-update-path", asking.update_path.clone()),
                ("ask-transfer-path", asking.transfer_path.clone()),
            ]);
        }
        lines.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
    }

    /// Reads back what [`Terms::write`] wrote.
    pub fn parse(text: &str) -> Option<Terms> {
        let pairs: Vec<(&str, &str)> =
            text.lines().map(|line| line.split_once('=')).collect::<Option<_>>()?;
        let one = |name: &str| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let channels = pairs.iter().filter(|(key, _)| *key == "channel");
        let asking = match one("ask-origin") {
            None => None,
            Some(origin) => Some(Asking {
                origin,
                client: one("ask-client")?,
                partner_id: one("ask-partner-id")?,
                channel: one("ask-channel")?,
                network: Network::from_name(&one("ask-network")?)?,
                token_path: one("ask-token-path")?,
                status_path: one("ask-status-path")?,
                register_path: one("ask-register-path")?,
                // Terms of before say nothing of it.
                update_path: one("ask-update-path").unwrap_or_else(usual_update),
                transfer_path: one("ask-transfer-path")?,
            }),
        };
        Some(Terms {
            code: one("code")?,
            name: one("name")?,
            client: one("client")?,
            partner_id: one("partner-id")?,
            channels: channels.map(|(_, value)| (*value).to_owned()).collect(),
            service_id: one("service-id")?,
            padding: Padding::from_name(&one("padding")?)?,
            scheme: Scheme::from_name(&one("scheme")?)?,
            public_key: STANDARD.decode(one("public-key")?).ok()?,
            prefix: one("prefix")?,
            signs_query: one("signs-query")?.parse().ok()?,
            skew_seconds: one("skew-seconds")?.parse().ok()?,
            token_seconds: one("token-seconds")?.parse().ok()?,
            settles_days: one("settles-days")?.parse().ok()?,
            asking,
        })
    }

    /// The number of a virtual account as statements write it.
    pub fn account(&self, customer: &str) -> String {
        format!("{}{customer}", self.service_id)
    }

    /// The first thing that is wrong.
    fn flaw(&self) -> Option<&'static str> {
        let is_line = |text: &String| {
            let length = text.chars().count();
            (1..=100).contains(&length) && !text.contains(char::is_control)
        };
        let is_code = |text: &String| {
            let plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            (2..=30).contains(&text.len()) && text.bytes().all(plain)
        };
        let is_id = |text: &String| is_line(text) && text.len() <= 36 && text.is_ascii();
        let is_prefix = |text: &str| text.is_empty() || is_path(text) && !text.ends_with('/');
        match () {
            () if !is_code(&self.code) => Some("code"),
            () if !is_line(&self.name) => Some("name"),
            () if !is_id(&self.client) => Some("client_key"),
            () if !is_id(&self.partner_id) => Some("partner_id"),
            () if !self.channels.iter().all(is_id) => Some("channel_ids"),
            () if !is_partner(&self.service_id) => Some("partner_service_id"),
            () if !is_public_key(&self.public_key) => Some("public_key"),
            () if !is_prefix(&self.prefix) => Some("path_prefix"),
            () if !(30..=900).contains(&self.skew_seconds) => Some("skew_seconds"),
            () if !(60..=3_600).contains(&self.token_seconds) => Some("token_seconds"),
            () if !(0..=31).contains(&self.settles_days) => Some("settles_days"),
            () => self.asking.as_ref().and_then(Asking::flaw),
        }
    }
}

impl Asking {
    fn of(written: WrittenAsking) -> Result<Asking, AppError> {
        let network = Network::from_name(&written.network);
        let usual = |path: Option<String>, service: Service| {
            path.unwrap_or_else(|| service.path().to_owned())
        };
        Ok(Asking {
            origin: written.origin,
            client: written.client_key,
            partner_id: written.partner_id,
            channel: written.channel_id,
            network: network.ok_or_else(|| AppError::usage("SNAP_UNREADABLE", "network"))?,
            token_path: usual(written.token_path, Service::Token),
            status_path: usual(written.status_path, Service::Status),
            register_path: usual(written.register_path, Service::Register),
            update_path: written.update_path.unwrap_or_else(usual_update),
            transfer_path: usual(written.transfer_path, Service::TransferStatus),
        })
    }

    fn flaw(&self) -> Option<&'static str> {
        let paths = [
            &self.token_path,
            &self.status_path,
            &self.register_path,
            &self.update_path,
            &self.transfer_path,
        ];
        let ids = [&self.client, &self.partner_id, &self.channel];
        let is_id = |text: &&String| {
            (1..=36).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        match () {
            () if !is_origin(&self.origin) => Some("origin"),
            () if !ids.iter().all(is_id) => Some("[ask]"),
            () if !paths.iter().all(|path| is_path(path)) => Some("[ask] path"),
            () => None,
        }
    }
}

/// A path: a stroke and plain signs.
fn is_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte);
    text.len() <= 200 && text.starts_with('/') && text.bytes().all(plain)
}

/// An address without a path: over TLS, or plainly on this machine, which only a test may ask.
fn is_origin(text: &str) -> bool {
    let host = match text.split_once("://") {
        Some(("https", host)) => host,
        Some(("http", host)) if host.starts_with("127.0.0.1:") => host,
        _ => return false,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (1..=200).contains(&host.len()) && host.bytes().all(plain)
}
