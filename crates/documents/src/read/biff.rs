//! The records of an old Excel workbook (BIFF 5 and 8) and the texts inside them.
//!
//! Every access is checked: a record that is shorter than its kind needs yields nothing.

use encoding_rs::Encoding;

/// One record of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub kind: u16,
    pub data: &'a [u8],
    /// Where the next record begins.
    pub next: usize,
}

/// The record that begins at `at`, if it is all there.
pub(crate) fn record(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let head = stream.get(at..at + 4)?;
    let kind = u16::from_le_bytes([head[0], head[1]]);
    let next = at + 4 + usize::from(u16::from_le_bytes([head[2], head[3]]));
    Some(Record { kind, data: stream.get(at + 4..next)?, next })
}

pub(crate) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

pub(crate) fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(data.get(at..at + 8)?.try_into().ok()?))
}

/// The number that Excel packs into four bytes.
pub(crate) fn rk(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from((packed as i32) >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 { value / 100.0 } else { value }
}

/// The name of an error value.
pub(crate) fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    }
}

/// How the texts of a workbook are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts {
    /// Unicode, with a byte of flags before it.
    pub biff8: bool,
    /// The code page of older workbooks.
    pub encoding: &'static Encoding,
}

impl Texts {
    /// A text whose length is `length_bytes` wide and stands at `at`.
    pub fn at(&self, data: &[u8], at: usize, length_bytes: usize) -> Option<String> {
        let length = match length_bytes {
            1 => usize::from(*data.get(at)?),
            _ => usize::from(u16_at(data, at)?),
        };
        let at = at + length_bytes;
        if !self.biff8 {
            let end = data.len().min(at + length);
            return Some(self.encoding.decode_without_bom_handling(data.get(at..end)?).0.into());
        }
        let flags = *data.get(at)?;
        // Formatting runs and phonetics, announced by the flags, stand before the letters.
        let skip = 1 + if flags & 8 != 0 { 2 } else { 0 } + if flags & 4 != 0 { 4 } else { 0 };
        let letters = data.get(at + skip..)?;
        let width = 1 + usize::from(flags & 1);
        let letters = &letters[..letters.len().min(length * width)];
        let mut out = String::new();
        push_letters(letters, width == 2, &mut out);
        Some(out)
    }
}

/// The encoding of a code page number.
pub(crate) fn code_page(number: u16) -> &'static Encoding {
    let label: &[u8] = match number {
        874 => b"windows-874",
        932 => b"shift_jis",
        936 => b"gbk",
        949 => b"euc-kr",
        950 => b"big5",
        1250 => b"windows-1250",
        1251 => b"windows-1251",
        1253 => b"windows-1253",
        1254 => b"windows-1254",
        1255 => b"windows-1255",
        1256 => b"windows-1256",
        1257 => b"windows-1257",
        1258 => b"windows-1258",
        10000 => b"macintosh",
        65001 => b"utf-8",
        _ => b"windows-1252",
    };
    Encoding::for_label(label).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// The shared texts of a workbook, one after another in one text.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    text: String,
    ends: Vec<u32>,
}

impl Shared {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.close();
    }

    /// Ends the text that was added to `open`.
    pub fn close(&mut self) {
        self.ends.push(self.text.len() as u32);
    }

    /// The text of this index.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.text.get(start..end)
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.text.len() as u64 + self.ends.len() as u64 * 4
    }

    /// Reads the table of a BIFF 8 workbook: its record and those that continue it.
    pub fn parse(segments: &[&[u8]]) -> Shared {
        let mut shared = Shared::default();
        let mut cursor = Cursor { segments, segment: 0, at: 8 };
        // The counts in the record are not to be trusted: the texts end where the data ends.
        while cursor.text(&mut shared.text).is_some() {
            shared.close();
        }
        shared
    }
}

/// A place in a record that others continue.
struct Cursor<'a> {
    segments: &'a [&'a [u8]],
    segment: usize,
    at: usize,
}

impl Cursor<'_> {
    fn byte(&mut self) -> Option<u8> {
        while self.at >= self.segments.get(self.segment)?.len() {
            self.segment += 1;
            self.at = 0;
        }
        self.at += 1;
        Some(self.segments[self.segment][self.at - 1])
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes).try_fold(0, |sum, place| Some(sum | u32::from(self.byte()?) << (8 * place)))
    }

    fn skip(&mut self, bytes: u32) -> Option<()> {
        let mut left = bytes as usize;
        while left > 0 {
            let length = self.segments.get(self.segment)?.len();
            let step = left.min(length.saturating_sub(self.at));
            self.at += step;
            left -= step;
            if left > 0 {
                self.segment += 1;
                self.at = 0;
            }
        }
        Some(())
    }

    fn text(&mut self, out: &mut String) -> Option<()> {
        let mut left = self.number(2)? as usize;
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? } else { 0 };
        let phonetic = if flags & 4 != 0 { self.number(4)? } else { 0 };
        let mut wide = flags & 1 != 0;
        while left > 0 {
            let segment = *self.segments.get(self.segment)?;
            let width = 1 + usize::from(wide);
            let take = left.min(segment.len().saturating_sub(self.at) / width);
            push_letters(&segment[self.at..self.at + take * width], wide, out);
            self.at += take * width;
            left -= take;
            if left > 0 {
                // A text that goes on in the next record says anew how wide its letters are.
                self.segment += 1;
                wide = *self.segments.get(self.segment)?.first()? & 1 != 0;
                self.at = 1;
            }
        }
        self.skip(runs * 4)?;
        self.skip(phonetic)
    }
}

fn push_letters(letters: &[u8], wide: bool, out: &mut String) {
    if wide {
        let units = letters.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        out.extend(char::decode_utf16(units).map(|char| char.unwrap_or('\u{fffd}')));
    } else {
        out.extend(letters.iter().map(|byte| char::from(*byte)));
    }
}
