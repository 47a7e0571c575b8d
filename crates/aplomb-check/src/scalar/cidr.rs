use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// A network: an address and the length of its prefix.
///
/// Addresses of IPv4 written in IPv6 (`::ffff:192.0.2.1`) are taken as what they are, IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cidr {
    network: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// Reads `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.0/255.255.255.0`, or an address alone, which
    /// is a network of one. Bits beyond the prefix are dropped, as administrators who write
    /// `192.0.2.17/24` mean it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let Some((address, length)) = text.split_once('/') else {
            return text.parse().ok().map(Self::from_address);
        };
        let address: IpAddr = address.parse().ok()?;
        let prefix = prefix(length, address)?;
        Self::new(address, prefix)
    }

    /// A network; `None` where the prefix is longer than the address.
    pub fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        if prefix > width(address) {
            return None;
        }
        let (address, prefix) = match (address.to_canonical(), address) {
            (IpAddr::V4(v4), IpAddr::V6(_)) if prefix >= 96 => (IpAddr::V4(v4), prefix - 96),
            _ => (address, prefix),
        };
        Some(Self { network: masked(address, prefix), prefix })
    }

    /// The network of one address.
    pub fn from_address(address: IpAddr) -> Self {
        let network = address.to_canonical();
        Self { network, prefix: width(network) }
    }

    /// The first address.
    pub const fn network(&self) -> IpAddr {
        self.network
    }

    /// The length of the prefix in bits.
    pub const fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Whether the address lies in the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.contains_cidr(&Self::from_address(address))
    }

    /// Whether all of `other` lies in the network.
    pub fn contains_cidr(&self, other: &Self) -> bool {
        let same_family = self.network.is_ipv4() == other.network.is_ipv4();
        same_family
            && self.prefix <= other.prefix
            && masked(other.network, self.prefix) == self.network
    }

    /// Whether it stands for every address: a prefix of 0, or the unspecified address (`0.0.0.0`,
    /// `::`) by itself, which is how a listener says so.
    pub fn is_any(&self) -> bool {
        self.prefix == 0 || (self.network.is_unspecified() && self.prefix == width(self.network))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

const fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The length of a prefix, in bits or as an IPv4 netmask.
fn prefix(text: &str, address: IpAddr) -> Option<u8> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let mask = u32::from(text.parse::<Ipv4Addr>().ok()?);
    let ones = mask.leading_ones();
    (address.is_ipv4() && mask.count_ones() == ones).then_some(ones as u8)
}

fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let drop = u32::from(32_u8.saturating_sub(prefix));
            let mask = u32::MAX.checked_shl(drop).unwrap_or(0);
            IpAddr::V4((u32::from(v4) & mask).into())
        }
        IpAddr::V6(v6) => {
            let drop = u32::from(128_u8.saturating_sub(prefix));
            let mask = u128::MAX.checked_shl(drop).unwrap_or(0);
            IpAddr::V6((u128::from(v6) & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Cidr {
        Cidr::parse(text).unwrap_or_else(|| panic!("{text} is a network"))
    }

    #[test]
    fn networks_are_read_and_masked() {
        for (text, shown) in [
            ("192.0.2.0/24", "192.0.2.0/24"),
            (" 192.0.2.17/24 ", "192.0.2.0/24"),
            ("192.0.2.17", "192.0.2.17/32"),
            ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("::/0", "::/0"),
            ("::ffff:192.0.2.17", "192.0.2.17/32"),
            ("::ffff:192.0.2.17/120", "192.0.2.0/24"),
        ] {
            assert_eq!(read(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_network() {
        for text in [
            "",
            "/",
            "192.0.2",
            "192.0.2.0/33",
            "192.0.2.0/",
            "/24",
            "::/129",
            "any",
            "*",
            "192.0.2.0/-1",
            "192.0.2.0/255.0.255.0",
            "::/255.0.0.0",
            "192.0.2.0/24/24",
            "192.0.2.256",
            "192.0.2.0/999",
        ] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }

    #[test]
    fn containment() {
        for (outer, inner, holds) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "192.0.2.128/25", true),
            ("192.0.2.128/25", "192.0.2.0/24", false),
            ("0.0.0.0/0", "198.51.100.7", true),
            ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:db8:ffff::/48", true),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
        ] {
            assert_eq!(read(outer).contains_cidr(&read(inner)), holds, "{inner} in {outer}");
        }
        let address: IpAddr = "192.0.2.9".parse().expect("an address");
        assert!(read("192.0.2.0/24").contains(address));
    }

    #[test]
    fn everything() {
        for (text, is_any) in [
            ("0.0.0.0/0", true),
            ("::/0", true),
            ("0.0.0.0", true),
            ("::", true),
            ("::ffff:0.0.0.0/96", true),
            ("0.0.0.0/8", false),
            ("192.0.2.0/24", false),
        ] {
            assert_eq!(read(text).is_any(), is_any, "{text}");
        }
    }
}
