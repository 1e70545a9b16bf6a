//! The field on both engines: devices prepared, signed in anew and ended; records taken once, what
//! differs kept for a person; who is asked about whom; files of telephones. Everybody is invented.

mod pages;

use base::RegionCode;
use serde_json::{Value, json};

use super::envelope::{Secret, close, seal};
use super::*;
use crate::bills::tests::{CODE, nik, on_both_on, refused as code_of, who};
use crate::grants::GrantRequest;
use crate::office::{Actor, Role};
use crate::outreach::AgentInput;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const VILLAGE: &str = "64.01.05.2002";
const OTHER: &str = "64.01.05.2003";
const DAY: &str = "2022-11-25";
const KENARI: &str = "6401050203700091";

fn id(number: u32) -> String {
    format!("018f0000-0000-7000-8000-{number:012}")
}

/// An agent of a village with an account of the same name.
fn agent(office: &Office, code: &str, territory: &str) -> Actor {
    let keeper = who(office, "operator");
    office.add_account(&keeper, code).expect("an account");
    let request = GrantRequest {
        user: code.into(),
        role: Role::Agent,
        territory: RegionCode::parse(territory),
        org: None,
        from: None,
        until: None,
    };
    office.grant_role(&keeper, &request).expect("a role");
    let input = AgentInput {
        code: code.into(),
        kind: "kader".into(),
        name: "Kenari Agen".into(),
        territory: territory.into(),
        supervisor: "desa".into(),
        account: code.into(),
        since: "2022-10-01".into(),
        ..AgentInput::default()
    };
    office.keep_agent(&keeper, &input).expect("an agent");
    who(office, code)
}

fn asked(device: u32, code: &str) -> DeviceAsked {
    DeviceAsked {
        device: Id::parse(&id(device)).expect("a number"),
        agent: code.into(),
        programme: CODE.into(),
        label: "telepon merah".into(),
    }
}

/// Who acts by a device that was just prepared.
fn device(office: &Office, agent: &Actor, number: u32) -> Actor {
    let prepared = office.prepare_device(agent, &asked(number, &agent.name)).expect("prepared");
    office.token_login(&prepared.token).expect("read").expect("somebody")
}

fn person(number: u32) -> Value {
    json!({
        "id": id(number), "village": VILLAGE, "consent": "spoken", "wording": CONSENT_VERSION,
        "at_ms": 1_669_334_400_000_i64, "nik": KENARI, "name": "KENARI REKAAN",
        "birth": "1970-03-02", "sex": "L", "rt": "1", "occupation": "petani",
        "relation": "neighbour", "helper": "Merpati Rekaan",
    })
}

fn with(number: u32, changes: &[(&str, Value)]) -> Value {
    let mut sent = person(number);
    for (name, value) in changes {
        sent[*name] = value.clone();
    }
    sent
}

fn send(office: &Office, by: &Actor, records: &[Value]) -> Vec<FieldAnswer> {
    let batch =
        FieldBatch { device_now_ms: None, records: records.iter().map(FieldSent::read).collect() };
    office.field_sync(by, &batch).expect("answered")
}

/// What was said of each, with the first problem or refusal.
fn said(answers: &[FieldAnswer]) -> Vec<(&'static str, &'static str)> {
    let why = |one: &FieldAnswer| {
        let found = one.found.iter().find(|code| domain::field::ASKS_WHO.contains(code));
        one.refused.or(found.map(|code| code.name())).unwrap_or("")
    };
    answers.iter().map(|one| (one.said, why(one))).collect()
}

/// A verdict on what is there now.
fn decide(
    office: &Office,
    actor: &Actor,
    number: &str,
    said: (FieldVerdict, &str),
) -> Result<(), AppError> {
    let seen = office.field_record(actor, number)?.shown.seen;
    office.decide_field_record(actor, number, said, &seen)
}

