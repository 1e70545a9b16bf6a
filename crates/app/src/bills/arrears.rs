//! Arrears: months that are due and not paid, by age, and until when the members of each programme
//! are still borne, by the law's own reading of grace and lapse.

use base::{Day, Month, Rupiah};
use domain::billing::{BillState, due};
use domain::programme::Programme;
use domain::segment::segment_of;
use rules::{Cover, CoverQuery, Segment};
use store::Tx;
use store::bills::BillHead;
use store::covered::PaidUntil;

use super::file::{Due, has_wages};
use super::standing;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

/// So many days after registration the longest grace is over.
const LOOK_AHEAD_MONTHS: i32 = 12;

/// What is due and unpaid, and what that does to cover.
#[derive(Debug, Clone)]
pub struct Arrears {
    /// The day.
    pub on: Day,
    /// Months that are due, oldest first.
    pub overdue: Vec<Overdue>,
    /// Members by programme and the last month paid for them.
    pub lapses: Vec<Lapse>,
}

/// Why a month is overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverdueState {
    /// No bill was made.
    Unbilled,
    /// The bill is a draft.
    Draft,
    /// The bill waits for a second person.
    Final,
    /// The bill is issued and not paid.
    Issued,
}

impl OverdueState {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            OverdueState::Unbilled => "unbilled",
            OverdueState::Draft => "draft",
            OverdueState::Final => "final",
            OverdueState::Issued => "issued",
        }
    }
}

/// A month that is due and not paid.
#[derive(Debug, Clone)]
pub struct Overdue {
    /// The programme's code and name.
    pub programme: (Box<str>, Box<str>),
    /// The month.
    pub month: Month,
    /// Why.
    pub state: OverdueState,
    /// By when it had to be paid.
    pub due: Due,
    /// Days since.
    pub days: u32,
    /// What the bill asks for; none without a bill.
    pub total: Option<Rupiah>,
    /// What the law adds by today, where somebody earns a wage.
    pub penalty: Option<Rupiah>,
}

/// Members alike in the last month that is paid for them.
#[derive(Debug, Clone)]
pub struct Lapse {
    /// The programme's code and name.
    pub programme: (Box<str>, Box<str>),
    /// Whether they earn a wage.
    pub segment: Segment,
    /// The last month anybody has paid for them; none when no month is paid.
    pub paid_until: Option<Month>,
    /// The last month of their membership.
    pub last: Month,
    /// How many they are.
    pub people: u64,
    /// Whether they are covered today: `not-started`, `unpaid`, `active`, `grace` or `inactive`.
    pub state: &'static str,
    /// Months due and unpaid, while they are borne.
    pub months: u32,
    /// The first day without cover if nothing more is paid; none where arrears do not end it.
    pub lapses_on: Option<Day>,
    /// Whether an undecided reading of the law gives another state today.
    pub doubted: bool,
}

