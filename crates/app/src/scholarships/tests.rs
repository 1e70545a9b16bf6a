//! Scholarships of a granted claim on both engines: asked, approved by another, sent, paid, ended.
//! Everybody here is invented.

use base::Rupiah;
use domain::task::Verdict;

use super::*;
use crate::bills::tests::{month, on_both_on, paid, refused as code_of, who};
use crate::claims::tests::{day, opening, person_of};
use crate::claims::{ClaimKind, ClaimStep, PersonTyped, StepWanted};
use crate::words::{Language, Words};

const DAY_MS: u64 = 86_400_000;

/// A fisherman drowned in November 2022: his claim granted, a widow, a child about to enter the
/// first class, one not at school yet, two more.
fn granted(office: &Office) -> Id<kind::Claim> {
    paid(office, month(10));
    paid(office, month(11));
    let ani = who(office, "ani");
    let asked = opening(person_of(office, 1), ClaimKind::JkkDeath, day("2022-11-20"));
    let id = office.open_claim(&ani, &asked).expect("opened").0.id;
    let children =
        [("sd1", "2016-03-01"), ("", "2021-01-01"), ("smp1", "2010-03-01"), ("sma1", "2007-09-01")];
    let widow = PersonTyped {
        relation: "spouse",
        name: "Rekaan Janda",
        birth: "1985-01-01",
        ..PersonTyped::default()
    };
    office.claim_person(&ani, id, &widow).expect("kept");
    for (school, birth) in children {
        let child = PersonTyped {
            relation: "child",
            name: &format!("Rekaan Anak {school}"),
            school,
            birth,
            guardian: "Rekaan Janda",
            ..PersonTyped::default()
        };
        office.claim_person(&ani, id, &child).expect("kept");
    }
    for paper in office.claim(&ani, id).expect("a claim").papers.iter().filter(|one| one.always) {
        office.claim_paper(&ani, id, &paper.key, Some(day("2022-11-24"))).expect("noted");
    }
    for step in [ClaimStep::Complete, ClaimStep::Propose] {
        office.step_claim(&ani, id, &StepWanted::of(step)).expect("made");
    }
    let task = office.claim(&ani, id).expect("a claim").task.expect("waits");
    let yes = Verdict::Approve(task.hash);
    office.decide_task(&who(office, "budi"), task.id, &yes).expect("approved");
    office.step_claim(&ani, id, &StepWanted::of(ClaimStep::Send)).expect("sent");
    id
}

fn grant(office: &Office, id: Id<kind::Claim>) {
    let rupiah = Some(Rupiah(70_000_000));
    let wanted = StepWanted { rupiah, ..StepWanted::of(ClaimStep::Grant) };
    office.step_claim(&who(office, "ani"), id, &wanted).expect("granted");
}

fn pass_to(office: &Office, on: &str) {
    let days = u64::try_from(office.today().days_until(day(on))).expect("a later day");
    office.environment.pass(days * DAY_MS);
}

fn go(office: &Office, name: &str, id: Id<kind::Claim>, wanted: &YearWanted<'_>) -> String {
    let done = office.step_scholarship(&who(office, name), id, wanted);
    done.map_or_else(|error| error.code, |kept| kept.state.name().to_owned())
}

/// Asks for a year with a letter written on its first day.
fn asking(no: u16, year: i32) -> YearWanted<'static> {
    let written = Some(day(&format!("{year}-07-01")));
    YearWanted { day: written, reference: "421/12", ..YearWanted::of(no, year, YearStep::Ask) }
}

fn shown(office: &Office, id: Id<kind::Claim>, no: u16, year: i32) -> YearShown {
    let found = office.scholarship(&who(office, "ani"), id).expect("a plan").expect("a plan");
    let is = |one: &&YearShown| (one.row.person_no, one.row.year) == (no, year);
    found.years.iter().find(is).expect("the year").clone()
}

