//! Files that belong to a record as evidence: photos and scanned papers of a claim, a message or a
//! handover of a card. What a file is follows from its bytes, never from its name.

use base::Id;
use base::id::kind;

use crate::digest::Feed;
use crate::words::words;

/// One file has at most so many bytes.
pub const FILE_MOST: usize = 4 << 20; // not law: a photo of a paper by a cheap telephone

/// One record has at most so many files; the letters of each school year are counted apart.
pub const FILES_MOST: usize = 8; // not law: the papers of one event

words! {
    /// What a file is.
    Media {
        /// A photo.
        Jpeg = "jpeg",
        /// A picture without loss.
        Png = "png",
        /// A scanned paper.
        Pdf = "pdf",
    }
}

impl Media {
    /// What browsers call it.
    pub fn mime(self) -> &'static str {
        match self {
            Media::Jpeg => "image/jpeg",
            Media::Png => "image/png",
            Media::Pdf => "application/pdf",
        }
    }

    /// How the name of such a file ends.
    pub fn ending(self) -> &'static str {
        match self {
            Media::Jpeg => "jpg",
            Media::Png => "png",
            Media::Pdf => "pdf",
        }
    }
}

words! {
    /// To what kind of record a file belongs.
    AttachedTo {
        /// What anybody told the office.
        Message = "message",
        /// A claim; the part is the paper's key in the rules.
        Claim = "claim",
        /// A handover of a card.
        Handover = "handover",
    }
}

words! {
    /// Why a file is not taken; the order is the order of trying.
    FileRefusal {
        /// It has no bytes.
        Empty = "FILE_EMPTY",
        /// It has too many.
        Large = "FILE_LARGE",
        /// It is neither a photo nor a paper.
        Kind = "FILE_KIND",
        /// It begins as one and does not end as one: it broke on the way.
        Broken = "FILE_BROKEN",
    }
}

const JPEG_HEAD: &[u8] = b"\xff\xd8\xff";
const PNG_HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";
const PDF_HEAD: &[u8] = b"%PDF-";

/// Says what a file is.
///
/// # Errors
/// The first [`FileRefusal`] in their order.
pub fn sniff(content: &[u8]) -> Result<Media, FileRefusal> {
    if content.is_empty() {
        return Err(FileRefusal::Empty);
    }
    if content.len() > FILE_MOST {
        return Err(FileRefusal::Large);
    }
    if content.starts_with(JPEG_HEAD) {
        // Telephones write more behind the end of the picture.
        let ends = holds(content, b"\xff\xd9");
        return if ends { Ok(Media::Jpeg) } else { Err(FileRefusal::Broken) };
    }
    if content.starts_with(PNG_HEAD) {
        let ends = holds(content, b"IEND");
        return if ends { Ok(Media::Png) } else { Err(FileRefusal::Broken) };
    }
    if !content.starts_with(PDF_HEAD) {
        return Err(FileRefusal::Kind);
    }
    // What a PDF does when it is opened stands in it packed: nobody finds it by its bytes, so that
    // a file is only ever given out to be saved.
    let ends = holds(content, b"%%EOF");
    if ends { Ok(Media::Pdf) } else { Err(FileRefusal::Broken) }
}

/// The identifier of a file of a record: the same bytes again are the same file.
pub fn attachment_id(record: &[u8; 16], part: &str, content: &[u8]) -> Id<kind::Attachment> {
    Feed::new("file of a record").part(record).part(part.as_bytes()).part(content).id()
}

fn holds(content: &[u8], what: &[u8]) -> bool {
    content.windows(what.len()).any(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let pdf = |inside: &str| format!("%PDF-1.4\n1 0 obj <<{inside}>>\n%%EOF\n").into_bytes();
        let jpeg = [&[0xff, 0xd8, 0xff, 0xe0][..], b"isi", &[0xff, 0xd9]].concat();
        let large = vec![0; FILE_MOST + 1];
        let rows: [(&[u8], Result<Media, FileRefusal>); 13] = [
            (b"", Err(FileRefusal::Empty)),
            (&large, Err(FileRefusal::Large)),
            (&jpeg, Ok(Media::Jpeg)),
            (&jpeg[..6], Err(FileRefusal::Broken)),
            (b"\x89PNG\r\n\x1a\n....IEND....", Ok(Media::Png)),
            (b"\x89PNG\r\n\x1a\n....", Err(FileRefusal::Broken)),
            (&pdf("/Type /Catalog"), Ok(Media::Pdf)),
            (b"%PDF-1.4 cut off", Err(FileRefusal::Broken)),
            // Honest scanners write such words, and packed bytes hold them by chance.
            (&pdf("/OpenAction [3 0 R /Fit]"), Ok(Media::Pdf)),
            (&pdf("/JS\x02/AA\x01"), Ok(Media::Pdf)),
            (b"<html><script>alert(1)</script>", Err(FileRefusal::Kind)),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Err(FileRefusal::Kind)),
            (b"PK\x03\x04docx", Err(FileRefusal::Kind)),
        ];
        for (content, expect) in rows {
            let start = String::from_utf8_lossy(&content[..content.len().min(30)]).into_owned();
            assert_eq!(sniff(content), expect, "{start}");
        }
    }
}
