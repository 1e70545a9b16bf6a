//! Invented people and records for the tests of this crate, and the journey from list to cover.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use base::id::kind;
use base::{Day, Id, Month, Nik, PersonName, RegionCode, Rupiah};
use proptest::prelude::*;
use rules::{FundKind, RegulationFile, Rulebook, Scheme, Schemes, WorkSector};

use crate::approval::{
    ApprovalInput, Candidate, ListLine, Proposal, ProposalInput, ProposalRefusal, ProposedList,
    Welfare, approve, propose,
};
use crate::billing::{Bill, BillInput, BillMember, BillState, draft_bill, finalise, reopen};
use crate::coverage::{CoveredMonth, conflicts};
use crate::ledger::chart::{Books, appropriate, fund_accounts, programme_accounts};
use crate::ledger::{
    Balance, LedgerSnapshot, Posting, Resolution, Transfer, TransferStatus, post, post_all,
    recomputed, trial_balance,
};
use crate::membership::Membership;
use crate::payment::{Direction, StatementFacts, StatementLine, settle, statement_lines};
use crate::programme::{Fund, Programme, Terms};

pub(crate) fn id<K>(number: u128) -> Id<K> {
    Id::from_bytes(number.to_be_bytes())
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

pub(crate) fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

pub(crate) fn place(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a code")
}

pub(crate) fn fund(ceiling: i64) -> Fund {
    Fund::new(id(1), "apbdp-2022", FundKind::ApbdP, Rupiah(ceiling))
}

/// October to December 2022 in Paser, JKK and JKM.
pub(crate) fn programme() -> Programme {
    Programme {
        id: id(2),
        code: "rentan-2022".into(),
        name: "Pekerja rentan 2022".into(),
        territory: place("64.01"),
        fund: id(1),
        schemes: Schemes::JKK_JKM,
        first: month("2022-10"),
        last: month("2022-12"),
        occupations: Vec::new(),
        default_occupation: None,
        income: Rupiah::ZERO,
        refuse_insured: false,
        target: None,
        terms: Terms::default(),
    }
}

/// Invented: the name, the number and the village follow from `number`.
pub(crate) fn candidate(number: u32) -> Candidate {
    let nik = format!("640105{:02}0180{:04}", number / 9_999 % 28 + 1, number % 9_999 + 1);
    Candidate {
        person: id(1_000_000 + u128::from(number)),
        name: PersonName::parse(&format!("Warga {}", letters(number))).expect("a name"),
        nik: Nik::parse(&nik).expect("well formed"),
        place: place("64.01.05.2001"),
        occupation: None,
        sector: WorkSector::Other,
        birth: day("1980-01-01"),
        problems: Vec::new(),
        received_ms: 0,
        welfare: Welfare::default(),
        facility: None,
    }
}

/// Five letters that sort as the numbers do.
fn letters(number: u32) -> String {
    let letter = |power: u32| char::from(b'a' + (number / 26u32.pow(power) % 26) as u8);
    (0..5).rev().map(letter).collect()
}

pub(crate) fn member(number: u32) -> BillMember {
    let membership = Membership::of(&programme(), candidate(number).person);
    let birth = candidate(number).birth;
    BillMember { membership, sector: WorkSector::Other, group: None, birth, died: None }
}

pub(crate) fn line(day_text: &str, amount: i64, direction: Direction, text: &str) -> StatementLine {
    let facts = StatementFacts {
        day: day(day_text),
        amount: Rupiah(amount),
        direction,
        reference: text.into(),
        balance: None,
        reversal: false,
    };
    statement_lines("BPD 001", vec![facts]).remove(0)
}

/// The law, read once for all tests.
pub(crate) static LAW: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

/// The law with a death contribution of four quintillion rupiah, so that three do not fit.
pub(crate) fn dear_rulebook() -> Rulebook {
    let mut dear = String::new();
    let files: Vec<RegulationFile<'_>> = Rulebook::builtin_files().to_vec();
    for file in files.iter().filter(|file| file.path == "jkm/iuran_bpu.toml") {
        dear = file.text.replace("value = 6_800", "value = 4_000_000_000_000_000_000");
    }
    let files: Vec<RegulationFile<'_>> = files
        .into_iter()
        .map(|file| match file.path {
            "jkm/iuran_bpu.toml" => RegulationFile { text: &dear, ..file },
            _ => file,
        })
        .collect();
    Rulebook::load(&files).expect("good files")
}

/// A ledger kept in memory: what the store does with a posting.
#[derive(Default)]
pub(crate) struct MemoryLedger {
    pub(crate) snapshot: LedgerSnapshot,
}

impl MemoryLedger {
    pub(crate) fn open(fund: &Fund, programme: &Programme) -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        for account in fund_accounts(fund).into_iter().chain(programme_accounts(programme)) {
            ledger.snapshot.accounts.insert(account.id, (account, Balance::default()));
        }
        ledger
    }

    pub(crate) fn apply(&mut self, posting: &Posting) {
        for entry in &posting.entries {
            let transfer = *entry.transfer();
            self.snapshot.transfers.insert(transfer.id, (transfer, Resolution::Open));
        }
        for (account, balance) in &posting.balances {
            self.snapshot.accounts.get_mut(account).expect("a known account").1 = *balance;
        }
        for (pending, resolution) in &posting.resolved {
            self.snapshot.transfers.get_mut(pending).expect("a known transfer").1 = *resolution;
        }
    }

    pub(crate) fn post(&mut self, batch: &[Transfer]) -> Vec<TransferStatus> {
        let posting = post(&self.snapshot, batch);
        self.apply(&posting);
        posting.statuses
    }

    pub(crate) fn post_all(&mut self, batch: &[Transfer]) -> Result<(), Vec<TransferStatus>> {
        let posting = post_all(&self.snapshot, batch)?;
        self.apply(&posting);
        Ok(())
    }

    pub(crate) fn balance(&self, account: Id<kind::Account>) -> Balance {
        self.snapshot.accounts[&account].1
    }

    /// Debits equal credits, and the kept sums are what the transfers add up to.
    pub(crate) fn check(&self) {
        let accounts = self.snapshot.accounts.values().cloned();
        assert!(trial_balance(accounts).expect("fits").is_balanced());
        let transfers = self.snapshot.transfers.values().map(|(transfer, _)| transfer);
        let recomputed = recomputed(transfers).expect("fits");
        for (account, (_, kept)) in &self.snapshot.accounts {
            assert_eq!(recomputed.get(account).copied().unwrap_or_default(), *kept);
        }
    }
}

