//! Ground types: what a value *is*, how it is read and printed, and nothing else.
//!
//! Every type here is opened by parsing and has no setters, so a value that exists is a valid one.
//! Nothing here reads a clock, a file, the environment or randomness.
#![warn(missing_docs, clippy::disallowed_methods, clippy::float_arithmetic)]

pub mod cell;
pub mod day;
pub mod id;
pub mod kpj;
pub mod money;
pub mod nik;
pub mod person;
pub mod problem;
pub mod region;
pub mod zone;

pub use cell::{Cell, CellAddress, CellKind, Field, RawRow, RawValue};
pub use day::{Day, Month};
pub use id::Id;
pub use kpj::{Kpj, KpjProblem};
pub use money::{Ppm, Rounding, Rupiah};
pub use nik::{Nik, NikProblem, NoKk};
pub use person::{PersonName, Phone, Sex};
pub use problem::{Problem, ProblemCode, Severity};
pub use region::{Gazetteer, PlaceMatch, PrefixStatus, RegionCode};
pub use zone::Zone;
