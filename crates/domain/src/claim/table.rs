//! Where a claim stands, and the one table of what may follow what. The database holds the same
//! table as a constraint, the guide draws it; tests compare all three.

use crate::words::words;

words! {
    /// Where a claim stands.
    ClaimState {
        /// Told of; papers and people are gathered.
        Open = "open",
        /// Sent back for something that is missing, with a reason.
        Incomplete = "incomplete",
        /// Everything that is always asked for is there.
        Complete = "complete",
        /// Put forward; another person decides.
        Proposed = "proposed",
        /// Approved by another person, not yet sent.
        Approved = "approved",
        /// With BPJS.
        Sent = "sent",
        /// BPJS grants it.
        Granted = "granted",
        /// BPJS refuses it.
        Refused = "refused",
        /// Money has reached somebody.
        Paid = "paid",
        /// The office or the family objects to what BPJS decided.
        Appealed = "appealed",
        /// Over.
        Closed = "closed",
        /// Taken back, such as a death that was none.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What moves a claim.
    ClaimStep {
        /// Something is missing.
        Return = "return",
        /// Everything is there.
        Complete = "complete",
        /// Put forward.
        Propose = "propose",
        /// Approved by a second person.
        Approve = "approve",
        /// Returned by the second person.
        TurnDown = "turn-down",
        /// Nobody decided in time.
        Lapse = "lapse",
        /// Handed to BPJS.
        Send = "send",
        /// BPJS grants an amount.
        Grant = "grant",
        /// BPJS refuses.
        Refuse = "refuse",
        /// BPJS asks for more.
        SendBack = "send-back",
        /// Somebody was paid.
        Pay = "pay",
        /// An objection.
        Appeal = "appeal",
        /// Nothing is left to do.
        Close = "close",
        /// Taken back.
        Withdraw = "withdraw",
    }
}

impl ClaimState {
    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, ClaimState::Closed | ClaimState::Withdrawn)
    }

    /// Whether it has reached BPJS, now or before.
    pub fn is_claimed(self) -> bool {
        use ClaimState::*;
        matches!(self, Sent | Granted | Refused | Paid | Appealed | Closed)
    }

    /// Whether the office that handles it has to go on: nobody else's answer is awaited.
    pub fn waits_here(self) -> bool {
        use ClaimState::*;
        matches!(self, Open | Incomplete | Complete | Approved)
    }
}

impl ClaimStep {
    /// Whether it says why.
    pub fn needs_reason(self) -> bool {
        use ClaimStep::*;
        matches!(self, Return | Refuse | SendBack | Appeal | Withdraw)
    }

    /// Whether it names an amount.
    pub fn needs_amount(self) -> bool {
        matches!(self, ClaimStep::Grant | ClaimStep::Pay)
    }

    /// Whether BPJS has said it, and somebody only writes it down.
    pub fn is_of_bpjs(self) -> bool {
        use ClaimStep::*;
        matches!(self, Grant | Refuse | SendBack | Pay)
    }

    /// Whether it follows from a task, and from nothing else.
    pub fn is_of_task(self) -> bool {
        use ClaimStep::*;
        matches!(self, Propose | Approve | TurnDown | Lapse)
    }
}

/// Every step that there is: from, by, to.
pub const TABLE: &[(ClaimState, ClaimStep, ClaimState)] = {
    use ClaimState as S;
    use ClaimStep as T;
    &[
        (S::Open, T::Return, S::Incomplete),
        (S::Open, T::Complete, S::Complete),
        (S::Open, T::Withdraw, S::Withdrawn),
        (S::Incomplete, T::Complete, S::Complete),
        (S::Incomplete, T::Withdraw, S::Withdrawn),
        (S::Complete, T::Return, S::Incomplete),
        (S::Complete, T::Propose, S::Proposed),
        (S::Complete, T::Withdraw, S::Withdrawn),
        (S::Proposed, T::Approve, S::Approved),
        (S::Proposed, T::TurnDown, S::Incomplete),
        (S::Proposed, T::Lapse, S::Complete),
        (S::Approved, T::Send, S::Sent),
        (S::Approved, T::Withdraw, S::Withdrawn),
        (S::Sent, T::Grant, S::Granted),
        (S::Sent, T::Refuse, S::Refused),
        (S::Sent, T::SendBack, S::Incomplete),
        (S::Granted, T::Pay, S::Paid),
        (S::Granted, T::Appeal, S::Appealed),
        (S::Refused, T::Appeal, S::Appealed),
        (S::Refused, T::Close, S::Closed),
        (S::Paid, T::Pay, S::Paid),
        (S::Paid, T::Appeal, S::Appealed),
        (S::Paid, T::Close, S::Closed),
        (S::Appealed, T::Grant, S::Granted),
        (S::Appealed, T::Refuse, S::Refused),
    ]
};

/// The state after a step; none where the table has no such row.
pub fn after(state: ClaimState, step: ClaimStep) -> Option<ClaimState> {
    let row = TABLE.iter().find(|(from, by, _)| (*from, *by) == (state, step));
    row.map(|(_, _, to)| *to)
}
