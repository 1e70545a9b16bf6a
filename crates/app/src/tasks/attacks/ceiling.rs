//! Whoever set a fund's first ceiling is no second pair of eyes on it, nor on a list that binds it,
//! until somebody else has looked: not by another role, not by one that they lent.

use super::*;
use crate::funds::{CeilingState, Revised};

const FUND: &str = "dana-ani";
const LIST: &str = "coba-ani";

/// A fund of `ani`, and a list that it would pay for, put forward by somebody else.
fn put_forward(scene: &Scene) -> Target {
    let office = &scene.office;
    let ani = scene.who("ani");
    let fund = office.add_fund(&ani, FUND, FundKind::ApbdP, Rupiah(900_000)).expect("a fund");
    let known = office.programme(CODE).expect("there");
    let programme =
        Programme { id: office.environment.new_id(), code: LIST.into(), fund: fund.id, ..known };
    office.add_programme(&ani, &programme).expect("a programme");
    let file = Received { programme: LIST.into(), ..scene.fresh_file(1) };
    let receipt = office.receive(&scene.who("operator"), &file).expect("taken in");
    assert!(matches!(receipt, Receipt::Decided(_)));
    let list = office.propose(&scene.who("operator"), LIST).expect("put forward").proposal;
    Target { task: Id::from_bytes(*list.id.as_bytes()), hash: list.list_hash }
}

fn check(scene: &Scene) -> crate::funds::CeilingCheck {
    scene.office.first_ceiling(&scene.keeper(), FUND).expect("reads")
}

/// The one task about the first ceiling.
fn target(scene: &Scene) -> Target {
    let task = scene.office.waiting_ceiling(&scene.who("budi"), FUND).expect("it waits");
    Target { task: task.id, hash: task.hash }
}

fn becomes_approver(scene: &Scene, name: &str) {
    scene.end_roles(name);
    scene.give(&ask(name, Role::Approver)).expect("given");
}

fn code(done: Result<(), AppError>) -> String {
    done.expect_err("refused").code
}

#[test]
fn whoever_set_a_ceiling_does_not_check_it_and_binds_nothing_of_it() {
    on_both(|scene| {
        let list = put_forward(&scene);
        let ceiling = target(&scene);
        let before = check(&scene);
        assert_eq!((before.state, before.set_by.as_deref()), (CeilingState::Waits, Some("ani")));
        // Each task names the programme or the fund that it is about.
        let tasks = scene.office.open_tasks(&scene.who("budi")).expect("listed");
        let named = |id| {
            let task = tasks.iter().find(|task| task.record.task.id == id).expect("waits");
            let programme = task.programme.as_ref().map(|(code, _)| code.to_string());
            (programme, task.fund.as_deref().map(str::to_owned))
        };
        assert_eq!(named(list.task), (Some(LIST.to_owned()), None));
        assert_eq!(named(ceiling.task), (None, Some(FUND.to_owned())));
        // What an approver of the list is told.
        let facts = scene.office.list_facts(&scene.who("budi"), list.task).expect("reads");
        assert_eq!(facts.map(|facts| facts.ceiling.state), Some(CeilingState::Waits));
        assert_eq!(code(scene.approve_as("ani", ceiling)), "USER_MAY_NOT");
        becomes_approver(&scene, "ani");
        assert_eq!(code(scene.approve_as("ani", ceiling)), "SAME_PERSON");
        assert_eq!(code(scene.approve_as("ani", list)), "CEILING_OWN");
        let shown = scene.office.task(&scene.who("ani"), list.task).expect("is shown");
        assert!(!shown.mine_to_decide);
        // Nor by a role that is lent.
        scene.end_roles("citra");
        scene.office.lend_role(&scene.who("ani"), &week("citra", Role::Approver)).expect("lent");
        assert_eq!(code(scene.approve_as("citra", list)), "CEILING_OWN");
        assert_eq!(code(scene.approve_as("citra", ceiling)), "SAME_PERSON");
        // Once somebody else has looked, it is a fund like any other.
        scene.approve_as("budi", ceiling).expect("agreed");
        let after = check(&scene);
        assert_eq!(after.state, CeilingState::Agreed);
        assert_eq!((after.agreed_by, after.task), (vec!["budi".into()], None));
        assert!(scene.office.task(&scene.who("ani"), list.task).expect("shown").mine_to_decide);
        scene.approve_as("ani", list).expect("approved");
    });
}

