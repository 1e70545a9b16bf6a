//! A private PostgreSQL cluster for tests: made in a temporary directory from the system's own
//! server binaries, reached over a socket there, never run as root, removed at the end.
//!
//! It trades durability for speed (`fsync` off): nothing in it is worth keeping. A bench measures
//! on a durable one, which lies on the disk and waits for it as an office's server does.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often a starting server is asked whether it is ready, every 50 ms: 30 s in all.
const READY_ATTEMPTS_MAX: u32 = 600;

/// Who comes into one of two servers, and how: the other one proves itself by its password.
const DOORS_OF_TWO: &str = "\
local all payung_nik scram-sha-256
host all payung_nik 127.0.0.1/32 scram-sha-256
local all all trust
";

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A running cluster; dropping it stops the server and removes its files.
pub struct Cluster {
    directory: PathBuf,
    binaries: PathBuf,
    /// Whether commands change to the user `postgres` because we are root.
    as_root: bool,
    /// Where it listens beside its socket, when it speaks TLS.
    port: Option<u16>,
    kind: Kind,
    server: Option<Child>,
}

/// What a cluster is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing in it is worth keeping.
    Passing,
    /// What is committed is on the disk.
    Durable,
    /// One of two that hold a register: reached by its port too, there with a password; what is
    /// committed outlives the server, if not the machine.
    OneOfTwo,
}

/// What a server proves itself with, in PEM.
pub struct Identity {
    /// Its certificate.
    pub certificate: String,
    /// The key of the certificate.
    pub key: String,
}

impl Cluster {
    /// Makes and starts a cluster; waits until it answers.
    ///
    /// # Errors
    /// When no server binaries are installed, or the server does not start.
    pub fn start() -> Result<Cluster> {
        Cluster::start_as(None, Kind::Passing)
    }

