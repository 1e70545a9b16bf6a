//! The index key followed by a step of its chain: every index of a place becomes its next link, of
//! all its regencies in one transaction, and no record is opened for it (docs/decisions/0047).

use std::sync::Arc;

use crate::catalogue;
use crate::engine::{Access, Anew, Rewriting, Rewritten};
use crate::indexes::{self, Holds, Indexed};
use crate::keys::{Going, Held, KEY_CHECK, KeyRing, Reached, hex, reached_of, steps_of};
use crate::pool::locked;
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Value, corrupt, json_texts, values};
use crate::{Store, StoreError, Tx, log, migrate, settings};

static CHAIN_LIST: Sql = sql!("index_chain_list");
static CHAIN_SET: Sql = sql!("index_chain_set");
static IN_PARTS: Sql = sql_twin!("months_in_parts");
static NUMBERS: Sql = sql_twin!("nik_number_list");
static HOLDS_BRING_ON: Sql = sql_twin!("nik_hold_bring_on");
static MONTHS_BRING_ON: Sql = sql_twin!("nik_month_bring_on");

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
    /// Whether a file's log was emptied of what was before. Somebody who reads may be in the way:
    /// then it goes when the last program closes the file. A server cleans up by itself.
    pub is_log_empty: bool,
}

/// How far a regency of the place goes, as the chain's table says.
struct Noted {
    tenant: i64,
    reached: Reached,
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
        let mut done = BroughtOn { steps: held.all_steps(), ..BroughtOn::default() };
        let worked = self.alone(held, |tx, ring| {
            let to = ring.held().reached(done.steps);
            for (tenant, from) in begin_place(tx, ring, (own, &to))? {
                tx.turn_to(tenant)?;
                follow_migrations(tx)?;
                let Some(rows) = bring_on(tx, ring, (from, to.steps))? else { continue };
                match tenant == own {
                    true => say(tx, rows)?,
                    false => log::say_itself(tx, ROTATED)?,
                }
                log::settle(tx)?;
                done.regencies += 1;
                done.rows += rows;
            }
            tx.turn_to(own)?;
            Ok::<_, E>(())
        });
        if let Err(error) = worked {
            // The answer to a commit can be lost where the commit is not: the register knows.
            let steps = self.chain_standing().map(|chain| chain.steps);
            if done.regencies == 0 || steps != Ok(done.steps) {
                return Err(error);
            }
        }
        self.keys.note(done.steps);
        // It is done, whoever is in the way of this.
        done.is_log_empty = self.empty_log().unwrap_or(false);
        Ok(done)
    }

    /// Makes sure that the register has its place in the chain; one that was brought from a time
    /// before the last step is brought on.
    pub(crate) fn stand_in_chain(&self, keys: &KeyRing) -> Result<(), StoreError> {
        let own = self.tenant().digits().cast_signed();
        let seen = self.read_without_keys(|tx| {
            match tx.has_table("index_chain")? && tx.has_table("setting")? {
                true => missing(tx, keys),
                false => Ok(None),
            }
        })?;
        let stands = match seen {
            None => true,
            // Only its place is not written down yet: others may work meanwhile.
            Some((from, place)) if from == place.steps => {
                self.write_without_keys(|tx| note_missing(tx, keys))?
            }
            Some(_) => false,
        };
        if stands {
            return Ok(());
        }
        self.alone(Arc::clone(keys.held()), |tx, ring| {
            tx.link().take_turn(own)?;
            tx.turn_to(own)?;
            // Until its turn came, another may have done it.
            let Some((from, place)) = missing(tx, ring)? else { return Ok(()) };
            note(tx, own, &place)?;
            tx.link().go_by(&place)?;
            if from < place.steps {
                follow_migrations(tx)?;
                if bring_on(tx, ring, (from, place.steps))?.is_some() {
                    log::say_itself(tx, ROTATED)?;
                }
            }
            Ok::<_, StoreError>(())
        })?;
        // It is done, whoever is in the way of this.
        let _ = self.empty_log();
        Ok(())
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
        done
    }
}

