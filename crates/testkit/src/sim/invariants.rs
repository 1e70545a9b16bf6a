//! What holds after every step, computed here once more from the records themselves.
//!
//! Each check has a name, which a failure begins with. What people may bring about knowingly, such
//! as a month paid twice for somebody found to be one human later, may appear in the step in which
//! it became known and in no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use app::office::{Actor, Office};
use base::id::kind;
use base::{Day, Id, Month, Nik, Rupiah};
use domain::billing::{Bill, BillState};
use domain::coverage::CoveredMonth;
use domain::enrolment::Outcome;
use domain::ledger::chart::{AccountRole, account_id};
use domain::ledger::{Account, Balance, BalanceLimit, Transfer, TransferKind};
use domain::payment::{Part, Purpose};
use domain::programme::{Fund, Programme};
use domain::task::{TaskState, Verdict};
use rules::Scheme;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::merges::{Merged, Roots, root_of};
use store::payments::LineKept;
use store::sheets::SheetState;
use store::{StoreError, Tx};

use super::people::day_of_death;

/// What the simulation knows beside the register.
#[derive(Default)]
pub(crate) struct Memory {
    /// People invented so far.
    pub(crate) invented: u64,
    /// Lists sent: file, programme, sender, rows.
    pub(crate) files: Vec<(PathBuf, &'static str, &'static str, u64)>,
    /// Statements sent, and their lines.
    pub(crate) statements: Vec<String>,
    pub(crate) lines: Vec<String>,
    /// Payments told by the bank: number, amount, document.
    pub(crate) told: Vec<(String, Rupiah, Value)>,
    /// Deaths about to be told, and told.
    pub(crate) told_dead: Vec<(Nik, Day)>,
    pub(crate) dead: Vec<(Nik, Day)>,
    /// What is excused, by the name of its check.
    excused: BTreeMap<&'static str, BTreeSet<String>>,
    /// Whether the last act may have made something known that was not.
    is_news: bool,
    merged: Vec<Merged>,
    /// Lines of the audit log, and their digest.
    audit: (usize, [u8; 32]),
}

/// Everything that is looked at, as the register has it.
struct Seen {
    programmes: Vec<Programme>,
    funds: Vec<Fund>,
    accounts: Vec<(Account, Balance)>,
    transfers: Vec<Transfer>,
    bills: Vec<Bill>,
    covered: Vec<CoveredMonth>,
    withdrawn: BTreeSet<Id<kind::Transfer>>,
    lines: Vec<LineKept>,
    parts: Vec<Part>,
    merged: Vec<Merged>,
    roots: Roots,
    niks: HashMap<Id<kind::Person>, Nik>,
}

impl Memory {
    /// Takes in that an act is over.
    pub(crate) fn after(&mut self, name: &str) {
        if name == "deaths" {
            self.dead.append(&mut self.told_dead);
            self.is_news = true;
        }
    }

    /// Looks at everything.
    pub(crate) fn look(&mut self, office: &Office, operator: &Actor) -> Result<()> {
        office.verify_ledger(operator).context("ledger-verify")?;
        let seen = office.store.read(Seen::of)?;
        if seen.merged != self.merged {
            self.merged.clone_from(&seen.merged);
            self.is_news = true;
        }
        seen.sums().context("debits = credits")?;
        seen.origins().context("maker ≠ checker")?;
        seen.bills().context("bill = sum of lines")?;
        seen.books().context("bills in the books")?;
        seen.cover().context("covered months = posted transfers")?;
        seen.bank().context("a statement line once")?;
        self.once("billed twice", seen.billed_twice())?;
        // Two bills that were final when two became one are paid, and then they cover twice.
        let billed = self.excused.entry("billed twice").or_default();
        if let Some(new) = seen.covered_twice().difference(billed).next() {
            bail!("covered twice, and not billed twice: {new}");
        }
        self.once("billed after death", seen.billed_after_death(&self.dead))?;
        office.store.read(|tx| self.records(tx, &seen)).map_err(|Broken(error)| error)?;
        self.is_news = false;
        Ok(())
    }

