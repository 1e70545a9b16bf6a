//! All dated rules of one folder, ready to be asked, and the version that every computed number
//! keeps.

use std::collections::BTreeMap;
use std::fmt;

use base::money::MoneyOverflow;
use base::{Day, Month, Rounding, Rupiah};
use sha2::{Digest, Sha256};

use crate::builtin;
use crate::load::{self, LoadProblem, LoadProblemCode, Loaded, RegulationFile};
use crate::payer::{GovernmentPaid, Payer};
use crate::rule::{Citation, Entry, Parameter, Row, RuleStatus, Source, Unit, Value};
use crate::scheme::{Scheme, Segment, WorkSector};

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
    /// An amount, or a number of months, below nothing.
    AmountNegative,
    /// The segment does not have the programme: there is no JP for BPU.
    SchemeNotInSegment,
    /// No loss of the disability table has this code, or not to this degree.
    LossUnknown,
    /// No level of school has this year.
    SchoolYearUnknown,
    /// A rule of another rulebook.
    RuleUnknown,
}

impl RuleGap {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            RuleGap::NoRule { .. } => "RULE_NONE",
            RuleGap::IncomeNegative => "RULE_INCOME_NEGATIVE",
            RuleGap::AmountTooLarge => "RULE_AMOUNT_TOO_LARGE",
            RuleGap::AmountNegative => "RULE_AMOUNT_NEGATIVE",
            RuleGap::SchemeNotInSegment => "RULE_SCHEME_NOT_IN_SEGMENT",
            RuleGap::LossUnknown => "RULE_LOSS_UNKNOWN",
            RuleGap::SchoolYearUnknown => "RULE_SCHOOL_YEAR_UNKNOWN",
            RuleGap::RuleUnknown => "RULE_UNKNOWN",
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

impl From<MoneyOverflow> for RuleGap {
    fn from(_: MoneyOverflow) -> RuleGap {
        RuleGap::AmountTooLarge
    }
}

/// Where one parameter stands, and its name for saying that it has nothing to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    index: usize,
    pub(crate) id: &'static str,
}

impl Key {
    /// The gap of a parameter that says nothing on a day.
    pub(crate) fn silent_on(self, day: Day) -> RuleGap {
        RuleGap::NoRule { parameter: self.id, month: day.month_of() }
    }
}

macro_rules! known {
    ($($field:ident = $id:expr, $kind:ident);* $(;)?) => {
        /// Where the parameters stand that the formulas ask for.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct Known { $(pub(crate) $field: Key),* }

        impl Known {
            /// Whether a formula asks for a parameter of this name.
            pub(crate) fn names(&self, id: &str) -> bool {
                [$($id),*].contains(&id)
            }

            fn find(parameters: &[Parameter]) -> Result<Known, Vec<LoadProblem>> {
                let mut problems = Vec::new();
                $(let $field = find(parameters, $id, Kind::$kind, &mut problems);)*
                if problems.is_empty() { Ok(Known { $($field),* }) } else { Err(problems) }
            }
        }
    };
}

