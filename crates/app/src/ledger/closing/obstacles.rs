//! What stands in the way of closing a month.
//!
//! Whoever has something that must be settled before a month is closed adds a function to
//! `LOOKERS` and a kind to [`ObstacleKind`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::billing::BillState;
use domain::ledger::period::{Obstacle, ObstacleKind, StepState, Waived, closed_until};
use domain::payment::Direction;
use domain::payment::reconcile::{self, Found, Of};
use store::Tx;
use store::bills::BillHead;
use store::ledger::period as kept;

use crate::cover::prove_cover;
use crate::error::{AppError, ErrorKind};
use crate::ledger::show::beginning;
use crate::ledger::{prove_ledger, too_much};
use crate::office::Office;

/// What is missing of whom, as people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingShown {
    /// What.
    pub what: Waived,
    /// The bill's programme and month, or the account.
    pub name: String,
}

/// What nobody may let pass, as people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundShown {
    /// What.
    pub obstacle: reconcile::Obstacle,
    /// About what.
    pub of: Of,
    /// The bill's programme and month, the line's account and day, or the account.
    pub name: String,
    /// The contribution month of a bill.
    pub month: Option<Month>,
    /// Which way a line's money went.
    pub direction: Option<Direction>,
    /// How much is at stake.
    pub amount: Rupiah,
}

/// So many are named; all are counted.
const NAMED_MAX: usize = 100;

/// What stands in the way of closing a month.
#[derive(Default)]
pub(super) struct InTheWay {
    /// All of it, in the order of [`ObstacleKind`].
    pub(super) obstacles: Vec<Obstacle>,
    /// What two people may let pass.
    pub(super) missing: Vec<Waived>,
    /// What bill, bank and BPJS say that nobody may let pass.
    pub(super) found: Vec<Found>,
    /// Whether the books were proved as they are now.
    pub(super) proved: bool,
}

impl InTheWay {
    /// The first that nobody may let pass.
    pub(super) fn first_firm(&self) -> Option<&Obstacle> {
        self.obstacles.iter().find(|one| !one.kind.may_be_waived())
    }
}

/// Whether the books are proved where nobody has since the last act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// They are: every transfer and every covered month is read.
    Anew,
    /// They are not: what is not known is not said.
    AsKnown,
}

/// Whether the books were proved, and at which size of the log of acts: until somebody does
/// something more, nobody proves them again.
#[derive(Default)]
pub(crate) struct Proved {
    last: Mutex<Option<(u64, bool)>>,
}

impl Proved {
    /// What the proof said, where nothing was done since.
    fn known(&self, tx: &mut Tx<'_>) -> Result<Option<bool>, AppError> {
        let acts = store::audit::size(tx)?;
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(last.filter(|(at, _)| *at == acts).map(|(_, holds)| holds))
    }

    /// Proves the ledger and the cover that follows from it.
    fn prove(&self, tx: &mut Tx<'_>) -> Result<bool, AppError> {
        let acts = store::audit::size(tx)?;
        let holds = match prove_ledger(tx).and_then(|_| prove_cover(tx)) {
            Ok(_) => true,
            Err(error) if error.kind == ErrorKind::Integrity => false,
            Err(error) => return Err(error),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|(at, _)| at <= acts) {
            *last = Some((acts, holds));
        }
        Ok(holds)
    }
}

