//! Where a message may go: an address on the open network, by name and over TLS, so that nobody
//! makes the office knock at doors inside its own house.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest address.
pub const URL_CHARS_MAX: usize = 500; // not law: ours
/// The doors that are knocked at.
const PORTS: &[u16] = &[443, 8443]; // not law: HTTPS and its usual second
/// The longest name, and the longest part of one.
const NAME_CHARS_MAX: usize = 253; // not law: DNS
const LABEL_CHARS_MAX: usize = 63;
/// Names that no open network has.
const INNER_NAMES: &[&str] =
    &["localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa"];

/// How far messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// The open network, by HTTPS.
    #[default]
    Open,
    /// This machine alone, by plain HTTP: for tests.
    ThisMachine,
}

/// An address that was read and found fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether the way is TLS.
    pub is_secure: bool,
    /// The name.
    pub host: Box<str>,
    /// The door.
    pub port: u16,
    /// Path and query, as they were written.
    pub target: Box<str>,
}

/// Why an address is not fit; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointProblem {
    /// It is too long, or has signs that an address has not.
    Unreadable,
    /// It is not HTTPS.
    NotSecure,
    /// It names a user, or a part of a page.
    NotPlain,
    /// The host is a number, or a name that the open network does not have.
    HostUnfit,
    /// The door is another than 443 or 8443.
    PortUnfit,
    /// It holds a number as long as one that stands for a person.
    NamesSomebody,
}

impl EndpointProblem {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            EndpointProblem::Unreadable => "ENDPOINT_UNREADABLE",
            EndpointProblem::NotSecure => "ENDPOINT_NOT_SECURE",
            EndpointProblem::NotPlain => "ENDPOINT_NOT_PLAIN",
            EndpointProblem::HostUnfit => "ENDPOINT_HOST_UNFIT",
            EndpointProblem::PortUnfit => "ENDPOINT_PORT_UNFIT",
            EndpointProblem::NamesSomebody => "ENDPOINT_NAMES_SOMEBODY",
        }
    }
}

impl Endpoint {
    /// Reads an address.
    ///
    /// # Errors
    /// The first [`EndpointProblem`] in their order.
    pub fn parse(text: &str, reach: Reach) -> Result<Endpoint, EndpointProblem> {
        let is_plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
        if text.len() > URL_CHARS_MAX || !text.chars().all(is_plain) {
            return Err(EndpointProblem::Unreadable);
        }
        let (scheme, rest) = text.split_once("://").ok_or(EndpointProblem::Unreadable)?;
        let is_secure = match (scheme, reach) {
            ("https", _) => true,
            ("http", Reach::ThisMachine) => false,
            _ => return Err(EndpointProblem::NotSecure),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.contains('@') || target.contains('#') {
            return Err(EndpointProblem::NotPlain);
        }
        // A number in brackets is a host, and no name.
        if authority.starts_with('[') {
            return Err(EndpointProblem::HostUnfit);
        }
        let (host, port) = match authority.split_once(':') {
            None => (authority, if is_secure { 443 } else { 80 }), // not law: HTTP
            Some((host, port)) => (host, read_port(port)?),
        };
        let is_fit = match reach {
            Reach::Open => is_open_name(host),
            Reach::ThisMachine => host == "localhost" || host == "127.0.0.1",
        };
        if !is_fit {
            return Err(EndpointProblem::HostUnfit);
        }
        if reach == Reach::Open && !PORTS.contains(&port) {
            return Err(EndpointProblem::PortUnfit);
        }
        if holds_number(text) {
            return Err(EndpointProblem::NamesSomebody);
        }
        let target = match target {
            "" => "/".into(),
            query if query.starts_with('?') => format!("/{query}").into(),
            path => path.into(),
        };
        Ok(Endpoint { is_secure, host: host.to_ascii_lowercase().into(), port, target })
    }

    /// Host and port as a request names them: the port of the scheme is left out.
    pub fn authority(&self) -> String {
        match (self.is_secure, self.port) {
            (true, 443) | (false, 80) => self.host.to_string(), // not law: HTTP
            (_, port) => format!("{}:{port}", self.host),
        }
    }
}

fn read_port(text: &str) -> Result<u16, EndpointProblem> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|port| is_plain && *port > 0);
    port.ok_or(EndpointProblem::PortUnfit)
}

/// A name of at least two parts whose last is a word: so it is no number in any way of writing
/// numbers, and no name of a house's own.
fn is_open_name(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        let signs = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let ends = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && label.len() <= LABEL_CHARS_MAX && signs && ends
    };
    let last = labels.last().copied().unwrap_or_default().to_ascii_lowercase();
    host.len() <= NAME_CHARS_MAX
        && labels.len() >= 2
        && labels.iter().all(is_label)
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && !INNER_NAMES.contains(&last.as_str())
}

/// Whether a text holds sixteen digits in a row, as NIK and KK have.
fn holds_number(text: &str) -> bool {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.any(|run| run.len() >= 16)
}

/// Blocks of IPv4 that are not of the open network, or that clouds keep for themselves, each with
/// the length of its head: the IANA registry of special-purpose addresses, RFC 6890 and after.
const CLOSED_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),    // not law: shared by carriers, RFC 6598
    ([127, 0, 0, 0], 8),      // not law: this machine
    ([168, 63, 129, 16], 32), // not law: the inner door of a cloud
    ([169, 254, 0, 0], 16),   // not law: link-local, with the metadata of clouds
    ([172, 16, 0, 0], 12),    // not law: private
    ([192, 0, 0, 0], 24),     // not law: protocol assignments
    ([192, 0, 2, 0], 24),     // not law: documentation
    ([192, 31, 196, 0], 24),  // not law: AS112
    ([192, 52, 193, 0], 24),  // not law: AMT
    ([192, 88, 99, 0], 24),   // not law: 6to4 relays
    ([192, 168, 0, 0], 16),   // not law: private
    ([192, 175, 48, 0], 24),  // not law: AS112
    ([198, 18, 0, 0], 15),    // not law: benchmarks
    ([198, 51, 100, 0], 24),  // not law: documentation
    ([203, 0, 113, 0], 24),   // not law: documentation
    ([224, 0, 0, 0], 4),      // not law: many at once
    ([240, 0, 0, 0], 4),      // not law: reserved, and everybody
];

/// Blocks inside 2000::/3 that are not of the open network, or that hide an address of IPv4.
const CLOSED_V6: &[([u16; 8], u32)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // not law: protocol assignments, Teredo among them
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // not law: documentation
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // not law: 6to4
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), // not law: AS112
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // not law: documentation
];

/// The only block of IPv6 that is given out to the open network.
const OPEN_V6: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3); // not law: IANA

/// Whether an address is of the open network; one of IPv6 that carries one of IPv4 is not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let bits = address.to_bits();
            let inside = |(block, head): &([u8; 4], u32)| {
                let block = Ipv4Addr::from(*block).to_bits();
                (bits ^ block).leading_zeros() >= *head
            };
            !CLOSED_V4.iter().any(inside)
        }
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            let inside = |(block, head): &([u16; 8], u32)| {
                let block = Ipv6Addr::from(*block).to_bits();
                (bits ^ block).leading_zeros() >= *head
            };
            inside(&OPEN_V6) && !CLOSED_V6.iter().any(inside)
        }
    }
}
