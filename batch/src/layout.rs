//! What lies in a folder that batch work reads: one folder a table, one Parquet file a tenant.
//!
//! `docs/operate/klaster.md` says what every column means and who may read it. Numbers are whole
//! (64 bits), days are days, everything else is text; a cell that is not known is null.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// The cells of a person as typed, in the order in which `normalise` takes them.
pub const CELLS: [&str; 13] = {
    let [_id, cells @ ..] = bulk::people::COLUMNS;
    cells
};

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// People with their identity, for linkage alone.
    People,
    /// Who is on which programme, by pseudonym.
    Members,
    /// What a programme lays down about money.
    Programmes,
    /// Months that are paid or promised already.
    Standing,
    /// Covered months, twelve bits a year.
    Cover,
}

impl Table {
    /// Its folder.
    pub fn name(self) -> &'static str {
        match self {
            Table::People => "people",
            Table::Members => "members",
            Table::Programmes => "programmes",
            Table::Standing => "standing",
            Table::Cover => "cover",
        }
    }

    /// Its columns; more may stand there.
    pub fn columns(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Table::People => &["tenant", "row", "id"],
            Table::Members => &[
                "tenant",
                "programme",
                "person",
                "first",
                "last",
                "sector",
                "group",
                "birth",
                "died",
            ],
            Table::Programmes => &["tenant", "programme", "terms"],
            Table::Standing => &["person", "programme", "month", "scheme"],
            Table::Cover => &["place", "work", "sex", "age", "scheme", "year", "months", "rupiah"],
        };
        let cells: &[&str] = if self == Table::People { &CELLS } else { &[] };
        own.iter().chain(cells).copied().collect()
    }

    /// Its files, in order of their names.
    ///
    /// # Errors
    /// What is missing, and what to do.
    pub fn files(self, input: &Path) -> Result<Vec<PathBuf>> {
        let folder = input.join(self.name());
        let listed = std::fs::read_dir(&folder).with_context(|| {
            format!(
                "folder {} tidak dapat dibaca: ekspor tabel {} ke sana dahulu\n\
                 (the folder of this table cannot be read: export the table to it first)",
                folder.display(),
                self.name()
            )
        })?;
        let mut files = Vec::new();
        for entry in listed {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "parquet") {
                files.push(path);
            }
        }
        files.sort();
        if files.is_empty() {
            bail!(
                "tidak ada berkas .parquet di {}: ekspor tabel {} ke sana dahulu\n\
                 (no Parquet file in that folder: export the table to it first)",
                folder.display(),
                self.name()
            );
        }
        Ok(files)
    }

    /// Refuses a file that lacks a column; how many rows all have.
    ///
    /// # Errors
    /// Which column of which file is missing.
    pub fn check(self, input: &Path) -> Result<u64> {
        use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
        let mut rows = 0;
        for path in self.files(input)? {
            let unread = || {
                format!(
                    "{} bukan berkas Parquet yang utuh: ekspor ulang berkas ini\n\
                     (not a whole Parquet file: export it anew)",
                    path.display()
                )
            };
            let file = std::fs::File::open(&path).with_context(unread)?;
            let reader = SerializedFileReader::new(file).with_context(unread)?;
            let told = reader.metadata().file_metadata();
            let has = |name: &str| {
                told.schema_descr().columns().iter().any(|column| column.name() == name)
            };
            for column in self.columns() {
                ensure!(
                    has(column),
                    "{}: kolom {column} tidak ada; ekspor ulang dengan versi ini\n\
                     (a column is missing: export anew with this version)",
                    path.display()
                );
            }
            rows += u64::try_from(told.num_rows())?;
        }
        Ok(rows)
    }
}
