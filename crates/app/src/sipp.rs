//! Files to BPJS Ketenagakerjaan and its replies: what is sent, what came back, what stands open.
//!
//! A submission is who was sent for what; its files are written anew from the register whenever
//! they are asked for, so that no copy of identities lies about.

mod columns;
mod export;
mod rejections;
mod reply;
#[cfg(test)]
mod tests;
mod tie_out;

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Kpj, Month, RegionCode, Rupiah};
use domain::billing::BillMember;
use domain::programme::{Fund, Programme};
use domain::registry::Person;
use domain::sipp::Member;
pub use domain::sipp::{
    Charge, ColumnSource, Difference, Employer, HeldBack, Mender, Npp, ReasonCode, Reasons,
    ReplyOutcome, SippKind, SippSheet, SippStatus, StandingState, TieLine, TieOut, Verdict,
};
pub use linkage::NameAgreement;
use rules::{BpuQuery, Payer, Segment, WorkSector};
use store::Tx;
pub use store::sipp::{Reply, ReplyRow, Standing, Submission};

use export::builtin_sheet;
pub use export::{HeldLine, SippAsked, SippFile, SippSent};
pub use rejections::{RejectedPerson, VillageRejections};
pub use reply::{
    ReplyAnswer, ReplyHeld, ReplyReceipt, ReplyReceived, ReplyRowShown, ReplyShown, ReplyWindow,
};
pub use tie_out::{SchemeSum, TieOutShown};

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::is_erased;

/// The setting that holds what the branch wants in the column of the identity card's validity.
pub const IDENTITY_UNTIL: &str = "sipp-identity-until";

/// What is known of a programme's people as far as BPJS is concerned.
pub(crate) struct World {
    /// Members, by place and name.
    pub(crate) people: Vec<Person>,
    /// Their months and days of death.
    pub(crate) members: HashMap<Id<kind::Person>, BillMember>,
    /// Participant numbers.
    pub(crate) numbers: HashMap<Id<kind::Person>, Kpj>,
    /// Where they stand.
    pub(crate) standings: HashMap<Id<kind::Person>, Standing>,
    /// The place of each on the list of people.
    places: HashMap<Id<kind::Person>, usize>,
}

impl World {
    pub(crate) fn of(
        office: &Office,
        tx: &mut Tx<'_>,
        programme: &Programme,
    ) -> Result<World, AppError> {
        let sector_of = |key: Option<&_>| office.sector_of(key);
        let members = store::memberships::for_billing(tx, programme, sector_of)?;
        let mut people = store::memberships::people(tx, programme.id)?;
        people.retain(|person| !is_erased(person));
        Ok(World {
            places: people.iter().enumerate().map(|(at, person)| (person.id, at)).collect(),
            people,
            members: members.into_iter().map(|one| (one.membership.person, one)).collect(),
            numbers: store::sipp::numbers_of_programme(tx, programme.id)?,
            standings: store::sipp::standings(tx, programme.id)?,
        })
    }

    /// Where somebody stands on the list of people.
    fn place_of(&self, person: Id<kind::Person>) -> Option<usize> {
        self.places.get(&person).copied()
    }

    /// Somebody on the list of people.
    fn person(&self, person: Id<kind::Person>) -> Option<&Person> {
        self.place_of(person).map(|at| &self.people[at])
    }

    /// Everybody as the choice of a file sees them.
    fn as_members(
        &self,
        wages: &mut Wages<'_>,
        month: Month,
        elsewhere: &HashSet<Id<kind::Person>>,
    ) -> Result<Vec<Member>, AppError> {
        let mut all = Vec::with_capacity(self.people.len());
        for person in &self.people {
            let Some(member) = self.members.get(&person.id) else { continue };
            let (first, last) = (member.membership.first, member.membership.last);
            let standing = self.standings.get(&person.id);
            let is_new = first >= month || month > last;
            all.push(Member {
                person: person.id,
                place: person.place,
                first,
                last,
                is_dead: member.died.is_some(),
                has_number: self.numbers.contains_key(&person.id),
                standing: standing.map(|one| (one.state, one.month)),
                is_changed: standing.is_some_and(Standing::is_changed),
                round: standing.map_or(0, |one| one.rejections),
                has_other_wage: !is_new
                    && wages.of(month, member)? != wages.of(month.plus(-1), member)?,
                is_elsewhere: elsewhere.contains(&person.id),
            });
        }
        Ok(all)
    }
}

/// What contributions are computed from, by month, sector and group, each asked of the law once.
struct Wages<'a> {
    office: &'a Office,
    programme: &'a Programme,
    fund: Fund,
    known: HashMap<(Month, WorkSector, Option<u16>), Rupiah>,
}

