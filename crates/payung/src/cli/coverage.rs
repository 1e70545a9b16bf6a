//! `payung coverage …` and `payung report …`, as arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct CoverageArgs {
    #[command(subcommand)]
    pub command: Option<CoverageCommand>,
    /// The month's last day by which cover is judged; the newest covered month when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
    /// Group by.
    #[arg(long, default_value = "kecamatan")]
    pub by: CoverageKey,
    /// Only this programme.
    #[arg(long, value_name = "CODE")]
    pub programme: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum CoverageKey {
    Kecamatan,
    Desa,
    Occupation,
    Sex,
    Programme,
}

impl CoverageKey {
    /// The key as a use case knows it.
    pub fn by(self) -> app::overview::CoverageBy {
        use app::overview::CoverageBy;
        match self {
            CoverageKey::Kecamatan => CoverageBy::Kecamatan,
            CoverageKey::Desa => CoverageBy::Desa,
            CoverageKey::Occupation => CoverageBy::Occupation,
            CoverageKey::Sex => CoverageBy::Sex,
            CoverageKey::Programme => CoverageBy::Programme,
        }
    }
}

#[derive(Subcommand)]
pub enum CoverageCommand {
    /// The wall: who is covered, against which count, towards which target, and the money.
    Show(WallArgs),
    /// The same as a message to send on; nobody is in it.
    Text(WallArgs),
    /// Counts of those to be covered, made by others.
    #[command(subcommand)]
    Basis(BasisCommand),
    /// What coverage is to reach by a day.
    #[command(subcommand)]
    Target(CoverageTargetCommand),
    /// Write the open table: without the numbers of few people.
    Export(CoverageExportArgs),
    /// Every regency that this place keeps, by province: what each may tell everybody.
    National {
        /// The month; the newest covered one when absent.
        #[arg(long, value_name = "YYYY-MM")]
        month: Option<String>,
    },
    /// Whether the sums of cover are those of the months that are paid for.
    Check {
        /// Draw them up anew where they are not.
        #[arg(long)]
        repair: bool,
    },
}

#[derive(Args)]
pub struct WallArgs {
    /// The month; the newest covered one when absent.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// By what was known at the end of this day; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub known: Option<String>,
    /// For what: jkk, jkm, jht or jp.
    #[arg(long, default_value = "jkk")]
    pub scheme: String,
    /// A region of the regency, by code or name.
    #[arg(long, value_name = "REGION", default_value = "")]
    pub place: String,
    /// The count to measure against; the newest when absent.
    #[arg(long, value_name = "CODE", default_value = "")]
    pub basis: String,
    /// Only this programme.
    #[arg(long, value_name = "CODE", default_value = "")]
    pub programme: String,
    /// Only this fund.
    #[arg(long, value_name = "CODE", default_value = "")]
    pub fund: String,
    /// By what the table counts: kecamatan, desa, occupation, sex, age, programme or fund.
    #[arg(long, default_value = "kecamatan")]
    pub by: String,
}

#[derive(Subcommand)]
pub enum BasisCommand {
    /// Keep a count; a newer one takes the place of an older one of the same code.
    Set(Box<BasisArgs>),
    /// Every count.
    List,
}

#[derive(Args)]
pub struct BasisArgs {
    /// Its code, such as bps-2025.
    pub code: String,
    /// What it is called.
    #[arg(long)]
    pub name: String,
    /// Who counted, and where it is written.
    #[arg(long)]
    pub source: String,
    /// What is counted.
    #[arg(long)]
    pub definition: String,
    /// When it was true.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: String,
    /// How many in the whole regency.
    #[arg(long, value_name = "N", default_value = "")]
    pub people: String,
    /// A file with lines such as `wilayah,64.01.05,1234` or `pekerjaan,nelayan,900`.
    #[arg(long, value_name = "FILE.csv")]
    pub lines: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum CoverageTargetCommand {
    /// Set a target; what was set before stays to be seen.
    Set {
        /// People, such as 12633, or a share, such as 52,69%.
        #[arg(long, value_name = "N|P%")]
        aim: String,
        /// By when.
        #[arg(long, value_name = "YYYY-MM-DD")]
        due: String,
        /// Where it is written.
        #[arg(long)]
        source: String,
        /// The region; the whole regency when absent.
        #[arg(long, value_name = "REGION", default_value = "")]
        place: String,
    },
    /// Every target that was set.
    List,
}

#[derive(Args)]
pub struct CoverageExportArgs {
    /// Where to.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The form.
    #[arg(long, default_value = "csv")]
    pub format: OpenFormat,
    /// Districts or villages.
    #[arg(long, default_value = "kecamatan")]
    pub by: OpenKey,
    /// The month; the newest covered one when absent.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum OpenKey {
    Kecamatan,
    Desa,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum OpenFormat {
    Csv,
    Xlsx,
    Geojson,
    Parquet,
    /// The descriptor of all of them (Frictionless Data Package).
    Descriptor,
}

#[derive(Subcommand)]
pub enum ReportCommand {
    /// Make a report of one page and keep it.
    Make(WallArgs),
    /// Every report that was made.
    List,
    /// Show a report as it was made.
    Show {
        /// Its number.
        id: String,
        /// Write it as a PDF as well.
        #[arg(long, value_name = "OUT.pdf")]
        pdf: Option<PathBuf>,
    },
}
