//! The connections of one place, shared by the registers of all its regencies.
//!
//! Readers and writers are kept apart; a connection belongs to nobody between two transactions, and
//! which regency it works for is said anew at the beginning of each.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::engine::{Access, Capacity, Link, Location};
use crate::error::StoreError;

/// Connections of each kind; a server allows a hundred to everybody together.
const OPEN_MAX: usize = 32;

/// How long a transaction waits for a connection.
const WAIT: Duration = Duration::from_secs(30);

pub(crate) struct Pool {
    location: Location,
    capacity: Capacity,
    readers: Shelf,
    writers: Shelf,
    turns: Mutex<HashMap<i64, Arc<Mutex<()>>>>,
}

#[derive(Default)]
struct Shelf {
    held: Mutex<Held>,
    returned: Condvar,
}

#[derive(Default)]
struct Held {
    idle: Vec<Link>,
    open: usize,
}

/// A connection in use: it goes back when it is given back, and is closed when it is dropped.
pub(crate) struct Lent {
    link: Option<Link>,
    pool: Arc<Pool>,
    access: Access,
    /// Whether it was opened for this loan.
    pub(crate) fresh: bool,
}

impl Pool {
    /// Opens the first connection, so that a place that cannot be used is known at once.
    pub(crate) fn open(location: Location, capacity: Capacity) -> Result<Arc<Pool>, StoreError> {
        let first = Link::open(&location, Access::Write, capacity)?;
        let (readers, writers) = (Shelf::default(), Shelf::default());
        *locked(&writers.held) = Held { idle: vec![first], open: 1 };
        let turns = Mutex::default();
        Ok(Arc::new(Pool { location, capacity, readers, writers, turns }))
    }

    pub(crate) fn take(self: &Arc<Self>, access: Access) -> Result<Lent, StoreError> {
        let shelf = self.shelf(access);
        let full = |held: &mut Held| held.idle.is_empty() && held.open >= OPEN_MAX;
        let (mut held, waited) = shelf
            .returned
            .wait_timeout_while(locked(&shelf.held), WAIT, full)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StoreError::Busy);
        }
        let link = held.idle.pop();
        let fresh = link.is_none();
        held.open += usize::from(fresh);
        drop(held);
        // From here on a failure to connect, as everything else, frees the place by the drop.
        let mut lent = Lent { link, pool: Arc::clone(self), access, fresh };
        if fresh {
            lent.link = Some(Link::open(&self.location, access, self.capacity)?);
        }
        Ok(lent)
    }

    /// The turn that writers of this process queue for: at a file all of them, at a server those
    /// of one regency. The engine's own lock keeps other processes apart.
    pub(crate) fn turn(&self, tenant: i64) -> Arc<Mutex<()>> {
        let whose = match self.location {
            Location::Directory(_) => 0,
            Location::Url(_) => tenant,
        };
        Arc::clone(locked(&self.turns).entry(whose).or_default())
    }

    /// Whether the place is a file of this machine.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.location, Location::Directory(_))
    }

    fn shelf(&self, access: Access) -> &Shelf {
        match access {
            Access::Read => &self.readers,
            Access::Write => &self.writers,
        }
    }
}

impl Lent {
    /// Puts another connection of the same kind in place of this one, which is closed.
    pub(crate) fn renew(&mut self) -> Result<(), StoreError> {
        let shelf = self.pool.shelf(self.access);
        let mut held = locked(&shelf.held);
        let idle = held.idle.pop();
        // Of two places one is free now.
        held.open -= usize::from(idle.is_some());
        drop(held);
        shelf.returned.notify_one();
        self.fresh = idle.is_none();
        let link = match idle {
            Some(link) => link,
            None => Link::open(&self.pool.location, self.access, self.pool.capacity)?,
        };
        self.link = Some(link);
        Ok(())
    }

    /// Gives the connection back for others; nothing of a transaction may be open on it.
    pub(crate) fn give_back(mut self) {
        let link = self.link.take();
        let shelf = self.pool.shelf(self.access);
        let mut held = locked(&shelf.held);
        held.idle.extend(link);
        // The drop that follows counts one less.
        held.open += 1;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let shelf = self.pool.shelf(self.access);
        locked(&shelf.held).open -= 1;
        shelf.returned.notify_one();
    }
}

impl Deref for Lent {
    type Target = Link;

    fn deref(&self) -> &Link {
        self.link.as_ref().expect("a connection that is lent is there")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Link {
        self.link.as_mut().expect("a connection that is lent is there")
    }
}

/// A lock whose holder panicked protects nothing half done: links in use are not in the list.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
