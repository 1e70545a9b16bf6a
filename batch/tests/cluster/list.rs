//! A small list of invented people in which many stand twice, and some in a crowd.

use std::fmt::Write;

const HEAD: &str = "id,nik,no_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,alamat,rt,rw,desa,\
                    kecamatan,no_hp,nama_ibu";

const FIRST: [&str; 8] = ["Siti", "Nur", "Sri", "Ahmad", "Muhammad", "Budi", "Dewi", "Syarifah"];
const LAST: [&str; 9] = [
    "Aminah",
    "Hidayat",
    "Lestari",
    "Fauzi",
    "Wahyuni",
    "Santoso",
    "Rahmah",
    "Saputra",
    "Kurniawan",
];
const VILLAGES: [&str; 5] = ["Maruat", "Janju", "Long Kali", "Petangis", "Sungai Tuak"];

/// A row of an invented person; `slip` is how the second one who types errs.
fn row(into: &mut String, id: &str, number: u64, slip: u64) {
    let at = |step: u64, of: usize| (number / step % of as u64) as usize;
    let (day, month) = (number % 28 + 1, number / 28 % 12 + 1);
    let year = 1960 + number / 7 % 40;
    let nik = 6_401_010_000_000_000 + (day * 10_000 + month * 100 + year % 100) * 10_000 + number;
    let mut name = format!("{} {}", FIRST[at(1, FIRST.len())], LAST[at(3, LAST.len())]);
    let mut nik = nik.to_string();
    let mut birth = format!("{year:04}-{month:02}-{day:02}");
    match slip {
        1 => name = name.to_uppercase().replace('Y', "I"),
        2 => nik.clear(),
        3 => birth = format!("{day:02}/{month:02}/{year:04}"),
        4 => nik = format!("{}9", &nik[..15]),
        _ => {}
    }
    writeln!(
        into,
        "{id},{nik},{},{name},Tanah Grogot,{birth},{},Jl. Mawar No. {},{},{},{},Paser,{},{} {}",
        6_401_010_101_000_000 + number / 3,
        ["L", "P"][at(2, 2)],
        number % 90 + 1,
        number % 9 + 1,
        number % 4 + 1,
        VILLAGES[at(5, VILLAGES.len())],
        if number.is_multiple_of(3) { String::new() } else { format!("0812{:08}", number * 37) },
        FIRST[at(11, FIRST.len())],
        LAST[at(13, LAST.len())],
    )
    .expect("a text grows");
}

/// Fifteen hundred people, every third of them a second time with a slip, and a hundred and fifty
/// who share name, village and birth date, so that their blocks are crowded.
pub fn invented() -> String {
    let mut list = format!("{HEAD}\n");
    for number in 0..1_500 {
        row(&mut list, &format!("a{number:05}"), number, 0);
    }
    for number in 0..150 {
        let id = format!("c{number:05}");
        writeln!(
            list,
            "{id},,,Siti Aminah,Paser,1970-02-03,P,,{},,Maruat,Paser,,Rohani",
            number % 40 + 1
        )
        .expect("a text grows");
    }
    for number in (0..1_500).step_by(3) {
        row(&mut list, &format!("b{number:05}"), number, 1 + number / 3 % 4);
    }
    list
}
