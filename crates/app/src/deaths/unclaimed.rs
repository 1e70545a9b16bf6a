//! The dead and the injured who were covered and for whom BPJS was never asked: rupiah that wait
//! for a family, care that waits for somebody hurt.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Day, Id, RegionCode, Rupiah};
use documents::workbook::{
    ColumnKind, ExportCell, ExportRow, PageWords, TableSheet, table_workbook,
};
use domain::claim::{Claim, ClaimState};
use domain::registry::Person;
use store::Tx;
use store::deaths::NoticeKind;

use super::{claimed_first, is_claim_for, is_owed, ruled};
use crate::claims::gap;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};
use crate::prints::{Column, columns, unwritable};
use crate::words::Words;

const INJURED: [Column; 8] = [
    ("claim-member", ColumnKind::Text, 16),
    ("claim-village", ColumnKind::Text, 24),
    ("unclaimed-district", ColumnKind::Text, 24),
    ("injured-event", ColumnKind::Text, 20),
    ("unclaimed-days", ColumnKind::Text, 10),
    ("unclaimed-rupiah", ColumnKind::Rupiah, 16),
    ("claim-clock", ColumnKind::Text, 20),
    ("claim-state", ColumnKind::Text, 20),
];

const DEAD: [Column; 8] = [
    ("claim-member", ColumnKind::Text, 16),
    ("claim-village", ColumnKind::Text, 24),
    ("unclaimed-district", ColumnKind::Text, 24),
    ("unclaimed-died", ColumnKind::Text, 20),
    ("unclaimed-days", ColumnKind::Text, 10),
    ("unclaimed-rupiah", ColumnKind::Rupiah, 16),
    ("claim-clock", ColumnKind::Text, 20),
    ("claim-state", ColumnKind::Text, 20),
];

/// Somebody who died or was hurt while covered, and nobody has asked BPJS.
#[derive(Debug, Clone)]
pub struct Unclaimed {
    /// Who, masked.
    pub person: PersonShown,
    /// The village, by name, and the kecamatan.
    pub village: (String, String),
    /// The day it happened.
    pub event: Day,
    /// Days since then.
    pub days: u32,
    /// What waits, as far as it is known: what care costs is told later.
    pub rupiah: Rupiah,
    /// The last day on which an accident is reported in time; none after a death.
    pub report: Option<Day>,
    /// The last day on which it can be claimed.
    pub until: Day,
    /// The claim that was opened, and where it stands.
    pub claim: Option<(Id<kind::Claim>, ClaimState)>,
}

/// What waits in a village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclaimedVillage {
    /// The village.
    pub place: RegionCode,
    /// Its name and its kecamatan.
    pub name: (String, String),
    /// How many they are.
    pub people: u64,
    /// What waits for them, as far as it is known.
    pub rupiah: Rupiah,
    /// Days since the first of them died or was hurt.
    pub oldest_days: u32,
}

