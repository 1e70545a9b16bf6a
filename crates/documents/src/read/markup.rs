//! A forgiving tokenizer for XML and HTML: tags, attributes and text, one at a time.
//!
//! It keeps one token in memory and no stack, expands no entity but the fixed ones, reads no DTD,
//! and gives up on a token that is longer than any honest one. So depth, entity and length tricks
//! cost nothing; what a tag means is left to the reader of each format.

use std::borrow::Cow;
use std::io::Read;

use super::archive::refusal;
use super::text::{Transcoder, push_mixed};
use super::{Limits, Refusal};

const CHUNK_BYTES: usize = 1 << 16;

/// What kind of token was read; its parts are asked of [`Markup`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// `<a …>`
    Open,
    /// `<a …/>`
    Empty,
    /// `</a>`
    Close,
    /// Anything between tags.
    Text,
    /// The end of the input.
    End,
}

/// A document being read.
pub(crate) struct Markup<R> {
    input: Transcoder<R>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    token: (usize, usize),
    name: (usize, usize),
    raw_text: bool,
    lenient: bool,
    run_max: usize,
    chars_max: u32,
}

impl<R: Read> Markup<R> {
    /// Reads from the start of a document in UTF-8, UTF-16 or a Windows code page.
    pub fn new(input: R, limits: &Limits) -> Markup<R> {
        Markup {
            input: Transcoder::new(input),
            buffer: Vec::new(),
            start: 0,
            end: 0,
            ended: false,
            token: (0, 0),
            name: (0, 0),
            raw_text: false,
            lenient: false,
            // The longest honest token is a full cell with every character escaped.
            run_max: limits.text_chars_max as usize * 8 + 1024,
            chars_max: limits.text_chars_max,
        }
    }

    /// The same for a web page, where long runs are pictures and scripts: a text that is too long
    /// comes in pieces, and a tag that is too long is passed over.
    pub fn lenient(input: R, limits: &Limits) -> Markup<R> {
        Markup { lenient: true, ..Markup::new(input, limits) }
    }

    /// The next token. Comments, declarations and processing instructions are passed over.
    pub fn next(&mut self) -> Result<Token, Refusal> {
        loop {
            if self.start == self.end && !self.fill()? {
                return Ok(Token::End);
            }
            if self.buffer[self.start] != b'<' {
                let stop = self.find(0, b'<')?.unwrap_or(self.end);
                self.token = (self.start, stop);
                self.start = stop;
                self.raw_text = false;
                return Ok(Token::Text);
            }
            self.ensure(9)?;
            let rest = &self.buffer[self.start..self.end];
            if rest.starts_with(b"<!--") {
                self.skip_past(b"-->")?;
            } else if rest.starts_with(b"<![CDATA[") {
                return self.cdata();
            } else if rest.starts_with(b"<!") {
                self.skip_declaration()?;
            } else if rest.starts_with(b"<?") {
                self.skip_past(b"?>")?;
            } else if rest.len() > 1 && (rest[1].is_ascii_alphabetic() || b"/_".contains(&rest[1]))
            {
                match self.tag()? {
                    Some(token) => return Ok(token),
                    None => self.skip_past(b">")?,
                }
            } else {
                return self.stray();
            }
        }
    }

    /// The tag's name without its prefix, as typed.
    pub fn name(&self) -> &[u8] {
        local(&self.buffer[self.name.0..self.name.1])
    }

