//! `payung agreement`: agreements between organisations and what each party owes.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum AgreementCommand {
    /// Write an agreement from a text with the parties' data.
    Add(AgreementAddArgs),
    /// Every agreement in a line.
    List,
    /// One agreement: parties, validity, versions, duties.
    Show {
        /// Its code.
        code: String,
        /// Write its terms as a file that can be changed and handed back to `amend`.
        #[arg(long, value_name = "OUT.toml")]
        terms: Option<PathBuf>,
    },
    /// Say that the paper was signed; from then on it holds.
    Sign(AgreementSignArgs),
    /// Change a draft, or write the next version of what was signed.
    Amend(Box<AgreementAmendArgs>),
    /// Tick that a duty was done, or take the tick back.
    Fulfil(AgreementFulfilArgs),
    /// What every party owes, the most urgent first.
    Board(AgreementBoardArgs),
    /// Say that a programme runs under an agreement, or take it back.
    Tie {
        /// The agreement's code.
        code: String,
        /// The programme's code.
        programme: String,
        /// Take it back.
        #[arg(long)]
        undo: bool,
    },
    /// Write the paper as a PDF.
    Print {
        /// The agreement's code.
        code: String,
        /// Where to.
        #[arg(long, value_name = "OUT.pdf")]
        out: PathBuf,
        /// Which version; the newest when absent.
        #[arg(long, value_name = "N")]
        version_number: Option<u32>,
    },
    /// Write the scanned paper that was kept.
    Scan {
        /// The agreement's code.
        code: String,
        /// Where to.
        #[arg(long, value_name = "OUT")]
        out: PathBuf,
        /// Which version.
        #[arg(long, value_name = "N", default_value_t = 1)]
        version_number: u32,
    },
    /// Copy an agreement for another office.
    Copy(AgreementCopyArgs),
    /// End an agreement.
    End {
        /// Its code.
        code: String,
        /// The day; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
        /// Why; recorded.
        #[arg(long)]
        reason: String,
    },
    /// Texts from which agreements are written.
    #[command(subcommand)]
    Template(TemplateCommand),
}

#[derive(Args)]
pub struct AgreementAddArgs {
    /// Short code, such as pks-dinkes-2025.
    pub code: String,
    /// The text it is written from.
    #[arg(long, value_name = "NAME", default_value = "pks-dinas-bpjs")]
    pub template: String,
    /// A party's code; once for each, in the order of the text.
    #[arg(long = "party", value_name = "ORG", required = true)]
    pub parties: Vec<String>,
    /// The number on the paper; may follow when it is signed.
    #[arg(long, default_value = "")]
    pub number: String,
    /// Where it is signed; the regency when absent.
    #[arg(long, default_value = "")]
    pub place: String,
    /// The first day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: String,
    /// The last day; by the months of the text when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<String>,
}

#[derive(Args)]
pub struct AgreementSignArgs {
    /// Its code.
    pub code: String,
    /// The day; the first day of the agreement when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
    /// The number on the paper.
    #[arg(long)]
    pub number: Option<String>,
    /// The scanned paper: PDF, PNG or JPEG; it may follow later.
    #[arg(long, value_name = "FILE")]
    pub scan: Option<PathBuf>,
}

#[derive(Args)]
pub struct AgreementAmendArgs {
    /// Its code.
    pub code: String,
    /// The whole terms, as `show --terms` writes them.
    #[arg(long, value_name = "FILE.toml")]
    pub terms: Option<PathBuf>,
    /// The number on the paper.
    #[arg(long)]
    pub number: Option<String>,
    /// The last day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<String>,
    /// Days of notice before the end.
    #[arg(long, value_name = "N")]
    pub notice_days: Option<u16>,
    /// Who signs for a party: `1=Name;Title`.
    #[arg(long, value_name = "N=NAME;TITLE")]
    pub signatory: Vec<String>,
    /// A duty more, by its code.
    #[arg(long, value_name = "CODE", requires = "duty_text")]
    pub duty: Option<String>,
    /// Whose duty it is, 1 for the first party.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub duty_of: u8,
    /// What sort of duty: task, function or authority.
    #[arg(long, value_name = "KIND", default_value = "task")]
    pub duty_kind: String,
    /// The words of the duty.
    #[arg(long, value_name = "TEXT")]
    pub duty_text: Option<String>,
    /// The last day on which the duty is done in time.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub due: Option<String>,
    /// The duty is owed to each facility of its party.
    #[arg(long)]
    pub each_facility: bool,
    /// Why; needed once something was signed.
    #[arg(long, default_value = "")]
    pub reason: String,
}

#[derive(Args)]
pub struct AgreementFulfilArgs {
    /// The agreement's code.
    pub code: String,
    /// The duty's code.
    pub duty: String,
    /// A facility for which it was done; may be said several times.
    #[arg(long, value_name = "ORG")]
    pub facility: Vec<String>,
    /// It was done for every facility.
    #[arg(long, conflicts_with = "facility")]
    pub all: bool,
    /// The day; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
    /// What shows it; without anybody's identity.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Take the tick back.
    #[arg(long)]
    pub undo: bool,
}

#[derive(Args)]
pub struct AgreementBoardArgs {
    /// As of this day; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
    /// Only late, soon, open, standing or done.
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
}

#[derive(Args)]
pub struct AgreementCopyArgs {
    /// The agreement to copy.
    pub from_code: String,
    /// The code of the copy.
    pub code: String,
    /// The office it is for.
    #[arg(long, value_name = "ORG")]
    pub to_org: String,
    /// The office whose place it takes; the first party when absent.
    #[arg(long, value_name = "ORG")]
    pub instead_of: Option<String>,
    /// The first day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: String,
    /// The last day; as long as before when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<String>,
}

#[derive(Subcommand)]
pub enum TemplateCommand {
    /// Every text.
    List,
    /// Print a text, or write it to a file.
    Show {
        /// Its name.
        name: String,
        /// Where to; the terminal when absent.
        #[arg(long, value_name = "OUT.toml")]
        out: Option<PathBuf>,
    },
    /// Keep a text of one's own under a name.
    Add {
        /// Its name: lower-case letters, digits and hyphens.
        name: String,
        /// The file.
        file: PathBuf,
    },
}
