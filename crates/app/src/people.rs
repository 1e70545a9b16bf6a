//! Single people: shown masked, shown whole for a reason, found by name, changed, erased.

use base::id::kind;
use base::{Day, Id, Month, Nik, PersonName, Phone, RegionCode, Sex};
use domain::access::{self, Scope};
use domain::coverage::CoveredMonth;
use domain::membership::Membership;
use domain::programme::Programme;
use domain::reference::{ReferenceKind, ReferenceList};
use domain::registry::Person;
use store::audit::{AuditLine, LINES_OF_ONE};
use store::people::{Known, PersonLine, SearchQuery, Version};
use store::{StoreError, Tx};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

mod erasure;

pub(crate) use erasure::file_fate;
pub use erasure::{Erased, ErasureAsked, FileFate, Forgetting};

/// A reason is a sentence, not a dot.
const REASON_CHARS_MIN: usize = 10;

/// The acts of the audit log by which an identity is seen and erased.
pub(crate) const REVEALED: &str = "identity-revealed";
pub(crate) const ERASED: &str = "identity-erased";

/// How long an asking opens a record.
const LOOK_MS: i64 = 5 * 60_000;

/// At which knowledge, and on which day, somebody is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// What was true on this day; today when absent.
    pub on: Option<Day>,
    /// By what was known at the end of this day; now when absent.
    pub known_at: Option<Day>,
}

/// Somebody, as much of them as may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonShown {
    /// Who.
    pub id: Id<kind::Person>,
    /// Which version of the record; a change names it.
    pub version: u32,
    /// When the version became known, in milliseconds since 1970-01-01 UTC.
    pub known_at_ms: i64,
    /// Since when it is so.
    pub valid_from: Day,
    /// Whether the identity is shown whole.
    pub unmasked: bool,
    /// Whether the identity was erased.
    pub erased: bool,
    /// Number.
    pub nik: String,
    /// Family card number.
    pub no_kk: Option<String>,
    /// Name, or its initials.
    pub name: String,
    /// Date of birth, or its year.
    pub birth: String,
    /// Place of birth.
    pub birth_place: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Street or hamlet.
    pub address: Option<String>,
    /// Village.
    pub place: RegionCode,
    /// Work, by its key.
    pub occupation: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Mother's maiden name.
    pub mother: Option<String>,
}

/// Somebody in a list of many, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub id: Id<kind::Person>,
    /// Number, masked.
    pub nik: String,
    /// The name's initials.
    pub name: String,
    /// Year of birth.
    pub birth: String,
    /// Village.
    pub place: RegionCode,
    /// Work, by its key.
    pub occupation: Option<String>,
}

impl PersonRow {
    fn masked(line: &PersonLine) -> PersonRow {
        PersonRow {
            id: line.id,
            nik: line.nik.masked(),
            name: match line.nik == Nik::erased() {
                true => line.name.as_str().to_owned(),
                false => initials_of(&line.name),
            },
            birth: line.birth.year().to_string(),
            place: line.place,
            occupation: line.occupation.as_ref().map(|key| key.0.to_string()),
        }
    }
}

impl From<PersonShown> for PersonRow {
    fn from(shown: PersonShown) -> PersonRow {
        let PersonShown { id, nik, name, birth, place, occupation, .. } = shown;
        PersonRow { id, nik, name, birth, place, occupation }
    }
}

/// Somebody with everything that hangs on the record.
#[derive(Debug, Clone)]
pub struct PersonFile {
    /// The record.
    pub shown: PersonShown,
    /// Versions of the record: number, when known, since when so.
    pub versions: Vec<(u32, Known)>,
    /// Memberships with their programmes.
    pub memberships: Vec<(Membership, Programme)>,
    /// Covered months, oldest first.
    pub covered: Vec<CoveredMonth>,
    /// Who saw the identity whole, and why.
    pub looks: Vec<Look>,
    /// The received files on which a row of theirs stands.
    pub sheets: Vec<Id<kind::Sheet>>,
    /// Who stands for them, when their record was merged into another.
    pub merged_into: Option<Id<kind::Person>>,
    /// The lists of other offices on which their number stands.
    pub lists: Vec<ReferenceList>,
    /// The latest day on which the office knew them to live, where a list called them dead.
    pub alive_on: Option<Day>,
    /// Whether another region of the same server has registered the number too.
    pub elsewhere: bool,
}

/// What is new about somebody; what is not named stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Another name.
    pub name: Option<PersonName>,
    /// Another address.
    pub address: Option<Box<str>>,
    /// Another telephone.
    pub phone: Option<Phone>,
}

