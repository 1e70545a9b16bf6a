//! Photos of evidence: one of a record, as it came, sealed under the record's key.

use base::Id;
use base::id::kind;
use domain::field::PHOTO_MOST;

use super::{DeviceFile, field_record_number};
use crate::error::AppError;
use crate::office::{Actor, Office};

/// A photo begins so (JPEG).
const PHOTO_HEAD: [u8; 3] = [0xff, 0xd8, 0xff];

/// What became of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoKept {
    /// It is kept.
    Now,
    /// There was one before: that one stays.
    Before,
}

impl Office {
    /// Keeps the photo of a record that the agent of the device sent; a second one changes nothing.
    ///
    /// # Errors
    /// `FIELD_RECORD_UNKNOWN`, also for a record of somebody else; `FIELD_RECORD_FORGOTTEN`,
    /// `FIELD_PHOTO_LARGE`, `FIELD_PHOTO_UNFIT`, and those of [`Office::field_sync`].
    pub fn keep_field_photo(
        &self,
        actor: &Actor,
        record: &str,
        photo: &[u8],
    ) -> Result<PhotoKept, AppError> {
        let file = self.own_device(actor)?;
        self.keep_photo_of(actor, &file, (field_record_number(record)?, photo))
    }

    pub(super) fn keep_photo_of(
        &self,
        actor: &Actor,
        file: &DeviceFile,
        (id, photo): (Id<kind::FieldRecord>, &[u8]),
    ) -> Result<PhotoKept, AppError> {
        if photo.len() > PHOTO_MOST {
            return Err(AppError::refused("FIELD_PHOTO_LARGE", (PHOTO_MOST / 1024).to_string()));
        }
        if !photo.starts_with(&PHOTO_HEAD) {
            return Err(AppError::refused("FIELD_PHOTO_UNFIT", ""));
        }
        let now = self.now_ms();
        self.store.write(|tx| {
            let unknown = || AppError::not_found("FIELD_RECORD_UNKNOWN", id.to_string());
            let kept = store::field::record(tx, id)?.ok_or_else(unknown)?;
            if kept.record.agent != file.agent.id {
                return Err(unknown());
            }
            if kept.details.is_none() {
                return Err(AppError::refused("FIELD_RECORD_FORGOTTEN", ""));
            }
            // Of what was corrected since, the photo taken then is the evidence.
            let since = kept.record.received_at_ms;
            let is_new = match kept.photo_bytes {
                None => store::field::insert_photo(tx, id, (photo, now))?,
                Some(_) => store::field::replace_photo(tx, id, (photo, now), since)?,
            };
            if !is_new {
                return Ok(PhotoKept::Before);
            }
            self.record(tx, actor, "field-photo-kept", "field-record", id.as_bytes())?;
            Ok(PhotoKept::Now)
        })
    }
}
