//! Headings that are no known spelling: read by their words, then by likeness.

use std::sync::OnceLock;

use base::Field;

use super::{COLUMNS, Heading, OTHERS, compact};
use crate::read::Confidence;

/// A heading of more words than this is a sentence.
const WORDS_MAX: usize = 7;

/// Words that make a column be about somebody or something else than the person.
#[rustfmt::skip]
const ELSEWHERE: &[&str] = &[
    "ayah", "bapak", "suami", "istri", "isteri", "pasangan", "waris", "wali", "anak", "saksi",
    "bank", "rekening", "rek", "email", "mail", "kantor", "perusahaan", "instansi", "kelompok",
    "kapal", "program", "vaksin", "kepesertaan", "kawin", "nikah", "perkawinan", "kepegawaian",
    "akta", "masa", "laku", "foto", "scan", "fotokopi", "fc", "kode", "status", "meninggal",
    "kematian", "sk", "kontrak", "jumlah", "total", "lembaga", "sekolah", "pemilik", "atasan",
    "pengurus", "petugas", "pendata", "penjamin", "darurat", "usia", "umur",
];

/// Words that may stand beside "nama" in the heading of the person's own name.
#[rustfmt::skip]
const OF_PERSON: &[&str] = &[
    "nama", "nm", "lengkap", "lgkp", "peserta", "calon", "sesuai", "ktp", "e", "el", "di", "pada",
    "dengan", "tenaga", "kerja", "tk", "pekerja", "penerima", "bantuan", "manfaat",
    "penduduk", "warga", "anggota", "kader", "gelar", "dan", "tanpa", "huruf", "kapital", "balok",
    "besar", "petani", "nelayan", "buruh", "tani", "pedagang", "guru", "ngaji", "imam", "marbot",
    "masjid", "ojek", "sopir", "pengemudi", "ketua", "rt", "rw", "perangkat", "aparat", "aparatur",
    "desa", "honorer", "bidan", "perawat", "linmas", "yang", "bersangkutan", "ybs", "jelas",
    "terang", "penggarap", "pembudidaya", "pelaku", "relawan", "ustadz", "ustad", "pendeta",
    "pengajar", "penyadap", "pekebun", "peternak", "bpd", "lpm", "pkk", "dasawisma", "wajib",
    "isi", "diisi", "sasaran", "usulan", "diusulkan",
];

/// Reads a heading by its words.
pub(super) fn by_words(words: &[String]) -> Heading {
    if words.is_empty() || words.len() > WORDS_MAX {
        return Heading::Unknown;
    }
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let likely = |field| Heading::Field(field, Confidence::Likely, u16::MAX);
    let name = has(&["nama", "nm"]);
    if has(&["ibu"]) {
        let own = name || has(&["kandung", "gadis"]);
        let other = has(&["nik", "pekerjaan", "alamat", "tanggal", "tgl", "rumah"]);
        return if own && !other { likely(Field::MotherName) } else { Heading::Other };
    }
    if has(ELSEWHERE) {
        return Heading::Other;
    }
    if has(&["lahir", "lhr", "kelahiran"]) {
        let place = has(&["tempat", "tmp", "tpt", "tmpt", "kota", "kabupaten", "kab"]);
        let date = has(&["tanggal", "tgl", "tg", "tahun", "thn", "bulan", "bln", "date"]);
        return match (place, date) {
            (true, true) => likely(Field::BirthPlaceDate),
            (true, false) => likely(Field::BirthPlace),
            (false, true) => likely(Field::BirthDate),
            (false, false) => Heading::Unknown,
        };
    }
    if has(&["tanggal", "tgl"]) {
        // A day, and not that of birth: it is never guessed to be one.
        return Heading::Other;
    }
    if has(&["kk"]) || (has(&["kartu"]) && has(&["keluarga"])) {
        let own = !name && !has(&["kepala", "alamat"]);
        return if own { likely(Field::NoKk) } else { Heading::Other };
    }
    if name {
        let of_person = words.iter().all(|word| OF_PERSON.contains(&word.as_str()));
        return if of_person { likely(Field::Name) } else { Heading::Unknown };
    }
    if has(&["alamat", "domisili"]) || (has(&["tempat"]) && has(&["tinggal"])) {
        return likely(Field::Address);
    }
    if has(&["nik", "ktp", "kependudukan"]) && !has(&["jenis", "tanggal", "tgl", "ada"]) {
        return likely(Field::Nik);
    }
    by_topic(words, &has)
}

