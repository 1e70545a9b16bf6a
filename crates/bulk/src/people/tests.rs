//! Lists in both formats, and the same result on any number of threads.

use super::*;

/// The rows of `fixtures/linkage/invented.parquet`, which is about nobody.
const INVENTED: &str = "id,NIK,nama,tanggal_lahir,rt
A,6401010507920002,Muhammad Latif,1992-07-05,3
B,,Nor Hayati,9 Oktober 1955,
C,6401015203880001,Dewi Nabila,12/03/1988,1
";

fn parquet() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/linkage/invented.parquet")
}

#[test]
fn parquet_reads_as_csv_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = folder.path().join("invented.csv");
    std::fs::write(&csv, INVENTED).expect("written");
    let mut rows = 0;
    let mut say = |step: Step| {
        if let Step::Read(read) = step {
            rows = read;
        }
    };
    let from_parquet = People::read(&parquet(), &mut say).expect("a list");
    assert_eq!(rows, 3);
    let from_csv = People::read(&csv, &mut |_| {}).expect("a list");
    assert_eq!(from_parquet.prepared.keys, from_csv.prepared.keys);
    assert_eq!(from_parquet.find("C"), Some(2));
    assert_eq!((from_parquet.id(1), from_parquet.len()), ("B", 3));
    let read = from_parquet.prepared.records[0];
    assert_eq!((read.rt, read.birth.year, read.nik.count), (3, 1992, 16));
}

#[test]
fn cells_of_any_list_are_texts() {
    let people = People::read_cells(&parquet(), &mut |_| {}).expect("a list");
    assert_eq!(people.table.rows[1], ["", "nor hayati", "9 oktober 1955", ""]);
}

#[test]
fn any_number_of_threads_gives_the_same() {
    // Rows that meet: ten invented names, each with five birth dates, twice.
    let names = ["Siti Aminah", "M. Latif", "Nur Hayati", "Abd. Salam", "Dewi Nabila"];
    let rows = (0..100).map(|at| {
        let (name, day) = (names[at % 5], 1 + at / 5 % 5);
        format!("{at},{name},1970-01-{day:02},Semuntai\n")
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.csv");
    let text: String =
        std::iter::once("id,nama,tanggal_lahir,desa\n".to_owned()).chain(rows).collect();
    std::fs::write(&path, text).expect("written");
    let found = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let mut people = People::read(&path, &mut |_| {}).expect("a list");
            let model = linkage::model::Model::shipped();
            crate::linkage::dedupe(&mut people.prepared, model, &mut |_| {})
        })
    };
    let one = found(1);
    assert!(!one.is_empty());
    assert_eq!(one, found(2));
    assert_eq!(one, found(7));
    let people = People::read(&path, &mut |_| {}).expect("a list");
    let model = linkage::model::Model::shipped();
    assert_eq!(one, linkage::engine::dedupe(people.prepared.records, model));
}
