//! Accounts of three invented members of a programme with old age savings, on both engines. Their
//! bills of October and November are paid on 14 November 2022: 20,000 a month each.

use domain::task::Verdict;
use rules::Schemes;

use super::*;
use crate::bills::tests::{CODE, month, nik, on_both_in, paid, refused, who};
use crate::claims::tests::{day, person_of};
use crate::claims::{ClaimFacts, ClaimOpening, Reporter, StepWanted, Told};
use crate::deaths::{EventList, NoticeKind};
use crate::words::{Language, Words};

fn with_savings(test: impl Fn(&Office, &std::path::Path)) {
    on_both_in("2022-11-25", Schemes::JKK_JKM_JHT, |office, folder| {
        paid(office, month(10));
        paid(office, month(11));
        test(office, folder);
    });
}

fn account_of(office: &Office, number: u32, asked: CoverAsked) -> JhtFile {
    office.jht_file(&who(office, "ani"), person_of(office, number), asked).expect("an account")
}

fn on(text: &str) -> CoverAsked {
    CoverAsked { on: Some(day(text)), known_at: None }
}

fn balance(office: &Office, number: u32, asked: CoverAsked) -> i64 {
    account_of(office, number, asked).account.counted.answer.total.0
}

fn stated<'a>(office: &Office, rupiah: i64, reference: &'a str) -> StatedTyped<'a> {
    let person = person_of(office, 1);
    StatedTyped { person, as_of: day("2022-11-20"), rupiah: Rupiah(rupiah), reference }
}

#[test]
fn an_account_follows_from_the_months_that_were_paid() {
    with_savings(|office, _| {
        let file = account_of(office, 1, CoverAsked::default());
        // Both came in November and have earned nothing yet.
        let counted = &file.account.counted;
        assert_eq!((counted.paid_in, counted.growth), (Rupiah(40_000), Rupiah::ZERO));
        assert_eq!((file.paid.len(), file.corrections.len()), (2, 0));
        let first = &file.paid[0];
        assert_eq!((&*first.programme.0, first.segment), (CODE, Segment::Bpu));
        assert_eq!(first.saved.paid.paid_on, day("2022-11-14"));
        assert_eq!((file.worker.is_none(), file.compared.is_none()), (true, true));
        // A month later: 40,000 × 5 % ÷ 12 = 166.67.
        assert_eq!(balance(office, 1, on("2022-12-31")), 40_167);
        assert_eq!(balance(office, 1, on("2022-11-13")), 0);
        // All of it was written down today.
        let before = CoverAsked { on: None, known_at: Some(day("2022-11-24")) };
        assert_eq!(balance(office, 1, before), 0);
    });
}

#[test]
fn what_bpjs_states_stands_beside_the_account() {
    with_savings(|office, _| {
        let ani = who(office, "ani");
        let citra = office.state_jht(&who(office, "citra"), &stated(office, 45_000, "JHT-7"));
        assert_eq!(refused(citra), "USER_MAY_NOT");
        assert_eq!(
            refused(office.state_jht(&ani, &stated(office, 1, " "))),
            "JHT_REFERENCE_MISSING"
        );
        let citizen = nik(1);
        let number = office.state_jht(&ani, &stated(office, 1, &citizen));
        assert_eq!(refused(number), "CLAIM_REFERENCE_UNFIT");
        let tomorrow = StatedTyped { as_of: day("2022-11-26"), ..stated(office, 1, "JHT-7") };
        assert_eq!(refused(office.state_jht(&ani, &tomorrow)), "JHT_DAY_UNFIT");
        let (kept, is_new) =
            office.state_jht(&ani, &stated(office, 45_000, "JHT-7")).expect("kept");
        let again = office.state_jht(&ani, &stated(office, 45_000, "JHT-7")).expect("the same");
        assert_eq!((is_new, again), (true, (kept.clone(), false)));
        let compared = account_of(office, 1, CoverAsked::default()).compared.expect("compared");
        assert_eq!((compared.ours, compared.difference()), (Rupiah(40_000), Rupiah(5_000)));
        let words = Words::of(Language::Indonesian);
        let text = difference_in_words(&compared, words);
        assert!(text.contains("Rp5.000 (lima ribu rupiah)") && text.contains("JHT-7"), "{text}");
        let none = office.withdraw_jht_stated(&ani, kept.id, "-");
        assert_eq!(refused(none), "REASON_MISSING");
        for _ in 0..2 {
            office.withdraw_jht_stated(&ani, kept.id, "salah orang").expect("taken back");
        }
        assert!(account_of(office, 1, CoverAsked::default()).compared.is_none());
        let (anew, is_new) =
            office.state_jht(&ani, &stated(office, 45_000, "JHT-7")).expect("kept");
        assert!(is_new && anew.id != kept.id);
    });
}

#[test]
fn everybody_is_summed_up_and_shown_in_parts() {
    with_savings(|office, _| {
        let ani = who(office, "ani");
        office.state_jht(&ani, &stated(office, 45_000, "JHT-7")).expect("kept");
        let ask = |programme, after, most| {
            office.jht_list(&ani, &JhtScope { programme, after, most }).expect("a list")
        };
        let all = ask(None, None, 2);
        assert_eq!((all.people, all.sums.balance, all.stated), (3, Rupiah(120_000), (1, 1)));
        assert_eq!((all.rows.len(), all.more, all.rows[0].months), (2, true, 2));
        let rest = ask(Some(CODE), Some(all.rows[1].person.id), 2);
        assert_eq!((rest.people, rest.rows.len(), rest.more), (3, 1, false));
        let differs = [&all.rows[..], &rest.rows[..]].concat();
        let differs = differs.iter().filter_map(|row| row.compared.as_ref());
        assert_eq!(differs.map(Compared::difference).collect::<Vec<_>>(), [Rupiah(5_000)]);
        let unknown = JhtScope { programme: Some("tidak-ada"), after: None, most: 1 };
        assert_eq!(refused(office.jht_list(&ani, &unknown)), "PROGRAMME_UNKNOWN");
    });
}

