//! The names of lines, numbers and notes; the catalogue of words has a sentence for each.

use base::{Day, Rupiah};

macro_rules! keys {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// Every key, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }
        }
    };
}

keys! {
    /// What a line is.
    LineKey {
        /// A contribution printed for a tier.
        ContributionTier = "contribution-tier",
        /// A contribution that is the same for everybody.
        ContributionFlat = "contribution-flat",
        /// A contribution that is a share of a base.
        ContributionShare = "contribution-share",
        /// A contribution over slices of a contract.
        ContributionSlices = "contribution-slices",
        /// One slice of a contract.
        ContributionSlice = "contribution-slice",
        /// A contribution after relief.
        ContributionRelieved = "contribution-relieved",
        /// The package before working abroad.
        PmiBefore = "pmi-before",
        /// The package during and after working abroad.
        PmiDuring = "pmi-during",
        /// Months added to a contract abroad.
        PmiExtension = "pmi-extension",
        /// Voluntary old age savings abroad.
        PmiOldAge = "pmi-old-age",
        /// A penalty for paying late.
        Penalty = "penalty",
        /// One instalment of a project's contribution.
        Instalment = "instalment",
        /// Lump sum for a death by work accident.
        JkkDeath = "jkk-death",
        /// The same, raised to the least that the law gives.
        JkkDeathLeast = "jkk-death-least",
        /// Lump sum for total permanent disability.
        JkkTotal = "jkk-total",
        /// Lump sum for one loss of the disability table.
        JkkLoss = "jkk-loss",
        /// Several losses, kept under the limit of their sum.
        JkkLossesLimited = "jkk-losses-limited",
        /// Months of temporary incapacity at one share of the wage.
        JkkIncapacity = "jkk-incapacity",
        /// Days of temporary incapacity beyond full months.
        JkkIncapacityDays = "jkk-incapacity-days",
        /// Transport by land.
        JkkTransportLand = "jkk-transport-land",
        /// Transport by sea.
        JkkTransportSea = "jkk-transport-sea",
        /// Transport by air.
        JkkTransportAir = "jkk-transport-air",
        /// Dentures.
        JkkDentures = "jkk-dentures",
        /// A hearing aid.
        JkkHearingAid = "jkk-hearing-aid",
        /// Glasses.
        JkkGlasses = "jkk-glasses",
        /// A prosthesis or orthosis.
        JkkProsthesis = "jkk-prosthesis",
        /// The most that is given for a prosthesis.
        JkkProsthesisPrice = "jkk-prosthesis-price",
        /// Care at home.
        JkkHomeCare = "jkk-home-care",
        /// Periodic payments after a work accident.
        JkkPeriodic = "jkk-periodic",
        /// Burial after a work accident.
        JkkBurial = "jkk-burial",
        /// Lump sum for a death.
        JkmLump = "jkm-lump",
        /// Periodic payments after a death.
        JkmPeriodic = "jkm-periodic",
        /// Burial.
        JkmBurial = "jkm-burial",
        /// A child's scholarship.
        ScholarshipChild = "scholarship-child",
        /// A child's years at one level of school.
        ScholarshipLevel = "scholarship-level",
        /// A scholarship paid at once.
        ScholarshipLump = "scholarship-lump",
        /// All scholarships together.
        ScholarshipSum = "scholarship-sum",
        /// All scholarships, kept under their limit.
        ScholarshipLimited = "scholarship-limited",
        /// Old age savings paid out.
        JhtBalance = "jht-balance",
        /// Tax on them.
        JhtTax = "jht-tax",
        /// One slice of the tax.
        JhtTaxSlice = "jht-tax-slice",
        /// What was paid in.
        JhtPaidIn = "jht-paid-in",
        /// What a year added.
        JhtGrowth = "jht-growth",
        /// What was taken out before.
        JhtTaken = "jht-taken",
        /// A monthly pension.
        JpMonthly = "jp-monthly",
        /// A pension raised to its least.
        JpLeast = "jp-least",
        /// A pension cut to its most.
        JpMost = "jp-most",
        /// A pension paid at once.
        JpLump = "jp-lump",
        /// Months of unemployment cash at one share of the wage.
        JkpCash = "jkp-cash",
    }
}

