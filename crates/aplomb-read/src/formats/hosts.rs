use std::net::IpAddr;

use aplomb_model::{Node, Phrase, Tree};

use crate::lines::{Layout, Table};
use crate::piece::{Piece, list, map, named, quoted};
use crate::{Format, Input, ReadError};

pub(crate) const HOSTS: Format = Format {
    id: "hosts",
    summary: "Addresses of hosts (/etc/hosts)",
    docs: "The tree is `{\"entries\": [{\"address\", \"name\", \"aliases\": [text, …]}]}`.\n\n\
        Follows hosts(5): `name` is the first name of a line, `aliases` are the others. A line \
        without an address or without a name is a mistake, for resolvers pass over it. Only a file \
        named `etc/hosts` is taken for one: elsewhere `hosts` often is an inventory.",
    names: &["**/etc/hosts", "**/hosts.d/*.hosts"],
    extensions: &[],
    read,
};

const LAYOUT: Layout = Layout { remarks: true, pairs: &[], joins: false };

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let Table { rows, comments, mut problems } = LAYOUT.read(input.source.text());
    let mut entries = Vec::new();
    for row in rows {
        let [address, names @ ..] = row.cells.as_slice() else { continue };
        if !is_address(address.text()) {
            problems.add(address.span(), no_address(address.text()));
            continue;
        }
        let Some((name, aliases)) = names.split_first() else {
            problems.add(address.span(), no_name());
            continue;
        };
        let aliases = aliases.iter().copied().map(Piece::node).collect();
        let members = vec![
            named("address", address.node()),
            named("name", name.node()),
            named("aliases", Node { span: row.span(), ..list(aliases) }),
        ];
        entries.push(map(row.span(), members));
    }
    input.tree(&HOSTS, vec![named("entries", list(entries))], comments, problems)
}

/// An address, of IPv6 with or without its zone.
fn is_address(text: &str) -> bool {
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse::<IpAddr>().is_ok()
}

fn no_address(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` is no address, and the line is passed over; begin it with an address"),
        format!(
            "« {text} » n'est pas une adresse, et la ligne est ignorée ; commencer par une adresse"
        ),
    )
}

fn no_name() -> Phrase {
    Phrase::new(
        "this address has no name; write the host's name after it",
        "cette adresse n'a pas de nom ; écrire le nom de l'hôte après elle",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn addresses_have_names() {
        check(
            &HOSTS,
            "etc/hosts",
            "127.0.0.1\tlocalhost\n# a\n192.0.2.1 a.example a b#c\nfe80::1%eth0 r\r\n",
            r#"{"entries": [
                {"address": "127.0.0.1", "name": "localhost", "aliases": []},
                {"address": "192.0.2.1", "name": "a.example", "aliases": ["a", "b"]},
                {"address": "fe80::1%eth0", "name": "r", "aliases": []}]}"#,
        );
        check(&HOSTS, "etc/hosts", "", r#"{"entries": []}"#);
    }

    #[test]
    fn spans_and_mistakes() {
        let tree = read_text("etc/hosts", "::1  é b\n", &HOSTS).expect("is one");
        assert_eq!(raw(&tree, &["entries", "0", "name"]), "é");
        assert_eq!(raw(&tree, &["entries", "0", "aliases", "0"]), "b");
        let text = "a 127.0.0.1\n 127.0.0.1\n127.0.1 x\n";
        assert_eq!(positions(&HOSTS, "etc/hosts", text), ["1:1", "2:2", "3:1"]);
    }
}
