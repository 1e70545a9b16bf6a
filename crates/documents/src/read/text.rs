//! Delimited text (CSV, TSV) in any usual encoding, and the decoding that markup shares.
//!
//! The delimiter is found from the first lines. A quote that never closes is taken for a letter
//! rather than let it swallow the rest of the file.

use std::collections::VecDeque;
use std::io::{self, Read};

use base::CellKind;
use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::archive::refusal;
use super::{Limits, Notice, Part, Refusal, RowBuf, Sink};

const CHUNK_BYTES: usize = 1 << 16;
/// A quoted cell that runs on for longer than this was opened by accident.
const QUOTED_BYTES_MAX: usize = 1 << 15;
const QUOTED_LINES_MAX: u32 = 40;
/// After so many accidents, quotes mean nothing in this file.
const ACCIDENTS_MAX: u32 = 100;

/// Reads delimited text as one sheet.
pub(crate) fn read<R: Read>(input: R, limits: &Limits, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut lines = Lines::open(input, limits)?;
    sink(Part::Sheet { name: "Sheet1", hidden: false, epoch_1904: false })?;
    let mut row = RowBuf::default();
    while lines.record(&mut row)? {
        if !row.is_empty() {
            sink(Part::Row(&row))?;
        }
    }
    if lines.guessed {
        sink(Part::Notice(Notice::EncodingGuessed))?;
    }
    Ok(())
}

/// Turns UTF-16 into UTF-8 and drops a byte order mark; everything else passes through.
pub(crate) struct Transcoder<R> {
    input: R,
    decoder: Option<Decoder>,
    ready: VecDeque<u8>,
    started: bool,
    ended: bool,
}

impl<R: Read> Transcoder<R> {
    /// Wraps an input at its start.
    pub fn new(input: R) -> Transcoder<R> {
        let ready = VecDeque::new();
        Transcoder { input, decoder: None, ready, started: false, ended: false }
    }

    fn start(&mut self) -> io::Result<()> {
        self.started = true;
        let mut head = vec![0; 4096];
        let mut length = 0;
        while length < head.len() {
            match self.input.read(&mut head[length..])? {
                0 => break,
                count => length += count,
            }
        }
        head.truncate(length);
        let (encoding, mark) = match head.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => (None, 3),
            [0xFF, 0xFE, ..] => (Some(UTF_16LE), 2),
            [0xFE, 0xFF, ..] => (Some(UTF_16BE), 2),
            other => (evident_utf16(other), 0),
        };
        self.decoder = encoding.map(|encoding| encoding.new_decoder_without_bom_handling());
        self.take_in(&head[mark..], false);
        Ok(())
    }

    fn take_in(&mut self, bytes: &[u8], last: bool) {
        let Some(decoder) = &mut self.decoder else {
            self.ready.extend(bytes);
            return;
        };
        let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
        let mut out = String::with_capacity(room);
        let _ = decoder.decode_to_string(bytes, &mut out, last);
        self.ready.extend(out.as_bytes());
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if !self.started {
            self.start()?;
        }
        loop {
            if !self.ready.is_empty() {
                return self.ready.read(buf);
            }
            if self.decoder.is_none() {
                return self.input.read(buf);
            }
            if self.ended {
                return Ok(0);
            }
            let mut chunk = [0; 8192];
            let count = self.input.read(&mut chunk)?;
            self.ended = count == 0;
            self.take_in(&chunk[..count], count == 0);
        }
    }
}

/// UTF-16 without a mark shows in its zeros: half of all bytes of Latin text, all on one side.
fn evident_utf16(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let pairs = head.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |side: usize| {
        head.chunks_exact(2).filter(|pair| pair[side] == 0 && pair[1 - side] != 0).count()
    };
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 10 > pairs * 6 => Some(UTF_16LE),
        (even, 0) if even * 10 > pairs * 6 => Some(UTF_16BE),
        _ => None,
    }
}

/// Adds UTF-8 text, taking each byte that is not UTF-8 for Windows-1252 and dropping zero bytes.
/// Says whether there was any such byte.
pub(crate) fn push_mixed(bytes: &[u8], out: &mut String) -> bool {
    let mut guessed = false;
    for chunk in bytes.utf8_chunks() {
        push_without_zeros(chunk.valid(), out);
        if !chunk.invalid().is_empty() {
            guessed = true;
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
            out.push_str(&text);
        }
    }
    guessed
}

fn push_without_zeros(text: &str, out: &mut String) {
    if memchr::memchr(0, text.as_bytes()).is_none() {
        out.push_str(text);
    } else {
        out.extend(text.chars().filter(|char| *char != '\0'));
    }
}

struct Lines<R> {
    input: Transcoder<R>,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    delimiter: u8,
    row: u32,
    field: Vec<u8>,
    text: String,
    accidents: u32,
    guessed: bool,
    cell_bytes_max: usize,
    chars_max: u32,
}

enum Stop {
    Delimiter,
    Line,
    End,
}

impl<R: Read> Lines<R> {
    fn open(input: R, limits: &Limits) -> Result<Lines<R>, Refusal> {
        let mut lines = Lines {
            input: Transcoder::new(input),
            buffer: Vec::new(),
            at: 0,
            ended: false,
            delimiter: b',',
            row: 0,
            field: Vec::new(),
            text: String::new(),
            accidents: 0,
            guessed: false,
            cell_bytes_max: limits.text_chars_max as usize * 4,
            chars_max: limits.text_chars_max,
        };
        while lines.buffer.len() < CHUNK_BYTES && lines.more()? {}
        match separator_line(&lines.buffer) {
            Some((delimiter, length)) => {
                lines.delimiter = delimiter;
                // The program that reads this line hides it: rows count from the next one.
                lines.at = length;
            }
            None => lines.delimiter = sniff(&lines.buffer),
        }
        Ok(lines)
    }