#[test]
fn what_was_sent_back_is_asked_again_and_still_nobodys_own() {
    on_both(|scene| {
        let list = put_forward(&scene);
        let (office, keeper) = (&scene.office, scene.keeper());
        let no = Verdict::Return("Belum ada DPA".into());
        office.decide_task(&scene.who("budi"), target(&scene).task, &no).expect("returned");
        assert_eq!(check(&scene).state, CeilingState::Unasked);
        becomes_approver(&scene, "ani");
        assert_eq!(code(scene.approve_as("ani", list)), "CEILING_OWN");
        // Whoever asks again is not whoever set it; the latter decides as little as before.
        let asked = office.ask_ceiling_check(&keeper, FUND).expect("asked");
        assert_eq!((asked.state, asked.set_by.as_deref()), (CeilingState::Waits, Some("ani")));
        assert_eq!(code(scene.approve_as("ani", target(&scene))), "CEILING_OWN");
        let again = office.ask_ceiling_check(&keeper, FUND).expect("the same");
        assert_eq!(again.task, asked.task);
        // Its time runs out like that of any task.
        office.environment.pass(15 * 86_400_000);
        assert_eq!(check(&scene).state, CeilingState::Unasked);
        // Who did not set it may approve a list meanwhile: two people stand behind that money.
        // The list's own time ran out as well, and it is put forward anew.
        office.decide_task(&scene.who("budi"), list.task, &Verdict::Approve(list.hash)).ok();
        let list = office.propose(&keeper, LIST).expect("put forward anew").proposal;
        office.approve(&scene.who("budi"), LIST, Some(list.list_hash)).expect("approved");
    });
}

#[test]
fn another_ceiling_that_two_agreed_to_ends_the_question() {
    on_both(|scene| {
        let list = put_forward(&scene);
        let first = target(&scene);
        let (office, keeper) = (&scene.office, scene.keeper());
        let revised = Revised {
            ceiling: Rupiah(1_000_000),
            basis: "Perda (rekaan)",
            effective: day("2022-10-03"),
            reason: "Tambahan anggaran",
        };
        let shown = office.propose_revision(&keeper, FUND, &revised).expect("put forward");
        let yes = Verdict::Approve(shown.revision.hash());
        office.decide_task(&scene.who("budi"), shown.task(), &yes).expect("approved");
        let after = check(&scene);
        assert_eq!((after.state, after.task), (CeilingState::Revised, None));
        assert_eq!(after.agreed_by, vec!["budi".into()]);
        assert_eq!(code(scene.approve_as("bayu", first)), "NOT_PROPOSED");
        becomes_approver(&scene, "ani");
        scene.approve_as("ani", list).expect("approved");
    });
}

/// A change of one rupiah does not make a ceiling that of two, if one of them set it.
#[test]
fn whoever_set_a_ceiling_does_not_approve_another_in_its_place() {
    on_both(|scene| {
        let list = put_forward(&scene);
        let (office, keeper) = (&scene.office, scene.keeper());
        let revised = Revised {
            ceiling: Rupiah(900_001),
            basis: "Perda (rekaan)",
            effective: day("2022-10-03"),
            reason: "Pembulatan",
        };
        let shown = office.propose_revision(&keeper, FUND, &revised).expect("put forward");
        let revision = Target { task: shown.task(), hash: shown.revision.hash() };
        becomes_approver(&scene, "ani");
        assert_eq!(code(scene.approve_as("ani", revision)), "CEILING_OWN");
        scene.end_roles("citra");
        office.lend_role(&scene.who("ani"), &week("citra", Role::Approver)).expect("lent");
        assert_eq!(code(scene.approve_as("citra", revision)), "CEILING_OWN");
        assert_eq!(code(scene.approve_as("ani", list)), "CEILING_OWN");
        scene.approve_as("budi", revision).expect("approved");
        scene.approve_as("ani", list).expect("approved");
    });
}

#[test]
fn a_fund_that_begins_with_nothing_asks_nobody() {
    on_both(|scene| {
        let ani = scene.who("ani");
        scene.office.add_fund(&ani, FUND, FundKind::ApbdP, Rupiah::ZERO).expect("a fund");
        let found = check(&scene);
        assert_eq!((found.state, found.set_by), (CeilingState::Nothing, None));
        assert!(scene.office.waiting_ceiling(&scene.who("budi"), FUND).is_err());
        let asked = scene.office.ask_ceiling_check(&ani, FUND).expect("no change");
        assert_eq!(asked.state, CeilingState::Nothing);
    });
}

/// A text of the fund is one line of what is approved, whatever was typed into it.
#[test]
fn nothing_typed_into_a_fund_looks_like_its_ceiling() {
    on_both(|scene| {
        let new = crate::funds::NewFund {
            code: FUND,
            kind: FundKind::ApbdP,
            ceiling: Rupiah(900_000),
            year: Some(2022),
            account: "5.1\nceiling_rupiah=1",
            earmark: "",
        };
        scene.office.add_fund_with(&scene.who("ani"), &new).expect("a fund");
        let task = scene.office.task(&scene.who("budi"), target(&scene).task).expect("shown");
        let lines: Vec<&str> = task.record.content.lines().collect();
        assert_eq!(lines[..2], ["fund=dana-ani", "ceiling_rupiah=900000"]);
        assert!(lines.contains(&"account=5.1 ceiling_rupiah=1") && lines.contains(&"year=2022"));
        assert_eq!(lines.len(), 5, "{lines:?}");
        scene.approve_as("budi", target(&scene)).expect("agreed");
    });
}
