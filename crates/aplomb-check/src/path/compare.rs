use std::cmp::Ordering;

use aplomb_model::{Member, Node, Value};

use super::ast::Operator;
use super::budget::Budget;
use super::evaluate::Stop;

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operand<'v> {
    /// No value at all, which is not `null`.
    Nothing,
    Value(&'v Value),
    /// What `length` and `count` give.
    Number(usize),
}

impl<'v> Operand<'v> {
    pub(super) fn of(node: Option<&'v Node>) -> Self {
        node.map_or(Self::Nothing, |node| Self::Value(&node.value))
    }
}

/// Whether a comparison is true (RFC 9535 section 2.3.5.2.2).
pub(super) fn holds(
    operator: Operator,
    left: Operand<'_>,
    right: Operand<'_>,
    budget: &mut Budget,
) -> Result<bool, Stop> {
    match operator {
        Operator::Equal => equal(left, right, budget),
        Operator::NotEqual => Ok(!equal(left, right, budget)?),
        Operator::Less => less(left, right, budget),
        Operator::Greater => less(right, left, budget),
        Operator::LessOrEqual => Ok(less(left, right, budget)? || equal(left, right, budget)?),
        Operator::GreaterOrEqual => Ok(less(right, left, budget)? || equal(left, right, budget)?),
    }
}

fn equal(left: Operand<'_>, right: Operand<'_>, budget: &mut Budget) -> Result<bool, Stop> {
    match (left, right) {
        (Operand::Nothing, Operand::Nothing) => Ok(true),
        (Operand::Nothing, _) | (_, Operand::Nothing) => Ok(false),
        (Operand::Value(left), Operand::Value(right)) => same(left, right, budget),
        _ => Ok(order(left, right) == Some(Ordering::Equal)),
    }
}

/// Texts are ordered by code point, which is the order of their UTF-8 bytes; numbers by value;
/// nothing else is ordered.
fn less(left: Operand<'_>, right: Operand<'_>, budget: &mut Budget) -> Result<bool, Stop> {
    if let (Operand::Value(Value::Text(left)), Operand::Value(Value::Text(right))) = (left, right) {
        budget.read(left.len().min(right.len()))?;
        return Ok(left < right);
    }
    Ok(order(left, right) == Some(Ordering::Less))
}

/// Recurses as deep as the shallower of the values.
fn same(left: &Value, right: &Value, budget: &mut Budget) -> Result<bool, Stop> {
    match (left, right) {
        (Value::Null, Value::Null) => Ok(true),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Text(left), Value::Text(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            budget.read(left.len())?;
            Ok(left == right)
        }
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right) {
                budget.spend(1)?;
                if !same(&left.value, &right.value, budget)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::Map(left), Value::Map(right)) => {
            budget.spend(left.len() + right.len())?;
            let (left, right) = (sorted(left), sorted(right));
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.into_iter().zip(right) {
                if left.key != right.key || !same(&left.value.value, &right.value.value, budget)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => {
            let order = order(Operand::Value(left), Operand::Value(right));
            Ok(order == Some(Ordering::Equal))
        }
    }
}

/// The order of two numbers; nothing where one of the operands is none.
fn order(left: Operand<'_>, right: Operand<'_>) -> Option<Ordering> {
    Number::of(left)?.order(Number::of(right)?)
}

/// The members that count, by key: of duplicates the last.
fn sorted(members: &[Member]) -> Vec<&Member> {
    let mut sorted: Vec<&Member> = members.iter().rev().collect();
    sorted.sort_by(|left, right| left.key.cmp(&right.key));
    sorted.dedup_by(|later, earlier| later.key == earlier.key);
    sorted
}

/// A number as it was written, as far as a machine type holds it.
#[derive(Clone, Copy, Debug)]
enum Number<'v> {
    Whole(i128),
    Float(f64),
    Big(&'v str),
}

impl<'v> Number<'v> {
    fn of(operand: Operand<'v>) -> Option<Self> {
        match operand {
            Operand::Number(number) => Some(Self::Whole(i128::try_from(number).ok()?)),
            Operand::Value(Value::Int(number)) => Some(Self::Whole((*number).into())),
            Operand::Value(Value::UInt(number)) => Some(Self::Whole((*number).into())),
            Operand::Value(Value::Float(number)) => Some(Self::Float(*number)),
            Operand::Value(Value::Big(text)) => Some(Self::Big(text)),
            _ => None,
        }
    }

    /// By value and without rounding; nothing where one of them is not a number.
    fn order(self, other: Number<'_>) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(left), Number::Whole(right)) => Some(left.cmp(&right)),
            (Self::Float(left), Number::Float(right)) => left.partial_cmp(&right),
            (Self::Whole(left), Number::Float(right)) => whole_to_float(left, right),
            (Self::Float(left), Number::Whole(right)) => {
                whole_to_float(right, left).map(Ordering::reverse)
            }
            (Self::Float(left), Number::Big(_)) if left.is_infinite() => left.partial_cmp(&0.0),
            (Self::Big(_), Number::Float(right)) if right.is_infinite() => 0.0.partial_cmp(&right),
            (left, right) => Some(left.decimal()?.cmp(&right.decimal()?)),
        }
    }

    /// A float with a fraction counts here as the shortest decimal that reads back as it, which is
    /// nearly always how it was written.
    fn decimal(self) -> Option<Decimal> {
        match self {
            Self::Whole(number) => Decimal::parse(&number.to_string()),
            Self::Float(number) => {
                let whole = number as i128;
                if whole_to_float(whole, number) == Some(Ordering::Equal) {
                    return Decimal::parse(&whole.to_string());
                }
                Decimal::parse(&format!("{number:e}"))
            }
            Self::Big(text) => Decimal::parse(text),
        }
    }
}

fn whole_to_float(whole: i128, float: f64) -> Option<Ordering> {
    /// Below 2^127 and above any whole number of ours.
    const LIMIT: f64 = 1.0e38;
    if float >= LIMIT {
        return Some(Ordering::Less);
    }
    if float <= -LIMIT {
        return Some(Ordering::Greater);
    }
    let floor = float.trunc();
    let fraction = 0.0.partial_cmp(&(float - floor))?;
    Some(whole.cmp(&(floor as i128)).then(fraction))
}

/// A decimal number of any size: 0.d₁d₂d₃… × 10^scale, without zeros at either end.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    scale: i64,
    digits: Vec<u8>,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        if all().next().is_none() || !all().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let zeros = all().take_while(|byte| *byte == b'0').count();
        let mut digits: Vec<u8> = all().skip(zeros).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Some(Self { negative: false, scale: 0, digits });
        }
        let shift = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Self { negative, scale: exponent.saturating_add(shift), digits })
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |decimal: &Self| match (decimal.digits.is_empty(), decimal.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = self.scale.cmp(&other.scale).then_with(|| self.digits.cmp(&other.digits));
        let size = if self.negative { size.reverse() } else { size };
        sign(self).cmp(&sign(other)).then(size)
    }
}

/// Exponents beyond 64 bits are as good as infinite.
fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let beyond = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.parse().unwrap_or(beyond))
}
