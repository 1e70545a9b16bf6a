//! Lists put forward, their frozen lines, and their approval by somebody else.

use std::collections::HashMap;

use base::id::kind;
use base::{Day, Id, Nik, PersonName, ProblemCode};
use domain::approval::{
    Approval, Candidate, ListLine, Proposal, ProposalState, ProposedList, Welfare,
};
use domain::occupation::OccupationKey;
use domain::registry::Person;
use domain::screening::OverlapRule;
use rules::WorkSector;

use crate::keys::KeyRing;
use crate::reasons::{self, Part};
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx, memberships, people};

static INSERT: Sql = sql!("proposal_insert");
static GET: Sql = sql!("proposal_get");
static LIST: Sql = sql!("proposal_list");
static SET_STATE: Sql = sql!("proposal_set_state");
static NOTE_INSERT: Sql = sql!("proposal_note_insert");
static NOTES: Sql = sql!("proposal_note_list");
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
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&CANDIDATES, &values![tenant, &programme], |columns| {
        let person = columns.take()?;
        let owner = Owner::new(tenant, &person);
        let seal = take_wrapped(columns)?.map(|key| keys.unwrap(owner, &key)).transpose()?;
        let (name, nik) = take_identity(columns, seal.as_ref(), owner)?;
        let place = columns.take()?;
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
            received_ms: columns.take()?,
            welfare: Welfare::default(),
            facility: columns.take()?,
        })
    })
}

/// Keeps a list put forward, with its lines and those who wait.
pub fn insert(tx: &mut Tx<'_>, proposal: &Proposal, list: &ProposedList) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
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
            reason_of(&proposal.state).map(|_| ""),
        ],
    )?;
    keep_reason(tx, proposal.id, &proposal.state)?;
    let lines = list.lines.iter().map(|line| (line, false));
    let all: Vec<_> = lines.chain(list.waiting.iter().map(|line| (line, true))).collect();
    let wrapped = seal::keys_of(tx, all.iter().map(|(line, _)| line.person.as_bytes()))?;
    let seals = all.iter().map(|(line, _)| {
        people::seal_of(keys, tenant, line.person, wrapped.get(line.person.as_bytes()))
    });
    // Every key is tried before the first row is written.
    let seals: Vec<Seal<'_>> = seals.collect::<Result<_, _>>()?;
    let rows = all.into_iter().zip(&seals).map(|((line, waiting), seal)| {
        item_values(Owner::new(tenant, &proposal.id), seal, &proposal.id, line, waiting)
    });
    tx.insert(&ITEM_INSERT, rows).map(|_| ())
}

/// The list with this id, without its lines.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Option<Proposal>, StoreError> {
    let mut found = tx.one(&GET, &values![tx.tenant(), &id], read)?;
    open_reasons(tx, found.as_mut_slice())?;
    Ok(found)
}

/// A programme's lists, oldest first.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Proposal>, StoreError> {
    let mut found = tx.all(&LIST, &values![tx.tenant(), &programme], read)?;
    open_reasons(tx, &mut found)?;
    Ok(found)
}

/// The lines of a list in rank order: the annex of the decree.
pub fn lines(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Vec<ListLine>, StoreError> {
    list_lines(tx, id, false)
}

/// The people of a list as the register has them now, in rank order; those who wait come last.
pub fn people(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Vec<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&PEOPLE, &values![tenant, &id], |columns| people::read(keys, tenant, columns))
}

/// Those who wait behind a list, in rank order.
pub fn waiting(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Vec<ListLine>, StoreError> {
    list_lines(tx, id, true)
}

/// Says where a list stands.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<kind::Proposal>,
    state: &ProposalState,
) -> Result<(), StoreError> {
    let values = values![state.name(), reason_of(state).map(|_| ""), tx.tenant(), &id];
    match tx.run(&SET_STATE, &values)? {
        0 => Err(StoreError::NotFound { what: "proposal" }),
        _ => keep_reason(tx, id, state),
    }
}

/// Whether somebody whom this sheet enlisted stands on a list made, put forward or approved.
pub fn uses_sheet(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<bool, StoreError> {
    let count: Option<i64> =
        tx.one(&SHEET_USES, &values![tx.tenant(), &sheet], |columns| columns.take())?;
    Ok(count.unwrap_or_default() > 0)
}

pub use crate::funds::committed;

/// Why somebody was left out of a list, or against whom somebody on it won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalNote {
    /// Who.
    pub person: Id<kind::Person>,
    /// The stable name of the reason; [`WON`] for somebody who stays.
    pub reason: Box<str>,
    /// The day of the list behind it.
    pub as_of: Option<Day>,
    /// The other programme, and the rule that decided.
    pub other: Option<(Id<kind::Programme>, OverlapRule)>,
}

