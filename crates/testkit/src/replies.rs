//! Replies of BPJS as branches send them, in three layouts; everybody in them is invented.

use anyhow::Result;
use app::office::Office;
use base::Kpj;
use documents::spreadsheet_writers::{
    CsvEncoding, PlanCell, SheetPlan, write_csv, write_ods, write_xlsx,
};

/// What a reply says of somebody.
#[derive(Debug, Clone, Default)]
pub struct ReplyLine {
    /// The NIK; empty where the branch leaves it out.
    pub nik: String,
    /// The name.
    pub name: String,
    /// The birth date, as the branch writes it.
    pub birth: String,
    /// The participant number; empty for whoever is rejected.
    pub number: String,
    /// Whether accepted.
    pub accepted: bool,
    /// Why not.
    pub reason: String,
}

/// How a branch lays its reply out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// XLSX of two tabs: who is valid, and who is not and why; no birth dates.
    TwoTabs,
    /// CSV with semicolons and a status for each line; no NIK.
    Status,
    /// ODS like a letter: title lines, a table, a sum and a signature.
    Letter,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Layout; 3] = [Layout::TwoTabs, Layout::Status, Layout::Letter];

    /// The layout of this name, as scenarios write it.
    pub fn from_name(name: &str) -> Option<Layout> {
        match name {
            "dua-lembar" => Some(Layout::TwoTabs),
            "status" => Some(Layout::Status),
            "surat" => Some(Layout::Letter),
            _ => None,
        }
    }

    /// How the file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            Layout::TwoTabs => "xlsx",
            Layout::Status => "csv",
            Layout::Letter => "ods",
        }
    }

    /// The reply as a file.
    pub fn file(self, lines: &[ReplyLine]) -> Vec<u8> {
        match self {
            Layout::TwoTabs => write_xlsx(&two_tabs(lines)).expect("a reply fits two tabs"),
            Layout::Status => write_csv(&status(lines), ';', CsvEncoding::Utf8),
            Layout::Letter => write_ods(&[letter(lines)]).expect("a reply fits a sheet"),
        }
    }
}

/// The lines of a table of texts: `nik,nama,lahir,nomor,hasil,alasan` below a head.
pub fn lines_of(table: &str) -> Vec<ReplyLine> {
    let rows = table.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    rows.map(|line| {
        let mut fields = line.splitn(6, ',').map(|field| field.trim().to_owned());
        let mut next = || fields.next().unwrap_or_default();
        ReplyLine {
            nik: next(),
            name: next(),
            birth: next(),
            number: next(),
            accepted: next() == "diterima",
            reason: next(),
        }
    })
    .collect()
}

/// A branch's answer about the first members of a programme: every fifth is rejected, the others
/// get invented numbers that nobody has.
///
/// # Errors
/// Those of the register.
pub fn of_members(office: &Office, code: &str, people_max: usize) -> Result<Vec<ReplyLine>> {
    let programme = office.programme(code)?;
    let people = office.store.read(|tx| store::memberships::people(tx, programme.id))?;
    let lines = people.iter().take(people_max).zip(1u64..).map(|(person, at)| {
        let (d, m, y) = (person.birth.day(), person.birth.month(), person.birth.year());
        let accepted = at % 5 != 0;
        let number = format!("99{at:09}");
        assert!(Kpj::parse(&number).is_ok(), "an invented number has eleven digits");
        ReplyLine {
            nik: person.nik.reveal(),
            name: person.name.as_str().to_owned(),
            birth: format!("{d:02}-{m:02}-{y:04}"),
            number: if accepted { number } else { String::new() },
            accepted,
            reason: if accepted { String::new() } else { "NIK tidak ditemukan".to_owned() },
        }
    });
    Ok(lines.collect())
}

fn two_tabs(lines: &[ReplyLine]) -> [SheetPlan; 2] {
    let tab = |name: &str, last: &str, accepted: bool| {
        let mut rows = vec![texts(&["No", "NIK", "NAMA_LENGKAP", last])];
        for (line, number) in lines.iter().filter(|line| line.accepted == accepted).zip(1..) {
            let last = if accepted { &line.number } else { &line.reason };
            rows.push(texts(&[&number.to_string(), &line.nik, &line.name, last]));
        }
        plan(name, rows)
    };
    [tab("Data Valid", "KPJ", true), tab("Data Tidak Valid", "KETERANGAN", false)]
}

fn status(lines: &[ReplyLine]) -> SheetPlan {
    let heads =
        ["NO", "NAMA_LENGKAP", "TANGGAL_LAHIR", "NOMOR_PESERTA", "STATUS_VALIDASI", "KETERANGAN"];
    let mut rows = vec![texts(&heads)];
    for (line, number) in lines.iter().zip(1..) {
        let status = if line.accepted { "VALID" } else { "TIDAK VALID" };
        let number = number.to_string();
        rows.push(texts(&[&number, &line.name, &line.birth, &line.number, status, &line.reason]));
    }
    plan("Hasil", rows)
}

fn letter(lines: &[ReplyLine]) -> SheetPlan {
    let mut rows = vec![
        texts(&["BPJS KETENAGAKERJAAN KANTOR CABANG REKAAN"]),
        texts(&["Hasil pendaftaran peserta (orang rekaan)"]),
        Vec::new(),
        texts(&["No.", "NIK", "Nama Peserta", "No. KPJ", "Status", "Alasan Penolakan"]),
    ];
    for (line, number) in lines.iter().zip(1..) {
        let status = if line.accepted { "Berhasil" } else { "Gagal" };
        let number = number.to_string();
        rows.push(texts(&[&number, &line.nik, &line.name, &line.number, status, &line.reason]));
    }
    rows.push(texts(&["Jumlah", "", &lines.len().to_string()]));
    rows.push(Vec::new());
    rows.push(texts(&["", "", "", "", "Tanah Grogot, 12 Oktober 2022"]));
    rows.push(texts(&["", "", "", "", "Kepala Kantor Cabang"]));
    plan("Sheet1", rows)
}

fn texts<Text: AsRef<str>>(cells: &[Text]) -> Vec<PlanCell> {
    let cell = |text: &Text| match text.as_ref() {
        "" => PlanCell::Empty,
        text => PlanCell::text(text),
    };
    cells.iter().map(cell).collect()
}

fn plan(name: &str, rows: Vec<Vec<PlanCell>>) -> SheetPlan {
    SheetPlan { name: name.to_owned(), hidden: false, rows, merges: Vec::new() }
}
