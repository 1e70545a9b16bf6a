//! Work accident (JKK): death, disability, incapacity, transport, aids and care at home.
//!
//! There is no waiting time: cover on the day of the accident is enough.

use std::fmt;

use base::{Day, Ppm, Rupiah};

use super::{Fixed, JKK, Periodic, not_negative};
use crate::explain::{Answer, Line, LineKey, NumberKey, Quantity};
use crate::rule::{Entry, Per, Row};
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::Scheme;

/// A death or a total permanent disability by work accident, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JkkQuery {
    /// The last reported wage, or the base of the tier.
    ///
    /// # Units
    /// Whole rupiah in a month.
    pub wage: Rupiah,
    /// The day of the accident.
    pub accident: Day,
}

/// One or several lasting losses by work accident, as a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialQuery {
    /// The last reported wage, or the base of the tier.
    pub wage: Rupiah,
    /// The day of the accident.
    pub accident: Day,
    /// What was lost.
    pub losses: Vec<Loss>,
    /// Whether the person is left-handed ("kidal"), which swaps left and right in the table.
    pub left_handed: bool,
}

/// One loss of the disability table, `D01`, and to what degree, `D01:50`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The code in `jkk.tabel_cacat`.
    pub code: Box<str>,
    /// How much; absent means the whole, or one piece.
    ///
    /// # Units
    /// Per cent of the function; decibels, where the table counts by ten of them; per cent of
    /// sight, where it counts by ten; per cent of the multiple, where it gives a range.
    pub degree: Option<i64>,
}

/// A time of not being able to work (STMB), as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncapacityQuery {
    /// The last reported wage, or the base of the tier.
    pub wage: Rupiah,
    /// The day of the accident.
    pub accident: Day,
    /// Full months of incapacity.
    pub months: i64,
    /// Days beyond them.
    pub days: i64,
}

/// What carrying the injured person cost, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransportQuery {
    /// The day of the accident.
    pub accident: Day,
    /// By land, river or lake.
    pub land: Rupiah,
    /// By sea.
    pub sea: Rupiah,
    /// By air.
    pub air: Rupiah,
}

/// What aids and care at home cost, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AidsQuery {
    /// The day of the accident.
    pub accident: Day,
    /// Dentures.
    pub dentures: Rupiah,
    /// A hearing aid.
    pub hearing_aid: Rupiah,
    /// Glasses.
    pub glasses: Rupiah,
    /// A prosthesis or orthosis.
    pub prosthesis: Option<ProsthesisCost>,
    /// Care at home on a doctor's word, for at most a year.
    pub home_care: Rupiah,
}

/// What a prosthesis costs, here and at the government's hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProsthesisCost {
    /// What was paid.
    pub cost: Rupiah,
    /// What the government's rehabilitation hospital asks.
    pub hospital_price: Rupiah,
}

impl Loss {
    /// Reads `D01` or `D01:50`.
    pub fn parse(text: &str) -> Option<Loss> {
        let (code, degree) = match text.trim().split_once(':') {
            Some((code, degree)) => (code, Some(degree.trim().parse().ok()?)),
            None => (text.trim(), None),
        };
        let code: Box<str> = code.to_ascii_uppercase().into();
        (!code.is_empty()).then_some(Loss { code, degree })
    }
}

/// As typed: `D05`, `D05:50`.
impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.degree {
            Some(degree) => write!(f, "{}:{degree}", self.code),
            None => f.write_str(&self.code),
        }
    }
}

