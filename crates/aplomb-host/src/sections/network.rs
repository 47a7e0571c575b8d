use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::facts::{Collected, Facts, Gaps, Sourced};
use crate::host::{Host, Text};
use crate::section::Section;

pub(crate) const NET: Section = Section {
    id: "net",
    summary: "addresses and routes of a running host; resolvers, known hosts and where names are looked up",
    sources: &[
        "/proc/net/fib_trie",
        "/proc/net/if_inet6",
        "/proc/net/route",
        "/proc/net/ipv6_route",
        "/etc/resolv.conf",
        "/run/systemd/resolve/resolv.conf",
        "/etc/hosts",
        "/etc/nsswitch.conf",
    ],
    is_opt_in: false,
    collect,
};

const RESOLV: &str = "/etc/resolv.conf";
/// What systemd-resolved answers on; whom it asks stands in its own file.
const STUBS: &[&str] = &["127.0.0.53", "127.0.0.54"];
/// More addresses or routes than a host has.
const MOST: usize = 10_000;

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let mut net = Sourced::default();
    if host.is_live() {
        addresses(host, &mut gaps, &mut net);
        routes(host, &mut gaps, &mut net);
    }
    resolvers(host, &mut gaps, &mut net);
    if let Some(text) = gaps.text(host, "/etc/hosts", &["hosts"]) {
        net.put("hosts", values(hosts(&text)), text.path);
    }
    if let Some(text) = gaps.text(host, "/etc/nsswitch.conf", &["nsswitch"]) {
        net.put("nsswitch", values(databases(&text)), text.path);
    }
    if net.is_empty() {
        return gaps.nothing(RESOLV, "file");
    }
    gaps.object("/proc/net /etc/resolv.conf", "file", net)
}

fn values(items: Vec<Facts>) -> Vec<Value> {
    items.into_iter().take(MOST).map(Value::from).collect()
}

/// IPv4 from the kernel's table of its own addresses, IPv6 with the interface of each.
fn addresses(host: &Host<'_>, gaps: &mut Gaps, net: &mut Sourced) {
    const MEMBERS: &[&str] = &["addresses"];
    let mut items = Vec::new();
    if let Some(trie) = gaps.text(host, "/proc/net/fib_trie", MEMBERS) {
        let mut last = None;
        let mut own = BTreeSet::new();
        for (_, line) in trie.lines() {
            let line = line.trim();
            if let Some(rest) = line.strip_prefix("|-- ") {
                last = rest.parse::<Ipv4Addr>().ok();
            } else if line == "/32 host LOCAL" {
                own.extend(last);
            }
        }
        items.extend(own.into_iter().map(|address| self::address(&trie.path, address.into())));
    }
    if let Some(table) = gaps.text(host, "/proc/net/if_inet6", MEMBERS) {
        for (_, line) in table.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [digits, _, prefix, _, _, interface] = fields.as_slice() else { continue };
            let Some(address) = six(digits) else { continue };
            let prefix = u8::from_str_radix(prefix, 16).ok();
            let facts = self::address(&table.path, address.into());
            items.push(facts.with("interface", *interface).with_known("prefix", prefix));
        }
    }
    if !items.is_empty() {
        net.put("addresses", values(items), "/proc/net");
    }
}

fn address(from: &str, address: IpAddr) -> Facts {
    let scope = match address {
        _ if address.is_loopback() => "loopback",
        IpAddr::V4(four) if four.is_link_local() => "link",
        IpAddr::V6(six) if six.is_unicast_link_local() => "link",
        _ => "global",
    };
    Facts::from(from).with("address", address.to_string()).with("scope", scope)
}

fn routes(host: &Host<'_>, gaps: &mut Gaps, net: &mut Sourced) {
    const MEMBERS: &[&str] = &["routes"];
    let mut items = Vec::new();
    if let Some(table) = gaps.text(host, "/proc/net/route", MEMBERS) {
        for (_, line) in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [interface, to, through, _, _, _, metric, mask, ..] = fields.as_slice() else {
                continue;
            };
            let (Some(to), Some(through), Some(mask)) = (four(to), four(through), four(mask))
            else {
                continue;
            };
            let prefix = u32::from(mask).count_ones();
            items.push(
                route(&table.path, format!("{to}/{prefix}"), through.into(), interface)
                    .with_known("metric", metric.parse::<u32>().ok()),
            );
        }
    }
    if let Some(table) = gaps.text(host, "/proc/net/ipv6_route", MEMBERS) {
        for (_, line) in table.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [to, prefix, _, _, through, metric, _, _, _, interface] = fields.as_slice() else {
                continue;
            };
            let (Some(to), Some(through)) = (six(to), six(through)) else { continue };
            let prefix = u8::from_str_radix(prefix, 16).unwrap_or_default();
            // What leads to the host itself is no route to anywhere.
            if *interface == "lo" || to.is_multicast() {
                continue;
            }
            items.push(
                route(&table.path, format!("{to}/{prefix}"), through.into(), interface)
                    .with_known("metric", u32::from_str_radix(metric, 16).ok()),
            );
        }
    }
    if !items.is_empty() {
        net.put("routes", values(items), "/proc/net");
    }
}

fn route(from: &str, to: String, through: IpAddr, interface: &str) -> Facts {
    let gateway = (!through.is_unspecified()).then(|| through.to_string());
    Facts::from(from).with("to", to).with("interface", interface).with_known("gateway", gateway)
}

