//! A job: an order over an input, done once whatever dies meanwhile.
//!
//! A job is known by the digest of everything it follows from: this program, the text of its plans
//! and every byte they read. Its result lies in a folder of that name, put there by one renaming,
//! so that a result is whole or is not there; the same job asked for again finds it. Until then it
//! is made in a folder with a random name and a lock that is held: whoever comes upon the folder,
//! on whichever machine, knows by the lock whether somebody is at work there.

use std::fs::{File, Permissions};
use std::future::Future;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::disk::{held, private_folder};
use crate::functions;
use crate::layout::Table;

/// What the folders begin with in which results are made.
const MAKING: &str = ".payung-batch-";

/// The file in such a folder that is locked as long as somebody is at work.
const LOCK: &str = "lock";

/// How long a folder may be without a lock: it has just been made, or is about to be renamed.
const UNLOCKED: Duration = Duration::from_secs(3600); // not law: far longer than either takes

/// The digest of every byte of some tables.
///
/// # Errors
/// What cannot be read.
pub fn bytes(tables: &[Table], input: &Path) -> Result<blake3::Hash> {
    let mut all = blake3::Hasher::new();
    for table in tables {
        for file in table.files(input)? {
            let mut read = blake3::Hasher::new();
            read.update_reader(File::open(&file.path)?)?;
            all.update(table.name().as_bytes());
            all.update(&file.tenant.to_le_bytes());
            all.update(read.finalize().as_bytes());
        }
    }
    Ok(all.finalize())
}

/// A job's digest, as sixteen hexadecimal digits.
pub fn digest(order: &str, bytes: &blake3::Hash) -> String {
    let mut all = blake3::Hasher::new();
    all.update(functions::build().as_bytes());
    all.update(bytes.as_bytes());
    all.update(order.as_bytes());
    all.finalize().to_hex()[..16].to_owned()
}

/// Where a job's result is, and whether it lay there already.
#[derive(Debug)]
pub struct Done {
    /// The file.
    pub result: PathBuf,
    /// Whether the job had been done before.
    pub was_done: bool,
}

/// Does a job once: `work` fills a folder that is then renamed to where results are looked for.
///
/// # Errors
/// What `work` ends with; nothing is left then.
pub async fn once<F>(output: &Path, name: &str, work: impl FnOnce(PathBuf) -> F) -> Result<Done>
where
    F: Future<Output = Result<()>>,
{
    let folder = output.join(name);
    let result = folder.join("result.parquet");
    if result.is_file() {
        return Ok(Done { result, was_done: true });
    }
    private_folder(output)?;
    // It is gone with everything in it unless it is kept.
    let making = tempfile::Builder::new()
        .prefix(&format!("{MAKING}{name}-"))
        .rand_bytes(16)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(output)
        .with_context(|| format!("{} tidak dapat ditulis (cannot be written)", output.display()))?;
    // Nobody sees the lock before it is held.
    let unseen = making.path().join("lock.new");
    let lock = held(&unseen, true).with_context(|| {
        format!(
            "{} tidak dapat dikunci: pakai folder hasil di disk atau NFS yang mengenal flock\n\
             (cannot be locked: keep results where files can be)",
            output.display()
        )
    })?;
    let _lock = lock.context("a lock that nobody else knows")?;
    std::fs::rename(unseen, making.path().join(LOCK))?;
    work(making.path().to_owned()).await?;
    std::fs::remove_file(making.path().join(LOCK))?;
    File::open(making.path())?.sync_all()?;
    match std::fs::rename(making.path(), &folder) {
        Ok(()) => {
            let _renamed = making.keep();
            File::open(output)?.sync_all()?;
            Ok(Done { result, was_done: false })
        }
        // Somebody else was quicker with the same job: theirs is the same to the byte.
        Err(_) if result.is_file() => Ok(Done { result, was_done: true }),
        Err(error) => Err(error).context("the result cannot be put in its place"),
    }
}