/// Somebody's identity seen whole, or erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Whether it was erased.
    pub erased: bool,
    /// Why, in the words of whoever asked.
    pub reason: String,
}

impl PersonFile {
    /// Whether a list calls them dead, and nobody has said since that they live.
    pub fn is_called_dead(&self) -> bool {
        let dead = self.lists.iter().filter(|list| list.kind == ReferenceKind::Meninggal);
        dead.map(|list| list.as_of).max() > self.alive_on
    }

    /// Whether a membership runs in this month.
    pub fn is_member_in(&self, month: Month) -> bool {
        let runs = |one: &Membership| one.first <= month && month <= one.last;
        self.memberships.iter().any(|(membership, _)| runs(membership))
    }

    /// Whether this month is covered.
    pub fn is_covered_in(&self, month: Month) -> bool {
        self.covered.iter().any(|covered| covered.month == month)
    }
}

impl Office {
    /// Somebody, masked.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`.
    pub fn person(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        as_of: AsOf,
    ) -> Result<PersonFile, AppError> {
        self.store.read(|tx| {
            let told = told(tx, id)?;
            let version = self.version(&told, id, as_of)?;
            self.authorize_person(actor, Operation::ReadPeople, &version.person)?;
            let file = self.person_file(tx, masked(version), &told)?;
            as_known(tx, file, as_of.known_at)
        })
    }

