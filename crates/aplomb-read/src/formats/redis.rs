use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree};

use super::expand::{Expanded, Include};
use super::nested::Directive;
use crate::piece::{Piece, list, named, quoted};
use crate::problems::{Problems, unclosed_quote};
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const REDIS: Format = Format {
    id: "redis",
    summary: "Redis, Valkey and Sentinel configuration, and what of it takes effect",
    docs: "The tree is `{\"directives\": [{\"name\", \"args\": [text, …], \"value\"}], \"includes\": \
        [text, …], \"effective\": {name: value, …}}`.\n\n\
        Lines and quotes are those of Redis's own parser; `value` is all arguments joined by one \
        blank. Of a directive the last line counts in `effective`, but those that add up (`save`, \
        `user`, `rename-command`, `loadmodule`, `client-output-buffer-limit`, `sentinel`) are lists, one value a \
        line; `save \"\"` empties its list. Names are in lower case there, and old ones stand under the new \
        (`slaveof` as `replicaof`, `…-ziplist-…` as `…-listpack-…`, `lua-time-limit` as \
        `busy-reply-threshold`). `includes` are the files that `include` names; they are followed \
        where they stand. What was not delivered leaves rules that find nothing amiss not evaluated.",
    names: &[
        "**/redis.conf",
        "**/redis-*.conf",
        "**/redis/**/*.conf",
        "**/valkey.conf",
        "**/valkey/**/*.conf",
        "**/sentinel.conf",
        "**/sentinel-*.conf",
    ],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut expanded = Expanded::read(input, &REDIS, included, &[]);
    let mut directives = Vec::new();
    let mut includes = Vec::new();
    let mut effective = Settings::default();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    for line in expanded.pieces().flat_map(Piece::lines) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
            continue;
        }
        let mut words = match words(line) {
            Ok(words) => words.into_iter(),
            Err((span, message)) => {
                problems.add(span, message);
                continue;
            }
        };
        let Some(name) = words.next() else {
            continue;
        };
        let directive = Directive::new(name, words.collect());
        if directive.args.is_empty() {
            problems.add(line.span(), no_value(directive.name()));
            continue;
        }
        if directive.name().eq_ignore_ascii_case("include") {
            includes.push(directive.value.clone());
        } else {
            set(&mut effective, &directive);
        }
        directives.push(directive.into_node());
    }
    let whole = expanded.whole();
    expanded.tree().shadowed = effective.shadowed().collect();
    let members = vec![
        named("directives", list(directives)),
        named("includes", list(includes)),
        named("effective", effective.into_node(whole)),
    ];
    expanded.finish(members, comments, problems)
}

/// What a line includes.
fn included(from: &str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_> {
    Box::new(move |line| {
        let begins = line.text().get(..7).is_some_and(|word| word.eq_ignore_ascii_case("include"));
        let found = begins.then(|| words(line).ok()).flatten();
        let Some([name, path]) = found.as_deref() else { return Vec::new() };
        if !name.as_str().is_some_and(|name| name.eq_ignore_ascii_case("include")) {
            return Vec::new();
        }
        let written = path.as_str().unwrap_or_default();
        vec![Include::new(path.clone(), from, &["/etc/redis", "/etc/valkey", "/etc"], written)]
    })
}

fn set(effective: &mut Settings, directive: &Directive) {
    let name = today(directive.name());
    let (span, value) = (directive.name.span, directive.value.clone());
    match name.as_str() {
        "save" if value.as_str() == Some("") => effective.reset(&name, span, value.span),
        "client-output-buffer-limit"
        | "loadmodule"
        | "rename-command"
        | "save"
        | "sentinel"
        | "user" => effective.add(Member { key: name.into(), key_span: span, value }),
        _ => effective.set_last(Member { key: name.into(), key_span: span, value }),
    }
}

/// The name that a directive has in current versions.
fn today(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower == "lua-time-limit" {
        return "busy-reply-threshold".to_owned();
    }
    lower.replace("slave", "replica").replace("ziplist", "listpack")
}

/// The words of a line. A quote begins anywhere in a word and ends it.
fn words(line: Piece<'_>) -> Result<Vec<Node>, (Span, Phrase)> {
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (word, after) = word(rest)?;
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

fn word(piece: Piece<'_>) -> Result<(Node, Piece<'_>), (Span, Phrase)> {
    let text = piece.text();
    let mut out = String::new();
    let mut quote: Option<(char, usize)> = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (character, quote) {
            (_, Some((open, _))) if open == character => {
                let after = piece.from(at + 1);
                if !after.is_empty() && after.trim_start().start() == after.start() {
                    return Err((after.until(1).span(), glued()));
                }
                let whole = piece.until(at + 1);
                let bare = whole.unquoted(&['"', '\'']);
                // What is escaped may be a quote.
                let inner = whole.from(1).until(at.saturating_sub(1));
                let bare = bare.or(quote.filter(|(_, start)| *start == 0).map(|_| inner));
                return Ok((Node::text(bare.unwrap_or(whole).span(), out), after));
            }
            ('\\', Some((open, _))) => {
                let (plain, length) = escaped(text.get(at + 1..).unwrap_or_default(), open);
                out.push(plain);
                for _ in 0..length {
                    characters.next();
                }
            }
            ('"' | '\'', None) => quote = Some((character, at)),
            (_, None) if character.is_whitespace() => {
                let (word, after) = piece.split_at(at);
                return Ok((Node::text(word.span(), out), after));
            }
            _ => out.push(character),
        }
    }
    match quote {
        Some((_, at)) => Err((piece.from(at).until(1).span(), unclosed_quote())),
        None => Ok((Node::text(piece.span(), out), piece.from(text.len()))),
    }
}

/// What a backslash before `rest` in quotes makes, and how many characters of `rest` it takes.
fn escaped(rest: &str, quote: char) -> (char, usize) {
    let Some(next) = rest.chars().next() else {
        return ('\\', 0);
    };
    if quote == '\'' {
        return if next == '\'' { ('\'', 1) } else { ('\\', 0) };
    }
    let digits = rest.get(1..3).filter(|digits| !digits.starts_with('+'));
    match (next, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
        ('x', Some(byte)) => (char::from(byte), 3),
        ('n', _) => ('\n', 1),
        ('r', _) => ('\r', 1),
        ('t', _) => ('\t', 1),
        ('b', _) => ('\u{8}', 1),
        ('a', _) => ('\u{7}', 1),
        (other, _) => (other, 1),
    }
}

fn no_value(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`{name}` has no value, and Redis will not start; give it one"),
        format!("« {name} » n'a pas de valeur, et Redis ne démarrera pas ; lui en donner une"),
    )
}

