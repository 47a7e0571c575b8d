//! The text of dmidecode(8).

use aplomb_model::Phrase;
use serde_json::Value;

use super::{Imported, Importer, NotUnderstood, total};
use crate::facts::{Collected, Facts, Sourced};
use crate::sections::{by_dmi, is_placeholder};

pub(super) const IMPORTER: Importer = Importer {
    id: "dmidecode",
    summary: "what `dmidecode` prints: model, serials, firmware, processors, memory modules, power supplies",
    docs: "The whole output of `dmidecode`, in English, run as root. It becomes the section `hardware`; \
        each member's `from` is the line it was taken from. Blanks that makers leave (`Not Specified`, \
        `To Be Filled By O.E.M.` …) are missing facts. dmidecode does not name the host: say which it is.\n\n\
        | dmidecode | hardware |\n\
        | --- | --- |\n\
        | BIOS Information: Vendor, Version, Release Date, BIOS Revision | `bios_vendor`, `bios`, `bios_date`, `bios_release` |\n\
        | System Information: Manufacturer, Product Name, Version, Serial Number, UUID, SKU Number, Family | `vendor`, `product`, `version`, `serial`, `uuid`, `sku`, `family` |\n\
        | Base Board Information: Manufacturer, Product Name, Serial Number (the first) | `board_vendor`, `board`, `board_serial` |\n\
        | Chassis Information: Type, Serial Number, Asset Tag (the first) | `chassis`, `chassis_serial`, `asset_tag` |\n\
        | Processor Information | `cpu.processors`; `cpu.sockets`, `cpu.cores`, `cpu.count` where every processor tells |\n\
        | Physical Memory Array of system memory: Error Correction Type, Number Of Devices | `ecc.type`, `dimm_slots` |\n\
        | Memory Device, but empty slots | `dimms`; `ecc` of each is that Total Width exceeds Data Width |\n\
        | IPMI Device Information: Interface Type, Specification Version | `bmc_present`, `ipmi` |\n\
        | System Power Supply | `psu`, numbered in order |\n\
        | the maker and the model, or a BIOS that says so | `virtual` |",
    read,
};

/// One structure as dmidecode prints it.
struct Block<'t> {
    kind: u8,
    line: usize,
    fields: Vec<(usize, &'t str, &'t str)>,
}

const MOST_BLOCKS: usize = 10_000;

fn read(text: &str) -> Result<Imported, NotUnderstood> {
    let blocks = blocks(text);
    if blocks.is_empty() {
        return Err(NotUnderstood(Phrase::new(
            "this is no output of dmidecode: no line begins with `Handle 0x…, DMI type`; run it as root, \
             without options",
            "ce n'est pas une sortie de dmidecode : aucune ligne ne commence par « Handle 0x…, DMI \
             type » ; la lancer en tant que root, sans option",
        )));
    }
    let mut hardware = Sourced::default();
    machine(&blocks, &mut hardware);
    processors(&blocks, &mut hardware);
    memory(&blocks, &mut hardware);
    power(&blocks, &mut hardware);
    let collected = Collected::imported("dmidecode", hardware.into_value());
    Ok(Imported { sections: vec![("hardware", collected)], ..Imported::default() })
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if let Some(rest) = line.strip_prefix("Handle 0x") {
            if blocks.len() == MOST_BLOCKS {
                break;
            }
            let kind = rest.split_once("DMI type ").and_then(|(_, rest)| {
                rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
            });
            if let Some(kind) = kind {
                blocks.push(Block { kind, line: number, fields: Vec::new() });
            }
        } else if let Some(field) = line.strip_prefix('\t')
            && let Some(block) = blocks.last_mut()
        {
            // A second tab begins an item of the list that the field above it is.
            let (key, value) = match field.strip_prefix('\t') {
                Some(item) => ("", item),
                None => field.split_once(':').unwrap_or((field, "")),
            };
            block.fields.push((number, key.trim(), value.trim()));
        }
    }
    blocks
}

impl<'t> Block<'t> {
    fn field(&self, name: &str) -> Option<(usize, &'t str)> {
        let found = self.fields.iter().find(|(_, key, _)| *key == name)?;
        (!is_blank(found.2)).then_some((found.0, found.2))
    }

