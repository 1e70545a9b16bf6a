//! Months of payments with faults: the bank's own books are the truth, and the office's must be the
//! same to the rupiah, with every mismatch in its list and no payment credited twice.
//!
//! Everything follows from the seed; a failure is run again by it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};

use anyhow::{Context, Result, bail, ensure};
use app::intake::Received;
use app::office::{Actor, Office, Operation, Role};
use app::snap::Service;
use base::id::kind;
use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::billing::{Bill, BillLine, BillState, bill_hash, bill_id, finalise};
use domain::ledger::chart::{Books, commit};
use domain::ledger::{Transfer, post_all};
use domain::programme::{Programme, Terms};
use domain::snap::moment;
use rules::{FundKind, Schemes};
use serde_json::Value;
use store::audit::AuditLine;
use store::bills::Issue;

use crate::dice::Dice;

use super::{Bank, Heard, Made, SERVICE_ID, agree, inquiry, payment, status, tell, terms};

/// How large a simulation is.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What everything follows from.
    pub seed: u64,
    /// How many bills are paid, or are tried to be.
    pub payments: u32,
    /// How many of a hundred meet a fault.
    pub faults_percent: u64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Bills that are paid in the bank's books.
    pub paid: u64,
    /// What they cost together.
    pub rupiah: i64,
    /// Requests that were sent to the office.
    pub requests: u64,
    /// How often each fault was made.
    pub faults: BTreeMap<&'static str, u64>,
    /// Mismatches made, all of them found in the list.
    pub breaks: u64,
    /// Lines of statements that were recognised as money in the books already.
    pub recognised: u64,
}

/// A bill with its virtual account.
#[derive(Debug, Clone)]
pub struct OneBill {
    /// The programme, by its code.
    pub programme: String,
    /// Its name.
    pub name: String,
    /// The month.
    pub month: Month,
    /// The customer's number.
    pub customer: String,
    /// What it costs.
    pub total: i64,
}

/// Everything that may go wrong with a payment.
const FAULTS: [&str; 15] = [
    "answer-lost-then-asked",
    "answer-lost-then-advised",
    "told-twice",
    "told-again-under-a-new-number",
    "late",
    "asked-before-told",
    "wrong-amount",
    "with-sen",
    "replayed",
    "bad-signature",
    "clock-skewed",
    "number-of-the-day-reused",
    "paid-twice",
    "number-mistyped",
    "statement-first",
];

/// Whose contributions are billed: one person a programme, all invented.
const NAMES: [&str; 20] = [
    "Sumarno",
    "Bagas",
    "Wulandari",
    "Kertapati",
    "Legimin",
    "Nurhayati",
    "Poniman",
    "Zulkifli",
    "Fatimah",
    "Yohanes",
    "Gunadi",
    "Hendrawan",
    "Ismoyo",
    "Jumadi",
    "Cakrawala",
    "Dewantara",
    "Effendi",
    "Armansyah",
    "Mulyono",
    "Tjahjono",
];

/// Bills made in one transaction.
const BILLS_AT_ONCE: usize = 500;
/// Payments that are told late wait for so many others.
const LATE: usize = 25;
/// Beyond it a moment is a replay.
const OLD_MS: i64 = 301_000;

/// One bill, as both sides know it.
#[derive(Debug, Clone)]
struct Due {
    customer: String,
    total: i64,
    fault: Option<&'static str>,
}

/// The bank with its own books.
struct Simulator<'a> {
    office: &'a Office,
    bank: Bank,
    dice: Dice,
    operator: Actor,
    next_payment: Cell<u64>,
    /// The truth: what was paid to which account.
    paid: BTreeMap<String, i64>,
    /// The truth: what does not fit, by code and account.
    breaks: Vec<(&'static str, String)>,
    late: VecDeque<(usize, Made, Due)>,
    outcome: Outcome,
    /// When it began.
    began_ms: i64,
    /// What the bank's statement will show.
    statement: RefCell<Vec<(Day, String, Rupiah)>>,
}

