//! An identity provider for tests: real HTTP on this machine, real signatures, and bad manners on
//! request. Everybody it knows is invented.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The office's name at the provider.
pub const CLIENT: &str = "payung-uji";
/// What the office proves itself with; a `:` in it must be written as a form has it.
pub const SECRET: &str = "rahasia rekaan:1";
/// The secret key of nobody, made for these tests alone.
pub(crate) const RSA_KEY: &str = "\
    MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQC+aW9fr3wFdSQ3ubZffBNjH4zWe2pp0tpRsx2M\
    X5QxHhA2tdGut5grP7YaFRuRYseffno3purkBV+jlWKOwG8dKaWnLFy4aL2p3mORobhB2cOC+rVc0MRneFM8kUH2\
    OZB0AtwOBn2Oe4bIlpSN6Kyjt/VB1yoZrUfy8ZFcTDc7MMjrW3mcmzQNvfgKMeZP0MmkfxcFNR5AXbH/O5is7y5b\
    N/clNZjjDp/aI+GXBVatZt1M9qC2oseD21cmYyBReXV+dyV8VeHJDvk3174Q7m54aRcmr7Ni1sXp5dMVcL/MgHTT\
    d7/B7mk91N/zKNp6L2TEmVdqFp3B4G7klQJ1XtxnAgMBAAECggEASFNpNBnGjJYlxyr6DIPnI1AhIXkofwDR35Wf\
    JCpL8mo+c2GVv31KRidBpt+cpJk2RS14A/qZnzoxTUQZdyq+KgAfRYQyxfM3E7Z+8JrSj+TFAFP1nsdHyxun1kpA\
    mWPdLEvHxWYOvBfMpxWXYN3f8aIW/Uba3Xz15uB+O+ZRVmA2PhL4hIQ1bFqz6yCReIz95JtVZQIC+MXsdvOS6vXg\
    7+IxwyCa58eeJXW9Eop93sUZbV7Gp+olYSy8XV7aD6xLaDsfOek8RwDion+niTJ+1ePLLmT/rvALlVt8HDXXPYKw\
    TXQDMZ/nNMEW458apQig2MNoeaZ4ncyChAmNXhzm0QKBgQDeVHqFKn62E6kX4bpMhcivs3OeY2XiBs8zMTR9T8KA\
    iVCou3bKRUKT2ClFutocNpycGFqhGX+F7v9abzpy5Of1lYpJWGFrhpi4+CT+UQ+xZRh+n+FmnWASDqI1EgUfYB2N\
    Mq1OMjAv8YD76hZzkIbnUEgmdg3h5nSJQLbAyD+hUQKBgQDbP4VN+1tPtZmxfz36w6f0FKpkXUOFBrBXkCUA1iZ0\
    BGAIFXx/K4XsIIspsQMfV8oyNPZKQcNSFW0jONsnVVAhOgCi2VimZ+yV2OiZjpRXC7qsLVB2FQGwIn/W7VYg/Opt\
    P9JPJ9WfCMUzkXikEbIDm5ahVDgZKhtTRnrvvlL0NwKBgQDK89D4GMecjCvyegMncYS2Jxkm/9N0VgT01Tj2H0YN\
    McwoiyAwGrNg5JUgayZJVOz3bR/mKbGIYJhHRHvVf/Hi9ARNWdlsX2ywhQy3/uVVaVTH2kjW9FhLg4I88dstPf8b\
    8qPTWus0CMBWteSSz97l7xo9ycx4Z3gABswNBX9YUQKBgQDHF499mNr6LvY58EngBPvm8T0plmdRzRkk6ogvkkeo\
    4rAxpxE+ic869PJqEYu8UoQRw3ZDSCSNzVclvOOFfDsfcQRS3PtbYNO93xKZHpgl00jYQO3nzHuT7kAYc7zah9B5\
    FJNtvcaGe/hXM6pRkqAMFqVaKpgmgc3+eOn5+uJpUQKBgQDRYJ2DaNTVqSC/B7A/PdQLc+CGni+F/oB9mbpLZHP9\
    IduGSidKX78C7kCPa94VXcbghlXlP5h/uhO4l8aBUWktqydoverdpHBIXvBb+VEet3qXtRtQNcyyT5V5dU99AU46\
    ONpFEDqwePtOCZEfFEsnni1CGL2nbf2fuYjqP+nRMQ==";

