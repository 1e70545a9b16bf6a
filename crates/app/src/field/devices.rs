//! Devices: prepared by an agent who is signed in, for three days at a time, opened again when the
//! hours are over or the PIN is forgotten, and ended from afar.

use base::Id;
use base::id::kind;
use domain::access::{Operations, Role};
use domain::field::{DeviceDetails, DeviceState, FieldDevice, SESSION_HOURS};
use domain::outreach::Agent;
use domain::programme::Programme;
use store::Tx;
use store::api::ApiToken;

use super::envelope::{self, Secret};
use super::takes_in_the_field;
use crate::api::{TOKEN_MARK, is_alive};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

/// The longest name of a device.
const LABEL_CHARS_MAX: usize = 40;
/// Keys that a device has opened in one go.
pub const KEYS_MOST: usize = 50;
const HOUR_MS: i64 = 3_600_000;

/// What somebody who is signed in may prepare a device for.
#[derive(Debug, Clone)]
pub struct FieldStart {
    /// Agents who sign in by this account, each with the name of the territory.
    pub agents: Vec<(Agent, String)>,
    /// Programmes for which people are registered in the field.
    pub programmes: Vec<Programme>,
}

/// A device to be prepared, or signed in anew.
#[derive(Debug, Clone)]
pub struct DeviceAsked {
    /// Its number, made on the device.
    pub device: Id<kind::Device>,
    /// For which agent, by code.
    pub agent: String,
    /// For which programme, by code.
    pub programme: String,
    /// What the agent calls it.
    pub label: String,
}

/// A device that was prepared.
pub struct Prepared {
    /// What it shows whenever it asks for something: seen this once.
    pub token: String,
    /// When that ends.
    pub ends_at_ms: i64,
    /// The office's clock.
    pub now_ms: i64,
    /// The point under which the device closes its keys for the office.
    pub office_key: Vec<u8>,
}

/// A device in a list.
#[derive(Debug, Clone)]
pub struct DeviceShown {
    /// It.
    pub device: FieldDevice,
    /// What its agent calls it.
    pub label: Box<str>,
    /// How it stands.
    pub state: DeviceState,
    /// When it was heard of last.
    pub seen_at_ms: Option<i64>,
    /// How many records came from it.
    pub records: u32,
    /// Whether whoever looks may end it.
    pub may_end: bool,
}

impl Office {
    /// What the actor may prepare a device for.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `FIELD_AGENT_NONE` for an account by which no agent signs in.
    pub fn field_start(&self, actor: &Actor) -> Result<FieldStart, AppError> {
        self.authorize_somewhere(actor, Operation::RegisterInField)?;
        self.store.read(|tx| {
            let agents = self.own_agents(tx, actor)?;
            let today = self.environment.today();
            let mut programmes = store::programmes::list(tx)?;
            programmes
                .retain(|one| agents.iter().any(|agent| takes_in_the_field(one, agent, today)));
            let named = agents.into_iter().map(|agent| {
                let name = self.name_of(agent.territory);
                (agent, name)
            });
            Ok(FieldStart { agents: named.collect(), programmes })
        })
    }

