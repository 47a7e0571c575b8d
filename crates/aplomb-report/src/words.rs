//! The fixed texts of reports, in both languages side by side.

pub(crate) mod oscal;
pub(crate) mod page;

use aplomb_model::{DiagnosticLevel, ExceptionKind, Lang, Outcome, Severity, SubjectKind, Verdict};

/// One fixed text.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    en: &'static str,
    fr: &'static str,
}

impl Words {
    pub(crate) const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Fr => self.fr,
        }
    }
}

pub(crate) const fn words(en: &'static str, fr: &'static str) -> Words {
    Words { en, fr }
}

pub(crate) const AT: Words = words("at", "où");
pub(crate) const REMEDY: Words = words("do", "faire");
pub(crate) const WHY: Words = words("why", "motif");
pub(crate) const UNVERIFIED: Words = words(
    "* clause number not yet checked against the published text",
    "* numéro de clause pas encore vérifié dans le texte publié",
);
pub(crate) const AS_OF: Words = words("as of", "au");
pub(crate) const TIER: Words = words("tier", "classe");
pub(crate) const JUDGED_BY: Words = words("judged by", "jugé selon");
pub(crate) const PROFILE: Words = words("profile", "profil");
pub(crate) const NO_STANDARD: Words = words("no standard", "aucun référentiel");
pub(crate) const NOT_EVALUATED: Words = words("NOT EVALUATED", "NON ÉVALUÉ");
pub(crate) const NOT_EVALUATED_ABOUT: Words =
    words("what is missing before these can be judged", "ce qui manque pour pouvoir en juger");
pub(crate) const ACCEPTED: Words = words("ACCEPTED", "ACCEPTÉ");
pub(crate) const ACCEPTED_ABOUT: Words =
    words("failed, and covered by an exception", "en écart, et couvert par une exception");
pub(crate) const UNTIL: Words = words("until", "jusqu'au");
pub(crate) const OUTCOME: Words = words("outcome", "résultat");
pub(crate) const SEVERITY: Words = words("severity", "gravité");
pub(crate) const STANDARD: Words = words("standard", "référentiel");
pub(crate) const RULE_ID: Words = words("rule", "règle");
pub(crate) const NAME: Words = words("name", "nom");
pub(crate) const DOMAIN: Words = words("domain", "domaine");
pub(crate) const TITLE: Words = words("demand", "exigence");
pub(crate) const KIND: Words = words("kind", "nature");
pub(crate) const SUBJECT_NAME: Words = words("subject", "sujet");
pub(crate) const FOUND: Words = words("found", "constat");
pub(crate) const FILE: Words = words("file", "fichier");
pub(crate) const LINE: Words = words("line", "ligne");
pub(crate) const WHERE: Words = words("where", "où");
pub(crate) const WHAT_TO_DO: Words = words("what to do", "que faire");
pub(crate) const REFERENCES: Words = words("references", "références");
pub(crate) const EXCEPTION: Words = words("exception", "exception");
pub(crate) const DEMANDED_IN: Words = words("demanded in", "exigé dans");
pub(crate) const FINGERPRINT: Words = words("fingerprint", "empreinte");
pub(crate) const NUMBER: Words = words("no.", "n°");
pub(crate) const ACTION: Words = words("action", "action");
pub(crate) const ACTION_CORRECT: Words = words("correct", "corriger");
pub(crate) const ACTION_PROVIDE: Words = words("provide what is missing", "fournir ce qui manque");
pub(crate) const ACTION_MEND: Words = words("mend the evaluation", "réparer l'évaluation");
pub(crate) const STATE: Words = words("state", "état");
pub(crate) const STATE_OPEN: Words = words("open", "ouverte");
pub(crate) const STATE_ACCEPTED: Words = words("accepted", "acceptée");
pub(crate) const FINDINGS: Words = words("findings", "constats");
pub(crate) const OWNER: Words = words("owner", "responsable");
pub(crate) const MEASURE: Words = words("compensating measure", "mesure compensatoire");
pub(crate) const NOT_APPLICABLE: Words = words("NOT APPLICABLE", "SANS OBJET");
pub(crate) const PASSED: Words = words("PASSED", "CONFORME");
pub(crate) const ABOUT_RUN: Words = words("ABOUT THIS RUN", "À PROPOS DE CE CONTRÔLE");
pub(crate) const VERDICT: Words = words("verdict", "verdict");
pub(crate) const SUMMARY: Words = words("SUMMARY", "BILAN");
pub(crate) const ALL: Words = words("all", "total");
pub(crate) const CONFORMITY: Words = words("conformity", "conformité");
pub(crate) const COVERAGE: Words = words("coverage", "couverture");
pub(crate) const RATES: Words = words(
    "conformity = passed of evaluated; coverage = evaluated of applicable",
    "conformité = conformes sur évalués ; couverture = évalués sur applicables",
);
pub(crate) const AND: Words = words("and", "et");
pub(crate) const EVALUATION_FAILED: Words = words("evaluation failed", "évaluation en erreur");
pub(crate) const NOTHING_CHECKED: Words = words("nothing was checked", "rien n'a été contrôlé");
pub(crate) const NO_RULE: Words = words("no rule was applied", "aucune règle appliquée");
pub(crate) const NO_SUBJECT: Words = words("no subject was found", "aucun sujet trouvé");
pub(crate) const NO_EVIDENCE: Words =
    words("no demand could be evaluated", "aucune exigence n'a pu être évaluée");