#[test]
fn a_year_is_asked_for_by_one_and_approved_by_another() {
    on_both_on("2022-11-25", |office, _| {
        let id = granted(office);
        let ask = asking(2, 2023);
        assert_eq!(go(office, "ani", id, &ask), "SCHOLARSHIP_CLAIM_NOT_READY");
        grant(office, id);
        assert_eq!(go(office, "ani", id, &ask), "SCHOLARSHIP_DAY_UNFIT");
        pass_to(office, "2023-06-20");
        let early = YearWanted { day: Some(day("2023-06-20")), ..ask.clone() };
        assert_eq!(go(office, "ani", id, &early), "SCHOLARSHIP_NOT_YET");
        pass_to(office, "2023-07-10");
        let due = office.scholarships_due(&who(office, "ani")).expect("due");
        // The first class, and lower and upper secondary school; the little one has no class.
        let due: Vec<_> = due.iter().map(|one| (one.row.person_no, one.row.rupiah.0)).collect();
        assert_eq!(due, [(2, 1_500_000), (4, 2_000_000), (5, 3_000_000)]);
        assert_eq!(go(office, "budi", id, &ask), "USER_MAY_NOT");
        let bare = YearWanted::of(2, 2023, YearStep::Ask);
        assert_eq!(go(office, "ani", id, &bare), "SCHOLARSHIP_LETTER_MISSING");
        let wrong = YearWanted { class: "kelas satu", ..ask.clone() };
        assert_eq!(go(office, "ani", id, &wrong), "SCHOLARSHIP_CLASS_MISSING");
        assert_eq!(go(office, "ani", id, &ask), "asked");
        assert_eq!(go(office, "ani", id, &ask), "asked");
        let year = shown(office, id, 2, 2023);
        assert_eq!(year.steps.len(), 1);
        let task = year.task.expect("waits for another");
        let yes = Verdict::Approve(task.hash);
        assert_eq!(code_of(office.decide_task(&who(office, "ani"), task.id, &yes)), "USER_MAY_NOT");
        let other = Verdict::Approve([7; 32]);
        let budi = who(office, "budi");
        assert_eq!(code_of(office.decide_task(&budi, task.id, &other)), "HASH_DIFFERS");
        let no = Verdict::Return("surat sekolah tahun lalu".into());
        office.decide_task(&budi, task.id, &no).expect("returned");
        assert_eq!(shown(office, id, 2, 2023).row.standing, Standing::Kept(YearState::Returned));
        let anew = YearWanted { day: Some(day("2023-07-09")), ..ask };
        assert_eq!(go(office, "ani", id, &anew), "asked");
        let task = shown(office, id, 2, 2023).task.expect("waits");
        office.decide_task(&budi, task.id, &Verdict::Approve(task.hash)).expect("approved");
        let step = |step| YearWanted::of(2, 2023, step);
        assert_eq!(go(office, "ani", id, &step(YearStep::Pay)), "SCHOLARSHIP_NOT_NOW");
        assert_eq!(go(office, "ani", id, &step(YearStep::Send)), "sent");
        assert_eq!(go(office, "ani", id, &step(YearStep::Pay)), "SCHOLARSHIP_AMOUNT_MISSING");
        let pay = YearWanted { rupiah: Some(Rupiah(1_000_000)), ..step(YearStep::Pay) };
        assert_eq!(go(office, "ani", id, &pay), "SCHOLARSHIP_TRANSFER_MISSING");
        let pay = YearWanted { reference: "TRF-1", ..pay };
        let citizen = YearWanted { reference: "6401051108620001", ..pay.clone() };
        assert_eq!(go(office, "ani", id, &citizen), "CLAIM_REFERENCE_UNFIT");
        assert_eq!(go(office, "ani", id, &pay), "paid");
        let year = shown(office, id, 2, 2023);
        assert_eq!(year.row.difference(), Some(Rupiah(-500_000)));
        let steps: Vec<&str> = year.steps.iter().map(|one| one.step.name()).collect();
        assert_eq!(steps, ["ask", "turn-down", "ask", "approve", "send", "pay"]);
        // Another transfer of the same amount is another payment; each of them again is none.
        let second = YearWanted { reference: "TRF-2", ..pay.clone() };
        assert_eq!(go(office, "ani", id, &second), "paid");
        let dated = YearWanted { day: Some(office.today()), ..pay.clone() };
        for again in [&pay, &second, &dated] {
            assert_eq!(go(office, "ani", id, again), "paid");
        }
        let kept = shown(office, id, 2, 2023).row.kept.expect("kept");
        assert_eq!(kept.paid, Rupiah(2_000_000));
        assert_eq!(&*year.steps[1].reason, "surat sekolah tahun lalu");
        assert!(year.steps[3].maker.is_some() && year.steps[3].maker != year.steps[3].made_by);
    });
}

