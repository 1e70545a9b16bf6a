//! The hook under every write: what it changed is added up, and at its end one leaf commits to it.
//!
//! Rows are added to and taken from the digests of their tables as statements run; `settle` writes
//! the digests of the tables touched, and the audit line with its leaf and the nodes above it.

use base::Id;
use base::id::kind;
use domain::audit::tree::{self, Hash, NodeId};
use domain::audit::{AuditLine, leaf_content};
use sha2::{Digest, Sha256};

use crate::digest::{RowShape, SetDigest};
use crate::effect::Effect;
use crate::engine::Link;
use crate::error::StoreError;
use crate::sql::{Sql, sql};
use crate::tables::{self, Watch};
use crate::value::{Columns, Value, values};
use crate::{Tx, audit, marks, migrate};

static LINE_INSERT: Sql = sql!("audit_insert");
static SIZE: Sql = sql!("audit_size");
static LEAF_GET: Sql = sql!("audit_leaf_get");
static NODE_GET: Sql = sql!("audit_node_get");
static NODE_INSERT: Sql = sql!("audit_node_insert");
static DIGEST_LIST: Sql = sql!("state_digest_list");
static DIGEST_SET: Sql = sql!("state_digest_set");
static DIGEST_DELETE: Sql = sql!("state_digest_delete");
static SCHEMA_GET: Sql = sql!("audit_schema_get");
static SCHEMA_SET: Sql = sql!("audit_schema_set");

/// The act of a migration that changed what is kept.
const MIGRATED: &str = "schema-migrated";

/// The act of a write that a test let pass without a line.
const UNRECORDED: &str = "unrecorded";

/// Rows of values that a server is asked about at once.
const ROWS_AT_ONCE: usize = 4_096;

/// What a transaction has changed and said so far.
#[derive(Default)]
pub(crate) struct Pending {
    lines: Vec<AuditLine>,
    /// What came less what went, of each table touched.
    deltas: Vec<(&'static str, SetDigest)>,
    buffer: Vec<u8>,
    /// Sheets that change, noted by whoever changes them.
    sheets: marks::Touched,
    /// Whether a bulk insert broke off: nobody knows then what is there.
    is_spoiled: bool,
}

impl Pending {
    /// Keeps a line for the end.
    pub(crate) fn say(&mut self, line: AuditLine) {
        self.lines.push(line);
    }

    /// Notes that a sheet changes, or what became of its rows.
    pub(crate) fn touch(&mut self, sheet: Id<kind::Sheet>) {
        self.sheets.insert(sheet);
    }

    /// Runs a statement and adds up what it does; the number of rows it changed.
    pub(crate) fn run(
        &mut self,
        link: &mut Link,
        sql: &Sql,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        match sql.effect() {
            Effect::None => link.run(sql, values),
            Effect::Adds(addition) => {
                let count = link.run(sql, values)?;
                let (delta, buffer) = self.delta(addition.table);
                addition.shape.write(values, buffer);
                delta.add(buffer);
                Ok(count)
            }
            Effect::AddsSome { table, text } => {
                let (delta, buffer) = self.delta(table);
                each_row(link, table, (text, values), buffer, |row| delta.add(row))
            }
            Effect::Removes { table, text } => {
                let (delta, buffer) = self.delta(table);
                each_row(link, table, (text, values), buffer, |row| delta.remove(row))
            }
            Effect::Changes { table, before, parameters, text } => {
                let chosen: Vec<_> = parameters.iter().map(|at| values[*at].clone()).collect();
                let (delta, buffer) = self.delta(table);
                each_row(link, table, (before, &chosen), buffer, |row| delta.remove(row))?;
                each_row(link, table, (text, values), buffer, |row| delta.add(row))
            }
        }
    }

