//! The scenarios of `scenarios/*.md`, on the embedded register always, and on PostgreSQL when
//! `PAYUNG_TEST_PG` names a server.

use std::path::Path;

use store::twin::{FreshDatabase, FreshDirectory, server_url};
use testkit::scenario;

/// A test per scenario, so that they run side by side and fail by name.
macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        $(
            #[test]
            fn $name() {
                run(stringify!($name));
            }
        )*
    };
}

scenarios![
    bank,
    bpjs,
    buku,
    ganda,
    hari_kartu,
    jht,
    klaim,
    konawe,
    laporan,
    lhokseumawe,
    paser,
    perlindungan,
    perubahan,
    pindah,
    sidoarjo,
    tagihan,
    tempat,
    yogyakarta
];

#[test]
fn every_scenario_is_run() {
    let files = folder().read_dir().expect("the scenarios are part of the tree");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    let mut names: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
    names.retain(|name| name != "README");
    names.sort();
    assert_eq!(names, NAMES);
}

fn run(name: &str) {
    let path = format!("scenarios/{name}.md");
    let text = std::fs::read_to_string(folder().join(format!("{name}.md"))).expect("a scenario");
    let embedded = FreshDirectory::new();
    succeed("SQLite", scenario::run(&path, &text, embedded.location()));
    if let Some(server) = server_url() {
        let database = FreshDatabase::new(&server);
        succeed("PostgreSQL", scenario::run(&path, &text, database.location()));
    }
}

fn succeed(engine: &str, done: anyhow::Result<()>) {
    if let Err(error) = done {
        panic!("on {engine}: {error:#}");
    }
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}