#[test]
fn two_children_are_paid_for_and_an_end_ends_the_years_after_it() {
    on_both_on("2022-11-25", |office, _| {
        let id = granted(office);
        grant(office, id);
        pass_to(office, "2024-08-01");
        let of = |no, year, step| YearWanted::of(no, year, step);
        assert_eq!(go(office, "ani", id, &asking(4, 2023)), "asked");
        assert_eq!(go(office, "ani", id, &asking(5, 2024)), "asked");
        let third = go(office, "ani", id, &asking(2, 2023));
        assert_eq!(third, "SCHOLARSHIP_CHILDREN_FULL");
        assert_eq!(go(office, "ani", id, &asking(4, 2024)), "asked");
        assert_eq!(go(office, "ani", id, &asking(1, 2024)), "SCHOLARSHIP_CHILD_UNKNOWN");
        let end = of(5, 2025, YearStep::End);
        assert_eq!(go(office, "ani", id, &end), "SCHOLARSHIP_CAUSE_MISSING");
        let end = YearWanted { cause: "married", ..end };
        assert_eq!(go(office, "ani", id, &end), "ended");
        let found = office.scholarship(&who(office, "ani"), id).expect("reads").expect("a plan");
        let last = found.years.iter().rfind(|year| year.row.person_no == 5);
        let last = last.expect("a year");
        assert_eq!((last.row.year, last.row.standing.name()), (2025, "ended"));
        let words = Words::of(Language::Indonesian);
        // Upper secondary school of 2023 may still be asked for; two others have the places of the
        // child in primary school, whose years call nobody. Nobody is named.
        let reminders = found.reminders(words);
        assert_eq!(reminders.len(), 1, "{reminders:?}");
        let third = found.years.iter().find(|year| year.row.person_no == 2).expect("a year");
        assert_eq!(third.row.standing, Standing::ChildrenFull);
        assert!(reminders.iter().all(|text| !text.contains("Rekaan")), "{reminders:?}");
        assert!(reminders[0].contains("2023/2024") && reminders[0].contains("30 Juni 2027"));
        let due = office.scholarships_due(&who(office, "ani")).expect("due");
        assert_eq!(due.iter().map(|one| one.row.person_no).collect::<Vec<_>>(), [5]);
        let back = YearWanted { reason: "ternyata magang", ..of(5, 2025, YearStep::Reopen) };
        assert_eq!(go(office, "ani", id, &back), "due");
    });
}

#[test]
fn a_little_one_begins_when_the_class_is_said_and_too_late_is_too_late() {
    on_both_on("2022-11-25", |office, _| {
        let id = granted(office);
        grant(office, id);
        pass_to(office, "2027-07-01");
        let of = |no, year, step| YearWanted::of(no, year, step);
        assert_eq!(go(office, "ani", id, &asking(4, 2023)), "SCHOLARSHIP_TOO_LATE");
        let little = asking(3, 2026);
        let before = YearWanted { class: "tk1", ..asking(3, 2022) };
        assert_eq!(go(office, "ani", id, &before), "SCHOLARSHIP_BEFORE_EVENT");
        assert_eq!(go(office, "ani", id, &little), "SCHOLARSHIP_CLASS_MISSING");
        let place = YearWanted { class: "tk1", ..of(3, 2026, YearStep::Place) };
        assert_eq!(go(office, "ani", id, &place), "due");
        let next = shown(office, id, 3, 2027).row;
        assert_eq!((class_name(next.class), next.rupiah), ("tk2".into(), Rupiah(1_500_000)));
        let again = YearWanted { class: "tk1", ..asking(3, 2027) };
        assert_eq!(go(office, "ani", id, &again), "asked");
        assert_eq!(class_name(shown(office, id, 3, 2028).row.class), "tk2");
        assert_eq!(shown(office, id, 3, 2028).row.standing, Standing::LevelUsed);
    });
}

