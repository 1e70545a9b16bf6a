//! A programme's bills: the head, a line per membership and scheme, who was left out and why, that
//! a revision was issued, the codes it is paid under, and what it takes off.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::billing::credit::BillCredit;
use domain::billing::{
    Bill, BillLine, BillState, Excluded, ExclusionReason, Promises, contribution_id_before,
};
use domain::payment::{OpenBill, bill_reference, together_reference};
use rules::{AgeVerdict, RuleStatus, Scheme};

use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx, ledger, months};

static SAVE: Sql = sql!("bill_save");
static GET: Sql = sql!("bill_get");
static LIST: Sql = sql!("bill_list");
static SET_STATE: Sql = sql!("bill_set_state");
static LINE_DELETE: Sql = sql!("bill_line_delete");
static LINE_INSERT: Sql = sql!("bill_line_insert");
static LINE_LIST: Sql = sql!("bill_line_list");
static LINES_OF: Sql = sql!("merge_line");
static LINE_REMOVE: Sql = sql!("bill_line_remove");
static EXCLUSION_DELETE: Sql = sql!("bill_exclusion_delete");
static EXCLUSION_INSERT: Sql = sql!("bill_exclusion_insert");
static EXCLUSION_LIST: Sql = sql!("bill_exclusion_list");
static OPEN: Sql = sql!("bill_open_list");
static OF_PROGRAMME: Sql = sql!("bill_of_programme");
static SUMS: Sql = sql!("bill_sum_list");
static ISSUE_INSERT: Sql = sql!("bill_issue_insert");
static ISSUE_CARRY: Sql = sql!("bill_issue_carry");
static ISSUES: Sql = sql!("bill_issue_list");
static ISSUE_PEOPLE: Sql = sql!("bill_issue_people");
static ISSUER: Sql = sql!("bill_issuer");
static CODE_CARRY: Sql = sql!("bill_code_carry");
static CODES: Sql = sql!("bill_code_list");
static CODES_OF: Sql = sql!("bill_code_of_bill");
static CODE_HOLDERS: Sql = sql!("bill_code_holder");
static CODE_INSERT: Sql = sql!("bill_code_insert");
static CREDIT_DELETE: Sql = sql!("bill_credit_delete");
static CREDIT_INSERT: Sql = sql!("bill_credit_insert");
static CREDIT_LIST: Sql = sql!("bill_credit_list");
static CREDIT_HOLDER: Sql = sql!("bill_credit_holder");
static PAID: Sql = sql!("bill_paid_list");

/// How the verdicts on age that leave somebody out are kept.
const OVER_LIMIT: &str = "over-limit";
const UNDER_MINIMUM: &str = "under-minimum";
const NO_RULE: &str = "no-rule";

/// A bill without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillHead {
    /// Which.
    pub id: Id<kind::Bill>,
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// The contribution month.
    pub month: Month,
    /// Where it stands.
    pub state: BillState,
    /// How often it was reopened.
    pub revision: u32,
    /// The version of the rules it was computed by.
    pub rulebook: Box<str>,
    /// People billed.
    pub people: u32,
    /// What is to be paid.
    pub total: Rupiah,
    /// What credits take off the lines.
    pub credit: Rupiah,
    /// The first of several bills that are paid at once, when it is one of several.
    pub together: Option<Id<kind::Bill>>,
    /// When this revision was issued, and by when it must be paid; none while it is not issued.
    pub issued: Option<(Day, Day)>,
}

impl BillHead {
    /// The head of a draft that was computed anew.
    pub fn as_computed(self, draft: &Bill) -> BillHead {
        BillHead {
            rulebook: draft.rulebook.clone(),
            people: draft.people,
            total: draft.total,
            credit: draft.credited(),
            ..self
        }
    }
}

/// That a revision of a bill was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Which bill.
    pub bill: Id<kind::Bill>,
    /// Which revision.
    pub revision: u32,
    /// When.
    pub issued_on: Day,
    /// By when it must be paid.
    pub due: Day,
    /// The digest that was approved.
    pub hash: [u8; 32],
    /// Who locked it.
    pub finalised_by: Id<kind::User>,
    /// Who issued it: another, or the constraint `bill_issue_four_eyes` refuses.
    pub issued_by: Id<kind::User>,
    /// The moment, in milliseconds since 1970-01-01 UTC.
    pub issued_at_ms: i64,
}

