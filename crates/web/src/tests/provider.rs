//! Through the identity provider of the office and back: what a good one brings about, and that a
//! bad one brings about nothing. Everybody here is invented.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use app::access::Role;
use app::error::AppError;
use app::grants::GrantRecord;
use app::login::provider::Terms;
use app::office::{Actor, Office, Operation};
use app::tasks::{State as TaskState, Verdict};
use axum::Router;
use axum::http::{StatusCode, header};
use testkit::provider::{CLIENT, Mischief, Provider, SECRET, Signing, Somebody};

use super::door::{Browser, sign_in};
use super::{Answer, open};
use crate::router;

const HOUR_MS: u64 = 3_600_001;
const DISBELIEVED: &str = "Jawaban penyedia identitas tidak dapat dipercaya.";
const DECLINED: &str = "Penyedia identitas tidak jadi memasukkan Anda.";
const LOST: &str = "Permintaan masuk ini sudah lewat atau bukan dari peramban ini.";
const MISFIT: &str = "Jawaban penyedia identitas tidak sesuai dengan yang disepakati.";
const SILENT: &str = "Penyedia identitas tidak menjawab.";
const NO_ROLE: &str = "Anda belum berada di kelompok yang memegang peran di sini.";
const WAITS: &str = "Dua petugas harus memastikan siapa Anda.";

struct Place {
    office: Arc<Office>,
    pages: Router,
    provider: Provider,
    folder: tempfile::TempDir,
}

/// An office with a provider that two agreed on, and a third who may decide.
fn place() -> Place {
    let place = place_without();
    let terms = terms(&place.provider);
    place.agree(&terms).expect("the operator puts it forward, an approver approves");
    place
}

fn place_without() -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(open(folder.path()));
    let operator = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for name in ["pengesah", "pengesah-dua"] {
        office.add_user(&operator, name, Role::Approver).expect("a new user");
    }
    let secret = folder.path().join("provider-secret");
    fs::write(&secret, format!("{SECRET}\n")).expect("a file");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("ours");
    let pages = router(Arc::clone(&office));
    Place { office, pages, provider: Provider::start(), folder }
}

fn terms(provider: &Provider) -> String {
    let role = |group: &str, role: &str, more: &str| {
        format!("[[role]]\ngroup = \"{group}\"\nrole = \"{role}\"\n{more}\n")
    };
    format!(
        "issuer = \"{}\"\nclient = \"{CLIENT}\"\nname = \"Akun Rekaan\"\n\
         two_factors = [\"mfa\"]\n{}",
        provider.issuer(),
        [
            role("Petugas Program", "officer", ""),
            role("Bendahara", "treasurer", ""),
            role("Pengesah", "approver", ""),
            role("Desa Rekaan", "village-operator", "territory = \"64.01.05.2001\""),
        ]
        .concat()
    )
}

