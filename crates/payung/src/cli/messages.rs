//! Arguments of `payung messages …`.

use clap::Subcommand;

#[derive(Subcommand)]
pub enum MessagesCommand {
    /// What anybody told without a login, oldest first, masked, each with its clock.
    List {
        /// In this state alone: received, opened, answered, withdrawn.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Of this kind alone: accident, death, see, correct, erase, withdraw, restrict, object.
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
    },
    /// One of them, masked, with its history.
    Show {
        /// Its number.
        id: String,
    },
    /// What it says, whole: who tells, about whom, who helped; the reading is kept in the log.
    Read {
        /// Its number.
        id: String,
    },
    /// Note what was answered; its sender sees that it was.
    Answer {
        /// Its number.
        id: String,
        /// What was answered, in a sentence.
        #[arg(long, value_name = "TEXT")]
        words: String,
    },
    /// Take an answered one up again.
    Reopen {
        /// Its number.
        id: String,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        words: String,
    },
    /// Open a claim for the event that it tells of.
    Claim {
        /// Its number.
        id: String,
        /// What is claimed: jkm, jkk-death, jkk-total, jkk-partial, jkk-care.
        #[arg(long, value_name = "KIND")]
        kind: String,
        /// The member, by record number; whoever holds the card that it names when absent.
        #[arg(long, value_name = "PERSON")]
        person: Option<String>,
    },
}
