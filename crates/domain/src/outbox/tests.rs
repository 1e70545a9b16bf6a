//! What is told, where it may go, and what follows from an answer: by hand, and by properties.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

#[test]
fn an_act_is_told_under_one_name() {
    let acts: BTreeSet<&str> = TOLD.iter().map(|told| told.act).collect();
    let kinds: BTreeSet<&str> = TOLD.iter().map(|told| told.kind).collect();
    assert_eq!((acts.len(), kinds.len()), (TOLD.len(), TOLD.len()));
    for told in TOLD {
        assert_eq!(Told::of_act(told.act), Some(told));
        assert_eq!(Told::of_type(told.kind), Some(told));
        assert_eq!(Told::of_type(&told.type_name()), Some(told));
        let is_word = |c: char| c.is_ascii_lowercase() || c == '.' || c == '-';
        assert!(told.kind.chars().all(is_word), "{}", told.kind);
    }
    assert_eq!(Told::of_act("bill-issued").map(Told::type_name).as_deref(), {
        Some("id.payung.bill.issued.v1")
    });
    // Everything that moves money into or out of the books is told.
    for act in [
        "bill-finalised",
        "bill-issued",
        "bill-returned",
        "bill-reopened",
        "bills-paid",
        "bill-payment-undone",
        "bank-moves-approved",
        "credits-recorded",
        "entry-posted",
        "transfer-reversed",
        "period-closed",
        "period-reopened",
        "fund-added",
        "fund-revised",
    ] {
        assert!(Told::of_act(act).is_some(), "{act}");
    }
    assert_eq!(Told::of_act("people-exported"), None, "what concerns persons stays inside");
    for state in SubscriberState::ALL {
        assert_eq!(SubscriberState::from_name(state.name()), Some(state));
    }
    for state in DeliveryState::ALL {
        assert_eq!(DeliveryState::from_name(state.name()), Some(state));
    }
}

#[test]
fn an_answer_says_what_follows() {
    let status = |status| Answer::Status(status, None);
    let check = |tries, answer, dice, next| {
        assert_eq!(judge(&SCHEDULE, tries, answer, dice), next, "{tries} {answer:?}");
    };
    check(1, status(200), 0, Next::Delivered);
    check(9, status(299), 0, Next::Delivered);
    check(1, status(410), 0, Next::Gone);
    // Five seconds, then five minutes; a redirect is no yes.
    check(1, status(302), 0, Next::Again { after_ms: 5_000, hold: false });
    check(2, status(500), 0, Next::Again { after_ms: 300_000, hold: false });
    check(9, Answer::Fault(Fault::TimeOut), 0, Next::Again { after_ms: 86_400_000, hold: false });
    check(10, status(500), 0, Next::GiveUp);
    check(u32::MAX, status(404), 7, Next::GiveUp);
    // A fifth of five seconds at most, here half of it.
    check(1, status(404), 500, Next::Again { after_ms: 5_500, hold: false });
    // Who asks for two minutes gets them, who asks for a year gets a day, who asks for less waits.
    check(1, Answer::Status(429, Some(120_000)), 0, Next::Again { after_ms: 120_000, hold: true });
    let year = Answer::Status(503, Some(31_536_000_000));
    check(1, year, 0, Next::Again { after_ms: 86_400_000, hold: true });
    check(2, Answer::Status(429, Some(-5)), 0, Next::Again { after_ms: 300_000, hold: true });
    check(1, Answer::Status(500, Some(120_000)), 0, Next::Again { after_ms: 5_000, hold: false });
}

#[test]
fn addresses_are_read_or_refused() {
    let fit = |text: &str| Endpoint::parse(text, Reach::Open);
    let endpoint = fit("https://SIMDA.example.go.id/kait?k=1").expect("fit");
    assert_eq!((&*endpoint.host, endpoint.port), ("simda.example.go.id", 443));
    assert_eq!((&*endpoint.target, &*endpoint.authority()), ("/kait?k=1", "simda.example.go.id"));
    let endpoint = fit("https://a.example:8443").expect("fit");
    assert_eq!((&*endpoint.target, &*endpoint.authority()), ("/", "a.example:8443"));
    assert_eq!(&*fit("https://a.example?x=1").expect("fit").target, "/?x=1");
    use EndpointProblem::*;
    let long = format!("https://a.example/{}", "x".repeat(500));
    let refused = [
        ("", Unreadable),
        ("a.example/x", Unreadable),
        ("https://a.example/a b", Unreadable),
        ("https://a.example/\u{e9}", Unreadable),
        ("https://a.example\\@b.example/", Unreadable),
        (&*long, Unreadable),
        ("http://a.example/", NotSecure),
        ("ftp://a.example/", NotSecure),
        ("file:///etc/passwd", NotSecure),
        ("https://user:word@a.example/", NotPlain),
        ("https://a.example/#top", NotPlain),
        ("https:///x", HostUnfit),
        ("https://localhost/", HostUnfit),
        ("https://a.LOCALHOST/", HostUnfit),
        ("https://db.internal/", HostUnfit),
        ("https://127.0.0.1/", HostUnfit),
        ("https://2130706433/", HostUnfit),
        ("https://0x7f.1/", HostUnfit),
        ("https://0177.0.0.1/", HostUnfit),
        ("https://1.1.1.1/", HostUnfit),
        ("https://[::1]/", HostUnfit),
        ("https://a.example./", HostUnfit),
        ("https://-a.example/", HostUnfit),
        ("https://a_b.example/", HostUnfit),
        ("https://a.example:22/", PortUnfit),
        ("https://a.example:/", PortUnfit),
        ("https://a.example:+443/", PortUnfit),
        ("https://a.example:99999/", PortUnfit),
        ("https://a.example/6401052312870001", NamesSomebody),
    ];
    for (text, problem) in refused {
        assert_eq!(fit(text), Err(problem), "{text}");
    }
    let near = Endpoint::parse("http://127.0.0.1:4711/kait", Reach::ThisMachine).expect("fit");
    assert_eq!((near.is_secure, near.port), (false, 4711));
    assert_eq!(Endpoint::parse("http://a.example/", Reach::ThisMachine), Err(HostUnfit));
    assert_eq!(Endpoint::parse("http://127.0.0.1:4711/kait", Reach::Open), Err(NotSecure));
}

