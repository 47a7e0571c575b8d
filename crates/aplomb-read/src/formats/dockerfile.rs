use aplomb_model::{Comment, Node, Phrase, Span, Tree, Value};

use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

pub(crate) const DOCKERFILE: Format = Format {
    id: "dockerfile",
    summary: "Dockerfile and Containerfile",
    docs: "The tree is `{\"instructions\": [{\"instruction\", \"value\", \"stage\"}], \
        \"stages\": [{\"image\", \"name\", \"user\"}]}`.\n\n\
        Follows the Dockerfile reference. `instruction` is in capitals. `value` is the rest, its \
        continued lines joined by one blank, comment lines left out, heredocs included. `stage` \
        counts from 0 and is null before the first `FROM`. Of a stage, `name` is null without \
        `AS`, and `user` is the last `USER`, null without one. Variables are not replaced.",
    names: &["**/Dockerfile", "**/Dockerfile.*", "**/Containerfile", "**/Containerfile.*"],
    extensions: &["dockerfile", "containerfile"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let escape = escape(text);
    let mut instructions = Vec::new();
    let mut stages: Vec<Stage> = Vec::new();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    let mut lines = Piece::whole(text).lines();
    while let Some(line) = lines.next().filter(|_| !problems.is_full()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
            continue;
        }
        let (keyword, rest) = line.split_word();
        let upper = keyword.text().to_ascii_uppercase();
        if !KEYWORDS.contains(&upper.as_str()) {
            problems.add(keyword.span(), unknown(keyword.text()));
            // The rest of what this was meant to be is no instruction either.
            continued(rest, escape, &mut lines, &mut comments);
            continue;
        }
        let mut value = continued(rest, escape, &mut lines, &mut comments);
        if matches!(upper.as_str(), "RUN" | "COPY" | "ADD") {
            heredocs(&mut value, &mut lines);
        }
        if value.as_str().is_none_or(str::is_empty) {
            problems.add(line.span(), no_value(&upper));
            continue;
        }
        match (upper.as_str(), stages.last_mut()) {
            ("FROM", _) => stages.push(Stage::new(&value, text)),
            ("USER", Some(stage)) => stage.user = Some(value.clone()),
            _ => {}
        }
        let at = keyword.start() as u32;
        let stage = match u32::try_from(stages.len()) {
            Ok(count @ 1..) => Node::new(Span::new(at, at), Value::Int(i64::from(count - 1))),
            _ => null(keyword.start()),
        };
        let whole = keyword.span().cover(value.span);
        let members = vec![
            named("instruction", Node::text(keyword.span(), upper)),
            named("value", value),
            named("stage", stage),
        ];
        instructions.push(map(whole, members));
    }
    let stages = stages.into_iter().map(Stage::into_node).collect();
    let members = vec![named("instructions", list(instructions)), named("stages", list(stages))];
    let root = map(Span::from_range(0..text.len()), members);
    let mut tree = Tree::new(input.source.clone(), DOCKERFILE.id, vec![root]);
    tree.comments = comments;
    problems.or(tree)
}

static KEYWORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// The character that continues lines: a backslash, unless a directive on the first lines says
/// otherwise.
fn escape(text: &str) -> char {
    for line in text.lines() {
        let Some((name, value)) = line.trim().strip_prefix('#').and_then(|c| c.split_once('='))
        else {
            break;
        };
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return '`';
        }
    }
    '\\'
}

