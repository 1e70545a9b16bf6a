//! What the register says of itself without naming anybody: programmes, files, cover, rules.
//!
//! Read models for pages and tables. Nothing here holds a NIK, a name of a person, an address or a
//! file's name, because a village names files after people.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base::id::kind;
use base::{Day, Id, Month, Ppm, RegionCode, Rupiah, Zone};
use domain::approval::ProposalState;
use domain::billing::BillState;
use domain::coverage::{
    CoverageFact, CoverageKey, Denominator, coverage_table, untold, untold_below,
};
use domain::enrolment::Outcome;
use domain::programme::Programme;
use rules::RuleStatus;
use rules::rule::{Parameter, Unit, UnitKind, Value, Wording};
use store::Tx;
use store::bills::BillHead;
use store::sheets::{Sheet, SheetState};

pub use domain::coverage::{CoverageBy, TOLD_FROM};
pub use store::reports::ProblemCount;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation};

#[cfg(test)]
mod tests;

/// The register in one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The day it was looked at.
    pub as_of: Day,
    /// By code.
    pub programmes: Vec<ProgrammeOverview>,
    /// All rows of all programmes.
    pub rows: RowCounts,
    /// People on approved lists, counted once per programme.
    pub approved: u64,
    /// What approved lists cost.
    pub committed: Rupiah,
}

/// One programme in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeOverview {
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// First covered month.
    pub first: Month,
    /// Last covered month.
    pub last: Month,
    /// What may be committed by all programmes of the fund.
    pub ceiling: Rupiah,
    /// Files decided.
    pub sheets: u64,
    /// What became of their rows.
    pub rows: RowCounts,
    /// People on approved lists.
    pub approved: u64,
    /// What approved lists cost.
    pub committed: Rupiah,
    /// The newest month that is paid for, and how many are covered in it.
    pub covered: Option<(Month, u64)>,
    /// What is to be done next.
    pub next: NextStep,
}

/// Rows of people as received; the four parts add up to [`RowCounts::received`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowCounts {
    /// On the list.
    pub accepted: u64,
    /// Back to the sender, or waiting for somebody's word.
    pub to_fix: u64,
    /// Refused by a rule.
    pub refused: u64,
    /// The same person again.
    pub repeated: u64,
}

/// What is to be done next for a programme; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing was received.
    Receive,
    /// Nobody can be put forward before rows are mended.
    Fix,
    /// Accepted people are on no list.
    Propose,
    /// A list waits for its approval.
    Approve,
    /// The month has no bill.
    Bill(Month),
    /// The month's bill is a draft.
    Issue(Month),
    /// The month's bill is not paid.
    Pay(Month),
    /// Every month is paid for.
    Done,
}

impl NextStep {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            NextStep::Receive => "receive",
            NextStep::Fix => "fix",
            NextStep::Propose => "propose",
            NextStep::Approve => "approve",
            NextStep::Bill(_) => "bill",
            NextStep::Issue(_) => "issue",
            NextStep::Pay(_) => "pay",
            NextStep::Done => "done",
        }
    }

    /// The month it is about.
    pub fn month(self) -> Option<Month> {
        match self {
            NextStep::Bill(month) | NextStep::Issue(month) | NextStep::Pay(month) => Some(month),
            _ => None,
        }
    }
}

/// One received file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetOverview {
    /// Which.
    pub id: Id<kind::Sheet>,
    /// Who sent it.
    pub sender: String,
    /// For what.
    pub programme: String,
    /// When.
    pub received: Day,
    /// The kind of file by the end of its name, such as `xlsx`; empty when it is unusual.
    pub extension: &'static str,
    /// Where it stands: `received`, `decided`, `undone`.
    pub state: &'static str,
    /// What became of its rows.
    pub rows: RowCounts,
}

/// One received file with the causes of what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetDetail {
    /// In short.
    pub sheet: SheetOverview,
    /// Rows by outcome, as decided; without those that a later file replaces.
    pub outcomes: Vec<(Outcome, u64)>,
    /// Rows that a later file replaces.
    pub superseded: u64,
    /// Problems by code, the heaviest first, then the most frequent.
    pub problems: Vec<ProblemCount>,
    /// The file that this one corrects.
    pub corrects: Option<Id<kind::Sheet>>,
}

/// What a coverage table is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageQuery {
    /// By what it counts.
    pub by: CoverageBy,
    /// The month; the newest that is paid for when absent.
    pub month: Option<Month>,
    /// Only this programme, by code.
    pub programme: Option<String>,
}

