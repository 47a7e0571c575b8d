//! Reports built by hand for tests: a small delivery with every kind of finding, one that fights
//! back, and one where nothing was checked.

mod filled;

use std::sync::Arc;

use aplomb_model::{
    Accepted, Basis, Count, Delivery, Demand, Diagnostic, DiagnosticLevel, Evidence, Exception,
    ExceptionKind, ExceptionState, Excerpt, Finding, Fingerprint, Outcome, Phrase, Position,
    Reference, Report, Role, RuleFacts, Severity, StandardUsed, SubjectKind, SubjectName, Summary,
    Verdict,
};

use crate::{Options, by_id};

pub(crate) use filled::filled;

pub(crate) fn render(format: &str, report: &Report, options: &Options) -> String {
    let format = by_id(format).expect("a format of ours");
    let mut out = Vec::new();
    (format.render)(report, options, &mut out).expect("a vector takes all that is written");
    String::from_utf8(out).expect("reports are UTF-8")
}

const fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

/// A rule; its line in the standard follows from the digits of its id.
pub(crate) fn rule(id: &str, name: &str, severity: Severity) -> RuleFacts {
    let (domain, file) = match id.split('-').next() {
        Some("HW") => ("hardware", "policies/hardware/capacity.toml"),
        Some("PR") => ("procedure", "policies/procedure/documents.toml"),
        _ => ("software", "policies/software/network.toml"),
    };
    let line = id
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    RuleFacts {
        id: id.into(),
        name: name.into(),
        standard: domain.into(),
        domain: domain.into(),
        severity,
        title: Phrase::new(format!("{name} (title)"), format!("{name} (titre)")),
        demand: Demand {
            name: None,
            file: file.into(),
            start: at(line, 1),
            end: at(line, 20),
            excerpt: None,
        },
        remedy: Phrase::new("mend it", "corriger"),
        waivable: true,
        references: Vec::new(),
    }
}

pub(crate) fn subject(kind: SubjectKind, name: &str) -> Arc<SubjectName> {
    let name = name.into();
    Arc::new(SubjectName { kind, name })
}

pub(crate) fn finding(
    rule: &Arc<RuleFacts>,
    subject: &Arc<SubjectName>,
    outcome: Outcome,
    message: Phrase,
) -> Finding {
    let seed = rule.id.bytes().chain(subject.name.bytes()).chain(message.en.bytes());
    let mut fingerprint = [0; 16];
    for (index, byte) in seed.enumerate() {
        fingerprint[index % 16] ^= byte.rotate_left(index as u32 % 7);
    }
    let fingerprint = Fingerprint(fingerprint);
    Finding { message, ..Finding::new(Arc::clone(rule), Arc::clone(subject), outcome, fingerprint) }
}

/// Evidence whose excerpt begins at its own line.
pub(crate) fn seen(file: &str, span: [u32; 4], text: &str, label: Phrase) -> Evidence {
    let [line, column, end_line, end_column] = span;
    Evidence {
        role: Role::Primary,
        file: file.into(),
        start: at(line, column),
        end: at(end_line, end_column),
        excerpt: Some(Excerpt {
            first_line: line,
            lines: text.split('\n').map(str::to_owned).collect(),
            cut: 0,
        }),
        label,
    }
}

pub(crate) fn whole_file(file: &str, role: Role, label: Phrase) -> Evidence {
    Evidence { role, file: file.into(), start: at(1, 1), end: at(1, 1), excerpt: None, label }
}

pub(crate) fn reference(standard: &str, version: &str, id: &str, unverified: bool) -> Reference {
    Reference {
        standard: standard.into(),
        version: (!version.is_empty()).then(|| version.into()),
        id: id.into(),
        unverified,
    }
}

