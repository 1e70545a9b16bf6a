//! A programme's bill for a month: draft, final, posted.
//!
//! A draft is computed, not typed: each line is a person, a scheme and the article that orders the
//! amount; everybody left out is named with the reason. A final bill is a set of pending transfers,
//! one per membership, scheme and month; [`crate::payment::settle`] posts them. Who finalises and
//! who issues are two people; until it is paid, a final bill can be reopened.

pub mod change;
pub mod credit;
pub mod due;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use rules::{AgeVerdict, FundKind, RuleGap, RuleStatus, Rulebook, Scheme, WorkSector};

pub use credit::BillCredit;

use crate::coverage::CoveredMonth;
use crate::digest::Feed;
use crate::ledger::chart::Books;
use crate::ledger::{Document, Origin, Transfer, TransferCode, TransferKind};
use crate::membership::Membership;
use crate::programme::Programme;
use crate::tariff::Tariff;

/// Where a bill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillState {
    /// Computed anew whenever it is looked at.
    Draft,
    /// Locked; its transfers are pending.
    Final,
    /// Paid; nothing changes it any more.
    Posted,
}

impl BillState {
    /// Every state, in order.
    pub const ALL: [BillState; 3] = [BillState::Draft, BillState::Final, BillState::Posted];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            BillState::Draft => "draft",
            BillState::Final => "final",
            BillState::Posted => "posted",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<BillState> {
        BillState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What a final bill promises to the ledger, one transfer for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Promises {
    /// A membership and scheme.
    #[default]
    PerScheme,
    /// A membership with all its schemes, as older programs did.
    PerMembership,
}

/// A membership with what decides on a month's contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillMember {
    /// Who, on what, when.
    pub membership: Membership,
    /// The sector of the person's work.
    pub sector: WorkSector,
    /// The place of the work among the programme's groups.
    pub group: Option<u16>,
    /// Date of birth, as the register has it now.
    pub birth: Day,
    /// Day of death, by the earliest list that names one.
    pub died: Option<Day>,
}

/// One scheme's contribution of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillLine {
    /// The membership billed.
    pub membership: Id<kind::Membership>,
    /// Who.
    pub person: Id<kind::Person>,
    /// For what.
    pub scheme: Scheme,
    /// How much.
    pub rupiah: Rupiah,
    /// The rule's name.
    pub rule: Arc<str>,
    /// Instrument and article, as people write them.
    pub article: Arc<str>,
    /// How well the rule is known.
    pub status: RuleStatus,
    /// The relief that met this line, applied or not, by the rule's name.
    pub relief: Option<Arc<str>>,
}

/// Why a membership, or one scheme of it, is not billed; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExclusionReason {
    /// The month is none of the membership's.
    NotInMonths,
    /// The person died in an earlier month.
    Died {
        /// The month of death, the last that may be paid.
        month: Month,
    },
    /// By the birth date known now, the person could not be registered on the first day of the
    /// membership: too old or too young.
    MayNotRegister(AgeVerdict),
    /// Another programme pays, or has promised to pay, this scheme for this month.
    PaidElsewhere {
        /// For what.
        scheme: Scheme,
        /// Who pays.
        programme: Id<kind::Programme>,
        /// By which transfer.
        transfer: Id<kind::Transfer>,
    },
    /// The law asks for nothing in this month.
    NothingDue,
}

impl ExclusionReason {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            ExclusionReason::NotInMonths => "NOT_IN_MONTHS",
            ExclusionReason::Died { .. } => "DIED",
            ExclusionReason::MayNotRegister(_) => "MAY_NOT_REGISTER",
            ExclusionReason::PaidElsewhere { .. } => "PAID_ELSEWHERE",
            ExclusionReason::NothingDue => "NOTHING_DUE",
        }
    }
}

/// Somebody left out of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excluded {
    /// The membership.
    pub membership: Id<kind::Membership>,
    /// Who.
    pub person: Id<kind::Person>,
    /// Why.
    pub reason: ExclusionReason,
}

/// A programme's bill for a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Which; derived from programme and month.
    pub id: Id<kind::Bill>,
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// The contribution month.
    pub month: Month,
    /// Where it stands.
    pub state: BillState,
    /// 0 at first; one more each time a final bill is reopened.
    pub revision: u32,
    /// The version of the rules it was computed by, as 64 hexadecimal digits.
    pub rulebook: Box<str>,
    /// The first of several bills that are paid at once, when it is one of several.
    pub together: Option<Id<kind::Bill>>,
    /// How this revision promises; what is drafted now promises by scheme.
    pub promises: Promises,
    /// People billed for at least one scheme.
    pub people: u32,
    /// What is to be paid: the sum of the lines less that of the credits.
    pub total: Rupiah,
    /// One per membership and scheme, in the order of the memberships.
    pub lines: Vec<BillLine>,
    /// What BPJS owes back and this bill takes off, oldest first.
    pub credits: Vec<BillCredit>,
    /// Those left out, in the order of the memberships.
    pub excluded: Vec<Excluded>,
}

