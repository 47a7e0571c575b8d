use aplomb_model::{Member, Mistake, Node, Outcome, Span, SubjectKind, Value};
use aplomb_read::authored::{Table, unknown_key, wrong_value};

use crate::subjects::{check_format, kind};
use crate::{Param, Written};

/// An example that says what a rule makes of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it shows, in a few words; unique within the rule.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// What the rule must come to.
    pub outcome: Outcome,
    /// What is judged; empty where the case is that nothing was delivered.
    pub subjects: Vec<CaseSubject>,
    /// Lines (from 1) at which findings must point.
    pub at: Vec<u32>,
    /// The date judged as of.
    pub as_of: Option<Written>,
    /// Tier of the delivery, 1 to 5.
    pub tier: Option<u8>,
    /// What the delivery says, for `when`: a table.
    pub delivery: Option<Node>,
    /// Values of parameters, checked against their types.
    pub params: Vec<Member>,
}

/// One subject of a case.
#[derive(Clone, Debug)]
pub struct CaseSubject {
    /// Where it is written.
    pub span: Span,
    /// What kind of thing; where not stated, what the rule asks for.
    pub kind: Option<SubjectKind>,
    /// Its name.
    pub name: Option<String>,
    /// Id of the reader; where not stated, what the rule asks for or the path tells.
    pub format: Option<String>,
    /// For documents and registers: `DAT`, `flow-matrix`.
    pub doc_type: Option<String>,
    /// What it holds; `None` for a subject that is declared and was not delivered.
    pub content: Option<CaseContent>,
    /// What else the manifest would say about it: a table.
    pub attributes: Node,
}

/// Where the content of a case's subject is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseContent {
    /// In the case itself.
    Text(Written),
    /// In a file, by its path relative to the standard's file.
    Path(Written),
}

impl Case {
    /// Decodes `[[rule.ID.case]]` of the demand that `of` names.
    pub(crate) fn read(
        node: &Node,
        of: &str,
        params: &[Param],
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let name = node.get("name").and_then(Node::as_str).unwrap_or("?");
        let what = format!("case \"{name}\" of {of}");
        let mut table = Table::new(node, what, mistakes)?;
        let case = Self {
            name: table.required_text("name").to_owned(),
            span: node.span,
            outcome: outcome(&mut table),
            subjects: subjects(&mut table),
            at: at(&mut table),
            as_of: Written::read(&mut table, "as-of"),
            tier: table.node("tier").and_then(|node| match tier(node) {
                Ok(tier) => Some(tier),
                Err(mistake) => {
                    table.mistake(mistake);
                    None
                }
            }),
            delivery: table.table("delivery").map(|table| table.as_node().clone()),
            params: case_params(&mut table, params),
        };
        table.finish();
        Some(case)
    }
}

/// A tier, 1 to 5.
pub(crate) fn tier(node: &Node) -> Result<u8, Mistake> {
    let tier = node.as_i64().and_then(|tier| u8::try_from(tier).ok());
    let tier = tier.filter(|tier| (1..=5).contains(tier));
    tier.ok_or_else(|| wrong_value(node, "a tier from 1 to 5"))
}

fn outcome(table: &mut Table<'_, '_>) -> Outcome {
    if table.required("outcome").is_none() {
        return Outcome::Error;
    }
    let word = table.one_of("outcome", &Outcome::ALL.map(Outcome::id));
    word.and_then(Outcome::from_id).unwrap_or(Outcome::Error)
}

fn at(table: &mut Table<'_, '_>) -> Vec<u32> {
    let mut lines = Vec::new();
    for node in table.list("at") {
        match node.as_i64().map(u32::try_from) {
            Some(Ok(line @ 1..)) => lines.push(line),
            _ => table.mistake(wrong_value(node, "a line number from 1")),
        }
    }
    lines
}

fn case_params(table: &mut Table<'_, '_>, declared: &[Param]) -> Vec<Member> {
    let members = table.keyed("params");
    for member in members {
        if let Some(param) = declared.iter().find(|param| param.name == *member.key) {
            param.kind.check(&member.value, table.mistakes());
        } else {
            let known = declared.iter().map(|param| param.name.as_str());
            let what = "the parameters of the standard";
            table.mistake(unknown_key(member, what, known));
        }
    }
    members.to_vec()
}

/// The keys of a case's subject that are not attributes of it.
const SUBJECT_KEYS: [&str; 6] = ["name", "kind", "format", "type", "text", "path"];

/// The subject the case itself describes, or those of its list `subject`.
fn subjects(table: &mut Table<'_, '_>) -> Vec<CaseSubject> {
    let listed = matches!(table.node("subject").map(|node| &node.value), Some(Value::List(_)));
    if !listed {
        let subject = described(table, "subject");
        if subject.content.is_none() {
            let mistake = Mistake::new(
                table.as_node().span,
                format!("{} has nothing to judge", table.what()),
                "`text` or `path` is missing",
            );
            table.mistake(mistake.with_help(
                "add `text` or `path`, or a `[[….case.subject]]` for each subject; \
                 `subject = []` says that nothing was delivered",
            ));
        }
        return vec![subject];
    }
    let nodes = table.tables("subject");
    let mut subjects = Vec::new();
    for node in nodes {
        let what = format!("a subject of {}", table.what());
        let Some(mut one) = Table::new(node, what, table.mistakes()) else {
            continue;
        };
        let mut subject = described(&mut one, "name");
        let others = node.members().iter();
        let others = others.filter(|member| !SUBJECT_KEYS.contains(&&*member.key)).cloned();
        subject.attributes = Node::new(node.span, Value::Map(others.collect()));
        subjects.push(subject);
    }
    subjects
}

fn described(table: &mut Table<'_, '_>, name_key: &str) -> CaseSubject {
    let kind = table.node("kind").and_then(|node| {
        let kind = kind(node);
        kind.map_err(|mistake| table.mistake(mistake)).ok()
    });
    let format = Written::read(table, "format");
    if let Some(mistake) = format.as_ref().and_then(check_format) {
        table.mistake(mistake);
    }
    let text = Written::read(table, "text");
    let path = Written::read(table, "path");
    if let (Some(_), Some(path)) = (&text, &path) {
        let message = format!("{} has both `text` and `path`", table.what());
        let mistake = Mistake::new(path.span, message, "a second content");
        table.mistake(mistake.with_help("keep one of them"));
    }
    let span = table.as_node().span;
    CaseSubject {
        span,
        kind,
        name: table.text(name_key).map(str::to_owned),
        format: format.map(|format| format.text),
        doc_type: table.text("type").map(str::to_owned),
        content: text.map(CaseContent::Text).or(path.map(CaseContent::Path)),
        attributes: Node::new(span, Value::Map(Vec::new())),
    }
}
