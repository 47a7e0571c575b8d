use std::cmp::Ordering;

use super::number::{leading, plain_spaces};

/// What a quantity measures, as far as its unit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// A number with no unit at all.
    Plain,
    /// A number with a decimal prefix and no unit (`500m`, `2G`): what it measures depends on where
    /// it stands, as in Kubernetes.
    Scaled,
    /// Bytes.
    Bytes,
    /// Bits a second.
    BitRate,
    /// Processors or cores.
    Cpu,
    /// A share of one: `99,8 %` is 0.998.
    Ratio,
}

/// An amount in the base unit of its dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// How many: bytes, bits a second, cores, a share of one, or just a number.
    pub value: f64,
    /// Of what.
    pub dimension: Dimension,
}

impl Quantity {
    /// Which of two is larger; `None` where they do not measure the same thing. A decimal prefix
    /// without a unit goes with bytes and with processors; a bare number goes with processors
    /// only, for `16` beside `8 GiB` is a unit forgotten.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        use Dimension::{Bytes, Cpu, Plain, Scaled};
        let comparable = self.dimension == other.dimension
            || matches!(
                (self.dimension, other.dimension),
                (Scaled, Plain | Bytes | Cpu)
                    | (Plain | Bytes | Cpu, Scaled)
                    | (Plain, Cpu)
                    | (Cpu, Plain)
            );
        comparable.then(|| self.value.partial_cmp(&other.value)).flatten()
    }
}

/// Reads an amount: a quantity of Kubernetes (`500m`, `1Gi`, `1e3`), a number as people write it
/// (`1 200`), bytes (`16 GiB`, `128 Go`), rates (`10 Gbit/s`), processors (`4 vCPU`), percentages.
///
/// Decimal prefixes are powers of 1000 (`Go`, `GB`), binary ones of 1024 (`Gio`, `GiB`, `Gi`), as
/// IEC 80000-13 has them. Bits and bytes cannot be told apart in `Gb`, which is refused, and so is
/// `1,200`, which is a thousand to some and one and a fifth to others.
pub fn quantity(text: &str) -> Option<Quantity> {
    let text = plain_spaces(text).replace('\u{2212}', "-");
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(&text)),
    };
    let number = leading(unsigned)?;
    let (value, rest) = match exponent(number.rest) {
        Some((power, rest)) => (number.value * 10_f64.powi(power), rest),
        None => (number.value, number.rest),
    };
    let (factor, dimension) = unit(rest.trim_start(), rest.starts_with(' '))?;
    let value = sign * value * factor;
    // No percentage has a separator of thousands: `99,999 %` is what it looks like.
    let is_clear = !number.is_ambiguous || dimension == Dimension::Ratio;
    (is_clear && value.is_finite()).then_some(Quantity { value, dimension })
}

/// `e3` and `E-3`, which are not the prefix `E`.
fn exponent(text: &str) -> Option<(i32, &str)> {
    let after = text.strip_prefix(['e', 'E'])?;
    let (is_negative, digits) = match after.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, after.strip_prefix('+').unwrap_or(after)),
    };
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let power: i32 = digits.get(..digits.len() - rest.len())?.parse().ok()?;
    Some((if is_negative { -power } else { power }, rest))
}

const DECIMAL: [(char, i32); 10] = [
    ('n', -9),
    ('u', -6),
    ('m', -3),
    ('k', 3),
    ('K', 3),
    ('M', 6),
    ('G', 9),
    ('T', 12),
    ('P', 15),
    ('E', 18),
];

