//! Whether two records speak of one person: names made comparable, compared, and turned into
//! keys.
//!
//! It knows how Indonesian names are written (titles, degrees, patronymics, old spelling, joined
//! and shortened words) and nothing of registers, files or decisions.
#![warn(missing_docs, clippy::disallowed_methods)]

pub mod agreement;
pub mod birth;
pub mod clusters;
pub mod compare;
pub mod decide;
pub mod engine;
pub mod jaro;
pub mod key;
pub mod keys;
pub mod model;
pub mod name;
pub mod number;
pub mod pairs;
pub mod person_name;
pub mod rarity;
pub mod record;
pub mod word;

pub use agreement::{NameAgreement, names_agree, normal_names_agree};
pub use jaro::{jaro_winkler, jaro_winkler_ppm};
pub use key::{name_key, same_person_key};
pub use name::normalise_name;
