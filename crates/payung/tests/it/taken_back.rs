//! Money that a bank told of, showed on its statement and then took back, against both engines.
//! Everybody here is invented.

use app::bank::{Give, LineShown, LineState, Moves, PartPurpose};
use app::environment::Environment;
use app::keys::KeySource;
use app::office::{Actor, Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use app::snap::{BillState, Service};
use app::tasks::Verdict;
use base::{Day, RegionCode, Rupiah};
use store::twin::{FreshDatabase, FreshDirectory, server_url};
use testkit::bank::{self, OneBill};

fn open(location: Location, seed: u64) -> (Office, tempfile::TempDir) {
    let keys = tempfile::tempdir().expect("a folder");
    let office = Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), seed),
        keys: KeySource::beside(keys.path()),
    })
    .expect("a fresh place opens");
    bank::write_secrets(keys.path()).expect("a file");
    (office, keys)
}

fn on_both(test: impl Fn(Office)) {
    let embedded = FreshDirectory::new();
    let (office, _keys) = open(embedded.location(), 7);
    test(office);
    if let Some(server) = server_url() {
        let database = FreshDatabase::new(&server);
        let (office, _keys) = open(database.location(), 7);
        test(office);
    }
}

/// What the bank answers to a payment told under a number.
fn told(office: &Office, teller: &bank::Bank, bill: &OneBill, number: &str) -> String {
    let amount = format!("{}.00", bill.total);
    let body = bank::payment(&bill.customer, number, &amount, office.now_ms());
    teller.say(office, Service::Payment, &body).expect("says").1.code
}

fn line(office: &Office, actor: &Actor, text: &str) -> LineShown {
    let lines = office.bank_lines(actor).expect("reads");
    let holds = |one: &LineShown| one.line.facts.reference.contains(text);
    lines.into_iter().find(holds).expect("a line of this text")
}

#[test]
fn money_that_a_bank_takes_back_leaves_its_bill_open_to_be_paid_again() {
    on_both(|office| {
        let bill = bank::one_bill(&office).expect("a bill");
        bank::agree(&office, &bank::terms(None)).expect("two agree");
        let operator = office.actor("operator", Operation::Pay).expect("the first user");
        let approver = office.actor("pengesah-bank", Operation::Approve).expect("approves");
        let teller = bank::Bank::default();
        let state = || office.bills(&operator).expect("reads")[0].state;
        assert_eq!(told(&office, &teller, &bill, "P-1"), "2002500");
        assert_eq!(state(), BillState::Posted);
        let (total, account) = (bill.total, format!("{}{}", bank::SERVICE_ID, bill.customer));
        // The bank's own line, and the day after its reversal: 100.000 is there again.
        let text = format!(
            "Saldo Awal;;;100000\nTanggal;Keterangan;Debet;Kredit\n\
             24/10/2022;PEMBAYARAN VA {account};{total};0\n\
             24/10/2022;KOREKSI VA REKAAN;0;{total}\nSaldo Akhir;;;100000\n"
        );
        office.take_statement(&operator, "kas-daerah", text.as_bytes()).expect("is taken");
        let (own, back) =
            (line(&office, &operator, "PEMBAYARAN VA"), line(&office, &operator, "KOREKSI"));
        let give = Give::new(back.line.id, PartPurpose::Reversal(own.line.id), Rupiah(total));
        let moves = Moves { release: Vec::new(), give: vec![give] };
        let put = || office.propose_moves(&operator, &moves, "Bank menarik kembali uangnya");
        assert_eq!(put().expect_err("whose money is it").code, "MATCH_FIRST");
        office.match_payments(&operator).expect("matched");
        assert_eq!(state(), BillState::Posted);
        let put = put().expect("put forward");
        // What the line was used for, and what the notice's line has paid.
        assert_eq!(put.moves.release.len(), 2);
        let yes = Verdict::Approve(put.hash);
        office.decide_task(&approver, put.task, &yes).expect("approved");
        assert_eq!(state(), BillState::Final);
        assert_eq!(line(&office, &operator, "KOREKSI").state, LineState::Reversal);
        assert_eq!(line(&office, &operator, "PEMBAYARAN VA").state, LineState::Reversed);
        let owes = office.virtual_accounts(&operator).expect("reads");
        assert_eq!((owes[0].state, owes[0].total), (BillState::Final, Rupiah(total)));
        // The same payment told again is what it was; another one pays.
        assert_eq!(told(&office, &teller, &bill, "P-1"), "2002500");
        assert_eq!(state(), BillState::Final);
        assert_eq!(told(&office, &teller, &bill, "P-2"), "2002500");
        assert_eq!(state(), BillState::Posted);
        office.verify_ledger(&operator).expect("balanced");
        let flaws = office.store.read(store::verify::verify).expect("reads").flaws;
        assert!(flaws.is_empty(), "{flaws:?}");
    });
}