/// Runs a simulation in a register that nothing else has written to.
///
/// # Errors
/// The first difference between the two books.
pub fn simulate(office: &Office, options: Options) -> Result<Outcome> {
    let operator = office.actor("operator", Operation::Pay)?;
    let mut simulator = Simulator {
        office,
        bank: Bank::default(),
        dice: Dice::new(options.seed),
        operator,
        next_payment: Cell::new(0),
        paid: BTreeMap::new(),
        breaks: Vec::new(),
        late: VecDeque::new(),
        outcome: Outcome::default(),
        began_ms: office.now_ms(),
        statement: RefCell::default(),
    };
    let due = simulator.furnish(options).context("bills are made")?;
    simulator.statement_first(&due)?;
    for (at, one) in due.iter().enumerate() {
        let who = || format!("payment {at} of seed {}: {:?}", options.seed, one.fault);
        simulator.pay(at, one).with_context(who)?;
    }
    while let Some((_, made, due)) = simulator.late.pop_front() {
        simulator.tell_late(&made, &due)?;
    }
    simulator.compare(&due).with_context(|| format!("seed {}", options.seed))?;
    simulator.reconcile(&due).with_context(|| format!("seed {}", options.seed))?;
    Ok(simulator.outcome)
}

impl Simulator<'_> {
    /// Programmes with a person each, and as many bills of one month each as are to be paid.
    fn furnish(&mut self, options: Options) -> Result<Vec<Due>> {
        // A server keeps each month in a part of its own: some twenty years of months at most.
        let programmes = if options.payments > 10_000 { 400 } else { 5 };
        let months = options.payments.div_ceil(programmes);
        let office = self.office;
        let fund = settle_in(office, &self.operator)?;
        let mut left = options.payments;
        for number in 0..programmes {
            let programme = programme(office, &self.operator, number, fund)?;
            let count = left.min(months);
            left -= count;
            self.issue(&programme, count)?;
        }
        // Bills that were written without the office claim their months as those of before did.
        office.store.write(|tx| {
            store::months::months(tx)?
                .into_iter()
                .try_for_each(|month| store::months::align(tx, month))
        })?;
        store::months::settle(&office.store)?;
        // Agreed on after the bills, so that those of before get their numbers.
        agree(office, &terms(None))?;
        let mut due = Vec::with_capacity(options.payments as usize);
        for account in office.virtual_accounts(&self.operator)? {
            if account.state == BillState::Final {
                let fault = match self.dice.below(100) < options.faults_percent {
                    true => Some(FAULTS[self.dice.below(FAULTS.len() as u64) as usize]),
                    false => None,
                };
                let (customer, total) = (account.customer.to_string(), account.total.0);
                due.push(Due { customer, total, fault });
            }
        }
        ensure!(due.len() == options.payments as usize, "{} bills are there", due.len());
        self.dice.shuffle(&mut due);
        Ok(due)
    }

    /// Final bills of the months after the programme's own, of one person each.
    fn issue(&mut self, programme: &Programme, count: u32) -> Result<()> {
        let first = Month::parse("2022-10").expect("a month");
        let template = self.office.draft_bill(&self.operator, &programme.code, first)?;
        let line = template.lines.first().context("somebody is billed")?.clone();
        let mut bills = Vec::with_capacity(count as usize);
        for number in 0..count {
            let month = Month::parse("2023-01").expect("a month").plus(number.cast_signed());
            let total = Rupiah(10_000 + 100 * self.dice.below(900).cast_signed());
            let lines = vec![BillLine { rupiah: total, ..line.clone() }];
            let id = bill_id(programme.id, month);
            bills.push(Bill { id, month, total, lines, people: 1, ..template.clone() });
        }
        for (at, bills) in bills.chunks(BILLS_AT_ONCE).enumerate() {
            self.keep(programme, at, bills)?;
        }
        Ok(())
    }

    fn keep(&self, programme: &Programme, at: usize, bills: &[Bill]) -> Result<()> {
        let office = self.office;
        let day = office.environment.today();
        let total = Rupiah::sum(bills.iter().map(|bill| bill.total));
        let total = total.map_err(|_| anyhow::anyhow!("too much money"))?;
        let mut number = *programme.id.as_bytes();
        number[..4].copy_from_slice(&u32::try_from(at)?.to_be_bytes());
        let mut batch = vec![commit(programme, Id::from_bytes(number), total, day)];
        let mut issued = Vec::with_capacity(bills.len());
        for bill in bills {
            let step = finalise(bill, programme, day)
                .map_err(|refusal| anyhow::anyhow!("{}", refusal.name()))?;
            batch.extend(step.transfers);
            issued.push(step.bill);
        }
        let line = AuditLine {
            id: *office.environment.new_id::<AuditLine>().as_bytes(),
            salt: office.environment.random_bytes(),
            at_ms: office.now_ms(),
            actor: None,
            act: "sim-bills".into(),
            object_kind: "bill".into(),
            object: None,
            count: Some(issued.len() as i64),
            reason: None,
        };
        let maker = office.actor("operator", Operation::Pay)?.id;
        let approver = office.actor("pengesah-sim", Operation::Approve)?.id;
        office.store.write(|tx| {
            for bill in &issued {
                store::bills::save(tx, bill)?;
                store::bills::insert_issue(
                    tx,
                    &Issue {
                        bill: bill.id,
                        revision: bill.revision,
                        issued_on: day,
                        due: day,
                        hash: bill_hash(bill),
                        finalised_by: maker,
                        issued_by: approver,
                        issued_at_ms: line.at_ms,
                    },
                )?;
            }
            post(tx, &batch)?;
            store::audit::append(tx, &line)
        })?;
        Ok(())
    }

    /// What a statement brings before any notice: those bills are paid by their lines.
    fn statement_first(&mut self, due: &[Due]) -> Result<()> {
        let first: Vec<&Due> =
            due.iter().filter(|one| one.fault == Some("statement-first")).collect();
        for one in &first {
            self.print_line(&one.customer, one.total, self.office.environment.today());
            self.paid.insert(one.customer.clone(), one.total);
        }
        let (paid, _) = self.take_statement()?;
        ensure!(paid == first.len(), "{paid} bills are paid by lines, not {}", first.len());
        Ok(())
    }

    fn print_line(&self, customer: &str, total: i64, day: Day) {
        // A bank writes long numbers in groups.
        let words = format!("PEMBAYARAN VA {SERVICE_ID}-{customer}");
        self.statement.borrow_mut().push((day, words, Rupiah(total)));
    }

    /// Takes the statement in and matches it: bills paid by it, and lines recognised.
    fn take_statement(&self) -> Result<(usize, usize)> {
        let lines = std::mem::take(&mut *self.statement.borrow_mut());
        if lines.is_empty() {
            return Ok((0, 0));
        }
        let before = self.office.store.read(store::snap::echoes)?.len();
        let text = app::statement::of_payments(&lines);
        self.office.take_statement(&self.operator, "kas-daerah", text.as_bytes())?;
        let matched = self.office.match_payments(&self.operator)?;
        ensure!(matched.breaks.is_empty(), "{:?}", matched.breaks.first());
        let after = self.office.store.read(store::snap::echoes)?.len();
        Ok((matched.matches.len(), after - before))
    }

    fn pay(&mut self, at: usize, due: &Due) -> Result<()> {
        self.office.environment.pass(self.dice.below(20_000));
        while self.late.front().is_some_and(|(then, ..)| then + LATE < at) {
            let (_, made, late) = self.late.pop_front().expect("one is there");
            self.tell_late(&made, &late)?;
        }
        if self.dice.below(10) == 0 {
            self.look(due)?;
        }
        let Some(fault) = due.fault else { return self.pay_well(due) };
        *self.outcome.faults.entry(fault).or_default() += 1;
        match fault {
            "answer-lost-then-asked" => self.lost_then_asked(due),
            "answer-lost-then-advised" => self.lost_then_advised(due),
            "told-twice" => self.told_twice(due),
            "told-again-under-a-new-number" => self.told_again(due),
            "late" => self.hold(at, due),
            "asked-before-told" => self.asked_before_told(due),
            "wrong-amount" | "with-sen" => self.wrong_amount(due, fault),
            "replayed" => self.replayed(due),
            "bad-signature" => self.bad_signature(due),
            "clock-skewed" => self.clock_skewed(due),
            "number-of-the-day-reused" => self.number_reused(due),
            "paid-twice" => self.paid_twice(due),
            "number-mistyped" => self.mistyped(due),
            "statement-first" => self.after_statement(due),
            other => bail!("nobody makes the fault {other}"),
        }
    }

    /// What the account owes is what the bill says.
    fn look(&mut self, due: &Due) -> Result<()> {
        let heard = self.say(Service::Inquiry, &inquiry(&due.customer, "I-1"))?;
        let expect = if self.paid.contains_key(&due.customer) { "4042414" } else { "2002400" };
        self.expect(&heard, expect)?;
        let amount = &heard.document["virtualAccountData"]["totalAmount"]["value"];
        ensure!(*amount == format!("{}.00", due.total), "{amount} is asked for");
        Ok(())
    }

    fn pay_well(&mut self, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "2002500")?;
        self.credited(due);
        Ok(())
    }

    /// The office has it, its answer is lost, and the bank asks.
    fn lost_then_asked(&mut self, due: &Due) -> Result<()> {
        let number = self.number();
        let body = self.told(due, &number);
        self.say(Service::Payment, &body)?;
        let heard = self.say(Service::Status, &status(&due.customer, &number))?;
        self.expect(&heard, "2002600")?;
        let flag = &heard.document["virtualAccountData"]["paymentFlagStatus"];
        ensure!(*flag == "00", "the payment is {flag}");
        self.credited(due);
        Ok(())
    }

    /// The office has it, its answer is lost, and the bank tells it again as an advice.
    fn lost_then_advised(&mut self, due: &Due) -> Result<()> {
        let number = self.number();
        let mut body = self.told(due, &number);
        self.say(Service::Payment, &body)?;
        body["flagAdvise"] = "Y".into();
        body["trxDateTime"] = moment::print(self.office.now_ms()).into();
        for _ in 0..=self.dice.below(3) {
            let heard = self.say(Service::Payment, &body)?;
            self.expect(&heard, "2002500")?;
        }
        self.credited(due);
        Ok(())
    }

    /// The same request twice: the same answer, to the byte.
    fn told_twice(&mut self, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        let made = self.made(&body)?;
        let first = self.tell(&made)?;
        self.expect(&first, "2002500")?;
        let again = made.clone().signed_at(self.office.now_ms());
        ensure!(self.tell(&again)? == first, "the same number, another answer");
        self.credited(due);
        Ok(())
    }

    fn told_again(&mut self, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        for _ in 0..2 {
            let heard = self.say(Service::Payment, &body)?;
            self.expect(&heard, "2002500")?;
        }
        self.credited(due);
        Ok(())
    }

    /// Keeps it back for a while; others overtake it.
    fn hold(&mut self, at: usize, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        let made = self.made(&body)?;
        self.late.push_back((at, made, due.clone()));
        Ok(())
    }

    fn tell_late(&mut self, made: &Made, due: &Due) -> Result<()> {
        let token = self.bank.token(self.office)?;
        let made = Made { token, ..made.clone() }.signed_at(self.office.now_ms());
        let heard = self.tell(&made)?;
        self.expect(&heard, "2002500")?;
        self.credited(due);
        Ok(())
    }

    fn asked_before_told(&mut self, due: &Due) -> Result<()> {
        let number = self.number();
        let heard = self.say(Service::Status, &status(&due.customer, &number))?;
        self.expect(&heard, "4042601")?;
        let body = self.told(due, &number);
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "2002500")?;
        self.credited(due);
        Ok(())
    }

    /// Another amount than the bill's: refused, and nobody pays.
    fn wrong_amount(&mut self, due: &Due, fault: &str) -> Result<()> {
        let amount = match fault {
            "with-sen" => format!("{}.50", due.total),
            _ if self.dice.below(2) == 0 => format!("{}.00", due.total + 1),
            _ => format!("{}.00", due.total - 100),
        };
        let now = self.office.now_ms();
        let body = payment(&due.customer, &self.number(), &amount, now);
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "4042513")?;
        self.breaks.push(("AMOUNT_DIFFERS", due.customer.clone()));
        Ok(())
    }

    /// Somebody sends what he heard minutes ago, as it was; the payment itself comes after.
    fn replayed(&mut self, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        let made = self.made(&body)?;
        self.office.environment.pass(OLD_MS.unsigned_abs());
        // The token may have ended meanwhile; either way nothing is done.
        let heard = self.tell(&made)?;
        ensure!(heard.code == "4012500" || heard.code == "4012501", "{}", heard.code);
        self.pay_well(due)
    }

    fn bad_signature(&mut self, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        let made = self.made(&body)?;
        let mut forged = made.clone();
        match self.dice.below(4) {
            0 => forged
                .signature
                .replace_range(..1, if forged.signature.starts_with('A') { "B" } else { "A" }),
            1 => forged.body.push(b'1'),
            2 => forged.signature.clear(),
            _ => forged.partner_id.push('X'),
        }
        let heard = self.tell(&forged)?;
        self.expect(&heard, "4012500")?;
        let heard = self.tell(&made)?;
        self.expect(&heard, "2002500")?;
        self.credited(due);
        Ok(())
    }

    /// The bank's clock goes wrong: a little is borne, too much is not.
    fn clock_skewed(&mut self, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        let sign = if self.dice.below(2) == 0 { 1 } else { -1 };
        let made = self.made(&body)?.signed_at(self.office.now_ms() + sign * (OLD_MS + 60_000));
        let heard = self.tell(&made)?;
        self.expect(&heard, "4012500")?;
        let made = made.signed_at(self.office.now_ms() + sign * 240_000);
        let heard = self.tell(&made)?;
        self.expect(&heard, "2002500")?;
        self.credited(due);
        Ok(())
    }

    /// A number of the day that stood for a question stands for a payment.
    fn number_reused(&mut self, due: &Due) -> Result<()> {
        let body = self.told(due, &self.number());
        let made = self.made(&body)?;
        let other = Made { body: inquiry(&due.customer, "I-2").to_string().into(), ..made.clone() };
        let other =
            Made { service: Service::Inquiry, path: Service::Inquiry.path().to_owned(), ..other };
        let heard = self.tell(&other.signed_at(self.office.now_ms()))?;
        self.expect(&heard, "2002400")?;
        let heard = self.tell(&made)?;
        self.expect(&heard, "4092500")?;
        self.pay_well(due)
    }

    /// Two payers, one bill: the second goes back.
    fn paid_twice(&mut self, due: &Due) -> Result<()> {
        self.pay_well(due)?;
        let body = self.told(due, &self.number());
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "4042514")?;
        self.breaks.push(("BILL_PAID", due.customer.clone()));
        Ok(())
    }

    /// A number that stands for no bill, and the number of a payment used for another account.
    fn mistyped(&mut self, due: &Due) -> Result<()> {
        let number = self.number();
        let wrong = mistyped(&due.customer);
        let lost = Due { customer: wrong.clone(), ..due.clone() };
        let body = self.told(&lost, &number);
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "4042512")?;
        self.breaks.push(("BILL_UNKNOWN", wrong.clone()));
        let number = self.number();
        let body = self.told(due, &number);
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "2002500")?;
        self.credited(due);
        let body = self.told(&lost, &number);
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "4092501")?;
        self.breaks.push(("DUPLICATE_REFERENCE", wrong));
        Ok(())
    }

    /// The bank's own line has paid the bill; now it tells the same money.
    fn after_statement(&mut self, due: &Due) -> Result<()> {
        let mut body = self.told(due, &self.number());
        // The line came on the first day, and the payment is of that day.
        body["trxDateTime"] = moment::print(self.began_ms).into();
        let heard = self.say(Service::Payment, &body)?;
        self.expect(&heard, "2002500")
    }

    /// Both books, bill by bill and in all.
    fn compare(&mut self, due: &[Due]) -> Result<()> {
        let office = self.office;
        office.verify_ledger(&self.operator)?;
        let states: BTreeMap<String, BillState> = office
            .virtual_accounts(&self.operator)?
            .into_iter()
            .map(|account| (account.customer.to_string(), account.state))
            .collect();
        for one in due {
            let is_paid = states.get(&one.customer) == Some(&BillState::Posted);
            let expect = self.paid.contains_key(&one.customer);
            ensure!(is_paid == expect, "{}: paid here {is_paid}, there {expect}", one.customer);
        }
        let truth: i64 = self.paid.values().sum();
        let fund = office.programme("sim-0")?;
        let cash = Books::of(&fund).cash;
        let balance = office.period_balance(&self.operator, None)?;
        let row = balance.rows.iter().find(|row| row.account.account.id == cash).context("cash")?;
        ensure!(row.moved.credits == Rupiah(truth), "the ledger says {:?}", row.moved);
        let credits = office.store.read(store::snap::credits)?;
        ensure!(credits.len() == self.paid.len(), "{} credits", credits.len());
        let mut found: Vec<(&str, String)> = office
            .bank_breaks(&self.operator)?
            .iter()
            .filter(|one| one.code != "NOT_ON_STATEMENT")
            .map(|one| (one.code, one.customer.to_string()))
            .collect();
        let mut made = self.breaks.clone();
        found.sort();
        made.sort();
        ensure!(found == made, "{} mismatches were made, {} found", made.len(), found.len());
        self.outcome.breaks = made.len() as u64;
        self.outcome.paid = self.paid.len() as u64;
        self.outcome.rupiah = truth;
        Ok(())
    }

    /// The bank's own statements come: the same money, and no second credit.
    fn reconcile(&mut self, due: &[Due]) -> Result<()> {
        let told: Vec<(String, i64)> = due
            .iter()
            .filter(|one| one.fault != Some("statement-first"))
            .filter_map(|one| Some((one.customer.clone(), *self.paid.get(&one.customer)?)))
            .collect();
        let days: BTreeMap<Box<str>, Day> = self
            .office
            .store
            .read(store::snap::waiting)?
            .into_iter()
            .map(|one| (one.customer, one.day))
            .collect();
        ensure!(days.len() == told.len(), "{} payments wait for a line", days.len());
        for (customer, total) in &told {
            let day = *days.get(customer.as_str()).context("it waits")?;
            self.print_line(customer, *total, day);
        }
        let (paid, recognised) = self.take_statement()?;
        ensure!(paid == 0, "{paid} bills were paid a second time");
        ensure!(recognised == told.len(), "{recognised} of {} lines recognised", told.len());
        self.outcome.recognised = recognised as u64;
        self.office.verify_ledger(&self.operator)?;
        let late = self.office.bank_breaks(&self.operator)?;
        ensure!(late.len() == self.breaks.len(), "{} differences are left", late.len());
        Ok(())
    }

    fn number(&self) -> String {
        self.next_payment.set(self.next_payment.get() + 1);
        format!("P{:08}", self.next_payment.get())
    }

    fn told(&self, due: &Due, number: &str) -> Value {
        payment(&due.customer, number, &format!("{}.00", due.total), self.office.now_ms())
    }

    fn made(&self, body: &Value) -> Result<Made> {
        let token = self.bank.token(self.office)?;
        Ok(self.bank.request(Service::Payment, body, &token, self.office.now_ms()))
    }

    fn say(&mut self, service: Service, body: &Value) -> Result<Heard> {
        self.outcome.requests += 1;
        Ok(self.bank.say(self.office, service, body)?.1)
    }

    fn tell(&mut self, made: &Made) -> Result<Heard> {
        self.outcome.requests += 1;
        tell(self.office, made)
    }

    fn credited(&mut self, due: &Due) {
        self.paid.insert(due.customer.clone(), due.total);
    }

    fn expect(&self, heard: &Heard, code: &str) -> Result<()> {
        ensure!(heard.code == code, "{} instead of {code}", heard.code);
        Ok(())
    }
}

