//! The fixed texts of the page, which speaks in headings and whole sentences where a terminal has
//! room for a word.

use aplomb_model::{ExceptionState, Severity, SubjectKind};

use super::{Noun, Words, noun, words};

pub(crate) const TITLE: Words = words("Conformity report", "Procès-verbal de conformité");
pub(crate) const SKIP: Words = words("Skip to the content", "Aller au contenu");
pub(crate) const CONTENTS: Words = words("Contents", "Sommaire");
pub(crate) const DARK: Words = words("Dark theme", "Thème sombre");
pub(crate) const PRINT: Words = words("Print", "Imprimer");

pub(crate) const VERDICT: Words = words("Verdict", "Verdict");
pub(crate) const IDENTIFICATION: Words = words("Identification", "Identification");
pub(crate) const DELIVERY: Words = words("Solution", "Solution");
pub(crate) const VERSION: Words = words("Version", "Version");
pub(crate) const ENVIRONMENT: Words = words("Environment", "Environnement");
pub(crate) const TIER: Words = words("Criticality tier", "Classe de criticité");
pub(crate) const AS_OF: Words = words("Judged as of", "Jugé au");
pub(crate) const PERIMETER: Words = words("Perimeter", "Périmètre");
pub(crate) const PROFILE: Words = words("Profile", "Profil");
pub(crate) const TOOL: Words = words("Tool", "Outil");
pub(crate) const STANDARD: Words = words("Standard", "Référentiel");
pub(crate) const DIGEST: Words = words("SHA-256 digest", "Empreinte SHA-256");

pub(crate) const SUMMARY: Words = words("Summary", "Bilan");
pub(crate) const RESULTS: Words = words("Results", "Résultats");
pub(crate) const BY_SEVERITY: Words = words("By severity", "Par gravité");
pub(crate) const BY_DOMAIN: Words = words("By domain", "Par domaine");
pub(crate) const OPEN: Words = words("open", "écart ouvert");
pub(crate) const ACCEPTED: Words = words("accepted", "écart accepté");
pub(crate) const NOT_APPLICABLE: Words = words("not applicable", "sans objet");

pub(crate) const FILTERS: Words = words("Filter the findings", "Filtrer les constats");
pub(crate) const SEARCH: Words = words("Text", "Texte");
pub(crate) const SEVERITY: Words = words("Severity", "Gravité");
pub(crate) const OUTCOME: Words = words("Outcome", "Résultat");
pub(crate) const DOMAIN: Words = words("Domain", "Domaine");
pub(crate) const SUBJECT: Words = words("Subject", "Sujet");
pub(crate) const RULE: Words = words("Rule", "Règle");
pub(crate) const ANY: Words = words("all", "tous");
pub(crate) const RESET: Words = words("Show all", "Tout afficher");
/// The script puts numbers in place of the braces.
pub(crate) const SHOWN_OF: Words = words("{} of {} entries shown", "{} entrées affichées sur {}");
pub(crate) const NOT_SEARCHED: Words = words(
    "Filters do not reach what this page leaves out; the JSON report holds everything.",
    "Les filtres n'atteignent pas ce que cette page omet ; le rapport JSON contient tout.",
);
pub(crate) const NOTHING_MATCHES: Words =
    words("Nothing matches the filters.", "Rien ne correspond aux filtres.");
pub(crate) const NOT_SHOWN: Words = words("Not shown here", "Non affiché ici");

pub(crate) const FINDINGS: Words = words("Findings", "Constats");
pub(crate) const ENTRIES: Words = words("No.", "N°");
pub(crate) const NO_FINDING: Words =
    words("Nothing stands against the delivery.", "Rien ne s'oppose à la livraison.");
pub(crate) const REMEDY: Words = words("What to do", "Que faire");
pub(crate) const REFERENCES: Words = words("References", "Références");
pub(crate) const DEMAND: Words = words("Demanded in", "Exigé dans");
pub(crate) const FINGERPRINT: Words = words("Finding", "Constat");

pub(crate) const ACCEPTED_TITLE: Words = words("Accepted", "Acceptés");
pub(crate) const ACCEPTED_ABOUT: Words = words(
    "Demands that are not met, and that somebody entitled to has accepted for a time.",
    "Exigences non satisfaites, qu'une personne habilitée a acceptées pour un temps.",
);
pub(crate) const NOT_EVALUATED_TITLE: Words = words("Not evaluated", "Non évalués");
pub(crate) const NOT_EVALUATED_ABOUT: Words = words(
    "What is missing before these can be judged. None of them counts as met.",
    "Ce qui manque pour pouvoir en juger. Rien de cela n'est tenu pour satisfait.",
);
pub(crate) const NOT_APPLICABLE_TITLE: Words = words("Not applicable", "Sans objet");
pub(crate) const NOT_APPLICABLE_ABOUT: Words = words(
    "Rules that do not concern the delivery or a subject of it, and why.",
    "Règles qui ne concernent pas la livraison ou l'un de ses sujets, et pourquoi.",
);
pub(crate) const PASSED: Words = words("Passed", "Conformes");

pub(crate) const EXCEPTIONS: Words =
    words("Waivers, reservations and comments", "Dérogations, réserves et commentaires");
pub(crate) const NOBODY: Words =
    words("nobody: a comment in what was judged", "personne : un commentaire dans ce qui est jugé");
