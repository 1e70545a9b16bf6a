//! Archives written, read back, cut and turned over.

use super::*;

fn facts(pairs: &[(&str, &str)]) -> Facts {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn written(rows: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), &facts(&[("schema", "8")])).expect("memory");
    writer.table("kosong", "id blob").expect("memory");
    writer.table("orang", "id blob, name text").expect("memory");
    for row in rows {
        writer.row(row).expect("memory");
    }
    writer.finish(&facts(&[("debits", "1000 rupiah")])).expect("memory").0
}

/// Reads an archive to its end: the rows, or what is wrong with it.
/// The rows, the sums and the facts of an archive.
type Contents = (Vec<Vec<u8>>, Vec<TableSum>, Facts);

fn read(bytes: &[u8]) -> Result<Contents, Damage> {
    let mut reader = Reader::begin(bytes)?;
    let mut rows = Vec::new();
    loop {
        match reader.next_part()? {
            Part::Table { .. } => {}
            Part::Rows(block) => rows.extend(block.rows().into_iter().map(<[u8]>::to_vec)),
            Part::End { tables, facts } => return Ok((rows, tables, facts)),
        }
    }
}

#[test]
fn what_was_written_is_read() {
    let large = vec![7; 3 * BLOCK_BYTES];
    let rows: [&[u8]; 4] = [b"satu", b"", &large, b"empat"];
    let (found, tables, end) = read(&written(&rows)).expect("whole");
    assert_eq!(found, rows);
    let counts: Vec<(&str, u64)> =
        tables.iter().map(|table| (table.name.as_str(), table.rows)).collect();
    assert_eq!(counts, [("kosong", 0), ("orang", 4)]);
    assert_eq!(end, facts(&[("debits", "1000 rupiah")]));
    assert_eq!(Reader::begin(&written(&[])[..]).expect("whole").head(), &facts(&[("schema", "8")]));
}

#[test]
fn the_same_rows_have_the_same_sum_and_others_another() {
    let sum = |rows: &[&[u8]]| {
        let mut summing = Summing::begin("orang", "id blob");
        rows.iter().for_each(|row| summing.row(row));
        summing.finish().hash
    };
    assert_eq!(sum(&[b"ab", b"c"]), sum(&[b"ab", b"c"]));
    assert_ne!(sum(&[b"ab", b"c"]), sum(&[b"a", b"bc"]));
    assert_ne!(sum(&[b"ab", b"c"]), sum(&[b"c", b"ab"]));
}

#[test]
fn every_cut_and_every_flipped_bit_of_the_rows_is_found() {
    let whole = written(&[b"satu", b"dua", b"tiga"]);
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert_eq!(read(&longer).err(), Some(Damage::Trailing));
    for bit in 0..whole.len() * 8 {
        let mut other = whole.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        // A bit of the head or of the facts at the end is for the seal around it to find.
        if let Ok((rows, ..)) = read(&other) {
            assert_eq!(rows, [&b"satu"[..], b"dua", b"tiga"], "bit {bit}");
        }
    }
}

#[test]
fn what_is_no_archive_is_said_so() {
    assert_eq!(read(b"PK\x03\x04 something of the same length").err(), Some(Damage::NotAnArchive));
    assert_eq!(read(b"").err(), Some(Damage::Cut));
}