fn unit(unit: &str, is_apart: bool) -> Option<(f64, Dimension)> {
    let whole = match unit {
        "" => Some((1.0, Dimension::Plain)),
        "%" => Some((0.01, Dimension::Ratio)),
        "B" | "o" => Some((1.0, Dimension::Bytes)),
        _ => match unit.to_lowercase().as_str() {
            "octet" | "octets" | "byte" | "bytes" => Some((1.0, Dimension::Bytes)),
            "cpu" | "cpus" | "vcpu" | "vcpus" | "core" | "cores" | "coeur" | "coeurs" | "cœur"
            | "cœurs" => Some((1.0, Dimension::Cpu)),
            _ => None,
        },
    };
    if whole.is_some() {
        return whole;
    }
    let prefix = unit.chars().next()?;
    let rest = unit.strip_prefix(prefix)?;
    let binary = rest.strip_prefix('i');
    match (binary, binary.unwrap_or(rest)) {
        (Some(_), "" | "B" | "o") => Some((1024_f64.powi(steps(prefix)?), Dimension::Bytes)),
        // `5 m` are metres or minutes; only glued to its number is a letter alone a prefix.
        (None, "") if !is_apart => Some((decimal(prefix)?, Dimension::Scaled)),
        (None, "B" | "o" | "O") => Some((1000_f64.powi(steps(prefix)?), Dimension::Bytes)),
        (None, "bit/s" | "bits/s" | "b/s" | "bps") => {
            Some((1000_f64.powi(steps(prefix)?), Dimension::BitRate))
        }
        _ => None,
    }
}

fn decimal(prefix: char) -> Option<f64> {
    DECIMAL.iter().find(|(name, _)| *name == prefix).map(|(_, power)| 10_f64.powi(*power))
}

/// How many times a prefix multiplies; for a unit of memory a small letter means the large one.
fn steps(prefix: char) -> Option<i32> {
    match prefix.to_ascii_lowercase() {
        'k' => Some(1),
        'm' => Some(2),
        'g' => Some(3),
        't' => Some(4),
        'p' => Some(5),
        'e' => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: f64 = 1_073_741_824.0;

    #[test]
    fn quantities_people_write() {
        use Dimension::{BitRate, Bytes, Cpu, Plain, Ratio, Scaled};
        for (text, value, dimension) in [
            ("42", 42.0, Plain),
            ("-3.5", -3.5, Plain),
            ("1 200", 1_200.0, Plain),
            ("1\u{202f}200", 1_200.0, Plain),
            ("1e3", 1_000.0, Plain),
            ("1.5E-1", 0.15, Plain),
            ("500m", 0.5, Scaled),
            ("2k", 2_000.0, Scaled),
            ("1G", 1e9, Scaled),
            ("2E", 2e18, Scaled),
            ("1Gi", GIB, Bytes),
            ("512Mi", GIB / 2.0, Bytes),
            ("1Ei", GIB * GIB, Bytes),
            ("16 GiB", 16.0 * GIB, Bytes),
            ("16 Gio", 16.0 * GIB, Bytes),
            ("128 Go", 128e9, Bytes),
            ("128\u{a0}Go", 128e9, Bytes),
            ("900 GB", 900e9, Bytes),
            ("1,5 To", 1.5e12, Bytes),
            ("64 kB", 64e3, Bytes),
            ("512 octets", 512.0, Bytes),
            ("10 Gbit/s", 1e10, BitRate),
            ("100 Mb/s", 1e8, BitRate),
            ("4 vCPU", 4.0, Cpu),
            ("8 cœurs", 8.0, Cpu),
            ("99,8 %", 0.998, Ratio),
            ("99,999 %", 0.999_99, Ratio),
            ("80%", 0.8, Ratio),
        ] {
            let read = quantity(text).unwrap_or_else(|| panic!("{text} is a quantity"));
            let close = (read.value - value).abs() <= value.abs() * 1e-12;
            assert!(close && read.dimension == dimension, "{text}: {read:?}");
        }
    }

    #[test]
    fn texts_that_are_no_quantity() {
        for text in [
            "",
            "many",
            "1 2",
            "1,200",
            "16 Gb",
            "5 m",
            "1 Xo",
            "Gi",
            "1GiX",
            "e3",
            "1e999",
            "1 200 300 4",
            "--1",
            "1iB",
            "% 80",
            "1 é",
        ] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    #[test]
    fn only_like_is_compared_with_like() {
        for (left, right, order) in [
            ("1Gi", "1 GB", Some(Ordering::Greater)),
            ("1G", "1Gi", Some(Ordering::Less)),
            ("500m", "1", Some(Ordering::Less)),
            ("4", "4 vCPU", Some(Ordering::Equal)),
            ("16", "8 GiB", None),
            ("80", "50 %", None),
            ("1 GB", "1 vCPU", None),
        ] {
            let read = |text| quantity(text).expect("a quantity");
            assert_eq!(read(left).compare(&read(right)), order, "{left} and {right}");
        }
    }
}
