//! What a reply of BPJS says: verdicts and reasons read from its words, and for each row exactly
//! one outcome.
//!
//! A person is found by NIK or by participant number. A name with a birth date is a question that
//! somebody answers; nothing here guesses.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Kpj, KpjProblem};
use linkage::NameAgreement;

/// What BPJS says of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Yes.
    Accepted,
    /// No.
    Rejected,
}

impl Verdict {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Accepted => "accepted",
            Verdict::Rejected => "rejected",
        }
    }

    /// The verdict with this stable name.
    pub fn from_name(name: &str) -> Option<Verdict> {
        [Verdict::Accepted, Verdict::Rejected].into_iter().find(|one| one.name() == name)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Why BPJS rejects somebody: the closed list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ReasonCode { $($(#[$doc])* $variant),* }

        impl ReasonCode {
            /// Every code, in order.
            pub const ALL: &'static [ReasonCode] = &[$(ReasonCode::$variant),*];

            /// The stable code.
            pub fn name(self) -> &'static str {
                match self { $(ReasonCode::$variant => $name),* }
            }

            /// The code with this stable name.
            pub fn from_name(name: &str) -> Option<ReasonCode> {
                match name { $($name => Some(ReasonCode::$variant),)* _ => None }
            }
        }
    };
}

codes! {
    /// Dead by the civil registry.
    Dead = "DEAD",
    /// A civil servant.
    CivilServant = "CIVIL_SERVANT",
    /// Too old or too young.
    Age = "AGE",
    /// Twice in the file.
    Repeated = "REPEATED",
    /// The participant number is not known there.
    KpjUnknown = "KPJ_UNKNOWN",
    /// The civil registry does not know the NIK.
    NikUnknown = "NIK_UNKNOWN",
    /// The NIK is malformed.
    NikFormat = "NIK_FORMAT",
    /// The mother's name lacks or differs.
    Mother = "MOTHER",
    /// Name or birth differ from the civil registry.
    IdentityDiffers = "IDENTITY_DIFFERS",
    /// A participant already.
    AlreadyMember = "ALREADY_MEMBER",
    /// The code of the place of work.
    Location = "LOCATION",
    /// The wage.
    Wage = "WAGE",
    /// The telephone number.
    Phone = "PHONE",
    /// The day of birth.
    Birth = "BIRTH",
    /// The name.
    Name = "NAME",
    /// The form itself.
    Form = "FORM",
    /// A failure at BPJS.
    BpjsSystem = "BPJS_SYSTEM",
    /// Anything else; its text is kept.
    Other = "OTHER",
}

/// Who mends what a reason names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mender {
    /// The village that sent the list.
    Village,
    /// The office.
    Office,
    /// BPJS itself.
    Bpjs,
}

impl Mender {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Mender::Village => "village",
            Mender::Office => "office",
            Mender::Bpjs => "bpjs",
        }
    }
}

/// Words that must all occur.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern(Vec<Box<str>>);

impl Pattern {
    fn parse(text: &str) -> Option<Pattern> {
        let words: Vec<Box<str>> = words(text).into_iter().map(Into::into).collect();
        (!words.is_empty()).then_some(Pattern(words))
    }

    fn fits(&self, said: &HashSet<String>) -> bool {
        self.0.iter().all(|word| said.contains(&**word))
    }
}

/// The words of a text, in lower case, without punctuation.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The reasons that BPJS writes, by their words.
#[derive(Debug, Clone)]
pub struct Reasons(Vec<(ReasonCode, Mender, Pattern)>);

impl Reasons {
    /// The list that comes with Payung.
    pub fn builtin() -> Reasons {
        Reasons::parse(include_str!("../../data/sipp/alasan.tsv"))
            .expect("a test reads the list that comes with Payung")
    }