#[test]
fn a_verdict_names_what_was_seen_and_takes_the_answers_that_came_with_it() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let phone = device(office, &kader, 1);
        send(office, &phone, &[person(10)]);
        let other = with(10, &[("name", json!("KENARI REKAAN LAIN"))]);
        send(office, &phone, &[other]);
        let ani = who(office, "ani");
        let seen = office.field_record(&ani, &id(10)).expect("there").shown.seen;
        // Something else comes while somebody looks.
        let third = with(10, &[("name", json!("KENARI KETIGA")), ("consent", json!("thumb"))]);
        send(office, &phone, &[third]);
        let last = (FieldVerdict::Last, "namanya salah ketik");
        let late = office.decide_field_record(&ani, &id(10), last, &seen);
        assert_eq!(code_of(late), "FIELD_CHANGED");
        let unsaid = office.decide_field_record(&ani, &id(10), last, "");
        assert_eq!(code_of(unsaid), "FIELD_CHANGED");
        let file = office.field_record(&ani, &id(10)).expect("there");
        assert_eq!((file.conflicts.len(), file.shown.conflicts), (2, 2));
        assert!(file.conflicts[1].differs.contains(&"consent"), "{:?}", file.conflicts);
        decide(office, &ani, &id(10), last).expect("decided");
        let file = office.field_record(&ani, &id(10)).expect("there");
        assert_eq!((file.shown.record.consent.name(), file.shown.conflicts), ("thumb", 0));
    });
}

#[test]
fn a_record_is_taken_once_and_what_differs_is_kept() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let phone = device(office, &kader, 1);
        let before = office.people_count().expect("counted");
        assert_eq!(said(&send(office, &phone, &[person(10)])), [("accepted", "")]);
        // Sent again, after a time-out say, it is known and changes nothing.
        assert_eq!(said(&send(office, &phone, &[person(10)])), [("exists", "")]);
        assert_eq!(office.people_count().expect("counted"), before + 1);
        let other = with(10, &[("name", json!("KENARI REKAAN LAIN"))]);
        assert_eq!(said(&send(office, &phone, std::slice::from_ref(&other))), [("conflict", "")]);
        assert_eq!(said(&send(office, &phone, &[other])), [("conflict", "")]);
        let ani = who(office, "ani");
        let file = office.field_record(&ani, &id(10)).expect("there");
        assert_eq!(
            (file.shown.conflicts, file.conflicts[0].differs.as_slice()),
            (1, &["name"][..])
        );
        assert_eq!((&*file.shown.initials, &*file.shown.agent), ("K… R…", "kader-satu"));
        assert_eq!(file.helper, Some(("neighbour".to_owned(), "M… R…".to_owned())));
        assert!(file.shown.is_open() && file.may_read);
        // What came first stays, until somebody says that the last is right.
        let last = (FieldVerdict::Last, "namanya salah ketik");
        decide(office, &ani, &id(10), last).expect("decided");
        let file = office.field_record(&ani, &id(10)).expect("there");
        assert_eq!((file.shown.standing, file.shown.conflicts), (FieldStanding::Accepted, 0));
        assert_eq!(office.people_count().expect("counted"), before + 1);
        let whole = office.read_field_record(&ani, &id(10), "mencocokkan nama").expect("read");
        assert_eq!(&*whole.details.name, "KENARI REKAAN LAIN");
        assert_eq!(code_of(decide(office, &ani, &id(10), last)), "FIELD_NOT_NOW");
        let lala = who(office, "lala");
        let not_his = decide(office, &lala, &id(10), last);
        assert_eq!(code_of(not_his), "USER_MAY_NOT");
        let open = FieldFilter { only_open: true, ..FieldFilter::default() };
        assert!(office.field_records(&ani, &open).expect("read").is_empty());
    });
}

