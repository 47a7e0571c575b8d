use std::borrow::Cow;

/// What stands in a secret's place.
const MASK: &str = "***";

/// Parts of a name that say that its value is a secret.
const SECRET_NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "privatekey",
    "private_key",
    "private-key",
    "credential",
    "authorization",
    "mot_de_passe",
    "pgpass",
    "mysql_pwd",
    "encryption_key",
    "encryption-key",
    "signing_key",
    "signing-key",
];
/// Names that say so only when they are the whole name, or its last word.
const SECRET_WORDS: &[&str] = &["pass", "pwd", "psk", "pw", "auth", "key"];

/// Last words of names that say something about a secret, and not what it is.
const ABOUT_SECRETS: &[&str] = &["timeout", "tries", "length", "age", "days"];
/// A tag of sudoers(5).
const PASSWD_TAG: &str = "PASSWD:";

/// Commands to which `-pPASSWORD` gives a password; to others, `-p` followed by letters are flags.
const GLUED: &[&str] = &["mysql", "mariadb", "sshpass", "mongo", "useradd", "usermod", "7z"];

/// A command line, an environment or a kernel's arguments without the secrets in them.
///
/// Masked with `***`: the value of a name that speaks of a password, key or token (`DB_PASSWORD=x`,
/// `--token x`, `--secret=x`, `X-Api-Key: x`), the password of a URL (`://user:x@`), what follows
/// `Bearer` or `Basic`, `-pPASSWORD` of clients that take it so, and `-u USER:PASSWORD`. Words are
/// those of a shell: a quoted value is masked whole. A path or a variable that a secret is read
/// from (`$TOKEN`, `/run/secrets/x`) is masked too: better once too often.
pub fn redact(text: &str) -> Cow<'_, str> {
    let takes_glued = GLUED.iter().any(|client| text.contains(client));
    let words = words(text);
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    let mut wants_value = false;
    let mut is_user = false;
    for (start, stop) in words {
        let word = text.get(start..stop).unwrap_or_default();
        out.push_str(text.get(end..start).unwrap_or_default());
        end = stop;
        let is_option = word.starts_with('-');
        let masked = if std::mem::take(&mut wants_value) && !(is_option && word.len() > 1) {
            // `Authorization: Bearer x`: the scheme is no secret, what follows it is.
            if is_scheme(word) {
                wants_value = true;
                word.to_owned()
            } else {
                quoted(word)
            }
        } else if std::mem::take(&mut is_user) {
            after_colon(word)
        } else if takes_glued && word.starts_with("-p") && word.len() > 2 {
            format!("-p{MASK}")
        } else {
            one(word)
        };
        wants_value |= asks_for_value(word);
        is_user = matches!(word, "-u" | "--user" | "--proxy-user" | "-U");
        out.push_str(&masked);
    }
    out.push_str(text.get(end..).unwrap_or_default());
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// One option of a list, `name=value` or `name`, without its secret.
pub(crate) fn redact_option(option: &str) -> String {
    match option.split_once('=') {
        Some((name, _)) if is_secret_name(name) => format!("{name}={MASK}"),
        _ => urls(option),
    }
}

/// The value of a setting, unless the setting's name speaks of a secret.
pub(crate) fn redact_value<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if is_secret_name(name) && !value.is_empty() { MASK.into() } else { redact(value) }
}

/// Whether a name speaks of a secret: `DB_PASSWORD`, `--api-key`.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let last = name.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if name == "nopasswd" || ABOUT_SECRETS.contains(&last) {
        return false;
    }
    SECRET_WORDS.contains(&last) || SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// The places of the words: blanks separate, quotes hold together, a backslash takes the next
/// character with it.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut is_escaped = false;
    for (at, char) in text.char_indices() {
        if char.is_whitespace() && quote.is_none() && !is_escaped {
            words.extend(start.take().map(|start| (start, at)));
            continue;
        }
        start.get_or_insert(at);
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match (char, quote) {
            ('\\', _) => is_escaped = true,
            ('"' | '\'', None) => quote = Some(char),
            (char, Some(open)) if char == open => quote = None,
            _ => {}
        }
    }
    words.extend(start.map(|start| (start, text.len())));
    words
}

/// A word that names a secret which the next word is.
fn asks_for_value(word: &str) -> bool {
    let bare = word.trim_matches(['"', '\'']);
    if bare == PASSWD_TAG {
        return false;
    }
    let is_header = bare.ends_with(':');
    let is_option = bare.starts_with('-') && !bare.contains('=');
    is_scheme(word) || (is_header || is_option) && is_secret_name(bare)
}

