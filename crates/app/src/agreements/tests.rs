//! Agreements on both engines: written, signed, amended, ticked, copied, ended. All is invented.

use base::{Day, Month, RegionCode, Rupiah};
use domain::programme::Programme;
use rules::{FundKind, Schemes};

use super::*;
use crate::organisations::tests::{both, input};
use crate::words::{Language, Words};

const PKS: &str = "pks-2025";

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn actor(office: &Office) -> Actor {
    office.actor("operator", Operation::SetUp).expect("the first user")
}

/// A health office with two facilities, a branch, another office; and an agreement of the first two.
fn furnish(office: &Office) {
    let actor = actor(office);
    for (code, kind, parent) in [
        ("dinkes", "opd", None),
        ("bpjs-lsm", "bpjs", None),
        ("dindik", "opd", None),
        ("kl-1", "klinik", Some("dinkes")),
        ("bd-1", "bidan", Some("dinkes")),
        ("sd-1", "sekolah", Some("dindik")),
    ] {
        office.keep_org(&actor, &input(code, kind, parent)).expect("is kept");
    }
    assert_eq!(write(office, &["dinkes", "bpjs-lsm"]), Ok(Done::Now));
}

fn write(office: &Office, parties: &[&str]) -> Result<Done, String> {
    let parties: Vec<String> = parties.iter().map(|code| (*code).to_owned()).collect();
    let new = NewAgreement {
        code: PKS,
        template: "pks-dinas-bpjs",
        parties: &parties,
        number: "",
        place: "Lhokseumawe",
        from: day("2025-10-07"),
        to: None,
    };
    office.add_agreement(&actor(office), &new).map_err(|error| error.code)
}

fn sign(office: &Office, on: &str, number: &str) -> Result<Done, String> {
    let signing = Signing { on: Some(day(on)), number: Some(number), scan: Some(b"%PDF-rekaan") };
    office.sign_agreement(&actor(office), PKS, &signing).map_err(|error| error.code)
}

fn tick(office: &Office, orgs: &[&str], on: &str, undo: bool) -> Result<Done, String> {
    let orgs: Vec<String> = orgs.iter().map(|code| (*code).to_owned()).collect();
    let on = Some(day(on));
    let ticking = Ticking { duty: "sosialisasi", orgs: &orgs, all: false, on, note: "ok", undo };
    office.fulfil(&actor(office), PKS, &ticking).map_err(|error| error.code)
}

fn outreach(office: &Office, on: &str) -> (DutyState, u32, u32) {
    let found = office.agreement_board(&actor(office), Some(day(on))).expect("a board");
    let found = found.iter().find(|shown| &*shown.duty.code == "sosialisasi").expect("a duty");
    (found.standing.state, found.standing.done, found.standing.of)
}

#[test]
fn every_text_that_comes_with_payung_can_be_written_from() {
    for (name, text) in SHIPPED {
        let script = Script::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(check_script(&script), Ok(()), "{name}");
        let again = Script::parse(&script.write()).expect("what is written is read");
        assert_eq!(again.write(), script.write());
    }
    // 24 months from 7 October 2025 end on 6 October 2027; from 31 August a month ends on 30 September.
    assert_eq!(script::months_after(day("2025-10-07"), 24), day("2027-10-06"));
    assert_eq!(script::months_after(day("2025-08-31"), 1), day("2025-09-30"));
}

#[test]
fn an_agreement_is_written_and_signed_once() {
    both(|office| {
        furnish(office);
        assert_eq!(write(office, &["dinkes", "bpjs-lsm"]), Ok(Done::Before));
        assert_eq!(write(office, &["dindik", "bpjs-lsm"]), Err("CODE_TAKEN".into()));
        assert_eq!(write(office, &["dinkes", "dindik"]), Err("AGREEMENT_PARTY_UNFIT".into()));
        assert_eq!(write(office, &["dinkes"]), Err("AGREEMENT_PARTIES_TOO_FEW".into()));
        assert_eq!(
            tick(office, &["kl-1"], "2025-10-20", false),
            Err("AGREEMENT_NOT_SIGNED".into())
        );
        assert_eq!(sign(office, "2025-10-07", " "), Err("AGREEMENT_NUMBER_MISSING".into()));
        assert_eq!(sign(office, "2025-11-02", "1"), Err("AGREEMENT_SIGNED_IN_FUTURE".into()));
        assert_eq!(sign(office, "2025-10-07", "440/1"), Ok(Done::Now));
        assert_eq!(sign(office, "2025-10-07", "440/1"), Ok(Done::Before));
        assert_eq!(sign(office, "2025-10-08", "440/1"), Err("AGREEMENT_NOTHING_TO_SIGN".into()));
        assert_eq!(write(office, &["dinkes", "bpjs-lsm"]), Ok(Done::Before));
        let file = office.agreement(&actor(office), PKS).expect("is known");
        assert_eq!((file.agreement.version, file.current().terms.to), (1, day("2027-10-06")));
        let scan = office.agreement_scan(&actor(office), PKS, 1).expect("is kept");
        assert_eq!(scan, b"%PDF-rekaan");
        let unfit = office.attach_scan(&actor(office), PKS, b"MZ").map_err(|error| error.code);
        assert_eq!(unfit, Err("SCAN_UNFIT".into()));
    });
}

