//! The keys that a place was opened with, shared by the registers of all its regencies, and how
//! later ones take their place while a program runs.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::{Going, Held, KeyRing};
use crate::Store;
use crate::error::StoreError;

/// Reads the keys anew from where they came from; none when they are not there any more.
type Renew = Box<dyn Fn() -> Option<KeyRing> + Send + Sync>;

/// Keys brought once, after the register was asked whether they fit.
#[derive(Default)]
pub(crate) struct AtHand {
    held: RwLock<Option<Arc<Held>>>,
    /// By how many steps of the chain the place went when it answered last.
    seen: Arc<AtomicU32>,
    renew: OnceLock<Renew>,
}

impl AtHand {
    pub(crate) fn held(&self) -> Option<Arc<Held>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps keys where there are none; a second bringing changes nothing.
    pub(crate) fn bring(&self, keys: &KeyRing) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.get_or_insert_with(|| Arc::clone(keys.held()));
    }

    fn replace(&self, keys: &KeyRing) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        *held = Some(Arc::clone(keys.held()));
    }

    /// How a transaction that begins now goes.
    pub(crate) fn going(&self, held: Option<&Arc<Held>>) -> Going {
        Going::new(held.cloned(), Arc::clone(&self.seen))
    }

    /// Notes by how many steps the place goes from now on.
    pub(crate) fn note(&self, seen: u32) {
        self.seen.store(seen, Ordering::Relaxed);
    }
}

impl Store {
    /// Says where the keys can be read anew, once the register goes by a step that they lack.
    pub fn renew_keys_by(&self, renew: impl Fn() -> Option<KeyRing> + Send + Sync + 'static) {
        self.keys.renew.get_or_init(|| Box::new(renew));
    }

    /// Brings later keys in the place of those at hand.
    ///
    /// # Errors
    /// Those of [`Store::unlock`].
    pub fn bring_later_keys(&self, keys: &KeyRing) -> Result<(), StoreError> {
        if let Some(check) = self.key_check()? {
            keys.fit(&check)?;
        }
        self.keys.replace(keys);
        Ok(())
    }

    /// Reads the keys anew, because those at hand were refused.
    ///
    /// # Errors
    /// The refusal, when other keys would not help or there are none.
    pub(crate) fn renew_keys(&self, refused: StoreError) -> Result<(), StoreError> {
        let needed = match refused {
            StoreError::IndexKeyOlder { needed, .. } => needed,
            StoreError::KeysDiffer => 0,
            other => return Err(other),
        };
        let renew = self.keys.renew.get().ok_or_else(|| refused.clone())?;
        match renew() {
            Some(keys) if keys.index_steps() >= needed => self.bring_later_keys(&keys),
            _ => Err(refused),
        }
    }
}
