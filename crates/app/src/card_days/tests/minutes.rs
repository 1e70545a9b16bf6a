//! The minutes of a card day show the clock of the office: Paser goes by Central Indonesian Time.
//! What stands in them is read by pdftotext, a program of Debian; where it is not, this test is not
//! run. Everybody is invented.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;

/// 2022-11-14 16:30 UTC: half past eleven in Jakarta, half past midnight in Paser.
const MOMENT: i64 = 1_668_443_400_000;

/// The words of a paper; none where nothing reads them.
fn words_of(paper: &[u8]) -> Option<String> {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    reader.stdin.take().expect("is open").write_all(paper).expect("is read");
    let answer = reader.wait_with_output().expect("ends");
    let text = String::from_utf8(answer.stdout).expect("text");
    // Lines break where the paper ends.
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn what_was_handed_over_late_at_night_is_shown_by_the_offices_clock() {
    both(|world| {
        let office = &world.office;
        let pass_to = |moment: i64| {
            let wait = u64::try_from(moment - office.now_ms()).expect("still to come");
            office.environment.pass(wait);
        };
        pass_to(MOMENT + 60_000);
        let taken = world.sync(1, &[world.told(world.numbers[0], 1, MOMENT)]);
        assert_eq!(taken[0].state, HandoverState::Given);
        let words = Words::of(Language::Indonesian);
        let wish = MinutesAsked { number: "", giver: "", receiver: "Camat Rekaan" };
        let minutes = office.card_day_minutes(&world.actor, world.day.id, (&wish, words));
        let Some(text) = words_of(&minutes.expect("is printed").bytes) else { return };
        assert!(text.contains("· 00.30"), "{text}");
        assert!(text.contains("keadaan pada 15 November 2022 00.31 WITA"), "{text}");
        assert!(!text.contains("23.3") && !text.contains("WIB"), "{text}");
    });
}
