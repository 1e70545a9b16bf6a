//! An act is told where it is recorded: one line of the log, and an event for each record that it
//! changed, in the same transaction.
//!
//! What a message may hold is a closed list of kinds of values, none of which is a text of the
//! register: so nobody's name or number gets into one, whatever was typed where.

use base::id::kind;
use base::{Id, Month, Rupiah};
use domain::outbox::Told;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::Tx;
use store::audit::AuditLine;
use store::outbox::{self, EVENTS_OF_ACT_MAX, Event};

use super::is_for;
use crate::error::AppError;
use crate::office::Office;

/// The version of CloudEvents.
const SPEC: &str = "1.0";

/// One value of a message.
enum Datum {
    Id([u8; 16]),
    Count(u64),
    Rupiah(Rupiah),
    Month(Month),
}

impl Datum {
    fn write(&self) -> Value {
        match self {
            Datum::Id(bytes) => json!(Id::<()>::from_bytes(*bytes).to_string()),
            Datum::Count(count) => json!(count),
            Datum::Rupiah(amount) => json!(amount.0),
            Datum::Month(month) => json!(month.to_string()),
        }
    }
}

type Data = Vec<(&'static str, Datum)>;

/// What an act did to a record, of which others are told by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effect {
    /// What, as the table of what is told calls it.
    pub(crate) act: &'static str,
    /// To which record.
    pub(crate) object: [u8; 16],
}

impl Effect {
    /// The same effect on bills.
    pub(crate) fn on_bills(
        act: &'static str,
        bills: impl IntoIterator<Item = Id<kind::Bill>>,
    ) -> Vec<Effect> {
        bills.into_iter().map(|bill| Effect { act, object: *bill.as_bytes() }).collect()
    }
}

/// An event to be: what is told, of what, and how many there were.
type Wanted = (&'static Told, Option<[u8; 16]>, Option<i64>);

/// The names of the values that a message about such a subject has besides `subject_kind` and
/// `count`: for the table of types in the guide.
pub fn facts_of(subject: &str) -> &'static [&'static str] {
    match subject {
        "fund" => &["ceiling_rupiah"],
        "agreement" => &["version"],
        "sheet" => &["programme", "org"],
        "proposal" => &["programme", "people", "monthly_rupiah", "committed_rupiah"],
        "movement" => &["programme", "month", "left", "joined", "freed_rupiah", "used_rupiah"],
        "bill" => &["programme", "month", "people", "total_rupiah"],
        "statement-line" => &["amount_rupiah"],
        "programme-credits" => &["owed_rupiah"],
        "voucher" => &["amount_rupiah"],
        "period" => &["month", "transfers", "moved_rupiah"],
        _ => &[],
    }
}

impl Office {
    /// Writes the events of an act, and puts them in the queue of everybody who is told of such.
    pub(crate) fn announce(
        &self,
        tx: &mut Tx<'_>,
        line: &AuditLine,
        effects: &[Effect],
    ) -> Result<(), AppError> {
        let wanted = wanted(line, effects);
        if wanted.is_empty() {
            return Ok(());
        }
        let first = outbox::next_sequence(tx)?;
        let mut events = Vec::with_capacity(wanted.len());
        for (nth, (told, object, count)) in (0..EVENTS_OF_ACT_MAX).zip(wanted) {
            let data = data_of(tx, told, object, count)?;
            let (sequence, id) = (first + nth, id_of(line, nth));
            events.push(Event {
                sequence,
                id,
                kind: told.kind.into(),
                lane: lane_of(told, object),
                subject: object,
                at_ms: line.at_ms,
                body: self.body((told, object), (id, line.at_ms, sequence), &data).into(),
            });
        }
        outbox::insert_events(tx, &events)?;
        for subscriber in outbox::list(tx)? {
            let queued = subscriber.state.is_queued_for();
            for event in events.iter().filter(|event| queued && is_for(event, &subscriber)) {
                outbox::queue(tx, subscriber.id, event, line.at_ms)?;
            }
        }
        Ok(())
    }

    /// The message: CloudEvents in one JSON document, small, and the same at every attempt.
    fn body(
        &self,
        (told, subject): (&Told, Option<[u8; 16]>),
        (id, at_ms, sequence): ([u8; 16], i64, u64),
        data: &Data,
    ) -> String {
        let mut values = Map::new();
        values.insert("subject_kind".to_owned(), json!(told.subject));
        for (name, datum) in data {
            values.insert((*name).to_owned(), datum.write());
        }
        let time = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
        let mut event = json!({
            "specversion": SPEC,
            "id": Id::<Event>::from_bytes(id).to_string(),
            "source": format!("/payung/{}", self.store.tenant().digits()),
            "type": told.type_name(),
            "time": format!("{time:.3}"),
            "datacontenttype": "application/json",
            // Of one length, so that the order of texts is the order of numbers.
            "sequence": format!("{sequence:015}"),
            "data": values,
        });
        if let Some(subject) = subject {
            event["subject"] = json!(Id::<Event>::from_bytes(subject).to_string());
        }
        event.to_string()
    }
}

