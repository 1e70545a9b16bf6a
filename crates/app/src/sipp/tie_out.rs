//! Annex, list, reply, bill and cards of a programme and month, side by side, person by person.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Month};
use domain::approval::ProposalState;
use domain::card::CardState;
use domain::programme::Programme;
use domain::registry::Person;
use domain::sipp::{TieFacts, TieOut, tie_out};
use store::Tx;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};
use crate::tables::{Kind, Value, workbook};
use crate::words::Words;

/// A comparison with the people it names, masked.
pub struct TieOutShown {
    /// The programme.
    pub programme: Programme,
    /// The month.
    pub month: Month,
    /// The comparison; its lines by place and name.
    pub out: TieOut,
    /// Who they are.
    pub people: HashMap<Id<kind::Person>, PersonShown>,
}

impl Office {
    /// Compares the papers of a programme for a month.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn tie_out(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
    ) -> Result<TieOutShown, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let mut named: HashMap<Id<kind::Person>, Person> = HashMap::new();
            let facts = papers(tx, &programme, month, &mut named)?;
            let people: HashMap<_, _> =
                named.iter().map(|(id, person)| (*id, masked_now(person))).collect();
            let mut out = tie_out(&facts);
            out.lines.sort_by(|one, other| {
                let key = |id: Id<kind::Person>| named.get(&id).map(|one| (one.place, &one.name));
                let (one, other) = (one.facts.person, other.facts.person);
                (key(one), one).cmp(&(key(other), other))
            });
            Ok(TieOutShown { programme: programme.clone(), month, out, people })
        })
    }
}

/// Where everybody stands who is on any of the papers.
fn papers(
    tx: &mut Tx<'_>,
    programme: &Programme,
    month: Month,
    named: &mut HashMap<Id<kind::Person>, Person>,
) -> Result<Vec<TieFacts>, AppError> {
    let mut annex = HashSet::new();
    let lists = store::proposals::of_programme(tx, programme.id)?.into_iter();
    for list in lists.filter(|list| list.state == ProposalState::Approved) {
        annex.extend(store::proposals::lines(tx, list.id)?.iter().map(|line| line.person));
        named.extend(store::proposals::people(tx, list.id)?.into_iter().map(|one| (one.id, one)));
    }
    let people = store::memberships::people(tx, programme.id)?;
    named.extend(people.into_iter().map(|one| (one.id, one)));
    let members = store::memberships::of_programme(tx, programme.id)?;
    // A second place of somebody whose record was merged is nobody's.
    let roots = store::merges::roots(tx)?;
    let list: HashSet<_> = members
        .iter()
        .filter(|member| member.holds(month) && !roots.contains_key(&member.person))
        .map(|member| member.person)
        .collect();
    let standings = store::sipp::standings(tx, programme.id)?;
    let bill = store::bills::by_month(tx, programme.id, month)?;
    let billed: Option<HashSet<_>> =
        bill.map(|bill| bill.lines.iter().map(|line| line.person).collect());
    let all_cards = store::cards::of_programme(tx, programme.id)?;
    let paid =
        |card: &&domain::card::Card| card.state == CardState::Active && card.paid_until >= month;
    let cards: Option<HashSet<_>> = (!all_cards.is_empty())
        .then(|| all_cards.iter().filter(paid).map(|card| card.person).collect());
    let mut everybody: Vec<Id<kind::Person>> = annex
        .iter()
        .chain(&list)
        .chain(standings.keys())
        .chain(billed.iter().flatten())
        .chain(cards.iter().flatten())
        .filter(|person| !roots.contains_key(*person))
        .copied()
        .collect();
    everybody.sort();
    everybody.dedup();
    for person in &everybody {
        if !named.contains_key(person)
            && let Some(found) = store::people::get(tx, *person)?
        {
            named.insert(*person, found);
        }
    }
    let facts = |person: &Id<kind::Person>| TieFacts {
        person: *person,
        annex: annex.contains(person),
        list: list.contains(person),
        reply: standings.get(person).map(|standing| standing.state),
        bill: billed.as_ref().map(|billed| billed.contains(person)),
        card: cards.as_ref().map(|cards| cards.contains(person)),
    };
    Ok(everybody.iter().map(facts).collect())
}

impl TieOutShown {
    /// The differences as a workbook, people masked.
    pub fn workbook(&self, office: &Office, words: &Words) -> Vec<u8> {
        let text = |key: &str| (words.get(key), Kind::Text);
        let columns = vec![
            text("sipp-place"),
            text("sipp-person"),
            text("tieout-annex"),
            text("tieout-list"),
            text("tieout-reply"),
            text("tieout-bill"),
            text("tieout-cards"),
            text("tieout-differences"),
        ];
        let yes = |holds: bool| words.get(if holds { "tieout-yes" } else { "tieout-no" });
        let maybe =
            |holds: Option<bool>| holds.map_or(Value::Empty, |holds| Value::Text(yes(holds)));
        let mut rows = self.out.lines.iter().map(|line| {
            let (facts, person) = (&line.facts, self.people.get(&line.facts.person));
            let reply = facts.reply.map_or("none", |state| state.name());
            let differences: Vec<String> = line
                .differences
                .iter()
                .map(|one| words.get(&format!("tieout-differs-{}", one.name())))
                .collect();
            vec![
                Value::Text(person.map_or_else(String::new, |one| office.place_words(one.place))),
                Value::Text(person.map_or_else(String::new, |one| one.name.clone())),
                Value::Text(yes(facts.annex)),
                Value::Text(yes(facts.list)),
                Value::Text(words.get(&format!("sipp-standing-{reply}"))),
                maybe(facts.bill),
                maybe(facts.card),
                Value::Text(differences.join("; ")),
            ]
        });
        let title = format!("{} {}", words.get("tieout-heading"), self.month);
        workbook(&title, "id-ID", columns, &mut rows)
    }
}
