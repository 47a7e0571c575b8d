/// One structure: its kind, its formatted area, and its strings.
pub(in crate::sections::hardware) struct Structure {
    pub(super) kind: u8,
    area: Vec<u8>,
    strings: Vec<String>,
}

const MOST_STRUCTURES: usize = 10_000;
const END: u8 = 127;

/// The structures of a table, up to its end or to where it makes no sense.
pub(in crate::sections::hardware) fn structures(table: &[u8]) -> Vec<Structure> {
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
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.area.get(at).copied()
    }

    pub(super) fn word(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte(at)?, self.byte(at + 1)?]))
    }

    pub(super) fn double(&self, at: usize) -> Option<u32> {
        let bytes = self.area.get(at..at + 4)?;
        bytes.try_into().ok().map(u32::from_le_bytes)
    }

    /// The string whose number stands at a place, unless the maker left it blank.
    pub(super) fn string(&self, at: usize) -> Option<&str> {
        let number = usize::from(self.byte(at)?).checked_sub(1)?;
        let string = self.strings.get(number)?.as_str();
        (!super::is_placeholder(string)).then_some(string)
    }
}

#[cfg(test)]
pub(in crate::sections::hardware) fn built(kind: u8, area: &[u8], strings: &[&str]) -> Vec<u8> {
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
    use super::*;

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
