//! A change on its whole way, on both engines: put forward, four eyes, memberships, bills, annexes.
//!
//! Everybody here is invented.

use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::annex::{document_id, page_code};
use domain::duplicates::{PairState, Stake};
use domain::merging::{MergePlan, Move};
use domain::occupation::OccupationKey;
use domain::programme::{AgeBand, Programme, Terms};
use domain::task::Verdict;
use rules::{FundKind, Schemes};
use store::duplicates::Pair;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::annexes::AnnexKind;
use crate::intake::{Receipt, Received};
use crate::office::{Location, Role};
use crate::prints::hex;
use crate::words::{Language, Words};

const CODE: &str = "coba";

fn month(number: i32) -> Month {
    Month::new(2022, number).expect("a month")
}

fn nik(number: u32) -> String {
    format!("640105{:02}0862{number:04}", number + 10)
}

/// An office with five accepted people and money for three over three months.
fn office(location: Location, folder: &Path) -> Office {
    let office = Office::invented(location, Day::new(2022, 10, 3).expect("a day"), 4);
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in
        [("ani", Role::Officer), ("budi", Role::Approver), ("citra", Role::Treasurer)]
    {
        office.add_user(&keeper, name, role).expect("added");
    }
    // Three people for three months at 16,800.
    let fund = office.add_fund(&keeper, "dana", FundKind::ApbdP, Rupiah(3 * 50_400));
    let programme = Programme {
        id: office.environment.new_id(),
        code: CODE.into(),
        name: "Program coba".into(),
        territory: RegionCode::from_digits(6401, 2),
        fund: fund.expect("a fund").id,
        schemes: Schemes::JKK_JKM,
        first: month(10),
        last: month(12),
        occupations: Vec::new(),
        default_occupation: Some(OccupationKey("petani".into())),
        income: Rupiah::ZERO,
        refuse_insured: true,
        target: None,
        terms: Terms::default(),
    };
    office.add_programme(&keeper, &programme).expect("a programme");
    let village = RegionCode::parse("64.01.05.2001").expect("a village");
    office.add_org(&keeper, "desa", "Desa Rekaan", village).expect("an office");
    let mut text = String::from("NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n");
    for number in 1..=5u32 {
        let (nik, day) = (nik(number), number + 10);
        let name =
            format!("WARGA {}", ["ARI", "BIMA", "CAHYA", "DEWI", "EKA"][number as usize - 1]);
        text += &format!("{nik},{name},Paser,{day}-08-1962,L,RT 1,petani\n");
    }
    let path = folder.join("daftar.csv");
    std::fs::write(&path, text).expect("written");
    let received = Received {
        path,
        programme: CODE.into(),
        org: "desa".into(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    let receipt = office.receive(&keeper, &received).expect("taken in");
    assert!(matches!(receipt, Receipt::Decided(_)));
    office
}

fn on_both(test: impl Fn(&Office)) {
    let folder = tempfile::tempdir().expect("a folder");
    let embedded = FreshDirectory::new();
    test(&office(embedded.location(), folder.path()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&office(database.location(), folder.path()));
    }
}

fn who(office: &Office, name: &str) -> Actor {
    office.actor(name, Operation::OwnDesk).expect("an account")
}

fn approve_list(office: &Office) {
    let forward = office.propose(&who(office, "ani"), CODE).expect("put forward");
    assert_eq!((forward.lines.len(), forward.waiting.len()), (3, 2));
    office.approve(&who(office, "budi"), CODE, None).expect("approved");
}

fn asked(numbers: &[u32], from: i32) -> MovementAsked<'static> {
    let number = |number: &u32| Nik::parse(&nik(*number)).expect("well formed");
    MovementAsked {
        programme: CODE,
        from: month(from),
        reason: LeaveReason::AsnAppointed,
        people: Vec::new(),
        numbers: numbers.iter().map(number).collect(),
        basis: None,
    }
}

fn decide(office: &Office, name: &str, shown: &MovementShown) -> Result<TaskState, AppError> {
    let task = Id::from_bytes(*shown.head.id.as_bytes());
    office.decide_task(&who(office, name), task, &Verdict::Approve(shown.head.hash))
}

fn record_of(office: &Office, number: u32) -> Id<kind::Person> {
    let number = Nik::parse(&nik(number)).expect("well formed");
    let found = office.store.read(|tx| Ok::<_, AppError>(store::people::by_nik(tx, number)?));
    found.expect("read").expect("known").id
}

/// Merges one record into another, of which nothing has to move.
pub(crate) fn merge(office: &Office, away: Id<kind::Person>, kept: Id<kind::Person>) {
    merge_with(office, (away, kept), Vec::new());
}

fn merge_with(
    office: &Office,
    (away, kept): (Id<kind::Person>, Id<kind::Person>),
    moves: Vec<Move>,
) {
    let pair = Pair {
        id: Id::from_bytes([7; 16]),
        left: away.min(kept),
        right: away.max(kept),
        state: PairState::Open,
        score: 0,
        levels: Box::default(),
        stake: Stake::default(),
        revision: 0,
        found_at_ms: 0,
    };
    let (paid_twice, ended) = (Vec::new(), Vec::new());
    let plan = MergePlan { kept, away, moves, paid_twice, ended };
    let keeper = who(office, "operator");
    let merged = office.store.write(|tx| {
        store::duplicates::insert_all(tx, std::slice::from_ref(&pair))?;
        store::merges::merge(tx, &plan, pair.id, 0)?;
        office.record(tx, &keeper, "pair-same", "pair", pair.id.as_bytes())
    });
    merged.expect("merged");
}

fn set_terms(office: &Office, terms: &Terms) {
    let keeper = who(office, "operator");
    office.change_terms(&keeper, CODE, terms, "Ditetapkan ulang").expect("changed");
}

#[test]
fn whoever_fell_out_is_put_forward_with_the_next_who_waits() {
    on_both(|office| {
        approve_list(office);
        let ani = who(office, "ani");
        assert_eq!(office.fallen(&ani, CODE), Ok(Vec::new()));
        let folder = tempfile::tempdir().expect("a folder");
        let dead = format!("{},WARGA BIMA,2022-09-29\n", nik(2));
        crate::bills::tests::dead(office, folder.path(), &dead);
        let groups = office.fallen(&ani, CODE).expect("counted");
        let people = vec![record_of(office, 2)];
        let expected = FallenGroup { reason: LeaveReason::Died, from: month(11), people };
        assert_eq!(groups, [expected]);
        let group = groups.into_iter().next().expect("one");
        let letter = office.basis("474.3/12/2022", Day::new(2022, 10, 3)).expect("a letter");
        let change = MovementAsked {
            programme: CODE,
            from: group.from,
            reason: group.reason,
            people: group.people,
            numbers: Vec::new(),
            basis: letter.clone(),
        };
        let shown = office.propose_movement(&ani, &change).expect("asked");
        assert_eq!(sides(&shown), (1, 1, 0));
        assert_eq!(shown.head.basis, letter);
        // Another letter is another change; the same one is none.
        assert!(!office.propose_movement(&ani, &change).expect("asked").is_new);
        decide(office, "budi", &shown).expect("approved");
        assert_eq!(office.fallen(&ani, CODE), Ok(Vec::new()));
        let kept = office.movement(&ani, shown.head.id).expect("kept");
        assert_eq!(kept.head.basis, letter);
    });
}

#[test]
fn a_change_rests_on_a_number_with_its_day() {
    on_both(|office| {
        let code = |number: &str, day| office.basis(number, day).map_err(|error| error.code);
        assert_eq!(code("", None), Ok(None));
        // The office's day is 3 October 2022.
        let unfit = Err("DECREE_UNFIT".into());
        assert_eq!(code("800/1", None), unfit);
        assert_eq!(code("", Day::new(2022, 10, 1)), unfit);
        assert_eq!(code("800/1", Day::new(2022, 10, 4)), unfit);
        assert_eq!(code(&nik(1), Day::new(2022, 10, 1)), Err("TEXT_HOLDS_NIK".into()));
    });
}

fn sides(shown: &MovementShown) -> (usize, usize, usize) {
    let count = |side| shown.people.iter().filter(|person| person.side == side).count();
    (count(Side::Left), count(Side::Joined), count(Side::Skipped))
}

#[test]
fn who_leaves_is_billed_no_more_and_the_next_who_waits_is() {
    on_both(|office| {
        approve_list(office);
        let citra = who(office, "citra");
        let october = office.issue_bill(&citra, CODE, month(10)).expect("a bill");
        assert_eq!((october.people, october.total), (3, Rupiah(50_400)));
        let shown = office.propose_movement(&who(office, "ani"), &asked(&[1], 11)).expect("asked");
        assert!(shown.is_new);
        assert_eq!(sides(&shown), (1, 1, 0));
        // November and December, 16,800 each.
        assert_eq!((shown.head.freed, shown.head.used), (Rupiah(33_600), Rupiah(33_600)));
        assert_eq!(shown.people.iter().map(|person| person.rank).max(), Some(4));
        let again = office.propose_movement(&who(office, "ani"), &asked(&[1], 11)).expect("asked");
        assert!(!again.is_new && again.head.id == shown.head.id);
        // Not approved yet: nothing has changed.
        let draft = office.draft_bill(&citra, CODE, month(11)).expect("a draft");
        assert_eq!((draft.people, draft.excluded.len()), (3, 0));
        assert_eq!(decide(office, "budi", &shown).expect("approved"), TaskState::Approved);
        let november = office.issue_bill(&citra, CODE, month(11)).expect("a bill");
        assert_eq!((november.people, november.total), (3, Rupiah(50_400)));
        assert_eq!(november.excluded.len(), 1);
        let joined = shown.people.iter().find(|one| one.side == Side::Joined).expect("one");
        assert!(november.lines.iter().any(|line| line.person == joined.person));
        let left = shown.people.iter().find(|one| one.side == Side::Left).expect("one");
        assert!(november.lines.iter().all(|line| line.person != left.person));
        office.verify_ledger(&citra).expect("balanced");
        // The same again is no change, though it is done.
        let again = office.propose_movement(&who(office, "ani"), &asked(&[1], 11)).expect("asked");
        assert!(!again.is_new && again.head.state == MovementState::Approved);
    });
}

#[test]
fn nobody_approves_his_own_change_and_none_that_rests_on_something_else_by_now() {
    on_both(|office| {
        approve_list(office);
        let shown = office.propose_movement(&who(office, "ani"), &asked(&[1], 11)).expect("asked");
        let own = decide(office, "ani", &shown).expect_err("refused");
        assert_eq!(own.code, "USER_MAY_NOT");
        let other = office.propose_movement(&who(office, "ani"), &asked(&[2], 11)).expect("asked");
        decide(office, "budi", &shown).expect("approved");
        // Both wanted the fourth of the list; the second change is put forward again.
        let late = decide(office, "budi", &other).expect_err("refused");
        assert_eq!(late.code, "LIST_CHANGED");
        let task = Id::from_bytes(*other.head.id.as_bytes());
        let verdict = Verdict::Return("usulkan lagi".into());
        office.decide_task(&who(office, "budi"), task, &verdict).expect("sent back");
        let anew = office.propose_movement(&who(office, "ani"), &asked(&[2], 11)).expect("asked");
        assert!(anew.is_new);
        // The fourth is a member by now and is passed over by name; the fifth comes.
        assert_eq!(sides(&anew), (1, 1, 1));
        let skipped = anew.people.iter().find(|one| one.side == Side::Skipped).expect("one");
        assert_eq!(skipped.why, Some(SkipReason::Member));
        decide(office, "budi", &anew).expect("approved");
        // A third leaves and nobody is left to come: the place stays free.
        let third = office.propose_movement(&who(office, "ani"), &asked(&[3], 12)).expect("asked");
        assert_eq!(sides(&third), (1, 0, 2));
        decide(office, "budi", &third).expect("approved");
        let found = office.movements(&who(office, "ani"), CODE).expect("listed");
        assert_eq!(found.room, Room { places: 1, rupiah: Rupiah(16_800) });
        assert_eq!((found.heads.len(), found.waiting), (4, 0));
    });
}

#[test]
fn places_are_given_by_the_terms_and_the_places_of_today() {
    on_both(|office| {
        approve_list(office);
        let ani = who(office, "ani");
        // Everybody is sixty on the first day: the screening leaves out whoever waits.
        let ages = AgeBand { from: None, to: Some(59) };
        set_terms(office, &Terms { ages, ..Terms::default() });
        let shown = office.propose_movement(&ani, &asked(&[1], 11)).expect("asked");
        assert_eq!(sides(&shown), (1, 0, 2));
        let mut skipped = shown.people.iter().filter(|one| one.side == Side::Skipped);
        assert!(skipped.all(|one| one.why == Some(SkipReason::Age)));
        decide(office, "budi", &shown).expect("approved");
        // Two places by now, and the two who stayed have them: nothing of what was freed is left.
        set_terms(office, &Terms { quota: Some(2), ..Terms::default() });
        let found = office.movements(&ani, CODE).expect("listed");
        assert_eq!((found.room.places, found.waiting), (0, 2));
        let none = office.propose_movement(&ani, &asked(&[], 11)).expect_err("refused");
        assert_eq!(none.code, "NOTHING_TO_MOVE");
        set_terms(office, &Terms { quota: Some(3), ..Terms::default() });
        let filled = office.propose_movement(&ani, &asked(&[], 11)).expect("asked");
        assert_eq!(sides(&filled), (0, 1, 0));
        decide(office, "budi", &filled).expect("approved");
        // Who left and who came after have one place between them: three of four are taken.
        set_terms(office, &Terms { quota: Some(4), ..Terms::default() });
        let board = office.board(&ani, CODE).expect("read");
        assert_eq!(board.rescue.open, 1);
    });
}

#[test]
fn what_a_change_freed_and_nobody_took_is_on_the_board() {
    on_both(|office| {
        approve_list(office);
        let ani = who(office, "ani");
        let ages = AgeBand { from: None, to: Some(59) };
        set_terms(office, &Terms { ages, ..Terms::default() });
        let shown = office.propose_movement(&ani, &asked(&[1], 11)).expect("asked");
        decide(office, "budi", &shown).expect("approved");
        office.issue_bill(&who(office, "citra"), CODE, month(10)).expect("a bill");
        set_terms(office, &Terms::default());
        let rescue = office.board(&ani, CODE).expect("read").rescue;
        assert_eq!((rescue.open, rescue.next.len(), rescue.cost), (1, 1, Rupiah(33_600)));
    });
}

#[test]
fn somebody_named_twice_in_a_file_leaves_once() {
    on_both(|office| {
        approve_list(office);
        let twice = MovementAsked { people: vec![record_of(office, 1)], ..asked(&[1, 1], 11) };
        let shown = office.propose_movement(&who(office, "ani"), &twice).expect("asked");
        assert_eq!(sides(&shown), (1, 1, 0));
    });
}

#[test]
fn the_number_of_a_merged_record_leads_to_who_stands_for_it() {
    on_both(|office| {
        approve_list(office);
        let root = record_of(office, 2);
        merge(office, record_of(office, 5), root);
        let shown = office.propose_movement(&who(office, "ani"), &asked(&[5], 11)).expect("asked");
        let left = shown.people.iter().find(|one| one.side == Side::Left).expect("one");
        assert_eq!((left.person, sides(&shown)), (root, (1, 1, 0)));
    });
}

#[test]
fn who_waits_keeps_the_rank_of_the_record_that_stepped_aside() {
    on_both(|office| {
        approve_list(office);
        let (away, root) = (record_of(office, 4), record_of(office, 5));
        let programme = office.programme(CODE).expect("there");
        let (rank, listed) = office
            .store
            .read(|tx| {
                let waiting = store::movements::waiting(tx, programme.id)?;
                let one = waiting.iter().find(|one| one.line.person == away).expect("waits");
                Ok::<_, AppError>((one.line.rank, store::merges::history(tx, away)?.enlisted))
            })
            .expect("read");
        let moves = listed.into_iter().map(|(of, place)| Move::Delist(of, place)).collect();
        merge_with(office, (away, root), moves);
        let shown = office.propose_movement(&who(office, "ani"), &asked(&[1], 11)).expect("asked");
        let joined: Vec<_> = shown.people.iter().filter(|one| one.side == Side::Joined).collect();
        assert_eq!(joined.len(), 1);
        assert_eq!((joined[0].person, joined[0].rank), (root, rank));
        // One person, one place: nobody is passed over by their own second record.
        assert!(shown.people.iter().all(|one| one.side != Side::Skipped));
    });
}

#[test]
fn two_records_of_one_person_have_one_place() {
    on_both(|office| {
        approve_list(office);
        merge(office, record_of(office, 3), record_of(office, 2));
        set_terms(office, &Terms { quota: Some(3), ..Terms::default() });
        let programme = office.programme(CODE).expect("there");
        let taken = office.store.read(|tx| office.places_taken(tx, &programme));
        assert_eq!(taken.expect("counted"), 2);
    });
}

#[test]
fn refusals_say_which_month_or_whom() {
    on_both(|office| {
        approve_list(office);
        let ani = who(office, "ani");
        let refused = |asked: &MovementAsked<'_>| {
            let error = office.propose_movement(&ani, asked).expect_err("refused");
            (error.code.to_string(), error.detail.to_string())
        };
        assert_eq!(refused(&asked(&[1], 10)).0, "NEVER_BEGAN");
        assert_eq!(refused(&asked(&[], 11)).0, "NOTHING_TO_MOVE");
        let record = record_of(office, 1);
        let twice = MovementAsked { people: vec![record, record], ..asked(&[], 11) };
        assert_eq!(refused(&twice).0, "MEMBER_TWICE");
        // The fourth waits and is no member.
        assert_eq!(refused(&asked(&[4], 11)).0, "NOT_A_MEMBER");
        let stranger = refused(&asked(&[20], 11));
        assert_eq!(stranger.0, "NOT_A_MEMBER");
        assert!(!stranger.1.contains(&nik(20)), "no number in an error");
        office.issue_bill(&who(office, "citra"), CODE, month(10)).expect("a bill");
        office.issue_bill(&who(office, "citra"), CODE, month(11)).expect("a bill");
        assert_eq!(refused(&asked(&[1], 11)), ("MONTH_BILLED".into(), "2022-11".into()));
        let found = office.movements(&ani, CODE).expect("listed");
        assert_eq!(found.first_open, Some(month(12)));
    });
}

