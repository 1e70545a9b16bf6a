//! Annex, list, reply, bill and cards of a programme and month, side by side, person by person.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Id, Month, Rupiah};
use domain::approval::{ListLine, ProposalState};
use domain::billing::{Bill, BillState, bill_id};
use domain::card::CardState;
use domain::membership::Membership;
use domain::programme::Programme;
use domain::registry::Person;
use domain::sipp::{
    Charge, ReplyOutcome, SippKind, StandingState, TieFacts, TieOut, Verdict, tie_out,
};
use rules::Scheme;
use store::Tx;
use store::merges::{Roots, root_of};
use store::movements::Side;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};
use crate::tables::{Kind, Value, workbook};
use crate::words::Words;

/// How many people and how much of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchemeSum {
    /// By the rules and the list.
    pub due: (u64, Rupiah),
    /// On the bill, once it is final.
    pub billed: (u64, Rupiah),
}

/// A comparison with the people it names, masked.
pub struct TieOutShown {
    /// The programme.
    pub programme: Programme,
    /// The month.
    pub month: Month,
    /// The comparison; its lines by place and name.
    pub out: TieOut,
    /// What is due and what is billed of each scheme.
    pub schemes: BTreeMap<Scheme, SchemeSum>,
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
            let money = self.charges(tx, &programme, month)?;
            let facts = papers(tx, &programme, (month, &money), &mut named)?;
            let people: HashMap<_, _> =
                named.iter().map(|(id, person)| (*id, masked_now(person))).collect();
            let mut out = tie_out(&facts);
            out.lines.sort_by(|one, other| {
                let key = |id: Id<kind::Person>| named.get(&id).map(|one| (one.place, &one.name));
                let (one, other) = (one.facts.person, other.facts.person);
                (key(one), one).cmp(&(key(other), other))
            });
            let schemes = money.schemes;
            Ok(TieOutShown { programme: programme.clone(), month, out, schemes, people })
        })
    }

    /// What the month costs by the rules, and what its bill asks once it is final.
    fn charges(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        month: Month,
    ) -> Result<Money, AppError> {
        let roots = store::merges::roots(tx)?;
        let head = store::bills::head(tx, bill_id(programme.id, month))?;
        let billed = match head.filter(|head| head.state != BillState::Draft) {
            Some(head) => store::bills::get(tx, head.id)?,
            None => None,
        };
        let due = match self.bill_by_rules(tx, programme, (month, None), 0) {
            Ok(due) => Some(due),
            // A month of which the rules or the programme say nothing costs nothing.
            Err(error) if error.kind == ErrorKind::Refused => None,
            Err(error) => return Err(error),
        };
        let mut money = Money::default();
        money.due = charged(due.as_ref(), &roots, &mut money.schemes, |sum| &mut sum.due);
        let charges = charged(billed.as_ref(), &roots, &mut money.schemes, |sum| &mut sum.billed);
        money.billed = billed.is_some().then_some(charges);
        Ok(money)
    }
}

/// What people cost in a month.
#[derive(Default)]
struct Money {
    due: Charges,
    billed: Option<Charges>,
    schemes: BTreeMap<Scheme, SchemeSum>,
}

type Charges = HashMap<Id<kind::Person>, Charge>;

/// What each person costs on a bill; each line is added to the sum of its scheme.
fn charged(
    bill: Option<&Bill>,
    roots: &Roots,
    schemes: &mut BTreeMap<Scheme, SchemeSum>,
    side: impl Fn(&mut SchemeSum) -> &mut (u64, Rupiah),
) -> Charges {
    let mut found = Charges::new();
    for line in bill.iter().flat_map(|bill| &bill.lines) {
        let charge = found.entry(root_of(roots, line.person)).or_insert(Charge::NONE);
        charge.schemes = charge.schemes.with(line.scheme);
        charge.rupiah = Rupiah(charge.rupiah.0 + line.rupiah.0);
        let (people, rupiah) = side(schemes.entry(line.scheme).or_default());
        *people += 1;
        *rupiah = Rupiah(rupiah.0 + line.rupiah.0);
    }
    found
}

