//! Files against the insurer's own forms, cell by cell, and replies that are hostile or come twice.
//! Everybody is invented.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use base::{CellKind, Day, Month, Nik, RegionCode, Rupiah};
use documents::read::{Limits, RawPart, ReadOptions, raw_cells};
use domain::programme::Programme;
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::intake::{Receipt, Received};
use crate::office::{Location, Role};

const VILLAGE: &str = "desa-6401052001";
const HEADS: &str = "NIK,No KK,Nama,Tempat Lahir,Tanggal Lahir,JK,Nama Ibu,Pekerjaan,Alamat\n";
const PEOPLE: &str = "\
6401051708620001,6401050101100007,Rekaan Sumarno,Paser,17-08-1962,L,Ibu Satu,nelayan,=1+1\n\
6401052103850004,6401050101100099,Rekaan Bagas,Paser,21-03-1985,L,Ibu Dua,petani,RT 4\n\
6401056202900005,6401050101100098,Rekaan Wulan,Paser,22-02-1990,P,Ibu Tiga,petani,RT 5\n";

struct Desk {
    office: Office,
    operator: Actor,
    folder: tempfile::TempDir,
}

fn desk(location: Location) -> Desk {
    let office = Office::invented(location, Day::new(2022, 10, 3).expect("a day"), 5);
    let operator = office.actor("operator", Operation::SetUp).expect("the first user");
    office.add_user(&operator, "penyetuju", Role::Approver).expect("a user");
    let village = RegionCode::from_digits(6401052001, 4);
    office.add_org(&operator, VILLAGE, "Desa Rekaan", village).expect("a village");
    let fund = office.add_fund(&operator, "apbd", FundKind::Apbd, Rupiah(10_000_000));
    let programme = Programme {
        id: office.environment.new_id(),
        code: "satu".into(),
        name: "Program satu".into(),
        territory: RegionCode::from_digits(6401, 2),
        fund: fund.expect("a fund").id,
        schemes: Schemes::JKK_JKM,
        first: month("2022-10"),
        last: month("2022-12"),
        occupations: Vec::new(),
        default_occupation: None,
        income: Rupiah(1_000_000),
        refuse_insured: false,
        target: None,
        terms: domain::programme::Terms::default(),
    };
    office.add_programme(&operator, &programme).expect("a programme");
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk { office, operator, folder };
    desk.enlist();
    desk
}

fn both(test: impl Fn(&Desk)) {
    let embedded = FreshDirectory::new();
    test(&desk(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&desk(database.location()));
    }
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn asked(kind: SippKind) -> SippAsked<'static> {
    SippAsked { programme: "satu", kind, month: month("2022-10"), all: false, sheet: None }
}

impl Desk {
    /// Three people on an approved list, under one employer's number.
    fn enlist(&self) {
        let path = self.folder.path().join("daftar.csv");
        std::fs::write(&path, format!("{HEADS}{PEOPLE}")).expect("a file");
        let received = Received {
            path,
            programme: "satu".into(),
            org: VILLAGE.into(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        let taken = self.office.receive(&self.operator, &received).expect("is taken in");
        assert!(matches!(taken, Receipt::Decided(_)));
        self.office.propose(&self.operator, "satu").expect("is put forward");
        let approver = self.office.actor("penyetuju", Operation::Approve).expect("approves");
        self.office.approve(&approver, "satu", None).expect("is approved");
        let number = ("14005857", "Dinas Rekaan");
        self.office.set_sipp_employer(&self.operator, "satu", None, number).expect("a number");
    }

    fn send(&self, kind: SippKind) -> SippSent {
        self.office.sipp_send(&self.operator, &asked(kind)).expect("is sent")
    }

    fn files(&self, sent: &SippSent, own: Option<&SippSheet>) -> Vec<SippFile> {
        let id = sent.submission.as_ref().expect("somebody is sent").id;
        self.office.sipp_files(&self.operator, id, own).expect("files").2
    }

    fn reply(&self, name: &str, content: &[u8]) -> Result<ReplyReceipt, String> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        self.take(&path)
    }

    fn take(&self, path: &Path) -> Result<ReplyReceipt, String> {
        let received = ReplyReceived { path, file_name: "balasan", programme: "satu", told: None };
        let taken = self.office.take_sipp_reply(&self.operator, &received);
        taken.expect("the register answers").map_err(|refusal| refusal.code)
    }
}

/// The cells of a workbook by tab and place.
type Cells = BTreeMap<String, BTreeMap<(u32, u16), (CellKind, String)>>;

fn cells(bytes: &[u8]) -> Cells {
    let options =
        ReadOptions { file_name: "", limits: Limits::standard(), only_sheet: None, mappings: &[] };
    let (mut found, mut tab) = (Cells::new(), String::new());
    raw_cells(Cursor::new(bytes), &options, &mut |part| match part {
        RawPart::Sheet { name, .. } => {
            tab = name.to_owned();
            found.entry(tab.clone()).or_default();
        }
        RawPart::Cell { at, kind, text } => {
            let cells = found.entry(tab.clone()).or_default();
            cells.insert((at.row, at.column), (kind, text.to_owned()));
        }
        RawPart::Merged { .. } => {}
    })
    .expect("a workbook is read");
    found
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)
}

