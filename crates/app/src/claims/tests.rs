//! A death and its claim on the whole way, on both engines: opened, completed, put forward by one,
//! approved by another, sent, granted, paid, closed. Everybody here is invented.

use base::{Day, Nik, Rupiah};
use domain::task::Verdict;

use super::*;
use crate::bills::tests::{CODE, dead, month, nik, on_both_on, paid, refused as code_of, who};
use crate::words::{Language, Words};

const EVENT: &str = "2022-11-20";

pub(crate) fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

pub(crate) fn person_of(office: &Office, number: u32) -> Id<kind::Person> {
    let nik = Nik::parse(&nik(number)).expect("a number");
    let found = office.store.read(|tx| store::people::by_nik(tx, nik)).expect("reads");
    found.expect("somebody").id
}

pub(crate) fn opening(
    person: Id<kind::Person>,
    kind: ClaimKind,
    event: Day,
) -> ClaimOpening<'static> {
    ClaimOpening {
        person,
        kind,
        event,
        reported: None,
        told: Told::Family,
        occupation: None,
        reporter: Reporter { name: "Rekaan Pelapor".into(), ..Reporter::default() },
        facts: ClaimFacts::default(),
    }
}

fn widow() -> PersonTyped<'static> {
    PersonTyped {
        relation: "spouse",
        name: "Rekaan Janda",
        birth: "1970-01-01",
        account: "BRI 0000",
        ..PersonTyped::default()
    }
}

fn go(office: &Office, name: &str, id: Id<kind::Claim>, wanted: &StepWanted<'_>) -> String {
    let done = office.step_claim(&who(office, name), id, wanted);
    done.map_or_else(|error| error.code, |claim| claim.state.name().to_owned())
}

/// Papers that are always asked for, and a heir.
fn complete(office: &Office, id: Id<kind::Claim>) {
    let ani = who(office, "ani");
    let file = office.claim(&ani, id).expect("a claim");
    for paper in file.papers.iter().filter(|paper| paper.always) {
        office.claim_paper(&ani, id, &paper.key, Some(day("2022-11-24"))).expect("noted");
    }
    office.claim_person(&ani, id, &widow()).expect("kept");
}

/// How many claims the desk says that the office has to go on with.
fn on_desk(office: &Office) -> Vec<u64> {
    let desk = office.desk(&who(office, "ani")).expect("a desk");
    desk.waiting.iter().filter(|one| one.what == "claims").map(|one| one.count).collect()
}

