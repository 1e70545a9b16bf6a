//! Banks at the doors and on the pages: what a good one brings about, that a bad one brings about
//! nothing and learns nothing, and that nothing is sent twice. Everybody here is invented.

use std::sync::Arc;

use app::environment::Environment;
use app::keys::KeySource;
use app::office::{Actor, Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use app::snap::{BillState, Case, Service};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base::{Day, RegionCode};
use serde_json::{Value, json};
use testkit::bank::{self, Bank, Behaviour, Listener, Made, OneBill};

use super::{Answer, send, sign_in};
use crate::outbound::{carry, carry_here};
use crate::router;

struct Place {
    office: Arc<Office>,
    pages: Router,
    bank: Bank,
    bill: OneBill,
    operator: Actor,
    _folder: tempfile::TempDir,
}

fn place_with(terms: &str) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(OfficeOptions {
        location: Location::Directory(folder.path().to_owned()),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), 7),
        keys: KeySource::beside(folder.path()),
    });
    let office = Arc::new(office.expect("a fresh folder opens"));
    bank::write_secrets(folder.path()).expect("files");
    let bill = bank::one_bill(&office).expect("a bill");
    bank::agree(&office, terms).expect("two agree");
    let operator = office.actor("operator", Operation::Pay).expect("the first user");
    let pages = router(Arc::clone(&office));
    Place { office, pages, bank: Bank::default(), bill, operator, _folder: folder }
}

fn place() -> Place {
    place_with(&bank::terms(None))
}

impl Place {
    fn token(&self) -> String {
        self.bank.token(&self.office).expect("a token")
    }

    fn made(&self, service: Service, body: &Value) -> Made {
        self.bank.request(service, body, &self.token(), self.office.now_ms())
    }

    fn payment(&self, number: &str) -> Value {
        let amount = format!("{}.00", self.bill.total);
        bank::payment(&self.bill.customer, number, &amount, self.office.now_ms())
    }

    async fn ask(&self, made: &Made) -> Answer {
        self.ask_with(made, |request| request).await
    }

