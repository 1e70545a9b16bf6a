//! Delimited text in every encoding and with every separator.

use super::*;

fn cells(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let result = read(bytes, &Limits::standard(), &mut |part| {
        if let Part::Row(row) = part {
            let texts: Vec<_> =
                row.cells().map(|(column, _, text)| format!("{column}={text}")).collect();
            out.push(format!("{}: {}", row.row, texts.join(" ")));
        }
        Ok(())
    });
    if let Err(refusal) = result {
        out.push(refusal.code().to_owned());
    }
    out.join("\n")
}

fn check(bytes: impl AsRef<[u8]>, expect: &str) {
    assert_eq!(cells(bytes.as_ref()), expect, "{:?}", String::from_utf8_lossy(bytes.as_ref()));
}

#[test]
fn delimiters_are_found() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = "a#b#c\n1#2#3\n".replace('#', delimiter);
        check(text, "1: 0=a 1=b 2=c\n2: 0=1 1=2 2=3");
    }
    check("a;b\n1,5;2,5\n", "1: 0=a 1=b\n2: 0=1,5 1=2,5");
    check("sep=|\na|b,c\n", "1: 0=a 1=b,c");
    check("one\ntwo", "1: 0=one\n2: 0=two");
}

#[test]
fn quotes_are_read_and_accidents_survived() {
    check("\"a,b\",\"c\"\"d\"\n", "1: 0=a,b 1=c\"d");
    check("\"a\nb\",c\r\nd", "1: 0=a\nb 1=c\n2: 0=d");
    check("\"a\"b,c\n", "1: 0=ab 1=c");
    check("\"UDIN,1\nb,2", "1: 0=\"UDIN 1=1\n2: 0=b 1=2");
    check("=\"0812\",x", "1: 0=0812 1=x");
    check("a\"b,c", "1: 0=a\"b 1=c");
}

#[test]
fn rows_keep_their_numbers() {
    check("a,b\n\n,c\n\n", "1: 0=a 1=b\n3: 1=c");
    check("a,b\rc,d\r", "1: 0=a 1=b\n2: 0=c 1=d");
    check("a,b,c\n1\n1,2,3,4\n", "1: 0=a 1=b 2=c\n2: 0=1\n3: 0=1 1=2 2=3 3=4");
}

#[test]
fn encodings_are_told_apart() {
    let utf16 = |little: bool, mark: bool| {
        let text = format!("{}é,b\n", if mark { "\u{feff}" } else { "NAMA,NIK,ALAMAT\n" });
        let units = text.encode_utf16();
        let bytes = units.map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        bytes.flatten().collect::<Vec<u8>>()
    };
    check("\u{feff}é,b", "1: 0=é 1=b");
    for little in [true, false] {
        check(utf16(little, true), "1: 0=é 1=b");
        check(utf16(little, false), "1: 0=NAMA 1=NIK 2=ALAMAT\n2: 0=é 1=b");
    }
    check(b"Ren\xe9e,b", "1: 0=Renée 1=b");
    check(b"a\0b,c\0", "1: 0=ab 1=c");
}

#[test]
fn a_cell_longer_than_a_cell_is_refused() {
    check("x".repeat(200_000), "TEXT_TOO_LONG");
    check("\"".repeat(1_000_000), "TEXT_TOO_LONG");
}
