//! Annex, list, reply, bill and cards of a programme and month, side by side, person by person.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Month};
use domain::approval::ProposalState;
use domain::card::CardState;
use domain::membership::Membership;
use domain::programme::Programme;
use domain::registry::Person;
use domain::sipp::{SippKind, TieFacts, TieOut, tie_out};
use store::Tx;
use store::merges::{Roots, root_of};
use store::movements::Side;

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
    let roots = store::merges::roots(tx)?;
    // Whoever's record stepped aside stands on the papers as the record that stayed.
    let root = |person: Id<kind::Person>| root_of(&roots, person);
    let annex = annexed(tx, programme, month, &roots, named)?;
    let people = store::memberships::people(tx, programme.id)?;
    named.extend(people.into_iter().map(|one| (one.id, one)));
    let members = store::memberships::of_programme(tx, programme.id)?;
    let list: HashSet<_> = members
        .iter()
        .filter(|member| member.holds(month))
        .map(|member| root(member.person))
        .collect();
    let mut standings = store::sipp::standings(tx, programme.id)?;
    for person in reported_gone(tx, programme, month, (&members, &roots))? {
        standings.remove(&person);
    }
    let bill = store::bills::by_month(tx, programme.id, month)?;
    let billed: Option<HashSet<_>> =
        bill.map(|bill| bill.lines.iter().map(|line| root(line.person)).collect());
    let all_cards = store::cards::of_programme(tx, programme.id)?;
    let paid =
        |card: &&domain::card::Card| card.state == CardState::Active && card.paid_until >= month;
    let cards: Option<HashSet<_>> = (!all_cards.is_empty())
        .then(|| all_cards.iter().filter(paid).map(|card| root(card.person)).collect());
    let mut everybody: Vec<Id<kind::Person>> = annex
        .iter()
        .chain(&list)
        .chain(standings.keys())
        .chain(billed.iter().flatten())
        .chain(cards.iter().flatten())
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

/// Who is on the annexes in a month: the approved lists, and the changes that went into a later
/// annex and had begun by then.
fn annexed(
    tx: &mut Tx<'_>,
    programme: &Programme,
    month: Month,
    roots: &Roots,
    named: &mut HashMap<Id<kind::Person>, Person>,
) -> Result<HashSet<Id<kind::Person>>, AppError> {
    let mut annex = HashSet::new();
    let lists = store::proposals::of_programme(tx, programme.id)?.into_iter();
    for list in lists.filter(|list| list.state == ProposalState::Approved) {
        let lines = store::proposals::lines(tx, list.id)?;
        annex.extend(lines.iter().map(|line| root_of(roots, line.person)));
        named.extend(store::proposals::people(tx, list.id)?.into_iter().map(|one| (one.id, one)));
    }
    for change in store::movements::of_programme(tx, programme.id)? {
        if change.annex.is_none() || change.from > month {
            continue;
        }
        for item in store::movements::items(tx, change.id)? {
            let person = root_of(roots, item.person);
            match item.side {
                Side::Left => {
                    annex.remove(&person);
                }
                Side::Joined => {
                    annex.insert(person);
                }
                Side::Skipped => {}
            }
        }
    }
    Ok(annex)
}

/// Who was a member only before a month and was reported to have left: what BPJS once said of them
/// is over, or their acceptance would differ from the list for ever.
fn reported_gone(
    tx: &mut Tx<'_>,
    programme: &Programme,
    month: Month,
    (members, roots): (&[Membership], &Roots),
) -> Result<HashSet<Id<kind::Person>>, AppError> {
    let person_of = |member: &Membership| root_of(roots, member.person);
    let (gone, staying): (Vec<&Membership>, Vec<&Membership>) =
        members.iter().partition(|member| member.last < month);
    let staying: HashSet<_> = staying.into_iter().map(person_of).collect();
    let mut gone: HashSet<_> = gone.into_iter().map(person_of).collect();
    gone.retain(|person| !staying.contains(person));
    let mut reported = HashSet::new();
    for submission in store::sipp::submissions(tx)? {
        if submission.programme == programme.id && submission.kind == SippKind::Deactivation {
            let sent = store::sipp::sent(tx, submission.id)?.into_iter();
            let sent = sent.map(|(person, _)| root_of(roots, person));
            reported.extend(sent.filter(|person| gone.contains(person)));
        }
    }
    Ok(reported)
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
