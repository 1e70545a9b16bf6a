//! `cargo xtask bench web`: pages for fifty people signed in, over a register of a million on a
//! private PostgreSQL; a person looked up, there and in a register that is one file, beside the
//! smallest page that reads one row and beside the server's own `pgbench -S`, all in one run.
//!
//! wrk asks (Debian's package `wrk`). Beside what a clock says stands the processor time of a
//! request: on a machine that others use, only that and the ratios compare.

mod machine;
mod staff;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use self::machine::Spent;
use super::{Measured, measure, release};
use crate::ci::{build, exists, succeed, target_folder};

/// Where the pages are served while they are measured.
const ADDRESS: &str = "127.0.0.1:18160";
/// People in the register, unless `PAYUNG_BENCH_PEOPLE` says otherwise.
const PEOPLE: u64 = 1_000_000;
/// Seconds of each measurement, after some to warm up.
const SECONDS: u64 = 15;
const WARM_SECONDS: u64 = 4;
/// Who is signed in.
const STAFF: usize = 50;
/// Connections of those who look people up.
const LOOKERS: usize = 16;

/// The register and its program.
struct Place {
    payung: PathBuf,
    data: PathBuf,
    /// None where the register is one file.
    server: Option<Server>,
}

/// The database on a server, as its superuser comes and as the application does.
struct Server {
    superuser: String,
    url: String,
}

/// What wrk said of one run.
struct Asked {
    requests: u64,
    seconds: f64,
    /// Latencies in milliseconds: the median, 95 and 99 of a hundred.
    latency_ms: [f64; 3],
    failed: u64,
    /// Processor seconds of the program and of the server, and of everybody else on the machine.
    spent: Spent,
}

/// Fills registers, signs staff in, and measures; starts its own server first.
pub fn web(root: &Path, data: &Path) -> Result<Vec<Measured>> {
    for program in ["wrk", "psql", "pgbench", "sqlite3"] {
        if !exists(program) {
            bail!("{program} is not here (Debian's packages wrk, postgresql and sqlite3)");
        }
    }
    let superuser = superuser()?;
    let payung = release(root, &["-p", "payung"])?.join("payung");
    let script = root.join("xtask/bench/web.lua");
    let folder = data.join("file");
    fs::create_dir_all(&folder)?;
    let file = Place { payung: payung.clone(), data: folder, server: None };
    let url = roles_and_database(&superuser)?;
    psql(&superuser, "create database speed")?;
    let server = Some(Server { superuser, url });
    let place = Place { payung, data: data.to_owned(), server };
    let mut measured = on_server(&place, &script)?;
    measured.extend(on_file(&file, &script)?);
    Ok(measured)
}

/// Lists, desk and look-ups of a register on a server.
fn on_server(place: &Place, script: &Path) -> Result<Vec<Measured>> {
    let mut measured = vec![fill(place)?];
    let paths = paths(place)?;
    let mut server = Served::start(place)?;
    let cookies = staff::sign_in(&place.payung_with(&[]), ADDRESS, &place.data, STAFF)?;
    let pages = [
        ("mixed", &paths.mixed),
        ("/peserta", &paths.people),
        ("/impor", &paths.files),
        ("/beranda", &paths.desk),
    ];
    for (what, list) in pages {
        let asked = ask(place, script, server.child.id(), list, Some(&cookies), STAFF)?;
        measured.push(asked.measured(&format!("{STAFF} staff at once, {what}"), ""));
    }
    measured.extend(lookups(place, script, &server, &paths, &cookies)?);
    measured.push(pgbench(place)?);
    measured.push(memory(&server));
    server.stop()?;
    Ok(measured)
}

/// Look-ups of a register that is one file.
fn on_file(place: &Place, script: &Path) -> Result<Vec<Measured>> {
    let mut measured = vec![fill(place)?];
    let paths = paths(place)?;
    let mut server = Served::start(place)?;
    let cookies = staff::sign_in(&place.payung_with(&[]), ADDRESS, &place.data, LOOKERS)?;
    measured.extend(lookups(place, script, &server, &paths, &cookies)?);
    measured.push(memory(&server));
    server.stop()?;
    for one in &mut measured {
        one.what += ", in one file";
    }
    Ok(measured)
}

