//! Somebody else's program that is told of events: real HTTP on this machine, signatures checked by
//! another library than the one that makes them, and bad manners on request.
//!
//! It keeps what an honest receiver keeps: the ids that it has seen, and one effect for each.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::Value;

/// What a receiver does with the next message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes it and says so.
    Takes,
    /// Refuses it with a status.
    Refuses(u16),
    /// Refuses it for so many seconds.
    AsksToWait(u32),
    /// Sends it elsewhere, which nobody ought to follow.
    SendsOn,
    /// Takes it and goes before it says so.
    TakesAndGoes,
    /// Goes without a word.
    Goes,
}

/// What a receiver has seen.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Every id as it came, repeated ones too.
    pub ids: Vec<String>,
    /// The effect of each id, the first time: by subject, the sequences in the order they came.
    pub effects: BTreeMap<String, Vec<u64>>,
    /// How many messages were refused because their signature or form was not as it should be.
    pub unsigned: u32,
    /// The last message, word for word.
    pub last: String,
    /// How many words its signature had.
    pub signatures: usize,
    done: HashSet<String>,
}

impl Seen {
    /// How many effects there were.
    pub fn effect_count(&self) -> usize {
        self.effects.values().map(Vec::len).sum()
    }
}

struct Shared {
    secrets: Mutex<Vec<hmac::Key>>,
    seen: Mutex<Seen>,
    manner: Mutex<Box<dyn FnMut() -> Manner + Send>>,
    stop: AtomicBool,
}

/// A receiver that listens.
pub struct Receiver {
    address: String,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Starts one that takes everything that is signed with a secret it knows.
    pub fn start() -> Receiver {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = socket.local_addr().expect("it is bound").to_string();
        let shared = Arc::new(Shared {
            secrets: Mutex::default(),
            seen: Mutex::default(),
            manner: Mutex::new(Box::new(|| Manner::Takes)),
            stop: AtomicBool::new(false),
        });
        let inside = Arc::clone(&shared);
        let listener = std::thread::spawn(move || {
            for stream in socket.incoming() {
                if inside.stop.load(Ordering::Relaxed) {
                    break;
                }
                let (Ok(stream), shared) = (stream, Arc::clone(&inside)) else { continue };
                std::thread::spawn(move || {
                    // Whoever hangs up has heard enough.
                    let _ = shared.answer(stream);
                });
            }
        });
        Receiver { address, shared, listener: Some(listener) }
    }

    /// Where it is told.
    pub fn url(&self) -> String {
        format!("http://{}/kait", self.address)
    }

    /// Takes messages signed with this secret too, as the office told it.
    pub fn trust(&self, secret: &str) {
        let encoded = secret.strip_prefix("whsec_").expect("a secret says what it is");
        let bytes = STANDARD.decode(encoded).expect("base64");
        held(&self.shared.secrets).push(hmac::Key::new(hmac::HMAC_SHA256, &bytes));
    }

    /// Knows no secret any more.
    pub fn distrust(&self) {
        held(&self.shared.secrets).clear();
    }

    /// Behaves so from now on, asked at each message.
    pub fn behave(&self, manner: impl FnMut() -> Manner + Send + 'static) {
        *held(&self.shared.manner) = Box::new(manner);
    }

    /// What it has seen so far.
    pub fn seen(&self) -> Seen {
        held(&self.shared.seen).clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is over.
        let _ = TcpStream::connect(&self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn held<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder panics")
}

/// A message as it came.
#[derive(Default)]
struct Message {
    heads: BTreeMap<String, String>,
    body: String,
}

impl Message {
    fn read(stream: &TcpStream) -> std::io::Result<Message> {
        let mut reader = BufReader::new(stream);
        let mut message = Message::default();
        // A sender that was killed on the way has said nothing.
        let mut line = String::new();
        reader.read_line(&mut line)?;
        loop {
            let mut head = String::new();
            if reader.read_line(&mut head)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if head.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = head.trim().split_once(':') {
                message.heads.insert(name.to_ascii_lowercase(), value.trim().to_owned());
            }
        }
        let mut body = vec![0; message.head("content-length").parse().unwrap_or(0)];
        reader.read_exact(&mut body)?;
        message.body = String::from_utf8_lossy(&body).into_owned();
        Ok(message)
    }

    fn head(&self, name: &str) -> &str {
        self.heads.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether one of the signatures is by one of the secrets.
    fn is_signed(&self, secrets: &[hmac::Key]) -> bool {
        let (id, at) = (self.head("webhook-id"), self.head("webhook-timestamp"));
        let signed = format!("{id}.{at}.{}", self.body);
        let words = self.head("webhook-signature").split(' ');
        let signatures = words.filter_map(|word| STANDARD.decode(word.strip_prefix("v1,")?).ok());
        signatures.into_iter().any(|signature| {
            let by = |key: &hmac::Key| hmac::verify(key, signed.as_bytes(), &signature).is_ok();
            secrets.iter().any(by)
        })
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let message = Message::read(&stream)?;
        let manner = (held(&self.manner))();
        if !message.is_signed(&held(&self.secrets)) {
            held(&self.seen).unsigned += 1;
            return say(&mut stream, 401, "");
        }
        match manner {
            Manner::Takes => {
                self.take(&message);
                say(&mut stream, 204, "")
            }
            Manner::Refuses(status) => {
                self.note(&message);
                say(&mut stream, status, "")
            }
            Manner::AsksToWait(seconds) => {
                self.note(&message);
                say(&mut stream, 429, &format!("retry-after: {seconds}\r\n"))
            }
            Manner::SendsOn => {
                self.note(&message);
                say(&mut stream, 307, "location: http://127.0.0.1:9/lain\r\n")
            }
            Manner::TakesAndGoes => {
                self.take(&message);
                Ok(())
            }
            Manner::Goes => {
                self.note(&message);
                Ok(())
            }
        }
    }

    fn note(&self, message: &Message) {
        let mut seen = held(&self.seen);
        seen.ids.push(message.head("webhook-id").to_owned());
        seen.last = message.body.clone();
        seen.signatures = message.head("webhook-signature").split(' ').count();
    }

    /// What an honest receiver does: an id that was done is not done again.
    fn take(&self, message: &Message) {
        self.note(message);
        let event: Value = serde_json::from_str(&message.body).expect("a JSON document");
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        assert_eq!(text("id"), message.head("webhook-id"), "one message, one id");
        assert_eq!(text("specversion"), "1.0");
        let sequence = text("sequence").parse().expect("a number");
        let mut seen = held(&self.seen);
        if seen.done.insert(text("id")) {
            seen.effects.entry(text("subject")).or_default().push(sequence);
        }
    }
}

fn say(stream: &mut TcpStream, status: u16, heads: &str) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: 0\r\n{heads}\r\n")
}
