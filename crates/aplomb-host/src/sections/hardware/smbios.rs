//! The table of the System Management BIOS: DSP0134 of the DMTF.

use serde_json::Value;

use crate::facts::Facts;

mod structure;

#[cfg(test)]
pub(super) use self::structure::built;
pub(super) use self::structure::{Structure, structures};

/// Whether a text is what firmware says where its maker filled in nothing: then it is no fact, and
/// as a serial number it would be that of every other machine.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const BLANKS: &[&str] = &[
        "",
        "0",
        "00000000",
        "0123456789",
        "123456789",
        "asset tag",
        "base board serial number",
        "chassis asset tag",
        "chassis serial number",
        "default string",
        "empty",
        "n/a",
        "no asset information",
        "no asset tag",
        "none",
        "not applicable",
        "not available",
        "not specified",
        "o.e.m.",
        "system manufacturer",
        "system product name",
        "system serial number",
        "system version",
        "to be filled by o.e.m.",
        "unknown",
    ];
    BLANKS.contains(&text.trim().to_ascii_lowercase().as_str())
}

fn described(
    table: &[Structure],
    kind: u8,
    describe: impl Fn(&Structure) -> Option<Facts>,
) -> Vec<Value> {
    let of_kind = table.iter().filter(|structure| structure.kind == kind);
    of_kind.filter_map(describe).map(Value::from).collect()
}

/// Central processors in their sockets (type 4).
pub(super) fn processors(table: &[Structure]) -> Vec<Value> {
    described(table, 4, |structure| {
        const CENTRAL: u8 = 3;
        const POPULATED: u8 = 0b100_0000;
        if structure.byte(5)? != CENTRAL || structure.byte(0x18)? & POPULATED == 0 {
            return None;
        }
        // 255 says that the count stands in the wider field further on.
        let count = |byte: usize, word: usize| match structure.byte(byte)? {
            0 => None,
            u8::MAX => structure.word(word).filter(|count| !matches!(*count, 0 | u16::MAX)),
            count => Some(u16::from(count)),
        };
        let facts = Facts::default()
            .with_known("socket", structure.string(0x04))
            .with_known("manufacturer", structure.string(0x07))
            .with_known("model", structure.string(0x10))
            .with_known("cores", count(0x23, 0x2a))
            .with_known("cores_enabled", count(0x24, 0x2c))
            .with_known("threads", count(0x25, 0x2e))
            .with_known("max_mhz", structure.word(0x14).filter(|mhz| *mhz != 0));
        Some(facts)
    })
}

/// Arrays of system memory (type 16).
fn system_memory(table: &[Structure]) -> impl Iterator<Item = &Structure> {
    const SYSTEM_MEMORY: u8 = 3;
    let arrays = table.iter().filter(|structure| structure.kind == 16);
    arrays.filter(|structure| structure.byte(5) == Some(SYSTEM_MEMORY))
}

/// How errors of memory are corrected.
pub(super) fn error_correction(table: &[Structure]) -> Option<&'static str> {
    system_memory(table).find_map(|array| {
        Some(match array.byte(6)? {
            3 => "None",
            4 => "Parity",
            5 => "Single-bit ECC",
            6 => "Multi-bit ECC",
            7 => "CRC",
            _ => return None,
        })
    })
}

/// Slots for memory modules, filled or not.
pub(super) fn dimm_slots(table: &[Structure]) -> Option<u64> {
    let counts = system_memory(table).filter_map(|array| array.word(0x0d));
    Some(counts.map(u64::from).sum()).filter(|count| *count > 0)
}

/// Memory modules (type 17); an empty slot is none.
pub(super) fn dimms(table: &[Structure]) -> Vec<Value> {
    described(table, 17, |structure| {
        const EXTENDED: u16 = 0x7fff;
        let size = match structure.word(0x0c)? {
            0 => return None,
            u16::MAX => None,
            EXTENDED => structure.double(0x1c).map(u64::from),
            // The highest bit says that it counts KiB.
            kib if kib & 0x8000 != 0 => Some(u64::from(kib & EXTENDED) / 1024),
            mib => Some(u64::from(mib)),
        };
        let known = |at: usize| structure.word(at).filter(|value| !matches!(*value, 0 | u16::MAX));
        let width = |at: usize| structure.word(at).filter(|width| *width != u16::MAX);
        let widths = width(0x08).zip(width(0x0a));
        let facts = Facts::default()
            .with_known("slot", structure.string(0x10))
            .with_known("bank", structure.string(0x11))
            .with_known("size_mib", size)
            .with_known("type", structure.byte(0x12).and_then(memory_type))
            .with_known("speed_mts", known(0x15))
            .with_known("configured_mts", known(0x20))
            .with_known("ecc", widths.map(|(total, data)| total > data))
            .with_known(
                "rank",
                structure.byte(0x1b).map(|byte| byte & 0xf).filter(|rank| *rank > 0),
            )
            .with_known("manufacturer", structure.string(0x17))
            .with_known("serial", structure.string(0x18))
            .with_known("part", structure.string(0x1a));
        Some(facts)
    })
}