#[test]
fn a_widow_gets_what_her_husbands_cover_owes() {
    on_both_on("2022-11-25", |office, _| {
        paid(office, month(10));
        paid(office, month(11));
        let ani = who(office, "ani");
        let asked = opening(person_of(office, 1), ClaimKind::Jkm, day(EVENT));
        let (claim, is_new) = office.open_claim(&ani, &asked).expect("opened");
        assert!(is_new && !office.open_claim(&ani, &asked).expect("the same").1);
        let id = claim.id;
        let step = |by: ClaimStep| StepWanted::of(by);
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Complete)), "CLAIM_PAPERS_MISSING");
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Return)), "CLAIM_REASON_MISSING");
        complete(office, id);
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Complete)), "complete");
        assert_eq!(on_desk(office), [1]);
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Send)), "CLAIM_NOT_NOW");
        let file = office.claim(&ani, id).expect("a claim");
        // 20 + 24 × 0.5 + 10 million; two months of JKM and JKK stand behind it.
        assert_eq!(file.assessment.answer.total, Rupiah(42_000_000));
        assert_eq!((file.months.len(), file.people[0].receives), (4, Some("both")));
        assert_eq!(file.clocks[0].until, day("2027-11-20"));
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Propose)), "proposed");
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Propose)), "proposed");
        let late = office.claim_paper(&ani, id, "card", None);
        assert_eq!(code_of(late), "CLAIM_NOT_NOW");

        let task = office.claim(&ani, id).expect("a claim").task.expect("waits");
        let yes = Verdict::Approve(task.hash);
        assert_eq!(code_of(office.decide_task(&ani, task.id, &yes)), "USER_MAY_NOT");
        let other = Verdict::Approve([7; 32]);
        let budi = who(office, "budi");
        assert_eq!(code_of(office.decide_task(&budi, task.id, &other)), "HASH_DIFFERS");
        let no = Verdict::Return("akta kematian kabur".into());
        office.decide_task(&budi, task.id, &no).expect("returned");
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Complete)), "complete");
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Propose)), "proposed");
        let task = office.claim(&ani, id).expect("a claim").task.expect("waits");
        office.decide_task(&budi, task.id, &Verdict::Approve(task.hash)).expect("approved");

        assert_eq!(go(office, "ani", id, &step(ClaimStep::Send)), "sent");
        assert!(on_desk(office).is_empty());
        assert_eq!(go(office, "budi", id, &step(ClaimStep::Grant)), "USER_MAY_NOT");
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Grant)), "CLAIM_AMOUNT_MISSING");
        let number = StepWanted { reference: "6401051108620001", ..step(ClaimStep::Grant) };
        assert_eq!(go(office, "ani", id, &number), "CLAIM_REFERENCE_UNFIT");
        let grant = StepWanted { rupiah: Some(Rupiah(42_000_000)), ..step(ClaimStep::Grant) };
        assert_eq!(go(office, "ani", id, &grant), "granted");
        let part = StepWanted {
            rupiah: Some(Rupiah(32_000_000)),
            receiver: Some(1),
            ..step(ClaimStep::Pay)
        };
        assert_eq!(go(office, "ani", id, &part), "paid");
        let file = office.claim(&ani, id).expect("a claim");
        assert!(file.flags.contains(&Flag::PaymentDiffers { rupiah: Rupiah(-10_000_000) }));
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Close)), "CLAIM_REASON_MISSING");
        let rest = StepWanted { rupiah: Some(Rupiah(10_000_000)), ..part.clone() };
        assert_eq!(go(office, "ani", id, &rest), "paid");
        assert_eq!(go(office, "ani", id, &step(ClaimStep::Close)), "closed");
        let claim = office.claim(&ani, id).expect("a claim").claim;
        assert_eq!((claim.paid, claim.granted), (Rupiah(42_000_000), Some(Rupiah(42_000_000))));
        let steps = office.claim(&ani, id).expect("a claim").steps;
        let approved = steps.iter().find(|one| one.kept.step == ClaimStep::Approve);
        let approved = approved.expect("approved");
        assert_eq!(
            (approved.by.as_deref(), approved.maker.as_deref()),
            (Some("budi"), Some("ani"))
        );
    });
}

#[test]
fn a_death_that_is_claimed_for_is_paid_for_no_more() {
    on_both_on("2022-11-25", |office, _| {
        paid(office, month(10));
        let ani = who(office, "ani");
        let asked = opening(person_of(office, 1), ClaimKind::Jkm, day(EVENT));
        let (claim, _) = office.open_claim(&ani, &asked).expect("opened");
        let citra = who(office, "citra");
        // November is the month of death and is paid; December is not.
        let people = |of| office.draft_bill(&citra, CODE, month(of)).expect("a draft").people;
        assert_eq!((people(11), people(12)), (3, 2));
        let back =
            StepWanted { reason: "ternyata masih hidup", ..StepWanted::of(ClaimStep::Withdraw) };
        assert_eq!(go(office, "ani", claim.id, &back), "withdrawn");
        assert_eq!(people(12), 3);
        // Withdrawn by mistake: it is opened anew, and once.
        let (again, is_new) = office.open_claim(&ani, &asked).expect("opened");
        assert!(is_new && again.id != claim.id);
        let (same, is_new) = office.open_claim(&ani, &asked).expect("the same");
        assert_eq!((same.id, is_new), (again.id, false));
        assert_eq!(people(12), 2);
    });
}

