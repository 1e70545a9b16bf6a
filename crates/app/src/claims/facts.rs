//! What the benefit of a claim depends on, as typed: read once for every door.

use base::Rupiah;
use rules::JhtReason;

use super::ClaimFacts;
use crate::error::{AppError, typed};

/// Nobody is unfit for longer: the months of a working life.
const MONTHS_MOST: i64 = 600;

/// Days beyond full months.
const DAYS_MOST: i64 = 31;

/// What a benefit depends on, as typed; empty is nothing.
#[derive(Debug, Clone, Default)]
pub struct FactsTyped<'a> {
    /// What was lost, by the codes of the disability table, apart by blanks: `D05 D12:50`.
    pub losses: &'a str,
    /// Whether the member is left-handed.
    pub left_handed: bool,
    /// Full months without work.
    pub months: &'a str,
    /// Days without work beyond them.
    pub days: &'a str,
    /// What carrying the member cost: by land, by sea, by air.
    pub transport: [&'a str; 3],
    /// What dentures, a hearing aid, glasses and care at home cost.
    pub aids: [&'a str; 4],
    /// The balance of savings as BPJS states it.
    pub balance: &'a str,
    /// Why savings are claimed, by its stable name.
    pub why: &'a str,
}

impl FactsTyped<'_> {
    /// What was typed, read; or which answer cannot be read and why, the answers being `losses`,
    /// `months`, `days`, `land`, `sea`, `air`, `dentures`, `hearing-aid`, `glasses`, `home-care`,
    /// `balance` and `why`.
    ///
    /// # Errors
    /// `RULE_LOSS_UNKNOWN`, `NOT_AN_AMOUNT`, `CLAIM_UNFIT_TIME`, `KIND_UNKNOWN`.
    pub fn read(&self) -> Result<ClaimFacts, (&'static str, AppError)> {
        let unknown = || ("losses", AppError::refused("RULE_LOSS_UNKNOWN", ""));
        let losses = self.losses.split_whitespace();
        let [land, sea, air] = self.transport;
        let [dentures, hearing, glasses, home] = self.aids;
        Ok(ClaimFacts {
            losses: losses
                .map(|one| super::loss(one).ok_or_else(unknown))
                .collect::<Result<_, _>>()?,
            left_handed: self.left_handed,
            unfit: (
                count("months", self.months, MONTHS_MOST)?,
                count("days", self.days, DAYS_MOST)?,
            ),
            transport: [cost("land", land)?, cost("sea", sea)?, cost("air", air)?],
            aids: [
                cost("dentures", dentures)?,
                cost("hearing-aid", hearing)?,
                cost("glasses", glasses)?,
                cost("home-care", home)?,
            ],
            balance: cost("balance", self.balance)?,
            why: match self.why.trim() {
                "" => None,
                word => {
                    let unknown = || ("why", AppError::usage("KIND_UNKNOWN", typed(word)));
                    Some(JhtReason::from_name(word).ok_or_else(unknown)?)
                }
            },
        })
    }
}

fn cost(name: &'static str, text: &str) -> Result<Rupiah, (&'static str, AppError)> {
    match text.trim() {
        "" => Ok(Rupiah::ZERO),
        text => {
            let plain = text.trim_start_matches("Rp").trim().replace('.', "");
            let wrong = || (name, AppError::usage("NOT_AN_AMOUNT", typed(text)));
            Rupiah::parse(&plain).filter(|one| *one >= Rupiah::ZERO).ok_or_else(wrong)
        }
    }
}

fn count(name: &'static str, text: &str, most: i64) -> Result<i64, (&'static str, AppError)> {
    match text.trim() {
        "" => Ok(0),
        text => {
            let read = text.parse().ok().filter(|number| (0..=most).contains(number));
            read.ok_or_else(|| (name, AppError::usage("CLAIM_UNFIT_TIME", typed(text))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> FactsTyped<'static> {
        FactsTyped::default()
    }

    #[test]
    fn what_is_typed_is_read_or_refused_by_its_code() {
        let typed = FactsTyped {
            losses: " D05  D12:50 ",
            months: "2",
            days: "3",
            transport: ["Rp 500.000", "", "0"],
            aids: ["", "1200000", "", ""],
            why: "death",
            ..none()
        };
        let facts = typed.read().expect("reads");
        assert_eq!((facts.losses.len(), facts.unfit), (2, (2, 3)));
        assert_eq!(facts.transport, [Rupiah(500_000), Rupiah(0), Rupiah(0)]);
        assert_eq!(facts.aids[1], Rupiah(1_200_000));
        assert_eq!(facts.why, Some(JhtReason::Death));
        assert_eq!(none().read(), Ok(ClaimFacts::default()));
        for (typed, code) in [
            (FactsTyped { losses: "D05:banyak", ..none() }, ("losses", "RULE_LOSS_UNKNOWN")),
            (FactsTyped { months: "-1", ..none() }, ("months", "CLAIM_UNFIT_TIME")),
            (FactsTyped { days: "32", ..none() }, ("days", "CLAIM_UNFIT_TIME")),
            (FactsTyped { balance: "-5", ..none() }, ("balance", "NOT_AN_AMOUNT")),
            (FactsTyped { transport: ["", "jauh", ""], ..none() }, ("sea", "NOT_AN_AMOUNT")),
            (FactsTyped { why: "iseng", ..none() }, ("why", "KIND_UNKNOWN")),
        ] {
            let (name, error) = typed.read().expect_err("is refused");
            assert_eq!((name, error.code.as_str()), code);
        }
    }
}
