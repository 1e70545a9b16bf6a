//! Reasons in somebody's words: read back as they were said, and nowhere in the clear.

use base::id::kind;
use base::{Id, Rupiah};
use domain::access::{Grant, Role};
use domain::agreement::{AgreementState, Terms};
use domain::approval::ProposalState;
use domain::fund::FundRevision;
use domain::ledger::chart::{AccountRole, account_id};
use domain::ledger::mapping::ChartMap;
use domain::ledger::period::{PeriodAct, PeriodStep, StepState};
use domain::ledger::voucher::Voucher;
use domain::task::{Task, TaskKind, TaskState, Verdict};

use super::world::*;
use crate::access::{GrantRecord, TaskRecord, VerdictRecord};
use crate::agreements::{Agreement, Version};
use crate::ledger::{mapping, period, voucher};
use crate::sql::Sql;
use crate::twin::{FreshDirectory, both};
use crate::value::values;
use crate::{Location, Store, StoreError, Tx, access, agreements, audit, funds, proposals};

const WORDS: &str = "Diusulkan Kenari Rekaan, 6401011708627777";

fn list() -> Id<kind::Proposal> {
    id(8, 9)
}

fn task() -> Task {
    Task {
        id: id(9, 9),
        kind: TaskKind::Revision,
        object: [9; 16],
        hash: [9; 32],
        effect: Rupiah(1),
        approvers: 1,
        maker: user(1).id,
        made_at_ms: 1,
        expires_at_ms: 2,
        state: TaskState::Open,
    }
}

/// Kinds of tasks about money that say why.
const OF_MONEY: [TaskKind; 4] =
    [TaskKind::Allocation, TaskKind::Voucher, TaskKind::Chart, TaskKind::Reopening];

fn task_of_money(kind: TaskKind) -> Task {
    let number = OF_MONEY.iter().position(|one| *one == kind).expect("one of them") as u32;
    Task { id: id(13, number), kind, object: [number as u8; 16], ..task() }
}

fn entry(words: &str) -> Voucher {
    Voucher {
        id: id(14, 9),
        undoes: None,
        debit: account_id(fund().id.as_bytes(), AccountRole::Cash),
        credit: account_id(fund().id.as_bytes(), AccountRole::Suspense),
        amount: Rupiah(1),
        month: None,
        day: day("2022-10-01"),
        number: "BKU-1".into(),
        reason: words.into(),
        made_by: user(1).id,
        made_at_ms: 1,
    }
}

fn opening_again(words: &str) -> PeriodStep {
    PeriodStep {
        id: id(15, 9),
        month: month("2022-10"),
        act: PeriodAct::Reopen,
        reason: words.into(),
        hash: [9; 32],
        transfers: 1,
        moved: Rupiah(1),
        made_by: user(1).id,
        made_at_ms: 1,
        checked_by: None,
        second_by: None,
        state: StepState::Proposed,
    }
}

fn chart(words: &str) -> mapping::ChartRecord {
    mapping::ChartRecord {
        id: id(16, 9),
        from: day("2022-10-01"),
        hash: [9; 32],
        reason: words.into(),
        made_by: user(1).id,
        made_at_ms: 1,
        checked_by: None,
        state: StepState::Proposed,
    }
}

/// The words of the money work.
fn put_money_forward(tx: &mut Tx<'_>, words: &str) -> Result<(), StoreError> {
    for kind in OF_MONEY {
        let content = format!("fund=apbd\nreason={words}").into();
        access::insert_task(tx, &TaskRecord { task: task_of_money(kind), content })?;
    }
    voucher::insert(tx, &entry(words))?;
    period::insert_step(tx, &opening_again(words))?;
    mapping::insert(tx, &chart(words), &ChartMap::shipped())
}

