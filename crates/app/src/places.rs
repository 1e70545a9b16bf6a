//! The place of a register: made ready, and left for a server with everything in it.

pub mod nodes;

use base::RegionCode;
pub use store::carry::{Carried, CarriedLedger, CarriedTable};
use store::carry::{CarryError, carry, open_target};
use store::provision::provision;
pub use store::provision::{Provision, Provisioned};
use store::{Store, StoreError};

use crate::error::{AppError, ErrorKind};
use crate::office::Location;

/// Makes a place ready, or says what that would take.
///
/// # Errors
/// `DATABASE_ROLE_UNKNOWN` for a role that is not there or is too strong to be held by any policy.
pub fn prepare(location: &Location, wanted: &Provision<'_>) -> Result<Provisioned, AppError> {
    provision(location, wanted).map_err(|error| match error {
        StoreError::NotFound { .. } => {
            let asked = [wanted.app_role, wanted.read_role, wanted.bi_role];
            let names: Vec<&str> = asked.into_iter().flatten().collect();
            AppError::not_found("DATABASE_ROLE_UNKNOWN", names.join(", "))
        }
        other => other.into(),
    })
}

/// A register about to leave its file.
pub struct Move<'a> {
    /// Where it is.
    pub from: &'a Location,
    /// The server, as the application's role; or as the owner of the tables when `app_role` is
    /// given, and then the server is made ready first.
    pub to: &'a Location,
    /// Whose it is.
    pub pemda: RegionCode,
    /// The role that the application will come as.
    pub app_role: Option<&'a str>,
}

/// Carries an embedded register into a server and compares both sides. When they differ
/// ([`Carried::is_equal`]) the server keeps nothing. The file stays as it was.
///
/// # Errors
/// `MOVE_OCCUPIED` when the server holds this region already, `MOVE_FROM_SERVER` when the register
/// is on a server now.
pub fn move_register(
    wanted: &Move<'_>,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Carried, AppError> {
    if matches!(wanted.from, Location::Url(_)) {
        return Err(AppError::usage("MOVE_FROM_SERVER", ""));
    }
    if wanted.app_role.is_some() {
        let app_role = wanted.app_role;
        let provision = Provision { app_role, read_role: None, bi_role: None, plan_only: false };
        prepare(wanted.to, &provision)?;
    }
    let from = Store::open(wanted.from.clone(), wanted.pemda)?;
    from.migrate()?;
    let to = open_target(wanted.to.clone(), wanted.pemda)?;
    match carry(&from, &to, progress) {
        Ok(carried) => Ok(carried),
        Err(CarryError::Differs(carried)) => Ok(*carried),
        Err(CarryError::Occupied) => Err(AppError::new(ErrorKind::Conflict, "MOVE_OCCUPIED", "")),
        Err(CarryError::Store(error)) => Err(error.into()),
    }
}
