//! Erasures outlive the copies that were made before them: a list of who was erased lies beside the
//! copies, and whoever brings an old one back erases them again (docs/decisions/0005, 0011).
//!
//! The list holds identifiers that lead to nobody once they are erased, and no identity. The
//! register vouches for it with its keys: what somebody wrote into it erases nobody.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Id, RegionCode};
use domain::task::{TaskKind, TaskState};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::is_erased;
use crate::tasks::line_of;

/// What a list begins with.
const MARK: &str = "payung-erasures/v1";

/// Everybody whose identity was erased, and every received file that was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureList {
    /// Of which regency.
    pub pemda: RegionCode,
    /// People, and whether their lines on lists of other offices were forgotten too.
    pub people: Vec<(Id<kind::Person>, bool)>,
    /// Received files.
    pub sheets: Vec<Id<kind::Sheet>>,
    /// That the register says so.
    vouched: [u8; 16],
}

/// What was erased once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedAgain {
    /// People.
    pub people: u64,
    /// Received files.
    pub sheets: u64,
}

impl ErasureList {
    /// Whether nobody was erased and nothing forgotten.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.sheets.is_empty()
    }

    /// The list as text, one record to a line; its last line says how many there are, and that the
    /// register says so.
    pub fn written(&self) -> String {
        let count = self.people.len() + self.sheets.len();
        format!("{}end {count} {}\n", self.records(), crate::prints::hex(&self.vouched))
    }

    fn records(&self) -> String {
        let mut text = format!("{MARK} {}\n", self.pemda.digits());
        for (person, lists) in &self.people {
            text.push_str(&format!("person {person}{}\n", if *lists { " lists" } else { "" }));
        }
        for sheet in &self.sheets {
            text.push_str(&format!("sheet {sheet}\n"));
        }
        text
    }

    /// Reads what [`ErasureList::written`] wrote.
    ///
    /// # Errors
    /// `ERASURES_UNREADABLE` for anything else, a list that was cut short among it.
    pub fn read(text: &str) -> Result<ErasureList, AppError> {
        parse(text).ok_or_else(|| AppError::new(ErrorKind::Integrity, "ERASURES_UNREADABLE", ""))
    }
}

fn parse(text: &str) -> Option<ErasureList> {
    let mut lines = text.lines();
    let pemda = RegionCode::parse(lines.next()?.strip_prefix(MARK)?.trim())?;
    let (people, sheets) = (Vec::new(), Vec::new());
    let mut list = ErasureList { pemda, people, sheets, vouched: [0; 16] };
    for line in lines {
        match *line.split(' ').collect::<Vec<_>>() {
            ["person", id] => list.people.push((Id::parse(id).ok()?, false)),
            ["person", id, "lists"] => list.people.push((Id::parse(id).ok()?, true)),
            ["sheet", id] => list.sheets.push(Id::parse(id).ok()?),
            ["end", count, vouched] => {
                let whole = list.people.len() + list.sheets.len();
                list.vouched = u128::from_str_radix(vouched, 16).ok()?.to_be_bytes();
                return (count.parse() == Ok(whole)).then_some(list);
            }
            _ => return None,
        }
    }
    None
}

