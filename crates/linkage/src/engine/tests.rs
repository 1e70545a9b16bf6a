//! People who are one and people who are not, and what must hold whoever they are. All invented.

mod noise;

use super::*;
use crate::clusters::{Apart, clusters};
use crate::keys::mixed;
use crate::model::probability;
use crate::record::Cells;
use proptest::prelude::*;

/// A person of an invented village, as a register has them.
const FATHER: Cells<'static> = Cells {
    nik: "6401011007620001",
    no_kk: "6401011203090004",
    name: "ABDUL WAHID",
    birth_place: "LONG IKIS",
    birth_date: "1962-07-10",
    sex: "L",
    address: "JL. MERAK NO. 12",
    rt: "004",
    rw: "001",
    village: "SEMUNTAI",
    district: "LONG IKIS",
    phone: "081234000111",
    mother: "SITI MASLIAH",
};

/// Names as common and as rare as those of a village, so that words tell what they would tell there.
fn villagers() -> Vec<Record> {
    let first =
        ["SITI", "MUHAMMAD", "NUR", "ABDUL", "SRI", "DEWI", "AHMAD", "RINA", "BUDI", "YUNI"];
    let last = [
        "AMINAH",
        "RAHMAN",
        "HAYATI",
        "WAHID",
        "LESTARI",
        "SARTIKA",
        "FAUZI",
        "WATI",
        "SANTOSO",
        "ASTUTI",
        "KARTINI",
        "JAMALUDDIN",
        "MASLIAH",
        "RIZKI",
        "PRATAMA",
        "SALAM",
    ];
    (0..2_000u64)
        .map(|at| {
            let dice = mixed(at + 1);
            let name =
                format!("{} {}", first[(dice % 10) as usize], last[(dice / 10 % 16) as usize]);
            let year = 1950 + dice / 1_000 % 50;
            let birth_date = format!("{year}-{:02}-{:02}", 1 + dice / 7 % 12, 1 + dice / 77 % 28);
            Record::read(&Cells { name: &name, birth_date: &birth_date, ..Cells::default() })
        })
        .collect()
}

/// What the shipped model thinks of two rows among the villagers.
fn chance(left: &Cells<'_>, right: &Cells<'_>) -> f64 {
    let mut counts = Counts::new(2_002);
    counts.add(&villagers());
    let pair = |cells| Record::read(cells);
    let mut all = Prepared::of(vec![pair(left), pair(right)]);
    counts.add(&all.records);
    all.weigh(&counts);
    probability(Model::shipped().score(&all.compare(0, &all, 1)))
}

#[test]
fn one_person_in_two_writings_is_one() {
    let typed = Cells {
        nik: "'6401 0110 0762 0001",
        name: "H. Abd. Wahid, S.Pd",
        birth_place: "Long Ikis, 10/07/1962",
        birth_date: "",
        sex: "Laki-laki",
        address: "Jln Merak No .12",
        village: "Ds. Semuntai",
        phone: "+62 812-3400-0111",
        mother: "St. Masliah",
        ..FATHER
    };
    assert!(chance(&FATHER, &typed) > 0.999);
    let rounded = Cells { nik: "6401011007620000", phone: "", mother: "", ..FATHER };
    assert!(chance(&FATHER, &rounded) > 0.99);
}

#[test]
fn someone_who_moved_and_registers_again_is_one() {
    let moved = Cells {
        no_kk: "6401092211200007",
        address: "GG. PADAT KARYA",
        rt: "010",
        rw: "003",
        village: "KASUNGAI",
        district: "BATU SOPANG",
        phone: "085299887766",
        ..FATHER
    };
    assert!(chance(&FATHER, &moved) > 0.99);
}

#[test]
fn a_spouses_number_in_the_row_is_asked_about_at_least() {
    let spouse = Cells { nik: "6401015503650002", ..FATHER };
    assert!(chance(&FATHER, &spouse) > 0.5);
}