    /// Reads the next record; false at the end. Blank lines count as rows.
    fn record(&mut self, row: &mut RowBuf) -> Result<bool, Refusal> {
        if self.peek()?.is_none() {
            return Ok(false);
        }
        self.row = self.row.saturating_add(1);
        row.start(self.row);
        let mut column = 0_u16;
        loop {
            let stop = self.cell()?;
            self.text.clear();
            self.guessed |= push_mixed(&self.field, &mut self.text);
            row.push(column, CellKind::Text, unwrapped(&self.text))?;
            if !matches!(stop, Stop::Delimiter) {
                return Ok(true);
            }
            column = column.saturating_add(1);
        }
    }

    /// Reads one cell into `field`.
    fn cell(&mut self) -> Result<Stop, Refusal> {
        self.field.clear();
        if self.peek()? == Some(b'"') && self.accidents < ACCIDENTS_MAX {
            self.at += 1;
            if self.quoted()? {
                return self.plain();
            }
            self.accidents += 1;
        }
        self.plain()
    }

    /// Adds everything up to the next delimiter or line end.
    fn plain(&mut self) -> Result<Stop, Refusal> {
        loop {
            let rest = &self.buffer[self.at..];
            let found = memchr::memchr3(self.delimiter, b'\n', b'\r', rest);
            let take = found.unwrap_or(rest.len());
            if self.field.len() + take > self.cell_bytes_max {
                return Err(Refusal::TextTooLong { chars_max: self.chars_max });
            }
            self.field.extend_from_slice(&rest[..take]);
            self.at += take;
            let Some(byte) = self.peek()? else { return Ok(Stop::End) };
            if found.is_none() {
                continue;
            }
            self.at += 1;
            if byte == self.delimiter {
                return Ok(Stop::Delimiter);
            }
            if byte == b'\r' && self.peek()? == Some(b'\n') {
                self.at += 1;
            }
            return Ok(Stop::Line);
        }
    }

    /// Reads up to the closing quote; when there is none in reach, puts everything back.
    fn quoted(&mut self) -> Result<bool, Refusal> {
        let mut at = self.at;
        let mut lines = 0;
        loop {
            while at + 1 >= self.buffer.len() && self.keep_more(&mut at)? {}
            let Some(&byte) = self.buffer.get(at) else { break };
            lines += u32::from(byte == b'\n');
            if byte == b'"' {
                if self.buffer.get(at + 1) != Some(&b'"') {
                    self.at = at + 1;
                    return Ok(true);
                }
                at += 1;
            }
            self.field.push(byte);
            at += 1;
            if self.field.len() > QUOTED_BYTES_MAX || lines > QUOTED_LINES_MAX {
                break;
            }
        }
        self.field.clear();
        self.field.push(b'"');
        Ok(false)
    }

    fn peek(&mut self) -> Result<Option<u8>, Refusal> {
        while self.at >= self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer[self.at]))
    }

    /// Reads on while keeping what is unread, and moves `at` along.
    fn keep_more(&mut self, at: &mut usize) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.at);
        *at -= self.at;
        self.at = 0;
        self.more()
    }

    fn more(&mut self) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        let length = self.buffer.len();
        self.buffer.resize(length + CHUNK_BYTES, 0);
        let count = self.input.read(&mut self.buffer[length..]).map_err(|error| refusal(&error))?;
        self.buffer.truncate(length + count);
        self.ended = count == 0;
        Ok(count > 0)
    }
}

/// `="0812…"`, which keeps a spreadsheet program from reading a number.
fn unwrapped(text: &str) -> &str {
    text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

/// A first line `sep=;`: the delimiter, and the length of the line.
fn separator_line(head: &[u8]) -> Option<(u8, usize)> {
    if !head.get(..4)?.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    let delimiter = *head.get(4)?;
    let rest = &head[5..];
    let line = if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
    (line > 0).then_some((delimiter, 5 + line))
}

/// The delimiter that cuts the first lines most evenly into most cells.
fn sniff(head: &[u8]) -> u8 {
    let mut best = (0, b',');
    for delimiter in [b',', b';', b'\t', b'|'] {
        let counts = counts_per_line(head, delimiter);
        let score = (1..=counts.iter().copied().max().unwrap_or(0).min(200))
            .map(|cells| {
                let lines = counts.iter().filter(|count| **count == cells).count();
                // That the lines agree weighs more than that they are cut into much.
                cells * lines * lines
            })
            .max()
            .unwrap_or(0);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn counts_per_line(head: &[u8], delimiter: u8) -> Vec<usize> {
    let mut counts = vec![0];
    let mut quoted = false;
    let mut fresh = true;
    for &byte in head {
        match byte {
            b'"' if fresh || quoted => quoted = !quoted,
            // A quote that is open at the end of a line may be an accident: lines count alone.
            b'\n' => {
                counts.push(0);
                quoted = false;
                if counts.len() > 200 {
                    break;
                }
            }
            _ if byte == delimiter && !quoted => *counts.last_mut().expect("never empty") += 1,
            _ => (),
        }
        fresh = byte == delimiter || byte == b'\n';
    }
    counts
}

#[cfg(test)]
mod tests;
