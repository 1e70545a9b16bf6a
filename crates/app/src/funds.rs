//! Funds: added with what their source allows, looked at in figures, and given another ceiling by
//! two people. Who else looks at the first ceiling is in `funds/ceiling.rs`.

use base::{Day, Id, Month, Rupiah};
use domain::billing::{BillInput, draft_bill};
use domain::fund::{FundRevision, check_revision};
use domain::ledger::{Origin, chart};
use domain::organisation::{OrgKindKey, OrgTrait};
use domain::task::{Task, TaskKind, TaskState};
use rules::Payer;
use store::Tx;

pub use domain::fund::{Fund, FundFigures};
pub use domain::programme::Programme;
pub use rules::{FundKind, GovernmentPaid, RuleStatus};
pub use store::funds::ProgrammeMoney;

use crate::candidates::billed_months;
use crate::error::{AppError, ErrorKind};
use crate::ledger::post_as;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::usable_reason;
use crate::tasks::Forward;

mod ceiling;

pub use ceiling::{CeilingCheck, CeilingState};

/// The longest name of an account, a basis or an earmark.
pub const FUND_TEXT_CHARS: usize = 200;

/// A fund to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFund<'a> {
    /// Short code.
    pub code: &'a str,
    /// Kind, which decides on reliefs.
    pub kind: FundKind,
    /// Ceiling.
    pub ceiling: Rupiah,
    /// The fiscal year, when it is bound to one.
    pub year: Option<u16>,
    /// The account of the office's own chart of accounts; empty when none is named.
    pub account: &'a str,
    /// What the money may be spent on; empty when nobody says.
    pub earmark: &'a str,
}

/// Another ceiling asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revised<'a> {
    /// The ceiling asked for.
    pub ceiling: Rupiah,
    /// The decree or decision behind it.
    pub basis: &'a str,
    /// From which day the budget says so.
    pub effective: Day,
    /// Why.
    pub reason: &'a str,
}

/// What the law says of a kind of fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundRules {
    /// The source's name in Indonesian.
    pub name: String,
    /// Whether it is the government's money, which reliefs ask for.
    pub paid: GovernmentPaid,
    /// Instrument and article behind that, and how well they are known.
    pub paid_by: (String, RuleStatus),
    /// Instrument and article of a source that pays for nobody insured already; none where it may.
    pub newcomers_only: Option<(String, RuleStatus)>,
}

/// A fund as an office looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundShown {
    /// The fund.
    pub fund: Fund,
    /// What the law says of its kind.
    pub rules: FundRules,
    /// In figures; what is expected is counted for one fund alone, and nothing in a list.
    pub figures: FundFigures,
    /// Whether somebody else has looked at its first ceiling.
    pub ceiling: CeilingCheck,
}

/// One fund with everything that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundFile {
    /// The fund.
    pub shown: FundShown,
    /// Its programmes by code and name, with their money, and what the months to come will cost.
    pub programmes: Vec<(Programme, ProgrammeMoney, Rupiah)>,
    /// Its ceilings asked for, oldest first.
    pub revisions: Vec<RevisionShown>,
    /// The last day that the forecast counts.
    pub until: Option<Day>,
}

/// A ceiling asked for, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionShown {
    /// What was asked.
    pub revision: FundRevision,
    /// Who put it forward.
    pub maker: Box<str>,
    /// Where it stands.
    pub state: TaskState,
}

impl Office {
    /// Adds a fund with its accounts and grants it its ceiling, which another is asked to look at;
    /// the same again is no change.
    ///
    /// # Errors
    /// `CODE_TAKEN` when the code stands for something else.
    pub fn add_fund(
        &self,
        actor: &Actor,
        code: &str,
        kind: FundKind,
        ceiling: Rupiah,
    ) -> Result<Fund, AppError> {
        let plain = NewFund { code, kind, ceiling, year: None, account: "", earmark: "" };
        self.add_fund_with(actor, &plain)
    }

