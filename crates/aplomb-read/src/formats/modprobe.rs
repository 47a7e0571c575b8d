use aplomb_model::{Member, Node, Phrase, Span, Tree};

use super::layers::Layers;
use crate::lines::{Layout, Row, Table};
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const MODPROBE: Format = Format {
    id: "modprobe",
    summary: "How kernel modules are loaded (modprobe.d)",
    docs: "The tree is `{\"entries\": [{\"command\", \"name\", \"value\", \"args\": [text, …]}], \
        \"effective\": {\"blacklist\": [text, …], \"install\": {module: text}, \"remove\": {module: \
        text}, \"options\": {module: [text, …]}, \"alias\": {pattern: [text, …]}, \"softdep\": \
        {module: [text, …]}}}`.\n\n\
        Follows modprobe.d(5). `command` is `alias`, `blacklist`, `install`, `options`, `remove`, \
        `softdep` or `weakdep`; `value` is the rest of the line with one blank between words, null \
        where there is none. In `effective`, names of modules have underscores for dashes, as \
        modprobe takes them alike; the first `install` and `remove` of a module count, and all of \
        its options. All files of a machine are one subject, read in the order of their names, of \
        one name that of `/etc` before those of `/run`, `/usr/local/lib`, `/usr/lib` and `/lib`.",
    names: &["**/modprobe.conf", "**/modprobe.d/*.conf"],
    extensions: &[],
    read,
};

const LAYOUT: Layout = Layout { remarks: false, pairs: &[], joins: true };

/// The commands, and how many words each needs at least after its own.
static COMMANDS: &[(&str, usize)] = &[
    ("alias", 2),
    ("blacklist", 1),
    ("install", 2),
    ("options", 2),
    ("remove", 2),
    ("softdep", 2),
    ("weakdep", 2),
];

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut layers = Layers::open(input, &MODPROBE)?;
    let read = layers.read();
    let mut table = Table::default();
    for layer in &read {
        LAYOUT.read_into(layer.text(), &mut table);
    }
    let Table { rows, comments, mut problems } = table;
    let mut entries = Vec::new();
    let mut blacklist = Vec::new();
    let mut by_command: Vec<_> = KEPT.iter().map(|_| Settings::default()).collect();
    for row in rows {
        let [command, words @ ..] = row.cells.as_slice() else { continue };
        let Some((_, least)) = COMMANDS.iter().find(|(known, _)| *known == command.text()) else {
            problems.add(command.span(), unknown(command.text()));
            continue;
        };
        let (Some((name, args)), true) = (words.split_first(), words.len() >= *least) else {
            problems.add(row.span(), too_few(command.text()));
            continue;
        };
        let value = value(&row, args);
        if command.text() == "blacklist" {
            blacklist.push(Node::text(name.span(), module(name.text())));
        }
        let kept = KEPT.iter().zip(&mut by_command).find(|(kept, _)| **kept == command.text());
        if let Some((kept, settings)) = kept {
            let key = module(name.text()).into();
            let member = |value| Member { key, key_span: name.span(), value };
            if matches!(*kept, "install" | "remove") {
                settings.set_first(member(value.clone()));
            } else {
                add_all(settings, name, args);
            }
        }
        let members = vec![
            named("command", command.node()),
            named("name", name.node()),
            named("value", value),
            named("args", list(args.iter().copied().map(Piece::node).collect())),
        ];
        entries.push(map(row.span(), members));
    }
    let whole = layers.whole();
    for settings in &by_command {
        layers.tree().shadowed.extend(settings.shadowed());
    }
    let mut effective = vec![named("blacklist", list(blacklist))];
    let kept = KEPT.iter().zip(by_command);
    effective.extend(kept.map(|(kept, settings)| named(kept, settings.into_node(whole))));
    let members = vec![named("entries", list(entries)), named("effective", map(whole, effective))];
    layers.finish(members, comments, problems)
}

/// Commands of which `effective` tells by module.
const KEPT: [&str; 5] = ["install", "remove", "options", "alias", "softdep"];

fn add_all(settings: &mut Settings, name: &Piece<'_>, args: &[Piece<'_>]) {
    for arg in args {
        let key = module(name.text()).into();
        settings.add(Member { key, key_span: name.span(), value: arg.node() });
    }
}

/// The rest of a line, one blank between words.
fn value(row: &Row<'_>, args: &[Piece<'_>]) -> Node {
    let spans = args.iter().map(|arg| arg.span());
    let Some(span) = spans.reduce(Span::cover) else { return null(row.span().end() as usize) };
    let words: Vec<_> = args.iter().map(|arg| arg.text()).collect();
    Node::text(span, words.join(" "))
}

fn module(name: &str) -> String {
    name.replace('-', "_")
}

fn unknown(command: &str) -> Phrase {
    let command = quoted(command);
    Phrase::new(
        format!(
            "modprobe knows no `{command}` and passes over the line; write options, install, blacklist, …"
        ),
        format!(
            "modprobe ne connaît pas « {command} » et ignore la ligne ; écrire options, install, blacklist…"
        ),
    )
}

fn too_few(command: &str) -> Phrase {
    Phrase::new(
        format!("this `{command}` ends too early, and modprobe passes over it; complete it"),
        format!("ce « {command} » s'arrête trop tôt, et modprobe l'ignore ; le compléter"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn modules_have_commands() {
        check(
            &MODPROBE,
            "modprobe.d/a.conf",
            "# a\nblacklist usb-storage\ninstall cramfs  /bin/true\ninstall cramfs /bin/false\noptions a-b x=1 \\\n y=2\n\
             options a_b z\nalias net-pf-10 off\n",
            r#"{"entries": [
                {"command": "blacklist", "name": "usb-storage", "value": null, "args": []},
                {"command": "install", "name": "cramfs", "value": "/bin/true", "args": ["/bin/true"]},
                {"command": "install", "name": "cramfs", "value": "/bin/false", "args": ["/bin/false"]},
                {"command": "options", "name": "a-b", "value": "x=1 y=2", "args": ["x=1", "y=2"]},
                {"command": "options", "name": "a_b", "value": "z", "args": ["z"]},
                {"command": "alias", "name": "net-pf-10", "value": "off", "args": ["off"]}],
              "effective": {"blacklist": ["usb_storage"], "install": {"cramfs": "/bin/true"}, "remove": {},
                "options": {"a_b": ["x=1", "y=2", "z"]}, "alias": {"net_pf_10": ["off"]}, "softdep": {}}}"#,
        );
    }

    #[test]
    fn spans_and_mistakes() {
        let tree = read_text("a.conf", "install é  /bin/é x\n", &MODPROBE).expect("is one");
        assert_eq!(raw(&tree, &["effective", "install", "é"]), "/bin/é x");
        assert_eq!(raw(&tree, &["entries", "0", "name"]), "é");
        let text = "blacklst a\nblacklist\ninstall a\noptions a b\n";
        assert_eq!(positions(&MODPROBE, "a.conf", text), ["1:1", "2:1", "3:1"]);
    }
}