/// The same as it is read back.
fn money_heard(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let mut heard = Vec::new();
    for kind in OF_MONEY {
        let content = access::task(tx, task_of_money(kind).id)?.expect("the task").content;
        heard.push(content.strip_prefix("fund=apbd\nreason=").unwrap_or_default().to_owned());
    }
    let one = voucher::get(tx, entry("").id)?.expect("the voucher");
    assert_eq!(voucher::of_state(tx, StepState::Proposed)?, std::slice::from_ref(&one));
    assert_eq!(voucher::of_transfer(tx, one.voucher.transfer().id)?, std::slice::from_ref(&one));
    let step = period::step(tx, opening_again("").id)?.expect("the step");
    assert_eq!(period::steps(tx)?, std::slice::from_ref(&step));
    let charts = mapping::list(tx)?;
    let words = [one.voucher.reason, step.reason, charts[0].reason.clone()];
    heard.extend(words.into_iter().map(String::from));
    Ok(heard)
}

fn agreement() -> Agreement {
    Agreement {
        id: id(11, 9),
        code: "pks-contoh".into(),
        template: "contoh".into(),
        copied_from: None,
        state: AgreementState::Draft,
        version: 0,
        newest: 1,
        ended_on: None,
        made_by: user(1).id,
        made_at_ms: 1,
    }
}

fn version(reason: &str) -> Version {
    let terms = Terms {
        number: "".into(),
        subject: "Contoh".into(),
        place: "".into(),
        from: day("2022-10-01"),
        to: day("2022-12-31"),
        notice_days: 30,
        parties: Vec::new(),
        articles: Vec::new(),
        duties: Vec::new(),
    };
    let (digest, made_by) = (terms.digest(), user(1).id);
    let (signed_on, scan) = (None, None);
    Version {
        version: 1,
        terms,
        reason: reason.into(),
        digest,
        signed_on,
        scan,
        made_by,
        made_at_ms: 1,
    }
}

fn of_the_act(words: &str) -> audit::AuditLine {
    let line = line(9, "identity-revealed");
    let bound = domain::audit::reason_commitment(&line.salt, words);
    audit::AuditLine { reason: Some(bound), ..line }
}

/// Says why everywhere where somebody may; the register has its offices and users.
pub(super) fn say_why(store: &Store, words: &str) {
    store
        .write(|tx| {
            audit::keep_reason(tx, &of_the_act(words), words)?;
            audit::append(tx, &of_the_act(words))
        })
        .expect("an act");
    store.write(|tx| put_forward(tx, words)).expect("writes");
}

fn put_forward(tx: &mut Tx<'_>, words: &str) -> Result<(), StoreError> {
    let text = "insert into proposal (tenant, id, programme, made_by, made_at_ms, people, \
                monthly, committed, list_hash, state) \
                values ($1, $2, $3, $4, 1, 1, 1, 1, $5, 'proposed')";
    let sql = Sql::new("raw", text, text);
    tx.run(&sql, &values![tx.tenant(), &list(), &programme(1).id, &user(1).id, &[0u8; 32]])?;
    proposals::set_state(tx, list(), &ProposalState::Returned(words.into()))?;
    let content = format!("fund=apbd\nreason={words}").into();
    access::insert_task(tx, &TaskRecord { task: task(), content })?;
    let verdict = Verdict::Return(words.into());
    let said = VerdictRecord { checker: user(2).id, verdict, given_at_ms: 3 };
    access::insert_verdict(tx, &task(), &said)?;
    let auditor = Grant::of(Role::Auditor, crate::twin::tenant(), day("2022-10-01"));
    let held = GrantRecord {
        id: id(10, 9),
        holder: user(2).id,
        grant: Grant { glass: true, ..auditor },
        granted_by: user(2).id,
        granted_at_ms: 1,
        glass_until_ms: Some(9),
        reason: Some(words.into()),
        provided_by: None,
    };
    access::insert_grant(tx, &held)?;
    funds::insert_revision(
        tx,
        &FundRevision {
            id: id(12, 9),
            fund: fund().id,
            before: Rupiah(1),
            after: Rupiah(2),
            basis: "Perda".into(),
            effective: day("2022-09-30"),
            reason: words.into(),
            made_by: user(1).id,
            made_at_ms: 5,
        },
    )?;
    put_money_forward(tx, words)?;
    agreements::insert(tx, &agreement(), &version(words))
}

