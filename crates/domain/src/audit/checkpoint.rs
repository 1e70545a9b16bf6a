//! A checkpoint as text: the size and root of a log, as a note that keys may sign.
//!
//! The note is the one of C2SP (tlog-checkpoint, signed-note, tlog-cosignature): lines of the body,
//! an empty line, and a line for each signature. Signing and checking is done where keys are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::tree::Hash;

/// The size and root of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log it is, such as `payung/6401`.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A checkpoint with the signatures below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// The signatures, in the order of the text.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Who signed.
    pub name: String,
    /// The first bytes of a digest of name and key.
    pub key_hash: [u8; 4],
    /// What the key's algorithm gave.
    pub bytes: Vec<u8>,
}

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// Ed25519 over the body.
    Log,
    /// Ed25519 over the body and the moment of seeing it: a witness.
    Witness,
}

/// A public key with the name it signs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    /// The name.
    pub name: String,
    /// How it signs.
    pub purpose: KeyUse,
    /// The Ed25519 public key.
    pub public: [u8; 32],
}

impl KeyUse {
    fn algorithm(self) -> u8 {
        match self {
            KeyUse::Log => 1,
            KeyUse::Witness => 4,
        }
    }
}

impl Checkpoint {
    /// The lines that are signed.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    fn parse(body: &str) -> Option<Checkpoint> {
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty())?.to_owned();
        let size_text = lines.next()?;
        let size: u64 = size_text.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let is_plain = size.to_string() == size_text && lines.eq([""]);
        is_plain.then_some(Checkpoint { origin, size, root })
    }
}

impl Note {
    /// The whole text.
    pub fn text(&self) -> String {
        let mut text = self.checkpoint.body();
        text.push('\n');
        for signature in &self.signatures {
            text.push_str(&signature.line());
            text.push('\n');
        }
        text
    }

    /// Reads a note back; nothing when the text is not exactly one.
    ///
    /// A carriage return before a line's end, as a mail program leaves it, does no harm.
    pub fn parse(text: &str) -> Option<Note> {
        let text = text.replace("\r\n", "\n");
        let (body, below) = text.split_once("\n\n")?;
        let checkpoint = Checkpoint::parse(&format!("{body}\n"))?;
        let below = below.strip_suffix('\n').unwrap_or(below);
        let signatures = below.split('\n').map(NoteSignature::parse).collect::<Option<Vec<_>>>()?;
        Some(Note { checkpoint, signatures })
    }
}

impl NoteSignature {
    /// The line of the note.
    pub fn line(&self) -> String {
        let bytes = [self.key_hash.as_slice(), &self.bytes].concat();
        format!("— {} {}", self.name, STANDARD.encode(bytes))
    }

    /// Reads a line.
    pub fn parse(line: &str) -> Option<NoteSignature> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (key_hash, bytes) = bytes.split_first_chunk::<4>()?;
        Some(NoteSignature { name: name.to_owned(), key_hash: *key_hash, bytes: bytes.to_vec() })
    }
}

impl NoteKey {
    /// The first bytes of the digest by which a signature line names its key.
    pub fn hash(&self) -> [u8; 4] {
        let hasher = Sha256::new().chain_update(self.name.as_bytes()).chain_update(b"\n");
        let digest = hasher.chain_update([self.purpose.algorithm()]).chain_update(self.public);
        *digest.finalize().first_chunk().expect("a digest has four bytes")
    }

    /// The key as one word: name, digest and key, with plus signs between.
    pub fn text(&self) -> String {
        let hash = u32::from_be_bytes(self.hash());
        let key = [[self.purpose.algorithm()].as_slice(), &self.public].concat();
        format!("{}+{hash:08x}+{}", self.name, STANDARD.encode(key))
    }

    /// Reads a key; nothing when the word is not one or its digest is another's.
    pub fn parse(text: &str) -> Option<NoteKey> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, hash, key) = (parts.next()?, parts.next()?, parts.next()?);
        let key = STANDARD.decode(key).ok()?;
        let (algorithm, public) = key.split_first()?;
        let purpose = [KeyUse::Log, KeyUse::Witness]
            .into_iter()
            .find(|purpose| purpose.algorithm() == *algorithm)?;
        let public = public.try_into().ok()?;
        let read = NoteKey { name: name.to_owned(), purpose, public };
        (format!("{:08x}", u32::from_be_bytes(read.hash())) == hash).then_some(read)
    }

    /// What a witness's key signs when it has seen a body at a moment.
    ///
    /// # Units
    /// `at_s` is seconds since 1970-01-01 UTC.
    pub fn witnessed(body: &str, at_s: u64) -> String {
        format!("cosignature/v1\ntime {at_s}\n{body}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note() -> Note {
        let checkpoint = Checkpoint { origin: "payung/6401".into(), size: 7, root: [9; 32] };
        let signature = NoteSignature {
            name: "payung/6401".into(),
            key_hash: [1, 2, 3, 4],
            bytes: vec![5; 64],
        };
        Note { checkpoint, signatures: vec![signature] }
    }

    #[test]
    fn a_note_comes_back_as_it_was() {
        let text = note().text();
        assert!(text.starts_with("payung/6401\n7\nCQkJ"));
        assert_eq!(Note::parse(&text), Some(note()));
        assert_eq!(Note::parse(&text.replace('\n', "\r\n")), Some(note()));
    }

    #[test]
    fn what_is_not_a_note_is_nothing() {
        let text = note().text();
        for broken in [
            text.replace("\n7\n", "\n07\n"),
            text.replace("\n7\n", "\n-7\n"),
            text.replace("— ", "- "),
            text.replacen("\n\n", "\n", 1),
            text.replacen("CQkJ", "CQ*J", 1),
            String::new(),
            "\n\n".to_owned(),
        ] {
            assert_eq!(Note::parse(&broken), None, "{broken}");
        }
    }

    #[test]
    fn a_key_is_one_word_that_checks_itself() {
        // The example of the signed-note specification's reference implementation.
        let word = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = NoteKey::parse(word).expect("a good key");
        assert_eq!((key.name.as_str(), key.purpose), ("PeterNeumann", KeyUse::Log));
        assert_eq!(key.text(), word);
        assert_eq!(NoteKey::parse(&word.replace("c74f", "c74e")), None);
        assert_eq!(NoteKey::parse("tanpa kunci"), None);
    }
}