/// What a bill is computed from.
#[derive(Debug, Clone, Copy)]
pub struct BillInput<'a> {
    /// Of what.
    pub programme: &'a Programme,
    /// The kind of fund that pays, which decides on reliefs.
    pub fund: FundKind,
    /// The contribution month.
    pub month: Month,
    /// 0, or one more than the revision that was reopened.
    pub revision: u32,
    /// The programme's memberships.
    pub members: &'a [BillMember],
    /// What other programmes have paid or promised for these people in this month.
    pub standing: &'a [CoveredMonth],
    /// The law.
    pub rulebook: &'a Rulebook,
}

/// Why there is no bill; the order is the order of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillRefusal {
    /// The month is none of the programme's.
    MonthOutside,
    /// A membership is another programme's.
    OtherProgramme(Id<kind::Membership>),
    /// A person stands among the memberships twice.
    PersonTwice(Id<kind::Person>),
    /// The rulebook has no answer for the month.
    RuleMissing(RuleGap),
    /// The amounts do not fit.
    TooMuchMoney,
    /// The bill is final or posted already.
    NotDraft,
    /// The bill is not final.
    NotFinal,
    /// Nobody is billed.
    NothingDue,
}

impl BillRefusal {
    /// The stable code.
    pub fn name(&self) -> &'static str {
        match self {
            BillRefusal::MonthOutside => "MONTH_OUTSIDE",
            BillRefusal::OtherProgramme(_) => "OTHER_PROGRAMME",
            BillRefusal::PersonTwice(_) => "PERSON_TWICE",
            BillRefusal::RuleMissing(_) => "RULE_MISSING",
            BillRefusal::TooMuchMoney => "TOO_MUCH_MONEY",
            BillRefusal::NotDraft => "NOT_DRAFT",
            BillRefusal::NotFinal => "NOT_FINAL",
            BillRefusal::NothingDue => "NOTHING_DUE",
        }
    }
}

/// The identifier of a programme's bill for a month.
pub fn bill_id(programme: Id<kind::Programme>, month: Month) -> Id<kind::Bill> {
    Feed::new("bill").part(programme.as_bytes()).number(month.as_number()).id()
}

/// Computes the bill of a month.
///
/// # Errors
/// The first [`BillRefusal`] in their order.
pub fn draft_bill(input: &BillInput<'_>) -> Result<Bill, BillRefusal> {
    drafted(input, Tariff::new(input.rulebook, input.programme, input.fund))
}

/// Computes the bill of a month that is paid ahead, in the month `paid_in`: a relief may follow the
/// one or the other.
///
/// # Errors
/// The first [`BillRefusal`] in their order.
pub fn draft_prepaid(input: &BillInput<'_>, paid_in: Month) -> Result<Bill, BillRefusal> {
    let tariff = Tariff::new(input.rulebook, input.programme, input.fund);
    drafted(input, tariff.paid_in(paid_in))
}

fn drafted(input: &BillInput<'_>, mut tariff: Tariff<'_>) -> Result<Bill, BillRefusal> {
    check_members(input)?;
    let elsewhere = Elsewhere::of(input);
    let mut bill = Bill {
        id: bill_id(input.programme.id, input.month),
        programme: input.programme.id,
        month: input.month,
        state: BillState::Draft,
        revision: input.revision,
        rulebook: input.rulebook.version().to_hex().into(),
        together: None,
        promises: Promises::PerScheme,
        people: 0,
        total: Rupiah::ZERO,
        lines: Vec::with_capacity(input.members.len() * input.programme.schemes.len()),
        credits: Vec::new(),
        excluded: Vec::new(),
    };
    for member in input.members {
        match excluded_before_rates(member, input.month, input.rulebook) {
            Some(reason) => bill.excluded.push(member.excluded(reason)),
            None => bill_member(&mut bill, member, &elsewhere, &mut tariff)?,
        }
    }
    bill.total = Rupiah::sum(bill.lines.iter().map(|line| line.rupiah))
        .map_err(|_| BillRefusal::TooMuchMoney)?;
    Ok(bill)
}

/// A bill that changed its state, with what the ledger is asked to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillStep {
    /// The bill in its new state.
    pub bill: Bill,
    /// The batch, to be posted as a whole.
    pub transfers: Vec<Transfer>,
}

