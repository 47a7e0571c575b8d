//! `aplomb list`, `explain`, `schema` and `completions`: what there is, and one of it in full.

use std::fmt::Write as _;
use std::path::Path;

use aplomb_check::{KINDS, functions};
use aplomb_host::IMPORTERS;
use aplomb_model::{Lang, Node, Phrase, Severity, Source};
use aplomb_read::FORMATS;
use aplomb_read::authored::suggest;
use aplomb_report::wrap;
use aplomb_standard::{Policy, Rule, Standard};
use clap::CommandFactory;

use crate::cli::{Cli, CompletionsArgs, ExplainArgs, ListArgs, Listed, SchemaArgs, Terminal};
use crate::complaint::Complaint;
use crate::{embedded, print, standards};

/// What `explain` calls a rule's parts by.
const DEMAND: &str = "demand";
const DEMAND_SUMMARY: &str = "one of several demands of a rule, with a check of its own";
const DEMAND_DOCS: &str = r#"A rule whose id stands for several demands lists them as
`[rule.ID.demand.NAME]`, and has no check and no cases of its own. Each demand has a `title`, one check and
its cases, and gives a result of its own: it is waived alone (`scope = { subject = "…", demand = "NAME" }`), its
findings have fingerprints of their own, and a profile or an override means it by `ID/NAME`, or all of them
by `ID`.

What a demand does not say, the rule says for all: `subjects`, `select`, `missing`, `unsure`,
`point-at`, `why`, `message`, `remedy`, `severity`, `references`, `identity`. A `when` of the rule and one of the demand must both hold.
`name`, `no-subject`, `tags`, `tiers` and `waivable` are the rule's alone: `no-subject` says what it comes to
where none of the demands finds anything to judge.

```toml
[rule.SW-052]
name = "dockerfile-conforms"
title = "A Dockerfile conforms to the image standard"
severity = "major"
subjects = { kind = "config", format = "dockerfile" }

[rule.SW-052.demand.base-image-pinned]
title = "Base images are pinned"
select = "$.stages[*].image"
expect = { pattern = '@sha256:[0-9a-f]{64}$' }

[rule.SW-052.demand.user-not-root]
title = "The image does not run as root"
select = "$.stages[-1].user"
missing = "fail"
expect.not.enum = ["root", "0"]
```"#;

