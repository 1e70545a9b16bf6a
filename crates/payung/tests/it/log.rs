//! The log of `payung serve`: whatever is asked, it says routes and numbers, and nobody's identity.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::Place;

const NIK: &str = "6401041708627777";
const NAME: &str = "KENARI";
const SECRET: &str = "tiga-ayam-naik-perahu";

/// Sends a request as it stands and reads the answer's first line.
fn ask(at: &str, text: &str) -> String {
    let mut stream = TcpStream::connect(at).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time");
    stream.write_all(text.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    // A connection that is cut says enough.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    answer.lines().next().unwrap_or_default().to_owned()
}

fn get(at: &str, path: &str, more: &str) -> String {
    ask(at, &format!("GET {path} HTTP/1.1\r\nhost: {at}\r\n{more}connection: close\r\n\r\n"))
}

fn post(at: &str, path: &str, body: &str) -> String {
    let kind = "application/x-www-form-urlencoded";
    let length = body.len();
    ask(
        at,
        &format!(
            "POST {path} HTTP/1.1\r\nhost: {at}\r\ncontent-type: {kind}\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ),
    )
}

#[test]
fn the_log_of_the_service_names_nobody() {
    let place = Place::set_up();
    let row = format!("NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n{NIK},{NAME},17-08-1962,L,nelayan\r\n");
    place.import(&place.file("daftar.csv", row));
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let at = free.local_addr().expect("its address").to_string();
    drop(free);
    for format in ["json", "plain"] {
        let mut serving = place
            .command(&["serve", "--listen", &at, "--log", format])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        while TcpStream::connect(&at).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it listens in a minute");
            std::thread::sleep(Duration::from_millis(50));
        }
        let asked = [
            get(&at, &format!("/peserta?nik={NIK}&nama={NAME}"), ""),
            get(&at, &format!("/{NIK}"), ""),
            get(&at, &format!("/peserta/{NIK}"), ""),
            get(&at, "/", &format!("cookie: __Host-payung={SECRET}\r\nreferer: /?{NIK}\r\n")),
            get(&at, "/api/impor.json", &format!("authorization: Bearer {SECRET}{NIK}\r\n")),
            post(&at, "/masuk", &format!("nama={NIK}&sandi={SECRET}")),
            post(&at, "/cek", &format!("nomor={NIK}&nama={NAME}")),
            post(&at, "/musibah/lapor", &format!("nama={NAME}&nik={NIK}&cerita={NIK}")),
        ];
        assert!(asked.iter().all(|line| line.starts_with("HTTP/1.1 ")), "{asked:?}");
        serving.kill().expect("it is ours");
        let mut log = String::new();
        serving.stderr.take().expect("piped").read_to_string(&mut log).expect("text");
        serving.wait().expect("it ends");
        assert!(log.matches("answered").count() >= asked.len(), "{format}: {log}");
        for canary in [NIK, NAME, SECRET] {
            assert!(!log.contains(canary), "{format}: {canary}: {log}");
        }
    }
}