/// The list of September names the second member; a claim for the first, told of later, is a list
/// of one and wakes nobody.
#[test]
fn a_claim_for_one_leaves_the_others_who_died_on_their_list() {
    on_both_on("2022-11-25", |office, folder| {
        paid(office, month(10));
        dead(office, folder, &format!("{},WARGA BIMA,06-09-2022\n", nik(2)));
        let asked = opening(person_of(office, 1), ClaimKind::Jkm, day(EVENT));
        office.open_claim(&who(office, "ani"), &asked).expect("opened");
        let numbers = [1, 2, 3].map(|number| Nik::parse(&nik(number)).expect("a number"));
        let hits = office.store.read(|tx| store::references::hits(tx, &numbers)).expect("read");
        let mut died: Vec<_> = hits.iter().map(|hit| (hit.entry.nik, hit.entry.event)).collect();
        died.sort_by_key(|(nik, _)| nik.as_u64());
        let expect = [(numbers[0], Some(day(EVENT))), (numbers[1], Some(day("2022-09-06")))];
        assert_eq!(died, expect);
    });
}

#[test]
fn what_the_rules_do_not_know_is_no_claim_and_no_reference_is_somebodys_number() {
    on_both_on("2022-11-25", |office, _| {
        paid(office, month(10));
        let ani = who(office, "ani");
        let asked = opening(person_of(office, 1), ClaimKind::Jkm, day("2012-11-20"));
        assert_eq!(code_of(office.open_claim(&ani, &asked)), "RULE_MISSING");
        assert_eq!(office.claims(&ani, &ClaimFilter::default()).expect("claims").len(), 0);
        let asked = opening(person_of(office, 1), ClaimKind::Jkm, day(EVENT));
        let (claim, _) = office.open_claim(&ani, &asked).expect("opened");
        for reference in [" 6401051108620001", "KW 6401051108620001", "640105 110862 0001"] {
            let step = StepWanted {
                reference,
                reason: "salah orang",
                ..StepWanted::of(ClaimStep::Withdraw)
            };
            assert_eq!(go(office, "ani", claim.id, &step), "CLAIM_REFERENCE_UNFIT");
        }
        let unknown = office.claim_paper(&ani, claim.id, "Surat Rekaan", None);
        let error = unknown.expect_err("no such paper");
        assert_eq!((error.code.as_str(), error.detail.as_str()), ("CLAIM_PAPER_UNKNOWN", "…"));
    });
}

#[test]
fn papers_say_what_is_known_and_the_printing_is_kept() {
    on_both_on("2022-11-25", |office, _| {
        paid(office, month(10));
        let ani = who(office, "ani");
        for kind in [ClaimKind::Jkm, ClaimKind::JkkDeath] {
            let asked = opening(person_of(office, 2), kind, day(EVENT));
            let (claim, _) = office.open_claim(&ani, &asked).expect("opened");
            office.claim_person(&ani, claim.id, &widow()).expect("kept");
            let words = Words::of(Language::Indonesian);
            let print = |paper| office.print_claim(&ani, claim.id, paper, words);
            let of_kind = |paper: &ClaimPaper| paper.is_of(kind) && *paper != ClaimPaper::Decision;
            let papers: Vec<_> = ClaimPaper::ALL.into_iter().filter(of_kind).collect();
            assert_eq!(papers.len(), if kind == ClaimKind::Jkm { 3 } else { 6 });
            for paper in papers {
                let printed = print(paper).expect("a paper");
                assert!(printed.bytes.starts_with(b"%PDF"), "{}", printed.name);
                assert!(!printed.name.to_lowercase().contains("warga"), "{}", printed.name);
            }
            if kind == ClaimKind::Jkm {
                assert_eq!(code_of(print(ClaimPaper::Doctor)), "CLAIM_PAPER_UNKNOWN");
            }
            assert_eq!(code_of(print(ClaimPaper::Decision)), "CLAIM_NOT_DECIDED");
            let lala = who(office, "lala");
            let by_auditor = office.print_claim(&lala, claim.id, ClaimPaper::Form, words);
            assert_eq!(code_of(by_auditor), "USER_MAY_NOT");
        }
        let file = office.claims(&ani, &ClaimFilter::default()).expect("claims");
        assert_eq!(file.len(), 2);
        let flags = office.claim(&ani, file[0].claim.id).expect("a claim").flags;
        assert!(flags.contains(&Flag::OtherClaim), "{flags:?}");
    });
}

