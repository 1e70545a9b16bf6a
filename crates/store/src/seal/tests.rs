//! Fields sealed, opened, and refused with another key, another place or a flipped bit.

use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;
use crate::keys::KeyMaterial;
use crate::twin;

fn ring(masters: &[(u32, u8)]) -> KeyRing {
    let masters = masters.iter().map(|(version, key)| (*version, Zeroizing::new([*key; 32])));
    KeyRing::new(
        &KeyMaterial {
            index: Zeroizing::new([9; 32]),
            index_made: None,
            steps: Vec::new(),
            masters: masters.collect(),
        },
        [5; 32],
    )
}

fn refused<T>(answer: Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Corrupt { .. }))
}

#[test]
fn keys_print_nothing() {
    assert_eq!(format!("{:?}", ring(&[(1, 2)])), "KeyRing");
}

#[test]
fn a_record_key_opens_under_its_own_master_key_only() {
    let (one, other) = (ring(&[(1, 2)]), ring(&[(1, 3)]));
    let owner = Owner { tenant: 6401, record: &[1; 16] };
    let key = one.new_key(owner);
    let sealed = one.sealer(&key).seal(owner, "name", b"Rekaan");
    assert!(refused(other.unwrap(owner, &key.wrapped)));
    assert!(refused(one.unwrap(Owner { tenant: 6402, ..owner }, &key.wrapped)));
    assert!(refused(one.unwrap(Owner { record: &[2; 16], ..owner }, &key.wrapped)));
    let second = Wrapped { version: 2, ..key.wrapped };
    assert!(matches!(one.unwrap(owner, &second), Err(StoreError::KeysDiffer)));
    assert!(refused(ring(&[(1, 2), (2, 2)]).unwrap(owner, &second)));
    // Another master key later: what was sealed stays, and opens under either.
    let later = ring(&[(1, 2), (2, 3)]);
    let rewrapped = later.rewrap(owner, &key.wrapped).expect("both keys are there");
    assert_eq!(rewrapped.version, 2);
    let open = |ring: &KeyRing, wrapped| {
        ring.unwrap(owner, wrapped).and_then(|seal| seal.open(owner, "name", &sealed))
    };
    for (ring, wrapped) in
        [(&one, &key.wrapped), (&later, &rewrapped), (&ring(&[(2, 3)]), &rewrapped)]
    {
        assert_eq!(open(ring, wrapped), Ok(b"Rekaan".to_vec()));
    }
}

#[test]
fn the_index_depends_on_the_key_and_the_number() {
    let nik = |text| Nik::parse(text).expect("a number");
    let (keys, numbers) = (ring(&[(1, 2)]), [nik("6401041708627777"), nik("6401041708627778")]);
    assert_eq!(keys.nik_index(numbers[0]), ring(&[(4, 4)]).nik_index(numbers[0]));
    assert_ne!(keys.nik_index(numbers[0]), keys.nik_index(numbers[1]));
    assert_ne!(keys.nik_index(numbers[0]), twin::keys().nik_index(numbers[0]));
}

proptest! {
    #[test]
    fn what_is_sealed_opens_in_its_place_and_nowhere_else(
        plain in proptest::collection::vec(any::<u8>(), 0..80),
        record: [u8; 16],
        other: [u8; 16],
        field in "[a-z]{1,8}",
        elsewhere in "[a-z]{1,8}",
        bit in any::<proptest::sample::Index>(),
    ) {
        let keys = ring(&[(1, 2)]);
        let owner = Owner { tenant: 6401, record: &record };
        let seal = keys.sealer(&keys.new_key(owner));
        let sealed = seal.seal(owner, &field, &plain);
        prop_assert_eq!(seal.open(owner, &field, &sealed), Ok(plain.clone()));
        // The same twice does not look the same.
        prop_assert_ne!(&seal.seal(owner, &field, &plain), &sealed);
        if elsewhere != field {
            prop_assert!(refused(seal.open(owner, &elsewhere, &sealed)));
        }
        if other != record {
            let stranger = Owner { tenant: 6401, record: &other };
            prop_assert!(refused(seal.open(stranger, &field, &sealed)));
            let its_own = keys.sealer(&keys.new_key(stranger));
            prop_assert!(refused(its_own.open(owner, &field, &sealed)));
        }
        let neighbour = Owner { tenant: 6402, ..owner };
        prop_assert!(refused(seal.open(neighbour, &field, &sealed)));
        let mut flipped = sealed.clone();
        let at = bit.index(sealed.len() * 8);
        flipped[at / 8] ^= 1 << (at % 8);
        prop_assert!(refused(seal.open(owner, &field, &flipped)));
        let cut = bit.index(sealed.len());
        prop_assert!(refused(seal.open(owner, &field, &sealed[..cut])));
    }
}
