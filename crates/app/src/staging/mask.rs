//! What pages may show of numbers, cells and file names: enough to recognise, not enough to use.

use base::Field;

/// Digits in a row from which a number may be somebody's.
const RUN_MIN: usize = 9;

/// A cell's text with long numbers masked, whatever stands between their digits.
pub fn mask_digits(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<char> = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        if !is_digit(chars[at]) {
            at += 1;
            continue;
        }
        let end = end_of_run(&chars, at);
        let places: Vec<usize> = (at..end).filter(|place| is_digit(chars[*place])).collect();
        if places.len() >= RUN_MIN {
            let shown = if places.len() >= 15 { 6 } else { 4 };
            for place in &places[shown..places.len() - 2] {
                out[*place] = '*';
            }
        }
        at = end;
    }
    out.into_iter().collect()
}

/// A cell as whoever does not take the file in sees it: what names somebody is covered, what only
/// describes work and place stays.
pub fn mask_cell(field: Field, text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    match field {
        Field::Name => {
            let letters = text.split_whitespace().filter_map(|word| word.chars().next());
            letters.map(|letter| format!("{letter}…")).collect::<Vec<_>>().join(" ")
        }
        Field::Nik => mask_digits(text),
        Field::Sex | Field::Village | Field::District | Field::Occupation | Field::Facility => {
            mask_digits(text)
        }
        Field::NoKk
        | Field::BirthPlace
        | Field::BirthDate
        | Field::BirthPlaceDate
        | Field::Address
        | Field::Rt
        | Field::Rw
        | Field::Phone
        | Field::MotherName
        | Field::Income
        | Field::Note => "••••".to_owned(),
    }
}

/// A file's name as pages show it: without paths, controls and long numbers.
pub fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let plain: String = last.chars().filter(|c| !c.is_control() && !is_direction(*c)).collect();
    let masked = mask_digits(plain.trim());
    let count = masked.chars().count();
    match count {
        0 => "berkas".to_owned(),
        1..=80 => masked,
        _ => {
            let head: String = masked.chars().take(60).collect();
            let tail: String = masked.chars().skip(count - 16).collect();
            format!("{head}…{tail}")
        }
    }
}

/// Marks that make text run the other way, and hide what a name ends in.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_digit(c: char) -> bool {
    c.is_numeric()
}

/// The end of the digits that begin here; one mark between two digits does not end them.
fn end_of_run(chars: &[char], start: usize) -> usize {
    let mut end = start;
    while end < chars.len() {
        if is_digit(chars[end]) {
            end += 1;
            continue;
        }
        let between = matches!(chars[end], ' ' | '.' | '-' | '\'' | '_' | '\u{a0}');
        match chars.get(end + 1) {
            Some(next) if between && is_digit(*next) => end += 2,
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked_however_they_are_written() {
        for (text, expect) in [
            ("6401011708620001", "640101********01"),
            ("6401 0117 0862 0001", "6401 01** **** **01"),
            ("'6401011708620001", "'640101********01"),
            ("081234567890", "0812******90"),
            ("64010117086200", "6401********00"),
            ("17-08-1962", "17-08-1962"),
            ("Jl. Merak 12 RT 003/002", "Jl. Merak 12 RT 003/002"),
            ("ABDUL KARIM 6401011708620001.xlsx", "ABDUL KARIM 640101********01.xlsx"),
            ("", ""),
        ] {
            assert_eq!(mask_digits(text), expect);
        }
    }

    #[test]
    fn cells_of_others_name_nobody() {
        for (field, text, expect) in [
            (Field::Name, " SEKAR  CONTOH ", "S… C…"),
            (Field::Nik, "6401011708620001", "640101********01"),
            (Field::BirthDate, "17-08-1962", "••••"),
            (Field::MotherName, "AMINAH", "••••"),
            (Field::Address, "RT 1", "••••"),
            (Field::Phone, "", ""),
            (Field::Occupation, "nelayan", "nelayan"),
        ] {
            assert_eq!(mask_cell(field, text), expect);
        }
    }

    #[test]
    fn file_names_show_no_path_and_no_number() {
        for (name, expect) in [
            ("C:\\Users\\desa\\Data RT.xlsx", "Data RT.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("6401011708620001.csv", "640101********01.csv"),
            ("a\u{202e}xslx.exe", "axslx.exe"),
            ("\n", "berkas"),
        ] {
            assert_eq!(safe_file_name(name), expect);
        }
        assert_eq!(safe_file_name(&"a".repeat(200)).chars().count(), 77);
    }
}