    /// The same with its year, account and earmark.
    ///
    /// # Errors
    /// `CODE_UNFIT`, `CODE_TAKEN`, `TEXT_TOO_LONG`, `CEILING_NEGATIVE`.
    pub fn add_fund_with(&self, actor: &Actor, new: &NewFund<'_>) -> Result<Fund, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        if !is_code(new.code) {
            return Err(AppError::usage("CODE_UNFIT", ""));
        }
        let long = |text: &str| text.chars().count() > FUND_TEXT_CHARS;
        if [new.account, new.earmark].into_iter().any(long) {
            return Err(AppError::refused("TEXT_TOO_LONG", FUND_TEXT_CHARS.to_string()));
        }
        if new.ceiling < Rupiah::ZERO {
            return Err(AppError::refused("CEILING_NEGATIVE", ""));
        }
        let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into);
        let id = self.environment.new_id();
        let fund = Fund {
            year: new.year,
            account: text(new.account),
            earmark: text(new.earmark),
            ..Fund::new(id, new.code, new.kind, new.ceiling)
        };
        let today = self.environment.today();
        self.store.write(|tx| match store::funds::fund_by_code(tx, new.code)? {
            Some(known) if is_same(tx, &known, &fund)? => Ok(known),
            Some(_) => Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", new.code)),
            None => {
                store::funds::insert_fund(tx, &fund)?;
                store::ledger::open_accounts(tx, &chart::fund_accounts(&fund))?;
                if fund.ceiling > Rupiah::ZERO {
                    post_as(tx, self.origin(actor), &[chart::appropriate(&fund, today)])?;
                    self.put_ceiling_forward(tx, actor, &fund)?;
                }
                self.record(tx, actor, "fund-added", "fund", fund.id.as_bytes())?;
                Ok(fund)
            }
        })
    }

    /// Refuses a programme whose terms do not hold together or that its fund may not pay for.
    pub(crate) fn check_terms(&self, programme: &Programme) -> Result<(), AppError> {
        programme
            .terms
            .check(&programme.occupations)
            .map_err(|refusal| AppError::refused(refusal.name(), ""))?;
        if let Some(facilities) = &programme.terms.facilities {
            self.org(&facilities.under)?;
            let kinds = self.org_kinds()?;
            let is_facility = |key: &&OrgKindKey| kinds.has(key, OrgTrait::Facility);
            if let Some(key) = facilities.kinds.iter().find(|key| !is_facility(key)) {
                return Err(AppError::usage("FACILITY_KIND_UNKNOWN", &*key.0));
            }
        }
        let fund = self.store.read(|tx| store::funds::fund(tx, programme.fund))?;
        let ends = fund.as_ref().and_then(Fund::last_month);
        if let Some(ends) = ends.filter(|ends| programme.last > *ends) {
            return Err(AppError::refused("FUND_YEAR_ENDS", ends.to_string()));
        }
        let on = programme.first.first_day();
        let only = fund.and_then(|fund| self.rulebook.newcomers_only(Payer::Fund(fund.kind), on));
        match only.is_some() && !programme.refuse_insured {
            true => Err(AppError::refused("FUND_FOR_NEWCOMERS", &*programme.code)),
            false => Ok(()),
        }
    }

    /// What the law says of a kind of fund on a day.
    pub fn fund_rules(&self, kind: FundKind, on: Day) -> FundRules {
        let payer = Payer::Fund(kind);
        let row = self.rulebook.purse_row(payer, on);
        FundRules {
            name: row.map(|row| row.name.to_string()).unwrap_or_default(),
            paid: self.rulebook.government_paid(payer, on.month_of()),
            paid_by: row.map_or((String::new(), RuleStatus::Open), |row| self.cited(&row.citation)),
            newcomers_only: self
                .rulebook
                .newcomers_only(payer, on)
                .map(|citation| self.cited(citation)),
        }
    }

    /// Every fund in figures, by code.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn fund_overview(&self, actor: &Actor) -> Result<Vec<FundShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let mut shown = Vec::new();
            for fund in store::funds::funds(tx)? {
                let money = store::funds::money(tx, fund.id)?;
                shown.push(self.shown(tx, fund, &money)?);
            }
            Ok(shown)
        })
    }

    /// One fund with its programmes, its revisions and a forecast of what will be left.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`, `USER_MAY_NOT`.
    pub fn fund_file(&self, actor: &Actor, code: &str) -> Result<FundFile, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let fund = known_fund(tx, code)?;
            let money = store::funds::money(tx, fund.id)?;
            let mut shown = self.shown(tx, fund, &money)?;
            let all = store::programmes::list(tx)?;
            let mut programmes = Vec::new();
            for money in money {
                let of = all.iter().find(|programme| programme.id == money.programme);
                let Some(programme) = of.cloned() else { continue };
                let expected = self.expected(tx, &programme, &shown.fund)?;
                shown.figures.expected = plus(shown.figures.expected, expected)?;
                programmes.push((programme, money, expected));
            }
            let own = shown.fund.last_month();
            let last = own.or_else(|| programmes.iter().map(|(one, ..)| one.last).max());
            let mut revisions = Vec::new();
            for revision in store::funds::revisions(tx, shown.fund.id)? {
                revisions.push(self.revision_shown(tx, revision)?);
            }
            Ok(FundFile { shown, programmes, revisions, until: last.map(Month::last_day) })
        })
    }

    fn shown(
        &self,
        tx: &mut Tx<'_>,
        fund: Fund,
        money: &[ProgrammeMoney],
    ) -> Result<FundShown, AppError> {
        let sum = |of: fn(&ProgrammeMoney) -> Rupiah| {
            Rupiah::sum(money.iter().map(of)).map_err(|_| too_much())
        };
        let figures = FundFigures {
            ceiling: fund.ceiling,
            proposed: sum(|money| money.proposed)?,
            committed: store::funds::committed(tx, fund.id)?,
            billed: sum(|money| money.billed)?,
            paid: sum(|money| money.paid)?,
            expected: Rupiah::ZERO,
        };
        let today = self.environment.today();
        let on = fund.last_month().map_or(today, |last| Month::first_day(last).min(today));
        let rules = self.fund_rules(fund.kind, on);
        let ceiling = self.ceiling_check(tx, &fund)?;
        Ok(FundShown { fund, rules, figures, ceiling })
    }

    /// What the months of a programme that have no final bill yet will cost its fund in its year,
    /// as they would be billed today.
    fn expected(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        fund: &Fund,
    ) -> Result<Rupiah, AppError> {
        let billed = billed_months(tx, programme.id)?;
        let sector_of = |key: Option<&_>| self.sector_of(key);
        let members = store::memberships::for_billing(tx, programme, sector_of)?;
        let in_year = |month: &Month| fund.last_month().is_none_or(|last| *month <= last);
        let mut sum = Rupiah::ZERO;
        for month in programme.months().filter(in_year).filter(|month| !billed.contains(month)) {
            let standing = store::covered::elsewhere(tx, programme.id, month)?;
            let draft = draft_bill(&BillInput {
                programme,
                fund: fund.kind,
                month,
                revision: 0,
                members: &members,
                standing: &standing,
                rulebook: &self.rulebook,
            });
            let draft = draft.map_err(|refusal| AppError::refused(refusal.name(), ""))?;
            sum = plus(sum, draft.total)?;
        }
        Ok(sum)
    }

    /// Puts another ceiling forward; the same again while it waits is no change.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`, `REVISION_WAITS` while another one waits, and the codes of
    /// [`domain::fund::RevisionRefusal`].
    pub fn propose_revision(
        &self,
        actor: &Actor,
        code: &str,
        asked: &Revised<'_>,
    ) -> Result<RevisionShown, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let reason = usable_reason(asked.reason)?;
        let basis = base::person::fold_spaces(asked.basis);
        if basis.chars().count() > FUND_TEXT_CHARS {
            return Err(AppError::refused("TEXT_TOO_LONG", FUND_TEXT_CHARS.to_string()));
        }
        self.store.write(|tx| {
            let fund = known_fund(tx, code)?;
            let revision = FundRevision {
                id: self.environment.new_id(),
                fund: fund.id,
                before: fund.ceiling,
                after: asked.ceiling,
                basis: basis.as_str().into(),
                effective: asked.effective,
                reason: reason.as_str().into(),
                made_by: actor.id,
                made_at_ms: self.now_ms(),
            };
            for known in store::funds::revisions(tx, fund.id)? {
                let known = self.revision_shown(tx, known)?;
                match known.state {
                    TaskState::Approved if is_again(&known.revision, &revision) => {
                        return Ok(known);
                    }
                    TaskState::Open if known.revision.hash() == revision.hash() => {
                        return Ok(known);
                    }
                    TaskState::Open => {
                        return Err(AppError::new(ErrorKind::Conflict, "REVISION_WAITS", code));
                    }
                    _ => {}
                }
            }
            self.check_revision(tx, &fund, &revision)?;
            self.keep_revision(tx, actor, &fund, revision)
        })
    }

    fn keep_revision(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        fund: &Fund,
        revision: FundRevision,
    ) -> Result<RevisionShown, AppError> {
        store::funds::insert_revision(tx, &revision)?;
        let content = format!(
            "fund={}\nbefore_rupiah={}\nafter_rupiah={}\nbasis={}\neffective={}\nreason={}",
            fund.code,
            revision.before.0,
            revision.after.0,
            revision.basis,
            revision.effective,
            revision.reason,
        );
        let forward = Forward {
            id: task_of(&revision),
            kind: TaskKind::Revision,
            object: *revision.id.as_bytes(),
            hash: revision.hash(),
            effect: revision.difference(),
            content: &content,
        };
        self.put_forward(tx, actor, &forward)?;
        self.record(tx, actor, "fund-revision-proposed", "fund", fund.id.as_bytes())?;
        Ok(RevisionShown { revision, maker: actor.name.clone(), state: TaskState::Open })
    }

    /// What the last approval of a ceiling brings about: the fund has it, and the ledger too.
    pub(crate) fn revision_approved(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
    ) -> Result<(), AppError> {
        let id: Id<FundRevision> = Id::from_bytes(task.object);
        let unknown = || AppError::not_found("TASK_UNKNOWN", task.id.to_string());
        let revision = store::funds::revision(tx, id)?.ok_or_else(unknown)?;
        let fund = store::funds::fund(tx, revision.fund)?.ok_or_else(unknown)?;
        if revision.hash() != task.hash || revision.made_by != task.maker {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        self.check_revision(tx, &fund, &revision)?;
        let origin =
            Origin { maker: Some(revision.made_by), checker: Some(actor.id), ..self.origin(actor) };
        post_as(tx, origin, &[chart::revise(&revision, self.environment.today())])?;
        store::funds::set_ceiling(tx, fund.id, revision.after)?;
        self.take_ceiling_back(tx, &fund)?;
        self.record(tx, actor, "fund-revised", "fund", fund.id.as_bytes())
    }

    fn check_revision(
        &self,
        tx: &mut Tx<'_>,
        fund: &Fund,
        revision: &FundRevision,
    ) -> Result<(), AppError> {
        let committed = store::funds::committed(tx, fund.id)?;
        check_revision(fund, committed, revision).map_err(|refusal| {
            let detail = match refusal {
                domain::fund::RevisionRefusal::BelowCommitted { committed } => {
                    committed.to_string()
                }
                _ => String::new(),
            };
            AppError::refused(refusal.name(), detail)
        })
    }

    fn revision_shown(
        &self,
        tx: &mut Tx<'_>,
        revision: FundRevision,
    ) -> Result<RevisionShown, AppError> {
        let task = store::access::task(tx, task_of(&revision))?;
        let state = task.map_or(TaskState::Withdrawn, |record| match record.task.state {
            TaskState::Open if self.now_ms() >= record.task.expires_at_ms => TaskState::Expired,
            state => state,
        });
        let maker = store::orgs::user(tx, revision.made_by)?;
        let maker = maker.map(|user| user.name).unwrap_or_default();
        Ok(RevisionShown { revision, maker, state })
    }

    /// The task by which a fund's waiting ceiling is decided.
    ///
    /// # Errors
    /// `FUND_UNKNOWN`, `REVISION_UNKNOWN`, `USER_MAY_NOT`.
    pub fn waiting_revision(&self, actor: &Actor, code: &str) -> Result<Id<Task>, AppError> {
        self.authorize(actor, Operation::Approve, &Target::default())?;
        self.store.read(|tx| {
            let fund = known_fund(tx, code)?;
            for revision in store::funds::revisions(tx, fund.id)? {
                let shown = self.revision_shown(tx, revision)?;
                if shown.state == TaskState::Open {
                    return Ok(task_of(&shown.revision));
                }
            }
            Err(AppError::not_found("REVISION_UNKNOWN", code))
        })
    }
}