const fn memory_type(code: u8) -> Option<&'static str> {
    Some(match code {
        0x12 => "DDR",
        0x13 => "DDR2",
        0x18 => "DDR3",
        0x1a => "DDR4",
        0x1b => "LPDDR",
        0x1c => "LPDDR2",
        0x1d => "LPDDR3",
        0x1e => "LPDDR4",
        0x1f => "Logical non-volatile device",
        0x20 => "HBM",
        0x21 => "HBM2",
        0x22 => "DDR5",
        0x23 => "LPDDR5",
        0x07 => "RAM",
        _ => return None,
    })
}

/// The interface to a management controller (type 38).
pub(super) fn ipmi(table: &[Structure]) -> Option<Facts> {
    let structure = table.iter().find(|structure| structure.kind == 38)?;
    let interface = match structure.byte(0x04) {
        Some(1) => Some("KCS"),
        Some(2) => Some("SMIC"),
        Some(3) => Some("BT"),
        Some(4) => Some("SSIF"),
        _ => None,
    };
    // One digit in each half of the byte.
    let version = structure.byte(0x05).map(|byte| format!("{}.{}", byte >> 4, byte & 0xf));
    Some(Facts::default().with_known("interface", interface).with_known("version", version))
}

/// Power supplies (type 39), numbered in order.
pub(super) fn power_supplies(table: &[Structure]) -> Vec<Value> {
    let supplies = table.iter().filter(|structure| structure.kind == 39);
    let supplies = supplies.filter_map(|structure| Some((structure, structure.word(0x0e)?)));
    let described = supplies.enumerate().map(|(number, (structure, characteristics))| {
        let is_present = characteristics & 0b10 != 0;
        let is_unplugged = characteristics & 0b100 != 0;
        let status = match (is_present, characteristics >> 7 & 0b111) {
            (false, _) => Some("absent"),
            (true, _) if is_unplugged => Some("unplugged"),
            (true, 3) => Some("ok"),
            (true, 4) => Some("non-critical"),
            (true, 5) => Some("critical"),
            // Some makers never fill it in.
            _ => None,
        };
        let watts = structure.word(0x0c).filter(|watts| !matches!(*watts, 0 | 0x8000));
        let facts = Facts::default()
            .with("id", number + 1)
            .with_known("status", status)
            .with_known("location", structure.string(0x05))
            .with_known("name", structure.string(0x06))
            .with_known("manufacturer", structure.string(0x07))
            .with_known("serial", structure.string(0x08))
            .with_known("part", structure.string(0x0a))
            .with_known("max_watts", watts);
        Value::from(facts)
    });
    described.collect()
}

/// The shape of a case (type 3), by its number.
pub(super) fn chassis(code: u8) -> Option<&'static str> {
    Some(match code & 0x7f {
        3 => "Desktop",
        4 => "Low Profile Desktop",
        5 => "Pizza Box",
        6 => "Mini Tower",
        7 => "Tower",
        8 => "Portable",
        9 => "Laptop",
        10 => "Notebook",
        11 => "Hand Held",
        13 => "All In One",
        14 => "Sub Notebook",
        15 => "Space-saving",
        16 => "Lunch Box",
        17 => "Main Server Chassis",
        23 => "Rack Mount Chassis",
        24 => "Sealed-case PC",
        25 => "Multi-system",
        28 => "Blade",
        29 => "Blade Enclosing",
        34 => "Embedded PC",
        35 => "Mini PC",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn everything(table: &[u8]) {
        let table = structures(table);
        let _ = (processors(&table), error_correction(&table), dimm_slots(&table), dimms(&table));
        let _ = (ipmi(&table), power_supplies(&table));
    }

    proptest! {
        #[test]
        fn no_table_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            everything(&bytes);
        }

        #[test]
        fn no_area_makes_it_panic(kind in 0_u8..48, area in prop::collection::vec(any::<u8>(), 0..60)) {
            everything(&built(kind, &area, &["a", "b"]));
        }
    }

    #[test]
    fn a_table_cut_anywhere_is_read_up_to_there() {
        let table = include_bytes!("smbios/server.bin");
        let whole = dimms(&structures(table)).len();
        assert_eq!(whole, 3);
        for end in 0..table.len() {
            assert!(dimms(&structures(&table[..end])).len() <= whole);
        }
    }

    #[test]
    fn what_makers_leave_blank_is_no_fact() {
        for blank in ["", " ", "To Be Filled By O.E.M.", "Default string", "0123456789"] {
            assert!(is_placeholder(blank), "{blank}");
        }
        assert!(!is_placeholder("7XK2P14"));
    }
}
