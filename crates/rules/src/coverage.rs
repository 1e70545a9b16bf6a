//! From payments to cover: when it starts, how long arrears are borne, when it lapses, and what
//! coming back means.
//!
//! A decree, a list or a card is not cover. Only months paid for count.

use base::{Day, Month};

use crate::rule::{Entry, RuleId, RuleStatus};
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::Segment;

#[cfg(test)]
mod tests;

/// A person's payments and a day, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverQuery<'a> {
    /// The segment; only in BPU do arrears end cover.
    pub segment: Segment,
    /// The day of registration.
    pub registered: Day,
    /// The months paid for, in any order.
    pub paid: &'a [Month],
    /// The day asked about.
    pub on: Day,
}

/// Whether somebody is covered on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// The day is before registration.
    NotStarted,
    /// Registered, and no month up to the day is paid for.
    Unpaid,
    /// Paid, or not yet due.
    Active,
    /// In arrears that the grace period bears.
    Grace {
        /// Months due and unpaid.
        months: i64,
    },
    /// Lapsed: more arrears than the grace period bears.
    Inactive {
        /// The last month paid for.
        paid_until: Month,
    },
}

impl Cover {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Cover::NotStarted => "not-started",
            Cover::Unpaid => "unpaid",
            Cover::Active => "active",
            Cover::Grace { .. } => "grace",
            Cover::Inactive { .. } => "inactive",
        }
    }
}

/// Cover on a day, with the rule behind it.
#[derive(Debug, Clone, Copy)]
pub struct CoverAnswer<'a> {
    /// Whether.
    pub state: Cover,
    /// The rule that decides it.
    pub rule: &'a Entry,
    /// The weakest status among the rules that decided.
    pub status: RuleStatus,
    /// The open rule whose other reading would give another state, if there is one.
    pub doubted_by: Option<&'a Entry>,
}

/// One change of state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The first day in the new state.
    pub on: Day,
    /// The new state.
    pub to: Cover,
    /// The rule.
    pub rule: RuleId,
}

/// What coming back after a lapse means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// The arrears from before.
    OldArrears {
        /// Whether they are charged.
        charged: bool,
    },
    /// Coming back is a new registration, so that the age is asked again.
    AgeAgain {
        /// The age at which nobody is registered any more.
        limit: i64,
    },
    /// The months that the full death benefit asks for.
    JkmCount {
        /// Whether they are counted anew.
        restarts: bool,
        /// How many there must be.
        required: i64,
    },
}

impl Consequence {
    /// Every code, in order.
    pub const NAMES: [&'static str; 5] = [
        "OLD_ARREARS_CHARGED",
        "OLD_ARREARS_FORGIVEN",
        "AGE_ASKED_AGAIN",
        "JKM_COUNT_RESTARTS",
        "JKM_COUNT_CONTINUES",
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        let index = match self {
            Consequence::OldArrears { charged: true } => 0,
            Consequence::OldArrears { charged: false } => 1,
            Consequence::AgeAgain { .. } => 2,
            Consequence::JkmCount { restarts: true, .. } => 3,
            Consequence::JkmCount { restarts: false, .. } => 4,
        };
        Consequence::NAMES[index]
    }
}

impl Rulebook {
    /// Whether somebody is covered on a day.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// Permenaker 1/2025 (start), the official answers on arrears (grace and lapse); the due day of
    /// BPU is an open parameter (P5), which weighs only on days between its two readings.
    pub fn cover(&self, query: &CoverQuery<'_>) -> Result<CoverAnswer<'_>, RuleGap> {
        let (word, start) = self.choice(self.known.cover_start, query.on)?;
        let answer = |state| CoverAnswer::by(state, start);
        if query.on < query.registered {
            return Ok(answer(Cover::NotStarted));
        }
        let on = query.on.month_of();
        let first = query.registered.month_of();
        let usable = query.paid.iter().copied().filter(|month| *month <= on && *month >= first);
        let Some(paid_until) = usable.max() else {
            let covered = word == "registration";
            return Ok(answer(if covered { Cover::Active } else { Cover::Unpaid }));
        };
        if query.segment != Segment::Bpu {
            return Ok(answer(Cover::Active));
        }
        let (bearable, grace) = self.number(self.known.grace, query.on)?;
        let (which, due_rule) = self.choice(self.known.due_month_bpu, on.first_day())?;
        let state = |same: bool| -> Result<Cover, RuleGap> {
            Ok(match self.arrears(paid_until, query.on, same, bearable)? {
                0 => Cover::Active,
                months if months <= bearable => Cover::Grace { months },
                _ => Cover::Inactive { paid_until },
            })
        };
        let (same, next) = (state(true)?, state(false)?);
        let state = if which == "same-month" { same } else { next };
        let answer = CoverAnswer::by(state, if state == Cover::Active { start } else { grace });
        Ok(if same == next { answer } else { answer.doubted(due_rule) })
    }

    /// Every change of cover from registration up to and including a day.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on one of the days.
    ///
    /// # Source
    /// As [`Rulebook::cover`]; coming back after a lapse is a new registration, so that the age
    /// limit and the three months of JKM are asked anew.
    pub fn cover_history(&self, query: &CoverQuery<'_>) -> Result<Vec<Transition>, RuleGap> {
        let mut history: Vec<Transition> = Vec::new();
        let mut day = query.registered;
        while day <= query.on {
            let answer = self.cover(&CoverQuery { on: day, ..*query })?;
            if history.last().is_none_or(|last| last.to != answer.state) {
                let rule = answer.rule.rule.clone();
                history.push(Transition { on: day, to: answer.state, rule });
            }
            day = day.plus_days(1);
        }
        Ok(history)
    }

    /// What coming back on a day after a lapse means, each with its rule.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// The official answers on arrears, Permenaker 5/2021 (age at registration), and the open
    /// parameter `jkm.setelah_putus` (P2).
    pub fn return_after_lapse(&self, on: Day) -> Result<Vec<(Consequence, &Entry)>, RuleGap> {
        let (word, arrears) = self.choice(self.known.old_arrears, on)?;
        let charged = word == "charged";
        let (limit, age) = self.number(self.known.age_limit, on)?;
        let mut found = vec![
            (Consequence::OldArrears { charged }, arrears),
            (Consequence::AgeAgain { limit }, age),
        ];
        let (required, _) = self.number(self.known.jkm_months, on)?;
        if required > 0 {
            let (word, count) = self.choice(self.known.jkm_after_lapse, on)?;
            let restarts = word != "continue";
            found.push((Consequence::JkmCount { restarts, required }, count));
        }
        Ok(found)
    }

    /// Months due and unpaid on a day, in one reading of when a month falls due; counted until
    /// there are more than can be borne.
    fn arrears(
        &self,
        paid_until: Month,
        on: Day,
        same: bool,
        bearable: i64,
    ) -> Result<i64, RuleGap> {
        let mut months = 0;
        for month in paid_until.plus(1).through(on.month_of()) {
            months += i64::from(self.due_day_in(month, same)?.day < on);
            if months > bearable {
                break;
            }
        }
        Ok(months)
    }
}

impl<'a> CoverAnswer<'a> {
    fn by(state: Cover, rule: &'a Entry) -> CoverAnswer<'a> {
        CoverAnswer { state, rule, status: rule.citation.status, doubted_by: None }
    }

    fn doubted(self, rule: &'a Entry) -> CoverAnswer<'a> {
        let status = self.status.weaker(rule.citation.status);
        CoverAnswer { status, doubted_by: Some(rule), ..self }
    }
}
