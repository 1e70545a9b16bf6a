//! The annexes of a decree: numbered within a programme, never changed, printed by name by address.
//!
//! The first annex is the list as approved; later ones say who was removed, who was added and why.

use std::collections::{BTreeMap, HashMap};

use base::id::kind;
use base::{Day, Id, Rupiah};
pub use domain::annex::{Annex, AnnexKind, Decree};
use domain::annex::{amendment_hash, document_id};
use domain::movement::MovementState;
use domain::programme::Programme;
use domain::registry::Person;
use store::Tx;
use store::annexes::DecreeNoted;
use store::movements::{MovementHead, MovementItem};

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::without_nik;
use crate::prints::Printed;
use crate::words::Words;

mod check;
mod print;

pub use check::{PageAnnex, PageChecked, PageVerdict};

/// A programme's annexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annexes {
    /// The programme: code and name.
    pub programme: (Box<str>, Box<str>),
    /// The annexes, by number, each with the name of its maker and the people on the programme
    /// after it.
    pub annexes: Vec<(Annex, Box<str>, u64)>,
    /// Of which decree each is, where that was said.
    pub decrees: BTreeMap<u32, Decree>,
    /// Approved changes that are in no annex yet.
    pub open: u64,
}

/// Everything that an annex prints.
pub(crate) struct AnnexLines {
    pub(crate) changes: Vec<(MovementHead, Vec<MovementItem>)>,
    pub(crate) people: HashMap<Id<kind::Person>, Person>,
}

impl Office {
    /// A programme's annexes, by number.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn annexes(&self, actor: &Actor, code: &str) -> Result<Annexes, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let mut found = Vec::new();
            let mut people = 0u64;
            for annex in numbered(tx, &programme)? {
                people = (people + u64::from(annex.added)).saturating_sub(annex.removed.into());
                let maker = store::orgs::user(tx, annex.made_by)?;
                found.push((annex, maker.map_or("".into(), |user| user.name), people));
            }
            let programme_names = (programme.code.clone(), programme.name.clone());
            let open = open_changes(tx, &programme)?.len() as u64;
            let decrees = store::annexes::decrees(tx, programme.id)?;
            Ok(Annexes { programme: programme_names, annexes: found, decrees, open })
        })
    }

    /// A decree as typed; its day is no later than today, and its number names nobody.
    pub(crate) fn decree(&self, number: &str, day: Day) -> Result<Decree, AppError> {
        let decree = Decree::new(number, day).filter(|_| day <= self.environment.today());
        let decree = decree.ok_or_else(|| AppError::refused("DECREE_UNFIT", ""))?;
        without_nik(&decree.number)?;
        Ok(decree)
    }

    /// Says of which decree an annex is: it stands on what is printed from then on. The same again
    /// is no change; another one takes its place.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`, `ANNEX_UNKNOWN`, `DECREE_UNFIT` for a number that is
    /// none or a day that is yet to come, `TEXT_HOLDS_NIK`.
    pub fn set_decree(
        &self,
        actor: &Actor,
        (code, number): (&str, u32),
        (decree, day): (&str, Day),
    ) -> Result<bool, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Propose, &Target::in_region(programme.territory))?;
        let decree = self.decree(decree, day)?;
        self.store.write(|tx| {
            if !numbered(tx, &programme)?.iter().any(|annex| annex.number == number) {
                return Err(AppError::not_found("ANNEX_UNKNOWN", number.to_string()));
            }
            if store::annexes::decrees(tx, programme.id)?.get(&number) == Some(&decree) {
                return Ok(false);
            }
            keep_numbers(tx, &programme)?;
            let noted = DecreeNoted {
                id: self.environment.new_id(),
                annex: (programme.id, number),
                decree,
                noted_by: actor.id,
                noted_at_ms: self.now_ms(),
            };
            store::annexes::insert_decree(tx, &noted)?;
            let document = document_id(programme.id, number);
            self.record(tx, actor, "annex-decree-set", "annex", document.as_bytes())?;
            Ok(true)
        })
    }

    /// Puts every approved change that is in no annex yet into the next one; without such changes
    /// the newest annex is answered, and nothing is changed.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `ANNEX_UNKNOWN` while no list is approved.
    pub fn amend_annex(&self, actor: &Actor, code: &str) -> Result<(Annex, bool), AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Propose, &Target::in_region(programme.territory))?;
        self.store.write(|tx| {
            let changes = open_changes(tx, &programme)?;
            let known = numbered(tx, &programme)?;
            let newest = known.last().cloned();
            let newest = newest.ok_or_else(|| AppError::not_found("ANNEX_UNKNOWN", code))?;
            if changes.is_empty() {
                return Ok((newest, false));
            }
            keep_numbers(tx, &programme)?;
            let number = newest.number + 1;
            let hashes: Vec<[u8; 32]> = changes.iter().map(|change| change.hash).collect();
            let annex = Annex {
                programme: programme.id,
                number,
                kind: AnnexKind::Amendment,
                made_by: actor.id,
                made_at_ms: self.now_ms(),
                added: changes.iter().map(|change| change.joined).sum(),
                removed: changes.iter().map(|change| change.left).sum(),
                bound: Rupiah(changes.iter().map(|change| change.used.0).sum()),
                freed: Rupiah(changes.iter().map(|change| change.freed.0).sum()),
                hash: amendment_hash(programme.id, number, newest.hash, &hashes),
            };
            store::annexes::insert(tx, &annex)?;
            for change in &changes {
                store::movements::set_annex(tx, change.id, number)?;
            }
            let document = document_id(programme.id, number);
            self.record(tx, actor, "annex-made", "annex", document.as_bytes())?;
            Ok((annex, true))
        })
    }

    /// Prints an annex as XLSX and as PDF: the newest when no number is given. Who is on it is read
    /// whole, so the asking is written down.
    ///
    /// Before the approval there is a draft, which two have not decided yet: of many people it is
    /// taken out as any file with their names is, for a reason and by two.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `PROPOSAL_UNKNOWN` while nothing was put forward, `ANNEX_UNKNOWN`; for
    /// a draft of many those of `exports`.
    pub fn print_annex(
        &self,
        actor: &Actor,
        (code, number): (&str, Option<u32>),
        reason: &str,
        words: &Words,
    ) -> Result<Vec<Printed>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ExportPeople, &Target::in_region(programme.territory))?;
        let known = self.store.read(|tx| numbered(tx, &programme))?;
        let annex = match number {
            Some(number) => known.into_iter().find(|annex| annex.number == number),
            None => known.into_iter().last(),
        };
        let Some(annex) = annex else {
            let unknown = |number: u32| AppError::not_found("ANNEX_UNKNOWN", number.to_string());
            return match number {
                Some(number) => Err(unknown(number)),
                None => self.draft_annex(actor, code, reason, words),
            };
        };
        let document = document_id(programme.id, annex.number);
        self.store
            .write(|tx| self.record(tx, actor, "annex-printed", "annex", document.as_bytes()))?;
        let decrees = self.store.read(|tx| store::annexes::decrees(tx, programme.id))?;
        let printed = (&annex, decrees.get(&annex.number));
        match annex.kind {
            AnnexKind::List(proposal) => self.print_list(&programme, printed, proposal, words),
            AnnexKind::Amendment => {
                let lines = self.store.read(|tx| lines_of(tx, &programme, annex.number))?;
                self.print_amendment(&programme, printed, &lines, words)
            }
        }
    }
}

