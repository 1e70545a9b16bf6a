//! Arguments of `payung cards day …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum CardDayCommand {
    /// Make a day: cards that are missing are drawn, every good card waiting gets a seat.
    New(CardDayNewArgs),
    /// Every day, the newest first, with how it stands.
    List,
    /// One day: how it stands in each village.
    Show {
        /// Its number.
        id: String,
        /// Every seat, masked, too.
        #[arg(long)]
        seats: bool,
    },
    /// Give seats, after the last one, to whoever got a card since the day was made.
    Seat {
        /// The day's number.
        id: String,
    },
    /// Write the papers of a day: packing list, cards in the order of seats, list to sign.
    Packing {
        /// The day's number.
        id: String,
        /// Folder for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write who did not fetch their card, a file for each village.
    Absent {
        /// The day's number.
        id: String,
        /// Folder for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write the minutes of the handover, with counts in words and the list of receivers.
    Minutes(CardDayMinutesArgs),
    /// Note cards that were handed over: one by its number, or many from a file.
    Handover(CardDayHandoverArgs),
    /// What has to be decided: cards told of twice, withdrawn, of another day, told too late.
    Conflicts {
        /// The day's number.
        id: String,
    },
    /// Decide on a telling: it counts, it does not, it was a mistake, it is taken up again.
    Decide {
        /// The telling's number.
        handover: String,
        /// What: accept, dismiss, undo, reopen.
        step: String,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Close a day: whoever did not come is absent.
    Close {
        /// The day's number.
        id: String,
    },
    /// Open a closed day again.
    Reopen {
        /// The day's number.
        id: String,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Args)]
pub struct CardDayNewArgs {
    /// What the day is called.
    pub name: String,
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// Where it is held.
    #[arg(long, value_name = "TEXT")]
    pub place: String,
    /// When it is held.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: String,
    /// Codes of its districts and villages, apart by commas; the whole programme when absent.
    #[arg(long, value_name = "CODES", default_value = "")]
    pub within: String,
}

#[derive(Args)]
pub struct CardDayMinutesArgs {
    /// The day's number.
    pub id: String,
    /// Write them to this file, PDF.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Their number in the office's book.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub number: String,
    /// Who hands over, with their office.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub giver: String,
    /// Who receives for the village or district, with their office.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub receiver: String,
}

#[derive(Args)]
#[group(id = "cards", required = true, args = ["card", "file"])]
pub struct CardDayHandoverArgs {
    /// The day's number.
    pub id: String,
    /// The number of the card, as on the card.
    #[arg(long, value_name = "NUMBER", conflicts_with = "file")]
    pub card: Option<String>,
    /// Who took it: holder, spouse, child, parent, sibling, neighbour, neighbourhood, officer.
    #[arg(long, value_name = "WHO", default_value = "holder")]
    pub to: String,
    /// What proves it: signature, thumb, photo.
    #[arg(long, value_name = "KIND", default_value = "signature")]
    pub proof: String,
    /// Where on the signed list it stands, such as "sheet 3 line 12".
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reference: String,
    /// A CSV file without heads: number, who, proof, reference; all but the number may be left out.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}
