use aplomb_model::{Comment, Gap, Member, Node, Phrase, Span, Tree};

use super::ini::{Sections, no_key, section_name, unclosed_section};
use super::layers::Layers;
use crate::piece::{Piece, map, named, quoted};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::standing::{Turn, unit_file};
use crate::{Format, Input, ReadError};

mod keys;

pub(crate) const SYSTEMD: Format = Format {
    id: "systemd",
    summary: "systemd units, their drop-ins, and systemd's own configuration",
    docs: "The tree is `{section: {key: text}, \"effective\": {section: {key: value}}}`.\n\n\
        Follows systemd.syntax(7). A section that occurs twice is one section. A key that is set \
        several times (`ExecStart`, `Environment`) is kept each time, in order: as a member of its \
        own, of which a name selects the last and `.*` all. An empty value, which resets such a \
        key, is empty text. A line that ends in a backslash goes on in the next one, joined by a \
        space; comment lines in between are left out. Values are not split into words.\n\n\
        A unit and its drop-ins are one subject (`a.service`, `a.service.d/*.conf`, those of its \
        template `a@.service`, of `a-.service.d` and of `service.d`), and so are systemd's own \
        files (`journald.conf`, `journald.conf.d/*.conf`): all of them are read in the order \
        of systemd.unit(5), of one name that of `/etc` before those of `/run`, `/usr/local/lib` and \
        `/usr/lib`. In `effective`, of a key that adds up (`ExecStart`, `Environment`, `After`, \
        `ReadWritePaths`, `OnCalendar`, …) the value is the list of those that an empty one does \
        not take back; of any other the last counts. Of drop-ins whose unit was not delivered, rules \
        that find nothing amiss are not evaluated.",
    names: &[
        "**/*.{service,socket,timer,mount,automount,swap,target,path,slice,scope}.d/*.conf",
        "**/systemd/*/{service,socket,timer,mount,automount,swap,target,path,slice,scope}.d/*.conf",
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
    let mut layers = Layers::open(input, &SYSTEMD)?;
    let mut file = File::default();
    for layer in layers.read() {
        file.read(layer.text());
    }
    let File { sections, effective, comments, problems } = file;
    let (whole, tree) = (layers.whole(), layers.tree());
    let mut in_effect = Vec::new();
    for (header, settings) in effective {
        tree.shadowed.extend(settings.shadowed());
        let (key, key_span) = (header.key, header.key_span);
        in_effect.push(Member { key, key_span, value: settings.into_node(header.value.span) });
    }
    // A drop-in says nothing of what it is dropped into.
    let units = input.files.parts().iter().map(String::as_str).chain([input.source.name()]);
    let units: Vec<_> = units.filter_map(unit_file).collect();
    if !units.is_empty() && units.iter().all(|file| file.standing.turn == Turn::DropIn) {
        let span = Span::new(0, 0);
        tree.gaps.push(Gap { span, message: without_unit(units[0].about) });
    }
    let mut members = sections.into_members();
    members.push(named("effective", map(whole, in_effect)));
    layers.finish(members, comments, problems)
}

/// A unit as its files are read, one after the other.
#[derive(Default)]
struct File {
    sections: Sections,
    /// By section, what takes effect; of the key's value only the place counts.
    effective: Vec<(Member, Settings)>,
    comments: Vec<Comment>,
    problems: Problems,
}

impl File {
    fn read(&mut self, text: Piece<'_>) {
        self.sections.leave();
        let mut current = None;
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if let Some(comment) = comment(line) {
                self.comments.push(comment);
                continue;
            }
            if line.text().starts_with('[') {
                match section_name(line) {
                    Some(name) => {
                        self.sections.enter(name, line);
                        current = Some(self.section(name, line));
                    }
                    None => self.problems.add(line.span(), unclosed_section()),
                }
                continue;
            }
            let (line, key, value) = match line.split_once(&['=']) {
                Some((key, value)) => {
                    (line, key.trim(), continued(value, &mut lines, &mut self.comments))
                }
                None => (line, line.until(0), line.node()),
            };
            let Some(settings) =
                current.and_then(|at: usize| self.effective.get_mut(at)).map(|(_, found)| found)
            else {
                self.problems.add(line.span(), before_any_section());
                continue;
            };
            if key.is_empty() {
                self.problems.add(line.span(), no_assignment(line));
                continue;
            }
            if !keys::add_up(key.text()) {
                settings.set_last(key.names(value.clone()));
            } else if value.as_str() == Some("") {
                settings.reset(key.text(), key.span(), value.span);
            } else {
                settings.add(key.names(value.clone()));
            }
            self.sections.add(key.names(value));
        }
    }

    /// The number of a section.
    fn section(&mut self, name: Piece<'_>, header: Piece<'_>) -> usize {
        let known = self.effective.iter().position(|(section, _)| *section.key == *name.text());
        known.unwrap_or_else(|| {
            self.effective.push((name.names(header.node()), Settings::default()));
            self.effective.len() - 1
        })
    }
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

fn without_unit(unit: &str) -> Phrase {
    let unit = quoted(unit);
    Phrase::new(
        format!("{unit} itself was not delivered, and what it says is not known; deliver it"),
        format!("{unit} n'a pas été livré, et ce qu'il dit n'est pas connu ; le livrer"),
    )
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
                "Timer": {"OnCalendar": "*-*-* 02:00:00"}, "Install": {},
                "effective": {"Unit": {"Description": "A; b # c", "After": ["x"]},
                    "Timer": {"OnCalendar": ["*-*-* 02:00:00"]}, "Install": {}}}"#,
        );
        says("", r#"{"effective": {}}"#);
    }

    #[test]
    fn lines_continue_over_comments() {
        says(
            "[Service]\nExecStart=/bin/a \\\n  -b \\\n# why\n  -c=1\nUser=x\\",
            r#"{"Service": {"ExecStart": "/bin/a -b -c=1", "User": "x"},
                "effective": {"Service": {"ExecStart": ["/bin/a -b -c=1"], "User": "x"}}}"#,
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
        let effective = at(&tree, &["effective", "Service", "Environment"]);
        assert_eq!(effective.items().len(), 1);
        assert_eq!(tree.raw(effective.span), "B=é");
        let shadowed = &tree.shadowed[0];
        assert_eq!((tree.raw(shadowed.span), tree.raw(shadowed.by)), ("A=1", "Environment="));
    }

    #[test]
    fn the_last_counts_of_what_does_not_add_up() {
        let text = "[Service]\nUser=a\nUser=\n[Install]\n[Service]\nUser = b\n";
        let tree = read_text("a.service", text, &SYSTEMD).expect("is a unit");
        assert_eq!(raw(&tree, &["effective", "Service", "User"]), "b");
        let shadowed = tree.shadowed.iter().map(|one| (tree.raw(one.span), tree.raw(one.by)));
        assert_eq!(shadowed.collect::<Vec<_>>(), [("User=a", "b"), ("User=", "b")]);
        assert!(tree.gaps.is_empty());
        let tree = read_text("a.service.d/b.conf", text, &SYSTEMD).expect("is a drop-in");
        assert!(tree.gaps[0].message.en.starts_with("a.service itself was not delivered"));
    }

    #[test]
    fn what_systemd_ignores_is_a_mistake() {
        let text = "A=1\n[Unit]\nwords\n=1\n[Unit\n";
        assert_eq!(positions(&SYSTEMD, "a.service", text), ["1:1", "3:1", "4:1", "5:1"]);
    }
}
