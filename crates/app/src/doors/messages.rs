//! Messages of anybody: sent under limits, followed by their code, and worked off by the office,
//! which opens a claim, answers, or takes one up again.

use base::id::kind;
use base::{Day, Id, RegionCode};
use domain::claim::{ClaimFacts, ClaimKind};
use domain::message::{MessageRead, after, message_id};
use store::Tx;
use store::doors::MessageStepKept;

use super::{
    MESSAGE_ADDRESS, MESSAGE_ALL, Message, MessageCode, MessageDetails, MessageKind,
    MessageProblem, MessageState, MessageStep, MessageTyped, TRACK_ADDRESS, TRACK_ALL,
};
use crate::claims::{ClaimOpening, Clock, Reporter, note_death};
use crate::environment::day_of_moment;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, initials_of, masked_now, usable_reason};

/// Which messages are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct MessageFilter {
    /// In this state alone.
    pub state: Option<MessageState>,
    /// Of this kind alone.
    pub kind: Option<MessageKind>,
}

/// What became of a message that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The code that its sender keeps.
    pub code: MessageCode,
    /// When it came, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// Until when the office answers, where the law says so, and the article.
    pub clock: Option<Clock>,
}

/// Why a message was not taken.
#[derive(Debug, Clone)]
pub enum Unsent {
    /// These fields are wrong.
    Wrong(Vec<(&'static str, MessageProblem)>),
    /// Too many came.
    TooMany,
    /// The register failed.
    Failed(AppError),
}

/// What its sender sees of a message: nothing of what it says.
#[derive(Debug, Clone)]
pub struct Tracked {
    /// What it is about.
    pub kind: MessageKind,
    /// Where it stands.
    pub state: MessageState,
    /// When it came, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// What was done, and when.
    pub steps: Vec<(MessageStep, i64)>,
    /// Where the claim stands, by its stable name.
    pub claim: Option<&'static str>,
    /// The clock that runs.
    pub clock: Option<Clock>,
    /// Whether it may still be taken back.
    pub may_withdraw: bool,
}

/// A message in a list, masked.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// The message.
    pub message: Message,
    /// The initials of whom it is about; empty once it was erased.
    pub subject: String,
    /// The clock that runs.
    pub clock: Option<Clock>,
    /// Whether the clock has run out.
    pub late: bool,
}

/// A message with all that hangs on it, masked.
#[derive(Debug, Clone)]
pub struct MessageFile {
    /// The message as in a list.
    pub row: MessageRow,
    /// What was done, each with the name of who did it.
    pub steps: Vec<(MessageStepKept, Option<Box<str>>)>,
    /// The member whom the number of the card names, masked; none without a card.
    pub member: Option<PersonShown>,
    /// What may be done with it.
    pub next: Vec<MessageStep>,
}

/// A claim that is opened for a message.
#[derive(Debug, Clone, Copy)]
pub struct MessageClaim {
    /// For whom; the holder of the card when absent.
    pub person: Option<Id<kind::Person>>,
    /// What is claimed.
    pub kind: ClaimKind,
}

impl Office {
    /// Takes a message in; the same form with the same in it again is the first one.
    ///
    /// `form` is the random name of the form, `from` the address of whoever sends it.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn send_message(
        &self,
        typed: &MessageTyped<'_>,
        form: &str,
        from: &str,
    ) -> Result<Sent, Unsent> {
        let code = MessageCode::from_random(self.environment.random_bytes());
        let read = self.read_message(typed, code).map_err(Unsent::Wrong)?;
        let id = message_id(form, typed.said());
        let done = self.store.write(|tx| {
            if let Some((known, details)) = store::doors::get(tx, id)? {
                let code = details.map_or(code, |details| details.code);
                return Ok(Some(self.sent(&known, code)));
            }
            let about = [(MESSAGE_ADDRESS, from), (MESSAGE_ALL, "")];
            let counted = Office::counted(tx, &about)?;
            if self.is_locked(tx, &counted)? {
                return Ok(None);
            }
            let message = Message {
                id,
                kind: read.kind,
                event: read.event,
                place: self.place_of(&read),
                received_at_ms: self.now_ms(),
                helped: read.details.helper.is_some(),
                state: MessageState::Received,
                steps: 0,
                claim: None,
            };
            store::doors::insert(tx, &message, &read.details)?;
            self.note_try(tx, &counted, false)?;
            self.record_by_itself(tx, "message-received", "message", id.as_bytes())?;
            Ok::<_, AppError>(Some(self.sent(&message, code)))
        });
        done.map_err(Unsent::Failed)?.ok_or(Unsent::TooMany)
    }

