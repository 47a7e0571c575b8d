//! Files that are compressed with zstd (RFC 8878): `db01.json.zst` is read as `db01.json`.

use std::borrow::Cow;
use std::io::Read;

use aplomb_model::Phrase;
use ruzstd::decoding::StreamingDecoder;

use crate::{ReadError, ReadErrorKind};

const EXTENSION: &str = ".zst";

/// How many times larger than the file its content may be, above what every file may have: text
/// shrinks to a tenth or, where it repeats itself, to a fiftieth.
const RATIO: usize = 200;
const ALWAYS: usize = 1024 * 1024;

/// The name without the ending that says that the content is compressed.
pub(crate) fn uncompressed_name(name: &str) -> &str {
    name.strip_suffix(EXTENSION).filter(|rest| !rest.ends_with('/')).unwrap_or(name)
}

/// What a file says, decompressed where its name says that it is compressed. `most` bounds the
/// result.
///
/// # Errors
/// When it is not compressed although its name says so, is damaged, or has too much content.
pub(crate) fn content<'a>(
    name: &str,
    bytes: &'a [u8],
    most: u64,
) -> Result<Cow<'a, [u8]>, ReadError> {
    if uncompressed_name(name) == name {
        return Ok(Cow::Borrowed(bytes));
    }
    let by_ratio = bytes.len().saturating_mul(RATIO).max(ALWAYS) as u64;
    let bound = most.min(by_ratio);
    let mut content = Vec::new();
    let mut rest = bytes;
    // Several frames follow each other where compressed files were put together.
    while !rest.is_empty() {
        let left = bound - content.len() as u64;
        let mut frame = StreamingDecoder::new(rest).map_err(|error| damaged(&error))?;
        let taken = frame.by_ref().take(left + 1).read_to_end(&mut content);
        taken.map_err(|error| damaged(&error))?;
        if content.len() as u64 > bound {
            return Err(too_much(bound, most));
        }
        let (after, decoder) = frame.into_parts();
        let carried = decoder.get_checksum_from_data();
        if carried.is_some() && carried != decoder.get_calculated_checksum() {
            return Err(damaged(&"its checksum is another"));
        }
        rest = after;
    }
    Ok(Cow::Owned(content))
}

fn damaged(cause: &dyn std::fmt::Display) -> ReadError {
    let message = Phrase::new(
        format!("it is no sound zstd file: {cause}; compress it again"),
        format!("ce n'est pas un fichier zstd valide ({cause}) ; le compresser de nouveau"),
    );
    ReadError::new(ReadErrorKind::Syntax, message)
}

fn too_much(bound: u64, most: u64) -> ReadError {
    let message = if bound < most {
        Phrase::new(
            format!(
                "its content is more than {RATIO} times as large as the file; deliver it uncompressed"
            ),
            format!(
                "son contenu fait plus de {RATIO} fois la taille du fichier ; le livrer non compressé"
            ),
        )
    } else {
        Phrase::new(
            format!("its content has more than the {most} bytes that are read"),
            format!("son contenu dépasse les {most} octets qui sont lus"),
        )
    };
    ReadError::new(ReadErrorKind::Limit, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    const MOST: u64 = 1 << 22;

    fn compressed(text: &[u8]) -> Vec<u8> {
        compress_to_vec(text, CompressionLevel::Fastest)
    }

    fn read(bytes: &[u8]) -> Result<Vec<u8>, ReadErrorKind> {
        content("a.json.zst", bytes, MOST).map(Cow::into_owned).map_err(|error| error.kind)
    }

    #[test]
    fn what_was_compressed_is_read() {
        let text = br#"{"schema": "aplomb.host/1"}"#.repeat(500);
        assert_eq!(read(&compressed(&text)), Ok(text.clone()));
        let twice = [compressed(&text), compressed(b"more")].concat();
        assert_eq!(read(&twice), Ok([&text[..], b"more"].concat()));
        assert_eq!(content("a.json", b"{}", MOST).map(Cow::into_owned).ok(), Some(b"{}".to_vec()));
        assert_eq!(uncompressed_name("hosts/db01.json.zst"), "hosts/db01.json");
        assert_eq!(uncompressed_name("hosts/.zst"), "hosts/.zst");
    }

    #[test]
    fn what_is_too_much_or_damaged_is_refused() {
        assert_eq!(read(b"{}"), Err(ReadErrorKind::Syntax));
        let mut damaged = compressed(&b"0123456789".repeat(50));
        let last = damaged.len() - 1;
        damaged[last] ^= 1;
        assert_eq!(read(&damaged), Err(ReadErrorKind::Syntax), "the checksum is another");
        let bomb = compressed(&vec![b' '; 8 << 20]);
        assert_eq!(read(&bomb), Err(ReadErrorKind::Limit));
        let large = compressed(&(0..2_000_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        assert_eq!(read(&large), Err(ReadErrorKind::Limit), "more than any file may have");
    }

    proptest! {
        #[test]
        fn damaged_files_are_survived(places in prop::collection::vec((0..200_usize, any::<u8>()), 0..8),
            end in 0..200_usize) {
            let mut bytes = compressed(&b"a snapshot of a host, a snapshot".repeat(40));
            for (place, byte) in places {
                let count = bytes.len();
                bytes[place % count] = byte;
            }
            bytes.truncate(end.max(4));
            let _ = read(&bytes);
        }
    }
}
