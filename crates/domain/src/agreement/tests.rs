//! Terms that fit and that do not, each refusal once, and the board on hand-counted days.

use base::id::kind;
use base::{Day, Id};
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn org(number: u8) -> Id<kind::Org> {
    Id::from_bytes([number; 16])
}

fn party(number: u8, called: &str) -> Party {
    Party {
        org: org(number),
        name: format!("Organisasi {number} (rekaan)").into(),
        called: called.into(),
        signatory: "Pejabat Rekaan".into(),
        office: "Kepala".into(),
        basis: "".into(),
        address: "".into(),
    }
}

fn terms() -> Terms {
    Terms {
        number: "440/12/2025".into(),
        subject: "perlindungan tenaga kesehatan".into(),
        place: "Lhokseumawe".into(),
        from: day("2025-10-07"),
        to: day("2027-10-06"),
        notice_days: 60,
        parties: vec![party(1, "PIHAK KESATU"), party(2, "PIHAK KEDUA")],
        articles: vec![Article {
            heading: "TUGAS".into(),
            paragraphs: vec!["{pihak1.sebutan} bertugas:".into()],
            duties_of: Some((0, DutyKind::Task)),
        }],
        duties: vec![Duty {
            code: "sosialisasi".into(),
            party: 0,
            kind: DutyKind::Task,
            text: "menyampaikan program kepada setiap fasilitas".into(),
            due: Some(day("2025-12-31")),
            each_under: Some(org(1)),
        }],
    }
}

/// A change of the terms, and the refusal it meets.
type Case = (AgreementRefusal, fn(&mut Terms));

#[test]
fn each_refusal_is_met_once_and_in_order() {
    let cases: [Case; 10] = [
        (AgreementRefusal::PartiesTooFew, |terms| terms.parties.truncate(1)),
        (AgreementRefusal::PartyTwice, |terms| terms.parties[1].org = org(1)),
        (AgreementRefusal::DaysInDisorder, |terms| terms.to = day("2025-10-06")),
        (AgreementRefusal::NoticeTooLong, |terms| terms.notice_days = 730),
        (AgreementRefusal::ArticleEmpty, |terms| terms.articles[0].heading = " ".into()),
        (AgreementRefusal::DutyUnfit, |terms| terms.duties[0].code = "Dua Kata".into()),
        (AgreementRefusal::DutyTwice, |terms| terms.duties.push(terms.duties[0].clone())),
        (AgreementRefusal::DutyOfNobody, |terms| terms.duties[0].party = 2),
        (AgreementRefusal::DueOutside, |terms| terms.duties[0].due = Some(day("2027-10-07"))),
        (AgreementRefusal::PlaceholderUnknown, |terms| {
            terms.articles[0].paragraphs[0] = "{pihak3.nama}".into();
        }),
    ];
    assert_eq!(terms().check(), Ok(()));
    for (refusal, spoil) in cases {
        let mut spoiled = terms();
        spoil(&mut spoiled);
        assert_eq!(spoiled.check(), Err(refusal), "{}", refusal.name());
    }
    let mut long = terms();
    long.subject = "x".repeat(301).into();
    assert_eq!(long.check(), Err(AgreementRefusal::TextUnfit));
    // 7 October 2025 to 6 October 2027 are 729 days: a notice of 729 days just fits.
    let just = Terms { notice_days: 729, ..terms() };
    assert_eq!(just.check(), Ok(()));
}

#[test]
fn what_is_unfinished_is_not_signed() {
    let (on, today) = (day("2025-10-07"), day("2025-11-01"));
    assert_eq!(terms().check_signing(on, today), Ok(()));
    let nameless = Terms { number: " ".into(), ..terms() };
    assert_eq!(nameless.check_signing(on, today), Err(AgreementRefusal::NumberMissing));
    let mut unsigned = terms();
    unsigned.parties[1].signatory = "".into();
    assert_eq!(unsigned.check_signing(on, today), Err(AgreementRefusal::SignatoryMissing));
    let early = terms().check_signing(day("2025-11-02"), today);
    assert_eq!(early, Err(AgreementRefusal::SignedInFuture));
    // Asked by use cases of what they look up themselves.
    assert_eq!(AgreementRefusal::NothingToSign.name(), "AGREEMENT_NOTHING_TO_SIGN");
    assert_eq!(AgreementRefusal::PartyUnfit.name(), "AGREEMENT_PARTY_UNFIT");
    assert_eq!(AgreementRefusal::ALL.len(), 16);
}

