//! Ceilings under many hands at once, revisions by two people, and the board of a small programme,
//! on both engines. Everybody here is invented.

use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::occupation::OccupationKey;
use domain::priority::Priority;
use domain::programme::{Mandate, Programme, Terms};
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::{NewFund, Revised};
use crate::board::Stands;
use crate::error::AppError;
use crate::intake::{Receipt, Received};
use crate::office::{Actor, Location, Office, Operation, Role};
use crate::tasks::{State, Verdict};
use crate::words::{Language, Words};

/// What one person costs in three months: 3 × (10,000 + 6,800).
const ONE: i64 = 50_400;

struct Scene {
    office: Office,
    folder: tempfile::TempDir,
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn region() -> RegionCode {
    RegionCode::from_digits(6401, 2)
}

fn open(location: Location) -> Scene {
    let office = Office::invented(location, day("2022-10-03"), 4);
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in [("ani", Role::Officer), ("budi", Role::Approver), ("bayu", Role::Approver)]
    {
        office.add_user(&keeper, name, role).expect("added");
    }
    let village = RegionCode::parse("64.01.01.2001").expect("a village");
    office.add_org(&keeper, "desa", "Desa Rekaan", village).expect("an office");
    Scene { office, folder: tempfile::tempdir().expect("a folder") }
}

fn on_both(test: impl Fn(Scene)) {
    let embedded = FreshDirectory::new();
    test(open(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(open(database.location()));
    }
}

impl Scene {
    fn who(&self, name: &str) -> Actor {
        self.office.actor(name, Operation::OwnDesk).expect("an account with a role")
    }

    fn fund(&self, code: &str, ceiling: i64) {
        let keeper = self.who("operator");
        let added = self.office.add_fund(&keeper, code, FundKind::ApbdP, Rupiah(ceiling));
        added.expect("a fund");
    }

    fn programme(&self, code: &str, fund: &str, terms: Terms) -> Programme {
        let programme = self.draft(code, fund, terms);
        self.office.add_programme(&self.who("operator"), &programme).expect("a programme")
    }

    fn draft(&self, code: &str, fund: &str, terms: Terms) -> Programme {
        let first = Month::parse("2022-10").expect("a month");
        Programme {
            id: self.office.environment.new_id(),
            code: code.into(),
            name: "Percobaan".into(),
            territory: region(),
            fund: self.office.fund(fund).expect("there").id,
            schemes: Schemes::JKK_JKM,
            first,
            last: first.plus(2),
            occupations: vec![OccupationKey("nelayan".into())],
            default_occupation: None,
            income: Rupiah::ZERO,
            refuse_insured: true,
            target: None,
            terms,
        }
    }

    /// Takes invented people in: for each a number of the sequence and the year of birth.
    fn take_in(&self, programme: &str, people: &[(u32, i16)]) {
        let path = self.folder.path().join(format!("{programme}-{}.csv", people[0].0));
        let mut text = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n".to_owned();
        for (number, year) in people {
            let letters: String =
                format!("{number:03}").bytes().map(|digit| char::from(digit + 49)).collect();
            let (day, month) = (number % 28 + 1, number / 28 + 1);
            let short = year % 100;
            text += &format!(
                "640101{day:02}{month:02}{short:02}{number:04},REKA{letters} PERCOBAAN,Paser,\
                 {day:02}-{month:02}-{year},L,RT 1,nelayan\n"
            );
        }
        std::fs::write(&path, text).expect("a file");
        let received = Received {
            path,
            programme: programme.to_owned(),
            org: "desa".to_owned(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        let receipt = self.office.receive(&self.who("operator"), &received).expect("taken in");
        assert!(matches!(receipt, Receipt::Decided(_)), "a small file is decided at once");
    }

    fn revise(&self, by: &str, code: &str, ceiling: i64) -> Result<super::RevisionShown, AppError> {
        let asked = Revised {
            ceiling: Rupiah(ceiling),
            basis: "Perda APBD Perubahan 2022 (rekaan)",
            effective: day("2022-10-01"),
            reason: "Tambahan dari sisa lelang",
        };
        self.office.propose_revision(&self.who(by), code, &asked)
    }

    fn approve_revision(&self, by: &str, shown: &super::RevisionShown) -> Result<State, AppError> {
        let verdict = Verdict::Approve(shown.revision.hash());
        self.office.decide_task(&self.who(by), shown.task(), &verdict)
    }
}

#[test]
fn a_fund_of_a_year_pays_for_no_month_after_it() {
    on_both(|scene| {
        let keeper = scene.who("operator");
        let fund = NewFund {
            code: "dana",
            kind: FundKind::ApbdP,
            ceiling: Rupiah(ONE),
            year: Some(2022),
            account: "",
            earmark: "",
        };
        scene.office.add_fund_with(&keeper, &fund).expect("a fund");
        let until = |code: &str, last: &str| {
            let standing = scene.draft(code, "dana", Terms::default());
            let programme = Programme { last: Month::parse(last).expect("a month"), ..standing };
            scene.office.add_programme(&keeper, &programme)
        };
        assert!(until("tahun-ini", "2022-12").is_ok());
        let refused = until("tahun-depan", "2023-01").expect_err("refused");
        assert_eq!((&*refused.code, &*refused.detail), ("FUND_YEAR_ENDS", "2022-12"));
    });
}

#[test]
fn the_code_of_a_fund_stands_in_an_address() {
    on_both(|scene| {
        let keeper = scene.who("operator");
        for unfit in ["", "d", "Dana", "dana satu", "baru", "dana/2", &"d".repeat(41)] {
            let added = scene.office.add_fund(&keeper, unfit, FundKind::Apbd, Rupiah(ONE));
            assert_eq!(added.expect_err("unfit").code, "CODE_UNFIT", "{unfit}");
        }
        assert!(scene.office.add_fund(&keeper, &"d".repeat(40), FundKind::Apbd, Rupiah(1)).is_ok());
    });
}

#[test]
fn an_article_names_its_instrument_once() {
    let embedded = FreshDirectory::new();
    let scene = open(embedded.location());
    let rules = scene.office.fund_rules(FundKind::Apbd, day("2026-01-01"));
    assert_eq!(rules.paid_by.0, "PP 50/2025 Pasal 3");
}

#[test]
fn a_list_is_not_approved_once_its_places_are_taken_away() {
    on_both(|scene| {
        scene.fund("dana", 10 * ONE);
        let three = Terms { quota: Some(3), ..Terms::default() };
        scene.programme("program", "dana", three.clone());
        scene.take_in("program", &[(1, 1970), (2, 1971), (3, 1972)]);
        let (office, ani, budi) = (&scene.office, scene.who("ani"), scene.who("budi"));
        let draft = office.list_draft(&ani, "program").expect("a draft");
        assert_eq!((draft.lines.len(), draft.is_new), (3, true));
        let put = office.propose(&ani, "program").expect("put forward");
        assert_eq!(put.proposal.list_hash, draft.proposal.list_hash, "as it was shown");
        assert!(!office.list_draft(&ani, "program").expect("the same").is_new);
        let two = Terms { quota: Some(2), ..three.clone() };
        office.change_terms(&ani, "program", &two, "Anggaran berkurang").expect("changed");
        let refused = office.approve(&budi, "program", None).expect_err("too many");
        assert_eq!((&*refused.code, &*refused.detail), ("LIST_BEYOND_PLACES", "2"));
        office.change_terms(&ani, "program", &three, "Anggaran kembali").expect("changed");
        assert!(office.approve(&budi, "program", None).is_ok());
    });
}

/// Sixty-four programmes of one fund, each with one person, propose and approve at once; the fund
/// pays for twenty.
#[test]
fn a_ceiling_holds_under_sixty_four_at_once_and_no_winner_is_lost() {
    on_both(|scene| {
        scene.fund("dana", 20 * ONE + ONE - 1);
        let codes: Vec<String> = (0..64).map(|number| format!("program-{number:02}")).collect();
        for (code, number) in codes.iter().zip(1u32..) {
            scene.programme(code, "dana", Terms::default());
            scene.take_in(code, &[(number, 1970)]);
        }
        let (maker, checker) = (scene.who("ani"), scene.who("budi"));
        let office = &scene.office;
        let won: Vec<bool> = std::thread::scope(|scope| {
            let tries: Vec<_> = codes
                .iter()
                .map(|code| {
                    let (maker, checker) = (&maker, &checker);
                    scope.spawn(move || {
                        let put = match office.propose(maker, code) {
                            Ok(put) => put,
                            Err(error) => {
                                assert_eq!(error.code, "NOTHING_FITS");
                                return false;
                            }
                        };
                        let hash = Some(put.proposal.list_hash);
                        match office.approve(checker, code, hash) {
                            Ok(list) => list.state.name() == "approved",
                            Err(error) => {
                                assert_eq!(error.code, "CEILING_EXCEEDED");
                                false
                            }
                        }
                    })
                })
                .collect();
            tries.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        // Exactly as many as fit: the sum is within the ceiling, and nobody who won is missing.
        assert_eq!(won.iter().filter(|won| **won).count(), 20);
        let auditor = scene.who("operator");
        for (code, won) in codes.iter().zip(&won) {
            let programme = office.programme(code).expect("there");
            let members = office
                .store
                .read(|tx| store::memberships::of_programme(tx, programme.id))
                .expect("read");
            assert_eq!(members.len(), usize::from(*won), "{code}");
        }
        let shown = &office.fund_overview(&auditor).expect("read")[0];
        assert_eq!(shown.figures.committed, Rupiah(20 * ONE));
        assert_eq!(shown.figures.free(), Rupiah(ONE - 1));
        office.verify_ledger(&auditor).expect("balanced");
    });
}

#[test]
fn another_ceiling_takes_two_people_and_never_goes_below_what_is_bound() {
    on_both(|scene| {
        scene.fund("dana", ONE);
        scene.programme("coba", "dana", Terms::default());
        scene.take_in("coba", &[(1, 1970), (2, 1971), (3, 1972)]);
        let shown = scene.revise("ani", "dana", 3 * ONE).expect("put forward");
        // Asked again it is the same; another one has to wait.
        let again = scene.revise("ani", "dana", 3 * ONE).expect("the same");
        assert_eq!(again.task(), shown.task());
        assert_eq!(scene.revise("ani", "dana", 4 * ONE).expect_err("waits").code, "REVISION_WAITS");
        // Nothing holds before somebody else has said yes, and never one's own yes.
        assert_eq!(scene.office.fund("dana").expect("there").ceiling, Rupiah(ONE));
        let own = scene.approve_revision("ani", &shown).expect_err("no approver");
        assert_eq!(own.code, "USER_MAY_NOT");
        assert_eq!(scene.approve_revision("budi", &shown).expect("approved"), State::Approved);
        assert_eq!(scene.office.fund("dana").expect("there").ceiling, Rupiah(3 * ONE));
        // A repeat of what holds already is no change.
        let again = scene.revise("ani", "dana", 3 * ONE).expect("the same");
        assert_eq!((again.task(), again.state), (shown.task(), State::Approved));
        let put = scene.office.propose(&scene.who("ani"), "coba").expect("a list");
        assert_eq!(put.lines.len(), 3);
        // A cut that fits today is judged again when it is approved.
        let cut = scene.revise("ani", "dana", 2 * ONE).expect("nothing is bound yet");
        scene.office.approve(&scene.who("budi"), "coba", None).expect("approved");
        let refused = scene.approve_revision("bayu", &cut).expect_err("three are bound");
        assert_eq!(refused.code, "BELOW_COMMITTED");
        assert_eq!(scene.office.fund("dana").expect("there").ceiling, Rupiah(3 * ONE));
        let back = Verdict::Return("Sudah terikat".into());
        scene.office.decide_task(&scene.who("bayu"), cut.task(), &back).expect("returned");
        let below = scene.revise("ani", "dana", 3 * ONE - 1).expect_err("below");
        assert_eq!(below.code, "BELOW_COMMITTED");
        // What is added again as it was at first is the same fund.
        let keeper = scene.who("operator");
        let same = NewFund {
            code: "dana",
            kind: FundKind::ApbdP,
            ceiling: Rupiah(ONE),
            year: None,
            account: "",
            earmark: "",
        };
        scene.office.add_fund_with(&keeper, &same).expect("the same");
        scene.office.verify_ledger(&keeper).expect("balanced");
        let file = scene.office.fund_file(&keeper, "dana").expect("read");
        assert_eq!(file.revisions.len(), 2);
        // Three people, three months: all of it will be billed, nothing is left.
        assert_eq!(file.shown.figures.expected, Rupiah(3 * ONE));
        assert_eq!(file.shown.figures.unspent(), Rupiah::ZERO);
    });
}

#[test]
fn places_go_by_the_programmes_order_and_everybody_stands_somewhere() {
    on_both(|scene| {
        scene.fund("dana", 10 * ONE);
        let terms = Terms {
            quota: Some(2),
            priority: Priority::parse("elderly:60,village,name").expect("an order"),
            mandate: Some(Mandate {
                from: Month::parse("2022-10").expect("a month"),
                basis: "Instruksi Bupati (rekaan)".into(),
            }),
            ..Terms::default()
        };
        scene.programme("coba", "dana", terms.clone());
        scene.take_in("coba", &[(1, 1970), (2, 1971), (3, 1960), (4, 1972)]);
        let ani = scene.who("ani");
        let stands = |scene: &Scene| -> Vec<(&'static str, Option<u32>, Option<&'static str>)> {
            let ranking = scene.office.ranking(&scene.who("ani"), "coba").expect("read");
            ranking.all.iter().map(|one| (one.stands.name(), one.rank, one.after)).collect()
        };
        let expect = [
            ("next", Some(1), None),
            ("next", Some(2), Some("elderly")),
            ("waiting", Some(3), Some("name")),
            ("waiting", Some(4), Some("name")),
        ];
        assert_eq!(stands(&scene), expect);
        assert_eq!(scene.office.mandated(&ani, "coba").expect("read").people.len(), 4);
        scene.office.propose(&ani, "coba").expect("a list");
        scene.office.approve(&scene.who("budi"), "coba", None).expect("approved");
        // The two who wait are no new list, so that asking again is no change.
        let again = scene.office.propose(&ani, "coba").expect("the list of before");
        assert!(!again.is_new && again.waiting.len() == 2);
        let board = scene.office.board(&ani, "coba").expect("read");
        let counts: u64 = board.standing.iter().map(|(.., people)| people).sum();
        assert_eq!((board.rows.accepted, counts), (4, 4));
        assert_eq!((board.rescue.open, board.rescue.next.len()), (0, 0));
        assert_eq!(scene.office.mandated(&ani, "coba").expect("read").people.len(), 2);
        let one = scene.office.ranking(&ani, "coba").expect("read").all.remove(0);
        assert_eq!(one.stands, Stands::Member);
        assert!(!one.person.name.contains("REKA"), "{}", one.person.name);
        let found = scene.office.explain(&ani, "coba", one.person.id).expect("explained");
        assert_eq!(found.group.cost.len(), 2);
        let nobody = scene.office.explain(&ani, "coba", Id::from_bytes([9; 16]));
        assert_eq!(nobody.expect_err("nobody").code, "PERSON_UNKNOWN");
        // A change of places is a change with a reason, and the price of a list stays.
        let wider = Terms { quota: Some(4), ..terms.clone() };
        let silent = scene.office.change_terms(&ani, "coba", &wider, " ");
        assert_eq!(silent.expect_err("no reason").code, "REASON_MISSING");
        scene.office.change_terms(&ani, "coba", &wider, "Tempat ditambah").expect("changed");
        let group = domain::programme::GroupTerms::parse("nelayan:bpu:2000000").expect("one");
        let dearer = Terms { groups: vec![group], ..wider };
        let bound = scene.office.change_terms(&ani, "coba", &dearer, "Penghasilan diubah");
        assert_eq!(bound.expect_err("bound").code, "TERMS_BOUND");
        let next = scene.office.propose(&ani, "coba").expect("a second list");
        assert!(next.is_new && next.lines.len() == 2);
    });
}

#[test]
fn a_village_is_reminded_without_anybodys_name() {
    on_both(|scene| {
        scene.fund("dana", 10 * ONE);
        scene.programme("coba", "dana", Terms::default());
        let keeper = scene.who("operator");
        let silent = RegionCode::parse("64.01.01.2002").expect("a village");
        scene.office.add_org(&keeper, "desa-diam", "Desa Diam", silent).expect("an office");
        scene.take_in("coba", &[(1, 1970)]);
        let board = scene.office.board(&scene.who("ani"), "coba").expect("read");
        let words = Words::of(Language::Indonesian);
        let texts: Vec<Option<String>> =
            board.villages.iter().map(|place| board.reminder_text(words, place)).collect();
        // One village has sent everything, the other nothing.
        assert_eq!(texts.len(), 2);
        assert_eq!(texts[0], None);
        let text = texts[1].as_deref().expect("a reminder");
        assert!(text.contains("belum kami terima") && !text.contains("REKA"), "{text}");
    });
}
