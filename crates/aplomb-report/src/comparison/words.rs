//! The fixed texts of comparisons.

use aplomb_model::{CauseKind, ChangeKind};

use crate::words::{Noun, Words, noun, words};

pub(super) const GROUNDS: Words = words("what differs", "ce qui diffère");
pub(super) const NOTHING_DIFFERS: Words =
    words("nothing that is recorded differs", "rien de ce qui est enregistré ne diffère");
pub(super) const TURN: Words = words("change", "évolution");
pub(super) const CAUSE: Words = words("cause", "cause");
pub(super) const AND_OR: Words = words("and/or", "et/ou");
pub(super) const ACCEPTED_BY: Words = words("accepted by", "acceptée par");
pub(super) const WORSE: Words = words("WORSE", "DÉGRADÉ");
pub(super) const NOT_WORSE: Words = words("NOTHING WORSE", "RIEN DE DÉGRADÉ");

/// A kind of change, as its findings are headed.
pub(super) const fn heading(kind: ChangeKind) -> Words {
    match kind {
        ChangeKind::New => words("NEW", "NOUVEAU"),
        ChangeKind::Worsened => words("WORSENED", "AGGRAVÉ"),
        ChangeKind::NoLongerEvaluated => words("NO LONGER EVALUATED", "PLUS ÉVALUÉ"),
        ChangeKind::Persisting => words("PERSISTING", "PERSISTANT"),
        ChangeKind::Fixed => words("FIXED", "CORRIGÉ"),
    }
}

/// A number of changes of a kind.
pub(super) const fn counted(kind: ChangeKind) -> Noun {
    match kind {
        ChangeKind::New => noun(words("new", "nouveau"), words("new", "nouveaux")),
        ChangeKind::Worsened => noun(words("worsened", "aggravé"), words("worsened", "aggravés")),
        ChangeKind::NoLongerEvaluated => noun(
            words("no longer evaluated", "plus évalué"),
            words("no longer evaluated", "plus évalués"),
        ),
        ChangeKind::Persisting => {
            noun(words("persisting", "persistant"), words("persisting", "persistants"))
        }
        ChangeKind::Fixed => noun(words("fixed", "corrigé"), words("fixed", "corrigés")),
    }
}

/// What sort of thing changed a result.
pub(super) const fn cause(kind: CauseKind) -> Words {
    match kind {
        CauseKind::Target => words("target", "cible"),
        CauseKind::Standard => words("standard", "référentiel"),
        CauseKind::Parameters => words("parameters", "paramètres"),
        CauseKind::Exceptions => words("exceptions", "exceptions"),
        CauseKind::Tool => words("tool", "outil"),
        CauseKind::Time => words("time", "temps"),
        CauseKind::Unknown => words("unknown", "inconnue"),
    }
}