/// An issue as it is shown, with the names of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueShown {
    /// Which revision.
    pub revision: u32,
    /// When.
    pub issued_on: Day,
    /// By when it must be paid.
    pub due: Day,
    /// The digest that was approved.
    pub hash: [u8; 32],
    /// Who locked it.
    pub finalised_by: Box<str>,
    /// Who issued it.
    pub issued_by: Box<str>,
    /// The moment, in milliseconds since 1970-01-01 UTC.
    pub issued_at_ms: i64,
}

/// What sort of code a bill is paid under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeKind {
    /// BPJS's own code for one payment (kode iuran).
    Billing,
    /// A virtual account at a bank.
    VirtualAccount,
}

impl CodeKind {
    /// Every kind.
    pub const ALL: [CodeKind; 2] = [CodeKind::Billing, CodeKind::VirtualAccount];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CodeKind::Billing => "billing-code",
            CodeKind::VirtualAccount => "virtual-account",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<CodeKind> {
        CodeKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A code under which a revision is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillCode {
    /// What sort.
    pub kind: CodeKind,
    /// Letters and digits.
    pub code: Box<str>,
    /// Who wrote it down.
    pub recorded_by: Box<str>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub recorded_at_ms: i64,
}

/// Where a code was written down before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeHolder {
    /// On which bill.
    pub bill: Id<kind::Bill>,
    /// On which revision.
    pub revision: u32,
    /// As what.
    pub kind: CodeKind,
}

/// What a bill asks for by one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSum {
    /// For what.
    pub scheme: Scheme,
    /// The rule's name.
    pub rule: Box<str>,
    /// Instrument and article.
    pub article: Box<str>,
    /// How well the rule is known.
    pub status: RuleStatus,
    /// The relief that met the lines.
    pub relief: Option<Box<str>>,
    /// Lines, which are people.
    pub people: u64,
    /// Their sum.
    pub rupiah: Rupiah,
}

impl RuleSum {
    /// What lines ask for, by scheme, rule and relief.
    pub fn of(lines: &[BillLine]) -> Vec<RuleSum> {
        let mut sums: BTreeMap<_, RuleSum> = BTreeMap::new();
        for line in lines {
            let key = (line.scheme.name(), &*line.rule, line.relief.as_deref());
            let sum = sums.entry(key).or_insert_with(|| RuleSum {
                scheme: line.scheme,
                rule: (&*line.rule).into(),
                article: (&*line.article).into(),
                status: line.status,
                relief: line.relief.as_deref().map(Into::into),
                people: 0,
                rupiah: Rupiah::ZERO,
            });
            sum.people += 1;
            sum.rupiah.0 += line.rupiah.0;
        }
        sums.into_values().collect()
    }
}

/// Keeps a bill with all its lines, in place of what was kept under its id; of a draft the head and
/// what it takes off, because it is computed anew whenever it is looked at.
pub fn save(tx: &mut Tx<'_>, bill: &Bill) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    save_head(tx, bill)?;
    tx.run(&CREDIT_DELETE, &values![tenant, &bill.id])?;
    tx.run(&LINE_DELETE, &values![tenant, &bill.id, bill.month])?;
    tx.run(&EXCLUSION_DELETE, &values![tenant, &bill.id])?;
    let credits = bill.credits.iter().zip(0_i64..);
    tx.insert(
        &CREDIT_INSERT,
        credits.map(|(credit, number)| values![tenant, &bill.id, number, &credit.recovery]),
    )?;
    if bill.state == BillState::Draft {
        return Ok(());
    }
    tx.open_month("bill_line", bill.month)?;
    let lines = bill.lines.iter().zip(0_i64..).map(|(line, number)| {
        values![
            tenant,
            &bill.id,
            bill.month,
            number,
            &line.membership,
            &line.person,
            line.scheme.name(),
            line.rupiah,
            &*line.rule,
            &*line.article,
            line.status.name(),
            line.relief.as_deref(),
        ]
    });
    tx.insert(&LINE_INSERT, lines)?;
    let excluded = bill.excluded.iter().zip(0_i64..);
    tx.insert(
        &EXCLUSION_INSERT,
        excluded.map(|(excluded, number)| exclusion_values(tenant, &bill.id, number, excluded)),
    )?;
    Ok(())
}

