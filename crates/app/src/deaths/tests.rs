//! Lists of the dead and of accidents against three invented members, on both engines.

use std::path::Path;

use base::Rupiah;

use super::*;
use crate::bills::tests::{CODE, month, nik, on_both_on, paid, refused, who};
use crate::claims::tests::day;
use crate::claims::{ClaimFilter, ClaimStep, StepWanted};

fn take(office: &Office, folder: &Path, text: &str) -> ListReceipt {
    take_of(office, folder, (NoticeKind::Death, Told::Village), text)
}

fn take_of(
    office: &Office,
    folder: &Path,
    (kind, source): (NoticeKind, Told),
    text: &str,
) -> ListReceipt {
    let path = folder.join("daftar.csv");
    let event = match kind {
        NoticeKind::Death => "tanggal meninggal",
        NoticeKind::Accident => "tgl kecelakaan",
    };
    let heads = format!("nik,nama,tempat lahir,tanggal lahir,jk,alamat,{event}\n");
    std::fs::write(&path, format!("{heads}{text}")).expect("written");
    let list = EventList { kind, path: &path, source, as_of: day("2022-11-24") };
    let keeper = who(office, "operator");
    office.take_events(&keeper, &list).expect("taken").expect("read")
}

fn waiting(office: &Office, name: &str, kind: NoticeKind) -> Vec<Unclaimed> {
    office.unclaimed(&who(office, name), kind).expect("a list")
}

#[test]
fn a_dead_member_is_paid_for_no_more_and_waits_to_be_claimed_for() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        paid(office, month(11));
        let text = format!(
            "{},WARGA ARI,Paser,11-08-1962,L,RT 1,20-11-2022\n\
             6401059901010001,ORANG LAIN,Paser,01-01-1950,L,RT 9,21-11-2022\n",
            nik(1)
        );
        let receipt = take(office, folder, &text);
        let expect = ListReceipt { rows: 2, same: 1, asked: 0, claims: 1, known: false };
        assert_eq!(receipt, expect);
        let again = take(office, folder, &text);
        assert_eq!((again.known, again.claims), (true, 0));
        let citra = who(office, "citra");
        assert_eq!(office.draft_bill(&citra, CODE, month(12)).expect("a draft").people, 2);
        let found = waiting(office, "citra", NoticeKind::Death);
        assert_eq!(found.len(), 1);
        // Five days, the whole benefit, five years.
        assert_eq!((found[0].days, found[0].rupiah), (5, Rupiah(42_000_000)));
        assert_eq!(found[0].until, day("2027-11-20"));
        let villages = by_village(&found);
        assert_eq!((villages.len(), villages[0].people, villages[0].oldest_days), (1, 1, 5));
        let claims = office.claims(&citra, &ClaimFilter::default()).expect("claims");
        assert_eq!(claims[0].claim.told, Told::Village);
        // Taken back, the family has still not been paid.
        let ani = who(office, "ani");
        let back = StepWanted { reason: "dobel", ..StepWanted::of(ClaimStep::Withdraw) };
        office.step_claim(&ani, claims[0].claim.id, &back).expect("withdrawn");
        assert_eq!(waiting(office, "citra", NoticeKind::Death)[0].claim, None);
    });
}

/// The list was wrong; the next one says the same, and a human is asked, who says that it is so.
#[test]
fn whoever_was_known_to_live_is_dead_by_a_human_word_alone() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        let row = |died| format!("{},WARGA ARI,Paser,11-08-1962,L,RT 1,{died}\n", nik(1));
        assert_eq!(take(office, folder, &row("20-11-2022")).same, 1);
        let (keeper, citra) = (who(office, "operator"), who(office, "citra"));
        let claim =
            office.claims(&citra, &ClaimFilter::default()).expect("claims")[0].claim.clone();
        let alive =
            || office.note_alive(&keeper, claim.person, day("2022-11-24"), "datang ke kantor desa");
        assert_eq!(refused(alive()), "ALIVE_CLAIMED");
        let back = StepWanted { reason: "masih hidup", ..StepWanted::of(ClaimStep::Withdraw) };
        office.step_claim(&who(office, "ani"), claim.id, &back).expect("withdrawn");
        assert_eq!(alive(), Ok(true));
        let billed = || office.draft_bill(&citra, CODE, month(12)).expect("a draft").people;
        let waits = || office.unclaimed(&citra, NoticeKind::Death).expect("a list").len();
        assert_eq!((billed(), waits()), (3, 0));
        let receipt = take(office, folder, &row("21-11-2022"));
        assert_eq!((receipt.same, receipt.asked, billed()), (0, 1, 3));
        let question =
            office.notice_questions(&keeper, NoticeKind::Death).expect("questions")[0].id;
        office
            .answer_notice(&keeper, (NoticeKind::Death, question), true, "akta kematian dilihat")
            .expect("answered");
        assert_eq!((billed(), waits()), (2, 1));
    });
}

