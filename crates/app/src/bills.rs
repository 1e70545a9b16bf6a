//! Bills: a month's contributions of a programme, drafted and issued.
//!
//! A draft is computed anew whenever it is asked for; issuing freezes it and promises its transfers
//! to the ledger. What was paid is said by [`crate::bank`].

use base::Month;
use domain::billing::{Bill, BillInput, BillRefusal, BillState, bill_id, draft_bill, finalise};
use domain::programme::Programme;
use store::Tx;
use store::bills::BillHead;

use crate::error::AppError;
use crate::ledger::post_as;
use crate::office::{Actor, Office, Operation, Target};

impl Office {
    /// Computes a month's bill and keeps it as a draft.
    ///
    /// # Errors
    /// The codes of [`BillRefusal`]; `NOT_DRAFT` once it is issued.
    pub fn draft_bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        self.store.write(|tx| {
            let bill = self.computed_bill(tx, &programme, month)?;
            store::bills::save(tx, &bill)?;
            self.record(tx, actor, "bill-drafted", "bill", bill.id.as_bytes())?;
            Ok(bill)
        })
    }

    fn computed_bill(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        month: Month,
    ) -> Result<Bill, AppError> {
        let known = store::bills::by_month(tx, programme.id, month)?;
        if known.as_ref().is_some_and(|bill| bill.state != BillState::Draft) {
            return Err(AppError::refused("NOT_DRAFT", month.to_string()));
        }
        let fund = store::programmes::fund(tx, programme.fund)?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))?;
        let sector_of = |key: Option<&_>| self.sector_of(key);
        let members = store::memberships::for_billing(tx, programme, sector_of)?;
        let standing = store::covered::elsewhere(tx, programme.id, month)?;
        draft_bill(&BillInput {
            programme,
            fund: fund.kind,
            month,
            revision: known.map_or(0, |bill| bill.revision),
            members: &members,
            standing: &standing,
            rulebook: &self.rulebook,
        })
        .map_err(|refusal| bill_refused(&refusal, month))
    }

    /// Freezes a month's bill, computing it anew, and posts its pending transfers.
    ///
    /// Issuing an issued bill again is no change.
    ///
    /// # Errors
    /// The codes of [`BillRefusal`]; `LEDGER_REFUSED` above the approved amount.
    pub fn issue_bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        let today = self.environment.today();
        self.store.write(|tx| {
            let draft = match self.computed_bill(tx, &programme, month) {
                Err(error) if error.code == "NOT_DRAFT" => {
                    let bill = store::bills::get(tx, bill_id(programme.id, month))?;
                    return bill.ok_or(error);
                }
                other => other?,
            };
            let step = finalise(&draft, &programme, today)
                .map_err(|refusal| bill_refused(&refusal, month))?;
            let origin = self.origin_of_bill(tx, actor, &step.bill)?;
            post_as(tx, origin, &step.transfers)?;
            store::bills::save(tx, &step.bill)?;
            self.record(tx, actor, "bill-issued", "bill", step.bill.id.as_bytes())?;
            Ok(step.bill)
        })
    }

    /// A month's bill as it is kept.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`.
    pub fn bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store
            .read(|tx| store::bills::get(tx, bill_id(programme.id, month)))?
            .ok_or_else(|| AppError::not_found("BILL_UNKNOWN", format!("{code} {month}")))
    }

    /// Every bill, without its lines.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bills(&self, actor: &Actor) -> Result<Vec<BillHead>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        Ok(self.store.read(store::bills::list)?)
    }
}

fn bill_refused(refusal: &BillRefusal, month: Month) -> AppError {
    let detail = match refusal {
        BillRefusal::RuleMissing(_) | BillRefusal::MonthOutside => month.to_string(),
        _ => String::new(),
    };
    AppError::refused(refusal.name(), detail)
}
