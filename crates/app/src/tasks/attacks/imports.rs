//! Attempts to get a large import past four eyes: none may bring anybody into the register.

use super::*;
use crate::staging::{Committed, Saying, SheetId, Standing, Upload, Uploaded};
use base::Field;

/// A file that waits for others.
#[derive(Clone, Copy)]
struct Waiting {
    sheet: SheetId,
    target: Target,
}

type Attempt = fn(&Scene, Waiting) -> Result<(), AppError>;

impl Scene {
    /// From how many rows an import is large here.
    fn set_limits(&self, limits: &str) {
        self.set_eyes(IMPORT_LIMITS, limits);
    }

    /// People in the register: what an attempt would add to.
    fn known(&self) -> u64 {
        self.office.people_count().expect("read")
    }

    fn waiting(&self) -> Waiting {
        let receipt = self.office.receive(&self.who("ani"), &self.fresh_file(3)).expect("kept");
        waiting_of(receipt)
    }

    /// The same through pages, where what is in a file can be changed.
    fn waiting_on_a_page(&self) -> Waiting {
        let (ani, received) = (self.who("ani"), self.fresh_file(3));
        let upload = Upload {
            path: received.path,
            file_name: "daftar.csv".to_owned(),
            programme: received.programme,
            org: received.org,
        };
        let Ok(Uploaded::Staged(sheet)) = self.office.stage(&ani, &upload) else {
            panic!("a new file is kept");
        };
        self.put_forward_again(sheet)
    }

    fn put_forward_again(&self, sheet: SheetId) -> Waiting {
        let ani = self.who("ani");
        let looked = self.office.examine(&ani, sheet).expect("readable");
        assert!(matches!(looked, Standing::Ready(_)));
        let revision = self.revision(sheet);
        match self.office.commit(&ani, sheet, revision).expect("put forward") {
            Committed::Waits(task) => {
                Waiting { sheet, target: Target { task: task.id, hash: task.hash } }
            }
            other => panic!("three rows are a large import here: {other:?}"),
        }
    }

    fn revision(&self, sheet: SheetId) -> i64 {
        self.office.staged(&self.who("ani"), sheet).expect("there").stage.revision
    }

    fn edit(&self, sheet: SheetId) -> Result<(), AppError> {
        let ani = self.who("ani");
        let saying = Saying { actor: &ani, sheet, revision: self.revision(sheet) };
        self.office.edit_cells(&saying, &[((0, 2), Field::Address, "RT 9".to_owned())])
    }

    /// What a maker tries who does not wait: whatever it answers, the register tells what it did.
    fn resume(&self, name: &str, sheet: SheetId) -> Result<(), AppError> {
        self.office.resume(&self.who(name), sheet).map(|_| ())
    }

    fn finish(&self, target: Target) -> Result<(), AppError> {
        let task = self.office.task(&self.who("budi"), target.task)?;
        self.office.finish_import(&task).map(|_| ())
    }

    /// Approves and takes in, as a page or a command does.
    fn approve_and_finish(&self, name: &str, target: Target) -> Result<(), AppError> {
        self.approve_as(name, target)?;
        self.finish(target)
    }
}

fn waiting_of(receipt: Receipt) -> Waiting {
    match receipt {
        Receipt::Waits(report, task) => Waiting {
            sheet: report.sheet.expect("it is kept"),
            target: Target { task: task.id, hash: task.hash },
        },
        _ => panic!("three rows are a large import here"),
    }
}

