//! A file on its way in, on both engines; everybody is invented.

use std::path::PathBuf;

use base::{Day, Month, RegionCode, Rupiah};
use domain::enrolment::Outcome;
use domain::intake::row_key::RowKey;
use rules::{FundKind, Schemes};
use store::Location;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::jobs::{Crew, JobState};
use crate::office::Role;

/// An office with one village, one programme, and a folder for files.
pub(crate) struct World {
    pub(crate) office: Office,
    pub(crate) actor: Actor,
    folder: tempfile::TempDir,
}

const VILLAGE: &str = "desa-6401052001";
const OTHER_VILLAGE: &str = "desa-6401052002";
pub(crate) const PROGRAMME: &str = "rentan-2022";

fn world(location: Location) -> World {
    world_of(Office::invented(location, Day::new(2022, 9, 20).expect("a day"), 7))
}

/// The same in an office that was opened for it.
pub(crate) fn world_of(office: Office) -> World {
    let actor = office.actor("operator", Operation::TakeIn).expect("the first user");
    for (code, digits) in [(VILLAGE, 6401052001), (OTHER_VILLAGE, 6401052002)] {
        let territory = RegionCode::from_digits(digits, 4);
        office.add_org(&actor, code, &format!("Desa {digits}"), territory).expect("an office");
    }
    let fund = office.add_fund(&actor, "apbd", FundKind::Apbd, Rupiah(100_000)).expect("a fund");
    let month = |text| Month::parse(text).expect("a month");
    let programme = Programme {
        id: office.environment.new_id(),
        code: PROGRAMME.into(),
        name: "Pekerja rentan".into(),
        territory: RegionCode::from_digits(6401, 2),
        fund: fund.id,
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
    office.add_programme(&actor, &programme).expect("a programme");
    World { office, actor, folder: tempfile::tempdir().expect("a folder") }
}

/// Runs a test on each engine.
pub(crate) fn both(test: impl Fn(&World)) {
    let embedded = FreshDirectory::new();
    test(&world(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&world(database.location()));
    }
}

/// An invented row: number, name, birth date, sex, village, work.
fn line(serial: u32, name: &str) -> String {
    format!("640105170862{serial:04},{name},17-08-1962,L,nelayan\n")
}

const HEADS: &str = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n";

impl World {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    pub(crate) fn upload(&self, name: &str, text: &str) -> Upload {
        Upload {
            path: self.file(name, text),
            file_name: name.to_owned(),
            programme: PROGRAMME.to_owned(),
            org: VILLAGE.to_owned(),
        }
    }

    pub(crate) fn stage(&self, name: &str, text: &str) -> Id<kind::Sheet> {
        match self.office.stage(&self.actor, &self.upload(name, text)).expect("is kept") {
            Uploaded::Staged(id) => id,
            other => panic!("{other:?}"),
        }
    }

    fn look(&self, id: Id<kind::Sheet>) -> std::sync::Arc<Examined> {
        match self.office.examine(&self.actor, id).expect("is readable") {
            Standing::Ready(examined) => examined,
            Standing::Working(job) => panic!("a small file needs no job: {job}"),
        }
    }

    fn saying(&self, id: Id<kind::Sheet>) -> Saying<'_> {
        let staged = self.office.staged(&self.actor, id).expect("is there");
        Saying { actor: &self.actor, sheet: id, revision: staged.stage.revision }
    }

    fn outcomes(&self, id: Id<kind::Sheet>) -> Vec<(Outcome, u64)> {
        let report = self.office.sheet_report(&self.actor, id).expect("is decided");
        report.outcomes.into_iter().filter(|(one, _)| *one != Outcome::NotAPerson).collect()
    }

    /// Somebody who sends for one village.
    fn clerk(&self, name: &str, digits: u64) -> Actor {
        self.office.add_account(&self.actor, name).expect("an account");
        let request = crate::grants::GrantRequest {
            user: name.into(),
            role: Role::VillageOperator,
            territory: Some(RegionCode::from_digits(digits, 4)),
            org: None,
            from: None,
            until: None,
        };
        self.office.grant_role(&self.actor, &request).expect("a role");
        self.office.actor(name, Operation::TakeIn).expect("an account with a role")
    }

    pub(crate) fn commit(&self, id: Id<kind::Sheet>) -> Result<(), AppError> {
        self.look(id);
        let revision = self.saying(id).revision;
        let committed = self.office.commit(&self.actor, id, revision)?;
        assert_eq!(committed, Committed::TakenIn);
        Ok(())
    }
}

