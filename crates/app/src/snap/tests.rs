//! Signatures against published examples, and terms of banks as two people agree on them. Banks and
//! people here are invented.

use base::Day;
use domain::snap::sign::{Signed, token_text};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::keys::{der_of, is_public_key, is_shared, is_signed, sign_own, sign_shared};
use super::*;
use crate::office::{Location, Role};
use crate::tasks::Verdict;

/// Published: Midtrans/SNAP-BI-Signature-Demo, `sample-code/asymmetricSignatureNotification
/// Verification`; the key behind both of its signatures.
const MIDTRANS_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlWbtlh3eM+bW3n5AFj42
wddC4L7tQqbLiCFbTv8K67yng9iwK5mEn+UMXiRhvB2JVWFafCPPxFamsiVG3Mjn
eGjC0BYgmpmw4qXnAnyO3nCdCuPtmZ3ljhKvSTPdWZxrcLi1Xa9V/+Pzb8hrjb5i
wMn6SZFNeMmZYgFKiSeueo6TPln2PoTqXCzs1HtsM8eUVe8GAsjJe/3dYl992nyX
OpG21GgNu8o5T3WOptPg6GdDTWkTWUu483yRbVVy04Pz4L8DDZTDv+WcsAViDn1r
A/jB1Auj/UGKx2ovGcBH/a/hor5TbABbODU6cPTHT54K3sSZtvZNV4eFDB1f/4wd
fwIDAQAB
-----END PUBLIC KEY-----";

/// Published there, `sample-code/symmetricSignature`.
const MIDTRANS_BODY: &str = r#"{
  "partnerReferenceNo": "2020102900000000000001",
  "amount": { "value": "12345678.00", "currency": "IDR" },
  "feeAmount": { "value": "12345678.00", "currency": "IDR" },
  "merchantId": "00007100010926",
  "terminalId": "213141251124",
  "validityPeriod": "2009-07-03T12:08:56-07:00"
}"#;
const MIDTRANS_SHARED: &str =
    "wmzT7yjg1SxxCsxNsFgCR9SYXiZGGbceF6fV8xe97sAMHxZ+7OEBMIBmvb6Sj6GcksGp3iv77DiomgSbcST3XQ==";

/// Published there, `sample-code/b2b-access-token`.
const MIDTRANS_TOKEN: &str = "WzW49tYIgKIBmBi/gVBHGLAkhEaZlXM11zcZxAiyHji6TLPjPbwLu3Z45it25AIe\
    G0XDItcdTSkds47zFEMh6IP0PXPIP1+Ey4RmX/o2fuYRF/xBHvfvKnMmANMTS1axsXBSW3EHqYpbVrkCcqNnB3u+\
    wu63us9WIhRZaWgxgQ2PJLaiVHIwgu9u7jxkWX7Bg4rerZH3RKdQfIJAAJsSN13efR7VdSAyzU7QaKjgislxrLqm\
    esYNJkbD03XLjHdo6YWuzAVV7xdZRpLiGkIAkW7luXTBZYBO+4oENZAPQYzrLeN1qRY1Sr7BgLONCA2QA26BB6SY\
    W4R7qofS9+RyOQ==";

/// Published there, with the key.
const MIDTRANS_NOTICE: &str = r#"{"originalPartnerReferenceNo":"GP24043015193402809","originalReferenceNo":"A120240430081940S9vu8gSjaRID","merchantId":"G099333790","amount":{"value":"102800.00","currency":"IDR"},"latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","additionalInfo":{"refundHistory":[]}}"#;
const MIDTRANS_NOTICE_SIGNED: &str = "RoJnP2tH/YiOhHM/lMVBMSAuzRmS8VrWdIy04Qqyb56daV7oWFMFoMMz\
    qnjQ+q0MIUalYgU094GWQnCx2c29xb1kkqHhv2+iJ9xl6NjGmFGYqyvcKvUDAV83Y1Mw9JnsEcjcupdGw9/MRv/m\
    m2GMrQ+BCZGfc4a46JDyPZbcY294vDGqs5rFBN6iYer5ro4cAQGo9hET2G82Y+j50vCyO/79GFE4vB1rvtu6PK2B\
    xi+vTYV8k7P7PS8tOPWM2O+kjiVWjwvLR99Botou+a8sxlQqZaihfWMKcByzV+Lgkr9cptpjys+1NIRWT1ad/sJB\
    SLHyldzC3q2oRn5z5oZmyg==";

