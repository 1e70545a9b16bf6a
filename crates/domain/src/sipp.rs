//! Files to BPJS Ketenagakerjaan in the layouts of SIPP, and its replies: who is sent, who is held
//! back and why, what a reply says of whom, and where annex, list, reply and bill differ.
//!
//! A participant number comes from a reply or not at all, and a name is never taken for a person.

mod choose;
mod reply;
mod sheet;
mod tie_out;

use std::fmt;

use base::id::kind;
use base::{Id, Month, RegionCode};

pub use choose::{Chosen, HeldBack, Member, Picked, choose};
pub use reply::{
    Candidate, Grip, Mender, ReasonCode, Reasons, ReplyFacts, ReplyHead, ReplyOutcome, ReplyWords,
    RowSaid, Verdict, decide_rows,
};
pub use sheet::{
    ColumnSource, Filled, REQUIRED, SippColumn, SippFacts, SippSheet, SippSheetProblem, SippStatus,
};
pub use tie_out::{Charge, Difference, TieFacts, TieLine, TieOut, tie_out};

use crate::digest::Feed;

/// What a file to BPJS is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SippKind {
    /// Members without a participant number: `data_tk_baru`.
    New,
    /// Members who bring a number, or whose wage changes: `data_tk_lanjutan`.
    Continuing,
    /// Members whose months have ended: `data_tk_na`.
    Deactivation,
    /// The list of those who earn no wage, for the branch.
    Roster,
    /// Rejected people whose data was mended: `data_tk_baru` again.
    Resubmission,
}

impl SippKind {
    /// Every kind, in order.
    pub const ALL: [SippKind; 5] = [
        SippKind::New,
        SippKind::Continuing,
        SippKind::Deactivation,
        SippKind::Roster,
        SippKind::Resubmission,
    ];

    /// The stable name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            SippKind::New => "new",
            SippKind::Continuing => "continuing",
            SippKind::Deactivation => "deactivation",
            SippKind::Roster => "roster",
            SippKind::Resubmission => "resubmission",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<SippKind> {
        SippKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether each file goes under the number of one employer.
    pub fn is_of_employer(self) -> bool {
        self != SippKind::Roster
    }
}

/// An employer's number at BPJS (NPP): capital letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Npp(Box<str>);

/// Longer than any number seen; what the shape is nobody publishes.
const NPP_MOST: usize = 12;
const NPP_LEAST: usize = 6;

impl Npp {
    /// Reads a number as people type it.
    pub fn parse(text: &str) -> Option<Npp> {
        let between = |c: &char| !c.is_whitespace() && !matches!(c, '.' | '-');
        let plain: String = text.chars().filter(between).collect();
        let fits = (NPP_LEAST..=NPP_MOST).contains(&plain.len())
            && plain.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && plain.bytes().any(|byte| byte.is_ascii_digit());
        fits.then(|| Npp(plain.to_ascii_uppercase().into()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Npp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Under which number the people of a territory are reported for a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employer {
    /// The programme.
    pub programme: Id<kind::Programme>,
    /// Whose people: those who live inside, unless a smaller territory has a number of its own.
    pub territory: RegionCode,
    /// The number.
    pub npp: Npp,
    /// The employer's name, such as an office.
    pub name: Box<str>,
}

/// The employer of a place: that of the smallest territory around it.
pub fn employer_of(employers: &[Employer], place: RegionCode) -> Option<&Employer> {
    let around = employers.iter().filter(|employer| employer.territory.contains(place));
    around.max_by_key(|employer| employer.territory.level())
}

/// Where a person stands with BPJS in a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StandingState {
    /// Sent; no answer yet.
    Sent,
    /// Accepted.
    Accepted,
    /// Rejected, and nothing was mended since.
    Rejected,
    /// Rejected, and somebody says that it is mended.
    Mended,
    /// Rejected, mended and sent again.
    Resent,
}

impl StandingState {
    /// Every state, in order.
    pub const ALL: [StandingState; 5] = [
        StandingState::Sent,
        StandingState::Accepted,
        StandingState::Rejected,
        StandingState::Mended,
        StandingState::Resent,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            StandingState::Sent => "sent",
            StandingState::Accepted => "accepted",
            StandingState::Rejected => "rejected",
            StandingState::Mended => "mended",
            StandingState::Resent => "resent",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<StandingState> {
        StandingState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a rejection stands: BPJS said no and has not said yes since.
    pub fn is_open_rejection(self) -> bool {
        matches!(self, StandingState::Rejected | StandingState::Mended | StandingState::Resent)
    }
}

/// The submission of the same people for the same purpose: asked again it is the same.
pub fn submission_id(
    programme: Id<kind::Programme>,
    kind: SippKind,
    month: Month,
    picked: &[Picked],
) -> Id<kind::SippSubmission> {
    let mut feed = Feed::new("sipp-submission").part(programme.as_bytes());
    feed = feed.part(kind.name().as_bytes()).number(month.as_number());
    for one in picked {
        feed = feed.part(one.person.as_bytes()).number(i64::from(one.round));
        feed = feed.part(one.npp.as_ref().map_or("", Npp::as_str).as_bytes());
    }
    feed.id()
}

/// The reply with these bytes, of this programme: received again it is the same.
pub fn reply_id(programme: Id<kind::Programme>, hash: &[u8; 32]) -> Id<kind::SippReply> {
    Feed::new("sipp-reply").part(programme.as_bytes()).part(hash).id()
}

/// The code of a place of work in the list of SIPP, which is older than today's regions.
#[derive(Debug, Clone)]
pub struct SippLocations(Vec<SippLocation>);

/// A place of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SippLocation {
    /// The code in SIPP.
    pub code: Box<str>,
    /// The name in SIPP.
    pub name: Box<str>,
    /// The regency that it is today.
    pub region: RegionCode,
}

impl SippLocations {
    /// Reads the list.
    ///
    /// # Shape
    /// CSV without quotes, one line of headings: `code,name,region`.
    ///
    /// # Errors
    /// The first line that cannot be read, 1 for the headings.
    pub fn parse(csv: &str) -> Result<SippLocations, usize> {
        let mut all = Vec::new();
        for (at, line) in csv.lines().enumerate().skip(1) {
            let fields: Option<[&str; 3]> = line.split(',').collect::<Vec<_>>().try_into().ok();
            let [code, name, region] = fields.ok_or(at + 1)?;
            let region = RegionCode::parse(region).ok_or(at + 1)?;
            all.push(SippLocation { code: code.into(), name: name.into(), region });
        }
        Ok(SippLocations(all))
    }

    /// The code of the regency that holds a place.
    pub fn code_of(&self, place: RegionCode) -> Option<&str> {
        let regency = (place.level() >= 2).then(|| place.at_level(2))?;
        self.0.iter().find(|one| one.region == regency).map(|one| &*one.code)
    }

    /// Every place, by name, as the form lists them.
    pub fn by_name(&self) -> Vec<&SippLocation> {
        let mut all: Vec<&SippLocation> = self.0.iter().collect();
        all.sort_by_key(|one| &one.name);
        all
    }
}

#[cfg(test)]
mod tests;
