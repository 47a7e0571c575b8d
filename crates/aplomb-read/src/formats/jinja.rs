use std::sync::Arc;

use aplomb_model::{Comment, Source, Tree};

use self::mask::{Construct, mask};
use crate::format::detect;
use crate::formats::TEXT;
use crate::{Format, Input, ReadError};

mod mask;
mod restore;
#[cfg(test)]
mod tests;

pub(crate) const JINJA: Format = Format {
    id: "jinja",
    summary: "A Jinja template, read as what it will become",
    docs: "The tree is that of the format the name says without `.j2`: `app.yml.j2` is read as \
        YAML, and says so. Expressions `{{ … }}`, and statements `{% … %}` inside a line, are part \
        of the text they stand in, as written; a value that holds one is text, whatever it will \
        become. Lines of statements and comments are skipped, so that all branches of an `{% if \
        %}` are read, one after the other, and a loop's body once. Comments `{# … #}` are \
        comments.\n\n\
        Where the template cannot be read so, its tree is that of `text`: `{\"lines\": [text, \
        …]}`.",
    names: &[],
    extensions: &["j2", "jinja", "jinja2"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    match read_inner(input) {
        Some(tree) => Ok(tree),
        None => (TEXT.read)(input),
    }
}

/// What the template at `path` becomes, by its name without the ending that makes it a template:
/// the name, and its format. `text` is what it holds, where that is known.
fn inner<'a>(path: &'a str, text: &str) -> Option<(&'a str, &'static Format)> {
    let (name, _) = path.rsplit_once('.')?;
    let format = detect(name, text).filter(|format| format.id != JINJA.id)?;
    Some((name, format))
}

/// The format that the template at `path` (relative, with `/`) has once it is filled in, as far as
/// its name says; `None` of what is no template in the format `format`.
pub fn inner_format(path: &str, format: &str) -> Option<&'static Format> {
    let (_, inner) = inner(path, "").filter(|_| format == JINJA.id)?;
    Some(inner)
}

/// The template as its inner format, where that works.
fn read_inner(input: &Input<'_>) -> Option<Tree> {
    let source = input.source;
    let (masked, constructs) = mask(source.text())?;
    let (name, format) = inner(source.name(), &masked)?;
    if format.id == TEXT.id {
        return None;
    }
    let inner = Arc::new(Source::with_encoding(name, masked, source.encoding()));
    let input = Input { source: &inner, ..*input };
    let mut tree = (format.read)(&input).ok()?;
    let documents = std::mem::take(&mut tree.documents);
    // The text has the same length, so what it includes keeps its place.
    let mut outer = Tree::new(source.clone(), tree.format, documents);
    for included in tree.sources.iter().skip(1) {
        outer.sources.include(included.clone());
    }
    restore::restore(&mut outer.documents, source.text(), &constructs);
    for comment in &mut tree.comments {
        comment.span = restore::whole_characters(comment.span, source.text());
    }
    outer.comments = std::mem::take(&mut tree.comments);
    outer.comments.extend(constructs.iter().filter_map(Construct::comment));
    outer.comments.sort_by_key(|comment: &Comment| comment.span);
    Some(outer)
}
