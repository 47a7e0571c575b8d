//! The JSON of lshw(1).

use aplomb_model::Phrase;
use serde_json::Value;

use super::{Imported, Importer, NotUnderstood, total};
use crate::facts::{Collected, Facts, Sourced};
use crate::sections::{by_dmi, is_placeholder};

pub(super) const IMPORTER: Importer = Importer {
    id: "lshw",
    summary: "what `lshw -json` prints: model, serials, firmware, processors, memory modules, disks, controllers, network",
    docs: "The output of `lshw -json`, run as root. It becomes the section `hardware`; each member's \
        `from` is the JSON pointer of the node it was taken from. lshw names the host by the `id` of its \
        root. It does not tell the state of power supplies, arrays and bonds: these are missing.\n\n\
        | lshw | hardware |\n\
        | --- | --- |\n\
        | class `system`: vendor, product without its SKU, version, serial, configuration.uuid, .sku, .family, .chassis | `vendor`, `product`, `version`, `serial`, `uuid`, `sku`, `family`, `chassis` |\n\
        | `core`: vendor, product, serial | `board_vendor`, `board`, `board_serial` |\n\
        | `firmware`: vendor, version, date | `bios_vendor`, `bios`, `bios_date` |\n\
        | class `processor`, but those disabled: product, vendor, configuration.cores, .enabledcores, .threads, .microcode, capabilities | `cpu` with `model`, `vendor`, `sockets`, `cores`, `count`, `microcode`, `flags`, `processors`; `arch` is x86_64 where a capability says so |\n\
        | `memory`: size, configuration.errordetection | `mem_mib` (installed, a little more than the kernel sees), `ecc.type` |\n\
        | `bank:*`, but empty ones: slot, size, description, clock, vendor, serial, product | `dimms`, `dimm_slots` |\n\
        | class `disk` with a logical name: size, vendor, product, serial, version, configuration.driver | `disks` |\n\
        | class `storage` named `/dev/nvme*` | `nvme` |\n\
        | class `storage` named `scsi*`: configuration.driver, product, businfo | `controllers` |\n\
        | class `network` with a logical name: serial, size, configuration.driver, .driverversion, .firmware, .duplex, .link, businfo | `nics` |\n\
        | the maker and the model, or the capability `hypervisor` | `virtual` |",
    read,
};

/// A node of the tree, and where it stands.
struct Place<'t> {
    pointer: String,
    node: &'t Value,
}

const MOST_NODES: usize = 100_000;

fn read(text: &str) -> Result<Imported, NotUnderstood> {
    let tree: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| refused(&format!(": {error}")))?;
    let mut places = Vec::new();
    walk(&tree, "", &mut places);
    if places.is_empty() {
        return Err(refused(""));
    }
    let mut hardware = Sourced::default();
    let host = machine(&places, &mut hardware);
    processors(&places, &mut hardware);
    memory(&places, &mut hardware);
    storage(&places, &mut hardware);
    network(&places, &mut hardware);
    if hardware.is_empty() {
        return Err(refused(""));
    }
    let collected = Collected::imported("lshw", hardware.into_value());
    Ok(Imported { host, sections: vec![("hardware", collected)], ..Imported::default() })
}

fn refused(why: &str) -> NotUnderstood {
    NotUnderstood(Phrase::new(
        format!("this is no output of `lshw -json`{why}"),
        format!("ce n'est pas une sortie de « lshw -json »{why}"),
    ))
}

/// All nodes, parents first. lshw prints one object, or a list of them.
fn walk<'t>(value: &'t Value, pointer: &str, places: &mut Vec<Place<'t>>) {
    if places.len() >= MOST_NODES {
        return;
    }
    if let Value::Array(items) = value {
        for (number, item) in items.iter().enumerate() {
            walk(item, &format!("{pointer}/{number}"), places);
        }
    } else if value.get("class").is_some_and(Value::is_string) {
        let children = value.get("children");
        places.push(Place { pointer: pointer.to_owned(), node: value });
        if let Some(children) = children {
            walk(children, &format!("{pointer}/children"), places);
        }
    }
}