/// Keeps the head of a bill whose lines stay as they are.
pub(crate) fn save_head(tx: &mut Tx<'_>, bill: &Bill) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &bill.id,
        &bill.programme,
        bill.month,
        bill.state.name(),
        bill.revision,
        &bill.rulebook,
        bill.people,
        bill.total,
        bill.credited(),
        bill.together.as_ref(),
    ];
    tx.run(&SAVE, &values).map(|_| ())
}

/// Says where a bill stands, its lines untouched; one that was not issued is not posted.
pub fn set_state(tx: &mut Tx<'_>, id: Id<kind::Bill>, state: BillState) -> Result<(), StoreError> {
    match tx.run(&SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "bill" }),
        _ => Ok(()),
    }
}

/// The bill with this id, with its lines; a draft has none here.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Bill>) -> Result<Option<Bill>, StoreError> {
    let head = tx.one(&GET, &values![tx.tenant(), &id], read)?;
    head.map(|head| with_lines(tx, head)).transpose()
}

/// All bills without their lines, by month.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<BillHead>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// A programme's bills without their lines, by month.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<BillHead>, StoreError> {
    tx.all(&OF_PROGRAMME, &values![tx.tenant(), &programme], read)
}

/// A bill without its lines.
pub fn head(tx: &mut Tx<'_>, id: Id<kind::Bill>) -> Result<Option<BillHead>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// Who was left out of a bill and why.
pub fn excluded(tx: &mut Tx<'_>, id: Id<kind::Bill>) -> Result<Vec<Excluded>, StoreError> {
    tx.all(&EXCLUSION_LIST, &values![tx.tenant(), &id], read_excluded)
}

/// Issued and posted bills, as matching sees them: a payer may write the bill's own reference, that
/// of the bills it is paid with, and any code that was recorded for this revision.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<OpenBill>, StoreError> {
    let mut codes: HashMap<Id<kind::Bill>, Vec<Box<str>>> = HashMap::new();
    tx.each(&CODES, &values![tx.tenant()], |columns| {
        let bill = columns.take()?;
        codes.entry(bill).or_default().push(columns.take()?);
        Ok(())
    })?;
    tx.all(&OPEN, &values![tx.tenant()], |columns| {
        let (id, total, paid) = (columns.take()?, columns.take()?, columns.take()?);
        let together: Option<Id<kind::Bill>> = columns.take()?;
        let (month, fund) = (columns.take()?, columns.take()?);
        let (code, name): (String, String) = (columns.take()?, columns.take()?);
        let mut references: Vec<Box<str>> = vec![bill_reference(id).into()];
        references.extend(together.map(|first| together_reference(first).into()));
        references.extend(codes.remove(&id).unwrap_or_default());
        Ok(OpenBill {
            paid,
            month: Some(month),
            fund: Some(fund),
            words: format!("{code} {name}").into(),
            paid_by: columns.take()?,
            ..OpenBill::new(id, references, total)
        })
    })
}

/// What a bill asks for, by scheme and rule.
pub fn sums(tx: &mut Tx<'_>, head: &BillHead) -> Result<Vec<RuleSum>, StoreError> {
    tx.all(&SUMS, &values![tx.tenant(), &head.id, head.month], |columns| {
        Ok(RuleSum {
            scheme: columns.take_with("a scheme", Scheme::from_name)?,
            rule: columns.take()?,
            article: columns.take()?,
            status: columns.take_with("a rule's status", RuleStatus::from_name)?,
            relief: columns.take()?,
            people: columns.take::<i64>()?.unsigned_abs(),
            rupiah: columns.take()?,
        })
    })
}

/// Keeps that a revision was issued; by one person alone it is `bill_issue_four_eyes`, twice it is
/// `bill_issue_pk`.
pub fn insert_issue(tx: &mut Tx<'_>, issue: &Issue) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &issue.bill,
        issue.revision,
        issue.issued_on,
        issue.due,
        &issue.hash,
        &issue.finalised_by,
        &issue.issued_by,
        issue.issued_at_ms,
    ];
    tx.run(&ISSUE_INSERT, &values).map(|_| ())
}

