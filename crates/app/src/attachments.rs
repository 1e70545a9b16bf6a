//! Files that prove something: of a claim, a message, a handover of a card. They are taken when
//! their bytes are a photo or a paper, kept sealed, and given out to be saved by whoever handles
//! the record or decides on it; each giving out is a line of the log.

#[cfg(test)]
mod tests;

use base::Id;
use base::id::kind;
pub use domain::attachment::{AttachedTo, FILE_MOST, FILES_MOST, Media};
use domain::attachment::{attachment_id, sniff};
use domain::claim::ClaimState;
use domain::message::{Message, MessageState};
use domain::scholarship::{YearState, read_letter_part, school_year_id};
use store::Tx;
pub use store::attachments::Attachment;

use crate::doors::{MessageCode, Tracked};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};

/// The record that a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileOf {
    /// What anybody told the office.
    Message(Id<kind::Message>),
    /// A claim.
    Claim(Id<kind::Claim>),
    /// A handover of a card.
    Handover(Id<kind::Handover>),
}

impl FileOf {
    fn record(&self) -> &[u8; 16] {
        match self {
            FileOf::Message(id) => id.as_bytes(),
            FileOf::Claim(id) => id.as_bytes(),
            FileOf::Handover(id) => id.as_bytes(),
        }
    }

    fn kind(self) -> AttachedTo {
        match self {
            FileOf::Message(_) => AttachedTo::Message,
            FileOf::Claim(_) => AttachedTo::Claim,
            FileOf::Handover(_) => AttachedTo::Handover,
        }
    }

    fn of(file: &Attachment) -> FileOf {
        match file.of {
            AttachedTo::Message => FileOf::Message(Id::from_bytes(file.record)),
            AttachedTo::Claim => FileOf::Claim(Id::from_bytes(file.record)),
            AttachedTo::Handover => FileOf::Handover(Id::from_bytes(file.record)),
        }
    }
}

/// What somebody wants with files of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// To know that they are there.
    List,
    /// To see them whole.
    Open,
    /// To add one.
    Add,
}

impl FileOf {
    fn needs(self, wish: Use) -> Operation {
        match (self, wish) {
            (FileOf::Message(_), Use::List) => Operation::ReadMessages,
            (FileOf::Message(_), Use::Open | Use::Add) => Operation::HandleMessages,
            (FileOf::Claim(_), Use::List) => Operation::ReadClaims,
            (FileOf::Claim(_), Use::Open) => Operation::OpenClaimFiles,
            (FileOf::Claim(_), Use::Add) => Operation::HandleClaims,
            (FileOf::Handover(_), Use::List) => Operation::ReadCardDays,
            (FileOf::Handover(_), Use::Open | Use::Add) => Operation::HandOver,
        }
    }
}

fn forgotten() -> AppError {
    AppError::not_found("FILE_FORGOTTEN", "")
}

impl Office {
    /// Keeps a file of a record; the same again is the first one. Of a claim `part` is the paper's
    /// key in the rules, of a school's letter with child and year.
    ///
    /// # Errors
    /// The code of the record when it is out of reach, `CLAIM_PAPER_UNKNOWN`, `FILES_FULL`,
    /// `FILE_FORGOTTEN`, `SCHOLARSHIP_NOT_NOW` for the letter of a year that was asked for, and the
    /// codes of a [`domain::attachment::FileRefusal`].
    pub fn keep_attachment(
        &self,
        actor: &Actor,
        of: FileOf,
        (part, content): (&str, &[u8]),
    ) -> Result<Attachment, AppError> {
        self.store.write(|tx| {
            self.reach_file(tx, actor, of, Use::Add)?;
            self.refuse_forgotten(tx, of)?;
            let part = match of {
                FileOf::Claim(claim) => self.known_paper(tx, claim, part)?,
                FileOf::Message(_) | FileOf::Handover(_) => "",
            };
            let (file, is_new) = self.keep_file(tx, of, (part, content), Some(actor.id))?;
            if is_new {
                self.record(tx, actor, "file-kept", "attachment", file.id.as_bytes())?;
            }
            Ok(file)
        })
    }

    /// Whether the sender of a message may bring a file for it, asked before the file is read: each
    /// try is counted, whatever becomes of it. Nothing for a code that no message has.
    ///
    /// # Errors
    /// `FILES_TOO_MANY`.
    pub fn file_may_come(&self, code: MessageCode, from: &str) -> Result<Option<()>, AppError> {
        let may = self.store.write(|tx| {
            let Some(_) = self.coded(tx, code, from)? else { return Ok(None) };
            let counted = self.file_counted(tx, from)?;
            let locked = self.is_locked(tx, &counted)?;
            self.note_try(tx, &counted, locked)?;
            Ok::<_, AppError>(Some(!locked))
        })?;
        match may {
            Some(false) => Err(AppError::refused("FILES_TOO_MANY", "")),
            may => Ok(may.map(|_| ())),
        }
    }

