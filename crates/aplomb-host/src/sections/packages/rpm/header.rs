//! The header of a package as databases keep it: rpm's manual, *Package format*, without the
//! magic number that files begin with.
//!
//! Two numbers, how many entries and how many bytes of data; the entries, sixteen bytes each: tag,
//! type, offset in the data, count; and the data. All numbers have the most significant byte first.

use super::big_endian;

const INT32: u32 = 4;
const STRING: u32 = 6;
const BINARY: u32 = 7;
const STRINGS: u32 = 8;
/// A text in several languages; the first is in none.
const TRANSLATED: u32 = 9;

const ENTRY: usize = 16;

/// A header whose parts lie where it says.
pub(super) struct Header<'a> {
    entries: &'a [u8],
    data: &'a [u8],
}

impl<'a> Header<'a> {
    pub(super) fn read(blob: &'a [u8]) -> Option<Self> {
        let count = big_endian(blob, 0)? as usize;
        let size = big_endian(blob, 4)? as usize;
        let rest = blob.get(8..)?;
        let entries = rest.get(..count.checked_mul(ENTRY)?)?;
        let data = rest.get(entries.len()..)?.get(..size)?;
        (count > 0).then_some(Self { entries, data })
    }

    /// A text, or the first of several.
    pub(super) fn text(&self, tag: u32) -> Option<String> {
        let (kind, data, _) = self.entry(tag)?;
        if !matches!(kind, STRING | STRINGS | TRANSLATED) {
            return None;
        }
        let end = data.iter().position(|byte| *byte == 0)?;
        Some(String::from_utf8_lossy(&data[..end]).into_owned())
    }

    /// A number, or the first of several.
    pub(super) fn int(&self, tag: u32) -> Option<u32> {
        let (kind, data, _) = self.entry(tag)?;
        if kind == INT32 { big_endian(data, 0) } else { None }
    }

    /// Bytes.
    pub(super) fn bytes(&self, tag: u32) -> Option<&'a [u8]> {
        let (kind, data, count) = self.entry(tag)?;
        if kind == BINARY { data.get(..count) } else { None }
    }

    /// The type of an entry, the data from where its own begin, and the count.
    fn entry(&self, tag: u32) -> Option<(u32, &'a [u8], usize)> {
        let mut entries = self.entries.chunks_exact(ENTRY);
        let entry = entries.find(|entry| big_endian(entry, 0) == Some(tag))?;
        let offset = big_endian(entry, 8)? as usize;
        let count = big_endian(entry, 12)? as usize;
        Some((big_endian(entry, 4)?, self.data.get(offset..)?, count))
    }
}