    /// What is wrong with a message as typed; nothing is kept.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn check_message(
        &self,
        typed: &MessageTyped<'_>,
    ) -> Result<(), Vec<(&'static str, MessageProblem)>> {
        self.read_message(typed, MessageCode::from_random([0; 9])).map(|_| ())
    }

    fn read_message(
        &self,
        typed: &MessageTyped<'_>,
        code: MessageCode,
    ) -> Result<MessageRead, Vec<(&'static str, MessageProblem)>> {
        let read = typed.read(code, self.environment.today())?;
        let within = |district: RegionCode| {
            self.pemda().contains(district) && self.gazetteer.name(district).is_some()
        };
        match read.district.is_none_or(within)
            && (read.district.is_some() || typed.district.is_empty())
        {
            true => Ok(read),
            false => Err(vec![("district", MessageProblem::Unfit)]),
        }
    }

    /// The districts of the regency: code and name.
    pub fn districts(&self) -> Vec<(RegionCode, String)> {
        let names = self.gazetteer.children(self.pemda());
        let named = names.map(|code| (code, self.gazetteer.name(code).unwrap_or("").to_owned()));
        named.collect()
    }

    /// The village where it is told without a doubt, else the district, else the regency.
    fn place_of(&self, read: &MessageRead) -> RegionCode {
        use base::region::PlaceMatch;
        let within = read.district.unwrap_or(self.pemda());
        match self.gazetteer.find(within, 4, &read.details.village) {
            PlaceMatch::Exact(village) if read.district.is_some() => village,
            _ => within,
        }
    }

    fn sent(&self, message: &Message, code: MessageCode) -> Sent {
        let clock = self.message_clock(message);
        Sent { code, received_at_ms: message.received_at_ms, clock }
    }

    /// What runs out when, for a message that waits: by the law of the day that counts.
    fn message_clock(&self, message: &Message) -> Option<Clock> {
        let came = day_of_moment(message.received_at_ms.unsigned_abs());
        let rules = &self.rulebook;
        let (name, until, citation) = match (message.kind, message.event) {
            (MessageKind::Accident, Some(event)) => {
                let (until, entry) = rules.report_until(event).ok()?;
                ("report", until, &entry.citation)
            }
            (_, Some(event)) => {
                let (until, entry) = rules.claim_until(event).ok()?;
                ("claim", until, &entry.citation)
            }
            (kind, None) => {
                let (days, row) = rules.data_answer_within(kind.name(), came).ok()?;
                ("answer", came.plus_days(i32::try_from(days).ok()?), &row.citation)
            }
        };
        let article = citation.article.to_string();
        let met = None;
        (message.state == MessageState::Received).then_some(Clock { name, until, article, met })
    }

    /// The moment at which a clock has run out: with the hour it began where it counts hours.
    fn ran_out(&self, message: &Message, clock: &Clock) -> bool {
        let came = day_of_moment(message.received_at_ms.unsigned_abs());
        match message.kind.is_event() {
            true => self.environment.today() > clock.until,
            false => {
                let ms = i64::from(came.days_until(clock.until)) * super::DAY_MS;
                self.now_ms() > message.received_at_ms + ms
            }
        }
    }

    /// What the sender of a message sees of it; nothing for a code that no message has, and after
    /// too many wrong guesses.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn track_message(
        &self,
        code: MessageCode,
        from: &str,
    ) -> Result<Option<Tracked>, AppError> {
        self.store.write(|tx| match self.coded(tx, code, from)? {
            Some(message) => self.tracked(tx, &message).map(Some),
            None => Ok(None),
        })
    }

    /// Takes a message back, by its code; one that is back already stays so. Nothing for a code
    /// that no message has.
    ///
    /// # Errors
    /// `MESSAGE_NOT_NOW` once the office has answered or opened a claim.
    pub fn withdraw_message(
        &self,
        code: MessageCode,
        from: &str,
    ) -> Result<Option<Tracked>, AppError> {
        self.store.write(|tx| {
            let Some(message) = self.coded(tx, code, from)? else { return Ok(None) };
            if message.state == MessageState::Withdrawn {
                return self.tracked(tx, &message).map(Some);
            }
            let moved =
                self.move_message(tx, &message, (MessageStep::Withdraw, None), ("", None))?;
            self.record_by_itself(tx, "message-withdrawn", "message", moved.id.as_bytes())?;
            self.tracked(tx, &moved).map(Some)
        })
    }

    /// The message of a code, as far as guessing is allowed; a wrong guess is counted.
    pub(crate) fn coded(
        &self,
        tx: &mut Tx<'_>,
        code: MessageCode,
        from: &str,
    ) -> Result<Option<Message>, AppError> {
        let counted = Office::counted(tx, &[(TRACK_ADDRESS, from), (TRACK_ALL, "")])?;
        let locked = self.is_locked(tx, &counted)?;
        match store::doors::by_code(tx, code)? {
            Some(message) if !locked => Ok(Some(message)),
            _ => self.note_try(tx, &counted, locked).map(|()| None),
        }
    }

    pub(crate) fn tracked(&self, tx: &mut Tx<'_>, message: &Message) -> Result<Tracked, AppError> {
        let claim = match message.claim {
            Some(id) => store::benefit_claims::get(tx, id)?.map(|(claim, ..)| claim.state.name()),
            None => None,
        };
        let steps = store::doors::steps(tx, message.id)?;
        Ok(Tracked {
            kind: message.kind,
            state: message.state,
            received_at_ms: message.received_at_ms,
            steps: steps.iter().map(|step| (step.step, step.at_ms)).collect(),
            claim,
            clock: self.message_clock(message),
            may_withdraw: after(message.state, MessageStep::Withdraw).is_some(),
        })
    }

    /// Messages, oldest first, masked: those of the places that the actor may see.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn messages(
        &self,
        actor: &Actor,
        filter: &MessageFilter,
    ) -> Result<Vec<MessageRow>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadMessages)?;
        self.store.read(|tx| {
            let fits = |message: &Message| {
                filter.state.is_none_or(|state| state == message.state)
                    && filter.kind.is_none_or(|kind| kind == message.kind)
                    && self.reaches(actor, Operation::ReadMessages, &target_of(message))
            };
            let found = store::doors::list(tx)?.into_iter().filter(|(message, _)| fits(message));
            Ok(found.map(|(message, details)| self.row(message, details.as_ref())).collect())
        })
    }

    /// How many messages wait for somebody who may answer them, and since which day.
    pub(crate) fn messages_waiting(&self, actor: &Actor) -> Result<(u64, Option<Day>), AppError> {
        if !self.may_somewhere(actor, Operation::HandleMessages) {
            return Ok((0, None));
        }
        let found = self.store.read(store::doors::waiting)?;
        let since = found.first().map(|one| day_of_moment(one.received_at_ms.unsigned_abs()));
        Ok((found.len() as u64, since))
    }

    fn row(&self, message: Message, details: Option<&MessageDetails>) -> MessageRow {
        let subject = details.map(|details| initials_of(&details.subject)).unwrap_or_default();
        let clock = self.message_clock(&message);
        let late = clock.as_ref().is_some_and(|clock| self.ran_out(&message, clock));
        MessageRow { message, subject, clock, late }
    }

    /// One message with all that hangs on it, masked.
    ///
    /// # Errors
    /// `MESSAGE_UNKNOWN`.
    pub fn message(&self, actor: &Actor, id: Id<kind::Message>) -> Result<MessageFile, AppError> {
        self.store.read(|tx| {
            let (message, details) = self.message_for(tx, actor, id, Operation::ReadMessages)?;
            let member = match details.as_ref().and_then(|details| details.card) {
                Some(number) => self.holder(tx, actor, number)?,
                None => None,
            };
            let kept = store::doors::steps(tx, id)?;
            let steps = crate::steps::named(tx, kept)?;
            let next = MessageStep::ALL.iter().copied().filter(|step| {
                let fits = *step != MessageStep::Open || message.kind.is_event();
                fits && *step != MessageStep::Withdraw && after(message.state, *step).is_some()
            });
            let next = next.collect();
            Ok(MessageFile { row: self.row(message, details.as_ref()), steps, member, next })
        })
    }

    /// Who holds a card, masked, if the actor may see them.
    fn holder(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        number: domain::card::CardNumber,
    ) -> Result<Option<PersonShown>, AppError> {
        let Some(card) = store::cards::by_number(tx, number)? else { return Ok(None) };
        let person = match self.member(tx, card.person) {
            Ok(person) => person,
            Err(error) if error.code == "PERSON_UNKNOWN" => return Ok(None),
            Err(error) => return Err(error),
        };
        let target = Target::in_region(person.place);
        let may = self.reaches(actor, Operation::ReadPeople, &target);
        Ok(may.then(|| masked_now(&person)))
    }

    /// What a message says, whole; the looking is kept in the log.
    ///
    /// # Errors
    /// `MESSAGE_UNKNOWN`, `USER_MAY_NOT`, `MESSAGE_ERASED`.
    pub fn read_out(
        &self,
        actor: &Actor,
        id: Id<kind::Message>,
    ) -> Result<MessageDetails, AppError> {
        self.store.write(|tx| {
            let (_, details) = self.message_for(tx, actor, id, Operation::HandleMessages)?;
            let details = details.ok_or_else(|| AppError::refused("MESSAGE_ERASED", ""))?;
            self.record(tx, actor, "message-shown", "message", id.as_bytes())?;
            Ok(details)
        })
    }

    /// Answers a message, in words that stay in the office; the same again is no change.
    ///
    /// # Errors
    /// `MESSAGE_UNKNOWN`, `MESSAGE_NOT_NOW`, `REASON_MISSING`.
    pub fn answer_message(
        &self,
        actor: &Actor,
        id: Id<kind::Message>,
        words: &str,
    ) -> Result<Message, AppError> {
        self.step_message(actor, id, MessageStep::Answer, words)
    }

    /// Takes an answered message up again.
    ///
    /// # Errors
    /// As [`Office::answer_message`].
    pub fn reopen_message(
        &self,
        actor: &Actor,
        id: Id<kind::Message>,
        words: &str,
    ) -> Result<Message, AppError> {
        self.step_message(actor, id, MessageStep::Reopen, words)
    }

    fn step_message(
        &self,
        actor: &Actor,
        id: Id<kind::Message>,
        step: MessageStep,
        words: &str,
    ) -> Result<Message, AppError> {
        let words = usable_reason(words)?;
        let act = match step {
            MessageStep::Answer => "message-answered",
            _ => "message-reopened",
        };
        self.store.write(|tx| {
            let (message, _) = self.message_for(tx, actor, id, Operation::HandleMessages)?;
            let last = store::doors::steps(tx, id)?.pop();
            if last.is_some_and(|last| last.step == step && *last.words == *words) {
                return Ok(message);
            }
            let moved = self.move_message(tx, &message, (step, Some(actor)), (&words, None))?;
            self.record(tx, actor, act, "message", id.as_bytes())?;
            Ok(moved)
        })
    }

    /// Opens a claim for what a message tells; one that was opened for it already is that one.
    ///
    /// # Errors
    /// `MESSAGE_UNKNOWN`, `MESSAGE_NOT_NOW`, `PERSON_UNKNOWN`, `KIND_UNKNOWN` for what tells of no
    /// event or of another, `CLAIM_DAY_UNFIT`.
    pub fn claim_for_message(
        &self,
        actor: &Actor,
        id: Id<kind::Message>,
        asked: &MessageClaim,
    ) -> Result<Message, AppError> {
        self.store.write(|tx| {
            let (message, details) = self.message_for(tx, actor, id, Operation::HandleMessages)?;
            if message.claim.is_some() {
                return Ok(message);
            }
            let (Some(event), Some(details)) = (message.event, details) else {
                return Err(AppError::usage("KIND_UNKNOWN", message.kind.name()));
            };
            if message.kind == MessageKind::Death && !asked.kind.is_death() {
                return Err(AppError::usage("KIND_UNKNOWN", asked.kind.name()));
            }
            let person = self.meant(tx, asked.person, &details)?;
            let person = self.member(tx, person)?;
            let target = Target::in_region(person.place);
            let unknown = || AppError::not_found("PERSON_UNKNOWN", person.id.to_string());
            self.authorize_or(actor, Operation::HandleClaims, &target, unknown)?;
            let opening = ClaimOpening {
                person: person.id,
                kind: asked.kind,
                event,
                reported: Some(day_of_moment(message.received_at_ms.unsigned_abs())),
                told: details.relation.told(),
                occupation: None,
                reporter: Reporter {
                    name: details.sender.as_str().into(),
                    phone: details.phone.map_or("".into(), |one| one.international().into()),
                    account: details.account.clone(),
                },
                facts: ClaimFacts::default(),
            };
            let (claim, is_new) = self.open_in(tx, actor, &person, &opening)?;
            if is_new && claim.kind.is_death() {
                note_death(tx, &person, &claim, self.now_ms())?;
            }
            let step = (MessageStep::Open, Some(actor));
            let moved = self.move_message(tx, &message, step, ("", Some(claim.id)))?;
            let act = if is_new { "claim-opened" } else { "message-joined" };
            self.record(tx, actor, act, "benefit-claim", claim.id.as_bytes())?;
            Ok(moved)
        })
    }

    /// Whom a message means: who was said, or else who holds the card.
    fn meant(
        &self,
        tx: &mut Tx<'_>,
        said: Option<Id<kind::Person>>,
        details: &MessageDetails,
    ) -> Result<Id<kind::Person>, AppError> {
        if let Some(person) = said {
            return Ok(person);
        }
        let card = match details.card {
            Some(number) => store::cards::by_number(tx, number)?,
            None => None,
        };
        card.map(|card| card.person).ok_or_else(|| AppError::not_found("PERSON_UNKNOWN", ""))
    }

    /// A message for whoever may do this to it; out of reach it does not exist.
    pub(crate) fn message_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Message>,
        operation: Operation,
    ) -> Result<(Message, Option<MessageDetails>), AppError> {
        let unknown = || AppError::not_found("MESSAGE_UNKNOWN", id.to_string());
        let (message, details) = store::doors::get(tx, id)?.ok_or_else(unknown)?;
        let target = target_of(&message);
        self.authorize_or(actor, Operation::ReadMessages, &target, unknown)?;
        self.authorize(actor, operation, &target)?;
        Ok((message, details))
    }

    fn move_message(
        &self,
        tx: &mut Tx<'_>,
        message: &Message,
        (step, actor): (MessageStep, Option<&Actor>),
        (words, claim): (&str, Option<Id<kind::Claim>>),
    ) -> Result<Message, AppError> {
        let refused = || AppError::refused("MESSAGE_NOT_NOW", message.state.name());
        let state = after(message.state, step).ok_or_else(refused)?;
        let moved = Message { state, steps: message.steps + 1, claim, ..message.clone() };
        let kept = MessageStepKept {
            no: moved.steps,
            step,
            states: (message.state, state),
            words: words.into(),
            made_by: actor.map(|actor| actor.id),
            at_ms: self.now_ms(),
        };
        store::doors::make_step(tx, &moved, &kept)?;
        if step == MessageStep::Withdraw {
            store::attachments::forget(tx, message.id.as_bytes())?;
        }
        Ok(moved)
    }
}

/// What asks of data are about no place: whoever handles them does so for the whole regency.
fn target_of(message: &Message) -> Target {
    match message.kind.is_event() {
        true => Target::in_region(message.place),
        false => Target::default(),
    }
}

/// A message's number as typed.
///
/// # Errors
/// `MESSAGE_UNKNOWN`.
pub fn message_number(text: &str) -> Result<Id<kind::Message>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("MESSAGE_UNKNOWN", ""))
}
