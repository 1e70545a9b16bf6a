//! A register's backup as one stream of bytes: tables with their rows, and at the end what must
//! have been read.
//!
//! The rows are bytes that somebody else understands. Written and read in one pass and with little
//! memory. Compressing and sealing are other people's work; docs/decisions/0011 tells the format.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

#[cfg(test)]
mod tests;

/// The first bytes of every archive; the number is the format's.
const MAGIC: &[u8] = b"payung-archive 1\n";

const HEAD: u8 = b'H';
const TABLE: u8 = b'T';
const ROWS: u8 = b'R';
const END: u8 = b'E';

/// Rows are gathered until they fill so many bytes.
const BLOCK_BYTES: usize = 256 * 1024;

/// No part is longer: a row holds at most one received file.
const PART_BYTES_MAX: u32 = 1 << 30;

/// Names with values, such as `schema` with `8`.
pub type Facts = Vec<(String, String)>;

/// What a table came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSum {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 over its name, its shape and its rows in their order.
    pub hash: [u8; 32],
}

/// Adds up a table while its rows pass.
pub struct Summing {
    name: String,
    rows: u64,
    hasher: Sha256,
}

impl Summing {
    /// Begins a table.
    pub fn begin(name: &str, shape: &str) -> Summing {
        let hasher = Sha256::new().chain_update(format!("{name}\n{shape}\n"));
        Summing { name: name.to_owned(), rows: 0, hasher }
    }

    /// Adds a row.
    pub fn row(&mut self, row: &[u8]) {
        self.hasher.update((row.len() as u64).to_be_bytes());
        self.hasher.update(row);
        self.rows += 1;
    }

    /// What the table comes to.
    pub fn finish(self) -> TableSum {
        TableSum { name: self.name, rows: self.rows, hash: self.hasher.finalize().into() }
    }
}

/// Why an archive cannot be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// It is no archive, or not of a format that is known here.
    NotAnArchive,
    /// It ends too early, or could not be read or unsealed on the way.
    Cut,
    /// A part is not what it should be.
    Malformed,
    /// A table's rows are not those that were written.
    TableDiffers,
    /// Something follows after the end.
    Trailing,
}

/// Writes an archive.
pub struct Writer<W: Write> {
    out: W,
    block: Vec<u8>,
    table: Option<Summing>,
    sums: Vec<TableSum>,
}

impl<W: Write> Writer<W> {
    /// Begins an archive; `head` says what it is of.
    ///
    /// # Errors
    /// Those of writing.
    pub fn begin(mut out: W, head: &Facts) -> io::Result<Writer<W>> {
        out.write_all(MAGIC)?;
        let mut writer = Writer { out, block: Vec::new(), table: None, sums: Vec::new() };
        writer.part(HEAD, facts_text(head).as_bytes())?;
        Ok(writer)
    }

    /// Begins a table; the one before is complete.
    ///
    /// # Errors
    /// Those of writing.
    pub fn table(&mut self, name: &str, shape: &str) -> io::Result<()> {
        self.close_table()?;
        self.table = Some(Summing::begin(name, shape));
        self.part(TABLE, format!("{name}\n{shape}").as_bytes())
    }

    /// Adds a row to the table begun last.
    ///
    /// # Errors
    /// Those of writing.
    pub fn row(&mut self, row: &[u8]) -> io::Result<()> {
        self.table.as_mut().expect("a row belongs to a table").row(row);
        let length = u32::try_from(row.len()).ok().filter(|length| *length < PART_BYTES_MAX - 4);
        let length = length.ok_or_else(|| io::Error::other("a row of a gigabyte"))?;
        self.block.extend_from_slice(&length.to_be_bytes());
        self.block.extend_from_slice(row);
        match self.block.len() >= BLOCK_BYTES {
            true => self.flush_block(),
            false => Ok(()),
        }
    }

    /// Ends the archive with what must have been read, and `facts` to be shown.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(mut self, facts: &Facts) -> io::Result<(W, Vec<TableSum>)> {
        self.close_table()?;
        let mut text = String::new();
        for sum in &self.sums {
            text.push_str(&format!("table {} {} {}\n", sum.name, sum.rows, hex(&sum.hash)));
        }
        text.push_str(&facts_text(facts));
        self.part(END, text.as_bytes())?;
        self.out.flush()?;
        Ok((self.out, self.sums))
    }

    fn close_table(&mut self) -> io::Result<()> {
        self.flush_block()?;
        self.sums.extend(self.table.take().map(Summing::finish));
        Ok(())
    }

    fn flush_block(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let block = std::mem::take(&mut self.block);
        self.part(ROWS, &block)?;
        self.block = block;
        self.block.clear();
        // One large file must not be held on to until the end.
        self.block.shrink_to(BLOCK_BYTES * 2);
        Ok(())
    }

    fn part(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= PART_BYTES_MAX * 2);
        let length = length.ok_or_else(|| io::Error::other("a part of two gigabytes"))?;
        self.out.write_all(&[kind])?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(bytes)
    }
}

/// What comes next in an archive.
#[derive(Debug)]
pub enum Part {
    /// A table begins.
    Table {
        /// Its name.
        name: String,
        /// Its columns in a line.
        shape: String,
    },
    /// Rows of the table begun last.
    Rows(Block),
    /// The end; everything that was read is what was written.
    End {
        /// What the tables came to.
        tables: Vec<TableSum>,
        /// What was said at the end.
        facts: Facts,
    },
}

