//! A report of any size: what a fleet of hosts gives.

use std::sync::Arc;

use aplomb_model::{
    Basis, Count, Delivery, Demand, Evidence, Excerpt, Finding, Fingerprint, Outcome, Phrase,
    Position, Report, Role, RuleFacts, Severity, StandardUsed, SubjectKind, SubjectName, Summary,
    Verdict,
};

/// Rules of the standard.
const RULES: usize = 100;

/// So many results: of ten, six pass, two fail, one does not apply and one could not be evaluated.
pub(crate) fn report(size: usize) -> Report {
    let rules: Vec<_> = (0..RULES).map(|number| Arc::new(rule(number))).collect();
    let mut results = Vec::with_capacity(size);
    let mut subject = Arc::new(SubjectName { kind: SubjectKind::Host, name: String::new() });
    for number in 0..size {
        if number % RULES == 0 {
            let name = format!("prd-app{:05}", number / RULES);
            subject = Arc::new(SubjectName { kind: SubjectKind::Host, name });
        }
        let rule = Arc::clone(&rules[number % RULES]);
        results.push(finding(number, rule, Arc::clone(&subject)));
    }
    Report {
        tool_version: "0.1.0".into(),
        as_of: "2026-11-23".into(),
        delivery: Delivery { id: "fleet".into(), ..Delivery::default() },
        standards: vec![StandardUsed {
            id: "server".into(),
            version: "1.0.0".into(),
            digest: "0".repeat(64),
        }],
        profile: None,
        basis: Basis { rules, ..Basis::default() },
        verdict: Verdict::NonConforming,
        summary: summary(&results),
        results,
        exceptions: Vec::new(),
        diagnostics: Vec::new(),
    }
}

fn rule(number: usize) -> RuleFacts {
    let start = Position { line: number as u32 + 1, column: 1 };
    RuleFacts {
        id: format!("SW-{number:03}"),
        name: format!("demand-number-{number}"),
        standard: "server".into(),
        domain: "software".into(),
        severity: Severity::ALL[number / 10 % 4],
        title: Phrase::new("What is demanded", "Ce qui est exigé"),
        demand: Demand {
            name: None,
            file: "policies/software/ssh.toml".into(),
            start,
            end: start,
            excerpt: None,
        },
        remedy: Phrase::new("Set the value, and reload.", "Mettre la valeur, et recharger."),
        waivable: true,
        references: Vec::new(),
    }
}

fn finding(number: usize, rule: Arc<RuleFacts>, subject: Arc<SubjectName>) -> Finding {
    let outcome = match number % 10 {
        0 | 1 => Outcome::Fail,
        2 => Outcome::NotApplicable,
        3 => Outcome::NotEvaluated,
        _ => Outcome::Pass,
    };
    let fingerprint = Fingerprint((number as u128).to_be_bytes());
    let mut finding = Finding::new(rule, subject, outcome, fingerprint);
    if outcome == Outcome::Fail {
        let line = number as u32 % 1_000 + 1;
        let file = format!("hosts/{}.json", finding.subject.name);
        finding.message = Phrase::new(
            format!("expected \"no\", found \"yes\" ({number})"),
            format!("attendu \"no\", trouvé \"yes\" ({number})"),
        );
        finding.evidence = vec![Evidence {
            role: Role::Primary,
            file,
            start: Position { line, column: 5 },
            end: Position { line, column: 20 },
            excerpt: Some(Excerpt {
                first_line: line,
                lines: vec!["    \"PermitRootLogin\": \"yes\",".into()],
                cut: 0,
            }),
            label: Phrase::new("is set here", "est mis ici"),
        }];
    } else if outcome != Outcome::Pass {
        finding.message = Phrase::new("nothing of the kind is there", "rien de tel n'est là");
    }
    finding
}

fn summary(results: &[Finding]) -> Summary {
    let of = |outcome| results.iter().filter(|finding| finding.outcome == outcome).count();
    let total = Count {
        pass: of(Outcome::Pass),
        fail: of(Outcome::Fail),
        not_applicable: of(Outcome::NotApplicable),
        not_evaluated: of(Outcome::NotEvaluated),
        error: 0,
        waived: 0,
    };
    Summary {
        rules: RULES,
        subjects: results.len().div_ceil(RULES),
        total,
        by_severity: Severity::ALL.map(|severity| (severity, Count::default())).to_vec(),
        by_domain: vec![("software".into(), total)],
    }
}