/// Events of one subject keep their order; those without a subject among those of their type. The
/// steps of months follow each other: no month is told closed before the one that went before it,
/// nor open again before it was closed.
fn lane_of(told: &Told, object: Option<[u8; 16]>) -> [u8; 16] {
    let name = match (told.subject, object) {
        ("period", _) => told.subject,
        (_, Some(object)) => return object,
        (_, None) => told.kind,
    };
    let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

/// What is told of an act: each of its effects, then itself where no effect says the same.
fn wanted(line: &AuditLine, effects: &[Effect]) -> Vec<Wanted> {
    let of_effect = |effect: &Effect| Some((Told::of_act(effect.act)?, Some(effect.object), None));
    let mut wanted: Vec<Wanted> = effects.iter().filter_map(of_effect).collect();
    let is_said = effects.iter().any(|effect| effect.act == &*line.act);
    if let Some(told) = Told::of_act(&line.act).filter(|_| !is_said) {
        wanted.push((told, line.object, line.count));
    }
    wanted
}

/// The id of an act's nth event: that of its line, then others that follow from it.
fn id_of(line: &AuditLine, nth: u64) -> [u8; 16] {
    if nth == 0 {
        return line.id;
    }
    let digest = Sha256::new().chain_update(line.id).chain_update(nth.to_be_bytes()).finalize();
    let digest: [u8; 32] = digest.into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

/// What there is to say of the subject as the act leaves it.
fn data_of(
    tx: &mut Tx<'_>,
    told: &Told,
    object: Option<[u8; 16]>,
    count: Option<i64>,
) -> Result<Data, AppError> {
    let mut data: Data = Vec::new();
    if let Some(count) = count {
        data.push(("count", Datum::Count(count.unsigned_abs())));
    }
    let Some(object) = object else { return Ok(data) };
    match told.subject {
        "bill" => {
            if let Some(bill) = outbox::bill(tx, &object)? {
                data.push(("programme", Datum::Id(*bill.programme.as_bytes())));
                data.push(("month", Datum::Month(bill.month)));
                data.push(("people", Datum::Count(u64::from(bill.people))));
                data.push(("total_rupiah", Datum::Rupiah(bill.total)));
            }
        }
        "proposal" => {
            if let Some(list) = store::proposals::get(tx, Id::from_bytes(object))? {
                data.push(("programme", Datum::Id(*list.programme.as_bytes())));
                data.push(("people", Datum::Count(u64::from(list.people))));
                data.push(("monthly_rupiah", Datum::Rupiah(list.monthly)));
                data.push(("committed_rupiah", Datum::Rupiah(list.committed)));
            }
        }
        "movement" => {
            if let Some(change) = store::movements::get(tx, Id::from_bytes(object))? {
                data.push(("programme", Datum::Id(*change.programme.as_bytes())));
                data.push(("month", Datum::Month(change.from)));
                data.push(("left", Datum::Count(u64::from(change.left))));
                data.push(("joined", Datum::Count(u64::from(change.joined))));
                data.push(("freed_rupiah", Datum::Rupiah(change.freed)));
                data.push(("used_rupiah", Datum::Rupiah(change.used)));
            }
        }
        subject => data.extend(more_of(tx, subject, object)?),
    }
    Ok(data)
}

fn more_of(tx: &mut Tx<'_>, subject: &str, object: [u8; 16]) -> Result<Data, AppError> {
    Ok(match subject {
        "fund" => {
            let fund = store::funds::fund(tx, Id::<kind::Fund>::from_bytes(object))?;
            let ceiling = fund.map(|fund| ("ceiling_rupiah", Datum::Rupiah(fund.ceiling)));
            ceiling.into_iter().collect()
        }
        "agreement" => {
            let known = store::agreements::get(tx, Id::from_bytes(object))?;
            let version = known.map(|one| ("version", Datum::Count(u64::from(one.version))));
            version.into_iter().collect()
        }
        "sheet" => match store::sheets::get(tx, Id::from_bytes(object))? {
            Some(sheet) => vec![
                ("programme", Datum::Id(*sheet.programme.as_bytes())),
                ("org", Datum::Id(*sheet.org.as_bytes())),
            ],
            None => Vec::new(),
        },
        "statement-line" => {
            let line = store::payments::line(tx, Id::from_bytes(object))?;
            let amount = line.map(|kept| kept.line.facts.amount);
            amount.map(|amount| ("amount_rupiah", Datum::Rupiah(amount))).into_iter().collect()
        }
        "programme-credits" => {
            let owed = store::recoveries::of_programme(tx, Id::from_bytes(object))?;
            vec![("owed_rupiah", Datum::Rupiah(store::recoveries::outstanding(&owed)))]
        }
        "voucher" => {
            let known = store::ledger::voucher::get(tx, Id::from_bytes(object))?;
            let amount = known.map(|known| known.voucher.amount);
            amount.map(|amount| ("amount_rupiah", Datum::Rupiah(amount))).into_iter().collect()
        }
        "period" => match store::ledger::period::step(tx, Id::from_bytes(object))? {
            Some(step) => vec![
                ("month", Datum::Month(step.month)),
                ("transfers", Datum::Count(step.transfers)),
                ("moved_rupiah", Datum::Rupiah(step.moved)),
            ],
            None => Vec::new(),
        },
        _ => Vec::new(),
    })
}
