//! The first ceiling of a fund: one person sets it with the fund, and a task asks another to look
//! at it. Nothing is kept for that but the task: whether somebody has looked follows from what was
//! decided, and who set it from the ledger (docs/decisions/0051).

use base::Id;
use base::id::kind;
use base::person::fold_spaces;
use domain::access::reaching;
use domain::fund::Fund;
use domain::ledger::{Document, chart};
use domain::task::{Task, TaskKind, TaskState, Verdict};
use sha2::{Digest, Sha256};
use store::Tx;
use store::audit::Filter;

use super::{known_fund, task_of};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::tasks::{Forward, check_bound, line_of, name_of, waiting};

/// How far the first ceiling of a fund has been looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CeilingState {
    /// The fund began with nothing: every rupiah of its ceiling came by two.
    Nothing,
    /// Somebody else has agreed to it.
    Agreed,
    /// Two have agreed to another one since.
    Revised,
    /// Somebody else is asked.
    Waits,
    /// Nobody is asked: the question was sent back, ran out, or is from before it was asked.
    Unasked,
}

impl CeilingState {
    /// Every state.
    pub const ALL: [CeilingState; 5] = [
        CeilingState::Nothing,
        CeilingState::Agreed,
        CeilingState::Revised,
        CeilingState::Waits,
        CeilingState::Unasked,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CeilingState::Nothing => "nothing",
            CeilingState::Agreed => "agreed",
            CeilingState::Revised => "revised",
            CeilingState::Waits => "waits",
            CeilingState::Unasked => "unasked",
        }
    }

    /// Whether one person alone stands behind the ceiling.
    pub fn is_ones_own(self) -> bool {
        matches!(self, CeilingState::Waits | CeilingState::Unasked)
    }
}

/// Who set the first ceiling of a fund, and who else has looked at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeilingCheck {
    /// How far it is.
    pub state: CeilingState,
    /// Who set it; not known of one from before that was written down.
    pub set_by: Option<Box<str>>,
    /// Who agreed to it, or to the first one after it.
    pub agreed_by: Vec<Box<str>>,
    /// The task that waits.
    pub task: Option<Task>,
    setter: Option<Id<kind::User>>,
}

impl Office {
    /// Who set the first ceiling of a fund, and who else has looked at it.
    pub(crate) fn ceiling_check(
        &self,
        tx: &mut Tx<'_>,
        fund: &Fund,
    ) -> Result<CeilingCheck, AppError> {
        let granted = chart::appropriate(fund, self.environment.today()).id;
        let transfers = store::ledger::by_document(tx, Document::Fund(fund.id))?;
        let granted = transfers.into_iter().find(|transfer| transfer.id == granted);
        let setter = match granted.as_ref().map(|transfer| transfer.origin.maker) {
            Some(Some(maker)) => Some(maker),
            // Before transfers named their makers: whoever added the fund.
            Some(None) => added_by(tx, fund)?,
            None => None,
        };
        let mut check = CeilingCheck {
            state: CeilingState::Nothing,
            set_by: setter.map(|setter| name_of(tx, setter)).transpose()?,
            agreed_by: Vec::new(),
            task: None,
            setter,
        };
        if granted.is_none() {
            return Ok(check);
        }
        for revision in store::funds::revisions(tx, fund.id)? {
            let task = store::access::task(tx, task_of(&revision))?.map(|record| record.task);
            if let Some(task) = task.filter(|task| task.state == TaskState::Approved) {
                check.state = CeilingState::Revised;
                check.agreed_by = agreed_by(tx, &task)?;
                return Ok(check);
            }
        }
        let asked = store::access::tasks_of(tx, TaskKind::Ceiling, fund.id.as_bytes())?;
        let agreed = asked.iter().find(|record| record.task.state == TaskState::Approved);
        if let Some(record) = agreed {
            check.state = CeilingState::Agreed;
            check.agreed_by = agreed_by(tx, &record.task)?;
            return Ok(check);
        }
        let now = self.now_ms();
        let mut asked = asked.into_iter().map(|record| record.task);
        check.task = asked.rfind(|task| task.waits_at(now));
        check.state =
            if check.task.is_some() { CeilingState::Waits } else { CeilingState::Unasked };
        Ok(check)
    }

    /// The same by the fund's code, for whoever sets funds up or reads about money.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`, `USER_MAY_NOT`.
    pub fn first_ceiling(&self, actor: &Actor, code: &str) -> Result<CeilingCheck, AppError> {
        let sets_up = self.may_somewhere(actor, Operation::SetUp);
        let act = if sets_up { Operation::SetUp } else { Operation::ReadMoney };
        self.authorize(actor, act, &Target::default())?;
        self.store.read(|tx| {
            let fund = known_fund(tx, code)?;
            self.ceiling_check(tx, &fund)
        })
    }

