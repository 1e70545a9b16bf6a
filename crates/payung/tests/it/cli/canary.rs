//! A whole journey with one invented person, whose identity no command may say.

use std::path::Path;

use crate::program::{Place, Ran};

const NIK: &str = "6401041708627777";
const NO_KK: &str = "6401041006098888";
const PHONE: &str = "81234567777";
const NAME: &str = "Kenari";
const STREET: &str = "Cendrawasih";

/// The commands of a journey; `-` before one whose end may be bad.
const COMMANDS: [&str; 53] = [
    "-check daftar.csv",
    "-check rusak.csv",
    "-check rusak.csv --return cek.xlsx",
    "reference import wafat.csv --list meninggal --as-of 2022-09-20",
    "reference list",
    "-import rusak.csv --programme coba --from desa",
    "import daftar.csv --programme coba --from desa",
    "import daftar.csv --programme coba --from desa",
    "sheet list",
    "propose --programme coba --as ani",
    "-approve --programme coba --as operator",
    "approve --programme coba --as budi",
    "annex --programme coba --out lampiran",
    "annex list --programme coba",
    "annex amend --programme coba",
    "movement list --programme coba",
    "plan --programme coba",
    "-bill draft --programme coba --month 2022-12 --as citra",
    // 4: another person has to act now.
    "-bill finalise --programme coba --month 2022-12 --as citra",
    "-bill issue --programme coba --month 2022-12 --as citra",
    "bill code --programme coba --month 2022-12 --kind billing-code 220012345678 --as citra",
    "bill show --programme coba --month 2022-12",
    "bill issue --programme coba --month 2022-12 --as budi",
    "-bill issue --programme coba --month 2022-11 --as citra",
    "bill reopen --programme coba --month 2022-11 --reason salah-hitung-sekali --as citra",
    "-bill issue --programme coba --month 2022-11 --as citra",
    "bill issue --programme coba --month 2022-11 --as budi",
    "bill paper --programme coba --month 2022-12 --kind request --out kertas",
    "bill arrears --programme coba",
    "bill export --programme coba --month 2022-12 --reason dicocokkan-dulu --out tagihan.xlsx",
    "bill list",
    "bank import rekening.csv --as citra",
    "bank match --as citra",
    "bill paper --programme coba --month 2022-12 --kind receipt --out kertas",
    "bill credits --programme coba",
    "bank breaks --as citra",
    "ledger balance",
    "ledger balance --month 2022-11",
    "ledger verify",
    "ledger statement contribution-expense.coba --month 2022-10 --to 2022-12",
    "ledger chart show",
    "ledger periods",
    "ledger cover --programme coba --on 2022-10-14 --pdf perlindungan.pdf",
    "-ledger close 2022-11 --check",
    "ledger export --out jurnal.csv",
    "ledger export --what balances --out neraca.parquet",
    "cards issue --programme coba",
    "cards print --programme coba --out kartu",
    "-cards verify AAAA-BBBB-CCCC-DDD",
    "coverage --by desa",
    "coverage --by occupation",
    "programme show coba",
    "user list",
];

#[test]
fn no_command_says_who_somebody_is() {
    let place = Place::set_up();
    let head = "NIK,No KK,Nama,Tgl Lahir,L/P,Alamat,Pekerjaan,No HP\r\n";
    let row = |nik: &str| {
        format!("{nik},{NO_KK},Rekaan {NAME},17-08-1962,L,Jl {STREET} 7,nelayan,0{PHONE}\r\n")
    };
    place.file("daftar.csv", format!("{head}{}", row(NIK)));
    // The same person among rows with every sort of fault.
    let faults = [&NIK[..15], "64010417O8627777", NIK, NIK].map(row).concat();
    place.file("rusak.csv", format!("{head}{faults}").replace("17-08-1962,L", "18-08-1962,P"));
    place.file("wafat.csv", "nik,nama,tanggal meninggal\r\n6401041708620009,REKAAN,01-08-2022\r\n");
    for words in COMMANDS {
        if words.starts_with("bank import") {
            write_statement(&place);
        }
        for more in [&["--json"][..], &[], &["--lang", "en"]] {
            let may_fail = words.starts_with('-');
            let words: Vec<&str> = words.trim_start_matches('-').split(' ').collect();
            let ran = place.run(&[&words[..], more].concat());
            assert!(ran.code == 0 || may_fail, "{words:?}: {ran:?}");
            assert_silent(&words, &ran);
        }
    }
    for sheet in place.sheets() {
        let id = sheet.id.to_string();
        for words in [
            vec!["sheet", "show", id.as_str()],
            vec!["sheet", "return", &id, "--out", "kembali.xlsx"],
            vec!["sheet", "resume", &id],
        ] {
            assert_silent(&words, &place.run(&words));
        }
    }
    assert_names_silent(place.path());
    for name in ["tagihan.xlsx", "kembali.xlsx", "cek.xlsx"] {
        assert_own(&place.path().join(name));
    }
    // The canary sings where it may: in the rows that their owner asks for.
    let rows = place.run(&["check", "--rows", "daftar.csv"]);
    assert!(rows.out.contains(NIK) && rows.out.contains(NAME), "{rows:?}");
}

/// A statement that pays the last month, for which cards are made, and leaves another open.
fn write_statement(place: &Place) {
    let bills = place.json(&["bill", "list"]).1;
    let bills = bills.as_array().expect("bills");
    let bill = bills.iter().find(|bill| bill["month"] == "2022-12").expect("it was issued");
    let reference = bill["reference"].as_str().expect("one");
    let amount = bill["total_rupiah"].as_i64().expect("an amount");
    let text = format!(
        "Saldo Awal;;;{}\nTanggal;Keterangan;Debet;Kredit\n24/10/2022;IURAN {reference};{amount};0\n\
         25/10/2022;TARIK TUNAI REKAAN;5000;0\nSaldo Akhir;;;0\n",
        amount + 5_000
    );
    place.file("rekening.csv", text);
}

fn assert_silent(words: &[&str], ran: &Ran) {
    for canary in [NIK, &NIK[..15], NO_KK, PHONE, NAME, STREET] {
        let said = ran.out.contains(canary) || ran.err.contains(canary);
        assert!(!said, "payung {words:?} says {canary}: {ran:?}");
    }
}

/// What names people is its owner's alone.
#[cfg(unix)]
fn assert_own(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = path.metadata().expect("it was written").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{}", path.display());
}

#[cfg(not(unix))]
fn assert_own(_: &Path) {}

/// No file or folder is named after anybody.
fn assert_names_silent(folder: &Path) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        for canary in [NIK, NO_KK, PHONE, NAME, STREET] {
            assert!(!name.contains(canary), "{name}");
        }
        if path.is_dir() {
            assert_names_silent(&path);
        }
    }
}
