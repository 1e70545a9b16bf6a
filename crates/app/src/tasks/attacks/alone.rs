//! Whoever empties the office of other eyes is not alone for it: limits and roles wait.

use super::*;

const DAY_MS: u64 = 86_400_000;

#[test]
fn nobody_is_alone_by_their_own_act() {
    on_both(|scene| {
        let (office, keeper) = (&scene.office, scene.keeper());
        office.suspend_user(&keeper, "bayu", true).expect("shut");
        scene.end_roles("budi");
        let bands = || office.eye_settings(&keeper).expect("reads").bands;
        let ask = || office.change_eyes(&keeper, APPROVAL_BANDS, "0:2").expect("is asked");
        let task = ask().expect("it waits for an approver who is not there");
        assert_eq!(bands(), "0:1");
        assert!(office.open_tasks(&keeper).expect("reads").iter().any(|one| {
            one.record.task.id == task.id && !one.mine_to_decide // It stands on the desk.
        }));
        // The same for a new pair of eyes of one's own choice.
        scene.end_roles("admin");
        office.suspend_user(&keeper, "admin-dua", true).expect("shut");
        office.add_account(&keeper, "boneka").expect("an account");
        let role =
            GrantRequest { from: Some(day("2022-10-03")), ..super::ask("boneka", Role::Approver) };
        assert!(office.propose_grant(&keeper, &role).expect("put forward").is_some());
        office.environment.pass(29 * DAY_MS);
        assert!(ask().is_some(), "nor in the thirty days after");
        assert_eq!(bands(), "0:1");
        // Who really works alone does, and the log says who did it.
        office.environment.pass(2 * DAY_MS);
        assert!(ask().is_none());
        assert_eq!(bands(), "0:2");
        assert!(office.propose_grant(&keeper, &role).expect("given").is_none());
    });
}

/// A loan that came back, or somebody who never could decide, keeps nobody waiting.
#[test]
fn only_those_who_could_decide_count() {
    on_both(|scene| {
        let (office, keeper) = (&scene.office, scene.keeper());
        for name in ["budi", "bayu"] {
            scene.end_roles(name);
        }
        office.environment.pass(31 * DAY_MS);
        scene.end_roles("citra");
        office.suspend_user(&keeper, "lala", true).expect("shut");
        assert_eq!(office.change_eyes(&keeper, IMPORT_LIMITS, "9000:1000000000"), Ok(None));
        assert_eq!(office.eye_settings(&keeper).expect("reads").limits, "9000:1000000000");
    });
}