/// The smallest page, and a person looked up.
fn lookups(
    place: &Place,
    script: &Path,
    server: &Served,
    paths: &Paths,
    cookies: &Path,
) -> Result<[Measured; 2]> {
    let with = |paths: &Path, cookies: Option<&Path>| {
        ask(place, script, server.child.id(), paths, cookies, LOOKERS)
    };
    let trivial = with(&paths.trivial, None)?;
    let lookup = with(&paths.lookup, Some(cookies))?;
    let share = lookup.rate() / trivial.rate();
    let spent = trivial.spent.each(trivial.requests) / lookup.spent.each(lookup.requests);
    let ratio = format!(
        "; {:.0} % of the smallest page by the clock, {:.0} % by processor time",
        share * 100.0,
        spent * 100.0
    );
    Ok([
        trivial.measured(&format!("the smallest page with one read, {LOOKERS} at once"), ""),
        lookup.measured(&format!("a person looked up, {LOOKERS} at once"), &ratio),
    ])
}

fn memory(server: &Served) -> Measured {
    Measured {
        what: "the program's memory at its most".to_owned(),
        seconds: 0.0,
        megabytes: Some(super::peak_kilobytes(server.child.id()).div_ceil(1024)),
        figure: None,
    }
}

/// What a record calls the server that a bench runs below: whether its commits are on the disk.
pub fn server_name() -> &'static str {
    match std::env::var_os("PAYUNG_TEST_PG_DURABLE") {
        Some(_) => "PostgreSQL, durable",
        None => "PostgreSQL, fsync off",
    }
}

/// Runs a bench again with a server of its own, whose commits are on the disk.
pub fn below_a_server(root: &Path, name: &str, words: &[&str]) -> Result<()> {
    // Asked before the build, which may put another program where this one lies.
    let itself = std::env::current_exe()?;
    build(root)?;
    let mut command = Command::new(target_folder(root)?.join("debug/testkit-pg"));
    command.arg("--durable").arg(itself).args(["bench", name]).args(words).current_dir(root);
    succeed(&mut command)
}

impl Place {
    fn payung_with(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.payung);
        command.args(words).arg("--data").arg(&self.data);
        if let Some(server) = &self.server {
            command.args(["--database", &server.url]);
        }
        command
    }

    /// Asks the database itself, behind the program's back.
    fn ask(&self, text: &str) -> Result<String> {
        match &self.server {
            Some(server) => psql(&in_database(&server.superuser, "postgres", "payung"), text),
            None => {
                let mut sqlite = Command::new("sqlite3");
                let asked = sqlite.arg(self.data.join("register.db")).arg(text).output()?;
                match asked.status.success() {
                    true => Ok(String::from_utf8(asked.stdout)?),
                    false => bail!("sqlite3: {}", String::from_utf8_lossy(&asked.stderr)),
                }
            }
        }
    }
}

pub(super) fn psql(url: &str, text: &str) -> Result<String> {
    let asked =
        Command::new("psql").args([url, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text]).output()?;
    if !asked.status.success() {
        bail!("psql: {}", String::from_utf8_lossy(&asked.stderr));
    }
    Ok(String::from_utf8(asked.stdout)?)
}

/// The address of a server with another user and another database.
pub(super) fn in_database(url: &str, user: &str, database: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.rsplit_once('/').map_or(rest, |(host, _)| host);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("postgresql://{user}@{host}/{database}")
}

/// Roles and an empty database; the address as the application comes.
pub(super) fn roles_and_database(superuser: &str) -> Result<String> {
    for text in [
        "create role payung_owner login",
        "create role payung_app login",
        "create database payung owner payung_owner",
    ] {
        psql(superuser, text)?;
    }
    Ok(in_database(superuser, "payung_app", "payung"))
}

/// The address at which the server above is its own superuser's.
pub(super) fn superuser() -> Result<String> {
    std::env::var("PAYUNG_TEST_PG").context("no server: this runs below testkit-pg")
}

/// The tables of a register in the database of [`roles_and_database`].
pub(super) fn migrate(payung: &Path, data: &Path, superuser: &str) -> Result<()> {
    let owner = in_database(superuser, "payung_owner", "payung");
    let mut migrate = Command::new(payung);
    migrate.args(["migrate", "--app-role", "payung_app", "--database", &owner, "--data"]);
    succeed(migrate.arg(data).stdout(Stdio::null()))
}