impl Office {
    /// What is due and not paid on a day, and what that does to cover; of one programme or of all.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn arrears(&self, actor: &Actor, code: Option<&str>) -> Result<Arrears, AppError> {
        let programmes = match code {
            Some(code) => vec![self.programme(code)?],
            None => self.programmes()?,
        };
        let on = self.environment.today();
        let mut arrears = Arrears { on, overdue: Vec::new(), lapses: Vec::new() };
        for programme in &programmes {
            let target = Target::in_region(programme.territory);
            self.authorize(actor, Operation::ReadMoney, &target)?;
            let (overdue, groups) = self.store.read(|tx| {
                let overdue = self.overdue_months(tx, programme, on)?;
                let by = on.month_of().min(programme.last);
                Ok::<_, AppError>((overdue, store::covered::paid_until(tx, programme.id, by)?))
            })?;
            arrears.overdue.extend(overdue);
            arrears.lapses.extend(self.lapses(programme, &groups, on)?);
        }
        arrears.overdue.sort_by_key(|one| (one.due.day, one.month, one.programme.0.clone()));
        Ok(arrears)
    }

    fn overdue_months(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        on: Day,
    ) -> Result<Vec<Overdue>, AppError> {
        let heads = store::bills::of_programme(tx, programme.id)?;
        let has_members = !store::memberships::of_programme(tx, programme.id)?.is_empty();
        let mut overdue = Vec::new();
        for month in programme.months().filter(|month| *month <= on.month_of()) {
            let head = heads.iter().find(|head| head.month == month);
            if head.is_none() && !has_members
                || head.is_some_and(|head| head.state == BillState::Posted)
            {
                continue;
            }
            if let Some(one) = self.overdue(tx, programme, (month, head), on)? {
                overdue.push(one);
            }
        }
        Ok(overdue)
    }

    fn overdue(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        (month, head): (Month, Option<&BillHead>),
        on: Day,
    ) -> Result<Option<Overdue>, AppError> {
        let due = match head {
            Some(head) => self.due_of(programme, &super::heads_paid_with(tx, head)?)?,
            None => self.due_without_bill(programme, month)?,
        };
        let days = u32::try_from(due.day.days_until(on)).unwrap_or(0);
        if days == 0 {
            return Ok(None);
        }
        let penalty = match head.filter(|_| has_wages(programme)) {
            Some(head) => {
                let sums = store::bills::sums(tx, head)?;
                let late = self.late(head, &due, &sums, on)?;
                late.and_then(|late| late.penalty).map(|(rupiah, ..)| rupiah)
            }
            None => None,
        };
        let state = match head.map(standing) {
            None => OverdueState::Unbilled,
            Some("draft") => OverdueState::Draft,
            Some("issued") => OverdueState::Issued,
            Some(_) => OverdueState::Final,
        };
        Ok(Some(Overdue {
            programme: (programme.code.clone(), programme.name.clone()),
            month,
            state,
            due,
            days,
            total: head.map(|head| head.total),
            penalty,
        }))
    }

    fn due_without_bill(&self, programme: &Programme, month: Month) -> Result<Due, AppError> {
        let due = due::due_day(&self.rulebook, programme, month)
            .map_err(|_| AppError::refused("RULE_MISSING", month.to_string()))?;
        let rules = due.rules.iter().map(|rule| self.cited(&rule.citation)).collect();
        Ok(Due { day: due.day, nominal: due.nominal, rules })
    }

    /// What arrears do to those of a programme who are alike: who earns a wage and who does not
    /// are never alike, for the law bears them differently.
    pub(super) fn lapses(
        &self,
        programme: &Programme,
        groups: &[PaidUntil],
        on: Day,
    ) -> Result<Vec<Lapse>, AppError> {
        let mut alike: Vec<(Segment, PaidUntil)> = Vec::new();
        for group in groups {
            let segment = segment_of(programme, group.occupation.as_ref(), &self.rulebook).segment;
            let same = |(known, one): &&mut (Segment, PaidUntil)| {
                (*known, one.paid_until, one.first, one.last)
                    == (segment, group.paid_until, group.first, group.last)
            };
            match alike.iter_mut().find(same) {
                Some((_, known)) => known.people += group.people,
                None => alike.push((segment, group.clone())),
            }
        }
        alike.iter().map(|(segment, group)| self.lapse(programme, *segment, group, on)).collect()
    }

    /// Whether a group is covered on a day, and until when if nothing more is paid.
    fn lapse(
        &self,
        programme: &Programme,
        segment: Segment,
        group: &PaidUntil,
        on: Day,
    ) -> Result<Lapse, AppError> {
        let paid: Vec<Month> = group.paid_until.into_iter().collect();
        let registered = group.paid_until.unwrap_or(group.first).first_day();
        let query = CoverQuery { segment, registered, paid: &paid, on };
        let missing = |_| AppError::refused("RULE_MISSING", on.month_of().to_string());
        let answer = self.rulebook.cover(&query).map_err(missing)?;
        let lapses_on = match group.paid_until {
            Some(until) if segment == Segment::Bpu => {
                let end = until.plus(LOOK_AHEAD_MONTHS).first_day();
                let ahead = CoverQuery { on: end, ..query };
                let history = self.rulebook.cover_history(&ahead).map_err(missing)?;
                let lapse = history.iter().find(|one| matches!(one.to, Cover::Inactive { .. }));
                lapse.map(|one| one.on)
            }
            _ => None,
        };
        let months = match answer.state {
            Cover::Grace { months } => u32::try_from(months).unwrap_or(0),
            _ => 0,
        };
        Ok(Lapse {
            programme: (programme.code.clone(), programme.name.clone()),
            segment,
            paid_until: group.paid_until,
            last: group.last,
            people: group.people,
            state: answer.state.name(),
            months,
            lapses_on,
            doubted: answer.doubted_by.is_some(),
        })
    }
}