fn ticks(count: u8, on: &str) -> Vec<Fulfilment> {
    let tick =
        |number| Fulfilment { duty: "sosialisasi".into(), org: Some(org(number)), on: day(on) };
    (10..10 + count).map(tick).collect()
}

#[test]
fn facilities_are_ticked_one_by_one() {
    let facilities = |_| (10..52).map(org).collect::<Vec<_>>();
    let terms = terms();
    let check = |ticked: &[Fulfilment], today: &str, expect: (DutyState, u32, u32)| {
        let found = board(&terms, ticked, facilities, day(today))[0].standing;
        assert_eq!((found.state, found.done, found.of), expect, "{today}");
        found
    };
    check(&[], "2025-10-07", (DutyState::Open, 0, 42));
    // 31 December is 31 days after 30 November, 30 days after 1 December.
    check(&ticks(5, "2025-11-03"), "2025-11-30", (DutyState::Open, 5, 42));
    check(&ticks(5, "2025-11-03"), "2025-12-01", (DutyState::Soon, 5, 42));
    check(&ticks(41, "2025-11-03"), "2025-12-31", (DutyState::Soon, 41, 42));
    let late = check(&ticks(41, "2025-11-03"), "2026-01-01", (DutyState::Late, 41, 42));
    assert_eq!(late.days_left, Some(-1));
    check(&ticks(42, "2025-11-03"), "2026-01-01", (DutyState::Done, 42, 42));
    let after = check(&ticks(42, "2026-01-05"), "2026-01-05", (DutyState::Done, 42, 42));
    assert_eq!((after.after_due, after.last), (42, Some(day("2026-01-05"))));
    // What is not yet so does not count, and ticks of other facilities never do.
    check(&ticks(42, "2026-01-05"), "2026-01-04", (DutyState::Late, 0, 42));
    let other = Fulfilment { org: Some(org(99)), ..ticks(1, "2025-11-03").remove(0) };
    check(&[other], "2025-11-30", (DutyState::Open, 0, 42));
    let nobody = board(&terms, &ticks(1, "2025-11-03"), |_| Vec::new(), day("2026-01-01"));
    assert_eq!(nobody[0].standing.state, DutyState::Late);
}

#[test]
fn a_duty_without_a_day_holds_all_along() {
    let mut terms = terms();
    terms.duties[0].due = None;
    terms.duties[0].each_under = None;
    let state = |ticked: &[Fulfilment]| {
        board(&terms, ticked, |_| Vec::new(), day("2026-06-01"))[0].standing.state
    };
    assert_eq!(state(&[]), DutyState::Standing);
    let once = Fulfilment { duty: "sosialisasi".into(), org: None, on: day("2026-01-01") };
    assert_eq!(state(&[once]), DutyState::Done);
    for state in DutyState::ALL {
        assert_eq!(DutyState::from_name(state.name()), Some(state));
    }
}

#[test]
fn the_end_is_announced_in_time() {
    let terms = terms();
    for (today, expect) in [
        ("2027-08-06", Renewal::Far),
        // 60 days before 6 October 2027.
        ("2027-08-07", Renewal::Due { days_left: 60 }),
        ("2027-10-06", Renewal::Due { days_left: 0 }),
        ("2027-10-07", Renewal::Over),
    ] {
        assert_eq!(renewal(&terms, day(today)), expect, "{today}");
    }
}

#[test]
fn words_between_braces_are_put_in() {
    let terms = terms();
    let values = Values { terms: &terms, signed_on: day("2025-10-07") };
    let check = |text: &str, expect: &str| assert_eq!(fill(text, &values), expect);
    check(
        "Pada hari ini, {hari_terbilang}",
        "Pada hari ini, Selasa, tanggal tujuh bulan Oktober tahun dua ribu dua puluh lima",
    );
    check("{pihak2.sebutan} ({pihak2.nama})", "PIHAK KEDUA (Organisasi 2 (rekaan))");
    check(
        "selama {bulan} bulan, {mulai} sampai {berakhir}",
        "selama 24 (dua puluh empat) bulan, 7 Oktober 2025 sampai 6 Oktober 2027",
    );
    check("{pemberitahuan} hari", "60 (enam puluh) hari");
    check("alamat {pihak1.alamat}", "alamat ……………………");
    check("{siapa} {", "{siapa} {");
    assert_eq!(unknown_placeholder("{nomor} {pihak2.nama}", 2), None);
    assert_eq!(unknown_placeholder("{pihak0.nama}", 2), Some("pihak0.nama"));
    assert_eq!(unknown_placeholder("{pihak1.ibu}", 2), Some("pihak1.ibu"));
}