fn code_of<T>(answer: Result<T, AppError>) -> String {
    answer.err().map(|error| error.code).unwrap_or_default()
}

#[test]
fn a_file_is_kept_looked_at_mended_and_taken_in() {
    both(|world| {
        let text = format!(
            "{HEADS}{}64010517086200,Siti Dua,17-08-1962,P,nelayan\n",
            line(1, "Budi Satu")
        );
        let id = world.stage("Data RT 6401051708620001.csv", &text);
        let office = &world.office;
        assert_eq!(office.people_count(), Ok(0), "nothing is decided");
        let seen = world.look(id);
        assert!(seen.is_sure());
        let counts = StageCounts { ready: 1, to_fix: 1, ..StageCounts::default() };
        assert_eq!(seen.counts(), counts);
        assert_eq!(world.saying(id).revision, 1);
        // The second row is mended; what was seen before is then old.
        let stale = world.saying(id);
        let mend = |text: &str| [((0, 3), Field::Nik, text.to_owned())];
        office.edit_cells(&stale, &mend("6401055708620002")).expect("mends");
        let again = office.edit_cells(&stale, &mend("6401055708620003"));
        assert_eq!(code_of(again), "SHEET_CHANGED");
        assert_eq!(code_of(office.commit(&world.actor, id, 1)), "SHEET_CHANGED");
        let seen = world.look(id);
        assert_eq!(seen.counts(), StageCounts { ready: 2, ..StageCounts::default() });
        let staged = office.staged(&world.actor, id).expect("is there");
        let weighed = office.consequence(&staged, &seen).expect("weighs");
        assert_eq!((weighed.new, weighed.joining, weighed.leaving.len()), (2, 0, 0));
        let money = weighed.money.expect("two cost something");
        // Two people, Rp16.800 a month each, three months.
        assert_eq!((money.people, money.monthly.0, money.committed.0), (2, 33_600, 100_800));
        assert_eq!((money.free.0, money.left.0), (100_000, -800));
        assert_eq!(money.rules.len(), 2);
        world.commit(id).expect("is taken in");
        assert_eq!(world.outcomes(id), [(Outcome::Accepted, 2)]);
        assert_eq!(office.people_count(), Ok(2));
        // Again is no change; the same bytes are the same file.
        assert_eq!(office.commit(&world.actor, id, 2).expect("is done"), Committed::TakenIn);
        let again = office.stage(&world.actor, &world.upload("lagi.csv", &text));
        assert_eq!(again, Ok(Uploaded::Known(id)));
        assert_eq!(code_of(office.edit_cells(&world.saying(id), &mend("x"))), "SHEET_DECIDED");
        let staged = office.staged(&world.actor, id).expect("is there");
        assert!(staged.stage.decided.is_some_and(|(by, _)| by == world.actor.id));
        // The source of a value: its cell, and who corrected it.
        let (_, source) = office.row_source(&world.actor, id, (0, 3)).expect("is there");
        let nik = &source.cells[0];
        assert_eq!((nik.field, nik.cell.as_str()), (Field::Nik, "A3"));
        assert_eq!(nik.corrected.as_ref().map(|(by, _)| &**by), Some("operator"));
        assert_eq!(source.outcome, Some(Outcome::Accepted));
        let person = source.person.expect("somebody");
        let rows = office.rows_of_person(&world.actor, person).expect("reads");
        assert_eq!(rows, [(id, (0, 3))]);
    });
}