    /// Somebody with the identity whole; the asking and its reason are written down first.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`.
    pub fn reveal(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        as_of: AsOf,
        reason: &str,
    ) -> Result<PersonFile, AppError> {
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let told = told(tx, id)?;
            let version = self.version(&told, id, as_of)?;
            self.authorize_person(actor, Operation::Unmask, &version.person)?;
            self.note_act(tx, actor, ("person", *id.as_bytes()), REVEALED, &reason)?;
            let file = self.person_file(tx, whole(version), &told)?;
            as_known(tx, file, as_of.known_at)
        })
    }

    /// Asks to see somebody's identity whole; the asking, which [`Office::person_looked_at`] takes.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`.
    pub fn ask_to_look(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        reason: &str,
    ) -> Result<Id<AuditLine>, AppError> {
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let person = store::people::get(tx, id)?.ok_or_else(|| unknown(id))?;
            self.authorize_person(actor, Operation::Unmask, &person)?;
            self.note_act(tx, actor, ("person", *id.as_bytes()), REVEALED, &reason)
        })
    }

    /// Somebody as they are now: whole for a few minutes after one's own asking, masked otherwise.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`.
    pub fn person_looked_at(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        asking: Option<Id<AuditLine>>,
    ) -> Result<PersonFile, AppError> {
        self.store.read(|tx| self.look_at(tx, actor, id, asking))
    }

    pub(crate) fn look_at(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Person>,
        asking: Option<Id<AuditLine>>,
    ) -> Result<PersonFile, AppError> {
        let told = told(tx, id)?;
        let version = self.version(&told, id, AsOf { on: None, known_at: None })?;
        self.authorize_person(actor, Operation::ReadPeople, &version.person)?;
        self.looked_at(tx, actor, version, &told, asking)
    }

    /// Asks whether the actor may do this to somebody; whom one may not reach is nobody.
    fn authorize_person(
        &self,
        actor: &Actor,
        operation: Operation,
        person: &Person,
    ) -> Result<(), AppError> {
        self.authorize_somewhere(actor, operation)?;
        let target = Target::in_region(person.place);
        self.authorize_or(actor, operation, &target, || unknown(person.id))
    }

    /// One of two people beside each other, whom the caller has found to be in reach.
    pub(crate) fn file_for_pair(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        person: &Person,
        asking: Option<Id<AuditLine>>,
    ) -> Result<PersonFile, AppError> {
        let told = told(tx, person.id)?;
        let version = self.version(&told, person.id, AsOf { on: None, known_at: None })?;
        self.looked_at(tx, actor, version, &told, asking)
    }

    fn looked_at(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        version: &Version,
        told: &[Version],
        asking: Option<Id<AuditLine>>,
    ) -> Result<PersonFile, AppError> {
        let target = Target::in_region(version.person.place);
        let asked = match asking {
            Some(asking) => self.opens(tx, actor, *version.person.id.as_bytes(), asking)?,
            None => false,
        };
        let may = || self.authorize(actor, Operation::Unmask, &target).is_ok();
        let shown = if asked && may() { whole(version) } else { masked(version) };
        self.person_file(tx, shown, told)
    }

    /// The name of a place, or its code where the map has none.
    pub fn place_words(&self, place: RegionCode) -> String {
        self.gazetteer.name(place).map_or_else(|| place.to_string(), str::to_owned)
    }

    /// People whose names have the words, masked; those only of villages where the actor may read.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn find_people(
        &self,
        actor: &Actor,
        words: &str,
        places: &[RegionCode],
        people_max: usize,
    ) -> Result<Vec<PersonShown>, AppError> {
        let query = SearchQuery { words, places, people_max };
        let found = self.store.read(|tx| store::people::search(tx, &query))?;
        Ok(self.shown_to(actor, found))
    }

    /// The next people of the register or of one region, masked, by village; only those whom the
    /// actor may read about.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn people_page(
        &self,
        actor: &Actor,
        place: Option<RegionCode>,
        after: Option<Id<kind::Person>>,
        people_max: u32,
    ) -> Result<Vec<PersonRow>, AppError> {
        let regions = self.regions_read(actor, place);
        self.store.read(|tx| {
            let mut shown: Vec<PersonRow> = Vec::new();
            let mut after = after;
            for region in regions {
                while shown.len() < people_max as usize {
                    let wanted = people_max - shown.len() as u32;
                    let found = store::people::lines(tx, region, after, wanted)?;
                    let is_last = found.len() < wanted as usize;
                    after = found.last().map(|last| last.id).or(after);
                    shown.extend(found.iter().filter_map(|line| {
                        let target = Target::in_region(line.place);
                        let sees = self.reaches(actor, Operation::ReadPeople, &target);
                        sees.then(|| PersonRow::masked(line))
                    }));
                    if is_last {
                        break;
                    }
                }
            }
            Ok(shown)
        })
    }

    /// Where the actor may read about people, in the order of the codes and each place once; no
    /// code is everywhere.
    fn regions_read(&self, actor: &Actor, place: Option<RegionCode>) -> Vec<Option<RegionCode>> {
        let today = self.environment.today();
        let mut regions: Vec<RegionCode> = Vec::new();
        for (grant, scope) in access::reaching(&actor.grants, today, Operation::ReadPeople) {
            match (scope, place) {
                (Scope::Territory, None) => regions.push(grant.territory),
                (Scope::Territory, Some(place)) if grant.territory.contains(place) => {
                    regions.push(place);
                }
                (Scope::Territory, Some(place)) if place.contains(grant.territory) => {
                    regions.push(grant.territory);
                }
                (Scope::Territory, Some(_)) => {}
                _ => return vec![place],
            }
        }
        regions.sort();
        let all = regions.clone();
        regions.retain(|one| !all.iter().any(|other| other != one && other.contains(*one)));
        regions.dedup();
        regions.into_iter().map(Some).collect()
    }

    /// Changes what a correction names, from today on, if the record is still the version that was
    /// seen.
    ///
    /// # Errors
    /// Those of [`Office::change_person`].
    pub fn correct_person(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        seen_version: u32,
        correction: Correction,
    ) -> Result<(), AppError> {
        let old = self.store.read(|tx| store::people::get(tx, id))?;
        let old = old.filter(|old| !is_erased(old)).ok_or_else(|| unknown(id))?;
        let person = Person {
            name: correction.name.unwrap_or(old.name),
            address: correction.address.or(old.address),
            phone: correction.phone.or(old.phone),
            ..old
        };
        self.change_person(actor, &person, seen_version, self.environment.today())
    }

    /// Replaces a record, if it is still the version that was seen.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `PERSON_CHANGED` when somebody was faster, `NIK_TAKEN`.
    pub fn change_person(
        &self,
        actor: &Actor,
        person: &Person,
        seen_version: u32,
        valid_from: Day,
    ) -> Result<(), AppError> {
        let known = Known { at_ms: self.now_ms(), valid_from };
        self.store.write(|tx| {
            let old = store::people::get(tx, person.id)?.ok_or_else(|| unknown(person.id))?;
            self.authorize_person(actor, Operation::ChangePerson, &old)?;
            self.authorize(actor, Operation::ChangePerson, &Target::in_region(person.place))?;
            store::people::change(tx, person, seen_version, known).map_err(|error| {
                let conflict =
                    |code| AppError::new(ErrorKind::Conflict, code, person.id.to_string());
                match error {
                    StoreError::Busy => conflict("PERSON_CHANGED"),
                    error if error.is_constraint("person_nik_unique") => conflict("NIK_TAKEN"),
                    error => error.into(),
                }
            })?;
            self.record(tx, actor, "person-changed", "person", person.id.as_bytes())
        })
    }

    /// Writes down that an identity is seen or erased: one leaf, with the reason beside it.
    pub(crate) fn note_act(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (kind, object): (&str, [u8; 16]),
        act: &str,
        reason: &str,
    ) -> Result<Id<AuditLine>, AppError> {
        self.note_request(tx, actor)?;
        let line = self.audit_line(Some(actor.id), act, kind);
        let bound = domain::audit::reason_commitment(&line.salt, reason);
        let line = AuditLine { object: Some(object), reason: Some(bound), ..line };
        store::audit::keep_reason(tx, &line, reason)?;
        store::audit::append(tx, &line)?;
        Ok(Id::from_bytes(line.id))
    }

    /// Who saw somebody's identity whole, oldest first; of the last acts that are about them.
    fn looks(&self, tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<Look>, AppError> {
        let mut looks = Vec::new();
        for entry in store::audit::of_object(tx, person.as_bytes(), LINES_OF_ONE)? {
            let erased = *entry.line.act == *ERASED;
            if erased || *entry.line.act == *REVEALED {
                let reason = store::audit::reason(tx, &entry.line)?.unwrap_or_default();
                looks.push(Look { at_ms: entry.line.at_ms, erased, reason });
            }
        }
        looks.sort_by_key(|look| look.at_ms);
        Ok(looks)
    }

    /// Whether an asking opens a record now: one's own, for this record, a few minutes old.
    pub(crate) fn opens(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        object: [u8; 16],
        asking: Id<AuditLine>,
    ) -> Result<bool, AppError> {
        let entry = store::audit::entry_by_id(tx, asking.as_bytes())?;
        let now = self.now_ms();
        Ok(entry.is_some_and(|entry| {
            let line = entry.line;
            line.actor == Some(actor.id)
                && *line.act == *REVEALED
                && line.object == Some(object)
                && now - line.at_ms < LOOK_MS
        }))
    }

    /// The version that was true on a day, by what was known on a day.
    fn version<'v>(
        &self,
        told: &'v [Version],
        id: Id<kind::Person>,
        as_of: AsOf,
    ) -> Result<&'v Version, AppError> {
        let on = as_of.on.unwrap_or_else(|| self.environment.today());
        let known_at_ms = as_of.known_at.map_or(i64::MAX, end_of);
        store::people::latest(told, on, known_at_ms).ok_or_else(|| unknown(id))
    }

    fn person_file(
        &self,
        tx: &mut Tx<'_>,
        shown: PersonShown,
        told: &[Version],
    ) -> Result<PersonFile, AppError> {
        let id = shown.id;
        let programmes = store::programmes::of_person(tx, id)?;
        let mut memberships = Vec::new();
        for membership in store::memberships::of_person(tx, id)? {
            let programme = programmes
                .iter()
                .find(|programme| programme.id == membership.programme)
                .ok_or(StoreError::NotFound { what: "programme" })?;
            memberships.push((membership, programme.clone()));
        }
        let versions = told.iter().map(|version| (version.version, version.known));
        let lists = store::references::naming_person(tx, id)?;
        let is_listed = lists.iter().any(|list| list.kind == ReferenceKind::Meninggal);
        Ok(PersonFile {
            versions: versions.collect(),
            memberships,
            covered: store::covered::of_person(tx, id)?,
            looks: self.looks(tx, id)?,
            sheets: store::sheets::naming(tx, id)?,
            merged_into: store::merges::of(tx, id)?.map(|merged| merged.root),
            lists,
            alive_on: if is_listed { store::deaths::alive_on(tx, id)? } else { None },
            elsewhere: self.known_elsewhere(tx)?.contains(&id),
            shown,
        })
    }

    /// Those of the people whom the actor may read about.
    pub(crate) fn shown_to(&self, actor: &Actor, people: Vec<Person>) -> Vec<PersonShown> {
        let may = |person: &Person| {
            let target = Target::in_region(person.place);
            self.authorize(actor, Operation::ReadPeople, &target).is_ok()
        };
        let known = self.known_now();
        people
            .into_iter()
            .filter(may)
            .map(|person| masked(&Version { version: 0, known, person }))
            .collect()
    }
}

