//! What was answered about a programme so far, as it is carried from page to page.

use app::funds::Programme;
use app::terms::{ProgrammeTyped, TermsTyped};

use crate::page::{Asked, Writing};
use crate::parts::Posted;

/// What the pages are about.
pub(super) enum Of {
    /// A programme that is not there yet.
    New,
    /// One whose terms are laid down anew.
    Known(Box<Programme>),
}

impl Of {
    /// Where the list of questions stands.
    pub(super) fn base(&self) -> String {
        match self {
            Of::New => "/program/baru".to_owned(),
            Of::Known(known) => format!("/program/{}/ketentuan", known.code),
        }
    }

    /// Where a group of questions stands.
    pub(super) fn path(&self, part: &str) -> String {
        format!("{}/{part}", self.base())
    }

    pub(super) fn title(&self, writing: Writing) -> String {
        match self {
            Of::New => writing.w("terms-new"),
            Of::Known(known) => writing.with("terms-of", &[("programme", &known.name)]),
        }
    }

    pub(super) fn lead(&self) -> &'static str {
        match self {
            Of::New => "terms-new-lead",
            Of::Known(_) => "terms-of-lead",
        }
    }

    /// What recording it does, in a sentence.
    pub(super) fn consequence(&self) -> &'static str {
        match self {
            Of::New => "terms-new-does",
            Of::Known(_) => "terms-of-does",
        }
    }

    pub(super) fn button(&self) -> &'static str {
        match self {
            Of::New => "terms-add",
            Of::Known(_) => "terms-change",
        }
    }
}

/// Answers that only a new programme has.
const OF_NEW: &[&str] = &[
    "kode",
    "nama",
    "wilayah",
    "dana",
    "skema",
    "mulai",
    "sampai",
    "penghasilan",
    "pekerjaan",
    "pekerjaan-biasa",
    "sudah-terdaftar",
    "sasaran",
];

/// Answers that make terms.
const OF_TERMS: &[&str] = &[
    "dasar",
    "usia-dari",
    "usia-sampai",
    "desil",
    "faskes",
    "segmen",
    "tempat",
    "sasaran-tahun",
    "urutan",
    "wajib-mulai",
    "wajib-dasar",
];

/// What was answered, name by name; a question of which there may be many has many.
#[derive(Default)]
pub(super) struct Answers(Vec<(String, String)>);

impl Answers {
    /// Those of an address; what a known programme lays down while the address has none.
    pub(super) fn of(asked: &Asked, of: &Of) -> Answers {
        match (asked.value("isi"), of) {
            (Some(_), _) => Answers::known(asked.query.iter(), of),
            (None, Of::New) => Answers::default(),
            (None, Of::Known(known)) => Answers::of_terms(&TermsTyped::of(&known.terms)),
        }
    }

    /// Those of a form.
    pub(super) fn sent(posted: &Posted, of: &Of) -> Answers {
        let names = OF_TERMS.iter().chain(if matches!(of, Of::New) { OF_NEW } else { &[] });
        let all = names
            .flat_map(|name| posted.all(name).map(|value| ((*name).to_owned(), value.to_owned())));
        Answers(all.filter(|(_, value)| !value.is_empty()).collect())
    }

    fn known<'a>(pairs: impl Iterator<Item = &'a (String, String)>, of: &Of) -> Answers {
        Answers::sent(&Posted::from_pairs(pairs.cloned().collect()), of)
    }

    fn of_terms(typed: &TermsTyped) -> Answers {
        let mut answers = Answers::default();
        let one = [
            ("dasar", &typed.basis),
            ("usia-dari", &typed.age_from),
            ("usia-sampai", &typed.age_to),
            ("desil", &typed.decile),
            ("faskes", &typed.facilities),
            ("tempat", &typed.quota),
            ("urutan", &typed.priority),
            ("wajib-mulai", &typed.mandate_from),
            ("wajib-dasar", &typed.mandate_basis),
        ];
        for (name, value) in one {
            answers.set(name, [value.clone()]);
        }
        answers.set("segmen", typed.groups.iter().cloned());
        answers.set("sasaran-tahun", typed.targets.iter().cloned());
        answers
    }

    /// The answer to a question; empty when there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every answer to a question of which there may be many.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let ours = self.0.iter().filter(|(key, _)| key == name);
        ours.map(|(_, value)| value.as_str()).collect()
    }

    /// Answers a question anew; nothing for empty texts.
    pub(super) fn set(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        self.0.retain(|(key, _)| key != name);
        let values = values.into_iter().map(|value| value.trim().to_owned());
        let values = values.filter(|value| !value.is_empty());
        self.0.extend(values.map(|value| (name.to_owned(), value)));
    }

    /// What a form carries along: everything but what it asks itself.
    pub(super) fn carried(&self, but: &[&str]) -> Vec<(String, String)> {
        let others = self.0.iter().filter(|(name, _)| !but.contains(&name.as_str()));
        others.cloned().chain([("isi".to_owned(), "ya".to_owned())]).collect()
    }

    /// An address that carries everything along.
    pub(super) fn href(&self, writing: Writing, path: &str) -> String {
        writing.href(path, &self.carried(&[]))
    }

    /// As a form shows them.
    pub(super) fn posted(&self) -> Posted {
        Posted::from_pairs(self.0.clone())
    }

    /// The terms.
    pub(super) fn terms(&self) -> TermsTyped {
        let text = |name: &str| self.get(name).to_owned();
        let all = |name: &str| self.all(name).into_iter().map(str::to_owned).collect();
        TermsTyped {
            basis: text("dasar"),
            groups: all("segmen"),
            quota: text("tempat"),
            mandate_from: text("wajib-mulai"),
            mandate_basis: text("wajib-dasar"),
            priority: text("urutan"),
            age_from: text("usia-dari"),
            age_to: text("usia-sampai"),
            decile: text("desil"),
            targets: all("sasaran-tahun"),
            facilities: text("faskes"),
        }
    }

    /// A whole programme.
    pub(super) fn programme(&self) -> ProgrammeTyped {
        let text = |name: &str| self.get(name).to_owned();
        ProgrammeTyped {
            code: text("kode"),
            name: text("nama"),
            fund: text("dana"),
            territory: text("wilayah"),
            schemes: self.all("skema").join(","),
            first: text("mulai"),
            last: text("sampai"),
            income: text("penghasilan"),
            occupations: self.all("pekerjaan").into_iter().map(str::to_owned).collect(),
            default_occupation: text("pekerjaan-biasa"),
            allow_insured: !self.get("sudah-terdaftar").is_empty(),
            target: text("sasaran"),
            terms: self.terms(),
        }
    }
}
