//! Pairs of people who may be one: the queue, what was said of each pair, what villages were asked.
//!
//! A pair is two identifiers, a score and small integers; nothing here says who anybody is.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Month, RegionCode, Rupiah};
use domain::duplicates::{PairState, PairVerdict, Stake, ordered};

use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, json_texts, values};
use crate::{StoreError, Tx, merges};

static INSERT: Sql = sql!("duplicate_pair_insert");
static GET: Sql = sql!("duplicate_pair_get");
static IDS: Sql = sql!("duplicate_pair_ids");
static PAGE: Sql = sql!("duplicate_pair_page");
static LIST: Sql = sql!("duplicate_pair_list");
static WAITING: Sql = sql!("duplicate_pair_waiting");
static OF_PERSON: Sql = sql!("duplicate_pair_of_person");
static WEIGH: Sql = sql!("duplicate_pair_weigh");
static SET_STATE: Sql = sql!("duplicate_pair_set_state");
static REST: Sql = sql!("duplicate_pair_rest");
static DELETE: Sql = sql!("duplicate_pair_delete");
static TALLY_LIST: Sql = sql!("duplicate_tally_list");
static TALLY_GET: Sql = sql!("duplicate_tally_get");
static TALLY_SET: Sql = sql!("duplicate_tally_set");
static VERDICT_INSERT: Sql = sql!("duplicate_verdict_insert");
static VERDICT_LIST: Sql = sql!("duplicate_verdict_list");
static QUESTION_SET: Sql = sql!("duplicate_question_set");
static QUESTION_OF_PAIR: Sql = sql!("duplicate_question_of_pair");
static QUESTION_WAITING: Sql = sql!("duplicate_question_waiting");
static STAKES: Sql = sql_twin!("stake_list");
static APART: Sql = sql!("duplicate_pair_apart");
static SET_APART: Sql = sql!("person_apart_list");

/// At most so many people are asked for at once.
const ASKED_MAX: usize = 10_000;

/// Two people who may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Which; it follows from the two.
    pub id: Id<kind::Pair>,
    /// The one with the smaller identifier.
    pub left: Id<kind::Person>,
    /// The other.
    pub right: Id<kind::Person>,
    /// Where it stands.
    pub state: PairState,
    /// The evidence, in thousandths of a bit.
    pub score: i32,
    /// What each field says, as the comparison numbers it; nothing while nobody has compared the
    /// two.
    pub levels: Box<[u8]>,
    /// What both cost, as known at the last comparison.
    pub stake: Stake,
    /// Counts what was said of it.
    pub revision: u32,
    /// When it was found, in milliseconds since 1970-01-01 UTC.
    pub found_at_ms: i64,
}

/// Two people, in the order in which their pair is kept.
pub type Two = (Id<kind::Person>, Id<kind::Person>);

/// Where a page of the queue begins: after this pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What it costs.
    pub stake: Stake,
    /// Its evidence.
    pub score: i32,
    /// Which.
    pub id: Id<kind::Pair>,
}

/// Something said of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The pair's revision after it.
    pub revision: u32,
    /// What.
    pub verdict: PairVerdict,
    /// The evidence at that moment.
    pub score: i32,
    /// By whom; the program itself when absent.
    pub by: Option<Id<kind::User>>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// The audit line with its reason.
    pub line: [u8; 16],
}

/// What a village was asked about a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The village.
    pub place: RegionCode,
    /// Who asked.
    pub by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// What the village says; nothing yet when absent.
    pub answer: Option<PairVerdict>,
}

impl Pair {
    /// Where the page after it begins.
    pub fn place(&self) -> Place {
        Place { stake: self.stake, score: self.score, id: self.id }
    }

    /// The other of the two.
    pub fn other(&self, person: Id<kind::Person>) -> Id<kind::Person> {
        if self.left == person { self.right } else { self.left }
    }
}

/// Adds pairs that are not there yet.
pub fn insert_all(tx: &mut Tx<'_>, pairs: &[Pair]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    // In the order of the key, so that the tree grows at its end.
    let mut sorted: Vec<&Pair> = pairs.iter().collect();
    sorted.sort_by_key(|pair| pair.id);
    let rows = sorted.iter().map(|pair| {
        values![
            tenant,
            &pair.id,
            &pair.left,
            &pair.right,
            pair.state.name(),
            i64::from(pair.score),
            &*pair.levels,
            pair.stake.monthly,
            pair.stake.paid,
            pair.revision,
            pair.found_at_ms,
        ]
    });
    tx.insert(&INSERT, rows)?;
    let mut more: HashMap<PairState, i64> = HashMap::new();
    for pair in pairs {
        *more.entry(pair.state).or_default() += 1;
    }
    more.into_iter().try_for_each(|(state, count)| add_to_tally(tx, state, count))
}