impl<'a> Wages<'a> {
    fn of_programme(
        office: &'a Office,
        tx: &mut Tx<'_>,
        programme: &'a Programme,
    ) -> Result<Wages<'a>, AppError> {
        let fund = store::programmes::fund(tx, programme.fund)?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))?;
        Ok(Wages { office, programme, fund, known: HashMap::new() })
    }

    fn of(&mut self, month: Month, member: &BillMember) -> Result<Rupiah, AppError> {
        let (programme, sector) = (self.programme, member.sector);
        let group = programme.group_at(member.group);
        // A wage is laid down for those who earn one; the law is asked for nobody else's.
        if let Some(group) = group.filter(|group| group.segment == Segment::Pu) {
            return Ok(group.base);
        }
        let key = (month, sector, member.group);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let query = BpuQuery {
            income: group.map_or(programme.income, |group| group.base),
            schemes: programme.schemes,
            month,
            payer: Payer::Fund(self.fund.kind),
            sector,
        };
        let found = self.office.rulebook.bpu_contribution(&query);
        let gap = |_| AppError::refused("SIPP_NO_WAGE", month.to_string());
        let base = found.map_err(gap)?.base;
        self.known.insert(key, base);
        Ok(base)
    }
}

impl Office {
    /// Says under which number the people of a territory are reported for a programme.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`, `SIPP_NPP` for what is no number.
    pub fn set_sipp_employer(
        &self,
        actor: &Actor,
        code: &str,
        territory: Option<RegionCode>,
        (npp, name): (&str, &str),
    ) -> Result<Employer, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::SetUp, &Target::in_region(programme.territory))?;
        let territory = territory.unwrap_or(programme.territory);
        let npp = Npp::parse(npp).ok_or_else(|| AppError::usage("SIPP_NPP", ""))?;
        let employer =
            Employer { programme: programme.id, territory, npp, name: name.trim().into() };
        self.store.write(|tx| {
            if store::sipp::employers(tx, programme.id)?.contains(&employer) {
                return Ok(employer);
            }
            store::sipp::set_employer(tx, &employer)?;
            self.record(tx, actor, "sipp-employer-set", "programme", programme.id.as_bytes())?;
            Ok(employer)
        })
    }

    /// The employers' numbers of a programme, by territory.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn sipp_employers(&self, actor: &Actor, code: &str) -> Result<Vec<Employer>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        Ok(self.store.read(|tx| store::sipp::employers(tx, programme.id))?)
    }

    /// The same for whoever sets programmes up.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn sipp_employers_to_set(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<Vec<Employer>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::SetUp, &Target::in_region(programme.territory))?;
        Ok(self.store.read(|tx| store::sipp::employers(tx, programme.id))?)
    }

    /// What the branch wants in the column of the identity card's validity; nothing until told.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn sipp_identity_until(&self) -> Result<Option<String>, AppError> {
        let found = self.store.read(|tx| store::settings::get(tx, IDENTITY_UNTIL))?;
        Ok(found.filter(|text| !text.is_empty()))
    }

    /// Says what the branch wants there: a day as dd-mm-yyyy, or nothing.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `NOT_A_DAY`.
    pub fn set_sipp_identity_until(&self, actor: &Actor, text: &str) -> Result<(), AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        let text = text.trim();
        if !text.is_empty() && !is_form_day(text) {
            return Err(AppError::usage("NOT_A_DAY", text));
        }
        self.store.write(|tx| {
            if store::settings::get(tx, IDENTITY_UNTIL)?.unwrap_or_default() == text {
                return Ok(());
            }
            store::settings::set(tx, IDENTITY_UNTIL, text)?;
            self.record(tx, actor, "settings-changed", "settings", &[0; 16])
        })
    }

    /// What was sent, the newest first, each with its programme.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn sipp_submissions(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(Submission, Programme)>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let programmes = store::programmes::list(tx)?;
            let all = store::sipp::submissions(tx)?;
            Ok(all
                .into_iter()
                .filter_map(|one| with_programme(one.programme, one, &programmes))
                .collect())
        })
    }
}

/// A record with the programme it is of.
fn with_programme<T>(
    id: Id<kind::Programme>,
    record: T,
    programmes: &[Programme],
) -> Option<(T, Programme)> {
    let programme = programmes.iter().find(|programme| programme.id == id)?;
    Some((record, programme.clone()))
}

/// Whether a text is a day as the form writes it.
fn is_form_day(text: &str) -> bool {
    let parts: Option<[&str; 3]> = text.split('-').collect::<Vec<_>>().try_into().ok();
    let Some([day, month, year]) = parts else { return false };
    let sizes = (day.len(), month.len(), year.len()) == (2, 2, 4);
    sizes && base::Day::parse_iso(&format!("{year}-{month}-{day}")).is_some()
}
