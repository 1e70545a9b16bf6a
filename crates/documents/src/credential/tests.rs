//! The card's text against public vectors, turned about in every way; all people are invented.

use base::{Day, Month};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;

/// Ed25519 key of RFC 8032, test 1, whose public half the vectors name too.
const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

fn bytes(hex: &str) -> [u8; 32] {
    let digit = |at: usize| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).expect("digits");
    std::array::from_fn(digit)
}

fn key() -> CardKey {
    CardKey::of_secret(&bytes(SECRET))
}

fn claims() -> CardClaims {
    CardClaims {
        issuer: "payung/64.01".into(),
        number: "7KQ2M9XA4TRB8W2".into(),
        name: "SITI AMINAH REKAAN".into(),
        programme: "Pelindungan Pekerja Rentan Paser 2022".into(),
        paid_until: Month::parse("2022-12").expect("a month"),
        issued: Day::new(2022, 10, 20).expect("a day"),
        place: 12_632,
        kpj: None,
    }
}

/// Whether a text fits a square code of version 13 at quartile correction.
fn fits_version_13(text: &str) -> bool {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Quartile);
    code.expect("a code").version().value() <= 13
}

/// A generator that needs no seed from outside: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % most as u64) as usize
    }
}

#[test]
fn public_vectors_of_claim_169_are_judged_as_they_say() {
    let text = include_str!("../../../../fixtures/cards/claim169.json");
    let vectors: Vec<Json> = serde_json::from_str(text).expect("JSON");
    let public = CardPublicKey(bytes(PUBLIC));
    // The middle of 2024: all but the two at the edges are valid then.
    let now = 1_720_000_000;
    for vector in &vectors {
        let name = vector["name"].as_str().expect("a name");
        let read = Token::read(vector["qr_data"].as_str().expect("a text"));
        if vector["category"] == "invalid" {
            let expect = match name {
                "missing-169" => CredentialProblem::NotACard,
                _ => CredentialProblem::Unreadable,
            };
            assert_eq!(read.err(), Some(expect), "{name}");
            continue;
        }
        let token = read.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        assert_eq!(token.id(), vector["expected_claim169"]["id"].as_str(), "{name}");
        assert_eq!(token.name(), vector["expected_claim169"]["fullName"].as_str(), "{name}");
        assert_eq!(token.issuer(), vector["expected_cwt_meta"]["issuer"].as_str(), "{name}");
        let is_current = !matches!(name, "expired" | "not-yet-valid");
        assert_eq!(token.is_current(now), is_current, "{name}");
        assert_eq!(token.holds(&public), name == "ed25519-signed", "{name}");
    }
    assert_eq!(vectors.len(), 10);
}

#[test]
fn examples_of_rfc_9285_are_base45() {
    for (plain, text) in [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581")] {
        assert_eq!(base45::encode(plain), text);
        assert_eq!(base45::decode(text).expect("base45"), plain.as_bytes());
    }
    for text in ["GGW", ":::", "A", "a12"] {
        assert!(base45::decode(text).is_err(), "{text}");
    }
}

#[test]
fn a_card_says_what_was_signed() {
    assert_eq!(key().public(), CardPublicKey(bytes(PUBLIC)));
    // The longest that is whole beside a programme of 37 letters and a number of BPJS.
    for (kpj, name) in [(None, "SITI"), (Some(12_345_678_901), "SITI AMINAH BINTI ABDUL KARIM")] {
        let claims = CardClaims { kpj, name: name.into(), ..claims() };
        let text = sign_card(&key(), &claims).expect("signs");
        assert!(text.len() <= TEXT_MOST, "{} characters", text.len());
        let read = read_card(&format!("{text}\r\n"), &[key().public()]);
        assert!(read == Ok(claims), "{kpj:?}");
        assert_eq!(text, sign_card(&key(), &read.expect("reads")).expect("signs"), "one text");
    }
    let token = Token::read(&sign_card(&key(), &claims()).expect("signs")).expect("reads");
    // Midnight of 1 January 2023 in Jakarta is 17:00 UTC of 31 December 2022.
    assert!(token.is_current(1_672_505_999) && !token.is_current(1_672_506_000));
}

/// fixtures/cards/kartu.txt was written by cbor2, zlib and cryptography of Python; cards that were
/// printed once must be read for ever, so the text may never change.
#[test]
fn a_card_of_another_program_is_the_same_to_the_letter() {
    let text = include_str!("../../../../fixtures/cards/kartu.txt").trim_end();
    let claims = CardClaims { kpj: Some(12_345_678_901), ..claims() };
    let key = CardKey::of_secret(&[7; 32]);
    assert_eq!(sign_card(&key, &claims).as_deref(), Ok(text));
    assert!(read_card(text, &[key.public()]) == Ok(claims));
}

