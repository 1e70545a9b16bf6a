//! Agreements between organisations: what they say, what each party owes by when, what was done.
//!
//! What an agreement says is a version; a signed one is never changed, an amendment is the next.

mod board;
mod text;

use std::collections::HashSet;

use base::id::kind;
use base::{Day, Id, Month};

use crate::digest::Feed;

pub use board::{DutyStanding, DutyState, Fulfilment, Renewal, Standing, board, renewal};
pub use text::{Values, fill, placeholders, unknown_placeholder};

/// What an agreement says, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The number on the paper; empty until it has one.
    pub number: Box<str>,
    /// What it is about, after "tentang".
    pub subject: Box<str>,
    /// Where it is signed.
    pub place: Box<str>,
    /// The first day it holds.
    pub from: Day,
    /// The last day it holds.
    pub to: Day,
    /// How many days before its end it is renewed or let go.
    pub notice_days: u16,
    /// Who agrees, in the order of the paper.
    pub parties: Vec<Party>,
    /// The articles, in order.
    pub articles: Vec<Article>,
    /// What each party owes.
    pub duties: Vec<Duty>,
}

/// A party, as it is named in the agreement.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// The organisation.
    pub org: Id<kind::Org>,
    /// Its name when the version was written.
    pub name: Box<str>,
    /// What the agreement calls it, such as "PIHAK KESATU".
    pub called: Box<str>,
    /// Who signs.
    pub signatory: Box<str>,
    /// The signatory's office.
    pub office: Box<str>,
    /// What the signatory's power rests on, such as a decree.
    pub basis: Box<str>,
    /// Where it is seated.
    pub address: Box<str>,
}

impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Who signs stays out of logs.
        write!(f, "Party({}, {})", self.called, self.name)
    }
}

/// An article: its heading and its paragraphs, and whose duties are listed under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The heading.
    pub heading: Box<str>,
    /// The paragraphs; with more than one each has its number.
    pub paragraphs: Vec<Box<str>>,
    /// The party whose duties of which sort follow as a list, the party counted from 0.
    pub duties_of: Option<(u8, DutyKind)>,
}

/// What sort of thing is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DutyKind {
    /// Something to do.
    Task,
    /// Something to be.
    Function,
    /// Something one may.
    Authority,
}

impl DutyKind {
    /// Every sort, in the order of the paper.
    pub const ALL: [DutyKind; 3] = [DutyKind::Task, DutyKind::Function, DutyKind::Authority];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            DutyKind::Task => "task",
            DutyKind::Function => "function",
            DutyKind::Authority => "authority",
        }
    }

    /// The sort with this stable name.
    pub fn from_name(name: &str) -> Option<DutyKind> {
        DutyKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A task, function or power of one party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What it is known by, through every version.
    pub code: Box<str>,
    /// Whose, counted from 0.
    pub party: u8,
    /// What sort.
    pub kind: DutyKind,
    /// The words of the agreement.
    pub text: Box<str>,
    /// The last day on which it is done in time; none for what holds all along.
    pub due: Option<Day>,
    /// Owed to each facility under this organisation, and done when all of them are ticked.
    pub each_under: Option<Id<kind::Org>>,
}

/// Where an agreement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgreementState {
    /// It is being written.
    Draft,
    /// It holds.
    Signed,
    /// It was ended.
    Ended,
}

