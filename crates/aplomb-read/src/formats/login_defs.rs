use aplomb_model::{Member, Node, Phrase, Span, Tree};

use crate::lines::lines;
use crate::piece::{list, map, named, quoted};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const LOGIN_DEFS: Format = Format {
    id: "login_defs",
    summary: "Defaults of accounts and passwords (login.defs)",
    docs: "The tree is `{\"directives\": [{\"name\", \"value\"}], \"effective\": {name: text}}`.\n\n\
        Follows login.defs(5). A value is text, from its first character that is neither blank nor \
        quote to the next quote or the line's end. In `effective` the last value of a name counts.",
    names: &["**/login.defs", "**/login.defs.d/*"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut directives = Vec::new();
    let mut effective = Settings::default();
    let mut problems = Problems::default();
    let (lines, comments) = lines(text, &['#']);
    for line in lines {
        let (name, rest) = line.split_word();
        let opening = rest.text().len() - rest.text().trim_start_matches(['"', ' ', '\t']).len();
        let value = rest.from(opening);
        let value = value.until(value.text().find('"').unwrap_or(value.text().len()));
        if rest.is_empty() {
            problems.add(line.span(), no_value(name.text()));
            continue;
        }
        effective.set_last(Member {
            key: name.text().into(),
            key_span: name.span(),
            value: value.node(),
        });
        let members = vec![named("name", name.node()), named("value", value.node())];
        directives.push(map(line.span(), members));
    }
    let whole = Span::from_range(0..text.len());
    let effective: Node = effective.into_node(whole);
    let members = vec![named("directives", list(directives)), named("effective", effective)];
    input.tree(&LOGIN_DEFS, members, comments, problems)
}

fn no_value(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`{name}` has no value, and the line is passed over; give it one"),
        format!("« {name} » n'a pas de valeur, et la ligne est ignorée ; lui en donner une"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn the_last_value_counts() {
        check(
            &LOGIN_DEFS,
            "etc/login.defs",
            "# a\nUMASK\t\t022\nENV_PATH  PATH=/a:/b c\nUMASK 027\nX \"a b\" c\n",
            r#"{"directives": [{"name": "UMASK", "value": "022"}, {"name": "ENV_PATH", "value": "PATH=/a:/b c"},
                {"name": "UMASK", "value": "027"}, {"name": "X", "value": "a b"}],
              "effective": {"UMASK": "027", "ENV_PATH": "PATH=/a:/b c", "X": "a b"}}"#,
        );
        check(&LOGIN_DEFS, "login.defs", "", r#"{"directives": [], "effective": {}}"#);
    }

    #[test]
    fn spans_and_mistakes() {
        let text = "A é\nA  \"é\"\n";
        let tree = read_text("login.defs", text, &LOGIN_DEFS).expect("is one");
        assert_eq!(raw(&tree, &["effective", "A"]), "é");
        assert_eq!(
            tree.source()
                .position(crate::proof::at(&tree, &["effective", "A"]).span.start() as usize)
                .line,
            2
        );
        assert_eq!(positions(&LOGIN_DEFS, "login.defs", "A\n B \nC 1\n"), ["1:1", "2:2"]);
    }
}
