//! What is looked through before a job begins, whichever engine does it: types of columns, cells
//! that may not be null, keys. Both engines may then take for granted what
//! `docs/operate/klaster.md` promises, and never differ in what they make of a broken table.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use base::Id;
use base::id::kind;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rayon::prelude::*;

use crate::bills::{GROUP, Laid, Members, ORPHAN, Standing, scheme};
use crate::cells::{self, Columns, Wrong, required};
use crate::layout::{Table, TenantFile};

/// How many groups each programme of a tenant has.
type Programmes = HashMap<(i64, Id<kind::Programme>), usize>;

/// Looks through the tables of a job; how many people stand in `people`, if it is one of them.
///
/// # Errors
/// The table, file and row that is not as promised, and what to do; never what is in a cell.
pub fn check(tables: &[Table], input: &Path) -> Result<u64> {
    let files = |table: Table| -> Result<Vec<TenantFile>> {
        let files = table.files(input)?;
        files.par_iter().try_for_each(|file| columns(table, file))?;
        Ok(files)
    };
    let mut programmes = Programmes::new();
    if tables.contains(&Table::Programmes) {
        for file in files(Table::Programmes)? {
            self::programmes(&file, &mut programmes)?;
        }
    }
    let mut all = 0;
    for table in tables.iter().filter(|table| **table != Table::Programmes) {
        let rows: Vec<u64> = files(*table)?
            .par_iter()
            .map(|file| match table {
                Table::People => people(file),
                Table::Members => members(file, &programmes),
                Table::Standing => standing(file),
                Table::Cover => cover(file),
                Table::Programmes => Ok(0),
            })
            .collect::<Result<_>>()?;
        all += if *table == Table::People { rows.iter().sum() } else { 0 };
    }
    ensure!(
        all <= u64::from(u32::MAX),
        "tabel people berisi lebih dari 4.294.967.295 baris: bagi ekspornya\n\
         (more rows than can be linked: divide the export)"
    );
    Ok(all)
}

/// Compares the columns of a file with those of its table, type by type.
fn columns(table: Table, file: &TenantFile) -> Result<()> {
    let path = file.path.display();
    let unread = || {
        format!(
            "{path} bukan berkas Parquet yang utuh: ekspor ulang berkas ini\n\
             (not a whole Parquet file: export it anew)"
        )
    };
    let opened = std::fs::File::open(&file.path).with_context(unread)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(opened).with_context(unread)?;
    for (name, asked) in table.columns() {
        match builder.schema().field_with_name(name).map(|found| found.data_type()) {
            Ok(found) if *found == asked => {}
            Ok(found) => bail!(
                "{path}: kolom {name} bertipe {found}, seharusnya {asked}; ekspor ulang dengan \
                 versi ini\n(a column of another type: export anew with this version)"
            ),
            Err(_) => bail!(
                "{path}: kolom {name} tidak ada; ekspor ulang dengan versi ini\n\
                 (a column is missing: export anew with this version)"
            ),
        }
    }
    Ok(())
}

/// Whether a column says again whose file it is.
fn tenant<'a>(
    batch: &Columns<'_>,
    file: &'a TenantFile,
) -> Result<impl Fn(usize) -> Result<(), Wrong> + 'a> {
    let tenants = batch.numbers("tenant")?;
    Ok(move |row| {
        let expect = "kode daerah yang sama dengan nama berkasnya (the code in the file's name)";
        let is_same = required(&tenants, row, "tenant")? == file.tenant;
        is_same.then_some(()).ok_or(Wrong { column: "tenant", expect })
    })
}

fn people(file: &TenantFile) -> Result<u64> {
    cells::walk(&file.path, &["tenant", "row", "id"], |batch| {
        let tenant = tenant(batch, file)?;
        let (places, ids) = (batch.numbers("row")?, batch.texts("id")?);
        batch.each(|row| {
            tenant(row)?;
            let place = required(&places, row, "row")?;
            let expect = "0, 1, 2 dan seterusnya menurut urutan baris (the number of the row)";
            if place as u64 != batch.first + row as u64 {
                return Err(Wrong { column: "row", expect });
            }
            required(&ids, row, "id").map(|_| ())
        })
    })
}

