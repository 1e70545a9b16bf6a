//! Noise as typists make it, and contradictions: neither may make a row more like a person.

use super::*;

/// What happens to a cell on its way into a list, by the cell of [`Row`] that it happens to.
const KINDS: &[(&str, usize, fn(&str) -> String)] = &[
    ("a digit of the NIK", 0, |cell| edited(cell, 9, |digit| (digit - b'0' + 3) % 10 + b'0')),
    ("a digit of the serial", 0, |cell| edited(cell, 15, |digit| (digit - b'0' + 4) % 10 + b'0')),
    ("two digits of the NIK swapped", 0, |cell| swapped(cell, 4)),
    ("a digit of the NIK left out", 0, |cell| without(cell, 7)),
    ("a digit of the NIK twice", 0, |cell| doubled(cell, 7)),
    ("a NIK as a spreadsheet rounds it", 0, |cell| edited(cell, 15, |_| b'0')),
    ("a NIK as a spreadsheet shows it", 0, |cell| match cell.len() {
        16 => format!("{},{}E+15", &cell[..1], &cell[1..6]),
        _ => cell.to_owned(),
    }),
    ("a letter in the NIK", 0, |cell| cell.replace('0', "O")),
    ("no NIK", 0, |_| String::new()),
    ("another family card", 1, |_| "6471020508150007".to_owned()),
    ("a letter of the name", 2, |cell| edited(cell, cell.len() / 2, beside)),
    ("two letters of the name swapped", 2, |cell| swapped(cell, 1)),
    ("a letter of the name left out", 2, |cell| without(cell, cell.len().saturating_sub(2))),
    ("a letter of the name twice", 2, |cell| doubled(cell, 2)),
    ("the spelling before 1972", 2, |cell| cell.replace('U', "OE").replace('J', "DJ")),
    ("a title and a degree", 2, |cell| format!("H. {cell}, S.Pd")),
    ("a word of the name left out", 2, |cell| cell.split(' ').take(1).collect()),
    ("the last word as a letter", 2, |cell| match cell.rsplit_once(' ') {
        Some((first, last)) if !last.is_empty() => format!("{first} {}.", &last[..1]),
        _ => cell.to_owned(),
    }),
    ("words turned round", 2, |cell| match cell.split_once(' ') {
        Some((first, rest)) => format!("{rest} {first}"),
        None => cell.to_owned(),
    }),
    ("words run together", 2, |cell| cell.replacen(' ', "", 1)),
    ("the father's name behind", 2, |cell| format!("{cell} BIN JAMALUDDIN")),
    ("day and month swapped", 4, |cell| match cell.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => format!("{day}-{month}-{year}").replacen(day, month, 1).replacen(
            &format!("-{month}-"),
            &format!("-{day}-"),
            1,
        ),
        _ => cell.to_owned(),
    }),
    ("the day before", 4, |cell| {
        edited(cell, 9, |digit| if digit > b'1' { digit - 1 } else { b'3' })
    }),
    ("another year", 4, |cell| edited(cell, 3, |digit| (digit - b'0' + 1) % 10 + b'0')),
    ("the first of January", 4, |cell| match cell.len() {
        10 => format!("{}-01-01", &cell[..4]),
        _ => cell.to_owned(),
    }),
    ("the year alone", 4, |cell| cell.chars().take(4).collect()),
    ("no birth date", 4, |_| String::new()),
    ("the other sex", 5, |cell| if cell == "L" { "P" } else { "L" }.to_owned()),
    ("another street", 6, |_| "GG. PADAT KARYA NO. 99".to_owned()),
    ("another neighbourhood", 7, |_| "017".to_owned()),
    ("the village with its kind", 9, |cell| format!("Ds. {cell}")),
    ("another village", 9, |_| "KASUNGAI".to_owned()),
    ("a digit of the phone", 11, |cell| edited(cell, 8, |digit| (digit - b'0' + 5) % 10 + b'0')),
    ("another phone", 11, |_| "085299887766".to_owned()),
    ("the mother's first word alone", 12, |cell| cell.split(' ').take(1).collect()),
    ("a letter of the mother's name", 12, |cell| edited(cell, cell.len() / 2, beside)),
    ("no mother", 12, |_| String::new()),
];

fn edited(cell: &str, at: usize, change: impl Fn(u8) -> u8) -> String {
    let mut bytes = cell.as_bytes().to_vec();
    if let Some(byte) = bytes.get_mut(at).filter(|byte| byte.is_ascii_alphanumeric()) {
        *byte = change(*byte);
    }
    String::from_utf8(bytes).expect("letters and digits")
}

/// A neighbour on the keyboard, near enough.
fn beside(letter: u8) -> u8 {
    if letter == b'Z' { b'X' } else { letter + 1 }
}

fn swapped(cell: &str, at: usize) -> String {
    let mut bytes = cell.as_bytes().to_vec();
    if at + 1 < bytes.len() {
        bytes.swap(at, at + 1);
    }
    String::from_utf8(bytes).expect("letters and digits")
}

