use aplomb_model::{Comment, Node, Phrase, Tree};

use super::ini::{Sections, no_key, section_name, unclosed_section};
use crate::piece::Piece;
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

pub(crate) const SYSTEMD: Format = Format {
    id: "systemd",
    summary: "systemd units, their drop-ins, and systemd's own configuration",
    docs: "The tree is `{section: {key: text}}`.\n\n\
        Follows systemd.syntax(7). A section that occurs twice is one section. A key that is set \
        several times (`ExecStart`, `Environment`) is kept each time, in order: as a member of its \
        own, of which a name selects the last and `.*` all. An empty value, which resets such a \
        key, is empty text. A line that ends in a backslash goes on in the next one, joined by a \
        space; comment lines in between are left out. Values are not split into words.",
    names: &[
        "**/*.{service,socket,timer,mount,automount,swap,target,path,slice,scope}.d/*.conf",
        "**/systemd/{system,user,journald,logind,resolved,timesyncd,coredump,networkd,sleep}.conf",
        "**/{journald,logind,resolved,timesyncd,system,coredump}.conf.d/*.conf",
    ],
    extensions: &[
        "service",
        "socket",
        "timer",
        "mount",
        "automount",
        "swap",
        "target",
        "path",
        "slice",
        "scope",
        "network",
        "netdev",
        "link",
        "nspawn",
        "container",
    ],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut sections = Sections::default();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    let mut lines = Piece::whole(text).lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = comment(line) {
            comments.push(comment);
            continue;
        }
        if line.text().starts_with('[') {
            match section_name(line) {
                Some(name) => sections.enter(name, line),
                None => problems.add(line.span(), unclosed_section()),
            }
            continue;
        }
        let (line, key, value) = match line.split_once(&['=']) {
            Some((key, value)) => (line, key.trim(), continued(value, &mut lines, &mut comments)),
            None => (line, line.until(0), line.node()),
        };
        if sections.is_before_the_first() {
            problems.add(line.span(), before_any_section());
        } else if key.is_empty() {
            problems.add(line.span(), no_assignment(line));
        } else {
            sections.add(key.names(value));
        }
    }
    let root = sections.into_root(text);
    let mut tree = Tree::new(input.source.clone(), SYSTEMD.id, vec![root]);
    tree.comments = comments;
    problems.or(tree)
}

fn comment(line: Piece<'_>) -> Option<Comment> {
    let span = line.from(1).span();
    let is = line.text().starts_with(['#', ';']);
    is.then_some(Comment { span })
}

/// A value and the lines that continue it.
fn continued<'a>(
    first: Piece<'a>,
    lines: &mut impl Iterator<Item = Piece<'a>>,
    comments: &mut Vec<Comment>,
) -> Node {
    let first = first.trim();
    let Some(start) = first.text().strip_suffix('\\') else {
        return first.node();
    };
    let mut text = start.trim_end().to_owned();
    let mut span = first.span();
    for line in lines {
        let line = line.trim();
        if let Some(comment) = comment(line) {
            comments.push(comment);
            continue;
        }
        let part = line.text().strip_suffix('\\');
        let words = part.unwrap_or(line.text()).trim_end();
        if !words.is_empty() && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(words);
        span = span.cover(line.span());
        if part.is_none() {
            break;
        }
    }
    Node::text(span, text)
}

fn before_any_section() -> Phrase {
    Phrase::new(
        "this line stands before any section, and systemd ignores it; write `[Unit]` or such above",
        "cette ligne précède toute section, et systemd l'ignore ; écrire « [Unit] » ou autre au-dessus",
    )
}

fn no_assignment(line: Piece<'_>) -> Phrase {
    if line.text().starts_with('=') {
        return no_key();
    }
    Phrase::new(
        "this line is no assignment, and systemd ignores it; write `Key=value`",
        "cette ligne n'est pas une affectation, et systemd l'ignore ; écrire « Clé=valeur »",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    fn says(text: &str, expected: &str) {
        check(&SYSTEMD, "a.service", text, expected);
    }

    #[test]
    fn units_are_sections_of_keys() {
        says(
            "[Unit]\nDescription = A; b # c\n\n[Timer]\r\nOnCalendar=*-*-* 02:00:00\r\n[Unit]\nAfter=x\n[Install]\n",
            r#"{"Unit": {"Description": "A; b # c", "After": "x"},
                "Timer": {"OnCalendar": "*-*-* 02:00:00"}, "Install": {}}"#,
        );
        says("", "{}");
    }

    #[test]
    fn lines_continue_over_comments() {
        says(
            "[Service]\nExecStart=/bin/a \\\n  -b \\\n# why\n  -c=1\nUser=x\\",
            r#"{"Service": {"ExecStart": "/bin/a -b -c=1", "User": "x"}}"#,
        );
    }

    #[test]
    fn repeated_keys_are_all_kept() {
        let text = "[Service]\nEnvironment=A=1\nEnvironment=\nEnvironment=B=é\n";
        let tree = read_text("a.service", text, &SYSTEMD).expect("is a unit");
        let members = at(&tree, &["Service"]).members();
        let values: Vec<_> = members.iter().map(|m| m.value.as_str()).collect();
        assert_eq!(values, [Some("A=1"), Some(""), Some("B=é")]);
        assert_eq!(raw(&tree, &["Service", "Environment"]), "B=é");
        assert_eq!(tree.raw(members[2].key_span), "Environment");
    }

    #[test]
    fn what_systemd_ignores_is_a_mistake() {
        let text = "A=1\n[Unit]\nwords\n=1\n[Unit\n";
        assert_eq!(positions(&SYSTEMD, "a.service", text), ["1:1", "3:1", "4:1", "5:1"]);
    }
}