known! {
    jkk_bpu = "jkk.iuran_bpu", Brackets;
    jkm_bpu = "jkm.iuran_bpu", Number;
    jht_bpu = "jht.iuran_bpu", Number;
    bracket_gap = "iuran.celah_golongan", Choice;
    rounding = "iuran.pembulatan", Choice;
    prepay = "iuran.bayar_di_muka_bpu", Rows;
    relief_month = "relief.kunci_dibayar_di_muka", Choice;
    jkk_pu = "jkk.iuran_pu", Rows;
    jkk_trades = "jkk.kelompok_usaha", Rows;
    jkm_pu = "jkm.iuran_pu", Number;
    jht_pu = "jht.iuran_pu", Rows;
    jp_pu = "jp.iuran_pu", Rows;
    jp_cap = "jp.batas_upah", Number;
    jp_deferral = "relief.pp_49_2020_tunda_jp", Number;
    jkp_split = "jkp.rekomposisi", Rows;
    employer_schemes = "segmen.program_menurut_usaha", Rows;
    group_segments = "segmen.kelompok", Rows;
    construction_jkk = "konstruksi.jkk_nilai_kontrak", Steps;
    construction_jkm = "konstruksi.jkm_nilai_kontrak", Steps;
    construction_jkk_wage = "konstruksi.jkk_upah", Number;
    construction_jkm_wage = "konstruksi.jkm_upah", Number;
    construction_parts = "konstruksi.termin", Rows;
    pmi_before = "pmi.sebelum_bekerja", Number;
    pmi_during = "pmi.selama_bekerja", Rows;
    pmi_extension = "pmi.perpanjangan", Number;
    pmi_jht_least = "pmi.jht_paling_sedikit", Number;
    pmi_months = "pmi.lama_perlindungan", Rows;
    due_day = "iuran.jatuh_tempo_tanggal", Number;
    due_month_pu = "iuran.jatuh_tempo_bulan_pu", Choice;
    due_month_bpu = "iuran.jatuh_tempo_bulan_bpu", Choice;
    due_holiday = "iuran.jatuh_tempo_libur", Choice;
    penalty_pu = "iuran.denda_pu", Number;
    penalty_bpu = "iuran.denda_bpu", Number;
    penalty_months = "iuran.denda_bulan", Choice;
    holidays = "kalender.hari_libur", Days;
    age_limit = "eligibility.usia_maksimum", Number;
    age_minimum = "eligibility.usia_minimum", Number;
    age_young = "eligibility.usia_muda", Number;
    age_near = "eligibility.usia_menjelang_batas", Number;
    stay_past_limit = "eligibility.tetap_setelah_65", Choice;
    purses = "apbd.fund_sources", Rows;
    unregistered_only = "apbd.hanya_belum_terdaftar", Rows;
    transport = "jkk.pengangkutan", Rows;
    incapacity = "jkk.stmb", Steps;
    month_days = "jkk.hari_sebulan", Number;
    wage_multiple = "jkk.kelipatan_upah", Number;
    total_disability = "jkk.cacat_total", Number;
    jkk_death = "jkk.kematian", Number;
    jkk_death_floor = "jkk.kematian_paling_sedikit", Choice;
    jkk_periodic = "jkk.berkala", Number;
    jkk_periodic_months = "jkk.berkala_bulan", Number;
    jkk_burial = "jkk.pemakaman", Number;
    disability_table = "jkk.tabel_cacat", Rows;
    disability_cap = "jkk.batas_jumlah_cacat", Number;
    home_care = "jkk.perawatan_di_rumah", Number;
    home_care_months = "jkk.perawatan_di_rumah_bulan", Number;
    aids = "jkk.alat_bantu", Rows;
    prosthesis = "jkk.ortosis_prostesis", Number;
    claim_years = "klaim.daluwarsa", Number;
    report_days = "klaim.lapor_tahap_satu", Number;
    conclusion_days = "klaim.simpulan", Number;
    papers_jkm = "klaim.berkas_jkm", Rows;
    papers_jkk = "klaim.berkas_jkk", Rows;
    papers_jht = "klaim.berkas_jht", Rows;
    data_answer = "pdp.batas_jawab", Rows;
    scholarship_form = "beasiswa.bentuk", Choice;
    scholarship_year = "beasiswa.setahun", Rows;
    scholarship_years = "beasiswa.lama", Rows;
    scholarship_lump = "beasiswa.sekaligus", Number;
    scholarship_children = "beasiswa.anak_paling_banyak", Number;
    scholarship_most = "beasiswa.jumlah_paling_banyak", Number;
    scholarship_age = "beasiswa.usia_paling_tinggi", Number;
    scholarship_months_jkm = "beasiswa.masa_iur_jkm", Number;
    scholarship_counting = "beasiswa.hitungan_masa_iur", Choice;
    scholarship_late = "beasiswa.susulan", Number;
    scholarship_papers = "beasiswa.surat", Rows;
    school_letter = "beasiswa.surat_hari", Rows;
    school_year = "beasiswa.tahun_ajaran", Number;
    jkm_lump = "jkm.santunan_sekaligus", Number;
    jkm_periodic = "jkm.berkala", Number;
    jkm_periodic_months = "jkm.berkala_bulan", Number;
    jkm_burial = "jkm.pemakaman", Number;
    jkm_months = "jkm.syarat_bulan_iuran", Number;
    jkm_months_whom = "jkm.syarat_segmen", Choice;
    jkm_months_counted = "jkm.hitungan_bulan", Choice;
    jkm_after_lapse = "jkm.setelah_putus", Choice;
    jkm_many_burial = "jkm.rangkap_pemakaman", Choice;
    jkm_many_lump = "jkm.rangkap_santunan", Choice;
    heirs = "waris.urutan", Rows;
    full_age = "waris.usia_dewasa", Number;
    jht_share = "jht.pencairan", Rows;
    jht_age = "jht.usia_pensiun", Number;
    jht_partial_years = "jht.masa_sebagian", Number;
    jht_waiting = "jht.masa_tunggu", Number;
    jht_tax = "jht.pajak", Steps;
    jht_tax_partial = "jht.pajak_sebagian", Choice;
    jht_growth = "jht.pengembangan", Number;
    jht_growth_from = "jht.mulai_berkembang", Choice;
    jht_growth_added = "jht.penambahan_pengembangan", Choice;
    jp_months = "jp.masa_iur", Number;
    jp_factor = "jp.faktor", Number;
    jp_limits = "jp.batas_manfaat", Rows;
    jp_age = "jp.usia_pensiun", Number;
    jkp_cash = "jkp.manfaat", Steps;
    jkp_cap = "jkp.batas_upah", Number;
    jkp_months = "jkp.masa_iur", Number;
    jkp_age = "jkp.usia_masuk", Number;
    cover_start = "kepesertaan.mulai", Choice;
    grace = "kepesertaan.tenggang", Number;
    grace_claim = "kepesertaan.klaim_masa_tenggang", Choice;
    old_arrears = "kepesertaan.aktif_kembali", Choice;
}

