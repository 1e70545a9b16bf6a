//! Records of the field on both engines: what is sealed and forgotten, what is kept once, and what the
//! database itself refuses. Everybody is invented.

use base::RegionCode;
use domain::access::{Grant, Operation, Operations, Role};
use domain::enrolment::Outcome;
use domain::field::{
    DeviceDetails, FieldConflict, FieldDetails, FieldDevice, FieldRecord, Helper, RowStanding,
};
use domain::message::Agreement;
use domain::outreach::{Agent, AgentDetails, OutreachKindKey};

use super::world::{changes, day, id, import, person, programme, settle_in, sheet, user};
use crate::access::GrantRecord;
use crate::api::ApiToken;
use crate::twin::both;
use crate::{Store, access, api, field, outreach};

fn village() -> RegionCode {
    RegionCode::from_digits(6401052001, 4)
}

fn device(number: u32) -> FieldDevice {
    FieldDevice {
        id: id(20, number),
        agent: id(13, 1),
        account: user(1).id,
        token: id(21, number),
        programme: programme(1).id,
        prepared_at_ms: 1_000,
        ends_at_ms: 1_000 + 72 * 3_600_000,
        ended_at_ms: None,
        wipes: false,
    }
}

fn token(number: u32) -> ApiToken {
    ApiToken {
        id: id(21, number),
        holder: user(1).id,
        grant: id(22, 1),
        name: "lapangan".into(),
        operations: Operations::of([Operation::RegisterInField]),
        made_at_ms: 1_000,
        ends_at_ms: 2_000,
        ended_at_ms: None,
        used_at_ms: None,
    }
}

pub(super) fn record(number: u32, row: u32) -> FieldRecord {
    FieldRecord {
        id: id(23, number),
        agent: id(13, 1),
        device: id(20, 1),
        content: [7; 16],
        place: village(),
        consent: Agreement::Thumb,
        apart: false,
        device_at_ms: 60,
        at_ms: 50,
        received_at_ms: 70,
        sheet: sheet(1).id,
        row,
        closed_at_ms: None,
    }
}

pub(super) fn details() -> FieldDetails {
    FieldDetails {
        nik: "6401050101700091".into(),
        name: "Kenari Lapangan".into(),
        wording: "2026-1".into(),
        helper: Helper { relation: "child".into(), name: "Merpati Rekaan".into() },
        ..FieldDetails::default()
    }
}

/// An agent with a prepared device, and a received file with one person.
pub(super) fn prepare(store: &Store) {
    settle_in(store);
    import(store, 1, &changes(1..=1)).expect("taken in");
    let agent = Agent {
        id: id(13, 1),
        code: "kader".into(),
        kind: OutreachKindKey::new("kader"),
        territory: village(),
        supervisor: None,
        account: Some(user(1).id),
        quota: None,
        since: day("2022-09-01"),
        until: None,
    };
    let who = AgentDetails { name: person(1).name, phone: None };
    let grant = GrantRecord {
        id: id(22, 1),
        holder: user(1).id,
        grant: Grant::of(Role::Agent, village(), day("2022-09-01")),
        granted_by: user(1).id,
        granted_at_ms: 1,
        glass_until_ms: None,
        reason: None,
        provided_by: None,
    };
    let kept = DeviceDetails { label: "telepon merah".into(), secret: [5; 32] };
    store
        .write(|tx| {
            outreach::insert_agent(tx, &agent, &who)?;
            access::insert_grant(tx, &grant)?;
            api::insert_token(tx, &[1; 32], &token(1))?;
            field::insert_device(tx, &device(1), &kept)
        })
        .expect("prepared");
}

#[test]
fn a_device_is_found_by_what_it_shows() {
    both(|store| {
        prepare(store);
        let found = store.read(|tx| field::device_of_token(tx, id(21, 1))).expect("reads");
        let (found, kept) = found.expect("there");
        assert_eq!(
            (found.clone(), &*kept.label, kept.secret),
            (device(1), "telepon merah", [5; 32])
        );
        assert_eq!(store.read(|tx| field::device_of_token(tx, id(21, 9))).expect("reads"), None);
        let ended = FieldDevice { ended_at_ms: Some(9), wipes: true, ..found };
        store.write(|tx| field::set_device(tx, &ended)).expect("set");
        assert_eq!(store.read(field::devices).expect("reads")[0].0, ended);
        let longer = FieldDevice { ends_at_ms: 1_001 + 72 * 3_600_000, ..device(1) };
        let longer = store.write(|tx| field::set_device(tx, &longer));
        assert!(longer.expect_err("too long").is_constraint("field_device_hours"));
        let unended = FieldDevice { wipes: true, ..device(1) };
        let unended = store.write(|tx| field::set_device(tx, &unended));
        assert!(unended.expect_err("not ended").is_constraint("field_device_wipes_ended"));
    });
}

