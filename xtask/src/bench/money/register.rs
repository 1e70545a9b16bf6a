//! A register for the money benches: invented people on an approved list of the programme `bench`,
//! in a folder or on a server, asked through the office's own command line.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::bench::web::{migrate, psql, roles_and_database, server_name};
use crate::bench::{Measured, measure};
use crate::ci::succeed;

/// The programme's first month.
const FIRST_MONTH: (u32, u32) = (2022, 10);

/// Exit codes of what is done: all of it, rows to be mended, another person's turn.
const DONE: [i32; 3] = [0, 3, 4];

/// The database on a server, as its superuser comes and as the application does.
struct Server {
    superuser: String,
    database: String,
}

/// Where a register lies, and the program that asks it.
pub struct Register {
    payung: PathBuf,
    data: PathBuf,
    server: Option<Server>,
}

impl Register {
    /// An empty register in the folder; on the server of `superuser` when one is named.
    pub fn new(payung: &Path, data: &Path, superuser: Option<&str>) -> Result<Register> {
        if data.exists() {
            std::fs::remove_dir_all(data)?;
        }
        let on_server = |superuser: &str| {
            let database = roles_and_database(superuser)?;
            migrate(payung, data, superuser)?;
            Ok::<_, anyhow::Error>(Server { superuser: superuser.to_owned(), database })
        };
        let server = superuser.map(on_server).transpose()?;
        Ok(Register { payung: payung.to_owned(), data: data.to_owned(), server })
    }

    /// Takes the register away, so that another can lie where it lay.
    pub fn end(self) -> Result<()> {
        let Some(Server { superuser, .. }) = &self.server else { return Ok(()) };
        for text in ["drop database payung", "drop role payung_app", "drop role payung_owner"] {
            psql(superuser, text)?;
        }
        Ok(())
    }

    /// So many people, put forward by one and approved by another.
    pub fn fill(&self, people: u64) -> Result<Vec<Measured>> {
        let count = people.to_string();
        let words = ["practice", "lists", "--rows", &count, "--out", "-"];
        succeed(self.command("operator", &words).stdout(Stdio::null()))?;
        for (user, role) in [("ani", "officer"), ("budi", "approver"), ("citra", "treasurer")] {
            self.ask("operator", &["user", "add", user, "--role", role])?;
        }
        let on = |act| [act, "--programme", "bench"];
        let proposed = self.timed(&format!("{people} put forward"), "ani", &on("propose"))?;
        let approved = self.timed(&format!("{people} approved"), "budi", &on("approve"))?;
        Ok(vec![proposed, approved])
    }

    /// A command by somebody, measured.
    pub fn timed(&self, what: &str, who: &str, words: &[&str]) -> Result<Measured> {
        let engine = if self.server.is_some() { server_name() } else { "SQLite" };
        measure(&format!("{engine}: {what}"), &mut self.command(who, words))
    }

    /// A command by somebody, and what it answers.
    pub fn ask(&self, who: &str, words: &[&str]) -> Result<serde_json::Value> {
        let output = self.command(who, words).stderr(Stdio::inherit()).output()?;
        if !output.status.code().is_some_and(|code| DONE.contains(&code)) {
            bail!("payung {} ended with {}", words.join(" "), output.status);
        }
        serde_json::from_slice(&output.stdout).with_context(|| words.join(" "))
    }

    fn command(&self, who: &str, words: &[&str]) -> Command {
        let mut command = Command::new(&self.payung);
        command.args(words).args(["--json", "--as", who, "--data"]).arg(&self.data);
        if let Some(server) = &self.server {
            command.args(["--database", &server.database]);
        }
        command
    }
}

/// The month so many months after the first, as the command line names it.
pub fn month(after: u32) -> String {
    let (year, first) = FIRST_MONTH;
    let months = first - 1 + after;
    format!("{}-{:02}", year + months / 12, months % 12 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_over_the_year() {
        let named = [0, 2, 3, 15].map(month);
        assert_eq!(named, ["2022-10", "2022-12", "2023-01", "2024-01"]);
    }
}
