//! The index key followed by a step of its chain: every index of a place becomes its next link, of
//! all its regencies in one transaction, and no record is opened for it (docs/decisions/0047).

use std::sync::Arc;

use crate::catalogue;
use crate::engine::{Access, Anew, Rewriting, Rewritten};
use crate::indexes::{self, Holds, Indexed};
use crate::keys::{Going, Held, KEY_CHECK, KeyRing, steps_of};
use crate::pool::locked;
use crate::sql::{Sql, sql};
use crate::value::{Value, corrupt, values};
use crate::{Store, StoreError, Tx, log, settings};

static CHAIN_LIST: Sql = sql!("index_chain_list");
static CHAIN_SET: Sql = sql!("index_chain_set");

/// The act of a register whose indexes were brought on.
const ROTATED: &str = "index-key-rotated";

/// By how many steps of the chain a register goes, and how many the keys have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainStanding {
    /// The steps that the register goes by.
    pub steps: u32,
    /// The steps that the keys have.
    pub known: u32,
}

/// What was brought on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BroughtOn {
    /// The steps that the place goes by now.
    pub steps: u32,
    /// Regencies that went by fewer.
    pub regencies: u32,
    /// Rows that were written anew.
    pub rows: u64,
}

impl Store {
    /// By how many steps of the chain the register goes.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn chain_standing(&self) -> Result<ChainStanding, StoreError> {
        self.read(|tx| {
            let check = settings::get(tx, KEY_CHECK)?;
            let known = tx.keys()?.index_steps();
            let steps = check.map_or(tx.index_steps()?, |check| steps_of(&check));
            Ok(ChainStanding { steps, known })
        })
    }

    /// Brings every regency of the place to as many steps as the keys have: all or none. `say` says
    /// the act in this regency's log; in others it is the program's own.
    ///
    /// Writers of a server wait meanwhile, and readers read what was before.
    ///
    /// # Errors
    /// [`StoreError::KeysDiffer`] when some regency is sealed by other keys,
    /// [`StoreError::Corrupt`] when a table was changed behind the program's back,
    /// [`StoreError::Busy`] when writers did not end in time.
    pub fn rotate_index<E: From<StoreError>>(
        &self,
        mut say: impl FnMut(&mut Tx<'_>, u64) -> Result<(), E>,
    ) -> Result<BroughtOn, E> {
        let held = self.keys.held().ok_or(StoreError::KeysMissing)?;
        let own = self.tenant().digits().cast_signed();
        let done = self.alone(held, |tx, ring| {
            let to = ring.index_steps();
            let places = places(tx, own)?;
            let behind: Vec<_> = places.into_iter().filter(|(_, from)| *from < to).collect();
            let mut done = BroughtOn { steps: to, ..BroughtOn::default() };
            for (tenant, _) in &behind {
                tx.run(&CHAIN_SET, &values![*tenant, to])?;
            }
            tx.link().go_by(to)?;
            for (tenant, from) in behind {
                tx.turn_to(tenant)?;
                let Some(rows) = bring_on(tx, ring, (from, to))? else { continue };
                match tenant == own {
                    true => say(tx, rows)?,
                    false => log::say_itself(tx, ROTATED)?,
                }
                log::settle(tx)?;
                done.regencies += 1;
                done.rows += rows;
            }
            tx.turn_to(own)?;
            Ok::<_, E>(done)
        })?;
        self.keys.note(done.steps);
        Ok(done)
    }

    /// Makes sure that the register has its place in the chain; one that was brought from a time
    /// before the last step is brought on.
    pub(crate) fn stand_in_chain(&self, keys: &KeyRing) -> Result<(), StoreError> {
        let own = self.tenant().digits().cast_signed();
        let seen = self.read_without_keys(|tx| {
            if !tx.has_table("index_chain")? || !tx.has_table("setting")? {
                return Ok(None);
            }
            let check = settings::get(tx, KEY_CHECK)?;
            let all = tx.all(&CHAIN_LIST, &[], |columns| Ok((columns.take()?, columns.take()?)))?;
            Ok(Some((check, all)))
        })?;
        let Some((check, all)): Option<(_, Vec<(i64, u32)>)> = seen else { return Ok(()) };
        let (place, known) = (all.iter().map(|(_, steps)| *steps).max(), keys.index_steps());
        let place = place.unwrap_or(0);
        if place > known {
            return Err(StoreError::IndexKeyOlder { needed: place, known });
        }
        // One that nobody has written in yet goes by as many as its place.
        let Some(from) = check.as_deref().map(steps_of) else { return Ok(()) };
        let kept = all.iter().find(|(tenant, _)| *tenant == own).map(|(_, steps)| *steps);
        match kept {
            Some(kept) if kept == from && kept == place => Ok(()),
            Some(kept) if kept != from => Err(corrupt("index_chain")),
            _ => self.catch_up(keys, (from, place)),
        }
    }

    fn catch_up(&self, keys: &KeyRing, (from, to): (u32, u32)) -> Result<(), StoreError> {
        if from > to {
            return Err(StoreError::IndexAhead { found: from, place: to });
        }
        let own = self.tenant().digits().cast_signed();
        self.alone(Arc::clone(keys.held()), |tx, ring| {
            tx.turn_to(own)?;
            tx.run(&CHAIN_SET, &values![own, to])?;
            tx.link().go_by(to)?;
            if from < to && bring_on(tx, ring, (from, to))?.is_some() {
                log::say_itself(tx, ROTATED)?;
            }
            Ok(())
        })
    }

    /// Runs `work` while nobody else writes in the place; what goes leaves nothing in a file.
    fn alone<T, E: From<StoreError>>(
        &self,
        held: Arc<Held>,
        work: impl FnOnce(&mut Tx<'_>, &KeyRing) -> Result<T, E>,
    ) -> Result<T, E> {
        let own = self.tenant().digits().cast_signed();
        let turn = self.pool.turn(own);
        let turn = locked(&turn);
        let mut link = self.pool.take(Access::Write)?;
        link.begin_alone()?;
        link.wipe_what_goes()?;
        let going = Arc::new(Going::lifting(&held));
        let ring = KeyRing::going(held, Arc::clone(&going));
        let mut tx = self.begun(link, (Some(own), &going), Some(&ring));
        let done = match work(&mut tx, &ring) {
            Ok(done) => tx.commit().map(|()| done).map_err(E::from),
            Err(error) => Err(error),
        };
        // What was set for this transaction ends with the connection.
        if done.is_err() {
            let _ = tx.link().rollback();
        }
        drop(tx);
        drop(turn);
        if done.is_ok() {
            self.empty_log()?;
        }
        done
    }
}

/// Says by how many steps a register goes that was just filled with rows from elsewhere: it is
/// brought on when it is opened with its keys.
///
/// # Errors
/// [`StoreError::IndexAhead`] when it goes by more than the others of the place.
pub(crate) fn settle_filled(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let own = tx.tenant();
    let check = settings::get(tx, KEY_CHECK)?;
    let all: Vec<(i64, u32)> =
        tx.all(&CHAIN_LIST, &[], |columns| Ok((columns.take()?, columns.take()?)))?;
    let others = all.iter().filter(|(tenant, _)| *tenant != own).map(|(_, steps)| *steps);
    let others = others.max();
    // Where nothing was ever sealed there is no index.
    let found = check.map_or(others.unwrap_or(0), |check| steps_of(&check));
    let place = others.unwrap_or(found);
    if found > place {
        return Err(StoreError::IndexAhead { found, place });
    }
    tx.run(&CHAIN_SET, &values![own, found])?;
    tx.link().go_by(place)
}

/// Whether the chain's table says of a register what its key check says.
pub(crate) fn is_settled(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let own = tx.tenant();
    let said = settings::get(tx, KEY_CHECK)?.map(|check| steps_of(&check));
    let all: Vec<(i64, u32)> =
        tx.all(&CHAIN_LIST, &[], |columns| Ok((columns.take()?, columns.take()?)))?;
    let kept = all.iter().find(|(tenant, _)| *tenant == own).map(|(_, steps)| *steps);
    let is_same = kept.is_some_and(|kept| said.is_none_or(|said| said == kept));
    Ok(is_same && (tx.link().is_postgres() || all.len() == 1))
}

/// The regencies of the place, and by how many steps each goes.
fn places(tx: &mut Tx<'_>, own: i64) -> Result<Vec<(i64, u32)>, StoreError> {
    let mut all: Vec<(i64, u32)> =
        tx.all(&CHAIN_LIST, &[], |columns| Ok((columns.take()?, columns.take()?)))?;
    if all.iter().all(|(tenant, _)| *tenant != own) {
        all.push((own, 0));
    }
    Ok(all)
}

/// Brings every index of a regency on, and writes down by which keys it goes now; how many rows,
/// none where nothing was ever sealed.
fn bring_on(tx: &mut Tx<'_>, ring: &KeyRing, steps: (u32, u32)) -> Result<Option<u64>, StoreError> {
    let known = settings::get(tx, KEY_CHECK)?;
    if let Some(check) = &known {
        ring.fit(check)?;
    }
    let tables = catalogue::tables(tx.link())?;
    let mut rows = 0;
    for (table, columns) in indexes::brought_on() {
        tx.at_statement()?;
        let shape = tables.iter().find(|known| known.name == table);
        let shape = shape.ok_or_else(|| corrupt("a table of indexes"))?;
        let kind = |name: &str| {
            let column = shape.columns.iter().find(|column| column.name == name);
            column.map(|column| column.kind).ok_or_else(|| corrupt("a column of indexes"))
        };
        let key = shape.key.iter().map(|at| &shape.columns[*at]);
        let key = key.filter(|column| column.name != "tenant");
        let mut rewriting = Rewriting {
            table,
            key: key.map(|column| (column.name.as_str(), column.kind)).collect(),
            columns: Vec::new(),
        };
        for column in columns {
            let column_kind = (column.column, kind(column.column)?);
            rewriting.columns.push(rewritten(column, column_kind, ring, steps));
        }
        let old = log::before_rewriting(tx, table)?;
        let tenant = tx.tenant();
        rows += tx.link().rewrite(&rewriting, tenant)?;
        log::after_rewriting(tx, table, &old)?;
    }
    let check = match known {
        Some(check) => ring.check_with_steps(&check, steps.1),
        None if rows == 0 => return Ok(None),
        None => ring.check(steps.1),
    };
    settings::set(tx, KEY_CHECK, &check)?;
    Ok(Some(rows))
}

fn rewritten<'r>(
    indexed: &'r Indexed,
    column: (&'r str, catalogue::Kind),
    ring: &KeyRing,
    (from, to): (u32, u32),
) -> Rewritten<'r> {
    let ring = ring.again();
    let (anew, by): (Arc<Anew>, &[&str]) = match indexed.holds {
        Holds::Long => (
            Arc::new(move |old| match old {
                [Value::Null] => Ok(Value::Null),
                [Value::Blob(bytes)] => {
                    let index = bytes.as_ref().try_into().map_err(|_| corrupt("an index"))?;
                    Ok(Value::from(ring.long_between(index, from, to).to_vec()))
                }
                _ => Err(corrupt("an index")),
            }),
            &[],
        ),
        Holds::Short => (
            Arc::new(move |old| match old {
                // Whoever was erased is nobody in the index.
                [Value::Integer(0)] => Ok(Value::from(0_i64)),
                [Value::Integer(index)] => Ok(Value::from(ring.short_between(*index, from, to))),
                _ => Err(corrupt("an index")),
            }),
            &[],
        ),
        Holds::Hidden => {
            (Arc::new(move |old| hidden_anew(&ring, old, (from, to))), indexes::PLACE_OF_ROW)
        }
        Holds::Stays | Holds::Lapses | Holds::Follows => {
            unreachable!("only what is brought on is written anew")
        }
    };
    Rewritten { column, by, anew }
}

fn hidden_anew(
    ring: &KeyRing,
    old: &[Value<'_>],
    steps: (u32, u32),
) -> Result<Value<'static>, StoreError> {
    let broken = || corrupt("the place of a row");
    let [content, sheet, index, row] = old else { return Err(broken()) };
    let (Value::Integer(content), Value::Blob(sheet)) = (content, sheet) else {
        return Err(broken());
    };
    let (Value::Integer(index), Value::Integer(row)) = (index, row) else { return Err(broken()) };
    let sheet: &[u8; 16] = sheet.as_ref().try_into().map_err(|_| broken())?;
    let index = u16::try_from(*index).map_err(|_| broken())?;
    let row = u32::try_from(*row).map_err(|_| broken())?;
    Ok(Value::from(ring.mask_between((sheet, index, row), *content, steps)))
}
