//! The books from entries by hand to a closed month, on both engines: two people, one reversal, a
//! month that takes nothing more, and what is found when somebody changes it behind the program.
//!
//! Everybody here is invented.

use base::{Day, Id, Month, Rupiah};
use domain::ledger::Resolution;
use domain::ledger::chart::{AccountRole, account_id};
use domain::ledger::period::{ObstacleKind, PeriodAct, StepState};
use domain::task::{Task, TaskState, Verdict};
use rules::FundKind;
use store::twin::tampering::ENTRIES_A_DAY_LATER;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::export::{ExportFormat, ExportWhat};
use super::show::{Leads, TransferCode};
use super::vouchers::{EntryTyped, VoucherShown};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Location, Office, Operation, Role};

const CASH: &str = "cash.dana";
const SUSPENSE: &str = "suspense.dana";
const DAY_MS: u64 = 86_400_000;
/// No statement is ever imported here.
const WAIVER: &str = "Rekening koran belum dikirim bank (rekaan)";

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn month(number: i32) -> Month {
    Month::new(2022, number).expect("a month")
}

/// An office with a fund of ten million, on 3 October 2022.
fn office(location: Location) -> Office {
    let office = Office::invented(location, day("2022-10-03"), 4);
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in [
        ("budi", Role::Approver),
        ("wati", Role::Approver),
        ("citra", Role::Treasurer),
        ("dewi", Role::Treasurer),
    ] {
        office.add_user(&keeper, name, role).expect("added");
    }
    office.add_fund(&keeper, "dana", FundKind::Apbd, Rupiah(10_000_000)).expect("a fund");
    office
}

fn on_both(test: impl Fn(&Office)) {
    let embedded = FreshDirectory::new();
    test(&office(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&office(database.location()));
    }
}

fn who(office: &Office, name: &str) -> Actor {
    office.actor(name, Operation::OwnDesk).expect("an account")
}

