//! The heads of a statement's columns, in the spellings of Indonesian banks.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Day,
    /// The day from which interest counts; taken when no other day is there.
    ValueDay,
    Description,
    Reference,
    Debit,
    Credit,
    /// One column for both directions.
    Amount,
    /// D or K beside it.
    Mark,
    Balance,
}

/// Which column of a table holds what, as somebody said it: `tanggal=A,uraian=B,debet=D,kredit=E`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout(Vec<(Label, u16)>);

/// Why a layout says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutProblem {
    /// A part is not `word=COLUMN`, or its word is unknown, or said twice.
    PartUnreadable,
    /// No day, or no amount.
    ColumnsMissing,
}

/// The words of a layout.
const LAYOUT_WORDS: [(&str, Label); 8] = [
    ("tanggal", Label::Day),
    ("uraian", Label::Description),
    ("referensi", Label::Reference),
    ("debet", Label::Debit),
    ("kredit", Label::Credit),
    ("jumlah", Label::Amount),
    ("tanda", Label::Mark),
    ("saldo", Label::Balance),
];

impl Layout {
    /// Reads `tanggal=A,uraian=B,debet=D,kredit=E,saldo=F`.
    ///
    /// # Errors
    /// A [`LayoutProblem`].
    pub fn parse(text: &str) -> Result<Layout, LayoutProblem> {
        let mut columns: Vec<(Label, u16)> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (word, letters) = part.split_once('=').ok_or(LayoutProblem::PartUnreadable)?;
            let word = word.trim().to_lowercase();
            let label = LAYOUT_WORDS.iter().find(|(known, _)| *known == word);
            let (_, label) = label.ok_or(LayoutProblem::PartUnreadable)?;
            let column = column_of(letters.trim()).ok_or(LayoutProblem::PartUnreadable)?;
            if columns.iter().any(|(known, at)| known == label || *at == column) {
                return Err(LayoutProblem::PartUnreadable);
            }
            columns.push((*label, column));
        }
        let has = |label| columns.iter().any(|(known, _)| *known == label);
        let amounts = has(Label::Debit) || has(Label::Credit) || has(Label::Amount);
        match has(Label::Day) && amounts {
            true => Ok(Layout(columns)),
            false => Err(LayoutProblem::ColumnsMissing),
        }
    }
}

/// The place of a column by its letters, 0 for A.
fn column_of(letters: &str) -> Option<u16> {
    let fits = (1..=3).contains(&letters.len());
    if !fits || !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let number = letters
        .bytes()
        .fold(0_u16, |sum, byte| sum * 26 + u16::from(byte.to_ascii_uppercase() - b'A') + 1);
    Some(number - 1)
}

/// Which balance a line of its own states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Balance {
    Opening,
    Closing,
}