/// Covered people against stated denominators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageTable {
    /// By what it counts.
    pub by: CoverageBy,
    /// The month whose cover it shows.
    pub month: Month,
    /// Months that are paid for, the newest first.
    pub months: Vec<Month>,
    /// In the order of the keys.
    pub lines: Vec<CoverageLine>,
    /// The sum of all lines.
    pub covered: u64,
    /// The sum of all lines.
    pub listed: u64,
}

/// One line of a coverage table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageLine {
    /// The stable key: a region code, an occupation, `L` or `P`, a programme's code.
    pub key: String,
    /// Its name; empty when it is not known, and for a sex, whose word the catalogue has.
    pub name: String,
    /// For a village, the name of its district.
    pub within: String,
    /// People covered.
    pub covered: u64,
    /// People on approved lists.
    pub listed: u64,
    /// How many there are to be covered.
    pub denominator: u64,
    /// Who says so.
    pub source: DenominatorSource,
    /// When that was true.
    pub as_of: Day,
    /// Covered per denominator, rounded down; none when there is nobody to cover.
    pub share: Option<Ppm>,
    /// Whether the numbers are left out, because they tell of few people.
    pub untold: bool,
}

impl CoverageTable {
    /// The same table for everybody: without the numbers of few people, nor those that a difference
    /// with the sums would tell.
    pub fn for_everybody(mut self) -> CoverageTable {
        // Sums are told of districts, and of everything.
        let rows = self.lines.iter().map(|line| (&*line.within, [line.covered, line.listed]));
        let rows: Vec<_> = rows.collect();
        let untold = match self.by {
            // Districts are told in a table of their own.
            CoverageBy::Desa => untold_below(&rows),
            _ => untold(&rows),
        };
        for (line, untold) in self.lines.iter_mut().zip(untold).filter(|(_, untold)| *untold) {
            (line.covered, line.listed, line.share) = (0, 0, None);
            if line.source == DenominatorSource::List {
                line.denominator = 0;
            }
            line.untold = untold;
        }
        self
    }
}

/// Where a denominator comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenominatorSource {
    /// The people on the approved lists themselves, for want of an outside count.
    List,
    /// The target set for the programme.
    Target,
}

impl DenominatorSource {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            DenominatorSource::List => "list",
            DenominatorSource::Target => "target",
        }
    }

    fn from_name(name: &str) -> DenominatorSource {
        match name {
            "target" => DenominatorSource::Target,
            _ => DenominatorSource::List,
        }
    }
}

/// One rule in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOverview {
    /// The parameter: `jkk.iuran_bpu`.
    pub id: String,
    /// Its Indonesian name.
    pub name: String,
    /// What it is, in plain Indonesian.
    pub description: String,
    /// What it says.
    pub value: RuleValue,
    /// What stands behind the value, in Indonesian: "per bulan", "tahun", or nothing.
    pub unit: String,
    /// Its first day.
    pub from: Day,
    /// Its last day, when one is set.
    pub until: Option<Day>,
    /// The instrument, in short: "PP 44/2015".
    pub source: String,
    /// The instrument's title.
    pub title: String,
    /// Where the official text is.
    pub url: Option<String>,
    /// The article.
    pub article: String,
    /// What it says, as printed or in our words.
    pub wording: String,
    /// Whether the wording is the law's own.
    pub quoted: bool,
    /// How well it is known: `confirmed`, `secondary`, `recalled`, `open`.
    pub status: &'static str,
    /// The day a person last compared it with the text.
    pub confirmed_on: Option<Day>,
    /// What is undecided, and who may decide it.
    pub question: Option<(String, String)>,
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleValue {
    /// Nothing applies.
    Nothing,
    /// An amount.
    Amount(Rupiah),
    /// A rate.
    Rate(Ppm),
    /// A count.
    Count(u64),
    /// A table of amounts: how many steps, the least and the greatest.
    Brackets(u64, Rupiah, Rupiah),
    /// A word or a table that only its wording says.
    Worded,
}

impl Office {
    /// The regency's name, as the Ministry lists it.
    pub fn place_name(&self) -> String {
        region_name(self, self.store.tenant())
    }

    /// The clock on the office's wall.
    pub fn zone(&self) -> Zone {
        crate::regions::zone(self.store.tenant())
    }

    /// A moment as clock and calendar on the office's wall show it: "1 Desember 2022 00.30".
    pub fn clock_words(&self, unix_ms: i64) -> String {
        let zone = self.zone();
        let (hour, minute) = zone.clock(unix_ms);
        format!("{} {hour:02}.{minute:02}", zone.day(unix_ms).in_words())
    }

