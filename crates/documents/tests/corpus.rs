//! Files as they really come: each is read with the right columns, or refused with the right code.
//!
//! The small committed files run always; a larger folder runs when `PAYUNG_SAMPLES` names one. A
//! second reader of spreadsheets is the oracle for the cells themselves.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use base::CellKind;
use calamine::{Data, Reader, SheetType, open_workbook_auto};
use documents::read::{Event, Limits, RawPart, ReadOptions, raw_cells, read};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/sheets");

/// Every file whose verdict is known: the committed ones, then those of a larger folder.
const EXPECTED: &[(&str, &str)] = &[
    (
        "usulan_merged_head.xls",
        "xls [7: B=nik C=name D=birth_place_date E=sex F=address G=rt H=village I=occupation \
         J=phone x3]",
    ),
    (
        "kader_family_merged.xlsx",
        "xlsx [6: B=no_kk C=nik D=name E=birth_place F=birth_date H=address I=rt J=mother_name \
         K=note x2] [2: A=nik B=name C=occupation x1]",
    ),
    (
        "export_html.xls",
        "html [4: B=no_kk C=nik D=name E=sex F=birth_date G=address H=rw I=rt J=occupation x1]",
    ),
    (
        "dpt_windows_1252.csv",
        "csv [6: B=no_kk C=nik D=name E=birth_place F=birth_date H=sex I=address J=rt K=rw \
         M=note x1]",
    ),
    ("no_head.xlsx", "xlsx [1: B=name C=nik D=address E=occupation x5]"),
    ("nik_rounded.xlsx", "xlsx [2: A=name B=nik C=income x2]"),
    (
        "nelayan_two_line_head.ods",
        "ods [5: B=nik C=name D=birth_place E=birth_date F=income G=note x2]",
    ),
    ("any_sheets.ods", "NO_TABLE"),
    ("any_sheets.xls", "NO_TABLE"),
    ("any_sheets.xlsx", "NO_TABLE"),
    ("biff5_write.xls", "NO_TABLE"),
    ("covered.ods", "NO_TABLE"),
    ("date.ods", "NO_TABLE"),
    ("date.xls", "NO_TABLE"),
    ("date.xlsx", "NO_TABLE"),
    ("date_1904.xlsb", "NO_TABLE"),
    ("date_1904.xlsx", "NO_TABLE"),
    ("empty_s_attribute.xlsx", "NO_TABLE"),
    ("empty_sheet.xlsx", "EMPTY"),
    ("errors.xlsx", "NO_TABLE"),
    ("has_x000D_.xlsx", "NO_TABLE"),
    ("issue127.ods", "EMPTY"),
    ("issue127.xlsx", "EMPTY"),
    ("malformed_format.xls", "NO_TABLE"),
    ("merge_cells.xls", "NO_TABLE"),
    ("merge_cells.xlsx", "NO_TABLE"),
    ("merged_cells.ods", "NO_TABLE"),
    ("merged_range.xlsx", "NO_TABLE"),
    ("minimal_package.xlsx", "NO_TABLE"),
    ("number_rows_repeated.ods", "NO_TABLE"),
    ("pass_protected.ods", "PASSWORD_PROTECTED"),
    ("pass_protected.xlsb", "PASSWORD_PROTECTED"),
    ("pass_protected.xlsx", "PASSWORD_PROTECTED"),
    ("richtext-namespaced.xlsx", "NO_TABLE"),
    ("richtext_issue.ods", "NO_TABLE"),
    ("rph.xlsx", "NO_TABLE"),
    ("special_cells.ods", "NO_TABLE"),
    ("sst_continue.xls", "NO_TABLE"),
    ("string-ref.xlsx", "NO_TABLE"),
    ("table_with_absolute_paths.xlsx", "NO_TABLE"),
    ("vba.xlsm", "EMPTY"),
    // Not committed: too large, or not ours to pass on.
    ("strict_iso_paths.xlsx", "NO_TABLE"),
    ("OOM_alloc.xls", "NO_TABLE"),
    ("OOM_alloc2.xls", "NO_TABLE"),
    ("OOM_alloc3.xls", "TRUNCATED"),
    ("column_row_ranges.xlsx", "NO_TABLE"),
    ("empty-string.xls", "NO_TABLE"),
    ("gh548_incorrect_sst_unique_count.xls", "NO_TABLE"),
    ("header-row.xlsx", "NO_TABLE"),
    ("hyperlinks.xlsx", "NO_TABLE"),
    ("inventory-table.xlsx", "NO_TABLE"),
    ("issue127.xls", "EMPTY"),
    ("issue446.xlsx", "NO_TABLE"),
    ("issue644.xlsx", "NO_TABLE"),
    ("issue9.xlsx", "NO_TABLE"),
    ("issue_174.xlsx", "NO_TABLE"),
    ("issue_391.xlsx", "NO_TABLE"),
    ("issue_644.xlsx", "NO_TABLE"),
    ("issues.xlsx", "NO_TABLE"),
    ("merged_range.xls", "NO_TABLE"),
    ("misc_biff5_parsing.xls", "EMPTY"),
    ("xls_wrong_decimals.xls", "NO_TABLE"),
    (
        "bip_2016.xls",
        "xls [11: B=name C=nik D=birth_place E=birth_date F=sex J=occupation K=mother_name x3]",
    ),
    (
        "FormatImporExcel.xlsm",
        "xlsx [2: A=address C=rw D=rt E=name F=no_kk G=nik H=sex I=birth_place J=birth_date \
         N=occupation U=mother_name x1]",
    ),
    ("FormatImporRTM.xlsx", "xlsx [2: A=nik x5]"),
    ("FormatImporVaksin.xlsx", "xlsx [2: A=nik H=note x1]"),
    (
        "contoh_penduduk.xlsx",
        "xlsx [2: B=address C=rw D=rt E=name F=no_kk G=nik H=sex I=birth_place J=birth_date \
         N=occupation U=mother_name x97]",
    ),
    (
        "format_impor_program_bantuan.xlsx",
        "xlsx [2: C=nik D=name E=birth_place F=birth_date G=address x2]",
    ),
    ("format_impor_suplemen.xlsx", "xlsx [2: A=nik B=note x2]"),
    ("klasifikasi_surat.csv", "NO_TABLE"),
    ("klasifikasi_surat.xlsx", "NO_TABLE"),
    ("Format_Upload_AKI_&_AKB.xlsx", "NO_TABLE"),
    ("Format_Upload_Putus_Sekolah.xlsx", "NO_TABLE"),
    ("Format_Upload_Tingkat_Pendidikan.xlsx", "NO_TABLE"),
    (
        "template_tk_14005857.xlsx",
        "xlsx [2: B=name I=phone K=birth_place L=birth_date M=mother_name O=nik Q=sex X=income \
         Y=address x0]",
    ),
    ("template_tk_lanjutan_14005857.xlsx", "xlsx [2: A=nik D=name E=birth_date F=income x0]"),
];