    /// Reads a list.
    ///
    /// # Shape
    /// Lines with tabs: code, mender, words. `#` begins a remark.
    ///
    /// # Errors
    /// The first line that says something else, 1 for the first.
    pub fn parse(text: &str) -> Result<Reasons, usize> {
        let mut all = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Option<[&str; 3]> = line.split('\t').collect::<Vec<_>>().try_into().ok();
            let [code, mender, pattern] = fields.ok_or(at + 1)?;
            let menders = [Mender::Village, Mender::Office, Mender::Bpjs];
            let mender = menders.into_iter().find(|one| one.name() == mender);
            all.push((
                ReasonCode::from_name(code).ok_or(at + 1)?,
                mender.ok_or(at + 1)?,
                Pattern::parse(pattern).ok_or(at + 1)?,
            ));
        }
        Ok(Reasons(all))
    }

    /// The reason of a text; what no pattern knows is [`ReasonCode::Other`].
    pub fn of(&self, text: &str) -> ReasonCode {
        let said: HashSet<String> = words(text).into_iter().collect();
        let found = self.0.iter().find(|(_, _, pattern)| pattern.fits(&said));
        found.map_or(ReasonCode::Other, |(code, ..)| *code)
    }

    /// Who mends what a reason names: the office where nobody else is told.
    pub fn mender(&self, code: ReasonCode) -> Mender {
        let found = self.0.iter().find(|(known, ..)| *known == code);
        found.map_or(Mender::Office, |(_, mender, _)| *mender)
    }
}

/// What a column of a reply holds, besides who it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReplyHead {
    /// The participant number.
    Number,
    /// The verdict.
    Status,
    /// The reason, or any remark.
    Reason,
}

/// The words by which replies are read.
#[derive(Debug, Clone)]
pub struct ReplyWords {
    heads: Vec<(ReplyHead, bool, Pattern)>,
    verdicts: Vec<(Verdict, Pattern)>,
    /// What words mean of somebody who was reported to have left.
    leaving: Vec<(Verdict, Pattern)>,
}

impl ReplyWords {
    /// The words that come with Payung.
    pub fn builtin() -> ReplyWords {
        ReplyWords::parse(include_str!("../../data/sipp/balasan.tsv"))
            .expect("a test reads the words that come with Payung")
    }

    /// Reads the words.
    ///
    /// # Shape
    /// Lines with tabs: `head`, `verdict` or `leaving`, what it is, words. `#` begins a remark.
    ///
    /// # Errors
    /// The first line that says something else, 1 for the first.
    pub fn parse(text: &str) -> Result<ReplyWords, usize> {
        let mut all = ReplyWords { heads: Vec::new(), verdicts: Vec::new(), leaving: Vec::new() };
        for (at, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Option<[&str; 3]> = line.split('\t').collect::<Vec<_>>().try_into().ok();
            let [kind, what, pattern] = fields.ok_or(at + 1)?;
            let pattern = Pattern::parse(pattern).ok_or(at + 1)?;
            match (kind, what) {
                ("head", "kpj") => all.heads.push((ReplyHead::Number, false, pattern)),
                ("head", "reason") => all.heads.push((ReplyHead::Reason, false, pattern)),
                ("head", "status") => all.heads.push((ReplyHead::Status, false, pattern)),
                ("head", "status-alone") => all.heads.push((ReplyHead::Status, true, pattern)),
                ("verdict", name) => {
                    let verdict = Verdict::from_name(name).ok_or(at + 1)?;
                    all.verdicts.push((verdict, pattern));
                }
                ("leaving", name) => {
                    let verdict = Verdict::from_name(name).ok_or(at + 1)?;
                    all.leaving.push((verdict, pattern));
                }
                _ => return Err(at + 1),
            }
        }
        Ok(all)
    }

    /// What a heading says, if it says any of this.
    pub fn head(&self, text: &str) -> Option<ReplyHead> {
        let list = words(text);
        let said: HashSet<String> = list.iter().cloned().collect();
        let fits = |(_, alone, pattern): &&(ReplyHead, bool, Pattern)| {
            pattern.fits(&said) && (!alone || list.len() == pattern.0.len())
        };
        self.heads.iter().find(fits).map(|(head, ..)| *head)
    }

    /// The verdict in a text, if there is one.
    pub fn verdict(&self, text: &str) -> Option<Verdict> {
        let said: HashSet<String> = words(text).into_iter().collect();
        let found = self.verdicts.iter().find(|(_, pattern)| pattern.fits(&said));
        found.map(|(verdict, _)| *verdict)
    }