    /// The name of a region, its code when the map does not know it.
    pub fn place_named(&self, place: RegionCode) -> String {
        self.name_of(place)
    }

    /// Today in the office.
    pub fn today(&self) -> Day {
        self.environment.today()
    }

    /// Whether the register answers and its schema is this program's.
    ///
    /// # Errors
    /// Those of the register; `NOT_YET_MIGRATED`.
    pub fn health(&self) -> Result<(), AppError> {
        let (seen, known) = self.store.schema_version()?;
        match seen == known {
            true => Ok(()),
            false => Err(AppError::refused("NOT_YET_MIGRATED", "")),
        }
    }

    /// The register in one table.
    ///
    /// # Errors
    /// Those of the register.
    pub fn overview(&self) -> Result<Overview, AppError> {
        let programmes = self.store.read(|tx| {
            let files = self.received.files(tx)?;
            let bills = store::bills::list(tx)?;
            let mut found = Vec::new();
            for programme in store::programmes::list(tx)? {
                let mut rows = RowCounts::default();
                let ours = files.tallies.iter().filter(|tally| tally.programme == programme.id);
                let decided: Vec<&RowCounts> =
                    ours.filter_map(|tally| tally.rows.as_ref()).collect();
                decided.iter().for_each(|counts| rows.merge(counts));
                let bills = bills.iter().filter(|bill| bill.programme == programme.id);
                let bills: Vec<&BillHead> = bills.collect();
                let sheets = decided.len() as u64;
                found.push(self.programme_overview(tx, &programme, &bills, rows, sheets)?);
            }
            Ok::<_, AppError>(found)
        })?;
        let mut rows = RowCounts::default();
        programmes.iter().for_each(|programme| rows.merge(&programme.rows));
        Ok(Overview {
            as_of: self.today(),
            rows,
            approved: programmes.iter().map(|programme| programme.approved).sum(),
            committed: sum(programmes.iter().map(|programme| programme.committed))?,
            programmes,
        })
    }

    /// One received file.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`.
    pub fn sheet_overview(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
    ) -> Result<SheetDetail, AppError> {
        self.store.read(|tx| {
            let sheet = store::sheets::get(tx, id)?
                .ok_or_else(|| AppError::not_found("SHEET_UNKNOWN", id.to_string()))?;
            self.authorize_sheet(tx, actor, Operation::ReadSheets, &sheet)?;
            let mut rows = RowCounts::default();
            let mut outcomes: BTreeMap<Outcome, u64> = BTreeMap::new();
            let mut superseded_rows = 0;
            for (outcome, superseded, count) in store::reports::sheet_outcomes(tx, id)? {
                rows.add(outcome, superseded, count);
                match superseded {
                    true => superseded_rows += count,
                    false => *outcomes.entry(outcome).or_default() += count,
                }
            }
            let mut problems = store::reports::sheet_problems(tx, id)?;
            problems.sort_by_key(|problem| {
                (Reverse(problem.code.severity()), Reverse(problem.found), problem.code)
            });
            Ok(SheetDetail {
                sheet: Names::load(tx)?.sheet(&sheet, rows, self.zone()),
                outcomes: outcomes.into_iter().collect(),
                superseded: superseded_rows,
                problems,
                corrects: sheet.corrects,
            })
        })
    }