/// Says by how many steps a register goes that was just filled with rows from elsewhere: it is
/// brought on when it is opened with its keys.
///
/// # Errors
/// [`StoreError::IndexAhead`] when it goes by more than the others of the place,
/// [`StoreError::KeysDiffer`] when by as many, and by another key.
pub(crate) fn settle_filled(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let own = tx.tenant();
    let check = settings::get(tx, KEY_CHECK)?;
    let mut others = noted(tx)?;
    others.retain(|one| one.tenant != own);
    let others = furthest(&others);
    // Where nothing was ever sealed there is no index.
    let found = match check {
        Some(check) => reached_of(&check),
        None => others.clone().unwrap_or_default(),
    };
    let place = others.unwrap_or_else(|| found.clone());
    if found.steps > place.steps {
        return Err(StoreError::IndexAhead { found: found.steps, place: place.steps });
    }
    if found.steps == place.steps && found != place {
        return Err(StoreError::KeysDiffer);
    }
    note(tx, own, &found)?;
    tx.link().go_by(&place)
}

/// Whether the chain's table says of a register what its key check says.
pub(crate) fn is_settled(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let own = tx.tenant();
    let said = settings::get(tx, KEY_CHECK)?.map(|check| reached_of(&check));
    let all = noted(tx)?;
    let kept = all.iter().find(|one| one.tenant == own);
    let is_same = kept.is_some_and(|kept| said.is_none_or(|said| said == kept.reached));
    Ok(is_same && (tx.link().is_postgres() || all.len() == 1))
}

/// The regencies of the place, and how far each goes.
fn noted(tx: &mut Tx<'_>) -> Result<Vec<Noted>, StoreError> {
    tx.all(&CHAIN_LIST, &[], |columns| {
        let tenant = columns.take()?;
        let reached = Reached { steps: columns.take()?, newest: columns.take()? };
        Ok(Noted { tenant, reached })
    })
}

fn note(tx: &mut Tx<'_>, tenant: i64, reached: &Reached) -> Result<(), StoreError> {
    tx.run(&CHAIN_SET, &values![tenant, reached.steps, &reached.newest])?;
    Ok(())
}

/// How far the place goes: as far as whoever goes furthest.
fn furthest(all: &[Noted]) -> Option<Reached> {
    all.iter().map(|one| &one.reached).max_by_key(|reached| reached.steps).cloned()
}

