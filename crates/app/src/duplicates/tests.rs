//! The court on both engines: found, decided, merged, paid, taken back. Everybody is invented.

use std::collections::{BTreeMap, HashSet};

use base::{Day, Month, RegionCode, Rupiah};
use domain::claim::ClaimKind;
use domain::payment::bill_reference;
use domain::programme::{Programme, Terms};
use domain::task::Verdict;
use rules::{FundKind, Schemes};
use store::duplicates::Pair;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::intake::{Receipt, Received};
use crate::office::{Location, Role};

mod apart;
mod before_money;
mod cover;
mod kinds;
mod search;

/// A line of a statement that pays: its day, its words, how much.
type Payment = (Day, String, Rupiah);

const VILLAGE: &str = "desa-6401052001";

/// An office with two programmes that anybody may be on.
struct World {
    office: Office,
    operator: Actor,
    approver: Actor,
    folder: tempfile::TempDir,
    files: std::cell::Cell<u32>,
}

fn world(location: Location, schemes: Schemes) -> World {
    let office = Office::invented(location, Day::new(2022, 10, 3).expect("a day"), 5);
    let operator = office.actor("operator", Operation::SetUp).expect("the first user");
    office.add_user(&operator, "penyetuju", Role::Approver).expect("a user");
    let approver = office.actor("penyetuju", Operation::Approve).expect("approves");
    let village = RegionCode::from_digits(6401052001, 4);
    office.add_org(&operator, VILLAGE, "Desa Rekaan", village).expect("a village");
    let fund = office.add_fund(&operator, "apbd", FundKind::Apbd, Rupiah(10_000_000));
    let fund = fund.expect("a fund");
    let month = |text| Month::parse(text).expect("a month");
    for code in ["satu", "dua"] {
        let programme = Programme {
            id: office.environment.new_id(),
            code: code.into(),
            name: format!("Program {code}").into(),
            territory: RegionCode::from_digits(6401, 2),
            fund: fund.id,
            schemes,
            first: month("2022-10"),
            last: month("2022-12"),
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(1_000_000),
            refuse_insured: false,
            target: None,
            terms: Terms::default(),
        };
        office.add_programme(&operator, &programme).expect("a programme");
    }
    let folder = tempfile::tempdir().expect("a folder");
    World { office, operator, approver, folder, files: Default::default() }
}

fn both(test: impl Fn(&World)) {
    both_in(Schemes::JKK_JKM, test);
}

fn both_in(schemes: Schemes, test: impl Fn(&World)) {
    let embedded = FreshDirectory::new();
    test(&world(embedded.location(), schemes));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&world(database.location(), schemes));
    }
}

const HEADS: &str = "NIK,No KK,Nama,Tempat Lahir,Tanggal Lahir,JK,Nama Ibu,Pekerjaan,Alamat\n";
const KK: &str = "6401050101100007";

/// One man, and the same man with another day of birth in his number and his date.
const ONE: &str = "6401051708620001,6401050101100007,Sumarno Hadiprawiro,Paser,17-08-1962,L,\
                   Tumirah Lestari,nelayan,RT 1\n";
const AGAIN: &str = "6401051808620001,6401050101100007,Sumarno Hadiprawiro,Paser,18-08-1962,L,\
                     Tumirah Lestari,nelayan,RT 1\n";
/// His brother's son of another house.
const OTHER: &str = "6401052103850004,6401050101100099,Bagas Nugroho,Paser,21-03-1985,L,\
                     Wagiyem Rahayu,petani,RT 4\n";

