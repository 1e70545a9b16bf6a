//! Outreach on both engines: events kept, moved and held, who was there, leads on their way to a
//! registration, agents and their territory. Everybody here is invented.

use std::path::Path;

use base::{Day, RegionCode};

use super::*;
use crate::agreements::Done;
use crate::bills::tests::{CODE, month, nik, on_both_on, paid, refused as code_of, who};
use crate::doors::Agreement;
use crate::grants::GrantRequest;
use crate::intake::{Receipt, Received};
use crate::office::Role;

const VILLAGE: &str = "64.01.05.2001";
const OTHER: &str = "64.01.05.2002";

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn meeting() -> EventInput {
    EventInput {
        code: "rembuk-satu".into(),
        kind: "rembuk".into(),
        title: "Rembuk warga rekaan".into(),
        place: VILLAGE.into(),
        venue: "Balai desa".into(),
        day: "2022-11-10".into(),
        hours: "09.00-11.30".into(),
        org: "desa".into(),
        audience: "petani, nelayan".into(),
        agenda: "Manfaat JKK dan JKM".into(),
        facilitators: "Kenari Pembicara; bhabin-satu".into(),
        ..EventInput::default()
    }
}

fn seen(name: &str, nik: &str) -> AttendeeInput {
    AttendeeInput {
        name: name.into(),
        nik: nik.into(),
        sex: "L".into(),
        consent: "signed".into(),
        ..AttendeeInput::default()
    }
}

fn bhabin() -> AgentInput {
    AgentInput {
        code: "bhabin-satu".into(),
        kind: "bhabinkamtibmas".into(),
        name: "Kenari Agen".into(),
        phone: "0812-0000-1111".into(),
        territory: VILLAGE.into(),
        quota: "2".into(),
        since: "2022-10-01".into(),
        ..AgentInput::default()
    }
}

