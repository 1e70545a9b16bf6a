//! Who holds which role, where and until when: granted, lent, taken behind the glass, ended.
//!
//! What an account may do is read at each request, so that a role taken away is gone at once.

use base::id::kind;
use base::{Day, Id, RegionCode, Rupiah};
use domain::access::{Grant, Operation, Role, TWO_FACTORS, Target, are_compatible};
use domain::task::{Task, TaskKind};
use sha2::{Digest, Sha256};
use store::Tx;
pub use store::access::GrantRecord;
use store::orgs::User;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office};
use crate::tasks::{Forward, check_bound, line_of};

/// The longest a role may be lent.
const LEND_DAYS_MAX: i32 = 92;
/// The longest that access behind the glass lasts.
const GLASS_HOURS_MAX: u8 = 8;
/// A reason is a sentence, not a dot.
const REASON_CHARS_MIN: usize = 10;

/// A role to be granted or lent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRequest {
    /// To whom, by the name of the account.
    pub user: String,
    /// Which.
    pub role: Role,
    /// Where; the whole regency when absent.
    pub territory: Option<RegionCode>,
    /// In which office, by its code.
    pub org: Option<String>,
    /// The first day; today when absent.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

/// An account with everything it holds.
#[derive(Debug, Clone)]
pub struct UserOverview {
    /// The account.
    pub user: User,
    /// What it holds, lent roles too, oldest first.
    pub grants: Vec<GrantRecord>,
}

/// The roles of one account, as it sees them itself.
#[derive(Debug, Clone)]
pub struct OwnRoles {
    /// What it holds, lent roles too, oldest first.
    pub held: Vec<GrantRecord>,
    /// What it has lent, with the name of each borrower.
    pub lent: Vec<(Box<str>, GrantRecord)>,
}

impl UserOverview {
    /// Whether some role of it asks for a second factor.
    pub fn needs_second_factor(&self) -> bool {
        self.grants.iter().any(|record| TWO_FACTORS.contains(&record.grant.role))
    }
}

