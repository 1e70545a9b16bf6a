//! Reference lists: what other offices already know, each with the day it was true.

use base::id::kind;
use base::{Day, Id, Nik, PersonName};

/// What a reference list says about the people on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// The civil registry's reply: these numbers exist, with this name and birth date.
    Dukcapil,
    /// BPJS Ketenagakerjaan's reply: already insured.
    BpjsAktif,
    /// Civil servants, who are insured elsewhere.
    Asn,
    /// The dead.
    Meninggal,
    /// The welfare deciles of households (DTSEN), in a column of its own.
    Kesejahteraan,
    /// People with a disability.
    Disabilitas,
    /// Everybody whom a mandate names, such as all health cadres.
    Wajib,
}

impl ReferenceKind {
    /// Every kind, in order.
    pub const ALL: [ReferenceKind; 7] = [
        ReferenceKind::Dukcapil,
        ReferenceKind::BpjsAktif,
        ReferenceKind::Asn,
        ReferenceKind::Meninggal,
        ReferenceKind::Kesejahteraan,
        ReferenceKind::Disabilitas,
        ReferenceKind::Wajib,
    ];

    /// The stable name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            ReferenceKind::Dukcapil => "dukcapil",
            ReferenceKind::BpjsAktif => "bpjs-aktif",
            ReferenceKind::Asn => "asn",
            ReferenceKind::Meninggal => "meninggal",
            ReferenceKind::Kesejahteraan => "kesejahteraan",
            ReferenceKind::Disabilitas => "disabilitas",
            ReferenceKind::Wajib => "wajib",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<ReferenceKind> {
        ReferenceKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One received reference list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceList {
    /// Which.
    pub id: Id<kind::ReferenceList>,
    /// What it says.
    pub kind: ReferenceKind,
    /// The day on which it was true, by its sender.
    pub as_of: Day,
}

/// One line of a reference list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceEntry {
    /// Who.
    pub nik: Nik,
    /// Name, when the list gives one.
    pub name: Option<PersonName>,
    /// Birth date, when the list gives one.
    pub birth: Option<Day>,
    /// Day of the event: of death on a death list, of the start of cover on a reply of BPJS.
    pub event: Option<Day>,
    /// The welfare decile, on a list of deciles.
    pub decile: Option<u8>,
}

/// A line that concerns a row at hand, with the list it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceHit {
    /// What the list says.
    pub kind: ReferenceKind,
    /// The day on which it was true.
    pub as_of: Day,
    /// The line.
    pub entry: ReferenceEntry,
}
