//! Where messages may be pushed to: public addresses over https, and the addresses the operator of this service listed. An administrator of an
//! agency names the address of a neighbour; without this the service would knock for them at doors inside its own network.

use crate::case::refusal::{FieldRefusal, Refusal};
use anyhow::{Context, ensure};
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

/// The origins that may be reached although they are private or without TLS.
#[derive(Debug, Clone, Default)]
pub struct Reach(Vec<String>);

/// Scheme, host and port of an address that has them.
fn origin_of(url: &Url) -> Option<String> {
    let origin = url.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

impl Reach {
    /// Reads origins such as `http://10.0.0.9:8443`, separated by commas.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let origin = |part: &str| {
            let url = Url::parse(part).with_context(|| format!("\"{part}\" is no address"))?;
            ensure!(matches!(url.scheme(), "http" | "https"), "\"{part}\" is neither http nor https");
            ensure!(matches!(url.path(), "" | "/") && url.query().is_none(), "\"{part}\" is more than an origin");
            origin_of(&url).with_context(|| format!("\"{part}\" has no host"))
        };
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(origin).collect::<anyhow::Result<_>>().map(Self)
    }

    fn lists(&self, url: &Url) -> bool {
        origin_of(url).is_some_and(|origin| self.0.contains(&origin))
    }

    /// The address, if messages may be pushed there as far as can be told without asking for its host.
    fn address(&self, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok()?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none() && url.has_host();
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).parse::<IpAddr>();
        let open = url.scheme() == "https" && host.map_or(true, is_public);
        (plain && (open || self.lists(&url))).then_some(url)
    }

    /// The addresses of the host, if messages may be pushed to every one of them. Whoever connects uses these and asks no second time: a
    /// name that means something else a moment later leads nowhere.
    pub fn resolve(&self, text: &str) -> Result<(Url, Vec<SocketAddr>), Unreachable> {
        let url = self.address(text).ok_or(Unreachable::Refused)?;
        let (host, port) = (url.host_str().unwrap_or_default().trim_matches(['[', ']']), url.port_or_known_default().unwrap_or(443));
        let found: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(|_| Unreachable::Unknown)?.collect();
        if found.is_empty() {
            return Err(Unreachable::Unknown);
        }
        if !self.lists(&url) && !found.iter().all(|address| is_public(address.ip())) {
            return Err(Unreachable::Refused);
        }
        Ok((url, found))
    }
}

/// Why nothing is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// The address is private, or not over https, and not listed.
    Refused,
    /// Its host is not known, for the moment.
    Unknown,
}

/// Refuses an address that messages may not be pushed to.
pub fn check(reach: &Reach, address: &str) -> Result<(), Refusal> {
    if reach.address(address).is_some() {
        return Ok(());
    }
    Err(Refusal::fields(vec![FieldRefusal {
        pointer: "/push_url".to_owned(),
        code: "address_refused".into(),
        detail_zh: "推送地址须为 https 公网地址，或者在 FOI_EXCHANGE_ORIGINS 中列出".to_owned(),
        detail_en: "a public https address, or one that FOI_EXCHANGE_ORIGINS lists".to_owned(),
    }]))
}

/// Whether an address is one of the open network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let carried = |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match address.segments() {
        // Translated (RFC 6052) and 6to4 (RFC 3056) addresses carry one of version 4.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => carried(high, low),
        [0x2001, 0xdb8 | 0, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_over_https_and_listed_ones_are_reached() {
        let reach = Reach::parse("http://10.1.2.3:9000, https://exchange.gov.invalid").unwrap();
        for good in ["https://example.org/foi", "https://8.8.8.8/", "http://10.1.2.3:9000/a?b=c", "https://exchange.gov.invalid/in"] {
            assert!(check(&reach, good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.org/",
            "https://10.0.0.1/",
            "https://127.0.0.1/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://100.64.0.1/",
            "https://0x7f.1/",
            "http://10.1.2.3:9001/",
            "https://user@example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "example.org",
            "",
        ] {
            let refused = check(&reach, bad).unwrap_err();
            assert_eq!(&*refused.errors[0].code, "address_refused", "{bad}");
        }
    }

    #[test]
    fn a_name_that_means_a_private_address_is_refused_when_it_is_resolved() {
        assert_eq!(Reach::default().resolve("https://localhost/"), Err(Unreachable::Refused));
        let listed = Reach::parse("http://localhost:9000").unwrap();
        assert!(listed.resolve("http://localhost:9000/in").is_ok());
        assert_eq!(listed.resolve("http://localhost:9001/in").unwrap_err(), Unreachable::Refused);
    }

    #[test]
    fn what_is_no_origin_is_refused_at_the_start() {
        for bad in ["10.0.0.1", "http://10.0.0.1/path", "ftp://10.0.0.1", "http://a?b"] {
            assert!(Reach::parse(bad).is_err(), "{bad}");
        }
        assert!(Reach::parse("").unwrap().0.is_empty());
    }
}
