//! The wall on both engines: two villages of one district, four members, and numbers worked out by
//! hand. Everybody is invented.

use base::{Day, Month, Ppm, RegionCode, Rupiah};
use domain::occupation::OccupationKey;
use domain::programme::{Programme, Terms};
use rules::{FundKind, Schemes};
use store::cover_sums;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::map::{MapLevel, geojson};
use super::*;
use crate::intake::{Receipt, Received};
use crate::office::{Location, Role};
use crate::overview::{CoverageBy, CoverageQuery};
use crate::words::{Language, Words};
use domain::payment::bill_reference;
use domain::task::Verdict;

pub(crate) const CODE: &str = "lindung";
/// Two men of the first village, a man and a woman of the second.
pub(crate) const NIKS: [&str; 4] =
    ["6401051708620001", "6401051808620002", "6401051908620003", "6401056008620004"];

pub(crate) struct World {
    pub(crate) office: Office,
    folder: tempfile::TempDir,
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

pub(crate) fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

impl World {
    fn new(location: Location) -> World {
        let office = Office::invented(location, day("2023-01-05"), 4);
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        for (name, role) in [
            ("ani", Role::Officer),
            ("budi", Role::Approver),
            ("citra", Role::Treasurer),
            ("rina", Role::VillageOperator),
        ] {
            office.add_user(&keeper, name, role).expect("added");
        }
        let fund = office.add_fund(&keeper, "dana", FundKind::Apbd, Rupiah(1_000_000));
        let programme = Programme {
            id: office.environment.new_id(),
            code: CODE.into(),
            name: "Program lindung".into(),
            territory: RegionCode::from_digits(6401, 2),
            fund: fund.expect("a fund").id,
            schemes: Schemes::JKK_JKM,
            first: month("2023-01"),
            last: month("2023-06"),
            occupations: Vec::new(),
            default_occupation: Some(OccupationKey("petani".into())),
            income: Rupiah::ZERO,
            refuse_insured: true,
            target: None,
            terms: Terms::default(),
        };
        office.add_programme(&keeper, &programme).expect("a programme");
        let world = World { office, folder: tempfile::tempdir().expect("a folder") };
        for (village, niks) in [("64.01.05.2001", &NIKS[..2]), ("64.01.05.2002", &NIKS[2..])] {
            world.take_in(&keeper, village, niks);
        }
        world.office.propose(&world.who("ani"), CODE).expect("put forward");
        world.office.approve(&world.who("budi"), CODE, None).expect("approved");
        world
    }