#[test]
fn a_name_in_the_mothers_place_is_put_right() {
    let turned = Cells { nik: "", name: "SITI MASLIAH", mother: "ABD. WAHID", ..FATHER };
    assert!(chance(&FATHER, &turned) > 0.99, "{}", chance(&FATHER, &turned));
    assert_eq!(chance(&FATHER, &turned), chance(&turned, &FATHER));
    // A granddaughter has her grandmother's name, and her own mother's.
    let daughter = Cells {
        nik: "6401015203880001",
        name: "MASLIAH",
        birth_date: "1988-03-12",
        sex: "P",
        mother: "WAHIDAH",
        ..FATHER
    };
    assert!(chance(&FATHER, &daughter) < 0.01, "{}", chance(&FATHER, &daughter));
}

#[test]
fn twins_are_two() {
    let one = Cells {
        nik: "6401015511890001",
        name: "MISNATI",
        birth_date: "1989-11-15",
        sex: "P",
        phone: "",
        ..FATHER
    };
    let other = Cells { nik: "6401015511890002", name: "DEWI SARTIKA", ..one };
    assert!(chance(&one, &other) < 0.01, "{}", chance(&one, &other));
    let alike = Cells { nik: "6401015511890002", name: "MISYATI", ..one };
    assert!(chance(&one, &alike) < 0.95, "{}", chance(&one, &alike));
}

#[test]
fn sisters_with_words_of_their_mothers_name_are_two() {
    let one = Cells {
        nik: "6401015203900001",
        name: "REKAAN KEMBAR PERTAMA",
        birth_date: "1990-03-12",
        sex: "P",
        phone: "",
        mother: "IBU REKAAN KEMBAR",
        ..FATHER
    };
    let other = Cells { nik: "6401015203900002", name: "REKAAN KEMBAR KEDUA", ..one };
    assert!(chance(&one, &other) < 0.05);
}

#[test]
fn father_and_son_of_one_name_are_two() {
    let son = Cells {
        nik: "6401010202900003",
        birth_date: "1990-02-02",
        mother: "RINA ASTUTI",
        ..FATHER
    };
    // One phone, one house, one birth place: a question at most.
    assert!(chance(&FATHER, &son) < 0.5, "{}", chance(&FATHER, &son));
}

#[test]
fn neighbours_with_one_phone_and_namesakes_of_one_day_are_two() {
    let neighbour = Cells {
        nik: "6401014505700001",
        no_kk: "6401011108110002",
        name: "NUR HAYATI",
        birth_date: "1970-05-05",
        sex: "P",
        mother: "KARTINI",
        ..FATHER
    };
    assert!(chance(&FATHER, &neighbour) < 0.01);
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
    assert!(chance(&FATHER, &namesake) < 0.5, "{}", chance(&FATHER, &namesake));
}

/// Owned cells, for rows made by chance.
#[derive(Clone, Debug)]
struct Row([String; 13]);

impl Row {
    fn cells(&self) -> Cells<'_> {
        Cells::by_place(|place| &self.0[place])
    }
}

/// Rows near enough to each other that they meet.
fn row() -> impl Strategy<Value = Row> {
    let words = "(SITI|NUR|M\\.|ABD|AHMAD)? ?(AMINAH|HAYATI|HAYATII|LATIF|SALAM|UDIN)?( S\\.PD)?";
    let numbers = (
        "(640101(1[0-9]|5[0-9])0[1-3](70|71)000[1-3]|)",
        "(640101120309000[1-4]|)",
        "(08123400011[0-3]|)",
    );
    let texts = (words, "(LONG IKIS|PASER|)", "(1970-0[1-3]-1[0-9]|1971|)", "(L|P|)", words);
    let home = ("(JL\\. MERAK NO\\. [12]|)", "(00[1-3]|)", "(SEMUNTAI|BUSUI|)", "(LONG IKIS|)");
    (numbers, texts, home).prop_map(
        |((nik, kk, phone), (name, place, birth, sex, mother), home)| {
            let (address, rt, village, district) = home;
            let rw = rt.clone();
            Row([
                nik, kk, name, place, birth, sex, address, rt, rw, village, district, phone, mother,
            ])
        },
    )
}

