//! Erasures outlive the copies that were made before them: a list of who was erased lies beside the
//! copies, and whoever brings an old one back erases them again (docs/decisions/0005, 0011).
//!
//! The list holds identifiers that lead to nobody once they are erased, and no identity. The
//! register vouches for it with its keys: what somebody wrote into it erases nobody.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Id, RegionCode};
use domain::task::{TaskKind, TaskState};
use store::keys::KeyRing;
use store::people::Hold;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{FileFate, file_fate, is_erased};
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
    /// By how many steps of the index key's chain it says so.
    steps: u32,
}

/// What was erased once more, and what in this register still counted on it: nobody may erase such
/// people and files by the way, so that somebody has to look at each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErasedAgain {
    /// People.
    pub people: u64,
    /// Received files.
    pub sheets: u64,
    /// What still counts on somebody or something on the list.
    pub needed: Vec<StillNeeded>,
}

/// A record on the list of erasures that the register brought back still counts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StillNeeded {
    /// Somebody without a name whose membership runs: they go on being paid for until it is ended.
    Member(Id<kind::Person>),
    /// Somebody without a name on a list that waits to be decided.
    Listed(Id<kind::Person>),
    /// A file that was not decided: its people have to be sent once more.
    Waits(Id<kind::Sheet>),
    /// A file of which rows were to come back from its sender: they have to be sent once more.
    GoesBack(Id<kind::Sheet>),
}

