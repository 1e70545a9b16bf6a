//! `payung batch-export`, as arguments.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct BatchExportArgs {
    /// The folder of the export, a table in each folder below it; that of other regencies too.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// The file (0600) with the secret of the pseudonyms, the same for every regency of an export;
    /// made when it is not there. Keep it outside the export.
    #[arg(long, value_name = "FILE")]
    pub pseudonyms: PathBuf,
    /// Write the table of people with their identity too, which linkage compares.
    #[arg(long)]
    pub people: bool,
    /// Why it is needed; it is kept with who took it out.
    #[arg(long)]
    pub reason: String,
}
