//! The rules of SNAP against published examples and our own tables. Everybody here is invented.

use base::id::kind;
use base::{Day, Id, Rupiah};
use proptest::prelude::*;

use super::code::{Case, Said, Service};
use super::echo::{Echoing, echoes, hold_back, names};
use super::notice::{Credit, Notice, Payable, Snapshot, Verdict, judge};
use super::resend::{Heard, Patience, Step, next, wait_ms};
use super::sign::{Signed, body_hash, minified, token_text};
use super::{Amount, Padding, moment, number};
use crate::billing::BillState;
use crate::payment::{
    Break, BreakReason, Direction, Match, MatchedBy, Matching, StatementFacts, StatementLine,
};

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

/// Published: Midtrans/SNAP-BI-Signature-Demo, `sample-code/symmetricSignature`; the digest stands
/// in the notes of the issue, `01463f60…02111`.
const MIDTRANS_QR: &str = r#"{
  "partnerReferenceNo": "2020102900000000000001",
  "amount": {
    "value": "12345678.00",
    "currency": "IDR"
  },
  "feeAmount": {
    "value": "12345678.00",
    "currency": "IDR"
  },
  "merchantId": "00007100010926",
  "terminalId": "213141251124",
  "validityPeriod": "2009-07-03T12:08:56-07:00"
}"#;

/// Published: developers.doku.com, "Symmetric Signature", before and after minifying.
const DOKU_ACCOUNT: &str = r#"{
"partnerServiceId":"  088899",
"customerNo":"12345678901234567890",
"virtualAccountNo":"  08889912345678901234567890",
"virtualAccountName":"Jokul Doe",
"virtualAccountEmail":"jokul@email.com",
"virtualAccountPhone":"6281828384858",
"trxId":"abcdefgh1234",
"totalAmount":{
"value":"12345678.00",
"currency":"IDR"
}
}"#;