impl Rulebook {
    /// What a death by work accident pays: lump sum, periodic payments, burial.
    ///
    /// Scholarships come besides, see [`Rulebook::scholarship`].
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day or the wage is below nothing.
    ///
    /// # Source
    /// PP 44/2015 Pasal 25 and Lampiran III, as amended by PP 82/2019.
    pub fn jkk_death(&self, query: &JkkQuery) -> Result<Answer, RuleGap> {
        let JkkQuery { wage, accident } = *query;
        not_negative([wage])?;
        let (share, rule) = self.number(self.known.jkk_death, accident)?;
        let mut lump = self.of_multiple(LineKey::JkkDeath, Ppm(share), rule, wage, accident)?;
        let (word, floor_rule) = self.choice(self.known.jkk_death_floor, accident)?;
        let (least, least_rule) = self.number(self.known.jkm_lump, accident)?;
        if word == "jkm-lump-sum" && lump.rupiah < Rupiah(least) {
            lump = Line::of(LineKey::JkkDeathLeast, floor_rule)
                .in_schemes(JKK)
                .ruled(NumberKey::Least, Quantity::Rupiah(Rupiah(least)), least_rule)
                .greatest(vec![lump]);
        }
        let burial = Fixed { key: LineKey::JkkBurial, amount: self.known.jkk_burial, schemes: JKK };
        Answer::of(vec![lump, self.jkk_periodic(accident)?, self.fixed(burial, accident)?])
    }

    /// What a total permanent disability pays: lump sum and periodic payments.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day or the wage is below nothing.
    ///
    /// # Source
    /// PP 44/2015 Pasal 25 and Lampiran III, as amended by PP 82/2019.
    pub fn jkk_total(&self, query: &JkkQuery) -> Result<Answer, RuleGap> {
        let JkkQuery { wage, accident } = *query;
        not_negative([wage])?;
        let (share, rule) = self.number(self.known.total_disability, accident)?;
        let lump = self.of_multiple(LineKey::JkkTotal, Ppm(share), rule, wage, accident)?;
        Answer::of(vec![lump, self.jkk_periodic(accident)?])
    }

    /// What lasting losses pay: a line for each, and a limit on their sum.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day, or a loss is not in the table to that degree.
    ///
    /// # Source
    /// PP 44/2015 Lampiran III; the limit is an open parameter (P13).
    pub fn jkk_partial(&self, query: &PartialQuery) -> Result<Answer, RuleGap> {
        not_negative([query.wage])?;
        let day = query.accident;
        let table = self.need(self.known.disability_table, day)?;
        let (multiple, multiple_rule) = self.number(self.known.wage_multiple, day)?;
        let mut lines = Vec::new();
        let mut sum = 0i128;
        for loss in &query.losses {
            let degree = table_share(table, loss, query.left_handed)?;
            sum += degree.weight();
            let mut line = Line::of_row(LineKey::JkkLoss, table, degree.row)
                .about(degree.row)
                .in_schemes(JKK)
                .own(NumberKey::TableShare, Quantity::Share(degree.share));
            if let Some(function) = degree.function {
                line = line.given(NumberKey::FunctionShare, Quantity::Share(function));
            }
            if let Some(pieces) = degree.pieces {
                line = line.given(NumberKey::Pieces, Quantity::Count(pieces));
            }
            let line = line
                .ruled(NumberKey::Multiple, Quantity::Count(multiple), multiple_rule)
                .given(NumberKey::Wage, Quantity::Rupiah(query.wage));
            lines.push(self.product(line, day)?);
        }
        let (cap, cap_rule) = self.number(self.known.disability_cap, day)?;
        if sum > i128::from(cap) * WHOLE {
            let limited = Line::of(LineKey::JkkLossesLimited, cap_rule)
                .in_schemes(JKK)
                .own(NumberKey::Limit, Quantity::Share(Ppm(cap)))
                .ruled(NumberKey::Multiple, Quantity::Count(multiple), multiple_rule)
                .given(NumberKey::Wage, Quantity::Rupiah(query.wage));
            let mut limited = self.product(limited, day)?;
            lines.iter().for_each(|line| limited.status = limited.status.weaker(line.status));
            limited.lines = lines;
            lines = vec![limited];
        }
        Answer::of(lines)
    }

