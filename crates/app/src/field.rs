//! People registered in the field: telephones that agents prepare, what they take along, what they
//! send when there is a network again, and what the office does with it.
//!
//! A record is a row of a received file: what becomes of it is decided where rows of all files are
//! (`domain::enrolment`), and nowhere here.

mod desk;
mod devices;
mod envelope;
mod file;
mod packet;
mod photo;
mod sent;
mod sync;
#[cfg(test)]
mod tests;

use base::id::kind;
use base::{Day, Id};
use domain::organisation::Org;
use domain::outreach::Agent;
use domain::programme::Programme;
use store::Tx;

pub use domain::field::{
    BATCH_MOST, DeviceState, FieldDetails, FieldDevice, FieldRecord, FieldStanding, Helper,
    PHOTO_MOST, SESSION_HOURS, SKEW_SHOWN_MS,
};
pub use domain::message::Agreement;

use crate::error::AppError;
use crate::office::Office;

pub use desk::{
    ConflictShown, FieldFile, FieldFilter, FieldKey, FieldShown, FieldVerdict, FieldWhole,
};
pub use devices::{DeviceAsked, DeviceShown, FieldStart, KEYS_MOST, Prepared};
pub use file::{DraftRead, FILE_MOST, FieldFileRead};
pub use packet::FieldPacket;
pub use photo::PhotoKept;
pub use sent::{FieldRefusal, FieldSent};
pub use sync::{FieldAnswer, FieldBatch};

/// The version of the words by which people in the field agree; it is kept with every record.
pub const CONSENT_VERSION: &str = "2026-1";

/// Reads a record's number.
///
/// # Errors
/// `FIELD_RECORD_UNKNOWN`.
pub fn field_record_number(text: &str) -> Result<Id<kind::FieldRecord>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("FIELD_RECORD_UNKNOWN", ""))
}

/// Reads a device's number.
///
/// # Errors
/// `FIELD_DEVICE_UNKNOWN`.
pub fn field_device_number(text: &str) -> Result<Id<kind::Device>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("FIELD_DEVICE_UNKNOWN", ""))
}

/// A device with whose it is, what it is for, and in whose name it sends.
pub(crate) struct DeviceFile {
    pub(crate) device: FieldDevice,
    pub(crate) secret: [u8; 32],
    pub(crate) agent: Agent,
    pub(crate) programme: Programme,
    pub(crate) org: Org,
}

impl Office {
    /// All that a device hangs on.
    pub(crate) fn device_file(
        &self,
        tx: &mut Tx<'_>,
        (device, secret): (FieldDevice, [u8; 32]),
    ) -> Result<DeviceFile, AppError> {
        let agents = store::outreach::agents(tx)?;
        let agent = agents.into_iter().map(|(agent, _)| agent).find(|one| one.id == device.agent);
        let agent = agent.ok_or_else(|| AppError::not_found("AGENT_UNKNOWN", ""))?;
        let org = self.org_above(tx, &agent)?;
        let programmes = store::programmes::list(tx)?;
        let programme = programmes.into_iter().find(|one| one.id == device.programme);
        let programme = programme.ok_or_else(|| AppError::not_found("PROGRAMME_UNKNOWN", ""))?;
        Ok(DeviceFile { device, secret, agent, programme, org })
    }

    /// The office in whose name an agent's records come.
    fn org_above(&self, tx: &mut Tx<'_>, agent: &Agent) -> Result<Org, AppError> {
        let without = || AppError::refused("FIELD_AGENT_WITHOUT_OFFICE", &*agent.code);
        let above = agent.supervisor.ok_or_else(without)?;
        store::orgs::get(tx, above)?.ok_or_else(without)
    }
}

/// Whether people are registered for a programme in the field on a day.
fn takes_in_the_field(programme: &Programme, agent: &Agent, today: Day) -> bool {
    let (area, territory) = (programme.territory, agent.territory);
    let meets = area.contains(territory) || territory.contains(area);
    meets && programme.last >= today.month_of() && programme.terms.facilities.is_none()
}