#[test]
fn days_and_months_are_moments_of_the_office() {
    let month = |text| Month::parse(text).expect("a month");
    for (moment, until) in [
        (1_672_506_000, Some(month("2022-12"))),
        // A second beside, and a midnight at which no month begins.
        (1_672_506_001, None),
        (1_672_506_000 + 86_400, None),
        (i64::MAX, None),
        (i64::MIN, None),
        (-8 * 3_600, None),
    ] {
        assert_eq!(paid_until_of(moment), until, "{moment}");
    }
    assert_eq!(end_of(month("2022-12")), 1_672_506_000);
    assert_eq!(day_of(1_672_506_000), Day::new(2023, 1, 1));
}

#[test]
fn long_names_are_cut_until_the_code_stays_small() {
    let long = CardClaims {
        programme: "Pelindungan ".repeat(20),
        name: "NAMA REKAAN YANG PANJANG SEKALI ".repeat(5),
        kpj: Some(99_999_999_999),
        place: u32::MAX,
        ..claims()
    };
    let text = sign_card(&key(), &long).expect("fits when cut");
    assert!(text.len() <= TEXT_MOST);
    let read = read_card(&text, &[key().public()]).expect("reads");
    assert!(read.programme.ends_with('…') && read.name.ends_with('…'));
    assert_eq!((read.number, read.kpj), (long.number, long.kpj));
    let usual = CardClaims { name: "MUHAMMAD NUR ABDUL KARIM SYAHPUTRA".into(), ..claims() };
    let read = read_card(&sign_card(&key(), &usual).expect("signs"), &[key().public()]);
    assert!(read.expect("reads").name == usual.name, "a usual name is whole");
    assert!(fits_version_13(&text));
}

#[test]
fn forged_cards_are_told_apart() {
    use CredentialProblem as P;
    let text = sign_card(&key(), &claims()).expect("signs");
    let other = CardKey::of_secret(&[7; 32]);
    let keys = [key().public()];
    let read = |text: &str, keys: &[CardPublicKey]| read_card(text, keys).err();
    assert_eq!(read(&text, &keys), None);
    assert_eq!(read(&text, &[]), Some(P::UnknownKey));
    assert_eq!(read(&text, &[other.public()]), Some(P::UnknownKey));
    assert_eq!(read("", &keys), Some(P::Unreadable));
    assert_eq!(read("SELAMAT PAGI", &keys), Some(P::Unreadable));
    // Somebody else's signature under our key's name.
    let token = Token::read(&text).expect("reads");
    let foreign = from_parts(&other, token.payload().to_vec(), None);
    let mut forged = token.written_anew(token.payload().to_vec());
    forged.signature = foreign.signature;
    assert_eq!(read(&text_of(&forged), &keys), Some(P::Signature));
    // Our signature, and something unsigned beside it.
    let mut more = token.written_anew(token.payload().to_vec());
    more.unprotected.content_type = Some(coset::ContentType::Text("text/plain".into()));
    assert_eq!(read(&text_of(&more), &keys), Some(P::NotACard));
    // Our signature, packed in another way.
    let packed = base45::encode({
        use std::io::Write as _;
        let level = flate2::Compression::best();
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), level);
        out.write_all(&cwt::tagged(&token.written_anew(token.payload().to_vec()))).expect("memory");
        out.finish().expect("memory")
    });
    assert_eq!(read(&packed, &keys), Some(P::NotACard));
    // A list is no card.
    let list = RevocationList {
        issuer: "payung/64.01".into(),
        year: 2022,
        issued_s: 0,
        ttl_s: 86_400,
        bits: vec![0],
    };
    let list = cwt::Token::of_bytes(&sign_revocations(&key(), &list)).expect("a token");
    assert_eq!(
        read(&text_of(&list.written_anew(list.payload().to_vec())), &keys),
        Some(P::NotACard)
    );
}

/// A card whose signed bytes were changed by somebody who packs them as we do.
fn turned_inside(text: &str, dice: &mut Dice) -> String {
    let mut bytes = cwt::bytes_in(text).expect("a card of ours");
    for _ in 0..=dice.below(3) {
        let (at, to) = (dice.below(bytes.len()), dice.below(bytes.len()));
        match dice.below(8) {
            0..=2 => bytes[at] ^= 1 << dice.below(8),
            3 | 4 => bytes[at] = dice.below(256) as u8,
            5 => bytes.swap(at, to),
            6 => bytes.insert(at, dice.below(256) as u8),
            _ => drop(bytes.remove(at)),
        }
    }
    cwt::text_of_bytes(&bytes)
}

