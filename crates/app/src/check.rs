//! `payung check`: read and verify a file, touch nothing.

use std::collections::BTreeMap;

use base::{Problem, ProblemCode, Severity};
use documents::read::ReadSummary;
use domain::intake::Draft;

use crate::drafting::{DraftOptions, FileFacts, draft_file};
use crate::reading::{FileRefusal, ReadRequest, Reader};

/// What a file turned out to hold.
pub struct FileReport {
    /// Sheets, tables, skipped rows, notices.
    pub facts: FileFacts,
    /// The reader's own counts.
    pub summary: ReadSummary,
    /// Rows by their weightiest problem, and problems by code.
    pub counts: Counts,
    /// The rows themselves, when they were asked for.
    pub rows: Vec<(Draft, Vec<Problem>)>,
}

/// Rows by their weightiest problem, and problems by code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of people.
    pub rows: u64,
    /// Rows with nothing to mend or confirm.
    pub rows_ok: u64,
    /// Rows with something to confirm.
    pub rows_warning: u64,
    /// Rows with something to mend.
    pub rows_error: u64,
    /// Problems by code.
    pub problems: BTreeMap<ProblemCode, u64>,
}

impl Counts {
    /// Adds the counts of another file.
    pub fn add(&mut self, other: &Counts) {
        self.rows += other.rows;
        self.rows_ok += other.rows_ok;
        self.rows_warning += other.rows_warning;
        self.rows_error += other.rows_error;
        for (code, count) in &other.problems {
            *self.problems.entry(*code).or_default() += count;
        }
    }
}

/// What is to be kept of a checked file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The counts alone: a file of a million rows fits in little memory.
    Counts,
    /// Every row.
    Rows,
}

/// Reads and verifies one file.
///
/// # Errors
/// A [`FileRefusal`] when the file as a whole cannot be read.
pub fn check_file(
    reader: &Reader,
    request: &ReadRequest,
    options: &DraftOptions<'_>,
    keep: Keep,
) -> Result<FileReport, FileRefusal> {
    let mut tally = Tally::default();
    let mut rows = Vec::new();
    let (facts, summary) = draft_file(reader, request, options, &mut |batch| {
        for (draft, problems) in &batch {
            tally.row(draft, problems);
        }
        if keep == Keep::Rows {
            rows.extend(batch);
        }
    })?;
    for (place, problem) in &facts.late {
        tally.late(*place, problem);
    }
    if keep == Keep::Rows {
        add_late(&mut rows, &facts);
    }
    Ok(FileReport { facts, summary, counts: tally.counts(), rows })
}

/// Adds to rows what later rows revealed about them.
pub fn add_late(rows: &mut [(Draft, Vec<Problem>)], facts: &FileFacts) {
    for (place, problem) in &facts.late {
        if let Ok(at) = rows.binary_search_by_key(place, |(draft, _)| (draft.sheet, draft.row)) {
            let problems = &mut rows[at].1;
            problems.push(problem.clone());
            problems.sort_by_key(|problem| problem.code);
        }
    }
}

/// Sixteen bytes a row, so that a late problem can still change what a row counts as.
#[derive(Default)]
struct Tally {
    rows: Vec<((u16, u32), Option<Severity>)>,
    problems: BTreeMap<ProblemCode, u64>,
}

impl Tally {
    fn row(&mut self, draft: &Draft, problems: &[Problem]) {
        self.rows.push(((draft.sheet, draft.row), problems.iter().map(Problem::severity).max()));
        for problem in problems {
            *self.problems.entry(problem.code).or_default() += 1;
        }
    }

    fn late(&mut self, place: (u16, u32), problem: &Problem) {
        if let Ok(at) = self.rows.binary_search_by_key(&place, |(place, _)| *place) {
            let weight = &mut self.rows[at].1;
            *weight = (*weight).max(Some(problem.severity()));
            *self.problems.entry(problem.code).or_default() += 1;
        }
    }

    fn counts(self) -> Counts {
        let weighing = |wanted: &dyn Fn(Option<Severity>) -> bool| {
            self.rows.iter().filter(|(_, weight)| wanted(*weight)).count() as u64
        };
        Counts {
            rows: self.rows.len() as u64,
            rows_ok: weighing(&|weight| weight < Some(Severity::Warning)),
            rows_warning: weighing(&|weight| weight == Some(Severity::Warning)),
            rows_error: weighing(&|weight| weight == Some(Severity::Error)),
            problems: self.problems,
        }
    }
}
