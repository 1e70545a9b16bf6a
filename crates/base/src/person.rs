//! What a list says of a human: name, sex, phone.

use std::fmt;

/// A person's name in one piece: many Indonesians have a single name and no family name.
///
/// White space is folded and letters are kept as typed; `Debug` shows only the initials.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(Box<str>);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing there.
    Empty,
    /// Fewer than two letters, or mostly digits.
    NotAName,
    /// More than 100 characters.
    TooLong,
}

impl PersonName {
    /// Reads a name of two letters or more.
    ///
    /// # Errors
    /// The first [`NameProblem`] in their order.
    pub fn parse(text: &str) -> Result<PersonName, NameProblem> {
        let folded = fold_spaces(text);
        if folded.is_empty() {
            return Err(NameProblem::Empty);
        }
        let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
        let digits = folded.chars().filter(|c| c.is_numeric()).count();
        if letters < 2 || digits * 2 > letters {
            return Err(NameProblem::NotAName);
        }
        if folded.chars().count() > 100 {
            return Err(NameProblem::TooLong);
        }
        Ok(PersonName(folded.into()))
    }

    /// What stands in the place of a name whose record was erased.
    pub fn erased() -> PersonName {
        PersonName("(dihapus)".into())
    }

    /// The name as typed, spaces folded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Initials, for places where the name itself must not appear.
    pub fn initials(&self) -> String {
        self.0.split(' ').filter_map(|word| word.chars().next()).take(3).collect()
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({}.)", self.initials())
    }
}

/// Folds every kind of white space, drops invisible characters and trims.
pub fn fold_spaces(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    let spaced: String =
        visible.map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Characters that take no room on the page: zero-width marks, direction marks, soft hyphen.
fn is_invisible(c: char) -> bool {
    let marks = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
    marks || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Sex as on the identity card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Laki-laki, "L".
    Male,
    /// Perempuan, "P".
    Female,
}

impl Sex {
    /// Reads the spellings offices use: L, P, LK, PR, Laki-laki, Perempuan, Pria, Wanita, 1, 2.
    pub fn parse(text: &str) -> Option<Sex> {
        let letters: String =
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        match letters.as_str() {
            "l" | "lk" | "laki" | "lakilaki" | "laki2" | "lk2" | "lelaki" | "pria" | "cowok"
            | "m" | "male" | "1" | "lakilak" | "lakik" => Some(Sex::Male),
            "p" | "pr" | "prp" | "pe" | "perempuan" | "permpuan" | "prempuan" | "wanita" | "w"
            | "wnt" | "cewek" | "f" | "female" | "2" => Some(Sex::Female),
            _ => None,
        }
    }

    /// The letter on the card: L or P.
    pub fn letter(self) -> &'static str {
        match self {
            Sex::Male => "L",
            Sex::Female => "P",
        }
    }
}

/// An Indonesian telephone number, kept as digits after +62; `Debug` shows a mask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(u64);

impl Phone {
    /// Reads `0812-3456-7890`, `+62 812…`, `62812…`, `812…` (a zero eaten by a spreadsheet).
    pub fn parse(text: &str) -> Option<Phone> {
        let mut digits = String::with_capacity(16);
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '.' | '(' | ')' | '+' | '/' | '\u{a0}' | '\'' => {}
                _ => return None,
            }
        }
        let national = digits
            .strip_prefix("0062")
            .or_else(|| digits.strip_prefix("62").filter(|rest| rest.len() >= 8))
            .unwrap_or(&digits)
            .trim_start_matches('0');
        if !(8..=13).contains(&national.len()) {
            return None;
        }
        national.parse().ok().map(Phone)
    }

    /// The international form, `+62812…`.
    pub fn international(self) -> String {
        format!("+62{}", self.0)
    }

    /// The digits after +62, for storage and keys.
    pub fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(********{:02})", self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_their_letters_and_lose_their_noise() {
        let name = |text: &str| PersonName::parse(text).map(|name| name.as_str().to_owned());
        assert_eq!(name("  SITI\u{a0} \u{200b}Aminah\t"), Ok("SITI Aminah".into()));
        assert_eq!(name("Sukarno"), Ok("Sukarno".into()));
        assert_eq!(name("\u{a0}"), Err(NameProblem::Empty));
        assert_eq!(name("6401011708620001"), Err(NameProblem::NotAName));
        assert_eq!(name("A"), Err(NameProblem::NotAName));
        assert_eq!(name(&"a".repeat(101)), Err(NameProblem::TooLong));
        assert_eq!(format!("{:?}", PersonName::parse("Siti Aminah")), "Ok(PersonName(SA.))");
    }

    #[test]
    fn sexes_are_read_as_typed() {
        for text in ["L", "l", "Laki-laki", "LAKI - LAKI", "Pria", "1", "Lk."] {
            assert_eq!(Sex::parse(text), Some(Sex::Male), "{text}");
        }
        for text in ["P", "Perempuan", "PR", "wanita", "2"] {
            assert_eq!(Sex::parse(text), Some(Sex::Female), "{text}");
        }
        assert_eq!(Sex::parse("L/P"), None);
        assert_eq!(Sex::parse(""), None);
    }

    #[test]
    fn phones_meet_in_one_form() {
        for text in ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "81234567890"] {
            assert_eq!(
                Phone::parse(text).map(Phone::international),
                Some("+6281234567890".into()),
                "{text}"
            );
        }
        assert_eq!(Phone::parse("tidak ada"), None);
        assert_eq!(Phone::parse("0812"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            let _ = (PersonName::parse(&text), Sex::parse(&text), Phone::parse(&text));
        }

        #[test]
        fn a_parsed_name_parses_to_itself(text in "[A-Za-z' .]{2,40}") {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
