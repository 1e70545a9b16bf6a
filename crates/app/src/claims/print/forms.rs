//! The official forms of a claim with what is known filled in, and lines for what is not.
//!
//! They are copied to BPJS's own sheets; what somebody else has to state, a doctor or a witness, is
//! left to them.

use base::{Day, Rupiah};
use documents::pdf::LetterPiece;
use domain::registry::Person;

use super::Sheet;

/// What carrying and aids cost, by the words of the catalogue, in the order of the facts.
const COSTS: [&str; 7] = [
    "claim-cost-darat",
    "claim-cost-laut",
    "claim-cost-udara",
    "claim-cost-gigi",
    "claim-cost-dengar",
    "claim-cost-kacamata",
    "claim-cost-rumah",
];

impl Sheet<'_> {
    /// The form: who, what happened, who receives, and lines for what is not known.
    pub(super) fn form(&self, pieces: &mut Vec<LetterPiece>) {
        self.say(pieces, self.w("claim-form-note"));
        self.member(pieces);
        pieces.push(LetterPiece::Heading(self.w("claim-form-event")));
        let told = self.w(&format!("claim-told-{}", self.claim.told.name()));
        self.facts(
            pieces,
            &[
                ("claim-form-what", self.w(&format!("claim-kind-{}", self.claim.kind.name()))),
                ("claim-form-day", self.claim.event.in_words()),
                ("claim-form-reported", self.claim.reported.in_words()),
                ("claim-form-told", told),
                ("claim-form-reporter", self.reporter.name.to_string()),
                ("claim-form-phone", self.reporter.phone.to_string()),
                ("claim-form-account-of", self.reporter.account.to_string()),
            ],
        );
        if self.is_to_family() {
            pieces.push(LetterPiece::Heading(self.w("claim-form-heirs")));
            self.heirs(pieces);
        }
        pieces.push(LetterPiece::Signatures(vec![
            self.signs("claim-sign-applicant"),
            self.signs("claim-sign-office"),
        ]));
    }

    fn heirs(&self, pieces: &mut Vec<LetterPiece>) {
        if self.people.is_empty() {
            self.facts(pieces, &[("claim-form-name", String::new())]);
        }
        for person in &self.people {
            let part = self.receive.iter().find(|one| one.no == person.no);
            let part = part.map_or("none", |part| part.part.name());
            let mut rows = vec![
                ("claim-form-name", person.name.as_str().to_owned()),
                ("claim-form-relation", self.w(&format!("heir-{}", person.relation.name()))),
                ("claim-form-nik", person.nik.map(|nik| nik.reveal()).unwrap_or_default()),
                ("claim-form-birth", person.birth.map(Day::in_words).unwrap_or_default()),
                ("claim-form-phone", person.phone.to_string()),
                ("claim-form-account", person.account.to_string()),
                ("claim-form-receives", self.w(&format!("claim-receives-{part}"))),
            ];
            if !person.guardian.is_empty() {
                rows.push(("claim-form-guardian", person.guardian.to_string()));
            }
            self.facts(pieces, &rows);
        }
    }

    /// Form 3a: how the accident ended, what was lost, time without work, what was paid.
    pub(super) fn outcome(&self, pieces: &mut Vec<LetterPiece>) {
        self.say(pieces, self.w("claim-form-note"));
        self.member(pieces);
        pieces.push(LetterPiece::Heading(self.w("claim-form-outcome")));
        let facts = &self.facts;
        let losses: Vec<String> = facts.losses.iter().map(ToString::to_string).collect();
        let (months, days) = facts.unfit;
        let unfit = [("months", months.to_string()), ("days", days.to_string())];
        let unfit = match facts.unfit {
            (0, 0) => String::new(),
            _ => self.with("claim-form-unfit-told", &unfit),
        };
        self.facts(
            pieces,
            &[
                ("claim-form-day", self.claim.event.in_words()),
                ("claim-form-what", self.w(&format!("claim-kind-{}", self.claim.kind.name()))),
                ("claim-losses", losses.join(", ")),
                ("claim-form-unfit", unfit),
                ("claim-form-ended", String::new()),
                ("claim-form-clinic", String::new()),
            ],
        );
        pieces.push(LetterPiece::Heading(self.w("claim-form-costs")));
        let costs = facts.transport.iter().chain(&facts.aids).zip(COSTS);
        let told = |rupiah: &Rupiah| match *rupiah {
            Rupiah::ZERO => String::new(),
            rupiah => super::in_full(rupiah),
        };
        let rows: Vec<_> = costs.map(|(rupiah, key)| (key, told(rupiah))).collect();
        self.facts(pieces, &rows);
        if self.is_to_family() {
            pieces.push(LetterPiece::Heading(self.w("claim-form-heirs")));
            self.heirs(pieces);
        }
        pieces.push(LetterPiece::Signatures(vec![
            self.signs("claim-sign-applicant"),
            self.signs("claim-sign-office"),
        ]));
    }

    /// Form 3b: whom the doctor saw after what; everything else is the doctor's to state.
    pub(super) fn doctor(&self, pieces: &mut Vec<LetterPiece>) {
        self.say(pieces, self.w("claim-form-doctor-note"));
        self.member(pieces);
        pieces.push(LetterPiece::Heading(self.w("claim-form-doctor")));
        let day = self.claim.event.in_words();
        let mut rows = vec![("claim-form-day", day)];
        rows.extend(
            [
                "claim-form-clinic",
                "claim-form-diagnosis",
                "claim-form-treated",
                "claim-form-cause",
                "claim-form-unfit-until",
                "claim-form-lasting",
                "claim-form-death-cause",
            ]
            .map(|key| (key, String::new())),
        );
        self.facts(pieces, &rows);
        pieces.push(LetterPiece::Signatures(vec![self.signs("claim-sign-doctor")]));
    }

    /// Form 3 KK: how it happened, by whoever was hurt and whoever saw it.
    pub(super) fn witness(&self, pieces: &mut Vec<LetterPiece>) {
        self.say(pieces, self.w("claim-form-note"));
        self.member(pieces);
        pieces.push(LetterPiece::Heading(self.w("claim-form-event")));
        self.facts(
            pieces,
            &[
                ("claim-form-day", self.claim.event.in_words()),
                ("claim-form-hour", String::new()),
                ("claim-form-where", String::new()),
                ("claim-form-doing", String::new()),
                ("claim-form-account-of", self.reporter.account.to_string()),
                ("claim-form-hurt", String::new()),
                ("claim-form-disease", String::new()),
            ],
        );
        pieces.push(LetterPiece::Heading(self.w("claim-form-witness")));
        let blank = ["claim-form-name", "claim-form-nik", "claim-form-phone", "claim-form-saw"];
        self.facts(pieces, &blank.map(|key| (key, String::new())));
        pieces.push(LetterPiece::Signatures(vec![
            self.signs("claim-sign-applicant"),
            self.signs("claim-sign-witness"),
        ]));
    }

    /// Who the member is, and what stands behind their cover.
    fn member(&self, pieces: &mut Vec<LetterPiece>) {
        let person = &self.person;
        pieces.push(LetterPiece::Heading(self.w("claim-form-member")));
        self.facts(
            pieces,
            &[
                ("claim-form-name", person.name.as_str().to_owned()),
                ("claim-form-nik", person.nik.reveal()),
                ("claim-form-kpj", self.number.clone()),
                ("claim-form-birth", birth_of(person)),
                ("claim-form-address", person.address.as_deref().unwrap_or_default().to_owned()),
                ("claim-form-village", self.place()),
                ("claim-form-work", self.work()),
                ("claim-form-base", self.behind.wage.to_string()),
                ("claim-form-paid", self.paid_months()),
            ],
        );
    }
}

fn birth_of(person: &Person) -> String {
    match person.birth_place.as_deref() {
        Some(place) => format!("{place}, {}", person.birth.in_words()),
        None => person.birth.in_words(),
    }
}