/// A word in the byte order of the machine.
fn four(digits: &str) -> Option<Ipv4Addr> {
    u32::from_str_radix(digits, 16).ok().map(|word| Ipv4Addr::from(word.to_ne_bytes()))
}

fn six(digits: &str) -> Option<Ipv6Addr> {
    (digits.len() == 32)
        .then(|| u128::from_str_radix(digits, 16).ok().map(Ipv6Addr::from))
        .flatten()
}

/// resolv.conf(5). Behind the stub of systemd-resolved stand those that it asks.
fn resolvers(host: &Host<'_>, gaps: &mut Gaps, net: &mut Sourced) {
    const MEMBERS: &[&str] = &["resolvers", "search"];
    let Some(mut text) = gaps.text(host, RESOLV, MEMBERS) else { return };
    let is_stub = |text: &Text| servers(text).all(|(_, server)| STUBS.contains(&server));
    if servers(&text).next().is_some() && is_stub(&text) {
        match gaps.text(host, "/run/systemd/resolve/resolv.conf", MEMBERS) {
            Some(behind) => text = behind,
            // Whom the stub asks is not known: the stub itself is no answer.
            None => {
                let refusal =
                    crate::Refusal::Failed("only systemd-resolved knows whom it asks".to_owned());
                return gaps.add("/run/systemd/resolve/resolv.conf", &refusal, MEMBERS);
            }
        }
    }
    let found =
        servers(&text).map(|(line, server)| Facts::from(text.at(line)).with("address", server));
    let found = values(found.collect());
    net.put("resolvers", found, text.path.as_str());
    let search = text.lines().filter_map(|(number, line)| {
        let mut words = line.split_whitespace();
        let is_search = matches!(words.next(), Some("search" | "domain"));
        is_search.then(|| (words.map(str::to_owned).collect::<Vec<_>>(), text.at(number)))
    });
    if let Some((domains, place)) = search.last() {
        net.put("search", domains, place);
    }
}

fn servers(text: &Text) -> impl Iterator<Item = (usize, &str)> {
    text.lines().filter_map(|(number, line)| {
        let mut words = line.split_whitespace();
        (words.next() == Some("nameserver"))
            .then(|| words.next())
            .flatten()
            .map(|one| (number, one))
    })
}

/// hosts(5).
fn hosts(text: &Text) -> Vec<Facts> {
    let lines = text.lines().filter_map(|(number, line)| {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let address = words.next()?;
        let names: Vec<&str> = words.collect();
        Some(Facts::from(text.at(number)).with("address", address).with("names", names))
    });
    lines.collect()
}

/// nsswitch.conf(5).
fn databases(text: &Text) -> Vec<Facts> {
    let lines = text.lines().filter_map(|(number, line)| {
        let (name, services) = line.split('#').next().unwrap_or_default().split_once(':')?;
        let services: Vec<&str> = services.split_whitespace().collect();
        Some(Facts::from(text.at(number)).with("database", name.trim()).with("services", services))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    const TRIE: &str = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n\
        Local:\n     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 192.0.2.31\n        \
        /32 host LOCAL\n     |-- 192.0.2.255\n        /32 link BROADCAST\n";

    #[test]
    fn addresses_routes_and_names_are_told() {
        let route = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\n\
            eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
        let files = Files::new(&[
            ("/proc/net/fib_trie", TRIE),
            ("/proc/net/if_inet6", "20010db8000000000000000000000001 02 40 00 80     eth0\n"),
            ("/proc/net/route", route),
            ("/etc/resolv.conf", "# c\nnameserver 127.0.0.53\nsearch a\n"),
            (
                "/run/systemd/resolve/resolv.conf",
                "nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch a b\n",
            ),
            ("/etc/hosts", "127.0.0.1 localhost # c\n\n192.0.2.31 db01.example db01\n"),
            ("/etc/nsswitch.conf", "passwd: files sss\n# x: y\n"),
        ]);
        let (net, _) = section(files.live(&[]), "net");
        assert_eq!(
            net["addresses"],
            json!([
                {"from": "/proc/net/fib_trie", "address": "127.0.0.1", "scope": "loopback"},
                {"from": "/proc/net/fib_trie", "address": "192.0.2.31", "scope": "global"},
                {"from": "/proc/net/if_inet6", "address": "2001:db8::1", "scope": "global",
                    "interface": "eth0", "prefix": 64},
            ])
        );
        if cfg!(target_endian = "little") {
            let expected = json!([{"from": "/proc/net/route", "to": "0.0.0.0/0",
                "gateway": "192.0.2.1", "interface": "eth0", "metric": 100}]);
            assert_eq!(net["routes"], expected);
        }
        assert_eq!(
            net["resolvers"][1],
            json!({"from": "/run/systemd/resolve/resolv.conf:2",
            "address": "192.0.2.2"})
        );
        assert_eq!(net["search"], json!(["a", "b"]));
        assert_eq!(net["hosts"][1]["names"], json!(["db01.example", "db01"]));
        assert_eq!(net["nsswitch"][0]["services"], json!(["files", "sss"]));
    }

    #[test]
    fn a_stub_is_no_resolver() {
        let files = Files::new(&[("/etc/resolv.conf", "nameserver 127.0.0.53\n")]);
        let (net, entry) = section(files.root(), "net");
        assert!(net.is_null() && entry["status"] == "unsupported", "{net} {entry}");
    }
}
