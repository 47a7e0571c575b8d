use aplomb_model::{Node, Phrase, Span, Tree};

use super::pg_hba::{Field, LAYOUT, fields, included};
use crate::lines::Table;
use crate::piece::{list, map, named, quoted};
use crate::{Format, Input, ReadError};

pub(crate) const PG_IDENT: Format = Format {
    id: "pg_ident",
    summary: "PostgreSQL user name maps (pg_ident.conf)",
    docs: "The tree is `{\"entries\": [{\"map\", \"system_user\", \"database_user\"}], \
        \"includes\": [text, …]}`, the entries in the order in which PostgreSQL tries them.\n\n\
        Follows chapter 21.2 of PostgreSQL's documentation. Names are without the quotes of a \
        quoted name; a regular expression keeps its leading `/`. `includes` are the files that \
        `include` and its kin name; they are not followed.",
    names: &["**/pg_ident.conf", "**/pg_ident.conf.*"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let Table { rows, comments, mut problems } = LAYOUT.read(input.source.text());
    let mut entries = Vec::new();
    let mut includes = Vec::new();
    for row in rows {
        let fields = fields(&row);
        if let Some(file) = included(&fields) {
            includes.push(file);
            continue;
        }
        match fields.as_slice() {
            [map, system, database] => entries.push(entry(row.span(), [map, system, database])),
            [_, _, _, fourth, ..] => problems.add(fourth.span, too_many(&fourth.text)),
            _ => problems.add(row.span(), too_few()),
        }
    }
    let members = vec![named("entries", list(entries)), named("includes", list(includes))];
    input.tree(&PG_IDENT, members, comments, problems)
}

fn entry(span: Span, [name, system, database]: [&Field; 3]) -> Node {
    let members = vec![
        named("map", name.node()),
        named("system_user", system.node()),
        named("database_user", database.node()),
    ];
    map(span, members)
}

fn too_few() -> Phrase {
    Phrase::new(
        "this line ends too early; write map, system user, database user",
        "cette ligne s'arrête trop tôt ; écrire correspondance, utilisateur système, utilisateur de base",
    )
}

fn too_many(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` follows the third column; put a name with blanks in double quotes"),
        format!(
            "« {text} » suit la troisième colonne ; mettre entre guillemets un nom avec espaces"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn maps_have_three_columns() {
        check(
            &PG_IDENT,
            "pg_ident.conf",
            "# MAP  SYSTEM  PG\nadm \"a b\" postgres # c\r\nadm /^(.*)@x$ \\\n \\1\ninclude b.conf\n",
            r#"{"entries": [
                {"map": "adm", "system_user": "a b", "database_user": "postgres"},
                {"map": "adm", "system_user": "/^(.*)@x$", "database_user": "\\1"}],
              "includes": ["b.conf"]}"#,
        );
        check(&PG_IDENT, "pg_ident.conf", "", r#"{"entries": [], "includes": []}"#);
    }

    #[test]
    fn spans_and_mistakes() {
        let tree = read_text("pg_ident.conf", "a \"é b\"  c\n", &PG_IDENT).expect("is one");
        assert_eq!(raw(&tree, &["entries", "0", "system_user"]), "é b");
        assert_eq!(raw(&tree, &["entries", "0"]), "a \"é b\"  c");
        let text = "a b\na b c d\na \"b c\ninclude\n";
        assert_eq!(positions(&PG_IDENT, "pg_ident.conf", text), ["1:1", "2:7", "3:3", "4:1"]);
    }
}