#[test]
fn doors_of_the_house_are_closed() {
    let closed = [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];
    for text in closed {
        assert!(!is_public(text.parse().expect("an address")), "{text}");
    }
    let open = ["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "198.20.0.1"];
    for text in open.into_iter().chain(["2606:4700::1111", "2001:4860:4860::8888", "2400::1"]) {
        assert!(is_public(text.parse().expect("an address")), "{text}");
    }
}

#[test]
fn one_closed_address_closes_a_name() {
    let address = |text: &str| text.parse::<IpAddr>().expect("an address");
    let (open, closed) = (address("8.8.8.8"), address("192.168.0.1"));
    assert_eq!(choose(&[open], Reach::Open), Ok(open));
    assert_eq!(choose(&[], Reach::Open), Err(Fault::NameUnknown));
    for mixed in [vec![closed], vec![open, closed], vec![closed, open]] {
        assert_eq!(choose(&mixed, Reach::Open), Err(Fault::AddressRefused));
    }
    let near = address("127.0.0.1");
    assert_eq!(choose(&[near], Reach::ThisMachine), Ok(near));
    assert_eq!(choose(&[near], Reach::Open), Err(Fault::AddressRefused));
    assert_eq!(choose(&[open], Reach::ThisMachine), Err(Fault::AddressRefused));
}

proptest! {
    /// What the standard library knows to be closed is closed, whatever else is.
    #[test]
    fn closed_v4_is_at_least_what_is_known(bits in any::<u32>()) {
        let address = Ipv4Addr::from_bits(bits);
        let known = address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_broadcast()
            || address.is_documentation()
            || address.is_multicast()
            || address.is_unspecified();
        prop_assert!(!known || !is_public(address.into()));
    }

    /// Every private address, drawn so that each block is met.
    #[test]
    fn no_private_address_is_open(low in any::<u32>(), block in 0usize..8) {
        let (base, head) = [
            (0x0a00_0000_u32, 8),
            (0xac10_0000, 12),
            (0xc0a8_0000, 16),
            (0x7f00_0000, 8),
            (0xa9fe_0000, 16),
            (0x6440_0000, 10),
            (0xe000_0000, 4),
            (0x0000_0000, 8),
        ][block];
        let address = Ipv4Addr::from_bits(base | (low >> head));
        prop_assert!(!is_public(address.into()), "{address}");
        // However it is dressed as IPv6, it stays closed; and so does every other of IPv4.
        for dressed in dressings(address) {
            prop_assert!(!is_public(dressed.into()), "{dressed}");
        }
    }

    #[test]
    fn no_address_of_ipv4_hides_in_ipv6(bits in any::<u32>()) {
        for dressed in dressings(Ipv4Addr::from_bits(bits)) {
            prop_assert!(!is_public(dressed.into()), "{dressed}");
        }
    }

    /// Outside of what is given out, IPv6 is closed.
    #[test]
    fn ipv6_is_open_only_where_it_is_given_out(bits in any::<u128>()) {
        let address = Ipv6Addr::from_bits(bits);
        let given_out = bits >> 125 == 1;
        prop_assert!(given_out || !is_public(address.into()));
        let known = address.is_loopback()
            || address.is_unspecified()
            || address.is_multicast()
            || address.is_unique_local()
            || address.is_unicast_link_local();
        prop_assert!(!known || !is_public(address.into()));
    }

    /// Whatever is read leads to a name, never to a number.
    #[test]
    fn an_endpoint_never_has_a_number_for_a_host(text in "https?://[ -~]{0,40}") {
        if let Ok(endpoint) = Endpoint::parse(&text, Reach::Open) {
            prop_assert!(endpoint.is_secure);
            prop_assert!(endpoint.host.parse::<IpAddr>().is_err());
            prop_assert!(endpoint.host.contains('.'));
            prop_assert!(!endpoint.target.contains(['\r', '\n', ' ']));
        }
    }

    #[test]
    fn a_wait_is_never_shorter_than_its_step(tries in 1u32..10, dice in any::<u32>()) {
        let step = SCHEDULE.waits_ms[tries as usize - 1];
        match judge(&SCHEDULE, tries, Answer::Fault(Fault::Broken), dice) {
            Next::Again { after_ms, .. } => {
                prop_assert!(after_ms >= step && after_ms <= step + step / 5);
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
}

/// The ways in which an address of IPv4 is written into one of IPv6.
fn dressings(address: Ipv4Addr) -> Vec<Ipv6Addr> {
    let bits = u128::from(address.to_bits());
    vec![
        address.to_ipv6_mapped(),
        Ipv6Addr::from_bits(bits),
        Ipv6Addr::from_bits((0x0064_ff9b_u128 << 96) | bits),
        Ipv6Addr::from_bits((0x0064_ff9b_0001_u128 << 80) | bits),
        Ipv6Addr::from_bits((0x2002_u128 << 112) | (bits << 80)),
        Ipv6Addr::from_bits((0x2001_0000_u128 << 96) | (!bits & 0xffff_ffff)),
    ]
}