/// The written form has the official tabs in the official cells; people follow below the headings.
fn is_the_official_form(written: &[u8], official: &str, table: &str) {
    let official = cells(&std::fs::read(fixture(official)).expect("the official form"));
    let written = cells(written);
    let names = |cells: &Cells| cells.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&official));
    for (tab, expect) in &official {
        let mut found = written[tab].clone();
        assert!(found.values().all(|(kind, _)| *kind == CellKind::Text), "{tab}: texts alone");
        if tab == table {
            found.retain(|(row, _), _| *row == 1);
        }
        let texts = |cells: &BTreeMap<(u32, u16), (CellKind, String)>| {
            cells.iter().map(|(at, (_, text))| (*at, text.clone())).collect::<Vec<_>>()
        };
        assert_eq!(texts(&found), texts(expect), "{tab}");
    }
}

#[test]
fn files_are_the_official_forms_cell_by_cell() {
    both(|desk| {
        let sent = desk.send(SippKind::New);
        assert_eq!((sent.people, sent.held.len(), sent.is_new), (3, 0, true));
        assert!(sent.wants_identity_until);
        let files = desk.files(&sent, None);
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].path, "14005857/template_tk_14005857.xlsx");
        is_the_official_form(&files[0].bytes, "sipp/template_tk.xlsx", "data_tk_baru");
        let table = &cells(&files[0].bytes)["data_tk_baru"];
        let text = |row, column| table.get(&(row, column)).map_or("", |(_, text)| text.as_str());
        // By village and name: Bagas, Sumarno, Wulan. A cell that looks like a formula is a text.
        assert_eq!([text(2, 1), text(3, 1), text(4, 1)].concat().len(), 38);
        assert_eq!(
            (text(3, 14), text(3, 11), text(3, 24)),
            ("6401051708620001", "17-08-1962", "=1+1")
        );
        assert_eq!((text(4, 16), text(4, 26), text(4, 23)), ("P", "6401", "1000000"));
        // Sent again it is the same submission, and the same file.
        let again = desk.send(SippKind::New);
        assert_eq!(again.submission, sent.submission);
        assert!(!again.is_new);
        assert_eq!(desk.files(&again, None)[0].bytes, files[0].bytes);
    });
}

#[test]
fn continuing_members_have_the_other_form() {
    both(|desk| {
        let reply = "NIK;NAMA;KPJ;STATUS\n6401051708620001;Rekaan Sumarno;22010000011;Valid\n";
        desk.reply("a.csv", reply.as_bytes()).expect("is read");
        let all = SippAsked { all: true, ..asked(SippKind::Continuing) };
        let sent = desk.office.sipp_send(&desk.operator, &all).expect("is sent");
        // Two have no number yet.
        assert_eq!((sent.people, sent.held.len()), (1, 2));
        let files = desk.files(&sent, None);
        assert_eq!(files[0].path, "14005857/template_tk_lanjutan_14005857.xlsx");
        let (form, table) = ("sipp/template_tk_lanjutan.xlsx", "data_tk_lanjutan");
        is_the_official_form(&files[0].bytes, form, table);
        assert_eq!(cells(&files[0].bytes)[table][&(2, 1)].1, "22010000011");
    });
}