fn list_of(
    programme: &Programme,
    fund: &Fund,
    candidates: &[Candidate],
) -> Result<ProposedList, ProposalRefusal> {
    propose(&ProposalInput {
        programme,
        fund,
        committed_so_far: Rupiah::ZERO,
        places_taken: 0,
        candidates,
        rulebook: &LAW,
    })
}

fn proposal(list: &ProposedList, programme: &Programme) -> Proposal {
    // One list per programme in these tests, so its identifier follows from the programme's.
    let id = Id::from_bytes(*programme.id.as_bytes());
    list.put_forward(id, programme.id, self::id(8), 1_664_582_400_000)
}

fn approved(list: &ProposedList, programme: &Programme, fund: &Fund) -> crate::approval::Approval {
    let proposal = proposal(list, programme);
    approve(&ApprovalInput {
        proposal: &proposal,
        lines: &list.lines,
        programme,
        fund,
        committed_so_far: Rupiah::ZERO,
        checker: id(9),
        hash_seen: proposal.list_hash,
        day: day("2022-09-28"),
    })
    .expect("a good list")
}

fn members(lines: &[ListLine], programme: &Programme) -> Vec<BillMember> {
    let member = |line: &ListLine| BillMember {
        membership: Membership::of(programme, line.person),
        sector: line.sector,
        group: None,
        birth: day("1980-01-01"),
        died: None,
    };
    lines.iter().map(member).collect()
}