impl Office {
    /// Everybody who was erased and every file that was forgotten, to be kept beside the copies;
    /// what an earlier list names stays on it, whatever this register knows.
    ///
    /// # Errors
    /// `USER_MAY_NOT`; `ERASURES_OF_ANOTHER` and `ERASURES_FORGED` for the earlier list.
    pub fn erasures(
        &self,
        actor: &Actor,
        earlier: Option<&ErasureList>,
    ) -> Result<ErasureList, AppError> {
        self.authorize(actor, Operation::Operate, &Target::default())?;
        self.store.read(|tx| {
            let mut people: BTreeMap<Id<kind::Person>, bool> = BTreeMap::new();
            for person in store::people::erased(tx)? {
                let tasks = store::access::tasks_of(tx, TaskKind::Erasure, person.as_bytes())?;
                let mut done = tasks.iter().filter(|one| one.task.state == TaskState::Approved);
                let lists = done.any(|one| line_of(&one.content, "lists") == Some("yes"));
                people.insert(person, lists);
            }
            let mut sheets = store::sheets::forgotten(tx)?;
            if let Some(earlier) = earlier {
                self.check_list(tx, earlier)?;
                for (person, lists) in &earlier.people {
                    *people.entry(*person).or_default() |= lists;
                }
                sheets.extend(&earlier.sheets);
            }
            sheets.sort();
            sheets.dedup();
            let people = people.into_iter().collect();
            let pemda = self.store.tenant();
            let mut list = ErasureList { pemda, people, sheets, vouched: [0; 16] };
            list.vouched = tx.vouched("erasures", list.records().as_bytes())?;
            Ok(list)
        })
    }

    /// Refuses a list of another regency, and one that no register with these keys wrote.
    fn check_list(&self, tx: &store::Tx<'_>, list: &ErasureList) -> Result<(), AppError> {
        if list.pemda != self.store.tenant() {
            return Err(AppError::refused("ERASURES_OF_ANOTHER", list.pemda.to_string()));
        }
        match tx.vouched("erasures", list.records().as_bytes())? == list.vouched {
            true => Ok(()),
            false => Err(AppError::new(ErrorKind::Integrity, "ERASURES_FORGED", "")),
        }
    }

    /// Erases everybody on a list who is here whole, and forgets its files: for a register that was
    /// brought back from a copy of before. Two people agreed to each when it was done first; each
    /// is written down anew. Again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `ERASURES_OF_ANOTHER` for a list of another regency, `ERASURES_FORGED` for
    /// one that this register did not write.
    pub fn erase_again(
        &self,
        actor: &Actor,
        list: &ErasureList,
        reason: &str,
    ) -> Result<ErasedAgain, AppError> {
        self.authorize(actor, Operation::Operate, &Target::default())?;
        self.store.read(|tx| self.check_list(tx, list))?;
        let mut done = ErasedAgain { people: 0, sheets: 0 };
        for (id, lists) in &list.people {
            done.people += u64::from(self.store.write(|tx| {
                let person = store::people::get(tx, *id)?;
                let Some(person) = person.filter(|one| !is_erased(one)) else { return Ok(false) };
                self.erase_identity(tx, actor, (&person, *lists), reason)?;
                Ok::<_, AppError>(true)
            })?);
        }
        for id in &list.sheets {
            done.sheets += u64::from(self.store.write(|tx| {
                let is_here = store::sheets::get(tx, *id)?.is_some();
                if !is_here || store::sheets::is_forgotten(tx, *id)? {
                    return Ok(false);
                }
                store::sheets::forget(tx, *id)?;
                let object = ("sheet", id.as_bytes());
                self.record_reason(tx, actor, "sheet-forgotten", object, reason)?;
                Ok::<_, AppError>(true)
            })?);
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let id = |number: u8| [number; 16];
        let list = ErasureList {
            pemda: RegionCode::from_digits(6401, 2),
            people: vec![(Id::from_bytes(id(1)), false), (Id::from_bytes(id(2)), true)],
            sheets: vec![Id::from_bytes(id(3))],
            vouched: [9; 16],
        };
        let text = list.written();
        assert_eq!(ErasureList::read(&text), Ok(list));
        let cut: String =
            text.split_inclusive('\n').filter(|line| !line.contains(" lists")).collect();
        let unread = |text: &str| ErasureList::read(text).map_err(|error| error.code);
        for bad in [&cut, "", "payung-erasures/v1 6401\n", "end 0\n"] {
            assert_eq!(unread(bad), Err("ERASURES_UNREADABLE".to_owned()), "{bad}");
        }
    }
}