#[test]
fn numbers_of_a_row_open_for_a_reason_and_a_while() {
    both(|world| {
        let (office, actor) = (&world.office, &world.actor);
        let id = world.stage("desa.csv", &format!("{HEADS}{}", line(1, "Budi Satu")));
        let staged = office.staged(actor, id).expect("is there");
        let opens = |place, asking| office.row_is_open(actor, &staged, place, asking);
        assert_eq!(opens((0, 2), None), Ok(false));
        let ask = |reason: &str| office.ask_to_look_at_row(actor, id, (0, 2), reason);
        assert_eq!(code_of(ask("x")), "REASON_MISSING");
        let asking = ask("Mencocokkan dengan KTP").expect("is asked");
        assert_eq!(opens((0, 2), Some(asking)), Ok(true));
        assert_eq!(opens((0, 3), Some(asking)), Ok(false), "another row stays covered");
        let other = Actor { id: office.environment.new_id(), ..actor.clone() };
        assert_eq!(office.row_is_open(&other, &staged, (0, 2), Some(asking)), Ok(false));
        office.environment.pass(6 * 60_000);
        assert_eq!(opens((0, 2), Some(asking)), Ok(false), "it is covered again");
        // A row that became somebody is that person: the asking stands in their history.
        world.commit(id).expect("is taken in");
        let asking = ask("Mencocokkan dengan kartu keluarga").expect("is asked");
        assert_eq!(opens((0, 2), Some(asking)), Ok(true));
        let (_, source) = office.row_source(actor, id, (0, 2)).expect("is there");
        let now = crate::people::AsOf { on: None, known_at: None };
        let person = source.person.expect("somebody");
        let looks = office.person(actor, person, now).expect("is there").looks;
        assert_eq!(looks.len(), 1);
        assert_eq!(looks[0].reason, "Mencocokkan dengan kartu keluarga");
    });
}

#[test]
fn a_command_honours_what_was_said_in_pages() {
    both(|world| {
        let text = format!("{HEADS}64010517086200,Siti Dua,17-08-1962,P,nelayan\n");
        let id = world.stage("desa.csv", &text);
        let nik = "6401055708620002".to_owned();
        world.office.edit_cells(&world.saying(id), &[((0, 2), Field::Nik, nik)]).expect("mends");
        world.office.resume(&world.actor, id).expect("resumes");
        assert_eq!(world.outcomes(id), [(Outcome::Accepted, 1)]);
    });
}

#[test]
fn columns_are_said_once_and_remembered_for_the_sender() {
    both(|world| {
        let heads = "Apa,Siapa,Kapan,Kelamin\n";
        let row = "6401051708620001,Budi Satu,17-08-1962,L\n";
        let id = world.stage("aneh.csv", &format!("{heads}{row}"));
        let seen = world.look(id);
        let fingerprint = seen.facts.tables[0].fingerprint;
        let fields = |third| {
            let fields = [Some(Field::Nik), Some(Field::Name), third, Some(Field::Sex)];
            vec![(fingerprint, (0..).zip(fields).collect::<Vec<_>>())]
        };
        type Said = [(u64, Vec<(u16, Option<Field>)>)];
        let say = |fields: &Said| world.office.say_columns(&world.saying(id), fields);
        assert_eq!(code_of(say(&fields(Some(Field::Nik)))), "COLUMN_TWICE");
        let nameless = vec![(fingerprint, vec![(0, Some(Field::Nik))])];
        assert_eq!(code_of(say(&nameless)), "COLUMN_MISSING");
        say(&fields(Some(Field::BirthDate))).expect("is said");
        assert!(world.look(id).is_sure());
        world.commit(id).expect("is taken in");
        // The next file of the same sender is sure from the beginning.
        let row = "6401051708620002,Budi Dua,17-08-1962,L\n";
        let next = world.stage("aneh2.csv", &format!("{heads}{row}"));
        let seen = world.look(next);
        assert!(seen.is_sure());
        assert!(is_remembered(seen.facts.tables[0].columns[0].basis));
    });
}