    /// Asks another to look at the first ceiling of a fund, where nobody has and nobody is asked;
    /// the same again is no change.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`, `USER_MAY_NOT`.
    pub fn ask_ceiling_check(&self, actor: &Actor, code: &str) -> Result<CeilingCheck, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        self.store.write(|tx| {
            let fund = known_fund(tx, code)?;
            let check = self.ceiling_check(tx, &fund)?;
            if check.state != CeilingState::Unasked {
                return Ok(check);
            }
            self.put_ceiling_forward(tx, actor, &fund)?;
            self.record(tx, actor, "fund-ceiling-asked", "fund", fund.id.as_bytes())?;
            self.ceiling_check(tx, &fund)
        })
    }

    /// The task by which a fund's first ceiling is looked at.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`, `CEILING_NOT_WAITING`, `USER_MAY_NOT`.
    pub fn waiting_ceiling(&self, actor: &Actor, code: &str) -> Result<Task, AppError> {
        self.authorize(actor, Operation::Approve, &Target::default())?;
        self.store.read(|tx| {
            let fund = known_fund(tx, code)?;
            let task = waiting(tx, self.now_ms(), TaskKind::Ceiling, fund.id.as_bytes())?;
            task.ok_or_else(|| AppError::not_found("CEILING_NOT_WAITING", code))
        })
    }

    /// Puts the first ceiling forward, inside the act that sets it or asks.
    pub(super) fn put_ceiling_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        fund: &Fund,
    ) -> Result<Task, AppError> {
        let kind = self.fund_rules(fund.kind, self.environment.today()).name;
        let mut content = format!("fund={}\nceiling_rupiah={}", fund.code, fund.ceiling.0);
        let more = [
            ("kind", Some(kind)),
            ("year", fund.year.map(|year| year.to_string())),
            ("account", fund.account.as_deref().map(str::to_owned)),
            ("earmark", fund.earmark.as_deref().map(str::to_owned)),
        ];
        for (name, text) in more {
            // One line each: whoever approves reads no line that somebody wrote into a text.
            if let Some(text) = text.as_deref().map(fold_spaces) {
                content += &format!("\n{name}={text}");
            }
        }
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Ceiling,
            object: *fund.id.as_bytes(),
            hash: Sha256::digest(content.as_bytes()).into(),
            effect: fund.ceiling,
            content: &content,
        };
        self.put_forward(tx, actor, &forward)
    }

    /// What an approval of a first ceiling brings about: that it was given, while the fund has it.
    pub(crate) fn ceiling_agreed(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        check_bound(task, content)?;
        let fund = store::funds::fund(tx, Id::from_bytes(task.object))?;
        let fund = fund.ok_or_else(|| AppError::not_found("FUND_UNKNOWN", ""))?;
        if line_of(content, "ceiling_rupiah") != Some(fund.ceiling.0.to_string().as_str()) {
            return Err(AppError::refused("REVISION_OVERTAKEN", ""));
        }
        self.record(tx, actor, "fund-ceiling-agreed", "fund", fund.id.as_bytes())
    }

    /// Nobody need look at a first ceiling any more once two have agreed to another one.
    pub(super) fn take_ceiling_back(&self, tx: &mut Tx<'_>, fund: &Fund) -> Result<(), AppError> {
        match waiting(tx, self.now_ms(), TaskKind::Ceiling, fund.id.as_bytes())? {
            Some(task) => Ok(store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?),
            None => Ok(()),
        }
    }

    /// Refuses whoever alone stands behind a fund's ceiling as the second pair of eyes on it, on
    /// another one in its place and on a list that binds it; and whoever decides by a role that
    /// they lent.
    pub(crate) fn refuse_own_ceiling(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
    ) -> Result<(), AppError> {
        let fund = match task.kind {
            TaskKind::Ceiling => store::funds::fund(tx, Id::from_bytes(task.object))?,
            TaskKind::List => fund_of_list(tx, Id::from_bytes(task.object))?,
            // Another ceiling settles the first one: it takes other eyes as well.
            TaskKind::Revision => match store::funds::revision(tx, Id::from_bytes(task.object))? {
                Some(revision) => store::funds::fund(tx, revision.fund)?,
                None => None,
            },
            _ => None,
        };
        let Some(fund) = fund else { return Ok(()) };
        let check = self.ceiling_check(tx, &fund)?;
        let Some(setter) = check.setter.filter(|_| check.state.is_ones_own()) else {
            return Ok(());
        };
        let today = self.environment.today();
        let mut grants = reaching(&actor.grants, today, Operation::Approve);
        let as_another = grants.any(|(grant, _)| grant.lent_by != Some(setter));
        match as_another && actor.id != setter {
            true => Ok(()),
            false => Err(AppError::new(ErrorKind::NeedsAnother, "CEILING_OWN", &*fund.code)),
        }
    }
}

fn fund_of_list(tx: &mut Tx<'_>, id: Id<kind::Proposal>) -> Result<Option<Fund>, AppError> {
    let Some(list) = store::proposals::get(tx, id)? else { return Ok(None) };
    let Some(programme) = store::programmes::get(tx, list.programme)? else { return Ok(None) };
    Ok(store::funds::fund(tx, programme.fund)?)
}

/// Who added a fund, by the log.
fn added_by(tx: &mut Tx<'_>, fund: &Fund) -> Result<Option<Id<kind::User>>, AppError> {
    let filter = Filter {
        before: None,
        act: Some("fund-added".to_owned()),
        actor: None,
        object: Some(*fund.id.as_bytes()),
        from_ms: None,
        until_ms: None,
        lines_max: 1,
    };
    Ok(store::audit::page(tx, &filter)?.pop().and_then(|entry| entry.line.actor))
}

fn agreed_by(tx: &mut Tx<'_>, task: &Task) -> Result<Vec<Box<str>>, AppError> {
    let said = store::access::verdicts(tx, task.id)?.into_iter();
    let agreed = said.filter(|given| matches!(given.verdict, Verdict::Approve(_)));
    agreed.map(|given| name_of(tx, given.checker)).collect()
}