fn programmes(file: &TenantFile, known: &mut Programmes) -> Result<u64> {
    cells::walk(&file.path, &["tenant", "programme", "terms"], |batch| {
        let tenant = tenant(batch, file)?;
        let (programmes, terms) = (batch.texts("programme")?, batch.texts("terms")?);
        batch.each(|row| {
            tenant(row)?;
            let programme = cells::programme(&programmes, row, "programme")?;
            let asked = Laid::read(required(&terms, row, "terms")?, None)?.programme;
            if asked.id != programme {
                let expect = "id yang sama dengan kolom programme (the programme's own id)";
                return Err(Wrong { column: "terms", expect });
            }
            match known.insert((file.tenant, programme), asked.terms.groups.len()) {
                None => Ok(()),
                Some(_) => {
                    let expect = "setiap program satu kali saja (each programme once)";
                    Err(Wrong { column: "programme", expect })
                }
            }
        })
    })
}

fn members(file: &TenantFile, known: &Programmes) -> Result<u64> {
    // By tenant, so no more than one regency's people are held at once by each thread.
    let mut seen: HashSet<(Id<kind::Programme>, Id<kind::Person>)> = HashSet::new();
    cells::walk(&file.path, &Table::Members.names(), |batch| {
        let tenant = tenant(batch, file)?;
        let (programmes, people) = (batch.texts("programme")?, batch.texts("person")?);
        let members = Members::of(batch)?;
        batch.each(|row| {
            tenant(row)?;
            let programme = cells::programme(&programmes, row, "programme")?;
            let groups = known.get(&(file.tenant, programme)).ok_or(ORPHAN)?;
            let person = cells::person(&people, row, "person")?;
            let member = members.read(row, person, programme)?;
            if member.group.is_some_and(|group| usize::from(group) >= *groups) {
                return Err(Wrong { column: "group", expect: GROUP });
            }
            let expect = "setiap orang satu kali dalam satu program; satukan dahulu yang dua kali \
                          (each person once on a programme: merge who stands twice)";
            let is_new = seen.insert((programme, person));
            is_new.then_some(()).ok_or(Wrong { column: "person", expect })
        })
    })
}

fn standing(file: &TenantFile) -> Result<u64> {
    cells::walk(&file.path, &Table::Standing.names(), |batch| {
        let tenant = tenant(batch, file)?;
        let (people, standing) = (batch.texts("person")?, Standing::of(batch)?);
        batch.each(|row| {
            tenant(row)?;
            cells::person(&people, row, "person")?;
            standing(row).map(|_| ())
        })
    })
}

/// The codes of villages, and what stands for one that is not known.
fn is_place(code: i64) -> bool {
    code == 0 || (1_000_000_000..=9_999_999_999).contains(&code) // not law: the form of the code
}

fn cover(file: &TenantFile) -> Result<u64> {
    cells::walk(&file.path, &Table::Cover.names(), |batch| {
        let (places, works) = (batch.numbers("place")?, batch.texts("work")?);
        let (sexes, ages, years) =
            (batch.numbers("sex")?, batch.numbers("age")?, batch.numbers("year")?);
        let (months, rupiah) = (batch.numbers("months")?, batch.numbers("rupiah")?);
        let schemes = batch.texts("scheme")?;
        batch.each(|row| {
            let wrong = |column, expect| Err(Wrong { column, expect });
            if !is_place(required(&places, row, "place")?) {
                let expect = "kode desa 10 angka, atau 0 bila tidak diketahui (a village's code)";
                return wrong("place", expect);
            }
            for (name, column) in [("sex", &sexes), ("age", &ages), ("year", &years)] {
                required(column, row, name)?;
            }
            required(&works, row, "work")?;
            scheme(&schemes, row)?;
            if !(0..1 << 12).contains(&required(&months, row, "months")?) {
                return wrong("months", "12 bit, Januari paling rendah (twelve bits)");
            }
            if !AMOUNTS.contains(&required(&rupiah, row, "rupiah")?) {
                return wrong("rupiah", "iuran satu bulan (the contribution of a month)");
            }
            Ok(())
        })
    })
}

/// What a month of one person may cost: sums over a nation stay far from the end of a number.
const AMOUNTS: std::ops::Range<i64> = 0..1_000_000_000; // not law: far above any contribution

#[cfg(test)]
mod tests {
    use super::*;

    use bulk::parquet_table::{self, Columnar};

    use crate::invent::{self, Size};

    /// The tables of an invented nation of three regencies, 1101 to 1103.
    fn nation() -> tempfile::TempDir {
        let input = tempfile::tempdir().expect("a folder");
        let size = Size { tenants: 3, people: 60, seed: 5 };
        invent::money(input.path(), size).expect("tables");
        input
    }

    fn texts(cells: &[&str]) -> Columnar {
        Columnar::Text(cells.iter().map(|cell| Some((*cell).to_owned())).collect())
    }

