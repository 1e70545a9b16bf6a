//! Where a child's school year stands, and the one table of what may follow what. The database
//! holds the same table as a constraint; tests compare them.

use crate::words::words;

words! {
    /// Where a child's school year stands.
    YearState {
        /// It may be asked for.
        Due = "due",
        /// Put forward with the school's letter; another person decides.
        Asked = "asked",
        /// Approved by another person, not yet sent.
        Approved = "approved",
        /// With BPJS.
        Sent = "sent",
        /// Sent back for something that is missing, with a reason.
        Returned = "returned",
        /// Money has reached the child.
        Paid = "paid",
        /// It and the years after it are over, for a cause.
        Ended = "ended",
    }
}

words! {
    /// What moves a child's school year.
    YearStep {
        /// The class is said, such as of a child who enters school only now.
        Place = "place",
        /// Put forward with the school's letter.
        Ask = "ask",
        /// Approved by a second person.
        Approve = "approve",
        /// Returned by the second person.
        TurnDown = "turn-down",
        /// Nobody decided in time.
        Lapse = "lapse",
        /// Handed to BPJS.
        Send = "send",
        /// BPJS asks for more, or refuses.
        SendBack = "send-back",
        /// Somebody was paid.
        Pay = "pay",
        /// The child's scholarship is over.
        End = "end",
        /// It was not over after all.
        Reopen = "reopen",
    }
}

words! {
    /// Why a child's scholarship is over.
    EndCause {
        /// The child has married.
        Married = "married",
        /// The child works.
        Working = "working",
        /// The child has left school.
        LeftSchool = "left-school",
        /// The child has died.
        Died = "died",
        /// BPJS pays no more.
        Refused = "refused",
    }
}

impl YearStep {
    /// Whether it says why.
    pub fn needs_reason(self) -> bool {
        use YearStep::{Reopen, SendBack};
        matches!(self, SendBack | Reopen)
    }

    /// Whether it names an amount.
    pub fn needs_amount(self) -> bool {
        self == YearStep::Pay
    }

    /// Whether it names a class.
    pub fn needs_class(self) -> bool {
        matches!(self, YearStep::Place | YearStep::Ask)
    }

    /// Whether it brings the year nearer to being paid, so that claim and limits decide about it.
    pub fn goes_forward(self) -> bool {
        use YearStep::{Approve, Ask, Place, Send};
        matches!(self, Place | Ask | Approve | Send)
    }

    /// Whether BPJS has said it, and somebody only writes it down.
    pub fn is_of_bpjs(self) -> bool {
        matches!(self, YearStep::SendBack | YearStep::Pay)
    }

    /// Whether it follows from a task, and from nothing else.
    pub fn is_of_task(self) -> bool {
        use YearStep::{Approve, Lapse, TurnDown};
        matches!(self, Approve | TurnDown | Lapse)
    }
}

/// Every step that there is: from, by, to.
pub const YEAR_TABLE: &[(YearState, YearStep, YearState)] = {
    use YearState as S;
    use YearStep as T;
    &[
        (S::Due, T::Place, S::Due),
        (S::Due, T::Ask, S::Asked),
        (S::Due, T::End, S::Ended),
        (S::Asked, T::Approve, S::Approved),
        (S::Asked, T::TurnDown, S::Returned),
        (S::Asked, T::Lapse, S::Due),
        (S::Approved, T::Send, S::Sent),
        (S::Approved, T::End, S::Ended),
        (S::Sent, T::SendBack, S::Returned),
        (S::Sent, T::Pay, S::Paid),
        (S::Returned, T::Ask, S::Asked),
        (S::Returned, T::End, S::Ended),
        (S::Paid, T::Pay, S::Paid),
        (S::Ended, T::Reopen, S::Due),
    ]
};

/// The state after a step; none where the table has no such row.
pub fn year_after(state: YearState, step: YearStep) -> Option<YearState> {
    let row = YEAR_TABLE.iter().find(|(from, by, _)| (*from, *by) == (state, step));
    row.map(|(_, _, to)| *to)
}
