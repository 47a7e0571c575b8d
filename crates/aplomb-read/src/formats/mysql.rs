use std::collections::HashMap;

use aplomb_model::{Comment, Member, Node, Phrase, Shadowed, Span, Tree};

use super::expand::{Expanded, Include};
use super::ini::{no_key, unclosed_section};
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const MYSQL: Format = Format {
    id: "mysql",
    summary: "MySQL and MariaDB option files (my.cnf), and what of them takes effect",
    docs: "The tree is `{\"groups\": [{\"group\", \"options\": [{\"name\", \"value\"}]}], \"includes\": \
        [{\"directive\", \"path\"}], \"effective\": {group: {option: value, …}}}`.\n\n\
        Follows the manual's Using Option Files. `value` is text without its quotes, its escapes \
        resolved, and null where an option stands without `=`. In `effective`, groups of one name \
        are one, and names have `_` for `-`, which the servers take as the same; of an option the \
        last line counts, but those that add up (`plugin_load_add`, `replicate_do_db`, `binlog_ignore_db` and \
        their kin) are lists. Prefixes such as `loose_` and `skip_` stay. A `#` outside \
        quotes begins a comment, a `;` only at the beginning of a line. `includes` are what \
        `!include` and `!includedir` name; they are followed where they stand. What was not \
        delivered leaves rules that find nothing amiss not evaluated.",
    names: &[
        "**/my.cnf",
        "**/.my.cnf",
        "**/mysqld.cnf",
        "**/mariadb.cnf",
        "**/mysql/**/*.cnf",
        "**/mariadb/**/*.cnf",
        "**/{mysql,mysqld,mariadb}.conf.d/*.cnf",
        "**/my.cnf.d/*.cnf",
    ],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut expanded = Expanded::read(input, &MYSQL, included, &[]);
    let mut groups: Vec<Group<'_>> = Vec::new();
    // By file, the group it is in: one that is included goes on with none.
    let mut here: HashMap<u32, Piece<'_>> = HashMap::new();
    let mut includes = Vec::new();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    for stretch in expanded.stretches() {
        if stretch.begins {
            here.remove(&stretch.file);
        }
        let mut is_open = false;
        for line in stretch.text.lines() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if line.text().starts_with(['#', ';']) {
                comments.push(Comment { span: line.from(1).span() });
            } else if line.text().starts_with('!') {
                match include(line) {
                    Some(include) => includes.push(include),
                    None => problems.add(line.span(), no_directive(line.text())),
                }
            } else if let Some(inside) = line.strip_prefix('[') {
                match inside.split_once(&[']']) {
                    Some((name, _)) => {
                        let name = name.trim_end();
                        here.insert(stretch.file, name);
                        is_open = true;
                        groups.push(Group { name, options: Vec::new() });
                    }
                    None => problems.add(line.span(), unclosed_section()),
                }
            } else {
                let option = option(line, &mut comments);
                if option.name.is_empty() {
                    problems.add(line.span(), no_key());
                    continue;
                }
                if let Some(name) = here.get(&stretch.file).filter(|_| !is_open) {
                    is_open = true;
                    groups.push(Group { name: *name, options: Vec::new() });
                }
                match groups.last_mut().filter(|_| is_open) {
                    Some(group) => group.options.push(option),
                    None => problems.add(line.span(), no_group()),
                }
            }
        }
    }
    let whole = expanded.whole();
    let (effective, shadowed) = effective(&groups, whole);
    let members = vec![
        named("groups", list(groups.into_iter().map(Group::into_node).collect())),
        named("includes", list(includes)),
        named("effective", effective),
    ];
    expanded.tree().shadowed = shadowed;
    expanded.finish(members, comments, problems)
}

/// What a line includes: a file, or those of a folder that end in `.cnf`.
fn included(from: &str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_> {
    Box::new(move |line| {
        let Some((directive, path)) = line.strip_prefix('!').map(Piece::split_word) else {
            return Vec::new();
        };
        let pattern = match directive.text() {
            _ if path.is_empty() => return Vec::new(),
            "include" => path.text().to_owned(),
            "includedir" => format!("{}/*.cnf", path.text().trim_end_matches('/')),
            _ => return Vec::new(),
        };
        vec![Include::new(path.node(), from, &["/etc/mysql", "/etc"], &pattern)]
    })
}

struct Group<'a> {
    name: Piece<'a>,
    options: Vec<Setting<'a>>,
}