#[test]
fn outreach_is_ticked_facility_by_facility() {
    both(|office| {
        furnish(office);
        sign(office, "2025-10-07", "440/1").expect("signed");
        assert_eq!(outreach(office, "2025-11-01"), (DutyState::Open, 0, 2));
        assert_eq!(tick(office, &["kl-1"], "2025-10-20", false), Ok(Done::Now));
        assert_eq!(tick(office, &["kl-1"], "2025-10-20", false), Ok(Done::Before));
        assert_eq!(outreach(office, "2025-12-01"), (DutyState::Soon, 1, 2));
        assert_eq!(outreach(office, "2026-01-01"), (DutyState::Late, 1, 2));
        assert_eq!(tick(office, &["sd-1"], "2025-10-20", false), Err("FACILITY_UNKNOWN".into()));
        assert_eq!(tick(office, &[], "2025-10-20", false), Err("FACILITIES_MISSING".into()));
        assert_eq!(tick(office, &["bd-1"], "2025-11-02", false), Err("DAY_AHEAD".into()));
        assert_eq!(tick(office, &["bd-1"], "2025-10-21", false), Ok(Done::Now));
        assert_eq!(outreach(office, "2026-01-01"), (DutyState::Done, 2, 2));
        assert_eq!(tick(office, &["bd-1"], "2025-10-21", true), Ok(Done::Now));
        assert_eq!(tick(office, &["bd-1"], "2025-10-21", true), Ok(Done::Before));
        assert_eq!(outreach(office, "2026-01-01"), (DutyState::Late, 1, 2));
        // A facility that closes is not owed any more.
        let closed = Some(Day::new(2025, 10, 31));
        let change = crate::organisations::OrgChange { closed_on: closed, ..Default::default() };
        office.change_org(&actor(office), "bd-1", &change).expect("closes");
        assert_eq!(outreach(office, "2026-01-01"), (DutyState::Done, 1, 1));
    });
}

#[test]
fn each_party_ticks_its_own_duties() {
    both(|office| {
        furnish(office);
        sign(office, "2025-10-07", "440/1").expect("signed");
        let keeper = actor(office);
        office.add_account(&keeper, "wira").expect("an account");
        let role = crate::grants::GrantRequest {
            user: "wira".to_owned(),
            role: domain::access::Role::BpjsOfficer,
            territory: None,
            org: Some("bpjs-lsm".to_owned()),
            from: None,
            until: None,
        };
        office.grant_role(&keeper, &role).expect("a role");
        let wira = office.actor("wira", Operation::FollowUp).expect("of the branch");
        let file = office.agreement(&wira, PKS).expect("is known");
        let owed = |code: &str| {
            let party = |shown: &&DutyShown| &*shown.owner == code;
            file.duties.iter().filter(party).map(|shown| &*shown.duty.code).collect::<Vec<_>>()
        };
        let (theirs, ours) = (owed("dinkes"), owed("bpjs-lsm"));
        assert!(!theirs.is_empty() && !ours.is_empty());
        assert!(ours.iter().all(|code| file.may_tick.contains(*code)));
        assert!(theirs.iter().all(|code| !file.may_tick.contains(*code)));
        let tick = |actor: &Actor, duty: &str, undo| {
            let on = Some(day("2025-10-20"));
            let ticking = Ticking { duty, orgs: &[], all: true, on, note: "ok", undo };
            office.fulfil(actor, PKS, &ticking).map_err(|error| error.code)
        };
        for duty in &theirs {
            assert_eq!(tick(&wira, duty, false), Err("DUTY_NOT_YOURS".into()), "{duty}");
            // Whoever keeps the agreement notes what any party did; it is not theirs to take back.
            assert_eq!(tick(&keeper, duty, false), Ok(Done::Now), "{duty}");
            assert_eq!(tick(&wira, duty, true), Err("DUTY_NOT_YOURS".into()), "{duty}");
        }
        for duty in &ours {
            assert_eq!(tick(&wira, duty, false), Ok(Done::Now), "{duty}");
        }
    });
}

