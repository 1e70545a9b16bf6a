//! Files that prove something: of a claim, a message, a handover of a card. They are taken when
//! their bytes are a photo or a quiet paper, kept sealed, and given out to whoever may see the
//! record whole; each giving out is a line of the log.

#[cfg(test)]
mod tests;

use base::Id;
use base::id::kind;
pub use domain::attachment::{AttachedTo, FILE_MOST, FILES_MOST, Media};
use domain::attachment::{attachment_id, sniff};
use domain::claim::ClaimState;
use domain::message::MessageState;
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

impl Office {
    /// Keeps a file of a record; the same again is the first one. Of a claim `part` is the paper's
    /// key in the rules.
    ///
    /// # Errors
    /// The code of the record when it is out of reach, `CLAIM_PAPER_UNKNOWN`, `FILES_FULL`, and the
    /// codes of a [`domain::attachment::FileRefusal`].
    pub fn keep_attachment(
        &self,
        actor: &Actor,
        of: FileOf,
        (part, content): (&str, &[u8]),
    ) -> Result<Attachment, AppError> {
        self.store.write(|tx| {
            self.reach_file(tx, actor, of, true)?;
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

    /// Keeps a file that the sender of a message adds to it, by its code. Nothing for a code that
    /// no message has.
    ///
    /// # Errors
    /// `MESSAGE_NOT_NOW` once it was taken back, `FILES_FULL`, `FILES_TOO_MANY`, and the codes of a
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
            let counted = self.file_counted(tx, from)?;
            let counted = counted.ok_or_else(|| AppError::refused("FILES_TOO_MANY", ""))?;
            let of = FileOf::Message(message.id);
            let (file, is_new) = self.keep_file(tx, of, ("", content), None)?;
            if is_new {
                self.note_try(tx, &counted, false)?;
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
            self.reach_file(tx, actor, of, false)?;
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
            self.reach_file(tx, actor, of, false).map_err(|_| unknown())?;
            self.reach_file(tx, actor, of, true)?;
            let content = store::attachments::open(tx, id)?;
            let content = content.ok_or_else(|| AppError::not_found("FILE_FORGOTTEN", ""))?;
            self.record(tx, actor, "file-read", "attachment", id.as_bytes())?;
            Ok((file, content))
        })
    }

    /// Refuses who may not see the record, or not handle it.
    fn reach_file(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        of: FileOf,
        handles: bool,
    ) -> Result<(), AppError> {
        let operation = |read, handle| if handles { handle } else { read };
        match of {
            FileOf::Message(id) => {
                let needed = operation(Operation::ReadMessages, Operation::HandleMessages);
                self.message_for(tx, actor, id, needed).map(|_| ())
            }
            FileOf::Claim(id) => {
                let needed = operation(Operation::ReadClaims, Operation::HandleClaims);
                self.claim_for(tx, actor, id, needed).map(|_| ())
            }
            FileOf::Handover(id) => {
                let needed = operation(Operation::ReadCardDays, Operation::HandOver);
                self.handover_for(tx, actor, (id, needed)).map(|_| ())
            }
        }
    }

    /// A paper of the claim's list, or the letter of a school.
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
        let of_claim = self.rulebook.claim_papers(claim.kind.scheme(), claim.event);
        let of_claim = of_claim.map_err(crate::claims::gap)?;
        let of_school = self.rulebook.scholarship_papers(claim.event).ok();
        let of_school = of_school.filter(|_| claim.kind.has_scholarship());
        let is_known = of_claim.row(part).is_some()
            || of_school.is_some_and(|entry| entry.row(part).is_some());
        if is_known { Ok(part) } else { Err(unknown()) }
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
        if before.len() >= FILES_MOST {
            return Err(AppError::refused("FILES_FULL", FILES_MOST.to_string()));
        }
        let is_new = store::attachments::insert(tx, &file, content)?;
        Ok((file, is_new))
    }
}
