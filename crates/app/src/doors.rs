//! Doors without a login: whether a card is paid for, what to do after an accident or a death,
//! telling the office of one, and what somebody asks of their own data.
//!
//! Whoever asks proves nothing but what they know. So every answer to a wrong guess is the same
//! one and costs the same work, and how often one may guess is kept in the register.

mod guide;
mod messages;
mod status;
#[cfg(test)]
mod tests;

use store::Tx;
use store::doors::Subject;

use crate::error::AppError;
use crate::office::Office;

pub use domain::card::{CardNumber, CardState};
pub use domain::message::{
    Agreement, Helper, HelperKind, Message, MessageCode, MessageDetails, MessageKind,
    MessageProblem, MessageState, MessageStep, MessageTyped, Sender, TEXT_MOST,
};
pub use guide::{EventKind, Guide, GuideAsked, GuideClock, PAID_MONTHS_MOST};
pub use messages::{
    MessageClaim, MessageFile, MessageFilter, MessageRow, Sent, Tracked, Unsent, message_number,
};
pub use status::{StatusShown, StatusState};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How often something may be tried at a door.
#[derive(Debug, Clone, Copy)]
struct Limit {
    /// What is counted: part of what its count is kept under.
    name: &'static str,
    /// So many times…
    most: u32,
    /// …in so long.
    within_ms: i64,
}

/// Wrong guesses at one card.
const CARD: Limit = Limit { name: "status card", most: 5, within_ms: DAY_MS };
/// Wrong guesses at cards from one address.
const STATUS_ADDRESS: Limit = Limit { name: "status address", most: 30, within_ms: HOUR_MS };
/// Wrong guesses at cards from everywhere.
const STATUS_ALL: Limit = Limit { name: "status all", most: 1_000, within_ms: HOUR_MS };
/// Wrong guesses at codes of messages from one address.
const TRACK_ADDRESS: Limit = Limit { name: "track address", most: 30, within_ms: HOUR_MS };
/// Wrong guesses at codes of messages from everywhere.
const TRACK_ALL: Limit = Limit { name: "track all", most: 1_000, within_ms: HOUR_MS };
/// Messages from one address.
const MESSAGE_ADDRESS: Limit = Limit { name: "message address", most: 10, within_ms: HOUR_MS };
/// Messages from everywhere.
const MESSAGE_ALL: Limit = Limit { name: "message all", most: 300, within_ms: HOUR_MS };

/// Files from one address.
const FILE_ADDRESS: Limit = Limit { name: "file address", most: 20, within_ms: HOUR_MS };
/// Files from everywhere.
const FILE_ALL: Limit = Limit { name: "file all", most: 300, within_ms: HOUR_MS };

/// What a try is counted under.
pub(crate) struct Counted(Vec<(Subject, Limit)>);

impl Office {
    /// Looks up under what a try is counted: each limit with what it is about.
    fn counted(tx: &Tx<'_>, about: &[(Limit, &str)]) -> Result<Counted, AppError> {
        let mut counted = Vec::with_capacity(about.len());
        for (limit, tried) in about {
            counted.push((store::doors::subject(tx, limit.name, tried.as_bytes())?, *limit));
        }
        Ok(Counted(counted))
    }

    /// Under what a file from somebody without a login is counted.
    pub(crate) fn file_counted(&self, tx: &mut Tx<'_>, from: &str) -> Result<Counted, AppError> {
        Office::counted(tx, &[(FILE_ADDRESS, from), (FILE_ALL, "")])
    }

    /// Whether any limit is reached. Every count is read, whatever the others say.
    pub(crate) fn is_locked(&self, tx: &mut Tx<'_>, counted: &Counted) -> Result<bool, AppError> {
        let now = self.now_ms();
        let mut locked = false;
        for (subject, limit) in &counted.0 {
            let since = now - limit.within_ms;
            locked |= store::doors::tries_since(tx, subject, since)? >= limit.most;
        }
        Ok(locked)
    }

    /// Counts a try, and forgets those that count no more. One that is locked out already is
    /// written as old as if it were forgotten: it costs the same, and one place alone cannot use
    /// up what is left for all.
    pub(crate) fn note_try(
        &self,
        tx: &mut Tx<'_>,
        counted: &Counted,
        locked: bool,
    ) -> Result<(), AppError> {
        let now = self.now_ms();
        store::doors::forget_tries(tx, now - DAY_MS)?;
        let at = if locked { now - DAY_MS } else { now };
        for (subject, _) in &counted.0 {
            store::doors::insert_try(tx, subject, &self.environment.random_bytes(), at)?;
        }
        Ok(())
    }
}
