//! Files that wait, and jobs that survive whoever runs them.

use base::{Field, Id, ProblemCode};

use super::world::{changes, id, import, org, person, programme, settle_in, sheet, user};
use crate::jobs::{self, Claim, Job, JobAsked, JobState};
use crate::staging::{self, Answer, Answered, Edit, Enlisted, StageCounts};
use crate::twin::both;
use crate::{Store, StoreError, sheets};

fn staged(store: &Store) {
    settle_in(store);
    store
        .write(|tx| {
            sheets::insert(tx, &sheet(1), b"xyz")?;
            staging::begin(tx, sheet(1).id, 9)
        })
        .expect("stages");
}

fn edit(row: u32, text: &str) -> Edit {
    let (by, at_ms) = (user(1).id, 1_664_000_000_001);
    let (sheet_index, field, text) = (0, Field::Name, text.into());
    Edit { sheet_index, row, field, text, by, at_ms, from_register: false }
}

#[test]
fn what_is_said_of_a_file_is_kept_once_and_the_faster_wins() {
    both(|store| {
        staged(store);
        let sheet = sheet(1).id;
        let seen = store.read(|tx| staging::get(tx, sheet)).expect("reads").expect("is staged");
        assert_eq!((seen.revision, seen.rows_read, seen.columns_said), (1, 9, false));
        let mut said = seen.clone();
        said.columns_said = true;
        said.tables_left_out = vec![1, 3];
        assert_eq!(store.write(|tx| staging::save(tx, &said)), Ok(true));
        assert_eq!(store.write(|tx| staging::save(tx, &seen)), Ok(false), "seen is old");
        // Staging again changes nothing.
        store.write(|tx| staging::begin(tx, sheet, 8)).expect("begins");
        let now = store.read(|tx| staging::get(tx, sheet)).expect("reads").expect("is staged");
        assert_eq!((now.revision, now.columns_said), (2, true));
        assert_eq!(now.tables_left_out, [1, 3]);
        let counts = StageCounts { ready: 7, to_fix: 1, warned: 2, repeated: 3, refused: 4 };
        store.write(|tx| staging::count(tx, sheet, 1, &counts)).expect("counts");
        let listed = store.read(staging::list).expect("reads");
        assert_eq!(listed[0].counts, None, "a count of an old state is no count");
        store.write(|tx| staging::count(tx, sheet, 2, &counts)).expect("counts");
        assert_eq!(store.read(staging::list).expect("reads")[0].counts, Some(counts));
        store.write(|tx| staging::decided(tx, sheet, user(2).id, 77)).expect("decides");
        let now = store.read(|tx| staging::get(tx, sheet)).expect("reads").expect("is staged");
        assert_eq!(now.decided, Some((user(2).id, 77)));
    });
}

#[test]
fn edits_and_answers_replace_those_before() {
    both(|store| {
        staged(store);
        let sheet = sheet(1).id;
        let two = [edit(7, "Warga Contoh"), edit(8, "")];
        store.write(|tx| staging::edit(tx, sheet, &two)).expect("edits");
        store.write(|tx| staging::edit(tx, sheet, &[edit(7, "Warga Benar")])).expect("edits");
        let kept = store.read(|tx| staging::edits(tx, sheet)).expect("reads");
        assert!(kept == [edit(7, "Warga Benar"), edit(8, "")]);
        let answered = |answer, reason: &str| Answered {
            sheet_index: 0,
            row: 7,
            code: ProblemCode::NikBirthDiffers,
            answer,
            reason: reason.into(),
            by: user(2).id,
            at_ms: 5,
        };
        let ask = answered(Answer::Ask, "");
        store.write(|tx| staging::answer(tx, sheet, std::slice::from_ref(&ask))).expect("asks");
        let settled = answered(Answer::Settled, "KTP dilihat");
        let one = std::slice::from_ref(&settled);
        store.write(|tx| staging::answer(tx, sheet, one)).expect("settles");
        let kept = store.read(|tx| staging::answers(tx, sheet)).expect("reads");
        assert_eq!(kept, [settled]);
        let code = ProblemCode::NikBirthDiffers;
        store.write(|tx| staging::unanswer(tx, sheet, (0, 7), code)).expect("takes back");
        assert_eq!(store.read(|tx| staging::answers(tx, sheet)), Ok(Vec::new()));
    });
}