    /// What a time of not being able to work pays.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day or a number is below nothing.
    ///
    /// # Source
    /// PP 44/2015 Lampiran III, as amended by PP 82/2019.
    pub fn jkk_incapacity(&self, query: &IncapacityQuery) -> Result<Answer, RuleGap> {
        not_negative([query.wage, Rupiah(query.months), Rupiah(query.days)])?;
        let day = query.accident;
        let entry = self.need(self.known.incapacity, day)?;
        let (month_days, days_rule) = self.number(self.known.month_days, day)?;
        let (months, days) =
            (query.months + query.days / month_days.max(1), query.days % month_days.max(1));
        let mut lines = Vec::new();
        for step in entry.steps() {
            let part = step.part_of(months);
            if part > 0 {
                let line = Line::of(LineKey::JkkIncapacity, entry)
                    .in_schemes(JKK)
                    .given(NumberKey::Months, Quantity::Count(part))
                    .own(NumberKey::Share, Quantity::Share(Ppm(step.value)))
                    .given(NumberKey::Wage, Quantity::Rupiah(query.wage));
                lines.push(self.product(line, day)?);
            }
        }
        // The days belong to the month that has begun.
        let begun =
            entry.steps().iter().find(|step| step.part_of(months + 1) > step.part_of(months));
        if let Some(step) = begun.filter(|_| days > 0) {
            let line = Line::of(LineKey::JkkIncapacityDays, entry)
                .in_schemes(JKK)
                .given(NumberKey::Days, Quantity::Count(days))
                .own(NumberKey::Share, Quantity::Share(Ppm(step.value)))
                .given(NumberKey::Wage, Quantity::Rupiah(query.wage))
                .ruled(NumberKey::DaysInMonth, Quantity::Divisor(month_days), days_rule);
            lines.push(self.product(line, day)?);
        }
        Ok(Answer::of(lines)?.or_nothing_by(entry))
    }

    /// What carrying the injured person pays: each mode up to its own limit.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day or a cost is below nothing.
    ///
    /// # Source
    /// PP 44/2015 Lampiran III, as amended by PP 82/2019; before it an open parameter (P16).
    pub fn jkk_transport(&self, query: &TransportQuery) -> Result<Answer, RuleGap> {
        not_negative([query.land, query.sea, query.air])?;
        let modes = [
            (LineKey::JkkTransportLand, "land", query.land),
            (LineKey::JkkTransportSea, "sea", query.sea),
            (LineKey::JkkTransportAir, "air", query.air),
        ];
        let mut lines = Vec::new();
        for (key, name, cost) in modes.into_iter().filter(|(_, _, cost)| *cost > Rupiah::ZERO) {
            let (row, entry) = self.row(self.known.transport, name, query.accident)?;
            lines.push(limited(key, entry, row, cost));
        }
        let rule = self.need(self.known.transport, query.accident)?;
        Ok(Answer::of(lines)?.or_nothing_by(rule))
    }

    /// What aids and care at home pay: each up to its own limit.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day (there was no care at home before PP 82/2019)
    /// or a cost is below nothing.
    ///
    /// # Source
    /// PP 44/2015 Lampiran III, as amended by PP 82/2019; before it an open parameter (P16).
    pub fn jkk_aids(&self, query: &AidsQuery) -> Result<Answer, RuleGap> {
        let AidsQuery { accident, dentures, hearing_aid, glasses, prosthesis, home_care } = *query;
        not_negative([dentures, hearing_aid, glasses, home_care])?;
        let aids = [
            (LineKey::JkkDentures, "dentures", dentures),
            (LineKey::JkkHearingAid, "hearing-aid", hearing_aid),
            (LineKey::JkkGlasses, "glasses", glasses),
        ];
        let mut lines = Vec::new();
        for (key, name, cost) in aids.into_iter().filter(|(_, _, cost)| *cost > Rupiah::ZERO) {
            let (row, entry) = self.row(self.known.aids, name, accident)?;
            lines.push(limited(key, entry, row, cost));
        }
        if let Some(ProsthesisCost { cost, hospital_price }) = prosthesis {
            not_negative([cost, hospital_price])?;
            let (markup, entry) = self.number(self.known.prosthesis, accident)?;
            let whole = Ppm(markup.saturating_add(WHOLE as i64));
            let price = Line::of(LineKey::JkkProsthesisPrice, entry)
                .own(NumberKey::Markup, Quantity::Share(whole))
                .given(NumberKey::Price, Quantity::Rupiah(hospital_price));
            let price = self.product(price, accident)?;
            let line = Line::of(LineKey::JkkProsthesis, entry)
                .in_schemes(JKK)
                .given(NumberKey::Cost, Quantity::Rupiah(cost));
            lines.push(line.least(vec![price]));
        }
        if home_care > Rupiah::ZERO {
            let (limit, entry) = self.number(self.known.home_care, accident)?;
            let line = Line::of(LineKey::JkkHomeCare, entry)
                .in_schemes(JKK)
                .given(NumberKey::Cost, Quantity::Rupiah(home_care))
                .own(NumberKey::Limit, Quantity::Rupiah(Rupiah(limit)));
            lines.push(line.least(Vec::new()));
        }
        let rule = self.need(self.known.aids, accident)?;
        Ok(Answer::of(lines)?.or_nothing_by(rule))
    }

