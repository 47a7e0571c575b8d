use regex::{Regex, RegexBuilder};

use super::budget::Budget;
use super::evaluate::Stop;

/// Largest compiled size of a pattern written in a path, in bytes.
const MAX_FIXED: usize = 1 << 22;

/// Largest compiled size of a pattern found in a document.
const MAX_COMPUTED: usize = 1 << 18;

/// How deep groups may nest in a pattern.
const MAX_NESTING: u32 = 64;

/// What compiling a pattern costs, in visits.
const COMPILATION: usize = 5_000;

/// How many computed patterns are kept compiled.
const KEPT: usize = 64;

/// Compiles a pattern that a path's author wrote, anchored at both ends where the `whole` text has
/// to match; the error says what is wrong with it.
pub(super) fn fixed(pattern: &str, whole: bool) -> Result<Regex, String> {
    compile(pattern, whole, MAX_FIXED)
}

/// The patterns met in the document so far, compiled; those that are not patterns as `None`.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    kept: Vec<Kept>,
    oldest: usize,
}

#[derive(Debug)]
struct Kept {
    pattern: Box<str>,
    whole: bool,
    regex: Option<Regex>,
}

impl Patterns {
    pub(super) fn get(
        &mut self,
        pattern: &str,
        whole: bool,
        budget: &mut Budget,
    ) -> Result<Option<&Regex>, Stop> {
        let known =
            self.kept.iter().position(|kept| kept.whole == whole && *kept.pattern == *pattern);
        let place = if let Some(place) = known {
            place
        } else {
            budget.spend(COMPILATION)?;
            budget.read(pattern.len())?;
            self.keep(Kept {
                pattern: pattern.into(),
                whole,
                regex: compile(pattern, whole, MAX_COMPUTED).ok(),
            })
        };
        Ok(self.kept.get(place).and_then(|kept| kept.regex.as_ref()))
    }

    fn keep(&mut self, pattern: Kept) -> usize {
        if self.kept.len() < KEPT {
            self.kept.push(pattern);
            return self.kept.len() - 1;
        }
        let place = self.oldest % KEPT;
        if let Some(oldest) = self.kept.get_mut(place) {
            *oldest = pattern;
        }
        self.oldest = place + 1;
        place
    }
}

fn compile(pattern: &str, whole: bool, limit: usize) -> Result<Regex, String> {
    let translated = translate(pattern, whole).ok_or("`)` closes no group")?;
    RegexBuilder::new(&translated).size_limit(limit).nest_limit(MAX_NESTING).build().map_err(
        |error| match error {
            regex::Error::CompiledTooBig(_) => {
                "too large once compiled: shorten its repetitions, or write `[0-9]` for `\\d`"
                    .to_owned()
            }
            error => {
                let text = error.to_string();
                let reason = text.rsplit("error: ").next().unwrap_or(&text);
                reason.trim().to_owned()
            }
        },
    )
}

/// The pattern in the syntax of the `regex` crate (RFC 9485 section 5): outside sets a dot
/// excludes both line ends, inside them `&` and `~` stand for themselves. Nothing for a pattern
/// that closes a group it has not opened, which would otherwise escape the anchors.
fn translate(pattern: &str, whole: bool) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    if whole {
        out.push_str(r"\A(?:");
    }
    let mut groups = 0_usize;
    let mut sets = 0_usize;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push('\\');
                out.extend(chars.next());
                continue;
            }
            '[' => {
                sets += 1;
                out.push('[');
                // A bracket or hyphens right after the opening belong to the set.
                out.extend(chars.next_if_eq(&'^'));
                if chars.peek() == Some(&'-') {
                    out.extend(std::iter::from_fn(|| chars.next_if_eq(&'-')));
                } else {
                    out.extend(chars.next_if_eq(&']'));
                }
                continue;
            }
            ']' if sets > 0 => sets -= 1,
            '&' | '~' if sets > 0 => out.push('\\'),
            '.' if sets == 0 => {
                out.push_str(r"[^\n\r]");
                continue;
            }
            '(' if sets == 0 => groups += 1,
            ')' if sets == 0 => groups = groups.checked_sub(1)?,
            _ => {}
        }
        out.push(c);
    }
    if whole {
        out.push_str(r")\z");
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_exclude_line_ends_outside_sets_only() {
        let translated = |pattern| translate(pattern, false);
        assert_eq!(translated(r"a.b").as_deref(), Some(r"a[^\n\r]b"));
        assert_eq!(translated(r"a[.]\.").as_deref(), Some(r"a[.]\."));
        assert_eq!(translated(r"[\].].").as_deref(), Some(r"[\].][^\n\r]"));
        assert_eq!(translated(r"[-].").as_deref(), Some(r"[-][^\n\r]"));
        assert_eq!(translated(r"[^]].").as_deref(), Some(r"[^]][^\n\r]"));
    }

    #[test]
    fn operators_on_sets_are_plain_characters() {
        let regex = fixed("[a&&b~~c]+", true).expect("a pattern");
        assert!(regex.is_match("a&b~c"));
        assert!(!regex.is_match("d"));
    }

    #[test]
    fn a_stray_parenthesis_does_not_escape_the_anchors() {
        assert!(fixed("a)|(?:b", true).is_err());
        assert!(fixed("a|b", true).is_ok_and(|regex| !regex.is_match("ax")));
    }

    #[test]
    fn patterns_too_large_are_refused() {
        let error = fixed(r"(\w{200}){200}", false).expect_err("too large");
        assert!(error.starts_with("too large"), "{error}");
        assert!(fixed(r"\w{1,63}", true).is_ok());
        assert!(fixed(&"(".repeat(10_000), false).is_err());
    }

    #[test]
    fn computed_patterns_are_compiled_once_and_forgotten_in_turn() {
        let mut patterns = Patterns::default();
        let mut budget = Budget::new(usize::MAX);
        for round in 0..3 * KEPT {
            let pattern = format!("a{round}");
            let regex = patterns.get(&pattern, true, &mut budget).expect("budget");
            assert!(regex.is_some_and(|regex| regex.is_match(&pattern)));
        }
        assert_eq!(patterns.kept.len(), KEPT);
        let mut small = Budget::new(COMPILATION);
        let last = format!("a{}", 3 * KEPT - 1);
        assert!(patterns.get(&last, true, &mut small).is_ok());
        assert!(patterns.get("new", true, &mut small).is_err());
    }
}
