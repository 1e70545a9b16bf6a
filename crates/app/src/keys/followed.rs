//! Tests: the index key followed by a step in a register that is at work; everybody is invented.

use std::path::Path;

use base::{Day, RegionCode};
use domain::enrolment::Outcome;
use domain::intake::row_key::RowKey;
use store::Location;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::condition::Weight;
use crate::environment::Environment;
use crate::office::OfficeOptions;
use crate::reading::Reader;
use crate::staging::tests::{World, world_of};

const HEADS: &str = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan";

fn row(serial: u32, name: &str) -> String {
    format!("640105170862{serial:04},{name},17-08-1962,L,nelayan")
}

fn opened(location: Location, keys: &Path) -> Result<Office, AppError> {
    Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 9, 20).expect("a day"), 7),
        keys: KeySource::File(KeyFile { path: keys.to_owned(), unlock: None }),
    })
}

fn places(test: impl Fn(&dyn Fn() -> Location)) {
    let embedded = FreshDirectory::new();
    test(&|| embedded.location());
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&|| database.location());
    }
}

fn code_of<T>(answer: Result<T, AppError>) -> String {
    answer.err().map(|error| error.code).unwrap_or_default()
}

/// Takes in a list of one person; the list.
fn take_in(world: &World) -> String {
    let text = format!("{HEADS}\n{}\n", row(1, "Budi"));
    let sheet = world.stage("satu.csv", &text);
    world.commit(sheet).expect("is taken in");
    text
}

/// How many rows of a file that was taken in came to what.
fn outcomes(world: &World, name: &str, text: &str) -> Vec<(Outcome, u64)> {
    let sheet = world.stage(name, text);
    world.commit(sheet).expect("is taken in");
    let report = world.office.sheet_report(&world.actor, sheet).expect("is decided");
    report.outcomes.into_iter().filter(|(one, _)| *one != Outcome::NotAPerson).collect()
}

#[test]
fn a_register_at_work_follows_its_key_file() {
    places(|place| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        let file = KeyFile { path: path.clone(), unlock: None };
        let world = world_of(opened(place(), &path).expect("a fresh place opens"));
        let (office, actor) = (&world.office, &world.actor);
        let text = format!("{HEADS}\n{}\n12345,Siti Rekaan,18-08-1962,P,nelayan\n", row(1, "Budi"));
        let first = world.stage("satu.csv", &text);
        world.commit(first).expect("is taken in");
        // Another program of the same register, which nobody starts again.
        let running = opened(place(), &path).expect("opens");
        let older = folder.path().join("lama.toml");
        fs::copy(&path, &older).expect("ours");

        let done = office.rotate_index_key(actor, &file).expect("rotates");
        assert_eq!((done.is_new, done.done.steps, done.done.regencies), (true, 1, 1));
        assert_eq!(code_of(opened(place(), &older)), "KEYS_INDEX_OLDER");
        let nik = base::Nik::parse("6401051708620001").expect("a number");
        let ask = || running.store.read(|tx| store::people::by_nik(tx, nik));
        // A reader of a server that guessed is told to try again, once.
        let found = ask().or_else(|_| ask()).expect("goes on");
        assert_eq!(found.map(|person| person.nik), Some(nik));
        let chain = |office: &Office| {
            let found = office.diagnose(actor).expect("looks");
            let chain = found.into_iter().find(|one| one.what == "index-chain").expect("is there");
            (chain.weight, chain.detail)
        };
        assert_eq!(chain(&running), (Weight::Well, "1".to_owned()));

        // The same number is nobody new, and a returned file meets its rows.
        let again = outcomes(&world, "dua.csv", &format!("{HEADS}\n{}\n", row(1, "Budi")));
        assert_eq!(again, [(Outcome::AlreadyOnProgramme, 1)]);
        let (kept, back) = (RowKey::new(first, 0, 2), RowKey::new(first, 0, 3));
        let returned = format!(
            "{HEADS},Kunci baris (jangan diubah)\n{},{kept}\n{},{back}\n",
            row(1, "Budi"),
            "6401055808620002,Siti Rekaan,18-08-1962,P,nelayan",
        );
        let merged = outcomes(&world, "kembali.csv", &returned);
        assert_eq!(merged, [(Outcome::Unchanged, 1), (Outcome::Accepted, 1)]);
        let filter = crate::audit::Filter {
            before: None,
            act: Some("index-key-rotated".to_owned()),
            actor: None,
            object: None,
            from_ms: None,
            until_ms: None,
            lines_max: 9,
        };
        let lines = office.audit_lines(actor, &filter).expect("reads");
        assert_eq!(lines.len(), 1);
    });
}

