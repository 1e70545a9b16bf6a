//! What an older program kept of banks' payments in the clear and elsewhere: sealed and carried
//! over when the new one first opens the register, because only then the keys are there.

use base::id::kind;
use base::{Day, Id};

use super::{
    CREDIT_DELETE, CREDIT_UNCARRIED, CreditRecord, ECHO_DELETE, NOTICE_SEAL, NOTICE_UNSEALED,
    REQUEST_SEAL, REQUEST_UNSEALED, RequestKey, ensure_key, insert_credit, insert_echo, partners,
    requests_of, sealed_answer, sealed_notice,
};
use crate::value::values;
use crate::{Store, StoreError, Tx, log, seal};

/// Rows of one transaction.
const ROWS_MAX: i64 = 1_000;

impl Store {
    /// Seals what banks have told, and carries over what it has paid, some at a time; how many
    /// rows.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn seal_notices(&self) -> Result<u64, StoreError> {
        let waits = |tx: &mut Tx<'_>| {
            Ok::<_, StoreError>(
                !notices(tx, 1)?.is_empty()
                    || !requests(tx, 1)?.is_empty()
                    || !credits(tx, 1)?.is_empty()
                    || !unkeyed(tx)?.is_empty(),
            )
        };
        if !self.read(waits)? {
            return Ok(0);
        }
        let mut sealed = 0;
        loop {
            let more = self.write(|tx| {
                tx.link().wipe_what_goes()?;
                let count = some(tx)?;
                if count > 0 {
                    log::say_itself(tx, "notices-sealed")?;
                }
                Ok::<_, StoreError>(count)
            })?;
            sealed += more;
            if more == 0 {
                return self.empty_log().map(|_| sealed);
            }
        }
    }
}

/// Notices first: what they have paid speaks of them.
fn some(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let found = notices(tx, ROWS_MAX)?;
    for (id, partner, [payment_request, customer, reference]) in &found {
        let words = [&**customer, payment_request, reference];
        let (request, said) = sealed_notice(tx, *id, partner, words)?;
        tx.run(&NOTICE_SEAL, &values![&request, said, tx.tenant(), id])?;
    }
    if !found.is_empty() {
        return Ok(found.len() as u64);
    }
    let found = credits(tx, ROWS_MAX)?;
    for Old { record, payment_request, echo } in &found {
        insert_credit(tx, record, payment_request)?;
        if let Some(line) = echo {
            insert_echo(tx, *line, record.notice)?;
        }
        let old = values![tx.tenant(), &record.partner, payment_request];
        tx.run(&ECHO_DELETE, &old)?;
        tx.run(&CREDIT_DELETE, &old)?;
    }
    if !found.is_empty() {
        return Ok(found.len() as u64);
    }
    let without_key = unkeyed(tx)?;
    for record in &without_key {
        ensure_key(tx, record)?;
    }
    let found = requests(tx, ROWS_MAX)?;
    for (partner, day, external_id, answer) in &found {
        let key = RequestKey { partner, day: *day, external_id };
        let said = sealed_answer(tx, key, answer)?;
        tx.run(&REQUEST_SEAL, &values![said, tx.tenant(), partner, *day, external_id])?;
    }
    Ok((found.len() + without_key.len()) as u64)
}

/// Banks under whose key nothing was sealed yet.
fn unkeyed(tx: &mut Tx<'_>) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut found = Vec::new();
    for partner in partners(tx)? {
        let record = requests_of(&partner.code);
        if seal::key_of(tx, &record)?.is_none() {
            found.push(record);
        }
    }
    Ok(found)
}

/// A notice in the clear: the bank, and its number of the payment, the customer, the reference.
type Notice = (Id<kind::SnapNotice>, Box<str>, [Box<str>; 3]);

fn notices(tx: &mut Tx<'_>, most: i64) -> Result<Vec<Notice>, StoreError> {
    tx.all(&NOTICE_UNSEALED, &values![tx.tenant(), most], |columns| {
        let (id, partner) = (columns.take()?, columns.take()?);
        Ok((id, partner, [columns.take()?, columns.take()?, columns.take()?]))
    })
}

fn requests(
    tx: &mut Tx<'_>,
    most: i64,
) -> Result<Vec<(Box<str>, Day, Box<str>, String)>, StoreError> {
    tx.all(&REQUEST_UNSEALED, &values![tx.tenant(), most], |columns| {
        Ok((columns.take()?, columns.take()?, columns.take()?, columns.take()?))
    })
}

/// What a notice has paid, as it was kept before, with the bank's own line.
struct Old {
    record: CreditRecord,
    payment_request: Box<str>,
    echo: Option<Id<kind::StatementLine>>,
}

fn credits(tx: &mut Tx<'_>, most: i64) -> Result<Vec<Old>, StoreError> {
    tx.all(&CREDIT_UNCARRIED, &values![tx.tenant(), most], |columns| {
        let (partner, payment_request) = (columns.take()?, columns.take()?);
        let record = CreditRecord {
            partner,
            notice: columns.take()?,
            bill: columns.take()?,
            line: columns.take()?,
            own: columns.take()?,
            released_at_ms: columns.take()?,
        };
        Ok(Old { record, payment_request, echo: columns.take()? })
    })
}