keys! {
    /// What a number is.
    NumberKey {
        /// A month's wage, or the base of a tier.
        Wage = "wage",
        /// The reported income.
        Income = "income",
        /// The printed number of a tier.
        TierNumber = "tier",
        /// The base of a tier.
        Base = "base",
        /// A rate.
        Rate = "rate",
        /// The part of a contribution that remains payable.
        Payable = "payable",
        /// The value of a contract without VAT.
        Contract = "contract",
        /// A slice of a measure.
        Slice = "slice",
        /// A contribution.
        Contribution = "contribution",
        /// The multiple of the wage.
        Multiple = "multiple",
        /// A share of that multiple.
        Share = "share",
        /// A percentage of the disability table.
        TableShare = "table-share",
        /// How much of a function was lost.
        FunctionShare = "function-share",
        /// How many pieces, or tens of decibels or per cent.
        Pieces = "pieces",
        /// Months.
        Months = "months",
        /// Days.
        Days = "days",
        /// Years.
        Years = "years",
        /// Months in a year.
        MonthsInYear = "months-in-year",
        /// Days in a month.
        DaysInMonth = "days-in-month",
        /// An amount for one month.
        Monthly = "monthly",
        /// An amount for one year.
        Yearly = "yearly",
        /// A cost, as billed.
        Cost = "cost",
        /// A limit from above.
        Limit = "limit",
        /// A limit from below.
        Least = "least",
        /// A balance.
        Balance = "balance",
        /// A price at a government hospital.
        Price = "price",
        /// A whole and a part over it.
        Markup = "markup",
        /// A rate of growth in a year.
        Growth = "growth",
        /// An age in years, as a condition.
        Age = "age",
        /// Months to wait, as a condition.
        WaitingMonths = "waiting-months",
        /// Years of membership, as a condition.
        MemberYears = "member-years",
        /// Months that a condition asks for.
        MonthsRequired = "months-required",
        /// Months that count toward a condition.
        MonthsCounted = "months-counted",
        /// A due day.
        DueDay = "due-day",
    }
}

impl NumberKey {
    /// Whether the number is there for the reader and no factor of the amount.
    pub fn is_shown_only(self) -> bool {
        matches!(
            self,
            NumberKey::Age
                | NumberKey::DueDay
                | NumberKey::Income
                | NumberKey::MemberYears
                | NumberKey::MonthsCounted
                | NumberKey::MonthsRequired
                | NumberKey::TierNumber
                | NumberKey::WaitingMonths
        )
    }
}

/// What decided an answer, or what its reader must know besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Note {
    /// Registered after the event, or never.
    NotRegistered,
    /// No contribution was paid for a month up to the event.
    NotPaid,
    /// Cover had lapsed before the event.
    Lapsed {
        /// The last day paid for.
        paid_until: Day,
    },
    /// In arrears inside the grace period; payable after they are settled.
    SettleArrears {
        /// How many months.
        months: i64,
    },
    /// Too few consecutive months: burial only.
    BurialOnly {
        /// Months that count.
        counted: i64,
        /// Months required.
        required: i64,
    },
    /// More children than the law supports; those with the greatest sums were taken.
    ChildrenLeftOut {
        /// How many were left out.
        children: i64,
    },
    /// Contributions for too few months.
    MonthsTooFew {
        /// Months that count.
        counted: i64,
        /// Months required.
        required: i64,
    },
    /// Past an age limit.
    AgeOutside {
        /// The limit in years.
        limit: i64,
    },
    /// Burial is paid once, and another segment pays it.
    BurialPaidOnce,
    /// Payable on terms that the question does not tell: an age, a waiting time, a yearly claim.
    OnTerms,
    /// Paid on time.
    OnTime,
    /// So much is put off, to be paid later.
    Deferred {
        /// How much.
        rupiah: Rupiah,
    },
}

impl Note {
    /// Every code, in order.
    pub const NAMES: &'static [&'static str] = &[
        "NOT_REGISTERED",
        "NOT_PAID",
        "LAPSED",
        "SETTLE_ARREARS",
        "BURIAL_ONLY",
        "CHILDREN_LEFT_OUT",
        "MONTHS_TOO_FEW",
        "AGE_OUTSIDE",
        "BURIAL_PAID_ONCE",
        "ON_TERMS",
        "ON_TIME",
        "DEFERRED",
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        let index = match self {
            Note::NotRegistered => 0,
            Note::NotPaid => 1,
            Note::Lapsed { .. } => 2,
            Note::SettleArrears { .. } => 3,
            Note::BurialOnly { .. } => 4,
            Note::ChildrenLeftOut { .. } => 5,
            Note::MonthsTooFew { .. } => 6,
            Note::AgeOutside { .. } => 7,
            Note::BurialPaidOnce => 8,
            Note::OnTerms => 9,
            Note::OnTime => 10,
            Note::Deferred { .. } => 11,
        };
        Note::NAMES[index]
    }
}
