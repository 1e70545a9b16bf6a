//! Death (JKM): in full, burial only, or nothing, by what was paid up to the day of death.

use base::{Day, Month};

use super::{Fixed, JKM, Periodic};
use crate::coverage::{Cover, CoverQuery};
use crate::explain::{Answer, Line, LineKey, Note, NumberKey, Quantity};
use crate::rule::Entry;
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::Segment;

/// A death that was no work accident, as a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JkmQuery {
    /// The segment the person was insured in.
    pub segment: Segment,
    /// The day of death.
    pub death: Day,
    /// The day of registration.
    pub registered: Day,
    /// The months paid for, in any order; months paid before the death, not settled after it.
    pub paid: Vec<Month>,
}

/// Months that count as consecutive, under the chosen reading and under the others.
struct Counted<'a> {
    months: i64,
    /// The open rule whose other readings would give another benefit, if there is one.
    decided_by: Option<&'a Entry>,
}

impl Rulebook {
    /// What a death pays: 42 million, burial only, or nothing.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// PP 44/2015 Pasal 34 as amended by PP 82/2019, and Permenaker 1/2025 for BPU. Open
    /// parameters decide at the edges: P1, P2 and P3.
    pub fn jkm(&self, query: &JkmQuery) -> Result<Answer, RuleGap> {
        let cover = self.cover(&CoverQuery {
            segment: query.segment,
            registered: query.registered,
            paid: &query.paid,
            on: query.death,
        })?;
        let arrears = match cover.state {
            Cover::NotStarted => return Ok(none_of(Note::NotRegistered, cover.rule)),
            Cover::Unpaid => return Ok(none_of(Note::NotPaid, cover.rule)),
            Cover::Inactive { paid_until } => {
                let paid_until = paid_until.last_day();
                return Ok(none_of(Note::Lapsed { paid_until }, cover.rule));
            }
            Cover::Active => 0,
            Cover::Grace { months } => months,
        };
        let doubted = |answer: Answer| cover.doubted_by.into_iter().fold(answer, Answer::doubted);
        let (word, grace) = self.choice(self.known.grace_claim, query.death)?;
        if arrears > 0 && word == "not-payable" {
            return Ok(none_of(Note::SettleArrears { months: arrears }, grace));
        }
        let answer = doubted(self.jkm_lines(query)?);
        Ok(if arrears == 0 {
            answer
        } else if word == "payable-after-settling" {
            answer.doubted(grace).noted(Note::SettleArrears { months: arrears })
        } else {
            answer.doubted(grace)
        })
    }

    /// What the death of somebody insured in several segments pays: burial once.
    ///
    /// # Errors
    /// As [`Rulebook::jkm`], for any of the segments.
    ///
    /// # Source
    /// `jkm.rangkap_pemakaman`, and the open parameter `jkm.rangkap_santunan` (P11).
    pub fn jkm_in_segments(&self, queries: &[JkmQuery]) -> Result<Answer, RuleGap> {
        let mut merged = Answer::of(Vec::new())?;
        for query in queries {
            let answer = self.jkm(query)?;
            let (burial, burial_rule) = self.choice(self.known.jkm_many_burial, query.death)?;
            let (lump, lump_rule) = self.choice(self.known.jkm_many_lump, query.death)?;
            merged.notes.extend(answer.notes);
            for mut line in answer.lines {
                let again = merged.lines.iter().any(|earlier| earlier.key == line.key);
                let is_burial = line.key == LineKey::JkmBurial;
                let (word, rule) =
                    if is_burial { (burial, burial_rule) } else { (lump, lump_rule) };
                if again && !merged.decided_by.contains(&rule.rule) {
                    merged.decided_by.push(rule.rule.clone());
                }
                if again && word == "once" {
                    if is_burial {
                        merged.notes.push(Note::BurialPaidOnce);
                    }
                    continue;
                }
                if again {
                    line.weaken(rule);
                }
                merged.lines.push(line);
            }
        }
        let answer = Answer::of(merged.lines)?;
        Ok(Answer { notes: merged.notes, decided_by: merged.decided_by, ..answer })
    }

