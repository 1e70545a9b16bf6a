//! Sheets as villages make them, written as text and told as lines. All people are invented.

use std::io::Cursor;

use crate::read::{ConfirmedMapping, Event, Limits, ReadOptions, Refusal, read};

fn told_with(sheet: &str, mappings: &[ConfirmedMapping]) -> String {
    let options = ReadOptions {
        file_name: "daftar.csv",
        limits: Limits::standard(),
        only_sheet: None,
        mappings,
    };
    let mut out: Vec<String> = Vec::new();
    let result = read(Cursor::new(sheet.as_bytes()), &options, &mut |event| match event {
        Event::Table(table) => {
            let columns: Vec<_> = table
                .columns
                .iter()
                .filter_map(|column| Some((column.column, column.field?, column.confidence)))
                .map(|(column, field, confidence)| {
                    let mark = match confidence.name() {
                        "certain" => "",
                        "likely" => "~",
                        _ => "?",
                    };
                    format!("{}{}{mark}", base::cell::column_letters(column), field.name())
                })
                .collect();
            let heading: Vec<_> = table
                .heading
                .iter()
                .map(|value| format!("{}={}", value.field.name(), value.cell.text))
                .collect();
            out.push(format!("table {}: {}", columns.join(" "), heading.join(" ")).trim().into());
        }
        Event::Row(row) => {
            let values: Vec<_> = row
                .cells
                .iter()
                .map(|value| format!("{}{}", value.at.a1(), value.cell.text.replace(' ', "_")))
                .collect();
            let key = row.key.map(|key| format!(" key={key}")).unwrap_or_default();
            out.push(format!("{}/{}: {}{key}", row.table, row.row, values.join(" ")));
        }
        Event::Skipped(row) => out.push(format!("{} {}", row.row, row.reason.code())),
        Event::Sheet(_) | Event::Notice(_) => (),
    });
    match result {
        Ok(_) => out.join("\n"),
        Err(refusal) => refusal.code().to_owned(),
    }
}