#[test]
fn many_rows_are_mended_at_once_and_warnings_accepted_for_a_reason() {
    both(|world| {
        let mut text = HEADS.to_owned();
        for serial in 1..=4 {
            // The sixth of May or the fifth of June: the number says the second.
            text += &format!("\"'640105050662{serial:04}'\",Budi {serial},06/05/1962,L,pengojek\n");
        }
        let id = world.stage("desa.csv", &text);
        let seen = world.look(id);
        assert!(seen.quoted_cells() >= 4, "{}", seen.quoted_cells());
        let office = &world.office;
        let fixed = office.fix_all(&world.saying(id), &seen, &BulkFix::StripQuotes);
        assert_eq!(fixed.map(|cells| cells >= 4), Ok(true));
        let seen = world.look(id);
        assert_eq!(seen.quoted_cells(), 0);
        let causes: Vec<_> = seen.cause_groups().into_iter().map(|one| one.code).collect();
        for code in causes {
            let accept = |reason: &str| BulkFix::Accept(code, reason.to_owned());
            let seen = world.look(id);
            let empty = office.fix_all(&world.saying(id), &seen, &accept(" "));
            assert_eq!(code_of(empty), "ANSWER_NEEDS_REASON", "{}", code.name());
            let done = office.fix_all(&world.saying(id), &seen, &accept("sudah dilihat"));
            assert_eq!(done, Ok(4), "{}", code.name());
        }
        let counts = world.look(id).counts();
        assert_eq!(counts, StageCounts { ready: 4, ..StageCounts::default() });
        // One word for all.
        let replace = BulkFix::Replace {
            field: Field::Occupation,
            typed: " PENGOJEK".to_owned(),
            with: "Nelayan".to_owned(),
        };
        assert_eq!(office.fix_all(&world.saying(id), &world.look(id), &replace), Ok(4));
    });
}

/// The numbers of people in a workbook.
fn numbers_in(book: Vec<u8>) -> Vec<String> {
    let options = documents::read::ReadOptions {
        file_name: "kembali.xlsx",
        limits: documents::read::Limits::standard(),
        only_sheet: None,
        mappings: &[],
    };
    let mut found = Vec::new();
    documents::read::read(std::io::Cursor::new(book), &options, &mut |event| {
        if let documents::read::Event::Row(row) = event {
            let nik = row.value(Field::Nik).map(|value| value.cell.text.to_string());
            found.extend(nik);
        }
    })
    .expect("readable");
    found
}

