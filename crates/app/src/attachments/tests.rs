//! Files of records on both engines: kept once and sealed, refused when they are no papers, given
//! out to whoever handles the record and to nobody else. Everybody here is invented.

use super::*;
use crate::bills::tests::{on_both_on, refused as code_of, who};
use crate::claims::ClaimKind;
use crate::claims::tests::{day, opening, person_of};
use crate::doors::MessageTyped;

fn jpeg(inside: u8) -> Vec<u8> {
    [&[0xff, 0xd8, 0xff, 0xe0][..], &[inside; 40], &[0xff, 0xd9]].concat()
}

#[test]
fn a_receipt_of_a_claim_is_kept_once_and_given_out_to_who_handles_it() {
    on_both_on("2022-11-25", |office, _| {
        let ani = who(office, "ani");
        let asked = opening(person_of(office, 1), ClaimKind::Jkm, day("2022-11-20"));
        let claim = office.open_claim(&ani, &asked).expect("opened").0.id;
        let of = FileOf::Claim(claim);
        let attach = |name: &str, part: &str, content: &[u8]| {
            office.keep_attachment(&who(office, name), of, (part, content))
        };
        let first = attach("ani", "burial-receipt", &jpeg(1)).expect("kept");
        let again = attach("ani", "burial-receipt", &jpeg(1)).expect("the same");
        assert_eq!((first.id, first.media), (again.id, Media::Jpeg));
        assert_eq!(code_of(attach("ani", "surat cinta", &jpeg(2))), "CLAIM_PAPER_UNKNOWN");
        assert_eq!(code_of(attach("ani", "card", b"<html></html>")), "FILE_KIND");
        assert_eq!(code_of(attach("ani", "card", b"")), "FILE_EMPTY");
        assert_eq!(code_of(attach("lala", "card", &jpeg(3))), "USER_MAY_NOT");
        assert_eq!(office.attachments(&ani, of).expect("files").len(), 1);
        let (file, bytes) = office.read_attachment(&ani, &first.id.to_string()).expect("read");
        assert_eq!((&*file.part, bytes), ("burial-receipt", jpeg(1)));
        let by_auditor = office.read_attachment(&who(office, "lala"), &first.id.to_string());
        assert_eq!(code_of(by_auditor), "USER_MAY_NOT");
        // Who decides on claims sees what they decide on.
        let (_, bytes) = office
            .read_attachment(&who(office, "budi"), &first.id.to_string())
            .expect("an approver reads it");
        assert_eq!(bytes, jpeg(1));
        assert!(office.may_open_files(&who(office, "budi"), of));
        assert!(!office.may_open_files(&who(office, "lala"), of));
        let unknown = office.read_attachment(&ani, "00000000-0000-4000-8000-000000000000");
        assert_eq!(code_of(unknown), "FILE_UNKNOWN");
        for no in 10..10 + FILES_MOST as u8 - 1 {
            attach("ani", "card", &jpeg(no)).expect("there is room");
        }
        assert_eq!(code_of(attach("ani", "card", &jpeg(99))), "FILES_FULL");
    });
}

