use aplomb_model::{Member, Node, Phrase, Span, Tree, Value};

use crate::lines::{Layout, Table};
use crate::piece::{Piece, list, map, named};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const NSSWITCH: Format = Format {
    id: "nsswitch",
    summary: "Where names are looked up (nsswitch.conf)",
    docs: "The tree is `{\"databases\": [{\"database\", \"services\": [{\"name\", \"actions\": \
        [{\"status\", \"action\", \"negated\"}]}]}], \"effective\": {database: [text, …]}}`.\n\n\
        Follows nsswitch.conf(5). `actions` are what `[NOTFOUND=return]` and its kin say of the \
        service before them; `negated` tells a `!` before the status. `effective` are the names of \
        the services in order; of two lines of one database the last counts.",
    names: &["**/nsswitch.conf"],
    extensions: &[],
    read,
};

const LAYOUT: Layout = Layout { remarks: true, pairs: &[('[', ']')], joins: false };

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let Table { rows, comments, mut problems } = LAYOUT.read(text);
    let mut databases = Vec::new();
    let mut effective = Settings::default();
    for row in rows {
        let Some((first, cells)) = row.cells.split_first() else { continue };
        // A blank may stand before the colon, and none after it.
        let (name, after) = match first.split_once(&[':']) {
            Some((name, after)) => (name, Some(after).filter(|after| !after.is_empty())),
            None => (*first, None),
        };
        let colon = first.text().contains(':');
        let (cells, after) = match cells.split_first() {
            Some((next, rest)) if !colon && next.text().starts_with(':') => {
                (rest, Some(next.from(1)).filter(|after| !after.is_empty()))
            }
            _ if colon => (cells, after),
            _ => {
                problems.add(row.span(), no_database());
                continue;
            }
        };
        let services = services(after.iter().chain(cells), &mut problems);
        let names = services.iter().map(|service| service.name.node()).collect();
        effective.set_last(Member {
            key: name.text().into(),
            key_span: name.span(),
            value: list(names),
        });
        let services = services.into_iter().map(Service::into_node).collect();
        let members = vec![named("database", name.node()), named("services", list(services))];
        databases.push(map(row.span(), members));
    }
    let whole = Span::from_range(0..text.len());
    let members =
        vec![named("databases", list(databases)), named("effective", effective.into_node(whole))];
    input.tree(&NSSWITCH, members, comments, problems)
}

struct Service<'a> {
    name: Piece<'a>,
    actions: Vec<Node>,
}

impl Service<'_> {
    fn into_node(self) -> Node {
        let span =
            self.actions.iter().map(|action| action.span).fold(self.name.span(), Span::cover);
        let members = vec![named("name", self.name.node()), named("actions", list(self.actions))];
        map(span, members)
    }
}

fn services<'p, 'a: 'p>(
    cells: impl Iterator<Item = &'p Piece<'a>>,
    problems: &mut Problems,
) -> Vec<Service<'a>> {
    let mut services: Vec<Service<'a>> = Vec::new();
    for cell in cells {
        let Some(inner) = cell.strip_prefix('[') else {
            services.push(Service { name: *cell, actions: Vec::new() });
            continue;
        };
        let inner = inner.until(inner.text().trim_end_matches(']').len());
        let found = actions(inner);
        match (services.last_mut(), found) {
            (Some(service), Some(found)) => service.actions.extend(found),
            _ => problems.add(cell.span(), no_action()),
        }
    }
    services
}

/// `status=action`, once or more, `!` before a status.
fn actions(inner: Piece<'_>) -> Option<Vec<Node>> {
    let action = |word: Piece<'_>| {
        let (status, action) = word.split_once(&['='])?;
        let bare = status.strip_prefix('!');
        let members = vec![
            named("status", bare.unwrap_or(status).node()),
            named("action", action.node()),
            named("negated", Node::new(status.span(), Value::Bool(bare.is_some()))),
        ];
        Some(map(word.span(), members))
    };
    let actions: Option<Vec<_>> = inner.words().map(action).collect();
    actions.filter(|actions| !actions.is_empty())
}

fn no_database() -> Phrase {
    Phrase::new(
        "this line names no database; write `database: service …`",
        "cette ligne ne nomme aucune base ; écrire « base: service … »",
    )
}

fn no_action() -> Phrase {
    Phrase::new(
        "this is no action of a service; write `[STATUS=action]` after a service",
        "ce n'est pas l'action d'un service ; écrire « [STATUT=action] » après un service",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn databases_have_services() {
        check(
            &NSSWITCH,
            "etc/nsswitch.conf",
            "# a\npasswd:   files systemd\nhosts: files [!UNAVAIL=return NOTFOUND=continue] dns # b\nhosts :dns\nx:\n",
            r#"{"databases": [
                {"database": "passwd", "services": [{"name": "files", "actions": []}, {"name": "systemd", "actions": []}]},
                {"database": "hosts", "services": [
                  {"name": "files", "actions": [{"status": "UNAVAIL", "action": "return", "negated": true},
                    {"status": "NOTFOUND", "action": "continue", "negated": false}]},
                  {"name": "dns", "actions": []}]},
                {"database": "hosts", "services": [{"name": "dns", "actions": []}]},
                {"database": "x", "services": []}],
              "effective": {"passwd": ["files", "systemd"], "hosts": ["dns"], "x": []}}"#,
        );
    }

    #[test]
    fn spans_and_mistakes() {
        let tree = read_text("nsswitch.conf", "a: é [X=y]\n", &NSSWITCH).expect("is one");
        assert_eq!(raw(&tree, &["effective", "a", "0"]), "é");
        assert_eq!(raw(&tree, &["databases", "0", "services", "0"]), "é [X=y");
        let text = "passwd files\na: [X=y]\na: b [X]\na: b [c\n";
        assert_eq!(positions(&NSSWITCH, "nsswitch.conf", text), ["1:1", "2:4", "3:6", "4:6"]);
    }
}