    /// Covered people against stated denominators.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn coverage(&self, query: &CoverageQuery) -> Result<CoverageTable, AppError> {
        let today = self.today();
        let (months, month, programmes, facts) = self.store.read(|tx| {
            let programmes = store::programmes::list(tx)?;
            let only = query.programme.as_deref();
            let programmes: Vec<Programme> = programmes
                .into_iter()
                .filter(|p| only.is_none_or(|code| *p.code == *code))
                .collect();
            if let (Some(code), true) = (only, programmes.is_empty()) {
                return Err(AppError::not_found("PROGRAMME_UNKNOWN", code));
            }
            let mut months = posted_months(&store::bills::list(tx)?, &programmes);
            months.sort_by(|one, other| other.cmp(one));
            months.dedup();
            let newest = months.first().copied().unwrap_or_else(|| today.month_of());
            let month = query.month.unwrap_or(newest);
            let facts = self.counted.facts(tx, month)?;
            let ours = |fact: &&CoverageFact| programmes.iter().any(|p| p.id == fact.programme);
            let facts: Vec<CoverageFact> = facts.iter().filter(ours).cloned().collect();
            Ok((months, month, programmes, facts))
        })?;
        let denominators = denominators(&facts, query.by, &programmes, today);
        let rows = coverage_table(&facts, query.by, &denominators);
        let lines = rows.into_iter().map(|row| {
            let (key, name, within) = self.named(&row.key, &programmes);
            let of = row.denominator.as_ref();
            CoverageLine {
                key,
                name,
                within,
                covered: row.covered,
                listed: row.listed,
                denominator: of.map_or(row.listed, |of| of.people),
                source: DenominatorSource::from_name(of.map_or("", |of| &of.source)),
                as_of: of.map_or(today, |of| of.as_of),
                share: row.share,
                untold: false,
            }
        });
        let lines: Vec<CoverageLine> = lines.collect();
        let covered = lines.iter().map(|line| line.covered).sum();
        let listed = lines.iter().map(|line| line.listed).sum();
        Ok(CoverageTable { by: query.by, month, months, lines, covered, listed })
    }

    /// The rule of this parameter on a day.
    ///
    /// # Errors
    /// `RULE_MISSING`.
    pub fn rule_on(&self, parameter: &str, day: Day) -> Result<RuleOverview, AppError> {
        self.rulebook
            .parameter(parameter)
            .and_then(|parameter| self.rule_in_force(parameter, day))
            .ok_or_else(|| AppError::not_found("RULE_MISSING", ""))
    }

    /// The rules in force on a day, by id.
    pub fn rules_in_force(&self, day: Day) -> Vec<RuleOverview> {
        let parameters = self.rulebook.parameters().iter();
        parameters.filter_map(|parameter| self.rule_in_force(parameter, day)).collect()
    }

    fn rule_in_force(&self, parameter: &Parameter, day: Day) -> Option<RuleOverview> {
        let entry = parameter.entry_on(day)?;
        let unit = self.rulebook.unit(&parameter.unit);
        let source = self.rulebook.source(&entry.citation.source);
        // A table by name is as well known as the weakest of its rows.
        let rows = entry.rows().iter().map(|row| row.citation.status);
        let (wording, quoted) = match &entry.citation.wording {
            Wording::Quotation(text) => (text, true),
            Wording::Paraphrase(text) => (text, false),
        };
        let status = rows.fold(entry.citation.status, RuleStatus::weaker);
        Some(RuleOverview {
            id: parameter.id.to_string(),
            name: parameter.name.to_string(),
            description: parameter.description.trim().replace('\n', " "),
            value: rule_value(&entry.value, unit.map(|unit| unit.kind)),
            unit: unit.map(behind_the_value).unwrap_or_default(),
            from: entry.from,
            until: entry.until,
            source: source.map(rules::rule::Source::short).unwrap_or_default(),
            title: source.map(|source| source.title.to_string()).unwrap_or_default(),
            url: source.and_then(|source| source.url.as_deref()).map(str::to_owned),
            article: entry.citation.article.to_string(),
            wording: wording.to_string(),
            quoted,
            status: status.name(),
            confirmed_on: entry.citation.confirmed_on,
            question: parameter
                .open
                .as_ref()
                .map(|open| (open.reason.to_string(), open.decided_by.to_string())),
        })
    }

    fn programme_overview(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        bills: &[&BillHead],
        rows: RowCounts,
        sheets: u64,
    ) -> Result<ProgrammeOverview, AppError> {
        let fund = store::programmes::fund(tx, programme.fund)?;
        let proposals = store::proposals::of_programme(tx, programme.id)?;
        let approved = proposals.iter().filter(|list| list.state == ProposalState::Approved);
        let committed = sum(approved.clone().map(|list| list.committed))?;
        let approved: u64 = approved.map(|list| u64::from(list.people)).sum();
        let waits = proposals.iter().any(|list| list.state == ProposalState::Proposed);
        let posted = bills.iter().filter(|bill| bill.state == BillState::Posted);
        let covered = match posted.map(|bill| bill.month).max() {
            None => None,
            Some(month) => {
                let facts = self.counted.facts(tx, month)?;
                let ours = |fact: &&CoverageFact| fact.covered && fact.programme == programme.id;
                Some((month, facts.iter().filter(ours).map(|fact| fact.people).sum()))
            }
        };
        Ok(ProgrammeOverview {
            code: programme.code.to_string(),
            name: programme.name.to_string(),
            first: programme.first,
            last: programme.last,
            ceiling: fund.map(|fund| fund.ceiling).unwrap_or_default(),
            sheets,
            next: next_step(programme, &rows, waits, approved > 0, bills),
            rows,
            approved,
            committed,
            covered,
        })
    }

    fn named(&self, key: &CoverageKey, programmes: &[Programme]) -> (String, String, String) {
        match key {
            CoverageKey::Region(region) => {
                let within = match region.level() {
                    4 => region.parent().map(|parent| region_name(self, parent)),
                    _ => None,
                };
                (region.to_string(), region_name(self, *region), within.unwrap_or_default())
            }
            CoverageKey::Occupation(key) => {
                let label = self.occupations.get(key).map(|found| found.label.to_string());
                (key.0.to_string(), label.unwrap_or_else(|| key.0.to_string()), String::new())
            }
            CoverageKey::Sex(sex) => (sex.letter().to_owned(), String::new(), String::new()),
            CoverageKey::Programme(id) => {
                let found = programmes.iter().find(|programme| programme.id == *id);
                let pair = found.map(|found| (found.code.to_string(), found.name.to_string()));
                let (code, name) = pair.unwrap_or_default();
                (code, name, String::new())
            }
            CoverageKey::Unknown => Default::default(),
        }
    }
}