    /// What asks the register for more than [`Seen`] has.
    fn records(&mut self, tx: &mut Tx<'_>, seen: &Seen) -> Result<(), Broken> {
        seen.owed_back(tx, &self.dead).context("paid after death is owed back")?;
        ceilings(tx, seen).context("commitments within the ceiling")?;
        four_eyes(tx).context("four eyes")?;
        self.every_row(tx).context("every row has one outcome")?;
        self.notices(tx).context("a told payment once")?;
        self.audit(tx).context("audit log")?;
        let unlike = store::cover_sums::differing(tx)?;
        if unlike > 0 {
            return Err(
                anyhow::anyhow!("{unlike} sums of cover are not those of the months").into()
            );
        }
        Ok(())
    }

    /// What may be found, but no more of it than was there when it became known.
    fn once(&mut self, check: &'static str, found: BTreeSet<String>) -> Result<()> {
        let excused = self.excused.entry(check).or_default();
        if !self.is_news
            && let Some(new) = found.difference(excused).next()
        {
            bail!("{check}: {new}");
        }
        *excused = found;
        Ok(())
    }

    /// Every row of every list that was decided, and no file twice.
    fn every_row(&self, tx: &mut Tx<'_>) -> Result<()> {
        let sheets = store::sheets::list(tx)?;
        let hashes: BTreeSet<[u8; 32]> = sheets.iter().map(|sheet| sheet.hash).collect();
        ensure!(hashes.len() == sheets.len(), "the same bytes are two sheets");
        for sheet in sheets.iter().filter(|sheet| sheet.state == SheetState::Decided) {
            let sent = self.files.iter().find(|(path, ..)| path.ends_with(&*sheet.file_name));
            let (.., sent) = sent.with_context(|| format!("nobody sent {}", sheet.file_name))?;
            let rows = store::sheets::rows(tx, sheet.id)?;
            let people = rows.iter().filter(|row| row.outcome != Outcome::NotAPerson).count();
            ensure!(people as u64 == *sent, "{}: {people} rows of {sent}", sheet.file_name);
        }
        Ok(())
    }

    /// What the bank told is credited once a bill, and as it was told.
    fn notices(&self, tx: &mut Tx<'_>) -> Result<()> {
        let mut bills = BTreeSet::new();
        for credit in store::snap::credits(tx)? {
            let known = store::snap::notice(tx, credit.notice)?.context("a credit has a notice")?;
            let number = &*known.notice.payment_request;
            let is_first = credit.released_at_ms.is_some() || bills.insert(credit.bill);
            ensure!(is_first, "{number}: a bill was credited twice");
            let told = self.told.iter().find(|(told, ..)| told == number);
            ensure!(told.is_some(), "{number} was never told");
        }
        Ok(())
    }

    /// The log verifies, and goes on from what it was.
    fn audit(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let whole = store::verify::verify(tx)?;
        ensure!(whole.flaws.is_empty(), "{:?}", whole.flaws);
        let lines = store::audit::list(tx)?;
        ensure!(
            lines.len() as u64 == whole.size(),
            "{} lines, {} leaves",
            lines.len(),
            whole.size()
        );
        let digest = |lines: &[store::audit::AuditLine]| -> [u8; 32] {
            Sha256::digest(format!("{lines:?}")).into()
        };
        let (before, known) = self.audit;
        ensure!(lines.len() >= before, "lines are gone");
        ensure!(before == 0 || digest(&lines[..before]) == known, "lines have changed");
        self.audit = (lines.len(), digest(&lines));
        Ok(())
    }
}

/// An error of a check inside a transaction.
struct Broken(anyhow::Error);

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Broken {
        Broken(error.into())
    }
}

impl From<anyhow::Error> for Broken {
    fn from(error: anyhow::Error) -> Broken {
        Broken(error)
    }
}

