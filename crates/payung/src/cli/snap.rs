//! Arguments of `payung snap …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum SnapCommand {
    /// Banks that speak SNAP: put forward, shown, ended.
    #[command(subcommand)]
    Partner(SnapPartnerCommand),
    /// The virtual account of every bill, and which bank knows it.
    Accounts,
    /// Payments as banks told them, newest first.
    Notices {
        /// Only those of this bank.
        #[arg(long, value_name = "CODE")]
        partner: Option<String>,
    },
    /// What does not fit: payments refused, not on a statement, or never told.
    Breaks,
    /// Say why nothing is missing in a payment that does not fit.
    Explain {
        /// The payment's number here.
        notice: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Ask a bank whether a bill was paid.
    Inquire(SnapBillArgs),
    /// Make a bill known to a bank; what was sent before is asked about first.
    Register(SnapBillArgs),
    /// Ask a bank what became of a transfer.
    Transfer {
        /// The bank.
        #[arg(long, value_name = "CODE")]
        partner: String,
        /// The reference under which it was ordered.
        reference: String,
    },
}

#[derive(Subcommand)]
pub enum SnapPartnerCommand {
    /// Put a bank forward, or other terms for one; somebody else approves the task.
    Propose {
        /// A file as in docs/guide/snap.md.
        file: PathBuf,
    },
    /// Every bank.
    List,
    /// What was agreed with a bank.
    Show {
        /// The bank.
        code: String,
    },
    /// Take a bank out of use at once.
    End {
        /// The bank.
        code: String,
    },
}

#[derive(Args)]
pub struct SnapBillArgs {
    /// The bank.
    #[arg(long, value_name = "CODE")]
    pub partner: String,
    /// The programme of the bill.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The month of the bill.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
}
