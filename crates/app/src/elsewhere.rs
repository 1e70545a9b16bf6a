//! People whom another region of the same server has registered too: each region learns that there
//! is another, and nothing more.

use std::sync::{Arc, Mutex, PoisonError};

use base::Id;
use base::id::kind;
use store::Tx;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::PersonShown;

/// How long the answer is believed, in milliseconds: asking walks over every number of the regency.
const BELIEVED_MS: i64 = 600_000; // not law: ten minutes

/// How long it is put off to ask again when a server of the register does not answer.
const PUT_OFF_MS: i64 = 60_000; // not law: a minute

/// What was answered last, and whose turn it is to ask.
#[derive(Default)]
pub struct Elsewhere {
    last: Mutex<Option<Answered>>,
    asking: Mutex<()>,
}

/// The moment of an answer in milliseconds since 1970-01-01 UTC, and the people.
type Answered = (i64, Arc<[Id<kind::Person>]>);

impl Office {
    /// The people of the regency whom another region has registered too, masked; only those whom
    /// the actor may read about. The server is asked anew.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn held_elsewhere(&self, actor: &Actor) -> Result<Vec<PersonShown>, AppError> {
        let (ids, people) = self.store.read(|tx| {
            let ids = store::claims::conflicts(tx)?;
            let mut people = Vec::with_capacity(ids.len());
            for id in &ids {
                people.extend(store::people::get(tx, *id)?);
            }
            Ok::<_, AppError>((ids, people))
        })?;
        self.remember_elsewhere(&ids, BELIEVED_MS);
        Ok(self.shown_to(actor, people))
    }

    /// How many they are, as known some minutes ago.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn count_held_elsewhere(&self, actor: &Actor) -> Result<u64, AppError> {
        let places = self.store.read(|tx| {
            let ids = self.known_elsewhere(tx)?;
            Ok::<_, AppError>(store::people::places(tx, &ids)?)
        })?;
        let sees = |place| self.reaches(actor, Operation::ReadPeople, &Target::in_region(place));
        Ok(places.into_iter().filter(|place| sees(*place)).count() as u64)
    }

    /// Whom another region holds too, as known some minutes ago; whoever comes while somebody asks
    /// waits for that answer, so that the server is asked once. While a server of the register does
    /// not answer, what was known last stands, and nobody when nothing was: this is shown beside
    /// people, and whoever decides about money asks anew and is refused.
    pub(crate) fn known_elsewhere(
        &self,
        tx: &mut Tx<'_>,
    ) -> Result<Arc<[Id<kind::Person>]>, AppError> {
        if let Some(ids) = self.believed_elsewhere() {
            return Ok(ids);
        }
        let _turn = self.elsewhere.asking.lock().unwrap_or_else(PoisonError::into_inner);
        match self.believed_elsewhere() {
            Some(ids) => Ok(ids),
            None => Ok(match store::claims::conflicts_if_all_answer(tx)? {
                Some(ids) => self.remember_elsewhere(&ids, BELIEVED_MS),
                None => self.remember_elsewhere(&self.last_elsewhere(), PUT_OFF_MS),
            }),
        }
    }

    fn believed_elsewhere(&self) -> Option<Arc<[Id<kind::Person>]>> {
        let last = self.elsewhere.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (at_ms, ids) = last.as_ref()?;
        (0..BELIEVED_MS).contains(&(self.now_ms() - at_ms)).then(|| Arc::clone(ids))
    }

    fn last_elsewhere(&self) -> Arc<[Id<kind::Person>]> {
        let last = self.elsewhere.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().map_or_else(|| [].into(), |(_, ids)| Arc::clone(ids))
    }

    /// Keeps an answer, to be believed for so long.
    fn remember_elsewhere(
        &self,
        ids: &[Id<kind::Person>],
        believed_ms: i64,
    ) -> Arc<[Id<kind::Person>]> {
        let ids: Arc<[Id<kind::Person>]> = ids.into();
        let mut kept = self.elsewhere.last.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((self.now_ms() - BELIEVED_MS + believed_ms, Arc::clone(&ids)));
        ids
    }
}

