use aplomb_model::{Member, Node, Phrase, Span, Tree, Value};

use crate::lines::lines;
use crate::piece::{Piece, list, map, named, quoted};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const RESOLV: Format = Format {
    id: "resolv",
    summary: "The resolver's configuration (resolv.conf)",
    docs: "The tree is `{\"directives\": [{\"keyword\", \"value\", \"args\": [text, …]}], \
        \"effective\": {\"nameservers\": [text, …], \"search\": [text, …], \"sortlist\": \
        [text, …], \"options\": {name: value}}}`.\n\n\
        Follows resolv.conf(5). In `effective`, `nameservers` are the first three, which are all \
        that is asked; of `search` and `domain` the last line counts; an option without value \
        (`rotate`) is true, one with (`ndots:2`) is text, and the last counts.",
    names: &["**/resolv.conf", "**/resolv.conf.d/*"],
    extensions: &[],
    read,
};

/// How many name servers the resolver asks at most.
const SERVERS: usize = 3;

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut directives = Vec::new();
    let mut effective = Effective::default();
    let mut problems = Problems::default();
    let (lines, comments) = lines(text, &['#', ';']);
    for line in lines {
        let (keyword, rest) = line.split_word();
        let said = |word: &Piece<'_>| !word.text().starts_with(['#', ';']);
        let args: Vec<_> = rest.words().take_while(said).collect();
        if !["nameserver", "domain", "search", "sortlist", "options"].contains(&keyword.text()) {
            problems.add(keyword.span(), unknown(keyword.text()));
            continue;
        }
        if args.is_empty() {
            problems.add(line.span(), no_value(keyword.text()));
            continue;
        }
        effective.take(keyword.text(), &args);
        let args: Vec<_> = args.into_iter().map(Piece::node).collect();
        let members = vec![
            named("keyword", keyword.node()),
            named("value", rest.node()),
            named("args", list(args)),
        ];
        directives.push(map(line.span(), members));
    }
    let whole = Span::from_range(0..text.len());
    let members =
        vec![named("directives", list(directives)), named("effective", effective.into_node(whole))];
    input.tree(&RESOLV, members, comments, problems)
}

#[derive(Default)]
struct Effective {
    nameservers: Vec<Node>,
    search: Vec<Node>,
    sortlist: Vec<Node>,
    options: Settings,
}

impl Effective {
    fn take(&mut self, keyword: &str, args: &[Piece<'_>]) {
        let all = || args.iter().copied().map(Piece::node);
        match keyword {
            "nameserver" if self.nameservers.len() < SERVERS => {
                self.nameservers.extend(all().take(1));
            }
            "domain" => self.search = all().take(1).collect(),
            "search" => self.search = all().collect(),
            "sortlist" => self.sortlist = all().collect(),
            "options" => args.iter().for_each(|option| self.options.set_last(setting(*option))),
            _ => {}
        }
    }

    fn into_node(self, whole: Span) -> Node {
        let members = vec![
            named("nameservers", list(self.nameservers)),
            named("search", list(self.search)),
            named("sortlist", list(self.sortlist)),
            named("options", self.options.into_node(whole)),
        ];
        map(whole, members)
    }
}

fn setting(option: Piece<'_>) -> Member {
    match option.split_once(&[':']) {
        Some((name, value)) => name.names(value.node()),
        None => option.names(Node::new(option.span(), Value::Bool(true))),
    }
}

fn unknown(keyword: &str) -> Phrase {
    let keyword = quoted(keyword);
    Phrase::new(
        format!(
            "the resolver knows no `{keyword}` and passes over the line; write nameserver, search, options, …"
        ),
        format!(
            "le résolveur ne connaît pas « {keyword} » et ignore la ligne ; écrire nameserver, search, options…"
        ),
    )
}

fn no_value(keyword: &str) -> Phrase {
    Phrase::new(
        format!("`{keyword}` has no value; give it one"),
        format!("« {keyword} » n'a pas de valeur ; lui en donner une"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn what_is_asked_is_told() {
        check(
            &RESOLV,
            "etc/resolv.conf",
            "# a\n; b\nnameserver 192.0.2.1 # c\nnameserver 192.0.2.2\nnameserver ::1\nnameserver ::2\ndomain a.example\n\
             search b.example  c\noptions ndots:2 rotate ndots:3\n",
            r#"{"directives": [
                {"keyword": "nameserver", "value": "192.0.2.1 # c", "args": ["192.0.2.1"]},
                {"keyword": "nameserver", "value": "192.0.2.2", "args": ["192.0.2.2"]},
                {"keyword": "nameserver", "value": "::1", "args": ["::1"]},
                {"keyword": "nameserver", "value": "::2", "args": ["::2"]},
                {"keyword": "domain", "value": "a.example", "args": ["a.example"]},
                {"keyword": "search", "value": "b.example  c", "args": ["b.example", "c"]},
                {"keyword": "options", "value": "ndots:2 rotate ndots:3", "args": ["ndots:2", "rotate", "ndots:3"]}],
              "effective": {"nameservers": ["192.0.2.1", "192.0.2.2", "::1"], "search": ["b.example", "c"],
                "sortlist": [], "options": {"ndots": "3", "rotate": true}}}"#,
        );
    }

    #[test]
    fn spans_and_mistakes() {
        let tree = read_text("resolv.conf", "search  é b\noptions a:é\n", &RESOLV).expect("is one");
        assert_eq!(raw(&tree, &["effective", "search", "0"]), "é");
        assert_eq!(raw(&tree, &["effective", "options", "a"]), "é");
        let text = "nameservers ::1\nnameserver\nsearch # x\n";
        assert_eq!(positions(&RESOLV, "resolv.conf", text), ["1:1", "2:1", "3:1"]);
    }
}