fn options(file_name: &str) -> ReadOptions<'_> {
    ReadOptions { file_name, limits: Limits::standard(), only_sheet: None, mappings: &[] }
}

/// What a file came to, in one line: its code, or its kind and its tables with fields and rows.
fn verdict(path: &Path) -> String {
    let bytes = fs::read(path).expect("the file is there");
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let mut tables: Vec<(String, usize)> = Vec::new();
    let result = read(Cursor::new(bytes), &options(&name), &mut |event| match event {
        Event::Table(table) => {
            let fields: Vec<_> = table
                .columns
                .iter()
                .filter_map(|column| {
                    Some((base::cell::column_letters(column.column), column.field?))
                })
                .map(|(letters, field)| format!("{letters}={}", field.name()))
                .collect();
            tables.push((format!("{}: {}", table.first_row, fields.join(" ")), 0));
        }
        Event::Row(row) => tables[usize::from(row.table)].1 += 1,
        Event::Skipped(_) | Event::Notice(_) | Event::Sheet(_) => (),
    });
    match result {
        Err(refusal) => refusal.code().to_owned(),
        Ok(summary) => {
            let tables: Vec<_> =
                tables.iter().map(|(fields, rows)| format!("[{fields} x{rows}]")).collect();
            format!("{} {}", summary.kind.name(), tables.join(" "))
        }
    }
}

