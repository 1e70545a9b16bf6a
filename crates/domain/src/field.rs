//! People registered in the field: the devices that agents prepare, what a device sends, and how a
//! record stands, which follows from the row that the register decided on.
//!
//! Nothing is decided here about a person: a record is a row of a received file like any other, and
//! the outcome of the row is what the agent is told.

use std::fmt;

use base::id::kind;
use base::{Id, ProblemCode, RegionCode};

use crate::digest::Feed;
use crate::enrolment::Outcome;
use crate::message::Agreement;
use crate::words::words;

/// Hours for which a prepared device works without being signed in again.
pub const SESSION_HOURS: i64 = 72; // not law: issue of the field app, and ASVS 14.3.3 made narrower
/// Records that a device sends in one go.
pub const BATCH_MOST: usize = 100; // not law: a batch fits a slow line
/// Records of one agent in a day.
pub const DAY_MOST: u64 = 1_000; // not law: nobody registers more in person
/// The largest photo of evidence, in bytes.
pub const PHOTO_MOST: usize = 512 * 1024; // not law: the device makes them smaller
/// The moment of a device's clock that differs by more is said to whoever reads the record.
pub const SKEW_SHOWN_MS: i64 = 10 * 60_000; // not law: ten minutes

/// A telephone that an agent prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDevice {
    /// Which: the device keeps it too.
    pub id: Id<kind::Device>,
    /// Whose.
    pub agent: Id<kind::Agent>,
    /// By which account it was prepared.
    pub account: Id<kind::User>,
    /// By what it shows whose it is; a new one each time it is signed in anew.
    pub token: Id<kind::ApiToken>,
    /// What it registers people for.
    pub programme: Id<kind::Programme>,
    /// When it was signed in last.
    pub prepared_at_ms: i64,
    /// When that ends.
    pub ends_at_ms: i64,
    /// When somebody ended it.
    pub ended_at_ms: Option<i64>,
    /// Whether it is told to forget everything when it is heard of next.
    pub wipes: bool,
}

/// What is sealed of a device.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceDetails {
    /// What its agent calls it.
    pub label: Box<str>,
    /// The office's half of the key under which the device keeps what it has not sent.
    pub secret: [u8; 32],
}

impl fmt::Debug for DeviceDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceDetails")
    }
}

words! {
    /// How a device stands.
    DeviceState {
        /// It works.
        Active = "active",
        /// Its hours are over: whoever signs in on it goes on.
        Expired = "expired",
        /// Somebody ended it; what it has not sent stays on it, closed.
        Ended = "ended",
        /// Somebody ended it, and it forgets everything.
        Wiped = "wiped",
    }
}

impl FieldDevice {
    /// How it stands at a moment.
    pub fn state_at(&self, now_ms: i64) -> DeviceState {
        match self.ended_at_ms {
            Some(_) if self.wipes => DeviceState::Wiped,
            Some(_) => DeviceState::Ended,
            None if now_ms >= self.ends_at_ms => DeviceState::Expired,
            None => DeviceState::Active,
        }
    }
}

/// A record that a device sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRecord {
    /// Which: made by the device.
    pub id: Id<kind::FieldRecord>,
    /// By whom.
    pub agent: Id<kind::Agent>,
    /// From which device.
    pub device: Id<kind::Device>,
    /// What stands for all of its content.
    pub content: [u8; 16],
    /// Where the person lives.
    pub place: RegionCode,
    /// How the person agreed.
    pub consent: Agreement,
    /// Whether the agent says that the person is not whom the register asked about.
    pub apart: bool,
    /// When it was written down, by the clock of the device.
    pub device_at_ms: i64,
    /// The same by the office's clock.
    pub at_ms: i64,
    /// When it came.
    pub received_at_ms: i64,
    /// The received file that it is a row of.
    pub sheet: Id<kind::Sheet>,
    /// The row.
    pub row: u32,
    /// When the office put it aside, though the row went back.
    pub closed_at_ms: Option<i64>,
}

/// Who helped whom.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Helper {
    /// How they stand to the person; the agent alone when empty.
    pub relation: Box<str>,
    /// Their name.
    pub name: Box<str>,
}

/// What a record says of the person, as typed; all of it is sealed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldDetails {
    /// NIK.
    pub nik: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// Birth date, as 1962-08-17.
    pub birth: Box<str>,
    /// L or P.
    pub sex: Box<str>,
    /// Street or hamlet.
    pub address: Box<str>,
    /// RT.
    pub rt: Box<str>,
    /// RW.
    pub rw: Box<str>,
    /// Work, by key, or as a word that no key fits.
    pub occupation: Box<str>,
    /// Telephone.
    pub phone: Box<str>,
    /// The version of the words by which the person agreed.
    pub wording: Box<str>,
    /// Who helped.
    pub helper: Helper,
}

