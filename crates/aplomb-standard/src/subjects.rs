use aplomb_model::{Mistake, Node, Span, Subject, SubjectKind, Value};
use aplomb_read::authored::{Table, choice, suggest};
use aplomb_read::{FORMATS, inner_format};
use globset::{GlobBuilder, GlobMatcher};

use crate::Written;

/// Which subjects a rule is about. What is not stated does not restrict; of several words under
/// one key, one must fit.
#[derive(Clone, Debug)]
pub struct SubjectFilter {
    /// Where it is written.
    pub span: Span,
    /// Kinds of subject.
    pub kinds: Vec<SubjectKind>,
    /// Ids of readers. A template fits as `jinja`, and as what its name says it becomes.
    pub formats: Vec<String>,
    /// Types of documents and registers, whatever the case: `DAT`, `flow-matrix`.
    pub types: Vec<String>,
    /// Values that attributes of the subject must have: `environment`, `role`.
    pub attributes: Vec<(&'static str, Vec<String>)>,
    names: Vec<GlobMatcher>,
    paths: Vec<GlobMatcher>,
}

impl SubjectFilter {
    /// Whether the filter lets a subject through.
    pub fn matches(&self, subject: &Subject) -> bool {
        let doc_type = subject.doc_type.as_ref();
        let mut paths = subject.path.iter().chain(&subject.parts);
        let is = |wanted: &String, found: &String| wanted.eq_ignore_ascii_case(found);
        // From the cheapest question to the dearest.
        (self.kinds.is_empty() || self.kinds.contains(&subject.id.kind))
            && (self.formats.is_empty() || self.format_matches(subject))
            && (self.types.is_empty()
                || doc_type.is_some_and(|found| self.types.iter().any(|one| is(one, found))))
            && self.attributes_match(&subject.attributes)
            && (self.names.is_empty()
                || self.names.iter().any(|glob| glob.is_match(&subject.id.name)))
            && (self.paths.is_empty()
                || paths.any(|path| self.paths.iter().any(|glob| glob.is_match(path))))
    }

    fn format_matches(&self, subject: &Subject) -> bool {
        let is_meant = |id: &str| self.formats.iter().any(|format| format == id);
        let Some(format) = &subject.format else {
            return false;
        };
        let inner = || inner_format(subject.path.as_ref()?, format);
        is_meant(format) || inner().is_some_and(|inner| is_meant(inner.id))
    }

    fn attributes_match(&self, attributes: &Node) -> bool {
        self.attributes.iter().all(|(key, wanted)| {
            let found = attributes.get(key);
            let found = found.map_or(&[][..], |node| match &node.value {
                Value::List(items) => items,
                _ => std::slice::from_ref(node),
            });
            let mut texts = found.iter().filter_map(Node::as_str);
            texts.any(|text| wanted.iter().any(|word| word == text))
        })
    }

    fn read(node: &Node, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let mut table = Table::new(node, "the subjects", mistakes)?;
        let filter = Self {
            span: node.span,
            kinds: kinds(&mut table),
            formats: formats(&mut table),
            types: owned(&table.text_or_texts("type")),
            names: globs(&mut table, "name", false),
            paths: globs(&mut table, "path", true),
            attributes: ["environment", "role"]
                .map(|key| (key, owned(&table.text_or_texts(key))))
                .into_iter()
                .filter(|(_, wanted)| !wanted.is_empty())
                .collect(),
        };
        table.finish();
        Some(filter)
    }
}

/// The subjects stated by a table, or by a list of tables of which one must fit; for `subjects` of
/// rules, and wherever a check names subjects of its own.
pub fn subject_filters(node: &Node, mistakes: &mut Vec<Mistake>) -> Vec<SubjectFilter> {
    let nodes = match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    };
    let filters = nodes.iter().filter_map(|node| SubjectFilter::read(node, mistakes));
    filters.collect()
}

/// The kind of subject a node names.
pub(crate) fn kind(node: &Node) -> Result<SubjectKind, Mistake> {
    let ids = SubjectKind::ALL.map(SubjectKind::id);
    let word = choice(node, &ids)?;
    let found = SubjectKind::ALL.into_iter().find(|kind| kind.id() == word);
    found.ok_or_else(|| Mistake::new(node.span, "no kind of subject", "not a kind"))
}

