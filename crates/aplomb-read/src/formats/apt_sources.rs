use aplomb_model::{Member, Node, Phrase, Span, Tree, Value};

use crate::lines::{Layout, Row, Table};
use crate::piece::{Piece, list, map, named, quoted};
use crate::{Format, Input, ReadError};

mod stanzas;

pub(crate) const APT_SOURCES: Format = Format {
    id: "apt_sources",
    summary: "Where apt takes packages from (sources.list, *.sources)",
    docs: "The tree is `{\"sources\": [{\"types\": [text, …], \"uris\": [text, …], \"suites\": \
        [text, …], \"components\": [text, …], \"options\": {name: [text, …]}, \"enabled\"}]}`.\n\n\
        Follows sources.list(5), both styles: a file whose name ends in `.sources` has stanzas \
        (deb822), any other has one line a source, whose lists of types, addresses and suites then \
        have one element. Options have the names of the one-line style, in lower case (`arch`, \
        `lang`, `target`, `signed-by`, `trusted`, …), with `+` or `-` behind the name where they \
        add or remove. A key inside `Signed-By` is one text. `enabled` is false where a stanza \
        says so.",
    names: &["**/sources.list", "**/sources.list.d/*.list", "**/sources.list.d/*.sources"],
    extensions: &["sources"],
    read,
};

const LAYOUT: Layout = Layout { remarks: true, pairs: &[('[', ']')], joins: false };

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    if input.source.name().ends_with(".sources") {
        return stanzas::read(input);
    }
    let Table { rows, comments, mut problems } = LAYOUT.read(input.source.text());
    let mut sources = Vec::new();
    for row in rows {
        match line(&row) {
            Ok(source) => sources.push(source.into_node()),
            Err((span, message)) => problems.add(span, message),
        }
    }
    input.tree(&APT_SOURCES, vec![named("sources", list(sources))], comments, problems)
}

/// What is wrong, and where.
type Wrong = (Span, Phrase);

/// A source, in either style.
#[derive(Default)]
struct Source {
    span: Span,
    types: Vec<Node>,
    uris: Vec<Node>,
    suites: Vec<Node>,
    components: Vec<Node>,
    options: Vec<Member>,
    enabled: Option<(Span, bool)>,
}

impl Source {
    /// Refuses what apt refuses: an unknown type, or components that do not fit the suite.
    fn check(&self) -> Result<(), Wrong> {
        for kind in &self.types {
            let text = kind.as_str().unwrap_or_default();
            if !matches!(text, "deb" | "deb-src") {
                return Err((kind.span, unknown_type(text)));
            }
        }
        for suite in &self.suites {
            // A suite that ends in a slash is a path, and has no components.
            let is_path = suite.as_str().is_some_and(|text| text.ends_with('/'));
            if is_path != self.components.is_empty() {
                return Err((suite.span, components(is_path)));
            }
        }
        let complete = [&self.types, &self.uris, &self.suites].iter().all(|part| !part.is_empty());
        if complete { Ok(()) } else { Err((self.span, incomplete())) }
    }

    fn into_node(self) -> Node {
        let at = self.span;
        let all = |items: Vec<Node>| {
            if items.is_empty() { Node { span: at, ..list(items) } } else { list(items) }
        };
        let (enabled_span, enabled) = self.enabled.unwrap_or((at, true));
        let members = vec![
            named("types", all(self.types)),
            named("uris", all(self.uris)),
            named("suites", all(self.suites)),
            named("components", all(self.components)),
            named("options", map(at, self.options)),
            named("enabled", Node::new(enabled_span, Value::Bool(enabled))),
        ];
        map(at, members)
    }
}

/// `deb [ option=value … ] uri suite component …`
fn line(row: &Row<'_>) -> Result<Source, Wrong> {
    let span = row.span();
    let mut source = Source { span, ..Source::default() };
    let mut cells = row.cells.iter().copied().peekable();
    source.types.extend(cells.next().map(Piece::node));
    if let Some(options) = cells.next_if(|cell| cell.text().starts_with('[')) {
        let inner = options.from(1);
        let inner = inner.until(inner.text().trim_end_matches(']').len());
        for option in inner.words() {
            let (name, value) = option
                .split_once(&['='])
                .ok_or_else(|| (option.span(), no_option(option.text())))?;
            let values = value.parts(',').map(Piece::node).collect();
            source.options.push(Member {
                key: name.text().to_ascii_lowercase().into(),
                key_span: name.span(),
                value: list(values),
            });
        }
    }
    if let Some(first) = cells.next() {
        // The name of a disc has blanks between its brackets.
        let mut uri = first.text().to_owned();
        let mut end = first.span();
        let mut closed = !uri.starts_with("cdrom:[") || uri.contains(']');
        while let Some(next) = cells.next_if(|_| !closed) {
            uri.push(' ');
            uri.push_str(next.text());
            end = next.span();
            closed = next.text().contains(']');
        }
        source.uris.push(Node::text(first.span().cover(end), uri));
    }
    source.suites.extend(cells.next().map(Piece::node));
    source.components.extend(cells.map(Piece::node));
    source.check()?;
    Ok(source)
}

