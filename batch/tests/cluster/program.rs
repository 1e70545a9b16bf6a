//! The program as a process of its own, and a cluster of such processes on this machine.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A folder that is gone with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty one.
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// The program at work; killed when it is let go of.
pub struct Run(Child);

/// What became of a run.
pub struct Done {
    /// Whether it ended well.
    pub is_done: bool,
    /// What it printed.
    pub told: String,
}

/// Starts the program.
pub fn payung_batch(words: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payung-batch"));
    command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    Run(command.spawn().expect("the program is built"))
}

impl Run {
    /// Whether it is still at work.
    pub fn is_running(&mut self) -> bool {
        self.0.try_wait().expect("a child of ours").is_none()
    }

    /// Kills it with no time to tidy up.
    pub fn kill(&mut self) {
        self.0.kill().expect("a child of ours");
        self.0.wait().expect("a child of ours");
    }

    /// Asks it to stop and waits for its end.
    pub fn terminate(self) -> Done {
        let id = self.0.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().expect("a program");
        assert!(asked.success());
        self.wait()
    }

    /// Waits for its end. It prints little: no pipe fills.
    pub fn wait(mut self) -> Done {
        let mut told = String::new();
        let (out, err) = (self.0.stdout.take(), self.0.stderr.take());
        err.expect("a pipe").read_to_string(&mut told).expect("text");
        out.expect("a pipe").read_to_string(&mut told).expect("text");
        Done { is_done: self.0.wait().expect("a child of ours").success(), told }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A scheduler and executors.
pub struct Cluster {
    port: u16,
    scheduler: Option<Child>,
    executors: Vec<Child>,
    works: Vec<PathBuf>,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for child in self.executors.iter_mut().chain(&mut self.scheduler) {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// A port that is free.
pub fn free_port() -> u16 {
    let one = TcpListener::bind("127.0.0.1:0").expect("a port");
    one.local_addr().expect("its address").port()
}

fn silent(words: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payung-batch"));
    command.args(words).stdout(Stdio::null());
    command.spawn().expect("the program is built")
}

fn wait_for(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody listens");
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Cluster {
    /// Starts so many executors.
    pub fn start(folder: &Folder, executors: usize) -> Cluster {
        let mut cluster = Cluster {
            port: free_port(),
            scheduler: None,
            executors: Vec::new(),
            works: Vec::new(),
        };
        cluster.start_scheduler();
        for at in 0..executors {
            let port = free_port();
            let work = folder.path().join(format!("work-{executors}-{at}"));
            let (scheduler, bind) = (cluster.address(), format!("127.0.0.1:{port}"));
            let work_text = work.to_str().expect("a path of ours");
            let words =
                ["executor", "--scheduler", &scheduler, "--bind", &bind, "--work", work_text];
            cluster.executors.push(silent(&words));
            cluster.works.push(work.join(format!("payung-batch-{port}/shuffles")));
            wait_for(port);
        }
        cluster
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What a runner is told.
    pub fn url(&self) -> String {
        format!("df://{}", self.address())
    }

    /// Starts the scheduler, anew on the same port after it was killed.
    pub fn start_scheduler(&mut self) {
        self.scheduler = Some(silent(&["scheduler", "--bind", &self.address()]));
        wait_for(self.port);
    }

    /// Waits until an executor has left more of a job on its disk than is there now; which one.
    pub fn wait_for_work(&self, run: &mut Run) -> usize {
        let begun = Instant::now();
        let files = || self.works.iter().map(|work| files_under(work)).collect::<Vec<_>>();
        let before = files();
        loop {
            let grown = files().iter().zip(&before).position(|(now, before)| now > before);
            if let Some(executor) = grown {
                return executor;
            }
            assert!(run.is_running(), "the job has not ended yet");
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing is worked on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills an executor with no time to tidy up.
    pub fn kill_executor(&mut self, at: usize) {
        let mut child = self.executors.remove(at);
        self.works.remove(at);
        child.kill().expect("a child of ours");
        child.wait().expect("a child of ours");
    }

    /// Kills the scheduler with no time to tidy up.
    pub fn kill_scheduler(&mut self) {
        let mut child = self.scheduler.take().expect("it was started");
        child.kill().expect("a child of ours");
        child.wait().expect("a child of ours");
    }
}

fn files_under(folder: &Path) -> usize {
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let counted = listed.map(|entry| match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
        true => files_under(&entry.path()),
        false => 1,
    });
    counted.sum()
}
