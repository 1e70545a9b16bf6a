//! The file that a device writes of what it has not sent, when it can send no more: opened by the
//! office's own secret, so that nobody has to tell anybody a PIN, and taken in like what is sent.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, PersonName, RegionCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::field::{BATCH_MOST, DeviceState};
use serde_json::Value;
use zeroize::Zeroizing;

use super::envelope::{self, Secret};
use super::sent::FieldSent;
use super::{DeviceFile, FieldAnswer, FieldBatch};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::initials_of;

/// The largest file.
pub const FILE_MOST: usize = 24 << 20; // not law: a queue of some hundred records with photos
/// Records in one file.
const RECORDS_MOST: usize = 2_000; // not law: more than a telephone holds

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldFileRead {
    /// What became of each record.
    pub answers: Vec<FieldAnswer>,
    /// Photos that were kept.
    pub photos: u32,
    /// Records and photos that could not be opened: they were damaged on the way.
    pub unreadable: u32,
    /// What nobody has finished on the telephone: shown, and registered by nobody.
    pub drafts: Vec<DraftRead>,
    /// When the telephone wrote the file, by its own clock, in milliseconds since 1970-01-01 UTC.
    pub exported_at_ms: Option<i64>,
}

/// Somebody whom an agent began to write down, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRead {
    /// The number that the telephone gave it.
    pub id: String,
    /// Initials; empty where no name was written yet.
    pub initials: String,
    /// The village, by name; empty where none was chosen.
    pub village: String,
    /// Which parts are not there yet, by their stable names.
    pub missing: Vec<&'static str>,
}

/// What a record cannot do without.
const NEEDED: [&str; 7] = ["nik", "name", "birth", "sex", "village", "occupation", "consent"];
/// Digits of a NIK.
const NIK_DIGITS: usize = 16;

impl Office {
    /// Takes in the file of a device; again it changes nothing.
    ///
    /// # Errors
    /// `FIELD_FILE_UNFIT`, `FIELD_FILE_LARGE`, `FIELD_DEVICE_UNKNOWN`, `FIELD_DEVICE_WIPED` for a
    /// device that was told to forget everything, `USER_MAY_NOT`, and those of
    /// [`Office::field_sync`].
    pub fn take_field_file(&self, actor: &Actor, bytes: &[u8]) -> Result<FieldFileRead, AppError> {
        self.authorize_somewhere(actor, Operation::HandleOutreach)?;
        if bytes.len() > FILE_MOST {
            return Err(AppError::refused("FIELD_FILE_LARGE", (FILE_MOST >> 20).to_string()));
        }
        let unfit = || AppError::refused("FIELD_FILE_UNFIT", "");
        let file: Value = serde_json::from_slice(bytes).map_err(|_| unfit())?;
        if file["payung-lapangan"].as_i64() != Some(1) {
            return Err(unfit());
        }
        let device = file["device"].as_str().and_then(|text| Id::parse(text).ok());
        let named = self.device_of_file(actor, device.ok_or_else(unfit)?)?;
        let secret = Secret::of(&named.secret).ok_or_else(super::devices::unusable)?;
        let keys = keys_of(&file["keys"], &secret).ok_or_else(unfit)?;
        let records = file["records"].as_array().ok_or_else(unfit)?;
        let drafts = file["drafts"].as_array().map_or(&[][..], Vec::as_slice);
        if records.len().max(drafts.len()) > RECORDS_MOST {
            return Err(AppError::refused("FIELD_FILE_LARGE", (FILE_MOST >> 20).to_string()));
        }
        let mut read = FieldFileRead {
            exported_at_ms: file["exported_at_ms"].as_i64(),
            ..FieldFileRead::default()
        };
        let mut sent = Vec::new();
        for record in records {
            match opened(record, &keys).and_then(|plain| serde_json::from_slice(&plain).ok()) {
                // What was sealed is bound to its number: it can stand under no other.
                Some(Value::Object(mut plain)) => {
                    plain.insert("id".to_owned(), record["name"].clone());
                    sent.push(FieldSent::read(&Value::Object(plain)));
                }
                _ => read.unreadable += 1,
            }
        }
        for records in sent.chunks(BATCH_MOST) {
            let batch = FieldBatch { device_now_ms: None, records: records.to_vec() };
            read.answers.extend(self.take_records(actor, &named, &batch)?);
        }
        for photo in file["photos"].as_array().into_iter().flatten() {
            match self.take_photo(actor, &named, (photo, &keys))? {
                Some(kept) => read.photos += u32::from(kept),
                None => read.unreadable += 1,
            }
        }
        for draft in drafts {
            match opened(draft, &keys).and_then(|plain| serde_json::from_slice(&plain).ok()) {
                Some(plain) => read.drafts.push(self.draft_of(&draft["name"], &plain)),
                None => read.unreadable += 1,
            }
        }
        Ok(read)
    }