impl World {
    fn take_in(&self, programme: &str, rows: &str) {
        self.files.set(self.files.get() + 1);
        let path = self.folder.path().join(format!("daftar-{}.csv", self.files.get()));
        std::fs::write(&path, format!("{HEADS}{rows}")).expect("a file");
        let received = Received {
            path,
            programme: programme.into(),
            org: VILLAGE.into(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        match self.office.receive(&self.operator, &received).expect("is taken in") {
            Receipt::Decided(report) => {
                let accepted = report.outcomes.iter().filter(|(one, _)| one.is_accepted());
                let accepted: u64 = accepted.map(|(_, count)| *count).sum();
                assert_eq!(accepted, rows.lines().count() as u64, "{:?}", report.outcomes);
            }
            _ => panic!("the file is new"),
        }
    }

    fn approve_list(&self, programme: &str) {
        self.office.propose(&self.operator, programme).expect("is put forward");
        self.office.approve(&self.approver, programme, None).expect("is approved");
    }

    fn issue(&self, programme: &str, month: &str) -> Payment {
        let month = Month::parse(month).expect("a month");
        self.office.finalise_bill(&self.operator, programme, month, 1).expect("is locked");
        let bill = self.office.issue_bill(&self.approver, programme, month).expect("is issued");
        let day = month.first_day();
        (day, format!("IURAN {}", bill_reference(bill.id)), bill.total)
    }

    fn pay(&self, lines: &[Payment]) {
        let text = crate::statement::of_payments(lines);
        self.office
            .take_statement(&self.operator, "kas-daerah", text.as_bytes())
            .expect("is taken");
        let matched = self.office.match_payments(&self.operator).expect("is matched");
        assert_eq!(matched.matches.len(), lines.len());
    }

    /// The same man on both programmes, October paid by both.
    fn paid_twice(&self) -> PairShown {
        self.take_in("satu", ONE);
        self.take_in("dua", &format!("{AGAIN}{OTHER}"));
        self.approve_list("satu");
        self.approve_list("dua");
        self.pay(&[self.issue("satu", "2022-10"), self.issue("dua", "2022-10")]);
        for code in ["satu", "dua"] {
            self.office.issue_cards(&self.operator, code).expect("cards");
        }
        self.only_pair()
    }

    /// Two records of one human that two lists billed for October, merged before it is paid.
    fn paid_after_the_merging(&self) -> PairShown {
        self.take_in("satu", ONE);
        self.take_in("dua", &format!("{AGAIN}{OTHER}"));
        self.approve_list("satu");
        self.approve_list("dua");
        let october = [self.issue("satu", "2022-10"), self.issue("dua", "2022-10")];
        let pair = self.only_pair();
        self.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        self.second(pair.id, true).expect("is approved");
        self.pay(&october);
        pair
    }

    fn only_pair(&self) -> PairShown {
        self.office.find_duplicates(&self.operator, false).expect("searches");
        let mut pairs = self.queue(PairState::Open);
        assert_eq!(pairs.len(), 1, "{pairs:?}");
        pairs.pop().expect("one")
    }

    fn queue(&self, state: PairState) -> Vec<PairShown> {
        self.office.duplicates(&self.operator, state, None, 50).expect("lists")
    }

    fn say(
        &self,
        pair: Id<kind::Pair>,
        verdict: PairVerdict,
        reason: &str,
    ) -> Result<PairState, AppError> {
        let judgement = Judgement { pair, revision: None, verdict, keep: None, reason };
        self.office.judge_pair(&self.operator, &judgement)
    }

    fn second(&self, pair: Id<kind::Pair>, approves: bool) -> Result<(), AppError> {
        let task = self.office.store.read(|tx| judge::open_task(tx, pair))?.expect("a task waits");
        let verdict = match approves {
            true => Verdict::Approve(task.hash),
            false => Verdict::Return("belum yakin".into()),
        };
        self.office.decide_task(&self.approver, task.id, &verdict).map(|_| ())
    }

    fn both_of(&self, pair: Id<kind::Pair>) -> [Id<kind::Person>; 2] {
        let pair = self.office.store.read(|tx| store::duplicates::get(tx, pair)).expect("reads");
        let pair = pair.expect("is there");
        [pair.left, pair.right]
    }

    fn file(&self, pair: Id<kind::Pair>) -> PairFile {
        self.office.duplicate(&self.operator, pair, [None, None]).expect("is shown")
    }

    /// Every row of every table but those that say what happened.
    fn rows(&self) -> BTreeMap<String, Vec<Vec<u8>>> {
        let told = [
            "audit",
            "audit_node",
            "audit_reason",
            "reason",
            // Each reason has a key of its own.
            "record_key",
            "state_digest",
            "task",
            "task_verdict",
            "duplicate_verdict",
            "duplicate_tally",
            "duplicate_pair",
            "setting",
        ];
        let found = self.office.store.read(|tx| {
            let mut found = BTreeMap::new();
            for table in store::copies::tables(tx)? {
                let mut rows = Vec::new();
                store::copies::read(tx, &table, |row| {
                    rows.push(row.to_vec());
                    Ok::<_, AppError>(())
                })?;
                if !told.contains(&table.name.as_str()) {
                    found.insert(table.name.clone(), rows);
                }
            }
            Ok::<_, AppError>(found)
        });
        found.expect("is read")
    }
}

#[test]
fn a_pair_is_found_once_and_costs_what_both_cost() {
    both(|world| {
        let pair = world.paid_twice();
        assert_eq!(pair.stake, Stake { monthly: Rupiah(33_600), paid: Rupiah(33_600) });
        assert!(pair.certainty_ppm > 10_000, "{}", pair.certainty_ppm);
        assert!(pair.reasons.iter().any(|one| one.field == "mother" && one.level == 1));
        // What is shown names nobody.
        assert!(!format!("{pair:?}").contains("Sumarno"), "{pair:?}");
        let again = world.office.find_duplicates(&world.operator, true).expect("searches");
        assert_eq!((again.new, again.changed, again.gone), (0, 0, 0));
        let counts = world.office.duplicate_counts(&world.operator).expect("counts");
        assert_eq!(counts.get(&PairState::Open), Some(&1));
    });
}

#[test]
fn only_who_is_new_is_compared_again() {
    both(|world| {
        world.take_in("satu", ONE);
        let first = world.office.find_duplicates(&world.operator, false).expect("searches");
        assert_eq!((first.people, first.compared, first.new), (1, 1, 0));
        world.take_in("dua", &format!("{AGAIN}{OTHER}"));
        let next = world.office.find_duplicates(&world.operator, false).expect("searches");
        // The first is compared once more: an hour has not passed.
        assert_eq!((next.people, next.new), (3, 1));
    });
}

#[test]
fn merging_moves_what_has_room_and_shows_what_was_paid_twice() {
    both(|world| {
        let pair = world.paid_twice();
        let file = world.file(pair.id);
        let merge = file.merge.expect("can be merged");
        assert_eq!(merge.recoverable, Rupiah(16_800));
        assert_eq!((merge.twice.len(), merge.memberships, merge.cards), (2, 1, 1));
        let november = [world.issue("satu", "2022-11"), world.issue("dua", "2022-11")];
        assert_eq!(world.say(pair.id, PairVerdict::Same, ""), Ok(PairState::Proposed));
        // The one who put it forward cannot approve it.
        let task = world.office.store.read(|tx| judge::open_task(tx, pair.id));
        let task = task.expect("reads").expect("waits");
        let own = world.office.decide_task(&world.operator, task.id, &Verdict::Approve(task.hash));
        assert!(own.is_err());
        world.second(pair.id, true).expect("is approved");
        let file = world.file(pair.id);
        assert_eq!(file.shown.state, PairState::Same);
        let kept = file.people.iter().find(|one| one.merged_into.is_none()).expect("stays");
        let away = file.people.iter().find(|one| one.merged_into.is_some()).expect("steps aside");
        assert_eq!((kept.memberships.len(), away.memberships.len()), (2, 0));
        // October was paid for both: nothing of it disappears.
        assert_eq!((kept.covered.len(), away.covered.len()), (2, 2));
        assert_eq!(file.merge.expect("is shown").recoverable, Rupiah(16_800));
        // Bills issued before are paid whatever the order, and show as paid twice.
        world.pay(&november);
        let file = world.file(pair.id);
        assert_eq!(file.merge.expect("is shown").recoverable, Rupiah(33_600));
        world.office.verify_ledger(&world.operator).expect("the ledger balances");
        // From December on the man is billed once.
        let december = Month::parse("2022-12").expect("a month");
        let one = world.office.draft_bill(&world.operator, "satu", december).expect("drafts");
        assert_eq!(one.total, Rupiah(16_800));
        world.issue("satu", "2022-12");
        let other = world.office.draft_bill(&world.operator, "dua", december).expect("drafts");
        assert_eq!((other.total, other.people), (Rupiah(16_800), 1), "only the other man");
        // His other number leads to him: the next list brings nobody new.
        let people = world.office.people_count().expect("counts");
        world.take_in("satu", OTHER);
        assert_eq!(world.office.people_count(), Ok(people));
    });
}

/// Each record has a claim; made one, both are of the record that stays, and none can be opened
/// again through the other.
#[test]
fn claims_go_with_the_record_and_come_back() {
    both(|world| {
        let pair = world.paid_twice();
        let people = world.both_of(pair.id);
        let days = ["2022-10-01", "2022-10-02"].map(|day| Day::parse_iso(day).expect("a day"));
        let open = |person, event| {
            let opening = crate::claims::tests::opening(person, ClaimKind::Jkm, event);
            let (claim, is_new) = world.office.open_claim(&world.operator, &opening)?;
            Ok::<_, AppError>((claim.person, is_new))
        };
        for (person, day) in people.into_iter().zip(days) {
            assert_eq!(open(person, day), Ok((person, true)));
        }
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        let file = world.file(pair.id);
        let kept = people.into_iter().zip(&file.people);
        let mut kept = kept.filter(|(_, file)| file.merged_into.is_none());
        let (kept, _) = kept.next().expect("one stays");
        for (person, day) in people.into_iter().flat_map(|one| days.map(|day| (one, day))) {
            assert_eq!(open(person, day), Ok((kept, false)));
        }
        world.say(pair.id, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        for (person, day) in people.into_iter().zip(days) {
            assert_eq!(open(person, day), Ok((person, false)));
        }
    });
}

#[test]
fn savings_of_one_human_are_one_account_and_a_month_counts_once() {
    both_in(Schemes::JKK_JKM_JHT, |world| {
        let pair = world.paid_twice();
        let (office, operator) = (&world.office, &world.operator);
        let scope = crate::jht::JhtScope { programme: None, after: None, most: 9 };
        let list = || office.jht_list(operator, &scope).expect("a list");
        let three = list();
        assert_eq!((three.people, three.sums.balance), (3, Rupiah(60_000)));
        assert_eq!(world.say(pair.id, PairVerdict::Same, ""), Ok(PairState::Proposed));
        world.second(pair.id, true).expect("is approved");
        // October was paid for both: 20,000 count, 20,000 can be asked back.
        for person in world.file(pair.id).people {
            let file = office.jht_file(operator, person.shown.id, Default::default());
            let file = file.expect("an account");
            assert_eq!(file.account.counted.answer.total, Rupiah(20_000));
            assert_eq!((file.paid.len(), file.corrections.len()), (1, 1));
        }
        let two = list();
        assert_eq!((two.people, two.sums.balance), (2, Rupiah(40_000)));
    });
}

#[test]
fn what_was_merged_is_taken_apart_to_the_byte() {
    both(|world| {
        let pair = world.paid_twice();
        let before = world.rows();
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        assert_ne!(world.rows(), before);
        assert_eq!(
            world.say(pair.id, PairVerdict::Undo, "").map_err(|no| no.code),
            Err("REASON_MISSING".to_owned())
        );
        let undone = world.say(pair.id, PairVerdict::Undo, "ternyata dua orang");
        assert_eq!(undone, Ok(PairState::Parting));
        world.second(pair.id, true).expect("is approved");
        let after = world.rows();
        for (table, rows) in &before {
            assert_eq!(after.get(table), Some(rows), "{table}");
        }
        assert_eq!(world.file(pair.id).said.len(), 4);
    });
}

/// October is paid after the merging, November too: parted, each month goes to whose membership
/// paid for it.
#[test]
fn what_is_paid_after_a_merging_follows_its_membership_when_it_is_taken_apart() {
    both(|world| {
        let pair = world.paid_after_the_merging();
        world.pay(&[world.issue("dua", "2022-11")]);
        world.office.verify_ledger(&world.operator).expect("covered as billed");
        let covered = |world: &World| {
            let read = world.office.store.read(|tx| {
                let mut found = BTreeMap::new();
                for person in world.both_of(pair.id) {
                    let own = store::memberships::of_person(tx, person)?;
                    for cover in store::covered::of_person(tx, person)? {
                        let is_own = own.iter().any(|one| one.programme == cover.programme);
                        found.insert((person, cover.month, cover.scheme.name()), is_own);
                    }
                }
                Ok::<_, AppError>(found)
            });
            read.expect("read")
        };
        // Two months and two schemes; October of both programmes is paid, November of one.
        assert_eq!(covered(world).len(), 6);
        world.say(pair.id, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        let after = covered(world);
        assert_eq!((after.len(), after.values().all(|own| *own)), (6, true), "{after:?}");
        world.office.verify_ledger(&world.operator).expect("covered as billed");
    });
}

/// One man died in September under both numbers. What was paid for October is owed back by one
/// programme, then the records are merged, then the other owes it back too: the same person,
/// scheme and month twice.
#[test]
fn what_is_owed_back_twice_for_one_human_has_room_and_comes_apart() {
    both(|world| {
        let pair = world.paid_twice();
        let dead = |text: String| {
            let path = world.folder.path().join("wafat.csv");
            std::fs::write(&path, format!("nik,nama,tanggal meninggal\n{text}")).expect("written");
            let received = crate::references::ReferenceReceived {
                path: &path,
                kind: domain::reference::ReferenceKind::Meninggal,
                as_of: Day::new(2022, 9, 30).expect("a day"),
                complete: false,
            };
            world.office.take_reference(&world.operator, &received).expect("taken").expect("read");
        };
        let owed_back = |code: &str| {
            let task =
                world.office.propose_credits(&world.operator, code).expect("is put forward").0;
            let yes = Verdict::Approve(task.hash);
            world.office.decide_task(&world.approver, task.id, &yes).expect("is approved");
        };
        dead("6401051708620001,Sumarno Hadiprawiro,10-09-2022\n".to_owned());
        owed_back("satu");
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        owed_back("dua");
        world.office.verify_ledger(&world.operator).expect("covered as billed");
        world.say(pair.id, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        world.office.verify_ledger(&world.operator).expect("covered as billed");
        let [left, right] = world.both_of(pair.id);
        let withdrawn = world.office.store.read(|tx| {
            let of_left = store::covered::withdrawn(tx, left)?.len();
            Ok::<_, AppError>((of_left, store::covered::withdrawn(tx, right)?.len()))
        });
        assert_eq!(withdrawn, Ok((2, 2)), "two schemes of each");
    });
}

#[test]
fn months_and_lines_of_unpaid_bills_move_and_come_back() {
    both(|world| {
        world.take_in("satu", ONE);
        world.take_in("dua", &format!("{AGAIN}{OTHER}"));
        world.approve_list("satu");
        world.approve_list("dua");
        // As many months each: the older record stays, and the other's November moves to it.
        world.pay(&[world.issue("satu", "2022-10"), world.issue("dua", "2022-11")]);
        let december = world.issue("dua", "2022-12");
        let pair = world.only_pair();
        let before = world.rows();
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        let file = world.file(pair.id);
        let kept = file.people.iter().find(|one| one.merged_into.is_none()).expect("stays");
        assert_eq!(kept.covered.len(), 4, "two months by two schemes");
        world.office.verify_ledger(&world.operator).expect("all is well");
        world.say(pair.id, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        let after = world.rows();
        for (table, rows) in &before {
            assert_eq!(after.get(table), Some(rows), "{table}");
        }
        world.pay(&[december]);
        world.office.verify_ledger(&world.operator).expect("and still is");
    });
}

#[test]
fn what_was_paid_while_two_were_one_goes_to_whose_it_is() {
    for first_paid in ["satu", "dua"] {
        both(|world| {
            let pair = world.paid_twice();
            let [satu, dua] = ["satu", "dua"].map(|code| world.issue(code, "2022-11"));
            world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
            world.second(pair.id, true).expect("is approved");
            // Whichever comes first covers the record that stays, the other the one aside.
            match first_paid {
                "satu" => [satu, dua].map(|line| world.pay(&[line])),
                _ => [dua, satu].map(|line| world.pay(&[line])),
            };
            // A bill that was drawn up while they were one.
            world.pay(&[world.issue("dua", "2022-12")]);
            world.office.verify_ledger(&world.operator).expect("all is well");
            world.say(pair.id, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
            world.second(pair.id, true).expect("is approved");
            world.office.verify_ledger(&world.operator).expect("and still is");
            // Three months by "dua" for whom "dua" has, two by "satu" for the other; two schemes.
            let people = world.file(pair.id).people;
            let months = people.each_ref().map(|one| one.covered.len());
            assert!(months == [4, 6] || months == [6, 4], "{months:?}");
            for one in &people {
                let (_, programme) = one.memberships.first().expect("each has one again");
                let wanted = if &*programme.code == "satu" { 4 } else { 6 };
                assert_eq!(one.covered.len(), wanted, "{}", programme.code);
            }
        });
    }
}

#[test]
fn within_one_programme_the_second_place_is_billed_no_more() {
    both(|world| {
        world.take_in("satu", ONE);
        world.take_in("satu", AGAIN);
        world.approve_list("satu");
        world.pay(&[world.issue("satu", "2022-10")]);
        world.office.issue_cards(&world.operator, "satu").expect("cards");
        let pair = world.only_pair();
        let before = world.rows();
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        let november = Month::parse("2022-11").expect("a month");
        let bill = world.office.draft_bill(&world.operator, "satu", november).expect("drafts");
        assert_eq!((bill.people, bill.total), (1, Rupiah(16_800)));
        world.say(pair.id, PairVerdict::Undo, "salah orang").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        let bill = world.office.draft_bill(&world.operator, "satu", november).expect("drafts");
        assert_eq!(bill.people, 2);
        let mut after = world.rows();
        for table in ["bill", "bill_line", "bill_exclusion"] {
            // The draft of November is new.
            after.insert(table.to_owned(), before[table].clone());
        }
        assert_eq!(after, before);
    });
}

#[test]
fn a_word_is_remembered_and_can_be_taken_back() {
    both(|world| {
        let pair = world.paid_twice();
        assert_eq!(world.say(pair.id, PairVerdict::Different, ""), Ok(PairState::Different));
        assert_eq!(world.say(pair.id, PairVerdict::Different, ""), Ok(PairState::Different));
        let again = world.office.find_duplicates(&world.operator, true).expect("searches");
        assert_eq!(again.new, 0);
        assert!(world.queue(PairState::Open).is_empty());
        // Intake knows it too, as a pair.
        let apart = || world.office.store.read(store::duplicates::told_apart).expect("reads");
        let [left, right] = world.both_of(pair.id);
        assert_eq!(apart(), HashSet::from([(left, right)]));
        let undone = world.say(pair.id, PairVerdict::Undo, "saya keliru");
        assert_eq!(undone, Ok(PairState::Open));
        assert!(apart().is_empty());
        let said = world.file(pair.id).said;
        let reasons: Vec<&str> = said.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!(reasons, ["", "saya keliru"]);
        let stale = Judgement {
            pair: pair.id,
            revision: Some(0),
            verdict: PairVerdict::Same,
            keep: None,
            reason: "",
        };
        let stale = world.office.judge_pair(&world.operator, &stale);
        assert_eq!(stale.map_err(|no| no.code), Err("PAIR_CHANGED".to_owned()));
    });
}

#[test]
fn a_village_answers_what_it_was_asked() {
    both(|world| {
        let pair = world.paid_twice();
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
        let judge = |verdict| {
            let judgement =
                Judgement { pair: pair.id, revision: None, verdict, keep: None, reason: "" };
            world.office.judge_pair(&village, &judgement).map_err(|no| no.code)
        };
        let unknown = Err("PAIR_UNKNOWN".to_owned());
        assert_eq!(judge(PairVerdict::Same), unknown);
        assert_eq!(judge(PairVerdict::AnsweredSame), unknown);
        world.say(pair.id, PairVerdict::Ask, "").expect("is asked");
        let desk = world.office.desk(&village).expect("a desk");
        assert!(desk.waiting.iter().any(|one| one.what == "duplicate-questions"));
        assert_eq!(judge(PairVerdict::AnsweredSame), Ok(PairState::Open));
        let questions = world.file(pair.id).questions;
        assert_eq!(questions[0].answer, Some(PairVerdict::AnsweredSame));
        assert!(world.office.desk(&village).expect("a desk").waiting.is_empty());
    });
}

#[test]
fn a_returned_merging_moves_nothing() {
    both(|world| {
        let pair = world.paid_twice();
        let before = world.rows();
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        world.second(pair.id, false).expect("is returned");
        let file = world.file(pair.id);
        assert_eq!(file.shown.state, PairState::Open);
        assert_eq!(file.said.last().map(|one| one.reason.as_str()), Some("belum yakin"));
        assert_eq!(world.rows(), before);
    });
}

#[test]
fn a_chain_is_two_decisions_and_comes_apart_from_its_end() {
    both(|world| {
        let third = AGAIN.replace("180862", "190862").replace("18-08", "19-08");
        for row in [ONE, AGAIN, &third] {
            world.take_in("satu", row);
        }
        world.office.find_duplicates(&world.operator, false).expect("searches");
        let pairs = world.queue(PairState::Open);
        assert_eq!(pairs.len(), 3, "{pairs:?}");
        let before = world.rows();
        let same = |pair: Id<kind::Pair>| {
            world.say(pair, PairVerdict::Same, "")?;
            world.second(pair, true)
        };
        same(pairs[0].id).expect("the first two");
        // The other pairs of the record that stepped aside rest; one pair is left to decide.
        assert_eq!(world.queue(PairState::Resting).len(), 1);
        let left = world.queue(PairState::Open);
        assert_eq!(left.len(), 1);
        same(left[0].id).expect("the third");
        let roots = world.office.store.read(store::merges::roots).expect("reads");
        assert_eq!(roots.len(), 2);
        assert_eq!(roots.values().collect::<HashSet<_>>().len(), 1, "one stands for all");
        let part = |pair| {
            world.say(pair, PairVerdict::Undo, "dua orang")?;
            world.second(pair, true)
        };
        if roots.len() == 2 && world.file(left[0].id).merge.is_some() {
            part(left[0].id).expect("the last first");
            part(pairs[0].id).expect("then the first");
        }
        assert_eq!(world.rows(), before);
    });
}

#[test]
fn decided_pairs_ask_for_limits_and_a_second_person_sets_them() {
    both(|world| {
        let pair = world.paid_twice();
        let report = world.office.duplicate_limits(&world.operator, 10_000).expect("reports");
        assert_eq!(report.then, None);
        let none = world.office.propose_limits(&world.operator, 10_000).map(|_| ());
        assert_eq!(none.map_err(|no| no.code), Err("LIMITS_UNKNOWN".to_owned()));
        world.say(pair.id, PairVerdict::Different, "").expect("is said");
        let report = world.office.duplicate_limits(&world.operator, 10_000).expect("reports");
        assert_eq!(report.bands.iter().map(|band| band.different).sum::<u64>(), 1);
    });
}

/// One pair was two humans with little evidence, one was one human with much: the limits lie
/// between, and count for the next search once a second person has agreed.
#[test]
fn limits_that_decided_pairs_ask_for_are_set_by_two() {
    both(|world| {
        let third = AGAIN.replace("180862", "190862").replace("18-08", "19-08");
        for row in [ONE, AGAIN, &third] {
            world.take_in("satu", row);
        }
        world.office.find_duplicates(&world.operator, false).expect("searches");
        let open = world.queue(PairState::Open);
        let (two, one) = (open[0].id, open[1].id);
        world.say(two, PairVerdict::Different, "").expect("is said");
        let weak = world.office.store.write(|tx| {
            let pair = store::duplicates::get(tx, two)?.expect("is there");
            store::duplicates::weigh_all(tx, &[Pair { score: -9_000, ..pair }])?;
            world.office.record(tx, &world.operator, "pair-different", "pair", two.as_bytes())
        });
        weak.expect("is weighed");
        world.say(one, PairVerdict::Same, "").expect("is put forward");
        world.second(one, true).expect("is approved");
        let score = world.file(one).shown.score;
        let (report, task) =
            world.office.propose_limits(&world.operator, 10_000).expect("is put forward");
        // Before and after, and what the change would have meant for what was decided.
        let then = Limits { same: score, ask: -8_999 };
        assert_eq!((report.then, report.missed, report.mistaken), (Some(then), 0, 0));
        assert_ne!(report.now, then);
        let limits = || world.office.store.read(limits::limits).expect("reads");
        assert_eq!(limits(), report.now);
        let task = world.office.task(&world.approver, task).expect("waits").record.task;
        let yes = Verdict::Approve(task.hash);
        assert!(world.office.decide_task(&world.operator, task.id, &yes).is_err());
        world.office.decide_task(&world.approver, task.id, &yes).expect("is approved");
        assert_eq!(limits(), then);
        let report = world.office.duplicate_limits(&world.operator, 10_000).expect("reports");
        assert_eq!((report.now, report.then), (then, Some(then)));
    });
}

#[test]
fn conflicts_are_shown_before_a_list_is_approved() {
    both(|world| {
        world.take_in("satu", ONE);
        world.approve_list("satu");
        world.take_in("dua", &format!("{ONE}{OTHER}"));
        world.office.propose(&world.operator, "dua").expect("is put forward");
        let found = world.office.conflicts(&world.approver, "dua", None).expect("is shown");
        assert_eq!(found.people, 2);
        assert_eq!(found.found.len(), 1, "{:?}", found.found);
        let month = |text| Month::parse(text).expect("a month");
        let expect = crate::conflicts::Against::OtherProgramme(
            "Program satu".into(),
            "JKK, JKM".into(),
            month("2022-10"),
            month("2022-12"),
        );
        assert_eq!(found.found[0].against, expect);
        assert!(!found.found[0].person.unmasked);
        // Before the bill it is asked once more, for its month alone.
        world.office.approve(&world.approver, "dua", None).expect("is approved");
        let october = month("2022-10");
        let found = world.office.conflicts(&world.operator, "dua", Some(october));
        assert_eq!(found.expect("is shown").found.len(), 1);
    });
}

#[test]
fn everybody_has_their_words() {
    use crate::words::{Language, Words};
    assert_eq!(KK.len(), 16);
    for language in [Language::Indonesian, Language::English] {
        let words = Words::of(language);
        for field in linkage::compare::Field::ALL {
            for level in 0..field.levels() {
                let reason = Reason { field: field.code(), level: level as u8, millibits: 0 };
                let said = words.reason(&reason);
                assert!(!said.contains("same-"), "{said} {level}");
            }
        }
        for state in PairState::ALL {
            assert!(!words.get(&format!("pair-state-{}", state.name())).contains("pair-"));
        }
        for verdict in PairVerdict::ALL {
            assert!(!words.get(&format!("pair-said-{}", verdict.name())).contains("pair-"));
        }
    }
}
