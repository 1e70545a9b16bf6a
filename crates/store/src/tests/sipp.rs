//! Participant numbers, replies and standings, on both engines: sealed, found, one person's each,
//! and forgotten with their person.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, Kpj};
use domain::duplicates::{PairState, Stake};
use domain::merging::MergePlan;
use domain::sipp::{
    Employer, Npp, Picked, ReasonCode, ReplyOutcome, RowSaid, SippKind, StandingState, Verdict,
};

use super::world::{changes, day, id, known, month, programme, settle_in, sheet, user};
use crate::duplicates::Pair;
use crate::sipp::{self, Reply, ReplyRow, Said, Standing, Submission};
use crate::twin::both;
use crate::{StoreError, duplicates, enrolment, merges, people, sheets};

pub(super) fn people_in(store: &crate::Store) {
    settle_in(store);
    store
        .write(|tx| {
            sheets::insert(tx, &sheet(1), b"csv")?;
            enrolment::apply(tx, sheet(1).id, &changes(1..4), known())
        })
        .expect("is kept");
}

fn person(number: u32) -> Id<kind::Person> {
    super::world::person(number).id
}

pub(super) fn kpj(text: &str) -> Kpj {
    Kpj::parse(text).expect("a number")
}

pub(super) fn reply() -> Reply {
    Reply {
        id: id(40, 1),
        programme: programme(1).id,
        file_name: "balasan.xlsx".into(),
        received_on: day("2022-10-03"),
        received_at_ms: 1,
        received_by: user(1).id,
    }
}

pub(super) fn rows() -> Vec<ReplyRow> {
    let said = Said {
        words: RowSaid {
            number: "22010000011".into(),
            status: "Valid".into(),
            reason: String::new(),
            tab: "Hasil".into(),
        },
        nik: "6401011708620001".into(),
        name: "Warga bb Contoh".into(),
        birth: "1962-08-17".into(),
    };
    let accepted = ReplyRow {
        sheet: 0,
        row: 2,
        outcome: ReplyOutcome::Accepted,
        verdict: Some(Verdict::Accepted),
        reason: None,
        person: Some(person(1)),
        said: Some(said.clone()),
    };
    let question = ReplyRow {
        row: 3,
        outcome: ReplyOutcome::Question,
        verdict: Some(Verdict::Rejected),
        reason: Some(ReasonCode::NikUnknown),
        person: None,
        said: Some(said),
        ..accepted.clone()
    };
    let title = ReplyRow {
        row: 1,
        outcome: ReplyOutcome::NotAPerson,
        verdict: None,
        person: None,
        said: None,
        ..accepted.clone()
    };
    vec![title, accepted, question]
}

#[test]
fn a_number_is_one_persons_and_goes_with_them() {
    both(|store| {
        people_in(store);
        let (one, other) = (kpj("22010000011"), kpj("02010000029"));
        let mut told = rows();
        told.push(of_somebody_else());
        store
            .write(|tx| {
                sipp::insert_reply(tx, &reply(), &[7; 32], &told)?;
                let numbers = [(person(1), one), (person(2), other)];
                sipp::insert_numbers(tx, reply().id, &numbers, 1)
            })
            .expect("is kept");
        let holders = store.read(|tx| sipp::holders(tx, &[one, other])).expect("holders");
        assert_eq!((holders[&one], holders[&other]), (person(1), person(2)));
        let again = store.write(|tx| sipp::insert_numbers(tx, reply().id, &[(person(3), one)], 1));
        let error = again.expect_err("the number is taken");
        assert!(error.is_constraint("participant_number_unique"), "{error:?}");
        let shown = store.read(|tx| sipp::reply_rows(tx, reply().id)).expect("rows");
        assert_eq!(shown, told);
        store.write(|tx| people::erase(tx, person(1), known())).expect("is erased");
        let found = store.read(|tx| sipp::number_of(tx, person(1))).expect("no number");
        assert_eq!(found, None);
        assert!(store.read(|tx| sipp::holders(tx, &[one])).expect("holders").is_empty());
        let shown = store.read(|tx| sipp::reply_rows(tx, reply().id)).expect("rows");
        // The question was tied to nobody, and named the same number.
        let said: Vec<bool> = shown.iter().map(|row| row.said.is_some()).collect();
        assert_eq!(said, [false, false, false, true]);
    });
}

