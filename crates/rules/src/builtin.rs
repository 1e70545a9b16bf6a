//! The regulation files that this program carries, so that it computes without any folder.

use crate::load::RegulationFile;

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// Every regulation file of the repository; a test compares the list with the folder.
        pub(crate) const FILES: &[RegulationFile<'static>] = &[$(RegulationFile {
            path: $path,
            text: include_str!(concat!("../../../regulations/", $path)),
        }),*];
    };
}

files! {
    "apbd/fund_sources.toml",
    "eligibility/identitas.toml",
    "eligibility/pekerjaan_maksimum.toml",
    "eligibility/usia_maksimum.toml",
    "eligibility/usia_menjelang_batas.toml",
    "eligibility/usia_minimum.toml",
    "eligibility/usia_muda.toml",
    "iuran/celah_golongan.toml",
    "iuran/pembulatan.toml",
    "jht/iuran_bpu.toml",
    "jkk/iuran_bpu.toml",
    "jkm/iuran_bpu.toml",
    "relief/pp_49_2020.toml",
    "relief/pp_50_2025_lainnya.toml",
    "relief/pp_50_2025_transportasi.toml",
    "sources.toml",
    "units.toml",
}
