//! Spoils one file of the built-in folder at a time and expects the fault to be named.

use super::*;
use crate::Rulebook;
use crate::builtin::FILES;

/// Loads the built-in folder with one text replaced once in one file.
fn spoiled(path: &str, from: &str, to: &str) -> Vec<LoadProblem> {
    let original = FILES.iter().find(|file| file.path == path).expect("a built-in file");
    assert!(original.text.contains(from), "{path} has no {from:?}");
    let text = original.text.replacen(from, to, 1);
    let files: Vec<_> = FILES
        .iter()
        .map(|file| if file.path == path { RegulationFile { path, text: &text } } else { *file })
        .collect();
    Rulebook::load(&files).map(|_| Vec::new()).unwrap_or_else(|problems| problems)
}

fn check(path: &str, from: &str, to: &str, expect: &[(usize, LoadProblemCode)]) {
    let problems = spoiled(path, from, to);
    let found: Vec<_> = problems.iter().map(|problem| (problem.line, problem.code)).collect();
    assert_eq!(found, expect, "{path}: {from:?} -> {to:?}: {problems:?}");
    assert!(problems.iter().all(|problem| problem.path == path));
}

#[test]
fn the_built_in_folder_loads() {
    let rulebook = Rulebook::builtin();
    assert_eq!(rulebook.parameters().len() + 2, FILES.len());
}

#[test]
fn an_entry_needs_its_citation() {
    use LoadProblemCode::*;
    let jkm = "jkm/iuran_bpu.toml";
    check(jkm, "source = \"pp-44-2015\"\n", "", &[(10, SourceMissing)]);
    check(jkm, "\"pp-44-2015\"", "\" \"", &[(10, SourceMissing)]);
    check(jkm, "pp-44-2015", "pp-44-2051", &[(10, SourceUnknown)]);
    check(jkm, "article = ", "note = ", &[(17, Syntax)]);
    let jht = "jht/iuran_bpu.toml";
    check(jht, "article = \"Lampiran\"\n", "", &[(10, ArticleMissing)]);
    check(jht, "status = \"secondary\"\n", "", &[(10, StatusMissing)]);
    check(jht, "\"secondary\"", "\"certain\"", &[(10, WordUnknown)]);
    check(jht, "status = \"secondary\"", "status = \"confirmed\"", &[(10, ConfirmationIncomplete)]);
    check(
        jht,
        "status = \"sec",
        "confirmed_on = 2026-11-23\nstatus = \"sec",
        &[(10, ConfirmationIncomplete)],
    );
    check(jht, "status = \"secondary\"", "status = \"open\"", &[(1, OpenUnexplained)]);
}

#[test]
fn a_confirmed_entry_says_who_and_when() {
    let problems = spoiled(
        "jht/iuran_bpu.toml",
        "status = \"secondary\"",
        "status = \"confirmed\"\nconfirmed_on = 2026-11-23\nconfirmed_by = \"Bagian Hukum\"",
    );
    assert_eq!(problems, []);
}

#[test]
fn days_neither_meet_nor_miss() {
    use LoadProblemCode::*;
    let relief = "relief/pp_49_2020.toml";
    check(relief, "from = 2021-02-01", "from = 2021-03-01", &[(31, GapUnmarked)]);
    check(relief, "from = 2021-02-01", "from = 2021-01-01", &[(31, Overlap)]);
    check(relief, "from = 2021-02-01", "from = 2020-08-01", &[(31, NotNewestFirst)]);
    check(relief, "from = 2021-02-01", "from = 2021-02-31", &[(24, Syntax)]);
    check(relief, "from = 2021-02-01\n", "", &[(23, FieldMissing), (30, GapUnmarked)]);
    check(relief, "until = 2021-01-31", "until = 2020-07-31", &[(31, Overlap), (31, GapUnmarked)]);
    check(relief, "from = 2020-08-01", "from = 2020-08-15", &[(31, NotWholeMonths)]);
    check(
        "jht/iuran_bpu.toml",
        "from = 2015-07-01",
        "from = 2015-07-01T10:00:00",
        &[(10, DayUnreadable)],
    );
    let last_month = "from = 2015-07-01\nuntil = 2026-12-31";
    check("jht/iuran_bpu.toml", "from = 2015-07-01", last_month, &[(10, GapUnmarked)]);
}

