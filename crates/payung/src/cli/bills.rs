//! Arguments of `payung bill …`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::BillMonthArgs;

#[derive(Subcommand)]
pub enum BillCommand {
    /// Compute a month's bill; may be repeated until it is final.
    Draft(BillMonthArgs),
    /// Lock a bill, or those of several months that are paid at once, and put it forward; exit code
    /// 4: another person issues it.
    Finalise {
        #[command(flatten)]
        month: BillMonthArgs,
        /// How many months are paid at once, as the law allows: 1, 2, 3, 6 or 12.
        #[arg(long, value_name = "N", default_value_t = 1)]
        months: u32,
    },
    /// Take a bill the next step: who pays locks it and puts it forward (exit code 4), who approves
    /// issues it.
    Issue {
        #[command(flatten)]
        month: BillMonthArgs,
        /// The digest that was looked at; without it the one that waits.
        #[arg(long, value_name = "HEX")]
        hash: Option<String>,
    },
    /// Unlock a final bill that is not paid: its pending transfers are taken back.
    Reopen {
        #[command(flatten)]
        month: BillMonthArgs,
        /// Why, in a sentence; it is kept.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Write down the code under which BPJS or a bank takes the money.
    Code {
        #[command(flatten)]
        month: BillMonthArgs,
        /// What sort of code.
        #[arg(long)]
        kind: BillCodeKind,
        /// Letters and digits.
        code: String,
    },
    /// One bill: by rule, due day, codes, who issued it, what changed since the month before.
    Show {
        #[command(flatten)]
        month: BillMonthArgs,
    },
    /// Write a paper of the bill as PDF.
    Paper {
        #[command(flatten)]
        month: BillMonthArgs,
        /// Which.
        #[arg(long, default_value = "bill")]
        kind: BillPaperKind,
        /// Folder for the file.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write the bill's lines as XLSX: everybody by name. More than 500 people need another
    /// person's approval first.
    Export {
        #[command(flatten)]
        month: BillMonthArgs,
        /// Why the file is needed; recorded.
        #[arg(long)]
        reason: String,
        /// Where to.
        #[arg(long, value_name = "OUT.xlsx")]
        out: PathBuf,
    },
    /// Months that are due and not paid, and until when members are still covered.
    Arrears {
        /// Only this programme.
        #[arg(long, value_name = "CODE")]
        programme: Option<String>,
    },
    /// What was paid for months after a death, found and owed back.
    Credits {
        /// The programme.
        #[arg(long, value_name = "CODE")]
        programme: String,
        /// Put forward that what was found is owed back; exit code 4: another person approves.
        #[arg(long)]
        propose: bool,
    },
    /// Every bill.
    List {
        /// Only this programme.
        #[arg(long, value_name = "CODE")]
        programme: Option<String>,
    },
}

/// What sort of code a bill is paid under.
#[derive(Clone, Copy, ValueEnum)]
pub enum BillCodeKind {
    BillingCode,
    VirtualAccount,
}

/// A paper of a bill.
#[derive(Clone, Copy, ValueEnum)]
pub enum BillPaperKind {
    Bill,
    Request,
    Handover,
    Receipt,
}