impl AgreementState {
    /// Every state, in order.
    pub const ALL: [AgreementState; 3] =
        [AgreementState::Draft, AgreementState::Signed, AgreementState::Ended];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            AgreementState::Draft => "draft",
            AgreementState::Signed => "signed",
            AgreementState::Ended => "ended",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<AgreementState> {
        AgreementState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Why an agreement cannot say this, or cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgreementRefusal {
    /// Fewer than two parties.
    PartiesTooFew,
    /// The same organisation twice.
    PartyTwice,
    /// A party that signs no agreements.
    PartyUnfit,
    /// It ends before it begins.
    DaysInDisorder,
    /// The notice is longer than the agreement.
    NoticeTooLong,
    /// No article, or one without a heading or words.
    ArticleEmpty,
    /// A duty without words, or with a code that is none.
    DutyUnfit,
    /// Two duties of one code.
    DutyTwice,
    /// A duty of nobody.
    DutyOfNobody,
    /// A duty due outside the agreement's days.
    DueOutside,
    /// A word between braces that stands for nothing.
    PlaceholderUnknown,
    /// A text that is too long or holds signs that no letter has.
    TextUnfit,
    /// It has no number yet.
    NumberMissing,
    /// A party has nobody who signs.
    SignatoryMissing,
    /// It is signed on a day to come.
    SignedInFuture,
    /// Nothing waits for a signature.
    NothingToSign,
}

impl AgreementRefusal {
    /// Every one, in the order in which they are looked for.
    pub const ALL: [AgreementRefusal; 16] = [
        AgreementRefusal::PartiesTooFew,
        AgreementRefusal::PartyTwice,
        AgreementRefusal::PartyUnfit,
        AgreementRefusal::DaysInDisorder,
        AgreementRefusal::NoticeTooLong,
        AgreementRefusal::ArticleEmpty,
        AgreementRefusal::DutyUnfit,
        AgreementRefusal::DutyTwice,
        AgreementRefusal::DutyOfNobody,
        AgreementRefusal::DueOutside,
        AgreementRefusal::PlaceholderUnknown,
        AgreementRefusal::TextUnfit,
        AgreementRefusal::NumberMissing,
        AgreementRefusal::SignatoryMissing,
        AgreementRefusal::SignedInFuture,
        AgreementRefusal::NothingToSign,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            AgreementRefusal::PartiesTooFew => "AGREEMENT_PARTIES_TOO_FEW",
            AgreementRefusal::PartyTwice => "AGREEMENT_PARTY_TWICE",
            AgreementRefusal::PartyUnfit => "AGREEMENT_PARTY_UNFIT",
            AgreementRefusal::DaysInDisorder => "AGREEMENT_DAYS_IN_DISORDER",
            AgreementRefusal::NoticeTooLong => "AGREEMENT_NOTICE_TOO_LONG",
            AgreementRefusal::ArticleEmpty => "AGREEMENT_ARTICLE_EMPTY",
            AgreementRefusal::DutyUnfit => "AGREEMENT_DUTY_UNFIT",
            AgreementRefusal::DutyTwice => "AGREEMENT_DUTY_TWICE",
            AgreementRefusal::DutyOfNobody => "AGREEMENT_DUTY_OF_NOBODY",
            AgreementRefusal::DueOutside => "AGREEMENT_DUE_OUTSIDE",
            AgreementRefusal::PlaceholderUnknown => "AGREEMENT_PLACEHOLDER_UNKNOWN",
            AgreementRefusal::TextUnfit => "AGREEMENT_TEXT_UNFIT",
            AgreementRefusal::NumberMissing => "AGREEMENT_NUMBER_MISSING",
            AgreementRefusal::SignatoryMissing => "AGREEMENT_SIGNATORY_MISSING",
            AgreementRefusal::SignedInFuture => "AGREEMENT_SIGNED_IN_FUTURE",
            AgreementRefusal::NothingToSign => "AGREEMENT_NOTHING_TO_SIGN",
        }
    }
}

/// The longest line and the longest paragraph.
const LINE_CHARS: usize = 300; // not law: what fits a heading or a form
const PARAGRAPH_CHARS: usize = 8_000; // not law: two pages

impl Terms {
    /// The first thing that no agreement can say.
    ///
    /// # Errors
    /// The first refusal that holds.
    pub fn check(&self) -> Result<(), AgreementRefusal> {
        if self.parties.len() < 2 || self.parties.len() > usize::from(u8::MAX) {
            return Err(AgreementRefusal::PartiesTooFew);
        }
        let mut orgs = HashSet::new();
        if !self.parties.iter().all(|party| orgs.insert(party.org)) {
            return Err(AgreementRefusal::PartyTwice);
        }
        if self.to < self.from {
            return Err(AgreementRefusal::DaysInDisorder);
        }
        if i32::from(self.notice_days) > self.from.days_until(self.to) {
            return Err(AgreementRefusal::NoticeTooLong);
        }
        let is_empty = |article: &Article| {
            let words = article.paragraphs.iter().any(|text| !text.trim().is_empty());
            article.heading.trim().is_empty() || !(words || article.duties_of.is_some())
        };
        if self.articles.is_empty() || self.articles.iter().any(is_empty) {
            return Err(AgreementRefusal::ArticleEmpty);
        }
        self.check_duties()?;
        self.check_texts()
    }

    fn check_duties(&self) -> Result<(), AgreementRefusal> {
        let is_code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let mut codes = HashSet::new();
        for duty in &self.duties {
            let fits = !duty.code.is_empty() && duty.code.len() <= 60; // not law: a line
            if !fits || !duty.code.chars().all(is_code) || duty.text.trim().is_empty() {
                return Err(AgreementRefusal::DutyUnfit);
            }
            if !codes.insert(&*duty.code) {
                return Err(AgreementRefusal::DutyTwice);
            }
            if usize::from(duty.party) >= self.parties.len() {
                return Err(AgreementRefusal::DutyOfNobody);
            }
            if duty.due.is_some_and(|due| due < self.from || self.to < due) {
                return Err(AgreementRefusal::DueOutside);
            }
        }
        let lists = self.articles.iter().filter_map(|article| article.duties_of);
        for (party, _) in lists {
            if usize::from(party) >= self.parties.len() {
                return Err(AgreementRefusal::DutyOfNobody);
            }
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), AgreementRefusal> {
        let fits = |text: &str, most: usize| {
            text.chars().count() <= most && !text.chars().any(char::is_control)
        };
        let lines = [&self.number, &self.subject, &self.place].into_iter();
        let of_parties = self.parties.iter().flat_map(|party| {
            let own = [&party.name, &party.called, &party.signatory, &party.office];
            own.into_iter().chain([&party.basis, &party.address])
        });
        let headings = self.articles.iter().map(|article| &article.heading);
        if !lines.chain(of_parties).chain(headings).all(|text| fits(text, LINE_CHARS)) {
            return Err(AgreementRefusal::TextUnfit);
        }
        let mut paragraphs = self.paragraphs();
        if !paragraphs.all(|text| fits(text, PARAGRAPH_CHARS)) {
            return Err(AgreementRefusal::TextUnfit);
        }
        let unknown = |text: &str| unknown_placeholder(text, self.parties.len()).is_some();
        if self.paragraphs().any(unknown) {
            return Err(AgreementRefusal::PlaceholderUnknown);
        }
        Ok(())
    }

    /// Every text in which words between braces stand for something.
    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        let headings = self.articles.iter().map(|article| &article.heading);
        let own = self.articles.iter().flat_map(|article| &article.paragraphs);
        headings.chain(own).chain(self.duties.iter().map(|duty| &duty.text)).map(|text| &**text)
    }

