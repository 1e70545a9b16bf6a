//! The looks of an office: its name, its mark and two colours, in one file `tema.toml`.
//!
//! A colour that some readers could not read is refused, with the ratio that it has.

use serde::Deserialize;

use crate::error::AppError;

/// The looks of an office; what it does not say stays Payung's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    /// The government whose register it is.
    pub name: Option<String>,
    /// The ground under the head of the page and the buttons, on which white is written: `#rrggbb`.
    pub ground: Option<String>,
    /// Links on paper: `#rrggbb`.
    pub link: Option<String>,
    /// The mark: its kind, `svg` or `png`, and its bytes.
    pub mark: Option<(&'static str, Vec<u8>)>,
}

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    nama: Option<String>,
    lambang: Option<String>,
    warna_utama: Option<String>,
    warna_tautan: Option<String>,
}

/// White on the ground, and the paper under links.
const WHITE: [u8; 3] = [255, 255, 255];
const PAPER: [u8; 3] = [252, 251, 248];
/// What WCAG 2.2 asks of text at its strictest (1.4.6), in tenths.
const LEAST_TENTHS: u32 = 70;
/// A mark is small.
const MARK_BYTES: usize = 100 * 1024;

impl Theme {
    /// Reads the file; `mark` fetches the file of the mark by its name.
    ///
    /// # Errors
    /// `THEME_UNREADABLE`, `THEME_COLOUR`, `THEME_CONTRAST`, `THEME_MARK`.
    pub fn parse(text: &str, mark: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<Theme, AppError> {
        let file: File = toml::from_str(text)
            .map_err(|error| AppError::usage("THEME_UNREADABLE", error.message()))?;
        let colour = |name: &str, value: Option<String>, on: [u8; 3]| match value {
            None => Ok(None),
            Some(value) => readable(name, &value, on).map(|()| Some(value.to_lowercase())),
        };
        Ok(Theme {
            name: file.nama.filter(|name| !name.trim().is_empty()),
            ground: colour("warna_utama", file.warna_utama, WHITE)?,
            link: colour("warna_tautan", file.warna_tautan, PAPER)?,
            mark: file.lambang.map(|name| read_mark(&name, mark)).transpose()?,
        })
    }
}

fn readable(name: &str, value: &str, on: [u8; 3]) -> Result<(), AppError> {
    let colour = rgb(value).ok_or_else(|| AppError::usage("THEME_COLOUR", name))?;
    let tenths = contrast_tenths(colour, on);
    match tenths >= LEAST_TENTHS {
        true => Ok(()),
        false => {
            let detail = format!("{name} {},{}:1", tenths / 10, tenths % 10);
            Err(AppError::usage("THEME_CONTRAST", detail))
        }
    }
}

fn read_mark(
    name: &str,
    mark: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<(&'static str, Vec<u8>), AppError> {
    let refused = || AppError::usage("THEME_MARK", name);
    let kind = match name.rsplit_once('.').map(|(_, end)| end) {
        Some("svg") => "svg",
        Some("png") => "png",
        _ => return Err(refused()),
    };
    // Beside the file of the theme, and nowhere else.
    if name.contains(['/', '\\']) {
        return Err(refused());
    }
    let bytes = mark(name).filter(|bytes| bytes.len() <= MARK_BYTES).ok_or_else(refused)?;
    Ok((kind, bytes))
}

fn rgb(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The contrast of two colours in tenths, rounded down, as WCAG 2.2 counts it.
fn contrast_tenths(one: [u8; 3], other: [u8; 3]) -> u32 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    let ratio = one.max(other) / one.min(other);
    (ratio * 10.0) as u32
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_counted_as_the_standard_does() {
        // Black on white is 21:1; #767676 on white is the known 4.54:1.
        assert_eq!(contrast_tenths([0, 0, 0], WHITE), 210);
        assert_eq!(contrast_tenths([0x76, 0x76, 0x76], WHITE), 45);
    }

    #[test]
    fn a_theme_is_read_or_refused_with_its_reason() {
        let mark = |name: &str| (name == "lambang.svg").then(|| b"<svg/>".to_vec());
        let good =
            "nama = \"Pemkab Contoh\"\nlambang = \"lambang.svg\"\nwarna_utama = \"#0B3D3A\"\n";
        let theme = Theme::parse(good, &mark).expect("a theme");
        assert_eq!(theme.ground.as_deref(), Some("#0b3d3a"));
        assert_eq!(theme.mark, Some(("svg", b"<svg/>".to_vec())));
        for (text, code) in [
            ("warna_utama = \"#ff8800\"", "THEME_CONTRAST"),
            ("warna_tautan = \"biru\"", "THEME_COLOUR"),
            ("warna_tautan = \"#12345é\"", "THEME_COLOUR"),
            ("lambang = \"../rahasia.svg\"", "THEME_MARK"),
            ("lambang = \"lambang.exe\"", "THEME_MARK"),
            ("lambang = \"hilang.png\"", "THEME_MARK"),
            ("warna = \"#000000\"", "THEME_UNREADABLE"),
            ("nama = ", "THEME_UNREADABLE"),
        ] {
            assert_eq!(Theme::parse(text, &mark).expect_err("refused").code, code, "{text}");
        }
        let orange = Theme::parse("warna_utama = \"#ff8800\"", &mark).expect_err("refused");
        // 1.05 / (0.3887 + 0.05) is 2.39: a ratio is never said to be more than it is.
        assert_eq!(orange.detail, "warna_utama 2,3:1");
    }
}