/// What kind of value a formula expects.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Choice,
    Brackets,
    Rows,
    Steps,
    Days,
}

/// Whether a payer's purse is the government's, and how well that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Purse {
    pub(crate) paid: GovernmentPaid,
    pub(crate) status: RuleStatus,
}

/// One purse per payer, in the order of [`Payer::ALL`].
type PurseTable = [Purse; Payer::ALL.len()];

/// A relief and the cases it covers, so that a bill of a million lines compares no words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relief {
    pub(crate) index: usize,
    cases: u64,
}

impl Relief {
    fn of(index: usize, parameters: &[Parameter]) -> Relief {
        let mut cases = 0;
        for segment in Segment::ALL {
            for scheme in Scheme::ALL {
                for sector in WorkSector::ALL {
                    for labour_intensive in [false, true] {
                        let covered = parameters[index].scope.as_ref().is_some_and(|scope| {
                            let name = segment.name();
                            scope.covers(name, scheme, sector)
                                || labour_intensive
                                    && scope.covers_labour_intensive(name, scheme, sector)
                        });
                        let bit = case_bit(segment, scheme, sector, labour_intensive);
                        cases |= if covered { bit } else { 0 };
                    }
                }
            }
        }
        Relief { index, cases }
    }

    pub(crate) fn covers(&self, case: u64) -> bool {
        self.cases & case != 0
    }
}

/// One bit for each combination of segment, programme, sector and kind of industry: 64 in all.
pub(crate) fn case_bit(
    segment: Segment,
    scheme: Scheme,
    sector: WorkSector,
    labour_intensive: bool,
) -> u64 {
    let place =
        (segment as u32 * 4 + scheme as u32) * 4 + sector as u32 * 2 + u32::from(labour_intensive);
    1 << place
}

