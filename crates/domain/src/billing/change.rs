//! What is different from the bill of the month before: who came, who went, who costs another
//! amount, each with the reason.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, Rupiah};

use super::{BillLine, Excluded, ExclusionReason};

/// A membership that is billed another amount than the month before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differing {
    /// Which.
    pub membership: Id<kind::Membership>,
    /// Whose.
    pub person: Id<kind::Person>,
    /// What the bill before asked for; nothing when it was not on it.
    pub before: Rupiah,
    /// What this one asks for.
    pub after: Rupiah,
}

/// The memberships that two bills' lines ask different amounts for, by id.
pub fn differing(before: &[BillLine], after: &[BillLine]) -> Vec<Differing> {
    let mut sums: HashMap<_, (Rupiah, Rupiah)> = HashMap::with_capacity(before.len());
    for line in before {
        sums.entry((line.membership, line.person)).or_default().0.0 += line.rupiah.0;
    }
    for line in after {
        sums.entry((line.membership, line.person)).or_default().1.0 += line.rupiah.0;
    }
    let differs = sums.into_iter().filter(|(_, (before, after))| before != after);
    let mut found: Vec<Differing> = differs
        .map(|((membership, person), (before, after))| Differing {
            membership,
            person,
            before,
            after,
        })
        .collect();
    found.sort_by_key(|one| (one.membership, one.person));
    found
}

/// On which side of a comparison somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeSide {
    /// Billed now and not before.
    Joined,
    /// Billed before and not now.
    Left,
    /// Billed another amount.
    Changed,
}

impl ChangeSide {
    /// Every side, in the order of showing.
    pub const ALL: [ChangeSide; 3] = [ChangeSide::Joined, ChangeSide::Left, ChangeSide::Changed];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            ChangeSide::Joined => "joined",
            ChangeSide::Left => "left",
            ChangeSide::Changed => "changed",
        }
    }
}

/// Why somebody is billed otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeWhy {
    /// The membership was made since.
    NewMember,
    /// The membership's first month has come.
    Began,
    /// The membership's last month is past.
    Ended,
    /// Died in an earlier month.
    Died,
    /// By the birth date known now, the person could not be registered.
    MayNotRegister,
    /// Another programme pays now.
    PaidElsewhere,
    /// Another programme pays no more.
    ElsewhereEnded,
    /// Another regency pays now.
    PaidInOtherRegion,
    /// Another regency pays no more.
    OtherRegionEnded,
    /// What the register or a list said of the person was corrected.
    Corrected,
    /// The law asks for nothing any more.
    NothingDue,
    /// The law asks for something now.
    DueBegan,
    /// The record was merged with another.
    Merged,
    /// The amount that the law or the programme orders is another.
    Rate,
}

impl ChangeWhy {
    /// Every reason, in the order of showing.
    pub const ALL: [ChangeWhy; 14] = [
        ChangeWhy::NewMember,
        ChangeWhy::Began,
        ChangeWhy::Ended,
        ChangeWhy::Died,
        ChangeWhy::MayNotRegister,
        ChangeWhy::PaidElsewhere,
        ChangeWhy::ElsewhereEnded,
        ChangeWhy::PaidInOtherRegion,
        ChangeWhy::OtherRegionEnded,
        ChangeWhy::Corrected,
        ChangeWhy::NothingDue,
        ChangeWhy::DueBegan,
        ChangeWhy::Merged,
        ChangeWhy::Rate,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            ChangeWhy::NewMember => "new-member",
            ChangeWhy::Began => "began",
            ChangeWhy::Ended => "ended",
            ChangeWhy::Died => "died",
            ChangeWhy::MayNotRegister => "may-not-register",
            ChangeWhy::PaidElsewhere => "paid-elsewhere",
            ChangeWhy::ElsewhereEnded => "elsewhere-ended",
            ChangeWhy::PaidInOtherRegion => "paid-in-other-region",
            ChangeWhy::OtherRegionEnded => "other-region-ended",
            ChangeWhy::Corrected => "corrected",
            ChangeWhy::NothingDue => "nothing-due",
            ChangeWhy::DueBegan => "due-began",
            ChangeWhy::Merged => "merged",
            ChangeWhy::Rate => "rate",
        }
    }
}

/// A difference with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Who, and how much.
    pub differing: Differing,
    /// Came, went, or costs another amount.
    pub side: ChangeSide,
    /// Why.
    pub why: ChangeWhy,
}

/// Says of every difference why it is one, from whom either bill left out.
pub fn explained(
    differing: &[Differing],
    left_out_before: &[Excluded],
    left_out_now: &[Excluded],
) -> Vec<Change> {
    let reasons = |left_out: &[Excluded]| -> HashMap<Id<kind::Membership>, ExclusionReason> {
        left_out.iter().map(|left| (left.membership, left.reason)).collect()
    };
    let (before, now) = (reasons(left_out_before), reasons(left_out_now));
    let explain = |one: &Differing| {
        let (was, is) = (before.get(&one.membership), now.get(&one.membership));
        let (side, why) = match (one.before, one.after) {
            (Rupiah::ZERO, _) => (ChangeSide::Joined, joined(was)),
            (_, Rupiah::ZERO) => (ChangeSide::Left, left(is)),
            _ => (ChangeSide::Changed, changed(was, is)),
        };
        Change { differing: *one, side, why }
    };
    differing.iter().map(explain).collect()
}