#[test]
fn a_copy_is_about_the_other_office() {
    let copy = terms().copied_to(org(1), &party(7, "lain"));
    assert_eq!((copy.parties[0].org, &*copy.parties[0].called), (org(7), "PIHAK KESATU"));
    assert_eq!(copy.duties[0].each_under, Some(org(7)));
    assert_eq!(copy.parties[1], terms().parties[1]);
    assert_eq!(&*copy.number, "");
    // 7 October 2025 to 1 January 2026 are 86 days; 31 December 2025 and 86 days is 27 March.
    let moved = copy.moved_to(day("2026-01-01"), None);
    assert_eq!(moved.to, day("2027-12-31"));
    assert_eq!(moved.duties[0].due, Some(day("2026-03-27")));
}

#[test]
fn whatever_changes_changes_the_digest() {
    let changes: [fn(&mut Terms); 7] = [
        |terms| terms.number = "".into(),
        |terms| terms.notice_days = 61,
        |terms| terms.parties[0].signatory = "Lain".into(),
        |terms| terms.articles[0].duties_of = None,
        |terms| terms.articles[0].paragraphs.push("dua".into()),
        |terms| terms.duties[0].due = None,
        |terms| terms.duties[0].each_under = None,
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut changed = terms();
        change(&mut changed);
        assert_ne!(changed.digest(), terms().digest(), "{at}");
    }
    assert_eq!(terms().digest(), terms().digest());
}

proptest! {
    #[test]
    fn any_text_is_filled_without_loss(text in "[a-z{}. ]{0,60}") {
        let terms = terms();
        let values = Values { terms: &terms, signed_on: terms.from };
        let filled = fill(&text, &values);
        // What stands for nothing stays letter by letter.
        let braces = text.chars().filter(|c| *c == '{').count();
        prop_assert!(placeholders(&text).len() <= braces);
        if braces == 0 {
            prop_assert_eq!(filled, text);
        }
    }

    #[test]
    fn the_board_never_counts_more_than_there_are(
        ticked in proptest::collection::vec(0u8..60, 0..80),
        count in 0u8..50,
        days in -400i32..1_000,
    ) {
        let mut seen = HashSet::new();
        let ticked: Vec<Fulfilment> = ticked
            .into_iter()
            .filter(|number| seen.insert(*number))
            .map(|number| Fulfilment {
                duty: "sosialisasi".into(),
                org: Some(org(number)),
                on: day("2025-10-08"),
            })
            .collect();
        let terms = terms();
        let today = terms.from.plus_days(days);
        let found = board(&terms, &ticked, |_| (0..count).map(org).collect(), today);
        let standing = found[0].standing;
        prop_assert!(standing.done <= standing.of && standing.of == u32::from(count));
        let is_done = count > 0 && standing.done == standing.of;
        prop_assert_eq!(standing.state == DutyState::Done, is_done);
    }
}

#[test]
fn months_without_an_agreement_are_found() {
    let month = |text: &str| base::Month::parse(text).expect("a month");
    let year = (month("2026-01"), month("2026-12"));
    assert_eq!(months_without(year, &[]), [year]);
    // The second takes over in the middle of a month; from 16 August on nothing holds until November.
    let held = [
        (day("2025-10-07"), day("2026-04-14")),
        (day("2026-04-15"), day("2026-08-15")),
        (day("2026-11-01"), day("2027-10-31")),
    ];
    assert_eq!(months_without(year, &held), [(month("2026-08"), month("2026-10"))]);
    // A day between the two is a day without.
    let held = [(day("2025-10-07"), day("2026-04-14")), (day("2026-04-16"), day("2026-12-31"))];
    assert_eq!(months_without(year, &held), [(month("2026-04"), month("2026-04"))]);
}
