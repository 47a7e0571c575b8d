//! `Packages.db`: rpm's own database, as its `rpmpkg.c` writes it.
//!
//! Pages of slots, the first after a header of 32 bytes; a slot says where the blob of a package
//! lies, in blocks of sixteen bytes. A blob is its header of sixteen bytes, its content, zeros up to
//! a whole block, and twelve bytes with its checksum. All numbers have the least significant byte
//! first.

use super::{Damage, Each, little_endian};

const MAGIC: u32 = u32::from_le_bytes(*b"RpmP");
const SLOT_MAGIC: u32 = u32::from_le_bytes(*b"Slot");
const BLOB_MAGIC: u32 = u32::from_le_bytes(*b"BlbS");
const BLOB_END: u32 = u32::from_le_bytes(*b"BlbE");

const PAGE: usize = 4096;
const HEADER: usize = 32;
const SLOT: usize = 16;
const BLOCK: usize = 16;
const BLOB_HEADER: usize = 16;
const BLOB_TAIL: usize = 12;

/// Gives each package's number and header.
pub(super) fn each_blob(file: &[u8], each: Each<'_>) -> Result<(), Damage> {
    let number = |at| little_endian(file, at);
    if number(0) != Some(MAGIC) {
        return Err("this is no database of rpm (ndb)");
    }
    if number(4) != Some(0) {
        return Err("the version of this database (ndb) is not known");
    }
    let pages = number(12).ok_or("the database is cut short")? as usize;
    let slots = pages.checked_mul(PAGE).and_then(|end| file.get(HEADER..end));
    let slots = slots.ok_or("the database is cut short")?;
    // A blob belongs to one slot: what they take together cannot exceed the file.
    let mut left = file.len();
    for slot in slots.chunks_exact(SLOT) {
        let number = |at| little_endian(slot, at).unwrap_or_default();
        if number(0) != SLOT_MAGIC {
            return Err("a slot of the database is damaged");
        }
        let (package, start, blocks) = (number(4), number(8) as usize, number(12) as usize);
        if package == 0 {
            continue;
        }
        let blob = start.checked_mul(BLOCK).zip(blocks.checked_mul(BLOCK));
        let blob = blob.and_then(|(start, size)| file.get(start..start.checked_add(size)?));
        let blob = blob.ok_or("the database is cut short")?;
        left = left.checked_sub(blob.len()).ok_or("two packages lie in one place")?;
        each(package, content(blob, package).ok_or("a package of the database is damaged")?);
    }
    Ok(())
}

/// The content of a blob whose header, end and checksum are right.
fn content(blob: &[u8], package: u32) -> Option<&[u8]> {
    let number = |at| little_endian(blob, at);
    let size = number(12)? as usize;
    let tail = blob.len().checked_sub(BLOB_TAIL)?;
    let is_sound = number(0)? == BLOB_MAGIC
        && number(4)? == package
        && number(tail + 4)? as usize == size
        && number(tail + 8)? == BLOB_END
        && number(tail)? == adler32(&blob[..tail]);
    let content = blob.get(BLOB_HEADER..BLOB_HEADER.checked_add(size)?)?;
    (is_sound && BLOB_HEADER + size <= tail).then_some(content)
}

/// RFC 1950, 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    // As many as can be added before the sums must be reduced.
    const MOST: usize = 5552;
    let (mut a, mut b) = (1, 0);
    for part in bytes.chunks(MOST) {
        for byte in part {
            a += u32::from(*byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}