#[test]
fn two_who_look_like_one_are_told_apart_or_made_one() {
    both(|world| {
        let twin = |serial: u32| {
            format!("640105170862{serial:04},Budi Kembar,17-08-1962,L,nelayan,Aminah\n")
        };
        let heads = HEADS.replace('\n', ",Nama Ibu\n");
        let text = format!("{heads}{}{}", twin(1), twin(2));
        let id = world.stage("kembar.csv", &text);
        let office = &world.office;
        let seen = world.look(id);
        assert_eq!(seen.counts().to_fix, 2);
        let twins = seen.pairs();
        assert_eq!(twins.len(), 2);
        assert_eq!(twins[0].right.row, Some((0, 3)));
        let apart = office.say_different(&world.saying(id), &seen, (0, 2), "dua orang");
        apart.expect("is said");
        world.commit(id).expect("is taken in");
        assert_eq!(world.outcomes(id), [(Outcome::Accepted, 2)]);
        // Next month both come again, and nobody asks again.
        let text = format!("{heads}{}{}\n", twin(1), twin(2));
        let next = world.stage("kembar2.csv", &text);
        assert_eq!(world.look(next).counts().repeated, 2);
        // A third, mistyped, is the first: the row takes the number of the register.
        let third = world.stage("kembar3.csv", &format!("{heads}{}", twin(3)));
        let seen = world.look(third);
        assert_eq!(seen.counts().to_fix, 1);
        assert!(seen.pairs()[0].right.person.is_some());
        office.say_same(&world.saying(third), &seen, (0, 2), false).expect("is said");
        assert_eq!(world.look(third).counts().repeated, 1);
        // The number that the register knows does not go back with the file, before or after.
        let known = seen.pairs()[0].right.values[0].1.clone();
        assert_ne!(known, "6401051708620003", "another number than the sender wrote");
        let back = |book| numbers_in(book) == ["6401051708620003"];
        let words = crate::words::Words::of(crate::words::Language::Indonesian);
        assert!(back(office.return_staged(&world.actor, third, words).expect("is made")));
        world.commit(third).expect("is taken in");
        assert!(back(office.return_sheet(&world.actor, third, words).expect("is made")));
        let staged = office.staged(&world.actor, third).expect("there");
        let (_, source) = office.row_source(&world.actor, staged.sheet.id, (0, 2)).expect("kept");
        assert!(source.cells.iter().all(|cell| !cell.value.contains(&known)), "{source:?}");
    });
}

/// What was said of two rows is the word on their pair, with who said it and why; it is taken back
/// where every word on a pair is, and then asked anew.
#[test]
fn two_told_apart_in_a_file_are_a_pair_of_the_court() {
    use domain::duplicates::{PairState, PairVerdict};
    both(|world| {
        let office = &world.office;
        let twin = |serial: u32| {
            format!("640105170862{serial:04},Budi Kembar,17-08-1962,L,nelayan,Aminah\n")
        };
        let heads = HEADS.replace('\n', ",Nama Ibu\n");
        let id = world.stage("kembar.csv", &format!("{heads}{}{}", twin(1), twin(2)));
        let seen = world.look(id);
        let said = office.say_different(&world.saying(id), &seen, (0, 2), "dua saudara");
        said.expect("is said");
        world.commit(id).expect("is taken in");
        let pairs = |state| office.duplicates(&world.actor, state, None, 9).expect("lists");
        let pair = pairs(PairState::Different).pop().expect("a pair");
        let file = office.duplicate(&world.actor, pair.id, [None, None]).expect("is shown");
        let words: Vec<_> = file.said.iter().map(|one| (one.verdict, &*one.reason)).collect();
        assert_eq!(words, [(PairVerdict::Different, "dua saudara")]);
        assert_eq!(&*file.said[0].by, &*world.actor.name);
        // The next search compares them, and asks nobody.
        assert!(pair.reasons.is_empty());
        let searched = office.find_duplicates(&world.actor, true).expect("searches");
        assert_eq!((searched.new, searched.changed), (0, 1));
        assert!(!pairs(PairState::Different)[0].reasons.is_empty());
        let searched = office.find_duplicates(&world.actor, true).expect("searches");
        assert_eq!((searched.new, searched.changed), (0, 0));
        // A third who looks like both is another pair each time: the row waits for an answer.
        let third = world.stage("kembar3.csv", &format!("{heads}{}{}", twin(1), twin(3)));
        assert_eq!(world.look(third).counts().to_fix, 2);
        let undo = crate::duplicates::Judgement {
            pair: pair.id,
            revision: None,
            verdict: PairVerdict::Undo,
            keep: None,
            reason: "ternyata satu orang",
        };
        assert_eq!(office.judge_pair(&world.actor, &undo), Ok(PairState::Open));
        let again = world.stage("kembar2.csv", &format!("{heads}{}{}\n", twin(2), twin(1)));
        assert_eq!(world.look(again).counts().to_fix, 2, "asked anew");
    });
}

