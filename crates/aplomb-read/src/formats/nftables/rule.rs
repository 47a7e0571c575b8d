use aplomb_model::{Node, Span, Value};

use super::defines::Defines;
use super::statements::{Mark, Statement, Token};
use crate::piece::{list, map, named, null};

/// One rule: its text, and what of it can be told for certain.
pub(super) fn rule(statement: &Statement<'_>, defines: &mut Defines) -> Node {
    let span = statement.span();
    let end = span.end() as usize;
    let mut parts = Parts {
        statement,
        at: 0,
        matches: Vec::new(),
        flat: FLAT.map(|_| Vec::new()),
        verdict: null(end),
        target: null(end),
        comment: null(end),
    };
    let mut understood = true;
    while parts.at < statement.tokens.len() && understood {
        understood = parts.step(defines);
    }
    if !understood {
        parts.verdict = null(end);
        parts.target = null(end);
        parts.last_comment();
    }
    let mut members = vec![named("text", statement.node()), named("matches", list(parts.matches))];
    let flat = FLAT.into_iter().zip(parts.flat);
    members.extend(flat.map(|(key, values)| named(key, list(values))));
    members.extend([
        named("verdict", parts.verdict),
        named("target", parts.target),
        named("comment", parts.comment),
        named("understood", Node::new(span, Value::Bool(understood))),
    ]);
    map(span, members)
}

/// What rules ask for most, each gathered from its conditions.
const FLAT: [&str; 7] = ["protocol", "saddr", "daddr", "sport", "dport", "iif", "oif"];

/// Headers whose fields are conditions: `ip saddr`.
static HEADERS: &[&str] = &[
    "ah", "arp", "comp", "ct", "dccp", "esp", "ether", "icmp", "icmpv6", "igmp", "ip", "ip6",
    "meta", "sctp", "tcp", "th", "udp", "udplite", "vlan",
];

/// Headers whose name is that of their protocol.
static PROTOCOLS: &[&str] = &["dccp", "icmp", "icmpv6", "igmp", "sctp", "tcp", "udp", "udplite"];

/// What `meta` need not stand before.
static META: &[&str] = &[
    "cgroup", "cpu", "iif", "iifgroup", "iifname", "iiftype", "mark", "oif", "oifgroup", "oifname",
    "oiftype", "pkttype", "skgid", "skuid",
];

static VERDICTS: &[&str] = &[
    "accept",
    "continue",
    "dnat",
    "drop",
    "goto",
    "jump",
    "masquerade",
    "queue",
    "redirect",
    "reject",
    "return",
    "snat",
];

/// A rule on its way to being understood.
struct Parts<'s, 'a> {
    statement: &'s Statement<'a>,
    at: usize,
    matches: Vec<Node>,
    flat: [Vec<Node>; FLAT.len()],
    verdict: Node,
    target: Node,
    comment: Node,
}

