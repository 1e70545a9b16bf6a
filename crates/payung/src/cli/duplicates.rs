//! Arguments of `payung duplicates …` and `payung conflicts`.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub enum DuplicatesCommand {
    /// Look for people who may be one: those new or changed since the last search.
    Run {
        /// Compare everybody with everybody again.
        #[arg(long)]
        all: bool,
    },
    /// Pairs in a state, those that cost most first.
    List {
        /// Where they stand.
        #[arg(long, value_enum, default_value = "open")]
        state: PairStateArg,
        /// Only those after this pair.
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u32,
    },
    /// One pair side by side, masked, with reasons, money, sources and what was said.
    Show {
        /// Its number.
        id: String,
    },
    /// Say of a pair: same, different, ask; for a village: answered-same, answered-different,
    /// answered-unknown.
    Decide(DecideArgs),
    /// Take back what was said last; a merging needs a second person again.
    Undo {
        /// Its number.
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// How decided pairs fell by their evidence, and which limits they ask for.
    Report {
        /// The share of wrong decisions that the office bears, in percent.
        #[arg(long, default_value = "1", value_name = "PERCENT")]
        error: String,
        /// Put those limits forward; a second person approves them.
        #[arg(long)]
        apply: bool,
    },
}

#[derive(Args)]
pub struct DecideArgs {
    /// The pair's number.
    pub id: String,
    /// What is said.
    pub verdict: String,
    /// Whose record stays when they are one human, by its record number.
    #[arg(long, value_name = "PERSON")]
    pub keep: Option<String>,
    /// Why.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub reason: String,
}

#[derive(Args)]
pub struct ConflictsArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The month of a bill; the list that waits for approval when absent.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
}

/// Where a pair stands.
#[derive(Clone, Copy, ValueEnum)]
pub enum PairStateArg {
    Open,
    Asked,
    Proposed,
    Same,
    Parting,
    Different,
    Resting,
}