/// Everything that was said, as it is read back.
fn heard(store: &Store) -> Vec<String> {
    let read = |tx: &mut Tx<'_>| {
        let line = audit::reason(tx, &of_the_act(WORDS))?;
        let returned = match proposals::get(tx, list())?.expect("the list").state {
            ProposalState::Returned(reason) => reason,
            other => panic!("{other:?}"),
        };
        let same = proposals::of_programme(tx, programme(1).id)?;
        assert_eq!(same[0].state, ProposalState::Returned(returned.clone()));
        let content = access::task(tx, task().id)?.expect("the task").content;
        for found in [
            access::tasks(tx, TaskState::Open)?,
            access::tasks_of(tx, TaskKind::Revision, &task().object)?,
        ] {
            assert_eq!(found[0].content, content);
        }
        let verdict = match &access::verdicts(tx, task().id)?[0].verdict {
            Verdict::Return(reason) => reason.clone(),
            other => panic!("{other:?}"),
        };
        let mut grants = access::grants(tx)?;
        access::read_reasons(tx, &mut grants)?;
        let revision = funds::revision(tx, id(12, 9))?.expect("the revision");
        assert_eq!(funds::revisions(tx, fund().id)?[0], revision);
        let versions = agreements::versions(tx, agreement().id)?;
        let mut all = money_heard(tx)?;
        all.extend([
            line.unwrap_or_default(),
            returned.into(),
            content.strip_prefix("fund=apbd\nreason=").unwrap_or_default().to_owned(),
            verdict.into(),
            grants[0].reason.clone().unwrap_or_default().into(),
            revision.reason.into(),
            versions[0].reason.clone().into(),
        ]);
        Ok::<_, StoreError>(all)
    };
    store.read(read).expect("reads")
}

fn raw(tx: &mut Tx<'_>, text: &str) {
    let text: &'static str = text.to_owned().leak();
    tx.run(&Sql::new("raw", text, text), &[]).expect(text);
}

/// The register as an older program left it: all of it in the clear, and no keys for it.
fn as_before(store: &Store) {
    let everything = |tx: &mut Tx<'_>| {
        raw(tx, "delete from reason where tenant = 6401");
        let records = [
            *list().as_bytes(),
            *task().id.as_bytes(),
            *id::<Grant>(10, 9).as_bytes(),
            *id::<FundRevision>(12, 9).as_bytes(),
            of_the_act(WORDS).id,
            *entry("").id.as_bytes(),
            *opening_again("").id.as_bytes(),
            *chart("").id.as_bytes(),
        ];
        let of_money = OF_MONEY.map(|kind| *task_of_money(kind).id.as_bytes());
        let records = [&records[..], &of_money].concat();
        for record in &records {
            crate::seal::drop_key(tx, record)?;
        }
        let tables = [
            "proposal",
            "task_verdict",
            "role_grant",
            "fund_revision",
            "agreement_version",
            "voucher",
            "period_step",
            "ledger_chart",
        ];
        for table in tables {
            raw(tx, &format!("update {table} set reason = '{WORDS}' where tenant = 6401"));
        }
        let text = "update task set content = $1 where tenant = $2";
        let content = format!("fund=apbd\nreason={WORDS}");
        tx.run(&Sql::new("raw", text, text), &values![content, tx.tenant()])?;
        let text = "insert into audit_reason (tenant, line, words) values ($1, $2, $3)";
        let (sql, line) = (Sql::new("raw", text, text), of_the_act(WORDS).id);
        tx.run(&sql, &values![tx.tenant(), &line, WORDS]).map(|_| ())
    };
    store.write(everything).expect("writes");
}

fn flaws(store: &Store) -> usize {
    store.read(crate::verify::verify).expect("reads").flaws.len()
}

#[test]
fn reasons_are_read_back_and_those_of_an_older_program_are_sealed() {
    both(|store| {
        settle_in(store);
        say_why(store, WORDS);
        assert_eq!(heard(store), [WORDS; 14]);
        assert_eq!((store.seal_reasons(), flaws(store)), (Ok(0), 0));
        as_before(store);
        assert_eq!((heard(store), flaws(store)), (vec![WORDS.to_owned(); 14], 0));
        assert_eq!(store.seal_reasons(), Ok(14));
        assert_eq!(store.seal_reasons(), Ok(0));
        assert_eq!((heard(store), flaws(store)), (vec![WORDS.to_owned(); 14], 0));
        let last = store.read(audit::list).expect("reads").pop().expect("a line");
        assert_eq!(&*last.act, "reasons-sealed");
    });
}

