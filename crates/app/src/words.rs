//! Words for people: the one catalogue, Indonesian first, English second.
//!
//! Codes come from below; the sentences live in `crates/app/words/`. A missing key prints the key
//! itself, and `cargo xtask tidy` keeps that from ever happening.

use std::sync::OnceLock;

use base::{Problem, ProblemCode};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use rules::Note;

use crate::files::NoticeView;
use crate::reading::FileRefusal;

/// A language of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Bahasa Indonesia.
    #[default]
    Indonesian,
    /// English.
    English,
}

/// The catalogue in one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

/// What is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Words {
    /// The catalogue of a language, built once.
    pub fn of(language: Language) -> &'static Words {
        static INDONESIAN: OnceLock<Words> = OnceLock::new();
        static ENGLISH: OnceLock<Words> = OnceLock::new();
        let (cell, tag, text) = match language {
            Language::Indonesian => (&INDONESIAN, "id", include_str!("../words/id.ftl")),
            Language::English => (&ENGLISH, "en", include_str!("../words/en.ftl")),
        };
        cell.get_or_init(|| Words::build(tag, text))
    }

    fn build(tag: &str, text: &str) -> Words {
        let language = tag.parse().expect("the two language tags are well formed");
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Direction marks around values would end up in workbooks and terminals.
        bundle.set_use_isolating(false);
        let resource = match FluentResource::try_new(text.to_owned()) {
            Ok(resource) => resource,
            Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        Words { bundle }
    }

    /// The words under a key.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words under a key, with values put in.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, a)| (id, Some(a)));
        let pattern = self.bundle.get_message(id).and_then(|message| match attribute {
            None => message.value(),
            Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
        });
        let Some(pattern) = pattern else { return key.to_owned() };
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, *value);
        }
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// What a problem is called, and what to do about it.
    pub fn problem(&self, problem: &Problem) -> Sentence {
        let key = format!("problem-{}", problem.code.name());
        let detail = problem.detail.as_deref().unwrap_or("?");
        let values = [("detail", detail)];
        Sentence {
            what: self.with(&key, &values),
            remedy: self.with(&format!("{key}.remedy"), &values),
        }
    }

    /// What a problem of this code is called in general, and what to do about it.
    pub fn problem_by_code(&self, code: ProblemCode) -> Sentence {
        let problem = Problem::of_row(code).with_detail("…");
        self.problem(&problem)
    }

    /// Why a file was refused, and what to do about it.
    pub fn file_refusal(&self, refusal: &FileRefusal) -> Sentence {
        let key = format!("refusal-{}", refusal.code);
        let kind = match refusal.detail.as_str() {
            "" => String::new(),
            kind => self.get(&format!("kind-{kind}")),
        };
        let values = [("detail", kind.as_str())];
        Sentence {
            what: self.with(&key, &values),
            remedy: self.with(&format!("{key}.remedy"), &values),
        }
    }

    /// Something the sender should know about a file.
    pub fn notice(&self, notice: &NoticeView) -> String {
        self.with(&format!("notice-{}", notice.code), &[("detail", &notice.detail)])
    }

    /// What a field of two compared records says.
    pub fn reason(&self, reason: &crate::duplicates::Reason) -> String {
        self.get(&format!("same-{}.l{}", reason.field, reason.level))
    }

    /// What a note to an answer of the law says.
    pub fn note(&self, note: Note) -> String {
        let key = format!("law-note-{}", note.name());
        let values = match note {
            Note::Lapsed { paid_until } => vec![("until", paid_until.in_words())],
            Note::SettleArrears { months } => vec![("months", months.to_string())],
            Note::BurialOnly { counted, required } | Note::MonthsTooFew { counted, required } => {
                vec![("counted", counted.to_string()), ("required", required.to_string())]
            }
            Note::ChildrenLeftOut { children } => vec![("children", children.to_string())],
            Note::AgeOutside { limit } => vec![("limit", limit.to_string())],
            Note::Deferred { rupiah } => vec![("amount", rupiah.to_string())],
            Note::NotRegistered
            | Note::NotPaid
            | Note::BurialPaidOnce
            | Note::OnTerms
            | Note::OnTime => Vec::new(),
        };
        let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
        self.with(&key, &values)
    }

    /// What an outcome is called.
    pub fn outcome(&self, outcome: domain::enrolment::Outcome) -> String {
        self.get(&format!("outcome-{}", outcome.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::enrolment::Outcome;

    #[test]
    fn every_code_has_a_sentence_and_a_remedy_in_both_languages() {
        for language in [Language::Indonesian, Language::English] {
            let words = Words::of(language);
            for code in ProblemCode::ALL {
                let sentence = words.problem(&Problem::of_row(*code));
                assert!(!sentence.what.contains("problem-"), "{}", code.name());
                assert!(!sentence.remedy.contains("problem-"), "{}", code.name());
            }
            for outcome in Outcome::ALL {
                assert!(!words.outcome(*outcome).contains("outcome-"), "{}", outcome.name());
            }
        }
    }

    /// Of two texts under one key, the later one is said wherever the first was meant.
    #[test]
    fn both_catalogues_have_the_same_keys_and_each_once() {
        let keys = |text: &'static str| -> Vec<&str> {
            let begins = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
            let keys = text.lines().filter(begins);
            keys.filter_map(|line| line.split_once(" =").map(|(key, _)| key)).collect()
        };
        let [indonesian, english] =
            [include_str!("../words/id.ftl"), include_str!("../words/en.ftl")].map(keys);
        for keys in [&indonesian, &english] {
            let mut seen = std::collections::HashSet::new();
            let twice: Vec<_> = keys.iter().filter(|key| !seen.insert(**key)).collect();
            assert!(twice.is_empty(), "{twice:?}");
        }
        let sorted = |mut keys: Vec<&'static str>| {
            keys.sort_unstable();
            keys
        };
        assert_eq!(sorted(indonesian), sorted(english));
    }

    #[test]
    fn values_are_put_into_the_sentence() {
        let problem = Problem::of_row(ProblemCode::NikLength).with_detail("15");
        let sentence = Words::of(Language::Indonesian).problem(&problem);
        assert_eq!(sentence.what, "NIK harus 16 angka. Yang tertulis 15 angka.");
    }
}
