//! Invented lists are linked, explained and refused.

use super::*;

/// Invented people.
const REGISTER: &str = "\u{feff}id;nik;nama;tanggal_lahir;jenis_kelamin;desa;nama_ibu
R1;6401010507920002;MUHAMMAD LATIF;1992-07-05;L;SAMURANGAU;SITI RAHMAH
R2;6401014910550003;NORHAYATI;1955-10-09;P;BUSUI;MASLIAH
R3;6401011710000004;JAMALUDDIN RIZKI;2000-10-17;L;BATU KAJANG;ANTI TENRI
";

const LIST: &str = "id,nik,nama,tanggal_lahir,jenis_kelamin,desa,nama_ibu
A,'6401010507920002,\"LATIF, S.Pd\",05/07/1992,L,Ds. Samurangau,Siti Rahma
B,6401014910550003.0,Hj. Nor Hayati,9 Oktober 1955,Perempuan,Busui,
C,6401015203880001,Dewi Nabila,12/03/1988,P,Busui,Sari
=D,6401010507920002,M. LATIF,05/07/92,L,SAMURANGAU,
";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("register.csv"), REGISTER).expect("written");
    std::fs::write(folder.path().join("list.csv"), LIST).expect("written");
    folder
}

fn linked(folder: &Path, right: bool) -> Linked {
    let (left, list) = (folder.join("register.csv"), folder.join("list.csv"));
    let (left, right) = if right { (left, Some(list)) } else { (list, None) };
    let linking = Linking { left: &left, right: right.as_deref(), threshold: 0.5, generic: false };
    link(&linking, &mut |_| {}).expect("both are lists")
}

#[test]
fn rows_find_their_person() {
    let folder = folder();
    let linked = linked(folder.path(), true);
    assert_eq!(linked.counts(), LinkCounts { left: 3, right: 4, pairs: 3 });
    let out = folder.path().join("pairs.csv");
    linked.write_pairs(&out, false).expect("written");
    let text = std::fs::read_to_string(&out).expect("there");
    let pairs: Vec<&str> =
        text.lines().map(|line| line.rsplit_once(',').expect("three").0).collect();
    assert_eq!(pairs, ["id_l,id_r", "R1,A", "R1,\"'=D\"", "R2,B"]);
}

#[test]
fn evidence_adds_up_to_the_score() {
    let folder = folder();
    let linked = linked(folder.path(), true);
    let found = linked.edges.iter().find(|edge| (edge.left, edge.right) == (0, 0));
    let one = linked.explain("R1", "A").expect("both are there");
    assert_eq!(found.map(|edge| edge.score), Some(one.score));
    assert!(one.standing.is_some());
    let other = linked.explain("R2", "C").expect("both are there");
    assert!(one.score > 4_248 && other.score < -6_629, "{} {}", one.score, other.score);
    assert_eq!(other.standing, None);
    // The difference is what is thought before comparing, the same for every pair.
    let before = |all: &Explained| {
        let sum: Millibits = all.fields.iter().map(|weighed| weighed.millibits).sum();
        all.score - sum - all.standing.map_or(0, |(_, added)| added)
    };
    assert_eq!(before(&one), before(&other));
    assert_eq!(linked.explain("R1", "nobody").err().expect("nobody").code, "LINK_ROW_UNKNOWN");
    let out = folder.path().join("pairs.csv");
    linked.write_pairs(&out, true).expect("written");
    let text = std::fs::read_to_string(&out).expect("there");
    let columns: Vec<usize> = text.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(columns, [43; 4]);
    assert!(!text.contains("6401010507920002"));
}

#[test]
fn rows_of_one_list_are_grouped() {
    let folder = folder();
    let linked = linked(folder.path(), false);
    let out = folder.path().join("clusters.csv");
    linked.write_clusters(&out, 0.95).expect("written");
    let text = std::fs::read_to_string(&out).expect("there");
    assert_eq!(text, "id,cluster_id\nA,A\nB,B\nC,C\n\"'=D\",A\n");
}

#[test]
fn lists_of_any_kind_are_compared_by_the_names_of_their_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let left = path("left.csv", "id,title,year\nA,the first of them,1951\nB,another thing,1962\n");
    let turned =
        path("turned.csv", "year,id,title\n1951,1,the first of them\n1962,2,another thing\n");
    let bare = path("bare.csv", "id\n1\n2\n");
    let other = path("other.csv", "id,colour\n1,red\n");
    let found = |left: &Path, right: Option<&Path>| {
        let linking = Linking { left, right, threshold: 0.5, generic: true };
        link(&linking, &mut |_| {}).map(|linked| linked.counts().pairs).map_err(|e| e.code)
    };
    assert_eq!(found(&left, Some(&turned)), Ok(2));
    for refused in [found(&bare, None), found(&left, Some(&bare)), found(&left, Some(&other))] {
        assert_eq!(refused, Err("LIST_WITHOUT_COLUMNS".to_owned()));
    }
}

#[test]
fn what_is_no_list_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.csv");
    let refusal = |bytes: &[u8], name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let linking = Linking { left: &path, right: None, threshold: 0.5, generic: false };
        link(&linking, &mut |_| {}).map(|linked| linked.counts().left).map_err(|error| error.code)
    };
    assert_eq!(refusal(b"", "list.csv"), Err("LIST_WITHOUT_COLUMNS".to_owned()));
    assert_eq!(refusal(b"a,b\n1,2\n", "list.csv"), Err("LIST_WITHOUT_COLUMNS".to_owned()));
    assert_eq!(refusal(b"id,nik\n", "list.csv"), Ok(0));
    // Short rows, foreign bytes and quotes that never end are rows like others.
    assert_eq!(refusal(b"id,nik,nama\n1\n2,x,\xff\xfe\n3,\"y", "list.csv"), Ok(3));
    assert_eq!(refusal(b"PAR1 is not all of it", "list.parquet"), Err("LIST_BROKEN".to_owned()));
    let linking = Linking {
        left: Path::new("/nowhere/list.csv"),
        right: Some(&path),
        threshold: 0.5,
        generic: false,
    };
    let error = link(&linking, &mut |_| {}).err().expect("it is nowhere");
    assert_eq!(error.code, "FILE_UNREADABLE");
}
