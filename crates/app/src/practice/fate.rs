//! What each practice row is made to meet, and the outcome that Payung must give it.

use domain::enrolment::Outcome;

macro_rules! fates {
    ($($(#[$doc:meta])* $variant:ident = $count:literal $outcome:ident),* $(,)?) => {
        /// Why a row is on a practice list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fate { $($(#[$doc])* $variant),* }

        impl Fate {
            /// Every fate.
            pub const ALL: &'static [Fate] = &[$(Fate::$variant),*];

            /// How many rows of the whole practice Paser meet it.
            pub fn count(self) -> u32 {
                match self { $(Fate::$variant => $count),* }
            }

            /// The outcome it must lead to; a good row may also be accepted to confirm.
            pub fn outcome(self) -> Outcome {
                match self { $(Fate::$variant => Outcome::$outcome),* }
            }
        }
    };
}

fates! {
    /// Somebody the programme is for.
    Good = 32268 Accepted,
    /// The spreadsheet rounded the NIK.
    NikRounded = 420 NeedsFix,
    /// A digit too few or too many.
    NikLength = 170 NeedsFix,
    /// A thirteenth month, a 31 February.
    NikImpossibleDate = 60 NeedsFix,
    /// No NIK, or a dash.
    NikMissing = 150 NeedsFix,
    /// Words in place of the NIK.
    NikNotDigits = 25 NeedsFix,
    /// Serial 0000.
    NikSerialZero = 15 NeedsFix,
    /// Begins with a province that never was.
    NikProvince = 10 NeedsFix,
    /// The family card number in the NIK column.
    NikIsKk = 70 NeedsFix,
    /// No name.
    NameMissing = 45 NeedsFix,
    /// A birth date that no calendar has.
    BirthUnreadable = 40 NeedsFix,
    /// Born in the century before last.
    BirthOutOfRange = 15 NeedsFix,
    /// Another person's NIK, from an earlier list.
    NikShared = 24 NeedsFix,
    /// One NIK for two people of the same file: both are asked.
    NikSharedInFile = 16 NeedsFix,
    /// Somebody of an earlier list, mother's name and all, under another NIK.
    OtherNik = 40 NeedsFix,
    /// Two NIK for one person of the same file: both rows are asked about.
    OtherNikInFile = 20 NeedsFix,
    /// Stands earlier in the same file.
    DuplicateInFile = 340 DuplicateInFile,
    /// Work that is in no list.
    OccupationUnknown = 90 NeedsDecision,
    /// On the list of the dead.
    Dead = 230 RefusedDead,
    /// On the list of civil servants.
    Asn = 130 RefusedAsn,
    /// 65 or older on the day of registration.
    AgeOver = 480 RefusedAgeOver,
    /// A child.
    AgeUnder = 25 RefusedAgeUnder,
    /// Lives in another regency, by the district on the list.
    Outside = 60 RefusedOutside,
    /// Work that the programme is not for.
    OccupationOutside = 140 RefusedOccupation,
    /// Already insured by somebody else.
    Insured = 560 RefusedInsured,
    /// Already accepted from an earlier village's list.
    OnEarlierList = 557 AlreadyOnProgramme,
}

impl Fate {
    /// Whether the row repeats somebody of an earlier file.
    pub fn needs_earlier_file(self) -> bool {
        matches!(self, Fate::NikShared | Fate::OtherNik | Fate::OnEarlierList)
    }

    /// Whether such rows come in pairs in one file.
    pub fn is_paired(self) -> bool {
        matches!(self, Fate::NikSharedInFile | Fate::OtherNikInFile)
    }
}

/// Something small about a good row: it is accepted all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// Nothing.
    None,
    /// The date in the NIK is not the birth date.
    BirthContradictsNik,
    /// The NIK was issued for the other sex.
    SexContradictsNik,
    /// A letter O or l typed for a digit of the NIK.
    LetterInNik,
    /// The family card number lacks a digit.
    KkShort,
    /// No birth date but the one in the NIK.
    BirthBlank,
    /// Name and NIK stand in each other's column.
    NameAndNikSwapped,
    /// The civil registry writes another name.
    DukcapilName,
    /// The civil registry has another birth date.
    DukcapilBirth,
    /// The civil registry's reply leaves the person out.
    DukcapilAbsent,
}

/// How many good rows of a thousand carry each flaw.
pub const FLAWS: [(Flaw, u32); 10] = [
    (Flaw::BirthContradictsNik, 83),
    (Flaw::SexContradictsNik, 4),
    (Flaw::LetterInNik, 4),
    (Flaw::KkShort, 3),
    (Flaw::BirthBlank, 7),
    (Flaw::NameAndNikSwapped, 2),
    (Flaw::DukcapilName, 5),
    (Flaw::DukcapilBirth, 2),
    (Flaw::DukcapilAbsent, 1),
    (Flaw::None, 889),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_paser_has_thirty_six_thousand_rows() {
        assert_eq!(Fate::Good.count(), 32_268);
        assert_eq!(Fate::ALL.iter().map(|fate| fate.count()).sum::<u32>(), 36_000);
        assert_eq!(FLAWS.iter().map(|(_, permille)| permille).sum::<u32>(), 1_000);
    }
}