#[test]
fn parts_lie_in_folders_of_their_own_and_keep_the_files_name() {
    both(|desk| {
        let own =
            "file\tdaftar_{npp}.xlsx\nsheet\tA\nrows\t2\ncolumn\tNo. KTP\t20\trequired\tnik\n";
        let own = SippSheet::parse(own).expect("a map of columns");
        let files = desk.files(&desk.send(SippKind::New), Some(&own));
        let paths: Vec<(&str, usize)> =
            files.iter().map(|file| (file.path.as_str(), file.rows)).collect();
        let name = "daftar_14005857.xlsx";
        let expect = [1, 2].map(|part| format!("14005857/bagian-{part}/{name}"));
        assert_eq!(paths, [(expect[0].as_str(), 2), (expect[1].as_str(), 1)]);
        assert_eq!(cells(&files[0].bytes)["A"][&(1, 0)].1, "No. KTP");
    });
}

#[test]
fn nobody_is_sent_without_a_number_of_the_employer() {
    both(|desk| {
        let elsewhere = RegionCode::from_digits(6402, 2);
        let number = ("14005858", "Dinas Lain");
        let set =
            |territory| desk.office.set_sipp_employer(&desk.operator, "satu", territory, number);
        set(Some(elsewhere)).expect("a number of another territory");
        assert_eq!(desk.send(SippKind::New).people, 3);
        let wrong = desk.office.set_sipp_employer(&desk.operator, "satu", None, ("1", "x"));
        assert_eq!(wrong.expect_err("is no number").code, "SIPP_NPP");
        // A roster goes to the branch without one.
        let roster = desk.send(SippKind::Roster);
        let files = desk.files(&roster, None);
        assert_eq!((files[0].path.as_str(), files[0].rows), ("bpu/roster_bpu_satu.xlsx", 3));
    });
}

#[test]
fn hostile_files_are_refused_and_change_nothing() {
    both(|desk| {
        for (name, code) in [
            ("sheets/nasty/pass_protected.xlsx", "PASSWORD_PROTECTED"),
            ("sheets/nasty/pass_protected.ods", "PASSWORD_PROTECTED"),
        ] {
            assert_eq!(desk.take(&fixture(name)).expect_err("is refused"), code, "{name}");
        }
        assert!(desk.reply("kosong.csv", b"").is_err());
        let beside = "No;NIK;Nama;No;NIK;Nama\n1;6401051708620001;Rekaan Sumarno;2;\
                      6401052103850004;Rekaan Bagas\n";
        let path = desk.folder.path().join("berdampingan.csv");
        std::fs::write(&path, beside).expect("a file");
        let received = ReplyReceived { path: &path, file_name: "b", programme: "satu", told: None };
        let refused = desk.office.take_sipp_reply(&desk.operator, &received);
        assert_eq!(refused.err().map(|error| error.code).as_deref(), Some("SIPP_SIDE_BY_SIDE"));
        assert!(desk.office.sipp_replies(&desk.operator).expect("replies").is_empty());
    });
}