/// The file as it was known at the end of a day: versions, memberships and covered months that
/// became known later are not in it.
fn as_known(
    tx: &mut Tx<'_>,
    mut file: PersonFile,
    known_at: Option<Day>,
) -> Result<PersonFile, AppError> {
    let Some(day) = known_at else { return Ok(file) };
    let (id, at_ms) = (file.shown.id, end_of(day));
    file.versions.retain(|(_, known)| known.at_ms <= at_ms);
    let programmes = store::programmes::list(tx)?;
    file.memberships.clear();
    for known in store::memberships::known_of_person(tx, id, at_ms)? {
        let of = |one: &&Programme| one.id == known.membership.programme;
        let programme = programmes.iter().find(of);
        let programme = programme.ok_or(StoreError::NotFound { what: "programme" })?;
        file.memberships.push((known.membership, programme.clone()));
    }
    let months = store::covered::known_of_person(tx, id)?.into_iter();
    file.covered =
        months.filter(|month| month.is_known_at(at_ms)).map(|known| known.cover).collect();
    Ok(file)
}

/// All that was ever said of somebody; the rest of the file is asked for with it.
fn told(tx: &mut Tx<'_>, id: Id<kind::Person>) -> Result<Vec<Version>, AppError> {
    store::people::foresee_file(tx, id);
    Ok(store::people::versions(tx, id)?)
}

