//! What lies in a folder that batch work reads: one folder a table, one Parquet file a tenant.
//!
//! `docs/operate/klaster.md` says what every column means and who may read it. Numbers are whole
//! (64 bits), days are days, everything else is text; what is not known is null where it may be.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

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

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TenantFile {
    /// Whose it is, by its name.
    pub tenant: i64,
    /// Where it is.
    pub path: PathBuf,
}

impl TenantFile {
    /// A file whose name is a tenant's code without anything else, as `6401.parquet`.
    fn of(path: PathBuf) -> Option<TenantFile> {
        let name = path.file_stem()?.to_str()?;
        let tenant: i32 = name.parse().ok().filter(|tenant| *tenant > 0)?;
        (tenant.to_string() == name).then(|| TenantFile { tenant: tenant.into(), path })
    }
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

    /// Its columns with their types; more may stand there.
    pub fn columns(self) -> Vec<(&'static str, DataType)> {
        use DataType::{Date32, Int64, Utf8};
        match self {
            Table::People => {
                let place = [("tenant", Int64), ("row", Int64), ("id", Utf8)];
                place.into_iter().chain(CELLS.map(|cell| (cell, Utf8))).collect()
            }
            Table::Members => vec![
                ("tenant", Int64),
                ("programme", Utf8),
                ("person", Utf8),
                ("first", Int64),
                ("last", Int64),
                ("sector", Utf8),
                ("group", Int64),
                ("birth", Date32),
                ("died", Date32),
            ],
            Table::Programmes => vec![("tenant", Int64), ("programme", Utf8), ("terms", Utf8)],
            Table::Standing => vec![
                ("tenant", Int64),
                ("person", Utf8),
                ("programme", Utf8),
                ("month", Int64),
                ("scheme", Utf8),
            ],
            Table::Cover => vec![
                ("place", Int64),
                ("work", Utf8),
                ("sex", Int64),
                ("age", Int64),
                ("scheme", Utf8),
                ("year", Int64),
                ("months", Int64),
                ("rupiah", Int64),
            ],
        }
    }

    /// The names of its columns.
    pub fn names(self) -> Vec<&'static str> {
        self.columns().into_iter().map(|(name, _)| name).collect()
    }

    /// Its columns as the query engine sees them.
    pub fn schema(self) -> SchemaRef {
        let fields = self.columns().into_iter().map(|(name, kind)| Field::new(name, kind, true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// Its files in the order of their tenants. Folders within are not looked into.
    ///
    /// # Errors
    /// What is missing or wrongly named, and what to do.
    pub fn files(self, input: &Path) -> Result<Vec<TenantFile>> {
        let (folder, table) = (input.join(self.name()), self.name());
        let listed = std::fs::read_dir(&folder).with_context(|| {
            format!(
                "folder {} tidak dapat dibaca: ekspor tabel {table} ke sana dahulu\n\
                 (the folder of this table cannot be read: export the table to it first)",
                folder.display()
            )
        })?;
        let mut files = Vec::new();
        for entry in listed {
            let path = entry?.path();
            if path.extension().is_none_or(|end| end != "parquet") {
                continue;
            }
            files.push(TenantFile::of(path.clone()).with_context(|| {
                format!(
                    "{}: nama berkas harus kode daerah dalam angka, misalnya 6401.parquet; ekspor \
                     ulang tabel {table}, atau pindahkan berkas ini\n\
                     (a file is named by its regency's code: export anew, or move it away)",
                    path.display()
                )
            })?);
        }
        files.sort();
        if files.is_empty() {
            bail!(
                "tidak ada berkas .parquet di {}: ekspor tabel {table} ke sana dahulu\n\
                 (no Parquet file in that folder: export the table to it first)",
                folder.display()
            );
        }
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_in_the_order_of_their_tenants() {
        let input = tempfile::tempdir().expect("a folder");
        let folder = input.path().join("cover");
        std::fs::create_dir_all(folder.join("year=2026")).expect("a folder");
        for name in ["1101.parquet", "64.parquet", "year=2026/7.parquet", "note.txt"] {
            std::fs::write(folder.join(name), "").expect("a file");
        }
        let files = Table::Cover.files(input.path()).expect("two files");
        assert_eq!(files.iter().map(|file| file.tenant).collect::<Vec<_>>(), [64, 1101]);
        for name in ["06401.parquet", "-1.parquet", "paser.parquet", "3000000000.parquet"] {
            std::fs::write(folder.join(name), "").expect("a file");
            let told = Table::Cover.files(input.path()).expect_err("no code").to_string();
            assert!(told.contains(name), "{told}");
            std::fs::remove_file(folder.join(name)).expect("a file");
        }
    }
}