pub(crate) fn list(args: &ListArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let lang = terminal.lang().unwrap_or_default();
    let rows: Vec<[String; 2]> = match args.what {
        Listed::Kinds => named(KINDS.iter().map(|kind| (kind.id, kind.summary))),
        Listed::Functions => named(functions()),
        Listed::Formats => named(FORMATS.iter().map(|format| (format.id, format.summary))),
        Listed::Importers => {
            named(IMPORTERS.iter().map(|importer| (importer.id, importer.summary)))
        }
        Listed::Outputs => {
            let formats = aplomb_report::FORMATS.iter();
            named(formats.map(|format| (format.id, format.summary)))
        }
        Listed::Schemas => {
            let names = embedded::schema_names().into_iter();
            names.map(|name| [name.clone(), format!("{name}.schema.json")]).collect()
        }
        Listed::Rules | Listed::Standards | Listed::Profiles | Listed::Params => {
            let policy = standards::policy(&args.standards, Path::new(""))?;
            of_policy(&policy, args.what, lang)
        }
    };
    let mut rows = rows;
    rows.sort();
    let widest = rows.iter().map(|[id, _]| id.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for [id, about] in rows {
        let line = format!("{id:widest$}  {about}");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    show(&text)
}

fn named<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<[String; 2]> {
    rows.map(|(id, about)| [id.to_owned(), about.to_owned()]).collect()
}

fn of_policy(policy: &Policy, what: Listed, lang: Lang) -> Vec<[String; 2]> {
    let said = |phrase: &Phrase| phrase.get(lang).to_owned();
    let standards = policy.standards.iter();
    match what {
        Listed::Standards => standards
            .map(|standard| {
                let rules = standard.rules.chunk_by(|a, b| a.id == b.id).count();
                let noun = match (lang, rules) {
                    (Lang::En, 1) => "rule",
                    (Lang::En, _) => "rules",
                    (Lang::Fr, 0 | 1) => "règle",
                    (Lang::Fr, _) => "règles",
                };
                let about = format!(
                    "{} {}, {rules} {noun}: {}",
                    standard.domain.id(),
                    standard.version,
                    said(&standard.title)
                );
                [standard.id.clone(), about]
            })
            .collect(),
        Listed::Profiles => policy
            .profiles
            .iter()
            .map(|profile| [profile.name.clone(), said(&profile.title)])
            .collect(),
        Listed::Params => standards
            .flat_map(|standard| {
                standard.params.iter().map(move |param| {
                    let about = format!("{}  {}", param.kind, param.about.get(lang));
                    [format!("{}:{}", standard.id, param.name), about]
                })
            })
            .collect(),
        _ => standards
            .flat_map(|standard| &standard.rules)
            .map(|rule| {
                let severity = rule.severity.for_tier(None).id();
                [rule.label(), format!("{severity:8}{}", said(&rule.title))]
            })
            .collect(),
    }
}

pub(crate) fn explain(args: &ExplainArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let lang = terminal.lang().unwrap_or_default();
    let id = args.id.as_str();
    if let Some(kind) = KINDS.iter().find(|kind| kind.id == id) {
        return show(&documented(id, kind.summary, kind.docs));
    }
    if let Some(text) = format_in_full(id) {
        return show(&text);
    }
    if id == DEMAND {
        return show(&documented(id, DEMAND_SUMMARY, DEMAND_DOCS));
    }
    let policy = standards::policy(&args.standards, Path::new(""))?;
    let meant =
        |rule: &Rule| rule.is_called(id) || rule.id.eq_ignore_ascii_case(id) || rule.name == id;
    let told = policy.rules().filter(|(_, rule)| meant(rule));
    let told: Vec<_> = told.map(|(standard, rule)| rule_in_full(standard, rule, lang)).collect();
    if told.is_empty() { Err(unknown(id, &policy)) } else { show(&told.join("\n")) }
}

/// A format that is read, one that is written, a tool whose facts are taken, or several of them
/// under one id.
fn format_in_full(id: &str) -> Option<String> {
    let read = aplomb_read::by_id(id).map(|format| (id.to_owned(), format.summary, format.docs));
    let written = aplomb_report::by_id(id);
    let written = written.map(|format| (format!("output {id}"), format.summary, format.docs));
    let taken = aplomb_host::importer(id);
    let taken = taken.map(|tool| (format!("import {id}"), tool.summary, tool.docs));
    let told = read.into_iter().chain(written).chain(taken);
    let told = told.map(|(name, summary, docs)| documented(&name, summary, docs));
    told.reduce(|all, one| format!("{all}\n{one}"))
}

/// What there is to say of a check kind or a format.
fn documented(id: &str, summary: &str, docs: &str) -> String {
    let width = print::width();
    format!("{}\n{}", prose(&format!("{id}: {summary}"), width), prose(docs, width))
}

/// Paragraphs and items of lists broken anew to a width; blocks between fences and indented lines
/// stay as they are.
fn prose(text: &str, width: usize) -> String {
    let mut broken = String::new();
    let mut paragraph = String::new();
    let mut verbatim = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        if line.starts_with("- ") {
            flow(&mut paragraph, width, &mut broken);
        }
        if verbatim || fence || line.starts_with(' ') || line.is_empty() {
            flow(&mut paragraph, width, &mut broken);
            broken.push_str(line);
            broken.push('\n');
        } else {
            paragraph.push(' ');
            paragraph.push_str(line);
        }
        verbatim ^= fence;
    }
    flow(&mut paragraph, width, &mut broken);
    broken
}

/// Moves a paragraph, if there is one, to the end of `broken`.
fn flow(paragraph: &mut String, width: usize, broken: &mut String) {
    let text = std::mem::take(paragraph);
    if !text.is_empty() {
        broken.push_str(&wrap(&text, width).join("\n"));
        broken.push('\n');
    }
}

/// There is nothing to explain of that name; perhaps of another.
fn unknown(id: &str, policy: &Policy) -> Complaint {
    let rules = policy.rules().flat_map(|(_, rule)| [rule.id.as_str(), rule.name.as_str()]);
    let kinds = KINDS.iter().map(|kind| kind.id);
    let read = FORMATS.iter().map(|format| format.id);
    let written = aplomb_report::FORMATS.iter().map(|format| format.id);
    let taken = IMPORTERS.iter().map(|importer| importer.id);
    let known = rules.chain(kinds).chain(read).chain(written).chain(taken).chain([DEMAND]);
    let instead = suggest(id, known).map_or_else(
        || "`aplomb list` names the rules".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Complaint::plain(format!(
        "there is no rule, check kind, format, output or importer `{id}`; {instead}"
    ))
}

fn rule_in_full(standard: &Standard, rule: &Rule, lang: Lang) -> String {
    let words = |en: &'static str, fr: &'static str| if lang == Lang::Fr { fr } else { en };
    let severity = rule.severity.for_tier(None);
    let tiers =
        rule.severity.tiers().map(|(tier, severity)| format!("tier {tier}: {}", severity.id()));
    let tiers: Vec<_> = tiers.collect();
    let title = prose(rule.title.get(lang), print::width());
    let mut text = format!("{} {}\n", rule.label(), rule.name);
    if let Some(part) = &rule.part {
        text.push_str(&prose(&format!("{}:", part.of.get(lang)), print::width()));
    }
    text.push_str(&title);
    let mut part = |heading: &str, body: &str| {
        if !body.trim().is_empty() {
            let _ = write!(text, "\n{heading}\n  {}\n", body.trim().replace('\n', "\n  "));
        }
    };
    let within = |phrase: &Phrase| prose(phrase.get(lang), print::width() - 2);
    part(words("Why", "Pourquoi"), &within(&rule.why));
    part(words("What to do", "Que faire"), &within(&rule.remedy));
    let mut weight = severity_word(severity, lang).to_owned();
    if !tiers.is_empty() {
        let _ = write!(weight, " ({})", tiers.join(", "));
    }
    part(words("Severity", "Gravité"), &weight);
    let references = rule.references.iter().map(|reference| {
        let version = reference.version.as_deref().map_or(String::new(), |v| format!(":{v}"));
        let unverified = if reference.unverified {
            words(" (not verified against the text)", " (non vérifié dans le texte)")
        } else {
            ""
        };
        format!("{}{version} {}{unverified}", reference.standard, reference.id)
    });
    part(words("References", "Références"), &references.collect::<Vec<_>>().join("\n"));
    let source = &standard.source;
    let at = source.position(rule.span.start() as usize);
    let place = format!("{} {}, {}:{}", standard.id, standard.version, source.name(), at.line);
    part(words("Standard", "Référentiel"), &place);
    part(words("Check", "Contrôle"), &as_written(source, rule));
    let cases = rule.cases.iter().map(|case| format!("{}: {}", case.outcome.id(), case.name));
    part(words("Cases", "Cas"), &cases.collect::<Vec<_>>().join("\n"));
    text
}

/// The lines in which a rule makes its demand.
fn as_written(source: &Source, rule: &Rule) -> String {
    let first = source.position(rule.check.key_span.start() as usize).line;
    let last = source.position(last_byte(&rule.check.node) as usize).line;
    let lines = (first..=last).filter_map(|number| source.line(number));
    lines.collect::<Vec<_>>().join("\n")
}

/// The end of what stands furthest down in a value: a table's own place may be its header alone.
fn last_byte(node: &Node) -> u32 {
    let items = node.items().iter().map(last_byte);
    let members = node.members().iter().map(|member| last_byte(&member.value));
    items.chain(members).fold(node.span.end(), u32::max)
}

const fn severity_word(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Blocker, Lang::Fr) => "bloquante",
        (Severity::Major, Lang::Fr) => "majeure",
        (Severity::Minor, Lang::Fr) => "mineure",
        (Severity::Info, Lang::Fr) => "information",
        (severity, Lang::En) => severity.id(),
    }
}

