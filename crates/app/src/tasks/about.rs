//! Which programme a task is about, as its content says it.

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