#[test]
fn annexes_are_numbered_and_the_earlier_ones_stay() {
    on_both(|office| {
        approve_list(office);
        let (ani, budi) = (who(office, "ani"), who(office, "budi"));
        let first = office.annexes(&ani, CODE).expect("listed");
        assert_eq!((first.annexes.len(), first.open), (1, 0));
        let (annex, maker, people) = &first.annexes[0];
        assert!(matches!(annex.kind, AnnexKind::List(_)));
        assert_eq!((annex.number, annex.added, &**maker, *people), (1, 3, "budi", 3));
        let shown = office.propose_movement(&ani, &asked(&[1], 11)).expect("asked");
        assert!(!office.amend_annex(&ani, CODE).expect("asked").1, "not approved yet");
        decide(office, "budi", &shown).expect("approved");
        let (second, is_new) = office.amend_annex(&ani, CODE).expect("made");
        assert!(is_new);
        assert_eq!((second.number, second.added, second.removed), (2, 1, 1));
        assert_eq!((second.freed, second.bound), (Rupiah(33_600), Rupiah(33_600)));
        let (same, is_new) = office.amend_annex(&ani, CODE).expect("asked");
        assert!(!is_new && same == second);
        let after = office.annexes(&ani, CODE).expect("listed");
        assert_eq!(after.annexes[0], first.annexes[0]);
        assert_eq!((after.annexes.len(), after.annexes[1].2, after.open), (2, 3, 0));
        let words = Words::of(Language::Indonesian);
        let refused =
            office.print_annex(&budi, (CODE, None), "", words).map(|_| ()).expect_err("refused");
        assert_eq!(refused.code, "USER_MAY_NOT");
        for (number, name) in [(Some(1), "lampiran-coba"), (None, "lampiran-coba-2")] {
            let files = office.print_annex(&ani, (CODE, number), "", words).expect("printed");
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(names, [format!("{name}.xlsx"), format!("{name}.pdf")]);
            assert!(files[0].bytes.starts_with(b"PK") && files[1].bytes.starts_with(b"%PDF"));
        }
        let none =
            office.print_annex(&ani, (CODE, Some(3)), "", words).map(|_| ()).expect_err("none");
        assert_eq!((none.code.as_str(), none.detail.as_str()), ("ANNEX_UNKNOWN", "3"));
    });
}