/// The mistake to report where a text is not the id of a reader.
pub(crate) fn check_format(format: &Written) -> Option<Mistake> {
    let ids = || FORMATS.iter().map(|format| format.id);
    if ids().any(|id| id == format.text) {
        return None;
    }
    let help = suggest(&format.text, ids()).map_or_else(
        || "`aplomb list` names the formats there are".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let message = format!("there is no reader for the format `{}`", format.text);
    Some(Mistake::new(format.span, message, "unknown format").with_help(help))
}

fn kinds(table: &mut Table<'_, '_>) -> Vec<SubjectKind> {
    let mut kinds = Vec::new();
    for node in table.one_or_many("kind") {
        match kind(node) {
            Ok(kind) => kinds.push(kind),
            Err(mistake) => table.mistake(mistake),
        }
    }
    kinds
}

fn formats(table: &mut Table<'_, '_>) -> Vec<String> {
    let formats = Written::read_all(table, "format");
    for mistake in formats.iter().filter_map(check_format) {
        table.mistake(mistake);
    }
    formats.into_iter().map(|format| format.text).collect()
}

fn globs(table: &mut Table<'_, '_>, key: &str, path: bool) -> Vec<GlobMatcher> {
    let mut globs = Vec::new();
    for written in Written::read_all(table, key) {
        match glob(&written, path) {
            Ok(glob) => globs.push(glob),
            Err(mistake) => table.mistake(mistake),
        }
    }
    globs
}

/// Compiles a glob; in a path, only `**` goes past a `/`.
pub(crate) fn glob(written: &Written, path: bool) -> Result<GlobMatcher, Mistake> {
    let glob = GlobBuilder::new(&written.text).literal_separator(path).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| {
        let message = format!("`{}` is not a glob: {}", written.text, error.kind());
        let help = "`*` stands for any characters, `?` for one, `[ab]` for one of several, \
                    `{x,y}` for either, `**/` for any folders";
        Mistake::new(written.span, message, "not a glob").with_help(help)
    })
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use aplomb_model::{Member, SubjectName};

    use super::*;

    fn filters(text: &str) -> Vec<SubjectFilter> {
        let toml = aplomb_read::by_id("toml").expect("a reader");
        let tree = aplomb_read::read_text("x.toml", text, toml).expect("TOML");
        let mut mistakes = Vec::new();
        let node = tree.documents[0].get("subjects").expect("subjects");
        let filters = subject_filters(node, &mut mistakes);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        filters
    }

    fn subject() -> Subject {
        let span = Span::default();
        let role = Value::List(vec![Node::text(span, "web"), Node::text(span, "database")]);
        let role = Member { key: "role".into(), key_span: span, value: Node::new(span, role) };
        Subject {
            id: SubjectName { kind: SubjectKind::Document, name: "docs/app/DAT.md".into() },
            path: Some("docs/app/DAT.md".into()),
            parts: Vec::new(),
            format: Some("toml".into()),
            doc_type: Some("DAT".into()),
            attributes: Node::new(span, Value::Map(vec![role])),
        }
    }

    #[test]
    fn every_key_restricts_and_every_word_of_it_widens() {
        let matches = |text: &str| filters(text).iter().any(|one| one.matches(&subject()));
        for fits in [
            "subjects = {}",
            "subjects = { kind = ['host', 'document'] }",
            "subjects = { type = 'dat', format = 'toml' }",
            "subjects = { path = 'docs/**' }",
            "subjects = { name = '*DAT*' }",
            "subjects = { role = ['database', 'queue'] }",
            "subjects = [{ kind = 'host' }, { kind = 'document' }]",
        ] {
            assert!(matches(fits), "{fits}");
        }
        for restricts in [
            "subjects = { kind = 'host' }",
            "subjects = { kind = 'document', type = 'DEX' }",
            "subjects = { path = 'docs/*' }",
            "subjects = { role = 'queue' }",
            "subjects = { environment = 'production' }",
            "subjects = []",
        ] {
            assert!(!matches(restricts), "{restricts}");
        }
    }

    #[test]
    fn a_template_has_the_format_of_what_it_becomes() {
        let mut subject = subject();
        subject.path = Some("configs/x.yaml.j2".into());
        subject.format = Some("jinja".into());
        for fits in ["yaml", "jinja"] {
            assert!(filters(&format!("subjects.format = '{fits}'"))[0].matches(&subject), "{fits}");
        }
        assert!(!filters("subjects = { format = ['toml', 'text'] }")[0].matches(&subject));
        subject.format = Some("text".into());
        assert!(!filters("subjects = { format = 'yaml' }")[0].matches(&subject), "read as text");
    }

    #[test]
    fn what_was_not_delivered_has_no_path_to_match() {
        let mut subject = subject();
        subject.path = None;
        subject.format = None;
        assert!(!filters("subjects = { path = '**' }")[0].matches(&subject));
        assert!(!filters("subjects = { format = 'toml' }")[0].matches(&subject));
    }
}