    /// Runs a change or a removal once for each row of values and adds up what it does; the number
    /// of rows it changed. No two rows of values may name the same row.
    pub(crate) fn run_all<const N: usize>(
        &mut self,
        link: &mut Link,
        sql: &Sql,
        rows: &[[Value<'_>; N]],
    ) -> Result<u64, StoreError> {
        let done = self.run_many(link, sql, rows);
        self.is_spoiled |= done.is_err();
        done
    }

    fn run_many<const N: usize>(
        &mut self,
        link: &mut Link,
        sql: &Sql,
        rows: &[[Value<'_>; N]],
    ) -> Result<u64, StoreError> {
        let mut count = 0;
        for some in rows.chunks(ROWS_AT_ONCE) {
            let column = |at: usize| some.iter().map(|row| row[at].clone()).collect();
            let columns: Vec<Vec<Value<'_>>> = (0..N).map(column).collect();
            count += match sql.effect() {
                Effect::Removes { table, text } => {
                    let (delta, buffer) = self.delta(table);
                    each_of_many(link, table, (text, &columns), buffer, |row| delta.remove(row))?
                }
                Effect::Changes { table, before, parameters, text } => {
                    let chosen: Vec<Vec<Value<'_>>> =
                        parameters.iter().map(|at| column(*at)).collect();
                    let (delta, buffer) = self.delta(table);
                    let went = each_of_many(link, table, (before, &chosen), buffer, |row| {
                        delta.remove(row);
                    })?;
                    let came =
                        each_of_many(link, table, (text, &columns), buffer, |row| delta.add(row))?;
                    assert_eq!(went, came, "{}: a row is named once", sql.name);
                    came
                }
                _ => panic!("{}: only what changes or removes rows is run for many", sql.name),
            };
        }
        Ok(count)
    }

    /// Inserts many rows and adds them up; how many.
    pub(crate) fn insert<'v, const N: usize>(
        &mut self,
        link: &mut Link,
        sql: &Sql,
        rows: impl Iterator<Item = [Value<'v>; N]>,
    ) -> Result<u64, StoreError> {
        let addition = match sql.effect() {
            Effect::None => return link.insert(sql, rows),
            Effect::Adds(addition) => addition,
            // What a row meets decides what becomes of it: one statement a row.
            _ => {
                let mut count = 0;
                for row in rows {
                    count += self.run(link, sql, &row)?;
                }
                return Ok(count);
            }
        };
        let (delta, buffer) = self.delta(addition.table);
        let done = link.insert(
            sql,
            rows.inspect(|row| {
                addition.shape.write(row, buffer);
                delta.add(buffer);
            }),
        );
        self.is_spoiled |= done.is_err();
        done
    }

    fn delta(&mut self, table: &'static str) -> (&mut SetDigest, &mut Vec<u8>) {
        let at = match self.deltas.iter().position(|(known, _)| *known == table) {
            Some(at) => at,
            None => {
                self.deltas.push((table, SetDigest::empty()));
                self.deltas.len() - 1
            }
        };
        (&mut self.deltas[at].1, &mut self.buffer)
    }
}

/// Ends a write: nothing when it changed nothing and said nothing, else exactly one leaf.
pub(crate) fn settle(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let Pending { mut lines, mut deltas, is_spoiled, sheets, .. } = std::mem::take(tx.pending());
    assert!(!is_spoiled, "what a bulk insert left half done is not committed");
    let has_touched = !deltas.is_empty();
    deltas.retain(|(_, delta)| !delta.is_empty());
    if deltas.is_empty() && (has_touched || lines.is_empty()) {
        return Ok(());
    }
    let size = size(tx)?;
    if lines.is_empty() {
        let tables: Vec<_> = deltas.iter().map(|(table, _)| *table).collect();
        assert!(tx.forgives_silence(), "a write of {tables:?} says nothing of itself");
        lines.push(own_line(tx, UNRECORDED, size, 0));
    }
    assert_eq!(lines.len(), 1, "one write is one act: {:?}", lines.last().map(|line| &line.act));
    let line = lines.pop().expect("there is one");
    let state = write_digests(tx, &deltas)?;
    marks::set(tx, deltas.iter().map(|(table, _)| *table), &sheets, size)?;
    append(tx, size, &line, &state)
}

/// How many leaves the log has.
pub(crate) fn size(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.one(&SIZE, &values![tx.tenant()], |columns| columns.take()).map(Option::unwrap_or_default)
}

/// A node of the tree as it is kept.
pub(crate) fn node(tx: &mut Tx<'_>, id: NodeId) -> Result<Hash, StoreError> {
    let position = id.position.cast_signed();
    let found = match id.level {
        0 => tx.one(&LEAF_GET, &values![tx.tenant(), position], |columns| columns.take())?,
        level => {
            let values = values![tx.tenant(), level, position];
            tx.one(&NODE_GET, &values, |columns| columns.take())?
        }
    };
    found.ok_or_else(|| StoreError::Corrupt { what: "the tree of the audit log".into() })
}

/// The digests as they are kept, by table.
pub(crate) fn digests(tx: &mut Tx<'_>) -> Result<Vec<(String, SetDigest)>, StoreError> {
    let mut found = tx.all(&DIGEST_LIST, &values![tx.tenant()], |columns| {
        let (table, bytes): (String, Vec<u8>) = (columns.take()?, columns.take()?);
        Ok((table, SetDigest::from_bytes(&bytes)?))
    })?;
    found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found)
}

/// What a leaf says of all kept tables: a digest over their names and digests, by name.
pub(crate) fn state_of(digests: &[(String, SetDigest)]) -> Hash {
    let mut hasher = Sha256::new().chain_update(b"payung-state/v1\n");
    for (table, digest) in digests {
        hasher.update((table.len() as u64).to_be_bytes());
        hasher.update(table.as_bytes());
        hasher.update(digest.to_bytes());
    }
    hasher.finalize().into()
}

/// The digest of a table, and how many rows it has, out of the rows themselves.
pub(crate) fn scan(tx: &mut Tx<'_>, table: &str) -> Result<(SetDigest, u64), StoreError> {
    let mut digest = SetDigest::empty();
    let text = format!("select * from {table} where tenant = $1");
    let (tenant, mut buffer) = (tx.tenant(), Vec::new());
    let values = values![tenant];
    let rows = each_row(tx.link(), table, (&text, &values), &mut buffer, |row| digest.add(row))?;
    Ok((digest, rows))
}

/// Before a migration: what is kept must be what was committed to, or the new digests would
/// cover up what somebody did.
pub(crate) fn before_migration(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if !tx.link().has_table("state_digest")? || migrate::applied(tx.link())? >= migrate::newest() {
        return Ok(());
    }
    for (table, digest) in digests(tx)? {
        if !tx.link().has_table(&table)? || scan(tx, &table)?.0 != digest {
            return Err(StoreError::Corrupt { what: table.into() });
        }
    }
    Ok(())
}

/// After a migration: digests are taken anew, and what differs is an act of the program.
pub(crate) fn after_migration(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let seen: Option<i64> = tx.one(&SCHEMA_GET, &values![tenant], |columns| columns.take())?;
    // A newer Payung may have been here and have added something: that is for it to watch.
    if seen >= Some(migrate::newest()) {
        return Ok(());
    }
    for (table, digest) in digests(tx)? {
        match tables::of(Watch::Kept).find(|kept| *kept == table) {
            Some(table) => tx.pending().delta(table).0.leave(&digest),
            None => {
                tx.run(&DIGEST_DELETE, &values![tenant, &table])?;
            }
        }
    }
    for table in tables::of(Watch::Kept) {
        let (digest, _) = scan(tx, table)?;
        tx.pending().delta(table).0.join(&digest);
    }
    tx.run(&SCHEMA_SET, &values![tenant, migrate::newest()])?;
    if tx.pending().deltas.iter().any(|(_, delta)| !delta.is_empty()) {
        say_itself(tx, MIGRATED)?;
    }
    Ok(())
}

/// Before the rows of a table are written anew past the statements that are added up: what is kept
/// must be what was committed to.
pub(crate) fn before_rewriting(tx: &mut Tx<'_>, table: &str) -> Result<SetDigest, StoreError> {
    let known = digests(tx)?.into_iter().find(|(name, _)| name == table);
    let known = known.map_or_else(SetDigest::empty, |(_, digest)| digest);
    match scan(tx, table)?.0 == known {
        true => Ok(known),
        false => Err(StoreError::Corrupt { what: table.into() }),
    }
}

/// After they were written anew: what there is now takes the place of what there was.
pub(crate) fn after_rewriting(
    tx: &mut Tx<'_>,
    table: &'static str,
    old: &SetDigest,
) -> Result<(), StoreError> {
    let (new, _) = scan(tx, table)?;
    let (delta, _) = tx.pending().delta(table);
    delta.leave(old);
    delta.join(&new);
    Ok(())
}

/// Whether a server's register has every migration and its digests are of them.
pub(crate) fn is_settled(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    if !tx.link().is_postgres() || !migrate::pending(tx.link())?.is_empty() {
        return Ok(false);
    }
    let tenant = tx.tenant();
    let seen: Option<i64> = tx.one(&SCHEMA_GET, &values![tenant], |columns| columns.take())?;
    Ok(seen >= Some(migrate::newest()))
}

/// Says an act of the program's own, which bears the moment of the one before: no clock here.
pub(crate) fn say_itself(tx: &mut Tx<'_>, act: &str) -> Result<(), StoreError> {
    let size = size(tx)?;
    let last = size.checked_sub(1).map(|last| audit::entry(tx, last)).transpose()?.flatten();
    let line = own_line(tx, act, size, last.map_or(0, |entry| entry.line.at_ms));
    tx.pending().say(line);
    Ok(())
}

/// A line of the program's own: its identifier follows from its place.
fn own_line(tx: &Tx<'_>, act: &str, sequence: u64, at_ms: i64) -> AuditLine {
    let hasher = Sha256::new().chain_update(act).chain_update(tx.tenant().to_be_bytes());
    let digest: Hash = hasher.chain_update(sequence.to_be_bytes()).finalize().into();
    let (id, salt) = digest.split_at(16);
    AuditLine {
        id: id.try_into().expect("half of a digest"),
        salt: salt.try_into().expect("half of a digest"),
        at_ms,
        actor: None,
        act: act.into(),
        object_kind: "register".into(),
        object: None,
        count: None,
        reason: None,
    }
}

/// Writes the digests of the tables touched; what all tables come to.
fn write_digests(
    tx: &mut Tx<'_>,
    deltas: &[(&'static str, SetDigest)],
) -> Result<Hash, StoreError> {
    let mut known = digests(tx)?;
    for (table, delta) in deltas {
        let at = match known.binary_search_by(|(name, _)| name.as_str().cmp(table)) {
            Ok(at) => at,
            Err(at) => {
                known.insert(at, ((*table).to_owned(), SetDigest::empty()));
                at
            }
        };
        known[at].1.join(delta);
        let bytes = known[at].1.to_bytes();
        tx.run(&DIGEST_SET, &values![tx.tenant(), *table, bytes.as_slice()])?;
    }
    Ok(state_of(&known))
}

fn append(tx: &mut Tx<'_>, size: u64, line: &AuditLine, state: &Hash) -> Result<(), StoreError> {
    let leaf = tree::leaf_hash(&leaf_content(size, line, state));
    let made = tree::append(size, leaf, |id| node(tx, id))?;
    let tenant = tx.tenant();
    tx.run(
        &LINE_INSERT,
        &values![
            tenant,
            size.cast_signed(),
            &line.id,
            &line.salt,
            line.at_ms,
            line.actor.as_ref(),
            &line.act,
            &line.object_kind,
            line.object.as_ref(),
            line.count,
            line.reason.as_ref(),
            state,
            &leaf,
        ],
    )?;
    for (id, hash) in made.iter().skip(1) {
        let position = id.position.cast_signed();
        tx.run(&NODE_INSERT, &values![tenant, id.level, position, hash])?;
    }
    Ok(())
}

/// Hands every row that a statement answers to `each`, as bytes; how many.
fn each_row(
    link: &mut Link,
    table: &str,
    (text, values): (&str, &[Value<'_>]),
    buffer: &mut Vec<u8>,
    mut each: impl FnMut(&[u8]),
) -> Result<u64, StoreError> {
    let mut reader = RowReader { table, shape: None, count: 0 };
    link.each_of(text, values, &mut |columns| reader.hand_on(&columns, buffer, &mut each))?;
    Ok(reader.count)
}

/// The same for a statement that is asked for many rows of values.
fn each_of_many(
    link: &mut Link,
    table: &str,
    (text, columns): (&str, &[Vec<Value<'_>>]),
    buffer: &mut Vec<u8>,
    mut each: impl FnMut(&[u8]),
) -> Result<u64, StoreError> {
    let mut reader = RowReader { table, shape: None, count: 0 };
    link.each_of_many(text, columns, &mut |columns| reader.hand_on(&columns, buffer, &mut each))?;
    Ok(reader.count)
}

/// Rows of a table as bytes, counted.
struct RowReader<'t> {
    table: &'t str,
    shape: Option<RowShape>,
    count: u64,
}

impl RowReader<'_> {
    fn hand_on(
        &mut self,
        columns: &Columns<'_>,
        buffer: &mut Vec<u8>,
        each: &mut impl FnMut(&[u8]),
    ) -> Result<(), StoreError> {
        let table = self.table;
        let shape =
            self.shape.get_or_insert_with(|| RowShape::new(table, columns.names().into_iter()));
        shape.read(columns, buffer)?;
        each(buffer);
        self.count += 1;
        Ok(())
    }
}
