//! Any bytes as a file. Bytes that begin with "parts" list the parts of an archive, so that the
//! fuzzer need not learn to compress and to sum before it reaches what is inside.

#![no_main]

use std::borrow::Cow;
use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Between two parts, on a line of its own.
const CUT: &[u8] = b"\n--8<--\n";

fuzz_target!(|bytes: &[u8]| {
    let file = bytes
        .strip_prefix(b"parts\n")
        .map_or(Cow::Borrowed(bytes), |parts| Cow::Owned(archive(parts)));
    fuzz::check_reading(&file);
});

/// An archive of parts, each a line with its name and then its bytes.
fn archive(mut rest: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    while !rest.is_empty() {
        let end = rest.windows(CUT.len()).position(|window| window == CUT);
        let (part, next) = end.map_or((rest, &[][..]), |at| (&rest[..at], &rest[at + CUT.len()..]));
        rest = next;
        let line = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        let name = String::from_utf8_lossy(&part[..line]);
        // A name that was there before, or that no archive can hold.
        if zip.start_file(name, stored).is_ok() {
            zip.write_all(part.get(line + 1..).unwrap_or_default()).expect("memory takes it");
        }
    }
    zip.finish().expect("memory takes it").into_inner()
}
