//! The same answer on any number of threads.

use base::region::GazetteerSources;
use base::{Cell, CellAddress, Day, Field, Gazetteer, ProblemCode, RawValue, RegionCode};
use domain::intake::Rulebook;
use domain::intake::file_check::check_file;
use domain::occupation::Occupations;

use super::*;

const REGIONS: &str =
    "code,name\n64,Kalimantan Timur\n64.01,Kabupaten Paser\n64.01.01,Batu Sopang\n";
const VILLAGES: &str = "code,name\n64.01.01.2009,Samurangau\n64.01.01.2010,Busui\n";

/// Row `number` of an invented list that repeats itself now and then.
fn row(number: u32) -> RawRow {
    let (day, serial) = (number % 28 + 1, number % 8_400 + 1);
    let village = ["Busui", "idem", "Samurangau", "Busuii", "idem"][number as usize % 5];
    let occupation = ["Nelayan", "Petani Sawit", "Nlayan", "astronot"][number as usize % 4];
    let texts = [
        (Field::Nik, format!("640101{day:02}0862{serial:04}")),
        (Field::Name, format!("Orang {}", ["Satu", "Dua", "Tiga"][number as usize % 3])),
        (Field::BirthDate, format!("{day:02}/08/1962")),
        (Field::Village, village.to_owned()),
        (Field::Occupation, occupation.to_owned()),
    ];
    let value = |(column, (field, text)): (usize, &(Field, String))| RawValue {
        field: *field,
        at: CellAddress { sheet: 0, row: number, column: column as u16 },
        cell: Cell::text(text),
    };
    let cells = texts.iter().enumerate().map(value).collect();
    RawRow { sheet: 0, table: 0, row: number, cells, key: None }
}

/// Reads and compares so many rows in batches, on so many threads.
fn read(rows: u32, batch: usize, threads: usize) -> Vec<(Draft, Vec<Problem>)> {
    let sources = GazetteerSources {
        regions: REGIONS,
        villages: &[VILLAGES],
        legacy: "",
        renamed: "",
        vacated: "",
    };
    let gazetteer = Gazetteer::new(sources).expect("well formed");
    let (occupations, rulebook) = (Occupations::builtin(), Rulebook::builtin());
    let ctx = DraftContext {
        today: Day::parse_iso("2022-10-01").expect("a day"),
        territory: RegionCode::parse("64.01"),
        sender: None,
        gazetteer: &gazetteer,
        occupations: &occupations,
        rulebook: &rulebook,
        epoch_1904: false,
        default_occupation: None,
        tables: Vec::new(),
    };
    let mut rows: Vec<RawRow> = (2..rows + 2).map(row).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| {
        let (mut carry, mut all) = (DittoCarry::default(), Vec::new());
        for batch in rows.chunks_mut(batch) {
            all.extend(drafts_of_batch(batch, &mut carry, &ctx));
        }
        check_file(&mut all);
        all
    })
}

#[test]
fn threads_and_batches_do_not_change_the_answer() {
    let rows = 3 * PARTITION_ROWS as u32 + 17;
    let one = read(rows, usize::MAX, 1);
    assert_eq!(one.len(), rows as usize);
    assert!(one.iter().zip(2..).all(|((draft, _), number)| draft.row == number));
    for code in [ProblemCode::Ditto, ProblemCode::OccupationUnknown, ProblemCode::DuplicateInFile] {
        assert!(one.iter().any(|(_, found)| found.iter().any(|p| p.code == code)), "{code:?}");
    }
    assert!(one == read(rows, usize::MAX, 2), "two threads");
    assert!(one == read(rows, 1_000, 2), "batches of a thousand");
}

#[test]
fn what_is_made_is_taken_in_order_up_to_the_first_refusal() {
    let items: Vec<u32> = (0..1000).collect();
    let taken = |threads: usize, last: u32| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let mut taken = Vec::new();
        let result = pool.install(|| {
            in_order(
                &items,
                |item| item * 2,
                |made| {
                    taken.push(made);
                    if made == last * 2 { Err(made) } else { Ok(()) }
                },
            )
        });
        (result, taken)
    };
    let doubled: Vec<u32> = (0..1000).map(|item| item * 2).collect();
    for threads in [1, 2, 5] {
        assert_eq!(taken(threads, 5000), (Ok(()), doubled.clone()));
        assert_eq!(taken(threads, 7), (Err(14), doubled[..8].to_vec()));
    }
}
