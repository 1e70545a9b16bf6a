//! Words between braces in the text of an agreement, and what stands for them: `{pihak1.nama}`.

use super::Terms;

/// What is put in for words that speak of the agreement.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    /// What it says.
    pub terms: &'a Terms,
    /// The day it was or is signed; the day it begins when that is open.
    pub signed_on: base::Day,
}

/// Words that speak of the agreement as a whole.
const OF_AGREEMENT: [&str; 9] = [
    "nomor",
    "tentang",
    "tempat",
    "tanggal",
    "hari_terbilang",
    "mulai",
    "berakhir",
    "pemberitahuan",
    "bulan",
];

/// Words that speak of a party, after `pihakN.`.
const OF_PARTY: [&str; 6] = ["nama", "sebutan", "pejabat", "jabatan", "dasar", "alamat"];

/// The words between braces, in order.
pub fn placeholders(text: &str) -> Vec<&str> {
    let pieces = text.split('{').skip(1);
    pieces.map(|piece| piece.split_once('}').map_or(piece, |(word, _)| word)).collect()
}

/// The first word between braces that stands for nothing among so many parties.
pub fn unknown_placeholder(text: &str, parties: usize) -> Option<&str> {
    placeholders(text).into_iter().find(|word| match party_of(word) {
        Some((number, rest)) => number >= parties || !OF_PARTY.contains(&rest),
        None => !OF_AGREEMENT.contains(word),
    })
}

/// The text with everything put in; what stands for nothing stays as it is.
pub fn fill(text: &str, values: &Values<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((word, after)) => {
                match value(word, values) {
                    Some(value) => out.push_str(&value),
                    None => out.extend(["{", word, "}"]),
                }
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

fn party_of(word: &str) -> Option<(usize, &str)> {
    let (number, rest) = word.strip_prefix("pihak")?.split_once('.')?;
    let number: usize = number.parse().ok()?;
    Some((number.checked_sub(1)?, rest))
}

fn value(word: &str, values: &Values<'_>) -> Option<String> {
    let terms = values.terms;
    if let Some((number, rest)) = party_of(word) {
        let party = terms.parties.get(number)?;
        let text = match rest {
            "nama" => &party.name,
            "sebutan" => &party.called,
            "pejabat" => &party.signatory,
            "jabatan" => &party.office,
            "dasar" => &party.basis,
            "alamat" => &party.address,
            _ => return None,
        };
        return Some(shown(text));
    }
    Some(match word {
        "nomor" => shown(&terms.number),
        "tentang" => terms.subject.to_string(),
        "tempat" => shown(&terms.place),
        "tanggal" => values.signed_on.in_words(),
        "hari_terbilang" => values.signed_on.spelled(),
        "mulai" => terms.from.in_words(),
        "berakhir" => terms.to.in_words(),
        "pemberitahuan" => counted(u64::from(terms.notice_days)),
        "bulan" => counted(u64::from(months(terms))),
        _ => return None,
    })
}

/// How many whole months it holds.
fn months(terms: &Terms) -> u32 {
    let end = terms.to.plus_days(1);
    let whole = terms.from.month_of().months_until(end.month_of());
    let short = i32::from(end.day() < terms.from.day());
    u32::try_from(whole - short).unwrap_or(0)
}

/// A number as letters have it: "60 (enam puluh)".
fn counted(number: u64) -> String {
    format!("{number} ({})", base::money::in_words(number))
}

/// A line to fill in by hand where nothing is known yet.
fn shown(text: &str) -> String {
    if text.trim().is_empty() { "……………………".to_owned() } else { text.to_owned() }
}
