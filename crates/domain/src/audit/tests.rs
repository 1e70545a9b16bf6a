//! The tree against the plain definition of the RFC, and the line against what it must tell apart.

use std::collections::HashMap;

use proptest::prelude::*;

use super::tree::*;
use super::*;

/// The definition of RFC 6962, word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let middle = leaves.len().next_power_of_two() / 2;
            node_hash(&naive_root(&leaves[..middle]), &naive_root(&leaves[middle..]))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

fn grown(count: u64) -> HashMap<NodeId, Hash> {
    let mut nodes = HashMap::new();
    for (size, leaf) in leaves(count).into_iter().enumerate() {
        let made = append(size as u64, leaf, |node| known(&nodes, node)).expect("known");
        nodes.extend(made);
    }
    nodes
}

fn known(nodes: &HashMap<NodeId, Hash>, node: NodeId) -> Result<Hash, NodeId> {
    nodes.get(&node).copied().ok_or(node)
}

#[test]
fn hashes_are_those_of_the_test_vectors() {
    // The empty tree and the tree of one empty leaf, as in the RFC's reference code.
    let hex = |hash: Hash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let empty = root(0, |_| Err(())).expect("needs no node");
    assert_eq!(hex(empty), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let one = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    assert_eq!(hex(leaf_hash(&[])), one);
}

#[test]
fn every_size_up_to_seventy_has_the_root_of_the_definition_and_proofs_that_hold() {
    let (leaves, nodes) = (leaves(70), grown(70));
    let read = |node| known(&nodes, node);
    for size in 0..=70_u64 {
        let expected = naive_root(&leaves[..size as usize]);
        assert_eq!(root(size, read), Ok(expected), "{size}");
        for index in 0..size {
            let proof = inclusion(index, size, read).expect("proves");
            let leaf = leaves[index as usize];
            assert_eq!(root_of_inclusion(index, size, leaf, &proof), Some(expected));
            assert!(proof.len() <= 7);
        }
        for old in 1..=size {
            let proof = consistency(old, size, read).expect("proves");
            let old_root = naive_root(&leaves[..old as usize]);
            assert!(is_consistent(old, &old_root, size, &expected, &proof), "{old} in {size}");
        }
    }
}

proptest! {
    #[test]
    fn a_proof_changed_anywhere_fails(size in 2_u64..70, pick in 0_u64..70, bit in 0_usize..256) {
        let (leaves, nodes) = (leaves(size), grown(size));
        let read = |node| known(&nodes, node);
        let index = pick % size;
        let expected = naive_root(&leaves);
        let mut proof = inclusion(index, size, read).expect("proves");
        let at = (pick as usize) % proof.len();
        proof[at][bit / 8] ^= 1 << (bit % 8);
        let leaf = leaves[index as usize];
        prop_assert_ne!(root_of_inclusion(index, size, leaf, &proof), Some(expected));
        let old = index + 1;
        if old < size {
            let old_root = naive_root(&leaves[..old as usize]);
            let mut proof = consistency(old, size, read).expect("proves");
            prop_assert!(is_consistent(old, &old_root, size, &expected, &proof));
            let at = (pick as usize) % proof.len();
            proof[at][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_consistent(old, &old_root, size, &expected, &proof));
        }
    }
}

#[test]
fn a_leaf_changes_with_every_part_of_its_line() {
    let line = AuditLine {
        id: [1; 16],
        salt: [2; 16],
        at_ms: 3,
        actor: Some(Id::from_bytes([4; 16])),
        act: "sheet-decided".into(),
        object_kind: "sheet".into(),
        object: Some([5; 16]),
        count: Some(6),
        reason: None,
    };
    let variants = [
        line.clone(),
        AuditLine { id: [9; 16], ..line.clone() },
        AuditLine { salt: [9; 16], ..line.clone() },
        AuditLine { at_ms: 9, ..line.clone() },
        AuditLine { actor: None, ..line.clone() },
        AuditLine { act: "sheet-decide".into(), object_kind: "dsheet".into(), ..line.clone() },
        AuditLine { object: None, ..line.clone() },
        AuditLine { count: None, ..line.clone() },
        AuditLine { reason: Some(reason_commitment(&[2; 16], "alasan")), ..line.clone() },
    ];
    let mut seen: Vec<Hash> = variants.iter().map(|line| leaf_content(0, line, &[7; 32])).collect();
    seen.push(leaf_content(1, &line, &[7; 32]));
    seen.push(leaf_content(0, &line, &[8; 32]));
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count);
}
