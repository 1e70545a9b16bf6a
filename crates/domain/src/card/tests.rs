//! Card numbers survive printing and typing, and no slip goes unnoticed.

use proptest::prelude::*;
use rules::Scheme;

use super::*;
use crate::tests::{candidate, day, id, month, programme};

#[test]
fn numbers_are_worked_out_by_hand() {
    // All zero: both sums are nothing, so both check values are.
    let zero = CardNumber::from_random([0; 9]);
    assert_eq!(zero.to_string(), "0000-0000-0000-000");
    // A 1 in the thirteenth place and nothing else (bit 60): plain sum 1, weighted sum 1.
    // (x + 1)·a = x² + 1 = (x + 1)², so a = x + 1 = 3 and b = 1 + 3 = 2 (sums without carry).
    let one = CardNumber::from_random([0, 0b1_0000, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(one.to_string(), "0000-0000-0000-132");
    assert_eq!(one.plain(), "000000000000132");
    assert_eq!(CardNumber::parse("0000-0000-0000-132"), Ok(one));
    assert_eq!(format!("{one:?}"), "CardNumber(…-132)");
}

#[test]
fn numbers_are_read_as_people_type_them() {
    use CardNumberProblem as P;
    let one = CardNumber::from_random([0, 0b1_0000, 0, 0, 0, 0, 0, 0, 0]);
    for (text, expect) in [
        ("", Err(P::Empty)),
        (" - - ", Err(P::Empty)),
        ("0000-0000-0000-13U", Err(P::Character(18))),
        ("kartu*", Err(P::Character(5))),
        ("0000-0000-0000-13", Err(P::Length(14))),
        ("0000-0000-0000-1320", Err(P::Length(16))),
        ("0000-0000-0000-123", Err(P::Check)),
        ("0000-0000-0000-130", Err(P::Check)),
        ("OoO0 0000 0000 I32", Ok(one)),
        ("000000000000l32", Ok(one)),
        ("0000\u{a0}0000–0000.132", Ok(one)),
    ] {
        assert_eq!(CardNumber::parse(text), expect, "{text}");
    }
}

#[test]
fn the_field_has_thirty_two_elements() {
    // x runs through all 31 elements but nothing before it comes back to 1.
    let mut powers: Vec<u8> = (0..31)
        .scan(1, |power, _| {
            let now = *power;
            *power = multiply(now, 2);
            Some(now)
        })
        .collect();
    powers.sort_unstable();
    assert_eq!(powers, (1..32).collect::<Vec<u8>>());
}

fn covered(text: &str, scheme: Scheme) -> CoveredMonth {
    CoveredMonth {
        person: candidate(1).person,
        scheme,
        month: month(text),
        programme: programme().id,
        transfer: id(500),
    }
}

fn issue(covered: &[CoveredMonth], issued: &str) -> Result<Card, CardRefusal> {
    issue_card(&CardInput {
        programme: &programme(),
        person: candidate(1).person,
        name: &candidate(1).name,
        village: "Tanah Merah",
        occupation: Some("Nelayan"),
        covered,
        issued: day(issued),
        copy: 1,
        random: [7; 9],
    })
}

#[test]
fn a_card_is_made_for_paid_months_only() {
    let months: Vec<CoveredMonth> = ["2022-10", "2022-11"]
        .into_iter()
        .flat_map(|text| [covered(text, Scheme::Jkk), covered(text, Scheme::Jkm)])
        .collect();
    assert_eq!(issue(&[], "2022-10-20"), Err(CardRefusal::NotCovered));
    assert_eq!(issue(&months[..1], "2022-10-20"), Err(CardRefusal::NotCovered));
    assert_eq!(issue(&months, "2022-12-01"), Err(CardRefusal::NotCovered));
    let strangers: Vec<CoveredMonth> =
        months.iter().map(|cover| CoveredMonth { person: id(3), ..*cover }).collect();
    assert_eq!(issue(&strangers, "2022-10-20"), Err(CardRefusal::NotCovered));
    let others: Vec<CoveredMonth> =
        months.iter().map(|cover| CoveredMonth { programme: id(3), ..*cover }).collect();
    assert_eq!(issue(&others, "2022-10-20"), Err(CardRefusal::NotCovered));
    let card = issue(&months, "2022-10-20").expect("covered");
    assert_eq!((card.paid_until, card.state), (month("2022-11"), CardState::Active));
    assert_eq!(card.id, card_id(programme().id, candidate(1).person, 1));
    assert_ne!(card.id, card_id(programme().id, candidate(1).person, 2));
    for state in CardState::ALL {
        assert_eq!(CardState::from_name(state.name()), Some(state));
    }
    assert_eq!(CardRefusal::NotCovered.name(), "NOT_COVERED");
}

#[test]
fn a_card_of_ours_is_judged_in_a_fixed_order() {
    use CardVerdict as V;
    for (is_revoked, paid_until, today, verdict) in [
        (false, "2022-12", "2022-12-31", V::Genuine),
        (false, "2022-12", "2022-10-01", V::Genuine),
        (false, "2022-12", "2023-01-01", V::Expired),
        (true, "2022-12", "2022-12-31", V::Revoked),
        (true, "2022-12", "2023-01-01", V::Revoked),
    ] {
        assert_eq!(V::of_ours(is_revoked, month(paid_until), day(today)), verdict, "{today}");
    }
    let names: std::collections::BTreeSet<_> = V::ALL.map(CardVerdict::name).into();
    assert_eq!(names.len(), V::ALL.len());
    for cause in CardCause::ALL {
        assert_eq!(CardCause::from_name(cause.name()), Some(cause));
        let none_after = ["left", "died"].contains(&cause.name());
        assert_eq!(cause.allows_reprint(), !none_after, "{}", cause.name());
    }
}

proptest! {
    #[test]
    fn printing_and_reading_agree(random: [u8; 9]) {
        let number = CardNumber::from_random(random);
        prop_assert_eq!(CardNumber::parse(&number.to_string()), Ok(number));
        prop_assert_eq!(CardNumber::parse(&number.plain().to_lowercase()), Ok(number));
        prop_assert_eq!(number.to_string().len(), 18);
    }

    #[test]
    fn sixty_five_bits_are_kept(random: [u8; 9], bit in 0usize..65) {
        let mut other = random;
        other[8 - bit / 8] ^= 1 << (bit % 8);
        prop_assert_ne!(CardNumber::from_random(random), CardNumber::from_random(other));
    }

    #[test]
    fn every_slip_of_one_character_is_noticed(random: [u8; 9]) {
        let right = CardNumber::from_random(random);
        for place in 0..LENGTH {
            for value in (0..32).filter(|value| *value != right.0[place]) {
                let mut wrong = right.0;
                wrong[place] = value;
                let text: String = wrong.iter().map(|value| symbol(*value)).collect();
                prop_assert_eq!(CardNumber::parse(&text), Err(CardNumberProblem::Check));
            }
        }
    }

    #[test]
    fn every_exchange_of_two_characters_is_noticed(random: [u8; 9]) {
        let right = CardNumber::from_random(random);
        for a in 0..LENGTH {
            for b in (a + 1..LENGTH).filter(|b| right.0[a] != right.0[*b]) {
                let mut wrong = right.0;
                wrong.swap(a, b);
                let text: String = wrong.iter().map(|value| symbol(*value)).collect();
                prop_assert_eq!(CardNumber::parse(&text), Err(CardNumberProblem::Check));
            }
        }
    }

    #[test]
    fn every_slip_of_two_characters_is_noticed(
        random: [u8; 9], a in 0usize..15, further in 1usize..15, da in 1u8..32, db in 1u8..32,
    ) {
        let b = (a + further) % 15;
        let mut wrong = CardNumber::from_random(random).0;
        wrong[a] ^= da;
        wrong[b] ^= db;
        prop_assert_ne!(syndromes(&wrong), (0, 0));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}") {
        let _ = CardNumber::parse(&text);
    }
}
