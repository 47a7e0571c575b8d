use aplomb_model::{Phrase, Tree};

use super::layers::Layers;
use crate::lines::{Layout, Table};
use crate::piece::{list, map, named, null};
use crate::{Format, Input, ReadError};

pub(crate) const LIMITS: Format = Format {
    id: "limits",
    summary: "Resource limits of users (limits.conf, limits.d)",
    docs: "The tree is `{\"entries\": [{\"domain\", \"type\", \"item\", \"value\"}]}`.\n\n\
        Follows limits.conf(5). `domain` is a user, `@group`, `%group`, `*` or a range of numbers; \
        `type` is `soft`, `hard` or `-` (both). A line of a domain and `-` alone, which frees the \
        domain of all limits, has null for item and value. Values are text. `limits.conf` and the \
        files of `limits.d` beside it are one subject, in the order in which pam_limits reads them: \
        what comes later counts.",
    names: &[
        "**/security/limits.conf",
        "**/limits.d/*.conf",
        "limits.conf",
        "**/{*[!d],*[!.]d}/limits.conf",
    ],
    extensions: &[],
    read,
};

const LAYOUT: Layout = Layout { remarks: true, pairs: &[], joins: false };

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let layers = Layers::open(input, &LIMITS)?;
    let read = layers.read();
    let mut table = Table::default();
    for layer in &read {
        LAYOUT.read_into(layer.text(), &mut table);
    }
    let Table { rows, comments, mut problems } = table;
    let mut entries = Vec::new();
    for row in rows {
        let end = row.span().end() as usize;
        let (domain, kind, item, value) = match row.cells.as_slice() {
            [domain, kind] if kind.text() == "-" => (domain, kind, null(end), null(end)),
            [domain, kind, item, value] => (domain, kind, item.node(), value.node()),
            _ => {
                problems.add(row.span(), no_limit());
                continue;
            }
        };
        if !matches!(kind.text(), "soft" | "hard" | "-") {
            problems.add(kind.span(), no_limit());
            continue;
        }
        let members = vec![
            named("domain", domain.node()),
            named("type", kind.node()),
            named("item", item),
            named("value", value),
        ];
        entries.push(map(row.span(), members));
    }
    layers.finish(vec![named("entries", list(entries))], comments, problems)
}

fn no_limit() -> Phrase {
    Phrase::new(
        "this is no limit, and the line is passed over; write domain, soft, hard or -, item, value",
        "ce n'est pas une limite, et la ligne est ignorée ; écrire domaine, soft, hard ou -, élément, valeur",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn limits_have_four_columns() {
        check(
            &LIMITS,
            "limits.conf",
            "# a\n*  hard core 0 # b\n@grp\t-\tnofile unlimited\nftp -\n",
            r#"{"entries": [
                {"domain": "*", "type": "hard", "item": "core", "value": "0"},
                {"domain": "@grp", "type": "-", "item": "nofile", "value": "unlimited"},
                {"domain": "ftp", "type": "-", "item": null, "value": null}]}"#,
        );
        check(&LIMITS, "limits.conf", "", r#"{"entries": []}"#);
    }

    #[test]
    fn spans_and_mistakes() {
        let tree = read_text("limits.conf", "é soft nofile  10\n", &LIMITS).expect("is one");
        assert_eq!(raw(&tree, &["entries", "0", "domain"]), "é");
        assert_eq!(raw(&tree, &["entries", "0", "value"]), "10");
        let text = "* core 0\n* both core 0\n* hard core 0 1\n* soft\n";
        assert_eq!(positions(&LIMITS, "limits.conf", text), ["1:1", "2:3", "3:1", "4:1"]);
    }
}