/// Headings that one telling word decides.
fn by_topic(words: &[String], has: &dyn Fn(&[&str]) -> bool) -> Heading {
    let likely = |field| Heading::Field(field, Confidence::Likely, u16::MAX);
    let short = words.len() <= 4;
    if has(&["kelamin", "jk", "gender", "jenkel", "sex"]) {
        likely(Field::Sex)
    } else if has(&["pekerjaan", "profesi", "jabatan", "pencaharian"]) {
        let elsewhere = has(&["lokasi", "tempat", "tanggal", "tgl", "mulai", "lama"]);
        if elsewhere { Heading::Other } else { likely(Field::Occupation) }
    } else if short && has(&["faskes", "fasilitas", "fasyankes"]) {
        let elsewhere = has(&["jenis", "tingkat", "kelas", "status"]);
        if elsewhere { Heading::Other } else { likely(Field::Facility) }
    } else if has(&["hp", "wa", "whatsapp", "handphone", "telepon", "telpon", "telp", "ponsel"]) {
        let elsewhere = has(&["rumah", "area", "ext"]);
        if elsewhere { Heading::Other } else { likely(Field::Phone) }
    } else if has(&["penghasilan", "upah", "gaji", "pendapatan", "honor", "honorarium"]) {
        let elsewhere = has(&["sumber", "jenis", "tanggal", "tgl", "slip"]);
        if elsewhere { Heading::Other } else { likely(Field::Income) }
    } else if short && has(&["rt"]) && !has(&["ketua", "kepala"]) {
        likely(Field::Rt)
    } else if short && has(&["rw"]) && !has(&["ketua", "kepala"]) {
        likely(Field::Rw)
    } else if short && has(&["kecamatan", "distrik", "kapanewon"]) && !has(&["camat"]) {
        likely(Field::District)
    } else if short
        && has(&["desa", "kelurahan", "gampong", "nagari", "kalurahan"])
        && !has(&["kepala", "perangkat", "dana", "bpd"])
    {
        likely(Field::Village)
    } else if short && has(&["dusun", "lingkungan", "jorong", "banjar"]) && !has(&["kepala"]) {
        likely(Field::Address)
    } else if short && has(&["keterangan", "ket", "catatan"]) {
        likely(Field::Note)
    } else {
        Heading::Unknown
    }
}

/// Reads a heading as a small misspelling of a known one. What is as near to a heading that is not
/// read as to one that is, is not read.
pub(super) fn by_distance(key: &str) -> Heading {
    let length = key.chars().count();
    let allowed = match length {
        0..=4 => return Heading::Unknown,
        5..=11 => 1,
        12..=40 => 2,
        _ => return Heading::Unknown,
    };
    let chars: Vec<char> = key.chars().collect();
    let mut best = (allowed + 1, Heading::Unknown);
    for (spelling, heading) in candidates() {
        if spelling.len().abs_diff(length) >= best.0 {
            continue;
        }
        let distance = distance(&chars, spelling);
        if distance < best.0 || (distance == best.0 && *heading == Heading::Other) {
            best = (distance, *heading);
        }
    }
    best.1
}

/// Spellings long enough to be recognised when misspelt.
fn candidates() -> &'static [(Vec<char>, Heading)] {
    static CANDIDATES: OnceLock<Vec<(Vec<char>, Heading)>> = OnceLock::new();
    CANDIDATES.get_or_init(|| {
        let fields = COLUMNS.iter().flat_map(|column| {
            let heading = Heading::Field(column.field, Confidence::Likely, u16::MAX);
            column.spellings.iter().map(move |spelling| (*spelling, heading))
        });
        let others = OTHERS.iter().map(|spelling| (*spelling, Heading::Other));
        let all = fields
            .chain(others)
            .map(|(text, heading)| (compact(text).chars().collect::<Vec<char>>(), heading));
        all.filter(|(chars, _)| chars.len() >= 5).collect()
    })
}

/// How many letters have to be changed, added, left out or swapped with their neighbour.
fn distance(left: &[char], right: &[char]) -> usize {
    let width = right.len() + 1;
    let mut above: Vec<usize> = vec![0; width];
    let mut previous: Vec<usize> = (0..width).collect();
    for row in 1..=left.len() {
        let mut current = vec![row; width];
        for column in 1..width {
            let change = usize::from(left[row - 1] != right[column - 1]);
            let mut least = (previous[column] + 1)
                .min(current[column - 1] + 1)
                .min(previous[column - 1] + change);
            if row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1]
            {
                least = least.min(above[column - 2] + 1);
            }
            current[column] = least;
        }
        above = previous;
        previous = current;
    }
    previous[width - 1]
}
