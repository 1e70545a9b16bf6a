//! `payung key …` and `payung provider …` as typed.

use std::path::PathBuf;

use clap::Subcommand;

use super::BackupKeyArgs;

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Add a master key to the key file; it seals what is new. Then restart the service and rotate.
    New,
    /// Put every record under the newest master key, while the service runs.
    Rotate {
        /// Follow the index key by a step instead: numbers and names are found by a new key then.
        #[arg(long)]
        index: bool,
        /// Afterwards take older keys out of the file: older backups can then never be opened.
        #[arg(long)]
        forget_old: bool,
    },
    /// How many records each master key protects.
    Status,
    /// Seal the keys into a bundle of age; then work with `--keys BUNDLE`.
    Seal {
        /// The new bundle.
        bundle: PathBuf,
        /// A public key, such as age1…, whose holder can open the bundle; may be given again.
        #[arg(long = "recipient", value_name = "KEY", conflicts_with = "passphrase_file")]
        recipients: Vec<String>,
        /// A file of yours alone (0600) with a passphrase; asked on the terminal without.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Open a bundle into a plain key file (0600).
    Unseal {
        /// The bundle.
        bundle: PathBuf,
        /// The new plain file.
        file: PathBuf,
        #[command(flatten)]
        key: BackupKeyArgs,
    },
}

#[derive(Subcommand)]
pub enum ProviderCommand {
    /// Put a provider forward, with the roles that its groups stand for; another approves the task.
    Propose {
        /// The file (TOML) that says so.
        file: PathBuf,
    },
    /// The provider in force.
    Show,
    /// Take it out of use at once, with every role that came from it.
    End,
}
