//! The bank as it is asked: real HTTP on this machine, one answer after the other, with the faults
//! that a test asks for.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use app::snap::Service;
use app::snap::keys::is_shared;
use domain::snap::sign::Signed;
use serde_json::{Value, json};

use super::SECRET_OUT;

/// What the bank does with the next request that is no request for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Does it and says so.
    Well,
    /// Does it, and the answer is lost.
    DoesAndIsSilent,
    /// Does nothing, and is silent.
    Silent,
    /// Says that it failed, and has done nothing.
    Fails,
    /// Refuses it for good.
    Refuses,
    /// Knows the token no more.
    ForgetsToken,
    /// Answers what is no answer.
    Nonsense,
    /// Sends on to somewhere else.
    SendsOn,
}

/// A bank that listens until it is dropped.
pub struct Listener {
    origin: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What it does with the coming requests; well when nothing is left.
    plan: Vec<Behaviour>,
    /// What it was asked for, oldest first.
    asked: Vec<String>,
    /// Virtual accounts that it knows, and what was paid to them.
    accounts: Vec<(String, Option<String>)>,
    /// What each of them costs, as it was last told.
    totals: HashMap<String, String>,
    tokens: u32,
    /// Requests whose signature was not the office's.
    unsigned: u32,
}

/// What a request said.
struct Asked {
    method: String,
    path: String,
    head: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Listener {
    /// Listens on a port of this machine.
    pub fn start() -> Listener {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let shared = Arc::new(Shared::default());
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
        let origin = format!("http://127.0.0.1:{port}");
        Listener { origin, shared, thread: Some(thread) }
    }

    /// Its address.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What it does with the coming requests, one after the other.
    pub fn plan(&self, plan: &[Behaviour]) {
        let mut state = self.shared.state();
        state.plan = plan.to_vec();
        state.plan.reverse();
    }

    /// What it was asked for since the last time, oldest first.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.state().asked)
    }

    /// Says that a virtual account was paid.
    pub fn pay(&self, customer: &str, amount: &str) {
        let mut state = self.shared.state();
        state.accounts.retain(|(known, _)| known != customer);
        state.accounts.push((customer.to_owned(), Some(amount.to_owned())));
    }

    /// How often a virtual account was made known.
    pub fn times_known(&self, customer: &str) -> usize {
        let state = self.shared.state();
        state.accounts.iter().filter(|(known, _)| known == customer).count()
    }

    /// What a virtual account costs, as it was last told.
    pub fn total_known(&self, customer: &str) -> Option<String> {
        self.shared.state().totals.get(customer).cloned()
    }

    /// Has the account for another amount, as if no change had ever come.
    pub fn asks_for(&self, customer: &str, total: &str) {
        self.shared.state().totals.insert(customer.to_owned(), total.to_owned());
    }

    /// How many tokens it gave.
    pub fn tokens(&self) -> u32 {
        self.shared.state().tokens
    }

    /// Requests whose signature was not the office's.
    pub fn unsigned(&self) -> u32 {
        self.shared.state().unsigned
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is over.
        let _ = TcpStream::connect(&self.origin["http://".len()..]);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let asked = read(&stream)?;
        let Some((status, body)) = self.state().answer(&asked) else { return Ok(()) };
        write!(stream, "HTTP/1.1 {status} x\r\nconnection: close\r\n")?;
        write!(stream, "content-type: application/json\r\ncontent-length: {}\r\n", body.len())?;
        write!(stream, "location: /lain\r\n\r\n{body}")
    }
}