    /// For how many months care at home is paid.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn home_care_months(&self, accident: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.home_care_months, accident)
    }

    /// The last day to claim after an accident, and the rule that sets it.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// PP 82/2019 Pasal 26: five years, two before it.
    pub fn claim_until(&self, event: Day) -> Result<(Day, &Entry), RuleGap> {
        let (years, entry) = self.number(self.known.claim_years, event)?;
        let months = i32::try_from(years * 12).map_err(|_| RuleGap::AmountTooLarge)?;
        let month = event.month_of().plus(months);
        let same = Day::new(month.last_day().year(), month.last_day().month(), event.day());
        Ok((same.unwrap_or(month.last_day()), entry))
    }

    /// The last day to report an accident (stage I), and the rule that sets it.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// PP 44/2015 Pasal 43: twice 24 hours.
    pub fn report_until(&self, accident: Day) -> Result<(Day, &Entry), RuleGap> {
        let (days, entry) = self.number(self.known.report_days, accident)?;
        Ok((accident.plus_days(i32::try_from(days).unwrap_or(0)), entry))
    }

    /// The last day to conclude whether it was a work accident, after the first report.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day: there was none before PP 49/2023.
    ///
    /// # Source
    /// PP 49/2023 Pasal 25A and 25B.
    pub fn conclude_until(&self, reported: Day) -> Result<(Day, &Entry), RuleGap> {
        let (days, entry) = self.number(self.known.conclusion_days, reported)?;
        Ok((reported.plus_days(i32::try_from(days).unwrap_or(0)), entry))
    }

    /// The papers that a claim asks for, by their keys: 1 always, 2 after a death, 0 where the case
    /// is so.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day; JP is claimed elsewhere.
    ///
    /// # Source
    /// Permenaker 5/2021 and 4/2022, read in secondary texts.
    pub fn claim_papers(&self, scheme: Scheme, event: Day) -> Result<&Entry, RuleGap> {
        match scheme {
            Scheme::Jkk => self.need(self.known.papers_jkk, event),
            Scheme::Jkm => self.need(self.known.papers_jkm, event),
            Scheme::Jht => self.need(self.known.papers_jht, event),
            Scheme::Jp => Err(RuleGap::SchemeNotInSegment),
        }
    }

    /// How many days an office has to answer what somebody asks of their own data: `see`,
    /// `correct`, `withdraw`, `restrict`, `erase`, `object`.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// UU 27/2022 Pasal 30, 32, 40 and 41: three times 24 hours.
    pub fn data_answer_within(&self, right: &str, on: Day) -> Result<(i64, &Row), RuleGap> {
        let key = self.known.data_answer;
        let row = self.need(key, on)?.row(right).ok_or_else(|| key.silent_on(on))?;
        Ok((row.number().ok_or_else(|| key.silent_on(on))?, row))
    }

    fn jkk_periodic(&self, accident: Day) -> Result<Line, RuleGap> {
        let (monthly, months) = (self.known.jkk_periodic, self.known.jkk_periodic_months);
        let key = LineKey::JkkPeriodic;
        self.periodic(Periodic { key, monthly, months, schemes: JKK }, accident)
    }

    fn of_multiple(
        &self,
        key: LineKey,
        share: Ppm,
        rule: &Entry,
        wage: Rupiah,
        accident: Day,
    ) -> Result<Line, RuleGap> {
        let (multiple, multiple_rule) = self.number(self.known.wage_multiple, accident)?;
        let line = Line::of(key, rule)
            .in_schemes(JKK)
            .own(NumberKey::Share, Quantity::Share(share))
            .ruled(NumberKey::Multiple, Quantity::Count(multiple), multiple_rule)
            .given(NumberKey::Wage, Quantity::Rupiah(wage));
        self.product(line, accident)
    }
}

