//! The plan and the table, with numbers worked out by hand from the rules of 2025.

use base::{Day, Id, Rupiah};
use rules::{Rulebook, SchoolStart};

use super::*;
use crate::claim::{ClaimKind, Told};

const EVENT: &str = "2025-08-12";

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn class(text: &str) -> SchoolStart {
    SchoolStart::parse(text).expect("a class")
}

fn child(no: u16, start: Option<&str>, birth: Option<&str>) -> ChildOfClaim {
    ChildOfClaim { no, birth: birth.map(day), start: start.map(class) }
}

fn rows(today: &str, children: &[ChildOfClaim], kept: &[YearKept]) -> Vec<YearRow> {
    let input = PlanInput { event: day(EVENT), today: day(today), children, kept };
    plan(&Rulebook::builtin(), &input).expect("rules of 2025")
}

fn total(rows: &[YearRow]) -> i64 {
    rows.iter().map(|row| row.rupiah.0).sum()
}

fn claim(state: ClaimState) -> Claim {
    Claim {
        id: Id::derived([1; 16]),
        person: Id::derived([2; 16]),
        kind: ClaimKind::JkkDeath,
        event: day(EVENT),
        reported: day(EVENT),
        told: Told::Family,
        occupation: None,
        opened_by: Id::derived([3; 16]),
        opened_at_ms: 0,
        state,
        steps: 1,
        granted: Some(Rupiah(70_000_000)),
        paid: Rupiah::ZERO,
    }
}

const FREE: Shared =
    Shared { other_children: 0, children_most: 2, taken: Rupiah::ZERO, most: Rupiah(174_000_000) };

fn asked<'a>(step: YearStep, today: &str) -> YearAsked<'a> {
    YearAsked {
        step,
        day: day(today),
        day_said: true,
        reference: "421/12/SD",
        today: day(today),
        class: Some(class("sd1")),
        rupiah: Some(Rupiah(1_500_000)),
        cause: Some(EndCause::Married),
        reason: "sebab rekaan",
    }
}

#[test]
fn a_child_who_enters_primary_school_has_seventeen_years() {
    let found = rows("2025-09-01", &[child(1, Some("sd1"), None)], &[]);
    // 6 + 3 + 3 + 5 years; 9 + 6 + 9 + 60 million.
    assert_eq!((found.len(), total(&found)), (17, 84_000_000));
    assert_eq!((found[0].year, found[0].begins), (2026, day("2026-07-01")));
    assert_eq!(found[0].until, day("2030-06-30"));
    assert_eq!((class_name(found[6].class), found[6].rupiah), ("smp1".into(), Rupiah(2_000_000)));
    assert_eq!(class_name(found[16].class), "s1-5");
    assert!(found.iter().all(|row| row.standing == Standing::Waiting));
}

/// What the rules say of all years together is what the plan's rows come to, for every class.
#[test]
fn the_rows_come_to_what_the_rules_promise() {
    for start in ["tk", "sd1", "sd4", "sd6", "smp2", "sma3", "s1", "s1-5"] {
        let query = rules::ScholarshipQuery {
            event: day(EVENT),
            cause: rules::Cause::WorkAccident,
            children: vec![class(start)],
        };
        let promised = Rulebook::builtin().scholarship(&query).expect("an answer").total;
        let found = rows("2025-09-01", &[child(1, Some(start), None)], &[]);
        assert_eq!(Rupiah(total(&found)), promised, "{start}");
    }
}

#[test]
fn a_year_waits_is_due_and_lapses_after_three_more() {
    let children = [child(1, Some("sd1"), None)];
    let first = |today: &str| rows(today, &children, &[])[0].standing;
    assert_eq!(first("2026-06-30"), Standing::Waiting);
    assert_eq!(first("2026-07-01"), Standing::Kept(YearState::Due));
    assert_eq!(first("2030-06-30"), Standing::Kept(YearState::Due));
    assert_eq!(first("2030-07-01"), Standing::Lapsed);
}

#[test]
fn it_ends_when_the_child_is_twenty_three_as_a_year_begins() {
    let found = rows("2025-09-01", &[child(1, Some("s1"), Some("2004-07-01"))], &[]);
    // 22 on 1 July 2026, 23 on 1 July 2027.
    let standings: Vec<Standing> = found.iter().map(|row| row.standing).collect();
    assert_eq!(standings, [Standing::Waiting, Standing::TooOld]);
    assert_eq!(total(&found), 12_000_000);
}