impl Group<'_> {
    fn into_node(self) -> Node {
        let span = self.name.span();
        let options = self.options.into_iter().map(|option| {
            let span = option.name.span().cover(option.value.span);
            let members = vec![named("name", option.name.node()), named("value", option.value)];
            map(span, members)
        });
        let options = list(options.collect());
        map(span, vec![named("group", self.name.node()), named("options", options)])
    }
}

/// An option, and its value if it has one.
struct Setting<'a> {
    name: Piece<'a>,
    value: Node,
}

fn option<'a>(line: Piece<'a>, comments: &mut Vec<Comment>) -> Setting<'a> {
    let (line, comment) = line.split_at(comment_start(line.text()));
    comments.extend(comment.strip_prefix('#').map(|comment| Comment { span: comment.span() }));
    let line = line.trim_end();
    let Some((name, value)) = line.split_once(&['=']) else {
        return Setting { name: line, value: null(line.end()) };
    };
    let value = value.trim();
    let mut ends = value.text().chars();
    let in_quotes =
        matches!((ends.next(), ends.next_back()), (Some(a @ ('"' | '\'')), Some(b)) if a == b);
    let value = if in_quotes { value.until(value.text().len() - 1).from(1) } else { value };
    Setting { name: name.trim_end(), value: Node::text(value.span(), unescaped(value.text())) }
}

/// Where the `#` outside quotes is, or the end. Inside quotes a backslash escapes the next
/// character; outside it means nothing.
fn comment_start(text: &str) -> usize {
    let mut quote = None;
    let mut escape = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' | '\'' if !escape && quote == Some(character) => quote = None,
            '"' | '\'' if !escape && quote.is_none() => quote = Some(character),
            '#' if quote.is_none() => return at,
            _ => {}
        }
        escape = quote.is_some() && character == '\\' && !escape;
    }
    text.len()
}

/// The escapes of values; a backslash before anything else stays.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('s') => out.push(' '),
            Some(plain @ ('"' | '\'' | '\\')) => out.push(plain),
            other => {
                out.push('\\');
                out.extend(other);
            }
        }
    }
    out
}

/// `!include FILE` or `!includedir FOLDER`.
fn include(line: Piece<'_>) -> Option<Node> {
    let (directive, path) = line.from(1).split_word();
    let known = matches!(directive.text(), "include" | "includedir") && !path.is_empty();
    let members = vec![named("directive", directive.node()), named("path", path.node())];
    known.then(|| map(line.span(), members))
}

/// The groups, each once, with the options that count.
fn effective(groups: &[Group<'_>], whole: Span) -> (Node, Vec<Shadowed>) {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut merged: Vec<(Piece<'_>, Settings)> = Vec::new();
    for group in groups {
        let number = *numbers.entry(group.name.text()).or_insert(merged.len());
        if number == merged.len() {
            merged.push((group.name, Settings::default()));
        }
        let Some((_, settings)) = merged.get_mut(number) else {
            continue;
        };
        for option in &group.options {
            let name = option.name.text().replace('-', "_");
            let is_list = adds_up(&name);
            let (key_span, value) = (option.name.span(), option.value.clone());
            let member = Member { key: name.into(), key_span, value };
            if is_list {
                settings.add(member);
            } else {
                settings.set_last(member);
            }
        }
    }
    let shadowed = merged.iter().flat_map(|(_, settings)| settings.shadowed()).collect();
    let members = merged
        .into_iter()
        .map(|(name, settings)| -> Member { name.names(settings.into_node(name.span())) });
    (map(whole, members.collect()), shadowed)
}

/// Options of which each line adds to the others.
fn adds_up(name: &str) -> bool {
    let name = name.strip_prefix("loose_").unwrap_or(name);
    let filter = name.strip_prefix("replicate_").or_else(|| name.strip_prefix("binlog_"));
    matches!(name, "early_plugin_load" | "plugin_load_add")
        || name == "replicate_rewrite_db"
        || filter.is_some_and(|filter| {
            matches!(
                filter,
                "do_db"
                    | "ignore_db"
                    | "do_table"
                    | "ignore_table"
                    | "wild_do_table"
                    | "wild_ignore_table"
            )
        })
}