#[test]
fn months_paid_after_a_death_are_owed_back() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        paid(office, month(11));
        let text = format!("{},WARGA BIMA,Paser,12-08-1962,L,RT 1,30-10-2022\n", nik(2));
        assert_eq!(take(office, folder, &text).same, 1);
        let credits = office.credits(&who(office, "citra"), CODE).expect("credits");
        // JKK and JKM of November.
        assert_eq!(credits.found_rupiah(), Rupiah(16_800));
    });
}

#[test]
fn whoever_is_not_surely_meant_is_asked_about() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        paid(office, month(11));
        // The number of one member with the name of nobody we know: a human looks.
        let text = format!("{},SITI ROHANI,Paser,01-01-1990,P,RT 7,20-11-2022\n", nik(3));
        let receipt = take(office, folder, &text);
        assert_eq!((receipt.same, receipt.asked, receipt.claims), (0, 1, 0));
        let citra = who(office, "citra");
        assert_eq!(office.draft_bill(&citra, CODE, month(12)).expect("a draft").people, 3);
        let keeper = who(office, "operator");
        let questions = office.notice_questions(&keeper, NoticeKind::Death).expect("questions");
        assert_eq!((questions.len(), &*questions[0].listed), (1, "S… R…"));
        let id = questions[0].id;
        assert_eq!(refused(office.answer_notice(&keeper, death(id), false, "-")), "REASON_MISSING");
        let not_hers = office.answer_notice(&citra, death(id), true, "sudah ditanya");
        assert_eq!(refused(not_hers), "USER_MAY_NOT");
        let other = office.answer_notice(&keeper, (NoticeKind::Accident, id), true, "salah daftar");
        assert_eq!(refused(other), "DEATH_UNKNOWN");
        let said = "keluarga membenarkan lewat RT";
        let yes = |same| office.answer_notice(&keeper, death(id), same, said);
        assert_eq!(yes(true), Ok(NoticeState::Confirmed));
        assert_eq!(yes(true), Ok(NoticeState::Confirmed));
        assert_eq!(refused(yes(false)), "DEATH_ANSWERED");
        assert!(office.notice_questions(&keeper, NoticeKind::Death).expect("questions").is_empty());
        assert_eq!(office.draft_bill(&citra, CODE, month(12)).expect("a draft").people, 2);
        assert_eq!(waiting(office, "operator", NoticeKind::Death).len(), 1);
    });
}

#[test]
fn a_list_without_numbers_finds_the_member_by_everything_else() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        let receipt = take(office, folder, ",WARGA CAHYA,Paser,13-08-1962,L,RT 1,20-11-2022\n");
        assert_eq!((receipt.rows, receipt.same + receipt.asked), (1, 1));
        let none = take(office, folder, ",PAK ENTAH SIAPA,Blora,02-03-1941,L,RT 4,20-11-2022\n");
        assert_eq!((none.same, none.asked), (0, 0));
    });
}

fn death(id: Id<kind::DeathNotice>) -> (NoticeKind, Id<kind::DeathNotice>) {
    (NoticeKind::Death, id)
}

/// What a hospital writes of an accident of the first member.
fn hurt(on: &str) -> String {
    format!("{},WARGA ARI,Paser,11-08-1962,L,RT 1,{on}\n", nik(1))
}