/// Takes away what is unfinished and nobody's.
///
/// # Errors
/// What the disk says.
pub fn sweep(output: &Path) -> Result<()> {
    let Ok(listed) = std::fs::read_dir(output) else { return Ok(()) };
    for entry in listed {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(MAKING) {
            continue;
        }
        // Held while it is taken away: two who sweep do not meet.
        let swept = match held(&entry.path().join(LOCK), false) {
            Ok(None) => continue,
            Ok(Some(_lock)) => std::fs::remove_dir_all(entry.path()),
            Err(error) if error.kind() == ErrorKind::NotFound => match is_old(&entry.path()) {
                true => std::fs::remove_dir_all(entry.path()),
                false => continue,
            },
            // Another account's, or no folder.
            Err(_) => continue,
        };
        if let Err(error) = swept
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error).with_context(|| {
                format!(
                    "sisa kerja {} tidak dapat dihapus: hapus dengan akun pembuatnya\n\
                     (what an unfinished job left cannot be removed: remove it as who made it)",
                    entry.path().display()
                )
            });
        }
    }
    Ok(())
}

/// Whether a folder has been as it is for so long that nobody is about to lock or rename it.
fn is_old(folder: &Path) -> bool {
    let changed = std::fs::metadata(folder).and_then(|found| found.modified());
    changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > UNLOCKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::disk::private_file;

    fn names(folder: &Path) -> Vec<String> {
        let listed = std::fs::read_dir(folder).expect("a folder");
        listed.map(|entry| entry.expect("one").file_name().to_string_lossy().into()).collect()
    }

    #[tokio::test]
    async fn a_job_is_done_once_and_leaves_nothing_when_it_fails() {
        let folder = tempfile::tempdir().expect("a folder");
        let failed = once(folder.path(), "j-1", |making| async move {
            private_file(&making.join("result.parquet"))?;
            anyhow::bail!("midway")
        });
        assert!(failed.await.is_err());
        assert!(names(folder.path()).is_empty());
        let make = |making: PathBuf| async move {
            private_file(&making.join("result.parquet"))?;
            Ok(())
        };
        let first = once(folder.path(), "j-1", make).await.expect("done");
        let second = once(folder.path(), "j-1", make).await.expect("done");
        assert_eq!((first.was_done, second.was_done), (false, true));
        assert_eq!(names(folder.path()), ["j-1"]);
        assert_eq!(names(&folder.path().join("j-1")), ["result.parquet"]);
        let mode = std::fs::metadata(folder.path().join("j-1")).expect("one").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[tokio::test]
    async fn only_what_nobody_holds_is_swept() {
        let folder = tempfile::tempdir().expect("a folder");
        let output = folder.path();
        // Others' folders with names of all kinds, one of ours that is dead, one that is young.
        for other in [".x.999999999", ".j-1.999999999", "j-0", ".payung-batch-dead", ".cache"] {
            std::fs::create_dir(output.join(other)).expect("a folder");
        }
        private_file(&output.join(".payung-batch-dead").join(LOCK)).expect("a file");
        std::fs::create_dir(output.join(".payung-batch-young")).expect("a folder");
        let worked = once(output, "j-1", |making| async move {
            sweep(output)?;
            assert!(making.is_dir(), "somebody is at work there");
            private_file(&making.join("result.parquet"))?;
            Ok(())
        });
        worked.await.expect("done");
        let mut left = names(output);
        left.sort();
        let expect =
            [".cache", ".j-1.999999999", ".payung-batch-young", ".x.999999999", "j-0", "j-1"];
        assert_eq!(left, expect);
    }

    #[test]
    fn a_digest_is_of_order_and_bytes() {
        let (one, other) = (blake3::hash(b"one"), blake3::hash(b"other"));
        assert_eq!(digest("order", &one), digest("order", &one));
        assert_ne!(digest("order", &one), digest("order", &other));
        assert_ne!(digest("order", &one), digest("another", &one));
    }
}