    /// Keeps a file that the sender of a message adds to it, by its code, once
    /// [`Office::file_may_come`] has let it. Nothing for a code that no message has.
    ///
    /// # Errors
    /// `MESSAGE_NOT_NOW` once it was taken back, `FILES_FULL`, and the codes of a
    /// [`domain::attachment::FileRefusal`].
    pub fn attach_to_message(
        &self,
        code: MessageCode,
        content: &[u8],
        from: &str,
    ) -> Result<Option<Tracked>, AppError> {
        self.store.write(|tx| {
            let Some(message) = self.coded(tx, code, from)? else { return Ok(None) };
            if message.state == MessageState::Withdrawn {
                return Err(AppError::refused("MESSAGE_NOT_NOW", message.state.name()));
            }
            let of = FileOf::Message(message.id);
            self.refuse_forgotten(tx, of)?;
            let (file, is_new) = self.keep_file(tx, of, ("", content), None)?;
            if is_new {
                self.record_by_itself(tx, "file-received", "attachment", file.id.as_bytes())?;
            }
            self.tracked(tx, &message).map(Some)
        })
    }

    /// The files of a record, oldest first.
    ///
    /// # Errors
    /// The code of the record when it is out of reach.
    pub fn attachments(&self, actor: &Actor, of: FileOf) -> Result<Vec<Attachment>, AppError> {
        self.store.read(|tx| {
            self.reach_file(tx, actor, of, Use::List)?;
            Ok(store::attachments::of_record(tx, of.record())?)
        })
    }

    /// The bytes of a file; the looking is kept in the log.
    ///
    /// # Errors
    /// `FILE_UNKNOWN`, also for a file of a record out of reach; `USER_MAY_NOT`, `FILE_FORGOTTEN`.
    pub fn read_attachment(
        &self,
        actor: &Actor,
        number: &str,
    ) -> Result<(Attachment, Vec<u8>), AppError> {
        let unknown = || AppError::not_found("FILE_UNKNOWN", "");
        let id: Id<kind::Attachment> = Id::parse(number).map_err(|_| unknown())?;
        self.store.write(|tx| {
            let file = store::attachments::get(tx, id)?.ok_or_else(unknown)?;
            let of = FileOf::of(&file);
            // Out of reach it does not exist.
            self.reach_file(tx, actor, of, Use::List).map_err(|_| unknown())?;
            self.reach_file(tx, actor, of, Use::Open)?;
            let content = store::attachments::open(tx, id)?;
            let content = content.ok_or_else(forgotten)?;
            self.record(tx, actor, "file-read", "attachment", id.as_bytes())?;
            Ok((file, content))
        })
    }

    /// Whether somebody may open files of such a record, so that links lead somewhere.
    pub fn may_open_files(&self, actor: &Actor, of: FileOf) -> bool {
        self.may_somewhere(actor, of.needs(Use::Open))
    }

    /// Refuses who may not do this with files of the record.
    fn reach_file(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        of: FileOf,
        wish: Use,
    ) -> Result<(), AppError> {
        let needed = of.needs(wish);
        match of {
            FileOf::Message(id) => self.message_for(tx, actor, id, needed).map(|_| ()),
            FileOf::Claim(id) => self.claim_for(tx, actor, id, needed).map(|_| ()),
            FileOf::Handover(id) => self.handover_for(tx, actor, (id, needed)).map(|_| ()),
        }
    }

    /// Refuses a file of whom nobody knows any more, and of what was taken back.
    fn refuse_forgotten(&self, tx: &mut Tx<'_>, of: FileOf) -> Result<(), AppError> {
        let person = match of {
            FileOf::Message(id) => {
                let known = store::doors::get(tx, id)?;
                let stays = |(message, details): &(_, Option<_>)| {
                    let message: &Message = message;
                    details.is_some() && message.state != MessageState::Withdrawn
                };
                let (message, _) = known.filter(stays).ok_or_else(forgotten)?;
                match message.claim {
                    Some(claim) => return self.refuse_forgotten(tx, FileOf::Claim(claim)),
                    None => None,
                }
            }
            FileOf::Claim(id) => store::benefit_claims::get(tx, id)?.map(|known| known.0.person),
            FileOf::Handover(id) => {
                let card = store::card_days::get(tx, id)?.and_then(|one| one.card);
                match card {
                    Some(card) => store::cards::get(tx, card)?.map(|card| card.person),
                    None => None,
                }
            }
        };
        let Some(person) = person else { return Ok(()) };
        let person = store::people::get(tx, person)?;
        let is_gone = person.is_some_and(|person| crate::people::is_erased(&person));
        if is_gone { Err(forgotten()) } else { Ok(()) }
    }

