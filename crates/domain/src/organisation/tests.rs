//! Kinds read, the tree, and lists of organisations in several layouts; everybody is invented.

use base::{Day, Id, RegionCode};
use proptest::prelude::*;

use super::import::{CellRow, Defaults, ImportContext, OrgOutcome, OrgRow, code_of, decide};
use super::*;

fn region(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a region")
}

fn org(number: u8, code: &str, kind: &str, parent: Option<u8>) -> Org {
    Org {
        kind: OrgKindKey::new(kind),
        parent: parent.map(|number| Id::from_bytes([number; 16])),
        ..Org::plain(Id::from_bytes([number; 16]), code, code, region("11.73"))
    }
}

/// Rows of a sheet, cells between bars; an empty cell is none.
fn rows(text: &str) -> Vec<CellRow> {
    let row = |(line, row): (&str, u32)| CellRow {
        sheet: 0,
        row,
        cells: (0..)
            .zip(line.split('|').map(str::trim))
            .filter(|(_, text)| !text.is_empty())
            .map(|(column, text)| (column, text.into()))
            .collect(),
    };
    text.lines().zip(1..).map(row).collect()
}

fn import(text: &str, known: &[(Org, Contact)], defaults: &Defaults) -> Vec<OrgRow> {
    let kinds = OrgKinds::builtin();
    let find = |text: &str| RegionCode::parse(text);
    let context =
        ImportContext { kinds: &kinds, known, regency: region("11.73"), region: &find, defaults };
    decide(&rows(text), &context).map(|import| import.rows).unwrap_or_default()
}

fn outcomes(text: &str, known: &[(Org, Contact)]) -> Vec<String> {
    let said = |row: &OrgRow| match &row.outcome {
        OrgOutcome::Refused(refusal) => refusal.name().to_owned(),
        other => other.name().to_owned(),
    };
    import(text, known, &Defaults::default()).iter().map(said).collect()
}

#[test]
fn the_list_that_comes_with_payung_is_read() {
    let kinds = OrgKinds::builtin();
    assert!(kinds.iter().count() >= 20);
    for (typed, expect) in [
        ("RSUD", "rumah_sakit"),
        ("Klinik Pratama", "klinik"),
        ("Praktik Mandiri Bidan", "bidan"),
        ("apotik", "apotek"),
        ("Dinas Kesehatan Kota", "opd"),
        ("Polsek Banda Sakti", "polsek"),
        ("BPJS Ketenagakerjaan Lhokseumawe", "bpjs"),
    ] {
        assert_eq!(kinds.find(typed).map(|kind| &*kind.key.0), Some(expect), "{typed}");
    }
    assert_eq!(kinds.find("sesuatu"), None);
    let clinic = OrgKindKey::new("klinik");
    assert!(kinds.has(&clinic, OrgTrait::Facility) && !kinds.has(&clinic, OrgTrait::Parent));
    for (text, line) in [
        ("h\nklinik\tK\tC\tfacility", 2),
        ("h\nklinik\tK\tC\tsoup\t", 2),
        ("h\na\tA\tA2\tparent\tsatu\nb\tB\tB2\tparent\tSatu", 3),
        ("h\nA B\tA\tA2\tparent\t", 2),
    ] {
        assert_eq!(OrgKinds::parse(text).err(), Some(KindLineProblem(line)), "{text}");
    }
    assert_eq!(
        OrgTraits::parse("party, facility").map(OrgTraits::names),
        Some("facility,party".into())
    );
}

