//! Numbers that other servers are told of: those of a living one are told whoever else is away.

use super::*;

/// Fails unless every number of the regency that lies on the first server is told, and none of
/// those that wait lies there.
fn own_parts_are_told(two: &Two) {
    let lies_here = "(satisfies_hash_partition('nik_claim'::regclass, 4, 0, nik_index)
        or satisfies_hash_partition('nik_claim'::regclass, 4, 2, nik_index))";
    let text = format!(
        "do $$ begin
            if exists (select from nik_claim_wait where tenant = {HERE} and {lies_here}) then
                raise exception 'waits';
            end if;
            if exists (
                select nik_index from person where tenant = {HERE} and {lies_here}
                except (
                    select nik_index from nik_claim_0 where tenant = {HERE}
                    union all select nik_index from nik_claim_2 where tenant = {HERE}
                )
            ) then
                raise exception 'forgotten';
            end if;
        end $$"
    );
    assert_eq!(tamper(&two.database.superuser(), &text), Ok(()));
}

/// Tells of two numbers at a time until a call says that no more can be told now.
fn told_by_twos(two: &Two, store: &Store, calls_max: u32) {
    let text = format!(
        "set payung.tenant = '{HERE}';
        do $$ declare calls int := 1; begin
            while nik_claim_tell(2) = 2 loop
                calls := calls + 1;
                if calls > {calls_max} then raise exception 'told for ever'; end if;
            end loop;
        end $$"
    );
    assert_eq!(tamper(&two.database.owner(), &text), Ok(()));
    assert!(store.read(claims::waiting).is_ok_and(|count| count > 0));
}

/// With the second server killed.
pub(super) fn the_living_one_is_told(two: &Two, here: &Store, numbers: std::ops::Range<u32>) {
    while tell(here).expect("tells whom it can") {}
    let before = here.read(claims::waiting).expect("counts");
    let count = u64::from(numbers.end - numbers.start);
    assert_eq!(keep(here, numbers, 1), Ok(count));
    assert_eq!(here.read(claims::waiting), Ok(before + count));
    told_by_twos(two, here, 20);
    own_parts_are_told(two);
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
