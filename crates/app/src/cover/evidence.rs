//! What stands behind a covered month: the list and its annex, the bill, the money, the entry in
//! the books, BPJS's receipt and the audit log; each as far as it was known at the moment.

use std::collections::HashMap;

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::annex::AnnexKind;
use domain::audit::checkpoint::Note;
use domain::audit::tree::Hash;
use domain::billing::{bill_id, contribution_id, contribution_id_before};
use domain::coverage::known::KnownMonth;
use domain::ledger::{Document, Transfer};
use domain::payment::bill_reference;
use domain::programme::Programme;
use store::Tx;
use store::audit::LINES_OF_ONE;
use store::bills::BillHead;
use store::movements::Side;

use super::known::CoverMoment;
use crate::annexes;
use crate::error::{AppError, ErrorKind};

/// How somebody came to be on a programme, or left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnexStep {
    /// `list`, `joined` or `left`.
    pub kind: &'static str,
    /// The number of the annex; none while it waits for one.
    pub number: Option<u32>,
    /// The digest that was approved.
    pub hash: [u8; 32],
    /// Who put it forward.
    pub maker: Box<str>,
    /// Who approved it.
    pub checker: Box<str>,
    /// When it was approved, in milliseconds since 1970-01-01 UTC.
    pub approved_at_ms: i64,
}

/// The bill that asked for a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillSeen {
    /// Which.
    pub id: Id<kind::Bill>,
    /// What a payer writes.
    pub reference: String,
    /// The contribution month.
    pub month: Month,
    /// Which revision was paid.
    pub revision: u32,
    /// Issued on, to be paid by, locked by, issued by; none for bills of before.
    pub issued: Option<(Day, Day, Box<str>, Box<str>)>,
    /// Rule and article of the line, where the bill still has it.
    pub rule: Option<(Box<str>, Box<str>)>,
}

/// The entry by which a contribution was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySeen {
    /// The transfer.
    pub transfer: Id<kind::Transfer>,
    /// The promise that it keeps.
    pub promise: Option<Id<kind::Transfer>>,
    /// The day it counts for.
    pub day: Day,
    /// How much; for a contribution of an older program, of all schemes.
    pub rupiah: Rupiah,
    /// Who made it.
    pub maker: Box<str>,
    /// Who approved it.
    pub checker: Box<str>,
    /// The version of the rules; empty for transfers of before.
    pub rulebook: String,
}

/// A payment that a bank told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeSeen {
    /// Which.
    pub id: Id<kind::SnapNotice>,
    /// The bank.
    pub partner: Box<str>,
    /// Its number of the payment.
    pub payment_request: Box<str>,
}

/// A part of a bank line that paid the bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentSeen {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// The account, by code.
    pub account: Box<str>,
    /// The day of the line.
    pub day: Day,
    /// How much of it.
    pub rupiah: Rupiah,
    /// How it was recognised, by its stable name.
    pub matched_by: &'static str,
    /// When it was given out, in milliseconds since 1970-01-01 UTC.
    pub given_at_ms: i64,
    /// When it was released again.
    pub released_at_ms: Option<i64>,
    /// The notice by which the bank told it first.
    pub notice: Option<NoticeSeen>,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSeen {
    /// Its place in the log, 0 for the first.
    pub leaf: u64,
    /// What was done.
    pub act: Box<str>,
    /// By whom.
    pub by: Box<str>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// Everything behind a covered month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverEvidence {
    /// The month as it was known.
    pub known: KnownMonth,
    /// The programme that paid: code and name.
    pub programme: (Box<str>, Box<str>),
    /// The membership that it was paid for.
    pub membership: Id<kind::Membership>,
    /// How that came to be.
    pub annexes: Vec<AnnexStep>,
    /// The bill.
    pub bill: BillSeen,
    /// The entry.
    pub entry: EntrySeen,
    /// The money.
    pub payments: Vec<PaymentSeen>,
    /// BPJS's receipts: number, how much, which day.
    pub receipts: Vec<(Box<str>, Rupiah, Day)>,
    /// What the audit log has of the bill.
    pub audit: Vec<AuditSeen>,
}

/// The audit log as an answer found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSeen {
    /// How many lines it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The newest checkpoint: how many lines, their root, when it was made.
    pub checkpoint: Option<(u64, Hash, i64)>,
}

impl LogSeen {
    pub(super) fn load(tx: &mut Tx<'_>) -> Result<LogSeen, AppError> {
        let (size, root) = store::audit::head(tx)?;
        let newest = store::checkpoints::list(tx)?.pop();
        let checkpoint = newest.and_then(|kept| {
            let note = Note::parse(&kept.note)?;
            Some((kept.size, note.checkpoint.root, kept.made_at_ms))
        });
        Ok(LogSeen { size, root, checkpoint })
    }
}