#[test]
fn somebody_of_the_register_is_shown_to_whoever_may_see_them() {
    both(|world| {
        let office = &world.office;
        let heads = HEADS.replace('\n', ",Nama Ibu\n");
        let known = "6401051708620001,Budi Rahasia,17-08-1962,L,nelayan,Aminah\n";
        let id = world.stage("lama.csv", &format!("{heads}{known}"));
        world.commit(id).expect("is taken in");
        let own = world.clerk("desa-sini", 6401052001);
        let other = world.clerk("desa-sana", 6401052002);
        // Both guess: the number of somebody known under a false name, and a false number under
        // the name and birth date of somebody known.
        let guesses = "6401051708620001,Orang Palsu,17-08-1962,L,nelayan,\n\
            6401051708620077,Budi Rahasia,17-08-1962,L,nelayan,\n";
        for (clerk, org, file) in
            [(&other, OTHER_VILLAGE, "tebak.csv"), (&own, VILLAGE, "tanya.csv")]
        {
            let upload = Upload {
                org: org.to_owned(),
                ..world.upload(file, &format!("{heads}{guesses}{file}\n"))
            };
            let Uploaded::Staged(id) = office.stage(clerk, &upload).expect("is kept") else {
                panic!("the file is new");
            };
            let Standing::Ready(seen) = office.examine(clerk, id).expect("is readable") else {
                panic!("a small file needs no job");
            };
            let staged = office.staged(clerk, id).expect("is theirs");
            let twins = office.twins(clerk, &staged, &seen, None).expect("is shown");
            // A name and a birth date alone are nobody's in another village.
            let asked = if org == OTHER_VILLAGE { 1 } else { 2 };
            assert_eq!(twins.len(), asked, "{twins:?}");
            let says = |twins: &Twins, text: &str| {
                twins.right.values.iter().any(|(_, value)| value.contains(text))
            };
            for twins in &twins {
                for secret in ["Rahasia", "RAHASIA", "1962-08-17", "Aminah", "AMINAH"] {
                    assert!(!says(twins, secret), "{file} {secret}: {twins:?}");
                }
            }
            let saying = |row| {
                let revision = staged.stage.revision;
                let saying = Saying { actor: clerk, sheet: id, revision };
                office.say_same(&saying, &seen, (0, row), false)
            };
            if org == OTHER_VILLAGE {
                for twins in &twins {
                    assert_eq!(twins.right.sight, SideSight::OutOfReach);
                    assert!(twins.right.values.is_empty() && twins.right.person.is_none());
                    assert_eq!((twins.alike, twins.differing.len()), ((0, 0), 0));
                }
                assert!(saying(3).is_err(), "nobody's number is had for the asking");
                continue;
            }
            let person = twins[0].right.person.expect("somebody of the register");
            assert!(twins.iter().all(|one| one.right.sight == SideSight::Masked));
            assert!(says(&twins[0], "640105********01"), "the number that was typed");
            assert!(!says(&twins[1], "640105"), "no digit of one that was not");
            let asking = office.ask_to_look(clerk, person, "dicocokkan dengan KTP").expect("kept");
            let twins = office.twins(clerk, &staged, &seen, Some(asking)).expect("is shown");
            assert!(twins.iter().all(|one| one.right.sight == SideSight::Whole));
            assert!(says(&twins[0], "1962-08-17"), "{twins:?}");
        }
    });
}

