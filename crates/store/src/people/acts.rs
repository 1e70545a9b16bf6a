//! Who asked to see or to erase whose identity, and why.

use base::Id;
use base::id::kind;

use crate::sql::{Sql, sql};
use crate::value::values;
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("identity_act_insert");
static LIST: Sql = sql!("identity_act_list");

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActKind {
    /// To see it unmasked.
    Reveal,
    /// To erase it.
    Erase,
}

impl ActKind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            ActKind::Reveal => "reveal",
            ActKind::Erase => "erase",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<ActKind> {
        [ActKind::Reveal, ActKind::Erase].into_iter().find(|kind| kind.name() == name)
    }
}

/// One asking, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityAct {
    /// Which; the same as of its line in the audit log.
    pub id: [u8; 16],
    /// About whom.
    pub person: Id<kind::Person>,
    /// What for.
    pub kind: ActKind,
    /// By whom.
    pub actor: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Why, in their own words.
    pub reason: Box<str>,
}

/// Writes an asking down.
pub fn note_act(tx: &mut Tx<'_>, act: &IdentityAct) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &act.id,
        &act.person,
        act.kind.name(),
        &act.actor,
        act.at_ms,
        &act.reason,
    ];
    tx.run(&INSERT, &values).map(|_| ())
}

/// Everything that was asked about somebody, oldest first.
pub fn acts(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<IdentityAct>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), &person], |columns| {
        Ok(IdentityAct {
            id: columns.take()?,
            person: columns.take()?,
            kind: columns.take_with("an asking", ActKind::from_name)?,
            actor: columns.take()?,
            at_ms: columns.take()?,
            reason: columns.take()?,
        })
    })
}
