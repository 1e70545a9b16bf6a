//! Pages of received files, and that what is kept of them is never older than the register.

use domain::access::Grant;

use base::{Day, RegionCode};
use domain::access::Role;

use super::*;
use crate::staging::tests::{World, both};

const HEADS: &str = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n";

/// A file with one invented person.
fn file(world: &World, serial: u32) -> SheetId {
    let row = format!("640105170862{serial:04},Rekaan Nomor,17-08-1962,L,nelayan\n");
    world.stage(&format!("desa-{serial}.csv"), &format!("{HEADS}{row}"))
}

fn page(world: &World, query: FileQuery) -> FilePage {
    world.office.files_page(&world.actor, query).expect("reads")
}

fn ids(page: &FilePage) -> Vec<SheetId> {
    page.files.iter().map(|file| file.id).collect()
}

const FIRST: FileQuery = FileQuery { state: None, after: None, most: 2 };

#[test]
fn every_file_is_on_one_page_and_the_newest_come_first() {
    both(|world| {
        let sent: Vec<SheetId> = (1..=5).map(|serial| file(world, serial)).collect();
        let first = page(world, FIRST);
        assert_eq!((ids(&first), first.more), (vec![sent[4], sent[3]], true));
        let second = page(world, FileQuery { after: Some(sent[3]), ..FIRST });
        assert_eq!((ids(&second), second.more), (vec![sent[2], sent[1]], true));
        let last = page(world, FileQuery { after: Some(sent[1]), ..FIRST });
        assert_eq!((ids(&last), last.more), (vec![sent[0]], false));
        // Each page counts all of them, and says what was read of a file that waits.
        assert_eq!(last.counts, BTreeMap::from([(SheetState::Received, 5)]));
        let stage = last.files[0].stage.as_ref().expect("it waits");
        assert_eq!((stage.rows_read, last.files[0].rows), (1, None));
    });
}

#[test]
fn what_is_kept_is_never_older_than_the_register() {
    both(|world| {
        let (one, other) = (file(world, 1), file(world, 2));
        assert_eq!(page(world, FIRST).counts, BTreeMap::from([(SheetState::Received, 2)]));
        world.commit(one).expect("is taken in");
        let seen = page(world, FIRST);
        let both = BTreeMap::from([(SheetState::Received, 1), (SheetState::Decided, 1)]);
        assert_eq!(seen.counts, both);
        let rows = seen.files[1].rows.expect("is decided");
        assert_eq!((rows.accepted, rows.received(), seen.files[0].rows), (1, 1, None));
        let decided = page(world, FileQuery { state: Some(SheetState::Decided), ..FIRST });
        assert_eq!((ids(&decided), decided.more), (vec![one], false));
        let received = page(world, FileQuery { state: Some(SheetState::Received), ..FIRST });
        assert_eq!(ids(&received), [other]);
        world.office.undo(&world.actor, one).expect("is taken back");
        let seen = page(world, FIRST);
        let both = BTreeMap::from([(SheetState::Received, 1), (SheetState::Undone, 1)]);
        assert_eq!((seen.counts, seen.files[1].rows), (both, None));
    });
}

#[test]
fn a_page_and_a_desk_hold_only_what_the_reader_may_see() {
    both(|world| {
        let id = file(world, 1);
        let of = |digits| {
            let first = Day::new(2022, 1, 1).expect("a day");
            let grant = Grant::of(Role::VillageOperator, RegionCode::from_digits(digits, 4), first);
            Actor { grants: vec![grant], ..world.actor.clone() }
        };
        let (here, there) = (of(6401052001), of(6401052002));
        // The first to ask is the one who sees all: nothing of it is kept for the next.
        assert_eq!(ids(&page(world, FIRST)), [id]);
        let seen = world.office.files_page(&there, FIRST).expect("reads");
        assert_eq!(seen, FilePage { files: Vec::new(), more: false, counts: BTreeMap::new() });
        let seen = world.office.files_page(&here, FIRST).expect("reads");
        assert_eq!(ids(&seen), [id]);
        let waits = |actor| {
            let desk = world.office.desk(actor).expect("a desk");
            desk.waiting.iter().filter(|one| one.what == "continue").count()
        };
        assert_eq!((waits(&here), waits(&there)), (1, 0));
        assert_eq!(world.office.desk(&there).expect("a desk").last_received, None);
    });
}
