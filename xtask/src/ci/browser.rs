//! The `browser` step: every page of a practice register in a real browser.
//!
//! Before that it builds the field app anew and compares it with what the program carries.
//! Starts `payung serve` on a free port of this machine, runs `crates/web/browser/check.mjs`
//! against it, and stops exactly the process that it started.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{Counts, exists, run_counting, succeed, target_folder};

/// As many villages as fill the pages; the whole regency has its own step.
const VILLAGES: &str = "12";
const USER: &str = "operator";
/// An officer of the practice register, who looks at the same files.
const COLLEAGUE: &str = "ani";
const PASSWORD: &str = "tiga ayam naik perahu";
/// Somebody invented who is on the register twice, under two numbers, and the sender of that file.
const TWICE: &str = "ganda.csv";
const SENDER: &str = "desa-6401012009";
/// An agent of the field with an account of the same name, and the programme they register for.
const AGENT: &str = "kader-lapangan";
const FIELD_PROGRAMME: &str = "tugas-lapangan";
const FIELD_TERRITORY: &str = "64.01.01";
const STARTS_WITHIN: Duration = Duration::from_secs(20);

/// Whether Chromium is here; the check looks in the same places.
pub fn has_chromium() -> bool {
    std::env::var_os("PAYUNG_CHROMIUM").is_some()
        || ["chromium", "chromium-browser", "google-chrome"].into_iter().any(exists)
}

/// Whether Node and its package manager are here.
pub fn has_node() -> bool {
    exists("node") && exists("npm")
}

/// Runs the step.
pub fn browser(root: &Path, counts: &mut Counts) -> Result<()> {
    if !has_chromium() || !has_node() {
        println!("Chromium or Node is not here: the pages are not looked at");
        return Ok(());
    }
    let folder = root.join("crates/web/browser");
    if !folder.join("node_modules").exists() {
        let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        succeed(Command::new("npm").args(install).current_dir(&folder))?;
    }
    let target = target_folder(root)?;
    field_app(root, &target.join("field"))?;
    super::build(root)?;
    let payung = target.join("debug").join("payung");
    let data = std::env::temp_dir().join(format!("payung-browser-{}", std::process::id()));
    let done = look(&payung, &folder, &data, &target.join("browser"), counts);
    let _ = std::fs::remove_dir_all(&data);
    done
}

/// Checks the types of the field app, builds it, and compares it byte for byte with what is kept.
fn field_app(root: &Path, out: &Path) -> Result<()> {
    let folder = root.join("crates/web/field");
    if !folder.join("node_modules").exists() {
        let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        succeed(Command::new("npm").args(install).current_dir(&folder))?;
    }
    let compiler = folder.join("node_modules/typescript/bin/tsc");
    succeed(Command::new("node").arg(compiler).arg("--noEmit").current_dir(&folder))?;
    std::fs::create_dir_all(out)?;
    succeed(Command::new("node").arg("build.mjs").arg(out).current_dir(&folder))?;
    for name in ["lapangan.js", "lapangan-luring.js", "kartu-cadangan.js"] {
        let (made, kept) = (out.join(name), root.join("crates/web/assets").join(name));
        if std::fs::read(&made)? != std::fs::read(&kept)? {
            bail!("crates/web/assets/{name} is not what crates/web/field comes to: npm run build");
        }
    }
    Ok(())
}