fn midtrans_key() -> Vec<u8> {
    der_of(MIDTRANS_KEY, "PUBLIC KEY").expect("it is one")
}

#[test]
fn the_published_symmetric_signature_is_ours() {
    let signed = Signed {
        method: "POST",
        path: "/v1.0/qr/qr-mpm-generate",
        body: MIDTRANS_BODY.as_bytes(),
        timestamp: "2024-03-05T10:37:16.196Z",
    };
    let text = signed.symmetric("myaccesstoken");
    assert_eq!(sign_shared("myclientsecret", &text), MIDTRANS_SHARED);
    assert!(is_shared("myclientsecret", &text, MIDTRANS_SHARED));
    assert!(!is_shared("myclientsecre", &text, MIDTRANS_SHARED));
    assert!(!is_shared("myclientsecret", &signed.symmetric("othertoken"), MIDTRANS_SHARED));
    assert!(!is_shared("myclientsecret", &text, &MIDTRANS_SHARED[1..]));
    assert!(!is_shared("myclientsecret", &text, ""));
    // RFC 4231, test case 2.
    let published = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                     9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(sign_shared("Jefe", "what do ya want for nothing?"))
        .expect("is written so");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, published);
}

#[test]
fn the_published_asymmetric_signatures_are_true_and_nothing_else_is() {
    let key = midtrans_key();
    let token = token_text("G1234325-SNAP", "2024-03-01T08:27:49.024Z");
    assert!(is_signed(&key, &token, MIDTRANS_TOKEN));
    let notice = Signed {
        method: "POST",
        path: "/v1.0/debit/notify",
        body: MIDTRANS_NOTICE.as_bytes(),
        timestamp: "2024-05-02T14:43:08+07:00",
    };
    let told = "POST:/v1.0/debit/notify:\
                79ebbe6a6b695262dd686d0dedafc57c94e3b3dededf8d63971f8a95699ace85:\
                2024-05-02T14:43:08+07:00";
    assert_eq!(notice.asymmetric(), told);
    assert!(is_signed(&key, told, MIDTRANS_NOTICE_SIGNED));
    for (text, signature) in [
        (told, MIDTRANS_TOKEN),
        (&token, MIDTRANS_NOTICE_SIGNED),
        ("G1234325-SNAP|2024-03-01T08:27:49.025Z", MIDTRANS_TOKEN),
        (&token, ""),
        (&token, "bukan base64"),
    ] {
        assert!(!is_signed(&key, text, signature), "{text}");
    }
    for at in [0, key.len() / 2, key.len() - 1] {
        let mut other = key.clone();
        other[at] ^= 1;
        assert!(!is_signed(&other, &token, MIDTRANS_TOKEN), "{at}");
    }
    assert!(!is_public_key(&key[1..]) && !is_public_key(&[]) && is_public_key(&key));
    assert!(sign_own("bukan kunci", "x").is_err());
    assert!(der_of(MIDTRANS_KEY, "PRIVATE KEY").is_none());
}

fn file() -> String {
    format!(
        "code = \"bank-rekaan\"\nname = \"Bank Rekaan\"\nclient_key = \"REKAAN-1\"\n\
         partner_id = \"REKAAN\"\nchannel_ids = [\"95231\"]\npartner_service_id = \"88899\"\n\
         public_key = \"\"\"\n{MIDTRANS_KEY}\n\"\"\"\n\
         [ask]\norigin = \"https://api.bank-rekaan.example\"\nclient_key = \"PEMKAB-REKAAN\"\n\
         partner_id = \"PEMKAB\"\nchannel_id = \"95051\"\n"
    )
}

#[test]
fn terms_are_read_written_and_read_back() {
    let terms = Terms::read(&file()).expect("well formed");
    assert_eq!((terms.skew_seconds, terms.token_seconds, terms.settles_days), (300, 900, 3));
    assert_eq!(terms.account("123456789012"), "88899123456789012");
    let asking = terms.asking.as_ref().expect("it says how");
    assert_eq!(asking.status_path, "/v1.0/transfer-va/status");
    assert_eq!(Terms::parse(&terms.write()), Some(terms.clone()));
    let silent = Terms { asking: None, ..terms };
    assert_eq!(Terms::parse(&silent.write()), Some(silent));
}