pub(crate) const ACCEPTED_UNTIL: Words = words("waived until", "accepté jusqu'au");
pub(crate) const IN_FULL: Words =
    words("the format `json` has them all", "le format `json` les a tous");

/// What sort of acceptance it is.
pub(crate) const fn exception(kind: ExceptionKind) -> Words {
    match kind {
        ExceptionKind::Waiver => words("waiver", "dérogation"),
        ExceptionKind::Reservation => words("reservation", "réserve"),
    }
}

pub(crate) const COLUMN_OPEN: Words = words("open", "ouvert");
pub(crate) const COLUMN_ACCEPTED: Words = words("accepted", "accepté");
pub(crate) const HEADING_FAILED: Words = words("Findings", "Écarts");
pub(crate) const HEADING_UNJUDGED: Words = words("Not evaluated", "Non évalués");
pub(crate) const HEADING_ACCEPTED: Words = words("Accepted", "Acceptés");
pub(crate) const HEADING_RUN: Words = words("About this run", "À propos de ce contrôle");
pub(crate) const METRIC_RUN: Words = words(
    "The run: what was judged, as of when, by what",
    "Le contrôle : quoi, à quelle date, par quoi",
);
pub(crate) const METRIC_VERDICT: Words =
    words("1 for the verdict that was reached", "1 pour le verdict rendu");
pub(crate) const METRIC_RULES: Words = words("Rules applied", "Règles appliquées");
pub(crate) const METRIC_SUBJECTS: Words = words("Subjects judged", "Sujets jugés");
pub(crate) const METRIC_CONFORMITY: Words = words(
    "Share of evaluated results that passed",
    "Part des résultats évalués qui sont conformes",
);
pub(crate) const METRIC_COVERAGE: Words = words(
    "Share of applicable results that were evaluated",
    "Part des résultats applicables qui sont évalués",
);
pub(crate) const METRIC_DIAGNOSTICS: Words =
    words("What the run says about itself", "Ce que le contrôle dit de lui-même");
pub(crate) const METRIC_RESULTS: Words = words("Results of the run", "Résultats du contrôle");
pub(crate) const METRIC_OPEN: Words =
    words("Failures that no exception covers", "Écarts qu'aucune exception ne couvre");
pub(crate) const METRIC_ACCEPTED: Words =
    words("Failures that a live exception covers", "Écarts qu'une exception en cours couvre");
