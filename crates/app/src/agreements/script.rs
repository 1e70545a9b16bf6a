//! The text of an agreement as a file: a template of the office, or the terms of one agreement to
//! be changed and handed back. One format for both; what a template leaves open is asked for.

use base::{Day, Id, id::kind};
use domain::agreement::{Article, Duty, DutyKind, Party, Terms};
use domain::organisation::OrgKindKey;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the file says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Name of the text in Indonesian.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Name of the text in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name_en: String,
    /// The number on the paper.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// What it is about.
    #[serde(default)]
    pub subject: String,
    /// Where it is signed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// The first day, `2025-10-07`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The last day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// How many months it holds where no last day is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u16>,
    /// Days before its end on which a word is due.
    #[serde(default)]
    pub notice_days: u16,
    /// Who agrees.
    #[serde(default)]
    pub party: Vec<ScriptParty>,
    /// The articles.
    #[serde(default)]
    pub article: Vec<ScriptArticle>,
    /// What each owes.
    #[serde(default)]
    pub duty: Vec<ScriptDuty>,
}

/// A party of the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptParty {
    /// What it is called.
    pub called: String,
    /// Kinds of organisations that may stand here; any when none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// The organisation's code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub org: String,
    /// Who signs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signatory: String,
    /// The signatory's office.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub office: String,
    /// What the signatory's power rests on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
    /// Where it is seated.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
}

/// An article of the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptArticle {
    /// The heading.
    pub heading: String,
    /// The paragraphs.
    #[serde(default)]
    pub paragraphs: Vec<String>,
    /// The party whose duties follow, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duties_of: Option<u8>,
    /// Which sort of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duties: Option<String>,
}

/// A duty of the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptDuty {
    /// Its code.
    pub code: String,
    /// Whose, counted from 1.
    pub party: u8,
    /// `task`, `function` or `authority`.
    pub kind: String,
    /// Its words.
    pub text: String,
    /// `2025-12-31`, `+90` days after the first, or `year-end`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// `facilities` of its party, or the code of the organisation whose facilities they are.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub each: String,
}

/// What is looked up while a file becomes terms.
pub struct Lookup<'a> {
    /// The organisation of a code with its name, its kind and how it is reached.
    pub org: &'a dyn Fn(&str) -> Option<Found>,
}

/// An organisation that may be a party.
pub struct Found {
    /// Which.
    pub id: Id<kind::Org>,
    /// Its name.
    pub name: Box<str>,
    /// What it is.
    pub kind: OrgKindKey,
    /// Whether its kind signs agreements.
    pub signs: bool,
    /// How it is reached, and who signs.
    pub contact: domain::organisation::Contact,
}

impl Script {
    /// Reads a file.
    ///
    /// # Errors
    /// `AGREEMENT_TEXT_UNREADABLE` with what is wrong.
    pub fn parse(text: &str) -> Result<Script, AppError> {
        let unreadable = |error: toml::de::Error| {
            AppError::refused("AGREEMENT_TEXT_UNREADABLE", error.message())
        };
        toml::from_str(text).map_err(unreadable)
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        toml::to_string_pretty(self).expect("plain values always become TOML")
    }