#[test]
fn a_sender_has_people_and_a_person_has_a_row() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..3)).expect("imports");
        let found = store.read(|tx| staging::enlisted_by(tx, programme(1).id, org().id));
        let sheet = sheet(1).id;
        let first = Enlisted { person: person(1).id, sheet, sheet_index: 0, row: 2 };
        let second = Enlisted { person: person(2).id, row: 3, ..first };
        assert_eq!(found, Ok(vec![first, second]));
        let found = store.read(|tx| staging::enlisted_as(tx, person(2).id));
        assert_eq!(found, Ok(vec![(programme(1).id, second)]));
    });
}

fn ask(store: &Store, number: u32, subject: u8) -> Job {
    let subject = [subject; 16];
    let asked = JobAsked {
        id: id(9, number),
        kind: "check",
        subject: &subject,
        owner: user(1).id,
        at_ms: 1_000,
    };
    store.write(|tx| jobs::ask(tx, &asked)).expect("asks")
}

fn claim(store: &Store, worker: u8, now_ms: i64) -> Option<Job> {
    let worker = [worker; 16];
    let claim = Claim { worker: &worker, now_ms, dead_before_ms: now_ms - 100 };
    store.write(|tx| jobs::claim(tx, &claim, |_| false)).expect("claims")
}

fn job(store: &Store, id: Id<Job>) -> Job {
    store.read(|tx| jobs::get(tx, id)).expect("reads").expect("is there")
}

#[test]
fn a_job_is_one_workers_until_that_worker_is_dead() {
    both(|store| {
        settle_in(store);
        let first = ask(store, 1, 7);
        assert_eq!(ask(store, 2, 7).id, first.id, "the same work is not asked for twice");
        let second = ask(store, 3, 8);
        assert_eq!(claim(store, 1, 2_000).expect("work").id, first.id);
        assert_eq!(claim(store, 2, 2_010).expect("work").id, second.id);
        assert_eq!(claim(store, 3, 2_050), None, "both workers live");
        store.write(|tx| jobs::beat(tx, &[2; 16], 2_120)).expect("beats");
        let taken = claim(store, 3, 2_150).expect("the first worker is dead");
        assert_eq!((taken.id, taken.tries), (first.id, 2));
        assert_eq!(taken.begun_at_ms, Some(2_000));
    });
}

#[test]
fn a_job_tells_its_progress_and_ends_once() {
    both(|store| {
        settle_in(store);
        let asked = ask(store, 1, 7);
        assert_eq!(asked.state, JobState::Queued);
        claim(store, 1, 2_000).expect("work");
        let progress = |tx: &mut crate::Tx<'_>| {
            jobs::progress(tx, asked.id, "read", (32_768, 100_000), 2_300)?;
            jobs::cancel(tx, asked.id)
        };
        store.write(progress).expect("tells");
        let seen = job(store, asked.id);
        assert_eq!((&*seen.step, seen.done, seen.total), ("read", 32_768, 100_000));
        assert!(seen.cancel && seen.state == JobState::Running);
        let ended = |tx: &mut crate::Tx<'_>| {
            jobs::end(tx, asked.id, JobState::Failed, ("FILE_UNREADABLE", "x"), 3_000)?;
            jobs::end(tx, asked.id, JobState::Done, ("", ""), 4_000)
        };
        store.write(ended).expect("ends");
        let seen = job(store, asked.id);
        assert_eq!((seen.state, seen.ended_at_ms), (JobState::Failed, Some(3_000)));
        assert_eq!((&*seen.code, &*seen.detail), ("FILE_UNREADABLE", "x"));
        // A job that was stopped is no reason not to do the work again.
        assert_ne!(ask(store, 2, 7).id, asked.id);
        let listed = store.read(|tx| jobs::of_state(tx, JobState::Queued)).expect("reads");
        assert_eq!(listed.len(), 1);
    });
}

#[test]
fn an_edit_names_a_user_of_the_register() {
    both(|store| {
        staged(store);
        let stranger = Edit { by: id(3, 99), ..edit(7, "Warga Contoh") };
        let refused = store.write(|tx| staging::edit(tx, sheet(1).id, &[stranger]));
        let name = match refused {
            Err(StoreError::ConstraintViolated { name }) => name.to_string(),
            other => format!("{other:?}"),
        };
        assert!(["foreign_key", "sheet_edit_edited_by_fk"].contains(&name.as_str()), "{name}");
    });
}
