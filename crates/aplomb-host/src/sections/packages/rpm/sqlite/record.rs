//! Records: a header of types, then the values (section 2.1 of the format).

/// A value of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    /// A number with a fraction; nothing here has one.
    Float,
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

/// The first `count` columns of a record; `None` where it has fewer, or is damaged.
pub(super) fn columns(record: &[u8], count: usize) -> Option<Vec<Value<'_>>> {
    let (size, types) = varint(record)?;
    let size = usize::try_from(size).ok()?;
    let mut types = types.get(..size.checked_sub(record.len() - types.len())?)?;
    let mut values = record.get(size..)?;
    let mut columns = Vec::with_capacity(count);
    for _ in 0..count {
        let (kind, rest) = varint(types)?;
        types = rest;
        let width = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            12.. => (kind - 12) / 2,
            _ => return None,
        };
        let (bytes, rest) = values.split_at_checked(usize::try_from(width).ok()?)?;
        values = rest;
        columns.push(match kind {
            0 => Value::Null,
            1..=6 => Value::Int(int(bytes)),
            7 => Value::Float,
            8 | 9 => Value::Int(kind - 8),
            _ if kind % 2 == 0 => Value::Blob(bytes),
            _ => Value::Text(bytes),
        });
    }
    Some(columns)
}

/// A number with a sign in as many bytes as there are, the most significant first.
fn int(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte))
}

/// A number of one to nine bytes, seven bits each but for the ninth, and what follows it.
pub(super) fn varint(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut number: i64 = 0;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        let rest = &bytes[at + 1..];
        if at == 8 {
            return Some((number << 8 | i64::from(*byte), rest));
        }
        number = number << 7 | i64::from(byte & 0x7f);
        if *byte < 0x80 {
            return Some((number, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_format() {
        assert_eq!(varint(&[0x7f, 9]), Some((127, &[9][..])));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, &[][..])));
        assert_eq!(varint(&[0xff; 9]), Some((-1, &[][..])));
        assert_eq!(varint(&[0xff; 8]), None);
        assert_eq!(varint(&[]), None);
        assert_eq!((int(&[0xff]), int(&[0x01, 0x00]), int(&[])), (-1, 256, 0));
    }

    #[test]
    fn columns_are_those_of_the_header() {
        // Null, two bytes, one, "ab", three bytes of blob.
        let record = [6, 0, 2, 9, 17, 18, 0xff, 0xfe, b'a', b'b', 1, 2, 3];
        let expected = [
            Value::Null,
            Value::Int(-2),
            Value::Int(1),
            Value::Text(b"ab"),
            Value::Blob(&[1, 2, 3]),
        ];
        assert_eq!(columns(&record, 5).as_deref(), Some(&expected[..]));
        assert_eq!(columns(&record, 6), None, "there are five");
        assert_eq!(columns(&record[..12], 5), None, "the last is cut short");
        assert_eq!(columns(&[2, 10], 1), None, "a type that is reserved");
    }
}