#[test]
fn values_fit_their_unit() {
    use LoadProblemCode::*;
    let jht = "jht/iuran_bpu.toml";
    check(jht, "ppm-of-base", "per-cent", &[(7, UnitUnknown)]);
    check(jht, "20_000", "2_000_000", &[(10, ValueOutOfUnit)]);
    check(jht, "20_000", "-1", &[(10, ValueOutOfUnit)]);
    check(jht, "20_000", "\"dua persen\"", &[(10, ValueOutOfUnit)]);
    check(jht, "20_000", "0.02", &[(12, Syntax)]);
    check(jht, "value = 20_000", "value = 20_000\nnone = true", &[(10, ValueNotOne)]);
    check(jht, "value = 20_000\n", "", &[(10, ValueNotOne)]);
    check(
        "iuran/pembulatan.toml",
        "value = \"half-up\"",
        "value = \"even\"",
        &[(19, ValueOutOfUnit)],
    );
    check(
        "jkk/iuran_bpu.toml",
        "income_from = 1_100_000",
        "income_from = 1_099_000",
        &[(21, BracketsDisordered)],
    );
    check("jkk/iuran_bpu.toml", "income_from = 0", "income_from = 1", &[(20, BracketsDisordered)]);
    check(
        "jkk/iuran_bpu.toml",
        " income_to = 1_099_000,",
        "",
        &[(20, BracketsDisordered), (21, BracketsDisordered)],
    );
}

#[test]
fn tables_are_whole() {
    use LoadProblemCode::*;
    let stmb = "jkk/stmb.toml";
    check(stmb, "above = 12, value", "above = 13, value", &[(18, StepsDisordered)]);
    check(
        stmb,
        "above = 0, up_to = 12",
        "above = 0, up_to = 0",
        &[(17, StepsDisordered), (18, StepsDisordered)],
    );
    check(stmb, "value = 500_000", "value = 1_500_000", &[(18, ValueOutOfUnit)]);
    check(stmb, "measure = \"months\"\n", "", &[(9, StepsDisordered), (20, StepsDisordered)]);
    check(stmb, "measure = \"months\"", "measure = \"weeks\"", &[(8, UnitUnknown)]);
    let holidays = "kalender/hari_libur.toml";
    check(holidays, "on = 2027-01-01", "on = 2026-01-01", &[(25, DaysDisordered)]);
    check(holidays, "kind = \"cuti_bersama\"", "kind = \"libur\"", &[(34, WordUnknown)]);
    let table = "jkk/tabel_cacat.toml";
    check(table, "mirror = \"D02\"", "mirror = \"D03\"", &[(11, MirrorBroken), (11, MirrorBroken)]);
    check(table, "value_to = 300_000", "value_to = 99_999", &[(46, ValueOutOfUnit)]);
    check(table, "per = \"piece\"", "per = \"finger\"", &[(37, WordUnknown)]);
}

#[test]
fn a_row_says_only_what_is_its_own() {
    let rulebook = Rulebook::builtin();
    let (_, table) = rulebook.rule("jkk.tabel_cacat@2015-07-01").expect("the table");
    let status = |key: &str| table.row(key).expect("a row").citation.status;
    assert_eq!((status("D01"), status("D03")), (RuleStatus::Secondary, RuleStatus::Recalled));
    let row = table.row("D01").expect("a row");
    assert_eq!(row.citation.article, table.citation.article);
    let (_, funds) = rulebook.rule("apbd.fund_sources@2015-07-01").expect("the funds");
    let own = funds.row("apbd").expect("a row");
    assert_eq!(own.citation.article.as_ref(), "PP 50/2025 Pasal 3");
}

/// A region's folder is laid over ours: a file of the same path takes its place, sources add up.
#[test]
fn a_folder_is_laid_over_the_carried_one() {
    let path = "iuran/pembulatan.toml";
    let carried = FILES.iter().find(|file| file.path == path).expect("carried");
    let text = carried
        .text
        .replace("value = \"half-up\"", "value = \"down\"")
        .replace("source = \"payung\"", "source = \"perbup-1-2027\"");
    let sources = "[[source]]\nid = \"perbup-1-2027\"\nkind = \"Perbup\"\nnumber = \"1\"\n\
                   title = \"Jaminan sosial\"\neffective = 2027-01-01\n\
                   read_from = \"naskah\"\nstatus = \"secondary\"\n";
    let own = [
        RegulationFile { path, text: &text },
        RegulationFile { path: "sources.toml", text: sources },
    ];
    let rulebook = Rulebook::load_over_builtin(&own).expect("it loads");
    assert_eq!(rulebook.parameters().len() + 2, FILES.len());
    let (_, rounding) = rulebook.rule("iuran.pembulatan@2015-07-01").expect("the rule");
    assert_eq!(rounding.choice(), Some("down"));
    assert_eq!(rounding.citation.source.as_ref(), "perbup-1-2027");
    let whole: Vec<RegulationFile<'_>> = FILES.to_vec();
    let alone = Rulebook::load_over_builtin(&whole).expect("a whole folder stands alone");
    assert_eq!(alone.version(), Rulebook::builtin().version());
}

