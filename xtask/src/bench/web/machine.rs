//! Processor time, as the system counts it: of the program, of its server, and of everybody else.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::psql;

/// The system counts in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// Processor seconds.
pub struct Spent {
    /// The program that serves.
    pub program: f64,
    /// The database server with all its processes.
    pub server: f64,
    /// Everybody else on the machine, whoever asks included.
    pub others: f64,
}

impl Spent {
    /// Since each of them began; without a superuser's address there is no server.
    pub fn so_far(program: u32, superuser: Option<&str>) -> Result<Spent> {
        let server = superuser.map(of_server).transpose()?.unwrap_or(0);
        let program = ticks(program, true).context("the program runs")?;
        let all = all_ticks().context("the system counts")?;
        let seconds = |ticks: u64| ticks as f64 / TICKS_A_SECOND;
        let others = all.saturating_sub(program + server);
        Ok(Spent { program: seconds(program), server: seconds(server), others: seconds(others) })
    }

    /// Between two moments.
    pub fn since(&self, before: &Spent) -> Spent {
        Spent {
            program: self.program - before.program,
            server: self.server - before.server,
            others: self.others - before.others,
        }
    }

    /// What one request cost program and server together.
    pub fn each(&self, requests: u64) -> f64 {
        (self.program + self.server) / requests.max(1) as f64
    }
}

/// What a database server and its processes have used.
fn of_server(superuser: &str) -> Result<u64> {
    let place = psql(superuser, "show data_directory")?;
    let first = fs::read_to_string(Path::new(place.trim()).join("postmaster.pid"))?;
    let postmaster = first.lines().next().context("a server writes its number")?.trim();
    let postmaster: u32 = postmaster.parse()?;
    let mut server = ticks(postmaster, true).unwrap_or(0);
    for entry in fs::read_dir("/proc")?.flatten() {
        let number = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        if let Some(number) = number.filter(|number| parent(*number) == Some(postmaster)) {
            server += ticks(number, false).unwrap_or(0);
        }
    }
    Ok(server)
}

/// What stands behind the name of a process, which may hold spaces.
fn stat(process: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().skip(1).map(|word| word.parse().unwrap_or(0)).collect())
}

fn parent(process: u32) -> Option<u32> {
    stat(process)?.first().map(|parent| *parent as u32)
}

/// In the program and in the system for it; those of children that ended too, if so asked.
fn ticks(process: u32, with_children: bool) -> Option<u64> {
    let fields = stat(process)?;
    let own = fields.get(10)? + fields.get(11)?;
    let children = fields.get(12)? + fields.get(13)?;
    Some(if with_children { own + children } else { own })
}

/// All that was not idle, on all cores.
fn all_ticks() -> Option<u64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let words: Vec<u64> = text
        .lines()
        .next()?
        .split_whitespace()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    // User, nice, system; then idle and waiting, which is nobody's work; then interrupts.
    Some(words.get(..3)?.iter().sum::<u64>() + words.get(5..8)?.iter().sum::<u64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_counts_are_read() {
        let me = std::process::id();
        assert!(ticks(me, true).is_some());
        assert!(parent(me).is_some_and(|parent| parent > 0));
        assert!(all_ticks() > ticks(me, false));
    }
}