impl Seen {
    fn of(tx: &mut Tx<'_>) -> Result<Seen, StoreError> {
        let programmes = store::programmes::list(tx)?;
        let mut transfers = Vec::new();
        store::ledger::each_transfer(tx, |transfer| transfers.push(transfer))?;
        let mut seen = Seen {
            funds: store::funds::funds(tx)?,
            accounts: store::ledger::accounts(tx)?,
            transfers,
            bills: Vec::new(),
            covered: Vec::new(),
            withdrawn: BTreeSet::new(),
            lines: store::payments::kept_lines(tx)?,
            parts: store::payments::all_parts(tx)?,
            merged: store::merges::all(tx)?,
            roots: store::merges::roots(tx)?,
            niks: HashMap::new(),
            programmes,
        };
        for programme in &seen.programmes {
            let id = programme.id;
            for head in store::bills::of_programme(tx, id)? {
                seen.bills.extend(store::bills::get(tx, head.id)?);
            }
            seen.covered.extend(store::covered::of_programme(tx, id)?);
            let withdrawn = store::covered::withdrawn_of(tx, id)?.into_iter();
            seen.withdrawn.extend(withdrawn.map(|(transfer, _)| transfer));
        }
        store::people::each(tx, |person, _| {
            seen.niks.insert(person.id, person.nik);
            Ok(())
        })?;
        Ok(seen)
    }

    fn root(&self, person: Id<kind::Person>) -> Id<kind::Person> {
        root_of(&self.roots, person)
    }

    fn balance(&self, owner: &[u8; 16], role: AccountRole) -> Balance {
        let id = account_id(owner, role);
        let found = self.accounts.iter().find(|(account, _)| account.id == id);
        found.map(|(_, balance)| *balance).unwrap_or_default()
    }

    /// Every account added up anew, and no more out of one than it may give.
    fn sums(&self) -> Result<()> {
        let mut sums: HashMap<Id<kind::Account>, [i128; 4]> = HashMap::new();
        let promised: HashMap<Id<kind::Transfer>, i128> =
            self.transfers.iter().map(|one| (one.id, one.amount.0.into())).collect();
        for one in &self.transfers {
            ensure!(one.amount > Rupiah::ZERO && one.debit != one.credit, "{}", one.id);
            let amount = i128::from(one.amount.0);
            let [pending, posted] = match one.kind {
                TransferKind::Posted => [0, amount],
                TransferKind::Pending => [amount, 0],
                TransferKind::PostOf(of) => [-promised.get(&of).context("a promise")?, amount],
                TransferKind::VoidOf(of) => [-promised.get(&of).context("a promise")?, 0],
            };
            let debit = sums.entry(one.debit).or_default();
            (debit[0], debit[2]) = (debit[0] + pending, debit[2] + posted);
            let credit = sums.entry(one.credit).or_default();
            (credit[1], credit[3]) = (credit[1] + pending, credit[3] + posted);
        }
        for (account, balance) in &self.accounts {
            let kept = [
                balance.debits_pending,
                balance.credits_pending,
                balance.debits_posted,
                balance.credits_posted,
            ];
            let kept = kept.map(|amount| i128::from(amount.0));
            let sum = sums.remove(&account.id).unwrap_or_default();
            ensure!(kept == sum, "{}: kept {kept:?}, added up {sum:?}", account.code);
            ensure!(kept.iter().all(|amount| *amount >= 0), "{}: {kept:?}", account.code);
            let within = match account.limit {
                BalanceLimit::None => true,
                BalanceLimit::DebitsWithinCredits => kept[0] + kept[2] <= kept[3],
                BalanceLimit::CreditsWithinDebits => kept[1] + kept[3] <= kept[2],
            };
            ensure!(within, "{} gives more than it has: {kept:?}", account.code);
        }
        ensure!(sums.is_empty(), "transfers of accounts that nobody opened");
        Ok(())
    }

