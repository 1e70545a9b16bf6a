//! What a merging moved, as bytes: identifiers, and what was sealed as it was sealed.

use base::{Id, Month};
use domain::card::CardState;
use domain::duplicates::PairState;
use domain::merging::{Move, RowPlace};
use rules::Scheme;

use crate::StoreError;
use crate::value::corrupt;

/// A move that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    /// What.
    pub(super) what: Move,
    /// The name of a card, as it was sealed before.
    pub(super) sealed: Vec<u8>,
    /// Where a pair stood before it rested.
    pub(super) was: Option<PairState>,
}

/// The moves one after another: a letter, then what it needs, texts with their length before them.
pub(super) fn pack(moves: &[Moved]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for moved in moves {
        pack_one(&mut bytes, moved);
    }
    bytes
}

fn pack_one(out: &mut Vec<u8>, moved: &Moved) {
    match &moved.what {
        Move::Row(place) => {
            out.push(b'r');
            put_row(out, place);
        }
        Move::Enlistment(programme, place) => {
            out.push(b'e');
            out.extend_from_slice(programme.as_bytes());
            put_row(out, place);
        }
        Move::Delist(programme, place) => {
            out.push(b'd');
            out.extend_from_slice(programme.as_bytes());
            put_row(out, place);
        }
        Move::Membership(id) => {
            out.push(b'm');
            out.extend_from_slice(id.as_bytes());
        }
        Move::Line(bill, month, member) => {
            out.push(b'l');
            out.extend_from_slice(bill.as_bytes());
            out.extend_from_slice(&month.as_number().to_be_bytes());
            out.extend_from_slice(member.as_bytes());
        }
        Move::Cover(scheme, month) => {
            out.push(b'c');
            put_text(out, scheme.name().as_bytes());
            out.extend_from_slice(&month.as_number().to_be_bytes());
        }
        Move::Card(id) => {
            out.push(b'k');
            out.extend_from_slice(id.as_bytes());
            put_text(out, &moved.sealed);
        }
        Move::StopCard(id, state) => {
            out.push(b's');
            out.extend_from_slice(id.as_bytes());
            put_text(out, state.name().as_bytes());
        }
        Move::Claim(id) => {
            out.push(b'b');
            out.extend_from_slice(id.as_bytes());
        }
        Move::Rest(id) => {
            out.push(b'p');
            out.extend_from_slice(id.as_bytes());
            put_text(out, moved.was.map_or("", PairState::name).as_bytes());
        }
    }
}

/// What [`pack`] packed.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<Moved>, StoreError> {
    let mut rest = Rest(bytes);
    let mut moves = Vec::new();
    while let Some((letter, tail)) = rest.0.split_first() {
        rest.0 = tail;
        moves.push(unpack_one(*letter, &mut rest).ok_or_else(|| corrupt("a merging"))?);
    }
    Ok(moves)
}

fn unpack_one(letter: u8, rest: &mut Rest<'_>) -> Option<Moved> {
    let (mut sealed, mut was) = (Vec::new(), None);
    let what = match letter {
        b'r' => Move::Row(rest.row()?),
        b'e' => Move::Enlistment(rest.id()?, rest.row()?),
        b'd' => Move::Delist(rest.id()?, rest.row()?),
        b'm' => Move::Membership(rest.id()?),
        b'l' => Move::Line(rest.id()?, rest.month()?, rest.id()?),
        b'c' => Move::Cover(Scheme::from_name(rest.word()?)?, rest.month()?),
        b'k' => {
            let id = rest.id()?;
            sealed = rest.text()?.to_vec();
            Move::Card(id)
        }
        b's' => Move::StopCard(rest.id()?, CardState::from_name(rest.word()?)?),
        b'b' => Move::Claim(rest.id()?),
        b'p' => {
            let id = rest.id()?;
            was = PairState::from_name(rest.word()?);
            Move::Rest(id)
        }
        _ => return None,
    };
    Some(Moved { what, sealed, was })
}

fn put_row(out: &mut Vec<u8>, (sheet, index, row): &RowPlace) {
    out.extend_from_slice(sheet.as_bytes());
    out.extend_from_slice(&index.to_be_bytes());
    out.extend_from_slice(&row.to_be_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(&(text.len() as u32).to_be_bytes());
    out.extend_from_slice(text);
}

/// What is left to read.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    fn id<K>(&mut self) -> Option<Id<K>> {
        self.take::<16>().map(Id::from_bytes)
    }

    fn row(&mut self) -> Option<RowPlace> {
        let sheet = self.id()?;
        let index = u16::from_be_bytes(self.take()?);
        Some((sheet, index, u32::from_be_bytes(self.take()?)))
    }

    fn month(&mut self) -> Option<Month> {
        Month::from_number(i64::from_be_bytes(self.take()?))
    }

    fn text(&mut self) -> Option<&'b [u8]> {
        let length = u32::from_be_bytes(self.take()?);
        let (text, tail) = self.0.split_at_checked(length as usize)?;
        self.0 = tail;
        Some(text)
    }

    fn word(&mut self) -> Option<&'b str> {
        std::str::from_utf8(self.text()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_read_back() {
        let month = Month::parse("2022-10").expect("a month");
        let place = (Id::from_bytes([1; 16]), 2, 70_000);
        let moves = [
            Move::Row(place),
            Move::Enlistment(Id::from_bytes([2; 16]), place),
            Move::Delist(Id::from_bytes([3; 16]), place),
            Move::Membership(Id::from_bytes([4; 16])),
            Move::Line(Id::from_bytes([5; 16]), month, Id::from_bytes([6; 16])),
            Move::Cover(Scheme::Jkm, month),
            Move::StopCard(Id::from_bytes([7; 16]), CardState::Active),
            Move::Claim(Id::from_bytes([10; 16])),
        ];
        let plain = |what: Move| Moved { what, sealed: Vec::new(), was: None };
        let mut moved: Vec<Moved> = moves.map(plain).to_vec();
        let card = plain(Move::Card(Id::from_bytes([8; 16])));
        moved.push(Moved { sealed: vec![9; 40], ..card });
        let rests = plain(Move::Rest(Id::from_bytes([9; 16])));
        moved.push(Moved { was: Some(PairState::Asked), ..rests });
        let bytes = pack(&moved);
        assert_eq!(unpack(&bytes), Ok(moved));
        assert!(unpack(&bytes[..bytes.len() - 1]).is_err());
    }
}
