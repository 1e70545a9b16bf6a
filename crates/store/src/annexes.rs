//! The annexes of a programme, numbered; those approved before they had numbers follow in order.

use std::collections::BTreeMap;

use base::Id;
use base::id::kind;
use domain::annex::{Annex, AnnexKind, Decree};

use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("annex_insert");
static LIST: Sql = sql!("annex_list");
static DECREE_INSERT: Sql = sql!("annex_decree_insert");
static DECREES: Sql = sql!("annex_decree_list");
static UNNUMBERED: Sql = sql!("annex_unnumbered_list");

/// A list that was approved and is no numbered annex yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unnumbered {
    /// The list.
    pub proposal: Id<kind::Proposal>,
    /// Who approved it.
    pub checker: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub approved_at_ms: i64,
}

/// Keeps an annex; a number that is taken is `annex_pk`.
pub fn insert(tx: &mut Tx<'_>, annex: &Annex) -> Result<(), StoreError> {
    let proposal = match &annex.kind {
        AnnexKind::List(proposal) => Some(proposal),
        AnnexKind::Amendment => None,
    };
    tx.run(
        &INSERT,
        &values![
            tx.tenant(),
            &annex.programme,
            annex.number,
            annex.kind.name(),
            proposal,
            &annex.made_by,
            annex.made_at_ms,
            annex.added,
            annex.removed,
            annex.bound,
            annex.freed,
            &annex.hash,
        ],
    )
    .map(|_| ())
}

/// A programme's annexes, by number.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Annex>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), &programme], read)
}

/// Approved lists of a programme that have no number yet, in the order of their approval.
pub fn unnumbered(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Unnumbered>, StoreError> {
    tx.all(&UNNUMBERED, &values![tx.tenant(), &programme], |columns| {
        Ok(Unnumbered {
            proposal: columns.take()?,
            checker: columns.take()?,
            approved_at_ms: columns.take()?,
        })
    })
}

/// That somebody said of which decree a kept annex is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeNoted {
    /// Which note.
    pub id: Id<Decree>,
    /// The annex: programme and number.
    pub annex: (Id<kind::Programme>, u32),
    /// The decree.
    pub decree: Decree,
    /// Who said so.
    pub noted_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub noted_at_ms: i64,
}

/// Keeps of which decree an annex is.
pub fn insert_decree(tx: &mut Tx<'_>, noted: &DecreeNoted) -> Result<(), StoreError> {
    let (programme, annex) = &noted.annex;
    let values = values![
        tx.tenant(),
        &noted.id,
        programme,
        *annex,
        noted.decree.number.as_ref(),
        noted.decree.day,
        &noted.noted_by,
        noted.noted_at_ms,
    ];
    tx.run(&DECREE_INSERT, &values).map(|_| ())
}

/// Of which decree each annex of a programme is, as it was said last.
pub fn decrees(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<BTreeMap<u32, Decree>, StoreError> {
    let mut found = BTreeMap::new();
    tx.each(&DECREES, &values![tx.tenant(), &programme], |columns| {
        let annex: u32 = columns.take()?;
        found.insert(annex, Decree { number: columns.take()?, day: columns.take()? });
        Ok(())
    })?;
    Ok(found)
}

fn read(columns: &mut Columns<'_>) -> Result<Annex, StoreError> {
    Ok(Annex {
        programme: columns.take()?,
        number: columns.take()?,
        kind: {
            let (name, proposal): (String, Option<Id<kind::Proposal>>) =
                (columns.take()?, columns.take()?);
            match (name.as_str(), proposal) {
                ("list", Some(proposal)) => AnnexKind::List(proposal),
                ("amendment", None) => AnnexKind::Amendment,
                _ => return Err(corrupt("the kind of an annex")),
            }
        },
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
        added: columns.take()?,
        removed: columns.take()?,
        bound: columns.take()?,
        freed: columns.take()?,
        hash: columns.take()?,
    })
}
