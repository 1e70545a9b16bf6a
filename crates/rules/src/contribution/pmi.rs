//! What workers abroad (PMI) pay: packages by the length of their contract, not by month.

use base::{Month, Rupiah};

use super::{Bearer, key_day, not_negative};
use crate::explain::{Answer, Line, LineKey, Note, NumberKey, Quantity};
use crate::payer::Payer;
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::{Scheme, Schemes};

/// A worker abroad, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PmiQuery {
    /// The month of registration.
    pub month: Month,
    /// Whether the time before work abroad is to be covered: it is, through an agency.
    pub before_work: bool,
    /// The length of the contract in months, one of the packages; absent for none.
    pub contract_months: Option<u32>,
    /// Months added to a contract.
    pub extension_months: u32,
    /// What the worker saves for old age each month of contract and extension, if anything.
    pub jht_monthly: Option<Rupiah>,
    /// Who pays.
    pub payer: Payer,
}

impl Rulebook {
    /// What a worker abroad pays.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month or there is no package of that length.
    ///
    /// # Source
    /// Permenaker 4/2023; the files name the articles.
    pub fn pmi_contribution(&self, query: &PmiQuery) -> Result<Answer, RuleGap> {
        let day = query.month.last_day();
        let months = query.contract_months.unwrap_or(0) + query.extension_months;
        let mut lines = Vec::new();
        let mut push = |mut line: Line, schemes: Schemes| {
            line.borne_by = Some(Bearer::Payer(query.payer));
            lines.push(line.in_schemes(schemes));
        };
        if query.before_work {
            let (number, entry) = self.number(self.known.pmi_before, day)?;
            push(Line::of(LineKey::PmiBefore, entry).amount(Rupiah(number)), Schemes::JKK_JKM);
        }
        if let Some(contract) = query.contract_months {
            let (row, entry) = self.row(self.known.pmi_during, &contract.to_string(), day)?;
            let package = Rupiah(row.number().unwrap_or(0));
            let line = Line::of_row(LineKey::PmiDuring, entry, row).about(row).amount(package);
            push(line, Schemes::JKK_JKM);
        }
        if query.extension_months > 0 {
            let (number, entry) = self.number(self.known.pmi_extension, day)?;
            let line = Line::of(LineKey::PmiExtension, entry)
                .given(NumberKey::Months, Quantity::Count(query.extension_months.into()))
                .own(NumberKey::Monthly, Quantity::Rupiah(Rupiah(number)));
            push(self.product(line, day)?, Schemes::JKK_JKM);
        }
        let mut below_least = false;
        if let Some(monthly) = query.jht_monthly {
            not_negative(monthly)?;
            let (least, entry) = self.number(self.known.pmi_jht_least, day)?;
            below_least = monthly < Rupiah(least);
            let line = Line::of(LineKey::PmiOldAge, entry)
                .given(NumberKey::Months, Quantity::Count(months.into()))
                .given(NumberKey::Monthly, Quantity::Rupiah(monthly.max(Rupiah(least))));
            push(self.product(line, day)?, Schemes::EMPTY.with(Scheme::Jht));
        }
        let answer = Answer::of(lines)?;
        Ok(if below_least { answer.noted(Note::OnTerms) } else { answer })
    }

    /// For how many months a package covers, when it is more than the contract.
    pub fn pmi_covered_months(&self, contract_months: u32, month: Month) -> i64 {
        let key = contract_months.to_string();
        let row = self.row(self.known.pmi_months, &key, key_day(month.plus(1)));
        let covered = row.ok().and_then(|(row, _)| row.number());
        covered.unwrap_or(contract_months.into())
    }
}