/// Every cell of a workbook, by rows.
fn text_of(book: &[u8]) -> String {
    let options = documents::read::ReadOptions {
        file_name: "lampiran.xlsx",
        limits: documents::read::Limits::standard(),
        only_sheet: None,
        mappings: &[],
    };
    let mut said = String::new();
    documents::read::raw_cells(std::io::Cursor::new(book), &options, &mut |part| {
        if let documents::read::RawPart::Cell { text, .. } = part {
            said += &format!("{text}\n");
        }
    })
    .expect("readable");
    said
}

#[test]
fn an_annex_names_the_agreement_that_its_programme_runs_under() {
    on_both(|office| {
        let (ani, keeper) = (who(office, "ani"), who(office, "operator"));
        let words = Words::of(Language::Indonesian);
        let print = |number: Option<u32>| {
            let files = office.print_annex(&ani, (CODE, number), "", words).expect("printed");
            assert!(files[1].bytes.starts_with(b"%PDF"));
            text_of(&files[0].bytes)
        };
        for (code, kind) in [("dinas", "opd"), ("cabang", "bpjs")] {
            let input = crate::organisations::OrgInput {
                territory: RegionCode::from_digits(6401, 2),
                ..crate::organisations::tests::input(code, kind, None)
            };
            office.keep_org(&keeper, &input).expect("is kept");
        }
        let day = |text: &str| Day::parse_iso(text).expect("a day");
        let parties = ["dinas", "cabang"].map(str::to_owned);
        let new = crate::agreements::NewAgreement {
            code: "pks-2022",
            template: "pks-dinas-bpjs",
            parties: &parties,
            number: "",
            place: "Tana Paser",
            from: day("2022-09-15"),
            to: None,
        };
        office.add_agreement(&keeper, &new).expect("is written");
        approve_list(office);
        let agreement = "perjanjian kerja sama";
        assert!(!print(None).contains(agreement), "nothing is tied");
        office.tie_agreement(&keeper, "pks-2022", (CODE, false)).expect("is tied");
        assert!(!print(None).contains(agreement), "nobody has signed it");
        let signing = crate::agreements::Signing {
            on: Some(day("2022-09-12")),
            number: Some("560/12"),
            scan: Some(b"%PDF-rekaan"),
        };
        office.sign_agreement(&keeper, "pks-2022", &signing).expect("is signed");
        let said = "Menurut perjanjian kerja sama Nomor 560/12 tanggal 12 September 2022";
        let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
        assert!(plain(print(None)).contains(said), "{}", print(None));
        // A later annex names it as well, as long as it holds in the months that are changed.
        let shown = office.propose_movement(&ani, &asked(&[1], 11)).expect("asked");
        decide(office, "budi", &shown).expect("approved");
        office.amend_annex(&ani, CODE).expect("made");
        assert!(plain(print(Some(2))).contains(said), "{}", print(Some(2)));
        let end = Some(day("2022-10-03"));
        office.end_agreement(&keeper, "pks-2022", end, "diganti").expect("ended");
        assert!(!print(Some(2)).contains(agreement), "November is not its month");
        assert!(plain(print(Some(1))).contains(said), "October is");
        office.tie_agreement(&keeper, "pks-2022", (CODE, true)).expect("is taken back");
        assert!(!print(Some(1)).contains(agreement));
    });
}

