//! `openmetrics`: figures of the run for monitoring, in `OpenMetrics` 1.0 text.

use std::collections::BTreeMap;
use std::io::{self, Write};

use aplomb_model::{
    ActionState, DiagnosticLevel, ExceptionKind, ExceptionState, GateState, Lang, Outcome, Report,
    Severity, Verdict,
};

use crate::words::{self, Words};
use crate::{Options, visible};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
Gauges without timestamps: results by standard, severity and outcome, what is open and what is accepted,
conformity and coverage, the verdict and the gate (1 for what was reached, 0 for the others), exceptions
and corrective actions by state, diagnostics by level. Series that could be there are, at 0, so that an
alert can tell nothing wrong from nothing measured. No series is named after a host or a rule, whatever the
size of the estate.

All metrics are gauges, so that the textfile collector of the node exporter, which reads the older
Prometheus text, takes the file too: write it as `NAME.prom` with `--output openmetrics=FILE`.";

type Label<'a> = (&'static str, &'a str);

/// Writes the figures, family by family, and the line that ends them.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut pen = Pen {
        out: &mut io::BufWriter::new(out),
        lang: options.lang,
        solution: &report.delivery.id,
        family: "",
    };
    run(&mut pen, report)?;
    results(&mut pen, report)?;
    exceptions(&mut pen, report)?;
    actions(&mut pen, report)?;
    gate(&mut pen, report)?;
    writeln!(pen.out, "# EOF")?;
    pen.out.flush()
}

fn run(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let delivery = &report.delivery;
    let tier = delivery.tier.map(|tier| tier.to_string()).unwrap_or_default();
    pen.family("aplomb_run_info", words::METRIC_RUN)?;
    pen.sample(
        &[
            ("version", delivery.version.as_deref().unwrap_or_default()),
            ("environment", delivery.environment.as_deref().unwrap_or_default()),
            ("tier", &tier),
            ("profile", report.profile.as_deref().unwrap_or_default()),
            ("as_of", &report.as_of),
            ("tool_version", &report.tool_version),
        ],
        1,
    )?;
    pen.family("aplomb_verdict", words::METRIC_VERDICT)?;
    for verdict in Verdict::ALL {
        let reached = usize::from(verdict == report.verdict);
        pen.sample(&[("verdict", verdict.id())], reached)?;
    }
    let summary = &report.summary;
    pen.family("aplomb_rules", words::METRIC_RULES)?;
    pen.sample(&[], summary.rules)?;
    pen.family("aplomb_subjects", words::METRIC_SUBJECTS)?;
    pen.sample(&[], summary.subjects)?;
    let ratios = [
        ("aplomb_conformity_ratio", words::METRIC_CONFORMITY, summary.total.conformity()),
        ("aplomb_coverage_ratio", words::METRIC_COVERAGE, summary.total.coverage()),
    ];
    for (name, help, ratio) in ratios {
        pen.family(name, help)?;
        ratio.map_or(Ok(()), |ratio| pen.sample(&[], ratio))?;
    }
    pen.family("aplomb_diagnostics", words::METRIC_DIAGNOSTICS)?;
    for level in [DiagnosticLevel::Error, DiagnosticLevel::Warning, DiagnosticLevel::Note] {
        let count = report.diagnostics.iter().filter(|one| one.level == level).count();
        pen.sample(&[("level", level.id())], count)?;
    }
    Ok(())
}

/// Counts by standard and severity, then outcome; and of failures, how many are accepted.
fn results(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let mut counts = BTreeMap::<(&str, Severity), (BTreeMap<Outcome, usize>, usize)>::new();
    let used = report.standards.iter().map(|standard| &*standard.id);
    let named = report.results.iter().map(|finding| &*finding.rule.standard);
    for standard in used.chain(named) {
        // All four are there together, so that one tells of all.
        if !counts.contains_key(&(standard, Severity::Info)) {
            counts.extend(Severity::ALL.map(|severity| ((standard, severity), Default::default())));
        }
    }
    for finding in &report.results {
        let key = (&*finding.rule.standard, finding.rule.severity);
        let (outcomes, accepted) = counts.entry(key).or_default();
        *outcomes.entry(finding.outcome).or_default() += 1;
        *accepted += usize::from(finding.accepted.is_some());
    }
    let of = |outcomes: &BTreeMap<_, _>, outcome| outcomes.get(&outcome).copied().unwrap_or(0);
    pen.family("aplomb_results", words::METRIC_RESULTS)?;
    for ((standard, severity), (outcomes, _)) in &counts {
        for outcome in Outcome::ALL {
            let labels =
                [("standard", *standard), ("severity", severity.id()), ("outcome", outcome.id())];
            pen.sample(&labels, of(outcomes, outcome))?;
        }
    }
    pen.family("aplomb_open_findings", words::METRIC_OPEN)?;
    for ((standard, severity), (outcomes, accepted)) in &counts {
        let open = of(outcomes, Outcome::Fail).saturating_sub(*accepted);
        pen.sample(&[("standard", standard), ("severity", severity.id())], open)?;
    }
    pen.family("aplomb_accepted_findings", words::METRIC_ACCEPTED)?;
    for ((standard, severity), (_, accepted)) in &counts {
        pen.sample(&[("standard", standard), ("severity", severity.id())], *accepted)?;
    }
    Ok(())
}

