use aplomb_model::{Node, Phrase, Tree};

use crate::lines::{Layout, Row, Table};
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::{Format, Input, ReadError};

pub(crate) const FSTAB: Format = Format {
    id: "fstab",
    summary: "File systems and where they are mounted (fstab)",
    docs: "The tree is `{\"entries\": [{\"source\", \"target\", \"type\", \"options\": [text, …], \
        \"dump\", \"pass\"}]}`.\n\n\
        Follows fstab(5). `options` are split at commas, empty where none are written; `dump` and `pass` are text, null where \
        they are not written. The escapes `\\040`, `\\011`, `\\012`, `\\134` and their kin are \
        resolved in source and target.",
    names: &["**/fstab", "**/fstab.d/*.fstab"],
    extensions: &[],
    read,
};

const LAYOUT: Layout = Layout { remarks: false, pairs: &[], joins: false };

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let Table { rows, comments, mut problems } = LAYOUT.read(input.source.text());
    let mut entries = Vec::new();
    for row in rows {
        match entry(&row) {
            Ok(entry) => entries.push(entry),
            Err(message) => problems.add(row.span(), message),
        }
    }
    input.tree(&FSTAB, vec![named("entries", list(entries))], comments, problems)
}

fn entry(row: &Row<'_>) -> Result<Node, Phrase> {
    let [source, target, kind, rest @ ..] = row.cells.as_slice() else {
        return Err(too_few());
    };
    let (options, rest) = match rest.split_first() {
        Some((options, rest)) => (options.parts(',').map(Piece::node).collect(), rest),
        None => (Vec::new(), rest),
    };
    // A comment may follow the last column.
    let end = rest.iter().position(|cell| cell.text().starts_with('#')).unwrap_or(rest.len());
    let number = |at: usize| {
        let cell = rest.get(at).filter(|_| at < end);
        match cell {
            Some(cell) if cell.text().chars().all(|c| c.is_ascii_digit()) => Ok(cell.node()),
            Some(cell) => Err(no_number(cell.text())),
            None => Ok(null(row.span().end() as usize)),
        }
    };
    if end > 2 {
        return Err(too_many());
    }
    let members = vec![
        named("source", Node::text(source.span(), unescaped(source.text()))),
        named("target", Node::text(target.span(), unescaped(target.text()))),
        named("type", kind.node()),
        named("options", list(options)),
        named("dump", number(0)?),
        named("pass", number(1)?),
    ];
    Ok(map(row.span(), members))
}

/// Text with the characters that fstab(5) and proc(5) write as a backslash and three octal digits
/// (`\\040`, a blank).
pub fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let code = after.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code.filter(u8::is_ascii) {
            Some(code) => {
                out.push(char::from(code));
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out + rest
}

fn too_few() -> Phrase {
    Phrase::new(
        "this line ends too early; write source, target, type and options",
        "cette ligne s'arrête trop tôt ; écrire source, cible, type et options",
    )
}

fn too_many() -> Phrase {
    Phrase::new(
        "this line has more than six columns; write a blank in a path as `\\040`",
        "cette ligne a plus de six colonnes ; écrire « \\040 » pour un espace dans un chemin",
    )
}

fn no_number(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` is no number; the fifth and sixth columns are numbers"),
        format!("« {text} » n'est pas un nombre ; les cinquième et sixième colonnes en sont"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn file_systems_have_options() {
        check(
            &FSTAB,
            "etc/fstab",
            "# a\nUUID=1 / ext4 errors=remount-ro,nodev 0 1\n/dev/b\t/mnt/a\\040b\\\\ auto defaults\n\
             tmpfs /tmp tmpfs nosuid,,noexec 0 # c\n",
            r#"{"entries": [
                {"source": "UUID=1", "target": "/", "type": "ext4", "options": ["errors=remount-ro", "nodev"], "dump": "0", "pass": "1"},
                {"source": "/dev/b", "target": "/mnt/a b\\\\", "type": "auto", "options": ["defaults"], "dump": null, "pass": null},
                {"source": "tmpfs", "target": "/tmp", "type": "tmpfs", "options": ["nosuid", "noexec"], "dump": "0", "pass": null}]}"#,
        );
        check(&FSTAB, "fstab", "", r#"{"entries": []}"#);
    }

    #[test]
    fn spans_and_mistakes() {
        let tree = read_text("fstab", "/a /é ext4 a,é=1 0\n", &FSTAB).expect("is one");
        assert_eq!(raw(&tree, &["entries", "0", "options", "1"]), "é=1");
        assert_eq!(raw(&tree, &["entries", "0"]), "/a /é ext4 a,é=1 0");
        let text = "/a /b\n/a /b c ext4 defaults 0\n /a /b c d 0 0 0\n";
        assert_eq!(positions(&FSTAB, "fstab", text), ["1:1", "2:1", "3:2"]);
    }
}