fn glued() -> Phrase {
    Phrase::new(
        "this follows a closing quote, and Redis will not start; put a blank between them",
        "ceci suit un guillemet fermant, et Redis ne démarrera pas ; les séparer par un espace",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    fn tree(text: &str) -> Tree {
        read_text("redis.conf", text, &REDIS).unwrap_or_else(|e| panic!("{text}\n{:?}", e.problems))
    }

    #[test]
    fn the_last_line_counts_and_some_add_up() {
        check(
            &REDIS,
            "redis.conf",
            "# é\nBIND 127.0.0.1 -::1\r\nport 1\nport 6379\nsave 900 1\nsave \"\"\nsave 60 10\nslaveof a 1\ninclude /etc/b\nuser default off\n",
            r#"{"directives": [
                {"name": "BIND", "args": ["127.0.0.1", "-::1"], "value": "127.0.0.1 -::1"},
                {"name": "port", "args": ["1"], "value": "1"},
                {"name": "port", "args": ["6379"], "value": "6379"},
                {"name": "save", "args": ["900", "1"], "value": "900 1"},
                {"name": "save", "args": [""], "value": ""},
                {"name": "save", "args": ["60", "10"], "value": "60 10"},
                {"name": "slaveof", "args": ["a", "1"], "value": "a 1"},
                {"name": "include", "args": ["/etc/b"], "value": "/etc/b"},
                {"name": "user", "args": ["default", "off"], "value": "default off"}],
              "includes": ["/etc/b"],
              "effective": {"bind": "127.0.0.1 -::1", "port": "6379", "save": ["60 10"],
                "replicaof": "a 1", "user": ["default off"]}}"#,
        );
        check(&REDIS, "redis.conf", "", r#"{"directives": [], "includes": [], "effective": {}}"#);
        check(
            &REDIS,
            "redis.conf",
            "save ''\nhash-max-ziplist-entries 1\nLua-Time-Limit 5",
            r#"{"directives": [
                {"name": "save", "args": [""], "value": ""},
                {"name": "hash-max-ziplist-entries", "args": ["1"], "value": "1"},
                {"name": "Lua-Time-Limit", "args": ["5"], "value": "5"}],
              "includes": [],
              "effective": {"save": [], "hash-max-listpack-entries": "1", "busy-reply-threshold": "5"}}"#,
        );
    }

    #[test]
    fn words_are_those_of_redis() {
        let cases = [
            (r#""b \x41\n\q\"\x4""#, "b A\nq\"x4"),
            (r"'b \n\'\c'", r"b \n'\c"),
            (r#"b"c d""#, "bc d"),
            ("b#c", "b#c"),
            (r"b\c", r"b\c"),
        ];
        for (written, expected) in cases {
            let tree = tree(&format!("a {written} e"));
            let words = at(&tree, &["directives", "0", "args"]).items();
            let words: Vec<_> = words.iter().map(Node::as_str).collect();
            assert_eq!(words, [Some(expected), Some("e")], "{written}");
        }
    }

    #[test]
    fn spans_are_those_of_the_line_that_counts() {
        let tree = tree("# é\nrequirepass a\nRequirePass \"é\\\"\"\n");
        assert_eq!(raw(&tree, &["effective", "requirepass"]), "é\\\"");
        let key = at(&tree, &["effective"]).members()[0].key_span;
        assert_eq!(tree.raw(key), "RequirePass");
        assert_eq!(tree.raw(tree.comments[0].span), " é");
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "appendonly\na \"b\na 'b'c\nport 1\n";
        assert_eq!(positions(&REDIS, "redis.conf", text), ["1:1", "2:3", "3:6"]);
    }
}