    /// Agents who sign in by the actor's account, work today and may register where they work.
    fn own_agents(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Agent>, AppError> {
        let today = self.environment.today();
        let all = store::outreach::agents(tx)?.into_iter().map(|(agent, _)| agent);
        let own = all.filter(|agent| {
            let target = Target::in_region(agent.territory);
            agent.account == Some(actor.id)
                && agent.works_on(today)
                && self.reaches(actor, Operation::RegisterInField, &target)
        });
        let own: Vec<Agent> = own.collect();
        match own.is_empty() {
            true => Err(AppError::refused("FIELD_AGENT_NONE", "")),
            false => Ok(own),
        }
    }

    /// Prepares a device for three days, or signs it in anew: what it showed before ends.
    ///
    /// # Errors
    /// `USER_MAY_NOT` to a program, `FIELD_AGENT_NONE`, `FIELD_AGENT_WITHOUT_OFFICE`,
    /// `FIELD_PROGRAMME_UNFIT`, `FIELD_LABEL_UNFIT`, `FIELD_DEVICE_UNKNOWN` for a device of
    /// somebody else, `FIELD_DEVICE_ENDED`.
    pub fn prepare_device(&self, actor: &Actor, asked: &DeviceAsked) -> Result<Prepared, AppError> {
        if actor.through.is_some() {
            return Err(AppError::refused("USER_MAY_NOT", &*actor.name));
        }
        let label = base::person::fold_spaces(&asked.label);
        let is_fit = !label.is_empty() && label.chars().count() <= LABEL_CHARS_MAX;
        if !is_fit || label.chars().any(char::is_control) || base::nik::stands_in(&label) {
            return Err(AppError::usage("FIELD_LABEL_UNFIT", ""));
        }
        let (token, now) = (self.new_token(), self.now_ms());
        let fresh = Secret::draw(&mut || self.environment.random_bytes());
        self.store.write(|tx| {
            let agents = self.own_agents(tx, actor)?;
            let none = || AppError::refused("FIELD_AGENT_NONE", "");
            let agent = agents.iter().find(|one| *one.code == *asked.agent).ok_or_else(none)?;
            self.org_above(tx, agent)?;
            let programme = self.field_programme(tx, agent, &asked.programme)?;
            let kept = store::field::device(tx, asked.device)?;
            if let Some((device, _)) = &kept {
                check_own(device, actor, agent, now)?;
            }
            let shown = ApiToken {
                id: self.environment.new_id(),
                holder: actor.id,
                grant: self.grant_in(tx, actor, agent)?,
                name: "lapangan".into(),
                operations: Operations::of([Operation::RegisterInField]),
                made_at_ms: now,
                ends_at_ms: now + SESSION_HOURS * HOUR_MS,
                ended_at_ms: None,
                used_at_ms: None,
            };
            store::api::insert_token(tx, &token.hash(), &shown)?;
            let device = FieldDevice {
                id: asked.device,
                agent: agent.id,
                account: actor.id,
                token: shown.id,
                programme: programme.id,
                prepared_at_ms: now,
                ends_at_ms: shown.ends_at_ms,
                ended_at_ms: None,
                wipes: false,
            };
            let secret = match kept {
                Some((before, details)) => {
                    store::api::end_token(tx, before.token, now)?;
                    store::field::set_device(tx, &device)?;
                    Secret::of(&details.secret).ok_or_else(unusable)?
                }
                None => {
                    let details =
                        DeviceDetails { label: label.as_str().into(), secret: *fresh.bytes() };
                    store::field::insert_device(tx, &device, &details)?;
                    Secret::of(&details.secret).ok_or_else(unusable)?
                }
            };
            self.record(tx, actor, "field-device-prepared", "field-device", device.id.as_bytes())?;
            Ok(Prepared {
                token: format!("{TOKEN_MARK}{}", token.as_str()),
                ends_at_ms: device.ends_at_ms,
                now_ms: now,
                office_key: secret.point(),
            })
        })
    }

    fn field_programme(
        &self,
        tx: &mut Tx<'_>,
        agent: &Agent,
        code: &str,
    ) -> Result<Programme, AppError> {
        let today = self.environment.today();
        let programme = store::programmes::by_code(tx, code)?;
        let fit = programme.filter(|one| takes_in_the_field(one, agent, today));
        fit.ok_or_else(|| AppError::refused("FIELD_PROGRAMME_UNFIT", code))
    }

    /// The role by which somebody registers where an agent works.
    fn grant_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        agent: &Agent,
    ) -> Result<Id<domain::access::Grant>, AppError> {
        let may_not = || AppError::refused("USER_MAY_NOT", &*actor.name);
        let user = store::orgs::user(tx, actor.id)?.ok_or_else(may_not)?;
        let target = Target::in_region(agent.territory);
        let mut held = self.held_now(tx, &user)?;
        // The narrowest role that will do.
        held.sort_by_key(|record| record.grant.role != Role::Agent);
        let fits = held.into_iter().find(|record| {
            let alone = Actor::of(&user, vec![record.grant.clone()]);
            !record.grant.glass && self.reaches(&alone, Operation::RegisterInField, &target)
        });
        fits.map(|record| record.id).ok_or_else(may_not)
    }