/// Lets the next revision of a bill stand as issued as this one was, under the same codes: what two
/// people issued is payable again when a bank takes its payment back.
pub fn carry_issue(tx: &mut Tx<'_>, bill: Id<kind::Bill>, revision: u32) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(&ISSUE_CARRY, &values![tenant, &bill, revision])?;
    tx.run(&CODE_CARRY, &values![tenant, &bill, revision]).map(|_| ())
}

/// Who issued a revision of a bill; none when nobody has.
pub fn issuer(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    revision: u32,
) -> Result<Option<Id<kind::User>>, StoreError> {
    tx.one(&ISSUER, &values![tx.tenant(), &bill, revision], |columns| columns.take())
}

/// Who locked a revision of a bill and who issued it, once it is issued.
pub fn issue_people(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    revision: u32,
) -> Result<Option<(Id<kind::User>, Id<kind::User>)>, StoreError> {
    tx.one(&ISSUE_PEOPLE, &values![tx.tenant(), &bill, revision], |columns| {
        Ok((columns.take()?, columns.take()?))
    })
}

/// Every revision of a bill that was issued, oldest first.
pub fn issues(tx: &mut Tx<'_>, bill: Id<kind::Bill>) -> Result<Vec<IssueShown>, StoreError> {
    tx.all(&ISSUES, &values![tx.tenant(), &bill], |columns| {
        Ok(IssueShown {
            revision: columns.take()?,
            issued_on: columns.take()?,
            due: columns.take()?,
            hash: columns.take()?,
            finalised_by: columns.take()?,
            issued_by: columns.take()?,
            issued_at_ms: columns.take()?,
        })
    })
}

/// The codes of a bill's revision, oldest first.
pub fn codes(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    revision: u32,
) -> Result<Vec<BillCode>, StoreError> {
    tx.all(&CODES_OF, &values![tx.tenant(), &bill, revision], |columns| {
        Ok(BillCode {
            kind: columns.take_with("a kind of code", CodeKind::from_name)?,
            code: columns.take()?,
            recorded_by: columns.take()?,
            recorded_at_ms: columns.take()?,
        })
    })
}

/// Where a code was written down before.
pub fn code_holders(tx: &mut Tx<'_>, code: &str) -> Result<Vec<CodeHolder>, StoreError> {
    tx.all(&CODE_HOLDERS, &values![tx.tenant(), code], |columns| {
        Ok(CodeHolder {
            bill: columns.take()?,
            revision: columns.take()?,
            kind: columns.take_with("a kind of code", CodeKind::from_name)?,
        })
    })
}

/// Writes a code down; how many are new: none the second time.
pub fn insert_code(
    tx: &mut Tx<'_>,
    (bill, revision): (Id<kind::Bill>, u32),
    (kind, code): (CodeKind, &str),
    (recorded_by, recorded_at_ms): (Id<kind::User>, i64),
) -> Result<u64, StoreError> {
    let values =
        values![tx.tenant(), &bill, revision, kind.name(), code, &recorded_by, recorded_at_ms];
    tx.run(&CODE_INSERT, &values)
}

/// What a bill takes off.
pub fn credits(tx: &mut Tx<'_>, bill: Id<kind::Bill>) -> Result<Vec<BillCredit>, StoreError> {
    tx.all(&CREDIT_LIST, &values![tx.tenant(), &bill], read_credit)
}

/// The bill that takes a recovery off: which, of which month, where it stands.
pub fn credit_holder(
    tx: &mut Tx<'_>,
    recovery: Id<kind::Transfer>,
) -> Result<Option<(Id<kind::Bill>, Month, BillState)>, StoreError> {
    tx.one(&CREDIT_HOLDER, &values![tx.tenant(), &recovery], |columns| {
        let (id, month) = (columns.take()?, columns.take()?);
        Ok((id, month, columns.take_with("a bill's state", BillState::from_name)?))
    })
}

pub(crate) fn read_credit(columns: &mut Columns<'_>) -> Result<BillCredit, StoreError> {
    Ok(BillCredit {
        recovery: columns.take()?,
        membership: columns.take()?,
        person: columns.take()?,
        month: columns.take()?,
        rupiah: columns.take()?,
    })
}

/// What lines have paid of a month's bills so far.
pub fn paid_of_month(
    tx: &mut Tx<'_>,
    month: Month,
) -> Result<Vec<(Id<kind::Bill>, Rupiah)>, StoreError> {
    tx.all(&PAID, &values![tx.tenant(), month], |columns| Ok((columns.take()?, columns.take()?)))
}

