//! Text on a page: which glyph a character gets, how wide it is, where a line ends.
//!
//! The fonts hold Latin-1 and common punctuation. Other Latin letters are printed as their base
//! letter, invisible and direction characters are dropped, and whatever is left is printed as "?":
//! a visible mark, never an empty box.

use krilla::text::{Font, GlyphId, KrillaGlyph};

/// Code points up to here have a place in the width table; the fonts hold nothing above.
const TABLE: usize = 0x2300;

/// Base letters of Latin Extended-A, U+0100 to U+017F.
const LATIN_EXTENDED_A: &[u8] =
    b"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNn\
    nNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// Base letters of Latin Extended Additional, U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8] =
    b"AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPp\
    RrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyasssSdAaAaAaAaAaAaAaAa\
    AaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYyLlVvYy";

/// A font with the widths of its glyphs.
pub(super) struct Face {
    font: Font,
    /// Glyph and advance by code point; glyph 0 is "not there".
    glyphs: Vec<(u16, u16)>,
    units: f32,
}

impl Face {
    /// Reads one of the fonts that are compiled in.
    pub(super) fn new(bytes: &'static [u8]) -> Face {
        let font = Font::new(bytes.into(), 0).expect("the font in the program is whole");
        let face = ttf_parser::Face::parse(bytes, 0).expect("the font in the program is whole");
        let mut glyphs = vec![(0, 0); TABLE];
        for (code, entry) in (0u32..).zip(&mut glyphs) {
            let glyph = char::from_u32(code).and_then(|c| face.glyph_index(c));
            if let Some(id) = glyph {
                *entry = (id.0, face.glyph_hor_advance(id).unwrap_or(0));
            }
        }
        let units = f32::from(face.units_per_em());
        Face { font, glyphs, units }
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    fn glyph(&self, c: char) -> (u16, u16) {
        self.glyphs.get(c as usize).copied().unwrap_or((0, 0))
    }

    /// The text with only characters that this font has.
    pub(super) fn printable(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_whitespace() {
                out.push(' ');
            } else if is_invisible(c) {
                // Marks for direction and width would change what a reader sees.
            } else if self.glyph(c).0 != 0 {
                out.push(c);
            } else if let Some(near) = nearest(c) {
                out.push(near);
            }
        }
        out
    }

    /// # Units
    /// Points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let units: u32 = text.chars().map(|c| u32::from(self.glyph(c).1)).sum();
        units as f32 / self.units * size
    }

    /// The glyphs of a printable text.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, c)| {
                let (id, advance) = self.glyph(c);
                let range = at..at + c.len_utf8();
                let advance = f32::from(advance) / self.units;
                KrillaGlyph::new(GlyphId::new(id.into()), advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect()
    }

    /// Breaks a text into at most `most` lines; what does not fit ends in "…".
    pub(super) fn lines(&self, text: &str, size: f32, width: f32, most: usize) -> Vec<String> {
        let text = self.printable(text);
        let mut lines: Vec<String> = Vec::new();
        let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
        while words.peek().is_some() && lines.len() + 1 < most {
            let mut line = String::new();
            while let Some(word) = words.peek() {
                let longer = joined(&line, word);
                if self.width(&longer, size) > width {
                    break;
                }
                line = longer;
                words.next();
            }
            if line.is_empty() {
                // A single word wider than the column: it is cut on the last line instead.
                break;
            }
            lines.push(line);
        }
        let rest = words.fold(String::new(), |line, word| joined(&line, word));
        if !rest.is_empty() || lines.is_empty() {
            lines.push(self.cut(&rest, size, width));
        }
        lines
    }

    /// The text on one line; what does not fit ends in "…".
    pub(super) fn cut(&self, text: &str, size: f32, width: f32) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let room = width - self.width("…", size);
        let mut taken = 0.0;
        let fits = text.char_indices().take_while(|(_, c)| {
            taken += f32::from(self.glyph(*c).1) / self.units * size;
            taken <= room
        });
        let end = fits.last().map_or(0, |(at, c)| at + c.len_utf8());
        format!("{}…", text[..end].trim_end())
    }
}

fn joined(line: &str, word: &str) -> String {
    if line.is_empty() { word.to_owned() } else { format!("{line} {word}") }
}

/// Control characters, soft hyphen, zero width and direction marks, joined accents.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{feff}' | '\u{61c}')
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
}

/// The printable character that stands for one the font lacks.
fn nearest(c: char) -> Option<char> {
    let code = c as usize;
    let near = match c {
        '\u{100}'..='\u{17f}' => char::from(*LATIN_EXTENDED_A.get(code - 0x100)?),
        '\u{1e00}'..='\u{1eff}' => char::from(*LATIN_ADDITIONAL.get(code - 0x1e00)?),
        '\u{2b9}'..='\u{2bf}' | '\u{2032}' | '\u{201b}' | '\u{ff07}' => '\'',
        '\u{2010}'..='\u{2012}' | '\u{2015}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0)?,
        _ => '?',
    };
    Some(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn face() -> Face {
        Face::new(super::super::REGULAR)
    }

    #[test]
    fn characters_outside_the_font_become_readable_ones() {
        assert_eq!((LATIN_EXTENDED_A.len(), LATIN_ADDITIONAL.len()), (128, 256));
        for (text, printed) in [
            ("Siti Aminah", "Siti Aminah"),
            ("Nur\u{a0}Ḥasanah", "Nur Hasanah"),
            ("Şükrü Ōta ſ", "Sükrü Ota s"),
            ("Andre\u{301}", "Andre"),
            ("\u{202e}pmuj\u{200b}", "pmuj"),
            ("محمد", "????"),
            ("ŉŋ", "nn"),
            ("Ｎｕｒ", "Nur"),
            ("Ma\u{2bb}ruf", "Ma'ruf"),
            ("a\tb\nc", "a b c"),
        ] {
            assert_eq!(face().printable(text), printed, "{text:?}");
        }
    }

    #[test]
    fn every_glyph_that_is_printed_exists() {
        for bytes in
            [super::super::REGULAR, super::super::BOLD, super::super::MONO, super::super::MONO_BOLD]
        {
            let face = Face::new(bytes);
            for code in 0..0x3000 {
                let text = char::from_u32(code).map(String::from).unwrap_or_default();
                let printed = face.printable(&text);
                assert!(printed.chars().all(|c| face.glyph(c).0 != 0), "U+{code:04X}");
            }
        }
    }

    #[test]
    fn long_texts_wrap_and_end_in_an_ellipsis() {
        let face = face();
        let width = face.width("Muhammad Abdul", 10.0);
        assert_eq!(face.lines("Muhammad Abdul", 10.0, width, 2), ["Muhammad Abdul"]);
        assert_eq!(face.lines("Muhammad Abdul Aziz", 10.0, width, 2), ["Muhammad Abdul", "Aziz"]);
        let three = face.lines("Muhammad Abdul Aziz Contoh Panjang", 10.0, width, 2);
        assert_eq!(three.len(), 2);
        assert!(three[1].ends_with('…'), "{three:?}");
        assert_eq!(face.lines("", 10.0, width, 2), [""]);
        assert!(face.lines(&"x".repeat(99), 10.0, width, 2)[0].ends_with('…'));
    }

    proptest! {
        #[test]
        fn lines_never_leave_their_column(text in "\\PC{0,60}", width in 20.0f32..200.0) {
            let face = face();
            for line in face.lines(&text, 9.0, width, 2) {
                prop_assert!(face.width(&line, 9.0) <= width + 0.01);
            }
        }
    }
}