fn look(
    payung: &Path,
    folder: &Path,
    data: &Path,
    screenshots: &Path,
    counts: &mut Counts,
) -> Result<()> {
    let mut demo = Command::new(payung);
    demo.args(["demo", "--villages", VILLAGES, "--data"]).arg(data).stdout(Stdio::null());
    succeed(&mut demo)?;
    let mut twice = Command::new(payung);
    twice.args(["import", TWICE, "--programme", "rentan-2022", "--from", SENDER, "--data"]);
    // Its end says that rows are to be mended, when any is; the pair must be there all the same.
    twice.arg(data).current_dir(folder).stdout(Stdio::null()).status()?;
    let mut search = Command::new(payung);
    search.args(["duplicates", "run", "--data"]).arg(data).stdout(Stdio::null());
    succeed(&mut search)?;
    let empty = data.join("kosong");
    for (register, user) in [(data, USER), (data, COLLEAGUE), (&empty, USER)] {
        give_password(payung, register, user)?;
    }
    agent(payung, data)?;
    give_password(payung, data, AGENT)?;
    let day = card_day(payung, data)?;
    claim(payung, data)?;
    change(payung, folder, data)?;
    money(payung, folder, data)?;
    let cards = scanned_cards(payung, data)?;
    let server = Server::start(payung, data, &[])?;
    let nothing = Server::start(payung, &empty, &[])?;
    let mut check = Command::new("node");
    check.arg(folder.join("check.mjs")).arg(server.base()).arg(screenshots).arg(nothing.base());
    check.env("PAYUNG_BROWSER_USER", USER).env("PAYUNG_BROWSER_COLLEAGUE", COLLEAGUE);
    check.env("PAYUNG_BROWSER_PASSWORD", PASSWORD).env("PAYUNG_BROWSER_DAY", day);
    check.env("PAYUNG_BROWSER_AGENT", AGENT).env("PAYUNG_BROWSER_FIELD", AGENT);
    match &cards {
        Some(cards) => check.env("PAYUNG_BROWSER_CARDS", cards.to_string()),
        None => check.env_remove("PAYUNG_BROWSER_CARDS"),
    };
    let before = counts.failed;
    let ended_well = run_counting(&mut check, counts)?;
    println!("screenshots: {}", screenshots.display());
    match ended_well {
        true => Ok(()),
        false => bail!("{} checks of pages failed", counts.failed - before),
    }
}

/// An agent of the field, and a programme that is not over: the practice register's ended long ago.
fn agent(payung: &Path, data: &Path) -> Result<()> {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(payung);
        command.args(arguments).arg("--data").arg(data).stdout(Stdio::null());
        succeed(&mut command)
    };
    run(&["fund", "add", "dana-lapangan", "--kind", "apbd", "--ceiling", "9000000000"])?;
    run(&[
        "programme",
        "add",
        FIELD_PROGRAMME,
        "--name",
        "Pekerja rentan (rekaan)",
        "--fund",
        "dana-lapangan",
        "--territory",
        "64.01",
        "--from",
        "2026-01",
        "--to",
        "2035-12",
    ])?;
    run(&["user", "add", AGENT, "--role", "agent"])?;
    run(&[
        "outreach",
        "agents",
        "add",
        AGENT,
        "--kind",
        "kader",
        "--name",
        "Kenari Rekaan",
        "--territory",
        FIELD_TERRITORY,
        "--supervisor",
        SENDER,
        "--account",
        AGENT,
        "--since",
        "2022-01-01",
    ])
}

/// A day on which every card of the practice register is handed over; its number.
fn card_day(payung: &Path, data: &Path) -> Result<String> {
    let mut make = Command::new(payung);
    make.args(["cards", "day", "new", "Hari kartu (rekaan)", "--programme", "rentan-2022"]);
    make.args(["--place", "Pendopo (rekaan)", "--on", "2022-11-14", "--json", "--data"]);
    let made: Value = serde_json::from_slice(&make.arg(data).output()?.stdout)?;
    Ok(made["day"].as_str().context("a card day has a number")?.to_owned())
}

/// A claim of a work accident of somebody invented, with a heir, as the pages of a claim show it.
fn claim(payung: &Path, data: &Path) -> Result<()> {
    let cards = cards(payung, data)?;
    let person = cards.last().and_then(|card| card["person"].as_str()).context("a member")?;
    let mut open = Command::new(payung);
    open.args(["claims", "open", person, "--kind", "jkk-death", "--event", "2022-10-12"]);
    open.args(["--occupation", "nelayan", "--land", "500000", "--json", "--data"]).arg(data);
    let opened: Value = serde_json::from_slice(&open.output()?.stdout)?;
    let id = opened["claim"].as_str().context("a claim has a number")?;
    let mut heir = Command::new(payung);
    heir.args(["claims", "heir", id, "--relation", "child", "--name", "Rekaan Anak"]);
    heir.args(["--birth", "2015-05-01", "--school", "sd2", "--disagrees", "--data"]).arg(data);
    succeed(heir.stdout(Stdio::null()))
}

