//! Staff of a bench: accounts made on the command line, and signed in as a browser does it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What they are, one after the other: those who read people and files, and need no second factor.
const ROLES: [&str; 3] = ["verifier", "officer", "village-operator"];
/// Districts of those who keep to one, none for the whole regency.
const TERRITORIES: [Option<&str>; 3] = [None, Some("64.01.05"), Some("64.01.07")];

/// Makes accounts, signs them in, and writes their cookies down, one to a line.
pub fn sign_in(payung: &Command, address: &str, data: &Path, staff: usize) -> Result<PathBuf> {
    let mut cookies = String::new();
    for number in 0..staff {
        let name = format!("petugas{number}");
        let password = format!("payung rekaan {number} lebah kota");
        let role = ROLES[number % ROLES.len()];
        let territory = match role {
            "verifier" | "village-operator" => {
                TERRITORIES[number / ROLES.len() % TERRITORIES.len()]
            }
            _ => None,
        };
        account(payung, &name, role, territory, &password)?;
        cookies += &format!("{}\n", cookie(address, &name, &password)?);
    }
    let path = data.join("cookies");
    fs::write(&path, cookies)?;
    Ok(path)
}

fn account(
    payung: &Command,
    name: &str,
    role: &str,
    territory: Option<&str>,
    password: &str,
) -> Result<()> {
    let run = |words: &[&str], input: &str| -> Result<()> {
        let mut command = Command::new(payung.get_program());
        command.args(words).args(payung.get_args());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        child.stdin.take().context("it was asked for")?.write_all(input.as_bytes())?;
        match child.wait()?.success() {
            true => Ok(()),
            false => bail!("payung {words:?} was refused"),
        }
    };
    run(&["user", "add", name, "--role", "agent"], "")?;
    let mut grant = vec!["user", "grant", name, "--role", role];
    if let Some(territory) = territory {
        grant.extend(["--territory", territory]);
    }
    run(&grant, "")?;
    run(&["user", "password", name], &format!("{password}\n"))
}

/// What a browser keeps once somebody is in.
fn cookie(address: &str, name: &str, password: &str) -> Result<String> {
    let form = get(address, "/masuk", "")?;
    let visitor = cookie_in(&form).context("the form comes with a cookie")?;
    let (_, rest) = form.split_once("name=\"csrf\"").context("the form has a key")?;
    let key = rest.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let (key, _) = key.context("the key has a value")?;
    let sent = format!("csrf={key}&nama={name}&sandi={}", password.replace(' ', "+"));
    let entered = talk(
        address,
        &format!(
            "POST /masuk HTTP/1.1\r\nhost: {address}\r\ncookie: {visitor}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{sent}",
            sent.len()
        ),
    )?;
    cookie_in(&entered).filter(|_| entered.starts_with("HTTP/1.1 303")).with_context(|| {
        format!("{name} was not let in: {}", entered.lines().next().unwrap_or_default())
    })
}

fn cookie_in(answer: &str) -> Option<String> {
    let (head, _) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let set = lines.rfind(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))?;
    Some(set.1.split(';').next()?.to_owned())
}

/// Asks for a page; head and body of the answer.
pub fn get(address: &str, path: &str, cookie: &str) -> Result<String> {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{cookie}connection: close\r\n\r\n");
    talk(address, &head)
}

fn talk(address: &str, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