    fn jkm_lines(&self, query: &JkmQuery) -> Result<Answer, RuleGap> {
        let death = query.death;
        let burial = Fixed { key: LineKey::JkmBurial, amount: self.known.jkm_burial, schemes: JKM };
        let burial = self.fixed(burial, death)?;
        let (required, rule) = self.number(self.known.jkm_months, death)?;
        let counted = self.consecutive(query, required)?;
        let ever_asked = self.jkm_months_ever_asked();
        let doubt = |mut line: Line| {
            // Where nothing was asked, that decides only for whom another day's rule would not
            // have paid in full.
            if required > 0 || consecutive(query, "completed-months", "restart") < ever_asked {
                line = line
                    .ruled(NumberKey::MonthsRequired, Quantity::Count(required), rule)
                    .given(NumberKey::MonthsCounted, Quantity::Count(counted.months));
            }
            counted.decided_by.into_iter().for_each(|rule| line.weaken(rule));
            line
        };
        if counted.months < required {
            let note = Note::BurialOnly { counted: counted.months, required };
            return Ok(Answer::of(vec![doubt(burial)])?.noted(note));
        }
        let lump = Fixed { key: LineKey::JkmLump, amount: self.known.jkm_lump, schemes: JKM };
        let (monthly, months) = (self.known.jkm_periodic, self.known.jkm_periodic_months);
        let key = LineKey::JkmPeriodic;
        let periodic = self.periodic(Periodic { key, monthly, months, schemes: JKM }, death)?;
        Answer::of(vec![doubt(self.fixed(lump, death)?), doubt(periodic), burial])
    }

    /// The most months that the rule has asked for on any day.
    fn jkm_months_ever_asked(&self) -> i64 {
        let parameter = self.parameter(self.known.jkm_months.id);
        let entries = parameter.into_iter().flat_map(|parameter| &parameter.entries);
        entries.filter_map(Entry::number).max().unwrap_or(0)
    }

    /// The consecutive months that count; a doubt weighs only where another reading gives another
    /// benefit.
    fn consecutive(&self, query: &JkmQuery, required: i64) -> Result<Counted<'_>, RuleGap> {
        if required == 0 {
            return Ok(Counted { months: 0, decided_by: None });
        }
        let death = query.death;
        let (which, counting) = self.choice(self.known.jkm_months_counted, death)?;
        let (after, lapse) = self.choice(self.known.jkm_after_lapse, death)?;
        let (whom, whom_rule) = self.choice(self.known.jkm_months_whom, death)?;
        let count = |which: &str, after: &str| consecutive(query, which, after);
        let months = count(which, after);
        let enough = months >= required;
        if query.segment != Segment::Bpu {
            // For others than BPU the question is first whether anything is required at all.
            let exempt = whom != "all";
            let months = if exempt { months.max(required) } else { months };
            return Ok(Counted { months, decided_by: (!enough).then_some(whom_rule) });
        }
        let differs = |other: i64| (other >= required) != enough;
        let by_counting =
            ["completed-months", "begun-months", "paid-months"].map(|which| count(which, after));
        let by_lapse = ["restart", "continue"].map(|after| count(which, after));
        let decided_by = if by_lapse.into_iter().any(differs) {
            Some(lapse)
        } else if by_counting.into_iter().any(differs) {
            Some(counting)
        } else {
            None
        };
        Ok(Counted { months, decided_by })
    }
}

/// Reads `2025-05..2025-07,2025-09` into months.
pub fn parse_paid_months(text: &str) -> Option<Vec<Month>> {
    let mut months = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once("..").unwrap_or((part, part));
        let (first, last) = (Month::parse(first.trim())?, Month::parse(last.trim())?);
        if first > last {
            return None;
        }
        months.extend(first.through(last));
    }
    Some(months)
}

fn none_of(note: Note, rule: &Entry) -> Answer {
    Answer::nothing(note, rule)
}

/// The consecutive paid months up to the death, in one reading.
fn consecutive(query: &JkmQuery, which: &str, after: &str) -> i64 {
    let death = query.death.month_of();
    let counts = |month: Month| match which {
        "paid-months" => true,
        "begun-months" => month <= death,
        _ => month < death,
    };
    let mut months: Vec<Month> = query.paid.clone();
    months.retain(|month| *month >= query.registered.month_of() || after == "continue");
    months.sort_unstable();
    months.dedup();
    let counted = months.iter().filter(|month| counts(**month));
    if after == "continue" {
        return counted.count() as i64;
    }
    // The last run that begins no later than the death.
    let mut run = 0;
    let mut before: Option<Month> = None;
    for &month in &months {
        if before.is_some_and(|before| before.plus(1) != month) {
            if month > death {
                break;
            }
            run = 0;
        }
        run += i64::from(counts(month));
        before = Some(month);
    }
    run
}