/// The pair with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Pair>) -> Result<Option<Pair>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// The next pairs in a state: those that cost most first, then those with most evidence.
pub fn page(
    tx: &mut Tx<'_>,
    state: PairState,
    after: Option<Place>,
    pairs_max: u32,
) -> Result<Vec<Pair>, StoreError> {
    let most = Rupiah(i64::MAX);
    let first = Place {
        stake: Stake { monthly: most, paid: most },
        score: i32::MAX,
        id: Id::from_bytes([u8::MAX; 16]),
    };
    let Place { stake, score, id } = after.unwrap_or(first);
    let (name, score) = (state.name(), i64::from(score));
    let values = values![tx.tenant(), name, stake.monthly, stake.paid, score, &id, pairs_max];
    tx.all(&PAGE, &values, read)
}

/// Every pair, by id.
pub fn each(
    tx: &mut Tx<'_>,
    mut each: impl FnMut(Pair) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    tx.each(&LIST, &values![tx.tenant()], |columns| each(read(columns)?))
}

/// Which pairs there are.
pub fn ids(tx: &mut Tx<'_>) -> Result<HashSet<Id<kind::Pair>>, StoreError> {
    Ok(tx.all(&IDS, &values![tx.tenant()], |columns| columns.take())?.into_iter().collect())
}

/// A pair that nobody has decided to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub id: Id<kind::Pair>,
    /// The two.
    pub people: Two,
    /// The evidence, in thousandths of a bit.
    pub score: i32,
    /// What both cost, as known at the last comparison.
    pub stake: Stake,
}

/// Every pair that waits: for a word, for a village, for a second person.
pub fn waiting(tx: &mut Tx<'_>, mut each: impl FnMut(Waiting)) -> Result<(), StoreError> {
    tx.each(&WAITING, &values![tx.tenant()], |columns| {
        each(Waiting {
            id: columns.take()?,
            people: (columns.take()?, columns.take()?),
            score: columns.take()?,
            stake: Stake { monthly: columns.take()?, paid: columns.take()? },
        });
        Ok(())
    })
}

/// The pairs somebody stands in, by id.
pub fn of_person(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<Pair>, StoreError> {
    tx.all(&OF_PERSON, &values![tx.tenant(), &person], read)
}

/// Gives pairs, each of which is named once, their evidence and what they cost anew; one that is
/// gone stays gone.
pub fn weigh_all(tx: &mut Tx<'_>, pairs: &[Pair]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = pairs.iter().map(|pair| {
        let (score, stake) = (i64::from(pair.score), pair.stake);
        values![score, &*pair.levels, stake.monthly, stake.paid, tenant, &pair.id]
    });
    let rows: Vec<_> = rows.collect();
    tx.run_all(&WEIGH, &rows).map(|_| ())
}

/// Says where a pair stands, with what was said of it.
///
/// # Errors
/// [`StoreError::Busy`] when somebody else has said something meanwhile.
pub fn say(tx: &mut Tx<'_>, pair: &Pair, state: PairState, said: &Said) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let values = values![state.name(), said.revision, tenant, &pair.id, pair.revision];
    if tx.run(&SET_STATE, &values)? == 0 {
        return Err(StoreError::Busy);
    }
    move_in_tally(tx, pair.state, state)?;
    keep_said(tx, pair.id, said)
}

/// Adds a pair of which somebody has said something before it was found.
pub fn insert_said(tx: &mut Tx<'_>, pair: &Pair, said: &Said) -> Result<(), StoreError> {
    insert_all(tx, std::slice::from_ref(pair))?;
    keep_said(tx, pair.id, said)
}

fn keep_said(tx: &mut Tx<'_>, pair: Id<kind::Pair>, said: &Said) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let values = values![
        tenant,
        &pair,
        said.revision,
        said.verdict.name(),
        i64::from(said.score),
        said.by.as_ref(),
        said.at_ms,
        &said.line,
    ];
    tx.run(&VERDICT_INSERT, &values).map(|_| ())
}

/// Lets a pair rest while one of its people is merged, or wakes it; nobody has said anything.
pub fn rest(
    tx: &mut Tx<'_>,
    id: Id<kind::Pair>,
    from: PairState,
    to: PairState,
) -> Result<(), StoreError> {
    tx.run(&REST, &values![to.name(), tx.tenant(), &id])?;
    move_in_tally(tx, from, to)
}

/// Forgets those of some pairs, each named once, that wait and of which nobody has said anything.
pub fn remove_all(tx: &mut Tx<'_>, pairs: &[Pair]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows: Vec<_> = pairs.iter().map(|pair| values![tenant, &pair.id]).collect();
    match tx.run_all(&DELETE, &rows)?.cast_signed() {
        0 => Ok(()),
        gone => add_to_tally(tx, PairState::Open, -gone),
    }
}

/// How many pairs stand where.
pub fn counts(tx: &mut Tx<'_>) -> Result<HashMap<PairState, u64>, StoreError> {
    let counts = tx.all(&TALLY_LIST, &values![tx.tenant()], |columns| {
        Ok((columns.take_with("a pair's state", PairState::from_name)?, columns.take()?))
    })?;
    Ok(counts.into_iter().collect())
}