/// The reason of somebody who stays although another programme wants them too.
pub const WON: &str = "won";

/// Keeps what was said of the people of a list when it was put forward.
pub fn insert_notes(
    tx: &mut Tx<'_>,
    proposal: Id<kind::Proposal>,
    notes: &[ProposalNote],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = notes.iter().zip(0u32..).map(|(note, number)| {
        values![
            tenant,
            &proposal,
            number,
            &note.person,
            &note.reason,
            note.as_of,
            note.other.as_ref().map(|(programme, _)| programme),
            note.other.as_ref().map(|(_, rule)| rule.name()),
        ]
    });
    tx.insert(&NOTE_INSERT, rows).map(|_| ())
}

/// What was said of the people of a list, in the order of saying.
pub fn notes(
    tx: &mut Tx<'_>,
    proposal: Id<kind::Proposal>,
) -> Result<Vec<ProposalNote>, StoreError> {
    tx.all(&NOTES, &values![tx.tenant(), &proposal], |columns| {
        let (person, reason, as_of) = (columns.take()?, columns.take()?, columns.take()?);
        let (other, rule): (Option<Id<kind::Programme>>, Option<String>) =
            (columns.take()?, columns.take()?);
        let rule = rule.as_deref().and_then(OverlapRule::from_name);
        Ok(ProposalNote { person, reason, as_of, other: other.zip(rule) })
    })
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
    memberships::insert_all(tx, proposal.id, &approval.memberships, approved_at_ms)
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

/// Keeps why a list was returned: the column says only that it was said.
fn keep_reason(
    tx: &mut Tx<'_>,
    id: Id<kind::Proposal>,
    state: &ProposalState,
) -> Result<(), StoreError> {
    match reason_of(state) {
        Some(reason) => reasons::keep(tx, id.as_bytes(), Part::List, reason),
        None => Ok(()),
    }
}

fn open_reasons(tx: &mut Tx<'_>, found: &mut [Proposal]) -> Result<(), StoreError> {
    for proposal in found {
        if let ProposalState::Returned(reason) = &mut proposal.state
            && reason.is_empty()
        {
            let words = reasons::get(tx, proposal.id.as_bytes(), Part::List)?;
            *reason = words.unwrap_or_default().into();
        }
    }
    Ok(())
}

fn item_values<'a>(
    owner: Owner<'_>,
    seal: &Seal<'_>,
    proposal: &'a Id<kind::Proposal>,
    line: &'a ListLine,
    waiting: bool,
) -> [Value<'a>; 12] {
    values![
        owner.tenant,
        proposal,
        line.rank,
        &line.person,
        seal.seal(owner, "name", line.name.as_str().as_bytes()),
        seal.seal(owner, "nik", &line.nik.as_u64().to_be_bytes()),
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

fn list_lines(
    tx: &mut Tx<'_>,
    id: Id<kind::Proposal>,
    waiting: bool,
) -> Result<Vec<ListLine>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &id);
    tx.all(&ITEM_LIST, &values![tenant, &id, waiting], |columns| read_line(keys, owner, columns))
}

fn read_line(
    keys: &KeyRing,
    owner: Owner<'_>,
    columns: &mut Columns<'_>,
) -> Result<ListLine, StoreError> {
    let person = columns.take()?;
    let own = Owner::new(owner.tenant, &person);
    let seal = take_wrapped(columns)?.map(|key| keys.unwrap(own, &key)).transpose()?;
    let rank = columns.take()?;
    let (name, nik) = take_identity(columns, seal.as_ref(), owner)?;
    Ok(ListLine {
        rank,
        person,
        name,
        nik,
        place: columns.take()?,
        occupation: columns.take()?,
        sector: columns.take_with("a sector", WorkSector::from_name)?,
        monthly: columns.take()?,
        committed: columns.take()?,
    })
}

/// The next two columns as a name and a number; placeholders when the person was erased.
pub(crate) fn take_identity(
    columns: &mut Columns<'_>,
    seal: Option<&Seal<'_>>,
    owner: Owner<'_>,
) -> Result<(PersonName, Nik), StoreError> {
    let (name, nik): (Vec<u8>, Vec<u8>) = (columns.take()?, columns.take()?);
    match seal {
        Some(seal) => {
            Ok((seal.open_name(owner, "name", &name)?, seal.open_nik(owner, "nik", &nik)?))
        }
        None => Ok((PersonName::erased(), Nik::erased())),
    }
}