#[test]
fn who_may_be_known_is_asked_of_the_agent_and_decided_by_the_office() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let phone = device(office, &kader, 1);
        let twin = |changes: &[(&str, Value)]| {
            let mut sent = with(11, &[("nik", json!("6401050203700092"))]);
            for (name, value) in changes {
                sent[*name] = value.clone();
            }
            sent
        };
        let answers = send(
            office,
            &phone,
            &[
                person(10),
                with(
                    12,
                    &[
                        ("nik", json!(nik(1))),
                        ("name", json!("MERPATI REKAAN")),
                        ("birth", json!("1962-08-11")),
                    ],
                ),
            ],
        );
        // The NIK of somebody else is for the agent, who still stands before the person.
        assert_eq!(said(&answers), [("accepted", ""), ("duplicate", "NIK_SHARED")]);
        let answers = send(office, &phone, &[twin(&[])]);
        assert_eq!(said(&answers), [("duplicate", "SAME_PERSON_OTHER_NIK")]);
        // Two people, says the agent: then the office decides, and the agent is done.
        let answers = send(office, &phone, &[twin(&[("apart", json!(true))])]);
        assert_eq!(answers[0].standing, Some(FieldStanding::Waiting));
        let ani = who(office, "ani");
        let two = (FieldVerdict::Two, "saudara kembar, dua kartu");
        decide(office, &ani, &id(11), two).expect("decided");
        let file = office.field_record(&ani, &id(11)).expect("there");
        assert_eq!(file.shown.standing, FieldStanding::Accepted);
        let again = send(office, &phone, &[twin(&[("apart", json!(true))])]);
        assert_eq!(said(&again), [("exists", "")]);
        // The other is mended and sent once more: a correction of its own row.
        let mended = with(
            12,
            &[
                ("nik", json!("6401050203700093")),
                ("birth", json!("1970-03-02")),
                ("name", json!("MERPATI REKAAN")),
            ],
        );
        assert_eq!(said(&send(office, &phone, &[mended])), [("accepted", "")]);
        let all = office.field_records(&ani, &FieldFilter::default()).expect("read");
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|one| one.standing == FieldStanding::Accepted));
    });
}

#[test]
fn what_cannot_be_is_refused_by_itself_and_keeps_no_other() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let stranger = agent(office, "kader-dua", OTHER);
        let (phone, theirs) = (device(office, &kader, 1), device(office, &stranger, 2));
        let answers = send(
            office,
            &phone,
            &[
                with(20, &[("village", json!(OTHER))]),
                with(25, &[("village", json!("64.01.05.2999"))]),
                with(21, &[("consent", json!(""))]),
                with(22, &[("name", json!("x".repeat(101)))]),
                json!("bukan catatan"),
                with(23, &[("nik", json!("12")), ("name", json!("=HYPERLINK(\"a\")"))]),
                with(24, &[("nik", json!("6401050203700093")), ("name", json!("<b>TEBAL</b>"))]),
                person(10),
                person(10),
            ],
        );
        let first = said(&answers);
        assert_eq!(first[0], ("refused", "FIELD_PLACE_OUTSIDE"));
        // A village that no list has is in nobody's territory.
        assert_eq!(first[1], ("refused", "FIELD_PLACE_OUTSIDE"));
        assert_eq!(first[2], ("refused", "FIELD_CONSENT_MISSING"));
        assert_eq!(first[3], ("refused", "FIELD_RECORD_UNFIT"));
        assert_eq!(first[4], ("refused", "FIELD_RECORD_UNFIT"));
        assert_eq!(answers[4].id, None);
        assert_eq!(first[5], ("refused", "FIELD_NAME_UNFIT"));
        assert_eq!(first[6], ("refused", "FIELD_NAME_UNFIT"));
        assert_eq!(first[7], ("accepted", ""));
        assert_eq!(first[8], ("refused", "FIELD_RECORD_TWICE"));
        // The number of somebody else's record gives nothing away and takes nothing.
        let mine = with(10, &[("village", json!(OTHER))]);
        assert_eq!(said(&send(office, &theirs, &[mine])), [("refused", "FIELD_RECORD_OF_ANOTHER")]);
        let photo = office.keep_field_photo(&theirs, &id(10), b"\xff\xd8\xff\xe0");
        assert_eq!(code_of(photo), "FIELD_RECORD_UNKNOWN");
        let long: Vec<Value> = (0..=BATCH_MOST as u32).map(|number| person(100 + number)).collect();
        let records = long.iter().map(FieldSent::read).collect();
        let batch = FieldBatch { device_now_ms: None, records };
        assert_eq!(code_of(office.field_sync(&phone, &batch)), "FIELD_BATCH_LONG");
        // Whoever is signed in in person sends nothing: a device does.
        let batch = FieldBatch { device_now_ms: None, records: Vec::new() };
        assert_eq!(code_of(office.field_sync(&kader, &batch)), "FIELD_DEVICE_UNKNOWN");
    });
}

