//! The place of a register made ready: its schema, and on a server who may do what.

use store::StoreError;
use store::provision::provision;
pub use store::provision::{Provision, Provisioned};

use crate::error::AppError;
use crate::office::Location;

/// Makes a place ready, or says what that would take.
///
/// # Errors
/// `DATABASE_ROLE_UNKNOWN` for a role that is not there or is too strong to be held by any policy.
pub fn prepare(location: &Location, wanted: &Provision<'_>) -> Result<Provisioned, AppError> {
    provision(location, wanted).map_err(|error| match error {
        StoreError::NotFound { .. } => {
            let asked = [wanted.app_role, wanted.read_role];
            let names: Vec<&str> = asked.into_iter().flatten().collect();
            AppError::not_found("DATABASE_ROLE_UNKNOWN", names.join(", "))
        }
        other => other.into(),
    })
}
