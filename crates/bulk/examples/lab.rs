//! Lab: times.
use std::io::Write;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let t = std::time::Instant::now();
    let cpu = || {
        let s = std::fs::read_to_string("/proc/self/stat").unwrap();
        let f: Vec<&str> = s.rsplit(')').next().unwrap().split(' ').collect();
        (f[12].parse::<f64>().unwrap() + f[13].parse::<f64>().unwrap()) / 100.
    };
    let mut say = |s: bulk::linkage::Step| {
        if !matches!(s, bulk::linkage::Step::Read(n) if n % 100000 > 40000) {
            eprintln!("{:.2} cpu {:.2} {s:?}", t.elapsed().as_secs_f64(), cpu())
        }
    };
    let mut l = bulk::people::People::read(a[2].as_ref(), &mut say).unwrap();
    let model = linkage::model::Model::shipped();
    let mut out = std::io::BufWriter::new(std::fs::File::create(&a[1]).unwrap());
    writeln!(out, "id_l,id_r,prob").unwrap();
    if a.len() > 3 {
        let mut r = bulk::people::People::read(a[3].as_ref(), &mut say).unwrap();
        for e in bulk::linkage::link(&mut l.prepared, &mut r.prepared, model, &mut say) {
            writeln!(
                out,
                "{},{},{:.6}",
                l.id(e.left),
                r.id(e.right),
                linkage::model::probability(e.score)
            )
            .unwrap();
        }
    } else {
        for e in bulk::linkage::dedupe(&mut l.prepared, model, &mut say) {
            writeln!(
                out,
                "{},{},{:.6}",
                l.id(e.left),
                l.id(e.right),
                linkage::model::probability(e.score)
            )
            .unwrap();
        }
    }
    out.flush().unwrap();
    if std::env::var_os("FAM").is_some() {
        let k = &l.prepared.keys;
        let mut f = [0usize; 16];
        for g in linkage::pairs::groups_of_families() {
            let s = g.start;
            for (a, b) in linkage::pairs::pairs_of_families(linkage::pairs::Lists::One(k), g, |a| {
                l.prepared.near(a)
            }) {
                let _ = s;
                f[k[a as usize].meet(&k[b as usize]).unwrap()] += 1;
            }
        }
        eprintln!("{f:?}");
    }
    let rss = std::fs::read_to_string("/proc/self/status").unwrap();
    let rss = rss.lines().find(|l| l.starts_with("VmHWM")).unwrap().to_owned();
    eprintln!("{:.2} cpu {:.2} {rss}", t.elapsed().as_secs_f64(), cpu());
}