/// People on lists of a thousand.
fn fill(place: &Place) -> Result<Measured> {
    if let Some(server) = &place.server {
        migrate(&place.payung, &place.data, &server.superuser)?;
    }
    let people: u64 = match std::env::var("PAYUNG_BENCH_PEOPLE") {
        Ok(said) => said.parse().context("PAYUNG_BENCH_PEOPLE is a number")?,
        Err(_) => PEOPLE,
    };
    let count = people.to_string();
    let words = ["practice", "lists", "--rows", &count, "--out", "-"];
    let mut lists = measure(&format!("{people} people, on lists"), &mut place.payung_with(&words))?;
    lists.figure = Some(format!("{:.0} rows/s", people as f64 / lists.seconds));
    if place.server.is_some() {
        place.ask("vacuum analyze")?;
    }
    Ok(lists)
}

/// Files of addresses, one to a line.
struct Paths {
    mixed: PathBuf,
    people: PathBuf,
    files: PathBuf,
    desk: PathBuf,
    lookup: PathBuf,
    trivial: PathBuf,
}

/// Addresses as staff go through them: lists begun, lists gone on with, one village's, one person.
fn paths(place: &Place) -> Result<Paths> {
    let ids =
        |text: &str| -> Result<Vec<String>> { Ok(place.ask(text)?.lines().map(uuid).collect()) };
    let hex = if place.server.is_some() { "encode(id, 'hex')" } else { "lower(hex(id))" };
    let anybody = ids(&format!("select {hex} from person order by random() limit 10000"))?;
    if anybody.len() < 1_000 {
        bail!("the register is not filled");
    }
    let villages = place.ask("select distinct place from person limit 50")?;
    let villages: Vec<&str> = villages.lines().collect();
    let mut people = vec!["/peserta".to_owned()];
    people.extend(anybody.iter().take(500).map(|id| format!("/peserta?sesudah={}", cursor(id))));
    people.extend(villages.iter().map(|village| format!("/peserta?desa={village}")));
    let files = ["/impor", "/impor?keadaan=decided", "/impor?keadaan=received"].map(str::to_owned);
    let lookup: Vec<String> = anybody.iter().map(|id| format!("/peserta/{id}")).collect();
    // Of twenty pages: eight lists of people, four of files, four people, four desks.
    let nth = |list: &[String], at: usize| list[at % list.len()].clone();
    let mixed = (0..4_000).map(|at| match at % 20 {
        0..8 => nth(&people, at / 20 * 8 + at % 20),
        8..12 => nth(&files, at),
        12..16 => nth(&lookup, at * 7),
        _ => "/beranda".to_owned(),
    });
    let write = |name: &str, lines: &[String]| -> Result<PathBuf> {
        let path = place.data.join(name);
        fs::write(&path, lines.join("\n"))?;
        Ok(path)
    };
    Ok(Paths {
        mixed: write("mixed", &mixed.collect::<Vec<_>>())?,
        people: write("people", &people)?,
        files: write("files", &files)?,
        desk: write("desk", &["/beranda".to_owned()])?,
        lookup: write("lookup", &lookup)?,
        trivial: write("trivial", &["/sehat".to_owned()])?,
    })
}

/// 32 hexadecimal digits as an identifier is written.
fn uuid(hex: &str) -> String {
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    parts.map(|part| hex.get(part).unwrap_or_default()).join("-")
}

/// The word that an address goes on after somebody with: two letters a byte.
fn cursor(id: &str) -> String {
    let letter = |half: u8| char::from(b'a' + half);
    id.bytes().flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect()
}

/// The program while it serves.
struct Served {
    child: Child,
}

