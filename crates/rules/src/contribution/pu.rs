//! What a month costs for somebody who earns a wage (PU): who bears what, the pension's cap, and
//! how the funds share the bill of a JKP member.

use base::{Day, Month, Ppm, Rupiah};

use super::{
    Amount, Bearer, Contribution, ContributionLine, How, ReliefCase, ReliefEffect, ReliefNote,
    Split, WHOLE_PPM, contribution, key_day, not_negative,
};
use crate::payer::Payer;
use crate::rule::{Entry, Row, RuleStatus};
use crate::rulebook::{Key, RuleGap, Rulebook};
use crate::scheme::{Scheme, Schemes, Segment, WorkSector};

/// One wage earner's month, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PuQuery {
    /// Base salary and fixed allowances.
    ///
    /// # Units
    /// Whole rupiah in a month.
    pub wage: Rupiah,
    /// The programmes the person is in; JKK and JKM for most staff of a region.
    pub schemes: Schemes,
    /// The month the contribution is for.
    pub month: Month,
    /// Who pays the employer's part: the employer, or a purse for staff of the state.
    pub payer: Payer,
    /// How dangerous the trade is.
    pub risk_class: RiskClass,
    /// Whether the person is a member of JKP; staff of the state are not.
    pub jkp_member: bool,
    /// Whether the employer is one of the labour-intensive industries with relief.
    pub labour_intensive: bool,
    /// Whether the employer was granted the deferral of JP during COVID-19.
    pub jp_deferred: bool,
}

/// The risk class of a trade, 1 (very low) to 5 (very high).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RiskClass(u8);

impl RiskClass {
    /// Every class, least risk first.
    pub const ALL: [RiskClass; 5] =
        [RiskClass(1), RiskClass(2), RiskClass(3), RiskClass(4), RiskClass(5)];

    /// The class with this number, 1 to 5.
    pub fn new(number: u8) -> Option<RiskClass> {
        RiskClass::ALL.into_iter().find(|class| class.0 == number)
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    fn row_key(self) -> &'static str {
        ["1", "2", "3", "4", "5"][usize::from(self.0) - 1]
    }
}

/// How large an employer is, as far as the phasing of programmes asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmployerSize {
    /// Usaha mikro.
    Micro,
    /// Usaha kecil.
    Small,
    /// Usaha menengah.
    Medium,
    /// Usaha besar.
    Large,
    /// An office of the state, for staff outside the civil service.
    State,
}

impl EmployerSize {
    /// Every size, in order.
    pub const ALL: [EmployerSize; 5] = [
        EmployerSize::Micro,
        EmployerSize::Small,
        EmployerSize::Medium,
        EmployerSize::Large,
        EmployerSize::State,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            EmployerSize::Micro => "micro",
            EmployerSize::Small => "small",
            EmployerSize::Medium => "medium",
            EmployerSize::Large => "large",
            EmployerSize::State => "state",
        }
    }
}

