//! Who signed a package: the key id in an `OpenPGP` signature (RFC 9580, 5.2).

/// Types of subpackets that name the key: its id, or its fingerprint.
const ISSUER: u8 = 16;
const ISSUER_FINGERPRINT: u8 = 33;

const SIGNATURE: u8 = 2;

/// The id of the key that made a signature, in sixteen hexadecimal digits.
pub(super) fn key_id(packet: &[u8]) -> Option<String> {
    let body = body(packet)?;
    let id = match body.first()? {
        // Version, length of what is hashed, type and time; then the id.
        3 => body.get(7..15)?,
        4 => of_subpackets(body, 2)?,
        6 => of_subpackets(body, 4)?,
        _ => return None,
    };
    let id: [u8; 8] = id.try_into().ok()?;
    Some(format!("{:016x}", u64::from_be_bytes(id)))
}

/// What a packet holds, if it is a signature. The header is of the old or of the new format.
fn body(packet: &[u8]) -> Option<&[u8]> {
    let (&first, rest) = packet.split_first()?;
    let (kind, start) = match first {
        0xc0.. => (first & 0x3f, length(rest)?.1),
        0x80.. => ((first >> 2) & 0x0f, [1, 2, 4, 0][usize::from(first & 3)]),
        _ => return None,
    };
    if kind == SIGNATURE { rest.get(start..) } else { None }
}

/// The key that the subpackets of a signature name: version, type and two algorithms, then two
/// areas of them, each after its length of `width` bytes.
fn of_subpackets(body: &[u8], width: usize) -> Option<&[u8]> {
    let mut rest = body.get(4..)?;
    for _ in 0..2 {
        let (size, after) = rest.split_at_checked(width)?;
        let size = size.iter().fold(0, |size, byte| size << 8 | usize::from(*byte));
        let (area, after) = after.split_at_checked(size)?;
        if let Some(id) = issuer(area) {
            return Some(id);
        }
        rest = after;
    }
    None
}

fn issuer(mut area: &[u8]) -> Option<&[u8]> {
    while !area.is_empty() {
        let (size, start) = length(area)?;
        let (subpacket, rest) = area.get(start..)?.split_at_checked(size)?;
        // The highest bit says that it is critical.
        match (subpacket.first()? & 0x7f, subpacket.get(1..)?) {
            (ISSUER, id) => return id.get(..8),
            // The id is the end of a fingerprint of version 4, and the beginning of later ones.
            (ISSUER_FINGERPRINT, [4, print @ ..]) => return print.get(12..20),
            (ISSUER_FINGERPRINT, [_, print @ ..]) => return print.get(..8),
            _ => area = rest,
        }
    }
    None
}

/// A length in one, two or five bytes, and how many those were.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes {
        [short @ ..192, ..] => Some((usize::from(short), 1)),
        [high @ 192..=254, low, ..] => {
            Some(((usize::from(high) - 192) * 256 + usize::from(low) + 192, 2))
        }
        [255, a, b, c, d, ..] => Some((u32::from_be_bytes([a, b, c, d]) as usize, 5)),
        _ => None,
    }
}