#[test]
fn an_amendment_is_the_next_version_and_the_earlier_one_stays() {
    both(|office| {
        furnish(office);
        sign(office, "2025-10-07", "440/1").expect("signed");
        tick(office, &["kl-1"], "2025-10-20", false).expect("ticked");
        let amend = |reason| {
            let to = Some(day("2028-10-06"));
            let amendment = Amendment { to, reason, ..Amendment::default() };
            office.amend_agreement(&actor(office), PKS, &amendment).map_err(|error| error.code)
        };
        assert_eq!(amend(" "), Err("REASON_MISSING".into()));
        assert_eq!(amend("diperpanjang setahun"), Ok(Done::Now));
        assert_eq!(amend("diperpanjang setahun"), Ok(Done::Before));
        let file = office.agreement(&actor(office), PKS).expect("is known");
        assert_eq!((file.agreement.version, file.agreement.newest), (1, 2));
        assert_eq!(file.current().terms.to, day("2027-10-06"));
        assert_eq!(sign(office, "2025-10-30", "440/1/A"), Ok(Done::Now));
        // The first signature again is found where it is.
        assert_eq!(sign(office, "2025-10-07", "440/1"), Ok(Done::Before));
        let file = office.agreement(&actor(office), PKS).expect("is known");
        assert_eq!(file.current().terms.to, day("2028-10-06"));
        let first = file.version(1).expect("the earlier one stays");
        assert_eq!((first.terms.to, &*first.terms.number), (day("2027-10-06"), "440/1"));
        assert_eq!(first.digest, first.terms.digest());
        // What was done stays done.
        assert_eq!(outreach(office, "2025-11-01"), (DutyState::Open, 1, 2));
        // Terms go out as a file and come back changed.
        let script = office.agreement_script(&actor(office), PKS).expect("a file");
        let script = script.replace("notice_days = 60", "notice_days = 90");
        let terms = Some(script.as_str());
        let amendment = Amendment { terms, reason: "lebih awal", ..Amendment::default() };
        let done = office.amend_agreement(&actor(office), PKS, &amendment);
        assert_eq!(done, Ok(Done::Now));
        let file = office.agreement(&actor(office), PKS).expect("is known");
        assert_eq!(file.draft().map(|draft| draft.terms.notice_days), Some(90));
    });
}

#[test]
fn the_model_goes_to_another_office() {
    both(|office| {
        furnish(office);
        let copying = Copying {
            from: PKS,
            code: "pks-dindik",
            instead_of: None,
            to: "dindik",
            first: day("2026-01-01"),
            last: None,
        };
        assert_eq!(office.copy_agreement(&actor(office), &copying), Ok(Done::Now));
        assert_eq!(office.copy_agreement(&actor(office), &copying), Ok(Done::Before));
        let file = office.agreement(&actor(office), "pks-dindik").expect("is known");
        assert_eq!(file.copied_from.as_deref(), Some(PKS));
        assert_eq!(&*file.current().terms.parties[0].name, "dindik (rekaan)");
        assert_eq!(file.facilities["sosialisasi"].len(), 1);
        let insurer = Copying { code: "pks-lain", to: "bpjs-lsm", ..copying };
        let twice = office.copy_agreement(&actor(office), &insurer).map_err(|error| error.code);
        assert_eq!(twice, Err("AGREEMENT_PARTY_TWICE".into()));
    });
}

#[test]
fn an_agreement_ends_and_is_printed() {
    both(|office| {
        furnish(office);
        let words = Words::of(Language::Indonesian);
        let print = || office.print_agreement(&actor(office), PKS, None, words).expect("a PDF");
        let draft = print();
        assert!(draft.bytes.starts_with(b"%PDF-"));
        assert_eq!(draft.name, "perjanjian-pks-2025-1.pdf");
        assert_eq!(draft.bytes, print().bytes);
        let end = |reason| {
            let done = office.end_agreement(&actor(office), PKS, Some(day("2025-11-01")), reason);
            done.map_err(|error| error.code)
        };
        assert_eq!(end("salah"), Err("AGREEMENT_NOT_SIGNED".into()));
        sign(office, "2025-10-07", "440/1").expect("signed");
        assert_ne!(draft.bytes, print().bytes);
        assert_eq!(end(""), Err("REASON_MISSING".into()));
        assert_eq!(end("diganti"), Ok(Done::Now));
        assert_eq!(end("diganti"), Ok(Done::Before));
        assert_eq!(
            tick(office, &["kl-1"], "2025-10-20", false),
            Err("AGREEMENT_NOT_SIGNED".into())
        );
        assert!(office.agreement_board(&actor(office), None).expect("a board").is_empty());
    });
}

