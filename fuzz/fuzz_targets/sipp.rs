//! Any words as the heads and cells of a reply of BPJS, and any text as the table of a form.

#![no_main]

use base::Kpj;
use domain::sipp::{Reasons, ReplyWords, RowSaid};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static WORDS: (ReplyWords, Reasons) = (ReplyWords::builtin(), Reasons::builtin());
}

fuzz_target!(|input: (&str, &str, &str, &str)| {
    let (number, status, reason, tab) = input;
    WORDS.with(|(words, reasons)| {
        for text in [number, status, reason, tab] {
            let _ = (words.head(text), words.verdict(text), reasons.of(text));
        }
        let said = RowSaid {
            number: number.to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            tab: tab.to_owned(),
        };
        let verdict = words.verdict_of(reasons, &said);
        assert_eq!(verdict, words.verdict_of(reasons, &said));
        let is_number = Kpj::parse(number).is_ok();
        assert!(verdict.is_some() || !is_number, "a number is a yes, or something says no");
    });
    let _ = (ReplyWords::parse(reason).is_ok(), Reasons::parse(reason).is_ok());
});
