//! Where a request comes from. What a proxy claims is believed only from proxies the office named.
//!
//! A network that also holds clients would let each of them write its own address, so none is taken that is wide enough for an office.

use actix_web::HttpRequest;
use anyhow::{Context, ensure};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The widest network of proxies: a rack, not the desks of an office.
const WIDEST_V4: u8 = 24;

/// The same for IPv6: one link.
const WIDEST_V6: u8 = 64;

/// Addresses of proxies that tell the truth in `X-Forwarded-For`.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses and small networks, separated by commas.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let net = |part: &str| {
            let net = part.parse::<IpNet>().ok().or_else(|| part.parse::<IpAddr>().ok().map(IpNet::from));
            let net = net.with_context(|| format!("\"{part}\" is no address and no network"))?;
            let widest = if net.addr().is_ipv4() { WIDEST_V4 } else { WIDEST_V6 };
            ensure!(
                net.prefix_len() >= widest,
                "\"{part}\" is wider than /{widest}: name the proxies one by one, never a network with clients in it"
            );
            Ok(net)
        };
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(net).collect::<anyhow::Result<_>>().map(Self)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// The client's address: of the hops, nearest first, the first that is no trusted proxy. A hop that is no address ends the search.
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let mut address = request.peer_addr()?.ip().to_canonical();
        let headers: Vec<&str> = request.headers().get_all("x-forwarded-for").map(|value| value.to_str().unwrap_or_default()).collect();
        for hop in headers.iter().flat_map(|header| header.split(',')).map(str::trim).rev().take_while(|hop| !hop.is_empty()) {
            if !self.trust(address) {
                break;
            }
            let Some(next) = read(hop) else { break };
            address = next;
        }
        Some(address)
    }
}

/// An address, with or without a port.
fn read(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    hop.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn client(trusted: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().unwrap(), 1));
        for value in forwarded {
            request = request.append_header(("x-forwarded-for", *value));
        }
        Proxies::parse(trusted).unwrap().client(&request.to_http_request()).unwrap().to_string()
    }

    #[test]
    fn nobody_is_believed_unless_named() {
        assert_eq!(client("", "10.0.0.1", &["192.0.2.7"]), "10.0.0.1");
        assert_eq!(client("10.0.0.2", "10.0.0.1", &["192.0.2.7"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_right_most_address_that_is_no_proxy_counts() {
        assert_eq!(client("10.0.0.0/24", "10.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("10.0.0.0/24", "10.0.0.1", &["198.51.100.1, 192.0.2.7, 10.0.0.2"]), "192.0.2.7", "what the client wrote itself");
        assert_eq!(client("10.0.0.0/24", "10.0.0.1", &["198.51.100.1", "192.0.2.7", "10.0.0.2"]), "192.0.2.7", "in several headers");
        assert_eq!(client("10.0.0.0/24", "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3", "all of them are proxies");
        assert_eq!(client("10.0.0.0/24, ::1", "::1", &["192.0.2.7:4711"]), "192.0.2.7");
        assert_eq!(client("::1", "::1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", "::ffff:10.0.0.1", &["192.0.2.7"]), "192.0.2.7");
    }

    #[test]
    fn a_hop_that_is_no_address_ends_the_search() {
        for bad in ["unknown", "192.0.2.7, unknown", "192.0.2.7,", "甲"] {
            assert_eq!(client("10.0.0.0/24", "10.0.0.1", &[bad]), "10.0.0.1", "{bad}");
        }
    }

    #[test]
    fn a_client_beside_the_proxy_cannot_write_its_own_address() {
        assert_eq!(client("10.0.0.5", "10.0.0.5", &["192.0.2.7, 10.0.0.77"]), "10.0.0.77", "through the proxy");
        assert_eq!(client("10.0.0.5", "10.0.0.77", &["192.0.2.7"]), "10.0.0.77", "past it");
    }

    #[test]
    fn no_network_is_taken_that_clients_may_be_in() {
        for wide in ["10.0.0.0/8", "10.0.0.5, 192.168.0.0/23", "0.0.0.0/0", "fd00::/48", "::/0"] {
            assert!(Proxies::parse(wide).unwrap_err().to_string().contains("wider than /"), "{wide}");
        }
        for narrow in ["10.0.0.5, ::1", "10.0.0.0/24", "fd00::/64"] {
            assert!(Proxies::parse(narrow).is_ok(), "{narrow}");
        }
    }

    #[test]
    fn what_is_no_network_is_named() {
        assert!(Proxies::parse("10.0.0.0/33").unwrap_err().to_string().contains("10.0.0.0/33"));
        assert!(Proxies::parse("proxy.example").is_err());
    }
}