pub(crate) const DAYS_LEFT: Words = words("Days left", "Jours restants");
pub(crate) const RENEWED: Words = words("Renewed", "Renouvelée");
pub(crate) const LIFTED: Words = words("Lifted by the run of", "Levée par le contrôle du");
pub(crate) const GATE: Words = words("Gate", "Passage");
pub(crate) const CONDITION: Words = words("Condition", "Condition");
pub(crate) const MEASURED: Words = words("Measured", "Mesuré");
pub(crate) const THRESHOLD: Words = words("Asked for", "Demandé");
pub(crate) const ACTIONS: Words = words("Corrective action plan", "Plan d'actions correctives");
pub(crate) const ACTIONS_ABOUT: Words = words(
    "An action is done when its rule passes in a later run.",
    "Une action est faite quand sa règle est satisfaite à un contrôle ultérieur.",
);
pub(crate) const ACTION: Words = words("Action", "Action");
pub(crate) const OWNER_AND_DUE: Words = words("Owner and due date", "Responsable et échéance");
pub(crate) const EFFORT: Words = words("Effort", "Charge");
pub(crate) const UNDER: Words = words("Under", "Sous");
pub(crate) const EXCEPTION: Words = words("Exception", "Exception");
pub(crate) const STATE: Words = words("State", "État");
pub(crate) const SCOPE: Words = words("Rule and scope", "Règle et portée");
pub(crate) const REASON: Words = words("Reason", "Motif");
pub(crate) const RISK: Words = words("Risk accepted", "Risque accepté");
pub(crate) const MEASURE: Words = words("Compensating measure", "Mesure compensatoire");
pub(crate) const REQUESTER: Words = words("Requested by", "Demandée par");
pub(crate) const APPROVER: Words = words("Approved by", "Approuvée par");
pub(crate) const OWNER: Words = words("To be mended by", "À corriger par");
pub(crate) const GRANTED: Words = words("Granted", "Accordée le");
pub(crate) const EXPIRES: Words = words("Expires", "Échéance");
pub(crate) const DUE: Words = words("Due", "Échéance");
pub(crate) const COVERS: Words = words("Findings", "Constats");

pub(crate) const ABOUT_RUN: Words = words("About this run", "À propos de ce contrôle");
pub(crate) const RULES: Words = words("Rules applied", "Règles appliquées");

pub(crate) const SIGNATURES: Words = words("Signatures", "Signatures");
pub(crate) const PARTIES: [Words; 3] = [
    words("For the delivery", "Pour la livraison"),
    words("For production", "Pour la production"),
    words("For security", "Pour la sécurité"),
];
pub(crate) const NAME_AND_ROLE: Words = words("Name and role", "Nom et qualité");
pub(crate) const DECISION: Words = words("Decision", "Décision");
pub(crate) const DECISIONS: [Words; 4] = [
    words("accepted", "admis"),
    words("accepted with reservations", "admis avec réserves"),
    words("postponed", "ajourné"),
    words("refused", "refusé"),
];
pub(crate) const COMMENT: Words = words("Comment", "Observations");
pub(crate) const DATE: Words = words("Date", "Date");
pub(crate) const SIGNATURE: Words = words("Signature", "Signature");
pub(crate) const LIMITS: Words = words(
    "This report holds for the files that were delivered, as of the date above. Nothing was asked \
     of a server or a network. What was not evaluated is listed, and is not accepted by silence.",
    "Ce procès-verbal vaut pour les fichiers livrés, à la date ci-dessus. Aucun serveur ni réseau \
     n'a été interrogé. Ce qui n'a pas été évalué est énuméré, et le silence ne l'accepte pas.",
);

pub(crate) const FINDING: Noun =
    noun(words("more finding", "autre constat"), words("more findings", "autres constats"));
pub(crate) const SUBJECT_WITH_FINDINGS: Noun = noun(
    words("more subject with findings", "autre sujet avec constats"),
    words("more subjects with findings", "autres sujets avec constats"),
);
pub(crate) const MORE_SUBJECTS: Noun =
    noun(words("more subject", "autre sujet"), words("more subjects", "autres sujets"));
pub(crate) const RESULT: Noun =
    noun(words("more result", "autre résultat"), words("more results", "autres résultats"));
pub(crate) const MORE_EXCEPTIONS: Noun =
    noun(words("more exception", "autre exception"), words("more exceptions", "autres exceptions"));
pub(crate) const MORE_ACTIONS: Noun =
    noun(words("more action", "autre action"), words("more actions", "autres actions"));
pub(crate) const MORE_STANDARDS: Noun = noun(
    words("more standard", "autre référentiel"),
    words("more standards", "autres référentiels"),
);

/// The figure's name of open findings of a severity.
pub(crate) const fn open(severity: Severity) -> Words {
    match severity {
        Severity::Blocker => words("Open blockers", "Bloquantes ouvertes"),
        Severity::Major => words("Open majors", "Majeures ouvertes"),
        Severity::Minor => words("Open minors", "Mineures ouvertes"),
        Severity::Info => words("Remarks", "Remarques"),
    }
}

/// What kind of thing was judged.
pub(crate) const fn kind(kind: SubjectKind) -> Words {
    match kind {
        SubjectKind::Host => words("host", "serveur"),
        SubjectKind::Config => words("configuration", "configuration"),
        SubjectKind::Document => words("document", "document"),
        SubjectKind::Register => words("register", "registre"),
        SubjectKind::Manifest => words("manifest", "manifeste"),
    }
}

/// What came of an exception.
pub(crate) const fn state(state: ExceptionState) -> Words {
    match state {
        ExceptionState::Live => words("live", "en vigueur"),
        ExceptionState::NotYet => words("not yet granted", "pas encore en vigueur"),
        ExceptionState::Expired => words("expired", "expirée"),
        ExceptionState::ToClose => words("to close", "à clore"),
        ExceptionState::Unevaluated => words("could not be evaluated", "non évaluable"),
        ExceptionState::Unmatched => words("matches nothing", "sans correspondance"),
        ExceptionState::Lifted => words("lifted", "levée"),
        ExceptionState::Refused => words("refused", "refusé"),
    }
}