    /// What it says as terms.
    ///
    /// # Errors
    /// `ORG_UNKNOWN`, `NOT_A_DAY`, `AGREEMENT_TEXT_UNREADABLE`, and the code of a refusal.
    pub fn terms(&self, lookup: &Lookup<'_>) -> Result<Terms, AppError> {
        let from = day(&self.from)?;
        let to = match (self.to.as_str(), self.months) {
            ("", Some(months)) => months_after(from, months),
            (text, _) => day(text)?,
        };
        let found =
            |code: &str| (lookup.org)(code).ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code));
        let mut parties = Vec::new();
        for party in &self.party {
            parties.push(party_of(party, &found(&party.org)?)?);
        }
        let articles = self.article.iter().map(article_of).collect::<Result<_, _>>()?;
        let mut duties = Vec::new();
        for duty in &self.duty {
            let party = duty.party.checked_sub(1).unwrap_or(u8::MAX);
            let each_under = match duty.each.as_str() {
                "" => None,
                "facilities" => parties.get(usize::from(party)).map(|party: &Party| party.org),
                code => Some(found(code)?.id),
            };
            duties.push(Duty {
                code: duty.code.as_str().into(),
                party,
                kind: kind_of(&duty.kind)?,
                text: one_line(&duty.text),
                due: due_of(&duty.due, from)?,
                each_under,
            });
        }
        Ok(Terms {
            number: self.number.trim().into(),
            subject: self.subject.trim().into(),
            place: self.place.trim().into(),
            from,
            to,
            notice_days: self.notice_days,
            parties,
            articles,
            duties,
        })
    }

    /// The terms as a file, with the codes of organisations.
    pub fn of_terms(terms: &Terms, code_of: &dyn Fn(Id<kind::Org>) -> String) -> Script {
        let party = |party: &Party| ScriptParty {
            called: party.called.to_string(),
            kinds: Vec::new(),
            org: code_of(party.org),
            signatory: party.signatory.to_string(),
            office: party.office.to_string(),
            basis: party.basis.to_string(),
            address: party.address.to_string(),
        };
        let article = |article: &Article| ScriptArticle {
            heading: article.heading.to_string(),
            paragraphs: article.paragraphs.iter().map(|text| text.to_string()).collect(),
            duties_of: article.duties_of.map(|(party, _)| party + 1),
            duties: article.duties_of.map(|(_, kind)| kind.name().to_owned()),
        };
        let duty = |duty: &Duty| ScriptDuty {
            code: duty.code.to_string(),
            party: duty.party + 1,
            kind: duty.kind.name().to_owned(),
            text: duty.text.to_string(),
            due: duty.due.map(|due| due.to_string()).unwrap_or_default(),
            each: duty.each_under.map(code_of).unwrap_or_default(),
        };
        Script {
            number: terms.number.to_string(),
            subject: terms.subject.to_string(),
            place: terms.place.to_string(),
            from: terms.from.to_string(),
            to: terms.to.to_string(),
            notice_days: terms.notice_days,
            party: terms.parties.iter().map(party).collect(),
            article: terms.articles.iter().map(article).collect(),
            duty: terms.duties.iter().map(duty).collect(),
            ..Script::default()
        }
    }
}

fn party_of(party: &ScriptParty, found: &Found) -> Result<Party, AppError> {
    let fits = party.kinds.is_empty() || party.kinds.iter().any(|kind| **kind == *found.kind.0);
    if !found.signs || !fits {
        let unfit = domain::agreement::AgreementRefusal::PartyUnfit;
        return Err(AppError::refused(unfit.name(), &*party.org));
    }
    let or = |said: &str, known: &str| -> Box<str> {
        if said.trim().is_empty() { known.into() } else { said.trim().into() }
    };
    let contact = &found.contact;
    Ok(Party {
        org: found.id,
        name: found.name.clone(),
        called: party.called.trim().into(),
        signatory: or(&party.signatory, &contact.officer),
        office: or(&party.office, &contact.office),
        basis: party.basis.trim().into(),
        address: or(&party.address, &contact.address),
    })
}

fn article_of(article: &ScriptArticle) -> Result<Article, AppError> {
    let kind = article.duties.as_deref().map(kind_of).transpose()?;
    let party = article.duties_of.map(|party| party.checked_sub(1).unwrap_or(u8::MAX));
    Ok(Article {
        heading: one_line(&article.heading),
        paragraphs: article.paragraphs.iter().map(|text| one_line(text)).collect(),
        duties_of: party.map(|party| (party, kind.unwrap_or(DutyKind::Task))),
    })
}

/// Words with one blank between them, however the file breaks its lines.
fn one_line(text: &str) -> Box<str> {
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

fn kind_of(name: &str) -> Result<DutyKind, AppError> {
    DutyKind::from_name(name).ok_or_else(|| AppError::usage("KIND_UNKNOWN", name))
}

fn due_of(text: &str, from: Day) -> Result<Option<Day>, AppError> {
    let days = text.strip_prefix('+').and_then(|days| days.parse::<u16>().ok());
    match (text, days) {
        ("", _) => Ok(None),
        ("year-end", _) => Ok(Day::new(from.year(), 12, 31)),
        (_, Some(days)) => Ok(Some(from.plus_days(i32::from(days)))),
        (text, None) => day(text).map(Some),
    }
}

fn day(text: &str) -> Result<Day, AppError> {
    Day::parse_iso(text).ok_or_else(|| AppError::usage("NOT_A_DAY", text))
}

/// The last day of so many months from a day on: 7 October and 24 months end on 6 October.
pub(super) fn months_after(from: Day, months: u16) -> Day {
    let month = from.month_of().plus(i32::from(months));
    let (year, number) = (month.year() as i16, month.month() as i8);
    let same = Day::new(year, number, from.day());
    same.unwrap_or_else(|| month.last_day().plus_days(1)).plus_days(-1)
}
