//! JSON Schema 2020-12 over the tree in place.
//!
//! Validation is the `jsonschema` crate's, run on our own nodes without conversion. Around it stand
//! what rules need: keywords no schema knows are refused instead of ignored, since a demand that is
//! passed over is a false green; keywords and formats for versions, dates, durations, quantities and
//! networks; and violations that name the very node at fault, in both languages.

mod author;
mod keywords;
mod message;
mod representation;

use aplomb_model::{Mistake, Node, Phrase, Span};
use chrono::{DateTime, Utc};
use jsonschema::{Draft, PatternOptions, Validator};

use representation::Spanned;

pub(crate) use representation::value as json;

/// A pattern's backtracking steps; one that needs more is reported, never taken for a match.
const BACKTRACK_LIMIT: usize = 100_000;
/// Memory a compiled pattern may take, in bytes.
const PATTERN_SIZE: usize = 4 * 1024 * 1024;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    validator: Validator<Spanned>,
}

/// What a schema is compiled with.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The moment judged as of, which `now` means in `after` and `before`.
    pub now: DateTime<Utc>,
}

/// One demand of a schema that a node does not meet.
#[derive(Clone, Debug)]
pub struct Violation<'n> {
    /// The node at fault; where something is missing, the map it is missing from.
    pub node: &'n Node,
    /// Where the node's key stands, if it is a member's value.
    pub key_span: Option<Span>,
    /// What was expected and what was found.
    pub message: Phrase,
    /// Whether nothing was found out: a pattern was too costly to try.
    pub gave_up: bool,
}

impl Schema {
    /// Compiles a schema that was written in a standard.
    ///
    /// # Errors
    /// All that is wrong with it, each with the span of the offending part.
    pub fn compile(schema: &Node, options: &Options) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        author::check(schema, options, &mut mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let mut builder = jsonschema::options_for::<Spanned>()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false)
            .with_pattern_options(
                PatternOptions::fancy_regex()
                    .backtrack_limit(BACKTRACK_LIMIT)
                    .size_limit(PATTERN_SIZE),
            )
            .offline();
        for (name, check) in keywords::FORMATS {
            builder = builder.with_format(*name, *check);
        }
        for keyword in keywords::KEYWORDS {
            builder = builder.with_keyword(keyword.name, keyword.factory(*options));
        }
        let mut written = representation::value(schema);
        author::type_by_keywords(&mut written);
        let built = builder.build(&written);
        built.map(|validator| Self { validator }).map_err(|error| {
            let place = representation::at(schema, error.instance_path().as_str());
            let span = place.map_or(schema.span, |(node, _)| node.span);
            vec![Mistake::new(span, format!("not a valid schema: {error}"), "here")]
        })
    }

    /// Whether a node meets the schema.
    pub fn is_valid(&self, node: &Node) -> bool {
        self.validator.is_valid(node)
    }

    /// All demands that a node does not meet, in the schema's order.
    pub fn violations<'n>(&self, node: &'n Node) -> Vec<Violation<'n>> {
        let errors = self.validator.iter_errors(node);
        let violations = errors.map(|error| {
            let place = representation::at(node, error.instance_path().as_str());
            let (at, key_span) = place.unwrap_or((node, None));
            let (message, gave_up) =
                (message::phrase(error.kind(), at), message::gave_up(error.kind()));
            Violation { node: at, key_span, message, gave_up }
        });
        violations.collect()
    }
}

#[cfg(test)]
mod tests;