/// A second programme whose approved list has lost somebody to a list of the dead, and the change
/// that takes them out, put forward: it waits for another person.
fn change(payung: &Path, folder: &Path, data: &Path) -> Result<()> {
    let fund = "fund add dana-2023 --kind apbd --ceiling 150000";
    let programme = "programme add sambungan-2023 --name Sambungan --fund dana-2023 \
                     --territory 64.01 --from 2023-01 --to 2023-03 --default-occupation petani";
    let list = format!("import lanjutan.csv --programme sambungan-2023 --from {SENDER}");
    let (propose, approve) = (
        "propose --programme sambungan-2023 --as ani",
        "approve --programme sambungan-2023 --as budi",
    );
    let dead = "reference import wafat.csv --list meninggal --as-of 2022-10-31";
    let fallen = "movement fallen --programme sambungan-2023 --propose --as ani";
    run_all(payung, folder, data, &[fund, programme, &list, propose, approve, dead, fallen])
}

/// A third programme with three people who are on no list yet: the walk takes them up to the paid
/// month, in the names of an approver and a treasurer.
fn money(payung: &Path, folder: &Path, data: &Path) -> Result<()> {
    let fund = "fund add dana-uang --kind apbd --ceiling 1000000";
    let programme = "programme add uang-2023 --name Uang --fund dana-uang --territory 64.01 \
                     --from 2023-01 --to 2023-02 --default-occupation petani";
    let list = format!("import uang.csv --programme uang-2023 --from {SENDER}");
    run_all(payung, folder, data, &[fund, programme, &list])?;
    ["budi", "citra"].into_iter().try_for_each(|user| give_password(payung, data, user))
}

fn run_all(payung: &Path, folder: &Path, data: &Path, lines: &[&str]) -> Result<()> {
    for line in lines {
        let mut command = Command::new(payung);
        command.args(line.split_whitespace()).arg("--data").arg(data).current_dir(folder);
        let ended = command.stdout(Stdio::null()).status()?;
        // 4: somebody else has to act now.
        if !matches!(ended.code(), Some(0 | 4)) {
            bail!("payung {line}: {ended}");
        }
    }
    Ok(())
}

/// The cards of the practice register.
fn cards(payung: &Path, data: &Path) -> Result<Vec<Value>> {
    let mut list = Command::new(payung);
    list.args(["cards", "list", "--programme", "rentan-2022", "--json", "--data"]);
    let mut listed: Value = serde_json::from_slice(&list.arg(data).output()?.stdout)?;
    match listed["cards"].take() {
        Value::Array(cards) => Ok(cards),
        _ => bail!("no list of cards"),
    }
}

/// The numbers of two cards that are good and were not scanned.
fn other_numbers(payung: &Path, data: &Path, scanned: &str) -> Result<Vec<String>> {
    let cards = cards(payung, data)?;
    let good = cards.iter().filter(|card| card["state"] == "active");
    let numbers = good.filter_map(|card| card["number"].as_str().map(str::to_owned));
    Ok(numbers.filter(|number| number != scanned).take(2).collect())
}

