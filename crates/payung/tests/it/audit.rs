//! The audit log from outside: sealed, proven to a verifier of another hand, damaged and found.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::Place;

/// What the verifier that shares no code with Payung says; none where there is no Python.
fn python(words: &[&str]) -> Option<bool> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/python/verify_log.py");
    let ran = Command::new("python3").arg(script).args(words).output().ok()?;
    Some(ran.status.success())
}

#[test]
fn a_log_is_sealed_and_proven_to_others() {
    let place = Place::set_up();
    let seal = place.path().join("segel.txt").to_str().expect("ASCII").to_owned();
    let page = place.path().join("segel.pdf").to_str().expect("ASCII").to_owned();
    let (_, sealed) = place.json(&["audit", "checkpoint", "--out", &seal, "--pdf", &page]);
    assert!(std::fs::read(&page).expect("written").starts_with(b"%PDF"));
    place.well(&["user", "add", "dewi", "--role", "auditor"]);
    let key = sealed["key"].as_str().expect("a key");
    let (_, proof) = place.json(&["audit", "prove", "3", "--checkpoint", &seal]);
    let (_, growth) = place.json(&["audit", "growth", &seal]);
    let holds = |kind: &str, proof: &Value| {
        let file = place.file("bukti.json", proof.to_string());
        python(&[kind, &file, key][..if kind == "proof" { 3 } else { 2 }])
    };
    for (kind, proof) in [("proof", &proof), ("growth", &growth)] {
        assert_ne!(holds(kind, proof), Some(false), "{kind}");
    }
    let mut other = proof.clone();
    other["line"]["act"] = "org-removed".into();
    assert_ne!(holds("proof", &other), Some(true));
    let mut other = growth.clone();
    other["old_size"] = 2.into();
    assert_ne!(holds("growth", &other), Some(true));
    let (code, verdict) = place.json(&["audit", "verify", "--checkpoint", &seal]);
    assert_eq!((code, &verdict["whole"]), (0, &Value::Bool(true)));
    assert_eq!(verdict["checkpoints"][0]["signed"], true);
}

#[test]
fn a_damaged_register_ends_with_eight_and_a_sentence() {
    let place = Place::set_up();
    place.well(&["audit", "verify"]);
    let file = place.data().join("register.db");
    store::twin::tamper::flip_value(&file, &mut store::twin::tamper::Dice(5)).expect("hits");
    let ran = place.run(&["audit", "verify"]);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(!(ran.out + &ran.err).trim().is_empty());
}
