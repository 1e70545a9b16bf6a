//! What a file really is, from its first bytes and its parts, whatever its name says.

use std::io::{Read, Seek, SeekFrom};

use super::archive::Archive;
use super::cfb::Compound;
use super::text::{Transcoder, push_mixed};
use super::{Limits, Notice, Refusal};

const HEAD_BYTES: u64 = 1 << 16;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// What a file really is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FileKind { $($(#[$doc])* $variant),* }

        impl FileKind {
            /// All kinds that are told apart.
            pub const ALL: &'static [FileKind] = &[$(FileKind::$variant),*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(FileKind::$variant => $name),* }
            }
        }
    };
}

kinds! {
    /// Excel 2007 and later, with or without macros.
    Xlsx = "xlsx",
    /// Excel, binary.
    Xlsb = "xlsb",
    /// Excel 5 to 2003.
    Xls = "xls",
    /// OpenDocument.
    Ods = "ods",
    /// OpenDocument in one XML file.
    FlatOds = "fods",
    /// Delimited text.
    Csv = "csv",
    /// A web page with tables.
    Html = "html",
    /// Excel 2003 XML.
    SpreadsheetMl = "spreadsheetml",
    /// PDF.
    Pdf = "pdf",
    /// Word.
    Word = "word",
    /// PowerPoint.
    Slides = "slides",
    /// An OpenDocument text, drawing or presentation.
    OtherOpenDocument = "opendocument",
    /// A picture.
    Image = "image",
    /// An archive.
    Archive = "archive",
    /// A mail or a web page with its pictures in one file.
    WebArchive = "web_archive",
    /// JSON.
    Json = "json",
    /// Some other XML.
    Xml = "xml",
    /// Rich text.
    RichText = "rtf",
    /// A database.
    Database = "database",
    /// A program.
    Program = "program",
    /// A spreadsheet of a program too old to be read.
    OldSpreadsheet = "old_spreadsheet",
    /// None of these.
    Unknown = "unknown",
}

/// Finds out what the bytes are, and leaves the input at its start.
pub(crate) fn detect<R: Read + Seek>(input: &mut R, limits: &Limits) -> Result<FileKind, Refusal> {
    let failed = |_| Refusal::ReadFailed;
    let length = input.seek(SeekFrom::End(0)).map_err(failed)?;
    if length == 0 {
        return Err(Refusal::Empty);
    }
    if length > limits.file_bytes_max {
        return Err(Refusal::TooLarge { bytes_max: limits.file_bytes_max });
    }
    input.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut head = Vec::new();
    input.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(failed)?;
    input.seek(SeekFrom::Start(0)).map_err(failed)?;
    let kind = match head.as_slice() {
        [b'P', b'K', 3 | 5 | 7, ..] => zip_kind(&mut *input, limits)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => compound_kind(input, limits)?,
        // Streams of Excel records without the compound file around them.
        [0x09, 0x08, _, _, 0, 5 | 6, ..] => FileKind::Xls,
        [0x09, 0 | 2 | 4, 4 | 6 | 8, 0, ..] => FileKind::OldSpreadsheet,
        head => magic(head).map_or_else(|| text_kind(head), Ok)?,
    };
    input.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(kind)
}

/// The notice to give when the extension names another kind.
pub(crate) fn wrong_extension(file_name: &str, found: FileKind) -> Option<Notice> {
    let (_, extension) = file_name.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    let fits = match extension.as_str() {
        "xlsx" | "xlsm" | "xltx" | "xltm" => found == FileKind::Xlsx,
        "xlsb" => found == FileKind::Xlsb,
        "xls" | "xlt" | "et" => found == FileKind::Xls,
        "ods" | "ots" => found == FileKind::Ods,
        "fods" => found == FileKind::FlatOds,
        "csv" | "tsv" | "txt" | "tab" => found == FileKind::Csv,
        "htm" | "html" => found == FileKind::Html,
        "xml" => found == FileKind::SpreadsheetMl,
        _ => return None,
    };
    (!fits).then_some(Notice::WrongExtension { extension, found })
}

fn zip_kind<R: Read + Seek>(input: R, limits: &Limits) -> Result<FileKind, Refusal> {
    let mut archive = Archive::open(input, limits)?;
    if archive.has("mimetype") || archive.has("META-INF/manifest.xml") {
        let mime = archive.bytes("mimetype")?.unwrap_or_default();
        let mime = String::from_utf8_lossy(&mime).into_owned();
        if mime.contains("spreadsheet") || (mime.is_empty() && archive.has("content.xml")) {
            return Ok(FileKind::Ods);
        }
        if mime.contains("opendocument") {
            return Ok(FileKind::OtherOpenDocument);
        }
    }
    let has = |name| archive.has(name);
    Ok(if has("xl/workbook.bin") {
        FileKind::Xlsb
    } else if has("xl/workbook.xml") || has("workbook.xml") || archive.has_under("xl/worksheets/") {
        FileKind::Xlsx
    } else if has("content.xml") {
        FileKind::Ods
    } else if archive.has_under("word/") {
        FileKind::Word
    } else if archive.has_under("ppt/") {
        FileKind::Slides
    } else {
        FileKind::Archive
    })
}

