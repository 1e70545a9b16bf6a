//! Rejections that stand: how old, where, why, who mends them; and that one is mended.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Day, Id, RegionCode};
use domain::programme::Programme;
use domain::registry::Person;
use domain::sipp::{Mender, ReasonCode, Reasons, StandingState};
use store::Tx;
use store::sipp::Standing;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};
use crate::words::Words;

/// Somebody whom BPJS rejects.
#[derive(Debug, Clone)]
pub struct RejectedPerson {
    /// Who, masked.
    pub person: PersonShown,
    /// The programme, by code.
    pub programme: Box<str>,
    /// Where they stand; a record changed since counts as mended.
    pub state: StandingState,
    /// Why.
    pub reason: ReasonCode,
    /// Who mends that.
    pub mender: Mender,
    /// The day of the first rejection that stands.
    pub since: Day,
    /// # Units
    /// Days until today.
    pub days: u32,
}

/// A village's rejections, without anybody's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VillageRejections {
    /// The village.
    pub place: RegionCode,
    /// Its name.
    pub name: String,
    /// How many stand.
    pub open: u64,
    /// How many of them are mended, or were sent again.
    pub mended: u64,
    /// How many of them the village mends.
    pub for_village: u64,
    /// # Units
    /// Days since the oldest.
    pub days: u32,
    /// How many for which reason, the commonest first.
    pub reasons: Vec<(ReasonCode, u64)>,
}

impl VillageRejections {
    /// The text to send to the village: counts and reasons, nobody's name or number.
    pub fn text(&self, words: &Words) -> String {
        let (open, days) = (self.open.to_string(), self.days.to_string());
        let values = [("village", &*self.name), ("count", &open), ("days", &days)];
        let mut lines = vec![words.with("sipp-village-text", &values)];
        for (reason, count) in &self.reasons {
            let key = format!("sipp-reason-{}", reason.name());
            let (what, remedy) = (words.get(&key), words.get(&format!("{key}.remedy")));
            lines.push(format!("- {count}: {what}. {remedy}"));
        }
        lines.push(words.get("sipp-village-text-end"));
        lines.join("\n")
    }
}

