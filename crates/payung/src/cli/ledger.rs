//! Arguments of `payung ledger`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub enum LedgerCommand {
    /// The balance of every account, of all months or of some.
    Balance(MonthsArgs),
    /// Check that debits equal credits, that nothing was changed, and every closed month anew.
    Verify,
    /// What the office calls its accounts: its own codes and names, from a day on.
    #[command(subcommand)]
    Chart(ChartCommand),
    /// An account's entries with what it had before and after.
    Statement {
        /// The account, by its own code such as cash.apbdp-2022.
        account: String,
        #[command(flatten)]
        months: MonthsArgs,
    },
    /// One transfer with what stands behind it and what became of it.
    Show {
        /// Its id.
        transfer: String,
    },
    /// Who was covered on a day by what was known on a day, and what stands behind it.
    Cover(Box<CoverArgs>),
    /// Put an entry written by hand forward; another approves the task.
    Entry(Box<EntryArgs>),
    /// Put the reversal of an entry forward; another approves the task.
    Reverse {
        /// The id of the transfer to undo.
        transfer: String,
        /// Why; it is kept.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The day the reversal counts for; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<String>,
    },
    /// Months: which are closed, by whom, and what waits.
    Periods,
    /// Put the closing of a month forward; another approves the task.
    Close {
        /// The month.
        month: String,
        /// Only list what stands in the way.
        #[arg(long)]
        check: bool,
        /// Why it is closed although a receipt or a statement is missing; it is kept.
        #[arg(long, value_name = "TEXT", conflicts_with = "check")]
        waive: Option<String>,
    },
    /// Put the opening of the newest closed month forward; two others approve the task.
    Reopen {
        /// The month.
        month: String,
        /// Why; it is kept.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Write transfers or balances as a file: .csv, .xlsx or .parquet.
    Export {
        /// What to write.
        #[arg(long, value_enum, default_value = "transfers")]
        what: ExportWhatArg,
        #[command(flatten)]
        months: MonthsArgs,
        /// The file; its ending says in which form.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// One month, or from one to another.
#[derive(Args, Default)]
pub struct MonthsArgs {
    /// The month, or the first of several.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// The last month.
    #[arg(long, value_name = "YYYY-MM", requires = "month")]
    pub to: Option<String>,
}

#[derive(Args)]
pub struct CoverArgs {
    /// One person, by identifier; everybody when absent.
    #[arg(long, value_name = "ID")]
    pub person: Option<String>,
    /// Only people of this programme, by its code; of all when absent.
    #[arg(long, value_name = "CODE", conflicts_with = "person")]
    pub programme: Option<String>,
    /// The day asked about; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
    /// By what was known at the end of this day; now when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub known: Option<String>,
    /// Only people whose worst scheme has this state.
    #[arg(long, value_enum, conflicts_with = "person")]
    pub state: Option<CoverStateArg>,
    /// Go on after this person of the list.
    #[arg(long, value_name = "ID", conflicts_with = "person")]
    pub after: Option<String>,
    /// At most so many people; the counts are of all.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// Write the answer for an auditor as PDF; of a list all of it.
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum CoverStateArg {
    Active,
    Grace,
    Lapsed,
    NotCovered,
}

impl CoverStateArg {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CoverStateArg::Active => "active",
            CoverStateArg::Grace => "grace",
            CoverStateArg::Lapsed => "lapsed",
            CoverStateArg::NotCovered => "not-covered",
        }
    }
}

#[derive(Subcommand)]
pub enum ChartCommand {
    /// The table that holds today, or on another day.
    Show {
        /// The day.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
    },
    /// Put another table forward (CSV: role,owner,code,name,note); another approves the task.
    Set {
        /// The table.
        file: PathBuf,
        /// From which day it holds; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<String>,
        /// Why; it is kept.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Args)]
pub struct EntryArgs {
    /// The account debited, by its own code.
    #[arg(long, value_name = "ACCOUNT")]
    pub debit: String,
    /// The account credited, by its own code.
    #[arg(long, value_name = "ACCOUNT")]
    pub credit: String,
    /// How much.
    #[arg(long, value_name = "RUPIAH")]
    pub amount: String,
    /// The day it counts for; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<String>,
    /// The contribution month it is about, when it is about one.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// The number of the paper behind it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub number: String,
    /// What it is for; it is kept.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum ExportWhatArg {
    Transfers,
    Balances,
}
