use aplomb_model::{Encoding, Phrase, Source};
use encoding_rs::WINDOWS_1252;

use crate::{ReadError, ReadErrorKind};

/// Turns the bytes of the file `name` into text.
///
/// UTF-8 with or without byte order mark; UTF-16 by its byte order mark; otherwise Windows-1252,
/// if that gives plausible text. The mark itself is not part of the text.
///
/// # Errors
/// [`ReadErrorKind::Encoding`], naming the offset of the first byte that is wrong: binary data, an
/// odd or unpaired UTF-16 unit, or UTF-8 that is damaged rather than some other encoding.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Source, ReadError> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => return utf16(name, rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf16(name, rest, u16::from_be_bytes),
        _ => {}
    }
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(binary(offset));
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            text.drain(..mark);
            Ok(Source::new(name, text))
        }
        Err(error) => {
            let first = error.utf8_error().valid_up_to();
            windows_1252(name, error.as_bytes(), first)
        }
    }
}

fn utf16(name: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Source, ReadError> {
    const MARK: usize = 2;
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = MARK;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match decoded {
            Ok('\0') => return Err(binary(offset)),
            Ok(character) => {
                offset += 2 * character.len_utf16();
                text.push(character);
            }
            Err(_) => return Err(broken_utf16(offset)),
        }
    }
    if !odd.is_empty() {
        return Err(broken_utf16(offset));
    }
    Ok(Source::with_encoding(name, text, Encoding::Utf16))
}

fn windows_1252(name: &str, bytes: &[u8], first_bad: usize) -> Result<Source, ReadError> {
    if let Some(offset) = bytes.iter().position(|&byte| is_no_text(byte)) {
        return Err(binary(offset));
    }
    let (valid, invalid) = count_sequences(bytes);
    if valid > invalid {
        return Err(damaged_utf8(first_bad, bytes));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(Source::with_encoding(name, text.into_owned(), Encoding::Windows1252))
}

/// Control characters that no text file holds, and the five bytes Windows-1252 leaves undefined.
const fn is_no_text(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)
        || matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

/// How many multi-byte UTF-8 sequences are well formed, and how many places are not. Text in
/// Windows-1252 hits a well-formed one now and then by accident (`É` before a no-break space);
/// damaged UTF-8 consists of them.
fn count_sequences(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(valid, invalid), chunk| {
        let more = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (valid + more, invalid + usize::from(!chunk.invalid().is_empty()))
    })
}

fn binary(offset: usize) -> ReadError {
    ReadError::new(
        ReadErrorKind::Encoding,
        Phrase::new(
            format!(
                "this is not text: byte {offset} is a control character; deliver a text file in UTF-8"
            ),
            format!(
                "ce n'est pas du texte : l'octet {offset} est un caractère de contrôle ; livrer un fichier texte en UTF-8"
            ),
        ),
    )
}

fn broken_utf16(offset: usize) -> ReadError {
    ReadError::new(
        ReadErrorKind::Encoding,
        Phrase::new(
            format!("invalid UTF-16 at byte {offset}: half a character; save the file as UTF-8"),
            format!(
                "UTF-16 invalide à l'octet {offset} : moitié de caractère ; enregistrer le fichier en UTF-8"
            ),
        ),
    )
}

fn damaged_utf8(offset: usize, bytes: &[u8]) -> ReadError {
    let byte = bytes.get(offset);
    let shown = byte.map(|byte| format!("0x{byte:02X}")).unwrap_or_default();
    ReadError::new(
        ReadErrorKind::Encoding,
        Phrase::new(
            format!(
                "invalid UTF-8 at byte {offset} ({shown}), while the rest is UTF-8: the file is damaged or mixes encodings; export it again as UTF-8"
            ),
            format!(
                "UTF-8 invalide à l'octet {offset} ({shown}) alors que le reste est en UTF-8 : le fichier est abîmé ou mélange deux encodages ; l'exporter à nouveau en UTF-8"
            ),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<(String, Encoding), String> {
        decode("a.csv", bytes.to_vec())
            .map(|source| (source.text().to_owned(), source.encoding()))
            .map_err(|error| error.to_string())
    }

    fn offset(bytes: &[u8]) -> String {
        let message = decoded(bytes).expect_err("these bytes are no text");
        let from = message.find("byte ").expect("the message names the byte") + 5;
        message.chars().skip(from).take_while(char::is_ascii_digit).collect()
    }

    #[test]
    fn utf8_loses_only_its_mark() {
        assert_eq!(decoded("\u{feff}é".as_bytes()), Ok(("é".into(), Encoding::Utf8)));
        assert_eq!(decoded(b""), Ok((String::new(), Encoding::Utf8)));
    }

    #[test]
    fn utf16_is_recognised_by_its_mark() {
        let expected = Ok(("é𝄞\n".to_owned(), Encoding::Utf16));
        let units: Vec<u16> = "é𝄞\n".encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decoded(&[b"\xff\xfe", &little[..]].concat()), expected);
        assert_eq!(decoded(&[b"\xfe\xff", &big[..]].concat()), expected);
    }

    #[test]
    fn windows_1252_becomes_text() {
        let expected = ("Référence ; 5 €".to_owned(), Encoding::Windows1252);
        assert_eq!(decoded(b"R\xe9f\xe9rence ; 5 \x80"), Ok(expected));
    }

    #[test]
    fn capitals_before_a_no_break_space_are_still_windows_1252() {
        let (text, encoding) = decoded(b"S\xc9CURIT\xc9\xa0: \xe9lev\xe9e").expect("is text");
        assert_eq!(text, "SÉCURITÉ\u{a0}: élevée");
        assert_eq!(encoding, Encoding::Windows1252);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_offset() {
        assert_eq!(offset(b"ab\0c"), "2");
        assert_eq!(offset(b"\xe9\x01"), "1");
        assert_eq!(offset(b"\xff\xfea\0b"), "4");
        assert_eq!(offset(b"\xff\xfe\x00\xd8a\x00"), "2");
        assert_eq!(offset("éééé".as_bytes().split_last().expect("long").1), "6");
    }
}