/// Locks a draft: its transfers become pending, first the bill's use of the budget, then one
/// contribution per membership and scheme.
///
/// # Errors
/// [`BillRefusal::NotDraft`] or [`BillRefusal::NothingDue`].
pub fn finalise(bill: &Bill, programme: &Programme, day: Day) -> Result<BillStep, BillRefusal> {
    if bill.state != BillState::Draft {
        return Err(BillRefusal::NotDraft);
    }
    if bill.total <= Rupiah::ZERO {
        return Err(BillRefusal::NothingDue);
    }
    let bill = Bill { state: BillState::Final, ..bill.clone() };
    let transfers = pending_transfers(&bill, programme, day);
    Ok(BillStep { bill, transfers })
}

/// Unlocks a final bill: its pending transfers are taken back and the draft counts one revision on.
///
/// # Errors
/// [`BillRefusal::NotFinal`].
pub fn reopen(bill: &Bill, programme: &Programme, day: Day) -> Result<BillStep, BillRefusal> {
    if bill.state != BillState::Final {
        return Err(BillRefusal::NotFinal);
    }
    let pending = pending_transfers(bill, programme, day);
    let transfers = pending.iter().map(|transfer| transfer.taken_back(day)).collect();
    let (state, revision) = (BillState::Draft, bill.revision + 1);
    let promises = Promises::PerScheme;
    let bill = Bill { state, revision, together: None, promises, ..bill.clone() };
    Ok(BillStep { bill, transfers })
}

/// The pending transfers of a bill, dated `day`.
///
/// # Shape
/// First the bill's use of the budget, then one contribution for each of its [`Promises`], in the
/// bill's order.
pub fn pending_transfers(bill: &Bill, programme: &Programme, day: Day) -> Vec<Transfer> {
    let books = Books::of(programme);
    let revision = i64::from(bill.revision);
    let realise = Transfer {
        id: Feed::new("realise").part(bill.id.as_bytes()).number(revision).id(),
        debit: books.commitment,
        credit: books.realised,
        amount: bill.total,
        code: TransferCode::Realise,
        kind: TransferKind::Pending,
        document: Document::Bill(bill.id),
        month: Some(bill.month),
        day,
        origin: Origin::default(),
    };
    let mut transfers = Vec::with_capacity(bill.lines.len() + 1);
    transfers.push(realise);
    for line in &bill.lines {
        let id = bill.promise_of(line);
        // The lines of a membership stand together.
        if let Some(same) = transfers.last_mut().filter(|last| last.id == id) {
            same.amount = Rupiah(same.amount.0 + line.rupiah.0);
            continue;
        }
        transfers.push(Transfer {
            id,
            debit: books.expense,
            credit: books.payable,
            amount: line.rupiah,
            code: TransferCode::Contribution,
            document: Document::Membership(line.membership),
            ..realise
        });
    }
    transfers
}

/// A digest of everything that is decided about when a bill is issued: what was finalised is what
/// is approved.
pub fn bill_hash(bill: &Bill) -> [u8; 32] {
    let mut feed = Feed::new("bill content")
        .part(bill.id.as_bytes())
        .number(bill.revision.into())
        .part(bill.rulebook.as_bytes())
        .number(bill.people.into())
        .number(bill.total.0)
        .number(bill.lines.len() as i64);
    for line in &bill.lines {
        feed = feed
            .part(line.membership.as_bytes())
            .part(line.scheme.name().as_bytes())
            .number(line.rupiah.0);
    }
    for credit in &bill.credits {
        feed = feed.part(credit.recovery.as_bytes()).number(credit.rupiah.0);
    }
    feed.finish()
}

/// The digest of several bills that are issued at once, in their order; of one, its own.
pub fn together_hash(bills: &[Bill]) -> [u8; 32] {
    match bills {
        [only] => bill_hash(only),
        _ => {
            let start = Feed::new("bills content").number(bills.len() as i64);
            bills.iter().fold(start, |feed, bill| feed.part(&bill_hash(bill))).finish()
        }
    }
}

/// The identifier of the pending transfer of a membership, scheme and month.
pub fn contribution_id(
    membership: Id<kind::Membership>,
    scheme: Scheme,
    month: Month,
    revision: u32,
) -> Id<kind::Transfer> {
    Feed::new("contribution")
        .part(membership.as_bytes())
        .part(scheme.name().as_bytes())
        .number(month.as_number())
        .number(i64::from(revision))
        .id()
}

/// The identifier of the pending transfer that an older program made of all schemes of a membership
/// and month.
pub fn contribution_id_before(
    membership: Id<kind::Membership>,
    month: Month,
    revision: u32,
) -> Id<kind::Transfer> {
    Feed::new("contribution")
        .part(membership.as_bytes())
        .number(month.as_number())
        .number(i64::from(revision))
        .id()
}