/// What the provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    /// The token answers another question.
    WrongNonce,
    /// It answers none.
    NoNonce,
    /// It is for another client.
    WrongAudience,
    /// It is for many, and was asked for by another.
    OtherParty,
    /// Its time is over.
    Expired,
    /// It comes from tomorrow.
    FromTomorrow,
    /// Another provider issued it.
    WrongIssuer,
    /// It does not say who came.
    NoSubject,
    /// It is not signed, and says so.
    NotSigned,
    /// It is signed with the public key as if that were a secret.
    PublicKeyAsSecret,
    /// It is signed by a key of the right name that is another.
    ForeignKey,
    /// It is signed by a key that is in no list.
    UnlistedKey,
    /// It is no token at all.
    NoToken,
    /// The code is tied to another browser's verifier.
    OtherVerifier,
    /// Another provider answers the browser.
    OtherAnswers,
    /// The person says no.
    Declined,
    /// The list of doors names one in another house.
    DoorElsewhere,
    /// The list of doors is another provider's.
    OtherDoors,
    /// Tokens are said to be found elsewhere.
    SendsOn,
    /// The answer never ends.
    TooLong,
    /// It is broken.
    Broken,
}

/// A way of signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// RSA with PKCS#1.
    Rs256,
    /// RSA with PSS.
    Ps256,
    /// The curve P-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

/// Who sits at the browser, as the provider knows them.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// Their number there.
    pub subject: String,
    /// The name they use there.
    pub username: String,
    /// Their groups.
    pub groups: Vec<String>,
    /// How they proved who they are, and how many seconds ago.
    pub proof: Option<(String, i64)>,
}