#[test]
fn a_device_is_prepared_by_its_agent_and_ended_from_afar() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let ani = who(office, "ani");
        assert_eq!(code_of(office.field_start(&ani)), "FIELD_AGENT_NONE");
        let start = office.field_start(&kader).expect("may");
        assert_eq!((start.agents.len(), start.programmes.len()), (1, 1));
        for (label, expect) in [("", "FIELD_LABEL_UNFIT"), (KENARI, "FIELD_LABEL_UNFIT")] {
            let asked = DeviceAsked { label: label.into(), ..asked(1, "kader-satu") };
            assert_eq!(code_of(office.prepare_device(&kader, &asked).map(|_| ())), expect);
        }
        let other = DeviceAsked { programme: "entah".into(), ..asked(1, "kader-satu") };
        assert_eq!(
            code_of(office.prepare_device(&kader, &other).map(|_| ())),
            "FIELD_PROGRAMME_UNFIT"
        );
        let first = office.prepare_device(&kader, &asked(1, "kader-satu")).expect("prepared");
        assert_eq!(first.ends_at_ms - first.now_ms, 72 * 3_600_000);
        let phone = office.token_login(&first.token).expect("read").expect("somebody");
        // A device does what it is for and nothing else.
        assert_eq!(code_of(office.outreach_agents(&phone)), "USER_MAY_NOT");
        assert_eq!(
            code_of(office.prepare_device(&phone, &asked(3, "kader-satu")).map(|_| ())),
            "USER_MAY_NOT"
        );
        assert_eq!(said(&send(office, &phone, &[person(10)])), [("accepted", "")]);
        let packet = office.field_packet(&phone).expect("a packet");
        assert_eq!(packet.villages.len(), 1);
        // Two packets laid over each other say no more than one.
        let later = office.field_packet(&phone).expect("a packet");
        assert_eq!((later.salt, &later.known), (packet.salt, &packet.known));
        // One person in the village: a digest of the number, and one of the name with the birth;
        // two texts are two bits, and six more.
        assert_eq!((packet.known.len(), packet.bits, packet.is_cut), (2, 8, false));
        let digest = |text: &str| super::packet::digest(&packet.salt, text, packet.bits);
        assert!(packet.known.contains(&digest(KENARI)));
        assert!(packet.known.contains(&digest("KENARIREKAAN 1970-03-02")));
        assert!(packet.places.iter().any(|(code, _)| *code == 6401));
        // Signed in anew: what it showed before is worth nothing.
        let second = office.prepare_device(&kader, &asked(1, "kader-satu")).expect("prepared");
        assert_eq!(second.office_key, first.office_key);
        assert!(office.token_login(&first.token).expect("read").is_none());
        // Three days without signing in, and it shows nothing more; signing in goes on.
        office.environment.pass(72 * 3_600_000);
        assert!(office.token_login(&second.token).expect("read").is_none());
        let number = Id::parse(&id(1)).expect("a number");
        assert_eq!(office.device_state(number).expect("known"), DeviceState::Expired);
        let second = office.prepare_device(&kader, &asked(1, "kader-satu")).expect("prepared");
        assert!(office.token_login(&second.token).expect("read").is_some());
        let shown = office.devices_of_agent(&ani, "kader-satu").expect("read");
        assert_eq!((shown.len(), shown[0].records, shown[0].state), (1, 1, DeviceState::Active));
        let lala = who(office, "lala");
        assert_eq!(code_of(office.end_device(&lala, number, true)), "USER_MAY_NOT");
        office.end_device(&ani, number, false).expect("ended");
        assert!(office.token_login(&second.token).expect("read").is_none());
        assert_eq!(office.device_state(number).expect("known"), DeviceState::Ended);
        let again = office.prepare_device(&kader, &asked(1, "kader-satu")).map(|_| ());
        assert_eq!(code_of(again), "FIELD_DEVICE_ENDED");
        office.end_device(&ani, number, true).expect("ended");
        assert_eq!(office.device_state(number).expect("known"), DeviceState::Wiped);
        assert_eq!(
            code_of(office.device_state(Id::parse(&id(9)).expect("a number"))),
            "FIELD_DEVICE_UNKNOWN"
        );
    });
}