impl Bill {
    /// The pending transfer that promises a line.
    fn promise_of(&self, line: &BillLine) -> Id<kind::Transfer> {
        match self.promises {
            Promises::PerScheme => {
                contribution_id(line.membership, line.scheme, self.month, self.revision)
            }
            Promises::PerMembership => {
                contribution_id_before(line.membership, self.month, self.revision)
            }
        }
    }

    /// The months of cover this bill promises while it is final, by its pending transfers.
    pub fn promised(&self) -> Vec<CoveredMonth> {
        self.covered_by(|promise| promise)
    }

    /// The months of cover this bill gives once it is paid, by the transfers that keep promises.
    pub fn covers(&self) -> Vec<CoveredMonth> {
        self.covered_by(Transfer::kept_id)
    }

    /// One covered month per line, paid by the transfer that `paid_by` makes of its promise.
    fn covered_by(
        &self,
        paid_by: impl Fn(Id<kind::Transfer>) -> Id<kind::Transfer>,
    ) -> Vec<CoveredMonth> {
        let covered = self.lines.iter().map(|line| CoveredMonth {
            person: line.person,
            scheme: line.scheme,
            month: self.month,
            programme: self.programme,
            transfer: paid_by(self.promise_of(line)),
        });
        covered.collect()
    }
}

impl BillMember {
    fn excluded(&self, reason: ExclusionReason) -> Excluded {
        Excluded { membership: self.membership.id, person: self.membership.person, reason }
    }
}

/// What other programmes have paid or promised for the month, by person and scheme.
struct Elsewhere(HashMap<(Id<kind::Person>, Scheme), CoveredMonth>);

impl Elsewhere {
    fn of(input: &BillInput<'_>) -> Elsewhere {
        let others = input
            .standing
            .iter()
            .filter(|cover| cover.month == input.month && cover.programme != input.programme.id);
        Elsewhere(others.map(|cover| ((cover.person, cover.scheme), *cover)).collect())
    }

    fn pays(&self, person: Id<kind::Person>, scheme: Scheme) -> Option<ExclusionReason> {
        let cover = self.0.get(&(person, scheme))?;
        let (programme, transfer) = (cover.programme, cover.transfer);
        Some(ExclusionReason::PaidElsewhere { scheme, programme, transfer })
    }
}

fn check_members(input: &BillInput<'_>) -> Result<(), BillRefusal> {
    if !input.programme.holds(input.month) {
        return Err(BillRefusal::MonthOutside);
    }
    let mut seen = HashSet::with_capacity(input.members.len());
    for member in input.members {
        if member.membership.programme != input.programme.id {
            return Err(BillRefusal::OtherProgramme(member.membership.id));
        }
        if !seen.insert(member.membership.person) {
            return Err(BillRefusal::PersonTwice(member.membership.person));
        }
    }
    Ok(())
}

fn excluded_before_rates(
    member: &BillMember,
    month: Month,
    rulebook: &Rulebook,
) -> Option<ExclusionReason> {
    if !member.membership.holds(month) {
        return Some(ExclusionReason::NotInMonths);
    }
    if let Some(died) = member.died.map(Day::month_of).filter(|died| *died < month) {
        return Some(ExclusionReason::Died { month: died });
    }
    let registered = member.membership.first.first_day();
    match rulebook.age_verdict(member.birth, registered) {
        verdict @ (AgeVerdict::OverLimit { .. } | AgeVerdict::UnderMinimum { .. }) => {
            Some(ExclusionReason::MayNotRegister(verdict))
        }
        _ => None,
    }
}

fn bill_member(
    bill: &mut Bill,
    member: &BillMember,
    elsewhere: &Elsewhere,
    tariff: &mut Tariff<'_>,
) -> Result<(), BillRefusal> {
    let work = (member.sector, member.group);
    let due = tariff.lines(bill.month, work).map_err(BillRefusal::RuleMissing)?;
    let (billed_before, excluded_before) = (bill.lines.len(), bill.excluded.len());
    for line in due.iter().filter(|line| line.rupiah > Rupiah::ZERO) {
        if let Some(reason) = elsewhere.pays(member.membership.person, line.scheme) {
            bill.excluded.push(member.excluded(reason));
            continue;
        }
        bill.lines.push(BillLine {
            membership: member.membership.id,
            person: member.membership.person,
            scheme: line.scheme,
            rupiah: line.rupiah,
            rule: Arc::clone(&line.rule),
            article: Arc::clone(&line.article),
            status: line.status,
            relief: line.relief.clone(),
        });
    }
    bill.people += u32::from(bill.lines.len() > billed_before);
    if bill.lines.len() == billed_before && bill.excluded.len() == excluded_before {
        bill.excluded.push(member.excluded(ExclusionReason::NothingDue));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