impl<'t> Place<'t> {
    fn text(&self, key: &str) -> Option<&'t str> {
        let text = self.node.get(key)?.as_str()?.trim();
        (!is_placeholder(text) && text != "[empty]").then_some(text)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.node.get(key)?.as_u64()
    }

    /// A value of `configuration`, which lshw writes as text.
    fn setting(&self, key: &str) -> Option<&'t str> {
        let text = self.node.get("configuration")?.get(key)?.as_str()?.trim();
        (!is_placeholder(text)).then_some(text)
    }

    fn counted(&self, key: &str) -> Option<u64> {
        self.setting(key)?.parse().ok()
    }

    fn is(&self, class: &str) -> bool {
        self.node.get("class").and_then(Value::as_str) == Some(class)
    }

    /// Whether the id is this one, with or without a number: `cpu`, `cpu:1`.
    fn has_id(&self, id: &str) -> bool {
        let own = self.node.get("id").and_then(Value::as_str).unwrap_or_default();
        own.split(':').next() == Some(id)
    }

    fn capabilities(&self) -> impl Iterator<Item = &'t str> {
        let capabilities = self.node.get("capabilities").and_then(Value::as_object);
        capabilities.into_iter().flat_map(|map| map.keys()).map(String::as_str)
    }

    /// The logical name, without `/dev/`; the first of several.
    fn name(&self) -> Option<&'t str> {
        let names = self.node.get("logicalname")?;
        let name = names.as_str().or_else(|| names.get(0)?.as_str())?;
        Some(name.strip_prefix("/dev/").unwrap_or(name))
    }

    /// The place on PCI: `pci@0000:31:00.0`.
    fn pci(&self) -> Option<&'t str> {
        self.text("businfo")?.strip_prefix("pci@")
    }

    fn from(&self) -> String {
        format!("lshw:{}", self.pointer)
    }
}

fn machine(places: &[Place<'_>], hardware: &mut Sourced) -> Option<String> {
    let mut put = |place: &Place<'_>, member: &str, value: Option<&str>| {
        hardware.put_known(member, value, place.from());
    };
    if let Some(core) = places.iter().find(|place| place.is("bus") && place.has_id("core")) {
        put(core, "board_vendor", core.text("vendor"));
        put(core, "board", core.text("product"));
        put(core, "board_serial", core.text("serial"));
    }
    if let Some(bios) = places.iter().find(|place| place.is("memory") && place.has_id("firmware")) {
        put(bios, "bios_vendor", bios.text("vendor"));
        put(bios, "bios", bios.text("version"));
        put(bios, "bios_date", bios.text("date"));
    }
    let system = places.iter().find(|place| place.is("system"))?;
    let (vendor, sku) = (system.text("vendor"), system.setting("sku"));
    // `PowerEdge R650 (SKU=0A6C;ModelName=PowerEdge R650)`
    let product = system.text("product").map(|product| {
        let own = sku.and_then(|sku| product.strip_suffix(&format!("({sku})")));
        own.or_else(|| product.split_once(" (").map(|(own, _)| own)).unwrap_or(product).trim()
    });
    put(system, "vendor", vendor);
    put(system, "product", product);
    put(system, "version", system.text("version"));
    put(system, "serial", system.text("serial"));
    put(system, "uuid", system.setting("uuid"));
    put(system, "sku", sku);
    put(system, "family", system.setting("family"));
    put(system, "chassis", system.setting("chassis"));
    let by_processor = places
        .iter()
        .any(|place| place.is("processor") && place.capabilities().any(|one| one == "hypervisor"));
    let is_virtual = by_processor || by_dmi(vendor, product).is_some();
    if is_virtual || vendor.is_some() {
        hardware.put("virtual", is_virtual, system.from());
    }
    system.text("id").filter(|id| *id != "computer").map(str::to_owned)
}

