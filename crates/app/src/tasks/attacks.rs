//! Attempts to get past four eyes, each scripted: none may bring about a membership or a role.
//!
//! Everybody here is invented.

use base::id::kind;
use base::{Day, Id, RegionCode, Rupiah};
use domain::access::Grant;
use domain::occupation::OccupationKey;
use domain::programme::{Programme, Terms};
use domain::task::{Task, TaskKind};
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url, tamper, tampering};

use super::{APPROVAL_BANDS, Forward, IMPORT_LIMITS, State, Verdict};
use crate::error::AppError;
use crate::grants::GrantRequest;
use crate::intake::{Receipt, Received};
use crate::office::{Actor, Location, Office, Operation, Role};

const CODE: &str = "coba";
const REASON: &str = "Korban kecelakaan tidak sadar di rumah sakit";

/// An office with accounts of every sort and, at each turn, a fresh list put forward by `ani`.
struct Scene {
    office: Office,
    /// The database as its owner's tools reach it.
    backdoor: Location,
    folder: tempfile::TempDir,
    people: std::cell::Cell<u32>,
}

/// What an attack is about: the task of a list, and the hash of what was put forward.
#[derive(Clone, Copy)]
struct Target {
    task: Id<Task>,
    hash: [u8; 32],
}

type Attack = fn(&Scene, Target) -> Result<(), AppError>;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn region() -> RegionCode {
    RegionCode::from_digits(6401, 2)
}

fn open(location: Location) -> Office {
    Office::invented(location, day("2022-10-03"), 4)
}

