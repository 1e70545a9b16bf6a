//! `payung backup …` as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum BackupCommand {
    /// Make a pair of keys: copies are made for the public one, opened with the file.
    Key {
        /// The file for the secret key; keep it away from this machine.
        file: PathBuf,
    },
    /// Copy the register as it is now, sealed, while people work in it.
    Create(BackupCreateArgs),
    /// Read a copy from end to end: every seal, hash and count.
    Verify {
        /// The copy.
        file: PathBuf,
        #[command(flatten)]
        key: BackupKeyArgs,
    },
    /// Bring a copy into an empty place (`--data` or `--database`), all of it or nothing; who was
    /// erased since it was made is erased again, by the list beside it and with the keys.
    Restore(BackupRestoreArgs),
    /// Write the list of who was erased, to be kept beside the copies; `create` does it too.
    Erasures {
        /// Where to.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Erase again whoever is on such a list.
    EraseAgain {
        /// The list.
        file: PathBuf,
    },
}

#[derive(Args)]
pub struct BackupCreateArgs {
    /// Where to; the region and the day make the name when absent.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// A public key, such as age1…, whose holder can open the copy; may be given again.
    #[arg(long = "recipient", value_name = "KEY", conflicts_with = "passphrase_file")]
    pub recipients: Vec<String>,
    /// A file of yours alone (0600) with a passphrase; asked on the terminal without.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Args)]
pub struct BackupKeyArgs {
    /// A file of yours alone (0600) with the secret key.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    pub identity: Option<PathBuf>,
    /// A file of yours alone (0600) with a passphrase; asked on the terminal without.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Args)]
pub struct BackupRestoreArgs {
    /// The copy.
    pub file: PathBuf,
    #[command(flatten)]
    pub key: BackupKeyArgs,
    /// The newest list of who was erased; the one beside the copy when absent.
    #[arg(long, value_name = "FILE", conflicts_with = "without_erasures")]
    pub erasures: Option<PathBuf>,
    /// Bring people back who were erased, which the log of the place then says: to practise in a
    /// place that is destroyed afterwards.
    #[arg(long)]
    pub without_erasures: bool,
}
