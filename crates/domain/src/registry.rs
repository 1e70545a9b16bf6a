//! The register: one record per human, as the offices know them.

use base::id::kind;
use base::{Day, Id, Nik, NoKk, PersonName, Phone, RegionCode, Sex};

use crate::occupation::OccupationKey;

/// One human in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: Id<kind::Person>,
    /// National identity number; the register has nobody without one.
    pub nik: Nik,
    /// Family card number.
    pub no_kk: Option<NoKk>,
    /// Name as on the list that brought the person in.
    pub name: PersonName,
    /// Date of birth.
    pub birth: Day,
    /// Place of birth as typed.
    pub birth_place: Option<Box<str>>,
    /// Sex.
    pub sex: Sex,
    /// Street or hamlet, with RT and RW, as typed.
    pub address: Option<Box<str>>,
    /// Village of residence; at least the regency is known.
    pub place: RegionCode,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Mother's maiden name.
    pub mother: Option<PersonName>,
}

/// What the register needs to say whether a row is somebody it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Who.
    pub id: Id<kind::Person>,
    /// National identity number.
    pub nik: Nik,
    /// Name.
    pub name: PersonName,
    /// Date of birth.
    pub birth: Day,
    /// Mother's maiden name.
    pub mother: Option<PersonName>,
    /// Place of residence.
    pub place: RegionCode,
    /// Whether a row of the programme at hand has already been accepted for this person, and on
    /// which sheet and row.
    pub on_programme: Option<(Id<kind::Sheet>, u16, u32)>,
    /// Whether number, name and the rest are those of a record that was merged into this person's:
    /// the person is known by them, and they change nothing in the person's own record.
    pub by_merged: bool,
}
