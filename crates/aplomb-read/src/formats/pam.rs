use aplomb_model::{Node, Phrase, Span, Tree, Value};

use crate::lines::{Layout, Row, Table};
use crate::piece::{Piece, list, map, named, quoted};
use crate::{Format, Input, ReadError};

pub(crate) const PAM: Format = Format {
    id: "pam",
    summary: "Pluggable authentication: the stacks of services (pam.d, pam.conf)",
    docs: "The tree is `{\"entries\": [{\"service\", \"type\", \"optional\", \"control\", \
        \"actions\": {result: text}, \"module\", \"args\": [text, …]}], \"includes\": [text, …]}`, \
        the entries in the order in which they are tried.\n\n\
        Follows pam.conf(5). `service` is what the line names in `pam.conf`; below `pam.d/`, the \
        file's own name. `type` is `auth`, `account`, `password` or `session`, in lower case, and \
        `optional` tells the `-` before it. `control` is one word in lower case (`required`, …) or \
        what stands between brackets (`success=1 default=ignore`), whose parts are in `actions`; \
        simple words have the actions that pam.conf(5) gives for them. An argument in brackets \
        loses them. `include` and `substack` are entries whose `module` is the file; these and the \
        files of `@include` are in `includes`, which are not followed.",
    names: &["**/pam.d/*", "**/pam.conf"],
    extensions: &[],
    read,
};

const LAYOUT: Layout = Layout { remarks: true, pairs: &[('[', ']')], joins: true };

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let Table { rows, comments, mut problems } = LAYOUT.read(input.source.text());
    let name = input.source.name();
    let name = name.rsplit('/').next().unwrap_or(name);
    let has_service = name == "pam.conf";
    let mut entries = Vec::new();
    let mut includes = Vec::new();
    for row in rows {
        if let [directive, file, ..] = row.cells.as_slice()
            && directive.text() == "@include"
        {
            includes.push(file.node());
            continue;
        }
        let service = row.cells.first().filter(|_| has_service);
        let start = row.span().start() as usize;
        let service = service.map_or_else(
            || Node::text(Span::from_range(start..start), name),
            |service| service.node(),
        );
        match entry(&row, usize::from(has_service), service, &mut includes) {
            Ok(entry) => entries.push(entry),
            Err(message) => problems.add(row.span(), message),
        }
    }
    let members = vec![named("entries", list(entries)), named("includes", list(includes))];
    input.tree(&PAM, members, comments, problems)
}

fn entry(
    row: &Row<'_>,
    first: usize,
    service: Node,
    includes: &mut Vec<Node>,
) -> Result<Node, Phrase> {
    let Some([kind, control, module, args @ ..]) = row.cells.get(first..) else {
        return Err(too_few());
    };
    let bare = kind.strip_prefix('-');
    let lower = bare.unwrap_or(*kind).text().to_ascii_lowercase();
    if !["auth", "account", "password", "session"].contains(&lower.as_str()) {
        return Err(no_type(kind.text()));
    }
    let (control, actions) = controls(*control)?;
    if matches!(control.as_str(), Some("include" | "substack")) {
        includes.push(module.node());
    }
    let args = args.iter().map(|arg| bracketed(*arg).unwrap_or(*arg).node());
    let members = vec![
        named("service", service),
        named("type", Node::text(bare.unwrap_or(*kind).span(), lower)),
        named("optional", Node::new(kind.span(), Value::Bool(bare.is_some()))),
        named("control", control),
        named("actions", actions),
        named("module", module.node()),
        named("args", Node { span: row.span(), ..list(args.collect()) }),
    ];
    Ok(map(row.span(), members))
}