/// Cut off after the key file was written: both say so, and the same again finishes it.
#[test]
fn a_step_that_was_cut_off_is_finished() {
    places(|place| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        let file = KeyFile { path: path.clone(), unlock: None };
        let before = folder.path().join("keys.toml.before");
        let world = world_of(opened(place(), &path).expect("a fresh place opens"));
        let text = take_in(&world);
        world.office.store.faults().fail_before_commit();
        assert!(world.office.rotate_index_key(&world.actor, &file).is_err());
        world.office.store.faults().clear();
        assert!(before.exists(), "the file of before lies beside until the register follows");
        assert_eq!(steps_made(&file).map(|steps| steps.len()), Ok(1));
        // Whoever opens it now, by either file, finds everybody.
        for keys in [&path, &before] {
            let office = opened(place(), keys).expect("opens");
            assert_eq!(office.chain_standing().map(|chain| chain.steps), Ok(0));
        }
        let done = world.office.rotate_index_key(&world.actor, &file).expect("finishes");
        assert_eq!((done.is_new, done.done.steps), (false, 1));
        assert!(!before.exists());
        assert_eq!(steps_made(&file).map(|steps| steps.len()), Ok(1), "no step more");
        let again = outcomes(&world, "dua.csv", &format!("{text}\n"));
        assert_eq!(again, [(Outcome::AlreadyOnProgramme, 1)]);
    });
}

/// A step that lies in the key file is not needed by the register before its folder is on the disk,
/// whoever added it.
#[cfg(unix)]
#[test]
fn no_register_follows_a_file_that_may_not_be_on_the_disk() {
    use super::tests::without_sync;
    places(|place| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        let file = KeyFile { path: path.clone(), unlock: None };
        let world = world_of(opened(place(), &path).expect("a fresh place opens"));
        take_in(&world);
        let steps = || world.office.chain_standing().map(|chain| chain.steps);
        for _ in ["added", "resumed"] {
            let refused = without_sync(|| world.office.rotate_index_key(&world.actor, &file));
            assert_eq!(code_of(refused), "FILE_UNWRITABLE");
            assert_eq!(steps_made(&file).map(|steps| steps.len()), Ok(1));
            assert_eq!(steps(), Ok(0));
        }
        let done = world.office.rotate_index_key(&world.actor, &file).expect("finishes");
        assert_eq!((done.is_new, done.done.steps), (false, 1));
        assert_eq!(steps(), Ok(1));
    });
}

/// Cut off after the register followed, before anybody was told: the same again adds nothing, also
/// by a program that was opened before the step.
#[test]
fn what_nobody_was_told_of_is_not_done_twice() {
    places(|place| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        let file = KeyFile { path: path.clone(), unlock: None };
        let before = folder.path().join("keys.toml.before");
        let world = world_of(opened(place(), &path).expect("a fresh place opens"));
        let running = opened(place(), &path).expect("opens");
        let older = fs::read(&path).expect("ours");
        world.office.rotate_index_key(&world.actor, &file).expect("rotates");
        write_for_owner(&before, &older).expect("as it was left");
        let done = running.rotate_index_key(&world.actor, &file).expect("finishes");
        assert_eq!((done.is_new, done.done.steps, done.done.rows), (false, 1, 0));
        assert_eq!(steps_made(&file).map(|steps| steps.len()), Ok(1), "no step more");
        assert!(!before.exists());
        let next = running.rotate_index_key(&world.actor, &file).expect("rotates");
        assert_eq!((next.is_new, next.done.steps), (true, 2));
    });
}

/// Of two copies of a key file each got a step of its own: the place goes by one of them, and the
/// other file is refused before anything is added to it.
#[test]
fn two_key_files_do_not_take_a_place_two_ways() {
    places(|place| {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, copied) = (folder.path().join("keys.toml"), folder.path().join("salinan.toml"));
        let file = |path: &Path| KeyFile { path: path.to_owned(), unlock: None };
        let world = world_of(opened(place(), &path).expect("a fresh place opens"));
        write_for_owner(&copied, &fs::read(&path).expect("ours")).expect("ours");
        let other = opened(place(), &copied).expect("opens");
        other.store.faults().fail_before_commit();
        assert!(other.rotate_index_key(&world.actor, &file(&copied)).is_err());
        other.store.faults().clear();
        world.office.rotate_index_key(&world.actor, &file(&path)).expect("rotates");
        let refused = other.rotate_index_key(&world.actor, &file(&copied));
        assert_eq!(code_of(refused), "KEYS_DIFFER");
        assert_eq!(steps_made(&file(&copied)).map(|steps| steps.len()), Ok(1));
        assert_eq!(code_of(other.chain_standing()), "KEYS_DIFFER");
    });
}