/// Whether these keys are those of the whole place, and of this register, and all of its steps.
fn fit_place(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<Vec<Noted>, StoreError> {
    let all = noted(tx)?;
    if let Some(check) = settings::get(tx, KEY_CHECK)? {
        keys.fit(&check)?;
    }
    // The furthest first: it says how many steps are missing.
    for reached in furthest(&all).iter().chain(all.iter().map(|one| &one.reached)) {
        keys.held().fits_place(reached)?;
    }
    Ok(all)
}

/// From how many steps the register is to be brought how far, when it is opened; none where it
/// stands well.
fn missing(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<Option<(u32, Reached)>, StoreError> {
    let all = fit_place(tx, keys)?;
    let place = furthest(&all).unwrap_or_default();
    // One that nobody has written in yet goes as far as its place.
    let Some(check) = settings::get(tx, KEY_CHECK)? else { return Ok(None) };
    let (own, found) = (tx.tenant(), reached_of(&check));
    match all.iter().find(|one| one.tenant == own) {
        Some(kept) if kept.reached != found => Err(corrupt("index_chain")),
        Some(_) if found == place => Ok(None),
        _ if found.steps > place.steps => {
            Err(StoreError::IndexAhead { found: found.steps, place: place.steps })
        }
        _ => Ok(Some((found.steps, place))),
    }
}

/// Writes down that a register goes as far as its place; whether it does.
fn note_missing(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<bool, StoreError> {
    let own = tx.tenant();
    match missing(tx, keys)? {
        None => Ok(true),
        Some((from, place)) if from == place.steps => {
            note(tx, own, &place)?;
            Ok(true)
        }
        // The place went on a moment ago.
        Some(_) => Ok(false),
    }
}

/// Begins to bring a whole place on: who goes by fewer steps, and by how many. They are noted as
/// going by all of them already, and nobody writes there.
fn begin_place(
    tx: &mut Tx<'_>,
    ring: &KeyRing,
    (own, to): (i64, &Reached),
) -> Result<Vec<(i64, u32)>, StoreError> {
    tx.turn_to(own)?;
    let all = fit_place(tx, ring)?;
    let is_noted = all.iter().any(|one| one.tenant == own);
    let places = all.into_iter().map(|one| (one.tenant, one.reached.steps));
    let places = places.chain((!is_noted).then_some((own, 0)));
    let behind: Vec<_> = places.filter(|(_, from)| *from < to.steps).collect();
    for (tenant, _) in &behind {
        tx.link().take_turn(*tenant)?;
    }
    for (tenant, _) in &behind {
        note(tx, *tenant, to)?;
    }
    tx.link().go_by(to)?;
    Ok(behind)
}

/// A regency that nobody opened since a migration changed the shape of its tables has digests of
/// before: they are taken anew, as its opening would, and are an act of their own.
fn follow_migrations(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if migrate::pending(tx.link())?.is_empty() {
        log::after_migration(tx)?;
        log::settle(tx)?;
    }
    Ok(())
}

/// Brings every index of a regency on, and writes down by which keys it goes now; how many rows,
/// none where nothing was ever sealed. No page keeps anything of these tables, so that no sheet is
/// marked as changed (`marks`).
fn bring_on(tx: &mut Tx<'_>, ring: &KeyRing, steps: (u32, u32)) -> Result<Option<u64>, StoreError> {
    let known = settings::get(tx, KEY_CHECK)?;
    if let Some(check) = &known {
        ring.fit(check)?;
        // Nobody's indexes go through a step twice.
        if steps_of(check) != steps.0 {
            return Err(corrupt("index_chain"));
        }
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
    rows += bring_months_on(tx, ring, steps)?;
    let check = match known {
        Some(check) => ring.check_with_steps(&check, steps.1),
        None if rows == 0 => return Ok(None),
        None => ring.check(steps.1),
    };
    settings::set(tx, KEY_CHECK, &check)?;
    Ok(Some(rows))
}

/// Brings on by which numbers the regency holds months, on its own side and on that of all.
fn bring_months_on(tx: &mut Tx<'_>, ring: &KeyRing, steps: (u32, u32)) -> Result<u64, StoreError> {
    // Not law: so many in one statement.
    const AT_ONCE: usize = 4_096;
    tx.at_statement()?;
    let tenant = tx.tenant();
    let numbers: Vec<Vec<u8>> = tx.all(&NUMBERS, &values![tenant], |columns| columns.take())?;
    let parts: i64 = tx.one(&IN_PARTS, &[], |columns| columns.take())?.unwrap_or_default();
    if parts != 0 && !numbers.is_empty() {
        return Err(StoreError::IndexInParts);
    }
    for some in numbers.chunks(AT_ONCE) {
        let mut pairs = Vec::with_capacity(some.len());
        for earlier in some {
            let index = earlier.as_slice().try_into().map_err(|_| corrupt("an index"))?;
            let later = ring.long_between(index, steps.0, steps.1);
            pairs.push(hex(earlier) + &hex(&later));
        }
        let pairs = json_texts(pairs.into_iter());
        tx.run(&HOLDS_BRING_ON, &values![&pairs, tenant])?;
        tx.run(&MONTHS_BRING_ON, &values![&pairs, tenant])?;
    }
    Ok(numbers.len() as u64)
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
        Holds::Stays | Holds::Lapses | Holds::Follows | Holds::Months => {
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