    /// What a text says of the report that somebody has left; that they are active no more is a
    /// yes.
    fn verdict_on_leaving(&self, text: &str) -> Option<Verdict> {
        let said: HashSet<String> = words(text).into_iter().collect();
        let is_gone = |pattern: &Pattern| self.leaving.iter().any(|(_, known)| known == pattern);
        let refuses = |(verdict, pattern): &(Verdict, Pattern)| {
            *verdict == Verdict::Rejected && !is_gone(pattern) && pattern.fits(&said)
        };
        if self.verdicts.iter().any(refuses) {
            return Some(Verdict::Rejected);
        }
        let found = self.leaving.iter().find(|(_, pattern)| pattern.fits(&said));
        found.map(|(verdict, _)| *verdict).or_else(|| self.verdict(text))
    }

    /// The verdict of a row about somebody who was reported to have left: its status, its remark,
    /// its tab's name. A remark alone says why they left, and a number that they once came.
    pub fn verdict_of_leaver(&self, said: &RowSaid) -> Option<Verdict> {
        let texts = [&said.status, &said.reason, &said.tab];
        texts.into_iter().find_map(|text| self.verdict_on_leaving(text))
    }

    /// The verdict of a short text; a yes inside the words of a known reason ("masih aktif di
    /// perusahaan lain") is none.
    fn told(&self, reasons: &Reasons, text: &str) -> Option<Verdict> {
        let verdict = self.verdict(text)?;
        let is_plain = words(text).len() <= PLAIN_WORDS && reasons.of(text) == ReasonCode::Other;
        (verdict == Verdict::Rejected || is_plain).then_some(verdict)
    }

    /// The verdict of a row: its status, its reason's words, its tab's name, a reason at all, and
    /// last a participant number.
    pub fn verdict_of(&self, reasons: &Reasons, said: &RowSaid) -> Option<Verdict> {
        let tab = self.told(reasons, &said.tab);
        let has_reason = !words(&said.reason).is_empty();
        self.told(reasons, &said.status)
            .or_else(|| self.told(reasons, &said.reason))
            .or(tab)
            .or_else(|| has_reason.then_some(Verdict::Rejected))
            .or_else(|| Kpj::parse(&said.number).ok().map(|_| Verdict::Accepted))
    }
}

/// A yes is said in few words.
const PLAIN_WORDS: usize = 4;

/// What a row of a reply says, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowSaid {
    /// The participant number as typed.
    pub number: String,
    /// The status as typed.
    pub status: String,
    /// The reason as typed.
    pub reason: String,
    /// The tab's name.
    pub tab: String,
}

/// By what a row was tied to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grip {
    /// The NIK, and how the names agree.
    Nik(NameAgreement),
    /// The participant number.
    Kpj,
    /// A name with a birth date alone.
    Name,
}

/// Somebody whom a row may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: Id<kind::Person>,
    /// By what.
    pub grip: Grip,
    /// Whether they are on the programme's approved list.
    pub is_listed: bool,
    /// The number that a reply gave them before.
    pub known: Option<Kpj>,
}

/// A row of a reply with whom it may be about.
#[derive(Debug, Clone)]
pub struct ReplyFacts {
    /// Whether it names a person at all.
    pub is_a_person: bool,
    /// Whether NIK, participant number, or name and birth date could be read.
    pub has_identity: bool,
    /// What it says; none when that cannot be told.
    pub verdict: Option<Verdict>,
    /// The participant number it gives.
    pub number: Result<Kpj, KpjProblem>,
    /// Whose number that is by the register.
    pub holder: Option<Id<kind::Person>>,
    /// Whom it may be about: one for NIK or participant number, any number for a name.
    pub candidates: Vec<Candidate>,
}

macro_rules! outcomes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// What becomes of a row of a reply; the order is the order of trying.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ReplyOutcome { $($(#[$doc])* $variant),* }

        impl ReplyOutcome {
            /// Every outcome, in order.
            pub const ALL: &'static [ReplyOutcome] = &[$(ReplyOutcome::$variant),*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(ReplyOutcome::$variant => $name),* }
            }

            /// The outcome with this stable name.
            pub fn from_name(name: &str) -> Option<ReplyOutcome> {
                match name { $($name => Some(ReplyOutcome::$variant),)* _ => None }
            }
        }
    };
}

