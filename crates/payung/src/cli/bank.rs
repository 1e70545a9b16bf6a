//! Arguments of `payung bank …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum BankCommand {
    /// The bank accounts, numbers masked; `--add` adds one.
    Accounts(AccountArgs),
    /// Take in a bank statement: CSV, XLSX, MT940 or CAMT.053.
    Import {
        /// The statement.
        file: PathBuf,
        /// The account it is about.
        #[arg(long, value_name = "CODE", default_value = "kas-daerah")]
        account: String,
        /// Which column holds what, as `tanggal=A,uraian=B,debet=D,kredit=E,saldo=F`; remembered.
        #[arg(long, value_name = "COLUMNS")]
        layout: Option<String>,
    },
    /// The lines with where each stands and why.
    Lines {
        /// Only lines in this state, such as `suggested`.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
    },
    /// Match statement lines with bills, and post what matches.
    Match,
    /// Lines and bills that found no partner, with the reason.
    Breaks,
    /// Put forward what a line's money is for; somebody else approves the task.
    Allocate(AllocateArgs),
    /// Put forward that a line's money is released again.
    Release {
        /// The line.
        line: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// What waits in suspense, by age.
    Suspense,
    /// Record what BPJS says it received for a bill, or withdraw what was recorded wrongly.
    Receipt {
        /// The bill, by the reference printed on it.
        bill: String,
        /// The number of the receipt.
        #[arg(long, value_name = "TEXT")]
        number: String,
        /// How much, in whole rupiah.
        #[arg(long, value_name = "RUPIAH", required_unless_present = "withdraw")]
        amount: Option<String>,
        /// When BPJS received it, as YYYY-MM-DD.
        #[arg(long, value_name = "DAY", required_unless_present = "withdraw")]
        day: Option<String>,
        /// Withdraw the receipt of this number, and why.
        #[arg(long, value_name = "TEXT", conflicts_with_all = ["amount", "day"])]
        withdraw: Option<String>,
    },
    /// Bill = bank = BPJS receipt of a month, and what stands against closing it.
    Reconcile {
        /// The month, as YYYY-MM.
        month: String,
    },
}

#[derive(Args)]
pub struct AccountArgs {
    /// Add an account under this code.
    #[arg(long, value_name = "CODE", requires = "name")]
    pub add: Option<String>,
    /// What people call it.
    #[arg(long, value_name = "NAME", requires = "add")]
    pub name: Option<String>,
    /// The bank's three digits, such as 114.
    #[arg(long, value_name = "BANK", default_value = "")]
    pub bank: String,
    /// Its number; it is sealed, and shown masked.
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub number: String,
    /// The fund whose cash it holds.
    #[arg(long, value_name = "CODE", default_value = "")]
    pub fund: String,
    /// Which column of its tables holds what.
    #[arg(long, value_name = "COLUMNS", default_value = "")]
    pub layout: String,
}

#[derive(Args)]
pub struct AllocateArgs {
    /// The line; several with --other.
    #[arg(required = true)]
    pub lines: Vec<String>,
    /// What is suggested for the line.
    #[arg(long, conflicts_with_all = ["bill", "suspense", "returns", "reverses", "other"])]
    pub suggested: bool,
    /// A bill and how much of it, as `PYG-XXXXXXXX=RUPIAH`; several for a split.
    #[arg(long, value_name = "BILL=RUPIAH")]
    pub bill: Vec<String>,
    /// So much waits in suspense.
    #[arg(long, value_name = "RUPIAH")]
    pub suspense: Option<String>,
    /// The fund in whose suspense it waits, when the account does not say so.
    #[arg(long, value_name = "CODE", requires = "suspense")]
    pub fund: Option<String>,
    /// It brings back what has waited in suspense since this line.
    #[arg(long, value_name = "LINE")]
    pub returns: Option<String>,
    /// It undoes this line.
    #[arg(long, value_name = "LINE")]
    pub reverses: Option<String>,
    /// It is nothing that Payung keeps books of; no money moves, nobody need approve.
    #[arg(long, conflicts_with_all = ["bill", "suspense", "returns", "reverses"])]
    pub other: bool,
    /// Release what the line's money was given out for before.
    #[arg(long)]
    pub anew: bool,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}
