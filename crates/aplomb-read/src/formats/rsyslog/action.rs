use aplomb_model::{Member, Node};

use crate::piece::{Piece, named};

/// `stop`, `continue`, `call name`.
pub(super) fn plain<'a>(word: Piece<'a>, target: Option<Piece<'a>>) -> (Piece<'a>, Vec<Member>) {
    let mut members = vec![named("type", word.node())];
    members.extend(target.map(|target| named("target", target.node())));
    (word, members)
}

/// What an action of one line means; nothing where it is none.
pub(super) fn legacy(line: Piece<'_>) -> Option<Vec<Member>> {
    let (text, template) = match line.split_once(&[';']) {
        Some((text, template)) => (text.trim_end(), Some(template.trim())),
        None => (line, None),
    };
    let kind = |name: &str| named("type", Node::text(text.span(), name));
    let mut members = match text.text().chars().next()? {
        '@' => forward(text, &kind),
        '/' | '-' => {
            let file = text.strip_prefix('-').unwrap_or(text);
            vec![kind("omfile"), named("file", file.node())]
        }
        '?' => vec![kind("omfile"), named("dynafile", text.from(1).node())],
        '|' => vec![kind("ompipe"), named("pipe", text.from(1).trim().node())],
        '^' => vec![kind("omprog"), named("binary", text.from(1).node())],
        '~' => vec![kind("stop")],
        ':' => {
            let (module, rest) = text.from(1).split_once(&[':'])?;
            let argument = if module.text() == "omusrmsg" { "users" } else { "argument" };
            vec![named("type", module.node()), named(argument, rest.node())]
        }
        '*' => vec![kind("omusrmsg"), named("users", text.node())],
        first if first.is_ascii_alphabetic() || first == '_' => {
            let is_user = |c: char| c.is_ascii_alphanumeric() || "_-., ".contains(c);
            if !text.text().chars().all(is_user) {
                return None;
            }
            vec![kind("omusrmsg"), named("users", text.node())]
        }
        _ => return None,
    };
    members.extend(template.map(|template| named("template", template.node())));
    Some(members)
}

/// `@host`, `@@host:port`, `@@(o)[2001:db8::1]:port`
fn forward(text: Piece<'_>, kind: &dyn Fn(&str) -> Member) -> Vec<Member> {
    let once = text.from(1);
    let twice = once.strip_prefix('@');
    let protocol = if twice.is_some() { "tcp" } else { "udp" };
    let sign = text.until(if twice.is_some() { 2 } else { 1 });
    let rest = twice.unwrap_or(once);
    let (options, rest) = match rest.strip_prefix('(').and_then(|inner| inner.split_once(&[')'])) {
        Some((options, rest)) => (Some(options), rest),
        None => (None, rest),
    };
    let bracketed = rest.strip_prefix('[').and_then(|inner| inner.split_once(&[']']));
    let (host, port) = match bracketed {
        Some((host, after)) => (host, after.strip_prefix(':')),
        None => match rest.split_once(&[':']) {
            Some((host, port)) => (host, Some(port)),
            None => (rest, None),
        },
    };
    let mut members = vec![
        kind("omfwd"),
        named("target", host.node()),
        named("protocol", Node::text(sign.span(), protocol)),
    ];
    members.extend(port.map(|port| named("port", port.node())));
    members.extend(options.map(|options| named("options", options.node())));
    members
}
