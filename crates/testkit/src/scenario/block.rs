//! The fenced blocks of a scenario: `key: value` lines, and after an empty line a table.

use anyhow::{Context, Result, bail};
use base::Month;

/// The blocks there are, each with the keys that it understands.
const KNOWN: [(&str, &[&str]); 49] = [
    (
        "program",
        &[
            "kode",
            "nama",
            "pemda",
            "dana",
            "skema",
            "bulan",
            "pekerjaan",
            "sasaran",
            "tempat",
            "urutan",
            "segmen",
            "fasilitas",
            "wajib",
        ],
    ),
    ("pagu", &["oleh", "setuju", "menjadi", "dasar", "alasan"]),
    ("aturan", &["dua program"]),
    ("rujukan", &["jenis", "per"]),
    ("daftar", &["dari", "orang rekaan", "pekerjaan"]),
    ("usul", &["oleh"]),
    ("setuju", &["oleh"]),
    ("tagih", &["bulan"]),
    ("terbit", &["bulan"]),
    ("koran", &["bentuk", "rekening"]),
    ("cocokkan", &["oleh"]),
    ("uang", &["baris", "untuk", "alasan", "oleh", "setuju"]),
    ("kuitansi", &["bulan", "jumlah", "nomor"]),
    ("kartu", &["program"]),
    ("ganda", &["cari", "satukan"]),
    ("organisasi", &["jenis", "di bawah", "fasilitas rekaan"]),
    (
        "perjanjian",
        &["kode", "naskah", "pihak", "nomor", "mulai", "tanda tangan", "salin", "untuk", "sampai"],
    ),
    ("kewajiban", &["perjanjian", "kode", "fasilitas", "tanggal", "bukti", "batal", "per"]),
    ("perubahan", &["keluar", "mulai", "sebab", "oleh", "disetujui"]),
    ("lampiran", &["oleh"]),
    ("tagihan", &["bulan", "langkah", "lama", "alasan"]),
    ("daerah-lain", &["wilayah", "nik", "bulan", "langkah"]),
    ("kredit", &["disetujui"]),
    ("saldo-bpjs", &["nik", "per", "pada", "jumlah", "surat"]),
    ("klaim", &["nik", "jenis", "kejadian", "pada", "kehilangan", "waris", "bpjs"]),
    ("beasiswa", &["nik", "anak", "tahun", "pada", "kelas", "dibayar"]),
    (
        "lapor",
        &[
            "jenis", "tentang", "kejadian", "pada", "nama", "pelapor", "hubungan", "uraian",
            "penolong", "tindak",
        ],
    ),
    ("agen", &["kode", "jenis", "nama", "wilayah", "kantor", "target", "mulai"]),
    (
        "acara",
        &[
            "kode",
            "jenis",
            "judul",
            "wilayah",
            "tempat",
            "tanggal",
            "jam",
            "kantor",
            "sasaran",
            "fasilitas",
            "perjanjian",
            "kewajiban",
            "acara",
            "pembicara",
            "keadaan",
            "pertanyaan",
            "alasan",
            "agen",
        ],
    ),
    ("hadir", &["acara", "setuju"]),
    ("peminat", &["cocokkan", "agen", "nama", "telepon", "nik", "lahir", "setuju", "pada"]),
    ("hari-kartu", &["program", "nama", "tempat", "tanggal", "wilayah"]),
    ("serah", &["telepon", "dikirim"]),
    ("kartu-ulang", &["kursi", "jam", "alasan"]),
    ("putuskan", &["telepon", "kursi", "langkah", "alasan"]),
    ("hari-tutup", &["jam"]),
    ("jalan", &["program", "mulai", "tahun", "orang", "sasaran", "sumber", "apbd", "sumber apbd"]),
    ("pembanding", &["kode", "nama", "sumber", "arti", "tanggal", "jumlah"]),
    ("sasaran-cakupan", &["wilayah", "sasaran", "tanggal", "dasar"]),
    ("npp", &["nomor", "nama", "wilayah"]),
    ("kirim", &["jenis", "bulan"]),
    ("balasan", &["bentuk"]),
    ("jawab", &["calon"]),
    ("perbaiki", &["alasan"]),
    ("jurnal", &["debet", "kredit", "jumlah", "hari", "nomor", "alasan", "setuju", "ditolak"]),
    ("balik", &["nomor", "hari", "alasan", "setuju", "ditolak"]),
    ("kalender", &["hari"]),
    ("tutup", &["hari", "bulan", "alasan", "setuju", "ditolak"]),
    // Any name of a fact; facts are told apart where they are computed.
    ("harapan", &[]),
];

