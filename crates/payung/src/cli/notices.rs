//! Arguments of `payung deaths …` and `payung accidents …`: one and the same.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum NoticesCommand {
    /// Take a list in and hold it against the members.
    Import {
        /// The list: any spreadsheet with names or numbers.
        file: PathBuf,
        /// From where it comes: registry, village, cemetery, hospital, police, health.
        #[arg(long, value_name = "WHO")]
        source: String,
        /// The day on which it was true.
        #[arg(long, value_name = "DAY")]
        as_of: String,
    },
    /// Lines of those lists of which it is not sure whether they are a member.
    Questions,
    /// Answer one of them.
    Answer {
        /// The question's number.
        id: String,
        /// It is this member.
        #[arg(long, conflicts_with = "other")]
        same: bool,
        /// It is somebody else.
        #[arg(long, required_unless_present = "same")]
        other: bool,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Those who were covered and for whom nobody asked BPJS, with what waits.
    Unclaimed {
        /// Count by village.
        #[arg(long)]
        by_village: bool,
        /// Write a workbook instead.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub enum DeathsCommand {
    #[command(flatten)]
    Notices(NoticesCommand),
    /// Say that somebody lives whom a list calls dead.
    Alive {
        /// The number of the person's record.
        person: String,
        /// A day on which they lived: lists of that day and before are wrong about them.
        #[arg(long, value_name = "DAY")]
        as_of: String,
        /// How it is known, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