#[cfg(test)]
mod tests {
    use base::RegionCode;
    use store::Location;
    use store::twin::{FreshDatabase, FreshDirectory, server_url};

    use crate::environment::Environment;
    use crate::office::{Office, OfficeOptions, Operation};
    use crate::people::AsOf;
    use crate::reading::Reader;

    fn office(location: Location, regency: u64) -> Office {
        let office = Office::open(OfficeOptions {
            location,
            pemda: RegionCode::from_digits(regency, 2),
            reader: Reader::InProcess,
            environment: Environment::fixed(base::Day::new(2022, 9, 20).expect("a day"), regency),
            keys: crate::keys::KeySource::Ring(Box::new(store::twin::keys())),
        });
        office.expect("a fresh place opens")
    }

    /// Somebody invented, registered in a regency.
    fn register(office: &Office, serial: u8) -> base::Id<base::id::kind::Person> {
        let id = office.environment.new_id();
        let nik = format!("64010117086200{serial:02}");
        let person = domain::registry::Person {
            id,
            nik: base::Nik::parse(&nik).expect("a NIK"),
            no_kk: None,
            name: base::PersonName::parse("KENARI PERCOBAAN").expect("a name"),
            birth: base::Day::new(1962, 8, 17).expect("a day"),
            birth_place: None,
            sex: base::Sex::Male,
            address: None,
            place: RegionCode::from_digits(6401052001, 4),
            occupation: None,
            phone: None,
            mother: None,
        };
        let known = office.known_now();
        let actor = office.actor("operator", Operation::ReadPeople).expect("the first user");
        let kept = office.store.write(|tx| {
            store::people::insert_all(tx, [&person], known)?;
            office.record(tx, &actor, "person-changed", "person", id.as_bytes())
        });
        kept.expect("is kept");
        id
    }

    #[test]
    fn both_regions_see_theirs_and_nothing_of_the_other() {
        let Some(url) = server_url() else { return };
        let database = FreshDatabase::new(&url);
        let (paser, kutai) = (office(database.location(), 6401), office(database.location(), 6402));
        let alone = register(&paser, 1);
        let (ours, theirs) = (register(&paser, 2), register(&kutai, 2));
        assert_ne!(ours, theirs);
        for (office, id) in [(&paser, ours), (&kutai, theirs)] {
            let actor = office.actor("operator", Operation::ReadPeople).expect("the first user");
            assert_eq!(office.count_held_elsewhere(&actor), Ok(1));
            let found = office.held_elsewhere(&actor).expect("readable");
            assert_eq!(found.iter().map(|person| person.id).collect::<Vec<_>>(), [id]);
            assert!(found.iter().all(|person| !person.unmasked));
            let now = AsOf { on: None, known_at: None };
            assert!(office.person(&actor, id, now).expect("readable").elsewhere);
        }
        let actor = paser.actor("operator", Operation::ReadPeople).expect("the first user");
        let now = AsOf { on: None, known_at: None };
        assert!(!paser.person(&actor, alone, now).expect("readable").elsewhere);
        // What was answered is believed for some minutes, and asked anew afterwards.
        register(&kutai, 1);
        assert_eq!(paser.count_held_elsewhere(&actor), Ok(1));
        paser.environment.pass(700_000);
        assert_eq!(paser.count_held_elsewhere(&actor), Ok(2));
    }

    #[test]
    fn an_embedded_register_is_alone() {
        let directory = FreshDirectory::new();
        let office = office(directory.location(), 6401);
        register(&office, 1);
        let actor = office.actor("operator", Operation::ReadPeople).expect("the first user");
        assert_eq!(office.count_held_elsewhere(&actor), Ok(0));
    }
}
