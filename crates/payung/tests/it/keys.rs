//! The keys of a register in a bundle of age, opened by the program as it is used.

use std::io::Write;
use std::process::Stdio;

use crate::program::Place;

const PASSPHRASE: &str = "payung sedia sebelum hujan";

#[test]
fn a_register_works_with_its_keys_in_a_bundle() {
    let place = Place::set_up();
    let (code, made) = place.json(&["backup", "key", "pembuka.txt"]);
    assert_eq!(code, 0);
    let recipient = made["recipient"].as_str().expect("a public key");
    place.well(&["key", "seal", "kunci.age", "--recipient", recipient]);
    let phrase = place.file("sandi.txt", format!("{PASSPHRASE}\n"));
    make_private(&phrase);
    place.well(&["key", "seal", "sandi.age", "--passphrase-file", &phrase]);
    let plain = place.data().join("keys.toml");
    std::fs::rename(&plain, place.path().join("lemari.toml")).expect("ours");
    let with = |rest: &[&str]| place.run(&[&["--keys", "kunci.age"], rest].concat());
    let opened = ["--keys-identity", "pembuka.txt", "key", "new"];
    assert_eq!(with(&opened).code, 0, "{:?}", with(&opened));
    let closed = with(&["key", "status"]);
    assert_eq!(closed.code, 7, "{closed:?}");
    assert!(closed.err.contains("tidak terbuka"), "{closed:?}");
    assert!(!plain.exists(), "no new keys are made in place of those that do not open");
    // The passphrase comes from standard input, never from a flag.
    let mut child = place
        .command(&["--keys", "sandi.age", "key", "status"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    writeln!(child.stdin.take().expect("piped"), "{PASSPHRASE}").expect("it reads");
    assert!(child.wait().expect("it ends").success());
    place.well(&["key", "unseal", "kunci.age", "kembali.toml", "--identity", "pembuka.txt"]);
    place.well(&["--keys", "kembali.toml", "key", "status"]);
    let shown = place.path().join("kunci.age");
    open_to_others(&shown);
    let examined = with(&["--keys-identity", "pembuka.txt", "doctor"]);
    assert_eq!(examined.code, 7, "{examined:?}");
}

fn make_private(path: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("ours");
}

fn open_to_others(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("ours");
}