    /// Whoever stands behind a transfer is not both; the law it follows from is named, and two
    /// people stand behind all that a paid bill moved.
    fn origins(&self) -> Result<()> {
        use domain::ledger::TransferCode::{Contribution, Payment, Realise};
        for one in &self.transfers {
            let origin = one.origin;
            let of_paid = one.moves() && matches!(one.code, Contribution | Payment | Realise);
            let by_two = origin.maker.is_some() && origin.checker.is_some();
            ensure!(!of_paid || by_two, "{} {}: not by two", one.code.name(), one.id);
            let is_both = origin.maker.is_some() && origin.maker == origin.checker;
            ensure!(!is_both, "{} {}", one.code.name(), one.id);
            ensure!(origin.rulebook.is_some(), "{} {}: no rules", one.code.name(), one.id);
        }
        Ok(())
    }

    fn bills(&self) -> Result<()> {
        for bill in &self.bills {
            let at = || format!("{} {}", bill.month, bill.id);
            let lines: i64 = bill.lines.iter().map(|line| line.rupiah.0).sum();
            let credits: i64 = bill.credits.iter().map(|credit| credit.rupiah.0).sum();
            let (total, people) = (bill.total.0, bill.people);
            let billed: BTreeSet<_> = bill.lines.iter().map(|line| line.membership).collect();
            // A draft's lines are computed when they are asked for, and none is kept.
            if bill.state == BillState::Draft {
                ensure!(bill.lines.is_empty(), "{}: {lines} kept of a draft", at());
            } else {
                ensure!(lines - credits == total, "{}: {lines} - {credits}, not {total}", at());
                ensure!(billed.len() == people as usize, "{}: {people} people", at());
            }
            let once: BTreeSet<_> =
                bill.lines.iter().map(|line| (line.membership, line.scheme.name())).collect();
            ensure!(once.len() == bill.lines.len(), "{}: a line twice", at());
            let parts = self.parts.iter().filter(|part| part.stands());
            let parts = parts.filter(|part| part.purpose == Purpose::Bill(bill.id));
            let paid: i64 = parts.map(|part| part.amount.0).sum();
            match bill.state {
                BillState::Draft => ensure!(paid == 0, "{}: a draft is paid {paid}", at()),
                BillState::Final => ensure!(paid < total, "{}: {paid} of {total}", at()),
                BillState::Posted => ensure!(paid == total, "{}: {paid} of {total}", at()),
            }
        }
        Ok(())
    }

    /// What the accounts of each programme and fund must hold, by its bills.
    fn books(&self) -> Result<()> {
        for programme in &self.programmes {
            let of = |state| {
                let bills = self.bills.iter().filter(move |bill| bill.state == state);
                bills.filter(|bill| bill.programme == programme.id)
            };
            let lines = |bill: &Bill| bill.lines.iter().map(|line| line.rupiah.0).sum::<i64>();
            let covered = |bill: &Bill| {
                let lines = bill.lines.iter().zip(bill.covers());
                let stands = lines.filter(|(_, it)| !self.withdrawn.contains(&it.transfer));
                stands.map(|(line, _)| line.rupiah.0).sum::<i64>()
            };
            let total = |state| of(state).map(|bill| bill.total.0).sum::<i64>();
            let owed = |state| of(state).map(lines).sum::<i64>();
            let owner = programme.id.as_bytes();
            let realised = self.balance(owner, AccountRole::Realised);
            let payable = self.balance(owner, AccountRole::ContributionPayable);
            let expense = self.balance(owner, AccountRole::ContributionExpense);
            let pairs = [
                ("realised", -realised.net_debit().0, total(BillState::Posted)),
                ("to be realised", realised.credits_pending.0, total(BillState::Final)),
                ("payable", payable.net_debit().0, 0),
                ("to be owed", payable.credits_pending.0, owed(BillState::Final)),
                ("to be spent", expense.debits_pending.0, owed(BillState::Final)),
                // Every rupiah spent is a month that is covered.
                ("spent", expense.net_debit().0, of(BillState::Posted).map(covered).sum()),
            ];
            for (what, kept, expected) in pairs {
                ensure!(kept == expected, "{} {what}: {kept}, not {expected}", programme.code);
            }
        }
        for fund in &self.funds {
            let paid = self.bills.iter().filter(|bill| bill.state == BillState::Posted);
            let ours = |bill: &&Bill| {
                let of = self.programmes.iter().find(|one| one.id == bill.programme);
                of.is_some_and(|programme| programme.fund == fund.id)
            };
            let paid: i64 = paid.filter(ours).map(|bill| bill.total.0).sum();
            let owner = fund.id.as_bytes();
            let net = |role| self.balance(owner, role).net_debit().0;
            // Suspense and vouchers move money between these two.
            let left = -(net(AccountRole::Cash) + net(AccountRole::Suspense));
            ensure!(left == paid, "{}: {left} left the cash, {paid} was paid", fund.code);
        }
        Ok(())
    }