pub(crate) const METRIC_EXCEPTIONS: Words = words("Exceptions given", "Exceptions accordées");

/// What came of a rule, in running text.
pub(crate) const fn outcome(outcome: Outcome) -> Words {
    match outcome {
        Outcome::NotApplicable => words("not applicable", "sans objet"),
        Outcome::Error => EVALUATION_FAILED,
        told => column(told),
    }
}

/// The heading of a column of counts.
pub(crate) const fn column(outcome: Outcome) -> Words {
    match outcome {
        Outcome::Pass => words("pass", "conforme"),
        Outcome::Fail => words("fail", "écart"),
        Outcome::NotApplicable => words("n.a.", "s.o."),
        Outcome::NotEvaluated => words("not evaluated", "non évalué"),
        Outcome::Error => words("error", "erreur"),
    }
}

/// A severity as findings are headed.
pub(crate) const fn severity(severity: Severity) -> Words {
    match severity {
        Severity::Blocker => words("BLOCKER", "BLOQUANTE"),
        Severity::Major => words("MAJOR", "MAJEURE"),
        Severity::Minor => words("MINOR", "MINEURE"),
        Severity::Info => words("INFO", "INFO"),
    }
}

/// A severity in running text.
pub(crate) const fn severity_lower(severity: Severity) -> Words {
    match severity {
        Severity::Blocker => words("blocker", "bloquante"),
        Severity::Major => words("major", "majeure"),
        Severity::Minor => words("minor", "mineure"),
        Severity::Info => words("info", "info"),
    }
}

