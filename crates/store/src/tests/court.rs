//! The queue of pairs: a hundred thousand of them, read by key, counted without reading them.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use base::Rupiah;
use base::id::kind;
use domain::duplicates::{PairState, PairVerdict, Stake, ordered, pair_id};

use super::world::{changes, id, settle_in, sheet, user};
use crate::duplicates::{self, Pair, Place, Said};
use crate::people::Known;
use crate::twin::both;
use crate::verify::verify;
use crate::{StoreError, enrolment, sheets};

/// So many people stand in a hundred thousand pairs.
const PEOPLE: u32 = 448;

fn people_in(store: &crate::Store) {
    settle_in(store);
    let known = Known { at_ms: 1, valid_from: base::Day::new(2022, 9, 20).expect("a day") };
    store
        .write(|tx| {
            sheets::insert(tx, &sheet(1), b"csv")?;
            enrolment::apply(tx, sheet(1).id, &changes(1..PEOPLE + 1), known)
        })
        .expect("is kept");
}

fn pairs() -> Vec<Pair> {
    let people: Vec<base::Id<kind::Person>> =
        changes(1..PEOPLE + 1).new_people.iter().map(|person| person.id).collect();
    let mut pairs = Vec::new();
    for (at, one) in people.iter().enumerate() {
        for other in &people[at + 1..] {
            let (left, right) = ordered(*one, *other);
            let number = pairs.len() as i64;
            let stake = Stake { monthly: Rupiah(number % 40 * 16_800), paid: Rupiah(number % 7) };
            pairs.push(Pair {
                id: pair_id(left, right),
                left,
                right,
                state: PairState::Open,
                score: (number % 1_000) as i32,
                levels: Box::from([1u8; 19]),
                stake,
                revision: 0,
                found_at_ms: 1,
            });
        }
    }
    pairs
}

#[test]
fn a_hundred_thousand_pairs_are_read_page_by_page() {
    both(|store| {
        people_in(store);
        let all = pairs();
        assert!(all.len() >= 100_000, "{}", all.len());
        store.write(|tx| duplicates::insert_all(tx, &all)).expect("is kept");
        let (mut seen, mut last, mut after) = (HashSet::new(), None, None);
        let (mut pages, mut slowest) = (0, Duration::ZERO);
        // The first pages, as people read them, then the rest in large ones.
        loop {
            let rows = if pages < 20 { 50 } else { 20_000 };
            let begun = Instant::now();
            let page = store.read(|tx| duplicates::page(tx, PairState::Open, after, rows));
            if rows == 50 {
                slowest = slowest.max(begun.elapsed());
            }
            let page = page.expect("is read");
            pages += 1;
            for pair in &page {
                let Place { stake, score, id } = pair.place();
                let rank = (stake.monthly, stake.paid, score, id);
                assert!(last.is_none_or(|before| before > rank), "the dearest first");
                last = Some(rank);
                assert!(seen.insert(id), "once");
            }
            after = page.last().map(Pair::place);
            if page.is_empty() {
                break;
            }
        }
        assert_eq!(seen.len(), all.len());
        let begun = Instant::now();
        let counts = store.read(duplicates::counts).expect("counts");
        println!("a page of 50: {slowest:?} at most; counted in {:?}", begun.elapsed());
        assert_eq!(counts.get(&PairState::Open), Some(&(all.len() as u64)));
    });
}

#[test]
fn a_word_counts_once_and_moves_the_tally() {
    both(|store| {
        people_in(store);
        let pair = pairs().swap_remove(0);
        store.write(|tx| duplicates::insert_all(tx, std::slice::from_ref(&pair))).expect("kept");
        let said = Said {
            revision: 1,
            verdict: PairVerdict::Different,
            score: pair.score,
            by: Some(user(1).id),
            at_ms: 5,
            line: *id::<kind::Sheet>(9, 9).as_bytes(),
        };
        let say = || store.write(|tx| duplicates::say(tx, &pair, PairState::Different, &said));
        assert_eq!(say(), Ok(()));
        // Whoever saw the pair before that is too late.
        assert_eq!(say(), Err(StoreError::Busy));
        let counts = store.read(duplicates::counts).expect("counts");
        assert_eq!(counts.get(&PairState::Different), Some(&1));
        assert_eq!(counts.get(&PairState::Open), Some(&0));
        assert_eq!(store.read(|tx| duplicates::said(tx, pair.id)), Ok(vec![said.clone()]));
    });
}