impl Office {
    /// The dead, or the injured, who were covered and for whom BPJS was never asked, the oldest
    /// first; those whose village the actor may see. The dead for whom nothing is owed and the
    /// injured who were not covered on the day are not among them.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn unclaimed(&self, actor: &Actor, kind: NoticeKind) -> Result<Vec<Unclaimed>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadClaims)?;
        self.store.read(|tx| {
            let mut found = Vec::new();
            for (person, event) in happened(tx, kind)? {
                let Some(person) = store::people::get(tx, person)? else { continue };
                let target = Target::in_region(person.place);
                if self.reaches(actor, Operation::ReadClaims, &target) {
                    found.extend(self.waits(tx, &person, (kind, event))?);
                }
            }
            found.sort_by_key(|one| (one.event, one.person.id));
            found.dedup_by_key(|one| (one.event, one.person.id));
            Ok(found)
        })
    }

    /// What waits for somebody after an event; nothing when BPJS was asked or owes nothing.
    fn waits(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        (kind, event): (NoticeKind, Day),
    ) -> Result<Option<Unclaimed>, AppError> {
        let claims = store::benefit_claims::of_person(tx, person.id)?;
        let about = |claim: &Claim| is_claim_for(claim, (kind, event));
        let mut about = claims.into_iter().filter(about).peekable();
        let claim = about.peek().cloned();
        if about.any(|claim| claim.state.is_claimed()) {
            return Ok(None);
        }
        let (event, found) = match &claim {
            Some(claim) => (claim.event, Some(self.assessed(tx, claim)?.0)),
            None => {
                let asked = (claimed_first(kind), event);
                (event, ruled(self.assessed_event(tx, person, asked))?)
            }
        };
        let rupiah = found.as_ref().map_or(Rupiah::ZERO, |found| found.answer.total);
        let waits = match kind {
            NoticeKind::Death => rupiah > Rupiah::ZERO,
            // What was opened waits whatever the rules say of the day: BPJS decides.
            NoticeKind::Accident => {
                claim.is_some() || found.is_some_and(|found| is_owed(kind, &found))
            }
        };
        if !waits {
            return Ok(None);
        }
        let (until, _) = self.rulebook.claim_until(event).map_err(gap)?;
        let report = match kind {
            NoticeKind::Death => None,
            NoticeKind::Accident => Some(self.rulebook.report_until(event).map_err(gap)?.0),
        };
        let today = self.environment.today();
        Ok(Some(Unclaimed {
            village: self.village_of(person.place),
            person: masked_now(person),
            event,
            days: event.days_until(today).max(0).unsigned_abs(),
            rupiah,
            report,
            until,
            claim: claim.map(|claim| (claim.id, claim.state)),
        }))
    }

    /// What waits as XLSX, masked, one row a person.
    ///
    /// # Errors
    /// None but those of writing.
    pub fn unclaimed_workbook(
        &self,
        (kind, found): (NoticeKind, &[Unclaimed]),
        words: &Words,
    ) -> Result<Vec<u8>, AppError> {
        let mut rows = found.iter().map(|one| {
            let state = one.claim.map_or("none", |(_, state)| state.name());
            ExportRow::Cells(vec![
                ExportCell::text(one.person.name.clone()),
                ExportCell::text(one.village.0.clone()),
                ExportCell::text(one.village.1.clone()),
                ExportCell::text(one.event.in_words()),
                ExportCell::text(one.days.to_string()),
                ExportCell::Rupiah(one.rupiah),
                ExportCell::text(one.until.in_words()),
                ExportCell::text(words.get(&format!("claim-state-{state}"))),
            ])
        });
        let sum = Rupiah(found.iter().map(|one| one.rupiah.0).sum());
        let mut totals = vec![ExportCell::Empty; 5];
        totals.push(ExportCell::Rupiah(sum));
        let title = words.get(&format!("{}-title", waiting_word(kind)));
        let sheet = TableSheet {
            name: title.clone(),
            title: vec![title.clone()],
            columns: columns(words, columns_of(kind)),
            rows: &mut rows,
            totals,
            notes: Vec::new(),
            signatures: Vec::new(),
            hash_line: None,
            page: PageWords {
                footer: title.clone(),
                page: words.get("page-page"),
                of: words.get("page-of"),
                continued: words.get("page-continued"),
            },
            landscape: true,
        };
        table_workbook(&mut [sheet], &self.document_info(title)).map_err(unwritable)
    }

    /// A village and its kecamatan, by name.
    pub(crate) fn village_of(&self, place: RegionCode) -> (String, String) {
        let district = match place.level() {
            4 => self.name_of(place.at_level(3)),
            _ => String::new(),
        };
        (self.name_of(place), district)
    }
}

/// The columns of a kind.
fn columns_of(kind: NoticeKind) -> &'static [Column; 8] {
    match kind {
        NoticeKind::Death => &DEAD,
        NoticeKind::Accident => &INJURED,
    }
}

/// How the words begin that speak of those who wait.
pub fn waiting_word(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Death => "unclaimed",
        NoticeKind::Accident => "injured",
    }
}

/// Whom lists tell of, and when it happened; after an accident also whoever has a claim opened.
fn happened(tx: &mut Tx<'_>, kind: NoticeKind) -> Result<Vec<(Id<kind::Person>, Day)>, AppError> {
    if kind == NoticeKind::Death {
        let dead = store::deaths::dead(tx)?;
        return Ok(dead.into_iter().map(|one| (one.person, one.died)).collect());
    }
    let told = store::deaths::accidents(tx)?;
    let mut found: Vec<_> = told.into_iter().map(|one| (one.person, one.event)).collect();
    let claims = store::benefit_claims::list(tx)?.into_iter();
    let opened = claims.filter(|claim| is_claim_for(claim, (kind, claim.event)));
    found.extend(opened.map(|claim| (claim.person, claim.event)));
    Ok(found)
}

/// What waits, village by village, in the order of their codes.
pub fn by_village(found: &[Unclaimed]) -> Vec<UnclaimedVillage> {
    let mut villages: BTreeMap<RegionCode, UnclaimedVillage> = BTreeMap::new();
    for one in found {
        let place = one.person.place;
        let village = villages.entry(place).or_insert_with(|| UnclaimedVillage {
            place,
            name: one.village.clone(),
            people: 0,
            rupiah: Rupiah::ZERO,
            oldest_days: 0,
        });
        village.people += 1;
        village.rupiah = Rupiah(village.rupiah.0 + one.rupiah.0);
        village.oldest_days = village.oldest_days.max(one.days);
    }
    villages.into_values().collect()
}