const BY_PEOPLE: &[(&str, Attempt)] = &[
    ("the maker approves", |s, w| s.approve_and_finish("ani", w.target)),
    ("the operator approves", |s, w| s.approve_and_finish("operator", w.target)),
    ("the administrator approves", |s, w| s.approve_and_finish("admin", w.target)),
    ("the treasurer approves", |s, w| s.approve_and_finish("citra", w.target)),
    ("the verifier approves", |s, w| s.approve_and_finish("dedi", w.target)),
    ("the auditor approves", |s, w| s.approve_and_finish("lala", w.target)),
    ("the village approves", |s, w| s.approve_and_finish("desa", w.target)),
    ("the maker says he holds every role", |s, w| {
        s.approve(&forged(s.who("ani")), w.target)?;
        s.finish(w.target)
    }),
    ("an approver lends his role to the maker", |s, w| {
        s.office.lend_role(&s.who("budi"), &week("ani", Role::Approver))?;
        s.approve_and_finish("ani", w.target)
    }),
    ("the maker goes on without waiting", |s, w| s.resume("ani", w.sheet)),
    ("somebody else goes on without waiting", |s, w| s.resume("operator", w.sheet)),
    ("the task is finished before it is approved", |s, w| s.finish(w.target)),
    ("the maker raises the limits and goes on", |s, w| {
        s.set_limits("1000:1000000000000");
        s.resume("ani", w.sheet)
    }),
    ("an officer raises the limits", |s, _| {
        s.office.change_eyes(&s.who("ani"), IMPORT_LIMITS, "1000:1000000000000").map(|_| ())
    }),
];

const BY_THINGS: &[(&str, Attempt)] = &[
    ("another hash", |s, w| s.approve_and_finish("budi", Target { hash: [7; 32], ..w.target })),
    ("the hash of another file", |s, w| {
        let other = s.waiting();
        s.approve_and_finish("budi", Target { hash: other.target.hash, ..w.target })
    }),
    ("returned, and gone on with", |s, w| {
        let back = Verdict::Return("bukti kurang".into());
        s.office.decide_task(&s.who("budi"), w.target.task, &back)?;
        s.resume("ani", w.sheet)
    }),
    ("approved after it was returned", |s, w| {
        let back = Verdict::Return("bukti kurang".into());
        s.office.decide_task(&s.who("bayu"), w.target.task, &back)?;
        s.approve_and_finish("budi", w.target)
    }),
    ("approved after its time ran out", |s, w| {
        s.sql(tampering::TASKS_OVERDUE);
        s.approve_and_finish("budi", w.target)
    }),
    ("approved after the file was taken away", |s, w| {
        s.office.undo(&s.who("ani"), w.sheet)?;
        s.approve_and_finish("budi", w.target)
    }),
    ("taken away after the approval, and sent once more", |s, w| {
        s.approve_as("budi", w.target)?;
        s.office.undo(&s.who("ani"), w.sheet)?;
        s.resume("ani", w.sheet)?;
        s.finish(w.target)
    }),
    ("one approver twice where two are needed", |s, _| {
        s.set_bands("0:2");
        let own = s.waiting();
        s.approve_as("budi", own.target)?;
        s.approve_and_finish("budi", own.target)
    }),
    ("one approval where two were needed when it was put forward", |s, _| {
        s.set_bands("0:2");
        let own = s.waiting();
        s.set_bands("0:1");
        s.approve_as("budi", own.target)?;
        s.resume("ani", own.sheet)
    }),
    ("one approval where two are needed since", |s, w| {
        s.set_bands("0:2");
        s.approve_as("budi", w.target)?;
        s.resume("ani", w.sheet)
    }),
    ("a cell changed while it waits", |s, _| {
        let own = s.waiting_on_a_page();
        s.edit(own.sheet)?;
        s.approve_and_finish("budi", own.target)
    }),
    ("a cell changed after the approval", |s, _| {
        let own = s.waiting_on_a_page();
        s.approve_as("budi", own.target)?;
        s.edit(own.sheet)?;
        s.resume("ani", own.sheet)?;
        s.finish(own.target)
    }),
    ("a cell changed after the approval, on the page", |s, _| {
        let own = s.waiting_on_a_page();
        s.approve_as("budi", own.target)?;
        s.edit(own.sheet)?;
        s.put_forward_again(own.sheet);
        s.finish(own.target)
    }),
];

