//! What is kept of people between the stages: on disk, a file for each regency.

use std::io;
use std::path::{Path, PathBuf};

use base::id::kind;
use base::{Day, Id, Nik, RegionCode, Sex};

/// A person between the stages.
pub struct Kept {
    pub id: Id<kind::Person>,
    pub nik: Nik,
    pub birth: Day,
    pub sex: Sex,
    pub place: RegionCode,
    /// The place of the work in the list of works; past its end without one.
    pub occupation: u16,
    /// Who it is in truth, which no stage asks.
    pub truth: u64,
}

/// Bytes of a person.
const WIDTH: usize = 48;

impl Kept {
    fn store(&self, into: &mut Vec<u8>) {
        into.extend(self.id.as_bytes());
        into.extend(self.nik.as_u64().to_le_bytes());
        into.extend(self.place.digits().to_le_bytes());
        into.extend(self.truth.to_le_bytes());
        into.extend((self.birth.as_number() as i32).to_le_bytes());
        into.extend(self.occupation.to_le_bytes());
        into.extend([self.place.level(), u8::from(self.sex == Sex::Female)]);
    }

    fn restore(bytes: &[u8]) -> Option<Kept> {
        let number = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let birth = i32::from_le_bytes(*bytes.get(40..)?.first_chunk()?);
        Some(Kept {
            id: Id::from_bytes(*bytes.first_chunk()?),
            nik: Nik::parse(&format!("{:016}", number(16)?)).ok()?,
            place: RegionCode::from_digits(number(24)?, *bytes.get(46)?),
            truth: number(32)?,
            birth: Day::from_number(birth.into())?,
            occupation: u16::from_le_bytes(*bytes.get(44..)?.first_chunk()?),
            sex: if *bytes.get(47)? == 1 { Sex::Female } else { Sex::Male },
        })
    }
}

fn path(folder: &Path, code: RegionCode) -> PathBuf {
    folder.join(format!("people-{}", code.digits()))
}

/// Leaves a regency's people; how many bytes that is.
pub fn leave(folder: &Path, code: RegionCode, people: &[Kept]) -> io::Result<u64> {
    let mut bytes = Vec::with_capacity(people.len() * WIDTH);
    people.iter().for_each(|person| person.store(&mut bytes));
    std::fs::write(path(folder, code), &bytes)?;
    Ok(bytes.len() as u64)
}

/// Takes a regency's people back, in the order in which they were left.
pub fn take(folder: &Path, code: RegionCode) -> io::Result<Vec<Kept>> {
    let bytes = std::fs::read(path(folder, code))?;
    std::fs::remove_file(path(folder, code))?;
    let people = bytes.chunks(WIDTH).map(Kept::restore);
    people.collect::<Option<_>>().ok_or_else(|| io::Error::other("people were changed"))
}