fn unknown_type(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` is no type of source; write `deb` or `deb-src`"),
        format!("« {text} » n'est pas un type de source ; écrire « deb » ou « deb-src »"),
    )
}

fn components(is_path: bool) -> Phrase {
    if is_path {
        return Phrase::new(
            "a suite that ends in `/` has no components; remove them or the `/`",
            "une suite qui finit par « / » n'a pas de composants ; les enlever, ou la « / »",
        );
    }
    Phrase::new(
        "this suite has no components; write `main` or such after it, or end it with `/`",
        "cette suite n'a pas de composants ; écrire « main » ou autre après elle, ou la finir par « / »",
    )
}

fn incomplete() -> Phrase {
    Phrase::new(
        "this source is not complete, and apt refuses the file; write type, address and suite",
        "cette source est incomplète, et apt refuse le fichier ; écrire type, adresse et suite",
    )
}

fn no_option(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` is no option; write `name=value`"),
        format!("« {text} » n'est pas une option ; écrire « nom=valeur »"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn both_styles_say_the_same() {
        let expected = r#"{"sources": [
            {"types": ["deb"], "uris": ["https://deb.example/debian"], "suites": ["bookworm"], "components": ["main", "contrib"],
             "options": {"arch": ["amd64", "arm64"], "signed-by": ["/k.gpg"]}, "enabled": true},
            {"types": ["deb-src"], "uris": ["file:/x"], "suites": ["./"], "components": [], "options": {}, "enabled": true}]}"#;
        check(
            &APT_SOURCES,
            "etc/apt/sources.list",
            "# a\ndeb [ arch=amd64,arm64 Signed-By=/k.gpg ] https://deb.example/debian bookworm main contrib # b\n\ndeb-src file:/x ./\n",
            expected,
        );
        check(
            &APT_SOURCES,
            "etc/apt/sources.list.d/a.sources",
            "# a\nTypes: deb\nuris:\n https://deb.example/debian\nSuites: bookworm\nComponents: main\n# b\n contrib\nArchitectures: amd64 arm64\n\
             Signed-By: /k.gpg\n\n\nTypes: deb-src\nURIs: file:/x\nSuites: ./\nEnabled: yes\n",
            expected,
        );
        check(&APT_SOURCES, "sources.list", "", r#"{"sources": []}"#);
    }

    #[test]
    fn stanzas_list_and_disable() {
        check(
            &APT_SOURCES,
            "a.sources",
            "Types: deb deb-src\nURIs: a b\nSuites: c\nComponents: d\nEnabled: No\nArchitectures-Add: e\n\
             Signed-By:\n -----BEGIN\n .\n x\n",
            r#"{"sources": [{"types": ["deb", "deb-src"], "uris": ["a", "b"], "suites": ["c"], "components": ["d"],
                "options": {"arch+": ["e"], "signed-by": ["-----BEGIN\n.\nx"]}, "enabled": false}]}"#,
        );
    }

    #[test]
    fn spans_and_mistakes() {
        let text = "deb cdrom:[Debian é _x_]/ c d\n";
        let tree = read_text("sources.list", text, &APT_SOURCES).expect("is one");
        assert_eq!(raw(&tree, &["sources", "0", "uris", "0"]), "cdrom:[Debian é _x_]/");
        let text = "dep a b c\ndeb\ndeb a b\ndeb a b/ c\ndeb [x] a b c\ndeb [x=y a b c\n";
        let expected = ["1:1", "2:1", "3:7", "4:7", "5:6", "6:5"];
        assert_eq!(positions(&APT_SOURCES, "sources.list", text), expected);
        let text = "Types: deb\nURIs: é\n\nwords\nTypes: deb\nURIs: a\nSuites: b\n\n x\n";
        assert_eq!(positions(&APT_SOURCES, "a.sources", text), ["1:1", "4:1", "7:9", "9:2"]);
        let tree = read_text("a.sources", "Types: deb\nURIs:  é\nSuites: a/\n", &APT_SOURCES);
        assert_eq!(raw(&tree.expect("is one"), &["sources", "0", "uris", "0"]), "é");
    }
}