    /// Cover out of posted bills and the transfers that paid them, less what was withdrawn.
    fn cover(&self) -> Result<()> {
        let undone: BTreeSet<[u8; 16]> = self
            .transfers
            .iter()
            .filter(|one| one.code == domain::ledger::TransferCode::Reversal)
            .map(|one| one.document.parts().1)
            .collect();
        let stands: BTreeSet<Id<kind::Transfer>> = self
            .transfers
            .iter()
            .filter(|one| matches!(one.kind, TransferKind::PostOf(_)))
            .filter(|one| !undone.contains(one.id.as_bytes()))
            .map(|one| one.id)
            .collect();
        let mut made = BTreeSet::new();
        for bill in self.bills.iter().filter(|bill| bill.state == BillState::Posted) {
            for cover in bill.covers() {
                ensure!(stands.contains(&cover.transfer), "{}: no transfer", bill.id);
                if !self.withdrawn.contains(&cover.transfer) {
                    made.insert(self.written(&cover));
                }
            }
        }
        let kept: BTreeSet<_> = self.covered.iter().map(|cover| self.written(cover)).collect();
        ensure!(kept.len() == self.covered.len(), "a month is covered twice");
        if let Some(one) = made.symmetric_difference(&kept).next() {
            bail!("{one:?}: made {}, kept {}", made.contains(one), kept.contains(one));
        }
        Ok(())
    }

    fn written(
        &self,
        cover: &CoveredMonth,
    ) -> (Id<kind::Person>, &'static str, Month, Id<kind::Transfer>) {
        (self.root(cover.person), cover.scheme.name(), cover.month, cover.transfer)
    }

    /// Lines are there once, and no more is given out of one than it has.
    fn bank(&self) -> Result<()> {
        let ids: BTreeSet<_> = self.lines.iter().map(|line| line.line.id).collect();
        ensure!(ids.len() == self.lines.len(), "a line is there twice");
        for kept in &self.lines {
            let (id, amount) = (kept.line.id, kept.line.facts.amount);
            let parts = self.parts.iter().filter(|part| part.line == id && part.stands());
            let given: i64 = parts.map(|part| part.amount.0).sum();
            ensure!(given == kept.given.0, "{id}: kept {}, parts {given}", kept.given);
            ensure!(given <= amount.0, "{id}: {given} of {amount}");
        }
        Ok(())
    }

    /// Somebody's scheme and month on two bills that are final.
    fn billed_twice(&self) -> BTreeSet<String> {
        let final_bills = self.bills.iter().filter(|bill| bill.state != BillState::Draft);
        let lines = final_bills.flat_map(|bill| {
            let month = bill.month;
            let withdrawn = bill.covers().into_iter().map(|cover| cover.transfer);
            let lines = bill.lines.iter().zip(withdrawn);
            lines.map(move |(line, paid_by)| (line.person, line.scheme, month, paid_by))
        });
        let standing = lines.filter(|(.., paid_by)| !self.withdrawn.contains(paid_by));
        self.twice(standing.map(|(person, scheme, month, _)| (person, scheme, month)))
    }

    fn covered_twice(&self) -> BTreeSet<String> {
        self.twice(self.covered.iter().map(|cover| (cover.person, cover.scheme, cover.month)))
    }

    fn twice(
        &self,
        all: impl Iterator<Item = (Id<kind::Person>, Scheme, Month)>,
    ) -> BTreeSet<String> {
        let (mut seen, mut twice) = (BTreeSet::new(), BTreeSet::new());
        for (person, scheme, month) in all {
            let one = (self.root(person), scheme.name(), month);
            if !seen.insert(one) {
                twice.insert(format!("{} {} {}", one.0, one.1, one.2));
            }
        }
        twice
    }

