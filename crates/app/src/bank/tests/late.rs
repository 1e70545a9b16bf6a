//! What comes late of a month that is closed: it is asked about when the next one is closed.

use super::*;
use crate::ledger::closing::CloseCheck;

const DAY_MS: u64 = 86_400_000;

/// October: the bill of `satu` is paid by a statement of the whole month, that of `dua` is issued;
/// both references.
fn october(scene: &Scene) -> (String, String) {
    let (satu, dua) = (scene.issue("satu", "2022-10"), scene.issue("dua", "2022-10"));
    scene.take(&format!(
        "Periode: 01/10/2022 - 31/10/2022;;;;\n\
         Saldo Awal;;;;100.000\n\
         Tanggal;Keterangan;Debet;Kredit;Saldo\n\
         03/10/2022;{satu};33.600;0;66.400\n"
    ));
    scene.office.match_payments(&scene.who("tuti")).expect("matched");
    scene.office.environment.pass(30 * DAY_MS);
    (satu, dua)
}

/// A statement of days, from its balance before; each line with day, text, out and in.
fn statement(opening: i64, lines: &[(&str, &str, i64, i64)]) -> String {
    let mut text = format!("Saldo Awal;;;;{opening}\nTanggal;Keterangan;Debet;Kredit;Saldo\n");
    let mut balance = opening;
    for (day, remark, out, back) in lines {
        balance += back - out;
        text += &format!("{day};{remark};{out};{back};{balance}\n");
    }
    text
}

fn record(scene: &Scene, bill: &str, number: &str, amount: i64) {
    let day = Day::new(2022, 10, 20).expect("a day");
    let receipt = ReceiptRecorded { bill, number, amount: Rupiah(amount), day };
    assert!(scene.office.record_receipt(&scene.who("tuti"), &receipt).expect("kept"));
}

fn close(scene: &Scene, of: &str, waiver: &str) {
    let step = scene.office.propose_close(&scene.who("tuti"), month(of), waiver);
    let step = step.expect("put forward");
    let verdict = Verdict::Approve(step.hash());
    let state = scene.office.decide_task(&scene.who("budi"), step.task(), &verdict);
    assert_eq!(state.expect("is decided"), TaskState::Approved);
}

fn looked_at(scene: &Scene, of: &str) -> CloseCheck {
    scene.office.check_close(&scene.who("tuti"), month(of)).expect("looked at")
}

/// What bill, bank and BPJS say against closing a month; statements are another matter.
fn against(scene: &Scene, of: &str) -> Vec<(&'static str, u64, i64)> {
    let found = looked_at(scene, of).obstacles.into_iter();
    let found = found.map(|one| (one.kind.name(), one.count, one.rupiah.0));
    let apart = ["statements-missing", "month-not-over"];
    found.filter(|(name, ..)| !apart.contains(name)).collect()
}

#[test]
fn lines_of_a_closed_month_keep_the_next_one_open_and_are_named() {
    on_both(|scene| {
        let (satu, dua) = october(&scene);
        record(&scene, &satu, "KW-1", 33_600);
        close(&scene, "2022-10", "");
        // October's fee and a refund come in November, and the payment of a bill of October.
        let late = [
            ("20/10/2022", "BIAYA SUSULAN", 500, 0),
            ("21/10/2022", "SETORAN SUSULAN", 0, 700),
            ("22/10/2022", &*dua, 50_400, 0),
        ];
        scene.take(&statement(66_400, &late));
        scene.office.match_payments(&scene.who("tuti")).expect("matched");
        assert_eq!(scene.bill_state("dua", "2022-10"), BillState::Posted);
        scene.office.environment.pass(30 * DAY_MS);
        // 500 + 700 that nobody has explained; 50.400 paid in November's books without a receipt.
        let receipts = ("receipts-missing", 1, 50_400);
        assert_eq!(against(&scene, "2022-11"), [("lines-unmatched", 2, 1_200), receipts]);
        let check = looked_at(&scene, "2022-11");
        assert!(!check.may_be_closed());
        let named = |one: &crate::ledger::closing::FoundShown| {
            (one.name.clone(), one.direction, one.amount.0)
        };
        let expect = [
            ("kas-daerah 2022-10-20".to_owned(), Some(Direction::Out), 500),
            ("kas-daerah 2022-10-21".to_owned(), Some(Direction::In), 700),
        ];
        assert_eq!(check.found.iter().map(named).collect::<Vec<_>>(), expect);
        let missing: Vec<_> = check.missing.iter().map(|one| &*one.name).collect();
        assert_eq!(missing, ["dua 2022-10", "kas-daerah"]);
        let lines = ["BIAYA SUSULAN", "SETORAN SUSULAN"].map(|text| scene.line(text).line.id);
        let tuti = scene.who("tuti");
        scene.office.explain_lines(&tuti, &lines, "Biaya dan setoran lain").expect("is said");
        assert_eq!(against(&scene, "2022-11"), [receipts]);
        record(&scene, &dua, "KW-2", 50_400);
        assert_eq!(against(&scene, "2022-11"), []);
        close(&scene, "2022-11", "Rekening koran menyusul");
    });
}