/// A programme's annexes by number, those that have none yet included.
pub(crate) fn numbered(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Annex>, AppError> {
    let mut annexes = store::annexes::of_programme(tx, programme.id)?;
    for list in store::annexes::unnumbered(tx, programme.id)? {
        let unknown = || AppError::not_found("PROPOSAL_UNKNOWN", "");
        let proposal = store::proposals::get(tx, list.proposal)?.ok_or_else(unknown)?;
        annexes.push(Annex {
            programme: programme.id,
            number: annexes.last().map_or(1, |last| last.number + 1),
            kind: AnnexKind::List(list.proposal),
            made_by: list.checker,
            made_at_ms: list.approved_at_ms,
            added: proposal.people,
            removed: 0,
            bound: proposal.committed,
            freed: Rupiah::ZERO,
            hash: proposal.list_hash,
        });
    }
    Ok(annexes)
}

/// Gives every approved list its number for good.
pub(crate) fn keep_numbers(tx: &mut Tx<'_>, programme: &Programme) -> Result<(), AppError> {
    let kept = store::annexes::of_programme(tx, programme.id)?.len();
    for annex in numbered(tx, programme)?.iter().skip(kept) {
        store::annexes::insert(tx, annex)?;
    }
    Ok(())
}

/// Approved changes that are in no annex yet, oldest first.
fn open_changes(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<MovementHead>, AppError> {
    let mut changes = store::movements::of_programme(tx, programme.id)?;
    changes.retain(|change| change.state == MovementState::Approved && change.annex.is_none());
    Ok(changes)
}

fn lines_of(tx: &mut Tx<'_>, programme: &Programme, number: u32) -> Result<AnnexLines, AppError> {
    let mut lines = AnnexLines { changes: Vec::new(), people: HashMap::new() };
    for change in store::movements::of_programme(tx, programme.id)? {
        if change.annex == Some(number) {
            let people = store::movements::people(tx, change.id)?.into_iter();
            lines.people.extend(people.map(|person| (person.id, person)));
            let items = store::movements::items(tx, change.id)?;
            lines.changes.push((change, items));
        }
    }
    Ok(lines)
}
