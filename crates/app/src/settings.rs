//! What an office says of itself: its name, where to ask for help, and whether this is practice.

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

/// What an office says of itself; what it does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The office that keeps the register.
    pub office: String,
    /// Its telephone.
    pub phone: String,
    /// Its WhatsApp number.
    pub whatsapp: String,
    /// When it is open.
    pub hours: String,
    /// Where it is.
    pub address: String,
    /// Whether everybody in the register is invented.
    pub practice: bool,
}

/// The longest answer.
pub const TEXT_CHARS: usize = 200;

const OFFICE: &str = "office-name";
const PHONE: &str = "office-phone";
const WHATSAPP: &str = "office-whatsapp";
const HOURS: &str = "office-hours";
const ADDRESS: &str = "office-address";
const PRACTICE: &str = "practice";

impl Office {
    /// What the office says of itself.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn settings(&self) -> Result<Settings, AppError> {
        Ok(self.store.read(read)?)
    }

    /// Changes what the office says of itself, if it still says what the change was made from.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `TEXT_TOO_LONG`, `CHANGED_SINCE` when somebody else was faster.
    pub fn change_settings(
        &self,
        actor: &Actor,
        from: &Settings,
        to: &Settings,
    ) -> Result<(), AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        if to.texts().iter().any(|(_, text)| text.chars().count() > TEXT_CHARS) {
            return Err(AppError::refused("TEXT_TOO_LONG", TEXT_CHARS.to_string()));
        }
        self.store.write(|tx| {
            if read(tx)? != *from {
                return Err(AppError::new(ErrorKind::Conflict, "CHANGED_SINCE", ""));
            }
            if from == to {
                return Ok(());
            }
            for (name, text) in to.texts() {
                store::settings::set(tx, name, text.trim())?;
            }
            store::settings::set(tx, PRACTICE, if to.practice { "yes" } else { "no" })?;
            self.record(tx, actor, "settings-changed", "settings", &[0; 16])
        })
    }

    /// Says that everybody in the register is invented.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn mark_as_practice(&self, actor: &Actor) -> Result<(), AppError> {
        self.store.write(|tx| {
            if store::settings::get(tx, PRACTICE)?.as_deref() == Some("yes") {
                return Ok(());
            }
            store::settings::set(tx, PRACTICE, "yes")?;
            self.record(tx, actor, "settings-changed", "settings", &[0; 16])
        })
    }
}

impl Settings {
    fn texts(&self) -> [(&'static str, &str); 5] {
        [
            (OFFICE, &self.office),
            (PHONE, &self.phone),
            (WHATSAPP, &self.whatsapp),
            (HOURS, &self.hours),
            (ADDRESS, &self.address),
        ]
    }
}

fn read(tx: &mut store::Tx<'_>) -> Result<Settings, store::StoreError> {
    let mut get = |name: &str| store::settings::get(tx, name).map(Option::unwrap_or_default);
    Ok(Settings {
        office: get(OFFICE)?,
        phone: get(PHONE)?,
        whatsapp: get(WHATSAPP)?,
        hours: get(HOURS)?,
        address: get(ADDRESS)?,
        practice: get(PRACTICE)? == "yes",
    })
}
