//! The command line: what is typed, in Indonesian first, as the other programs of the house say it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::place::Scheduler;

/// Kerja besar Payung: penautan, rancangan tagihan, angka nasional, andaian; satu mesin atau gugus.
///
/// Payung's batch work: linkage, billing drafts, national figures, what-if — on one machine or a
/// cluster. Baca docs/operate/klaster.md dahulu (read that first).
#[derive(Parser)]
#[command(name = "payung-batch", version)]
pub struct Cli {
    /// Apa yang dijalankan (what is run).
    #[command(subcommand)]
    pub command: Command,
}

/// Yang dapat dijalankan (what can be run).
#[derive(Subcommand)]
pub enum Command {
    /// Menjalankan sebuah kerja; hasilnya di OUTPUT/NAMA-DIGEST/result.parquet (runs a job).
    Run(RunArgs),
    /// Menjalankan penjadwal gugus (runs a cluster's scheduler).
    Scheduler(SchedulerArgs),
    /// Menjalankan pelaksana yang meminta kerja dari penjadwal (runs an executor).
    Executor(ExecutorArgs),
    /// Membuat data rekaan untuk uji dan ukuran; tak seorang pun nyata (makes invented data).
    Invent(InventArgs),
}

/// Kerja yang dikenal (the jobs).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanName {
    /// Pasangan orang yang mungkin satu (likely pairs of people).
    Linkage,
    /// Jumlah tagihan tiap program, skema, dan bulan (sums of bills).
    Billing,
    /// Angka nasional bulan terlindungi (national figures of covered months).
    Figures,
    /// Tagihan yang sama dengan aturan atau pendapatan lain (the same bills by other rules).
    Whatif,
}

/// Dengan apa kerja dihitung (what computes a job).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Rencana DataFusion, di sini atau di gugus (the plan).
    Plan,
    /// Fungsi kantor sendiri, tanpa mesin kueri (the office's own functions).
    Own,
}

/// Sebuah kerja (a job).
#[derive(Args)]
pub struct RunArgs {
    /// Kerja mana (which job).
    pub plan: PlanName,
    /// Folder ekspor, satu folder tiap tabel (the exported tables).
    #[arg(long, value_name = "DIR")]
    pub input: PathBuf,
    /// Folder hasil; di gugus, folder yang dilihat semua mesin (results; shared by all machines).
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
    /// Penjadwal gugus, misalnya df://127.0.0.1:50050; tanpa ini di proses ini (the scheduler).
    #[arg(long, value_name = "URL")]
    pub scheduler: Option<Scheduler>,
    /// Mesin hitung; bawaan: fungsi sendiri untuk penautan tanpa gugus, lainnya rencana (engine).
    #[arg(long)]
    pub engine: Option<Engine>,
    /// Bagian yang dikerjakan serentak; bawaan: jumlah inti (parts at once; the cores by default).
    #[arg(long, value_name = "N")]
    pub partitions: Option<usize>,
    /// Di gugus: batas waktu satu percobaan, detik (time limit of one attempt, in seconds).
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub time_limit: u64,
    /// Di gugus: berapa kali kerja dikirim paling banyak (attempts at most).
    #[arg(long, value_name = "N", default_value_t = 5)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub attempts: u32,
    /// Berkas aturan .toml menggantikan yang sama jalurnya: JALUR=BERKAS (rule files, for bills).
    #[arg(long, value_name = "PATH=FILE")]
    pub rules: Vec<String>,
    /// Pendapatan yang dianggap bagi semua, rupiah; upah kelompok penerima upah tetap (income
    /// declared for everybody; wages stay).
    #[arg(long, value_name = "RUPIAH")]
    pub income: Option<i64>,
    /// Tingkat wilayah: 1 provinsi, 2 kabupaten/kota, 3 kecamatan, 4 desa (level of regions).
    #[arg(long, value_name = "LEVEL", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=4))]
    pub level: u8,
    /// Tahun angka nasional (the year of national figures).
    #[arg(long, default_value_t = 2026)]
    pub year: i64,
    /// Skema yang dihitung pesertanya: jkk, jkm, jht, jp (the scheme people are counted for).
    #[arg(long, default_value = "jkk")]
    pub scheme: String,
}

/// Penjadwal (a scheduler).
#[derive(Args)]
pub struct SchedulerArgs {
    /// Alamat untuk mendengarkan (where it listens).
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50050")]
    pub bind: SocketAddr,
    /// Jaringan ini hanya untuk gugus ini; tak ada yang lain mencapainya (nobody else reaches it).
    #[arg(long)]
    pub private_network: bool,
}

/// Pelaksana (an executor).
#[derive(Args)]
pub struct ExecutorArgs {
    /// Penjadwal (the scheduler).
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50050")]
    pub scheduler: SocketAddr,
    /// Alamat untuk mendengarkan (where it listens).
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50051")]
    pub bind: SocketAddr,
    /// Alamat yang dipakai mesin lain untuknya, bila bukan yang di atas (address for the others).
    #[arg(long, value_name = "ADDRESS")]
    pub external: Option<IpAddr>,
    /// Folder hasil antara, dapat berisi identitas; dibuat folder sendiri di dalamnya (intermediate
    /// results, may hold identity; in a folder of its own within).
    #[arg(long, value_name = "DIR")]
    pub work: PathBuf,
    /// Tugas serentak (tasks at once).
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    pub tasks: u16,
    /// Memori bagi operator, megabita; bawaan separuh mesin (memory of operators, in megabytes).
    #[arg(long, value_name = "MB")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub memory: Option<u32>,
    /// Jaringan ini hanya untuk gugus ini; tak ada yang lain mencapainya (nobody else reaches it).
    #[arg(long)]
    pub private_network: bool,
}

/// Data rekaan (invented data).
#[derive(Args)]
pub struct InventArgs {
    /// Folder untuk tabel-tabelnya (where the tables go).
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
    /// Kabupaten/kota (regencies).
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub tenants: u64,
    /// Orang seluruhnya (people of all together).
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub people: u64,
    /// Benih (the seed).
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Daftar dari `cargo xtask linkage-data`: hanya tabel people yang dibuat (people of a list).
    #[arg(long, value_name = "FILE")]
    pub list: Option<PathBuf>,
}