#[test]
fn what_is_wrong_in_terms_is_refused() {
    let check = |from: &str, to: &str| {
        let file = file();
        assert!(file.contains(from), "{from}");
        let error = Terms::read(&file.replace(from, to)).expect_err(to);
        assert_eq!(error.code, "SNAP_UNREADABLE", "{to}");
    };
    check("\"bank-rekaan\"", "\"Bank Rekaan\"");
    check("\"bank-rekaan\"", "\"../keys\"");
    check("\"Bank Rekaan\"", "\"Bank\\nclient=x\"");
    check("\"88899\"", "\"888999999\"");
    check("\"88899\"", "\"8889A\"");
    check("\"REKAAN-1\"", "\"\"");
    check("MIIBIjAN", "MIIBIjAM");
    check("https://api", "http://api");
    check("https://api.bank-rekaan.example", "https://siapa@bank/jalur");
    check("client_key = \"REKAAN-1\"", "client_key = \"REKAAN-1\"\nskew_seconds = 86400");
    check("client_key = \"REKAAN-1\"", "client_key = \"REKAAN-1\"\nsecret = \"a\"");
    check("client_key = \"REKAAN-1\"", "client_key = \"REKAAN-1\"\npadding = \"stars\"");
    check("client_key = \"REKAAN-1\"", "client_key = \"REKAAN-1\"\nscheme = \"none\"");
    check("client_key = \"REKAAN-1\"", "client_key = \"REKAAN-1\"\npath_prefix = \"snap\"");
    check("channel_id = \"95051\"", "channel_id = \"95051\"\nnetwork = \"everywhere\"");
    check("channel_id = \"95051\"", "channel_id = \"95051\"\nstatus_path = \"status?a=b\"");
}

fn both(test: impl Fn(Office)) {
    let day = Day::new(2022, 10, 3).expect("a day");
    let embedded = FreshDirectory::new();
    test(Office::invented(embedded.location(), day, 5));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        let place: Location = database.location();
        test(Office::invented(place, day, 5));
    }
}

fn code<T>(result: Result<T, AppError>) -> String {
    result.err().map(|error| error.code).unwrap_or_default()
}

#[test]
fn a_bank_is_used_once_two_have_agreed() {
    both(|office| {
        let operator = office.actor("operator", Operation::Pay).expect("the first user");
        office.add_user(&operator, "penyetuju", Role::Approver).expect("a user");
        let approver = office.actor("penyetuju", Operation::Approve).expect("approves");
        let task = office.propose_bank(&operator, &file()).expect("is put forward");
        assert_eq!(code(office.propose_bank(&operator, &file())), "SNAP_PENDING");
        assert_eq!(office.banks(&operator), Ok(Vec::new()), "nothing is agreed yet");
        let yes = Verdict::Approve(task.hash);
        assert_eq!(code(office.decide_task(&operator, task.id, &yes)), "USER_MAY_NOT");
        assert_eq!(code(office.propose_bank(&approver, &file())), "USER_MAY_NOT");
        office.decide_task(&approver, task.id, &yes).expect("is approved");
        let bank = office.bank(&operator, "bank-rekaan").expect("is in use");
        assert_eq!(bank.terms, Terms::read(&file()).expect("well formed"));
        // Another bank under the same client key could not be told apart.
        let twin = file().replace("\"bank-rekaan\"", "\"bank-lain\"");
        assert_eq!(code(office.propose_bank(&operator, &twin)), "SNAP_TAKEN");
        let other = file().replace("Bank Rekaan", "Bank Rekaan Baru");
        let task = office.propose_bank(&operator, &other).expect("other terms");
        let yes = Verdict::Approve(task.hash);
        office.decide_task(&approver, task.id, &yes).expect("is approved");
        let bank = office.bank(&operator, "bank-rekaan").expect("is in use");
        assert_eq!(bank.terms.name, "Bank Rekaan Baru");
        let late = file().replace("Bank Rekaan", "Bank Rekaan Lagi");
        let late = office.propose_bank(&operator, &late).expect("terms that wait");
        office.end_bank(&operator, "bank-rekaan").expect("is ended");
        // Nobody puts it into use again by what waited before.
        assert!(office.decide_task(&approver, late.id, &Verdict::Approve(late.hash)).is_err());
        office.end_bank(&operator, "bank-rekaan").expect("once more is no change");
        assert_eq!(code(office.bank(&operator, "bank-rekaan")), "SNAP_UNKNOWN");
        assert!(office.banks(&operator).expect("all")[0].is_ended);
        assert_eq!(code(office.end_bank(&operator, "bank-lain")), "SNAP_UNKNOWN");
    });
}
