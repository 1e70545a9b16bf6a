//! The way a request comes: plainly, through a proxy that is trusted, or over TLS; and whose
//! address it bears then.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use app::error::AppError;
use axum::http::HeaderMap;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// What protects the way between reader and program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// Nothing: for readers on this machine.
    Plain,
    /// Another program that speaks TLS to the readers and plainly to this one, and says for whom
    /// it asks. Whoever comes from elsewhere is not answered.
    BehindProxy {
        /// Where it asks from.
        from: Vec<Network>,
    },
    /// TLS of this program's own.
    Tls(TlsKeys),
}

/// A certificate with those that vouch for it, and its key, as PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct TlsKeys {
    /// The certificate first.
    pub chain: Vec<u8>,
    /// The key.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for TlsKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsKeys")
    }
}

impl TlsKeys {
    /// The keys at work: TLS 1.2 and 1.3, ring, HTTP/1.1.
    ///
    /// # Errors
    /// `TLS_UNFIT` when they are no keys, or do not belong together.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, AppError> {
        let unfit = |why: &str| AppError::refused("TLS_UNFIT", why);
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.chain).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| unfit("--tls-cert"))?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| unfit("--tls-key"))?;
        let begun = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let begun = begun.with_safe_default_protocol_versions().map_err(|_| unfit("TLS"))?;
        let mut config = begun
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|_| unfit("--tls-cert, --tls-key"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Addresses that begin with the same bits, such as `10.1.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads an address, or an address and how many of its bits count.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
        (bits <= most).then_some(Network { address, bits })
    }

    /// This machine.
    pub fn loopback() -> Vec<Network> {
        ["127.0.0.0/8", "::1"].into_iter().filter_map(Network::parse).collect()
    }

    fn contains(&self, other: IpAddr) -> bool {
        let (one, two) = match (self.address, other.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(two)) => {
                (u128::from(one.to_bits()) << 96, u128::from(two.to_bits()) << 96)
            }
            (IpAddr::V6(one), IpAddr::V6(two)) => (one.to_bits(), two.to_bits()),
            _ => return false,
        };
        self.bits == 0 || (one ^ two).leading_zeros() >= u32::from(self.bits)
    }
}

impl Transport {
    /// Whether a connection from there is answered at all.
    pub(super) fn admits(&self, peer: IpAddr) -> bool {
        match self {
            Transport::Plain | Transport::Tls(_) => true,
            Transport::BehindProxy { from } => is_among(from, peer),
        }
    }

    /// Who asks: the peer, or whom a trusted proxy names. Nobody names himself: only the last
    /// address that is not a proxy's own counts, because what stands before it anybody can write.
    pub(super) fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        let Transport::BehindProxy { from } = self else { return peer };
        let named = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
        let named: Vec<&str> = named.flat_map(|line| line.split(',')).map(str::trim).collect();
        let mut client = peer.ip();
        for name in named.iter().rev() {
            let Ok(address) = name.parse::<IpAddr>() else { break };
            client = address.to_canonical();
            if !is_among(from, client) {
                break;
            }
        }
        SocketAddr::new(client, peer.port())
    }
}

fn is_among(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

/// A refusal as an error of starting.
pub(super) fn as_io(error: AppError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_asked() {
        for (network, address, inside) in [
            ("10.1.0.0/16", "10.1.255.3", true),
            ("10.1.0.0/16", "10.2.0.1", false),
            ("192.168.1.7", "192.168.1.7", true),
            ("192.168.1.7", "192.168.1.8", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("10.0.0.0/8", "::ffff:10.9.9.9", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe80::1", false),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            let network = Network::parse(network).expect("a network");
            assert_eq!(network.contains(address.parse().expect("one")), inside, "{address}");
        }
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/x", "payung.example"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_names_the_reader() {
        let proxy = Transport::BehindProxy { from: Network::loopback() };
        let check = |transport: &Transport, peer: &str, lines: &[&str], client: &str| {
            let peer = SocketAddr::new(peer.parse().expect("one"), 9);
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().expect("a header"));
            }
            let found = transport.client(peer, &headers).ip().to_string();
            assert_eq!(found, client, "{lines:?}");
        };
        check(&Transport::Plain, "127.0.0.1", &["203.0.113.9"], "127.0.0.1");
        check(&proxy, "127.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check(&proxy, "127.0.0.1", &["10.0.0.1, 203.0.113.9, 127.0.0.1"], "203.0.113.9");
        check(&proxy, "127.0.0.1", &["10.0.0.1", "203.0.113.9"], "203.0.113.9");
        check(&proxy, "127.0.0.1", &["saya, 203.0.113.9"], "203.0.113.9");
        check(&proxy, "127.0.0.1", &["203.0.113.9, saya"], "127.0.0.1");
        check(&proxy, "127.0.0.1", &[], "127.0.0.1");
        assert!(proxy.admits("127.0.0.1".parse().expect("one")));
        assert!(!proxy.admits("192.168.1.5".parse().expect("one")));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let keys = TlsKeys { chain: b"tiada".to_vec(), key: b"tiada".to_vec() };
        assert_eq!(keys.acceptor().err().map(|error| error.code), Some("TLS_UNFIT".into()));
    }
}