#[test]
fn published_documents_have_their_published_digests() {
    let check = |body: &str, digest: &str| assert_eq!(body_hash(body.as_bytes()), digest);
    check(MIDTRANS_QR, "01463f60dbb6ca538581579dd95b31c8ba9fc6600eca750e4d8460ca4e402111");
    check(DOKU_ACCOUNT, "3274fab8dac896837b106a16da2a974e7e65142dcecb4b768ef0294102838977");
    // FIPS 180-4: the digest of nothing.
    check("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn both_schemes_write_what_is_signed() {
    let signed = Signed {
        method: "POST",
        path: "/v1.0/debit/notify",
        body: br#"{"additionalInfo": {}}"#,
        timestamp: "2024-05-02T14:43:08+07:00",
    };
    let hash = body_hash(br#"{"additionalInfo":{}}"#);
    let asymmetric = format!("POST:/v1.0/debit/notify:{hash}:2024-05-02T14:43:08+07:00");
    assert_eq!(signed.asymmetric(), asymmetric);
    let symmetric = format!("POST:/v1.0/debit/notify:token:{hash}:2024-05-02T14:43:08+07:00");
    assert_eq!(signed.symmetric("token"), symmetric);
    let token = token_text("G1234325-SNAP", "2024-03-01T08:27:49.024Z");
    assert_eq!(token, "G1234325-SNAP|2024-03-01T08:27:49.024Z");
}

#[test]
fn only_blanks_between_parts_are_taken_out() {
    let check = |body: &str, expect: &str| {
        assert_eq!(minified(body.as_bytes()), expect.as_bytes(), "{body}");
    };
    check("{ \"b\" : 1 ,\r\n\t\"a\" : null }", r#"{"b":1,"a":null}"#);
    check(r#"{"a": "  satu  dua "}"#, r#"{"a":"  satu  dua "}"#);
    check(r#"{"a": "kata \" dan \\" , "b": 1}"#, r#"{"a":"kata \" dan \\","b":1}"#);
    check(r#"{"a": "\\\\" , "b": " "}"#, r#"{"a":"\\\\","b":" "}"#);
    check(r#"{"a": "tak berakhir "#, r#"{"a":"tak berakhir "#);
    check("", "");
}

proptest! {
    #[test]
    fn minifying_twice_is_minifying_once(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let once = minified(&body);
        prop_assert_eq!(minified(&once), once);
    }

    #[test]
    fn a_moment_is_read_as_it_is_written(seconds in 0_i64..4_102_444_800) {
        let ms = seconds * 1_000;
        prop_assert_eq!(moment::parse(&moment::print(ms)), Some(ms));
        prop_assert_eq!(moment::day_of(ms).to_string(), moment::print(ms)[..10].to_owned());
    }

    #[test]
    fn nothing_panics_on_any_text(text in ".{0,60}") {
        let _ = (moment::parse(&text), Amount::parse(&text), Said::parse(&text));
        let _ = (number::is_partner(&text), number::is_customer(&text));
        let _ = number::is_external_id(&text);
        for padding in Padding::ALL {
            let _ = padding.is(&text, "88899");
        }
    }
}

#[test]
fn moments_are_read_with_their_offset() {
    for (text, expect) in [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("1970-01-01T07:00:00+07:00", Some(0)),
        ("1969-12-31T19:00:00-05:00", Some(0)),
        // 2022-10-24 is day 19,289: 19,289 × 86,400 + 5 × 3,600 seconds.
        ("2022-10-24T12:00:00+07:00", Some(1_666_587_600_000)),
        ("2024-03-05T10:37:16.196Z", Some(1_709_635_036_196)),
        ("2022-10-24T12:00:00.5+07:00", Some(1_666_587_600_500)),
        ("2022-10-24T12:00:00", None),
        ("2022-10-24 12:00:00+07:00", None),
        ("2022-10-24T12:00:00+7:00", None),
        ("2022-10-24T12:00:00+0700", None),
        ("2022-10-24T24:00:00+07:00", None),
        ("2022-10-24T12:60:00+07:00", None),
        ("2022-13-24T12:00:00+07:00", None),
        ("2022-10-24T12:00:00.+07:00", None),
        ("2022-10-24T+2:00:00+07:00", None),
        ("", None),
    ] {
        assert_eq!(moment::parse(text), expect, "{text}");
    }
    assert_eq!(moment::print(1_666_587_600_000), "2022-10-24T12:00:00+07:00");
    // The day of a bank begins at 17:00 UTC.
    assert_eq!(moment::day_of(1_666_630_799_999), day("2022-10-24"));
    assert_eq!(moment::day_of(1_666_630_800_000), day("2022-10-25"));
}

#[test]
fn amounts_have_two_digits_after_a_point() {
    for (text, expect) in [
        ("10000.00", Some((10_000, 0))),
        ("0.00", Some((0, 0))),
        ("10000.50", Some((10_000, 50))),
        ("9999999999999999.00", Some((9_999_999_999_999_999, 0))),
        ("10000", None),
        ("10000.0", None),
        ("10000.000", None),
        ("10.000,00", None),
        ("-1.00", None),
        ("+1.00", None),
        (" 1.00", None),
        (".00", None),
        ("99999999999999999.00", None),
        ("1e3.00", None),
    ] {
        let expect = expect.map(|(rupiah, sen)| Amount { rupiah: Rupiah(rupiah), sen });
        assert_eq!(Amount::parse(text), expect, "{text}");
    }
    assert_eq!(Amount::whole(Rupiah(16_800)).write(), "16800.00");
    assert!(!Amount { rupiah: Rupiah(16_800), sen: 1 }.is(Rupiah(16_800)));
}

#[test]
fn every_case_has_its_code_in_the_order_of_trying() {
    let table = [
        (Case::TooMany, "TOO_MANY", "4292500", "Too Many Requests"),
        (Case::Unreadable, "UNREADABLE", "4002500", "Bad Request"),
        (Case::TokenInvalid, "TOKEN_INVALID", "4012501", "Invalid Token (B2B)"),
        (Case::Unauthorized, "UNAUTHORIZED", "4012500", "Unauthorized"),
        (Case::FieldFormat, "FIELD_FORMAT", "4002501", "Invalid Field Format"),
        (Case::FieldMissing, "FIELD_MISSING", "4002502", "Invalid Mandatory Field"),
        (Case::Conflict, "CONFLICT", "4092500", "Conflict"),
        (
            Case::DuplicateReference,
            "DUPLICATE_REFERENCE",
            "4092501",
            "Duplicate partnerReferenceNo",
        ),
        (Case::TransactionUnknown, "TRANSACTION_UNKNOWN", "4042501", "Transaction Not Found"),
        (Case::BillUnknown, "BILL_UNKNOWN", "4042512", "Invalid Bill/Virtual Account"),
        (Case::BillWithdrawn, "BILL_WITHDRAWN", "4042519", "Invalid Bill/Virtual Account"),
        (Case::BillPaid, "BILL_PAID", "4042514", "Paid Bill"),
        (Case::AmountDiffers, "AMOUNT_DIFFERS", "4042513", "Invalid Amount"),
        (Case::Failed, "FAILED", "5002500", "General Error"),
        (Case::TimedOut, "TIMED_OUT", "5042500", "Timeout"),
        (Case::Successful, "SUCCESSFUL", "2002500", "Successful"),
    ];
    assert_eq!(table.map(|row| row.0), Case::ALL);
    for (case, name, code, words) in table {
        assert_eq!(case.name(), name);
        assert_eq!(Case::from_name(name), Some(case));
        assert_eq!(case.response_code(Service::Payment), code);
        assert_eq!(case.message(""), words);
    }
    let services = Service::ALL.iter().map(|one| (one.code(), one.path())).collect::<Vec<_>>();
    assert_eq!(
        services,
        [
            (24, "/v1.0/transfer-va/inquiry"),
            (25, "/v1.0/transfer-va/payment"),
            (26, "/v1.0/transfer-va/status"),
            (27, "/v1.0/transfer-va/create-va"),
            (28, "/v1.0/transfer-va/update-va"),
            (36, "/v1.0/transfer/status"),
            (73, "/v1.0/access-token/b2b"),
        ]
    );
    assert_eq!(Case::Successful.response_code(Service::Inquiry), "2002400");
    assert_eq!(Case::TokenInvalid.response_code(Service::Inquiry), "4012401");
    assert_eq!(Case::BillUnknown.response_code(Service::Inquiry), "4042412");
    assert_eq!(Case::Unauthorized.response_code(Service::Token), "4017300");
    assert_eq!(
        Case::FieldMissing.message("paidAmount.value"),
        "Invalid Mandatory Field paidAmount.value"
    );
    assert_eq!(Said::parse("4042414"), Some(Said { http: 404, service: 24, case: 14 }));
    assert_eq!(Said::parse("404241"), None);
    assert_eq!(Said::parse("404 414"), None);
}

#[test]
fn partners_are_known_however_they_fill_their_number() {
    for (padding, sent, is_ours) in [
        (Padding::Blanks, "   88899", true),
        (Padding::Blanks, "88899", true),
        (Padding::Blanks, "00088899", false),
        (Padding::Blanks, "    88899", false),
        (Padding::Noughts, "00088899", true),
        (Padding::Noughts, "88899", false),
        (Padding::Nothing, "88899", true),
        (Padding::Nothing, "88898", false),
        (Padding::Nothing, "", false),
    ] {
        assert_eq!(padding.is(sent, "88899"), is_ours, "{padding:?} {sent:?}");
    }
    assert_eq!(Padding::Blanks.fill("88899"), "   88899");
    assert_eq!(Padding::Noughts.fill("88899"), "00088899");
    assert_eq!(Padding::from_name("noughts"), Some(Padding::Noughts));
}

#[test]
fn a_bill_has_its_own_number_without_a_nought_in_front() {
    let mut seen = std::collections::HashSet::new();
    for bill in 0_u16..2_000 {
        let mut bytes = [7; 16];
        bytes[..2].copy_from_slice(&bill.to_be_bytes());
        let customer = number::customer_of(Id::from_bytes(bytes), 0);
        assert_eq!(customer.len(), 12);
        assert!(number::is_customer(&customer) && !customer.starts_with('0'), "{customer}");
        assert!(seen.insert(customer));
    }
    let bill = Id::from_bytes([7; 16]);
    assert_eq!(number::customer_of(bill, 0), number::customer_of(bill, 0));
    assert_ne!(number::customer_of(bill, 0), number::customer_of(bill, 1));
    assert!(number::is_external_id("41807553358950093184"));
    assert!(!number::is_external_id("ABC") && !number::is_external_id(&"1".repeat(37)));
}

fn notice(request: &str, paid: i64) -> Notice {
    let (partner, customer, paid) = ("bank-rekaan", "123456789012", Amount::whole(Rupiah(paid)));
    Notice {
        id: Notice::id_of(partner, request, customer, paid),
        partner: partner.into(),
        payment_request: request.into(),
        customer: customer.into(),
        paid,
        day: day("2022-10-24"),
        reference: "REF-000111".into(),
    }
}

fn line(number: u8, amount: i64, on: &str, text: &str) -> StatementLine {
    let facts = StatementFacts {
        day: day(on),
        amount: Rupiah(amount),
        direction: Direction::Out,
        reference: text.into(),
        balance: None,
        reversal: false,
    };
    StatementLine { id: Id::from_bytes([number; 16]), facts }
}

fn bill() -> Id<kind::Bill> {
    Id::from_bytes([5; 16])
}

#[test]
fn a_notice_is_judged_by_the_first_condition_that_holds() {
    let payable = |state, paid_by| Payable { bill: bill(), state, total: Rupiah(16_800), paid_by };
    let known = |credit, payable| Snapshot {
        credit,
        payable,
        account: "88899123456789012".into(),
        settles_days: 3,
    };
    let told = notice("P-1", 16_800);
    let same = Credit { notice: told.id, bill: bill() };
    let other = Credit { notice: notice("P-1", 20_000).id, bill: bill() };
    let own = line(9, 16_800, "2022-10-25", "PEMBAYARAN VA 88899-1234-5678-9012");
    let stranger = line(9, 16_800, "2022-10-25", "SETORAN");
    let late = line(9, 16_800, "2022-10-28", "VA 88899123456789012");
    let open = || Some(payable(BillState::Final, None));
    let paid = |line: &StatementLine| Some(payable(BillState::Posted, Some(line.clone())));
    let sen = Notice { paid: Amount { rupiah: Rupiah(16_800), sen: 50 }, ..told.clone() };
    let table = [
        (&told, known(Some(same), open()), Verdict::Repeated),
        (&told, known(Some(other), open()), Verdict::DuplicateReference),
        (&told, known(None, None), Verdict::BillUnknown),
        (&told, known(None, Some(payable(BillState::Draft, None))), Verdict::BillWithdrawn),
        (&told, known(None, paid(&own)), Verdict::Recognised(own.id)),
        (&told, known(None, paid(&stranger)), Verdict::BillPaid),
        (&told, known(None, paid(&late)), Verdict::BillPaid),
        (&told, known(None, Some(payable(BillState::Posted, None))), Verdict::BillPaid),
        (&notice("P-1", 16_799), known(None, open()), Verdict::AmountDiffers),
        (&sen, known(None, open()), Verdict::AmountDiffers),
        (&sen, known(None, paid(&own)), Verdict::BillPaid),
        (&told, known(None, open()), Verdict::Credited),
    ];
    for (notice, snapshot, expect) in table {
        assert_eq!(judge(notice, &snapshot), expect, "{snapshot:?}");
    }
    assert_eq!(Verdict::Recognised(own.id).case(), Case::Successful);
    assert_eq!(Verdict::BillPaid.case(), Case::BillPaid);
}

#[test]
fn a_notice_told_again_is_the_same_whatever_day_it_names() {
    let (one, again) = (notice("P-1", 16_800), notice("P-1", 16_800));
    assert_eq!((one.id, one.line().id), (again.id, again.line().id));
    assert_ne!(one.id, notice("P-1", 16_801).id);
    assert_eq!(one.line().id, notice("P-1", 16_801).line().id, "one payment, one line");
    assert_ne!(one.line().id, notice("P-2", 16_800).line().id);
    assert_eq!(&*one.line().facts.reference, "SNAP bank-rekaan P-1 REF-000111");
}

fn echoing(amount: i64, name: &str) -> Echoing {
    let (amount, day) = (Rupiah(amount), day("2022-10-24"));
    Echoing { amount, day, names: names([name]), settles_days: 3 }
}

#[test]
fn the_banks_own_line_is_found_once() {
    let credits = [echoing(16_800, "88899111111111"), echoing(16_800, "88899222222222")];
    let lines = [
        line(1, 16_800, "2022-10-25", "VA 88899222222222"),
        line(2, 16_800, "2022-10-25", "VA 88899222222222"),
        line(3, 16_800, "2022-10-24", "va 88899-1111-11111"),
        line(4, 16_800, "2022-10-24", "SETORAN"),
        line(5, 99, "2022-10-24", "VA 88899111111111"),
    ];
    let found = echoes(&lines, &credits);
    assert_eq!(found.named, [(lines[0].id, 1), (lines[2].id, 0)]);
    // The second line names money that has come; it is not taken for the other credit's.
    assert_eq!(found.maybe, [lines[1].id]);
    // With one credit open, a line that says nothing may be its money; a week later it is not.
    let later = line(6, 16_800, "2022-11-01", "SETORAN");
    let found = echoes(&[lines[3].clone(), later], &credits[..1]);
    assert_eq!((found.named.len(), found.maybe), (0, vec![lines[3].id]));
    assert!(names(["12345"]).is_empty(), "short names occur by chance");
}

#[test]
fn a_match_by_the_amount_alone_is_held_back_when_it_may_be_told_money() {
    let by = MatchedBy::AmountOnly;
    let (one, two) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
    let amount = Rupiah(16_800);
    let named = Match {
        line: two,
        bill: Id::from_bytes([6; 16]),
        by: MatchedBy::ReferenceAndAmount,
        amount,
    };
    let mut matching = Matching {
        matches: vec![Match { line: one, bill: bill(), by, amount }, named],
        ..Matching::default()
    };
    hold_back(&mut matching, &[one, two]);
    assert_eq!(matching.matches, [named]);
    let reason = BreakReason::Ambiguous(vec![bill()]);
    assert_eq!(matching.breaks, [Break { line: one, reason }]);
    assert_eq!(matching.unpaid, [bill()]);
}

#[test]
fn nothing_is_sent_again_before_it_was_asked_about() {
    use Heard::{Found, Missing, Refused, Silent, Taken, Unsure};
    let table: &[(&[Heard], Step)] = &[
        (&[], Step::Send),
        (&[Taken], Step::Settled),
        (&[Refused], Step::Declined),
        (&[Unsure], Step::Ask),
        (&[Unsure, Found], Step::Settled),
        (&[Unsure, Missing], Step::Send),
        (&[Unsure, Silent], Step::Ask),
        (&[Unsure, Silent, Silent], Step::Ask),
        (&[Unsure, Silent, Silent, Silent], Step::GiveUp),
        (&[Unsure, Missing, Unsure], Step::Ask),
        (&[Unsure, Missing, Unsure, Missing, Unsure, Missing], Step::GiveUp),
    ];
    for (heard, expect) in table {
        assert_eq!(next(heard, Patience::USUAL), *expect, "{heard:?}");
    }
    let waits = [&[][..], &[Unsure], &[Unsure, Silent], &[Unsure, Silent, Silent]];
    let waits = waits.map(|heard| wait_ms(heard, Patience::USUAL));
    assert_eq!(waits, [0, 1_000, 2_000, 4_000]);
}

proptest! {
    /// Whatever a bank answers, the way ends, and a send follows nothing but an empty history or a
    /// bank's word that it never had it.
    #[test]
    fn every_way_ends_and_sends_only_what_is_missing(
        answers in proptest::collection::vec(0_u8..3, 40),
    ) {
        let mut heard = Vec::new();
        let mut answers = answers.into_iter();
        loop {
            match next(&heard, Patience::USUAL) {
                Step::Send => {
                    prop_assert!(matches!(heard.last(), None | Some(Heard::Missing)));
                    let all = [Heard::Taken, Heard::Refused, Heard::Unsure];
                    heard.push(all[usize::from(answers.next().unwrap_or(2))]);
                }
                Step::Ask => {
                    let all = [Heard::Found, Heard::Missing, Heard::Silent];
                    heard.push(all[usize::from(answers.next().unwrap_or(2))]);
                }
                Step::Settled | Step::Declined | Step::GiveUp => break,
            }
            prop_assert!(heard.len() <= 20);
        }
    }
}
