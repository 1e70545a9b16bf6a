//! A message as it was typed, and everything that is wrong with it at once.

use base::person::fold_spaces;
use base::{Day, PersonName, Phone, RegionCode};

use super::{Agreement, Helper, HelperKind, MessageCode, MessageDetails, MessageKind, Sender};
use crate::card::CardNumber;

/// The longest account of what happened, in characters.
pub const TEXT_MOST: usize = 1_000; // not law: a page of a phone
/// The longest name of a village.
const PLACE_MOST: usize = 60; // not law

/// What was typed; days as `2022-11-20`, empty where nothing was.
#[derive(Debug, Clone, Default)]
pub struct MessageTyped<'a> {
    /// What it is about, by the stable name.
    pub kind: &'a str,
    /// The day of the event.
    pub event: &'a str,
    /// Whom it is about.
    pub subject: &'a str,
    /// When they were born.
    pub birth: &'a str,
    /// The number of their card.
    pub card: &'a str,
    /// The district (kecamatan), by its code.
    pub district: &'a str,
    /// The village.
    pub village: &'a str,
    /// What happened, or what is asked.
    pub account: &'a str,
    /// Who tells.
    pub sender: &'a str,
    /// What they are to whom it is about, by the stable name.
    pub relation: &'a str,
    /// Their telephone.
    pub phone: &'a str,
    /// Whether somebody fills it in for them.
    pub helped: bool,
    /// Who that is.
    pub helper: &'a str,
    /// What they are, by the stable name.
    pub helper_kind: &'a str,
    /// Their telephone.
    pub helper_phone: &'a str,
    /// How the other agreed, by the stable name; empty when nothing says that they did.
    pub agreement: &'a str,
}

/// A message as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRead {
    /// What it is about.
    pub kind: MessageKind,
    /// The day of the event.
    pub event: Option<Day>,
    /// The district, as far as it was said.
    pub district: Option<RegionCode>,
    /// The rest.
    pub details: MessageDetails,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageProblem {
    /// Nothing was typed.
    Missing,
    /// It cannot be read.
    Unfit,
    /// It is too long.
    Long,
    /// A day to come.
    Future,
}

impl MessageProblem {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            MessageProblem::Missing => "missing",
            MessageProblem::Unfit => "unfit",
            MessageProblem::Long => "long",
            MessageProblem::Future => "future",
        }
    }
}

/// A field by its name, and what is wrong with it.
type Wrong = (&'static str, MessageProblem);

/// Reads field after field and keeps what is wrong.
struct Reading {
    wrong: Vec<Wrong>,
}

impl Reading {
    fn wrong<T>(&mut self, field: &'static str, problem: MessageProblem) -> Option<T> {
        self.wrong.push((field, problem));
        None
    }

    fn name(&mut self, field: &'static str, text: &str) -> Option<PersonName> {
        match PersonName::parse(text) {
            Ok(name) => Some(name),
            Err(_) if text.trim().is_empty() => self.wrong(field, MessageProblem::Missing),
            Err(_) => self.wrong(field, MessageProblem::Unfit),
        }
    }

    fn phone(&mut self, field: &'static str, text: &str) -> Option<Phone> {
        match (text.trim(), Phone::parse(text)) {
            ("", _) => None,
            (_, None) => self.wrong(field, MessageProblem::Unfit),
            (_, phone) => phone,
        }
    }

    fn day(&mut self, field: &'static str, text: &str, today: Day) -> Option<Day> {
        match Day::parse_iso(text.trim()) {
            None => self.wrong(field, MessageProblem::Unfit),
            Some(day) if day > today => self.wrong(field, MessageProblem::Future),
            day => day,
        }
    }

    fn text(&mut self, field: &'static str, text: &str, most: usize) -> Box<str> {
        let folded = fold_spaces(text);
        if folded.chars().count() > most {
            self.wrong.push((field, MessageProblem::Long));
        }
        folded.into()
    }

    fn word<T>(
        &mut self,
        field: &'static str,
        text: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        match (text.trim(), read(text.trim())) {
            ("", _) => self.wrong(field, MessageProblem::Missing),
            (_, None) => self.wrong(field, MessageProblem::Unfit),
            (_, word) => word,
        }
    }
}

impl MessageTyped<'_> {
    /// Everything that was typed, in order, for telling two messages apart.
    pub fn said(&self) -> [&str; 16] {
        let helped = if self.helped { "helped" } else { "" };
        [
            self.kind,
            self.event,
            self.subject,
            self.birth,
            self.card,
            self.district,
            self.village,
            self.account,
            self.sender,
            self.relation,
            self.phone,
            helped,
            self.helper,
            self.helper_kind,
            self.helper_phone,
            self.agreement,
        ]
    }

    /// What it says.
    ///
    /// # Errors
    /// Every field that is wrong, in the order of the form.
    pub fn read(&self, code: MessageCode, today: Day) -> Result<MessageRead, Vec<Wrong>> {
        let mut reading = Reading { wrong: Vec::new() };
        let kind = reading.word("kind", self.kind, MessageKind::from_name);
        let is_event = kind.is_none_or(MessageKind::is_event);
        let event = is_event.then(|| reading.day("event", self.event, today)).flatten();
        let relation = reading.word("relation", self.relation, Sender::from_name);
        let subject = reading.name("subject", self.subject);
        let birth = match self.birth.trim() {
            "" => None,
            text => reading.day("birth", text, today),
        };
        let card = match self.card.trim() {
            "" => None,
            text => match CardNumber::parse(text) {
                Ok(number) => Some(number),
                Err(_) => reading.wrong("card", MessageProblem::Unfit),
            },
        };
        let district = RegionCode::parse(self.district.trim());
        let village = reading.text("village", self.village, PLACE_MOST);
        let account = reading.text("account", self.account, TEXT_MOST);
        if account.is_empty() && kind != Some(MessageKind::Death) {
            reading.wrong.push(("account", MessageProblem::Missing));
        }
        let sender = match (relation, self.sender.trim()) {
            (Some(Sender::Oneself), "") => subject.clone(),
            (_, text) => reading.name("sender", text),
        };
        let phone = reading.phone("phone", self.phone);
        let helper = self.helped.then(|| self.helper(&mut reading)).flatten();
        match (kind, subject, sender, relation, reading.wrong.is_empty()) {
            (Some(kind), Some(subject), Some(sender), Some(relation), true) => {
                let details = MessageDetails {
                    code,
                    subject,
                    birth,
                    card,
                    village,
                    account,
                    sender,
                    relation,
                    phone,
                    helper,
                };
                Ok(MessageRead { kind, event, district, details })
            }
            _ => Err(reading.wrong),
        }
    }

    fn helper(&self, reading: &mut Reading) -> Option<Helper> {
        let name = reading.name("helper", self.helper);
        let kind = reading.word("helper_kind", self.helper_kind, HelperKind::from_name);
        let phone = reading.phone("helper_phone", self.helper_phone);
        let agreement = reading.word("agreement", self.agreement, Agreement::from_name);
        Some(Helper { name: name?, kind: kind?, phone, agreement: agreement? })
    }
}