fn with_lines(tx: &mut Tx<'_>, head: BillHead) -> Result<Bill, StoreError> {
    // A month's bill names few rules in many lines: each text is kept once.
    let mut texts: HashSet<Arc<str>> = HashSet::new();
    let lines = tx.all(&LINE_LIST, &values![tx.tenant(), &head.id, head.month], |columns| {
        Ok(BillLine {
            membership: columns.take()?,
            person: columns.take()?,
            scheme: columns.take_with("a scheme", Scheme::from_name)?,
            rupiah: columns.take()?,
            rule: columns.take_with("a rule", |text| Some(shared(&mut texts, text)))?,
            article: columns.take_with("an article", |text| Some(shared(&mut texts, text)))?,
            status: columns.take_with("a rule's status", RuleStatus::from_name)?,
            relief: {
                let relief: Option<String> = columns.take()?;
                relief.map(|text| shared(&mut texts, &text))
            },
        })
    })?;
    let excluded = excluded(tx, head.id)?;
    let credits = credits(tx, head.id)?;
    let promises = promises_of(tx, &head, &lines)?;
    Ok(Bill {
        id: head.id,
        programme: head.programme,
        month: head.month,
        state: head.state,
        revision: head.revision,
        rulebook: head.rulebook,
        together: head.together,
        promises,
        people: head.people,
        total: head.total,
        lines,
        credits,
        excluded,
    })
}

/// Lets the lines of a membership on a bill name another record: a line is taken away and written
/// anew, because none is ever rewritten.
pub(crate) fn give_lines(
    tx: &mut Tx<'_>,
    (bill, month, membership): (Id<kind::Bill>, Month, Id<kind::Membership>),
    (from, to): (Id<kind::Person>, Id<kind::Person>),
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let asked = values![tenant, &bill, month, &membership, &from];
    let lines = tx.all(&LINES_OF, &asked, |columns| {
        let (number, scheme): (i64, String) = (columns.take()?, columns.take()?);
        let (rupiah, rule): (Rupiah, String) = (columns.take()?, columns.take()?);
        let (article, status): (String, String) = (columns.take()?, columns.take()?);
        let relief: Option<String> = columns.take()?;
        Ok((number, scheme, rupiah, rule, article, status, relief))
    })?;
    for (number, ..) in &lines {
        tx.run(&LINE_REMOVE, &values![tenant, &bill, month, *number])?;
    }
    let rows = lines.iter().map(|(number, scheme, rupiah, rule, article, status, relief)| {
        values![
            tenant,
            &bill,
            month,
            *number,
            &membership,
            &to,
            scheme.as_str(),
            *rupiah,
            rule.as_str(),
            article.as_str(),
            status.as_str(),
            relief.as_deref(),
        ]
    });
    tx.insert(&LINE_INSERT, rows)?;
    months::ask(tx, (bill, month), to)
}

/// How a bill promises: as an older program did where the ledger has such a promise of it.
fn promises_of(
    tx: &mut Tx<'_>,
    head: &BillHead,
    lines: &[BillLine],
) -> Result<Promises, StoreError> {
    let Some(first) = lines.first().filter(|_| head.state != BillState::Draft) else {
        return Ok(Promises::PerScheme);
    };
    let before = contribution_id_before(first.membership, head.month, head.revision);
    Ok(match ledger::known(tx, vec![before])?.is_empty() {
        true => Promises::PerScheme,
        false => Promises::PerMembership,
    })
}

fn shared(texts: &mut HashSet<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(known) = texts.get(text) {
        return Arc::clone(known);
    }
    let text: Arc<str> = text.into();
    texts.insert(Arc::clone(&text));
    text
}

/// The columns that only some reasons of exclusion fill.
#[derive(Default)]
struct ReasonColumns<'a> {
    month: Option<Month>,
    scheme: Option<&'static str>,
    programme: Option<&'a Id<kind::Programme>>,
    transfer: Option<&'a Id<kind::Transfer>>,
    age_verdict: Option<&'static str>,
    age_years: Option<i64>,
}

