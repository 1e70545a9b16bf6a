//! Arguments of `payung annex …` and `payung movement …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct AnnexArgs {
    #[command(subcommand)]
    pub command: Option<AnnexCommand>,
    /// The programme.
    #[arg(long, value_name = "CODE", required = true)]
    pub programme: Option<String>,
    /// Folder for the two files.
    #[arg(long, value_name = "DIR", required = true)]
    pub out: Option<PathBuf>,
    /// Why a draft of more than 500 people is needed; another person agrees to it first.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
}

#[derive(Subcommand)]
pub enum AnnexCommand {
    /// Write an annex: XLSX and PDF, by name by address, digest and code on every page.
    Print {
        /// The programme.
        #[arg(long, value_name = "CODE")]
        programme: String,
        /// Which, 1 for the first; the newest when absent.
        #[arg(long, value_name = "N")]
        number: Option<u32>,
        /// Folder for the two files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Why a draft of more than 500 people is needed; another person agrees to it first.
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// Put every approved change that is in no annex yet into the next annex.
    Amend {
        /// The programme.
        #[arg(long, value_name = "CODE")]
        programme: String,
    },
    /// Say of which decree (SK) an annex is; it stands on what is printed from then on.
    Decree {
        /// The programme.
        #[arg(long, value_name = "CODE")]
        programme: String,
        /// Which annex, 1 for the first.
        #[arg(long, value_name = "N")]
        number: u32,
        /// The decree's number.
        #[arg(long, value_name = "NUMBER")]
        sk: String,
        /// The decree's day.
        #[arg(long, value_name = "DATE")]
        date: String,
    },
    /// Hold a printed page against its annex: genuine, changed by later ones, altered or unknown.
    Verify {
        /// What the square code says, the digest on the page, or a photo of the page.
        #[arg(value_name = "CODE|PHOTO")]
        said: String,
    },
    /// The annexes of a programme, by number.
    List {
        /// The programme.
        #[arg(long, value_name = "CODE")]
        programme: String,
    },
}

#[derive(Subcommand)]
pub enum MovementCommand {
    /// Put a change forward: who leaves from a month and why; the next on the waiting list come.
    Propose(MovementArgs),
    /// Members for whom nothing may be paid any more, by newer lists of other offices: who would
    /// leave, and with `--propose` changes in which the next on the waiting list come.
    Fallen(FallenArgs),
    /// Approve a change (never its maker), or send it back.
    Approve {
        /// The change's number.
        id: String,
        /// The digest of what was seen; what is put forward now when absent.
        #[arg(long, value_name = "SHA256")]
        hash: Option<String>,
        /// Send it back instead, with this reason.
        #[arg(long = "return", value_name = "REASON", conflicts_with = "hash")]
        return_reason: Option<String>,
    },
    /// The changes of a programme, and what is free.
    List {
        /// The programme.
        #[arg(long, value_name = "CODE")]
        programme: String,
    },
    /// One change with everybody it names, masked.
    Show {
        /// The change's number.
        id: String,
    },
}

#[derive(Args)]
pub struct MovementArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The first month that is not paid for those who leave, and is for those who come.
    #[arg(long, value_name = "YYYY-MM")]
    pub from: String,
    /// Why: asn-appointed, village-turnover, moved-away, died, employer-insured, age-limit,
    /// resigned.
    #[arg(long, value_name = "REASON", default_value = "resigned")]
    pub reason: String,
    /// Who leaves, by record number; again for more.
    #[arg(long = "person", value_name = "ID")]
    pub people: Vec<String>,
    /// Who leaves: a list with NIK, such as a decree of appointment.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The number of the decree (SK) or letter that says so.
    #[arg(long, value_name = "NUMBER", requires = "date")]
    pub sk: Option<String>,
    /// The day of that decree.
    #[arg(long, value_name = "DATE", requires = "sk")]
    pub date: Option<String>,
}

#[derive(Args)]
pub struct FallenArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// Put a change forward for each reason; without it they are shown.
    #[arg(long)]
    pub propose: bool,
}
