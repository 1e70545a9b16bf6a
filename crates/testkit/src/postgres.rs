//! A private PostgreSQL cluster for tests: made in a temporary directory from the system's own
//! server binaries, reached over a socket there, never run as root, removed at the end.
//!
//! It trades durability for speed (`fsync` off): nothing in it is worth keeping.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often a starting server is asked whether it is ready, every 50 ms: 30 s in all.
const READY_ATTEMPTS_MAX: u32 = 600;

/// A running cluster; dropping it stops the server and removes its files.
pub struct Cluster {
    directory: PathBuf,
    binaries: PathBuf,
    /// Whether commands change to the user `postgres` because we are root.
    as_root: bool,
    server: Option<Child>,
}

impl Cluster {
    /// Makes and starts a cluster; waits until it answers.
    ///
    /// # Errors
    /// When no server binaries are installed, or the server does not start.
    pub fn start() -> Result<Cluster> {
        let directory = place().join(format!("payung-pg-{}", std::process::id()));
        let as_root = command_line(Path::new("id"), false).arg("-u").output()?.stdout == b"0\n";
        let mut cluster = Cluster { directory, binaries: binaries()?, as_root, server: None };
        std::fs::create_dir(&cluster.directory)?;
        if as_root {
            succeed(Command::new("chown").arg("postgres").arg(&cluster.directory))?;
        }
        let data = cluster.directory.join("data");
        let mut initdb = cluster.command("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]);
        succeed(initdb.args(["--no-sync", "--no-instructions", "-D"]).arg(&data))?;
        cluster.server = Some(cluster.spawn_server(&data)?);
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// The URL of the cluster's first database, for its superuser.
    pub fn url(&self) -> String {
        let socket = self.directory.display().to_string().replace('/', "%2F");
        format!("postgresql://postgres@{socket}/postgres")
    }

    fn spawn_server(&self, data: &Path) -> Result<Child> {
        let log = std::fs::File::create(self.directory.join("log"))?;
        let mut server = self.command("postgres");
        server.arg("-D").arg(data).arg("-k").arg(&self.directory);
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "shared_buffers=256MB",
            "max_wal_size=4GB",
            "max_connections=100",
        ] {
            server.arg("-c").arg(setting);
        }
        server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()
    }

    fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..READY_ATTEMPTS_MAX {
            let mut ask = self.command("pg_isready");
            ask.arg("-q").arg("-h").arg(&self.directory);
            if ask.status()?.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Error::new(ErrorKind::TimedOut, "the test cluster does not answer"))
    }

    fn command(&self, program: &str) -> Command {
        command_line(&self.binaries.join(program), self.as_root)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let mut stop = self.command("pg_ctl");
            stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(self.directory.join("data"));
            if stop.status().is_ok_and(|status| status.success()) {
                let _ = server.wait();
            } else {
                let _ = server.kill();
            }
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// In memory where the system has such a place: a fresh database is then ten times cheaper.
fn place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() }
}

/// The newest installed server's binaries.
fn binaries() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")?;
    let number = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()).unwrap_or(0)
    };
    versions
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(number)
        .map(|path| path.join("bin"))
        .ok_or_else(|| Error::new(ErrorKind::NotFound, "no PostgreSQL server is installed"))
}

/// A command, as the user `postgres` when we are root: the server refuses to run as root.
fn command_line(program: &Path, as_root: bool) -> Command {
    if !as_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    // The working directory may be closed to that user.
    command.current_dir("/");
    command
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
}