/// What stands between brackets, where the piece is nothing else.
fn bracketed(piece: Piece<'_>) -> Option<Piece<'_>> {
    let inner = piece.strip_prefix('[')?;
    inner.text().ends_with(']').then(|| inner.until(inner.text().len() - 1))
}

/// A control and what it does with each result of the module.
fn controls(control: Piece<'_>) -> Result<(Node, Node), Phrase> {
    let Some(inner) = bracketed(control) else {
        let lower = control.text().to_ascii_lowercase();
        let Some((_, actions)) = SIMPLE.iter().find(|(word, _)| *word == lower) else {
            return Err(no_control(control.text()));
        };
        let at = control.span();
        let actions = actions.iter().map(|(result, action)| named(result, Node::text(at, *action)));
        return Ok((Node::text(at, lower), map(at, actions.collect())));
    };
    let mut actions = Vec::new();
    for word in inner.words() {
        let Some((result, action)) = word.split_once(&['=']) else {
            return Err(no_control(word.text()));
        };
        actions.push(result.names(action.node()));
    }
    Ok((inner.trim().node(), map(inner.span(), actions)))
}

/// What the simple words stand for.
type Actions = &'static [(&'static str, &'static str)];

static SIMPLE: &[(&str, Actions)] = &[
    (
        "required",
        &[("success", "ok"), ("new_authtok_reqd", "ok"), ("ignore", "ignore"), ("default", "bad")],
    ),
    (
        "requisite",
        &[("success", "ok"), ("new_authtok_reqd", "ok"), ("ignore", "ignore"), ("default", "die")],
    ),
    ("sufficient", &[("success", "done"), ("new_authtok_reqd", "done"), ("default", "ignore")]),
    ("optional", &[("success", "ok"), ("new_authtok_reqd", "ok"), ("default", "ignore")]),
    ("include", &[]),
    ("substack", &[]),
];

fn too_few() -> Phrase {
    Phrase::new(
        "this line ends too early, and the service fails; write type, control, module",
        "cette ligne s'arrête trop tôt, et le service échoue ; écrire type, contrôle, module",
    )
}

fn no_type(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` is no type; write auth, account, password or session"),
        format!("« {text} » n'est pas un type ; écrire auth, account, password ou session"),
    )
}

fn no_control(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!(
            "`{text}` is no control; write required, requisite, sufficient, optional or `[result=action]`"
        ),
        format!(
            "« {text} » n'est pas un contrôle ; écrire required, requisite, sufficient, optional ou « [résultat=action] »"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn stacks_have_entries() {
        check(
            &PAM,
            "etc/pam.d/sshd",
            "# a\n@include common-auth\n-Session OPTIONAL pam_systemd.so\nauth [success=1  default=ignore] \\\n pam_unix.so nullok [a b] # c\n\
             account include system-auth\n",
            r#"{"entries": [
                {"service": "sshd", "type": "session", "optional": true, "control": "optional",
                 "actions": {"success": "ok", "new_authtok_reqd": "ok", "default": "ignore"}, "module": "pam_systemd.so", "args": []},
                {"service": "sshd", "type": "auth", "optional": false, "control": "success=1  default=ignore",
                 "actions": {"success": "1", "default": "ignore"}, "module": "pam_unix.so", "args": ["nullok", "a b"]},
                {"service": "sshd", "type": "account", "optional": false, "control": "include", "actions": {}, "module": "system-auth", "args": []}],
              "includes": ["common-auth", "system-auth"]}"#,
        );
        check(&PAM, "pam.d/x", "", r#"{"entries": [], "includes": []}"#);
    }

    #[test]
    fn pam_conf_names_services() {
        let text = "other auth required pam_deny.so é\n";
        let tree = read_text("etc/pam.conf", text, &PAM).expect("is one");
        assert_eq!(raw(&tree, &["entries", "0", "service"]), "other");
        assert_eq!(raw(&tree, &["entries", "0", "control"]), "required");
        assert_eq!(raw(&tree, &["entries", "0", "args", "0"]), "é");
        assert_eq!(raw(&tree, &["entries", "0"]), text.trim_end());
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "auth required\nother auth required pam_deny.so\nauth [success] a\nauth must a\nauth [a=b c\n";
        assert_eq!(positions(&PAM, "pam.d/x", text), ["1:1", "2:1", "3:1", "4:1", "5:6"]);
    }
}