fn typed(amount: i64, on: &str, number: &'static str) -> EntryTyped<'static> {
    EntryTyped {
        debit: CASH,
        credit: SUSPENSE,
        amount: Rupiah(amount),
        day: day(on),
        month: None,
        number,
        reason: "Saldo awal kas (rekaan)",
    }
}

fn enter(office: &Office, amount: i64, on: &str, number: &'static str) -> VoucherShown {
    office.propose_entry(&who(office, "citra"), &typed(amount, on, number)).expect("put forward")
}

fn approve(office: &Office, name: &str, task: Id<Task>) -> Result<TaskState, AppError> {
    let actor = who(office, name);
    let hash = office.task(&actor, task)?.record.task.hash;
    office.decide_task(&actor, task, &Verdict::Approve(hash))
}

fn entered(office: &Office, amount: i64, on: &str, number: &'static str) -> VoucherShown {
    let shown = enter(office, amount, on, number);
    assert_eq!(approve(office, "budi", shown.task()), Ok(TaskState::Approved));
    shown
}

fn code<T>(answer: Result<T, AppError>) -> String {
    answer.err().map(|error| error.code).unwrap_or_default()
}

fn cash(office: &Office) -> i64 {
    let balance = office.period_balance(&who(office, "citra"), None).expect("read");
    let row = balance.rows.iter().find(|row| &*row.account.account.code == CASH);
    let row = row.expect("the account is there");
    row.opening.net_debit().0 + row.moved.net_debit().0
}

fn closed(office: &Office, month: Month) {
    let step = office.propose_close(&who(office, "citra"), month, WAIVER).expect("put forward");
    assert_eq!(approve(office, "budi", step.task()), Ok(TaskState::Approved));
}

#[test]
fn an_entry_by_hand_takes_two_people_and_says_everything() {
    on_both(|office| {
        let shown = enter(office, 150_000, "2022-10-03", "BKU-1");
        assert_eq!(cash(office), 0, "nothing has moved yet");
        // The same again is the same; its maker may not approve, nor may another treasurer.
        assert_eq!(enter(office, 150_000, "2022-10-03", "BKU-1"), shown);
        for name in ["citra", "dewi"] {
            let refused = approve(office, name, shown.task()).expect_err("not theirs");
            assert!(
                refused.kind == ErrorKind::NeedsAnother || refused.kind == ErrorKind::NotFound,
                "{name}"
            );
        }
        assert_eq!(approve(office, "budi", shown.task()), Ok(TaskState::Approved));
        assert_eq!(cash(office), 150_000);
        let reader = who(office, "citra");
        let id = shown.record.voucher.transfer().id;
        let file = office.ledger_entry(&reader, id).expect("is there");
        assert_eq!((&*file.entry.maker, &*file.entry.checker), ("citra", "budi"));
        assert_eq!(file.entry.rulebook, office.rulebook.version().to_hex());
        assert_eq!(file.entry.debit.title.code.as_ref(), "1.1.01");
        assert_eq!(file.entry.document.text, "BKU-1");
        assert_eq!(file.entry.document.leads, Leads::Nowhere);
        assert_eq!((file.resolution, file.keeps, file.scheme), (Resolution::Open, None, None));
        assert_eq!(enter(office, 150_000, "2022-10-03", "BKU-1").record.state, StepState::Approved);
        office.verify_ledger(&reader).expect("balanced");
    });
}

#[test]
fn every_act_of_the_books_says_who_and_by_which_rules() {
    on_both(|office| {
        entered(office, 150_000, "2022-10-03", "BKU-1");
        let found = office.ledger_entries(&who(office, "citra"), (month(10), month(10)), None, 50);
        let found = found.expect("read").entries;
        let codes: Vec<TransferCode> = found.iter().map(|one| one.transfer.code).collect();
        assert!(codes.contains(&TransferCode::Appropriate), "{codes:?}");
        for one in &found {
            assert!(!one.maker.is_empty() && one.rulebook.len() == 64, "{:?}", one.transfer);
        }
    });
}

#[test]
fn what_must_not_be_written_by_hand_is_refused_before_anybody_is_asked() {
    on_both(|office| {
        let citra = who(office, "citra");
        let plain = typed(1, "2022-10-03", "");
        for (asked, expect) in [
            (EntryTyped { amount: Rupiah(0), ..plain }, "VOUCHER_AMOUNT"),
            (EntryTyped { credit: CASH, ..plain }, "VOUCHER_ONE_ACCOUNT"),
            (EntryTyped { debit: "appropriation.dana", ..plain }, "VOUCHER_ON_BUDGET"),
            (EntryTyped { debit: "cash.tidak-ada", ..plain }, "ACCOUNT_UNKNOWN"),
            (EntryTyped { reason: " ", ..plain }, "REASON_MISSING"),
        ] {
            assert_eq!(code(office.propose_entry(&citra, &asked)), expect);
            assert_eq!(code(office.check_entry(&citra, &asked)), expect);
        }
        let auditor = who(office, "budi");
        assert_eq!(code(office.propose_entry(&auditor, &plain)), "USER_MAY_NOT");
        assert!(office.vouchers_waiting(&citra).expect("read").is_empty());
        // A fund's ceiling is undone by the fund's own act.
        let entries = office.ledger_entries(&citra, (month(10), month(10)), None, 9).expect("read");
        let grant = entries.entries[0].transfer.id;
        let undone = office.propose_reversal(&citra, grant, day("2022-10-03"), "Salah pagu dana");
        assert_eq!(code(undone), "VOUCHER_OF_RECORD");
    });
}

#[test]
fn a_mistake_is_reversed_once_by_two_people() {
    on_both(|office| {
        // 6,500 of bank charges, entered a second time by mistake under another number.
        entered(office, 100_000, "2022-10-03", "BKU-1");
        let twice = entered(office, 6_500, "2022-10-03", "BKU-2");
        let (citra, id) = (who(office, "citra"), twice.record.voucher.transfer().id);
        let on = day("2022-10-03");
        let back = office.propose_reversal(&citra, id, on, "Tercatat dua kali").expect("forward");
        assert_eq!(cash(office), 106_500);
        assert_eq!(approve(office, "budi", back.task()), Ok(TaskState::Approved));
        assert_eq!(cash(office), 100_000);
        let again = office.propose_reversal(&citra, id, on, "Tercatat dua kali").expect("a repeat");
        assert_eq!(again.record.state, StepState::Approved);
        let other = office.propose_reversal(&citra, id, on, "Sebab yang lain sama sekali");
        assert_eq!(code(other), "ALREADY_REVERSED");
        let reversal = back.record.voucher.transfer().id;
        let of_reversal = office.propose_reversal(&citra, reversal, on, "Dibalik lagi saja");
        assert_eq!(code(of_reversal), "VOUCHER_OF_REVERSAL");
        let file = office.ledger_entry(&citra, id).expect("is there");
        assert_eq!(file.keeps, Some("ALREADY_REVERSED"));
        assert_eq!(file.related.len(), 1);
        assert_eq!(file.vouchers.len(), 2);
        office.verify_ledger(&citra).expect("balanced");
    });
}

#[test]
fn what_is_returned_may_be_written_once_more() {
    on_both(|office| {
        let first = enter(office, 150_000, "2022-10-03", "BKU-1");
        let no = Verdict::Return("Bukti tidak terbaca".into());
        let state = office.decide_task(&who(office, "budi"), first.task(), &no);
        assert_eq!(state, Ok(TaskState::Returned));
        let second = enter(office, 150_000, "2022-10-03", "BKU-1");
        assert_ne!(second.task(), first.task());
        assert_eq!(approve(office, "wati", second.task()), Ok(TaskState::Approved));
        assert_eq!(cash(office), 150_000);
    });
}

#[test]
fn a_closed_month_takes_nothing_more_until_three_open_it() {
    on_both(|office| {
        let citra = who(office, "citra");
        entered(office, 150_000, "2022-10-20", "BKU-1");
        let early = office.check_close(&citra, month(10)).expect("looked at");
        assert_eq!(early.obstacles[0].kind, ObstacleKind::MonthNotOver);
        assert_eq!(code(office.propose_close(&citra, month(10), WAIVER)), "PERIOD_OBSTRUCTED");
        office.environment.pass(30 * DAY_MS);
        let waits = enter(office, 500, "2022-10-31", "BKU-2");
        let check = office.check_close(&citra, month(10)).expect("looked at");
        let found: Vec<_> = check.obstacles.iter().map(|one| (one.kind, one.count)).collect();
        let expect = [(ObstacleKind::VouchersWaiting, 1), (ObstacleKind::StatementsMissing, 1)];
        assert_eq!(found, expect);
        assert!(!check.may_be_closed());
        let no = Verdict::Return("Tidak jadi".into());
        office.decide_task(&who(office, "budi"), waits.task(), &no).expect("returned");

        // What is missing is let pass for a reason by two, and named for ever.
        assert_eq!(code(office.propose_close(&citra, month(10), " ")), "PERIOD_PAPERS_MISSING");
        let step = office.propose_close(&citra, month(10), WAIVER).expect("put forward");
        let again = office.propose_close(&citra, month(10), WAIVER);
        assert_eq!(again, Ok(step.clone()), "the same again");
        assert_ne!(step.hash(), step.step.hash, "the approval binds what is let pass");
        let waived: Vec<_> = step.waived.iter().map(|one| (one.kind, &*one.about)).collect();
        assert_eq!(waived, [(ObstacleKind::StatementsMissing, "kas-daerah")]);
        let other = office.propose_close(&citra, month(10), "Sebab yang lain sama sekali");
        let other = other.expect("put forward anew");
        assert_eq!(code(approve(office, "budi", step.task())), "NOT_PROPOSED", "overtaken");
        let step = office.propose_close(&citra, month(10), WAIVER).expect("and once more");
        assert_ne!(other.task(), step.task());
        assert_eq!(code(approve(office, "citra", step.task())), "USER_MAY_NOT");
        assert_eq!(approve(office, "budi", step.task()), Ok(TaskState::Approved));
        let late = office.propose_entry(&citra, &typed(1, "2022-10-31", "BKU-3"));
        assert_eq!(code(late), "PERIOD_CLOSED");
        let done = office.propose_close(&citra, month(10), "").expect("is closed");
        assert_eq!(done.step.state, StepState::Approved);
        assert_eq!((&*done.step.reason, &*done.maker, done.waived.len()), (WAIVER, "citra", 1));
        assert_eq!(done.checkers, ["budi".into()]);
        entered(office, 7, "2022-11-01", "BKU-4");
        // What is asked for after the closing begins with what stood at its end.
        let months = (month(11), month(11));
        let statement = office.account_statement(&citra, CASH, months, None, 50).expect("read");
        assert_eq!(statement.opening.net_debit(), Rupiah(150_000));
        assert_eq!(statement.closing.net_debit(), Rupiah(150_007));
        assert_eq!(statement.entries[0].1, Rupiah(150_007));
        office.verify_ledger(&citra).expect("as it was closed");

        assert_eq!(code(office.propose_reopen(&citra, month(10), "")), "REASON_MISSING");
        assert_eq!(
            code(office.propose_reopen(&citra, month(9), "Salah tulis bulan")),
            "PERIOD_NOT_CLOSED"
        );
        let open = office.propose_reopen(&citra, month(10), "Bukti tertinggal").expect("forward");
        assert_eq!(approve(office, "budi", open.task()), Ok(TaskState::Open));
        assert_eq!(approve(office, "wati", open.task()), Ok(TaskState::Approved));
        let periods = office.periods(&citra).expect("read");
        let october = periods.iter().find(|one| one.month == month(10)).expect("is there");
        assert!(!october.closed);
        let acts: Vec<_> = october.steps.iter().map(|one| one.step.act).collect();
        // Three were put forward to close it, of which two were overtaken.
        let (close, open) = (PeriodAct::Close, PeriodAct::Reopen);
        assert_eq!(acts, [close, close, close, open]);
        assert_eq!(october.steps[3].checkers, ["budi".into(), "wati".into()]);
        entered(office, 3, "2022-10-31", "BKU-5");
        closed(office, month(10));
        office.verify_ledger(&citra).expect("closed anew");
    });
}

#[test]
fn months_are_closed_in_their_order() {
    on_both(|office| {
        let citra = who(office, "citra");
        entered(office, 10, "2022-10-20", "BKU-1");
        office.environment.pass(70 * DAY_MS);
        entered(office, 20, "2022-11-20", "BKU-2");
        let check = office.check_close(&citra, month(11)).expect("looked at");
        assert_eq!(check.obstacles[0].kind, ObstacleKind::EarlierOpen);
        assert_eq!(check.earlier, Some(month(10)));
        closed(office, month(10));
        closed(office, month(11));
        assert_eq!(code(office.check_close(&citra, month(9))), "PERIOD_BEFORE_CLOSED");
        let october = office.propose_reopen(&citra, month(10), "Bukti tertinggal");
        assert_eq!(code(october), "PERIOD_LATER_CLOSED");
        let balance = office.period_balance(&citra, Some((month(11), month(11)))).expect("read");
        let row = balance.rows.iter().find(|row| &*row.account.account.code == CASH);
        let row = row.expect("is there");
        assert_eq!(row.opening.net_debit(), Rupiah(10));
        assert_eq!(row.moved.net_debit(), Rupiah(20));
    });
}

#[test]
fn what_moved_after_it_was_put_forward_is_not_closed() {
    on_both(|office| {
        let citra = who(office, "citra");
        entered(office, 10, "2022-10-20", "BKU-1");
        office.environment.pass(30 * DAY_MS);
        let step = office.propose_close(&citra, month(10), WAIVER).expect("put forward");
        entered(office, 20, "2022-10-21", "BKU-2");
        assert_eq!(code(approve(office, "budi", step.task())), "PERIOD_MOVED_ON");
        // Put forward anew, the first is overtaken.
        let anew = office.propose_close(&citra, month(10), WAIVER).expect("put forward");
        assert_ne!(anew.task(), step.task());
        assert_eq!(code(approve(office, "budi", step.task())), "NOT_PROPOSED");
        assert_eq!(approve(office, "budi", anew.task()), Ok(TaskState::Approved));
    });
}

/// Sixteen who post into a month while it is being closed: each is in the month that was closed, or
/// was refused.
#[test]
fn nobody_slips_into_a_month_while_it_is_closed() {
    on_both(|office| {
        let citra = who(office, "citra");
        office.environment.pass(30 * DAY_MS);
        let numbers: Vec<String> = (0..16).map(|number| format!("BKU-{number}")).collect();
        let step = office.propose_close(&citra, month(10), WAIVER).expect("put forward");
        std::thread::scope(|scope| {
            for number in &numbers {
                scope.spawn(|| {
                    let asked = EntryTyped { number, ..typed(1, "2022-10-20", "") };
                    if let Ok(shown) = office.propose_entry(&citra, &asked) {
                        let _ = approve(office, "budi", shown.task());
                    }
                });
            }
            scope.spawn(|| approve(office, "wati", step.task()));
        });
        let closed = office.closed_until(&citra).expect("read");
        let entries = office.ledger_entries(&citra, (month(10), month(10)), None, 99);
        let entries = entries.expect("read").entries.len() as u64;
        if closed.is_some() {
            // The grant, and nothing that came after the hash was counted.
            assert_eq!(entries, step.step.transfers);
        }
        office.verify_ledger(&citra).expect("as it was closed, or open");
    });
}

#[test]
fn a_change_in_a_closed_month_is_found() {
    let directory = FreshDirectory::new();
    let office = office(directory.location());
    entered(&office, 10, "2022-10-20", "BKU-1");
    office.environment.pass(30 * DAY_MS);
    closed(&office, month(10));
    store::twin::tamper(&directory.location(), ENTRIES_A_DAY_LATER)
        .expect("somebody with the file in hand");
    let found = office.verify_ledger(&who(&office, "citra")).expect_err("it is seen");
    assert_eq!((found.code.as_str(), found.detail.as_str()), ("PERIOD_CHANGED", "2022-10"));
    assert_eq!(found.kind, ErrorKind::Integrity);
}

#[test]
fn the_offices_own_codes_hold_from_their_day_and_for_their_owner() {
    on_both(|office| {
        let keeper = who(office, "operator");
        let shipped = office.shipped_chart();
        let own = format!("{shipped}cash,dana,1.1.01.03.01.0001,Kas bendahara pengeluaran,\n");
        let from = day("2022-11-01");
        assert_eq!(
            code(office.propose_chart(&keeper, "x", from, "DPA 2022 (rekaan)")),
            "CHART_UNREADABLE"
        );
        let record =
            office.propose_chart(&keeper, &own, from, "DPA 2022 (rekaan)").expect("put forward");
        assert_eq!(
            office.propose_chart(&keeper, &own, from, "DPA 2022 (rekaan)"),
            Ok(record.clone())
        );
        let other = office.propose_chart(&keeper, &shipped, from, "Yang lain sama sekali");
        assert_eq!(code(other), "CHART_WAITS");
        let task = super::chart::task_of(record.id);
        assert_eq!(code(approve(office, "operator", task)), "USER_MAY_NOT");
        assert_eq!(approve(office, "budi", task), Ok(TaskState::Approved));
        let reader = who(office, "citra");
        let title = |on: &str| {
            let chart = office.chart_on(&reader, day(on)).expect("read");
            chart.map.title(AccountRole::Cash, "dana").code.to_string()
        };
        assert_eq!((title("2022-10-31"), title("2022-11-01")), ("1.1.01".into(), own_code()));
        let now = office.ledger_accounts(&reader).expect("read");
        let cash = now.iter().find(|one| &*one.account.code == CASH).expect("is there");
        assert_eq!(cash.title.code.as_ref(), "1.1.01");
        office.environment.pass(30 * DAY_MS);
        let now = office.ledger_accounts(&reader).expect("read");
        let cash = now.iter().find(|one| &*one.account.code == CASH).expect("is there");
        assert_eq!(cash.title.code.as_ref(), own_code());
    });
}

/// A bank's fee and what the books began with have accounts once two people have added them.
#[test]
fn an_office_adds_accounts_by_its_chart() {
    on_both(|office| {
        let (keeper, citra) = (who(office, "operator"), who(office, "citra"));
        let lines = "other-expense,biaya-bank,5.1.02.99,Biaya bank,\nequity,awal,3.1.01,Awal,\n";
        let own = format!("{}{lines}", office.shipped_chart());
        let fee = EntryTyped {
            debit: "other-expense.biaya-bank",
            credit: CASH,
            ..typed(6_500, "2022-10-03", "BKU-2")
        };
        assert_eq!(code(office.propose_entry(&citra, &fee)), "ACCOUNT_UNKNOWN");
        let from = day("2022-10-01");
        for reason in ["DPA 2022 (rekaan)", "Akun tambahan (rekaan)"] {
            let record = office.propose_chart(&keeper, &own, from, reason).expect("put forward");
            let task = super::chart::task_of(record.id);
            // The second time it holds already, and nothing is opened twice.
            if record.state == StepState::Proposed {
                assert_eq!(approve(office, "budi", task), Ok(TaskState::Approved));
            }
        }
        let opening = EntryTyped {
            debit: CASH,
            credit: "equity.awal",
            ..typed(500_000, "2022-10-03", "BKU-1")
        };
        for asked in [&opening, &fee] {
            let shown = office.propose_entry(&citra, asked).expect("put forward");
            assert_eq!(approve(office, "budi", shown.task()), Ok(TaskState::Approved));
        }
        assert_eq!(cash(office), 493_500);
        let accounts = office.ledger_accounts(&citra).expect("read");
        let fee = accounts.iter().find(|one| &*one.account.code == "other-expense.biaya-bank");
        assert_eq!(&*fee.expect("is there").title.name, "Biaya bank");
        office.verify_ledger(&citra).expect("balanced");
    });
}

fn own_code() -> String {
    "1.1.01.03.01.0001".to_owned()
}

#[test]
fn the_books_are_written_in_three_forms() {
    on_both(|office| {
        entered(office, 150_000, "2022-10-20", "BKU-1");
        let citra = who(office, "citra");
        let write = |what, format| office.export_ledger(&citra, what, None, format).expect("made");
        let (csv, rows) = write(ExportWhat::Transfers, ExportFormat::Csv);
        let text = String::from_utf8(csv).expect("text");
        // The grant and the entry.
        assert_eq!((rows, text.lines().count()), (2, 3));
        assert!(text.contains(",150000,adjustment,posted,"), "{text}");
        assert!(text.contains(",citra,budi,"), "{text}");
        let (csv, rows) = write(ExportWhat::Balances, ExportFormat::Csv);
        let text = String::from_utf8(csv).expect("text");
        assert_eq!(rows, 4, "a fund has four accounts");
        assert!(text.contains("cash.dana,1.1.01,Kas dan setara kas,asset,cash,dana,0,0,150000,0"));
        let (xlsx, _) = write(ExportWhat::Transfers, ExportFormat::Xlsx);
        assert_eq!(&xlsx[..2], b"PK");
        let (parquet, _) = write(ExportWhat::Transfers, ExportFormat::Parquet);
        assert_eq!((&parquet[..4], &parquet[parquet.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    });
}

#[test]
fn a_statement_comes_in_parts_that_add_up() {
    on_both(|office| {
        for (at, number) in ["A", "B", "C", "D", "E"].into_iter().enumerate() {
            entered(office, 100 + at as i64, "2022-10-20", number);
        }
        let (citra, months) = (who(office, "citra"), (month(10), month(10)));
        let (mut after, mut seen, mut running) = (None, 0, Rupiah::ZERO);
        loop {
            let part = office.account_statement(&citra, CASH, months, after, 2).expect("read");
            for (one, balance) in &part.entries {
                running = Rupiah(running.0 + one.transfer.amount.0);
                assert_eq!(*balance, running);
                seen += 1;
            }
            after = part.entries.last().map(|(one, _)| (one.transfer.day, one.transfer.id));
            if !part.more {
                // 100 + 101 + 102 + 103 + 104 = 510.
                assert_eq!((seen, part.closing.net_debit()), (5, Rupiah(510)));
                break;
            }
        }
        let unknown = office.account_statement(&citra, "cash.lain", months, None, 2);
        assert_eq!(code(unknown), "ACCOUNT_UNKNOWN");
        let fund = office.fund("dana").expect("is there");
        let id = account_id(fund.id.as_bytes(), AccountRole::Cash);
        let part = office.account_statement(&citra, CASH, months, None, 2).expect("read");
        assert_eq!(part.account.account.id, id);
    });
}
