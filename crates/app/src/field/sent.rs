//! What a device says of one person: read strictly, so that what comes in is text of a bounded
//! length without control characters. What the text means, the intake judges.

use base::id::kind;
use base::{Id, RegionCode};
use domain::field::{FieldDetails, Helper};
use domain::message::Agreement;
use serde_json::Value;

/// A record as a device sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSent {
    /// Its number, made on the device.
    pub id: Id<kind::FieldRecord>,
    /// The village.
    pub place: RegionCode,
    /// How the person agreed.
    pub consent: Agreement,
    /// Whether the agent says that the person is not whom the register asked about.
    pub apart: bool,
    /// When it was written down, by the clock of the device.
    pub at_ms: i64,
    /// Who it is about.
    pub details: FieldDetails,
}

/// Why a record cannot even be looked at: its number as it was sent, and a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRefusal {
    /// The number, when it was one.
    pub id: Option<Id<kind::FieldRecord>>,
    /// The code of the catalogue.
    pub code: &'static str,
}

/// How long each part may be.
const MOST: [(&str, usize); 12] = [
    ("nik", 32),
    ("name", 100),
    ("birth", 10),
    ("sex", 1),
    ("address", 160),
    ("rt", 3),
    ("rw", 3),
    ("occupation", 60),
    ("phone", 24),
    ("wording", 20),
    ("relation", 20),
    ("helper", 100),
];

/// Signs of formulas and of markup, which stand in nobody's name.
const IN_NO_NAME: [char; 10] = ['<', '>', '=', '@', '{', '}', '[', ']', '|', '\\'];

impl FieldSent {
    /// Reads a record.
    ///
    /// # Errors
    /// `FIELD_RECORD_UNFIT`, `FIELD_NAME_UNFIT`, `FIELD_CONSENT_MISSING`, `FIELD_PLACE_OUTSIDE` for
    /// a village that is none.
    pub fn read(sent: &Value) -> Result<FieldSent, FieldRefusal> {
        let id = sent["id"].as_str().filter(|text| text.len() == 36);
        let id = id.and_then(|text| Id::parse(text).ok());
        let refuse = |code| FieldRefusal { id, code };
        let unfit = || refuse("FIELD_RECORD_UNFIT");
        let known = id.ok_or_else(unfit)?;
        let mut parts = Vec::new();
        for (name, most) in MOST {
            let text = match &sent[name] {
                Value::Null => "",
                Value::String(text) => text.trim(),
                _ => return Err(unfit()),
            };
            if text.chars().count() > most || text.chars().any(char::is_control) {
                return Err(unfit());
            }
            parts.push((name, text));
        }
        let text = |name: &str| sent[name].as_str().unwrap_or_default();
        let consent = Agreement::from_name(text("consent"));
        let consent = consent.ok_or_else(|| refuse("FIELD_CONSENT_MISSING"))?;
        let details = FieldDetails::of_parts(parts.into_iter());
        let names = [&details.name, &details.helper.name];
        if names.into_iter().any(|name| name.contains(IN_NO_NAME)) {
            return Err(refuse("FIELD_NAME_UNFIT"));
        }
        if details.wording.is_empty() {
            return Err(refuse("FIELD_CONSENT_MISSING"));
        }
        let place = RegionCode::parse(text("village")).filter(|place| place.level() == 4);
        Ok(FieldSent {
            id: known,
            place: place.ok_or_else(|| refuse("FIELD_PLACE_OUTSIDE"))?,
            consent,
            apart: sent["apart"].as_bool().unwrap_or_default(),
            at_ms: sent["at_ms"].as_i64().ok_or_else(unfit)?,
            details,
        })
    }

    /// All that it says, by which the same is known from something else.
    pub(super) fn written(&self) -> Vec<u8> {
        let parts = self.details.parts();
        let mut out: String =
            parts.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
        out += &format!("{}\n{}\n{}\n", self.place, self.consent.name(), self.apart);
        out.into_bytes()
    }
}

/// Who helped, in the words of the record; nobody where no relation is said.
pub(super) fn helped(helper: &Helper) -> Option<(&str, &str)> {
    (!helper.relation.is_empty()).then_some((&*helper.relation, &*helper.name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_read_strictly() {
        let good = || {
            json!({
                "id": "018f0000-0000-7000-8000-000000000001", "village": "64.01.05.2001",
                "consent": "spoken", "wording": "2026-1", "at_ms": 1_664_755_200_000_i64,
                "nik": "6401051108620001", "name": "Kenari Rekaan", "birth": "1962-08-11",
                "sex": "L", "occupation": "petani",
            })
        };
        let read = FieldSent::read(&good()).expect("a record");
        assert_eq!((&*read.details.nik, read.consent.name()), ("6401051108620001", "spoken"));
        let bad = |key: &str, value: Value| {
            let mut sent = good();
            sent[key] = value;
            FieldSent::read(&sent).expect_err("unfit").code
        };
        for (key, value, code) in [
            ("id", json!("satu"), "FIELD_RECORD_UNFIT"),
            ("id", json!(7), "FIELD_RECORD_UNFIT"),
            ("name", json!("x".repeat(101)), "FIELD_RECORD_UNFIT"),
            ("name", json!("dua\nbaris"), "FIELD_RECORD_UNFIT"),
            ("nik", json!(["6401"]), "FIELD_RECORD_UNFIT"),
            ("name", json!("=HYPERLINK(1)"), "FIELD_NAME_UNFIT"),
            ("helper", json!("<b>"), "FIELD_NAME_UNFIT"),
            ("at_ms", json!("kemarin"), "FIELD_RECORD_UNFIT"),
            ("consent", json!("tidak"), "FIELD_CONSENT_MISSING"),
            ("wording", json!(""), "FIELD_CONSENT_MISSING"),
            ("village", json!("64.01"), "FIELD_PLACE_OUTSIDE"),
            ("village", json!("<b>"), "FIELD_PLACE_OUTSIDE"),
        ] {
            assert_eq!(bad(key, value.clone()), code, "{key} {value}");
        }
    }
}