impl Rulebook {
    /// What one month costs for somebody who earns a wage.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month or the wage is below nothing.
    ///
    /// # Source
    /// PP 44/2015 Pasal 16 and 18 (JKK, JKM), PP 46/2015 (JHT), PP 45/2015 Pasal 28 and 29 (JP),
    /// PP 37/2021 and PP 6/2025 (JKP), with the reliefs of PP 49/2020 and PP 7/2025.
    pub fn pu_contribution(&self, query: &PuQuery) -> Result<Contribution<'_>, RuleGap> {
        not_negative(query.wage)?;
        let mut lines = Vec::with_capacity(6);
        for scheme in query.schemes.iter() {
            self.pu_lines(scheme, query, &mut lines)?;
        }
        let split = self.jkp_split(query, &lines)?;
        Ok(Contribution { split, ..contribution(lines, query.wage)? })
    }

    fn pu_lines<'a>(
        &'a self,
        scheme: Scheme,
        query: &PuQuery,
        lines: &mut Vec<ContributionLine<'a>>,
    ) -> Result<(), RuleGap> {
        let day = key_day(query.month);
        let case = ReliefCase {
            segment: Segment::Pu,
            sector: WorkSector::Other,
            labour_intensive: query.labour_intensive,
            payer: query.payer,
        };
        let payer = Bearer::Payer(query.payer);
        let mut push = |borne_by: Bearer, amount: Amount<'a>| -> Result<(), RuleGap> {
            let mut line = self.line(scheme, borne_by, amount, case, day)?;
            if scheme == Scheme::Jp && query.jp_deferred {
                self.defer(&mut line, day)?;
            }
            lines.push(line);
            Ok(())
        };
        match scheme {
            Scheme::Jkk => {
                let class = query.risk_class.row_key();
                push(payer, self.share_of_wage(self.known.jkk_pu, class, query.wage, day)?)
            }
            Scheme::Jkm => {
                let (number, entry) = self.number(self.known.jkm_pu, day)?;
                let how = How::Share { of: query.wage, rate: Ppm(number), cut_by: None };
                push(payer, Amount::of(query.wage, Ppm(number), how, entry))
            }
            Scheme::Jht => {
                let known = self.known.jht_pu;
                push(payer, self.share_of_wage(known, "payer", query.wage, day)?)?;
                push(Bearer::Worker, self.share_of_wage(known, "worker", query.wage, day)?)
            }
            Scheme::Jp => {
                push(payer, self.jp_amount("payer", query, day)?)?;
                push(Bearer::Worker, self.jp_amount("worker", query, day)?)
            }
        }
    }

    fn share_of_wage<'a>(
        &'a self,
        key: Key,
        row: &str,
        wage: Rupiah,
        day: Day,
    ) -> Result<Amount<'a>, RuleGap> {
        let (row, entry) = self.row(key, row, day)?;
        let rate = Ppm(row.number().ok_or_else(|| key.silent_on(day))?);
        let how = How::Share { of: wage, rate, cut_by: None };
        let (article, status) = (row.citation.article.as_ref(), row.citation.status);
        Ok(Amount { article, status, ..Amount::of(wage, rate, how, entry) })
    }

    /// A share of the wage, at most of the cap; the cap weighs only where it cuts.
    fn jp_amount<'a>(
        &'a self,
        row: &str,
        query: &PuQuery,
        day: Day,
    ) -> Result<Amount<'a>, RuleGap> {
        let (cap, rule) = self.number(self.known.jp_cap, day)?;
        if query.wage <= Rupiah(cap) {
            return self.share_of_wage(self.known.jp_pu, row, query.wage, day);
        }
        let of = Rupiah(cap);
        let amount = self.share_of_wage(self.known.jp_pu, row, of, day)?.doubted(rule);
        let how = How::Share { of, rate: amount.rate, cut_by: Some(&rule.rule) };
        Ok(Amount { how, ..amount })
    }

    /// Puts off the part of a line that the deferral puts off.
    fn defer<'a>(&'a self, line: &mut ContributionLine<'a>, day: Day) -> Result<(), RuleGap> {
        let Some(entry) = self.entry(self.known.jp_deferral, day) else { return Ok(()) };
        let How::Share { of, rate, .. } = line.how else { return Ok(()) };
        let amount = Amount { status: line.status, ..Amount::of(of, rate, line.how, entry) };
        let now = Ppm(entry.number().unwrap_or(WHOLE_PPM));
        let before = line.rupiah;
        let (rupiah, amount) = self.rounded(amount.doubted(entry), now, day)?;
        let effect = ReliefEffect::Deferred { before, later: before.minus(rupiah)? };
        let citation = &entry.citation;
        line.rupiah = rupiah;
        line.status = amount.status;
        line.open = amount.open.or(line.open);
        line.relief = Some(ReliefNote {
            rule: &entry.rule,
            article: &citation.article,
            status: citation.status,
            effect,
        });
        Ok(())
    }

    /// How the funds share the bill. Under a relief no text read says it, so nothing is said.
    fn jkp_split<'a>(
        &'a self,
        query: &PuQuery,
        lines: &[ContributionLine<'a>],
    ) -> Result<Option<Split<'a>>, RuleGap> {
        let day = key_day(query.month);
        let billed = |scheme| lines.iter().find(|line| line.scheme == scheme);
        let (Some(jkk), Some(jkm)) = (billed(Scheme::Jkk), billed(Scheme::Jkm)) else {
            return Ok(None);
        };
        let relieved = [jkk, jkm].into_iter().any(|line| {
            matches!(line.relief.map(|note| note.effect), Some(ReliefEffect::Applied { .. }))
        });
        let Some(entry) = self.entry(self.known.jkp_split, day) else { return Ok(None) };
        if !query.jkp_member || relieved {
            return Ok(None);
        }
        let part = |row: &str| -> Result<(Rupiah, RuleStatus), RuleGap> {
            let amount = self.share_of_wage(self.known.jkp_split, row, query.wage, day)?;
            let (rupiah, amount) = self.rounded(amount, Ppm(WHOLE_PPM), day)?;
            Ok((rupiah, amount.status))
        };
        let (from_jkk, a) = part("jkk")?;
        let (from_jkm, b) = part("jkm")?;
        let (state, c) = part("state")?;
        Ok(Some(Split {
            jkk: jkk.rupiah.minus(from_jkk)?,
            jkm: jkm.rupiah.minus(from_jkm)?,
            jkp: from_jkk.plus(from_jkm)?,
            state,
            rule: &entry.rule,
            article: &entry.citation.article,
            status: a.weaker(b).weaker(c),
        }))
    }

    /// The trades whose risk class is known, with the rule that lists them.
    ///
    /// # Source
    /// PP 82/2019 Lampiran I, copied in part.
    pub fn trades(&self, day: Day) -> (&[Row], Option<&Entry>) {
        let entry = self.entry(self.known.jkk_trades, day);
        (entry.map_or(&[], Entry::rows), entry)
    }

    /// The risk class of a trade, by the key in the list.
    pub fn risk_class_of(&self, trade: &str, day: Day) -> Option<RiskClass> {
        let (row, _) = self.row(self.known.jkk_trades, trade, day).ok()?;
        RiskClass::new(u8::try_from(row.number()?).ok()?)
    }

    /// The programmes that an employer of this size owes its workers.
    ///
    /// # Source
    /// Perpres 109/2013 Pasal 6 ayat (3).
    pub fn schemes_owed(&self, size: EmployerSize, day: Day) -> Option<(Schemes, &Entry)> {
        let (row, entry) = self.row(self.known.employer_schemes, size.name(), day).ok()?;
        Some((Schemes::parse(row.choice()?)?, entry))
    }

    /// In which segment a group is registered by default, and the rule that says so.
    ///
    /// # Source
    /// `segmen.kelompok`; some groups are open (P14).
    pub fn segment_of_group(&self, group: &str, day: Day) -> Option<(Segment, &Row)> {
        let (row, _) = self.row(self.known.group_segments, group, day).ok()?;
        let word = match row.choice()? {
            "open" => row.assumed.as_deref()?,
            word => word,
        };
        Some((Segment::from_name(word)?, row))
    }
}
