//! A card day from its seats to its minutes, on both engines: told in any order, decided by people,
//! seen by those who may. Everybody is invented.

mod files;
mod minutes;

use std::collections::BTreeSet;

use domain::card::CardNumber;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::cards::{CardCause, Ending};
use crate::demo::{self, DemoOptions, PROGRAMME};
use crate::grants::GrantRequest;
use crate::office::{Location, Role};
use crate::words::{Language, Words};

const LOST: Ending<'_> = Ending { cause: CardCause::Lost, reason: "hilang di jalan" };

struct World {
    office: Office,
    actor: Actor,
    day: CardDay,
    numbers: Vec<CardNumber>,
}

impl World {
    fn new(location: Location) -> World {
        let office = Office::invented(location, Day::new(2022, 10, 24).expect("a day"), 7);
        let folder = tempfile::tempdir().expect("a folder");
        let words = Words::of(Language::Indonesian);
        let options = DemoOptions { seed: 7, villages: Some(2), folder: folder.path(), words };
        demo::run(&office, &options, &mut |_, _, _| {}).expect("the journey ends well");
        let actor = office.actor("operator", Operation::Cards).expect("the first user");
        let (day, is_new) = office.make_card_day(&actor, &asked("Hari rekaan")).expect("a day");
        assert!(is_new);
        let seats = office.store.read(|tx| store::card_days::seats(tx, day.id)).expect("seats");
        let numbers = seats.iter().map(|kept| kept.cards[0].number).collect();
        office.environment.pass(200_000);
        World { office, actor, day, numbers }
    }

    fn told(&self, number: CardNumber, id: u8, at_ms: i64) -> ToldHandover {
        ToldHandover {
            id: Some(Id::from_bytes([id; 16])),
            number,
            recipient: Recipient::Holder,
            proof: Proof::Signature,
            reference: format!("baris {id}"),
            at_ms: Some(at_ms),
        }
    }

    fn sync(&self, device: u8, items: &[ToldHandover]) -> Vec<Taken> {
        let device = Some(Id::from_bytes([device; 16]));
        let now = Some(self.office.now_ms());
        let told = ToldQueue { device, device_now_ms: now, items };
        self.office.take_handovers(&self.actor, self.day.id, &told).expect("is taken")
    }

    fn tally(&self) -> Tally {
        self.office.card_day(&self.actor, self.day.id).expect("a day").row.tally
    }
}