fn records(rows: &[Row]) -> Vec<Record> {
    rows.iter().map(|row| Record::read(&row.cells())).collect()
}

/// The evidence for two rows, whatever stands around them.
fn score(left: &Row, right: &Row) -> Millibits {
    let mut all = Prepared::of(records(&[left.clone(), right.clone()]));
    let mut counts = Counts::new(2_000);
    counts.add(&villagers());
    all.weigh(&counts);
    Model::shipped().score(&all.compare(0, &all, 1))
}

/// Women of one village and one birth date, all called Siti and every third Siti Aminah, each in
/// two rows: the second time with a word more, the same family card, phone and mother.
fn crowd(women: usize) -> Vec<Row> {
    const SYLLABLES: [&str; 10] = ["RA", "MI", "NU", "SA", "LE", "TI", "HA", "YU", "KA", "WO"];
    let word = |number: u64| -> String {
        (0..4).map(|at| SYLLABLES[(mixed(number * 8 + at) % 10) as usize]).collect()
    };
    let row = |at: usize, again: bool| {
        let own = at as u64;
        let name = match at % 3 {
            0 => "SITI AMINAH".to_owned(),
            _ => format!("SITI {}", word(own)),
        };
        Row([
            String::new(),
            format!("640101{:010}", mixed(own + 300_000) % 10_000_000_000),
            if again { format!("{name} {}", word(own + 500_000)) } else { name },
            "LONG IKIS".to_owned(),
            "1970-01-01".to_owned(),
            "P".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            "SEMUNTAI".to_owned(),
            "LONG IKIS".to_owned(),
            format!("0812{:08}", mixed(own + 700_000) % 100_000_000),
            word(own + 900_000),
        ])
    };
    (0..women).flat_map(|at| [row(at, false), row(at, true)]).collect()
}

/// Rows in another order, and where each stood before.
fn shuffled(rows: &[Row], seed: u64) -> (Vec<Row>, Vec<u32>) {
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_by_key(|at| mixed(mixed(seed) ^ u64::from(*at)));
    (order.iter().map(|at| rows[*at as usize].clone()).collect(), order)
}

/// Edges of a list in another order, by where the rows stood before.
fn told_by(order: &[u32], edges: Vec<Edge>) -> Vec<Edge> {
    let place = |at: u32| order[at as usize];
    let mut edges: Vec<Edge> = edges
        .into_iter()
        .map(|edge| {
            let (a, b) = (place(edge.left), place(edge.right));
            Edge { left: a.min(b), right: a.max(b), ..edge }
        })
        .collect();
    edges.sort_unstable();
    edges
}

#[test]
fn nobody_is_lost_in_a_crowd() {
    for women in [30, 40, 400] {
        let rows = crowd(women);
        let edges = dedupe(records(&rows), Model::shipped());
        let own = edges.iter().filter(|edge| edge.left / 2 == edge.right / 2);
        assert_eq!(own.filter(|edge| edge.score > 4_248).count(), women);
    }
}

#[test]
fn nobody_is_lost_between_two_crowded_lists() {
    let (first, second): (Vec<Row>, Vec<Row>) = {
        let (once, again): (Vec<_>, Vec<_>) =
            crowd(200).into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
        let rows = |all: Vec<(usize, Row)>| all.into_iter().map(|(_, row)| row).collect();
        (rows(once), rows(again))
    };
    let edges = link(records(&first), records(&second), Model::shipped());
    let own = edges.iter().filter(|edge| edge.left == edge.right && edge.score > 4_248);
    assert_eq!(own.count(), 200);
}

