use aplomb_model::{Member, Node, Phrase, Span, Tree, Value};

use super::expand::{Expanded, Include};
use crate::lines::lines_of;
use crate::piece::{Piece, list, map, named, quoted};
use crate::problems::Problems;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

pub(crate) const CHRONY: Format = Format {
    id: "chrony",
    summary: "chronyd's configuration: time sources and settings",
    docs: "The tree is `{\"directives\": [{\"keyword\", \"value\", \"args\": [text, …]}], \
        \"effective\": {keyword: value}, \"sources\": [{\"type\", \"address\", \"options\": \
        {name: value}}], \"includes\": [text, …]}`.\n\n\
        Follows chrony.conf(5). `directives` are the lines as written, keywords in lower case, the \
        value with one blank between words. In `effective` a keyword without value (`rtcsync`) is \
        true, and the last value of a keyword counts, except where each line adds to those before \
        (`allow`, `deny`, `hwtimestamp`, `log`, …): these are lists. `sources` are what `server`, \
        `pool`, `peer` and `refclock` name; an option without value (`iburst`, `nts`) is true. \
        `includes` are what `include`, `confdir` and `sourcedir` name; they are followed where they \
        stand. What was not delivered leaves rules that find nothing amiss not evaluated.",
    names: &[
        "**/chrony.conf",
        "**/chrony/conf.d/*.conf",
        "**/chrony.d/*.conf",
        "**/chrony/sources.d/*.sources",
    ],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut expanded = Expanded::read(input, &CHRONY, included, &[]);
    let mut directives = Vec::new();
    let mut effective = Settings::default();
    let mut sources = Vec::new();
    let mut includes = Vec::new();
    let mut problems = Problems::default();
    let mut comments = Vec::new();
    let mut said = Vec::new();
    for piece in expanded.pieces() {
        let (lines, of_piece) = lines_of(piece, &['#', '!', ';', '%']);
        said.extend(lines);
        comments.extend(of_piece);
    }
    for line in said {
        let (keyword, rest) = line.split_word();
        let name = keyword.text().to_ascii_lowercase();
        let args: Vec<_> = rest.words().collect();
        let nodes: Vec<_> = args.iter().map(|arg| arg.node()).collect();
        let value = Node::text(rest.span(), join(&args));
        match name.as_str() {
            "server" | "pool" | "peer" | "refclock" => match source(line, keyword, &name, &args) {
                Ok(source) => sources.push(source),
                Err((span, message)) => problems.add(span, message),
            },
            "include" | "confdir" | "sourcedir" => includes.extend(nodes.iter().cloned()),
            _ if !KEYWORDS.contains(&&*name) && !ADDING_UP.contains(&&*name) => {
                problems.add(keyword.span(), unknown(keyword.text()));
            }
            _ => {
                let key = name.as_str().into();
                let says = if args.is_empty() {
                    Node::new(keyword.span(), Value::Bool(true))
                } else {
                    value.clone()
                };
                let member = Member { key, key_span: keyword.span(), value: says };
                if ADDING_UP.contains(&&*name) {
                    effective.add(Member { value: value.clone(), ..member });
                } else {
                    effective.set_last(member);
                }
            }
        }
        let members = vec![
            named("keyword", Node::text(keyword.span(), name)),
            named("value", value),
            named("args", list(nodes)),
        ];
        directives.push(map(line.span(), members));
    }
    let whole = expanded.whole();
    expanded.tree().shadowed = effective.shadowed().collect();
    let members = vec![
        named("directives", list(directives)),
        named("effective", effective.into_node(whole)),
        named("sources", list(sources)),
        named("includes", list(includes)),
    ];
    expanded.finish(members, comments, problems)
}

/// What a line includes: files, or those of folders.
fn included(from: &str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_> {
    Box::new(move |line| {
        let (keyword, rest) = line.split_word();
        let files = match keyword.text().to_ascii_lowercase().as_str() {
            "include" => "",
            "confdir" => "/*.conf",
            "sourcedir" => "/*.sources",
            _ => return Vec::new(),
        };
        let include = |path: Piece<'_>| {
            let pattern = format!("{}{files}", path.text());
            Include::new(path.node(), from, &["/etc/chrony", "/etc"], &pattern)
        };
        rest.words().map(include).collect()
    })
}

