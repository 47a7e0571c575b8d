use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree, Value};

use self::word::{Word, word};
use super::layers::{Layer, Layers};
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::{Problems, unclosed_quote};
use crate::repetition::Repetition;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

mod word;

pub(crate) const SHELL: Format = Format {
    id: "shell",
    summary: "Variables set in shell syntax (/etc/default, /etc/sysconfig, os-release)",
    docs: "The tree is `{\"variables\": [{\"name\", \"value\", \"exported\", \"expands\"}], \
        \"effective\": {name: text}}`.\n\n\
        Follows the quoting of the shell (POSIX, XCU 2.2): quotes come off, backslashes are \
        resolved, lines that a backslash ends are joined. Nothing is run or replaced: where \
        `expands` is true, the value holds variables or commands (`$x`, `$(…)`, `` `…` ``) as \
        written. `value` is null for `export NAME` alone. In `effective` the last value of a name \
        counts, and `NAME+=value` is appended to it. Anything but assignments is a mistake, for \
        only running it tells what it does. `default/grub` and the files of `default/grub.d` are one \
        subject.",
    names: &[
        "**/etc/default/*",
        "**/default/grub",
        "**/default/grub.d/*.cfg",
        "**/sysconfig/*",
        "**/os-release",
        "**/locale.conf",
        "**/vconsole.conf",
    ],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut layers = Layers::open(input, &SHELL)?;
    let mut variables = Vec::new();
    let mut effective = Settings::default();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    let mut repetition = Repetition::new(input.limits);
    let read = layers.read();
    for mut rest in read.iter().map(Layer::text) {
        while !problems.is_full() {
            rest = rest.from(rest.text().len() - rest.text().trim_start_matches(is_between).len());
            if rest.is_empty() {
                break;
            }
            if let Some(comment) = rest.strip_prefix('#') {
                let comment = comment.lines().next().unwrap_or(comment);
                comments.push(Comment { span: comment.span() });
                rest = rest.from(comment.end() - rest.start());
                continue;
            }
            match variable(rest) {
                Ok((variable, after)) => {
                    rest = after;
                    variable.take_effect(&mut effective, &mut repetition);
                    variables.push(variable.into_node());
                }
                Err((span, message)) => {
                    problems.add(span, message);
                    let line = rest.lines().next().unwrap_or(rest);
                    rest = rest.from(line.text().len());
                }
            }
        }
    }
    repetition.check()?;
    let whole = layers.whole();
    layers.tree().shadowed.extend(effective.shadowed());
    let members =
        vec![named("variables", list(variables)), named("effective", effective.into_node(whole))];
    layers.finish(members, comments, problems)
}

/// What parts one assignment from the next.
fn is_between(character: char) -> bool {
    character.is_whitespace() || character == ';'
}

struct Variable<'a> {
    name: Piece<'a>,
    value: Option<Word>,
    exported: bool,
    appended: bool,
}

/// One assignment and what follows it.
fn variable(rest: Piece<'_>) -> Result<(Variable<'_>, Piece<'_>), (Span, Phrase)> {
    let refused = || {
        let line = rest.lines().next().unwrap_or(rest).trim_end();
        (line.span(), no_assignment(line.text()))
    };
    let export = rest.text().strip_prefix("export").filter(|after| after.starts_with([' ', '\t']));
    let start = export.map_or(rest, |after| rest.from(rest.text().len() - blank(after).len()));
    let (name, after) = start.split_at(name_length(start.text()));
    if name.is_empty() || name.text().starts_with(|c: char| c.is_ascii_digit()) {
        return Err(refused());
    }
    let exported = export.is_some();
    let ends = |after: Piece<'_>| after.is_empty() || after.text().starts_with(is_between);
    if exported && ends(after) {
        return Ok((Variable { name, value: None, exported, appended: false }, after));
    }
    let appends = after.strip_prefix('+');
    let value = appends.unwrap_or(after).strip_prefix('=').ok_or_else(refused)?;
    // `NAME=(…)` is a list, which not all shells have.
    if value.text().starts_with('(') {
        return Err(refused());
    }
    let (value, after) = word(value).ok_or_else(|| (value.until(1).span(), unclosed_quote()))?;
    if !ends(after) || (!exported && is_for_command(after.text())) {
        return Err(refused());
    }
    Ok((Variable { name, value: Some(value), exported, appended: appends.is_some() }, after))
}