    fn numbers(cells: &[Option<i64>]) -> Columnar {
        Columnar::Number(cells.to_vec())
    }

    fn leave(input: &Path, table: Table, tenant: &str, columns: Vec<(&str, Columnar)>) {
        let folder = input.join(table.name());
        std::fs::create_dir_all(&folder).expect("a folder");
        let bytes = parquet_table::write(&columns).expect("columns");
        std::fs::write(folder.join(format!("{tenant}.parquet")), bytes).expect("a file");
    }

    /// Three people of one regency; `change` spoils a column.
    fn people(change: impl Fn(&str, &mut Columnar)) -> tempfile::TempDir {
        let input = tempfile::tempdir().expect("a folder");
        let mut columns = vec![
            ("tenant", numbers(&[Some(1101); 3])),
            ("row", numbers(&[Some(0), Some(1), Some(2)])),
            ("id", texts(&["a", "b", "c"])),
        ];
        columns.extend(crate::layout::CELLS.map(|cell| (cell, Columnar::Text(vec![None; 3]))));
        columns.iter_mut().for_each(|(name, column)| change(name, column));
        leave(input.path(), Table::People, "1101", columns);
        input
    }

    fn told(tables: &[Table], input: &Path) -> String {
        check(tables, input).expect_err("something is wrong").to_string()
    }

    const MONEY: [Table; 3] = [Table::Members, Table::Programmes, Table::Standing];

    #[test]
    fn tables_as_promised_are_taken() {
        let input = nation();
        assert_eq!(check(&MONEY, input.path()).expect("tables"), 0);
        check(&[Table::Cover], input.path()).expect("tables");
        assert_eq!(check(&[Table::People], people(|_, _| ()).path()).expect("a table"), 3);
    }

