//! Funds with their revisions, programmes with their terms, and notes of lists, kept and read back
//! on both engines.

use base::{Id, Month, Rupiah};
use domain::fund::{Fund, FundRevision};
use domain::occupation::OccupationKey;
use domain::priority::Priority;
use domain::programme::{AgeBand, Facilities, GroupTerms, Mandate, Programme, Terms};
use domain::screening::OverlapRule;

use super::world::{day, fund, id, person, programme, settle_in, user};
use crate::proposals::ProposalNote;
use crate::twin::both;
use crate::{StoreError, funds, orgs, programmes, proposals};

fn terms() -> Terms {
    let group = |text: &str| GroupTerms::parse(text).expect("a group");
    Terms {
        basis: Some("Perbup 4/2022".into()),
        groups: vec![group("bidan:bpu:1000000:second-job"), group("honorer:pu:2000000:risk-2")],
        quota: Some(12_633),
        mandate: Some(Mandate {
            from: Month::parse("2024-01").expect("a month"),
            basis: "Instruksi, dan Surat Edaran = wajib".into(),
        }),
        priority: Priority::parse("elderly:60,village-order:64.01.05+64.01.06,name").expect("one"),
        ages: AgeBand { from: Some(18), to: None },
        decile: Some(4),
        targets: vec![(2024, 12_633), (2025, 13_000)],
        facilities: Facilities::parse("dinkes:klinik+bidan"),
    }
}

#[test]
fn a_fund_and_its_revisions_are_read_back() {
    both(|store| {
        let kept = Fund {
            id: id(4, 77),
            code: "apbd-2024".into(),
            year: Some(2024),
            account: Some("5.1.02".into()),
            earmark: Some("Kader".into()),
            ..fund()
        };
        let revision = FundRevision {
            id: Id::from_bytes([7; 16]),
            fund: kept.id,
            before: kept.ceiling,
            after: Rupiah(12_000_000),
            basis: "Perda".into(),
            effective: day("2024-09-30"),
            reason: "Tambahan".into(),
            made_by: user(7).id,
            made_at_ms: 5,
        };
        store
            .write(|tx| {
                orgs::insert_user(tx, &user(7))?;
                funds::insert_fund(tx, &kept)?;
                funds::insert_revision(tx, &revision)?;
                funds::set_ceiling(tx, kept.id, revision.after)
            })
            .expect("kept");
        let raised = Fund { ceiling: revision.after, ..kept.clone() };
        assert_eq!(store.read(|tx| funds::fund_by_code(tx, "apbd-2024")), Ok(Some(raised)));
        let found = store.read(|tx| funds::revisions(tx, kept.id));
        assert_eq!(found, Ok(vec![revision.clone()]));
        assert_eq!(store.read(|tx| funds::revision(tx, revision.id)), Ok(Some(revision)));
        // Without accounts nothing is bound.
        assert_eq!(store.read(|tx| funds::committed(tx, kept.id)), Ok(Rupiah::ZERO));
    });
}

#[test]
fn a_programmes_terms_are_read_back_and_changed() {
    both(|store| {
        settle_in(store);
        let occupations = vec![OccupationKey("bidan".into()), OccupationKey("honorer".into())];
        let kept = Programme { terms: terms(), occupations, ..programme(9) };
        store.write(|tx| programmes::insert(tx, &kept)).expect("kept");
        assert_eq!(store.read(|tx| programmes::get(tx, kept.id)), Ok(Some(kept.clone())));
        let plain = Terms::default();
        store.write(|tx| programmes::set_terms(tx, kept.id, &plain)).expect("changed");
        let changed = Programme { terms: plain, ..kept.clone() };
        assert_eq!(store.read(|tx| programmes::get(tx, kept.id)), Ok(Some(changed)));
        // Terms that somebody damaged are damage, and nothing else.
        let nobody = store.write(|tx| programmes::set_terms(tx, id(5, 98), &terms()));
        assert_eq!(nobody, Err(StoreError::NotFound { what: "programme" }));
    });
}

#[test]
fn whoever_is_left_out_is_kept_with_the_list_and_rivals_are_found() {
    both(|store| {
        let proposal = super::journey::put_forward(store);
        let notes = vec![
            ProposalNote {
                person: person(1).id,
                reason: "dead".into(),
                as_of: Some(day("2022-09-20")),
                other: None,
            },
            ProposalNote {
                person: person(2).id,
                reason: "other-programme".into(),
                as_of: None,
                other: Some((programme(2).id, OverlapRule::EarlierStart)),
            },
        ];
        store.write(|tx| proposals::insert_notes(tx, proposal.id, &notes)).expect("kept");
        assert_eq!(store.read(|tx| proposals::notes(tx, proposal.id)), Ok(notes));
        // Nobody of the first programme was accepted by the second.
        assert_eq!(store.read(|tx| programmes::rivals(tx, programme(1).id)), Ok(Vec::new()));
        let money = store.read(|tx| funds::money(tx, fund().id)).expect("read");
        assert_eq!((money.len(), money[0].proposed), (2, proposal.committed));
    });
}
