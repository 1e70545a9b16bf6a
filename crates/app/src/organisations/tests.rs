//! The register of organisations on both engines: kept, listed, imported twice. All is invented.

use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::environment::Environment;
use crate::office::{Location, OfficeOptions};
use crate::reading::Reader;

pub(crate) fn office(location: Location) -> Office {
    Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(1173, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2025, 11, 1).expect("a day"), 5),
        keys: crate::keys::KeySource::Ring(Box::new(store::twin::keys())),
    })
    .expect("a fresh place opens")
}

pub(crate) fn both(test: impl Fn(&Office)) {
    let embedded = FreshDirectory::new();
    test(&office(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&office(database.location()));
    }
}

pub(crate) fn input(code: &str, kind: &str, parent: Option<&str>) -> OrgInput {
    OrgInput {
        code: code.into(),
        name: format!("{code} (rekaan)").into(),
        kind: OrgKindKey::new(kind),
        parent: parent.map(Into::into),
        territory: RegionCode::from_digits(1173, 2),
        closed_on: None,
        contact: Contact {
            officer: "Pejabat Rekaan".into(),
            office: "Kepala".into(),
            phone: "0645 41234".into(),
            ..Contact::default()
        },
    }
}

fn list(office: &Office, actor: &Actor, text: &str) -> Vec<&'static str> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fasilitas.csv");
    std::fs::write(&path, text).expect("a file");
    let import = office.import_orgs(actor, &path, &Defaults::default()).expect("is read");
    let import = import.expect("is a spreadsheet");
    import.rows.iter().map(|row| row.outcome.name()).collect()
}

#[test]
fn an_organisation_is_kept_whole_and_changed_in_part() {
    both(|office| {
        let actor = office.actor("operator", Operation::SetUp).expect("the first user");
        let keep = |input: &OrgInput| office.keep_org(&actor, input).map(|(_, outcome)| outcome);
        let dinkes = input("dinkes", "opd", None);
        assert_eq!(keep(&dinkes), Ok(OrgOutcome::Added));
        assert_eq!(keep(&dinkes), Ok(OrgOutcome::Same));
        let clinic = input("klinik", "klinik", Some("dinkes"));
        assert_eq!(keep(&clinic), Ok(OrgOutcome::Added));
        let change = OrgChange { phone: Some("0645 55555".into()), ..OrgChange::default() };
        let changed = office.change_org(&actor, "klinik", &change).map(|(_, outcome)| outcome);
        assert_eq!(changed, Ok(OrgOutcome::Changed));
        let file = office.org_file(&actor, "klinik").expect("is known");
        assert_eq!(
            (&*file.contact.phone, &*file.contact.officer),
            ("0645 55555", "Pejabat Rekaan")
        );
        let taken = office.add_org_whole(&actor, &input("klinik", "apotek", Some("dinkes")));
        assert_eq!(taken.map_err(|error| error.code), Err("CODE_TAKEN".to_owned()));
        let alone = keep(&input("apotek", "apotek", None)).map_err(|error| error.code);
        assert_eq!(alone, Err("ORG_FACILITY_ALONE".to_owned()));
        let file = office.org_file(&actor, "dinkes").expect("is known");
        assert_eq!(file.facilities.len(), 1);
        let closed = Some(Day::new(2025, 10, 31));
        let change = OrgChange { closed_on: closed, ..OrgChange::default() };
        office.change_org(&actor, "klinik", &change).expect("closes");
        let file = office.org_file(&actor, "dinkes").expect("is known");
        assert_eq!((file.facilities.len(), file.children.len()), (0, 1));
    });
}

#[test]
fn who_may_not_set_it_up_sees_no_number() {
    both(|office| {
        let actor = office.actor("operator", Operation::SetUp).expect("the first user");
        office.keep_org(&actor, &input("dinkes", "opd", None)).expect("is kept");
        office.add_user(&actor, "auditor", crate::office::Role::Auditor).expect("a user");
        let auditor = office.actor("auditor", Operation::OwnDesk).expect("works here");
        let file = office.org_file(&auditor, "dinkes").expect("is shown");
        assert_eq!(&*file.contact.phone, "••••••••34");
        let refused = office.keep_org(&auditor, &input("lain", "opd", None));
        assert_eq!(refused.map_err(|error| error.code).err(), Some("USER_MAY_NOT".to_owned()));
    });
}

#[test]
fn a_list_is_taken_in_once_and_says_what_it_could_not() {
    both(|office| {
        let actor = office.actor("operator", Operation::SetUp).expect("the first user");
        office.keep_org(&actor, &input("dinkes", "opd", None)).expect("is kept");
        let text = "Daftar fasilitas (rekaan)\n\
                    Nama Fasilitas,Jenis,Kode,Induk,Kecamatan\n\
                    Klinik Rekaan,Klinik,kl-1,dinkes,Banda Sakti\n\
                    Bidan Rekaan,Bidan,bd-1,dinkes,Muara Dua\n\
                    Apotek Rekaan,Apotek,ap-1,entah,Banda Sakti\n\
                    Jumlah,,,,\n";
        let first = ["not-a-row", "not-a-row", "added", "added", "refused", "not-a-row"];
        assert_eq!(list(office, &actor, text), first);
        let again = ["not-a-row", "not-a-row", "same", "same", "refused", "not-a-row"];
        assert_eq!(list(office, &actor, text), again);
        let tree = office.org_tree(&actor).expect("a tree");
        let shown: Vec<(&str, usize, u64)> =
            tree.iter().map(|one| (&*one.org.code, one.depth, one.facilities)).collect();
        assert_eq!(shown, [("dinkes", 0, 2), ("bd-1", 1, 0), ("kl-1", 1, 0)]);
        let place = tree[2].org.territory;
        assert_eq!((place.level(), place.at_level(2)), (3, RegionCode::from_digits(1173, 2)));
    });
}

#[test]
fn an_office_adds_kinds_of_its_own() {
    both(|office| {
        let actor = office.actor("operator", Operation::SetUp).expect("the first user");
        let kind = OrgKind {
            key: OrgKindKey::new("panti"),
            name: "Panti asuhan".into(),
            name_en: "Orphanage".into(),
            traits: OrgTraits::parse("facility,party").expect("traits"),
        };
        assert_eq!(office.add_org_kind(&actor, &kind), Ok(()));
        assert_eq!(office.add_org_kind(&actor, &kind), Ok(()));
        let other = OrgKind { name: "Panti jompo".into(), ..kind.clone() };
        let taken = office.add_org_kind(&actor, &other).map_err(|error| error.code);
        assert_eq!(taken, Err("CODE_TAKEN".to_owned()));
        office.keep_org(&actor, &input("dinsos", "opd", None)).expect("is kept");
        let panti = input("panti-1", "panti", Some("dinsos"));
        assert_eq!(office.keep_org(&actor, &panti).map(|kept| kept.1), Ok(OrgOutcome::Added));
        let file = office.org_file(&actor, "dinsos").expect("is known");
        assert_eq!(file.facilities.len(), 1);
    });
}