#[test]
fn a_statement_is_printed_by_whoever_handles_claims() {
    with_savings(|office, _| {
        let words = Words::of(Language::Indonesian);
        let person = person_of(office, 1);
        let print =
            |name: &str| office.print_jht(&who(office, name), person, CoverAsked::default(), words);
        let printed = print("ani").expect("a statement");
        assert!(printed.bytes.starts_with(b"%PDF") && !printed.name.contains(&nik(1)));
        assert_eq!(refused(print("lala").map(|_| ())), "USER_MAY_NOT");
        let nobody = office.environment.new_id();
        let ani = who(office, "ani");
        let none = office.jht_file(&ani, nobody, CoverAsked::default());
        assert_eq!(refused(none), "PERSON_UNKNOWN");
    });
}

/// A claim of savings on its whole way, paid what it came to.
fn claimed(office: &Office, why: Option<JhtReason>, event: &str) -> Rupiah {
    let (ani, budi) = (who(office, "ani"), who(office, "budi"));
    let opening = ClaimOpening {
        person: person_of(office, 1),
        kind: ClaimKind::Jht,
        event: day(event),
        reported: None,
        told: Told::Member,
        occupation: None,
        reporter: Reporter::default(),
        facts: ClaimFacts { why, ..ClaimFacts::default() },
    };
    let (claim, _) = office.open_claim(&ani, &opening).expect("opened");
    let file = office.claim(&ani, claim.id).expect("a claim");
    for paper in file.papers.iter().filter(|paper| paper.always) {
        office.claim_paper(&ani, claim.id, &paper.key, Some(day("2022-11-25"))).expect("noted");
    }
    let step = |wanted: &StepWanted<'_>| {
        office.step_claim(&ani, claim.id, wanted).expect("a step");
    };
    step(&StepWanted::of(ClaimStep::Complete));
    step(&StepWanted::of(ClaimStep::Propose));
    let task = office.claim(&ani, claim.id).expect("a claim").task.expect("waits");
    office.decide_task(&budi, task.id, &Verdict::Approve(task.hash)).expect("approved");
    step(&StepWanted::of(ClaimStep::Send));
    let total = file.assessment.answer.total;
    for one in [ClaimStep::Grant, ClaimStep::Pay] {
        step(&StepWanted { rupiah: Some(total), receiver: Some(0), ..StepWanted::of(one) });
    }
    total
}

#[test]
fn a_claim_pays_what_the_account_has_and_takes_it_out() {
    with_savings(|office, _| {
        // A house: 30 % of 40,000.
        let house = claimed(office, Some(JhtReason::Housing), "2022-11-24");
        assert_eq!(house, Rupiah(12_000));
        let file = account_of(office, 1, CoverAsked::default());
        assert_eq!(file.account.counted.taken, Rupiah(12_000));
        assert_eq!(balance(office, 1, CoverAsked::default()), 28_000);
        let list = office
            .jht_list(&who(office, "ani"), &JhtScope { programme: None, after: None, most: 9 });
        let sums = list.expect("a list").sums;
        assert_eq!((sums.taken, sums.balance), (Rupiah(12_000), Rupiah(108_000)));
        // The pension: what the house has left.
        assert_eq!(claimed(office, None, "2022-11-25"), Rupiah(28_000));
        assert_eq!(balance(office, 1, CoverAsked::default()), 0);
        assert_eq!(balance(office, 1, on("2030-01-31")), 0);
        assert_eq!(account_of(office, 1, CoverAsked::default()).account.payouts.len(), 2);
    });
}

#[test]
fn a_month_after_a_death_is_taken_back() {
    with_savings(|office, folder| {
        let path = folder.join("wafat-jht.csv");
        let heads = "nik,nama,tempat lahir,tanggal lahir,jk,alamat,tanggal meninggal\n";
        let row = format!("{},WARGA BIMA,Paser,12-08-1962,L,RT 1,30-10-2022\n", nik(2));
        std::fs::write(&path, format!("{heads}{row}")).expect("written");
        let (kind, source) = (NoticeKind::Death, Told::Village);
        let list = EventList { kind, path: &path, source, as_of: day("2022-11-24") };
        office.take_events(&who(office, "operator"), &list).expect("taken").expect("read");
        assert_eq!(balance(office, 2, CoverAsked::default()), 40_000);
        let (task, _) = office.propose_credits(&who(office, "citra"), CODE).expect("put forward");
        let yes = Verdict::Approve(task.hash);
        office.decide_task(&who(office, "budi"), task.id, &yes).expect("approved");
        let file = account_of(office, 2, CoverAsked::default());
        assert_eq!((file.paid.len(), file.corrections.len()), (1, 1));
        assert_eq!(file.account.counted.answer.total, Rupiah(20_000));
        let gone = &file.corrections[0];
        assert_eq!((gone.saved.paid.month, gone.saved.paid.rupiah), (month(11), Rupiah(20_000)));
        let words = Words::of(Language::Indonesian);
        let text = correction_in_words(&gone.saved, words);
        assert!(text.contains("November 2022") && text.contains("Rp20.000"), "{text}");
    });
}
