//! Every role at every address, asked for what is its own, another village's, another office's,
//! another regency's, and for what is not there: the route table and the policy say who gets in.
//!
//! What is out of reach answers like what does not exist; a route with a part in its path that has
//! no value here fails the test. Everybody here is invented.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::access::{self, Operation, Role, Scope};
use app::card_days::CardDayAsked;
use app::cards::CardRow;
use app::claims::{ClaimFacts, ClaimKind, ClaimOpening, PersonTyped, Reporter, Told};
use app::doors::{MessageFilter, MessageTyped};
use app::grants::GrantRequest;
use app::intake::{Receipt, Received};
use app::office::Office;
use axum::Router;
use axum::http::{Method, StatusCode};
use base::RegionCode;

use super::api::{program, token};
use super::door::{Browser, sign_in};
use super::{NAME, NIK, filled};
use crate::router;
use crate::routes::{Route, table};
use crate::signed::Readers;

/// Whose the thing is that is asked for.
const WHOSE: [&str; 5] = ["own", "other-village", "other-office", "other-regency", "none"];
/// Nothing has this number.
const NOTHING: &str = "018f0000-0000-7000-8000-000000000000";
/// The number of something in another regency's register, with the shape of ours.
const ELSEWHERE: &str = "0190c5a1-7d2e-7c11-9a3b-5f6e7d8c9b0a";

/// Heads of paths below which something stands by its number.
const BY_ID: &[&str] = &[
    "/agen/gawai",
    "/agen/lapangan",
    "/lampiran",
    "/lapangan/gawai",
    "/api/lapangan/foto",
    "/api/lapangan/gawai",
    "/api/lapangan/rekaman",
    "/aturan",
    "/pekerjaan",
    "/peserta",
    "/ganda",
    "/perubahan",
    "/peran",
    "/profil/sesi",
    "/profil/kunci",
    "/profil/token",
    "/api/pekerjaan",
    "/api/peserta",
    "/api/peran",
    "/sipp/berkas",
    "/sipp/balasan",
    "/sipp/perbaikan",
    "/api/sipp/balasan",
    "/bank/snap/selisih",
    "/api/bank/snap/selisih",
    "/sosialisasi/peminat",
    "/api/sosialisasi/peminat",
    "/bank/baris",
    "/api/bank/baris",
    "/buku/transaksi",
    "/api/buku/transaksi",
    "/kartu/hari",
    "/api/kartu/hari",
    "/kartu/serah",
    "/api/kartu/serah",
    "/kartu/satu",
    "/api/kartu",
    "/klaim",
    "/api/klaim",
    "/kematian/pertanyaan",
    "/kecelakaan/pertanyaan",
    "/laporan",
    "/api/laporan",
    "/dasbor/laporan",
];

/// What stands for the parts of paths.
struct Things {
    own_sheet: String,
    other_sheet: String,
    office_sheet: String,
    task: String,
    /// Of the own village and of the other: people, claims, messages, cards, card days.
    people: [String; 2],
    claims: [String; 2],
    messages: [String; 2],
    cards: [String; 2],
    days: [String; 2],
    /// What a program of each role shows.
    tokens: BTreeMap<Role, String>,
}

impl Things {
    /// What there is in both villages under this part of a path.
    fn twins(&self, path: &str) -> Option<&[String; 2]> {
        if !path.contains("{id}") {
            return None;
        }
        match path.split("/{").next().unwrap_or(path) {
            "/peserta" | "/api/peserta" => Some(&self.people),
            "/klaim" | "/api/klaim" => Some(&self.claims),
            "/laporan" | "/api/laporan" => Some(&self.messages),
            "/kartu/satu" | "/api/kartu" => Some(&self.cards),
            "/kartu/hari" | "/api/kartu/hari" => Some(&self.days),
            _ => None,
        }
    }