/// Programmes and people of the office by what they are called, loaded once for an answer.
pub(super) struct Names {
    programmes: HashMap<Id<kind::Programme>, Programme>,
    users: HashMap<Id<kind::User>, Box<str>>,
}

impl Names {
    pub(super) fn load(tx: &mut Tx<'_>) -> Result<Names, AppError> {
        let users = store::orgs::users(tx)?;
        Ok(Names {
            programmes: store::programmes::list(tx)?.into_iter().map(|p| (p.id, p)).collect(),
            users: users.into_iter().map(|user| (user.id, user.name)).collect(),
        })
    }

    fn user(&self, id: Option<Id<kind::User>>) -> Box<str> {
        id.and_then(|id| self.users.get(&id).cloned()).unwrap_or_default()
    }
}

/// Everything behind a month as it was known.
pub(super) fn of(
    tx: &mut Tx<'_>,
    names: &Names,
    known: &KnownMonth,
    moment: &CoverMoment,
) -> Result<CoverEvidence, AppError> {
    let cover = &known.cover;
    let damaged = |what| AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", what);
    let programme = names.programmes.get(&cover.programme).ok_or_else(|| damaged("programme"))?;
    let (transfer, _) =
        store::ledger::get(tx, cover.transfer)?.ok_or_else(|| damaged("transfer"))?;
    let Document::Membership(membership) = transfer.document else {
        return Err(damaged("transfer"));
    };
    let bill = bill_id(cover.programme, cover.month);
    let head = store::bills::head(tx, bill)?.ok_or_else(|| damaged("bill"))?;
    Ok(CoverEvidence {
        known: *known,
        programme: (programme.code.clone(), programme.name.clone()),
        membership,
        annexes: annexes_of(tx, names, programme, membership, moment)?,
        bill: bill_seen(tx, &head, known, membership)?,
        entry: entry_seen(names, &transfer),
        payments: payments_of(tx, bill, known, moment)?,
        receipts: receipts_of(tx, &head, moment)?,
        audit: audit_of(tx, names, &head, moment)?,
    })
}

fn entry_seen(names: &Names, transfer: &Transfer) -> EntrySeen {
    let origin = transfer.origin;
    EntrySeen {
        transfer: transfer.id,
        promise: transfer.kind.pending(),
        day: transfer.day,
        rupiah: transfer.amount,
        maker: names.user(origin.maker),
        checker: names.user(origin.checker),
        rulebook: origin.rulebook.map(|bytes| crate::prints::hex(&bytes)).unwrap_or_default(),
    }
}

/// The revision whose promise a transfer keeps, and its issue.
fn bill_seen(
    tx: &mut Tx<'_>,
    head: &BillHead,
    known: &KnownMonth,
    membership: Id<kind::Membership>,
) -> Result<BillSeen, AppError> {
    let cover = &known.cover;
    let keeps = |revision: &u32| {
        let by_scheme = contribution_id(membership, cover.scheme, cover.month, *revision);
        let before = contribution_id_before(membership, cover.month, *revision);
        [by_scheme, before].map(Transfer::kept_id).contains(&cover.transfer)
    };
    let revision = (0..=head.revision).rev().find(keeps).unwrap_or(head.revision);
    let issues = store::bills::issues(tx, head.id)?;
    let issue = issues.into_iter().find(|issue| issue.revision == revision);
    let lines = store::bills::get(tx, head.id)?.map(|bill| bill.lines).unwrap_or_default();
    let line = lines
        .iter()
        .find(|line| line.membership == membership && line.scheme == cover.scheme)
        .filter(|_| revision == head.revision);
    Ok(BillSeen {
        id: head.id,
        reference: bill_reference(head.id),
        month: head.month,
        revision,
        issued: issue.map(|one| (one.issued_on, one.due, one.finalised_by, one.issued_by)),
        rule: line.map(|line| ((*line.rule).into(), (*line.article).into())),
    })
}

