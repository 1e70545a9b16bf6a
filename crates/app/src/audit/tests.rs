//! The log of a practice regency's whole journey: signed, proven, witnessed, damaged in every way.

use std::path::{Path, PathBuf};

use base::Day;
use domain::audit::tree::{is_consistent, root_of_inclusion};
use store::twin::tamper::{Dice, all_it_says, flip_value};

use super::*;
use crate::demo::{self, DemoOptions};
use crate::words::Language;

/// A regency after its first month, in a folder of its own.
struct Journey {
    folder: tempfile::TempDir,
    signer: Signer,
}

fn pemda() -> RegionCode {
    RegionCode::from_digits(6401, 2)
}

fn open(folder: &Path) -> Office {
    Office::invented(
        Location::Directory(folder.to_owned()),
        Day::new(2022, 10, 24).expect("a day"),
        7,
    )
}

fn journey() -> Journey {
    let folder = tempfile::tempdir().expect("a folder");
    let office = open(folder.path());
    let practice = folder.path().join("practice");
    let words = Words::of(Language::Indonesian);
    let options = DemoOptions { seed: 7, villages: Some(1), folder: &practice, words };
    demo::run(&office, &options, &mut |_, _, _| {}).expect("the journey ends well");
    drop(office);
    Journey { folder, signer: Signer::new(&origin(pemda()), &[7; 32]) }
}

fn verified(folder: &Path, earlier: Option<&str>, keys: &[NoteKey]) -> Result<Verdict, AppError> {
    let location = Location::Directory(folder.to_owned());
    verify(location, pemda(), &Verification { earlier, keys })
}

fn actor(office: &Office) -> Actor {
    office.actor("operator", Operation::ReadAudit).expect("may look")
}

#[test]
fn a_log_is_signed_proven_and_witnessed() {
    let Journey { folder, signer } = journey();
    let office = open(folder.path());
    let actor = actor(&office);
    let note = office.make_checkpoint(&actor, &signer).expect("signs");
    assert_eq!(office.make_checkpoint(&actor, &signer).expect("signs"), note, "nothing was done");
    let Checkpoint { size, root, .. } = note.checkpoint.clone();
    for line in ["0", "7", &(size - 1).to_string()] {
        let proof = office.prove(&actor, line, Some(size)).expect("proves");
        let leaf = domain::audit::tree::leaf_hash(&proof.content);
        assert_eq!(leaf, proof.entry.leaf);
        let found = root_of_inclusion(proof.entry.sequence, size, leaf, &proof.path);
        assert_eq!(found, Some(root));
    }
    // A branch office of BPJS sees it and signs below.
    let witness = Signer::new("bpjs-grogot", &[9; 32]);
    let (key, signature) = witness.witness(&note.checkpoint, 1_666_600_000);
    let seen = Note { signatures: vec![signature], ..note.clone() }.text();
    let refused = office.add_witnesses(&actor, &seen, &[]).map_err(|error| error.code);
    assert_eq!(refused, Err("WITNESS_UNKNOWN".to_owned()));
    assert_eq!(office.add_witnesses(&actor, &seen, std::slice::from_ref(&key)), Ok(1));
    assert_eq!(office.add_witnesses(&actor, &seen, std::slice::from_ref(&key)), Ok(0));
    let (later, new_root, path) = office.prove_growth(&actor, size).expect("proves");
    assert!(later > size && is_consistent(size, &root, later, &new_root, &path));
    drop(office);
    let keys = [signer.public(), key];
    let verdict = verified(folder.path(), Some(&note.text()), &keys).expect("verifies");
    assert_eq!(verdict.faults, []);
    assert_eq!((verdict.size, verdict.root), (later, new_root));
    let seen = &verdict.checkpoints[0];
    assert!(seen.is_signed);
    assert_eq!(seen.witnesses, ["bpjs-grogot"]);
}

