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
