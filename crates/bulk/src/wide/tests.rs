//! The same pairs however much lies in memory at once, and those that are found in memory.

use linkage::decide::Thresholds;
use linkage::record::Cells;

use super::*;
use crate::linkage::{dedupe, prepare};

const FIRST: [&str; 12] = [
    "Siti", "Rahmat", "Aminah", "Budi", "Dewi", "Joko", "Nurul", "Agus", "Wati", "Hendra", "Ratna",
    "Yusuf",
];
const LAST: [&str; 10] = [
    "Lestari",
    "Hidayat",
    "Saputra",
    "Wulandari",
    "Kusuma",
    "Santoso",
    "Rahayu",
    "Firmansyah",
    "Maulana",
    "Puspita",
];

/// Person `number` of an invented country, as list `list` has them; every ninth is mistyped there.
fn record(number: u64, list: u64) -> Record {
    let dice = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let of = |names: &[&str], shift: u32| names[(dice >> shift) as usize % names.len()].to_owned();
    let (day, month, year) = (1 + dice % 28, 1 + dice / 28 % 12, 60 + dice / 336 % 40);
    let region = 640_100 + 100 * (number % 7);
    let mut serial = number / 7 % 9_000 + 1;
    if list > 0 && number.is_multiple_of(9) {
        serial += 300;
    }
    let name = format!("{} {}", of(&FIRST, 5), of(&LAST, 9));
    let birth = format!("{day:02}-{month:02}-19{year}");
    let phone = if number.is_multiple_of(3) {
        format!("0812{:08}", dice % 90_000_000)
    } else {
        String::new()
    };
    Record::read(&Cells {
        nik: &format!("{region}{day:02}{month:02}{year}{serial:04}"),
        name: &name,
        birth_place: ["Paser", "Konawe", "Sidoarjo"][number as usize % 3],
        birth_date: &birth,
        sex: "",
        village: ["Busui", "Samurangau", "Maruat"][(number + list) as usize % 3],
        phone: &phone,
        mother: &of(&FIRST, 13),
        ..Cells::default()
    })
}

/// Four lists of a thousand; of a hundred people of a list ten stand on the next one too.
fn lists() -> Vec<Vec<Record>> {
    let list = |list: u64| (list * 900..list * 900 + 1_000).map(move |n| record(n, list)).collect();
    (0..4).map(list).collect()
}

fn found(ranges: Ranges) -> Found {
    let folder = tempfile::tempdir().expect("a folder");
    let mut wide = Wide::create(folder.path(), ranges).expect("files");
    lists().iter().for_each(|list| wide.add(list).expect("room"));
    assert_eq!(wide.len(), 4_000);
    let found = wide.across(Model::shipped()).expect("room");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    found
}

#[test]
fn ranges_do_not_change_what_is_found() {
    let one = found(Ranges { keys: 1, people: usize::MAX });
    let seven = found(Ranges { keys: 7, people: 600 });
    assert!(one.edges == seven.edges && one.edges.len() > 250, "{}", one.edges.len());
    assert_eq!((one.pairs, one.common), (seven.pairs, seven.common));
    let list_of = |member: u32| member / 1_000;
    assert!(one.edges.iter().all(|edge| list_of(edge.left) < list_of(edge.right)));
}

#[test]
fn what_is_found_on_disk_is_found_in_memory() {
    let same = Thresholds::default().same;
    let likely = |edges: Vec<Edge>| -> Vec<(u32, u32)> {
        let likely = edges.into_iter().filter(|edge| edge.score >= same);
        let two = likely.filter(|edge| edge.left / 1_000 != edge.right / 1_000);
        two.map(|edge| (edge.left, edge.right)).collect()
    };
    let mut prepared = prepare(lists().concat());
    let in_memory = likely(dedupe(&mut prepared, Model::shipped(), &mut |_| ()));
    let on_disk = likely(found(Ranges::default()).edges);
    assert_eq!(on_disk, in_memory);
    // Three times a hundred people stand on two lists.
    let moved = |pair: &&(u32, u32)| pair.1 == pair.0 + 100;
    assert_eq!(on_disk.iter().filter(moved).count(), 300);
}

#[test]
fn lists_that_are_dropped_leave_nothing_and_nobody_else_reads_them() {
    use std::os::unix::fs::PermissionsExt;
    let within = tempfile::tempdir().expect("a folder");
    let count = || std::fs::read_dir(within.path()).expect("a folder").count();
    let mut wide = Wide::create(within.path(), Ranges::default()).expect("files");
    lists().iter().for_each(|list| wide.add(list).expect("room"));
    assert_eq!(count(), 1);
    let mode = std::fs::metadata(wide.folder.path()).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    drop(wide);
    assert_eq!(count(), 0);
}

#[test]
fn whoever_shares_a_key_lies_in_one_part() {
    let within = tempfile::tempdir().expect("a folder");
    let parts = Parts::<1>::create(within.path(), "keys", 7).expect("files");
    for border in 1..7_u64 {
        // The last key of a part: the bits of a member would carry it into the next.
        let key = (((u128::from(border) << 64) / 7) >> 32) as u32;
        assert_ne!(entry(&parts, key, 0).0, entry(&parts, key + 1, 0).0);
        assert_eq!(entry(&parts, key, 0).0, entry(&parts, key, u32::MAX).0);
    }
}

#[test]
fn no_list_and_an_empty_list_have_no_pairs() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut wide = Wide::create(folder.path(), Ranges::default()).expect("files");
    wide.add(&[]).expect("room");
    assert!(wide.is_empty());
    assert!(wide.across(Model::shipped()).expect("room").edges.is_empty());
}
