//! The questions of the open doors, a page each, in the order in which somebody tells it.

/// The names of the fields on each page.
pub(super) fn of(is_event: bool, helped: bool) -> Vec<&'static [&'static str]> {
    let mut pages: Vec<&'static [&'static str]> = vec![&["jenis"]];
    if is_event {
        pages.push(&["hari"]);
    }
    pages.extend([&["nama"][..], &["lahir"], &["kartu"]]);
    if is_event {
        pages.push(&["kecamatan", "desa"]);
    }
    pages.extend([&["uraian"][..], &["hubungan"], &["pelapor"], &["telepon"]]);
    if helped {
        pages.extend([&["penolong", "sebagai", "telepon_penolong"][..], &["persetujuan"]]);
    }
    pages
}
