//! Any bytes as a document of SNAP and any text as its amounts, moments and numbers: what is signed
//! does not depend on blanks, and what is read is written back.

#![no_main]

use domain::snap::sign::{Signed, body_hash, minified};
use domain::snap::{Amount, moment, number};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], &str)| {
    let (body, text) = input;
    let small = minified(body);
    assert!(small.len() <= body.len());
    assert_eq!(minified(&small), small, "taking blanks out twice is once");
    assert_eq!(body_hash(&small), body_hash(body));
    let signed =
        Signed { method: "POST", path: "/v1.0/transfer-va/payment", body, timestamp: text };
    assert!(signed.symmetric(text).ends_with(text) && signed.asymmetric().ends_with(text));
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) {
        let again: serde_json::Value = serde_json::from_slice(&small).expect("still a document");
        assert_eq!(again, value, "blanks say nothing");
    }
    if let Some(amount) = Amount::parse(text) {
        assert_eq!(Amount::parse(&amount.write()), Some(amount));
        assert!(amount.rupiah.0 >= 0 && amount.sen < 100);
    }
    if let Some(ms) = moment::parse(text) {
        let whole = ms.div_euclid(1_000) * 1_000;
        assert_eq!(moment::parse(&moment::print(ms)), Some(whole), "{ms}");
    }
    assert!(!number::is_customer(text) || text.len() <= 20);
    assert!(!number::is_external_id(text) || text.len() <= 36);
});