#[test]
fn a_hospital_tells_of_an_accident_and_a_claim_waits_with_its_clock() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        paid(office, month(11));
        let hospital = (NoticeKind::Accident, Told::Hospital);
        let text = format!(
            "{}6401059901010001,ORANG LAIN,Paser,01-01-1950,L,RT 9,21-11-2022\n",
            hurt("20-11-2022")
        );
        let receipt = take_of(office, folder, hospital, &text);
        let expect = ListReceipt { rows: 2, same: 1, asked: 0, claims: 1, known: false };
        assert_eq!(receipt, expect);
        let again = take_of(office, folder, hospital, &text);
        assert_eq!((again.known, again.claims), (true, 0));
        // Whoever was hurt lives: the bill of December is for all three.
        let citra = who(office, "citra");
        assert_eq!(office.draft_bill(&citra, CODE, month(12)).expect("a draft").people, 3);
        let found = waiting(office, "citra", NoticeKind::Accident);
        assert_eq!((found.len(), found[0].days, found[0].rupiah), (1, 5, Rupiah::ZERO));
        // Two days to report; five years to claim.
        assert_eq!((found[0].report, found[0].until), (Some(day("2022-11-22")), day("2027-11-20")));
        assert_eq!(by_village(&found)[0].people, 1);
        assert!(waiting(office, "citra", NoticeKind::Death).is_empty());
        let claims = office.claims(&citra, &ClaimFilter::default()).expect("claims");
        let claim = &claims[0].claim;
        assert_eq!((claim.kind, claim.told), (ClaimKind::JkkCare, Told::Hospital));
        let ani = who(office, "ani");
        let file = office.claim(&ani, claim.id).expect("a claim");
        assert!(file.papers.iter().any(|paper| paper.always), "papers are asked for");
        assert_eq!((file.clocks[0].name, file.clocks[0].met), ("report", None));
        let words = crate::words::Words::of(crate::words::Language::Indonesian);
        let paper = crate::claims::ClaimPaper::Family;
        let letter = office.print_claim(&ani, claim.id, paper, words).expect("a letter");
        assert!(letter.bytes.starts_with(b"%PDF"));
    });
}

#[test]
fn the_police_tell_of_the_same_accident_a_day_later() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        paid(office, month(11));
        let hospital = (NoticeKind::Accident, Told::Hospital);
        assert_eq!(take_of(office, folder, hospital, &hurt("20-11-2022")).claims, 1);
        let police = (NoticeKind::Accident, Told::Police);
        let receipt = take_of(office, folder, police, &hurt("21-11-2022"));
        assert_eq!((receipt.same, receipt.claims), (1, 0));
        assert_eq!(waiting(office, "operator", NoticeKind::Accident).len(), 1);
        // Four days apart are two accidents.
        let receipt = take_of(office, folder, police, &hurt("16-11-2022"));
        assert_eq!((receipt.same, receipt.claims), (1, 1));
        assert_eq!(waiting(office, "operator", NoticeKind::Accident).len(), 2);
    });
}

#[test]
fn an_accident_before_cover_opens_nothing() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        paid(office, month(11));
        let hospital = (NoticeKind::Accident, Told::Hospital);
        let receipt = take_of(office, folder, hospital, &hurt("05-08-2022"));
        assert_eq!((receipt.same, receipt.claims), (1, 0));
        assert!(waiting(office, "operator", NoticeKind::Accident).is_empty());
        // Another name under the number: a human is asked, and then the claim opens.
        let text = format!("{},SITI ROHANI,Paser,01-01-1990,P,RT 7,20-11-2022\n", nik(3));
        let receipt = take_of(office, folder, hospital, &text);
        assert_eq!((receipt.same, receipt.asked, receipt.claims), (0, 1, 0));
        let keeper = who(office, "operator");
        let questions = office.notice_questions(&keeper, NoticeKind::Accident).expect("questions");
        assert!(office.notice_questions(&keeper, NoticeKind::Death).expect("none").is_empty());
        let about = (NoticeKind::Accident, questions[0].id);
        let said = office.answer_notice(&keeper, about, true, "rumah sakit membenarkan");
        assert_eq!(said, Ok(NoticeState::Confirmed));
        assert_eq!(waiting(office, "operator", NoticeKind::Accident).len(), 1);
        let citra = who(office, "citra");
        assert_eq!(office.draft_bill(&citra, CODE, month(12)).expect("a draft").people, 3);
    });
}
