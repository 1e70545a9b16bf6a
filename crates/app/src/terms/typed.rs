//! What is laid down for a programme as people type it: the same words on the command line, in the
//! pages and from programs.
//!
//! An empty text lays nothing down; every refusal names the one text that it is about.

use base::{Month, RegionCode, Rupiah};
use domain::occupation::OccupationKey;
use domain::priority::Priority;
use domain::programme::{AgeBand, Facilities, GroupTerms, Mandate, Programme, Terms};
use rules::Schemes;

use crate::error::AppError;
use crate::office::Office;

/// The longest basis, of a programme or a mandate.
const TEXT_CHARS: usize = 200;

/// Terms as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermsTyped {
    /// The regulation or decree behind the programme.
    pub basis: String,
    /// As what occupations are insured: `bidan:bpu`, `honorer:pu:2000000`, one each.
    pub groups: Vec<String>,
    /// How many may be on it at a time; 0 or nothing for no limit but the fund's.
    pub quota: String,
    /// From which month everybody must be in it.
    pub mandate_from: String,
    /// By whose instruction.
    pub mandate_basis: String,
    /// In which order places are given: `elderly:60,decile,received,village,name`.
    pub priority: String,
    /// The youngest age.
    pub age_from: String,
    /// The oldest age.
    pub age_to: String,
    /// The highest welfare decile.
    pub decile: String,
    /// People to be reached in years: `2024=12633`, one each.
    pub targets: Vec<String>,
    /// People of which facilities: `dinkes` or `dinkes:klinik+bidan`.
    pub facilities: String,
}

/// A programme as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgrammeTyped {
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The fund's code.
    pub fund: String,
    /// The territory's code.
    pub territory: String,
    /// Schemes: `jkk,jkm` or `jkk,jkm,jht`.
    pub schemes: String,
    /// First covered month.
    pub first: String,
    /// Last covered month.
    pub last: String,
    /// Income declared for everybody; the lowest tier when empty.
    pub income: String,
    /// Occupations it is for, by key; all when there are none.
    pub occupations: Vec<String>,
    /// The occupation of rows that name none.
    pub default_occupation: String,
    /// Whether people insured elsewhere are only pointed out.
    pub allow_insured: bool,
    /// People to be reached.
    pub target: String,
    /// What else is laid down.
    pub terms: TermsTyped,
}