/// Rows that came together.
#[derive(Debug)]
pub struct Block {
    bytes: Vec<u8>,
    ends: Vec<(usize, usize)>,
}

impl Block {
    /// The rows.
    pub fn rows(&self) -> Vec<&[u8]> {
        self.ends.iter().map(|(from, to)| &self.bytes[*from..*to]).collect()
    }
}

/// Reads an archive part by part.
pub struct Reader<R: Read> {
    from: R,
    head: Facts,
    table: Option<Summing>,
    sums: Vec<TableSum>,
}

impl<R: Read> Reader<R> {
    /// Begins to read.
    ///
    /// # Errors
    /// [`Damage::NotAnArchive`], [`Damage::Cut`].
    pub fn begin(mut from: R) -> Result<Reader<R>, Damage> {
        let mut magic = [0; MAGIC.len()];
        from.read_exact(&mut magic).map_err(|_| Damage::Cut)?;
        if magic != *MAGIC {
            return Err(Damage::NotAnArchive);
        }
        let (table, sums) = (None, Vec::new());
        let mut reader = Reader { from, head: Facts::new(), table, sums };
        let (kind, bytes) = reader.part()?;
        reader.head = match kind {
            HEAD => facts_of(&text_of(bytes)?)?,
            _ => return Err(Damage::Malformed),
        };
        Ok(reader)
    }

    /// What the archive says it is of.
    pub fn head(&self) -> &Facts {
        &self.head
    }

    /// The stream behind the end, whose own end is for its owner to look at.
    pub fn into_inner(self) -> R {
        self.from
    }

    /// The next part; after [`Part::End`] there is none.
    ///
    /// # Errors
    /// Any [`Damage`].
    pub fn next_part(&mut self) -> Result<Part, Damage> {
        let (kind, bytes) = self.part()?;
        match kind {
            TABLE => {
                let text = text_of(bytes)?;
                let (name, shape) = text.split_once('\n').ok_or(Damage::Malformed)?;
                self.sums.extend(self.table.take().map(Summing::finish));
                self.table = Some(Summing::begin(name, shape));
                Ok(Part::Table { name: name.to_owned(), shape: shape.to_owned() })
            }
            ROWS => self.rows(bytes).map(Part::Rows),
            END => self.end(&text_of(bytes)?),
            _ => Err(Damage::Malformed),
        }
    }

    fn rows(&mut self, bytes: Vec<u8>) -> Result<Block, Damage> {
        let sum = self.table.as_mut().ok_or(Damage::Malformed)?;
        let (mut ends, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let length = bytes[at..].first_chunk::<4>().ok_or(Damage::Malformed)?;
            let from = at + 4;
            let length = usize::try_from(u32::from_be_bytes(*length));
            let to = length.ok().and_then(|length| from.checked_add(length));
            let to = to.filter(|to| *to <= bytes.len()).ok_or(Damage::Malformed)?;
            sum.row(&bytes[from..to]);
            ends.push((from, to));
            at = to;
        }
        Ok(Block { bytes, ends })
    }

    fn end(&mut self, text: &str) -> Result<Part, Damage> {
        self.sums.extend(self.table.take().map(Summing::finish));
        let mut wanted = Vec::new();
        let mut facts = String::new();
        for line in text.lines() {
            match line.strip_prefix("table ") {
                Some(line) => wanted.push(sum_of(line).ok_or(Damage::Malformed)?),
                None => facts.extend([line, "\n"]),
            }
        }
        if wanted != self.sums {
            return Err(Damage::TableDiffers);
        }
        // Reading to the end lets whoever unseals it look at the last seal.
        match self.from.read(&mut [0]) {
            Ok(0) => Ok(Part::End { tables: wanted, facts: facts_of(&facts)? }),
            Ok(_) => Err(Damage::Trailing),
            Err(_) => Err(Damage::Cut),
        }
    }

    fn part(&mut self) -> Result<(u8, Vec<u8>), Damage> {
        let mut begin = [0; 5];
        self.from.read_exact(&mut begin).map_err(|_| Damage::Cut)?;
        let [kind, length @ ..] = begin;
        let length = u32::from_be_bytes(length);
        if length > PART_BYTES_MAX * 2 {
            return Err(Damage::Malformed);
        }
        let mut bytes = Vec::new();
        let read = self.from.by_ref().take(u64::from(length)).read_to_end(&mut bytes);
        match read {
            Ok(read) if read as u64 == u64::from(length) => Ok((kind, bytes)),
            _ => Err(Damage::Cut),
        }
    }
}

fn facts_text(facts: &Facts) -> String {
    facts.iter().map(|(name, value)| format!("{name} {value}\n")).collect()
}

fn facts_of(text: &str) -> Result<Facts, Damage> {
    let pair = |line: &str| {
        let (name, value) = line.split_once(' ').ok_or(Damage::Malformed)?;
        Ok((name.to_owned(), value.to_owned()))
    };
    text.lines().map(pair).collect()
}

fn text_of(bytes: Vec<u8>) -> Result<String, Damage> {
    String::from_utf8(bytes).map_err(|_| Damage::Malformed)
}

fn sum_of(line: &str) -> Option<TableSum> {
    let mut words = line.split(' ');
    let (name, rows, digits) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
    let mut hash = [0; 32];
    if digits.len() != 2 * hash.len() || !digits.is_ascii() || words.next().is_some() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(TableSum { name: name.to_owned(), rows, hash })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
