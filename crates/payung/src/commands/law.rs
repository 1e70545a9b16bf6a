//! `payung law ...`: what applies, with its article, and what nobody has confirmed.

mod benefit;
mod contribution;
mod cover;
mod due;
mod facts;
mod look;
pub mod pages;
mod tell;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::planner::gap_error as gap;
use base::Month;
use rules::{LoadProblem, RegulationFile, Rulebook, Schemes};

use cover::Payments;

use crate::cli::{LawArgs, LawCommand, RulebookArgs};
use crate::commands::{self, Done};
use crate::say::Say;

pub use tell::document as line_document;

/// Computes, shows, checks or compares.
pub fn law(say: &Say, args: &LawArgs) -> Done {
    let rulebook = || rulebook(say, &args.rulebook);
    let day = |text: &Option<String>| match text {
        Some(text) => commands::day(text),
        None => Ok(commands::environment()?.today()),
    };
    match &args.command {
        LawCommand::Contribution(args) => contribution::contribution(&rulebook()?, say, args)?,
        LawCommand::Benefit(args) => benefit::benefit(&rulebook()?, say, args)?,
        LawCommand::Penalty(args) => due::penalty(&rulebook()?, say, args)?,
        LawCommand::Due { segment, month } => due::due(&rulebook()?, say, segment, month)?,
        LawCommand::Cover { segment, registered, paid, on } => {
            cover::cover(&rulebook()?, say, &Payments { segment, registered, paid }, day(on)?)?;
        }
        LawCommand::Heirs { death, left } => cover::heirs(&rulebook()?, say, death, left)?,
        LawCommand::Show { rule, on, pdf } => {
            look::show(&rulebook()?, say, rule.as_deref(), day(on)?, pdf.as_deref())?;
        }
        LawCommand::Check { on } => look::check(&rulebook()?, say, day(on)?),
        LawCommand::Diff { from, to, months } => {
            let months = span(months)?;
            look::diff(&folder_or_builtin(say, from)?, &folder_or_builtin(say, to)?, say, months);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The rulebook that the flags name.
pub fn rulebook(say: &Say, args: &RulebookArgs) -> Result<Rulebook, AppError> {
    match &args.regulations {
        Some(folder) => of_folder(say, folder),
        None => Ok(Rulebook::builtin()),
    }
}

/// Programmes as typed.
pub fn schemes(text: &str) -> Result<Schemes, AppError> {
    Schemes::parse(text).ok_or_else(|| AppError::usage("NOT_SCHEMES", text))
}

/// A word of a list as typed.
pub fn known<T>(text: &str, from_name: impl Fn(&str) -> Option<T>) -> Result<T, AppError> {
    from_name(text.trim()).ok_or_else(|| AppError::usage("KIND_UNKNOWN", text))
}

/// A first and last month as typed: `2022-01..2026-12`.
pub fn span(text: &str) -> Result<(Month, Month), AppError> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (commands::month(first.trim())?, commands::month(last.trim())?);
    if first > last {
        return Err(AppError::usage("MONTHS_BACKWARDS", text));
    }
    Ok((first, last))
}

fn folder_or_builtin(say: &Say, folder: &Path) -> Result<Rulebook, AppError> {
    match folder.to_str() {
        Some("builtin") => Ok(Rulebook::builtin()),
        _ => of_folder(say, folder),
    }
}

/// The rulebook of a folder, alone when it is a whole one, over the program's own otherwise.
fn of_folder(say: &Say, folder: &Path) -> Result<Rulebook, AppError> {
    let mut texts = Vec::new();
    read_folder(folder, "", &mut texts)?;
    texts.sort();
    let files: Vec<RegulationFile<'_>> =
        texts.iter().map(|(path, text)| RegulationFile { path, text }).collect();
    Rulebook::load_over_builtin(&files).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|fault| in_words(say, fault)).collect();
        AppError::refused("RULES_DAMAGED", format!("\n{}\n", lines.join("\n")))
    })
}

/// Collects the TOML files of a folder and those below it, named by their path with `/`.
fn read_folder(
    folder: &Path,
    prefix: &str,
    texts: &mut Vec<(String, String)>,
) -> Result<(), AppError> {
    let unreadable = |path: PathBuf| {
        move |_| AppError::new(ErrorKind::NotFound, "FILE_UNREADABLE", path.display().to_string())
    };
    for entry in fs::read_dir(folder).map_err(unreadable(folder.to_owned()))? {
        let path = entry.map_err(unreadable(folder.to_owned()))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), texts)?;
        } else if name.ends_with(".toml") {
            let text = fs::read_to_string(&path).map_err(unreadable(path.clone()))?;
            texts.push((format!("{prefix}{name}"), text));
        }
    }
    Ok(())
}

/// One fault of a regulation file: where, what and the remedy.
fn in_words(say: &Say, fault: &LoadProblem) -> String {
    let key = format!("law-load-{}", fault.code.name());
    let values = [("detail", fault.detail.as_str())];
    let (what, remedy) =
        (say.words.with(&key, &values), say.words.with(&format!("{key}.remedy"), &values));
    format!("{}:{}: {what} {remedy}", fault.path, fault.line)
}
