//! Arguments of `payung fund …`, `payung programme …` and `payung board`.

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum FundCommand {
    /// Add a fund.
    Add(FundAddArgs),
    /// Every fund with what is bound, billed, paid and free.
    List,
    /// One fund: its programmes, its ceilings, what will be left at the end of its year.
    Show {
        /// Its code.
        code: String,
    },
    /// Approve the first ceiling of a fund (checker, never whoever set it).
    Check {
        /// The fund's code.
        code: String,
        /// The hash of what is approved, as printed by `fund add`; what waits now when absent.
        #[arg(long, value_name = "HASH")]
        hash: Option<String>,
    },
    /// Ask for a second person's look at a first ceiling that nobody is asked about (any more).
    AskCheck {
        /// The fund's code.
        code: String,
    },
    /// Put another ceiling forward (maker); a second person approves it.
    Revise(FundReviseArgs),
    /// Approve the ceiling that waits (checker, never its maker).
    ApproveRevision {
        /// The fund's code.
        code: String,
        /// The hash of what is approved, as printed by `fund revise`; what waits now when absent.
        #[arg(long, value_name = "HASH")]
        hash: Option<String>,
    },
}

#[derive(Args)]
pub struct FundAddArgs {
    /// Short code, such as apbdp-2022.
    pub code: String,
    /// apbn, apbd, apbd-p, dbh-sawit, dbhcht, village-fund, csr, sertakan, zakat or wadah.
    #[arg(long)]
    pub kind: String,
    /// Ceiling in whole rupiah.
    #[arg(long, value_name = "RUPIAH")]
    pub ceiling: String,
    /// Fiscal year.
    #[arg(long, value_name = "YYYY")]
    pub year: Option<u16>,
    /// Account of the office's own chart of accounts.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub account: String,
    /// What the money may be spent on.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub earmark: String,
}

#[derive(Args)]
pub struct FundReviseArgs {
    /// The fund's code.
    pub code: String,
    /// The new ceiling in whole rupiah, never below what lists have bound.
    #[arg(long, value_name = "RUPIAH")]
    pub ceiling: String,
    /// The decree or decision behind it.
    #[arg(long, value_name = "TEXT")]
    pub basis: String,
    /// From which day the budget says so; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub effective: Option<String>,
    /// Why; recorded.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Subcommand)]
pub enum ProgrammeCommand {
    /// Add a programme.
    Add(Box<ProgrammeAddArgs>),
    /// Every programme.
    List,
    /// One programme: who, as what, in which order, at which price.
    Show {
        /// Its code.
        code: String,
    },
    /// Lay down other terms; what no flag names stays as it is.
    Terms {
        /// Its code.
        code: String,
        #[command(flatten)]
        terms: TermArgs,
        /// Why; recorded.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// One person: where they stand, why, as what they are insured and by which article.
    Explain {
        /// The programme's code.
        code: String,
        /// The person, by record number.
        person: String,
    },
}

#[derive(Args)]
pub struct ProgrammeAddArgs {
    /// Short code, such as rentan-2022.
    pub code: String,
    /// Name.
    #[arg(long)]
    pub name: String,
    /// Fund that pays.
    #[arg(long, value_name = "FUND")]
    pub fund: String,
    /// Territory whose people it is for.
    #[arg(long, value_name = "CODE")]
    pub territory: String,
    /// Schemes: jkk,jkm, or jkk,jkm,jht.
    #[arg(long, default_value = "jkk,jkm")]
    pub schemes: String,
    /// First covered month.
    #[arg(long, value_name = "YYYY-MM")]
    pub from: String,
    /// Last covered month.
    #[arg(long, value_name = "YYYY-MM")]
    pub to: String,
    /// Occupations it is for, by key; all when absent.
    #[arg(long, value_delimiter = ',')]
    pub occupations: Vec<String>,
    /// Occupation of rows that name none.
    #[arg(long, value_name = "KEY")]
    pub default_occupation: Option<String>,
    /// Income declared for everybody, in rupiah; the lowest tier when absent.
    #[arg(long, value_name = "RUPIAH")]
    pub income: Option<String>,
    /// Only point out people insured elsewhere instead of refusing them.
    #[arg(long)]
    pub allow_insured: bool,
    /// People to be reached.
    #[arg(long, value_name = "N")]
    pub target: Option<u32>,
    #[command(flatten)]
    pub terms: TermArgs,
}

#[derive(Args)]
pub struct TermArgs {
    /// The regulation or decree behind the programme.
    #[arg(long, value_name = "TEXT")]
    pub basis: Option<String>,
    /// As what an occupation is insured: KEY:bpu, KEY:bpu:INCOME, KEY:pu:WAGE or
    /// KEY:pu:WAGE:risk-1..5; with :second-job civil servants are taken too. Several with commas.
    #[arg(long = "segment", value_delimiter = ',', value_name = "RULE")]
    pub segments: Vec<String>,
    /// How many may be on it at a time; 0 takes the limit away.
    #[arg(long, value_name = "N")]
    pub quota: Option<u32>,
    /// In which order places are given: elderly:AGE, oldest, youngest, decile, disability,
    /// occupation, received, fewest-questions, village-order:CODE+CODE, village, name.
    #[arg(long, value_name = "CRITERIA")]
    pub priority: Option<String>,
    /// From which month everybody of its occupations must be in it.
    #[arg(long, value_name = "YYYY-MM", requires = "mandate_basis")]
    pub mandate_from: Option<String>,
    /// By whose instruction.
    #[arg(long, value_name = "TEXT", requires = "mandate_from")]
    pub mandate_basis: Option<String>,
    /// The youngest age on its first day.
    #[arg(long, value_name = "AGE")]
    pub age_from: Option<u8>,
    /// The oldest age on its first day.
    #[arg(long, value_name = "AGE")]
    pub age_to: Option<u8>,
    /// The highest welfare decile it is for.
    #[arg(long, value_name = "1-10")]
    pub decile: Option<u8>,
    /// People of which facilities it is for: OFFICE, or OFFICE:KIND+KIND for some kinds of them;
    /// none takes that away.
    #[arg(long, value_name = "OFFICE[:KINDS]")]
    pub facilities: Option<String>,
    /// People to be reached in a year: YEAR=N. Several with commas.
    #[arg(long = "year-target", value_delimiter = ',', value_name = "YEAR=N")]
    pub targets: Vec<String>,
}

#[derive(Args)]
pub struct BoardArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// Everybody in order, masked, with what decided.
    #[arg(long, conflicts_with_all = ["missing", "reminders"])]
    pub ranking: bool,
    /// Who must be in it by its mandate and is not, masked.
    #[arg(long, conflicts_with = "reminders")]
    pub missing: bool,
    /// A text for each village that has something to do, without anybody's name.
    #[arg(long)]
    pub reminders: bool,
}