impl Served {
    fn start(place: &Place) -> Result<Served> {
        let log = File::create(place.data.join("log"))?;
        let mut command = place.payung_with(&["serve", "--listen", ADDRESS, "--log", "json"]);
        let child = command.stdout(Stdio::null()).stderr(log).spawn()?;
        let served = Served { child };
        let begun = Instant::now();
        while staff::get(ADDRESS, "/sehat", "").is_err() {
            if begun.elapsed() > Duration::from_secs(60) {
                bail!("the program does not answer");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(served)
    }

    fn stop(&mut self) -> Result<()> {
        succeed(Command::new("kill").arg(self.child.id().to_string()))?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets wrk ask, and reads what it says.
fn ask(
    place: &Place,
    script: &Path,
    program: u32,
    paths: &Path,
    cookies: Option<&Path>,
    connections: usize,
) -> Result<Asked> {
    let run = |seconds: u64| -> Result<(String, Spent)> {
        let superuser = place.server.as_ref().map(|server| &*server.superuser);
        let before = Spent::so_far(program, superuser)?;
        let mut wrk = Command::new("wrk");
        wrk.args([
            "-t2",
            "--timeout",
            "30s",
            &format!("-c{connections}"),
            &format!("-d{seconds}s"),
        ]);
        wrk.arg("-s").arg(script).arg(format!("http://{ADDRESS}"));
        wrk.env("PAYUNG_BENCH_PATHS", paths);
        wrk.env("PAYUNG_BENCH_COOKIES", cookies.unwrap_or(Path::new("")));
        let output = wrk.output().context("wrk must start")?;
        let spent = Spent::so_far(program, superuser)?.since(&before);
        Ok((String::from_utf8_lossy(&output.stdout).into_owned(), spent))
    };
    run(WARM_SECONDS)?;
    let (said, spent) = run(SECONDS)?;
    let line = said.lines().find_map(|line| line.strip_prefix("RESULT "));
    let line = line.with_context(|| format!("wrk said: {said}"))?;
    let numbers: Vec<u64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [requests, micros, median, most, nearly_all, failed] = numbers[..] else {
        bail!("wrk said: {line}");
    };
    Ok(Asked {
        requests,
        seconds: micros as f64 / 1e6,
        latency_ms: [median, most, nearly_all].map(|micros| micros as f64 / 1e3),
        failed,
        spent,
    })
}

impl Asked {
    fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    fn measured(&self, what: &str, more: &str) -> Measured {
        let [median, most, nearly_all] = self.latency_ms;
        let each = |seconds: f64| seconds * 1e6 / self.requests.max(1) as f64;
        let figure = format!(
            "{:.0}/s; p50 {median:.1}, p95 {most:.1}, p99 {nearly_all:.1} ms; processor {:.0} µs \
             here + {:.0} µs in PostgreSQL; {} failed; others used {:.2} cores{more}",
            self.rate(),
            each(self.spent.program),
            each(self.spent.server),
            self.failed,
            self.spent.others / self.seconds,
        );
        let what = what.to_owned();
        Measured { what, seconds: self.seconds, megabytes: None, figure: Some(figure) }
    }
}

/// The server's own rate of reading one row by its key, prepared, without any of Payung.
fn pgbench(place: &Place) -> Result<Measured> {
    let server = place.server.as_ref().context("a register on a server")?;
    let speed = in_database(&server.superuser, "postgres", "speed");
    let quiet =
        |command: &mut Command| succeed(command.stdout(Stdio::null()).stderr(Stdio::null()));
    quiet(Command::new("pgbench").args(["-i", "-q", "-s", "10", &speed]))?;
    let clients = LOOKERS.to_string();
    let seconds = SECONDS.to_string();
    let args = ["-S", "-M", "prepared", "-n", "-c", &clients, "-j", "2", "-T", &seconds, &speed];
    let said = Command::new("pgbench").args(args).output()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate: f64 =
        rate.and_then(|rate| rate.split(' ').next()?.parse().ok()).context("pgbench says tps")?;
    Ok(Measured {
        what: format!("pgbench -S, {LOOKERS} at once"),
        seconds: SECONDS as f64,
        megabytes: None,
        figure: Some(format!("{rate:.0}/s")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_user_and_database() {
        let url = "postgresql://postgres@%2Fdev%2Fshm%2Fx/postgres";
        let expect = "postgresql://payung_app@%2Fdev%2Fshm%2Fx/payung";
        assert_eq!(in_database(url, "payung_app", "payung"), expect);
    }

    #[test]
    fn a_cursor_is_two_letters_a_byte() {
        assert_eq!(
            uuid("018f0000000070008000000000000001"),
            "018f0000-0000-7000-8000-000000000001"
        );
        assert_eq!(cursor("0-"), "dacn");
    }
}
