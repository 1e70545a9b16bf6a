//! Lab: trains and measures.
use linkage::compare::Levels;
use linkage::engine::Prepared;
use linkage::model::{Model, fit};
use linkage::pairs::{Lists, all_pairs};
use linkage::rarity::Counts;
use linkage::record::{Cells, Record};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, BufWriter, Write};
fn split(line: &str) -> Vec<&str> {
    if !line.contains('"') {
        return line.split(',').collect();
    }
    let mut out = vec![];
    let mut q = false;
    let mut s = 0;
    for (i, c) in line.char_indices() {
        match c {
            '"' => q = !q,
            ',' if !q => {
                out.push(line[s..i].trim_matches('"'));
                s = i + 1
            }
            _ => {}
        }
    }
    out.push(line[s..].trim_matches('"'));
    out
}
fn load(path: &str) -> (Vec<String>, Vec<Record>) {
    let f = BufReader::new(std::fs::File::open(path).unwrap());
    let mut lines = f.lines();
    let h = lines.next().unwrap().unwrap();
    let head = split(&h);
    let ix = |n: &str| head.iter().position(|h| *h == n).unwrap();
    let c = [
        "id",
        "nik",
        "no_kk",
        "nama",
        "tempat_lahir",
        "tanggal_lahir",
        "jenis_kelamin",
        "alamat",
        "rt",
        "rw",
        "desa",
        "kecamatan",
        "no_hp",
        "nama_ibu",
    ]
    .map(ix);
    let (mut ids, mut recs) = (vec![], vec![]);
    for l in lines {
        let l = l.unwrap();
        let r = split(&l);
        let g = |i: usize| r[c[i]];
        ids.push(g(0).to_owned());
        recs.push(Record::read(&Cells {
            nik: g(1),
            no_kk: g(2),
            name: g(3),
            birth_place: g(4),
            birth_date: g(5),
            sex: g(6),
            address: g(7),
            rt: g(8),
            rw: g(9),
            village: g(10),
            district: g(11),
            phone: g(12),
            mother: g(13),
        }));
    }
    (ids, recs)
}
/// levels, truth
fn set(dir: &str) -> (Vec<(Levels, bool)>, usize, Vec<(String, String)>) {
    let p = |n: &str| format!("{dir}/{n}.csv");
    let mut truth = HashMap::new();
    let f = BufReader::new(std::fs::File::open(p("truth")).unwrap());
    let mut src: HashMap<String, [usize; 2]> = HashMap::new();
    let two = std::path::Path::new(&p("registry")).exists();
    for l in f.lines().skip(1) {
        let l = l.unwrap();
        let r: Vec<&str> = l.split(',').collect();
        truth.insert(r[0].to_owned(), r[2].to_owned());
        src.entry(r[2].to_owned()).or_default()[(r[1] == "I") as usize] += 1;
    }
    let n: usize =
        src.values().map(|[a, b]| if two { a * b } else { (a + b) * (a + b - 1) / 2 }).sum();
    let mut counts = Counts::new(1_100_000);
    let (lids, l) = load(&p(if two { "registry" } else { "file" }));
    let mut l = Prepared::of(l);
    counts.add(&l.records);
    let mut out = vec![];
    let mut ids = vec![];
    if two {
        let (rids, r) = load(&p("intake"));
        let mut r = Prepared::of(r);
        counts.add(&r.records);
        l.weigh(&counts);
        r.weigh(&counts);
        let s = l.records.len() as u32;
        for (a, b) in all_pairs(Lists::Two { left: &l.keys, right: &r.keys }, |m| {
            if m < s { l.near(m) } else { r.near(m - s) }
        }) {
            out.push((l.compare(a, &r, b), truth[&lids[a as usize]] == truth[&rids[b as usize]]));
            ids.push((lids[a as usize].clone(), rids[b as usize].clone()));
        }
    } else {
        l.weigh(&counts);
        for (a, b) in all_pairs(Lists::One(&l.keys), |m| l.near(m)) {
            out.push((l.compare(a, &l, b), truth[&lids[a as usize]] == truth[&lids[b as usize]]));
            ids.push((lids[a as usize].clone(), lids[b as usize].clone()));
        }
    }
    (out, n, ids)
}
fn report(name: &str, model: &Model, set: &[(Levels, bool)], n: usize) {
    let mut s: Vec<(i32, bool)> = set.iter().map(|(l, y)| (model.score(l), *y)).collect();
    s.sort_by_key(|(s, _)| -s);
    let (mut tp, mut fp, mut best, mut r999, mut at95) =
        (0f64, 0f64, (0f64, 0), 0f64, (0., 0., 0.));
    for (i, (sc, y)) in s.iter().enumerate() {
        if *y {
            tp += 1.
        } else {
            fp += 1.
        }
        if i + 1 < s.len() && s[i + 1].0 == *sc {
            continue;
        }
        let (p, r) = (tp / (tp + fp), tp / n as f64);
        let f = 2. * p * r / (p + r);
        if f > best.0 {
            best = (f, *sc)
        }
        if p >= 0.999 {
            r999 = r999.max(r)
        }
        if *sc >= 4248 {
            at95 = (p, r, fp)
        }
    }
    let ceil = s.iter().filter(|x| x.1).count() as f64 / n as f64;
    let (p, r, fp) = at95;
    println!(
        "{name}: pairs {} ceil {ceil:.4} best {:.4}@{} | .95: P {p:.4} R {r:.4} F {:.4} fp {fp} | r@.999 {r999:.4}",
        s.len(),
        best.0,
        best.1,
        2. * p * r / (p + r)
    );
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let cut = a.iter().position(|x| x == "--").unwrap();
    let mut train = vec![];
    let mut sets = HashMap::new();
    for d in &a[2..] {
        if d != "--" && !sets.contains_key(d) {
            let s = set(d);
            sets.insert(d.clone(), s);
        }
    }
    let model = if cut == 2 {
        Model::parse(&std::fs::read_to_string(&a[1]).unwrap()).unwrap()
    } else {
        for d in &a[2..cut] {
            train.extend(sets[d].0.iter().copied());
        }
        let m = fit(&train);
        let mut f = BufWriter::new(std::fs::File::create(&a[1]).unwrap());
        write!(f, "{}", m.print()).unwrap();
        m
    };
    for d in &a[cut + 1..] {
        let (s, n, _) = &sets[d];
        report(d.rsplit('/').next().unwrap(), &model, s, *n);
    }
}