/// The last millisecond of a day in the office.
pub fn end_of(day: Day) -> i64 {
    const DAY_MS: i64 = 86_400_000;
    const WIB_MS: i64 = 7 * 3_600_000;
    let epoch = Day::new(1970, 1, 1).expect("the epoch is a day");
    (i64::from(epoch.days_until(day)) + 1) * DAY_MS - WIB_MS - 1
}

/// Somebody as they are now, masked.
pub(crate) fn masked_now(person: &Person) -> PersonShown {
    let known = Known { at_ms: 0, valid_from: person.birth };
    masked(&Version { version: 0, known, person: person.clone() })
}

pub(crate) fn masked(version: &Version) -> PersonShown {
    let person = &version.person;
    let hidden = |known: bool| known.then(|| "••••".to_owned());
    PersonShown {
        unmasked: false,
        nik: person.nik.masked(),
        no_kk: hidden(person.no_kk.is_some()),
        name: match is_erased(person) {
            true => person.name.as_str().to_owned(),
            false => initials(person),
        },
        birth: person.birth.year().to_string(),
        birth_place: hidden(person.birth_place.is_some()),
        address: hidden(person.address.is_some()),
        phone: hidden(person.phone.is_some()),
        mother: hidden(person.mother.is_some()),
        ..whole(version)
    }
}

fn whole(version: &Version) -> PersonShown {
    let person = &version.person;
    PersonShown {
        id: person.id,
        version: version.version,
        known_at_ms: version.known.at_ms,
        valid_from: version.known.valid_from,
        unmasked: true,
        erased: is_erased(person),
        nik: person.nik.reveal(),
        no_kk: person.no_kk.map(|kk| kk.reveal()),
        name: person.name.as_str().to_owned(),
        birth: person.birth.to_string(),
        birth_place: person.birth_place.as_deref().map(str::to_owned),
        sex: person.sex,
        address: person.address.as_deref().map(str::to_owned),
        place: person.place,
        occupation: person.occupation.as_ref().map(|key| key.0.to_string()),
        phone: person.phone.map(Phone::international),
        mother: person.mother.as_ref().map(|mother| mother.as_str().to_owned()),
    }
}

fn initials(person: &Person) -> String {
    initials_of(&person.name)
}

/// Each word's first letter, with as many dots as nobody can count.
pub(crate) fn initials_of(name: &base::PersonName) -> String {
    let letters = name.as_str().split(' ').filter_map(|word| word.chars().next());
    letters.map(|letter| format!("{letter}…")).collect::<Vec<_>>().join(" ")
}

pub(crate) fn is_erased(person: &Person) -> bool {
    person.nik == Nik::erased()
}

pub(crate) fn usable_reason(reason: &str) -> Result<String, AppError> {
    let reason = base::person::fold_spaces(reason);
    match reason.chars().count() >= REASON_CHARS_MIN {
        true => Ok(reason),
        false => Err(AppError::usage("REASON_MISSING", "")),
    }
}

/// Refuses a text that stays on papers of money and holds somebody's number.
pub(crate) fn without_nik(text: &str) -> Result<(), AppError> {
    match base::nik::stands_in(text) {
        true => Err(AppError::refused("TEXT_HOLDS_NIK", "")),
        false => Ok(()),
    }
}

fn unknown(id: Id<kind::Person>) -> AppError {
    AppError::not_found("PERSON_UNKNOWN", id.to_string())
}
