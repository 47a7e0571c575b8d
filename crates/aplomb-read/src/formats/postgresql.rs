use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree};

use super::expand::{Expanded, Include};
use crate::piece::{Piece, list, map, named, quoted};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const POSTGRESQL: Format = Format {
    id: "postgresql",
    summary: "PostgreSQL server configuration (postgresql.conf)",
    docs: "The tree is `{\"settings\": {name: text}, \"includes\": [text, …], \"effective\": {name: \
        text}}`.\n\n\
        Follows chapter 19.1 of PostgreSQL's documentation. Names are in lower case, as \
        PostgreSQL compares them without regard to case; values are text without their quotes, \
        units and all (`100MB`, `on`). A setting written twice is kept twice, and the last one \
        counts, as in PostgreSQL; `effective` has it once. `includes` are what `include`, \
        `include_if_exists` and `include_dir` name; they are followed where they stand, from the \
        folder of the file that names them. Beside `postgresql.conf`, `postgresql.auto.conf`, \
        which `ALTER SYSTEM` writes, has the last word. What is named and not delivered leaves \
        rules that find nothing amiss not evaluated.",
    names: &[
        "**/postgresql.conf",
        "**/postgresql.auto.conf",
        "**/postgresql.base.conf",
        "**/postgresql.conf.d/*.conf",
        "**/postgresql/**/conf.d/*.conf",
    ],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut expanded = Expanded::read(input, &POSTGRESQL, included, &auto_conf(input));
    let mut settings = Vec::new();
    let mut effective = Settings::default();
    let mut includes = Vec::new();
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
        let (name, value) = match setting(line, &mut comments) {
            Ok(found) => found,
            Err(message) => {
                problems.add(line.span(), message);
                continue;
            }
        };
        let lower = name.text().to_ascii_lowercase();
        match lower.as_str() {
            "include" | "include_if_exists" | "include_dir" => includes.push(value),
            _ => {
                let member = Member { key: lower.into(), key_span: name.span(), value };
                effective.set_last(member.clone());
                settings.push(member);
            }
        }
    }
    let spans = settings.iter().map(|member| member.value.span);
    let span = spans.reduce(Span::cover).unwrap_or_default();
    let whole = expanded.whole();
    expanded.tree().shadowed = effective.shadowed().collect();
    let members = vec![
        named("settings", map(span, settings)),
        named("includes", list(includes)),
        named("effective", effective.into_node(whole)),
    ];
    expanded.finish(members, comments, problems)
}

/// The file that has the last word, where it is delivered beside the main one.
fn auto_conf(input: &Input<'_>) -> Vec<String> {
    let main = input.source.name().strip_suffix("postgresql.conf");
    let beside = main.filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let path = beside.map(|folder| format!("{folder}postgresql.auto.conf"));
    path.into_iter().filter(|path| input.files.has_file(path)).collect()
}

