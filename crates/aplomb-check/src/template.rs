//! Messages with placeholders: `{key} listens on {left.subject}`.

use aplomb_model::{Phrase, Span};

use crate::expression::{Expression, ExpressionError, Scope};

/// Characters of a value that a message shows.
const LONGEST_VALUE: usize = 200;

/// A message whose `{…}` are expressions; `{{` and `}}` stand for braces.
#[derive(Debug)]
pub(crate) struct Template {
    en: Vec<Segment>,
    fr: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Text(String),
    Value { expression: Expression },
}

impl Template {
    /// Compiles both languages of a message. A mistake's span lies in the language's text.
    pub(crate) fn compile(
        message: &Phrase,
        variables: &[&'static str],
    ) -> Result<Self, ExpressionError> {
        Ok(Self { en: segments(&message.en, variables)?, fr: segments(&message.fr, variables)? })
    }

    /// The message with its values filled in; a value that is not there is shown as `?`.
    pub(crate) fn fill(&self, scope: &Scope<'_>) -> Phrase {
        Phrase::new(fill(&self.en, scope), fill(&self.fr, scope))
    }
}

fn fill(segments: &[Segment], scope: &Scope<'_>) -> String {
    let mut text = String::new();
    for segment in segments {
        match segment {
            Segment::Text(part) => text.push_str(part),
            Segment::Value { expression } => match expression.evaluate(scope) {
                Ok(node) => text.push_str(&shortened(shown(&node))),
                Err(_) => text.push('?'),
            },
        }
    }
    text
}

/// A value as a message shows it: scalars as text, lists joined with commas.
pub(crate) fn shown(node: &aplomb_model::Node) -> String {
    node.scalar_text().unwrap_or_else(|| {
        let items = node.items().iter().map(shown).collect::<Vec<_>>();
        let members = node.members().iter();
        let members = members.map(|m| format!("{}: {}", m.key, shown(&m.value)));
        items.into_iter().chain(members).collect::<Vec<_>>().join(", ")
    })
}

/// A value for a message: what is judged may hold a whole file where a name belongs, and what was
/// cut can be read in the evidence.
pub(crate) fn shortened(mut value: String) -> String {
    if let Some((end, _)) = value.char_indices().nth(LONGEST_VALUE) {
        value.truncate(end);
        value.push('…');
    }
    value
}

fn segments(text: &str, variables: &[&'static str]) -> Result<Vec<Segment>, ExpressionError> {
    let mut segments = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['{', '}']) {
        let brace = at + found;
        literal.push_str(&text[at..brace]);
        let doubled = text[brace..].starts_with("{{") || text[brace..].starts_with("}}");
        if doubled {
            literal.push_str(&text[brace..=brace]);
            at = brace + 2;
            continue;
        }
        let close = text[brace..].find('}').map(|length| brace + length);
        let Some(close) = close.filter(|_| text[brace..].starts_with('{')) else {
            return Err(ExpressionError {
                message: "a brace stands alone in this message".into(),
                help: Some("write `{{` or `}}` for a brace, `{expression}` for a value".into()),
                span: Span::from_range(brace..brace + 1),
            });
        };
        if !literal.is_empty() {
            segments.push(Segment::Text(std::mem::take(&mut literal)));
        }
        let expression =
            Expression::compile(&text[brace + 1..close], variables).map_err(|mut error| {
                error.span = error.span.shifted(brace as u32 + 1);
                error
            })?;
        segments.push(Segment::Value { expression });
        at = close + 1;
    }
    literal.push_str(&text[at..]);
    if !literal.is_empty() {
        segments.push(Segment::Text(literal));
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_values_are_shortened_and_others_are_not() {
        let whole = "é".repeat(LONGEST_VALUE);
        assert_eq!(shortened(whole.clone()), whole);
        assert_eq!(shortened("é".repeat(40_000)), format!("{whole}…"));
    }

    #[test]
    fn every_value_of_a_message_is_bounded() {
        let message = Phrase::same("{node} and {node}, always");
        let template = Template::compile(&message, &["node"]).expect("well-formed");
        let node = aplomb_model::Node::text(Span::default(), "x".repeat(40_000));
        let filled = template
            .fill(&Scope::new(chrono::DateTime::UNIX_EPOCH.fixed_offset()).with("node", &node));
        let x = "x".repeat(LONGEST_VALUE);
        assert_eq!(filled.en, format!("{x}… and {x}…, always"));
    }
}