#[test]
fn a_record_stands_as_its_row_and_is_forgotten_with_its_key() {
    both(|store| {
        prepare(store);
        // The row of the one person: the one above it goes back.
        let row = changes(1..=1).decisions[1].row;
        store.write(|tx| field::insert_record(tx, &record(1, row), &details())).expect("kept");
        let again = store.write(|tx| field::insert_record(tx, &record(1, row), &details()));
        assert!(again.expect_err("the same number").is_constraint("field_record_pk"));
        let kept = store.read(|tx| field::record(tx, id(23, 1))).expect("reads").expect("there");
        assert_eq!((&kept.record, &kept.details), (&record(1, row), &Some(details())));
        assert_eq!(kept.row, RowStanding::Decided(Outcome::Accepted));
        assert_eq!(kept.person, Some(person(1).id));
        let other = FieldDetails { name: "Kenari Lain".into(), ..details() };
        let conflict = FieldConflict {
            record: id(23, 1),
            content: [8; 16],
            device: id(20, 1),
            place: village(),
            at_ms: 80,
            received_at_ms: 90,
            consent: Some(Agreement::Thumb),
            apart: Some(true),
            settled_at_ms: None,
        };
        let add = || store.write(|tx| field::insert_conflict(tx, &conflict, &other));
        assert_eq!((add(), add()), (Ok(true), Ok(false)), "the same again is kept once");
        assert_eq!(store.read(|tx| field::open_contents(tx, id(23, 1))), Ok(vec![[8; 16]]));
        let photo = || store.write(|tx| field::insert_photo(tx, id(23, 1), (&[1, 2, 3], 5)));
        assert_eq!((photo(), photo()), (Ok(true), Ok(false)));
        // Another one takes its place once the record says something else since.
        let replace =
            |since| store.write(|tx| field::replace_photo(tx, id(23, 1), (&[4, 5], 7), since));
        assert_eq!((replace(5), replace(6), replace(6)), (Ok(false), Ok(true), Ok(false)));
        assert_eq!(store.read(|tx| field::photo(tx, id(23, 1))), Ok(Some(vec![4, 5])));
        let back = |tx: &mut crate::Tx<'_>| field::replace_photo(tx, id(23, 1), (&[1, 2, 3], 8), 8);
        assert_eq!(store.write(back), Ok(true));
        assert_eq!(store.read(|tx| field::photo(tx, id(23, 1))), Ok(Some(vec![1, 2, 3])));
        let found = store.read(|tx| field::conflicts_of(tx, id(23, 1))).expect("reads");
        assert_eq!(found, [(conflict.clone(), Some(other.clone()))]);
        let by = (user(1).id, 100);
        assert_eq!(
            store.write(|tx| field::settle_conflicts(tx, (id(23, 1), &[[8; 16]]), by)),
            Ok(1)
        );
        assert_eq!(store.read(|tx| field::open_contents(tx, id(23, 1))), Ok(vec![]));
        // Sent once more after somebody settled it, it is asked about once more.
        assert_eq!((add(), add()), (Ok(true), Ok(false)));
        assert_eq!(store.read(|tx| field::open_contents(tx, id(23, 1))), Ok(vec![[8; 16]]));
        assert_eq!(
            store.write(|tx| field::settle_conflicts(tx, (id(23, 1), &[[8; 16]]), by)),
            Ok(1)
        );
        assert_eq!(store.write(|tx| field::close_record(tx, id(23, 1), by)), Ok(true));
        assert_eq!(store.write(|tx| field::close_record(tx, id(23, 1), by)), Ok(false));
        // The key is dropped with the person: that it came stays, who it was does not.
        assert_eq!(store.write(|tx| field::forget_of(tx, person(1).id)), Ok(1));
        let kept = store.read(|tx| field::record(tx, id(23, 1))).expect("reads").expect("there");
        assert_eq!(kept.details, None);
        assert_eq!(store.read(|tx| field::photo(tx, id(23, 1))), Ok(None));
        let found = store.read(|tx| field::conflicts_of(tx, id(23, 1))).expect("reads");
        assert_eq!(found[0].1, None);
        assert_eq!(store.read(|tx| field::count_since(tx, id(13, 1), 70)), Ok(1));
        assert_eq!(store.read(|tx| field::count_since(tx, id(13, 1), 71)), Ok(0));
    });
}
