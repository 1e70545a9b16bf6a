//! A regency's tables on both engines, read back by a reader of Parquet; numbers worked out by hand.
//! Everybody is invented.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;
use crate::wall::tests::{NIKS, World, both, month};

/// The rows of a table, each cell as text: a day by its number, an absent one as nothing.
fn rows(folder: &TempDir, table: &str) -> Vec<Vec<String>> {
    let path = folder.path().join(table).join("6401.parquet");
    let mode = std::fs::metadata(&path).expect("written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{table}");
    let rows = bulk::parquet_table::read(File::open(&path).expect("ours")).expect("Parquet");
    rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

/// The columns of a table, some of them, sorted by row.
fn of(folder: &TempDir, table: &str, columns: &[usize]) -> Vec<Vec<String>> {
    let some = |row: &Vec<String>| columns.iter().map(|at| row[*at].clone()).collect();
    let mut rows: Vec<Vec<String>> = rows(folder, table).iter().map(some).collect();
    rows.sort();
    rows
}

fn texts<const N: usize>(rows: &[[&str; N]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

struct Exported {
    folder: TempDir,
    secret: TempDir,
}

impl Exported {
    fn new() -> Exported {
        let folder = || tempfile::tempdir().expect("a folder");
        Exported { folder: folder(), secret: folder() }
    }

    fn file(&self) -> PathBuf {
        self.secret.path().join("samaran")
    }

    fn write(&self, world: &World, who: &str, reason: &str) -> Result<Vec<BatchTable>, AppError> {
        let asked = BatchAsked {
            folder: self.folder.path(),
            secret: &self.file(),
            with_people: true,
            reason,
        };
        world.office.export_batch(&world.who(who), &asked)
    }
}

const REASON: &str = "Hitungan provinsi";

/// Four people; January is paid, February's bill is locked and not paid.
#[test]
fn what_is_paid_and_promised_stands_in_the_tables() {
    both(|world| {
        world.pay(month("2023-01"), "2023-01-20");
        world.on("2023-02-05");
        let code = crate::wall::tests::CODE;
        world.office.finalise_bill(&world.who("citra"), code, month("2023-02"), 1).expect("final");
        let out = Exported::new();
        let written = out.write(world, "ani", REASON).expect("written");
        let told: Vec<_> = written.iter().map(|table| (table.name, table.rows)).collect();
        let expect =
            [("people", 4), ("members", 4), ("programmes", 1), ("standing", 16), ("cover", 8)];
        assert_eq!(told, expect);
        // Row after row, with the number as the register has it.
        let mut people = rows(&out.folder, "people");
        let at: Vec<_> = people.iter().map(|row| (&*row[0], &*row[1])).collect();
        assert_eq!(at, [("6401", "0"), ("6401", "1"), ("6401", "2"), ("6401", "3")]);
        people.sort_by(|one, other| one[3].cmp(&other[3]));
        let niks: Vec<_> = people.iter().map(|row| &*row[3]).collect();
        let mut expect = NIKS;
        expect.sort_unstable();
        assert_eq!(niks, expect);
        // 17 August 1962 is 2,694 days before 1970.
        assert_eq!(people[0][5..9], ["Abu Uji B", "Paser", "1962-08-17", "L"]);
        let members = of(&out.folder, "members", &[0, 3, 4, 5, 6, 7, 8]);
        assert_eq!(members[3], ["6401", "202301", "202306", "other", "", "-2694", ""]);
        let terms = &rows(&out.folder, "programmes")[0];
        let told: serde_json::Value = serde_json::from_str(&terms[2]).expect("JSON");
        let expect = json!({
            "id": terms[1], "schemes": "jkk,jkm", "first": 202_301, "last": 202_306,
            "income": 0, "fund": "apbd", "groups": [],
        });
        assert_eq!(told, expect);
        // Everybody has one name, in members and months alike.
        let mut names: Vec<_> = of(&out.folder, "members", &[2]).concat();
        names.dedup();
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(|name| name.len() == 32));
        let months = of(&out.folder, "standing", &[1, 3, 4]);
        let expect = names.iter().flat_map(|name| {
            ["202301", "202302"].into_iter().flat_map(move |month| {
                ["jkk", "jkm"].map(|scheme| vec![name.clone(), month.into(), scheme.into()])
            })
        });
        assert_eq!(months, expect.collect::<Vec<_>>());
        // The lowest tier: JKK 1 % of 1,000,000 and JKM 6,800. January is the lowest bit.
        let one =
            |place, sex, scheme, rupiah| [place, "petani", sex, "55", scheme, "2023", "1", rupiah];
        let (first, second) = ("6401052001", "6401052002");
        let expect = texts(&[
            one(first, "1", "jkk", "10000"),
            one(first, "1", "jkk", "10000"),
            one(first, "1", "jkm", "6800"),
            one(first, "1", "jkm", "6800"),
            one(second, "1", "jkk", "10000"),
            one(second, "1", "jkm", "6800"),
            one(second, "2", "jkk", "10000"),
            one(second, "2", "jkm", "6800"),
        ]);
        assert_eq!(of(&out.folder, "cover", &[0, 1, 2, 3, 4, 5, 6, 7]), expect);
    });
}

/// Two records paid for in January turn out to be one: paid twice, counted once.
#[test]
fn two_records_of_one_human_are_one() {
    both(|world| {
        world.pay(month("2023-01"), "2023-01-20");
        world.merge(NIKS[0], NIKS[1]);
        let out = Exported::new();
        out.write(world, "ani", REASON).expect("written");
        assert_eq!(rows(&out.folder, "people").len(), 3);
        let cover = of(&out.folder, "cover", &[0, 4, 7]);
        let (first, second) = ("6401052001", "6401052002");
        let expect = texts(&[
            [first, "jkk", "20000"],
            [first, "jkm", "13600"],
            [second, "jkk", "10000"],
            [second, "jkk", "10000"],
            [second, "jkm", "6800"],
            [second, "jkm", "6800"],
        ]);
        assert_eq!(cover, expect);
        let mut names = of(&out.folder, "standing", &[1]).concat();
        assert_eq!(names.len(), 8);
        names.dedup();
        assert_eq!(names.len(), 3);
    });
}

#[test]
fn pseudonyms_follow_their_secret_and_files_their_reason() {
    both(|world| {
        let out = Exported::new();
        let code =
            |answer: Result<_, AppError>| answer.map(|_: Vec<BatchTable>| ()).map_err(|e| e.code);
        assert_eq!(code(out.write(world, "citra", REASON)), Err("USER_MAY_NOT".to_owned()));
        assert_eq!(code(out.write(world, "ani", "ya")), Err("REASON_MISSING".to_owned()));
        assert!(!out.folder.path().join("people").exists());
        assert_eq!(code(out.write(world, "ani", REASON)), Ok(()));
        let names = of(&out.folder, "members", &[2]);
        assert_eq!(code(out.write(world, "ani", REASON)), Ok(()));
        assert_eq!(of(&out.folder, "members", &[2]), names);
        let left =
            |table: &str| std::fs::read_dir(out.folder.path().join(table)).expect("a folder");
        assert_eq!(left("people").count(), 1);
        let other = Exported::new();
        assert_eq!(code(other.write(world, "ani", REASON)), Ok(()));
        assert_ne!(of(&other.folder, "members", &[2]), names);
        // Nobody takes a secret that others could have read.
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(out.file(), open).expect("ours");
        assert_eq!(code(out.write(world, "ani", REASON)), Err("KEYS_EXPOSED".to_owned()));
    });
}
