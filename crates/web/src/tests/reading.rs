//! Whether what the public reads can be read: short sentences, known words, abbreviations opened.

use app::words::{Language, Words};

/// Parts of the catalogue that people without a login read.
const PUBLIC: [&str; 30] = [
    "info-",
    "web-door-",
    "web-home-",
    "web-help-",
    "web-not-found",
    "web-too-many",
    "web-forbidden",
    "web-form-refused",
    "web-busy",
    "web-failed",
    "web-not-known",
    "web-gone",
    "web-too-large",
    "web-too-slow",
    "web-bad-request",
    "web-conflict",
    "web-unfit",
    "web-wrong-",
    "web-rule-",
    "login-",
    "coverage-",
    "card-verdict-",
    "jht-sim",
    "lookup-",
    "guide-",
    "tell-",
    "rights-",
    "receipt-",
    "track-",
    "message-wrong-",
];

/// Words of offices and machines, each with a plain one in its place.
const BANNED: [&str; 14] = [
    "validasi",
    "submit",
    "error",
    "mapping",
    "query",
    "entri",
    "otentikasi",
    "login",
    "upload",
    "download",
    "user",
    "password",
    "server",
    "database",
];

/// Words with which one is asked to do something.
const ACTS: [&str; 45] = [
    "periksa",
    "tunggu",
    "kembali",
    "mulai",
    "masuk",
    "buka",
    "kirim",
    "bagi",
    "coba",
    "tulis",
    "lihat",
    "pakai",
    "isi",
    "hubungi",
    "muat",
    "ubah",
    "pilih",
    "hapus",
    "tambah",
    "ringkas",
    "bandingkan",
    "mintalah",
    "minta",
    "ketik",
    "unggah",
    "unduh",
    "simpan",
    "tanyakan",
    "beri",
    "jalankan",
    "perbaiki",
    "betulkan",
    "cocokkan",
    "ulangi",
    "tunjuk",
    "cari",
    "pastikan",
    "jangan",
    "ganti",
    "sebut",
    "daftar",
    "salin",
    "taruh",
    "bawa",
    "hidupkan",
];

fn catalogue() -> Vec<(String, String)> {
    let text = include_str!("../../../app/words/id.ftl");
    let mut found = Vec::new();
    let mut key = String::new();
    for line in text.lines() {
        let (name, value) = match line.split_once(" = ") {
            Some((name, value)) => (name, value),
            None => continue,
        };
        match name.strip_prefix("    .") {
            Some(part) => found.push((format!("{key}.{part}"), value.to_owned())),
            None => {
                name.clone_into(&mut key);
                found.push((key.clone(), value.to_owned()));
            }
        }
    }
    found
}

fn sentences(text: &str) -> Vec<Vec<&str>> {
    let ends = |c: char| matches!(c, '.' | '?' | '!' | ':' | ';');
    let parts = text.split_inclusive(ends).map(|part| part.split_whitespace().collect::<Vec<_>>());
    parts.filter(|words| words.len() > 1).collect()
}

#[test]
fn public_sentences_are_short_and_plain() {
    let (mut words, mut count) = (0, 0);
    let mut found = Vec::new();
    for (key, text) in catalogue() {
        if !PUBLIC.iter().any(|part| key.starts_with(part)) {
            continue;
        }
        for sentence in sentences(&text) {
            words += sentence.len();
            count += 1;
            if sentence.len() > 20 {
                found.push(format!("{key}: {} words", sentence.len()));
            }
        }
        let lower = text.to_lowercase();
        let mut tokens = lower.split(|c: char| !c.is_alphanumeric());
        found.extend(
            tokens
                .by_ref()
                .filter(|word| BANNED.contains(word))
                .map(|word| format!("{key}: {word}")),
        );
    }
    assert!(found.is_empty(), "{found:#?}");
    assert!(count > 60, "the public part of the catalogue is read: {count}");
    assert!(words <= 12 * count, "{words} words in {count} sentences");
}

#[test]
fn what_is_wrong_comes_with_what_to_do() {
    let words = Words::of(Language::Indonesian);
    let mut found = Vec::new();
    for (_, key) in crate::routes::failure::SAID {
        let remedy = words.get(&format!("{key}.remedy")).to_lowercase();
        let mut tokens = remedy.split(|c: char| !c.is_alphanumeric());
        if !tokens.any(|word| ACTS.contains(&word)) {
            found.push(format!("{key}: {remedy}"));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn abbreviations_are_opened_where_they_first_stand() {
    let all = catalogue();
    let mut found = Vec::new();
    for page in ["info-help", "info-privacy", "info-access"] {
        let lines = all.iter().filter(|(key, _)| key.starts_with(page));
        let text: Vec<&str> = lines.map(|(_, text)| text.as_str()).collect();
        let text = text.join(" ");
        for short in ["NIK", "JKK", "JKM", "JHT", "OPD", "BPJS", "KTP", "KK"] {
            let tokens = || text.split(|c: char| !c.is_alphanumeric());
            let is_opened = text.contains(&format!("({short})"));
            if tokens().any(|word| word == short) && !is_opened {
                found.push(format!("{page}: {short}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
