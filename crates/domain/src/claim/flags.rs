//! What is odd about a claim. A flag asks whoever handles it to look; it refuses nothing.

use base::{Day, Rupiah};
use rules::{Heir, RuleGap, Rulebook};

use super::{Assessment, Claim, ClaimKind, ClaimPerson, ClaimState, Receiver};

/// Registered so many days before the event is looked at.
const SHORTLY_DAYS: i32 = 30; // not law: a month is when an office begins to ask

/// Something to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// It happened before anything was paid.
    BeforeFirstPayment,
    /// Months that count were paid only after it; with them the benefit would be another.
    MonthsPaidLater {
        /// How many.
        months: u32,
        /// The benefit with them; none when it would be the same.
        rupiah: Option<Rupiah>,
    },
    /// Registered few days before it, or after.
    RegisteredShortly {
        /// How many days; 0 when it was after.
        days: u32,
    },
    /// Other claims of people at the same address.
    SameAddress {
        /// How many.
        claims: u32,
    },
    /// It happened at other work than the one that is registered.
    OtherOccupation,
    /// The member is insured elsewhere too; the burial is paid once.
    OtherSegment,
    /// Another claim of the same member.
    OtherClaim,
    /// Told of later than the law gives.
    ReportedLate {
        /// The last day.
        until: Day,
    },
    /// Not concluded in time after it was told of.
    ConcludedLate {
        /// The last day.
        until: Day,
    },
    /// The right to claim has lapsed.
    RightLapsed {
        /// The last day.
        until: Day,
    },
    /// BPJS grants another amount than the one computed.
    GrantDiffers {
        /// Granted less computed.
        rupiah: Rupiah,
    },
    /// Another amount was paid than granted.
    PaymentDiffers {
        /// Paid less granted.
        rupiah: Rupiah,
    },
    /// A heir who is not of the first group was written down together with one who is.
    HeirsOfLaterOrder,
}

impl Flag {
    /// Every code, in order.
    pub const NAMES: [&'static str; 13] = [
        "BEFORE_FIRST_PAYMENT",
        "MONTHS_PAID_LATER",
        "REGISTERED_SHORTLY",
        "SAME_ADDRESS",
        "OTHER_OCCUPATION",
        "OTHER_SEGMENT",
        "OTHER_CLAIM",
        "REPORTED_LATE",
        "CONCLUDED_LATE",
        "RIGHT_LAPSED",
        "GRANT_DIFFERS",
        "PAYMENT_DIFFERS",
        "HEIRS_OF_LATER_ORDER",
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        let index = match self {
            Flag::BeforeFirstPayment => 0,
            Flag::MonthsPaidLater { .. } => 1,
            Flag::RegisteredShortly { .. } => 2,
            Flag::SameAddress { .. } => 3,
            Flag::OtherOccupation => 4,
            Flag::OtherSegment => 5,
            Flag::OtherClaim => 6,
            Flag::ReportedLate { .. } => 7,
            Flag::ConcludedLate { .. } => 8,
            Flag::RightLapsed { .. } => 9,
            Flag::GrantDiffers { .. } => 10,
            Flag::PaymentDiffers { .. } => 11,
            Flag::HeirsOfLaterOrder => 12,
        };
        Flag::NAMES[index]
    }
}

/// What the flags of a claim follow from.
#[derive(Debug, Clone, Copy)]
pub struct FlagInput<'a> {
    /// The claim.
    pub claim: &'a Claim,
    /// What it comes to.
    pub assessment: &'a Assessment,
    /// Whom it names.
    pub people: &'a [ClaimPerson],
    /// Who of them receives.
    pub receivers: &'a [Receiver],
    /// The day the register first knew the member as one.
    pub known_since: Option<Day>,
    /// The registered work.
    pub occupation: Option<&'a str>,
    /// Other claims of people at the same address.
    pub same_address: u32,
    /// Other claims of the same member that were not taken back.
    pub other_claims: u32,
    /// Whether another segment insures the member too.
    pub elsewhere: bool,
    /// Today.
    pub today: Day,
}