impl RowCounts {
    /// All rows of people.
    pub fn received(&self) -> u64 {
        self.accepted + self.to_fix + self.refused + self.repeated
    }

    /// Counts rows of one outcome; replaced, untouched and empty rows are no people.
    pub(crate) fn add(&mut self, outcome: Outcome, superseded: bool, rows: u64) {
        let part = match outcome {
            _ if superseded => return,
            Outcome::NotAPerson | Outcome::Unchanged => return,
            Outcome::DuplicateInFile | Outcome::AlreadyOnProgramme => &mut self.repeated,
            outcome if outcome.is_accepted() => &mut self.accepted,
            outcome if outcome.is_refused() => &mut self.refused,
            _ => &mut self.to_fix,
        };
        *part += rows;
    }

    fn merge(&mut self, other: &RowCounts) {
        self.accepted += other.accepted;
        self.to_fix += other.to_fix;
        self.refused += other.refused;
        self.repeated += other.repeated;
    }
}

/// What was counted of cover, by month, and at which size of the log of acts: until somebody does
/// something more, whoever looks is told the same.
#[derive(Default)]
pub(crate) struct Counted {
    inside: Mutex<(u64, BTreeMap<Month, Arc<Vec<CoverageFact>>>)>,
}

impl Counted {
    /// The facts of a month.
    fn facts(&self, tx: &mut Tx<'_>, month: Month) -> Result<Arc<Vec<CoverageFact>>, AppError> {
        let acts = store::audit::size(tx)?;
        // Held while it counts: who comes meanwhile waits for the same answer.
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (counted_at, by_month) = &mut *inside;
        if let (true, Some(known)) = (*counted_at == acts, by_month.get(&month)) {
            return Ok(Arc::clone(known));
        }
        let facts = Arc::new(store::covered::facts(tx, month)?);
        if *counted_at < acts {
            (*counted_at, *by_month) = (acts, BTreeMap::new());
        }
        if *counted_at == acts {
            by_month.insert(month, Arc::clone(&facts));
        }
        Ok(facts)
    }
}

fn next_step(
    programme: &Programme,
    rows: &RowCounts,
    list_waits: bool,
    has_list: bool,
    bills: &[&BillHead],
) -> NextStep {
    if list_waits {
        return NextStep::Approve;
    }
    if !has_list {
        return match rows {
            RowCounts { accepted: 1.., .. } => NextStep::Propose,
            RowCounts { to_fix: 1.., .. } => NextStep::Fix,
            _ => NextStep::Receive,
        };
    }
    for month in programme.months() {
        let bill = bills.iter().find(|bill| bill.month == month);
        match bill.map(|bill| (bill.state, bill.issued)) {
            None => return NextStep::Bill(month),
            Some((BillState::Draft, _) | (BillState::Final, None)) => {
                return NextStep::Issue(month);
            }
            Some((BillState::Final, Some(_))) => return NextStep::Pay(month),
            Some((BillState::Posted, _)) => {}
        }
    }
    NextStep::Done
}

/// The names that files are shown with.
struct Names {
    orgs: HashMap<Id<kind::Org>, String>,
    programmes: HashMap<Id<kind::Programme>, String>,
}