/// A value and the lines that continue it.
fn continued<'a>(
    first: Piece<'a>,
    escape: char,
    lines: &mut impl Iterator<Item = Piece<'a>>,
    comments: &mut Vec<Comment>,
) -> Node {
    let first = first.trim();
    let Some(start) = first.text().strip_suffix(escape) else {
        return first.node();
    };
    let mut text = start.trim_end().to_owned();
    let mut span = first.span();
    for line in lines {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let part = line.text().strip_suffix(escape);
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

/// Takes in the heredocs that a value announces, up to the line that ends each.
fn heredocs<'a>(value: &mut Node, lines: &mut impl Iterator<Item = Piece<'a>>) {
    let mut text = value.as_str().unwrap_or_default().to_owned();
    let mut span = value.span;
    let announced: Vec<(bool, String)> = text
        .match_indices("<<")
        .filter_map(|(at, _)| {
            // A number may stand before it: the file descriptor.
            let before = text.get(..at)?.trim_end_matches(|c: char| c.is_ascii_digit());
            let begins = before.is_empty() || before.ends_with(char::is_whitespace);
            let rest = text.get(at + 2..)?;
            let (tabs, rest) = match rest.strip_prefix('-') {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let word: String = if let quote @ ('"' | '\'') = rest.chars().next()? {
                rest.get(1..)?.split(quote).next()?.into()
            } else {
                let part = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
                rest.chars().take_while(part).collect()
            };
            (begins && !word.is_empty()).then_some((tabs, word))
        })
        .collect();
    for (tabs, end) in announced {
        for line in lines.by_ref() {
            text.push('\n');
            text.push_str(line.text());
            span = span.cover(line.span());
            let word = if tabs { line.text().trim_start_matches('\t') } else { line.text() };
            if word == end {
                break;
            }
        }
    }
    *value = Node::text(span, text);
}

/// What `FROM` begins.
struct Stage {
    span: Span,
    image: Node,
    name: Option<Node>,
    user: Option<Node>,
}

impl Stage {
    /// `[--platform=…] image [AS name]`, over one line or several.
    fn new(value: &Node, text: &str) -> Self {
        let raw = text.get(value.span.range()).unwrap_or_default();
        let start = value.span.start() as usize;
        let mut rest = Piece::whole(text).until(start + raw.len()).from(start);
        let mut words = Vec::new();
        while !rest.is_empty() {
            let (word, after) = rest.split_word();
            if !word.text().starts_with("--") && !matches!(word.text(), "\\" | "`") {
                words.push(word);
            }
            rest = after;
        }
        let image = words.first().map(|word| word.node());
        let named = words.get(1).filter(|word| word.text().eq_ignore_ascii_case("as"));
        Self {
            span: value.span,
            image: image.unwrap_or_else(|| value.clone()),
            name: named.and(words.get(2)).map(|word| word.node()),
            user: None,
        }
    }

    fn into_node(self) -> Node {
        let nothing = || null(self.span.end() as usize);
        let name = self.name.unwrap_or_else(nothing);
        let user = self.user.unwrap_or_else(nothing);
        let members = vec![named("image", self.image), named("name", name), named("user", user)];
        map(self.span, members)
    }
}

fn unknown(keyword: &str) -> Phrase {
    let keyword = quoted(keyword);
    let upper = keyword.to_ascii_uppercase();
    let near =
        KEYWORDS.iter().map(|known| (strsim::damerau_levenshtein(&upper, known), known)).min();
    let (en, fr) = match near {
        Some((distance, known)) if distance <= 2 => {
            (format!("; did you mean `{known}`?"), format!(" ; peut-être « {known} » ?"))
        }
        _ => (String::new(), String::new()),
    };
    Phrase::new(
        format!("`{keyword}` is no instruction{en}"),
        format!("« {keyword} » n'est pas une instruction{fr}"),
    )
}

fn no_value(keyword: &str) -> Phrase {
    Phrase::new(
        format!("`{keyword}` has no argument; give it one"),
        format!("« {keyword} » n'a pas d'argument ; lui en donner un"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, problem, raw};
    use crate::read_text;

    #[test]
    fn instructions_belong_to_stages() {
        check(
            &DOCKERFILE,
            "Dockerfile",
            "# é\nARG V=1\nfrom --platform=linux/amd64 golang:$V AS build\nRUN a \\\n    # why\n\n    && b\nUSER x\n\nFROM scratch\nCOPY --from=build /a /a\n",
            r#"{"instructions": [
                {"instruction": "ARG", "value": "V=1", "stage": null},
                {"instruction": "FROM", "value": "--platform=linux/amd64 golang:$V AS build", "stage": 0},
                {"instruction": "RUN", "value": "a && b", "stage": 0},
                {"instruction": "USER", "value": "x", "stage": 0},
                {"instruction": "FROM", "value": "scratch", "stage": 1},
                {"instruction": "COPY", "value": "--from=build /a /a", "stage": 1}],
              "stages": [
                {"image": "golang:$V", "name": "build", "user": "x"},
                {"image": "scratch", "name": null, "user": null}]}"#,
        );
        check(&DOCKERFILE, "Dockerfile", "", r#"{"instructions": [], "stages": []}"#);
    }

    #[test]
    fn heredocs_are_part_of_the_value() {
        check(
            &DOCKERFILE,
            "Dockerfile",
            "FROM a\nRUN <<-E x && y\n\tNOT an instruction\n\tE\nRUN echo $((1<<2))\nUSER b",
            r#"{"instructions": [
                {"instruction": "FROM", "value": "a", "stage": 0},
                {"instruction": "RUN", "value": "<<-E x && y\n\tNOT an instruction\n\tE", "stage": 0},
                {"instruction": "RUN", "value": "echo $((1<<2))", "stage": 0},
                {"instruction": "USER", "value": "b", "stage": 0}],
              "stages": [{"image": "a", "name": null, "user": "b"}]}"#,
        );
    }

    #[test]
    fn the_escape_character_may_change() {
        check(
            &DOCKERFILE,
            "Dockerfile",
            "# escape=`\r\nFROM `\r\n  a `\r\n as B\r\nWORKDIR C:\\\r\n",
            r#"{"instructions": [
                {"instruction": "FROM", "value": "a as B", "stage": 0},
                {"instruction": "WORKDIR", "value": "C:\\", "stage": 0}],
              "stages": [{"image": "a", "name": "B", "user": null}]}"#,
        );
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "FORM a\nRUN\nwords \\\nFROM\n";
        assert_eq!(positions(&DOCKERFILE, "Dockerfile", text), ["1:1", "2:1", "3:1"]);
        assert!(problem(&DOCKERFILE, "Dockerfile", text).contains("`FROM`?"));
    }

    #[test]
    fn spans_are_what_is_written() {
        let text = "FROM é:1 AS b\nRUN a \\\n  b\n";
        let tree = read_text("Dockerfile", text, &DOCKERFILE).expect("is one");
        assert_eq!(raw(&tree, &["stages", "0", "image"]), "é:1");
        assert_eq!(raw(&tree, &["instructions", "1", "value"]), "a \\\n  b");
        assert_eq!(raw(&tree, &["instructions", "1"]), "RUN a \\\n  b");
    }
}
