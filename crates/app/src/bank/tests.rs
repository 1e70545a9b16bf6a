//! The bank on both engines: four forms of statements, money in parts, what comes back, and a month
//! that closes. Everybody here is invented.

mod late;

use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::billing::BillState;
use domain::ledger::chart::{AccountRole, account_id};
use domain::occupation::OccupationKey;
use domain::programme::{Programme, Terms};
use domain::task::{TaskState, Verdict};
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::intake::{Receipt, Received as Sheet};
use crate::office::{Location, Role};

struct Scene {
    office: Office,
    folder: tempfile::TempDir,
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn open(location: Location) -> Scene {
    let office = Office::invented(location, Day::new(2022, 10, 3).expect("a day"), 4);
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in
        [("ani", Role::Officer), ("budi", Role::Approver), ("tuti", Role::Treasurer)]
    {
        office.add_user(&keeper, name, role).expect("added");
    }
    let village = RegionCode::parse("64.01.01.2001").expect("a village");
    office.add_org(&keeper, "desa", "Desa Rekaan", village).expect("an office");
    office.add_fund(&keeper, "dana", FundKind::ApbdP, Rupiah(10_000_000)).expect("a fund");
    let scene = Scene { office, folder: tempfile::tempdir().expect("a folder") };
    // 2 people × 16.800 = 33.600 a month, 3 people × 16.800 = 50.400 a month.
    scene.programme("satu", &[1, 2]);
    scene.programme("dua", &[3, 4, 5]);
    scene
}

fn on_both(test: impl Fn(Scene)) {
    let embedded = FreshDirectory::new();
    test(open(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(open(database.location()));
    }
}

impl Scene {
    fn who(&self, name: &str) -> Actor {
        self.office.actor(name, Operation::OwnDesk).expect("an account with a role")
    }

    fn programme(&self, code: &str, people: &[u32]) {
        let first = month("2022-10");
        let programme = Programme {
            id: self.office.environment.new_id(),
            code: code.into(),
            name: "Percobaan".into(),
            territory: RegionCode::from_digits(6401, 2),
            fund: self.office.fund("dana").expect("there").id,
            schemes: Schemes::JKK_JKM,
            first,
            last: first.plus(2),
            occupations: vec![OccupationKey("nelayan".into())],
            default_occupation: None,
            income: Rupiah::ZERO,
            refuse_insured: true,
            target: None,
            terms: Terms::default(),
        };
        self.office.add_programme(&self.who("operator"), &programme).expect("a programme");
        let path = self.folder.path().join(format!("{code}.csv"));
        let mut text = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n".to_owned();
        for number in people {
            let letter = char::from(b'A' + *number as u8);
            text += &format!(
                "640101{number:02}0170{number:04},REKA{letter} PERCOBAAN,Paser,\
                 {number:02}-01-1970,L,RT 1,nelayan\n"
            );
        }
        std::fs::write(&path, text).expect("a file");
        let sheet = Sheet {
            path,
            programme: code.into(),
            org: "desa".into(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        let receipt = self.office.receive(&self.who("operator"), &sheet).expect("taken in");
        assert!(matches!(receipt, Receipt::Decided(_)), "a small file is decided at once");
        self.office.propose(&self.who("ani"), code).expect("is put forward");
        self.office.approve(&self.who("budi"), code, None).expect("is approved");
    }

    /// Issues a bill; its reference.
    fn issue(&self, code: &str, of: &str) -> String {
        self.office.issue_bill(&self.who("tuti"), code, month(of)).expect("is final");
        let bill = self.office.issue_bill(&self.who("budi"), code, month(of)).expect("is issued");
        bill_reference(bill.id)
    }

    fn take(&self, content: &str) -> StatementReceipt {
        let received =
            Received { account: DEFAULT_ACCOUNT, content: content.as_bytes(), layout: None };
        self.office.receive_statement(&self.who("tuti"), &received).expect("is taken in")
    }

    fn refused(&self, content: &str) -> (String, String) {
        let received =
            Received { account: DEFAULT_ACCOUNT, content: content.as_bytes(), layout: None };
        let error = self.office.receive_statement(&self.who("tuti"), &received);
        let error = error.expect_err("is refused");
        (error.code.to_string(), error.detail)
    }

    /// What others were told of a bill, in order.
    fn told(&self, reference: &str) -> Vec<String> {
        let bills = self.office.bills(&self.who("tuti")).expect("read");
        let bill = bills.iter().find(|one| bill_reference(one.id) == reference).expect("known");
        let told = self.office.events_after(&self.who("operator"), None, None, 500);
        let of_bill = told.expect("read").into_iter().filter(|event| {
            let is_its = event.subject == Some(*bill.id.as_bytes());
            // Thin, and enough to know which bill of whom: programme, month and rupiah.
            let total = format!("\"total_rupiah\":{}", bill.total.0);
            let says = [total.as_str(), "\"month\":\"2022-10\"", "\"programme\":"];
            assert!(!is_its || says.iter().all(|text| event.body.contains(text)), "{}", event.body);
            is_its
        });
        of_bill.map(|event| event.kind.to_string()).collect()
    }

    /// The line whose remark holds a text.
    fn line(&self, text: &str) -> LineShown {
        let lines = self.office.bank_lines(&self.who("tuti")).expect("read");
        let holds = |one: &LineShown| one.line.facts.reference.contains(text);
        lines.into_iter().find(holds).expect("a line of this text")
    }

    /// Puts moves forward by the treasurer and has the approver approve them.
    fn move_by_two(&self, give: Vec<Give>) {
        let moves = Moves { release: Vec::new(), give };
        let put = self.office.propose_moves(&self.who("tuti"), &moves, "Sesuai surat bank");
        let put = put.expect("is put forward");
        let verdict = Verdict::Approve(put.hash);
        let state = self.office.decide_task(&self.who("budi"), put.task, &verdict);
        assert_eq!(state.expect("is decided"), TaskState::Approved);
    }

    fn suggested(&self, text: &str) -> Vec<Give> {
        let shown = self.line(text);
        let suggestion = shown.suggestion.expect("something is suggested");
        suggestion.parts.iter().map(|part| Give::new(shown.line.id, part.0, part.1)).collect()
    }

    /// Cash and suspense of the fund: debits less credits.
    fn money(&self) -> (i64, i64) {
        let fund = self.office.fund("dana").expect("there").id;
        let trial = self.office.period_balance(&self.who("tuti"), None).expect("balances");
        let net = |role| {
            let id = account_id(fund.as_bytes(), role);
            let row = trial.rows.iter().find(|row| row.account.account.id == id);
            row.expect("an account").moved.net_debit().0
        };
        (net(AccountRole::Cash), net(AccountRole::Suspense))
    }

    fn bill_state(&self, code: &str, of: &str) -> BillState {
        self.office.bill(&self.who("tuti"), code, month(of)).expect("there").state
    }

    fn covered(&self, code: &str) -> usize {
        let id = self.office.programme(code).expect("there").id;
        self.office.store.read(|tx| store::covered::of_programme(tx, id)).expect("read").len()
    }
}

/// A message of one day: lines as mark, amount and text.
fn mt940(opening: i64, lines: &[(&str, i64, &str)]) -> String {
    let mut text = format!(":20:X\n:25:0011234567\n:28C:1\n:60F:C221003IDR{opening},00\n");
    let mut closing = opening;
    for (mark, amount, remark) in lines {
        closing += if matches!(*mark, "C" | "RD") { *amount } else { -amount };
        text += &format!(":61:2210031003{mark}{amount},00NTRFNONREF\n:86:{remark}\n");
    }
    text + &format!(":62F:C221003IDR{closing},00\n")
}

#[test]
fn parts_overpayment_money_back_and_a_reversal_by_two_people() {
    on_both(|scene| {
        let satu = parts_and_an_overpayment(&scene);
        money_back(&scene);
        a_reversal(&scene, &satu);
    });
}

/// One bill in two lines, another paid too much; the reference of the first.
fn parts_and_an_overpayment(scene: &Scene) -> String {
    let (satu, dua) = (scene.issue("satu", "2022-10"), scene.issue("dua", "2022-10"));
    scene.take(&mt940(
        200_000,
        &[
            ("D", 20_000, &format!("{satu} tahap 1")),
            ("D", 13_600, &format!("{satu} tahap 2")),
            ("D", 60_400, &format!("{dua} lebih")),
        ],
    ));
    let matched = scene.office.match_payments(&scene.who("tuti")).expect("matched");
    assert_eq!((matched.matches.len(), matched.paid), (2, Rupiah(33_600)));
    assert_eq!(matched.breaks[0].reason.name(), "AMOUNT_DIFFERS");
    assert_eq!(scene.bill_state("satu", "2022-10"), BillState::Posted);
    assert_eq!((scene.money(), scene.covered("satu")), ((-33_600, 0), 4));
    let again = scene.office.match_payments(&scene.who("tuti")).expect("matched");
    assert_eq!(again.matches.len(), 0);

    // 60.400 for 50.400: the rest waits in suspense, once two people have said so.
    let over = scene.suggested("lebih");
    let moves = Moves { release: Vec::new(), give: over.clone() };
    let put = scene.office.propose_moves(&scene.who("tuti"), &moves, "Lebih bayar");
    let put = put.expect("is put forward");
    let same = scene.office.propose_moves(&scene.who("tuti"), &moves, "Lebih bayar");
    assert_eq!(same.expect("the same").task, put.task);
    let own = scene.office.decide_task(&scene.who("tuti"), put.task, &Verdict::Approve(put.hash));
    assert!(own.is_err(), "nobody approves their own");
    assert_eq!(scene.money(), (-33_600, 0));
    scene
        .office
        .decide_task(&scene.who("budi"), put.task, &Verdict::Approve(put.hash))
        .expect("is approved");
    assert_eq!(scene.money(), (-94_000, 10_000));
    assert_eq!(scene.line("lebih").state, LineState::Over);
    // By moves that two decided, and told like any other.
    assert_eq!(scene.told(&dua), ["bill.finalised", "bill.issued", "bills.posted"]);
    let suspense = scene.office.bank_suspense(&scene.who("tuti")).expect("read");
    assert_eq!((suspense.waits.len(), suspense.waits[0].amount), (1, Rupiah(10_000)));
    assert_eq!((suspense.waits[0].days, suspense.ages[0].2), (0, 1));

    satu
}

/// What was paid too much comes back.
fn money_back(scene: &Scene) {
    scene.take(&mt940(106_000, &[("C", 10_000, "PENGEMBALIAN LEBIH BAYAR")]));
    let back = scene.line("PENGEMBALIAN");
    assert_eq!(back.reason, Some(BreakReason::MoneyIn));
    let over_line = scene.line("lebih").line.id;
    let returned = |amount| Give::new(back.line.id, Purpose::Returned(over_line), Rupiah(amount));
    let too_much = Moves { release: Vec::new(), give: vec![returned(10_001)] };
    let error = scene.office.propose_moves(&scene.who("tuti"), &too_much, "Uang kembali");
    assert_eq!(error.expect_err("more than the line").code, "PART_LINE_EXCEEDED");
    scene.move_by_two(vec![returned(10_000)]);
    assert_eq!(scene.money(), (-84_000, 0));
    assert_eq!(scene.line("PENGEMBALIAN").state, LineState::Returned);
}

/// The bank takes the second instalment back: the bill is open again, nothing was deleted.
fn a_reversal(scene: &Scene, satu: &str) {
    scene.take(&mt940(116_000, &[("RD", 13_600, "RETUR TAHAP 2")]));
    assert_eq!(
        scene.line("RETUR").reason,
        Some(BreakReason::Reverses(scene.line("tahap 2").line.id))
    );
    let undo = scene.suggested("RETUR");
    scene.move_by_two(undo);
    assert_eq!(scene.bill_state("satu", "2022-10"), BillState::Final);
    assert_eq!((scene.money(), scene.covered("satu")), ((-70_400, 20_000), 0));
    assert_eq!(scene.line("tahap 2").state, LineState::Reversed);
    assert_eq!(scene.line("RETUR").state, LineState::Reversal);
    let gone = scene.line("tahap 2").line.id;
    let give = vec![Give::new(gone, Purpose::Other, Rupiah(13_600))];
    let moves = Moves { release: Vec::new(), give };
    let error = scene.office.propose_moves(&scene.who("tuti"), &moves, "Uang yang sudah balik");
    assert_eq!(error.expect_err("the bank took it back").code, "PART_LINE_EXCEEDED");
    scene.office.verify_ledger(&scene.who("tuti")).expect("balanced");

    // Paid once more.
    scene.take(&mt940(129_600, &[("D", 13_600, &format!("{satu} ulang"))]));
    let paid = scene.office.match_payments(&scene.who("tuti")).expect("matched");
    assert_eq!(paid.paid, Rupiah(13_600));
    assert_eq!(scene.bill_state("satu", "2022-10"), BillState::Posted);
    assert_eq!((scene.money(), scene.covered("satu")), ((-84_000, 0), 4));
    let way = ["bill.finalised", "bill.issued", "bills.posted", "bill.unposted", "bills.posted"];
    assert_eq!(scene.told(satu), way);
    let open = scene.office.bank_lines(&scene.who("tuti")).expect("read");
    assert!(open.iter().all(|one| !one.state.is_open()));
    scene.office.verify_ledger(&scene.who("tuti")).expect("balanced");
}

#[test]
fn one_movement_is_one_line_in_whatever_form_it_comes() {
    on_both(|scene| {
        let satu = scene.issue("satu", "2022-10");
        let message =
            mt940(100_000, &[("D", 33_600, &satu), ("D", 500, "ADM SATU"), ("D", 500, "ADM DUA")]);
        let first = scene.take(&message);
        assert_eq!((first.is_new, first.new, first.chain), (true, 3, Chain::First));
        assert_eq!((first.opening, first.closing), (Some(Rupiah(100_000)), Some(Rupiah(65_400))));
        let again = scene.take(&message);
        assert_eq!((again.is_new, again.new), (false, 0));
        // The same day as a table, with one more fee: three are known, one is new.
        let table = format!(
            "Tanggal;Keterangan;Debet;Kredit;Saldo\n\
             03/10/2022;TRF {satu} IURAN;33.600,00;0;66.400,00\n\
             03/10/2022;BIAYA;500,00;0;65.900,00\n\
             03/10/2022;BIAYA;500,00;0;65.400,00\n\
             03/10/2022;BIAYA;500,00;0;64.900,00\n"
        );
        let second = scene.take(&table);
        assert_eq!((second.lines, second.new, second.chain), (4, 1, Chain::Overlaps));
        let matched = scene.office.match_payments(&scene.who("tuti")).expect("matched");
        assert_eq!((matched.matches.len(), matched.breaks.len()), (1, 3));
        let next = |opening: i64| {
            format!(
                "Saldo Awal;;;;{opening}\nTanggal;Keterangan;Debet;Kredit;Saldo\n\
                 10/10/2022;SETORAN;0;100;{}\n",
                opening + 100
            )
        };
        assert_eq!(scene.take(&next(64_000)).chain, Chain::Gap(Rupiah(-900)));
        let (code, detail) = scene.refused(&message.replace("65400,00", "65401,00"));
        assert_eq!((code.as_str(), detail.as_str()), ("STATEMENT_CLOSING_DIFFERS", "Rp1"));
        // Fees are no business of ours: one person says so.
        let fees = ["ADM SATU", "ADM DUA", "BIAYA", "SETORAN"].map(|text| scene.line(text).line.id);
        let said = scene.office.explain_lines(&scene.who("tuti"), &fees, "Biaya bank");
        assert_eq!(said.expect("is said"), 4);
        assert_eq!(scene.line("BIAYA").state, LineState::Other);
        assert_eq!(scene.money(), (-33_600, 0));
    });
}

#[test]
fn an_account_knows_its_number_its_fund_and_its_columns() {
    on_both(|scene| {
        let tuti = scene.who("tuti");
        let new = NewAccount {
            code: "rkud-bpd",
            name: "RKUD (rekaan)",
            bank: "124",
            number: "0011.234.567",
            fund: "dana",
            layout: "",
        };
        let added = scene.office.add_bank_account(&tuti, &new).expect("is added");
        assert_eq!((&*added.number, &*added.fund), ("••••••4567", "dana"));
        assert_eq!(scene.office.add_bank_account(&tuti, &new).expect("the same"), added);
        let other = NewAccount { name: "Lain", ..new };
        let taken = scene.office.add_bank_account(&tuti, &other).expect_err("taken");
        assert_eq!(taken.code, "CODE_TAKEN");
        let receive = |content: &str, layout: Option<&str>| {
            let content = content.as_bytes();
            scene
                .office
                .receive_statement(&tuti, &Received { account: "rkud-bpd", content, layout })
        };
        assert_eq!(receive(&mt940(1_000, &[("D", 500, "ADM")]), None).expect("its own").new, 1);
        let foreign = mt940(1_000, &[("D", 500, "ADM")]).replace("0011234567", "0099999999");
        assert_eq!(receive(&foreign, None).expect_err("foreign").code, "STATEMENT_OTHER_ACCOUNT");
        // A table without heads that anybody knows: its columns are named once and remembered.
        let bare = |day: u32| {
            format!("Saldo Awal;;;900\na;b;c;d\n{day:02}/11/2022;IURAN;700;0\nSaldo Akhir;;;200\n")
        };
        assert_eq!(receive(&bare(1), None).expect_err("no heads").code, "STATEMENT_HEAD_MISSING");
        let layout = Some("tanggal=A,uraian=B,debet=C,kredit=D");
        assert_eq!(receive(&bare(1), layout).expect("named").new, 1);
        assert_eq!(receive(&bare(2), None).expect("remembered").new, 1);
        let codes: Vec<_> = scene.office.bank_accounts(&tuti).expect("read");
        let codes: Vec<&str> = codes.iter().map(|one| &*one.code).collect();
        assert_eq!(codes, [DEFAULT_ACCOUNT, "rkud-bpd"]);
        // The account of the first day remembers them as any other.
        let first = |content: &str, layout: Option<&str>| {
            let content = content.as_bytes();
            let received = Received { account: DEFAULT_ACCOUNT, content, layout };
            scene.office.receive_statement(&tuti, &received)
        };
        let named = first(&bare(3), layout).expect("named");
        assert_eq!((named.new, named.remembered), (1, true));
        assert!(!first(&bare(4), None).expect("remembered").remembered);
        assert!(!first(&bare(5), layout).expect("the same").remembered);
        let now = scene.office.bank_accounts(&tuti).expect("read");
        assert_eq!(now.iter().map(|one| &*one.code).collect::<Vec<_>>(), codes);
        let all = scene.office.store.read(store::audit::list).expect("read");
        let kept = all.iter().filter(|line| &*line.act == "statement-columns-kept");
        assert_eq!(kept.count(), 2, "once for each account");
        let told = scene.office.events_after(&scene.who("operator"), None, None, 500);
        let told = told.expect("read").into_iter();
        assert_eq!(told.filter(|event| &*event.kind == "statement.taken").count(), 6);
    });
}

#[test]
fn one_of_many_hands_wins_a_line_and_a_bill() {
    on_both(|scene| {
        let satu = scene.issue("satu", "2022-10");
        let message = mt940(
            100_000,
            &[("D", 33_600, &satu), ("D", 20_000, "sebagian a"), ("D", 20_000, "sebagian b")],
        );
        scene.take(&message);
        let wins: Vec<usize> = std::thread::scope(|scope| {
            let hand =
                || scene.office.match_payments(&scene.who("tuti")).expect("no panic").matches.len();
            let hands: Vec<_> = (0..8).map(|_| scope.spawn(hand)).collect();
            hands.into_iter().map(|hand| hand.join().expect("no panic")).collect()
        });
        assert_eq!(wins.iter().sum::<usize>(), 1);
        assert_eq!(scene.money(), (-33_600, 0));
        // Two halves that together are more than the bill: both may be put forward, one is done.
        scene.issue("satu", "2022-11");
        let bill = scene.office.bill(&scene.who("tuti"), "satu", month("2022-11")).expect("there");
        let put: Vec<MovesShown> = ["sebagian a", "sebagian b"]
            .iter()
            .map(|text| {
                let line = scene.line(text).line.id;
                let give = vec![Give::new(line, Purpose::Bill(bill.id), Rupiah(20_000))];
                let moves = Moves { release: Vec::new(), give };
                scene
                    .office
                    .propose_moves(&scene.who("tuti"), &moves, "Bayar sebagian")
                    .expect("put")
            })
            .collect();
        let decide = |put: &MovesShown| {
            scene.office.decide_task(&scene.who("budi"), put.task, &Verdict::Approve(put.hash))
        };
        assert_eq!(decide(&put[0]).expect("the first"), TaskState::Approved);
        assert_eq!(decide(&put[1]).expect_err("too much").code, "PART_BILL_EXCEEDED");
        assert_eq!(scene.money(), (-53_600, 20_000));
        assert_eq!(scene.bill_state("satu", "2022-11"), BillState::Final);
        let line = scene.office.bank_line(&scene.who("tuti"), scene.line("sebagian a").line.id);
        let part = line.expect("there").parts.remove(0);
        let moves = Moves { release: vec![part.id], give: Vec::new() };
        let put =
            scene.office.propose_moves(&scene.who("tuti"), &moves, "Salah tagihan").expect("put");
        // How many must approve goes by what is released.
        assert_eq!(put.amount, Rupiah(20_000));
        assert_eq!(decide(&put).expect("released"), TaskState::Approved);
        assert_eq!(scene.money(), (-33_600, 0));
        scene.office.verify_ledger(&scene.who("tuti")).expect("balanced");
    });
}

#[test]
fn a_month_closes_when_bill_bank_and_receipt_are_one() {
    on_both(|scene| {
        let (satu, dua) = (scene.issue("satu", "2022-10"), scene.issue("dua", "2022-10"));
        let names = |scene: &Scene| -> Vec<&'static str> {
            let shown = scene.office.reconcile_month(&scene.who("budi"), month("2022-10"));
            shown.expect("read").outcome.found.iter().map(|one| one.obstacle.name()).collect()
        };
        assert_eq!(names(&scene), ["bill-unpaid", "bill-unpaid", "statement-missing"]);
        // A statement that covers the month: both bills and a fee.
        let october = format!(
            "Periode: 01/10/2022 - 31/10/2022;;;;\n\
             Saldo Awal;;;;100.000\n\
             Tanggal;Keterangan;Debet;Kredit;Saldo\n\
             03/10/2022;{satu};33.600;0;66.400\n\
             04/10/2022;{dua};50.400;0;16.000\n\
             05/10/2022;BIAYA;500;0;15.500\n"
        );
        scene.take(&october);
        scene.office.match_payments(&scene.who("tuti")).expect("matched");
        assert_eq!(names(&scene), ["receipt-missing", "receipt-missing", "line-open"]);
        assert_eq!(scene.told(&satu), ["bill.finalised", "bill.issued", "bills.posted"]);
        assert_eq!(scene.told(&dua), ["bill.finalised", "bill.issued", "bills.posted"]);
        let obstacles = |scene: &Scene| -> Vec<(&'static str, u64, i64)> {
            let check = scene.office.check_close(&scene.who("tuti"), month("2022-10"));
            let found = check.expect("looked at").obstacles.into_iter();
            found.map(|one| (one.kind.name(), one.count, one.rupiah.0)).collect()
        };
        // 33.600 + 50.400 without a receipt; the fee is nobody's yet. It is 3 October.
        let not_over = ("month-not-over", 0, 0);
        let expect = [not_over, ("lines-unmatched", 1, 500), ("receipts-missing", 2, 84_000)];
        assert_eq!(obstacles(&scene), expect);
        let record = |bill: &str, number: &str, amount: i64| {
            let day = Day::new(2022, 10, 3).expect("a day");
            let receipt = ReceiptRecorded { bill, number, amount: Rupiah(amount), day };
            scene.office.record_receipt(&scene.who("tuti"), &receipt)
        };
        assert!(record(&satu, "KW-1", 33_600).expect("kept"));
        assert!(!record(&satu, "KW-1", 33_600).expect("the same"));
        assert_eq!(record(&satu, "KW-1", 33_601).expect_err("differs").code, "RECEIPT_DIFFERS");
        assert!(record(&dua, "KW-2", 50_000).expect("kept"));
        assert_eq!(names(&scene), ["receipt-differs", "line-open"]);
        let expect = [not_over, ("lines-unmatched", 1, 500), ("unreconciled", 1, 400)];
        assert_eq!(obstacles(&scene), expect);
        assert!(record(&dua, "KW-3", 400).expect("the rest"));
        let fee = [scene.line("BIAYA").line.id];
        scene.office.explain_lines(&scene.who("tuti"), &fee, "Biaya bank").expect("is said");
        assert_eq!(names(&scene), [""; 0]);
        assert_eq!(obstacles(&scene), [not_over]);
        let shown =
            scene.office.reconcile_month(&scene.who("budi"), month("2022-10")).expect("read");
        let outcome = shown.outcome;
        // 33.600 + 50.400
        let sums = (outcome.billed, outcome.paid, outcome.received);
        assert_eq!(sums, (Rupiah(84_000), Rupiah(84_000), Rupiah(84_000)));
        assert_eq!((outcome.agree, outcome.is_clean()), (2, true));
    });
}

#[test]
fn what_is_approved_releases_nothing_that_was_given_out_since() {
    on_both(|scene| {
        let satu = scene.issue("satu", "2022-10");
        let message = mt940(
            100_000,
            &[("D", 20_000, &format!("SEBAGIAN {}", &satu[..4])), ("RD", 20_000, "RETUR")],
        );
        scene.take(&message);
        let (paid, back) = (scene.line("SEBAGIAN").line.id, scene.line("RETUR").line.id);
        let tuti = scene.who("tuti");
        let put = |give: Give| {
            let moves = Moves { release: Vec::new(), give: vec![give] };
            scene.office.propose_moves(&tuti, &moves, "Uang kembali").expect("put")
        };
        let decide = |put: &MovesShown| {
            scene.office.decide_task(&scene.who("budi"), put.task, &Verdict::Approve(put.hash))
        };
        // Nothing of the line is given out yet, so the reversal that is looked at releases nothing.
        let reversal = put(Give::new(back, Purpose::Reversal(paid), Rupiah(20_000)));
        assert!(reversal.moves.release.is_empty());
        let bill = scene.office.bill(&tuti, "satu", month("2022-10")).expect("there");
        let pays = put(Give::new(paid, Purpose::Bill(bill.id), Rupiah(20_000)));
        assert_eq!(decide(&pays).expect("pays"), TaskState::Approved);
        assert_eq!(decide(&reversal).expect_err("moved on").code, "HASH_DIFFERS");
        // Part of a bill: it waits in suspense until the bill is whole.
        assert_eq!(scene.money(), (-20_000, 20_000));
        // Put forward as things stand, it says what it releases.
        let returned = Verdict::Return("Ajukan lagi".into());
        scene.office.decide_task(&scene.who("budi"), reversal.task, &returned).expect("returned");
        let again = put(Give::new(back, Purpose::Reversal(paid), Rupiah(20_000)));
        assert_eq!(again.moves.release.len(), 1);
        assert_eq!(decide(&again).expect("reversed"), TaskState::Approved);
        assert_eq!(scene.money(), (0, 0));
    });
}

#[test]
fn a_statement_says_its_balance_before_and_after() {
    on_both(|scene| {
        let head = "Tanggal;Keterangan;Debet;Kredit\n";
        let line = "03/10/2022;BIAYA;500;0\n";
        let bare = format!("{head}{line}");
        assert_eq!(scene.refused(&bare).0, "STATEMENT_OPENING_MISSING");
        // An opening balance alone proves nothing: the last lines may be missing.
        let open = format!("Saldo Awal;;;900\n{head}{line}");
        assert_eq!(scene.refused(&open).0, "STATEMENT_END_MISSING");
        let wrong = format!("{open}Saldo Akhir;;;300\n");
        assert_eq!(scene.refused(&wrong).0, "STATEMENT_CLOSING_DIFFERS");
        assert!(scene.office.bank_lines(&scene.who("tuti")).expect("read").is_empty());
        // 900 − 500 = 400
        assert_eq!(scene.take(&format!("{open}Saldo Akhir;;;400\n")).new, 1);
    });
}

#[test]
fn a_receipt_typed_wrongly_is_withdrawn() {
    on_both(|scene| {
        let (satu, tuti) = (scene.issue("satu", "2022-10"), scene.who("tuti"));
        let names = || -> Vec<&'static str> {
            let shown = scene.office.reconcile_month(&tuti, month("2022-10")).expect("read");
            shown.outcome.found.iter().map(|one| one.obstacle.name()).collect()
        };
        let record = |number: &str, amount: i64| {
            let day = Day::new(2022, 10, 3).expect("a day");
            let receipt = ReceiptRecorded { bill: &satu, number, amount: Rupiah(amount), day };
            scene.office.record_receipt(&tuti, &receipt)
        };
        let withdraw =
            |number: &str, why: &str| scene.office.withdraw_receipt(&tuti, (&satu, number), why);
        assert!(record("KW-1", 33_600).expect("kept"));
        assert_eq!(names(), ["bill-unpaid", "receipt-without-payment", "statement-missing"]);
        assert_eq!(withdraw("KW-2", "Salah catat").expect_err("unknown").code, "RECEIPT_UNKNOWN");
        assert_eq!(withdraw("KW-1", "").expect_err("no reason").code, "REASON_MISSING");
        assert!(withdraw("KW-1", "Salah catat").expect("withdrawn"));
        assert!(!withdraw("KW-1", "Salah catat").expect("once more is no change"));
        assert_eq!(names(), ["bill-unpaid", "statement-missing"]);
        // The number may be recorded anew, with what it truly says.
        assert!(record("KW-1", 33_000).expect("kept anew"));
        let shown = scene.office.reconcile_month(&tuti, month("2022-10")).expect("read");
        assert_eq!(shown.receipts.len(), 1);
        assert_eq!(shown.receipts[0].amount, Rupiah(33_000));
        // The NIK of the scene's first person, in one piece and in groups.
        for number in ["KW 6401010101700001", "6401 0101 0170 0001"] {
            assert_eq!(record(number, 1).expect_err("a NIK").code, "TEXT_HOLDS_NIK", "{number}");
        }
        let named = withdraw("KW-1", "punya 6401010101700001");
        assert_eq!(named.expect_err("a NIK").code, "TEXT_HOLDS_NIK");
    });
}

#[test]
fn moves_are_kept_as_they_were_written() {
    let line = Id::from_bytes([1; 16]);
    let moves = Moves {
        release: vec![Id::from_bytes([2; 16])],
        give: vec![
            Give::new(line, Purpose::Bill(Id::from_bytes([3; 16])), Rupiah(5)),
            Give::new(line, Purpose::Other, Rupiah(7)),
        ],
    };
    let written = format!(
        "reason=a=b\nrelease={}\ngive={line} bill {} 5\ngive={line} other - 7",
        Id::<()>::from_bytes([2; 16]),
        Id::<()>::from_bytes([3; 16])
    );
    assert_eq!(Moves::read(&written), Some((moves, "a=b".to_owned())));
    for bad in ["give=x", "give=1 2 3", "kurang=1"] {
        assert_eq!(Moves::read(bad), None, "{bad}");
    }
    assert_eq!(parse_policy("45,75,10000,31"), Some(Policy::default()));
    assert_eq!(parse_policy("45,75"), None);
}
