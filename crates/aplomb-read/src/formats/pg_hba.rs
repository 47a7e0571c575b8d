use std::net::IpAddr;

use aplomb_model::{Comment, Node, Phrase, Span, Tree};

use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::{Problems, unclosed_quote};
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
    let mut rules = Vec::new();
    let mut includes = Vec::new();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    let mut lines = Piece::whole(text).lines();
    while let Some(line) = lines.next() {
        let mut fields = Vec::new();
        let mut goes_on = line_fields(line, &mut fields, &mut comments, &mut problems);
        while goes_on {
            let Some(next) = lines.next() else { break };
            goes_on = line_fields(next, &mut fields, &mut comments, &mut problems);
        }
        let Some(first) = fields.first() else {
            continue;
        };
        match first.text.as_str() {
            "include" | "include_if_exists" | "include_dir" => {
                includes.extend(fields.get(1).map(Field::node));
            }
            _ => match rule(&fields) {
                Ok(rule) => rules.push(rule),
                Err((span, message)) => problems.add(span, message),
            },
        }
    }
    let members = vec![named("rules", list(rules)), named("includes", list(includes))];
    let root = map(Span::from_range(0..text.len()), members);
    let mut tree = Tree::new(input.source.clone(), PG_HBA.id, vec![root]);
    tree.comments = comments;
    problems.or(tree)
}

/// One column of a line: its text without the quotes of a quoted name, and where that stands.
struct Field {
    text: String,
    span: Span,
}

impl Field {
    fn node(&self) -> Node {
        Node::text(self.span, self.text.as_str())
    }
}

/// Splits a line into fields; true where a backslash at its end joins the next line to it.
fn line_fields(
    line: Piece<'_>,
    fields: &mut Vec<Field>,
    comments: &mut Vec<Comment>,
    problems: &mut Problems,
) -> bool {
    let goes_on = line.text().ends_with('\\');
    let mut rest = line.until(line.text().len() - usize::from(goes_on)).trim();
    let mut list_goes_on = false;
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
            return goes_on;
        }
        let mut quoted = false;
        let end = rest.text().find(|c: char| {
            quoted ^= c == '"';
            !quoted && (c.is_whitespace() || c == '#')
        });
        if end.is_none() && quoted {
            problems.add(rest.span(), unclosed_quote());
            return goes_on;
        }
        let (raw, after) = rest.split_at(end.unwrap_or(rest.text().len()));
        let bare = raw.unquoted(&['"']).unwrap_or(raw);
        // A comma at the end of a field says that its list goes on after the blank.
        match fields.last_mut().filter(|_| list_goes_on) {
            Some(field) => {
                field.text.push_str(raw.text());
                field.span = field.span.cover(raw.span());
            }
            None => fields.push(Field { text: bare.text().to_owned(), span: bare.span() }),
        }
        list_goes_on = raw.text().ends_with(',');
        rest = after.trim_start();
    }
    goes_on
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
        options.push(aplomb_model::Member {
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
    let options_span =
        options.first().map_or(Span::new(end.end(), end.end()), |first: &aplomb_model::Member| {
            first.key_span.cover(end)
        });
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
        let expected = ["1:1", "2:1", "3:11", "3:1", "4:23", "5:2"];
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
