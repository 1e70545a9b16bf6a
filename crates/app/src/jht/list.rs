//! Everybody's savings: one line a member, the sums of all, and what BPJS states of them.
//!
//! Most members of a programme have the same months at the same tier: each account that differs is
//! counted once.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use base::id::kind;
use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::jht::newest_stated;
use rules::{JhtAccountQuery, JhtDeposit, JhtTaken};
use store::Tx;
use store::merges::root_of;

use super::{Compared, StatedBalance, payouts_of, taken_by};
use crate::claims::{ClaimKind, gap};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};

/// Whose savings are asked for, and which part of them.
#[derive(Debug, Clone, Copy)]
pub struct JhtScope<'a> {
    /// Only members for whom this programme paid, by its code; all when absent.
    pub programme: Option<&'a str>,
    /// Those after this person.
    pub after: Option<Id<kind::Person>>,
    /// At most so many.
    pub most: usize,
}

/// One member's savings.
#[derive(Debug, Clone)]
pub struct JhtRow {
    /// Who, masked.
    pub person: PersonShown,
    /// How many months were paid.
    pub months: u32,
    /// The last of them.
    pub last: Month,
    /// What was paid in, what it grew by, what was taken out, what there is.
    pub sums: JhtSums,
    /// What BPJS states, where it does.
    pub compared: Option<Compared>,
}

/// Amounts of one account or of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JhtSums {
    /// What was paid in.
    pub paid_in: Rupiah,
    /// What it grew by.
    pub growth: Rupiah,
    /// What was taken out.
    pub taken: Rupiah,
    /// What there is.
    pub balance: Rupiah,
}

/// Everybody's savings on a day.
#[derive(Debug, Clone)]
pub struct JhtList {
    /// The programme: code and name; none for the regency.
    pub programme: Option<(Box<str>, Box<str>)>,
    /// The day.
    pub on: Day,
    /// How many members there are.
    pub people: u64,
    /// Their sums.
    pub sums: JhtSums,
    /// Of how many BPJS states a balance, and of how many it is another.
    pub stated: (u64, u64),
    /// The part that was asked for, by identifier.
    pub rows: Vec<JhtRow>,
    /// Whether more follow.
    pub more: bool,
}

/// What came into an account and what was taken: the same gives the same balance.
type Behind = (Vec<JhtDeposit>, Vec<JhtTaken>);

/// One member while they are gathered.
#[derive(Default)]
struct Saver {
    place: Option<RegionCode>,
    /// The months that count, once each.
    months: BTreeMap<Month, JhtDeposit>,
    behind: Behind,
    is_of_programme: bool,
}

/// Accounts that were counted already, by what they follow from and the month of their end.
struct Counted<'a> {
    office: &'a Office,
    known: HashMap<(Behind, Month), JhtSums>,
}

impl Office {
    /// Everybody's savings: all of them summed up, and a part of them by identifier; those whose
    /// village the actor may see.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`, `RULE_MISSING`.
    pub fn jht_list(&self, actor: &Actor, scope: &JhtScope<'_>) -> Result<JhtList, AppError> {
        self.authorize_somewhere(actor, Operation::ReadClaims)?;
        let programme = scope.programme.map(|code| self.programme(code)).transpose()?;
        let on = self.environment.today();
        self.store.read(|tx| {
            let only = programme.as_ref().map(|one| one.id);
            let savers = self.savers(tx, actor, (only, on))?;
            let stated = stated_by_person(tx)?;
            let mut counted = Counted { office: self, known: HashMap::new() };
            let mut list = JhtList {
                programme: programme.map(|one| (one.code, one.name)),
                on,
                people: savers.len() as u64,
                sums: JhtSums::default(),
                stated: (0, 0),
                rows: Vec::new(),
                more: false,
            };
            for (person, saver) in savers {
                let sums = counted.sums(&saver.behind, on.month_of())?;
                list.sums = list.sums.plus(&sums);
                let compared =
                    match newest_stated(stated.get(&person).map_or(&[], Vec::as_slice), on) {
                        None => None,
                        Some(stated) => Some(counted.compared(stated, &saver.behind)?),
                    };
                if let Some(compared) = &compared {
                    list.stated.0 += 1;
                    list.stated.1 += u64::from(compared.difference() != Rupiah::ZERO);
                }
                let is_wanted = scope.after.is_none_or(|after| person > after);
                match is_wanted && list.rows.len() == scope.most {
                    true => list.more = true,
                    false if is_wanted => {
                        list.rows.extend(row(tx, person, &saver, (sums, compared))?);
                    }
                    false => {}
                }
            }
            Ok(list)
        })
    }

