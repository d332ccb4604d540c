//! Ranges of addresses in CIDR notation.

use std::net::IpAddr;

/// One address or a network of them, such as `192.0.2.7`, `192.0.2.0/24` or `2001:db8::/32`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AddressRange {
    base: IpAddr,
    bits: u8,
}

#[cfg(feature = "openapi")]
crate::schemas::string!(AddressRange, |text| text.max_length(Some(43)));

impl AddressRange {
    /// Whether an address lies in it. An IPv4 address written as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let difference = u128::from(base.to_bits() ^ address.to_bits());
                difference >> (32 - self.bits) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let difference = base.to_bits() ^ address.to_bits();
                self.bits == 0 || difference >> (128 - self.bits) == 0
            }
            _ => false,
        }
    }
}

impl TryFrom<String> for AddressRange {
    type Error = &'static str;

    /// Bits of the address beyond the network's are refused: whoever wrote them meant something else.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        const FAULT: &str = "invalid_address_range";
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.as_str(), None),
        };
        let base: IpAddr = address.parse().map_err(|_| FAULT)?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => widest,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| FAULT)?
            }
            Some(_) => return Err(FAULT),
        };
        let host: u128 = match base {
            IpAddr::V4(base) => base
                .to_bits()
                .checked_shl(u32::from(bits))
                .unwrap_or(0)
                .into(),
            IpAddr::V6(base) => base.to_bits().checked_shl(u32::from(bits)).unwrap_or(0),
        };
        let is_mapped = base != base.to_canonical();
        if bits > widest || host != 0 || is_mapped {
            return Err(FAULT);
        }
        Ok(Self { base, bits })
    }
}

impl From<AddressRange> for String {
    fn from(range: AddressRange) -> Self {
        range.to_string()
    }
}

impl std::fmt::Display for AddressRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { base, bits } = self;
        let is_one = *bits == if base.is_ipv4() { 32 } else { 128 };
        match is_one {
            true => write!(f, "{base}"),
            false => write!(f, "{base}/{bits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Result<AddressRange, &'static str> {
        AddressRange::try_from(text.to_owned())
    }

    #[test]
    fn a_range_is_an_address_or_a_network_without_host_bits() {
        for (text, shown) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0::/32", "2001:db8::/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(range(text).unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "a",
            "192.0.2",
            "192.0.2.1/24",
            "192.0.2.0/33",
            "192.0.2.0/",
            "192.0.2.0/+8",
            "2001:db8::1/64",
            "::/129",
            "::/999",
            "::ffff:192.0.2.1",
            " 192.0.2.1",
            "192.0.2.0/24/8",
        ] {
            assert_eq!(range(bad), Err("invalid_address_range"), "{bad}");
        }
    }

    #[test]
    fn the_edges_of_a_network_lie_in_it_and_their_neighbours_do_not() {
        for (network, inside, outside) in [
            (
                "10.0.0.0/8",
                ["10.0.0.0", "10.255.255.255"],
                ["9.255.255.255", "11.0.0.0"],
            ),
            (
                "192.0.2.4/31",
                ["192.0.2.4", "192.0.2.5"],
                ["192.0.2.3", "192.0.2.6"],
            ),
            (
                "2001:db8::/127",
                ["2001:db8::", "2001:db8::1"],
                ["2001:db8::2", "2001:db7::"],
            ),
        ] {
            let network = range(network).unwrap();
            assert!(
                inside
                    .iter()
                    .all(|one| network.contains(one.parse().unwrap()))
            );
            assert!(
                !outside
                    .iter()
                    .any(|one| network.contains(one.parse().unwrap()))
            );
        }
        let all = range("0.0.0.0/0").unwrap();
        assert!(all.contains("255.1.2.3".parse().unwrap()));
        assert!(!all.contains("::1".parse().unwrap()));
        assert!(range("::/0").unwrap().contains("ff::1".parse().unwrap()));
    }
}
