//! Completions, the manual page, and the reader's child process.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::commands::Done;

/// Prints a shell's completions.
pub fn completions(shell: clap_complete::Shell) -> Done {
    clap_complete::generate(shell, &mut Cli::command(), "payung", &mut io::stdout());
    Ok(ExitCode::SUCCESS)
}

/// Prints the manual page.
pub fn man() -> Done {
    clap_mangen::Man::new(Cli::command()).render(&mut io::stdout())?;
    Ok(ExitCode::SUCCESS)
}

/// Lives the child's life: reads one file for the parent process.
pub fn read(path: &Path) -> Done {
    app::reading::serve_child(path)?;
    Ok(ExitCode::SUCCESS)
}