fn somebody(groups: &[&str]) -> Somebody {
    Somebody {
        subject: "7001".into(),
        username: "melati.rekaan".into(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        proof: None,
    }
}

impl Place {
    fn actor(&self, name: &str, operation: Operation) -> Actor {
        self.office.actor(name, operation).expect("somebody who may")
    }

    fn approve_all(&self, name: &str) -> Result<Option<TaskState>, AppError> {
        let actor = self.actor(name, Operation::OwnDesk);
        let mut last = None;
        for found in self.office.open_tasks(&actor).expect("tasks") {
            let task = found.record.task;
            last = Some(self.office.decide_task(&actor, task.id, &Verdict::Approve(task.hash))?);
        }
        Ok(last)
    }

    fn agree(&self, terms: &str) -> Result<(), AppError> {
        let operator = self.actor("operator", Operation::ManageUsers);
        self.office.propose_provider(&operator, terms)?;
        assert_eq!(self.approve_all("pengesah")?, Some(TaskState::Approved));
        Ok(())
    }

    /// Sends a browser to the provider, and gives the address that it is sent back to.
    async fn away(&self, browser: &mut Browser) -> String {
        let there = browser.get(&self.pages, "/masuk/penyedia?lanjut=/peran").await;
        assert_eq!(there.status, StatusCode::SEE_OTHER, "{}", there.text);
        self.provider.set_clock(self.office.now_ms() / 1000);
        let back = self.provider.visit(there.headers[header::LOCATION].to_str().expect("text"));
        back.strip_prefix("http://localhost").expect("our own address").to_owned()
    }

    async fn enter(&self, browser: &mut Browser) -> Answer {
        let back = self.away(browser).await;
        browser.get(&self.pages, &back).await
    }

    /// The first entry, confirmed by two.
    async fn welcome(&self, groups: &[&str]) {
        self.provider.seat(somebody(groups));
        let mut browser = Browser::default();
        let answer = self.enter(&mut browser).await;
        refused(&answer, StatusCode::UNAUTHORIZED, WAITS);
        assert_eq!(self.approve_all("pengesah"), Ok(Some(TaskState::Open)));
        let answer = self.enter(&mut browser).await;
        refused(&answer, StatusCode::UNAUTHORIZED, WAITS);
        assert_eq!(self.approve_all("operator"), Ok(Some(TaskState::Approved)));
    }

    fn grants(&self, name: &str) -> Vec<GrantRecord> {
        let reader = self.actor("operator", Operation::ReadUsers);
        let users = self.office.users(&reader).expect("users");
        let found = users.into_iter().find(|user| &*user.user.name == name);
        found.expect("an account of that name").grants
    }

    async fn is_in(&self, browser: &mut Browser) -> bool {
        browser.get(&self.pages, "/profil").await.status == StatusCode::OK
    }
}

fn refused(answer: &Answer, status: StatusCode, sentence: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.text.matches(sentence).count(), 1, "{sentence}: {}", answer.text);
    assert!(answer.text.contains("href=\"/masuk/penyedia\""), "one may begin again");
}