/// A level as diagnostics are headed.
pub(crate) const fn level(level: DiagnosticLevel) -> Words {
    match level {
        DiagnosticLevel::Error => words("error", "erreur"),
        DiagnosticLevel::Warning => words("warning", "attention"),
        DiagnosticLevel::Note => words("note", "note"),
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

/// The conclusion.
pub(crate) const fn verdict(verdict: Verdict) -> Words {
    match verdict {
        Verdict::Conforming => words("CONFORMING", "CONFORME"),
        Verdict::ConformingWithMinorReservations => {
            words("CONFORMING WITH MINOR RESERVATIONS", "CONFORME AVEC RÉSERVES MINEURES")
        }
        Verdict::ConformingWithMajorReservations => {
            words("CONFORMING WITH MAJOR RESERVATIONS", "CONFORME AVEC RÉSERVES MAJEURES")
        }
        Verdict::Undetermined => words("UNDETERMINED", "INDÉTERMINÉ"),
        Verdict::NonConforming => words("NON-CONFORMING", "NON CONFORME"),
    }
}

/// The name of a domain; a domain that is none of ours stays as it is.
pub(crate) fn domain(domain: &str, lang: Lang) -> &str {
    match (domain, lang) {
        ("hardware", Lang::Fr) => "matériel",
        ("software", Lang::Fr) => "logiciel",
        ("procedure", Lang::Fr) => "procédure",
        _ => domain,
    }
}

/// The sign before a colon's text: French puts a no-break space before the colon.
pub(crate) const fn colon(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ": ",
        Lang::Fr => "\u{a0}: ",
    }
}

/// The words for one and for several of something.
#[derive(Clone, Copy)]
pub(crate) struct Noun {
    one: Words,
    many: Words,
}

pub(crate) const fn noun(one: Words, many: Words) -> Noun {
    Noun { one, many }
}

pub(crate) const RULE: Noun = noun(words("rule", "règle"), words("rules", "règles"));
pub(crate) const SUBJECT: Noun = noun(words("subject", "sujet"), words("subjects", "sujets"));
pub(crate) const MORE_ALIKE: Noun =
    noun(words("more like it", "autre semblable"), words("more like it", "autres semblables"));
pub(crate) const MORE_RULES: Noun =
    noun(words("more rule", "autre règle"), words("more rules", "autres règles"));
pub(crate) const DEMAND_MET: Noun =
    noun(words("demand met", "exigence satisfaite"), words("demands met", "exigences satisfaites"));
pub(crate) const UNJUDGED: Noun =
    noun(words("not evaluated", "non évalué"), words("not evaluated", "non évalués"));
pub(crate) const UNJUDGED_WEIGHTY: Noun = noun(
    words(
        "blocker or major demand could not be evaluated",
        "exigence bloquante ou majeure n'a pas pu être évaluée",
    ),
    words(
        "blocker or major demands could not be evaluated",
        "exigences bloquantes ou majeures n'ont pas pu être évaluées",
    ),
);
pub(crate) const MORE: Noun = noun(words("more", "autre"), words("more", "autres"));
pub(crate) const LEFT_OUT: Noun = noun(
    words("less important finding left out here", "écart moins important omis ici"),
    words("less important findings left out here", "écarts moins importants omis ici"),
);
pub(crate) const INPUT_UNREAD: Noun = noun(
    words("error while reading", "erreur de lecture"),
    words("errors while reading", "erreurs de lecture"),
);

/// Open findings of a severity.
pub(crate) const fn open(severity: Severity) -> Noun {
    match severity {
        Severity::Blocker => noun(
            words("open blocker", "bloquante ouverte"),
            words("open blockers", "bloquantes ouvertes"),
        ),
        Severity::Major => {
            noun(words("open major", "majeure ouverte"), words("open majors", "majeures ouvertes"))
        }
        Severity::Minor => {
            noun(words("open minor", "mineure ouverte"), words("open minors", "mineures ouvertes"))
        }
        Severity::Info => noun(words("remark", "remarque"), words("remarks", "remarques")),
    }
}

/// Findings of a severity that an exception covers.
pub(crate) const fn accepted(severity: Severity) -> Noun {
    match severity {
        Severity::Blocker => noun(
            words("accepted blocker", "bloquante acceptée"),
            words("accepted blockers", "bloquantes acceptées"),
        ),
        Severity::Major => noun(
            words("accepted major", "majeure acceptée"),
            words("accepted majors", "majeures acceptées"),
        ),
        Severity::Minor => noun(
            words("accepted minor", "mineure acceptée"),
            words("accepted minors", "mineures acceptées"),
        ),
        Severity::Info => noun(
            words("accepted remark", "remarque acceptée"),
            words("accepted remarks", "remarques acceptées"),
        ),
    }
}

/// A number with its noun: `2 open blockers`. Zero is plural in English, singular in French.
pub(crate) fn counted(number: usize, noun: Noun, lang: Lang) -> String {
    let one = match lang {
        Lang::En => number == 1,
        Lang::Fr => number <= 1,
    };
    let words = if one { noun.one } else { noun.many };
    format!("{number} {}", words.get(lang))
}

/// A rate between 0 and 1 in percent with one decimal; 100 % means all, never nearly all.
pub(crate) fn percent(rate: Option<f64>, lang: Lang) -> String {
    let Some(rate) = rate else {
        return "-".to_owned();
    };
    let percent = if rate < 1.0 { (rate * 100.0).min(99.9) } else { 100.0 };
    let text = format!("{percent:.1}");
    match lang {
        Lang::En => format!("{text}%"),
        Lang::Fr => format!("{}\u{a0}%", text.replace('.', ",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(counted(0, RULE, Lang::En), "0 rules");
        assert_eq!(counted(0, RULE, Lang::Fr), "0 règle");
        assert_eq!(counted(2, open(Severity::Major), Lang::Fr), "2 majeures ouvertes");
    }

    #[test]
    fn a_rate_is_never_rounded_up_to_all() {
        assert_eq!(percent(Some(0.9999), Lang::En), "99.9%");
        assert_eq!(percent(Some(1.0), Lang::Fr), "100,0\u{a0}%");
        assert_eq!(percent(Some(0.7), Lang::En), "70.0%");
        assert_eq!(percent(None, Lang::En), "-");
    }
}