/// Runs a test in a fresh office on each engine.
fn on_both(test: impl Fn(Scene)) {
    let scene = |office, backdoor| {
        let folder = tempfile::tempdir().expect("a folder");
        Scene { office, backdoor, folder, people: std::cell::Cell::new(0) }.furnished()
    };
    let embedded = FreshDirectory::new();
    test(scene(open(embedded.location()), embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(scene(open(database.location()), database.superuser()));
    }
}

impl Scene {
    fn furnished(self) -> Scene {
        let keeper = self.keeper();
        for (name, role) in [
            ("ani", Role::Officer),
            ("budi", Role::Approver),
            ("bayu", Role::Approver),
            ("citra", Role::Treasurer),
            ("dedi", Role::Verifier),
            ("lala", Role::Auditor),
            ("desa", Role::VillageOperator),
            ("admin", Role::Administrator),
            ("admin-dua", Role::Administrator),
        ] {
            self.office.add_user(&keeper, name, role).expect("added");
        }
        let fund = self.office.add_fund(&keeper, "dana", FundKind::ApbdP, Rupiah(900_000_000));
        let first = base::Month::parse("2022-10").expect("a month");
        let programme = Programme {
            id: self.office.environment.new_id(),
            code: CODE.into(),
            name: "Percobaan".into(),
            territory: region(),
            fund: fund.expect("a fund").id,
            schemes: Schemes::JKK_JKM,
            first,
            last: first.plus(2),
            occupations: vec![OccupationKey("nelayan".into())],
            default_occupation: None,
            income: Rupiah::ZERO,
            refuse_insured: true,
            target: None,
            terms: Terms::default(),
        };
        self.office.add_programme(&keeper, &programme).expect("a programme");
        let village = RegionCode::parse("64.01.01.2001").expect("a village");
        self.office.add_org(&keeper, "desa", "Desa Rekaan", village).expect("an office");
        self
    }

    fn keeper(&self) -> Actor {
        self.office.actor("operator", Operation::ManageUsers).expect("the first user")
    }

    /// Somebody by name, whatever they may.
    fn who(&self, name: &str) -> Actor {
        self.office.actor(name, Operation::OwnDesk).expect("an account with a role")
    }

    fn set_bands(&self, bands: &str) {
        self.set_eyes(APPROVAL_BANDS, bands);
    }

    /// A setting that two change, changed by two.
    fn set_eyes(&self, name: &str, text: &str) {
        let task = self.office.change_eyes(&self.keeper(), name, text).expect("put forward");
        if let Some(task) = task {
            let yes = Verdict::Approve(task.hash);
            self.office.decide_task(&self.who("budi"), task.id, &yes).expect("approved");
        }
    }

    /// A list of people nobody knows yet.
    fn fresh_file(&self, people: u32) -> Received {
        let first = self.people.get() + 1;
        let path = self.folder.path().join(format!("daftar-{first}.csv"));
        let mut text = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan,No HP\n".to_owned();
        for number in first..first + people {
            let letters: String =
                format!("{number:03}").bytes().map(|digit| char::from(digit + 49)).collect();
            let (day, month) = (number % 28 + 1, number / 28 + 1);
            text += &format!(
                "640101{day:02}{month:02}62{number:04},REKA{letters} PERCOBAAN,Paser,\
                 {day:02}-{month:02}-1962,L,RT 1,nelayan,\n"
            );
            self.people.set(number);
        }
        std::fs::write(&path, text).expect("a file");
        Received {
            path,
            programme: CODE.to_owned(),
            org: "desa".to_owned(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        }
    }

    /// Takes one more person in and has `maker` put them forward.
    fn fresh_list_of(&self, maker: &str) -> Target {
        let operator = self.who("operator");
        let receipt = self.office.receive(&operator, &self.fresh_file(1)).expect("taken in");
        assert!(matches!(receipt, Receipt::Decided(_)), "one row is no large import");
        let forward = self.office.propose(&self.who(maker), CODE).expect("put forward");
        assert!(forward.is_new, "somebody new is accepted");
        let (id, hash) = (forward.proposal.id, forward.proposal.list_hash);
        Target { task: Id::from_bytes(*id.as_bytes()), hash }
    }

    fn fresh_list(&self) -> Target {
        self.fresh_list_of("ani")
    }

    /// People on approved lists: what an attack would add to.
    fn members(&self) -> usize {
        let programme = self.office.programme(CODE).expect("there");
        self.office
            .store
            .read(|tx| store::memberships::of_programme(tx, programme.id))
            .expect("read")
            .len()
    }

    fn roles(&self) -> usize {
        self.office.store.read(store::access::grants).expect("read").len()
    }

    fn approve(&self, by: &Actor, target: Target) -> Result<(), AppError> {
        let verdict = Verdict::Approve(target.hash);
        self.office.decide_task(by, target.task, &verdict).map(|_| ())
    }

    fn approve_as(&self, name: &str, target: Target) -> Result<(), AppError> {
        self.approve(&self.who(name), target)
    }

    fn give(&self, request: &GrantRequest) -> Result<(), AppError> {
        self.office.grant_role(&self.keeper(), request)
    }

    fn end_roles(&self, name: &str) {
        let users = self.office.users(&self.keeper()).expect("listed");
        let user = users.iter().find(|user| &*user.user.name == name).expect("there");
        for held in &user.grants {
            self.office.end_grant(&self.keeper(), held.id).expect("ended");
        }
    }

    fn sql(&self, text: &'static str) {
        // Where a constraint refuses, nothing is changed either.
        let _ = tamper(&self.backdoor, text);
    }
}

fn ask(user: &str, role: Role) -> GrantRequest {
    GrantRequest { user: user.into(), role, territory: None, org: None, from: None, until: None }
}

fn week(user: &str, role: Role) -> GrantRequest {
    GrantRequest { until: Some(day("2022-10-09")), ..ask(user, role) }
}

/// Somebody who says of himself that he holds everything.
fn forged(actor: Actor) -> Actor {
    let grants = Role::ALL.iter().map(|role| Grant::of(*role, region(), day("2022-01-01")));
    Actor { grants: grants.collect(), ..actor }
}

fn without_roles(scene: &Scene, name: &str, role: Role) -> Actor {
    scene.office.add_user(&scene.keeper(), name, role).expect("added");
    let actor = scene.who(name);
    scene.end_roles(name);
    actor
}

/// Attempts by people who must not decide on this list.
const BY_THE_WRONG_PEOPLE: &[(&str, Attack)] = &[
    ("the maker approves", |s, t| s.approve_as("ani", t)),
    ("the maker approves by the programme's name", |s, t| {
        s.office.approve(&s.who("ani"), CODE, Some(t.hash)).map(|_| ())
    }),
    ("the maker returns and keeps the list alive", |s, t| {
        s.office.decide_task(&s.who("ani"), t.task, &Verdict::Return("ulang".into())).map(|_| ())
    }),
    ("the operator approves", |s, t| s.approve_as("operator", t)),
    ("the administrator approves", |s, t| s.approve_as("admin", t)),
    ("the treasurer approves", |s, t| s.approve_as("citra", t)),
    ("the verifier approves", |s, t| s.approve_as("dedi", t)),
    ("the auditor approves", |s, t| s.approve_as("lala", t)),
    ("the village approves", |s, t| s.approve_as("desa", t)),
    ("the maker says he holds every role", |s, t| s.approve(&forged(s.who("ani")), t)),
    ("somebody says he holds every role", |s, t| s.approve(&forged(s.who("citra")), t)),
    ("somebody unknown says he is an approver", |s, t| {
        let stranger = Actor { id: Id::from_bytes([9; 16]), ..s.who("budi") };
        s.approve(&stranger, t)
    }),
    ("somebody whose roles have ended approves", |s, t| {
        let gone = without_roles(s, "pensiun", Role::Approver);
        s.approve(&gone, t)
    }),
    ("a checker who was shut out a moment ago approves", |s, t| {
        s.office.add_user(&s.keeper(), "tutup", Role::Approver)?;
        let before = s.who("tutup");
        s.office.suspend_user(&s.keeper(), "tutup", true)?;
        s.approve(&before, t)
    }),
    ("a role that begins tomorrow", |s, t| {
        let actor = without_roles(s, "besok", Role::Verifier);
        s.give(&GrantRequest { from: Some(day("2022-10-04")), ..ask("besok", Role::Approver) })?;
        s.approve(&actor, t)
    }),
    ("a role that ended yesterday", |s, t| {
        let actor = without_roles(s, "kemarin", Role::Verifier);
        let (from, until) = (Some(day("2022-09-01")), Some(day("2022-10-02")));
        s.give(&GrantRequest { from, until, ..ask("kemarin", Role::Approver) })?;
        s.approve(&actor, t)
    }),
    ("the maker breaks the glass", |s, t| {
        s.office.break_glass(&s.who("ani"), REASON, 1)?;
        s.approve_as("ani", t)
    }),
    ("somebody else breaks the glass", |s, t| {
        s.office.break_glass(&s.who("desa"), REASON, 8)?;
        s.approve_as("desa", t)
    }),
];

/// Attempts to become somebody who may.
const BY_ANOTHER_ROLE: &[(&str, Attack)] = &[
    ("the maker is made an approver beside", |s, t| {
        let refused = s.give(&ask("ani", Role::Approver));
        assert_eq!(refused.map_err(|error| error.code), Err("ROLES_INCOMPATIBLE".to_owned()));
        s.approve_as("ani", t)
    }),
    ("an officer makes himself an approver", |s, t| {
        s.office.grant_role(&s.who("ani"), &ask("ani", Role::Approver))?;
        s.approve_as("ani", t)
    }),
    ("an officer makes a second account for himself", |s, t| {
        s.office.add_user(&s.who("ani"), "ani-dua", Role::Approver)?;
        s.approve_as("ani-dua", t)
    }),
    ("a second account under the same name", |s, t| {
        s.office.add_user(&s.keeper(), "ani", Role::Approver)?;
        s.approve_as("ani", t)
    }),
    ("a second account under a name that reads the same", |s, t| {
        s.office.add_user(&s.keeper(), "\u{430}ni", Role::Approver)?;
        s.approve_as("\u{430}ni", t)
    }),
    ("an approver lends his role to the maker", |s, t| {
        s.office.lend_role(&s.who("budi"), &week("ani", Role::Approver))?;
        s.approve_as("ani", t)
    }),
    ("an approver lends his role to himself", |s, t| {
        s.office.lend_role(&s.who("budi"), &week("budi", Role::Approver))?;
        s.approve_as("ani", t)
    }),
    ("a role that the lender does not hold", |s, t| {
        let actor = without_roles(s, "pinjam-a", Role::Agent);
        s.office.lend_role(&s.who("ani"), &week("pinjam-a", Role::Approver))?;
        s.approve(&actor, t)
    }),
    ("a lent role is lent on", |s, t| {
        let actor = without_roles(s, "pinjam-b", Role::Agent);
        s.office.add_user(&s.keeper(), "wakil", Role::Agent)?;
        s.office.lend_role(&s.who("budi"), &week("wakil", Role::Approver))?;
        s.office.lend_role(&s.who("wakil"), &week("pinjam-b", Role::Approver))?;
        s.approve(&actor, t)
    }),
    ("a lent role outlives its lender's account", |s, t| {
        s.office.add_user(&s.keeper(), "pemberi-a", Role::Approver)?;
        let actor = without_roles(s, "pinjam-c", Role::Agent);
        s.office.lend_role(&s.who("pemberi-a"), &week("pinjam-c", Role::Approver))?;
        s.office.suspend_user(&s.keeper(), "pemberi-a", true)?;
        s.approve(&actor, t)
    }),
    ("a lent role outlives its lender's role", |s, t| {
        s.office.add_user(&s.keeper(), "pemberi-b", Role::Approver)?;
        let actor = without_roles(s, "pinjam-d", Role::Agent);
        s.office.lend_role(&s.who("pemberi-b"), &week("pinjam-d", Role::Approver))?;
        s.end_roles("pemberi-b");
        s.approve(&actor, t)
    }),
    ("the maker changes roles between making and approving", |s, _| {
        s.office.add_user(&s.keeper(), "ganti", Role::Officer)?;
        let own = s.fresh_list_of("ganti");
        s.end_roles("ganti");
        s.give(&ask("ganti", Role::Approver))?;
        s.approve_as("ganti", own)
    }),
    ("the maker becomes an approver and lends it on", |s, _| {
        s.office.add_user(&s.keeper(), "pembuat", Role::Officer)?;
        let own = s.fresh_list_of("pembuat");
        s.end_roles("pembuat");
        s.give(&ask("pembuat", Role::Approver))?;
        let actor = without_roles(s, "tangan", Role::Agent);
        s.office.lend_role(&s.who("pembuat"), &week("tangan", Role::Approver))?;
        s.approve(&actor, own)
    }),
    ("an officer lowers how many must approve", |s, _| {
        s.office.change_eyes(&s.who("ani"), APPROVAL_BANDS, "0:1").map(|_| ())
    }),
];

/// Attempts with the wrong thing, at the wrong time, or once too often.
const BY_THE_WRONG_THING: &[(&str, Attack)] = &[
    ("another hash", |s, t| s.approve_as("budi", Target { hash: [7; 32], ..t })),
    ("the hash of an older list", |s, t| {
        let newer = s.fresh_list();
        s.approve_as("budi", Target { hash: t.hash, ..newer })
    }),
    ("no task of this number", |s, t| {
        s.approve_as("budi", Target { task: Id::from_bytes([3; 16]), ..t })
    }),
    ("approved after it was returned", |s, t| {
        let back = Verdict::Return("kurang bukti".into());
        s.office.decide_task(&s.who("bayu"), t.task, &back)?;
        s.approve_as("budi", t)
    }),
    ("returned without a reason and then approved wrongly", |s, t| {
        let empty = Verdict::Return("  ".into());
        s.office.decide_task(&s.who("budi"), t.task, &empty)?;
        s.approve_as("ani", t)
    }),
    ("approved after its time ran out", |s, t| {
        s.sql(tampering::TASKS_OVERDUE);
        s.approve_as("budi", t)
    }),
    ("one approver twice where two are needed", |s, _| {
        s.set_bands("0:2");
        let own = s.fresh_list();
        s.approve_as("budi", own)?;
        s.approve_as("budi", own)
    }),
    ("the maker as the second of two", |s, _| {
        s.set_bands("0:2");
        let own = s.fresh_list();
        s.approve_as("budi", own)?;
        s.approve_as("ani", own)
    }),
    ("the second of two by a loan of the first", |s, _| {
        s.set_bands("0:2");
        let own = s.fresh_list();
        let actor = without_roles(s, "tangan-dua", Role::Agent);
        s.office.lend_role(&s.who("budi"), &week("tangan-dua", Role::Approver))?;
        s.approve_as("budi", own)?;
        s.approve(&actor, own)
    }),
    ("one approval where two were needed when it was put forward", |s, _| {
        s.set_bands("0:2");
        let own = s.fresh_list();
        s.set_bands("0:1");
        s.approve_as("budi", own)
    }),
    ("one approval where two are needed since", |s, t| {
        s.set_bands("0:2");
        s.approve_as("budi", t)
    }),
];

/// Attempts with the database's own tools.
const BY_SQL: &[(&str, Attack)] = &[
    ("an amount on the list changed", |s, t| {
        s.sql(tampering::LINES_DEARER);
        s.approve_as("budi", t)
    }),
    ("a line taken from the list", |s, t| {
        s.sql(tampering::LINES_GONE);
        s.approve_as("budi", t)
    }),
    ("the sum of the list changed", |s, t| {
        s.sql(tampering::LIST_DEARER);
        s.sql(tampering::TASKS_DEARER);
        s.approve_as("budi", t)
    }),
    ("the hash of the task changed to the one sent", |s, t| {
        s.sql(tampering::TASKS_OF_ANOTHER_HASH);
        s.approve_as("budi", Target { hash: [1; 32], ..t })
    }),
    ("the effect made small to need fewer approvals", |s, _| {
        s.set_bands("0:1,2:2");
        let own = s.fresh_list();
        s.sql(tampering::TASKS_SMALL);
        s.approve_as("budi", own)
    }),
    ("the number of approvals changed", |s, _| {
        s.set_bands("0:2");
        let own = s.fresh_list();
        s.sql(tampering::TASKS_OF_ONE_APPROVER);
        s.approve_as("budi", own)
    }),
    ("the task given another maker", |s, _| {
        s.office.add_user(&s.keeper(), "alih", Role::Officer)?;
        let own = s.fresh_list_of("alih");
        s.end_roles("alih");
        s.give(&ask("alih", Role::Approver))?;
        s.sql(tampering::TASKS_OF_ANOTHER_MAKER);
        s.approve_as("alih", own)
    }),
    ("the maker's own approval written in", |s, t| {
        s.sql(tampering::VERDICTS_OF_MAKERS);
        s.approve_as("ani", t)
    }),
    ("an approval written in under another maker's name", |s, t| {
        s.sql(tampering::VERDICTS_OF_MAKERS_RENAMED);
        s.approve_as("ani", t)
    }),
    ("the task marked as approved", |s, t| {
        s.sql(tampering::TASKS_APPROVED);
        s.approve_as("ani", t)
    }),
    ("the list marked as approved", |s, t| {
        s.sql(tampering::LISTS_APPROVED);
        s.approve_as("ani", t)
    }),
];

#[test]
fn no_attempt_gets_past_four_eyes() {
    on_both(|scene| {
        let (mut tried, members) = (0, scene.members());
        for attacks in [BY_THE_WRONG_PEOPLE, BY_ANOTHER_ROLE, BY_THE_WRONG_THING, BY_SQL] {
            for (name, attack) in attacks {
                scene.set_bands("0:1");
                let target = scene.fresh_list();
                let answer = attack(&scene, target);
                assert_eq!(scene.members(), members, "{name}: {answer:?}");
                tried += 1;
                // What was tried on is cleared away, so that the next one begins anew.
                scene.sql(tampering::TASKS_CLEARED);
            }
        }
        assert!(tried >= 40, "{tried}");
        // The same office lets the right people do it, once.
        let target = scene.fresh_list();
        scene.approve_as("budi", target).expect("another person");
        // Everybody of the lists that were tried in vain stands on this one.
        let approved = scene.members();
        assert!(approved > members, "{approved}");
        scene.approve_as("budi", target).expect("a repeat is no change");
        assert_eq!(scene.members(), approved);
    });
}

#[test]
fn a_role_put_forward_is_given_by_a_third_person() {
    on_both(|scene| {
        let office = &scene.office;
        let admin = scene.who("admin");
        let before = scene.roles();
        let task = office.propose_grant(&admin, &ask("admin-dua", Role::Officer)).expect("put");
        let task = task.expect("others could decide");
        let hash = office.task(&admin, task).expect("shown").record.task.hash;
        let target = Target { task, hash };
        let attempt = |by: &Actor, expect: &str| {
            let code = scene.approve(by, target).map_err(|error| error.code);
            assert_eq!(code, Err(expect.to_owned()), "{}", by.name);
            assert_eq!(scene.roles(), before, "{}", by.name);
        };
        attempt(&admin, "SAME_PERSON");
        attempt(&scene.who("admin-dua"), "SAME_PERSON");
        attempt(&scene.who("ani"), "USER_MAY_NOT");
        scene.sql(tampering::ROLES_FOR_ANOTHER);
        attempt(&scene.who("budi"), "HASH_DIFFERS");
    });
}

#[test]
fn a_role_is_not_approved_by_a_loan_of_its_maker() {
    on_both(|scene| {
        let office = &scene.office;
        let admin = scene.who("admin");
        let hand = without_roles(&scene, "tangan", Role::Agent);
        office.lend_role(&admin, &week("tangan", Role::Administrator)).expect("lent");
        let task = office.propose_grant(&admin, &ask("ani", Role::Treasurer)).expect("put");
        let task = task.expect("others could decide");
        let hash = office.task(&admin, task).expect("shown").record.task.hash;
        let refused = scene.approve(&hand, Target { task, hash });
        assert_eq!(refused.map_err(|error| error.code), Err("SAME_PERSON".to_owned()));
        let roles = scene.roles();
        scene.approve(&scene.who("budi"), Target { task, hash }).expect("a third person");
        assert_eq!(scene.roles(), roles + 1);
    });
}

/// Kinds that those who keep the accounts may decide on beside the approvers.
const ABOUT_ACCOUNTS: [TaskKind; 4] =
    [TaskKind::Grant, TaskKind::Recovery, TaskKind::Provider, TaskKind::Newcomer];

#[test]
fn a_task_of_every_kind_is_decided_by_another_who_may() {
    on_both(|scene| {
        let office = &scene.office;
        let maker = scene.who("budi");
        let hand = without_roles(&scene, "tangan", Role::Agent);
        office.lend_role(&maker, &week("tangan", Role::Approver)).expect("lent");
        for (number, kind) in (1u8..).zip(TaskKind::ALL) {
            let (id, object) = (office.environment.new_id(), [number; 16]);
            let (hash, effect) = ([number; 32], Rupiah(1));
            let forward = Forward { id, kind, object, hash, effect, content: "" };
            office
                .store
                .write(|tx| {
                    office.put_forward(tx, &maker, &forward)?;
                    office.record(tx, &maker, "list-proposed", "task", id.as_bytes())
                })
                .expect("put forward");
            // Whoever may decide is told that this is not what was put forward.
            let says = |actor: &Actor| {
                let verdict = Verdict::Approve([0; 32]);
                let decided = office.decide_task(actor, id, &verdict).map_err(|error| error.code);
                decided.expect_err("refused")
            };
            let keeps_accounts = ABOUT_ACCOUNTS.contains(&kind);
            let accounts = if keeps_accounts { "HASH_DIFFERS" } else { "USER_MAY_NOT" };
            assert_eq!(says(&maker), "SAME_PERSON", "{kind:?}");
            assert_eq!(says(&hand), "SAME_PERSON", "{kind:?}");
            assert_eq!(says(&scene.who("bayu")), "HASH_DIFFERS", "{kind:?}");
            for keeper in ["admin", "operator"] {
                assert_eq!(says(&scene.who(keeper)), accounts, "{kind:?} {keeper}");
            }
            for other in ["ani", "citra", "dedi", "lala", "desa"] {
                assert_eq!(says(&scene.who(other)), "USER_MAY_NOT", "{kind:?} {other}");
            }
        }
    });
}

#[test]
fn sixty_four_approvals_at_once_are_one() {
    on_both(|scene| {
        let keeper = scene.keeper();
        let checkers: Vec<Actor> = (0..32)
            .map(|number| {
                let name = format!("pejabat-{number}");
                scene.office.add_user(&keeper, &name, Role::Approver).expect("added");
                scene.who(&name)
            })
            .collect();
        let target = scene.fresh_list();
        let before = scene.members();
        let office = &scene.office;
        let approved: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = checkers
                .iter()
                .chain(&checkers)
                .map(|checker| {
                    scope.spawn(move || {
                        let verdict = Verdict::Approve(target.hash);
                        match office.decide_task(checker, target.task, &verdict) {
                            Ok(state) => assert_eq!(state, State::Approved),
                            Err(error) => {
                                assert_eq!(error.code, "NOT_PROPOSED");
                                return 0;
                            }
                        }
                        1
                    })
                })
                .collect();
            tries.into_iter().map(|one| one.join().expect("no panic")).sum()
        });
        // The one who was first, and his own repetition.
        assert!((1..=2).contains(&approved), "{approved}");
        assert_eq!(scene.members(), before + 1);
        let verdicts = office.store.read(|tx| store::access::verdicts(tx, target.task));
        assert_eq!(verdicts.expect("read").len(), 1);
        let list: Id<kind::Proposal> = Id::from_bytes(*target.task.as_bytes());
        let kept = office.store.read(|tx| store::proposals::get(tx, list)).expect("read");
        assert_eq!(kept.expect("there").state.name(), "approved");
    });
}

mod alone;
mod ceiling;
mod imports;