#[test]
fn a_class_done_twice_uses_a_year_of_its_level() {
    let children = [child(1, Some("sd5"), None)];
    let mut again = fresh(&claim(ClaimState::Granted), &rows("2027-08-01", &children, &[])[1]);
    again.class = Some(class("sd5"));
    let found = rows("2027-08-01", &children, &[again]);
    let names: Vec<String> = found.iter().take(4).map(|row| class_name(row.class)).collect();
    assert_eq!(names, ["sd5", "sd5", "sd6", "smp1"]);
    // Six years of primary school are paid, however long it takes: sd1 six times and no more.
    let children = [child(1, Some("sd1"), None)];
    let plain = rows("2033-08-01", &children, &[]);
    let claim = claim(ClaimState::Granted);
    let stay = plain.iter().take(7).map(|row| YearKept {
        class: Some(class("sd1")),
        state: if row.year == 2032 { YearState::Due } else { YearState::Paid },
        ..fresh(&claim, row)
    });
    let found = rows("2033-08-01", &children, &stay.collect::<Vec<_>>());
    assert_eq!((found[6].standing, found[6].rupiah), (Standing::LevelUsed, Rupiah::ZERO));
}

#[test]
fn who_enters_school_later_begins_when_it_is_said() {
    let baby = child(3, None, Some("2024-02-01"));
    assert!(rows("2028-08-01", &[baby], &[]).is_empty());
    let input =
        PlanInput { event: day(EVENT), today: day("2028-08-01"), children: &[baby], kept: &[] };
    let row = row_for(&Rulebook::builtin(), &input, (&baby, 2028), Some(class("tk1")));
    let row = row.expect("rules").expect("a year");
    assert_eq!((row.rupiah, row.standing), (Rupiah(1_500_000), Standing::Kept(YearState::Due)));
    assert!(row.kept.is_none());
    let placed = asked(YearStep::Place, "2028-08-01");
    let placed = YearAsked { class: Some(class("tk1")), ..placed };
    let kept = year_step(&claim(ClaimState::Closed), &row, FREE, &placed).expect("placed");
    assert_eq!((kept.state, kept.steps), (YearState::Due, 1));
    assert_eq!(rows("2028-08-01", &[baby], &[kept]).len(), 19);
}

#[test]
fn nothing_follows_an_end_and_a_reopening_brings_it_back() {
    let children = [child(1, Some("sd1"), None)];
    let before = rows("2027-08-01", &children, &[]);
    let end = asked(YearStep::End, "2027-08-01");
    let ended = year_step(&claim(ClaimState::Granted), &before[1], FREE, &end).expect("ended");
    assert_eq!(ended.cause, Some(EndCause::Married));
    let after = rows("2027-08-01", &children, std::slice::from_ref(&ended));
    assert_eq!(after.len(), 2);
    assert_eq!(after[1].standing, Standing::Kept(YearState::Ended));
    let reopen = asked(YearStep::Reopen, "2027-08-02");
    let back = year_step(&claim(ClaimState::Granted), &after[1], FREE, &reopen).expect("opened");
    assert_eq!((back.state, back.cause), (YearState::Due, None));
    assert_eq!(rows("2027-08-02", &children, &[back]).len(), 17);
}

/// A class that somebody types brings back no year behind an end.
#[test]
fn behind_an_end_nothing_is_asked_for_approved_or_sent() {
    let (claim, today) = (claim(ClaimState::Granted), "2028-08-01");
    let children = [child(1, Some("sd1"), Some("2019-09-01"))];
    let plain = rows(today, &children, &[]);
    let end = asked(YearStep::End, today);
    let ended = year_step(&claim, &plain[1], FREE, &end).expect("ended");
    let behind = |state: Option<YearState>, step| {
        let next = state.map(|state| YearKept { state, ..fresh(&claim, &plain[2]) });
        let kept: Vec<YearKept> = [ended.clone()].into_iter().chain(next).collect();
        let (event, today) = (day(EVENT), day(today));
        let input = PlanInput { event, today, children: &children, kept: &kept };
        let typed = Some(class("sd3"));
        let row = row_for(&Rulebook::builtin(), &input, (&children[0], 2028), typed);
        let row = row.expect("rules").expect("a year");
        assert!(row.after_end && !row.standing.calls(), "{:?}", row.standing);
        year_step(&claim, &row, FREE, &asked(step, "2028-08-01")).map(|kept| kept.state)
    };
    use YearState::*;
    assert_eq!(behind(None, YearStep::Ask), Err(YearRefusal::AfterEnd));
    assert_eq!(behind(Some(Due), YearStep::Ask), Err(YearRefusal::AfterEnd));
    assert_eq!(behind(Some(Due), YearStep::Place), Err(YearRefusal::AfterEnd));
    assert_eq!(behind(Some(Returned), YearStep::Ask), Err(YearRefusal::AfterEnd));
    assert_eq!(behind(Some(Asked), YearStep::Approve), Err(YearRefusal::AfterEnd));
    assert_eq!(behind(Some(Asked), YearStep::TurnDown), Ok(Returned));
    assert_eq!(behind(Some(Approved), YearStep::Send), Err(YearRefusal::AfterEnd));
    assert_eq!(behind(Some(Sent), YearStep::Pay), Ok(Paid));
    // The year before the end is asked for as ever.
    let before = &rows(today, &children, std::slice::from_ref(&ended))[0];
    let ask = YearAsked { day: day("2027-06-01"), ..asked(YearStep::Ask, today) };
    let before = year_step(&claim, before, FREE, &ask);
    assert_eq!(before.map(|kept| kept.state), Ok(Asked));
}

