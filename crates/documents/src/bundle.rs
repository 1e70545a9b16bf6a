//! Several files as one ZIP archive, the same bytes for the same files.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::workbook::WriteProblem;

/// Puts files, by their path, into one archive.
///
/// # Errors
/// [`WriteProblem::TooLarge`] past what the format holds.
pub fn bundle<'a>(
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<u8>, WriteProblem> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Workbooks are deflated already.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    for (path, bytes) in files {
        archive.start_file(path, options).map_err(|_| WriteProblem::TooLarge)?;
        archive.write_all(bytes).map_err(|_| WriteProblem::TooLarge)?;
    }
    Ok(archive.finish().map_err(|_| WriteProblem::TooLarge)?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn files_come_out_as_they_went_in() {
        let files = [("14005857/a.xlsx", &b"satu"[..]), ("14005857/bagian-2/a.xlsx", b"dua")];
        let bytes = bundle(files.into_iter()).expect("an archive");
        assert_eq!(bytes, bundle(files.into_iter()).expect("the same"));
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        for (path, expect) in files {
            let mut found = Vec::new();
            let mut part = archive.by_name(path).expect("is there");
            part.read_to_end(&mut found).expect("is read");
            assert_eq!(found, expect);
        }
    }
}
