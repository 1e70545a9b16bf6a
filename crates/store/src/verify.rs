//! Everything the register says, computed again and compared: the file, the schema, every line and
//! leaf, every node of the tree, every row of every kept table.

use domain::audit::tree::{self, Hash, NodeId};
use domain::audit::{leaf_content, reason_commitment};

use crate::sql::{Sql, sql};
use crate::tables::{self, Watch};
use crate::value::values;
use crate::{StoreError, Tx, audit, log, migrate, reasons, rotation};

static LINES: Sql = sql!("audit_list");
static NODES: Sql = sql!("audit_node_list");
static REASONS: Sql = sql!("audit_reason_list");
static SCHEMA: Sql = sql!("audit_schema_get");
static PEMDA: Sql = sql!("pemda_list");

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The engine finds its own file damaged; what it says of it.
    Engine(String),
    /// A table, index or trigger is not what the migrations made.
    Schema(String),
    /// The list of migrations or of regencies is not what the program knows.
    Settled(&'static str),
    /// The line in this place is missing, or is not what its leaf commits to.
    Line(u64),
    /// A node of the tree over the leaves is missing or is not the hash of what is below it.
    Node {
        /// Its level, 1 for the lowest above the leaves.
        level: u32,
        /// Its place on that level.
        position: u64,
    },
    /// The words of the reason of the line with this identifier are not those it is bound to.
    Reason(Box<[u8]>),
    /// The digests of the tables are not those that the newest leaf commits to.
    State,
    /// The rows of a table are not those that its digest was taken of.
    Table(String),
}

/// What was found.
pub struct Verified {
    /// What is not as it was written, the first first.
    pub flaws: Vec<Flaw>,
    /// How many rows of kept tables were looked at.
    pub rows: u64,
    /// The hashes of complete subtrees, by level, out of the lines themselves.
    levels: Vec<Vec<Hash>>,
}

impl Verified {
    /// How many leaves the log has.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The root over the first `size` leaves, out of the lines themselves; nothing when there are
    /// fewer.
    pub fn root(&self, size: u64) -> Option<Hash> {
        tree::root(size, |id| self.node(id).ok_or(())).ok()
    }

    fn node(&self, id: NodeId) -> Option<Hash> {
        self.levels.get(id.level as usize)?.get(usize::try_from(id.position).ok()?).copied()
    }

    fn push(&mut self, leaf: Hash) {
        let size = self.size();
        let made = tree::append(size, leaf, |id| self.node(id).ok_or(()));
        for (id, hash) in made.expect("every node before it is there") {
            let level = id.level as usize;
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(hash);
        }
    }
}

/// Computes everything again.
///
/// # Errors
/// Those of reading; [`StoreError::Corrupt`] when the engine cannot even answer.
pub fn verify(tx: &mut Tx<'_>) -> Result<Verified, StoreError> {
    let mut found = Verified { flaws: Vec::new(), rows: 0, levels: Vec::new() };
    let engine = tx.link().integrity()?;
    found.flaws.extend(engine.map(Flaw::Engine));
    found.flaws.extend(tx.link().foreign_schema()?.map(Flaw::Schema));
    settled(tx, &mut found)?;
    let state = lines(tx, &mut found)?;
    nodes(tx, &mut found)?;
    kept_tables(tx, state, &mut found)?;
    reasons(tx, &mut found)?;
    Ok(found)
}

/// What the program itself knows: whose register it is, and which migrations it has seen.
fn settled(tx: &mut Tx<'_>, found: &mut Verified) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let regencies: Vec<i64> = tx.all(&PEMDA, &[], |columns| columns.take())?;
    if !regencies.contains(&tenant) || (!tx.link().is_postgres() && regencies.len() > 1) {
        found.flaws.push(Flaw::Settled("pemda"));
    }
    if !rotation::is_settled(tx)? {
        found.flaws.push(Flaw::Settled("index_chain"));
    }
    if !migrate::is_as_known(tx.link())? {
        found.flaws.push(Flaw::Settled("migration"));
    }
    let seen: Option<i64> = tx.one(&SCHEMA, &values![tenant], |columns| columns.take())?;
    if seen != Some(migrate::newest()) {
        found.flaws.push(Flaw::Settled("audit_schema"));
    }
    Ok(())
}