impl<'a> Parts<'_, 'a> {
    fn word(&self, ahead: usize) -> &'a str {
        let token = self.statement.tokens.get(self.at + ahead);
        token.filter(|token| token.mark == Mark::Word).map_or("", |token| token.piece.text())
    }

    /// Takes one condition or one statement; false where it cannot be told apart.
    fn step(&mut self, defines: &mut Defines) -> bool {
        let word = self.word(0);
        if HEADERS.contains(&word) {
            // `ct original saddr` and its kin have a direction before the field.
            let plain = !matches!(self.word(1), "" | "set" | "original" | "reply" | "count");
            return plain && self.condition(2, defines);
        }
        if META.contains(&word) {
            return self.condition(1, defines);
        }
        if VERDICTS.contains(&word) {
            self.verdict();
            return true;
        }
        match word {
            "comment" => {
                self.last_comment();
                self.at += 2;
            }
            "counter" => {
                self.at += 1;
                self.skip_pairs(&["packets", "bytes", "name"]);
            }
            "log" => {
                self.at += 1;
                self.log();
            }
            "limit" => {
                self.at += 1;
                return self.limit();
            }
            "notrack" => self.at += 1,
            _ => return false,
        }
        true
    }

    /// Words that each stand before one value.
    fn skip_pairs(&mut self, words: &[&str]) {
        while words.contains(&self.word(0)) {
            self.at += 2;
        }
    }

    fn log(&mut self) {
        loop {
            self.skip_pairs(&["prefix", "level", "group", "snaplen", "queue-threshold"]);
            if self.word(0) != "flags" {
                return;
            }
            // `flags tcp sequence,options`, `flags all`
            self.at += if self.word(1) == "all" { 2 } else { 3 };
            while self.is_sign(0, ",") {
                self.at += 2;
            }
        }
    }

    /// `limit rate [over] 10/second [burst 5 packets]`, of packets or of bytes.
    fn limit(&mut self) -> bool {
        if self.word(0) != "rate" {
            return false;
        }
        self.at += 1 + usize::from(matches!(self.word(1), "over" | "until"));
        self.at += 1 + usize::from(self.word(1).contains('/'));
        if self.word(0) == "burst" {
            let units = ["packets", "bytes", "kbytes", "mbytes"];
            self.at += 2 + usize::from(units.contains(&self.word(2)));
        }
        true
    }

    fn is_sign(&self, ahead: usize, sign: &str) -> bool {
        let token = self.statement.tokens.get(self.at + ahead);
        token.is_some_and(|token| token.mark == Mark::Sign && token.piece.text() == sign)
    }

    /// A key of `length` words, an operator, and one value or several.
    fn condition(&mut self, length: usize, defines: &mut Defines) -> bool {
        let statement = self.statement;
        let key = statement.between(self.at, self.at + length);
        let start = self.at + length;
        let Some((operator, first)) = self.operator(start) else { return false };
        let Some(end) = self.values_end(first) else { return false };
        let tokens = statement.tokens.get(first..end).unwrap_or_default();
        let Some(raw) = tokens.iter().map(|token| token.piece.span()).reduce(Span::cover) else {
            return false;
        };
        // Values of variables stand elsewhere: the list is where they are asked for.
        let values = Node::new(raw, Value::List(defines.values(tokens)));
        self.protocol(&key);
        if operator.as_str() == Some("==") {
            self.gather(key.as_str().unwrap_or_default(), values.items());
        }
        let whole = key.span.cover(raw);
        let members = vec![named("key", key), named("operator", operator), named("values", values)];
        self.matches.push(map(whole, members));
        self.at = end;
        true
    }

    /// The operator at a token, written or not, and where the values begin.
    fn operator(&self, at: usize) -> Option<(Node, usize)> {
        let token = self.statement.tokens.get(at)?;
        let text = token.piece.text();
        let words =
            [("eq", "=="), ("ne", "!="), ("lt", "<"), ("gt", ">"), ("le", "<="), ("ge", ">=")];
        let word = words.into_iter().find(|(word, _)| token.mark == Mark::Word && *word == text);
        let known = ["==", "!=", "<", ">", "<=", ">="];
        match (token.mark, word) {
            (Mark::Operator, _) if known.contains(&text) => Some((token.piece.node(), at + 1)),
            (Mark::Operator, _) => None,
            (_, Some((_, sign))) => Some((Node::text(token.piece.span(), sign), at + 1)),
            _ => Some((Node::text(token.piece.until(0).span(), "=="), at)),
        }
    }

    /// Where values that begin at a token end: behind `}`, or behind a word and those that commas
    /// join to it. Nothing where something else is meant.
    fn values_end(&self, first: usize) -> Option<usize> {
        let tokens = self.statement.tokens.get(first..)?;
        let sign =
            |token: &Token<'_>, sign: &str| token.mark == Mark::Sign && token.piece.text() == sign;
        let is_value = |token: &Token<'_>| {
            let text = token.piece.text();
            let other =
                matches!(text, "." | "set" | "vmap" | "map" | ":" | "/" | "over" | "and" | "or");
            matches!(token.mark, Mark::Word | Mark::Quoted) && !(other && token.mark == Mark::Word)
        };
        let mut length = 0;
        if sign(tokens.first()?, "{") {
            let inside =
                tokens.iter().skip(1).take_while(|token| is_value(token) || sign(token, ","));
            length = inside.count() + 1;
            if !tokens.get(length).is_some_and(|token| sign(token, "}")) {
                return None;
            }
            length += 1;
        } else {
            while tokens.get(length).is_some_and(is_value) {
                length += 1;
                if !tokens.get(length).is_some_and(|token| sign(token, ",")) {
                    break;
                }
                length += 1;
            }
        }
        let goes_on = |token: &Token<'_>| {
            matches!(token.mark, Mark::Sign | Mark::Operator)
                || matches!(
                    token.piece.text(),
                    "." | "/" | ":" | "vmap" | "map" | "and" | "or" | "xor"
                )
        };
        (length > 0 && !tokens.get(length).is_some_and(goes_on)).then_some(first + length)
    }

    /// A condition on a header's field asks for its protocol, whatever the operator.
    fn protocol(&mut self, key: &Node) {
        let text = key.as_str().unwrap_or_default();
        let header = text.split_whitespace().next().unwrap_or_default();
        let [protocol, ..] = &mut self.flat;
        let known = |node: &Node| node.as_str() == Some(header);
        if PROTOCOLS.contains(&header) && !protocol.iter().any(known) {
            let start = key.span.start();
            let span = Span::new(start, start + header.len() as u32);
            protocol.push(Node::text(span, header));
        }
    }

    /// Adds the values of a condition to those that rules ask for most.
    fn gather(&mut self, key: &str, values: &[Node]) {
        let (header, field) = key.split_once(char::is_whitespace).unwrap_or(("meta", key));
        let field = field.trim();
        let [protocol, lists @ ..] = &mut self.flat;
        let says_protocol = matches!(
            (header, field),
            ("ip", "protocol") | ("ip6", "nexthdr") | ("meta", "l4proto")
        );
        if says_protocol {
            protocol.extend(values.iter().cloned());
        }
        let wanted = match (header, field) {
            ("ip" | "ip6", "saddr" | "daddr") | (_, "sport" | "dport") => field,
            ("meta", "iif" | "iifname") => "iif",
            ("meta", "oif" | "oifname") => "oif",
            _ => return,
        };
        let names = FLAT.into_iter().skip(1);
        if let Some((_, found)) = names.zip(lists).find(|(name, _)| *name == wanted) {
            found.extend(values.iter().cloned());
        }
    }

    /// A verdict and what follows it, up to a comment.
    fn verdict(&mut self) {
        let tokens = &self.statement.tokens;
        let comment = tokens
            .iter()
            .rposition(|token| token.mark == Mark::Word && token.piece.text() == "comment");
        let end = comment.filter(|at| *at > self.at).unwrap_or(tokens.len());
        self.verdict = self.statement.between(self.at, self.at + 1);
        self.target = self.statement.between(self.at + 1, end);
        self.at = end;
    }

    /// The comment of a rule, which ends it.
    fn last_comment(&mut self) {
        if let [.., word, text] = self.statement.tokens.as_slice()
            && word.mark == Mark::Word
            && word.piece.text() == "comment"
        {
            self.comment = text.piece.node();
        }
    }
}