fn join(words: &[Piece<'_>]) -> String {
    words.iter().map(|word| word.text()).collect::<Vec<_>>().join(" ")
}

/// A clock: its address, or the driver and parameter of a reference clock, and its options.
fn source(
    line: Piece<'_>,
    keyword: Piece<'_>,
    kind: &str,
    args: &[Piece<'_>],
) -> Result<Node, (Span, Phrase)> {
    let length = if kind == "refclock" { 2 } else { 1 };
    let (Some(address), Some(options)) = (args.get(..length), args.get(length..)) else {
        return Err((line.span(), no_address(kind)));
    };
    let spans = address.iter().map(|part| part.span());
    let span = spans.reduce(Span::cover).unwrap_or_default();
    let address = Node::text(span, join(address));
    let mut members = Vec::new();
    let mut options_span = Span::new(span.end(), span.end());
    let mut options = options.iter();
    while let Some(name) = options.next() {
        let lower = name.text().to_ascii_lowercase();
        let value = if FLAGS.contains(&&*lower) {
            Node::new(name.span(), Value::Bool(true))
        } else {
            options.next().ok_or_else(|| (name.span(), no_value(name.text())))?.node()
        };
        options_span = options_span.cover(value.span);
        members.push(Member { key: lower.into(), key_span: name.span(), value });
    }
    let members = vec![
        named("type", Node::text(keyword.span(), kind)),
        named("address", address),
        named("options", map(options_span, members)),
    ];
    Ok(map(line.span(), members))
}

/// Options of a source that take no value.
static FLAGS: &[&str] = &[
    "auto_offline",
    "burst",
    "copy",
    "iburst",
    "local",
    "noselect",
    "nts",
    "offline",
    "pps",
    "prefer",
    "require",
    "tai",
    "trust",
    "xleave",
];

static ADDING_UP: &[&str] = &[
    "allow",
    "bindaddress",
    "bindcmdaddress",
    "broadcast",
    "cmdallow",
    "cmddeny",
    "deny",
    "hwtimestamp",
    "initstepslew",
    "log",
    "ntsservercert",
    "ntsserverkey",
    "ntstrustedcerts",
];

static KEYWORDS: &[&str] = &[
    "acquisitionport",
    "authselectmode",
    "bindacqaddress",
    "bindacqdevice",
    "bindcmddevice",
    "binddevice",
    "clientloglimit",
    "clockprecision",
    "cmdport",
    "cmdratelimit",
    "combinelimit",
    "commandkey",
    "corrtimeratio",
    "driftfile",
    "dscp",
    "dumpdir",
    "dumponexit",
    "fallbackdrift",
    "generatecommandkey",
    "hwclockfile",
    "hwtstimeout",
    "keyfile",
    "leapseclist",
    "leapsecmode",
    "leapsectz",
    "linux_freq_scale",
    "linux_hz",
    "local",
    "lock_all",
    "logbanner",
    "logchange",
    "logdir",
    "mailonchange",
    "makestep",
    "manual",
    "maxchange",
    "maxclockerror",
    "maxdistance",
    "maxdrift",
    "maxjitter",
    "maxntsconnections",
    "maxsamples",
    "maxslewrate",
    "maxupdateskew",
    "minsamples",
    "minsources",
    "nocerttimecheck",
    "noclientlog",
    "nosystemcert",
    "ntpsigndsocket",
    "ntsaeads",
    "ntscachedir",
    "ntsdumpdir",
    "ntsntpserver",
    "ntsport",
    "ntsprocesses",
    "ntsratelimit",
    "ntsrefresh",
    "ntsrotate",
    "opencommands",
    "pidfile",
    "port",
    "ptpdomain",
    "ptpport",
    "ratelimit",
    "refresh",
    "reselectdist",
    "rtcautotrim",
    "rtcdevice",
    "rtcfile",
    "rtconutc",
    "rtcsync",
    "sched_priority",
    "smoothtime",
    "stratumweight",
    "tempcomp",
    "user",
];

fn unknown(keyword: &str) -> Phrase {
    let keyword = quoted(keyword);
    Phrase::new(
        format!("chronyd knows no `{keyword}` and will not start; correct or remove the line"),
        format!(
            "chronyd ne connaît pas « {keyword} » et ne démarrera pas ; corriger ou enlever la ligne"
        ),
    )
}

fn no_address(kind: &str) -> Phrase {
    Phrase::new(
        format!("this `{kind}` names no clock; write its address after the keyword"),
        format!("ce « {kind} » ne nomme aucune horloge ; écrire son adresse après le mot-clé"),
    )
}

fn no_value(option: &str) -> Phrase {
    let option = quoted(option);
    Phrase::new(
        format!("option `{option}` is unknown or lacks its value; write `{option} VALUE`"),
        format!("l'option « {option} » est inconnue ou sans valeur ; écrire « {option} VALEUR »"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    #[test]
    fn sources_and_settings_stand_apart() {
        check(
            &CHRONY,
            "chrony.conf",
            "# a\n! b\n; c\n% d\nServer ntp1.example  IBURST minpoll 4\nrefclock PPS /dev/pps0 lock NMEA\n\
             MAKESTEP 1.0   3\nmakestep 2 3\nrtcsync\nallow\nallow 192.0.2.0/24\nconfdir /etc/chrony/conf.d\n",
            r#"{"directives": [
                {"keyword": "server", "value": "ntp1.example IBURST minpoll 4", "args": ["ntp1.example", "IBURST", "minpoll", "4"]},
                {"keyword": "refclock", "value": "PPS /dev/pps0 lock NMEA", "args": ["PPS", "/dev/pps0", "lock", "NMEA"]},
                {"keyword": "makestep", "value": "1.0 3", "args": ["1.0", "3"]},
                {"keyword": "makestep", "value": "2 3", "args": ["2", "3"]},
                {"keyword": "rtcsync", "value": "", "args": []},
                {"keyword": "allow", "value": "", "args": []},
                {"keyword": "allow", "value": "192.0.2.0/24", "args": ["192.0.2.0/24"]},
                {"keyword": "confdir", "value": "/etc/chrony/conf.d", "args": ["/etc/chrony/conf.d"]}],
              "effective": {"makestep": "2 3", "rtcsync": true, "allow": ["", "192.0.2.0/24"]},
              "sources": [
                {"type": "server", "address": "ntp1.example", "options": {"iburst": true, "minpoll": "4"}},
                {"type": "refclock", "address": "PPS /dev/pps0", "options": {"lock": "NMEA"}}],
              "includes": ["/etc/chrony/conf.d"]}"#,
        );
        check(
            &CHRONY,
            "chrony.conf",
            "",
            r#"{"directives": [], "effective": {}, "sources": [], "includes": []}"#,
        );
    }

    #[test]
    fn spans_are_those_of_the_winning_line() {
        let text = "port 1\n port  0\npool é nts key 1\n";
        let tree = read_text("chrony.conf", text, &CHRONY).expect("is one");
        assert_eq!(raw(&tree, &["effective", "port"]), "0");
        assert_eq!(raw(&tree, &["sources", "0", "address"]), "é");
        assert_eq!(raw(&tree, &["sources", "0", "options", "nts"]), "nts");
        let key = at(&tree, &["effective"]).members()[0].key_span;
        assert_eq!(tree.source().position(key.start() as usize).line, 2);
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "prot 0\nserver\nserver a minpoll\nserver a ibusrt\nport 0\n";
        let expected = ["1:1", "2:1", "3:10", "4:10"];
        assert_eq!(positions(&CHRONY, "chrony.conf", text), expected);
    }

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted() && ADDING_UP.is_sorted() && FLAGS.is_sorted());
    }
}