impl Office {
    /// Everybody whose rejection stands, masked, by place and name; of one programme or of all, and
    /// only where the actor may read about people.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn sipp_rejected(
        &self,
        actor: &Actor,
        code: Option<&str>,
        place: Option<RegionCode>,
    ) -> Result<Vec<RejectedPerson>, AppError> {
        if !self.may_somewhere(actor, Operation::ReadPeople) {
            return Err(AppError::refused("USER_MAY_NOT", &*actor.name));
        }
        let only = code.map(|code| self.programme(code)).transpose()?;
        let (today, reasons) = (self.environment.today(), Reasons::builtin());
        self.store.read(|tx| {
            let programmes = match only {
                Some(programme) => vec![programme],
                None => store::programmes::list(tx)?,
            };
            let mut found = Vec::new();
            for programme in &programmes {
                for standing in open_standings(tx, programme)? {
                    let Some(person) = store::people::get(tx, standing.person)? else { continue };
                    let target = Target::in_region(person.place);
                    let is_there = place.is_none_or(|place| place.contains(person.place));
                    if is_there && self.reaches(actor, Operation::ReadPeople, &target) {
                        let one = rejected(programme, &person, &standing, today, &reasons);
                        found.extend(one.map(|one| (person.name, one)));
                    }
                }
            }
            found.sort_by(|(name, one), (other_name, other)| {
                let key = |one: &RejectedPerson| (one.person.place, one.person.id);
                (one.person.place, name, key(one)).cmp(&(
                    other.person.place,
                    other_name,
                    key(other),
                ))
            });
            let found: Vec<RejectedPerson> = found.into_iter().map(|(_, one)| one).collect();
            Ok(found)
        })
    }

    /// The rejections that stand, by village, the oldest first.
    ///
    /// # Errors
    /// Those of [`Office::sipp_rejected`].
    pub fn sipp_rejections(
        &self,
        actor: &Actor,
        code: Option<&str>,
    ) -> Result<Vec<VillageRejections>, AppError> {
        let mut villages: BTreeMap<RegionCode, Vec<RejectedPerson>> = BTreeMap::new();
        for one in self.sipp_rejected(actor, code, None)? {
            villages.entry(one.person.place).or_default().push(one);
        }
        let mut found: Vec<VillageRejections> =
            villages.into_iter().map(|(place, all)| self.village(place, &all)).collect();
        found.sort_by_key(|one| (std::cmp::Reverse(one.days), one.place));
        Ok(found)
    }

    fn village(&self, place: RegionCode, all: &[RejectedPerson]) -> VillageRejections {
        let mut reasons: BTreeMap<ReasonCode, u64> = BTreeMap::new();
        for one in all {
            *reasons.entry(one.reason).or_default() += 1;
        }
        let mut reasons: Vec<(ReasonCode, u64)> = reasons.into_iter().collect();
        reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
        let count = |wanted: &dyn Fn(&RejectedPerson) -> bool| {
            all.iter().filter(|one| wanted(one)).count() as u64
        };
        VillageRejections {
            place,
            name: self.place_words(place),
            open: all.len() as u64,
            mended: count(&|one| one.state != StandingState::Rejected),
            for_village: count(&|one| one.mender == Mender::Village),
            days: all.iter().map(|one| one.days).max().unwrap_or(0),
            reasons,
        }
    }

    /// Says that a rejection is mended although the record did not change, for a reason that is
    /// kept. Said again, it is no change.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `PERSON_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`;
    /// `SIPP_NOT_REJECTED` when no rejection stands.
    pub fn mend_rejection(
        &self,
        actor: &Actor,
        code: &str,
        person: Id<kind::Person>,
        reason: &str,
    ) -> Result<StandingState, AppError> {
        let programme = self.programme(code)?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(AppError::usage("REASON_MISSING", ""));
        }
        let unknown = || AppError::not_found("PERSON_UNKNOWN", "");
        self.store.write(|tx| {
            let found = store::people::get(tx, person)?.ok_or_else(unknown)?;
            let target = Target::in_region(found.place);
            self.authorize_or(actor, Operation::ChangePerson, &target, unknown)?;
            let standings = store::sipp::standings(tx, programme.id)?;
            let standing = standings.get(&person).filter(|one| one.state.is_open_rejection());
            let standing = standing
                .ok_or_else(|| AppError::new(ErrorKind::Conflict, "SIPP_NOT_REJECTED", ""))?;
            if standing.state != StandingState::Rejected {
                return Ok(standing.state);
            }
            let mended = Standing { state: StandingState::Mended, ..*standing };
            store::sipp::change_standings(tx, programme.id, &[mended], self.now_ms())?;
            let object = ("person", person.as_bytes());
            self.record_reason(tx, actor, "sipp-rejection-mended", object, reason)?;
            Ok(StandingState::Mended)
        })
    }
}

/// The rejections of a programme that stand; the record that stands for another has its own.
fn open_standings(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Standing>, AppError> {
    let all = store::sipp::standings(tx, programme.id)?.into_values();
    Ok(all.filter(|one| one.state.is_open_rejection()).collect())
}

fn rejected(
    programme: &Programme,
    person: &Person,
    standing: &Standing,
    today: Day,
    reasons: &Reasons,
) -> Option<RejectedPerson> {
    let since = standing.since.filter(|_| standing.state.is_open_rejection())?;
    let reason = standing.reason.unwrap_or(ReasonCode::Other);
    let is_mended = standing.state == StandingState::Rejected && standing.is_changed();
    Some(RejectedPerson {
        person: masked_now(person),
        programme: programme.code.clone(),
        state: if is_mended { StandingState::Mended } else { standing.state },
        reason,
        mender: reasons.mender(reason),
        since,
        days: u32::try_from(since.days_until(today)).unwrap_or(0),
    })
}