    #[test]
    fn people_have_their_rows_in_order_and_their_regency() {
        let wrong = |name: &'static str, cells: [Option<i64>; 3]| {
            let input = people(|column, cell| {
                if column == name {
                    *cell = numbers(&cells);
                }
            });
            told(&[Table::People], input.path())
        };
        let twice = wrong("row", [Some(0), Some(1), Some(1)]);
        assert!(twice.contains("1101.parquet, baris 3: kolom row"), "{twice}");
        let null = wrong("row", [Some(0), None, Some(2)]);
        assert!(null.contains("baris 2: kolom row harus berisi nilai"), "{null}");
        let other = wrong("tenant", [Some(1101), Some(1102), Some(1101)]);
        assert!(other.contains("baris 2: kolom tenant"), "{other}");
    }

    #[test]
    fn types_are_compared_and_no_cell_is_told() {
        let typed = people(|name, column| {
            if name == "tenant" {
                *column = texts(&["Siti Aminah", "1101", "1101"]);
            }
        });
        let told = told(&[Table::People], typed.path());
        assert!(told.contains("kolom tenant bertipe Utf8, seharusnya Int64"), "{told}");
        assert!(!told.contains("Siti"));
    }

    /// Writes the members of a regency with some columns of their own.
    fn member(input: &Path, changed: &[(&'static str, Columnar)]) {
        let (programme, person) = known(input);
        let mut columns = vec![
            ("tenant", numbers(&[Some(1101); 3])),
            ("programme", texts(&[programme.as_str(); 3])),
            ("person", texts(&[&person, &"0".repeat(32), &"1".repeat(32)])),
            ("first", numbers(&[Some(202_601); 3])),
            ("last", numbers(&[Some(202_612); 3])),
            ("sector", texts(&["other"; 3])),
            ("group", numbers(&[None, Some(0), None])),
            ("birth", Columnar::Day(vec![Some(3_650); 3])),
            ("died", Columnar::Day(vec![None; 3])),
        ];
        for (name, column) in changed {
            let place = columns.iter().position(|(known, _)| known == name).expect("a column");
            columns[place].1 = column.clone();
        }
        leave(input, Table::Members, "1101", columns);
    }

    /// A programme of 1101 and one of its people.
    fn known(input: &Path) -> (String, String) {
        let mut found = None;
        let names = Table::Members.names();
        cells::walk(&input.join("members/1101.parquet"), &names, |batch| {
            let (programme, person) = (batch.texts("programme")?, batch.texts("person")?);
            found = Some((programme.value(0).to_owned(), person.value(0).to_owned()));
            Ok(())
        })
        .expect("a table");
        found.expect("a row")
    }

    #[test]
    fn members_are_whole_known_and_there_once() {
        let input = nation();
        let (programme, person) = known(input.path());
        let wrong = |changed: (&'static str, Columnar), expect: &str| {
            let kept = std::fs::read(input.path().join("members/1101.parquet")).expect("a file");
            member(input.path(), &[changed]);
            let told = told(&MONEY, input.path());
            assert!(told.contains(expect), "{told}");
            std::fs::write(input.path().join("members/1101.parquet"), kept).expect("a file");
        };
        let last = [Some(202_612), None, Some(202_612)];
        wrong(("last", numbers(&last)), "baris 2: kolom last harus berisi nilai");
        let twice = texts(&[&person, &"0".repeat(32), &person]);
        wrong(("person", twice), "baris 3: kolom person harus berisi setiap orang satu kali");
        let name = texts(&[&person, "Siti Aminah", &"1".repeat(32)]);
        wrong(("person", name), "baris 2: kolom person harus berisi nama samaran");
        let orphan = texts(&[&programme, &programme, "00000000-0000-8000-8000-000000000009"]);
        wrong(("programme", orphan), "baris 3: kolom programme harus berisi program yang ada");
        // 65,536 would be 0 in sixteen bits, and the programme has one group.
        wrong(("group", numbers(&[None, Some(65_536), None])), "baris 2: kolom group");
        wrong(("group", numbers(&[None, Some(1), None])), "baris 2: kolom group");
        let born = Columnar::Day(vec![Some(3_650), Some(3_650), Some(i32::MAX)]);
        wrong(("birth", born), "baris 3: kolom birth");
        wrong(("birth", Columnar::Day(vec![None, Some(1), Some(2)])), "baris 1: kolom birth");
        member(input.path(), &[]);
        check(&MONEY, input.path()).expect("what is changed by nothing is right");
    }

    #[test]
    fn a_programme_stands_once_and_under_its_own_number() {
        let input = nation();
        let (programme, _) = known(input.path());
        let laid = |id: &str| {
            format!(
                "{{\"id\":\"{id}\",\"schemes\":\"jkk\",\"first\":202601,\"last\":202612,\
                 \"income\":0,\"fund\":\"apbd\",\"groups\":[]}}"
            )
        };
        let wrong = |terms: [&str; 2], expect: &str| {
            let columns = vec![
                ("tenant", numbers(&[Some(1101); 2])),
                ("programme", texts(&[programme.as_str(); 2])),
                ("terms", texts(&terms)),
            ];
            leave(input.path(), Table::Programmes, "1101", columns);
            let told = told(&MONEY, input.path());
            assert!(told.contains(expect), "{told}");
        };
        let (own, other) = (laid(&programme), laid("00000000-0000-8000-8000-000000000009"));
        wrong([&own, &own], "baris 2: kolom programme harus berisi setiap program satu kali");
        wrong([&other, &own], "baris 1: kolom terms harus berisi id yang sama");
        wrong([&own, "Siti"], "baris 2: kolom terms harus berisi ketentuan uang");
    }

    #[test]
    fn cover_holds_twelve_bits_of_known_places() {
        let wrong = |name: &'static str, column: Columnar, expect: &str| {
            let input = tempfile::tempdir().expect("a folder");
            let mut columns = vec![
                ("place", numbers(&[Some(6_401_012_001), Some(0)])),
                ("work", texts(&["petani", "ojek"])),
                ("sex", numbers(&[Some(1), Some(2)])),
                ("age", numbers(&[Some(18), Some(25)])),
                ("scheme", texts(&["jkk", "jkm"])),
                ("year", numbers(&[Some(2026); 2])),
                ("months", numbers(&[Some(0xfff), Some(0)])),
                ("rupiah", numbers(&[Some(10_000); 2])),
            ];
            leave(input.path(), Table::Cover, "6401", columns.clone());
            check(&[Table::Cover], input.path()).expect("a table");
            let place = columns.iter().position(|(known, _)| *known == name).expect("a column");
            columns[place].1 = column;
            leave(input.path(), Table::Cover, "6401", columns);
            let told = told(&[Table::Cover], input.path());
            assert!(told.contains(expect), "{told}");
        };
        wrong("months", numbers(&[Some(1), Some(1 << 12)]), "baris 2: kolom months");
        wrong("place", numbers(&[Some(64), Some(0)]), "baris 1: kolom place");
        wrong("sex", numbers(&[Some(1), None]), "baris 2: kolom sex");
        wrong("scheme", texts(&["jkk", "jkx"]), "baris 2: kolom scheme");
        wrong("rupiah", numbers(&[Some(-1), Some(1)]), "baris 1: kolom rupiah");
    }
}
