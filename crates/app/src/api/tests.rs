//! Tokens that give no more than their holder has, and requests that act once.

use domain::access::{Grant, Operation, Operations, Role};
use domain::task::Verdict;

use super::{Begun, NewToken, Payload, TokenRequest};
use crate::error::AppError;
use crate::grants::GrantRequest;
use crate::office::{Actor, Office};
use crate::staging::tests::{World, both};

fn wanted(grant: base::Id<Grant>, operations: &[Operation]) -> TokenRequest {
    let operations = Operations::of(operations.iter().copied());
    TokenRequest { name: "penghubung".into(), grant, operations, days: 30 }
}

fn user(office: &Office, name: &str, role: Role) -> (Actor, base::Id<Grant>) {
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, name, role).expect("added");
    let actor = office.actor(name, Operation::OwnDesk).expect("is there");
    let grant = office.own_roles(&actor).expect("its own").held[0].id;
    (actor, grant)
}

fn make(office: &Office, actor: &Actor, request: &TokenRequest) -> NewToken {
    office.new_api_token(actor, request).unwrap_or_else(|error| panic!("{error}"))
}

fn code<T>(answer: Result<T, AppError>) -> String {
    answer.err().map_or("ok".to_owned(), |error| error.code)
}

#[test]
fn a_token_is_never_more_than_its_grant() {
    both(|world| {
        let office = &world.office;
        let (actor, grant) = user(office, "wulan", Role::Verifier);
        for (operations, expect) in [
            (&[][..], "TOKEN_OPERATIONS"),
            (&[Operation::Approve], "TOKEN_OPERATIONS"),
            (&[Operation::BreakGlass], "TOKEN_OPERATIONS"),
            (&[Operation::ReadSheets, Operation::ReadPeople], "ok"),
        ] {
            assert_eq!(code(office.new_api_token(&actor, &wanted(grant, operations))), expect);
        }
        let reads = wanted(grant, &[Operation::ReadSheets]);
        for (days, expect) in [(0, "TOKEN_DAYS"), (366, "ok"), (367, "TOKEN_DAYS")] {
            let asked = TokenRequest { days, ..reads.clone() };
            assert_eq!(code(office.new_api_token(&actor, &asked)), expect);
        }
        let unnamed = TokenRequest { name: " ".into(), ..reads.clone() };
        assert_eq!(code(office.new_api_token(&actor, &unnamed)), "TOKEN_NAME");
        let other = user(office, "lain", Role::Verifier).1;
        let not_mine = wanted(other, &[Operation::ReadSheets]);
        assert_eq!(code(office.new_api_token(&actor, &not_mine)), "GRANT_UNKNOWN");
        let secret = make(office, &actor, &reads).secret;
        let acts = office.token_login(&secret).expect("reads").expect("works");
        assert!(office.may_somewhere(&acts, Operation::ReadSheets));
        for operation in [Operation::TakeIn, Operation::ReadPeople, Operation::OwnDesk] {
            assert!(!office.may_somewhere(&acts, operation), "{operation:?}");
        }
        assert_eq!(code(office.new_api_token(&acts, &reads)), "USER_MAY_NOT");
        assert_eq!(code(office.api_tokens(&acts)), "USER_MAY_NOT");
    });
}

#[test]
fn a_token_ends_with_its_days_its_grant_its_account_and_by_hand() {
    both(|world| {
        let office = &world.office;
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        let (actor, grant) = user(office, "wulan", Role::Verifier);
        let reads = wanted(grant, &[Operation::ReadSheets]);
        let works = |made: &NewToken| office.token_login(&made.secret).expect("reads").is_some();
        let by_hand = make(office, &actor, &reads);
        assert!(works(&by_hand));
        let stranger = user(office, "lain", Role::Officer).0;
        assert_eq!(code(office.end_api_token(&stranger, by_hand.id)), "TOKEN_UNKNOWN");
        assert_eq!(office.end_api_token(&actor, by_hand.id), Ok(()));
        assert_eq!(office.end_api_token(&actor, by_hand.id), Ok(()), "twice is once");
        assert!(!works(&by_hand));
        let ended_by_keeper = make(office, &actor, &reads);
        assert_eq!(office.end_api_token(&keeper, ended_by_keeper.id), Ok(()));
        assert!(!works(&ended_by_keeper));
        let shut = make(office, &actor, &reads);
        office.suspend_user(&keeper, "wulan", true).expect("shuts");
        assert!(!works(&shut));
        office.suspend_user(&keeper, "wulan", false).expect("opens");
        assert!(works(&shut));
        office.environment.pass(30 * 86_400_000);
        assert!(!works(&shut), "its days are over");
        let with_grant = make(office, &actor, &reads);
        office.end_grant(&keeper, grant).expect("ends");
        assert!(!works(&with_grant));
        let tokens = office.api_tokens_of(&keeper, "wulan").expect("a list");
        assert_eq!(tokens.len(), 4);
        assert!(tokens.iter().any(|one| one.used_at_ms.is_some()), "last use is shown");
        for text in ["", "payung_", "payung_00", by_hand.secret.trim_start_matches("payung_")] {
            assert!(office.token_login(text).expect("reads").is_none(), "{text}");
        }
    });
}