/// A device that was loaded before the index key was followed by a step and after holds one set of
/// digests: what only one of two sets warns of would be known to be chance.
#[test]
fn digests_stay_when_the_index_key_is_followed() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let phone = device(office, &kader, 1);
        assert_eq!(said(&send(office, &phone, &[person(10)])), [("accepted", "")]);
        let before = office.field_packet(&phone).expect("a packet");
        assert!(!before.known.is_empty());
        office.store.bring_later_keys(&store::twin::keys_of_steps(1)).expect("a step is welcome");
        let keeper = who(office, "operator");
        let done = office.store.rotate_index(|tx, rows| {
            office.record_count(tx, &keeper, "index-key-rotated", "register", rows)
        });
        assert_eq!(done.map(|done| done.steps), Ok(1));
        let after = office.field_packet(&phone).expect("a packet");
        assert_eq!((after.salt, after.known), (before.salt, before.known));
        // The record that lies here is the one that the device sends again.
        assert_eq!(send(office, &phone, &[person(10)])[0].said, "exists");
    });
}

#[test]
fn keys_and_files_of_a_device_are_opened_by_the_office() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let stranger = agent(office, "kader-dua", OTHER);
        let prepared = office.prepare_device(&kader, &asked(1, "kader-satu")).expect("prepared");
        let number = Id::parse(&id(1)).expect("a number");
        let kept = office.store.read(|tx| store::field::device(tx, number)).expect("read");
        let secret = Secret::of(&kept.expect("kept").1.secret).expect("a secret");
        assert_eq!(secret.point(), prepared.office_key);
        let closed = close(&secret, &Secret::of(&[3; 32]).expect("a secret"), &[9; 32]);
        let opened = office.open_device_keys(&kader, number, std::slice::from_ref(&closed));
        assert_eq!(opened.expect("opened"), [[9; 32]]);
        let theirs = office.open_device_keys(&stranger, number, std::slice::from_ref(&closed));
        assert_eq!(code_of(theirs), "FIELD_DEVICE_UNKNOWN");
        let bad = office.open_device_keys(&kader, number, &[closed[1..].to_vec()]);
        assert_eq!(code_of(bad), "FIELD_KEY_UNFIT");
        // A telephone that has more asks more than once.
        let many = vec![closed.clone(); KEYS_MOST + 1];
        assert_eq!(code_of(office.open_device_keys(&kader, number, &many)), "FIELD_KEY_UNFIT");
        let opened = office.open_device_keys(&kader, number, &many[1..]).expect("opened");
        assert_eq!(opened, [[9; 32]; KEYS_MOST]);

        let sealed = |name: &str, plain: &[u8], number: u32| {
            let body = STANDARD.encode(seal(&[9; 32], plain, name.as_bytes()));
            json!({ "id": id(number), "key": "k", "name": name, "sealed": body })
        };
        let photo = [&[0xff, 0xd8, 0xff, 0xe0][..], &[7; 100]].concat();
        // The number stands beside what is sealed, and binds it.
        let mut record = person(10);
        record.as_object_mut().expect("an object").remove("id");
        let record = record.to_string();
        let file = json!({
            "payung-lapangan": 1,
            "device": id(1),
            // A damaged key keeps nothing from being read that others closed.
            "keys": [
                { "id": "rusak", "closed": STANDARD.encode([7; 125]) },
                { "id": "k", "closed": STANDARD.encode(&closed) },
            ],
            "records": [
                sealed(&id(10), record.as_bytes(), 10),
                { "id": id(11), "key": "k", "name": id(11), "sealed": STANDARD.encode([0; 40]) },
            ],
            "photos": [sealed(&format!("{} photo", id(10)), &photo, 10)],
            "drafts": [sealed(&id(12), br#"{"name":"MERPATI REKAAN","birth":"1980-02-01"}"#, 12)],
            "exported_at_ms": 1_664_755_200_000_i64,
        });
        let ani = who(office, "ani");
        let text = file.to_string();
        let read = office.take_field_file(&ani, text.as_bytes()).expect("read");
        assert_eq!(
            (said(&read.answers), read.photos, read.unreadable),
            (vec![("accepted", "")], 1, 1)
        );
        // What nobody has finished is shown and registered by nobody.
        let draft = &read.drafts[0];
        assert_eq!((read.drafts.len(), &*draft.id, &*draft.initials), (1, &*id(12), "M… R…"));
        assert_eq!(draft.missing, ["nik", "sex", "village", "occupation", "consent"]);
        assert_eq!(read.exported_at_ms, Some(1_664_755_200_000));
        assert_eq!(code_of(office.field_record(&ani, &id(12))), "FIELD_RECORD_UNKNOWN");
        let read = office.take_field_file(&ani, text.as_bytes()).expect("read");
        assert_eq!((said(&read.answers), read.photos), (vec![("exists", "")], 0));
        assert_eq!(office.read_field_photo(&ani, &id(10)).expect("read"), photo);
        assert_eq!(code_of(office.take_field_file(&ani, b"{}")), "FIELD_FILE_UNFIT");
        let lala = who(office, "lala");
        assert_eq!(code_of(office.take_field_file(&lala, text.as_bytes())), "USER_MAY_NOT");
        // A telephone that was said to be lost brings nothing in.
        office.end_device(&ani, number, true).expect("ended");
        let lost = office.take_field_file(&ani, text.as_bytes());
        assert_eq!(code_of(lost), "FIELD_DEVICE_WIPED");
    });
}

