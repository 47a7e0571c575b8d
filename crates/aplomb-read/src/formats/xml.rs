use aplomb_model::{Encoding, Node, Phrase, Source, Span, Tree, Value};

use self::scanner::Scanner;
use crate::formats::json::refuse_windows_1252;
use crate::piece::{character, map, named, null, quoted};
use crate::{Format, Input, ReadError, ReadErrorKind};

mod element;
mod prolog;
mod scanner;
mod text;

pub(crate) const XML: Format = Format {
    id: "xml",
    summary: "XML 1.0",
    docs: "The tree is `{\"root\": ELEMENT, \"declaration\": {\"version\", \"encoding\", \
        \"standalone\"}, \"doctype\": {\"name\", \"public\", \"system\", \"subset\"}, \
        \"instructions\": [{\"target\", \"data\"}]}`, and an ELEMENT is `{\"element\": NAME, \
        \"attributes\": {NAME: text}, \"text\", \"children\": [ELEMENT, …]}`.\n\n\
        Follows XML 1.0, fifth edition, without validating. So `$..[?@.element == 'port'].text` \
        finds every `<port>`. `text` is the character data directly in the element, put together, \
        CDATA included, without the blanks around it; it is empty where there is none. Names keep \
        their prefix as written (`xsi:type`), and `xmlns` is an attribute like any other. \
        `declaration` and `doctype`, and what they do not say, are null. `instructions` are those \
        of the whole file.\n\n\
        Nothing is ever expanded but character references and `&amp;`, `&lt;`, `&gt;`, `&apos;`, \
        `&quot;`: a reference to any other entity is refused, whatever the document type says of \
        it, and no other file is opened. Attributes that a document type gives a default stay \
        absent. At most 256 elements deep. The file is UTF-8 or UTF-16, or Windows-1252 where it \
        declares ISO-8859-1 or Windows-1252.",
    names: &[],
    extensions: &["wsdl", "xml", "xsd", "xsl", "xslt"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    refuse_controls(text)?;
    let mut scanner = Scanner::new(text);
    let declaration = scanner.declaration()?;
    let encoding = declaration.as_ref().and_then(|declaration| declaration.get("encoding"));
    refuse_encoding(input.source, encoding)?;
    let doctype = scanner.before_the_root()?;
    let root = scanner.root(input.limits)?;
    scanner.after_the_root()?;
    let whole = Span::from_range(0..text.len());
    let members = vec![
        named("root", root),
        named("declaration", declaration.unwrap_or(null(0))),
        named("doctype", doctype.unwrap_or(null(0))),
        named("instructions", Node::new(whole, Value::List(scanner.instructions))),
    ];
    let mut tree = Tree::new(input.source.clone(), XML.id, vec![map(whole, members)]);
    tree.comments = scanner.comments;
    Ok(tree)
}

/// Refuses the characters that XML allows nowhere, not even as references.
fn refuse_controls(text: &str) -> Result<(), ReadError> {
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let control = text.bytes().position(is_control);
    let Some(at) = control.or_else(|| text.find(['\u{fffe}', '\u{ffff}'])) else {
        return Ok(());
    };
    let code = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, u32::from);
    Err(ReadError::syntax(
        character(text, at),
        Phrase::new(
            format!("the character U+{code:04X} may not stand in XML; remove it"),
            format!("le caractère U+{code:04X} ne peut figurer en XML ; l'enlever"),
        ),
    ))
}

/// Refuses text that is in another encoding than it was taken for.
fn refuse_encoding(source: &Source, declared: Option<&Node>) -> Result<(), ReadError> {
    let name = declared.and_then(Node::as_str).unwrap_or("UTF-8");
    let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let is_western = is(&["ISO-8859-1", "latin1", "windows-1252", "cp1252", "US-ASCII"]);
    if source.text().is_ascii() || is_western {
        return Ok(());
    }
    let is_unicode = is(&["UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE"]);
    if is_unicode || source.encoding() == Encoding::Utf16 {
        return refuse_windows_1252(source, "XML");
    }
    let name = quoted(name);
    Err(ReadError::at(
        ReadErrorKind::Encoding,
        declared.map(|node| node.span).unwrap_or_default(),
        Phrase::new(
            format!("the encoding `{name}` is not read; save the file as UTF-8"),
            format!("l'encodage « {name} » n'est pas lu ; enregistrer le fichier en UTF-8"),
        ),
    ))
}

#[cfg(test)]
mod tests;
