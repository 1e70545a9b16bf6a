//! The Merkle tree of RFC 6962 over nodes that somebody else keeps: append, root and both proofs.
//!
//! Complete subtrees are nodes `(level, position)`: level 0 are the leaves, and the node at level
//! `l` and position `p` covers the leaves from `p · 2^l` on. They never change once they are there,
//! so appending and proving touch a number of nodes that grows with the logarithm of the size.

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The place of a complete subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// How high it stands, 0 for a leaf.
    pub level: u32,
    /// How many subtrees of its level stand before it.
    pub position: u64,
}

/// The hash of a leaf.
///
/// # Source
/// RFC 6962, section 2.1.
pub fn leaf_hash(content: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(content).finalize().into()
}

/// The hash over two neighbouring subtrees.
///
/// # Source
/// RFC 6962, section 2.1.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The nodes that come to be when a leaf is appended to a tree of `size` leaves, the leaf first.
///
/// # Errors
/// What `read` answers; it is asked for nodes of the tree as it was.
pub fn append<E>(
    size: u64,
    leaf: Hash,
    mut read: impl FnMut(NodeId) -> Result<Hash, E>,
) -> Result<Vec<(NodeId, Hash)>, E> {
    let mut node = NodeId { level: 0, position: size };
    let mut hash = leaf;
    let mut made = vec![(node, hash)];
    while node.position % 2 == 1 {
        let left = read(NodeId { level: node.level, position: node.position - 1 })?;
        hash = node_hash(&left, &hash);
        node = NodeId { level: node.level + 1, position: node.position / 2 };
        made.push((node, hash));
    }
    Ok(made)
}

/// The root of the first `size` leaves.
///
/// # Errors
/// What `read` answers.
pub fn root<E>(size: u64, mut read: impl FnMut(NodeId) -> Result<Hash, E>) -> Result<Hash, E> {
    match size {
        0 => Ok(Sha256::digest([]).into()),
        _ => subtree(0, size, &mut read),
    }
}

/// The proof that the leaf at `index` is among the first `size`: siblings from the leaf upwards.
///
/// # Errors
/// What `read` answers.
pub fn inclusion<E>(
    index: u64,
    size: u64,
    mut read: impl FnMut(NodeId) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    assert!(index < size, "a proof is about a leaf of the tree");
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            proof.push(subtree(middle, to, &mut read)?);
            to = middle;
        } else {
            proof.push(subtree(from, middle, &mut read)?);
            from = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The root that an inclusion proof leads to; nothing when the proof has the wrong length.
pub fn root_of_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at.is_multiple_of(2) && at != 0 {
                at /= 2;
                last /= 2;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at /= 2;
        last /= 2;
    }
    (last == 0).then_some(hash)
}

/// The proof that the first `old` leaves are the beginning of the first `new` ones.
///
/// # Errors
/// What `read` answers.
pub fn consistency<E>(
    old: u64,
    new: u64,
    mut read: impl FnMut(NodeId) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    assert!(0 < old && old <= new, "a tree grows out of an older one with leaves");
    let mut proof = Vec::new();
    let (mut from, mut to, mut is_whole) = (0, new, true);
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(subtree(middle, to, &mut read)?);
            to = middle;
        } else {
            proof.push(subtree(from, middle, &mut read)?);
            from = middle;
            is_whole = false;
        }
    }
    if !is_whole {
        proof.push(subtree(from, to, &mut read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Whether a proof shows that the tree of `old` leaves grew into that of `new` leaves.
///
/// # Source
/// RFC 9162, section 2.1.4.2.
pub fn is_consistent(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    let (first, rest) = match (old.is_power_of_two(), proof) {
        (true, rest) => (*old_root, rest),
        (false, [first, rest @ ..]) => (*first, rest),
        (false, []) => return false,
    };
    let (mut at, mut last) = (old - 1, new - 1);
    while at % 2 == 1 {
        at /= 2;
        last /= 2;
    }
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while at.is_multiple_of(2) && at != 0 {
                at /= 2;
                last /= 2;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        at /= 2;
        last /= 2;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// The largest power of two below `count`.
fn split(count: u64) -> u64 {
    1 << (u64::BITS - 1 - (count - 1).leading_zeros())
}

/// The hash over the leaves from `from` to before `to`, out of complete subtrees.
fn subtree<E>(
    from: u64,
    to: u64,
    read: &mut impl FnMut(NodeId) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let count = to - from;
    if count.is_power_of_two() && from.is_multiple_of(count) {
        let level = count.trailing_zeros();
        return read(NodeId { level, position: from >> level });
    }
    let middle = from + split(count);
    let left = subtree(from, middle, read)?;
    Ok(node_hash(&left, &subtree(middle, to, read)?))
}
