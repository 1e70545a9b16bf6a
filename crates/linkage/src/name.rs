//! A name in the form in which names are compared: lower case, no titles, no degrees, one spelling
//! for the common short forms and for the spelling before 1972.

/// Makes a name comparable; the result is lower-case words joined by single spaces.
///
/// Titles (`H.`, `Hj.`, `Drs`, `dr.`), degrees (`S.Kep`, `, S.Pd`), an alias and a patronymic
/// after `bin` or `binti` fall away unless nothing would remain; `M.`, `Moh.` become `muhammad`,
/// `Abd.` becomes `abdul`, `St.` becomes `siti`; `oe`, `dj`, `tj` become `u`, `j`, `c`.
pub fn normalise_name(typed: &str) -> String {
    normal_parts(typed).0
}

/// The comparable name and the comparable patronymic; each may be empty.
pub(crate) fn normal_parts(typed: &str) -> (String, String) {
    let words = words_of(typed);
    let (own, father) = split_patronymic(&words);
    (join_words(own), join_words(father))
}

/// Words before the name proper that say what somebody is.
pub(crate) const TITLES: &[&str] = &[
    "h",
    "hj",
    "haji",
    "hajjah",
    "hajah",
    "drs",
    "dra",
    "ir",
    "dr",
    "drg",
    "prof",
    "ust",
    "ustad",
    "ustadz",
    "ustadzah",
    "ustz",
    "tgk",
    "teungku",
    "tgh",
    "kh",
    "kyai",
    "kiai",
    "pak",
    "bpk",
    "bapak",
    "ibu",
    "bu",
    "ny",
    "nyonya",
    "nn",
    "tn",
    "sdr",
    "sdri",
    "alm",
    "almh",
    "almarhum",
    "almarhumah",
];

/// Degrees, written together.
pub(crate) const DEGREES: &[&str] = &[
    "skep", "spd", "spdi", "spdsd", "se", "sh", "shi", "sag", "ssos", "sosi", "ssosi", "skom",
    "skm", "st", "sp", "spt", "spi", "sstp", "sst", "ssit", "sip", "si", "ssi", "shut", "sfarm",
    "sked", "sgz", "sikom", "str", "strkeb", "amk", "amd", "amdkep", "amdkeb", "amkeb", "ama",
    "amapd", "amakes", "ners", "ns", "bdn", "apt", "mkes", "mpd", "mpdi", "mm", "mh", "msi", "map",
    "mag", "mkom", "mt", "msc", "mkep", "mkm", "lc", "ba", "bsc", "phd", "sps", "spog", "spa",
];

pub(crate) const MUHAMMAD: &[&str] = &[
    "muhamad",
    "mohammad",
    "mohamad",
    "mohammed",
    "mohamed",
    "mochamad",
    "mochammad",
    "muchamad",
    "muchammad",
    "mukhamad",
    "muhammed",
    "muh",
    "muhd",
    "moh",
    "mohd",
    "moch",
    "much",
    "mhd",
    "mhmd",
    "md",
    "m",
    "mukhammad",
    "mokhamad",
    "mokhammad",
    "mokh",
    "muhammat",
    "muhamat",
];

/// Lower-case words without marks; a word written with inner points keeps its parts together
/// when they form a degree.
fn words_of(typed: &str) -> Vec<String> {
    // A degree list follows the first comma; a name alone never holds one.
    let (head, tail) = typed.split_once(',').unwrap_or((typed, ""));
    let typed = if head.chars().any(char::is_alphabetic) { head } else { tail };
    let mut words: Vec<String> = Vec::with_capacity(6);
    for word in typed.split(|c: char| c.is_whitespace() || matches!(c, '/' | '(' | ')' | ',')) {
        let compact = letters_of(word);
        let dotted = word.trim_end_matches('.').contains(['.', '-', '_']);
        let is_degree = dotted && DEGREES.contains(&compact.as_str());
        if compact.is_empty() || (is_degree && !words.is_empty()) {
            continue;
        }
        if dotted {
            words.extend(word.split(['.', '-', '_']).map(letters_of).filter(|w| !w.is_empty()));
        } else {
            words.push(compact);
        }
    }
    cut_alias(&mut words);
    drop_degrees(&mut words);
    drop_titles(&mut words);
    words
}

/// Lower-case ASCII letters; apostrophes and digits fall away, accents are taken off.
fn letters_of(word: &str) -> String {
    let mut letters = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'a'..='z' => letters.push(c),
            'A'..='Z' => letters.push(c.to_ascii_lowercase()),
            // Zero typed for O, the one digit that names really carry.
            '0' => letters.push('o'),
            'à'..='å' | 'À'..='Å' => letters.push('a'),
            'è'..='ë' | 'È'..='Ë' => letters.push('e'),
            'ì'..='ï' | 'Ì'..='Ï' => letters.push('i'),
            'ò'..='ö' | 'Ò'..='Ö' => letters.push('o'),
            'ù'..='ü' | 'Ù'..='Ü' => letters.push('u'),
            'ñ' | 'Ñ' => letters.push('n'),
            'ç' | 'Ç' => letters.push('c'),
            c if c.is_alphabetic() && !c.is_ascii() => letters.extend(c.to_lowercase()),
            _ => {}
        }
    }
    letters
}

/// "Johan Sulistyo alias Ohan": what follows is another name of the same person.
fn cut_alias(words: &mut Vec<String>) {
    let marks = ["alias", "als", "al"];
    let at = words.iter().skip(1).position(|word| marks.contains(&word.as_str()));
    if let Some(at) = at {
        words.truncate(at + 1);
    }
}