#[test]
fn facilities_are_found_however_deep_while_they_are_open() {
    let mut all = vec![
        org(1, "dinkes", "opd", None),
        org(2, "pkm-a", "puskesmas", Some(1)),
        org(3, "bidan-a", "bidan", Some(2)),
        org(4, "rs-a", "rumah_sakit", Some(1)),
        org(5, "polres", "polres", None),
    ];
    all[3].closed_on = Day::parse_iso("2025-12-01");
    let (tree, kinds) = (Tree::new(&all), OrgKinds::builtin());
    let codes = |on: &str| {
        let on = Day::parse_iso(on).expect("a day");
        let found = tree.facilities(&kinds, all[0].id, on);
        found.iter().map(|org| org.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(codes("2025-11-30"), ["bidan-a", "pkm-a", "rs-a"]);
    assert_eq!(codes("2025-12-01"), ["bidan-a", "pkm-a"]);
    let order: Vec<(usize, &str)> =
        tree.in_order().into_iter().map(|(depth, org)| (depth, &*org.code)).collect();
    assert_eq!(order, [(0, "dinkes"), (1, "pkm-a"), (2, "bidan-a"), (1, "rs-a"), (0, "polres")]);
}

#[test]
fn a_list_has_one_outcome_a_row_in_any_layout() {
    let known = [(org(1, "dinkes", "opd", None), Contact::default())];
    let text = "DAFTAR FASILITAS KESEHATAN (REKAAN)\n\
                Jenis|Nama Fasilitas|Kode|Di bawah|No HP\n\
                1|2|3|4|5\n\
                Klinik|Klinik Rekaan|kl-1|dinkes|0812-3456-7890\n\
                Bidan|Bidan Rekaan|bd-1|Puskesmas Rekaan|\n\
                Puskesmas|Puskesmas Rekaan|pk-1|dinkes|\n\
                Apotek|Apotek Rekaan|kl-1|dinkes|\n\
                Warung|Warung Rekaan|wr-1|dinkes|\n\
                Klinik|Klinik Lepas|kl-2||\n\
                Klinik|Klinik Sesat|kl-3|siapa|\n\
                Klinik|Klinik Bertingkat|kl-4|kl-1|\n\
                Klinik|Klinik Salah|kl 5|dinkes|\n\
                Klinik|Klinik Telepon|kl-6|dinkes|entahlah\n\
                |Jumlah|||";
    assert_eq!(
        outcomes(text, &known),
        [
            "not-a-row",
            "not-a-row",
            "not-a-row",
            "added",
            "added",
            "added",
            "ORG_CODE_TWICE",
            "ORG_KIND_UNKNOWN",
            "ORG_FACILITY_ALONE",
            "ORG_PARENT_UNKNOWN",
            "ORG_PARENT_UNFIT",
            "ORG_CODE_UNFIT",
            "ORG_CONTACT_UNFIT",
            "not-a-row",
        ]
    );
    assert_eq!(outcomes("a|b\nc|d", &known), [""; 0]);
}

#[test]
fn the_same_again_is_the_same_and_a_blank_cell_takes_nothing_away() {
    let contact = Contact { phone: "0645 41234".into(), ..Contact::default() };
    let mut clinic = org(2, "kl-1", "klinik", Some(1));
    clinic.name = "Klinik Rekaan".into();
    let known = [(org(1, "dinkes", "opd", None), Contact::default()), (clinic, contact)];
    let head = "Kode|Nama|Jenis|Induk|Telepon\n";
    for (line, expect) in [
        ("kl-1|Klinik Rekaan|klinik|dinkes|0645 41234", "same"),
        ("kl-1|Klinik Rekaan|klinik|dinkes|", "same"),
        ("kl-1|Klinik Rekaan|klinik||", "same"),
        ("kl-1|Klinik Rekaan Baru|klinik|dinkes|", "changed"),
        ("kl-1|Klinik Rekaan|klinik|dinkes|0645 41235", "changed"),
    ] {
        assert_eq!(outcomes(&format!("{head}{line}"), &known)[1], expect, "{line}");
    }
}

#[test]
fn circles_and_strangers_are_refused() {
    let head = "Kode|Nama|Jenis|Induk|Wilayah\n";
    let circle = format!("{head}a|Dinas A|opd|b|\nb|Dinas B|opd|a|");
    assert_eq!(outcomes(&circle, &[])[1..], ["ORG_PARENT_LOOP", "ORG_PARENT_LOOP"]);
    let itself = format!("{head}a|Dinas A|opd|a|");
    assert_eq!(outcomes(&itself, &[])[1..], ["ORG_PARENT_LOOP"]);
    let away = format!("{head}a|Dinas A|opd||64.01\nb|Dinas B|opd||entah\nc|Kantor C|lain||11");
    let expect = ["ORG_TERRITORY_OUTSIDE", "ORG_TERRITORY_OUTSIDE", "added"];
    assert_eq!(outcomes(&away, &[])[1..], expect);
    // Known in the right order, and then turned round by a later list.
    let known = [
        (org(1, "a", "opd", None), Contact::default()),
        (org(2, "b", "opd", Some(1)), Contact::default()),
    ];
    let turned = format!("{head}a|a|opd|b|");
    assert_eq!(outcomes(&turned, &known)[1..], ["ORG_PARENT_LOOP"]);
    let long = format!("{head}a|{}|opd||", "x".repeat(201));
    assert_eq!(outcomes(&long, &[])[1..], ["ORG_NAME_UNFIT"]);
}

#[test]
fn names_alone_are_enough_with_what_stands_in_for_the_rest() {
    let known = [(org(1, "dinkes", "opd", None), Contact::default())];
    let defaults = Defaults { parent: Some("dinkes".into()), ..Defaults::default() };
    let found = import("Nama Faskes\nKlinik Rekaan\nApotek Rekaan", &known, &defaults);
    let codes: Vec<&str> = found.iter().map(|row| &*row.code).collect();
    assert_eq!(codes, ["", "klinik-rekaan", "apotek-rekaan"]);
    assert!(found[1..].iter().all(|row| row.outcome == OrgOutcome::Added));
    let key = OrgKindKey::new("rumah_sakit");
    assert_eq!(&*code_of(&key, "RS. Contoh Utama"), "rumah-sakit-rs-contoh-utama");
}

#[test]
fn a_number_and_a_mail_are_hidden_but_for_their_ends() {
    let contact = Contact {
        officer: "Pejabat Rekaan".into(),
        phone: "0645 41234".into(),
        email: "dinkes@contoh.id".into(),
        ..Contact::default()
    };
    let masked = contact.masked();
    assert_eq!((&*masked.phone, &*masked.email), ("••••••••34", "•••@contoh.id"));
    assert!(!format!("{contact:?}").contains("Rekaan"));
    assert!(Contact::default().is_empty());
}

proptest! {
    #[test]
    fn every_row_has_one_outcome_and_the_second_time_nothing_changes(
        lines in proptest::collection::vec("[ab]{0,2}\\|[a-c]{0,3}\\|(opd|klinik|x)?\\|[ab]{0,2}", 0..12),
    ) {
        let text = format!("Kode|Nama|Jenis|Induk\n{}", lines.join("\n"));
        let kinds = OrgKinds::builtin();
        let (find, defaults) = (|text: &str| RegionCode::parse(text), Defaults::default());
        let context = |known| ImportContext {
            kinds: &kinds, known, regency: region("11.73"), region: &find, defaults: &defaults,
        };
        let rows = rows(&text);
        let first = decide(&rows, &context(&[])).expect("has a head");
        prop_assert_eq!(first.rows.len(), rows.len());
        let added = first.rows.iter().filter(|row| row.outcome == OrgOutcome::Added).count();
        prop_assert_eq!(added, first.keep.len());
        // What was kept, as a register would have it.
        let ids: HashMap<&str, Id<kind::Org>> = first.keep.iter().zip(1u8..)
            .map(|(input, number)| (&*input.code, Id::from_bytes([number; 16]))).collect();
        let known: Vec<(Org, Contact)> = first.keep.iter().map(|input| (Org {
            id: ids[&*input.code], code: input.code.clone(), name: input.name.clone(),
            territory: input.territory, kind: input.kind.clone(),
            parent: input.parent.as_ref().map(|code| ids[&**code]), closed_on: None,
        }, input.contact.clone())).collect();
        let second = decide(&rows, &context(&known)).expect("has a head");
        prop_assert!(second.rows.iter().all(|row| row.outcome != OrgOutcome::Added));
        let tree = Tree::new(&known.iter().map(|(org, _)| org.clone()).collect::<Vec<_>>())
            .in_order().len();
        prop_assert_eq!(tree, known.len());
    }
}
