//! Numbers that other servers are told of: those of a living one are told whoever else is away.

use store::twin::tampering;

use super::*;

/// Tells of two numbers at a time until a call says that no more can be told now; what waits lies
/// on the other server.
fn told_by_twos(two: &Two) {
    assert_eq!(tamper(&two.database.owner(), tampering::NUMBERS_TOLD_BY_TWOS), Ok(()));
    assert_eq!(tamper(&two.database.superuser(), tampering::OWN_PARTS_ARE_TOLD), Ok(()));
}

/// With the second server killed.
pub(super) fn the_living_one_is_told(two: &Two, here: &Store, numbers: std::ops::Range<u32>) {
    while tell(here).expect("tells whom it can") {}
    let before = here.read(claims::waiting).expect("counts");
    let count = u64::from(numbers.end - numbers.start);
    assert_eq!(keep(here, numbers, 1), Ok(count));
    assert_eq!(here.read(claims::waiting), Ok(before + count));
    told_by_twos(two);
    let left = here.read(claims::waiting).expect("counts");
    assert!((before + 1..before + count).contains(&left), "{left}");
    let begun = Instant::now();
    assert_eq!(tell(here), Ok(false), "what is left cannot be told now");
    assert!(begun.elapsed() < Duration::from_secs(8), "the silent one is asked once");
    assert_eq!(here.read(claims::waiting), Ok(left));
}

/// The way to the other server breaks within its part, at several places.
pub(super) fn a_way_that_breaks_while_telling(two: &Two, here: &Store, from: u32) {
    let mut broken = 0;
    for (at, bytes) in (0..).zip([20, 90, 200, 400, 700]) {
        let first = from + at * 8;
        assert_eq!(keep(here, first..first + 8, 1), Ok(8));
        two.to_there.break_after(Toward::Server, bytes);
        broken += u32::from(tell(here).is_err());
        two.join();
        tell_all(here);
    }
    assert!(broken > 0, "nothing broke while it was told");
}
