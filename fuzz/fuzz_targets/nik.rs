//! Any text as a NIK and a KK number, and any bytes turned into sixteen digits.

#![no_main]

use base::nik::{Nik, NikProblem, NoKk};
use base::{Day, RegionCode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text);
    }
    let digits: String = bytes.iter().take(16).map(|byte| char::from(b'0' + byte % 10)).collect();
    check(&digits);
});

fn check(text: &str) {
    match Nik::parse(text) {
        Ok(nik) => check_nik(text, nik),
        Err(NikProblem::Length(length)) => assert_eq!(length, text.len()),
        Err(_) => (),
    }
    if let Ok(kk) = NoKk::parse(text) {
        assert_eq!(kk.reveal(), text);
        assert_eq!(kk.as_u64().to_string(), text);
        assert!(!format!("{kk:?}").contains(|char: char| char.is_ascii_digit()));
    }
}

fn check_nik(text: &str, nik: Nik) {
    assert_eq!(nik.reveal(), text);
    assert_eq!(Nik::parse(&nik.reveal()), Ok(nik));
    assert_eq!(nik.as_u64().to_string(), text);
    assert_eq!(u64::from(nik.serial()), nik.as_u64() % 10_000);
    assert!(nik.serial() > 0);
    assert_eq!(RegionCode::parse(&nik.region().to_string()), Some(nik.region()));
    assert_eq!(nik.region().digits(), nik.as_u64() / 10_000_000_000);
    let shown = format!("{nik:?} {nik} {}", nik.masked());
    assert_eq!(shown.matches("********").count(), 3);
    let on = Day::new(2022, 10, 1).expect("a day");
    let Some(birth) = nik.birth(on) else { return };
    for day in [Some(birth.day), birth.century_earlier].into_iter().flatten() {
        assert!((0..110).contains(&day.age_on(on)));
        assert!(nik.agrees_with_birth(day));
    }
}
