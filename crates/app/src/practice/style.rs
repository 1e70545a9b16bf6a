//! How one village makes its list: file format, columns, words of the heads, forms of the cells.

use super::dice::Dice;

/// The kind of file a village sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A workbook of today.
    Xlsx,
    /// Text with semicolons, UTF-8.
    CsvSemicolon,
    /// Text with commas, UTF-8 with a byte order mark.
    CsvCommaBom,
    /// Text with commas, UTF-8.
    CsvComma,
    /// Text with semicolons, Windows-1252.
    CsvWindows,
    /// Text with tabs, UTF-16.
    CsvUtf16,
    /// A LibreOffice sheet.
    Ods,
    /// A page of HTML saved as .xls.
    HtmlXls,
    /// SpreadsheetML of 2003 saved as .xls.
    SpreadsheetMl,
}

impl Format {
    /// The ending of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Ods => "ods",
            Format::HtmlXls | Format::SpreadsheetMl => "xls",
            _ => "csv",
        }
    }

    /// Whether the file is plain text, where a date or a number is only its letters.
    pub fn is_text(self) -> bool {
        !matches!(self, Format::Xlsx | Format::Ods | Format::SpreadsheetMl)
    }
}

/// How many of the 144 villages send each format.
const FORMATS: [(Format, usize); 9] = [
    (Format::Xlsx, 99),
    (Format::CsvSemicolon, 6),
    (Format::CsvCommaBom, 5),
    (Format::CsvComma, 3),
    (Format::CsvWindows, 5),
    (Format::CsvUtf16, 3),
    (Format::Ods, 10),
    (Format::HtmlXls, 8),
    (Format::SpreadsheetMl, 5),
];

/// A column of a practice list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Number,
    Nik,
    NoKk,
    Name,
    BirthPlace,
    BirthDate,
    BirthPlaceDate,
    Sex,
    Address,
    Rt,
    Rw,
    RtRw,
    Village,
    District,
    Occupation,
    Phone,
    Mother,
    Income,
    Note,
}

use Column as C;

/// The arrangements of columns; the last one is for lists with family headings.
const LAYOUTS: [&[Column]; 9] = [
    &[
        C::Number,
        C::Nik,
        C::Name,
        C::BirthPlace,
        C::BirthDate,
        C::Sex,
        C::Address,
        C::Rt,
        C::Rw,
        C::Occupation,
        C::Phone,
    ],
    &[
        C::Number,
        C::NoKk,
        C::Nik,
        C::Name,
        C::BirthPlaceDate,
        C::Sex,
        C::Address,
        C::RtRw,
        C::Village,
        C::District,
        C::Occupation,
        C::Phone,
        C::Mother,
    ],
    &[C::Number, C::Name, C::Nik, C::BirthPlaceDate, C::Sex, C::Address, C::Occupation, C::Note],
    &[
        C::Number,
        C::Name,
        C::Sex,
        C::BirthPlace,
        C::BirthDate,
        C::Nik,
        C::NoKk,
        C::Address,
        C::Rt,
        C::Rw,
        C::Village,
        C::Occupation,
        C::Phone,
        C::Mother,
    ],
    &[C::Nik, C::Name, C::BirthDate, C::Sex, C::Occupation, C::Village],
    &[
        C::Number,
        C::Nik,
        C::Name,
        C::BirthPlace,
        C::BirthDate,
        C::Sex,
        C::Address,
        C::RtRw,
        C::Village,
        C::Occupation,
        C::Income,
        C::Phone,
        C::Mother,
        C::Note,
    ],
    &[
        C::Number,
        C::Name,
        C::Nik,
        C::NoKk,
        C::Sex,
        C::BirthPlace,
        C::BirthDate,
        C::Mother,
        C::Address,
        C::Rt,
        C::Rw,
        C::Village,
        C::District,
        C::Occupation,
    ],
    &[
        C::Number,
        C::Nik,
        C::NoKk,
        C::Name,
        C::Sex,
        C::BirthPlace,
        C::BirthDate,
        C::Address,
        C::RtRw,
        C::Occupation,
        C::Phone,
    ],
    &[C::Number, C::Nik, C::Name, C::Sex, C::BirthPlace, C::BirthDate, C::Occupation, C::Address],
];

/// How birth dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// A date cell; in text files the letters it shows.
    Cell,
    /// The bare serial number that a lost cell format leaves.
    Serial,
    /// 17/08/1962
    Slashes,
    /// 17-08-1962
    Dashes,
    /// 17-08-62
    ShortYear,
    /// 17 Agustus 1962
    Words,
    /// 17-Agt-1962
    Abbreviated,
    /// 1962-08-17
    Iso,
    /// 17.08.1962
    Dots,
    /// A different form from row to row.
    Mixed,
}

