//! The long proofs, whose short slices are tests: months simulated, programs killed, clients that
//! race, a register and a disk that fail.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::ci::{build, cargo, cargo_beside_a_server, has_postgresql, succeed};

/// Simulates months of an office from a seed, on both engines; each seed is repeated exactly.
pub fn sim(root: &Path, seed: &str, words: &[&str]) -> Result<()> {
    let order = sim_order(seed, words)?;
    integration(root, "simulator::months", &[("PAYUNG_SIM", &order)])
}

/// The first seed, how many seeds, months and steps.
fn sim_order(seed: &str, words: &[&str]) -> Result<String> {
    let number = |text: &str| -> Result<u64> {
        text.parse().with_context(|| format!("{text} is no number"))
    };
    let (seed, mut seeds, mut months, mut steps) = (number(seed)?, 1, 12, None);
    let mut rest = words;
    while let [flag, value, after @ ..] = rest {
        match *flag {
            "--seeds" => seeds = number(value)?,
            "--months" => months = number(value)?,
            "--steps" => steps = Some(number(value)?),
            other => bail!("sim knows no {other}"),
        }
        rest = after;
    }
    if let [flag] = rest {
        bail!("{flag} of what?");
    }
    // A working day or so between two acts.
    let steps = steps.unwrap_or(40 * months);
    if seeds == 0 || months == 0 || steps == 0 {
        bail!("nothing is to be simulated");
    }
    Ok(format!("{seed} {seeds} {months} {steps}"))
}

/// A bank tells payments with faults, so many from a seed; its books and ours are compared.
pub fn sim_bank(root: &Path, seed: &str, payments: &str) -> Result<()> {
    let is_number = |text: &str| text.parse::<u64>().is_ok_and(|count| count > 0);
    if !is_number(seed) || !payments.parse::<u32>().is_ok_and(|count| count > 99) {
        bail!("{seed} {payments}: a seed, and a number of payments from 100 on");
    }
    let order = format!("{seed} {payments}");
    integration(root, "bank_simulator", &[("PAYUNG_SIM_BANK", &order)])
}

/// The long loop of sudden deaths: an import, and everything that moves money, killed at so many
/// random moments on each engine.
pub fn kill(root: &Path, moments: &str) -> Result<()> {
    if !moments.parse::<u32>().is_ok_and(|count| count > 1) {
        bail!("{moments} is no number of moments above 1");
    }
    integration(root, "kill", &[("RUN_SLOW_TESTS", moments)])
}

/// So many rounds in which 64 clients race for one thing, of each kind on each engine.
pub fn race(root: &Path, rounds: &str) -> Result<()> {
    if !rounds.parse::<u32>().is_ok_and(|count| count > 0) {
        bail!("{rounds} is no number of rounds");
    }
    integration(root, "race::", &[("PAYUNG_RACES", rounds)])?;
    months(root, rounds)
}

/// So many races of two regencies for a month of one citizen, on a server.
fn months(root: &Path, rounds: &str) -> Result<()> {
    if !has_postgresql() {
        return Ok(());
    }
    let name = "of_two_regencies_that_claim_a_month_at_once";
    let test = ["test", "--locked", "--workspace", "--lib", name, "--", "--nocapture"];
    let mut command = cargo_beside_a_server(root)?;
    succeed(command.args(test).env("PAYUNG_MONTH_RACES", rounds))
}

/// So many wrong guesses at cards, of which a part is timed through the pages.
pub fn guess(root: &Path, count: &str) -> Result<()> {
    let Some(all) = count.parse::<u32>().ok().filter(|count| *count >= 25) else {
        bail!("{count} is no number of guesses above 24");
    };
    let timed = (all / 25).to_string();
    let test = ["test", "--locked", "--workspace", "--lib", "guess", "--", "--nocapture"];
    let mut command = cargo(root);
    let counts = [("PAYUNG_GUESSES_ALL", count), ("PAYUNG_GUESSES", timed.as_str())];
    succeed(command.current_dir(root).args(test).envs(counts))
}

/// Every write of the core acts fails once, by a full disk and by a broken one.
pub fn faults(root: &Path) -> Result<()> {
    let all = [("PAYUNG_FAULTS", "all"), ("RUN_SLOW_TESTS", "200")];
    integration(root, "faults::", &all)?;
    integration(root, "cuts::", &all)
}

/// Tests of the program by their name, beside a server where one is installed.
fn integration(root: &Path, name: &str, environment: &[(&str, &str)]) -> Result<()> {
    build(root)?;
    let test = ["test", "--locked", "--workspace", "--test", "it", name, "--", "--nocapture"];
    let mut command = match has_postgresql() {
        true => cargo_beside_a_server(root)?,
        false => {
            println!("no PostgreSQL server is installed: its half is left out");
            cargo(root)
        }
    };
    command.args(test).envs(environment.iter().copied());
    succeed(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_of_a_simulation_is_read() {
        let read = |words: &[&str]| sim_order("7", words).map_err(|error| error.to_string());
        assert_eq!(read(&[]), Ok("7 1 12 480".to_owned()));
        assert_eq!(read(&["--months", "2", "--seeds", "5"]), Ok("7 5 2 80".to_owned()));
        assert_eq!(read(&["--steps", "9"]), Ok("7 1 12 9".to_owned()));
        for words in [&["--steps"][..], &["--steps", "x"], &["--years", "1"], &["--months", "0"]] {
            assert!(read(words).is_err(), "{words:?}");
        }
    }
}