impl fmt::Debug for FieldDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldDetails")
    }
}

impl FieldDetails {
    /// The parts by their stable names, in order.
    pub fn parts(&self) -> [(&'static str, &str); 12] {
        [
            ("nik", &self.nik),
            ("name", &self.name),
            ("birth", &self.birth),
            ("sex", &self.sex),
            ("address", &self.address),
            ("rt", &self.rt),
            ("rw", &self.rw),
            ("occupation", &self.occupation),
            ("phone", &self.phone),
            ("wording", &self.wording),
            ("relation", &self.helper.relation),
            ("helper", &self.helper.name),
        ]
    }

    /// Reads what [`FieldDetails::parts`] gave out; unknown names are passed over.
    pub fn of_parts<'a>(parts: impl Iterator<Item = (&'a str, &'a str)>) -> FieldDetails {
        let mut details = FieldDetails::default();
        for (name, value) in parts {
            let place = match name {
                "nik" => &mut details.nik,
                "name" => &mut details.name,
                "birth" => &mut details.birth,
                "sex" => &mut details.sex,
                "address" => &mut details.address,
                "rt" => &mut details.rt,
                "rw" => &mut details.rw,
                "occupation" => &mut details.occupation,
                "phone" => &mut details.phone,
                "wording" => &mut details.wording,
                "relation" => &mut details.helper.relation,
                "helper" => &mut details.helper.name,
                _ => continue,
            };
            *place = value.into();
        }
        details
    }

    /// Whether two say the same of the person, whoever helped and whatever was read out.
    pub fn is_same_person_row(&self, other: &FieldDetails) -> bool {
        let row = |details: &FieldDetails| {
            let parts = details.parts();
            parts[..9].iter().map(|(_, value)| (*value).to_owned()).collect::<Vec<_>>()
        };
        row(self) == row(other)
    }
}

/// Something else that was sent under the number of a record that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldConflict {
    /// The record.
    pub record: Id<kind::FieldRecord>,
    /// What stands for the content.
    pub content: [u8; 16],
    /// From which device.
    pub device: Id<kind::Device>,
    /// Where the person lives, as it says.
    pub place: RegionCode,
    /// When it was written down, by the office's clock.
    pub at_ms: i64,
    /// When it came.
    pub received_at_ms: i64,
    /// How the person agreed, as it says; not known of what came before that was kept.
    pub consent: Option<Agreement>,
    /// Whether the agent says that the person is not whom the register asked about; as before.
    pub apart: Option<bool>,
    /// When somebody settled it.
    pub settled_at_ms: Option<i64>,
}

/// What stands for all that is said under a record's number: the record and what nobody settled, in
/// the order in which it came. A verdict names it, so that nothing is decided that was not seen.
pub fn seen_of(record: &[u8; 16], open: &[[u8; 16]]) -> String {
    let feed = open
        .iter()
        .fold(Feed::new("field record seen").part(record), |feed, content| feed.part(content));
    feed.finish().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

words! {
    /// How a record stands, as an agent and the office are told.
    FieldStanding {
        /// The office has it and somebody there decides.
        Waiting = "waiting",
        /// The person is on the programme's list.
        Accepted = "accepted",
        /// The person may be in the register already: for the agent to answer.
        Duplicate = "duplicate",
        /// Something is to be mended by the agent.
        Returned = "returned",
        /// A rule refused the person: nothing to mend.
        Refused = "refused",
        /// The office took the file back, or put the record aside.
        Withdrawn = "withdrawn",
    }
}

/// How the row of a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowStanding {
    /// The file waits for other eyes.
    Undecided,
    /// The file was taken back.
    Undone,
    /// The row has its outcome.
    Decided(Outcome),
}

/// What asks whether the person is one whom the register knows.
pub const ASKS_WHO: [ProblemCode; 4] = [
    ProblemCode::SamePersonOtherNik,
    ProblemCode::NikShared,
    ProblemCode::DuplicateInProgramme,
    ProblemCode::DuplicateInFile,
];

/// How a record stands, by its row and what was found in it; the first condition wins.
pub fn standing(record: &FieldRecord, row: RowStanding, found: &[ProblemCode]) -> FieldStanding {
    let outcome = match row {
        RowStanding::Undecided => return FieldStanding::Waiting,
        RowStanding::Undone => return FieldStanding::Withdrawn,
        RowStanding::Decided(outcome) => outcome,
    };
    let asks_who = found.iter().any(|code| ASKS_WHO.contains(code));
    match outcome {
        Outcome::Accepted | Outcome::AcceptedToConfirm | Outcome::Unchanged => {
            FieldStanding::Accepted
        }
        _ if record.closed_at_ms.is_some() => FieldStanding::Withdrawn,
        outcome if outcome.is_refused() => FieldStanding::Refused,
        Outcome::AlreadyOnProgramme | Outcome::DuplicateInFile => FieldStanding::Duplicate,
        // Two people, says the agent: whoever may tell people apart decides.
        _ if asks_who && record.apart => FieldStanding::Waiting,
        _ if asks_who => FieldStanding::Duplicate,
        Outcome::NeedsDecision => FieldStanding::Waiting,
        _ => FieldStanding::Returned,
    }
}