pub(crate) fn schema(args: &SchemaArgs) -> Result<u8, Complaint> {
    match embedded::schema(&args.name) {
        Some(text) => show(text),
        None => {
            let (name, known) = (&args.name, embedded::schema_names());
            let instead = suggest(name, known.iter().map(String::as_str)).map_or_else(
                || format!("there are {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            Err(Complaint::plain(format!("there is no schema `{name}`; {instead}")))
        }
    }
}

pub(crate) fn completions(args: &CompletionsArgs) -> Result<u8, Complaint> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "aplomb", &mut script);
    show(&String::from_utf8_lossy(&script))
}

fn show(text: &str) -> Result<u8, Complaint> {
    print::out(|out| out.write_all(text.as_bytes()))
        .map_err(|error| Complaint::plain(format!("standard output: {error}")))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_and_what_is_fenced_is_not() {
        let text = "one two\nthree four\n\nfive\n```toml\na = 'one two three'\n\nb\n```\nsix";
        let broken = "one two\nthree four\n\nfive\n```toml\na = 'one two three'\n\nb\n```\nsix\n";
        assert_eq!(prose(text, 10), broken);
        assert_eq!(prose("one two\nthree", 80), "one two three\n");
        assert_eq!(prose("", 80), "");
        assert_eq!(prose("- a\n- b c\n  d", 80), "- a\n- b c\n  d\n");
    }
}