fn reason_columns(reason: &ExclusionReason) -> ReasonColumns<'_> {
    let nothing = ReasonColumns::default();
    match reason {
        ExclusionReason::NotInMonths
        | ExclusionReason::PaidInOtherRegion
        | ExclusionReason::NothingDue => nothing,
        ExclusionReason::Died { month } => ReasonColumns { month: Some(*month), ..nothing },
        ExclusionReason::PaidElsewhere { scheme, programme, transfer } => ReasonColumns {
            scheme: Some(scheme.name()),
            programme: Some(programme),
            transfer: Some(transfer),
            ..nothing
        },
        ExclusionReason::MayNotRegister(verdict) => {
            let (age_verdict, age_years) = match verdict {
                AgeVerdict::OverLimit { limit } => (OVER_LIMIT, Some(i64::from(*limit))),
                AgeVerdict::UnderMinimum { min } => (UNDER_MINIMUM, Some(i64::from(*min))),
                AgeVerdict::NoRule => (NO_RULE, None),
                AgeVerdict::Eligible | AgeVerdict::NearLimit { .. } | AgeVerdict::Young { .. } => {
                    unreachable!("who may register is not left out for age")
                }
            };
            ReasonColumns { age_verdict: Some(age_verdict), age_years, ..nothing }
        }
    }
}

fn exclusion_values<'a>(
    tenant: i64,
    bill: &'a Id<kind::Bill>,
    number: i64,
    excluded: &'a Excluded,
) -> [Value<'a>; 12] {
    let columns = reason_columns(&excluded.reason);
    values![
        tenant,
        bill,
        number,
        &excluded.membership,
        &excluded.person,
        excluded.reason.name(),
        columns.month,
        columns.scheme,
        columns.programme,
        columns.transfer,
        columns.age_verdict,
        columns.age_years,
    ]
}

fn read(columns: &mut Columns<'_>) -> Result<BillHead, StoreError> {
    Ok(BillHead {
        id: columns.take()?,
        programme: columns.take()?,
        month: columns.take()?,
        state: columns.take_with("a bill's state", BillState::from_name)?,
        revision: columns.take()?,
        rulebook: columns.take()?,
        people: columns.take()?,
        total: columns.take()?,
        credit: columns.take()?,
        together: columns.take()?,
        issued: {
            let (on, due): (Option<Day>, Option<Day>) = (columns.take()?, columns.take()?);
            on.zip(due)
        },
    })
}

fn read_excluded(columns: &mut Columns<'_>) -> Result<Excluded, StoreError> {
    let (membership, person) = (columns.take()?, columns.take()?);
    let reason: String = columns.take()?;
    let month: Option<Month> = columns.take()?;
    let scheme: Option<String> = columns.take()?;
    let scheme = scheme.and_then(|name| Scheme::from_name(&name));
    let (programme, transfer) = (columns.take()?, columns.take()?);
    let (verdict, years): (Option<String>, Option<i32>) = (columns.take()?, columns.take()?);
    let reason = match (&*reason, month, scheme, programme, transfer) {
        ("NOT_IN_MONTHS", ..) => ExclusionReason::NotInMonths,
        ("PAID_IN_OTHER_REGION", ..) => ExclusionReason::PaidInOtherRegion,
        ("NOTHING_DUE", ..) => ExclusionReason::NothingDue,
        ("DIED", Some(month), ..) => ExclusionReason::Died { month },
        ("PAID_ELSEWHERE", _, Some(scheme), Some(programme), Some(transfer)) => {
            ExclusionReason::PaidElsewhere { scheme, programme, transfer }
        }
        ("MAY_NOT_REGISTER", ..) => ExclusionReason::MayNotRegister(
            read_age_verdict(verdict.as_deref(), years)
                .ok_or_else(|| corrupt("a verdict on age"))?,
        ),
        _ => return Err(corrupt("a reason of exclusion")),
    };
    Ok(Excluded { membership, person, reason })
}

fn read_age_verdict(name: Option<&str>, years: Option<i32>) -> Option<AgeVerdict> {
    match (name?, years) {
        (OVER_LIMIT, Some(limit)) => Some(AgeVerdict::OverLimit { limit }),
        (UNDER_MINIMUM, Some(min)) => Some(AgeVerdict::UnderMinimum { min }),
        (NO_RULE, None) => Some(AgeVerdict::NoRule),
        _ => None,
    }
}
