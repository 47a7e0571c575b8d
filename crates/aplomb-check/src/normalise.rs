//! Bringing what people write to one form: names, headings, hosts, ports.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Names that one cell or notation may stand for.
const MOST: usize = 4096;

/// Text without case, accents and surplus blanks (non-breaking ones among them).
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        if word.is_ascii() {
            plain.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            let bare = word.nfd().filter(|c| !is_combining_mark(*c));
            plain.extend(bare.flat_map(char::to_lowercase));
        }
    }
    plain
}

/// A heading or column as an identifier: [`plain`], without its numbering, words joined by `-`.
pub(crate) fn slug(text: &str) -> String {
    let plain = plain(text);
    let after_number = plain.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    // "3.2 Title" is numbered, "2fa" is a word.
    let numbered = after_number.len() < plain.len() && after_number.starts_with([' ', ')', '-']);
    let body = if numbered { after_number } else { &plain };
    let words = body.split(|c: char| !c.is_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The hosts a cell names: lists, `web[01-02]`, `web[01,03]`, `app{1..3}` expanded, remarks in
/// parentheses dropped, lower case, domain names cut to the host. `*` and its words stay `*`.
pub(crate) fn hosts(text: &str) -> Vec<String> {
    let mut hosts = Vec::new();
    let text = plain(&without_remarks(text));
    for part in split_outside_brackets(&text) {
        for name in expand(part.trim()) {
            let name = match name.as_str() {
                "*" | "all" | "any" | "tous" | "toutes" => "*".to_owned(),
                _ if name.parse::<std::net::IpAddr>().is_ok() => name,
                _ => name.split('.').next().unwrap_or_default().to_owned(),
            };
            if !name.is_empty() && !hosts.contains(&name) && hosts.len() < MOST {
                hosts.push(name);
            }
        }
    }
    hosts
}

fn without_remarks(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// The parts of a list, brackets kept whole.
fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, char) in text.char_indices() {
        match char {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' | '|' | ';' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let words = parts.into_iter().flat_map(|part| part.split([' ', '/']));
    words.filter(|word| !word.is_empty() && !matches!(*word, "et" | "and" | "&")).collect()
}

/// The names that one with a bracket stands for.
fn expand(name: &str) -> Vec<String> {
    let open = name.find(['[', '{']);
    let Some((open, close)) = open.and_then(|open| {
        let close = name[open..].find([']', '}'])?;
        Some((open, open + close))
    }) else {
        return vec![name.to_owned()];
    };
    let (head, tail) = (&name[..open], &name[close + 1..]);
    let mut names = Vec::new();
    for item in name[open + 1..close].split(',') {
        let item = item.trim();
        let bounds = item.split_once("..").or_else(|| item.split_once('-'));
        let numbers = bounds.and_then(|(from, to)| {
            Some((from, from.parse::<u32>().ok()?, to.parse::<u32>().ok()?))
        });
        match numbers {
            Some((written, from, to)) if from <= to => {
                let width = written.len();
                let numbers = (from..=to).take(MOST - names.len().min(MOST));
                names.extend(numbers.map(|n| format!("{head}{n:0width$}{tail}")));
            }
            _ => names.push(format!("{head}{item}{tail}")),
        }
    }
    names.truncate(MOST);
    names
}

/// The ports a cell names, as `443` or `8000-8010`; `*` for any; nothing for `n/a` and blanks.
pub(crate) fn ports(text: &str) -> Vec<String> {
    let text = plain(text);
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some((from, to)) = bracketed.and_then(|pair| pair.split_once(',')) {
        return range(from, to).into_iter().collect();
    }
    let mut ports = Vec::new();
    for part in text.split([',', '|', ';', ' ']).filter(|part| !part.is_empty()) {
        let part = part.split_once('/').map_or(part, |(port, protocol)| {
            // "n/a" has no port; "443/tcp" has.
            if port == "n" && protocol == "a" { "" } else { port }
        });
        let bounds = part.split_once('-').or_else(|| part.split_once(':'));
        let found = match bounds.and_then(|(from, to)| range(from, to)) {
            Some(range) => Some(range),
            None => single(part),
        };
        if let Some(port) = found
            && !ports.contains(&port)
            && ports.len() < MOST
        {
            ports.push(port);
        }
    }
    ports
}

fn range(from: &str, to: &str) -> Option<String> {
    let number = |text: &str| text.trim().parse::<u16>().ok();
    let (from, to) = (number(from)?, number(to)?);
    (from <= to).then(|| format!("{from}-{to}"))
}

fn single(part: &str) -> Option<String> {
    /// Services as people name them, with the port IANA gives them.
    const SERVICES: &[(&str, &str)] = &[
        ("dns", "53"),
        ("ftp", "21"),
        ("http", "80"),
        ("https", "443"),
        ("imaps", "993"),
        ("ldap", "389"),
        ("ldaps", "636"),
        ("mysql", "3306"),
        ("ntp", "123"),
        ("postgres", "5432"),
        ("postgresql", "5432"),
        ("rdp", "3389"),
        ("smtp", "25"),
        ("smtps", "465"),
        ("snmp", "161"),
        ("ssh", "22"),
        ("syslog", "514"),
    ];
    if matches!(part, "*" | "any" | "all" | "tous" | "toutes") {
        return Some("*".to_owned());
    }
    if let Ok(port) = part.parse::<u16>() {
        return Some(port.to_string());
    }
    let service = SERVICES.iter().find(|(name, _)| *name == part);
    service.map(|(_, port)| (*port).to_owned())
}

/// The protocols a cell names, lower case: `tcp/udp` is both, `http(s)` is tcp.
pub(crate) fn protocols(text: &str) -> Vec<String> {
    let mut protocols = Vec::new();
    let text = plain(&without_remarks(text));
    for part in text.split(['/', ',', '|', ';', '+', ' ']) {
        let protocol = match part {
            "" | "n" | "a" => continue,
            "*" | "any" | "all" | "tous" => "*",
            "http" | "https" | "ssh" | "smtp" | "ldap" | "ldaps" => "tcp",
            other => other,
        };
        if !protocols.iter().any(|known| known == protocol) && protocols.len() < MOST {
            protocols.push(protocol.to_owned());
        }
    }
    protocols
}

/// The name a job or unit goes by: no folder, no template instance, no unit or script extension.
pub(crate) fn base(text: &str) -> String {
    const EXTENSIONS: &[&str] =
        &[".j2", ".service", ".timer", ".socket", ".target", ".path", ".sh", ".bash", ".py", ".pl"];
    let name = text.trim().rsplit('/').next().unwrap_or_default();
    let mut name = name.to_lowercase();
    while let Some(shorter) = EXTENSIONS.iter().find_map(|end| name.strip_suffix(end)) {
        name.truncate(shorter.len());
    }
    match name.split_once('@') {
        Some((template, _)) if !template.is_empty() => template.to_owned(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_case_accents_or_odd_blanks() {
        assert_eq!(plain("  Décision\u{a0}: APPROUVÉ "), "decision : approuve");
        assert_eq!(slug("3.2 Arrêt / démarrage"), "arret-demarrage");
        assert_eq!(slug("2FA tokens"), "2fa-tokens");
        assert_eq!(slug("Mémoire (Go)"), "memoire-go");
    }

    #[test]
    fn hosts_are_listed_and_ranged() {
        let of = |text: &str| hosts(text).join(" ");
        assert_eq!(of("prd-agora-web[01-02]"), "prd-agora-web01 prd-agora-web02");
        assert_eq!(of("web[01,03]"), "web01 web03");
        assert_eq!(of("app{1..3}"), "app1 app2 app3");
        assert_eq!(of("DB01 (primaire), db02 (secours)"), "db01 db02");
        assert_eq!(of("web01|web02 et web03.example.org"), "web01 web02 web03");
        assert_eq!(of("web01 / web02"), "web01 web02");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
        assert_eq!(of("*"), "*");
        assert_eq!(of(""), "");
        assert_eq!(hosts("x[0-999999999]").len(), MOST);
    }

    #[test]
    fn ports_and_protocols_come_in_many_forms() {
        let of = |text: &str| ports(text).join(" ");
        assert_eq!(of("443/tcp"), "443");
        assert_eq!(of("80, 443"), "80 443");
        assert_eq!(of("[20000, 30000]"), "20000-30000");
        assert_eq!(of("20000:30000"), "20000-30000");
        assert_eq!(of("n/a"), "");
        assert_eq!(of("SSH"), "22");
        assert_eq!(of("*"), "*");
        assert_eq!(protocols("TCP/udp"), ["tcp", "udp"]);
        assert_eq!(protocols("http(s)"), ["tcp"]);
        assert_eq!(protocols("n/a"), Vec::<String>::new());
    }

    #[test]
    fn jobs_go_by_their_base_name() {
        assert_eq!(base("/usr/local/bin/agora-dump.sh"), "agora-dump");
        assert_eq!(base("agora-purge.timer"), "agora-purge");
        assert_eq!(base("vitam-x.timer.j2"), "vitam-x");
        assert_eq!(base("backup@daily.service"), "backup");
    }
}
