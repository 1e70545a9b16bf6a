//! The partners of the practice regency: two offices, facilities, a branch of the insurer, and
//! their agreement of September with duties done and not done. All is invented.

use base::Day;

use crate::agreements::{NewAgreement, Signing, Ticking};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};
use crate::organisations::{Contact, OrgInput, OrgKindKey};

const AGREEMENT: &str = "pks-dinkes-2022";

/// Code, name, kind and the one above; codes come after those of villages.
const PARTNERS: [(&str, &str, &str, Option<&str>); 9] = [
    ("dinkes-latihan", "Dinas Kesehatan (LATIHAN)", "opd", None),
    ("disnaker-latihan", "Dinas Tenaga Kerja (LATIHAN)", "opd", None),
    ("kacab-latihan", "BPJS Ketenagakerjaan Cabang (LATIHAN)", "bpjs", None),
    ("polres-latihan", "Polres (LATIHAN)", "polres", None),
    ("polsek-latihan", "Polsek (LATIHAN)", "polsek", Some("polres-latihan")),
    ("faskes-rs", "RSUD (LATIHAN)", "rumah_sakit", Some("dinkes-latihan")),
    ("faskes-klinik", "Klinik (LATIHAN)", "klinik", Some("dinkes-latihan")),
    ("faskes-pkm", "Puskesmas (LATIHAN)", "puskesmas", Some("dinkes-latihan")),
    ("faskes-bidan", "Praktik Bidan (LATIHAN)", "bidan", Some("faskes-pkm")),
];

/// Sets the partners up; the same again changes nothing.
pub(super) fn set_up(office: &Office, operator: &Actor) -> Result<(), AppError> {
    for (code, name, kind, parent) in PARTNERS {
        let input = OrgInput {
            code: code.into(),
            name: name.into(),
            kind: OrgKindKey::new(kind),
            parent: parent.map(Into::into),
            territory: office.store.tenant(),
            closed_on: None,
            contact: Contact {
                officer: "Pejabat Rekaan".into(),
                office: "Kepala".into(),
                ..Contact::default()
            },
        };
        office.keep_org(operator, &input)?;
    }
    let day = |month, day| Day::new(2022, month, day);
    let from = day(9, 20).expect("a day of the calendar");
    let new = NewAgreement {
        code: AGREEMENT,
        template: "pks-dinas-bpjs",
        parties: &["dinkes-latihan".to_owned(), "kacab-latihan".to_owned()],
        number: "560/LATIHAN/2022",
        place: "",
        from,
        to: None,
    };
    office.add_agreement(operator, &new)?;
    let signing = Signing { on: Some(from), ..Signing::default() };
    office.sign_agreement(operator, AGREEMENT, &signing)?;
    let actor = office.actor("operator", Operation::FollowUp)?;
    let orgs = ["faskes-rs".to_owned(), "faskes-klinik".to_owned()];
    for (duty, orgs) in [("petugas-penghubung", &orgs[..0]), ("sosialisasi", &orgs[..])] {
        let note = "berita acara latihan";
        let ticking = Ticking { duty, orgs, all: false, on: day(10, 3), note, undo: false };
        office.fulfil(&actor, AGREEMENT, &ticking)?;
    }
    Ok(())
}