#[test]
fn a_log_cut_short_or_made_anew_is_found_by_a_checkpoint_kept_elsewhere() {
    let Journey { folder, signer } = journey();
    let before = folder.path().join("before");
    copy(folder.path(), &before);
    let office = open(folder.path());
    let note = office.make_checkpoint(&actor(&office), &signer).expect("signs");
    // Another history of the same length, as sound in itself as the true one.
    let forged = Checkpoint { root: [3; 32], ..note.checkpoint.clone() };
    let forged = Signer::new(&origin(pemda()), &[7; 32]).sign(forged);
    drop(office);
    let keys = [signer.public()];
    let faults = |folder: &Path, note: &Note| {
        verified(folder, Some(&note.text()), &keys).expect("verifies").faults
    };
    let longer = Checkpoint { size: note.checkpoint.size + 2, ..note.checkpoint.clone() };
    let longer = signer.sign(longer);
    assert_eq!(faults(folder.path(), &note), []);
    assert_eq!(faults(folder.path(), &longer), [Fault::Truncated(longer.checkpoint.size)]);
    assert_eq!(faults(folder.path(), &forged), [Fault::Forked(forged.checkpoint.size)]);
    // The copy from before the checkpoint has no checkpoint, and still the same beginning.
    assert_eq!(faults(&before, &note), []);
    let mut broken = note.clone();
    broken.signatures[0].bytes[5] ^= 1;
    assert_eq!(faults(folder.path(), &broken), [Fault::EarlierUnreadable]);
}

/// Flips of each sort: 150 unless `PAYUNG_TAMPER` asks for more.
fn flips() -> u64 {
    std::env::var("PAYUNG_TAMPER").ok().and_then(|text| text.parse().ok()).unwrap_or(150)
}

fn copy(from: &Path, to: &Path) -> PathBuf {
    std::fs::create_dir_all(to).expect("a folder");
    let file = to.join("register.db");
    for name in ["register.db-wal", "register.db-shm"] {
        let _ = std::fs::remove_file(to.join(name));
    }
    std::fs::copy(from.join("register.db"), &file).expect("copies");
    file
}

/// A journey's register with a checkpoint and a witness in it, so that no watched table is spared.
fn sealed() -> (Journey, Vec<NoteKey>) {
    let journey = journey();
    let office = open(journey.folder.path());
    let actor = actor(&office);
    let note = office.make_checkpoint(&actor, &journey.signer).expect("signs");
    let (key, signature) =
        Signer::new("bpjs-grogot", &[9; 32]).witness(&note.checkpoint, 1_666_600_000);
    let seen = Note { signatures: vec![signature], ..note }.text();
    office.add_witnesses(&actor, &seen, std::slice::from_ref(&key)).expect("witnessed");
    let keys = vec![journey.signer.public(), key];
    (journey, keys)
}

#[test]
fn every_flipped_bit_of_a_stored_value_is_found() {
    let (journey, keys) = sealed();
    let place = journey.folder.path().join("copy");
    let (mut dice, mut tried, mut hits) = (Dice(1), 0, std::collections::BTreeMap::new());
    while tried < flips() {
        let file = copy(journey.folder.path(), &place);
        let Some(hit) = flip_value(&file, &mut dice) else { continue };
        tried += 1;
        *hits.entry(hit.table.clone()).or_insert(0_u64) += 1;
        let found = match verified(&place, None, &keys) {
            Ok(verdict) => !verdict.faults.is_empty(),
            Err(error) => error.kind == ErrorKind::Integrity,
        };
        assert!(found, "flip {tried} of {hit:?} was not found");
    }
    println!("{tried} flips of stored values, all found: {hits:?}");
}

#[test]
fn every_flipped_bit_of_the_file_is_found_or_changes_nothing_that_is_said() {
    let (journey, keys) = sealed();
    let place = journey.folder.path().join("copy");
    let sound = all_it_says(&copy(journey.folder.path(), &place)).expect("a sound file");
    let (mut dice, mut found, mut idle) = (Dice(2), 0_u64, 0_u64);
    for number in 0..flips() {
        let file = copy(journey.folder.path(), &place);
        let mut bytes = std::fs::read(&file).expect("reads");
        let bit = dice.below(bytes.len() as u64 * 8);
        bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
        std::fs::write(&file, &bytes).expect("writes");
        match verified(&place, None, &keys) {
            Ok(verdict) if verdict.faults.is_empty() => {
                assert_eq!(all_it_says(&file), Some(sound), "flip {number} of bit {bit}");
                idle += 1;
            }
            Ok(_) => found += 1,
            Err(error) => {
                assert_eq!(error.kind, ErrorKind::Integrity, "flip {number} of bit {bit}: {error}");
                found += 1;
            }
        }
    }
    println!("{found} flips of the file found, {idle} in space where nothing is said");
}
