//! Agents: where they work, under whom, and, sealed under a key of each, who they are.

use base::{PersonName, Phone};
use domain::outreach::{Agent, AgentDetails, OutreachKindKey};

use crate::keys::KeyRing;
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("outreach_agent_insert");
static SET: Sql = sql!("outreach_agent_set");
static LIST: Sql = sql!("outreach_agent_list");
static BY_CODE: Sql = sql!("outreach_agent_by_code");

/// Adds an agent; a taken code is `outreach_agent_code_unique`.
pub fn insert_agent(
    tx: &mut Tx<'_>,
    agent: &Agent,
    details: &AgentDetails,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &agent.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(agent.id.as_bytes(), &key.wrapped)].into_iter())?;
    let details = sealed(&keys.sealer(&key), owner, details);
    let values = [
        Value::from(tenant),
        Value::from(&agent.id),
        Value::from(&agent.code),
        Value::from(&*agent.kind.0),
        Value::from(agent.territory),
        Value::from(agent.supervisor.as_ref()),
        Value::from(agent.account.as_ref()),
        Value::from(agent.quota),
        Value::from(agent.since),
        Value::from(agent.until),
        Value::from(details),
    ];
    tx.run(&INSERT, &values).map(|_| ())
}

/// Keeps an agent as it now is.
pub fn set_agent(tx: &mut Tx<'_>, agent: &Agent, details: &AgentDetails) -> Result<(), StoreError> {
    let missing = || StoreError::NotFound { what: "agent" };
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &agent.id);
    let wrapped = seal::key_of(tx, agent.id.as_bytes())?.ok_or_else(missing)?;
    let details = sealed(&keys.unwrap(owner, &wrapped)?, owner, details);
    let values = [
        Value::from(&*agent.kind.0),
        Value::from(agent.territory),
        Value::from(agent.supervisor.as_ref()),
        Value::from(agent.account.as_ref()),
        Value::from(agent.quota),
        Value::from(agent.since),
        Value::from(agent.until),
        Value::from(details),
        Value::from(tenant),
        Value::from(&agent.id),
    ];
    match tx.run(&SET, &values)? {
        0 => Err(missing()),
        _ => Ok(()),
    }
}

/// Every agent with who they are, by code.
pub fn agents(tx: &mut Tx<'_>) -> Result<Vec<(Agent, AgentDetails)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&LIST, &values![tenant], |columns| read(keys, tenant, columns))
}

/// The agent with this code.
pub fn agent_by_code(
    tx: &mut Tx<'_>,
    code: &str,
) -> Result<Option<(Agent, AgentDetails)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&BY_CODE, &values![tenant, code], |columns| read(keys, tenant, columns))
}

fn sealed(seal: &Seal<'_>, owner: Owner<'_>, details: &AgentDetails) -> Vec<u8> {
    let phone = details.phone.map_or(String::new(), |phone| phone.international());
    let text = format!("{phone}\n{}", details.name.as_str());
    seal.seal(owner, "details", text.as_bytes())
}

fn read(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<(Agent, AgentDetails), StoreError> {
    let (id, code) = (columns.take()?, columns.take()?);
    let kind: String = columns.take()?;
    let agent = Agent {
        id,
        code,
        kind: OutreachKindKey::new(&kind),
        territory: columns.take()?,
        supervisor: columns.take()?,
        account: columns.take()?,
        quota: columns.take()?,
        since: columns.take()?,
        until: columns.take()?,
    };
    let details: Vec<u8> = columns.take()?;
    let owner = Owner::new(tenant, &agent.id);
    let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("an agent's key"))?;
    let text = keys.unwrap(owner, &wrapped)?.open_text(owner, "details", &details)?;
    let (phone, name) = text.split_once('\n').ok_or_else(|| corrupt("an agent"))?;
    let name = PersonName::parse(name).map_err(|_| corrupt("an agent's name"))?;
    Ok((agent, AgentDetails { name, phone: Phone::parse(phone) }))
}