#[test]
fn the_journey_of_paser_ends_at_the_figure_of_the_report() {
    // 32,268 people × Rp16,800 × 3 months = Rp1,626,307,200; Rp542,102,400 in a month.
    let (programme, fund) = (programme(), fund(1_650_000_000));
    let candidates: Vec<Candidate> = (0..32_268).map(candidate).collect();
    let list = list_of(&programme, &fund, &candidates).expect("a list");
    assert_eq!((list.lines.len(), list.waiting.len(), list.months), (32_268, 0, 3));
    assert_eq!((list.monthly, list.committed), (Rupiah(542_102_400), Rupiah(1_626_307_200)));
    assert_eq!(list.free, Rupiah(23_692_800));

    let mut ledger = MemoryLedger::open(&fund, &programme);
    let approval = approved(&list, &programme, &fund);
    let budget = [appropriate(&fund, day("2022-09-01")), approval.commitment];
    assert_eq!(ledger.post_all(&budget), Ok(()));

    let members = members(&list.lines, &programme);
    let mut covered: Vec<CoveredMonth> = Vec::new();
    for (month, pay_day) in programme.months().zip(["2022-10-14", "2022-11-14", "2022-12-14"]) {
        let draft = draft_bill(&BillInput {
            programme: &programme,
            fund: fund.kind,
            month,
            revision: 0,
            members: &members,
            standing: &[],
            rulebook: &LAW,
        })
        .expect("a bill");
        assert_eq!((draft.people, draft.total), (32_268, Rupiah(542_102_400)));
        let issued = finalise(&draft, &programme, month.first_day()).expect("a final bill");
        assert_eq!(ledger.post_all(&issued.transfers), Ok(()));
        ledger.check();
        let line = line(pay_day, 542_102_400, Direction::Out, "Iuran");
        let paid = settle(&issued.bill, &programme, &line).expect("a settlement");
        assert!(conflicts(&paid.covered, &covered).is_empty());
        assert_eq!(ledger.post_all(&paid.transfers), Ok(()));
        assert_eq!(ledger.post_all(&paid.transfers), Ok(()), "a repeat changes nothing");
        covered.extend(paid.covered);
        ledger.check();
    }
    // 32,268 people × 2 schemes × 3 months.
    assert_eq!(covered.len(), 193_608);
    let books = Books::of(&programme);
    assert_eq!(ledger.balance(books.expense).net_debit(), Rupiah(1_626_307_200));
    assert_eq!(ledger.balance(books.cash).net_debit(), Rupiah(-1_626_307_200));
    assert_eq!(ledger.balance(books.payable).net_debit(), Rupiah::ZERO);
    assert_eq!(ledger.balance(books.commitment).free_credit(), Rupiah::ZERO);
    assert_eq!(ledger.balance(books.appropriation).free_credit(), Rupiah(23_692_800));
}

#[test]
fn two_lists_that_each_fit_do_not_both_pass_the_ledger() {
    // Both checkers saw nothing committed: 3 × 50,400 for each, in a fund of 200,000.
    let (fund, first) = (fund(200_000), programme());
    let second = Programme { id: id(3), code: "rentan-2".into(), ..programme() };
    let candidates: Vec<Candidate> = (0..3).map(candidate).collect();
    let mut ledger = MemoryLedger::open(&fund, &first);
    for account in programme_accounts(&second) {
        ledger.snapshot.accounts.insert(account.id, (account, Balance::default()));
    }
    assert_eq!(ledger.post_all(&[appropriate(&fund, day("2022-09-01"))]), Ok(()));
    let commitment = |programme: &Programme| {
        let list = list_of(programme, &fund, &candidates).expect("a list");
        approved(&list, programme, &fund).commitment
    };
    assert_eq!(ledger.post_all(&[commitment(&first)]), Ok(()));
    let refused = ledger.post_all(&[commitment(&second)]);
    assert_eq!(refused, Err(vec![TransferStatus::WouldExceedCredits]));
    assert_eq!(ledger.post_all(&[commitment(&first)]), Ok(()), "a repeat changes nothing");
    ledger.check();
}

/// Something that happens to an office with two programmes on one fund.
#[derive(Debug, Clone, Copy)]
enum Event {
    Issue { second: bool, month: i32 },
    Reopen { second: bool, month: i32 },
    Pay { second: bool, month: i32 },
    Death { person: u32, month: i32 },
}

fn any_event() -> impl Strategy<Value = Event> {
    let bill = || (any::<bool>(), 0i32..3);
    prop_oneof![
        4 => bill().prop_map(|(second, month)| Event::Issue { second, month }),
        1 => bill().prop_map(|(second, month)| Event::Reopen { second, month }),
        3 => bill().prop_map(|(second, month)| Event::Pay { second, month }),
        1 => (0u32..6, 0i32..3).prop_map(|(person, month)| Event::Death { person, month }),
    ]
}

/// The office: what a store would keep.
struct World {
    programmes: [Programme; 2],
    members: [Vec<BillMember>; 2],
    bills: HashMap<(bool, i32), Bill>,
    covered: Vec<CoveredMonth>,
    ledger: MemoryLedger,
    paid: i64,
}

impl World {
    /// Persons 0 to 3 on the first programme, 2 to 5 on the second, in a fund that fits both.
    fn new() -> World {
        let fund = fund(50_400 * 8);
        let first = programme();
        let second = Programme { id: id(3), code: "rentan-2".into(), ..programme() };
        let mut ledger = MemoryLedger::open(&fund, &first);
        for account in programme_accounts(&second) {
            ledger.snapshot.accounts.insert(account.id, (account, Balance::default()));
        }
        assert_eq!(ledger.post_all(&[appropriate(&fund, day("2022-09-01"))]), Ok(()));
        let mut on = |programme: &Programme, people: std::ops::Range<u32>| {
            let candidates: Vec<Candidate> = people.map(candidate).collect();
            let list = list_of(programme, &fund, &candidates).expect("a list");
            let approval = approved(&list, programme, &fund);
            assert_eq!(ledger.post_all(&[approval.commitment]), Ok(()));
            members(&list.lines, programme)
        };
        let members = [on(&first, 0..4), on(&second, 2..6)];
        World {
            programmes: [first, second],
            members,
            bills: HashMap::new(),
            covered: Vec::new(),
            ledger,
            paid: 0,
        }
    }