impl Office {
    /// The account as somebody who acts, with what it may do at this moment.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn actor_of(&self, tx: &mut Tx<'_>, user: &User) -> Result<Actor, AppError> {
        let held = self.held_now(tx, user)?;
        Ok(Actor::of(user, held.into_iter().map(|record| record.grant).collect()))
    }

    /// Somebody who acts, with what they may do at this moment, inside the transaction of the act.
    pub(crate) fn actor_now(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Actor, AppError> {
        if let Some(through) = &actor.through {
            let now = self.actor_through(tx, through.token)?;
            let now = now.ok_or_else(|| AppError::refused("USER_MAY_NOT", &*actor.name))?;
            return Ok(Actor { through: actor.through, ..now });
        }
        let user = store::orgs::user(tx, actor.id)?;
        let user = user.ok_or_else(|| AppError::not_found("USER_UNKNOWN", &*actor.name))?;
        self.actor_of(tx, &user)
    }

    /// What somebody holds now: a lent role only while its lender holds it too, and nothing while
    /// the account is shut.
    pub(crate) fn held_now(
        &self,
        tx: &mut Tx<'_>,
        user: &User,
    ) -> Result<Vec<GrantRecord>, AppError> {
        if user.suspended_at_ms.is_some() {
            return Ok(Vec::new());
        }
        let (today, now) = (self.environment.today(), self.now_ms());
        let mut held = Vec::new();
        for record in store::access::grants_of(tx, user.id)? {
            let lent = match record.grant.lent_by {
                None => true,
                Some(lender) => self.lender_holds(tx, lender, &record.grant, today)?,
            };
            let open = record.glass_until_ms.is_none_or(|until| now < until);
            if lent && open && record.grant.holds_on(today) {
                held.push(record);
            }
        }
        Ok(held)
    }

    fn lender_holds(
        &self,
        tx: &mut Tx<'_>,
        lender: Id<kind::User>,
        lent: &Grant,
        today: Day,
    ) -> Result<bool, AppError> {
        let shut = store::orgs::user(tx, lender)?.is_none_or(|user| user.suspended_at_ms.is_some());
        let own = store::access::grants_of(tx, lender)?;
        Ok(!shut
            && own.iter().any(|record| covers(&record.grant, lent) && record.grant.holds_on(today)))
    }

    /// The record of a role that the actor gives.
    pub(crate) fn granted(
        &self,
        actor: &Actor,
        holder: Id<kind::User>,
        grant: Grant,
    ) -> GrantRecord {
        GrantRecord {
            id: self.environment.new_id(),
            holder,
            grant,
            granted_by: actor.id,
            granted_at_ms: self.now_ms(),
            glass_until_ms: None,
            reason: None,
            provided_by: None,
        }
    }

    /// Adds an account with its first role in the whole regency; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `CODE_TAKEN` when the name is taken by an account without that role,
    /// `NAME_UNFIT`.
    pub fn add_user(&self, actor: &Actor, name: &str, role: Role) -> Result<(), AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        if !is_account_name(name) || role == Role::Public {
            return Err(AppError::usage("NAME_UNFIT", name));
        }
        let user = User::new(self.environment.new_id(), name);
        let grant = Grant::of(role, self.store.tenant(), self.environment.today());
        let held = self.granted(actor, user.id, grant);
        self.store.write(|tx| match store::orgs::user_by_name(tx, name)? {
            Some(known) => {
                let grants = store::access::grants_of(tx, known.id)?;
                match grants.iter().any(|record| record.grant.role == role) {
                    true => Ok(()),
                    false => Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", name)),
                }
            }
            None => {
                store::orgs::insert_user(tx, &user)?;
                store::access::insert_grant(tx, &held)?;
                self.record(tx, actor, "user-added", "user", user.id.as_bytes())
            }
        })
    }

    /// Adds an account that holds nothing yet: its roles are put forward one by one.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `NAME_UNFIT`, `CODE_TAKEN`.
    pub fn add_account(&self, actor: &Actor, name: &str) -> Result<(), AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        if !is_account_name(name) {
            return Err(AppError::usage("NAME_UNFIT", name));
        }
        let user = User::new(self.environment.new_id(), name);
        self.store.write(|tx| {
            if store::orgs::user_by_name(tx, name)?.is_some() {
                return Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", name));
            }
            store::orgs::insert_user(tx, &user)?;
            self.record(tx, actor, "user-added", "user", user.id.as_bytes())
        })
    }

    /// What somebody holds themselves, and what they have lent to others, by name.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn own_roles(&self, actor: &Actor) -> Result<OwnRoles, AppError> {
        self.authorize(actor, Operation::OwnDesk, &of(actor))?;
        self.store.read(|tx| {
            let held = store::access::grants_of(tx, actor.id)?;
            let mut lent = Vec::new();
            for record in store::access::grants(tx)? {
                if record.grant.lent_by == Some(actor.id) {
                    let holder = store::orgs::user(tx, record.holder)?;
                    lent.push((holder.map_or("".into(), |user| user.name), record));
                }
            }
            Ok(OwnRoles { held, lent })
        })
    }

    /// Gives a role at once: on the machine itself, or when other eyes have approved.
    ///
    /// # Errors
    /// `USER_UNKNOWN`, `ORG_UNKNOWN`, `ROLES_INCOMPATIBLE`, `DAYS_OUT_OF_ORDER`.
    pub fn grant_role(&self, actor: &Actor, request: &GrantRequest) -> Result<(), AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        self.store.write(|tx| {
            let record = self.checked_grant(tx, actor, request)?;
            if self.is_held(tx, &record)? {
                return Ok(());
            }
            store::access::insert_grant(tx, &record)?;
            self.record(tx, actor, "role-granted", "user", record.holder.as_bytes())
        })
    }

    /// Puts a role forward for others to approve; given at once while nobody else could.
    ///
    /// # Errors
    /// Those of [`Office::grant_role`].
    pub fn propose_grant(
        &self,
        actor: &Actor,
        request: &GrantRequest,
    ) -> Result<Option<Id<Task>>, AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        if !self.somebody_else_decides_on(actor, TaskKind::Grant, Some(&request.user))? {
            return self.grant_role(actor, request).map(|()| None);
        }
        self.store.write(|tx| {
            let record = self.checked_grant(tx, actor, request)?;
            let content = write_request(request, &record.grant);
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Grant,
                object: *record.holder.as_bytes(),
                hash: Sha256::digest(content.as_bytes()).into(),
                effect: Rupiah::ZERO,
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "role-proposed", "user", record.holder.as_bytes())?;
            Ok(Some(task.id))
        })
    }

    /// Gives the role of an approved task, checked once more as things stand now.
    pub(crate) fn grant_approved(
        &self,
        tx: &mut Tx<'_>,
        checker: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "task");
        check_bound(task, content)?;
        let request = read_request(content).ok_or_else(damaged)?;
        let mut record = self.checked_grant(tx, checker, &request)?;
        record.granted_by = task.maker;
        if !self.is_held(tx, &record)? {
            store::access::insert_grant(tx, &record)?;
        }
        self.record(tx, checker, "role-granted", "user", record.holder.as_bytes())
    }

    /// A grant as asked for, once nothing speaks against it.
    pub(crate) fn checked_grant(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        request: &GrantRequest,
    ) -> Result<GrantRecord, AppError> {
        let name = request.user.as_str();
        let holder = store::orgs::user_by_name(tx, name)?;
        let holder = holder.ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?;
        let org = match request.org.as_deref() {
            None => None,
            Some(code) => {
                let org = store::orgs::by_code(tx, code)?;
                Some(org.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))?)
            }
        };
        let of_org = org.as_ref().map(|org| org.territory);
        let grant = Grant {
            territory: request.territory.or(of_org).unwrap_or(self.store.tenant()),
            org: org.map(|org| org.id),
            until: request.until,
            ..Grant::of(
                request.role,
                self.store.tenant(),
                request.from.unwrap_or(self.environment.today()),
            )
        };
        if grant.until.is_some_and(|until| until < grant.from) || request.role == Role::Public {
            return Err(AppError::usage("DAYS_OUT_OF_ORDER", name));
        }
        if !self.store.tenant().contains(grant.territory) {
            return Err(AppError::refused("OUTSIDE_TERRITORY", grant.territory.to_string()));
        }
        let record = self.granted(actor, holder.id, grant);
        self.check_compatible(tx, &record)?;
        Ok(record)
    }

    /// Refuses a role that its holder must not have beside another on the same days.
    pub(crate) fn check_compatible(
        &self,
        tx: &mut Tx<'_>,
        wanted: &GrantRecord,
    ) -> Result<(), AppError> {
        for held in store::access::grants_of(tx, wanted.holder)? {
            let counts = !held.grant.glass && overlap(&held.grant, &wanted.grant);
            if counts && !are_compatible(held.grant.role, wanted.grant.role) {
                let roles = format!("{} + {}", held.grant.role.name(), wanted.grant.role.name());
                return Err(AppError::refused("ROLES_INCOMPATIBLE", roles));
            }
        }
        Ok(())
    }

    fn is_held(&self, tx: &mut Tx<'_>, wanted: &GrantRecord) -> Result<bool, AppError> {
        let held = store::access::grants_of(tx, wanted.holder)?;
        Ok(held.iter().any(|record| record.grant == wanted.grant))
    }

    /// Lends one of the actor's own roles to another for some days.
    ///
    /// # Errors
    /// `SAME_PERSON`, `ROLE_NOT_HELD`, `LEND_TOO_LONG`, and those of [`Office::grant_role`].
    pub fn lend_role(&self, actor: &Actor, request: &GrantRequest) -> Result<(), AppError> {
        self.authorize(actor, Operation::OwnDesk, &of(actor))?;
        let until = request.until.ok_or_else(|| AppError::usage("LEND_TOO_LONG", ""))?;
        self.store.write(|tx| {
            let mut record = self.checked_grant(tx, actor, request)?;
            if record.holder == actor.id {
                return Err(AppError::refused("SAME_PERSON", ""));
            }
            if record.grant.from.plus_days(LEND_DAYS_MAX) < until {
                return Err(AppError::refused("LEND_TOO_LONG", LEND_DAYS_MAX.to_string()));
            }
            let own = actor.grants.iter().filter(|grant| grant.lent_by.is_none() && !grant.glass);
            if !own.into_iter().any(|grant| covers(grant, &record.grant)) {
                return Err(AppError::refused("ROLE_NOT_HELD", request.role.name()));
            }
            record.grant.lent_by = Some(actor.id);
            if self.is_held(tx, &record)? {
                return Ok(());
            }
            store::access::insert_grant(tx, &record)?;
            self.record(tx, actor, "role-lent", "user", record.holder.as_bytes())
        })
    }

    /// Ends a grant: by an administrator, or by who lent it.
    ///
    /// # Errors
    /// `GRANT_UNKNOWN`, `LAST_ADMINISTRATOR`.
    pub fn end_grant(&self, actor: &Actor, id: Id<Grant>) -> Result<(), AppError> {
        self.store.write(|tx| {
            let all = store::access::grants(tx)?;
            let found = all.iter().find(|record| record.id == id);
            let found =
                found.ok_or_else(|| AppError::not_found("GRANT_UNKNOWN", id.to_string()))?;
            if found.grant.lent_by != Some(actor.id) {
                self.authorize(actor, Operation::ManageUsers, &Target::default())?;
            }
            if keeps_the_office(found)
                && !all.iter().any(|other| other.id != id && keeps_the_office(other))
            {
                return Err(AppError::refused("LAST_ADMINISTRATOR", ""));
            }
            store::access::end_grant(tx, id, actor.id, self.now_ms())?;
            self.record(tx, actor, "role-ended", "user", found.holder.as_bytes())
        })
    }

    /// Reads beyond one's grants, for a reason and some hours; auditors see it at once.
    ///
    /// # Errors
    /// `REASON_MISSING`, `GLASS_TOO_LONG`.
    pub fn break_glass(&self, actor: &Actor, reason: &str, hours: u8) -> Result<(), AppError> {
        self.authorize(actor, Operation::BreakGlass, &of(actor))?;
        if reason.trim().chars().count() < REASON_CHARS_MIN {
            return Err(AppError::usage("REASON_MISSING", ""));
        }
        if hours == 0 || hours > GLASS_HOURS_MAX {
            return Err(AppError::usage("GLASS_TOO_LONG", GLASS_HOURS_MAX.to_string()));
        }
        let grant = Grant::of(Role::Auditor, self.store.tenant(), self.environment.today());
        let mut record = self.granted(actor, actor.id, Grant { glass: true, ..grant });
        record.glass_until_ms = Some(record.granted_at_ms + i64::from(hours) * 3_600_000);
        record.reason = Some(reason.trim().into());
        self.store.write(|tx| {
            store::access::insert_grant(tx, &record)?;
            self.record(tx, actor, "glass-broken", "user", actor.id.as_bytes())
        })
    }

    /// Shuts an account or opens it again; its roles stay, and hold nothing while it is shut.
    ///
    /// # Errors
    /// `USER_UNKNOWN`, `SAME_PERSON`, `LAST_ADMINISTRATOR`.
    pub fn suspend_user(&self, actor: &Actor, name: &str, shut: bool) -> Result<(), AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        self.store.write(|tx| {
            let user = store::orgs::user_by_name(tx, name)?;
            let user = user.ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?;
            if user.suspended_at_ms.is_some() == shut {
                return Ok(());
            }
            if user.id == actor.id {
                return Err(AppError::new(ErrorKind::NeedsAnother, "SAME_PERSON", name));
            }
            let all = store::access::grants(tx)?;
            let others = all.iter().filter(|record| record.holder != user.id);
            if shut && !others.into_iter().any(keeps_the_office) {
                return Err(AppError::refused("LAST_ADMINISTRATOR", name));
            }
            let since = shut.then(|| self.now_ms());
            store::orgs::suspend_user(tx, user.id, since)?;
            let act = if shut { "user-suspended" } else { "user-opened" };
            self.record(tx, actor, act, "user", user.id.as_bytes())
        })
    }

    /// Everybody with an account and what they hold, by name.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn users(&self, actor: &Actor) -> Result<Vec<UserOverview>, AppError> {
        self.authorize(actor, Operation::ReadUsers, &Target::default())?;
        self.store.read(|tx| {
            let mut grants = store::access::grants(tx)?;
            store::access::read_reasons(tx, &mut grants)?;
            let of = |id| grants.iter().filter(move |record| record.holder == id).cloned();
            let users = store::orgs::users(tx)?.into_iter();
            Ok(users.map(|user| UserOverview { grants: of(user.id).collect(), user }).collect())
        })
    }
}

