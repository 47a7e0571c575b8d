//! Bringing what people write to one form: names, hosts, ports, protocols, jobs.
//!
//! A word that is not understood stays as it is: in a join it then meets nothing and is told, where
//! dropping it would hide it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::scalar::Cidr;

/// Names that one cell or notation may stand for.
const MOST: usize = 4096;

/// More names than one cell may stand for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// Names in the order in which they were found, each once.
#[derive(Default)]
struct Names {
    listed: Vec<String>,
    known: BTreeSet<String>,
}

impl Names {
    fn add(&mut self, name: String) -> Result<(), TooMany> {
        if self.known.insert(name.clone()) {
            self.listed.push(name);
        }
        if self.listed.len() > MOST { Err(TooMany) } else { Ok(()) }
    }
}

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

/// Whether a cell says that there is nothing to say, as people write it.
fn is_nothing(plain: &str) -> bool {
    matches!(plain, "" | "-" | "n/a" | "na" | "n.a." | "neant" | "none" | "aucun" | "sans objet")
}

fn is_everything(plain: &str) -> bool {
    matches!(plain, "*" | "all" | "any" | "tous" | "toutes")
}

/// The hosts a cell names: lists, `web[01-02]`, `web[01,03]`, `app{1..3}` expanded, remarks in
/// parentheses dropped, lower case, domain names cut to the host; addresses and networks whole.
/// `*` and its words become `*`.
pub(crate) fn hosts(text: &str) -> Result<Vec<String>, TooMany> {
    let mut hosts = Names::default();
    let text = plain(&without_remarks(text));
    if is_nothing(&text) {
        return Ok(Vec::new());
    }
    for word in words_outside_brackets(&text) {
        let is_network = word.contains('/') && Cidr::parse(word).is_some();
        let parts = if is_network { vec![word] } else { word.split('/').collect() };
        for part in parts {
            for name in expand(part)? {
                let name = match name.as_str() {
                    "" | "et" | "and" | "&" => continue,
                    name if is_everything(name) => "*".to_owned(),
                    _ if is_network || name.parse::<IpAddr>().is_ok() => name,
                    _ => name.split('.').next().unwrap_or_default().to_owned(),
                };
                hosts.add(name)?;
            }
        }
    }
    Ok(hosts.listed)
}

fn without_remarks(text: &str) -> String {
    let mut depth = 0_usize;
    let said = text.chars().filter(|c| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    said.collect()
}

/// The words of a list, brackets kept whole.
fn words_outside_brackets(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let words = text.split(|c: char| {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, ',' | '|' | ';' | ' ')
    });
    words.filter(|word| !word.is_empty()).collect()
}

/// The names that one with brackets stands for.
fn expand(name: &str) -> Result<Vec<String>, TooMany> {
    let mut names = vec![String::new()];
    let mut rest = name;
    while let Some((head, inside, tail)) = bracket(rest) {
        let choices = choices(inside)?;
        if names.len().saturating_mul(choices.len()) > MOST {
            return Err(TooMany);
        }
        let longer = names
            .iter()
            .flat_map(|name| choices.iter().map(move |choice| format!("{name}{head}{choice}")));
        names = longer.collect();
        rest = tail;
    }
    for name in &mut names {
        name.push_str(rest);
    }
    Ok(names)
}

/// A text around its first bracket: before, inside, after.
fn bracket(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find(['[', '{'])?;
    let (head, rest) = text.split_at(open);
    let close = rest.find([']', '}'])?;
    Some((head, &rest[1..close], &rest[close + 1..]))
}

/// What a bracket offers: `01-03`, `1..3` and `a,b`.
fn choices(inside: &str) -> Result<Vec<String>, TooMany> {
    let mut choices = Vec::new();
    for item in inside.split(',').map(str::trim) {
        let bounds = item.split_once("..").or_else(|| item.split_once('-'));
        // Nobody numbers hosts with more than nine digits.
        let numbers = bounds.filter(|(from, to)| from.len() < 10 && to.len() < 10);
        let numbers = numbers.and_then(|(from, to)| {
            Some((from.len(), from.parse::<usize>().ok()?, to.parse::<usize>().ok()?))
        });
        match numbers {
            Some((width, from, to)) if from <= to => {
                if to - from >= MOST {
                    return Err(TooMany);
                }
                choices.extend((from..=to).map(|number| format!("{number:0width$}")));
            }
            _ => choices.push(item.to_owned()),
        }
        if choices.len() > MOST {
            return Err(TooMany);
        }
    }
    Ok(choices)
}

/// The ports a cell names, as `443` or `8000-8010`; `*` for any; nothing for `n/a` and blanks.
/// Protocols beside them are left out.
pub(crate) fn ports(text: &str) -> Result<Vec<String>, TooMany> {
    let text = plain(&without_remarks(text)).replace(['–', '—', '‑', '−'], "-");
    let text = text.replace(" - ", "-").replace(" a ", "-").replace(" to ", "-");
    let mut ports = Names::default();
    if is_nothing(&text) {
        return Ok(ports.listed);
    }
    let separators = [',', '|', ';', ' ', '/', '+', '&', '[', ']'];
    for word in text.split(separators) {
        let bounds = word.split_once('-').or_else(|| word.split_once(':'));
        let port = match word {
            "" | "et" | "and" | "tcp" | "udp" | "sctp" | "port" | "ports" => continue,
            word if is_everything(word) => "*".to_owned(),
            word => bounds.and_then(|(from, to)| range(from, to)).unwrap_or_else(|| single(word)),
        };
        ports.add(port)?;
    }
    Ok(ports.listed)
}