    /// Whether the tag's name without its prefix is this one, case aside.
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name.as_bytes())
    }

    /// The attribute of this name, its prefix aside.
    pub fn attr(&self, name: &str) -> Option<Cow<'_, str>> {
        self.raw_attr(name).map(decode)
    }

    /// The attribute of this name as it stands, entities and all.
    pub fn raw_attr(&self, name: &str) -> Option<&[u8]> {
        let mut rest = &self.buffer[self.name.1..self.token.1];
        loop {
            let begin =
                rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b'/')?;
            rest = &rest[begin..];
            let stop = rest
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || *byte == b'=')
                .unwrap_or(rest.len());
            let found = local(&rest[..stop]).eq_ignore_ascii_case(name.as_bytes());
            let (value, after) = attribute_value(&rest[stop..]);
            if found {
                return Some(value);
            }
            rest = &after[usize::from(stop == 0 && after.len() == rest.len())..];
        }
    }

    /// Adds the text token to `out`, entities decoded. A cell's text cannot outgrow a cell.
    pub fn push_text(&self, out: &mut String) -> Result<(), Refusal> {
        let bytes = &self.buffer[self.token.0..self.token.1];
        if out.len() > self.run_max && !self.lenient {
            return Err(Refusal::TextTooLong { chars_max: self.chars_max });
        }
        if self.raw_text || !bytes.contains(&b'&') {
            push_mixed(bytes, out);
        } else {
            out.push_str(&decode(bytes));
        }
        Ok(())
    }

    /// Reads a tag; none when it is too long and to be passed over.
    fn tag(&mut self) -> Result<Option<Token>, Refusal> {
        let mut at = 1;
        let mut quote = 0;
        // The end of a tag is the first > outside quotes.
        let stop = loop {
            if self.start + at >= self.end {
                if self.is_too_long(self.end - self.start)? {
                    return Ok(None);
                }
                if !self.more()? {
                    // A broken last tag ends the document.
                    self.start = self.end;
                    return Ok(Some(Token::End));
                }
                continue;
            }
            let byte = self.buffer[self.start + at];
            match byte {
                b'>' if quote == 0 => break self.start + at,
                b'"' | b'\'' if quote == 0 => quote = byte,
                _ if byte == quote => quote = 0,
                _ => (),
            }
            at += 1;
        };
        let open = self.start + 1;
        self.start = stop + 1;
        let closing = self.buffer[open] == b'/';
        let name = open + usize::from(closing);
        let inner = &self.buffer[name..stop];
        let length = inner
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || *byte == b'/')
            .unwrap_or(inner.len());
        let empty = inner.last() == Some(&b'/');
        self.name = (name, name + length);
        self.token = (name, stop - usize::from(empty));
        Ok(Some(match (closing, empty) {
            (true, _) => Token::Close,
            (false, true) => Token::Empty,
            (false, false) => Token::Open,
        }))
    }

    fn cdata(&mut self) -> Result<Token, Refusal> {
        let mut from = 9;
        loop {
            match self.find(from, b']')? {
                Some(at) => {
                    from = at - self.start;
                    self.ensure(from + 3)?;
                    if self.buffer[self.start + from..self.end].starts_with(b"]]>") {
                        self.token = (self.start + 9, self.start + from);
                        self.start += from + 3;
                        break;
                    }
                    from += 1;
                }
                None => {
                    self.token = (self.start + 9, self.end);
                    self.start = self.end;
                    break;
                }
            }
        }
        self.raw_text = true;
        Ok(Token::Text)
    }

    /// A `<` that opens no tag is text, as browsers have it.
    fn stray(&mut self) -> Result<Token, Refusal> {
        let stop = self.find(1, b'<')?.unwrap_or(self.end);
        self.token = (self.start, stop);
        self.start = stop;
        self.raw_text = false;
        Ok(Token::Text)
    }

    /// Passes over everything up to and with `mark`, holding none of it.
    fn skip_past(&mut self, mark: &[u8]) -> Result<(), Refusal> {
        loop {
            let rest = &self.buffer[self.start..self.end];
            if let Some(at) = memchr::memmem::find(rest, mark) {
                self.start += at + mark.len();
                return Ok(());
            }
            let kept = rest.len().min(mark.len() - 1);
            self.start = self.end - kept;
            if !self.more()? {
                self.start = self.end;
                return Ok(());
            }
        }
    }

    /// `<!DOCTYPE …>`, with an internal subset in brackets that is passed over unread.
    fn skip_declaration(&mut self) -> Result<(), Refusal> {
        let mut depth = 0_usize;
        loop {
            while self.start < self.end {
                let byte = self.buffer[self.start];
                self.start += 1;
                match byte {
                    b'[' => depth += 1,
                    b']' => depth = depth.saturating_sub(1),
                    b'>' if depth == 0 => return Ok(()),
                    _ => (),
                }
            }
            if !self.fill()? {
                return Ok(());
            }
        }
    }

    /// Where `byte` next stands, looking from `from` bytes after the token's start.
    fn find(&mut self, from: usize, byte: u8) -> Result<Option<usize>, Refusal> {
        let mut from = from;
        loop {
            if let Some(at) = memchr::memchr(byte, &self.buffer[self.start + from..self.end]) {
                return Ok(Some(self.start + from + at));
            }
            from = self.end - self.start;
            if self.is_too_long(from)? || !self.more()? {
                return Ok(None);
            }
        }
    }

    fn is_too_long(&self, length: usize) -> Result<bool, Refusal> {
        match length > self.run_max {
            true if !self.lenient => Err(Refusal::TextTooLong { chars_max: self.chars_max }),
            long => Ok(long),
        }
    }

    /// Has at least so many bytes of the token in the buffer, if the input has them.
    fn ensure(&mut self, length: usize) -> Result<(), Refusal> {
        while self.end - self.start < length && self.more()? {}
        Ok(())
    }

    /// Reads on when the buffer is used up.
    fn fill(&mut self) -> Result<bool, Refusal> {
        self.start = 0;
        self.end = 0;
        self.more()
    }

    /// Reads on behind what is in the buffer; false at the end of the input.
    fn more(&mut self) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.end + CHUNK_BYTES {
            self.buffer.resize(self.end + CHUNK_BYTES, 0);
        }
        let read = &mut self.buffer[self.end..];
        let count = self.input.read(read).map_err(|error| refusal(&error))?;
        self.end += count;
        self.ended = count == 0;
        Ok(count > 0)
    }
}

