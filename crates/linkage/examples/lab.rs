//! Lab: dumps levels of candidate pairs.
use std::io::{BufRead, BufReader, BufWriter, Write};
use linkage::keys::Keys;
use linkage::pairs::{Lists, all_pairs};
use linkage::rarity::{Counts, Rarity};
use linkage::record::{Cells, Record};
fn split(line: &str) -> Vec<String> {
    let mut out = vec![String::new()]; let mut q = false;
    for c in line.chars() { match c { '"' => q = !q, ',' if !q => out.push(String::new()), c => out.last_mut().unwrap().push(c) } }
    out
}
fn load(path: &str) -> (Vec<String>, Vec<Record>) {
    let f = BufReader::new(std::fs::File::open(path).unwrap());
    let mut lines = f.lines();
    let head = split(&lines.next().unwrap().unwrap());
    let ix = |n: &str| head.iter().position(|h| h == n).unwrap();
    let c = ["id","nik","no_kk","nama","tempat_lahir","tanggal_lahir","jenis_kelamin","alamat","rt","rw","desa","kecamatan","no_hp","nama_ibu"].map(ix);
    let (mut ids, mut recs) = (vec![], vec![]);
    for l in lines {
        let r = split(&l.unwrap());
        let g = |i: usize| r[c[i]].as_str();
        ids.push(g(0).to_owned());
        recs.push(Record::read(&Cells { nik: g(1), no_kk: g(2), name: g(3), birth_place: g(4), birth_date: g(5), sex: g(6), address: g(7), rt: g(8), rw: g(9), village: g(10), district: g(11), phone: g(12), mother: g(13) }));
    }
    (ids, recs)
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let t = std::time::Instant::now();
    let lap = |w: &str| eprintln!("{w} {:.2}", t.elapsed().as_secs_f64());
    let (ids, mut recs) = load(&a[2]);
    let two = a.len() > 3;
    let split_at = recs.len();
    let mut ids = ids;
    if two { let (i2, r2) = load(&a[3]); ids.extend(i2); recs.extend(r2); }
    lap("read");
    let keys: Vec<Keys> = recs.iter().map(Keys::of).collect();
    lap("keys");
    let mut counts = Counts::default(); counts.add(&recs);
    let rare: Vec<Rarity> = recs.iter().map(|r| counts.rarity(r)).collect();
    lap("counts");
    let lists = if two { Lists::Two { left: &keys[..split_at], right: &keys[split_at..] } } else { Lists::One(&keys) };
    let pairs = all_pairs(lists, |m| linkage::keys::whole(recs[m as usize].name.words()).unwrap_or(0));
    lap(&format!("pairs {}", pairs.len()));
    let mut out = BufWriter::new(std::fs::File::create(&a[1]).unwrap());
    let off = if two { split_at } else { 0 };
    let mut fam = [0usize; 16];
    for (l, r) in pairs {
        let (l, r) = (l as usize, r as usize + off);
        let lv = linkage::compare::compare(&recs[l], &recs[r], &rare[l], &rare[r]);
        let f = keys[l].meet(&keys[r]).unwrap(); fam[f] += 1;
        write!(out, "{},{},{}", ids[l], ids[r], f).unwrap();
        for v in lv { write!(out, ",{v}").unwrap(); }
        writeln!(out).unwrap();
    }
    lap(&format!("compared {fam:?}"));
}
