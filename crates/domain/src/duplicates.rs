//! Pairs of registered people who may be one human: where a pair stands, and what may be said of
//! it.
//!
//! A pair is decided once and remembered for ever; every word on it can be taken back, and what was
//! said stays readable. Two people are made one by a decision on their own pair, never by a chain.

use base::id::kind;
use base::{Id, Rupiah};

use crate::digest::Feed;

/// Where a pair stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PairState {
    /// Waits for somebody to decide.
    Open,
    /// A village was asked and has not answered.
    Asked,
    /// Somebody said one human; another has to approve the merging.
    Proposed,
    /// One human: the records are merged.
    Same,
    /// Somebody asked to take the merging back; another has to approve that.
    Parting,
    /// Two humans.
    Different,
    /// One of the two was merged into somebody else meanwhile.
    Resting,
}

impl PairState {
    /// Every state.
    pub const ALL: [PairState; 7] = [
        PairState::Open,
        PairState::Asked,
        PairState::Proposed,
        PairState::Same,
        PairState::Parting,
        PairState::Different,
        PairState::Resting,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            PairState::Open => "open",
            PairState::Asked => "asked",
            PairState::Proposed => "proposed",
            PairState::Same => "same",
            PairState::Parting => "parting",
            PairState::Different => "different",
            PairState::Resting => "resting",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<PairState> {
        PairState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What is said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PairVerdict {
    /// One human: merge them.
    Same,
    /// Two humans.
    Different,
    /// The village has to say.
    Ask,
    /// The village says: one human.
    AnsweredSame,
    /// The village says: two humans.
    AnsweredDifferent,
    /// The village does not know.
    AnsweredUnknown,
    /// What was said last is taken back.
    Undo,
    /// A second person approved what was put forward.
    Approved,
    /// A second person returned what was put forward, or nobody decided in time.
    Returned,
}

impl PairVerdict {
    /// Every verdict.
    pub const ALL: [PairVerdict; 9] = [
        PairVerdict::Same,
        PairVerdict::Different,
        PairVerdict::Ask,
        PairVerdict::AnsweredSame,
        PairVerdict::AnsweredDifferent,
        PairVerdict::AnsweredUnknown,
        PairVerdict::Undo,
        PairVerdict::Approved,
        PairVerdict::Returned,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            PairVerdict::Same => "same",
            PairVerdict::Different => "different",
            PairVerdict::Ask => "ask",
            PairVerdict::AnsweredSame => "answered-same",
            PairVerdict::AnsweredDifferent => "answered-different",
            PairVerdict::AnsweredUnknown => "answered-unknown",
            PairVerdict::Undo => "undo",
            PairVerdict::Approved => "approved",
            PairVerdict::Returned => "returned",
        }
    }

    /// The verdict with this stable name.
    pub fn from_name(name: &str) -> Option<PairVerdict> {
        PairVerdict::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// Whether it is a village's answer.
    pub fn is_answer(self) -> bool {
        matches!(
            self,
            PairVerdict::AnsweredSame
                | PairVerdict::AnsweredDifferent
                | PairVerdict::AnsweredUnknown
        )
    }
}

/// Why a verdict does not count; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairRefusal {
    /// It is what the pair says already: nothing to do.
    Exists,
    /// One of the two was merged into somebody else.
    Resting,
    /// The state does not take this verdict.
    NotNow,
}

impl PairRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            PairRefusal::Exists => "EXISTS",
            PairRefusal::Resting => "PERSON_MERGED",
            PairRefusal::NotNow => "PAIR_NOT_NOW",
        }
    }
}

/// The state after a verdict.
///
/// # Errors
/// The first [`PairRefusal`] in their order.
pub fn after(state: PairState, verdict: PairVerdict) -> Result<PairState, PairRefusal> {
    use PairState::{Asked, Different, Open, Parting, Proposed, Resting, Same};
    match (state, verdict) {
        (Proposed | Same, PairVerdict::Same)
        | (Different, PairVerdict::Different)
        | (Asked, PairVerdict::Ask)
        | (Parting, PairVerdict::Undo) => Err(PairRefusal::Exists),
        (Resting, _) => Err(PairRefusal::Resting),
        (Open | Asked, PairVerdict::Same) => Ok(Proposed),
        (Open | Asked, PairVerdict::Different) => Ok(Different),
        (Open, PairVerdict::Ask) => Ok(Asked),
        (Asked, verdict) if verdict.is_answer() => Ok(Open),
        (Asked | Proposed | Different, PairVerdict::Undo) => Ok(Open),
        (Same, PairVerdict::Undo) => Ok(Parting),
        (Proposed, PairVerdict::Approved) | (Parting, PairVerdict::Returned) => Ok(Same),
        (Parting, PairVerdict::Approved) | (Proposed, PairVerdict::Returned) => Ok(Open),
        _ => Err(PairRefusal::NotNow),
    }
}