/// A provider that listens until it is dropped.
pub struct Provider {
    origin: String,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

struct Shared {
    origin: String,
    stop: AtomicBool,
    state: Mutex<State>,
}

struct State {
    now_s: i64,
    who: Somebody,
    mischief: Option<Mischief>,
    signing: Signing,
    keys: Keys,
    foreign: Keys,
    codes: HashMap<String, Code>,
    asked: Vec<String>,
}

struct Code {
    nonce: String,
    challenge: String,
    back: String,
}

struct Keys {
    name: String,
    ed25519: Ed25519KeyPair,
    p256: EcdsaKeyPair,
    rsa: RsaKeyPair,
}

struct Reply {
    status: u16,
    head: Vec<(&'static str, String)>,
    body: String,
}

impl Provider {
    /// Listens on a port of this machine.
    pub fn start() -> Provider {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let origin = format!("http://127.0.0.1:{port}");
        let who = Somebody {
            subject: "0".into(),
            username: String::new(),
            groups: Vec::new(),
            proof: None,
        };
        let state = State {
            now_s: 0,
            who,
            mischief: None,
            signing: Signing::EdDsa,
            keys: Keys::new("satu"),
            foreign: Keys::new("satu"),
            codes: HashMap::new(),
            asked: Vec::new(),
        };
        let stop = AtomicBool::new(false);
        let shared = Arc::new(Shared { origin: origin.clone(), stop, state: Mutex::new(state) });
        let inside = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if inside.stop.load(Ordering::Relaxed) {
                    return;
                }
                // A guest that hangs up is no matter of the host.
                let _ = stream.map(|stream| inside.serve(stream));
            }
        });
        Provider { origin, shared, listener: Some(thread) }
    }

    /// Its address, which is its name.
    pub fn issuer(&self) -> &str {
        &self.origin
    }

    /// Who sits at the browser from now on.
    pub fn seat(&self, who: Somebody) {
        self.shared.state().who = who;
    }

    /// What time it is, in seconds since 1970-01-01 UTC.
    pub fn set_clock(&self, now_s: i64) {
        self.shared.state().now_s = now_s;
    }

    /// What it does wrong from now on.
    pub fn misbehave(&self, mischief: Option<Mischief>) {
        self.shared.state().mischief = mischief;
    }

    /// How it signs from now on.
    pub fn sign_with(&self, signing: Signing) {
        self.shared.state().signing = signing;
    }

    /// Signs with new keys from now on, and knows the old ones no more.
    pub fn rotate(&self, name: &str) {
        self.shared.state().keys = Keys::new(name);
    }

    /// The paths it was asked for, oldest first.
    pub fn asked(&self) -> Vec<String> {
        self.shared.state().asked.clone()
    }

    /// Goes where the office sent the browser; where the browser is sent back to.
    pub fn visit(&self, address: &str) -> String {
        let path = address.strip_prefix(&self.origin).expect("the provider's own address");
        let mut stream = TcpStream::connect(&self.origin["http://".len()..]).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let location = text.lines().find_map(|line| line.strip_prefix("location: "));
        location.unwrap_or_else(|| panic!("no way back: {text}")).to_owned()
    }

    /// Says, signed, that somebody's login has ended.
    pub fn logout_token(&self, subject: &str) -> String {
        let state = self.shared.state();
        let claims = json!({
            "iss": self.origin, "aud": CLIENT, "sub": subject, "iat": state.now_s,
            "exp": state.now_s + 120, "jti": "1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        state.keys.sign(state.signing, "logout+jwt", &claims)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is over.
        let _ = TcpStream::connect(&self.origin["http://".len()..]);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut line, mut length, mut proof) = (String::new(), 0, String::new());
        reader.read_line(&mut line)?;
        loop {
            let mut head = String::new();
            if reader.read_line(&mut head)? == 0 || head.trim().is_empty() {
                break;
            }
            let (name, value) = head.trim().split_once(':').unwrap_or(("", ""));
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "authorization" => proof = value.trim().to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let target = line.split(' ').nth(1).unwrap_or("/");
        let reply = self.reply(target, &proof, &String::from_utf8_lossy(&body));
        let mut stream = stream;
        write!(stream, "HTTP/1.1 {} x\r\nconnection: close\r\n", reply.status)?;
        write!(stream, "content-length: {}\r\n", reply.body.len())?;
        for (name, value) in &reply.head {
            write!(stream, "{name}: {value}\r\n")?;
        }
        write!(stream, "\r\n{}", reply.body)
    }

    fn reply(&self, target: &str, proof: &str, body: &str) -> Reply {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut state = self.state();
        state.asked.push(path.to_owned());
        match path {
            "/.well-known/openid-configuration" => Reply::json(200, &self.doors(state.mischief)),
            "/kunci" => Reply::json(200, &state.keys.list()),
            "/izin" => state.authorize(&self.origin, &pairs(query)),
            "/token" => match state.mischief {
                Some(Mischief::SendsOn) => Reply::on(format!("{}/lain", self.origin)),
                Some(Mischief::TooLong) => {
                    Reply::json(200, &json!({"id_token": "a".repeat(1 << 20)}))
                }
                Some(Mischief::Broken) => Reply::json(500, &json!({})),
                _ => state.exchange(&self.origin, proof, &pairs(body)),
            },
            _ => Reply::json(404, &json!({})),
        }
    }

    fn doors(&self, mischief: Option<Mischief>) -> Value {
        let at = |path: &str| format!("{}{path}", self.origin);
        let is = |one: Mischief| mischief == Some(one);
        let other = "http://127.0.0.1:9";
        let issuer = if is(Mischief::OtherDoors) { other } else { &self.origin };
        let token = if is(Mischief::DoorElsewhere) { other } else { &self.origin };
        json!({
            "issuer": issuer,
            "authorization_endpoint": at("/izin"),
            "token_endpoint": format!("{token}/token"),
            "jwks_uri": at("/kunci"),
            "end_session_endpoint": at("/keluar"),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }
}

impl State {
    fn authorize(&mut self, origin: &str, asked: &HashMap<String, String>) -> Reply {
        let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let as_agreed = text("response_type") == "code"
            && text("client_id") == CLIENT
            && text("scope").split(' ').any(|scope| scope == "openid")
            && text("code_challenge_method") == "S256"
            && text("code_challenge").len() == 43
            && !text("nonce").is_empty()
            && !text("state").is_empty();
        if !as_agreed {
            return Reply::json(400, &json!({"error": "invalid_request"}));
        }
        let back = text("redirect_uri");
        let named = match self.mischief {
            Some(Mischief::OtherAnswers) => "http://127.0.0.1:9",
            _ => origin,
        };
        let state = text("state");
        if self.mischief == Some(Mischief::Declined) {
            return Reply::on(format!("{back}?error=access_denied&state={state}&iss={named}"));
        }
        let code = random();
        let challenge = match self.mischief {
            Some(Mischief::OtherVerifier) => random(),
            _ => text("code_challenge"),
        };
        let kept = Code { nonce: text("nonce"), challenge, back: back.clone() };
        self.codes.insert(code.clone(), kept);
        Reply::on(format!("{back}?code={code}&state={state}&iss={named}"))
    }

    fn exchange(&mut self, origin: &str, proof: &str, sent: &HashMap<String, String>) -> Reply {
        let text = |name: &str| sent.get(name).cloned().unwrap_or_default();
        let expected =
            format!("Basic {}", STANDARD.encode(format!("{CLIENT}:rahasia%20rekaan%3A1")));
        if proof != expected {
            return Reply::json(401, &json!({"error": "invalid_client"}));
        }
        // A code is good once, whatever comes of it.
        let known = self.codes.remove(&text("code")).filter(|known| {
            let digest = Sha256::digest(text("code_verifier").as_bytes());
            text("grant_type") == "authorization_code"
                && known.back == text("redirect_uri")
                && known.challenge == URL_SAFE_NO_PAD.encode(digest)
        });
        match known {
            None => Reply::json(400, &json!({"error": "invalid_grant"})),
            Some(known) => {
                let token = self.id_token(origin, &known.nonce);
                Reply::json(
                    200,
                    &json!({"token_type": "Bearer", "access_token": "x", "id_token": token}),
                )
            }
        }
    }

    fn id_token(&self, origin: &str, nonce: &str) -> String {
        use Mischief as M;
        let now = self.now_s;
        let mut claims = json!({
            "iss": origin, "aud": CLIENT, "sub": self.who.subject, "nonce": nonce,
            "iat": now, "exp": now + 300, "groups": self.who.groups,
            "preferred_username": self.who.username, "email": "siapa@rekaan.example",
        });
        if let Some((acr, age_s)) = &self.who.proof {
            claims["acr"] = json!(acr);
            claims["auth_time"] = json!(now - age_s);
        }
        match self.mischief {
            Some(M::WrongNonce) => claims["nonce"] = json!("lain"),
            Some(M::NoNonce) => claims["nonce"] = Value::Null,
            Some(M::WrongAudience) => claims["aud"] = json!("aplikasi-lain"),
            Some(M::OtherParty) => {
                claims["aud"] = json!([CLIENT, "aplikasi-lain"]);
                claims["azp"] = json!("aplikasi-lain");
            }
            Some(M::Expired) => claims["exp"] = json!(now - 61),
            Some(M::FromTomorrow) => claims["iat"] = json!(now + 86_400),
            Some(M::WrongIssuer) => claims["iss"] = json!("http://127.0.0.1:9"),
            Some(M::NoSubject) => claims["sub"] = json!(""),
            _ => {}
        }
        match self.mischief {
            Some(M::NoToken) => "bukan.token".to_owned(),
            Some(M::NotSigned) => format!("{}.", message("none", "satu", "JWT", &claims)),
            Some(M::PublicKeyAsSecret) => {
                let message = message("HS256", &self.keys.name, "JWT", &claims);
                let secret = self.keys.ed25519.public_key().as_ref();
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
                let tag = ring::hmac::sign(&key, message.as_bytes());
                format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
            }
            Some(M::ForeignKey) => self.foreign.sign(self.signing, "JWT", &claims),
            Some(M::UnlistedKey) => Keys::new("tak-terdaftar").sign(self.signing, "JWT", &claims),
            _ => self.keys.sign(self.signing, "JWT", &claims),
        }
    }
}

impl Keys {
    fn new(name: &str) -> Keys {
        let random = SystemRandom::new();
        let ed25519 = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
        let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let p256 = EcdsaKeyPair::generate_pkcs8(way, &random).expect("a key");
        let rsa = STANDARD.decode(RSA_KEY).expect("base64");
        Keys {
            name: name.to_owned(),
            ed25519: Ed25519KeyPair::from_pkcs8(ed25519.as_ref()).expect("its own"),
            p256: EcdsaKeyPair::from_pkcs8(way, p256.as_ref(), &random).expect("its own"),
            rsa: RsaKeyPair::from_pkcs8(&rsa).expect("its own"),
        }
    }

    fn list(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let rsa: PublicKeyComponents<Vec<u8>> = self.rsa.public().into();
        let point = self.p256.public_key().as_ref();
        let name = &self.name;
        json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "kid": name, "use": "sig",
             "x": text(self.ed25519.public_key().as_ref())},
            {"kty": "EC", "crv": "P-256", "kid": name, "use": "sig",
             "x": text(&point[1..33]), "y": text(&point[33..])},
            {"kty": "RSA", "kid": name, "use": "sig", "n": text(&rsa.n), "e": text(&rsa.e)},
            {"kty": "RSA", "kid": "sandi", "use": "enc", "n": text(&rsa.n), "e": text(&rsa.e)},
        ]})
    }

    fn sign(&self, signing: Signing, kind: &str, claims: &Value) -> String {
        let random = SystemRandom::new();
        let named = |algorithm| message(algorithm, &self.name, kind, claims);
        let rsa = |message: &str, way| {
            let mut out = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(way, &random, message.as_bytes(), &mut out).expect("it fits");
            out
        };
        let (message, signature) = match signing {
            Signing::EdDsa => {
                let message = named("EdDSA");
                let signature = self.ed25519.sign(message.as_bytes()).as_ref().to_vec();
                (message, signature)
            }
            Signing::Es256 => {
                let message = named("ES256");
                let signature = self.p256.sign(&random, message.as_bytes()).expect("random");
                (message, signature.as_ref().to_vec())
            }
            Signing::Rs256 => {
                let message = named("RS256");
                let signature = rsa(&message, &RSA_PKCS1_SHA256);
                (message, signature)
            }
            Signing::Ps256 => {
                let message = named("PS256");
                let signature = rsa(&message, &RSA_PSS_SHA256);
                (message, signature)
            }
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Reply {
    fn json(status: u16, body: &Value) -> Reply {
        let head = vec![("content-type", "application/json".to_owned())];
        Reply { status, head, body: body.to_string() }
    }

    fn on(to: String) -> Reply {
        Reply { status: 302, head: vec![("location", to)], body: String::new() }
    }
}

fn message(algorithm: &str, key: &str, kind: &str, claims: &Value) -> String {
    let header = json!({"alg": algorithm, "kid": key, "typ": kind});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(&header), part(claims))
}

fn random() -> String {
    let mut bytes = [0; 24];
    SystemRandom::new().fill(&mut bytes).expect("the system has some");
    URL_SAFE_NO_PAD.encode(bytes)
}

fn pairs(text: &str) -> HashMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), plain(value))).collect()
}

fn plain(text: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, digits.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &after[2..];
            }
            _ => {
                out.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
