//! What is signed, to the byte: both schemes of SNAP hash the document with its blanks taken out.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A document of JSON without the blanks between its parts; everything else as it stands, because
/// the sender has signed exactly that: the order of its fields, its nulls, the blanks in its texts.
pub fn minified(body: &[u8]) -> Vec<u8> {
    let (mut kept, mut in_text, mut escaped) = (Vec::with_capacity(body.len()), false, false);
    for &byte in body {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            continue;
        } else {
            in_text = byte == b'"';
        }
        kept.push(byte);
    }
    kept
}

/// The SHA-256 of a minified document, in small hexadecimal digits.
pub fn body_hash(body: &[u8]) -> String {
    let digest = Sha256::digest(minified(body));
    let mut text = String::with_capacity(64);
    for byte in digest.as_slice() {
        write!(text, "{byte:02x}").expect("a String takes any text");
    }
    text
}

/// What is signed for a token: by the private key of whoever asks.
pub fn token_text(client: &str, timestamp: &str) -> String {
    format!("{client}|{timestamp}")
}

/// What both schemes sign of a request.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path as both sides have agreed to write it: without the host.
    pub path: &'a str,
    /// The document, as it was sent.
    pub body: &'a [u8],
    /// The moment, as it was sent.
    pub timestamp: &'a str,
}

impl Signed<'_> {
    /// The text of the symmetric scheme, signed by HMAC-SHA512 with the shared secret.
    pub fn symmetric(&self, token: &str) -> String {
        let (method, path, timestamp) = (self.method, self.path, self.timestamp);
        format!("{method}:{path}:{token}:{}:{timestamp}", body_hash(self.body))
    }

    /// The text of the asymmetric scheme, signed by SHA256withRSA.
    pub fn asymmetric(&self) -> String {
        let (method, path, timestamp) = (self.method, self.path, self.timestamp);
        format!("{method}:{path}:{}:{timestamp}", body_hash(self.body))
    }
}