const ABOUT: &str = "/penyedia-identitas";
const PROPOSE: &str = "/penyedia-identitas/usul";

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_put_forward_in_the_browser_and_another_agrees() {
    let place = place_without();
    let pages = &place.pages;
    let mut maker = sign_in(pages, &place.office, "operator").await;
    let page = maker.get(pages, ABOUT).await;
    for said in ["Kantor ini belum memakai", "Rahasia penyedia sudah ada di samping"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    maker.get(pages, PROPOSE).await;
    let answers = [
        ("alamat", place.provider.issuer()),
        ("klien", CLIENT),
        ("tombol", "Akun Rekaan"),
        ("daftar", "groups"),
        ("cakupan", ""),
        ("pengaman", "mfa"),
        ("peran", "Petugas Program = Petugas program\nDesa = operator desa, 64.01.05.2001"),
    ];
    for (at, wrong) in
        [(0, "ftp://siapa"), (1, ""), (6, "Desa = Raja"), (6, "Desa = officer, 64.02")]
    {
        let mut given = answers;
        given[at].1 = wrong;
        let refused = maker.post(pages, PROPOSE, &given).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let line = format!("href=\"#{}\"", answers[at].0);
        assert!(refused.text.contains(&line), "{wrong}: {}", refused.text);
    }
    let operator = place.actor("operator", Operation::ManageUsers);
    let check = maker.post(pages, PROPOSE, &answers).await;
    assert_eq!(check.status, StatusCode::OK);
    for said in ["Periksa usul penyedia", "Desa: Operator desa, 64.01.05.2001", "2 kelompok"] {
        assert!(check.text.contains(said), "{said}: {}", check.text);
    }
    let mend = maker.post(pages, PROPOSE, &[&answers[..], &[("kembali", "1")]].concat()).await;
    assert!(mend.text.contains("Desa = operator desa, 64.01.05.2001"), "{}", mend.text);
    assert!(place.office.open_tasks(&operator).expect("tasks").is_empty(), "only shown so far");
    let sure = [&answers[..], &[("yakin", "1")]].concat();
    let sent = maker.post(pages, PROPOSE, &sure).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let page = maker.get(pages, ABOUT).await;
    assert!(page.text.contains("Satu usul menunggu") && page.text.contains("href=\"/tugas/"));
    let again = maker.post(pages, PROPOSE, &sure).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("masih menunggu"), "{}", again.text);
    assert_eq!(place.office.provider(), Ok(None), "nobody else has agreed yet");
    place.approve_all("pengesah").expect("approves");
    let agreed = place.office.provider().expect("whole").expect("in force").terms;
    assert_eq!(
        (&*agreed.label, agreed.roles.len(), &*agreed.two_factors),
        ("Akun Rekaan", 2, &["mfa".to_owned()][..])
    );
    let form = maker.get(pages, PROPOSE).await;
    assert!(form.text.contains("Desa = Operator desa, 64.01.05.2001"), "{}", form.text);
    let sure = maker.get(pages, "/penyedia-identitas/akhiri").await;
    assert!(sure.text.contains("Ya, hentikan"), "{}", sure.text);
    let ended = maker.post(pages, "/penyedia-identitas/akhiri", &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text);
    assert_eq!(place.office.provider(), Ok(None));
    let nothing = maker.get(pages, "/penyedia-identitas/akhiri").await;
    assert_eq!(nothing.status, StatusCode::SEE_OTHER);
    let mut approver = sign_in(pages, &place.office, "pengesah").await;
    assert_eq!(approver.get(pages, ABOUT).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_is_there_when_two_have_agreed() {
    let place = place_without();
    let mut browser = Browser::default();
    let page = browser.get(&place.pages, "/masuk").await;
    assert!(!page.text.contains("/masuk/penyedia"));
    let none = browser.get(&place.pages, "/masuk/penyedia").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let operator = place.actor("operator", Operation::ManageUsers);
    let task = place.office.propose_provider(&operator, &terms(&place.provider));
    let task = task.expect("well formed");
    let again = place.office.propose_provider(&operator, &terms(&place.provider));
    assert_eq!(again.map_err(|error| error.code), Err("PROVIDER_PENDING".to_owned()));
    let alone = place.office.decide_task(&operator, task.id, &Verdict::Approve(task.hash));
    assert_eq!(alone.map_err(|error| error.code), Err("SAME_PERSON".to_owned()));
    let page = browser.get(&place.pages, "/masuk").await;
    assert!(!page.text.contains("/masuk/penyedia"), "nobody else has agreed yet");
    let mut approver = sign_in(&place.pages, &place.office, "pengesah").await;
    let page = approver.get(&place.pages, &format!("/tugas/{}", task.id)).await;
    for said in [place.provider.issuer(), "Petugas Program: Petugas program, 64.01"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    place.approve_all("pengesah").expect("approves");
    let page = browser.get(&place.pages, "/masuk").await;
    assert!(page.text.contains("href=\"/masuk/penyedia\">Masuk dengan Akun Rekaan</a>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_login_ends_in_a_session_with_the_roles_of_the_groups() {
    let place = place();
    place.welcome(&["Petugas Program", "Desa Rekaan", "lain"]).await;
    assert_eq!(place.grants("melati.rekaan"), [], "confirmed is not signed in");
    for signing in [Signing::EdDsa, Signing::Es256, Signing::Rs256, Signing::Ps256] {
        place.provider.sign_with(signing);
        let mut browser = Browser::default();
        let answer = place.enter(&mut browser).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{signing:?} {}", answer.text);
        assert_eq!(answer.headers[header::LOCATION], "/peran", "{signing:?}");
        let page = browser.get(&place.pages, "/peran").await;
        assert_eq!(page.status, StatusCode::OK, "{signing:?}");
        assert_eq!(page.text.matches("(dari penyedia identitas)").count(), 2, "{}", page.text);
    }
    let today = place.office.today();
    let held = place.grants("melati.rekaan");
    let seen: Vec<_> = held.iter().map(|held| (held.grant.role, held.grant.until)).collect();
    let tomorrow = Some(today.plus_days(1));
    assert_eq!(seen, [(Role::Officer, tomorrow), (Role::VillageOperator, tomorrow)]);
    assert!(held.iter().all(|held| held.provided_by.is_some() && held.grant.from == today));
    // The address never held a name, and the account is found by its number there alone.
    let other = Somebody { username: "nama-baru".into(), ..somebody(&["Petugas Program"]) };
    place.provider.seat(other);
    let answer = place.enter(&mut Browser::default()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(place.grants("melati.rekaan").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_misbehaviour_is_refused_in_one_plain_sentence() {
    use Mischief as M;
    let place = place();
    place.welcome(&["Petugas Program"]).await;
    let out = StatusCode::UNAUTHORIZED;
    for (mischief, status, sentence) in [
        (M::WrongNonce, out, DISBELIEVED),
        (M::NoNonce, out, DISBELIEVED),
        (M::WrongAudience, out, DISBELIEVED),
        (M::OtherParty, out, DISBELIEVED),
        (M::Expired, out, DISBELIEVED),
        (M::FromTomorrow, out, DISBELIEVED),
        (M::WrongIssuer, out, DISBELIEVED),
        (M::NoSubject, out, DISBELIEVED),
        (M::NotSigned, out, DISBELIEVED),
        (M::PublicKeyAsSecret, out, DISBELIEVED),
        (M::ForeignKey, out, DISBELIEVED),
        (M::UnlistedKey, out, DISBELIEVED),
        (M::NoToken, out, DISBELIEVED),
        (M::OtherAnswers, out, DISBELIEVED),
        (M::OtherVerifier, out, DECLINED),
        (M::Declined, out, DECLINED),
        (M::SendsOn, StatusCode::SERVICE_UNAVAILABLE, SILENT),
        (M::TooLong, StatusCode::SERVICE_UNAVAILABLE, SILENT),
        (M::Broken, StatusCode::SERVICE_UNAVAILABLE, SILENT),
    ] {
        let mut browser = Browser::default();
        place.provider.misbehave(Some(mischief));
        let answer = place.enter(&mut browser).await;
        refused(&answer, status, sentence);
        assert!(!place.is_in(&mut browser).await, "{mischief:?}");
        assert_eq!(place.grants("melati.rekaan"), [], "{mischief:?}");
        place.provider.misbehave(None);
    }
    for mischief in [M::DoorElsewhere, M::OtherDoors] {
        // What was known of the doors is over.
        place.office.environment.pass(HOUR_MS);
        place.provider.misbehave(Some(mischief));
        let answer = Browser::default().get(&place.pages, "/masuk/penyedia").await;
        refused(&answer, StatusCode::SERVICE_UNAVAILABLE, MISFIT);
    }
    place.provider.misbehave(None);
    assert!(!place.provider.asked().contains(&"/lain".to_owned()), "no redirect is followed");
    let mut browser = Browser::default();
    place.enter(&mut browser).await;
    assert!(place.is_in(&mut browser).await, "and then all is well again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_in_the_browser_that_asked_and_for_ten_minutes() {
    let place = place();
    place.welcome(&["Petugas Program"]).await;
    let mut browser = Browser::default();
    place.provider.misbehave(Some(Mischief::WrongNonce));
    let used = place.away(&mut browser).await;
    refused(&browser.get(&place.pages, &used).await, StatusCode::UNAUTHORIZED, DISBELIEVED);
    place.provider.misbehave(None);
    let again = browser.get(&place.pages, &used).await;
    refused(&again, StatusCode::UNAUTHORIZED, DECLINED);
    let good = place.away(&mut browser).await;
    let mut thief = Browser::default();
    thief.get(&place.pages, "/masuk").await;
    for mut other in [Browser::default(), thief] {
        let answer = other.get(&place.pages, &good).await;
        refused(&answer, StatusCode::UNAUTHORIZED, LOST);
    }
    for (from, to) in [("state=0", "state=1"), ("&iss=", "&lain="), ("code=", "kode=")] {
        let changed = good.replace(from, to);
        let answer = browser.clone().get(&place.pages, &changed).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{to}");
    }
    assert_eq!(browser.get(&place.pages, &good).await.status, StatusCode::SEE_OTHER);
    let mut after = browser.clone();
    refused(&after.get(&place.pages, &good).await, StatusCode::UNAUTHORIZED, LOST);
    assert!(place.is_in(&mut browser).await, "the login there is stays");
    let late = place.away(&mut browser).await;
    place.office.environment.pass(600_001);
    refused(&browser.get(&place.pages, &late).await, StatusCode::UNAUTHORIZED, LOST);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_and_strangers_do_not_make_us_ask() {
    let place = place();
    place.welcome(&["Petugas Program"]).await;
    let asked = || place.provider.asked().iter().filter(|path| *path == "/kunci").count();
    let before = asked();
    place.provider.rotate("dua");
    let mut browser = Browser::default();
    place.enter(&mut browser).await;
    assert!(place.is_in(&mut browser).await);
    assert_eq!(asked(), before + 1);
    place.provider.misbehave(Some(Mischief::UnlistedKey));
    for _ in 0..3 {
        place.enter(&mut Browser::default()).await;
    }
    assert_eq!(asked(), before + 1, "not twice in a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_ends_with_the_group_with_the_day_and_with_the_provider() {
    let place = place();
    place.welcome(&["Petugas Program"]).await;
    let mut browser = Browser::default();
    place.enter(&mut browser).await;
    place.provider.seat(somebody(&["lain"]));
    let answer = place.enter(&mut Browser::default()).await;
    refused(&answer, StatusCode::UNAUTHORIZED, NO_ROLE);
    assert_eq!(place.grants("melati.rekaan"), []);
    assert!(!place.is_in(&mut browser).await, "the login that was open is over too");
    // Two days later nothing holds, even if nobody has signed in again.
    place.provider.seat(somebody(&["Petugas Program"]));
    place.enter(&mut browser).await;
    place.office.environment.pass(2 * 86_400_000);
    let may = place.office.actor("melati.rekaan", Operation::OwnDesk);
    assert_eq!(may.map_err(|error| error.code), Err("USER_MAY_NOT".to_owned()));
    place.enter(&mut browser).await;
    assert_eq!(place.grants("melati.rekaan").len(), 1, "the one that ran out is ended");
    let operator = place.actor("operator", Operation::ManageUsers);
    place.office.end_provider(&operator).expect("one may always end it");
    assert_eq!(place.grants("melati.rekaan"), []);
    assert!(!place.is_in(&mut browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_do_not_go_together_let_nobody_in() {
    let place = place();
    place.welcome(&["Petugas Program", "Pengesah"]).await;
    let answer = place.enter(&mut Browser::default()).await;
    let sentence = "Dua peran ini tidak boleh dipegang satu orang: officer + approver.";
    refused(&answer, StatusCode::UNAUTHORIZED, sentence);
    assert_eq!(place.grants("melati.rekaan"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_two_factors_asks_for_them_here_unless_they_were_proved_there() {
    let place = place();
    place.welcome(&["Bendahara"]).await;
    let whole = "/peran";
    for (proof, door) in [
        (None, "/masuk/pengaman"),
        (Some(("sandi", 10)), "/masuk/pengaman"),
        (Some(("mfa", 13 * 3_600)), "/masuk/pengaman"),
        (Some(("mfa", 10)), whole),
    ] {
        let proof = proof.map(|(acr, age): (&str, i64)| (acr.to_owned(), age));
        place.provider.seat(Somebody { proof: proof.clone(), ..somebody(&["Bendahara"]) });
        let mut browser = Browser::default();
        let answer = place.enter(&mut browser).await;
        let to = answer.headers[header::LOCATION].to_str().expect("text");
        assert!(to.starts_with(door), "{proof:?} {to}");
        assert_eq!(place.is_in(&mut browser).await, door == whole, "{proof:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_about_the_provider_they_come_through_nor_takes_a_name() {
    let place = place();
    let named = Somebody { username: "operator".into(), ..somebody(&["Pengesah"]) };
    place.provider.seat(named);
    let answer = place.enter(&mut Browser::default()).await;
    refused(&answer, StatusCode::UNAUTHORIZED, WAITS);
    let (_, name) = answer.text.split_once("nama akun Anda: ").expect("the new name");
    let name = name.split(". ").next().expect("its end").to_owned();
    assert!(name.starts_with("luar-"), "{name}");
    for officer in ["pengesah", "pengesah-dua"] {
        place.approve_all(officer).expect("says who it is");
    }
    place.enter(&mut Browser::default()).await;
    let newcomer = place.actor(&name, Operation::Approve);
    let operator = place.actor("operator", Operation::ManageUsers);
    let task =
        place.office.propose_provider(&operator, &terms(&place.provider)).expect("well formed");
    let said = place.office.decide_task(&newcomer, task.id, &Verdict::Approve(task.hash));
    assert_eq!(said.map_err(|error| error.code), Err("PROVIDER_OWN".to_owned()));
    let shown = place.office.task(&newcomer, task.id).expect("an approver may look");
    assert!(!shown.mine_to_decide);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sent_back_may_ask_again_after_a_fortnight() {
    let place = place();
    place.provider.seat(somebody(&["Petugas Program"]));
    place.enter(&mut Browser::default()).await;
    let officer = place.actor("pengesah", Operation::OwnDesk);
    let task = place.office.open_tasks(&officer).expect("tasks").remove(0).record.task;
    let no = Verdict::Return("bukan pegawai kami".into());
    place.office.decide_task(&officer, task.id, &no).expect("says no");
    let answer = place.enter(&mut Browser::default()).await;
    let sentence = "Petugas kantor tidak menerima akun ini.";
    refused(&answer, StatusCode::UNAUTHORIZED, sentence);
    place.office.environment.pass(14 * 86_400_000);
    let answer = place.enter(&mut Browser::default()).await;
    refused(&answer, StatusCode::UNAUTHORIZED, WAITS);
    assert_eq!(place.office.open_tasks(&officer).expect("tasks").len(), 1);
    assert_eq!(place.grants("melati.rekaan"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn going_out_there_ends_the_login_here_and_the_other_way_round() {
    let place = place();
    place.welcome(&["Petugas Program"]).await;
    let mut browser = Browser::default();
    place.enter(&mut browser).await;
    assert!(place.is_in(&mut browser).await);
    place.provider.set_clock(place.office.now_ms() / 1000);
    let token = place.provider.logout_token("7001");
    let mut provider = Browser::default();
    let path = "/masuk/penyedia/berakhir";
    let forged = format!("{}x", &token[..token.len() - 2]);
    for bad in ["", forged.as_str()] {
        let answer = provider.post(&place.pages, path, &[("logout_token", bad)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    assert!(place.is_in(&mut browser).await);
    let answer = provider.post(&place.pages, path, &[("logout_token", &token)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!place.is_in(&mut browser).await);
    place.enter(&mut browser).await;
    browser.get(&place.pages, "/profil").await;
    let left = browser.post(&place.pages, "/keluar", &[]).await;
    let page =
        browser.get(&place.pages, left.headers[header::LOCATION].to_str().expect("text")).await;
    assert!(page.text.contains("Keluar juga dari Akun Rekaan"), "{}", page.text);
    let there = browser.get(&place.pages, "/masuk/penyedia/keluar").await;
    let there = there.headers[header::LOCATION].to_str().expect("text").to_owned();
    let expect = format!(
        "{}/keluar?client_id={CLIENT}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fmasuk",
        place.provider.issuer()
    );
    assert_eq!(there, expect);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_a_file_of_its_owners_alone() {
    let place = place();
    let secret = place.folder.path().join("provider-secret");
    place.provider.seat(somebody(&["Petugas Program"]));
    let unusable = "Rahasia penyedia identitas tidak dapat dipakai.";
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o640)).expect("ours");
    let answer = place.enter(&mut Browser::default()).await;
    refused(&answer, StatusCode::SERVICE_UNAVAILABLE, unusable);
    fs::remove_file(&secret).expect("ours");
    let answer = place.enter(&mut Browser::default()).await;
    refused(&answer, StatusCode::SERVICE_UNAVAILABLE, unusable);
    let folder = place.folder.path().display().to_string();
    assert!(!answer.text.contains(&folder), "a stranger learns no path");
    assert!(!answer.text.contains(SECRET));
    let kept = place.office.provider().expect("readable").expect("agreed");
    assert_eq!(Terms::parse(&kept.terms.write()), Some(kept.terms));
}
