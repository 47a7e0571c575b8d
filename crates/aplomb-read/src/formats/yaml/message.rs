//! What is wrong with a YAML file, in words that say what to do.

use aplomb_model::{Phrase, Span};
use granit_parser::{ErrorKind, ScanError};

use crate::piece::character;
use crate::{Limits, ReadError, ReadErrorKind};

/// The parser's complaint: whether a limit of ours is its cause, where, and what to do.
pub(super) fn explain(error: &ScanError, text: &str, limits: &Limits) -> (bool, Span, Phrase) {
    use ErrorKind as K;
    let at = error.marker().byte_offset().unwrap_or(text.len());
    let span = character(text, at);
    let (en, fr) = match error.kind() {
        K::RecursionLimitExceeded => {
            return (true, span, nesting(limits.depth));
        }
        K::UnknownAnchor => (
            "this alias names no anchor before it; define it with `&` or correct its name",
            "cet alias ne désigne aucune ancre déclarée avant lui ; la déclarer avec « & » ou corriger son nom",
        ),
        K::UnexpectedEof
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::UnexpectedEofBlockSequence
        | K::UnexpectedEofBlockMapping => (
            "the file ends here, inside a value that is not complete: it is truncated, or a bracket is missing",
            "le fichier se termine ici, au milieu d'une valeur : il est tronqué, ou une fermeture manque",
        ),
        K::UnclosedFlowCollection { .. } => {
            ("this bracket is never closed", "ce crochet ouvrant n'est jamais refermé")
        }
        K::MismatchedFlowCollectionEnd { .. } | K::MisplacedFlowCollectionEnd => (
            "this closing bracket closes nothing that was opened with its like",
            "cette fermeture ne correspond à aucune ouverture de même sorte",
        ),
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => (
            "a quoted text is never closed; add the missing quote",
            "un texte entre guillemets n'est jamais fermé ; ajouter le guillemet manquant",
        ),
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart
        | K::TabInPlainScalar => (
            "YAML does not indent with tabs; use spaces",
            "YAML n'admet pas de tabulation en retrait ; utiliser des espaces",
        ),
        K::InvalidIndentation
        | K::ExpectedBlockMappingKey
        | K::ExpectedBlockSequenceEntry
        | K::InvalidBlockScalarIndent
        | K::InvalidQuotedScalarIndent
        | K::InvalidFlowScalarIndent => (
            "this line is not indented like its neighbours; align it with the key or the `-` it belongs to",
            "cette ligne n'a pas le retrait de ses voisines ; l'aligner sur la clé ou le « - » dont elle dépend",
        ),
        K::MappingValueNotAllowed | K::InvalidColonPlacement => (
            "a `:` is not allowed here; put the text in quotes, or start a new line for a new key",
            "un « : » n'est pas admis ici ; mettre le texte entre guillemets, ou aller à la ligne pour une nouvelle clé",
        ),
        K::MappingKeyNotAllowed
        | K::BlockSequenceEntryNotAllowed
        | K::BlockEntryInFlowCollection => (
            "a key or list item is not allowed here; start it on a line of its own",
            "une clé ou un élément de liste n'est pas admis ici ; le commencer sur sa propre ligne",
        ),
        K::SimpleKeyExpected | K::InvalidSimpleKey => {
            ("a `:` was expected after this key", "un « : » était attendu après cette clé")
        }
        K::ExpectedFlowMappingSeparator | K::ExpectedFlowSequenceSeparator => (
            "`,` or the closing bracket was expected here",
            "« , » ou la fermeture était attendue ici",
        ),
        K::UnexpectedCharacter { .. } => (
            "no value begins with this character; put the text in quotes",
            "aucune valeur ne commence par ce caractère ; mettre le texte entre guillemets",
        ),
        K::UnknownQuotedScalarEscape => (
            "YAML knows no such escape; write `\\\\` for a backslash, or use single quotes",
            "YAML ne connaît pas cet échappement ; écrire `\\\\` pour la barre oblique inverse, ou des guillemets simples",
        ),
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => (
            "text follows a closing quote; put all of the value inside the quotes",
            "du texte suit un guillemet fermant ; mettre toute la valeur entre guillemets",
        ),
        K::CommentNotSeparated => (
            "a comment needs a space before its `#`; put the text in quotes if it is none",
            "un commentaire demande une espace avant son « # » ; mettre le texte entre guillemets si ce n'en est pas un",
        ),
        _ => {
            let detail = error.info();
            let en = format!("this is not YAML: {detail}");
            let fr =
                format!("ce n'est pas du YAML (message de l'analyseur, en anglais : {detail})");
            return (false, span, Phrase::new(en, fr));
        }
    };
    (false, span, Phrase::new(en, fr))
}

pub(super) fn too_deep(span: Span, depth: usize) -> ReadError {
    ReadError::at(ReadErrorKind::Limit, span, nesting(depth))
}

fn nesting(depth: usize) -> Phrase {
    Phrase::new(
        format!("nested deeper than {depth} levels; flatten the data"),
        format!("plus de {depth} niveaux d'imbrication ; aplatir les données"),
    )
}

pub(super) fn too_many_aliases(span: Span, most: usize) -> ReadError {
    let message = Phrase::new(
        format!(
            "the aliases of this file repeat more than {most} values; write out what is meant, or split the file"
        ),
        format!(
            "les alias de ce fichier répètent plus de {most} valeurs ; écrire ce qui est voulu, ou diviser le fichier"
        ),
    );
    ReadError::at(ReadErrorKind::Limit, span, message)
}

pub(super) fn alias_inside_itself(span: Span) -> ReadError {
    let message = Phrase::new(
        "this alias stands inside the value it names, which would never end",
        "cet alias se trouve dans la valeur qu'il désigne, qui ne finirait jamais",
    );
    ReadError::syntax(span, message)
}

pub(super) fn unfit(span: Span, tag: &str) -> ReadError {
    let message = Phrase::new(
        format!("this is tagged `{tag}` and is none; correct the value or drop the tag"),
        format!(
            "cette valeur porte l'étiquette `{tag}` sans en être une ; la corriger ou retirer l'étiquette"
        ),
    );
    ReadError::syntax(span, message)
}
