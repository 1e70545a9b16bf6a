//! Which programme or fund a task is about, as its content says it.

use domain::programme::Programme;
use domain::task::TaskKind;
use store::access::TaskRecord;

use super::{ImportFacts, line_of};

/// Code and name of the programme, where the task is about one of these.
pub(super) fn programme_of(
    record: &TaskRecord,
    programmes: &[Programme],
) -> Option<(Box<str>, Box<str>)> {
    let code = match record.task.kind {
        TaskKind::List => record.content.trim().to_owned(),
        TaskKind::Import => ImportFacts::read(record)?.programme,
        TaskKind::Bill | TaskKind::Credit | TaskKind::Movement => {
            line_of(&record.content, "programme")?.to_owned()
        }
        _ => return None,
    };
    let programme = programmes.iter().find(|programme| *programme.code == *code)?;
    Some((programme.code.clone(), programme.name.clone()))
}

/// Code of the fund, where the task is about its ceiling.
pub(super) fn fund_of(record: &TaskRecord) -> Option<Box<str>> {
    match record.task.kind {
        TaskKind::Ceiling | TaskKind::Revision => line_of(&record.content, "fund").map(Into::into),
        _ => None,
    }
}
