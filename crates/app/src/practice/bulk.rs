//! Large clean lists and registers for measurements: one endless sequence of invented people per
//! seed, so that a list and a register can be made to overlap by as much as one likes.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use base::{Day, Gazetteer, Id, Nik, NoKk, PersonName, Phone, RegionCode, Sex};
use domain::occupation::OccupationKey;
use domain::registry::Person;

use super::bytes;
use super::cells::Value;
use super::dice::Dice;
use super::layout::Grid;
use super::names::Names;
use super::people::day;
use super::style::Format;
use super::work::{self, WORKS};

/// The heads of a large list.
const HEADS: [&str; 12] = [
    "No",
    "NIK",
    "No KK",
    "Nama",
    "Tempat Lahir",
    "Tanggal Lahir",
    "Jenis Kelamin",
    "Alamat",
    "RT",
    "RW",
    "Pekerjaan",
    "No HP",
];

/// Days of birth in use: from the start of 1958, all of working age in 2022.
const BIRTH_DAYS: u64 = 17_000;

/// One of the endless sequence.
struct Someone {
    id: [u8; 16],
    nik: u64,
    no_kk: u64,
    name: String,
    birth: Day,
    sex: Sex,
    rt: u8,
    rw: u8,
    work: usize,
    phone: u64,
    mother: String,
}

/// A workbook of these people: one sheet, twelve columns.
pub fn big_workbook(seed: u64, people: Range<u64>) -> Vec<u8> {
    let names = Names::load();
    let head = HEADS.iter().map(|head| Value::Text((*head).to_owned())).collect();
    let rows = people.map(|index| {
        let fields = fields(index, &someone(seed, index, &names));
        fields.into_iter().map(Value::Text).collect()
    });
    let rows = std::iter::once(head).chain(rows).collect();
    let grid = Grid { name: "Sheet1".to_owned(), hidden: false, rows, merges: Vec::new() };
    bytes::write(Format::Xlsx, vec![grid])
}

/// A text with commas of these people, written row by row.
///
/// # Errors
/// Whatever `out` refuses.
pub fn big_csv(seed: u64, people: Range<u64>, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::load();
    writeln!(out, "{}", HEADS.join(","))?;
    for index in people {
        // No field of these people holds a comma or a quotation mark.
        writeln!(out, "{}", fields(index, &someone(seed, index, &names)).join(","))?;
    }
    Ok(())
}

/// The same people as the register knows them, in the villages of Paser.
pub fn registered(
    seed: u64,
    people: Range<u64>,
    gazetteer: &Gazetteer,
) -> impl Iterator<Item = Person> {
    let names = Names::load();
    let keys: Vec<OccupationKey> =
        WORKS.iter().map(|work| OccupationKey(Arc::from(work.key))).collect();
    let places: Vec<RegionCode> = gazetteer
        .children(RegionCode::from_digits(6401, 2))
        .flat_map(|district| gazetteer.children(district))
        .collect();
    people.map(move |index| {
        let one = someone(seed, index, &names);
        let name = |text: &str| PersonName::parse(text).ok();
        Person {
            id: Id::derived(one.id),
            nik: Nik::parse(&format!("{:016}", one.nik)).expect("made well formed"),
            no_kk: NoKk::parse(&format!("{:016}", one.no_kk)).ok(),
            name: name(&one.name).expect("two letters or more, by the test of the list"),
            birth: one.birth,
            birth_place: Some("Paser".into()),
            sex: one.sex,
            address: Some(address(&one).into()),
            place: places[(index % places.len() as u64) as usize],
            occupation: Some(keys[one.work].clone()),
            phone: Phone::parse(&format!("0{}", one.phone)),
            mother: name(&one.mother),
        }
    })
}

/// The person at a place of the sequence: the same whatever range it is asked for in.
fn someone(seed: u64, index: u64, names: &Names) -> Someone {
    let mut dice = Dice::new(seed, index);
    let work = work::draw(&mut dice, false);
    let sex = work::draw_sex(&mut dice, work);
    let birth = day(1958, 1, 1).plus_days((index % BIRTH_DAYS) as i32);
    let round = index / BIRTH_DAYS;
    let (district, serial) = (1 + round % 10, 5_001 + round / 10 % 4_999);
    let part = |value: i16| u64::from(value.unsigned_abs());
    let woman = if sex == Sex::Female { 40 } else { 0 };
    let dated = (part(birth.day().into()) + woman) * 10_000
        + part(birth.month().into()) * 100
        + part(birth.year() % 100);
    let rt = dice.between(1, 24) as u8;
    Someone {
        id: dice.bytes(),
        nik: ((640_100 + district) * 1_000_000 + dated) * 10_000 + serial,
        no_kk: card_number(district, index / 3),
        name: names.full(&mut dice, sex),
        birth,
        sex,
        rt,
        rw: (rt - 1) / 4 + 1,
        work,
        phone: 84_400_000_000 + u64::from(dice.below(99_999_999)),
        mother: names.full(&mut dice, Sex::Female),
    }
}

/// The family card of a household, made on one of four thousand days since June 2009.
fn card_number(district: u64, household: u64) -> u64 {
    let made = day(2009, 6, 1).plus_days((household / 4_999 % 4_000) as i32);
    let part = |value: i16| u64::from(value.unsigned_abs());
    let dated = part(made.day().into()) * 10_000
        + part(made.month().into()) * 100
        + part(made.year() % 100);
    ((640_100 + district) * 1_000_000 + dated) * 10_000 + 5_001 + household % 4_999
}

fn fields(index: u64, one: &Someone) -> [String; 12] {
    [
        (index + 1).to_string(),
        format!("{:016}", one.nik),
        format!("{:016}", one.no_kk),
        one.name.clone(),
        "Paser".to_owned(),
        format!("{:02}/{:02}/{}", one.birth.day(), one.birth.month(), one.birth.year()),
        one.sex.letter().to_owned(),
        address(one),
        format!("{:03}", one.rt),
        format!("{:03}", one.rw),
        WORKS[one.work].words[0].replace("{rt}", &format!("{:02}", one.rt)),
        format!("0{}", one.phone),
    ]
}

fn address(one: &Someone) -> String {
    format!("Jl. Poros Desa RT {:03}", one.rt)
}
