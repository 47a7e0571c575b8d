//! Processors, as the kernel sees them and as firmware describes them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::smbios::{self, Structure};
use crate::facts::{Facts, Gaps, Sourced};
use crate::host::{Host, Text};

const CPUINFO: &str = "/proc/cpuinfo";
const CPU: &str = "/sys/devices/system/cpu";
const NODE: &str = "/sys/devices/system/node";

/// Puts `cpu` and `numa`.
pub(super) fn put(
    host: &Host<'_>,
    table: Option<&[Structure]>,
    hardware: &mut Sourced,
    gaps: &mut Gaps,
) {
    numa(host, hardware);
    let Some(cpuinfo) = gaps.text(host, CPUINFO, &["cpu"]) else { return };
    let of = |key: &'static str| fields(&cpuinfo, key);
    let flags = of("flags").next().or_else(|| of("Features").next());
    let mut flags: Vec<&str> = flags.unwrap_or_default().split_whitespace().collect();
    flags.sort_unstable();
    let flaws = format!("{CPU}/vulnerabilities");
    let mut vulnerabilities = Facts::default();
    for name in gaps.names(host, &flaws, "", &["vulnerabilities"]) {
        vulnerabilities.put_known(&name, host.known(&format!("{flaws}/{name}")));
    }
    let smt = host.known("/sys/devices/system/cpu/smt/active");
    let (sockets, cores) = topology(host, &cpuinfo);
    let described = table.map(smbios::processors).filter(|described| !described.is_empty());
    let caches = caches(host);
    let cpu = Facts::default()
        .with("count", of("processor").count())
        .with_known("arch", host.running().map(|running| running.machine.as_str()))
        .with("flags", flags)
        .with_known("vendor", of("vendor_id").next())
        .with_known("model", of("model name").next())
        .with_known("microcode", of("microcode").next())
        .with_known("sockets", sockets)
        .with_known("cores", cores)
        .with_known("smt", smt.map(|active| active == "1"))
        .with_known("governor", host.known(&format!("{CPU}/cpu0/cpufreq/scaling_governor")))
        .with_known("caches", (!caches.is_empty()).then_some(caches))
        .with_known("processors", described)
        .with_known("vulnerabilities", (!vulnerabilities.is_empty()).then_some(vulnerabilities));
    hardware.put("cpu", cpu, CPUINFO);
}

fn fields<'t>(cpuinfo: &'t Text, key: &'static str) -> impl Iterator<Item = &'t str> {
    cpuinfo.lines().filter_map(move |(_, line)| {
        let (found, value) = line.split_once(':')?;
        (found.trim() == key).then(|| value.trim())
    })
}

/// How many sockets are filled, and how many cores there are in all. x86 says so in `cpuinfo`, all
/// others in `/sys`.
fn topology(host: &Host<'_>, cpuinfo: &Text) -> (Option<usize>, Option<usize>) {
    let mut cores = BTreeSet::new();
    let packages: Vec<&str> = fields(cpuinfo, "physical id").collect();
    let ids: Vec<&str> = fields(cpuinfo, "core id").collect();
    if !packages.is_empty() && packages.len() == ids.len() {
        let pairs = packages.iter().zip(&ids);
        cores.extend(pairs.map(|(package, core)| ((*package).to_owned(), (*core).to_owned())));
    } else {
        for name in host.names(CPU).unwrap_or_default() {
            let number = name.strip_prefix("cpu").unwrap_or_default();
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let of = |file: &str| host.known(&format!("{CPU}/{name}/topology/{file}"));
            cores.extend(of("physical_package_id").zip(of("core_id")));
        }
    }
    let sockets: BTreeSet<&str> = if cores.is_empty() {
        packages.into_iter().collect()
    } else {
        cores.iter().map(|(package, _)| package.as_str()).collect()
    };
    let some = |count: usize| (count > 0).then_some(count);
    (some(sockets.len()), some(cores.len()))
}

/// The caches of the first processor.
fn caches(host: &Host<'_>) -> Vec<Value> {
    let folder = format!("{CPU}/cpu0/cache");
    let names = host.names(&folder).unwrap_or_default();
    let names = names.iter().filter(|name| name.starts_with("index"));
    let described = names.filter_map(|name| {
        let of = |file: &str| host.known(&format!("{folder}/{name}/{file}"));
        let facts = Facts::default()
            .with("level", of("level")?.parse::<u32>().ok()?)
            .with_known("type", of("type"))
            .with_known("size", of("size"));
        Some(Value::from(facts))
    });
    described.collect()
}

fn numa(host: &Host<'_>, hardware: &mut Sourced) {
    const KIB: u64 = 1024;
    let names = host.names(NODE).unwrap_or_default();
    let nodes = names.iter().filter_map(|name| {
        let number: u32 = name.strip_prefix("node")?.parse().ok()?;
        let of = |file: &str| host.known(&format!("{NODE}/{name}/{file}"));
        // `Node 0 MemTotal:       24646040 kB`
        let total = of("meminfo").and_then(|text| {
            let line = text.lines().find(|line| line.contains(" MemTotal:"))?;
            line.split_whitespace().nth(3)?.parse::<u64>().ok()
        });
        let distance = of("distance").map(|text| {
            text.split_whitespace().filter_map(|one| one.parse::<u32>().ok()).collect::<Vec<_>>()
        });
        let facts = Facts::default()
            .with("node", number)
            .with_known("cpus", of("cpulist"))
            .with_known("mem_mib", total.map(|kib| kib / KIB))
            .with_known("distance", distance);
        Some((number, Value::from(facts)))
    });
    let mut nodes: Vec<_> = nodes.collect();
    nodes.sort_by_key(|(number, _)| *number);
    let nodes: Vec<_> = nodes.into_iter().map(|(_, facts)| facts).collect();
    hardware.put_known("numa", (!nodes.is_empty()).then_some(nodes), NODE);
}
