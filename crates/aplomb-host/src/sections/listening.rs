use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::access::Refusal;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text};
use crate::section::Section;

pub(crate) const LISTENING: Section = Section {
    id: "listening",
    summary: "sockets that wait for others, and the process behind each",
    sources: &[
        "/proc/net/tcp",
        "/proc/net/tcp6",
        "/proc/net/udp",
        "/proc/net/udp6",
        "/proc",
        "/proc/*/fd",
        "/proc/*/fd/*",
        "/proc/*/comm",
        "/proc/*/cmdline",
    ],
    is_opt_in: false,
    collect,
};

/// A table of the kernel, and the state in which a socket of it waits: LISTEN, or unconnected.
const TABLES: &[(&str, &str)] = &[("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")];
/// What a process name is cut to by the kernel.
const COMM: usize = 15;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Socket {
    port: u16,
    proto: &'static str,
    address: IpAddr,
    uid: Option<u32>,
    inode: u64,
}

fn collect(host: &Host<'_>) -> Collected {
    if !host.is_live() {
        return Collected::only_live("/proc/net", "file");
    }
    let mut gaps = Gaps::default();
    let mut sockets = BTreeSet::new();
    let mut is_seen = false;
    for (proto, state) in TABLES {
        // Without IPv6 its tables are missing.
        if let Some(table) = gaps.text(host, &format!("/proc/net/{proto}"), &[]) {
            is_seen = true;
            read(&table, proto, state, &mut sockets, &mut gaps);
        }
    }
    if !is_seen {
        return gaps.nothing("/proc/net", "file");
    }
    let wanted = sockets.iter().map(|socket| socket.inode).filter(|inode| *inode > 0).collect();
    let processes = processes(host, wanted, &mut gaps);
    let mut items = Vec::new();
    let mut known = BTreeSet::new();
    for socket in sockets {
        let process = processes.get(&socket.inode);
        // Several sockets on one port share its load: one fact.
        if known.insert((socket.port, socket.proto, socket.address, process)) {
            let facts = Facts::from(format!("/proc/net/{}", socket.proto))
                .with("proto", socket.proto)
                .with("addr", socket.address.to_string())
                .with("port", socket.port)
                .with("scope", scope(socket.address))
                .with_known("uid", socket.uid)
                .with_known("process", process.map(String::as_str));
            items.push(facts);
        }
    }
    gaps.list("/proc/net /proc/*/fd", "file", items)
}

/// proc(5): a line a socket; addresses are words in the byte order of the machine.
fn read(
    table: &Text,
    proto: &'static str,
    state: &str,
    sockets: &mut BTreeSet<Socket>,
    gaps: &mut Gaps,
) {
    for (number, line) in table.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, _, found, _, _, _, uid, _, inode, ..] = fields.as_slice() else {
            gaps.not_understood(table.at(number), "a socket is at least ten fields");
            continue;
        };
        if *found != state {
            continue;
        }
        let place = local.split_once(':').and_then(|(address, port)| {
            Some((self::address(address)?, u16::from_str_radix(port, 16).ok()?))
        });
        let (Some((address, port)), Ok(inode)) = (place, inode.parse()) else {
            gaps.not_understood(table.at(number), "an address is hexadecimal");
            continue;
        };
        sockets.insert(Socket { port, proto, address, uid: uid.parse().ok(), inode });
    }
}

fn address(text: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = text.get(at * 8..at * 8 + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
    };
    match text.len() {
        8 => word(0).map(|bytes| Ipv4Addr::from(bytes).into()),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?];
            let bytes: Vec<u8> = words.concat();
            <[u8; 16]>::try_from(bytes).ok().map(|bytes| Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}

/// Whom an address lets in.
fn scope(address: IpAddr) -> &'static str {
    let canonical = address.to_canonical();
    if canonical.is_loopback() {
        "loopback"
    } else if canonical.is_unspecified() {
        "any"
    } else {
        "address"
    }
}

/// The process of each socket wanted: of several, the one with the lowest number, which started
/// the others.
fn processes(host: &Host<'_>, mut wanted: BTreeSet<u64>, gaps: &mut Gaps) -> BTreeMap<u64, String> {
    let mut found = BTreeMap::new();
    let mut is_denied = false;
    let mut pids: Vec<u32> = host
        .names("/proc")
        .unwrap_or_default()
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    pids.sort_unstable();
    for pid in pids {
        if wanted.is_empty() {
            break;
        }
        let folder = format!("/proc/{pid}/fd");
        let descriptors = match host.names(&folder) {
            Ok(descriptors) => descriptors,
            Err(refusal) => {
                is_denied |= refusal == Refusal::Denied;
                continue;
            }
        };
        let sockets = descriptors.iter().filter_map(|fd| {
            let target = host.link(&format!("{folder}/{fd}"))?;
            target.strip_prefix("socket:[")?.strip_suffix(']')?.parse::<u64>().ok()
        });
        for inode in sockets.collect::<Vec<_>>() {
            if wanted.remove(&inode)
                && let Some(name) = name(host, pid)
            {
                found.insert(inode, name);
            }
        }
    }
    if is_denied && !wanted.is_empty() {
        gaps.add("/proc/*/fd", &Refusal::Denied, &["process"]);
    }
    found
}

/// The name of a process; where the kernel cut it, as its command begins.
fn name(host: &Host<'_>, pid: u32) -> Option<String> {
    let comm = host.known(&format!("/proc/{pid}/comm"))?;
    if comm.len() < COMM {
        return Some(comm);
    }
    let command = host.text(&format!("/proc/{pid}/cmdline")).ok()?.body;
    let program = command.split(['\0', ' ']).next().unwrap_or_default();
    let base = program.rsplit('/').next().unwrap_or_default();
    Some(if base.starts_with(&comm) { base.to_owned() } else { comm })
}

#[cfg(test)]
mod tests;
