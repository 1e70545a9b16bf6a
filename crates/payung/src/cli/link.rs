//! `payung link …` and `payung dedupe …` as typed.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct LinkArgs {
    /// The register, or the larger list: CSV or Parquet.
    pub left: PathBuf,
    /// The other list.
    pub right: PathBuf,
    #[command(flatten)]
    pub pairs: PairArgs,
}

#[derive(Args)]
pub struct DedupeArgs {
    /// The list: CSV or Parquet.
    pub file: PathBuf,
    #[command(flatten)]
    pub pairs: PairArgs,
    /// Write for each row the id of the first row of its person.
    #[arg(long, value_name = "CLUSTERS.csv")]
    pub clusters: Option<PathBuf>,
    /// The probability from which rows belong to one person.
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = probability)]
    pub same: f64,
}

#[derive(Args)]
pub struct PairArgs {
    /// Write the pairs: id_l, id_r, prob.
    #[arg(long, value_name = "PAIRS.csv")]
    pub out: Option<PathBuf>,
    /// Leave out pairs less likely than this.
    #[arg(long, value_name = "P", default_value_t = 0.01, value_parser = probability)]
    pub threshold: f64,
    /// Add for each field its level and what it weighs, in bits.
    #[arg(long)]
    pub evidence: bool,
    /// Say why two rows are thought to be one person or two, by their ids.
    #[arg(long, num_args = 2, value_names = ["ID", "ID"])]
    pub explain: Option<Vec<String>>,
    /// The lists are of any kind: all columns are text, and weights are learned from them.
    #[arg(long, conflicts_with_all = ["evidence", "explain"])]
    pub generic: bool,
}

fn probability(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "a number between 0 and 1".to_owned())?;
    match 0.0 < value && value < 1.0 {
        true => Ok(value),
        false => Err("a number between 0 and 1".to_owned()),
    }
}