impl Names {
    fn load(tx: &mut Tx<'_>) -> Result<Names, AppError> {
        let orgs = store::orgs::list(tx)?.into_iter();
        let programmes = store::programmes::list(tx)?.into_iter();
        Ok(Names {
            orgs: orgs.map(|org| (org.id, org.name.into())).collect(),
            programmes: programmes.map(|found| (found.id, found.name.into())).collect(),
        })
    }

    fn sheet(&self, sheet: &Sheet, rows: RowCounts, zone: Zone) -> SheetOverview {
        SheetOverview {
            id: sheet.id,
            sender: self.orgs.get(&sheet.org).cloned().unwrap_or_default(),
            programme: self.programmes.get(&sheet.programme).cloned().unwrap_or_default(),
            received: zone.day(sheet.received_at_ms),
            extension: extension(&sheet.file_name),
            state: sheet.state.name(),
            // Rows of a file taken back count nowhere.
            rows: if sheet.state == SheetState::Decided { rows } else { RowCounts::default() },
        }
    }
}

/// The end of a file's name when it is a known kind; of the rest nothing may be shown.
fn extension(file_name: &str) -> &'static str {
    const KINDS: [&str; 8] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv", "txt"];
    let end = file_name.rsplit('.').next().unwrap_or_default().to_lowercase();
    KINDS.into_iter().find(|known| *known == end).unwrap_or("")
}

/// Months that some of the programmes have paid for.
fn posted_months(bills: &[BillHead], programmes: &[Programme]) -> Vec<Month> {
    let ours = |bill: &&BillHead| programmes.iter().any(|p| p.id == bill.programme);
    let posted = bills.iter().filter(|bill| bill.state == BillState::Posted).filter(ours);
    posted.map(|bill| bill.month).collect()
}

/// A programme is measured against its target; everything else, until an outside count is
/// registered, against the approved lists themselves, and the table says so.
fn denominators(
    facts: &[CoverageFact],
    by: CoverageBy,
    programmes: &[Programme],
    today: Day,
) -> Vec<Denominator> {
    let of = |key: CoverageKey, people: u64, source: DenominatorSource| Denominator {
        key,
        people,
        source: source.name().into(),
        as_of: today,
    };
    let lists = coverage_table(facts, by, &[]).into_iter();
    let mut found: Vec<Denominator> =
        lists.map(|row| of(row.key, row.listed, DenominatorSource::List)).collect();
    if by != CoverageBy::Programme {
        return found;
    }
    for programme in programmes {
        let Some(target) = programme.target else { continue };
        let key = CoverageKey::Programme(programme.id);
        found.retain(|denominator| denominator.key != key);
        found.push(of(key, u64::from(target), DenominatorSource::Target));
    }
    found
}

/// An amount says "Rp" and a rate "%"; a bare count is of what the rule's name says.
fn behind_the_value(unit: &Unit) -> String {
    let name = match (unit.kind, &*unit.id) {
        (UnitKind::Money, _) => unit.name.trim_start_matches("rupiah"),
        (UnitKind::Rate, _) => unit.name.trim_start_matches("bagian per sejuta"),
        (_, "count") => "",
        _ => &unit.name,
    };
    // What stands in brackets explains how the file writes the unit.
    name.split(" (").next().unwrap_or_default().trim().to_owned()
}

fn rule_value(value: &Value, kind: Option<UnitKind>) -> RuleValue {
    match value {
        Value::Nothing => RuleValue::Nothing,
        Value::Number(number) => match kind {
            Some(UnitKind::Money) => RuleValue::Amount(Rupiah(*number)),
            Some(UnitKind::Rate) => RuleValue::Rate(Ppm(*number)),
            _ => RuleValue::Count(number.unsigned_abs()),
        },
        Value::Brackets(brackets) => {
            let amounts = brackets.iter().map(|bracket| bracket.rupiah);
            let (least, most) = (amounts.clone().min(), amounts.max());
            let count = brackets.len() as u64;
            RuleValue::Brackets(count, least.unwrap_or_default(), most.unwrap_or_default())
        }
        _ => RuleValue::Worded,
    }
}

fn region_name(office: &Office, region: RegionCode) -> String {
    office.gazetteer.name(region).map_or_else(|| region.to_string(), str::to_owned)
}

fn sum(amounts: impl IntoIterator<Item = Rupiah>) -> Result<Rupiah, AppError> {
    Rupiah::sum(amounts)
        .map_err(|_| AppError::new(ErrorKind::Integrity, "TOO_MUCH_MONEY", String::new()))
}
