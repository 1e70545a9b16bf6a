//! An act is told where it is recorded: one line of the log, at most one event, in the same
//! transaction.
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
use store::outbox::{self, Event};

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
        _ => &[],
    }
}

impl Office {
    /// Writes the event of an act, and puts it in the queue of everybody who is told of such.
    pub(crate) fn announce(&self, tx: &mut Tx<'_>, line: &AuditLine) -> Result<(), AppError> {
        let Some(told) = Told::of_act(&line.act) else { return Ok(()) };
        let sequence = outbox::next_sequence(tx)?;
        let data = data_of(tx, told, line)?;
        let event = Event {
            sequence,
            id: line.id,
            kind: told.kind.into(),
            lane: line.object.unwrap_or_else(|| lane_of(told)),
            subject: line.object,
            at_ms: line.at_ms,
            body: self.body(told, line, sequence, &data).into(),
        };
        outbox::insert_event(tx, &event)?;
        for subscriber in outbox::list(tx)? {
            if subscriber.state.is_queued_for() && is_for(&event, &subscriber) {
                outbox::queue(tx, subscriber.id, &event, line.at_ms)?;
            }
        }
        Ok(())
    }

    /// The message: CloudEvents in one JSON document, small, and the same at every attempt.
    fn body(&self, told: &Told, line: &AuditLine, sequence: u64, data: &Data) -> String {
        let mut values = Map::new();
        values.insert("subject_kind".to_owned(), json!(told.subject));
        for (name, datum) in data {
            values.insert((*name).to_owned(), datum.write());
        }
        let time = jiff::Timestamp::from_millisecond(line.at_ms).unwrap_or_default();
        let mut event = json!({
            "specversion": SPEC,
            "id": Id::<Event>::from_bytes(line.id).to_string(),
            "source": format!("/payung/{}", self.store.tenant().digits()),
            "type": told.type_name(),
            "time": format!("{time:.3}"),
            "datacontenttype": "application/json",
            // Of one length, so that the order of texts is the order of numbers.
            "sequence": format!("{sequence:015}"),
            "data": values,
        });
        if let Some(subject) = line.object {
            event["subject"] = json!(Id::<Event>::from_bytes(subject).to_string());
        }
        event.to_string()
    }
}

/// Events without a subject keep their order among those of their type.
fn lane_of(told: &Told) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::digest(told.kind.as_bytes()).into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

/// What there is to say of the subject as the act leaves it.
fn data_of(tx: &mut Tx<'_>, told: &Told, line: &AuditLine) -> Result<Data, AppError> {
    let mut data: Data = Vec::new();
    if let Some(count) = line.count {
        data.push(("count", Datum::Count(count.unsigned_abs())));
    }
    let Some(object) = line.object else { return Ok(data) };
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
        _ => Vec::new(),
    })
}