/// Takes degrees off the end, also those written as separate letters ("S Pd").
fn drop_degrees(words: &mut Vec<String>) {
    while let Some(count) = (1..=3.min(words.len().saturating_sub(1))).find(|&count| {
        let tail = &words[words.len() - count..];
        let split_letters = count == 1 || tail[0].len() <= 2;
        split_letters && DEGREES.contains(&tail.concat().as_str())
    }) {
        words.truncate(words.len() - count);
    }
}

fn drop_titles(words: &mut Vec<String>) {
    let named = |word: &String| !TITLES.contains(&word.as_str());
    let first = words.iter().position(named).unwrap_or(words.len());
    // "Bu" alone is somebody's name, or all that is known of it.
    if first < words.len() {
        words.drain(..first);
    }
}

fn split_patronymic(words: &[String]) -> (&[String], &[String]) {
    let marks = ["bin", "binti", "bt", "bte", "bint"];
    match words.iter().skip(1).position(|word| marks.contains(&word.as_str())) {
        Some(at) => (&words[..=at], &words[at + 2..]),
        None => (words, &[]),
    }
}

fn join_words(words: &[String]) -> String {
    let mut joined = String::with_capacity(words.iter().map(|word| word.len() + 3).sum());
    for (at, word) in words.iter().enumerate() {
        let single = words.len() == 1;
        if at > 0 {
            joined.push(' ');
        }
        push_word(&mut joined, word, at == 0 && !single);
    }
    joined
}

/// Appends one word in its common form; some short forms count only before another word.
fn push_word(joined: &mut String, word: &str, leads: bool) {
    match word {
        "m" if !leads => joined.push('m'),
        _ if MUHAMMAD.contains(&word) || is_mistyped_muhammad(word) => joined.push_str("muhammad"),
        "achmad" | "akhmad" | "ahmed" | "ach" | "akh" | "achmat" | "ahmat" => {
            joined.push_str("ahmad");
        }
        "abd" | "abdoel" | "abdur" | "abdus" | "ab" if leads => joined.push_str("abdul"),
        "st" | "sitti" | "sity" | "sti" if leads => joined.push_str("siti"),
        "noor" | "nor" | "noer" => joined.push_str("nur"),
        _ => push_spelled(joined, word),
    }
}

/// "Nohammad", "Muuhamad": no other name ends so.
fn is_mistyped_muhammad(word: &str) -> bool {
    (6..=10).contains(&word.len()) && (word.ends_with("hammad") || word.ends_with("hamad"))
}

/// Turns the spelling before 1972 into today's; the same for two copies of an odd name.
fn push_spelled(joined: &mut String, word: &str) {
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let (merged, plain) = match (letter, letters.peek()) {
            ('o', Some('e')) => (true, 'u'),
            ('d', Some('j')) => (true, 'j'),
            ('t', Some('j')) => (true, 'c'),
            _ => (false, letter),
        };
        if merged {
            letters.next();
        }
        joined.push(plain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(typed: &str, expect: &str) {
        assert_eq!(normalise_name(typed), expect, "{typed}");
    }

    #[test]
    fn titles_and_degrees_fall_away() {
        check("Hj. Siti Aminah, S.Pd", "siti aminah");
        check("H.Abdul Karim", "abdul karim");
        check("Dra. Yusnina Madjid", "yusnina majid");
        check("dr. Budi Santoso Sp.OG", "budi santoso");
        check("SRI WAHYUNI A.Md.Keb", "sri wahyuni");
        check("Sri Wahyuni S Kep", "sri wahyuni");
        check("Drs. H. Tri Joko S.E.", "tri joko");
        check("Sdri. Chafina Fitriani", "chafina fitriani");
    }

    #[test]
    fn nothing_but_a_title_stays() {
        check("Haji", "haji");
        check("Ir.", "ir");
        check("SE", "se");
        check("", "");
        check(", S.Pd", "s pd");
    }

    #[test]
    fn short_forms_meet() {
        for typed in ["M. Latif", "Moh Latif", "MUHAMAD LATIF", "Mochammad Latif", "M.Latif"] {
            check(typed, "muhammad latif");
        }
        check("Abd. Rahman", "abdul rahman");
        check("St. Samsiah", "siti samsiah");
        check("Nohammad Bahran", "muhammad bahran");
        check("Achmad Udin", "ahmad udin");
        check("Noor Khasanah", "nur khasanah");
        check("Mohamad G.", "muhammad g");
        check("Gazali M", "gazali m");
    }

    #[test]
    fn old_spelling_meets_new() {
        check("Soekarno", "sukarno");
        check("Djoko Tjahjono", "joko cahjono");
        check("Noer Hajati", "nur hajati");
    }

    #[test]
    fn patronymics_and_aliases_are_set_aside() {
        check("RABIAH BINTI NORMAN", "rabiah");
        check("Johan Sulistyo Al. Ohan", "johan sulistyo");
        assert_eq!(normal_parts("Ali bin Hasan").1, "hasan");
        check("Bintang Aulia", "bintang aulia");
    }

    #[test]
    fn marks_and_spaces_do_not_count() {
        check("  SITI\u{a0} Nur'aini ", "siti nuraini");
        check("Nur-Hayati", "nur hayati");
        check("AGU5 0KTAVIAN", "agu oktavian");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(typed in "\\PC{0,60}") {
            let normal = normalise_name(&typed);
            prop_assert!(!normal.starts_with(' ') && !normal.contains("  "));
        }

        #[test]
        fn case_does_not_count(typed in "[A-Za-z .,']{0,40}") {
            prop_assert_eq!(normalise_name(&typed), normalise_name(&typed.to_uppercase()));
        }
    }
}