    /// Who has savings, by identifier, with what they follow from.
    fn savers(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (only, on): (Option<Id<kind::Programme>>, Day),
    ) -> Result<Vec<(Id<kind::Person>, Saver)>, AppError> {
        let roots = store::merges::roots(tx)?;
        let mut savers: HashMap<Id<kind::Person>, Saver> = HashMap::new();
        for month in store::jht::standing(tx)? {
            let saver = savers.entry(root_of(&roots, month.person)).or_default();
            let is_own = !roots.contains_key(&month.person);
            if is_own || saver.place.is_none() {
                saver.place = Some(month.place);
            }
            saver.is_of_programme |= only.is_none_or(|only| only == month.programme);
            if month.paid_on <= on {
                let (paid, rupiah) = (month.paid_on.month_of(), month.rupiah);
                let deposit = JhtDeposit { month: month.month, paid, rupiah };
                match saver.months.get(&month.month) {
                    Some(_) if !is_own => {}
                    _ => drop(saver.months.insert(month.month, deposit)),
                }
            }
        }
        for claim in store::benefit_claims::list(tx)? {
            let is_paid = claim.kind == ClaimKind::Jht && claim.paid > Rupiah::ZERO;
            if let Some(saver) = savers.get_mut(&root_of(&roots, claim.person)).filter(|_| is_paid)
            {
                let payouts = payouts_of(tx, &claim)?;
                saver.behind.1.extend(taken_by(&payouts, on));
            }
        }
        let mut seen: HashMap<RegionCode, bool> = HashMap::new();
        let mut reached = |place: RegionCode| match seen.entry(place) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                let target = Target::in_region(place);
                *unknown.insert(self.reaches(actor, Operation::ReadClaims, &target))
            }
        };
        let mut found: Vec<_> = savers.into_iter().collect();
        found.retain(|(_, saver)| {
            let is_reached = saver.place.is_some_and(&mut reached);
            saver.is_of_programme && !saver.months.is_empty() && is_reached
        });
        found.sort_unstable_by_key(|(person, _)| *person);
        for (_, saver) in &mut found {
            saver.behind.0 = saver.months.values().copied().collect();
            saver.behind.1.sort_unstable();
        }
        Ok(found)
    }
}

impl Counted<'_> {
    fn sums(&mut self, behind: &Behind, until: Month) -> Result<JhtSums, AppError> {
        let key = (behind.clone(), until);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let (paid_in, taken) = behind.clone();
        let query = JhtAccountQuery { paid_in, taken, until };
        let account = self.office.rulebook.jht_account(&query).map_err(gap)?;
        let sums = JhtSums {
            paid_in: account.paid_in,
            growth: account.growth,
            taken: account.taken,
            balance: account.answer.total,
        };
        self.known.insert(key, sums);
        Ok(sums)
    }

    /// What BPJS states held against the account of that day.
    fn compared(&mut self, stated: &StatedBalance, behind: &Behind) -> Result<Compared, AppError> {
        // A month that was paid in a later month than that of the paper was not there yet.
        let until = stated.as_of.month_of();
        let then = |one: &&JhtDeposit| one.paid <= until;
        let deposits = behind.0.iter().filter(then).copied().collect();
        let taken = behind.1.iter().filter(|one| one.month <= until).copied().collect();
        let ours = self.sums(&(deposits, taken), until)?.balance;
        Ok(Compared { stated: stated.clone(), ours })
    }
}

impl JhtSums {
    fn plus(&self, other: &JhtSums) -> JhtSums {
        let sum = |left: Rupiah, right: Rupiah| Rupiah(left.0.saturating_add(right.0));
        JhtSums {
            paid_in: sum(self.paid_in, other.paid_in),
            growth: sum(self.growth, other.growth),
            taken: sum(self.taken, other.taken),
            balance: sum(self.balance, other.balance),
        }
    }
}

fn row(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    saver: &Saver,
    (sums, compared): (JhtSums, Option<Compared>),
) -> Result<Option<JhtRow>, AppError> {
    let last = saver.months.keys().next_back().copied();
    let Some((shown, last)) = store::people::get(tx, person)?.zip(last) else {
        return Ok(None);
    };
    let months = saver.behind.0.len() as u32;
    Ok(Some(JhtRow { person: masked_now(&shown), months, last, sums, compared }))
}

/// What BPJS states of everybody, by the record that stands.
fn stated_by_person(
    tx: &mut Tx<'_>,
) -> Result<HashMap<Id<kind::Person>, Vec<StatedBalance>>, AppError> {
    let roots = store::merges::roots(tx)?;
    let mut found: HashMap<Id<kind::Person>, Vec<StatedBalance>> = HashMap::new();
    for stated in store::jht::all_stated(tx)? {
        found.entry(root_of(&roots, stated.person)).or_default().push(stated);
    }
    Ok(found)
}