#[test]
fn a_year_that_began_before_the_event_is_never_paid() {
    let little = child(3, None, Some("2020-02-01"));
    let claim = claim(ClaimState::Granted);
    let children = [little];
    let (event, today) = (day(EVENT), day("2026-08-01"));
    let input = PlanInput { event, today, children: &children, kept: &[] };
    let ask = |year: i32, step| {
        let typed = Some(class("tk1"));
        let row = row_for(&Rulebook::builtin(), &input, (&little, year), typed);
        let row = row.expect("rules").expect("a year");
        let said = YearAsked { class: typed, ..asked(step, "2026-08-01") };
        year_step(&claim, &row, FREE, &said).map(|kept| kept.state)
    };
    // The event is in August 2025; the school year of 2025 began in July.
    assert_eq!(ask(2025, YearStep::Ask), Err(YearRefusal::BeforeEvent));
    assert_eq!(ask(2025, YearStep::Place), Err(YearRefusal::BeforeEvent));
    assert_eq!(ask(2026, YearStep::Ask), Ok(YearState::Asked));
}

/// Whatever became of the claim: what is with a second person or with BPJS can come back.
#[test]
fn what_was_sent_comes_back_or_is_paid_whatever_became_of_the_claim() {
    let children = [child(1, Some("sd1"), None)];
    let plain = rows("2026-08-01", &children, &[]);
    let full = Shared { other_children: 2, taken: Rupiah(174_000_000), ..FREE };
    let rows = [
        (YearState::Asked, YearStep::TurnDown, Ok(YearState::Returned)),
        (YearState::Asked, YearStep::Lapse, Ok(YearState::Due)),
        (YearState::Asked, YearStep::Approve, Err(YearRefusal::ClaimNotReady)),
        (YearState::Approved, YearStep::Send, Err(YearRefusal::ClaimNotReady)),
        (YearState::Approved, YearStep::End, Ok(YearState::Ended)),
        (YearState::Sent, YearStep::SendBack, Ok(YearState::Returned)),
        (YearState::Sent, YearStep::Pay, Ok(YearState::Paid)),
    ];
    for (state, step, expect) in rows {
        let gone = claim(ClaimState::Refused);
        let kept = Some(YearKept { state, ..fresh(&gone, &plain[0]) });
        let row = YearRow { kept, ..plain[0].clone() };
        let found = year_step(&gone, &row, full, &asked(step, "2026-08-01"));
        assert_eq!(found.map(|kept| kept.state), expect, "{step:?}");
    }
}

#[test]
fn who_comes_too_late_for_a_place_or_the_limit_is_not_called() {
    let birth = Some("2019-09-01");
    let children = [1, 2, 3].map(|no| child(no, Some("sd1"), birth));
    let claim = claim(ClaimState::Granted);
    let plain = rows("2026-08-01", &children, &[]);
    let taken = |no: u16, rupiah: i64| {
        let row = plain.iter().find(|row| row.person_no == no).expect("a row");
        let computed = Some(Rupiah(rupiah));
        YearKept { state: YearState::Sent, computed, ..fresh(&claim, row) }
    };
    let found = rows("2026-08-01", &children, &[taken(1, 1_500_000), taken(2, 1_500_000)]);
    let of = |no: u16| found.iter().filter(move |row| row.person_no == no);
    assert!(of(3).all(|row| row.standing == Standing::ChildrenFull && row.rupiah.0 == 0));
    // The second of child 2 may still come: it has a place.
    assert_eq!(of(2).nth(1).map(|row| row.standing), Some(Standing::Waiting));
    let payable: i64 = found.iter().map(|row| row.payable().0).sum();
    assert_eq!(payable, 2 * 84_000_000);
    let found = rows("2026-08-01", &children[..2], &[taken(1, 174_000_000)]);
    let second = found.iter().find(|row| row.person_no == 2).expect("a row");
    assert_eq!((second.standing, second.payable()), (Standing::LimitReached, Rupiah::ZERO));
}