/// All dated rules.
#[derive(Debug)]
pub struct Rulebook {
    version: RulebookVersion,
    sources: BTreeMap<Box<str>, Source>,
    units: BTreeMap<Box<str>, Unit>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) known: Known,
    /// The reliefs, each with the cases it covers.
    pub(crate) reliefs: Vec<Relief>,
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
        let purses = purse_table(&parameters[known.purses.index], &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let version = RulebookVersion::of(files);
        let reliefs = reliefs.into_iter().map(|index| Relief::of(index, &parameters)).collect();
        Ok(Rulebook { version, sources, units, parameters, known, reliefs, purses })
    }

    /// Reads a folder together with the files this program carries.
    ///
    /// A folder with a `units.toml` of its own is a whole rulebook and stands alone. Any other is
    /// laid over the carried one: a file of the same path takes its place, the rest is added.
    ///
    /// # Errors
    /// As [`Rulebook::load`].
    pub fn load_over_builtin(own: &[RegulationFile<'_>]) -> Result<Rulebook, Vec<LoadProblem>> {
        if own.iter().any(|file| file.path == "units.toml") {
            return Rulebook::load(own);
        }
        let replaced =
            |path: &str| path != "sources.toml" && own.iter().any(|file| file.path == path);
        let kept = builtin::FILES.iter().filter(|file| !replaced(file.path));
        let files: Vec<RegulationFile<'_>> = kept.chain(own).copied().collect();
        Rulebook::load(&files)
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

    /// What the list of funding sources says of a payer on a day, with the article behind it.
    pub fn purse_row(&self, payer: Payer, day: Day) -> Option<&Row> {
        self.entry(self.known.purses, day)?.row(payer.name())
    }

    /// The article by which a payer's money is for nobody who is insured already; none where the
    /// source says nothing of it.
    pub fn newcomers_only(&self, payer: Payer, day: Day) -> Option<&Citation> {
        let entry = self.entry(self.known.unregistered_only, day)?;
        entry.row(payer.name()).map(|row| &row.citation)
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

    /// What a parameter says on a day, when it says anything.
    pub(crate) fn entry(&self, key: Key, day: Day) -> Option<&Entry> {
        self.entry_at(key.index, day)
    }

    pub(crate) fn entry_at(&self, parameter: usize, day: Day) -> Option<&Entry> {
        self.parameters[parameter].entry_on(day).filter(|entry| entry.value != Value::Nothing)
    }

    /// What a parameter says on a day, or the gap where it says nothing.
    pub(crate) fn need(&self, key: Key, day: Day) -> Result<&Entry, RuleGap> {
        self.entry(key, day).ok_or_else(|| key.silent_on(day))
    }

    /// The number a parameter gives on a day, with the entry it stands in.
    pub(crate) fn number(&self, key: Key, day: Day) -> Result<(i64, &Entry), RuleGap> {
        let entry = self.need(key, day)?;
        Ok((entry.number().ok_or_else(|| key.silent_on(day))?, entry))
    }

    /// The word a parameter gives on a day, with the entry it stands in.
    pub(crate) fn choice(&self, key: Key, day: Day) -> Result<(&str, &Entry), RuleGap> {
        let entry = self.need(key, day)?;
        Ok((entry.choice().ok_or_else(|| key.silent_on(day))?, entry))
    }

    /// The row a parameter has under a name on a day, with the entry it stands in.
    pub(crate) fn row(&self, key: Key, name: &str, day: Day) -> Result<(&Row, &Entry), RuleGap> {
        let entry = self.need(key, day)?;
        Ok((entry.row(name).ok_or_else(|| key.silent_on(day))?, entry))
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

fn find(
    parameters: &[Parameter],
    id: &'static str,
    kind: Kind,
    problems: &mut Vec<LoadProblem>,
) -> Key {
    let fits = |entry: &Entry| {
        matches!(
            (&entry.value, kind),
            (Value::Nothing, _)
                | (Value::Number(_), Kind::Number)
                | (Value::Choice(_), Kind::Choice)
                | (Value::Brackets(_), Kind::Brackets)
                | (Value::Rows(_), Kind::Rows)
                | (Value::Steps(_), Kind::Steps)
                | (Value::Days(_), Kind::Days)
        )
    };
    let found = parameters.iter().position(|p| *p.id == *id && p.entries.iter().all(fits));
    if found.is_none() {
        problems.push(LoadProblem {
            path: format!("{}.toml", id.replace('.', "/")),
            line: 0,
            code: LoadProblemCode::ParameterMissing,
            detail: id.to_owned(),
        });
    }
    Key { index: found.unwrap_or(0), id }
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
    // Inside the labour-intensive industries a relief for them and one for everybody would meet.
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
