//! Arguments of `payung sipp …` and `payung tieout`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub enum SippCommand {
    /// Under which employer's number (NPP) the people of a territory are reported; lists without
    /// one.
    Employer(EmployerArgs),
    /// The columns of the list for the branch (`--kind roster`), one a line: heading | source |
    /// wajib; with `--file` the office keeps its own.
    Columns {
        /// Keep the columns of this file.
        #[arg(long, value_name = "FILE", conflicts_with = "reset")]
        file: Option<PathBuf>,
        /// Take those again that come with Payung.
        #[arg(long)]
        reset: bool,
    },
    /// Write the files of a month in the insurer's own forms, one folder per employer's number.
    Export(SippExportArgs),
    /// What was sent, the newest first.
    List,
    /// Take in a list of BPJS with who is accepted or rejected, in any layout.
    Reply(ReplyArgs),
    /// Every reply with what its rows came to.
    Replies,
    /// The rows of a reply, masked, with whom a question may be about.
    Rows {
        /// The reply's number.
        id: String,
        /// Only rows of this outcome, such as question.
        #[arg(long, value_name = "OUTCOME")]
        outcome: Option<String>,
    },
    /// Answer a row that waits: who it is about, nobody, or what it says.
    Answer(SippAnswerArgs),
    /// Rejections that stand, by village: how many, how old, why, who mends them.
    Rejections {
        /// Only those of this programme.
        #[arg(long, value_name = "CODE")]
        programme: Option<String>,
        /// The text to send to each village; it names nobody.
        #[arg(long)]
        text: bool,
        /// One line per person, masked, instead of one per village.
        #[arg(long)]
        people: bool,
    },
    /// Say that a rejection is mended although the record did not change.
    Mended {
        /// Whose, by record number.
        person: String,
        /// The programme.
        #[arg(long, value_name = "CODE")]
        programme: String,
        /// What was mended.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Args)]
pub struct EmployerArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The number.
    #[arg(long, value_name = "NPP", requires = "name")]
    pub npp: Option<String>,
    /// The employer's name.
    #[arg(long, value_name = "NAME", requires = "npp")]
    pub name: Option<String>,
    /// Whose people; everybody of the programme when absent.
    #[arg(long, value_name = "REGION", requires = "npp")]
    pub territory: Option<String>,
}

#[derive(Args)]
pub struct SippExportArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// What the file is for.
    #[arg(long, value_enum)]
    pub kind: SippKindArg,
    /// The month.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// The folder to write into.
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub out: Option<PathBuf>,
    /// Send continuing members too whose wage is the same.
    #[arg(long)]
    pub all: bool,
    /// Another map of columns than the one that comes with Payung.
    #[arg(long, value_name = "FILE")]
    pub columns: Option<PathBuf>,
    /// Only say who would be sent and who is held back.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args)]
pub struct ReplyArgs {
    /// The file.
    pub file: PathBuf,
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// What the file says of rows that do not say it themselves.
    #[arg(long, value_enum)]
    pub says: Option<VerdictArg>,
}

#[derive(Args)]
pub struct SippAnswerArgs {
    /// The reply's number.
    pub id: String,
    /// The row, as SHEET:ROW or ROW of the first sheet.
    pub row: String,
    /// It is about this person, by record number.
    #[arg(long, value_name = "PERSON", group = "answer")]
    pub person: Option<String>,
    /// It is about nobody of this programme.
    #[arg(long, group = "answer")]
    pub nobody: bool,
    /// This is what it says.
    #[arg(long, value_enum, group = "answer")]
    pub says: Option<VerdictArg>,
}

#[derive(Args)]
pub struct TieoutArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The month.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// A workbook with the differences.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What a file to BPJS is for.
#[derive(Clone, Copy, ValueEnum)]
pub enum SippKindArg {
    New,
    Continuing,
    Deactivation,
    Roster,
    Resubmission,
}

/// What BPJS says.
#[derive(Clone, Copy, ValueEnum)]
pub enum VerdictArg {
    Accepted,
    Rejected,
}