#[test]
fn a_crowd_does_not_explode() {
    // Namesakes of one day and village without anything rarer.
    let row = &crowd(1)[0];
    let mut bare = row.clone();
    for cell in [1, 11, 12] {
        bare.0[cell].clear();
    }
    let all = Prepared::of(records(&vec![bare; 3_000]));
    let pairs = all_pairs(Lists::One(&all.keys), |at| all.near(at));
    assert!(pairs.len() <= 3_000 * 2 * crate::pairs::WINDOW, "{}", pairs.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_order_of_a_crowd_does_not_matter(women in 40usize..90, seed in any::<u64>()) {
        let rows = crowd(women);
        let once = dedupe(records(&rows), Model::shipped());
        let (turned, order) = shuffled(&rows, seed);
        let again = told_by(&order, dedupe(records(&turned), Model::shipped()));
        prop_assert_eq!(&once, &again);
        // And so the people are the same.
        let groups = |edges: &[Edge]| clusters(rows.len(), edges, 4_248, &Apart::default());
        prop_assert_eq!(groups(&once), groups(&again));
    }

    #[test]
    fn the_order_of_two_crowded_lists_does_not_matter(
        women in 40usize..90, seed in any::<u64>(),
    ) {
        let (left, right) = (crowd(women), crowd(women + 10));
        let once = link(records(&left), records(&right), Model::shipped());
        let (left, left_order) = shuffled(&left, seed);
        let (right, right_order) = shuffled(&right, !seed);
        let again = link(records(&left), records(&right), Model::shipped());
        let mut again: Vec<Edge> = again
            .into_iter()
            .map(|edge| Edge {
                left: left_order[edge.left as usize],
                right: right_order[edge.right as usize],
                ..edge
            })
            .collect();
        again.sort_unstable();
        // With their standing: a rival is the same whoever stands first.
        prop_assert_eq!(once, again);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_does_not_matter_who_is_asked_first(left in row(), right in row()) {
        prop_assert_eq!(score(&left, &right), score(&right, &left));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in prop::collection::vec(row(), 2..24), by in 0usize..24) {
        let once = dedupe(records(&rows), Model::shipped());
        let mut turned = rows.clone();
        let by = by % rows.len();
        turned.rotate_left(by);
        let place = |at: u32| ((at as usize + by) % rows.len()) as u32;
        let order: Vec<u32> = (0..rows.len() as u32).map(place).collect();
        let again = told_by(&order, dedupe(records(&turned), Model::shipped()));
        prop_assert_eq!(once, again);
    }

    #[test]
    fn a_row_is_found_in_a_list_that_holds_it(rows in prop::collection::vec(row(), 1..16)) {
        let edges = link(records(&rows), records(&rows), Model::shipped());
        prop_assert_eq!(&edges, &link(records(&rows), records(&rows), Model::shipped()));
        for (at, row) in rows.iter().enumerate() {
            let whole = [0, 2, 4].iter().all(|cell| row.0[*cell].len() >= 8);
            let at = at as u32;
            let own = edges.iter().find(|edge| (edge.left, edge.right) == (at, at));
            prop_assert!(!whole || own.is_some_and(|edge| edge.score > 0));
        }
    }

    #[test]
    fn what_is_missing_neither_agrees_nor_contradicts(left in row(), right in row(), cell in 0usize..13) {
        let mut blank = right.clone();
        blank.0[cell].clear();
        let (with, without) = (score(&left, &right), score(&left, &blank));
        // Agreement lost never helps, and contradiction gone never hurts, but for what hangs on other
        // fields: a household that is no longer seen, a date that the NIK then tells.
        let agrees = !left.0[cell].is_empty() && left.0[cell] == right.0[cell];
        prop_assert!(!agrees || without <= with + 3_500, "{with} {without}");
    }

    #[test]
    fn noise_hardly_makes_two_people_one(left in row(), right in row(), cell in 0usize..13) {
        let mut noisy = right.clone();
        noisy.0[cell].push('X');
        let (with, noise) = (score(&left, &right), score(&left, &noisy));
        prop_assert!(noise <= with + 9_000, "{with} {noise}");
    }
}