#[test]
fn the_same_bytes_are_one_reply_and_every_row_has_one_outcome() {
    both(|desk| {
        let reply = "Hasil;;;\nNIK;NAMA;KPJ;KETERANGAN\n\
                     6401051708620001;Rekaan Sumarno;22010000011;\n\
                     6401052103850004;Rekaan Bagas;;NIK tidak ditemukan\n\
                     6401052103850004;Rekaan Bagas;;NIK tidak ditemukan\n\
                     6401056202900005;Orang Lain Sekali;22010000029;\n\
                     6401051212120012;Rekaan Asing;22010000037;\n";
        let first = desk.reply("a.csv", reply.as_bytes()).expect("is read");
        let count = |wanted: ReplyOutcome| {
            let found = first.outcomes.iter().find(|(outcome, _)| *outcome == wanted);
            found.map_or(0, |(_, count)| *count)
        };
        assert_eq!(count(ReplyOutcome::Accepted), 1);
        assert_eq!(count(ReplyOutcome::Rejected), 1);
        assert_eq!(count(ReplyOutcome::Repeated), 1);
        // A known NIK under another name is asked about, never guessed.
        assert_eq!(count(ReplyOutcome::Question), 1);
        assert_eq!(count(ReplyOutcome::Unknown), 1);
        // The title and the headings.
        assert_eq!(count(ReplyOutcome::NotAPerson), 2);
        let again = desk.reply("b.csv", reply.as_bytes()).expect("is read");
        assert!(first.is_new && !again.is_new);
        assert_eq!((again.reply.id, &again.outcomes), (first.reply.id, &first.outcomes));
        let villages = desk.office.sipp_rejections(&desk.operator, None).expect("villages");
        assert_eq!((villages.len(), villages[0].open, villages[0].days), (1, 1, 0));
        let words = crate::words::Words::of(crate::words::Language::Indonesian);
        let text = villages[0].text(words);
        assert!(!text.contains("Bagas") && !text.contains("6401052103850004"), "{text}");
        assert!(text.contains("NIK tidak ditemukan di Dukcapil"), "{text}");
    });
}

#[test]
fn a_changed_record_is_mended_and_the_papers_tell_who_differs() {
    both(|desk| {
        desk.send(SippKind::New);
        let reply = "NIK;NAMA;KETERANGAN\n6401052103850004;Rekaan Bagas;Nama tidak sesuai\n";
        desk.reply("a.csv", reply.as_bytes()).expect("is read");
        assert_eq!(desk.send(SippKind::Resubmission).people, 0);
        let rejected = desk.office.sipp_rejected(&desk.operator, None, None).expect("people");
        let [one] = &rejected[..] else { panic!("one rejection") };
        assert_eq!((one.reason, one.state), (ReasonCode::IdentityDiffers, StandingState::Rejected));
        let mend =
            |reason| desk.office.mend_rejection(&desk.operator, "satu", one.person.id, reason);
        assert_eq!(mend(" ").expect_err("no reason").code, "REASON_MISSING");
        assert_eq!(mend("dicocokkan dengan KTP").expect("is mended"), StandingState::Mended);
        assert_eq!(desk.send(SippKind::Resubmission).people, 1);
        let tied = desk.office.tie_out(&desk.operator, "satu", month("2022-10")).expect("papers");
        assert_eq!((tied.out.people, tied.out.annex, tied.out.list), (3, 3, 3));
        assert_eq!((tied.out.accepted, tied.out.bill, tied.out.agree), (0, None, 0));
        // 3 × (10.000 + 6.800) on the annex and by the rules; no bill is final.
        let money = (tied.out.annexed, tied.out.due, tied.out.billed);
        assert_eq!(money, (Rupiah(50_400), Rupiah(50_400), None));
        let differ = |wanted: Difference| {
            tied.out.lines.iter().filter(|line| line.differences.contains(&wanted)).count()
        };
        assert_eq!((differ(Difference::Rejected), differ(Difference::NotAnswered)), (1, 2));
    });
}