#[test]
fn heads_are_complete_and_in_their_place() {
    use LoadProblemCode::*;
    let jht = "jht/iuran_bpu.toml";
    check(jht, "id = \"jht.iuran_bpu\"", "id = \"jht.bpu\"", &[(1, IdNotPath)]);
    check(jht, "name = \"Iuran JHT peserta bukan penerima upah\"\n", "", &[(1, FieldMissing)]);
    check(jht, "contribution-month", "payment-month", &[(8, WordUnknown)]);
    check(jht, "key_date", "keydate", &[(8, Syntax)]);
    let months = "id = \"months\"\nname = \"bulan\"\nkind = \"count\"\n";
    let twice = format!("{months}\n[[unit]]\n{months}");
    check("units.toml", months, &twice, &[(44, IdTwice)]);
    check("sources.toml", "id = \"uu-24-2011\"", "id = \"uu-13-2003\"", &[(15, IdTwice)]);
    check("relief/pp_49_2020.toml", "\"jkm\"]", "\"jkn\"]", &[(12, WordUnknown)]);
}

#[test]
fn formulas_find_what_they_need() {
    let without = |path: &str| {
        let files: Vec<_> = FILES.iter().copied().filter(|file| file.path != path).collect();
        Rulebook::load(&files).expect_err("a parameter is missing")
    };
    let problems = without("jkm/iuran_bpu.toml");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, LoadProblemCode::ParameterMissing);
    assert_eq!(problems[0].path, "jkm/iuran_bpu.toml");
    let purses = "apbd/fund_sources.toml";
    let renamed = spoiled(purses, "key = \"csr\"", "key = \"derma\"");
    let found: Vec<_> = renamed.iter().map(|p| (p.code, p.detail.as_str())).collect();
    let expect = [(LoadProblemCode::WordUnknown, "derma"), (LoadProblemCode::FieldMissing, "csr")];
    assert_eq!(found, expect);
    let meeting = spoiled("relief/pp_50_2025_lainnya.toml", "\"other\"", "\"transport\"");
    assert_eq!(meeting[0].code, LoadProblemCode::ReliefsMeet);
}

#[test]
fn a_region_adds_its_own_files() {
    let sources = "[[source]]\nid = \"perbup-1-2027\"\nkind = \"Perbup\"\nnumber = \"1\"\n\
        year = 2027\ntitle = \"Contoh\"\neffective = 2027-01-01\nread_from = \"rekaan\"\n\
        status = \"secondary\"\n";
    let rule = "id = \"perbup.usia_prioritas\"\nname = \"Usia prioritas\"\n\
        description = \"Rekaan untuk uji.\"\nunit = \"years-of-age\"\nkey_date = \"registration\"\n\
        [[entry]]\nfrom = 2027-01-01\nvalue = 40\nsource = \"perbup-1-2027\"\n\
        article = \"Pasal 3\"\nparaphrase = \"Rekaan.\"\nstatus = \"secondary\"\n";
    let mut files = FILES.to_vec();
    files.push(RegulationFile { path: "perbup/sources.toml", text: sources });
    files.push(RegulationFile { path: "perbup/usia_prioritas.toml", text: rule });
    files.push(RegulationFile { path: "perbup/README.md", text: "not a rule" });
    let rulebook = Rulebook::load(&files).expect("a region's own files load");
    let (parameter, entry) =
        rulebook.rule("perbup.usia_prioritas@2027-01-01").expect("the rule is there");
    assert_eq!(parameter.path.as_ref(), "perbup/usia_prioritas.toml");
    assert_eq!(entry.number(), Some(40));
    assert_eq!(entry.citation.article.as_ref(), "Perbup 1/2027 Pasal 3");
    assert_ne!(rulebook.version(), Rulebook::builtin().version());
}

#[test]
fn problems_print_file_line_code_and_remedy() {
    let problems = spoiled("jht/iuran_bpu.toml", "ppm-of-base", "per-cent");
    assert_eq!(
        problems[0].to_string(),
        "jht/iuran_bpu.toml:7: REGULATION_UNIT_UNKNOWN (per-cent): use-known-unit"
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        let mut files = FILES.to_vec();
        files.push(RegulationFile { path: "perbup/any.toml", text: &text });
        files.push(RegulationFile { path: "perbup/sources.toml", text: &text });
        let _ = Rulebook::load(&files);
    }

    #[test]
    fn a_folder_cut_anywhere_is_answered(file in 0..FILES.len(), cut in 0usize..6_000) {
        let mut files = FILES.to_vec();
        let text = files[file].text;
        let end = (0..=cut.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        files[file].text = &text[..end.unwrap_or(0)];
        let _ = Rulebook::load(&files);
    }
}
