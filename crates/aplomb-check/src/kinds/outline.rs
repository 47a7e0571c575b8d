//! `outline`: a document has the sections of its type, and they hold something.

use std::sync::LazyLock;

use aplomb_model::{Node, Outcome, Phrase, Role, Span};
use regex::Regex;

use super::assert::unevaluated;
use super::{Check, Kind, NodeCheck};
use crate::compile::Compiling;
use crate::expression::Expression;
use crate::judgement::{Judgement, Place, SUBJECT_VARIABLES, View};
use crate::normalise::plain;
use crate::path::Hit;
use crate::template::shown;

pub(crate) const KIND: Kind = Kind {
    id: "outline",
    summary: "a document has the sections of its type, and they hold something",
    docs: r#"`sections` lists what is required: `title`, `aliases` (any matches, without regard to case, accents,
numbering and small words), `optional`, and `holds`: one or several of `table`, `list`, `code`, `duration`,
`date`, `link`, `words`; a section that holds none of them, and does not say with a reason that it has no
object, fails as empty. `ordered = true` demands the order given. With `catalogue` and `key` (CEL) the
sections are those of the catalogue's entry whose `type` is the key.

```toml
[rule.PR-003]
subjects = { kind = "document" }
outline = { catalogue = "outlines", key = "subject.type" }
```"#,
    compile,
};

/// Words below which a section is empty. Placeholders are the business of other rules.
const FEW_WORDS: i64 = 1;

#[derive(Debug)]
struct Outline {
    by_key: Option<Expression>,
    /// Sections by document type; with `sections` one list under no type.
    types: Vec<(String, Vec<Section>)>,
    ordered: bool,
}

#[derive(Debug)]
struct Section {
    title: String,
    names: Vec<Vec<String>>,
    optional: bool,
    holds: Vec<Content>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Table,
    List,
    Code,
    Duration,
    Date,
    Link,
    Words,
}

impl Content {
    const ALL: [(&'static str, Self); 7] = [
        ("code", Self::Code),
        ("date", Self::Date),
        ("duration", Self::Duration),
        ("link", Self::Link),
        ("list", Self::List),
        ("table", Self::Table),
        ("words", Self::Words),
    ];
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let known = &["catalogue", "key", "ordered", "sections"];
    let table = compiling.table(written, "outline", known)?;
    let ordered = compiling.flag(table, "ordered");
    if table.get("sections").is_some()
        && let Some(key) = table.member("key")
    {
        let message = "`key` chooses among outlines of a `catalogue`, and there is none";
        compiling.mistake(key.key_span, message, "chooses nothing");
    }
    let (by_key, types) = match (table.get("sections"), table.get("catalogue")) {
        (Some(list), None) => (None, vec![(String::new(), sections(compiling, list)?)]),
        (None, Some(name)) => {
            let key = compiling.required(table, "key")?;
            let key = compiling.expression(key, SUBJECT_VARIABLES)?;
            let mut types = Vec::new();
            for entry in compiling.catalogue(name)? {
                let of_type = compiling.required(&entry, "type")?;
                let list = compiling.required(&entry, "sections")?;
                types.push((plain(&shown(of_type)), sections(compiling, list)?));
            }
            (Some(key), types)
        }
        _ => {
            let message = "an outline has either `sections` or `catalogue`";
            compiling.mistake(written.span, message, "one of them");
            return None;
        }
    };
    Some(Check::Nodes(Box::new(Outline { by_key, types, ordered })))
}

fn sections(compiling: &mut Compiling<'_>, list: &Node) -> Option<Vec<Section>> {
    let known = &["aliases", "holds", "optional", "title"];
    let mut sections = Vec::new();
    for item in list.items() {
        let table = compiling.table(item, "section", known)?;
        let title = compiling.required(table, "title")?.as_str()?.to_owned();
        let aliases = compiling.texts(table, "aliases");
        let names = aliases.iter().map(|(_, name)| *name);
        let names = std::iter::once(title.as_str()).chain(names).map(words);
        let mut holds = Vec::new();
        for (one, id) in compiling.texts(table, "holds") {
            match Content::ALL.iter().find(|(name, _)| *name == id) {
                Some((_, content)) => holds.push(*content),
                None => {
                    let all: Vec<_> = Content::ALL.iter().map(|(name, _)| *name).collect();
                    let message = format!("`holds` knows {}", all.join(", "));
                    compiling.mistake(one.span, message, "not one of them");
                }
            }
        }
        sections.push(Section {
            names: names.collect(),
            title,
            optional: compiling.flag(table, "optional"),
            holds,
        });
    }
    if sections.is_empty() {
        compiling.mistake(list.span, "an outline needs at least one section", "none");
        return None;
    }
    Some(sections)
}

/// A heading as comparable words: case, accents, numbering, punctuation and small words gone.
fn words(heading: &str) -> Vec<String> {
    const SMALL: &[&str] = &[
        "a", "and", "au", "aux", "d", "de", "des", "du", "en", "et", "for", "l", "la", "le", "les",
        "of", "ou", "par", "pour", "the", "to",
    ];
    let plain = plain(heading);
    let words = plain.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|w| !w.is_empty() && !SMALL.contains(w));
    // "3.2 Sauvegarde" and "Sauvegarde" are the same section.
    let words = words.skip_while(|w| w.bytes().all(|b| b.is_ascii_digit()));
    words.map(str::to_owned).collect()
}

