//! The write-ahead log: pages that were committed and are not in the database yet (section 4 of
//! the format).

use std::collections::BTreeMap;

use super::super::{Damage, big_endian, four};

/// The magic number; its lowest bit says in which order the checksums take their bytes.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The committed pages of a log.
#[derive(Default)]
pub(super) struct Log<'a> {
    committed: BTreeMap<usize, &'a [u8]>,
    /// The size of a page, and the pages of the database after the last commit.
    after: Option<(usize, usize)>,
    len: usize,
}

impl<'a> Log<'a> {
    /// Reads a log up to its last commit, as `SQLite` does after a crash: what follows, and frames
    /// left from before the log was begun anew, do not count. A log that is empty is one of
    /// nothing; one that is not and has no sound beginning is damage, since what it held is lost.
    pub(super) fn read(log: &'a [u8]) -> Result<Self, Damage> {
        const WRONG: Damage = "the write-ahead log is damaged";
        // A log that was made ready and not used yet.
        if log.iter().take(HEADER).all(|byte| *byte == 0) && log.len() <= HEADER {
            return Ok(Self::default());
        }
        let (header, mut frames) = log.split_at_checked(HEADER).ok_or(WRONG)?;
        let magic = big_endian(header, 0).ok_or(WRONG)?;
        let mut sum = Checksum { is_big_endian: magic & 1 == 1, sums: [0, 0] };
        let page_size = big_endian(header, 8).ok_or(WRONG)? as usize;
        let is_sound = magic & !1 == MAGIC
            && big_endian(header, 4) == Some(VERSION)
            && (512..=65_536).contains(&page_size)
            && page_size.is_power_of_two();
        sum.add(&header[..24]);
        if !is_sound || !sum.is_at(header, 24) {
            return Err(WRONG);
        }
        let mut read = Self { len: log.len(), ..Self::default() };
        let mut pending = Vec::new();
        while let Some((frame, rest)) = frames.split_at_checked(FRAME_HEADER + page_size) {
            frames = rest;
            let (frame, page) = frame.split_at(FRAME_HEADER);
            // The salt is that of the header, or the frame is from before.
            if frame[8..16] != header[16..24] {
                break;
            }
            sum.add(&frame[..8]);
            sum.add(page);
            if !sum.is_at(frame, 16) {
                break;
            }
            let number = |at| big_endian(frame, at).map_or(0, |number| number as usize);
            pending.push((number(0), page));
            let pages = number(4);
            if pages > 0 {
                read.committed.extend(pending.drain(..));
                read.after = Some((page_size, pages));
            }
        }
        Ok(read)
    }

    /// A page as the last commit left it, if it is in the log.
    pub(super) fn page(&self, number: usize) -> Option<&'a [u8]> {
        self.committed.get(&number).copied()
    }

    /// The size of a page, where anything was committed.
    pub(super) fn page_size(&self) -> Option<usize> {
        self.after.map(|(size, _)| size)
    }

    /// The pages of the database, where anything was committed.
    pub(super) fn pages(&self) -> Option<usize> {
        self.after.map(|(_, pages)| pages)
    }

    /// The length of the log in bytes.
    pub(super) const fn len(&self) -> usize {
        self.len
    }
}

/// The checksum of headers and frames, each over all before.
struct Checksum {
    is_big_endian: bool,
    sums: [u32; 2],
}

impl Checksum {
    fn add(&mut self, bytes: &[u8]) {
        let word = |bytes: &[u8], at| {
            let four = four(bytes, at).unwrap_or_default();
            if self.is_big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        let [mut first, mut second] = self.sums;
        for eight in bytes.chunks_exact(8) {
            first = first.wrapping_add(word(eight, 0)).wrapping_add(second);
            second = second.wrapping_add(word(eight, 4)).wrapping_add(first);
        }
        self.sums = [first, second];
    }

    fn is_at(&self, bytes: &[u8], at: usize) -> bool {
        big_endian(bytes, at) == Some(self.sums[0])
            && big_endian(bytes, at + 4) == Some(self.sums[1])
    }
}
