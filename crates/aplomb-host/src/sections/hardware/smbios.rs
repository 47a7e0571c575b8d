//! The table of the System Management BIOS: DSP0134 of the DMTF.

use crate::facts::Facts;

/// One structure: its kind, its formatted area, and its strings.
pub(super) struct Structure {
    kind: u8,
    area: Vec<u8>,
    strings: Vec<String>,
}

const MOST_STRUCTURES: usize = 10_000;
const END: u8 = 127;

/// The structures of a table, up to its end or to where it makes no sense.
pub(super) fn structures(table: &[u8]) -> Vec<Structure> {
    let mut structures = Vec::new();
    let mut rest = table;
    while structures.len() < MOST_STRUCTURES
        && let Some((structure, after)) = next(rest)
        && structure.kind != END
    {
        structures.push(structure);
        rest = after;
    }
    structures
}

fn next(table: &[u8]) -> Option<(Structure, &[u8])> {
    let (kind, length) = (*table.first()?, usize::from(*table.get(1)?));
    if length < 4 {
        return None;
    }
    let area = table.get(..length)?.to_vec();
    let mut rest = table.get(length..)?;
    let mut strings = Vec::new();
    // Strings end with a zero each, all of them with one more; without strings there are two.
    loop {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (string, after) = rest.split_at(end);
        rest = after.get(1..)?;
        if string.is_empty() {
            if strings.is_empty() {
                rest = rest.get(1..).unwrap_or_default();
            }
            return Some((Structure { kind, area, strings }, rest));
        }
        strings.push(String::from_utf8_lossy(string).trim().to_owned());
    }
}

impl Structure {
    fn byte(&self, at: usize) -> Option<u8> {
        self.area.get(at).copied()
    }

    fn word(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte(at)?, self.byte(at + 1)?]))
    }

    fn double(&self, at: usize) -> Option<u32> {
        let bytes = self.area.get(at..at + 4)?;
        bytes.try_into().ok().map(u32::from_le_bytes)
    }

    /// The string whose number stands at a place, unless the maker left it blank.
    fn string(&self, at: usize) -> Option<&str> {
        let number = usize::from(self.byte(at)?).checked_sub(1)?;
        let string = self.strings.get(number)?.as_str();
        (!string.is_empty()).then_some(string)
    }
}

/// The error correction of an array of system memory (type 16).
pub(super) fn error_correction(structure: &Structure) -> Option<&'static str> {
    const SYSTEM_MEMORY: u8 = 3;
    if structure.kind != 16 || structure.byte(5) != Some(SYSTEM_MEMORY) {
        return None;
    }
    Some(match structure.byte(6)? {
        3 => "None",
        4 => "Parity",
        5 => "Single-bit ECC",
        6 => "Multi-bit ECC",
        7 => "CRC",
        _ => return None,
    })
}

/// A memory module (type 17); an empty slot is none.
pub(super) fn dimm(structure: &Structure) -> Option<Facts> {
    const EXTENDED: u16 = 0x7fff;
    if structure.kind != 17 {
        return None;
    }
    let size = match structure.word(0x0c)? {
        0 => return None,
        u16::MAX => None,
        EXTENDED => structure.double(0x1c).map(u64::from),
        // The highest bit says that it counts KiB.
        kib if kib & 0x8000 != 0 => Some(u64::from(kib & EXTENDED) / 1024),
        mib => Some(u64::from(mib)),
    };
    let speed = structure.word(0x15).filter(|speed| *speed != 0 && *speed != u16::MAX);
    let (total, data) = (structure.word(0x08), structure.word(0x0a));
    let is_ecc = total.zip(data).filter(|(total, data)| *total != u16::MAX && *data != u16::MAX);
    let facts = Facts::default()
        .with_known("slot", structure.string(0x10))
        .with_known("bank", structure.string(0x11))
        .with_known("size_mib", size)
        .with_known("speed_mts", speed)
        .with_known("ecc", is_ecc.map(|(total, data)| total > data))
        .with_known("manufacturer", structure.string(0x17))
        .with_known("serial", structure.string(0x18))
        .with_known("part", structure.string(0x1a));
    Some(facts)
}

/// A power supply (type 39).
pub(super) fn power_supply(structure: &Structure) -> Option<Facts> {
    if structure.kind != 39 {
        return None;
    }
    let characteristics = structure.word(0x0e)?;
    let is_present = characteristics & 0b10 != 0;
    let status = match (is_present, characteristics >> 7 & 0b111) {
        (false, _) => "absent",
        (true, 3) => "ok",
        (true, 4) => "non-critical",
        (true, 5) => "critical",
        _ => "unknown",
    };
    let watts = structure.word(0x0c).filter(|milliwatts| *milliwatts != 0x8000);
    let facts = Facts::default()
        .with("status", status)
        .with_known("location", structure.string(0x05))
        .with_known("name", structure.string(0x06))
        .with_known("manufacturer", structure.string(0x07))
        .with_known("serial", structure.string(0x08))
        .with_known("part", structure.string(0x0a))
        .with_known("max_watts", watts);
    Some(facts)
}

#[cfg(test)]
pub(super) fn built(kind: u8, area: &[u8], strings: &[&str]) -> Vec<u8> {
    let length = u8::try_from(area.len() + 4).expect("a short area");
    let mut bytes = vec![kind, length, 0, 0];
    bytes.extend(area);
    for string in strings {
        bytes.extend(string.bytes().chain([0]));
    }
    bytes.extend(if strings.is_empty() { &[0, 0][..] } else { &[0] });
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_table_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            for structure in structures(&bytes) {
                let _ = (error_correction(&structure), dimm(&structure), power_supply(&structure));
            }
        }

        #[test]
        fn no_area_makes_it_panic(kind in 16_u8..40, area in prop::collection::vec(any::<u8>(), 0..40)) {
            for structure in structures(&built(kind, &area, &["a", "b"])) {
                let _ = (error_correction(&structure), dimm(&structure), power_supply(&structure));
            }
        }
    }

    #[test]
    fn structures_follow_each_other() {
        let mut table = built(0, &[], &[]);
        table.extend(built(1, &[1, 2], &["Maker ", "Model"]));
        table.extend(built(END, &[], &[]));
        table.extend(built(2, &[], &["after the end"]));
        let found = structures(&table);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].string(4), Some("Maker"));
        assert_eq!(found[1].string(5), Some("Model"));
        assert_eq!(found[1].string(6), None);
        assert!(structures(&table[..9]).len() < 2);
    }
}
