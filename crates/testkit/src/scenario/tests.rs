//! The runner of scenarios itself: a wrong expectation fails, and says where.

use app::office::Location;

use super::*;

const OPENING: &str = "# Rekaan\n\n```program\nkode: coba\nnama: Percobaan\npemda: 64.01\n\
dana: dana-coba, apbd, 1000000\nskema: jkk,jkm\nbulan: 2022-10..2022-11\n```\n\n\
```daftar\ndari: desa, Desa Rekaan, 64.01\norang rekaan: 3\npekerjaan: petani\n```\n";

fn said(more: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("{OPENING}{more}");
    match run("scenarios/coba.md", &text, Location::Directory(folder.path().to_owned())) {
        Ok(()) => String::new(),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn expectations_that_hold_are_silent() {
    // Three people, Rp16.800 a month each, two months: 3 × 16.800 × 2 = Rp100.800.
    let more = "```harapan\nbaris: 3\nACCEPTED: 3\n```\n\n```usul\noleh: ani\n```\n\n\
                ```harapan\ndana terikat: 100800\nsisa pagu: 899200\n```\n";
    assert_eq!(said(more), "");
}

#[test]
fn a_wrong_expectation_names_its_line() {
    let error = said("\n```harapan\nditerima: 4\nbaris: 3\n```\n");
    assert!(
        error.ends_with("scenarios/coba.md:19: diterima: expected 4, found 3"),
        "found: {error}"
    );
}

#[test]
fn what_nobody_knows_is_refused() {
    for (more, sentence) in [
        ("\n```harapan\nditerma: 3\n```\n", "coba.md:19: diterma: no fact has this name"),
        ("\n```tagih\nbulan: 2022-10\n```\n", "coba.md:19: `tagih`: bulan is not a span of months"),
        ("\n```usul\noleh: ani\nuntuk: apa\n```\n", "coba.md:20: `usul` does not know `untuk`"),
        ("\n```usul\noleh ani\n```\n", "coba.md:19: no colon"),
        ("\n```kartu\nprogram: coba\n", "coba.md:18: the block is not closed"),
        ("\n```kartu\nprogram: coba\n```\n", "NOT_COVERED"),
    ] {
        let error = said(more);
        assert!(error.contains(sentence), "{more}: {error}");
    }
}

#[test]
fn other_fences_are_prose() {
    let blocks = block::parse("x.md", "```text\nno colon here\n```\n\n```usul\noleh: ani\n```\n");
    let blocks = blocks.expect("one block");
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].value("oleh").expect("is there"), "ani");
}
