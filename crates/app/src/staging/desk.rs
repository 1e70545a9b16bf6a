//! What one process remembers of files that are being looked at: it can be lost at any time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::Id;
use base::id::kind;

use super::{Examined, UPLOADS_PER_HOUR};
use crate::error::{AppError, ErrorKind};

/// Rows of people kept in memory, over all files together.
const ROWS_MAX: usize = 400_000; // not law: some 300 MB
/// Files kept in memory.
const FILES_MAX: usize = 16;
/// How long a check is believed, in milliseconds: the register moves on.
const BELIEVED_MS: i64 = 300_000; // not law: five minutes
/// An hour in milliseconds.
const HOUR_MS: i64 = 3_600_000; // not law: a unit

/// The desk of one process.
#[derive(Default)]
pub struct Desk {
    files: Mutex<Vec<(Id<kind::Sheet>, Arc<Examined>)>>,
    uploads: Mutex<HashMap<Id<kind::User>, Vec<i64>>>,
}

impl Desk {
    /// The last check of a file, when nothing was said since and it is not old.
    pub(crate) fn find(
        &self,
        sheet: Id<kind::Sheet>,
        revision: i64,
        now_ms: i64,
    ) -> Option<Arc<Examined>> {
        let files = locked(&self.files);
        let found = files.iter().find(|(id, _)| *id == sheet)?;
        let fresh = now_ms - found.1.at_ms < BELIEVED_MS;
        (found.1.revision == revision && fresh).then(|| Arc::clone(&found.1))
    }

    /// Keeps a check; the oldest give way.
    pub(crate) fn keep(&self, sheet: Id<kind::Sheet>, examined: &Arc<Examined>) {
        let mut files = locked(&self.files);
        files.retain(|(id, _)| *id != sheet);
        files.push((sheet, Arc::clone(examined)));
        let rows = |files: &[(Id<kind::Sheet>, Arc<Examined>)]| {
            files.iter().map(|(_, examined)| examined.rows.len()).sum::<usize>()
        };
        while files.len() > FILES_MAX || (files.len() > 1 && rows(&files) > ROWS_MAX) {
            files.remove(0);
        }
    }

    /// Forgets the check of a file.
    pub(crate) fn forget(&self, sheet: Id<kind::Sheet>) {
        locked(&self.files).retain(|(id, _)| *id != sheet);
    }

    /// Forgets every check, because the register changed under all of them.
    pub(crate) fn forget_all(&self) {
        locked(&self.files).clear();
    }

    /// Counts an upload.
    pub(crate) fn count_upload(&self, user: Id<kind::User>, now_ms: i64) -> Result<(), AppError> {
        let mut uploads = locked(&self.uploads);
        let mine = uploads.entry(user).or_default();
        mine.retain(|at_ms| now_ms - at_ms < HOUR_MS);
        if mine.len() >= UPLOADS_PER_HOUR {
            let wait_ms = HOUR_MS - (now_ms - mine[0]);
            let minutes = wait_ms / 60_000 + 1; // not law: milliseconds in a minute
            return Err(AppError::new(ErrorKind::Busy, "UPLOADS_TOO_MANY", minutes.to_string()));
        }
        mine.push(now_ms);
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