impl FieldStanding {
    /// Whether the agent may send something else under the same number: nothing was taken in, and
    /// nobody at the office is deciding.
    pub fn may_be_corrected(self) -> bool {
        matches!(self, FieldStanding::Duplicate | FieldStanding::Returned)
    }
}

/// Bits that a digest of the territory keeps: about one stranger in sixty-four is warned of by
/// chance, so that a digest alone never says who is registered.
pub fn digest_bits(registered: usize) -> u32 {
    let size = usize::BITS - registered.max(1).leading_zeros();
    (size + 6).min(40)
}

/// A name as device and office both write it before it is digested: capital letters alone.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(apart: bool, closed: bool) -> FieldRecord {
        FieldRecord {
            id: Id::from_bytes([1; 16]),
            agent: Id::from_bytes([2; 16]),
            device: Id::from_bytes([3; 16]),
            content: [0; 16],
            place: RegionCode::from_digits(6401052001, 4),
            consent: Agreement::Spoken,
            apart,
            device_at_ms: 0,
            at_ms: 0,
            received_at_ms: 0,
            sheet: Id::from_bytes([4; 16]),
            row: 2,
            closed_at_ms: closed.then_some(5),
        }
    }

    #[test]
    fn how_a_record_stands_follows_from_its_row() {
        use FieldStanding as S;
        use ProblemCode as P;
        let decided = RowStanding::Decided;
        for (row, apart, closed, found, expect) in [
            (RowStanding::Undecided, false, false, &[][..], S::Waiting),
            (RowStanding::Undone, false, false, &[], S::Withdrawn),
            (decided(Outcome::Accepted), false, false, &[], S::Accepted),
            (decided(Outcome::AcceptedToConfirm), false, true, &[], S::Accepted),
            (decided(Outcome::RefusedDead), false, false, &[], S::Refused),
            (decided(Outcome::AlreadyOnProgramme), false, false, &[], S::Duplicate),
            (decided(Outcome::DuplicateInFile), true, false, &[], S::Duplicate),
            (decided(Outcome::NeedsFix), false, false, &[P::SamePersonOtherNik], S::Duplicate),
            (decided(Outcome::NeedsFix), true, false, &[P::SamePersonOtherNik], S::Waiting),
            (decided(Outcome::NeedsFix), true, true, &[P::SamePersonOtherNik], S::Withdrawn),
            (decided(Outcome::NeedsFix), false, false, &[P::NikLength], S::Returned),
            (decided(Outcome::NeedsDecision), false, false, &[], S::Waiting),
            (decided(Outcome::NotAPerson), false, false, &[], S::Returned),
        ] {
            assert_eq!(standing(&record(apart, closed), row, found), expect, "{row:?} {found:?}");
        }
        let open: Vec<_> = S::ALL.iter().filter(|one| one.may_be_corrected()).collect();
        assert_eq!(open, [&S::Duplicate, &S::Returned]);
    }

    #[test]
    fn a_device_ends_by_its_hours_or_by_somebody() {
        let mut device = FieldDevice {
            id: Id::from_bytes([1; 16]),
            agent: Id::from_bytes([2; 16]),
            account: Id::from_bytes([3; 16]),
            token: Id::from_bytes([4; 16]),
            programme: Id::from_bytes([5; 16]),
            prepared_at_ms: 0,
            ends_at_ms: 100,
            ended_at_ms: None,
            wipes: false,
        };
        assert_eq!(device.state_at(99), DeviceState::Active);
        assert_eq!(device.state_at(100), DeviceState::Expired);
        device.ended_at_ms = Some(50);
        assert_eq!(device.state_at(99), DeviceState::Ended);
        device.wipes = true;
        assert_eq!(device.state_at(200), DeviceState::Wiped);
    }

    #[test]
    fn digests_grow_with_the_territory() {
        // 2^12 is 4,096: thirteen bits and six more.
        for (registered, bits) in [(0, 7), (1, 7), (2, 8), (3_000, 18), (4_096, 19)] {
            assert_eq!(digest_bits(registered), bits, "{registered}");
        }
        assert_eq!(plain_name("H. Ali-'Usman 2"), "HALIUSMAN");
    }
}
