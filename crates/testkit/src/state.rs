//! A register in a few lines, so that a test can say what changed in it.

use std::collections::HashMap;
use std::fmt::Debug;

use anyhow::Result;
use app::office::Office;
use base::id::kind;
use base::{Id, Nik};
use domain::enrolment::Outcome;
use sha2::{Digest, Sha256};
use store::sheets::{Sheet, SheetRow};
use store::{StoreError, Tx};

/// Counts, balances and identifiers of a register, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State(Vec<String>);

impl State {
    /// The whole register, identifiers included.
    ///
    /// # Errors
    /// Those of the register.
    pub fn of(office: &Office) -> Result<State> {
        Ok(office.store.read(whole)?)
    }

    /// What the files came to, without identifiers and times: two registers that received the same
    /// files in the same order are equal in it.
    ///
    /// # Errors
    /// Those of the register.
    pub fn of_intake(office: &Office) -> Result<State> {
        Ok(office.store.read(intake)?)
    }

    /// The lines that only one of the two states has.
    pub fn difference(&self, other: &State) -> Option<String> {
        let only = |one: &State, two: &State, sign: char| {
            let lines = one.0.iter().filter(|line| !two.0.contains(line));
            lines.map(|line| format!("{sign} {line}")).take(20).collect::<Vec<String>>()
        };
        if self == other {
            return None;
        }
        Some([only(self, other, '-'), only(other, self, '+')].concat().join("\n"))
    }
}

/// A row of a received file, as decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecidedRow {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The decision.
    pub outcome: Outcome,
}

/// The rows that claim a person, by the name of the file that they came in.
///
/// # Errors
/// Those of the register.
pub fn decided_rows(office: &Office) -> Result<HashMap<String, Vec<DecidedRow>>> {
    let mut files = HashMap::new();
    for sheet in office.store.read(store::sheets::list)? {
        let rows = office.store.read(|tx| store::sheets::rows(tx, sheet.id))?;
        let people = rows.iter().filter(|row| row.outcome != Outcome::NotAPerson);
        let rows = people.map(|row| DecidedRow {
            sheet: row.sheet_index,
            row: row.row,
            outcome: row.outcome,
        });
        files.insert(sheet.file_name.to_string(), rows.collect());
    }
    Ok(files)
}

fn whole(tx: &mut Tx<'_>) -> Result<State, StoreError> {
    let mut lines = vec![format!("people {}", store::people::count(tx)?)];
    for sheet in store::sheets::list(tx)? {
        let rows = store::sheets::rows(tx, sheet.id)?;
        lines.push(format!("sheet {} {} {}", sheet.id, sheet.state.name(), digest(&rows)));
    }
    for programme in store::programmes::list(tx)? {
        let (id, code) = (programme.id, &programme.code);
        let mut add = |what: &str, count: usize, digest: String| {
            lines.push(format!("{code} {what} {count} {digest}"));
        };
        let proposals = store::proposals::of_programme(tx, id)?;
        add("lists", proposals.len(), digest(&proposals));
        let memberships = store::memberships::of_programme(tx, id)?;
        add("memberships", memberships.len(), digest(&memberships));
        let movements = store::movements::of_programme(tx, id)?;
        add("changes", movements.len(), digest(&movements));
        let annexes = store::annexes::of_programme(tx, id)?;
        add("annexes", annexes.len(), digest(&annexes));
        let covered = store::covered::of_programme(tx, id)?;
        add("covered months", covered.len(), digest(&covered));
        let cards = store::cards::of_programme(tx, id)?;
        let numbers: Vec<String> = cards.iter().map(|card| card.number.plain()).collect();
        add("cards", cards.len(), digest(&(cards, numbers)));
        let mut standings: Vec<_> = store::sipp::standings(tx, id)?.into_values().collect();
        standings.sort_by_key(|one| one.person);
        add("standings", standings.len(), digest(&standings));
        let held = store::sipp::numbers_of_programme(tx, id)?;
        let mut held: Vec<_> = held.into_iter().map(|(who, kpj)| (who, kpj.as_u64())).collect();
        held.sort();
        add("participant numbers", held.len(), digest(&held));
    }
    let submissions = store::sipp::submissions(tx)?;
    lines.push(format!("submissions {} {}", submissions.len(), digest(&submissions)));
    for reply in store::sipp::replies(tx)? {
        let rows = store::sipp::reply_rows(tx, reply.id)?;
        lines.push(format!("reply {} {}", reply.id, digest(&rows)));
    }
    let bills = store::bills::list(tx)?;
    lines.extend(
        bills.iter().map(|bill| format!("bill {} {:?} {}", bill.id, bill.state, bill.total)),
    );
    let accounts = store::ledger::accounts(tx)?;
    lines.extend(
        accounts.iter().map(|(account, sums)| format!("account {} {sums:?}", account.code)),
    );
    let mut transfers = Vec::new();
    store::ledger::each_transfer(tx, |transfer| transfers.push(transfer))?;
    lines.push(format!("transfers {} {}", transfers.len(), digest(&transfers)));
    let statement: Vec<_> = store::payments::lines(tx)?.into_iter().map(|line| line.id).collect();
    lines.push(format!("statement lines {} {}", statement.len(), digest(&statement)));
    let parts = store::payments::all_parts(tx)?;
    lines.push(format!("payments {} {}", parts.len(), digest(&parts)));
    let lists = store::references::lists(tx)?;
    lines.push(format!("reference lists {} {}", lists.len(), digest(&lists)));
    let audit = store::audit::list(tx)?;
    let last = audit.last().map_or("", |line| &*line.act);
    lines.push(format!("audit lines {}, last {last}, {}", audit.len(), digest(&audit)));
    Ok(State(lines))
}

fn intake(tx: &mut Tx<'_>) -> Result<State, StoreError> {
    let mut lines = vec![format!("people {}", store::people::count(tx)?)];
    for sheet in store::sheets::list(tx)? {
        let rows = store::sheets::rows(tx, sheet.id)?;
        lines.push(format!("sheet {} {} {}", sheet.file_name, sheet.state.name(), rows.len()));
        for row in &rows {
            lines.push(intake_row(tx, &sheet, row)?);
        }
    }
    // Who did what, without when: an import that was cut off is finished, not done twice.
    let acts = store::audit::list(tx)?;
    lines.extend(acts.iter().map(|line| format!("act {} {:?}", line.act, line.count)));
    Ok(State(lines))
}

fn intake_row(tx: &mut Tx<'_>, sheet: &Sheet, row: &SheetRow) -> Result<String, StoreError> {
    let person: Option<Id<kind::Person>> = row.person;
    let nik: Option<Nik> = match person {
        Some(id) => store::people::get(tx, id)?.map(|person| person.nik),
        None => None,
    };
    let whose = digest(&nik.map(Nik::as_u64));
    let problems: Vec<_> =
        row.problems.iter().map(|problem| (problem.code, problem.cell, &problem.detail)).collect();
    let corrects = row.corrects.map(|(_, index, row)| (index, row));
    Ok(format!(
        "row {} {}:{} {} person {whose} content {:x} corrects {corrects:?} {problems:?}",
        sheet.file_name,
        row.sheet_index,
        row.row,
        row.outcome.name(),
        row.content,
    ))
}

/// The first hexadecimal digits of a digest of everything that `Debug` shows.
fn digest(value: &impl Debug) -> String {
    let digest = Sha256::digest(format!("{value:?}"));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
