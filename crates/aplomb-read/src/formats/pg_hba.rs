use std::net::IpAddr;

use aplomb_model::{Member, Node, Phrase, Span, Tree};

use crate::lines::{Layout, Row, Table};
use crate::piece::{list, map, named, null, quoted};
use crate::{Format, Input, ReadError};

pub(crate) const PG_HBA: Format = Format {
    id: "pg_hba",
    summary: "PostgreSQL client authentication (pg_hba.conf)",
    docs: "The tree is `{\"rules\": [{\"type\", \"database\", \"user\", \"address\", \"method\", \
        \"options\": {name: text}}], \"includes\": [text, …]}`, the rules in the order in which \
        PostgreSQL tries them.\n\n\
        Follows chapter 21.1 of PostgreSQL's documentation. `database` and `user` are as written \
        (`a,b`), without the quotes of a single quoted name. `address` is null for `local`; an \
        address with its mask in a column of its own becomes `192.0.2.0/24`. `includes` are the \
        files that `include` and its kin name; they are not followed.",
    names: &["**/pg_hba.conf", "**/pg_hba.conf.*"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let Table { rows, comments, mut problems } = LAYOUT.read(text);
    let mut rules = Vec::new();
    let mut includes = Vec::new();
    for row in rows {
        let fields = fields(&row);
        if let Some(file) = included(&fields) {
            includes.push(file);
            continue;
        }
        match rule(&fields) {
            Ok(rule) => rules.push(rule),
            Err((span, message)) => problems.add(span, message),
        }
    }
    let members = vec![named("rules", list(rules)), named("includes", list(includes))];
    input.tree(&PG_HBA, members, comments, problems)
}

/// How the server writes its tables of connections and of users.
pub(crate) const LAYOUT: Layout = Layout { remarks: true, pairs: &[('"', '"')], joins: true };

/// The file that a line includes.
pub(crate) fn included(fields: &[Field]) -> Option<Node> {
    let [directive, file, ..] = fields else { return None };
    let includes = ["include", "include_if_exists", "include_dir"];
    includes.contains(&directive.text.as_str()).then(|| file.node())
}

/// One column of a line: its text without the quotes of a quoted name, and where that stands.
pub(crate) struct Field {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Field {
    pub(crate) fn node(&self) -> Node {
        Node::text(self.span, self.text.as_str())
    }
}

/// The cells of a row, of which a comma at the end says that the list goes on in the next.
pub(crate) fn fields(row: &Row<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut list_goes_on = false;
    for raw in &row.cells {
        match fields.last_mut().filter(|_| list_goes_on) {
            Some(field) => {
                field.text.push_str(raw.text());
                field.span = field.span.cover(raw.span());
            }
            None => {
                let bare = raw.unquoted(&['"']).unwrap_or(*raw);
                fields.push(Field { text: bare.text().to_owned(), span: bare.span() });
            }
        }
        list_goes_on = raw.text().ends_with(',');
    }
    fields
}

fn rule(fields: &[Field]) -> Result<Node, (Span, Phrase)> {
    let types = ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];
    let spans = fields.iter().map(|field| field.span);
    let whole = spans.reduce(Span::cover).unwrap_or_default();
    let mut fields = fields.iter();
    let mut next = |what| fields.next().ok_or_else(|| (whole, missing(what)));
    let kind = next(("type", "le type"))?;
    if !types.contains(&kind.text.as_str()) {
        return Err((kind.span, unknown_type(&kind.text)));
    }
    let database = next(("database", "la base"))?.node();
    let user = next(("user", "l'utilisateur"))?.node();
    let at = user.span.end() as usize;
    let mut address = null(at);
    let mut method = next(("method", "la méthode"))?;
    if kind.text != "local" {
        let (host, mut following) = (method, next(("method", "la méthode"))?);
        address = host.node();
        if let Some(cidr) = with_mask(&host.text, &following.text) {
            address = Node::text(host.span.cover(following.span), cidr);
            following = next(("method", "la méthode"))?;
        }
        method = following;
    }
    let mut options = Vec::new();
    let mut end = method.span;
    for field in fields {
        let Some((name, value)) = field.text.split_once('=') else {
            return Err((field.span, no_option(&field.text)));
        };
        let start = field.span.start();
        let middle = start + name.len() as u32;
        let value_span = Span::new(middle + 1, field.span.end());
        let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        options.push(Member {
            key: name.into(),
            key_span: Span::new(start, middle),
            value: match bare {
                Some(bare) => {
                    let inner = Span::new(value_span.start() + 1, value_span.end() - 1);
                    Node::text(inner, bare)
                }
                None => Node::text(value_span, value),
            },
        });
        end = field.span;
    }
    let options_span = options
        .first()
        .map_or(Span::new(end.end(), end.end()), |first: &Member| first.key_span.cover(end));
    let members = vec![
        named("type", kind.node()),
        named("database", database),
        named("user", user),
        named("address", address),
        named("method", method.node()),
        named("options", map(options_span, options)),
    ];
    Ok(map(whole, members))
}

/// An address and a mask as one network; `None` where the second is no mask.
fn with_mask(address: &str, mask: &str) -> Option<String> {
    let (address, mask): (IpAddr, IpAddr) = (address.parse().ok()?, mask.parse().ok()?);
    let ones = match (address, mask) {
        (IpAddr::V4(_), IpAddr::V4(mask)) => {
            let bits = u32::from(mask);
            (bits.leading_ones() + bits.trailing_zeros() == 32).then(|| bits.leading_ones())
        }
        (IpAddr::V6(_), IpAddr::V6(mask)) => {
            let bits = u128::from(mask);
            (bits.leading_ones() + bits.trailing_zeros() == 128).then(|| bits.leading_ones())
        }
        _ => return None,
    };
    // A mask with holes has no short form.
    Some(match ones {
        Some(ones) => format!("{address}/{ones}"),
        None => format!("{address} {mask}"),
    })
}

fn missing((en, fr): (&str, &str)) -> Phrase {
    Phrase::new(
        format!("this rule ends before its {en}; write type, database, user, address, method"),
        format!(
            "cette règle s'arrête avant {fr} ; écrire type, base, utilisateur, adresse, méthode"
        ),
    )
}

fn unknown_type(kind: &str) -> Phrase {
    let kind = quoted(kind);
    Phrase::new(
        format!("`{kind}` is no type of connection; write local, host, hostssl or hostnossl"),
        format!(
            "« {kind} » n'est pas un type de connexion ; écrire local, host, hostssl ou hostnossl"
        ),
    )
}

fn no_option(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` is no option of the method; write `name=value`"),
        format!("« {text} » n'est pas une option de la méthode ; écrire « nom=valeur »"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn rules_stand_in_order() {
        check(
            &PG_HBA,
            "pg_hba.conf",
            "# TYPE  DATABASE\nlocal all postgres peer\nhost a,b, c \"all\" 10.0.0.0/8 scram-sha-256 # x\r\n\
             hostssl all +grp 192.0.2.0 255.255.255.0 cert map=\"a b\" clientcert=verify-full\n\
             host all all 2001:db8:: ffff:ffff:: \\\n  ldap ldapserver=x\ninclude_dir hba.d\n",
            r#"{"rules": [
                {"type": "local", "database": "all", "user": "postgres", "address": null, "method": "peer", "options": {}},
                {"type": "host", "database": "a,b,c", "user": "all", "address": "10.0.0.0/8", "method": "scram-sha-256", "options": {}},
                {"type": "hostssl", "database": "all", "user": "+grp", "address": "192.0.2.0/24", "method": "cert", "options": {"map": "a b", "clientcert": "verify-full"}},
                {"type": "host", "database": "all", "user": "all", "address": "2001:db8::/32", "method": "ldap", "options": {"ldapserver": "x"}}],
              "includes": ["hba.d"]}"#,
        );
        check(&PG_HBA, "pg_hba.conf", "", r#"{"rules": [], "includes": []}"#);
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "hots all all all md5\nhost all all\nlocal all \"x\nhost a b samehost md5 x\n host a b all\n";
        let expected = ["1:1", "2:1", "3:11", "4:23", "5:2"];
        assert_eq!(positions(&PG_HBA, "pg_hba.conf", text), expected);
    }

    #[test]
    fn spans_are_what_is_written() {
        let text = "host \"é b\" all 10.0.0.0  255.0.0.0 md5 x=é\n";
        let tree = read_text("pg_hba.conf", text, &PG_HBA).expect("is one");
        assert_eq!(raw(&tree, &["rules", "0", "database"]), "é b");
        assert_eq!(raw(&tree, &["rules", "0", "address"]), "10.0.0.0  255.0.0.0");
        assert_eq!(raw(&tree, &["rules", "0", "options", "x"]), "é");
        assert_eq!(raw(&tree, &["rules", "0"]), text.trim_end());
    }
}