    fn take_in(&self, keeper: &Actor, village: &str, niks: &[&str]) {
        let place = RegionCode::parse(village).expect("a village");
        let org = format!("desa-{}", place.digits());
        self.office.add_org(keeper, &org, "Desa Rekaan", place).expect("an office");
        let mut text = String::from("NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n");
        for (nik, letters) in niks.iter().zip(["Abu", "Cici"]) {
            let day: u32 = nik[6..8].parse().expect("a day");
            let (day, sex) = if day > 40 { (day - 40, "P") } else { (day, "L") };
            let name = format!("{letters} Uji {}", char::from(b'A' + nik.as_bytes()[15] - b'0'));
            text.push_str(&format!("{nik},{name},Paser,{day:02}/08/1962,{sex},RT 1,Petani\n"));
        }
        let path = self.folder.path().join(format!("{org}.csv"));
        std::fs::write(&path, text).expect("written");
        let received = Received {
            path,
            programme: CODE.into(),
            org,
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        let receipt = self.office.receive(keeper, &received).expect("taken in");
        assert!(matches!(receipt, Receipt::Decided(_)));
    }

    pub(crate) fn who(&self, name: &str) -> Actor {
        self.office.actor(name, Operation::OwnDesk).expect("a user")
    }

    /// Lets time pass until a day.
    pub(crate) fn on(&self, text: &str) {
        let days = self.office.today().days_until(day(text));
        self.office.environment.pass(u64::try_from(days).expect("later") * 86_400_000);
    }

    /// Issues the bill of a month and pays it on a day.
    pub(crate) fn pay(&self, of: Month, on: &str) {
        self.on(on);
        let citra = self.who("citra");
        self.office.finalise_bill(&citra, CODE, of, 1).expect("final");
        self.office.issue_bill(&self.who("budi"), CODE, of).expect("issued");
        let bill = self.office.bill(&citra, CODE, of).expect("a bill");
        let words = format!("IURAN {}", bill_reference(bill.id));
        let text = crate::statement::of_payments(&[(day(on), words, bill.total)]);
        let account = crate::bank::DEFAULT_ACCOUNT;
        self.office.take_statement(&citra, account, text.as_bytes()).expect("taken");
        self.office.match_payments(&citra).expect("matched");
    }

    /// Takes back what was paid for a month.
    fn release(&self, of: Month) {
        let citra = self.who("citra");
        let bill = self.office.bill(&citra, CODE, of).expect("a bill").id;
        let about = |tx: &mut store::Tx<'_>| store::payments::parts_about(tx, bill.as_bytes());
        let parts = self.office.store.read(about).expect("read");
        let standing = parts.iter().filter(|part| part.stands()).map(|part| part.id);
        let moves = crate::bank::Moves { release: standing.collect(), give: Vec::new() };
        let put = self.office.propose_moves(&citra, &moves, "Bank menarik kembali uangnya");
        let put = put.expect("put forward");
        let yes = Verdict::Approve(put.hash);
        self.office.decide_task(&self.who("budi"), put.task, &yes).expect("approved");
    }

    /// Says that the first of two records is the second's human; of theirs nothing has to move.
    pub(crate) fn merge(&self, away: &str, kept: &str) {
        let find = |nik: &str| {
            let nik = base::Nik::parse(nik).expect("a number");
            let found = self.office.store.read(|tx| store::people::by_nik(tx, nik));
            found.expect("read").expect("known").id
        };
        crate::movements::tests::merge(&self.office, find(away), find(kept));
    }

    fn wall(&self, asked: &WallAsked) -> Wall {
        self.office.wall(&self.who("ani"), asked).expect("a wall")
    }
}

pub(crate) fn both(test: impl Fn(&World)) {
    let embedded = FreshDirectory::new();
    test(&World::new(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&World::new(database.location()));
    }
}

fn lines(wall: &Wall, by: WallBy) -> Vec<(&str, u64, Option<u64>)> {
    let own = wall.parts[&by].iter().filter(|line| line.covered > 0 || line.all.is_some());
    own.map(|line| (line.key.as_str(), line.covered, line.all)).collect()
}

/// January is paid on 20 January, February on 20 February; February's payment is undone on 1 March.
#[test]
fn a_day_knows_what_was_known_on_it() {
    both(|world| {
        world.pay(month("2023-01"), "2023-01-20");
        world.pay(month("2023-02"), "2023-02-20");
        world.on("2023-03-01");
        world.release(month("2023-02"));
        let wall = world.wall(&WallAsked::default());
        assert_eq!((wall.month, wall.covered), (month("2023-01"), 4));
        assert_eq!(wall.trend, [(month("2023-01"), 4)]);
        let known = |text: &str| WallAsked { known: Some(day(text)), ..WallAsked::default() };
        assert_eq!(world.wall(&known("2023-01-19")).trend, []);
        assert_eq!(world.wall(&known("2023-01-20")).trend, [(month("2023-01"), 4)]);
        let before = world.wall(&known("2023-02-28"));
        assert_eq!(before.trend, [(month("2023-01"), 4), (month("2023-02"), 4)]);
        assert_eq!((before.month, before.covered), (month("2023-02"), 4));
        assert_eq!(world.office.store.read(cover_sums::differing), Ok(0));
        // By each part, and of one village alone.
        assert_eq!(lines(&wall, WallBy::Sex), [("L", 3, None), ("P", 1, None)]);
        assert_eq!(lines(&wall, WallBy::Age), [("55", 4, None)]);
        assert_eq!(lines(&wall, WallBy::Occupation), [("petani", 4, None)]);
        assert_eq!(lines(&wall, WallBy::Programme), [(CODE, 4, None)]);
        assert_eq!(lines(&wall, WallBy::Fund), [("dana", 4, None)]);
        let villages = [("64.01.05.2001", 2, None), ("64.01.05.2002", 2, None)];
        assert_eq!(lines(&wall, WallBy::Desa), villages);
        let place = WallAsked { place: "64.01.05.2002".to_owned(), ..WallAsked::default() };
        let village = world.wall(&place);
        assert_eq!((village.covered, village.trend.len()), (2, 1));
        assert_eq!(lines(&village, WallBy::Sex), [("L", 1, None), ("P", 1, None)]);
        // Nobody pays for old age here.
        let savings = WallAsked { scheme: Some(Scheme::Jht), ..WallAsked::default() };
        assert_eq!(world.wall(&savings).covered, 0);
    });
}

fn count(code: &str, lines: &str) -> BasisInput {
    BasisInput {
        code: code.to_owned(),
        name: "Pekerja rekaan".to_owned(),
        source: "Hitungan rekaan".to_owned(),
        definition: "Semua yang bekerja".to_owned(),
        as_of: "2022-12-31".to_owned(),
        people: String::new(),
        lines: lines.to_owned(),
    }
}

/// Eight workers in the one village, two in the other; sixty per cent are to be covered by June.
#[test]
fn cover_is_measured_against_a_count_and_a_target() {
    both(|world| {
        world.pay(month("2023-01"), "2023-01-20");
        let operator = world.who("operator");
        let text = "apa,bagian,jumlah\nwilayah,64.01.05.2001,8\nwilayah,64.01.05.2002,2\n\
                    wilayah,64.01,20\npekerjaan,petani,5\npekerjaan,nelayan,3\n";
        world.office.set_basis(&operator, &count("desa", text)).expect("a count");
        let target = |aim: &str, due: &str| TargetInput {
            place: String::new(),
            due: due.to_owned(),
            aim: aim.to_owned(),
            source: "RPJMD rekaan".to_owned(),
        };
        world.office.set_coverage_target(&operator, &target("60%", "2023-06-30")).expect("set");
        let wall = world.wall(&WallAsked::default());
        // 4 of 20 are 20 %; 60 % are 12: eight more in five months are two a month.
        assert_eq!(wall.share, Some(Ppm(200_000)));
        let shown = wall.target.as_ref().expect("a target");
        assert_eq!((shown.people, shown.needed_monthly, shown.forecast), (Some(12), Some(2), None));
        let villages = [("64.01.05.2001", 2, Some(8)), ("64.01.05.2002", 2, Some(2))];
        assert_eq!(lines(&wall, WallBy::Desa), villages);
        // One village at a quarter, one at all.
        let steps: Vec<u64> = wall.ladder.iter().map(|step| step.villages).collect();
        assert_eq!(steps, [0, 0, 1, 0, 0, 1]);
        let work = [("nelayan", 0, Some(3)), ("petani", 4, Some(5))];
        assert_eq!(lines(&wall, WallBy::Occupation), work);
        // A second month: nobody more, so nobody more is foreseen.
        world.pay(month("2023-02"), "2023-02-20");
        let wall = world.wall(&WallAsked::default());
        let shown = wall.target.expect("a target");
        assert_eq!(shown.needed_monthly, Some(2));
        assert_eq!(shown.forecast.map(|told| (told.people, told.changes)), Some((4, 1)));
        // Another count beside it, and a newer one of the same code in its place.
        let mut whole = count("bps", "");
        whole.people = "16".to_owned();
        world.office.set_basis(&operator, &whole).expect("a count");
        // The same again is no change.
        let before = world.office.coverage_bases(&operator).expect("counts");
        world.office.set_basis(&operator, &whole).expect("the same");
        world.office.set_coverage_target(&operator, &target("60%", "2023-06-30")).expect("same");
        assert_eq!(world.office.coverage_bases(&operator), Ok(before));
        assert_eq!(world.office.coverage_targets(&operator).map(|found| found.len()), Ok(1));
        let by = |basis: &str| WallAsked { basis: basis.to_owned(), ..WallAsked::default() };
        assert_eq!(world.wall(&by("bps")).share, Some(Ppm(250_000)));
        assert_eq!(world.wall(&by("desa")).share, Some(Ppm(200_000)));
        let error = world.office.wall(&world.who("ani"), &by("lain")).expect_err("unknown");
        assert_eq!(error.code, "BASIS_UNKNOWN");
        let error = world.office.set_basis(&world.who("ani"), &whole);
        assert!(error.is_ok(), "an officer sets up");
        let error = world.office.wall(&world.who("rina"), &by("")).expect_err("may not");
        assert_eq!(error.code, "USER_MAY_NOT");
        for bad in
            ["wilayah,34.71,5", "wilayah,64.01", "usia,19,3", "wilayah,64.01,5\nwilayah,6401,6"]
        {
            let error = world.office.set_basis(&operator, &count("x", bad)).expect_err("bad");
            assert_eq!(error.code, "BASIS_LINE_BAD", "{bad}");
        }
    });
}

#[test]
fn a_report_says_the_same_again_and_money_is_in_it() {
    both(|world| {
        world.pay(month("2023-01"), "2023-01-20");
        let ani = world.who("ani");
        let report = world.office.make_report(&ani, &WallAsked::default()).expect("made");
        assert!(report.is_whole);
        assert_eq!(report.figures["covered"], 4);
        // JKK and JKM in the lowest tier are Rp16,800 each: four are Rp67,200.
        assert_eq!(report.figures["money"]["contributions_paid"], 67_200);
        assert_eq!(report.figures["money"]["benefits_received"], 0);
        let id = report.id.to_string();
        // A month later February is paid; the report stays what it was, and comes out the same.
        world.pay(month("2023-02"), "2023-02-20");
        let again = world.office.report(&ani, &id).expect("kept");
        assert_eq!(again, report);
        assert_eq!(world.office.report_again(&ani, &again), Ok(ReportAgain::Same));
        let printed = world.office.report_pdf(&ani, &id).expect("printed");
        assert!(printed.bytes.starts_with(b"%PDF"));
        // A count that is set on a later day was not known then, and changes nothing.
        world.office.environment.pass(24 * 3_600_000);
        world.office.set_basis(&ani, &count("desa", "wilayah,64.01,20")).expect("a count");
        assert_eq!(world.office.report_again(&ani, &again), Ok(ReportAgain::Same));
        let error = world.office.report(&ani, "tidak-ada").expect_err("unknown");
        assert_eq!(error.code, "REPORT_UNKNOWN");
        // The message names nobody.
        let wall = world.wall(&WallAsked::default());
        let text = text_of(&wall, Words::of(Language::Indonesian));
        // Four people are so few that their number tells of them.
        assert!(text.contains("kurang dari 5 orang (JKK)"), "{text}");
        assert!(!text.contains("Uji") && !text.contains("Abu"), "{text}");
    });
}

#[test]
fn what_is_open_tells_of_no_few() {
    both(|world| {
        world.pay(month("2023-01"), "2023-01-20");
        let asked = OpenAsked { by: CoverageBy::Desa, month: None, basis: String::new() };
        let open = world.office.open_coverage(&asked).expect("a table");
        assert!(open.table.lines.iter().all(|line| line.untold && line.covered == 0));
        let csv = open.csv();
        assert!(csv.lines().skip(1).all(|line| line.ends_with(",,,,,false")), "{csv}");
        let within = world.office.pemda();
        let drawn = geojson(&open, MapLevel::Village, within, "bukan batas hukum");
        let features = drawn["features"].as_array().expect("features");
        assert_eq!(features.len(), 144);
        assert!(features.iter().all(|one| one["properties"]["covered"].is_null()));
        assert!(open.parquet().expect("written").starts_with(b"PAR1"));
        let query = CoverageQuery { by: CoverageBy::Desa, month: None, programme: None };
        let whole = world.office.coverage(&query).expect("a table");
        assert_eq!(whole.covered, 4);
    });
}

/// Sums that somebody spoiled are found and drawn up anew.
#[test]
fn sums_are_drawn_up_anew() {
    both(|world| {
        world.pay(month("2023-01"), "2023-01-20");
        let operator = world.who("operator");
        assert_eq!(world.office.differing_cover_sums(&operator), Ok(0));
        assert_eq!(world.office.rebuild_cover_sums(&operator), Ok(0));
        world
            .office
            .store
            .write(|tx| {
                cover_sums::forget(tx)?;
                world.office.record_count(tx, &operator, "cover-sums-rebuilt", "cover-sum", 0)
            })
            .expect("forgotten");
        assert!(world.office.differing_cover_sums(&operator).expect("counted") > 0);
        assert!(world.office.rebuild_cover_sums(&operator).expect("drawn up") > 0);
        assert_eq!(world.office.differing_cover_sums(&operator), Ok(0));
        assert_eq!(world.wall(&WallAsked::default()).covered, 4);
    });
}
