//! Whether a card is paid for, for whoever knows its number and the day of birth.
//!
//! A number that nobody has, a wrong day and a locked card cost the same: the card is read that
//! lies nearest to the number, and its holder, and both are compared at the end.

use base::{Day, Month};
use domain::card::{Card, CardNumber, CardState};
use domain::coverage::paid_until;
use domain::registry::Person;
use rules::{FundKind, Scheme, Schemes};
use store::Tx;

use super::{CARD, STATUS_ADDRESS, STATUS_ALL};
use crate::error::AppError;
use crate::office::Office;

/// Whether somebody is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusState {
    /// This month is paid.
    Active,
    /// Only months to come are paid.
    Later,
    /// Only months gone by were paid.
    Ended,
    /// No month was paid yet.
    Unpaid,
}

impl StatusState {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            StatusState::Active => "active",
            StatusState::Later => "later",
            StatusState::Ended => "ended",
            StatusState::Unpaid => "unpaid",
        }
    }
}

/// What the holder of a card is shown: no name, no number, no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusShown {
    /// Whether they are paid for.
    pub state: StatusState,
    /// The programmes that are paid this month, or else last.
    pub schemes: Schemes,
    /// The first month that anybody paid.
    pub since: Option<Month>,
    /// Until when they are paid for without a gap, from this month on.
    pub paid_until: Option<Month>,
    /// The last month that was paid.
    pub last: Option<Month>,
    /// What the office's programme is called that paid last, or gave the card.
    pub programme: Box<str>,
    /// Whose money that is, by a word of the catalogue under `lookup-payer`.
    pub payer: &'static str,
    /// Whether the card itself is good.
    pub card: CardState,
}

impl Office {
    /// What the holder of a card is shown; nothing for a number that nobody has, a day of birth
    /// that is not the holder's, and after too many wrong guesses.
    ///
    /// `from` is the address of whoever asks; it is kept as a keyed digest alone.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn card_status(
        &self,
        number: CardNumber,
        birth: Day,
        from: &str,
    ) -> Result<Option<StatusShown>, AppError> {
        self.store.write(|tx| {
            let plain = number.plain();
            let about = [(CARD, &*plain), (STATUS_ADDRESS, from), (STATUS_ALL, "")];
            let counted = Office::counted(tx, &about)?;
            let locked = self.is_locked(tx, &counted)?;
            let nearest = store::doors::nearest_card(tx, number)?;
            let holder = match &nearest {
                Some(card) => self.member(tx, card.person).map(Some),
                None => Ok(None),
            };
            // Whoever was erased has a card and no day of birth any more.
            let holder = match holder {
                Err(error) if error.code != "PERSON_UNKNOWN" => return Err(error),
                found => found.ok().flatten(),
            };
            let found = nearest.zip(holder).filter(|(card, person)| {
                let same = same_number(card.number, number) & (person.birth == birth);
                same & !locked
            });
            match found {
                Some((card, person)) => self.status_of(tx, &card, &person).map(Some),
                None => self.note_try(tx, &counted, locked).map(|()| None),
            }
        })
    }

    fn status_of(
        &self,
        tx: &mut Tx<'_>,
        card: &Card,
        person: &Person,
    ) -> Result<StatusShown, AppError> {
        let covered = store::covered::of_person(tx, person.id)?;
        let programmes = store::programmes::list(tx)?;
        let now = self.environment.today().month_of();
        let months = || covered.iter().map(|one| one.month);
        let state = match (months().any(|one| one == now), months().max()) {
            (true, _) => StatusState::Active,
            (false, None) => StatusState::Unpaid,
            (false, Some(last)) if last < now => StatusState::Ended,
            (false, Some(_)) => StatusState::Later,
        };
        let shown = match state {
            StatusState::Active => Some(now),
            StatusState::Later => months().filter(|one| *one > now).min(),
            StatusState::Ended | StatusState::Unpaid => months().max(),
        };
        let of_shown = covered.iter().filter(|one| Some(one.month) == shown);
        let schemes = of_shown.clone().fold(Schemes::EMPTY, |all, one| all.with(one.scheme));
        let payer = of_shown.map(|one| one.programme).next().unwrap_or(card.programme);
        let programme = programmes.iter().find(|one| one.id == payer);
        let fund = match programme {
            Some(programme) => store::funds::fund(tx, programme.fund)?,
            None => None,
        };
        let first = shown.filter(|_| state != StatusState::Ended);
        Ok(StatusShown {
            state,
            schemes,
            since: months().min(),
            paid_until: first.and_then(|month| paid_until(&covered, schemes, month)),
            last: months().max(),
            programme: programme.map_or("".into(), |one| one.name.clone()),
            payer: payer_of(fund.map(|fund| fund.kind)),
            card: card.state,
        })
    }
}

/// In a word, whose money a fund is; the office's own when nothing is known.
fn payer_of(kind: Option<FundKind>) -> &'static str {
    match kind {
        Some(FundKind::Apbn) => "state",
        Some(FundKind::VillageFund) => "village",
        Some(FundKind::Csr) => "company",
        Some(FundKind::Sertakan | FundKind::Zakat) => "donors",
        Some(FundKind::Wadah) => "group",
        Some(FundKind::Apbd | FundKind::ApbdP | FundKind::DbhSawit | FundKind::Dbhcht) | None => {
            "office"
        }
    }
}

/// Whether two numbers are the same; the time taken does not tell how much of them is.
fn same_number(one: CardNumber, other: CardNumber) -> bool {
    let (one, other) = (one.plain(), other.plain());
    one.bytes().zip(other.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b)) == 0
}

/// The programmes of a set, in their usual order.
impl StatusShown {
    /// The programmes as people write them.
    pub fn schemes_in_words(&self) -> String {
        let names = self.schemes.iter().map(Scheme::name).map(str::to_uppercase);
        names.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_pays_is_named_in_every_language() {
        use crate::words::{Language, Words};
        let funds = [
            FundKind::Apbn,
            FundKind::Apbd,
            FundKind::VillageFund,
            FundKind::Csr,
            FundKind::Zakat,
            FundKind::Wadah,
        ];
        for language in [Language::Indonesian, Language::English] {
            let said = funds.map(|kind| {
                Words::of(language).get(&format!("lookup-payer.{}", payer_of(Some(kind))))
            });
            let different: std::collections::BTreeSet<&String> = said.iter().collect();
            assert_eq!(different.len(), funds.len(), "{said:?}");
        }
    }
}