fn range(from: &str, to: &str) -> Option<String> {
    let (from, to) = (from.parse::<u16>().ok()?, to.parse::<u16>().ok()?);
    (from <= to).then(|| format!("{from}-{to}"))
}

/// One port by its number or by the name of its service.
fn single(word: &str) -> String {
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
    if let Ok(port) = word.parse::<u16>() {
        return port.to_string();
    }
    let service = SERVICES.iter().find(|(name, _)| *name == word);
    service.map_or(word, |(_, port)| port).to_owned()
}

/// The protocols a cell names, lower case: `tcp/udp` is both, `http(s)` is tcp.
pub(crate) fn protocols(text: &str) -> Result<Vec<String>, TooMany> {
    let mut protocols = Names::default();
    let text = plain(&without_remarks(text));
    if is_nothing(&text) {
        return Ok(protocols.listed);
    }
    for word in text.split(['/', ',', '|', ';', '+', '&', ' ']) {
        let protocol = match word {
            "" | "et" | "and" => continue,
            word if is_everything(word) => "*",
            "http" | "https" | "ssh" | "smtp" | "ldap" | "ldaps" => "tcp",
            other => other,
        };
        protocols.add(protocol.to_owned())?;
    }
    Ok(protocols.listed)
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

    fn joined(names: Result<Vec<String>, TooMany>) -> String {
        names.expect("not too many").join(" ")
    }

    #[test]
    fn plain_text_has_no_case_accents_or_odd_blanks() {
        assert_eq!(plain("  Décision\u{a0}: APPROUVÉ "), "decision : approuve");
    }

    #[test]
    fn hosts_are_listed_and_ranged() {
        for (cell, names) in [
            ("prd-agora-web[01-02]", "prd-agora-web01 prd-agora-web02"),
            ("web[01,03]", "web01 web03"),
            ("web[01, 03], db01", "web01 web03 db01"),
            ("app{1..3}", "app1 app2 app3"),
            ("rack[1-2]-web[1-2]", "rack1-web1 rack1-web2 rack2-web1 rack2-web2"),
            ("DB01 (primaire), db02 (secours)", "db01 db02"),
            ("web01|web02 et web03.example.org", "web01 web02 web03"),
            ("web01 / web02", "web01 web02"),
            ("web01\nweb02", "web01 web02"),
            ("192.0.2.1", "192.0.2.1"),
            ("10.0.0.0/24", "10.0.0.0/24"),
            ("2001:db8::1", "2001:db8::1"),
            ("TOUS", "*"),
            ("n/a", ""),
            ("", ""),
        ] {
            assert_eq!(joined(hosts(cell)), names, "{cell}");
        }
    }

    #[test]
    fn a_cell_that_names_too_many_is_refused() {
        assert_eq!(hosts("x[0-999999999]"), Err(TooMany));
        assert_eq!(hosts("x[0-99]y[0-99]"), Err(TooMany));
        let wide = format!("w[{}1-2]", "0".repeat(100_000));
        assert!(hosts(&wide).is_ok());
        let many: Vec<_> = (0..5000).map(|n| format!("h{n}")).collect();
        assert_eq!(hosts(&many.join(",")), Err(TooMany));
    }

    #[test]
    fn ports_come_in_many_forms() {
        for (cell, names) in [
            ("443/tcp", "443"),
            ("tcp/443", "443"),
            ("80/443", "80 443"),
            ("80, 443", "80 443"),
            ("[80, 443, 8080]", "80 443 8080"),
            ("20000:30000", "20000-30000"),
            ("20000 - 30000", "20000-30000"),
            ("20000–30000", "20000-30000"),
            ("20000 à 30000", "20000-30000"),
            ("443 (HTTPS)", "443"),
            ("SSH", "22"),
            ("*", "*"),
            ("n/a", ""),
            // What is no port stays, and meets nothing.
            ("70000", "70000"),
            ("foo", "foo"),
        ] {
            assert_eq!(joined(ports(cell)), names, "{cell}");
        }
    }

    #[test]
    fn protocols_come_in_many_forms() {
        assert_eq!(joined(protocols("TCP/udp")), "tcp udp");
        assert_eq!(joined(protocols("http(s)")), "tcp");
        assert_eq!(joined(protocols("n/a")), "");
    }

    #[test]
    fn jobs_go_by_their_base_name() {
        assert_eq!(base("/usr/local/bin/agora-dump.sh"), "agora-dump");
        assert_eq!(base("agora-purge.timer"), "agora-purge");
        assert_eq!(base("vitam-x.timer.j2"), "vitam-x");
        assert_eq!(base("backup@daily.service"), "backup");
    }
}