fn check(sheet: &str, expect: &str) {
    let lines = |text: &str| {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    // The sheets below are indented like the code; real ones are not.
    let sheet: Vec<&str> = sheet.lines().map(str::trim_start).collect();
    let sheet = sheet[1..].join("\n");
    assert_eq!(lines(&told_with(&sheet, &[])), lines(expect), "\n{sheet}");
}

#[test]
fn titles_above_sums_and_signatures_below() {
    check(
        "
        DAFTAR CALON PESERTA BPJS KETENAGAKERJAAN;;;
        DESA PADANG CERIA KECAMATAN TANAH INDAH TAHUN 2022;;;
        ;;;
        No;NIK;Nama;Tgl Lahir
        1;6401011708620001;SITI;17-08-1962
        ;;;
        2;6401015708620002;BUDI SANTOSO;17-08-1962
        Jumlah;;2 orang;
        ;;;
        ;;Padang Ceria, 12 Oktober 2022;
        ;;Kepala Desa Padang Ceria;
        ;;;
        ;;H. AHMAD;
        ;;NIP. 19700101 199003 1 001;
        ",
        "
        1 TITLE
        2 TITLE
        4 HEAD
        table Bnik Cname Dbirth_date: village=PADANG CERIA district=TANAH INDAH
        0/5: B56401011708620001 C5SITI D517-08-1962
        0/7: B76401015708620002 C7BUDI_SANTOSO D717-08-1962
        8 TOTAL
        10 SIGNATURE
        11 SIGNATURE
        13 SIGNATURE
        14 SIGNATURE
        ",
    );
}

#[test]
fn two_line_heads_column_numbers_and_repeated_heads() {
    check(
        "
        No;Nama;Tempat dan Tanggal Lahir;;Alamat;;;JK;;Orang Tua;;NIK
        ;;Tempat;Tgl/Bln/Th;Jalan;RT;RW;L;P;Ibu;Ayah;
        1;2;3;4;5;6;7;8;9;10;11;12
        1;SITI;Paser;17-08-1962;Jl. Mawar;1;2;;v;AMINAH;BUDI;6401015708620001
        No;Nama;Tempat dan Tanggal Lahir;;Alamat;;;JK;;Orang Tua;;NIK
        ;;Tempat;Tgl/Bln/Th;Jalan;RT;RW;L;P;Ibu;Ayah;
        2;BUDI;Paser;17-08-1960;Jl. Mawar;1;2;v;;AMINAH;BUDI;6401011708600001
        ",
        "
        1 HEAD
        2 HEAD
        table Bname Cbirth_place Dbirth_date Eaddress Frt Grw Hsex Isex Jmother_name Lnik:
        3 COLUMN_NUMBERS
        0/4: B4SITI C4Paser D417-08-1962 E4Jl._Mawar F41 G42 I4P J4AMINAH L46401015708620001
        5 HEAD_REPEATED
        6 HEAD_REPEATED
        0/7: B7BUDI C7Paser D717-08-1960 E7Jl._Mawar F71 G72 H7L J7AMINAH L76401011708600001
        ",
    );
}

#[test]
fn the_telling_line_of_a_head_may_be_the_lower_one() {
    check(
        "
        No;Identitas;;Alamat;;Pekerjaan
        ;NIK;Nama;Desa;RT;
        1;6401011708620001;SITI;Padang;1;Petani
        ",
        "
        1 HEAD
        2 HEAD
        table Bnik Cname Dvillage Ert Foccupation:
        0/3: B36401011708620001 C3SITI D3Padang E31 F3Petani
        ",
    );
}

#[test]
fn families_under_one_card() {
    check(
        "
        BUKU INDUK;;;;
        KECAMATAN;:; TANAH INDAH;DESA/KELURAHAN;: PADANG
        ;;;;
        No;Nama Lengkap;NIK;JK;Pekerjaan
        (1);(2);(3);(4);(5)
        No. KK : 6401010101100001;;Alamat : JL. MAWAR, Nama Dusun : -, RT/RW : 003/001;;
        1;SITI;6401015708620001;P;PETANI
        2;BUDI;6401011708600001;L;PETANI
        No. KK : 6401010101100002;;Alamat : JL. MELATI;;
        3;ANI;6401015708620003;P;PETANI
        ",
        "
        1 TITLE
        2 TITLE
        4 HEAD
        table Bname Cnik Dsex Eoccupation: village=PADANG district=TANAH INDAH
        5 COLUMN_NUMBERS
        6 BLOCK_HEAD
        0/7: B7SITI C76401015708620001 D7P E7PETANI A66401010101100001 C6JL._MAWAR C6003/001
        0/8: B8BUDI C86401011708600001 D8L E8PETANI A66401010101100001 C6JL._MAWAR C6003/001
        9 BLOCK_HEAD
        0/10: B10ANI C106401015708620003 D10P E10PETANI A96401010101100002 C9JL._MELATI
        ",
    );
}

#[test]
fn groups_by_neighbourhood() {
    check(
        "
        No,NIK,Nama,Pekerjaan
        RT 01,,,
        1,6401015708620001,SITI,Petani
        ,RT 02,,
        2,6401011708600001,BUDI,Petani
        ",
        "
        1 HEAD
        table Bnik Cname Doccupation:
        2 BLOCK_HEAD
        0/3: B36401015708620001 C3SITI D3Petani A201
        4 BLOCK_HEAD
        0/5: B56401011708600001 C5BUDI D5Petani B402
        ",
    );
}

#[test]
fn several_tables_on_a_sheet() {
    check(
        "
        A. KADER DESA MAWAR,,
        No,NIK,Nama
        1,6401015708620001,SITI
        ,,
        B. NELAYAN DESA MELATI,,
        Nama,No KTP,Alamat
        BUDI,6401011708600001,Jl. Melati
        ",
        "
        1 TITLE
        2 HEAD
        table Bnik Cname: village=MAWAR
        0/3: B36401015708620001 C3SITI
        5 BLOCK_HEAD
        6 HEAD
        table Aname Bnik Caddress: village=MELATI
        1/7: A7BUDI B76401011708600001 C7Jl._Melati
        ",
    );
    check(
        "
        No,NIK,Nama,,No,NIK,Nama
        1,6401015708620001,SITI,,2,6401011708600001,BUDI
        3,6401015708620003,ANI,,,,
        ",
        "
        1 HEAD
        table Bnik Cname:
        table Fnik Gname:
        0/2: B26401015708620001 C2SITI
        1/2: F26401011708600001 G2BUDI
        0/3: B36401015708620003 C3ANI
        ",
    );
}

#[test]
fn tables_without_a_head_or_with_unknown_words() {
    check(
        "
        1;6401015708620001;SITI AMINAH;17-08-1962;P;0812-3456-7890
        2;6401011708600001;BUDI;17-08-1960;L;081234567891
        3;6401011708600002;JOKO SUSILO;17-08-1960;L;
        ",
        "
        table Bnik? Cname? Dbirth_date? Esex? Fphone?:
        0/1: B16401015708620001 C1SITI_AMINAH D117-08-1962 E1P F10812-3456-7890
        0/2: B26401011708600001 C2BUDI D217-08-1960 E2L F2081234567891
        0/3: B36401011708600002 C3JOKO_SUSILO D317-08-1960 E3L
        ",
    );
    check(
        "
        Peserta,Keterangan
        6401015708620001,-
        6401011708600001,-
        ###,
        Catatan:,
        1. Sesuaikan kolom peserta (A),
        ",
        "
        1 HEAD
        table Anik? Bnote:
        0/2: A26401015708620001 B2-
        0/3: A36401011708600001 B3-
        4 NOTE
        5 NOTE
        6 NOTE
        ",
    );
}

#[test]
fn a_head_alone_is_a_list_without_people() {
    check("\nNIK,NAMA_LENGKAP,KPJ", "1 HEAD\ntable Anik Bname:");
}

#[test]
fn what_is_no_list_of_people() {
    for sheet in [
        "NAMA,KODE_LOKASI\nACEH BARAT,1105\nAGAM,1306",
        "kode,nama,uraian\n000,UMUM,\n000.1,LAMBANG,",
        "desa_id,jumlah_aki,jumlah_akb\n53.06.13.2001,23,12",
        "Pengisian Column,Petunjuk\nNIK,Berisi nomor identitas dari tenaga kerja. Wajib diisi.",
        "Nama Program,Bantuan\nNIK,:,6401015708620001\nNama,:,SITI",
        "Item,Type,Quantity\n1,Apple,50",
    ] {
        assert_eq!(told_with(sheet, &[]), Refusal::NoTable.code(), "{sheet}");
    }
}

#[test]
fn rows_that_only_look_like_something_else() {
    check(
        "
        No,Nama,Alamat,Jabatan
        1,TOTAL SUPRIYADI,Jl. Mawar,Ketua RT
        2,KETUA MAWAR,Jl. Mawar,Ketua RT
        3,,,
        ,SITI,,
        contoh,BUDI,Jl. Mawar,Petani
        ,,lanjutan alamat,
        ",
        "
        1 HEAD
        table Bname Caddress Doccupation:
        0/2: B2TOTAL_SUPRIYADI C2Jl._Mawar D2Ketua_RT
        0/3: B3KETUA_MAWAR C3Jl._Mawar D3Ketua_RT
        4 NUMBER_ONLY
        0/5: B5SITI
        6 EXAMPLE
        7 NOTE
        ",
    );
}

#[test]
fn people_after_a_page_sum_and_a_signature() {
    check(
        "
        No,NIK,Nama
        1,6401015708620001,SITI
        Jumlah,,1
        2,6401011708600001,BUDI
        ,,Mengetahui
        ,,JOKO
        3,6401011708600003,ANI
        ",
        "
        1 HEAD
        table Bnik Cname:
        0/2: B26401015708620001 C2SITI
        3 TOTAL
        0/4: B46401011708600001 C4BUDI
        5 SIGNATURE
        6 SIGNATURE
        0/7: B76401011708600003 C7ANI
        ",
    );
}

#[test]
fn two_columns_that_claim_one_field() {
    check(
        "
        No,Nama Kepala Keluarga,Nama,NIK Ayah,NIK,Alamat,Dusun,Nama Ibu,Nama Ayah
        1,BUDI,SITI,6401011708600001,6401015708620001,,Mawar,ANI,BUDI
        ",
        "
        1 HEAD
        table Cname Enik Gaddress Hmother_name:
        0/2: C2SITI E26401015708620001 G2Mawar H2ANI
        ",
    );
    check(
        "
        No,No KK,Nama Kepala Keluarga,Alamat
        1,6401010101100001,BUDI,Jl. Mawar
        ",
        "
        1 HEAD
        table Bno_kk Cname~ Daddress:
        0/2: B26401010101100001 C2BUDI D2Jl._Mawar
        ",
    );
}

#[test]
fn headings_say_halves_and_cells_say_which() {
    check(
        "
        NIK;Nama;Tempat/Tgl Lahir;;Hal Lain
        6401015708620001;SITI;Paser;17-08-1962;x
        6401011708600001;BUDI;Paser;17-08-1960;y
        ",
        "
        1 HEAD
        table Anik Bname Cbirth_place Dbirth_date?:
        0/2: A26401015708620001 B2SITI C2Paser D217-08-1962
        0/3: A36401011708600001 B3BUDI C3Paser D317-08-1960
        ",
    );
}

#[test]
fn what_stands_under_somebody_else_is_not_read() {
    check(
        "
        No,NIK,Nama,Ahli Waris,
        ,,,Nama,NIK
        1,6401015708620001,SITI,BUDI,6401011708600001
        ",
        "
        1 HEAD
        2 HEAD
        table Bnik Cname:
        0/3: B36401015708620001 C3SITI
        ",
    );
}

#[test]
fn return_workbooks_carry_keys() {
    check(
        "
        NIK,Nama,Yang harus diperbaiki,Kunci baris (jangan diubah)
        6401015708620001,SITI,NIK salah,k-1
        ",
        "
        1 HEAD
        table Anik Bname:
        0/2: A26401015708620001 B2SITI key=k-1
        ",
    );
}

#[test]
fn a_confirmed_mapping_wins_for_its_header_alone() {
    let fingerprint = |sheet: &str| {
        let mut found = 0;
        let options = ReadOptions {
            file_name: "daftar.csv",
            limits: Limits::standard(),
            only_sheet: None,
            mappings: &[],
        };
        read(Cursor::new(sheet.as_bytes()), &options, &mut |event| {
            if let Event::Table(table) = event {
                found = table.fingerprint;
            }
        })
        .unwrap();
        found
    };
    let sheet = "NIK,Nama,Kode X\n6401015708620001,SITI,Petani\n";
    let same = "judul\n\nnik ,NAMA*,kode_x\n6401011708600001,BUDI,Buruh\n";
    let returned = "NIK,Nama,Kode X,Yang harus diperbaiki,Kunci baris (jangan diubah)\n\
                    6401015708620001,SITI,Petani,,k-1\n";
    let known = fingerprint(sheet);
    assert_eq!(known, fingerprint(same));
    assert_eq!(known, fingerprint(returned));
    assert_ne!(known, fingerprint("NIK,Nama,Kode Y\n6401015708620001,SITI,Petani\n"));
    let mapping = ConfirmedMapping {
        fingerprint: known,
        fields: vec![(2, Some(base::Field::Occupation)), (1, None)],
    };
    assert_eq!(
        told_with(sheet, &[mapping]),
        "1 HEAD\ntable Anik Coccupation:\n0/2: A26401015708620001 C2Petani"
    );
}

#[test]
fn a_long_list_is_told_as_it_comes() {
    let mut sheet = String::from("No,NIK,Nama\n");
    for number in 1..=500 {
        sheet.push_str(&format!("{number},640101570862{number:04},SITI\n"));
    }
    let told = told_with(&sheet, &[]);
    assert_eq!(told.lines().count(), 502);
    assert!(told.ends_with("0/501: B5016401015708620500 C501SITI"));
}

#[test]
fn page_breaks_signatures_and_narrow_tables() {
    check(
        "
        Desa : Mawar;;;
        No;NIK;Nama;RT/RW;
        1;6401015708620001;SITI;1;2
        ;;DAFTAR PEKERJA RENTAN (LANJUTAN);;
        No;NIK;Nama;RT/RW;
        2;6401011708600001;BUDI;1;2
        ;Mengetahui,;Mawar, 12 Oktober 2022;;
        ;NIP. 19700101 199003 1 001;;;
        ",
        "
        1 TITLE
        2 HEAD
        table Bnik Cname Drt Erw~: village=Mawar
        0/3: B36401015708620001 C3SITI D31 E32
        4 TITLE
        5 HEAD_REPEATED
        0/6: B66401011708600001 C6BUDI D61 E62
        7 SIGNATURE
        8 SIGNATURE
        ",
    );
    check(
        "
        Nama,Jabatan
        SITI,Ketua RT 01
        BUDI,Sekretaris
        Catatan : yang di atas sudah benar,
        ANI,Bendahara
        ",
        "
        1 HEAD
        table Aname Boccupation:
        0/2: A2SITI B2Ketua_RT_01
        0/3: A3BUDI B3Sekretaris
        4 NOTE
        0/5: A5ANI B5Bendahara
        ",
    );
}

#[test]
fn a_place_stated_once_holds_for_the_tables_below() {
    check(
        "
        KECAMATAN KUARO,,
        Desa : Mawar,,
        No,NIK,Nama
        1,6401015708620001,SITI
        Desa : Melati,,
        No,NIK,Nama,Alamat
        1,6401011708600001,BUDI,Jl. Melati
        ",
        "
        1 TITLE
        2 TITLE
        3 HEAD
        table Bnik Cname: village=Mawar district=KUARO
        0/4: B46401015708620001 C4SITI
        5 BLOCK_HEAD
        6 HEAD
        table Bnik Cname Daddress: village=Melati district=KUARO
        1/7: B76401011708600001 C7BUDI D7Jl._Melati
        ",
    );
}

#[test]
fn endless_heads_are_not_followed() {
    let sheet = "NIK,Nama,Alamat\nNo KTP,Nama Lengkap,Dusun\n".repeat(2000);
    let tables = told_with(&sheet, &[]).lines().filter(|line| line.starts_with("table")).count();
    assert_eq!(tables, 500);
}

#[test]
fn hints_below_the_head_end_nothing() {
    check(
        "
        Nama,Alamat,Jabatan
        *wajib diisi,*wajib diisi,
        SITI,Jl. Mawar,Ketua RT 01
        ",
        "
        1 HEAD
        table Aname Baddress Coccupation:
        2 NOTE
        0/3: A3SITI B3Jl._Mawar C3Ketua_RT_01
        ",
    );
}