/// Parts in a whole, for shares in parts per million.
const WHOLE: i128 = 1_000_000; // not law: parts per million

/// Parts per million in one per cent.
const PER_CENT: i64 = 10_000; // not law: parts per million

/// A loss of function or of sight, from the least to the whole.
const PER_CENTS: (i64, i64) = (1, 100); // not law: per cent
/// A loss of hearing, up to the loudest sound that an ear stands.
const DECIBELS: (i64, i64) = (10, 120); // not law: decibels

/// What a loss weighs: the table's share, and how much of it.
struct Degree<'a> {
    row: &'a Row,
    share: Ppm,
    function: Option<Ppm>,
    pieces: Option<i64>,
}

impl Degree<'_> {
    /// The share in millionths of millionths.
    fn weight(&self) -> i128 {
        let function = self.function.map_or(WHOLE, |function| i128::from(function.0));
        i128::from(self.share.0) * function * i128::from(self.pieces.unwrap_or(1))
    }
}

fn table_share<'a>(
    table: &'a Entry,
    loss: &Loss,
    left_handed: bool,
) -> Result<Degree<'a>, RuleGap> {
    let row = table.row(&loss.code).ok_or(RuleGap::LossUnknown)?;
    let mirrored = row.mirror.as_deref().filter(|_| left_handed).and_then(|key| table.row(key));
    let row = mirrored.unwrap_or(row);
    let share = row.number().ok_or(RuleGap::LossUnknown)?;
    let plain = Degree { row, share: Ppm(share), function: None, pieces: None };
    let Some(degree) = loss.degree else { return Ok(plain) };
    let within = |(low, high): (i64, i64)| (low..=high).contains(&degree);
    let tens = degree % 10 == 0;
    match (row.per, row.value_to) {
        (None, Some(high)) if within((share / PER_CENT, high / PER_CENT)) => {
            Ok(Degree { share: Ppm(degree * PER_CENT), ..plain })
        }
        (Some(Per::TenDecibel), _) if within(DECIBELS) && tens => {
            Ok(Degree { pieces: Some(degree / 10), ..plain })
        }
        (Some(Per::TenPercent), _) if within(PER_CENTS) && tens => {
            Ok(Degree { pieces: Some(degree / 10), ..plain })
        }
        (None, None) | (Some(Per::Piece), _) if within(PER_CENTS) => {
            Ok(Degree { function: Some(Ppm(degree * PER_CENT)), ..plain })
        }
        _ => Err(RuleGap::LossUnknown),
    }
}

/// A cost up to the limit of a row.
fn limited(key: LineKey, entry: &Entry, row: &Row, cost: Rupiah) -> Line {
    let limit = Rupiah(row.number().unwrap_or(0));
    Line::of_row(key, entry, row)
        .in_schemes(JKK)
        .given(NumberKey::Cost, Quantity::Rupiah(cost))
        .own(NumberKey::Limit, Quantity::Rupiah(limit))
        .least(Vec::new())
}
