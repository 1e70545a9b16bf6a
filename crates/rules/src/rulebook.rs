//! All dated rules of one folder, ready to be asked, and the version that every computed number
//! keeps.

use std::collections::BTreeMap;
use std::fmt;

use base::{Day, Month, Rounding, Rupiah};
use sha2::{Digest, Sha256};

use crate::builtin;
use crate::load::{self, LoadProblem, LoadProblemCode, Loaded, RegulationFile};
use crate::payer::{GovernmentPaid, Payer};
use crate::rule::{Entry, Parameter, Row, RuleStatus, Source, Unit, Value};
use crate::scheme::{Scheme, WorkSector};

#[cfg(test)]
mod tests;

/// The unit that marks a relief: the part of a contribution that remains payable.
const RELIEF_UNIT: &str = "ppm-of-contribution";

/// The name a set of regulation files goes by: the hash of their texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RulebookVersion([u8; 32]);

impl RulebookVersion {
    /// The whole hash, as 64 hexadecimal digits.
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Hashes the files in the order of their paths; line ends do not count.
    fn of(files: &[RegulationFile<'_>]) -> RulebookVersion {
        let mut sorted: Vec<_> = files.iter().filter(|file| file.path.ends_with(".toml")).collect();
        sorted.sort_by_key(|file| file.path);
        let mut hash = Sha256::new();
        for file in sorted {
            let text = file.text.replace("\r\n", "\n");
            hash.update(file.path.as_bytes());
            hash.update([0]);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        RulebookVersion(hash.finalize().into())
    }
}

/// The first twelve digits, as printed beside a number.
impl fmt::Display for RulebookVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..6].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RulebookVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RulebookVersion({self})")
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleGap {
    /// No rule of this name applies in the month.
    NoRule {
        /// The parameter asked for.
        parameter: &'static str,
        /// The month asked about.
        month: Month,
    },
    /// An income below nothing.
    IncomeNegative,
    /// More rupiah than exist.
    AmountTooLarge,
}

impl RuleGap {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            RuleGap::NoRule { .. } => "RULE_NONE",
            RuleGap::IncomeNegative => "RULE_INCOME_NEGATIVE",
            RuleGap::AmountTooLarge => "RULE_AMOUNT_TOO_LARGE",
        }
    }
}

impl fmt::Display for RuleGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RuleGap::NoRule { parameter, month } => {
                write!(f, "{}: {parameter} {month}", self.name())
            }
            _ => f.write_str(self.name()),
        }
    }
}

impl std::error::Error for RuleGap {}

/// Names of parameters that a gap may be about.
pub(crate) mod id {
    pub const JKK_BPU: &str = "jkk.iuran_bpu";
    pub const JKM_BPU: &str = "jkm.iuran_bpu";
    pub const JHT_BPU: &str = "jht.iuran_bpu";
    pub const BRACKET_GAP: &str = "iuran.celah_golongan";
    pub const ROUNDING: &str = "iuran.pembulatan";
}

macro_rules! known {
    ($($field:ident = $id:expr, $kind:ident);* $(;)?) => {
        /// Where the parameters stand that the formulas ask for.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct Known { $(pub(crate) $field: usize),* }

        impl Known {
            fn find(parameters: &[Parameter]) -> Result<Known, Vec<LoadProblem>> {
                let mut problems = Vec::new();
                $(let $field = find(parameters, $id, Kind::$kind, &mut problems);)*
                if problems.is_empty() { Ok(Known { $($field),* }) } else { Err(problems) }
            }
        }
    };
}

known! {
    jkk_bpu = id::JKK_BPU, Brackets;
    jkm_bpu = id::JKM_BPU, Number;
    jht_bpu = id::JHT_BPU, Number;
    bracket_gap = id::BRACKET_GAP, Choice;
    rounding = id::ROUNDING, Choice;
    age_limit = "eligibility.usia_maksimum", Number;
    age_minimum = "eligibility.usia_minimum", Number;
    age_young = "eligibility.usia_muda", Number;
    age_near = "eligibility.usia_menjelang_batas", Number;
    purses = "apbd.fund_sources", Rows;
}

/// What kind of value a formula expects.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Choice,
    Brackets,
    Rows,
}

/// Whether a payer's purse is the government's, and how well that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Purse {
    pub(crate) paid: GovernmentPaid,
    pub(crate) status: RuleStatus,
}

/// One purse per payer, in the order of [`Payer::ALL`].
type PurseTable = [Purse; Payer::ALL.len()];

