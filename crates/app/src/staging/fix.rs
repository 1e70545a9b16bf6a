//! Mending many rows at once: every fix becomes corrected cells or answers, row by row, so that
//! each can be seen and traced like one typed by hand.

use std::collections::BTreeMap;

use base::{Field, Problem, ProblemCode};

use super::{Answer, Examined, Saying};
use crate::error::AppError;
use crate::office::Office;

/// A fix for many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkFix {
    /// Takes what is suggested for every open problem of this code.
    TakeSuggestions(ProblemCode),
    /// Lets every row with this warning stand, for a reason.
    Accept(ProblemCode, String),
    /// Strips quote marks and doubled spaces from every cell of the file.
    StripQuotes,
    /// Writes this text into a field of every row that has the other text there.
    Replace {
        /// The field.
        field: Field,
        /// The text as typed, compared without regard to case and space.
        typed: String,
        /// The text that takes its place.
        with: String,
    },
}

/// Open problems of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseGroup {
    /// The cause.
    pub code: ProblemCode,
    /// Rows concerned.
    pub rows: u64,
    /// Rows for which something is suggested.
    pub suggested: u64,
    /// The first suggestion, as an example; identity when the field is.
    pub example: Option<(Option<Field>, String)>,
    /// Whether the rows may be let stand.
    pub can_be_settled: bool,
    /// What was typed, where the same words come again: for places and occupations.
    pub typed: Vec<TypedGroup>,
}

/// Rows with the same words in the same field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedGroup {
    /// The field.
    pub field: Field,
    /// The words.
    pub typed: String,
    /// How many rows.
    pub rows: u64,
    /// What is suggested for them.
    pub suggestion: Option<String>,
}

impl Examined {
    /// Open problems by cause: those to mend first, then the most frequent.
    pub fn cause_groups(&self) -> Vec<CauseGroup> {
        let mut groups: BTreeMap<ProblemCode, CauseGroup> = BTreeMap::new();
        let mut typed: BTreeMap<(ProblemCode, Field, String), TypedGroup> = BTreeMap::new();
        for (place, problem) in self.open_problems() {
            let group = groups.entry(problem.code).or_insert_with(|| CauseGroup {
                code: problem.code,
                rows: 0,
                suggested: 0,
                example: None,
                can_be_settled: super::can_be_settled(problem.code),
                typed: Vec::new(),
            });
            group.rows += 1;
            if let Some(suggestion) = &problem.suggestion {
                group.suggested += 1;
                group.example.get_or_insert((problem.field, suggestion.to_string()));
            }
            let Some(field) = problem.field.filter(|field| comes_again(*field)) else { continue };
            let Some(text) = self.text(place, field) else { continue };
            let key = (problem.code, field, text.to_lowercase());
            let of_words = typed.entry(key).or_insert_with(|| TypedGroup {
                field,
                typed: text,
                rows: 0,
                suggestion: problem.suggestion.as_deref().map(str::to_owned),
            });
            of_words.rows += 1;
        }
        for ((code, _, _), of_words) in typed {
            if let Some(group) = groups.get_mut(&code) {
                group.typed.push(of_words);
            }
        }
        let mut groups: Vec<CauseGroup> = groups.into_values().collect();
        for group in &mut groups {
            group.typed.sort_by_key(|words| std::cmp::Reverse(words.rows));
        }
        groups.sort_by_key(|group| std::cmp::Reverse((group.code.severity(), group.rows)));
        groups
    }

    /// How many cells stand in quote marks.
    pub fn quoted_cells(&self) -> u64 {
        let cells = self.facts.raw.iter().flat_map(|row| &row.cells);
        cells.filter(|value| stripped(&value.cell.text).is_some()).count() as u64
    }

    fn open_problems(&self) -> impl Iterator<Item = ((u16, u32), &Problem)> {
        self.people().flat_map(move |decision| {
            let place = (decision.sheet, decision.row);
            let open = decision.problems.iter().filter(move |one| self.is_open(place, one));
            open.map(move |problem| (place, problem))
        })
    }

    fn text(&self, place: (u16, u32), field: Field) -> Option<String> {
        let text = self.raw(place)?.value(field)?.cell.text.split_whitespace();
        let text = text.collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    fn cells_of(&self, fix: &BulkFix) -> Vec<((u16, u32), Field, String)> {
        match fix {
            BulkFix::TakeSuggestions(code) => {
                let open = self.open_problems().filter(|(_, problem)| problem.code == *code);
                let cells = open.filter_map(|(place, problem)| {
                    let text = problem.suggestion.as_deref()?;
                    Some((place, suggested_field(problem.field?), text.to_owned()))
                });
                cells.collect()
            }
            BulkFix::StripQuotes => {
                let rows = self.facts.raw.iter();
                let cells = rows.flat_map(|row| {
                    row.cells.iter().filter_map(|value| {
                        let text = stripped(&value.cell.text)?;
                        Some(((row.sheet, row.row), value.field, text))
                    })
                });
                cells.collect()
            }
            BulkFix::Replace { field, typed, with } => {
                let wanted = typed.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
                let rows = self.facts.raw.iter().map(|row| (row.sheet, row.row));
                let same = rows.filter(|place| {
                    self.text(*place, *field).is_some_and(|text| text.to_lowercase() == wanted)
                });
                same.map(|place| (place, *field, with.clone())).collect()
            }
            BulkFix::Accept(..) => Vec::new(),
        }
    }
}

impl Office {
    /// Mends many rows at once; how many cells or rows it was.
    ///
    /// # Errors
    /// Those of [`Office::edit_cells`] and [`Office::answer_rows`].
    pub fn fix_all(
        &self,
        saying: &Saying<'_>,
        examined: &Examined,
        fix: &BulkFix,
    ) -> Result<u64, AppError> {
        if let BulkFix::Accept(code, reason) = fix {
            let rows: Vec<(u16, u32)> = examined
                .open_problems()
                .filter(|(_, problem)| problem.code == *code)
                .map(|(place, _)| place)
                .collect();
            self.answer_rows(saying, &rows, *code, (Answer::Settled, reason))?;
            return Ok(rows.len() as u64);
        }
        let cells = examined.cells_of(fix);
        if cells.is_empty() {
            return Ok(0);
        }
        self.edit_cells(saying, &cells)?;
        Ok(cells.len() as u64)
    }
}

/// The field that takes a suggestion: a date goes into the field of dates, whatever cell held it.
pub(super) fn suggested_field(field: Field) -> Field {
    match field {
        Field::BirthPlaceDate | Field::BirthPlace => Field::BirthDate,
        field => field,
    }
}

/// Whether a field's words come again in many rows.
fn comes_again(field: Field) -> bool {
    matches!(field, Field::Village | Field::District | Field::Occupation)
}

/// A cell without its quote marks; none when it has none.
fn stripped(text: &str) -> Option<String> {
    let marks = ['\'', '"', '`', '´', '‘', '’', '“', '”'];
    let bare = text.trim().trim_matches(|c: char| marks.contains(&c) || c.is_whitespace());
    (bare != text.trim() && !bare.is_empty()).then(|| bare.to_owned())
}