    /// When somebody died, by the lists that were told, under any number of theirs.
    fn died(&self, dead: &[(Nik, Day)]) -> BTreeMap<Id<kind::Person>, Day> {
        let mut died: BTreeMap<Id<kind::Person>, Day> = BTreeMap::new();
        for (person, nik) in &self.niks {
            if let Some(day) = day_of_death(dead, *nik) {
                let known = died.entry(self.root(*person)).or_insert(day);
                *known = (*known).min(day);
            }
        }
        died
    }

    /// Lines of final bills for months after a death that is known.
    fn billed_after_death(&self, dead: &[(Nik, Day)]) -> BTreeSet<String> {
        let died = self.died(dead);
        let final_bills = self.bills.iter().filter(|bill| bill.state != BillState::Draft);
        let lines = final_bills.flat_map(|bill| bill.lines.iter().map(move |line| (bill, line)));
        let late = lines.filter(|(bill, line)| {
            let day = died.get(&self.root(line.person));
            day.is_some_and(|day| day.month_of() < bill.month)
        });
        late.map(|(bill, line)| format!("{} {} {}", bill.id, line.membership, bill.month)).collect()
    }

    /// What is covered after a death is found to be owed back; what was recorded is in the books.
    fn owed_back(&self, tx: &mut Tx<'_>, dead: &[(Nik, Day)]) -> Result<()> {
        let died = self.died(dead);
        for programme in &self.programmes {
            let expected: BTreeSet<_> = self
                .covered
                .iter()
                .filter(|cover| cover.programme == programme.id)
                .filter(|cover| {
                    let day = died.get(&self.root(cover.person));
                    day.is_some_and(|day| day.month_of() < cover.month)
                })
                .map(|cover| cover.transfer)
                .collect();
            let found = store::recoveries::paid_after_death(tx, programme.id)?;
            let found: BTreeSet<_> = found.iter().map(|paid| paid.contribution).collect();
            let (many, of) = (found.len(), expected.len());
            ensure!(found == expected, "{}: {many} found, {of} are", programme.code);
            let recorded = store::recoveries::of_programme(tx, programme.id)?;
            let owed = store::recoveries::outstanding(&recorded);
            let role = AccountRole::ContributionReceivable;
            let kept = self.balance(programme.id.as_bytes(), role).net_debit();
            ensure!(kept == owed, "{}: {kept} receivable, {owed} owed", programme.code);
        }
        Ok(())
    }
}

fn ceilings(tx: &mut Tx<'_>, seen: &Seen) -> Result<()> {
    for fund in &seen.funds {
        let committed = store::funds::committed(tx, fund.id)?;
        ensure!(committed <= fund.ceiling, "{}: {committed} of {}", fund.code, fund.ceiling);
        let granted = seen.balance(fund.id.as_bytes(), AccountRole::BudgetSource);
        ensure!(granted.net_debit() == fund.ceiling, "{}: granted otherwise", fund.code);
    }
    Ok(())
}

/// Nobody decides on what they put forward; what is approved was seen by enough people.
fn four_eyes(tx: &mut Tx<'_>) -> Result<()> {
    for state in TaskState::ALL {
        for record in store::access::tasks(tx, state)? {
            let task = record.task;
            let given = store::access::verdicts(tx, task.id)?;
            let at = format!("{} {}", task.kind.name(), task.id);
            ensure!(given.iter().all(|one| one.checker != task.maker), "{at}: by its maker");
            let yes = given.iter().filter(|one| one.verdict == Verdict::Approve(task.hash));
            let yes: BTreeSet<_> = yes.map(|one| one.checker).collect();
            let is_approved = state == TaskState::Approved;
            let enough = yes.len() >= usize::from(task.approvers);
            ensure!(!is_approved || enough, "{at}: {} approved", yes.len());
        }
    }
    Ok(())
}
