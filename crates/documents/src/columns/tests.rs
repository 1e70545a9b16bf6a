//! Headings as offices write them, and what columns are taken for.

use std::collections::HashMap;

use super::*;
use Confidence::{Certain, Likely};

/// A column: what is surely it, what is probably it, and what must never be it.
type Case = (Field, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    (
        Field::Nik,
        &[
            "NIK",
            "N I K",
            "No. KTP",
            "NO_KTP",
            "NIK *)",
            "Nomor Induk Kependudukan (NIK)",
            "NO KTP",
        ],
        &["NIK Peserta", "Nomer Induk Kependudukn", "NIK sesuai e-KTP"],
        &["NIP", "NIK Ayah", "NIK Ibu", "No KPJ", "NPP", "No", "Foto KTP", "Jenis Identitas"],
    ),
    (
        Field::NoKk,
        &["No KK", "NO. KK", "Nomor Kartu Keluarga", "KK"],
        &["Nomor KK Peserta", "Nomor Kartu Keluargaa"],
        &["Nama KK", "Kepala Keluarga", "KK Level"],
    ),
    (
        Field::Name,
        &["Nama", "NAMA LENGKAP", "Nama_Lengkap", "Nama Peserta", "nama tk", "N A M A"],
        &["Nama Kader Posyandu Desa"; 0],
        &["Nama Ibu", "Nama Ayah", "Nama Desa", "Nama Kelompok Tani", "Nama Bank", "Nama Suami"],
    ),
    (
        Field::BirthPlace,
        &["Tempat Lahir", "tempatlahir", "Tmp. Lahir"],
        &["Tempat lahir peserta"],
        &["Tempat Tinggal", "Tempat Kerja", "Tempat"],
    ),
    (
        Field::BirthDate,
        &["Tanggal Lahir", "TGL_LAHIR", "Tgl. Lahir", "Tanggal Lahir (dd-mm-yyyy)", "Tgl/Bln/Th"],
        &["Tangal Lahir", "Tgl lahir peserta"],
        &["Tgl Terdaftar", "Tanggal Kepesertaan", "Tgl Akhir Kontrak", "Tanggal", "Akta Lahir"],
    ),
    (
        Field::BirthPlaceDate,
        &["TTL", "T.T.L", "Tempat, Tanggal Lahir", "Tempat/Tgl Lahir", "TEMPAT & TGL LAHIR"],
        &["Tempat dan tgl lahir peserta"],
        &["Tempat Tugas"],
    ),
    (
        Field::Sex,
        &["JK", "L/P", "Jenis Kelamin", "Jns Kelamin", "sex", "J.K.", "Kelamin"],
        &["Jenis Kelamin Peserta", "Jenis Klamin"],
        &["Jenis", "Kelompok"],
    ),
    (
        Field::Address,
        &["Alamat", "ALAMAT LENGKAP", "Dusun", "Alamat (sesuai KTP)", "Domisili"],
        &["Alamat peserta sekarang ini"],
        &["Alamat Email", "Alamat Kantor", "Lokasi Pekerjaan"],
    ),
    (Field::Rt, &["RT", "RT/RW", "R.T."], &["RT Peserta"], &["Ketua RT"]),
    (Field::Rw, &["RW", "No. RW"], &["RW Peserta"], &["RW/RT", "Ketua RW"]),
    (
        Field::Village,
        &["Desa", "Kelurahan", "Desa/Kel.", "KEL/DESA", "Kampung", "Gampong", "Nagari"],
        &["Desa Domisili"; 0],
        &["Kepala Desa", "Kode Desa", "desa_id"],
    ),
    (
        Field::District,
        &["Kecamatan", "Kec.", "Distrik"],
        &["Kecamtan", "Kecamatan peserta"],
        &["Kode Kecamatan"],
    ),
    (
        Field::Occupation,
        &["Pekerjaan", "Jabatan", "Profesi", "Jenis Pekerjaan"],
        &["Pekerjaan Peserta", "Pekerjan"],
        &["Lokasi Pekerjaan", "Status Pekerjaan", "Tempat Bekerja"],
    ),
    (
        Field::Facility,
        &["Nama Faskes", "Fasilitas Kesehatan", "KODE FASILITAS"],
        &["Faskes Tempat Bekerja"],
        &["Jenis Fasilitas", "Tempat Kerja", "Alamat Fasilitas"],
    ),
    (
        Field::Phone,
        &["No HP", "HP", "No. HP/WA", "WA", "No. Telp", "Nomor Handphone"],
        &["No HP Peserta", "Nomor Telpun"],
        &["Telepon Kantor", "Telepon Rumah", "Telepon Area Rumah"],
    ),
    (
        Field::MotherName,
        &["Nama Ibu Kandung", "Ibu Kandung", "nama_ibu", "Nama Gadis Ibu Kandung"],
        &["Nama Ibu Kandung Peserta"],
        &["NIK Ibu", "Ibu NIK", "Pekerjaan Ibu"],
    ),
    (
        Field::Income,
        &["Penghasilan", "Upah", "Gaji/Bulan", "Penghasilan per bulan (Rp)"],
        &["Upah Peserta", "Penghasilaan"],
        &["Jumlah", "Iuran", "Jenis Penghasilan"],
    ),
    (Field::Note, &["Keterangan", "Ket.", "KET", "Catatan"], &["Keterangan Peserta"], &["Status"]),
];

