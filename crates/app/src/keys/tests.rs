//! Key files made, read, added to and refused.

#[cfg(unix)]
use std::cell::Cell;

use super::*;

#[cfg(unix)]
thread_local! {
    /// Whether folders of this thread's test cannot be brought onto the disk.
    static REFUSES_SYNC: Cell<bool> = const { Cell::new(false) };
}

/// Hears that a folder is to be brought onto the disk.
#[cfg(unix)]
pub(super) fn asked_to_sync() -> std::io::Result<()> {
    match REFUSES_SYNC.get() {
        true => Err(IoKind::Unsupported.into()),
        false => Ok(()),
    }
}

/// Runs what a folder that cannot be brought onto the disk is in the way of.
#[cfg(unix)]
pub(super) fn without_sync<T>(work: impl FnOnce() -> T) -> T {
    REFUSES_SYNC.set(true);
    let done = work();
    REFUSES_SYNC.set(false);
    done
}

/// A register may need its key file at once; papers and lists may come a moment later.
#[cfg(unix)]
#[test]
fn a_folder_that_is_not_brought_onto_the_disk_refuses_key_files_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let file = KeyFile { path: at("keys.toml"), unlock: None };
    let day = Day::parse_iso("2022-10-03").expect("a day");
    create(&file, day).expect("makes it");
    let code = |error: AppError| error.code;
    without_sync(|| {
        write_for_owner(&at("daftar.xlsx"), b"daftar").expect("written");
        load_or_make_single(&at("tanda.key")).expect("made");
        assert_eq!(add_master(&file).map_err(code), Err("FILE_UNWRITABLE".to_owned()));
        let new = KeyFile { path: at("baru.toml"), unlock: None };
        assert_eq!(create(&new, day).err().map(code), Some("FILE_UNWRITABLE".to_owned()));
    });
    assert_eq!(fs::read(at("daftar.xlsx")).expect("there"), b"daftar");
    assert!(load_single(&at("tanda.key")).expect("readable").is_some());
}

#[test]
fn a_file_is_made_once_and_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kunci/keys.toml");
    let file = KeyFile { path: path.clone(), unlock: None };
    assert!(load(&file).expect("nothing there").is_none());
    let day = |text| Day::parse_iso(text).expect("a day");
    let made = create(&file, day("2022-10-03")).expect("makes it");
    let again = create(&file, day("2023-01-01")).expect("keeps it");
    assert_eq!((&made.index, &made.masters), (&again.index, &again.masters));
    assert_eq!(add_master(&file), Ok(2));
    let left = load(&file).expect("readable").expect("there");
    assert_eq!(left.index_made, Some(day("2022-10-03")), "a key more changes nothing of it");
    assert_eq!(left.masters.iter().map(|(version, _)| *version).collect::<Vec<_>>(), [1, 2]);
    let files = path.parent().expect("a folder").read_dir().expect("readable");
    let names = files.map(|file| file.expect("readable").file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, ["keys.toml", "keys.toml.lock"], "nothing else is left beside it");
}

/// Whoever comes while another changes the file waits for the end, and sees what that one added.
#[test]
fn two_at_once_change_a_key_file_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.toml");
    let file = KeyFile { path: path.clone(), unlock: None };
    assert_eq!(turn(&path).err().map(|error| error.code).as_deref(), Some("KEYS_MISSING"));
    create(&file, Day::parse_iso("2022-10-03").expect("a day")).expect("makes it");
    let held = turn(&path).expect("nobody else is there");
    let late = turn_within(&path, Duration::ZERO).expect_err("another is there");
    assert_eq!((late.kind, late.code.as_str()), (ErrorKind::Busy, "STORE_BUSY"));
    let mut versions = thread::scope(|scope| {
        let add = || scope.spawn(|| add_master(&file));
        let both = [add(), add()];
        thread::sleep(4 * LOOK_EVERY);
        assert!(both.iter().all(|one| !one.is_finished()), "both wait");
        drop(held);
        both.map(|one| one.join().expect("no panic").expect("adds"))
    });
    versions.sort_unstable();
    assert_eq!(versions, [2, 3]);
    let left = load(&file).expect("readable").expect("there");
    assert_eq!(left.masters.iter().map(|(version, _)| *version).collect::<Vec<_>>(), [1, 2, 3]);
}

/// By whatever name a key file is reached, there is one turn.
#[cfg(unix)]
#[test]
fn a_link_to_a_key_file_leads_to_the_same_turn() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, link) = (folder.path().join("keys.toml"), folder.path().join("tautan.toml"));
    let file = KeyFile { path: path.clone(), unlock: None };
    create(&file, Day::parse_iso("2022-10-03").expect("a day")).expect("makes it");
    std::os::unix::fs::symlink(&path, &link).expect("ours");
    let held = turn(&path).expect("nobody else is there");
    assert!(turn_within(&link, Duration::ZERO).is_err());
    drop(held);
    assert!(turn_within(&link, Duration::ZERO).is_ok());
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.toml");
    let file = KeyFile { path: path.clone(), unlock: None };
    create(&file, Day::parse_iso("2022-10-03").expect("a day")).expect("makes it");
    let mode = path.metadata().expect("there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    for open in [0o640, 0o604, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).expect("ours");
        let error = load(&file).expect_err("refused");
        assert_eq!(error.code, "KEYS_EXPOSED", "{open:o}");
    }
}

/// Whoever opened the file while others could read it reads on in what it was, and an error
/// takes nothing away.
#[cfg(unix)]
#[test]
fn a_file_of_names_takes_the_place_of_an_open_one() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lampiran/daftar.xlsx");
    write_for_owner(&path, b"dulu").expect("makes its folder");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("ours");
    let mut reader = File::open(&path).expect("others may read it");
    write_for_owner(&path, b"sekarang").expect("written");
    let mut read = String::new();
    reader.read_to_string(&mut read).expect("still open");
    assert_eq!(read, "dulu", "what is new is not written into what others have open");
    assert_eq!(fs::read(&path).expect("there"), b"sekarang");
    let mode = path.metadata().expect("there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let names = path.parent().expect("a folder").read_dir().expect("readable").count();
    assert_eq!(names, 1, "nothing is left beside it");
}

#[test]
fn what_is_not_a_key_file_is_unreadable() {
    let check = |text: &str| assert!(parse(text).is_none(), "{text}");
    check("");
    check("index = \"00\"\n[[master]]\nversion = 1\nkey = \"00\"\n");
    check(&format!("index = \"{}\"\nmaster = []\n", "00".repeat(32)));
    check(&format!("index = \"{}\"\n", "zz".repeat(32)));
}
