use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree};

use super::{APT_SOURCES, Source};
use crate::piece::{Piece, list, named};
use crate::problems::Problems;
use crate::{Input, ReadError};

/// Reads stanzas of `Field: value` lines, which blank lines part.
pub(super) fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    let mut stanza: Vec<Field<'_>> = Vec::new();
    let mut sources = Vec::new();
    let mut end = |stanza: &mut Vec<Field<'_>>, problems: &mut Problems| {
        if stanza.is_empty() {
            return;
        }
        let source = source(std::mem::take(stanza));
        match source.check() {
            Ok(()) => sources.push(source.into_node()),
            Err((span, message)) => problems.add(span, message),
        }
    };
    for line in Piece::whole(input.source.text()).lines() {
        if let Some(comment) = line.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
        } else if line.trim().is_empty() {
            end(&mut stanza, &mut problems);
        } else if line.text().starts_with([' ', '\t']) {
            match stanza.last_mut() {
                Some(field) => field.lines.push(line.trim()),
                None => problems.add(line.trim().span(), no_field()),
            }
        } else if let Some((name, value)) = line.split_once(&[':']) {
            stanza.push(Field { name: name.trim_end(), lines: vec![value.trim()] });
        } else {
            problems.add(line.span(), no_field());
        }
    }
    end(&mut stanza, &mut problems);
    input.tree(&APT_SOURCES, vec![named("sources", list(sources))], comments, problems)
}

/// A field and the lines of its value.
struct Field<'a> {
    name: Piece<'a>,
    lines: Vec<Piece<'a>>,
}

impl Field<'_> {
    fn words(&self) -> Vec<Node> {
        self.lines.iter().flat_map(|line| line.words()).map(Piece::node).collect()
    }

    /// The value of `Signed-By`: files or fingerprints, or a whole key.
    fn keys(&self) -> Vec<Node> {
        let lines = || self.lines.iter().filter(|line| !line.is_empty());
        if !lines().any(|line| line.text().starts_with("-----BEGIN")) {
            let parts = self.lines.iter().flat_map(|line| line.words()).flat_map(|w| w.parts(','));
            return parts.map(Piece::node).collect();
        }
        let span = lines().map(|line| line.span()).reduce(Span::cover).unwrap_or_default();
        let text: Vec<_> = lines().map(|line| line.text()).collect();
        vec![Node::text(span, text.join("\n"))]
    }

    fn span(&self) -> Span {
        self.lines.iter().map(|line| line.span()).fold(self.name.span(), Span::cover)
    }
}

fn source(fields: Vec<Field<'_>>) -> Source {
    let span = fields.iter().map(Field::span).reduce(Span::cover).unwrap_or_default();
    let mut source = Source { span, ..Source::default() };
    for field in fields {
        let name = field.name.text().to_ascii_lowercase();
        match name.as_str() {
            "types" => source.types = field.words(),
            "uris" => source.uris = field.words(),
            "suites" => source.suites = field.words(),
            "components" => source.components = field.words(),
            "enabled" => {
                let words = field.words();
                let Some(word) = words.first() else { continue };
                let text = word.as_str().unwrap_or_default().to_ascii_lowercase();
                let off = ["no", "false", "without", "off", "disable"].contains(&text.as_str());
                source.enabled = Some((word.span, !off));
            }
            _ => source.options.push(Member {
                key: short(&name).into(),
                key_span: field.name.span(),
                value: list(if name == "signed-by" { field.keys() } else { field.words() }),
            }),
        }
    }
    source
}

/// The name of a field in the one-line style.
fn short(name: &str) -> String {
    let (name, sign) = match (name.strip_suffix("-add"), name.strip_suffix("-remove")) {
        (Some(name), _) => (name, "+"),
        (_, Some(name)) => (name, "-"),
        _ => (name, ""),
    };
    let name = match name {
        "architectures" => "arch",
        "languages" => "lang",
        "targets" => "target",
        other => other,
    };
    format!("{name}{sign}")
}

fn no_field() -> Phrase {
    Phrase::new(
        "this line is no field of a source; write `Field: value`, continued lines indented",
        "cette ligne n'est pas un champ de source ; écrire « Champ: valeur », la suite en retrait",
    )
}