/// Where people stand with BPJS by the papers of a month.
fn replies(
    tx: &mut Tx<'_>,
    programme: &Programme,
    month: Month,
    (members, roots): (&[Membership], &Roots),
) -> Result<HashMap<Id<kind::Person>, StandingState>, AppError> {
    let standings = store::sipp::standings(tx, programme.id)?.into_iter();
    let mut replies: HashMap<_, _> =
        standings.map(|(person, standing)| (person, standing.state)).collect();
    for (person, state) in said_by(tx, programme, month, roots)? {
        match state {
            Some(state) => replies.insert(person, state),
            None => replies.remove(&person),
        };
    }
    for person in reported_gone(tx, programme, month, (members, roots))? {
        replies.remove(&person);
    }
    Ok(replies)
}

/// What BPJS had said by a month's own papers, of everybody who was sent again for a later one:
/// what was answered before that.
fn said_by(
    tx: &mut Tx<'_>,
    programme: &Programme,
    month: Month,
    roots: &Roots,
) -> Result<HashMap<Id<kind::Person>, Option<StandingState>>, AppError> {
    let mut submissions = store::sipp::submissions(tx)?;
    submissions.retain(|one| one.programme == programme.id && one.kind != SippKind::Roster);
    let mut later: HashMap<Id<kind::Person>, i64> = HashMap::new();
    for one in submissions.iter().filter(|one| one.month > month) {
        for (person, _) in store::sipp::sent(tx, one.id)? {
            let at = later.entry(root_of(roots, person)).or_insert(one.made_at_ms);
            *at = one.made_at_ms.min(*at);
        }
    }
    if later.is_empty() {
        return Ok(HashMap::new());
    }
    // Sendings and answers of each, by time.
    let mut told: Vec<(i64, Id<kind::Person>, Option<Verdict>)> = Vec::new();
    for one in submissions.iter().filter(|one| one.month <= month) {
        let sent = store::sipp::sent(tx, one.id)?.into_iter();
        told.extend(sent.map(|(person, _)| (one.made_at_ms, root_of(roots, person), None)));
    }
    for reply in store::sipp::replies(tx)?.iter().filter(|one| one.programme == programme.id) {
        for row in store::sipp::reply_rows(tx, reply.id)? {
            let decided = matches!(row.outcome, ReplyOutcome::Accepted | ReplyOutcome::Rejected);
            if let Some(person) = row.person.filter(|_| decided) {
                let verdict = match row.outcome {
                    ReplyOutcome::Accepted => Verdict::Accepted,
                    _ => Verdict::Rejected,
                };
                told.push((reply.received_at_ms, root_of(roots, person), Some(verdict)));
            }
        }
    }
    told.sort_by_key(|(at, ..)| *at);
    let mut said: HashMap<_, Option<StandingState>> =
        later.keys().map(|person| (*person, None)).collect();
    for (at, person, verdict) in told {
        let Some(state) = said.get_mut(&person).filter(|_| at < later[&person]) else { continue };
        *state = Some(match (verdict, *state) {
            (Some(Verdict::Accepted), _) => StandingState::Accepted,
            (Some(Verdict::Rejected), _) => StandingState::Rejected,
            (None, None) => StandingState::Sent,
            (None, Some(state)) if state.is_open_rejection() => StandingState::Resent,
            // An acceptance stands, whatever is sent after it.
            (None, Some(state)) => state,
        });
    }
    Ok(said)
}