    /// Opens keys that a device of the actor's closed for the office: after its hours, or when the
    /// PIN is forgotten.
    ///
    /// # Errors
    /// `FIELD_DEVICE_UNKNOWN`, `FIELD_DEVICE_ENDED`, `FIELD_KEY_UNFIT`.
    pub fn open_device_keys(
        &self,
        actor: &Actor,
        id: Id<kind::Device>,
        closed: &[Vec<u8>],
    ) -> Result<Vec<[u8; 32]>, AppError> {
        self.authorize_somewhere(actor, Operation::RegisterInField)?;
        let unfit = || AppError::usage("FIELD_KEY_UNFIT", "");
        if actor.through.is_some() || closed.len() > KEYS_MOST {
            return Err(unfit());
        }
        let now = self.now_ms();
        self.store.write(|tx| {
            let unknown = || AppError::not_found("FIELD_DEVICE_UNKNOWN", "");
            let (device, details) = store::field::device(tx, id)?.ok_or_else(unknown)?;
            if device.account != actor.id {
                return Err(unknown());
            }
            check_not_ended(&device, now)?;
            let secret = Secret::of(&details.secret).ok_or_else(unusable)?;
            let opened = closed.iter().map(|one| envelope::open(&secret, one).ok_or_else(unfit));
            let opened = opened.collect::<Result<Vec<_>, _>>()?;
            self.record(tx, actor, "field-keys-opened", "field-device", id.as_bytes())?;
            Ok(opened)
        })
    }