#[test]
fn an_office_keeps_texts_of_its_own() {
    both(|office| {
        let keep = |text: &str| {
            let done = office.keep_agreement_template(&actor(office), "naskah-kami", text);
            done.map_err(|error| error.code)
        };
        let shipped = office.agreement_template(&actor(office), "pks-dinas-bpjs").expect("a text");
        assert_eq!(keep(&shipped), Ok(()));
        assert_eq!(keep(&shipped), Ok(()));
        let spoiled = shipped.replace("{pihak1.sebutan} bertugas:", "{pihak7.nama} bertugas:");
        assert_eq!(keep(&spoiled), Err("AGREEMENT_PLACEHOLDER_UNKNOWN".into()));
        assert_eq!(keep("bukan = naskah"), Err("AGREEMENT_TEXT_UNREADABLE".into()));
        let names = office.agreement_templates(&actor(office)).expect("texts");
        let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["naskah-kami", "pks-dinas-bpjs"]);
    });
}

#[test]
fn a_programme_runs_under_agreements_and_says_where_none_holds() {
    both(|office| {
        furnish(office);
        let actor = actor(office);
        let fund = office.add_fund(&actor, "apbk", FundKind::Apbd, Rupiah(1_000_000));
        let programme = Programme {
            id: office.environment.new_id(),
            code: "nakes".into(),
            name: "Tenaga kesehatan (rekaan)".into(),
            territory: RegionCode::from_digits(1173, 2),
            fund: fund.expect("a fund").id,
            schemes: Schemes::JKK_JKM,
            first: month("2025-10"),
            last: month("2026-12"),
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(1_000_000),
            refuse_insured: false,
            target: None,
            terms: domain::programme::Terms::default(),
        };
        office.add_programme(&actor, &programme).expect("a programme");
        let tie = |undo| office.tie_agreement(&actor, PKS, ("nakes", undo));
        let seen = || office.agreements_of_programme(&actor, "nakes").expect("a programme");
        let all = (month("2025-10"), month("2026-12"));
        assert_eq!(seen().without, [all]);
        assert_eq!(tie(false).ok(), Some(Done::Now));
        assert_eq!(tie(false).ok(), Some(Done::Before));
        // A text that nobody has signed holds in no month, and no paper names it.
        assert_eq!(seen().without, [all]);
        assert_eq!(ties::numbers(office, &actor, "nakes", all).as_deref(), Ok(""));
        sign(office, "2025-10-07", "440/1").expect("signed");
        // From the seventh on: October is not held throughout.
        let october = (month("2025-10"), month("2025-10"));
        assert_eq!(seen().without, [october]);
        assert_eq!(ties::numbers(office, &actor, "nakes", october).as_deref(), Ok("440/1"));
        // An addendum of 1 November holds from then on, with its own number, and to an earlier end.
        let shorter = Amendment {
            number: Some("440/2"),
            to: Some(day("2026-09-30")),
            reason: "dana terbatas",
            ..Amendment::default()
        };
        office.amend_agreement(&actor, PKS, &shorter).expect("amended");
        assert_eq!(seen().without, [october], "nobody has signed it yet");
        sign(office, "2025-11-01", "440/2").expect("signed");
        assert_eq!(seen().without, [october, (month("2026-10"), month("2026-12"))]);
        let number_in = |text: &str| {
            let months = (month(text), month(text));
            ties::numbers(office, &actor, "nakes", months).expect("numbers")
        };
        assert_eq!(
            [number_in("2025-10"), number_in("2026-09"), number_in("2026-10")],
            ["440/1", "440/2", ""]
        );
        let end = Some(day("2026-06-30"));
        office.end_agreement(&actor, PKS, end, "diganti").expect("ended");
        assert_eq!(seen().without, [october, (month("2026-07"), month("2026-12"))]);
        let late = (month("2026-07"), month("2026-07"));
        assert_eq!(ties::numbers(office, &actor, "nakes", late).as_deref(), Ok(""));
        let file = office.agreement(&actor, PKS).expect("is known");
        assert_eq!(file.programmes, [("nakes".into(), "Tenaga kesehatan (rekaan)".into())]);
        assert_eq!(tie(true).ok(), Some(Done::Now));
        assert_eq!(tie(true).ok(), Some(Done::Before));
        assert_eq!(seen().agreements, []);
        let unknown = office.tie_agreement(&actor, PKS, ("tidak-ada", false));
        assert_eq!(unknown.map_err(|error| error.code), Err("PROGRAMME_UNKNOWN".into()));
    });
}
