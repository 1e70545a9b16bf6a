//! What we leave on disks: files and folders of ours alone, results, locks.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::{BatchCoalescer, cast};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;

/// Rows that are written at once, so that a file does not depend on how rows arrived.
const WRITE_ROWS: usize = 8192;

/// A file of a result that is being written.
pub struct Whole {
    schema: SchemaRef,
    rows: BatchCoalescer,
    writer: ArrowWriter<File>,
    count: u64,
}

impl Whole {
    /// Begins a file of rows with these columns.
    ///
    /// # Errors
    /// What the disk says.
    pub fn begin(path: &Path, schema: &SchemaRef) -> Result<Whole> {
        let file = private_file(path)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("payung-batch".into())
            .build();
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))?;
        let rows = BatchCoalescer::new(schema.clone(), WRITE_ROWS);
        Ok(Whole { schema: schema.clone(), rows, writer, count: 0 })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add(&mut self, batch: RecordBatch) -> Result<()> {
        let columns = self.schema.fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, column)| cast(column, field.data_type()));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        self.count += batch.num_rows() as u64;
        self.rows.push_batch(RecordBatch::try_new(self.schema.clone(), columns)?)?;
        self.write()
    }

    fn write(&mut self) -> Result<()> {
        while let Some(rows) = self.rows.next_completed_batch() {
            self.writer.write(&rows)?;
        }
        Ok(())
    }

    /// Ends the file, which is on the disk then; how many rows it has.
    ///
    /// # Errors
    /// What the disk says.
    pub fn end(mut self) -> Result<u64> {
        self.rows.finish_buffered_batch()?;
        self.write()?;
        let file = self.writer.into_inner()?;
        file.sync_all()?;
        Ok(self.count)
    }
}

/// Writes rows at hand into a file.
///
/// # Errors
/// What the disk says.
pub fn write(batch: &RecordBatch, into: &Path) -> Result<u64> {
    let mut file = Whole::begin(into, batch.schema_ref())?;
    for from in (0..batch.num_rows()).step_by(WRITE_ROWS) {
        file.add(batch.slice(from, WRITE_ROWS.min(batch.num_rows() - from)))?;
    }
    file.end()
}

/// A new file of ours alone.
///
/// # Errors
/// What the disk says.
pub fn private_file(path: &Path) -> Result<File> {
    let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    opened.with_context(|| format!("{} tidak dapat ditulis (cannot be written)", path.display()))
}

/// A folder, with those above it; what is made is ours alone, what is there stays as it is.
///
/// # Errors
/// What the disk says.
pub fn private_folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("folder {} tidak dapat dibuat (cannot be made)", path.display()))
}

/// A folder of ours alone, whatever it was before.
///
/// # Errors
/// That it is another account's, or no folder.
pub fn own_folder(path: &Path) -> Result<()> {
    private_folder(path)?;
    let refused = || {
        format!(
            "folder {} tidak dapat ditutup bagi akun lain: hapus, atau pilih --work lain\n\
             (cannot be closed to other accounts: remove it, or choose another --work)",
            path.display()
        )
    };
    ensure!(std::fs::symlink_metadata(path)?.is_dir(), refused());
    std::fs::set_permissions(path, Permissions::from_mode(0o700)).with_context(refused)
}

/// Holds a file that only one process may hold; nothing when another has it.
///
/// # Errors
/// What the disk says.
pub fn held(path: &Path, make: bool) -> std::io::Result<Option<File>> {
    let file =
        OpenOptions::new().write(true).create(make).truncate(false).mode(0o600).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("a folder").permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_of_ours_is_closed_to_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let (open, ours) = (folder.path().join("open"), folder.path().join("open/ours"));
        std::fs::create_dir_all(&ours).expect("a folder");
        for path in [&open, &ours] {
            std::fs::set_permissions(path, Permissions::from_mode(0o755)).expect("a folder");
        }
        own_folder(&ours).expect("closed");
        assert_eq!((mode(&open), mode(&ours)), (0o755, 0o700));
        let elsewhere = folder.path().join("elsewhere");
        std::os::unix::fs::symlink(&open, &elsewhere).expect("a link");
        assert!(own_folder(&elsewhere).is_err());
        assert_eq!(mode(&open), 0o755);
    }

    #[test]
    fn one_holds_a_lock_until_it_lets_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        assert!(held(&path, false).is_err(), "nothing is made when it is not asked for");
        let first = held(&path, true).expect("a file");
        assert!(first.is_some() && held(&path, true).expect("a file").is_none());
        drop(first);
        assert!(held(&path, false).expect("a file").is_some());
    }
}