#[test]
fn a_printed_page_is_held_against_its_annex() {
    on_both(|office| {
        approve_list(office);
        let ani = who(office, "ani");
        let newest = |office: &Office| {
            let annexes = office.annexes(&ani, CODE).expect("listed").annexes;
            annexes.last().expect("there is one").0.clone()
        };
        let first = newest(office);
        let document = document_id(first.programme, 1);
        let code = page_code(document, &first.hash);
        let verdict = |said: &str| {
            let found = office.check_annex_page(said).expect("read");
            let annex = found.annex.map(|annex| (annex.number, annex.newest.0));
            (found.verdict.name(), annex)
        };
        assert_eq!(verdict(&code), ("genuine", Some((1, 1))));
        assert_eq!(verdict(&hex(&first.hash)), ("genuine", Some((1, 1))));
        // A later annex changes it: the page is genuine, and not all there is.
        let shown = office.propose_movement(&ani, &asked(&[1], 11)).expect("asked");
        decide(office, "budi", &shown).expect("approved");
        office.amend_annex(&ani, CODE).expect("made");
        let second = newest(office);
        assert_eq!(verdict(&code), ("amended", Some((1, 2))));
        let of_second = page_code(document_id(second.programme, 2), &second.hash);
        assert_eq!(verdict(&of_second), ("genuine", Some((2, 2))));
        // Once the decree is signed, its number stands on the print and in the answer.
        let decree = |number: &str, day: &str| {
            let day = Day::parse_iso(day).expect("a day");
            office.set_decree(&ani, (CODE, 1), (number, day))
        };
        assert!(decree("188.45/217/2022", "2022-10-01").expect("kept"));
        assert!(!decree(" 188.45/217/2022 ", "2022-10-01").expect("the same"));
        assert_eq!(
            decree("188.45/217/2022", "2022-10-04").expect_err("to come").code,
            "DECREE_UNFIT"
        );
        assert_eq!(decree(" ", "2022-10-01").expect_err("none").code, "DECREE_UNFIT");
        assert_eq!(decree(&nik(1), "2022-10-01").expect_err("a NIK").code, "TEXT_HOLDS_NIK");
        assert!(decree("188.45/218/2022", "2022-10-02").expect("in its place"));
        let page = office.check_annex_page(&code).expect("read").annex.expect("ours");
        assert_eq!(page.decree.map(|one| one.number), Some("188.45/218/2022".into()));
        let listed = office.annexes(&ani, CODE).expect("listed").decrees;
        assert_eq!(listed.keys().copied().collect::<Vec<_>>(), [1]);
        let budi = office.set_decree(&who(office, "budi"), (CODE, 1), ("1", office.today()));
        assert_eq!(budi.expect_err("not theirs").code, "USER_MAY_NOT");
        let none = office.set_decree(&ani, (CODE, 9), ("1", office.today()));
        assert_eq!(none.expect_err("no such annex").code, "ANNEX_UNKNOWN");
        // The digest of another list under the number of this one; and nobody's at all.
        assert_eq!(verdict(&page_code(document, &second.hash)), ("differs", Some((1, 2))));
        assert_eq!(verdict(&page_code(Id::from_bytes([9; 16]), &first.hash)), ("unknown", None));
        assert_eq!(verdict(&"0".repeat(64)), ("unknown", None));
        let code = office.check_annex_page("PAYUNG").expect_err("no code").code;
        assert_eq!(code, "ANNEX_CODE");
    });
}

#[test]
fn who_left_is_planned_for_no_more() {
    on_both(|office| {
        approve_list(office);
        let ani = who(office, "ani");
        let shown = office.propose_movement(&ani, &asked(&[1], 11)).expect("asked");
        decide(office, "budi", &shown).expect("approved");
        let budi = who(office, "budi");
        let base = crate::planner::BaseTyped::default();
        let counted = office.plan_of_programme(&budi, CODE, &base).expect("counted");
        // Three were approved; one left and one who waited came.
        assert_eq!(counted.people.people(), 3);
        assert_eq!(office.planned_people(&budi, CODE).expect("people").len(), 3);
    });
}
