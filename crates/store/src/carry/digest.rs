//! A digest of a table that does not depend on the order of its rows.
//!
//! Each row is hashed with SHA-256 and the hashes are added as numbers of 256 bits. It finds what a
//! copy can lose or change; it is no defence against somebody who chooses rows to cancel out.

use sha2::{Digest, Sha256};

use super::tables::Cell;

#[derive(Default)]
pub(super) struct TableDigest {
    pub(super) rows: u64,
    limbs: [u64; 4],
}

impl TableDigest {
    pub(super) fn add(&mut self, row: &[Cell]) {
        self.rows += 1;
        let mut hasher = Sha256::new();
        for cell in row {
            cell.hash_into(&mut hasher);
        }
        let hash = hasher.finalize();
        let mut carry = false;
        for (limb, bytes) in self.limbs.iter_mut().zip(hash.chunks_exact(8)) {
            let number = u64::from_le_bytes(bytes.try_into().expect("chunks of eight"));
            let (sum, over) = limb.overflowing_add(number);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, over || over_again);
        }
    }

    pub(super) fn sum(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(self.limbs) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[&[Cell]]) -> [u8; 32] {
        let mut digest = TableDigest::default();
        rows.iter().for_each(|row| digest.add(row));
        digest.sum()
    }

    #[test]
    fn order_does_not_matter_and_everything_else_does() {
        let (a, b) = ([Cell::Text("a".into()), Cell::Null], [Cell::Integer(1), Cell::Null]);
        assert_eq!(digest(&[&a, &b]), digest(&[&b, &a]));
        assert_ne!(digest(&[&a]), digest(&[&a, &a]));
        assert_ne!(digest(&[&a]), digest(&[&b]));
        // Neighbouring cells do not run into each other, nor kinds into kinds.
        let split =
            |one: &str, two: &str| digest(&[&[Cell::Text(one.into()), Cell::Text(two.into())]]);
        assert_ne!(split("ab", "c"), split("a", "bc"));
        assert_ne!(digest(&[&[Cell::Text("a".into())]]), digest(&[&[Cell::Blob(b"a".to_vec())]]));
        assert_ne!(digest(&[&[Cell::Text("".into())]]), digest(&[&[Cell::Null]]));
    }
}
