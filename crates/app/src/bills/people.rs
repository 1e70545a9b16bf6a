//! Who is on a bill and who is left out, by name: one line for each membership, with what it costs
//! or why it costs nothing.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Id, Month, Rupiah};
use domain::billing::{Bill, ExclusionReason};
use domain::programme::Programme;
use rules::Schemes;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::PersonShown;

/// A membership on a bill, or beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnBill {
    /// Which.
    pub membership: Id<kind::Membership>,
    /// Whose.
    pub person: Id<kind::Person>,
    /// For which schemes it is billed; none for those left out.
    pub schemes: Schemes,
    /// How much.
    pub rupiah: Rupiah,
    /// Why it, or one of its schemes, is left out.
    pub left_out: Option<ExclusionReason>,
}

/// Everybody of a month's bill, those who are left out first.
#[derive(Debug, Clone)]
pub struct BillPeople {
    /// Of what.
    pub programme: Programme,
    /// Who.
    pub people: Vec<OnBill>,
    /// How many are billed.
    pub billed: u64,
    /// How many are left out of it, wholly.
    pub left_out: u64,
}

impl Office {
    /// Who is on a month's bill and who is left out: of a draft as it would be now, of any other
    /// as it was locked. Those whose month it is not are no news.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `USER_MAY_NOT`.
    pub fn bill_people(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
    ) -> Result<BillPeople, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        let bill = self
            .store
            .read(|tx| self.whole_bill(tx, &programme, month))?
            .ok_or_else(|| AppError::not_found("BILL_UNKNOWN", format!("{code} {month}")))?;
        let mut people = on_bill(&bill);
        people.sort_by_key(|one| (one.left_out.is_none(), one.membership));
        let billed = people.iter().filter(|one| !one.schemes.is_empty()).count() as u64;
        let left_out = people.len() as u64 - billed;
        Ok(BillPeople { programme, people, billed, left_out })
    }

    /// Some of them with their names, masked.
    ///
    /// # Errors
    /// Those of the register.
    pub fn on_bill_named(
        &self,
        people: &[OnBill],
    ) -> Result<Vec<(OnBill, Option<PersonShown>)>, AppError> {
        self.store.read(|tx| {
            let mut found = Vec::with_capacity(people.len());
            for one in people {
                let person = store::people::get(tx, one.person)?;
                found.push((*one, person.as_ref().map(crate::people::masked_now)));
            }
            Ok(found)
        })
    }
}

fn on_bill(bill: &Bill) -> Vec<OnBill> {
    let mut found: BTreeMap<Id<kind::Membership>, OnBill> = BTreeMap::new();
    for line in &bill.lines {
        let one = found.entry(line.membership).or_insert(nobody(line.membership, line.person));
        one.schemes = one.schemes.with(line.scheme);
        one.rupiah = Rupiah(one.rupiah.0 + line.rupiah.0);
    }
    let news = |reason: &ExclusionReason| *reason != ExclusionReason::NotInMonths;
    for excluded in bill.excluded.iter().filter(|one| news(&one.reason)) {
        let (membership, person) = (excluded.membership, excluded.person);
        let one = found.entry(membership).or_insert(nobody(membership, person));
        one.left_out = one.left_out.or(Some(excluded.reason));
    }
    found.into_values().collect()
}

fn nobody(membership: Id<kind::Membership>, person: Id<kind::Person>) -> OnBill {
    OnBill { membership, person, schemes: Schemes::EMPTY, rupiah: Rupiah::ZERO, left_out: None }
}
