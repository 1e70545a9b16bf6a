//! One human on the wall: one in the numerator, and the money as it was paid. Everybody is invented.

use base::Month;
use rules::Scheme;

use super::*;

/// Covered people in October for work accidents, by what is known today; the sums are those of the
/// months.
fn covered(world: &World) -> u64 {
    let (office, today) = (&world.office, world.office.today());
    assert_eq!(office.differing_cover_sums(&world.operator), Ok(0));
    let sums = office.store.read(|tx| store::cover_sums::of_months(tx, today)).expect("reads");
    let october = Month::new(2022, 10).expect("a month");
    let own = sums.iter().filter(|sum| sum.month == october && sum.scheme == Scheme::Jkk);
    own.map(|sum| sum.people).sum()
}

#[test]
fn one_human_counts_once_and_the_money_stays_as_it_was_paid() {
    both(|world| {
        let pair = world.paid_twice();
        let spent = || {
            let paid = world.office.store.read(|tx| {
                let mut paid = Vec::new();
                for programme in store::programmes::list(tx)? {
                    paid.extend(store::covered::of_programme(tx, programme.id)?);
                }
                Ok::<_, AppError>(paid.len())
            });
            world.office.verify_ledger(&world.operator).expect("covered as billed");
            paid.expect("read")
        };
        // Two programmes, three memberships, two schemes.
        assert_eq!((covered(world), spent()), (3, 6));
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        assert_eq!(covered(world), 3);
        world.second(pair.id, true).expect("is approved");
        assert_eq!((covered(world), spent()), (2, 6));
        world.say(pair.id, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        assert_eq!((covered(world), spent()), (3, 6));
    });
}

/// Paid for once more after the merging, by a programme that billed them as two.
#[test]
fn what_is_paid_after_the_merging_counts_once_too() {
    both(|world| {
        let pair = world.paid_after_the_merging();
        assert_eq!(covered(world), 2);
        world.say(pair.id, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        assert_eq!(covered(world), 3);
    });
}