fn processors(places: &[Place<'_>], hardware: &mut Sourced) {
    let is_on = |place: &&Place<'_>| place.node.get("disabled") != Some(&Value::Bool(true));
    let all: Vec<_> = places.iter().filter(|one| one.is("processor")).filter(is_on).collect();
    let Some(first) = all.first() else { return };
    let sum = |key: &str| total(all.iter().map(|one| one.counted(key)));
    let mut flags: Vec<&str> = first.capabilities().collect();
    flags.sort_unstable();
    let arch = flags.contains(&"x86-64").then_some("x86_64");
    let described = all.iter().map(|one| {
        let facts = Facts::default()
            .with_known("socket", one.text("slot"))
            .with_known("manufacturer", one.text("vendor"))
            .with_known("model", one.text("product"))
            .with_known("cores", one.counted("cores"))
            .with_known("cores_enabled", one.counted("enabledcores"))
            .with_known("threads", one.counted("threads"));
        Value::from(facts)
    });
    let cpu = Facts::default()
        .with_known("arch", arch)
        .with_known("vendor", first.text("vendor"))
        .with_known("model", first.text("product"))
        .with_known("microcode", first.setting("microcode"))
        .with("sockets", all.len())
        .with_known("cores", sum("enabledcores").or_else(|| sum("cores")))
        .with_known("count", sum("threads"))
        .with_known("flags", (!flags.is_empty()).then_some(flags))
        .with("processors", described.collect::<Vec<_>>());
    hardware.put("cpu", cpu, first.from());
}

fn memory(places: &[Place<'_>], hardware: &mut Sourced) {
    const MIB: u64 = 1024 * 1024;
    let Some(memory) = places.iter().find(|one| one.is("memory") && one.has_id("memory")) else {
        return;
    };
    hardware.put_known("mem_mib", memory.number("size").map(|size| size / MIB), memory.from());
    let kind = memory.setting("errordetection").and_then(|kind| {
        Some(match kind {
            "multi-bit-ecc" => "Multi-bit ECC",
            "single-bit-ecc" | "ecc" => "Single-bit ECC",
            "parity" => "Parity",
            "crc" => "CRC",
            _ => return None,
        })
    });
    if let Some(kind) = kind {
        hardware.put("ecc", Facts::default().with("type", kind), memory.from());
    }
    let banks: Vec<_> =
        places.iter().filter(|one| one.is("memory") && one.has_id("bank")).collect();
    let Some(first) = banks.first() else { return };
    hardware.put("dimm_slots", banks.len(), first.from());
    let filled = banks.iter().filter_map(|bank| {
        let size = bank.number("size").filter(|size| *size > 0)?;
        // `DIMM DDR4 Synchronous Registered (Buffered) 3200 MHz (0.3 ns)`
        let mut words = bank.text("description").unwrap_or_default().split(' ');
        let facts = Facts::default()
            .with_known("slot", bank.text("slot"))
            .with("size_mib", size / MIB)
            .with_known("type", words.find(|word| word.contains("DDR")))
            .with_known("speed_mts", bank.number("clock").map(|hertz| hertz / 1_000_000))
            .with_known("manufacturer", bank.text("vendor"))
            .with_known("serial", bank.text("serial"))
            .with_known("part", bank.text("product"));
        Some(Value::from(facts))
    });
    let filled: Vec<Value> = filled.collect();
    if !filled.is_empty() {
        hardware.put("dimms", filled, first.from());
    }
}

fn storage(places: &[Place<'_>], hardware: &mut Sourced) {
    const GIB: u64 = 1024 * 1024 * 1024;
    let disks = places.iter().filter(|place| place.is("disk")).filter_map(|place| {
        let name = place.name()?;
        let transport = match place.text("businfo").and_then(|bus| bus.split('@').next()) {
            Some("nvme") => Some("nvme"),
            Some("virtio") => Some("virtio"),
            Some("usb") => Some("usb"),
            Some("mmc") => Some("mmc"),
            _ => None,
        };
        let facts = Facts::default()
            .with("name", name)
            .with_known("size_gib", place.number("size").map(|size| size / GIB))
            .with_known("vendor", place.text("vendor"))
            .with_known("model", place.text("product"))
            .with_known("serial", place.text("serial"))
            .with_known("firmware", place.text("version"))
            .with_known("transport", transport);
        Some((place, Value::from(facts)))
    });
    put_list("disks", disks, hardware);
    let of_kind = |prefix: &'static str| {
        let stores = places.iter().filter(|place| place.is("storage"));
        stores.filter_map(move |place| {
            Some((place, place.name()?)).filter(|(_, name)| name.starts_with(prefix))
        })
    };
    let nvme = of_kind("nvme").map(|(place, name)| {
        let facts = Facts::default()
            .with("name", name)
            .with_known("model", place.text("product"))
            .with_known("serial", place.text("serial"))
            .with_known("firmware", place.text("version"))
            .with_known("address", place.pci());
        (place, Value::from(facts))
    });
    put_list("nvme", nvme, hardware);
    let controllers = of_kind("scsi").map(|(place, name)| {
        let facts = Facts::default()
            // The kernel calls it `host0`.
            .with("name", name.replacen("scsi", "host", 1))
            .with_known("driver", place.setting("driver"))
            .with_known("model", place.text("product"))
            .with_known("pci", place.pci());
        (place, Value::from(facts))
    });
    put_list("controllers", controllers, hardware);
}

fn network(places: &[Place<'_>], hardware: &mut Sourced) {
    let nics = places.iter().filter(|place| place.is("network")).filter_map(|place| {
        let name = place.name()?;
        let speed = place.number("size").map(|bits| bits / 1_000_000);
        let facts = Facts::default()
            .with("name", name)
            .with_known("mac", place.text("serial"))
            .with_known("speed", speed.filter(|speed| *speed > 0))
            .with_known("duplex", place.setting("duplex"))
            .with_known("carrier", place.setting("link").map(|link| link == "yes"))
            .with_known("driver", place.setting("driver"))
            .with_known("driver_version", place.setting("driverversion"))
            .with_known("firmware", place.setting("firmware"))
            .with_known("pci", place.pci());
        Some((place, Value::from(facts)))
    });
    put_list("nics", nics, hardware);
}

/// Puts a list that is not empty, from where its first item stands.
fn put_list<'p, 't: 'p>(
    member: &str,
    items: impl Iterator<Item = (&'p Place<'t>, Value)>,
    hardware: &mut Sourced,
) {
    let (places, items): (Vec<_>, Vec<Value>) = items.unzip();
    if let Some(first) = places.first() {
        hardware.put(member, items, first.from());
    }
}

#[cfg(test)]
mod tests;