outcomes! {
    /// A title, a sum, a signature.
    NotAPerson = "not-a-person",
    /// Neither NIK nor number nor name with birth date can be read.
    NoIdentity = "no-identity",
    /// Nobody in the register.
    Unknown = "unknown",
    /// By a name alone, or by a NIK under another name: somebody has to say who.
    Question = "question",
    /// Known, and not on the programme's list.
    NotListed = "not-listed",
    /// It does not say yes or no.
    Unclear = "unclear",
    /// The participant number is not eleven digits.
    NumberWrong = "number-wrong",
    /// The participant number is somebody else's.
    NumberTaken = "number-taken",
    /// The person has another participant number.
    NumberDiffers = "number-differs",
    /// An earlier row of this reply said it of the same person.
    Repeated = "repeated",
    /// An earlier row of this reply said the opposite of the same person.
    Contradicts = "contradicts",
    /// Accepted.
    Accepted = "accepted",
    /// Rejected.
    Rejected = "rejected",
}

impl ReplyOutcome {
    /// Whether somebody has to look at it.
    pub fn needs_somebody(self) -> bool {
        !matches!(
            self,
            ReplyOutcome::NotAPerson
                | ReplyOutcome::Repeated
                | ReplyOutcome::Accepted
                | ReplyOutcome::Rejected
        )
    }

    /// Whether somebody may still say whom a row is about, or what it says.
    pub fn may_be_answered(self) -> bool {
        matches!(
            self,
            ReplyOutcome::Question
                | ReplyOutcome::Unknown
                | ReplyOutcome::NoIdentity
                | ReplyOutcome::Unclear
        )
    }
}

/// One outcome for each row, with the person it is about; rows in the order of the file.
///
/// `said_before` is what earlier rows of the same reply said, for a row that is answered later.
pub fn decide_rows(
    rows: &[ReplyFacts],
    said_before: &HashMap<Id<kind::Person>, Verdict>,
) -> Vec<(ReplyOutcome, Option<Id<kind::Person>>)> {
    let mut said = said_before.clone();
    let mut numbers: HashMap<Kpj, Id<kind::Person>> = HashMap::new();
    rows.iter().map(|row| decide(row, &mut said, &mut numbers)).collect()
}

fn decide(
    row: &ReplyFacts,
    said: &mut HashMap<Id<kind::Person>, Verdict>,
    numbers: &mut HashMap<Kpj, Id<kind::Person>>,
) -> (ReplyOutcome, Option<Id<kind::Person>>) {
    if !row.is_a_person {
        return (ReplyOutcome::NotAPerson, None);
    }
    if !row.has_identity {
        return (ReplyOutcome::NoIdentity, None);
    }
    let Some(found) = row.candidates.first() else { return (ReplyOutcome::Unknown, None) };
    let is_sure = match found.grip {
        Grip::Nik(names) => names != NameAgreement::Different,
        Grip::Kpj => true,
        Grip::Name => false,
    };
    if !is_sure || row.candidates.len() > 1 {
        return (ReplyOutcome::Question, None);
    }
    let person = found.person;
    (decide_of(row, found, said, numbers), Some(person))
}

fn decide_of(
    row: &ReplyFacts,
    found: &Candidate,
    said: &mut HashMap<Id<kind::Person>, Verdict>,
    numbers: &mut HashMap<Kpj, Id<kind::Person>>,
) -> ReplyOutcome {
    if !found.is_listed {
        return ReplyOutcome::NotListed;
    }
    let Some(verdict) = row.verdict else { return ReplyOutcome::Unclear };
    if verdict == Verdict::Accepted {
        match row.number {
            Err(KpjProblem::Empty) => {}
            Err(_) => return ReplyOutcome::NumberWrong,
            Ok(number) => {
                let holder = row.holder.or(numbers.get(&number).copied());
                if holder.is_some_and(|holder| holder != found.person) {
                    return ReplyOutcome::NumberTaken;
                }
                if found.known.is_some_and(|known| known != number) {
                    return ReplyOutcome::NumberDiffers;
                }
            }
        }
    }
    match said.get(&found.person) {
        Some(before) if *before == verdict => return ReplyOutcome::Repeated,
        Some(_) => return ReplyOutcome::Contradicts,
        None => {}
    }
    said.insert(found.person, verdict);
    match verdict {
        Verdict::Accepted => {
            if let Ok(number) = row.number {
                numbers.insert(number, found.person);
            }
            ReplyOutcome::Accepted
        }
        Verdict::Rejected => ReplyOutcome::Rejected,
    }
}
