//! Where a telling of a handover stands, the one table of what may follow what, and the rule by
//! which one of several tellings of a card counts. The database holds the same table as a
//! constraint.

use super::Handover;

crate::words::words! {
    /// Where a telling stands.
    HandoverState {
        /// It counts: the card is in a hand.
        Given = "given",
        /// Somebody has to decide on it.
        Conflict = "conflict",
        /// Somebody decided that it does not count.
        Dismissed = "dismissed",
        /// It counted, and was a mistake.
        Undone = "undone",
    }
}

crate::words::words! {
    /// What moves a telling.
    HandoverStep {
        /// An earlier telling of the card came: that one counts.
        Yield = "yield",
        /// The one that counted counts no more: this one does.
        Rise = "rise",
        /// A person says that it counts.
        Accept = "accept",
        /// A person said that another one counts.
        Displace = "displace",
        /// A person says that it does not count.
        Dismiss = "dismiss",
        /// A person says that the card was not handed over.
        Undo = "undo",
        /// A person takes it up again.
        Reopen = "reopen",
    }
}

impl HandoverStep {
    /// Whether a person makes it, who says why; the others follow by themselves.
    pub fn is_by_hand(self) -> bool {
        use HandoverStep::{Accept, Dismiss, Reopen, Undo};
        matches!(self, Accept | Dismiss | Undo | Reopen)
    }
}

/// Every step that there is: from, by, to.
pub const TABLE: &[(HandoverState, HandoverStep, HandoverState)] = {
    use HandoverState as S;
    use HandoverStep as T;
    &[
        (S::Given, T::Yield, S::Conflict),
        (S::Conflict, T::Rise, S::Given),
        (S::Conflict, T::Accept, S::Given),
        (S::Given, T::Displace, S::Dismissed),
        (S::Conflict, T::Dismiss, S::Dismissed),
        (S::Given, T::Undo, S::Undone),
        (S::Dismissed, T::Reopen, S::Conflict),
    ]
};

/// The state after a step; none when the table has no such step.
pub fn after(state: HandoverState, step: HandoverStep) -> Option<HandoverState> {
    let row = TABLE.iter().find(|(from, by, _)| (*from, *by) == (state, step));
    row.map(|(_, _, to)| *to)
}

/// Which of the tellings of one card counts: the one that a person accepted, else the earliest
/// against which nothing is found. Equal moments are told apart by the identifier, so that the
/// answer is the same in whatever order the tellings came.
fn counting(of_card: &[Handover]) -> Option<usize> {
    let accepted = |one: &Handover| one.is_accepted && one.state == HandoverState::Given;
    if let Some(place) = of_card.iter().position(accepted) {
        return Some(place);
    }
    let open = |one: &Handover| {
        matches!(one.state, HandoverState::Given | HandoverState::Conflict)
            && one.trouble.is_none()
            && one.card.is_some()
    };
    let found = of_card.iter().enumerate().filter(|(_, one)| open(one));
    found.min_by_key(|(_, one)| (one.at_ms, one.id)).map(|(place, _)| place)
}

/// The steps that follow by themselves for the tellings of one card, by their places: first those
/// that yield, then the one that rises, so that never two count.
pub fn settle(of_card: &[Handover]) -> Vec<(usize, HandoverStep)> {
    let winner = counting(of_card);
    let is = |place: usize, state| of_card[place].state == state;
    let places = 0..of_card.len();
    let loses = |place: &usize| Some(*place) != winner && is(*place, HandoverState::Given);
    let yields = places.filter(loses).map(|place| (place, HandoverStep::Yield));
    let rises = winner.filter(|place| is(*place, HandoverState::Conflict));
    yields.chain(rises.map(|place| (place, HandoverStep::Rise))).collect()
}

/// How a new telling comes to stand among those of its card, and which of them yield to it.
pub fn arrival(new: &Handover, of_card: &[Handover]) -> (HandoverState, Vec<usize>) {
    let mut all = of_card.to_vec();
    all.push(Handover { state: HandoverState::Conflict, ..new.clone() });
    let (last, mut state, mut yields) = (of_card.len(), HandoverState::Conflict, Vec::new());
    for (place, step) in settle(&all) {
        match step {
            HandoverStep::Yield => yields.push(place),
            _ if place == last => state = HandoverState::Given,
            _ => {}
        }
    }
    (state, yields)
}