/// What is somebody's own.
fn of(actor: &Actor) -> Target {
    Target { owner: Some(actor.id), ..Target::default() }
}

/// A role put forward, one `name=value` per line: what the approver is shown and the hash binds.
fn write_request(request: &GrantRequest, grant: &Grant) -> String {
    let mut text = format!(
        "user={}\nrole={}\nterritory={}\nfrom={}\n",
        request.user,
        grant.role.name(),
        grant.territory,
        grant.from,
    );
    if let Some(org) = &request.org {
        text.push_str(&format!("org={org}\n"));
    }
    if let Some(until) = grant.until {
        text.push_str(&format!("until={until}\n"));
    }
    text
}

/// Reads back what [`write_request`] wrote.
fn read_request(text: &str) -> Option<GrantRequest> {
    let value = |name: &str| line_of(text, name);
    let day = |name: &str| value(name).map(Day::parse_iso);
    Some(GrantRequest {
        user: value("user")?.to_owned(),
        role: Role::from_name(value("role")?)?,
        territory: Some(RegionCode::parse(value("territory")?)?),
        org: value("org").map(str::to_owned),
        from: Some(day("from")??),
        until: match day("until") {
            Some(until) => Some(until?),
            None => None,
        },
    })
}

/// Whether one grant reaches everything that another does.
fn covers(own: &Grant, lent: &Grant) -> bool {
    own.role == lent.role
        && !own.glass
        && own.lent_by.is_none()
        && own.territory.contains(lent.territory)
        && (own.org.is_none() || own.org == lent.org)
        && own.from <= lent.from
        && own.until.is_none_or(|until| lent.until.is_some_and(|lent| lent <= until))
}

fn overlap(one: &Grant, other: &Grant) -> bool {
    let ends_before = |a: &Grant, b: &Grant| a.until.is_some_and(|until| until < b.from);
    !ends_before(one, other) && !ends_before(other, one)
}

/// Whether it lets its holder keep the accounts of the office.
fn keeps_the_office(record: &GrantRecord) -> bool {
    let grant = &record.grant;
    matches!(grant.role, Role::Administrator | Role::Operator)
        && grant.lent_by.is_none()
        && grant.until.is_none()
}

/// A name to log in with: short, lower case, nothing that reads as an address or a number.
pub(crate) fn is_account_name(name: &str) -> bool {
    let fits =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    (2..=40).contains(&name.len())
        && name.chars().all(fits)
        && name.starts_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests;