impl State {
    /// The answer; none when it is lost.
    fn answer(&mut self, asked: &Asked) -> Option<(u16, String)> {
        self.asked.push(asked.path.clone());
        if asked.path == Service::Token.path() {
            self.tokens += 1;
            let token = format!("token-{}", self.tokens);
            let said = json!({
                "responseCode": "2007300", "responseMessage": "Successful",
                "accessToken": token, "tokenType": "Bearer", "expiresIn": "900",
            });
            return Some((200, said.to_string()));
        }
        if !is_signed(asked) {
            self.unsigned += 1;
        }
        let document: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        let services = [Service::Status, Service::Update];
        let service = services.into_iter().find(|one| one.path() == asked.path);
        let service = service.unwrap_or(Service::Register).code();
        let plain = |http: u16, case: u8, words: &str| {
            let code = format!("{http}{service:02}{case:02}");
            let said = json!({"responseCode": code, "responseMessage": words});
            Some((http, said.to_string()))
        };
        match self.plan.pop().unwrap_or(Behaviour::Well) {
            Behaviour::Well => self.done(&asked.path, &document),
            Behaviour::DoesAndIsSilent => {
                self.done(&asked.path, &document);
                None
            }
            Behaviour::Silent => None,
            Behaviour::Fails => plain(500, 0, "General Error"),
            Behaviour::Refuses => plain(400, 1, "Invalid Field Format"),
            Behaviour::ForgetsToken => plain(401, 1, "Invalid Token (B2B)"),
            Behaviour::Nonsense => Some((200, "<html>selamat datang</html>".to_owned())),
            Behaviour::SendsOn => Some((302, String::new())),
        }
    }

    fn done(&mut self, path: &str, document: &Value) -> Option<(u16, String)> {
        let customer = document["customerNo"].as_str().unwrap_or_default();
        let known = self.accounts.iter().find(|(known, _)| known == customer);
        let total = document["totalAmount"]["value"].as_str().unwrap_or_default().to_owned();
        if path == Service::Update.path() {
            let (status, code) = if known.is_some() { (200, "2002800") } else { (404, "4042812") };
            if known.is_some() {
                self.totals.insert(customer.to_owned(), total);
            }
            return Some((status, json!({"responseCode": code}).to_string()));
        }
        let said = match (path == Service::Status.path(), known) {
            (true, None) => {
                json!({"responseCode": "4042601", "responseMessage": "Transaction Not Found"})
            }
            (true, Some((_, paid))) => {
                let amount = paid.clone().unwrap_or_else(|| "0.00".to_owned());
                json!({
                    "responseCode": "2002600", "responseMessage": "Successful",
                    "virtualAccountData": {
                        "paymentFlagStatus": if paid.is_some() { "00" } else { "03" },
                        "paidAmount": {"value": amount, "currency": "IDR"},
                        "totalAmount": {
                            "value": self.totals.get(customer).cloned().unwrap_or_default(),
                            "currency": "IDR",
                        },
                    },
                })
            }
            (false, Some(_)) => {
                json!({"responseCode": "4092701", "responseMessage": "Duplicate"})
            }
            (false, None) => {
                self.accounts.push((customer.to_owned(), None));
                self.totals.insert(customer.to_owned(), total);
                json!({"responseCode": "2002700", "responseMessage": "Successful"})
            }
        };
        let status = said["responseCode"].as_str().and_then(|code| code[..3].parse().ok());
        Some((status.unwrap_or(500), said.to_string()))
    }
}

/// Whether the office has signed what it sent.
fn is_signed(asked: &Asked) -> bool {
    let of = |name: &str| {
        let found = asked.head.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let token = of("authorization").strip_prefix("Bearer ").unwrap_or_default();
    let signed = Signed {
        method: &asked.method,
        path: &asked.path,
        body: &asked.body,
        timestamp: of("x-timestamp"),
    };
    is_shared(SECRET_OUT, &signed.symmetric(token), of("x-signature"))
}

fn read(stream: &TcpStream) -> std::io::Result<Asked> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut line, mut head) = (String::new(), Vec::new());
    reader.read_line(&mut line)?;
    loop {
        let mut one = String::new();
        if reader.read_line(&mut one)? == 0 || one.trim().is_empty() {
            break;
        }
        let (name, value) = one.trim().split_once(':').unwrap_or(("", ""));
        head.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = head.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = line.split(' ').map(str::to_owned);
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_else(|| "/".to_owned());
    Ok(Asked { method, path, head, body })
}