/// Spellings in small letters without spaces and marks.
const SPELLINGS: &[(Label, &[&str])] = &[
    (
        Label::Day,
        &[
            "tanggal",
            "tgl",
            "tanggaltransaksi",
            "tgltransaksi",
            "tgltrans",
            "tanggaltrx",
            "tanggalposting",
            "tglposting",
            "tanggalpembukuan",
            "date",
            "transactiondate",
            "trxdate",
            "txndate",
            "postdate",
            "postingdate",
            "tanggaldanwaktu",
            "datetime",
            "waktutransaksi",
            "tanggalmutasi",
            "bookingdate",
        ],
    ),
    (Label::ValueDay, &["tanggalvaluta", "tglvaluta", "valuta", "valuedate", "tanggalefektif"]),
    (
        Label::Description,
        &[
            "keterangan",
            "uraian",
            "uraiantransaksi",
            "berita",
            "beritatransaksi",
            "deskripsi",
            "description",
            "transactiondescription",
            "remark",
            "remarks",
            "detail",
            "details",
            "keterangantransaksi",
            "rincian",
            "narasi",
            "narrative",
            "rinciantransaksi",
        ],
    ),
    (
        Label::Reference,
        &[
            "noreferensi",
            "noref",
            "nomorreferensi",
            "referensi",
            "reference",
            "referenceno",
            "referencenumber",
            "refno",
            "ref",
            "nobukti",
            "nomorbukti",
            "nojurnal",
            "jurnal",
            "journalno",
            "trace",
            "traceno",
            "notransaksi",
            "nomortransaksi",
            "transactionid",
        ],
    ),
    (
        Label::Debit,
        &[
            "debet",
            "debit",
            "keluar",
            "pengeluaran",
            "mutasidebet",
            "mutasidebit",
            "uangkeluar",
            "withdrawal",
            "withdrawals",
            "debitamount",
            "jumlahdebet",
            "jumlahdebit",
            "nominaldebet",
            "nominaldebit",
            "danakeluar",
            "db",
            "debits",
        ],
    ),
    (
        Label::Credit,
        &[
            "kredit",
            "credit",
            "masuk",
            "penerimaan",
            "mutasikredit",
            "uangmasuk",
            "deposit",
            "deposits",
            "creditamount",
            "jumlahkredit",
            "nominalkredit",
            "danamasuk",
            "cr",
            "credits",
        ],
    ),
    (
        Label::Amount,
        &["jumlah", "nominal", "mutasi", "amount", "nilai", "nilaitransaksi", "jumlahtransaksi"],
    ),
    (
        Label::Mark,
        &[
            "dk",
            "dbcr",
            "dc",
            "dbkr",
            "crdb",
            "jenis",
            "jenistransaksi",
            "tipe",
            "type",
            "kode",
            "debetkredit",
            "debitkredit",
            "debitcredit",
            "drcr",
            "arah",
            "jenismutasi",
            "kd",
        ],
    ),
    (
        Label::Balance,
        &["saldo", "balance", "saldoakhir", "runningbalance", "endingbalance", "saldoberjalan"],
    ),
];

/// The columns of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heads(Vec<(Label, u16)>);

impl Heads {
    /// The columns as somebody named them.
    pub(super) fn named(layout: &Layout) -> Heads {
        Heads(layout.0.clone())
    }

    /// The heads in this row, when it names a day and an amount.
    pub(super) fn of(cells: &[(u16, String)]) -> Option<Heads> {
        let mut found: Vec<(Label, u16)> = Vec::new();
        for (column, text) in cells {
            if let Some(label) = label(text)
                && !found.iter().any(|(known, _)| *known == label)
            {
                found.push((label, *column));
            }
        }
        let has = |label| found.iter().any(|(known, _)| *known == label);
        let amounts = has(Label::Debit) || has(Label::Credit) || has(Label::Amount);
        let days = has(Label::Day) || has(Label::ValueDay);
        (days && amounts).then_some(Heads(found))
    }

    /// The text that a row has under a head; none when it is empty.
    pub(super) fn text<'a>(&self, cells: &'a [(u16, String)], label: Label) -> Option<&'a str> {
        let column = self.0.iter().find(|(known, _)| *known == label)?.1;
        let text = &cells.iter().find(|(at, _)| *at == column)?.1;
        (!text.is_empty()).then_some(text.as_str())
    }
}

fn label(text: &str) -> Option<Label> {
    let name = compact(text);
    // A currency behind the head says nothing more: "Debet (Rp)".
    let name = ["idr", "rp"].iter().fold(name.as_str(), |name, unit| {
        name.strip_suffix(unit).filter(|rest| !rest.is_empty()).unwrap_or(name)
    });
    SPELLINGS.iter().find(|(_, spellings)| spellings.contains(&name)).map(|(label, _)| *label)
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text opens a line that states a balance.
pub(super) fn balance_label(text: &str) -> Option<Balance> {
    let name = compact(text);
    let opens = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    // A bare "Saldo Akhir" may be a head; the caller asks for an amount beside it.
    if opens(&["saldoawal", "openingbalance", "beginningbalance", "saldopembukaan"]) {
        Some(Balance::Opening)
    } else if opens(&["saldoakhir", "closingbalance", "endingbalance", "saldopenutup"]) {
        Some(Balance::Closing)
    } else {
        None
    }
}

/// Whether a text in the column of days opens a line of sums.
pub(super) fn is_total(text: &str) -> bool {
    let name = compact(text);
    ["total", "jumlah", "grandtotal", "subtotal"].iter().any(|word| name.starts_with(word))
}
