//! The lists that other offices sent in September 2022, as files.

use base::{Day, Sex};
use domain::reference::ReferenceKind;

use super::bytes;
use super::cells::Value;
use super::dice::Dice;
use super::layout::{Grid, INVENTED};
use super::people::{Human, day};
use super::plan::ReferencePlan;
use super::style::Format;
use super::{PracticeFile, PracticeReference};

/// The stream of chance of the dates on these lists.
const STREAM: u64 = 2;

/// Writes the four lists.
pub fn write(seed: u64, plan: &ReferencePlan) -> Vec<PracticeReference> {
    let mut dice = Dice::new(seed, STREAM);
    let dukcapil = plan.dukcapil.iter().map(|human| {
        let sex = if human.sex == Sex::Female { "Perempuan" } else { "Laki-Laki" };
        vec![nik(human), name(human), dashed(human.birth), text(sex)]
    });
    let dukcapil = table(&["NIK", "Nama Lengkap", "Tanggal Lahir", "Jenis Kelamin"], dukcapil);
    let insured = plan.insured.iter().map(|human| {
        let since = day(2015, 7, 1).plus_days(dice.between(0, 2_500));
        let kpj = format!("{:02}{:09}", since.year() % 100, dice.below(999_999_999));
        vec![nik(human), name(human), Value::Date(human.birth), text(&kpj), Value::Date(since)]
    });
    let heads = ["NIK", "Nama Peserta", "Tanggal Lahir", "No. KPJ", "TMT"];
    let insured = titled("DATA PESERTA AKTIF KABUPATEN PASER", table(&heads, insured));
    let asn = plan.asn.iter().map(|human| vec![nik(human), name(human), dashed(human.birth)]);
    let asn = table(&["NIK", "Nama", "Tanggal Lahir"], asn);
    let dead = plan.dead.iter().map(|human| {
        let died = day(2020, 1, 5).plus_days(dice.between(0, 970));
        vec![nik(human), name(human), Value::Date(human.birth), Value::Date(died)]
    });
    let heads = ["NIK", "Nama", "Tanggal Lahir", "Tanggal Meninggal"];
    let dead = titled("DAFTAR PENDUDUK MENINGGAL KABUPATEN PASER", table(&heads, dead));
    vec![
        reference(ReferenceKind::Dukcapil, day(2022, 9, 20), Format::CsvSemicolon, dukcapil),
        reference(ReferenceKind::BpjsAktif, day(2022, 9, 21), Format::Xlsx, insured),
        reference(ReferenceKind::Asn, day(2022, 9, 1), Format::CsvComma, asn),
        reference(ReferenceKind::Meninggal, day(2022, 9, 15), Format::Xlsx, dead),
    ]
}

fn reference(
    kind: ReferenceKind,
    as_of: Day,
    format: Format,
    rows: Vec<Vec<Value>>,
) -> PracticeReference {
    let name = format!("{}-{as_of}-latihan.{}", kind.name(), format.extension());
    let grid = Grid { name: "Sheet1".to_owned(), hidden: false, rows, merges: Vec::new() };
    PracticeReference {
        kind,
        as_of,
        file: PracticeFile { name, bytes: bytes::write(format, vec![grid]) },
    }
}

fn table(heads: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> Vec<Vec<Value>> {
    let head = heads.iter().map(|head| text(head)).collect();
    std::iter::once(head).chain(rows).collect()
}

fn titled(title: &str, rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    let above = [vec![text(title)], vec![text(INVENTED)], vec![Value::Blank]];
    above.into_iter().chain(rows).collect()
}

fn nik(human: &Human) -> Value {
    Value::Text(format!("{:016}", human.nik))
}

fn name(human: &Human) -> Value {
    Value::Text(human.name.to_uppercase())
}

fn dashed(day: Day) -> Value {
    Value::Text(format!("{:02}-{:02}-{}", day.day(), day.month(), day.year()))
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}