/// How NIK are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Niks {
    /// Sixteen digits.
    Plain,
    /// A no-break space after every one of them, as a copied page leaves it.
    NoBreakSpace,
    /// An apostrophe in front, against rounding.
    Apostrophe,
    /// In groups of four.
    Spaced,
    /// With dots after the region and the date.
    Dotted,
}

/// How names are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    Upper,
    Title,
    Lower,
    Mixed,
}

/// How one village makes its list.
#[derive(Debug, Clone)]
pub struct Style {
    pub format: Format,
    /// Which of the twenty wordings of heads.
    pub wording: usize,
    pub columns: &'static [Column],
    pub dates: Dates,
    pub niks: Niks,
    pub letters: Letters,
    /// The words for men and women.
    pub sexes: [&'static str; 2],
    /// Which of the forms of telephone numbers.
    pub phones: u8,
    /// Which of the forms of RT and RW.
    pub neighbourhoods: u8,
    /// Lines of title and offices above the table.
    pub title: bool,
    /// A head of two rows with merged cells.
    pub two_row_head: bool,
    /// A row that numbers the columns below the head.
    pub column_numbers: bool,
    /// The head again after so many rows.
    pub head_every: Option<u32>,
    /// The family card number stands above its members, not beside them.
    pub families: bool,
    pub total: bool,
    pub signature: bool,
    /// An empty row between neighbourhoods.
    pub blank_rows: bool,
    /// "idem" for what the row above says too.
    pub dittos: bool,
    pub two_sheets: bool,
    /// A hidden sheet of junk.
    pub hidden_sheet: bool,
}

impl Style {
    /// Draws the ways of every village of the regency.
    pub fn draw_all(dice: &mut Dice, villages: usize) -> Vec<Style> {
        let mut formats: Vec<Format> =
            FORMATS.iter().flat_map(|&(format, count)| vec![format; count]).collect();
        formats.resize(villages, Format::Xlsx);
        dice.shuffle(&mut formats);
        let styles = formats.into_iter().enumerate();
        styles.map(|(index, format)| Style::draw(dice, index, format)).collect()
    }

    fn draw(dice: &mut Dice, index: usize, format: Format) -> Style {
        let layout = dice.weighted(&[22, 20, 10, 14, 4, 10, 10, 10, 10]);
        let families = layout == LAYOUTS.len() - 1;
        let book = matches!(format, Format::Xlsx | Format::Ods);
        let plain_text = format.is_text() && format != Format::HtmlXls;
        let halved = |column: &Column| matches!(column, Column::BirthPlace | Column::Rt);
        let two_row_head = dice.chance(350) && !families && LAYOUTS[layout].iter().any(halved);
        Style {
            format,
            wording: index % 20,
            columns: LAYOUTS[layout],
            dates: draw_dates(dice, format),
            niks: draw_niks(dice),
            letters: [Letters::Upper, Letters::Title, Letters::Mixed, Letters::Lower]
                [dice.weighted(&[50, 36, 9, 5])],
            sexes: *dice.pick(&SEXES),
            phones: dice.below(5) as u8,
            neighbourhoods: dice.below(4) as u8,
            title: dice.chance(if plain_text { 400 } else { 850 }),
            two_row_head,
            column_numbers: dice.chance(250),
            head_every: (dice.chance(150) && !families).then(|| 30 + dice.below(20)),
            families,
            total: dice.chance(500),
            signature: dice.chance(600),
            blank_rows: dice.chance(150),
            dittos: dice.chance(120),
            two_sheets: book && dice.chance(80),
            hidden_sheet: format == Format::Xlsx && dice.chance(80),
        }
    }

    /// Whether the list names mothers.
    pub fn mother(&self) -> bool {
        self.has(Column::Mother)
    }

    /// Whether the list has this column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }

    /// Whether the file format keeps a number as a number.
    pub fn keeps_numbers(&self) -> bool {
        !self.format.is_text()
    }
}

const SEXES: [[&str; 2]; 9] = [
    ["L", "P"],
    ["L", "P"],
    ["Laki-laki", "Perempuan"],
    ["LAKI-LAKI", "PEREMPUAN"],
    ["LK", "PR"],
    ["Lk.", "Pr."],
    ["Pria", "Wanita"],
    ["l", "p"],
    ["Laki - Laki", "Perempuan"],
];

fn draw_dates(dice: &mut Dice, format: Format) -> Dates {
    let drawn = [
        Dates::Cell,
        Dates::Slashes,
        Dates::Dashes,
        Dates::ShortYear,
        Dates::Words,
        Dates::Abbreviated,
        Dates::Iso,
        Dates::Dots,
        Dates::Mixed,
        Dates::Serial,
    ][dice.weighted(&[26, 18, 16, 8, 12, 4, 5, 3, 5, 3])];
    // In text a cell shows as 17/08/1962.
    if format.is_text() && drawn == Dates::Cell { Dates::Slashes } else { drawn }
}

fn draw_niks(dice: &mut Dice) -> Niks {
    [Niks::Plain, Niks::NoBreakSpace, Niks::Apostrophe, Niks::Spaced, Niks::Dotted]
        [dice.weighted(&[56, 25, 10, 6, 3])]
}

impl Column {
    /// The head of the column in one of twenty wordings.
    pub fn head(self, wording: usize) -> &'static str {
        let words = self.heads();
        words[wording % words.len()]
    }