#[test]
fn a_receipt_is_let_pass_of_the_payment_that_stood_and_of_no_later_one() {
    on_both(|scene| {
        let (satu, _) = october(&scene);
        assert_eq!(against(&scene, "2022-10"), [("receipts-missing", 1, 33_600)]);
        close(&scene, "2022-10", "Kuitansi menyusul");
        // In November the bank takes the payment back, and it is paid once more.
        let paid = scene.line(&satu).line.id;
        let again = format!("{satu} ulang");
        let lines = [("03/11/2022", "RETUR", 0, 33_600), ("04/11/2022", &*again, 33_600, 0)];
        scene.take(&statement(66_400, &lines));
        let back = scene.line("RETUR").line.id;
        scene.move_by_two(vec![Give::new(back, Purpose::Reversal(paid), Rupiah(33_600))]);
        assert_eq!(scene.bill_state("satu", "2022-10"), BillState::Final);
        scene.office.match_payments(&scene.who("tuti")).expect("matched");
        assert_eq!(scene.bill_state("satu", "2022-10"), BillState::Posted);
        scene.office.environment.pass(30 * DAY_MS);
        let found = against(&scene, "2022-11");
        assert!(found.contains(&("receipts-missing", 1, 33_600)), "{found:?}");
    });
}

#[test]
fn what_bpjs_says_of_a_closed_month_is_named_in_the_open_one() {
    on_both(|scene| {
        let (satu, _) = october(&scene);
        record(&scene, &satu, "KW-1", 33_600);
        close(&scene, "2022-10", "");
        scene.office.environment.pass(30 * DAY_MS);
        // `dua` of October waits for its payment; that is another matter.
        let due = against(&scene, "2022-11");
        assert!(due.iter().all(|(name, ..)| *name == "pending-due"), "{due:?}");
        // A second receipt: 33.600 + 100 for a bill of 33.600.
        record(&scene, &satu, "KW-9", 100);
        let check = looked_at(&scene, "2022-11");
        let found: Vec<_> = check.found.iter().map(|one| (&*one.name, one.amount.0)).collect();
        assert_eq!(found, [("satu 2022-10", 100)]);
        assert_eq!(check.found[0].month, Some(month("2022-10")));
        assert!(against(&scene, "2022-11").contains(&("unreconciled", 1, 100)));
        // Withdrawn, it is well again; the true one withdrawn too, nothing proves the payment.
        let tuti = scene.who("tuti");
        let withdraw = |number: &str| {
            scene.office.withdraw_receipt(&tuti, (&satu, number), "Salah catat").expect("withdrawn")
        };
        assert!(withdraw("KW-9"));
        assert_eq!(against(&scene, "2022-11"), due);
        assert!(withdraw("KW-1"));
        assert!(against(&scene, "2022-11").contains(&("receipts-missing", 1, 33_600)));
    });
}

#[test]
fn a_page_says_what_is_known_of_the_proof_and_asks_for_none() {
    on_both(|scene| {
        october(&scene);
        let tuti = scene.who("tuti");
        let shown = || scene.office.show_close(&tuti, month("2022-10")).expect("looked at");
        assert!(!shown().proved, "nobody has proved anything");
        assert!(looked_at(&scene, "2022-10").proved);
        assert!(shown().proved, "it is known, and nothing was done since");
        scene.take(&statement(66_400, &[("25/10/2022", "BIAYA", 500, 0)]));
        assert!(!shown().proved, "something was done since");
    });
}

#[test]
fn a_month_that_nobody_billed_is_named_and_let_pass_by_two() {
    on_both(|scene| {
        let (satu, dua) = october(&scene);
        record(&scene, &satu, "KW-1", 33_600);
        // October's contributions are due in November: its own closing does not ask for November's.
        close(&scene, "2022-10", "");
        scene.take(&statement(66_400, &[("22/11/2022", &*dua, 50_400, 0)]));
        scene.office.match_payments(&scene.who("tuti")).expect("matched");
        record(&scene, &dua, "KW-2", 50_400);
        scene.office.environment.pass(60 * DAY_MS);
        close(&scene, "2022-11", "Rekening koran menyusul");
        assert_eq!(against(&scene, "2022-12"), [("unbilled", 2, 0)]);
        let missing = looked_at(&scene, "2022-12").missing;
        let missing: Vec<_> = missing.iter().map(|one| &*one.name).collect();
        assert_eq!(missing, ["dua 2022-11", "satu 2022-11", "kas-daerah"]);
        let refused = scene.office.propose_close(&scene.who("tuti"), month("2022-12"), "");
        assert_eq!(refused.expect_err("is refused").code, "PERIOD_PAPERS_MISSING");
        // A bill that is issued promises something: whether it was kept is another question.
        scene.issue("satu", "2022-11");
        assert_eq!(against(&scene, "2022-12"), [("unbilled", 1, 0)]);
        let (tuti, reason) = (scene.who("tuti"), "Salah bulan");
        scene.office.reopen_bill(&tuti, "satu", month("2022-11"), reason).expect("opened");
        assert_eq!(against(&scene, "2022-12"), [("unbilled", 2, 0)]);
        close(&scene, "2022-12", "Bulan November tidak dibiayai, keputusan rapat anggaran");
        // It was let pass for good: January asks for December alone.
        scene.office.environment.pass(31 * DAY_MS);
        let missing = looked_at(&scene, "2023-01").missing;
        let missing: Vec<_> = missing.iter().map(|one| &*one.name).collect();
        assert_eq!(missing, ["dua 2022-12", "satu 2022-12", "kas-daerah"]);
    });
}