/// A section of the document: what its own and its subsections' parts hold.
struct Found<'a> {
    node: &'a Node,
    words: Vec<String>,
}

impl Outline {
    fn of_type(&self, view: &View<'_>) -> Result<&[Section], Box<Judgement>> {
        let Some(key) = &self.by_key else {
            return Ok(self.types.first().map_or(&[], |(_, sections)| sections));
        };
        let value = key.evaluate(&view.scope()).map_err(|e| Box::new(unevaluated(e, "key")))?;
        let wanted = plain(&shown(&value));
        let found = self.types.iter().find(|(of_type, _)| *of_type == wanted);
        found.map(|(_, sections)| &**sections).ok_or_else(|| {
            let name = shown(&value);
            let message = Phrase::new(
                format!("no outline is declared for documents of type {name}"),
                format!("aucun plan n'est déclaré pour les documents de type {name}"),
            );
            Box::new(Judgement::new(Outcome::NotApplicable, message, "key"))
        })
    }
}

impl NodeCheck for Outline {
    fn passes(&self, _: &View<'_>, _: &[&Node]) -> bool {
        false
    }

    fn judge(&self, view: &View<'_>, _: &[Hit<'_>]) -> Vec<Judgement> {
        let sections = match self.of_type(view) {
            Ok(sections) => sections,
            Err(judgement) => return vec![*judgement],
        };
        let Some(list) = view.root.get("sections") else {
            let message = Phrase::new(
                "this document has no sections that could be read",
                "ce document n'a pas de rubriques lisibles",
            );
            return vec![Judgement::new(Outcome::NotEvaluated, message, "$.sections")];
        };
        let found = list.items().iter().map(|node| Found {
            node,
            words: words(&node.get("title").map(shown).unwrap_or_default()),
        });
        let found: Vec<_> = found.collect();
        let mut judgements = Vec::new();
        let mut last = 0;
        for section in sections {
            let at = found.iter().position(|found| section.is(found));
            match at {
                None if section.optional => {}
                None => judgements.push(missing(section, view)),
                Some(at) => {
                    if self.ordered && at < last {
                        judgements.push(misplaced(section, &found[at]));
                    }
                    last = last.max(at);
                    if !section.filled(&found[at], view.root) {
                        judgements.push(empty(section, &found[at]));
                    }
                }
            }
        }
        judgements
    }
}

impl Section {
    fn is(&self, found: &Found<'_>) -> bool {
        self.names.iter().any(|name| {
            !name.is_empty() && found.words.windows(name.len()).any(|window| window == &name[..])
        })
    }

