//! Four eyes as one mechanism: what one person puts forward, others approve or return, in time.
//!
//! An approval binds a hash of what was seen, so that nothing can be approved and then changed.

use base::id::kind;
use base::{Id, Rupiah};

/// What is put forward; the use case behind it runs when the last approval is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TaskKind {
    /// A list of people to be covered.
    List,
    /// A role granted.
    Grant,
    /// A user let in again.
    Recovery,
    /// A person's identity erased.
    Erasure,
    /// A large import.
    Import,
    /// A file with the identity of many.
    Export,
    /// An identity provider, and which roles its groups stand for.
    Provider,
    /// Somebody who comes in through it for the first time.
    Newcomer,
    /// Two records made one, or made two again.
    Merge,
    /// From which evidence on the machine says that two are one.
    Thresholds,
    /// The first ceiling of a fund, to be looked at by another than who set it.
    Ceiling,
    /// Another ceiling of a fund.
    Revision,
    /// A change of an approved list: who leaves, who comes.
    Movement,
    /// A final bill, or several that are paid at once.
    Bill,
    /// Contributions paid for months after a death, to be recovered.
    Credit,
    /// A program of somebody else's that is told what happens here.
    Subscriber,
    /// A bank that tells payments, and what was agreed with it.
    Bank,
    /// Money of bank lines given out or released by hand.
    Allocation,
    /// An entry of the ledger written by hand, or one undone.
    Voucher,
    /// What the office calls its accounts.
    Chart,
    /// A month of the books closed.
    Closing,
    /// A closed month opened again.
    Reopening,
    /// A claim to be sent to BPJS.
    Claim,
    /// A child's school year to be asked of BPJS.
    Scholarship,
    /// When other eyes are needed: bands of approvers, limits of imports.
    Setting,
}

impl TaskKind {
    /// Every kind.
    pub const ALL: [TaskKind; 25] = [
        TaskKind::List,
        TaskKind::Grant,
        TaskKind::Recovery,
        TaskKind::Erasure,
        TaskKind::Import,
        TaskKind::Export,
        TaskKind::Provider,
        TaskKind::Newcomer,
        TaskKind::Merge,
        TaskKind::Thresholds,
        TaskKind::Ceiling,
        TaskKind::Revision,
        TaskKind::Movement,
        TaskKind::Bill,
        TaskKind::Credit,
        TaskKind::Subscriber,
        TaskKind::Bank,
        TaskKind::Allocation,
        TaskKind::Voucher,
        TaskKind::Chart,
        TaskKind::Closing,
        TaskKind::Reopening,
        TaskKind::Claim,
        TaskKind::Scholarship,
        TaskKind::Setting,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            TaskKind::List => "list",
            TaskKind::Grant => "grant",
            TaskKind::Recovery => "recovery",
            TaskKind::Erasure => "erasure",
            TaskKind::Import => "import",
            TaskKind::Export => "export",
            TaskKind::Provider => "provider",
            TaskKind::Newcomer => "newcomer",
            TaskKind::Merge => "merge",
            TaskKind::Thresholds => "thresholds",
            TaskKind::Ceiling => "ceiling",
            TaskKind::Revision => "revision",
            TaskKind::Movement => "movement",
            TaskKind::Bill => "bill",
            TaskKind::Credit => "credit",
            TaskKind::Subscriber => "subscriber",
            TaskKind::Bank => "bank",
            TaskKind::Allocation => "allocation",
            TaskKind::Voucher => "voucher",
            TaskKind::Chart => "chart",
            TaskKind::Closing => "closing",
            TaskKind::Reopening => "reopening",
            TaskKind::Claim => "claim",
            TaskKind::Scholarship => "scholarship",
            TaskKind::Setting => "setting",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<TaskKind> {
        TaskKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskState {
    /// Waits for approvals.
    Open,
    /// Enough have approved.
    Approved,
    /// One has returned it with a reason.
    Returned,
    /// Its time ran out.
    Expired,
    /// Its maker took it back.
    Withdrawn,
}

impl TaskState {
    /// Every state.
    pub const ALL: [TaskState; 5] = [
        TaskState::Open,
        TaskState::Approved,
        TaskState::Returned,
        TaskState::Expired,
        TaskState::Withdrawn,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            TaskState::Open => "open",
            TaskState::Approved => "approved",
            TaskState::Returned => "returned",
            TaskState::Expired => "expired",
            TaskState::Withdrawn => "withdrawn",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<TaskState> {
        TaskState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Something put forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Which.
    pub id: Id<Task>,
    /// What kind.
    pub kind: TaskKind,
    /// The record it is about.
    pub object: [u8; 16],
    /// A digest of everything an approver is shown.
    pub hash: [u8; 32],
    /// What it binds or moves.
    pub effect: Rupiah,
    /// How many must approve.
    pub approvers: u8,
    /// Who put it forward.
    pub maker: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// From when it can no longer be approved.
    pub expires_at_ms: i64,
    /// Where it stands.
    pub state: TaskState,
}

impl Task {
    /// Whether it still waits for somebody: it is open, and its time has not run out.
    pub fn waits_at(&self, now_ms: i64) -> bool {
        self.state == TaskState::Open && now_ms < self.expires_at_ms
    }
}

/// What a checker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, to what has this hash.
    Approve([u8; 32]),
    /// No, and why.
    Return(Box<str>),
}

/// Why a verdict does not count; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskRefusal {
    /// The checker put it forward.
    SamePerson,
    /// The checker has approved already: a repeat, nothing to do.
    Exists,
    /// It no longer waits.
    NotOpen,
    /// Its time ran out.
    Expired,
    /// The checker has seen something else than what is put forward.
    HashDiffers,
    /// A return says why.
    ReasonMissing,
}

impl TaskRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            TaskRefusal::SamePerson => "SAME_PERSON",
            TaskRefusal::Exists => "EXISTS",
            TaskRefusal::NotOpen => "NOT_PROPOSED",
            TaskRefusal::Expired => "TASK_EXPIRED",
            TaskRefusal::HashDiffers => "HASH_DIFFERS",
            TaskRefusal::ReasonMissing => "REASON_MISSING",
        }
    }
}

