//! The functions of `domain` over many rows at once: partitions in this process, one per core.
//!
//! It changes who drives, never what is decided: any number of threads gives the same answer in the
//! same order.

pub mod linkage;
pub mod parquet_table;
pub mod people;
pub mod spill;
pub mod wide;

use base::{Problem, RawRow};
use domain::intake::ditto::{DittoCarry, resolve_dittos};
use domain::intake::{Draft, DraftContext, Memo, draft};
use rayon::prelude::*;

/// Rows a thread reads before it looks for more work; its memory of words lives as long.
const PARTITION_ROWS: usize = 8192;

/// Reads rows side by side, in order; dittos must have been written out.
pub fn drafts(rows: &[RawRow], ctx: &DraftContext<'_>) -> Vec<(Draft, Vec<Problem>)> {
    let mut all = Vec::with_capacity(rows.len());
    map_partitions(rows, Memo::default, |row, memo| draft(row, ctx, memo), &mut all);
    all
}

/// Writes out dittos, which needs the order of the file, then reads the rows side by side.
///
/// `carry` goes from one batch of a file to the next.
pub fn drafts_of_batch(
    rows: &mut [RawRow],
    carry: &mut DittoCarry,
    ctx: &DraftContext<'_>,
) -> Vec<(Draft, Vec<Problem>)> {
    let notes = resolve_dittos(rows, carry);
    let mut read = drafts(rows, ctx);
    for (at, note) in notes {
        let problems = &mut read[at].1;
        problems.push(note);
        problems.sort_by_key(|problem| problem.code);
    }
    read
}

/// Applies `read` to every item with a partition's own memory, keeping the order.
pub fn map_partitions<T: Sync, M: Send, R: Send>(
    items: &[T],
    memory: impl Fn() -> M + Sync + Send,
    read: impl Fn(&T, &mut M) -> R + Sync + Send,
    into: &mut Vec<R>,
) {
    let partitions = items.par_chunks(PARTITION_ROWS).map_init(memory, |memory, partition| {
        partition.iter().map(|item| read(item, memory)).collect::<Vec<R>>()
    });
    let partitions: Vec<Vec<R>> = partitions.collect();
    into.extend(partitions.into_iter().flatten());
}

/// Makes something of every item on every core and takes it in order: no more lies ready than the
/// cores make in two turns.
///
/// # Errors
/// The first of `take`; what comes after it is not made, but for what is in hand.
pub fn in_order<T: Sync, R: Send, E>(
    items: &[T],
    make: impl Fn(&T) -> R + Sync + Send,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    const TURNS: usize = 2; // not law: a slow item keeps no core waiting for long
    for some in items.chunks(rayon::current_num_threads().max(1) * TURNS) {
        let made: Vec<R> = some.par_iter().map(&make).collect();
        made.into_iter().try_for_each(&mut take)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