fn local(name: &[u8]) -> &[u8] {
    memchr::memchr(b':', name).map_or(name, |at| &name[at + 1..])
}

/// The value after an attribute's name, and what follows it.
fn attribute_value(rest: &[u8]) -> (&[u8], &[u8]) {
    let Some(begin) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return (&[], &[]);
    };
    if rest[begin] != b'=' {
        return (&[], &rest[begin..]);
    }
    let rest = &rest[begin + 1..];
    let Some(begin) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return (&[], &[]);
    };
    let rest = &rest[begin..];
    if rest[0] == b'"' || rest[0] == b'\'' {
        let stop = memchr::memchr(rest[0], &rest[1..]).map_or(rest.len(), |at| at + 1);
        (&rest[1..stop], &rest[rest.len().min(stop + 1)..])
    } else {
        let stop = rest.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(rest.len());
        (&rest[..stop], &rest[stop..])
    }
}

/// Text with its entities decoded; those that are not fixed stay as they are.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', bytes) else {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                let mut out = String::new();
                push_mixed(bytes, &mut out);
                Cow::Owned(out)
            }
        };
    };
    let mut out = String::with_capacity(bytes.len());
    push_mixed(&bytes[..first], &mut out);
    let mut rest = &bytes[first..];
    while !rest.is_empty() {
        let stop = rest.iter().take(12).position(|byte| *byte == b';');
        match stop.and_then(|stop| entity(&rest[1..stop]).map(|found| (found, stop))) {
            Some((found, stop)) => {
                out.push(found);
                rest = &rest[stop + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
        let next = memchr::memchr(b'&', rest).unwrap_or(rest.len());
        push_mixed(&rest[..next], &mut out);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

fn entity(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|char| *char != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" => '\u{a0}',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "deg" => '°',
        "eacute" => 'é',
        "check" | "radic" => '√',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(input: &str) -> String {
        let mut markup = Markup::new(input.as_bytes(), &Limits::standard());
        let mut out = Vec::new();
        loop {
            match markup.next() {
                Ok(Token::End) => break,
                Ok(Token::Text) => {
                    let mut text = String::new();
                    markup.push_text(&mut text).unwrap();
                    out.push(format!("'{text}'"));
                }
                Ok(token) => {
                    let name = String::from_utf8_lossy(markup.name()).into_owned();
                    let id = markup.attr("id").map_or(String::new(), |id| format!(" id={id}"));
                    out.push(format!("{token:?} {name}{id}"));
                }
                Err(refusal) => {
                    out.push(refusal.code().to_owned());
                    break;
                }
            }
        }
        out.join(", ")
    }

    #[test]
    fn tags_attributes_and_text() {
        let check = |input: &str, expect: &str| assert_eq!(tokens(input), expect, "{input}");
        check("<a id='1'>x</a>", "Open a id=1, 'x', Close a");
        check("<x:a r:id=\"1>2\"/>", "Empty a id=1>2");
        check("<a b id=3 c>", "Open a id=3");
        check("<a id = \"4\" />", "Empty a id=4");
        check("a &lt; b&nbsp;c &bomb; &#65;&#x42;", "'a < b\u{a0}c &bomb; AB'");
        check("<![CDATA[a<b&amp;]]>", "'a<b&amp;'");
        check("<!-- <a> -->x", "'x'");
        check("<!DOCTYPE a [<!ENTITY b 'c'>]>&b;", "'&b;'");
        check("<?xml version='1.0'?><a>", "Open a");
        check("3 < 4 <b>", "'3 ', '< 4 ', Open b");
        check("<a id=\"never closed", "");
        check("<![CDATA[x", "'x'");
    }

    #[test]
    fn a_web_page_may_hold_pictures() {
        let picture = "A".repeat(1 << 20);
        let page = format!("<img src='{picture}'><td>x{picture}</td>");
        let mut markup = Markup::lenient(page.as_bytes(), &Limits::standard());
        assert_eq!(markup.next(), Ok(Token::Open));
        assert!(markup.is("td"));
        let mut length = 0;
        while markup.next() == Ok(Token::Text) {
            let mut text = String::new();
            markup.push_text(&mut text).unwrap();
            length += text.len();
        }
        assert_eq!(length, 1 + (1 << 20));
    }

    #[test]
    fn a_run_without_end_is_refused_early() {
        let endless = std::io::repeat(b'A').take(1 << 40);
        let mut markup = Markup::new(endless, &Limits::standard());
        assert_eq!(markup.next(), Err(Refusal::TextTooLong { chars_max: 32_767 }));
        let tag = b"<a b=\"".chain(std::io::repeat(b'A').take(1 << 40));
        let mut markup = Markup::new(tag, &Limits::standard());
        assert_eq!(markup.next(), Err(Refusal::TextTooLong { chars_max: 32_767 }));
    }
}
