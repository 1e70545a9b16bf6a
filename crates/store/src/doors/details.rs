//! What a message says, as lines of text before they are sealed: a name and a value a line, so that
//! a later program adds lines and an older one passes over them.

use base::{Day, PersonName, Phone};
use domain::card::CardNumber;
use domain::message::{Agreement, Helper, HelperKind, MessageCode, MessageDetails, Sender};

use crate::StoreError;
use crate::value::corrupt;

pub(super) fn pack(details: &MessageDetails) -> String {
    let mut out = String::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            // A value is one line: the domain folds every blank.
            out.push_str(&format!("{name} {value}\n"));
        }
    };
    let phone = |phone: Option<Phone>| phone.map_or(String::new(), |phone| phone.international());
    put("code", &details.code.plain());
    put("subject", details.subject.as_str());
    put("birth", &details.birth.map_or(String::new(), |day| day.to_string()));
    put("card", &details.card.map_or(String::new(), |number| number.plain()));
    put("village", &details.village);
    put("account", &details.account);
    put("sender", details.sender.as_str());
    put("relation", details.relation.name());
    put("phone", &phone(details.phone));
    if let Some(helper) = &details.helper {
        put("helper", helper.name.as_str());
        put("helper-kind", helper.kind.name());
        put("helper-phone", &phone(helper.phone));
        put("agreement", helper.agreement.name());
    }
    out
}

pub(super) fn unpack(text: &str) -> Result<MessageDetails, StoreError> {
    let get = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(found, _)| *found == name).map_or("", |(_, value)| value)
    };
    let name = |field: &str| PersonName::parse(get(field)).map_err(|_| corrupt("a message"));
    let helper = match get("helper") {
        "" => None,
        _ => Some(Helper {
            name: name("helper")?,
            kind: HelperKind::from_name(get("helper-kind")).ok_or_else(|| corrupt("a helper"))?,
            phone: Phone::parse(get("helper-phone")),
            agreement: Agreement::from_name(get("agreement"))
                .ok_or_else(|| corrupt("an agreement"))?,
        }),
    };
    Ok(MessageDetails {
        code: MessageCode::parse(get("code")).map_err(|_| corrupt("a message's code"))?,
        subject: name("subject")?,
        birth: Day::parse_iso(get("birth")),
        card: CardNumber::parse(get("card")).ok(),
        village: get("village").into(),
        account: get("account").into(),
        sender: name("sender")?,
        relation: Sender::from_name(get("relation")).ok_or_else(|| corrupt("a sender"))?,
        phone: Phone::parse(get("phone")),
        helper,
    })
}