    /// A paper of the claim's list, or the letter of a school for a child's year.
    fn known_paper<'a>(
        &self,
        tx: &mut Tx<'_>,
        claim: Id<kind::Claim>,
        part: &'a str,
    ) -> Result<&'a str, AppError> {
        let unknown = || AppError::not_found("CLAIM_PAPER_UNKNOWN", crate::error::typed(part));
        let (claim, ..) = store::benefit_claims::get(tx, claim)?.ok_or_else(unknown)?;
        if claim.state == ClaimState::Withdrawn {
            return Err(crate::claims::refused(
                domain::claim::ClaimRefusal::NotNow,
                claim.state.name(),
            ));
        }
        let (paper, of_year) = match read_letter_part(part) {
            Some((paper, no, year)) => (paper, Some((no, year))),
            None => (part, None),
        };
        if let Some((no, year)) = of_year {
            self.refuse_letter(tx, &claim, (no, year))?;
        }
        let of_claim = self.rulebook.claim_papers(claim.kind.scheme(), claim.event);
        let of_claim = of_claim.map_err(crate::claims::gap)?;
        let of_school = self.rulebook.scholarship_papers(claim.event).ok();
        let of_school = of_school.filter(|_| claim.kind.has_scholarship());
        let is_known = match of_year {
            Some(_) => of_school.is_some_and(|entry| entry.row(paper).is_some()),
            None => of_claim.row(paper).is_some(),
        };
        if is_known { Ok(part) } else { Err(unknown()) }
    }

    /// Refuses a letter of no child of the claim, or of a year that was asked for: what a second
    /// person is shown stays as it was put forward.
    fn refuse_letter(
        &self,
        tx: &mut Tx<'_>,
        claim: &crate::claims::Claim,
        (no, year): (u16, i32),
    ) -> Result<(), AppError> {
        let people = store::benefit_claims::people(tx, claim.id)?;
        let first = self.rulebook.first_school_year(claim.event).map_err(crate::claims::gap)?.0;
        let last = i32::from(self.environment.today().year()) + 1;
        if !people.iter().any(|one| one.no == no) || !(first..=last).contains(&year) {
            return Err(AppError::not_found("SCHOLARSHIP_CHILD_UNKNOWN", ""));
        }
        let kept = store::scholarships::get(tx, school_year_id(claim.id, no, year))?;
        let state = kept.map_or(YearState::Due, |kept| kept.state);
        match state {
            YearState::Due | YearState::Returned => Ok(()),
            state => Err(AppError::refused("SCHOLARSHIP_NOT_NOW", state.name())),
        }
    }

    fn keep_file(
        &self,
        tx: &mut Tx<'_>,
        of: FileOf,
        (part, content): (&str, &[u8]),
        made_by: Option<Id<kind::User>>,
    ) -> Result<(Attachment, bool), AppError> {
        let media = sniff(content).map_err(|refusal| {
            let most = (FILE_MOST >> 20).to_string();
            AppError::refused(refusal.name(), most)
        })?;
        let record = of.record();
        let file = Attachment {
            id: attachment_id(record, part, content),
            of: of.kind(),
            record: *record,
            part: part.into(),
            media,
            size_bytes: content.len() as u32,
            made_by,
            at_ms: self.now_ms(),
        };
        let before = store::attachments::of_record(tx, record)?;
        if let Some(known) = before.iter().find(|known| known.id == file.id) {
            return Ok((known.clone(), false));
        }
        // The letters of each school year have room of their own.
        let is_letter = |part: &str| read_letter_part(part).is_some();
        let beside = before.iter().filter(|known| match is_letter(part) {
            true => *known.part == *part,
            false => !is_letter(&known.part),
        });
        if beside.count() >= FILES_MOST {
            return Err(AppError::refused("FILES_FULL", FILES_MOST.to_string()));
        }
        let is_new = store::attachments::insert(tx, &file, content)?.ok_or_else(forgotten)?;
        Ok((file, is_new))
    }
}