/// A programme with one person on its approved list.
fn programme(
    office: &Office,
    operator: &Actor,
    number: u32,
    fund: Id<kind::Fund>,
) -> Result<Programme> {
    let month = |text| Month::parse(text).expect("a month");
    let code = format!("sim-{number}");
    let programme = office.add_programme(
        operator,
        &Programme {
            id: office.environment.new_id(),
            code: code.as_str().into(),
            name: format!("Program rekaan {number}").into(),
            territory: RegionCode::from_digits(6401, 2),
            fund,
            schemes: Schemes::JKK_JKM,
            first: month("2022-10"),
            last: month("2022-12"),
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(1_000_000),
            refuse_insured: false,
            target: None,
            terms: Terms::default(),
        },
    )?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("daftar.csv");
    let (day, year, serial) = (number % 28 + 1, 62 + number / 28, number + 1);
    let [name, second] = [number % 20, number / 20].map(|at| NAMES[at as usize]);
    let head = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n";
    let row = format!(
        "640105{day:02}08{year:02}{serial:04},Rekaan {name} {second},Paser,\
         {day:02}-08-19{year:02},L,RT 1,nelayan\n"
    );
    std::fs::write(&path, format!("{head}{row}"))?;
    let received = Received {
        path,
        programme: code.clone(),
        org: "desa-sim".to_owned(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    office.receive(operator, &received)?;
    office.propose(operator, &code)?;
    let approver = office.actor("pengesah-sim", Operation::Approve)?;
    office.approve(&approver, &code, None)?;
    Ok(programme)
}

/// A village, a fund and somebody who approves lists.
fn settle_in(office: &Office, operator: &Actor) -> Result<Id<kind::Fund>> {
    let village = RegionCode::from_digits(6401052001, 4);
    office.add_org(operator, "desa-sim", "Desa Rekaan", village)?;
    let ceiling = Rupiah(1_000_000_000_000_000);
    let fund = office.add_fund(operator, "dana-sim", FundKind::Apbd, ceiling)?;
    office.add_user(operator, "pengesah-sim", Role::Approver)?;
    Ok(fund.id)
}

/// One bill that waits for its payment, in a register that nothing else has written to.
///
/// # Errors
/// Those of the register.
pub fn one_bill(office: &Office) -> Result<OneBill> {
    let operator = office.actor("operator", Operation::Pay)?;
    let fund = settle_in(office, &operator)?;
    let programme = programme(office, &operator, 0, fund)?;
    office.finalise_bill(&operator, &programme.code, programme.first, 1)?;
    let approver = office.actor("pengesah-sim", Operation::Approve)?;
    let bill = office.issue_bill(&approver, &programme.code, programme.first)?;
    let accounts = office.virtual_accounts(&operator)?;
    let account = accounts.first().context("the bill has a number")?;
    Ok(OneBill {
        programme: programme.code.to_string(),
        name: programme.name.to_string(),
        month: programme.first,
        customer: account.customer.to_string(),
        total: bill.total.0,
    })
}

/// The same number with its last digit wrong: it stands for nothing.
fn mistyped(customer: &str) -> String {
    let (head, last) = customer.split_at(customer.len() - 1);
    let last: u32 = last.parse().expect("a digit");
    format!("{head}{}", (last + 5) % 10)
}

fn post(tx: &mut store::Tx<'_>, batch: &[Transfer]) -> Result<(), store::StoreError> {
    let snapshot = store::ledger::snapshot(tx, batch)?;
    let posting = post_all(&snapshot, batch).expect("the budget is large enough");
    store::ledger::apply(tx, &posting)
}