/// PAYUNG_CARD_MUTATIONS says how many; the long run is `cargo xtask cards 100000`.
#[test]
fn no_mutation_of_a_card_is_accepted() {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    #[expect(clippy::disallowed_methods, reason = "a test may be told to look longer")]
    let wanted = std::env::var("PAYUNG_CARD_MUTATIONS").ok().and_then(|text| text.parse().ok());
    let keys = [key().public()];
    let texts: Vec<String> = [None, Some(12_345_678_901)]
        .into_iter()
        .map(|kpj| sign_card(&key(), &CardClaims { kpj, ..claims() }).expect("signs"))
        .collect();
    let mut dice = Dice(6_401);
    for round in 0..wanted.unwrap_or(2_000usize) {
        let text = &texts[round % 2];
        // Every second one is packed and summed anew: only the signature can tell.
        if round % 4 > 1 {
            let turned = turned_inside(text, &mut dice);
            assert!(turned == *text || read_card(&turned, &keys).is_err(), "{turned}");
            continue;
        }
        let mut letters = text.clone().into_bytes();
        for _ in 0..=dice.below(3) {
            let (at, to) = (dice.below(letters.len()), dice.below(letters.len()));
            match dice.below(5) {
                0 | 1 => letters[at] = LETTERS[dice.below(LETTERS.len())],
                2 => letters.swap(at, to),
                3 => letters.insert(at, LETTERS[dice.below(LETTERS.len())]),
                _ => drop(letters.remove(at)),
            }
        }
        let turned = String::from_utf8(letters).expect("ASCII");
        if turned != *text {
            assert!(read_card(&turned, &keys).is_err(), "{turned}");
        }
    }
}

#[test]
fn a_list_is_exact_and_small() {
    let revoked = [0, 7, 8, 99_999];
    let list = RevocationList {
        issuer: "payung/64.01".into(),
        year: 2022,
        issued_s: 1_666_000_000,
        ttl_s: 86_400,
        bits: RevocationList::bits_of(100_000, revoked),
    };
    let keys = [key().public()];
    let signed = sign_revocations(&key(), &list);
    let read = read_revocations(&signed, &keys).expect("reads");
    assert_eq!(read, list);
    let found: Vec<u32> = (0..100_000).filter(|at| read.is_revoked(*at) == Some(true)).collect();
    assert_eq!(found, revoked);
    assert_eq!(read.is_revoked(100_000), None);
    assert!(signed.len() < 1_000, "few revoked: {} bytes", signed.len());
    // Half of them, by chance: nothing can be packed.
    let mut dice = Dice(9);
    let half = (0..100_000).filter(|_| dice.below(2) == 1);
    let full = RevocationList { bits: RevocationList::bits_of(100_000, half), ..list };
    let signed = sign_revocations(&key(), &full);
    assert!(signed.len() <= 20 * 1024, "{} bytes", signed.len());
    assert_eq!(read_revocations(&signed, &keys), Ok(full));
    for at in (0..signed.len()).step_by(97) {
        let mut turned = signed.clone();
        turned[at] ^= 1;
        assert!(read_revocations(&turned, &keys).is_err(), "byte {at}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "[0-9A-Z $%*+./:-]{0,400}") {
        prop_assert!(read_card(&text, &[key().public()]).is_err());
    }

    /// Every single character turned, every kind of cut, every doubled part.
    #[test]
    fn no_turned_text_is_a_card(at in 0usize..330, to in 0usize..45, cut in 1usize..9) {
        const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        let key = CardKey::of_secret(&[7; 32]);
        let text = include_str!("../../../../fixtures/cards/kartu.txt").trim_end();
        let mut turned = text.as_bytes().to_vec();
        turned[at] = LETTERS[to];
        let mut shorter = text.as_bytes().to_vec();
        shorter.drain(at..(at + cut).min(330));
        let mut doubled = text.to_owned();
        doubled.insert_str(at, &text[at.saturating_sub(cut)..at.max(1)]);
        for other in [String::from_utf8(turned)?, String::from_utf8(shorter)?, doubled] {
            if other != text {
                prop_assert!(read_card(&other, &[key.public()]).is_err(), "{}", other);
            }
        }
    }

    #[test]
    fn every_card_fits_and_reads_back(
        name in "\\PC{1,200}", programme in "\\PC{1,200}", place: u32,
        kpj in proptest::option::of(1u64..100_000_000_000),
    ) {
        let claims = CardClaims { name, programme, place, kpj, ..claims() };
        let text = sign_card(&key(), &claims).expect("fits when cut");
        let read = read_card(&text, &[key().public()]).expect("reads");
        prop_assert_eq!((read.place, read.kpj), (place, kpj));
        prop_assert!(fits_version_13(&text));
    }
}