/// Takes a list in, with somebody on it whom nobody knew.
fn registers(office: &Office, folder: &Path, name: &str, nik: &str, birth: &str) {
    let path = folder.join(format!("{}.csv", name.replace(' ', "-").to_lowercase()));
    let heads = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan,No HP\n";
    let row = format!("{nik},{name},Paser,{birth},L,RT 1,petani,081200002222\n");
    std::fs::write(&path, format!("{heads}{row}")).expect("written");
    let received = Received {
        path,
        programme: CODE.into(),
        org: "desa".into(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    let receipt = office.receive(&who(office, "operator"), &received).expect("taken in");
    assert!(matches!(receipt, Receipt::Decided(_)));
}

/// Somebody who works in one village.
fn villager(office: &Office, name: &str, role: Role, territory: &str) -> Actor {
    let keeper = who(office, "operator");
    office.add_account(&keeper, name).expect("an account");
    let territory = RegionCode::parse(territory);
    let request =
        GrantRequest { user: name.into(), role, territory, org: None, from: None, until: None };
    office.grant_role(&keeper, &request).expect("a role");
    who(office, name)
}

#[test]
fn an_event_is_kept_once_changed_and_held() {
    on_both_on("2022-11-25", |office, _| {
        let ani = who(office, "ani");
        let (event, done) = office.keep_event(&ani, &meeting()).expect("kept");
        assert_eq!((done, event.state, event.steps), (Done::Now, EventState::Planned, 0));
        let audience: Vec<&str> = event.audience.iter().map(|key| &*key.0).collect();
        assert_eq!(audience, ["nelayan", "petani"]);
        assert_eq!(office.keep_event(&ani, &meeting()).expect("kept").1, Done::Before);
        let later = EventInput { day: "2022-11-17".into(), ..meeting() };
        let (moved, done) = office.keep_event(&ani, &later).expect("changed");
        assert_eq!((done, moved.steps, moved.day), (Done::Now, 1, day("2022-11-17")));
        let ahead = EventInput { day: "2022-11-26".into(), ..meeting() };
        office.keep_event(&ani, &ahead).expect("changed");
        let hold = || office.hold_event(&ani, "rembuk-satu", "Apakah iuran kembali?");
        assert_eq!(code_of(hold()), "EVENT_HELD_AHEAD");
        office.keep_event(&ani, &later).expect("changed");
        assert_eq!(hold().expect("held").1, Done::Now);
        assert_eq!(hold().expect("held").1, Done::Before);
        assert_eq!(code_of(office.keep_event(&ani, &meeting())), "EVENT_NOT_NOW");
        let cancel = office.cancel_event(&ani, "rembuk-satu", "ternyata hujan deras");
        assert_eq!(code_of(cancel), "EVENT_NOT_NOW");
        let again = office.plan_event(&ani, "rembuk-satu", "tercatat sebelum waktunya");
        assert_eq!(again.expect("planned").0.state, EventState::Planned);
        let file = office.outreach_event(&ani, "rembuk-satu").expect("there");
        let steps: Vec<&str> = file.steps.iter().map(|(step, _)| step.step.name()).collect();
        assert_eq!(steps, ["change", "change", "change", "hold", "plan"]);
        assert_eq!(&*file.steps[3].0.words, "Apakah iuran kembali?");
        // Who only reads sees neither who speaks nor what was said.
        let lala = who(office, "lala");
        let file = office.outreach_event(&lala, "rembuk-satu").expect("there");
        assert!(file.shown.event.facilitators.is_empty() && file.next.is_empty());
        assert!(file.steps.iter().all(|(step, _)| step.words.is_empty()));
        assert_eq!(code_of(office.keep_event(&lala, &meeting())), "USER_MAY_NOT");
    });
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    on_both_on("2022-11-25", |office, _| {
        let ani = who(office, "ani");
        for (input, expect) in [
            (EventInput { kind: "pesta".into(), ..meeting() }, "EVENT_KIND_UNKNOWN"),
            (EventInput { place: "34.71".into(), ..meeting() }, "NOT_A_REGION"),
            (EventInput { day: "besok".into(), ..meeting() }, "NOT_A_DAY"),
            (EventInput { hours: "pagi".into(), ..meeting() }, "NOT_HOURS"),
            (EventInput { org: "entah".into(), ..meeting() }, "ORG_UNKNOWN"),
            (EventInput { audience: "zzz".into(), ..meeting() }, "OCCUPATION_UNKNOWN"),
            (EventInput { facility: "desa".into(), ..meeting() }, "FACILITY_UNKNOWN"),
            (EventInput { agreement: "entah".into(), ..meeting() }, "AGREEMENT_UNKNOWN"),
            (EventInput { kind: "kunjungan".into(), ..meeting() }, "EVENT_FACILITY_UNFIT"),
            (EventInput { code: "a b".into(), ..meeting() }, "EVENT_CODE_UNFIT"),
            (EventInput { title: String::new(), ..meeting() }, "EVENT_TEXT_UNFIT"),
            (EventInput { venue: nik(1), ..meeting() }, "EVENT_TEXT_HOLDS_NIK"),
        ] {
            assert_eq!(code_of(office.keep_event(&ani, &input)), expect, "{}", input.code);
        }
        assert_eq!(code_of(office.outreach_event(&ani, "entah")), "OUTREACH_UNKNOWN");
        office.keep_agent(&ani, &bhabin()).expect("kept");
        for (input, expect) in [
            (AgentInput { kind: "raja".into(), ..bhabin() }, "AGENT_KIND_UNKNOWN"),
            (AgentInput { name: "1".into(), ..bhabin() }, "ATTENDEE_UNREADABLE"),
            (AgentInput { quota: "0".into(), ..bhabin() }, "QUOTA_UNFIT"),
            (AgentInput { account: "entah".into(), ..bhabin() }, "USER_UNKNOWN"),
            (AgentInput { code: "../x".into(), ..bhabin() }, "CODE_UNFIT"),
        ] {
            assert_eq!(code_of(office.keep_agent(&ani, &input)), expect);
        }
        assert_eq!(code_of(office.outreach_agent(&ani, "entah")), "AGENT_UNKNOWN");
        let nobody = LeadInput { agent: "bhabin-satu".into(), ..LeadInput::default() };
        assert_eq!(code_of(office.add_lead(&ani, &nobody)), "ATTENDEE_UNREADABLE");
        let silent = AttendeeInput { consent: String::new(), ..seen("Rekaan Diam", "") };
        let silent = LeadInput { who: silent, ..nobody };
        assert_eq!(code_of(office.add_lead(&ani, &silent)), "LEAD_WITHOUT_CONSENT");
        let lost = LeadInput { who: seen("Rekaan Hilang", ""), ..LeadInput::default() };
        assert_eq!(code_of(office.add_lead(&ani, &lost)), "LEAD_FROM_NOWHERE");
        let term =
            |value| office.set_outreach_term(&who(office, "operator"), OUTREACH_EFFECT_DAYS, value);
        assert_eq!(code_of(term("0")), "SETTING_UNREADABLE");
        term("30").expect("set");
        assert_eq!(office.outreach_terms().expect("read").effect_days, 30);
    });
}

#[test]
fn whoever_was_there_is_a_record_a_lead_an_agent_or_a_count() {
    on_both_on("2022-11-25", |office, folder| {
        let ani = who(office, "ani");
        office.keep_agent(&ani, &bhabin()).expect("kept");
        office.keep_event(&ani, &meeting()).expect("kept");
        let path = folder.join("hadir.csv");
        let new = "6401050101700091";
        let rows = format!(
            "Nama,NIK,JK,No HP\nWARGA ARI,{},L,\nRekaan Baru,{new},L,081200002222\n\
             SITI ROHANI,{},P,\nRekaan Tanpa,,P,081200003333\n",
            nik(1),
            nik(2)
        );
        std::fs::write(&path, rows).expect("written");
        let list = |consent| {
            let read = office.attend_list(&ani, "rembuk-satu", &path, consent);
            read.expect("may").expect("read")
        };
        let report = list(Some(Agreement::Signed));
        assert_eq!((report.people, report.leads, report.counted, report.known), (1, 2, 0, 0));
        // The number of one with the name of another is for somebody to look at.
        assert_eq!(
            report.unread.iter().map(|one| one.1).collect::<Vec<_>>(),
            ["ATTENDEE_OTHER_NAME"]
        );
        let again = list(Some(Agreement::Signed));
        assert_eq!((again.people, again.leads, again.known), (0, 0, 3));
        std::fs::write(&path, "tanpa kepala\n").expect("written");
        let headless = office.attend_list(&ani, "rembuk-satu", &path, None).expect("may");
        assert!(headless.is_err(), "no list is found in it");
        let agent = AttendeeInput { agent: "bhabin-satu".into(), ..AttendeeInput::default() };
        assert_eq!(office.attend(&ani, "rembuk-satu", &agent).expect("noted").agents, 1);
        let quiet = AttendeeInput { consent: String::new(), ..seen("Rekaan Diam", "") };
        assert_eq!(office.attend(&ani, "rembuk-satu", &quiet).expect("noted").counted, 1);
        assert_eq!(office.attend(&ani, "rembuk-satu", &quiet).expect("noted").known, 1);
        let stray = office.attend_cards(&ani, "rembuk-satu", "0000\n\n").expect("noted");
        assert_eq!(stray.unread, vec![(1, "CARD_UNKNOWN")]);
        let file = office.outreach_event(&ani, "rembuk-satu").expect("there");
        assert_eq!((file.there, file.sexes), ([1, 2, 1, 1], (3, 1)));
        assert_eq!((file.shown.effect.attended, file.shown.effect.leads), (5, 2));
        // What was written down by mistake is taken back, once.
        let take_back = |who| office.unattend(&ani, "rembuk-satu", who).expect("taken back");
        assert_eq!([take_back(&agent), take_back(&agent)], [Done::Now, Done::Before]);
        assert_eq!([take_back(&quiet), take_back(&quiet)], [Done::Now, Done::Before]);
        assert_eq!(office.outreach_event(&ani, "rembuk-satu").expect("there").there, [1, 2, 0, 0]);
        // A village meeting briefs nobody; a briefing does once it was held.
        let briefed = || office.outreach_agents(&ani).expect("agents")[0].briefed.clone();
        assert_eq!(briefed(), None);
        let briefing = EventInput { code: "bekal".into(), kind: "pembekalan".into(), ..meeting() };
        office.keep_event(&ani, &briefing).expect("kept");
        office.attend(&ani, "bekal", &agent).expect("noted");
        assert_eq!(briefed(), None);
        office.hold_event(&ani, "bekal", "").expect("held");
        assert_eq!(briefed(), Some(("bekal".into(), day("2022-11-10"))));
    });
}

#[test]
fn a_lead_is_registered_when_the_person_turns_up() {
    on_both_on("2022-11-25", |office, folder| {
        let ani = who(office, "ani");
        office.keep_agent(&ani, &bhabin()).expect("kept");
        office.keep_event(&ani, &meeting()).expect("kept");
        let numbered = "6401050101700091";
        office.attend(&ani, "rembuk-satu", &seen("Rekaan Baru", numbered)).expect("noted");
        let other = LeadInput {
            who: AttendeeInput {
                phone: "081200002222".into(),
                birth: "1971-02-02".into(),
                ..seen("Rekaan Kedua Panjang", "")
            },
            agent: "bhabin-satu".into(),
            told_on: "2022-11-20".into(),
            ..LeadInput::default()
        };
        let (lead, done) = office.add_lead(&ani, &other).expect("kept");
        assert_eq!((done, lead.state), (Done::Now, LeadState::New));
        assert_eq!(office.add_lead(&ani, &other).expect("kept").1, Done::Before);
        let called = office.step_lead(&ani, lead.id, LeadStep::Contact, "akan membawa KTP besok");
        assert_eq!(called.expect("moved").state, LeadState::Contacted);
        registers(office, folder, "Rekaan Baru", numbered, "01-01-1970");
        let effect = |code: &str| office.outreach_event(&ani, code).expect("there").shown.effect;
        // Fifteen days later, by the number and at once.
        let found = effect("rembuk-satu");
        assert_eq!((found.leads, found.registered, found.within), (1, 1, 1));
        let term =
            |value| office.set_outreach_term(&who(office, "operator"), OUTREACH_EFFECT_DAYS, value);
        term("14").expect("set");
        assert_eq!(effect("rembuk-satu").within, 0);
        term("60").expect("set");
        // Without a number it is held against everything else, on request.
        registers(office, folder, "Rekaan Kedua Panjang", "6401050202710092", "02-02-1971");
        let followed = office.follow_up_leads(&ani).expect("followed");
        assert_eq!((followed.looked, followed.registered + followed.asked), (1, 1));
        if followed.asked == 1 {
            let reason = "alamat dan tanggal lahirnya sama";
            office.answer_lead(&ani, lead.id, true, reason).expect("answered");
        }
        let agent = office.outreach_agent(&ani, "bhabin-satu").expect("there");
        assert_eq!((agent.shown.effect.within, agent.shown.this_month), (1, 1));
        let file = office.lead(&ani, lead.id).expect("there");
        assert_eq!(file.shown.lead.registered_on, Some(day("2022-11-25")));
        assert!(file.person.is_some());
        let twice = office.step_lead(&ani, lead.id, LeadStep::Refuse, "tidak ingin lagi");
        assert_eq!(code_of(twice), "LEAD_NOT_NOW");
        let asked = office.answer_lead(&ani, lead.id, true, "sudah ditanya kemarin");
        assert_eq!(code_of(asked), "LEAD_NOT_ASKED");
        let wrong = office.step_lead(&ani, lead.id, LeadStep::Reopen, "ternyata saudara kembarnya");
        assert_eq!(wrong.expect("moved").person, None);
        // Whoever takes the agreement back is forgotten; the count stays.
        let reason = "mencabut persetujuannya lewat telepon";
        assert_eq!(office.forget_lead(&ani, lead.id, reason).expect("forgotten").1, Done::Now);
        assert_eq!(office.forget_lead(&ani, lead.id, reason).expect("forgotten").1, Done::Before);
        assert_eq!(code_of(office.read_lead(&ani, lead.id)), "LEAD_ERASED");
        let called = office.step_lead(&ani, lead.id, LeadStep::Contact, "masih ditelepon juga");
        assert_eq!(code_of(called), "LEAD_ERASED");
        let file = office.lead(&ani, lead.id).expect("there");
        assert!(file.shown.initials.is_empty() && file.next.is_empty());
        assert_eq!(office.follow_up_leads(&ani).expect("followed").looked, 0);
        assert_eq!(office.leads(&ani, &LeadFilter::default()).expect("leads").len(), 2);
    });
}

#[test]
fn a_lead_is_read_out_where_one_may_and_nowhere_else() {
    on_both_on("2022-11-25", |office, _| {
        let ani = who(office, "ani");
        office.keep_agent(&ani, &bhabin()).expect("kept");
        let lead = LeadInput {
            who: seen("Rekaan Rahasia", "6401050101700091"),
            agent: "bhabin-satu".into(),
            ..LeadInput::default()
        };
        let (lead, _) = office.add_lead(&ani, &lead).expect("kept");
        let here = villager(office, "pak-bhabin", Role::Agent, VILLAGE);
        let there = villager(office, "bu-lain", Role::Agent, OTHER);
        let all = LeadFilter::default();
        assert_eq!(office.leads(&here, &all).expect("leads")[0].initials, "R… R…");
        assert!(office.leads(&there, &all).expect("leads").is_empty());
        assert_eq!(code_of(office.lead(&there, lead.id)), "LEAD_UNKNOWN");
        assert_eq!(code_of(office.read_lead(&there, lead.id)), "LEAD_UNKNOWN");
        let lala = who(office, "lala");
        assert_eq!(code_of(office.read_lead(&lala, lead.id)), "USER_MAY_NOT");
        let said = office.read_lead(&here, lead.id).expect("read");
        assert_eq!(said.name.as_str(), "Rekaan Rahasia");
        let lines = office.store.read(store::audit::list).expect("lines");
        assert!(lines.iter().any(|line| &*line.act == "lead-shown"));
        assert_eq!(code_of(office.outreach_agent(&there, "bhabin-satu")), "AGENT_UNKNOWN");
        assert_eq!(code_of(office.keep_agent(&here, &bhabin())), "USER_MAY_NOT");
        let elsewhere = EventInput { place: OTHER.into(), ..meeting() };
        assert_eq!(code_of(office.keep_event(&here, &elsewhere)), "USER_MAY_NOT");
        office.keep_event(&here, &meeting()).expect("one's own village");
        // Whoever plans sees what others plan.
        assert_eq!(
            office.outreach_events(&there, &EventFilter::default()).expect("events").len(),
            1
        );
    });
}

#[test]
fn an_agent_sees_whom_nobody_insures_yet() {
    on_both_on("2022-11-25", |office, folder| {
        let ani = who(office, "ani");
        office.keep_agent(&ani, &bhabin()).expect("kept");
        let here = villager(office, "pak-bhabin", Role::Agent, VILLAGE);
        let uncovered = || office.uncovered(&here, "bhabin-satu").expect("a list");
        let whys = || -> Vec<&str> { uncovered().1.iter().map(|one| one.why.name()).collect() };
        // Nothing was paid yet: three members whose month is not paid.
        assert_eq!(whys(), ["unpaid"; 3]);
        paid(office, month(10));
        assert_eq!((uncovered().0, whys()), (month(10), Vec::new()));
        registers(office, folder, "Rekaan Baru", "6401050101700091", "01-01-1970");
        assert_eq!(whys(), ["not-listed"]);
        assert_eq!(uncovered().1[0].initials, "R… B…");
        let file = office.outreach_agent(&here, "bhabin-satu").expect("there");
        assert_eq!(file.gaps.iter().map(|(_, count)| *count).sum::<u32>(), 1);
        assert!(file.details.is_none() && !file.may_change);
    });
}

#[test]
fn the_calendar_shows_clashes_offers_days_and_names_nobody() {
    on_both_on("2022-11-25", |office, _| {
        let ani = who(office, "ani");
        let keeper = who(office, "operator");
        let regency = RegionCode::from_digits(6401, 2);
        office.add_org(&keeper, "dinas", "Dinas Rekaan", regency).expect("an office");
        // 2022-12-01 is a Thursday.
        let one = EventInput { day: "2022-12-01".into(), ..meeting() };
        office.keep_event(&ani, &one).expect("kept");
        let other = EventInput {
            code: "dinas-satu".into(),
            org: "dinas".into(),
            day: "2022-12-06".into(),
            ..one.clone()
        };
        office.keep_event(&ani, &other).expect("kept");
        let shown = office.outreach_events(&ani, &EventFilter::default()).expect("events");
        let whys: Vec<Vec<ClashWhy>> =
            shown.iter().map(|one| one.clashes.iter().map(|clash| clash.why).collect()).collect();
        assert_eq!(whys, [[ClashWhy::People], [ClashWhy::People]]);
        let asked = FreeAsked {
            event: "dinas-satu".into(),
            from: Some(day("2022-12-01")),
            most: Some(1),
            ..FreeAsked::default()
        };
        // Seven days after the first it is free again: Friday the ninth.
        assert_eq!(office.free_event_days(&ani, &asked), Ok(vec![day("2022-12-09")]));
        let met = office.clashes_on(&ani, &asked, day("2022-12-01")).expect("asked");
        // One village and one speaker on a day: the speaker is said first.
        assert_eq!(met[0].why, ClashWhy::Facilitator);
        let words = Words::of(Language::Indonesian);
        let feed = office.outreach_feed(&ani, &EventFilter::default(), words).expect("a feed");
        assert!(feed.contains("DTSTART:20221201T090000\r\n") && !feed.contains("Kenari"));
        let invite = |reminds| {
            office.outreach_invitation(&ani, "rembuk-satu", reminds, Language::Indonesian)
        };
        let text = invite(false).expect("a text");
        assert!(
            text.contains("Hari: Kamis, 1 Desember 2022") && !text.contains("Kenari"),
            "{text}"
        );
        assert_ne!(invite(true).expect("a text"), text);
        office.cancel_event(&ani, "dinas-satu", "kantor tutup pada hari itu").expect("cancelled");
        let shown = office.outreach_events(&ani, &EventFilter::default()).expect("events");
        assert!(shown.iter().all(|one| one.clashes.is_empty()));
        let rows = office.outreach_effects(&ani).expect("rows");
        assert_eq!(rows.len(), 1);
    });
}

#[test]
fn agents_come_from_a_list_and_the_pack_is_a_pdf() {
    on_both_on("2022-11-25", |office, folder| {
        let ani = who(office, "ani");
        let path = folder.join("agen.csv");
        let rows = format!(
            "Kode,Nama,Wilayah,Target\nkader-1,Kenari Satu,{VILLAGE},3\nkader-2,Kenari Dua,{OTHER},\n\
             kader-3,Kenari Tiga,34.71,\n"
        );
        std::fs::write(&path, rows).expect("written");
        let defaults = AgentInput { kind: "kader".into(), ..AgentInput::default() };
        let take = || office.import_agents(&ani, &path, &defaults).expect("may").expect("read");
        let taken = take();
        assert_eq!((taken.kept, taken.same), (2, 0));
        assert_eq!(taken.refused, [(4, "NOT_A_REGION".to_owned())]);
        assert_eq!((take().kept, take().same), (0, 2));
        std::fs::write(&path, "a,b\n1,2\n").expect("written");
        let headless = office.import_agents(&ani, &path, &defaults).map(|_| ());
        assert_eq!(code_of(headless), "AGENT_LIST_WITHOUT_HEAD");
        let pack = office.briefing_pack(&ani, None).expect("a pack");
        assert!(pack.bytes.starts_with(b"%PDF"));
        let kind = OutreachKind {
            of: OutreachOf::Event,
            key: OutreachKindKey::new("seminar"),
            name: "Seminar".into(),
            name_en: "Seminar".into(),
            traits: vec![OutreachTrait::Briefs],
        };
        let keeper = who(office, "operator");
        office.add_outreach_kind(&keeper, &kind).expect("added");
        office.add_outreach_kind(&keeper, &kind).expect("again is no change");
        let other = OutreachKind { traits: Vec::new(), ..kind };
        assert_eq!(code_of(office.add_outreach_kind(&keeper, &other)), "CODE_TAKEN");
        let event = EventInput { kind: "Seminar".into(), ..meeting() };
        assert_eq!(&*office.keep_event(&ani, &event).expect("kept").0.kind.0, "seminar");
    });
}
