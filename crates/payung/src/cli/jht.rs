//! Arguments of `payung jht …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::RulebookArgs;

#[derive(Subcommand)]
pub enum JhtCommand {
    /// Everybody's savings, masked, with the sums of all.
    List {
        /// Only members for whom this programme paid, by its code; all when absent.
        #[arg(long, value_name = "CODE")]
        programme: Option<String>,
        /// Go on after this person of the list.
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        /// At most so many people; the sums are of all.
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// One member's account: every month with its growth, what was taken back, what BPJS states.
    Statement(JhtStatementArgs),
    /// Write down what BPJS states of somebody's savings; the same again is no change.
    State {
        /// The member, by record number.
        person: String,
        /// The day of which the balance is.
        #[arg(long, value_name = "DAY")]
        as_of: String,
        /// The balance.
        #[arg(long, value_name = "RUPIAH")]
        rupiah: String,
        /// The number of the paper; never that of a citizen.
        #[arg(long, value_name = "TEXT")]
        reference: String,
    },
    /// Take back a balance that was written down wrongly.
    Withdraw {
        /// Its number, as `statement` names it.
        id: String,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// What savings may come to, and what is paid when; it opens no register.
    Simulate(JhtSimulateArgs),
}

#[derive(Args)]
pub struct JhtStatementArgs {
    /// The member, by record number.
    pub person: String,
    /// The day asked about; today when absent.
    #[arg(long, value_name = "DAY")]
    pub on: Option<String>,
    /// By what was known at the end of this day; now when absent.
    #[arg(long, value_name = "DAY")]
    pub known: Option<String>,
    /// Write the statement for the member as PDF, naming them; the printing is kept in the log.
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
}

#[derive(Args)]
pub struct JhtSimulateArgs {
    #[command(flatten)]
    pub rulebook: RulebookArgs,
    /// The declared income of somebody without a wage; the tier follows from it.
    #[arg(long, value_name = "RUPIAH", required_unless_present = "wage")]
    pub income: Option<String>,
    /// The wage, for somebody who earns one.
    #[arg(long, value_name = "RUPIAH", conflicts_with = "income")]
    pub wage: Option<String>,
    /// The first month that is paid.
    #[arg(long, value_name = "YYYY-MM")]
    pub from: String,
    /// How many months are paid.
    #[arg(long, value_name = "N")]
    pub months: u32,
    /// What there is at the start.
    #[arg(long, value_name = "RUPIAH")]
    pub start: Option<String>,
}