/// All dated rules.
#[derive(Debug)]
pub struct Rulebook {
    version: RulebookVersion,
    sources: BTreeMap<Box<str>, Source>,
    units: BTreeMap<Box<str>, Unit>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) known: Known,
    /// Which parameters are reliefs.
    pub(crate) reliefs: Vec<usize>,
    /// Whose purse is the government's, per entry of the fund list, newest first.
    purses: Vec<(Day, PurseTable)>,
}

impl Rulebook {
    /// Reads a folder of regulation files; files that are not TOML are passed over.
    ///
    /// # Errors
    /// Every problem found, sorted by file and line; a folder with one problem gives no rulebook.
    pub fn load(files: &[RegulationFile<'_>]) -> Result<Rulebook, Vec<LoadProblem>> {
        let Loaded { sources, units, parameters } = load::load(files)?;
        let known = Known::find(&parameters)?;
        let is_relief = |p: &Parameter| p.scope.is_some() && *p.unit == *RELIEF_UNIT;
        let reliefs: Vec<usize> =
            (0..parameters.len()).filter(|&index| is_relief(&parameters[index])).collect();
        let mut problems = reliefs_that_meet(&parameters, &reliefs);
        let purses = purse_table(&parameters[known.purses], &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let version = RulebookVersion::of(files);
        Ok(Rulebook { version, sources, units, parameters, known, reliefs, purses })
    }

    /// The rules that this program carries.
    pub fn builtin() -> Rulebook {
        Rulebook::load(builtin::FILES).expect("a test loads the files this program carries")
    }

    /// The files that [`Rulebook::builtin`] reads, for adding a region's own to.
    pub fn builtin_files() -> &'static [RegulationFile<'static>] {
        builtin::FILES
    }

    /// The version that every computed number keeps.
    pub fn version(&self) -> RulebookVersion {
        self.version
    }

    /// Every parameter, in the order of the ids.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The parameter with this id.
    pub fn parameter(&self, id: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| *parameter.id == *id)
    }

    /// The parameter and entry that a rule id names.
    pub fn rule(&self, rule: &str) -> Option<(&Parameter, &Entry)> {
        let parameter = self.parameter(rule.split('@').next()?)?;
        let entry = parameter.entries.iter().find(|entry| entry.rule.as_str() == rule)?;
        Some((parameter, entry))
    }

    /// Every instrument, in the order of the ids.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// The instrument with this id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// The unit with this id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.get(id)
    }

    /// Whether a payer's purse is the government's, for contributions of a month.
    pub fn government_paid(&self, payer: Payer, month: Month) -> GovernmentPaid {
        self.purse(payer, month.first_day()).map_or(GovernmentPaid::No, |purse| purse.paid)
    }

    pub(crate) fn purse(&self, payer: Payer, day: Day) -> Option<Purse> {
        let (_, table) = self.purses.iter().find(|(from, _)| *from <= day)?;
        Some(table[payer.index()])
    }

    /// The income that a sponsor reports for people of the lowest tier: the tier's own base.
    pub fn lowest_tier_income(&self, month: Month) -> Option<Rupiah> {
        let entry = self.entry(self.known.jkk_bpu, month.first_day())?;
        entry.brackets().first().map(|bracket| bracket.base)
    }

    pub(crate) fn entry(&self, parameter: usize, day: Day) -> Option<&Entry> {
        self.parameters[parameter].entry_on(day).filter(|entry| entry.value != Value::Nothing)
    }

    /// How a fraction of a rupiah is settled on a day, and the rule that says so.
    pub(crate) fn rounding(&self, day: Day) -> Option<(Rounding, &Entry)> {
        let entry = self.entry(self.known.rounding, day)?;
        let rounding = match entry.choice() {
            Some("half-up") => Rounding::HalfUp,
            Some("down") => Rounding::Down,
            Some("up") => Rounding::Up,
            _ => return None,
        };
        Some((rounding, entry))
    }
}

fn find(parameters: &[Parameter], id: &str, kind: Kind, problems: &mut Vec<LoadProblem>) -> usize {
    let fits = |entry: &Entry| {
        matches!(
            (&entry.value, kind),
            (Value::Nothing, _)
                | (Value::Number(_), Kind::Number)
                | (Value::Choice(_), Kind::Choice)
                | (Value::Brackets(_), Kind::Brackets)
                | (Value::Rows(_), Kind::Rows)
        )
    };
    let found = parameters.iter().position(|p| *p.id == *id && p.entries.iter().all(fits));
    found.unwrap_or_else(|| {
        problems.push(LoadProblem {
            path: format!("{}.toml", id.replace('.', "/")),
            line: 0,
            code: LoadProblemCode::ParameterMissing,
            detail: id.to_owned(),
        });
        0
    })
}