/// A server is asked twice for each 4,096 pairs, not twice for each; the rows and the digest are
/// what they would be one by one.
#[test]
fn pairs_are_weighed_and_forgotten_together() {
    both(|store| {
        people_in(store);
        let mut all = pairs();
        all.truncate(10_000);
        store.write(|tx| duplicates::insert_all(tx, &all)).expect("kept");
        let weigh = |pairs: &[Pair]| {
            let asked = store.write(|tx| {
                let before = tx.link().round_trips();
                duplicates::weigh_all(tx, pairs)?;
                let asked = tx.link().round_trips().zip(before);
                Ok::<_, StoreError>(asked.map(|(after, before)| after - before))
            });
            asked.expect("weighed")
        };
        let heavier: Vec<Pair> = all
            .iter()
            .map(|pair| Pair {
                score: pair.score + 1,
                levels: Box::from([2u8; 19]),
                stake: Stake { monthly: Rupiah(pair.stake.monthly.0 + 5), ..pair.stake },
                ..pair.clone()
            })
            .collect();
        // The first time the statements are made known.
        weigh(&heavier[..1]);
        assert!(matches!(weigh(&heavier[..1]), None | Some(2)));
        assert!(matches!(weigh(&heavier), None | Some(6)));
        let mut expect = heavier.clone();
        expect.sort_by_key(|pair| pair.id);
        let mut kept = Vec::new();
        let read = store.read(|tx| {
            duplicates::each(tx, |pair| {
                kept.push(pair);
                Ok(())
            })
        });
        read.expect("read");
        assert!(kept == expect, "every pair, and no other");
        // Whoever has said something meanwhile keeps the pair.
        let pair = &heavier[0];
        let said = Said {
            revision: 1,
            verdict: PairVerdict::Ask,
            score: pair.score,
            by: Some(user(1).id),
            at_ms: 5,
            line: *id::<kind::Sheet>(9, 9).as_bytes(),
        };
        store.write(|tx| duplicates::say(tx, pair, PairState::Asked, &said)).expect("said");
        store.write(|tx| duplicates::remove_all(tx, &heavier[..5_000])).expect("forgotten");
        let counts = store.read(duplicates::counts).expect("counts");
        assert_eq!(counts.get(&PairState::Open), Some(&5_000));
        assert_eq!(counts.get(&PairState::Asked), Some(&1));
        assert!(store.read(|tx| duplicates::get(tx, pair.id)).expect("read").is_some());
        assert_eq!(store.read(duplicates::ids).expect("read").len(), 5_001);
        let flaws = store.read(|tx| Ok::<_, StoreError>(verify(tx)?.flaws)).expect("verifies");
        assert_eq!(flaws, []);
    });
}

/// What people cost is asked of all of them together; whoever costs nothing is told so.
#[test]
fn stakes_are_told_of_everybody_who_is_asked_about() {
    both(|store| {
        people_in(store);
        let people: Vec<base::Id<kind::Person>> =
            changes(1..PEOPLE + 1).new_people.iter().map(|person| person.id).collect();
        let from = base::Month::parse("2022-10").expect("a month");
        store.faults().clear();
        let found = store.read(|tx| duplicates::stakes(tx, &people, from)).expect("asked");
        assert_eq!(store.faults().statements(), 1);
        assert_eq!(found.len(), people.len());
        assert!(found.values().all(|stake| *stake == Stake::default()));
        let nobody = store.read(|tx| duplicates::stakes(tx, &[], from)).expect("asked");
        assert!(nobody.is_empty());
    });
}
