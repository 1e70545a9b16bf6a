//! Ways back in, in a register of invented users.

use domain::access::{Operation, Role};
use domain::task::Verdict;

use super::{NewAccount, Recovery, SignIn, SignInStage, Token};
use crate::office::{Location, Office};
use base::Day;

const PASSWORD: &str = "tiga ayam naik perahu";

fn office(folder: &std::path::Path) -> Office {
    Office::invented(
        Location::Directory(folder.to_owned()),
        Day::new(2022, 10, 1).expect("a day"),
        9,
    )
}

#[test]
fn access_is_given_back_by_two_and_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = office(folder.path());
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in [("lupa", Role::Verifier), ("pengesah", Role::Approver)] {
        office.add_user(&keeper, name, role).expect("added");
    }
    let checker = office.actor("pengesah", Operation::Approve).expect("an approver");
    let ask = || office.recover(&keeper, "lupa").expect("a keeper may ask");
    let Recovery::Asked(task) = ask() else { panic!("nobody has confirmed it") };
    let Recovery::Asked(again) = ask() else { panic!("nobody has confirmed it") };
    assert_eq!(task.id, again.id, "asking again waits for the same");
    assert!(office.recover(&keeper, "operator").is_err(), "not one's own account");
    assert!(office.recover(&checker, "lupa").is_err(), "an approver does not ask");
    let verdict = Verdict::Approve(task.hash);
    assert!(office.decide_task(&keeper, task.id, &verdict).is_err(), "the maker is no checker");
    office.decide_task(&checker, task.id, &verdict).expect("confirmed");
    let Recovery::Link(void) = ask() else { panic!("it was confirmed") };
    let Recovery::Link(token) = ask() else { panic!("the link was not used yet") };
    let chosen = NewAccount { name: "", password: PASSWORD, device: "" };
    let code = |token: &Token| office.use_link(token, &chosen).err().map(|error| error.code);
    assert_eq!(code(&void).as_deref(), Some("LINK_ENDED"));
    assert_eq!(code(&token), None);
    assert_eq!(code(&token).as_deref(), Some("LINK_ENDED"));
    let sign_in = SignIn { name: "lupa", password: PASSWORD, device: "" };
    assert_eq!(office.sign_in(&sign_in).expect("in").stage, SignInStage::Whole);
    assert!(matches!(ask(), Recovery::Asked(next) if next.id != task.id), "it opens once");
}

#[test]
fn strangers_take_as_long_as_users() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = office(folder.path());
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.set_password(&keeper, "operator", PASSWORD).expect("set");
    let took = |name: &str| {
        let begun = std::time::Instant::now();
        let asked = SignIn { name, password: "bukan ini sandinya", device: "" };
        assert!(office.sign_in(&asked).is_err());
        begun.elapsed().as_micros()
    };
    // The first stranger also makes the hash of nobody.
    took("siapa");
    let mut known: Vec<u128> = (0..4).map(|_| took("operator")).collect();
    let mut strange: Vec<u128> = (0..4).map(|at| took(&format!("orang-{at}"))).collect();
    known.sort_unstable();
    strange.sort_unstable();
    // Far apart only if one of them skipped the hash, which is nearly all of the time.
    assert!(strange[0] * 3 > known[0] && known[0] * 3 > strange[0], "{known:?} {strange:?}");
}
