//! What people of the office do, how often, and who decides on what waits.

use anyhow::Result;
use app::office::Operation;
use app::tasks::{Kind, Task, Verdict};
use domain::task::TaskState;

use super::{Deed, World, books, payments, people, short};

/// Who approves.
pub(crate) const CHECKERS: [&str; 3] = ["budi", "wulan", "wira"];

/// Chooses what is done; nothing when there is nothing to choose from.
type Choose = fn(&mut World<'_>) -> Result<Option<Deed>>;

/// An act, and how often it is chosen beside the others.
pub(crate) struct Act {
    pub(crate) name: &'static str,
    pub(crate) weight: u64,
    pub(crate) choose: Choose,
}

const fn act(name: &'static str, weight: u64, choose: Choose) -> Act {
    Act { name, weight, choose }
}

/// Everything that is done.
pub(crate) const ACTS: &[Act] = &[
    act("decide", 44, decide),
    act("decide-own", 2, decide_own),
    act("list", 9, people::list),
    act("list-again", 2, people::list_again),
    act("list-undone", 1, people::undo_list),
    act("propose", 8, people::propose),
    act("leave", 4, people::leave),
    act("deaths", 4, people::deaths),
    act("correct", 2, people::correct),
    act("search-duplicates", 2, people::search_duplicates),
    act("judge-pair", 6, people::judge_pair),
    act("cards", 1, people::cards),
    act("draft", 2, books::draft),
    act("finalise", 13, books::finalise),
    act("reopen-bill", 2, books::reopen_bill),
    act("bill-code", 1, books::bill_code),
    act("credits", 4, books::credits),
    act("ceiling", 2, books::ceiling),
    act("entry", 2, books::entry),
    act("reverse-entry", 1, books::reverse_entry),
    act("close-month", 8, books::close_month),
    act("open-month", 1, books::open_month),
    act("statement", 12, payments::statement),
    act("statement-again", 2, payments::statement_again),
    act("match", 8, payments::match_lines),
    act("suggested", 4, payments::suggested),
    act("suspense", 3, payments::suspense),
    act("release", 3, payments::release),
    act("explain", 6, payments::explain),
    act("receipt", 2, payments::receipt),
    act("notice", 5, payments::notice),
    act("notice-again", 2, payments::notice_again),
];

/// Tasks that somebody of [`CHECKERS`] may decide on.
fn open_tasks(world: &World<'_>) -> Result<Vec<Task>> {
    let open = world.office.store.read(|tx| store::access::tasks(tx, TaskState::Open))?;
    Ok(open
        .into_iter()
        .map(|record| record.task)
        .filter(|task| task.kind != Kind::Import)
        .collect())
}

/// Somebody else says yes, or now and then no.
fn decide(world: &mut World<'_>) -> Result<Option<Deed>> {
    let tasks = open_tasks(world)?;
    let Some(task) = world.dice.pick(&tasks).cloned() else { return Ok(None) };
    let name = *world.dice.pick(&CHECKERS).expect("some check");
    let verdict = match world.dice.below(100) {
        0..10 => Verdict::Return("Belum lengkap".into()),
        10..13 => Verdict::Approve([9; 32]),
        _ => Verdict::Approve(task.hash),
    };
    let says = match verdict {
        Verdict::Return(_) => "no",
        Verdict::Approve(seen) if seen == task.hash => "yes",
        Verdict::Approve(_) => "yes to something else",
    };
    let words = format!("{} {} {name} {says}", task.kind.name(), short(task.id));
    Ok(Some(Deed::new(words, move |office| {
        let checker = office.actor(name, Operation::Approve)?;
        Ok(office.decide_task(&checker, task.id, &verdict)?.name().to_owned())
    })))
}

/// The maker says yes to what the maker put forward: never.
fn decide_own(world: &mut World<'_>) -> Result<Option<Deed>> {
    let tasks = open_tasks(world)?;
    let Some(task) = world.dice.pick(&tasks).cloned() else { return Ok(None) };
    let users = world.office.store.read(store::orgs::users)?;
    let maker = users.into_iter().find(|user| user.id == task.maker);
    let Some(maker) = maker else { return Ok(None) };
    let words = format!("{} {} {}", task.kind.name(), short(task.id), maker.name);
    Ok(Some(Deed::new(words, move |office| {
        let maker = office.actor(&maker.name, Operation::Approve)?;
        office.decide_task(&maker, task.id, &Verdict::Approve(task.hash))?;
        Err(app::error::AppError::new(
            app::error::ErrorKind::Integrity,
            "MAKER_APPROVED",
            task.id.to_string(),
        ))
    })))
}