    fn meet(&mut self, event: Event) {
        match event {
            Event::Issue { second, month } => self.issue(second, month),
            Event::Reopen { second, month } => self.reopen(second, month),
            Event::Pay { second, month } => self.pay(second, month),
            Event::Death { person, month } => {
                let died = programme().first.plus(month - 1).last_day();
                let members = self.members.iter_mut().flatten();
                let person = candidate(person).person;
                members
                    .filter(|member| member.membership.person == person)
                    .for_each(|member| member.died = Some(died));
            }
        }
    }

    fn issue(&mut self, second: bool, month: i32) {
        let programme = &self.programmes[usize::from(second)];
        let known = self.bills.get(&(second, month));
        if known.is_some_and(|bill| bill.state != BillState::Draft) {
            return;
        }
        let promised = self.bills.values().filter(|bill| bill.state == BillState::Final);
        let mut standing: Vec<CoveredMonth> = promised.flat_map(Bill::promised).collect();
        standing.extend(&self.covered);
        let draft = draft_bill(&BillInput {
            programme,
            fund: FundKind::ApbdP,
            month: programme.first.plus(month),
            revision: known.map_or(0, |bill| bill.revision),
            members: &self.members[usize::from(second)],
            standing: &standing,
            rulebook: &LAW,
        })
        .expect("a bill");
        if let Ok(step) = finalise(&draft, programme, day("2022-10-01")) {
            assert!(conflicts(&step.bill.promised(), &standing).is_empty());
            assert_eq!(self.ledger.post_all(&step.transfers), Ok(()));
            self.bills.insert((second, month), step.bill);
        }
    }

    fn reopen(&mut self, second: bool, month: i32) {
        let Some(bill) = self.bills.get(&(second, month)) else { return };
        let programme = &self.programmes[usize::from(second)];
        if let Ok(step) = reopen(bill, programme, day("2022-10-02")) {
            assert_eq!(self.ledger.post_all(&step.transfers), Ok(()));
            self.bills.insert((second, month), step.bill);
        }
    }

    fn pay(&mut self, second: bool, month: i32) {
        let Some(bill) = self.bills.get(&(second, month)) else { return };
        let programme = &self.programmes[usize::from(second)];
        let text = format!("{second} {month}");
        let line = line("2022-10-14", bill.total.0, Direction::Out, &text);
        if let Ok(paid) = settle(bill, programme, &line) {
            assert_eq!(self.ledger.post_all(&paid.transfers), Ok(()));
            self.paid += paid.bill.total.0;
            self.covered.extend(paid.covered);
            self.bills.insert((second, month), paid.bill);
        }
    }

    fn check(&self) {
        self.ledger.check();
        let keys: HashSet<_> = self.covered.iter().map(CoveredMonth::key).collect();
        assert_eq!(keys.len(), self.covered.len(), "one payer per person, scheme and month");
        // JKK 10,000 and JKM 6,800 for each covered month.
        let each = |scheme| self.covered.iter().filter(|cover| cover.scheme == scheme).count();
        let bought = each(Scheme::Jkk) * 10_000 + each(Scheme::Jkm) * 6_800;
        assert_eq!(bought as i64, self.paid, "every rupiah bought a covered month");
        let mut expense = 0;
        for programme in &self.programmes {
            let books = Books::of(programme);
            expense += self.ledger.balance(books.expense).net_debit().0;
            assert_eq!(self.ledger.balance(books.payable).net_debit(), Rupiah::ZERO);
            assert!(self.ledger.balance(books.commitment).free_credit() >= Rupiah::ZERO);
            assert!(self.ledger.balance(books.appropriation).free_credit() >= Rupiah::ZERO);
        }
        assert_eq!(expense, self.paid);
        for cover in &self.covered {
            let (transfer, _) = self.ledger.snapshot.transfers[&cover.transfer];
            assert_eq!(transfer.month, Some(cover.month));
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_every_rupiah_buys_one_covered_month(
        events in prop::collection::vec(any_event(), 0..40),
    ) {
        let mut world = World::new();
        for event in events {
            world.meet(event);
            world.check();
        }
    }
}
