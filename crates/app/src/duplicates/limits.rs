//! From which evidence on a pair is asked about: what decided pairs say of it, and changing it.

use base::{Id, Rupiah};
use domain::duplicates::{Limits, PairState, limits_of};
use domain::task::{Task, TaskKind};
use sha2::{Digest, Sha256};
use store::Tx;

use super::engine;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::tasks::{Forward, line_of};

/// The setting that keeps an office's own limits, as `same:ask` in thousandths of a bit.
const LIMITS: &str = "duplicates-limits";
/// Bands of the report are so wide: two bits, a factor of four in the odds.
const BAND: i32 = 2_000;
/// Decided pairs that are read at most: the newest would add nothing to a share.
const DECIDED_MAX: u32 = 1_000_000;

/// Decided pairs of about the same evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreBand {
    /// The least evidence of the band.
    pub from: i32,
    /// Pairs that were one human.
    pub same: u64,
    /// Pairs that were two.
    pub different: u64,
    /// Pairs that nobody has decided.
    pub open: u64,
}

/// How decided pairs fell, and what they ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsReport {
    /// The bands, from the least evidence.
    pub bands: Vec<ScoreBand>,
    /// The error the office bears, in parts per million.
    pub error_ppm: u32,
    /// The limits now.
    pub now: Limits,
    /// The limits that the decided pairs ask for; none while they say too little.
    pub then: Option<Limits>,
    /// Open pairs that would no longer be asked about.
    pub dropped: u64,
    /// Decided pairs of one human that would not have been asked about.
    pub missed: u64,
    /// Decided pairs of two humans that would have been taken for one.
    pub mistaken: u64,
}

impl Office {
    /// How decided pairs fell by their evidence, and which limits they ask for at an error.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn duplicate_limits(
        &self,
        actor: &Actor,
        error_ppm: u32,
    ) -> Result<LimitsReport, AppError> {
        self.authorize(actor, Operation::ChangePerson, &Target::default())?;
        self.store.read(|tx| {
            let mut scores = |states: &[PairState]| -> Result<Vec<i32>, AppError> {
                let mut found = Vec::new();
                for state in states {
                    let pairs = store::duplicates::page(tx, *state, None, DECIDED_MAX)?;
                    // Told apart while a file was checked, and compared by nobody yet: no evidence.
                    let compared = pairs.iter().filter(|pair| !pair.levels.is_empty());
                    found.extend(compared.map(|pair| pair.score));
                }
                Ok(found)
            };
            let same = scores(&[PairState::Same, PairState::Parting])?;
            let different = scores(&[PairState::Different])?;
            let open = scores(&[PairState::Open, PairState::Asked])?;
            Ok(report(&same, &different, &open, limits(tx)?, error_ppm))
        })
    }

    /// Puts the limits that decided pairs ask for forward; a second person has to approve them.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `LIMITS_UNKNOWN` while decided pairs say too little.
    pub fn propose_limits(
        &self,
        actor: &Actor,
        error_ppm: u32,
    ) -> Result<(LimitsReport, Id<Task>), AppError> {
        let report = self.duplicate_limits(actor, error_ppm)?;
        let limits = report.then.ok_or_else(|| AppError::refused("LIMITS_UNKNOWN", ""))?;
        let task = self.store.write(|tx| {
            let content = format!("same={}\nask={}\n", limits.same, limits.ask);
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Thresholds,
                object: [0; 16],
                hash: Sha256::digest(content.as_bytes()).into(),
                effect: Rupiah::ZERO,
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "limits-proposed", "task", task.id.as_bytes())?;
            Ok::<_, AppError>(task.id)
        })?;
        Ok((report, task))
    }

    /// Keeps approved limits.
    pub(crate) fn thresholds_approved(
        &self,
        tx: &mut Tx<'_>,
        checker: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        let hash: [u8; 32] = Sha256::digest(content.as_bytes()).into();
        let number = |name| line_of(content, name).and_then(|text| text.parse::<i32>().ok());
        let (Some(same), Some(ask), true) = (number("same"), number("ask"), hash == task.hash)
        else {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        };
        store::settings::set(tx, LIMITS, &format!("{same}:{ask}"))?;
        self.record(tx, checker, "limits-set", "task", task.id.as_bytes())
    }
}

/// The office's limits; those of the engine while it has none of its own.
pub(super) fn limits(tx: &mut Tx<'_>) -> Result<Limits, AppError> {
    let kept = store::settings::get(tx, LIMITS)?.unwrap_or_default();
    let own = kept
        .split_once(':')
        .and_then(|(same, ask)| Some(Limits { same: same.parse().ok()?, ask: ask.parse().ok()? }));
    Ok(own.unwrap_or_else(engine::first_limits))
}

fn report(
    same: &[i32],
    different: &[i32],
    open: &[i32],
    now: Limits,
    error_ppm: u32,
) -> LimitsReport {
    let decided = same.iter().map(|score| (*score, true));
    let decided: Vec<(i32, bool)> =
        decided.chain(different.iter().map(|score| (*score, false))).collect();
    let then = limits_of(&decided, error_ppm);
    let mut bands: std::collections::BTreeMap<i32, ScoreBand> = std::collections::BTreeMap::new();
    let none = |from| ScoreBand { from, same: 0, different: 0, open: 0 };
    let mut count = |scores: &[i32], add: fn(&mut ScoreBand)| {
        for score in scores {
            let from = score.div_euclid(BAND) * BAND;
            add(bands.entry(from).or_insert_with(|| none(from)));
        }
    };
    count(same, |band| band.same += 1);
    count(different, |band| band.different += 1);
    count(open, |band| band.open += 1);
    let how_many = |scores: &[i32], is: &dyn Fn(i32, Limits) -> bool| {
        then.map_or(0, |then| scores.iter().filter(|score| is(**score, then)).count() as u64)
    };
    LimitsReport {
        bands: bands.into_values().collect(),
        error_ppm,
        now,
        then,
        dropped: how_many(open, &|score, then| score < then.ask),
        missed: how_many(same, &|score, then| score < then.ask),
        mistaken: how_many(different, &|score, then| score >= then.same),
    }
}