    fn text(&self, name: &str) -> Option<&'t str> {
        self.field(name).map(|(_, value)| value)
    }

    /// The number a value begins with.
    fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.split(' ').next()?.parse().ok()
    }

    fn has_item(&self, item: &str) -> bool {
        self.fields.iter().any(|(_, key, value)| key.is_empty() && *value == item)
    }

    fn place(&self) -> String {
        place(self.line)
    }
}

fn place(line: usize) -> String {
    format!("dmidecode:{line}")
}

/// What dmidecode says where the maker said nothing.
fn is_blank(value: &str) -> bool {
    const SAID: &[&str] = &["Unknown", "Unspecified", "None", "Not Provided", "No DIMM"];
    value.starts_with('<') || SAID.contains(&value) || is_placeholder(value)
}

fn of_kind<'b, 't>(blocks: &'b [Block<'t>], kind: u8) -> impl Iterator<Item = &'b Block<'t>> {
    blocks.iter().filter(move |block| block.kind == kind)
}

fn machine(blocks: &[Block<'_>], hardware: &mut Sourced) {
    const MEMBERS: &[(u8, &str, &str)] = &[
        (0, "Vendor", "bios_vendor"),
        (0, "Version", "bios"),
        (0, "Release Date", "bios_date"),
        (0, "BIOS Revision", "bios_release"),
        (1, "Manufacturer", "vendor"),
        (1, "Product Name", "product"),
        (1, "Version", "version"),
        (1, "Serial Number", "serial"),
        (1, "UUID", "uuid"),
        (1, "SKU Number", "sku"),
        (1, "Family", "family"),
        (2, "Manufacturer", "board_vendor"),
        (2, "Product Name", "board"),
        (2, "Serial Number", "board_serial"),
        (3, "Type", "chassis"),
        (3, "Serial Number", "chassis_serial"),
        (3, "Asset Tag", "asset_tag"),
    ];
    for (kind, key, member) in MEMBERS {
        let found = of_kind(blocks, *kind).next().and_then(|block| block.field(key));
        if let Some((line, value)) = found {
            hardware.put(member, value, place(line));
        }
    }
    if let Some(ipmi) = of_kind(blocks, 38).next() {
        hardware.put("bmc_present", true, ipmi.place());
        // `KCS (Keyboard Control Style)`
        let interface = ipmi.text("Interface Type").and_then(|text| text.split(' ').next());
        let facts = Facts::default()
            .with_known("interface", interface)
            .with_known("version", ipmi.text("Specification Version"));
        hardware.put("ipmi", facts, ipmi.place());
    }
    let Some(system) = of_kind(blocks, 1).next() else { return };
    let (vendor, product) = (system.text("Manufacturer"), system.text("Product Name"));
    let bios = of_kind(blocks, 0).next();
    let says_so = bios.is_some_and(|bios| bios.has_item("System is a virtual machine"));
    let is_virtual = says_so || by_dmi(vendor, product).is_some();
    if is_virtual || vendor.is_some() {
        hardware.put("virtual", is_virtual, system.place());
    }
}

fn processors(blocks: &[Block<'_>], hardware: &mut Sourced) {
    let central =
        |block: &&Block<'_>| block.text("Type").is_none_or(|kind| kind.starts_with("Central"));
    let blocks: Vec<_> = of_kind(blocks, 4).filter(central).collect();
    let populated = |block: &&&Block<'_>| {
        block.text("Status").is_some_and(|status| status.starts_with("Populated"))
    };
    let packages = blocks.iter().filter(populated).collect::<Vec<_>>();
    let [first, ..] = packages.as_slice() else { return };
    let sum = |field: &str| total(packages.iter().map(|block| block.number(field)));
    let described = packages.iter().map(|block| {
        let facts = Facts::default()
            .with_known("socket", block.text("Socket Designation"))
            .with_known("manufacturer", block.text("Manufacturer"))
            .with_known("model", block.text("Version"))
            .with_known("cores", block.number("Core Count"))
            .with_known("cores_enabled", block.number("Core Enabled"))
            .with_known("threads", block.number("Thread Count"))
            .with_known("max_mhz", block.number("Max Speed"));
        Value::from(facts)
    });
    let cpu = Facts::default()
        .with_known("model", first.text("Version"))
        .with("sockets", packages.len())
        .with_known("cores", sum("Core Enabled"))
        .with_known("count", sum("Thread Count"))
        .with("processors", described.collect::<Vec<_>>());
    hardware.put("cpu", cpu, first.place());
}

fn memory(blocks: &[Block<'_>], hardware: &mut Sourced) {
    let of_system = |block: &&Block<'_>| block.text("Use") == Some("System Memory");
    let arrays: Vec<_> = of_kind(blocks, 16).filter(of_system).collect();
    // `None` is what this field says of memory without correction.
    let correction = arrays.first().and_then(|block| {
        let found = block.fields.iter().find(|(_, key, _)| *key == "Error Correction Type")?;
        (!matches!(found.2, "Unknown" | "Other") && !found.2.starts_with('<'))
            .then_some((found.0, found.2))
    });
    if let Some((line, kind)) = correction {
        hardware.put("ecc", Facts::default().with("type", kind), place(line));
    }
    let slots = arrays.iter().filter_map(|block| block.number("Number Of Devices"));
    if let Some(first) = arrays.first() {
        hardware.put("dimm_slots", slots.fold(0, u64::saturating_add), first.place());
    }
    let modules: Vec<_> = of_kind(blocks, 17)
        .filter(|block| block.text("Size").is_some_and(|size| size != "No Module Installed"))
        .collect();
    let Some(first) = modules.first() else { return };
    let described = modules.iter().map(|block| {
        let widths = block.number("Total Width").zip(block.number("Data Width"));
        let facts = Facts::default()
            .with_known("slot", block.text("Locator"))
            .with_known("bank", block.text("Bank Locator"))
            .with_known("size_mib", block.text("Size").and_then(mebibytes))
            .with_known("type", block.text("Type"))
            .with_known("speed_mts", block.number("Speed"))
            .with_known("configured_mts", block.number("Configured Memory Speed"))
            .with_known("ecc", widths.map(|(total, data)| total > data))
            .with_known("rank", block.number("Rank"))
            .with_known("manufacturer", block.text("Manufacturer"))
            .with_known("serial", block.text("Serial Number"))
            .with_known("part", block.text("Part Number"));
        Value::from(facts)
    });
    hardware.put("dimms", described.collect::<Vec<_>>(), first.place());
}

/// `64 GB`: dmidecode counts in powers of two.
fn mebibytes(size: &str) -> Option<u64> {
    let (number, unit) = size.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "kB" => Some(number / 1024),
        "MB" => Some(number),
        "GB" => number.checked_mul(1024),
        "TB" => number.checked_mul(1024 * 1024),
        _ => None,
    }
}

fn power(blocks: &[Block<'_>], hardware: &mut Sourced) {
    let supplies: Vec<_> = of_kind(blocks, 39).collect();
    let Some(first) = supplies.first() else { return };
    let described = supplies.iter().enumerate().map(|(number, block)| {
        let status = match block.text("Status").unwrap_or_default() {
            "Not Present" => Some("absent"),
            _ if block.text("Plugged") == Some("No") => Some("unplugged"),
            "Present, OK" => Some("ok"),
            "Present, Non-critical" => Some("non-critical"),
            "Present, Critical" => Some("critical"),
            _ => None,
        };
        let facts = Facts::default()
            .with("id", number + 1)
            .with_known("status", status)
            .with_known("location", block.text("Location"))
            .with_known("name", block.text("Name"))
            .with_known("manufacturer", block.text("Manufacturer"))
            .with_known("serial", block.text("Serial Number"))
            .with_known("part", block.text("Model Part Number"))
            .with_known("max_watts", block.number("Max Power Capacity").filter(|watts| *watts > 0));
        Value::from(facts)
    });
    hardware.put("psu", described.collect::<Vec<_>>(), first.place());
}

#[cfg(test)]
mod tests;