#[test]
fn a_month_is_told_by_its_own_reply_and_by_no_draft() {
    both(|desk| {
        let rejected = "NIK;NAMA;KETERANGAN\n6401052103850004;Rekaan Bagas;Nama tidak sesuai\n";
        desk.send(SippKind::New);
        desk.reply("a.csv", rejected.as_bytes()).expect("is read");
        let bagas = desk.office.sipp_rejected(&desk.operator, None, None).expect("people");
        let bagas = bagas[0].person.id;
        let mended = desk.office.mend_rejection(&desk.operator, "satu", bagas, "sesuai KTP");
        mended.expect("is mended");
        // A moment later, for the next month, and accepted.
        desk.office.environment.pass(60_000);
        let november = SippAsked { month: month("2022-11"), ..asked(SippKind::Resubmission) };
        assert_eq!(desk.office.sipp_send(&desk.operator, &november).expect("sent").people, 1);
        desk.office.environment.pass(60_000);
        let accepted = "NIK;NAMA;KPJ;STATUS\n6401052103850004;Rekaan Bagas;22010000011;Valid\n";
        desk.reply("b.csv", accepted.as_bytes()).expect("is read");
        let tied = |of: &str| {
            let tied = desk.office.tie_out(&desk.operator, "satu", month(of)).expect("papers");
            let line = tied.out.lines.iter().find(|line| line.facts.person == bagas);
            (line.and_then(|line| line.facts.reply), tied.out.accepted, tied.out.bill)
        };
        assert_eq!(tied("2022-10"), (Some(StandingState::Rejected), 0, None));
        assert_eq!(tied("2022-11"), (None, 1, None));
        // A draft binds nobody; a locked bill is compared, by person and by scheme.
        desk.office.draft_bill(&desk.operator, "satu", month("2022-10")).expect("a draft");
        assert_eq!(tied("2022-10").2, None);
        desk.office.finalise_bill(&desk.operator, "satu", month("2022-10"), 1).expect("final");
        let tied = desk.office.tie_out(&desk.operator, "satu", month("2022-10")).expect("papers");
        assert_eq!((tied.out.bill, tied.out.billed), (Some(3), Some(Rupiah(50_400))));
        let sums: Vec<_> = tied.schemes.values().map(|sum| (sum.due, sum.billed)).collect();
        // 3 × 10.000 and 3 × 6.800.
        let (jkk, jkm) = ((3, Rupiah(30_000)), (3, Rupiah(20_400)));
        assert_eq!(sums, [(jkk, jkk), (jkm, jkm)]);
        let words = crate::words::Words::of(crate::words::Language::Indonesian);
        assert_eq!(&tied.workbook(&desk.office, words)[..2], b"PK");
    });
}

#[test]
fn who_left_by_a_change_is_reported_with_the_reason_and_on_no_paper() {
    both(|desk| {
        let reply = "NIK;NAMA;KPJ;STATUS\n6401051708620001;Rekaan Sumarno;22010000011;Valid\n";
        desk.reply("a.csv", reply.as_bytes()).expect("is read");
        let leaving = crate::movements::MovementAsked {
            programme: "satu",
            from: month("2022-11"),
            reason: domain::movement::LeaveReason::MovedAway,
            people: Vec::new(),
            numbers: vec![Nik::parse("6401051708620001").expect("a number")],
            basis: None,
        };
        let shown = desk.office.propose_movement(&desk.operator, &leaving).expect("is asked");
        let approver = desk.office.actor("penyetuju", Operation::Approve).expect("approves");
        let task = Id::from_bytes(*shown.head.id.as_bytes());
        let verdict = domain::task::Verdict::Approve(shown.head.hash);
        desk.office.decide_task(&approver, task, &verdict).expect("is approved");
        let asked = |month| SippAsked { month, ..asked(SippKind::Deactivation) };
        let sent = desk.office.sipp_send(&desk.operator, &asked(month("2022-11"))).expect("sent");
        assert_eq!(sent.people, 1);
        let files = desk.files(&sent, None);
        let cells = cells(&files[0].bytes);
        let mut texts = cells.values().flat_map(|tab| tab.values());
        assert!(texts.any(|(_, text)| text == "Pindah ke luar daerah"));
        // Until the change is in an annex, the annex is what differs; the acceptance is over.
        let differs = || {
            let month = month("2022-11");
            let tied = desk.office.tie_out(&desk.operator, "satu", month).expect("papers");
            let found = tied.out.lines.iter().filter(|line| !line.facts.list);
            found.flat_map(|line| line.differences.clone()).collect::<Vec<_>>()
        };
        assert_eq!(differs(), [Difference::AnnexWithoutList]);
        desk.office.amend_annex(&desk.operator, "satu").expect("an annex");
        assert!(differs().is_empty());
        // BPJS answers by participant number, without a NIK: inactive is what was asked for.
        let outcomes = |name: &str, text: &str| {
            let receipt = desk.reply(name, text.as_bytes()).expect("is read");
            // The heading is nobody.
            let people = |(outcome, _): &(ReplyOutcome, u64)| *outcome != ReplyOutcome::NotAPerson;
            receipt.outcomes.into_iter().filter(people).collect::<Vec<_>>()
        };
        let ended = outcomes(
            "b.csv",
            "KPJ;NAMA;TANGGAL LAHIR;STATUS\n22010000011;Rekaan Sumarno;17-08-1962;Nonaktif\n",
        );
        assert_eq!(ended, [(ReplyOutcome::Accepted, 1)]);
        // The report may be refused; whoever left is to be registered anew by nobody for it.
        let refused = "KPJ;NAMA;TANGGAL LAHIR;STATUS;KETERANGAN\n\
             22010000011;Rekaan Sumarno;17-08-1962;Gagal;Masih aktif\n";
        let refused = outcomes("c.csv", refused);
        assert_eq!(refused, [(ReplyOutcome::Rejected, 1)]);
        let rejected = desk.office.sipp_rejected(&desk.operator, None, None).expect("people");
        assert!(rejected.is_empty());
        assert!(differs().is_empty());
    });
}

