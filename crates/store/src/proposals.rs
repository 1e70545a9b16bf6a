//! Lists put forward, their frozen lines, and their approval by somebody else.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, ProblemCode, Rupiah};
use domain::approval::{Approval, Candidate, ListLine, Proposal, ProposalState, ProposedList};
use domain::occupation::OccupationKey;
use domain::registry::Person;
use rules::WorkSector;

use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx, memberships, people};

static INSERT: Sql = sql!("proposal_insert");
static GET: Sql = sql!("proposal_get");
static LIST: Sql = sql!("proposal_list");
static SET_STATE: Sql = sql!("proposal_set_state");
static COMMITTED: Sql = sql!("proposal_committed");
static ITEM_INSERT: Sql = sql!("proposal_item_insert");
static ITEM_LIST: Sql = sql!("proposal_item_list");
static PEOPLE: Sql = sql!("proposal_people");
static SHEET_USES: Sql = sql!("sheet_use_count");
static CANDIDATES: Sql = sql!("candidate_list");
static CANDIDATE_PROBLEMS: Sql = sql!("candidate_problem_list");
static APPROVAL_INSERT: Sql = sql!("approval_insert");
static APPROVAL_GET: Sql = sql!("approval_get");

/// Whom the register accepts for a programme and no list has yet, by person id.
///
/// On a list: a member, or on a list that is being made or put forward. `sector_of` says what work
/// counts as.
pub fn candidates(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    sector_of: impl Fn(Option<&OccupationKey>) -> WorkSector,
) -> Result<Vec<Candidate>, StoreError> {
    let mut problems: HashMap<Id<kind::Person>, Vec<ProblemCode>> = HashMap::new();
    tx.each(&CANDIDATE_PROBLEMS, &values![tx.tenant(), &programme], |columns| {
        let person = columns.take()?;
        let code = columns.take_with("a problem", ProblemCode::from_name)?;
        problems.entry(person).or_default().push(code);
        Ok(())
    })?;
    tx.all(&CANDIDATES, &values![tx.tenant(), &programme], |columns| {
        let person = columns.take()?;
        let (name, nik, place) = (columns.take()?, columns.take()?, columns.take()?);
        let occupation: Option<OccupationKey> = columns.take()?;
        Ok(Candidate {
            person,
            name,
            nik,
            place,
            sector: sector_of(occupation.as_ref()),
            occupation,
            birth: columns.take()?,
            problems: problems.remove(&person).unwrap_or_default(),
        })
    })
}

/// Keeps a list put forward, with its lines and those who wait.
pub fn insert(tx: &mut Tx<'_>, proposal: &Proposal, list: &ProposedList) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(
        &INSERT,
        &values![
            tenant,
            &proposal.id,
            &proposal.programme,
            &proposal.made_by,
            proposal.made_at,
            proposal.people,
            proposal.monthly,
            proposal.committed,
            &proposal.list_hash,
            proposal.state.name(),
            reason_of(&proposal.state),
        ],
    )?;
    let lines = list.lines.iter().map(|line| (line, false));
    let all = lines.chain(list.waiting.iter().map(|line| (line, true)));
    let rows = all.map(|(line, waiting)| item_values(tenant, &proposal.id, line, waiting));
    tx.insert(&ITEM_INSERT, rows).map(|_| ())
}

/// The list with this id, without its lines.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Option<Proposal>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// A programme's lists, oldest first.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Proposal>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), &programme], read)
}