#[test]
fn a_village_sees_and_sends_for_itself_alone() {
    both(|world| {
        let id = world.stage("desa.csv", &format!("{HEADS}{}", line(1, "Budi Satu")));
        let office = &world.office;
        let grant = |digits| {
            let first = Day::new(2022, 1, 1).expect("a day");
            let territory = RegionCode::from_digits(digits, 4);
            domain::access::Grant::of(Role::VillageOperator, territory, first)
        };
        let here = Actor { grants: vec![grant(6401052001)], ..world.actor.clone() };
        let there = Actor { grants: vec![grant(6401052002)], ..world.actor.clone() };
        assert!(office.staged(&here, id).is_ok());
        assert_eq!(office.staged_files(&here).map(|files| files.len()), Ok(1));
        assert_eq!(code_of(office.staged(&there, id)), "SHEET_UNKNOWN");
        assert_eq!(office.staged_files(&there).map(|files| files.len()), Ok(0));
        let codes = |actor| {
            let orgs = office.orgs_to_send_for(actor).expect("reads");
            orgs.into_iter().map(|org| org.code.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(codes(&there), [OTHER_VILLAGE]);
        let upload = world.upload("desa2.csv", &format!("{HEADS}{}", line(2, "Budi Dua")));
        assert_eq!(code_of(office.stage(&there, &upload)), "USER_MAY_NOT");
        let same = world.upload("desa3.csv", &format!("{HEADS}{}", line(1, "Budi Satu")));
        let same = Upload { org: OTHER_VILLAGE.to_owned(), ..same };
        assert_eq!(code_of(office.stage(&there, &same)), "FILE_OF_ANOTHER");
        let saying = Saying { actor: &there, sheet: id, revision: 1 };
        assert_eq!(code_of(office.leave_tables_out(&saying, vec![0])), "SHEET_UNKNOWN");
        assert_eq!(code_of(office.commit(&there, id, 1)), "SHEET_UNKNOWN");
        assert_eq!(code_of(office.undo(&there, id)), "SHEET_UNKNOWN");
        // Telling people apart is for a verifier.
        let saying = Saying { actor: &here, sheet: id, revision: 1 };
        let twin = ProblemCode::SamePersonOtherNik;
        let said = office.answer_rows(&saying, &[(0, 2)], twin, (Answer::Settled, "dua orang"));
        assert_eq!(code_of(said), "USER_MAY_NOT");
    });
}

#[test]
fn a_large_file_is_work_for_a_job_that_can_be_stopped() {
    both(|world| {
        let mut text = HEADS.to_owned();
        for serial in 1..=ROWS_AT_ONCE as u32 + 1 {
            // Everybody was born on another day.
            let (day, month, year) = (serial % 28 + 1, serial / 28 % 12 + 1, 60 + serial / 336);
            text += &format!("640105{day:02}{month:02}{year}0001,Budi Contoh,");
            text += &format!("{day:02}-{month:02}-19{year},L,nelayan\n");
        }
        let id = world.stage("besar.csv", &text);
        let office = &world.office;
        let Standing::Working(job) = office.examine(&world.actor, id).expect("asks") else {
            panic!("a large file needs a job");
        };
        let crew = Crew::new(office);
        assert_eq!(office.work_once(&crew), Ok(true));
        assert_eq!(office.job(&world.actor, job).expect("is there").state, JobState::Done);
        let seen = world.look(id);
        assert_eq!(seen.counts().ready, ROWS_AT_ONCE + 1);
        let ask = || match office.commit(&world.actor, id, 1).expect("asks") {
            Committed::Asked(job) => job,
            other => panic!("a large file needs a job: {other:?}"),
        };
        let decide = ask();
        assert_eq!(ask().id, decide.id, "pressed twice is asked once");
        office.cancel_job(&world.actor, decide.id).expect("stops");
        assert_eq!(office.work_once(&crew), Ok(false));
        assert_eq!(office.people_count(), Ok(0));
        assert_eq!(office.job(&world.actor, decide.id).expect("there").state, JobState::Cancelled);
        let again = office.retry_job(&world.actor, decide.id).expect("asks again");
        assert_ne!(again.id, decide.id);
        assert_eq!(office.work_once(&crew), Ok(true));
        let done = office.job(&world.actor, again.id).expect("is there");
        assert_eq!((done.state, &*done.code), (JobState::Done, ""));
        assert_eq!(office.people_count(), Ok(ROWS_AT_ONCE + 1));
        let stranger = Actor {
            id: office.environment.new_id(),
            grants: vec![domain::access::Grant::of(
                Role::VillageOperator,
                RegionCode::from_digits(6401052001, 4),
                Day::new(2022, 1, 1).expect("a day"),
            )],
            ..world.actor.clone()
        };
        assert_eq!(code_of(office.job(&stranger, again.id)), "JOB_UNKNOWN");
    });
}

/// A number as letters, so that names stay names.
fn letters(mut number: u32) -> String {
    let mut text = String::new();
    while number > 0 {
        text.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    text
}

#[test]
fn a_register_that_moved_on_is_weighed_again() {
    both(|world| {
        let one = world.stage("satu.csv", &format!("{HEADS}{}", line(1, "Budi Satu")));
        let two = world.stage("dua.csv", &format!("{HEADS}{}\n", line(1, "Budi Satu")));
        world.look(one);
        world.look(two);
        world.commit(one).expect("is taken in");
        // The second was weighed as one new person, and would be none now.
        let late = world.office.commit(&world.actor, two, 1);
        assert_eq!(code_of(late), "FIGURES_CHANGED");
        assert_eq!(world.look(two).counts().repeated, 1);
        world.commit(two).expect("is taken in");
        // Taken back, and sent again, it waits anew.
        world.office.undo(&world.actor, one).expect("is taken back");
        let text = format!("{HEADS}{}", line(1, "Budi Satu"));
        let again = world.office.stage(&world.actor, &world.upload("satu.csv", &text));
        assert_eq!(again, Ok(Uploaded::Known(one)));
        assert_eq!(world.look(one).counts().ready, 1);
    });
}

#[test]
fn uploads_have_limits_and_refusals_their_sentence() {
    both(|world| {
        let office = &world.office;
        let refused = office.stage(&world.actor, &world.upload("kosong.csv", ""));
        let empty = FileRefusal { code: "EMPTY".to_owned(), detail: String::new() };
        assert_eq!(refused, Ok(Uploaded::Refused(empty)));
        for number in 1..UPLOADS_PER_HOUR as u32 {
            let name = format!("Budi {}", letters(number));
            world.stage(&format!("{number}.csv"), &format!("{HEADS}{}", line(number, &name)));
        }
        let late = world.upload("lagi.csv", &format!("{HEADS}{}", line(99, "Budi Akhir")));
        assert_eq!(code_of(office.stage(&world.actor, &late)), "UPLOADS_TOO_MANY");
    });
}

#[test]
fn a_table_left_out_brings_nobody() {
    both(|world| {
        let text = format!("{HEADS}{}{}", line(1, "Budi Satu"), line(2, "Budi Dua"));
        let id = world.stage("desa.csv", &text);
        world.office.leave_tables_out(&world.saying(id), vec![0]).expect("is said");
        assert_eq!(world.look(id).counts(), StageCounts::default());
        let all = world.look(id).changes.decisions.len();
        world.office.leave_tables_out(&world.saying(id), Vec::new()).expect("is said");
        assert_eq!(world.look(id).changes.decisions.len(), all, "every row is accounted for");
        assert_eq!(world.look(id).counts().ready, 2);
        // The key of a row is the file's, whatever was said.
        assert!(RowKey::new(id, 0, 2).is_of(id));
    });
}

#[test]
fn two_who_read_one_file_at_once_have_a_folder_each() {
    let one = Scratch::new("daftar.csv", b"satu").expect("is written");
    let two = Scratch::new("daftar.csv", b"dua").expect("is written");
    assert_eq!(std::fs::read(two.path()).expect("is there"), b"dua");
    drop(two);
    assert_eq!(std::fs::read(one.path()).expect("is there"), b"satu");
}