/// Where everybody stands who is on any of the papers.
fn papers(
    tx: &mut Tx<'_>,
    programme: &Programme,
    (month, money): (Month, &Money),
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
    let first: HashMap<_, _> =
        members.iter().map(|member| (root(member.person), member.first)).collect();
    let replies = replies(tx, programme, month, (&members, &roots))?;
    let all_cards = store::cards::of_programme(tx, programme.id)?;
    let paid =
        |card: &&domain::card::Card| card.state == CardState::Active && card.paid_until >= month;
    let cards: Option<HashSet<_>> = (!all_cards.is_empty())
        .then(|| all_cards.iter().filter(paid).map(|card| root(card.person)).collect());
    let mut everybody: Vec<Id<kind::Person>> = annex
        .keys()
        .chain(&list)
        .chain(replies.keys())
        .chain(money.billed.iter().flat_map(HashMap::keys))
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
        annex: annex.contains_key(person),
        list: list.contains(person),
        reply: replies.get(person).copied(),
        bill: money.billed.as_ref().map(|billed| billed.contains_key(person)),
        // The annex says what the first month costs.
        annexed: annex
            .get(person)
            .copied()
            .flatten()
            .filter(|_| list.contains(person) && first.get(person) == Some(&month)),
        due: money.due.get(person).copied().filter(|_| list.contains(person)),
        billed: money.billed.as_ref().and_then(|billed| billed.get(person)).copied(),
        card: cards.as_ref().map(|cards| cards.contains(person)),
    };
    Ok(everybody.iter().map(facts).collect())
}

/// Who is on the annexes in a month: the approved lists, and the changes that went into a later
/// annex and had begun by then. Each with what a list says that the first month costs.
fn annexed(
    tx: &mut Tx<'_>,
    programme: &Programme,
    month: Month,
    roots: &Roots,
    named: &mut HashMap<Id<kind::Person>, Person>,
) -> Result<HashMap<Id<kind::Person>, Option<Rupiah>>, AppError> {
    let mut annex = HashMap::new();
    let lists = store::proposals::of_programme(tx, programme.id)?.into_iter();
    for list in lists.filter(|list| list.state == ProposalState::Approved) {
        let lines = store::proposals::lines(tx, list.id)?;
        let monthly = |line: &ListLine| (root_of(roots, line.person), Some(line.monthly));
        annex.extend(lines.iter().map(monthly));
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
                    annex.entry(person).or_insert(None);
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
        let ours = submission.programme == programme.id && submission.month <= month;
        if ours && submission.kind == SippKind::Deactivation {
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
            (words.get("tieout-due-rupiah"), Kind::Rupiah),
            (words.get("tieout-bill-rupiah"), Kind::Rupiah),
            text("tieout-cards"),
            text("tieout-differences"),
        ];
        let yes = |holds: bool| words.get(if holds { "tieout-yes" } else { "tieout-no" });
        let maybe =
            |holds: Option<bool>| holds.map_or(Value::Empty, |holds| Value::Text(yes(holds)));
        let charge = |charge: Option<Charge>| {
            charge.map_or(Value::Empty, |charge| Value::Rupiah(charge.rupiah))
        };
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
                charge(facts.due),
                charge(facts.billed),
                maybe(facts.card),
                Value::Text(differences.join("; ")),
            ]
        });
        let mut rows = rows.by_ref().chain(self.totals(words));
        let title = format!("{} {}", words.get("tieout-heading"), self.month);
        workbook(&title, "id-ID", columns, &mut rows)
    }

    /// How many stand on each paper and what they come to, then the same of each scheme.
    fn totals(&self, words: &Words) -> Vec<Vec<Value>> {
        let (out, count) = (&self.out, |count: u64| Value::Text(base::money::grouped(count)));
        let optional = |found: Option<u64>| found.map_or(Value::Empty, count);
        let mut rows = vec![vec![
            Value::Empty,
            Value::Text(words.get("tieout-total")),
            count(out.annex),
            count(out.list),
            count(out.accepted),
            optional(out.bill),
            Value::Rupiah(out.due),
            out.billed.map_or(Value::Empty, Value::Rupiah),
            optional(out.cards),
            Value::Text(format!("{}: {}", words.get("tieout-agree"), out.agree)),
        ]];
        for (scheme, sum) in &self.schemes {
            let is_billed = out.billed.is_some();
            rows.push(vec![
                Value::Empty,
                Value::Text(words.get(&format!("scheme-{}", scheme.name()))),
                Value::Empty,
                count(sum.due.0),
                Value::Empty,
                if is_billed { count(sum.billed.0) } else { Value::Empty },
                Value::Rupiah(sum.due.1),
                if is_billed { Value::Rupiah(sum.billed.1) } else { Value::Empty },
                Value::Empty,
                Value::Empty,
            ]);
        }
        rows
    }
}