#[test]
fn a_letter_part_is_read_as_it_was_written() {
    assert_eq!(letter_part("school-letter", 2, 2026), "school-letter:2:2026");
    assert_eq!(read_letter_part("school-letter:2:2026"), Some(("school-letter", 2, 2026)));
    for odd in ["school-letter", "school-letter:02:2026", "school-letter:2:2026:1", "a:b:c"] {
        assert_eq!(read_letter_part(odd), None, "{odd}");
    }
}

#[test]
fn the_first_refusal_that_holds_is_told() {
    let children = [child(1, Some("sd1"), Some("2019-09-01"))];
    let (early, now, late) = ("2026-06-01", "2026-08-01", "2031-01-01");
    let check = |today: &str, state, shared, change: fn(&mut YearAsked<'_>), expect| {
        let mut step = asked(YearStep::Ask, today);
        change(&mut step);
        let row = &rows(today, &children, &[])[0];
        let found = year_step(&claim(state), row, shared, &step);
        assert_eq!(found.map(|kept| kept.computed), expect, "{today} {step:?}");
    };
    use YearRefusal::*;
    let granted = ClaimState::Granted;
    let keep: fn(&mut YearAsked<'_>) = |_| {};
    check(now, ClaimState::Sent, FREE, keep, Err(ClaimNotReady));
    check(now, granted, FREE, |step| step.step = YearStep::Send, Err(NotNow));
    check(now, granted, FREE, |step| step.day = day("2026-08-02"), Err(DayUnfit));
    check(now, granted, FREE, |step| step.reference = " ", Err(LetterMissing));
    check(now, granted, FREE, |step| step.day_said = false, Err(LetterMissing));
    check(now, granted, FREE, |step| step.class = None, Err(ClassMissing));
    // From 92 days before 1 July 2026 on.
    check(now, granted, FREE, |step| step.day = day("2026-03-31"), Ok(Some(Rupiah(1_500_000))));
    check(now, granted, FREE, |step| step.day = day("2026-03-30"), Err(LetterUnfit));
    check(late, granted, FREE, |step| step.day = day("2027-10-01"), Err(LetterUnfit));
    let unborn = &rows(now, &[child(1, Some("sd1"), None)], &[])[0];
    let ask = asked(YearStep::Ask, now);
    assert_eq!(year_step(&claim(granted), unborn, FREE, &ask), Err(BirthMissing));
    check(early, granted, FREE, keep, Err(NotYet));
    check(late, granted, FREE, |step| step.day = day("2027-09-30"), Err(TooLate));
    let full = Shared { other_children: 2, ..FREE };
    check(now, granted, full, keep, Err(ChildrenFull));
    let spent = Shared { taken: Rupiah(174_000_000), ..FREE };
    check(now, granted, spent, keep, Err(LimitReached));
    check(now, granted, FREE, keep, Ok(Some(Rupiah(1_500_000))));
    // A million is left of all: no more is asked for.
    let nearly = Shared { taken: Rupiah(173_000_000), ..FREE };
    check(now, granted, nearly, keep, Ok(Some(Rupiah(1_000_000))));
}

#[test]
fn what_is_paid_is_held_against_what_it_came_to() {
    let children = [child(1, Some("sd1"), None)];
    let mut row = rows("2026-08-01", &children, &[])[0].clone();
    let mut kept = fresh(&claim(ClaimState::Granted), &row);
    (kept.state, kept.computed) = (YearState::Sent, Some(Rupiah(1_500_000)));
    row.kept = Some(kept);
    assert_eq!(row.difference(), None);
    let pay = YearAsked { rupiah: Some(Rupiah(1_000_000)), ..asked(YearStep::Pay, "2026-09-01") };
    let paid = year_step(&claim(ClaimState::Granted), &row, FREE, &pay).expect("paid");
    row.kept = Some(paid);
    assert_eq!(row.difference(), Some(Rupiah(-500_000)));
    let unnamed = YearAsked { reference: "", ..pay };
    let unnamed = year_step(&claim(ClaimState::Granted), &row, FREE, &unnamed);
    assert_eq!(unnamed, Err(YearRefusal::TransferMissing));
    let rest = YearAsked { rupiah: Some(Rupiah(500_000)), ..asked(YearStep::Pay, "2026-09-02") };
    row.kept = Some(year_step(&claim(ClaimState::Granted), &row, FREE, &rest).expect("paid"));
    assert_eq!(row.difference(), None);
}