impl RevisionShown {
    /// The task by which it is decided.
    pub fn task(&self) -> Id<Task> {
        task_of(&self.revision)
    }
}

/// Whether a code stands well in an address: letters, digits and strokes.
pub fn is_code(code: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (2..=40).contains(&code.len()) && code.chars().all(fits) && code != "baru"
}

/// The fund with this code.
fn known_fund(tx: &mut Tx<'_>, code: &str) -> Result<Fund, AppError> {
    let fund = store::funds::fund_by_code(tx, code)?;
    fund.ok_or_else(|| AppError::not_found("FUND_UNKNOWN", code))
}

fn task_of(revision: &FundRevision) -> Id<Task> {
    Id::from_bytes(*revision.id.as_bytes())
}

/// Whether a ceiling that the fund has by now is asked for once more.
fn is_again(known: &FundRevision, asked: &FundRevision) -> bool {
    let words = |of: &FundRevision| (of.basis.clone(), of.reason.clone(), of.effective);
    asked.before == asked.after && known.after == asked.after && words(known) == words(asked)
}

/// Whether a fund is the one that was added before, whatever ceiling it has been given since.
fn is_same(tx: &mut Tx<'_>, known: &Fund, asked: &Fund) -> Result<bool, AppError> {
    let revisions = store::funds::revisions(tx, known.id)?;
    let first = revisions.first().map_or(known.ceiling, |revision| revision.before);
    Ok(Fund { id: asked.id, ceiling: first, ..known.clone() } == *asked)
}

fn plus(one: Rupiah, other: Rupiah) -> Result<Rupiah, AppError> {
    one.plus(other).map_err(|_| too_much())
}

fn too_much() -> AppError {
    AppError::refused("TOO_MUCH_MONEY", "")
}

#[cfg(test)]
mod tests;
