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
        assert_eq!(code_of(add(sent.code, b"%PDF-1.4 /JS (x) %%EOF")), "FILE_ACTIVE");
        let ani = who(office, "ani");
        let rows = office.messages(&ani, &crate::doors::MessageFilter::default());
        let of = FileOf::Message(rows.expect("messages")[0].message.id);
        let files = office.attachments(&ani, of).expect("files");
        assert_eq!((files.len(), files[0].made_by), (1, None));
        let (_, bytes) = office.read_attachment(&ani, &files[0].id.to_string()).expect("read");
        assert_eq!(bytes, jpeg(1));
        office.withdraw_message(sent.code, "192.0.2.1").expect("back");
        assert_eq!(code_of(add(sent.code, &jpeg(2))), "MESSAGE_NOT_NOW");
    });
}