/// Looks for something that stands in the way of closing a month.
type Looks = fn(&Office, &mut Tx<'_>, Month) -> Result<Option<Obstacle>, AppError>;

/// Everybody who looks at the books alone, beside the proof.
const LOOKERS: &[Looks] = &[not_over, earlier_open, pending_due, vouchers_waiting];

impl Office {
    /// Proves the books, unless they were as they are now. A proof reads every transfer: it is made
    /// before the register is locked, and looked up inside.
    pub(crate) fn prove_books(&self) -> Result<(), AppError> {
        self.store.read(|tx| {
            if self.proved.known(tx)?.is_none() {
                self.proved.prove(tx)?;
            }
            Ok(())
        })
    }

    /// Everything that stands in the way of closing a month.
    pub(super) fn in_the_way(
        &self,
        tx: &mut Tx<'_>,
        month: Month,
        proof: Proof,
    ) -> Result<InTheWay, AppError> {
        let mut found = InTheWay::default();
        for looks in LOOKERS {
            found.obstacles.extend(looks(self, tx, month)?);
        }
        let holds = match (self.proved.known(tx)?, proof) {
            (None, Proof::Anew) => Some(self.proved.prove(tx)?),
            (known, _) => known,
        };
        found.proved = holds == Some(true);
        if holds == Some(false) {
            found.obstacles.push(Obstacle::plain(ObstacleKind::Unbalanced));
        }
        let passed = let_pass(tx)?;
        unbilled(tx, month, &passed, &mut found)?;
        unreconciled(self, tx, month, (&passed, &mut found))?;
        found.obstacles.sort_by_key(|one| one.kind);
        Ok(found)
    }
}

fn not_over(office: &Office, _: &mut Tx<'_>, month: Month) -> Result<Option<Obstacle>, AppError> {
    let over = office.environment.today() > month.last_day();
    Ok((!over).then_some(Obstacle::plain(ObstacleKind::MonthNotOver)))
}

fn earlier_open(_: &Office, tx: &mut Tx<'_>, month: Month) -> Result<Option<Obstacle>, AppError> {
    let earlier = first_open(tx, month)?;
    Ok(earlier.map(|_| Obstacle::plain(ObstacleKind::EarlierOpen)))
}

fn pending_due(_: &Office, tx: &mut Tx<'_>, month: Month) -> Result<Option<Obstacle>, AppError> {
    let (count, rupiah) = store::ledger::due(tx, month.last_day(), month)?;
    Ok((count > 0).then_some(Obstacle { kind: ObstacleKind::PendingDue, count, rupiah }))
}

fn vouchers_waiting(
    _: &Office,
    tx: &mut Tx<'_>,
    month: Month,
) -> Result<Option<Obstacle>, AppError> {
    let waiting = store::ledger::voucher::of_state(tx, StepState::Proposed)?;
    let ours = waiting.iter().filter(|one| one.voucher.day <= month.last_day());
    let amounts = ours.clone().map(|one| one.voucher.amount);
    let rupiah = Rupiah::sum(amounts).map_err(|_| too_much())?;
    let (kind, count) = (ObstacleKind::VouchersWaiting, ours.count() as u64);
    Ok((count > 0).then_some(Obstacle { kind, count, rupiah }))
}

/// Months before this one in which people are on a programme and no bill is final.
fn unbilled(
    tx: &mut Tx<'_>,
    month: Month,
    passed: &BTreeSet<Waived>,
    in_the_way: &mut InTheWay,
) -> Result<(), AppError> {
    let bills = store::bills::list(tx)?.into_iter().filter(|bill| bill.state != BillState::Draft);
    let billed: BTreeSet<_> = bills.map(|bill| (bill.programme, bill.month)).collect();
    let codes: HashMap<_, _> =
        store::programmes::list(tx)?.into_iter().map(|one| (one.id, one.code)).collect();
    let mut missing = BTreeSet::new();
    for (programme, first, last) in store::memberships::spans(tx)? {
        let code = codes.get(&programme).map_or("", |code| &**code);
        let open = first.through(last.min(month.plus(-1)));
        let open = open.filter(|month| !billed.contains(&(programme, *month)));
        let about = open.map(|month| format!("{code} {month}").into());
        missing.extend(about.map(|about| Waived {
            kind: ObstacleKind::Unbilled,
            about,
            rupiah: Rupiah::ZERO,
        }));
    }
    missing.retain(|one| !passed.contains(one));
    if !missing.is_empty() {
        let (kind, count) = (ObstacleKind::Unbilled, missing.len() as u64);
        in_the_way.obstacles.push(Obstacle { kind, count, rupiah: Rupiah::ZERO });
        in_the_way.missing.extend(missing);
    }
    Ok(())
}

/// What bill, bank and BPJS say against it, less what was let pass with an earlier month.
fn unreconciled(
    office: &Office,
    tx: &mut Tx<'_>,
    month: Month,
    (passed, in_the_way): (&BTreeSet<Waived>, &mut InTheWay),
) -> Result<(), AppError> {
    let closed = kept::closed_until(tx)?;
    let said = office.closing_outcome(tx, month, closed)?;
    let mut sums: BTreeMap<ObstacleKind, (u64, Rupiah)> = BTreeMap::new();
    for one in said.outcome.found {
        let Some(kind) = ObstacleKind::of_finding(one.obstacle) else { continue };
        let rupiah = Rupiah(one.amount.0.saturating_abs());
        if kind.may_be_waived() {
            let missing = Waived { kind, about: about(&one.of), rupiah };
            // It was let pass of the payment that stood then, not of one that came since.
            let is_same = !matches!(one.of, Of::Bill(bill, _) if said.paid_since.contains(&bill));
            if is_same && passed.contains(&missing) {
                continue;
            }
            in_the_way.missing.push(missing);
        } else {
            in_the_way.found.push(one);
        }
        let (count, sum) = sums.entry(kind).or_default();
        *count += 1;
        *sum = sum.plus(rupiah).map_err(|_| too_much())?;
    }
    in_the_way.missing.sort();
    let of = |(kind, (count, rupiah))| Obstacle { kind, count, rupiah };
    in_the_way.obstacles.extend(sums.into_iter().map(of));
    Ok(())
}

/// The months without a bill, and the missing receipts, that were let pass with months that are
/// closed; a receipt of its bill as it was paid and of its amount.
fn let_pass(tx: &mut Tx<'_>) -> Result<BTreeSet<Waived>, AppError> {
    let mut waived = kept::waived(tx)?;
    let closed = kept::closed(tx)?.into_iter();
    let of_steps = closed.flat_map(|(_, step)| waived.remove(&step).unwrap_or_default());
    let lasts = [ObstacleKind::Unbilled, ObstacleKind::ReceiptsMissing];
    Ok(of_steps.filter(|one| lasts.contains(&one.kind)).collect())
}

/// What a finding is about, in one word.
fn about(of: &Of) -> Box<str> {
    match of {
        Of::Bill(bill, _) => bill.to_string().into(),
        Of::Line(line) => line.to_string().into(),
        Of::Account(code) => code.clone(),
    }
}

/// Bills and programmes as people call them.
struct Names {
    programmes: HashMap<Id<kind::Programme>, Box<str>>,
    bills: Vec<BillHead>,
}

impl Names {
    fn load(tx: &mut Tx<'_>) -> Result<Names, AppError> {
        let programmes = store::programmes::list(tx)?.into_iter();
        Ok(Names {
            programmes: programmes.map(|one| (one.id, one.code)).collect(),
            bills: store::bills::list(tx)?,
        })
    }

    /// A bill by programme and month.
    fn bill(&self, bill: &BillHead) -> String {
        let programme = self.programmes.get(&bill.programme);
        format!("{} {}", programme.map_or("", |code| &**code), bill.month)
    }
}

/// What is missing as people call it: a bill by programme and month, an account by its code.
pub(super) fn named(tx: &mut Tx<'_>, missing: Vec<Waived>) -> Result<Vec<MissingShown>, AppError> {
    let names = Names::load(tx)?;
    let name = |what: &Waived| {
        let bill = names.bills.iter().find(|bill| bill.id.to_string() == *what.about);
        bill.map_or_else(|| what.about.to_string(), |bill| names.bill(bill))
    };
    Ok(missing.into_iter().map(|what| MissingShown { name: name(&what), what }).collect())
}

/// What contradicts and what nobody has explained, as people call it: a bill by programme and
/// month, a line by account and day.
pub(super) fn found_named(tx: &mut Tx<'_>, found: Vec<Found>) -> Result<Vec<FoundShown>, AppError> {
    let names = Names::load(tx)?;
    let mut shown = Vec::new();
    for one in found.into_iter().take(NAMED_MAX) {
        let (mut month, mut direction) = (None, None);
        let name = match &one.of {
            Of::Bill(id, _) => {
                let bill = names.bills.iter().find(|bill| bill.id == *id);
                month = bill.map(|bill| bill.month);
                bill.map(|bill| names.bill(bill)).unwrap_or_default()
            }
            Of::Line(id) => {
                let line = store::payments::line(tx, *id)?;
                direction = line.as_ref().map(|kept| kept.line.facts.direction);
                let name = line.map(|kept| format!("{} {}", kept.account, kept.line.facts.day));
                name.unwrap_or_default()
            }
            Of::Account(code) => code.to_string(),
        };
        let Found { obstacle, of, amount, .. } = one;
        shown.push(FoundShown { obstacle, of, name, month, direction, amount });
    }
    Ok(shown)
}

/// The first month before this one that has entries and is open.
pub(super) fn first_open(tx: &mut Tx<'_>, month: Month) -> Result<Option<Month>, AppError> {
    let closed: Vec<Month> = kept::closed(tx)?.into_iter().map(|(month, _)| month).collect();
    let from = closed_until(&closed).unwrap_or_else(beginning);
    let first = store::ledger::first_day_after(tx, from)?.map(Day::month_of);
    Ok(first.filter(|first| *first < month))
}