/// Whether a command follows an assignment on its line, which then is for that command only.
fn is_for_command(after: &str) -> bool {
    let next = blank(after);
    let behind = next.get(name_length(next)..).unwrap_or_default();
    let ends = next.is_empty() || next.starts_with(['#', ';', '\r', '\n']);
    let assigns = behind.starts_with('=') || behind.starts_with("+=");
    !ends && !assigns && !next.starts_with("export ")
}

fn blank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

fn name_length(text: &str) -> usize {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.find(|c| !is_name(c)).unwrap_or(text.len())
}

impl Variable<'_> {
    fn take_effect(&self, effective: &mut Settings, repetition: &mut Repetition) {
        let Some(word) = &self.value else { return };
        let before = effective.get(self.name.text()).filter(|_| self.appended);
        let before = before.and_then(Node::as_str).unwrap_or_default();
        if self.appended && !repetition.allows(word.span, before.len()) {
            return;
        }
        let text = before.to_owned() + &word.text;
        effective.set_last(Member {
            key: self.name.text().into(),
            key_span: self.name.span(),
            value: Node::text(word.span, text),
        });
    }

    fn into_node(self) -> Node {
        let expands = self.value.as_ref().is_some_and(|word| word.expands);
        let value = match self.value {
            Some(word) => Node::text(word.span, word.text),
            None => null(self.name.end()),
        };
        let span = self.name.span().cover(value.span);
        let members = vec![
            named("name", self.name.node()),
            named("value", value),
            named("exported", Node::new(self.name.span(), Value::Bool(self.exported))),
            named("expands", Node::new(span, Value::Bool(expands))),
        ];
        map(span, members)
    }
}

fn no_assignment(line: &str) -> Phrase {
    let line = quoted(line);
    Phrase::new(
        format!(
            "`{line}` is no assignment, and only running it tells what it does; write `NAME=value`"
        ),
        format!(
            "« {line} » n'est pas une affectation, et seule son exécution dirait son effet ; écrire « NOM=valeur »"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    #[test]
    fn variables_have_values() {
        check(
            &SHELL,
            "etc/default/grub",
            "# a\nA=1 B='x y'; export C=\"a \\\"b\\\" \\n $A\" # c\nD=a\\ b\"c\"'d' \nD+=\" e\"\nexport D\n\
             E=`lsb_release -i || echo \\`x\\``\nF=$(echo \"$(a ')')\" )z\nG=\nH=a\\\nb\n",
            r#"{"variables": [
                {"name": "A", "value": "1", "exported": false, "expands": false},
                {"name": "B", "value": "x y", "exported": false, "expands": false},
                {"name": "C", "value": "a \"b\" \\n $A", "exported": true, "expands": true},
                {"name": "D", "value": "a bcd", "exported": false, "expands": false},
                {"name": "D", "value": " e", "exported": false, "expands": false},
                {"name": "D", "value": null, "exported": true, "expands": false},
                {"name": "E", "value": "`lsb_release -i || echo \\`x\\``", "exported": false, "expands": true},
                {"name": "F", "value": "$(echo \"$(a ')')\" )z", "exported": false, "expands": true},
                {"name": "G", "value": "", "exported": false, "expands": false},
                {"name": "H", "value": "ab", "exported": false, "expands": false}],
              "effective": {"A": "1", "B": "x y", "C": "a \"b\" \\n $A", "D": "a bcd e",
                "E": "`lsb_release -i || echo \\`x\\``", "F": "$(echo \"$(a ')')\" )z", "G": "", "H": "ab"}}"#,
        );
        check(&SHELL, "etc/default/x", "", r#"{"variables": [], "effective": {}}"#);
    }

    #[test]
    fn spans_are_inside_the_quotes() {
        let text = "A=\"é x\" # é\nB=é'é'\n";
        let tree = read_text("etc/default/x", text, &SHELL).expect("is one");
        assert_eq!(raw(&tree, &["effective", "A"]), "é x");
        assert_eq!(raw(&tree, &["effective", "B"]), "é'é'");
        assert_eq!(at(&tree, &["effective", "B"]).as_str(), Some("éé"));
        assert_eq!(tree.raw(tree.comments[0].span), " é");
    }

    #[test]
    fn anything_else_is_a_mistake() {
        let text = "if true\nA=1 cmd\n. /etc/x\nA=(1 2)\n1A=2\nA='x\nB=$(x\nC=1\n";
        let expected = ["1:1", "2:1", "3:1", "4:1", "5:1", "6:3", "7:3"];
        assert_eq!(positions(&SHELL, "etc/default/x", text), expected);
    }
}