fn no_group() -> Phrase {
    Phrase::new(
        "this option stands before the first group, and the server will not start; write `[mysqld]` or its kin above it",
        "cette option précède le premier groupe, et le serveur ne démarrera pas ; écrire « [mysqld] » ou un autre groupe au-dessus",
    )
}

fn no_directive(line: &str) -> Phrase {
    let line = quoted(line);
    Phrase::new(
        format!("`{line}` means nothing; write `!include FILE` or `!includedir FOLDER`"),
        format!(
            "« {line} » ne veut rien dire ; écrire « !include FICHIER » ou « !includedir DOSSIER »"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    #[test]
    fn groups_hold_options_and_the_last_one_counts() {
        check(
            &MYSQL,
            "my.cnf",
            "; é\n!includedir /etc/a b/\n[mysqld] # c\nbind-address = 127.0.0.1\nskip-networking\nport=\n[client]\n[mysqld]\nbind_address=::1\nplugin-load-add=a\nplugin_load_add=b\n",
            r#"{"groups": [
                {"group": "mysqld", "options": [
                  {"name": "bind-address", "value": "127.0.0.1"},
                  {"name": "skip-networking", "value": null},
                  {"name": "port", "value": ""}]},
                {"group": "client", "options": []},
                {"group": "mysqld", "options": [
                  {"name": "bind_address", "value": "::1"},
                  {"name": "plugin-load-add", "value": "a"},
                  {"name": "plugin_load_add", "value": "b"}]}],
              "includes": [{"directive": "includedir", "path": "/etc/a b/"}],
              "effective": {
                "mysqld": {"bind_address": "::1", "skip_networking": null, "port": "", "plugin_load_add": ["a", "b"]},
                "client": {}}}"#,
        );
        check(&MYSQL, "my.cnf", "", r#"{"groups": [], "includes": [], "effective": {}}"#);
    }

    /// What `MariaDB` 10.11 itself makes of these lines, as `--print-defaults` tells.
    #[test]
    fn values_are_those_of_the_server() {
        let cases = [
            ("a = \"x # y\" # z", Some("x # y")),
            ("a=it's", Some("it's")),
            ("a=it's # c", Some("it's # c")),
            ("a = x\\ty\\sc\\\\d\\q\"", Some("x\ty c\\d\\q\"")),
            ("a = 1;2", Some("1;2")),
            ("a='x\"b'", Some("x\"b")),
            ("a=\"x", Some("\"x")),
            ("a= \"", Some("\"")),
            ("a = \"x\" b \"c\"", Some("x\" b \"c")),
            ("a#q=1", None),
            ("a =x#b", Some("x")),
            ("a=\"x\\\"b\"", Some("x\"b")),
            ("a=b=c", Some("b=c")),
            ("a=\"x\\\\\" # x", Some("x\\")),
            ("a=x\\\"#b\"", Some("x\"#b\"")),
        ];
        for (line, expected) in cases {
            let text = format!("[g]\n{line}\n");
            let tree = read_text("my.cnf", &text, &MYSQL).expect("is one");
            assert_eq!(at(&tree, &["effective", "g", "a"]).as_str(), expected, "{line}");
        }
    }

    #[test]
    fn spans_are_those_of_the_line_that_counts() {
        let text = "[é]\nmax-x = 1\nmax_x = 'é' # é\n";
        let tree = read_text("my.cnf", text, &MYSQL).expect("is one");
        assert_eq!(raw(&tree, &["effective", "é", "max_x"]), "é");
        assert_eq!(tree.raw(at(&tree, &["effective", "é"]).members()[0].key_span), "max_x");
        assert_eq!(tree.raw(tree.comments[0].span), " é");
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "a=1\n[b\n!foo\n[c]\n=1\n!include\n";
        assert_eq!(positions(&MYSQL, "my.cnf", text), ["1:1", "2:1", "3:1", "5:1", "6:1"]);
    }
}