fn asked(name: &'static str) -> CardDayAsked<'static> {
    CardDayAsked {
        programme: PROGRAMME,
        name,
        place: "Pendopo rekaan",
        day: Day::new(2022, 11, 14).expect("a day"),
        within: "",
    }
}

fn both(test: impl Fn(&World)) {
    let embedded = FreshDirectory::new();
    test(&World::new(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&World::new(database.location()));
    }
}

fn code_of<T>(result: Result<T, AppError>) -> String {
    result.err().map(|error| error.code).unwrap_or_default()
}

#[test]
fn every_good_card_has_a_seat_by_village_and_name_and_a_day_is_made_once() {
    both(|world| {
        let (office, actor) = (&world.office, &world.actor);
        let cards = office.cards_of(actor, PROGRAMME).expect("cards");
        let seats = office.card_seats(actor, world.day.id).expect("seats");
        assert_eq!(seats.len(), cards.len());
        let numbers: Vec<u32> = seats.iter().map(|row| row.seat.no).collect();
        assert_eq!(numbers, (1..=seats.len() as u32).collect::<Vec<_>>());
        let villages: Vec<RegionCode> = seats.iter().map(|row| row.seat.village).collect();
        assert!(villages.is_sorted());
        assert!(seats.iter().all(|row| row.initials.contains('…') && row.is_good));
        let again = office.make_card_day(actor, &asked("Hari rekaan")).expect("a day");
        assert_eq!(again, (world.day.clone(), false));
        for (wish, code) in [
            (CardDayAsked { within: "35.15", ..asked("Jauh") }, "NOT_A_REGION"),
            (CardDayAsked { name: " ", ..asked("") }, "CARD_DAY_NAME"),
            (CardDayAsked { place: "6401051708620099", ..asked("Nomor") }, "TEXT_HOLDS_NIK"),
            (CardDayAsked { programme: "tidak-ada", ..asked("Lain") }, "PROGRAMME_UNKNOWN"),
            // After the last paid month nobody has a good card.
            (
                CardDayAsked { day: Day::new(2023, 1, 2).expect("a day"), ..asked("Terlambat") },
                "CARD_DAY_EMPTY",
            ),
        ] {
            assert_eq!(code_of(office.make_card_day(actor, &wish)), code);
        }
        // What is in a hand already has no seat at another day.
        world.sync(1, &[world.told(world.numbers[0], 1, 1)]);
        let (next, _) = office.make_card_day(actor, &asked("Hari kedua")).expect("a day");
        let tally = office.card_day(actor, next.id).expect("a day").row.tally;
        assert_eq!(tally.seats as usize, seats.len() - 1);
    });
}

#[test]
fn whoever_has_a_card_later_sits_behind_the_last_seat() {
    both(|world| {
        let (office, actor) = (&world.office, &world.actor);
        assert_eq!(office.seat_newcomers(actor, world.day.id).expect("seats"), 0);
        // A card in a hand has no seat at the next day, until that turns out to be a mistake.
        let given = world.sync(1, &[world.told(world.numbers[0], 1, 1)]);
        let (next, _) = office.make_card_day(actor, &asked("Hari kedua")).expect("a day");
        let before = office.card_seats(actor, next.id).expect("seats");
        office
            .decide_handover(actor, given[0].id, HandoverStep::Undo, "salah pindai")
            .expect("is undone");
        assert_eq!(office.seat_newcomers(actor, next.id).expect("seats"), 1);
        assert_eq!(office.seat_newcomers(actor, next.id).expect("seats"), 0, "only once");
        let seats = office.card_seats(actor, next.id).expect("seats");
        let numbers = |rows: &[SeatRow]| rows.iter().map(|row| row.seat).collect::<Vec<_>>();
        let (old, new) = seats.split_at(before.len());
        assert_eq!(numbers(old), numbers(&before), "numbers that are given stay");
        assert_eq!(new[0].seat.no as usize, before.len() + 1);
        assert_eq!(new[0].seat.village, before[0].seat.village);
        // Each village once on the lists of who did not come, though it sits in two places.
        office.close_card_day(actor, next.id).expect("is closed");
        let words = Words::of(Language::Indonesian);
        let absent = office.card_day_paper(actor, next.id, (DayPaper::Absent, words));
        let villages: BTreeSet<_> = seats.iter().map(|row| row.seat.village).collect();
        assert_eq!(absent.expect("lists").len(), villages.len());
        assert_eq!(code_of(office.seat_newcomers(actor, next.id)), "CARD_DAY_CLOSED");
    });
}

#[test]
fn queues_of_several_devices_count_each_card_once_in_whatever_order_they_come() {
    both(|world| {
        let n = &world.numbers;
        let start = world.office.now_ms() - 100_000;
        let one = [world.told(n[0], 1, start + 100), world.told(n[1], 2, start + 300)];
        let two = [world.told(n[1], 3, start + 200), world.told(n[2], 4, start + 400)];
        // The later queue comes first, and comes twice.
        let taken = world.sync(1, &one);
        assert!(taken.iter().all(|one| one.is_new && one.state == HandoverState::Given));
        let taken = world.sync(2, &two);
        assert_eq!(taken[0].state, HandoverState::Given, "the earlier one counts");
        let again = world.sync(1, &one);
        assert!(again.iter().all(|one| !one.is_new), "told again is the same");
        assert_eq!(again[1].conflict, Some(Trouble::Twice));
        let tally = world.tally();
        assert_eq!((tally.given, tally.conflicts, tally.unseated), (3, 1, 0));
        let found = world.office.handover_conflicts(&world.actor, world.day.id).expect("reads");
        assert_eq!(found.iter().map(|row| row.handover.id).collect::<Vec<_>>(), [again[1].id]);
        // At a desk the same card is one telling, however often it is typed.
        let desk = [queue_item(&n[3].to_string(), ("spouse", "thumb"), "lembar 1").expect("fits")];
        let told = ToldQueue { device: None, device_now_ms: None, items: &desk };
        let take = || world.office.take_handovers(&world.actor, world.day.id, &told);
        let (first, second) = (take().expect("taken"), take().expect("taken"));
        assert_eq!((first[0].is_new, second[0].is_new), (true, false));
        assert_eq!(first[0].id, second[0].id);
        assert_eq!(world.tally().given, 4);
        assert_eq!(code_of(queue_item("7KQ2", ("holder", "photo"), "")), "CARD_NUMBER");
        let nik = queue_item(&n[3].to_string(), ("holder", "photo"), "6401051708620099");
        assert_eq!(code_of(nik), "TEXT_HOLDS_NIK");
        assert_eq!(code_of(queue_item(&n[3].to_string(), ("cucu", "photo"), "")), "KIND_UNKNOWN");
    });
}

#[test]
fn a_person_decides_and_what_they_said_stays() {
    both(|world| {
        let (office, actor, n) = (&world.office, &world.actor, &world.numbers);
        let start = office.now_ms() - 100_000;
        let first = world.sync(1, &[world.told(n[0], 1, start)])[0].id;
        let second = world.sync(2, &[world.told(n[0], 2, start + 50)])[0].id;
        let decide = |id, step, reason| office.decide_handover(actor, id, step, reason);
        let state = |id| office.handover(actor, id).expect("a telling").row.handover.state;
        assert_eq!(code_of(decide(second, HandoverStep::Accept, " ")), "REASON_MISSING");
        let undo = decide(second, HandoverStep::Undo, "keliru pindai");
        assert_eq!(code_of(undo), "HANDOVER_NOT_NOW");
        decide(second, HandoverStep::Accept, "tanda tangan ada pada lembar dua").expect("decides");
        assert_eq!((state(first), state(second)), (HandoverState::Dismissed, HandoverState::Given));
        let before = office.handover(actor, second).expect("a telling").steps.len();
        decide(second, HandoverStep::Accept, "tanda tangan ada pada lembar dua").expect("again");
        let file = office.handover(actor, second).expect("a telling");
        assert_eq!(file.steps.len(), before, "the same again is no change");
        assert_eq!(&*file.steps[0].0.words, "tanda tangan ada pada lembar dua");
        assert_eq!(file.reference, "baris 2");
        assert_eq!(file.next, [HandoverStep::Undo]);
        assert_eq!(world.tally().given, 1);
        // A mistake is undone with a reason; the one set aside may be taken up again and counts.
        decide(second, HandoverStep::Undo, "salah orang, kartu kembali").expect("decides");
        assert_eq!((state(second), world.tally().given), (HandoverState::Undone, 0));
        decide(first, HandoverStep::Reopen, "ternyata yang pertama benar").expect("decides");
        assert_eq!((state(first), world.tally().given), (HandoverState::Given, 1));
    });
}

#[test]
fn a_withdrawn_card_is_in_no_hand_and_whoever_got_another_sits_where_they_sat() {
    both(|world| {
        let (office, actor, n) = (&world.office, &world.actor, &world.numbers);
        let before = office.now_ms();
        office.environment.pass(60_000);
        let new = office.reprint_card(actor, &n[0].to_string(), LOST).expect("another card");
        office.environment.pass(60_000);
        let after = office.now_ms();
        // Told after it was withdrawn: conflict, and nobody may say that it counts.
        let late = &world.sync(1, &[world.told(n[0], 1, after)])[0];
        assert_eq!((late.conflict, late.seat), (Some(Trouble::Ended), Some(1)));
        let accept = office.decide_handover(actor, late.id, HandoverStep::Accept, "ada orangnya");
        assert_eq!(code_of(accept), "HANDOVER_NOT_NOW");
        let given = &world.sync(1, &[world.told(new.number, 2, after)])[0];
        assert_eq!((given.state, given.seat), (HandoverState::Given, Some(1)));
        // Handed over while it was good, and told later: it was in that hand.
        let revoked = office.revoke_card(actor, &n[1].to_string(), LOST);
        assert_eq!(revoked, Ok(true));
        let early = &world.sync(2, &[world.told(n[1], 3, before)])[0];
        assert_eq!(early.state, HandoverState::Given);
        let strange = CardNumber::from_random([99; 9]);
        let unknown = &world.sync(2, &[world.told(strange, 4, after)])[0];
        assert_eq!((unknown.conflict, unknown.seat), (Some(Trouble::Unknown), None));
        let bundle = office.card_day_bundle(actor, world.day.id).expect("a list");
        let digest = |number| bundle::number_digest(world.day.id, number);
        assert_eq!(bundle.seats[0].good, Some(digest(new.number)));
        assert_eq!(bundle.seats[0].ended, [digest(n[0])]);
        assert!(bundle.seats[0].is_given && bundle.seats[1].good.is_none());
        assert_eq!(bundle.conflicts, 2);
    });
}

#[test]
fn what_comes_after_the_day_is_closed_is_decided_by_a_person() {
    both(|world| {
        let (office, actor, n) = (&world.office, &world.actor, &world.numbers);
        let at = office.now_ms();
        assert_eq!(office.close_card_day(actor, world.day.id), Ok(true));
        assert_eq!(office.close_card_day(actor, world.day.id), Ok(false));
        let late = world.sync(1, &[world.told(n[0], 1, at)])[0].clone();
        assert_eq!(late.conflict, Some(Trouble::Late));
        let seats = office.card_seats(actor, world.day.id).expect("seats");
        assert!(seats.iter().all(|row| row.standing == SeatStanding::Absent));
        office
            .decide_handover(actor, late.id, HandoverStep::Accept, "telepon baru terhubung sore")
            .expect("decides");
        assert_eq!((world.tally().given, world.tally().conflicts), (1, 0));
        assert_eq!(code_of(office.reopen_card_day(actor, world.day.id, "")), "REASON_MISSING");
        let reason = "masih ada yang datang";
        assert_eq!(office.reopen_card_day(actor, world.day.id, reason), Ok(true));
        assert_eq!(world.sync(1, &[world.told(n[1], 2, at)])[0].state, HandoverState::Given);
    });
}

#[test]
fn a_village_sees_and_hands_over_its_own() {
    both(|world| {
        let (office, actor) = (&world.office, &world.actor);
        let file = office.card_day(actor, world.day.id).expect("a day");
        let villages: Vec<RegionCode> =
            file.villages.iter().filter_map(|(code, ..)| *code).collect();
        assert_eq!(villages.len(), 2);
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        office.add_account(&keeper, "desa-satu").expect("an account");
        let request = GrantRequest {
            user: "desa-satu".into(),
            role: Role::VillageOperator,
            territory: Some(villages[0]),
            org: None,
            from: None,
            until: None,
        };
        office.grant_role(&keeper, &request).expect("a role");
        let own = office.actor("desa-satu", Operation::HandOver).expect("may");
        let seen = office.card_seats(&own, world.day.id).expect("seats");
        let places: BTreeSet<RegionCode> = seen.iter().map(|row| row.seat.village).collect();
        assert_eq!(places, BTreeSet::from([villages[0]]));
        assert_eq!(office.card_days(&own).expect("days").len(), 1);
        let tally = office.card_day(&own, world.day.id).expect("a day").row.tally;
        assert_eq!(tally.seats as usize, seen.len());
        let bundle = office.card_day_bundle(&own, world.day.id).expect("a list");
        assert_eq!((bundle.seats.len(), bundle.villages.len()), (seen.len(), 1));
        // A card of the other village is not lost, and does not count by itself.
        let now = office.now_ms();
        let items = [
            world.told(world.numbers[0], 1, now),
            world.told(*world.numbers.last().expect("cards"), 2, now),
        ];
        let told = ToldQueue { device: None, device_now_ms: None, items: &items };
        let taken = office.take_handovers(&own, world.day.id, &told).expect("is taken");
        assert_eq!(taken[0].state, HandoverState::Given);
        assert_eq!(taken[1].conflict, Some(Trouble::NotOfDay));
        assert_eq!(code_of(office.handover(&own, taken[1].id)), "HANDOVER_UNKNOWN");
        assert_eq!(code_of(office.close_card_day(&own, world.day.id)), "USER_MAY_NOT");
        let decided = office.decide_handover(&own, taken[0].id, HandoverStep::Undo, "salah pindai");
        assert_eq!(code_of(decided), "USER_MAY_NOT");
        // Of another village's day there is nothing to see.
        let within = villages[1].to_string();
        let other = CardDayAsked { within: &within, ..asked("Desa lain") };
        let (other, _) = office.make_card_day(actor, &other).expect("a day");
        assert_eq!(code_of(office.card_day(&own, other.id)), "CARD_DAY_UNKNOWN");
        let take = office.take_handovers(&own, other.id, &told);
        assert_eq!(code_of(take), "CARD_DAY_UNKNOWN");
    });
}

#[test]
fn papers_are_written_and_no_file_is_named_after_anybody() {
    both(|world| {
        let (office, actor) = (&world.office, &world.actor);
        let words = Words::of(Language::Indonesian);
        world.sync(1, &[world.told(world.numbers[0], 1, office.now_ms())]);
        let mut names = Vec::new();
        for paper in DayPaper::ALL {
            let files = office.card_day_paper(actor, world.day.id, (paper, words));
            for file in files.expect("is printed") {
                assert!(file.bytes.starts_with(b"%PDF"), "{}", file.name);
                names.push(file.name);
            }
        }
        assert_eq!(names.len(), 5, "absent lists are one for each village: {names:?}");
        let wish = MinutesAsked { number: "470/12/2022", giver: "", receiver: "Camat Rekaan" };
        let minutes = office.card_day_minutes(actor, world.day.id, (&wish, words));
        assert_eq!(minutes.expect("is printed").name, "berita-acara-2022-11-14.pdf");
        let nik = MinutesAsked { giver: "6401051708620099", ..wish };
        let refused = office.card_day_minutes(actor, world.day.id, (&nik, words));
        assert_eq!(code_of(refused.map(|_| ())), "TEXT_HOLDS_NIK");
    });
}