fn compound_kind<R: Read + Seek>(input: &mut R, limits: &Limits) -> Result<FileKind, Refusal> {
    let compound = Compound::open(input, limits)?;
    let has = |name| compound.has(name);
    if has("EncryptedPackage") || has("EncryptionInfo") {
        return Err(Refusal::PasswordProtected);
    }
    Ok(if has("Workbook") || has("Book") {
        FileKind::Xls
    } else if has("WordDocument") {
        FileKind::Word
    } else if has("PowerPoint Document") {
        FileKind::Slides
    } else {
        FileKind::Unknown
    })
}

fn magic(head: &[u8]) -> Option<FileKind> {
    const MAGIC: &[(&[u8], FileKind)] = &[
        (b"%PDF", FileKind::Pdf),
        (b"\x89PNG", FileKind::Image),
        (b"\xFF\xD8\xFF", FileKind::Image),
        (b"GIF8", FileKind::Image),
        (b"II*\0", FileKind::Image),
        (b"MM\0*", FileKind::Image),
        (b"RIFF", FileKind::Image),
        (b"Rar!", FileKind::Archive),
        (b"7z\xBC\xAF", FileKind::Archive),
        (b"\x1F\x8B", FileKind::Archive),
        (b"BZh", FileKind::Archive),
        (b"\xFD7zXZ", FileKind::Archive),
        (b"{\\rtf", FileKind::RichText),
        (b"SQLite format 3\0", FileKind::Database),
        (b"\0\x01\0\0Standard", FileKind::Database),
        (b"MZ\x90", FileKind::Program),
        (b"\x7FELF", FileKind::Program),
        (b"ID;P", FileKind::OldSpreadsheet),
        (b"TABLE\r\n0,1", FileKind::OldSpreadsheet),
        (b"\0\0\x02\0", FileKind::OldSpreadsheet),
        (b"\0\0\x1A\0", FileKind::OldSpreadsheet),
        (b"MIME-Version:", FileKind::WebArchive),
    ];
    MAGIC.iter().find(|(bytes, _)| head.starts_with(bytes)).map(|(_, kind)| *kind)
}

/// Tells text from markup, and both from bytes that are neither.
fn text_kind(head: &[u8]) -> Result<FileKind, Refusal> {
    let mut bytes = Vec::new();
    let read = Transcoder::new(head).read_to_end(&mut bytes);
    read.map_err(|_| Refusal::ReadFailed)?;
    let odd = bytes
        .iter()
        .filter(|byte| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A))
        .count();
    if odd * 20 > bytes.len() {
        return Ok(FileKind::Unknown);
    }
    let mut text = String::new();
    push_mixed(&bytes, &mut text);
    let text = text.trim_start();
    if text.trim().is_empty() {
        return Err(Refusal::Empty);
    }
    let lower = text.to_ascii_lowercase();
    if !lower.starts_with('<') {
        let json = lower.starts_with(['{', '[']) && lower.contains("\":");
        let mail = lower.starts_with("from:") || lower.starts_with("mime-version");
        return Ok(match (json, mail && lower.contains("content-type")) {
            (true, _) => FileKind::Json,
            (_, true) => FileKind::WebArchive,
            _ => FileKind::Csv,
        });
    }
    Ok(
        if lower.contains("urn:schemas-microsoft-com:office:spreadsheet")
            && has_tag(&lower, "workbook")
        {
            FileKind::SpreadsheetMl
        } else if lower.contains("office:document") && lower.contains("opendocument") {
            FileKind::FlatOds
        } else if [
            "html", "table", "body", "head", "meta", "tr", "td", "div", "p", "h1", "style",
            "center", "font", "b",
        ]
        .iter()
        .any(|tag| has_tag(&lower, tag))
        {
            FileKind::Html
        } else if lower.starts_with("<?xml") {
            FileKind::Xml
        } else {
            FileKind::Csv
        },
    )
}

fn has_tag(lower: &str, tag: &str) -> bool {
    lower.split('<').skip(1).take(200).any(|part| {
        let name = part.split([' ', '>', '/', '\n', '\r', '\t']).next().unwrap_or("");
        name == tag || name.rsplit_once(':').is_some_and(|(_, local)| local == tag)
    })
}
