//! What makes a file the snapshot of a host, and of which.

use aplomb_model::{Node, Phrase, Span, Tree, Value};

use super::claims::key_of;
use crate::piece::quoted;
use crate::{ReadError, ReadErrorKind};

/// The schema of the snapshots that rules are written for.
const SCHEMA: &str = "aplomb.host/1";

/// The one map a snapshot is, which says that it is one.
///
/// # Errors
/// When the file is something else: a rule would find nothing wrong in it.
pub(super) fn root(tree: &Tree) -> Result<&Node, ReadError> {
    let root = match &tree.documents[..] {
        [root] if matches!(root.value, Value::Map(_)) => root,
        [first, ..] => return Err(refused(first.span, no_snapshot())),
        [] => return Err(refused(Span::default(), no_snapshot())),
    };
    match root.get("schema") {
        None => Err(refused(root.span, no_snapshot())),
        Some(schema) if schema.as_str() == Some(SCHEMA) => Ok(root),
        Some(schema) => {
            let written = schema.as_str().unwrap_or_else(|| tree.raw(schema.span));
            Err(refused(schema.span, other_schema(&quoted(written))))
        }
    }
}

/// Whether a snapshot is that of the host it was delivered as: by its `host`, or by the first
/// label of its `fqdn`.
///
/// # Errors
/// When it is another's, or does not say whose it is.
pub(super) fn is_of(snapshot: &Node, name: &str) -> Result<(), ReadError> {
    let said = |key: &str| snapshot.get(key).and_then(|node| Some((node.span, node.as_str()?)));
    let (host, fqdn) = (said("host"), said("fqdn"));
    let is_name = |text: &str| key_of(text) == key_of(name);
    let label = |text: &str| text.split('.').next().is_some_and(is_name);
    if host.is_some_and(|(_, text)| is_name(text)) || fqdn.is_some_and(|(_, text)| label(text)) {
        return Ok(());
    }
    Err(match host.or(fqdn) {
        Some((span, other)) => refused(span, of_another(&quoted(other), &quoted(name))),
        None => refused(snapshot.span, of_nobody(&quoted(name))),
    })
}

fn refused(span: Span, message: Phrase) -> ReadError {
    ReadError::at(ReadErrorKind::Syntax, span, message)
}

fn no_snapshot() -> Phrase {
    Phrase::new(
        format!(
            "this is no snapshot of a host, which is a map with `schema` = `{SCHEMA}`; deliver the file the collector wrote, or take this one out of `[hosts] facts`"
        ),
        format!(
            "ce n'est pas le relevé d'un hôte, c'est-à-dire un objet où « schema » vaut « {SCHEMA} » ; livrer le fichier écrit par le collecteur, ou retirer celui-ci de « [hosts] facts »"
        ),
    )
}

fn other_schema(written: &str) -> Phrase {
    Phrase::new(
        format!(
            "the schema of this snapshot is `{written}`, and only `{SCHEMA}` is judged; record the host again with a collector that writes it"
        ),
        format!(
            "le schéma de ce relevé est « {written} », et seul « {SCHEMA} » est jugé ; refaire le relevé avec un collecteur qui l'écrit"
        ),
    )
}

fn of_another(other: &str, name: &str) -> Phrase {
    Phrase::new(
        format!(
            "this snapshot is of the host `{other}`, but was delivered as `{name}`; deliver that of `{name}`, or name the file after its host"
        ),
        format!(
            "ce relevé est celui de l'hôte « {other} », mais il est livré comme « {name} » ; livrer celui de « {name} », ou nommer le fichier d'après son hôte"
        ),
    )
}

fn of_nobody(name: &str) -> Phrase {
    Phrase::new(
        format!(
            "this snapshot was delivered as `{name}` and does not say of which host it is; add its `host`"
        ),
        format!(
            "ce relevé est livré comme « {name} » et ne dit pas de quel hôte il est ; ajouter son « host »"
        ),
    )
}
