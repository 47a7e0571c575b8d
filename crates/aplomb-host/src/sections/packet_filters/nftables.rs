//! nft(8): base chains of a ruleset. Only what decides about packets that no rule names is
//! understood, and tokens are all that takes.

use super::{Found, Text, chain, has_extension};
use crate::host::Host;

/// Files that include each other.
const MOST_FILES: usize = 100;

pub(super) fn read(host: &Host<'_>, found: &mut Found) {
    let mut ahead =
        vec!["/etc/nftables.conf".to_owned(), "/etc/sysconfig/nftables.conf".to_owned()];
    ahead.reverse();
    let mut files = 0;
    while let Some(file) = ahead.pop() {
        files += 1;
        if files > MOST_FILES {
            return found.gaps.cut(&file);
        }
        let Some(text) = found.text(host, &file) else { continue };
        let mut included = chains(&text, host, found);
        included.reverse();
        ahead.extend(included);
    }
}

/// A base chain while it is read.
#[derive(Default)]
struct Open {
    place: String,
    /// The hook of a chain that filters; nothing in one that only others jump to.
    hook: Option<String>,
    policy: Option<String>,
    loopback: bool,
}

/// What is open while a file is read, word by word.
struct Reading<'a> {
    found: &'a mut Found,
    family: String,
    depth: usize,
    /// The chain that is open, and how deep it stands.
    open: Option<(usize, Open)>,
    /// The statement so far. What stands in braces within it is a part of it.
    statement: Vec<String>,
}

/// Takes the base chains of a file, and says what it includes.
fn chains(text: &Text, host: &Host<'_>, found: &mut Found) -> Vec<String> {
    let mut included = Vec::new();
    let (open, statement) = (None, Vec::new());
    let mut reading = Reading { found, family: "ip".to_owned(), depth: 0, open, statement };
    for (number, line) in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        // A rule goes on where its line ends in a backslash.
        let (line, goes_on) = line.strip_suffix('\\').map_or((line, false), |line| (line, true));
        let spaced = line.replace('{', " { ").replace('}', " } ").replace(';', " ; ");
        for word in spaced.split_whitespace() {
            reading.word(word, text, number);
        }
        if let [first, pattern, ..] = reading.statement.as_slice()
            && first == "include"
        {
            included.extend(matching(host, &pattern.clone(), reading.found));
        }
        if !goes_on {
            reading.ends();
        }
    }
    included
}

impl Reading<'_> {
    fn word(&mut self, word: &str, text: &Text, number: usize) {
        match word {
            ";" => self.ends(),
            "{" => {
                let words: Vec<&str> = self.statement.iter().map(String::as_str).collect();
                let opens = match words.as_slice() {
                    ["table", family, _] => {
                        (*family).clone_into(&mut self.family);
                        true
                    }
                    ["table", _] => {
                        "ip".clone_into(&mut self.family);
                        true
                    }
                    ["chain", _] => {
                        let chain = Open { place: text.at(number), ..Open::default() };
                        self.open = Some((self.depth, chain));
                        true
                    }
                    _ => false,
                };
                if opens {
                    self.statement.clear();
                } else {
                    self.statement.push(word.to_owned());
                }
                self.depth += 1;
            }
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                let closes = self.open.as_ref().is_some_and(|(outer, _)| *outer == self.depth);
                if closes {
                    self.depth += 1;
                    self.ends();
                    self.depth -= 1;
                    if let Some((_, chain)) = self.open.take() {
                        self.close(chain);
                    }
                } else {
                    self.statement.push(word.to_owned());
                }
            }
            word => {
                if word == "hook"
                    && let Some((_, chain)) = &mut self.open
                {
                    chain.place = text.at(number);
                }
                self.statement.push(word.to_owned());
            }
        }
    }

    /// A statement ends, unless it is within braces of its own.
    fn ends(&mut self) {
        match &mut self.open {
            Some((outer, chain)) if self.depth == *outer + 1 => {
                let words: Vec<&str> = self.statement.iter().map(String::as_str).collect();
                statement(&words, chain);
            }
            Some(_) => return,
            None => {}
        }
        self.statement.clear();
    }

    fn close(&mut self, open: Open) {
        if let Some(hook) = open.hook {
            // nft(8): what has no policy accepts.
            let policy = open.policy.unwrap_or_else(|| "accept".to_owned());
            let facts = chain(open.place, "nftables", &self.family, &hook, &policy, open.loopback);
            self.found.items.push(facts);
        }
    }
}

/// What a base chain is for, its policy, a rule that lets the loopback interface through, or one
/// that takes all that is left.
fn statement(words: &[&str], chain: &mut Open) {
    match words {
        ["type", "filter", "hook", hook, ..] => chain.hook = Some((*hook).to_owned()),
        ["policy", policy] => chain.policy = Some((*policy).to_owned()),
        ["iif" | "iifname", interface, .., "accept"] if interface.trim_matches('"') == "lo" => {
            chain.loopback = true;
        }
        [verdict @ ("drop" | "reject"), ..]
        | ["counter" | "log", verdict @ ("drop" | "reject"), ..]
        | ["counter", "log", verdict @ ("drop" | "reject"), ..] => {
            chain.policy = Some((*verdict).to_owned());
        }
        _ => {}
    }
}

/// The files an `include` names. Only the name may hold a `*`.
fn matching(host: &Host<'_>, pattern: &str, found: &mut Found) -> Vec<String> {
    let pattern = pattern.trim_matches(['"', '\'']);
    let whole =
        if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/{pattern}") };
    let (folder, name) = whole.rsplit_once('/').unwrap_or(("", &whole));
    let is_known = matches!(folder, "/etc" | "/etc/nftables.d" | "/etc/nftables");
    if !is_known || name.is_empty() || folder.contains('*') {
        found.gaps.not_understood(whole.clone(), "what lies elsewhere is not included");
        return Vec::new();
    }
    match name.split_once('*') {
        None => vec![whole.clone()],
        Some((before, after)) => {
            let names = found.gaps.names(host, folder, after, &[]);
            let fits = |name: &String| {
                name.starts_with(before)
                    && !name.starts_with('.')
                    && (after.is_empty() || has_extension(name, after.trim_start_matches('.')))
            };
            names.into_iter().filter(fits).map(|name| format!("{folder}/{name}")).collect()
        }
    }
}