/// A question about somebody who is not erased.
fn of_somebody_else() -> ReplyRow {
    let question = rows().remove(2);
    let said = question.said.clone().expect("a question says whom it is about");
    let said = Said {
        words: RowSaid { number: String::new(), ..said.words },
        nik: "6401014910550003".into(),
        name: "Warga cc Contoh".into(),
        birth: "1955-10-09".into(),
    };
    ReplyRow { row: 4, said: Some(said), ..question }
}

#[test]
fn the_same_bytes_are_refused_and_an_answer_is_kept() {
    both(|store| {
        people_in(store);
        store.write(|tx| sipp::insert_reply(tx, &reply(), &[7; 32], &rows())).expect("is kept");
        let other = Reply { id: id(40, 2), ..reply() };
        let again = store.write(|tx| sipp::insert_reply(tx, &other, &[7; 32], &[]));
        assert!(matches!(again, Err(StoreError::ConstraintViolated { .. })), "{again:?}");
        let answered = ReplyRow {
            outcome: ReplyOutcome::Rejected,
            person: Some(person(2)),
            ..rows()[2].clone()
        };
        store.write(|tx| sipp::set_reply_row(tx, reply().id, &answered)).expect("is kept");
        let found = store.read(|tx| sipp::reply_row(tx, reply().id, (0, 3))).expect("a row");
        assert_eq!(found, Some(answered));
        let mut counts = store.read(sipp::outcome_counts).expect("counts");
        counts.sort();
        let outcomes: Vec<_> =
            counts.iter().map(|(_, outcome, count)| (*outcome, *count)).collect();
        let expect = [
            (ReplyOutcome::NotAPerson, 1),
            (ReplyOutcome::Accepted, 1),
            (ReplyOutcome::Rejected, 1),
        ];
        assert_eq!(outcomes, expect);
    });
}

#[test]
fn submissions_employers_and_standings_are_read_back() {
    both(|store| {
        people_in(store);
        let npp = Npp::parse("14005857").expect("a number");
        let employer = Employer {
            programme: programme(1).id,
            territory: programme(1).territory,
            npp: npp.clone(),
            name: "Dinas".into(),
        };
        let submission = Submission {
            id: id(41, 1),
            programme: programme(1).id,
            kind: SippKind::New,
            month: month("2022-10"),
            people: 2,
            held: 1,
            made_at_ms: 5,
            made_by: user(1).id,
        };
        let picked = [2, 1].map(|number| Picked {
            person: person(number),
            npp: Some(npp.clone()),
            round: 0,
        });
        let sent = Standing {
            person: person(1),
            state: StandingState::Sent,
            month: month("2022-10"),
            rejections: 0,
            reason: None,
            since: None,
            version: None,
            reply: None,
            version_now: 1,
        };
        let rejected = Standing {
            state: StandingState::Rejected,
            rejections: 1,
            reason: Some(ReasonCode::Other),
            since: Some(day("2022-10-03")),
            version: Some(1),
            ..sent
        };
        store
            .write(|tx| {
                let old = Employer { name: "Dinas Lama".into(), ..employer.clone() };
                sipp::set_employer(tx, &old)?;
                sipp::set_employer(tx, &employer)?;
                sipp::insert_submission(tx, &submission, &picked)?;
                sipp::insert_standings(tx, programme(1).id, &[sent], 1)?;
                sipp::change_standings(tx, programme(1).id, &[rejected], 2)
            })
            .expect("is kept");
        store
            .read(|tx| {
                assert_eq!(sipp::employers(tx, programme(1).id)?, std::slice::from_ref(&employer));
                assert_eq!(sipp::submission(tx, submission.id)?, Some(submission.clone()));
                assert_eq!(sipp::submissions(tx)?, std::slice::from_ref(&submission));
                let order: Vec<_> =
                    sipp::sent(tx, submission.id)?.into_iter().map(|(who, _)| who).collect();
                assert_eq!(order, [person(2), person(1)]);
                let standings = sipp::standings(tx, programme(1).id)?;
                assert_eq!(standings.get(&person(1)), Some(&rejected));
                assert!(!rejected.is_changed());
                Ok::<_, StoreError>(())
            })
            .expect("is read");
    });
}