#[test]
fn a_photo_is_kept_once_sealed_and_forgotten_with_the_person() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let phone = device(office, &kader, 1);
        send(office, &phone, &[person(10)]);
        let keep = |bytes: &[u8]| office.keep_field_photo(&phone, &id(10), bytes);
        assert_eq!(code_of(keep(b"<svg onload=alert(1)>")), "FIELD_PHOTO_UNFIT");
        let large = [&[0xff, 0xd8, 0xff][..], &vec![0; PHOTO_MOST]].concat();
        assert_eq!(code_of(keep(&large)), "FIELD_PHOTO_LARGE");
        let photo = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];
        assert_eq!(keep(&photo).expect("kept"), PhotoKept::Now);
        assert_eq!(keep(&[0xff, 0xd8, 0xff, 9]).expect("kept"), PhotoKept::Before);
        let ani = who(office, "ani");
        assert_eq!(office.read_field_photo(&ani, &id(10)).expect("read"), photo);
        let file = office.field_record(&ani, &id(10)).expect("there");
        let person_id = file.shown.person.expect("somebody");
        let forget = |tx: &mut store::Tx<'_>| {
            store::field::forget_of(tx, person_id)?;
            office.record(tx, &ani, "field-record-aside", "person", person_id.as_bytes())
        };
        office.store.write(forget).expect("forgotten");
        assert_eq!(code_of(office.read_field_photo(&ani, &id(10))), "FIELD_PHOTO_NONE");
        let file = office.field_record(&ani, &id(10)).expect("there");
        assert!(file.shown.initials.is_empty() && !file.may_read);
        assert_eq!(said(&send(office, &phone, &[person(10)])), [("exists", "")]);
        let other = with(10, &[("rt", json!("2"))]);
        assert_eq!(said(&send(office, &phone, &[other])), [("refused", "FIELD_RECORD_FORGOTTEN")]);
    });
}
