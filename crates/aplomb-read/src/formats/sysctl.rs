use std::borrow::Cow;

use aplomb_model::{Member, Node, Phrase, Tree, Value};

use super::layers::Layers;
use crate::lines::lines_of;
use crate::piece::{Piece, list, map, named, null};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const SYSCTL: Format = Format {
    id: "sysctl",
    summary: "Kernel parameters (sysctl.conf and sysctl.d)",
    docs: "The tree is `{\"settings\": [{\"key\", \"value\", \"ignore_errors\"}, …], \
        \"effective\": {key: text}}`.\n\n\
        Follows sysctl.conf(5) and sysctl.d(5). `settings` are the lines as written, of which \
        `ignore_errors` says whether a `-` stands before the key. Keys have dots, whichever of \
        `net.ipv4.ip_forward` and `net/ipv4/ip_forward` is written; where slashes part a key, \
        dots inside a name become slashes: `net/ipv4/conf/eth0.100/rp_filter` is \
        `net.ipv4.conf.eth0/100.rp_filter`. In `effective`, the last value of a key wins. All files \
        of a machine are one subject: those of `sysctl.d` in the order of their names, of one name \
        that of `/etc` before those of `/run`, `/usr/local/lib`, `/usr/lib` and `/lib`, and `sysctl.conf` \
        after them, as `sysctl --system` reads them. Patterns (`net.ipv4.conf.*.rp_filter`) are keys of their own, and `-key` without \
        value, which keeps a pattern off that key, has the value null in `settings` only.",
    names: &["**/sysctl.conf", "**/sysctl.d/*.conf"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut layers = Layers::open(input, &SYSCTL)?;
    let mut settings = Vec::new();
    let mut effective = Settings::default();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    for layer in layers.read() {
        let (lines, mut of_layer) = lines_of(layer.text(), &['#', ';']);
        comments.append(&mut of_layer);
        for line in lines {
            let Some(setting) = setting(line) else {
                problems.add(line.span(), no_setting());
                continue;
            };
            if let Some(value) = setting.value {
                effective.set_last(Member {
                    key: setting.key().into(),
                    key_span: setting.name.span(),
                    value: value.node(),
                });
            }
            settings.push(setting.node(line));
        }
    }
    let whole = layers.whole();
    layers.tree().shadowed.extend(effective.shadowed());
    let members =
        vec![named("settings", list(settings)), named("effective", effective.into_node(whole))];
    layers.finish(members, comments, problems)
}

struct Setting<'a> {
    /// The key as written.
    name: Piece<'a>,
    ignores_errors: bool,
    value: Option<Piece<'a>>,
}

impl<'a> Setting<'a> {
    /// The key with dots.
    fn key(&self) -> Cow<'a, str> {
        let name = self.name.text();
        if name.chars().find(|c| matches!(c, '.' | '/')) != Some('/') {
            return name.into();
        }
        let swapped = name.chars().map(|c| match c {
            '.' => '/',
            '/' => '.',
            other => other,
        });
        swapped.collect::<String>().into()
    }

    fn node(&self, line: Piece<'_>) -> Node {
        let ignores = Node::new(line.until(self.name.start() - line.start()).span(), {
            Value::Bool(self.ignores_errors)
        });
        let value = self.value.map_or_else(|| null(line.end()), Piece::node);
        let members = vec![
            named("key", Node::text(self.name.span(), &*self.key())),
            named("value", value),
            named("ignore_errors", ignores),
        ];
        map(line.span(), members)
    }
}

fn setting(line: Piece<'_>) -> Option<Setting<'_>> {
    let (name, value) = match line.split_once(&['=']) {
        Some((name, value)) => (name.trim_end(), Some(value.trim())),
        None => (line, None),
    };
    let marked = name.strip_prefix('-');
    let name = marked.unwrap_or(name).trim_start();
    let ignores_errors = marked.is_some();
    let is_key = !name.is_empty() && !name.text().contains(char::is_whitespace);
    let says = value.map_or(ignores_errors, |value| !value.is_empty());
    (is_key && says).then_some(Setting { name, ignores_errors, value })
}

fn no_setting() -> Phrase {
    Phrase::new(
        "this line sets nothing, and is passed over when the kernel starts; write `key = value`",
        "cette ligne ne règle rien, et elle est ignorée au démarrage ; écrire « clé = valeur »",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    #[test]
    fn keys_have_dots_and_the_last_value_wins() {
        check(
            &SYSCTL,
            "sysctl.conf",
            "# a\n; b\nnet.ipv4.ip_forward=1\n net/ipv4/ip_forward =  0 \r\n\
             -kernel.core_pattern = |/bin/x a=b # c\nnet/ipv4/conf/eth0.1/rp_filter = 1\n\
             net.ipv4.conf.eth0/2.rp_filter = 2\nnet.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\n",
            r#"{"settings": [
                {"key": "net.ipv4.ip_forward", "value": "1", "ignore_errors": false},
                {"key": "net.ipv4.ip_forward", "value": "0", "ignore_errors": false},
                {"key": "kernel.core_pattern", "value": "|/bin/x a=b # c", "ignore_errors": true},
                {"key": "net.ipv4.conf.eth0/1.rp_filter", "value": "1", "ignore_errors": false},
                {"key": "net.ipv4.conf.eth0/2.rp_filter", "value": "2", "ignore_errors": false},
                {"key": "net.ipv4.conf.*.rp_filter", "value": "2", "ignore_errors": false},
                {"key": "net.ipv4.conf.all.rp_filter", "value": null, "ignore_errors": true}],
              "effective": {"net.ipv4.ip_forward": "0", "kernel.core_pattern": "|/bin/x a=b # c",
                "net.ipv4.conf.eth0/1.rp_filter": "1", "net.ipv4.conf.eth0/2.rp_filter": "2",
                "net.ipv4.conf.*.rp_filter": "2"}}"#,
        );
        check(&SYSCTL, "sysctl.conf", "", r#"{"settings": [], "effective": {}}"#);
    }

    #[test]
    fn spans_are_those_of_the_winning_line() {
        let text = "a.b = 1\na/b = é x\n- c.d = 2\n";
        let tree = read_text("sysctl.conf", text, &SYSCTL).expect("is one");
        assert_eq!(raw(&tree, &["effective", "a.b"]), "é x");
        assert_eq!(tree.raw(at(&tree, &["effective"]).members()[0].key_span), "a/b");
        assert_eq!(raw(&tree, &["settings", "2", "key"]), "c.d");
        assert_eq!(raw(&tree, &["settings", "2"]), "- c.d = 2");
    }

    #[test]
    fn lines_that_set_nothing_are_mistakes() {
        let text = "a.b\n = 1\na.b =\na b = 1\n-\nc.d = 1\n";
        let expected = ["1:1", "2:2", "3:1", "4:1", "5:1"];
        assert_eq!(positions(&SYSCTL, "sysctl.conf", text), expected);
    }
}