fn exceptions(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    pen.family("aplomb_exceptions", words::METRIC_EXCEPTIONS)?;
    for kind in ExceptionKind::ALL {
        for state in ExceptionState::ALL {
            let exceptions = report.exceptions.iter();
            let count = exceptions.filter(|one| one.kind == kind && one.state == state).count();
            pen.sample(&[("kind", kind.id()), ("state", state.id())], count)?;
        }
    }
    Ok(())
}

fn actions(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    pen.family("aplomb_actions", words::METRIC_ACTIONS)?;
    for state in ActionState::ALL {
        let count = report.actions.iter().filter(|one| one.state == state).count();
        pen.sample(&[("state", state.id())], count)?;
    }
    Ok(())
}

fn gate(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    pen.family("aplomb_gate", words::METRIC_GATE)?;
    for state in GateState::ALL {
        let reached = usize::from(state == report.gate.state());
        pen.sample(&[("state", state.id())], reached)?;
    }
    pen.family("aplomb_gate_condition", words::METRIC_CONDITION)?;
    for one in &report.gate.conditions {
        for state in GateState::ALL {
            let labels = [("condition", one.kind.id()), ("state", state.id())];
            pen.sample(&labels, usize::from(state == one.state))?;
        }
    }
    Ok(())
}

struct Pen<'a> {
    out: &'a mut dyn Write,
    lang: Lang,
    solution: &'a str,
    family: &'static str,
}

impl Pen<'_> {
    /// Begins a family of samples.
    fn family(&mut self, name: &'static str, help: Words) -> io::Result<()> {
        self.family = name;
        writeln!(self.out, "# TYPE {name} gauge")?;
        if let Some((_, "ratio")) = name.rsplit_once('_') {
            writeln!(self.out, "# UNIT {name} ratio")?;
        }
        writeln!(self.out, "# HELP {name} {}", help.get(self.lang))
    }

    /// Writes a sample of the family; the solution is the first label of all.
    fn sample(&mut self, labels: &[Label<'_>], value: impl std::fmt::Display) -> io::Result<()> {
        write!(self.out, "{}{{solution=\"{}\"", self.family, quoted(self.solution))?;
        for (name, text) in labels {
            write!(self.out, ",{name}=\"{}\"", quoted(text))?;
        }
        writeln!(self.out, "}} {value}")
    }
}

/// The value of a label, between quotes.
fn quoted(text: &str) -> String {
    visible::joined(text).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{self, render};

    #[test]
    fn a_refusal_in_english() {
        let text = render("openmetrics", &fixtures::with_waiver(), &Options::default());
        insta::assert_snapshot!(text);
    }

    #[test]
    fn results_add_up() {
        let report = fixtures::with_waiver();
        let text = render("openmetrics", &report, &Options::default());
        let sum = |family: &str| {
            let samples = text.lines().filter(|line| line.starts_with(&format!("{family}{{")));
            let values = samples.filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok());
            values.sum::<usize>()
        };
        assert_eq!(sum("aplomb_results"), report.results.len());
        assert_eq!(sum("aplomb_open_findings"), report.summary.total.open());
        assert_eq!(sum("aplomb_accepted_findings"), 1);
        assert_eq!(sum("aplomb_exceptions"), 1);
        assert_eq!(sum("aplomb_verdict"), 1);
    }

    #[test]
    fn every_line_is_a_comment_or_a_sample() {
        for report in [fixtures::hostile(), fixtures::empty()] {
            let options = Options { lang: Lang::Fr, ..Options::default() };
            let text = render("openmetrics", &report, &options);
            assert!(text.ends_with("\n# EOF\n"));
            for line in text.lines() {
                assert!(line.starts_with("# ") || line.starts_with("aplomb_"), "{line}");
                assert!(!line.chars().any(visible::is_hidden), "{line}");
            }
        }
    }
}