#[test]
fn a_wage_earners_wage_is_that_of_the_group() {
    both(|desk| {
        let mut programme = desk.office.programme("satu").expect("there");
        let group = |key: &str, segment, base| domain::programme::GroupTerms {
            occupation: domain::occupation::OccupationKey(key.into()),
            segment,
            base: Rupiah(base),
            risk: rules::RiskClass::new(1).expect("a class"),
            second_job: false,
        };
        programme.terms.groups = vec![
            group("nelayan", Segment::Pu, 3_100_000),
            group("petani", Segment::Bpu, 1_000_000),
        ];
        desk.office
            .store
            .read(|tx| {
                let sector_of = |key: Option<&_>| desk.office.sector_of(key);
                let members = store::memberships::for_billing(tx, &programme, sector_of)?;
                let mut wages = Wages::of_programme(&desk.office, tx, &programme)?;
                let mut found = Vec::new();
                for member in &members {
                    found.push(wages.of(month("2022-10"), member)?);
                }
                found.sort();
                assert_eq!(found, [1_000_000, 1_000_000, 3_100_000].map(Rupiah));
                Ok::<_, AppError>(())
            })
            .expect("wages");
    });
}

#[test]
fn a_reply_that_names_numbers_alone_is_read() {
    both(|desk| {
        // Nobody's number is known yet: the row is about somebody unknown, never guessed.
        let reply = "Hasil pendaftaran;;\nNo Peserta (KPJ);Status;Keterangan\n22010000011;Valid;\n";
        let first = desk.reply("a.csv", reply.as_bytes()).expect("is read");
        assert_eq!(first.outcomes, [(ReplyOutcome::Unknown, 1)]);
        let named = "NIK;NAMA;KPJ;STATUS\n6401051708620001;Rekaan Sumarno;22010000011;Valid\n";
        desk.reply("b.csv", named.as_bytes()).expect("is read");
        let reply = "KPJ;STATUS;KETERANGAN\n22010000011;Ditolak;NIK tidak ditemukan\n\
                     Jumlah;1;\n22010000099;Valid;\n";
        let third = desk.reply("c.csv", reply.as_bytes()).expect("is read");
        let expect = [
            (ReplyOutcome::Rejected, 1),
            (ReplyOutcome::Unknown, 1),
            // The line of the sum.
            (ReplyOutcome::NotAPerson, 1),
        ];
        let mut found = third.outcomes.clone();
        found.sort_by_key(|(outcome, _)| expect.iter().position(|one| one.0 == *outcome));
        assert_eq!(found, expect);
        // Numbers without a heading that says whose they are stay no list.
        let loose = desk.reply("d.csv", b"22010000011;x\n22010000029;y\n");
        assert_eq!(loose.expect_err("is none"), "NO_TABLE");
    });
}
