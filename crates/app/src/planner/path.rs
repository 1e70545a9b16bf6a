//! A path to universal coverage as typed, read into what it asks.

use base::money::grouped;
use base::{Month, Rupiah};
use domain::occupation::Occupations;
use domain::plan::{Apbd, Base, PathQuery};
use rules::{Payer, Rulebook, Schemes};

use super::people::Counted;
use super::typed::{BaseTyped, USUAL, month};
use crate::error::AppError;
use crate::words::Words;

/// A path as typed; what is empty is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathTyped {
    /// The first paid month.
    pub from: String,
    /// How many budget years; five when empty.
    pub years: String,
    /// People in the first year.
    pub people: String,
    /// People in the last year.
    pub goal: String,
    /// Where the goal is from: a document, with its date.
    pub goal_source: String,
    /// People of each year with commas between, where they do not rise in equal steps.
    pub steps: String,
    /// Schemes.
    pub schemes: String,
    /// The purse.
    pub payer: String,
    /// The whole budget of a year.
    pub apbd: String,
    /// Which document says so.
    pub apbd_source: String,
    /// What contributions are computed from.
    pub base: BaseTyped,
}

/// A path with the source of its goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathAsked {
    /// The question.
    pub query: PathQuery,
    /// Where the goal is from.
    pub goal_source: String,
    /// The programme whose people are known already, by code and name.
    pub programme: Option<(Box<str>, Box<str>)>,
}

impl PathAsked {
    /// By what people are counted, in sentences: nobody should read a price and not know whose.
    pub fn priced_in_words(&self, words: &Words) -> Vec<String> {
        let base_in_words = |base: Base| {
            let (key, amount) = match base {
                Base::Bpu { income, .. } if income == Rupiah::ZERO => ("plan-base-lowest", income),
                Base::Bpu { income, .. } => ("plan-base-bpu", income),
                Base::Pu { wage, .. } => ("plan-base-pu", wage),
            };
            words.with(key, &[("amount", &amount.to_string())])
        };
        let known = self.query.known.iter().map(|(base, people)| {
            let programme = self.programme.as_ref().map_or("", |(_, name)| name);
            let (people, base) = (grouped(*people), base_in_words(*base));
            let values = [("people", &*people), ("programme", programme), ("base", &base)];
            words.with("plan-path-known", &values)
        });
        let key = match self.query.known.is_empty() {
            true => "plan-path-everybody",
            false => "plan-path-others",
        };
        let others = words.with(key, &[("base", &base_in_words(self.query.base))]);
        known.chain([others]).collect()
    }
}

impl PathTyped {
    /// The path, with the people of a programme as those who are known already; what is not typed
    /// is as in that programme. A goal or a budget without a source is refused, because nobody
    /// could check it.
    ///
    /// # Errors
    /// `FLAG_MISSING`, `SOURCE_MISSING`, `NOT_A_COUNT`, `NOT_A_MONTH`, `NOT_AN_AMOUNT`,
    /// `NOT_SCHEMES`, `KIND_UNKNOWN`.
    pub fn read(
        &self,
        rulebook: &Rulebook,
        occupations: &Occupations,
        known: Option<&Counted>,
    ) -> Result<PathAsked, AppError> {
        let first: Month = match self.from.trim() {
            "" => return Err(AppError::usage("FLAG_MISSING", "--from")),
            text => month(text)?,
        };
        let count = |text: &str| -> Result<u64, AppError> {
            let plain = text.trim().replace(['.', ' '], "");
            plain.parse().map_err(|_| AppError::usage("NOT_A_COUNT", text))
        };
        let goal = count(&self.goal)?;
        if self.goal_source.trim().chars().count() < 3 {
            return Err(AppError::usage("SOURCE_MISSING", self.goal.as_str()));
        }
        let steps = self.steps.split([',', '+']).filter(|step| !step.trim().is_empty());
        let steps: Vec<u64> = steps.map(count).collect::<Result<_, _>>()?;
        let years = match self.years.trim() {
            "" if !steps.is_empty() => u32::try_from(steps.len()).unwrap_or(u32::MAX),
            "" => 5,
            text => text.parse().map_err(|_| AppError::usage("NOT_A_COUNT", text))?,
        };
        let from_people = match (self.people.trim(), steps.first(), known) {
            ("", Some(first), _) => *first,
            ("", None, Some(known)) => known.people.people(),
            (text, ..) => count(text)?,
        };
        let base = self.base.read(rulebook, occupations, Rupiah::ZERO, first)?.of(None);
        let usual = known.map_or(USUAL, |known| (known.schemes, known.payer));
        let (schemes, payer) = self.what_and_who(usual)?;
        let apbd = self.apbd()?;
        let query = PathQuery {
            first,
            years,
            from_people,
            goal,
            steps,
            known: known.map(|known| known.people.bases()).unwrap_or_default(),
            base,
            schemes,
            payer,
            apbd,
        };
        let programme = known.and_then(|known| known.programme.clone());
        Ok(PathAsked { query, programme, goal_source: self.goal_source.trim().to_owned() })
    }

    fn what_and_who(&self, usual: (Schemes, Payer)) -> Result<(Schemes, Payer), AppError> {
        let schemes = match self.schemes.trim() {
            "" => usual.0,
            text => Schemes::parse(&text.replace('+', ","))
                .ok_or_else(|| AppError::usage("NOT_SCHEMES", text))?,
        };
        let payer = match self.payer.trim() {
            "" => usual.1,
            text => Payer::from_name(text).ok_or_else(|| AppError::usage("KIND_UNKNOWN", text))?,
        };
        Ok((schemes, payer))
    }

    fn apbd(&self) -> Result<Option<Apbd>, AppError> {
        if self.apbd.trim().is_empty() {
            return Ok(None);
        }
        let total = Rupiah::parse(self.apbd.trim()).filter(|total| *total > Rupiah::ZERO);
        let total = total.ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", self.apbd.as_str()))?;
        if self.apbd_source.trim().chars().count() < 3 {
            return Err(AppError::usage("SOURCE_MISSING", self.apbd.as_str()));
        }
        Ok(Some(Apbd { total, source: self.apbd_source.trim().into() }))
    }
}
