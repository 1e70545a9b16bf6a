//! Names for derived records: the same facts give the same identifier, so that a retry finds what
//! the first attempt made. The parts are length-prefixed, so no two lists of parts run together.

use base::Id;
use sha2::{Digest, Sha256};

/// A digest being fed.
pub(crate) struct Feed(Sha256);

impl Feed {
    /// Starts a digest for one purpose, so that equal facts never meet across purposes.
    pub(crate) fn new(purpose: &str) -> Feed {
        Feed(Sha256::new()).part(purpose.as_bytes())
    }

    /// Adds one part.
    pub(crate) fn part(mut self, bytes: &[u8]) -> Feed {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds one number.
    pub(crate) fn number(self, number: i64) -> Feed {
        self.part(&number.to_be_bytes())
    }

    /// The 32 bytes.
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// An identifier out of the first half of the digest.
    pub(crate) fn id<K>(self) -> Id<K> {
        let digest = self.finish();
        Id::derived(std::array::from_fn(|index| digest[index]))
    }
}