/// The rupiah that the two records cost together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Stake {
    /// Each month from now on.
    pub monthly: Rupiah,
    /// So far.
    pub paid: Rupiah,
}

/// Two people in the order in which their pair is kept.
pub fn ordered(
    one: Id<kind::Person>,
    other: Id<kind::Person>,
) -> (Id<kind::Person>, Id<kind::Person>) {
    (one.min(other), one.max(other))
}

/// The pair of two people, whichever is named first.
pub fn pair_id(one: Id<kind::Person>, other: Id<kind::Person>) -> Id<kind::Pair> {
    let (left, right) = ordered(one, other);
    Feed::new("pair").part(left.as_bytes()).part(right.as_bytes()).id()
}

/// Where an office lets the machine say something, in thousandths of a bit of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From here on it is one human.
    pub same: i32,
    /// Below this it is two.
    pub ask: i32,
}

/// The limits that decided pairs ask for: evidence and whether it was one human.
///
/// From `same` on no more than `error_ppm` of them were two humans, below `ask` no more than that
/// were one. None where the decided pairs say nothing of a side, or would cross.
pub fn limits_of(decided: &[(i32, bool)], error_ppm: u32) -> Option<Limits> {
    let mut sorted = decided.to_vec();
    sorted.sort_unstable();
    let few = |wrong: usize, all: usize| {
        let parts = wrong as u64 * 1_000_000; // not law: parts per million
        parts <= all as u64 * u64::from(error_ppm)
    };
    let (mut same, mut wrong) = (None, 0);
    for (at, (score, is_same)) in sorted.iter().enumerate().rev() {
        wrong += usize::from(!is_same);
        let is_first = at == 0 || sorted[at - 1].0 < *score;
        if is_first && few(wrong, sorted.len() - at) {
            same = Some(*score);
        }
    }
    let (mut ask, mut wrong) = (None, 0);
    for (at, (score, is_same)) in sorted.iter().enumerate() {
        wrong += usize::from(*is_same);
        let is_last = sorted.get(at + 1).is_none_or(|next| next.0 > *score);
        if is_last && few(wrong, at + 1) {
            ask = Some(score.saturating_add(1));
        }
    }
    let limits = Limits { same: same?, ask: ask? };
    (limits.ask <= limits.same).then_some(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_follow_what_was_decided() {
        let check = |decided: &[(i32, bool)], error_ppm, expect: Option<(i32, i32)>| {
            let found = limits_of(decided, error_ppm).map(|limits| (limits.same, limits.ask));
            assert_eq!(found, expect, "{decided:?}");
        };
        check(&[], 10_000, None);
        check(&[(5, true)], 10_000, None);
        check(&[(-9, false), (5, true)], 10_000, Some((5, -8)));
        // One two-human pair among strong ones moves the limit above it.
        check(&[(-9, false), (5, true), (7, false), (9, true)], 10_000, Some((9, -8)));
        // Equal evidence is not torn apart.
        check(&[(-9, false), (5, false), (5, true), (9, true)], 10_000, Some((9, -8)));
    }

    #[test]
    fn every_state_meets_every_verdict() {
        use PairState::{Asked, Different, Open, Parting, Proposed, Resting, Same};
        let table: &[(PairState, &str)] = &[
            // same, different, ask, answered ×3, undo, approved, returned
            (Open, "proposed different asked - - - - - -"),
            (Asked, "proposed different = open open open open - -"),
            (Proposed, "= - - - - - open same open"),
            (Same, "= - - - - - parting - -"),
            (Parting, "- - - - - - = open same"),
            (Different, "- = - - - - open - -"),
            (Resting, "! ! ! ! ! ! ! ! !"),
        ];
        assert_eq!(table.len(), PairState::ALL.len());
        for (state, row) in table {
            for (verdict, expect) in PairVerdict::ALL.into_iter().zip(row.split(' ')) {
                let found = match after(*state, verdict) {
                    Ok(next) => next.name(),
                    Err(PairRefusal::Exists) => "=",
                    Err(PairRefusal::Resting) => "!",
                    Err(PairRefusal::NotNow) => "-",
                };
                assert_eq!(found, expect, "{state:?} {verdict:?}");
            }
        }
    }

    #[test]
    fn a_pair_is_one_whichever_comes_first() {
        let (one, other) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
        assert_eq!(pair_id(one, other), pair_id(other, one));
        assert_eq!(ordered(other, one), (one, other));
    }

    #[test]
    fn names_are_read_back() {
        for state in PairState::ALL {
            assert_eq!(PairState::from_name(state.name()), Some(state));
        }
        for verdict in PairVerdict::ALL {
            assert_eq!(PairVerdict::from_name(verdict.name()), Some(verdict));
        }
    }
}