    /// What is there of a draft and what is not; nothing of it is kept.
    fn draft_of(&self, id: &Value, plain: &Value) -> DraftRead {
        let is_there = |name: &str| match &plain[name] {
            Value::String(text) if name == "nik" => text.trim().len() == NIK_DIGITS,
            Value::String(text) => !text.trim().is_empty(),
            _ => false,
        };
        let name = plain["name"].as_str().and_then(|name| PersonName::parse(name).ok());
        let village = plain["village"].as_str().and_then(RegionCode::parse);
        DraftRead {
            // A number and nothing else, whatever a damaged file says.
            id: id
                .as_str()
                .and_then(|id| Id::<kind::FieldRecord>::parse(id).ok())
                .map_or_else(|| "…".to_owned(), |id| id.to_string()),
            initials: name.map_or_else(String::new, |name| initials_of(&name)),
            village: village.map_or_else(String::new, |village| self.name_of(village)),
            missing: NEEDED.into_iter().filter(|name| !is_there(name)).collect(),
        }
    }

    fn device_of_file(&self, actor: &Actor, id: Id<kind::Device>) -> Result<DeviceFile, AppError> {
        self.store.read(|tx| {
            let unknown = || AppError::not_found("FIELD_DEVICE_UNKNOWN", "");
            let (device, details) = store::field::device(tx, id)?.ok_or_else(unknown)?;
            let agent = self.agent_of(tx, device.agent)?;
            let target = Target::in_region(agent.territory);
            self.authorize_or(actor, Operation::HandleOutreach, &target, unknown)?;
            // Whoever found a lost telephone brings no records in.
            if device.state_at(self.now_ms()) == DeviceState::Wiped {
                return Err(AppError::refused("FIELD_DEVICE_WIPED", ""));
            }
            self.device_file(tx, (device, details.secret))
        })
    }

    /// Whether a photo is new; none when it cannot be opened.
    fn take_photo(
        &self,
        actor: &Actor,
        file: &DeviceFile,
        (photo, keys): (&Value, &Keys),
    ) -> Result<Option<bool>, AppError> {
        let name = photo["name"].as_str().and_then(|name| name.strip_suffix(" photo"));
        let id = name.and_then(|name| Id::parse(name).ok());
        let (Some(id), Some(plain)) = (id, opened(photo, keys)) else { return Ok(None) };
        match self.keep_photo_of(actor, file, (id, &plain)) {
            Ok(kept) => Ok(Some(kept == super::PhotoKept::Now)),
            // A photo whose record was refused, or that is none, keeps no other from coming in.
            Err(error) if error.code.starts_with("FIELD_") => Ok(None),
            Err(error) => Err(error),
        }
    }
}

type Keys = HashMap<String, Zeroizing<[u8; 32]>>;

/// The keys of a file, without those that are damaged; nothing where none opens.
fn keys_of(sent: &Value, secret: &Secret) -> Option<Keys> {
    let sent = sent.as_array()?;
    let open = |key: &Value| {
        let closed = STANDARD.decode(key["closed"].as_str()?).ok()?;
        let opened = envelope::open(secret, &closed)?;
        Some((key["id"].as_str()?.to_owned(), Zeroizing::new(opened)))
    };
    let keys: Keys = sent.iter().filter_map(open).collect();
    (!keys.is_empty() || sent.is_empty()).then_some(keys)
}

/// What was sealed on the device, bound to the number of its record.
fn opened(sealed: &Value, keys: &Keys) -> Option<Vec<u8>> {
    let key = keys.get(sealed["key"].as_str()?)?;
    let body = STANDARD.decode(sealed["sealed"].as_str()?).ok()?;
    envelope::open_sealed(key, &body, sealed["name"].as_str()?.as_bytes())
}
