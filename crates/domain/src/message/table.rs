//! Where a message stands, and the one table of what may follow what. The database holds the same
//! table as a constraint.

crate::words::words! {
    /// Where a message stands.
    MessageState {
        /// The office has it.
        Received = "received",
        /// A claim was opened for it.
        Opened = "opened",
        /// The office has answered.
        Answered = "answered",
        /// Whoever sent it took it back.
        Withdrawn = "withdrawn",
    }
}

crate::words::words! {
    /// What moves a message.
    MessageStep {
        /// A claim is opened for it.
        Open = "open",
        /// The office answers, and says how.
        Answer = "answer",
        /// The office takes it up again.
        Reopen = "reopen",
        /// Whoever sent it takes it back.
        Withdraw = "withdraw",
    }
}

/// Every step that there is: from, by, to.
pub const TABLE: &[(MessageState, MessageStep, MessageState)] = {
    use MessageState as S;
    use MessageStep as T;
    &[
        (S::Received, T::Open, S::Opened),
        (S::Received, T::Answer, S::Answered),
        (S::Received, T::Withdraw, S::Withdrawn),
        (S::Answered, T::Reopen, S::Received),
    ]
};

/// The state after a step; none when the table has no such step.
pub fn after(state: MessageState, step: MessageStep) -> Option<MessageState> {
    let row = TABLE.iter().find(|(from, by, _)| (*from, *by) == (state, step));
    row.map(|(_, _, to)| *to)
}
