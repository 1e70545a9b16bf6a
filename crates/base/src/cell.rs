//! A cell as its sender typed it, with its address; and the fields a column can hold.

use std::fmt;

/// What kind of value the spreadsheet itself says a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// Nothing.
    Empty,
    /// Typed text.
    Text,
    /// A number; whole numbers are printed without ".0", others in the shortest form.
    Number,
    /// A number shown as a date; the text is ISO, or what the sheet shows when no day fits.
    Date,
    /// TRUE or FALSE.
    Bool,
    /// An error such as `#REF!`.
    Error,
    /// A formula that was saved without its value; the text is empty.
    FormulaWithoutValue,
}

/// One cell: the raw text and the kind.
#[derive(Clone, PartialEq, Eq)]
pub struct Cell {
    /// The value as text, at most 32,767 characters.
    pub text: Box<str>,
    /// What the spreadsheet says it is.
    pub kind: CellKind,
}

impl Cell {
    /// A typed text.
    pub fn text(text: &str) -> Cell {
        let kind = if text.is_empty() { CellKind::Empty } else { CellKind::Text };
        Cell { text: text.into(), kind }
    }

    /// A value of a given kind.
    pub fn of(kind: CellKind, text: &str) -> Cell {
        Cell { text: text.into(), kind }
    }

    /// Whether there is nothing to read: no text but white space.
    pub fn is_blank(&self) -> bool {
        self.kind == CellKind::Empty || self.text.chars().all(char::is_whitespace)
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A cell may hold a NIK: only its kind and length are shown.
        write!(f, "Cell({:?}, {} characters)", self.kind, self.text.chars().count())
    }
}

/// Where a cell stands, counted as the spreadsheet's user counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellAddress {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The column, 0 for A.
    pub column: u16,
}

impl CellAddress {
    /// "B7": column letters and row number.
    pub fn a1(&self) -> String {
        format!("{}{}", column_letters(self.column), self.row)
    }
}

/// The letters of a column, 0 being A.
pub fn column_letters(column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// One row of a table of people: its cells by field, nothing parsed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The table's place in the file, 0 for the first.
    pub table: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The recognised cells that are not blank, in column order. A field that a family block
    /// heads (the KK number above its members) appears with the address of the heading.
    pub cells: Vec<RawValue>,
    /// The row key that a return workbook carries, when this is one.
    pub key: Option<Box<str>>,
}

/// One recognised cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawValue {
    /// What the column holds.
    pub field: Field,
    /// Where the cell stands.
    pub at: CellAddress,
    /// The cell as typed.
    pub cell: Cell,
}

impl RawRow {
    /// The first cell of this field.
    pub fn value(&self, field: Field) -> Option<&RawValue> {
        self.cells.iter().find(|value| value.field == field)
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// What a column can hold; the name is the one of the JSON contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($(#[$doc])* $variant),* }

        impl Field {
            /// Every field, in the order of a well-made list.
            pub const ALL: &'static [Field] = &[$(Field::$variant),*];

            /// The stable name, as in `payung check --json`.
            pub fn name(self) -> &'static str {
                match self { $(Field::$variant => $name),* }
            }

            /// The field with this stable name.
            pub fn from_name(name: &str) -> Option<Field> {
                match name { $($name => Some(Field::$variant),)* _ => None }
            }
        }
    };
}

fields! {
    /// National identity number.
    Nik = "nik",
    /// Family card number.
    NoKk = "no_kk",
    /// Full name.
    Name = "name",
    /// Place of birth.
    BirthPlace = "birth_place",
    /// Date of birth.
    BirthDate = "birth_date",
    /// Place and date of birth in one cell ("TTL").
    BirthPlaceDate = "birth_place_date",
    /// Sex.
    Sex = "sex",
    /// Street, hamlet.
    Address = "address",
    /// Neighbourhood; "003/002" in this column gives both RT and RW.
    Rt = "rt",
    /// Community unit.
    Rw = "rw",
    /// Desa, kelurahan, kampung, gampong, nagari.
    Village = "village",
    /// Kecamatan.
    District = "district",
    /// Work.
    Occupation = "occupation",
    /// The hospital, clinic, practice or school at which somebody works.
    Facility = "facility",
    /// Telephone.
    Phone = "phone",
    /// Mother's maiden name.
    MotherName = "mother_name",
    /// Monthly income.
    Income = "income",
    /// Anything the sender adds.
    Note = "note",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_as_the_user_reads_them() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(column), letters);
        }
        assert_eq!(CellAddress { sheet: 0, row: 7, column: 1 }.a1(), "B7");
    }

    #[test]
    fn debug_shows_no_content() {
        assert_eq!(format!("{:?}", Cell::text("6401011708620001")), "Cell(Text, 16 characters)");
    }

    #[test]
    fn field_names_are_a_contract() {
        let names: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
        assert_eq!(
            names.join(", "),
            "nik, no_kk, name, birth_place, birth_date, birth_place_date, sex, address, rt, rw, \
             village, district, occupation, facility, phone, mother_name, income, note"
        );
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.name()), Some(*field));
        }
    }
}
