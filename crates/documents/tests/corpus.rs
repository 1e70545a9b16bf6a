//! Files as they really come: each is read with the right columns, or refused with the right code.
//!
//! The small committed files run always; a larger folder runs when `PAYUNG_SAMPLES` names one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use documents::read::{Event, Limits, ReadOptions, read};

/// What a file came to, in one line: its code, or its tables with fields and rows.
fn verdict(path: &Path) -> String {
    let bytes = fs::read(path).expect("the file is there");
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let options = ReadOptions {
        file_name: &name,
        limits: Limits::standard(),
        only_sheet: None,
        mappings: &[],
    };
    let mut tables: Vec<(String, usize)> = Vec::new();
    let mut notices = Vec::new();
    let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
    let result = read(Cursor::new(bytes), &options, &mut |event| match event {
        Event::Table(table) => {
            let fields: Vec<_> = table
                .columns
                .iter()
                .filter_map(|column| Some((column, column.field?)))
                .map(|(column, field)| {
                    format!("{}={}", base::cell::column_letters(column.column), field.name())
                })
                .collect();
            tables.push((format!("{}:{}", table.first_row, fields.join(" ")), 0));
        }
        Event::Row(row) => tables[usize::from(row.table)].1 += 1,
        Event::Skipped(row) => *skipped.entry(row.reason.code()).or_default() += 1,
        Event::Notice(notice) => notices.push(notice.code()),
        Event::Sheet(_) => (),
    });
    match result {
        Err(refusal) => refusal.code().to_owned(),
        Ok(summary) => {
            let tables: Vec<_> =
                tables.iter().map(|(fields, rows)| format!("[{fields} x{rows}]")).collect();
            format!("{} {} {notices:?} {skipped:?}", summary.kind.name(), tables.join(" "))
        }
    }
}

#[test]
fn dump() {
    let Ok(folder) = std::env::var("PAYUNG_SAMPLES") else { return };
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in fs::read_dir(folder).unwrap() {
        let folder = folder.unwrap().path();
        if folder.is_dir() {
            paths.extend(fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            paths.push(folder);
        }
    }
    paths.sort();
    for path in paths {
        println!("{} => {}", path.file_name().unwrap().to_string_lossy(), verdict(&path));
    }
}