#[test]
fn anybody_adds_a_letter_to_their_own_message_by_its_code() {
    on_both_on("2022-11-25", |office, _| {
        let typed = MessageTyped {
            kind: "death",
            event: "2022-11-20",
            subject: "Rekaan Almarhum",
            relation: "family",
            sender: "Rekaan Janda",
            ..MessageTyped::default()
        };
        let sent = office.send_message(&typed, "kunci", "192.0.2.1").expect("sent");
        let add = |code, content: &[u8]| office.attach_to_message(code, content, "192.0.2.1");
        assert!(add(sent.code, &jpeg(1)).expect("kept").is_some());
        assert!(add(sent.code, &jpeg(1)).expect("the same").is_some());
        let stray = MessageCode::from_random([9; 9]);
        assert!(add(stray, &jpeg(1)).expect("an answer").is_none());
        assert_eq!(code_of(add(sent.code, b"%PDF-1.4 cut off")), "FILE_BROKEN");
        let ani = who(office, "ani");
        let rows = office.messages(&ani, &crate::doors::MessageFilter::default());
        let of = FileOf::Message(rows.expect("messages")[0].message.id);
        let files = office.attachments(&ani, of).expect("files");
        assert_eq!((files.len(), files[0].made_by), (1, None));
        let (_, bytes) = office.read_attachment(&ani, &files[0].id.to_string()).expect("read");
        assert_eq!(bytes, jpeg(1));
        office.withdraw_message(sent.code, "192.0.2.1").expect("back");
        assert_eq!(code_of(add(sent.code, &jpeg(2))), "MESSAGE_NOT_NOW");
        // What was taken back is gone, and nothing comes behind it.
        let gone = office.read_attachment(&ani, &files[0].id.to_string());
        assert_eq!(code_of(gone), "FILE_FORGOTTEN");
        assert_eq!(code_of(office.keep_attachment(&ani, of, ("", &jpeg(3)))), "FILE_FORGOTTEN");
    });
}

/// The files go, the claim and whom it names stay; nothing is added to a file of nobody.
#[test]
fn an_erasure_forgets_the_files_of_claims_and_of_their_messages() {
    on_both_on("2022-11-25", |office, _| {
        let ani = who(office, "ani");
        let person = person_of(office, 1);
        let asked = opening(person, ClaimKind::Jkm, day("2022-11-20"));
        let claim = office.open_claim(&ani, &asked).expect("opened").0.id;
        let of = FileOf::Claim(claim);
        let file = office.keep_attachment(&ani, of, ("card", &jpeg(1))).expect("kept");
        let one = store::people::get;
        let person = office.store.read(|tx| one(tx, person)).expect("reads").expect("somebody");
        let why = "Permintaan tertulis yang bersangkutan";
        let erased =
            office.store.write(|tx| office.erase_identity(tx, &ani, (&person, false), why));
        erased.expect("erased");
        let read = office.store.write(|tx| store::attachments::open(tx, file.id));
        assert_eq!(read, Ok(None));
        assert_eq!(code_of(office.read_attachment(&ani, &file.id.to_string())), "FILE_FORGOTTEN");
        for part in ["card", "family-card"] {
            let again = office.keep_attachment(&ani, of, (part, &jpeg(2)));
            assert_eq!(code_of(again), "FILE_FORGOTTEN");
        }
        let again = office.store.write(|tx| store::attachments::insert(tx, &file, &jpeg(4)));
        assert_eq!(again, Ok(None), "no new key behind a forgotten one");
    });
}

/// Every try is counted before the file is read, also with a code that nobody has.
#[test]
fn tries_with_files_are_counted_whatever_becomes_of_them() {
    on_both_on("2022-11-25", |office, _| {
        let typed = MessageTyped {
            kind: "death",
            event: "2022-11-20",
            subject: "Rekaan Almarhum",
            relation: "oneself",
            ..MessageTyped::default()
        };
        let typed = MessageTyped { relation: "family", sender: "Rekaan Janda", ..typed };
        let sent = office.send_message(&typed, "kunci", "192.0.2.1").expect("sent");
        let come = |code, from: &str| office.file_may_come(code, from);
        for _ in 0..20 {
            assert_eq!(come(sent.code, "192.0.2.7"), Ok(Some(())));
        }
        assert_eq!(code_of(come(sent.code, "192.0.2.7")), "FILES_TOO_MANY");
        assert_eq!(come(sent.code, "192.0.2.8"), Ok(Some(())));
        let stray = MessageCode::from_random([9; 9]);
        for _ in 0..30 {
            assert_eq!(come(stray, "192.0.2.9"), Ok(None));
        }
        assert_eq!(come(sent.code, "192.0.2.9"), Ok(None), "too many wrong guesses");
    });
}
