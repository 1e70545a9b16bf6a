//! Bytes to plain structs and back: spreadsheets, statements, cards, letters.
//!
//! Nothing here decides anything about people; nothing here opens a file: a reader or a writer is
//! passed in. Sheets are untrusted: every size is capped before it is believed.
#![warn(missing_docs, clippy::disallowed_methods)]

pub mod archive;
pub mod bundle;
pub mod columns;
pub mod credential;
pub mod form_workbook;
pub mod ical;
pub mod pdf;
pub mod read;
pub mod return_workbook;
pub mod scan;
pub mod spreadsheet_writers;
pub mod statement;
mod table;
pub mod workbook;