    /// The first part of a path below this head, and what stands for it.
    fn part(&self, head: &str, whose: &str) -> Option<(&'static str, &str)> {
        let missing = if whose == "none" { NOTHING } else { ELSEWHERE };
        let sheet = match whose {
            "own" => self.own_sheet.as_str(),
            "other-village" => &self.other_sheet,
            "other-office" => &self.office_sheet,
            _ => missing,
        };
        Some(match head {
            "/program/baru" => ("{part}", "urutan"),
            "/impor" | "/api/impor" => ("{id}", sheet),
            "/program" | "/api/program" if whose == "own" => ("{code}", app::demo::PROGRAMME),
            "/dana" | "/api/dana" if whose == "own" => ("{code}", app::demo::FUND),
            "/tagihan" | "/api/tagihan" if whose == "own" => ("{code}", app::demo::PROGRAMME),
            "/program" | "/api/program" | "/dana" | "/api/dana" | "/tagihan" | "/api/tagihan" => {
                ("{code}", missing)
            }
            "/rencana/rka" => ("{kind}", if whose == "own" { "pdf" } else { missing }),
            "/tugas" | "/api/tugas" => ("{id}", if whose == "own" { &self.task } else { missing }),
            "/pengguna" if whose == "own" => ("{name}", "u-officer"),
            "/pengguna" => ("{name}", missing),
            "/aturan" if whose == "own" => ("{id}", "jkk.iuran_bpu"),
            "/organisasi" | "/api/organisasi" if whose == "own" => ("{code}", "dinas-lain"),
            "/organisasi" | "/api/organisasi" | "/perjanjian" | "/api/perjanjian" => {
                ("{code}", missing)
            }
            "/integrasi" | "/api/integrasi" => ("{code}", missing),
            "/sosialisasi/acara" | "/api/sosialisasi/acara" | "/agen" | "/api/agen" => {
                ("{code}", missing)
            }
            "/bank/rekonsiliasi" => ("{month}", "2022-10"),
            "/api/bank/rekening" => {
                ("{code}", if whose == "own" { app::bank::DEFAULT_ACCOUNT } else { missing })
            }
            "/buku/akun" => ("{code}", if whose == "own" { "cash.apbdp-2022" } else { missing }),
            "/buku/tutup" | "/api/buku/tutup" => {
                ("{month}", if whose == "own" { "2022-10" } else { missing })
            }
            "/kartu/dicabut" => ("{year}", "2022"),
            "/mulai" | "/pulih" => ("{token}", missing),
            _ if BY_ID.contains(&head) => ("{id}", missing),
            _ => return None,
        })
    }

    /// The address with every part filled in; none where nothing of that sort is known.
    fn address(&self, path: &str, whose: &str) -> Option<String> {
        if !path.contains('{') {
            return Some(path.to_owned());
        }
        let missing = if whose == "none" { NOTHING } else { ELSEWHERE };
        let village = usize::from(whose == "other-village");
        let in_village = ["own", "other-village"].contains(&whose);
        let (name, value) = match self.twins(path).filter(|_| in_village) {
            Some(twins) => ("{id}", &*twins[village]),
            None => self.part(path.split("/{").next().unwrap_or(path), whose)?,
        };
        // A person of a programme is nobody's here.
        let path = path
            .replace(name, value)
            .replace("{part}", "urutan")
            .replace("{row}", "1")
            .replace("{no}", "1")
            .replace("{duty}", "tugas")
            .replace("{event}", missing)
            .replace("{month}", "2022-11")
            .replace("{paper}", "bill");
        Some(path.replace("{id}", missing))
    }
}

