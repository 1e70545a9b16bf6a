//! The search as work: begun by whoever brings people in, stopped, found again after a sudden
//! death.

use store::jobs::{Claim, JobState};

use super::*;
use crate::jobs::Crew;

impl World {
    fn jobs(&self, state: JobState) -> usize {
        let jobs = self.office.store.read(|tx| store::jobs::of_state(tx, state));
        jobs.expect("reads").len()
    }

    /// Does everything that waits; how many pieces of work.
    fn work(&self) -> usize {
        let crew = Crew::new(&self.office);
        let mut done = 0;
        while self.office.work_once(&crew).expect("works") {
            done += 1;
        }
        done
    }

    fn last(&self) -> LastSearch {
        self.office.last_search(&self.operator).expect("is told")
    }
}

#[test]
fn taking_people_in_begins_a_search() {
    both(|world| {
        assert_eq!(world.last(), LastSearch { done: None, open: None, failed: None });
        world.take_in("satu", ONE);
        world.take_in("dua", &format!("{AGAIN}{OTHER}"));
        // Two files, one search: it begins after both.
        assert_eq!(world.jobs(JobState::Queued), 1);
        assert!(world.last().open.is_some());
        assert!(world.office.open_jobs(&world.operator).expect("lists").is_empty());
        assert_eq!(world.work(), 1);
        let last = world.last();
        let (_, searched) = last.done.expect("was searched");
        assert_eq!((searched.people, searched.compared, searched.new), (3, 3, 1));
        assert!(last.open.is_none() && last.failed.is_none());
        assert_eq!(world.queue(PairState::Open).len(), 1);
        // Nobody new, nothing to look for.
        world.take_in("satu", OTHER);
        assert_eq!(world.work(), 0);
    });
}