    fn heads(self) -> &'static [&'static str] {
        match self {
            Column::Number => &["No", "NO", "No.", "NO.", "Nomor", "NO URUT", "No. Urut"],
            Column::Nik => &NIK_HEADS,
            Column::NoKk => &KK_HEADS,
            Column::Name => &NAME_HEADS,
            Column::BirthPlace => {
                &["Tempat Lahir", "TEMPAT LAHIR", "Tmpt Lahir", "Tempat", "Tpt. Lahir"]
            }
            Column::BirthDate => &["Tanggal Lahir", "TGL LAHIR", "Tgl. Lahir", "TANGGAL LAHIR"],
            Column::BirthPlaceDate => &[
                "TTL",
                "Tempat, Tanggal Lahir",
                "Tempat/Tgl Lahir",
                "TEMPAT TANGGAL LAHIR",
                "Tempat / Tanggal Lahir",
                "Tempat Tgl. Lahir",
            ],
            Column::Sex => &[
                "JK",
                "L/P",
                "Jenis Kelamin",
                "JENIS KELAMIN",
                "Kelamin",
                "Jns Kelamin",
                "Jns. Kel",
            ],
            Column::Address => {
                &["Alamat", "ALAMAT", "Alamat Rumah", "Alamat Lengkap", "Alamat KTP"]
            }
            Column::Rt => &["RT", "Rt", "RT."],
            Column::Rw => &["RW", "Rw", "RW."],
            Column::RtRw => &["RT/RW", "RT / RW", "Rt/Rw"],
            Column::Village => &["Desa", "Desa/Kelurahan", "DESA/KEL", "Kelurahan", "Kampung/Desa"],
            Column::District => &["Kecamatan", "KECAMATAN", "Kec."],
            Column::Occupation => &[
                "Pekerjaan",
                "PEKERJAAN",
                "Jabatan",
                "Jenis Pekerjaan",
                "Pekerjaan/Jabatan",
                "Profesi",
            ],
            Column::Phone => &["No HP", "HP", "No. HP/WA", "Nomor HP", "No. Telp", "WA", "NO. HP"],
            Column::Mother => {
                &["Nama Ibu Kandung", "Nama Ibu", "IBU KANDUNG", "Nama Gadis Ibu Kandung"]
            }
            Column::Income => &["Penghasilan", "Penghasilan/bulan", "PENGHASILAN"],
            Column::Note => &["Keterangan", "KET", "Ket."],
        }
    }
}

const NIK_HEADS: [&str; 20] = [
    "NIK",
    "No. KTP",
    "No. NIK",
    "NIK KTP",
    "Nomor Induk Kependudukan",
    "NO KTP",
    "N I K",
    "No Identitas",
    "Nomor KTP",
    "NIK/No. KTP",
    "NO. NIK",
    "Nomor NIK",
    "NIK (16 digit)",
    "No.KTP",
    "NO. KTP / NIK",
    "Nomor Identitas",
    "NOMOR INDUK KEPENDUDUKAN",
    "Nik",
    "No. Identitas (NIK)",
    "No. Induk Kependudukan",
];

const NAME_HEADS: [&str; 20] = [
    "Nama",
    "Nama Lengkap",
    "NAMA",
    "Nama Peserta",
    "NAMA LENGKAP",
    "Nama Pekerja",
    "N A M A",
    "Nama Anggota",
    "Nama Lengkap (sesuai KTP)",
    "NAMA PESERTA",
    "Nama Sesuai KTP",
    "Nm Lengkap",
    "Nama Warga",
    "Nama Tenaga Kerja",
    "nama",
    "NAMA PEKERJA",
    "Nama lengkap",
    "NAMA TENAGA KERJA",
    "Nama Calon Peserta",
    "Nama Penerima",
];

const KK_HEADS: [&str; 8] = [
    "No KK",
    "NO. KK",
    "Nomor KK",
    "No. Kartu Keluarga",
    "NO KK",
    "Nomor Kartu Keluarga",
    "KK",
    "No.KK",
];