/// What was said of a pair, oldest first.
pub fn said(tx: &mut Tx<'_>, pair: Id<kind::Pair>) -> Result<Vec<Said>, StoreError> {
    tx.all(&VERDICT_LIST, &values![tx.tenant(), &pair], |columns| {
        Ok(Said {
            revision: columns.take()?,
            verdict: columns.take_with("a verdict", PairVerdict::from_name)?,
            score: columns.take()?,
            by: columns.take()?,
            at_ms: columns.take()?,
            line: columns.take()?,
        })
    })
}

/// Asks a village about a pair, or keeps its answer.
pub fn set_question(
    tx: &mut Tx<'_>,
    pair: Id<kind::Pair>,
    question: &Question,
) -> Result<(), StoreError> {
    let answer = question.answer.map(PairVerdict::name);
    let values = values![tx.tenant(), &pair, question.place, &question.by, question.at_ms, answer];
    tx.run(&QUESTION_SET, &values).map(|_| ())
}

/// What villages were asked about a pair, by village.
pub fn questions(tx: &mut Tx<'_>, pair: Id<kind::Pair>) -> Result<Vec<Question>, StoreError> {
    tx.all(&QUESTION_OF_PAIR, &values![tx.tenant(), &pair], |columns| {
        let (place, by, at_ms) = (columns.take()?, columns.take()?, columns.take()?);
        let answer: Option<String> = columns.take()?;
        let answer = answer.and_then(|name| PairVerdict::from_name(&name));
        Ok(Question { place, by, at_ms, answer })
    })
}

/// The next pairs that a village was asked about and has not answered, by id.
pub fn waiting_in(
    tx: &mut Tx<'_>,
    place: RegionCode,
    after: Option<Id<kind::Pair>>,
    pairs_max: u32,
) -> Result<Vec<Pair>, StoreError> {
    let after = after.unwrap_or(Id::from_bytes([0; 16]));
    tx.all(&QUESTION_WAITING, &values![tx.tenant(), place, &after, pairs_max], read)
}

/// What people cost: each month from a month on, and so far.
pub fn stakes(
    tx: &mut Tx<'_>,
    people: &[Id<kind::Person>],
    from: Month,
) -> Result<HashMap<Id<kind::Person>, Stake>, StoreError> {
    let mut found = HashMap::with_capacity(people.len());
    for asked in people.chunks(ASKED_MAX) {
        let wanted = json_texts(asked.iter().map(|id| crate::keys::hex(id.as_bytes())));
        tx.each(&STAKES, &values![wanted, tx.tenant(), from], |columns| {
            let person = columns.take()?;
            found.insert(person, Stake { monthly: columns.take()?, paid: columns.take()? });
            Ok(())
        })?;
    }
    Ok(found)
}

/// Pairs of people who were told apart, each in the order in which it is kept; whoever was merged
/// is named by who stands for them.
pub fn told_apart(tx: &mut Tx<'_>) -> Result<HashSet<Two>, StoreError> {
    let roots = merges::roots(tx)?;
    let found =
        tx.all(&APART, &values![tx.tenant()], |columns| Ok((columns.take()?, columns.take()?)))?;
    let standing = found.into_iter().map(|(left, right)| {
        ordered(merges::root_of(&roots, left), merges::root_of(&roots, right))
    });
    Ok(standing.collect())
}

/// People whom an earlier program kept as told apart, with the file that it was said of: those of
/// one file were told from each other.
pub fn set_apart(
    tx: &mut Tx<'_>,
) -> Result<HashMap<Id<kind::Person>, Id<kind::Sheet>>, StoreError> {
    let found = tx
        .all(&SET_APART, &values![tx.tenant()], |columns| Ok((columns.take()?, columns.take()?)))?;
    Ok(found.into_iter().collect())
}

fn move_in_tally(tx: &mut Tx<'_>, from: PairState, to: PairState) -> Result<(), StoreError> {
    if from != to {
        add_to_tally(tx, from, -1)?;
        add_to_tally(tx, to, 1)?;
    }
    Ok(())
}

fn add_to_tally(tx: &mut Tx<'_>, state: PairState, more: i64) -> Result<(), StoreError> {
    let (tenant, name) = (tx.tenant(), state.name());
    let count: Option<i64> =
        tx.one(&TALLY_GET, &values![tenant, name], |columns| columns.take())?;
    tx.run(&TALLY_SET, &values![tenant, name, count.unwrap_or(0) + more]).map(|_| ())
}

fn read(columns: &mut Columns<'_>) -> Result<Pair, StoreError> {
    Ok(Pair {
        id: columns.take()?,
        left: columns.take()?,
        right: columns.take()?,
        state: columns.take_with("a pair's state", PairState::from_name)?,
        score: columns.take()?,
        levels: columns.take::<Vec<u8>>()?.into(),
        stake: Stake { monthly: columns.take()?, paid: columns.take()? },
        revision: columns.take()?,
        found_at_ms: columns.take()?,
    })
}