/// The files of the committed folder, and of the folder that `PAYUNG_SAMPLES` names, if it does.
fn files() -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from(COMMITTED)];
    #[expect(clippy::disallowed_methods, reason = "a test may be told where more samples are")]
    folders.extend(std::env::var("PAYUNG_SAMPLES").map(PathBuf::from));
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder can be listed").path();
            let known = path.extension().is_some_and(|end| end != "md" && end != "txt");
            match path.is_dir() {
                true => folders.push(path),
                false if known => files.push(path),
                false => (),
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_file_has_its_verdict() {
    let expected: BTreeMap<&str, &str> = EXPECTED.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in files() {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let found = verdict(&path);
        // A committed file has a verdict; one of a larger folder need not.
        let unknown = if path.starts_with(COMMITTED) { "a verdict in this list" } else { &found };
        let expect = expected.get(name.as_str()).copied().unwrap_or(unknown);
        if expect != found {
            wrong.push(format!("{name}\n  expected {expect}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Cells = BTreeMap<(u32, u16), String>;

/// The cells of each sheet by name; numbers and days in a form both readers share.
fn our_cells(path: &Path) -> Option<BTreeMap<String, Cells>> {
    let bytes = fs::read(path).expect("the file is there");
    let mut sheets: Vec<(String, Cells)> = Vec::new();
    raw_cells(Cursor::new(bytes), &options(""), &mut |part| match part {
        RawPart::Sheet { name, .. } => sheets.push((name.to_owned(), Cells::new())),
        RawPart::Cell { at, kind, text } => {
            let value = match kind {
                CellKind::FormulaWithoutValue => return,
                CellKind::Number => text.parse::<f64>().map_or(text.into(), |n| format!("{n}")),
                CellKind::Bool => text.to_lowercase(),
                _ => text.to_owned(),
            };
            let cells = &mut sheets.last_mut().expect("a sheet comes first").1;
            cells.insert((at.row, at.column), value);
        }
        RawPart::Merged { .. } => (),
    })
    .ok()?;
    Some(sheets.into_iter().collect())
}

fn oracle_cells(path: &Path) -> Option<BTreeMap<String, Cells>> {
    let mut workbook = open_workbook_auto(path).ok()?;
    let mut sheets = BTreeMap::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let range = workbook.worksheet_range(&sheet.name).ok()?;
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let mut cells = Cells::new();
        for (row, column, value) in range.used_cells() {
            let text = match value {
                Data::Float(number) => format!("{number}"),
                Data::Int(number) => format!("{number}"),
                Data::DateTime(day) if day.is_datetime() => {
                    let (year, month, day, ..) = day.to_ymd_hms_milli();
                    format!("{year:04}-{month:02}-{day:02}")
                }
                Data::DateTime(time) => format!("{}", time.as_f64()),
                Data::DateTimeIso(day) => day.chars().take(10).collect(),
                Data::Bool(truth) => truth.to_string(),
                other => other.to_string(),
            };
            if !text.is_empty() {
                let row = first_row + row as u32 + 1;
                cells.insert((row, (first_column + column as u32) as u16), text);
            }
        }
        sheets.insert(sheet.name, cells);
    }
    Some(sheets)
}

#[test]
fn cells_are_those_another_reader_finds() {
    // The oracle tells times of day, durations and errors of these in words of its own, and shows
    // what merged cells cover.
    let differ =
        ["special_cells.ods", "date.ods", "OOM_alloc.xls", "OOM_alloc2.xls", "covered.ods"];
    let mut wrong = Vec::new();
    for path in files() {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        if differ.contains(&name.as_str()) || name.ends_with(".csv") {
            continue;
        }
        let (Some(ours), Some(theirs)) = (our_cells(&path), oracle_cells(&path)) else { continue };
        for (sheet, cells) in &theirs {
            let empty = Cells::new();
            let mine = ours.get(sheet).unwrap_or(&empty);
            // It trims texts and joins lines in its own ways.
            let plain = |text: &String| text.replace(['\r', '\n'], "").trim().to_owned();
            let other =
                cells.iter().find(|(at, text)| mine.get(at).map(&plain) != Some(plain(text)));
            let more =
                mine.iter().find(|(at, text)| !text.trim().is_empty() && !cells.contains_key(at));
            if other.is_some() || more.is_some() {
                let our = other.map(|(at, _)| mine.get(at));
                wrong.push(format!("{name} {sheet}: {other:?} is {our:?}, more {more:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
