//! Memory: how much, of which modules, and how often it erred.

use serde_json::Value;

use super::TABLE;
use super::smbios::{self, Structure};
use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const EDAC: &str = "/sys/devices/system/edac/mc";

/// Puts `mem_mib`, `hugepages`, `swap_mib`, `swaps`, `ecc`, `edac`, `dimms` and `dimm_slots`.
pub(super) fn put(
    host: &Host<'_>,
    table: Option<&[Structure]>,
    hardware: &mut Sourced,
    gaps: &mut Gaps,
) {
    meminfo(host, hardware, gaps);
    swaps(host, hardware, gaps);
    ecc(host, table, hardware);
    let Some(table) = table else { return };
    let dimms = smbios::dimms(table);
    hardware.put_known("dimms", (!dimms.is_empty()).then_some(dimms), TABLE);
    hardware.put_known("dimm_slots", smbios::dimm_slots(table), TABLE);
}

fn meminfo(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    const MEMINFO: &str = "/proc/meminfo";
    let members = &["mem_mib", "swap_mib", "hugepages"];
    let Some(meminfo) = gaps.text(host, MEMINFO, members) else { return };
    let of = |key: &str| {
        meminfo.lines().find_map(|(number, line)| {
            let value = line.strip_prefix(key)?.strip_prefix(':')?.trim();
            let value = value.strip_suffix(" kB").unwrap_or(value);
            Some((value.parse::<u64>().ok()?, meminfo.at(number)))
        })
    };
    for (member, key) in [("mem_mib", "MemTotal"), ("swap_mib", "SwapTotal")] {
        if let Some((kib, from)) = of(key) {
            hardware.put(member, kib / 1024, from);
        }
    }
    if let Some((total, from)) = of("HugePages_Total") {
        let facts = Facts::default()
            .with("total", total)
            .with_known("free", of("HugePages_Free").map(|(free, _)| free))
            .with_known("size_kib", of("Hugepagesize").map(|(size, _)| size));
        hardware.put("hugepages", facts, from);
    }
}

/// The areas that are swapped to. A host that has none has an empty list.
fn swaps(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    const SWAPS: &str = "/proc/swaps";
    let Some(text) = gaps.text(host, SWAPS, &["swaps"]) else { return };
    let areas = text.lines().skip(1).filter_map(|(number, line)| {
        let mut fields = line.split_whitespace();
        let facts = Facts::from(text.at(number))
            .with("device", fields.next()?)
            .with("type", fields.next()?)
            .with("size_mib", fields.next()?.parse::<u64>().ok()? / 1024)
            .with_known("priority", fields.nth(1).and_then(|one| one.parse::<i64>().ok()));
        Some(Value::from(facts))
    });
    hardware.put("swaps", areas.collect::<Vec<_>>(), SWAPS);
}

/// One controller's count of errors since it was reset.
struct Counted {
    ce: Option<u64>,
    ue: Option<u64>,
    since: Option<u64>,
    facts: Facts,
}

/// The kind of correction as firmware says it; errors as the kernel counts them.
fn ecc(host: &Host<'_>, table: Option<&[Structure]>, hardware: &mut Sourced) {
    let kind = table.and_then(smbios::error_correction);
    let controllers = host.names(EDAC).unwrap_or_default();
    let controllers = controllers.iter().filter(|name| name.starts_with("mc"));
    let counted: Vec<Counted> = controllers.map(|name| controller(host, name)).collect();
    let sum = |of: fn(&Counted) -> Option<u64>| {
        let counts: Vec<u64> = counted.iter().filter_map(of).collect();
        (!counts.is_empty()).then(|| counts.into_iter().fold(0_u64, u64::saturating_add))
    };
    // The shortest of their times: no rate comes out smaller than it is.
    let since = counted.iter().filter_map(|one| one.since).min();
    let ecc = Facts::default()
        .with_known("type", kind)
        .with_known("ce", sum(|one| one.ce))
        .with_known("ue", sum(|one| one.ue))
        .with_known("since_s", since);
    if !ecc.is_empty() {
        hardware.put("ecc", ecc, if kind.is_some() { TABLE } else { EDAC });
    }
    let edac: Vec<Value> = counted.into_iter().map(|one| one.facts.into()).collect();
    hardware.put_known("edac", (!edac.is_empty()).then_some(edac), EDAC);
}

fn controller(host: &Host<'_>, name: &str) -> Counted {
    let number = |path: &str| host.known(&format!("{EDAC}/{name}/{path}"))?.parse::<u64>().ok();
    let (ce, ue) = (number("ce_count"), number("ue_count"));
    let since = number("seconds_since_reset");
    let ranks = host.names(&format!("{EDAC}/{name}")).unwrap_or_default();
    // Modules where the driver tells them apart, ranks where it does not.
    let ranks = ranks.iter().filter(|one| one.starts_with("dimm") || one.starts_with("rank"));
    let erred = ranks.filter_map(|one| {
        let (ce, ue) =
            (number(&format!("{one}/dimm_ce_count"))?, number(&format!("{one}/dimm_ue_count"))?);
        let label = host.known(&format!("{EDAC}/{name}/{one}/dimm_label"));
        let facts = Facts::default().with("name", one.as_str()).with_known("label", label);
        (ce > 0 || ue > 0).then(|| Value::from(facts.with("ce", ce).with("ue", ue)))
    });
    let erred: Vec<Value> = erred.collect();
    let facts = Facts::default()
        .with("controller", name)
        .with_known("driver", host.known(&format!("{EDAC}/{name}/mc_name")))
        .with_known("size_mib", number("size_mb"))
        .with_known("ce", ce)
        .with_known("ue", ue)
        .with_known("since_s", since)
        .with_known("erred", (!erred.is_empty()).then_some(erred));
    Counted { ce, ue, since, facts }
}