#[test]
fn a_narrow_token_does_not_decide_by_what_its_holder_has() {
    both(|world| {
        let office = &world.office;
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        let (actor, grant) = user(office, "budi", Role::Approver);
        let request = GrantRequest {
            user: "budi".into(),
            role: Role::Treasurer,
            territory: None,
            org: None,
            from: None,
            until: None,
        };
        user(office, "siti", Role::Officer);
        let asked = GrantRequest { user: "siti".into(), ..request };
        let task = office.propose_grant(&keeper, &asked).expect("asks").expect("waits");
        let hash = office.task(&actor, task).expect("is there").record.task.hash;
        let secret = make(office, &actor, &wanted(grant, &[Operation::OwnDesk])).secret;
        let acts = office.token_login(&secret).expect("reads").expect("works");
        let verdict = Verdict::Approve(hash);
        assert_eq!(code(office.decide_task(&acts, task, &verdict)), "USER_MAY_NOT");
        let whole = wanted(grant, &[Operation::OwnDesk, Operation::Approve]);
        let made = make(office, &actor, &whole);
        let acts = office.token_login(&made.secret).expect("reads").expect("works");
        office.end_api_token(&actor, made.id).expect("ends");
        // What was read at the door counts no more once the token has ended.
        assert_eq!(code(office.decide_task(&acts, task, &verdict)), "USER_MAY_NOT");
        let made = make(office, &actor, &whole);
        let acts = office.token_login(&made.secret).expect("reads").expect("works");
        assert_eq!(code(office.decide_task(&acts, task, &verdict)), "ok");
    });
}

/// The first user through a token that may take files in.
fn program(world: &World) -> Actor {
    let office = &world.office;
    let keeper = office.actor("operator", Operation::OwnDesk).expect("the first user");
    let grant = office.own_roles(&keeper).expect("its own").held[0].id;
    let asked = wanted(grant, &[Operation::TakeIn, Operation::ReadSheets]);
    let secret = make(office, &keeper, &asked).secret;
    office.token_login(&secret).expect("reads").expect("works")
}

fn payload(text: &str) -> [u8; 32] {
    let mut payload = Payload::default();
    payload.add(text.as_bytes());
    payload.digest()
}

#[test]
fn a_key_acts_once_and_answers_the_same() {
    both(|world| {
        let office = &world.office;
        let actor = program(world);
        let begin = |key: &str, sent: &str| office.begin_request(&actor, key, payload(sent));
        let (first, begun) = begin("a", "x").expect("begins");
        assert_eq!(begun, Begun::First);
        office.end_request(&first, 201, "{}").expect("keeps");
        let again = begin("a", "x").expect("answers").1;
        assert_eq!(again, Begun::Answered(201, "{}".to_owned()));
        assert_eq!(code(begin("a", "y")), "KEY_REUSED");
        // One that did nothing may be made again.
        let (second, _) = begin("b", "x").expect("begins");
        office.drop_request(&second).expect("forgets");
        assert_eq!(begin("b", "y").expect("begins").1, Begun::First);
        // Kept so long and no longer.
        office.environment.pass(401 * 86_400_000);
        assert_eq!(begin("a", "y").map(|(_, begun)| begun), Ok(Begun::First));
    });
}

#[test]
fn an_act_whose_answer_was_lost_is_not_done_again() {
    both(|world| {
        let office = &world.office;
        let actor = program(world);
        let upload = world.upload("daftar.csv", "NIK,Nama\n6401051708620001,Budi Contoh\n");
        let begin = || office.begin_request(&actor, "k", payload("x"));
        let (acting, begun) = begin().expect("begins");
        assert_eq!(begun, Begun::First);
        office.stage(&acting, &upload).expect("kept");
        // The process ended before it could answer. On a server another waits for its time.
        if !office.store.has_one_writer() {
            assert_eq!(code(begin()), "REQUEST_RUNNING");
            office.environment.pass(11 * 60_000);
        }
        let (_, begun) = begin().expect("is taken up");
        assert_eq!(begun, Begun::Acted);
        // Whoever had it before can neither act nor answer any more.
        let late = world.upload("lain.csv", "NIK,Nama\n6401051708620002,Budi Lain\n");
        assert_eq!(code(office.stage(&acting, &late)), "REQUEST_RUNNING");
        assert_eq!(office.staged_files(&actor).expect("files").len(), 1, "the late act is undone");
    });
}