/// The state after a verdict; `approved_by` are those who approved before.
///
/// # Errors
/// The first [`TaskRefusal`] in their order.
pub fn judge(
    task: &Task,
    approved_by: &[Id<kind::User>],
    checker: Id<kind::User>,
    verdict: &Verdict,
    now_ms: i64,
) -> Result<TaskState, TaskRefusal> {
    if checker == task.maker {
        return Err(TaskRefusal::SamePerson);
    }
    if approved_by.contains(&checker) && matches!(verdict, Verdict::Approve(_)) {
        return Err(TaskRefusal::Exists);
    }
    if task.state != TaskState::Open {
        return Err(TaskRefusal::NotOpen);
    }
    if now_ms >= task.expires_at_ms {
        return Err(TaskRefusal::Expired);
    }
    match verdict {
        Verdict::Return(reason) if reason.trim().is_empty() => Err(TaskRefusal::ReasonMissing),
        Verdict::Return(_) => Ok(TaskState::Returned),
        Verdict::Approve(seen) if *seen != task.hash => Err(TaskRefusal::HashDiffers),
        Verdict::Approve(_) if approved_by.len() + 1 >= usize::from(task.approvers) => {
            Ok(TaskState::Approved)
        }
        Verdict::Approve(_) => Ok(TaskState::Open),
    }
}

/// From an amount on, so many must approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The least amount of the band.
    pub from: Rupiah,
    /// How many must approve.
    pub approvers: u8,
}

/// How many must approve an effect: the band with the highest start that the effect reaches; one
/// when there is none.
pub fn approvers_for(bands: &[Band], effect: Rupiah) -> u8 {
    let reached = bands.iter().filter(|band| band.from <= effect);
    reached.max_by_key(|band| band.from).map_or(1, |band| band.approvers.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u8) -> Id<kind::User> {
        Id::from_bytes([number; 16])
    }

    fn task(approvers: u8) -> Task {
        Task {
            id: Id::from_bytes([9; 16]),
            kind: TaskKind::List,
            object: [1; 16],
            hash: [7; 32],
            effect: Rupiah(50_400),
            approvers,
            maker: user(1),
            made_at_ms: 1_000,
            expires_at_ms: 2_000,
            state: TaskState::Open,
        }
    }

    #[test]
    fn an_open_task_waits_until_its_time_runs_out() {
        let open = task(1);
        assert!(open.waits_at(1_999));
        assert!(!open.waits_at(2_000));
        assert!(!Task { state: TaskState::Returned, ..open }.waits_at(1_500));
    }

    #[test]
    fn verdicts_are_judged_in_order() {
        let yes = Verdict::Approve([7; 32]);
        let no = Verdict::Return("kurang bukti".into());
        let check = |task: &Task, before: &[u8], checker: u8, verdict: &Verdict, now, expect| {
            let before: Vec<_> = before.iter().map(|number| user(*number)).collect();
            assert_eq!(judge(task, &before, user(checker), verdict, now), expect);
        };
        let (one, two) = (task(1), task(2));
        check(&one, &[], 2, &yes, 1_500, Ok(TaskState::Approved));
        check(&two, &[], 2, &yes, 1_500, Ok(TaskState::Open));
        check(&two, &[2], 3, &yes, 1_500, Ok(TaskState::Approved));
        check(&two, &[2], 2, &yes, 1_500, Err(TaskRefusal::Exists));
        check(&two, &[2], 2, &no, 1_500, Ok(TaskState::Returned));
        check(&one, &[], 1, &yes, 1_500, Err(TaskRefusal::SamePerson));
        check(&one, &[], 1, &no, 1_500, Err(TaskRefusal::SamePerson));
        check(&one, &[], 2, &yes, 2_000, Err(TaskRefusal::Expired));
        check(&one, &[], 2, &Verdict::Approve([8; 32]), 1_500, Err(TaskRefusal::HashDiffers));
        check(&one, &[], 2, &Verdict::Return(" ".into()), 1_500, Err(TaskRefusal::ReasonMissing));
        let returned = Task { state: TaskState::Returned, ..task(1) };
        check(&returned, &[], 2, &yes, 1_500, Err(TaskRefusal::NotOpen));
    }

    #[test]
    fn large_effects_need_more_eyes() {
        let bands = [
            Band { from: Rupiah(0), approvers: 1 },
            Band { from: Rupiah(1_000_000_000), approvers: 2 },
            Band { from: Rupiah(10_000_000_000), approvers: 3 },
        ];
        for (effect, expect) in
            [(0, 1), (999_999_999, 1), (1_000_000_000, 2), (50_000_000_000, 3), (-1, 1)]
        {
            assert_eq!(approvers_for(&bands, Rupiah(effect)), expect, "{effect}");
        }
        assert_eq!(approvers_for(&[], Rupiah(5)), 1);
    }
}