fn joined(was: Option<&ExclusionReason>) -> ChangeWhy {
    match was {
        None => ChangeWhy::NewMember,
        Some(ExclusionReason::NotInMonths) => ChangeWhy::Began,
        Some(ExclusionReason::Died { .. } | ExclusionReason::MayNotRegister(_)) => {
            ChangeWhy::Corrected
        }
        Some(ExclusionReason::PaidElsewhere { .. }) => ChangeWhy::ElsewhereEnded,
        Some(ExclusionReason::PaidInOtherRegion) => ChangeWhy::OtherRegionEnded,
        Some(ExclusionReason::NothingDue) => ChangeWhy::DueBegan,
    }
}

fn left(is: Option<&ExclusionReason>) -> ChangeWhy {
    match is {
        None => ChangeWhy::Merged,
        Some(ExclusionReason::NotInMonths) => ChangeWhy::Ended,
        Some(ExclusionReason::Died { .. }) => ChangeWhy::Died,
        Some(ExclusionReason::MayNotRegister(_)) => ChangeWhy::MayNotRegister,
        Some(ExclusionReason::PaidElsewhere { .. }) => ChangeWhy::PaidElsewhere,
        Some(ExclusionReason::PaidInOtherRegion) => ChangeWhy::PaidInOtherRegion,
        Some(ExclusionReason::NothingDue) => ChangeWhy::NothingDue,
    }
}

fn changed(was: Option<&ExclusionReason>, is: Option<&ExclusionReason>) -> ChangeWhy {
    match (was, is) {
        (_, Some(ExclusionReason::PaidElsewhere { .. })) => ChangeWhy::PaidElsewhere,
        (Some(ExclusionReason::PaidElsewhere { .. }), _) => ChangeWhy::ElsewhereEnded,
        _ => ChangeWhy::Rate,
    }
}

#[cfg(test)]
mod tests {
    use base::Month;

    use super::*;

    fn one_differing(number: u8, before: i64, after: i64) -> Differing {
        Differing {
            membership: Id::from_bytes([number; 16]),
            person: Id::from_bytes([number + 100; 16]),
            before: Rupiah(before),
            after: Rupiah(after),
        }
    }

    fn excluded(number: u8, reason: ExclusionReason) -> Excluded {
        let one = one_differing(number, 0, 0);
        Excluded { membership: one.membership, person: one.person, reason }
    }

    #[test]
    fn lines_are_summed_by_membership_before_they_are_compared() {
        let lines = |amounts: &[(u8, i64)]| -> Vec<BillLine> {
            let line = |&(number, rupiah): &(u8, i64)| BillLine {
                membership: Id::from_bytes([number; 16]),
                person: Id::from_bytes([number + 100; 16]),
                scheme: rules::Scheme::Jkk,
                rupiah: Rupiah(rupiah),
                rule: "rule".into(),
                article: "article".into(),
                status: rules::RuleStatus::Confirmed,
                relief: None,
            };
            amounts.iter().map(line).collect()
        };
        let before = lines(&[(1, 10_000), (1, 6_800), (2, 10_000), (3, 10_000)]);
        let after = lines(&[(4, 10_000), (2, 5_000), (1, 6_800), (1, 10_000)]);
        let found = differing(&before, &after);
        let expect = [(2, 10_000, 5_000), (3, 10_000, 0), (4, 0, 10_000)]
            .map(|(number, before, after)| one_differing(number, before, after));
        assert_eq!(found, expect);
    }

    #[test]
    fn everybody_who_is_billed_otherwise_has_a_side_and_a_reason() {
        use ExclusionReason as R;
        let died = R::Died { month: Month::parse("2022-10").expect("a month") };
        let elsewhere = R::PaidElsewhere {
            scheme: rules::Scheme::Jkm,
            programme: Id::from_bytes([9; 16]),
            transfer: Id::from_bytes([8; 16]),
        };
        let mut numbers = 0;
        let mut check = |was: Option<R>, is: Option<R>, (before, after), side, why: ChangeWhy| {
            numbers += 1;
            let before_out: Vec<_> = was.map(|was| excluded(numbers, was)).into_iter().collect();
            let now_out: Vec<_> = is.map(|is| excluded(numbers, is)).into_iter().collect();
            let one = one_differing(numbers, before, after);
            let found = explained(&[one], &before_out, &now_out);
            assert_eq!(found, [Change { differing: one, side, why }], "{}", why.name());
        };
        use ChangeSide::{Changed, Joined, Left};
        check(None, None, (0, 16_800), Joined, ChangeWhy::NewMember);
        check(Some(R::NotInMonths), None, (0, 16_800), Joined, ChangeWhy::Began);
        check(Some(died), None, (0, 16_800), Joined, ChangeWhy::Corrected);
        check(Some(elsewhere), None, (0, 16_800), Joined, ChangeWhy::ElsewhereEnded);
        check(Some(R::NothingDue), None, (0, 16_800), Joined, ChangeWhy::DueBegan);
        check(None, None, (16_800, 0), Left, ChangeWhy::Merged);
        check(None, Some(R::NotInMonths), (16_800, 0), Left, ChangeWhy::Ended);
        check(None, Some(died), (16_800, 0), Left, ChangeWhy::Died);
        check(None, Some(elsewhere), (16_800, 0), Left, ChangeWhy::PaidElsewhere);
        check(None, Some(R::NothingDue), (16_800, 0), Left, ChangeWhy::NothingDue);
        check(None, Some(elsewhere), (16_800, 10_000), Changed, ChangeWhy::PaidElsewhere);
        check(Some(elsewhere), None, (10_000, 16_800), Changed, ChangeWhy::ElsewhereEnded);
        check(None, None, (16_800, 8_400), Changed, ChangeWhy::Rate);
    }
}
