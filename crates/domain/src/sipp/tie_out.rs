//! The same people in annex, list, reply, bill and cards: who agrees, and who differs by what.
//!
//! A bill or cards that do not exist yet are left out of the comparison, not counted as missing.
//! Where two papers say what somebody costs, schemes and rupiah are compared as well.

use base::id::kind;
use base::{Id, Rupiah};
use rules::Schemes;

use super::StandingState;

/// What a month of somebody costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// For which schemes.
    pub schemes: Schemes,
    /// How much.
    pub rupiah: Rupiah,
}

impl Charge {
    /// For nothing.
    pub const NONE: Charge = Charge { schemes: Schemes::EMPTY, rupiah: Rupiah::ZERO };
}

/// Where somebody stands in a programme and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TieFacts {
    /// Who.
    pub person: Id<kind::Person>,
    /// On the annex of an approved list.
    pub annex: bool,
    /// A member in the month.
    pub list: bool,
    /// What BPJS says.
    pub reply: Option<StandingState>,
    /// On the month's bill; none without one that is final or posted.
    pub bill: Option<bool>,
    /// What the annex says that the month costs; none where it speaks of another first month.
    pub annexed: Option<Rupiah>,
    /// What the month costs a member by the rules; none for whom nothing is due.
    pub due: Option<Charge>,
    /// What the bill asks.
    pub billed: Option<Charge>,
    /// Has a card paid for the month; none without cards.
    pub card: Option<bool>,
}

/// How somebody's papers differ; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// A member without a line on the annex.
    ListWithoutAnnex,
    /// On the annex, and no member in the month.
    AnnexWithoutList,
    /// Accepted by BPJS, and no member in the month.
    AcceptedWithoutList,
    /// A member whom BPJS rejects.
    Rejected,
    /// A member who was sent and is not answered.
    NotAnswered,
    /// A member who was never sent.
    NotSent,
    /// A member who is not on the bill.
    ListWithoutBill,
    /// On the bill, and no member in the month.
    BillWithoutList,
    /// Billed for other schemes than the rules and the programme ask.
    BillSchemesDiffer,
    /// Billed for another amount than the rules ask.
    BillRupiahDiffers,
    /// The annex says another amount than is billed, or than is due while there is no bill.
    AnnexRupiahDiffers,
    /// A member without a card that is paid for the month.
    ListWithoutCard,
    /// A card, and no member in the month.
    CardWithoutList,
}

impl Difference {
    /// Every difference, in order.
    pub const ALL: [Difference; 13] = [
        Difference::ListWithoutAnnex,
        Difference::AnnexWithoutList,
        Difference::AcceptedWithoutList,
        Difference::Rejected,
        Difference::NotAnswered,
        Difference::NotSent,
        Difference::ListWithoutBill,
        Difference::BillWithoutList,
        Difference::BillSchemesDiffer,
        Difference::BillRupiahDiffers,
        Difference::AnnexRupiahDiffers,
        Difference::ListWithoutCard,
        Difference::CardWithoutList,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Difference::ListWithoutAnnex => "list-without-annex",
            Difference::AnnexWithoutList => "annex-without-list",
            Difference::AcceptedWithoutList => "accepted-without-list",
            Difference::Rejected => "rejected",
            Difference::NotAnswered => "not-answered",
            Difference::NotSent => "not-sent",
            Difference::ListWithoutBill => "list-without-bill",
            Difference::BillWithoutList => "bill-without-list",
            Difference::BillSchemesDiffer => "bill-schemes-differ",
            Difference::BillRupiahDiffers => "bill-rupiah-differs",
            Difference::AnnexRupiahDiffers => "annex-rupiah-differs",
            Difference::ListWithoutCard => "list-without-card",
            Difference::CardWithoutList => "card-without-list",
        }
    }

    /// The difference with this stable name.
    pub fn from_name(name: &str) -> Option<Difference> {
        Difference::ALL.into_iter().find(|one| one.name() == name)
    }

    fn holds(self, facts: &TieFacts) -> bool {
        let accepted = facts.reply == Some(StandingState::Accepted);
        let rejected = facts.reply.is_some_and(StandingState::is_open_rejection);
        match self {
            Difference::ListWithoutAnnex => facts.list && !facts.annex,
            Difference::AnnexWithoutList => facts.annex && !facts.list,
            Difference::AcceptedWithoutList => accepted && !facts.list,
            Difference::Rejected => facts.list && rejected,
            Difference::NotAnswered => facts.list && facts.reply == Some(StandingState::Sent),
            Difference::NotSent => facts.list && facts.reply.is_none(),
            Difference::ListWithoutBill => facts.list && facts.bill == Some(false),
            Difference::BillWithoutList => !facts.list && facts.bill == Some(true),
            Difference::BillSchemesDiffer => {
                both(facts).is_some_and(|(due, billed)| due.schemes != billed.schemes)
            }
            Difference::BillRupiahDiffers => both(facts).is_some_and(|(due, billed)| {
                due.schemes == billed.schemes && due.rupiah != billed.rupiah
            }),
            Difference::AnnexRupiahDiffers => {
                let said = facts.billed.or(facts.due).zip(facts.annexed);
                said.is_some_and(|(charge, annexed)| charge.rupiah != annexed)
            }
            Difference::ListWithoutCard => facts.list && facts.card == Some(false),
            Difference::CardWithoutList => !facts.list && facts.card == Some(true),
        }
    }
}