fn is_scheme(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'']);
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// A word that stands by itself.
fn one(word: &str) -> String {
    // A quoted word can be a command or a header of its own: `sh -c "x --password y"`.
    if let Some((quote, inner)) = unquoted(word)
        && inner.contains(char::is_whitespace)
    {
        return format!("{quote}{}{quote}", redact(inner));
    }
    let split = word.find(['=', ':']).map(|at| word.split_at(at));
    if let Some((name, value)) = split
        && is_secret_name(name)
        && value.len() > 1
        && !word.starts_with(PASSWD_TAG)
        && !value.starts_with("://")
    {
        let (sign, rest) = value.split_at(1);
        return format!("{name}{sign}{}", quoted(rest));
    }
    if let Some((name, value)) = word.split_once('=')
        && let Some((quote, inner)) = unquoted(value)
        && inner.contains(char::is_whitespace)
    {
        return format!("{name}={quote}{}{quote}", redact(inner));
    }
    urls(word)
}

fn unquoted(word: &str) -> Option<(char, &str)> {
    let quote = word.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    Some((quote, word.strip_prefix(quote)?.strip_suffix(quote)?))
}

/// The mask, in the quotes the value had.
fn quoted(value: &str) -> String {
    let quote = value.chars().next().filter(|char| matches!(char, '"' | '\''));
    quote.map_or_else(|| MASK.to_owned(), |quote| format!("{quote}{MASK}{quote}"))
}

fn after_colon(word: &str) -> String {
    word.split_once(':').map_or_else(|| word.to_owned(), |(user, _)| format!("{user}:{MASK}"))
}

/// The passwords of URLs: `scheme://user:password@host`.
fn urls(word: &str) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        rest = after;
        let authority = after.split(['/', '?', '#', ' ', '"', '\'']).next().unwrap_or_default();
        // The last `@` ends the user information, whatever a password holds.
        if let Some((user, host)) = authority.rsplit_once('@') {
            out.push_str(&after_colon(user));
            out.push('@');
            rest = after.get(authority.len() - host.len()..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_the_rest_is_kept() {
        let cases = [
            (
                "BOOT_IMAGE=/vmlinuz root=UUID=a-b ro quiet",
                "BOOT_IMAGE=/vmlinuz root=UUID=a-b ro quiet",
            ),
            ("a DB_PASSWORD=x b", "a DB_PASSWORD=*** b"),
            ("A='DB_PASSWORD=x y' b", "A='DB_PASSWORD=*** y' b"),
            ("PGPASSWORD=\"a b\" pg_dump -h db", "PGPASSWORD=\"***\" pg_dump -h db"),
            ("x --password geheim --host a", "x --password *** --host a"),
            ("x --password=geheim", "x --password=***"),
            ("x --password --host a", "x --password --host a"),
            ("mysqldump -pgeheim base", "mysqldump -p*** base"),
            (
                "mkdir -pv /a; ssh -p2222 b; docker -p80:80",
                "mkdir -pv /a; ssh -p2222 b; docker -p80:80",
            ),
            ("curl -u a:b https://c:d@e/f?g", "curl -u a:*** https://c:***@e/f?g"),
            ("psql postgres://u:p@ss@h/db", "psql postgres://u:***@h/db"),
            ("psql postgres://h:5432/db git@h:x", "psql postgres://h:5432/db git@h:x"),
            ("curl -H 'Authorization: Bearer abc' u", "curl -H 'Authorization: Bearer ***' u"),
            ("curl -H \"X-Api-Key: abc\" u", "curl -H \"X-Api-Key: ***\" u"),
            ("curl -H X-Auth-Token:abc u", "curl -H X-Auth-Token:*** u"),
            ("sh -c 'x --token y'", "sh -c 'x --token ***'"),
            ("rd.luks.key=/k keymap=fr monkey=1", "rd.luks.key=*** keymap=fr monkey=1"),
            ("  two  blanks\tkept ", "  two  blanks\tkept "),
            ("pass=é'a b", "pass=***"),
            (
                "ops ALL=(ALL) NOPASSWD: /bin/a, PASSWD: /bin/b",
                "ops ALL=(ALL) NOPASSWD: /bin/a, PASSWD: /bin/b",
            ),
            (
                "Defaults passwd_tries=3, passwd_timeout=1",
                "Defaults passwd_tries=3, passwd_timeout=1",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(redact(text), expected, "{text}");
        }
    }

    #[test]
    fn names_that_speak_of_secrets() {
        for name in ["DB_PASSWORD", "--api-key", "SECRET_KEY_BASE", "pgpass", "db.pwd", "TLS_KEY"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["PATH", "keymap", "monkey", "compass", "LANG", "bypass_on"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
