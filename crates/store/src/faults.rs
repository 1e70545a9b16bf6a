//! Storage faults on demand: fail at the n-th statement, just before the commit, or just after it.
//!
//! Tests walk `n` through a whole use case and see that nothing is ever half done.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::StoreError;

/// The faults asked of one store; none unless a test asks.
#[derive(Debug)]
pub struct Faults {
    seen: AtomicU64,
    /// The statement that fails, 1 for the first; 0 for none.
    fail_at: AtomicU64,
    before_commit: AtomicBool,
    after_commit: AtomicBool,
    forget_tenant: AtomicBool,
    silence: AtomicBool,
    /// What was asked of the engine, while a test wants to know it.
    #[cfg(test)]
    pub(crate) heard: std::sync::Mutex<Option<Vec<Heard>>>,
}

/// A statement as it was asked, with its parameters.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) values: Vec<crate::value::Value<'static>>,
}

impl Default for Faults {
    fn default() -> Faults {
        Faults {
            seen: AtomicU64::new(0),
            fail_at: AtomicU64::new(0),
            before_commit: AtomicBool::new(false),
            after_commit: AtomicBool::new(false),
            forget_tenant: AtomicBool::new(false),
            // What a test of this crate writes is mostly no act of anybody.
            silence: AtomicBool::new(cfg!(test)),
            #[cfg(test)]
            heard: std::sync::Mutex::default(),
        }
    }
}

impl Faults {
    /// Makes the `statement`-th statement from now fail, 1 being the next.
    ///
    /// A bulk insert counts twice: once before its first row and once after its last.
    pub fn fail_at(&self, statement: u64) {
        self.seen.store(0, Ordering::SeqCst);
        self.fail_at.store(statement, Ordering::SeqCst);
    }

    /// Makes every commit fail until [`Faults::clear`].
    pub fn fail_before_commit(&self) {
        self.before_commit.store(true, Ordering::SeqCst);
    }

    /// Makes the answer to every commit be lost until [`Faults::clear`]: what was done is kept.
    pub fn fail_after_commit(&self) {
        self.after_commit.store(true, Ordering::SeqCst);
    }

    /// Makes transactions begin without saying whose they are, as a program would that forgot it.
    pub fn forget_tenant(&self) {
        self.forget_tenant.store(true, Ordering::SeqCst);
    }

    /// Lets writes be committed without an audit line: the log names them `unrecorded`.
    pub fn forgive_silence(&self, forgive: bool) {
        self.silence.store(forgive, Ordering::SeqCst);
    }

    /// No more faults.
    pub fn clear(&self) {
        self.fail_at(0);
        self.before_commit.store(false, Ordering::SeqCst);
        self.after_commit.store(false, Ordering::SeqCst);
        self.forget_tenant.store(false, Ordering::SeqCst);
    }

    /// Statements since the last call of [`Faults::fail_at`] or [`Faults::clear`].
    pub fn statements(&self) -> u64 {
        self.seen.load(Ordering::SeqCst)
    }

    /// Notes a statement down while a test listens.
    #[cfg(test)]
    pub(crate) fn hear(&self, sql: &crate::sql::Sql, values: &[crate::value::Value<'_>]) {
        crate::indexes::look_at(sql.sqlite, values);
        if let Some(heard) = crate::pool::locked(&self.heard).as_mut() {
            let values = values.iter().map(crate::value::Value::owned).collect();
            heard.push(Heard { name: sql.name, text: sql.postgres, values });
        }
    }

    pub(crate) fn forgets_tenant(&self) -> bool {
        self.forget_tenant.load(Ordering::SeqCst)
    }

    pub(crate) fn forgives_silence(&self) -> bool {
        self.silence.load(Ordering::SeqCst)
    }

    pub(crate) fn at_statement(&self) -> Result<(), StoreError> {
        let seen = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        if seen == self.fail_at.load(Ordering::SeqCst) { Err(StoreError::Fault) } else { Ok(()) }
    }

    pub(crate) fn at_commit(&self) -> Result<(), StoreError> {
        if self.before_commit.load(Ordering::SeqCst) { Err(StoreError::Fault) } else { Ok(()) }
    }

    pub(crate) fn at_answer(&self) -> Result<(), StoreError> {
        if self.after_commit.load(Ordering::SeqCst) { Err(StoreError::Fault) } else { Ok(()) }
    }
}
