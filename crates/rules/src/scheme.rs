//! The programmes of employment social security, sets of them, and the sector of work.

use std::fmt;
use std::str::FromStr;

/// A programme (the law's "program jaminan"), in the order in which a bill lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Work accident.
    Jkk,
    /// Death.
    Jkm,
    /// Old age.
    Jht,
    /// Pension, for wage earners only.
    Jp,
}

impl Scheme {
    /// Every programme, in order.
    pub const ALL: [Scheme; 4] = [Scheme::Jkk, Scheme::Jkm, Scheme::Jht, Scheme::Jp];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Jkk => "jkk",
            Scheme::Jkm => "jkm",
            Scheme::Jht => "jht",
            Scheme::Jp => "jp",
        }
    }

    /// The programme with this stable name, in any case.
    pub fn from_name(name: &str) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| scheme.name().eq_ignore_ascii_case(name.trim()))
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of programmes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Schemes(u8);

/// A word in a list of programmes that names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemeUnknown;

impl fmt::Display for SchemeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a list of jkk, jkm, jht, jp")
    }
}

impl std::error::Error for SchemeUnknown {}

impl Schemes {
    /// No programme.
    pub const EMPTY: Schemes = Schemes(0);

    /// Work accident and death: what a sponsor usually pays.
    pub const JKK_JKM: Schemes = Schemes(0b011);

    /// Work accident, death and old age.
    pub const JKK_JKM_JHT: Schemes = Schemes(0b111);

    /// Everything a wage earner may be in.
    pub const ALL: Schemes = Schemes(0b1111);

    /// Reads `jkk,jkm`; order and repetition do not matter.
    pub fn parse(text: &str) -> Option<Schemes> {
        let mut schemes = Schemes::EMPTY;
        for word in text.split([',', '+']) {
            schemes = schemes.with(Scheme::from_name(word)?);
        }
        Some(schemes)
    }

    /// The set with one more programme.
    #[must_use]
    pub const fn with(self, scheme: Scheme) -> Schemes {
        Schemes(self.0 | scheme.bit())
    }

    /// Whether the programme is in the set.
    pub fn contains(self, scheme: Scheme) -> bool {
        self.0 & scheme.bit() != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many programmes are in the set.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The programmes, in order.
    pub fn iter(self) -> impl Iterator<Item = Scheme> + Clone {
        Scheme::ALL.into_iter().filter(move |scheme| self.contains(*scheme))
    }

    /// The set as a number for keeping: 1 is JKK, 2 is JKM, 4 is JHT, 8 is JP.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Reads back what [`Schemes::bits`] gave out.
    pub fn from_bits(bits: u8) -> Option<Schemes> {
        (bits <= Schemes::ALL.0).then_some(Schemes(bits))
    }
}

impl FromIterator<Scheme> for Schemes {
    fn from_iter<I: IntoIterator<Item = Scheme>>(schemes: I) -> Schemes {
        schemes.into_iter().fold(Schemes::EMPTY, Schemes::with)
    }
}

impl FromStr for Schemes {
    type Err = SchemeUnknown;

    fn from_str(text: &str) -> Result<Schemes, SchemeUnknown> {
        Schemes::parse(text).ok_or(SchemeUnknown)
    }
}

impl fmt::Display for Schemes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scheme) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{scheme}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Schemes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schemes({self})")
    }
}

/// How somebody is insured (the law's "segmen kepesertaan").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Earns no wage ("bukan penerima upah").
    Bpu,
    /// Earns a wage ("penerima upah").
    Pu,
    /// Works on a construction project ("jasa konstruksi").
    Construction,
    /// Works abroad ("pekerja migran Indonesia").
    Pmi,
}

impl Segment {
    /// Every segment, in order.
    pub const ALL: [Segment; 4] = [Segment::Bpu, Segment::Pu, Segment::Construction, Segment::Pmi];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Segment::Bpu => "bpu",
            Segment::Pu => "pu",
            Segment::Construction => "construction",
            Segment::Pmi => "pmi",
        }
    }

    /// The segment with this stable name.
    pub fn from_name(name: &str) -> Option<Segment> {
        Segment::ALL.into_iter().find(|segment| segment.name() == name)
    }
}

/// The sector of work, as far as a rule asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkSector {
    /// Carrying people or goods: ojek, drivers, couriers.
    Transport,
    /// Everything else.
    Other,
}

impl WorkSector {
    /// Every sector.
    pub const ALL: [WorkSector; 2] = [WorkSector::Transport, WorkSector::Other];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            WorkSector::Transport => "transport",
            WorkSector::Other => "other",
        }
    }

    /// The sector with this stable name.
    pub fn from_name(name: &str) -> Option<WorkSector> {
        WorkSector::ALL.into_iter().find(|sector| sector.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_and_printed_in_order() {
        for (text, expect) in [
            ("jkk,jkm", Some("jkk,jkm")),
            ("JHT, jkk", Some("jkk,jht")),
            ("jkm+jkk+jkm", Some("jkk,jkm")),
            ("jht", Some("jht")),
            ("jp,jht,jkm,jkk", Some("jkk,jkm,jht,jp")),
            ("jkk,", None),
            ("jkk,kesehatan", None),
            ("", None),
        ] {
            let printed = Schemes::parse(text).map(|schemes| schemes.to_string());
            assert_eq!(printed.as_deref(), expect, "{text}");
        }
        assert_eq!(Schemes::JKK_JKM.iter().collect::<Schemes>(), Schemes::JKK_JKM);
        assert_eq!(Schemes::from_bits(Schemes::JKK_JKM_JHT.bits()), Some(Schemes::JKK_JKM_JHT));
        assert_eq!(Schemes::from_bits(16), None);
        assert_eq!(Schemes::JKK_JKM_JHT.len(), 3);
    }
}