/// Every line against its leaf, in order; what the newest says of the tables.
fn lines(tx: &mut Tx<'_>, found: &mut Verified) -> Result<Option<Hash>, StoreError> {
    let mut state = None;
    tx.each(&LINES, &values![tx.tenant()], |columns| {
        let expected = found.size();
        // A line that cannot even be read is the bad one.
        let entry = match audit::read(columns) {
            Ok(entry) => Some(entry),
            Err(StoreError::Corrupt { .. }) => None,
            Err(other) => return Err(other),
        };
        let leaf = entry.as_ref().map(|entry| {
            let content = leaf_content(expected, &entry.line, &entry.state);
            (tree::leaf_hash(&content), entry.sequence == expected)
        });
        match (&entry, leaf) {
            (Some(entry), Some((leaf, true))) if leaf == entry.leaf => found.push(leaf),
            (_, leaf) => {
                found.flaws.push(Flaw::Line(expected));
                found.push(leaf.map_or([0; 32], |(leaf, _)| leaf));
            }
        }
        state = entry.map(|entry| entry.state);
        Ok(())
    })?;
    Ok(state)
}

/// Every node as it is kept against the one out of the lines.
fn nodes(tx: &mut Tx<'_>, found: &mut Verified) -> Result<(), StoreError> {
    let mut wanted = Vec::new();
    for (level, hashes) in (0_u32..).zip(&found.levels).skip(1) {
        wanted.extend((0_u64..).zip(hashes).map(|(position, hash)| (level, position, *hash)));
    }
    let kept: Vec<Option<(u32, u64, Hash)>> = tx.all(&NODES, &values![tx.tenant()], |columns| {
        let (level, position) = (columns.take(), columns.take());
        Ok(level
            .ok()
            .zip(position.ok())
            .zip(columns.take().ok())
            .map(|((l, p), hash)| (l, p, hash)))
    })?;
    let differing = wanted.iter().zip(&kept).position(|(want, have)| Some(*want) != *have);
    let longer = (wanted.len() != kept.len()).then_some(wanted.len().min(kept.len()));
    if let Some(at) = differing.or(longer) {
        let (level, position) = match (wanted.get(at), kept.get(at)) {
            (Some((level, position, _)), _) | (None, Some(Some((level, position, _)))) => {
                (*level, *position)
            }
            (None, _) => (0, 0),
        };
        found.flaws.push(Flaw::Node { level, position });
    }
    Ok(())
}

/// Every row of every kept table against the digests, and these against the newest leaf.
fn kept_tables(
    tx: &mut Tx<'_>,
    state: Option<Hash>,
    found: &mut Verified,
) -> Result<(), StoreError> {
    let digests = match log::digests(tx) {
        Ok(digests) => digests,
        Err(StoreError::Corrupt { .. }) => {
            found.flaws.push(Flaw::State);
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    // Nobody has ever written anything: then nothing is committed to.
    let is_as_said = match state {
        None => digests.is_empty(),
        Some(state) => log::state_of(&digests) == state,
    };
    if !is_as_said {
        found.flaws.push(Flaw::State);
    }
    for table in tables::of(Watch::Kept) {
        let (rows, count) = log::scan(tx, table)?;
        found.rows += count;
        let is_same = match digests.iter().find(|(name, _)| name == table) {
            Some((_, digest)) => *digest == rows,
            None => rows.is_empty(),
        };
        if !is_same {
            found.flaws.push(Flaw::Table(table.to_owned()));
        }
    }
    Ok(())
}

/// The words of every reason against what their line is bound by.
fn reasons(tx: &mut Tx<'_>, found: &mut Verified) -> Result<(), StoreError> {
    let clear = tx
        .all(&REASONS, &values![tx.tenant()], |columns| Ok((columns.take()?, columns.take()?)))
        .map(|clear| clear.into_iter().map(|(line, words)| (line, Some(words))));
    // Without the keys nobody can open them; that they are as they were sealed, the digest of their
    // table says.
    let sealed = match reasons::of_lines(tx) {
        Err(StoreError::KeysMissing) => Ok(Vec::new()),
        sealed => sealed,
    };
    let reasons: Vec<(Vec<u8>, Option<String>)> = match (clear, sealed) {
        (Ok(clear), Ok(sealed)) => clear.chain(sealed).collect(),
        // The digest of the table has found it already.
        (Err(StoreError::Corrupt { .. }), _) | (_, Err(StoreError::Corrupt { .. })) => {
            return Ok(());
        }
        (Err(other), _) | (_, Err(other)) => return Err(other),
    };
    for (line, words) in reasons {
        let entry = match <[u8; 16]>::try_from(line.as_slice()) {
            Ok(id) => audit::entry_by_id(tx, &id)?,
            Err(_) => None,
        };
        let bound = entry.zip(words).and_then(|(entry, words)| {
            entry.line.reason.map(|reason| reason == reason_commitment(&entry.line.salt, &words))
        });
        if bound != Some(true) {
            found.flaws.push(Flaw::Reason(line.into()));
        }
    }
    Ok(())
}