fn take_in(office: &Office, folder: &std::path::Path, org: &str, number: u32) -> String {
    let actor = office.actor("operator", Operation::TakeIn).expect("the first user");
    let path = folder.join(format!("daftar-{number}.csv"));
    let day = number + 10;
    let row =
        format!("640105{day:02}0862{number:04},{NAME} X,Paser,{day:02}-08-1962,L,RT 1,nelayan\n");
    let heads = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n";
    std::fs::write(&path, format!("{heads}{row}")).expect("a file");
    let received = Received {
        path,
        programme: app::demo::PROGRAMME.to_owned(),
        org: org.to_owned(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    match office.receive(&actor, &received).expect("the file is taken in") {
        Receipt::Decided(report) => report.sheet.expect("it is kept").to_string(),
        _ => panic!("the file is new"),
    }
}

/// Two villages, an office beside them, and a user for every role; those of a territory are of the
/// first village.
fn furnish(office: &Office, folder: &std::path::Path) -> Things {
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    let orgs = office.orgs().expect("offices");
    let (own, other) = (&orgs[0], &orgs[1]);
    let regency = RegionCode::from_digits(6401, 2);
    office.add_org(&keeper, "dinas-lain", "Dinas Rekaan", regency).expect("an office");
    for role in Role::ALL.iter().filter(|role| **role != Role::Public) {
        let name = format!("u-{}", role.name());
        office.add_account(&keeper, &name).expect("an account");
        let held_for =
            |operation: &Operation| access::policy(*operation).contains(&(*role, Scope::Territory));
        let is_local = Operation::ALL.iter().any(held_for);
        let territory = if is_local { Some(own.territory) } else { None };
        let request =
            GrantRequest { user: name, role: *role, territory, org: None, from: None, until: None };
        office.grant_role(&keeper, &request).expect("a role");
    }
    let task = {
        let ask = GrantRequest {
            user: "u-agent".into(),
            role: Role::Verifier,
            territory: None,
            org: None,
            from: None,
            until: None,
        };
        let asked = office.propose_grant(&keeper, &ask).expect("put forward");
        asked.expect("others could decide").to_string()
    };
    let twins = [own, other].map(|org| village_things(office, org.territory));
    let both = |part: usize| [twins[0][part].clone(), twins[1][part].clone()];
    Things {
        own_sheet: take_in(office, folder, &own.code, 1),
        other_sheet: take_in(office, folder, &other.code, 2),
        office_sheet: take_in(office, folder, "dinas-lain", 3),
        task,
        people: both(0),
        claims: both(1),
        messages: both(2),
        cards: both(3),
        days: both(4),
        tokens: BTreeMap::new(),
    }
}

/// A member of the village, a claim, a message, the member's card and a card day, by number.
fn village_things(office: &Office, village: RegionCode) -> [String; 5] {
    let keeper = office.actor("operator", Operation::ReadPeople).expect("the first user");
    let day = office.today();
    let event = day.to_string();
    let (programme, reporter) = (app::demo::PROGRAMME, Reporter::default());
    let people = office.people_page(&keeper, Some(village), None, 100).expect("people");
    let cards = office.card_rows(&keeper, programme).expect("cards");
    let held = |row: &&CardRow| people.iter().any(|person| person.id == row.card.person);
    let card = &cards.iter().find(held).expect("a card of the village").card;
    let opening = ClaimOpening {
        person: card.person,
        kind: ClaimKind::JkkPartial,
        event: day,
        reported: None,
        told: Told::Family,
        occupation: None,
        reporter,
        facts: ClaimFacts::default(),
    };
    let (claim, _) = office.open_claim(&keeper, &opening).expect("a claim");
    let heir = PersonTyped { relation: "child", name: "Kenari Anak", ..PersonTyped::default() };
    office.claim_person(&keeper, claim.id, &heir).expect("is written down");
    let district = village.at_level(3).to_string();
    let message = MessageTyped {
        kind: "accident",
        event: &event,
        subject: "Kenari Contoh",
        district: &district,
        village: office.gazetteer.name(village).expect("a name"),
        account: "Jatuh di dermaga",
        sender: "Kenari Saudara",
        relation: "family",
        phone: "081234509876",
        ..MessageTyped::default()
    };
    office.send_message(&message, &village.to_string(), "127.0.0.1").expect("it is sent");
    let messages = office.messages(&keeper, &MessageFilter::default()).expect("messages");
    let sent = messages.iter().find(|row| row.message.place == village).expect("it is there");
    let within = village.to_string();
    let asked = CardDayAsked {
        programme,
        name: "Hari kartu (rekaan)",
        place: "Balai desa",
        day,
        within: &within,
    };
    let (card_day, _) = office.make_card_day(&keeper, &asked).expect("a card day");
    let person = card.person.to_string();
    let (claim, message) = (claim.id.to_string(), sent.message.id.to_string());
    [person, claim, message, card.id.to_string(), card_day.id.to_string()]
}

/// What a page says apart from keys, names of forms and its own address.
fn essence(text: &str, address: &str) -> String {
    let text = text.replace(address, "").replace(NOTHING, "").replace(ELSEWHERE, "");
    let mut out = String::new();
    for part in text.split("value=\"") {
        out.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    if let Some((head, rest)) = out.clone().split_once("\"lacak\":\"") {
        out = format!("{head}{}", rest.split_once('"').map_or(rest, |(_, rest)| rest));
    }
    let steady = out.lines().filter(|line| !line.contains("kembali="));
    let steady = steady.filter(|line| !line.contains("bahasa="));
    steady.collect::<Vec<_>>().join("\n")
}

struct Checks {
    made: u64,
    failed: Vec<String>,
}

impl Checks {
    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.made += 1;
        if !holds {
            self.failed.push(what());
        }
    }
}

/// Acts that would end what the test itself needs.
fn is_spared(method: &Method, path: &str, whose: &str) -> bool {
    method == Method::POST && (whose == "own" || !path.contains('{'))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_at_every_address_sees_what_is_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let mut things = furnish(&office, folder.path());
    let pages = router(Arc::clone(&office));
    let mut people: Vec<(Role, Option<Browser>)> = vec![(Role::Public, None)];
    for role in Role::ALL.iter().filter(|role| **role != Role::Public) {
        let browser = sign_in(&pages, &office, &format!("u-{}", role.name())).await;
        people.push((*role, Some(browser)));
        let operations: Vec<Operation> = app::api::operations_of(*role).collect();
        let name = format!("u-{}", role.name());
        things.tokens.insert(*role, token(&office, &name, &operations));
    }
    let mut checks = Checks { made: 0, failed: Vec::new() };
    for (role, browser) in &people {
        ask_everywhere(&pages, *role, browser.as_ref(), &things, &mut checks).await;
    }
    assert!(
        checks.failed.is_empty(),
        "{} of {}\n{:#?}",
        checks.failed.len(),
        checks.made,
        checks.failed
    );
    assert!(checks.made >= 5_000, "{}", checks.made);
}

/// What an act takes, so that it is refused for what it is about and not for how it is asked.
fn body_of(path: &str) -> &'static str {
    match path.rsplit('/').next().unwrap_or(path) {
        "perbaikan" => {
            r#"{"revisi":999,"sel":[{"lembar":0,"baris":2,"isian":"name","teks":"SEKAR CONTOH"}]}"#
        }
        "jawaban" => {
            r#"{"revisi":999,"baris":[{"lembar":0,"baris":2}],"sebab":"DUKCAPIL_UNKNOWN","alasan":"benar"}"#
        }
        "simpan" => r#"{"revisi":999}"#,
        "persetujuan" => {
            r#"{"sidik":"0000000000000000000000000000000000000000000000000000000000000000"}"#
        }
        "revisi" => {
            r#"{"pagu_rupiah":"1","dasar":"Perda","berlaku":"2022-10-01","alasan":"Tambahan dana"}"#
        }
        "perubahan" => r#"{"mulai":"2022-11","sebab":"resigned","orang":""}"#,
        "finalisasi" => r#"{"lama":1}"#,
        "langkah" => {
            r#"{"langkah":"grant","hari":"2022-10-03","jumlah_rupiah":"42000000","penerima":0,"nomor":"","alasan":""}"#
        }
        "kode" => r#"{"jenis":"billing-code","kode":"220012345678"}"#,
        "pengembalian" | "pembukaan" | "buka" => r#"{"alasan":"dicocokkan dengan berkas desa"}"#,
        "saldo-jht" => r#"{"hari":"2022-10-01","jumlah_rupiah":"20000","surat":"JHT-1"}"#,
        "tanggapan" => r#"{"tanggapan":"keluarga sudah ditelepon"}"#,
        "klaim" => r#"{"orang":"","jenis":"jkm"}"#,
        "serah" => {
            r#"{"nomor":"0000-0000-0000-132","penerima":"holder","bukti":"photo","rujukan":""}"#
        }
        "kirim" => r#"{"now_ms":"","records":[{"record":"{}"}]}"#,
        "akhir" => r#"{"hapus":"tidak"}"#,
        "beasiswa" => {
            r#"{"anak":1,"tahun":2023,"langkah":"ask","kelas":"","hari":"","jumlah_rupiah":"","sebab":"","nomor":"","alasan":""}"#
        }
        "putusan" => r#"{"putusan":"first","alasan":"sudah dicocokkan","dilihat":"0"}"#,
        "keputusan" => r#"{"langkah":"dismiss","alasan":"salah pindai di meja"}"#,
        "balik" => r#"{"hari":"2022-10-03","alasan":"tercatat dua kali"}"#,
        _ => "",
    }
}

async fn ask_everywhere(
    pages: &Router,
    role: Role,
    browser: Option<&Browser>,
    things: &Things,
    checks: &mut Checks,
) {
    for route in table() {
        let is_public = access::policy(route.operation).iter().any(|(who, _)| *who == Role::Public);
        let let_in =
            is_public || access::policy(route.operation).iter().any(|(who, _)| *who == role);
        let mut said: BTreeMap<&str, (StatusCode, String)> = BTreeMap::new();
        for whose in WHOSE {
            let address = things.address(&route.path, whose);
            let address = address.unwrap_or_else(|| panic!("{} has no value here", route.path));
            if let_in && is_spared(&route.method, &route.path, whose) {
                continue;
            }
            // Whoever may act on another village's would end what others are asked for.
            let is_twin = whose == "other-village" && things.twins(&route.path).is_some();
            if is_twin && let_in && route.method == Method::POST && !is_local(role, &route) {
                continue;
            }
            let mut asking = browser.cloned().unwrap_or_default();
            let answer = match route.method == Method::GET {
                _ if route.readers == Readers::Programs => {
                    program(pages, things.tokens.get(&role), &address, body_of(&route.path)).await
                }
                true => asking.get(pages, &address).await,
                false => asking.post(pages, &address, &[]).await,
            };
            let name =
                || format!("{role:?} {} {address} ({whose}): {}", route.method, answer.status);
            checks.check(!answer.status.is_server_error(), name);
            checks.check(!answer.text.contains(NIK), name);
            let code = answer.status;
            match (let_in, browser) {
                (true, _) => {
                    said.insert(whose, (code, essence(&answer.text, &address)));
                }
                // Without a login: to the door, or nothing at all; a form without a key is nothing.
                (false, None) => checks.check(
                    code == StatusCode::UNAUTHORIZED
                        || code == StatusCode::FORBIDDEN
                        || code == StatusCode::SEE_OTHER,
                    name,
                ),
                (false, Some(_)) => checks.check(code == StatusCode::FORBIDDEN, name),
            }
        }
        let hides = Hides {
            villages: things.twins(&route.path).is_some() || SHEETS.contains(&&*route.path),
            offices: SHEETS.contains(&&*route.path),
            is_local: is_local(role, &route),
        };
        compare((role, &route.path), hides, &said, checks);
    }
}

/// Paths of one list, which is a village's or an office's.
const SHEETS: [&str; 2] = ["/impor/{id}", "/api/impor/{id}"];

/// Whether the role may do this in its own territory alone.
fn is_local(role: Role, route: &Route) -> bool {
    let scope = access::policy(route.operation).iter().find(|(who, _)| *who == role);
    scope.is_some_and(|(_, scope)| *scope == Scope::Territory)
}

/// What a path keeps from whom.
#[derive(Clone, Copy)]
struct Hides {
    villages: bool,
    offices: bool,
    is_local: bool,
}

/// What is out of reach answers like what is not there.
fn compare(
    (role, path): (Role, &str),
    hides: Hides,
    said: &BTreeMap<&str, (StatusCode, String)>,
    checks: &mut Checks,
) {
    let Some(none) = said.get("none") else { return };
    let what = |whose: &str| format!("{role:?} {path}: {whose} differs from none");
    if let Some(elsewhere) = said.get("other-regency") {
        // A year is nobody's, and its list is signed anew each second.
        let of_nobody = !path.contains('{') || path.contains("{year}");
        let fits = elsewhere.0 == none.0 && (elsewhere.1 == none.1 || of_nobody);
        checks.check(fits, || what("other-regency"));
    }
    if let Some(own) = said.get("own").filter(|_| hides.villages) {
        checks.check(own.0 == StatusCode::OK, || what("own is shown, and"));
    }
    for (whose, counts) in [("other-village", hides.villages), ("other-office", hides.offices)] {
        if let Some(other) = said.get(whose).filter(|_| counts) {
            checks.check((other == none) == hides.is_local, || what(whose));
        }
    }
}