    /// Whether the section, with what stands below it, holds one of the contents demanded.
    fn filled(&self, found: &Found<'_>, root: &Node) -> bool {
        let slug = found.node.get("slug").and_then(Node::as_str).unwrap_or_default();
        let inside = |node: &&Node| {
            let path = node.get("path").or_else(|| node.get("sections"));
            path.is_some_and(|path| path.items().iter().any(|s| s.as_str() == Some(slug)))
        };
        let any = |kind: &str| {
            root.get(kind).is_some_and(|list| list.items().iter().any(|node| inside(&node)))
        };
        let parts = || {
            let list = root.get("sections").map_or(&[][..], Node::items);
            list.iter().filter(|node| inside(node))
        };
        let texts = || parts().filter_map(|node| node.get("text")?.as_str());
        let count = || -> i64 { parts().filter_map(|node| node.get("words")?.as_i64()).sum() };
        if texts().any(without_object) {
            return true;
        }
        let holds = |content: Content| match content {
            Content::Table => any("tables"),
            Content::List => any("lists"),
            Content::Code => any("code"),
            Content::Link => any("links"),
            Content::Words => count() >= FEW_WORDS,
            Content::Duration => texts().any(|text| has(&DURATION, text)) || any("tables"),
            Content::Date => texts().any(|text| has(&DATE, text)) || any("tables"),
        };
        if self.holds.is_empty() {
            return any("tables") || any("lists") || any("code") || count() >= FEW_WORDS;
        }
        self.holds.iter().any(|content| holds(*content))
    }
}

static DURATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\d\s*(h|min|j|d|s|jours?|days?|heures?|hours?|semaines?|weeks?|mois|months?|ans?|years?)\b")
        .ok()
});
static DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}").ok());
/// “Sans objet : …” with at least three words of reason.
static WITHOUT_OBJECT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(sans objet|non applicable|not applicable)\W+(\w+\W+){2,}\w+").ok()
});

fn has(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn without_object(text: &str) -> bool {
    has(&WITHOUT_OBJECT, text)
}

fn locator(section: &Section) -> String {
    section.names.first().map(|words| words.join("-")).unwrap_or_default()
}

fn missing(section: &Section, view: &View<'_>) -> Judgement {
    let title = &section.title;
    let message = Phrase::new(
        format!("the section “{title}” is missing"),
        format!("la rubrique « {title} » manque"),
    );
    let judgement = Judgement::new(Outcome::Fail, message, locator(section));
    let start = view.root.get("title").map_or(Span::default(), |title| title.span);
    judgement.at(start, Phrase::default())
}

fn misplaced(section: &Section, found: &Found<'_>) -> Judgement {
    let title = &section.title;
    let message = Phrase::new(
        format!("the section “{title}” is out of order"),
        format!("la rubrique « {title} » n'est pas à sa place"),
    );
    Judgement::new(Outcome::Fail, message, format!("{}@order", locator(section)))
        .at(heading(found), Phrase::default())
}

fn empty(section: &Section, found: &Found<'_>) -> Judgement {
    let title = &section.title;
    let wanted: Vec<_> = Content::ALL
        .iter()
        .filter(|(_, content)| section.holds.contains(content))
        .map(|(name, _)| *name)
        .collect();
    let (en, fr) = if wanted.is_empty() {
        (String::new(), String::new())
    } else {
        let list = wanted.join(", ");
        (format!("; it should hold: {list}"), format!(" ; attendu : {list}"))
    };
    let message = Phrase::new(
        format!("the section “{title}” holds nothing{en}"),
        format!("la rubrique « {title} » est vide{fr}"),
    );
    let mut judgement = Judgement::new(Outcome::Fail, message, locator(section));
    judgement.places.push(Place {
        span: heading(found),
        role: Role::Primary,
        label: Phrase::default(),
    });
    judgement
}

fn heading(found: &Found<'_>) -> Span {
    found.node.get("title").map_or(found.node.span, |title| title.span)
}