/// What a scanner reads off two printed cards of the practice register, the second of which is then
/// withdrawn; nothing where the programs that scan are not here.
fn scanned_cards(payung: &Path, data: &Path) -> Result<Option<Value>> {
    if !exists("pdftoppm") || !exists("zbarimg") {
        return Ok(None);
    }
    let folder = data.join("pindai");
    let mut print = Command::new(payung);
    print.args(["cards", "print", "--programme", "rentan-2022", "--out"]).arg(&folder);
    succeed(print.arg("--data").arg(data).stdout(Stdio::null()))?;
    let files = files_of(&folder)?;
    let (pdf, picture) = (files.first().context("a sheet of cards")?, folder.join("lembar"));
    let mut raster = Command::new("pdftoppm");
    raster.args(["-r", "200", "-gray", "-singlefile"]).arg(pdf).arg(&picture);
    succeed(&mut raster)?;
    let mut scan = Command::new("zbarimg");
    scan.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]);
    let read = scan.arg(picture.with_extension("pgm")).output()?;
    let read = String::from_utf8(read.stdout)?;
    let mut texts = read.lines();
    let (good, revoked) = (texts.next(), texts.next());
    let (good, revoked) = (good.context("a card")?, revoked.context("two cards")?);
    let number = |text: &str| -> Result<String> {
        let mut verify = Command::new(payung);
        let said = verify.args(["cards", "verify", text, "--json", "--data"]).arg(data).output()?;
        let said: Value = serde_json::from_slice(&said.stdout)?;
        Ok(said["number"].as_str().context("a card of ours has a number")?.to_owned())
    };
    let mut revoke = Command::new(payung);
    revoke.args(["cards", "revoke", &number(revoked)?, "--cause", "lost", "--reason"]);
    revoke.args(["hilang di laut", "--data"]).arg(data);
    succeed(revoke.stdout(Stdio::null()))?;
    let good_number = number(good)?;
    let numbers = other_numbers(payung, data, &good_number)?;
    let photo = photo(payung, data, good)?;
    let found = json!({
        "good": good, "revoked": revoked, "number": good_number, "numbers": numbers, "photo": photo,
    });
    Ok(Some(found))
}

/// A picture of the card alone whose square code says this.
fn photo(payung: &Path, data: &Path, text: &str) -> Result<PathBuf> {
    let folder = data.join("foto");
    let mut print = Command::new(payung);
    print.args(["cards", "print", "--programme", "rentan-2022", "--layout", "card", "--out"]);
    succeed(print.arg(&folder).arg("--data").arg(data).stdout(Stdio::null()))?;
    for file in files_of(&folder)? {
        // The cards of a sheet are the first ones of a village.
        let mut raster = Command::new("pdftoppm");
        raster.args(["-r", "200", "-png", "-l", "8"]).arg(&file).arg(file.with_extension(""));
        succeed(&mut raster)?;
    }
    for picture in files_of(&folder)? {
        if picture.extension().is_none_or(|ending| ending != "png") {
            continue;
        }
        let mut scan = Command::new("zbarimg");
        scan.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&picture);
        if String::from_utf8(scan.output()?.stdout)?.trim_end_matches('\n') == text {
            return Ok(picture);
        }
    }
    bail!("no picture of the card")
}

/// The files of a folder, by name.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?;
    let mut files: Vec<PathBuf> = entries.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    files.sort();
    Ok(files)
}

/// Lets a user in with a password that protects nothing but practice.
fn give_password(payung: &Path, data: &Path, user: &str) -> Result<()> {
    let mut child = Command::new(payung)
        .args(["user", "password", user, "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let mut stdin = child.stdin.take().context("the child reads the password")?;
    writeln!(stdin, "{PASSWORD}")?;
    drop(stdin);
    match child.wait()?.success() {
        true => Ok(()),
        false => bail!("the password is not taken"),
    }
}

/// `payung serve`, stopped when dropped.
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts it on a free port with these flags, and waits until it answers.
    pub fn start(payung: &Path, data: &Path, flags: &[&str]) -> Result<Server> {
        let address = free_address()?;
        let child = Command::new(payung)
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::null())
            // A line for every request would bury what the check says.
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} must start", payung.display()))?;
        let mut server = Server { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("payung serve ended with {status}");
            }
            if begun.elapsed() > STARTS_WITHIN {
                bail!("payung serve does not answer");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Where it answers.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody has at this moment.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