#[test]
fn months_that_nobody_paid_up_to_the_event_are_seen() {
    on_both_on("2022-12-10", |office, _| {
        paid(office, month(10));
        let ani = who(office, "ani");
        let unpaid = |kind, event| {
            let asked = opening(person_of(office, 1), kind, day(event));
            let (claim, _) = office.open_claim(&ani, &asked).expect("opened");
            office.claim(&ani, claim.id).expect("a claim").unpaid
        };
        assert_eq!(unpaid(ClaimKind::JkkCare, "2022-10-20"), []);
        assert_eq!(unpaid(ClaimKind::JkkCare, "2022-12-05"), [month(11), month(12)]);
        // Before the first payment the month of the event alone is named.
        assert_eq!(unpaid(ClaimKind::JkkCare, "2022-09-05"), [month(9)]);
    });
}

#[test]
fn what_cannot_be_read_is_refused_and_nobody_is_taken_twice() {
    on_both_on("2022-11-25", |office, _| {
        let ani = who(office, "ani");
        let person = person_of(office, 3);
        let to_come = opening(person, ClaimKind::Jkm, day("2022-11-26"));
        assert_eq!(code_of(office.open_claim(&ani, &to_come)), "CLAIM_DAY_UNFIT");
        let budi = who(office, "budi");
        let asked = opening(person, ClaimKind::JkkPartial, day(EVENT));
        assert_eq!(code_of(office.open_claim(&budi, &asked)), "PERSON_UNKNOWN");
        let work = ClaimOpening { occupation: Some("penjinak bom"), ..asked.clone() };
        assert_eq!(code_of(office.open_claim(&ani, &work)), "CLAIM_WORK_UNKNOWN");
        let (claim, _) = office.open_claim(&ani, &asked).expect("opened");
        // Nothing was ever paid for anybody here.
        let file = office.claim(&ani, claim.id).expect("a claim");
        assert_eq!(file.assessment.answer.total, Rupiah::ZERO);
        assert!(file.flags.contains(&Flag::BeforeFirstPayment));
        let keep = |typed: PersonTyped<'static>| office.claim_person(&ani, claim.id, &typed);
        assert_eq!(
            code_of(keep(PersonTyped { relation: "friend", ..widow() })),
            "CLAIM_PERSON_UNFIT"
        );
        assert_eq!(keep(widow()), Ok(1));
        assert_eq!(keep(widow()), Ok(1));
        let child = PersonTyped { relation: "child", school: "sd1", ..widow() };
        assert_eq!(keep(child), Ok(2));
        // Mended: what is empty stays, the ticks are as they are told.
        let mended =
            PersonTyped { no: Some(2), phone: "0812", disagrees: true, ..PersonTyped::default() };
        assert_eq!(keep(mended), Ok(2));
        let people = office.store.read(|tx| store::benefit_claims::people(tx, claim.id));
        let second = people.expect("people").remove(1);
        assert_eq!(
            (second.relation, &*second.phone, second.disagrees),
            (Heir::Child, "0812", true)
        );
        assert_eq!((second.name.as_str(), second.birth), ("Rekaan Janda", Some(day("1970-01-01"))));
        assert!(second.school.is_some());
        office.drop_claim_person(&ani, claim.id, 2).expect("dropped");
        assert_eq!(office.claim(&ani, claim.id).expect("a claim").people.len(), 1);
        let paper = office.claim_paper(&ani, claim.id, "surat cinta", Some(day(EVENT)));
        assert_eq!(code_of(paper), "CLAIM_PAPER_UNKNOWN");
        let facts = ClaimFacts {
            transport: [Rupiah(250_000), Rupiah(0), Rupiah(0)],
            ..ClaimFacts::default()
        };
        let describe = |work| office.describe_claim(&ani, claim.id, (&facts, work));
        assert_eq!(code_of(describe(Some("astronaut"))), "CLAIM_WORK_UNKNOWN");
        describe(Some("nelayan")).expect("kept");
        let told = office.claim(&ani, claim.id).expect("a claim");
        assert_eq!(
            (told.facts, told.claim.occupation.as_deref()),
            (facts.clone(), Some("nelayan"))
        );
        let review = office.review_claim(&ani, claim.id, "sudah dilihat lagi");
        assert_eq!(code_of(review), "CLAIM_NOT_SELECTED");
    });
}
