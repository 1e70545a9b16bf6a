//! Cover proved: every covered month is what a posted bill made, and none is missing.

use std::collections::HashMap;

use base::Id;
use base::id::kind;
use domain::billing::BillState;
use domain::coverage::CoveredMonth;
use domain::programme::Programme;
use store::Tx;
use store::merges::{Roots, root_of};

use crate::error::{AppError, ErrorKind};

/// Computes the covered months of every programme anew from its posted bills, less what was
/// withdrawn since, and compares them with those that are kept; how many there are.
///
/// # Errors
/// `COVER_DIFFERS` with the programme's code.
pub(crate) fn prove_cover(tx: &mut Tx<'_>) -> Result<u64, AppError> {
    let roots = store::merges::roots(tx)?;
    let mut count = 0;
    for programme in store::programmes::list(tx)? {
        count += of_programme(tx, &programme, &roots)?;
    }
    Ok(count)
}

fn of_programme(tx: &mut Tx<'_>, programme: &Programme, roots: &Roots) -> Result<u64, AppError> {
    // A transfer pays one scheme of one membership in one month.
    let mut made: HashMap<Id<kind::Transfer>, CoveredMonth> = HashMap::new();
    for head in store::bills::of_programme(tx, programme.id)? {
        if head.state == BillState::Posted
            && let Some(bill) = store::bills::get(tx, head.id)?
        {
            made.extend(bill.covers().into_iter().map(|cover| (cover.transfer, cover)));
        }
    }
    for transfer in store::covered::withdrawn_of(tx, programme.id)? {
        made.remove(&transfer);
    }
    let kept = store::covered::of_programme(tx, programme.id)?;
    let is_made = |cover: &CoveredMonth| {
        made.get(&cover.transfer).is_some_and(|made| {
            // Whoever's record stepped aside is covered as the record that stayed.
            let same = root_of(roots, made.person) == root_of(roots, cover.person);
            same && (made.scheme, made.month) == (cover.scheme, cover.month)
        })
    };
    match kept.len() == made.len() && kept.iter().all(is_made) {
        true => Ok(kept.len() as u64),
        false => Err(AppError::new(ErrorKind::Integrity, "COVER_DIFFERS", &*programme.code)),
    }
}