#[test]
fn a_reason_that_is_not_its_lines_is_found() {
    both(|store| {
        settle_in(store);
        say_why(store, WORDS);
        let other = |tx: &mut Tx<'_>| {
            let words = "Kata lain";
            crate::reasons::keep(tx, &of_the_act(WORDS).id, crate::reasons::Part::Line, words)
        };
        store.write(other).expect("writes");
        let found = store.read(crate::verify::verify).expect("reads").flaws;
        assert_eq!(found, [crate::verify::Flaw::Reason(of_the_act(WORDS).id.into())]);
        // The key gone, nobody can say what the words were.
        store.write(|tx| crate::seal::drop_key(tx, &of_the_act(WORDS).id)).expect("writes");
        assert_eq!(store.read(|tx| audit::reason(tx, &of_the_act(WORDS))), Ok(None));
        assert_eq!(flaws(store), 1);
    });
}

#[test]
fn a_draft_written_anew_says_the_new_reason_or_none() {
    both(|store| {
        settle_in(store);
        say_why(store, WORDS);
        for words in ["Sebab lain", ""] {
            let anew = |tx: &mut Tx<'_>| {
                agreements::write_draft(tx, agreement().id, &version(words))?;
                agreements::versions(tx, agreement().id)
            };
            let found = store.write(anew).expect("writes");
            assert_eq!(&*found[0].reason, words);
        }
    });
}

/// In how many rows the name stands, of every table in which somebody says why.
fn named_in_clear(store: &Store) -> i64 {
    let columns = [
        ("proposal", "reason"),
        ("task", "content"),
        ("task_verdict", "reason"),
        ("role_grant", "reason"),
        ("fund_revision", "reason"),
        ("agreement_version", "reason"),
        ("voucher", "reason"),
        ("period_step", "reason"),
        ("ledger_chart", "reason"),
        ("audit_reason", "words"),
    ];
    let count = |tx: &mut Tx<'_>| {
        let mut sum = 0;
        for (table, column) in columns {
            let text = format!("select count(*) from {table} where {column} like '%Kenari%'");
            let text: &'static str = text.leak();
            let found = tx.one(&Sql::new("raw", text, text), &[], |columns| columns.take())?;
            sum += found.unwrap_or(0_i64);
        }
        Ok::<_, StoreError>(sum)
    };
    store.read(count).expect("reads")
}

#[test]
fn no_reason_stands_in_the_clear_on_either_engine() {
    both(|store| {
        settle_in(store);
        say_why(store, WORDS);
        assert_eq!(named_in_clear(store), 0);
        as_before(store);
        // 14 reasons: each in a row of its own.
        assert_eq!(named_in_clear(store), 14);
        store.seal_reasons().expect("seals");
        assert_eq!(named_in_clear(store), 0);
    });
}

#[test]
fn no_byte_of_the_file_has_a_reason_that_an_older_program_kept() {
    let directory = FreshDirectory::new();
    let store = Store::open(directory.location(), crate::twin::tenant()).expect("opens");
    store.faults().forgive_silence(true);
    store.unlock(crate::twin::keys()).expect("a new register takes any keys");
    store.migrate().expect("migrates");
    settle_in(&store);
    say_why(&store, WORDS);
    let songs = || {
        let Location::Directory(path) = directory.location() else { unreachable!("a directory") };
        let mut bytes = Vec::new();
        for name in ["register.db", "register.db-wal"] {
            bytes.extend(std::fs::read(path.join(name)).unwrap_or_default());
        }
        let words = "Kenari".as_bytes();
        bytes.windows(words.len()).filter(|window| *window == words).count()
    };
    assert_eq!(songs(), 0);
    as_before(&store);
    assert!(songs() > 0, "in the clear");
    store.seal_reasons().expect("seals");
    assert_eq!(songs(), 0, "and in no space that was left");
}