/// The figures of results, as a run counts them.
pub(crate) fn summary(results: &[Finding]) -> Summary {
    let count = |chosen: &dyn Fn(&Finding) -> bool| {
        let of = |outcome| {
            let chosen = results.iter().filter(|f| chosen(f));
            chosen.filter(|f| f.outcome == outcome).count()
        };
        Count {
            pass: of(Outcome::Pass),
            fail: of(Outcome::Fail),
            not_applicable: of(Outcome::NotApplicable),
            not_evaluated: of(Outcome::NotEvaluated),
            error: of(Outcome::Error),
            waived: results.iter().filter(|f| chosen(f) && f.accepted.is_some()).count(),
        }
    };
    let distinct = |of: fn(&Finding) -> &str| {
        let names: std::collections::BTreeSet<_> = results.iter().map(of).collect();
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let domains = distinct(|f| &f.rule.domain).into_iter();
    Summary {
        rules: distinct(|f| &f.rule.id).len(),
        subjects: distinct(|f| &f.subject.name).len(),
        total: count(&|_| true),
        by_severity: Severity::ALL
            .map(|severity| (severity, count(&|f| f.rule.severity == severity)))
            .to_vec(),
        by_domain: domains
            .map(|domain| {
                let counted = count(&|f| f.rule.domain == domain);
                (domain, counted)
            })
            .collect(),
    }
}

pub(crate) fn report(verdict: Verdict, results: Vec<Finding>) -> Report {
    Report {
        tool_version: "0.1.0".into(),
        as_of: "2026-11-23".into(),
        delivery: Delivery {
            id: "agora-ged".into(),
            version: Some("3.2.0".into()),
            environment: Some("production".into()),
            tier: Some(2),
        },
        standards: ["hardware", "procedure", "software"]
            .map(|id| StandardUsed {
                id: id.into(),
                version: "1.0.0".into(),
                digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
            })
            .to_vec(),
        profile: Some("gate".into()),
        basis: basis(&results),
        verdict,
        summary: summary(&results),
        results,
        exceptions: Vec::new(),
        diagnostics: Vec::new(),
    }
}

/// The rules of results, each once.
pub(crate) fn basis(results: &[Finding]) -> Basis {
    let mut rules: Vec<Arc<RuleFacts>> = Vec::new();
    for finding in results {
        if !rules.iter().any(|rule| rule.id == finding.rule.id) {
            rules.push(Arc::clone(&finding.rule));
        }
    }
    Basis { rules, ..Basis::default() }
}

/// Nothing was checked: no standard, no result.
pub(crate) fn empty() -> Report {
    Report {
        delivery: Delivery { id: "empty".into(), ..Delivery::default() },
        standards: Vec::new(),
        profile: None,
        ..report(Verdict::Undetermined, Vec::new())
    }
}

/// A delivery refused, with findings of every outcome.
pub(crate) fn refused() -> Report {
    let mut results = Vec::new();
    ports(&mut results);
    configurations(&mut results);
    documents(&mut results);
    unjudged(&mut results);
    let mut report = report(Verdict::NonConforming, results);
    report.diagnostics = diagnostics();
    report
}

fn ports(results: &mut Vec<Finding>) {
    let db = subject(SubjectKind::Host, "prd-agora-db01");
    let mut listening = rule("SW-061", "listening-ports-documented", Severity::Blocker);
    listening.remedy = Phrase::new(
        "close the port, or add the flow with its justification and approval",
        "fermer le port, ou ajouter le flux avec sa justification et son approbation",
    );
    listening.references = vec![
        reference("ISO/IEC 27001", "2022", "A.8.20", false),
        reference("ANSSI-BP-028", "2.0", "R80", true),
    ];
    let listening = Arc::new(listening);
    let undocumented = |port: u32, line: u32, text: &str| {
        let message = Phrase::new(
            format!("{port}/tcp listens on prd-agora-db01, and no flow of the matrix allows it"),
            format!(
                "{port}/tcp écoute sur prd-agora-db01, et aucun flux de la matrice ne l'autorise"
            ),
        );
        let length = text.trim_start().chars().count() as u32;
        let label = Phrase::new("listens here", "écoute ici");
        let mut finding = finding(&listening, &db, Outcome::Fail, message);
        finding.evidence = vec![
            seen("hosts/prd-agora-db01.json", [line, 5, line, 5 + length], text, label),
            whole_file(
                "docs/matrice-flux.csv",
                Role::Related,
                Phrase::new("compared with this (9 entries)", "comparé avec ceci (9 entrées)"),
            ),
        ];
        finding
    };
    let patroni = r#"    {"proto":"tcp","addr":"0.0.0.0","port":8008,"process":"patroni"}"#;
    let exporter = r#"    {"proto":"tcp","addr":"0.0.0.0","port":9187,"process":"postgres_exporter","user":"prometheus"}"#;
    results.push(undocumented(8008, 34, patroni));
    results.push(undocumented(9187, 35, exporter));

    let version = Arc::new(rule("SW-063", "documented-versions-installed", Severity::Major));
    let message = Phrase::new(
        "PostgreSQL is 15.4 on the host, and 15.8 in the document",
        "PostgreSQL est en 15.4 sur le serveur, et en 15.8 dans le document",
    );
    let mut mismatch = finding(&version, &db, Outcome::Fail, message);
    mismatch.evidence = vec![
        seen(
            "hosts/prd-agora-db01.json",
            [112, 19, 112, 35],
            r#"    "postgresql": "15.4-1.pgdg120+1","#,
            Phrase::new("installed", "installé"),
        ),
        Evidence {
            role: Role::Related,
            ..seen(
                "docs/DAT-AGORA.md",
                [208, 26, 208, 30],
                "| Base de données | PostgreSQL | 15.8 | hors support à partir de novembre 2027 |",
                Phrase::new("documented", "documenté"),
            )
        },
    ];
    mismatch.evidence[1].start = at(208, 32);
    mismatch.evidence[1].end = at(208, 36);
    results.push(mismatch);
    let web = subject(SubjectKind::Host, "prd-agora-web01");
    results.push(finding(&listening, &web, Outcome::Pass, Phrase::default()));
}

fn configurations(results: &mut Vec<Finding>) {
    let deployment = subject(SubjectKind::Config, "configs/k8s/deployment.yaml");
    let limits = Arc::new(rule("HW-012", "containers-have-limits", Severity::Major));
    let message = Phrase::new("\"resources\" is missing", "« resources » manque");
    let mut missing = finding(&limits, &deployment, Outcome::Fail, message.clone());
    missing.evidence = vec![seen(
        "configs/k8s/deployment.yaml",
        [31, 9, 37, 1],
        "        - name: web\n          image: registry.example/agora/web:3.2.0\n          ports:\n            - containerPort: 8080",
        message,
    )];
    results.push(missing);

    let pinned = Arc::new(rule("SW-049", "images-pinned-by-digest", Severity::Minor));
    let message = Phrase::new("the image has no digest", "l'image n'a pas d'empreinte");
    let mut unpinned = finding(&pinned, &deployment, Outcome::Fail, message);
    unpinned.evidence = vec![seen(
        "configs/k8s/deployment.yaml",
        [32, 18, 32, 51],
        "          image: registry.example/agora/web:3.2.0",
        Phrase::new("no @sha256: here", "pas de @sha256: ici"),
    )];
    results.push(unpinned);

    let broken = Arc::new(rule("SW-070", "names-resolve", Severity::Major));
    let message = Phrase::new(
        "the expression costs more than the limit of 100,000 steps",
        "l'expression coûte plus que la limite de 100 000 pas",
    );
    results.push(finding(&broken, &deployment, Outcome::Error, message));
    let none =
        Phrase::new("the delivery has no such component", "la livraison n'a pas ce composant");
    results.push(finding(
        &pinned,
        &subject(SubjectKind::Config, "a.yml"),
        Outcome::NotApplicable,
        none,
    ));
}

fn documents(results: &mut Vec<Finding>) {
    let manifest = subject(SubjectKind::Manifest, "delivery.toml");
    let required = Arc::new(rule("PR-002", "required-documents-present", Severity::Blocker));
    let message = Phrase::new(
        "no document of type PRA is delivered",
        "aucun document de type PRA n'est livré",
    );
    let mut missing = finding(&required, &manifest, Outcome::Fail, message);
    missing.evidence = vec![whole_file("delivery.toml", Role::Primary, Phrase::default())];
    results.push(missing);
}

fn unjudged(results: &mut Vec<Finding>) {
    let db2 = subject(SubjectKind::Host, "prd-agora-db02");
    let message = Phrase::new(
        "no snapshot of prd-agora-db02 is delivered",
        "aucun relevé de prd-agora-db02 n'est livré",
    );
    for (id, name, severity) in [
        ("HW-003", "memory-as-sized", Severity::Major),
        ("SW-012", "ssh-root-login-disabled", Severity::Blocker),
        ("SW-053", "time-synchronised", Severity::Minor),
    ] {
        let rule = Arc::new(rule(id, name, severity));
        results.push(finding(&rule, &db2, Outcome::NotEvaluated, message.clone()));
        let web = subject(SubjectKind::Host, "prd-agora-web01");
        results.push(finding(&rule, &web, Outcome::Pass, Phrase::default()));
    }
}

fn diagnostics() -> Vec<Diagnostic> {
    vec![
        Diagnostic {
            level: DiagnosticLevel::Warning,
            code: "unused-param".into(),
            message: Phrase::new(
                "no rule uses the parameter `admin-networks`",
                "aucune règle n'utilise le paramètre `admin-networks`",
            ),
            file: Some("policies/software/network.toml".into()),
            position: Some(at(9, 1)),
        },
        Diagnostic {
            level: DiagnosticLevel::Error,
            code: "unreadable".into(),
            message: Phrase::new(
                "a mapping is not allowed here; quote the value, or indent the key",
                "un dictionnaire n'est pas permis ici ; mettre la valeur entre guillemets",
            ),
            file: Some("configs/app/application.yml".into()),
            position: Some(at(17, 12)),
        },
    ]
}

/// The same delivery, one of whose failures is covered by a waiver.
pub(crate) fn with_waiver() -> Report {
    let mut report = refused();
    let accepted = Accepted {
        id: "DRG-2026-014".into(),
        kind: ExceptionKind::Waiver,
        expires: "2027-01-31".into(),
    };
    let failed = report.results.iter_mut().find(|f| f.rule.id == "SW-049" && f.is_open());
    let failed = failed.expect("an unpinned image");
    failed.accepted = Some(Arc::new(accepted));
    report.exceptions = vec![Exception {
        id: "DRG-2026-014".into(),
        kind: ExceptionKind::Waiver,
        rule: "SW-049".into(),
        scope: vec![("subject".into(), failed.subject.name.clone())],
        reason: "the registry gives digests from January on".into(),
        risk: Some("an image may be replaced under its tag".into()),
        compensating_measure: Some("the registry refuses to overwrite tags".into()),
        requester: Some("project".into()),
        approver: "A. Martin".into(),
        approver_role: Some("production manager".into()),
        owner: Some("build team".into()),
        granted: Some("2026-11-02".into()),
        expires: "2027-01-31".into(),
        state: ExceptionState::Live,
        covers: vec![failed.fingerprint],
        file: "waivers.toml".into(),
        position: at(3, 1),
    }];
    report.summary = summary(&report.results);
    report
}

/// A report whose every text was written by an adversary.
pub(crate) fn hostile() -> Report {
    let nasty = "a\x1b[2J\r\u{202e}\0\u{9b}31m\u{7f}\u{2028}\ttail";
    let long = format!("{}\x1b]0;owned\x07{}", "x".repeat(900), "数".repeat(300));
    let mut evil = rule("SW-001", nasty, Severity::Blocker);
    evil.remedy = Phrase::same(format!("{nasty}\n{long}"));
    evil.references = vec![reference(nasty, nasty, nasty, true)];
    evil.demand.file = nasty.into();
    let evil = Arc::new(evil);
    let host = subject(SubjectKind::Host, &format!("{nasty}\n{long}"));
    let label = || Phrase::same(nasty);
    let places = [
        seen(nasty, [1, 1, 1, 9], nasty, label()),
        seen(&long, [7, 905, 7, 915], &long, Phrase::same(long.clone())),
        seen("beyond", [3, 4000, 3, 4001], "short", label()),
        seen("backwards", [3, 5, 2, 1], "short", label()),
        seen("blank", [1, 1, 1, 1], "", label()),
        seen("block", [1, 1, 9, 9], &format!("{long}\n{nasty}\n\n"), label()),
        seen("last", [u32::MAX, u32::MAX, u32::MAX, u32::MAX], nasty, label()),
        seen("zero", [0, 0, 0, 0], nasty, label()),
        Evidence {
            excerpt: Some(Excerpt { first_line: 9, lines: Vec::new(), cut: 0 }),
            ..seen("no lines", [9, 1, 9, 2], "", label())
        },
        Evidence {
            excerpt: Some(Excerpt {
                first_line: 4,
                lines: vec!["elsewhere".into()],
                cut: u32::MAX,
            }),
            ..seen("outside", [90, 1, 90, 2], "", label())
        },
    ];
    let results = places.into_iter().map(|place| {
        let mut finding =
            finding(&evil, &host, Outcome::Fail, Phrase::same(format!("{nasty}\n{long}")));
        finding.evidence = vec![place, whole_file(nasty, Role::Related, label())];
        finding
    });
    let mut results: Vec<_> = results.collect();
    for outcome in [Outcome::NotEvaluated, Outcome::NotApplicable, Outcome::Pass, Outcome::Error] {
        results.push(finding(&evil, &host, outcome, Phrase::same(nasty)));
    }
    let mut report = report(Verdict::NonConforming, results);
    report.delivery.id = nasty.into();
    report.delivery.version = Some(long.clone());
    report.as_of = nasty.into();
    report.profile = Some(nasty.into());
    report.standards[0].id = nasty.into();
    report.summary.by_domain[0].0 = long.clone();
    report.diagnostics = vec![Diagnostic {
        level: DiagnosticLevel::Error,
        code: "unreadable".into(),
        message: Phrase::same(long.clone()),
        file: Some(nasty.into()),
        position: None,
    }];
    report
}

/// A report with one text in all its fields, in every outcome, accepted or not.
pub(crate) fn full_of(text: &str) -> Report {
    let mut facts = rule(text, text, Severity::Blocker);
    facts.standard = text.into();
    facts.domain = text.into();
    facts.title = Phrase::same(text);
    facts.remedy = Phrase::same(text);
    facts.references = vec![reference(text, text, text, true), reference(text, "", text, false)];
    facts.demand.file = text.into();
    let facts = Arc::new(facts);
    let accepted = Arc::new(Accepted {
        id: text.into(),
        kind: ExceptionKind::Reservation,
        expires: text.into(),
    });
    let place = seen(text, [1, 1, 1, 2], text, Phrase::same(text));
    let mut results = Vec::new();
    for kind in SubjectKind::ALL {
        for outcome in Outcome::ALL {
            let mut one = finding(&facts, &subject(kind, text), outcome, Phrase::same(text));
            one.evidence = vec![place.clone(), place.clone()];
            one.identity = vec![(text.into(), text.into())];
            let mut bare = one.clone();
            bare.evidence = Vec::new();
            results.extend([one.clone(), bare]);
            if outcome == Outcome::Fail {
                one.accepted = Some(Arc::clone(&accepted));
                results.push(one);
            }
        }
    }
    let some = || Some(text.to_owned());
    let exception = Exception {
        id: text.into(),
        kind: ExceptionKind::Reservation,
        rule: text.into(),
        scope: vec![(text.into(), text.into())],
        reason: text.into(),
        risk: some(),
        compensating_measure: some(),
        requester: some(),
        approver: text.into(),
        approver_role: some(),
        owner: some(),
        granted: some(),
        expires: text.into(),
        state: ExceptionState::Live,
        covers: Vec::new(),
        file: text.into(),
        position: at(1, 1),
    };
    let diagnostic = |level, position| Diagnostic {
        level,
        code: "unreadable".into(),
        message: Phrase::same(text),
        file: some(),
        position,
    };
    let mut report = report(Verdict::NonConforming, results);
    report.delivery =
        Delivery { id: text.into(), version: some(), environment: some(), tier: Some(1) };
    report.as_of = text.into();
    report.profile = some();
    report.standards =
        vec![StandardUsed { id: text.into(), version: text.into(), digest: text.into() }];
    report.exceptions = vec![exception];
    report.diagnostics = vec![
        diagnostic(DiagnosticLevel::Error, Some(at(1, 1))),
        diagnostic(DiagnosticLevel::Warning, None),
        diagnostic(DiagnosticLevel::Note, Some(at(0, 0))),
    ];
    report
}