/// Two reliefs at once have no order in the law, so none may be guessed.
fn reliefs_that_meet(parameters: &[Parameter], reliefs: &[usize]) -> Vec<LoadProblem> {
    let mut problems = Vec::new();
    for (position, &left) in reliefs.iter().enumerate() {
        for &right in &reliefs[position + 1..] {
            let (left, right) = (&parameters[left], &parameters[right]);
            if share_a_case(left, right) && share_a_day(left, right) {
                problems.push(LoadProblem {
                    path: right.path.to_string(),
                    line: 1,
                    code: LoadProblemCode::ReliefsMeet,
                    detail: left.id.to_string(),
                });
            }
        }
    }
    problems
}

fn share_a_case(left: &Parameter, right: &Parameter) -> bool {
    let (Some(left), Some(right)) = (&left.scope, &right.scope) else { return false };
    let segment = left.segments.is_empty()
        || right.segments.is_empty()
        || left.segments.iter().any(|segment| right.segments.contains(segment));
    let covered = |scheme: Scheme, sector: WorkSector| {
        let in_both = |schemes: &[Scheme], sectors: &[WorkSector]| {
            (schemes.is_empty() || schemes.contains(&scheme))
                && (sectors.is_empty() || sectors.contains(&sector))
        };
        in_both(&left.schemes, &left.sectors) && in_both(&right.schemes, &right.sectors)
    };
    segment
        && Scheme::ALL
            .into_iter()
            .any(|scheme| WorkSector::ALL.into_iter().any(|sector| covered(scheme, sector)))
}

fn share_a_day(left: &Parameter, right: &Parameter) -> bool {
    let active = |p: &'_ Parameter| -> Vec<(Day, Option<Day>)> {
        let something = p.entries.iter().filter(|entry| entry.value != Value::Nothing);
        something.map(|entry| (entry.from, entry.until)).collect()
    };
    active(left).iter().any(|&(from, until)| {
        active(right).iter().any(|&(other_from, other_until)| {
            until.is_none_or(|until| other_from <= until)
                && other_until.is_none_or(|other_until| from <= other_until)
        })
    })
}

/// Reads the fund list into a table by payer; each entry must answer for every payer.
fn purse_table(parameter: &Parameter, problems: &mut Vec<LoadProblem>) -> Vec<(Day, PurseTable)> {
    let mut fault = |code: LoadProblemCode, detail: &str| {
        let (path, detail) = (parameter.path.to_string(), detail.to_owned());
        problems.push(LoadProblem { path, line: 1, code, detail });
    };
    let mut tables = Vec::new();
    for entry in &parameter.entries {
        let unknown = entry.rows().iter().find(|row| Payer::from_name(&row.key).is_none());
        if let Some(row) = unknown {
            fault(LoadProblemCode::WordUnknown, &row.key);
        }
        let table = Payer::ALL.map(|payer| {
            let row = entry.rows().iter().find(|row| *row.key == *payer.name());
            row.and_then(purse).unwrap_or_else(|| {
                fault(LoadProblemCode::FieldMissing, payer.name());
                Purse { paid: GovernmentPaid::No, status: RuleStatus::Open }
            })
        });
        tables.push((entry.from, table));
    }
    tables
}

/// One row of the fund list: `yes`, `no`, or `open` with what is assumed meanwhile.
fn purse(row: &Row) -> Option<Purse> {
    let Value::Choice(word) = &row.value else { return None };
    let paid = match (word.as_ref(), row.assumed.as_deref()) {
        ("yes", None) => GovernmentPaid::Yes,
        ("no", None) => GovernmentPaid::No,
        ("open", Some("yes")) => GovernmentPaid::Open { assumed: true },
        ("open", Some("no")) => GovernmentPaid::Open { assumed: false },
        _ => return None,
    };
    Some(Purse { paid, status: row.citation.status })
}

/// The weakest status among rules, for a result that went through all of them.
pub(crate) fn weakest(statuses: impl IntoIterator<Item = RuleStatus>) -> RuleStatus {
    statuses.into_iter().fold(RuleStatus::Confirmed, RuleStatus::weaker)
}
