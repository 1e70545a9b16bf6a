//! Arguments of `payung plan`.

use std::path::PathBuf;

use clap::Args;

use super::law::RulebookArgs;

#[derive(Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub rulebook: RulebookArgs,
    /// The people of a programme: its members or, before there are any, everybody accepted; with
    /// --goal, those who are known already, each priced as the programme lays down.
    #[arg(long, value_name = "CODE", group = "who")]
    pub programme: Option<String>,
    /// The people of files, which go into no register.
    #[arg(long, value_name = "FILE", num_args = 1.., group = "who")]
    pub people: Vec<PathBuf>,
    /// Everybody in the register.
    #[arg(long, group = "who")]
    pub everybody: bool,
    /// A bare number of people; with --goal, those of the first year.
    #[arg(long, value_name = "N", group = "who")]
    pub workers: Option<u64>,
    /// Kinds of work by key, in the order in which a budget serves them; all when absent.
    #[arg(long, value_name = "KEYS")]
    pub occupations: Option<String>,
    /// Schemes: jkk,jkm, or jkk,jkm,jht.
    #[arg(long)]
    pub schemes: Option<String>,
    /// Who pays: apbd, csr, dbh-sawit, self, …
    #[arg(long)]
    pub payer: Option<String>,
    /// The first month.
    #[arg(long, value_name = "YYYY-MM")]
    pub from: Option<String>,
    /// How many months; twelve when absent.
    #[arg(long, value_name = "M")]
    pub months: Option<u32>,
    /// First and last month of a tranche, in place of --from and --months; again after a gap.
    #[arg(long = "span", value_name = "A..B")]
    pub spans: Vec<String>,
    /// Those who reach the age limit: by-rule, leave, stay.
    #[arg(long, value_name = "WAY")]
    pub ages: Option<String>,
    /// bpu, pu, or by-rule: as the regulation on kinds of work says.
    #[arg(long, value_name = "SEGMENT")]
    pub segment: Option<String>,
    /// The declared income of those who earn no wage; the lowest tier when absent.
    #[arg(long, value_name = "RUPIAH")]
    pub income: Option<String>,
    /// The monthly wage of those who earn one.
    #[arg(long, value_name = "RUPIAH")]
    pub wage: Option<String>,
    /// The employer's class of risk, 1 to 5.
    #[arg(long, value_name = "N")]
    pub risk_class: Option<String>,
    /// How much money there is: answers how many people, and how many months, it pays for.
    #[arg(long, value_name = "RUPIAH")]
    pub budget: Option<String>,
    /// A scenario beside the others, up to four: "name=…;occupations=a+b;schemes=jkk+jkm;
    /// payer=…;from=YYYY-MM;months=M" or "spans=A..B,C..D" and "ages=…".
    #[arg(long = "scenario", value_name = "TEXT")]
    pub scenarios: Vec<String>,
    /// A path to universal coverage: people in the last year.
    #[arg(long, value_name = "N", requires = "goal_source")]
    pub goal: Option<String>,
    /// Where the goal is from: a document with its date.
    #[arg(long, value_name = "TEXT")]
    pub goal_source: Option<String>,
    /// How many budget years the path has; five when absent.
    #[arg(long, value_name = "N", requires = "goal")]
    pub years: Option<String>,
    /// People of every year of the path, where they do not rise in equal steps: a,b,c.
    #[arg(long, value_name = "NUMBERS", requires = "goal")]
    pub steps: Option<String>,
    /// The whole budget of the region in a year, for the share that the path takes of it.
    #[arg(long, value_name = "RUPIAH", requires = "apbd_source")]
    pub apbd: Option<String>,
    /// Which document says so.
    #[arg(long, value_name = "TEXT")]
    pub apbd_source: Option<String>,
    /// Write the sheet for RKA and DPA of the first scenario into this folder, as XLSX and PDF.
    #[arg(long, value_name = "DIR")]
    pub rka: Option<PathBuf>,
    /// The name of the activity on that sheet.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The account code on that sheet.
    #[arg(long, value_name = "CODE")]
    pub account: Option<String>,
}