const BY_TOOLS: &[(&str, Attempt)] = &[
    ("the task marked as approved", |s, w| {
        s.sql(tampering::TASKS_APPROVED);
        s.resume("ani", w.sheet)?;
        s.finish(w.target)
    }),
    ("the number of approvals changed", |s, _| {
        s.set_bands("0:2");
        let own = s.waiting();
        s.sql(tampering::TASKS_OF_ONE_APPROVER);
        s.approve_as("budi", own.target)?;
        s.resume("ani", own.sheet)
    }),
    ("the effect made small to need fewer approvals", |s, _| {
        s.set_bands("0:1,2:2");
        let own = s.waiting();
        s.sql(tampering::TASKS_SMALL);
        s.approve_and_finish("budi", own.target)
    }),
    ("what is put forward made to look smaller", |s, w| {
        s.sql(tampering::IMPORTS_SMALLER);
        s.approve_and_finish("budi", w.target)
    }),
    ("the maker's own approval written in", |s, w| {
        s.sql(tampering::VERDICTS_OF_MAKERS);
        s.sql(tampering::TASKS_APPROVED);
        s.resume("ani", w.sheet)
    }),
    ("an approval written in under another maker's name", |s, w| {
        s.sql(tampering::VERDICTS_OF_MAKERS_RENAMED);
        s.sql(tampering::TASKS_APPROVED);
        s.resume("ani", w.sheet)
    }),
];

#[test]
fn no_attempt_gets_a_large_import_past_four_eyes() {
    on_both(|scene| {
        let (mut tried, known) = (0, scene.known());
        for attempts in [BY_PEOPLE, BY_THINGS, BY_TOOLS] {
            for (name, attempt) in attempts {
                scene.set_bands("0:1");
                scene.set_limits("2:1000000000000");
                let waiting = scene.waiting();
                let answer = attempt(&scene, waiting);
                assert_eq!(scene.known(), known, "{name}: {answer:?}");
                tried += 1;
                scene.sql(tampering::TASKS_CLEARED);
            }
        }
        assert!(tried >= 30, "{tried}");
        // The right people do it, once, whatever is repeated.
        scene.set_limits("2:1000000000000");
        let waiting = scene.waiting();
        scene.approve_as("budi", waiting.target).expect("another person");
        scene.finish(waiting.target).expect("taken in");
        scene.finish(waiting.target).expect("a repeat is no change");
        scene.resume("ani", waiting.sheet).expect("a repeat is no change");
        assert_eq!(scene.known(), known + 3);
    });
}

#[test]
fn the_same_command_takes_in_what_was_approved() {
    on_both(|scene| {
        scene.set_limits("2:1000000000000");
        let (ani, file) = (scene.who("ani"), scene.fresh_file(3));
        let first = waiting_of(scene.office.receive(&ani, &file).expect("kept"));
        let again = waiting_of(scene.office.receive(&ani, &file).expect("kept"));
        assert_eq!(first.target.task, again.target.task, "put forward once");
        scene.approve_as("budi", first.target).expect("another person");
        let receipt = scene.office.receive(&ani, &file).expect("taken in");
        assert!(matches!(receipt, Receipt::Decided(_)));
        // What it cost is enough, however few the rows.
        scene.set_limits("1000:1");
        waiting_of(scene.office.receive(&ani, &scene.fresh_file(1)).expect("kept"));
    });
}

#[test]
fn what_was_approved_is_not_taken_in_when_the_register_has_moved_on() {
    on_both(|scene| {
        scene.set_limits("3:1000000000000");
        let waiting = scene.waiting();
        scene.approve_as("budi", waiting.target).expect("another person");
        // One of the three comes by another file meanwhile.
        let ani = scene.who("ani");
        let number = scene.people.get() - 1;
        scene.people.set(number);
        let receipt = scene.office.receive(&ani, &scene.fresh_file(1)).expect("taken in");
        assert!(matches!(receipt, Receipt::Decided(_)));
        let known = scene.known();
        let refused = scene.finish(waiting.target).map_err(|error| error.code);
        assert_eq!(refused, Err("FIGURES_CHANGED".to_owned()));
        // Put forward anew, as it stands now.
        let receipt = scene.office.resume(&ani, waiting.sheet).expect("kept");
        let anew = waiting_of(receipt);
        assert_ne!(anew.target.hash, waiting.target.hash);
        assert_eq!(scene.known(), known);
        scene.approve_as("budi", anew.target).expect("another person");
        scene.finish(anew.target).expect("taken in");
        assert_eq!(scene.known(), known + 2);
    });
}