#[test]
fn who_stepped_aside_leaves_a_standing_to_the_record_that_stays() {
    let standing = |number, state| Standing {
        person: person(number),
        state,
        month: month("2022-10"),
        rejections: 0,
        reason: None,
        since: None,
        version: None,
        reply: None,
        version_now: 1,
    };
    let away = standing(1, StandingState::Accepted);
    let roots = HashMap::from([(person(1), person(2))]);
    let found = sipp::by_root(vec![away], &roots);
    assert_eq!(found[&person(2)], Standing { person: person(2), ..away });
    assert!(!found.contains_key(&person(1)));
    // One of its own goes before.
    let own = standing(2, StandingState::Sent);
    let found = sipp::by_root(vec![away, own], &roots);
    assert_eq!((found.len(), found[&person(2)]), (1, own));
    // Changed, it is kept as that record's own.
    both(|store| {
        people_in(store);
        store.write(|tx| sipp::change_standings(tx, programme(1).id, &[own], 1)).expect("is kept");
        let found = store.read(|tx| sipp::standings(tx, programme(1).id)).expect("is read");
        assert_eq!(found.get(&person(2)), Some(&own));
    });
}

#[test]
fn a_standing_goes_back_with_the_record_it_was_of() {
    let standing = |number, state, version| Standing {
        person: person(number),
        state,
        month: month("2022-10"),
        rejections: 0,
        reason: None,
        since: None,
        version,
        reply: None,
        version_now: 1,
    };
    let pair = Pair {
        id: Id::from_bytes([7; 16]),
        left: person(1).min(person(2)),
        right: person(1).max(person(2)),
        state: PairState::Open,
        score: 0,
        levels: Box::default(),
        stake: Stake::default(),
        revision: 0,
        found_at_ms: 0,
    };
    let plan = MergePlan {
        kept: person(2),
        away: person(1),
        moves: Vec::new(),
        paid_twice: Vec::new(),
        ended: Vec::new(),
    };
    both(|store| {
        people_in(store);
        let programme = programme(1).id;
        let sent = standing(1, StandingState::Sent, Some(1));
        let accepted = standing(2, StandingState::Accepted, None);
        store
            .write(|tx| {
                sipp::insert_standings(tx, programme, &[sent], 1)?;
                duplicates::insert_all(tx, std::slice::from_ref(&pair))?;
                merges::merge(tx, &plan, pair.id, 2)?;
                // The reply comes after the merging, and is about the record that stays.
                sipp::change_standings(tx, programme, &[accepted], 3)
            })
            .expect("is kept");
        let found = store.read(|tx| sipp::standings(tx, programme)).expect("is read");
        assert_eq!((found.len(), found.get(&person(2))), (1, Some(&accepted)));
        store.write(|tx| merges::unmerge(tx, person(1), 4)).expect("is taken apart");
        let found = store.read(|tx| sipp::standings(tx, programme)).expect("is read");
        let back = Standing { version: Some(1), ..standing(1, StandingState::Accepted, None) };
        assert_eq!((found.len(), found.get(&person(1))), (1, Some(&back)));
    });
}