/// One fenced block.
#[derive(Debug)]
pub struct Block {
    /// Which.
    pub name: String,
    /// Its `key: value` lines in order.
    pub entries: Vec<Entry>,
    /// What stands below the first empty line.
    pub table: Option<String>,
    path: String,
    line: usize,
}

/// A `key: value` line.
#[derive(Debug)]
pub struct Entry {
    /// The part before the colon.
    pub key: String,
    /// The part behind it.
    pub value: String,
    /// The line of the file, 1 for the first.
    pub line: usize,
}

/// Finds the blocks of a text, in order; other fences are prose.
///
/// # Errors
/// A fence that is not closed, a line without colon, a key that the block does not know.
pub fn parse(path: &str, text: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((fence, line)) = lines.next() {
        let Some(name) = fence.strip_prefix("```").map(str::trim) else { continue };
        let body: Vec<(&str, usize)> =
            lines.by_ref().take_while(|(text, _)| text.trim_end() != "```").collect();
        let end = body.last().map_or(line, |(_, line)| *line) + 1;
        if text.lines().nth(end - 1).is_none() {
            bail!("{path}:{line}: the block is not closed");
        }
        if let Some((_, keys)) = KNOWN.iter().find(|(known, _)| *known == name) {
            blocks.push(block(path, name, line, &body, keys)?);
        }
    }
    Ok(blocks)
}

fn block(
    path: &str,
    name: &str,
    line: usize,
    body: &[(&str, usize)],
    keys: &[&str],
) -> Result<Block> {
    let mut parts = body.splitn(2, |(text, _)| text.trim().is_empty());
    let mut entries = Vec::new();
    for (text, line) in parts.next().unwrap_or(&[]) {
        let pair = text.split_once(':').with_context(|| format!("{path}:{line}: no colon"))?;
        let (key, value) = (pair.0.trim().to_owned(), pair.1.trim().to_owned());
        if !keys.is_empty() && !keys.contains(&key.as_str()) {
            bail!("{path}:{line}: `{name}` does not know `{key}`");
        }
        entries.push(Entry { key, value, line: *line });
    }
    let table = parts.next().map(|rows| {
        let rows: Vec<&str> = rows.iter().map(|(text, _)| *text).collect();
        rows.join("\r\n") + "\r\n"
    });
    Ok(Block { name: name.to_owned(), entries, table, path: path.to_owned(), line })
}

impl Block {
    /// The value of a key, when the block has it.
    pub fn get(&self, key: &str) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| entry.key == key);
        entry.map(|entry| entry.value.as_str())
    }

    /// The value of a key.
    ///
    /// # Errors
    /// When the block does not have it.
    pub fn value(&self, key: &str) -> Result<&str> {
        self.get(key).with_context(|| self.at(key, "is missing"))
    }

    /// The parts of a value between commas; whoever asks for N gets N.
    ///
    /// # Errors
    /// When there are more or fewer.
    pub fn parts<const N: usize>(&self, key: &str) -> Result<[&str; N]> {
        let parts: Vec<&str> = self.value(key)?.split(',').map(str::trim).collect();
        <[&str; N]>::try_from(parts).ok().with_context(|| self.at(key, "has other parts"))
    }

    /// A value such as `2022-10..2022-12`, ends included.
    ///
    /// # Errors
    /// When it is not two months.
    pub fn months(&self, key: &str) -> Result<(Month, Month)> {
        let read = || {
            let (first, last) = self.get(key)?.split_once("..")?;
            Some((Month::parse(first)?, Month::parse(last)?))
        };
        read().with_context(|| self.at(key, "is not a span of months"))
    }

    /// A sentence about a key, with the place where it stands.
    pub fn at(&self, key: &str, what: &str) -> String {
        let entry = self.entries.iter().find(|entry| entry.key == key);
        let line = entry.map_or(self.line, |entry| entry.line);
        format!("{}:{line}: `{}`: {key} {what}", self.path, self.name)
    }

    /// The place of a line of the block.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }

    /// The place where the block begins.
    pub fn start(&self) -> String {
        self.place(self.line)
    }
}