/// What is odd about a claim, in the order of [`Flag::NAMES`].
///
/// # Errors
/// [`RuleGap`] when no rule gives a clock for the day.
pub fn flags(rulebook: &Rulebook, input: &FlagInput<'_>) -> Result<Vec<Flag>, RuleGap> {
    let (claim, assessment) = (input.claim, input.assessment);
    let mut found = Vec::new();
    if claim.kind != ClaimKind::Jht {
        let first = assessment.first_paid;
        if first.is_none_or(|first| claim.event < first) {
            found.push(Flag::BeforeFirstPayment);
        }
        if assessment.paid_later > 0 {
            let (months, rupiah) = (assessment.paid_later, assessment.if_later);
            found.push(Flag::MonthsPaidLater { months, rupiah });
        }
        let days = input.known_since.map(|known| known.days_until(claim.event));
        if let Some(days) = days.filter(|days| *days < SHORTLY_DAYS) {
            found.push(Flag::RegisteredShortly { days: days.max(0).unsigned_abs() });
        }
    }
    if input.same_address > 0 {
        found.push(Flag::SameAddress { claims: input.same_address });
    }
    let told = claim.occupation.as_deref();
    if told.is_some_and(|told| input.occupation.is_some_and(|known| known != told)) {
        found.push(Flag::OtherOccupation);
    }
    if input.elsewhere && claim.kind.is_death() {
        found.push(Flag::OtherSegment);
    }
    if input.other_claims > 0 {
        found.push(Flag::OtherClaim);
    }
    found.extend(late(rulebook, claim, input.today)?);
    found.extend(differing(claim, assessment));
    if claim.kind.is_death() && names_later_heirs(input) {
        found.push(Flag::HeirsOfLaterOrder);
    }
    Ok(found)
}

fn late(rulebook: &Rulebook, claim: &Claim, today: Day) -> Result<Vec<Flag>, RuleGap> {
    let mut found = Vec::new();
    let is_accident = claim.kind.scheme() == rules::Scheme::Jkk;
    if is_accident {
        let (until, _) = rulebook.report_until(claim.event)?;
        if claim.reported > until {
            found.push(Flag::ReportedLate { until });
        }
        let waits = !claim.state.is_claimed() && claim.state != ClaimState::Withdrawn;
        if let Ok((until, _)) = rulebook.conclude_until(claim.reported)
            && waits
            && today > until
        {
            found.push(Flag::ConcludedLate { until });
        }
    }
    if claim.kind != ClaimKind::Jht {
        let (until, _) = rulebook.claim_until(claim.event)?;
        let by = if claim.state.is_claimed() { claim.reported } else { today };
        if by > until {
            found.push(Flag::RightLapsed { until });
        }
    }
    Ok(found)
}

fn differing(claim: &Claim, assessment: &Assessment) -> Vec<Flag> {
    let mut found = Vec::new();
    let Some(granted) = claim.granted else { return found };
    if granted != assessment.answer.total {
        let rupiah = Rupiah(granted.0 - assessment.answer.total.0);
        found.push(Flag::GrantDiffers { rupiah });
    }
    let paid = matches!(claim.state, ClaimState::Paid | ClaimState::Closed);
    if paid && claim.paid != granted {
        found.push(Flag::PaymentDiffers { rupiah: Rupiah(claim.paid.0 - granted.0) });
    }
    found
}

/// Whether somebody is written down as a heir who receives nothing.
fn names_later_heirs(input: &FlagInput<'_>) -> bool {
    let receives = |person: &ClaimPerson| input.receivers.iter().any(|one| one.no == person.no);
    let heirs = input.people.iter().filter(|one| one.relation != Heir::FuneralOrganiser);
    !input.receivers.is_empty() && heirs.clone().any(|person| !receives(person))
}