    /// Whether it may be signed on a day, seen from today.
    ///
    /// # Errors
    /// The first refusal that holds.
    pub fn check_signing(&self, on: Day, today: Day) -> Result<(), AgreementRefusal> {
        self.check()?;
        if self.number.trim().is_empty() {
            return Err(AgreementRefusal::NumberMissing);
        }
        if self.parties.iter().any(|party| party.signatory.trim().is_empty()) {
            return Err(AgreementRefusal::SignatoryMissing);
        }
        if on > today { Err(AgreementRefusal::SignedInFuture) } else { Ok(()) }
    }

    /// The duty of this code.
    pub fn duty(&self, code: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| &*duty.code == code)
    }

    /// The same terms with another organisation in the place of one: its duties, and facilities
    /// under it, are the other's. The number and who signed are asked anew.
    pub fn copied_to(&self, from: Id<kind::Org>, to: &Party) -> Terms {
        let mut terms = Terms { number: "".into(), ..self.clone() };
        for party in &mut terms.parties {
            if party.org == from {
                *party = Party { called: party.called.clone(), ..to.clone() };
            }
        }
        for duty in &mut terms.duties {
            if duty.each_under == Some(from) {
                duty.each_under = Some(to.org);
            }
        }
        terms
    }

    /// The same terms from another day on, as long as before; due days move with them.
    pub fn moved_to(mut self, from: Day, to: Option<Day>) -> Terms {
        let days = self.from.days_until(from);
        self.to = to.unwrap_or_else(|| self.to.plus_days(days));
        self.from = from;
        for duty in &mut self.duties {
            duty.due = duty.due.map(|due| due.plus_days(days).min(self.to).max(from));
        }
        self
    }

    /// A digest over everything that is said.
    pub fn digest(&self) -> [u8; 32] {
        let mut feed = Feed::new("agreement terms");
        for text in [&self.number, &self.subject, &self.place] {
            feed = feed.part(text.as_bytes());
        }
        feed = feed.number(self.from.as_number()).number(self.to.as_number());
        feed = feed.number(i64::from(self.notice_days)).number(self.parties.len() as i64);
        for party in &self.parties {
            feed = feed.part(party.org.as_bytes());
            let texts = [&party.name, &party.called, &party.signatory, &party.office];
            for text in texts.into_iter().chain([&party.basis, &party.address]) {
                feed = feed.part(text.as_bytes());
            }
        }
        feed = feed.number(self.articles.len() as i64);
        for article in &self.articles {
            let list = article.duties_of.map(|(party, kind)| format!("{party} {}", kind.name()));
            feed = feed.part(article.heading.as_bytes());
            feed = feed.part(list.unwrap_or_default().as_bytes());
            feed = feed.number(article.paragraphs.len() as i64);
            for text in &article.paragraphs {
                feed = feed.part(text.as_bytes());
            }
        }
        for duty in &self.duties {
            feed = feed.part(duty.code.as_bytes()).number(i64::from(duty.party));
            feed = feed.part(duty.kind.name().as_bytes()).part(duty.text.as_bytes());
            feed = feed.number(duty.due.map_or(0, Day::as_number));
            feed = feed.part(duty.each_under.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]));
        }
        feed.finish()
    }
}

/// First and last of each run of months in which no agreement holds on some day.
///
/// Each agreement is said by its first and last day.
pub fn months_without(
    (first, last): (Month, Month),
    agreements: &[(Day, Day)],
) -> Vec<(Month, Month)> {
    let mut gaps: Vec<(Month, Month)> = Vec::new();
    for month in first.through(last) {
        let mut day = month.first_day();
        while let Some((_, to)) = agreements.iter().find(|(from, to)| *from <= day && day <= *to) {
            day = to.plus_days(1);
        }
        if day > month.last_day() {
            continue;
        }
        match gaps.last_mut().filter(|(_, end)| end.plus(1) == month) {
            Some((_, end)) => *end = month,
            None => gaps.push((month, month)),
        }
    }
    gaps
}

#[cfg(test)]
mod tests;