/// What is due and what is billed, of those of whom both is known.
fn both(facts: &TieFacts) -> Option<(Charge, Charge)> {
    facts.due.zip(facts.billed)
}

/// Somebody whose papers differ, with every difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieLine {
    /// Where they stand.
    pub facts: TieFacts,
    /// How their papers differ, in order; never empty.
    pub differences: Vec<Difference>,
}

/// The comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TieOut {
    /// People on any of the papers.
    pub people: u64,
    /// On the annex.
    pub annex: u64,
    /// Members in the month.
    pub list: u64,
    /// Accepted by BPJS.
    pub accepted: u64,
    /// On the bill; none without one.
    pub bill: Option<u64>,
    /// With a card paid for the month; none without cards.
    pub cards: Option<u64>,
    /// What the annex says that the month costs, of those of whom it says so.
    pub annexed: Rupiah,
    /// What is due for the members by the rules.
    pub due: Rupiah,
    /// What the bill asks; none without one.
    pub billed: Option<Rupiah>,
    /// People whose papers all agree.
    pub agree: u64,
    /// The others, in the order given.
    pub lines: Vec<TieLine>,
}

/// Compares; whoever is on no paper is left out.
pub fn tie_out(people: &[TieFacts]) -> TieOut {
    let mut out = TieOut::default();
    let accepted = |facts: &TieFacts| facts.reply == Some(StandingState::Accepted);
    let add = |sum: &mut Option<u64>, found: Option<bool>| {
        if let Some(found) = found {
            *sum = Some(sum.unwrap_or(0) + u64::from(found));
        }
    };
    for facts in people {
        add(&mut out.bill, facts.bill);
        add(&mut out.cards, facts.card);
        let plus = |sum: Rupiah, more: Rupiah| Rupiah(sum.0.saturating_add(more.0));
        out.annexed = plus(out.annexed, facts.annexed.unwrap_or_default());
        out.due = plus(out.due, facts.due.unwrap_or(Charge::NONE).rupiah);
        if facts.bill.is_some() {
            let billed = facts.billed.unwrap_or(Charge::NONE).rupiah;
            out.billed = Some(plus(out.billed.unwrap_or_default(), billed));
        }
        out.annex += u64::from(facts.annex);
        out.list += u64::from(facts.list);
        out.accepted += u64::from(accepted(facts));
        let on_paper = facts.bill == Some(true) || facts.card == Some(true);
        if !(facts.annex || facts.list || facts.reply.is_some() || on_paper) {
            continue;
        }
        out.people += 1;
        let differences: Vec<Difference> =
            Difference::ALL.into_iter().filter(|one| one.holds(facts)).collect();
        match differences.is_empty() {
            true => out.agree += 1,
            false => out.lines.push(TieLine { facts: *facts, differences }),
        }
    }
    out
}