    async fn ask_with(
        &self,
        made: &Made,
        change: impl FnOnce(axum::http::request::Builder) -> axum::http::request::Builder,
    ) -> Answer {
        let request = Request::builder()
            .method("POST")
            .uri(&made.path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-timestamp", &made.timestamp)
            .header("x-signature", &made.signature)
            .header("x-client-key", &made.client)
            .header("x-partner-id", &made.partner_id)
            .header("x-external-id", &made.external_id)
            .header("channel-id", &made.channel)
            .header(header::AUTHORIZATION, format!("Bearer {}", made.token));
        let request = change(request).body(Body::from(made.body.clone())).expect("a request");
        send(&self.pages, request).await
    }

    fn notices(&self) -> usize {
        self.office.bank_notices(&self.operator, None).expect("reads").len()
    }

    fn is_paid(&self) -> bool {
        let bills = self.office.bills(&self.operator).expect("bills");
        bills.iter().all(|bill| bill.state == BillState::Posted)
    }
}

fn code_of(answer: &Answer) -> String {
    let document: Value = serde_json::from_str(&answer.text).expect("JSON");
    let code = document["responseCode"].as_str().expect("a code").to_owned();
    assert_eq!(code[..3], answer.status.as_str()[..3], "{}", answer.text);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_asks_and_pays_over_the_wire() {
    let place = place();
    let answer = place.ask(&place.bank.token_request(place.office.now_ms())).await;
    assert_eq!(code_of(&answer), "2007300", "{}", answer.text);
    let inquiry = bank::inquiry(&place.bill.customer, "I-1");
    let made = place.made(Service::Inquiry, &inquiry);
    let answer = place.ask(&made).await;
    assert_eq!(code_of(&answer), "2002400", "{}", answer.text);
    let said: Value = serde_json::from_str(&answer.text).expect("JSON");
    let data = &said["virtualAccountData"];
    assert_eq!(data["totalAmount"]["value"], format!("{}.00", place.bill.total));
    assert_eq!(data["virtualAccountName"], place.bill.name);
    assert_eq!(data["partnerServiceId"], "   88899", "as it was sent");
    assert!(!answer.text.contains("Sumarno"), "no person is named");
    let made = place.made(Service::Payment, &place.payment("P-1"));
    let answer = place.ask(&made).await;
    assert_eq!(code_of(&answer), "2002500", "{}", answer.text);
    assert!(place.is_paid());
    // The same number of the day: the same bytes. Another document under it: a conflict.
    let again = made.clone().signed_at(place.office.now_ms());
    assert_eq!(place.ask(&again).await.text, answer.text);
    let other = Made { body: place.payment("P-2").to_string().into(), ..made.clone() };
    let other = place.ask(&other.signed_at(place.office.now_ms())).await;
    assert_eq!(code_of(&other), "4092500");
    let status = bank::status(&place.bill.customer, "P-1");
    let answer = place.ask(&place.made(Service::Status, &status)).await;
    assert_eq!(code_of(&answer), "2002600");
    assert!(answer.text.contains("\"paymentFlagStatus\":\"00\""), "{}", answer.text);
    assert_eq!(place.notices(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proves_nothing_hears_the_same_and_brings_about_nothing() {
    let place = place();
    let good = place.made(Service::Payment, &place.payment("P-1"));
    let changed = |change: &dyn Fn(&mut Made)| {
        let mut made = good.clone();
        change(&mut made);
        made
    };
    let other_token = "ab".repeat(32);
    let mut said = Vec::new();
    for (made, expect) in [
        (changed(&|made| made.signature = "AAAA".into()), "4012500"),
        (changed(&|made| made.signature.clear()), "4012500"),
        (changed(&|made| made.body.push(b' ')), "2002500"),
        (changed(&|made| made.body[0] = b'['), "4012500"),
        (changed(&|made| made.timestamp = "2022-10-24".into()), "4012500"),
        (changed(&|made| made.partner_id = "LAIN".into()), "4012500"),
        (changed(&|made| made.channel = "00000".into()), "4012500"),
        (changed(&|made| made.token = other_token.clone()), "4012501"),
        (changed(&|made| made.token.clear()), "4012501"),
    ] {
        if expect == "2002500" {
            // A blank behind the document is no part of what is signed.
            continue;
        }
        let answer = place.ask(&made).await;
        assert_eq!(code_of(&answer), expect, "{}", answer.text);
        said.push(answer.text);
    }
    said.dedup();
    assert_eq!(said.len(), 2, "one answer for each code: {said:?}");
    let now = place.office.now_ms();
    let token = place.bank.token_request(now);
    let unknown = Made { client: "TIDAK-ADA".into(), ..token.clone() };
    let forged = Made { signature: "AAAA".into(), ..token.clone() };
    let old = Made { timestamp: "2022-10-23T12:00:00+07:00".into(), ..token };
    let answers = [place.ask(&unknown).await, place.ask(&forged).await, place.ask(&old).await];
    for answer in &answers {
        assert_eq!(code_of(answer), "4017300");
        assert_eq!(answer.text, answers[0].text, "nobody learns who is known here");
        assert!(answer.headers.get(header::SET_COOKIE).is_none());
    }
    assert_eq!((place.notices(), place.is_paid()), (0, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_heard_is_no_use_later() {
    let place = place();
    let made = place.made(Service::Payment, &place.payment("P-1"));
    place.office.environment.pass(301_000);
    assert_eq!(code_of(&place.ask(&made).await), "4012500");
    // The token ends after a quarter of an hour.
    place.office.environment.pass(900_000);
    let late = made.signed_at(place.office.now_ms());
    assert_eq!(code_of(&place.ask(&late).await), "4012501");
    assert_eq!((place.notices(), place.is_paid()), (0, false));
    // A bank that was ended is nobody at once.
    let made = place.made(Service::Payment, &place.payment("P-1"));
    place.office.end_bank(&place.operator, bank::CODE).expect("is ended");
    assert_eq!(code_of(&place.ask(&made).await), "4012501");
    let token = place.bank.token_request(place.office.now_ms());
    assert_eq!(code_of(&place.ask(&token).await), "4017300");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_document_is_refused_before_anything_is_asked() {
    let place = place();
    let good = place.made(Service::Payment, &place.payment("P-1"));
    let large = Made { body: vec![b' '; 70_000], ..good.clone() }.signed_at(place.office.now_ms());
    assert_eq!(code_of(&place.ask(&large).await), "4002500");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let answer = place
            .ask_with(&good, |mut request| {
                let headers = request.headers_mut().expect("it has some");
                headers.insert(header::CONTENT_TYPE, kind.parse().expect("a header"));
                request
            })
            .await;
        assert_eq!(code_of(&answer), "4002500", "{kind}");
    }
    let twice = place.ask_with(&good, |request| request.header("x-signature", "AAAA")).await;
    assert_eq!(code_of(&twice), "4012500", "two signatures are none");
    let request = Request::get(Service::Payment.path()).header(header::HOST, "localhost");
    let answer = send(&place.pages, request.body(Body::empty()).expect("a request")).await;
    assert_ne!(answer.status, StatusCode::OK);
    assert!(!answer.text.contains("<html"), "{}", answer.text);
    let sign = |body: &str| {
        Made { body: body.into(), external_id: "77".into(), ..good.clone() }
            .signed_at(place.office.now_ms())
    };
    assert_eq!(code_of(&place.ask(&sign("bukan json")).await), "4002500");
    assert_eq!((place.notices(), place.is_paid()), (0, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_read_strictly() {
    let place = place();
    let cases: [(&str, Value, &str); 12] = [
        ("paymentRequestId", Value::Null, "4002502"),
        ("paymentRequestId", json!(7), "4002501"),
        ("paymentRequestId", json!("a\u{7}"), "4002501"),
        ("paidAmount", json!({"value": "100", "currency": "IDR"}), "4002501"),
        ("paidAmount", json!({"value": "100.00", "currency": "USD"}), "4002501"),
        ("paidAmount", json!({"currency": "IDR"}), "4002502"),
        ("customerNo", json!("12A"), "4002501"),
        ("virtualAccountNo", json!("   8889900"), "4002501"),
        ("trxDateTime", json!("kemarin"), "4002501"),
        ("trxDateTime", json!("1999-01-01T00:00:00+07:00"), "4002501"),
        ("partnerServiceId", json!("   88899 "), "4002501"),
        ("referenceNo", json!(["a"]), "4002501"),
    ];
    for (field, value, expect) in cases {
        let mut body = place.payment("P-1");
        body[field] = value;
        let answer = place.ask(&place.made(Service::Payment, &body)).await;
        assert_eq!(code_of(&answer), expect, "{field}: {}", answer.text);
    }
    let good = place.made(Service::Payment, &place.payment("P-1"));
    for (id, expect) in [("", "4002502"), ("12a", "4002501")] {
        let made = Made { external_id: id.into(), ..good.clone() };
        assert_eq!(code_of(&place.ask(&made).await), expect, "{id}");
    }
    // A number of another partner is no number of ours.
    let mut body = place.payment("P-1");
    body["partnerServiceId"] = "   77777".into();
    body["virtualAccountNo"] = format!("   77777{}", place.bill.customer).into();
    let answer = place.ask(&place.made(Service::Payment, &body)).await;
    assert_eq!(code_of(&answer), "4042512");
    assert!(!place.is_paid());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fails_too_often_waits() {
    let place = place();
    let good = place.made(Service::Payment, &place.payment("P-1"));
    let forged = Made { signature: "AAAA".into(), ..good.clone() };
    for _ in 0..50 {
        assert_eq!(code_of(&place.ask(&forged).await), "4012500");
    }
    let answer = place.ask(&good).await;
    assert_eq!(code_of(&answer), "4292500");
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    assert!(!place.is_paid());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_fails_at_a_banks_door_may_still_sign_in() {
    let place = place();
    let good = place.made(Service::Payment, &place.payment("P-1"));
    let forged = Made { signature: "AAAA".into(), ..good };
    for _ in 0..51 {
        place.ask(&forged).await;
    }
    assert_eq!(code_of(&place.ask(&forged).await), "4292500");
    let mut browser = sign_in(&place.pages, &place.office, "operator").await;
    assert_eq!(browser.get(&place.pages, "/bank/snap").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_look_changes_nothing_and_no_address_holds_a_customer() {
    let place = place();
    let lines = || bank::acts(&place.office).expect("reads");
    let mut browser = sign_in(&place.pages, &place.office, "operator").await;
    browser.get(&place.pages, "/bank/snap").await;
    let before = lines();
    for path in ["/bank/snap/rekening", "/bank/snap/rekening.json", "/bank/snap/selisih.json"] {
        let page = browser.get(&place.pages, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
    assert_eq!(lines(), before);
    // The number is there, given when the bill was issued.
    let page = browser.get(&place.pages, "/bank/snap/rekening").await;
    assert!(page.text.contains(&place.bill.customer));
    let accounts = place.office.virtual_accounts(&place.operator).expect("reads");
    assert!(!accounts[0].bill.to_string().contains(&place.bill.customer));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_show_what_was_told_and_what_does_not_fit() {
    let place = place();
    let mut wrong = place.payment("P-1");
    wrong["paidAmount"]["value"] = format!("{}.00", place.bill.total + 1).into();
    let answer = place.ask(&place.made(Service::Payment, &wrong)).await;
    assert_eq!(code_of(&answer), "4042513");
    let mut browser = sign_in(&place.pages, &place.office, "operator").await;
    let page = browser.get(&place.pages, "/bank/snap").await;
    assert!(page.text.contains("Jumlahnya tidak sama dengan tagihan"), "{}", page.text);
    for path in ["/bank/snap/rekening", "/bank/snap/mitra", "/bank/snap/mitra/baru"] {
        let page = browser.get(&place.pages, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
    let found = place.office.bank_breaks(&place.operator).expect("reads");
    let id = found[0].notice.expect("a notice");
    assert_eq!((found.len(), found[0].code), (1, Case::AmountDiffers.name()));
    let path = format!("/bank/snap/selisih/{id}");
    let page = browser.get(&place.pages, &path).await;
    assert!(page.text.contains("rupiah)"), "the amount stands there in words: {}", page.text);
    let unsaid = browser.post(&place.pages, &path, &[("alasan", "")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = browser.post(&place.pages, &path, &[("alasan", "dikembalikan bank")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    assert!(place.office.bank_breaks(&place.operator).expect("reads").is_empty());
    let page = browser.get(&place.pages, "/bank/snap/selisih").await;
    assert!(page.text.contains("Tidak ada selisih"), "{}", page.text);
    browser.get(&place.pages, "/bank/snap/mitra/baru").await;
    let bad = browser.post(&place.pages, "/bank/snap/mitra/baru", &[("syarat", "code = 1")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text);
    let terms = bank::terms(None).replace("Bank Rekaan", "Bank Rekaan Baru");
    let sent = browser.post(&place.pages, "/bank/snap/mitra/baru", &[("syarat", &terms)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

/// A bank that listens, and an office that may ask it.
fn asking() -> (Place, Listener) {
    let listener = Listener::start();
    let place = place_with(&bank::terms(Some(listener.origin())));
    (place, listener)
}

const STATUS: &str = "/v1.0/transfer-va/status";
const REGISTER: &str = "/v1.0/transfer-va/create-va";
const UPDATE: &str = "/v1.0/transfer-va/update-va";
const TOKEN: &str = "/v1.0/access-token/b2b";

impl Place {
    fn register(&self) -> (String, u32) {
        let bill = (self.bill.programme.as_str(), self.bill.month);
        let operator = &self.operator;
        let way: (app::snap::Carry<'_>, &dyn Fn(u64)) = (&carry_here, &|_| {});
        let done = self.office.register_account(operator, bank::CODE, bill, way).expect("asks");
        (done.state.to_owned(), done.sends)
    }

    fn told_of_another_amount(&self) {
        bank::told_of_another_amount(&self.office).expect("the bill was made known");
    }

    fn known_to(&self) -> String {
        let accounts = self.office.virtual_accounts(&self.operator).expect("reads");
        accounts[0].known_to[0].1.to_string()
    }

    fn inquire(&self) -> String {
        let bill = (self.bill.programme.as_str(), self.bill.month);
        let asked = self.office.inquire_bank(&self.operator, bank::CODE, bill, &carry_here);
        asked.expect("asks").says.to_owned()
    }
}

#[test]
fn nothing_is_sent_twice_without_asking() {
    use Behaviour::{DoesAndIsSilent, Fails, ForgetsToken, Nonsense, SendsOn, Silent, Well};
    let known = |sends| ("known".to_owned(), sends);
    for (plan, asked, expect) in [
        (&[Well][..], &[TOKEN, REGISTER][..], known(1)),
        (&[DoesAndIsSilent], &[TOKEN, REGISTER, STATUS], known(1)),
        (&[Silent], &[TOKEN, REGISTER, STATUS, REGISTER], known(2)),
        (&[Fails], &[TOKEN, REGISTER, STATUS, REGISTER], known(2)),
        (&[Nonsense], &[TOKEN, REGISTER, STATUS, REGISTER], known(2)),
        (&[SendsOn], &[TOKEN, REGISTER, STATUS, REGISTER], known(2)),
        (&[ForgetsToken], &[TOKEN, REGISTER, TOKEN, REGISTER], known(1)),
        (&[DoesAndIsSilent, Silent], &[TOKEN, REGISTER, STATUS, STATUS], known(1)),
    ] {
        let (place, listener) = asking();
        listener.plan(plan);
        assert_eq!(place.register(), expect, "{plan:?}");
        assert_eq!(listener.asked(), asked, "{plan:?}");
        assert_eq!(listener.times_known(&place.bill.customer), 1, "{plan:?}");
        assert_eq!(listener.unsigned(), 0, "{plan:?}");
        // Known is known: nobody is asked again.
        assert_eq!(place.register(), expect, "{plan:?}");
        assert_eq!(listener.asked(), <[&str; 0]>::default(), "{plan:?}");
    }
}

#[test]
fn what_was_sent_before_a_crash_is_asked_about_first() {
    let (place, listener) = asking();
    // It arrives; the answer is lost, and so is every answer to the questions after it.
    let silent = [Behaviour::Silent; 3];
    listener.plan(&[&[Behaviour::DoesAndIsSilent][..], &silent].concat());
    assert_eq!(place.register(), ("unsure".to_owned(), 1));
    listener.asked();
    assert_eq!(place.register(), ("known".to_owned(), 1));
    assert_eq!(listener.asked(), [STATUS], "the next run begins by asking");
    assert_eq!(listener.times_known(&place.bill.customer), 1);
    let (place, listener) = asking();
    listener.plan(&[Behaviour::Refuses]);
    assert_eq!(place.register(), ("declined".to_owned(), 1));
    assert_eq!(listener.asked(), [TOKEN, REGISTER]);
}

#[test]
fn a_bill_issued_anew_is_changed_at_the_bank() {
    use Behaviour::{DoesAndIsSilent, Refuses, Silent};
    let known = |sends| ("known".to_owned(), sends);
    let (place, listener) = asking();
    assert_eq!(place.register(), known(1));
    assert_eq!(place.known_to(), "known");
    place.told_of_another_amount();
    assert_eq!(place.known_to(), "outdated");
    listener.asked();
    assert_eq!(place.register(), known(2));
    assert_eq!(listener.asked(), [UPDATE]);
    assert_eq!(
        listener.total_known(&place.bill.customer),
        Some(format!("{}.00", place.bill.total))
    );
    assert_eq!(place.known_to(), "known");
    assert_eq!(listener.unsigned(), 0);
    // What is not answered is asked about: the bank has the amount, and nothing is sent again.
    place.told_of_another_amount();
    listener.plan(&[DoesAndIsSilent]);
    assert_eq!(place.register(), known(3));
    assert_eq!(listener.asked(), [UPDATE, STATUS]);
    // It never came: the bank asks for another amount, and is told once more.
    place.told_of_another_amount();
    listener.asks_for(&place.bill.customer, "1.00");
    listener.plan(&[Silent]);
    assert_eq!(place.register(), known(5));
    assert_eq!(listener.asked(), [UPDATE, STATUS, UPDATE]);
    // Without any answer nobody knows the amount, and the next run begins by asking.
    place.told_of_another_amount();
    listener.asks_for(&place.bill.customer, "1.00");
    listener.plan(&[Silent; 4]);
    assert_eq!(place.register(), ("unsure".to_owned(), 6));
    assert_eq!(listener.asked(), [UPDATE, STATUS, STATUS, STATUS]);
    assert_eq!(place.register(), known(7));
    assert_eq!(listener.asked(), [STATUS, UPDATE]);
    place.told_of_another_amount();
    listener.plan(&[&[DoesAndIsSilent][..], &[Silent; 3]].concat());
    assert_eq!(place.register(), ("unsure".to_owned(), 8));
    listener.asked();
    assert_eq!(place.register(), known(8));
    assert_eq!(listener.asked(), [STATUS], "it has the amount");
    // Refused, the bank has it as before.
    place.told_of_another_amount();
    listener.plan(&[Refuses]);
    assert_eq!(place.register(), ("declined".to_owned(), 9));
    assert_eq!(place.known_to(), "outdated");
}

#[test]
fn what_a_bank_says_moves_no_money() {
    let (place, listener) = asking();
    assert_eq!(place.inquire(), "missing");
    place.register();
    assert_eq!(place.inquire(), "open");
    listener.pay(&place.bill.customer, &format!("{}.00", place.bill.total));
    assert_eq!(place.inquire(), "paid");
    assert!(!place.is_paid());
    let found = place.office.bank_breaks(&place.operator).expect("reads");
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["NEVER_TOLD"]);
    listener.plan(&[Behaviour::Silent]);
    assert_eq!(place.inquire(), "unsure");
    assert_eq!(listener.tokens(), 1, "one token for all of it");
    // The notice comes after all.
    place.inquire();
    let body = place.payment("P-1");
    let (_, heard) = place.bank.say(&place.office, Service::Payment, &body).expect("says");
    assert_eq!(heard.code, "2002500");
    assert!(place.is_paid());
    assert!(place.office.bank_breaks(&place.operator).expect("reads").is_empty());
    // What fits is not explained, so that nothing is hushed up beforehand.
    let told = place.office.bank_notices(&place.operator, None).expect("reads").remove(0);
    let refused = place.office.explain_notice(&place.operator, told.id, "nanti hilang");
    assert_eq!(refused.expect_err("it fits").code, "SNAP_NOTICE_FITS");
    // Past the tests' own way, this machine is no bank.
    let bill = (place.bill.programme.as_str(), place.bill.month);
    let refused = place.office.inquire_bank(&place.operator, bank::CODE, bill, &carry);
    assert_eq!(refused.expect_err("refused").code, "SNAP_ADDRESS");
}