#[test]
fn who_takes_files_in_for_a_village_begins_a_search_and_reads_none() {
    both(|world| {
        let request = crate::grants::GrantRequest {
            user: "desa".into(),
            role: Role::VillageOperator,
            territory: Some(RegionCode::from_digits(6401052001, 4)),
            org: None,
            from: None,
            until: None,
        };
        world.office.add_account(&world.operator, "desa").expect("an account");
        world.office.grant_role(&world.operator, &request).expect("a role");
        let village = world.office.actor("desa", Operation::TakeIn).expect("a village");
        let path = world.folder.path().join("desa.csv");
        std::fs::write(&path, format!("{HEADS}{ONE}")).expect("a file");
        let received = Received {
            path,
            programme: "satu".into(),
            org: VILLAGE.into(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        world.office.receive(&village, &received).expect("is taken in");
        assert_eq!(world.work(), 1);
        assert_eq!(world.last().done.map(|(_, searched)| searched.people), Some(1));
        assert!(world.office.last_search(&village).is_err());
        assert!(world.office.ask_search(&village, false).is_err());
        assert!(world.office.cancel_search(&village).is_err());
    });
}

#[test]
fn people_who_come_in_while_a_search_runs_have_their_own() {
    both(|world| {
        world.take_in("satu", ONE);
        let now_ms = world.office.moment();
        let claim = Claim { worker: &[9; 16], now_ms, dead_before_ms: 0 };
        let claimed = world.office.store.write(|tx| store::jobs::claim(tx, &claim, |_| false));
        assert!(claimed.expect("claims").is_some());
        world.take_in("dua", AGAIN);
        assert_eq!((world.jobs(JobState::Running), world.jobs(JobState::Queued)), (1, 1));
        // The button answers the one that runs.
        let asked = world.office.ask_search(&world.operator, false).expect("is asked");
        assert_eq!((world.jobs(JobState::Running), world.jobs(JobState::Queued)), (1, 1));
        assert!(asked.state.is_open());
    });
}

#[test]
fn a_search_whose_process_died_is_done_by_another() {
    both(|world| {
        world.take_in("satu", ONE);
        world.take_in("dua", AGAIN);
        let now_ms = world.office.moment() - 60_000;
        let claim = Claim { worker: &[9; 16], now_ms, dead_before_ms: 0 };
        let claimed = world.office.store.write(|tx| store::jobs::claim(tx, &claim, |_| false));
        assert!(claimed.expect("claims").is_some());
        assert_eq!((world.jobs(JobState::Running), world.queue(PairState::Open).len()), (1, 0));
        assert_eq!(world.work(), 1);
        assert_eq!((world.jobs(JobState::Running), world.queue(PairState::Open).len()), (0, 1));
    });
}

#[test]
fn a_search_is_stopped_by_whoever_may_begin_one() {
    both(|world| {
        world.take_in("satu", ONE);
        world.take_in("dua", AGAIN);
        // While it waits.
        assert!(world.office.cancel_search(&world.operator).expect("is stopped").is_some());
        assert_eq!(world.office.cancel_search(&world.operator), Ok(None));
        assert_eq!(world.work(), 0);
        let last = world.last();
        assert_eq!(last.failed.map(|job| job.state), Some(JobState::Cancelled));
        // While it runs: the wish is seen at the next look, and nothing is kept.
        let asked = world.office.ask_search(&world.operator, true).expect("is asked");
        let now_ms = world.office.moment() - 60_000;
        let claim = Claim { worker: &[9; 16], now_ms, dead_before_ms: 0 };
        let claimed = world.office.store.write(|tx| store::jobs::claim(tx, &claim, |_| false));
        assert_eq!(claimed.expect("claims").map(|job| job.id), Some(asked.id));
        assert_eq!(world.office.cancel_search(&world.operator), Ok(Some(asked.id)));
        assert_eq!(world.work(), 1);
        assert!(world.queue(PairState::Open).is_empty());
        let ended = world.office.see_search_through(asked.id, |_| ());
        assert_eq!(ended.map_err(|no| no.code), Err("JOB_CANCELLED".to_owned()));
        // Begun anew it is done.
        let asked = world.office.ask_search(&world.operator, true).expect("is asked");
        let searched = world.office.see_search_through(asked.id, |_| ()).expect("is done");
        assert_eq!((searched.compared, searched.new), (2, 1));
        let last = world.last();
        assert_eq!(last.done.map(|(_, done)| done), Some(searched));
        assert_eq!(last.failed, None);
    });
}

/// So many people, each born on another day and called otherwise.
fn nobody_like_another(people: u32) -> String {
    let row = |at: u32| {
        let (day, month, year) = (at % 28 + 1, at / 28 % 12 + 1, 62 + at / 336);
        let letter = |at: u32| char::from(b'A' + (at % 26) as u8);
        let name: String = [at / 26, at, at / 3, at * 7].map(letter).iter().collect();
        format!(
            "640105{day:02}{month:02}{year}0001,,Wk{name} Rekaan,Paser,{day:02}-{month:02}-19{year},L,\
             Mama{name},nelayan,RT 1\n"
        )
    };
    (0..people).map(row).collect()
}

/// Everybody beside everybody else, each pair dearer than the one before.
fn everybody_beside_everybody(people: &[Id<kind::Person>]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, one) in people.iter().enumerate() {
        for other in &people[at + 1..] {
            let (left, right) = domain::duplicates::ordered(*one, *other);
            pairs.push(Pair {
                id: domain::duplicates::pair_id(left, right),
                left,
                right,
                state: PairState::Open,
                score: 4_000,
                levels: Box::from([1; linkage::compare::Field::ALL.len()]),
                stake: Stake { monthly: Rupiah(pairs.len() as i64), paid: Rupiah(0) },
                revision: 0,
                found_at_ms: 1,
            });
        }
    }
    pairs
}

/// A hundred thousand pairs wait: how long each thing takes that somebody waits for. A hundred of
/// them by default; with `RUN_SLOW_TESTS` all, and the times are printed.
#[test]
fn a_queue_of_a_hundred_thousand_pairs_is_worked_off() {
    let all = std::env::var_os("RUN_SLOW_TESTS").is_some();
    both(|world| {
        world.take_in("satu", &nobody_like_another(if all { 448 } else { 15 }));
        world.approve_list("satu");
        let pairs = everybody_beside_everybody(&world.registered());
        let count = pairs.len();
        let kept = world.office.store.write(|tx| {
            store::duplicates::insert_all(tx, &pairs)?;
            world.office.record_count(tx, &world.operator, "pair-different", "pair", count as u64)
        });
        kept.expect("is kept");
        let time = |what: &str, work: &dyn Fn()| {
            let begun = std::time::Instant::now();
            work();
            println!("{count} pairs: {what} {:?}", begun.elapsed());
        };
        let list = |after| world.office.duplicates(&world.operator, PairState::Open, after, 50);
        time("the first page", &|| assert_eq!(list(None).expect("lists").len(), 50));
        let middle = Some(pairs[count / 2].id);
        time("a page in the middle", &|| assert_eq!(list(middle).expect("lists").len(), 50));
        time("one pair", &|| drop(world.file(pairs[0].id)));
        time("the counts", &|| {
            let counts = world.office.duplicate_counts(&world.operator).expect("counts");
            assert_eq!(counts[&PairState::Open], count as u64);
        });
        let october = Month::parse("2022-10").expect("a month");
        time("the conflicts of a bill", &|| {
            let found = world.office.conflicts(&world.operator, "satu", Some(october));
            // The fund does not reach for all of them.
            assert!(found.expect("is shown").pairs.len() > count / 2);
        });
        time("the report of limits", &|| {
            world.office.duplicate_limits(&world.operator, 10_000).expect("reports");
        });
        time("a word", &|| {
            world.say(pairs[0].id, PairVerdict::Different, "").expect("is said");
        });
        // The search forgets what is not alike and nobody has touched, and weighs the rest anew.
        time("a search", &|| {
            let found = world.office.find_duplicates(&world.operator, true).expect("searches");
            assert_eq!(found.gone + found.changed, count as u64 - 1);
        });
    });
}