fn annexes_of(
    tx: &mut Tx<'_>,
    names: &Names,
    programme: &Programme,
    membership: Id<kind::Membership>,
    moment: &CoverMoment,
) -> Result<Vec<AnnexStep>, AppError> {
    let Some(member) = store::memberships::get(tx, membership)? else { return Ok(Vec::new()) };
    let at_ms = moment.known_at_ms;
    let known = store::memberships::known_of_person(tx, member.person, at_ms)?;
    let own = known.into_iter().find(|one| one.membership.id == membership);
    let numbered = annexes::numbered(tx, programme)?;
    let mut steps = Vec::new();
    let changes = store::movements::naming(tx, member.person, programme.id)?;
    let joined = changes.iter().any(|change| change.side == Side::Joined);
    if let Some(own) = own.filter(|_| !joined) {
        steps.extend(list_step(tx, names, &numbered, own.proposal)?);
    }
    for change in changes {
        let verdict = store::access::verdicts(tx, Id::from_bytes(*change.id.as_bytes()))?.pop();
        let Some(verdict) = verdict.filter(|one| one.given_at_ms <= at_ms) else { continue };
        let annex = numbered.iter().find(|annex| Some(annex.number) == change.annex);
        steps.push(AnnexStep {
            kind: change.side.name(),
            number: annex.filter(|annex| annex.made_at_ms <= at_ms).map(|annex| annex.number),
            hash: change.hash,
            maker: names.user(Some(change.made_by)),
            checker: names.user(Some(verdict.checker)),
            approved_at_ms: verdict.given_at_ms,
        });
    }
    Ok(steps)
}

/// The approved list by which a membership came to be.
fn list_step(
    tx: &mut Tx<'_>,
    names: &Names,
    numbered: &[annexes::Annex],
    list: Id<kind::Proposal>,
) -> Result<Option<AnnexStep>, AppError> {
    let Some(proposal) = store::proposals::get(tx, list)? else { return Ok(None) };
    let Some((checker, approved_at_ms)) = store::proposals::approval(tx, list)? else {
        return Ok(None);
    };
    let annex = numbered.iter().find(|annex| annex.kind == AnnexKind::List(list));
    Ok(Some(AnnexStep {
        kind: "list",
        number: annex.map(|annex| annex.number),
        hash: proposal.list_hash,
        maker: names.user(Some(proposal.made_by)),
        checker: names.user(Some(checker)),
        approved_at_ms,
    }))
}

/// The parts that stood when the month became known.
fn payments_of(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    known: &KnownMonth,
    moment: &CoverMoment,
) -> Result<Vec<PaymentSeen>, AppError> {
    let mut payments = Vec::new();
    for part in store::payments::parts_about(tx, bill.as_bytes())? {
        let stood = part.given_at_ms <= known.from_ms
            && part.released_at_ms.is_none_or(|released| released > known.from_ms);
        if !stood {
            continue;
        }
        let line = store::payments::line(tx, part.line)?;
        let told = notice_of(tx, bill, part.line)?;
        payments.push(PaymentSeen {
            line: part.line,
            account: line.map(|line| line.account).unwrap_or_default(),
            day: part.day,
            rupiah: part.amount,
            matched_by: part.by.name(),
            given_at_ms: part.given_at_ms,
            released_at_ms: part.released_at_ms.filter(|at| *at <= moment.known_at_ms),
            notice: told,
        });
    }
    Ok(payments)
}

/// What a bank told of a payment of the bill that a line stands for.
fn notice_of(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    line: Id<kind::StatementLine>,
) -> Result<Option<NoticeSeen>, AppError> {
    let credits = store::snap::credits_of_line(tx, line)?;
    let Some(credit) = credits.into_iter().find(|credit| credit.bill == bill) else {
        return Ok(None);
    };
    let told = store::snap::notice(tx, credit.notice)?;
    Ok(told.map(|told| NoticeSeen {
        id: credit.notice,
        partner: told.notice.partner,
        payment_request: told.notice.payment_request,
    }))
}

fn receipts_of(
    tx: &mut Tx<'_>,
    head: &BillHead,
    moment: &CoverMoment,
) -> Result<Vec<(Box<str>, Rupiah, Day)>, AppError> {
    let receipts = store::payments::receipts_of(tx, head.month)?.into_iter();
    let own = receipts.filter(|receipt| receipt.bill == head.id && receipt.day <= moment.known_at);
    Ok(own.map(|receipt| (receipt.number, receipt.amount, receipt.day)).collect())
}

/// What was done to the bill, and to those that it was paid with, up to the moment.
fn audit_of(
    tx: &mut Tx<'_>,
    names: &Names,
    head: &BillHead,
    moment: &CoverMoment,
) -> Result<Vec<AuditSeen>, AppError> {
    let objects = std::iter::once(head.id).chain(head.together.filter(|first| *first != head.id));
    let mut seen = Vec::new();
    for object in objects {
        for entry in store::audit::of_object(tx, object.as_bytes(), LINES_OF_ONE)? {
            if entry.line.at_ms <= moment.known_at_ms {
                seen.push(AuditSeen {
                    leaf: entry.sequence,
                    act: entry.line.act.clone(),
                    by: names.user(entry.line.actor),
                    at_ms: entry.line.at_ms,
                });
            }
        }
    }
    seen.sort_by_key(|line| line.leaf);
    Ok(seen)
}
