//! Pages of received files, and that what is kept of them is never older than the register.

use domain::access::Grant;

use base::{Day, RegionCode};
use domain::access::Role;

use super::*;
use crate::staging::tests::{PROGRAMME, World, both};

const HEADS: &str = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n";

/// A file with one invented person.
fn file(world: &World, serial: u32) -> SheetId {
    let row = format!("640105170862{serial:04},Rekaan Nomor,17-08-1962,L,nelayan\n");
    world.stage(&format!("desa-{serial}.csv"), &format!("{HEADS}{row}"))
}

/// What is kept now, which is what is read from nothing.
fn kept(world: &World) -> Arc<Files> {
    let kept = world.office.store.read(|tx| {
        let kept = world.office.received.files(tx)?;
        let anew = Files::load(tx)?;
        assert_eq!(*kept, anew);
        Ok::<_, AppError>(kept)
    });
    kept.expect("reads")
}

/// How many files of the second are the very ones of the first.
fn same(before: &Files, after: &Files) -> usize {
    let known = |one: &&Arc<Tally>| before.tallies.iter().any(|other| Arc::ptr_eq(one, other));
    after.tallies.iter().filter(known).count()
}

#[test]
fn after_an_act_only_what_it_changed_is_read_anew() {
    both(|world| {
        let sent: Vec<SheetId> = (1..=4).map(|serial| file(world, serial)).collect();
        let before = kept(world);
        assert_eq!(before.tallies.len(), 4);
        world.commit(sent[1]).expect("is taken in");
        let after = kept(world);
        assert_eq!((same(&before, &after), after.tallies.len()), (3, 4));
        assert!(Arc::ptr_eq(&before.names, &after.names), "no name changed");
        // One more file: the others stay the same ones.
        file(world, 5);
        let more = kept(world);
        assert_eq!((same(&after, &more), more.tallies.len()), (4, 5));
        // An office more: names are read anew, and no file.
        let place = RegionCode::from_digits(6401052003, 4);
        world.office.add_org(&world.actor, "desa-tiga", "Desa Tiga", place).expect("an office");
        let named = kept(world);
        assert_eq!(same(&more, &named), 5);
        assert!(!Arc::ptr_eq(&more.names, &named.names));
        // An act about something else: neither.
        let fund = rules::FundKind::Apbd;
        world.office.add_fund(&world.actor, "apbd-2", fund, base::Rupiah(1_000)).expect("a fund");
        let other = kept(world);
        assert_eq!(same(&named, &other), 5);
        assert!(Arc::ptr_eq(&named.names, &other.names));
    });
}

/// Whatever is done in whatever order, and however much between two lookings.
#[test]
fn what_is_kept_follows_the_register_whatever_is_done() {
    both(|world| {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut draw = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % below as u64).expect("small")
        };
        let mut sheets: Vec<SheetId> = Vec::new();
        let (mut looked, mut decided, mut undone) = (0, 0, 0);
        for turn in 0..60_u32 {
            // No more than so many uploads are taken in an hour.
            world.office.environment.pass(600_000);
            match draw(10) {
                0..3 => sheets.push(file(world, turn + 1)),
                // Several persons of earlier files once more: rows that are on the programme already.
                3 => {
                    let row = |serial: u32| {
                        format!("640105170862{serial:04},Rekaan Ke {turn},17-08-1962,L,nelayan\n")
                    };
                    let rows: String = (1..=turn + 1).step_by(3).map(row).collect();
                    let name = format!("lagi-{turn}.csv");
                    sheets.push(world.stage(&name, &format!("{HEADS}{rows}")));
                }
                4..7 if !sheets.is_empty() => {
                    let sheet = sheets[draw(sheets.len())];
                    let get = |tx: &mut Tx<'_>| store::sheets::get(tx, sheet);
                    let waits = world.office.store.read(get).expect("reads").expect("is there");
                    if waits.state == SheetState::Received {
                        world.commit(sheet).expect("is taken in");
                        decided += 1;
                    }
                }
                7 if !sheets.is_empty() => {
                    let sheet = sheets[draw(sheets.len())];
                    undone += usize::from(world.office.undo(&world.actor, sheet).is_ok());
                }
                8 => {
                    let name = format!("petugas-{turn}");
                    world.office.add_account(&world.actor, &name).expect("an account");
                }
                _ => {
                    let digits = 6401052000 + u64::from(turn) % 9 + 1;
                    let (code, place) =
                        (format!("kantor-{turn}"), RegionCode::from_digits(digits, 4));
                    world.office.add_org(&world.actor, &code, "Kantor", place).ok();
                }
            }
            // Not after each: several acts are followed at once.
            if draw(3) > 0 {
                kept(world);
                looked += 1;
            }
        }
        let files = kept(world);
        assert_eq!(files.tallies.len(), sheets.len());
        assert!(looked > 20 && decided > 3 && undone > 0, "{looked} {decided} {undone}");
        assert!(files.tallies.iter().any(|one| one.programme == programme(world)));
    });
}

fn programme(world: &World) -> Id<kind::Programme> {
    world.office.programme(PROGRAMME).expect("a programme").id
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