impl TermsTyped {
    /// Terms as somebody would have typed them.
    pub fn of(terms: &Terms) -> TermsTyped {
        let text = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        let mandate = terms.mandate.as_ref();
        let targets = terms.targets.iter().map(|(year, people)| format!("{year}={people}"));
        TermsTyped {
            basis: terms.basis.as_deref().unwrap_or_default().to_owned(),
            groups: terms.groups.iter().map(ToString::to_string).collect(),
            quota: text(terms.quota),
            mandate_from: mandate.map(|one| one.from.to_string()).unwrap_or_default(),
            mandate_basis: mandate.map(|one| one.basis.to_string()).unwrap_or_default(),
            priority: match terms.priority == Priority::default() {
                true => String::new(),
                false => terms.priority.to_string(),
            },
            age_from: text(terms.ages.from.map(u32::from)),
            age_to: text(terms.ages.to.map(u32::from)),
            decile: text(terms.decile.map(u32::from)),
            targets: targets.collect(),
            facilities: terms.facilities.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// The terms.
    ///
    /// # Errors
    /// `TEXT_TOO_LONG`, `GROUP_UNREADABLE`, `KIND_UNKNOWN`, `QUOTA_UNREADABLE`,
    /// `MANDATE_HALF`, `NOT_A_MONTH`, `PRIORITY_UNKNOWN`, `AGE_UNREADABLE`, `DECILE_UNFIT`,
    /// `TARGET_UNREADABLE`, `FACILITIES_UNREADABLE`.
    pub fn read(&self, office: &Office) -> Result<Terms, AppError> {
        let age = |text: &str| number(text, "AGE_UNREADABLE", 130);
        Ok(Terms {
            basis: line(&self.basis)?,
            groups: self.groups(office)?,
            quota: number::<u32>(&self.quota, "QUOTA_UNREADABLE", u32::MAX)?.filter(|n| *n > 0),
            mandate: self.mandate()?,
            priority: match self.priority.trim() {
                "" => Priority::default(),
                text => Priority::parse(text)
                    .ok_or_else(|| AppError::usage("PRIORITY_UNKNOWN", text))?,
            },
            ages: AgeBand { from: age(&self.age_from)?, to: age(&self.age_to)? },
            decile: number(&self.decile, "DECILE_UNFIT", u32::from(domain::terms::DECILES))?,
            targets: self.targets()?,
            facilities: match self.facilities.trim() {
                "" | "none" => None,
                text => Some(
                    Facilities::parse(text)
                        .ok_or_else(|| AppError::usage("FACILITIES_UNREADABLE", text))?,
                ),
            },
        })
    }

    fn groups(&self, office: &Office) -> Result<Vec<GroupTerms>, AppError> {
        let texts = self.groups.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
        let group = |text: &str| {
            let group =
                GroupTerms::parse(text).ok_or_else(|| AppError::usage("GROUP_UNREADABLE", text))?;
            known(office, &group.occupation.0).map(|_| group)
        };
        texts.map(group).collect()
    }

    fn mandate(&self) -> Result<Option<Mandate>, AppError> {
        match (self.mandate_from.trim(), line(&self.mandate_basis)?) {
            ("", None) => Ok(None),
            ("", Some(_)) | (_, None) => Err(AppError::usage("MANDATE_HALF", "")),
            (from, Some(basis)) => Ok(Some(Mandate { from: month(from)?, basis })),
        }
    }

    fn targets(&self) -> Result<Vec<(u16, u32)>, AppError> {
        let texts = self.targets.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
        let target = |text: &str| {
            let read = || {
                let (year, people) = text.split_once('=')?;
                let year = year.trim().parse().ok().filter(|year| (2000..=2100).contains(year))?;
                Some((year, people.trim().replace('.', "").parse().ok()?))
            };
            read().ok_or_else(|| AppError::usage("TARGET_UNREADABLE", text))
        };
        texts.map(target).collect()
    }
}

impl ProgrammeTyped {
    /// The programme, with an identifier of its own.
    ///
    /// # Errors
    /// `CODE_UNFIT`, `NAME_MISSING`, `FUND_UNKNOWN`, `NOT_A_REGION`, `NOT_SCHEMES`, `NOT_A_MONTH`,
    /// `MONTHS_BACKWARDS`, `NOT_AN_AMOUNT`, `KIND_UNKNOWN`, `PEOPLE_UNREADABLE`, and those of
    /// [`TermsTyped::read`].
    pub fn read(&self, office: &Office) -> Result<Programme, AppError> {
        let keys = self.occupations.iter().map(|key| known(office, key));
        let default = self.default_occupation.trim();
        let (first, last) = (month(&self.first)?, month(&self.last)?);
        if first > last {
            return Err(AppError::usage("MONTHS_BACKWARDS", format!("{first}..{last}")));
        }
        let schemes = Schemes::parse(&self.schemes.replace('+', ","));
        let territory = RegionCode::parse(self.territory.trim());
        Ok(Programme {
            id: office.environment.new_id(),
            code: self.code.trim().into(),
            name: line(&self.name)?.ok_or_else(|| AppError::usage("NAME_MISSING", ""))?,
            territory: territory
                .ok_or_else(|| AppError::usage("NOT_A_REGION", self.territory.as_str()))?,
            fund: office.fund(self.fund.trim())?.id,
            schemes: schemes
                .ok_or_else(|| AppError::usage("NOT_SCHEMES", self.schemes.as_str()))?,
            first,
            last,
            occupations: keys.collect::<Result<_, _>>()?,
            default_occupation: match default {
                "" => None,
                key => Some(known(office, key)?),
            },
            income: match self.income.trim() {
                "" => Rupiah::ZERO,
                text => {
                    Rupiah::parse(text).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", text))?
                }
            },
            refuse_insured: !self.allow_insured,
            target: read_people(&self.target)?,
            terms: self.terms.read(office)?,
        })
    }
}

/// A number of people to be reached; none when it is empty.
///
/// # Errors
/// `PEOPLE_UNREADABLE`.
pub fn read_people(text: &str) -> Result<Option<u32>, AppError> {
    number(text, "PEOPLE_UNREADABLE", u32::MAX)
}

fn known(office: &Office, key: &str) -> Result<OccupationKey, AppError> {
    let key = OccupationKey(key.trim().into());
    match office.occupations.get(&key) {
        Some(known) => Ok(known.key.clone()),
        None => Err(AppError::usage("KIND_UNKNOWN", &*key.0)),
    }
}

fn month(text: &str) -> Result<Month, AppError> {
    Month::parse(text.trim()).ok_or_else(|| AppError::usage("NOT_A_MONTH", text))
}

/// A line of words; none when it is empty.
fn line(text: &str) -> Result<Option<Box<str>>, AppError> {
    let folded = base::person::fold_spaces(text);
    if folded.chars().count() > TEXT_CHARS {
        return Err(AppError::usage("TEXT_TOO_LONG", TEXT_CHARS.to_string()));
    }
    Ok((!folded.is_empty()).then(|| folded.as_str().into()))
}

/// A whole number, with or without points between thousands; none when it is empty.
fn number<N: TryFrom<u32>>(
    text: &str,
    code: &'static str,
    most: u32,
) -> Result<Option<N>, AppError> {
    let plain = text.trim().replace('.', "");
    if plain.is_empty() {
        return Ok(None);
    }
    let read = plain.parse::<u32>().ok().filter(|number| *number <= most);
    let read = read.and_then(|number| N::try_from(number).ok());
    read.map(Some).ok_or_else(|| AppError::usage(code, text))
}