#[test]
fn every_column_has_its_line() {
    let tested: Vec<Field> = CASES.iter().map(|case| case.0).collect();
    let listed: Vec<Field> = COLUMNS.iter().map(|column| column.field).collect();
    assert_eq!(tested, Field::ALL);
    assert_eq!(listed, Field::ALL);
}

#[test]
fn headings_are_read() {
    for (field, certain, likely, never) in CASES {
        let confidence = |text: &str| match read_heading(text) {
            Heading::Field(found, confidence, _) if found == *field => Some(confidence),
            _ => None,
        };
        for text in *certain {
            assert_eq!(confidence(text), Some(Certain), "{text}");
        }
        for text in *likely {
            assert_eq!(confidence(text), Some(Likely), "{text}");
        }
        for text in *never {
            assert_eq!(confidence(text), None, "{text}");
        }
    }
    for (text, expect) in [
        ("No.", Heading::RunningNumber),
        ("No. Urut", Heading::RunningNumber),
        ("#", Heading::RunningNumber),
        (ROW_KEY_HEADER, Heading::RowKey),
        (FIX_HEADER, Heading::Fix),
        ("Kolom X", Heading::Unknown),
        ("", Heading::Unknown),
    ] {
        assert_eq!(read_heading(text), expect, "{text}");
    }
}

#[test]
fn no_spelling_means_two_things() {
    let mut seen: HashMap<String, &str> = HashMap::new();
    let fields = COLUMNS
        .iter()
        .flat_map(|column| column.spellings.iter().map(|text| (*text, column.field.name())));
    let others = OTHERS.iter().map(|text| (*text, "other"));
    let numbers = RUNNING_NUMBER.iter().map(|text| (*text, "number"));
    for (text, meaning) in fields.chain(others).chain(numbers) {
        if let Some(known) = seen.insert(compact(text), meaning) {
            assert_eq!(known, meaning, "{text} means two things");
        }
    }
}

#[test]
fn cells_show_what_they_are() {
    let check = |cells: &[&str], expect: Option<Field>| {
        let mut shape = Shape::default();
        for cell in cells {
            shape.add(base::CellKind::Text, cell);
        }
        assert_eq!(shape.guess(), expect, "{cells:?}");
    };
    check(&["17-08-1962", "1/2/1990", "17 Agustus 1962"], Some(Field::BirthDate));
    check(&["Paser, 17-08-1962", "Kuaro, 1 Mei 1990"], Some(Field::BirthPlaceDate));
    check(&["L", "P", "Laki-laki"], Some(Field::Sex));
    check(&["081234567890", "+62 812-3456-789"], Some(Field::Phone));
    check(&["003/002", "RT 01/RW 02"], Some(Field::Rt));
    check(&["Petani", "Buruh tani", "Nelayan"], Some(Field::Occupation));
    check(&["Jl. Mawar 5", "Dusun Melati RT 2"], Some(Field::Address));
    check(&["a", "b"], None);
    check(&[], None);
}

#[test]
fn numbers_of_identity_are_told_from_others() {
    for (text, expect) in [
        ("6401011708620001", true),
        ("6401015708620001", true),
        ("64.01.01.170862.0001", true),
        ("6401 0117 0862 0001", true),
        ("'6401011708620001", true),
        ("6401011708620001\u{a0}", true),
        ("6401013208620001", false),
        ("6401011713620001", false),
        ("640101170862000", false),
        ("0401011708620001", false),
        ("3.141592653589793", false),
        ("NIK 6401011708620001", false),
    ] {
        assert_eq!(is_nik_like(text), expect, "{text}");
    }
}
