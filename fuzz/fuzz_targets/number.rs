//! Any text as a participant number and as a card's number, and any bytes turned into both: what is
//! read is printed and read again, and one wrong sign of a card is found.

#![no_main]

use base::Kpj;
use domain::card::CardNumber;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_participant(text);
        if let Ok(card) = CardNumber::parse(text) {
            check_card(card, 0);
        }
    }
    let digits: String = bytes.iter().take(11).map(|byte| char::from(b'0' + byte % 10)).collect();
    check_participant(&digits);
    if let Some((random, rest)) = bytes.split_first_chunk::<9>() {
        let seed = rest.first().copied().unwrap_or_default();
        check_card(CardNumber::from_random(*random), usize::from(seed));
    }
});

fn check_participant(text: &str) {
    let Ok(number) = Kpj::parse(text) else { return };
    assert_eq!(Kpj::parse(&number.reveal()), Ok(number));
    assert_eq!(number.reveal().len(), 11);
    assert!(number.as_u64() > 0);
    let shown = format!("{number:?} {}", number.masked());
    assert_eq!(shown.matches("********").count(), 2, "only the end is shown");
}

fn check_card(card: CardNumber, seed: usize) {
    assert_eq!(CardNumber::parse(&card.to_string()), Ok(card));
    let plain = card.plain();
    assert_eq!(CardNumber::parse(&plain.to_lowercase()), Ok(card));
    let place = seed % plain.len();
    let wrong = if plain.as_bytes()[place] == b'7' { "8" } else { "7" };
    let mut typed = plain;
    typed.replace_range(place..=place, wrong);
    assert!(CardNumber::parse(&typed).is_err(), "one wrong sign is found");
}