/// What a second person is shown of the letter stays as it was; what is with them comes back,
/// whatever becomes of the claim meanwhile.
#[test]
fn the_letter_is_bound_and_what_waits_comes_back_from_a_claim_that_changed() {
    on_both_on("2022-11-25", |office, _| {
        let id = granted(office);
        grant(office, id);
        pass_to(office, "2023-07-10");
        let ani = who(office, "ani");
        let photo = |inside: u8| [&[0xff, 0xd8, 0xff, 0xe0][..], &[inside], &[0xff, 0xd9]].concat();
        let attach = |part: &str, inside| {
            let of = crate::attachments::FileOf::Claim(id);
            office.keep_attachment(&ani, of, (part, &photo(inside)))
        };
        let file = attach("school-letter:2:2023", 1).expect("kept");
        assert_eq!(code_of(attach("school-letter:9:2023", 1)), "SCHOLARSHIP_CHILD_UNKNOWN");
        assert_eq!(code_of(attach("school-letter:2:2022", 1)), "SCHOLARSHIP_CHILD_UNKNOWN");
        assert_eq!(go(office, "ani", id, &asking(2, 2023)), "asked");
        assert_eq!(code_of(attach("school-letter:2:2023", 2)), "SCHOLARSHIP_NOT_NOW");
        let task = shown(office, id, 2, 2023).task.expect("waits");
        let budi = who(office, "budi");
        let content = office.task(&budi, task.id).expect("a task").record.content;
        let lines = [
            "letter=421/12".to_owned(),
            "letter_day=2023-07-01".to_owned(),
            format!("letter_files={}", file.id),
        ];
        assert!(lines.iter().all(|line| content.lines().any(|one| one == line)), "{content}");
        let (_, bytes) = office.read_attachment(&budi, &file.id.to_string()).expect("may see it");
        assert_eq!(bytes, photo(1));
        let appeal = StepWanted { reason: "jumlah keliru", ..StepWanted::of(ClaimStep::Appeal) };
        office.step_claim(&ani, id, &appeal).expect("appealed");
        let refuse = StepWanted { reason: "ditolak rekaan", ..StepWanted::of(ClaimStep::Refuse) };
        office.step_claim(&ani, id, &refuse).expect("refused");
        let yes = office.decide_task(&budi, task.id, &Verdict::Approve(task.hash));
        assert_eq!(code_of(yes), "SCHOLARSHIP_CLAIM_NOT_READY");
        let no = Verdict::Return("klaim ditolak".into());
        office.decide_task(&budi, task.id, &no).expect("returned");
        let kept = office.store.read(|tx| store::scholarships::of_claim(tx, id)).expect("reads");
        assert_eq!(kept[0].state, YearState::Returned);
    });
}

/// A claim of four children at school for years has more letters than a claim has papers.
#[test]
fn the_letters_of_each_year_have_room_of_their_own() {
    use crate::attachments::{FILES_MOST, FileOf};
    on_both_on("2022-11-25", |office, _| {
        let id = granted(office);
        grant(office, id);
        pass_to(office, "2023-07-10");
        let ani = who(office, "ani");
        let attach = |part: &str, inside: u8| {
            let photo = [&[0xff, 0xd8, 0xff, 0xe0][..], &[inside], &[0xff, 0xd9]].concat();
            office.keep_attachment(&ani, FileOf::Claim(id), (part, &photo))
        };
        let full = FILES_MOST as u8;
        // Two years of one child, a year of another, and the papers of the claim itself.
        let parts =
            ["school-letter:2:2023", "school-letter:2:2024", "school-letter:4:2023", "card"];
        for part in parts {
            for inside in 0..full {
                attach(part, inside).unwrap_or_else(|error| panic!("{part} {inside}: {error:?}"));
            }
            assert_eq!(code_of(attach(part, full)), "FILES_FULL", "{part}");
            attach(part, 0).expect("the same again is the first one");
        }
        assert_eq!(code_of(attach("burial-receipt", 0)), "FILES_FULL", "with the card's");
        let kept = office.attachments(&ani, FileOf::Claim(id)).expect("files");
        assert_eq!(kept.len(), parts.len() * FILES_MOST);
        // Each year is put forward with its own.
        assert_eq!(go(office, "ani", id, &asking(2, 2023)), "asked");
        let task = shown(office, id, 2, 2023).task.expect("waits");
        let content = office.task(&ani, task.id).expect("a task").record.content;
        let files = content.lines().find_map(|line| line.strip_prefix("letter_files="));
        let own = kept.iter().filter(|file| &*file.part == parts[0]);
        assert!(own.clone().all(|file| files.expect("files").contains(&file.id.to_string())));
        let names = files.expect("files").split([' ', ',']);
        assert_eq!(names.filter(|name| !name.is_empty()).count(), own.count());
    });
}

#[test]
fn after_another_death_there_is_none_before_three_years() {
    on_both_on("2022-11-25", |office, _| {
        paid(office, month(10));
        let ani = who(office, "ani");
        let asked = opening(person_of(office, 2), ClaimKind::Jkm, day("2022-11-20"));
        let id = office.open_claim(&ani, &asked).expect("opened").0.id;
        assert!(office.scholarship(&ani, id).expect("reads").is_none(), "nobody has approved it");
        let short = office.claim(&ani, id).expect("a claim").assessment.scholarship_short;
        assert_eq!(short, Some((1, 36)));
    });
}
