use aplomb_model::Value;

use super::Parser;
use crate::path::PathError;

/// The largest whole number a path may hold, as I-JSON (RFC 7493) has it: 2^53 - 1.
const MAX_WHOLE: i64 = (1 << 53) - 1;

impl Parser<'_> {
    /// An index or a part of a slice, if one stands here.
    pub(super) fn whole_number(&mut self) -> Result<Option<i64>, PathError> {
        let start = self.at;
        self.eat("-");
        let digits = self.eat_while(|c| c.is_ascii_digit());
        let range = start..self.at;
        if range.is_empty() {
            return Ok(None);
        }
        let written = self.slice(range.clone());
        if digits.is_empty() {
            return self.fail(range, "digits must follow `-`");
        }
        if digits.starts_with('0') && written != "0" {
            let plain = digits.trim_start_matches('0');
            let plain = if plain.is_empty() { "0" } else { plain };
            return self.fail(
                range,
                format!("a whole number has no leading zero or minus zero: write `{plain}`"),
            );
        }
        match written.parse() {
            Ok(number) if (-MAX_WHOLE..=MAX_WHOLE).contains(&number) => Ok(Some(number)),
            _ => self
                .fail(range, format!("the number is out of range: at most {MAX_WHOLE} either way")),
        }
    }

    /// A number in a filter; the caller saw its minus or first digit.
    pub(super) fn number(&mut self) -> Result<Value, PathError> {
        let start = self.at;
        self.eat("-");
        let whole = self.eat_while(|c| c.is_ascii_digit());
        if whole.is_empty() {
            return self.fail(start..self.at, "digits must follow `-`");
        }
        if whole.len() > 1 && whole.starts_with('0') {
            return self.fail(start..self.at, "a number has no leading zeros");
        }
        let mut is_whole = true;
        if self.eat(".") {
            is_whole = false;
            if self.eat_while(|c| c.is_ascii_digit()).is_empty() {
                return self.fail(start..self.at, "digits must follow the decimal point");
            }
        }
        if self.eat("e") || self.eat("E") {
            is_whole = false;
            if !self.eat("-") {
                self.eat("+");
            }
            if self.eat_while(|c| c.is_ascii_digit()).is_empty() {
                return self.fail(start..self.at, "digits must follow the exponent's `e`");
            }
        }
        let text = self.slice(start..self.at);
        let big = || Value::Big(text.into());
        if is_whole {
            let small = text.parse().map(Value::Int);
            return Ok(small.or_else(|_| text.parse().map(Value::UInt)).unwrap_or_else(|_| big()));
        }
        Ok(match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float(number),
            _ => big(),
        })
    }

    /// A text in quotes; the caller saw the opening one.
    pub(super) fn string(&mut self) -> Result<String, PathError> {
        let start = self.at;
        let quote = if self.eat("\"") { '"' } else { '\'' };
        self.at = start + 1;
        let mut text = String::new();
        loop {
            text.push_str(self.eat_while(|c| c != quote && c != '\\' && c >= ' '));
            let here = self.here();
            match self.peek() {
                Some(c) if c == quote => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape(quote)?),
                Some(c) => {
                    return self.fail(
                        here,
                        format!(
                            "control characters in quotes are escaped: write `\\u{:04x}`",
                            u32::from(c)
                        ),
                    );
                }
                None => {
                    return self.fail(
                        start..self.text.len(),
                        format!("this quote is never closed: expected `{quote}`"),
                    );
                }
            }
        }
    }

    /// An escape in a text; the caller saw the backslash.
    fn escape(&mut self, quote: char) -> Result<char, PathError> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.peek() else {
            return self.fail(start..self.at, "a character must follow `\\`");
        };
        self.at += c.len_utf8();
        let escaped = match c {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '/' | '\\' => c,
            _ if c == quote => c,
            'u' => return self.code_point(start),
            _ => {
                let advice = match c {
                    '\'' | '"' => format!("`{c}` needs no backslash within `{quote}`"),
                    'x' | 'U' => "write a code point as `\\u0041`".to_owned(),
                    _ => format!("`\\{c}` is no escape: a backslash itself is written `\\\\`"),
                };
                return self.fail(start..self.at, advice);
            }
        };
        Ok(escaped)
    }

    /// The digits of a `\u` escape, and a second one where the first is half a character.
    fn code_point(&mut self, start: usize) -> Result<char, PathError> {
        let Some(first) = self.four_digits() else {
            return self.fail(start..self.at, "four hexadecimal digits must follow `\\u`");
        };
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let second = if self.eat("\\u") { self.four_digits() } else { None };
        match second {
            Some(second @ 0xdc00..0xe000) if first < 0xdc00 => {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => self.fail(
                start..self.at,
                "this is half of a surrogate pair: write both halves, high one first, or the \
                 character itself",
            ),
        }
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}