impl StillNeeded {
    /// The stable name.
    pub fn name(&self) -> &'static str {
        match self {
            StillNeeded::Member(_) => "member",
            StillNeeded::Listed(_) => "listed",
            StillNeeded::Waits(_) => "waits",
            StillNeeded::GoesBack(_) => "goes-back",
        }
    }

    /// The record.
    pub fn id(&self) -> String {
        match self {
            StillNeeded::Member(person) | StillNeeded::Listed(person) => person.to_string(),
            StillNeeded::Waits(sheet) | StillNeeded::GoesBack(sheet) => sheet.to_string(),
        }
    }
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
        let steps = if self.steps > 0 { format!(" {}", self.steps) } else { String::new() };
        let vouched = crate::prints::hex(&self.vouched);
        format!("{}end {count} {vouched}{steps}\n", self.records())
    }

    /// Refuses a list of another regency, and one that no register with these keys wrote, by
    /// whatever step of the chain.
    pub(super) fn check_by(&self, pemda: RegionCode, keys: &KeyRing) -> Result<(), AppError> {
        let vouched = keys.vouched("erasures", self.records().as_bytes(), self.steps)?;
        self.check(pemda, vouched)
    }

    /// Refuses a list of another regency, and one that no register with these keys wrote.
    fn check(&self, pemda: RegionCode, vouched: [u8; 16]) -> Result<(), AppError> {
        if self.pemda != pemda {
            return Err(AppError::refused("ERASURES_OF_ANOTHER", self.pemda.to_string()));
        }
        match vouched == self.vouched {
            true => Ok(()),
            false => Err(AppError::new(ErrorKind::Integrity, "ERASURES_FORGED", "")),
        }
    }

    /// What the register vouches for.
    pub(super) fn records(&self) -> String {
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
    let mut list = ErasureList { pemda, people, sheets, vouched: [0; 16], steps: 0 };
    for line in lines {
        match *line.split(' ').collect::<Vec<_>>() {
            ["person", id] => list.people.push((Id::parse(id).ok()?, false)),
            ["person", id, "lists"] => list.people.push((Id::parse(id).ok()?, true)),
            ["sheet", id] => list.sheets.push(Id::parse(id).ok()?),
            ["end", count, vouched, ref steps @ ..] if steps.len() <= 1 => {
                list.steps = steps.first().map_or(Ok(0), |steps| steps.parse()).ok()?;
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
            let steps = tx.index_steps()?;
            let mut list = ErasureList { pemda, people, sheets, vouched: [0; 16], steps };
            list.vouched = tx.vouched("erasures", list.records().as_bytes())?;
            Ok(list)
        })
    }

    fn check_list(&self, tx: &store::Tx<'_>, list: &ErasureList) -> Result<(), AppError> {
        let records = list.records();
        list.check(self.store.tenant(), tx.vouched_by("erasures", records.as_bytes(), list.steps)?)
    }

    /// Erases everybody on a list who is here whole, and forgets its files: for a register that was
    /// brought back from a copy of before. Two people agreed to each when it was done first; each
    /// is written down anew. Again is no change.
    ///
    /// Nobody is passed over because the older register still counts on them: what does is
    /// answered, for somebody to end it.
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
        let mut done = ErasedAgain::default();
        for (id, lists) in &list.people {
            let (is_new, needed) = self.erase_one_again(actor, (*id, *lists), reason)?;
            done.people += u64::from(is_new);
            done.needed.extend(needed);
        }
        for id in &list.sheets {
            let (is_new, needed) = self.forget_again(actor, *id, reason)?;
            done.sheets += u64::from(is_new);
            done.needed.extend(needed);
        }
        Ok(done)
    }

    /// Whether somebody was here whole until now, and what still counts on them.
    fn erase_one_again(
        &self,
        actor: &Actor,
        (id, lists): (Id<kind::Person>, bool),
        reason: &str,
    ) -> Result<(bool, Option<StillNeeded>), AppError> {
        let month = self.environment.today().month_of();
        self.store.write(|tx| {
            let Some(person) = store::people::get(tx, id)? else { return Ok((false, None)) };
            let needed = store::people::hold(tx, id, month)?.map(|hold| match hold {
                Hold::Member => StillNeeded::Member(id),
                Hold::Listed => StillNeeded::Listed(id),
            });
            if is_erased(&person) {
                return Ok((false, needed));
            }
            self.erase_identity(tx, actor, (&person, lists), reason)?;
            Ok((true, needed))
        })
    }

    /// Whether a file could be read until now, and what still counted on it.
    fn forget_again(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        reason: &str,
    ) -> Result<(bool, Option<StillNeeded>), AppError> {
        self.store.write(|tx| {
            if store::sheets::get(tx, id)?.is_none() {
                return Ok((false, None));
            }
            let needed = match file_fate(tx, id)? {
                FileFate::Forgotten => return Ok((false, None)),
                FileFate::Readable => None,
                FileFate::Waits => Some(StillNeeded::Waits(id)),
                FileFate::GoesBack => Some(StillNeeded::GoesBack(id)),
            };
            store::sheets::forget(tx, id)?;
            let object = ("sheet", id.as_bytes());
            self.record_reason(tx, actor, "sheet-forgotten", object, reason)?;
            Ok((true, needed))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::Role;
    use crate::staging::tests::{PROGRAMME, both};

    /// Somebody who was erased after their membership had ended, in a copy from before: they are
    /// erased, and whoever brings the copy back is told that they are paid for.
    #[test]
    fn what_an_older_register_still_counts_on_is_told() {
        both(|world| {
            let (office, actor) = (&world.office, &world.actor);
            let file = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n\
                6401051708620001,Budi Rekaan,17-08-1962,L,nelayan\n\
                12345,Siti Rekaan,18-08-1962,P,nelayan\n";
            let sheet = world.stage("lama.csv", file);
            world.commit(sheet).expect("is taken in");
            let rows = office.store.read(|tx| store::sheets::rows(tx, sheet)).expect("reads");
            let person = rows.iter().find_map(|row| row.person).expect("somebody was accepted");
            office.add_user(actor, "budi", Role::Approver).expect("an account");
            office.propose(actor, PROGRAMME).expect("put forward");
            let budi = office.actor("budi", Operation::Approve).expect("may");
            office.approve(&budi, PROGRAMME, None).expect("approved");
            let (people, sheets) = (vec![(person, false)], vec![sheet]);
            let pemda = office.pemda();
            let mut list = ErasureList { pemda, people, sheets, vouched: [0; 16], steps: 0 };
            let vouch = |tx: &mut store::Tx<'_>| tx.vouched("erasures", list.records().as_bytes());
            list.vouched = office.store.read(vouch).expect("has keys");
            let again = || office.erase_again(actor, &list, "dari daftar").expect("erased");
            let (member, file) = (StillNeeded::Member(person), StillNeeded::GoesBack(sheet));
            let first = again();
            assert_eq!((first.people, first.sheets), (1, 1));
            assert_eq!(first.needed, [member, file]);
            let kept = office.store.read(|tx| store::people::get(tx, person)).expect("reads");
            assert!(is_erased(&kept.expect("the record stays")));
            // Whoever asks again is told again of what is still to be ended.
            assert_eq!(again(), ErasedAgain { people: 0, sheets: 0, needed: vec![member] });
        });
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let id = |number: u8| [number; 16];
        let list = ErasureList {
            pemda: RegionCode::from_digits(6401, 2),
            people: vec![(Id::from_bytes(id(1)), false), (Id::from_bytes(id(2)), true)],
            sheets: vec![Id::from_bytes(id(3))],
            vouched: [9; 16],
            steps: 0,
        };
        let text = list.written();
        assert_eq!(ErasureList::read(&text).as_ref(), Ok(&list));
        let later = ErasureList { steps: 2, ..list };
        assert_eq!(ErasureList::read(&later.written()).as_ref(), Ok(&later));
        let cut: String =
            text.split_inclusive('\n').filter(|line| !line.contains(" lists")).collect();
        let unread = |text: &str| ErasureList::read(text).map_err(|error| error.code);
        for bad in [&cut, "", "payung-erasures/v1 6401\n", "end 0\n"] {
            assert_eq!(unread(bad), Err("ERASURES_UNREADABLE".to_owned()), "{bad}");
        }
    }
}
