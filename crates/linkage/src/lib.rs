//! Whether two records speak of one person: rows of typed lists made comparable, compared, weighed.
//!
//! It knows how Indonesian names, numbers and dates are written and mistyped, and nothing of
//! registers, files or what follows from a decision. Read on in the order of the modules below.
#![warn(missing_docs, clippy::disallowed_methods)]

// From rows to decisions.
pub mod across;
pub mod clusters;
pub mod compare;
pub mod decide;
pub mod engine;
pub mod generic;
pub mod index;
pub mod keys;
pub mod model;
pub mod pairs;
pub mod rarity;
pub mod record;
pub mod standing;
pub mod stored;

// What cells are read into.
pub mod birth;
pub mod number;
pub mod person_name;
pub mod word;

// Names as texts, for the register's own keys.
pub mod agreement;
pub mod jaro;
pub mod key;
pub mod name;

pub use agreement::{NameAgreement, names_agree, normal_names_agree};
pub use jaro::{jaro_winkler, jaro_winkler_ppm};
pub use key::{name_key, same_person_key};
pub use name::normalise_name;
