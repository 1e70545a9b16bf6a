//! What to do when an answer did not come: ask what became of it, and send again only what a bank
//! says it never had.

/// What is known after something was sent or asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Sent, and the bank has it.
    Taken,
    /// Sent, and the bank refuses it.
    Refused,
    /// Sent, and nobody knows: no answer, or one that says so.
    Unsure,
    /// Asked, and the bank has it.
    Found,
    /// Asked, and the bank never had it.
    Missing,
    /// Asked, and nobody knows.
    Silent,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send it.
    Send,
    /// Ask what became of it.
    Ask,
    /// The bank has it: nothing more.
    Settled,
    /// The bank refuses it: nothing more.
    Declined,
    /// Enough for now; whoever goes on begins by asking.
    GiveUp,
}

const SECOND_MS: u64 = 1_000; // not law: a second

/// How often, and after how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often something is sent in all.
    pub sends_max: usize,
    /// How often the same question is asked in a row.
    pub asks_max: usize,
    /// The wait before the second try; each one after it is twice as long.
    pub wait_ms: u64,
}

impl Patience {
    /// What suits a bank: it has answered within a minute, or it has not.
    pub const USUAL: Patience = Patience { sends_max: 3, asks_max: 3, wait_ms: SECOND_MS };
}

/// The next step after what was heard so far, oldest first. What was once sent by an earlier run
/// begins with [`Heard::Unsure`].
pub fn next(heard: &[Heard], patience: Patience) -> Step {
    let is_send = |one: &&Heard| matches!(one, Heard::Taken | Heard::Refused | Heard::Unsure);
    let sends = heard.iter().filter(is_send).count();
    match heard.last() {
        None => Step::Send,
        Some(Heard::Taken | Heard::Found) => Step::Settled,
        Some(Heard::Refused) => Step::Declined,
        Some(Heard::Unsure) => Step::Ask,
        Some(Heard::Missing) if sends < patience.sends_max => Step::Send,
        Some(Heard::Missing) => Step::GiveUp,
        Some(Heard::Silent) => {
            let in_a_row = heard.iter().rev().take_while(|one| **one == Heard::Silent).count();
            if in_a_row < patience.asks_max { Step::Ask } else { Step::GiveUp }
        }
    }
}

/// How long to wait before the next step.
pub fn wait_ms(heard: &[Heard], patience: Patience) -> u64 {
    let troubles = heard.iter().filter(|one| matches!(one, Heard::Unsure | Heard::Silent)).count();
    match u32::try_from(troubles) {
        Ok(0) | Err(_) => 0,
        Ok(troubles) => patience.wait_ms.saturating_mul(1 << (troubles - 1).min(6)),
    }
}