fn without(cell: &str, at: usize) -> String {
    cell.chars().enumerate().filter(|(place, _)| *place != at).map(|(_, letter)| letter).collect()
}

fn doubled(cell: &str, at: usize) -> String {
    let twice = cell.chars().enumerate();
    twice.flat_map(|(place, c)| std::iter::repeat_n(c, 1 + usize::from(place == at))).collect()
}

fn row_of(cells: &Cells<'_>) -> Row {
    Row([
        cells.nik,
        cells.no_kk,
        cells.name,
        cells.birth_place,
        cells.birth_date,
        cells.sex,
        cells.address,
        cells.rt,
        cells.rw,
        cells.village,
        cells.district,
        cells.phone,
        cells.mother,
    ]
    .map(str::to_owned))
}

fn noisy(row: &Row, kind: usize) -> Row {
    let (_, cell, change) = KINDS[kind];
    let mut row = row.clone();
    row.0[cell] = change(&row.0[cell]);
    row
}

/// People of one house and of one name, each another than [`FATHER`].
fn others() -> Vec<(&'static str, Row)> {
    let twin =
        Cells { nik: "6401011007620002", name: "DEWI SARTIKA", sex: "P", phone: "", ..FATHER };
    let son = Cells {
        nik: "6401010202900003",
        birth_date: "1990-02-02",
        mother: "RINA ASTUTI",
        ..FATHER
    };
    let wife = Cells {
        nik: "6401015503650002",
        name: "SRI LESTARI",
        birth_date: "1965-03-15",
        sex: "P",
        mother: "KARTINI",
        ..FATHER
    };
    let namesake = Cells {
        nik: "7402151007620003",
        no_kk: "7402151203120001",
        birth_place: "KENDARI",
        address: "JL. SUNGAI NO. 3",
        rt: "011",
        village: "WAWONE",
        district: "WONGGEDUKU",
        phone: "082187654321",
        mother: "YUNI LESTARI",
        ..FATHER
    };
    let all = [("a twin", twin), ("a son", son), ("his wife", wife), ("a namesake", namesake)];
    all.map(|(who, cells)| (who, row_of(&cells))).to_vec()
}

#[test]
fn no_noise_makes_two_people_one() {
    let father = row_of(&FATHER);
    for (who, other) in others() {
        for (kind, (what, ..)) in KINDS.iter().enumerate() {
            let chance = probability(score(&father, &noisy(&other, kind)));
            assert!(chance < 0.95, "{who} with {what}: {chance}");
        }
    }
}

#[test]
fn no_noise_makes_a_copy_better_than_a_clean_one() {
    let father = row_of(&FATHER);
    let clean = score(&father, &father);
    for (kind, (what, ..)) in KINDS.iter().enumerate() {
        let with = score(&father, &noisy(&father, kind));
        assert!(with <= clean + OTHER_FIELDS, "{what}: {with} {clean}");
    }
}

/// What another field may gain when one is damaged: a NIK that no longer fits its row is believed
/// less, and a household that is no longer seen speaks against nothing.
const OTHER_FIELDS: Millibits = 3_500;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_noise_is_never_much_better(
        left in row(), first in 0..KINDS.len(), then in 0..KINDS.len(),
    ) {
        let once = noisy(&left, first);
        let twice = noisy(&once, then);
        // What the second noise happens to put right again is no noise.
        let cell = KINDS[then].1;
        prop_assume!(twice.0[cell] != left.0[cell] && KINDS[first].1 != cell);
        let (before, after) = (score(&left, &once), score(&left, &twice));
        let kinds = (KINDS[first].0, KINDS[then].0);
        prop_assert!(after <= before + OTHER_FIELDS, "{kinds:?}: {after} {before}");
    }

    #[test]
    fn a_contradiction_is_no_better_than_nothing(
        left in row(), right in row(), cell in 0..AGAINST.len(),
    ) {
        let (cell, value) = AGAINST[cell];
        prop_assume!(!left.0[cell].is_empty());
        // Without a date the one in the NIK stands in its place: a date is compared without a NIK.
        let mut right = right;
        if cell == 4 {
            right.0[0].clear();
        }
        let (mut against, mut blank, mut same) = (right.clone(), right.clone(), right);
        value.clone_into(&mut against.0[cell]);
        blank.0[cell].clear();
        same.0[cell].clone_from(&left.0[cell]);
        let [against, blank, same] = [against, blank, same].map(|right| score(&left, &right));
        prop_assert!(against <= blank + OTHER_FIELDS, "{against} {blank}");
        prop_assert!(against <= same + OTHER_FIELDS, "{against} {same}");
    }
}

/// Values that contradict whatever [`row`] has in the cell.
const AGAINST: &[(usize, &str)] = &[
    (0, "7402156212440009"),
    (1, "7402151203120001"),
    (2, "ZAENAL KOMARUDIN"),
    (3, "KENDARI"),
    (4, "1944-12-22"),
    (9, "WAWONE"),
    (10, "WONGGEDUKU"),
    (11, "082187654321"),
    (12, "WARTINEM"),
];