/// The lines of a list in rank order: the annex of the decree.
pub fn lines(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Vec<ListLine>, StoreError> {
    tx.all(&ITEM_LIST, &values![tx.tenant(), &id, false], read_line)
}

/// The people of a list as the register has them now, in rank order; those who wait come last.
pub fn people(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Vec<Person>, StoreError> {
    tx.all(&PEOPLE, &values![tx.tenant(), &id], people::read)
}

/// Those who wait behind a list, in rank order.
pub fn waiting(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Vec<ListLine>, StoreError> {
    tx.all(&ITEM_LIST, &values![tx.tenant(), &id, true], read_line)
}

/// Says where a list stands.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<kind::Proposal>,
    state: &ProposalState,
) -> Result<(), StoreError> {
    let values = values![state.name(), reason_of(state), tx.tenant(), &id];
    match tx.run(&SET_STATE, &values)? {
        0 => Err(StoreError::NotFound { what: "proposal" }),
        _ => Ok(()),
    }
}

/// Whether somebody whom this sheet enlisted stands on a list made, put forward or approved.
pub fn uses_sheet(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<bool, StoreError> {
    let count: Option<i64> =
        tx.one(&SHEET_USES, &values![tx.tenant(), &sheet], |columns| columns.take())?;
    Ok(count.unwrap_or_default() > 0)
}

/// What a fund's approved lists bind.
pub fn committed(tx: &mut Tx<'_>, fund: Id<kind::Fund>) -> Result<Rupiah, StoreError> {
    tx.one(&COMMITTED, &values![tx.tenant(), &fund], |columns| columns.take())
        .map(Option::unwrap_or_default)
}

/// Keeps an approval and the memberships that follow. Maker and checker being one is
/// `approval_four_eyes`; the commitment goes through the ledger.
pub fn approve(
    tx: &mut Tx<'_>,
    approval: &Approval,
    approved_at_ms: i64,
) -> Result<(), StoreError> {
    let proposal = &approval.proposal;
    tx.run(
        &APPROVAL_INSERT,
        &values![
            tx.tenant(),
            &proposal.id,
            &proposal.made_by,
            &approval.checker,
            approved_at_ms,
            &proposal.list_hash,
        ],
    )?;
    set_state(tx, proposal.id, &proposal.state)?;
    memberships::insert_all(tx, proposal.id, &approval.memberships)
}

/// Who approved a list, and when in milliseconds since 1970-01-01 UTC.
pub fn approval(
    tx: &mut Tx<'_>,
    id: Id<kind::Proposal>,
) -> Result<Option<(Id<kind::User>, i64)>, StoreError> {
    tx.one(&APPROVAL_GET, &values![tx.tenant(), &id], |columns| {
        Ok((columns.take()?, columns.take()?))
    })
}

fn reason_of(state: &ProposalState) -> Option<&str> {
    match state {
        ProposalState::Returned(reason) => Some(reason),
        _ => None,
    }
}

fn item_values<'a>(
    tenant: i64,
    proposal: &'a Id<kind::Proposal>,
    line: &'a ListLine,
    waiting: bool,
) -> [Value<'a>; 12] {
    values![
        tenant,
        proposal,
        line.rank,
        &line.person,
        &line.name,
        line.nik,
        line.place,
        line.occupation.as_ref().map(|key| &*key.0),
        line.sector.name(),
        line.monthly,
        line.committed,
        waiting,
    ]
}

fn read(columns: &mut Columns<'_>) -> Result<Proposal, StoreError> {
    Ok(Proposal {
        id: columns.take()?,
        programme: columns.take()?,
        made_by: columns.take()?,
        made_at: columns.take()?,
        people: columns.take()?,
        monthly: columns.take()?,
        committed: columns.take()?,
        list_hash: columns.take()?,
        state: {
            let (name, reason): (String, Option<String>) = (columns.take()?, columns.take()?);
            ProposalState::from_parts(&name, reason.as_deref())
                .ok_or_else(|| corrupt("a proposal's state"))?
        },
    })
}

fn read_line(columns: &mut Columns<'_>) -> Result<ListLine, StoreError> {
    Ok(ListLine {
        rank: columns.take()?,
        person: columns.take()?,
        name: columns.take()?,
        nik: columns.take()?,
        place: columns.take()?,
        occupation: columns.take()?,
        sector: columns.take_with("a sector", WorkSector::from_name)?,
        monthly: columns.take()?,
        committed: columns.take()?,
    })
}
