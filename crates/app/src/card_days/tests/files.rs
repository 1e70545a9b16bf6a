//! The photo of a handover that a device told of without a network, on both engines: sent, kept
//! sealed, opened by who may, refused to others, forgotten with whoever has the card. Everybody is
//! invented.

use domain::attachment::{FILES_MOST, Media};

use super::*;
use crate::attachments::FileOf;
use crate::office::Actor;

/// A photo, as a telephone makes it.
fn photo(inside: u8) -> Vec<u8> {
    [&[0xff, 0xd8, 0xff, 0xe0][..], &[inside; 60], b"tanda tangan", &[0xff, 0xd9]].concat()
}

/// Somebody with a role in a region.
fn somebody(world: &World, name: &str, role: Role, territory: Option<RegionCode>) -> Actor {
    let keeper = world.office.actor("operator", Operation::ManageUsers).expect("the first user");
    world.office.add_account(&keeper, name).expect("an account");
    let request =
        GrantRequest { user: name.into(), role, territory, org: None, from: None, until: None };
    world.office.grant_role(&keeper, &request).expect("a role");
    world.office.actor(name, Operation::OwnDesk).expect("an account")
}

/// Every row of a table, as a copy has it.
fn rows(world: &World, name: &str) -> Vec<Vec<u8>> {
    let read = world.office.store.read(|tx| {
        let mut rows = Vec::new();
        for table in store::copies::tables(tx)?.iter().filter(|table| table.name == name) {
            store::copies::read(tx, table, |row| {
                rows.push(row.to_vec());
                Ok::<_, AppError>(())
            })?;
        }
        Ok::<_, AppError>(rows)
    });
    read.expect("is read")
}

fn holds(rows: &[Vec<u8>], what: &[u8]) -> bool {
    rows.iter().any(|row| row.windows(what.len()).any(|window| window == what))
}

/// How often a file was given out.
fn given_out(world: &World) -> usize {
    let lines = world.office.store.read(store::audit::list).expect("reads");
    lines.iter().filter(|line| &*line.act == "file-read").count()
}

#[test]
fn a_photo_of_what_was_handed_over_without_a_network_is_opened_by_who_may() {
    both(|world| {
        let office = &world.office;
        let file = office.card_day(&world.actor, world.day.id).expect("a day");
        let villages: Vec<RegionCode> =
            file.villages.iter().filter_map(|(code, ..)| *code).collect();
        let own = somebody(world, "desa-satu", Role::VillageOperator, Some(villages[0]));
        let other = somebody(world, "desa-dua", Role::VillageOperator, Some(villages[1]));
        let auditor = somebody(world, "pemeriksa", Role::Auditor, None);
        // Before the office has heard of the handover there is nothing to add a photo to.
        let start = office.now_ms() - 100_000;
        let told = world.told(world.numbers[0], 9, start);
        let of = FileOf::Handover(told.id.expect("made by the device"));
        let early = office.keep_attachment(&own, of, ("", &photo(1)));
        assert_eq!(code_of(early), "HANDOVER_UNKNOWN");
        // Told later, and twice: the photo hangs on the number that the device made.
        for is_new in [true, false] {
            let taken = world.sync(1, std::slice::from_ref(&told));
            assert_eq!((taken[0].is_new, taken[0].state), (is_new, HandoverState::Given));
        }
        let keep = |actor: &Actor, bytes: &[u8]| office.keep_attachment(actor, of, ("", bytes));
        let kept = keep(&own, &photo(1)).expect("kept");
        assert_eq!((kept.media, kept.made_by, &*kept.part), (Media::Jpeg, Some(own.id), ""));
        assert_eq!(keep(&own, &photo(1)).expect("the same").id, kept.id);
        assert_eq!(code_of(keep(&own, b"<svg onload=alert(1)>")), "FILE_KIND");
        // What lies in the register is sealed.
        let lies = rows(world, "attachment");
        assert_eq!(lies.len(), 1);
        assert!(!holds(&lies, b"tanda tangan") && !holds(&lies, &photo(1)[..20]));
        // Opened by the village whose card it is, and by the office; each time is a line.
        let number = kept.id.to_string();
        for actor in [&own, &world.actor] {
            let (file, bytes) = office.read_attachment(actor, &number).expect("may see it");
            assert_eq!((file.id, bytes), (kept.id, photo(1)));
        }
        assert_eq!(given_out(world), 2);
        // In another village there is no such handover and no such file; who audits sees that it is
        // there, and not what it shows.
        assert_eq!(code_of(office.attachments(&other, of)), "HANDOVER_UNKNOWN");
        assert_eq!(code_of(office.read_attachment(&other, &number)), "FILE_UNKNOWN");
        assert_eq!(code_of(keep(&other, &photo(2))), "HANDOVER_UNKNOWN");
        assert_eq!(office.attachments(&auditor, of).expect("a list").len(), 1);
        assert_eq!(code_of(office.read_attachment(&auditor, &number)), "USER_MAY_NOT");
        assert_eq!(code_of(keep(&auditor, &photo(2))), "USER_MAY_NOT");
        assert!(office.may_open_files(&own, of) && !office.may_open_files(&auditor, of));
        assert_eq!(given_out(world), 2, "whoever was refused was given nothing");
        // One handover has room for as many as any record.
        for inside in 2..=FILES_MOST as u8 {
            keep(&own, &photo(inside)).expect("there is room");
        }
        assert_eq!(code_of(keep(&own, &photo(99))), "FILES_FULL");
    });
}

#[test]
fn the_photos_of_a_handover_go_with_whoever_has_the_card() {
    both(|world| {
        let (office, actor) = (&world.office, &world.actor);
        let start = office.now_ms() - 100_000;
        let told = [0, 1].map(|at| world.told(world.numbers[at], at as u8 + 1, start));
        let taken = world.sync(1, &told);
        let keep = |at: usize, inside| {
            let of = FileOf::Handover(taken[at].id);
            office.keep_attachment(actor, of, ("", &photo(inside)))
        };
        let [erased, stays] = [0, 1].map(|at| keep(at, 1).expect("kept").id.to_string());
        let card = store::cards::by_number;
        let card = office.store.read(|tx| card(tx, world.numbers[0])).expect("reads");
        let holder = card.expect("a card").person;
        let holder = office.store.read(|tx| store::people::get(tx, holder)).expect("reads");
        let holder = holder.expect("somebody");
        let why = "Permintaan tertulis yang bersangkutan";
        let done = office.store.write(|tx| office.erase_identity(tx, actor, (&holder, false), why));
        done.expect("erased");
        assert_eq!(code_of(office.read_attachment(actor, &erased)), "FILE_FORGOTTEN");
        // That there was one stays, and none comes behind it; where the receipt stands is gone too.
        let list = office.attachments(actor, FileOf::Handover(taken[0].id)).expect("a list");
        assert_eq!(list.len(), 1);
        assert_eq!(code_of(keep(0, 2)), "FILE_FORGOTTEN");
        let reference = |at: usize| {
            let id = taken[at].id;
            office.store.read(|tx| store::card_days::reference(tx, id)).expect("reads")
        };
        assert_eq!([0, 1].map(reference), ["".to_owned(), "baris 2".to_owned()]);
        // Nobody else's went with it.
        let (_, bytes) = office.read_attachment(actor, &stays).expect("is there");
        assert_eq!(bytes, photo(1));
    });
}
