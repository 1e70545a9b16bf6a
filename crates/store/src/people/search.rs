//! People found by words of their names: the first letters of each word, keyed together with the
//! village, lead to few records, which are opened and compared.

use base::RegionCode;
use domain::registry::Person;

use super::read;
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{json_array, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("person_token_insert");
static DELETE: Sql = sql!("person_token_delete");
static PLACES: Sql = sql!("person_place_list");
static FIND: Sql = sql_twin!("person_by_token");

/// Letters of a word that lead to it.
const LETTERS: usize = 3;

/// Whom to find.
pub struct SearchQuery<'a> {
    /// Words of the name, whole or begun, in any order and spelling.
    pub words: &'a str,
    /// Only these villages; all when empty.
    pub places: &'a [RegionCode],
    /// At most so many.
    pub people_max: usize,
}

/// People whose names have a word beginning with each of the words asked for, by village and name.
///
/// Words of fewer than three letters only narrow what longer ones find; without a longer one
/// nobody is found.
pub fn search(tx: &mut Tx<'_>, query: &SearchQuery<'_>) -> Result<Vec<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let normal = linkage::normalise_name(query.words);
    let asked: Vec<&str> = normal.split(' ').filter(|word| !word.is_empty()).collect();
    let long: Vec<&str> = asked
        .iter()
        .filter(|word| word.chars().count() >= LETTERS)
        .map(|word| head(word))
        .collect();
    let mut found: Vec<Person> = Vec::new();
    if long.is_empty() {
        return Ok(found);
    }
    let places = match query.places {
        [] => tx.all(&PLACES, &values![tenant], |columns| columns.take())?,
        places => places.to_vec(),
    };
    for place in places {
        let mut tokens: Vec<i64> = long.iter().map(|word| keys.name_token(place, word)).collect();
        tokens.sort_unstable();
        tokens.dedup();
        let count = tokens.len() as i64;
        let wanted = json_array(tokens.into_iter());
        let mut here =
            tx.all(&FIND, &values![wanted, tenant, count], |columns| read(keys, tenant, columns))?;
        here.retain(|person| has_words(person, &asked));
        here.sort_by(|one, two| (&one.name, one.id).cmp(&(&two.name, two.id)));
        found.extend(here);
        if found.len() >= query.people_max {
            found.truncate(query.people_max);
            break;
        }
    }
    Ok(found)
}

pub(super) fn add_words(tx: &mut Tx<'_>, people: &[&Person]) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let mut rows: Vec<(i64, usize)> = Vec::with_capacity(people.len() * 3);
    for (at, person) in people.iter().enumerate() {
        let normal = linkage::normalise_name(person.name.as_str());
        let words = heads(&normal);
        rows.extend(words.map(|word| (keys.name_token(person.place, word), at)));
    }
    // In the order of the key, so that each page of the tree is touched once.
    rows.sort_unstable();
    rows.dedup();
    let rows = rows.into_iter().map(|(token, at)| values![tenant, token, &people[at].id]);
    tx.insert(&INSERT, rows).map(|_| ())
}

pub(super) fn remove_words(tx: &mut Tx<'_>, person: &Person) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let normal = linkage::normalise_name(person.name.as_str());
    for word in heads(&normal) {
        let token = keys.name_token(person.place, word);
        tx.run(&DELETE, &values![tenant, token, &person.id])?;
    }
    Ok(())
}

fn heads(normal: &str) -> impl Iterator<Item = &str> {
    let long = |word: &&str| word.chars().count() >= LETTERS;
    normal.split(' ').filter(long).map(head)
}

/// The first letters of a word.
fn head(word: &str) -> &str {
    word.char_indices().nth(LETTERS).map_or(word, |(end, _)| &word[..end])
}

fn has_words(person: &Person, asked: &[&str]) -> bool {
    let normal = linkage::normalise_name(person.name.as_str());
    asked.iter().all(|asked| normal.split(' ').any(|word| word.starts_with(asked)))
}