    /// Ends a device: one's own, or anybody's by whoever keeps agents where its agent works. With
    /// `wipes` it forgets everything when it is heard of next. Again is no change.
    ///
    /// # Errors
    /// `FIELD_DEVICE_UNKNOWN`, `USER_MAY_NOT`.
    pub fn end_device(
        &self,
        actor: &Actor,
        id: Id<kind::Device>,
        wipes: bool,
    ) -> Result<(), AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.write(|tx| {
            let unknown = || AppError::not_found("FIELD_DEVICE_UNKNOWN", id.to_string());
            let (device, _) = store::field::device(tx, id)?.ok_or_else(unknown)?;
            let agent = self.agent_of(tx, device.agent)?;
            let target = Target::in_region(agent.territory);
            self.authorize_or(actor, Operation::ReadOutreach, &target, unknown)?;
            if device.account != actor.id {
                self.authorize(actor, Operation::HandleOutreach, &target)?;
            }
            let now = self.now_ms();
            if device.ended_at_ms.is_some() && (device.wipes || !wipes) {
                return Ok(());
            }
            store::api::end_token(tx, device.token, now)?;
            let ended_at_ms = device.ended_at_ms.or(Some(now));
            store::field::set_device(tx, &FieldDevice { ended_at_ms, wipes, ..device })?;
            let act = if wipes { "field-device-wiped" } else { "field-device-ended" };
            self.record(tx, actor, act, "field-device", id.as_bytes())
        })
    }

    /// How a device stands, for the device itself, which has nothing to show any more: nobody else
    /// has its number.
    ///
    /// # Errors
    /// `FIELD_DEVICE_UNKNOWN`.
    pub fn device_state(&self, id: Id<kind::Device>) -> Result<DeviceState, AppError> {
        self.store.read(|tx| {
            let unknown = || AppError::not_found("FIELD_DEVICE_UNKNOWN", "");
            let (device, _) = store::field::device(tx, id)?.ok_or_else(unknown)?;
            self.state_of(tx, &device)
        })
    }

    fn state_of(&self, tx: &mut Tx<'_>, device: &FieldDevice) -> Result<DeviceState, AppError> {
        let now = self.now_ms();
        let state = device.state_at(now);
        let token = store::api::token(tx, device.token)?;
        let shows = token.is_some_and(|token| is_alive(&token, now));
        Ok(if state == DeviceState::Active && !shows { DeviceState::Expired } else { state })
    }

    /// The devices of an agent, the newest first.
    ///
    /// # Errors
    /// `AGENT_UNKNOWN`.
    pub fn devices_of_agent(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<Vec<DeviceShown>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.read(|tx| {
            let unknown = || AppError::not_found("AGENT_UNKNOWN", code);
            let (agent, _) = store::outreach::agent_by_code(tx, code)?.ok_or_else(unknown)?;
            let target = Target::in_region(agent.territory);
            self.authorize_or(actor, Operation::ReadOutreach, &target, unknown)?;
            let handles = self.reaches(actor, Operation::HandleOutreach, &target);
            let records = store::field::records_of_agent(tx, agent.id, 0)?;
            let mut shown = Vec::new();
            for (device, details) in store::field::devices(tx)? {
                if device.agent != agent.id {
                    continue;
                }
                let token = store::api::token(tx, device.token)?;
                let came = records.iter().filter(|one| one.record.device == device.id);
                shown.push(DeviceShown {
                    label: details.label,
                    state: self.state_of(tx, &device)?,
                    seen_at_ms: token.and_then(|token| token.used_at_ms),
                    records: came.count() as u32,
                    may_end: handles || device.account == actor.id,
                    device,
                });
            }
            Ok(shown)
        })
    }

    /// The device by which the actor acts.
    pub(super) fn own_device(&self, actor: &Actor) -> Result<super::DeviceFile, AppError> {
        let unknown = || AppError::refused("FIELD_DEVICE_UNKNOWN", "");
        let through = actor.through.ok_or_else(unknown)?;
        let file = self.store.read(|tx| {
            let found = store::field::device_of_token(tx, through.token)?;
            let (device, details) = found.ok_or_else(unknown)?;
            check_not_ended(&device, self.now_ms())?;
            self.device_file(tx, (device, details.secret))
        })?;
        let target = Target::in_region(file.agent.territory);
        self.authorize(actor, Operation::RegisterInField, &target)?;
        if !file.agent.works_on(self.environment.today()) {
            return Err(AppError::refused("FIELD_AGENT_NONE", ""));
        }
        Ok(file)
    }

    /// The agent with this number.
    pub(super) fn agent_of(&self, tx: &mut Tx<'_>, id: Id<kind::Agent>) -> Result<Agent, AppError> {
        let mut all = store::outreach::agents(tx)?.into_iter().map(|(agent, _)| agent);
        all.find(|one| one.id == id).ok_or_else(|| AppError::not_found("AGENT_UNKNOWN", ""))
    }
}

fn check_own(
    device: &FieldDevice,
    actor: &Actor,
    agent: &Agent,
    now_ms: i64,
) -> Result<(), AppError> {
    if device.account != actor.id || device.agent != agent.id {
        return Err(AppError::not_found("FIELD_DEVICE_UNKNOWN", ""));
    }
    check_not_ended(device, now_ms)
}

fn check_not_ended(device: &FieldDevice, now_ms: i64) -> Result<(), AppError> {
    match device.state_at(now_ms) {
        DeviceState::Active | DeviceState::Expired => Ok(()),
        DeviceState::Ended | DeviceState::Wiped => Err(AppError::refused("FIELD_DEVICE_ENDED", "")),
    }
}

/// A key of ours that is none.
pub(super) fn unusable() -> AppError {
    AppError::new(crate::error::ErrorKind::Integrity, "STORE_DAMAGED", "a device's key")
}
