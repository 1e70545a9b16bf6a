//! Typed identifiers: `Id<Person>` never meets `Id<Sheet>`.
//!
//! Identifiers are UUID version 7 made by whoever originates the record, so that a retry or an
//! offline device can repeat a request without making a second record.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// An identifier of a `K`: 16 bytes, UUID version 7 or, for derived records, version 8.
pub struct Id<K> {
    bytes: [u8; 16],
    kind: PhantomData<fn() -> K>,
}

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdProblem;

impl<K> Id<K> {
    /// Makes a version 7 identifier from a moment and ten random bytes.
    ///
    /// # Units
    /// `unix_ms` is milliseconds since 1970-01-01 UTC.
    pub fn new(unix_ms: u64, random: [u8; 10]) -> Self {
        let uuid = uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid();
        Self::from_bytes(uuid.into_bytes())
    }

    /// Makes a version 8 identifier out of a digest, so that the same record gets the same id.
    pub fn derived(digest: [u8; 16]) -> Self {
        Self::from_bytes(uuid::Builder::from_custom_bytes(digest).into_uuid().into_bytes())
    }

    /// Reads back the bytes that [`Id::as_bytes`] gave out.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bytes, kind: PhantomData }
    }

    /// The 16 bytes, in the order that sorts by time of making.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    /// Reads the hyphenated or plain hexadecimal form.
    ///
    /// # Errors
    /// [`IdProblem`] when the text is not a UUID.
    pub fn parse(text: &str) -> Result<Self, IdProblem> {
        let uuid = uuid::Uuid::try_parse(text.trim()).map_err(|_| IdProblem)?;
        Ok(Self::from_bytes(uuid.into_bytes()))
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", uuid::Uuid::from_bytes(self.bytes).hyphenated())
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The registry of kinds, alphabetical and append-only.
pub mod kind {
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
            $($(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq)] pub enum $name {})*
        };
    }
    kinds! {
        /// A ledger account.
        Account,
        /// Somebody who reaches people in a territory.
        Agent,
        /// An agreement between organisations.
        Agreement,
        /// What a program shows that acts for somebody.
        ApiToken,
        /// A file of a record.
        Attachment,
        /// A printed membership card.
        Card,
        /// A day on which cards are handed over.
        CardDay,
        /// A claim after a death, an accident or at old age.
        Claim,
        /// A month's bill of one programme.
        Bill,
        /// A count of those to be covered.
        CoverageBasis,
        /// A report of coverage as it was made.
        CoverageReport,
        /// What coverage is to reach by a day.
        CoverageTarget,
        /// A line of a list of the dead that was held against the members.
        DeathNotice,
        /// A telephone or computer that works where there is no network.
        Device,
        /// Somebody registered in the field, on a device without a network.
        FieldRecord,
        /// A source of money with a ceiling.
        Fund,
        /// Somebody who wants to be registered.
        Lead,
        /// A card put into somebody's hand.
        Handover,
        /// What BPJS states of somebody's savings.
        JhtStated,
        /// A person on a programme for some months.
        Membership,
        /// What somebody told the office without a login.
        Message,
        /// An office or village that sends lists or decides.
        Org,
        /// An event at which people are told and registered.
        OutreachEvent,
        /// Two registered people who may be one human.
        Pair,
        /// One human.
        Person,
        /// Who, which schemes, which fund, under which regulation.
        Programme,
        /// A list put forward by a maker for a checker.
        Proposal,
        /// A list exchanged with another office: the dead, the insured, civil servants.
        ReferenceList,
        /// A login that lasts.
        Session,
        /// A child's school year of a claim.
        SchoolYear,
        /// One received file.
        Sheet,
        /// A reply of BPJS to what was sent.
        SippReply,
        /// People sent to BPJS in one go.
        SippSubmission,
        /// A payment that a bank told by SNAP.
        SnapNotice,
        /// One line of a bank statement.
        StatementLine,
        /// A movement between two ledger accounts.
        Transfer,
        /// Somebody who acts in the system.
        User,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_survive_printing() {
        let early = Id::<kind::Person>::new(1_000, [9; 10]);
        let late = Id::<kind::Person>::new(2_000, [0; 10]);
        assert!(early < late);
        assert_eq!(Id::parse(&early.to_string()), Ok(early));
        assert_eq!(Id::<kind::Person>::parse("bukan id"), Err(IdProblem));
        assert_eq!(early.to_string().as_bytes()[14], b'7');
        assert_eq!(Id::<kind::Person>::derived([7; 16]).to_string().as_bytes()[14], b'8');
    }
}