    /// Makes and starts a cluster whose commits are on the disk: for measurements.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_durable() -> Result<Cluster> {
        Cluster::start_as(None, Kind::Durable)
    }

    /// Makes and starts a cluster that may hold a register together with another.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_one_of_two() -> Result<Cluster> {
        Cluster::start_as(None, Kind::OneOfTwo)
    }

    /// Makes and starts a cluster that is reached over TLS on the loopback interface too.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_encrypted(identity: &Identity) -> Result<Cluster> {
        Cluster::start_as(Some(identity), Kind::Passing)
    }

    fn start_as(identity: Option<&Identity>, kind: Kind) -> Result<Cluster> {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let place = if kind == Kind::Durable { std::env::temp_dir() } else { place() };
        let directory = place.join(format!("payung-pg-{}-{number}", std::process::id()));
        let as_root = command_line(Path::new("id"), false).arg("-u").output()?.stdout == b"0\n";
        let has_port = identity.is_some() || kind == Kind::OneOfTwo;
        let port = has_port.then(free_port).transpose()?;
        let binaries = binaries()?;
        let mut cluster = Cluster { directory, binaries, as_root, port, kind, server: None };
        std::fs::create_dir(&cluster.directory)?;
        if let Some(identity) = identity {
            cluster.keep_identity(identity)?;
        }
        if as_root {
            succeed(Command::new("chown").arg("-R").arg("postgres").arg(&cluster.directory))?;
        }
        let data = cluster.directory.join("data");
        let mut initdb = cluster.command("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]);
        succeed(initdb.args(["--no-sync", "--no-instructions", "-D"]).arg(&data))?;
        if kind == Kind::OneOfTwo {
            std::fs::write(data.join("pg_hba.conf"), DOORS_OF_TWO)?;
        }
        cluster.server = Some(cluster.spawn_server(&data)?);
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// The URL of the cluster's first database, for its superuser.
    pub fn url(&self) -> String {
        let socket = self.directory.display().to_string().replace('/', "%2F");
        match (self.kind, self.port) {
            (Kind::OneOfTwo, Some(port)) => {
                format!("postgresql://postgres@{socket}:{port}/postgres")
            }
            _ => format!("postgresql://postgres@{socket}/postgres"),
        }
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.join(format!(".s.PGSQL.{}", self.port.unwrap_or(5432)))
    }

    /// What the server has written down since it was started last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn log(&self) -> Result<String> {
        std::fs::read_to_string(self.directory.join("log"))
    }

    /// Ends the server at once, as a power cut to its process would: it tells nobody and writes
    /// nothing more.
    ///
    /// # Errors
    /// When it is not running.
    pub fn kill(&mut self) -> Result<()> {
        let mut server = self.server.take().ok_or_else(|| Error::other("it does not run"))?;
        server.kill()?;
        server.wait().map(|_| ())
    }

    /// Starts a server that was killed; waits until it answers.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_again(&mut self) -> Result<()> {
        let data = self.directory.join("data");
        // What the killed one left behind ends by itself; until then a new one refuses to start.
        for _ in 0..READY_ATTEMPTS_MAX {
            let mut server = self.spawn_server(&data)?;
            std::thread::sleep(Duration::from_millis(200));
            if server.try_wait()?.is_none() {
                self.server = Some(server);
                return self.wait_until_ready();
            }
        }
        Err(Error::new(ErrorKind::TimedOut, "the killed server leaves something behind"))
    }

    /// The URL over TLS, for its superuser; for a cluster started with an identity.
    pub fn encrypted_url(&self, host: &str, rest: &str) -> String {
        let port = self.port.expect("the cluster was started with an identity");
        format!("postgresql://postgres@{host}:{port}/postgres?{rest}")
    }

    /// Where the server's certificate lies, for whoever wants to trust it.
    pub fn certificate(&self) -> PathBuf {
        self.directory.join("server.crt")
    }

    fn keep_identity(&self, identity: &Identity) -> Result<()> {
        std::fs::write(self.certificate(), &identity.certificate)?;
        let key = self.directory.join("server.key");
        std::fs::write(&key, &identity.key)?;
        succeed(Command::new("chmod").arg("600").arg(key))
    }

    fn spawn_server(&self, data: &Path) -> Result<Child> {
        let log = std::fs::File::create(self.directory.join("log"))?;
        let mut server = self.command("postgres");
        server.arg("-D").arg(data).arg("-k").arg(&self.directory);
        match self.port {
            None => server.args(["-c", "listen_addresses="]),
            Some(port) => {
                server.arg("-p").arg(port.to_string());
                server.args(["-c", "listen_addresses=127.0.0.1"]);
                if self.kind == Kind::OneOfTwo {
                    return self.spawn_with_settings(server, log);
                }
                server.args(["-c", "ssl=on"]);
                let file = |name: &str, value: &str| {
                    format!("{name}={}", self.directory.join(value).display())
                };
                server.arg("-c").arg(file("ssl_cert_file", "server.crt"));
                server.arg("-c").arg(file("ssl_key_file", "server.key"))
            }
        };
        self.spawn_with_settings(server, log)
    }

    fn spawn_with_settings(&self, mut server: Command, log: std::fs::File) -> Result<Child> {
        let on_when = |is_on: bool| if is_on { "on" } else { "off" };
        let outlives = on_when(self.kind != Kind::Passing);
        server.arg("-c").arg(format!("fsync={}", on_when(self.kind == Kind::Durable)));
        for setting in ["synchronous_commit", "full_page_writes"] {
            server.arg("-c").arg(format!("{setting}={outlives}"));
        }
        let connections = if self.kind == Kind::OneOfTwo { 300 } else { 100 };
        server.arg("-c").arg(format!("max_connections={connections}"));
        for setting in ["shared_buffers=256MB", "max_wal_size=4GB"] {
            server.arg("-c").arg(setting);
        }
        server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()
    }

    fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..READY_ATTEMPTS_MAX {
            let mut ask = self.command("pg_isready");
            ask.arg("-q").arg("-h").arg(&self.directory);
            if let Some(port) = self.port {
                ask.arg("-p").arg(port.to_string());
            }
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

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
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

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use store::provision::{Provision, provision};
    use store::{Location, StoreError};

    use super::*;

    /// A certificate that vouches for itself, for one name.
    fn self_signed(name: &str) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let names = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = names.self_signed(&key).expect("a certificate").pem();
        Identity { certificate, key: key.serialize_pem() }
    }

    fn reach(url: String) -> std::result::Result<(), StoreError> {
        let look = Provision { app_role: None, read_role: None, bi_role: None, plan_only: true };
        provision(&Location::Url(url), &look).map(|_| ())
    }

    #[test]
    fn a_server_is_reached_over_tls_only_when_it_is_the_one_meant() {
        if store::twin::server_url().is_none() {
            return;
        }
        let cluster = Cluster::start_encrypted(&self_signed("localhost")).expect("starts");
        let trusted = cluster.certificate().display().to_string();
        let with = |mode: &str, file: &str| format!("sslmode={mode}&sslrootcert={file}");
        for mode in ["require", "verify-full"] {
            let url = cluster.encrypted_url("localhost", &with(mode, &trusted));
            assert_eq!(reach(url), Ok(()), "{mode}");
        }
        let refused = |url: String, why: &str| match reach(url) {
            Err(StoreError::Unavailable { cause }) => assert!(cause.contains(why), "{cause}"),
            other => panic!("{why}: {other:?}"),
        };
        // Another authority, none that the system trusts, another name, no such file.
        let other = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(other.path(), self_signed("localhost").certificate).expect("writes");
        let wrong = with("require", &other.path().display().to_string());
        refused(cluster.encrypted_url("localhost", &wrong), "certificate");
        refused(cluster.encrypted_url("localhost", "sslmode=require"), "certificate");
        refused(cluster.encrypted_url("127.0.0.1", &with("require", &trusted)), "certificate");
        let nowhere = with("require", "/nowhere.pem");
        refused(cluster.encrypted_url("localhost", &nowhere), "sslrootcert");
    }
}
