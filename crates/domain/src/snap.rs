//! SNAP BI, the payment interface of Bank Indonesia, as pure rules: what is signed, how amounts and
//! moments are written, which code answers what, which payment a notice is, and what to do when an
//! answer did not come.
//!
//! A notice becomes money by the same door as a bank's line: [`crate::payment::settle`]. One money
//! is credited once, whether the notice or the statement comes first (docs/decisions/0026).

pub mod amount;
pub mod code;
pub mod echo;
pub mod moment;
pub mod notice;
pub mod number;
pub mod resend;
pub mod sign;

#[cfg(test)]
mod tests;

pub use amount::Amount;
pub use code::{Case, Service};
pub use notice::{Notice, Payable, Verdict};
pub use number::Padding;
