use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text, has_extension};
use crate::section::Section;

use super::os::assignment;

mod nftables;

pub(crate) const PACKET_FILTERS: Section = Section {
    id: "packet_filters",
    summary: "what packet filters do, as configured, with what no rule of theirs names: for each way in, out and through",
    sources: &[
        "/etc/nftables.conf",
        "/etc/sysconfig/nftables.conf",
        "/etc/nftables.d",
        "/etc/nftables.d/*",
        "/etc/nftables/*",
        "/etc/iptables/rules.v4",
        "/etc/iptables/rules.v6",
        "/etc/sysconfig/iptables",
        "/etc/sysconfig/ip6tables",
        "/etc/ufw/ufw.conf",
        "/etc/default/ufw",
        "/etc/firewalld/firewalld.conf",
        "/etc/firewalld/zones/*",
        "/usr/lib/firewalld/zones/*",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    let mut found = Found { gaps: Gaps::default(), items: Vec::new(), read: Vec::new() };
    nftables::read(host, &mut found);
    for (file, family) in [
        ("/etc/iptables/rules.v4", "ip"),
        ("/etc/iptables/rules.v6", "ip6"),
        ("/etc/sysconfig/iptables", "ip"),
        ("/etc/sysconfig/ip6tables", "ip6"),
    ] {
        if let Some(text) = found.text(host, file) {
            found.items.extend(iptables(&text, family));
        }
    }
    ufw(host, &mut found);
    firewalld(host, &mut found);
    // That nothing is configured is an answer, and an important one.
    if found.read.is_empty() && !found.gaps.is_empty() {
        return found.gaps.nothing("/etc/nftables.conf", "file");
    }
    found.gaps.list(&found.read.join(" "), "file", found.items)
}

struct Found {
    gaps: Gaps,
    items: Vec<Facts>,
    read: Vec<String>,
}

impl Found {
    fn text(&mut self, host: &Host<'_>, path: &str) -> Option<Text> {
        let text = self.gaps.text(host, path, &[])?;
        self.read.push(path.to_owned());
        Some(text)
    }
}

/// One chain: what becomes of a packet that nothing in it names, and whether the loopback
/// interface is let through.
fn chain(
    place: String,
    tool: &str,
    family: &str,
    hook: &str,
    default: &str,
    loopback: bool,
) -> Facts {
    Facts::from(place)
        .with("tool", tool)
        .with("family", family)
        .with("hook", hook)
        .with("default", default)
        .with("loopback", loopback)
}

/// iptables-restore(8): the policy of each chain of `filter`, unless a last rule takes all.
fn iptables(text: &Text, family: &str) -> Vec<Facts> {
    let mut is_filter = false;
    let mut chains: Vec<(String, &str, String, bool)> = Vec::new();
    for (number, line) in text.lines() {
        let line = line.trim();
        if let Some(table) = line.strip_prefix('*') {
            is_filter = table == "filter";
        } else if let Some(rest) = line.strip_prefix(':').filter(|_| is_filter) {
            let mut words = rest.split_whitespace();
            let name = words.next().unwrap_or_default();
            let hook = match name {
                "INPUT" => "input",
                "FORWARD" => "forward",
                "OUTPUT" => "output",
                _ => continue,
            };
            let policy = words.next().unwrap_or_default().to_ascii_lowercase();
            chains.push((text.at(number), hook, policy, false));
        } else if let Some(rest) = line.strip_prefix("-A ").filter(|_| is_filter) {
            let (name, rule) = rest.split_once(' ').unwrap_or((rest, ""));
            let of_chain = |(_, hook, _, _): &&mut (String, &str, String, bool)| {
                name.eq_ignore_ascii_case(hook)
            };
            let Some((_, _, default, loopback)) = chains.iter_mut().find(of_chain) else {
                continue;
            };
            let rule = rule.trim();
            *loopback |= rule.starts_with("-i lo ") && rule.ends_with("-j ACCEPT");
            for (target, verdict) in [("-j DROP", "drop"), ("-j REJECT", "reject")] {
                // A rule without conditions takes all that is left.
                if rule.starts_with(target) {
                    verdict.clone_into(default);
                }
            }
        }
    }
    let chains = chains.into_iter();
    let chains = chains.map(|(place, hook, default, loopback)| {
        chain(place, "iptables", family, hook, &default, loopback)
    });
    chains.collect()
}

/// ufw(8) lets the loopback interface through by itself.
fn ufw(host: &Host<'_>, found: &mut Found) {
    let Some(conf) = found.text(host, "/etc/ufw/ufw.conf") else { return };
    let enabled = assignment(&conf, "ENABLED");
    let is_enabled = enabled.is_some_and(|(value, _)| value.eq_ignore_ascii_case("yes"));
    let Some(defaults) = found.text(host, "/etc/default/ufw") else { return };
    for (key, hook) in [
        ("DEFAULT_INPUT_POLICY", "input"),
        ("DEFAULT_FORWARD_POLICY", "forward"),
        ("DEFAULT_OUTPUT_POLICY", "output"),
    ] {
        if let Some((policy, place)) = assignment(&defaults, key) {
            let policy = policy.to_ascii_lowercase();
            let facts = chain(place, "ufw", "inet", hook, &policy, true);
            found.items.push(facts.with("enabled", is_enabled));
        }
    }
}

/// firewalld.zone(5): a zone rejects what it does not name, unless its target says otherwise.
fn firewalld(host: &Host<'_>, found: &mut Found) {
    let Some(conf) = found.text(host, "/etc/firewalld/firewalld.conf") else { return };
    let named = assignment(&conf, "DefaultZone");
    let (zone, place) = named.unwrap_or_else(|| ("public".to_owned(), conf.path.clone()));
    if zone.contains('/') {
        return found.gaps.not_understood(place, "a zone is named by one word");
    }
    let files = ["/etc/firewalld/zones", "/usr/lib/firewalld/zones"];
    let files = files.map(|folder| format!("{folder}/{zone}.xml"));
    let text = files.iter().find_map(|file| found.text(host, file));
    let Some(text) = text else {
        return found.gaps.not_understood(place, "there is no such zone");
    };
    let target = text.lines().find_map(|(number, line)| {
        let (_, rest) = line.split_once("target=")?;
        let quote = rest.chars().next()?;
        let value = rest.get(1..)?.split(quote).next()?;
        Some((value.to_ascii_lowercase(), text.at(number)))
    });
    let (default, place) = match target {
        Some((value, place)) if value == "drop" || value == "accept" => (value, place),
        _ => ("reject".to_owned(), place),
    };
    found.items.push(chain(place, "firewalld", "inet", "input", &default, true));
}

#[cfg(test)]
mod tests;