/// What a line includes: a file, or those of a folder.
fn included(from: &str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_> {
    Box::new(move |line| {
        let begins = line.text().get(..7).is_some_and(|word| word.eq_ignore_ascii_case("include"));
        let found = begins.then(|| setting(line, &mut Vec::new()).ok()).flatten();
        let Some((name, value)) = found else { return Vec::new() };
        let path = value.as_str().unwrap_or_default().to_owned();
        let path = match name.text().to_ascii_lowercase().as_str() {
            "include" | "include_if_exists" => path,
            "include_dir" => format!("{}/*.conf", path.trim_end_matches('/')),
            _ => return Vec::new(),
        };
        let home = home(&path);
        vec![Include::new(value, from, &[home], &path)]
    })
}

/// The folder of a cluster that an absolute path lies in: Debian's are three below `/etc`.
fn home(path: &str) -> &str {
    let slashes: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
    let end = if path.starts_with("/etc/postgresql/") { slashes.get(4) } else { slashes.last() };
    end.and_then(|end| path.get(..*end)).unwrap_or(path)
}

/// The name and the value of a line: `name = value`, `name value`, the value in single quotes or
/// not, a comment behind it.
fn setting<'a>(line: Piece<'a>, comments: &mut Vec<Comment>) -> Result<(Piece<'a>, Node), Phrase> {
    let text = line.text();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$');
    let (name, rest) = line.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()));
    let value = rest.trim_start();
    let value = value.strip_prefix('=').unwrap_or(value).trim_start();
    // Without `=`, a blank must part name and value.
    if name.is_empty() || value.is_empty() || value.start() == name.end() {
        return Err(no_setting());
    }
    let (value, after) = if let Some(inner) = value.strip_prefix('\'') {
        in_quotes(inner).ok_or_else(unclosed)?
    } else {
        let end = value.text().find(|c: char| c.is_whitespace() || c == '#');
        let (value, after) = value.split_at(end.unwrap_or(value.text().len()));
        (value.node(), after)
    };
    let after = after.trim_start();
    match after.strip_prefix('#') {
        Some(comment) => comments.push(Comment { span: comment.span() }),
        None if after.is_empty() => {}
        None => return Err(after_value(after.text())),
    }
    Ok((name, value))
}

/// The value whose content begins here, and what follows its closing quote.
fn in_quotes(inner: Piece<'_>) -> Option<(Node, Piece<'_>)> {
    let mut out = String::new();
    let mut characters = inner.text().char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' if characters.next_if(|(_, next)| *next == '\'').is_some() => out.push('\''),
            '\'' => {
                let (value, _) = inner.split_at(at);
                return Some((Node::text(value.span(), out), inner.from(at + 1)));
            }
            '\\' => match characters.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                other => out.push(other),
            },
            _ => out.push(character),
        }
    }
    None
}

fn no_setting() -> Phrase {
    Phrase::new(
        "this line is no setting; write `name = value`",
        "cette ligne n'est pas un paramètre ; écrire « nom = valeur »",
    )
}

fn unclosed() -> Phrase {
    Phrase::new(
        "the quoted value is never closed; add the missing quote",
        "la valeur entre guillemets n'est jamais fermée ; ajouter le guillemet manquant",
    )
}

fn after_value(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` follows the value; put a value with blanks in single quotes"),
        format!(
            "« {text} » suit la valeur ; mettre entre guillemets simples une valeur avec espaces"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    #[test]
    fn settings_are_text_by_lower_case_name() {
        check(
            &POSTGRESQL,
            "postgresql.conf",
            "# é\nListen_Addresses = '*'\t# all\r\nport=5432\nwork_mem 4MB\nx.y = 'it''s\\'s'\narchive_command = 'cp %p \"/a b\"'\ninclude_dir 'conf.d'\n",
            r#"{"settings": {"listen_addresses": "*", "port": "5432", "work_mem": "4MB", "x.y": "it's's", "archive_command": "cp %p \"/a b\""}, "includes": ["conf.d"],
              "effective": {"listen_addresses": "*", "port": "5432", "work_mem": "4MB", "x.y": "it's's", "archive_command": "cp %p \"/a b\""}}"#,
        );
        check(
            &POSTGRESQL,
            "postgresql.conf",
            "",
            r#"{"settings": {}, "includes": [], "effective": {}}"#,
        );
    }

    #[test]
    fn the_last_of_two_counts() {
        let text = "ssl = off\nssl = 'on' # é\n";
        let tree = read_text("postgresql.conf", text, &POSTGRESQL).expect("is one");
        assert_eq!(raw(&tree, &["settings", "ssl"]), "on");
        assert_eq!(at(&tree, &["settings"]).members().len(), 2);
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "port\n= 1\na = 'x\nb = 1 2\nport = 1\n";
        assert_eq!(positions(&POSTGRESQL, "postgresql.conf", text), ["1:1", "2:1", "3:1", "4:1"]);
    }
}
